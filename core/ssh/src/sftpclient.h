#pragma once

#include "core/base/task.h"
#include "core/ssh/src/core.h"
#include "core/ssh/src/sftpchannel.h"

#include <memory>
#include <vector>

namespace analemma::ssh {

/// A batch that was sent. Await `future`; the registration cancels it.
struct PendingBatch {
    Promise<SftpChannel::Replies>::Future future;
    CancelToken::Registration registration;
};

/// An SFTP channel in use: given back, or closed, by release().
class SftpClient {
public:
    SftpClient(std::shared_ptr<SessionCore> core, std::shared_ptr<SftpChannel> channel)
        : m_core(std::move(core)), m_channel(std::move(channel))
    {
    }
    /// An idle channel of the session or a new one. Errors: Unsupported, Network, Cancelled.
    static Task<Result<std::shared_ptr<SftpClient>>> acquire(std::shared_ptr<SessionCore> core,
                                                             CancelToken cancel);
    /// Sends requests together. Timeout 0: none.
    [[nodiscard]] PendingBatch send(std::vector<QByteArray> requests, const CancelToken& cancel,
                                    milliseconds timeout = milliseconds(0)) const;
    [[nodiscard]] PendingBatch send(QByteArray request, const CancelToken& cancel) const;
    [[nodiscard]] bool hasPosixRename() const { return m_channel->hasPosixRename(); }
    /// The next user may have it.
    void release() const;

private:
    std::shared_ptr<SessionCore> m_core;
    std::shared_ptr<SftpChannel> m_channel;
};

}  // namespace analemma::ssh
