#include "tests/support.h"
#include "tests/ui/panel_values.h"
#include "ui/environments/deploy_page.h"
#include "ui/environments/environments_panel.h"
#include "ui/pipelines/job_graph.h"
#include "ui/pipelines/pipelines_panel.h"
#include "ui/pipelines/run_page.h"
#include "ui/releases/releases_panel.h"
#include "ui/releases/releases_view.h"
#include "ui/widgets/log_view.h"
#include "ui/widgets/plan_view.h"

#include <QScrollBar>
#include <QSignalSpy>
#include <QTest>
#include <QToolButton>

using namespace Qt::StringLiterals;
using namespace analemma;
using namespace analemma::made;
using namespace analemma::ui;

class TestPanelsRun : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init() { m_stage = std::make_unique<Stage>(); }
    void cleanup() { m_stage.reset(); }

    // ---- pipelines ------------------------------------------------------------------------------

    void jobsStandInColumnsByTheirLongestWay()
    {
        const GraphLayout layout =
            layoutJobs({job(u"pack"_s, pipeline::State::Waiting, {u"test"_s, u"build"_s}),
                        job(u"build"_s, pipeline::State::Passed, {}),
                        job(u"lint"_s, pipeline::State::Passed, {}),
                        job(u"test"_s, pipeline::State::Passed, {u"build"_s})});
        QCOMPARE(layout.cells[u"build"_s], QPoint(0, 0));
        QCOMPARE(layout.cells[u"lint"_s], QPoint(0, 1));
        QCOMPARE(layout.cells[u"test"_s].x(), 1);
        QCOMPARE(layout.cells[u"pack"_s].x(), 2);
        QCOMPARE(layout.columns, 3);
        QCOMPARE(layout.rows, 2);
    }

    void aRingOfNeedsEndsTheLayout()
    {
        const GraphLayout layout = layoutJobs({job(u"a"_s, pipeline::State::Waiting, {u"b"_s}),
                                               job(u"b"_s, pipeline::State::Waiting, {u"a"_s})});
        QCOMPARE(layout.cells.size(), 2);
        QVERIFY(layout.columns <= 2);
    }

    void theChainOfTheHoveredJobIsLit()
    {
        JobGraph graph;
        graph.setJobs(run(u"r1"_s, 1, pipeline::State::Passed).jobs, made::now());
        graph.resize(graph.sizeHint());
        graph.show();
        const auto lit = [&graph](const QString& name) {
            const QRect pill = graph.pillOf(name);
            return graph.grab().toImage().pixelColor(pill.left(), pill.center().y() - 14) ==
                   colour(Token::Accent);
        };
        QVERIFY(!lit(u"pack"_s));
        QTest::mouseMove(&graph, graph.pillOf(u"test"_s).center());
        QTRY_VERIFY(lit(u"test"_s));
        QVERIFY(lit(u"build"_s));
        QVERIFY(lit(u"pack"_s));
        QVERIFY(!lit(u"lint"_s));
    }

    void clicksAndKeysChooseJobs()
    {
        auto* panel = m_stage->open<PipelinesPanel>();
        panel->setRuns(
            {run(u"r2"_s, 2, pipeline::State::Failed), run(u"r1"_s, 1, pipeline::State::Passed)},
            made::now());
        panel->select(u"r2"_s);
        RunPage* page = panel->page();
        QVERIFY(page->isVisible());
        QCOMPARE(page->currentJob(), u"test"_s);  // the failed one first
        QCOMPARE(page->currentStep(), 1);
        auto* graph = panel->findChild<JobGraph*>(u"job-graph"_s);
        QTest::mouseClick(graph, Qt::LeftButton, {}, graph->pillOf(u"build"_s).center());
        QCOMPARE(page->currentJob(), u"build"_s);
        QTest::keyClick(graph, Qt::Key_Right);
        QCOMPARE(page->currentJob(), u"lint"_s);
        QTest::keyClick(graph, Qt::Key_Left);
        QCOMPARE(page->currentJob(), u"build"_s);
        QVERIFY(panel->stepBack());
        QVERIFY(!page->isVisible());
        QVERIFY(!panel->stepBack());
    }

    void logPiecesAreAppendedAndTheFirstErrorIsInView()
    {
        auto* panel = m_stage->open<PipelinesPanel>();
        panel->setRuns({run(u"r2"_s, 2, pipeline::State::Failed)}, made::now());
        panel->select(u"r2"_s);
        RunPage* page = panel->page();
        LogView* log = page->logPane()->log();
        page->appendLog(u"build"_s, 0, "of another job\n");
        QVERIFY(log->lineCount() <= 1);
        QCOMPARE(page->logOffset(), 0);
        QByteArray first;
        for (int i = 0; i < 300; ++i) {
            first += i == 150 ? "error: price is 1.10, expected 1.19\n" : "line\n";
        }
        page->appendLog(u"test"_s, 1, first);
        page->appendLog(u"test"_s, 1, "the end");
        QCOMPARE(page->logOffset(), first.size() + 7);
        QCOMPARE(log->firstError(), 150);
        QCOMPARE(log->line(300), u"the end"_s);
        const auto inView = [log] {
            const int top = log->verticalScrollBar()->value();
            return top <= 150 && 150 < top + std::max(1, log->verticalScrollBar()->pageStep());
        };
        QTRY_VERIFY(inView());
        log->verticalScrollBar()->setValue(0);
        click(panel->findChild<QToolButton*>(u"log.error"_s));
        QTRY_VERIFY(inView());
    }

    void aRunThatRunsCanBeCancelledAnEndedOneRunAgain()
    {
        auto* panel = m_stage->open<PipelinesPanel>();
        panel->setRuns(
            {run(u"r2"_s, 2, pipeline::State::Running), run(u"r1"_s, 1, pipeline::State::Passed)},
            made::now());
        panel->select(u"r2"_s);
        const QSignalSpy cancelled(panel->page(), &RunPage::cancelPressed);
        const QSignalSpy again(panel->page(), &RunPage::againPressed);
        QVERIFY(!button(panel->page(), u"again"_s)->isVisible());
        click(button(panel->page(), u"cancel"_s));
        QCOMPARE(cancelled.value(0).value(0).toString(), u"r2"_s);
        panel->select(u"r1"_s);
        QVERIFY(!button(panel->page(), u"cancel"_s)->isVisible());
        click(button(panel->page(), u"again"_s));
        QCOMPARE(again.value(0).value(0).toString(), u"shop"_s);
    }

    // ---- releases -------------------------------------------------------------------------------

    void theProposedVersionIsChecked()
    {
        auto* panel = m_stage->open<ReleasesPanel>();
        QTest::keyClick(panel, Qt::Key_N, Qt::ControlModifier);
        auto* page = panel->findChild<ProposalPage*>(u"proposal-page"_s);
        QTRY_VERIFY(page->isVisible());
        Button* create = button(page, u"create"_s);
        QVERIFY(!create->isEnabled());
        QVERIFY(!create->toolTip().isEmpty());
        release::Proposal proposal;
        proposal.version = u"1.5.0"_s;
        proposal.commit = u"a1b2c3d4e5f60718293a4b5c6d7e8f9001122334"_s;
        proposal.reason = u"1 feature since 1.4.1"_s;
        proposal.changeLog = u"### Added\n- wish list\n"_s;
        page->setProposal(proposal);
        QVERIFY(create->isEnabled());
        const QSignalSpy made(page, &ProposalPage::createPressed);
        auto* version = page->findChild<QLineEdit*>(u"version"_s);
        type(version, u"1.5"_s);
        QVERIFY(!create->isEnabled());
        QVERIFY(!create->toolTip().isEmpty());
        QTest::keyClick(version, Qt::Key_Return);
        QCOMPARE(made.size(), 0);
        type(version, u"1.5.1"_s);
        QVERIFY(create->isEnabled());
        QTest::keyClick(version, Qt::Key_Return);
        QCOMPARE(made.value(0).value(0).toString(), u"1.5.1"_s);
    }

    void aReleaseIsApprovedWithAWordAndDeployedElsewhere()
    {
        auto* panel = m_stage->open<ReleasesPanel>();
        panel->setReleases({version(u"1.10.0"_s), version(u"1.9.0"_s)},
                           {{{u"1.9.0"_s, version(u"1.9.0"_s).commit}, {u"production"_s}}},
                           made::now());
        panel->select(u"1.9.0"_s);
        QTRY_VERIFY(panel->page()->isVisible());
        QVERIFY(wordsIn(panel->page()).contains(u"v1.9.0"_s));
        const QSignalSpy approved(panel->page(), &ReleasePage::approvePressed);
        const QSignalSpy door(panel, &Panel::openPanel);
        type(panel->page()->findChild<QLineEdit*>(u"comment"_s), u"looks right"_s);
        click(button(panel->page(), u"approve"_s));
        QCOMPARE(approved.value(0), (QList<QVariant>{u"1.9.0"_s, u"looks right"_s}));
        click(button(panel->page(), u"deploy"_s));
        QCOMPARE(door.value(0), (QList<QVariant>{u"environments"_s, u"1.9.0"_s}));
    }

    // ---- environments ---------------------------------------------------------------------------

    void rollBackNamesItsTarget()
    {
        auto* panel = m_stage->open<EnvironmentsPanel>();
        panel->setEnvironments({environment(u"qa"_s, false), environment(u"production"_s, true)},
                               {{u"production"_s, warmTarget()}}, {version(u"1.4.2"_s)},
                               made::now());
        EnvironmentCard* production = panel->card(u"production"_s);
        QVERIFY(production->isFramed());
        QVERIFY(!panel->card(u"qa"_s)->isFramed());
        QTRY_VERIFY(production->y() < panel->card(u"qa"_s)->y());
        Button* back = button(production, u"rollback"_s);
        QVERIFY(back->text().contains(u"1.4.0"_s));
        QCOMPARE(back->hint(), u"warm, about 40 ms"_s);
        const QSignalSpy asked(production, &EnvironmentCard::rollbackAsked);
        click(back);
        QCOMPARE(asked.value(0).value(0).toString(), u"production"_s);
        Button* none = button(panel->card(u"qa"_s), u"rollback"_s);
        QVERIFY(!none->isEnabled());
        QVERIFY(!none->toolTip().isEmpty());
    }

    void rollBackWithoutAnImageSaysThatItBakes()
    {
        auto* panel = m_stage->open<EnvironmentsPanel>();
        deploy::RollbackTarget target = warmTarget();
        target.warm = false;
        target.baked = false;
        panel->setEnvironments({environment(u"production"_s, true)}, {{u"production"_s, target}},
                               {version(u"1.4.2"_s)}, made::now());
        Button* back = button(panel->card(u"production"_s), u"rollback"_s);
        QVERIFY(back->isEnabled());
        QCOMPARE(back->hint(), u"bakes its image again"_s);
        target.baked = true;
        panel->setEnvironments({environment(u"production"_s, true)}, {{u"production"_s, target}},
                               {version(u"1.4.2"_s)}, made::now());
        QCOMPARE(back->hint(), u"from its image"_s);
    }

    void refusedButtonsSayWhy()
    {
        auto* panel = m_stage->open<EnvironmentsPanel>();
        deploy::EnvironmentView busy = environment(u"production"_s, true);
        busy.operation = u"op-1"_s;
        busy.operationTitle = u"Deploy 1.4.2"_s;
        panel->setEnvironments({busy, environment(u"qa"_s, false)}, {}, {version(u"1.4.1"_s)},
                               made::now());
        for (const QString& name : {u"deploy"_s, u"rollback"_s}) {
            QVERIFY(!button(panel->card(u"production"_s), name)->isEnabled());
            QVERIFY(
                button(panel->card(u"production"_s), name)->toolTip().contains(u"Deploy 1.4.2"_s));
        }
        // 1.4.1 is live in qa already: nothing to deploy.
        QVERIFY(!button(panel->card(u"qa"_s), u"deploy"_s)->isEnabled());
        QVERIFY(button(panel->card(u"qa"_s), u"deploy"_s)->toolTip().contains(u"qa"_s));
    }

    void theCardOpensThePlanBeside()
    {
        auto* panel = m_stage->open<EnvironmentsPanel>();
        panel->setEnvironments({environment(u"production"_s, true)}, {},
                               {version(u"1.4.2"_s), version(u"1.4.1"_s)}, made::now());
        click(button(panel->card(u"production"_s), u"deploy"_s));
        DeployPage* page = panel->deployPage();
        QTRY_VERIFY(page->isVisible());
        QCOMPARE(page->environment(), u"production"_s);
        QCOMPARE(page->release(), u"1.4.2"_s);
        click(button(page, u"cancel"_s));
        QVERIFY(!page->isVisible());
        // Esc does not leave it while it runs.
        click(button(panel->card(u"production"_s), u"deploy"_s));
        page->setOperation(made::runningDeploy());
        QVERIFY(!panel->stepBack());
        QVERIFY(page->isVisible());
    }

    void deployIsPlannedThenGoneThenCancelled()
    {
        DeployPage page;
        page.resize(600, 700);
        page.begin(u"production"_s, true, {u"1.4.2"_s, u"1.4.1"_s}, u"1.4.2"_s);
        page.show();
        Button* go = button(&page, u"go"_s);
        Button* cancel = button(&page, u"cancel"_s);
        QVERIFY(!go->isEnabled());
        QVERIFY(!go->toolTip().isEmpty());
        page.setPreview(made::deployPreview());
        QVERIFY(go->isEnabled());
        QCOMPARE(page.findChild<PlanView*>(u"plan"_s)->model()->rowCount(), 7);
        const QSignalSpy gone(&page, &DeployPage::goPressed);
        const QSignalSpy cancelled(&page, &DeployPage::cancelPressed);
        const QSignalSpy closed(&page, &DeployPage::closePressed);
        click(go);
        QCOMPARE(page.environment(), u"production"_s);
        QCOMPARE(page.release(), u"1.4.2"_s);
        QVERIFY(!go->isVisible());
        QVERIFY(!cancel->isEnabled());  // there is no operation to cancel yet
        engine::Operation operation = made::runningDeploy();
        page.setOperation(operation);
        click(cancel);
        QCOMPARE(cancelled.value(0).value(0).toString(), operation.id);
        operation.state = u"finished"_s;
        operation.outcome = engine::Outcome::Cancelled;
        page.setOperation(operation);
        click(cancel);
        QCOMPARE(closed.size(), 1);
        QCOMPARE(gone.size(), 1);
    }

    void aPlanThatCannotBeDoneSaysWhy()
    {
        DeployPage page;
        page.begin(u"production"_s, true, {u"1.4.2"_s}, u"1.4.2"_s);
        engine::Preview preview;
        preview.possible = false;
        preview.reason = u"1 approval is missing"_s;
        page.setPreview(preview);
        QVERIFY(!button(&page, u"go"_s)->isEnabled());
        QVERIFY(page.findChild<QLabel*>(u"note"_s)->text().contains(u"approval"_s));
    }

private:
    std::unique_ptr<Stage> m_stage;
};

QTEST_MAIN(TestPanelsRun)
#include "tst_panels_run.moc"
