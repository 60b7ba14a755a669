#include "core/terminal/search.h"
#include "tests/terminal/screen_text.h"

#include <QElapsedTimer>
#include <QRandomGenerator>

using namespace Qt::StringLiterals;
using namespace analemma;
using namespace analemma::terminal;
using namespace analemma::terminal::test;

namespace {

/// The lines of scrollback and screen, soft wraps joined.
QStringList lines(const Screen& screen)
{
    const Range all = {{screen.firstRow(), 0},
                       {screen.topRow() + screen.size().rows - 1, screen.size().columns},
                       false};
    QStringList list = textOf(screen, all).split(u'\n');
    while (!list.isEmpty() && list.last().isEmpty()) {
        list.removeLast();
    }
    return list;
}

QByteArray numbered(int from, int to)
{
    QByteArray bytes;
    for (int i = from; i < to; ++i) {
        bytes += "line " + QByteArray::number(i) + "\r\n";
    }
    return bytes;
}

/// Lines of all lengths, each of them another one; the same at each call.
QByteArray random(int count)
{
    QRandomGenerator dice(3);
    QByteArray bytes;
    for (int i = 0; i < count; ++i) {
        bytes += QByteArray::number(i) + ": " +
                 QByteArray("some words of a log ").repeated(dice.bounded(12)) + "x\r\n";
    }
    return bytes;
}

}  // namespace

class TestHistory : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void keepsRows();
    void styledAndWideRows();
    void byteLimit();
    void noScrollback();
    void reflowKeepsLines();
    void oldRowsWrapLater_data();
    void oldRowsWrapLater();
    void oldRowsWrapInAnyOrder();
    void aGiantLineStays();
    void aResizeIsShort();
    void reflowFollowsCursor_data();
    void reflowFollowsCursor();
    void growing();
    void alternateIsCut();
    void anySize();
    void prompts();
    void search_data();
    void search();
    void searchBounds();
    void select_data();
    void select();
    void block();
};

void TestHistory::keepsRows()
{
    Screen screen({20, 4});
    screen.feed(numbered(0, 5000) + "end");
    QCOMPARE(screen.firstRow(), 0);
    QCOMPARE(screen.topRow(), 4997);
    QCOMPARE(rowText(screen, 0), u"line 0"_s);
    QCOMPARE(rowText(screen, 4321), u"line 4321"_s);
    QCOMPARE(rowText(screen, 5000), u"end"_s);
    QCOMPARE(rowText(screen, 5001), QString());
    const quint64 epoch = screen.epoch();
    screen.feed("\033[3J");
    QCOMPARE(screen.firstRow(), screen.topRow());
    QCOMPARE(rowText(screen, 5000), u"end"_s);
    QVERIFY(screen.epoch() != epoch);
}

void TestHistory::styledAndWideRows()
{
    Screen screen({12, 2});
    screen.feed(
        "\033[1mab\033[31mcd\033[m \xe4\xb8\xad e\xcc\x81 "
        "\xce\xb1\r\n\033[44mx\033[K\033[m\r\n\r\n\r\n");
    QCOMPARE(rowText(screen, 0), u"abcd \u4e2d e\u0301 \u03b1"_s);
    std::vector<Cell> scratch;
    const RowView first = screen.row(0, &scratch);
    QVERIFY(screen.style(first.cells[0].style).flags == Style::Bold);
    QVERIFY(screen.style(first.cells[2].style).foreground == Colour::indexed(1));
    QVERIFY(screen.style(first.cells[4].style) == Style());
    QVERIFY(first.cells[5].isWide() && first.cells[6].isTail());
    const RowView second = screen.row(1, &scratch);
    QVERIFY(screen.style(second.fill).background == Colour::indexed(4));
}

void TestHistory::byteLimit()
{
    Options options;
    options.scrollbackBytes = 1024 * 1024;
    Screen screen({80, 24}, options);
    for (int i = 0; i < 40; ++i) {
        screen.feed(numbered(i * 5000, (i + 1) * 5000));
        QVERIFY(screen.heldBytes() <= options.scrollbackBytes + 256 * 1024);
    }
    QVERIFY(screen.firstRow() > 100'000);
    QCOMPARE(rowText(screen, screen.firstRow()), u"line %1"_s.arg(screen.firstRow()));
    screen.feed(QByteArray("\n").repeated(1'000'000));
    QVERIFY(screen.heldBytes() <= options.scrollbackBytes + 256 * 1024);
    screen.resize({1, 1});
    QVERIFY(screen.heldBytes() <= options.scrollbackBytes + 256 * 1024);
}

void TestHistory::noScrollback()
{
    Options options;
    options.scrollbackBytes = 0;
    Screen screen({20, 4}, options);
    screen.feed(numbered(0, 100) + "end");
    QCOMPARE(screen.firstRow(), screen.topRow());
    screen.resize({4, 6});
    screen.resize({20, 4});
    QCOMPARE(screen.firstRow(), screen.topRow());
    QVERIFY(rowsOf(screen).contains(u"end"_s));
}

/// Whatever widths it goes through, the lines stay.
void TestHistory::reflowKeepsLines()
{
    QRandomGenerator random(7);
    Screen screen({40, 10});
    QByteArray bytes;
    for (int i = 0; i < 3000; ++i) {
        bytes +=
            "\033[3" + QByteArray::number(i % 8) + "m" + QByteArray::number(i) + ' ' +
            QByteArray("word \xe4\xb8\xad\xe6\x96\x87 e\xcc\x81 ").repeated(random.bounded(9)) +
            "end\r\n";
    }
    screen.feed(bytes + "prompt");
    const QStringList before = lines(screen);
    QCOMPARE(before.size(), 3001);
    for (int i = 0; i < 60; ++i) {
        const Size size = {2 + random.bounded(i % 10 == 0 ? 900 : 120), 1 + random.bounded(60)};
        screen.resize(size);
        QCOMPARE(lines(screen), before);
        QVERIFY(rowText(screen, screen.topRow() + screen.cursor().row).size() <= size.columns);
    }
    screen.feed("X");
    QCOMPARE(lines(screen).last(), u"promptX"_s);
}

void TestHistory::oldRowsWrapLater_data()
{
    QTest::addColumn<int>("columns");
    for (const int columns : {3, 37, 79, 81, 200}) {
        QTest::addRow("%d", columns) << columns;
    }
}

/// The newest rows are there at once, the older ones come before them and change no number; in the
/// end all is as if it had been printed at that width.
void TestHistory::oldRowsWrapLater()
{
    QFETCH(int, columns);
    Options options;
    options.scrollbackBytes = 512 * 1024 * 1024;
    Screen late({80, 24}, options);
    Screen direct({columns, 24}, options);
    for (Screen* screen : {&late, &direct}) {
        screen->feed(random(8'000) + "end");
    }
    const QStringList all = lines(direct);
    late.resize({columns, 24});
    const qint64 from = late.wrappedFrom();
    const qint64 top = late.topRow();
    QVERIFY(top - from >= 24);
    QVERIFY(top - from < direct.topRow() - direct.firstRow());
    QCOMPARE(rowsOf(late), rowsOf(direct));
    // What can be read is selected and found over its first row, too.
    const Range seen = {{from, 0}, {top + 23, columns}, false};
    const QStringList part = textOf(late, seen).split(u'\n');
    QCOMPARE(part, all.last(part.size()));
    const Result<Pattern> pattern = Pattern::compile(part[0].left(6), SearchKind::Plain, true);
    QVERIFY(pattern.ok());
    const auto found = pattern->find(late, 0, top + 24, 1);
    QCOMPARE(found.size(), 1);
    QCOMPARE(found[0].begin, (Position{from, 0}));
    const quint64 epoch = late.epoch();
    int steps = 0;
    qint64 before = from;
    while (late.wrapMore()) {
        ++steps;
        QVERIFY(late.wrappedFrom() < before);
        before = late.wrappedFrom();
        QCOMPARE(late.topRow(), top);
    }
    QVERIFY(steps >= 1);
    QCOMPARE(late.epoch(), epoch);
    QVERIFY(late.firstRow() >= 0);
    QCOMPARE(late.topRow() - late.firstRow(), direct.topRow() - direct.firstRow());
    QCOMPARE(textOf(late, seen).split(u'\n'), part);
    QCOMPARE(lines(late), all);
    for (qint64 row = 0; row < top - late.firstRow(); row += 97) {
        QCOMPARE(rowText(late, late.firstRow() + row), rowText(direct, direct.firstRow() + row));
    }
}

/// Output, more resizes, a cleared scrollback: also while old rows wait.
void TestHistory::oldRowsWrapInAnyOrder()
{
    QRandomGenerator dice(5);
    Options options;
    options.scrollbackBytes = 64 * 1024 * 1024;
    Screen late({80, 24}, options);
    Screen settled({80, 24}, options);
    late.feed(random(8'000));
    settled.feed(random(8'000));
    for (int i = 0; i < 20; ++i) {
        const Size size = {3 + dice.bounded(150), 1 + dice.bounded(60)};
        const QByteArray more = numbered(i * 10, i * 10 + dice.bounded(300));
        const int steps = dice.bounded(3);
        for (Screen* screen : {&late, &settled}) {
            screen->resize(size);
            screen->feed(more);
        }
        (void)settled.firstRow();
        for (int step = 0; step < steps; ++step) {
            late.wrapMore();
        }
        QCOMPARE(rowsOf(late), rowsOf(settled));
        QCOMPARE(late.cursor(), settled.cursor());
    }
    QCOMPARE(lines(late), lines(settled));
    late.resize({41, 24});
    late.feed("\033[3J");
    QCOMPARE(late.firstRow(), late.topRow());
    QVERIFY(!late.wrapMore());
    Options little;
    little.scrollbackBytes = 1024 * 1024;
    Screen small({80, 24}, little);
    for (int i = 0; i < 20; ++i) {
        small.feed(random(3'000));
        small.resize({5 + dice.bounded(100), 24});
        QVERIFY(small.heldBytes() <= little.scrollbackBytes + 512 * 1024);
        small.wrapMore();
        QVERIFY(small.heldBytes() <= little.scrollbackBytes + 512 * 1024);
    }
}

/// One line over the whole scrollback: nothing of it is lost.
void TestHistory::aGiantLineStays()
{
    Options options;
    options.scrollbackBytes = 64 * 1024 * 1024;
    Screen screen({80, 24}, options);
    QByteArray line;
    for (int i = 0; line.size() < 3'000'000; ++i) {
        line += QByteArray::number(i) + ',';
    }
    screen.feed(line + "\r\nend");
    screen.resize({61, 24});
    QCOMPARE(rowText(screen, screen.topRow() + 23), u"end"_s);
    QCOMPARE(lines(screen), (QStringList{QString::fromLatin1(line), u"end"_s}));
}

void TestHistory::aResizeIsShort()
{
#ifdef NDEBUG
    constexpr qint64 full = 31 * 1024 * 1024;
#else
    constexpr qint64 full = 3 * 1024 * 1024;  // not optimized it takes minutes to fill it
#endif
    Screen screen({120, 40});
    const QByteArray bytes = random(4'000);
    while (screen.heldBytes() < full) {
        screen.feed(bytes);
    }
    qint64 longest = 0;
    QElapsedTimer timer;
    for (const int columns : {60, 119, 80}) {
        timer.start();
        screen.resize({columns, 40});
        longest = qMax(longest, timer.elapsed());
    }
    qint64 step = 0;
    bool more = true;
    while (more) {
        timer.start();
        more = screen.wrapMore();
        step = qMax(step, timer.elapsed());
    }
    qInfo("a resize with %lld MiB of scrollback: %lld ms, then steps of %lld ms at most",
          static_cast<long long>(full >> 20), static_cast<long long>(longest),
          static_cast<long long>(step));
#if defined(NDEBUG) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
    QVERIFY(longest <= 16 * 4);  // four times, for a busy machine
#endif
}

void TestHistory::reflowFollowsCursor_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<Size>("size");
    QTest::addColumn<QString>("after");
    QTest::newRow("narrower") << QByteArray("abcdefgh\r\n$ ls") << Size{4, 4}
                              << u"abcd|efgh|$ ls|X"_s;
    QTest::newRow("within a line") << QByteArray("abcdefgh\033[6D") << Size{4, 4} << u"abXd|efgh"_s;
    QTest::newRow("wider") << QByteArray("0123456789abc") << Size{20, 4} << u"0123456789abcX"_s;
    QTest::newRow("pending wrap") << QByteArray("0123456789") << Size{5, 4} << u"01234|56789|X"_s;
    QTest::newRow("pending wrap no more")
        << QByteArray("0123456789") << Size{12, 4} << u"0123456789X"_s;
    QTest::newRow("past the text") << QByteArray("ab\033[1;6H") << Size{20, 4} << u"ab   X"_s;
    QTest::newRow("shorter") << QByteArray("1\r\n2\r\n3\r\n4") << Size{10, 2} << u"3|4X"_s;
    QTest::newRow("shorter, blank below") << QByteArray("1\r\n2") << Size{10, 2} << u"1|2X"_s;
    QTest::newRow("cursor above the text")
        << QByteArray("1\r\n2\r\n3\r\n4\033[1;2H") << Size{10, 2} << u"1X|2"_s;
}

void TestHistory::reflowFollowsCursor()
{
    QFETCH(QByteArray, bytes);
    QFETCH(Size, size);
    QFETCH(QString, after);
    Screen screen({10, 4});
    screen.feed(bytes);
    screen.resize(size);
    screen.feed("X");
    QCOMPARE(shown(screen), after);
}

void TestHistory::growing()
{
    Screen screen({10, 3});
    screen.feed("1\r\n2\r\n3\r\n4\r\n5");
    screen.resize({10, 5});
    QCOMPARE(shown(screen), u"1|2|3|4|5"_s);
    screen.feed("\r\n6\r\n7\033[2J\033[Ha");
    screen.resize({10, 7});  // a cleared screen stays cleared
    QCOMPARE(shown(screen), u"a"_s);
    QCOMPARE(screen.cursor().row, 0);
}

void TestHistory::alternateIsCut()
{
    Screen screen({10, 3});
    screen.feed("0123456789abc\033[?1049h\033[HABCDEFGHIJ\033[3;10H");
    screen.resize({5, 2});
    QCOMPARE(shown(screen), u"ABCDE"_s);
    QCOMPARE(screen.cursor().row, 1);
    QCOMPARE(screen.firstRow(), screen.topRow());
    screen.resize({20, 3});
    QCOMPARE(shown(screen), u"ABCDE"_s);
    screen.feed("\033[?1049lX");
    QCOMPARE(shown(screen), u"0123456789abcX"_s);
}

void TestHistory::anySize()
{
    QRandomGenerator random(11);
    Screen screen({80, 24});
    for (int i = 0; i < 300; ++i) {
        screen.feed("\033[" + QByteArray::number(random.bounded(30)) + ';' +
                    QByteArray::number(random.bounded(90)) +
                    "H\xe4\xb8\xad\033[L\033[2P\033[@\033[3;9r\n" +
                    (i % 9 == 0   ? "\033[?1049h"
                     : i % 9 == 4 ? "\033[?1049l"
                                  : "\0337\0338"));
        const int side = i % 50 == 0 ? 1000 : 30;
        const Size size = {1 + random.bounded(side), 1 + random.bounded(side)};
        screen.resize(size);
        QVERIFY(screen.cursor().column < size.columns && screen.cursor().row < size.rows);
        QCOMPARE(rowsOf(screen).size(), size.rows);
    }
    screen.resize({0, -5});
    QCOMPARE(screen.size(), (Size{1, 1}));
    screen.resize({100'000, 100'000});
    QCOMPARE(screen.size(), (Size{limitSide, limitSide}));
}

void TestHistory::prompts()
{
    Screen screen({20, 3});
    screen.feed("\033]133;A\a$ one\r\n" + numbered(0, 10) + "\033]133;A\a$ two\r\n" +
                numbered(0, 10) + "\033]133;A\a$ three");
    const qint64 end = screen.topRow() + 3;
    QCOMPARE(screen.promptAbove(end), std::optional<qint64>(22));
    QCOMPARE(screen.promptAbove(22), std::optional<qint64>(11));
    QCOMPARE(screen.promptAbove(0), std::nullopt);
    QCOMPARE(screen.promptBelow(0), std::optional<qint64>(11));
    QCOMPARE(screen.promptBelow(22), std::nullopt);
    screen.resize({5, 3});
    QCOMPARE(rowText(screen, *screen.promptBelow(1)), u"$ two"_s);
}

void TestHistory::search_data()
{
    QTest::addColumn<QString>("pattern");
    QTest::addColumn<bool>("regex");
    QTest::addColumn<bool>("caseSensitive");
    QTest::addColumn<QStringList>("found");
    QTest::newRow("plain") << u"line 7"_s << false << true << QStringList{u"line 7"_s};
    QTest::newRow("case") << u"LINE 7"_s << false << true << QStringList{};
    QTest::newRow("any case") << u"LINE 7"_s << false << false << QStringList{u"line 7"_s};
    QTest::newRow("over a wrap") << u"ghijklm"_s << false << true << QStringList{u"ghijklm"_s};
    QTest::newRow("wide") << u"\u4e2d\u6587"_s << false << true << QStringList{u"\u4e2d\u6587"_s};
    QTest::newRow("not a regex") << u"line ."_s << false << true << QStringList{};
    QTest::newRow("regex") << u"line [78]$"_s << true << true
                           << QStringList{u"line 7"_s, u"line 8"_s};
    QTest::newRow("several in a line")
        << u"[ace]"_s << true << true
        << QStringList{u"e"_s, u"e"_s, u"e"_s, u"e"_s, u"e"_s, u"e"_s, u"e"_s,
                       u"e"_s, u"e"_s, u"e"_s, u"a"_s, u"c"_s, u"e"_s};
}

void TestHistory::search()
{
    QFETCH(QString, pattern);
    QFETCH(bool, regex);
    QFETCH(bool, caseSensitive);
    QFETCH(QStringList, found);
    Screen screen({10, 3});
    screen.feed(numbered(0, 10) + "abcdefghijklmnopq\r\n\xe4\xb8\xad\xe6\x96\x87");
    const Result<Pattern> compiled =
        Pattern::compile(pattern, regex ? SearchKind::Regex : SearchKind::Plain, caseSensitive);
    QVERIFY(compiled.ok());
    QStringList texts;
    for (const Range& range : compiled->find(screen, 0, screen.topRow() + 3)) {
        texts.append(textOf(screen, range));
    }
    QCOMPARE(texts, found);
    QCOMPARE(compiled->find(screen, 0, screen.topRow() + 3, 1).size(),
             qMin<qsizetype>(1, found.size()));
}

void TestHistory::searchBounds()
{
    QVERIFY(!Pattern::compile(u"(a"_s, SearchKind::Regex, true).ok());
    QVERIFY(!Pattern::compile(QString(), SearchKind::Plain, true).ok());
    Screen screen({100, 3});
    screen.feed(QByteArray(5000, 'a') + "b\r\n" + QByteArray(30, 'a') + "!\r\nok");
    // Would take ages if backtracking were not bounded.
    const Result<Pattern> evil = Pattern::compile(u"^(a+)+$"_s, SearchKind::Regex, true);
    QVERIFY(evil.ok());
    QCOMPARE(evil->find(screen, 0, 1000).size(), 0);
    const Result<Pattern> ok = Pattern::compile(u"OK"_s, SearchKind::Plain, false);
    QCOMPARE(ok->find(screen, 0, 1000).size(), 1);
    QCOMPARE(ok->find(screen, 1, 3).size(), 0);
}

void TestHistory::select_data()
{
    QTest::addColumn<Position>("anchor");
    QTest::addColumn<Position>("head");
    QTest::addColumn<int>("by");
    QTest::addColumn<QString>("text");
    const auto row = [](const char* name, Position anchor, Position head, SelectBy by,
                        const QString& text) {
        QTest::newRow(name) << anchor << head << int(by) << text;
    };
    row("one", {0, 1}, {0, 1}, SelectBy::Character, u"d"_s);
    row("backwards", {0, 4}, {0, 1}, SelectBy::Character, u"d /u"_s);
    row("rows", {0, 8}, {2, 0}, SelectBy::Character, u"local/bin x\n\u4e2d"_s);
    row("word over a wrap", {0, 5}, {0, 5}, SelectBy::Word, u"/usr/local/bin"_s);
    row("words", {0, 0}, {1, 0}, SelectBy::Word, u"cd /usr/local/bin"_s);
    row("line over a wrap", {1, 2}, {1, 2}, SelectBy::Line, u"cd /usr/local/bin x"_s);
    row("wide by its second half", {2, 1}, {2, 1}, SelectBy::Character, u"\u4e2d"_s);
    row("wide word", {2, 2}, {2, 2}, SelectBy::Word, u"\u4e2d\u6587"_s);
    row("bracket alone", {3, 0}, {3, 0}, SelectBy::Word, u"("_s);
    row("within brackets", {3, 2}, {3, 2}, SelectBy::Word, u"a=b"_s);
    row("past the end", {3, 9}, {99, 99}, SelectBy::Character, u""_s);
}

void TestHistory::select()
{
    QFETCH(Position, anchor);
    QFETCH(Position, head);
    QFETCH(int, by);
    QFETCH(QString, text);
    Screen screen({10, 4});
    screen.feed("cd /usr/local/bin x\r\n\xe4\xb8\xad\xe6\x96\x87\r\n((a=b))");
    QCOMPARE(textOf(screen, terminal::select(screen, anchor, head, SelectBy(by))), text);
}

void TestHistory::block()
{
    Screen screen({10, 4});
    screen.feed("abcdef\r\nghi\r\nmnopqr");
    const Range range = terminal::select(screen, {2, 2}, {0, 4}, SelectBy::Block);
    QCOMPARE(textOf(screen, range), u"cde\ni\nopq"_s);
    QVERIFY(range.contains({1, 3}) && !range.contains({1, 5}) && !range.contains({3, 3}));
}

QTEST_GUILESS_MAIN(TestHistory)
#include "tst_terminal_history.moc"
