#pragma once

#include "core/ssh/src/link.h"
#include "core/ssh/src/operation.h"
#include "core/ssh/src/waitingshell.h"

#include <memory>
#include <optional>

namespace analemma::ssh {

/// A session channel that is opened ahead of the command that will use it: one round trip less for
/// each of many commands. Where commands are known to reach a shell, a sh is started on it after a
/// moment, so that the server's new process is not waited for either. It rests for a while, and
/// goes when the server has no other to give.
class SpareChannel final : public Operation, public std::enable_shared_from_this<SpareChannel> {
public:
    /// `mayWait`: the next command may be one for a waiting shell.
    explicit SpareChannel(bool mayWait) : m_mayWait(mayWait) {}
    Step advance(Link& link) override;
    void abort(const Error& error) override;
    void yieldChannel() override;
    [[nodiscard]] bool isUrgent() const override { return false; }

    /// The channel, to be used and freed by whoever takes it; null while there is none like that.
    [[nodiscard]] LIBSSH2_CHANNEL* takeUnused(Link& link);
    [[nodiscard]] std::optional<WaitingShell> takeWaiting(Link& link);
    [[nodiscard]] bool isOver() const { return m_phase == Phase::Over; }
    /// A shell has greeted, and nobody took it.
    [[nodiscard]] bool isWaiting() const { return m_phase == Phase::Resting && m_greeting; }

private:
    enum class Phase { Opening, Requesting, Greeting, Resting, Freeing, Over };
    Step open(Link& link);
    Step request(Link& link);
    Step greet(Link& link);
    Step rest(Link& link);
    Step refuse(Link& link);
    Step release(Link& link);
    WaitingGreeting::State listen(Link& link);
    void afterwards(Link& link, milliseconds delay, void (*change)(SpareChannel& self));
    void goAfter(Link& link, milliseconds patience);
    LIBSSH2_CHANNEL* take(Link& link);

    const bool m_mayWait;
    Phase m_phase = Phase::Opening;
    bool m_wantsShell = false;
    bool m_unwanted = false;
    bool m_yielded = false;
    quint64 m_timer = 0;
    ChannelDoor m_door = ChannelDoor::toSpare();
    LIBSSH2_CHANNEL* m_channel = nullptr;
    std::optional<WaitingGreeting> m_greeting;  ///< where a shell is to wait
};

}  // namespace analemma::ssh
