#include "tests/app/servers_fixture.h"

using namespace Qt::StringLiterals;
using namespace analemma;
using namespace analemma::test;

/// Figures of real servers by the command line: now, as a stream, and what was kept of them.
class TestCliMonitor : public ServersFixture {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void showsEach();
    void tellsWhoDoesNotAnswer();
    void watchesAndKeeps();
    void listsProcesses();
    void badWords();
    void noFiguresYet();
};

void TestCliMonitor::initTestCase()
{
    begin();
    trustAll();
}

void TestCliMonitor::showsEach()
{
    const Ran ran = cli({u"monitor"_s, u"show"_s, u"web-1"_s, u"web-2"_s, u"--json"_s});
    QVERIFY2(ran.code == 0, ran.err.constData());
    QCOMPARE(ran.json()[u"schema"_s].toString(), u"analemma.monitor.1"_s);
    const QJsonArray servers = ran.json()[u"servers"_s].toArray();
    QCOMPARE(servers.size(), 2);
    for (const QJsonValue& server : servers) {
        QHash<QString, double> values;
        for (const QJsonValue& point : server[u"points"_s].toArray()) {
            values.insert(point[u"metric"_s].toString(), point[u"value"_s].toDouble());
        }
        QVERIFY(values.value(u"mem.total"_s) > 64e6);
        QVERIFY(values.contains(u"cpu.busy"_s));
        QVERIFY(values[u"cpu.busy"_s] >= 0 && values[u"cpu.busy"_s] <= 100);
        QVERIFY(values.value(u"uptime"_s) > 0);
    }
    const Ran table = cli({u"monitor"_s, u"show"_s, u"--on"_s, u"tag=web"_s});
    QCOMPARE(table.code, 0);
    QVERIFY(table.out.contains("web-1") && table.out.contains("web-2"));
    QVERIFY(!table.out.contains("web-3"));
}

void TestCliMonitor::tellsWhoDoesNotAnswer()
{
    m_servers[1]->stop();
    const Ran ran = cli({u"monitor"_s, u"show"_s, u"web-1"_s, u"web-2"_s});
    QCOMPARE(ran.code, 1);
    QVERIFY2(ran.err.contains("web-2: "), ran.err.constData());
    QVERIFY(ran.out.contains("web-1"));
    QVERIFY(m_servers[1]->start(m_servers[1]->port()).isEmpty());
}

void TestCliMonitor::watchesAndKeeps()
{
    const Ran ran = cli({u"monitor"_s, u"watch"_s, u"web-1"_s, u"--count"_s, u"3"_s, u"--json"_s});
    QVERIFY2(ran.code == 0, ran.err.constData());
    const QList<Json> read = lines(ran.out);
    QCOMPARE(read.size(), 3);
    QCOMPARE(read[0][u"schema"_s].toString(), u"analemma.monitor.reading.1"_s);
    QVERIFY(read[0][u"time"_s].toString() < read[2][u"time"_s].toString());
    const Ran kept = cli({u"monitor"_s, u"query"_s, u"web-1"_s, u"mem.available"_s, u"--last"_s,
                          u"10m"_s, u"--json"_s});
    QVERIFY2(kept.code == 0, kept.err.constData());
    int values = 0;
    for (const QJsonValue& column : kept.json()[u"columns"_s].toArray()) {
        values += column[u"count"_s].toInt();
        QVERIFY(column[u"min"_s].toDouble() <= column[u"max"_s].toDouble());
    }
    QCOMPARE(values, 3);
    const Ran all = cli({u"monitor"_s, u"query"_s, u"web-1"_s});
    QVERIFY(all.out.contains("cpu.busy") && all.out.contains("disk.used"));
    const Ran missing = cli({u"monitor"_s, u"query"_s, u"web-1"_s, u"cpu.bussy"_s});
    QCOMPARE(missing.code, 5);
}

void TestCliMonitor::listsProcesses()
{
    const Ran ran = cli({u"monitor"_s, u"top"_s, u"web-1"_s, u"--limit"_s, u"500"_s, u"--json"_s});
    QVERIFY2(ran.code == 0, ran.err.constData());
    bool self = false;
    for (const QJsonValue& process : ran.json()[u"processes"_s].toArray()) {
        self = self || process[u"pid"_s].toInt() == int(QCoreApplication::applicationPid());
    }
    QVERIFY2(self, ran.out.constData());  // the servers are this machine
}

void TestCliMonitor::badWords()
{
    QCOMPARE(cli({u"monitor"_s, u"show"_s, u"wbe-1"_s}).code, 5);
    QCOMPARE(cli({u"monitor"_s, u"watch"_s, u"web-1"_s, u"--count"_s, u"0"_s}).code, 2);
    QCOMPARE(cli({u"monitor"_s, u"query"_s, u"web-1"_s, u"load.1"_s, u"--last"_s, u"soon"_s}).code,
             2);
    QCOMPARE(cli({u"monitor"_s, u"top"_s}).code, 2);
}

void TestCliMonitor::noFiguresYet()
{
    const Ran show = cli({u"figures"_s, u"show"_s, u"--json"_s});
    QVERIFY2(show.code == 0, show.err.constData());
    QCOMPARE(show.json()[u"deployments"_s].toInt(), 0);
    QVERIFY(show.json()[u"change_failure_percent"_s].isNull());
    const Ran csv = cli({u"figures"_s, u"export"_s});
    QCOMPARE(csv.out.count('\n'), 1);
    QCOMPARE(cli({u"figures"_s, u"show"_s, u"--environment"_s, u"moon"_s}).code, 5);
}

QTEST_GUILESS_MAIN(TestCliMonitor)
#include "tst_cli_monitor.moc"
