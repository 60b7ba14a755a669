#pragma once

#include "core/ssh/src/link.h"
#include "core/ssh/src/operation.h"
#include "core/ssh/src/sftpchannel.h"

#include <memory>

namespace analemma::ssh {

/// The SFTP server on a channel of a Link.
class LinkSftp final : public SftpChannel, public Operation {
public:
    explicit LinkSftp(const std::shared_ptr<Link>& link)
        : SftpChannel(link->reactor()), m_link(link)
    {
    }
    Step advance(Link& link) override;
    void abort(const Error& error) override;
    void yieldChannel() override { endIfIdle(); }

private:
    enum class Phase { Opening, Requesting, Running, Freeing, Over };
    bool open() override;
    void pumpSoon() override;
    Step openChannel(Link& link);
    Step request(Link& link);
    Step run(Link& link);
    bool flush(Link& link);
    bool drain(Link& link);

    const std::weak_ptr<Link> m_link;
    Phase m_phase = Phase::Opening;
    ChannelDoor m_door;
    LIBSSH2_CHANNEL* m_channel = nullptr;
};

}  // namespace analemma::ssh
