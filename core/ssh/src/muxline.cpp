#include "core/ssh/src/muxline.h"

#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <iterator>
#include <utility>

namespace analemma::ssh {
namespace {

/// Nothing when nobody listens there. A Unix socket connects at once or not at all.
Descriptor dial(const QByteArray& path)
{
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.size() >= qsizetype(sizeof address.sun_path)) {
        return Descriptor();
    }
    std::memcpy(address.sun_path, path.constData(), std::size_t(path.size()));
    Descriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    const bool isOpen =
        socket.valid() &&
        ::connect(socket.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
    return isOpen ? std::move(socket) : Descriptor();
}

/// One byte that carries a descriptor, as OpenSSH's mm_send_fd() does it.
bool sendDescriptor(int socket, int descriptor)
{
    char byte = 0;
    iovec piece{&byte, 1};
    alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> room{};
    msghdr message{};
    message.msg_iov = &piece;
    message.msg_iovlen = 1;
    message.msg_control = room.data();
    message.msg_controllen = room.size();
    cmsghdr* header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof(int));
    std::memcpy(CMSG_DATA(header), &descriptor, sizeof descriptor);
    return ::sendmsg(socket, &message, MSG_NOSIGNAL) == 1;
}

}  // namespace

MuxLine::MuxLine(std::shared_ptr<Reactor> reactor, QByteArray socketPath)
    : m_reactor(std::move(reactor)), m_path(std::move(socketPath))
{
}

MuxLine::~MuxLine()
{
    *m_alive = false;
    if (m_socket.valid()) {
        m_reactor->forget(m_socket.get());
    }
}

bool MuxLine::start(const QByteArray& request, std::vector<Descriptor> given)
{
    m_socket = dial(m_path);
    if (!m_socket.valid()) {
        return false;
    }
    m_out = mux::hello() + request;
    m_given.assign(std::make_move_iterator(given.begin()), std::make_move_iterator(given.end()));
    m_reactor->watch(m_socket.get(), EPOLLIN, this);
    flush();
    return true;
}

/// The master waits for the descriptors once it has the request: they follow at once. A broken line
/// is noticed by the reader.
void MuxLine::flush()
{
    while (!m_out.isEmpty()) {
        const ssize_t sent =
            ::send(m_socket.get(), m_out.constData(), std::size_t(m_out.size()), MSG_NOSIGNAL);
        if (sent <= 0) {
            break;
        }
        m_out.remove(0, sent);
    }
    while (m_out.isEmpty() && !m_given.empty() &&
           sendDescriptor(m_socket.get(), m_given.front().get())) {
        m_given.pop_front();
    }
    const bool waits = !m_out.isEmpty() || !m_given.empty();
    if (waits != m_waitsForRoom) {
        m_waitsForRoom = waits;
        m_reactor->change(m_socket.get(), EPOLLIN | (waits ? quint32(EPOLLOUT) : 0U));
    }
}

void MuxLine::onEvents(quint32 events)
{
    if ((events & EPOLLOUT) != 0) {
        flush();
    }
    if ((events & (EPOLLIN | EPOLLHUP | EPOLLERR)) == 0) {
        return;
    }
    std::array<char, 4096> room{};
    const ssize_t got = ::recv(m_socket.get(), room.data(), room.size(), 0);
    if (got > 0) {
        m_in.append(room.data(), got);
        const std::shared_ptr<bool> alive = m_alive;
        while (*alive && take()) {
        }
    } else if (got == 0 || (errno != EAGAIN && errno != EINTR)) {
        end();
    }
}

/// False when there is no whole message, or this is gone.
bool MuxLine::take()
{
    const std::optional<Result<mux::Message>> message = mux::takeMessage(m_in);
    if (!message) {
        return false;
    }
    if (!*message) {
        end();
        return false;
    }
    if (const auto call = onMessage; call && (*message)->type != mux::Type::Hello) {
        call(**message);
    }
    return true;
}

void MuxLine::end()
{
    m_reactor->forget(m_socket.get());
    m_socket = Descriptor();
    m_given.clear();
    if (const auto call = onEnd) {
        call();
    }
}

namespace {

/// A question to a master. Its timer owns it.
struct MasterQuestion {
    std::shared_ptr<Reactor> reactor;
    std::function<void(std::optional<mux::Message>)> answer;
    std::shared_ptr<MuxLine> line;
    quint64 timer = 0;

    void finish(std::optional<mux::Message> said)
    {
        const auto call = std::exchange(answer, nullptr);
        if (!call) {
            return;
        }
        reactor->post([gone = std::move(line)] {});  // not within its own call
        const quint64 ended = std::exchange(timer, 0);
        call(std::move(said));
        reactor->cancelTimer(ended);  // and with it this
    }
};

}  // namespace

void askMaster(const std::shared_ptr<Reactor>& reactor, const QByteArray& socketPath,
               const QByteArray& request, milliseconds patience,
               std::function<void(std::optional<mux::Message>)> answer)
{
    const auto asking = std::make_shared<MasterQuestion>();
    asking->reactor = reactor;
    asking->answer = std::move(answer);
    asking->line = std::make_shared<MuxLine>(reactor, socketPath);
    const std::weak_ptr<MasterQuestion> weak = asking;
    asking->line->onMessage = [weak](const mux::Message& message) {
        if (const auto self = weak.lock()) {
            self->finish(message);
        }
    };
    asking->line->onEnd = [weak] {
        if (const auto self = weak.lock()) {
            self->finish(std::nullopt);
        }
    };
    const bool isSent = asking->line->start(request, {});
    asking->timer = reactor->after(isSent ? patience : milliseconds(0),
                                   [asking] { asking->finish(std::nullopt); });
}

}  // namespace analemma::ssh
