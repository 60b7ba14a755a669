#include "core/ssh/src/sftplink.h"

using namespace Qt::StringLiterals;

namespace analemma::ssh {
namespace {
constexpr qsizetype kSftpATurn = 512 * 1024;
}

bool LinkSftp::open()
{
    const std::shared_ptr<Link> link = m_link.lock();
    if (link) {
        link->add(std::static_pointer_cast<LinkSftp>(shared_from_this()));
    }
    return link != nullptr;
}

void LinkSftp::pumpSoon()
{
    if (const std::shared_ptr<Link> link = m_link.lock()) {
        link->pumpSoon();
    }
}

Operation::Step LinkSftp::advance(Link& link)
{
    switch (m_phase) {
        case Phase::Opening:
            return openChannel(link);
        case Phase::Requesting:
            return request(link);
        case Phase::Running:
            return run(link);
        case Phase::Freeing:
            if (libssh2_channel_free(m_channel) == LIBSSH2_ERROR_EAGAIN) {
                return Step::Idle;
            }
            m_channel = nullptr;
            m_phase = Phase::Over;
            link.channelClosed();
            return Step::Done;
        case Phase::Over:
            return Step::Done;
    }
    return Step::Done;
}

Operation::Step LinkSftp::openChannel(Link& link)
{
    if (isEnding() && !m_door.isOpening()) {
        fail(cancelledError());
        m_phase = Phase::Over;
        return Step::Done;
    }
    switch (m_door.advance(link, this)) {
        case ChannelDoor::State::Waiting:
            return Step::Idle;
        case ChannelDoor::State::Refused:
            fail(m_door.error());
            m_phase = Phase::Over;
            return Step::Done;
        case ChannelDoor::State::Open:
            m_channel = m_door.channel();
            m_phase = Phase::Requesting;
            return Step::Moved;
    }
    return Step::Idle;
}

Operation::Step LinkSftp::request(Link& link)
{
    const int code = link.request(this, [this] {
        return libssh2_channel_process_startup(m_channel, "subsystem", 9, "sftp", 4);
    });
    if (code == LIBSSH2_ERROR_EAGAIN) {
        return Step::Idle;
    }
    if (code == LIBSSH2_ERROR_CHANNEL_REQUEST_DENIED) {
        fail(link.error(ErrorKind::Unsupported, u"the server offers no file transfer (SFTP)"_s,
                        code));
        m_phase = Phase::Freeing;
        return Step::Moved;
    }
    if (code != 0) {
        link.lose(code);
        return Step::Idle;
    }
    greet();
    m_phase = Phase::Running;
    return Step::Moved;
}

Operation::Step LinkSftp::run(Link& link)
{
    bool moved = flush(link);
    moved = drain(link) || moved;
    if (isEnding() || libssh2_channel_eof(m_channel) == 1) {
        fail(isEnding() ? cancelledError()
                        : link.error(ErrorKind::Protocol,
                                     u"the server ended the file transfer channel"_s));
        m_phase = Phase::Freeing;
        return Step::Moved;
    }
    return moved ? Step::Moved : Step::Idle;
}

bool LinkSftp::flush(Link& link)
{
    bool moved = false;
    while (!unsent().isEmpty() && !link.isOutgoingFull()) {
        const QByteArrayView bytes = unsent();
        const ssize_t count =
            libssh2_channel_write_ex(m_channel, 0, bytes.data(), std::size_t(bytes.size()));
        if (count == LIBSSH2_ERROR_EAGAIN || count == 0) {
            break;
        }
        if (count < 0) {
            dropUnsent();  // the channel's end is noticed by the reader
            break;
        }
        moved = true;
        sent(count);
    }
    return moved;
}

bool LinkSftp::drain(Link& link)
{
    bool moved = false;
    for (qsizetype budget = kSftpATurn; budget > 0;) {
        const ssize_t count = libssh2_channel_read_ex(m_channel, 0, link.scratch(), Link::kScratch);
        if (count < 0 && count != LIBSSH2_ERROR_EAGAIN) {
            link.lose(int(count));
        }
        if (count <= 0) {
            break;
        }
        budget -= count;
        moved = true;
        if (!received(link.scratch(), count)) {
            return true;
        }
    }
    // What the server says on stderr is not for us, but it holds room in the channel's window.
    moved = libssh2_channel_read_ex(m_channel, SSH_EXTENDED_DATA_STDERR, link.scratch(),
                                    Link::kScratch) > 0 ||
            moved;
    return moved;
}

void LinkSftp::abort(const Error& error)
{
    if (m_channel != nullptr) {
        libssh2_channel_free(m_channel);
        m_channel = nullptr;
    }
    m_phase = Phase::Over;
    fail(error);
}

}  // namespace analemma::ssh
