#include "core/engine/engine.h"
#include "tests/ui/made.h"
#include "ui/board/board_panel.h"
#include "ui/shell/main_window.h"
#include "ui/shell/rail.h"
#include "ui/shell/reader.h"
#include "ui/shell/settings.h"
#include "ui/shell/top_bar.h"
#include "ui/shell/tray.h"
#include "ui/widgets/data_table.h"
#include "ui/widgets/log_view.h"
#include "ui/widgets/plan_view.h"
#include "ui/widgets/toast.h"

#include <QApplication>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>

using namespace Qt::StringLiterals;
using namespace analemma;
using namespace analemma::ui;

namespace {

/// A panel that notes what it is told.
class NotedPanel : public Panel {
public:
    NotedPanel(const Context& context, const QString& id, QWidget* parent)
        : Panel(context, id, id.toUpper(), id, parent)
    {
        addCommand(id + u".greet"_s, u"Greet "_s + id, u"play"_s, [this] { ++greeted; });
        addMainAction(actions().constFirst());
    }
    void activate() override { ++activated; }
    void deactivate() override { ++deactivated; }
    void select(const QString& item) override { selected = item; }
    bool stepBack() override { return ++stepped == 1; }
    [[nodiscard]] QList<Finding> findings() const override
    {
        return {{u"Release 1.4.2"_s, u"ready"_s, u"releases"_s, u"1.4.2"_s}};
    }
    int activated = 0;
    int deactivated = 0;
    int greeted = 0;
    int stepped = 0;
    QString selected;
};

PanelInfo noted(const QString& id)
{
    return {id, id.toUpper(), id, [id](const Context& context, QWidget* parent) -> Panel* {
                return new NotedPanel(context, id, parent);
            }};
}

}  // namespace

class TestShell : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { m_context.clock = &m_clock; }

    void init()
    {
        m_home = std::make_unique<QTemporaryDir>();
        qputenv("ANALEMMA_HOME", m_home->path().toLocal8Bit());
        m_theme = std::make_unique<Theme>();
        m_context.workspace.name = u"shop"_s;
        open();
    }
    void cleanup()
    {
        m_window.reset();
        m_theme.reset();
    }

    void fuzzySearchFindsLettersInOrder()
    {
        QVERIFY(fuzzyFit(u"Roll back production"_s, u"rbp"_s));
        QVERIFY(!fuzzyFit(u"Roll back production"_s, u"pbr"_s));
        QVERIFY(fuzzyFit(u"Roll back"_s, u"ROLL"_s)->score >
                fuzzyFit(u"Control all"_s, u"roll"_s)->score);
        QCOMPARE(fuzzyFit(u"Go to Home"_s, u"gh"_s)->places, (QList<int>{0, 6}));
        QVERIFY(fuzzyFit(u"anything"_s, QString()));
    }

    void theFirstPanelIsShownAndOthersAreBuiltLater()
    {
        QCOMPARE(m_window->currentPanel()->id(), u"pipelines"_s);
        QCOMPARE(current()->activated, 1);
        QTRY_VERIFY(m_window->findChild<Panel*>(u"servers"_s));
        QCOMPARE(static_cast<NotedPanel*>(m_window->panel(u"servers"_s))->activated, 0);
        QVERIFY(!m_window->panel(u"unheard"_s));
    }

    void keysAndTheRailChangePanels()
    {
        QTest::keyClick(m_window.get(), Qt::Key_2, Qt::ControlModifier);
        QTRY_COMPARE(m_window->currentPanel()->id(), u"releases"_s);
        QTest::mouseClick(m_window->findChild<RailItem*>(u"rail.servers"_s), Qt::LeftButton);
        QCOMPARE(m_window->currentPanel()->id(), u"servers"_s);
        auto* left = static_cast<NotedPanel*>(m_window->panel(u"releases"_s));
        QCOMPARE(left->deactivated, 1);
        QVERIFY(m_window->findChild<RailItem*>(u"rail.servers"_s)->isChecked());
    }

    void aDoorOpensItsPanelWithItsRow()
    {
        Q_EMIT m_window->currentPanel()->openPanel(u"releases"_s, u"1.4.2"_s);
        QCOMPARE(m_window->currentPanel()->id(), u"releases"_s);
        QCOMPARE(current()->selected, u"1.4.2"_s);
    }

    void thePaletteRunsCommandsAndFinds()
    {
        m_window->panel(u"releases"_s);
        QTest::keyClick(m_window.get(), Qt::Key_K, Qt::ControlModifier);
        auto* palette = m_window->findChild<CommandPalette*>(u"palette"_s);
        QTRY_VERIFY(palette->isVisible());
        auto* field = palette->findChild<QLineEdit*>(u"palette.field"_s);
        QTest::keyClicks(field, u"greet pipe"_s);
        QCOMPARE(palette->shownIds().first(), u"pipelines.greet"_s);
        QTest::keyClick(field, Qt::Key_Return);
        QVERIFY(!palette->isVisible());
        QCOMPARE(current()->greeted, 1);

        QTest::keyClick(m_window.get(), Qt::Key_P, Qt::ControlModifier | Qt::ShiftModifier);
        QTRY_VERIFY(palette->isVisible());
        QTest::keyClicks(field, u"1.4.2"_s);
        QTest::keyClick(field, Qt::Key_Return);
        QCOMPARE(current()->selected, u"1.4.2"_s);
    }

    void everyActionStandsInThePaletteOnce()
    {
        for (const QString& id : {u"pipelines"_s, u"releases"_s, u"servers"_s}) {
            m_window->panel(id);
        }
        QStringList ids;
        for (const Command& command : m_window->commands()) {
            ids.append(command.id);
        }
        for (const QString& id :
             {u"go.servers"_s, u"window.refresh"_s, u"window.tray"_s, u"theme.dark"_s,
              u"servers.greet"_s, u"pipelines.greet"_s, u"window.quit"_s}) {
            QCOMPARE(ids.count(id), 1);
        }
    }

    void escapeStepsBackOneAtATime()
    {
        m_window->tray()->setOpen(true);
        QTest::keyClick(m_window.get(), Qt::Key_Escape);
        QCOMPARE(current()->stepped, 1);
        QVERIFY(m_window->tray()->isOpen());
        QTest::keyClick(m_window.get(), Qt::Key_Escape);
        QVERIFY(!m_window->tray()->isOpen());
    }

    void refreshReadsAgain()
    {
        QTest::keyClick(m_window.get(), Qt::Key_F5);
        QCOMPARE(current()->activated, 2);
    }

    void theRailFoldsAndThatIsRemembered()
    {
        auto* rail = m_window->findChild<Rail*>(u"rail"_s);
        QCOMPARE(rail->width(), metric::rail);
        QTest::keyClick(m_window.get(), Qt::Key_B, Qt::ControlModifier);
        QTRY_COMPARE(rail->width(), metric::railFolded);
        m_window.reset();
        open();
        QCOMPARE(m_window->findChild<Rail*>(u"rail"_s)->width(), metric::railFolded);
    }

    void theLastPanelIsRemembered()
    {
        m_window->openPanel(u"servers"_s);
        m_window.reset();
        open();
        QCOMPARE(m_window->currentPanel()->id(), u"servers"_s);
    }

    void theTrayTellsWhatRuns()
    {
        Tray* tray = m_window->tray();
        tray->setOperations(made::operations(), made::now());
        const auto text = [tray](const char* name) {
            return tray->findChild<QLabel*>(QLatin1StringView(name))->text();
        };
        QCOMPARE(text("tray.title"), u"Deploy 1.4.2 to production"_s);
        QCOMPARE(text("tray.step"), u"step 4 of 7: Wait for health of generation 4 (2 of 3)"_s);
        QCOMPARE(tray->runningCount(), 1);
        QSignalSpy cancelled(tray, &Tray::cancelAsked);
        QTest::mouseClick(tray->findChild<QToolButton*>(u"tray.cancel"_s), Qt::LeftButton);
        QCOMPARE(cancelled[0][0].toString(), u"op-1"_s);
    }

    void theTrayOpensToPlanAndLog()
    {
        Tray* tray = m_window->tray();
        QSignalSpy shown(tray, &Tray::operationShown);
        tray->setOperations(made::operations(), made::now());
        tray->appendLog(u"op-1"_s, u"first"_s);
        QTest::keyClick(m_window.get(), Qt::Key_J, Qt::ControlModifier);
        QTRY_VERIFY(tray->isOpen());
        QCOMPARE(tray->shownOperation(), u"op-1"_s);
        QVERIFY(shown.count() >= 1);
        QCOMPARE(tray->findChild<PlanView*>(u"tray.plan"_s)->model()->rowCount(), 7);
        tray->appendLog(u"op-1"_s, u"second"_s);
        tray->appendLog(u"op-2"_s, u"of another"_s);
        auto* log = tray->findChild<LogView*>(u"tray.log"_s);
        QVERIFY(log->text().endsWith("second\n"));
        tray->openOperation(u"op-3"_s);
        QCOMPARE(tray->shownOperation(), u"op-3"_s);
        QVERIFY(tray->findChild<QLabel*>(u"tray.reason"_s)->text().contains(u"1 of 12"));
    }

    void unknownIsCheckedNeverRetried()
    {
        engine::Operation lost = made::operations().last();
        QVERIFY(analemma::ui::markOf(lost) == Mark::Unknown);
        lost.state = u"interrupted"_s;
        lost.outcome = engine::Outcome::None;
        Tray* tray = m_window->tray();
        tray->setOperations({lost}, made::now());
        tray->setOpen(true);
        auto* check = tray->findChild<QPushButton*>(u"tray.resume"_s);
        QVERIFY(check->isVisible());
        QCOMPARE(check->text(), u"Check now"_s);
        QSignalSpy resumed(tray, &Tray::resumeAsked);
        QTest::mouseClick(check, Qt::LeftButton);
        QCOMPARE(resumed.count(), 1);
    }

    void noticesComeFromPanels()
    {
        Notice notice;
        notice.text = u"Approved 1.4.2."_s;
        Q_EMIT m_window->currentPanel()->notice(notice);
        QCOMPARE(m_window->findChild<Toast*>(u"toast"_s)->text(), notice.text);
    }

    void everyControlHasANameToSay()
    {
        m_window->tray()->setOperations(made::operations(), made::now());
        m_window->tray()->setOpen(true);
        for (const auto* control : m_window->findChildren<QAbstractButton*>()) {
            const bool named = !control->accessibleName().isEmpty() || !control->text().isEmpty();
            QVERIFY2(named || !control->isVisible(),
                     qPrintable(QLatin1StringView(control->metaObject()->className()) + u' ' +
                                control->objectName()));
        }
        for (const auto* field : m_window->findChildren<QLineEdit*>()) {
            QVERIFY2(!field->accessibleName().isEmpty(), qPrintable(field->objectName()));
        }
    }

    void theKeysGoToThePanelThatIsShown()
    {
        QTRY_COMPARE(QApplication::focusWidget(), static_cast<QWidget*>(current()));
        QTest::keyClick(m_window.get(), Qt::Key_2, Qt::ControlModifier);
        QTRY_COMPARE(m_window->currentPanel()->id(), u"releases"_s);
        QCOMPARE(QApplication::focusWidget(), static_cast<QWidget*>(current()));
    }

    void theFrameIsPaintedBeforeTheWorkspaceIsOpen()
    {
        m_window = std::make_unique<MainWindow>(u"shop"_s, m_theme.get(),
                                                QList<PanelInfo>{noted(u"pipelines"_s)});
        QSignalSpy painted(m_window.get(), &MainWindow::painted);
        m_window->show();
        QVERIFY(QTest::qWaitForWindowActive(m_window.get()));
        QTRY_COMPARE(painted.size(), 1);
        QVERIFY(m_window->currentPanel() == nullptr);
        QVERIFY(m_window->findChild<RailItem*>(u"rail.pipelines"_s)->isChecked());
        // Nothing to do there yet, and nothing that breaks.
        QTest::keyClick(m_window.get(), Qt::Key_K, Qt::ControlModifier);
        QTest::mouseClick(m_window->findChild<RailItem*>(u"rail.pipelines"_s), Qt::LeftButton);
        QVERIFY(m_window->currentPanel() == nullptr);
        m_window->serve(m_context);
        QCOMPARE(m_window->currentPanel()->id(), u"pipelines"_s);
        QCOMPARE(current()->activated, 1);
        QCOMPARE(m_window->windowTitle(), u"shop - Analemma"_s);
        QCOMPARE(painted.size(), 1);
    }

    void manyWishesAreOneReading()
    {
        int begun = 0;
        Reader reader(
            20, [&begun] { return ++begun > 0; }, nullptr);
        for (int i = 0; i < 50; ++i) {
            reader.readSoon();
        }
        QCOMPARE(begun, 0);
        QTRY_COMPARE(begun, 1);
        // Those that come while it reads are one more, after it.
        reader.read();
        reader.read();
        QCOMPARE(begun, 1);
        reader.done();
        QTRY_COMPARE(begun, 2);
        reader.done();
        QTest::qWait(60);
        QCOMPARE(begun, 2);
    }

    void homeBuildsWithoutACore()
    {
        m_window = std::make_unique<MainWindow>(m_context, m_theme.get(), allPanels());
        m_window->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_window.get()));
        m_window->openPanel(u"home"_s);
        QCOMPARE(m_window->currentPanel()->id(), u"home"_s);
        QTRY_COMPARE(m_window->findChildren<Panel*>().size(), allPanels().size());
    }

private:
    void open()
    {
        m_window = std::make_unique<MainWindow>(
            m_context, m_theme.get(),
            QList<PanelInfo>{noted(u"pipelines"_s), noted(u"releases"_s), noted(u"servers"_s)});
        m_window->show();
        QVERIFY(QTest::qWaitForWindowActive(m_window.get()));
    }
    NotedPanel* current() { return static_cast<NotedPanel*>(m_window->currentPanel()); }

    made::StandingClock m_clock;
    Context m_context;
    std::unique_ptr<QTemporaryDir> m_home;
    std::unique_ptr<Theme> m_theme;
    std::unique_ptr<MainWindow> m_window;
};

QTEST_MAIN(TestShell)
#include "tst_shell.moc"
