#include "core/infra/src/haproxy_socket.h"
#include "core/infra/src/haproxy_text.h"

#include "core/base/files.h"
#include "core/base/process.h"
#include "tests/http/web_server.h"
#include "tests/ssh/private_sshd.h"
#include "tests/support.h"

#include <QProcess>
#include <QTcpSocket>
#include <QTemporaryDir>

using namespace Qt::StringLiterals;
using namespace analemma;
using namespace analemma::infra;
using namespace analemma::test;

/// What a real HAProxy counts of what goes through it.
class TestInfraTraffic : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void countsWhatGoesThrough();

private:
    static Balancer readCounters(const QString& folder, const haproxy::Setup& setup)
    {
        const auto csv = await(haproxy::say(folder, "show stat", milliseconds(2'000)));
        if (!csv) {
            return {};
        }
        const auto rows = haproxy::parseStat(*csv);
        return rows ? haproxy::balancerFrom(setup, *rows, u"p0"_s) : Balancer();
    }
};

void TestInfraTraffic::countsWhatGoesThrough()
{
    bool well = true;
    WebServer server([&well](const Asked& asked) {
        Reply reply(asked.path == "/healthz" || well ? 200 : 503, "text");
        reply.delay = asked.path == "/healthz" ? 0 : 20;
        return reply;
    });
    QTemporaryDir folder(QDir::tempPath() + u"/an-XXXXXX"_s);
    haproxy::Setup setup;
    setup.config.name = u"production"_s;
    setup.config.health.every = milliseconds(100);
    setup.config.health.rise = 1;
    setup.address = ownAddress(60);
    setup.config.port = freePort(setup.address);
    setup.pools.insert(u"p0"_s, {{u"web-1"_s, u"127.0.0.1"_s, server.port()}});
    VERIFY_OK(writeFile(folder.filePath(u"haproxy.cfg"_s), haproxy::configText(setup), 0600));
    VERIFY_OK(writeFile(folder.filePath(u"active.map"_s), haproxy::mapText(u"p0"_s), 0600));
    VERIFY_OK(
        writeFile(folder.filePath(u"503.http"_s), haproxy::unavailablePage(u"production"_s), 0600));
    QProcess program;
    program.setChildProcessModifier([] { ::prctl(PR_SET_PDEATHSIG, SIGKILL); });
    program.start(findProgram(u"haproxy"_s),
                  {u"-db"_s, u"-C"_s, folder.path(), u"-f"_s, u"haproxy.cfg"_s});
    QVERIFY(program.waitForStarted());
    const auto isHealthy = [&] {
        const Balancer balancer = readCounters(folder.path(), setup);
        const Pool* pool = balancer.pool(u"p0"_s);
        return pool != nullptr && !pool->members.isEmpty() && pool->members[0].healthy();
    };
    QTRY_VERIFY2(isHealthy(), program.readAllStandardError().constData());

    const auto send = [&](int count) {
        for (int i = 0; i < count; ++i) {
            QTcpSocket socket;
            socket.connectToHost(setup.address, quint16(setup.config.port));
            socket.write("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
            QTRY_COMPARE(socket.state(), QAbstractSocket::UnconnectedState);
        }
    };
    const Balancer before = readCounters(folder.path(), setup);
    send(5);
    well = false;
    send(3);
    const Balancer after = readCounters(folder.path(), setup);
    QCOMPARE(after.traffic.requests - before.traffic.requests, 8);
    QCOMPARE(after.traffic.errors - before.traffic.errors, 3);
    const Traffic member = after.pool(u"p0"_s)->members[0].traffic;
    QCOMPARE(member.errors, 3);
    QVERIFY(member.requests >= 8);
    QVERIFY2(member.responseTime.count() >= 10,
             qPrintable(QString::number(member.responseTime.count())));
    QVERIFY(after.traffic.responseTime.count() >= 10);
    program.kill();
    QVERIFY(program.waitForFinished());
}

QTEST_GUILESS_MAIN(TestInfraTraffic)
#include "tst_infra_traffic.moc"
