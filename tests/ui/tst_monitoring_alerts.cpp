#include "core/monitor/incidents.h"
#include "tests/operate/hosts_fixture.h"
#include "tests/ui/monitoring_parts.h"
#include "tests/ui/panel_values.h"
#include "ui/environments/environments_panel.h"
#include "ui/environments/past_health.h"
#include "ui/monitor/alerts_panel.h"
#include "ui/monitor/alert_tables.h"
#include "ui/monitor/incident_page.h"
#include "ui/monitor/store_line.h"
#include "ui/shell/time_machine.h"
#include "ui/shell/words.h"
#include "ui/widgets/data_table.h"

#include <QTableView>

using namespace analemma;
using namespace analemma::test;
using namespace analemma::ui;

namespace {

constexpr int kAlertsColumn = 8;

monitor::AlertRule ruleOver(const QString& name, const QString& metric, double limit,
                            monitor::Severity severity)
{
    monitor::AlertRule rule;
    rule.name = name;
    rule.metric = metric;
    rule.limit = limit;
    rule.severity = severity;
    return rule;
}

}  // namespace

/// Alerts and incidents where the servers stand: on the wall and upon the charts.
class TestMonitoringAlerts : public MonitoringFixture {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { beginAll(); }
    void cleanupTestCase() { endAll(); }
    void init() { openWindow(); }
    void cleanup() { closeWindow(); }

    void theWallCountsWhatFires()
    {
        QTRY_COMPARE_WITH_TIMEOUT(stateOf(u"web-1"_s), u"live"_s, 20'000);
        QCOMPARE(cellOf(u"web-1"_s, u"alerts"_s), QString());
        QVERIFY(measured(u"queue.length"_s, 50));
        startAlerts();
        QTRY_COMPARE_WITH_TIMEOUT(cellOf(u"web-1"_s, u"alerts"_s), u"1"_s, 20'000);
        QCOMPARE(cellOf(u"web-2"_s, u"alerts"_s), QString());
        QCOMPARE(alertField().mark, lifecycle::Mark::Waiting);
        QVERIFY2(alertField().tip.contains(u"web-1"_s), qPrintable(alertField().tip));
        // One: that alert is shown.
        clickAlerts();
        QCOMPARE(window()->currentPanel()->id(), u"alerts"_s);
        auto* alerts = qobject_cast<AlertsPanel*>(window()->currentPanel());
        QTRY_COMPARE(alerts->tables()->current()->currentId(),
                     QString::number(m_alerts->list().first().id));
        QCOMPARE(alerts->tables()->list(), u"open"_s);
        QTRY_VERIFY(find<QWidget>(u"alert-page"_s)->isVisible());
        // A graver one comes, while the wall is not looked at, and another goes.
        QVERIFY(measured(u"queue.age"_s, 50));
        QTRY_COMPARE_WITH_TIMEOUT(firing(), 2, 20'000);
        window()->openPanel(u"monitoring"_s);
        QTRY_COMPARE(cellOf(u"web-1"_s, u"alerts"_s), u"2"_s);
        QCOMPARE(alertField().mark, lifecycle::Mark::Failed);
        clickAlerts();  // several: those of the server
        QTRY_COMPARE(alerts->tables()->current()->filterText(), u"web-1"_s);
        QTRY_COMPARE(alerts->tables()->current()->filter()->rowCount(), 2);
        window()->openPanel(u"monitoring"_s);
        QVERIFY(measured(u"queue.age"_s, 1));
        QVERIFY(measured(u"queue.length"_s, 1));
        QTRY_COMPARE_WITH_TIMEOUT(cellOf(u"web-1"_s, u"alerts"_s), QString(), 20'000);
    }

    /// Taking an alert leaves a mark where it began, on every chart; it opens the incident.
    void anIncidentIsAMark()
    {
        QVERIFY(measured(u"queue.length"_s, 50));
        startAlerts();
        QTRY_COMPARE_WITH_TIMEOUT(firing(), 1, 20'000);
        openHost(u"web-1"_s);
        ChartView* memory = chart(u"memory"_s);
        memory->setFocus();
        const auto taken = await(m_alerts->take(m_alerts->list().constFirst().id, u"ana@studio"_s));
        VERIFY_OK(taken);
        const QString mark = u"incident:"_s + taken->incident;
        const auto onTheMark = [&] {
            key(Qt::Key_Left, Qt::ControlModifier);
            return memory->markAtCursor() != nullptr && memory->markAtCursor()->id == mark;
        };
        QTRY_VERIFY_WITH_TIMEOUT(onTheMark(), 20'000);
        QCOMPARE(memory->markAtCursor()->time, taken->since);
        QCOMPARE(memory->markAtCursor()->kind, ChartMarkKind::Incident);
        key(Qt::Key_Return);
        QCOMPARE(window()->currentPanel()->id(), u"alerts"_s);
        auto* page = qobject_cast<AlertsPanel*>(window()->currentPanel())->incidentPage();
        QTRY_COMPARE(page->incident().id, taken->incident);
        QTRY_VERIFY(page->isVisible());
    }

    void whatIsSaidOfPrometheus_data()
    {
        QTest::addColumn<monitor::PrometheusState>("state");
        QTest::addColumn<qint64>("seen");
        QTest::addColumn<QStringList>("says");
        QTest::addColumn<QStringList>("tips");
        monitor::PrometheusState state;
        state.writes = true;
        state.upToDate = true;
        state.reached = 1'790'000'000'000;
        QTest::newRow("well") << state << qint64(0) << QStringList() << QStringList();
        monitor::PrometheusState held = state;
        held.upToDate = false;
        held.problem = u"connection refused"_s;
        held.hint = u"Is it running?"_s;
        held.since = QDateTime(QDate(2026, 11, 27), QTime(9, 30));
        QTest::newRow("held back")
            << held << qint64(0) << QStringList{u"connection refused"_s, absoluteTime(held.since)}
            << QStringList{u"Is it running?"_s,
                           absoluteTime(QDateTime::fromMSecsSinceEpoch(state.reached))};
        held.reached = 0;
        QTest::newRow("never reached")
            << held << qint64(0) << QStringList{u"gets nothing"_s} << QStringList{u"wait here"_s};
        monitor::PrometheusState refusing = state;
        refusing.refused = 12;
        QTest::newRow("refused") << refusing << qint64(0) << QStringList{u"refused"_s, u"12"_s}
                                 << QStringList();
        QTest::newRow("and that was seen")
            << refusing << qint64(12) << QStringList() << QStringList();
    }
    void whatIsSaidOfPrometheus()
    {
        QFETCH(monitor::PrometheusState, state);
        QFETCH(qint64, seen);
        QFETCH(QStringList, says);
        QFETCH(QStringList, tips);
        const StoreSaying saying = sayingOf(state, seen);
        QCOMPARE(saying.text.isEmpty(), says.isEmpty());
        for (const QString& one : says) {
            QVERIFY2(saying.text.contains(one), qPrintable(saying.text));
        }
        for (const QString& one : tips) {
            QVERIFY2(saying.tip.contains(one), qPrintable(saying.tip));
        }
    }

    void prometheusIsToldWhereTheStoreIs()
    {
        auto* line = find<StoreLine>(u"monitoring-prometheus"_s);
        QVERIFY(line != nullptr && !line->isVisible());
        m_state.problem = u"HTTP 401"_s;
        m_state.since = m_clock.now();
        QTRY_VERIFY(line->isVisible());
        QVERIFY(label(u"monitoring-prometheus-text"_s).contains(u"HTTP 401"_s));
        m_state = {};
        m_state.refused = 3;
        QTRY_VERIFY(label(u"monitoring-prometheus-text"_s).contains(u"refused 3"_s));
        click(u"monitoring-prometheus-away"_s);
        QVERIFY(!line->isVisible());
    }

    /// Another Prometheus in the workspace file: it is asked, and servers are watched as it says.
    void theFileNamesAnother()
    {
        QTRY_COMPARE_WITH_TIMEOUT(stateOf(u"web-2"_s), u"live"_s, 20'000);
        QCOMPARE(m_opened, 0);
        workspace::Workspace changed;
        changed.name = u"shop"_s;
        changed.prometheus.url = u"http://127.0.0.1:9"_s;
        changed.prometheus.servers = {u"web-2"_s};
        window()->setWorkspace(changed);
        QTRY_VERIFY_WITH_TIMEOUT(m_opened > 0, 20'000);
        QTRY_COMPARE_WITH_TIMEOUT(stateOf(u"web-2"_s), u"no connection"_s, 20'000);
        QCOMPARE(stateOf(u"web-1"_s), u"live"_s);
        changed.prometheus = {};
        window()->setWorkspace(changed);
        QTRY_COMPARE_WITH_TIMEOUT(stateOf(u"web-2"_s), u"live"_s, 20'000);
    }

    void howAnEnvironmentWas_data()
    {
        QTest::addColumn<int>("members");  // -1: not kept
        QTest::addColumn<int>("healthy");
        QTest::addColumn<int>("checks");
        QTest::addColumn<int>("passed");
        QTest::addColumn<QString>("health");
        QTest::addColumn<QString>("says");
        QTest::newRow("nothing kept") << -1 << 0 << 0 << 0 << u"unknown"_s << u"was not kept"_s;
        QTest::newRow("well") << 3 << 3 << 0 << 0 << u"healthy"_s << u"3/3 healthy"_s;
        QTest::newRow("one is down") << 3 << 2 << 0 << 0 << u"degraded"_s << u"2/3 healthy"_s;
        QTest::newRow("all are") << 3 << 0 << 1 << 1 << u"down"_s << u"0/3 healthy"_s;
        QTest::newRow("checks alone") << -1 << 0 << 2 << 2 << u"healthy"_s << u"2 of 2"_s;
        QTest::newRow("a check failed") << 3 << 3 << 2 << 1 << u"degraded"_s << u"1 of 2"_s;
        QTest::newRow("no check passed") << -1 << 0 << 2 << 0 << u"down"_s << u"0 of 2"_s;
    }
    void howAnEnvironmentWas()
    {
        QFETCH(int, members);
        QFETCH(int, healthy);
        QFETCH(int, checks);
        QFETCH(int, passed);
        QFETCH(QString, says);
        PastHealth past;
        past.members = members < 0 ? std::nullopt : std::optional(members);
        past.healthy = healthy;
        past.checks = checks;
        past.passed = passed;
        QTEST(healthOf(past), "health");
        QVERIFY2(healthText(past).contains(says), qPrintable(healthText(past)));
    }

    /// The card says what was kept of that minute, and where nothing was, that.
    void theCardAtAKeptMinute()
    {
        QVERIFY(!deploy(u"1.4.1 to production"_s).isEmpty());
        const qint64 now = QDateTime::currentMSecsSinceEpoch();
        const qint64 then = (now - 20 * 60'000) / 60'000 * 60'000;  // the slider goes by minutes
        fill(u"production"_s, u"balancer.members"_s, then - 60'000, then + 60'000, 5'000, 3);
        fill(u"production"_s, u"balancer.healthy"_s, then - 60'000, then, 5'000, 2);
        fill(u"production"_s, u"balancer.healthy"_s, then + 5'000, then + 60'000, 5'000, 3);
        fill(u"door"_s, u"check.ok"_s, then - 60'000, then + 60'000, 30'000, 1,
             u"environment=production"_s);
        fill(u"door"_s, u"check.ok"_s, then - 60'000, then + 60'000, 30'000, 0,
             u"environment=qa"_s);
        window()->openPanel(u"environments"_s);
        auto* environments = qobject_cast<EnvironmentsPanel*>(window()->currentPanel());
        QVERIFY(environments != nullptr);
        environments->setEnvironments({made::environment(u"production"_s, true)},
                                      {{u"production"_s, made::warmTarget()}}, {}, made::now());
        EnvironmentCard* card = environments->card(u"production"_s);
        auto* members = card->findChild<QLabel*>(u"member-text"_s);
        auto* badge = card->findChild<StateBadge*>(u"health"_s);
        QVERIFY(members != nullptr && members->text().contains(u"healthy"_s));
        const QString live = members->text();
        auto* time = window()->findChild<TimeMachine*>();
        time->goTo(then);
        QTRY_COMPARE(members->text(), u"2/3 healthy, 1 of 1 check(s) passed"_s);
        QCOMPARE(card->facts().view.health, u"degraded"_s);
        time->goTo(then + 60'000);
        QTRY_VERIFY(members->text().startsWith(u"3/3"_s));
        QCOMPARE(card->facts().view.health, u"healthy"_s);
        time->goTo(now - 60 * 60'000);
        QTRY_VERIFY2(members->text().contains(u"not kept"_s), qPrintable(members->text()));
        QVERIFY(badge->word().contains(u"not kept"_s));
        time->goNow();
        QCOMPARE(members->text(), live);
        window()->openPanel(u"monitoring"_s);
    }

protected:
    void addTo(Context& context) override
    {
        monitor::AlertSources sources;
        sources.store = m_store.get();
        sources.series = m_series.get();
        sources.clock = &m_clock;
        sources.subjects = [] {
            return QList<monitor::AlertSubject>{{u"web-1"_s, u"production"_s, {}, false},
                                                {u"web-2"_s, u"production"_s, {}, false}};
        };
        monitor::AlertOptions options;
        options.pace = milliseconds(50);
        m_alerts = std::make_unique<monitor::Alerts>(sources, options);
        m_alerts->setRules(
            {ruleOver(u"long-queue"_s, u"queue.length"_s, 10, monitor::Severity::Warning),
             ruleOver(u"old-queue"_s, u"queue.age"_s, 10, monitor::Severity::Critical)});
        m_incidents = std::make_unique<monitor::Incidents>(m_store.get(), &m_clock);
        context.alerts = m_alerts.get();
        context.incidents = m_incidents.get();
        m_state = {};
        m_opened = 0;
        context.prometheusState = [this] { return m_state; };
        context.prometheus = [this] {
            ++m_opened;
            return noneThere();
        };
    }
    void dropParts() override
    {
        m_alerts.reset();
        VERIFY_OK(await(settle(seconds(5))));
        m_incidents.reset();
    }
    QList<PanelInfo> morePanels() override
    {
        return {{u"alerts"_s, u"Alerts"_s, u"bell"_s,
                 [](const Context& context, QWidget* parent) -> Panel* {
                     return new AlertsPanel(context, parent);
                 }},
                {u"environments"_s, u"Environments"_s, u"environments"_s,
                 [](const Context& context, QWidget* parent) -> Panel* {
                     return new EnvironmentsPanel(context, parent);
                 }}};
    }

private:
    static Task<Result<std::shared_ptr<monitor::PromClient>>> noneThere()
    {
        co_return Error(ErrorKind::NotFound, u"there is no Prometheus"_s);
    }
    void startAlerts()
    {
        VERIFY_OK(await(m_alerts->load()));
        m_alerts->start();
    }
    /// One value of web-1, now.
    [[nodiscard]] bool measured(const QString& metric, double value) const
    {
        const monitor::SeriesId id = m_series->series({u"web-1"_s, metric, {}});
        return await(m_series->append({{id, m_clock.now().toMSecsSinceEpoch(), value}})).ok();
    }
    [[nodiscard]] int firing() const
    {
        const QList<monitor::Alert> all = m_alerts->list();
        return int(std::count_if(all.begin(), all.end(), [](const monitor::Alert& one) {
            return one.state == monitor::AlertState::Firing;
        }));
    }
    [[nodiscard]] Field alertField() const
    {
        auto* wall = window()->findChild<HostWall*>();
        return wall->table()->model()->record(u"web-1"_s)->fields[kAlertsColumn];
    }
    void clickAlerts() const
    {
        auto* wall = window()->findChild<HostWall*>();
        QVERIFY(wall->table()->selectId(u"web-1"_s));
        QTableView* view = wall->table()->view();
        const QModelIndex cell = view->currentIndex().siblingAtColumn(kAlertsColumn);
        QTest::mouseClick(view->viewport(), Qt::LeftButton, {}, view->visualRect(cell).center());
    }

    monitor::PrometheusState m_state;
    int m_opened = 0;
    std::unique_ptr<monitor::Alerts> m_alerts;
    std::unique_ptr<monitor::Incidents> m_incidents;
};

QTEST_MAIN(TestMonitoringAlerts)
#include "tst_monitoring_alerts.moc"
