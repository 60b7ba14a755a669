#pragma once

#include "app/cli/tty.h"
#include "core/ssh/shell.h"

#include <QSocketNotifier>

#include <memory>
#include <optional>

/// This process's stdin and stdout on a channel of a server: bytes both ways as they come, the
/// window's size, and the way the channel ends.
namespace analemma::cli {

/// Main thread. Nothing here blocks: input is read when the channel has room, output is written
/// when the other side takes it, and only then is more asked of the server.
class ShellBridge : public QObject {
    Q_OBJECT
public:
    /// `terminal`: stdin is one, in raw mode as long as this object lives.
    ShellBridge(std::shared_ptr<ssh::Channel> channel, bool terminal);
    ~ShellBridge() override;

    /// Delivers from now on; ended() comes once.
    void start();

Q_SIGNALS:
    void ended(const analemma::ssh::ChannelEnd& end);

private:
    struct Out {
        Out(int d, QObject* parent) : descriptor(d), notifier(d, QSocketNotifier::Write, parent) {}
        int descriptor;
        QSocketNotifier notifier;
        QByteArray waiting;
        qsizetype done = 0;  ///< of `waiting`
        bool isBroken = false;
    };
    void readInput();
    void passOn(const QByteArray& bytes);
    void writeOutput(Out* out);
    void take(const QByteArray& piece, bool isError);
    void resized();
    void finishWhenWritten();
    std::shared_ptr<ssh::Channel> m_channel;
    std::optional<TerminalMode> m_mode;
    std::optional<QSocketNotifier> m_input;
    std::optional<QSocketNotifier> m_window;  ///< SIGWINCH, as bytes of a pipe
    Out m_out;
    Out m_err;
    std::optional<ssh::ChannelEnd> m_end;
    bool m_terminal;
    bool m_atLineStart = true;  ///< for "~."
    bool m_tilde = false;
};

/// Of the terminal on stdout; 80 by 24 when it does not say.
ssh::TerminalSize terminalSize();
/// What a server should know of the terminal on stdin: RFC 4254, section 8.
std::vector<std::pair<quint8, quint32>> terminalModes();

}  // namespace analemma::cli
