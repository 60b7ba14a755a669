#pragma once

#include "core/base/secret.h"
#include "core/base/task.h"

#include <QString>

/// The terminal that this program runs in: what is typed without being shown, and raw mode.
/// termios(3). Main thread.
namespace analemma::cli {

/// Settings of a terminal that end with this object, or with restoreTerminal().
class TerminalMode {
public:
    enum class Kind {
        Hidden,  ///< a line, not shown; keys for signals work
        Raw      ///< every byte goes to the program, as it is typed
    };
    TerminalMode(int descriptor, Kind kind);
    ~TerminalMode();
    TerminalMode(const TerminalMode&) = delete;
    TerminalMode& operator=(const TerminalMode&) = delete;
    /// False when it is no terminal: then nothing was changed.
    [[nodiscard]] bool isSet() const { return m_isSet; }

private:
    bool m_isSet = false;
};

/// Puts back what a TerminalMode has changed, for an end without destructors. Safe in any state.
void restoreTerminal();

/// True when /dev/tty can be opened.
bool hasTerminal();
/// One line from /dev/tty. With `echo` false it is not shown.
Task<Result<Secret>> askOnTerminal(QString prompt, bool echo, CancelToken cancel);

}  // namespace analemma::cli
