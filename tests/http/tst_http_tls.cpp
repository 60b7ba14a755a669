#include "core/http/http.h"

#include "tests/http/certificates.h"
#include "tests/http/web_server.h"
#include "tests/support.h"

using namespace Qt::StringLiterals;
using namespace analemma;
using namespace analemma::http;
using namespace analemma::test;

/// Certificates, good and bad, of a real server.
class TestHttpTls : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void trusted();
    void untrusted();
    void wrongName();
    void expired();
    void unverified();
    void connectsElsewhere();
    void plainServer();
    void resetInTls();
    void authorityFile();

private:
    Request request(const WebServer& server) const
    {
        Request one;
        one.url = server.url();
        one.authority = m_certificates.get()->authority();
        one.fresh = true;
        return one;
    }
    std::unique_ptr<Certificates> m_certificates;
};

void TestHttpTls::initTestCase()
{
    m_certificates = std::make_unique<Certificates>();
    QVERIFY(!m_certificates->authority().isEmpty());
}

namespace {
Reply fine(const Asked& /*asked*/)
{
    return Reply(200, "fine");
}
}  // namespace

void TestHttpTls::trusted()
{
    const QSslConfiguration tls = m_certificates->server(u"IP:127.0.0.1"_s, 20);
    QVERIFY(!tls.localCertificate().isNull());
    WebServer server(fine, &tls);
    Client client;
    const auto answer = await(client.send(request(server)));
    VERIFY_OK(answer);
    QCOMPARE(answer->body, "fine"_ba);
    QVERIFY(answer->certificateExpires.has_value());
    QCOMPARE(answer->certificateExpires->toSecsSinceEpoch(),
             tls.localCertificate().expiryDate().toSecsSinceEpoch());
    QVERIFY(answer->timing.tls.count() > 0);
    // Each one on a connection of its own tells it again: no session is resumed.
    const auto again = await(client.send(request(server)));
    VERIFY_OK(again);
    QVERIFY(again->certificateExpires.has_value());
}

void TestHttpTls::untrusted()
{
    const QSslConfiguration tls = m_certificates->server(u"IP:127.0.0.1"_s, 20);
    WebServer server(fine, &tls);
    Client client;
    Request system = request(server);
    system.authority.clear();
    const auto answer = await(client.send(std::move(system)));
    QVERIFY(!answer);
    QCOMPARE(answer.error().kind, ErrorKind::HostKey);
    QVERIFY2(answer.error().message.contains(u"not trusted"_s), qPrintable(answer.error().message));
    QVERIFY(server.asked.isEmpty());
}

void TestHttpTls::wrongName()
{
    const QSslConfiguration tls = m_certificates->server(u"DNS:other.example"_s, 20);
    WebServer server(fine, &tls);
    Client client;
    const auto answer = await(client.send(request(server)));
    QVERIFY(!answer);
    QCOMPARE(answer.error().kind, ErrorKind::HostKey);
    QVERIFY2(answer.error().message.contains(u"another name"_s),
             qPrintable(answer.error().message));
    QVERIFY(server.asked.isEmpty());
}

void TestHttpTls::expired()
{
    const QSslConfiguration tls = m_certificates->server(u"IP:127.0.0.1"_s, -1);
    WebServer server(fine, &tls);
    Client client;
    const auto answer = await(client.send(request(server)));
    QVERIFY(!answer);
    QCOMPARE(answer.error().kind, ErrorKind::HostKey);
    QVERIFY2(answer.error().message.contains(u"expired"_s), qPrintable(answer.error().message));
    QVERIFY(server.asked.isEmpty());
}

void TestHttpTls::unverified()
{
    const QSslConfiguration tls = m_certificates->server(u"DNS:other.example"_s, -1);
    WebServer server(fine, &tls);
    Client client;
    Request all = request(server);
    all.verify = false;
    const auto answer = await(client.send(std::move(all)));
    VERIFY_OK(answer);
    QVERIFY(answer->certificateExpires.has_value());
    QVERIFY(*answer->certificateExpires < QDateTime::currentDateTimeUtc());
}

void TestHttpTls::connectsElsewhere()
{
    const QSslConfiguration tls = m_certificates->server(u"DNS:shop.example"_s, 20);
    WebServer server(fine, &tls);
    Client client;
    Request named = request(server);
    named.url = server.url(u"/"_s, u"shop.example"_s);
    named.connectTo = u"127.0.0.1"_s;
    const auto answer = await(client.send(std::move(named)));
    VERIFY_OK(answer);
    QVERIFY(server.asked.at(0).head.contains("Host: shop.example:"));
    QCOMPARE(answer->address, u"127.0.0.1"_s);
}

void TestHttpTls::plainServer()
{
    QTcpServer plain;
    QVERIFY(plain.listen(QHostAddress::LocalHost));
    connect(&plain, &QTcpServer::newConnection, this, [&plain] {
        QTcpSocket* socket = plain.nextPendingConnection();
        connect(socket, &QTcpSocket::readyRead, socket, [socket] {
            socket->write("HTTP/1.1 400 Bad\r\nContent-Length: 0\r\n\r\n");
            socket->readAll();
        });
    });
    Client client;
    Request one;
    one.url = u"https://127.0.0.1:%1/"_s.arg(plain.serverPort());
    const auto answer = await(client.send(std::move(one)));
    QVERIFY(!answer);
    QCOMPARE(answer.error().kind, ErrorKind::Protocol);
}

void TestHttpTls::resetInTls()
{
    QTcpServer plain;
    QVERIFY(plain.listen(QHostAddress::LocalHost));
    connect(&plain, &QTcpServer::newConnection, this, [&plain] {
        QTcpSocket* socket = plain.nextPendingConnection();
        connect(socket, &QTcpSocket::readyRead, socket, [socket] {
            const linger hard{1, 0};
            ::setsockopt(int(socket->socketDescriptor()), SOL_SOCKET, SO_LINGER, &hard,
                         sizeof hard);
            socket->abort();
        });
    });
    Client client;
    Request one;
    one.url = u"https://127.0.0.1:%1/"_s.arg(plain.serverPort());
    const auto answer = await(client.send(std::move(one)));
    QVERIFY(!answer);
    QCOMPARE(answer.error().kind, ErrorKind::Network);
}

void TestHttpTls::authorityFile()
{
    const QSslConfiguration tls = m_certificates->server(u"IP:127.0.0.1"_s, 20);
    WebServer server(fine, &tls);
    Client client;
    Request one = request(server);
    one.authority = u"/does/not/exist.pem"_s;
    const auto answer = await(client.send(std::move(one)));
    QVERIFY(!answer);
    QCOMPARE(answer.error().kind, ErrorKind::Invalid);
}

QTEST_GUILESS_MAIN(TestHttpTls)
#include "tst_http_tls.moc"
