#include "core/ssh/src/forwardoperation.h"

#include "core/base/text.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <optional>
#include <utility>

using namespace Qt::StringLiterals;

namespace analemma::ssh {
namespace {

constexpr std::size_t kMostConnections = 256;
constexpr int kBacklog = 64;
/// What the server may hand over before we fetch it: libssh2 refuses every one beyond. A browser opens dozens at once.
constexpr int kRemoteBacklog = 512;

struct Ear {
    sockaddr_storage bytes{};
    socklen_t size = 0;
    bool isLoopback = false;
};

/// Nothing when the text is no numeric address.
std::optional<Ear> earOf(const QString& host, int port)
{
    Ear ear;
    auto& four = reinterpret_cast<sockaddr_in&>(ear.bytes);
    auto& six = reinterpret_cast<sockaddr_in6&>(ear.bytes);
    const QByteArray text = host.toLatin1();
    if (::inet_pton(AF_INET, text.constData(), &four.sin_addr) == 1) {
        four.sin_family = AF_INET;
        four.sin_port = htons(quint16(port));
        ear.size = sizeof four;
        ear.isLoopback = ntohl(four.sin_addr.s_addr) >> 24 == 127;
        return ear;
    }
    if (::inet_pton(AF_INET6, text.constData(), &six.sin6_addr) == 1) {
        six.sin6_family = AF_INET6;
        six.sin6_port = htons(quint16(port));
        ear.size = sizeof six;
        ear.isLoopback = IN6_IS_ADDR_LOOPBACK(&six.sin6_addr) != 0;
        return ear;
    }
    return std::nullopt;
}

}  // namespace

ForwardOperation::ForwardOperation(const std::shared_ptr<Link>& link, ForwardSpec spec)
    : m_link(link), m_reactor(link->reactor()), m_spec(std::move(spec))
{
}

ForwardOperation::~ForwardOperation()
{
    if (m_socket >= 0) {
        ::close(m_socket);
    }
}

ForwardState ForwardOperation::state() const
{
    const std::scoped_lock lock(m_mutex);
    return m_state;
}

void ForwardOperation::listening(int port)
{
    {
        const std::scoped_lock lock(m_mutex);
        m_state.listening = true;
        m_state.port = port;
    }
    m_phase = Phase::Listening;
    m_opened.finish(true);
}

void ForwardOperation::start()
{
    const std::shared_ptr<Link> link = m_link.lock();
    if (!link || m_closing) {
        m_opened.finish(cancelledError());
        return;
    }
    if (!isRemote()) {
        const Result<int> port = listenHere();
        if (!port) {
            m_phase = Phase::Over;
            m_opened.finish(port.error().in(link->target().text()));
            return;
        }
        listening(*port);
    }
    link->add(shared_from_this());
}

Result<int> ForwardOperation::listenHere()
{
    const QString where = u"%1:%2"_s.arg(m_spec.listenHost).arg(m_spec.listenPort);
    Ear ear = earOf(m_spec.listenHost, m_spec.listenPort).value_or(Ear());
    auto* raw = reinterpret_cast<sockaddr*>(&ear.bytes);
    m_socket = ::socket(raw->sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    const int on = 1;
    ::setsockopt(m_socket, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (m_socket < 0 || ::bind(m_socket, raw, ear.size) != 0 || ::listen(m_socket, kBacklog) != 0) {
        return systemError(u"listen on %1"_s.arg(where), errno);
    }
    ::getsockname(m_socket, raw, &ear.size);
    m_reactor->watch(m_socket, EPOLLIN, this);
    m_watched = true;
    return int(ntohs(raw->sa_family == AF_INET6 ? reinterpret_cast<sockaddr_in6*>(raw)->sin6_port
                                                : reinterpret_cast<sockaddr_in*>(raw)->sin_port));
}

void ForwardOperation::heard(const std::shared_ptr<ForwardConnection>& connection)
{
    m_connections.insert(connection);
    const std::scoped_lock lock(m_mutex);
    ++m_state.connections;
    m_state.open = int(m_connections.size());
}

void ForwardOperation::onEvents(quint32)
{
    const std::shared_ptr<Link> link = m_link.lock();
    while (link && m_connections.size() < kMostConnections) {
        const int socket = ::accept4(m_socket, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (socket < 0) {
            return;
        }
        const auto connection = std::make_shared<ForwardConnection>(
            weak_from_this(), link, std::make_unique<TcpStream>(m_reactor, socket));
        heard(connection);
        if (m_spec.kind == ForwardSpec::Kind::Dynamic) {
            connection->greet();
        } else {
            connection->openTo(m_spec.host.toUtf8(), m_spec.port);
        }
    }
    m_reactor->forget(m_socket);  // others wait in the backlog
    m_watched = false;
}

void ForwardOperation::carried(qint64 sent, qint64 received)
{
    const std::scoped_lock lock(m_mutex);
    m_state.sentBytes += sent;
    m_state.receivedBytes += received;
}

void ForwardOperation::ended(const std::shared_ptr<ForwardConnection>& connection,
                             const QString& problem)
{
    m_connections.erase(connection);
    if (m_socket >= 0 && !m_watched && m_phase == Phase::Listening) {
        m_reactor->watch(m_socket, EPOLLIN, this);
        m_watched = true;
    }
    const std::scoped_lock lock(m_mutex);
    m_state.open = int(m_connections.size());
    if (!problem.isEmpty()) {
        m_state.problem = problem;
    }
}

void ForwardOperation::endAll(const QString& problem)
{
    m_phase = m_listener == nullptr ? Phase::Over : Phase::Ending;
    if (m_socket >= 0) {
        m_reactor->forget(m_socket);
        ::close(std::exchange(m_socket, -1));
    }
    for (const auto& connection : std::exchange(m_connections, {})) {
        connection->end();
    }
    const std::scoped_lock lock(m_mutex);
    m_state.listening = false;
    m_state.open = 0;
    if (!problem.isEmpty()) {
        m_state.problem = problem;
    }
}

void ForwardOperation::close(std::function<void()> closed)
{
    m_closing = true;
    m_opened.finish(cancelledError());
    const std::shared_ptr<Link> link = m_link.lock();
    if (m_phase == Phase::Over || !link) {
        closed();
        return;
    }
    m_onClosed.push_back(std::move(closed));
    link->pumpSoon();
}

Operation::Step ForwardOperation::advance(Link& link)
{
    if (m_closing && m_phase == Phase::Listening) {
        endAll({});
    }
    switch (m_phase) {
        case Phase::Asking:
            return ask(link);
        case Phase::Listening:
            return isRemote() ? accept(link) : Step::Idle;
        case Phase::Ending:
            return cancelRemote(link);
        case Phase::Over:
            break;
    }
    for (const auto& closed : std::exchange(m_onClosed, {})) {
        closed();
    }
    return Step::Done;
}

Operation::Step ForwardOperation::ask(Link& link)
{
    if (m_closing && !m_asking) {
        m_phase = Phase::Over;
        return Step::Moved;
    }
    if (!link.takeTurn(this)) {
        return Step::Idle;
    }
    m_asking = true;
    int port = m_spec.listenPort;
    const QByteArray host = m_spec.listenHost.toUtf8();
    m_listener = libssh2_channel_forward_listen_ex(link.session(), host.constData(),
                                                   m_spec.listenPort, &port, kRemoteBacklog);
    const int code = m_listener == nullptr ? libssh2_session_last_errno(link.session()) : 0;
    if (code == LIBSSH2_ERROR_EAGAIN) {
        return Step::Idle;
    }
    link.endTurn(this);
    m_asking = false;
    if (m_listener != nullptr) {
        listening(m_spec.listenPort == 0 ? port : m_spec.listenPort);
        return Step::Moved;
    }
    if (code != LIBSSH2_ERROR_REQUEST_DENIED) {
        link.lose(code);
        return Step::Idle;
    }
    m_opened.finish(
        link.error(ErrorKind::Refused,
                   u"the server does not listen on %1:%2: it forbids this, or the port is taken"_s
                       .arg(displayText(m_spec.listenHost, 100))
                       .arg(m_spec.listenPort),
                   code));
    m_phase = Phase::Over;
    return Step::Moved;
}

Operation::Step ForwardOperation::accept(Link& link)
{
    bool moved = false;
    while (m_connections.size() < kMostConnections) {
        LIBSSH2_CHANNEL* channel = libssh2_channel_forward_accept(m_listener);
        if (channel == nullptr) {
            break;
        }
        moved = true;
        const std::shared_ptr<Link> here = m_link.lock();
        const auto connection = std::make_shared<ForwardConnection>(
            weak_from_this(), here,
            std::make_unique<TcpStream>(m_reactor, m_spec.host, m_spec.port));
        heard(connection);
        connection->connectFor(std::make_shared<DataChannel>(here, channel));
    }
    if (!moved && libssh2_session_last_errno(link.session()) == LIBSSH2_ERROR_SOCKET_DISCONNECT) {
        link.lose(LIBSSH2_ERROR_SOCKET_DISCONNECT);
    }
    return moved ? Step::Moved : Step::Idle;
}

Operation::Step ForwardOperation::cancelRemote(Link&)
{
    if (libssh2_channel_forward_cancel(m_listener) == LIBSSH2_ERROR_EAGAIN) {
        return Step::Idle;
    }
    m_listener = nullptr;
    m_phase = Phase::Over;
    return Step::Moved;
}

void ForwardOperation::abort(const Error& error)
{
    m_listener = nullptr;  // goes with the session
    m_opened.finish(error);
    endAll(error.message);
    for (const auto& closed : std::exchange(m_onClosed, {})) {
        closed();
    }
}

// ---- the face -----------------------------------------------------------------------------------

namespace {

Promise<bool>::Future startClose(const std::shared_ptr<SessionCore>& core,
                                 const std::shared_ptr<ForwardOperation>& operation)
{
    return onReactor(core->reactor, [operation](const Promise<bool>& closed) {
        operation->close([closed] { closed.finish(true); });
    });
}

Task<Result<void>> closeIt(std::shared_ptr<SessionCore> core,
                           std::shared_ptr<ForwardOperation> operation)
{
    auto future = startClose(core, operation);
    [[maybe_unused]] const Result<bool> closed = co_await future;  // an ended reactor closed it too
    co_return Result<void>();
}

class ForwardBody final : public Forward {
public:
    ForwardBody(std::shared_ptr<SessionCore> core, std::shared_ptr<ForwardOperation> operation)
        : m_core(std::move(core)), m_operation(std::move(operation))
    {
    }
    ~ForwardBody() override
    {
        m_core->reactor->post([operation = m_operation] { operation->close([] {}); });
    }
    ForwardBody(const ForwardBody&) = delete;
    ForwardBody& operator=(const ForwardBody&) = delete;

    [[nodiscard]] const ForwardSpec& spec() const override { return m_operation->spec(); }
    [[nodiscard]] ForwardState state() const override { return m_operation->state(); }
    Task<Result<void>> close() override { return closeIt(m_core, m_operation); }

private:
    const std::shared_ptr<SessionCore> m_core;
    const std::shared_ptr<ForwardOperation> m_operation;
};

bool isPort(int port, int least)
{
    return port >= least && port <= 65'535;
}

Result<void> checkSpec(const ForwardSpec& spec)
{
    const bool remote = spec.kind == ForwardSpec::Kind::Remote;
    const std::optional<Ear> ear = earOf(spec.listenHost, spec.listenPort);
    if (!remote && !ear) {
        return Error(ErrorKind::Invalid,
                     u"not an address to listen on: %1"_s.arg(displayText(spec.listenHost, 100)));
    }
    if (!remote && !ear->isLoopback) {
        return Error(ErrorKind::Refused, u"forwards listen on this machine only, not on %1"_s.arg(
                                             displayText(spec.listenHost, 100)));
    }
    if (remote && !spec.listenHost.isEmpty() && !isHostName(spec.listenHost)) {
        return Error(ErrorKind::Invalid,
                     u"not an address: %1"_s.arg(displayText(spec.listenHost, 100)));
    }
    if (!isPort(spec.listenPort, 0)) {
        return Error(ErrorKind::Invalid, u"not a port: %1"_s.arg(spec.listenPort));
    }
    if (spec.kind != ForwardSpec::Kind::Dynamic &&
        (!isHostName(spec.host) || !isPort(spec.port, 1))) {
        return Error(
            ErrorKind::Invalid,
            u"not a place to go on to: %1:%2"_s.arg(displayText(spec.host, 100)).arg(spec.port));
    }
    return {};
}

struct Opening {
    Promise<bool>::Future future;
    CancelToken::Registration registration;
    std::shared_ptr<ForwardOperation> operation;
};

Opening startForward(const SessionCore& core, ForwardSpec spec, const CancelToken& cancel)
{
    const auto operation = std::make_shared<ForwardOperation>(core.link, std::move(spec));
    core.reactor->post([operation] { operation->start(); });
    auto registration = cancel.onCancel([reactor = core.reactor, weak = std::weak_ptr(operation)] {
        reactor->post([weak] {
            if (const auto opening = weak.lock()) {
                opening->close([] {});
            }
        });
    });
    return {operation->opened(), std::move(registration), operation};
}

}  // namespace

Task<Result<std::shared_ptr<Forward>>> openForward(std::shared_ptr<SessionCore> core,
                                                   ForwardSpec spec, CancelToken cancel)
{
    const Result<void> valid = checkSpec(spec);
    if (!valid) {
        co_return valid.error();
    }
    if (cancel.isCancelled()) {
        co_return cancelledError();
    }
    Opening opening = startForward(*core, std::move(spec), cancel);
    const Result<bool> opened = co_await opening.future;
    if (!opened) {
        co_return opened.error();
    }
    auto forward = std::make_shared<ForwardBody>(core, opening.operation);
    {
        const std::scoped_lock lock(core->mutex);
        std::erase_if(core->forwards, [](const auto& known) { return known.expired(); });
        core->forwards.push_back(forward);
    }
    co_return std::shared_ptr<Forward>(std::move(forward));
}

}  // namespace analemma::ssh
