#include "core/ssh/src/datachannel.h"

#include "core/ssh/src/sshbytes.h"

#include <algorithm>
#include <cstring>
#include <utility>

using namespace Qt::StringLiterals;

namespace analemma::ssh {
namespace {

/// RFC 4254, 7.2: where to, and where from, which here is nobody's business.
QByteArray directMessage(const QByteArray& host, int port)
{
    WireWriter writer;
    writer.string(host);
    writer.u32(quint32(port));
    writer.string("127.0.0.1");
    writer.u32(0);
    return writer.take();
}

}  // namespace

DataChannel::DataChannel(const std::shared_ptr<Link>& link, const QByteArray& host, int port)
    : m_link(link),
      m_reactor(link->reactor()),
      m_door("direct-tcpip", directMessage(host, port)),
      m_failure(ErrorKind::Network, u"the server closed the connection"_s)
{
}

DataChannel::DataChannel(const std::shared_ptr<Link>& link, LIBSSH2_CHANNEL* accepted)
    : m_link(link),
      m_reactor(link->reactor()),
      m_phase(Phase::Running),
      m_channel(accepted),
      m_failure(ErrorKind::Network, u"the server closed the connection"_s)
{
}

void DataChannel::start(std::function<void(Result<void>)> opened)
{
    m_opened = std::move(opened);
    const std::shared_ptr<Link> link = m_link.lock();
    if (!link) {
        abort(cancelledError());
        return;
    }
    link->add(shared_from_this());
    if (m_phase == Phase::Running) {
        answer({});
    }
}

void DataChannel::answer(Result<void> result)
{
    if (m_opened) {
        m_reactor->post([opened = std::exchange(m_opened, nullptr), result = std::move(result)] {
            opened(result);
        });
    }
}

void DataChannel::notify()
{
    if (m_closing || std::exchange(m_posted, true)) {
        return;
    }
    m_reactor->post([weak = weak_from_this()] {
        if (const auto self = weak.lock()) {
            self->m_posted = false;
            if (const auto call = self->onEvent) {
                call();
            }
        }
    });
}

void DataChannel::pump() const
{
    if (const std::shared_ptr<Link> link = m_link.lock()) {
        link->pumpSoon();
    }
}

qint64 DataChannel::read(char* to, qint64 room)
{
    const qsizetype count = std::min<qsizetype>(room, unread());
    if (count == 0) {
        return m_ended ? -1 : 0;
    }
    const bool wasFull = unread() >= kRoom;
    std::memcpy(to, m_in.constData() + m_inAt, std::size_t(count));
    m_inAt += count;
    if (m_inAt == m_in.size()) {
        m_in = QByteArray();
        m_inAt = 0;
    }
    if (wasFull && unread() < kRoom) {
        pump();
    }
    return count;
}

qint64 DataChannel::write(const char* from, qint64 count)
{
    if (m_broken || m_endWrite || m_closing) {
        return -1;
    }
    const qsizetype taken = std::clamp<qsizetype>(kRoom - unsent(), 0, count);
    if (taken > 0) {
        if (m_outAt > 0) {
            m_out.remove(0, m_outAt);
            m_outAt = 0;
        }
        m_out.append(from, taken);
        pump();
    }
    return taken;
}

void DataChannel::endWrite()
{
    m_endWrite = true;
    pump();
}

void DataChannel::close()
{
    m_closing = true;
    m_opened = nullptr;
    onEvent = nullptr;
    pump();
}

Operation::Step DataChannel::advance(Link& link)
{
    switch (m_phase) {
        case Phase::Opening:
            return open(link);
        case Phase::Running:
            return run(link);
        case Phase::Freeing:
            if (libssh2_channel_free(m_channel) == LIBSSH2_ERROR_EAGAIN) {
                return Step::Idle;
            }
            m_channel = nullptr;
            m_phase = Phase::Over;
            return Step::Done;
        case Phase::Over:
            return Step::Done;
    }
    return Step::Done;
}

Operation::Step DataChannel::open(Link& link)
{
    if (m_closing && !m_door.isOpening()) {
        m_phase = Phase::Over;
        return Step::Done;
    }
    switch (m_door.advance(link, this)) {
        case ChannelDoor::State::Waiting:
            return Step::Idle;
        case ChannelDoor::State::Refused:
            m_phase = Phase::Over;
            m_ended = m_broken = true;
            m_failure = m_door.error();
            answer(m_door.error());
            return Step::Done;
        case ChannelDoor::State::Open:
            m_channel = m_door.channel();
            m_phase = Phase::Running;
            answer({});
            return Step::Moved;
    }
    return Step::Idle;
}

bool DataChannel::feed(Link& link)
{
    bool moved = false;
    while (unsent() > 0 && !m_broken && !link.isOutgoingFull()) {
        const ssize_t count = libssh2_channel_write_ex(m_channel, 0, m_out.constData() + m_outAt,
                                                       std::size_t(unsent()));
        if (count == LIBSSH2_ERROR_EAGAIN || count == 0) {
            return moved;
        }
        moved = true;
        m_broken = count < 0;
        m_outAt = m_broken ? m_out.size() : m_outAt + count;
    }
    if (unsent() == 0) {
        m_out = QByteArray();
        m_outAt = 0;
        if (m_endWrite && !m_writeEnded) {
            m_writeEnded = libssh2_channel_send_eof(m_channel) != LIBSSH2_ERROR_EAGAIN;
            moved = moved || m_writeEnded;
        }
    }
    return moved;
}

bool DataChannel::drain(Link& link)
{
    bool moved = false;
    while (unread() < kRoom && !m_ended) {
        const ssize_t count = libssh2_channel_read_ex(m_channel, 0, link.scratch(), Link::kScratch);
        if (count < 0 && count != LIBSSH2_ERROR_EAGAIN) {
            link.lose(int(count));
        }
        if (count <= 0) {
            break;
        }
        if (m_inAt > 0) {
            m_in.remove(0, m_inAt);
            m_inAt = 0;
        }
        m_in.append(link.scratch(), count);
        moved = true;
    }
    if (!m_ended && libssh2_channel_eof(m_channel) == 1) {
        m_ended = moved = true;
    }
    return moved;
}

Operation::Step DataChannel::run(Link& link)
{
    if (m_closing) {
        // What was taken before an orderly end still goes out.
        const bool isFlushing = m_endWrite && !m_writeEnded && !m_broken;
        if (isFlushing && !feed(link)) {
            return Step::Idle;
        }
        m_phase = isFlushing ? m_phase : Phase::Freeing;
        return Step::Moved;
    }
    bool moved = feed(link);
    moved = drain(link) || moved;
    if (moved) {
        notify();
    }
    return moved ? Step::Moved : Step::Idle;
}

void DataChannel::abort(const Error& error)
{
    if (m_channel != nullptr) {
        libssh2_channel_free(m_channel);
        m_channel = nullptr;
    }
    m_phase = Phase::Over;
    m_failure = error;
    m_ended = m_broken = true;
    answer(error);
    notify();
}

}  // namespace analemma::ssh
