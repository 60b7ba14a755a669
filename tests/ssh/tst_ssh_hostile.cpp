#include "core/ssh/ssh.h"

#include "tests/ssh/private_sshd.h"
#include "tests/support.h"

#include <QElapsedTimer>
#include <QRandomGenerator>
#include <QTimer>

using namespace Qt::StringLiterals;
using namespace analemma;
using namespace analemma::test;

namespace {

/// A server that says what it likes.
class Impostor : public QObject {
public:
    explicit Impostor(QByteArray words, bool endless = false, bool hangUp = false)
        : m_words(std::move(words)), m_endless(endless), m_hangUp(hangUp)
    {
        m_server.listen(QHostAddress(ownAddress(7)), 0);
        connect(&m_server, &QTcpServer::newConnection, this, [this] {
            QTcpSocket* socket = m_server.nextPendingConnection();
            ++connections;
            connect(socket, &QTcpSocket::readyRead, this,
                    [this, socket] { heard += socket->readAll(); });
            if (m_endless) {
                connect(socket, &QTcpSocket::bytesWritten, this, [this, socket] {
                    if (socket->bytesToWrite() < 65'536) {
                        socket->write(m_words);
                    }
                });
            }
            socket->write(m_words);
            if (m_hangUp) {
                socket->disconnectFromHost();
            }
        });
    }
    [[nodiscard]] int port() const { return m_server.serverPort(); }

    QByteArray heard;
    int connections = 0;

private:
    QTcpServer m_server;
    QByteArray m_words;
    bool m_endless;
    bool m_hangUp;
};

QByteArray packet(const QByteArray& head, qsizetype filler = 64)
{
    return "SSH-2.0-OpenSSH_9.2\r\n" + head + QByteArray(filler, '\1');
}

QByteArray noise()
{
    QByteArray bytes(20'000, '\0');
    QRandomGenerator generator(20'261'123);  // always the same
    for (char& byte : bytes) {
        byte = char(generator.bounded(256));
    }
    return bytes;
}

}  // namespace

class TestSshHostile : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void handshakes_data();
    void handshakes();
    void manyImpostors();
    void damagedStream_data();
    void damagedStream();

private:
    ssh::Target targetAt(int port)
    {
        ssh::Target target = m_sshd.target();
        target.host = ownAddress(7);
        target.port = port;
        return target;
    }
    ssh::Library m_library;
    PrivateSshd m_sshd;
    ssh::Client m_client;
};

void TestSshHostile::initTestCase()
{
    const QString problem = m_sshd.start();
    QVERIFY2(problem.isEmpty(), qPrintable(problem));
}

void TestSshHostile::handshakes_data()
{
    QTest::addColumn<QByteArray>("words");
    QTest::addColumn<bool>("endless");
    QTest::addColumn<bool>("hangUp");
    QTest::addColumn<QList<int>>("kinds");
    const QList<int> protocol = {int(ErrorKind::Protocol)};
    const QList<int> network = {int(ErrorKind::Network)};
    const QList<int> timeout = {int(ErrorKind::Timeout)};
    QTest::newRow("silence") << QByteArray() << false << false << timeout;
    QTest::newRow("hangs up") << QByteArray() << false << true << network;
    QTest::newRow("length 0xffffffff")
        << packet("\xff\xff\xff\xff\x04") << false << false << protocol;
    QTest::newRow("length 0") << packet(QByteArray(5, '\0')) << false << false << protocol;
    QTest::newRow("padding over the end")
        << packet(QByteArray("\0\0\0\x0c\xff", 5)) << false << false << protocol;
    QTest::newRow("endless banner")
        << QByteArray("hello\r\n").repeated(2000) << true << false << protocol;
    QTest::newRow("endless line") << QByteArray(20'000, 'x') << true << false << protocol;
    QTest::newRow("random bytes") << noise() << false << false << protocol + timeout;
    QTest::newRow("random bytes, endless") << noise() << true << false << protocol;
    QTest::newRow("random after the banner")
        << packet(noise()) << false << false << protocol + timeout;
    QTest::newRow("web server") << QByteArray(
                                       "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
                                << false << true << protocol;
    QTest::newRow("mail server, waits")
        << QByteArray("220 mail ESMTP\r\n") << false << false << timeout;
    QTest::newRow("banner, then nothing")
        << QByteArray("SSH-2.0-x\r\n") << false << false << timeout;
    QTest::newRow("banner, then hangs up")
        << QByteArray("SSH-2.0-x\r\n") << false << true << network;
    QTest::newRow("escape sequences")
        << QByteArray("\x1b[2J\x1b]0;owned\x07\r\n") << false << true << protocol;
}

void TestSshHostile::handshakes()
{
    QFETCH(QByteArray, words);
    QFETCH(bool, endless);
    QFETCH(bool, hangUp);
    QFETCH(QList<int>, kinds);
    Impostor impostor(words, endless, hangUp);
    QElapsedTimer timer;
    timer.start();
    const auto session = await(
        m_client.connectTo(targetAt(impostor.port()),
                           ssh::ConnectOptions{endless ? seconds(5) : milliseconds(1'500)}, {}));
    QVERIFY(!session);
    QVERIFY2(kinds.contains(int(session.error().kind)),
             qPrintable(toString(session.error().kind) + u": "_s + session.error().message));
    QVERIFY2(session.error().message.startsWith(targetAt(impostor.port()).text() + u": "_s),
             qPrintable(session.error().message));
    QVERIFY(!session.error().message.contains(QChar(u'\x1b')));
    QVERIFY2(timer.elapsed() < 30'000, qPrintable(QString::number(timer.elapsed())));
    QVERIFY(!impostor.heard.contains(m_sshd.target().user.toUtf8() + '\0'));
    // The reactor is as good as before.
    VERIFY_OK(await(m_client.connectTo(m_sshd.target(), {}, {})));
}

void TestSshHostile::manyImpostors()
{
    Impostor silent({});
    QObject context;
    std::vector<std::shared_ptr<std::optional<Result<std::shared_ptr<ssh::Session>>>>> answers;
    for (int i = 0; i < 60; ++i) {
        answers.push_back(listen(m_client.connectTo(targetAt(silent.port()),
                                                    ssh::ConnectOptions{milliseconds(1'000)}, {}),
                                 &context));
    }
    for (const auto& answer : answers) {
        QTRY_VERIFY_WITH_TIMEOUT(answer->has_value(), 20'000);
        QCOMPARE((*answer)->error().kind, ErrorKind::Timeout);
    }
    VERIFY_OK(await(m_client.connectTo(m_sshd.target(), {}, {})));
}

void TestSshHostile::damagedStream_data()
{
    QTest::addColumn<int>("at");
    for (int at = 0; at < 6'000; at += 97) {
        QTest::addRow("byte %d", at) << at;
    }
}

/// One byte of what a real server sends is flipped on the way, at every stage of a connection.
void TestSshHostile::damagedStream()
{
    QFETCH(int, at);
    QTcpServer relay;
    QVERIFY(relay.listen(QHostAddress(ownAddress(7)), 0));
    QObject scope;
    connect(&relay, &QTcpServer::newConnection, &scope, [this, at, &relay] {
        QTcpSocket* near = relay.nextPendingConnection();
        auto* far = new QTcpSocket(near);
        auto passed = std::make_shared<int>(0);
        far->connectToHost(m_sshd.address(), quint16(m_sshd.port()));
        connect(near, &QTcpSocket::readyRead, far, [near, far] { far->write(near->readAll()); });
        connect(far, &QTcpSocket::readyRead, near, [near, far, passed, at] {
            QByteArray bytes = far->readAll();
            if (at >= *passed && at < *passed + bytes.size()) {
                bytes[at - *passed] = char(bytes.at(at - *passed) ^ 0x10);
            }
            *passed += int(bytes.size());
            near->write(bytes);
        });
        connect(far, &QTcpSocket::disconnected, near, &QTcpSocket::disconnectFromHost);
        connect(near, &QTcpSocket::disconnected, far, &QTcpSocket::disconnectFromHost);
    });
    ssh::Target target = targetAt(relay.serverPort());
    const auto session = await(
        m_client.connectTo(target, ssh::ConnectOptions{milliseconds(700), milliseconds(300)}, {}));
    if (!session) {
        QVERIFY2(session.error().kind != ErrorKind::Bug, qPrintable(session.error().message));
        return;
    }
    ssh::ExecOptions options;
    options.timeout = milliseconds(2'000);
    const auto result =
        await((*session)->exec(u"head -c 3000 /dev/zero | tr '\\0' x"_s, options, {}));
    if (result) {  // the damage was not in it
        QCOMPARE(result->output, QByteArray(3000, 'x'));
    }
}

QTEST_GUILESS_MAIN(TestSshHostile)
#include "tst_ssh_hostile.moc"
