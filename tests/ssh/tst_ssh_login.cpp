#include "core/ssh/ssh.h"

#include "tests/ssh/private_sshd.h"
#include "tests/support.h"

#include <QJsonObject>

using namespace Qt::StringLiterals;
using namespace analemma;
using namespace analemma::test;

class TestSshLogin : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void userKeys_data();
    void userKeys();
    void hostKeys_data();
    void hostKeys();
    void wrongHostKey();
    void pinnedTypeIsGone();
    void noHostKey();
    void damagedPin();
    void refusedKey();
    void badKeyFiles_data();
    void badKeyFiles();
    void badTargets_data();
    void badTargets();
    void nothingInCommon_data();
    void nothingInCommon();
    void nothingListens();
    void secondAddress();
    void unknownName();
    void cancelledLogin();
    void sharedSession();
    void sharedWithCancel();
    void manyLogins();
    void clientGoesFirst();
    void clientGoesDuringLogin();

private:
    Result<std::shared_ptr<ssh::Session>> open(const ssh::Target& target)
    {
        return await(m_client.connectTo(target, {}, {}));
    }
    ssh::Library m_library;
    PrivateSshd m_sshd;
    ssh::Client m_client;
};

void TestSshLogin::initTestCase()
{
    const QString problem = m_sshd.start();
    QVERIFY2(problem.isEmpty(), qPrintable(problem));
}

void TestSshLogin::userKeys_data()
{
    QTest::addColumn<QString>("type");
    QTest::addColumn<QStringList>("more");
    QTest::newRow("ed25519") << u"ed25519"_s << QStringList();
    QTest::newRow("ecdsa 256") << u"ecdsa"_s << QStringList{u"-b"_s, u"256"_s};
    QTest::newRow("ecdsa 384") << u"ecdsa"_s << QStringList{u"-b"_s, u"384"_s};
    QTest::newRow("ecdsa 521") << u"ecdsa"_s << QStringList{u"-b"_s, u"521"_s};
    QTest::newRow("ecdsa pem") << u"ecdsa"_s << QStringList{u"-m"_s, u"PEM"_s};
    QTest::newRow("rsa") << u"rsa"_s << QStringList{u"-b"_s, u"3072"_s};
    QTest::newRow("rsa pem") << u"rsa"_s << QStringList{u"-b"_s, u"2048"_s, u"-m"_s, u"PEM"_s};
    QTest::newRow("rsa pkcs8") << u"rsa"_s << QStringList{u"-b"_s, u"2048"_s, u"-m"_s, u"PKCS8"_s};
}

void TestSshLogin::userKeys()
{
    QFETCH(QString, type);
    QFETCH(QStringList, more);
    const QString name = u"key "_s + QString::fromUtf8(QTest::currentDataTag());
    QVERIFY(m_sshd.addUserKey(name, type, more));
    ssh::Target target = m_sshd.target();
    target.keyFile = m_sshd.path(name);
    const auto session = open(target);
    VERIFY_OK(session);
    QVERIFY((*session)->isConnected());
    const auto result = await((*session)->exec(u"echo in"_s, {}, {}));
    VERIFY_OK(result);
    QCOMPARE(result->output, QByteArray("in\n"));
}

void TestSshLogin::hostKeys_data()
{
    QTest::addColumn<QString>("type");
    QTest::newRow("ed25519") << u"ed25519"_s;
    QTest::newRow("ecdsa") << u"ecdsa"_s;
}

/// The server has both types and the pinned one is asked for, whichever it is.
void TestSshLogin::hostKeys()
{
    QFETCH(QString, type);
    PrivateSshd sshd({u"ed25519"_s, u"ecdsa"_s}, {}, 3);
    const QString problem = sshd.start();
    QVERIFY2(problem.isEmpty(), qPrintable(problem));
    ssh::Target target = sshd.target();
    target.hostKey = sshd.hostKey(type);
    VERIFY_OK(open(target));
}

void TestSshLogin::wrongHostKey()
{
    QVERIFY(m_sshd.makeKey(u"other"_s, u"ed25519"_s));
    ssh::Target target = m_sshd.target();
    target.hostKey = QString::fromUtf8(m_sshd.read(u"other.pub"_s));
    const qsizetype before = m_sshd.log().size();
    const auto session = open(target);
    QVERIFY(!session);
    const Error& error = session.error();
    QCOMPARE(error.kind, ErrorKind::HostKey);
    QCOMPARE(error.message.count(u"SHA256:"_s), 2);
    QVERIFY2(error.message.startsWith(target.text() + u": "_s), qPrintable(error.message));
    QCOMPARE(error.details.value(u"serverKey"_s).toString(),
             m_sshd.target().hostKey.section(u' ', 0, 1));
    // The server saw neither the user's key nor so much as a user name.
    QTest::qWait(100);
    const QByteArray log = m_sshd.log().mid(before);
    QVERIFY2(!log.contains("Accepted") && !log.contains("Failed") &&
                 !log.contains("authenticating user"),
             log.constData());
}

void TestSshLogin::pinnedTypeIsGone()
{
    PrivateSshd sshd({u"ecdsa"_s}, {}, 3);
    const QString problem = sshd.start();
    QVERIFY2(problem.isEmpty(), qPrintable(problem));
    ssh::Target target = sshd.target();
    target.hostKey = m_sshd.target().hostKey;  // an Ed25519 key; the server has none
    const auto session = open(target);
    QVERIFY(!session);
    QCOMPARE(session.error().kind, ErrorKind::HostKey);
}

void TestSshLogin::noHostKey()
{
    ssh::Target target = m_sshd.target();
    target.hostKey.clear();
    const auto session = open(target);
    QVERIFY(!session);
    QCOMPARE(session.error().kind, ErrorKind::HostKey);
    QVERIFY2(session.error().message.contains(u"ssh-ed25519 SHA256:"_s),
             qPrintable(session.error().message));
    // What it showed can be pinned and then works.
    target.hostKey = session.error().details.value(u"serverKey"_s).toString();
    VERIFY_OK(open(target));
}

void TestSshLogin::damagedPin()
{
    for (const QString& pin : {u"rubbish"_s, u"ssh-ed25519 !!!"_s,
                               u"ssh-rsa "_s + m_sshd.target().hostKey.section(u' ', 1, 1)}) {
        ssh::Target target = m_sshd.target();
        target.hostKey = pin;
        const auto session = open(target);
        QVERIFY(!session);
        QCOMPARE(session.error().kind, ErrorKind::HostKey);
    }
}

void TestSshLogin::refusedKey()
{
    for (const QString& type : {u"ed25519"_s, u"rsa"_s}) {
        const QString name = u"stranger "_s + type;
        QVERIFY(m_sshd.makeKey(name, type));
        ssh::Target target = m_sshd.target();
        target.keyFile = m_sshd.path(name);
        const auto session = open(target);
        QVERIFY(!session);
        QCOMPARE(session.error().kind, ErrorKind::Auth);
        QVERIFY2(session.error().message.contains(u"SHA256:"_s),
                 qPrintable(session.error().message));
        QVERIFY(!session.error().hint.isEmpty());
    }
}

void TestSshLogin::badKeyFiles_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("says");
    QTest::newRow("missing") << u"nowhere"_s << u"cannot be read"_s;
    QTest::newRow("empty name") << u""_s << u"no key file"_s;
    QTest::newRow("rubbish") << u"rubbish"_s << u"not a private key"_s;
    QTest::newRow("public") << u"user.pub"_s << u"not a private key"_s;
    QTest::newRow("cut") << u"cut"_s << u"damaged"_s;
    QTest::newRow("passphrase") << u"locked"_s << u"passphrase"_s;
    QTest::newRow("passphrase pem") << u"locked_pem"_s << u"passphrase"_s;
}

void TestSshLogin::badKeyFiles()
{
    QFETCH(QString, name);
    QFETCH(QString, says);
    m_sshd.write(u"rubbish"_s, "rubbish");
    const QByteArray good = m_sshd.read(u"user"_s);
    m_sshd.write(u"cut"_s, good.left(120) + "\n-----END OPENSSH PRIVATE KEY-----\n");
    if (name.startsWith(u"locked"_s)) {
        const QStringList format = name.endsWith(u"pem"_s)
                                       ? QStringList{u"-m"_s, u"PEM"_s, u"-t"_s, u"rsa"_s}
                                       : QStringList{u"-t"_s, u"ed25519"_s};
        QCOMPARE(
            QProcess::execute(u"ssh-keygen"_s, format + QStringList{u"-q"_s, u"-N"_s, u"sesame"_s,
                                                                    u"-f"_s, m_sshd.path(name)}),
            0);
        m_sshd.write(u"authorized_keys"_s,  // nobody is asked for a key that the server refuses
                     m_sshd.read(u"authorized_keys"_s) + m_sshd.read(name + u".pub"_s));
    }
    ssh::Target target = m_sshd.target();
    target.keyFile = name.isEmpty() ? name : m_sshd.path(name);
    const auto session = open(target);
    QVERIFY(!session);
    QCOMPARE(session.error().kind, ErrorKind::Auth);
    QVERIFY2(session.error().message.contains(says), qPrintable(session.error().message));
}

void TestSshLogin::badTargets_data()
{
    QTest::addColumn<QString>("host");
    QTest::addColumn<QString>("user");
    QTest::addColumn<int>("port");
    QTest::newRow("option as host") << u"-oProxyCommand=id"_s << u"deploy"_s << 22;
    QTest::newRow("empty host") << u""_s << u"deploy"_s << 22;
    QTest::newRow("space in host") << u"a b"_s << u"deploy"_s << 22;
    QTest::newRow("option as user") << u"127.0.0.1"_s << u"-l"_s << 22;
    QTest::newRow("quote in user") << u"127.0.0.1"_s << u"a'b"_s << 22;
    QTest::newRow("empty user") << u"127.0.0.1"_s << u""_s << 22;
    QTest::newRow("port 0") << u"127.0.0.1"_s << u"deploy"_s << 0;
    QTest::newRow("port 65536") << u"127.0.0.1"_s << u"deploy"_s << 65'536;
}

void TestSshLogin::badTargets()
{
    QFETCH(QString, host);
    QFETCH(QString, user);
    QFETCH(int, port);
    ssh::Target target = m_sshd.target();
    target.host = host;
    target.user = user;
    target.port = port;
    const auto session = open(target);
    QVERIFY(!session);
    QCOMPARE(session.error().kind, ErrorKind::Invalid);
}

void TestSshLogin::nothingInCommon_data()
{
    QTest::addColumn<QString>("keyType");
    QTest::addColumn<QByteArray>("config");
    QTest::addColumn<QString>("says");
    QTest::newRow("rsa host key only") << u"rsa"_s << QByteArray() << u"rsa-sha2-512"_s;
    QTest::newRow("etm only") << u"ed25519"_s << QByteArray("MACs hmac-sha2-256-etm@openssh.com")
                              << u"hmac-sha2-256-etm@openssh.com"_s;
    QTest::newRow("aead only") << u"ed25519"_s
                               << QByteArray("Ciphers chacha20-poly1305@openssh.com")
                               << u"chacha20-poly1305@openssh.com"_s;
    QTest::newRow("sntrup only") << u"ed25519"_s
                                 << QByteArray("KexAlgorithms sntrup761x25519-sha512@openssh.com")
                                 << u"sntrup761x25519-sha512@openssh.com"_s;
}

void TestSshLogin::nothingInCommon()
{
    QFETCH(QString, keyType);
    QFETCH(QByteArray, config);
    QFETCH(QString, says);
    PrivateSshd sshd({keyType}, config, 3);
    const QString problem = sshd.start();
    QVERIFY2(problem.isEmpty(), qPrintable(problem));
    const auto session = open(sshd.target());
    QVERIFY(!session);
    QCOMPARE(session.error().kind, ErrorKind::Unsupported);
    QVERIFY2(session.error().message.contains(says), qPrintable(session.error().message));
    QVERIFY2(session.error().message.contains(u"built in are"_s),
             qPrintable(session.error().message));
    QCOMPARE(session.error().details.size(), 1);
}

void TestSshLogin::nothingListens()
{
    ssh::Target target = m_sshd.target();
    target.port = freePort(target.host);
    const auto session = open(target);
    QVERIFY(!session);
    QCOMPARE(session.error().kind, ErrorKind::Network);
    QVERIFY2(session.error().message.startsWith(target.text() + u": the connection was refused"_s),
             qPrintable(session.error().message));
}

/// "localhost" is ::1 first on most machines; nothing listens there.
void TestSshLogin::secondAddress()
{
    PrivateSshd sshd({u"ed25519"_s}, "ListenAddress 127.0.0.1", 3);
    const QString problem = sshd.start();
    QVERIFY2(problem.isEmpty(), qPrintable(problem));
    ssh::Target target = sshd.target();
    target.host = u"localhost"_s;
    VERIFY_OK(open(target));
}

void TestSshLogin::unknownName()
{
    ssh::Target target = m_sshd.target();
    target.host = u"no-such-host.invalid"_s;
    const auto session = await(m_client.connectTo(target, ssh::ConnectOptions{seconds(3)}, {}));
    QVERIFY(!session);
    QVERIFY2(session.error().message.startsWith(target.text() + u": "_s),
             qPrintable(session.error().message));
    const bool fits =
        session.error().kind == ErrorKind::Network ||
        session.error().kind == ErrorKind::Timeout;  // a resolver that does not answer
    QVERIFY(fits);
}

void TestSshLogin::cancelledLogin()
{
    QTcpServer silent;
    QVERIFY(silent.listen(QHostAddress(ownAddress(9)), 0));
    ssh::Target target = m_sshd.target();
    target.host = ownAddress(9);
    target.port = silent.serverPort();
    const CancelToken cancel;
    QObject context;
    const auto answer = listen(m_client.connectTo(target, {}, cancel), &context);
    QTest::qWait(100);
    QVERIFY(!answer->has_value());
    cancel.cancel();
    QTRY_VERIFY_WITH_TIMEOUT(answer->has_value(), 20'000);
    QCOMPARE((*answer)->error().kind, ErrorKind::Cancelled);
    const auto late = await(m_client.connectTo(m_sshd.target(), {}, cancel));
    QVERIFY(!late);
    QCOMPARE(late.error().kind, ErrorKind::Cancelled);
}

void TestSshLogin::sharedSession()
{
    QObject context;
    std::vector<std::shared_ptr<std::optional<Result<std::shared_ptr<ssh::Session>>>>> answers;
    for (int i = 0; i < 5; ++i) {
        answers.push_back(listen(m_client.shared(m_sshd.target(), {}), &context));
    }
    for (const auto& answer : answers) {
        QTRY_VERIFY_WITH_TIMEOUT(answer->has_value(), 10'000);
        VERIFY_OK(**answer);
        QCOMPARE((*answer)->value().get(), answers.front()->value().value().get());
    }
    const std::shared_ptr<ssh::Session> session = answers.front()->value().value();
    answers.clear();
    VERIFY_OK(await(session->close()));
    QVERIFY(!session->isConnected());
    const auto again = await(m_client.shared(m_sshd.target(), {}));
    VERIFY_OK(again);
    QVERIFY(again->get() != session.get());
    QVERIFY((*again)->isConnected());
    ssh::Target other = m_sshd.target();
    other.hostKey.clear();  // another target altogether: no way round the check
    const auto refused = await(m_client.shared(other, {}));
    QVERIFY(!refused);
    QCOMPARE(refused.error().kind, ErrorKind::HostKey);
}

void TestSshLogin::sharedWithCancel()
{
    QObject context;
    const CancelToken first;
    const auto one = listen(m_client.shared(m_sshd.target(), first), &context);
    const auto two = listen(m_client.shared(m_sshd.target(), {}), &context);
    first.cancel();
    QTRY_VERIFY_WITH_TIMEOUT(one->has_value() && two->has_value(), 10'000);
    QCOMPARE((*one)->error().kind, ErrorKind::Cancelled);
    VERIFY_OK(**two);
}

void TestSshLogin::manyLogins()
{
    QObject context;
    std::vector<std::shared_ptr<std::optional<Result<std::shared_ptr<ssh::Session>>>>> answers;
    for (int i = 0; i < 40; ++i) {  // more than log in at once
        answers.push_back(listen(
            m_client.connectTo(m_sshd.target(), ssh::ConnectOptions{seconds(60)}, {}), &context));
    }
    for (const auto& answer : answers) {
        QTRY_VERIFY_WITH_TIMEOUT(answer->has_value(), 60'000);
        VERIFY_OK(**answer);
    }
}

void TestSshLogin::clientGoesFirst()
{
    auto client = std::make_unique<ssh::Client>();
    const auto idle = await(client->connectTo(m_sshd.target(), {}, {}));
    VERIFY_OK(idle);
    const auto session = await(client->shared(m_sshd.target(), {}));
    VERIFY_OK(session);
    QObject context;
    const auto running = listen((*session)->exec(u"sleep 100"_s, {}, {}), &context);
    const auto loading = listen(
        (*session)->uploadBytes(QByteArray(30'000'000, 'x'), m_sshd.path(u"late"_s), 0600, {}),
        &context);
    QTest::qWait(300);
    client.reset();
    QTRY_VERIFY_WITH_TIMEOUT(running->has_value() && loading->has_value(), 20'000);
    QVERIFY(!**running);
    QVERIFY(!**loading);
    QVERIFY(!(*session)->isConnected());
    // What is left of it answers, and goes without harm.
    const auto late = await((*session)->exec(u"true"_s, {}, {}));
    QVERIFY(!late);
    const auto load = await((*session)->download(u"/etc/hostname"_s, 1000, {}));
    QVERIFY(!load);
    VERIFY_OK(await((*session)->close()));
}

void TestSshLogin::clientGoesDuringLogin()
{
    auto client = std::make_unique<ssh::Client>();
    QObject context;
    const auto direct = listen(client->connectTo(m_sshd.target(), {}, {}), &context);
    const auto shared = listen(client->shared(m_sshd.target(), {}), &context);
    QTest::qWait(5);
    client.reset();
    QTRY_VERIFY_WITH_TIMEOUT(direct->has_value() && shared->has_value(), 20'000);
}

QTEST_GUILESS_MAIN(TestSshLogin)
#include "tst_ssh_login.moc"
