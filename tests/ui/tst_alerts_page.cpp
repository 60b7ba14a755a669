#include "tests/ui/alert_world.h"
#include "tests/ui/notification_service.h"
#include "ui/monitor/alert_page.h"
#include "ui/monitor/chart_view.h"
#include "ui/monitor/incident_page.h"
#include "ui/shell/alert_signs.h"
#include "ui/shell/desktop_notices.h"
#include "ui/shell/status_icon.h"
#include "ui/shell/top_bar.h"
#include "ui/widgets/log_view.h"
#include "ui/widgets/toast.h"

#include <QLineEdit>
#include <QMenu>
#include <QSignalSpy>

using namespace Qt::StringLiterals;
using namespace analemma;
using namespace analemma::ui;
using namespace analemma::test;
using monitor::Severity;

namespace {

deploy::EnvironmentView production(const QString& live)
{
    deploy::EnvironmentView view;
    view.spec.name = u"production"_s;
    view.expected = u"state-9"_s;
    if (!live.isEmpty()) {
        deploy::Generation active;
        active.number = 4;
        active.release = live;
        view.active = active;
    }
    return view;
}

deploy::RollbackTarget warm(const QString& release)
{
    deploy::RollbackTarget target;
    target.generation.number = 3;
    target.generation.release = release;
    target.warm = true;
    target.possible = true;
    target.usual = milliseconds(40);
    return target;
}

monitor::LastChange liveChange()
{
    monitor::LastChange change;
    change.environment = u"production"_s;
    change.release = u"1.4.2"_s;
    return change;
}

}  // namespace

/// Alerts in the whole window, by keys and clicks, upon real ones.
class TestAlertsPage : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        QVERIFY(!m_bus.address().isEmpty());
        qputenv("DBUS_SESSION_BUS_ADDRESS", m_bus.address().toLocal8Bit());
    }
    void cleanupTestCase() { drain(); }

    void offersAWayBack()
    {
        const RollbackOffer offer = offerOf(production(u"1.4.2"_s), warm(u"1.4.1"_s), liveChange());
        QCOMPARE(offer.refusal, QString());
        QCOMPARE(offer.release, u"1.4.1"_s);
        QCOMPARE(offer.generation, 3);
        QCOMPARE(offer.expected, u"state-9"_s);
        QVERIFY2(offer.hint.contains(u"40 ms"_s), qPrintable(offer.hint));
        // What is not live any more is not taken back once more.
        const RollbackOffer late = offerOf(production(u"1.4.3"_s), warm(u"1.4.2"_s), liveChange());
        QVERIFY2(late.refusal.contains(u"1.4.3"_s), qPrintable(late.refusal));
        QVERIFY(!offerOf(production({}), warm(u"1.4.1"_s), liveChange()).refusal.isEmpty());
        deploy::RollbackTarget none;
        none.reason = u"there is no generation before"_s;
        QCOMPARE(offerOf(production(u"1.4.2"_s), none, liveChange()).refusal, none.reason);
        deploy::EnvironmentView busy = production(u"1.4.2"_s);
        busy.operation = u"op"_s;
        busy.operationTitle = u"Deploy 1.4.3"_s;
        QVERIFY(offerOf(busy, warm(u"1.4.1"_s), liveChange()).refusal.contains(u"1.4.3"_s));
        deploy::RollbackTarget cold = warm(u"1.4.1"_s);
        cold.warm = false;
        cold.baked = false;
        QVERIFY(!offerOf(production(u"1.4.2"_s), cold, liveChange()).hint.contains(u"40"_s));
    }

    /// Nothing is offered to be rolled back where the change before it was none that could be.
    void onlyDeliveriesGoBack()
    {
        for (const monitor::ChangeKind kind :
             {monitor::ChangeKind::Bake, monitor::ChangeKind::Config, monitor::ChangeKind::Run,
              monitor::ChangeKind::TakenBack, monitor::ChangeKind::Restart,
              monitor::ChangeKind::Down}) {
            monitor::LastChange change = liveChange();
            change.kind = kind;
            QVERIFY(!offerOf(production(u"1.4.2"_s), warm(u"1.4.1"_s), change).refusal.isEmpty());
            QVERIFY(monitor::changeKindFromString(monitor::toString(kind)) == kind);
        }
        const Theme theme;
        AlertPage page(nullptr);
        page.resize(800, 600);
        page.show();
        AlertFacts facts;
        facts.alert.id = 1;
        facts.alert.state = monitor::AlertState::Firing;
        facts.alert.since = kAlertNow;
        facts.alert.change = liveChange();
        facts.alert.change->time = kAlertNow - 360'000;
        const QDateTime now = QDateTime::fromMSecsSinceEpoch(kAlertNow);
        page.setAlert(facts, now);
        auto* button = page.findChild<QAbstractButton*>(u"alert-rollback"_s);
        QVERIFY(button != nullptr && button->isVisible());
        facts.alert.change->kind = monitor::ChangeKind::Bake;
        facts.alert.change->what = u"image web-17 was baked"_s;
        page.setAlert(facts, now);
        QVERIFY(!button->isVisible());
        QCOMPARE(changeOf(facts.alert), u"6 min after image web-17 was baked"_s);
        QCOMPARE(marksOf(facts.alert).constFirst().kind, ChartMarkKind::Bake);
    }

    void numbersOfTheWindow()
    {
        const QLocale before;
        QLocale::setDefault(QLocale(QLocale::Spanish, QLocale::Spain));
        monitor::AlertRule rule;
        rule.metric = u"disk.used"_s;
        rule.limit = 90;
        monitor::Alert alert;
        alert.metric = rule.metric;
        alert.subject = u"db"_s;
        alert.labels = u"mount=/"_s;
        alert.state = monitor::AlertState::Firing;
        alert.value = 96.6;
        alert.since = kAlertNow;
        alert.change = liveChange();
        alert.change->time = kAlertNow - 5'100;
        alert.change->what = u"shop 1.4.2 went live"_s;
        const QString sentence = sentenceOf(alert, &rule);
        const QString value = alertValueText(alert, &rule);
        const QString change = changeOf(alert);
        QLocale::setDefault(before);
        QCOMPARE(sentence, u"disk / of db is 96,6 % full, over 90 %"_s);
        QCOMPARE(value, u"96,6 %"_s);
        QCOMPARE(change, u"5,1 s after shop 1.4.2 went live"_s);
        QCOMPARE(sentenceOf(alert, nullptr), alert.sentence);  // as it is kept
    }

    void silencesEnd()
    {
        const QDateTime noon(QDate(2026, 11, 27), QTime(12, 0));
        QCOMPARE(noon.secsTo(endOf(SilenceSpan::Hour, noon)), 3600);
        QCOMPARE(noon.secsTo(endOf(SilenceSpan::FourHours, noon)), 4 * 3600);
        const QDateTime morning = endOf(SilenceSpan::Tomorrow, noon).toLocalTime();
        QCOMPARE(morning, QDateTime(QDate(2026, 11, 28), QTime(8, 0)));
        const QDateTime night(QDate(2026, 11, 27), QTime(2, 0));
        QCOMPARE(endOf(SilenceSpan::Tomorrow, night).toLocalTime().time(), QTime(8, 0));
        QVERIFY(night.secsTo(endOf(SilenceSpan::Tomorrow, night)) >= 4 * 3600);
    }

    void theBellCountsAndOpens()
    {
        AlertWorld world;
        QVERIFY(world.open());
        auto* bell = world.find<QAbstractButton>(u"top.alerts"_s);
        QCOMPARE(bell->text(), u"no alerts"_s);
        QCOMPARE(world.press(u"top.alerts"_s), QString());
        QCOMPARE(world.window->currentPanel()->id(), u"alerts"_s);
        QVERIFY(world.find(u"alerts.open.empty"_s)->isVisible());
        QVERIFY(world.disk(93));
        QVERIFY(world.memory(97));
        QTRY_COMPARE(world.table(u"open"_s)->model()->rowCount(), 2);
        QTRY_COMPARE(world.window->findChild<TopBar*>()->alerts(), 2);
        QVERIFY2(bell->text().contains(u'2'), qPrintable(bell->text()));
        // The gravest stands first, with colour, icon and word.
        const Record* first = world.table(u"open"_s)->model()->recordAt(0);
        QCOMPARE(first->fields[0].text, u"critical"_s);
        QCOMPARE(first->fields[0].mark, Mark::Failed);
        QVERIFY2(first->fields[1].text.contains(u"memory of web-2"_s),
                 qPrintable(first->fields[1].text));
        const Record* second = world.table(u"open"_s)->model()->recordAt(1);
        QCOMPARE(second->fields[0].text, u"warning"_s);
        QVERIFY2(second->fields[3].text.contains(u"93"_s), qPrintable(second->fields[3].text));
        QTRY_VERIFY(world.table(u"open"_s)->model()->recordAt(1)->fields[5].text.contains(
            u"4 min after shop 1.4.2 went live"_s));
        // Over again.
        world.advance(5'000);
        QVERIFY(world.disk(20));
        QVERIFY(world.memory(20));
        QTRY_COMPARE(world.table(u"open"_s)->model()->rowCount(), 0);
        QTRY_COMPARE(bell->text(), u"no alerts"_s);
        QTRY_COMPARE(world.table(u"past"_s)->model()->rowCount(), 2);
    }

    void keysOpenTheDetail()
    {
        AlertWorld world;
        QVERIFY(world.open());
        world.key(Qt::Key_9, Qt::ControlModifier);
        QCOMPARE(world.window->currentPanel()->id(), u"alerts"_s);
        for (int i = 0; i < 10; ++i) {
            QVERIFY(world.disk(70 + 2.5 * i));
            world.advance(20'000);
        }
        QVERIFY(world.memory(97));
        QTRY_COMPARE(world.table(u"open"_s)->model()->rowCount(), 2);
        world.table(u"open"_s)->view()->setFocus();
        world.key(Qt::Key_Home);
        world.key(Qt::Key_Down);
        world.key(Qt::Key_Up);
        world.key(Qt::Key_Return);
        AlertPage* page = world.panel()->alertPage();
        QVERIFY(page->isVisible());
        QVERIFY2(world.text(u"alert-sentence"_s).startsWith(u"memory of web-2"_s),
                 qPrintable(world.text(u"alert-sentence"_s)));
        world.table(u"open"_s)->view()->setFocus();
        world.key(Qt::Key_Down);
        QTRY_VERIFY2(world.text(u"alert-sentence"_s).startsWith(u"disk /var of web-1"_s),
                     qPrintable(world.text(u"alert-sentence"_s)));
        QVERIFY(world.text(u"alert-change"_s).contains(u"after shop 1.4.2 went live"_s));
        QTRY_VERIFY(!page->chart()->data().empty() && newestOf(page->chart()->data()[0]) > 0);
        QVERIFY(page->chart()->isVisible());
        QVERIFY(page->facts().rule.has_value());
        const auto* link = world.find<QLabel>(u"alert-runbook"_s);
        QVERIFY(link != nullptr && link->text().contains(u"example.org/runbooks/disk-full"_s));
        // Without what could deploy there is no way back to press, and it says so.
        auto* back = world.find<QAbstractButton>(u"alert-rollback"_s);
        QVERIFY(back->isVisible() && !back->isEnabled() && !back->toolTip().isEmpty());
        world.key(Qt::Key_Escape);
        QVERIFY(!page->isVisible());
        QVERIFY(world.table(u"open"_s)->isVisible());
    }

    void theDoorIsInThePalette()
    {
        AlertWorld world;
        QVERIFY(world.open());
        QVERIFY(world.disk(93));
        world.window->openPanel(u"alerts"_s);
        QTRY_COMPARE(world.table(u"open"_s)->model()->rowCount(), 1);
        QStringList ids;
        std::function<void()> find;
        for (const Command& command : world.window->commands()) {
            ids.append(command.id);
            if (command.id == u"find.alerts.1"_s) {
                find = command.run;
            }
        }
        for (const QString& id : {u"alerts.take"_s, u"alerts.silence"_s, u"alerts.rollback"_s,
                                  u"alerts.incident"_s, u"window.keep-watching"_s}) {
            QVERIFY2(ids.contains(id), qPrintable(id));
        }
        QVERIFY(find != nullptr);
        find();
        QVERIFY(world.panel()->alertPage()->isVisible());
        QCOMPARE(world.panel()->alertPage()->alertId(), 1);
    }

    void takingMakesAnIncident()
    {
        AlertWorld world;
        QVERIFY(world.open());
        world.window->openPanel(u"alerts"_s);
        for (int i = 0; i < 20; ++i) {
            QVERIFY(world.disk(80 + i));
            world.advance(30'000);
        }
        QTRY_COMPARE(world.table(u"open"_s)->model()->rowCount(), 1);
        world.panel()->select(u"1"_s);
        QCOMPARE(world.press(u"alert-take"_s), QString());
        QTRY_VERIFY(world.find(u"alert-incident"_s)->isVisible());
        QVERIFY(!world.find(u"alert-take"_s)->isVisible());
        QCOMPARE(world.table(u"open"_s)->model()->recordAt(0)->fields[6].text, u"ana@studio"_s);
        QCOMPARE(world.press(u"alert-incident"_s), QString());
        IncidentPage* page = world.panel()->incidentPage();
        QTRY_VERIFY(page->isVisible());
        QTRY_VERIFY2(world.text(u"incident-title"_s).contains(u"disk /var of web-1"_s),
                     qPrintable(world.text(u"incident-title"_s)));
        QVERIFY(!page->charts().isEmpty());
        QVERIFY(newestOf(page->charts()[0]->data()[0]) > 0);
        auto* timeline = world.find<DataTable>(u"incident-timeline"_s);
        const int before = timeline->model()->rowCount();
        QVERIFY(before >= 3);
        QCOMPARE(timeline->model()->recordAt(0)->fields[2].text, u"shop 1.4.2 went live"_s);
        // A note, by keys.
        auto* note = world.find<QLineEdit>(u"incident-note"_s);
        note->setFocus();
        QTest::keyClicks(note, u"logs were not rotated"_s);
        QTest::keyClick(note, Qt::Key_Return);
        QTRY_COMPARE(timeline->model()->rowCount(), before + 1);
        QCOMPARE(timeline->model()->recordAt(before)->fields[2].text, u"logs were not rotated"_s);
        QCOMPARE(timeline->model()->recordAt(before)->fields[1].text, u"ana@studio"_s);
        QVERIFY(note->text().isEmpty());
        // And its end; Esc closes the question alone.
        QCOMPARE(world.press(u"incident-finish"_s), QString());
        world.key(Qt::Key_Escape);
        QVERIFY(page->isVisible() && page->incident().isOpen());
        QCOMPARE(world.press(u"incident-finish"_s), QString());
        auto* asked = world.find(u"incident-ask"_s)->findChildren<QLineEdit*>().constLast();
        QTest::keyClicks(asked, u"rotated, 40 GB are free"_s);
        QTest::keyClick(asked, Qt::Key_Return);
        QTRY_VERIFY(!page->incident().isOpen());
        QVERIFY(!note->isVisible());
        const auto kept = await(world.incidents->find(page->incident().id));
        VERIFY_OK(kept);
        QVERIFY(kept->timeline.constLast().text.contains(u"40 GB"_s));
        // It stands in the list of incidents.
        QCOMPARE(world.press(u"chip.incidents"_s), QString());
        QTRY_COMPARE(world.table(u"incidents"_s)->model()->rowCount(), 1);
        QTRY_COMPARE(world.table(u"incidents"_s)->model()->recordAt(0)->fields[0].text,
                     u"closed"_s);
    }

    void silencesByHand()
    {
        AlertWorld world;
        QVERIFY(world.open());
        world.window->openPanel(u"alerts"_s);
        QVERIFY(world.disk(93));
        QTRY_COMPARE(world.table(u"open"_s)->model()->rowCount(), 1);
        world.panel()->select(u"1"_s);
        QCOMPARE(world.press(u"alert-silence"_s), QString());
        QVERIFY(!world.find<QAbstractButton>(u"ask-silence"_s)->isEnabled());  // why?
        QCOMPARE(world.press(u"chip.four"_s), QString());
        auto* why = world.find(u"alert-ask"_s)->findChild<QLineEdit*>();
        why->setFocus();
        QTest::keyClicks(why, u"a new disk comes at two"_s);
        QTest::keyClick(why, Qt::Key_Return);
        QTRY_COMPARE(world.table(u"silences"_s)->model()->rowCount(), 1);
        const monitor::Silence made = world.alerts->silences().first();
        QCOMPARE(made.why, u"a new disk comes at two"_s);
        QCOMPARE(made.who, u"ana@studio"_s);
        QCOMPARE(made.to - made.from, 4 * 3'600'000LL);
        // Its alert is still there, but rings no bell.
        QTRY_COMPARE(world.window->findChild<TopBar*>()->alerts(), 0);
        QCOMPARE(world.table(u"open"_s)->model()->rowCount(), 1);
        QVERIFY(!world.table(u"open"_s)->model()->recordAt(0)->fields[7].text.isEmpty());
        QTRY_COMPARE(world.find<QAbstractButton>(u"alert-silence"_s)->text(), u"End the silence"_s);
        QCOMPARE(world.press(u"alert-silence"_s), QString());
        QTRY_VERIFY(world.alerts->silences().isEmpty());
        QTRY_COMPARE(world.window->findChild<TopBar*>()->alerts(), 1);
    }

    void noticesReachWindowAndDesktop()
    {
        NotificationService desktop(m_bus.address());
        AlertWorld world;
        QVERIFY(world.open());
        QVERIFY(world.disk(93));
        QTRY_COMPARE(world.alerts->list().size(), 1);
        QTRY_VERIFY(world.alerts->list().first().id != 0);
        world.advance(3'000);
        auto* toast = world.window->findChild<Toast*>();
        QTRY_VERIFY(toast->isVisible());
        QVERIFY2(toast->text().contains(u"disk /var of web-1"_s), qPrintable(toast->text()));
        QTRY_COMPARE(desktop.shown.size(), 1);
        const NotificationService::Shown bubble = desktop.shown.first();
        QVERIFY2(bubble.title.contains(u"disk /var of web-1"_s), qPrintable(bubble.title));
        QVERIFY2(bubble.text.contains(u"shop 1.4.2 went live"_s), qPrintable(bubble.text));
        QCOMPARE(bubble.urgency, 1);
        QCOMPARE(bubble.replaced, 0U);
        QVERIFY(bubble.actions.contains(u"Open"_s));
        QCOMPARE(world.window->currentPanel()->id(), u"home"_s);
        desktop.press(bubble.id, u"open"_s);
        QTRY_COMPARE(world.window->currentPanel()->id(), u"alerts"_s);
        QTRY_VERIFY(world.panel()->alertPage()->isVisible());
        QCOMPARE(world.panel()->alertPage()->alertId(), 1);
        // The bar of the window leads there too.
        world.window->openPanel(u"home"_s);
        QVERIFY(toast->isVisible());
        QCOMPARE(world.press(u"toast.action"_s), QString());
        QCOMPARE(world.window->currentPanel()->id(), u"alerts"_s);
        // Its end is told quietly.
        QVERIFY(world.disk(20));
        QTRY_VERIFY(world.alerts->list().isEmpty());
        world.advance(3'000);
        QTRY_COMPARE(desktop.shown.size(), 2);
        QCOMPARE(desktop.shown[1].urgency, 0);
    }

    void bubblesTakeEachOthersPlace()
    {
        NotificationService desktop(m_bus.address());
        DesktopNotices notices(m_bus.address());
        QSignalSpy opened(&notices, &DesktopNotices::opened);
        Bubble bubble;
        bubble.key = u"k"_s;
        bubble.title = u"one"_s;
        bubble.text = u"<b>5 < 6</b> & more\nnext"_s;
        bubble.action = u"Open"_s;
        bubble.urgency = Bubble::Urgency::Critical;
        notices.show(bubble);
        bubble.title = u"two"_s;
        notices.show(bubble);  // the first one is not even sent
        QTRY_COMPARE(desktop.shown.size(), 1);
        QCOMPARE(desktop.shown[0].title, u"two"_s);
        QCOMPARE(desktop.shown[0].text, u"&lt;b&gt;5 &lt; 6&lt;/b&gt; &amp; more\nnext"_s);
        QCOMPARE(desktop.shown[0].urgency, 2);
        bubble.title = u"three"_s;
        bubble.key = u"other"_s;
        notices.show(bubble);
        QTRY_COMPARE(desktop.shown.size(), 2);
        QCOMPARE(desktop.shown[1].replaced, 0U);
        bubble.key = u"k"_s;
        notices.show(bubble);
        QTRY_COMPARE(desktop.shown.size(), 3);
        QCOMPARE(desktop.shown[2].replaced, desktop.shown[0].id);
        desktop.press(999, u"default"_s);  // another program's
        desktop.press(desktop.shown[1].id, u"default"_s);
        QTRY_COMPARE(opened.size(), 1);
        QCOMPARE(opened[0][0].toString(), u"other"_s);
        notices.close(u"k"_s);
        QTRY_COMPARE(desktop.closed, QList<uint>{desktop.shown[0].id});
    }

    void desktopsWithoutBubbles()
    {
        DesktopNotices notices(m_bus.address());
        QSignalSpy failed(&notices, &DesktopNotices::failed);
        Bubble bubble;
        bubble.key = u"k"_s;
        bubble.title = u"one"_s;
        notices.show(bubble);
        QTRY_COMPARE(failed.size(), 1);
        // One that comes later is found.
        NotificationService desktop(m_bus.address());
        desktop.able.removeAll(u"body-markup"_s);
        desktop.able.removeAll(u"actions"_s);
        bubble.text = u"a < b"_s;
        bubble.action = u"Open"_s;
        notices.show(bubble);
        QTRY_COMPARE(desktop.shown.size(), 1);
        QCOMPARE(desktop.shown[0].text, u"a < b"_s);
        QVERIFY(desktop.shown[0].actions.isEmpty());
        DesktopNotices nowhere(u"unix:path=/nonexistent/bus"_s);
        QSignalSpy nobody(&nowhere, &DesktopNotices::failed);
        nowhere.show(bubble);
        QTRY_COMPARE(nobody.size(), 1);
    }

    void signsInTheTray()
    {
        const auto ink = [](const QPixmap& picture) {
            const QImage image = picture.toImage();
            qint64 sum = 0;
            for (int y = 0; y < image.height(); ++y) {
                for (int x = 0; x < image.width(); ++x) {
                    sum += qAlpha(image.pixel(x, y));
                }
            }
            return sum;
        };
        const Theme theme;
        const QPixmap quiet = statusPicture(Mark::Ok, 0, 32);
        const QPixmap grave = statusPicture(Mark::Failed, 3, 32);
        QVERIFY(ink(quiet) > 0);
        QVERIFY(quiet.toImage() != grave.toImage());
        QVERIFY(grave.toImage() != statusPicture(Mark::Waiting, 3, 32).toImage());
        QVERIFY(grave.toImage() != statusPicture(Mark::Failed, 4, 32).toImage());
        StatusIcon icon;
        icon.setState(Mark::Failed, 3);
        QVERIFY2(icon.text().contains(u'3'), qPrintable(icon.text()));
        QSignalSpy opened(&icon, &StatusIcon::openAsked);
        QSignalSpy quit(&icon, &StatusIcon::quitAsked);
        for (QAction* action : icon.menu()->actions()) {
            action->trigger();
        }
        QCOMPARE(opened.size(), 1);
        QCOMPARE(quit.size(), 1);
    }

    void closesWhereThereIsNoTray()
    {
        AlertWorld world;
        QVERIFY(world.open());
        QVERIFY(!world.window->signs()->icon()->isThere());  // offscreen
        world.window->signs()->setKeepsWatching(true);
        QVERIFY(!world.window->signs()->keepsWatching());
        world.window->close();
        QVERIFY(!world.window->isVisible());
        QVERIFY(!world.window->isInTray());
    }

private:
    PrivateBus m_bus;
};

QTEST_MAIN(TestAlertsPage)
#include "tst_alerts_page.moc"
