#include "ui/console/key_map.h"

#include <QKeyEvent>

#include <utility>

namespace analemma::ui {
namespace {

using terminal::Key;
using terminal::Modifier;

constexpr std::pair<int, Key> keys[] = {
    {Qt::Key_Up, Key::Up},         {Qt::Key_Down, Key::Down},
    {Qt::Key_Right, Key::Right},   {Qt::Key_Left, Key::Left},
    {Qt::Key_Home, Key::Home},     {Qt::Key_End, Key::End},
    {Qt::Key_Insert, Key::Insert}, {Qt::Key_Delete, Key::Delete},
    {Qt::Key_PageUp, Key::PageUp}, {Qt::Key_PageDown, Key::PageDown},
    {Qt::Key_Tab, Key::Tab},       {Qt::Key_Backtab, Key::Tab},
    {Qt::Key_Return, Key::Return}, {Qt::Key_Enter, Key::Return},
    {Qt::Key_Escape, Key::Escape}, {Qt::Key_Backspace, Key::Backspace},
};

constexpr std::pair<int, Key> keypad[] = {
    {Qt::Key_Plus, Key::KeypadPlus},         {Qt::Key_Minus, Key::KeypadMinus},
    {Qt::Key_Asterisk, Key::KeypadMultiply}, {Qt::Key_Slash, Key::KeypadDivide},
    {Qt::Key_Period, Key::KeypadDecimal},    {Qt::Key_Comma, Key::KeypadComma},
    {Qt::Key_Equal, Key::KeypadEqual},       {Qt::Key_Enter, Key::KeypadEnter},
};

// Several names of one key: shifted digits and signs differ between keyboards.
constexpr std::pair<int, ConsoleKey> ours[] = {
    {Qt::Key_C, ConsoleKey::Copy},
    {Qt::Key_V, ConsoleKey::Paste},
    {Qt::Key_F, ConsoleKey::Find},
    {Qt::Key_A, ConsoleKey::SelectAll},
    {Qt::Key_Plus, ConsoleKey::ZoomIn},
    {Qt::Key_Equal, ConsoleKey::ZoomIn},
    {Qt::Key_Asterisk, ConsoleKey::ZoomIn},
    {Qt::Key_Minus, ConsoleKey::ZoomOut},
    {Qt::Key_Underscore, ConsoleKey::ZoomOut},
    {Qt::Key_0, ConsoleKey::ZoomReset},
    {Qt::Key_ParenRight, ConsoleKey::ZoomReset},
    {Qt::Key_Up, ConsoleKey::LineUp},
    {Qt::Key_Down, ConsoleKey::LineDown},
    {Qt::Key_PageUp, ConsoleKey::PageUp},
    {Qt::Key_PageDown, ConsoleKey::PageDown},
    {Qt::Key_Home, ConsoleKey::Top},
    {Qt::Key_End, ConsoleKey::Bottom},
    {Qt::Key_Z, ConsoleKey::PromptAbove},
    {Qt::Key_X, ConsoleKey::PromptBelow},
};

template <class Table, class Value>
Value look(const Table& table, int key, Value fallback)
{
    for (const auto& [known, value] : table) {
        if (known == key) {
            return value;
        }
    }
    return fallback;
}

/// What the key types without Control and Alt.
QString typedText(const QKeyEvent& event)
{
    const int key = event.key();
    const bool control = event.modifiers().testFlag(Qt::ControlModifier);
    if ((control || event.text().isEmpty()) && key >= Qt::Key_Space && key < 0x7f) {
        const QChar letter{char16_t(key)};
        return event.modifiers().testFlag(Qt::ShiftModifier) ? QString(letter)
                                                             : QString(letter.toLower());
    }
    return event.text();
}

}  // namespace

terminal::Modifiers terminalModifiers(Qt::KeyboardModifiers modifiers)
{
    terminal::Modifiers made;
    made.setFlag(Modifier::Shift, modifiers.testFlag(Qt::ShiftModifier));
    made.setFlag(Modifier::Alt, modifiers.testFlag(Qt::AltModifier));
    made.setFlag(Modifier::Control, modifiers.testFlag(Qt::ControlModifier));
    made.setFlag(Modifier::Meta, modifiers.testFlag(Qt::MetaModifier));
    return made;
}

std::optional<terminal::KeyEvent> terminalKey(const QKeyEvent& event)
{
    terminal::KeyEvent made;
    made.modifiers = terminalModifiers(event.modifiers());
    const int key = event.key();
    if (event.modifiers().testFlag(Qt::KeypadModifier)) {
        made.key = key >= Qt::Key_0 && key <= Qt::Key_9 ? Key(int(Key::Keypad0) + key - Qt::Key_0)
                                                        : look(keypad, key, Key::Text);
        if (made.key != Key::Text) {
            return made;
        }
    }
    if (key >= Qt::Key_F1 && key <= Qt::Key_F20) {
        made.key = Key(int(Key::F1) + key - Qt::Key_F1);
        return made;
    }
    made.key = look(keys, key, Key::Text);
    if (key == Qt::Key_Backtab) {
        made.modifiers.setFlag(Modifier::Shift);
    }
    if (made.key == Key::Text) {
        made.text = typedText(event);
        if (made.text.isEmpty()) {
            return std::nullopt;
        }
    }
    return made;
}

terminal::MouseButton terminalButton(Qt::MouseButton button)
{
    return button == Qt::LeftButton     ? terminal::MouseButton::Left
           : button == Qt::MiddleButton ? terminal::MouseButton::Middle
           : button == Qt::RightButton  ? terminal::MouseButton::Right
                                        : terminal::MouseButton::None;
}

terminal::MouseButton terminalButton(Qt::MouseButtons held)
{
    return held.testFlag(Qt::LeftButton)     ? terminal::MouseButton::Left
           : held.testFlag(Qt::MiddleButton) ? terminal::MouseButton::Middle
           : held.testFlag(Qt::RightButton)  ? terminal::MouseButton::Right
                                             : terminal::MouseButton::None;
}

bool isOurs(const QKeyEvent& event)
{
    return (event.modifiers() & ~Qt::KeypadModifier) == (Qt::ControlModifier | Qt::ShiftModifier);
}

ConsoleKey consoleKey(const QKeyEvent& event)
{
    return isOurs(event) ? look(ours, event.key(), ConsoleKey::None) : ConsoleKey::None;
}

}  // namespace analemma::ui
