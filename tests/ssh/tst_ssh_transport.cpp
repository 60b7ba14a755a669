#include "core/ssh/system.h"

#include "core/base/files.h"
#include "core/ssh/config.h"
#include "core/ssh/src/systemconfig.h"
#include "tests/ssh/private_sshd.h"
#include "tests/support.h"

#include <map>

using namespace Qt::StringLiterals;
using namespace analemma;
using namespace analemma::ssh;
using namespace analemma::test;

namespace {

/// A memory as the store gives one, for a test.
class Notebook : public TransportMemory {
public:
    std::optional<Transport> recall(const QString& host) override
    {
        const auto found = m_notes.find(host);
        return found == m_notes.end() ? std::nullopt : std::optional(found->second);
    }
    void remember(const QString& host, Transport transport) override { m_notes[host] = transport; }

private:
    std::map<QString, Transport> m_notes;
};

}  // namespace

/// Servers that only one of the two transports reaches: who takes which, and why.
class TestSshTransport : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void refusedLogin();
    void matrix_data();
    void matrix();
    void userCertificate();
    void hostCertificate();
    void proxyCommandOnlyWhenApproved();
    void shownKeys();
    void hops();
    void choices_data();
    void choices();
    void errorTexts_data();
    void errorTexts();
    void errorsNameTheHop();
    void changedKeysPassNeither();

private:
    [[nodiscard]] Result<std::shared_ptr<Session>> open(const Target& target,
                                                        const SystemOptions& system = {})
    {
        return await(m_client.connectTo(target, system, {}, {}));
    }
    Result<ExecResult> run(const std::shared_ptr<Session>& session, const QString& command,
                           ExecOptions options = {})
    {
        return await(session->exec(command, std::move(options), {}));
    }
    Result<ChosenSession> choose(const Target& target, Transport setting,
                                 const SystemOptions& system = {})
    {
        Connecting connecting;
        connecting.target = target;
        connecting.system = system;
        connecting.facts.setting = setting;
        return await(connectByChoice(&m_builtIn, &m_client, m_notebook, connecting, CancelToken()));
    }
    ssh::Library m_library;
    QTemporaryDir m_folder{QDir::tempPath() + u"/sy-XXXXXX"_s};
    PrivateSshd m_sshd;
    Client m_builtIn{1};
    SystemClient m_client{m_folder.filePath(u"s"_s)};
    std::shared_ptr<Notebook> m_notebook = std::make_shared<Notebook>();
};

void TestSshTransport::initTestCase()
{
    const QString problem = m_sshd.start();
    QVERIFY2(problem.isEmpty(), qPrintable(problem));
}

void TestSshTransport::refusedLogin()
{
    QVERIFY(m_sshd.makeKey(u"stranger"_s, u"ed25519"_s));
    Target target = m_sshd.target();
    target.keyFile = m_sshd.path(u"stranger"_s);
    const auto session = open(target);
    QCOMPARE(session.error().kind, ErrorKind::Auth);
    QVERIFY2(session.error().message.contains(u"Permission denied (publickey"_s),
             qPrintable(session.error().message));
    const auto chosen = choose(target, Transport::Auto);
    QCOMPARE(chosen.error().kind, ErrorKind::Auth);
    QVERIFY(!chosen.error().details.value(u"builtIn"_s).toString().isEmpty());
}

void TestSshTransport::matrix_data()
{
    QTest::addColumn<QStringList>("hostKeyTypes");
    QTest::addColumn<QByteArray>("config");
    QTest::addColumn<bool>("builtInCan");
    const QStringList ed = {u"ed25519"_s};
    QTest::newRow("default") << ed << QByteArray() << true;
    QTest::newRow("RSA host key") << QStringList{u"rsa"_s} << QByteArray() << false;
    QTest::newRow("ETM only") << ed
                              << QByteArray(
                                     "Ciphers aes128-ctr,aes256-ctr\nMACs "
                                     "hmac-sha2-256-etm@openssh.com")
                              << false;
    QTest::newRow("AEAD only") << ed
                               << QByteArray(
                                      "Ciphers chacha20-poly1305@openssh.com,"
                                      "aes256-gcm@openssh.com")
                               << false;
    QTest::newRow("sntrup only") << ed
                                 << QByteArray("KexAlgorithms sntrup761x25519-sha512@openssh.com")
                                 << false;
}

/// Each logs in by the transport that can; auto says which and why, and remembers.
void TestSshTransport::matrix()
{
    QFETCH(QStringList, hostKeyTypes);
    QFETCH(QByteArray, config);
    QFETCH(bool, builtInCan);
    PrivateSshd sshd(hostKeyTypes, config, 3);
    const QString problem = sshd.start();
    QVERIFY2(problem.isEmpty(), qPrintable(problem));
    const Target target = sshd.target();
    const auto system = open(target);
    VERIFY_OK(system);
    QCOMPARE(run(*system, u"echo in"_s)->output, QByteArray("in\n"));

    const auto builtIn = choose(target, Transport::BuiltIn);
    QCOMPARE(builtIn.ok(), builtInCan);
    if (!builtIn) {
        QCOMPARE(builtIn.error().kind, ErrorKind::Unsupported);
        QVERIFY2(builtIn.error().hint.contains(u"system's OpenSSH"_s),
                 qPrintable(builtIn.error().message + builtIn.error().hint));
    }
    const Transport expected = builtInCan ? Transport::BuiltIn : Transport::System;
    const auto chosen = choose(target, Transport::Auto);
    VERIFY_OK(chosen);
    QCOMPARE(chosen->choice.transport, expected);
    QVERIFY(chosen->choice.reason.contains(builtInCan ? u"nothing speaks against"_s
                                                      : u"nothing in common"_s));
    QCOMPARE(run(chosen->session, u"echo in"_s)->output, QByteArray("in\n"));
    const auto again = choose(target, Transport::Auto);
    VERIFY_OK(again);
    QCOMPARE(again->choice.transport, expected);
    QVERIFY2(again->choice.reason.contains(u"the last time"_s), qPrintable(again->choice.reason));
}

void TestSshTransport::userCertificate()
{
    PrivateSshd sshd({u"ed25519"_s}, "TrustedUserCAKeys " + m_folder.path().toUtf8() + "/ca.pub",
                     4);
    const QString ca = m_folder.filePath(u"ca"_s);
    QCOMPARE(QProcess::execute(u"ssh-keygen"_s,
                               {u"-q"_s, u"-t"_s, u"ed25519"_s, u"-N"_s, QString(), u"-f"_s, ca}),
             0);
    const QString problem = sshd.start();
    QVERIFY2(problem.isEmpty(), qPrintable(problem));
    QVERIFY(sshd.makeKey(u"signed"_s, u"ed25519"_s));
    QCOMPARE(QProcess::execute(u"ssh-keygen"_s, {u"-q"_s, u"-s"_s, ca, u"-I"_s, u"me"_s, u"-n"_s,
                                                 PrivateSshd::user(), sshd.path(u"signed.pub"_s)}),
             0);
    Target target = sshd.target();
    target.keyFile = sshd.path(u"signed"_s);
    QFile::rename(sshd.path(u"signed-cert.pub"_s), sshd.path(u"my certificate"_s));
    QCOMPARE(open(target).error().kind, ErrorKind::Auth);
    const HostConfig host =
        SshConfig::parse("CertificateFile \"" + sshd.path(u"my certificate"_s).toUtf8() + "\"\n",
                         ConfigPlaces::here())
            .resolve(u"web"_s);
    SystemOptions system;
    system.lines = host.systemLines;
    const auto session = open(target, system);
    VERIFY_OK(session);
    QVERIFY(sshd.log().contains("ED25519-CERT"));
    Connecting connecting;
    connecting.target = target;
    connecting.system = system;
    connecting.facts.needsSystem = host.needsSystem;
    const auto chosen =
        await(connectByChoice(&m_builtIn, &m_client, nullptr, connecting, CancelToken()));
    VERIFY_OK(chosen);
    QVERIFY2(chosen->choice.reason.contains(u"CertificateFile ("_s),
             qPrintable(chosen->choice.reason));
}

void TestSshTransport::hostCertificate()
{
    PrivateSshd sshd({u"ed25519"_s}, "HostCertificate " + m_folder.path().toUtf8() + "/host.cert",
                     5);
    const QString ca = m_folder.filePath(u"hostca"_s);
    const QString key = m_folder.filePath(u"hostkey"_s);
    for (const QString& path : {ca, key}) {
        QCOMPARE(QProcess::execute(u"ssh-keygen"_s, {u"-q"_s, u"-t"_s, u"ed25519"_s, u"-N"_s,
                                                     QString(), u"-f"_s, path}),
                 0);
    }
    QVERIFY(QFile::copy(key, sshd.path(u"host_ed25519"_s)));
    QVERIFY(QFile::copy(key + u".pub"_s, sshd.path(u"host_ed25519.pub"_s)));
    QCOMPARE(QProcess::execute(u"ssh-keygen"_s, {u"-q"_s, u"-s"_s, ca, u"-I"_s, u"host"_s, u"-h"_s,
                                                 u"-n"_s, sshd.address(), key + u".pub"_s}),
             0);
    QVERIFY(
        QFile::rename(m_folder.filePath(u"hostkey-cert.pub"_s), m_folder.filePath(u"host.cert"_s)));
    const QString problem = sshd.start();
    QVERIFY2(problem.isEmpty(), qPrintable(problem));
    Target target = sshd.target();
    target.hostKey.clear();
    SystemOptions system;
    const QByteArray name = '[' + sshd.address().toUtf8() + "]:" + QByteArray::number(sshd.port());
    system.knownHosts =
        "@cert-authority " + name + ' ' + readFile(ca + u".pub"_s, 10'000).valueOr({});
    VERIFY_OK(open(target, system));
    system.knownHosts = "@cert-authority " + name + ' ' + m_sshd.hostKey(u"ed25519"_s).toUtf8();
    QCOMPARE(open(target, system).error().kind, ErrorKind::HostKey);
}

void TestSshTransport::proxyCommandOnlyWhenApproved()
{
    const QString canary = m_folder.filePath(u"canary"_s);
    const QString relay = m_folder.filePath(u"relay.py"_s);
    VERIFY_OK(writeFile(relay, relayProgram()));
    const QByteArray text = "Host web\nProxyCommand sh -c \"touch " + canary.toUtf8() +
                            "; exec python3 " + relay.toUtf8() + " %h %p\"\n";
    const HostConfig host = SshConfig::parse(text, ConfigPlaces::here()).resolve(u"web"_s);
    QVERIFY(!host.needsSystem.isEmpty());
    SystemOptions system;
    system.lines = host.systemLines;
    VERIFY_OK(open(m_sshd.target(), system));  // reachable without, and not run
    QVERIFY(!QFile::exists(canary));
    system.approvedProxyCommand = host.proxyCommand;
    const auto session = open(m_sshd.target(), system);
    VERIFY_OK(session);
    QCOMPARE(run(*session, u"echo in"_s)->output, QByteArray("in\n"));
    QVERIFY(QFile::exists(canary));
    system.approvedProxyCommand = u"a\nb"_s;
    QCOMPARE(open(m_sshd.target(), system).error().kind, ErrorKind::Invalid);
}

/// The key of a server is seen before anything of us is told, behind a proxy command as well.
void TestSshTransport::shownKeys()
{
    PrivateSshd sshd({u"ed25519"_s, u"rsa"_s}, "LogLevel DEBUG1", 12);
    const QString problem = sshd.start();
    QVERIFY2(problem.isEmpty(), qPrintable(problem));
    const QString relay = m_folder.filePath(u"relay.py"_s);
    VERIFY_OK(writeFile(relay, relayProgram()));
    SystemOptions proxy;
    proxy.approvedProxyCommand = u"python3 %1 %h %p"_s.arg(relay);
    Target target = sshd.target();
    target.hostKey.clear();
    for (const SystemOptions& system : {SystemOptions(), proxy}) {
        const auto key = await(m_client.shownKey(target, system, {}, {}, {}));
        VERIFY_OK(key);
        QCOMPARE(key->text(), sshd.hostKey(u"ed25519"_s).section(u' ', 0, 1));
        const auto other = await(m_client.shownKey(target, system, {}, {"ssh-rsa"}, {}));
        VERIFY_OK(other);
        QCOMPARE(other->text(), sshd.hostKey(u"rsa"_s).section(u' ', 0, 1));
    }
    QVERIFY2(!sshd.log().contains("userauth"), sshd.log().constData());
    proxy.approvedProxyCommand = u"exit 3"_s;
    const auto broken = await(m_client.shownKey(target, proxy, {}, {}, {}));
    QVERIFY(!broken);
    QCOMPARE(broken.error().kind, ErrorKind::Network);
    // The answer may come before the last of them is put away.
    QTRY_COMPARE_WITH_TIMEOUT(QDir(m_folder.filePath(u"s"_s)).entryList({u"s-*"_s}).size(), 0,
                              15'000);
}

void TestSshTransport::hops()
{
    PrivateSshd inner({u"ed25519"_s}, {}, 6);
    PrivateSshd middle({u"ecdsa"_s}, {}, 7);
    for (PrivateSshd* sshd : {&inner, &middle}) {
        const QString problem = sshd->start();
        QVERIFY2(problem.isEmpty(), qPrintable(problem));
    }
    SystemOptions system;
    system.hops = {m_sshd.target(), middle.target()};
    const auto session = open(inner.target(), system);
    VERIFY_OK(session);
    QCOMPARE(run(*session, u"echo in"_s)->output, QByteArray("in\n"));
    QVERIFY(middle.log().contains("Accepted publickey"));
    QVERIFY(inner.log().contains("Connection from " + middle.address().toUtf8()) ||
            inner.log().contains("Accepted publickey"));
    // The key of a hop is checked as well.
    system.hops[1].hostKey = m_sshd.hostKey(u"ed25519"_s);
    QCOMPARE(open(inner.target(), system).error().kind, ErrorKind::HostKey);
    system.hops.resize(5, m_sshd.target());
    QCOMPARE(open(inner.target(), system).error().kind, ErrorKind::Invalid);
}

void TestSshTransport::choices_data()
{
    QTest::addColumn<int>("setting");
    QTest::addColumn<int>("remembered");
    QTest::addColumn<QStringList>("needs");
    QTest::addColumn<int>("first");
    QTest::addColumn<bool>("goesOn");  // after "nothing in common"
    const QStringList none;
    const QStringList some = {u"ProxyCommand"_s};
    const int any = int(Transport::Auto);
    const int own = int(Transport::BuiltIn);
    const int sys = int(Transport::System);
    QTest::newRow("new") << any << -1 << none << own << true;
    QTest::newRow("worked") << any << own << none << own << true;
    QTest::newRow("did not") << any << sys << none << sys << true;
    QTest::newRow("needs") << any << own << some << sys << true;
    QTest::newRow("set built-in") << own << sys << some << own << false;
    QTest::newRow("set system") << sys << own << none << sys << false;
}

void TestSshTransport::choices()
{
    QFETCH(int, setting);
    QFETCH(int, remembered);
    QFETCH(QStringList, needs);
    QFETCH(int, first);
    QFETCH(bool, goesOn);
    TransportFacts facts;
    facts.setting = Transport(setting);
    facts.needsSystem = needs;
    facts.remembered = remembered < 0 ? std::nullopt : std::optional(Transport(remembered));
    const TransportChoice choice = chooseTransport(facts);
    QCOMPARE(choice.transport, Transport(first));
    QVERIFY(choice.reason.startsWith(first == int(Transport::System) ? u"system OpenSSH: "_s
                                                                     : u"built-in: "_s));
    for (const ErrorKind kind : {ErrorKind::Unsupported, ErrorKind::Auth, ErrorKind::Protocol}) {
        QCOMPARE(chooseAgain(facts, Error(kind, u"x"_s)).has_value(), goesOn);
    }
    for (const ErrorKind kind : {ErrorKind::HostKey, ErrorKind::Network, ErrorKind::Timeout,
                                 ErrorKind::Cancelled, ErrorKind::Invalid}) {
        QVERIFY(!chooseAgain(facts, Error(kind, u"x"_s)));
    }
    QCOMPARE(transportFromString(toString(Transport(setting))), std::optional(Transport(setting)));
    QVERIFY(!transportFromString(u"telnet"_s));
}

void TestSshTransport::errorTexts_data()
{
    QTest::addColumn<QByteArray>("errors");
    QTest::addColumn<int>("kind");
    const auto row = [](const char* text, ErrorKind kind) {
        QTest::newRow(text) << QByteArray(text) << int(kind);
    };
    row("@ WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED! @\nHost key verification failed.",
        ErrorKind::HostKey);
    row("No ED25519 host key is known for [127.0.0.1]:22 and you have requested strict checking.\n"
        "Host key verification failed.",
        ErrorKind::HostKey);
    row("root@web: Permission denied (publickey,password).", ErrorKind::Auth);
    row("Received disconnect from 1.2.3.4 port 22:2: Too many authentication failures",
        ErrorKind::Auth);
    row("Unable to negotiate with 1.2.3.4 port 22: no matching cipher found. Their offer: x",
        ErrorKind::Unsupported);
    row("ssh: connect to host web port 22: Connection refused", ErrorKind::Network);
    row("ssh: connect to host web port 22: Connection timed out", ErrorKind::Timeout);
    row("ssh: Could not resolve hostname web: Name or service not known", ErrorKind::Network);
    row("kex_exchange_identification: Connection closed by remote host", ErrorKind::Network);
    row("/tmp/x/master: line 3: Bad configuration option: foo", ErrorKind::Unsupported);
    row("\x1b[31mstrange", ErrorKind::Network);
}

void TestSshTransport::errorTexts()
{
    QFETCH(QByteArray, errors);
    QFETCH(int, kind);
    Target target;
    target.host = u"web"_s;
    target.user = u"ops"_s;
    const Error error = connectionError(target, errors, u"exit code 255"_s);
    QCOMPARE(error.kind, ErrorKind(kind));
    QVERIFY(error.message.startsWith(u"ops@web:22: "_s));
    QVERIFY(!error.message.contains(u'\x1b'));
}

void TestSshTransport::errorsNameTheHop()
{
    const auto at = [](const QString& host, int port) {
        Target one;
        one.host = host;
        one.port = port;
        one.user = u"ops"_s;
        return one;
    };
    Target target = at(u"web"_s, 22);
    target.hops = {at(u"edge"_s, 22), at(u"10.0.0.2"_s, 2222)};
    const auto told = [&target](const QByteArray& errors) {
        return connectionError(target, errors, u"exit code 255"_s).message;
    };
    const QString first = u"hop 1 of 2: edge: ops@edge:22: "_s;
    const QString second = u"hop 2 of 2: 10.0.0.2: ops@10.0.0.2:2222: "_s;
    QVERIFY(told("No ED25519 host key is known for edge and you have requested").startsWith(first));
    QVERIFY(told("IDENTIFICATION HAS CHANGED\nHost key for [10.0.0.2]:2222 has changed and you")
                .startsWith(second));
    QVERIFY(told("ops@edge: Permission denied (publickey).").startsWith(first));
    QVERIFY(told("ssh: connect to host edge port 22: Connection refused").startsWith(first));
    QVERIFY(told("Unable to negotiate with 10.0.0.2 port 2222: no matching cipher found.")
                .startsWith(second));
    // What is about the server, or about nobody in particular, is told of the server.
    const QString server = u"ops@web:22: "_s;
    QVERIFY(told("No ED25519 host key is known for web and you have requested").startsWith(server));
    QVERIFY(told("Unable to negotiate with 10.0.0.2 port 22: no matching").startsWith(server));
    QVERIFY(told("Host key verification failed.").startsWith(server));
    target.hops[0].host = u"web"_s;  // one address, two ports: only what bears the port is certain
    QVERIFY(told("ops@web: Permission denied (publickey).").startsWith(server));
}

/// A key that is not the recorded one, or revoked, ends the attempt: no second transport is tried.
void TestSshTransport::changedKeysPassNeither()
{
    QVERIFY(m_sshd.makeKey(u"another"_s, u"ed25519"_s));
    Target wrong = m_sshd.target();
    wrong.hostKey = QString::fromUtf8(m_sshd.read(u"another.pub"_s));
    Target none = m_sshd.target();
    none.hostKey.clear();
    SystemOptions revoked;
    revoked.knownHosts = "@revoked * " + m_sshd.hostKey(u"ed25519"_s).toUtf8();
    const qsizetype logins = m_sshd.log().count("Accepted publickey");
    for (const Transport setting : {Transport::Auto, Transport::BuiltIn, Transport::System}) {
        for (const auto& [target, system] :
             {std::pair(wrong, SystemOptions()), std::pair(none, SystemOptions()),
              std::pair(m_sshd.target(), revoked)}) {
            QCOMPARE(choose(target, setting, system).error().kind, ErrorKind::HostKey);
        }
    }
    QCOMPARE(m_sshd.log().count("Accepted publickey"), logins);
}

QTEST_GUILESS_MAIN(TestSshTransport)
#include "tst_ssh_transport.moc"
