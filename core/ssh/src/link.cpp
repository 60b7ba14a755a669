#include "core/ssh/src/link.h"

#include "core/base/text.h"
#include "core/ssh/src/kexprobe.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace analemma::ssh {
namespace {

constexpr qint64 kWireATurn = 256 * 1024;
constexpr int kPassesATurn = 8;
constexpr milliseconds kGoodbye{1'000};
constexpr milliseconds kFullFor{2'000};
constexpr milliseconds kEndsFor{50};

}  // namespace

Link::Link(std::shared_ptr<Reactor> reactor, Target target, ConnectOptions options, LoginPlan plan,
           StreamMaker makeStream)
    : m_reactor(std::move(reactor)),
      m_target(std::move(target)),
      m_options(std::move(options)),
      m_hostKeyTypes(plan.hostKeyTypes),
      m_plan(std::move(plan)),
      m_makeStream(std::move(makeStream))
{
}

Link::~Link() = default;

Error Link::error(ErrorKind kind, const QString& text, int code) const
{
    return {kind, m_target.text() + u": "_s + text, code};
}

// ---- login --------------------------------------------------------------------------------------

void Link::start(Promise<bool> opened)
{
    m_opened = std::move(opened);
    m_state = State::Connecting;
    m_reactor->adopt(shared_from_this());
    const std::weak_ptr<Link> weak = weak_from_this();
    m_reactor->startLogin([weak, reactor = m_reactor.get()] {
        const auto self = weak.lock();
        if (self && self->m_state == State::Connecting) {
            self->m_countsAsLogin = true;
            self->armDeadline();  // a server is not to blame for what comes before its turn
            self->connectStream();
        } else {
            reactor->post([reactor] { reactor->endLogin(); });  // it gave up while it waited
        }
    });
}

/// People get the time they need; the server has a limit of its own.
void Link::armDeadline()
{
    const std::weak_ptr<Link> weak = weak_from_this();
    m_deadline = m_reactor->after(m_options.timeout, [weak, timeout = m_options.timeout] {
        const auto self = weak.lock();
        if (!self) {
            return;
        }
        if (self->m_login && self->m_login->isAsking()) {
            self->armDeadline();
            return;
        }
        self->m_deadline = 0;
        const QString reached = self->m_state == State::Login
                                    ? u"it is connected, but the login did not end"_s
                                    : u"no answer"_s;
        self->die(
            self->error(ErrorKind::Timeout, u"%1 within %2"_s.arg(reached, durationText(timeout))));
    });
}

void Link::connectStream()
{
    m_stream = m_makeStream();
    const std::weak_ptr<Link> weak = weak_from_this();
    m_stream->connect([weak](const Result<void>& result) {
        if (const auto self = weak.lock()) {
            self->onConnected(result);
        }
    });
}

void Link::onConnected(const Result<void>& result)
{
    if (!result) {
        die(result.error().in(m_target.text()));
        return;
    }
    m_session = m_wire.makeSession();
    if (m_session == nullptr) {
        die(error(ErrorKind::Io, u"no memory for a connection"_s));
        return;
    }
    libssh2_session_set_blocking(m_session, 0);
    const std::weak_ptr<Link> weak = weak_from_this();
    m_login = std::make_shared<Login>(m_session, std::move(m_plan), m_reactor, [weak] {
        if (const auto self = weak.lock(); self && self->m_state == State::Login) {
            self->advanceLogin();
        }
    });
    m_state = State::Login;
    m_stream->onEvent = [this] {  // the stream is this one's own
        const auto self = shared_from_this();
        self->onStream();
    };
    advanceLogin();
}

void Link::advanceLogin()
{
    const Login::State state = m_login->advance(m_wire, m_stream->descriptor());
    if (m_login->isAsking() && std::exchange(m_countsAsLogin, false)) {
        m_reactor->endLogin();  // others need not wait for a person
    }
    if (m_login->isBusy()) {
        m_stream->want(false, false);  // wire and session are another thread's for the moment
        return;
    }
    if (state == Login::State::Ready) {
        becomeReady();
    } else if (state == Login::State::Failed) {
        die(m_login->error().in(m_target.text()));
    } else if (state == Login::State::NoCommonAlgorithm) {
        explainMismatch(m_login->error());
    } else if (m_wire.hasEnded() && m_wire.unread() == 0) {
        die(handshakeError(LIBSSH2_ERROR_SOCKET_DISCONNECT, u"connection closed"_s, m_wire)
                .in(m_target.text()));
    } else {
        m_wire.flush(*m_stream);
        m_stream->want(true, m_wire.unsent() > 0);
    }
}

void Link::explainMismatch(const Error& fallback)
{
    m_state = State::Probing;
    m_stream->want(false, false);
    m_stream->onEvent = nullptr;
    m_stream->close();
    m_kexProbe = std::make_shared<KexProbe>(m_reactor, m_makeStream());
    const std::weak_ptr<Link> weak = weak_from_this();
    const Algorithms ours = offeredAlgorithms(m_hostKeyTypes);
    m_kexProbe->start(
        milliseconds(5'000), [weak, ours, fallback](const Result<Algorithms>& theirs) {
            if (const auto self = weak.lock()) {
                const std::optional<Error> found =
                    theirs ? analemma::ssh::explainMismatch(ours, *theirs) : std::nullopt;
                self->die(found.value_or(fallback).in(self->m_target.text()));
            }
        });
}

void Link::becomeReady()
{
    m_login.reset();
    m_reactor->cancelTimer(std::exchange(m_deadline, 0));
    m_state = State::Ready;
    m_ready = true;
    m_lastSign = Reactor::now();
    answerLogin(true);
    tick();
}

void Link::answerLogin(Result<bool> result)
{
    if (std::exchange(m_countsAsLogin, false)) {
        m_reactor->endLogin();
    }
    if (m_opened) {
        m_opened->finish(std::move(result));
        m_opened.reset();
    }
}

void Link::cancelLogin()
{
    if (m_opened) {
        die(cancelledError());
    }
}

// ---- operations ---------------------------------------------------------------------------------

void Link::add(const std::shared_ptr<Operation>& operation)
{
    if (m_state != State::Ready) {
        operation->abort(
            error(ErrorKind::Network, u"the connection is closed; nothing was sent"_s));
        return;
    }
    m_operations.push_back(operation);
    tick();
    pumpNow();
}

bool Link::takeTurn(const Operation* operation)
{
    if (m_turn == nullptr) {
        m_turn = operation;
    }
    return m_turn == operation;
}

void Link::endTurn(const Operation* operation)
{
    if (m_turn == operation) {
        m_turn = nullptr;
    }
}

bool Link::mayOpen() const
{
    return m_channels < m_channelLimit || Reactor::now() >= m_limitUntil;
}

void Link::channelClosed()
{
    --m_channels;
    m_closedAt = Reactor::now();
}

bool Link::channelRefused()
{
    // A server counts a channel that was closed until its program has ended.
    const bool mayBeEnding = Reactor::now() - m_closedAt < kFullFor;
    if (m_channels == 0 && !mayBeEnding) {
        return false;
    }
    const milliseconds wait = mayBeEnding ? kEndsFor : kFullFor;
    m_channelLimit = m_channels;
    m_limitUntil = Reactor::now() + wait;  // then it is asked again
    const std::weak_ptr<Link> weak = weak_from_this();
    m_reactor->after(wait, [weak] {
        if (const auto self = weak.lock()) {
            self->pumpSoon();
        }
    });
    for (const auto& operation : m_operations) {
        operation->yieldChannel();
    }
    return true;
}

void Link::lose(int code)
{
    if (m_lost == 0) {
        m_lost = code;
    }
}

void Link::pumpSoon()
{
    if (std::exchange(m_pumpPosted, true)) {
        return;
    }
    const std::weak_ptr<Link> weak = weak_from_this();
    m_reactor->post([weak] {
        if (const auto self = weak.lock()) {
            self->m_pumpPosted = false;
            self->pump();
        }
    });
}

void Link::pumpNow()
{
    if (m_pumping) {
        pumpSoon();
    } else {
        pump();
    }
}

bool Link::pumpOnce()
{
    using Step = Operation::Step;
    bool moved = false;
    // In order; those that are added meanwhile have their turn in the next pass.
    const std::size_t count = m_operations.size();
    m_inTurn.assign(m_operations.begin(), m_operations.end());
    for (std::size_t i = 0; i < count; ++i) {
        const std::shared_ptr<Operation> operation = std::move(m_inTurn[i]);
        const Step step = operation->advance(*this);
        moved = moved || step == Step::Moved || step == Step::Done ||
                (step == Step::Spent && m_operations.size() > 1);
        if (step == Step::Done) {
            endTurn(operation.get());
            std::erase(m_operations, operation);
        }
        if (m_lost != 0) {
            break;
        }
    }
    m_inTurn.clear();
    return moved && m_lost == 0;
}

/// Advances every operation until none can go on without the network. Each call into libssh2 takes
/// in all that has come, for all channels; so whoever was idle gets another look when another one
/// moved.
void Link::pump()
{
    if (m_state != State::Ready || m_pumping) {
        return;
    }
    m_pumping = true;
    bool moved = true;
    for (int pass = 0; moved && pass < kPassesATurn; ++pass) {
        moved = pumpOnce();
    }
    if (m_lost == 0 && m_wire.unread() > 0 && m_probe.expired()) {
        probePeer();  // nobody reads now: the probe takes it in
    }
    m_pumping = false;
    if (moved) {
        pumpSoon();
    }
    settle();
}

/// After a turn: send what was written, choose the events, see whether this is the end.
void Link::settle()
{
    if (m_state != State::Ready && m_state != State::Closing) {
        return;
    }
    const bool wasFull = m_wire.isFull();
    m_wire.flush(*m_stream);
    if (wasFull && !m_wire.isFull() && m_state == State::Ready) {
        pumpSoon();  // who waited for room goes on, also where all went out without an event
    }
    const bool over = m_lost != 0 || (m_wire.hasEnded() && !m_pumpPosted);
    if (over) {
        die(m_state == State::Closing ? error(ErrorKind::Cancelled, u"the connection was closed"_s)
                                      : lossError());
        return;
    }
    m_stream->setPatient(m_state == State::Ready && !m_operations.empty() &&
                         std::none_of(m_operations.begin(), m_operations.end(),
                                      [](const auto& each) { return each->isUrgent(); }));
    m_stream->want(m_wire.unread() < kUnreadLimit, m_wire.unsent() > 0);
    if (m_state == State::Closing && m_wire.unsent() == 0) {
        m_stream->endWrite();  // and wait for the server's end: bytes that nobody has read would
    }                          // turn the good-bye into a reset
}

void Link::onStream()
{
    if (m_login && m_login->isBusy()) {
        m_stream->want(false, false);
        return;
    }
    if (m_wire.fill(*m_stream, kWireATurn) > 0) {
        m_lastSign = Reactor::now();
    }
    switch (m_state) {
        case State::Login:
            advanceLogin();
            break;
        case State::Ready:
            if (m_wire.unread() > 0 || m_wire.hasEnded()) {
                pump();
            } else {
                settle();
            }
            break;
        case State::Closing:
            settle();
            break;
        case State::New:
        case State::Connecting:
        case State::Probing:
        case State::Dead:
            break;
    }
}

// ---- end ----------------------------------------------------------------------------------------

Error Link::lossError() const
{
    if (!m_wire.farewell().isEmpty()) {
        return error(ErrorKind::Network,
                     u"the server ended the connection: %1"_s.arg(
                         displayText(QByteArrayView(m_wire.farewell()), 256)),
                     m_lost);
    }
    if (m_wire.hasEnded()) {
        return m_stream->failure().in(m_target.text());
    }
    return error(ErrorKind::Protocol,
                 u"the server broke the protocol; the connection was given up"_s, m_lost);
}

void Link::close(std::function<void()> closed)
{
    if (m_state == State::Dead) {
        closed();
        return;
    }
    m_onClosed.push_back(std::move(closed));
    if (m_state == State::Closing) {
        return;
    }
    if (m_state != State::Ready) {
        die(error(ErrorKind::Cancelled, u"the connection was closed"_s));
        return;
    }
    libssh2_session_disconnect_ex(m_session, SSH_DISCONNECT_BY_APPLICATION, "closed", "");
    m_ready = false;
    m_state = State::Closing;
    const std::weak_ptr<Link> weak = weak_from_this();
    m_deadline = m_reactor->after(kGoodbye, [weak] {
        if (const auto self = weak.lock()) {
            self->m_deadline = 0;
            self->die(self->error(ErrorKind::Cancelled, u"the connection was closed"_s));
        }
    });
    settle();
}

void Link::shutDown()
{
    die(error(ErrorKind::Cancelled, u"the connection was closed because the program ends"_s));
}

void Link::die(const Error& reason)
{
    if (m_state == State::Dead) {
        return;
    }
    const auto self = shared_from_this();
    const int descriptor = m_stream ? m_stream->descriptor() : -1;
    m_state = State::Dead;
    m_ready = false;
    m_reactor->cancelTimer(std::exchange(m_deadline, 0));
    m_reactor->cancelTimer(std::exchange(m_tick, 0));
    if (m_login) {
        m_login->stop();  // before the wire is touched
    }
    m_wire.kill();
    for (const auto& operation : std::exchange(m_operations, {})) {
        operation->abort(reason);
    }
    if (m_login) {
        m_login->abort(descriptor);
        m_login.reset();
    }
    for (int i = 0; m_session != nullptr && i < 1000; ++i) {
        if (libssh2_session_free(m_session) != LIBSSH2_ERROR_EAGAIN) {
            m_session = nullptr;
        }
    }
    if (m_kexProbe) {
        m_kexProbe->shutDown();
        m_reactor->dismiss(std::exchange(m_kexProbe, nullptr));
    }
    if (m_stream) {
        m_stream->close();
    }
    answerLogin(reason);
    for (const auto& closed : std::exchange(m_onClosed, {})) {
        closed();
    }
    m_reactor->dismiss(self);
}

// ---- the door to a channel ----------------------------------------------------------------------

namespace {

/// Why a channel to another address was refused; libssh2 keeps the reason in its text only.
QString openFailure(LIBSSH2_SESSION* session)
{
    char* raw = nullptr;
    int size = 0;
    libssh2_session_last_error(session, &raw, &size, 0);
    const QByteArrayView text(raw, size);
    if (text.contains("administratively")) {
        return u"the server forbids connections to this address"_s;
    }
    if (text.contains("connect failed")) {
        return u"the server cannot reach this address"_s;
    }
    return u"the server opens no channel to this address"_s;
}

}  // namespace

ChannelDoor::State ChannelDoor::advance(Link& link, const Operation* owner)
{
    if (!m_opening) {
        if ((isSession() && !link.mayOpen()) || !link.takeTurn(owner)) {
            return State::Waiting;
        }
        m_opening = true;
    }
    m_channel = libssh2_channel_open_ex(
        link.session(), m_type.constData(), unsigned(m_type.size()), LIBSSH2_CHANNEL_WINDOW_DEFAULT,
        LIBSSH2_CHANNEL_PACKET_DEFAULT, isSession() ? nullptr : m_message.constData(),
        unsigned(m_message.size()));
    if (m_channel != nullptr) {
        m_opening = false;
        link.endTurn(owner);
        if (isSession()) {
            link.channelOpened();
        }
        return State::Open;
    }
    const int code = libssh2_session_last_errno(link.session());
    if (code == LIBSSH2_ERROR_EAGAIN) {
        return State::Waiting;
    }
    m_opening = false;
    link.endTurn(owner);
    if (code != LIBSSH2_ERROR_CHANNEL_FAILURE) {
        link.lose(code);
        return State::Waiting;
    }
    if (!isSession()) {
        m_error = link.error(ErrorKind::Network, openFailure(link.session()), code);
        return State::Refused;
    }
    if (m_modest) {
        return State::Refused;
    }
    if (link.channelRefused()) {
        return State::Waiting;
    }
    m_error = link.error(ErrorKind::Unsupported,
                         u"the server opens no channel: this user may not run commands"_s, code);
    return State::Refused;
}

}  // namespace analemma::ssh
