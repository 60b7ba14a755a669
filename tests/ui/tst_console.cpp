#include "tests/ssh/private_sshd.h"
#include "tests/support.h"
#include "tests/ui/console_parts.h"
#include "tests/ui/panel_values.h"
#include "ui/console/console_area.h"
#include "ui/console/feed_queue.h"
#include "ui/console/ssh_connection.h"
#include "ui/servers/server_page.h"
#include "ui/servers/servers_panel.h"
#include "ui/widgets/ask_panel.h"
#include "ui/widgets/data_table.h"

#include <QLabel>
#include <QSignalSpy>
#include <QTabBar>
#include <QTest>
#include <QToolButton>

using namespace Qt::StringLiterals;
using namespace analemma;
using namespace analemma::made;
using namespace analemma::test;
using namespace analemma::ui;

class TestConsole : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        const QString problem = m_sshd.start();
        QVERIFY2(problem.isEmpty(), qPrintable(problem));
    }
    void init()
    {
        m_stage = std::make_unique<Stage>();
        m_client = std::make_unique<ssh::Client>();
        m_played.clear();
    }
    void cleanup()
    {
        m_area.reset();
        m_stage.reset();
        m_client.reset();
        QTest::qWait(1);
    }

    // ---- a real shell ---------------------------------------------------------------------------

    void typedKeysReachARealShellAndComeBack()
    {
        ConsolePage* page = openReal(u"web-1"_s);
        made::type(page->view(), u"echo an''swer $((6*7))"_s);
        QTRY_VERIFY(seen(page->view()).contains(u"an''swer"_s));
        QTest::keyClick(page->view(), Qt::Key_Return);
        QTRY_VERIFY(seen(page->view()).contains(u"\nanswer 42"_s));
        // Control keys: what runs is stopped.
        made::type(page->view(), u"echo wai''ting; sleep 100"_s);
        QTest::keyClick(page->view(), Qt::Key_Return);
        QTRY_VERIFY(seen(page->view()).contains(u"\nwaiting"_s));
        QTest::keyClick(page->view(), Qt::Key_C, Qt::ControlModifier);
        QTRY_VERIFY(seen(page->view()).contains(u"^C"_s));
        made::type(page->view(), u"echo still h''ere"_s);
        QTest::keyClick(page->view(), Qt::Key_Return);
        QTRY_VERIFY(seen(page->view()).contains(u"\nstill here"_s));
    }

    void theShellKnowsTheSize()
    {
        ConsolePage* page = openReal(u"web-1"_s);
        const auto ask = [page] {
            const terminal::Size size = page->view()->screen()->size();
            made::type(page->view(), u"clear; stty size"_s);
            QTest::keyClick(page->view(), Qt::Key_Return);
            return u"\n%1 %2"_s.arg(size.rows).arg(size.columns);
        };
        const QString first = ask();
        QTRY_VERIFY((u'\n' + seen(page->view())).contains(first));
        m_area->resize(640, 500);
        const QString second = ask();
        QVERIFY(second != first);
        QTRY_VERIFY((u'\n' + seen(page->view())).contains(second));
    }

    void aFloodSlowsTheServerAndAllOfItArrives()
    {
        ConsolePage* page = openReal(u"web-1"_s);
        made::type(page->view(), u"seq 1 300000; echo fin''ished"_s);
        QTest::keyClick(page->view(), Qt::Key_Return);
        QTRY_VERIFY_WITH_TIMEOUT(seen(page->view()).contains(u"300000\nfinished"_s), 60'000);
        QVERIFY(!page->view()->queue()->isFull());
    }

    void aDroppedConnectionKeepsTheScreenAndReconnects()
    {
        ConsolePage* page = openReal(u"web-1"_s);
        made::type(page->view(), u"echo sta''ys"_s);
        QTest::keyClick(page->view(), Qt::Key_Return);
        QTRY_VERIFY(seen(page->view()).contains(u"\nstays"_s));
        QSignalSpy typed(page->view(), &TerminalView::typed);
        cutAll();
        QTRY_COMPARE_WITH_TIMEOUT(page->state(), ConsolePage::State::Lost, 20'000);
        QVERIFY(seen(page->view()).contains(u"\nstays"_s));
        made::type(page->view(), u"touch never"_s);
        QTest::keyClick(page->view(), Qt::Key_Return);
        QVERIFY(typed.isEmpty());
        QVERIFY(page->findChild<QLabel*>(u"console-note"_s)->text().contains(u"not kept"_s));
        auto* again = button(page, u"console-reconnect"_s);
        QVERIFY(again->isVisible());
        click(again);
        QTRY_VERIFY_WITH_TIMEOUT(page->isLive(), 20'000);
        made::type(page->view(), u"ls -a never; echo ag''ain"_s);
        QTest::keyClick(page->view(), Qt::Key_Return);
        QTRY_VERIFY(seen(page->view()).contains(u"\nagain"_s));
        QVERIFY(seen(page->view()).contains(u"\nstays"_s));
        QVERIFY(!seen(page->view()).contains(u"\nnever"_s));
    }

    void theShellsEndIsTold()
    {
        ConsolePage* page = openReal(u"web-1"_s);
        made::type(page->view(), u"exit 3"_s);
        QTest::keyClick(page->view(), Qt::Key_Return);
        QTRY_COMPARE(page->state(), ConsolePage::State::Ended);
        QVERIFY(seen(page->view()).contains(u"[The shell has ended: exit code 3]"_s));
    }

    void aBroadcastReachesTwoShells()
    {
        ConsolePage* first = openReal(u"web-1"_s);
        ConsolePage* second = m_area->splitTo(made::consoleTarget(u"web-2"_s), Qt::Horizontal);
        QTRY_VERIFY(second->isLive());
        m_area->toggleBroadcast();
        QVERIFY(m_area->broadcast()->isOn());
        made::type(first->view(), u"echo bo''th"_s);
        QTest::keyClick(first->view(), Qt::Key_Return);
        QTRY_VERIFY(seen(first->view()).contains(u"\nboth"_s));
        QTRY_VERIFY(seen(second->view()).contains(u"\nboth"_s));
    }

    // ---- broadcast, tabs, splits, by a played connection ----------------------------------------

    void aBroadcastIsLoudAndSwitchesItselfOff()
    {
        openArea(playing());
        ConsolePage* first = m_area->open(made::consoleTarget(u"web-1"_s));
        ConsolePage* second = m_area->splitTo(made::consoleTarget(u"web-2"_s), Qt::Horizontal);
        ConsolePage* third = m_area->splitTo(made::consoleTarget(u"web-3"_s), Qt::Vertical);
        // Chosen by hand: two of three.
        click(first->findChild<QToolButton*>(u"console-broadcast-toggle"_s));
        QVERIFY(!m_area->broadcast()->isOn());
        m_area->broadcast()->setDuration(milliseconds(400));
        click(third->findChild<QToolButton*>(u"console-broadcast-toggle"_s));
        QVERIFY(m_area->broadcast()->isOn());
        const auto* word = third->findChild<QLabel*>(u"console-broadcast"_s);
        QVERIFY(word->isVisible());
        QVERIFY(word->text().startsWith(u"BROADCAST 2 hosts"_s));
        QVERIFY(!second->isBroadcasting());
        made::type(third->view(), u"x"_s);
        QCOMPARE(m_played[0]->sent, "x");
        QCOMPARE(m_played[1]->sent, "");
        QCOMPARE(m_played[2]->sent, "x");
        // The stripes are the loud colours, at the very edge.
        const QImage picture = third->grab().toImage();
        int loud = 0;
        for (int x = 0; x < picture.width(); ++x) {
            loud += QColor(picture.pixel(x, 1)).lightness() > 120 ? 1 : 0;
        }
        QVERIFY(loud > picture.width() / 5);
        QVERIFY(loud < picture.width());
        QTRY_VERIFY(!m_area->broadcast()->isOn());
        QVERIFY(!word->isVisible());
        made::type(third->view(), u"y"_s);
        QCOMPARE(m_played[0]->sent, "x");
    }

    void aLostPaneLeavesTheBroadcastAndTheLastOnesEndIt()
    {
        openArea(playing());
        m_area->open(made::consoleTarget(u"web-1"_s));
        ConsolePage* second = m_area->splitTo(made::consoleTarget(u"web-2"_s), Qt::Horizontal);
        m_area->toggleBroadcast();
        QVERIFY(m_area->broadcast()->isOn());
        m_played[1]->breakDown();
        QVERIFY(!m_area->broadcast()->isOn());
        QVERIFY(!second->isBroadcasting());
        second->connectNow();
        QVERIFY(second->isLive());
        QVERIFY(!m_area->broadcast()->isOn());  // never comes back by itself
    }

    void repliesAndReportsAreNotBroadcast()
    {
        openArea(playing());
        m_area->open(made::consoleTarget(u"web-1"_s));
        ConsolePage* second = m_area->splitTo(made::consoleTarget(u"web-2"_s), Qt::Horizontal);
        m_area->toggleBroadcast();
        Q_EMIT m_played[1]->output("\033[5n");
        QTRY_COMPARE(m_played[1]->sent, "\033[0n");
        QCOMPARE(m_played[0]->sent, "");
        QVERIFY(second->isLive());
    }

    void tabsAndSplitsComeAndGo()
    {
        openArea(playing());
        ConsolePage* first = m_area->open(made::consoleTarget(u"web-1"_s));
        m_area->open(made::consoleTarget(u"web-2"_s, true));
        QCOMPARE(m_area->tabCount(), 2);
        const auto* tabs = m_area->findChild<QTabBar*>(u"console-tabs"_s);
        QVERIFY(tabs->tabText(1).contains(u"PRODUCTION"_s));
        QVERIFY(!tabs->tabText(0).contains(u"PRODUCTION"_s));
        ConsolePage* below = m_area->split(Qt::Vertical);
        ConsolePage* beside = m_area->split(Qt::Horizontal);
        QCOMPARE(m_area->panes().size(), 3);
        QTRY_VERIFY(beside->view()->isVisible());
        // A live one asks before it goes.
        below->askClose();
        QCOMPARE(m_area->panes().size(), 3);
        click(button(below, u"ask-close"_s));
        QCOMPARE(m_area->panes().size(), 2);
        m_played[3]->breakDown();
        click(beside->findChild<QToolButton*>(u"console-close"_s));
        QCOMPARE(m_area->panes().size(), 1);
        m_area->step(1);
        QCOMPARE(m_area->current(), first);
        QSignalSpy list(m_area.get(), &ConsoleArea::listWanted);
        m_area->close(m_area->pages().at(1));
        m_area->close(first);
        QCOMPARE(m_area->tabCount(), 0);
        QCOMPARE(list.size(), 1);
    }

    void aRestoredSessionRunsNothing()
    {
        openArea(playing());
        m_area->open(made::consoleTarget(u"web-1"_s));
        m_area->splitTo(made::consoleTarget(u"web-2"_s), Qt::Vertical);
        m_area->open(made::consoleTarget(u"gone"_s));
        m_area->broadcast()->start(m_area->pages());
        m_played.clear();
        openArea(playing());
        m_area->restore([](const QString& server) -> std::optional<ConsoleTarget> {
            if (server == u"gone") {
                return std::nullopt;
            }
            return made::consoleTarget(server);
        });
        QCOMPARE(m_area->tabCount(), 1);
        const QList<ConsolePage*> pages = m_area->pages();
        QCOMPARE(pages.size(), 2);
        QVERIFY(!m_area->broadcast()->isOn());
        for (const PlayedConnection* one : std::as_const(m_played)) {
            QCOMPARE(one->opens, 0);
        }
        QCOMPARE(pages[0]->state(), ConsolePage::State::Resting);
        auto* again = button(pages[0], u"console-reconnect"_s);
        QCOMPARE(again->text(), u"Reconnect"_s);
        click(again);
        QVERIFY(pages[0]->isLive());
        QCOMPARE(m_played[1]->opens, 0);
    }

    void aServerCannotRenameItself()
    {
        openArea(playing());
        ConsolePage* page = m_area->open(made::consoleTarget(u"web-1"_s, true));
        Q_EMIT m_played[0]->output("\033]0;deploy@other-host \xe2\x80\xae" + QByteArray(200, 'x') +
                                   "\007");
        QTRY_VERIFY(!page->view()->screen()->title().isEmpty());
        QVERIFY(page->title().startsWith(u"deploy@web-1: "_s));
        QVERIFY(page->title().size() < 110);
        QCOMPARE(page->findChild<QLabel*>(u"console-label"_s)->text(), u"deploy@web-1"_s);
        QCOMPARE(page->findChild<QLabel*>(u"console-environment"_s)->text(), u"PRODUCTION"_s);
        QVERIFY(!page->findChild<QLabel*>(u"console-program"_s)->text().contains(QChar(0x202e)));
    }

    /// In half a window, with both loud words: which server it is can still be read.
    void theServersNameStaysReadable()
    {
        openArea(playing());
        ConsolePage* page = m_area->open(made::consoleTarget(u"web-1"_s, true));
        Q_EMIT m_played[0]->output("\033]0;a program with a long title\007");
        m_area->resize(600, 400);
        page->setBroadcast(12, 14, std::chrono::seconds(90));
        QLabel* label = page->findChild<QLabel*>(u"console-label"_s);
        QTRY_VERIFY(page->width() < 720);  // less than room for all
        QTRY_VERIFY(label->width() >= label->fontMetrics().horizontalAdvance(label->text()));
        QVERIFY(page->findChild<QLabel*>(u"console-broadcast"_s)->isVisible());
    }

    // ---- in the panel ---------------------------------------------------------------------------

    void thePanelOpensAConsoleAndKeepsIt()
    {
        m_stage->context.ssh = m_client.get();
        auto* panel = m_stage->open<ServersPanel>();
        ServerFacts facts;
        facts.server = made::server(u"qa"_s, 1);
        facts.server.ssh = m_sshd.target();
        panel->setServers({facts}, made::now());
        panel->select(facts.name());
        click(button(panel->page(), u"open-console"_s));
        ConsolePage* page = panel->consoles()->current();
        QVERIFY(page != nullptr);
        QTRY_VERIFY(page->isLive());
        made::type(page->view(), u"echo pan''el"_s);
        QTest::keyClick(page->view(), Qt::Key_Return);
        QTRY_VERIFY(seen(page->view()).contains(u"\npanel"_s));
        QVERIFY(panel->stepBack());
        QVERIFY(!page->isVisible());
        QVERIFY(page->isLive());
        auto* show = panel->findChild<QAction*>(u"servers.consoles"_s);
        QCOMPARE(show->text(), u"Consoles (1)"_s);
        show->trigger();
        QVERIFY(page->isVisible());
        QCOMPARE(panel->focusWidget(), page->view());
        panel->findChild<QAction*>(u"console.split-right"_s)->trigger();
        QCOMPARE(panel->consoles()->panes().size(), 2);
    }

    void aServerThatIsNotReachedSaysWhy()
    {
        auto* panel = m_stage->open<ServersPanel>();
        ServerFacts facts;
        facts.server = made::server(u"qa"_s, 1);
        facts.server.ssh.hostKey.clear();
        panel->setServers({facts}, made::now());
        panel->select(facts.name());
        auto* console = button(panel->page(), u"open-console"_s);
        QVERIFY(!console->isEnabled());
        QVERIFY(console->toolTip().contains(u"host key"_s));
    }

private:
    ConsoleArea::Connect playing()
    {
        return [this](const ConsoleTarget&) {
            auto made = std::make_unique<PlayedConnection>();
            m_played.append(made.get());
            return made;
        };
    }
    void openArea(ConsoleArea::Connect connection)
    {
        m_area = std::make_unique<ConsoleArea>(u"shop"_s, std::move(connection));
        m_area->resize(1000, 600);
        m_area->show();
        m_area->activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(m_area.get()));
    }
    ConsolePage* openReal(const QString& server)
    {
        m_target = m_sshd.target();
        openArea([this](const ConsoleTarget&) {
            return std::make_unique<SshConnection>(
                [this](const CancelToken& cancel, const ssh::Asker&) {
                    return ssh::sharedBuiltIn(m_client.get(), m_target, cancel);
                });
        });
        ConsolePage* page = m_area->open(made::consoleTarget(server));
        if (!QTest::qWaitFor([page] { return page->isLive(); }, 20'000)) {
            qWarning("%s", qPrintable(page->findChild<QLabel*>(u"console-note"_s)->text()));
        }
        return page;
    }
    /// Ends the server's processes of all connections; the listener goes on.
    void cutAll() const
    {
        const QList<qint64> tree = processTree(m_sshd.pid());
        for (qsizetype i = 1; i < tree.size(); ++i) {
            ::kill(pid_t(tree[i]), SIGKILL);
        }
    }
    ssh::Library m_library;
    PrivateSshd m_sshd{{u"ed25519"_s}, "MaxSessions 30"};
    ssh::Target m_target;
    std::unique_ptr<Stage> m_stage;
    std::unique_ptr<ssh::Client> m_client;
    std::unique_ptr<ConsoleArea> m_area;
    QList<PlayedConnection*> m_played;
};

QTEST_MAIN(TestConsole)
#include "tst_console.moc"
