#pragma once

#include "core/terminal/input.h"

#include <optional>

class QKeyEvent;

/// From Qt's keys and buttons to the terminal's. Pure.
namespace analemma::ui {

terminal::Modifiers terminalModifiers(Qt::KeyboardModifiers modifiers);
/// Nothing for keys that type nothing: modifiers alone, media keys.
std::optional<terminal::KeyEvent> terminalKey(const QKeyEvent& event);
terminal::MouseButton terminalButton(Qt::MouseButton button);
terminal::MouseButton terminalButton(Qt::MouseButtons held);

/// What the console itself does with Ctrl+Shift and a key. All other keys belong to the program.
enum class ConsoleKey {
    None,
    Copy,
    Paste,
    Find,
    ZoomIn,
    ZoomOut,
    ZoomReset,
    LineUp,
    LineDown,
    PageUp,
    PageDown,
    Top,
    Bottom,
    PromptAbove,
    PromptBelow,
    SelectAll,
};
ConsoleKey consoleKey(const QKeyEvent& event);
/// Ctrl+Shift and something: left to the window's shortcuts when the console has no use for it.
bool isOurs(const QKeyEvent& event);

}  // namespace analemma::ui
