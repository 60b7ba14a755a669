#include "core/ssh/ssh.h"

#include "tests/ssh/private_sshd.h"
#include "tests/support.h"

using namespace Qt::StringLiterals;
using namespace analemma;
using namespace analemma::test;

/// Chains of real servers: each sees the connection of the one before.
class TestSshHops : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void chains_data();
    void chains();
    void muchThroughAChain();
    void hopIsShared();
    void wrongKeyOfAHop();
    void refusedByAHop();
    void hopCannotReach();
    void hopForbids();
    void nothingInCommonBehindAHop();
    void hopDies();
    void hopStops();
    void badHops();
    void cancel();

private:
    /// The last server, through `count` of the others.
    ssh::Target through(int count)
    {
        ssh::Target target = m_servers[4]->target();
        for (int i = 0; i < count; ++i) {
            target.hops.push_back(m_servers[std::size_t(i)]->target());
        }
        return target;
    }
    ssh::Library m_library;
    std::vector<std::unique_ptr<PrivateSshd>> m_servers;
    std::unique_ptr<ssh::Client> m_client = std::make_unique<ssh::Client>();
};

void TestSshHops::initTestCase()
{
    for (int i = 0; i < 5; ++i) {
        m_servers.push_back(
            std::make_unique<PrivateSshd>(QStringList{u"ed25519"_s}, "LogLevel VERBOSE", 10 + i));
        const QString problem = m_servers.back()->start();
        QVERIFY2(problem.isEmpty(), qPrintable(problem));
    }
}

void TestSshHops::chains_data()
{
    QTest::addColumn<int>("count");
    for (int count = 0; count <= 4; ++count) {
        QTest::addRow("%d hops", count) << count;
    }
}

void TestSshHops::chains()
{
    QFETCH(int, count);
    const auto session = await(m_client->connectTo(through(count), {}, {}));
    VERIFY_OK(session);
    const auto result = await((*session)->exec(u"echo $SSH_CONNECTION; echo end"_s, {}, {}));
    VERIFY_OK(result);
    QVERIFY(result->output.endsWith("end\n"));
    VERIFY_OK(await((*session)->close()));
}

void TestSshHops::muchThroughAChain()
{
    const auto session = await(m_client->connectTo(through(3), {}, {}));
    VERIFY_OK(session);
    const QByteArray bytes = QByteArray("0123456789abcdef").repeated(500'000);
    ssh::ExecOptions options;
    options.input = bytes;
    const auto result = await((*session)->exec(u"cat"_s, options, {}), seconds(60));
    VERIFY_OK(result);
    QVERIFY(result->output == bytes);
}

void TestSshHops::hopIsShared()
{
    const auto before = m_servers[0]->log().count("Accepted publickey");
    const auto one = await(m_client->connectTo(through(1), {}, {}));
    VERIFY_OK(one);
    const auto two = await(m_client->connectTo(through(1), {}, {}));
    VERIFY_OK(two);
    const auto direct = await(m_client->shared(m_servers[0]->target(), {}));
    VERIFY_OK(direct);
    QVERIFY(m_servers[0]->log().count("Accepted publickey") <= before + 1);
    VERIFY_OK(await((*two)->exec(u"true"_s, {}, {})));
}

void TestSshHops::wrongKeyOfAHop()
{
    ssh::Target target = through(3);
    target.hops[1].hostKey = m_servers[0]->target().hostKey;
    const auto session = await(m_client->connectTo(target, {}, {}));
    QVERIFY(!session);
    QCOMPARE(session.error().kind, ErrorKind::HostKey);
    QVERIFY2(session.error().message.startsWith(u"hop 2 of 3: "_s + target.hops[1].host),
             qPrintable(session.error().message));
    target = through(3);
    target.hostKey = m_servers[0]->target().hostKey;
    const auto last = await(m_client->connectTo(target, {}, {}));
    QVERIFY(!last);
    QCOMPARE(last.error().kind, ErrorKind::HostKey);
    QVERIFY2(last.error().message.startsWith(target.text()), qPrintable(last.error().message));
}

void TestSshHops::refusedByAHop()
{
    ssh::Target target = through(2);
    QVERIFY(m_servers[0]->makeKey(u"stranger"_s, u"ed25519"_s));
    target.hops[1].keyFile = m_servers[0]->path(u"stranger"_s);
    const auto session = await(m_client->connectTo(target, {}, {}));
    QVERIFY(!session);
    QCOMPARE(session.error().kind, ErrorKind::Auth);
    QVERIFY2(session.error().message.startsWith(u"hop 2 of 2: "_s),
             qPrintable(session.error().message));
}

void TestSshHops::hopCannotReach()
{
    ssh::Target target = through(1);
    target.port = freePort(target.host);
    const auto session = await(m_client->connectTo(target, {}, {}));
    QVERIFY(!session);
    QCOMPARE(session.error().kind, ErrorKind::Network);
    QVERIFY2(session.error().message.contains(u"cannot reach this address"_s),
             qPrintable(session.error().message));
}

void TestSshHops::hopForbids()
{
    PrivateSshd strict({u"ed25519"_s}, "AllowTcpForwarding no", 16);
    const QString problem = strict.start();
    QVERIFY2(problem.isEmpty(), qPrintable(problem));
    ssh::Target target = through(0);
    target.hops.push_back(strict.target());
    const auto session = await(m_client->connectTo(target, {}, {}));
    QVERIFY(!session);
    QCOMPARE(session.error().kind, ErrorKind::Network);
    QVERIFY2(session.error().message.contains(u"forbids"_s), qPrintable(session.error().message));
}

void TestSshHops::nothingInCommonBehindAHop()
{
    PrivateSshd strict({u"ed25519"_s}, "Ciphers chacha20-poly1305@openssh.com", 16);
    const QString problem = strict.start();
    QVERIFY2(problem.isEmpty(), qPrintable(problem));
    ssh::Target target = strict.target();
    target.hops.push_back(m_servers[0]->target());
    const auto session = await(m_client->connectTo(target, {}, {}));
    QVERIFY(!session);
    QCOMPARE(session.error().kind, ErrorKind::Unsupported);
    QVERIFY2(session.error().message.contains(u"chacha20-poly1305@openssh.com"_s),
             qPrintable(session.error().message));
}

void TestSshHops::hopDies()
{
    PrivateSshd hop({u"ed25519"_s}, {}, 16);
    const QString problem = hop.start();
    QVERIFY2(problem.isEmpty(), qPrintable(problem));
    ssh::Target target = through(0);
    target.hops.push_back(hop.target());
    const auto session = await(m_client->connectTo(target, {}, {}));
    VERIFY_OK(session);
    const auto running = listen((*session)->exec(u"sleep 100"_s, {}, {}), this);
    QTest::qWait(200);
    hop.signalAll(SIGKILL);
    QTRY_VERIFY(running->has_value());
    QVERIFY(!**running);
    QCOMPARE((**running).error().kind, ErrorKind::Network);
    QTRY_VERIFY(!(*session)->isConnected());
}

void TestSshHops::hopStops()
{
    PrivateSshd hop({u"ed25519"_s}, {}, 16);
    const QString problem = hop.start();
    QVERIFY2(problem.isEmpty(), qPrintable(problem));
    ssh::Target target = through(0);
    target.hops.push_back(hop.target());
    ssh::ConnectOptions options;
    options.keepalive = milliseconds(200);
    const auto session = await(m_client->connectTo(target, options, {}));
    VERIFY_OK(session);
    const auto running = listen((*session)->exec(u"sleep 100"_s, {}, {}), this);
    QTest::qWait(200);
    hop.signalAll(SIGSTOP);
    QTRY_VERIFY_WITH_TIMEOUT(running->has_value(), 10'000);
    QCOMPARE((**running).error().kind, ErrorKind::Network);
    hop.signalAll(SIGCONT);
}

void TestSshHops::badHops()
{
    ssh::Target five = through(4);
    five.hops.push_back(five.hops[0]);
    ssh::Target nested = through(1);
    nested.hops[0].hops.push_back(m_servers[1]->target());
    ssh::Target user = through(1);
    user.hops[0].user = u"-l"_s;
    for (const ssh::Target& target : {five, nested, user}) {
        const auto session = await(m_client->connectTo(target, {}, {}));
        QVERIFY(!session);
        QCOMPARE(session.error().kind, ErrorKind::Invalid);
    }
}

void TestSshHops::cancel()
{
    for (int i = 0; i < 12; ++i) {
        const CancelToken token;
        const auto answer = listen(m_client->connectTo(through(2), {}, token), this);
        QTest::qWait(i * 10);
        token.cancel();
        QTRY_VERIFY(answer->has_value());
        QVERIFY(**answer || (**answer).error().kind == ErrorKind::Cancelled);
    }
    VERIFY_OK(await(m_client->connectTo(through(2), {}, {})));
}

QTEST_GUILESS_MAIN(TestSshHops)
#include "tst_ssh_hops.moc"
