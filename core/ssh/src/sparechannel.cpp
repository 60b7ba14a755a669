#include "core/ssh/src/sparechannel.h"

namespace analemma::ssh {
namespace {

constexpr milliseconds kSpareRest{60'000};

}  // namespace

Operation::Step SpareChannel::advance(Link& link)
{
    switch (m_phase) {
        case Phase::Opening:
            return open(link);
        case Phase::Resting:
            if (!m_unwanted && libssh2_channel_eof(m_channel) != 1) {
                return Step::Idle;
            }
            m_phase = Phase::Freeing;
            return Step::Moved;
        case Phase::Freeing:
            return release(link);
        case Phase::Over:
            return Step::Done;
    }
    return Step::Done;
}

Operation::Step SpareChannel::open(Link& link)
{
    if (m_unwanted && !m_door.isOpening()) {
        m_phase = Phase::Over;
        return Step::Done;
    }
    switch (m_door.advance(link, this)) {
        case ChannelDoor::State::Waiting:
            return Step::Idle;
        case ChannelDoor::State::Refused:
            m_phase = Phase::Over;
            link.forgoSpares();
            return Step::Done;
        case ChannelDoor::State::Open:
            break;
    }
    m_channel = m_door.channel();
    m_phase = Phase::Resting;
    const std::weak_ptr<SpareChannel> weak = weak_from_this();
    const std::weak_ptr<Link> home = link.weak_from_this();
    link.reactor()->after(kSpareRest, [weak, home] {
        const auto self = weak.lock();
        const auto owner = home.lock();
        if (self && owner) {
            self->m_unwanted = true;
            owner->pumpSoon();
        }
    });
    return Step::Moved;
}

Operation::Step SpareChannel::release(Link& link)
{
    if (libssh2_channel_free(m_channel) == LIBSSH2_ERROR_EAGAIN) {
        return Step::Idle;  // until the server has closed its side
    }
    m_channel = nullptr;
    m_phase = Phase::Over;
    link.channelClosed();
    return Step::Done;
}

void SpareChannel::abort(const Error& /*error*/)
{
    if (m_channel != nullptr) {
        libssh2_channel_free(m_channel);
        m_channel = nullptr;
    }
    m_phase = Phase::Over;
}

void SpareChannel::yieldChannel()
{
    m_unwanted = true;
}

LIBSSH2_CHANNEL* SpareChannel::take()
{
    if (m_phase != Phase::Resting || m_unwanted || libssh2_channel_eof(m_channel) == 1) {
        return nullptr;
    }
    m_phase = Phase::Over;
    return std::exchange(m_channel, nullptr);
}

// ---- the Link's part ----------------------------------------------------------------------------

LIBSSH2_CHANNEL* Link::takeSpare()
{
    const std::shared_ptr<SpareChannel> spare = m_spare.lock();
    return spare ? spare->take() : nullptr;
}

/// The next one is opened when the command is over: its opening is nothing a command should wait
/// for. A first command says nothing about a second.
void Link::commandEnded()
{
    const Reactor::Time now = Reactor::now();
    const bool again = m_commandAt != Reactor::Time() && now - m_commandAt < kSpareRest;
    m_commandAt = now;
    const std::shared_ptr<SpareChannel> spare = m_spare.lock();
    if (!again || m_noSpares || m_state != State::Ready || (spare && !spare->isOver())) {
        return;
    }
    const auto next = std::make_shared<SpareChannel>();
    m_spare = next;
    m_operations.push_back(next);
    pumpSoon();
}

}  // namespace analemma::ssh
