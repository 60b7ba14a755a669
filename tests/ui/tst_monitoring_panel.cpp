#include "tests/operate/hosts_fixture.h"
#include "tests/ui/monitoring_parts.h"
#include "tests/ui/panel_values.h"
#include "ui/environments/environments_panel.h"
#include "ui/monitor/chart_view.h"
#include "ui/monitor/log_page.h"
#include "ui/monitor/past_reader.h"
#include "ui/monitor/process_page.h"
#include "ui/monitor/service_page.h"
#include "ui/monitor/store_line.h"
#include "ui/shell/tray.h"
#include "ui/shell/past_banner.h"
#include "ui/shell/time_machine.h"
#include "ui/widgets/ask_panel.h"
#include "ui/widgets/button.h"
#include "ui/widgets/log_view.h"

#include <QAbstractButton>
#include <QScrollBar>
#include <QSlider>

using namespace analemma;
using namespace analemma::test;
using namespace analemma::ui;

namespace {

constexpr qint64 kMinute = 60'000;

qint64 newestIn(ChartView* view)
{
    return view->data().empty() ? 0 : newestOf(view->data().front());
}

}  // namespace

/// The whole panel in the whole window, with real servers behind it, by keys and clicks.
class TestMonitoringPanel : public MonitoringFixture {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { beginAll(); }
    void cleanupTestCase() { endAll(); }
    void init() { openWindow(); }
    void cleanup() { closeWindow(); }

    void theWallOpensAServerAndEscComesBack()
    {
        QTRY_COMPARE_WITH_TIMEOUT(stateOf(u"web-1"_s), u"live"_s, 20'000);
        QTRY_COMPARE_WITH_TIMEOUT(stateOf(u"web-2"_s), u"live"_s, 20'000);
        QTRY_VERIFY_WITH_TIMEOUT(cellOf(u"web-1"_s, u"memory"_s).endsWith(u" %"_s), 20'000);
        picture(u"wall"_s);
        typeKeys(u"web-2"_s);
        QCOMPARE(panel()->wall()->table()->filter()->rowCount(), 1);
        key(Qt::Key_Down);
        key(Qt::Key_Return);
        auto* page = shown<HostPage>(u"monitoring-host"_s);
        QVERIFY(page->isVisible());
        QVERIFY(label(u"monitoring-host-name"_s).startsWith(u"web-2"_s));
        QTRY_VERIFY_WITH_TIMEOUT(chart(u"memory"_s)->isVisible(), 20'000);
        QTRY_VERIFY_WITH_TIMEOUT(newestIn(chart(u"memory"_s)) > 0, 20'000);
        key(Qt::Key_Escape);
        QVERIFY(!page->isVisible());
        QVERIFY(panel()->wall()->isVisible());
        key(Qt::Key_Escape);  // the filter goes
        QCOMPARE(panel()->wall()->table()->filter()->rowCount(), 2);
    }

    void rangeKeysAndOneCursorOverAllCharts()
    {
        openHost(u"web-1"_s);
        ChartView* first = chart(u"memory"_s);
        ChartView* second = chart(u"load"_s);
        first->setFocus();
        QTRY_VERIFY_WITH_TIMEOUT(newestIn(first) > 0, 20'000);
        QTRY_VERIFY_WITH_TIMEOUT(newestIn(second) > 0, 20'000);
        const qint64 home = panel()->page()->group()->span();
        key(Qt::Key_Plus);
        key(Qt::Key_Plus);
        QVERIFY(panel()->page()->group()->span() < home);
        key(Qt::Key_Escape);
        QCOMPARE(panel()->page()->group()->span(), home);
        QVERIFY(first->isVisible());

        const QString live = second->ageText();
        key(Qt::Key_Left);
        QVERIFY(panel()->page()->group()->cursor());
        QVERIFY(second->ageText() != live);
        QCOMPARE(second->ageText(), first->ageText());
        const QString there = second->ageText();
        const QPoint at = first->plotRect().center() - QPoint(40, 0);
        QTest::mouseMove(first, at);
        QTRY_VERIFY(second->ageText() != there);
        QCOMPARE(second->ageText(), first->ageText());
        key(Qt::Key_Escape);
        QVERIFY(!panel()->page()->group()->cursor());
        QVERIFY(first->isVisible());
        // A drag zooms all of them.
        QTest::mousePress(first, Qt::LeftButton, {}, at);
        QTest::mouseMove(first, at - QPoint(120, 0));
        QTest::mouseRelease(first, Qt::LeftButton, {}, at - QPoint(120, 0));
        QVERIFY(panel()->page()->group()->span() < home);
        QVERIFY(!panel()->page()->group()->isLive());
        QTest::mouseClick(panel()->page()->findChild<QWidget*>(u"monitor.live"_s), Qt::LeftButton);
        QVERIFY(panel()->page()->group()->isLive());
    }

    void aSilenceStaysASilence()
    {
        // Values of the last quarter of an hour with four minutes of nothing.
        const qint64 now = QDateTime::currentMSecsSinceEpoch();
        fill(u"web-1"_s, u"mem.used"_s, now - 14 * kMinute, now - 10 * kMinute, 5'000, 41);
        fill(u"web-1"_s, u"mem.used"_s, now - 6 * kMinute, now - kMinute, 5'000, 42);
        openHost(u"web-1"_s);
        ChartView* memory = chart(u"memory"_s);
        const auto silent = [&] {
            if (memory->data().empty()) {
                return false;
            }
            const Chart& data = memory->data().front();
            return std::any_of(data.gaps.begin(), data.gaps.end(), [now](const ChartGap& gap) {
                return gap.from < now - 9 * kMinute && gap.to > now - 7 * kMinute;
            });
        };
        QTRY_VERIFY_WITH_TIMEOUT(silent(), 20'000);
        QVERIFY(valueAt(memory->data().front(), now - 8 * kMinute) == nullptr);
        QVERIFY(valueAt(memory->data().front(), now - 12 * kMinute) != nullptr);
        // No line runs through it: where values are the picture has the colour of the first series.
        QTRY_VERIFY(hasInk(memory, now - 12 * kMinute));
        QVERIFY(!hasInk(memory, now - 8 * kMinute));
    }

    void aMarkOpensItsOperation()
    {
        const QString id = deploy(u"1.4.2 to production"_s);
        openHost(u"web-1"_s);
        ChartView* memory = chart(u"memory"_s);
        memory->setFocus();
        QTRY_VERIFY_WITH_TIMEOUT(newestIn(memory) > 0, 20'000);
        const auto onTheMark = [&] {
            key(Qt::Key_Left, Qt::ControlModifier);
            return memory->markAtCursor() != nullptr;
        };
        QTRY_VERIFY_WITH_TIMEOUT(onTheMark(), 20'000);
        QCOMPARE(memory->markAtCursor()->id, id);
        QVERIFY(!window()->tray()->isOpen());
        key(Qt::Key_Return);
        QVERIFY(window()->tray()->isOpen());
        QCOMPARE(window()->tray()->shownOperation(), id);
    }

    void whatIsSaidOfTheStore_data()
    {
        QTest::addColumn<QString>("problem");
        QTest::addColumn<QString>("recorder");
        QTest::addColumn<QStringList>("notices");
        QTest::addColumn<int>("seen");
        QTest::addColumn<QString>("said");
        QTest::newRow("well") << QString() << u"this program"_s << QStringList() << 0 << QString();
        QTest::newRow("full") << u"the disk is full"_s << u"this program"_s << QStringList() << 0
                              << u"the disk is full"_s;
        QTest::newRow("another") << u"another records"_s << u"analemma-cli (7)"_s << QStringList()
                                 << 0 << u"analemma-cli (7) records"_s;
        QTest::newRow("notice") << QString() << u"this program"_s << QStringList{u"moved aside"_s}
                                << 0 << u"moved aside"_s;
        QTest::newRow("seen") << QString() << u"this program"_s << QStringList{u"moved aside"_s}
                              << 1 << QString();
    }
    void whatIsSaidOfTheStore()
    {
        QFETCH(QString, problem);
        QFETCH(QString, recorder);
        QFETCH(QStringList, notices);
        QFETCH(int, seen);
        QFETCH(QString, said);
        monitor::SeriesStatus status;
        status.recording = recorder == u"this program"_s;
        status.recorder = recorder;
        status.notices = notices;
        const StoreSaying saying = sayingOf(problem, status, seen);
        QCOMPARE(saying.text.isEmpty(), said.isEmpty());
        QVERIFY2(saying.text.contains(said), qPrintable(saying.text));
    }

    /// Another program records: the charts go on, and it is said.
    void anotherRecords()
    {
        closeWindow();
        openWindow(true);
        QTRY_VERIFY(find<StoreLine>(u"monitoring-store"_s)->isVisible());
        QVERIFY(label(u"monitoring-store-text"_s).contains(u"records"_s));
        QTRY_COMPARE_WITH_TIMEOUT(stateOf(u"web-1"_s), u"live"_s, 20'000);
        endOther();
        QTRY_VERIFY_WITH_TIMEOUT(!find<StoreLine>(u"monitoring-store"_s)->isVisible(), 20'000);
    }

    void processesAreListedAndEnded()
    {
        Sleeper victim;
        QVERIFY(victim.start());
        openHost(u"web-1"_s);
        click(u"monitoring-processes"_s);
        auto* page = shown<ProcessPage>(u"monitoring-processes-page"_s);
        QVERIFY(page->isVisible());
        auto* table = find<DataTable>(u"monitor.processes"_s);
        QTRY_VERIFY_WITH_TIMEOUT(table->model()->rowCount() > 2, 20'000);
        QTRY_VERIFY_WITH_TIMEOUT(
            table->model()->record(victim.id()) != nullptr &&
                table->model()->record(victim.id())->fields[2].text.endsWith(u'%'),
            20'000);
        picture(u"processes"_s);
        // Sorted by processors at first; by memory with a click on its head.
        QVERIFY(sorted(table, 2));
        clickHeader(table, 3);
        clickHeader(table, 3);
        QTRY_VERIFY(sorted(table, 3));
        typeKeys(victim.name());
        QCOMPARE(table->filter()->rowCount(), 1);
        key(Qt::Key_Down);
        QTRY_COMPARE(table->currentId(), victim.id());

        click(u"monitoring-process-kill"_s);
        auto* ask = find<AskPanel>(u"monitoring-processes-ask"_s);
        QVERIFY(ask->isOpen());
        picture(u"kill"_s);
        QVERIFY(!find<QAbstractButton>(u"ask-send"_s)->isEnabled());
        key(Qt::Key_Escape);
        QVERIFY(!ask->isOpen());
        QVERIFY(page->isVisible());

        click(u"monitoring-process-end"_s);
        QVERIFY(ask->isOpen());
        click(u"ask-send"_s);
        QTRY_VERIFY_WITH_TIMEOUT(victim.hasEnded(), 20'000);
        QTRY_VERIFY_WITH_TIMEOUT(table->model()->record(victim.id()) == nullptr, 20'000);

        auto* timer = page->findChild<QTimer*>({}, Qt::FindDirectChildrenOnly);
        QVERIFY(timer->isActive());
        key(Qt::Key_Escape);  // the filter
        key(Qt::Key_Escape);
        QVERIFY(!page->isVisible());
        QVERIFY(!timer->isActive());  // nobody looks: nobody asks
        QVERIFY(panel()->page()->isVisible());
    }

    void killAsksForTheName()
    {
        Sleeper victim;
        QVERIFY(victim.start());
        openHost(u"web-1"_s);
        click(u"monitoring-processes"_s);
        auto* table = find<DataTable>(u"monitor.processes"_s);
        QTRY_VERIFY_WITH_TIMEOUT(table->selectId(victim.id()), 20'000);
        click(u"monitoring-process-kill"_s);
        auto* field = find<QLineEdit>(u"ask-field-0"_s);
        field->setFocus();
        typeKeys(victim.name().chopped(1));
        QVERIFY(!find<QAbstractButton>(u"ask-send"_s)->isEnabled());
        typeKeys(victim.name().right(1));
        QVERIFY(find<QAbstractButton>(u"ask-send"_s)->isEnabled());
        click(u"ask-send"_s);
        QTRY_VERIFY_WITH_TIMEOUT(victim.hasEnded(), 20'000);
    }

    // ---- logs -----------------------------------------------------------------------------------

    void logsOfTheChosenServersAsOne()
    {
        const QString log = m_home->filePath(u"shop.log"_s);
        write(log, "2026-11-27T10:00:00Z one\n2026-11-27T10:00:01Z error: two\n");
        QTRY_COMPARE_WITH_TIMEOUT(stateOf(u"web-2"_s), u"live"_s, 20'000);
        panel()->wall()->table()->view()->setFocus();
        key(Qt::Key_A, Qt::ControlModifier);
        click(u"many.monitoring.logs"_s);
        auto* page = shown<LogPage>(u"monitoring-logs"_s);
        QVERIFY(page->isVisible());
        QCOMPARE(page->servers(), (QStringList{u"web-1"_s, u"web-2"_s}));
        auto* source = find<QLineEdit>(u"monitoring-log-source"_s);
        QVERIFY(source->text().isEmpty());  // the whole journal, unless a file is wanted
        click(u"chip.file"_s);
        source->setFocus();
        key(Qt::Key_A, Qt::ControlModifier);
        typeKeys(log);
        key(Qt::Key_Return);
        auto* view = page->findChild<LogView*>();
        QTRY_COMPARE_WITH_TIMEOUT(view->lineCount(), 4, 20'000);
        // Both servers are this machine: each line came twice, once from each, in order.
        QVERIFY(view->line(0).endsWith(u"10:00:00Z one"_s));
        QVERIFY(view->line(1).endsWith(u"10:00:00Z one"_s));
        QVERIFY(view->line(0).left(5) != view->line(1).left(5));
        QCOMPARE(view->firstError(), 2);
        QVERIFY(hasColour(view, seriesColour(0, currentScheme())));
        QVERIFY(hasColour(view, seriesColour(1, currentScheme())));
        picture(u"logs"_s);
        auto* tag = find<LogServerTag>(u"monitoring-log-server-web-2"_s);
        QCOMPARE(tag->state(), operate::LogState::Following);

        click(u"monitoring-log-pause"_s);
        append(log, "2026-11-27T10:00:02Z meanwhile\n");
        auto* pause = find<Button>(u"monitoring-log-pause"_s);
        QTRY_VERIFY_WITH_TIMEOUT(pause->hint().startsWith(u'2'), 20'000);
        QCOMPARE(view->lineCount(), 4);
        click(u"monitoring-log-pause"_s);
        QCOMPARE(view->lineCount(), 6);

        view->setFocus();
        key(Qt::Key_F, Qt::ControlModifier);
        typeKeys(u"meanwhile"_s);
        QCOMPARE(view->searched(), u"meanwhile"_s);
        key(Qt::Key_Escape);
        QVERIFY(view->searched().isEmpty());
        QVERIFY(page->isVisible());

        m_two.stop();
        QTRY_COMPARE_WITH_TIMEOUT(tag->state(), operate::LogState::Lost, 20'000);
        QVERIFY(m_two.start(m_two.port()).isEmpty());
        QTRY_COMPARE_WITH_TIMEOUT(tag->state(), operate::LogState::Following, 20'000);
        const auto told = [view] {
            for (qsizetype i = 0; i < view->lineCount(); ++i) {
                if (view->line(i).contains(u"was away for"_s)) {
                    return view->line(i).startsWith(u"web-2"_s);
                }
            }
            return false;
        };
        QTRY_VERIFY_WITH_TIMEOUT(told(), 20'000);
        key(Qt::Key_Escape);
        QVERIFY(!page->isVisible());
        QVERIFY(panel()->wall()->isVisible());
    }

    void aWrongPathIsSaid()
    {
        QTRY_COMPARE_WITH_TIMEOUT(stateOf(u"web-1"_s), u"live"_s, 20'000);
        click(u"button.monitoring.logs"_s);
        click(u"chip.file"_s);
        auto* source = find<QLineEdit>(u"monitoring-log-source"_s);
        source->setFocus();
        key(Qt::Key_A, Qt::ControlModifier);
        typeKeys(u"shop.log"_s);
        key(Qt::Key_Return);
        QVERIFY(find<QLabel>(u"monitoring-log-problem"_s)->isVisible());
        QVERIFY(label(u"monitoring-log-problem"_s).contains(u"full path"_s));
    }

    // ---- services -------------------------------------------------------------------------------

    void sheetsOfAService()
    {
        const auto series = [](const QString& subject, const QString& metric,
                               const QString& labels = {}) {
            monitor::SeriesInfo one;
            one.name = {subject, metric, labels};
            return one;
        };
        const QList<ServiceSheet> sheets = serviceSheets(
            u"production"_s,
            {series(u"production"_s, u"balancer.requests"_s, u"member=web-1"_s),
             series(u"production"_s, u"balancer.requests"_s, u"member=web-2"_s),
             series(u"production"_s, u"balancer.response"_s), series(u"production"_s, u"else"_s)},
            {series(u"front"_s, u"check.ok"_s), series(u"front"_s, u"check.connect"_s),
             series(u"front"_s, u"check.wait"_s), series(u"front"_s, u"check.latency"_s),
             series(u"plain"_s, u"check.latency"_s), series(u"web-1"_s, u"cpu.busy"_s)});
        QStringList ids;
        for (const ServiceSheet& sheet : sheets) {
            ids.append(sheet.id);
        }
        QCOMPARE(ids, (QStringList{u"requests"_s, u"response"_s, u"check-front"_s,
                                   u"passed-front"_s, u"check-plain"_s}));
        QCOMPARE(sheets[0].series.size(), 2);
        QCOMPARE(sheets[0].series[1].name, u"web-2"_s);
        QCOMPARE(sheets[1].thresholds.size(), 2);
        QVERIFY(sheets[2].stacked);
        QCOMPARE(sheets[2].series.size(), 2);
        QCOMPARE(sheets[4].series.size(), 1);
    }

    void aServiceByRateErrorsAndDuration()
    {
        const qint64 now = QDateTime::currentMSecsSinceEpoch();
        click(u"button.monitoring.services"_s);
        QVERIFY(find<QWidget>(u"monitoring-service-empty"_s)->isVisible());
        fill(u"production"_s, u"balancer.requests"_s, now - 10 * kMinute, now, 5'000, 120,
             u"member=web-1"_s);
        fill(u"production"_s, u"balancer.response"_s, now - 10 * kMinute, now, 5'000, 700);
        fill(u"front"_s, u"check.latency"_s, now - 10 * kMinute, now, 30'000, 41);
        key(Qt::Key_Escape);
        click(u"button.monitoring.services"_s);
        QVERIFY(!find<QWidget>(u"monitoring-service-empty"_s)->isVisible());
        auto* response = find<ChartView>(u"monitoring-service-response"_s);
        auto* requests = find<ChartView>(u"monitoring-service-requests"_s);
        QVERIFY(response != nullptr && requests != nullptr);
        QVERIFY(find<ChartView>(u"monitoring-service-check-front"_s) != nullptr);
        QVERIFY(find<ChartView>(u"monitoring-service-errors"_s) == nullptr);
        QTRY_VERIFY_WITH_TIMEOUT(newestIn(response) > 0 && newestIn(requests) > 0, 20'000);
        picture(u"service"_s);
        QCOMPARE(valueAt(requests->data().front(), now - 5 * kMinute)->last, 120.0);
        requests->setFocus();
        key(Qt::Key_Left);
        QCOMPARE(response->ageText(), requests->ageText());  // one cursor
        key(Qt::Key_Escape);
        key(Qt::Key_Escape);
        QVERIFY(panel()->wall()->isVisible());
    }

    // ---- the past -------------------------------------------------------------------------------

    void theWallAndAServerAtAKeptMinute()
    {
        const qint64 now = QDateTime::currentMSecsSinceEpoch();
        fill(u"web-1"_s, u"mem.used"_s, now - 50 * kMinute, now - 20 * kMinute, 5'000, 91.5);
        fill(u"web-1"_s, u"cpu.busy"_s, now - 50 * kMinute, now - 20 * kMinute, 5'000, 7);
        fill(u"web-1"_s, u"load.1"_s, now - 50 * kMinute, now - 20 * kMinute, 5'000, 3.25);
        QTRY_COMPARE_WITH_TIMEOUT(stateOf(u"web-1"_s), u"live"_s, 20'000);
        auto* bar = find<QWidget>(u"monitoring-time"_s);
        auto* banner = find<PastBanner>(u"past-banner"_s);
        QVERIFY(!bar->isVisible());
        panel()->wall()->table()->view()->setFocus();
        key(Qt::Key_T, Qt::ControlModifier);
        QVERIFY(bar->isVisible());
        QVERIFY(!banner->isVisible());
        auto* slider = find<QSlider>(u"monitoring-time-slider"_s);
        QVERIFY(slider->hasFocus());
        for (int i = 0; i < 10; ++i) {
            key(Qt::Key_PageDown);  // three minutes each
        }
        QVERIFY(banner->isVisible());
        QVERIFY(label(u"past-text"_s).contains(u"PAST"_s));
        QTRY_COMPARE_WITH_TIMEOUT(cellOf(u"web-1"_s, u"memory"_s), u"91.5 %"_s, 20'000);
        QCOMPARE(cellOf(u"web-1"_s, u"load"_s), u"3.25"_s);
        picture(u"past-wall"_s);
        QTRY_COMPARE_WITH_TIMEOUT(stateOf(u"web-2"_s), u"nothing kept"_s, 20'000);
        for (int i = 0; i < 8; ++i) {
            key(Qt::Key_PageUp);  // six minutes ago: nothing was kept then
        }
        QTRY_COMPARE_WITH_TIMEOUT(stateOf(u"web-1"_s), u"nothing kept"_s, 20'000);
        for (int i = 0; i < 8; ++i) {
            key(Qt::Key_PageDown);
        }
        QTRY_COMPARE_WITH_TIMEOUT(cellOf(u"web-1"_s, u"memory"_s), u"91.5 %"_s, 20'000);
        // The page of a server ends there, and tells nothing of now.
        QVERIFY(panel()->wall()->table()->selectId(u"web-1"_s));
        panel()->wall()->table()->view()->setFocus();
        key(Qt::Key_Return);
        const qint64 moment = window()->findChild<TimeMachine*>()->moment().value();
        QVERIFY(std::abs(moment - (now - 30 * kMinute)) < 2 * kMinute);
        QCOMPARE(panel()->page()->group()->to(), moment);
        QVERIFY(!find<QWidget>(u"monitoring-host-state"_s)->isVisible());
        QVERIFY(!find<QWidget>(u"monitoring-processes"_s)->isEnabled());
        QTRY_VERIFY_WITH_TIMEOUT(newestIn(chart(u"memory"_s)) > 0, 20'000);
        QCOMPARE(valueAt(chart(u"memory"_s)->data().front(), moment - kMinute)->last, 91.5);
        picture(u"past-host"_s);
        click(u"past-now"_s);
        QVERIFY(!banner->isVisible());
        QVERIFY(panel()->page()->group()->to() >= now);
        QVERIFY(find<QWidget>(u"monitoring-processes"_s)->isEnabled());
        chart(u"memory"_s)->setFocus();
        key(Qt::Key_T);
        QVERIFY(!bar->isVisible());
        key(Qt::Key_T);
        QVERIFY(bar->isVisible());
        key(Qt::Key_Escape);
        QVERIFY(!bar->isVisible());
        QVERIFY(panel()->page()->isVisible());
    }

    void laterMarksAreNotShownYet()
    {
        const QString id = deploy(u"1.4.3 to production"_s);
        QVERIFY(!id.isEmpty());
        openHost(u"web-1"_s);
        ChartView* memory = chart(u"memory"_s);
        memory->setFocus();
        const auto onTheMark = [&] {
            key(Qt::Key_Left, Qt::ControlModifier);
            return memory->markAtCursor() != nullptr;
        };
        QTRY_VERIFY_WITH_TIMEOUT(onTheMark(), 20'000);
        key(Qt::Key_Escape);
        auto* time = window()->findChild<TimeMachine*>();
        time->goTo(QDateTime::currentMSecsSinceEpoch() - 20 * kMinute);
        QVERIFY(!onTheMark());
        time->goNow();
        QVERIFY(onTheMark());
    }

    /// A panel that knows the present alone is off, and its commands with it.
    void othersAreOffInThePast()
    {
        auto* time = window()->findChild<TimeMachine*>();
        time->goTo(QDateTime::currentMSecsSinceEpoch() - 20 * kMinute);
        window()->openPanel(u"plain"_s);
        QVERIFY(!window()->currentPanel()->isEnabled());
        QVERIFY(label(u"past-text"_s).contains(u"present alone"_s));
        const auto isOn = [this] {
            for (const Command& command : window()->commands()) {
                if (command.id == "plain.act"_L1) {
                    return command.enabled;
                }
            }
            return false;
        };
        QVERIFY(!isOn());
        key(Qt::Key_J, Qt::ControlModifier | Qt::ShiftModifier);
        QCOMPARE(m_acted, 0);
        click(u"past-now"_s);
        QVERIFY(window()->currentPanel()->isEnabled());
        QVERIFY(isOn());
        window()->currentPanel()->setFocus();
        QTest::keyClick(window()->currentPanel(), Qt::Key_J,
                        Qt::ControlModifier | Qt::ShiftModifier);
        QCOMPARE(m_acted, 1);
        window()->openPanel(u"monitoring"_s);
    }

    void environmentsAtAKeptMinute()
    {
        QVERIFY(!deploy(u"1.4.1 to production"_s).isEmpty());
        window()->openPanel(u"environments"_s);
        auto* environments = qobject_cast<EnvironmentsPanel*>(window()->currentPanel());
        QVERIFY(environments != nullptr);
        const qint64 now = QDateTime::currentMSecsSinceEpoch();
        deploy::EnvironmentView view = made::environment(u"production"_s, true);
        for (deploy::Generation& one : view.generations) {
            one.created = QDateTime::fromMSecsSinceEpoch(now - 60 * kMinute);
        }
        environments->setEnvironments({view}, {{u"production"_s, made::warmTarget()}}, {},
                                      made::now());
        EnvironmentCard* card = environments->card(u"production"_s);
        QVERIFY(card->findChild<Button*>(u"rollback"_s)->isEnabled());
        auto* time = window()->findChild<TimeMachine*>();
        time->goTo(now + kMinute);  // the minute after it went live
        QVERIFY(environments->isEnabled());
        QTRY_VERIFY_WITH_TIMEOUT(card->facts().view.active.has_value(), 20'000);
        QCOMPARE(card->facts().view.active->number, 4);
        QVERIFY(card->facts().view.warm.isEmpty());
        QVERIFY(!card->findChild<Button*>(u"rollback"_s)->isEnabled());
        picture(u"past-environments"_s);
        time->goTo(now - 20 * kMinute);
        QVERIFY(!card->facts().view.active);
        time->goNow();
        QVERIFY(card->findChild<Button*>(u"rollback"_s)->isEnabled());
        QCOMPARE(card->facts().view.warm.size(), 1);
        window()->openPanel(u"monitoring"_s);
    }

    void valuesOfAMoment()
    {
        monitor::Chart chart;
        chart.from = 1'000;
        chart.step = 100;
        chart.columns = {{1, 5, 5, 5, 5}, {}, {2, 6, 8, 7, 8}, {1, 9, 9, 9, 9}};
        QCOMPARE(valueBefore(chart, 1'250, 60'000), std::optional(8.0));
        QCOMPARE(valueBefore(chart, 1'150, 60'000), std::optional(5.0));
        QVERIFY(!valueBefore(chart, 900, 60'000));
        QVERIFY(!valueBefore(chart, 100'000, 60'000));
        QCOMPARE(sparkBefore(chart, 1'150).columns().size(), std::size_t(2));
    }

protected:
    QList<PanelInfo> morePanels() override
    {
        return {{u"plain"_s, u"Plain"_s, u"home"_s,
                 [this](const Context& context, QWidget* parent) -> Panel* {
                     return new PlainPanel(context, parent, [this] { ++m_acted; });
                 }},
                {u"environments"_s, u"Environments"_s, u"environments"_s,
                 [](const Context& context, QWidget* parent) -> Panel* {
                     return new EnvironmentsPanel(context, parent);
                 }}};
    }

private:
    /// Knows nothing of the past.
    class PlainPanel : public Panel {
    public:
        PlainPanel(const Context& context, QWidget* parent, std::function<void()> act)
            : Panel(context, u"plain"_s, u"Plain"_s, u"home"_s, parent)
        {
            addCommand(u"plain.act"_s, u"Act"_s, u"play"_s, std::move(act),
                       QKeySequence(u"Ctrl+Shift+J"_s));
        }
    };
    int m_acted = 0;
};

QTEST_MAIN(TestMonitoringPanel)
#include "tst_monitoring_panel.moc"
