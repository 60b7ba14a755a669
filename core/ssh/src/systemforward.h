#pragma once

#include "core/ssh/src/forwardoperation.h"
#include "core/ssh/src/systemlink.h"

#include <functional>
#include <memory>
#include <vector>

namespace analemma::ssh {

/// A forward over a master. The ear is ours, or the server's, whose connections ssh brings to a
/// socket in its private folder: so both are counted, bounded and told of like those of a Link. One
/// of ssh's own listeners would do none of that.
class SystemForward final : public ForwardOperation, public Reactor::Resident {
public:
    SystemForward(std::shared_ptr<SystemLink> link, ForwardSpec spec);
    ~SystemForward() override;

    void start() override;
    void close(std::function<void()> closed) override;
    [[nodiscard]] std::shared_ptr<DataPipe> newPipe(const QByteArray& host, int port) override;
    void lost(const Error& error);
    void shutDown() override;

private:
    enum class Phase { New, Asking, Listening, Ending, Over };
    void take(std::unique_ptr<TcpStream> heard) override;
    Result<void> listenForSsh();
    void askServer();
    void onAnswer(const std::optional<mux::Message>& said);
    void cancelRemote();
    void over();

    const std::shared_ptr<SystemLink> m_link;
    const QByteArray m_path;  ///< of our socket, for what the server hears
    const QByteArray m_listenHost;
    Phase m_phase = Phase::New;
    bool m_closing = false;
    std::vector<std::function<void()>> m_onClosed;
};

}  // namespace analemma::ssh
