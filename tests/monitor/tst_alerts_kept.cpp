#include "core/base/files.h"
#include "core/monitor/incidents.h"
#include "core/store/store.h"
#include "tests/monitor/series_fixture.h"

#include <QElapsedTimer>
#include <QTemporaryDir>

#include <algorithm>
#include <ctime>
#include <numeric>
#include <utility>

using namespace analemma;
using namespace analemma::monitor;
using namespace analemma::monitor::fixture;
using namespace Qt::StringLiterals;
using test::await;

namespace {

constexpr qint64 kNow = kStart + 12 * kHour;

AlertRule diskRule(int lastingSeconds = 0)
{
    AlertRule rule;
    rule.name = u"disk-full"_s;
    rule.metric = u"disk.used"_s;
    rule.limit = 90;
    rule.clear = 85;
    rule.lasting = seconds(lastingSeconds);
    return rule;
}

AlertOptions quickOptions()
{
    AlertOptions options;
    options.pace = milliseconds(10);
    options.group = milliseconds(2'000);  // of the clock by hand
    return options;
}

/// A workspace's state, with a clock by hand: figures go in, alerts and notices come out.
struct Ground {
    QTemporaryDir folder;
    std::shared_ptr<HandClock> clock = std::make_shared<HandClock>(kNow);
    std::unique_ptr<store::Store> store;
    std::unique_ptr<SeriesStore> series;
    std::unique_ptr<Alerts> alerts;
    QList<AlertRule> rules{diskRule()};
    QList<Notice> told;
    std::function<void(AlertSources&)> prepare;

    Ground()
    {
        store = std::move(store::Store::open(folder.filePath(u"state"_s))).value();
        series = openStore(folder.path(), clock);
    }
    ~Ground()
    {
        alerts.reset();
        static_cast<void>(await(settle(seconds(5))));
    }

    [[nodiscard]] std::unique_ptr<Alerts> makeAlerts(store::Store* in)
    {
        AlertSources sources;
        sources.store = in;
        sources.series = series.get();
        sources.clock = clock.get();
        if (prepare) {
            prepare(sources);
        }
        auto made = std::make_unique<Alerts>(sources, quickOptions());
        made->setRules(rules);
        made->setChannels({u"desktop"_s});
        QObject::connect(made.get(), &Alerts::noticed,
                         [this](const Notice& notice) { told.append(notice); });
        return made;
    }
    bool begin()
    {
        alerts = makeAlerts(store.get());
        if (!await(alerts->load())) {
            return false;
        }
        alerts->start();
        return true;
    }
    bool put(double value, const QString& subject = u"web-1"_s,
             const QString& metric = u"disk.used"_s, const QString& labels = u"mount=/var"_s)
    {
        const SeriesId id = series->series({subject, metric, labels});
        return await(series->append({{id, clock->now().toMSecsSinceEpoch(), value}})).ok();
    }
    void advance(qint64 ms) { clock->set(clock->now().toMSecsSinceEpoch() + ms); }
    [[nodiscard]] QStringList toldKinds() const
    {
        QStringList kinds;
        for (const Notice& notice : told) {
            kinds.append(toString(notice.kind));
        }
        return kinds;
    }
    [[nodiscard]] qint64 firstId() const
    {
        const QList<Alert> list = alerts->list();
        return list.isEmpty() ? 0 : list.constFirst().id;
    }
};

}  // namespace

class TestAlertsKept : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void firesIsToldAndResolves();
    void goesOnAfterARestart();
    void namesTheChangeBefore();
    void takingMakesAnIncident();
    void silencesHoldBack();
    void programsShareAlerts();
    void twoThatEvaluateTellOnce();
    void sleepIsNoSilence();
    void endsWhatNobodyWatches();
    void manySeries();
};

void TestAlertsKept::firesIsToldAndResolves()
{
    Ground ground;
    ground.rules = {diskRule(10)};
    QVERIFY(ground.put(95));
    QVERIFY(ground.begin());
    QTRY_COMPARE(ground.alerts->list().size(), 1);
    QCOMPARE(ground.alerts->list().first().state, AlertState::Pending);
    QCOMPARE(ground.alerts->list().first().id, 0);
    ground.advance(5'000);
    QVERIFY(ground.put(96));
    QTRY_COMPARE(ground.alerts->list().first().value, 96.0);
    ground.advance(5'000);
    QVERIFY(ground.put(97));
    QTRY_COMPARE(ground.alerts->list().first().state, AlertState::Firing);
    QTRY_COMPARE(ground.firstId(), 1);
    QCOMPARE(ground.alerts->list().first().since, kNow);
    QVERIFY(ground.told.isEmpty());
    ground.advance(2'000);
    QTRY_COMPARE(ground.toldKinds(), QStringList{u"fired"_s});
    QCOMPARE(ground.told[0].title, u"disk /var of web-1 is 97 % full, over 90 %"_s);
    QCOMPARE(ground.told[0].channels, QStringList{u"desktop"_s});
    QVERIFY(ground.put(80));
    QTRY_VERIFY(ground.alerts->list().isEmpty());
    ground.advance(2'000);
    QTRY_COMPARE(ground.toldKinds(), (QStringList{u"fired"_s, u"resolved"_s}));
    const auto history = await(ground.alerts->history(10));
    VERIFY_OK(history);
    QCOMPARE(history->size(), 1);
    QCOMPARE(history->first().sentence, u"disk /var of web-1 is 80 % full again"_s);
    QCOMPARE(history->first().worst, 97.0);
    QVERIFY(history->first().resolved > history->first().fired);
    const auto before = await(ground.alerts->history(10, 1));
    QCOMPARE(before->size(), 0);
    QCOMPARE(ground.alerts->problem(), QString());
}

void TestAlertsKept::goesOnAfterARestart()
{
    Ground ground;
    QVERIFY(ground.put(95));
    QVERIFY(ground.begin());
    QTRY_COMPARE(ground.firstId(), 1);
    ground.advance(2'000);
    QTRY_COMPARE(ground.told.size(), 1);
    ground.alerts.reset();
    ground.advance(60'000);
    QVERIFY(ground.begin());
    QCOMPARE(ground.firstId(), 1);
    QVERIFY(ground.put(96));
    QTRY_COMPARE(ground.alerts->list().first().value, 96.0);
    ground.advance(5'000);
    QVERIFY(ground.put(99));
    QTRY_COMPARE(ground.alerts->list().first().value, 99.0);
    QCOMPARE(ground.told.size(), 1);
    ground.alerts.reset();
    // Over while nobody looked: seen at the next start, told once.
    ground.advance(20'000);
    QVERIFY(ground.put(50));
    QVERIFY(ground.begin());
    QTRY_VERIFY(ground.alerts->list().isEmpty());
    ground.advance(2'000);
    QTRY_COMPARE(ground.toldKinds(), (QStringList{u"fired"_s, u"resolved"_s}));
    ground.alerts.reset();
    QVERIFY(ground.begin());
    ground.advance(5'000);
    QVERIFY(ground.put(51));
    QTest::qWait(100);
    QCOMPARE(ground.told.size(), 2);
}

void TestAlertsKept::namesTheChangeBefore()
{
    Ground ground;
    qint64 asked = 0;
    ground.prepare = [&asked](AlertSources& sources) {
        sources.subjects = [] {
            return QList<AlertSubject>{{u"web-1"_s, u"production"_s, {}, true}};
        };
        sources.lastChange = [&asked](QString subject, QString environment, qint64 before) {
            asked = before;
            LastChange change;
            change.environment = environment;
            change.what = u"shop 1.4.2 went live"_s;
            change.time = before - 240'000;
            change.backTo = u"1.4.1"_s;
            change.backIn = milliseconds(38);
            std::function<Result<std::optional<LastChange>>()> answer =
                [change, subject]() -> Result<std::optional<LastChange>> {
                return subject == u"web-1" ? std::optional(change) : std::nullopt;
            };
            return onWorker<std::optional<LastChange>>(std::move(answer));
        };
    };
    QVERIFY(ground.put(95));
    QVERIFY(ground.begin());
    QTRY_VERIFY(!ground.alerts->list().isEmpty() && ground.alerts->list().first().change);
    QCOMPARE(asked, kNow);
    ground.advance(2'000);
    QTRY_COMPARE(ground.told.size(), 1);
    QVERIFY2(ground.told[0].text.contains(u"4 min after shop 1.4.2 went live"_s),
             qPrintable(ground.told[0].text));
    QVERIFY(ground.told[0].text.contains(u"Roll back to 1.4.1 (about 38 ms)"_s));
    const auto kept = await(ground.alerts->read(1));
    VERIFY_OK(kept);
    QCOMPARE(kept->change->backTo, u"1.4.1"_s);
    QCOMPARE(kept->environment, u"production"_s);
}

void TestAlertsKept::takingMakesAnIncident()
{
    Ground ground;
    for (int i = 60; i > 0; --i) {
        ground.clock->set(kNow - i * 30'000);
        QVERIFY(ground.put(30 + i % 7));
        QVERIFY(ground.put(i, u"web-1"_s, u"cpu.busy"_s, {}));
        QVERIFY(ground.put(i, u"web-2"_s, u"cpu.busy"_s, {}));
    }
    ground.clock->set(kNow);
    QVERIFY(ground.put(95));
    QVERIFY(ground.begin());
    QTRY_COMPARE(ground.firstId(), 1);
    QStringList lines;
    for (int i = 0; i < 3'000; ++i) {
        lines.append(u"line %1\t\x1b[31m"_s.arg(i));
    }
    const auto taken = await(ground.alerts->take(1, u"ana@desk"_s, {{u"syslog"_s, lines}}));
    VERIFY_OK(taken);
    QCOMPARE(taken->takenBy, u"ana@desk"_s);
    QCOMPARE(taken->incident, u"1"_s);
    QCOMPARE(ground.alerts->find(1)->takenBy, u"ana@desk"_s);
    const auto twice = await(ground.alerts->take(1, u"ben@desk"_s));
    QCOMPARE(twice.error().kind, ErrorKind::Conflict);
    QVERIFY(twice.error().message.contains(u"ana@desk"_s));
    QCOMPARE(await(ground.alerts->take(9, u"ana"_s)).error().kind, ErrorKind::NotFound);
    // The points are let go of; the evidence stays.
    ground.alerts.reset();
    ground.series.reset();
    QVERIFY(QFile::remove(ground.folder.filePath(u"monitor.db"_s)));
    Incidents incidents(ground.store.get(), ground.clock.get());
    const auto found = await(incidents.find(u"1"_s));
    VERIFY_OK(found);
    QCOMPARE(found->title, u"disk /var of web-1 is 95 % full, over 90 %"_s);
    QCOMPARE(found->alerts, QList<qint64>{1});
    QVERIFY(found->charts.size() == 2);
    QCOMPARE(found->charts[0].series.metric, u"disk.used"_s);
    QCOMPARE(found->charts[1].series.metric, u"cpu.busy"_s);
    qint64 values = 0;
    double most = 0;
    for (const ChartColumn& column : found->charts[0].columns) {
        values += column.count;
        most = std::max(most, column.max);
    }
    QCOMPARE(values, 61);
    QCOMPARE(most, 95.0);
    QCOMPARE(found->logs.size(), 1);
    QCOMPARE(found->logs[0].lines.size(), IncidentLimits::logLines);
    QVERIFY(!found->logs[0].lines.last().contains(QChar(0x1b)));
    QVERIFY(found->logs[0].lines.last().startsWith(u"line 2999"_s));
    VERIFY_OK(await(incidents.note(u"1"_s, u"ana"_s, u"the logs fill it"_s)));
    VERIFY_OK(await(incidents.attach(u"1"_s, u"ana"_s, {u"df"_s, {u"/var 95%"_s}})));
    VERIFY_OK(await(incidents.close(u"1"_s, u"ana"_s, u"rotated"_s)));
    QCOMPARE(await(incidents.note(u"1"_s, u"ben"_s, u"late"_s)).error().kind, ErrorKind::Conflict);
    const auto closed = await(incidents.find(u"1"_s));
    QCOMPARE(closed->charts.size(), 2);
    QCOMPARE(closed->logs.size(), 2);
    QCOMPARE(closed->timeline.last().text, u"closed: rotated"_s);
    QVERIFY(!closed->isOpen());
    const auto list = await(incidents.list(10));
    QCOMPARE(list->size(), 1);
    QVERIFY(list->first().charts[0].columns.empty());
    QCOMPARE(await(incidents.find(u"7"_s)).error().kind, ErrorKind::NotFound);
}

void TestAlertsKept::silencesHoldBack()
{
    Ground ground;
    QVERIFY(ground.put(50));  // a series that is known is judged at once, a new one by the clock
    QVERIFY(ground.begin());
    Silence silence;
    silence.from = kNow;
    silence.to = kNow + 60'000;
    silence.who = u"ana"_s;
    QCOMPARE(await(ground.alerts->silence(silence)).error().kind, ErrorKind::Invalid);
    silence.subject = u"web-*"_s;
    const auto made = await(ground.alerts->silence(silence));
    VERIFY_OK(made);
    ground.advance(1'000);  // of two values of one time the second is none
    QVERIFY(ground.put(95));
    QTRY_COMPARE(ground.firstId(), 1);
    QCOMPARE(ground.alerts->list().first().silencedBy, u"silenced by ana"_s);
    ground.advance(10'000);
    QTest::qWait(60);
    QVERIFY(ground.told.isEmpty());
    VERIFY_OK(await(ground.alerts->unsilence(made->id)));
    QTRY_COMPARE(ground.toldKinds(), QStringList{u"fired"_s});
    QCOMPARE(await(ground.alerts->unsilence(made->id)).error().kind, ErrorKind::NotFound);
    QVERIFY(ground.alerts->silences().isEmpty());
}

/// What a command line does, the window sees.
void TestAlertsKept::programsShareAlerts()
{
    Ground ground;
    QVERIFY(ground.put(95));
    QVERIFY(ground.begin());
    QTRY_COMPARE(ground.firstId(), 1);
    auto other = std::move(store::Store::open(ground.folder.filePath(u"state"_s))).value();
    auto second = ground.makeAlerts(other.get());
    VERIFY_OK(await(second->load()));
    QCOMPARE(second->list().size(), 1);
    QVERIFY(!second->isRunning());
    VERIFY_OK(await(second->take(1, u"ben@other"_s)));
    QTRY_COMPARE(ground.alerts->list().first().takenBy, u"ben@other"_s);
    Silence silence;
    silence.rule = u"disk-full"_s;
    silence.from = kNow;
    silence.to = kNow + 60'000;
    VERIFY_OK(await(second->silence(silence)));
    QTRY_COMPARE(ground.alerts->silences().size(), 1);
    QTRY_VERIFY(!ground.alerts->list().first().silencedBy.isEmpty());
    ground.advance(1'000);
    QVERIFY(ground.put(10));
    QTRY_VERIFY(second->list().isEmpty());
    second.reset();
}

void TestAlertsKept::twoThatEvaluateTellOnce()
{
    Ground ground;
    auto other = std::move(store::Store::open(ground.folder.filePath(u"state"_s))).value();
    auto second = ground.makeAlerts(other.get());
    VERIFY_OK(await(second->load()));
    QVERIFY(ground.begin());
    second->start();
    for (int i = 0; i < 20; ++i) {
        QVERIFY(ground.put(95, u"web-%1"_s.arg(i)));
    }
    ground.advance(11'000);  // new series are looked for every ten seconds
    QTRY_COMPARE(ground.alerts->list().size(), 20);
    QTRY_COMPARE(second->list().size(), 20);
    ground.advance(2'500);
    const auto alertsTold = [&ground] {
        QList<qint64> ids;
        for (const Notice& notice : ground.told) {
            for (const Alert& alert : notice.alerts) {
                ids.append(alert.id);
            }
        }
        std::sort(ids.begin(), ids.end());
        return ids;
    };
    QTRY_COMPARE(alertsTold().size(), 20);
    QTest::qWait(500);  // so that the other has had its turn
    QList<qint64> each(20);
    std::iota(each.begin(), each.end(), 1);
    QCOMPARE(alertsTold(), each);
    second.reset();
}

void TestAlertsKept::sleepIsNoSilence()
{
    Ground ground;
    AlertRule silent;
    silent.name = u"server-silent"_s;
    silent.kind = RuleKind::Absence;
    silent.metric = u"uptime"_s;
    silent.lasting = seconds(30);
    ground.rules = {silent};
    ground.prepare = [](AlertSources& sources) {
        sources.subjects = [] { return QList<AlertSubject>{{u"web-1"_s, {}, {}, true}}; };
    };
    QVERIFY(ground.put(1, u"web-1"_s, u"uptime"_s, {}));
    QVERIFY(ground.begin());
    QTest::qWait(100);
    // Eight hours asleep, then ten seconds awake.
    ground.advance(8 * kHour);
    QTest::qWait(100);
    // In steps of which some together are no sleep yet, where this machine has no time for each.
    const auto awakeFor = [&ground](int steps) {
        for (int step = 0; step < steps; ++step) {
            ground.advance(2'500);
            QTest::qWait(40);
        }
    };
    awakeFor(4);
    QVERIFY(ground.alerts->list().isEmpty());
    awakeFor(9);
    QTRY_COMPARE(ground.alerts->list().size(), 1);
    QVERIFY2(ground.alerts->list().first().sentence.startsWith(u"nothing was heard of web-1"_s),
             qPrintable(ground.alerts->list().first().sentence));
    ground.advance(1'000);
    QVERIFY(ground.put(2, u"web-1"_s, u"uptime"_s, {}));
    QTRY_VERIFY(ground.alerts->list().isEmpty());
}

void TestAlertsKept::endsWhatNobodyWatches()
{
    Ground ground;
    QVERIFY(ground.put(95));
    QVERIFY(ground.begin());
    QTRY_COMPARE(ground.firstId(), 1);
    ground.alerts->setRules({});
    ground.advance(11'000);
    QTRY_VERIFY(ground.alerts->list().isEmpty());
    const auto kept = await(ground.alerts->read(1));
    QTRY_VERIFY(await(ground.alerts->read(1))->sentence.contains(u"no longer watched"_s));
}

/// 500 servers and 20 rules: what is wrong is found, and the main thread stays free.
void TestAlertsKept::manySeries()
{
    constexpr int servers = 500;
    constexpr int metrics = 20;
    Ground ground;
    ground.rules.clear();
    for (int i = 0; i < metrics; ++i) {
        AlertRule rule = diskRule();
        rule.name = u"rule-%1"_s.arg(i);
        rule.metric = u"m%1"_s.arg(i);
        ground.rules.append(rule);
    }
    // The main thread's own time, for others may be busy beside it; and the clock's, for it must
    // not wait.
    const auto used = [] {
        timespec now{};
        ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
        return qint64(now.tv_sec) * 1000 + now.tv_nsec / 1'000'000;
    };
    qint64 beat = used();
    qint64 longest = 0;
    QElapsedTimer wall;
    qint64 longestWait = 0;
    const auto fill = [&](double bad) {
        std::vector<Measured> batch;
        for (int server = 0; server < servers; ++server) {
            for (int i = 0; i < metrics; ++i) {
                const SeriesId id =
                    ground.series->series({u"server-%1"_s.arg(server), u"m%1"_s.arg(i), {}});
                const bool isBad = server % 100 == 7 && i == 3;
                batch.push_back(
                    {id, ground.clock->now().toMSecsSinceEpoch(), isBad ? bad : 50.0 + i});
            }
        }
        beat = used();  // what the test takes for itself does not count
        wall.restart();
        return await(ground.series->append(batch)).ok();
    };
    QVERIFY(fill(50));
    QVERIFY(ground.begin());
    QTimer pulse;
    connect(&pulse, &QTimer::timeout, this, [&] {
        const qint64 now = used();
        longest = std::max(longest, now - std::exchange(beat, now));
        longestWait = std::max(longestWait, wall.restart());
    });
    QTest::qWait(300);
    beat = used();
    wall.start();
    pulse.start(1);
    for (int round = 0; round < 5; ++round) {
        ground.advance(5'000);
        QVERIFY(fill(round < 2 ? 50 : 99));
        QTest::qWait(100);
    }
    QTRY_COMPARE(ground.alerts->list().size(), servers / 100);
    pulse.stop();
    QVERIFY2(longest < 400, qPrintable(u"the main thread was busy for %1 ms"_s.arg(longest)));
    QVERIFY2(longestWait < 4'000, qPrintable(u"it did not turn for %1 ms"_s.arg(longestWait)));
}

QTEST_GUILESS_MAIN(TestAlertsKept)
#include "tst_alerts_kept.moc"
