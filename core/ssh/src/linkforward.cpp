#include "core/ssh/src/linkforward.h"

#include "core/ssh/src/datachannel.h"

#include <utility>

using namespace Qt::StringLiterals;

namespace analemma::ssh {
namespace {

/// What the server may hand over before we fetch it: libssh2 refuses every one beyond. A browser
/// opens dozens at once.
constexpr int kRemoteBacklog = 512;

}  // namespace

LinkForward::LinkForward(const std::shared_ptr<Link>& link, ForwardSpec spec)
    : ForwardOperation(link->reactor(), std::move(spec)), m_link(link)
{
}

void LinkForward::start()
{
    const std::shared_ptr<Link> link = m_link.lock();
    if (!link || m_closing) {
        answer(cancelledError());
        return;
    }
    if (!isRemote()) {
        const Result<int> port = listenHere();
        if (!port) {
            m_phase = Phase::Over;
            answer(port.error().in(link->target().text()));
            return;
        }
        m_phase = Phase::Listening;
        listening(*port);
    }
    link->add(std::static_pointer_cast<LinkForward>(shared_from_this()));
}

std::shared_ptr<DataPipe> LinkForward::newPipe(const QByteArray& host, int port)
{
    const std::shared_ptr<Link> link = m_link.lock();
    return link ? std::make_shared<DataChannel>(link, host, port) : nullptr;
}

void LinkForward::end(const QString& problem)
{
    m_phase = m_listener == nullptr ? Phase::Over : Phase::Ending;
    endAll(problem);
}

void LinkForward::tellClosed()
{
    for (const auto& closed : std::exchange(m_onClosed, {})) {
        closed();
    }
}

void LinkForward::close(std::function<void()> closed)
{
    m_closing = true;
    answer(cancelledError());
    const std::shared_ptr<Link> link = m_link.lock();
    if (m_phase == Phase::Over || !link) {
        closed();
        return;
    }
    m_onClosed.push_back(std::move(closed));
    link->pumpSoon();
}

Operation::Step LinkForward::advance(Link& link)
{
    if (m_closing && m_phase == Phase::Listening) {
        end({});
    }
    switch (m_phase) {
        case Phase::Asking:
            return ask(link);
        case Phase::Listening:
            return isRemote() ? accept(link) : Step::Idle;
        case Phase::Ending:
            return cancelRemote();
        case Phase::Over:
            break;
    }
    tellClosed();
    return Step::Done;
}

Operation::Step LinkForward::ask(Link& link)
{
    if (m_closing && !m_asking) {
        m_phase = Phase::Over;
        return Step::Moved;
    }
    if (!link.takeTurn(this)) {
        return Step::Idle;
    }
    if (spec().listenPort == 0 && link.unreadRefusals() > 0) {
        answer(link.error(ErrorKind::Unsupported,
                          u"this connection can no longer tell which port the server chose"_s)
                   .withHint(u"Name a port, or connect again."_s));
        m_phase = Phase::Over;
        return Step::Moved;
    }
    m_asking = true;
    int port = spec().listenPort;
    const QByteArray host = spec().listenHost.toUtf8();
    m_listener = libssh2_channel_forward_listen_ex(link.session(), host.constData(),
                                                   spec().listenPort, &port, kRemoteBacklog);
    const int code = m_listener == nullptr ? libssh2_session_last_errno(link.session()) : 0;
    if (code == LIBSSH2_ERROR_EAGAIN) {
        return Step::Idle;
    }
    link.endTurn(this);
    m_asking = false;
    if (m_listener != nullptr) {
        m_phase = Phase::Listening;
        listening(spec().listenPort == 0 ? port : spec().listenPort);
        return Step::Moved;
    }
    if (code != LIBSSH2_ERROR_REQUEST_DENIED) {
        link.lose(code);
        return Step::Idle;
    }
    // Perhaps the answer to something older. Asked again, until the first true answer comes: the
    // server refuses the later ones, for a port that is taken, so what stays unread are refusals.
    if (m_refusals++ < link.unreadRefusals() && !m_closing) {
        return Step::Moved;
    }
    answer(link.error(ErrorKind::Refused, refusedText(), code));
    m_phase = Phase::Over;
    return Step::Moved;
}

Operation::Step LinkForward::accept(Link& link)
{
    bool moved = false;
    while (!isFull()) {
        LIBSSH2_CHANNEL* channel = libssh2_channel_forward_accept(m_listener);
        if (channel == nullptr) {
            break;
        }
        moved = true;
        connectFor(std::make_shared<DataChannel>(m_link.lock(), channel));
    }
    if (!moved && libssh2_session_last_errno(link.session()) == LIBSSH2_ERROR_SOCKET_DISCONNECT) {
        link.lose(LIBSSH2_ERROR_SOCKET_DISCONNECT);
    }
    return moved ? Step::Moved : Step::Idle;
}

Operation::Step LinkForward::cancelRemote()
{
    if (libssh2_channel_forward_cancel(m_listener) == LIBSSH2_ERROR_EAGAIN) {
        return Step::Idle;
    }
    m_listener = nullptr;
    m_phase = Phase::Over;
    return Step::Moved;
}

void LinkForward::abort(const Error& error)
{
    m_listener = nullptr;  // goes with the session
    answer(error);
    end(error.message);
    tellClosed();
}

}  // namespace analemma::ssh
