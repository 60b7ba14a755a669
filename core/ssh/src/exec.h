#pragma once

#include "core/base/task.h"
#include "core/ssh/src/link.h"
#include "core/ssh/src/operation.h"
#include "core/ssh/src/relay.h"
#include "core/ssh/src/waitingshell.h"

#include <memory>

namespace analemma::ssh {

/// One command on a channel of its own (RFC 4254, section 6): open, request, stdin and output side
/// by side, the end, the close. Where a shell waits for it on a spare channel, it is told to that
/// one; should that one end without having begun, there is a channel and a request as without it.
/// A caller that gives up is answered at once; the machine then goes on alone until the channel is
/// closed.
class ExecOperation final : public Operation, public std::enable_shared_from_this<ExecOperation> {
public:
    /// Any thread. `relay` may be null.
    ExecOperation(std::shared_ptr<Link> link, QByteArray command, const ExecOptions& options,
                  std::shared_ptr<OutputRelay> relay);

    [[nodiscard]] auto future() const { return m_promise.future(); }
    /// Reactor thread, once.
    void start();
    /// Answers with this error, unless there is an answer already, and closes the channel.
    void giveUp(Error error);

    Step advance(Link& link) override;
    void abort(const Error& error) override;

private:
    enum class Phase { Opening, Requesting, Running, Ending, Freeing, Over };
    Step open(Link& link);
    Step request(Link& link);
    Step run(Link& link);
    Step end(Link& link);
    Step release(Link& link);
    bool takeWaitingShell(Link& link);
    void beginAnew(Link& link);
    bool feed(Link& link);
    bool write(const QByteArray& bytes, qsizetype& at, Link& link);
    bool drain(Link& link, int stream, qsizetype& budget);
    void take(Link& link, QByteArrayView bytes, bool isError);
    void keep(QByteArrayView bytes, bool isError);
    void answer(Result<ExecResult> result);

    const std::weak_ptr<Link> m_link;
    const QByteArray m_command;
    const QByteArray m_input;
    const milliseconds m_timeout;
    const qsizetype m_limit;
    const std::shared_ptr<OutputRelay> m_relay;
    Promise<ExecResult> m_promise;

    Phase m_phase = Phase::Opening;
    ChannelDoor m_door;
    LIBSSH2_CHANNEL* m_channel = nullptr;
    bool m_mayWait = true;  ///< be told to a waiting shell
    QByteArray m_order;     ///< to the waiting shell, before all input
    qsizetype m_ordered = 0;
    StartMark m_start;
    QByteArray m_early;  ///< of stderr, before the mark
    qsizetype m_fed = 0;
    bool m_inputEnded = false;
    ExecResult m_result;
    bool m_answered = false;
    bool m_signalled = false;
    quint64 m_timer = 0;
};

}  // namespace analemma::ssh
