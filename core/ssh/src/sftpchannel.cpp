#include "core/ssh/src/sftpchannel.h"

#include <utility>

using namespace Qt::StringLiterals;

namespace analemma::ssh {

void SftpChannel::start(const Promise<bool>& ready)
{
    if (m_ending) {
        ready.finish(cancelledError());
        return;
    }
    m_ready = ready;
    if (!open()) {
        fail(cancelledError());
    }
}

bool SftpChannel::claim()
{
    if (m_ending || m_claimed || m_phase != Phase::Serving) {
        return false;
    }
    m_claimed = true;
    return true;
}

void SftpChannel::endIfIdle()
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
    pumpSoon();
}

void SftpChannel::send(const std::shared_ptr<Batch>& batch, milliseconds timeout)
{
    if (m_ending || m_phase != Phase::Serving) {
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
        batch->timer = m_reactor->after(timeout, [weak = std::weak_ptr(batch)] {
            if (const auto late = weak.lock()) {
                late->promise.finish(
                    Error(ErrorKind::Timeout, u"the server did not answer in time"_s));
            }
        });
    }
    pumpSoon();
}

void SftpChannel::greet()
{
    m_out.push_back(sftp::init());
    m_phase = Phase::Greeting;
}

QByteArrayView SftpChannel::unsent() const
{
    return m_out.empty() ? QByteArrayView() : QByteArrayView(m_out.front()).sliced(m_outAt);
}

void SftpChannel::sent(qsizetype count)
{
    m_outAt += count;
    if (m_outAt == m_out.front().size()) {
        m_out.pop_front();
        m_outAt = 0;
    }
}

void SftpChannel::dropUnsent()
{
    m_out.clear();
    m_outAt = 0;
}

bool SftpChannel::received(const char* bytes, qsizetype count)
{
    m_in.append(bytes, count);
    while (std::optional<Result<sftp::Reply>> reply = sftp::takeReply(m_in)) {
        if (!*reply) {
            fail(reply->error());
            m_ending = true;
            return false;
        }
        takeIn(std::move(reply->value()));
    }
    return true;
}

void SftpChannel::takeIn(sftp::Reply reply)
{
    if (m_phase == Phase::Greeting) {
        if (reply.type != sftp::Type::Version) {
            fail(Error(ErrorKind::Protocol, u"the server gave an answer that does not fit"_s));
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
        if (batch->timer != 0) {
            m_reactor->cancelTimer(batch->timer);
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
    dropUnsent();
    m_ending = true;
}

}  // namespace analemma::ssh
