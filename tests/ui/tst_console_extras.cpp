#include "core/base/files.h"
#include "tests/support.h"
#include "tests/ui/console_parts.h"
#include "tests/ui/panel_values.h"
#include "ui/console/console_area.h"
#include "ui/console/snippet_panel.h"
#include "ui/servers/servers_panel.h"
#include "ui/shell/settings.h"

#include <QDir>
#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>
#include <QListWidget>
#include <QPlainTextEdit>
#include <QTabBar>
#include <QTest>
#include <QToolButton>

using namespace Qt::StringLiterals;
using namespace analemma;
using namespace analemma::made;
using namespace analemma::test;
using namespace analemma::ui;

namespace {

/// Keeps when it was asked for what it goes by.
class ChosenConnection : public PlayedConnection {
public:
    [[nodiscard]] std::optional<ssh::TransportChoice> transport() const override
    {
        return ssh::TransportChoice{ssh::Transport::System, u"system OpenSSH: a certificate"_s};
    }
};

}  // namespace

/// What a console has besides a terminal: recording, snippets, guessed keys, a common look.
class TestConsoleExtras : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init()
    {
        m_stage = std::make_unique<Stage>();
        m_folder = std::make_unique<QTemporaryDir>();
        auto opened = store::Store::open(m_folder->filePath(u"state"_s));
        QVERIFY(opened.ok());
        m_store = std::move(*opened);
        m_snippets = std::make_unique<operate::Snippets>(m_store.get());
        m_played.clear();
        m_area = std::make_unique<ConsoleArea>(
            u"shop"_s, [this](const ConsoleTarget&) -> std::unique_ptr<Connection> {
                auto made = std::make_unique<ChosenConnection>();
                m_played.append(made.get());
                return made;
            });
        ConsoleArea::Extras extras;
        extras.recordings = m_folder->filePath(u"recordings"_s);
        extras.snippets = m_snippets.get();
        m_known = QList<Secret>();
        extras.secrets = [this] { return m_known; };
        m_area->setExtras(extras);
        m_area->resize(1000, 600);
        m_area->show();
        m_area->activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(m_area.get()));
    }
    void cleanup()
    {
        m_area.reset();
        QTest::qWait(50);  // the last lines of a recording
        m_snippets.reset();
        m_store.reset();
        m_folder.reset();
        m_stage.reset();
    }

    // ---- recording ------------------------------------------------------------------------------

    void aRecordingIsMaskedPrivateAndSeen()
    {
        ConsolePage* page = m_area->open(made::consoleTarget(u"web-1"_s));
        const auto* tabs = m_area->findChild<QTabBar*>(u"console-tabs"_s);
        const auto* word = page->findChild<QLabel*>(u"console-recording"_s);
        Q_EMIT m_played[0]->output("before\r\n$ ");
        QVERIFY(!word->isVisible());
        auto* toggle = page->findChild<QToolButton*>(u"console-record"_s);
        click(toggle);
        QVERIFY(page->isRecording());
        QVERIFY(toggle->isChecked());
        QVERIFY(word->isVisible());
        QVERIFY(tabs->tabText(0).endsWith(u"REC"_s));
        made::type(page->view(), u"sudo -i"_s);
        Q_EMIT m_played[0]->output("sudo -i\r\n[sudo] password for ana: ");
        made::type(page->view(), u"hunter2\r"_s);
        Q_EMIT m_played[0]->output("\r\nyou said hunter2, and ghp_" + QByteArray(36, 'q') +
                                   " is yours\r\n# ");
        click(toggle);
        QTRY_VERIFY(!page->isRecording());
        QVERIFY(!word->isVisible());
        QVERIFY(!tabs->tabText(0).contains(u"REC"_s));
        const QString file = onlyFile();
        QVERIFY(page->findChild<QLabel*>(u"console-note"_s)
                    ->text()
                    .contains(QFileInfo(file).fileName()));
        QCOMPARE(QFileInfo(file).permissions() & QFile::Permissions::fromInt(0x77),
                 QFile::Permissions());
        const QByteArray bytes = *readFile(file, 100'000);
        QVERIFY(!bytes.contains("hunter2"));
        QVERIFY(!bytes.contains("qqqq"));
        QVERIFY(!bytes.contains("before"));
        QVERIFY(!bytes.contains("\"i\""));
        QVERIFY(bytes.contains("you said ***, and *** is yours"));
        // What the window shows is what it was.
        QTRY_VERIFY(seen(page->view()).contains(u"you said hunter2"_s));
    }

    void aRecordingMasksTheSecretsThatAreKnown()
    {
        m_known =
            QList<Secret>{Secret("tok3n-of-the-team"), Secret("line one of it\nline two of it")};
        ConsolePage* page = m_area->open(made::consoleTarget(u"web-1"_s));
        click(page->findChild<QToolButton*>(u"console-record"_s));
        QVERIFY(page->isRecording());
        Q_EMIT m_played[0]->output("cat env\r\nTEAM tok3n-of-");  // in two pieces
        Q_EMIT m_played[0]->output("the-team set\r\nand line two of it, and " +
                                   QByteArray("tok3n-of-the-team").toBase64() + "\r\n");
        click(page->findChild<QToolButton*>(u"console-record"_s));
        QTRY_VERIFY(!page->isRecording());
        const QByteArray bytes = *readFile(onlyFile(), 100'000);
        QVERIFY(bytes.contains("TEAM ") && bytes.contains("*** set"));  // an event each
        QVERIFY(bytes.contains("and ***, and ***"));
        QVERIFY(!bytes.contains("tok3n") && !bytes.contains("line two"));
        QTRY_VERIFY(seen(page->view()).contains(u"tok3n-of-the-team"_s));
    }

    void withoutItsSecretsNothingIsRecorded()
    {
        m_known = Error(ErrorKind::Io, u"read secrets/ocean: no permission"_s);
        ConsolePage* page = m_area->open(made::consoleTarget(u"web-1"_s));
        click(page->findChild<QToolButton*>(u"console-record"_s));
        Q_EMIT m_played[0]->output("what nobody may keep\r\n");
        QTRY_VERIFY(!page->isRecording());
        QVERIFY(page->findChild<QLabel*>(u"console-note"_s)
                    ->text()
                    .contains(u"secrets/ocean: no permission"_s));
        QCOMPARE(onlyFile(), QString());
    }

    void aRecordingPlaysToTheSameScreen()
    {
        ConsolePage* page = m_area->open(made::consoleTarget(u"web-1"_s));
        page->toggleRecording();
        for (int i = 0; i < 30; ++i) {
            Q_EMIT m_played[0]->output("\033[3" + QByteArray::number(i % 8) + "mline " +
                                       QByteArray::number(i) + "\033[m\r\n");
        }
        page->toggleRecording();
        QTRY_VERIFY(!page->isRecording());
        const QByteArrayList lines = readFile(onlyFile(), 100'000)->split('\n');
        const QJsonObject head = QJsonDocument::fromJson(lines[0]).object();
        terminal::Screen screen({head[u"width"_s].toInt(), head[u"height"_s].toInt()});
        for (const QByteArray& line : lines.sliced(1)) {
            screen.feed(QJsonDocument::fromJson(line).array().at(2).toString().toUtf8());
        }
        const QString shown = seen(page->view()).trimmed();
        QVERIFY(shown.endsWith(u"line 29"_s));
        std::vector<terminal::Cell> scratch;
        const qint64 last = screen.topRow() + screen.cursor().row - 1;
        QString text;
        for (const terminal::Cell cell : screen.row(last, &scratch).cells) {
            text += screen.text(cell);
        }
        QCOMPARE(text, u"line 29"_s);
    }

    void aPageThatGoesKeepsWhatItRecorded()
    {
        ConsolePage* page = m_area->open(made::consoleTarget(u"web-1"_s));
        page->toggleRecording();
        Q_EMIT m_played[0]->output("the last words\r\n");
        m_area->close(page);
        QTRY_VERIFY(readFile(onlyFile(), 100'000).valueOr({}).contains("the last words"));
    }

    void aFolderThatCannotBeMadeIsTold()
    {
        QVERIFY(writeFile(m_folder->filePath(u"recordings"_s), "a file").ok());
        ConsolePage* page = m_area->open(made::consoleTarget(u"web-1"_s));
        page->toggleRecording();
        QTRY_VERIFY(!page->isRecording());
        QVERIFY(page->findChild<QLabel*>(u"console-note"_s)
                    ->text()
                    .startsWith(u"The recording ended"_s));
    }

    // ---- snippets -------------------------------------------------------------------------------

    void aSnippetIsWrittenChosenFilledInAndInserted()
    {
        ConsolePage* page = m_area->open(made::consoleTarget(u"web-1"_s));
        page->openSnippets();
        auto* panel = page->findChild<SnippetPanel*>(u"snippets"_s);
        QVERIFY(panel->isVisible());
        click(button(panel, u"snippet-new"_s));
        QTest::keyClicks(panel->findChild<QLineEdit*>(u"snippet-name"_s), u"Unit log"_s);
        auto* text = panel->findChild<QPlainTextEdit*>(u"snippet-text"_s);
        text->setFocus();
        QTest::keyClicks(text, u"journalctl -u {{unit}} -n {{!lines|50}}"_s);
        click(button(panel, u"snippet-save"_s));
        const auto* list = panel->findChild<QListWidget*>(u"snippet-list"_s);
        QTRY_COMPARE(list->count(), 1);
        auto* filter = panel->findChild<QLineEdit*>(u"snippet-filter"_s);
        QTRY_COMPARE(m_area->focusWidget(), filter);  // offscreen it may be inactive
        QTest::keyClicks(filter, u"UNIT"_s);
        QCOMPARE(list->count(), 1);
        QTest::keyClick(filter, Qt::Key_Return);
        auto* unit = panel->findChild<QLineEdit*>(u"snippet-value-unit"_s);
        QCOMPARE(m_area->focusWidget(), unit);
        QTest::keyClicks(unit, u"my app; reboot"_s);
        const auto* preview = panel->findChild<QPlainTextEdit*>(u"snippet-preview"_s);
        QCOMPARE(preview->toPlainText(), u"journalctl -u 'my app; reboot' -n 50"_s);
        QCOMPARE(m_played[0]->sent, QByteArray());
        QTest::keyClick(unit, Qt::Key_Return);
        QTest::keyClick(m_area->focusWidget(), Qt::Key_Return);
        QCOMPARE(m_area->focusWidget(), button(panel, u"snippet-insert"_s));
        click(button(panel, u"snippet-insert"_s));
        QCOMPARE(m_played[0]->sent, QByteArray("journalctl -u 'my app; reboot' -n 50"));
        QVERIFY(!panel->isVisible());
        QCOMPARE(m_area->focusWidget(), page->view());
        // With Return only when that was said.
        m_played[0]->sent.clear();
        page->openSnippets();
        QTRY_COMPARE(list->count(), 1);
        QTest::keyClick(filter, Qt::Key_Return);
        click(button(panel, u"snippet-run"_s));
        QCOMPARE(m_played[0]->sent, QByteArray("journalctl -u '' -n 50\r"));
    }

    void aSnippetCannotLeaveItsBrackets()
    {
        VERIFY_OK(await(m_snippets->save({u"bad"_s, u"echo {{!x}}"_s})));
        ConsolePage* page = m_area->open(made::consoleTarget(u"web-1"_s));
        Q_EMIT m_played[0]->output("\033[?2004h$ ");
        QTRY_VERIFY(page->view()->screen()->modes().bracketedPaste);
        page->openSnippets();
        auto* panel = page->findChild<SnippetPanel*>(u"snippets"_s);
        QTRY_COMPARE(panel->findChild<QListWidget*>(u"snippet-list"_s)->count(), 1);
        QTest::keyClick(panel->findChild<QLineEdit*>(u"snippet-filter"_s), Qt::Key_Return);
        panel->findChild<QLineEdit*>(u"snippet-value-x"_s)->setText(u"1\u001b[201~\u0003reboot"_s);
        click(button(panel, u"snippet-insert"_s));
        QCOMPARE(m_played[0]->sent.count('\033'), 2);
        QVERIFY(m_played[0]->sent.startsWith("\033[200~echo 1"));
        QVERIFY(m_played[0]->sent.endsWith("reboot\033[201~"));
    }

    void aDeletedSnippetComesBack()
    {
        VERIFY_OK(await(m_snippets->save({u"one"_s, u"uptime"_s})));
        ConsolePage* page = m_area->open(made::consoleTarget(u"web-1"_s));
        page->openSnippets();
        auto* panel = page->findChild<SnippetPanel*>(u"snippets"_s);
        const auto* list = panel->findChild<QListWidget*>(u"snippet-list"_s);
        QTRY_COMPARE(list->count(), 1);
        click(button(panel, u"snippet-delete"_s));
        QTRY_COMPARE(list->count(), 0);
        click(button(panel, u"snippet-undo"_s));
        QTRY_COMPARE(list->count(), 1);
        // Two consoles write the same one: the second is told.
        click(button(panel, u"snippet-edit"_s));
        operate::Snippet other = await(m_snippets->list())->at(0);
        other.text = u"uptime -p"_s;
        VERIFY_OK(await(m_snippets->save(other)));
        click(button(panel, u"snippet-save"_s));
        QTRY_VERIFY(
            panel->findChild<QLabel*>(u"snippet-note"_s)->text().contains(u"changed meanwhile"_s));
        QTest::keyClick(panel, Qt::Key_Escape);
        QTest::keyClick(panel, Qt::Key_Escape);
        QVERIFY(!panel->isVisible());
        QCOMPARE(m_played[0]->sent, QByteArray());
    }

    // ---- keys before they come back -------------------------------------------------------------

    void guessedKeysAreDimmedUntilTheyComeBack()
    {
        ConsolePage* page = m_area->open(made::consoleTarget(u"web-1"_s));
        TerminalView* view = page->view();
        QCOMPARE(view->prediction(), terminal::Predictor::Mode::Auto);
        view->setPrediction(terminal::Predictor::Mode::On);
        print("$ ");
        made::type(view, u"l"_s);
        print("l");
        const QImage before = cell(view, 0, 3);
        made::type(view, u"s"_s);
        const QImage guessed = cell(view, 0, 3);
        QVERIFY(guessed != before);
        QCOMPARE(view->visibleText().left(4), u"$ l\n"_s);  // the screen itself has it not
        print("s");
        const QImage real = cell(view, 0, 3);
        QVERIFY(real != guessed);
        QVERIFY(contrast(real) > contrast(guessed));
        // A guess that is wrong goes.
        made::type(view, u"x"_s);
        print("*");
        QVERIFY(!view->predictor().isWaiting());
        QCOMPARE(seen(view).left(6), u"$ ls*\n"_s);
    }

    void noKeyIsGuessedAtAPasswordsPrompt()
    {
        ConsolePage* page = m_area->open(made::consoleTarget(u"web-1"_s));
        TerminalView* view = page->view();
        view->setPrediction(terminal::Predictor::Mode::On);
        print("$ ");
        made::type(view, u"s"_s);
        print("s");
        made::type(view, u"\r"_s);
        print("\r\nPassword: ");
        const QImage before = view->picture();
        made::type(view, u"hunter2"_s);
        QVERIFY(!view->predictor().isWaiting());
        QCOMPARE(view->picture(), before);
    }

    // ---- a common look --------------------------------------------------------------------------

    void zoomReachesAllConsolesAndIsRemembered()
    {
        ConsolePage* first = m_area->open(made::consoleTarget(u"web-1"_s));
        ConsolePage* second = m_area->splitTo(made::consoleTarget(u"web-2"_s), Qt::Horizontal);
        ConsolePage* other = m_area->open(made::consoleTarget(u"web-3"_s));
        const int before = first->view()->fontPixels();
        other->view()->setFocus();
        QTest::keyClick(other->view(), Qt::Key_Plus, Qt::ControlModifier | Qt::ShiftModifier);
        QTest::keyClick(other->view(), Qt::Key_Plus, Qt::ControlModifier | Qt::ShiftModifier);
        for (const ConsolePage* page : {first, second, other}) {
            QCOMPARE(page->view()->fontPixels(), before + 2);
        }
        first->view()->setPrediction(terminal::Predictor::Mode::Off);
        QCOMPARE(second->view()->prediction(), terminal::Predictor::Mode::Off);
        const TerminalView later;
        QCOMPARE(later.fontPixels(), before + 2);
        QCOMPARE(later.prediction(), terminal::Predictor::Mode::Off);
    }

    void theHeadTellsStateAndTransport()
    {
        ConsolePage* page = m_area->open(made::consoleTarget(u"web-1"_s, true));
        const auto* transport = page->findChild<QLabel*>(u"console-transport"_s);
        QVERIFY(transport->isVisible());
        QCOMPARE(transport->text(), u"system OpenSSH"_s);
        QCOMPARE(transport->toolTip(), u"system OpenSSH: a certificate"_s);
        const auto* tabs = m_area->findChild<QTabBar*>(u"console-tabs"_s);
        QVERIFY(tabs->tabText(0).contains(u"PRODUCTION"_s));
        m_area->resize(600, 600);
        QTRY_VERIFY(!transport->isVisible());
        QVERIFY(page->findChild<QLabel*>(u"console-environment"_s)->isVisible());
        m_played[0]->breakDown();
        m_area->resize(1000, 600);
        QTest::qWait(50);
        QVERIFY(!transport->isVisible());
        QCOMPARE(page->findChild<StateBadge*>(u"console-state"_s)->word(), u"connection lost"_s);
    }

    void thePanelHasThemAsCommands()
    {
        m_stage->context.snippets = m_snippets.get();
        auto* panel = m_stage->open<ServersPanel>();
        for (const QString& id :
             {u"console.snippets"_s, u"console.record"_s, u"console.predict"_s}) {
            const auto* action = panel->findChild<QAction*>(id);
            QVERIFY2(action != nullptr, qPrintable(id));
            QVERIFY(!action->isEnabled());
        }
        QCOMPARE(panel->findChild<QAction*>(u"console.snippets"_s)->shortcut(),
                 QKeySequence(u"Ctrl+Shift+I"_s));
    }

private:
    void print(const QByteArray& bytes)
    {
        Q_EMIT m_played[0]->output(bytes);
        static_cast<void>(m_area->current()->view()->picture());
    }
    [[nodiscard]] QString onlyFile() const
    {
        const QDir folder(m_folder->filePath(u"recordings"_s));
        const QStringList names = folder.entryList({u"web-1-*.cast"_s}, QDir::Files);
        return names.size() == 1 ? folder.filePath(names[0]) : QString();
    }
    static QImage cell(TerminalView* view, int line, int column)
    {
        return view->picture().copy(view->cellRect(line, column));
    }
    /// Of the lightest pixel to the darkest.
    static int contrast(const QImage& picture)
    {
        int least = 255;
        int most = 0;
        for (int y = 0; y < picture.height(); ++y) {
            for (int x = 0; x < picture.width(); ++x) {
                const int light = QColor(picture.pixel(x, y)).lightness();
                least = qMin(least, light);
                most = qMax(most, light);
            }
        }
        return most - least;
    }

    std::unique_ptr<Stage> m_stage;
    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<store::Store> m_store;
    std::unique_ptr<operate::Snippets> m_snippets;
    std::unique_ptr<ConsoleArea> m_area;
    QList<PlayedConnection*> m_played;
    Result<QList<Secret>> m_known = QList<Secret>();
};

QTEST_MAIN(TestConsoleExtras)
#include "tst_console_extras.moc"
