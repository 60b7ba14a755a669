#include "tests/terminal/screen_text.h"

using namespace Qt::StringLiterals;
using namespace analemma::terminal;
using namespace analemma::terminal::test;

/// Sequences on a screen of 10 x 4, and what it shows then.
class TestScreen : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void sequences_data();
    void sequences();
    void styles_data();
    void styles();
    void replies_data();
    void replies();
    void attacks_data();
    void attacks();
    void modes();
    void cursorShapes();
    void wideAndMarks();
    void backgroundErase();
    void links();
    void title();
    void clipboard();
    void dirtyRows();
    void manyStyles();
    void bells();
};

void TestScreen::sequences_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QString>("text");
    QTest::addColumn<int>("row");
    QTest::addColumn<int>("column");
    const auto row = [](const char* name, const QByteArray& bytes, const QString& text, int y,
                        int x) { QTest::newRow(name) << bytes << text << y << x; };
    row("text", "hello", u"hello"_s, 0, 5);
    row("lines", "a\r\nb\nc\vd", u"a|b| c|  d"_s, 3, 3);
    row("pending wrap", "0123456789", u"0123456789"_s, 0, 9);
    row("wrap", "0123456789a", u"0123456789|a"_s, 1, 1);
    row("return cancels the wrap", "0123456789\rX", u"X123456789"_s, 0, 1);
    row("no autowrap", "\033[?7l0123456789abc", u"012345678c"_s, 0, 9);
    row("scroll", "1\r\n2\r\n3\r\n4\r\n5", u"2|3|4|5"_s, 3, 1);
    row("backspace", "abc\b\bX", u"aXc"_s, 0, 2);
    row("reverse wrap", "\033[?45h0123456789a\b\bX", u"012345678X|a"_s, 0, 9);
    row("tab", "a\tb", u"a       b"_s, 0, 9);
    row("tab stops", "\033[3g\033[4G\033H\r\tx", u"   x"_s, 0, 4);
    row("tab to the end", "\033[3g\tx", u"         x"_s, 0, 9);
    row("back tab", "0123456789\033[ZX", u"01234567X9"_s, 0, 9);
    row("CHT", "\033[9Ix", u"         x"_s, 0, 9);
    row("CUP", "\033[2;3Hx", u"|  x"_s, 1, 3);
    row("CUP past the edge", "\033[99;99Hx", u"|||         x"_s, 3, 9);
    row("CUU CUD CUF CUB", "\033[2B\033[3C\033[A\033[Dx", u"|  x"_s, 1, 3);
    row("CNL CPL CHA VPA", "\033[2Ea\033[F\033[4Gb\033[4dc", u"|   b|a|    c"_s, 3, 5);
    row("EL 0", "abcdef\033[3D\033[K", u"abc"_s, 0, 3);
    row("EL 1", "abcdef\033[3D\033[1K", u"    ef"_s, 0, 3);
    row("EL 2", "abcdef\033[2K", QString(), 0, 6);
    row("ED 0", "a\r\nb\r\nc\033[2;2H\033[J", u"a|b"_s, 1, 1);
    row("ED 1", "a\r\nb\r\nc\033[2;2H\033[1J", u"||c"_s, 1, 1);
    row("ED 2", "a\r\nb\033[2J", QString(), 1, 1);
    row("ECH", "abcdef\033[2G\033[3X", u"a   ef"_s, 0, 1);
    row("ICH", "abcdef\033[2G\033[2@", u"a  bcdef"_s, 0, 1);
    row("ICH too many", "abcdef\033[2G\033[99@", u"a"_s, 0, 1);
    row("DCH", "abcdef\033[2G\033[2P", u"adef"_s, 0, 1);
    row("DCH too many", "abcdef\033[2G\033[99P", u"a"_s, 0, 1);
    row("IL", "a\r\nb\r\nc\033[2H\033[L", u"a||b|c"_s, 1, 0);
    row("DL", "a\r\nb\r\nc\033[2H\033[M", u"a|c"_s, 1, 0);
    row("IL outside the region", "a\033[2;3r\033[L", u"a"_s, 0, 0);
    row("REP", "ab\033[3b", u"abbbb"_s, 0, 5);
    row("REP without text", "\033[3b", QString(), 0, 0);
    row("REP clamped", "\033[5G\033[2Jx\033[9999b", u"    xxxxxx|xxxxx"_s, 1, 5);
    row("region", "\033[2;3r1\033[2H2\r\n3\r\n4\r\n5", u"1|4|5"_s, 2, 1);
    row("region scroll down", "a\r\nb\r\nc\r\nd\033[2;3r\033[2H\033M", u"a||b|d"_s, 1, 0);
    row("SU", "a\r\nb\r\nc\033[S", u"b|c"_s, 2, 1);
    row("SD", "a\r\nb\033[2T", u"||a|b"_s, 1, 1);
    row("bad region", "\033[3;2ra", u"a"_s, 0, 1);
    row("origin", "\033[2;3r\033[?6hx\033[9;9Hy", u"|x|        y"_s, 2, 9);
    row("insert mode", "abc\033[H\033[4hxy\033[4l", u"xyabc"_s, 0, 2);
    row("IND NEL RI", "a\033Db\033Ec\033Md", u"a| d|c"_s, 1, 2);
    row("save and restore", "ab\0337\033[3Hx\0338c", u"abc||x"_s, 0, 3);
    row("save and restore, SCO", "ab\033[s\033[3Hx\033[uc", u"abc||x"_s, 0, 3);
    row("graphics", "\033(0lqk\033(Bq", u"\u250c\u2500\u2510q"_s, 0, 4);
    row("shift", "\033)0q\x0eq\x0fq", u"q\u2500q"_s, 0, 3);
    row("single shift", "\033*0\033Nqq", u"\u2500q"_s, 0, 2);
    row("locking shifts", "\033*0\033+A\033nq\033o#", u"\u2500\u00a3"_s, 0, 2);
    row("DECALN", "\033#8", u"EEEEEEEEEE|EEEEEEEEEE|EEEEEEEEEE|EEEEEEEEEE"_s, 0, 0);
    row("RIS", "abc\033[?6h\033c", QString(), 0, 0);
    row("DECSTR keeps text", "abc\033[4h\033[!pX", u"abcX"_s, 0, 4);
    row("LNM", "\033[20ha\nb", u"a|b"_s, 1, 1);
    row("alternate", "abc\033[?1049hxyz", u"   xyz"_s, 0, 6);
    row("alternate and back", "abc\033[?1049hxyz\r\nq\033[?1049ld", u"abcd"_s, 0, 4);
    row("alternate 47 keeps", "\033[?47hx\033[?47l\033[?47h", u"x"_s, 0, 1);
    row("alternate 1047 clears", "\033[?1047hx\033[?1047l\033[?1047h", QString(), 0, 1);
    row("UTF-8", "h\xc3\xa9\xe2\x82\xac", u"h\u00e9\u20ac"_s, 0, 3);
    row("bad UTF-8", "a\x80\xc3(\xe2\x82(\xf0\x9f\xff", u"a\ufffd\ufffd(\ufffd(\ufffd\ufffd"_s, 0,
        8);
    row("overlong, surrogate", "\xc0\xaf\xed\xa0\x80", u"\ufffd\ufffd\ufffd\ufffd\ufffd"_s, 0, 5);
    row("ESC ends a character", "\xe2\x82\033[31mx", u"\ufffdx"_s, 0, 2);
    row("C1 in UTF-8 is nothing",
        "a\xc2\x9b"
        "31mb",
        u"a31mb"_s, 0, 5);
    row("control within a sequence", "\033[2\r;3Hx", u"|  x"_s, 1, 3);
    row("cancelled sequence", "\033[2\x18Hx", u"Hx"_s, 0, 2);
    row("restarted sequence", "\033[2\033[3Hx", u"||x"_s, 2, 1);
    row("text ends a sequence", "\033[2\xc3\xa9x", u"\u00e9x"_s, 0, 2);
    row("unknown sequences", "a\033[>1m\033[?9z\033[1 @\033[1;2;3$~\033%G\033 Fb", u"ab"_s, 0, 2);
    row("strings", "a\033Pxy\033\\\033_z\033\\\033^u\033\\\033Xv\033\\\033]9;w\ab", u"ab"_s, 0, 2);
    row("DECCOLM not allowed", "abc\033[?3h", u"abc"_s, 0, 3);
    row("DECCOLM clears", "abc\033[?40h\033[?3h", QString(), 0, 0);
    row("NUL and DEL",
        QByteArray("a\0\x7f"
                   "b",
                   4),
        u"ab"_s, 0, 2);
}

void TestScreen::sequences()
{
    QFETCH(QByteArray, bytes);
    QFETCH(QString, text);
    QFETCH(int, row);
    QFETCH(int, column);
    Screen screen({10, 4});
    screen.feed(bytes);
    QCOMPARE(shown(screen), text);
    QCOMPARE(screen.cursor().row, row);
    QCOMPARE(screen.cursor().column, column);
    for (qsizetype cut = 1; cut < bytes.size(); ++cut) {
        Screen split({10, 4});
        split.feed(bytes.first(cut));
        split.feed(bytes.sliced(cut));
        QCOMPARE(everything(split), everything(screen));
    }
}

void TestScreen::styles_data()
{
    QTest::addColumn<QByteArray>("sgr");
    QTest::addColumn<int>("flags");
    QTest::addColumn<int>("underline");
    QTest::addColumn<Colour>("foreground");
    QTest::addColumn<Colour>("background");
    QTest::addColumn<Colour>("line");
    const auto row = [](const QByteArray& sgr, int flags, Underline underline = Underline::None,
                        Colour foreground = {}, Colour background = {}, Colour line = {}) {
        QTest::newRow(sgr.constData())
            << sgr << flags << int(underline) << foreground << background << line;
    };
    using U = Underline;
    row("1", Style::Bold);
    row("1;2;3;5;7;8;9;53", 255);
    row("1;2;3;5;7;8;9;53;22;23;25;27;28;29;55", 0);
    row("4", 0, U::Single);
    row("4:3", 0, U::Curly);
    row("4:0", 0);
    row("4:2", 0, U::Double);
    row("4:4", 0, U::Dotted);
    row("4:5;1", Style::Bold, U::Dashed);
    row("21", 0, U::Double);
    row("4;24", 0);
    row("31;44", 0, U::None, Colour::indexed(1), Colour::indexed(4));
    row("91;104", 0, U::None, Colour::indexed(9), Colour::indexed(12));
    row("38;5;200;48;5;0", 0, U::None, Colour::indexed(200), Colour::indexed(0));
    row("38;2;1;2;3;1", Style::Bold, U::None, Colour::rgb(1, 2, 3));
    row("38:2:1:2:3;1", Style::Bold, U::None, Colour::rgb(1, 2, 3));
    row("38:2::1:2:3", 0, U::None, Colour::rgb(1, 2, 3));
    row("48:5:9;3", Style::Italic, U::None, {}, Colour::indexed(9));
    row("4;58;5;7", 0, U::Single, {}, {}, Colour::indexed(7));
    row("58:2::9:8:7", 0, U::None, {}, {}, Colour::rgb(9, 8, 7));
    row("58;5;7;59", 0);
    row("38;5;300", 0);
    row("38;2;1;2", 0);
    row("31;39;41;49", 0);
    row("31;0;1", Style::Bold);
    row("31;", 0);
}

void TestScreen::styles()
{
    QFETCH(QByteArray, sgr);
    QFETCH(int, flags);
    QFETCH(int, underline);
    QFETCH(Colour, foreground);
    QFETCH(Colour, background);
    QFETCH(Colour, line);
    Screen screen({10, 4});
    screen.feed("\033[" + sgr + "mx\033[my");
    const Style style = styleAt(screen, 0, 0);
    QCOMPARE(int(style.flags), flags);
    QCOMPARE(int(style.underline), underline);
    QVERIFY(style.foreground == foreground);
    QVERIFY(style.background == background);
    QVERIFY(style.underlineColour == line);
    QVERIFY(styleAt(screen, 0, 1) == Style());
}

void TestScreen::replies_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QByteArray>("reply");
    const auto row = [](const char* name, const QByteArray& bytes, const QByteArray& reply) {
        QTest::newRow(name) << bytes << reply;
    };
    row("DA1", "\033[c", "\033[?62;22c");
    row("DECID", "\033Z", "\033[?62;22c");
    row("DA2", "\033[>c", "\033[>1;10;0c");
    row("DA3", "\033[=c", "\033P!|00000000\033\\");
    row("DSR", "\033[5n", "\033[0n");
    row("CPR", "\033[2;3H\033[6n", "\033[2;3R");
    row("CPR origin", "\033[2;3r\033[?6h\033[2;2H\033[6n", "\033[2;2R");
    row("DECXCPR", "\033[?6n", "\033[?1;1;1R");
    row("DECRQM set", "\033[?2026h\033[?2026$p", "\033[?2026;1$y");
    row("DECRQM reset", "\033[?1049$p", "\033[?1049;2$y");
    row("DECRQM unknown", "\033[?31337$p", "\033[?9999;0$y");
    row("DECRQM ANSI", "\033[4h\033[4$p", "\033[4;1$y");
    row("XTVERSION", "\033[>q", "\033P>|analemma\033\\");
    row("DECRQSS margins", "\033[2;3r\033P$qr\033\\", "\033P1$r2;3r\033\\");
    row("DECRQSS cursor", "\033[4 q\033P$q q\033\\", "\033P1$r4 q\033\\");
    row("foreground", "\033]10;?\a", "\033]10;rgb:1212/3434/5656\033\\");
    row("background", "\033]11;?\033\\", "\033]11;rgb:0000/0000/ffff\033\\");
}

void TestScreen::replies()
{
    QFETCH(QByteArray, bytes);
    QFETCH(QByteArray, reply);
    Options options;
    options.foreground = 0x123456;
    options.background = 0x0000ff;
    Screen screen({10, 4}, options);
    screen.feed(bytes);
    QCOMPARE(screen.takeReplies(), reply);
    QCOMPARE(screen.takeReplies(), QByteArray());
}

/// Known attacks on terminals: none of them gets an answer that holds what was sent.
void TestScreen::attacks_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QByteArray>("reply");
    QTest::newRow("title report") << QByteArray("\033]2;evil\a\033[21t\033[20t") << QByteArray();
    QTest::newRow("DECRQSS echo") << QByteArray("\033P$q\nevil\n\033\\")
                                  << QByteArray("\033P0$r\033\\");
    QTest::newRow("font query") << QByteArray("\033]50;?\a") << QByteArray();
    QTest::newRow("palette query") << QByteArray("\033]4;1;?\a") << QByteArray();
    QTest::newRow("colours not told") << QByteArray("\033]10;?\a\033]11;?\a") << QByteArray();
    QTest::newRow("window size") << QByteArray("\033[8;9999;9999t\033[18t\033[14t\033[19t")
                                 << QByteArray();
    QTest::newRow("clipboard read") << QByteArray("\033]52;c;?\a") << QByteArray();
    QTest::newRow("ENQ") << QByteArray("\x05") << QByteArray();
    QTest::newRow("XTGETTCAP") << QByteArray("\033P+q544e\033\\") << QByteArray();
    QTest::newRow("checksum") << QByteArray("\033[1;1;1;1;4;4*y") << QByteArray();
    QTest::newRow("upload") << QByteArray("\033]1337;RequestUpload=format=tgz\a\033P1000p")
                            << QByteArray();
}

void TestScreen::attacks()
{
    QFETCH(QByteArray, bytes);
    QFETCH(QByteArray, reply);
    Screen screen({10, 4});
    screen.feed(bytes + "\033\\ok");
    QCOMPARE(screen.takeReplies(), reply);
    QCOMPARE(screen.size(), (Size{10, 4}));
    QVERIFY(shown(screen).endsWith(u"ok"_s));
}

void TestScreen::modes()
{
    Screen screen({10, 4});
    QCOMPARE(screen.modes(), Modes());
    screen.feed("\033[?1;5;66;1003;1004;1006;2004;2026h\033[20h");
    Modes expected;
    expected.applicationCursor = expected.applicationKeypad = expected.bracketedPaste = true;
    expected.focusEvents = expected.newLine = expected.reverseScreen = true;
    expected.synchronized = expected.mouseSgr = true;
    expected.mouse = MouseTracking::Motion;
    QCOMPARE(screen.modes(), expected);
    screen.endSynchronized();
    QVERIFY(!screen.modes().synchronized);
    screen.feed("\033[?1000l");
    QCOMPARE(int(screen.modes().mouse), int(MouseTracking::Motion));
    screen.feed("\033[?1003l\033=\033>");
    QCOMPARE(int(screen.modes().mouse), int(MouseTracking::Off));
    QVERIFY(!screen.modes().applicationKeypad);
    screen.feed("\033c");
    QCOMPARE(screen.modes(), Modes());
}

void TestScreen::cursorShapes()
{
    Screen screen({10, 4});
    screen.feed("\033[5 q\033[?25l");
    QCOMPARE(screen.cursor(), (Cursor{0, 0, CursorShape::Bar, true, false}));
    screen.feed("\033[4 q\033[?25h");
    QCOMPARE(screen.cursor(), (Cursor{0, 0, CursorShape::Underline, false, true}));
    screen.feed("\033[2 q\033[?12h");
    QCOMPARE(screen.cursor(), (Cursor{0, 0, CursorShape::Block, true, true}));
    screen.feed("\033[9 q\033[0 q");
    QCOMPARE(screen.cursor(), (Cursor{0, 0, CursorShape::Block, false, true}));
}

void TestScreen::wideAndMarks()
{
    Screen screen({10, 4});
    screen.feed(
        "a\xe4\xb8\xad"
        "b");
    QCOMPARE(shown(screen), u"a\u4e2db"_s);
    QCOMPARE(screen.cursor().column, 4);
    QVERIFY(cellAt(screen, 0, 1).isWide() && cellAt(screen, 0, 2).isTail());
    screen.feed("\033[3GX");  // its second half is written over
    QCOMPARE(shown(screen), u"a Xb"_s);
    screen.feed("\033[2J\033[H012345678\xe4\xb8\xad");  // no room: it goes to the next row
    QCOMPARE(shown(screen), u"012345678|\u4e2d"_s);
    screen.feed("\033[2J\033[He\xcc\x81\xcc\x82x");
    QCOMPARE(shown(screen), u"e\u0301\u0302x"_s);
    QCOMPARE(screen.cursor().column, 2);
    screen.feed("\033[2J\033[H");
    for (int i = 0; i < 100; ++i) {
        screen.feed("a\xcc\x81\b\033[C\xcc\x81\xcc\x82");
    }
    screen.feed("\033[2J\033[H\xcc\x81z");  // nothing to join
    QCOMPARE(shown(screen), u"z"_s);
    screen.feed("\033[2J\033[Hz" + QByteArray("\xcc\x81").repeated(1000));
    QCOMPARE(screen.text(cellAt(screen, 0, 0)).size(), 9);
    screen.feed(
        "\033[2J\033[Ha\xe2\x80\xae"
        "b\xef\xbb\xbf"
        "c");  // direction mark, byte order mark
    QCOMPARE(shown(screen), u"abc"_s);
    Screen narrow({1, 1});
    narrow.feed("\xe4\xb8\xad");
    QCOMPARE(shown(narrow), u"\ufffd"_s);
}

void TestScreen::backgroundErase()
{
    Screen screen({10, 4});
    screen.feed("\033[44mab\033[K\033[m");
    QVERIFY(styleAt(screen, 0, 9).background == Colour::indexed(4));
    QVERIFY(styleAt(screen, 1, 0) == Style());
    screen.feed("\033[41m\033[4;1H\n\033[m");
    QVERIFY(styleAt(screen, 3, 5).background == Colour::indexed(1));
    screen.feed("\033[2J");
    QVERIFY(styleAt(screen, 3, 5) == Style());
    screen.feed("\033[42m\033[2J\033[H\033[m\033[K");
    QVERIFY(styleAt(screen, 0, 3) == Style());
    QVERIFY(styleAt(screen, 1, 3).background == Colour::indexed(2));
}

void TestScreen::links()
{
    Screen screen({40, 4});
    screen.feed("\033]8;id=7;https://example.org/a?b=1\033\\one\033]8;;\033\\ two");
    const Style style = styleAt(screen, 0, 0);
    QCOMPARE(screen.link(style.link), u"https://example.org/a?b=1"_s);
    QCOMPARE(styleAt(screen, 0, 4).link, quint16(0));
    screen.feed("\r\n\033]8;id=7;https://example.org/a?b=1\ax\033[0my\033]8;;\a");
    QCOMPARE(styleAt(screen, 1, 0).link, style.link);
    QCOMPARE(styleAt(screen, 1, 1).link, style.link);
    for (const QByteArray& bad :
         {QByteArray("file:///etc/passwd"), QByteArray("javascript:alert(1)"),
          QByteArray("ssh://host"), QByteArray("https://"), QByteArray("https://exa mple.org/"),
          "https://example.org/" + QByteArray(3000, 'x')}) {
        screen.feed("\r\033[K\033]8;;" + bad + "\az\033]8;;\a");
        QCOMPARE(styleAt(screen, 1, 0).link, quint16(0));
    }
    for (int i = 0; i < 20'000; ++i) {
        screen.feed("\033]8;;https://example.org/" + QByteArray::number(i) + "\ax");
    }
    screen.feed("\r\n\033]8;;https://example.org/last\ay");
    QCOMPARE(screen.link(styleAt(screen, screen.cursor().row, 0).link),
             u"https://example.org/last"_s);
}

void TestScreen::title()
{
    Screen screen({10, 4});
    screen.feed("\033]0;one\a\033[22;2t\033]2;two\033\\");
    QCOMPARE(screen.title(), u"two"_s);
    screen.feed("\033[23;2t");
    QCOMPARE(screen.title(), u"one"_s);
    screen.feed("\033]0;" + QByteArray(500, 'x') + "\a");
    QCOMPARE(screen.title().size(), 80);
    screen.feed(
        "\033]0;a\xe2\x80\xae"
        "b\x18");  // cancelled
    QCOMPARE(screen.title().size(), 80);
    screen.feed(
        "\033]0;a\xe2\x80\xae"
        "b\a");
    QVERIFY(!screen.title().contains(QChar(0x202e)));
    screen.feed("\033]0;short\a\033]0;" + QByteArray(5000, 'y') + "\a");
    QCOMPARE(screen.title(), u"short"_s);
}

void TestScreen::clipboard()
{
    Screen screen({10, 4});
    screen.feed("\033]52;c;aGVsbG8=\a");
    const auto request = screen.takeClipboardRequest();
    QVERIFY(request.has_value());
    QCOMPARE(request->text, u"hello"_s);
    QVERIFY(!request->primary);
    QVERIFY(!screen.takeClipboardRequest().has_value());
    screen.feed("\033]52;p;aGVsbG8=\a");
    QVERIFY(screen.takeClipboardRequest()->primary);
    screen.feed("\033]52;c;?\a\033]52;c;***\a\033]52;c;\a");
    QVERIFY(!screen.takeClipboardRequest().has_value());
}

void TestScreen::dirtyRows()
{
    Screen screen({10, 4});
    screen.clean();
    QVERIFY(!screen.isDirty());
    screen.feed("\033[2;1Hx");
    QVERIFY(screen.isDirty() && screen.isDirty(1) && !screen.isDirty(0));
    screen.clean();
    screen.feed("\033[4;1H\n\n");
    QCOMPARE(screen.scrolled(), 2);
    QVERIFY(!screen.isDirty(0) && screen.isDirty(2) && screen.isDirty(3));
    screen.clean();
    QVERIFY(!screen.isDirty());
    screen.feed("\033[2;3r\033[3;1H\n");
    QVERIFY(screen.isDirty(1) && screen.isDirty(2) && !screen.isDirty(3));
}

/// Each cell another colour, for long: tables stay bounded and the newest looks are right.
void TestScreen::manyStyles()
{
    Screen screen({80, 24});
    QByteArray bytes;
    for (int i = 0; i < 400'000; ++i) {
        bytes += "\033[38;2;" + QByteArray::number(i >> 16) + ';' +
                 QByteArray::number(i >> 8 & 255) + ';' + QByteArray::number(i & 255) + "mx";
    }
    screen.feed(bytes);
    QVERIFY(screen.heldBytes() < 24 * 1024 * 1024);
    const int last = 399'999;
    const int y = screen.cursor().row;
    const int x = last % 80;
    QVERIFY(styleAt(screen, y, x).foreground ==
            Colour::rgb(last >> 16, last >> 8 & 255, last & 255));
    QVERIFY(styleAt(screen, 0, 0).foreground.kind() == Colour::Kind::Rgb);
    for (int i = 0; i < 200'000; ++i) {
        const QString text = u"a"_s + QChar(0x300 + i % 100) + QChar(0x300 + i / 100 % 100) +
                             QChar(0x300 + i / 10'000);
        screen.feed(text.toUtf8());
    }
    QVERIFY(screen.heldBytes() < 48 * 1024 * 1024);
    QCOMPARE(screen.text(cellAt(screen, screen.cursor().row, screen.cursor().column - 1)).size(),
             4);
}

void TestScreen::bells()
{
    Screen screen({10, 4});
    screen.feed("\a\a");
    QCOMPARE(screen.takeBells(), 2);
    QCOMPARE(screen.takeBells(), 0);
    screen.feed(QByteArray("\033[6n").repeated(1000));
    QCOMPARE(screen.takeReplies(2), QByteArray("\033[1;1R\033[1;1R"));
    QCOMPARE(screen.takeReplies().size(), 30 * 6);
}

QTEST_GUILESS_MAIN(TestScreen)
#include "tst_terminal_screen.moc"
