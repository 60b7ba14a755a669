#include "core/terminal/input.h"

namespace analemma::terminal {
namespace {

constexpr int wheelLines = 3;

bool isWheel(MouseButton button)
{
    return button >= MouseButton::WheelUp;
}

bool isWanted(const MouseEvent& event, MouseTracking tracking)
{
    if (isWheel(event.button) && event.action != MouseAction::Press) {
        return false;
    }
    switch (tracking) {
        case MouseTracking::Off:
            return false;
        case MouseTracking::X10:
            return event.action == MouseAction::Press && !isWheel(event.button) &&
                   event.button != MouseButton::None;
        case MouseTracking::Buttons:
            return event.action != MouseAction::Move;
        case MouseTracking::Drag:
            return event.action != MouseAction::Move || event.button != MouseButton::None;
        case MouseTracking::Motion:
            return true;
    }
    return false;
}

int codeOf(MouseButton button)
{
    if (isWheel(button)) {
        return 64 + int(button) - int(MouseButton::WheelUp);
    }
    return button == MouseButton::None ? 3 : int(button) - int(MouseButton::Left);
}

QByteArray wheelAsArrows(const MouseEvent& event, const Modes& modes)
{
    const Key key = event.button == MouseButton::WheelUp ? Key::Up : Key::Down;
    return encodeKey({key, {}, {}}, modes).repeated(wheelLines);
}

}  // namespace

QByteArray encodeMouse(const MouseEvent& event, const Modes& modes)
{
    const bool vertical =
        event.button == MouseButton::WheelUp || event.button == MouseButton::WheelDown;
    if (modes.mouse == MouseTracking::Off && modes.alternateScreen && modes.alternateScroll &&
        vertical && event.action == MouseAction::Press) {
        return wheelAsArrows(event, modes);
    }
    if (!isWanted(event, modes.mouse) || event.row < 0 || event.column < 0) {
        return {};
    }
    int code = codeOf(event.button);
    if (event.action == MouseAction::Move) {
        code += 32;
    }
    if (modes.mouse != MouseTracking::X10) {
        code += (event.modifiers.testFlag(Modifier::Shift) ? 4 : 0) +
                (event.modifiers.testAnyFlags(Modifier::Alt | Modifier::Meta) ? 8 : 0) +
                (event.modifiers.testFlag(Modifier::Control) ? 16 : 0);
    }
    if (modes.mouseSgr) {
        return "\033[<" + QByteArray::number(code) + ';' + QByteArray::number(event.column + 1) +
               ';' + QByteArray::number(event.row + 1) +
               (event.action == MouseAction::Release ? 'm' : 'M');
    }
    constexpr int limitPlace = 222;  // 32 + 1 + 222 is the last byte
    if (event.row > limitPlace || event.column > limitPlace) {
        return {};
    }
    if (event.action == MouseAction::Release) {
        code |= 3;  // the old form does not tell which
    }
    return "\033[M" + QByteArray(1, char(32 + code)) + char(33 + event.column) +
           char(33 + event.row);
}

QByteArray encodeFocus(bool focused, const Modes& modes)
{
    return !modes.focusEvents ? QByteArray() : focused ? "\033[I" : "\033[O";
}

}  // namespace analemma::terminal
