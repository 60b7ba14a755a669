#include "core/ssh/src/muxchannel.h"

#include "core/ssh/src/terminalpair.h"

#include <sys/socket.h>

#include <cerrno>
#include <utility>

using namespace Qt::StringLiterals;

namespace analemma::ssh {

Result<std::pair<Descriptor, Descriptor>> socketPair()
{
    std::array<int, 2> ends{};
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends.data()) != 0) {
        return systemError(u"make a pair of sockets"_s, errno);
    }
    return std::pair(Descriptor(ends[0]), Descriptor(ends[1]));
}

MuxChannel::MuxChannel(std::shared_ptr<SystemLink> link, mux::SessionAsk ask,
                       std::optional<Terminal> terminal)
    : m_link(std::move(link)), m_ask(std::move(ask)), m_terminal(std::move(terminal))
{
}

MuxChannel::~MuxChannel()
{
    if (m_entered) {
        m_link->leave();
    }
}

void MuxChannel::start(std::function<void(Result<void>)> opened)
{
    m_opened = std::move(opened);
    m_link->enter([weak = weak_from_this(), link = m_link] {
        if (const auto self = weak.lock()) {
            self->m_entered = true;
            self->ask();
        } else {
            link->leave();
        }
    });
}

void MuxChannel::ask()
{
    Result<std::vector<Descriptor>> given = makeStreams();
    if (!given) {
        answer(given.error());
        return;
    }
    const std::weak_ptr<MuxChannel> weak = weak_from_this();
    m_line = std::make_unique<MuxLine>(m_link->reactor(), m_link->socketPath());
    m_line->onMessage = [weak](const mux::Message& message) {
        if (const auto self = weak.lock()) {
            self->onMessage(message);
        }
    };
    m_line->onEnd = [weak] {
        if (const auto self = weak.lock()) {
            self->onLineEnd();
        }
    };
    if (!m_line->start(mux::newSession(m_ask), std::move(*given))) {
        answer(m_link->lossError());
    }
}

/// Our ends; gives those of ssh.
Result<std::vector<Descriptor>> MuxChannel::makeStreams()
{
    const std::shared_ptr<Reactor>& reactor = m_link->reactor();
    const auto call = [weak = weak_from_this()] {
        if (const auto self = weak.lock()) {
            self->notify();
        }
    };
    std::vector<Descriptor> given;
    if (m_terminal) {
        Result<TerminalPair> pair = openTerminal(m_terminal->size, m_terminal->modes);
        if (!pair) {
            return pair.error();
        }
        m_input = std::make_unique<TerminalStream>(reactor, pair->near.release());
        given.push_back(std::move(pair->far));
    } else {
        Result<std::pair<Descriptor, Descriptor>> pair = socketPair();
        if (!pair) {
            return pair.error();
        }
        m_input = std::make_unique<TcpStream>(reactor, pair->first.release());
        given.push_back(std::move(pair->second));
    }
    m_input->onEvent = call;
    for (std::unique_ptr<TcpStream>& stream : m_streams) {
        Result<std::pair<Descriptor, Descriptor>> pair = socketPair();
        if (!pair) {
            return pair.error();
        }
        stream = std::make_unique<TcpStream>(reactor, pair->first.release());
        stream->onEvent = call;
        given.push_back(std::move(pair->second));
    }
    return given;
}

void MuxChannel::onMessage(const mux::Message& message)
{
    switch (message.type) {
        case mux::Type::SessionOpened:
            m_isOpen = true;
            if (m_terminal) {
                makeRaw(m_input->descriptor());  // ssh has read its modes
            }
            answer({});
            break;
        case mux::Type::Failure:
        case mux::Type::PermissionDenied:
            m_entered = false;
            m_line.reset();
            enterAgain(m_link->refused());
            break;
        case mux::Type::ExitMessage:
            m_exitCode = int(message.number);
            break;
        case mux::Type::TtyAllocFailed:
            m_noTerminal = true;
            notify();
            break;
        default:
            break;
    }
}

void MuxChannel::enterAgain(std::optional<milliseconds> pause)
{
    if (!pause) {
        answer(m_link->error(ErrorKind::Unsupported,
                             u"the server opens no channel: this user may not run commands"_s));
        return;
    }
    m_link->reactor()->after(*pause, [weak = weak_from_this()] {
        if (const auto self = weak.lock()) {
            self->start(std::move(self->m_opened));
        }
    });
}

void MuxChannel::onLineEnd()
{
    m_over = true;
    if (m_isOpen) {
        notify();
    } else {
        answer(m_link->lossError());
    }
}

void MuxChannel::answer(Result<void> opened)
{
    if (m_opened) {
        m_link->reactor()->post(
            [weak = weak_from_this(), call = std::exchange(m_opened, nullptr), opened] {
                if (const auto self = weak.lock()) {
                    call(opened);
                }
            });
    }
}

void MuxChannel::notify()
{
    if (const auto call = onEvent) {
        call();
    }
}

qint64 MuxChannel::read(Stream stream, char* to, qint64 room)
{
    const qint64 got = m_streams.at(stream) ? m_streams.at(stream)->read(to, room) : -1;
    if (got < 0) {
        m_ended.at(stream) = true;
    }
    return got;
}

qint64 MuxChannel::write(const char* from, qint64 count)
{
    return m_input ? m_input->write(from, count) : -1;
}

void MuxChannel::endWrite()
{
    if (m_input) {
        m_input->endWrite();
    }
}

void MuxChannel::resize(const TerminalSize& size)
{
    if (m_terminal && m_input) {
        setTerminalSize(m_input->descriptor(), size);
        m_link->tellResized();
    }
}

void MuxChannel::want(bool readable, bool writable)
{
    for (const Stream stream : {Output, Errors}) {
        if (m_streams.at(stream)) {
            m_streams.at(stream)->want(readable && !m_ended.at(stream), false);
        }
    }
    if (m_input) {
        m_input->want(false, writable);
    }
}

}  // namespace analemma::ssh
