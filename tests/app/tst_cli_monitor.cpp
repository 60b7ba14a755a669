#include "core/monitor/series.h"
#include "core/workspace/workspace.h"
#include "tests/app/servers_fixture.h"
#include "tests/support.h"

#include <QProcess>
#include <QTimer>

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
    void sortsByMemory();
    void signalsTheVeryProcess();
    void saysWhoRecords();
    void mergesLogs();
    void followsLogs();
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

void TestCliMonitor::sortsByMemory()
{
    const Ran ran = cli({u"monitor"_s, u"top"_s, u"web-1"_s, u"--sort"_s, u"memory"_s, u"--limit"_s,
                         u"50"_s, u"--json"_s});
    QVERIFY2(ran.code == 0, ran.err.constData());
    double before = 1e18;
    for (const QJsonValue& process : ran.json()[u"processes"_s].toArray()) {
        const double bytes = process[u"resident_bytes"_s].toDouble();
        QVERIFY(bytes <= before);
        before = bytes;
    }
    QVERIFY(before < 1e18);
    QCOMPARE(cli({u"monitor"_s, u"top"_s, u"web-1"_s, u"--sort"_s, u"name"_s}).code, 2);
}

void TestCliMonitor::signalsTheVeryProcess()
{
    QProcess victim;
    victim.start(u"sleep"_s, {u"600"_s});
    QVERIFY(victim.waitForStarted());
    const QString pid = QString::number(victim.processId());
    const Ran top = cli({u"monitor"_s, u"top"_s, u"web-1"_s, u"--limit"_s, u"1000"_s, u"--json"_s});
    QString start;
    for (const QJsonValue& process : top.json()[u"processes"_s].toArray()) {
        if (QString::number(process[u"pid"_s].toInt()) == pid) {
            start = QString::number(process[u"start"_s].toDouble(), 'f', 0);
        }
    }
    QVERIFY2(!start.isEmpty(), top.out.constData());
    const auto signal = [&](const QString& from, const QString& word, const QStringList& more) {
        return cli(
            QStringList{u"monitor"_s, u"signal"_s, u"web-1"_s, pid, from, word, u"--json"_s} +
            more);
    };
    const Ran other = signal(u"7"_s, u"TERM"_s, {});
    QCOMPARE(other.code, 5);
    QCOMPARE(other.json()[u"outcome"_s].toString(), u"gone"_s);
    QCOMPARE(signal(start, u"KILL"_s, {}).code, 12);
    QCOMPARE(signal(start, u"9"_s, {}).code, 2);
    QCOMPARE(victim.state(), QProcess::Running);
    const Ran killed = signal(start, u"KILL"_s, {u"--name"_s, u"sleep"_s});
    QVERIFY2(killed.code == 0, killed.err.constData());
    QCOMPARE(killed.json()[u"outcome"_s].toString(), u"done"_s);
    QTRY_COMPARE(victim.state(), QProcess::NotRunning);
    QCOMPARE(signal(start, u"TERM"_s, {}).code, 5);
}

void TestCliMonitor::saysWhoRecords()
{
    const auto workspace = workspace::load(path(u"analemma.yaml"_s));
    VERIFY_OK(workspace);
    auto recording = monitor::SeriesStore::open(workspace->stateFolder());
    VERIFY_OK(recording);
    QTRY_VERIFY((*recording)->status().recording);
    const Ran ran = cli({u"monitor"_s, u"watch"_s, u"web-1"_s, u"--count"_s, u"2"_s});
    QVERIFY2(ran.code == 0, ran.err.constData());
    QVERIFY2(ran.err.contains("not kept by this command"), ran.err.constData());
    QCOMPARE(ran.out.count('\n'), 2);
}

void TestCliMonitor::mergesLogs()
{
    const QString log = path(u"a b.log"_s);
    QVERIFY(writeFile(log, "2026-11-27T10:00:00Z one\n2026-11-27T10:00:01Z two\n", 0644).ok());
    const Ran ran =
        cli({u"monitor"_s, u"logs"_s, u"web-1"_s, u"web-2"_s, u"--file"_s, log, u"--json"_s});
    QVERIFY2(ran.code == 0, ran.err.constData());
    const QList<Json> read = lines(ran.out);
    QCOMPARE(read.size(), 4);  // the servers are this machine
    QCOMPARE(read[0][u"schema"_s].toString(), u"analemma.monitor.log.1"_s);
    QCOMPARE(read[0][u"text"_s].toString(), u"2026-11-27T10:00:00Z one"_s);
    QCOMPARE(read[1][u"text"_s].toString(), u"2026-11-27T10:00:00Z one"_s);
    QVERIFY(read[0][u"server"_s].toString() != read[1][u"server"_s].toString());
    QCOMPARE(read[2][u"time"_s].toString(), u"2026-11-27T10:00:01.000Z"_s);
    const Ran text =
        cli({u"monitor"_s, u"logs"_s, u"web-1"_s, u"--file"_s, log, u"--lines"_s, u"1"_s});
    QCOMPARE(text.out, QByteArray("web-1  2026-11-27T10:00:01Z two\n"));
    const Ran missing = cli({u"monitor"_s, u"logs"_s, u"web-1"_s, u"--file"_s, log + u"x"_s});
    QCOMPARE(missing.code, 1);
    QVERIFY2(missing.err.contains("a b.logx"), missing.err.constData());
    QCOMPARE(cli({u"monitor"_s, u"logs"_s, u"web-1"_s, u"--file"_s, u"a.log"_s}).code, 2);
}

void TestCliMonitor::followsLogs()
{
    const QString log = path(u"follow.log"_s);
    QVERIFY(writeFile(log, "before\n", 0644).ok());
    const cli::Interrupt interrupt;
    QTimer::singleShot(2'000, this, [log] {
        QFile file(log);
        if (file.open(QIODevice::Append)) {
            file.write("after\n");
        }
    });
    QTimer::singleShot(4'000, this, [&interrupt] { interrupt.raise(); });
    const Ran ran =
        cli({u"monitor"_s, u"logs"_s, u"web-1"_s, u"--file"_s, log, u"--follow"_s}, {}, interrupt);
    QCOMPARE(ran.code, 130);
    QCOMPARE(ran.out, QByteArray("web-1  before\nweb-1  after\n"));
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
