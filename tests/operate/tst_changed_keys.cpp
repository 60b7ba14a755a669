#include "core/operate/fleet.h"
#include "core/operate/transfers.h"
#include "tests/operate/hosts_fixture.h"

using namespace Qt::StringLiterals;
using namespace analemma;
using namespace analemma::operate;
using namespace analemma::test;

namespace {

/// What would log in.
enum class Act { Connect, Apart, Exec, Sftp, Forward, KeyAlone, Fleet, Shared };

/// How the key that the server does not have stands on record.
enum class Form {
    Plain,
    Hashed,
    Pattern,
    Revoked,    ///< the right one, marked
    OtherType,  ///< of a type that the server has no key of
    TwoTypes,   ///< of the one type; the server has another one and shows it, if asked
    Port,       ///< under "[host]:port"; the right one under the plain name
    PlainName,  ///< the right one, but only under the plain name: that is port 22
    Alias,      ///< under a HostKeyAlias
    Authority,  ///< the certificate is another authority's
    Pinned,     ///< of a server that was made here
};

struct Case {
    Act act = Act::Connect;
    Form form = Form::Plain;
    bool inOurs = false;  ///< recorded in our file; else in the user's
    QByteArray transport = "auto";
    int hops = 0;     ///< the server lies behind so many
    int changed = 0;  ///< whose key: 1 and 2 are the hops, 0 is the server
};

class NoSecrets : public store::SecretSource {
public:
    Task<Result<Secret>> secret(QString name) override { return none(name); }
    static Task<Result<Secret>> none(QString name) { co_return Error(ErrorKind::NotFound, name); }
};

/// Requests to log in that have reached a server: RFC 4252, section 5.
qsizetype attempts(const PrivateSshd& sshd)
{
    return sshd.log().count("userauth-request for user");
}

qsizetype visits(const PrivateSshd& sshd)
{
    return sshd.log().count("Connection from ");
}

}  // namespace

Q_DECLARE_METATYPE(Case)
Q_DECLARE_METATYPE(Act)

/// A host key that is not the recorded one is never passed, on whatever way the program goes: the
/// server is met, and sees no request to log in. With the right record the same act logs in.
class TestChangedKeys : public HostsFixture {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init();
    void neverPassed_data();
    void neverPassed();
    void neverPassedAgain_data();
    void neverPassedAgain();
    void cleanupTestCase();

private:
    /// Operations on the servers of m_hosts.
    struct Operations {
        explicit Operations(TestChangedKeys* test);
        ~Operations() { (void)await(engine.suspendAll()); }
        Result<FleetView> run(const QString& command);
        Result<FleetView> ended(const QString& id);
        SystemClock clock;
        NoSecrets secrets;
        engine::Engine engine;
        Fleet fleet;
    };

    [[nodiscard]] PrivateSshd& serverOf(const Case& one);
    [[nodiscard]] QByteArray lines(const Case& one, bool right);
    void record(const Case& one, bool right);
    Result<void> act(const Case& one);
    Result<void> upload(const QString& server);
    [[nodiscard]] QString keyOf(const PrivateSshd& sshd, const QString& name) const
    {
        return QString::fromLatin1(sshd.read(name + u".pub"_s)).trimmed();
    }
    std::unique_ptr<Transfers> transfers();

    PrivateSshd m_web{{u"ed25519"_s}, "LogLevel DEBUG", 20};
    PrivateSshd m_edge{{u"ed25519"_s}, "LogLevel DEBUG", 21};
    PrivateSshd m_inner{{u"ed25519"_s}, "LogLevel DEBUG", 22};
    QTemporaryDir m_folder;  ///< of the authority
    PrivateSshd m_signed{
        {u"ed25519"_s, u"ecdsa"_s},
        "LogLevel DEBUG\nHostCertificate " + m_folder.filePath(u"host.cert"_s).toUtf8(),
        23};
    QString m_pin;                         ///< of Act::Shared and Form::Pinned
    std::shared_ptr<ssh::Session> m_held;  ///< one that was let in
    int m_cases = 0;
};

TestChangedKeys::Operations::Operations(TestChangedKeys* test)
    : engine(test->m_store.get(), &clock, u"shop"_s, u"tst_changed_keys"_s),
      fleet(
          test->m_store.get(), &engine, &secrets, [test] { return test->m_hosts->choose({}); },
          [test](const QString& name, const CancelToken& cancel) {
              return test->m_hosts->connect(name, cancel);
          },
          &clock)
{
}

Result<FleetView> TestChangedKeys::Operations::run(const QString& command)
{
    FleetRequest request;
    request.hosts = QStringList{u"web"_s};
    request.command = command;
    request.patience = seconds(2);
    const Result<QString> id = await(fleet.run(request, {}));
    return id ? ended(*id) : Result<FleetView>(id.error());
}

Result<FleetView> TestChangedKeys::Operations::ended(const QString& id)
{
    const auto finished = await(engine.finished(id, {}), seconds(60));
    return finished ? await(fleet.show(id)) : Result<FleetView>(finished.error());
}

void TestChangedKeys::initTestCase()
{
    QVERIFY(m_web.makeKey(u"ca"_s, u"ed25519"_s));
    QVERIFY(m_signed.makeKey(u"host_ed25519"_s, u"ed25519"_s));
    QCOMPARE(QProcess::execute(u"ssh-keygen"_s,
                               {u"-q"_s, u"-s"_s, m_web.path(u"ca"_s), u"-I"_s, u"host"_s, u"-h"_s,
                                u"-n"_s, m_signed.address(), m_signed.path(u"host_ed25519.pub"_s)}),
             0);
    QVERIFY(
        QFile::copy(m_signed.path(u"host_ed25519-cert.pub"_s), m_folder.filePath(u"host.cert"_s)));
    for (PrivateSshd* sshd : {&m_web, &m_edge, &m_inner, &m_signed}) {
        const QString problem = sshd->start();
        QVERIFY2(problem.isEmpty(), qPrintable(problem));
    }
    QVERIFY(m_web.makeKey(u"other"_s, u"ed25519"_s));
    QVERIFY(m_web.makeKey(u"other_ecdsa"_s, u"ecdsa"_s));
}

void TestChangedKeys::init()
{
    m_held.reset();
    begin();
}

PrivateSshd& TestChangedKeys::serverOf(const Case& one)
{
    const bool isSigned = one.form == Form::TwoTypes || one.form == Form::Authority;
    return one.changed == 1 ? m_edge : one.changed == 2 ? m_inner : isSigned ? m_signed : m_web;
}

/// What is recorded of the server in question.
QByteArray TestChangedKeys::lines(const Case& one, bool right)
{
    const PrivateSshd& sshd = serverOf(one);
    const QString own = sshd.hostKey(u"ed25519"_s);
    const QString other = keyOf(m_web, u"other"_s);
    const QString otherEcdsa = keyOf(m_web, u"other_ecdsa"_s);
    const QByteArray key = (right ? own : other).toLatin1() + '\n';
    const QByteArray address = sshd.address().toLatin1();
    const QByteArray port = QByteArray::number(sshd.port());
    const QByteArray name = '[' + address + "]:" + port;
    switch (one.form) {
        case Form::Plain:
        case Form::Hashed:
            return knownLine(sshd, right ? own : other);
        case Form::Pattern:
            return "[127.*]:" + port + ' ' + key;
        case Form::Revoked:
            return knownLine(sshd) +
                   (right ? QByteArray() : "@revoked " + name + ' ' + own.toLatin1() + '\n');
        case Form::OtherType:
            return knownLine(sshd, right ? own : otherEcdsa);
        case Form::TwoTypes:
            return knownLine(sshd, right ? sshd.hostKey(u"ecdsa"_s) : otherEcdsa);
        case Form::Port:
            return address + ' ' + (right ? other : own).toLatin1() + '\n' + name + ' ' + key;
        case Form::PlainName:
            return (right ? name : address) + ' ' + own.toLatin1() + '\n';
        case Form::Alias:
            return "shop-web " + key;
        case Form::Authority:
            return "@cert-authority " + name + ' ' +
                   (right ? keyOf(m_web, u"ca"_s) : other).toLatin1() + '\n';
        case Form::Pinned:
            break;
    }
    return {};
}

/// Writes the record and the workspace anew, and begins with nothing open.
void TestChangedKeys::record(const Case& one, bool right)
{
    const PrivateSshd& sshd = serverOf(one);
    QByteArray text = lines(one, right);
    for (const PrivateSshd* each : {&m_web, &m_edge, &m_inner}) {
        text += each == &sshd ? QByteArray() : knownLine(*each);
    }
    const QString file = one.inOurs ? places().ownKnownHosts : sshFile(u"known_hosts"_s);
    write(file, text);
    if (one.form == Form::Hashed) {
        QProcess hash;
        hash.start(u"ssh-keygen"_s, {u"-H"_s, u"-f"_s, file});
        QVERIFY(hash.waitForFinished() && hash.exitCode() == 0);
        QVERIFY(!readFile(file, 10'000).valueOr({}).contains(sshd.address().toLatin1()));
    }
    m_pin = right ? sshd.hostKey(u"ed25519"_s) : keyOf(m_web, u"other"_s);
    if (one.form == Form::Alias) {
        write(sshFile(u"config"_s), "Host web\n  HostName " + sshd.address().toLatin1() +
                                        "\n  Port " + QByteArray::number(sshd.port()) +
                                        "\n  HostKeyAlias shop-web\n  IdentityFile " +
                                        sshd.path(u"user"_s).toUtf8() + '\n');
        make();
        VERIFY_OK(await(m_hosts->import(u"web"_s, {})));
        return;
    }
    if (one.form == Form::Pinned) {
        infra::Server made;
        made.name = u"web"_s;
        made.state = u"running"_s;
        made.ssh = sshd.target();
        made.ssh.hostKey = m_pin;
        m_made = {made};
        make();
        return;
    }
    const QByteArray hops = one.hops == 2   ? ", hops: [edge, inner]"
                            : one.hops == 1 ? ", hops: [edge]"
                                            : "";
    make(listed("web", one.hops > 0 ? m_web : sshd, hops + ", transport: " + one.transport) +
         listed("edge", m_edge) + listed("inner", m_inner));
}

std::unique_ptr<Transfers> TestChangedKeys::transfers()
{
    auto queue = std::make_unique<Transfers>(
        [this](const QString& server, const CancelToken& cancel) {
            return sessionOf(m_hosts->connect(server, cancel));
        },
        m_home->filePath(u"scratch"_s));
    TransferSettings settings;
    settings.conflicts = ConflictRule::Overwrite;
    settings.firstWait = milliseconds(50);
    settings.bytesPerSecond = 500'000;
    queue->setSettings(settings);
    return queue;
}

Result<void> TestChangedKeys::upload(const QString& server)
{
    const auto queue = transfers();
    const QByteArray from = m_home->filePath(u"w/analemma.yaml"_s).toUtf8();
    const Result<QString> id =
        queue->add({{}, from}, {server, m_home->filePath(u"copy"_s).toUtf8()});
    if (!id) {
        return id.error();
    }
    const bool ended = QTest::qWaitFor([&] { return isOver(queue->find(*id)->state); }, 20'000);
    const TransferView view = queue->find(*id).value_or(TransferView());
    return ended && view.state == TransferState::Done
               ? Result<void>()
               : view.error.value_or(Error(ErrorKind::Bug, toString(view.state)));
}

Result<void> TestChangedKeys::act(const Case& one)
{
    const QString name = u"web"_s;
    const auto plain = [](const auto& result) {
        return result ? Result<void>() : Result<void>(result.error());
    };
    switch (one.act) {
        case Act::Connect:
            return plain(connectTo(name));
        case Act::Apart:
            return plain(await(m_hosts->connectApart(name, CancelToken())));
        case Act::Exec:
            return plain(await(m_hosts->run(name, u"true"_s, {}, CancelToken())));
        case Act::Sftp:
            return upload(name);
        case Act::Forward: {
            const auto chosen = await(m_hosts->connectApart(name, CancelToken()));
            if (!chosen) {
                return chosen.error();
            }
            ssh::ForwardSpec spec;
            spec.kind = ssh::ForwardSpec::Kind::Dynamic;
            return plain(await(chosen->session->forward(spec, CancelToken())));
        }
        case Act::KeyAlone:
            return plain(
                await(m_hosts->connectWithKey(name, m_web.path(u"user"_s), CancelToken())));
        case Act::Fleet: {
            const auto view = Operations(this).run(u"true"_s);
            if (!view || view->steps[0].state == StepState::Ok) {
                return plain(view);
            }
            const bool isKey = view->steps[0].state == StepState::Unreachable &&
                               view->steps[0].reason.contains(u"host key"_s);
            return Error(isKey ? ErrorKind::HostKey : ErrorKind::Bug, view->steps[0].reason);
        }
        case Act::Shared: {
            ssh::Target target = m_web.target();
            target.hostKey = m_pin;
            return plain(await(m_client.shared(target, CancelToken())));
        }
    }
    return Error(ErrorKind::Bug, u"nothing was done"_s);
}

void TestChangedKeys::neverPassed_data()
{
    QTest::addColumn<Case>("one");
    const auto add = [](const char* name, const Case& one) { QTest::newRow(name) << one; };
    add("the user's file", {});
    add("our file", {.inOurs = true});
    add("built-in", {.transport = "built-in"});
    add("system OpenSSH", {.transport = "system"});
    add("a connection of its own", {.act = Act::Apart});
    add("exec", {.act = Act::Exec});
    add("sftp", {.act = Act::Sftp});
    add("forward", {.act = Act::Forward});
    add("a key alone", {.act = Act::KeyAlone});
    add("fleet", {.act = Act::Fleet});
    add("the shared client", {.act = Act::Shared});
    add("first hop", {.hops = 2, .changed = 1});
    add("middle hop", {.hops = 2, .changed = 2});
    add("behind the hops", {.hops = 2});
    add("first hop, system OpenSSH", {.transport = "system", .hops = 2, .changed = 1});
    add("middle hop, system OpenSSH", {.transport = "system", .hops = 2, .changed = 2});
    add("behind the hops, system OpenSSH", {.transport = "system", .hops = 2});
    add("sftp, first hop", {.act = Act::Sftp, .hops = 1, .changed = 1});
    add("forward, first hop", {.act = Act::Forward, .hops = 1, .changed = 1});
    add("other key type", {.form = Form::OtherType});
    add("other key type, system OpenSSH", {.form = Form::OtherType, .transport = "system"});
    add("of two key types", {.form = Form::TwoTypes});
    add("revoked", {.form = Form::Revoked});
    add("revoked, system OpenSSH", {.form = Form::Revoked, .transport = "system"});
    add("hashed name", {.form = Form::Hashed});
    add("hashed name, our file", {.form = Form::Hashed, .inOurs = true});
    add("wildcard name", {.form = Form::Pattern});
    add("[host]:port", {.form = Form::Port});
    add("only the plain name", {.form = Form::PlainName});
    add("HostKeyAlias", {.form = Form::Alias});
    add("another authority", {.form = Form::Authority});
    add("a server made here", {.form = Form::Pinned});
}

void TestChangedKeys::neverPassed()
{
    QFETCH(Case, one);
    PrivateSshd& sshd = serverOf(one);
    QTRY_COMPARE(processTree(sshd.pid()).size(), 1);
    if (one.act == Act::Shared) {  // a session under the right key opens no door for another one
        const auto held = await(m_client.shared(m_web.target(), CancelToken()));
        VERIFY_OK(held);
        m_held = *held;
    }
    record(one, false);
    const qsizetype quiet = processTree(sshd.pid()).size();
    const qsizetype before = attempts(sshd);
    const qsizetype met = visits(sshd);
    std::vector<std::pair<PrivateSshd*, qsizetype>> behind;
    for (PrivateSshd* each : {&m_inner, &m_web}) {
        if (one.changed == 1 || (one.changed == 2 && each == &m_web)) {
            behind.emplace_back(each, visits(*each));
        }
    }
    const Result<void> refused = act(one);
    QVERIFY(!refused);
    QVERIFY2(refused.error().kind == ErrorKind::HostKey, qPrintable(refused.error().message));
    QTRY_VERIFY(processTree(sshd.pid()).size() <= quiet);  // all of it stands in the log
    QVERIFY(visits(sshd) > met);
    QCOMPARE(attempts(sshd), before);
    for (const auto& [each, count] : behind) {
        QCOMPARE(visits(*each), count);
    }
    // The test would see a login: with the right record there is one.
    if (m_held) {
        VERIFY_OK(await(m_held->close()));
    }
    record(one, true);
    VERIFY_OK(act(one));
    QTRY_VERIFY(attempts(sshd) > before);
    ++m_cases;
}

void TestChangedKeys::neverPassedAgain_data()
{
    QTest::addColumn<Act>("what");
    QTest::newRow("connect") << Act::Connect;
    QTest::newRow("sftp") << Act::Sftp;
    QTest::newRow("fleet") << Act::Fleet;
}

/// The connection drops, and what comes back at the same address and port has another key.
void TestChangedKeys::neverPassedAgain()
{
    QFETCH(Act, what);
    PrivateSshd sshd({u"ed25519"_s}, "LogLevel DEBUG", 30);
    QString problem = sshd.start();
    QVERIFY2(problem.isEmpty(), qPrintable(problem));
    write(sshFile(u"known_hosts"_s), knownLine(sshd));
    make(listed("web", sshd));
    Operations operations(this);
    const auto queue = transfers();
    QString id;
    const auto connected = connectTo(u"web"_s);
    VERIFY_OK(connected);
    if (what == Act::Sftp) {
        write(m_home->filePath(u"much"_s), QByteArray(3'000'000, 'x'));
        id = *queue->add({u"web"_s, m_home->filePath(u"much"_s).toUtf8()},
                         {{}, m_home->filePath(u"copy"_s).toUtf8()});
        QTRY_VERIFY_WITH_TIMEOUT(queue->find(id)->done > 0, 20'000);
    } else if (what == Act::Fleet) {
        FleetRequest request;
        request.hosts = QStringList{u"web"_s};
        request.command = u"echo run >>~/once; sleep 3; echo end"_s;
        request.patience = seconds(2);
        id = await(operations.fleet.run(request, {})).valueOr({});
        QTRY_COMPARE_WITH_TIMEOUT(sshd.read(u"once"_s), QByteArray("run\n"), 20'000);
        QTest::qWait(1'500);  // then it is no child of the shell that began it
    }
    const int port = sshd.port();
    sshd.stop();
    for (const QString& name : {u"host_ed25519"_s, u"host_ed25519.pub"_s}) {
        QVERIFY(QFile::remove(sshd.path(name)));
    }
    problem = sshd.start(port);
    QVERIFY2(problem.isEmpty(), qPrintable(problem));
    const qsizetype start = visits(sshd);

    QTRY_VERIFY(!connected->session->isConnected());
    if (what == Act::Connect) {
        QCOMPARE(connectTo(u"web"_s).error().kind, ErrorKind::HostKey);
    } else if (what == Act::Sftp) {
        QTRY_VERIFY_WITH_TIMEOUT(isOver(queue->find(id)->state), 20'000);
        QCOMPARE(queue->find(id)->state, TransferState::Failed);
        QCOMPARE(queue->find(id)->error->kind, ErrorKind::HostKey);
    } else {
        const auto view = operations.ended(id);
        VERIFY_OK(view);
        QCOMPARE(view->steps[0].state, StepState::Unknown);
        QVERIFY2(view->steps[0].reason.contains(u"host key"_s), qPrintable(view->steps[0].reason));
    }
    QTRY_COMPARE(processTree(sshd.pid()).size(), 1);
    QVERIFY(visits(sshd) > start);
    QCOMPARE(attempts(sshd), 0);

    // A person replaces the record: then it goes on.
    const auto view = await(m_hosts->offeredKey(u"web"_s, CancelToken()));
    VERIFY_OK(view);
    QCOMPARE(view->verdict.trust, ssh::Trust::Changed);
    QCOMPARE(attempts(sshd), 0);
    write(sshFile(u"known_hosts"_s), {});
    VERIFY_OK(await(m_hosts->trust(*view, true)));
    if (what == Act::Sftp) {
        queue->retry(id);
        QTRY_COMPARE_WITH_TIMEOUT(queue->find(id)->state, TransferState::Done, 20'000);
        QCOMPARE(readFile(m_home->filePath(u"copy"_s), 4'000'000).valueOr({}),
                 QByteArray(3'000'000, 'x'));
    } else if (what == Act::Fleet) {
        const Result<QString> look = await(operations.fleet.check(id, {}));
        VERIFY_OK(look);
        VERIFY_OK(operations.ended(*look));
        QCOMPARE(await(operations.fleet.show(id))->steps[0].state, StepState::Ok);
        QCOMPARE(sshd.read(u"once"_s), QByteArray("run\n"));
    } else {
        VERIFY_OK(connectTo(u"web"_s));
    }
    QTRY_VERIFY(attempts(sshd) > 0);
    ++m_cases;
}

void TestChangedKeys::cleanupTestCase()
{
    m_held.reset();
    m_hosts.reset();
    m_store.reset();
    qInfo("changed host keys: %d cases, none passed, no request to log in", m_cases);
}

QTEST_GUILESS_MAIN(TestChangedKeys)
#include "tst_changed_keys.moc"
