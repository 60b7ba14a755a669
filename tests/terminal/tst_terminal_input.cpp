#include "core/terminal/input.h"

#include <QTest>

using namespace Qt::StringLiterals;
using namespace analemma::terminal;

namespace {

Modes modesOf(const QString& names)
{
    Modes modes;
    modes.applicationCursor = names.contains(u"cursor"_s);
    modes.applicationKeypad = names.contains(u"keypad"_s);
    modes.bracketedPaste = names.contains(u"paste"_s);
    modes.focusEvents = names.contains(u"focus"_s);
    modes.newLine = names.contains(u"newline"_s);
    modes.alternateScreen = names.contains(u"alternate"_s);
    modes.mouseSgr = names.contains(u"sgr"_s);
    modes.mouse = names.contains(u"x10"_s)       ? MouseTracking::X10
                  : names.contains(u"buttons"_s) ? MouseTracking::Buttons
                  : names.contains(u"drag"_s)    ? MouseTracking::Drag
                  : names.contains(u"motion"_s)  ? MouseTracking::Motion
                                                 : MouseTracking::Off;
    return modes;
}

Modifiers modifiersOf(const QString& names)
{
    Modifiers modifiers;
    modifiers.setFlag(Modifier::Shift, names.contains(u'S'));
    modifiers.setFlag(Modifier::Alt, names.contains(u'A'));
    modifiers.setFlag(Modifier::Control, names.contains(u'C'));
    return modifiers;
}

}  // namespace

class TestInput : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void keys_data();
    void keys();
    void mouse_data();
    void mouse();
    void focus();
    void paste_data();
    void paste();
    void pasteStaysInBrackets();
};

void TestInput::keys_data()
{
    QTest::addColumn<int>("key");
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("modifiers");
    QTest::addColumn<QString>("modes");
    QTest::addColumn<QByteArray>("bytes");
    const auto row = [](const char* name, Key key, const char16_t* text, const char* modifiers,
                        const char* modes, const QByteArray& bytes) {
        QTest::newRow(name) << int(key) << QString::fromUtf16(text)
                            << QString::fromLatin1(modifiers) << QString::fromLatin1(modes)
                            << bytes;
    };
    row("text", Key::Text, u"a\u00e9", "", "", "a\xc3\xa9");
    row("ctrl-c", Key::Text, u"c", "C", "", "\x03");
    row("ctrl-C", Key::Text, u"C", "CS", "", "\x03");
    row("ctrl-space", Key::Text, u" ", "C", "", QByteArray(1, '\0'));
    row("ctrl-slash", Key::Text, u"/", "C", "", "\x1f");
    row("ctrl-8", Key::Text, u"8", "C", "", "\x7f");
    row("ctrl-1", Key::Text, u"1", "C", "", "1");
    row("alt-x", Key::Text, u"x", "A", "", "\033x");
    row("alt-ctrl-x", Key::Text, u"x", "AC", "", "\033\x18");
    row("nothing", Key::Text, u"", "A", "", "");
    row("up", Key::Up, u"", "", "", "\033[A");
    row("up application", Key::Up, u"", "", "cursor", "\033OA");
    row("ctrl-up application", Key::Up, u"", "C", "cursor", "\033[1;5A");
    row("shift-left", Key::Left, u"", "S", "", "\033[1;2D");
    row("home", Key::Home, u"", "", "", "\033[H");
    row("end application", Key::End, u"", "", "cursor", "\033OF");
    row("alt-end", Key::End, u"", "A", "", "\033[1;3F");
    row("delete", Key::Delete, u"", "", "", "\033[3~");
    row("ctrl-delete", Key::Delete, u"", "C", "", "\033[3;5~");
    row("page up", Key::PageUp, u"", "", "", "\033[5~");
    row("shift-insert", Key::Insert, u"", "S", "", "\033[2;2~");
    row("f1", Key::F1, u"", "", "", "\033OP");
    row("shift-f4", Key::F4, u"", "S", "", "\033[1;2S");
    row("f5", Key::F5, u"", "", "", "\033[15~");
    row("f12", Key::F12, u"", "", "", "\033[24~");
    row("ctrl-f12", Key::F12, u"", "C", "", "\033[24;5~");
    row("f20", Key::F20, u"", "", "", "\033[34~");
    row("backspace", Key::Backspace, u"", "", "", "\x7f");
    row("ctrl-backspace", Key::Backspace, u"", "C", "", "\b");
    row("alt-backspace", Key::Backspace, u"", "A", "", "\033\x7f");
    row("tab", Key::Tab, u"", "", "", "\t");
    row("shift-tab", Key::Tab, u"", "S", "", "\033[Z");
    row("return", Key::Return, u"", "", "", "\r");
    row("return newline", Key::Return, u"", "", "newline", "\r\n");
    row("escape", Key::Escape, u"", "", "", "\033");
    row("keypad 5", Key::Keypad5, u"", "", "", "5");
    row("keypad 5 application", Key::Keypad5, u"", "", "keypad", "\033Ou");
    row("keypad plus application", Key::KeypadPlus, u"", "", "keypad", "\033Ok");
    row("keypad enter", Key::KeypadEnter, u"", "", "", "\r");
    row("keypad enter application", Key::KeypadEnter, u"", "", "keypad", "\033OM");
}

void TestInput::keys()
{
    QFETCH(int, key);
    QFETCH(QString, text);
    QFETCH(QString, modifiers);
    QFETCH(QString, modes);
    QFETCH(QByteArray, bytes);
    QCOMPARE(encodeKey({Key(key), modifiersOf(modifiers), text}, modesOf(modes)), bytes);
}

void TestInput::mouse_data()
{
    QTest::addColumn<int>("action");
    QTest::addColumn<int>("button");
    QTest::addColumn<int>("row");
    QTest::addColumn<int>("column");
    QTest::addColumn<QString>("modifiers");
    QTest::addColumn<QString>("modes");
    QTest::addColumn<QByteArray>("bytes");
    const auto row = [](const char* name, MouseAction action, MouseButton button, int y, int x,
                        const char* modifiers, const char* modes, const QByteArray& bytes) {
        QTest::newRow(name) << int(action) << int(button) << y << x
                            << QString::fromLatin1(modifiers) << QString::fromLatin1(modes)
                            << bytes;
    };
    using A = MouseAction;
    using B = MouseButton;
    row("off", A::Press, B::Left, 1, 2, "", "", "");
    row("x10 press", A::Press, B::Left, 0, 0, "C", "x10", "\033[M !!");
    row("x10 release", A::Release, B::Left, 0, 0, "", "x10", "");
    row("press", A::Press, B::Right, 1, 2, "", "buttons", "\033[M\"#\"");
    row("release", A::Release, B::Right, 1, 2, "", "buttons", "\033[M##\"");
    row("press ctrl", A::Press, B::Left, 1, 2, "C", "buttons sgr", "\033[<16;3;2M");
    row("release sgr", A::Release, B::Middle, 9, 99, "", "buttons sgr", "\033[<1;100;10m");
    row("move without", A::Move, B::Left, 1, 2, "", "buttons sgr", "");
    row("drag", A::Move, B::Left, 1, 2, "", "drag sgr", "\033[<32;3;2M");
    row("drag none", A::Move, B::None, 1, 2, "", "drag sgr", "");
    row("motion none", A::Move, B::None, 1, 2, "", "motion sgr", "\033[<35;3;2M");
    row("wheel", A::Press, B::WheelDown, 1, 2, "S", "buttons sgr", "\033[<69;3;2M");
    row("wheel release", A::Release, B::WheelDown, 1, 2, "", "buttons sgr", "");
    row("last column", A::Press, B::Left, 0, 222, "", "buttons", "\033[M \xff!");
    row("too far", A::Press, B::Left, 0, 223, "", "buttons", "");
    row("far sgr", A::Press, B::Left, 0, 999, "", "buttons sgr", "\033[<0;1000;1M");
    row("wheel as arrows", A::Press, B::WheelUp, 0, 0, "", "alternate", "\033[A\033[A\033[A");
    row("wheel as arrows, application", A::Press, B::WheelDown, 0, 0, "", "alternate cursor",
        "\033OB\033OB\033OB");
    row("wheel on the primary screen", A::Press, B::WheelUp, 0, 0, "", "", "");
}

void TestInput::mouse()
{
    QFETCH(int, action);
    QFETCH(int, button);
    QFETCH(int, row);
    QFETCH(int, column);
    QFETCH(QString, modifiers);
    QFETCH(QString, modes);
    QFETCH(QByteArray, bytes);
    const MouseEvent event = {MouseAction(action), MouseButton(button), modifiersOf(modifiers), row,
                              column};
    QCOMPARE(encodeMouse(event, modesOf(modes)), bytes);
}

void TestInput::focus()
{
    QCOMPARE(encodeFocus(true, modesOf(u"focus"_s)), QByteArray("\033[I"));
    QCOMPARE(encodeFocus(false, modesOf(u"focus"_s)), QByteArray("\033[O"));
    QCOMPARE(encodeFocus(true, Modes()), QByteArray());
}

void TestInput::paste_data()
{
    QTest::addColumn<QString>("clipboard");
    QTest::addColumn<QString>("text");
    QTest::addColumn<int>("lines");
    QTest::addColumn<int>("replaced");
    QTest::addColumn<bool>("preview");
    QTest::newRow("a word") << u"ls"_s << u"ls"_s << 1 << 0 << false;
    QTest::newRow("tab") << u"a\tb"_s << u"a\tb"_s << 1 << 0 << false;
    QTest::newRow("lines") << u"a\r\nb\rc\n"_s << u"a\nb\nc\n"_s << 3 << 0 << true;
    QTest::newRow("controls") << u"a\u0003\u0000\u0008\u0005\u0004\u007f\u001bz"_s << u"a       z"_s
                              << 1 << 7 << true;
    QTest::newRow("c1") << u"a\u009b201~"_s << u"a 201~"_s << 1 << 1 << true;
    QTest::newRow("much") << QString(3000, u'x') << QString(3000, u'x') << 1 << 0 << true;
}

void TestInput::paste()
{
    QFETCH(QString, clipboard);
    QFETCH(QString, text);
    QFETCH(int, lines);
    QFETCH(int, replaced);
    QFETCH(bool, preview);
    const Paste paste = filterPaste(clipboard);
    QCOMPARE(paste.text, text);
    QCOMPARE(paste.lines, lines);
    QCOMPARE(paste.replaced, replaced);
    QCOMPARE(paste.preview, preview);
}

void TestInput::pasteStaysInBrackets()
{
    const QString evil = u"echo \u001b[201~\nrm -rf /\n"_s;
    QCOMPARE(encodePaste(evil, modesOf(u"paste"_s)),
             QByteArray("\033[200~echo  [201~\rrm -rf /\r\033[201~"));
    QCOMPARE(encodePaste(u"a\nb"_s, Modes()), QByteArray("a\rb"));
    QCOMPARE(filterPaste(u"  one \n\n two\n"_s).asOneLine(), u"one two"_s);
    for (char16_t code = 0; code < 0xa0; ++code) {
        const QByteArray bytes = encodePaste(QString(QChar(code)), modesOf(u"paste"_s));
        QCOMPARE(bytes.count('\033'), 2);
        QVERIFY(!bytes.contains("\xc2\x9b"));
    }
}

QTEST_GUILESS_MAIN(TestInput)
#include "tst_terminal_input.moc"
