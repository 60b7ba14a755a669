#include "core/ssh/src/sftpclient.h"

namespace analemma::ssh {
namespace {

constexpr std::size_t kIdleChannels = 2;

std::shared_ptr<SftpChannel> takeIdle(SessionCore& core)
{
    const std::scoped_lock lock(core.mutex);
    if (core.idle.empty()) {
        return nullptr;
    }
    auto channel = core.idle.back();
    core.idle.pop_back();
    return channel;
}

Promise<bool>::Future claim(const SessionCore& core, const std::shared_ptr<SftpChannel>& channel)
{
    return onReactor(core.reactor,
                     [channel](const Promise<bool>& claimed) { claimed.finish(channel->claim()); });
}

Promise<bool>::Future startChannel(const SessionCore& core,
                                   const std::shared_ptr<SftpChannel>& channel)
{
    return onReactor(core.reactor,
                     [channel](const Promise<bool>& ready) { channel->start(ready); });
}

CancelToken::Registration endOnCancel(const SessionCore& core,
                                      const std::shared_ptr<SftpChannel>& channel,
                                      const CancelToken& cancel)
{
    return cancel.onCancel([reactor = core.reactor, weak = std::weak_ptr(channel)] {
        reactor->post([weak] {
            if (const auto opening = weak.lock()) {
                opening->end();
            }
        });
    });
}

}  // namespace

Task<Result<std::shared_ptr<SftpClient>>> SftpClient::acquire(std::shared_ptr<SessionCore> core,
                                                              CancelToken cancel)
{
    if (cancel.isCancelled()) {
        co_return cancelledError();
    }
    for (std::shared_ptr<SftpChannel> channel = takeIdle(*core); channel;
         channel = takeIdle(*core)) {
        auto future = claim(*core, channel);
        const Result<bool> claimed = co_await future;
        if (claimed && *claimed) {
            co_return std::make_shared<SftpClient>(core, channel);
        }
    }
    const auto channel = core->newSftpChannel();
    auto future = startChannel(*core, channel);
    const CancelToken::Registration registration = endOnCancel(*core, channel, cancel);
    const Result<bool> ready = co_await future;
    if (!ready) {
        co_return ready.error();
    }
    co_return std::make_shared<SftpClient>(core, channel);
}

PendingBatch SftpClient::send(std::vector<QByteArray> requests, const CancelToken& cancel,
                              milliseconds timeout) const
{
    const auto batch = std::make_shared<SftpChannel::Batch>(std::move(requests));
    // Before it is sent: a channel that a cancel has closed would answer that it is closed.
    auto registration = cancel.onCancel([weak = std::weak_ptr(batch)] {
        if (const auto sent = weak.lock()) {
            sent->promise.finish(cancelledError());
        }
    });
    m_core->reactor->post([channel = m_channel, batch, timeout] { channel->send(batch, timeout); });
    return {batch->promise.future(), std::move(registration)};
}

PendingBatch SftpClient::send(QByteArray request, const CancelToken& cancel) const
{
    return send(std::vector<QByteArray>{std::move(request)}, cancel);
}

void SftpClient::release() const
{
    bool keep = false;
    {
        const std::scoped_lock lock(m_core->mutex);
        keep = m_core->idle.size() < kIdleChannels;
        if (keep) {
            m_core->idle.push_back(m_channel);
        }
    }
    m_core->reactor->post([channel = m_channel, keep] {
        if (keep) {
            channel->unclaim();
        } else {
            channel->end();
        }
    });
}

}  // namespace analemma::ssh
