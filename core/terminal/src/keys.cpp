#include "core/terminal/input.h"

namespace analemma::terminal {
namespace {

/// CSI n ~, or CSI 1 ; m X, or SS3 X: by what stands in the row.
struct Form {
    int number;  ///< 0: a letter form
    char letter;
    bool application;  ///< SS3 without modifiers only in application mode (DECCKM); else always
};

constexpr int ofFirst(Key key, Key first)
{
    return int(key) - int(first);
}

std::optional<Form> formOf(Key key)
{
    constexpr int tilde[] = {15, 17, 18, 19, 20, 21, 23, 24, 25, 26, 28, 29, 31, 32, 33, 34};
    switch (key) {
        case Key::Up:
        case Key::Down:
        case Key::Right:
        case Key::Left:
            return Form{0, char('A' + ofFirst(key, Key::Up)), true};
        case Key::Home:
            return Form{0, 'H', true};
        case Key::End:
            return Form{0, 'F', true};
        case Key::Insert:
            return Form{2, '~', false};
        case Key::Delete:
            return Form{3, '~', false};
        case Key::PageUp:
            return Form{5, '~', false};
        case Key::PageDown:
            return Form{6, '~', false};
        default:
            break;
    }
    if (key >= Key::F1 && key <= Key::F4) {
        return Form{0, char('P' + ofFirst(key, Key::F1)), false};
    }
    if (key >= Key::F5 && key <= Key::F20) {
        return Form{tilde[ofFirst(key, Key::F5)], '~', false};
    }
    return std::nullopt;
}

int modifierNumber(Modifiers modifiers)
{
    return 1 + modifiers.toInt();
}

QByteArray formed(const Form& form, Modifiers modifiers, const Modes& modes)
{
    const bool plain = !modifiers;
    if (form.number > 0) {
        const QByteArray number = QByteArray::number(form.number);
        return plain ? "\033[" + number + '~'
                     : "\033[" + number + ';' + QByteArray::number(modifierNumber(modifiers)) + '~';
    }
    if (!plain) {
        return "\033[1;" + QByteArray::number(modifierNumber(modifiers)) + form.letter;
    }
    const bool single = !form.application || modes.applicationCursor;
    return QByteArray(single ? "\033O" : "\033[") + form.letter;
}

/// The keypad: SS3 and a letter in application mode (DECKPAM), else what is printed on the key.
QByteArray keypad(Key key, const Modes& modes)
{
    constexpr char plain[] = "0123456789+-*/.,=\r";
    constexpr char application[] = "pqrstuvwxykmjonlXM";
    const int i = ofFirst(key, Key::Keypad0);
    if (modes.applicationKeypad) {
        return QByteArray("\033O") + application[i];
    }
    return key == Key::KeypadEnter && modes.newLine ? QByteArray("\r\n") : QByteArray(1, plain[i]);
}

/// What Control makes of a character, by xterm's table; nothing where it makes nothing.
std::optional<char> controlOf(char32_t code)
{
    if (code >= 'a' && code <= 'z') {
        return char(code - 'a' + 1);
    }
    if (code >= '@' && code <= '_') {
        return char(code - '@');
    }
    switch (code) {
        case ' ':
        case '2':
            return '\0';
        case '3':
            return '\x1b';
        case '4':
            return '\x1c';
        case '5':
            return '\x1d';
        case '6':
        case '~':
            return '\x1e';
        case '7':
        case '/':
        case '-':
            return '\x1f';
        case '8':
        case '?':
            return '\x7f';
        default:
            return std::nullopt;
    }
}

QByteArray typed(const QString& text, bool control)
{
    if (control && text.size() == 1) {
        if (const std::optional<char> code = controlOf(text[0].unicode())) {
            return QByteArray(1, *code);
        }
    }
    return text.toUtf8();
}

}  // namespace

QByteArray encodeKey(const KeyEvent& event, const Modes& modes)
{
    if (const std::optional<Form> form = formOf(event.key)) {
        return formed(*form, event.modifiers, modes);
    }
    const bool control = event.modifiers.testFlag(Modifier::Control);
    QByteArray bytes;
    switch (event.key) {
        case Key::Text:
            bytes = typed(event.text, control);
            break;
        case Key::Backspace:
            bytes = control ? "\b" : "\x7f";
            break;
        case Key::Tab:
            if (event.modifiers.testFlag(Modifier::Shift)) {
                return "\033[Z";
            }
            bytes = "\t";
            break;
        case Key::Return:
            bytes = modes.newLine ? "\r\n" : "\r";
            break;
        case Key::Escape:
            bytes = "\033";
            break;
        default:
            bytes = keypad(event.key, modes);
            break;
    }
    const bool alt = event.modifiers.testAnyFlags(Modifier::Alt | Modifier::Meta);
    return alt && !bytes.isEmpty() ? '\033' + bytes : bytes;
}

}  // namespace analemma::terminal
