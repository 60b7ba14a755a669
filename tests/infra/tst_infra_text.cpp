#include "core/base/files.h"
#include "core/base/process.h"
#include "core/infra/src/haproxy_text.h"
#include "core/infra/src/local/address.h"
#include "core/infra/src/local/gate.h"
#include "core/infra/src/local/images.h"
#include "core/infra/src/local/keys.h"
#include "core/infra/src/local/skeleton.h"
#include "core/infra/src/manifest.h"
#include "tests/support.h"

#include <QDir>
#include <QFile>
#include <QProcess>
#include <QSet>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace analemma;
using namespace analemma::infra;

namespace {

haproxy::Setup sampleSetup()
{
    haproxy::Setup setup;
    setup.config.name = u"production"_s;
    setup.config.port = 8000;
    setup.config.health.every = milliseconds(500);
    setup.config.health.fall = 3;
    setup.address = u"127.64.3.1"_s;
    setup.pools.insert(u"p0"_s,
                       {{u"web-1"_s, u"127.64.3.2"_s, 8080}, {u"web-2"_s, u"127.64.3.3"_s, 8080}});
    return setup;
}

/// As HAProxy 2.6 prints it, without the columns between.
QByteArray sampleStat()
{
    return "# "
           "pxname,svname,scur,stot,status,check_status,check_code,last_chk,hrsp_5xx,req_rate,req_"
           "tot,addr,\n"
           "web,FRONTEND,7,90,OPEN,,,,3,41,1234,,\n"
           "p0,web-1,2,50,UP,* L7OK,200,,0,,,127.64.3.2:8080,\n"
           "p0,web-2,0,40,DOWN,L4CON,,\"Layer4, \"\"refused\"\"\",0,,,127.64.3.3:8080,\n"
           "p0,gone,1,9,MAINT,L7OK,200,,0,,,127.64.3.9:8080,\n"
           "p0,BACKEND,3,90,UP,,,,0,,,,\n\n";
}

QByteArrayList lines(const QList<haproxy::Command>& commands)
{
    QByteArrayList result;
    for (const haproxy::Command& command : commands) {
        result.append(command.line);
    }
    return result;
}

void write(const QString& path, const QByteArray& bytes)
{
    QVERIFY(QDir().mkpath(QFileInfo(path).path()));
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(bytes);
}

}  // namespace

class TestInfraText : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void configurationIsAcceptedByHaproxy()
    {
        QTemporaryDir folder;
        haproxy::Setup setup = sampleSetup();
        setup.config.health.path = u"/healthz?deep=1#x"_s;
        write(folder.filePath(u"haproxy.cfg"_s), haproxy::configText(setup));
        write(folder.filePath(u"active.map"_s), haproxy::mapText({}));
        write(folder.filePath(u"503.http"_s), haproxy::unavailablePage(u"production"_s));
        QProcess program;
        program.start(findProgram(u"haproxy"_s),
                      {u"-c"_s, u"-C"_s, folder.path(), u"-f"_s, u"haproxy.cfg"_s});
        QVERIFY(program.waitForFinished());
        QVERIFY2(program.exitCode() == 0, program.readAllStandardError().constData());
        const QByteArray text = haproxy::configText(setup);
        QVERIFY(text.contains("option idle-close-on-response"));
        QVERIFY(text.contains("bind 127.64.3.1:8000\n"));
        QVERIFY(text.contains("  server web-1 127.64.3.2:8080 check inter 500ms fastinter 100ms"));
        QVERIFY(text.contains("  timeout check 2s\n"));  // a late answer is no dead server
    }

    void refusesWhatCannotStandInAConfiguration()
    {
        const auto refused = [](auto change) {
            BalancerConfig config = sampleSetup().config;
            change(config);
            return !haproxy::check(config).ok();
        };
        QVERIFY(haproxy::check(sampleSetup().config).ok());
        QVERIFY(refused([](BalancerConfig& c) { c.name = u"a\nb"_s; }));
        QVERIFY(
            refused([](BalancerConfig& c) { c.health.path = u"/x'\n  server evil 1.2.3.4:1"_s; }));
        QVERIFY(refused([](BalancerConfig& c) { c.health.path = u"healthz"_s; }));
        QVERIFY(refused([](BalancerConfig& c) { c.port = 0; }));
        QVERIFY(refused([](BalancerConfig& c) { c.address = u"1.2.3.4 ; x"_s; }));
        QVERIFY(refused([](BalancerConfig& c) { c.pools = 1000; }));
    }

    void readsStatistics()
    {
        const Result<QList<haproxy::StatRow>> rows = haproxy::parseStat(sampleStat());
        QVERIFY(rows.ok());
        QCOMPARE(rows->size(), 5);
        const Balancer balancer = haproxy::balancerFrom(sampleSetup(), *rows, u"p0"_s);
        QCOMPARE(balancer.url, u"http://127.64.3.1:8000"_s);
        QCOMPARE(balancer.requests, 1234);
        QCOMPARE(balancer.errors, 3);
        QCOMPARE(balancer.sessions, 7);
        QCOMPARE(balancer.requestRate, 41);
        QCOMPARE(balancer.pools.size(), 3);
        const Pool* pool = balancer.pool(u"p0"_s);
        QVERIFY(pool != nullptr);
        QCOMPARE(pool->members.size(), 2);
        QVERIFY(pool->members[0].healthy());
        QCOMPARE(pool->members[0].checkCode, 200);
        QVERIFY(!pool->members[1].healthy());
        QCOMPARE(pool->members[1].checkText, u"Layer4, \"refused\""_s);
        QCOMPARE(haproxy::sessionsOf(*rows, u"p0"_s), 3);
        QVERIFY(balancer.pool(u"p7"_s) == nullptr);
    }

    void readsTraffic()
    {
        const QByteArray csv =
            "# pxname,svname,qcur,scur,stot,hrsp_5xx,req_tot,qtime,ctime,rtime,ttime,\n"
            "web,FRONTEND,,7,90,3,1234,,,,,\n"
            "p0,web-1,1,2,50,1,,2,0,12,30,\n"
            "p0,web-2,-4,-1,-50,99999999999999999999,,x,0,,-3,\n"
            "p0,BACKEND,5,3,90,2,,4,0,15,31,\n";
        const Result<QList<haproxy::StatRow>> rows = haproxy::parseStat(csv);
        QVERIFY(rows.ok());
        const Balancer balancer = haproxy::balancerFrom(sampleSetup(), *rows, u"p0"_s);
        QCOMPARE(balancer.traffic.requests, 1234);
        QCOMPARE(balancer.traffic.errors, 3);
        QCOMPARE(balancer.traffic.sessions, 7);
        QCOMPARE(balancer.traffic.queue, 5);
        QCOMPARE(balancer.traffic.responseTime, milliseconds(15));
        QCOMPARE(balancer.traffic.queueTime, milliseconds(4));
        QCOMPARE(balancer.traffic.totalTime, milliseconds(31));
        const Pool* pool = balancer.pool(u"p0"_s);
        QVERIFY(pool != nullptr);
        QCOMPARE(pool->traffic.requests, 90);
        QCOMPARE(pool->members[0].traffic.requests, 50);
        QCOMPARE(pool->members[0].traffic.queue, 1);
        QCOMPARE(pool->members[0].traffic.responseTime, milliseconds(12));
        const Traffic hostile = pool->members[1].traffic;
        for (const qint64 value : {hostile.requests, hostile.errors, qint64(hostile.queue),
                                   qint64(hostile.sessions), qint64(hostile.totalTime.count())}) {
            QCOMPARE(value, 0);
        }
    }

    void statisticsCutAnywhereDoNoHarm()
    {
        const QByteArray whole = sampleStat();
        for (qsizetype length = 0; length <= whole.size(); ++length) {
            const Result<QList<haproxy::StatRow>> rows = haproxy::parseStat(whole.left(length));
            if (rows) {
                (void)haproxy::balancerFrom(sampleSetup(), *rows, {});
                (void)haproxy::poolCommands(sampleSetup(), u"p0"_s, *rows);
            }
        }
        QVERIFY(!haproxy::parseStat("Unknown command.").ok());
        QVERIFY(!haproxy::parseStat({}).ok());
    }

    void planPoolChanges()
    {
        haproxy::Setup setup = sampleSetup();
        const QList<haproxy::StatRow> rows = *haproxy::parseStat(sampleStat());
        // web-1 stays, web-2 got another address, web-3 is new, what is in maintenance goes.
        setup.pools[u"p0"_s] = {{u"web-1"_s, u"127.64.3.2"_s, 8080},
                                {u"web-2"_s, u"127.64.3.7"_s, 8080},
                                {u"web-3"_s, u"127.64.3.8"_s, 8080}};
        const QByteArrayList said = lines(haproxy::poolCommands(setup, u"p0"_s, rows));
        QCOMPARE(said.size(), 8);
        QCOMPARE(said[0], "set server p0/web-2 state maint");
        QCOMPARE(said[1], "del server p0/web-2");
        QCOMPARE(said[2], "set server p0/gone state maint");
        QVERIFY(said[4].startsWith("add server p0/web-2 127.64.3.7:8080 check inter 500ms"));
        QCOMPARE(said[5], "enable health p0/web-2;enable server p0/web-2");
        QVERIFY(said[6].startsWith("add server p0/web-3 127.64.3.8:8080 "));
        QVERIFY(haproxy::poolCommands(setup, u"p1"_s, rows).isEmpty());
    }

    void judgesAnswers()
    {
        using haproxy::Answer;
        const haproxy::Command remove{
            "del server p0/x", {"Server deleted", "No such server"}, true};
        QCOMPARE(haproxy::judge(remove, "Server deleted.\n"), Answer::Done);
        QCOMPARE(haproxy::judge(remove, "No such server.\n"), Answer::Done);
        QCOMPARE(haproxy::judge(remove,
                                "Server still has connections attached to it, cannot delete it.\n"),
                 Answer::Again);
        QCOMPARE(haproxy::judge(remove, "Unknown command.\n"), Answer::Refused);
        QCOMPARE(haproxy::judge(haproxy::switchCommand(u"p1"_s), "\n"), Answer::Done);
        QCOMPARE(haproxy::judge(haproxy::switchCommand(u"p1"_s), "entry not found.\n"),
                 Answer::Refused);
        QCOMPARE(haproxy::switchCommand({}).line, "set map active.map active none");
    }

    void readsTheMap()
    {
        QCOMPARE(haproxy::activePool(haproxy::mapText(u"p1"_s)), u"p1"_s);
        QCOMPARE(haproxy::activePool("0x56018da04320 active p0\n\n"), u"p0"_s);
        QCOMPARE(haproxy::activePool(haproxy::mapText({})), QString());
        QCOMPARE(haproxy::activePool("Unknown map identifier.\n"), QString());
        QCOMPARE(haproxy::activePool("active $(x)\n"), QString());
        QCOMPARE(haproxy::workerPid("Name: HAProxy\nPid: 4711\n"), 4711);
        QCOMPARE(haproxy::workerPid("x"), 0);
        QCOMPARE(haproxy::connectionLimit(1024), 412);
        QCOMPARE(haproxy::connectionLimit(10), 100);
        QCOMPARE(haproxy::connectionLimit(~0ULL), 20'000);
    }

    void addressesLieInTheRangeAndDiffer()
    {
        QSet<QString> seen;
        for (int n = 0; n < 3000; ++n) {
            const QString address = local::addressCandidate(u"shop-1a2b3c4d"_s, n);
            const QStringList parts = address.split(u'.');
            QCOMPARE(parts[0], u"127"_s);
            QVERIFY(parts[1].toInt() >= 64 && parts[1].toInt() <= 127);
            QVERIFY(parts[3].toInt() >= 1 && parts[3].toInt() <= 254);
            seen.insert(address);
        }
        QCOMPARE(seen.size(), 3000);
        QCOMPARE(local::addressCandidate(u"a"_s, 5), local::addressCandidate(u"a"_s, 5));
        QVERIFY(local::addressCandidate(u"a"_s, 0) != local::addressCandidate(u"b"_s, 0));
    }

    void readsListeners()
    {
        const QByteArray table =
            "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  "
            "timeout inode\n"
            "   0: 0203407F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000     "
            "   0 4711 1 0 100\n"
            "   1: 00000000:08AE 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0     "
            "   0 99 1 0 100\n"
            "   2: 0203407F:1F90 0100007F:AAAA 01 00000000:00000000 00:00000000 00000000  1000     "
            "   0 12 1 0 100\n"
            "garbage\n   3: zz:1 x 0A a b c 1 2 3\n"
            "   4: 00000000000000000000000000000000:0050 0:0 0A 0:0 0:0 0 0 0 77 1 0\n"
            "   5: 0000000000000000FFFF00000203407F:0051 0:0 0A 0:0 0:0 0 0 0 78 1 0\n";
        const QList<local::Listener> found = local::parseListeners(table);
        QCOMPARE(found.size(), 4);
        QCOMPARE(found[0].address, u"127.64.3.2"_s);
        QCOMPARE(found[0].port, 8080);
        QCOMPARE(found[0].user, 1000U);
        QCOMPARE(found[0].inode, 4711U);
        QCOMPARE(found[1].address, u"*"_s);
        QCOMPARE(found[1].port, 2222);
        QCOMPARE(found[2].address, u"*"_s);
        QCOMPARE(found[3].address, u"127.64.3.2"_s);
    }

    void keysAreOpenSshKeys()
    {
        QTemporaryDir folder;
        const local::KeyPair pair = local::makeKeyPair(u"web-1"_s);
        const QString file = folder.filePath(u"key"_s);
        write(file, pair.privateText);
        QVERIFY(QFile::setPermissions(file, QFile::ReadOwner | QFile::WriteOwner));
        QProcess program;
        program.start(u"ssh-keygen"_s, {u"-y"_s, u"-P"_s, QString(), u"-f"_s, file});
        QVERIFY(program.waitForFinished());
        QCOMPARE(program.exitCode(), 0);
        QCOMPARE(QString::fromUtf8(program.readAllStandardOutput()).trimmed(),
                 pair.publicText + u" web-1"_s);
        QVERIFY(local::makeKeyPair(u"web-1"_s).publicText != pair.publicText);

        const Result<local::ClientKey> made = local::clientKey(folder.filePath(u"keys"_s), u"me"_s);
        const Result<local::ClientKey> again =
            local::clientKey(folder.filePath(u"keys"_s), u"me"_s);
        QVERIFY(made.ok() && again.ok());
        QCOMPARE(again->publicText, made->publicText);
        QCOMPARE(QFile::permissions(made->file) & (QFile::ReadGroup | QFile::ReadOther),
                 QFile::Permissions());
    }

    void serverTexts()
    {
        local::View view;
        view.record.spec.name = u"web-1"_s;
        view.record.spec.servicePort = 8080;
        view.record.spec.variables = {{u"MOTTO"_s, u"it's $HOME"_s}, {u"PORT"_s, u"1"_s}};
        view.record.address = u"127.64.3.2"_s;
        view.record.mode = QString::fromLatin1(local::rootView);
        view.mark = u"shop-1/web-1"_s;
        view.control = u"/state/a b%c/ctl"_s;
        view.root = u"/state/a b%c/root"_s;
        view.sshd = u"/usr/sbin/sshd"_s;
        view.home = view.root + u"/home/deploy"_s;
        QVERIFY(local::sshdConfig(view).contains("HostKey \"/ctl/hostkey\"\n"));
        QVERIFY(!local::sshdConfig(view).contains("SERVER_ROOT"));
        QVERIFY(local::environmentText(view).contains("export PORT='8080'\n") ||
                local::environmentText(view).contains("export PORT=8080\n"));
        const QStringList arguments = local::bwrapArguments(view, {{u"/bin"_s, u"usr/bin"_s}});
        QVERIFY(!arguments.contains(u"--die-with-parent"_s));
        QVERIFY(!arguments.contains(u"--unshare-net"_s));
        QVERIFY(arguments.contains(u"--unshare-pid"_s));
        const qsizetype at = arguments.indexOf(u"/ctl"_s);
        QCOMPARE(arguments[at - 2], u"--ro-bind"_s);
        QCOMPARE(arguments[at - 1], view.control);

        view.record.mode = QString::fromLatin1(local::sharedView);
        const QByteArray config = local::sshdConfig(view);
        QVERIFY(config.contains("HostKey \"/state/a b%c/ctl/hostkey\"\n"));
        QVERIFY(config.contains("AuthorizedKeysFile \"/state/a b%%c/ctl/authorized_keys\"\n"));
        QVERIFY(config.contains("\"SERVER_ROOT=/state/a b%c/root\""));
        QVERIFY(config.contains("\"HOME=/state/a b%c/root/home/deploy\""));
        QCOMPARE(config.count("SetEnv"), 1);

        QVERIFY(local::checkVariables({{u"A_1"_s, u"x\ny"_s}}).ok());
        QVERIFY(!local::checkVariables({{u"1A"_s, u"x"_s}}).ok());
        QVERIFY(!local::checkVariables({{u"A=B"_s, u"x"_s}}).ok());
        QVERIFY(!local::checkVariables({{u"A"_s, u"x"_s + QChar(0)}}).ok());
        const QByteArray bad = "devpts /dev/pts devpts rw,relatime,mode=600,ptmxmode=000 0 0\n";
        const QByteArray good = "devpts /dev/pts devpts rw,gid=5,mode=620,ptmxmode=000 0 0\n";
        QVERIFY(!local::ptyWorks(bad, false));
        QVERIFY(local::ptyWorks(bad, true));
        QVERIFY(local::ptyWorks(bad + good, false));
        QVERIFY(!local::ptyWorks({}, false));
    }

    void tagsNameTheirOperation()
    {
        const QString operation = u"01hqz3v6m1n2p3q4r5s6t7v8w9"_s;
        const QString tag =
            u"analemma/shop-1/environment/production/%1/create/web-1"_s.arg(operation);
        QVERIFY(local::isLive(tag, {u"x"_s, operation}));
        QVERIFY(!local::isLive(tag, {operation.left(20), QString()}));
        QVERIFY(!local::isLive(QString(), {operation}));
        QCOMPARE(local::exactMark("ANALEMMA_SERVER", u"a/web-1"_s),
                 QByteArray("ANALEMMA_SERVER=a/web-1\0", 24));
    }

    void manifestFindsEveryChange()
    {
        QTemporaryDir folder;
        const QString root = folder.filePath(u"root"_s);
        write(root + u"/srv/app/a.txt"_s, "alpha");
        write(root + u"/srv/app/ü n.txt"_s, "");
        QVERIFY(QFile::link(u"/etc/passwd"_s, root + u"/srv/link"_s));
        QVERIFY(QFile::link(u"nowhere"_s, root + u"/srv/broken"_s));
        const Result<Manifest> first = scanTree(root);
        QVERIFY(first.ok());
        QCOMPARE(first->size(), 6);
        QCOMPARE(sizeOf(*first), 5);
        const Result<Manifest> stored = readManifest(manifestText(*first));
        QVERIFY(stored.ok());
        QCOMPARE(firstDifference(*first, *stored), QString());
        QCOMPARE(digestOf(*stored), digestOf(*first));

        write(root + u"/srv/app/a.txt"_s, "Alpha");
        QCOMPARE(firstDifference(*first, *scanTree(root)), u"srv/app/a.txt was changed"_s);
        QVERIFY(digestOf(*scanTree(root)) != digestOf(*first));
        write(root + u"/srv/app/a.txt"_s, "alpha");
        QVERIFY(QFile::remove(root + u"/srv/link"_s));
        QCOMPARE(firstDifference(*first, *scanTree(root)), u"srv/link is missing"_s);
        QVERIFY(QFile::link(u"/etc/shadow"_s, root + u"/srv/link"_s));
        QCOMPARE(firstDifference(*first, *scanTree(root)), u"srv/link was changed"_s);
        write(root + u"/new"_s, "x");
        QCOMPARE(firstDifference(*first, *scanTree(root)), u"new was added"_s);
    }

    void strippingNeverLeavesTheRoot()
    {
        QTemporaryDir folder;
        const QString outside = folder.filePath(u"outside"_s);
        const QString root = folder.filePath(u"root"_s);
        for (const QString& name :
             {u"/.ssh/authorized_keys"_s, u"/x.pid"_s, u"/app/log"_s, u"/.bash_history"_s}) {
            write(outside + name, "mine");
        }
        write(root + u"/home/deploy/.ssh/id_ed25519"_s, "secret");
        write(root + u"/srv/app/keep"_s, "keep");
        write(root + u"/srv/app/x.pid"_s, "1");
        QVERIFY(QFile::link(outside, root + u"/home/evil"_s));
        QVERIFY(QFile::link(outside, root + u"/srv/evil"_s));
        QVERIFY(QFile::link(outside, root + u"/tmp"_s));
        QVERIFY(QDir().mkpath(root + u"/var"_s));
        QVERIFY(QFile::link(outside, root + u"/var/log"_s));
        QVERIFY(local::strip(root).ok());
        for (const QString& name :
             {u"/.ssh/authorized_keys"_s, u"/x.pid"_s, u"/app/log"_s, u"/.bash_history"_s}) {
            QVERIFY2(QFile::exists(outside + name), qPrintable(name));
        }
        QVERIFY(!QFile::exists(root + u"/home/deploy/.ssh"_s));
        QVERIFY(!QFile::exists(root + u"/srv/app/x.pid"_s));
        QVERIFY(QFile::exists(root + u"/srv/app/keep"_s));
        QVERIFY(local::insideRoot(root, u"var/log/x"_s).isEmpty());
        QCOMPARE(local::insideRoot(root, u"srv/app/new"_s), root + u"/srv/app/new"_s);
    }

    void nobodyEntersWhoseWaitWasGivenUp()
    {
        const auto gate = std::make_shared<local::Gate>();
        const QString name = u"server/web-1"_s;
        auto inside = test::await(local::Gate::enter(gate, name));
        QVERIFY(inside.ok());
        const auto waiting = test::listen(local::Gate::enter(gate, name), this);
        QCOMPARE(drain(), 0);
        QVERIFY(waiting->has_value());
        QCOMPARE((**waiting).error().kind, ErrorKind::Cancelled);
        // The gate is still held by the first, and then free for who comes next.
        const auto next = test::listen(local::Gate::enter(gate, name), this);
        QTest::qWait(10);
        QVERIFY(!next->has_value());
        inside = cancelledError();
        QTRY_VERIFY(next->has_value());
        QVERIFY((**next).ok());
    }
};

QTEST_GUILESS_MAIN(TestInfraText)
#include "tst_infra_text.moc"
