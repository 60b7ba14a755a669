#include "core/http/http.h"

#include "tests/http/web_server.h"
#include "tests/support.h"

#include <QElapsedTimer>
#include <QSignalSpy>

using namespace Qt::StringLiterals;
using namespace analemma;
using namespace analemma::http;
using namespace analemma::test;

/// Requests against a real server of the test's own, a bad one too.
class TestHttp : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void answers();
    void methods();
    void secretsArriveAndAreNotTold();
    void nothingStrangeInAHeader_data();
    void nothingStrangeInAHeader();
    void urls_data();
    void urls();
    void bodyHasALimit();
    void headHasALimit();
    void parts();
    void slow();
    void resets_data();
    void resets();
    void garbage_data();
    void garbage();
    void nobodyThere();
    void reaches();
    void redirects();
    void redirectsKeepSecretsHome();
    void redirectsCarryNoBodyElsewhere();
    void redirectsToOtherSchemes();
    void noProxy();
    void keepsConnections();
    void changesAreSentOnce();
    void cancels();
    void manyAtOnce();
    void clientEnds();
};

namespace {

Request get(const QString& url)
{
    Request request;
    request.url = url;
    return request;
}

}  // namespace

void TestHttp::answers()
{
    WebServer server(
        [](const Asked&) { return Reply(404, "not here", "X-One:  two \r\nx-one: three\r\n"); });
    Client client;
    const auto answer = await(client.send(get(server.url(u"/path?q=1"_s))));
    VERIFY_OK(answer);
    QCOMPARE(answer->status, 404);
    QCOMPARE(answer->body, "not here"_ba);
    QCOMPARE(answer->header("x-one"), "two"_ba);
    QCOMPARE(answer->address, u"127.0.0.1"_s);
    QVERIFY(!answer->certificateExpires);
    QCOMPARE(server.asked.at(0).path, "/path?q=1"_ba);
    QVERIFY(server.asked.at(0).head.contains("User-Agent: analemma/"));
}

void TestHttp::methods()
{
    WebServer server([](const Asked& asked) {
        if (asked.method == "HEAD") {
            return Reply::raw("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n");
        }
        return Reply(200, asked.method + ':' + asked.body);
    });
    Client client;
    for (const QByteArray& method : {"POST"_ba, "PUT"_ba, "PATCH"_ba, "DELETE"_ba, "GET"_ba}) {
        Request request = get(server.url());
        request.method = method;
        request.body = method == "GET" || method == "DELETE" ? QByteArray() : "a\0b"_ba;
        const QByteArray body = request.body;
        request.headers = {{"Content-Type", "application/json"}};
        const auto answer = await(client.send(std::move(request)));
        VERIFY_OK(answer);
        QCOMPARE(answer->body, method + ':' + body);
        QVERIFY(server.asked.last().head.contains("Content-Type: application/json\r\n"));
    }
    Request head = get(server.url());
    head.method = "HEAD";
    const auto answer = await(client.send(std::move(head)));
    VERIFY_OK(answer);
    QCOMPARE(answer->status, 200);
    QVERIFY(answer->body.isEmpty());
}

void TestHttp::secretsArriveAndAreNotTold()
{
    WebServer server([](const Asked& asked) {
        Reply reply(200, "fine");
        reply.resetAt = asked.path == "/reset" ? 20 : -1;
        return reply;
    });
    Client client;
    Request request = get(server.url(u"/hidden-path"_s));
    request.bearer = Secret("tok-en");
    request.secretHeaders = {{"X-Key", Secret("k-e-y")}};
    VERIFY_OK(await(client.send(request)));
    QVERIFY(server.asked.last().head.contains("Authorization: Bearer tok-en\r\n"));
    QVERIFY(server.asked.last().head.contains("X-Key: k-e-y\r\n"));

    request.url = server.url(u"/reset"_s);
    const auto broken = await(client.send(request));
    QVERIFY(!broken);
    for (const char* secret : {"tok-en", "k-e-y", "/reset"}) {
        QVERIFY(!broken.error().message.contains(QLatin1String(secret)));
    }

    Request login = get(server.url());
    login.user = u"ann"_s;
    login.password = Secret("p:w");
    VERIFY_OK(await(client.send(login)));
    QVERIFY(server.asked.last().head.contains("Authorization: Basic " + "ann:p:w"_ba.toBase64() +
                                              "\r\n"));
}

void TestHttp::nothingStrangeInAHeader_data()
{
    QTest::addColumn<QByteArray>("name");
    QTest::addColumn<QByteArray>("value");
    QTest::addColumn<bool>("secret");
    QTest::newRow("line") << "X-A"_ba
                          << "a\r\nX-B: c"_ba << false;
    QTest::newRow("line, secret") << "X-A"_ba
                                  << "a\nX-B: c"_ba << true;
    QTest::newRow("name") << "X A"_ba
                          << "a"_ba << false;
    QTest::newRow("name, secret") << "X-A: b\r\nX"_ba
                                  << "a"_ba << true;
    QTest::newRow("no name") << ""_ba
                             << "a"_ba << false;
    QTest::newRow("zero") << "X-A"_ba
                          << "a\0b"_ba << false;
}

void TestHttp::nothingStrangeInAHeader()
{
    QFETCH(QByteArray, name);
    QFETCH(QByteArray, value);
    QFETCH(bool, secret);
    WebServer server([](const Asked&) { return Reply(200, "fine"); });
    Client client;
    Request request = get(server.url());
    if (secret) {
        request.secretHeaders = {{name, Secret(value)}};
    } else {
        request.headers = {{name, value}};
    }
    const auto answer = await(client.send(std::move(request)));
    QVERIFY(!answer);
    QCOMPARE(answer.error().kind, ErrorKind::Invalid);
    QVERIFY(server.asked.isEmpty());
}

void TestHttp::urls_data()
{
    QTest::addColumn<QString>("url");
    QTest::newRow("empty") << QString();
    QTest::newRow("file") << u"file:///etc/passwd"_s;
    QTest::newRow("ftp") << u"ftp://127.0.0.1/"_s;
    QTest::newRow("words") << u"not a url"_s;
    QTest::newRow("no host") << u"http:///path"_s;
    QTest::newRow("login") << u"http://ann:secret@127.0.0.1/"_s;
    QTest::newRow("port") << u"http://127.0.0.1:99999/"_s;
    QTest::newRow("break") << u"http://127.0.0.1/\r\nX: y"_s;
    QTest::newRow("dict") << u"dict://127.0.0.1:11211/stat"_s;
}

void TestHttp::urls()
{
    QFETCH(QString, url);
    Client client;
    const auto answer = await(client.send(get(url)));
    QVERIFY(!answer);
    QCOMPARE(answer.error().kind, ErrorKind::Invalid);
    QVERIFY(!answer.error().message.contains(u"secret"_s));
}

void TestHttp::bodyHasALimit()
{
    WebServer server([](const Asked& asked) {
        return asked.path == "/known"
                   ? Reply(200, QByteArray(3000, 'x'))
                   : Reply::raw("HTTP/1.1 200 OK\r\n\r\n" + QByteArray(3000, 'x'));
    });
    Client client;
    for (const QString& path : {u"/known"_s, u"/unknown"_s}) {
        Request request = get(server.url(path));
        request.limitBytes = 2999;
        const auto over = await(client.send(request));
        QVERIFY(!over);
        QCOMPARE(over.error().kind, ErrorKind::Invalid);
        request.limitBytes = 3000;
        const auto fits = await(client.send(request));
        VERIFY_OK(fits);
        QCOMPARE(fits->body.size(), 3000);
    }
}

void TestHttp::headHasALimit()
{
    WebServer server([](const Asked& asked) {
        QByteArray lines;
        const int count = asked.path == "/many" ? 200 : 5000;
        for (int i = 0; i < count; ++i) {
            lines += "X-" + QByteArray::number(i) + ": " + QByteArray(20, 'v') + "\r\n";
        }
        return Reply(200, "fine", lines);
    });
    Client client;
    const auto many = await(client.send(get(server.url(u"/many"_s))));
    VERIFY_OK(many);
    QCOMPARE(many->headers.size(), 100);
    const auto endless = await(client.send(get(server.url(u"/endless"_s))));
    QVERIFY(!endless);
    QCOMPARE(endless.error().kind, ErrorKind::Protocol);
}

void TestHttp::parts()
{
    WebServer server([](const Asked&) {
        Reply reply(200, "fine");
        reply.delay = 60;
        return reply;
    });
    Client client;
    Request request = get(server.url());
    request.fresh = true;
    const auto answer = await(client.send(std::move(request)));
    VERIFY_OK(answer);
    const Timing& timing = answer->timing;
    QVERIFY(timing.connect.count() > 0);
    QCOMPARE(timing.tls.count(), 0);
    QVERIFY(timing.wait >= std::chrono::milliseconds(55));
    QVERIFY(timing.total >= timing.lookup + timing.connect + timing.wait);
}

void TestHttp::slow()
{
    WebServer server([](const Asked& asked) {
        Reply reply(200, "fine");
        reply.hold = asked.path == "/never";
        if (asked.path == "/begins") {
            reply.bytes.replace("Content-Length: 4", "Content-Length: 400");
        }
        return reply;
    });
    Client client;
    for (const QString& path : {u"/never"_s, u"/begins"_s}) {
        Request request = get(server.url(path));
        request.timeout = milliseconds(150);
        QElapsedTimer timer;
        timer.start();
        const auto answer = await(client.send(std::move(request)));
        QVERIFY(!answer);
        QCOMPARE(answer.error().kind, ErrorKind::Timeout);
        QVERIFY(timer.elapsed() >= 140);
        QVERIFY(timer.elapsed() < 5000);
        QVERIFY(answer.error().message.contains(path == u"/never"_s ? u"did not answer within"_s
                                                                    : u"did not end within"_s));
    }
}

void TestHttp::resets_data()
{
    QTest::addColumn<int>("at");
    for (const int at : {0, 1, 9, 16, 17, 30, 38, 40, 41, 90, 139}) {
        QTest::addRow("%d", at) << at;
    }
}

void TestHttp::resets()
{
    QFETCH(int, at);
    const QByteArray whole = Reply(200, QByteArray(100, 'x')).bytes;
    QVERIFY(at < whole.size());
    WebServer server([at, whole](const Asked& asked) {
        if (asked.path == "/cut") {
            return Reply::raw(whole.left(at));
        }
        Reply reply;
        reply.bytes = whole;
        reply.resetAt = at;
        return reply;
    });
    Client client;
    const auto reset = await(client.send(get(server.url(u"/reset"_s))));
    QVERIFY(!reset);
    QCOMPARE(reset.error().kind, ErrorKind::Network);
    const auto cut = await(client.send(get(server.url(u"/cut"_s))));
    QVERIFY(!cut);
    QVERIFY(cut.error().kind == ErrorKind::Network || cut.error().kind == ErrorKind::Protocol);
}

void TestHttp::garbage_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::newRow("words") << "hello there, this is no HTTP\r\n\r\n"_ba;
    QTest::newRow("ssh") << "SSH-2.0-OpenSSH_9.2\r\n"_ba;
    QTest::newRow("zeros") << QByteArray(5000, '\0');
    QTest::newRow("no status") << "HTTP/1.1 \r\n\r\n"_ba;
    QTest::newRow("chunks")
        << "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\nxx\r\n"_ba;
    QTest::newRow("length") << "HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nxx"_ba;
    QTest::newRow("encoding") << "HTTP/1.1 200 OK\r\nTransfer-Encoding: strange\r\n\r\nxx"_ba;
}

void TestHttp::garbage()
{
    QFETCH(QByteArray, bytes);
    WebServer server([bytes](const Asked&) { return Reply::raw(bytes); });
    Client client;
    const auto answer = await(client.send(get(server.url())));
    QVERIFY(!answer);
    QCOMPARE(answer.error().kind, ErrorKind::Protocol);
}

void TestHttp::nobodyThere()
{
    QTcpServer closed;
    QVERIFY(closed.listen(QHostAddress::LocalHost));
    const QString url = u"http://127.0.0.1:%1/"_s.arg(closed.serverPort());
    closed.close();
    Client client;
    const auto answer = await(client.send(get(url)));
    QCOMPARE(answer.error().kind, ErrorKind::Network);
    QVERIFY(answer.error().message.contains(u"Connection refused"_s));
    const auto noName = await(client.send(get(u"http://no-such-host.invalid/"_s)));
    QVERIFY(!noName);
    QVERIFY(noName.error().kind == ErrorKind::Network || noName.error().kind == ErrorKind::Timeout);
}

void TestHttp::reaches()
{
    QTcpServer server;
    QVERIFY(server.listen(QHostAddress::LocalHost));
    QSignalSpy came(&server, &QTcpServer::newConnection);
    Client client;
    Endpoint endpoint;
    endpoint.host = u"127.0.0.1"_s;
    endpoint.port = server.serverPort();
    const auto reached = await(client.reach(endpoint));
    VERIFY_OK(reached);
    QVERIFY(reached->connect.count() > 0);
    QVERIFY(reached->total >= reached->connect);
    QTRY_COMPARE(came.size(), 1);
    const std::unique_ptr<QTcpSocket> socket(server.nextPendingConnection());
    QTRY_COMPARE(socket->state(), QAbstractSocket::UnconnectedState);  // it did not stay
    server.close();
    const auto refused = await(client.reach(endpoint));
    QVERIFY(!refused);
    QCOMPARE(refused.error().kind, ErrorKind::Network);
    QVERIFY(refused.error().message.startsWith(u"127.0.0.1:"_s));
    endpoint.host = u"-x"_s;
    QCOMPARE(await(client.reach(endpoint)).error().kind, ErrorKind::Invalid);
}

void TestHttp::redirects()
{
    WebServer server([](const Asked& asked) {
        if (asked.path == "/end") {
            return Reply(200, asked.method + ':' + asked.body);
        }
        if (asked.path == "/round") {
            return Reply(302, "", "Location: /round\r\n");
        }
        return Reply(asked.path == "/keep" ? 307 : 302, "", "Location: end\r\n");
    });
    Client client;
    Request request = get(server.url(u"/begin"_s));
    QCOMPARE(await(client.send(request))->status, 302);
    request.redirects = 1;
    const auto followed = await(client.send(request));
    VERIFY_OK(followed);
    QCOMPARE(followed->body, "GET:"_ba);

    request.url = server.url(u"/round"_s);
    request.redirects = 5;
    server.asked.clear();
    const auto round = await(client.send(request));
    VERIFY_OK(round);
    QCOMPARE(round->status, 302);
    QCOMPARE(server.asked.size(), 6);

    request.method = "POST";
    request.body = "text";
    request.url = server.url(u"/begin"_s);
    QCOMPARE(await(client.send(request))->body, "GET:"_ba);
    request.url = server.url(u"/keep"_s);
    QCOMPARE(await(client.send(request))->body, "POST:text"_ba);
}

void TestHttp::redirectsKeepSecretsHome()
{
    WebServer other([](const Asked&) { return Reply(200, "other"); });
    WebServer server([&other](const Asked& asked) {
        if (asked.path == "/here") {
            return Reply(302, "", "Location: /last\r\n");
        }
        return asked.path == "/last"
                   ? Reply(200, "last")
                   : Reply(302, "", "Location: " + other.url(u"/there"_s).toUtf8() + "\r\n");
    });
    Client client;
    Request request = get(server.url(u"/away"_s));
    request.redirects = 3;
    request.bearer = Secret("tok-en");
    request.secretHeaders = {{"X-Key", Secret("k-e-y")}};
    request.headers = {{"Cookie", "id=c-oo-kie"}, {"X-Plain", "stays"}};
    const auto answer = await(client.send(request));
    VERIFY_OK(answer);
    QCOMPARE(answer->body, "other"_ba);
    const QByteArray head = other.asked.at(0).head;
    for (const char* secret : {"tok-en", "k-e-y", "c-oo-kie", "Authorization"}) {
        QVERIFY2(!head.contains(secret), secret);
    }
    QVERIFY(head.contains("X-Plain: stays"));

    request.url = server.url(u"/here"_s);
    QCOMPARE(await(client.send(request))->body, "last"_ba);
    QVERIFY(server.asked.last().head.contains("Bearer tok-en"));

    Request login = get(server.url(u"/away"_s));
    login.redirects = 3;
    login.user = u"ann"_s;
    login.password = Secret("pw");
    VERIFY_OK(await(client.send(login)));
    QVERIFY(!other.asked.last().head.contains("Authorization"));
}

void TestHttp::redirectsCarryNoBodyElsewhere()
{
    WebServer other([](const Asked&) { return Reply(200, "other"); });
    WebServer server([&other](const Asked&) {
        return Reply(307, "", "Location: " + other.url().toUtf8() + "\r\n");
    });
    Client client;
    Request request = get(server.url());
    request.method = "POST";
    request.body = "text";
    request.redirects = 3;
    const auto answer = await(client.send(request));
    VERIFY_OK(answer);
    QCOMPARE(answer->status, 307);
    QVERIFY(other.asked.isEmpty());
}

void TestHttp::redirectsToOtherSchemes()
{
    WebServer server([](const Asked& asked) {
        return Reply(302, "",
                     asked.path == "/file" ? "Location: file:///etc/passwd\r\n"
                                           : "Location: dict://127.0.0.1:1/x\r\n");
    });
    Client client;
    for (const QString& path : {u"/file"_s, u"/dict"_s}) {
        Request request = get(server.url(path));
        request.redirects = 3;
        const auto answer = await(client.send(std::move(request)));
        VERIFY_OK(answer);
        QCOMPARE(answer->status, 302);
    }
}

void TestHttp::noProxy()
{
    WebServer proxy([](const Asked&) { return Reply(200, "proxy"); });
    WebServer server([](const Asked&) { return Reply(200, "server"); });
    qputenv("http_proxy", proxy.url().toUtf8());
    qputenv("ALL_PROXY", proxy.url().toUtf8());
    Client client;
    const auto answer = await(client.send(get(server.url())));
    qunsetenv("http_proxy");
    qunsetenv("ALL_PROXY");
    VERIFY_OK(answer);
    QCOMPARE(answer->body, "server"_ba);
}

void TestHttp::keepsConnections()
{
    WebServer server([](const Asked&) { return Reply(200, "fine"); });
    Client client;
    for (int i = 0; i < 5; ++i) {
        VERIFY_OK(await(client.send(get(server.url()))));
    }
    QCOMPARE(server.connections, 1);
    Request request = get(server.url());
    request.fresh = true;
    VERIFY_OK(await(client.send(std::move(request))));
    QCOMPARE(server.connections, 2);
}

void TestHttp::changesAreSentOnce()
{
    // The server ends the kept connection in the moment that the next request arrives on it.
    WebServer server([count = 0](const Asked&) mutable {
        Reply reply(200, "fine");
        reply.resetAt = ++count == 2 ? 0 : -1;
        return reply;
    });
    Client client;
    VERIFY_OK(await(client.send(get(server.url()))));
    Request request = get(server.url());
    request.method = "POST";
    request.body = "once";
    const auto answer = await(client.send(std::move(request)));
    QVERIFY(!answer);
    QCOMPARE(answer.error().kind, ErrorKind::Network);
    QCOMPARE(server.asked.size(), 2);
}

void TestHttp::cancels()
{
    WebServer server([](const Asked& asked) {
        Reply reply(200, "fine");
        reply.hold = asked.path == "/never";
        return reply;
    });
    Client client;
    const CancelToken cancel;
    const auto answer = listen(client.send(get(server.url(u"/never"_s)), cancel), this);
    QTRY_COMPARE(server.asked.size(), 1);
    cancel.cancel();
    QTRY_VERIFY(answer->has_value());
    QCOMPARE((*answer)->error().kind, ErrorKind::Cancelled);
    QTRY_COMPARE(server.open, 0);
    const auto late = await(client.send(get(server.url()), cancel));
    QCOMPARE(late.error().kind, ErrorKind::Cancelled);
    VERIFY_OK(await(client.send(get(server.url()))));
    QCOMPARE(server.asked.size(), 2);
}

void TestHttp::manyAtOnce()
{
    WebServer server([](const Asked&) {
        Reply reply(200, "fine");
        reply.delay = 50;
        return reply;
    });
    Client client;
    int done = 0;
    for (int i = 0; i < 300; ++i) {
        then(client.send(get(server.url())), this, [&done](const Result<Response>& answer) {
            done += answer && answer->body == "fine" ? 1 : 0;
        });
    }
    // Beyond the limit and out of time while it waits.
    Request waits = get(server.url());
    waits.timeout = milliseconds(20);
    const auto waited = await(client.send(std::move(waits)));
    QVERIFY(!waited);
    QCOMPARE(waited.error().kind, ErrorKind::Timeout);
    QVERIFY(waited.error().message.contains(u"too many requests wait"_s));
    QTRY_COMPARE(done, 300);
    QCOMPARE(server.asked.size(), 300);
    QVERIFY2(server.mostWaiting <= 64, qPrintable(QString::number(server.mostWaiting)));
    QVERIFY2(server.mostWaiting > 32, qPrintable(QString::number(server.mostWaiting)));
}

void TestHttp::clientEnds()
{
    WebServer server([](const Asked&) {
        Reply reply;
        reply.hold = true;
        return reply;
    });
    auto client = std::make_unique<Client>();
    int cancelled = 0;
    for (int i = 0; i < 100; ++i) {
        then(client->send(get(server.url())), this, [&cancelled](const Result<Response>& answer) {
            cancelled += !answer && answer.error().kind == ErrorKind::Cancelled ? 1 : 0;
        });
    }
    QTRY_COMPARE(server.asked.size(), 64);
    QElapsedTimer timer;
    timer.start();
    client.reset();
    QVERIFY(timer.elapsed() < 2000);
    QTRY_COMPARE(cancelled, 100);
    QTRY_COMPARE(server.open, 0);
}

QTEST_GUILESS_MAIN(TestHttp)
#include "tst_http.moc"
