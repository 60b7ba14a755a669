#include "tests/ssh/private_sshd.h"
#include "tests/support.h"
#include "tests/ui/panel_values.h"
#include "ui/console/console_area.h"
#include "ui/keys/keys_page.h"
#include "ui/servers/command_pane.h"
#include "ui/servers/server_page.h"
#include "ui/servers/servers_panel.h"
#include "ui/snapshots/bake_page.h"
#include "ui/snapshots/snapshot_page.h"
#include "ui/snapshots/snapshots_panel.h"
#include "ui/widgets/chip_bar.h"
#include "ui/widgets/data_table.h"
#include "ui/widgets/log_view.h"
#include "ui/widgets/parts.h"
#include "ui/widgets/plan_view.h"

#include <QClipboard>
#include <QComboBox>
#include <QGuiApplication>
#include <QMenu>
#include <QProcess>
#include <QSignalSpy>
#include <QTest>
#include <QToolButton>

using namespace Qt::StringLiterals;
using namespace analemma;
using namespace analemma::made;
using namespace analemma::ui;

class TestPanelsStock : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init() { m_stage = std::make_unique<Stage>(); }
    void cleanup() { m_stage.reset(); }

    // ---- servers --------------------------------------------------------------------------------

    void serversAreListedWithTheirHealthAndTheListedOnesToo()
    {
        auto* panel = openServers();
        const RecordModel* model = panel->findChild<DataTable*>(u"servers-table"_s)->model();
        QCOMPARE(model->rowCount(), 4);
        const Record* second = model->record(u"production-4-web-2"_s);
        QVERIFY(second->marked);
        QCOMPARE(second->fields[3].mark, lifecycle::Mark::Ok);  // running is well, it does not turn
        QCOMPARE(second->fields[4].mark, lifecycle::Mark::Failed);
        QCOMPARE(second->fields[5].text, u"127.64.3.2:2222"_s);
        const Record* listed = model->record(u"old-mail"_s);
        QCOMPARE(listed->fields[3].text, u"listed"_s);
        QCOMPARE(listed->fields[5].text, u"mail.example.org:22"_s);
    }

    void theChipsAndTypingNarrowTheList()
    {
        auto* panel = openServers();
        auto* table = panel->findChild<DataTable*>(u"servers-table"_s);
        auto* chips = panel->findChild<ChipBar*>(u"servers.chips"_s);
        const QList<Chip*> all = chips->findChildren<Chip*>();
        QCOMPARE(all.size(), 4);
        click(all[2]);
        QCOMPARE(table->filter()->rowCount(), 2);
        click(all[3]);
        QCOMPARE(table->filter()->rowCount(), 1);
        click(all[0]);
        table->view()->setFocus();
        QTest::keyClicks(table->view(), u"web-2"_s);
        QTRY_COMPARE(table->filter()->rowCount(), 1);
    }

    void theHeadHasThreeButtonsAtMost()
    {
        auto* panel = openServers();
        const auto shown = [panel] {
            QStringList texts;
            for (const auto* one :
                 panel->findChildren<Button*>(QString(), Qt::FindDirectChildrenOnly)) {
                if (one->isVisible()) {
                    texts.prepend(one->text());
                }
            }
            return texts;
        };
        QCOMPARE(shown().size(), 2);
        auto* consoles = button(panel, u"button.servers.consoles"_s);
        QVERIFY(!consoles->isVisible());
        auto* action = panel->findChild<QAction*>(u"servers.consoles"_s);
        QVERIFY(!action->isEnabled());
        QCOMPARE(action->toolTip(), u"No console is open."_s);  // in the palette
        ConsoleTarget target;
        target.server = u"qa-4-web-1"_s;
        target.label = target.server;
        ConsolePage* page = panel->consoles()->open(target);
        QVERIFY(consoles->isVisible());
        QCOMPARE(consoles->text(), u"Consoles (1)"_s);
        QCOMPARE(shown().size(), 3);
        click(consoles);
        QVERIFY(page->isVisible());
        panel->consoles()->close(page);
        QTRY_VERIFY(!consoles->isVisible());
    }

    void whatIsRareIsInTheMenu()
    {
        auto* panel = openServers();
        panel->showConsoles(false);
        panel->select(u"qa-4-web-1"_s);
        auto* more = panel->findChild<QToolButton*>(u"servers.more"_s);
        QCOMPARE(more->accessibleName(), u"More"_s);
        more->setFocus();
        QTest::keyClick(more, Qt::Key_Space);
        auto* menu = panel->findChild<QMenu*>(u"servers.more-menu"_s);
        QTRY_VERIFY(menu->isVisible());
        QStringList ids;
        for (const QAction* one : menu->actions()) {
            ids.append(one->objectName());
        }
        for (const QString& id : {u"servers.files"_s, u"servers.command"_s, u"servers.copy-ssh"_s,
                                  u"servers.keys"_s, u"keys.new"_s}) {
            QVERIFY2(ids.contains(id), qPrintable(id));
        }
        while (menu->activeAction() == nullptr ||
               menu->activeAction()->objectName() != "servers.keys"_L1) {
            const QAction* before = menu->activeAction();
            QTest::keyClick(menu, Qt::Key_Down);
            QVERIFY(menu->activeAction() != before);
        }
        QTest::keyClick(menu, Qt::Key_Return);
        QTRY_VERIFY(panel->keys() != nullptr && panel->keys()->isVisible());
        QVERIFY(!menu->isVisible());
        QVERIFY(panel->stepBack());
        // The keys that did it before still do.
        QCOMPARE(panel->findChild<QAction*>(u"servers.files"_s)->shortcut(),
                 QKeySequence(u"Ctrl+Shift+D"_s));
        QTest::keyClick(panel, Qt::Key_C, Qt::ControlModifier | Qt::ShiftModifier);
        QVERIFY(QGuiApplication::clipboard()->text().startsWith(u"ssh "_s));
    }

    void aProductionServerIsFramedAndOthersAreNot()
    {
        auto* panel = openServers();
        panel->select(u"production-4-web-1"_s);
        QTRY_VERIFY(panel->page()->isVisible());
        QVERIFY(panel->page()->isFramed());
        QVERIFY(wordsIn(panel->page()).contains(u"127.64.3.1:2222"_s));
        panel->select(u"qa-4-web-1"_s);
        QVERIFY(!panel->page()->isFramed());
        QVERIFY(panel->stepBack());
        QVERIFY(!panel->page()->isVisible());
    }

    void aCommandRunsStreamsAndEndsWithItsCode()
    {
        auto* panel = openServers();
        panel->select(u"qa-4-web-1"_s);
        QTest::keyClick(panel, Qt::Key_E, Qt::ControlModifier);
        CommandPane* pane = panel->page()->command();
        Button* runButton = button(pane, u"run"_s);
        QVERIFY(!runButton->isEnabled());
        QVERIFY(!runButton->toolTip().isEmpty());
        // No connections in this test: pressed, it says so and nothing ran.
        auto* field = pane->findChild<QLineEdit*>(u"command"_s);
        const QSignalSpy pressed(panel->page(), &ServerPage::runPressed);
        type(field, u"uptime"_s);
        QTest::keyClick(field, Qt::Key_Return);
        QCOMPARE(pressed.value(0), (QList<QVariant>{u"qa-4-web-1"_s, u"uptime"_s}));
        QTRY_VERIFY(!pane->isRunning());
        QVERIFY(
            pane->findChild<QLabel*>(u"command-note"_s)->text().contains(u"nothing was done"_s));
        QCOMPARE(pane->findChild<StateBadge*>(u"end"_s)->word(), u"not run"_s);
        QTest::keyClick(field, Qt::Key_Up);
        QCOMPARE(field->text(), u"uptime"_s);
    }

    void outputAndEndOfACommandAreShown()
    {
        CommandPane pane(u"web-1"_s);
        pane.show();
        const QSignalSpy stopped(&pane, &CommandPane::stopPressed);
        type(pane.findChild<QLineEdit*>(u"command"_s), u"make all"_s);
        click(button(&pane, u"run"_s));
        QVERIFY(pane.isRunning());
        QVERIFY(!button(&pane, u"run"_s)->isVisible());
        pane.append("one\ntw");
        pane.append("o\n");
        QCOMPARE(pane.log()->line(0), u"one"_s);
        QCOMPARE(pane.log()->line(1), u"two"_s);
        click(button(&pane, u"stop"_s));
        QCOMPARE(stopped.size(), 1);
        ssh::ExecResult result;
        result.exitCode = 3;
        pane.setEnd(result);
        auto* end = pane.findChild<StateBadge*>(u"end"_s);
        QCOMPARE(end->mark(), lifecycle::Mark::Failed);
        QCOMPARE(end->word(), u"exit code 3"_s);
        result.exitCode = 0;
        pane.setEnd(result);
        QCOMPARE(end->mark(), lifecycle::Mark::Ok);
        pane.setEnd(Error(ErrorKind::Network, u"the connection broke"_s));
        QCOMPARE(end->mark(), lifecycle::Mark::Unknown);  // it may have run
    }

    void aListedServerTakesCommandsUnlessThereIsNoWay()
    {
        auto* panel = openServers();
        panel->select(u"old-mail"_s);
        CommandPane* pane = panel->page()->command();
        QVERIFY(pane->findChild<QLineEdit*>(u"command"_s)->isEnabled());
        QVERIFY(panel->findChild<QLabel*>(u"server-detail"_s)->text().contains(u"Listed"_s));
        ServerFacts facts;
        facts.imported = true;
        facts.server.name = u"old-mail"_s;
        facts.problem = u"~/.ssh/config does not name it any more"_s;
        panel->setServers({facts}, made::now());
        QVERIFY(!button(pane, u"run"_s)->isEnabled());
        QVERIFY(button(pane, u"run"_s)->toolTip().contains(u"does not name it"_s));
        QVERIFY(!pane->findChild<QLineEdit*>(u"command"_s)->isEnabled());
    }

    void theCopiedCommandPinsTheKeyAndQuotes()
    {
        auto* panel = openServers();
        panel->select(u"production-4-web-1"_s);
        const QSignalSpy told(panel, &Panel::notice);
        click(button(panel->page(), u"copy-ssh"_s));
        const QString line = QGuiApplication::clipboard()->text();
        QVERIFY(line.startsWith(u"ssh -p 2222 -i '"_s));
        QVERIFY(line.contains(
            u"'KnownHostsCommand=/bin/echo %H ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIB'"_s));
        QVERIFY(line.endsWith(u" -- deploy@127.64.3.1"_s));
        QVERIFY(!line.contains(u"it's"_s));  // the quote does not end the word
        QCOMPARE(told.size(), 1);
        ssh::Target hostile;
        hostile.host = u"web-1"_s;
        hostile.hostKey = u"ssh-ed25519 AAAA;touch"_s;
        QCOMPARE(sshCommandLine(hostile), u"ssh -- web-1"_s);
    }

    // ---- snapshots ------------------------------------------------------------------------------

    void provenanceIsTold()
    {
        auto* panel = openSnapshots();
        auto* table = panel->findChild<DataTable*>(u"snapshots-table"_s);
        table->selectId(u"web-1.4.1-01ab"_s);
        QTest::keyClick(table->view(), Qt::Key_Return);
        QTRY_VERIFY(panel->page()->isVisible());
        const QString words = wordsIn(panel->page());
        for (const QString& word : {u"1.4.1"_s, u"a1b2c3d4e5f6"_s, u"9f8e7d6c"_s, u"base"_s,
                                    u"01hop"_s, u"5f5f5f"_s, u"site.tar.gz"_s, u"777777"_s}) {
            QVERIFY2(words.contains(word), qPrintable(word));
        }
        const QSignalSpy door(panel, &Panel::openPanel);
        click(button(panel->page(), u"show-release"_s));
        QCOMPARE(door.value(0), (QList<QVariant>{u"releases"_s, u"1.4.1"_s}));
    }

    void anImageIsDeletedOnlyByItsName()
    {
        auto* panel = openSnapshots();
        panel->select(u"web-1.4.0-00cd"_s);
        const QSignalSpy pressed(panel->page(), &SnapshotPage::deletePressed);
        Button* remove = button(panel->page(), u"delete"_s);
        auto* name = panel->page()->findChild<QLineEdit*>(u"typed-name"_s);
        QVERIFY(!remove->isEnabled());
        QVERIFY(remove->toolTip().contains(u"web-1.4.0-00cd"_s));
        type(name, u"web-1.4.0"_s);
        QTest::keyClick(name, Qt::Key_Return);
        QVERIFY(!remove->isEnabled());
        QCOMPARE(pressed.size(), 0);
        QTest::keyClicks(name, u"-00cd"_s);
        QVERIFY(remove->isEnabled());
        click(remove);
        QCOMPARE(pressed.value(0).value(0).toString(), u"web-1.4.0-00cd"_s);
        // What it says about a refusal stays while the list is read again.
        panel->page()->setError(Error(ErrorKind::Refused, u"it is needed again"_s));
        panel->setImages({image(u"web-1.4.0-00cd"_s, {})}, {}, made::now());
        QVERIFY(panel->page()->findChild<QLabel*>(u"guard"_s)->text().contains(u"needed again"_s));
        panel->setImages({}, {}, made::now());
        QVERIFY(!panel->page()->isVisible());
    }

    void anImageInUseIsKept()
    {
        auto* panel = openSnapshots();
        panel->select(u"web-1.4.1-01ab"_s);
        Button* remove = button(panel->page(), u"delete"_s);
        QVERIFY(!remove->isEnabled());
        QVERIFY(remove->toolTip().contains(u"production generation 4 (active)"_s));
        QVERIFY(!panel->page()->findChild<QLineEdit*>(u"typed-name"_s)->isEnabled());
        auto* action = panel->findChild<QAction*>(u"snapshots.delete"_s);
        QVERIFY(!action->isEnabled());
        QVERIFY(action->toolTip().contains(u"production generation 4"_s));
        panel->select(u"web-1.4.0-00cd"_s);
        QVERIFY(action->isEnabled());
        // Another image begins with an empty field.
        type(panel->page()->findChild<QLineEdit*>(u"typed-name"_s), u"web-1.4.0-00cd"_s);
        panel->select(u"web-1.4.1-01ab"_s);
        panel->select(u"web-1.4.0-00cd"_s);
        QVERIFY(panel->page()->findChild<QLineEdit*>(u"typed-name"_s)->text().isEmpty());
    }

    void bakeIsPlannedThenGone()
    {
        auto* panel = openSnapshots();
        QTest::keyClick(panel, Qt::Key_N, Qt::ControlModifier);
        BakePage* page = panel->bakePage();
        QTRY_VERIFY(page->isVisible());
        QCOMPARE(page->request().recipe, u"web"_s);
        QCOMPARE(page->request().release, u"1.4.2"_s);
        Button* go = button(page, u"go"_s);
        QVERIFY(!go->isEnabled());
        page->setPreview(made::deployPreview());
        QVERIFY(go->isEnabled());
        const QSignalSpy chosen(page, &BakePage::chosen);
        auto* choice = page->findChild<QComboBox*>(u"release-choice"_s);
        choice->setFocus();
        QTest::keyClick(choice, Qt::Key_Down);
        QCOMPARE(chosen.size(), 1);
        QCOMPARE(page->request().release, u"1.4.1"_s);
        QVERIFY(!go->isEnabled());  // that was the plan of another release
        page->setPreview(made::deployPreview());
        const QSignalSpy gone(page, &BakePage::goPressed);
        const QSignalSpy cancelled(page, &BakePage::cancelPressed);
        click(go);
        QCOMPARE(gone.size(), 1);
        QVERIFY(!button(page, u"cancel"_s)->isEnabled());
        page->setOperation(made::runningDeploy());
        click(button(page, u"cancel"_s));
        QCOMPARE(cancelled.value(0).value(0).toString(), u"op-1"_s);
        engine::Operation done = made::runningDeploy();
        done.state = u"finished"_s;
        done.outcome = engine::Outcome::Ok;
        page->setOperation(done);
        click(button(page, u"cancel"_s));
        QVERIFY(!page->isVisible());
    }

    void hostileNamesAreShownHarmless()
    {
        auto* panel = openServers();
        ServerFacts facts;
        facts.server = server(u"qa"_s, 9);
        facts.server.name = u"web\u202Egnp\n"_s;
        panel->setServers({facts}, made::now());
        const auto* table = panel->findChild<DataTable*>(u"servers-table"_s);
        const QString shown = table->model()->index(0, 0).data().toString();
        QVERIFY(!shown.contains(u'\n') && !shown.contains(QChar(0x202E)));
    }

    // ---- a real one -----------------------------------------------------------------------------

    void aRealServerRunsItStreamsItAndTellsItsCode()
    {
        test::PrivateSshd sshd;
        QCOMPARE(sshd.start(), QString());
        const ssh::Library library;
        ssh::Client client;
        m_stage->context.ssh = &client;
        auto* panel = m_stage->open<ServersPanel>();
        ServerFacts facts;
        facts.server = server(u"qa"_s, 1);
        facts.server.ssh = sshd.target();
        panel->setServers({facts}, now());
        panel->select(facts.name());
        CommandPane* pane = panel->page()->command();
        auto* end = pane->findChild<StateBadge*>(u"end"_s);
        auto* field = pane->findChild<QLineEdit*>(u"command"_s);
        type(field, u"echo begun; sleep 0.6; echo wrong >&2; exit 7"_s);
        QTest::keyClick(field, Qt::Key_Return);
        QTRY_COMPARE_WITH_TIMEOUT(pane->log()->line(0), u"begun"_s, 20'000);
        QVERIFY(pane->isRunning());  // it came while the command ran
        QTRY_COMPARE_WITH_TIMEOUT(end->word(), u"exit code 7"_s, 20'000);
        QVERIFY(pane->log()->text().contains("wrong"));
        type(field, u"echo here; sleep 60"_s);
        click(button(pane, u"run"_s));
        QTRY_COMPARE_WITH_TIMEOUT(pane->log()->line(0), u"here"_s, 20'000);
        click(button(pane, u"stop"_s));
        QTRY_COMPARE_WITH_TIMEOUT(end->word(), u"stopped"_s, 20'000);

        // The copied line, given to a shell, reaches the same server without a question.
        QProcess shell;
        shell.start(u"/bin/sh"_s, {u"-c"_s, sshCommandLine(facts.server.ssh) + u" echo reached"_s});
        QTRY_COMPARE_WITH_TIMEOUT(shell.state(), QProcess::NotRunning, 20'000);
        QCOMPARE(shell.readAllStandardOutput(), QByteArray("reached\n"));
        ssh::Target other = facts.server.ssh;
        other.hostKey =
            u"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBUIGZS5VbBGYUmZU1RxHoNOGYkPhuRBDyhAeaWDtyn1"_s;
        shell.start(u"/bin/sh"_s, {u"-c"_s, sshCommandLine(other) + u" echo reached"_s});
        QTRY_COMPARE_WITH_TIMEOUT(shell.state(), QProcess::NotRunning, 20'000);
        QVERIFY(shell.readAllStandardOutput().isEmpty());
        QVERIFY(shell.exitCode() != 0);
    }

    void emptyPanelsTeach()
    {
        for (Panel* panel : {static_cast<Panel*>(m_stage->open<ServersPanel>()),
                             static_cast<Panel*>(m_stage->open<SnapshotsPanel>())}) {
            const QList<EmptyState*> states = panel->findChildren<EmptyState*>();
            const bool taught =
                std::any_of(states.begin(), states.end(), [panel](const EmptyState* state) {
                    return state->isVisibleTo(panel) && wordsIn(state).size() > 20 &&
                           state->findChild<Button*>() != nullptr;
                });
            QVERIFY2(taught, qPrintable(panel->id()));
            if (const auto* bake = panel->findChild<QAction*>(u"snapshots.bake"_s)) {
                QVERIFY(!bake->isEnabled());
                QVERIFY(bake->toolTip().contains(u"release"_s));
            }
        }
    }

private:
    ServersPanel* openServers()
    {
        workspace::StaticServer mail;
        mail.name = u"old-mail"_s;
        mail.address = u"mail.example.org"_s;
        m_stage->context.workspace.servers[mail.name] = mail;
        auto* panel = m_stage->open<ServersPanel>();
        const QList<infra::Server> servers{server(u"production"_s, 1), server(u"production"_s, 2),
                                           server(u"qa"_s, 1)};
        panel->setServers(
            serverFacts(servers, {environment(u"production"_s, true), environment(u"qa"_s, false)},
                        m_stage->context.workspace),
            made::now());
        return panel;
    }

    SnapshotsPanel* openSnapshots()
    {
        auto* panel = m_stage->open<SnapshotsPanel>();
        panel->setImages({image(u"web-1.4.1-01ab"_s, {u"production generation 4 (active)"_s}),
                          image(u"web-1.4.0-00cd"_s, {})},
                         {version(u"1.4.2"_s), version(u"1.4.1"_s)}, made::now());
        return panel;
    }

    std::unique_ptr<Stage> m_stage;
};

QTEST_MAIN(TestPanelsStock)
#include "tst_panels_stock.moc"
