#pragma once

#include "core/base/task.h"
#include "core/ssh/src/link.h"
#include "core/ssh/src/operation.h"
#include "core/ssh/src/shellpipe.h"
#include "core/ssh/src/shellworker.h"

#include <memory>

namespace analemma::ssh {

/// A shell, or a command with streamed input, on a channel of its own: environment, terminal,
/// start, then bytes both ways until the end.
class ShellOperation final : public Operation,
                             public ShellWorker,
                             public std::enable_shared_from_this<ShellOperation> {
public:
    /// Any thread.
    ShellOperation(std::shared_ptr<Link> link, ShellOptions options,
                   std::shared_ptr<ShellPipe> pipe);
    void start() override;
    void giveUp() override;
    void wake() override;
    void yieldChannel() override;
    [[nodiscard]] bool isUrgent() const override
    {
        return !m_options.patient && !m_pipe->isSpare();
    }

    Step advance(Link& link) override;
    void abort(const Error& error) override;

private:
    enum class Phase { Opening, Environment, Terminal, Starting, Running, Ending, Freeing, Over };
    Step open(Link& link);
    Step setEnvironment(Link& link);
    Step requestTerminal(Link& link);
    Step startShell(Link& link);
    Step run(Link& link);
    Step end(Link& link);
    Step release(Link& link);
    Step refuse(const Error& error);
    bool obey(Link& link);
    bool feed(Link& link);
    bool drain(Link& link, int stream, qsizetype& budget);

    const std::weak_ptr<Link> m_link;
    const ShellOptions m_options;
    const QByteArray m_command;
    const std::shared_ptr<ShellPipe> m_pipe;
    QByteArray m_modes;

    Phase m_phase = Phase::Opening;
    ChannelDoor m_door;
    LIBSSH2_CHANNEL* m_channel = nullptr;
    std::size_t m_nextVariable = 0;
    QByteArray m_input;
    qsizetype m_fed = 0;
    bool m_endInput = false;
    bool m_inputEnded = false;
    bool m_closing = false;
};

}  // namespace analemma::ssh
