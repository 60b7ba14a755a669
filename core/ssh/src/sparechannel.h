#pragma once

#include "core/ssh/src/link.h"
#include "core/ssh/src/operation.h"

#include <memory>

namespace analemma::ssh {

/// A session channel that is opened ahead of the command that will use it: one round trip less for
/// each of many commands. It rests a minute, and goes when the server has no other to give.
class SpareChannel final : public Operation, public std::enable_shared_from_this<SpareChannel> {
public:
    Step advance(Link& link) override;
    void abort(const Error& error) override;
    void yieldChannel() override;
    [[nodiscard]] bool isUrgent() const override { return false; }

    /// The channel, to be used and freed by whoever takes it; null while there is none.
    [[nodiscard]] LIBSSH2_CHANNEL* take();
    [[nodiscard]] bool isOver() const { return m_phase == Phase::Over; }

private:
    enum class Phase { Opening, Resting, Freeing, Over };
    Step open(Link& link);
    Step release(Link& link);

    Phase m_phase = Phase::Opening;
    bool m_unwanted = false;
    ChannelDoor m_door = ChannelDoor::toSpare();
    LIBSSH2_CHANNEL* m_channel = nullptr;
};

}  // namespace analemma::ssh
