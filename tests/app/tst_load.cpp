#include "app/load.h"

#include "harness.h"

#include <QTcpServer>
#include <QTcpSocket>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace analemma;
using namespace analemma::app;
using analemma::test::awaited;

namespace {

/// A small HTTP server in this thread that names a version, and can misbehave.
class Server : public QTcpServer {
public:
    QString version = u"1.0.0"_s;
    int status = 200;
    bool cutAnswers = false;
    bool silent = false;
    int connections = 0;
    int requests = 0;

    Server()
    {
        const auto pid = quint32(::getpid());
        const QHostAddress address(0x7f000000u | (64u << 16) | ((pid & 0xffu) << 8) | 2u);
        if (!listen(address, 0)) {
            qFatal("cannot listen");
        }
        connect(this, &QTcpServer::newConnection, this, [this] {
            ++connections;
            QTcpSocket* socket = nextPendingConnection();
            connect(socket, &QTcpSocket::disconnected, socket, &QObject::deleteLater);
            connect(socket, &QTcpSocket::readyRead, this, [this, socket] { answer(socket); });
        });
    }
    [[nodiscard]] QUrl url() const
    {
        return QUrl(
            u"http://%1:%2/api/version"_s.arg(serverAddress().toString()).arg(serverPort()));
    }

private:
    void answer(QTcpSocket* socket)
    {
        const QByteArray request = socket->readAll();
        if (silent || !request.contains("\r\n\r\n")) {
            return;
        }
        ++requests;
        const QByteArray body = "{\"version\": \"" + version.toLatin1() + "\"}\n";
        QByteArray bytes = "HTTP/1.1 " + QByteArray::number(status) +
                           " X\r\nContent-Length: " + QByteArray::number(body.size()) + "\r\n\r\n" +
                           body;
        if (cutAnswers) {
            bytes.chop(4);
        }
        socket->write(bytes);
        if (cutAnswers || request.contains("Connection: close")) {
            socket->disconnectFromHost();
        }
    }
};

LoadPlan planFor(const Server& server)
{
    LoadPlan plan;
    plan.url = server.url();
    plan.keepAlive = 2;
    plan.fresh = 1;
    plan.pause = std::chrono::milliseconds(2);
    plan.patience = std::chrono::milliseconds(400);
    return plan;
}

}  // namespace

class TestLoad : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void answers_data();
    void answers();
    void answerSplitAnywhere();
    void countsWhatIsAnswered();
    void countsWhatFails_data();
    void countsWhatFails();
    void nobodyListens();
    void seesTheFirstAnswerOfAVersion();
    void waitsInVain();
};

void TestLoad::answers_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QString>("told");
    const auto row = [](const char* name, const char* bytes, const QString& told) {
        QTest::newRow(name) << QByteArray(bytes) << told;
    };
    row("nothing yet", "", u"open"_s);
    row("half a head", "HTTP/1.1 200 OK\r\nContent-Le", u"open"_s);
    row("half a body", "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nab", u"open"_s);
    row("whole", "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc", u"200 keep abc"_s);
    row("empty body", "HTTP/1.1 503 No\r\ncontent-length:0\r\n\r\n", u"503 keep "_s);
    row("closes", "HTTP/1.1 200 OK\r\nConnection: Close\r\nContent-Length: 1\r\n\r\na",
        u"200 close a"_s);
    row("no length", "HTTP/1.1 200 OK\r\n\r\nabc", u"broken"_s);
    row("bad length", "HTTP/1.1 200 OK\r\nContent-Length: -3\r\n\r\nabc", u"broken"_s);
    row("not HTTP", "SSH-2.0-OpenSSH_9.2\r\n\r\n", u"broken"_s);
    row("not HTTP at once", "SSH", u"broken"_s);
    row("no status", "HTTP/1.1 abc\r\nContent-Length: 0\r\n\r\n", u"broken"_s);
}

void TestLoad::answers()
{
    QFETCH(QByteArray, bytes);
    QFETCH(QString, told);
    const Answer answer = readAnswer(bytes);
    QString text = answer.broken ? u"broken"_s : u"open"_s;
    if (answer.complete) {
        text =
            u"%1 %2 %3"_s.arg(answer.status)
                .arg(answer.keepAlive ? u"keep"_s : u"close"_s, QString::fromLatin1(answer.body));
    }
    QCOMPARE(text, told);
}

void TestLoad::answerSplitAnywhere()
{
    const QByteArray whole = "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc";
    for (qsizetype cut = 0; cut < whole.size(); ++cut) {
        const Answer answer = readAnswer(whole.left(cut));
        QVERIFY2(!answer.complete && !answer.broken, QByteArray::number(cut).constData());
    }
    QVERIFY(readAnswer(whole).complete);
}

void TestLoad::countsWhatIsAnswered()
{
    Server server;
    Load load(planFor(server));
    QVERIFY(awaited(load.answered(60, milliseconds(10'000))).ok());
    const Result<LoadReport> report = awaited(load.stop());
    QVERIFY(report.ok());
    QCOMPARE(report->failed, 0);
    QVERIFY(report->requests >= 60);
    QCOMPARE(report->versions.value(u"1.0.0"_s), report->requests);
    QCOMPARE(server.requests, int(report->requests));
    QVERIFY(report->medianMs > 0);
    QVERIFY(report->p99Ms >= report->medianMs);
    QVERIFY(report->worstMs >= report->p99Ms);
    // Two clients stay connected, the third connects anew for each of its requests.
    QVERIFY(server.connections > 5);
    QVERIFY(server.connections < server.requests);
}

void TestLoad::countsWhatFails_data()
{
    QTest::addColumn<int>("fault");
    QTest::addColumn<QString>("why");
    QTest::newRow("503") << 0 << u"HTTP 503"_s;
    QTest::newRow("cut") << 1 << u"connection lost"_s;
    QTest::newRow("silence") << 2 << u"no answer within 400 ms"_s;
}

void TestLoad::countsWhatFails()
{
    QFETCH(int, fault);
    QFETCH(QString, why);
    Server server;
    Load load(planFor(server));
    QVERIFY(awaited(load.answered(10, milliseconds(10'000))).ok());
    server.status = fault == 0 ? 503 : 200;
    server.cutAnswers = fault == 1;
    server.silent = fault == 2;
    QTest::qWait(600);
    const Result<LoadReport> report = awaited(load.stop());
    QVERIFY(report.ok());
    QVERIFY(report->failed > 0);
    QVERIFY(!report->failures.isEmpty());
    QVERIFY(report->failures.size() <= 10);
    QVERIFY2(report->failures.constFirst().contains(why),
             qPrintable(report->failures.join(u"; "_s)));
    QVERIFY(report->versions.value(u"1.0.0"_s) + report->failed == report->requests);
}

void TestLoad::nobodyListens()
{
    LoadPlan plan;
    {
        Server server;
        plan = planFor(server);
    }
    Load load(plan);
    QVERIFY(!awaited(load.answered(1, milliseconds(300))).ok());
    const Result<LoadReport> report = awaited(load.stop());
    QVERIFY(report.ok());
    QVERIFY(report->requests > 0);
    QCOMPARE(report->failed, report->requests);
}

void TestLoad::seesTheFirstAnswerOfAVersion()
{
    Server server;
    Load load(planFor(server));
    QVERIFY(awaited(load.answered(10, milliseconds(10'000))).ok());
    const qint64 before = loadNow();
    auto first = load.firstAnswer(u"2.0.0"_s, before, milliseconds(10'000));
    QTest::qWait(50);
    const qint64 changed = loadNow();
    server.version = u"2.0.0"_s;
    const Result<qint64> seen = awaited(std::move(first));
    QVERIFY(seen.ok());
    QVERIFY(*seen >= changed);
    QVERIFY(*seen <= loadNow());
    const Result<LoadReport> report = awaited(load.stop());
    QVERIFY(report->versions.value(u"2.0.0"_s) > 0);
    QCOMPARE(report->failed, 0);
}

void TestLoad::waitsInVain()
{
    Server server;
    Load load(planFor(server));
    const Result<qint64> seen = awaited(load.firstAnswer(u"9.9.9"_s, 0, milliseconds(100)));
    QVERIFY(!seen.ok());
    QCOMPARE(int(seen.error().kind), int(ErrorKind::Timeout));
}

QTEST_GUILESS_MAIN(TestLoad)
#include "tst_load.moc"
