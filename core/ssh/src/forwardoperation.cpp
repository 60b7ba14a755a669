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

ForwardOperation::ForwardOperation(std::shared_ptr<Reactor> reactor, ForwardSpec spec)
    : m_reactor(std::move(reactor)), m_spec(std::move(spec))
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
    answer(true);
}

Result<int> ForwardOperation::listenHere()
{
    const QString where = u"%1:%2"_s.arg(m_spec.listenHost).arg(m_spec.listenPort);
    Ear ear = earOf(m_spec.listenHost, m_spec.listenPort).value_or(Ear());
    auto* raw = reinterpret_cast<sockaddr*>(&ear.bytes);
    const int socket = ::socket(raw->sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    const int on = 1;
    ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (socket < 0 || ::bind(socket, raw, ear.size) != 0 || ::listen(socket, kBacklog) != 0) {
        const int code = errno;
        if (socket >= 0) {
            ::close(socket);
        }
        return systemError(u"listen on %1"_s.arg(where), code);
    }
    ::getsockname(socket, raw, &ear.size);
    watchEar(socket);
    return int(ntohs(raw->sa_family == AF_INET6 ? reinterpret_cast<sockaddr_in6*>(raw)->sin6_port
                                                : reinterpret_cast<sockaddr_in*>(raw)->sin_port));
}

void ForwardOperation::watchEar(int socket)
{
    m_socket = socket;
    m_reactor->watch(m_socket, EPOLLIN, this);
    m_watched = true;
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
    const auto self = shared_from_this();
    while (m_socket >= 0 && !isFull()) {
        const int socket = ::accept4(m_socket, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (socket < 0) {
            return;
        }
        take(std::make_unique<TcpStream>(m_reactor, socket));
    }
    if (m_socket >= 0) {
        m_reactor->forget(m_socket);  // others wait in the backlog
        m_watched = false;
    }
}

void ForwardOperation::take(std::unique_ptr<TcpStream> socket)
{
    const auto connection =
        std::make_shared<ForwardConnection>(weak_from_this(), m_reactor, std::move(socket));
    heard(connection);
    if (m_spec.kind == ForwardSpec::Kind::Dynamic) {
        connection->greet();
    } else {
        connection->openTo(m_spec.host.toUtf8(), m_spec.port);
    }
}

void ForwardOperation::connectFor(std::shared_ptr<DataPipe> pipe)
{
    const auto connection = std::make_shared<ForwardConnection>(
        weak_from_this(), m_reactor,
        std::make_unique<TcpStream>(m_reactor, m_spec.host, m_spec.port));
    heard(connection);
    connection->connectFor(std::move(pipe));
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
    if (m_socket >= 0 && !m_watched) {
        watchEar(m_socket);
    }
    const std::scoped_lock lock(m_mutex);
    m_state.open = int(m_connections.size());
    if (!problem.isEmpty()) {
        m_state.problem = problem;
    }
}

void ForwardOperation::endAll(const QString& problem)
{
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

QString ForwardOperation::refusedText() const
{
    return u"the server does not listen on %1:%2: it forbids this, or the port is taken"_s
        .arg(displayText(m_spec.listenHost, 100))
        .arg(m_spec.listenPort);
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

Opening startForward(SessionCore& core, ForwardSpec spec, const CancelToken& cancel)
{
    const auto operation = core.newForward(std::move(spec));
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
