#include "core/ssh/src/channelstream.h"

#include <utility>

namespace analemma::ssh {

ChannelStream::ChannelStream(std::shared_ptr<Link> via, QString host, int port)
    : m_via(std::move(via)), m_host(std::move(host)), m_port(port)
{
}

ChannelStream::~ChannelStream()
{
    close();
}

void ChannelStream::connect(std::function<void(Result<void>)> done)
{
    m_channel = std::make_shared<DataChannel>(m_via, m_host.toUtf8(), m_port);
    m_channel->onEvent = [this] { deliver(); };  // close() takes it away
    m_channel->start([this, done = std::move(done)](const Result<void>& opened) {
        m_readable = opened.ok();
        done(opened);
    });
}

qint64 ChannelStream::read(char* to, qint64 room)
{
    return m_channel ? m_channel->read(to, room) : -1;
}

qint64 ChannelStream::write(const char* from, qint64 count)
{
    return m_channel ? m_channel->write(from, count) : -1;
}

void ChannelStream::want(bool readable, bool writable)
{
    m_readable = readable;
    m_writable = writable;
    deliverSoon();
}

bool ChannelStream::isDue() const
{
    return m_channel &&
           ((m_readable && m_channel->isReadable()) || (m_writable && m_channel->isWritable()));
}

/// As a socket does: as long as there is something to read that is wanted, it says so.
void ChannelStream::deliverSoon()
{
    if (!isDue() || std::exchange(m_posted, true)) {
        return;
    }
    m_via->reactor()->post([alive = m_alive, this] {
        if (*alive) {
            m_posted = false;
            deliver();
        }
    });
}

void ChannelStream::deliver()
{
    if (!isDue()) {
        return;
    }
    const std::shared_ptr<bool> alive = m_alive;
    if (const auto call = onEvent) {
        call();
    }
    if (*alive) {
        deliverSoon();
    }
}

Error ChannelStream::failure() const
{
    return m_channel ? m_channel->failure() : cancelledError();
}

qint64 ChannelStream::unacknowledged() const
{
    return m_channel ? m_channel->unsent() : 0;
}

int ChannelStream::descriptor() const
{
    return m_via->descriptor();
}

void ChannelStream::endWrite()
{
    if (m_channel) {
        m_channel->endWrite();
    }
}

void ChannelStream::close()
{
    *m_alive = false;
    onEvent = nullptr;
    if (m_channel) {
        std::exchange(m_channel, nullptr)->close();
    }
}

}  // namespace analemma::ssh
