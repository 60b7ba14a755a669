#pragma once

#include "core/base/result.h"

#include <QByteArray>
#include <QObject>
#include <QString>

#include <optional>
#include <utility>
#include <vector>

/// Interactive and streaming channels of a Session: a shell in a terminal, or a command whose stdin
/// and output are streamed. RFC 4254, section 6.
namespace analemma::ssh {

/// Of a terminal, in characters; pixels may stay 0.
struct TerminalSize {
    int columns = 80;
    int rows = 24;
    int widthPixels = 0;
    int heightPixels = 0;
    bool operator==(const TerminalSize&) const = default;
};

struct ShellOptions {
    bool terminal = true;  ///< false: plain pipes, output and errors apart
    QByteArray term = "xterm-256color";
    TerminalSize size;
    /// Opcode and value, RFC 4254, section 8; what is not named is the server's choice.
    std::vector<std::pair<quint8, quint32>> modes;
    /// Asked for, one by one; servers take only what their AcceptEnv names and that is no error.
    std::vector<std::pair<QByteArray, QByteArray>> environment;
    QString command;  ///< empty: the user's login shell
    /// Its output may come some hundredths of a second late, together with that of others: for
    /// many that are asked again and again. Input goes out at once.
    bool patient = false;
};

/// How a channel ended.
struct ChannelEnd {
    int exitCode = -1;
    QString signal;              ///< "KILL" when a signal ended it
    std::optional<Error> error;  ///< the connection broke, or the channel was closed from here
    [[nodiscard]] bool ok() const { return !error && exitCode == 0 && signal.isEmpty(); }
};

/// One running shell or command. For the thread that opened it; all signals come there. When the
/// object goes, the channel is closed.
class Channel : public QObject {
    Q_OBJECT
public:
    static constexpr qsizetype kOutputLimit = 1024 * 1024;
    static constexpr qsizetype kInputLimit = 1024 * 1024;

    /// Signals come from here on: connect to them first. Until then the server waits.
    virtual void start() = 0;
    /// Queues input. False, and nothing is taken, when it is more than room() or after endInput().
    virtual bool write(const QByteArray& bytes) = 0;
    /// How many bytes write() takes now.
    [[nodiscard]] virtual qsizetype room() const = 0;
    /// End of file for the command, after what was written. In a terminal write "\x04" instead.
    virtual void endInput() = 0;
    /// The window changed.
    virtual void resize(TerminalSize size) = 0;
    /// The owner has dealt with so many bytes of output. Above kOutputLimit bytes that were handed
    /// out and not taken, nothing more is read: the remote end slows down.
    virtual void taken(qsizetype bytes) = 0;
    /// Hangs up; ended() comes with a Cancelled error.
    virtual void close() = 0;

Q_SIGNALS:
    void output(const QByteArray& piece, bool isError);
    /// The input queue was full and is at most half full now.
    void roomAgain();
    /// Once, after the last output.
    void ended(const analemma::ssh::ChannelEnd& end);
};

}  // namespace analemma::ssh
