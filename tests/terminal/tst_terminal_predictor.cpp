#include "core/terminal/predictor.h"

#include <QTest>

using namespace Qt::StringLiterals;
using namespace analemma;
using namespace analemma::terminal;

namespace {

/// A line to a server: keys go out, what the server prints comes in, and time passes.
struct Line {
    Screen screen{{40, 6}};
    Predictor predictor;
    milliseconds now{0};
    bool hidden = false;

    explicit Line(Predictor::Mode mode) { predictor.setMode(mode); }
    void wait(int ms) { now += milliseconds(ms); }
    void key(const QByteArray& bytes) { predictor.typed(bytes, screen, hidden, now); }
    void print(const QByteArray& bytes)
    {
        screen.feed(bytes);
        predictor.look(screen, now);
    }
    /// A key whose character comes back.
    void echo(const QByteArray& bytes, int ms)
    {
        key(bytes);
        wait(ms);
        print(bytes);
    }
    /// The first row as a person would see it.
    [[nodiscard]] QString seen(qint64 row = 0) const
    {
        std::vector<Cell> scratch;
        QString text;
        const RowView view = screen.row(row, &scratch);
        for (const Cell cell : view.cells) {
            text += screen.text(cell);
        }
        text = text.leftJustified(40);
        for (const Predictor::Ghost& ghost : predictor.ghosts()) {
            if (ghost.position.row == row) {
                text[ghost.position.column] = ghost.code == 0 ? u' ' : QChar(char16_t(ghost.code));
            }
        }
        while (text.endsWith(u' ')) {
            text.chop(1);
        }
        return text;
    }
    [[nodiscard]] int cursor() const
    {
        return predictor.cursor() ? predictor.cursor()->column : screen.cursor().column;
    }
};

/// At a prompt, with one character that has come back.
Line ready(Predictor::Mode mode, int ms = 200)
{
    Line line(mode);
    line.print("$ ");
    line.echo("a", ms);
    return line;
}

}  // namespace

/// Guesses of what is typed: shown when they may be, gone when they are wrong.
class TestTerminalPredictor : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void off();
    void nothingBeforeOneCameTrue();
    void shownUntilConfirmed();
    void severalAtOnce();
    void backspace();
    void neverThePromptsOwnText();
    void aWrongGuessTakesAllAway();
    void returnBeginsAnew();
    void unknownKeys_data();
    void unknownKeys();
    void automaticOnSlowLinesOnly();
    void neverOnTheAlternateScreen();
    void neverWhereASecretIsAsked();
    void noEchoShowsNothing();
    void overdue();
    void notInTheMiddleOfALine();
    void notPastTheEdge();
    void scrolling();
    void wideCharactersAreNotGuessed();
    void anotherNumberingForgets();
};

void TestTerminalPredictor::off()
{
    Line line = ready(Predictor::Mode::Off);
    line.key("b");
    QVERIFY(!line.predictor.isWaiting());
    QCOMPARE(line.seen(), u"$ a"_s);
}

void TestTerminalPredictor::nothingBeforeOneCameTrue()
{
    Line line(Predictor::Mode::On);
    line.print("$ ");
    line.key("l");
    line.key("s");
    QVERIFY(line.predictor.isWaiting());
    QVERIFY(line.predictor.ghosts().isEmpty());
    QVERIFY(!line.predictor.cursor());
    line.wait(100);
    line.print("l");
    QCOMPARE(line.seen(), u"$ ls"_s);  // the second is trusted now
    QCOMPARE(line.cursor(), 4);
}

void TestTerminalPredictor::shownUntilConfirmed()
{
    Line line = ready(Predictor::Mode::On);
    line.key("b");
    QCOMPARE(line.predictor.ghosts(), (QList<Predictor::Ghost>{{{0, 3}, U'b'}}));
    QCOMPARE(line.cursor(), 4);
    line.print("b");
    QVERIFY(line.predictor.ghosts().isEmpty());
    QVERIFY(!line.predictor.isWaiting());
    QCOMPARE(line.seen(), u"$ ab"_s);
}

void TestTerminalPredictor::severalAtOnce()
{
    Line line = ready(Predictor::Mode::On);
    line.key("b c");
    QCOMPARE(line.seen(), u"$ ab c"_s);
    QCOMPARE(line.cursor(), 6);
    line.print("b");
    QCOMPARE(line.seen(), u"$ ab c"_s);
    QCOMPARE(line.cursor(), 6);
    line.print(" c");
    QVERIFY(!line.predictor.isWaiting());
}

void TestTerminalPredictor::backspace()
{
    Line line = ready(Predictor::Mode::On);
    line.key("bc");
    line.key("\x7f");
    QCOMPARE(line.seen(), u"$ ab"_s);
    QCOMPARE(line.cursor(), 4);
    line.key("\x7f\x7f");
    QCOMPARE(line.seen(), u"$"_s);  // also the one that the server has shown already
    QCOMPARE(line.cursor(), 2);
    line.print("bc\b \b");
    QCOMPARE(line.seen(), u"$"_s);
    line.print("\b \b\b \b");
    QVERIFY(!line.predictor.isWaiting());
    QCOMPARE(line.seen(), u"$"_s);
}

void TestTerminalPredictor::neverThePromptsOwnText()
{
    Line line = ready(Predictor::Mode::On);
    line.key("\x7f\x7f\x7f\x7f");
    QCOMPARE(line.seen(), u"$"_s);
    QCOMPARE(line.cursor(), 2);
}

void TestTerminalPredictor::aWrongGuessTakesAllAway()
{
    Line line = ready(Predictor::Mode::On);
    line.key("bcd");
    line.print("X");
    QVERIFY(!line.predictor.isWaiting());
    QCOMPARE(line.seen(), u"$ aX"_s);
    line.key("e");
    QVERIFY(line.predictor.ghosts().isEmpty());  // trust is gone, too
    line.print("e");
    line.key("f");
    QCOMPARE(line.seen(), u"$ aXef"_s);
}

void TestTerminalPredictor::returnBeginsAnew()
{
    Line line = ready(Predictor::Mode::On);
    line.key("b\r");
    line.key("c");
    QCOMPARE(line.seen(), u"$ ab"_s);  // what runs now decides what becomes of it
    line.print("b\r\nout\r\n$ ");
    QVERIFY(!line.predictor.isWaiting());
    line.key("c");
    QVERIFY(line.predictor.ghosts().isEmpty());
    line.print("c");
    line.key("d");
    QCOMPARE(line.seen(2), u"$ cd"_s);
}

void TestTerminalPredictor::unknownKeys_data()
{
    QTest::addColumn<QByteArray>("keys");
    QTest::newRow("up") << QByteArray("\033[A");
    QTest::newRow("tab") << QByteArray("\t");
    QTest::newRow("interrupt") << QByteArray("\x03");
    QTest::newRow("word erase") << QByteArray("\x17");
}

void TestTerminalPredictor::unknownKeys()
{
    QFETCH(const QByteArray, keys);
    Line line = ready(Predictor::Mode::On);
    line.key(keys);
    line.key("b");
    QVERIFY(line.predictor.ghosts().isEmpty());
    QCOMPARE(line.seen(), u"$ a"_s);
}

void TestTerminalPredictor::automaticOnSlowLinesOnly()
{
    Line fast = ready(Predictor::Mode::Auto, 20);
    QVERIFY(fast.predictor.roundTrip() == milliseconds(20));
    fast.key("b");
    QVERIFY(fast.predictor.ghosts().isEmpty());
    fast.print("b");
    Line line = ready(Predictor::Mode::Auto, 90);
    line.key("b");
    QCOMPARE(line.seen(), u"$ ab"_s);
    line.wait(90);
    line.print("b");
    // Between 40 and 60 ms it stays as it is; below it ends.
    for (int i = 0; i < 12; ++i) {
        line.echo("x", 50);
    }
    line.key("y");
    QVERIFY(!line.predictor.ghosts().isEmpty());
    line.wait(20);
    line.print("y");
    for (int i = 0; i < 12; ++i) {
        line.echo("x", 20);
    }
    line.key("z");
    QVERIFY(line.predictor.ghosts().isEmpty());
}

void TestTerminalPredictor::neverOnTheAlternateScreen()
{
    Line line = ready(Predictor::Mode::On);
    line.key("b");
    QVERIFY(line.predictor.isWaiting());
    line.print("\033[?1049h");
    QVERIFY(!line.predictor.isWaiting());
    line.key("i");
    QVERIFY(!line.predictor.isWaiting());
}

void TestTerminalPredictor::neverWhereASecretIsAsked()
{
    Line line = ready(Predictor::Mode::On);
    line.hidden = true;
    line.key("h");
    QVERIFY(!line.predictor.isWaiting());
    line.hidden = false;
    line.key("h");
    QVERIFY(line.predictor.ghosts().isEmpty());
}

void TestTerminalPredictor::noEchoShowsNothing()
{
    Line line = ready(Predictor::Mode::On);
    line.key("\r");
    line.print("\r\nGeheim? ");  // in words that nobody knows
    for (const char key : {'h', 'u', 'n', 't'}) {
        line.key(QByteArray(1, key));
        QVERIFY(line.predictor.ghosts().isEmpty());
        line.wait(300);
        line.print("");
    }
}

void TestTerminalPredictor::overdue()
{
    Line line = ready(Predictor::Mode::On);
    line.key("b");
    QCOMPARE(line.seen(), u"$ ab"_s);
    line.now += Predictor::patience + milliseconds(1);
    line.predictor.look(line.screen, line.now);
    QCOMPARE(line.seen(), u"$ a"_s);
    QVERIFY(!line.predictor.isWaiting());
}

void TestTerminalPredictor::notInTheMiddleOfALine()
{
    Line line = ready(Predictor::Mode::On);
    line.print("bcd\033[3D");
    line.key("x");
    QVERIFY(!line.predictor.isWaiting());
}

void TestTerminalPredictor::notPastTheEdge()
{
    Line line = ready(Predictor::Mode::On);
    line.key(QByteArray(60, 'x'));
    QCOMPARE(line.seen(), u"$ a"_s + QString(36, u'x'));
    QCOMPARE(line.cursor(), 39);
}

void TestTerminalPredictor::scrolling()
{
    Line line = ready(Predictor::Mode::On);
    line.print("\r\n1\r\n2\r\n3\r\n4\r\n$ ");
    QCOMPARE(line.screen.topRow(), 0);
    line.echo("a", 100);
    line.key("b");
    QCOMPARE(line.seen(5), u"$ ab"_s);
    line.print("b\r\nmore\r\n$ ");
    QVERIFY(!line.predictor.isWaiting());
    line.echo("c", 100);
    line.key("d");
    QCOMPARE(line.seen(7), u"$ cd"_s);
}

void TestTerminalPredictor::wideCharactersAreNotGuessed()
{
    Line line = ready(Predictor::Mode::On);
    line.key(u"漢"_s.toUtf8());
    QVERIFY(!line.predictor.isWaiting());
    line.print(u"漢"_s.toUtf8());
    line.echo(u"é"_s.toUtf8(), 100);
    line.key(u"ñ"_s.toUtf8());
    QCOMPARE(line.predictor.ghosts(), (QList<Predictor::Ghost>{{{0, 6}, U'ñ'}}));
}

void TestTerminalPredictor::anotherNumberingForgets()
{
    Line line = ready(Predictor::Mode::On);
    line.key("b");
    QVERIFY(!line.predictor.ghosts().isEmpty());
    line.screen.resize({20, 6});
    line.predictor.look(line.screen, line.now);
    QVERIFY(!line.predictor.isWaiting());
}

QTEST_GUILESS_MAIN(TestTerminalPredictor)
#include "tst_terminal_predictor.moc"
