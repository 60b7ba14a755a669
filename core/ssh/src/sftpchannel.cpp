#include "core/ssh/src/sftpchannel.h"

#include <utility>

using namespace Qt::StringLiterals;

namespace analemma::ssh {
namespace {
constexpr qsizetype kSftpATurn = 512 * 1024;
}

void SftpChannel::start(const Promise<bool>& ready)
{
    const std::shared_ptr<Link> link = m_link.lock();
    if (!link || m_ending) {
        ready.finish(cancelledError());
        return;
    }
    m_ready = ready;
    link->add(shared_from_this());
}

bool SftpChannel::claim()
{
    if (m_ending || m_claimed || m_phase != Phase::Serving) {
        return false;
    }
    m_claimed = true;
    return true;
}

void SftpChannel::unclaim()
{
    m_claimed = false;
}

void SftpChannel::yieldChannel()
{
    if (!m_claimed) {
        end();
    }
}

void SftpChannel::end()
{
    m_ending = true;
    if (m_ready) {
        m_ready->finish(cancelledError());
        m_ready.reset();
    }
    if (const std::shared_ptr<Link> link = m_link.lock()) {
        link->pumpSoon();
    }
}

void SftpChannel::send(const std::shared_ptr<Batch>& batch, milliseconds timeout)
{
    const std::shared_ptr<Link> link = m_link.lock();
    if (!link || m_ending || m_phase != Phase::Serving) {
        batch->promise.finish(
            Error(ErrorKind::Network, u"the file transfer channel is closed; nothing was sent"_s));
        return;
    }
    batch->missing = batch->requests.size();
    batch->replies.resize(batch->missing);
    for (std::size_t i = 0; i < batch->requests.size(); ++i) {
        QByteArray& packet = batch->requests[i];
        const quint32 id = m_nextId++;
        sftp::setId(packet, id);
        m_waiting.emplace(id, std::pair(batch, i));
        m_out.push_back(std::move(packet));
    }
    if (timeout > milliseconds(0)) {
        batch->timer = link->reactor()->after(timeout, [weak = std::weak_ptr(batch)] {
            if (const auto late = weak.lock()) {
                late->promise.finish(
                    Error(ErrorKind::Timeout, u"the server did not answer in time"_s));
            }
        });
    }
    link->pumpSoon();
}

Operation::Step SftpChannel::advance(Link& link)
{
    switch (m_phase) {
        case Phase::Opening:
            return open(link);
        case Phase::Requesting:
            return request(link);
        case Phase::Greeting:
        case Phase::Serving:
            return serve(link);
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

Operation::Step SftpChannel::open(Link& link)
{
    if (m_ending && !m_door.isOpening()) {
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

Operation::Step SftpChannel::request(Link& link)
{
    const int code = libssh2_channel_process_startup(m_channel, "subsystem", 9, "sftp", 4);
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
    m_out.push_back(sftp::init());
    m_phase = Phase::Greeting;
    return Step::Moved;
}

Operation::Step SftpChannel::serve(Link& link)
{
    bool moved = flush(link);
    moved = drain(link) || moved;
    if (m_ending || libssh2_channel_eof(m_channel) == 1) {
        fail(m_ending ? cancelledError()
                      : link.error(ErrorKind::Protocol,
                                   u"the server ended the file transfer channel"_s));
        m_phase = Phase::Freeing;
        return Step::Moved;
    }
    return moved ? Step::Moved : Step::Idle;
}

bool SftpChannel::flush(Link& link)
{
    bool moved = false;
    while (!m_out.empty() && !link.isOutgoingFull()) {
        const QByteArray& packet = m_out.front();
        const ssize_t count = libssh2_channel_write_ex(m_channel, 0, packet.constData() + m_outAt,
                                                       std::size_t(packet.size() - m_outAt));
        if (count == LIBSSH2_ERROR_EAGAIN || count == 0) {
            break;
        }
        if (count < 0) {
            m_out.clear();  // the channel's end is noticed by the reader
            m_outAt = 0;
            break;
        }
        moved = true;
        m_outAt += count;
        if (m_outAt == packet.size()) {
            m_out.pop_front();
            m_outAt = 0;
        }
    }
    return moved;
}

bool SftpChannel::drain(Link& link)
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
        m_in.append(link.scratch(), count);
        budget -= count;
        moved = true;
        while (std::optional<Result<sftp::Reply>> reply = sftp::takeReply(m_in)) {
            if (!*reply) {
                fail(reply->error());
                m_ending = true;
                return true;
            }
            takeIn(std::move(reply->value()));
        }
    }
    // What the server says on stderr is not for us, but it holds room in the channel's window.
    moved = libssh2_channel_read_ex(m_channel, SSH_EXTENDED_DATA_STDERR, link.scratch(),
                                    Link::kScratch) > 0 ||
            moved;
    return moved;
}

void SftpChannel::takeIn(sftp::Reply reply)
{
    if (m_phase == Phase::Greeting) {
        if (reply.type != sftp::Type::Version) {
            m_ending = true;
            return;
        }
        m_posixRename = sftp::offersExtension(reply, "posix-rename@openssh.com");
        m_phase = Phase::Serving;
        if (m_ready) {
            m_ready->finish(true);
            m_ready.reset();
        }
        return;
    }
    const auto found = m_waiting.find(reply.id);
    if (found == m_waiting.end()) {
        return;
    }
    const auto [batch, index] = found->second;
    m_waiting.erase(found);
    batch->replies[index] = std::move(reply);
    if (--batch->missing == 0) {
        if (const std::shared_ptr<Link> link = m_link.lock(); link && batch->timer != 0) {
            link->reactor()->cancelTimer(batch->timer);
        }
        batch->promise.finish(std::move(batch->replies));
    }
}

void SftpChannel::fail(const Error& error)
{
    if (m_ready) {
        m_ready->finish(error);
        m_ready.reset();
    }
    for (const auto& [id, entry] : std::exchange(m_waiting, {})) {
        entry.first->promise.finish(error);
    }
    m_out.clear();
    m_outAt = 0;
}

void SftpChannel::abort(const Error& error)
{
    if (m_channel != nullptr) {
        libssh2_channel_free(m_channel);
        m_channel = nullptr;
    }
    m_phase = Phase::Over;
    fail(error);
}

}  // namespace analemma::ssh
