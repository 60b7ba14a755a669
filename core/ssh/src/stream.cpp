#include "core/ssh/src/stream.h"

#include "core/base/task.h"

#include <linux/sockios.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

using namespace Qt::StringLiterals;

namespace analemma::ssh {
namespace {

constexpr std::size_t kMostAddresses = 8;

Error connectError(int code)
{
    switch (code) {
        case ECONNREFUSED:
            return {ErrorKind::Network,
                    u"the connection was refused: nothing listens on this port"_s, code};
        case ETIMEDOUT:
            return {ErrorKind::Network, u"no answer from this address"_s, code};
        default:
            return {ErrorKind::Network,
                    u"cannot connect: %1"_s.arg(QString::fromLocal8Bit(std::strerror(code))), code};
    }
}

void setOption(int socket, int level, int name, int value)
{
    ::setsockopt(socket, level, name, &value, sizeof value);
}

/// Small packets at once; a cut cable is noticed with data under way (user timeout) and without
/// (keepalive). A peer whose program hangs is found by Link's own probe.
void tune(int socket)
{
    setOption(socket, IPPROTO_TCP, TCP_NODELAY, 1);
    setOption(socket, IPPROTO_TCP, TCP_USER_TIMEOUT, 15'000);
    setOption(socket, SOL_SOCKET, SO_KEEPALIVE, 1);
    setOption(socket, IPPROTO_TCP, TCP_KEEPIDLE, 5);
    setOption(socket, IPPROTO_TCP, TCP_KEEPINTVL, 5);
    setOption(socket, IPPROTO_TCP, TCP_KEEPCNT, 3);
}

}  // namespace

TcpStream::TcpStream(std::shared_ptr<Reactor> reactor, QString host, int port)
    : m_reactor(std::move(reactor)), m_host(std::move(host)), m_port(port)
{
}

TcpStream::TcpStream(std::shared_ptr<Reactor> reactor, int accepted)
    : m_reactor(std::move(reactor)), m_socket(accepted), m_connected(true)
{
    tune(m_socket);
}

TcpStream::~TcpStream()
{
    *m_alive = false;
    dropSocket();
}

TcpStream::Lookup TcpStream::resolve(const QByteArray& host, int port, bool numericOnly)
{
    addrinfo hints{};
    hints.ai_family = AF_UNSPEC;
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_NUMERICSERV | (numericOnly ? AI_NUMERICHOST : 0);
    addrinfo* found = nullptr;
    const int code =
        ::getaddrinfo(host.constData(), QByteArray::number(port).constData(), &hints, &found);
    Lookup lookup;
    if (code != 0) {
        lookup.error = Error(
            ErrorKind::Network,
            u"the name cannot be resolved: %1"_s.arg(QString::fromLocal8Bit(::gai_strerror(code))),
            code);
        return lookup;
    }
    for (const addrinfo* at = found; at != nullptr && lookup.addresses.size() < kMostAddresses;
         at = at->ai_next) {
        Address address;
        std::memcpy(&address.bytes, at->ai_addr, at->ai_addrlen);
        address.size = at->ai_addrlen;
        lookup.addresses.push_back(address);
    }
    ::freeaddrinfo(found);
    return lookup;
}

void TcpStream::connect(std::function<void(Result<void>)> done)
{
    m_done = std::move(done);
    const QByteArray host = m_host.toUtf8();
    Lookup numeric = resolve(host, m_port, true);  // never leaves the machine
    if (!numeric.addresses.empty()) {
        onResolved(std::move(numeric));
        return;
    }
    detail::startOnWorker([reactor = m_reactor, alive = m_alive, host, port = m_port, this] {
        Lookup lookup = resolve(host, port, false);
        reactor->post([alive, lookup = std::move(lookup), this] {
            if (*alive) {
                onResolved(lookup);
            }
        });
    });
}

void TcpStream::onResolved(Lookup lookup)
{
    if (lookup.addresses.empty()) {
        finish(lookup.error);
        return;
    }
    m_addresses = std::move(lookup.addresses);
    tryNext();
}

void TcpStream::tryNext()
{
    while (m_next < m_addresses.size()) {
        dropSocket();
        if (begin(m_addresses[m_next++])) {
            return;
        }
    }
    finish(connectError(m_error));
}

bool TcpStream::begin(const Address& address)
{
    m_socket = ::socket(address.bytes.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (m_socket < 0) {
        m_error = errno;
        return false;
    }
    tune(m_socket);
    sockaddr_storage bytes = address.bytes;
    if (::connect(m_socket, reinterpret_cast<sockaddr*>(&bytes), address.size) != 0 &&
        errno != EINPROGRESS) {
        m_error = errno;
        return false;
    }
    m_events = EPOLLOUT;
    m_reactor->watch(m_socket, m_events, this);
    return true;
}

void TcpStream::onConnected()
{
    int code = 0;
    socklen_t size = sizeof code;
    ::getsockopt(m_socket, SOL_SOCKET, SO_ERROR, &code, &size);
    if (code != 0) {
        m_error = code;
        tryNext();
        return;
    }
    m_connected = true;
    m_error = 0;
    want(true, false);
    finish({});
}

void TcpStream::finish(Result<void> result)
{
    const auto done = std::exchange(m_done, nullptr);
    if (done) {
        done(std::move(result));
    }
}

void TcpStream::onEvents(quint32 events)
{
    if (!m_connected) {
        if ((events & (EPOLLOUT | EPOLLERR | EPOLLHUP)) != 0) {
            onConnected();
        }
    } else if (onEvent) {
        const auto call = onEvent;  // the stream may be closed in the call
        call();
    }
}

qint64 TcpStream::read(char* to, qint64 room)
{
    if (m_socket < 0) {
        return -1;
    }
    const ssize_t got = ::recv(m_socket, to, std::size_t(room), 0);
    if (got > 0) {
        return got;
    }
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) {
        return 0;
    }
    m_error = got < 0 ? errno : 0;
    return -1;
}

qint64 TcpStream::write(const char* from, qint64 count)
{
    if (m_socket < 0) {
        return -1;
    }
    const ssize_t sent = ::send(m_socket, from, std::size_t(count), MSG_NOSIGNAL);
    if (sent >= 0) {
        return sent;
    }
    if (errno == EAGAIN || errno == EINTR) {
        return 0;
    }
    m_error = errno;
    return -1;
}

void TcpStream::want(bool readable, bool writable)
{
    const quint32 events = (readable ? quint32(EPOLLIN) : 0U) | (writable ? quint32(EPOLLOUT) : 0U);
    if (m_socket < 0 || events == m_events) {
        return;
    }
    if (events == 0) {
        m_reactor->forget(m_socket);  // else a broken one would go on telling
    } else if (m_events == 0) {
        m_reactor->watch(m_socket, events, this, m_patient);
    } else {
        m_reactor->change(m_socket, events);
    }
    m_events = events;
}

void TcpStream::setPatient(bool patient)
{
    if (std::exchange(m_patient, patient) != patient && m_socket >= 0 && m_events != 0) {
        m_reactor->setPatient(m_socket, patient);
    }
}

Error TcpStream::failure() const
{
    if (m_error == 0) {
        return {ErrorKind::Network, u"the server closed the connection"_s};
    }
    if (m_error == ETIMEDOUT) {
        return {ErrorKind::Network, u"the connection was lost: the server does not answer"_s,
                m_error};
    }
    return {ErrorKind::Network,
            u"the connection broke: %1"_s.arg(QString::fromLocal8Bit(std::strerror(m_error))),
            m_error};
}

qint64 TcpStream::unacknowledged() const
{
    int bytes = 0;
    return m_socket >= 0 && ::ioctl(m_socket, SIOCOUTQ, &bytes) == 0 ? bytes : 0;
}

void TcpStream::endWrite()
{
    if (m_socket >= 0) {
        ::shutdown(m_socket, SHUT_WR);
    }
}

void TcpStream::dropSocket()
{
    if (m_socket >= 0) {
        m_reactor->forget(m_socket);
        ::close(m_socket);
        m_socket = -1;
    }
}

void TcpStream::close()
{
    m_done = nullptr;
    onEvent = nullptr;
    m_connected = false;
    dropSocket();
}

}  // namespace analemma::ssh
