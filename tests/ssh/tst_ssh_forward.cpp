#include "core/ssh/ssh.h"

#include "core/ssh/src/socks.h"
#include "tests/ssh/any_client.h"
#include "tests/ssh/private_sshd.h"
#include "tests/support.h"

#include <QSignalSpy>
#include <QtEndian>

#include <utility>

using namespace Qt::StringLiterals;
using namespace analemma;
using namespace analemma::test;

namespace {

/// Says back what it hears.
class Echo : public QObject {
public:
    explicit Echo(int number)
    {
        m_server.listen(QHostAddress(ownAddress(number)), 0);
        connect(&m_server, &QTcpServer::newConnection, this, [this] {
            QTcpSocket* socket = m_server.nextPendingConnection();
            ++connections;
            connect(socket, &QTcpSocket::readyRead, this,
                    [socket] { socket->write(socket->readAll()); });
        });
    }
    [[nodiscard]] QString host() const { return m_server.serverAddress().toString(); }
    [[nodiscard]] int port() const { return m_server.serverPort(); }
    int connections = 0;

private:
    QTcpServer m_server;
};

}  // namespace

class TestSshForward : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void kinds_data();
    void kinds();
    void manyConnections();
    void muchBothWays();
    void slowReaderHoldsTheWriterBack();
    void halfClose();
    void stuckConnectKeepsTheSession();
    void nothingThere();
    void dynamic_data();
    void dynamic();
    void socksParser();
    void takenPort();
    void badSpecs();
    void serverForbids();
    void close();
    void dropped();
    void sessionEnds();

private:
    std::shared_ptr<ssh::Forward> open(ssh::ForwardSpec::Kind kind, const QString& host, int port)
    {
        ssh::ForwardSpec spec;
        spec.kind = kind;
        spec.host = host;
        spec.port = port;
        auto forward = await(m_session->forward(spec, {}));
        return forward ? *forward : nullptr;
    }
    std::shared_ptr<ssh::Forward> local(const Echo& echo)
    {
        return open(ssh::ForwardSpec::Kind::Local, echo.host(), echo.port());
    }
    static void dial(QTcpSocket& socket, const ssh::Forward& forward)
    {
        socket.connectToHost(u"127.0.0.1"_s, quint16(forward.state().port));
    }
    ssh::Library m_library;
    PrivateSshd m_sshd;
    AnyClient m_client;
    std::shared_ptr<ssh::Session> m_session;
};

void TestSshForward::initTestCase()
{
    const QString problem = m_sshd.start();
    QVERIFY2(problem.isEmpty(), qPrintable(problem));
    const auto session = await(m_client.connectTo(m_sshd.target(), {}, {}));
    VERIFY_OK(session);
    m_session = *session;
}

void TestSshForward::kinds_data()
{
    QTest::addColumn<int>("kind");
    QTest::newRow("local") << int(ssh::ForwardSpec::Kind::Local);
    QTest::newRow("remote") << int(ssh::ForwardSpec::Kind::Remote);
}

void TestSshForward::kinds()
{
    QFETCH(int, kind);
    const Echo echo(20);
    const auto forward = open(ssh::ForwardSpec::Kind(kind), echo.host(), echo.port());
    QVERIFY(forward);
    QVERIFY(forward->state().listening);
    QVERIFY(forward->state().port > 0);
    QTcpSocket socket;
    dial(socket, *forward);
    socket.write("hello");
    QTRY_COMPARE(socket.bytesAvailable(), 5);
    QCOMPARE(socket.readAll(), QByteArray("hello"));
    QCOMPARE(forward->state().open, 1);
    QTRY_COMPARE(forward->state().sentBytes, 5);
    QCOMPARE(forward->state().receivedBytes, 5);
    const auto held = m_session->forwards();
    QCOMPARE(held.size(), std::size_t(1));
    QCOMPARE(held[0], forward);
    socket.disconnectFromHost();
    QTRY_COMPARE(forward->state().open, 0);
    QCOMPARE(forward->state().connections, 1);
}

void TestSshForward::manyConnections()
{
    const Echo echo(20);
    for (const auto kind : {ssh::ForwardSpec::Kind::Local, ssh::ForwardSpec::Kind::Remote}) {
        const auto forward = open(kind, echo.host(), echo.port());
        QVERIFY(forward);
        std::vector<std::unique_ptr<QTcpSocket>> sockets;
        for (int i = 0; i < 100; ++i) {
            sockets.push_back(std::make_unique<QTcpSocket>());
            dial(*sockets.back(), *forward);
            sockets.back()->write(QByteArray::number(i).rightJustified(4, '0').repeated(1000));
        }
        for (std::size_t i = 0; i < sockets.size(); ++i) {
            QTRY_COMPARE_WITH_TIMEOUT(sockets[i]->bytesAvailable(), 4000, 20'000);
            QVERIFY(sockets[i]->readAll() ==
                    QByteArray::number(int(i)).rightJustified(4, '0').repeated(1000));
        }
        QCOMPARE(forward->state().connections, 100);
    }
}

void TestSshForward::muchBothWays()
{
    const Echo echo(20);
    const auto forward = local(echo);
    QVERIFY(forward);
    const QByteArray bytes = QByteArray("0123456789abcdef").repeated(1'000'000);
    QTcpSocket socket;
    dial(socket, *forward);
    socket.write(bytes);
    QByteArray back;
    QTRY_VERIFY_WITH_TIMEOUT((back += socket.readAll()).size() == bytes.size(), 60'000);
    QVERIFY(back == bytes);
    QCOMPARE(forward->state().sentBytes, bytes.size());
    QTRY_COMPARE(forward->state().receivedBytes, bytes.size());
}

void TestSshForward::slowReaderHoldsTheWriterBack()
{
    QTcpServer deaf;  // its connections are never accepted by us: only the kernel hears
    QVERIFY(deaf.listen(QHostAddress(ownAddress(20)), 0));
    deaf.pauseAccepting();
    const auto forward = open(ssh::ForwardSpec::Kind::Local, ownAddress(20), deaf.serverPort());
    QVERIFY(forward);
    QTcpSocket socket;
    dial(socket, *forward);
    const QByteArray bytes(60'000'000, 'x');
    socket.write(bytes);
    QTRY_VERIFY(forward->state().sentBytes > 0);
    qint64 before = -1;  // what fits into all queues on the way, and then no more
    QTRY_VERIFY_WITH_TIMEOUT(
        std::exchange(before, forward->state().sentBytes) == forward->state().sentBytes &&
            (QTest::qWait(300), true) && before == forward->state().sentBytes,
        20'000);
    QVERIFY2(before < 30'000'000, qPrintable(QString::number(before)));
    VERIFY_OK(await(m_session->exec(u"true"_s, {}, {})));
}

/// One side ends its half, and the other still answers: what it counted up to the end.
void TestSshForward::halfClose()
{
    QProcess server;
    server.start(u"python3"_s, {u"-uc"_s,
                                u"import socket\n"
                                "l=socket.create_server(('%1',0))\n"
                                "print(l.getsockname()[1])\n"
                                "while True:\n"
                                "  s,_=l.accept()\n"
                                "  n=0\n"
                                "  while True:\n"
                                "    p=s.recv(65536)\n"
                                "    if not p: break\n"
                                "    n+=len(p)\n"
                                "  s.sendall(str(n).encode()+b'y'*300000)\n"
                                "  s.close()\n"_s.arg(ownAddress(20))});
    QTRY_VERIFY(server.canReadLine());
    const int port = server.readLine().trimmed().toInt();
    for (const auto kind : {ssh::ForwardSpec::Kind::Local, ssh::ForwardSpec::Kind::Remote}) {
        const auto forward = open(kind, ownAddress(20), port);
        QVERIFY(forward);
        QProcess client;
        client.start(u"python3"_s,
                     {u"-c"_s,
                      u"import socket\n"
                      "s=socket.create_connection(('127.0.0.1',%1))\n"
                      "s.sendall(b'x'*300000)\n"
                      "s.shutdown(socket.SHUT_WR)\n"
                      "n=b''\n"
                      "while True:\n"
                      "  p=s.recv(65536)\n"
                      "  if not p: break\n"
                      "  n+=p\n"
                      "print(len(n), n[:6].decode())\n"_s.arg(forward->state().port)});
        QTRY_COMPARE_WITH_TIMEOUT(client.state(), QProcess::NotRunning, 20'000);
        QCOMPARE(client.readAllStandardOutput(), QByteArray("300006 300000\n"));
        QTRY_COMPARE(forward->state().open, 0);
    }
    server.kill();
    server.waitForFinished();
}

/// An address that does not answer holds up one connection, not the session.
void TestSshForward::stuckConnectKeepsTheSession()
{
    QTcpServer full;  // its queue is full: the kernel drops what else asks
    full.setListenBacklogSize(1);
    QVERIFY(full.listen(QHostAddress(ownAddress(21)), 0));
    full.pauseAccepting();
    std::vector<std::unique_ptr<QTcpSocket>> guests;
    for (int i = 0; i < 8; ++i) {
        guests.push_back(std::make_unique<QTcpSocket>());
        guests.back()->connectToHost(ownAddress(21), full.serverPort());
    }
    QTest::qWait(200);
    ssh::ConnectOptions options;
    options.keepalive = milliseconds(1'000);
    const auto session = await(m_client.connectTo(m_sshd.target(), options, {}));
    VERIFY_OK(session);
    ssh::ForwardSpec spec;
    spec.host = ownAddress(21);
    spec.port = full.serverPort();
    const auto forward = await((*session)->forward(spec, {}));
    VERIFY_OK(forward);
    QTcpSocket socket;
    dial(socket, **forward);
    QTRY_COMPARE((*forward)->state().open, 1);
    QTest::qWait(7'000);  // signs of life were asked for twice
    QVERIFY((*session)->isConnected());
    QCOMPARE((*forward)->state().open, 1);

    // What the server said to them is no answer to a later question.
    socket.abort();
    full.close();
    guests.clear();
    const Echo echo(20);
    spec.kind = ssh::ForwardSpec::Kind::Remote;
    spec.host = ownAddress(20);
    spec.port = echo.port();
    const auto unnamed = await((*session)->forward(spec, {}));
    QCOMPARE(unnamed.ok(), bySystem);
    QVERIFY(bySystem || unnamed.error().hint.contains(u"Name a port"_s));
    for (int i = 0; i < 2; ++i) {
        spec.listenPort = freePort(u"127.0.0.1"_s);
        const auto remote = await((*session)->forward(spec, {}));
        VERIFY_OK(remote);
        QTcpSocket guest;
        dial(guest, **remote);
        guest.write("there and back");
        QByteArray back;
        QTRY_VERIFY((back += guest.readAll()) == "there and back");
    }
    QTcpServer taken;
    QVERIFY(taken.listen(QHostAddress(u"127.0.0.1"_s), 0));
    spec.listenPort = taken.serverPort();
    const auto refused = await((*session)->forward(spec, {}));
    QVERIFY(!refused);
    QCOMPARE(refused.error().kind, ErrorKind::Refused);
}

void TestSshForward::nothingThere()
{
    const auto forward =
        open(ssh::ForwardSpec::Kind::Local, ownAddress(20), freePort(ownAddress(20)));
    QVERIFY(forward);
    QTcpSocket socket;
    const QSignalSpy connected(&socket, &QTcpSocket::connected);
    dial(socket, *forward);
    QTRY_COMPARE(connected.size(), 1);
    QTRY_COMPARE(socket.state(), QAbstractSocket::UnconnectedState);
    QTRY_VERIFY(forward->state().problem.contains(u"cannot reach"_s));
    QVERIFY(forward->state().listening);
}

void TestSshForward::dynamic_data()
{
    QTest::addColumn<QByteArray>("greeting");
    QTest::addColumn<QByteArray>("reply");
    QTest::addColumn<bool>("works");
    const QByteArray five("\x05\x01\x00", 3);
    QTest::newRow("5, address") << five + QByteArray("\x05\x01\0\x01", 4) + "AAAAPP"
                                << QByteArray("\x05\0\x05\0\0\x01\0\0\0\0\0\0", 12) << true;
    QTest::newRow("5, name") << five + QByteArray("\x05\x01\0\x03", 4) + "NNPP"
                             << QByteArray("\x05\0\x05\0\0\x01\0\0\0\0\0\0", 12) << true;
    QTest::newRow("4") << QByteArray("\x04\x01", 2) + "PPAAAAme" + QByteArray(1, '\0')
                       << QByteArray("\0\x5a\0\0\0\0\0\0", 8) << true;
    QTest::newRow("4a") << QByteArray("\x04\x01", 2) + "PP" + QByteArray("\0\0\0\x01me\0", 7) +
                               "HH" + QByteArray(1, '\0')
                        << QByteArray("\0\x5a\0\0\0\0\0\0", 8) << true;
    QTest::newRow("bind") << five + QByteArray("\x05\x02\0\x01", 4) + "AAAAPP"
                          << QByteArray("\x05\0\x05\x07\0\x01\0\0\0\0\0\0", 12) << false;
    QTest::newRow("password only")
        << QByteArray("\x05\x01\x02", 3) << QByteArray("\x05\xff", 2) << false;
    QTest::newRow("http") << QByteArray("GET / HTTP/1.0\r\n\r\n") << QByteArray() << false;
}

void TestSshForward::dynamic()
{
    QFETCH(QByteArray, greeting);
    QFETCH(QByteArray, reply);
    QFETCH(bool, works);
    const Echo echo(20);
    const QHostAddress address(echo.host());
    QByteArray four(4, '\0');
    qToBigEndian(address.toIPv4Address(), four.data());
    QByteArray port(2, '\0');
    qToBigEndian(quint16(echo.port()), port.data());
    const QByteArray name = echo.host().toLatin1();
    greeting.replace("AAAA", four).replace("PP", port).replace("HH", name);
    greeting.replace("NN", char(name.size()) + name);
    ssh::ForwardSpec spec;
    spec.kind = ssh::ForwardSpec::Kind::Dynamic;
    const auto forward = await(m_session->forward(spec, {}));
    VERIFY_OK(forward);
    for (const bool byByte : {false, true}) {
        QTcpSocket socket;
        dial(socket, **forward);
        QTRY_COMPARE(socket.state(), QAbstractSocket::ConnectedState);
        for (qsizetype i = 0; byByte && i < greeting.size(); ++i) {
            socket.write(greeting.mid(i, 1));
            QTest::qWait(2);
        }
        socket.write(byByte ? QByteArray() : greeting);
        QTRY_COMPARE(socket.bytesAvailable(), reply.size());
        QCOMPARE(socket.readAll(), reply);
        if (works) {
            socket.write("through");
            QTRY_COMPARE(socket.bytesAvailable(), 7);
        } else {
            QTRY_COMPARE(socket.state(), QAbstractSocket::UnconnectedState);
        }
    }
}

void TestSshForward::socksParser()
{
    using ssh::socks::Step;
    QCOMPARE(int(ssh::socks::read({}, false).kind), int(Step::Kind::More));
    const QByteArray control = QByteArray("\x05\x01\0\x03\x03", 5) + "a\nb" + QByteArray("\0P", 2);
    QCOMPARE(int(ssh::socks::read(control, true).kind), int(Step::Kind::Refused));
    const QByteArray zeroPort = QByteArray("\x05\x01\0\x01\x7f\0\0\x01\0\0", 10);
    QCOMPARE(int(ssh::socks::read(zeroPort, true).kind), int(Step::Kind::Refused));
    const QByteArray endless = "\x04\x01" + QByteArray(2000, 'x');
    QCOMPARE(int(ssh::socks::read(endless, false).kind), int(Step::Kind::Refused));
    const QByteArray six =
        QByteArray("\x05\x01\0\x04", 4) + QByteArray(15, '\0') + QByteArray("\x01\0P", 3);
    const Step step = ssh::socks::read(six, true);
    QCOMPARE(int(step.kind), int(Step::Kind::Connect));
    QCOMPARE(step.host, QByteArray("0000:0000:0000:0000:0000:0000:0000:0001"));
    QCOMPARE(step.port, 80);
    QCOMPARE(step.used, six.size());
}

void TestSshForward::takenPort()
{
    QTcpServer taken;
    QVERIFY(taken.listen(QHostAddress(u"127.0.0.1"_s), 0));
    ssh::ForwardSpec spec;
    spec.kind = ssh::ForwardSpec::Kind::Dynamic;
    spec.listenPort = taken.serverPort();
    const auto forward = await(m_session->forward(spec, {}));
    QVERIFY(!forward);
    QCOMPARE(forward.error().kind, ErrorKind::Io);
    spec.kind = ssh::ForwardSpec::Kind::Remote;
    spec.host = u"127.0.0.1"_s;
    spec.port = 1;
    const auto remote = await(m_session->forward(spec, {}));
    QVERIFY(!remote);
    QCOMPARE(remote.error().kind, ErrorKind::Refused);
}

void TestSshForward::badSpecs()
{
    ssh::ForwardSpec open;
    open.kind = ssh::ForwardSpec::Kind::Dynamic;
    open.listenHost = u"0.0.0.0"_s;
    const auto everywhere = await(m_session->forward(open, {}));
    QVERIFY(!everywhere);
    QCOMPARE(everywhere.error().kind, ErrorKind::Refused);
    ssh::ForwardSpec nowhere;
    nowhere.host = u"a b"_s;
    nowhere.port = 80;
    ssh::ForwardSpec port;
    port.host = u"localhost"_s;
    ssh::ForwardSpec ear;
    ear.kind = ssh::ForwardSpec::Kind::Dynamic;
    ear.listenHost = u"localhost"_s;
    for (const ssh::ForwardSpec& spec : {nowhere, port, ear}) {
        const auto forward = await(m_session->forward(spec, {}));
        QVERIFY(!forward);
        QCOMPARE(forward.error().kind, ErrorKind::Invalid);
    }
}

void TestSshForward::serverForbids()
{
    PrivateSshd sshd({u"ed25519"_s}, "AllowTcpForwarding no", 3);
    const QString problem = sshd.start();
    QVERIFY2(problem.isEmpty(), qPrintable(problem));
    const auto session = await(m_client.connectTo(sshd.target(), {}, {}));
    VERIFY_OK(session);
    ssh::ForwardSpec spec;
    spec.host = u"127.0.0.1"_s;
    spec.port = 80;
    const auto local = await((*session)->forward(spec, {}));
    VERIFY_OK(local);
    QTcpSocket socket;
    dial(socket, **local);
    QTRY_VERIFY((*local)->state().problem.contains(u"forbids"_s));
    spec.kind = ssh::ForwardSpec::Kind::Remote;
    const auto remote = await((*session)->forward(spec, {}));
    QVERIFY(!remote);
    QCOMPARE(remote.error().kind, ErrorKind::Refused);
}

void TestSshForward::close()
{
    const Echo echo(20);
    for (const auto kind : {ssh::ForwardSpec::Kind::Local, ssh::ForwardSpec::Kind::Remote}) {
        const auto forward = open(kind, echo.host(), echo.port());
        QVERIFY(forward);
        QTcpSocket socket;
        dial(socket, *forward);
        socket.write("hello");
        QTRY_COMPARE(socket.bytesAvailable(), 5);
        VERIFY_OK(await(forward->close()));
        QVERIFY(!forward->state().listening);
        QTRY_COMPARE(socket.state(), QAbstractSocket::UnconnectedState);
        QTcpSocket late;
        dial(late, *forward);
        QTRY_COMPARE(late.error(), QAbstractSocket::ConnectionRefusedError);
        VERIFY_OK(await(forward->close()));
    }
}

void TestSshForward::dropped()
{
    const Echo echo(20);
    auto forward = local(echo);
    QVERIFY(forward);
    const int port = forward->state().port;
    forward.reset();
    QTRY_VERIFY(([port] {
        QTcpSocket socket;
        socket.connectToHost(u"127.0.0.1"_s, quint16(port));
        return !socket.waitForConnected(200);
    }()));
    QVERIFY(m_session->forwards().empty());
}

void TestSshForward::sessionEnds()
{
    PrivateSshd sshd({u"ed25519"_s}, {}, 3);
    const QString problem = sshd.start();
    QVERIFY2(problem.isEmpty(), qPrintable(problem));
    const auto session = await(m_client.connectTo(sshd.target(), {}, {}));
    VERIFY_OK(session);
    const Echo echo(20);
    ssh::ForwardSpec spec;
    spec.host = echo.host();
    spec.port = echo.port();
    const auto forward = await((*session)->forward(spec, {}));
    VERIFY_OK(forward);
    QTcpSocket socket;
    dial(socket, **forward);
    socket.write("hello");
    QTRY_COMPARE(socket.bytesAvailable(), 5);
    sshd.signalAll(SIGKILL);
    QTRY_VERIFY(!(*forward)->state().listening);
    QTRY_COMPARE(socket.state(), QAbstractSocket::UnconnectedState);
    QVERIFY(!(*forward)->state().problem.isEmpty());
    VERIFY_OK(await((*forward)->close()));
}

QTEST_GUILESS_MAIN(TestSshForward)
#include "tst_ssh_forward.moc"
