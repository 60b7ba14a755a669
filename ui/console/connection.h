#pragma once

#include "core/ssh/ssh.h"
#include "core/ssh/system.h"

#include <optional>

namespace analemma::ui {

/// What a console talks to: one shell, opened as often as the person asks for it. Main thread.
class Connection : public QObject {
    Q_OBJECT
public:
    using QObject::QObject;
    /// Begins; opened() or ended() follows. Not while it is open.
    virtual void open(ssh::TerminalSize size) = 0;
    /// False, and nothing is sent, when it is not open or too much waits already.
    virtual bool write(const QByteArray& bytes) = 0;
    virtual void resize(ssh::TerminalSize size) = 0;
    /// So many bytes of output are dealt with; without it the other side slows down.
    virtual void taken(qsizetype bytes) = 0;
    /// Which SSH it goes by, and why; while it is open.
    [[nodiscard]] virtual std::optional<ssh::TransportChoice> transport() const { return {}; }
    /// Hangs up, or stops opening. No signal comes after it.
    virtual void close() = 0;

Q_SIGNALS:
    void opened();
    void output(const QByteArray& piece);
    /// The login needs something that only a person knows. Answer once; not to answer is no.
    void asked(const analemma::ssh::Question& question, const analemma::ssh::Answer& answer);
    /// Once after each open(): it could not be opened, was lost, or the shell has ended.
    void ended(const analemma::ssh::ChannelEnd& end);
};

}  // namespace analemma::ui
