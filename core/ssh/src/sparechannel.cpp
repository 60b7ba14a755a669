#include "core/ssh/src/sparechannel.h"

namespace analemma::ssh {
namespace {

constexpr milliseconds kSpareRest{60'000};
/// Commands that come without a pause need all of the server: nothing else is started meanwhile.
constexpr milliseconds kQuiet{5};

}  // namespace

Operation::Step SpareChannel::advance(Link& link)
{
    switch (m_phase) {
        case Phase::Opening:
            return open(link);
        case Phase::Requesting:
            return request(link);
        case Phase::Greeting:
            return greet(link);
        case Phase::Resting:
            return rest(link);
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
    if (m_mayWait && link.shells().mayWait()) {
        afterwards(link, kQuiet, [](SpareChannel& self) { self.m_wantsShell = true; });
    } else {
        goAfter(link, kSpareRest);
    }
    return Step::Moved;
}

Operation::Step SpareChannel::request(Link& link)
{
    const int code = link.request(this, [this] {
        const QByteArray line = m_greeting->request();
        return libssh2_channel_process_startup(m_channel, "exec", 4, line.constData(),
                                               unsigned(line.size()));
    });
    if (code == LIBSSH2_ERROR_EAGAIN) {
        return Step::Idle;
    }
    if (code == LIBSSH2_ERROR_CHANNEL_REQUEST_DENIED) {
        return refuse(link);
    }
    if (code != 0) {
        link.lose(code);
        return Step::Idle;
    }
    m_phase = Phase::Greeting;
    return Step::Moved;
}

Operation::Step SpareChannel::greet(Link& link)
{
    const WaitingGreeting::State said = listen(link);
    if (said == WaitingGreeting::State::Fit && !m_unwanted) {
        link.shells().facts = m_greeting->facts();
        m_phase = Phase::Resting;
        goAfter(link, link.shells().rest);
        return Step::Moved;
    }
    const bool isNone =
        said == WaitingGreeting::State::Unfit || libssh2_channel_eof(m_channel) == 1 || m_unwanted;
    return isNone ? refuse(link) : Step::Idle;
}

/// What comes now belongs to no command.
Operation::Step SpareChannel::rest(Link& link)
{
    if (m_greeting && listen(link) == WaitingGreeting::State::Unfit) {
        return refuse(link);
    }
    if (std::exchange(m_wantsShell, false) && !m_unwanted) {
        if (link.shells().mayWait()) {
            m_greeting.emplace(link.shells().facts);
            m_phase = Phase::Requesting;
            goAfter(link, link.shells().patience);
            return Step::Moved;
        }
        goAfter(link, kSpareRest);
    }
    if (!m_unwanted && libssh2_channel_eof(m_channel) != 1) {
        return Step::Idle;
    }
    link.shells().isUnfit = link.shells().isUnfit || (m_greeting && m_yielded);
    m_phase = Phase::Freeing;
    return Step::Moved;
}

/// Found out once a connection.
Operation::Step SpareChannel::refuse(Link& link)
{
    link.shells().isUnfit = true;
    m_phase = Phase::Freeing;
    return Step::Moved;
}

Operation::Step SpareChannel::release(Link& link)
{
    link.reactor()->cancelTimer(std::exchange(m_timer, 0));
    if (libssh2_channel_free(m_channel) == LIBSSH2_ERROR_EAGAIN) {
        return Step::Idle;  // until the server has closed its side
    }
    m_channel = nullptr;
    m_phase = Phase::Over;
    link.channelClosed();
    return Step::Done;
}

void SpareChannel::afterwards(Link& link, milliseconds delay, void (*change)(SpareChannel& self))
{
    link.reactor()->cancelTimer(m_timer);
    const std::weak_ptr<SpareChannel> weak = weak_from_this();
    const std::weak_ptr<Link> home = link.weak_from_this();
    m_timer = link.reactor()->after(delay, [weak, home, change] {
        const auto self = weak.lock();
        const auto owner = home.lock();
        if (self && owner) {
            self->m_timer = 0;
            change(*self);
            owner->pumpSoon();
        }
    });
}

void SpareChannel::goAfter(Link& link, milliseconds patience)
{
    afterwards(link, patience, [](SpareChannel& self) { self.m_unwanted = true; });
}

/// Takes in what the shell says.
WaitingGreeting::State SpareChannel::listen(Link& link)
{
    auto state = WaitingGreeting::State::Coming;
    for (const int stream : {0, SSH_EXTENDED_DATA_STDERR}) {
        while (state == WaitingGreeting::State::Coming) {
            const ssize_t count =
                libssh2_channel_read_ex(m_channel, stream, link.scratch(), Link::kScratch);
            if (count < 0 && count != LIBSSH2_ERROR_EAGAIN) {
                link.lose(int(count));
            }
            if (count <= 0) {
                break;
            }
            state = m_greeting->feed(QByteArrayView(link.scratch(), count), stream != 0);
        }
    }
    return state;
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
    m_yielded = true;
}

LIBSSH2_CHANNEL* SpareChannel::take(Link& link)
{
    if (m_phase != Phase::Resting || m_unwanted || libssh2_channel_eof(m_channel) == 1) {
        return nullptr;
    }
    link.reactor()->cancelTimer(std::exchange(m_timer, 0));
    m_phase = Phase::Over;
    return std::exchange(m_channel, nullptr);
}

LIBSSH2_CHANNEL* SpareChannel::takeUnused(Link& link)
{
    return m_greeting ? nullptr : take(link);
}

std::optional<WaitingShell> SpareChannel::takeWaiting(Link& link)
{
    if (!isWaiting()) {
        return std::nullopt;
    }
    if (rest(link) != Step::Idle) {
        link.pumpSoon();  // for what this one does next
        return std::nullopt;
    }
    LIBSSH2_CHANNEL* channel = take(link);
    return channel == nullptr ? std::nullopt
                              : std::optional<WaitingShell>({channel, m_greeting->mark()});
}

// ---- the Link's part ----------------------------------------------------------------------------

LIBSSH2_CHANNEL* Link::takeSpare()
{
    const std::shared_ptr<SpareChannel> spare = m_spare.lock();
    return spare ? spare->takeUnused(*this) : nullptr;
}

std::optional<WaitingShell> Link::takeWaitingShell()
{
    const std::shared_ptr<SpareChannel> spare = m_spare.lock();
    return spare ? spare->takeWaiting(*this) : std::nullopt;
}

bool Link::isShellWaiting() const
{
    const std::shared_ptr<SpareChannel> spare = m_spare.lock();
    return spare && spare->isWaiting();
}

/// The next one is opened when the command is over: its opening is nothing a command should wait
/// for. A first command says nothing about a second.
void Link::commandEnded(bool isPlain)
{
    const Reactor::Time now = Reactor::now();
    const bool again = m_commandAt != Reactor::Time() && now - m_commandAt < kSpareRest;
    m_commandAt = now;
    const std::shared_ptr<SpareChannel> spare = m_spare.lock();
    if (!again || m_noSpares || m_state != State::Ready || (spare && !spare->isOver())) {
        return;
    }
    const auto next = std::make_shared<SpareChannel>(isPlain);
    m_spare = next;
    m_operations.push_back(next);
    pumpSoon();
}

}  // namespace analemma::ssh
