#include "core/operate/runbooks.h"
#include "tests/ssh/private_sshd.h"
#include "tests/support.h"
#include "tests/ui/fleet_values.h"
#include "tests/ui/made.h"
#include "ui/fleet/fleet_desk.h"
#include "ui/fleet/fleet_setup.h"
#include "ui/fleet/fleet_words.h"
#include "ui/fleet/group_view.h"
#include "ui/fleet/step_grid.h"
#include "ui/servers/servers_panel.h"
#include "ui/widgets/data_table.h"
#include "ui/widgets/log_view.h"
#include "ui/widgets/parts.h"
#include "ui/widgets/plan_view.h"

#include <QAccessible>
#include <QCheckBox>
#include <QComboBox>
#include <QLineEdit>
#include <QMenu>
#include <QPlainTextEdit>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace analemma;
using namespace analemma::ui;
using namespace analemma::test;
using operate::StepState;

namespace {

Task<Result<ssh::ChosenSession>> connectTo(ssh::Client* client, ssh::Target target,
                                           CancelToken cancel)
{
    const ssh::ConnectOptions options;
    Result<std::shared_ptr<ssh::Session>> session =
        co_await client->connectTo(target, options, cancel);
    if (!session) {
        co_return session.error();
    }
    ssh::ChosenSession chosen;
    chosen.session = *session;
    co_return chosen;
}

Task<Result<QList<operate::Host>>> listOf(QList<operate::Host> hosts)
{
    co_return hosts;
}

class NoSecrets : public store::SecretSource {
public:
    Task<Result<Secret>> secret(QString) override { return none(); }
    static Task<Result<Secret>> none() { co_return Error(ErrorKind::NotFound, u"there is none"_s); }
};

/// The servers panel upon a real core and two real servers.
struct World {
    ssh::Library library;
    QTemporaryDir folder;
    SystemClock clock;
    NoSecrets secrets;
    PrivateSshd first{{u"ed25519"_s}, {}, 20};
    PrivateSshd second{{u"ed25519"_s}, {}, 21};
    ssh::Client client{1};
    std::unique_ptr<store::Store> store;
    std::unique_ptr<engine::Engine> engine;
    std::unique_ptr<operate::Fleet> fleet;
    std::unique_ptr<operate::Runbooks> runbooks;
    std::unique_ptr<Theme> theme = std::make_unique<Theme>();
    std::unique_ptr<ServersPanel> panel;

    ~World()
    {
        if (engine) {
            (void)await(engine->suspendAll());
        }
    }
    QString start()
    {
        for (PrivateSshd* one : {&first, &second}) {
            if (const QString problem = one->start(); !problem.isEmpty()) {
                return problem;
            }
        }
        auto opened = store::Store::open(folder.path());
        if (!opened) {
            return opened.error().message;
        }
        store = std::move(*opened);
        engine = std::make_unique<engine::Engine>(store.get(), &clock, u"shop"_s, u"test"_s);
        QList<operate::Host> hosts = made::hosts(3);
        hosts[2].production = false;
        hosts[2].environment = u"qa"_s;
        fleet = std::make_unique<operate::Fleet>(
            store.get(), engine.get(), &secrets, [hosts] { return listOf(hosts); },
            [this](const QString& name, const CancelToken& cancel) {
                return connectTo(&client, (name.endsWith(u'3') ? second : first).target(), cancel);
            },
            &clock);
        runbooks = std::make_unique<operate::Runbooks>(store.get());
        Context context;
        context.workspace.name = u"shop"_s;
        context.clock = &clock;
        context.engine = engine.get();
        context.fleet = fleet.get();
        context.runbooks = runbooks.get();
        panel = std::make_unique<ServersPanel>(context);
        panel->resize(1104, 716);
        panel->show();
        return {};
    }
    template <class W>
    W* find(const char* name)
    {
        W* found = panel->findChild<W*>(QString::fromLatin1(name));
        return found;
    }
    void click(const char* name)
    {
        auto* button = find<QAbstractButton>(name);
        QVERIFY2(button != nullptr && button->isEnabled() && button->isVisible(),
                 qPrintable(QString::fromLatin1(name) + u": "_s +
                            (button == nullptr ? u"missing"_s : button->toolTip())));
        QTest::mouseClick(button, Qt::LeftButton);
    }
    void type(const char* name, const QString& text)
    {
        auto* field = find<QWidget>(name);
        QVERIFY2(field != nullptr && field->isVisible(), name);
        QTest::mouseClick(field, Qt::LeftButton);
        QTest::keyClick(field, Qt::Key_A, Qt::ControlModifier);
        QTest::keyClick(field, Qt::Key_Delete);
        QTest::keyClicks(field, text);
    }
    [[nodiscard]] bool isEnabled(const char* name)
    {
        auto* button = find<QAbstractButton>(name);
        return button != nullptr && button->isEnabled();
    }
};

}  // namespace

class TestFleetPage : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void differences_data();
    void differences();
    void words();
    void gridByStateAndKeys();
    void groupsAndDifference();
    void setupCounts();
    void setupInputs();
    void aTextOfAFileIsApprovedFirst();
    void runsOnRealServers();
    void namesForAll();
};

void TestFleetPage::differences_data()
{
    QTest::addColumn<QByteArray>("a");
    QTest::addColumn<QByteArray>("b");
    QTest::addColumn<QByteArray>("difference");
    QTest::newRow("equal") << QByteArray("x\ny\n") << QByteArray("x\ny\n") << QByteArray();
    QTest::newRow("changed") << QByteArray("x\ny\nz\n") << QByteArray("x\nq\nz\n")
                             << QByteArray(" x\n-y\n+q\n z\n");
    QTest::newRow("added at the end")
        << QByteArray("x\n") << QByteArray("x\ny\n") << QByteArray(" x\n+y\n");
    QTest::newRow("nothing before") << QByteArray() << QByteArray("y\n") << QByteArray("+y\n");
    QTest::newRow("left out") << QByteArray("1\n2\n3\n4\n5\n6\n")
                              << QByteArray("1\n2\n3\n4\n5\n7\n")
                              << QByteArray("@@\n 3\n 4\n 5\n-6\n+7\n");
}

void TestFleetPage::differences()
{
    QFETCH(QByteArray, a);
    QFETCH(QByteArray, b);
    QFETCH(QByteArray, difference);
    QCOMPARE(lineDifference(a, b), difference);
}

void TestFleetPage::words()
{
    const operate::FleetView view = made::fleetView(12);
    QCOMPARE(groupTitle(grouped(view.steps).first()), u"7 servers said the same"_s);
    for (const operate::HostStep& step : view.steps) {
        QVERIFY(spokenStep(step).startsWith(step.host + u", "_s));
    }
}

void TestFleetPage::gridByStateAndKeys()
{
    const Theme theme;
    FleetPage page;
    page.resize(1104, 700);
    page.show();
    page.setView(made::fleetView(40));
    StepGrid* grid = page.grid();
    QCOMPARE(grid->model()->rowCount(), 40);
    // By the chip of a state, with a click.
    Chip* failed = nullptr;
    for (Chip* chip : page.findChildren<Chip*>()) {
        if (chip->id() == "failed"_L1) {
            failed = chip;
        }
    }
    QVERIFY(failed != nullptr && failed->isVisible());
    QTest::mouseClick(failed, Qt::LeftButton);
    QVERIFY(grid->model()->rowCount() > 0 && grid->model()->rowCount() < 40);
    for (int i = 0; i < grid->model()->rowCount(); ++i) {
        const QString spoken = grid->model()->index(i, 0).data(Qt::AccessibleTextRole).toString();
        QVERIFY2(spoken.contains(u"failed"_s), qPrintable(spoken));
    }
    // Arrow keys go from tile to tile, and the chosen one's words are shown.
    QTest::mouseClick(page.findChildren<Chip*>().value(0), Qt::LeftButton);
    grid->selectHost(u"web-1"_s);
    grid->setFocus();
    QTest::keyClick(grid, Qt::Key_Right);
    QCOMPARE(grid->currentHost(), u"web-2"_s);
    QTest::keyClick(grid, Qt::Key_Down);
    QVERIFY(grid->currentHost() != u"web-2"_s);
}

void TestFleetPage::groupsAndDifference()
{
    const Theme theme;
    GroupView view;
    view.resize(700, 300);
    view.show();
    QStringList wanted;
    connect(&view, &GroupView::outputWanted, &view,
            [&](const QString& sha256) { wanted.append(sha256); });
    const operate::FleetView fleet = made::fleetView(12);
    view.setSteps(fleet.steps);
    QTRY_VERIFY(wanted.contains(made::fleetOutputKey(0)));
    view.setOutput(made::fleetOutputKey(0), made::fleetOutput(0));
    QTRY_COMPARE(view.log()->text(), made::fleetOutput(0));
    auto* difference = view.findChild<QCheckBox*>(u"fleet-difference"_s);
    QVERIFY(!difference->isEnabled());
    view.showHost(u"web-3"_s);
    QTRY_VERIFY(wanted.contains(made::fleetOutputKey(1)));
    view.setOutput(made::fleetOutputKey(1), made::fleetOutput(1));
    QTRY_COMPARE(view.log()->text(), made::fleetOutput(1));
    QVERIFY(difference->isEnabled());
    QTest::mouseClick(difference, Qt::LeftButton, {}, QPoint(8, difference->height() / 2));
    QTRY_VERIFY(view.log()->text().contains("\n-") || view.log()->text().startsWith("-"));
    QVERIFY(view.log()->text().contains("+"));
}

void TestFleetPage::setupCounts()
{
    const Theme theme;
    FleetSetup setup;
    setup.resize(344, 600);
    setup.show();
    setup.setHosts(made::hosts(12));
    auto* query = setup.findChild<QLineEdit*>(u"fleet-query"_s);
    auto* count = setup.findChild<Text*>(u"fleet-count"_s);
    auto* run = setup.findChild<QAbstractButton*>(u"fleet-run"_s);
    QTest::keyClicks(query, u"env=qa"_s);
    QCOMPARE(count->text(), u"4 servers"_s);
    QVERIFY(!run->isEnabled());
    QTest::keyClicks(setup.findChild<QPlainTextEdit*>(u"fleet-command"_s), u"uptime"_s);
    QVERIFY(run->isEnabled());
    QCOMPARE(setup.request()->hosts.size(), 4);
    query->clear();
    QTest::keyClicks(query, u"nothing-*"_s);
    QCOMPARE(count->text(), u"No server fits."_s);
    QVERIFY(!run->isEnabled());
    // Production is looked at first.
    query->clear();
    QTest::keyClicks(query, u"web-*"_s);
    QVERIFY2(count->text().contains(u"of production"_s), qPrintable(count->text()));
    QVERIFY(!run->isEnabled());
    QVERIFY(run->toolTip().contains(u"preview first"_s));
    setup.setPreviewed(*setup.request());
    QVERIFY(run->isEnabled());
    QTest::keyClicks(setup.findChild<QPlainTextEdit*>(u"fleet-command"_s), u" -p"_s);
    QVERIFY(!run->isEnabled());
    // A chip writes the term.
    for (Chip* chip : setup.findChildren<Chip*>()) {
        if (chip->id() == "env=qa"_L1) {
            QTest::mouseClick(chip, Qt::LeftButton);
        }
    }
    QCOMPARE(query->text(), u"env=qa"_s);
}

void TestFleetPage::setupInputs()
{
    const Theme theme;
    FleetSetup setup;
    setup.resize(344, 700);
    setup.show();
    setup.setHosts(made::hosts(3));
    QTest::keyClicks(setup.findChild<QLineEdit*>(u"fleet-query"_s), u"web-*"_s);
    setup.setMissing(u"provider ocean could not list its servers"_s);
    QVERIFY(setup.findChild<Text*>(u"fleet-count"_s)->text().contains(u"ocean could not"_s));
    setup.setMissing({});
    QVERIFY(!setup.findChild<Text*>(u"fleet-count"_s)->text().contains(u"ocean"_s));
    auto* command = setup.findChild<QPlainTextEdit*>(u"fleet-command"_s);
    QTest::keyClicks(command, u"systemctl restart {{service}}"_s);
    auto* field = setup.findChild<QLineEdit*>(u"fleet-input-service"_s);
    QVERIFY(field != nullptr && field->isVisible());
    QVERIFY(!setup.request());
    QTest::keyClicks(field, u"my app; reboot"_s);
    VERIFY_OK(setup.request());
    QCOMPARE(setup.request()->command, u"systemctl restart 'my app; reboot'"_s);
    // Saved as a runbook, with the value as its preset.
    operate::Runbook saved;
    connect(&setup, &FleetSetup::savePressed, &setup,
            [&](const operate::Runbook& runbook) { saved = runbook; });
    QTest::mouseClick(setup.findChild<QAbstractButton*>(u"fleet-save-open"_s), Qt::LeftButton);
    QTest::keyClicks(setup.findChild<QLineEdit*>(u"fleet-save-name"_s), u"restart"_s);
    QTest::mouseClick(setup.findChild<QAbstractButton*>(u"fleet-save"_s), Qt::LeftButton);
    QCOMPARE(saved.name, u"restart"_s);
    QCOMPARE(saved.query, QStringList(u"web-*"_s));
    QCOMPARE(saved.inputs.value(0).preset.value_or(QString()), u"my app; reboot"_s);
    // And chosen again.
    setup.setRunbooks({saved});
    command->clear();
    auto* runbook = setup.findChild<QComboBox*>(u"fleet-runbook"_s);
    runbook->setFocus();
    QTest::keyClick(runbook, Qt::Key_Down);
    QCOMPARE(command->toPlainText(), u"systemctl restart {{service}}"_s);
    QCOMPARE(setup.request()->command, u"systemctl restart 'my app; reboot'"_s);
    QCOMPARE(setup.request()->runbook, u"restart"_s);
}

/// A runbook that came from a file is read and approved before it runs; a changed one shows what
/// has changed, and the approval of the one before says nothing about it.
void TestFleetPage::aTextOfAFileIsApprovedFirst()
{
    World w;
    const QString problem = w.start();
    QVERIFY2(problem.isEmpty(), qPrintable(problem));
    operate::Runbook runbook;
    runbook.name = u"tidy"_s;
    runbook.command = u"echo tidy\necho done"_s;
    runbook.query = {u"env=qa"_s};
    VERIFY_OK(await(w.runbooks->save(runbook, operate::TextSource::File)));
    w.panel->findChild<QAction*>(u"servers.fleet"_s)->trigger();
    auto* names = w.find<QComboBox>("fleet-runbook");
    QTRY_COMPARE(names->count(), 2);
    QTRY_VERIFY(!w.find<FleetSetup>("fleet-setup")->findChildren<Chip*>().isEmpty());
    QVERIFY(!w.find<Text>("fleet-approval")->isVisible());
    names->setFocus();
    QTest::keyClick(names, Qt::Key_Down);
    QTRY_VERIFY(w.find<Text>("fleet-approval")->isVisible());
    QVERIFY(w.find<Text>("fleet-approval")->text().contains(u"came from a file"_s));
    QVERIFY(!w.find<QAbstractButton>("fleet-what-changed")->isVisible());
    QVERIFY(!w.isEnabled("fleet-run"));
    QVERIFY(w.isEnabled("fleet-preview"));
    w.click("fleet-approve");
    QTRY_VERIFY(w.isEnabled("fleet-run"));
    QVERIFY(!w.find<Text>("fleet-approval")->isVisible());
    w.click("fleet-run");
    QVERIFY(!w.isEnabled("fleet-run"));  // at once: a second press finds nothing to press
    QTRY_VERIFY_WITH_TIMEOUT(w.panel->fleet()->view().operation.isFinished(), 20'000);
    QCOMPARE(await(w.fleet->list(10)).valueOr({}).size(), 1);

    runbook.command = u"echo tidy\nrm -rf /srv/data\necho done"_s;
    VERIFY_OK(await(w.runbooks->save(runbook, operate::TextSource::File)));
    w.click("fleet-back");
    w.panel->findChild<QAction*>(u"servers.fleet"_s)->trigger();
    QTRY_VERIFY(w.find<FleetSetup>("fleet-setup")->chosenRunbook()->command.contains(u"rm"_s));
    QTest::keyClick(names, Qt::Key_Up);
    QTest::keyClick(names, Qt::Key_Down);
    QTRY_VERIFY(w.find<Text>("fleet-approval")->isVisible());
    QVERIFY(w.find<QAbstractButton>("fleet-what-changed")->isVisible());
    QVERIFY(!w.isEnabled("fleet-run"));
    QVERIFY(w.find<LogView>("fleet-call")->text().contains("+rm -rf /srv/data"));
    QVERIFY(!w.find<LogView>("fleet-call")->text().contains("+echo tidy"));
    // Pressed all the same, as by a key that was on its way: nothing runs.
    Q_EMIT w.find<FleetSetup>("fleet-setup")->runPressed();
    QTest::qWait(200);
    QCOMPARE(await(w.fleet->list(10)).valueOr({}).size(), 1);
}

/// From the panel's button to what the servers said, and again on the one that failed.
void TestFleetPage::runsOnRealServers()
{
    World w;
    const QString problem = w.start();
    QVERIFY2(problem.isEmpty(), qPrintable(problem));
    w.second.write(u"odd"_s, "yes");
    w.panel->findChild<QAction*>(u"servers.fleet"_s)->trigger();
    QTRY_VERIFY(w.find<QLineEdit>("fleet-query")->isVisible());
    QTRY_VERIFY(!w.find<FleetSetup>("fleet-setup")->findChildren<Chip*>().isEmpty());
    w.type("fleet-query", u"web-*"_s);
    w.type("fleet-command", u"echo said; if [ -e ~/odd ]; then echo odd; exit 3; fi"_s);
    QVERIFY2(!w.isEnabled("fleet-run"), "production is previewed first");
    w.click("fleet-preview");
    QTRY_VERIFY(w.isEnabled("fleet-run"));
    QCOMPARE(w.find<PlanView>("fleet-plan")->model()->rowCount(), 4);
    QVERIFY(w.find<LogView>("fleet-call")->text().contains("echo said; if"));
    w.click("fleet-run");
    QTRY_COMPARE_WITH_TIMEOUT(w.find<StepGrid>("fleet-grid")->model()->rowCount(), 3, 10'000);
    QTRY_COMPARE_WITH_TIMEOUT(w.panel->fleet()->view().operation.outcome, engine::Outcome::Failed,
                              20'000);
    QCOMPARE(w.find<Text>("fleet-summary")->text(), u"2 ok, 1 failed: web-3: exit code 3."_s);
    QTRY_COMPARE(w.find<LogView>("fleet-output")->text(), QByteArray("said\n"));
    w.find<StepGrid>("fleet-grid")->selectHost(u"web-3"_s);
    QTRY_COMPARE(w.find<LogView>("fleet-output")->text(), QByteArray("said\nodd\n"));

    w.click("fleet-again");
    QTRY_COMPARE(w.find<QLineEdit>("fleet-query")->text(), u"web-3"_s);
    QTRY_VERIFY(w.find<PlanView>("fleet-plan")->isVisible());
    QFile::remove(w.second.path(u"odd"_s));
    QTRY_VERIFY(w.isEnabled("fleet-run"));
    w.click("fleet-run");
    QTRY_COMPARE_WITH_TIMEOUT(w.panel->fleet()->view().operation.outcome, engine::Outcome::Ok,
                              20'000);
    QVERIFY(!w.find<QAbstractButton>("fleet-again")->isVisible());

    // Cancel ends what runs; what it wrote so far is seen meanwhile.
    w.type("fleet-command", u"echo waiting; sleep 600"_s);
    w.click("fleet-run");
    QTRY_VERIFY_WITH_TIMEOUT(w.find<QAbstractButton>("fleet-cancel")->isVisible(), 10'000);
    QTRY_COMPARE_WITH_TIMEOUT(w.find<LogView>("fleet-output")->text(), QByteArray("waiting\n"),
                              10'000);
    w.click("fleet-cancel");
    QTRY_COMPARE_WITH_TIMEOUT(w.panel->fleet()->view().operation.outcome,
                              engine::Outcome::Cancelled, 20'000);
    // Esc goes back to the list of servers.
    QVERIFY(w.panel->stepBack());
    QVERIFY(!w.panel->fleet()->isVisible());
}

/// Every control that takes the focus says what it is.
void TestFleetPage::namesForAll()
{
    const Theme theme;
    FleetPage page;
    page.resize(1104, 700);
    page.show();
    page.setup()->setHosts(made::hosts(12));
    page.setView(made::fleetView(12));
    for (const QWidget* widget : page.findChildren<QWidget*>()) {
        if (widget->focusPolicy() == Qt::NoFocus || !widget->isVisible() ||
            widget->parentWidget()->inherits("QAbstractSpinBox")) {
            continue;
        }
        QAccessibleInterface* face =
            QAccessible::queryAccessibleInterface(const_cast<QWidget*>(widget));
        QVERIFY(face != nullptr);
        QVERIFY2(!face->text(QAccessible::Name).isEmpty() || !widget->accessibleName().isEmpty(),
                 qPrintable(u"%1 %2"_s.arg(QLatin1StringView(widget->metaObject()->className()),
                                           widget->objectName())));
    }
}

QTEST_MAIN(TestFleetPage)
#include "tst_fleet_page.moc"
