#include "core/monitor/checks.h"

#include "tests/http/certificates.h"
#include "tests/http/web_server.h"
#include "tests/monitor/series_fixture.h"
#include "tests/ssh/private_sshd.h"
#include "tests/support.h"

#include <QSignalSpy>
#include <QUdpSocket>

using namespace Qt::StringLiterals;
using namespace analemma;
using namespace analemma::monitor;
using namespace analemma::test;
using workspace::CheckKind;
using workspace::ServiceCheck;

/// Checks of real services: a web server, a name server, an sshd of the test's own.
class TestChecksReal : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void url();
    void certificate();
    void port();
    void names();
    void process();
    void unit();
    void listens();
    void script();
    void log();
    void logIsNoShell();
    void serverIsLost();
    void slowServer();
    void cancelled();
    void watched();
    void storesWhatItFinds();
    void isTakenOff();
    void doesNotPileUp();
    void endsWhileItLooks();
    void balancer();

private:
    CheckTools tools()
    {
        CheckTools tools;
        tools.http = m_http;
        tools.connect = [this](QString server, CancelToken cancel) {
            ssh::Target target = m_sshd->target();
            if (server != u"web-1") {
                target.port = 1;
            }
            return kept(this, std::move(target), std::move(cancel));
        };
        return tools;
    }
    /// One connection for all looks: each login takes a second with sanitizers.
    static Task<Result<std::shared_ptr<ssh::Session>>> kept(TestChecksReal* test,
                                                            ssh::Target target, CancelToken cancel)
    {
        const bool fits = test->m_session && test->m_session->isConnected() && target.port > 1;
        if (fits) {
            co_return std::shared_ptr(test->m_session);
        }
        auto connecting = test->m_ssh.connectTo(target, {}, std::move(cancel));
        Result<std::shared_ptr<ssh::Session>> session = co_await std::move(connecting);
        if (session) {
            test->m_session = *session;
        }
        co_return session;
    }
    CheckResult look(const ServiceCheck& check, std::shared_ptr<CheckMemory> memory = {})
    {
        const auto looked = await(runCheck(
            tools(), check, memory ? memory : std::make_shared<CheckMemory>(), CancelToken()));
        return looked ? *looked : CheckResult();
    }

    QTemporaryDir m_programs;
    ssh::Client m_ssh;
    std::unique_ptr<PrivateSshd> m_sshd;
    std::shared_ptr<ssh::Session> m_session;
    std::shared_ptr<http::Client> m_http = std::make_shared<http::Client>();
};

namespace {

ServiceCheck checkOf(const QString& name, CheckKind kind)
{
    ServiceCheck check;
    check.name = name;
    check.kind = kind;
    check.server = u"web-1"_s;
    check.every = milliseconds(1'000);
    check.timeout = milliseconds(5'000);
    return check;
}

ServiceCheck urlCheck(const WebServer& server, const QString& path = u"/"_s)
{
    ServiceCheck check = checkOf(u"shop"_s, CheckKind::Http);
    check.url = server.url(path);
    return check;
}

/// Answers each question about an A record with one address, others with nothing.
class NameServer : public QUdpSocket {
public:
    NameServer()
    {
        bind(QHostAddress::LocalHost);
        connect(this, &QUdpSocket::readyRead, this, [this] {
            while (hasPendingDatagrams()) {
                QByteArray question(pendingDatagramSize(), '\0');
                QHostAddress from;
                quint16 fromPort = 0;
                readDatagram(question.data(), question.size(), &from, &fromPort);
                ++asked;
                if (!silent) {
                    writeDatagram(answerTo(question), from, fromPort);
                }
            }
        });
    }
    int asked = 0;
    bool silent = false;
    int code = 0;

private:
    QByteArray answerTo(const QByteArray& question) const
    {
        const qsizetype end = question.indexOf('\0', 12) + 5;
        const bool isA = question.mid(end - 4, 2) == QByteArray("\0\1", 2);
        QByteArray reply = question.left(2) + QByteArray("\x81", 1) + char('\x80' | code) +
                           QByteArray("\0\1", 2) +
                           QByteArray(isA && code == 0 ? "\0\1" : "\0\0", 2) +
                           QByteArray("\0\0\0\0", 4) + question.mid(12, end - 12);
        if (isA && code == 0) {
            reply += QByteArray("\xc0\x0c\0\1\0\1\0\0\0\x3c\0\4\xc0\0\2\7", 16);
        }
        return reply;
    }
};

/// Counters that a test sets.
class HandSource : public BalancerSource {
public:
    Task<Result<BalancerCounters>> read(QString environment, CancelToken /*cancel*/) override
    {
        ++reads;
        last = environment;
        return give(answer);
    }
    static Task<Result<BalancerCounters>> give(Result<BalancerCounters> answer)
    {
        co_return answer;
    }
    Result<BalancerCounters> answer = BalancerCounters();
    QString last;
    int reads = 0;
};

}  // namespace

void TestChecksReal::initTestCase()
{
    // Before all others a folder with a systemctl of the test's own.
    QVERIFY(m_programs.isValid());
    m_sshd = std::make_unique<PrivateSshd>(
        QStringList{u"ed25519"_s}, "SetEnv PATH=" + m_programs.path().toUtf8() + ":/usr/bin:/bin");
    const QString folder = m_programs.path();
    QVERIFY(QDir().mkpath(folder));
    QFile program(folder + u"/systemctl"_s);
    QVERIFY(program.open(QIODevice::WriteOnly));
    program.write(
        "#!/bin/sh\nfor last; do :; done\ncase $last in\n"
        "nginx) printf 'LoadState=loaded\\nActiveState=active\\nSubState=running\\n';;\n"
        "db) printf 'LoadState=loaded\\nActiveState=failed\\nSubState=failed\\n';;\n"
        "*) echo 'no bus' >&2; exit 1;;\nesac\n");
    program.setPermissions(QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
    program.close();
    QVERIFY2(m_sshd->start().isEmpty(), m_sshd->log().constData());
}

void TestChecksReal::url()
{
    WebServer server([](const Asked& asked) {
        Reply reply(asked.path == "/broken" ? 500 : 200, "all is well");
        reply.hold = asked.path == "/never";
        return reply;
    });
    ServiceCheck check = urlCheck(server);
    check.body = u"is well"_s;
    const CheckResult good = look(check);
    QVERIFY2(good.ok, qPrintable(good.reason));
    QCOMPARE(good.status, 200);
    QVERIFY(good.timing.has_value());
    QVERIFY(good.timing->connect.count() > 0);
    QVERIFY(good.latencyMilliseconds().value_or(0) > 0);
    QVERIFY(good.toJson().contains(u"wait_ms"_s));

    const CheckResult broken = look(urlCheck(server, u"/broken"_s));
    QVERIFY(!broken.ok);
    QVERIFY(broken.reason.contains(u"status 500"_s));

    ServiceCheck never = urlCheck(server, u"/never"_s);
    never.timeout = milliseconds(150);
    const CheckResult late = look(never);
    QVERIFY(!late.ok);
    QVERIFY2(late.reason.contains(u"did not answer within 150 ms"_s), qPrintable(late.reason));
}

void TestChecksReal::certificate()
{
    Certificates certificates;
    const QSslConfiguration tls = certificates.server(u"IP:127.0.0.1"_s, 10);
    WebServer server([](const Asked&) { return Reply(200, "fine"); }, &tls);
    ServiceCheck check = urlCheck(server);
    const CheckResult untrusted = look(check);
    QVERIFY(!untrusted.ok);
    QVERIFY2(untrusted.reason.contains(u"not trusted"_s), qPrintable(untrusted.reason));
    check.authority = certificates.authority();
    const CheckResult ends = look(check);
    QVERIFY(!ends.ok);
    QVERIFY2(
        ends.reason.contains(u"ends in 9 days"_s) || ends.reason.contains(u"ends in 10 days"_s),
        qPrintable(ends.reason));
    check.certificateDays = 5;
    const CheckResult good = look(check);
    QVERIFY2(good.ok, qPrintable(good.reason));
    QVERIFY(good.timing->tls.count() > 0);
}

void TestChecksReal::port()
{
    QTcpServer server;
    QVERIFY(server.listen(QHostAddress::LocalHost));
    ServiceCheck check = checkOf(u"db"_s, CheckKind::Tcp);
    check.host = u"127.0.0.1"_s;
    check.port = server.serverPort();
    const CheckResult good = look(check);
    QVERIFY2(good.ok, qPrintable(good.reason));
    QVERIFY(good.timing->connect.count() > 0);
    server.close();
    const CheckResult closed = look(check);
    QVERIFY(!closed.ok);
    QVERIFY2(closed.reason.contains(u"refused"_s), qPrintable(closed.reason));
}

void TestChecksReal::names()
{
    NameServer server;
    ServiceCheck check = checkOf(u"name"_s, CheckKind::Dns);
    check.domain = u"shop.example"_s;
    check.resolver = u"127.0.0.1:%1"_s.arg(server.localPort());
    const CheckResult good = look(check);
    QVERIFY2(good.ok, qPrintable(good.reason));
    QCOMPARE(good.detail, u"192.0.2.7"_s);
    QVERIFY(good.timing->lookup.count() > 0);
    QVERIFY(server.asked > 0);

    check.answer = u"192.0.2.8"_s;
    QVERIFY(look(check).reason.contains(u"192.0.2.7, not for 192.0.2.8"_s));
    check.answer.clear();
    check.record = u"MX"_s;
    QVERIFY(look(check).reason.contains(u"no record of type MX"_s));
    server.code = 3;
    QVERIFY(look(check).reason.contains(u"There is no name shop.example"_s));
    server.silent = true;
    check.timeout = milliseconds(300);
    QElapsedTimer timer;
    timer.start();
    const CheckResult silent = look(check);
    QVERIFY(!silent.ok);
    QVERIFY(timer.elapsed() < 4'000);
}

void TestChecksReal::process()
{
    ServiceCheck check = checkOf(u"p"_s, CheckKind::Process);
    check.process = u"sshd"_s;
    const CheckResult good = look(check);
    QVERIFY2(good.ok, qPrintable(good.reason));
    QVERIFY(good.count.value_or(0) >= 1);
    check.process = u"no-such-thing"_s;
    QCOMPARE(look(check).reason, u"No process no-such-thing runs."_s);
}

void TestChecksReal::unit()
{
    ServiceCheck check = checkOf(u"u"_s, CheckKind::Unit);
    check.unit = u"nginx"_s;
    const CheckResult good = look(check);
    QVERIFY2(good.ok, qPrintable(good.reason));
    check.unit = u"db"_s;
    QCOMPARE(look(check).reason, u"The unit db is failed (failed)."_s);
    check.unit = u"other"_s;
    QVERIFY(look(check).reason.contains(u"no bus"_s));
}

void TestChecksReal::listens()
{
    ServiceCheck check = checkOf(u"l"_s, CheckKind::Port);
    check.port = m_sshd->port();
    const CheckResult good = look(check);
    QVERIFY2(good.ok, qPrintable(good.reason));
    QTcpServer closed;
    QVERIFY(closed.listen(QHostAddress::LocalHost));
    check.port = closed.serverPort();
    closed.close();
    QVERIFY(look(check).reason.contains(u"Nobody listens on port"_s));
}

void TestChecksReal::script()
{
    ServiceCheck check = checkOf(u"s"_s, CheckKind::Script);
    check.script = u"echo ready; exit 0"_s;
    const CheckResult good = look(check);
    QVERIFY2(good.ok, qPrintable(good.reason));
    QCOMPARE(good.detail, u"ready"_s);
    check.script = u"echo broken >&2; exit 3"_s;
    const CheckResult bad = look(check);
    QVERIFY(!bad.ok);
    QVERIFY2(bad.reason.contains(u"3: broken"_s), qPrintable(bad.reason));
    check.script = u"yes | head -c 10000000"_s;  // bounded
    QVERIFY(look(check).detail.size() < 400);
}

void TestChecksReal::log()
{
    QTemporaryDir folder;
    const QString path = folder.filePath(u"app.log"_s);
    const auto write = [&path](const QByteArray& bytes, QIODevice::OpenMode mode) {
        QFile file(path);
        QVERIFY(file.open(mode | QIODevice::WriteOnly));
        file.write(bytes);
    };
    ServiceCheck check = checkOf(u"e"_s, CheckKind::Log);
    check.file = path;
    check.pattern = u"ERROR"_s;
    check.most = 1;
    const auto memory = std::make_shared<CheckMemory>();
    QVERIFY(look(check, memory).reason.contains(u"cannot be looked at"_s));
    write("ERROR a\nERROR b\nERROR c\n", QIODevice::Append);
    const CheckResult first = look(check, memory);
    QVERIFY2(first.ok, qPrintable(first.reason));
    QCOMPARE(*first.count, 3);
    QCOMPARE(*look(check, memory).count, 0);
    write("fine\nERROR d\nERROR not at its e", QIODevice::Append);
    QCOMPARE(*look(check, memory).count, 1);
    write("nd\nERROR f\n", QIODevice::Append);
    const CheckResult bad = look(check, memory);
    QCOMPARE(*bad.count, 2);
    QVERIFY(!bad.ok);
    QVERIFY2(bad.reason.contains(u"ERROR f"_s), qPrintable(bad.reason));
    // Rotated: another file of the same name, larger than what was read.
    QVERIFY(QFile::rename(path, path + u".1"_s));
    write("ERROR g\n" + QByteArray("x\n").repeated(1000), QIODevice::Append);
    QCOMPARE(*look(check, memory).count, 1);
    // Emptied in place.
    write("ERROR h\n", QIODevice::Truncate);
    QCOMPARE(*look(check, memory).count, 1);
    // A lot at once: the last MiB.
    write(QByteArray("ERROR i\n").repeated(400'000), QIODevice::Append);
    const CheckResult much = look(check, memory);
    QVERIFY(*much.count > 100'000 && *much.count < 140'000);
    QVERIFY2(much.detail.contains(u"too much to read"_s), qPrintable(much.detail));
}

void TestChecksReal::logIsNoShell()
{
    QTemporaryDir folder;
    const QString made = folder.filePath(u"made"_s);
    const QString path = folder.filePath(u"a '$(touch made)' b.log"_s);
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("$(touch " + made.toUtf8() + ")\n");
    file.close();
    ServiceCheck check = checkOf(u"e"_s, CheckKind::Log);
    check.file = path;
    check.pattern = u"$(touch %1)"_s.arg(made);
    const CheckResult result = look(check);
    QVERIFY2(result.ok, qPrintable(result.reason));
    QCOMPARE(*result.count, 1);
    QVERIFY(!QFile::exists(made));
    // A folder, a pipe.
    check.file = folder.path();
    QVERIFY(look(check).reason.contains(u"no ordinary file"_s));
}

void TestChecksReal::serverIsLost()
{
    ServiceCheck check = checkOf(u"p"_s, CheckKind::Process);
    check.server = u"gone"_s;
    check.process = u"sshd"_s;
    const CheckResult result = look(check);
    QVERIFY(!result.ok);
    QVERIFY2(result.reason.startsWith(u"gone: "_s), qPrintable(result.reason));
}

void TestChecksReal::slowServer()
{
    ServiceCheck check = checkOf(u"s"_s, CheckKind::Script);
    check.script = u"sleep 60"_s;
    check.timeout = milliseconds(400);
    QElapsedTimer timer;
    timer.start();
    const CheckResult result = look(check);
    QVERIFY(!result.ok);
    QVERIFY(timer.elapsed() < 5'000);
    QVERIFY(!result.reason.isEmpty());
}

void TestChecksReal::cancelled()
{
    ServiceCheck check = checkOf(u"s"_s, CheckKind::Script);
    check.script = u"sleep 60"_s;
    const CancelToken cancel;
    const auto answer =
        listen(runCheck(tools(), check, std::make_shared<CheckMemory>(), cancel), this);
    QTest::qWait(50);
    cancel.cancel();
    QTRY_VERIFY(answer->has_value());
    QCOMPARE((*answer)->error().kind, ErrorKind::Cancelled);
}

void TestChecksReal::watched()
{
    bool well = true;
    WebServer server([&well](const Asked&) { return Reply(well ? 200 : 503, "text"); });
    Checks checks(tools(), nullptr, nullptr);
    QSignalSpy changed(&checks, &Checks::stateChanged);
    ServiceCheck check = urlCheck(server);
    check.fall = 2;
    check.rise = 2;
    check.every = milliseconds(100);
    checks.watch({check}, {});
    QCOMPARE(checks.names(), QStringList{u"shop"_s});
    QCOMPARE(checks.view(u"shop"_s).state, CheckState::Unknown);
    checks.look(u"shop"_s);
    QTRY_COMPARE(checks.view(u"shop"_s).state, CheckState::Up);
    QCOMPARE(changed.size(), 1);
    well = false;
    QTRY_COMPARE(checks.view(u"shop"_s).state, CheckState::Down);
    CheckView view = checks.view(u"shop"_s);
    QVERIFY(view.reason.contains(u"status 503"_s));
    QVERIFY(view.since.isValid());
    QVERIFY(view.looks >= 3);
    QVERIFY(view.apdex.value_or(2) < 1);
    QVERIFY(view.p50.value_or(0) > 0);
    well = true;
    QTRY_COMPARE(checks.view(u"shop"_s).state, CheckState::Up);
    view = checks.view(u"shop"_s);
    QVERIFY(view.reason.isEmpty());
    QVERIFY(view.last->ok);
    QCOMPARE(changed.size(), 3);
}

void TestChecksReal::storesWhatItFinds()
{
    QTemporaryDir folder;
    const auto store = fixture::openStore(folder.path(), {});
    QVERIFY(store);
    WebServer server([](const Asked&) { return Reply(200, "text"); });
    Checks checks(tools(), nullptr, store.get());
    checks.watch({urlCheck(server)}, {});
    checks.look(u"shop"_s);
    QTRY_VERIFY(checks.view(u"shop"_s).last.has_value());
    const auto latest = [&store](const QString& metric) {
        const QList<SeriesInfo> all = store->list(u"shop"_s);
        for (const SeriesInfo& one : all) {
            if (one.name.metric == metric) {
                return one.latest;
            }
        }
        return Latest();
    };
    QTRY_VERIFY(latest(u"check.ok"_s).time > 0);
    QCOMPARE(latest(u"check.ok"_s).value, 1.0);
    QTRY_VERIFY(latest(u"check.latency"_s).value > 0);
    for (const char* metric : {"check.lookup", "check.connect", "check.tls", "check.wait"}) {
        QTRY_VERIFY2(latest(QString::fromLatin1(metric)).time > 0, metric);
    }
    QVERIFY(checks.storeProblem().isEmpty());
}

void TestChecksReal::isTakenOff()
{
    WebServer server([](const Asked&) { return Reply(200, "text"); });
    Checks checks(tools(), nullptr, nullptr);
    ServiceCheck check = urlCheck(server);
    checks.watch({check}, {});
    checks.look(u"shop"_s);
    QTRY_COMPARE(checks.view(u"shop"_s).state, CheckState::Up);
    checks.watch({check}, {});  // the same: it stays
    QCOMPARE(checks.view(u"shop"_s).state, CheckState::Up);
    check.body = u"text"_s;
    checks.watch({check}, {});  // another: it begins anew
    QCOMPARE(checks.view(u"shop"_s).state, CheckState::Unknown);
    checks.watch({}, {});
    QVERIFY(checks.names().isEmpty());
}

void TestChecksReal::doesNotPileUp()
{
    WebServer server([](const Asked&) {
        Reply reply;
        reply.hold = true;
        return reply;
    });
    Checks checks(tools(), nullptr, nullptr);
    ServiceCheck check = urlCheck(server);
    check.every = milliseconds(50);
    check.timeout = milliseconds(5'000);
    checks.watch({check}, {});
    QTRY_VERIFY(checks.view(u"shop"_s).late >= 5);
    QCOMPARE(server.asked.size(), 1);
    QVERIFY(checks.view(u"shop"_s).running);
}

void TestChecksReal::endsWhileItLooks()
{
    WebServer server([](const Asked&) {
        Reply reply;
        reply.hold = true;
        return reply;
    });
    auto checks = std::make_unique<Checks>(tools(), nullptr, nullptr);
    checks->watch({urlCheck(server)}, {});
    checks->look(u"shop"_s);
    QTRY_COMPARE(server.asked.size(), 1);
    checks.reset();
    QTRY_COMPARE(server.open, 0);
}

void TestChecksReal::balancer()
{
    QTemporaryDir folder;
    const auto store = fixture::openStore(folder.path(), {});
    const auto source = std::make_shared<HandSource>();
    BalancerCounters counters;
    counters.state = u"running"_s;
    counters.active = u"p0"_s;
    counters.all.requests = 100;
    TrafficCounters member;
    member.pool = u"p0"_s;
    member.member = u"web-1"_s;
    member.response = 7;
    counters.parts = {member};
    source->answer = counters;
    CheckOptions options;
    options.balancerEvery = milliseconds(100);
    Checks checks(tools(), source, store.get(), options);
    QSignalSpy read(&checks, &Checks::balancerRead);
    checks.watch({}, {u"production"_s});
    QCOMPARE(checks.environments(), QStringList{u"production"_s});
    QTRY_COMPARE(checks.balancer(u"production"_s).state, CheckState::Up);
    QCOMPARE(source->last, u"production"_s);
    QTRY_VERIFY(checks.balancer(u"production"_s).all.requests.has_value());
    QCOMPARE(*checks.balancer(u"production"_s).all.requests, 0.0);
    counters.all.requests = 200;
    source->answer = counters;
    QTRY_VERIFY(checks.balancer(u"production"_s).all.requests.value_or(0) > 100);
    counters.all.requests = 5;  // it was restarted
    source->answer = counters;
    QTRY_VERIFY(!checks.balancer(u"production"_s).all.requests.has_value());
    QTRY_VERIFY(checks.balancer(u"production"_s).all.requests.has_value());
    const QList<SeriesInfo> kept = store->list(u"production"_s);
    QStringList names;
    for (const SeriesInfo& one : kept) {
        names += one.name.metric + u' ' + one.name.labels;
        QVERIFY(one.latest.value >= 0);
    }
    for (const QString& name :
         {u"balancer.requests "_s, u"balancer.errors "_s, u"balancer.response member=web-1"_s,
          u"balancer.sessions member=web-1"_s, u"balancer.queue "_s}) {
        QVERIFY2(names.contains(name), qPrintable(names.join(u'|')));
    }
    source->answer = Error(ErrorKind::Network, u"nobody answers"_s);
    QTRY_COMPARE(checks.balancer(u"production"_s).state, CheckState::Down);
    QCOMPARE(checks.balancer(u"production"_s).reason, u"nobody answers"_s);
    counters.state = u"none"_s;
    source->answer = counters;
    QTRY_COMPARE(checks.balancer(u"production"_s).state, CheckState::Unknown);
}

QTEST_GUILESS_MAIN(TestChecksReal)
#include "tst_checks_real.moc"
