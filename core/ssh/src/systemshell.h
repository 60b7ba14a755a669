#pragma once

#include "core/ssh/src/muxchannel.h"
#include "core/ssh/src/shellpipe.h"
#include "core/ssh/src/shellworker.h"

#include <memory>
#include <optional>

namespace analemma::ssh {

/// A shell, or a command with streamed input, over a master: bytes both ways until the end.
class SystemShell final : public ShellWorker,
                          public Reactor::Resident,
                          public std::enable_shared_from_this<SystemShell> {
public:
    /// Any thread.
    SystemShell(std::shared_ptr<SystemLink> link, mux::SessionAsk ask,
                std::optional<MuxChannel::Terminal> terminal, std::shared_ptr<ShellPipe> pipe);
    ~SystemShell() override;
    void start() override;
    void giveUp() override;
    void wake() override;
    void yieldChannel() override;
    void shutDown() override;

private:
    void onOpened(const Result<void>& opened);
    void pump();
    void obey();
    void feed();
    void drain(MuxChannel::Stream stream, qsizetype& budget);
    void conclude();
    void finishPipe();
    void breakOff(const Error& error);
    void end(ChannelEnd how);

    const std::shared_ptr<SystemLink> m_link;
    const std::shared_ptr<ShellPipe> m_pipe;
    std::shared_ptr<MuxChannel> m_channel;  ///< until the end
    bool m_isOpen = false;
    bool m_closing = false;
    QByteArray m_input;
    qsizetype m_fed = 0;
    bool m_endInput = false;
    bool m_inputEnded = false;
    bool m_concluding = false;
};

}  // namespace analemma::ssh
