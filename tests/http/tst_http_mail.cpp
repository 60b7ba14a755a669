#include "core/http/http.h"
#include "core/http/src/mailtext.h"

#include "tests/http/certificates.h"
#include "tests/http/mail_server.h"
#include "tests/support.h"

using namespace Qt::StringLiterals;
using namespace analemma;
using namespace analemma::http;
using namespace analemma::test;

/// Mail to a server of the test's own.
class TestHttpMail : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void plain();
    void startTlsAndLogin();
    void noStartTls();
    void untrusted();
    void loginRefused();
    void mailRefused_data();
    void mailRefused();
    void notInTheClear();
    void invalid_data();
    void invalid();
    void words();
    void endsBeforeItSpeaks();

private:
    std::unique_ptr<Certificates> m_certificates;
};

namespace {

Mail mailTo(const QString& server)
{
    Mail mail;
    mail.server = server;
    mail.startTls = false;
    mail.from = u"watch@example.org"_s;
    mail.to = QStringList{u"ann@example.org"_s, u"bob@example.org"_s};
    mail.subject = u"The shop does not answer"_s;
    mail.text = u"First line\n.\nlast line: ñ"_s;
    mail.timeout = milliseconds(10'000);
    return mail;
}

QByteArray bodyOf(const QByteArray& text)
{
    return QByteArray::fromBase64(text.mid(text.indexOf("\r\n\r\n") + 4));
}

}  // namespace

void TestHttpMail::initTestCase()
{
    m_certificates = std::make_unique<Certificates>();
    QVERIFY(!m_certificates->authority().isEmpty());
}

void TestHttpMail::plain()
{
    MailServer server({});
    Client client;
    VERIFY_OK(await(client.send(mailTo(server.url()))));
    QVERIFY(server.commands.contains("MAIL FROM:<watch@example.org>"));
    QVERIFY(server.commands.contains("RCPT TO:<bob@example.org>"));
    QVERIFY(server.text.contains("To: ann@example.org,\r\n bob@example.org\r\n"));
    QCOMPARE(bodyOf(server.text), "First line\r\n.\r\nlast line: ñ"_ba);
    QVERIFY(server.login.isEmpty());
}

void TestHttpMail::startTlsAndLogin()
{
    MailServer::Ways ways;
    ways.tls = m_certificates->server(u"IP:127.0.0.1"_s, 20);
    ways.login = true;
    MailServer server(ways);
    Client client;
    Mail mail = mailTo(server.url());
    mail.startTls = true;
    mail.authority = m_certificates->authority();
    mail.user = u"watch"_s;
    mail.password = Secret("hunter-two");
    VERIFY_OK(await(client.send(std::move(mail))));
    QCOMPARE(server.login, "\0watch\0hunter-two"_ba);
    QVERIFY(server.loginWasSecret);
    QVERIFY(!server.text.isEmpty());
}

void TestHttpMail::noStartTls()
{
    MailServer::Ways ways;
    ways.login = true;
    MailServer server(ways);
    Client client;
    Mail mail = mailTo(server.url());
    mail.startTls = true;
    mail.user = u"watch"_s;
    mail.password = Secret("hunter-two");
    const auto answer = await(client.send(std::move(mail)));
    QVERIFY(!answer);
    QCOMPARE(answer.error().kind, ErrorKind::Protocol);
    QVERIFY2(answer.error().message.contains(u"STARTTLS"_s), qPrintable(answer.error().message));
    QVERIFY(server.login.isEmpty());
    QVERIFY(server.text.isEmpty());
}

void TestHttpMail::untrusted()
{
    MailServer::Ways ways;
    ways.tls = m_certificates->server(u"IP:127.0.0.1"_s, 20);
    ways.login = true;
    MailServer server(ways);
    Client client;
    Mail mail = mailTo(server.url());
    mail.startTls = true;
    mail.user = u"watch"_s;
    mail.password = Secret("hunter-two");
    const auto answer = await(client.send(std::move(mail)));
    QVERIFY(!answer);
    QCOMPARE(answer.error().kind, ErrorKind::HostKey);
    QVERIFY(server.login.isEmpty());
}

void TestHttpMail::loginRefused()
{
    MailServer::Ways ways;
    ways.login = true;
    ways.refuseLogin = true;
    MailServer server(ways);
    Client client;
    Mail mail = mailTo(server.url());
    mail.user = u"watch"_s;
    mail.password = Secret("hunter-two-and-more");
    const auto answer = await(client.send(std::move(mail)));
    QVERIFY(!answer);
    QCOMPARE(answer.error().kind, ErrorKind::Auth);
    QCOMPARE(server.login, "\0watch\0hunter-two-and-more"_ba);  // it did say it back
    const QString message = answer.error().message + answer.error().hint;
    QVERIFY2(!message.contains(u"hunter"_s), qPrintable(message));
    QVERIFY2(!message.contains(QString::fromLatin1("hunter-two-and-more"_ba.toBase64().left(12))),
             qPrintable(message));
    // "\0watch\0" are 7 bytes, so the secret begins at the second byte of a group of three.
    const QByteArray inner = "\0watch\0hunter-two-and-more"_ba.toBase64().mid(12, 12);
    QVERIFY2(!message.contains(QString::fromLatin1(inner)), qPrintable(message));
    QVERIFY(server.text.isEmpty());
}

void TestHttpMail::mailRefused_data()
{
    QTest::addColumn<QByteArray>("receiver");
    QTest::addColumn<QByteArray>("data");
    QTest::newRow("receiver") << "550 no such person"_ba
                              << "250 taken"_ba;
    QTest::newRow("text") << "250 fine"_ba
                          << "554 no such person"_ba;
}

void TestHttpMail::mailRefused()
{
    QFETCH(QByteArray, receiver);
    QFETCH(QByteArray, data);
    MailServer::Ways ways;
    ways.receiver = receiver;
    ways.data = data;
    MailServer server(ways);
    Client client;
    const auto answer = await(client.send(mailTo(server.url())));
    QVERIFY(!answer);
    QCOMPARE(answer.error().kind, ErrorKind::Refused);
    QVERIFY2(answer.error().message.contains(u"no such person"_s),
             qPrintable(answer.error().message));
}

void TestHttpMail::notInTheClear()
{
    Client client;
    Mail mail = mailTo(u"smtp://mail.example.org:25"_s);
    mail.user = u"watch"_s;
    mail.password = Secret("hunter-two");
    const auto answer = await(client.send(std::move(mail)));
    QVERIFY(!answer);
    QCOMPARE(answer.error().kind, ErrorKind::Refused);
}

void TestHttpMail::invalid_data()
{
    QTest::addColumn<QString>("server");
    QTest::addColumn<QString>("from");
    QTest::addColumn<QString>("to");
    const QString here = u"smtp://127.0.0.1:1"_s;
    const QString ann = u"ann@example.org"_s;
    QTest::newRow("http") << u"http://127.0.0.1:1"_s << ann << ann;
    QTest::newRow("login in it") << u"smtp://a:b@127.0.0.1:1"_s << ann << ann;
    QTest::newRow("no receiver") << here << ann << QString();
    QTest::newRow("line break") << here << ann << u"ann@example.org>\r\nRCPT TO:<b@c"_s;
    QTest::newRow("space") << here << u"ann @example.org"_s << ann;
    QTest::newRow("no sign") << here << u"ann"_s << ann;
}

void TestHttpMail::invalid()
{
    QFETCH(QString, server);
    QFETCH(QString, from);
    QFETCH(QString, to);
    Client client;
    Mail mail = mailTo(server);
    mail.from = from;
    mail.to = to.isEmpty() ? QStringList() : QStringList{to};
    const auto answer = await(client.send(std::move(mail)));
    QVERIFY(!answer);
    QCOMPARE(answer.error().kind, ErrorKind::Invalid);
}

void TestHttpMail::words()
{
    Mail mail = mailTo(u"smtp://127.0.0.1"_s);
    mail.subject = u"¿"_s + QString(120, u'ñ') + u"\r\nBcc: eve@example.org"_s;
    const QDateTime now(QDate(2026, 11, 5), QTime(7, 8, 9), Qt::UTC);
    const QByteArray text = mailText(mail, now, u"id"_s);
    QVERIFY(!text.contains("\r\nBcc:"));
    QVERIFY(text.contains("\r\nDate: Thu, 05 Nov 2026 07:08:09 +0000\r\n"));
    QVERIFY(text.contains("\r\nMessage-ID: <id@example.org>\r\n"));
    QByteArray subject;
    for (const QByteArray& line : text.split('\n')) {
        QVERIFY(line.size() <= 79);
        const QByteArray word =
            line.trimmed().startsWith("Subject: ") ? line.trimmed().mid(9) : line.trimmed();
        if (word.startsWith("=?utf-8?B?")) {
            subject += QByteArray::fromBase64(word.mid(10).chopped(2));
        }
    }
    QCOMPARE(QString::fromUtf8(subject), u"¿"_s + QString(120, u'ñ') + u"  Bcc: eve@example.org"_s);
}

void TestHttpMail::endsBeforeItSpeaks()
{
    QTcpServer server;
    QVERIFY(server.listen(QHostAddress::LocalHost));
    connect(&server, &QTcpServer::newConnection, this,
            [&server] { server.nextPendingConnection()->disconnectFromHost(); });
    Client client;
    const auto answer =
        await(client.send(mailTo(u"smtp://127.0.0.1:%1"_s.arg(server.serverPort()))));
    QVERIFY(!answer);
    QVERIFY(answer.error().kind == ErrorKind::Network ||
            answer.error().kind == ErrorKind::Protocol);
}

QTEST_GUILESS_MAIN(TestHttpMail)
#include "tst_http_mail.moc"
