#pragma once

#include <QByteArray>
#include <QFlags>
#include <QString>

/// From keys, mouse, focus and the clipboard to the bytes that programs expect. Pure. The forms are
/// those of xterm ("Xterm Control Sequences", "PC-Style Function Keys", "Mouse Tracking").
namespace analemma::terminal {

enum class MouseTracking { Off, X10, Buttons, Drag, Motion };

/// What the program asked for, as far as it concerns input and drawing.
struct Modes {
    bool applicationCursor = false;
    bool applicationKeypad = false;
    bool bracketedPaste = false;
    bool focusEvents = false;
    bool newLine = false;          ///< Return sends CR LF
    bool alternateScreen = false;  ///< no scrollback; the program draws all
    bool alternateScroll = true;   ///< the wheel sends arrows on the alternate screen
    bool reverseScreen = false;    ///< default colours are swapped (DECSCNM)
    bool synchronized = false;     ///< hold back drawing; the owner decides for how long
    MouseTracking mouse = MouseTracking::Off;
    bool mouseSgr = false;
    bool operator==(const Modes&) const = default;
};

enum class Modifier { Shift = 1, Alt = 2, Control = 4, Meta = 8 };
Q_DECLARE_FLAGS(Modifiers, Modifier)
Q_DECLARE_OPERATORS_FOR_FLAGS(Modifiers)

/// Keys that are not text. Keypad keys are told apart because of DECKPAM.
enum class Key {
    Text,
    Up,
    Down,
    Right,
    Left,
    Home,
    End,
    Insert,
    Delete,
    PageUp,
    PageDown,
    Backspace,
    Tab,
    Return,
    Escape,
    F1,
    F2,
    F3,
    F4,
    F5,
    F6,
    F7,
    F8,
    F9,
    F10,
    F11,
    F12,
    F13,
    F14,
    F15,
    F16,
    F17,
    F18,
    F19,
    F20,
    Keypad0,
    Keypad1,
    Keypad2,
    Keypad3,
    Keypad4,
    Keypad5,
    Keypad6,
    Keypad7,
    Keypad8,
    Keypad9,
    KeypadPlus,
    KeypadMinus,
    KeypadMultiply,
    KeypadDivide,
    KeypadDecimal,
    KeypadComma,
    KeypadEqual,
    KeypadEnter,
};

struct KeyEvent {
    Key key = Key::Text;
    Modifiers modifiers;
    QString text;  ///< of Key::Text: what the key types without Control and Alt
};

/// The bytes of a key press; empty when it types nothing. Alt sends ESC before the rest.
QByteArray encodeKey(const KeyEvent& event, const Modes& modes);

enum class MouseButton { None, Left, Middle, Right, WheelUp, WheelDown, WheelLeft, WheelRight };
enum class MouseAction { Press, Release, Move };

struct MouseEvent {
    MouseAction action = MouseAction::Press;
    MouseButton button = MouseButton::None;  ///< with Move: the one that is held
    Modifiers modifiers;
    int row = 0;  ///< of the screen, from 0
    int column = 0;
};

/// Empty when the program did not ask for this event. The wheel on the alternate screen sends
/// arrows where a program has not asked for the mouse.
QByteArray encodeMouse(const MouseEvent& event, const Modes& modes);

/// Empty unless the program asked for it.
QByteArray encodeFocus(bool focused, const Modes& modes);

/// What of a pasted text goes to the program, and whether a person should see it first.
struct Paste {
    QString text;  ///< filtered: lines end with '\n', control characters are spaces
    int lines = 1;
    int replaced = 0;      ///< control characters that were taken out
    bool preview = false;  ///< several lines, much text or something was taken out
    [[nodiscard]] QString asOneLine() const;  ///< lines joined by one space
};

/// Replaces what could act as a key or end a bracketed paste: C0 controls but tab and line ends,
/// DEL, C1 controls.
Paste filterPaste(const QString& clipboard);

/// The bytes of a paste; filters again, so that nothing in it can leave the brackets.
QByteArray encodePaste(const QString& text, const Modes& modes);

}  // namespace analemma::terminal
