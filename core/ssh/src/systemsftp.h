#pragma once

#include "core/ssh/src/muxchannel.h"
#include "core/ssh/src/sftpchannel.h"

#include <memory>

namespace analemma::ssh {

/// The SFTP server behind a master.
class SystemSftp final : public SftpChannel, public Reactor::Resident {
public:
    explicit SystemSftp(std::shared_ptr<SystemLink> link);
    void shutDown() override;

private:
    bool open() override;
    void pumpSoon() override;
    void pump();
    void flush();
    void drain();
    void conclude();
    void over(const Error& error);
    [[nodiscard]] std::shared_ptr<SystemSftp> self();

    const std::shared_ptr<SystemLink> m_link;
    std::shared_ptr<MuxChannel> m_channel;  ///< until the end
    bool m_isOpen = false;
    bool m_posted = false;
    bool m_concluding = false;
};

}  // namespace analemma::ssh
