#include "core/monitor/src/alarms.h"
#include "core/monitor/src/pace.h"
#include "core/monitor/src/probe.h"
#include "core/monitor/src/samplerstates.h"
#include "core/monitor/src/samplesurvey.h"

#include "tests/support.h"

#include <QSet>

using namespace Qt::StringLiterals;
using namespace analemma;
using namespace analemma::monitor;

/// The rules of a sampler, which are pure: states, pace, what is said between here and there.
class TestMonitorRules : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void states_data();
    void states();
    void everyStateIsLeft();
    void pace_data();
    void pace();
    void greeting();
    void answers();
    void surveyQuotes();
    void alarmsRingTogether();
};

void TestMonitorRules::states_data()
{
    QTest::addColumn<SamplerState>("from");
    QTest::addColumn<SamplerEvent>("event");
    QTest::addColumn<SamplerState>("to");
    QTest::addColumn<SamplerAct>("act");
    using S = SamplerState;
    using E = SamplerEvent;
    using A = SamplerAct;
    QTest::newRow("begins") << S::Stopped << E::Start << S::Connecting << A::Connect;
    QTest::newRow("connected") << S::Connecting << E::Connected << S::Probing << A::Probe;
    QTest::newRow("unreachable") << S::Connecting << E::Failed << S::Lost << A::Retry;
    QTest::newRow("wrong key") << S::Connecting << E::Denied << S::Refused << A::Close;
    QTest::newRow("has awk") << S::Probing << E::Ready << S::Sampling << A::Schedule;
    QTest::newRow("no shell") << S::Probing << E::NoShell << S::Opening << A::OpenFiles;
    QTest::newRow("cut while probing") << S::Probing << E::Broken << S::Lost << A::Retry;
    QTest::newRow("has files") << S::Opening << E::Ready << S::Sampling << A::Schedule;
    QTest::newRow("has nothing") << S::Opening << E::NoSource << S::Refused << A::Close;
    QTest::newRow("cut while opening") << S::Opening << E::Broken << S::Lost << A::Retry;
    QTest::newRow("answered") << S::Sampling << E::Answered << S::Sampling << A::Schedule;
    QTest::newRow("late: nothing is queued") << S::Sampling << E::Late << S::Slow << A::Wait;
    QTest::newRow("late, then there") << S::Slow << E::Answered << S::Sampling << A::Schedule;
    QTest::newRow("silent") << S::Slow << E::Silent << S::Lost << A::Retry;
    QTest::newRow("cut") << S::Sampling << E::Broken << S::Lost << A::Retry;
    QTest::newRow("cut while slow") << S::Slow << E::Broken << S::Lost << A::Retry;
    QTest::newRow("again") << S::Lost << E::RetryDue << S::Connecting << A::Connect;
    QTest::newRow("again, at once") << S::Lost << E::Start << S::Connecting << A::Connect;
    QTest::newRow("again, after a change") << S::Refused << E::Start << S::Connecting << A::Connect;
    QTest::newRow("refused stays") << S::Refused << E::RetryDue << S::Refused << A::Nothing;
    QTest::newRow("twice started") << S::Sampling << E::Start << S::Sampling << A::Nothing;
    QTest::newRow("too late") << S::Stopped << E::Answered << S::Stopped << A::Nothing;
    QTest::newRow("connected too late") << S::Stopped << E::Connected << S::Stopped << A::Nothing;
    QTest::newRow("an answer after the loss") << S::Lost << E::Answered << S::Lost << A::Nothing;
    QTest::newRow("stopped") << S::Sampling << E::Stop << S::Stopped << A::Close;
    QTest::newRow("stopped twice") << S::Stopped << E::Stop << S::Stopped << A::Nothing;
}

void TestMonitorRules::states()
{
    QFETCH(SamplerState, from);
    QFETCH(SamplerEvent, event);
    QFETCH(SamplerState, to);
    QFETCH(SamplerAct, act);
    const SamplerStep step = samplerStep(from, event);
    QCOMPARE(toString(step.to), toString(to));
    QVERIFY(step.act == act);
}

void TestMonitorRules::everyStateIsLeft()
{
    QSet<std::pair<int, int>> seen;
    QSet<int> left;
    QSet<int> reached;
    for (const SamplerStep& step : samplerSteps()) {
        const std::pair key(int(step.from), int(step.event));
        QVERIFY(!seen.contains(key));
        seen.insert(key);
        left.insert(int(step.from));
        reached.insert(int(step.to));
    }
    for (int state = 0; state <= int(SamplerState::Refused); ++state) {
        QVERIFY2(left.contains(state), qPrintable(toString(SamplerState(state))));
        QVERIFY(reached.contains(state) || state == int(SamplerState::Stopped));
        QVERIFY(!toString(SamplerState(state)).isEmpty());
        QVERIFY(samplerStep(SamplerState(state), SamplerEvent::Stop).to == SamplerState::Stopped);
    }
}

void TestMonitorRules::pace_data()
{
    QTest::addColumn<Pace>("pace");
    QTest::addColumn<int>("latency");
    QTest::addColumn<double>("load");
    QTest::addColumn<int>("next");
    QTest::newRow("on screen") << Pace::Watched << 20 << 0.5 << 1'000;
    QTest::newRow("on screen, busy") << Pace::Watched << 20 << 2.5 << 2'000;
    QTest::newRow("on screen, very busy") << Pace::Watched << 20 << 40.0 << 3'000;
    QTest::newRow("on screen, slow") << Pace::Watched << 600 << 0.5 << 3'000;
    QTest::newRow("on screen, a little slow") << Pace::Watched << 300 << 0.5 << 2'000;
    QTest::newRow("not looked at") << Pace::Background << 300 << 0.5 << 5'000;
    QTest::newRow("not looked at, busy") << Pace::Background << 300 << 3.0 << 10'000;
    QTest::newRow("not looked at, very busy") << Pace::Background << 300 << 9.0 << 15'000;
    QTest::newRow("not looked at, slow") << Pace::Background << 20'000 << 0.0 << 15'000;
}

void TestMonitorRules::pace()
{
    QFETCH(Pace, pace);
    QFETCH(int, latency);
    QFETCH(double, load);
    QFETCH(int, next);
    QCOMPARE(nextInterval({}, pace, milliseconds(latency), load), milliseconds(next));
}

void TestMonitorRules::greeting()
{
    const QByteArray mark = "0123456789abcdef";
    QVERIFY(!readProbe("welcome\n" + mark.left(8), mark));
    QVERIFY(!readProbe("welcome\n" + mark + " ok 40", mark));
    const auto found = readProbe("welcome\n" + mark + " ok 16384 mawk -W interactive\n", mark);
    QVERIFY(found);
    QCOMPARE(found->awk, "mawk");
    QCOMPARE(found->pageBytes, 16384ULL);
    QCOMPARE(readProbe(mark + " ok x busybox awk\n", mark)->pageBytes, 4096ULL);
    QCOMPARE(readProbe(mark + " no /proc\n", mark)->problem, "/proc");
    QVERIFY(readProbe(mark + " ok " + QByteArray(500, 'a'), mark)->awk.isEmpty());
    QVERIFY(!probeInput(mark).contains(mark));  // what only repeats its input has no shell
    QCOMPARE(probeInput(mark).count('\n'), 1);
    QVERIFY(!remoteProgram().contains('\'') && !remoteProgram().contains('\n'));
}

void TestMonitorRules::answers()
{
    QCOMPARE(request(7, "us", {"/a", "/b"}), "7 us /a /b\n");
    QVERIFY(!readAnswer("", 7));
    QVERIFY(!readAnswer("<", 7));
    QVERIFY(!readAnswer("<7\nu1 1\n", 7));
    QCOMPARE(readAnswer("<7\nu1 1\n>7\n", 7)->value(), "u1 1\n");
    QCOMPARE(readAnswer("<7\n>7\n", 7)->value(), "");
    QVERIFY(!readAnswer("<7\nu1 1\n>7", 7));
    QVERIFY(!readAnswer("x", 7)->ok());
    QVERIFY(!readAnswer("<6\nu1 1\n>6\n", 7)->ok());
    QVERIFY(!readAnswer("<7\nu1\n>6\n", 7));
}

/// A mount point is a stranger's word.
void TestMonitorRules::surveyQuotes()
{
    const std::vector<Mount> mounts = {
        {"/a b", "ext4", "8:1"}, {"/'; touch x; '", "ext4", "8:2"}, {"/\xff", "ext4", "8:3"}};
    const QString command = surveyCommand(mounts);
    QVERIFY(command.contains(u"'/a b' '/'\\''; touch x; '\\'''"_s));
    QVERIFY(!command.contains(QChar(0xfffd)));
    QCOMPARE(surveyBlock("noise\nF1 2\nUx\nT5.25\nu9 9\n"), "F1 2\nUx\nT5.25\n");
    QCOMPARE(surveyBlock("T5.N\n"), "T5\n");
}

/// Near ones at multiples of the grain, far ones at coarser times; what is stopped does not ring.
void TestMonitorRules::alarmsRingTogether()
{
    Alarms alarms(milliseconds(10));
    const qint64 now = Alarms::now();
    std::vector<std::unique_ptr<Alarm>> near;
    QSet<qint64> turns;
    QList<qint64> times;
    for (int i = 0; i < 20; ++i) {
        near.push_back(std::make_unique<Alarm>(&alarms, [&times] { times += Alarms::now(); }));
        near.back()->startAt(now + 100 + i);
        turns.insert(near.back()->dueAt());
        QCOMPARE(near.back()->dueAt() % 10, 0);
        QVERIFY(std::abs(near.back()->dueAt() - now - 100 - i) <= 5);
    }
    Alarm far(&alarms, [&times] { times += 0; });
    far.startAt(now + 60'010);
    QCOMPARE(far.dueAt() % 50, 0);
    QVERIFY(std::abs(far.dueAt() - now - 60'010) <= 25);
    far.stop();
    near[0]->stop();
    QTRY_COMPARE(times.size(), 19);
    QVERIFY(times.last() >= near[19]->dueAt());
    QVERIFY(turns.size() <= 3);
}

QTEST_GUILESS_MAIN(TestMonitorRules)
#include "tst_monitor_rules.moc"
