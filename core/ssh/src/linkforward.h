#pragma once

#include "core/ssh/src/forwardoperation.h"
#include "core/ssh/src/link.h"
#include "core/ssh/src/operation.h"

#include <functional>
#include <memory>
#include <vector>

namespace analemma::ssh {

/// A forward over a Link.
class LinkForward final : public ForwardOperation, public Operation {
public:
    LinkForward(const std::shared_ptr<Link>& link, ForwardSpec spec);

    void start() override;
    void close(std::function<void()> closed) override;
    [[nodiscard]] std::shared_ptr<DataPipe> newPipe(const QByteArray& host, int port) override;

    Step advance(Link& link) override;
    void abort(const Error& error) override;

private:
    enum class Phase { Asking, Listening, Ending, Over };
    Step ask(Link& link);
    Step accept(Link& link);
    Step cancelRemote();
    void end(const QString& problem);
    void tellClosed();

    const std::weak_ptr<Link> m_link;
    Phase m_phase = Phase::Asking;
    bool m_asking = false;
    int m_refusals = 0;
    bool m_closing = false;
    LIBSSH2_LISTENER* m_listener = nullptr;
    std::vector<std::function<void()>> m_onClosed;
};

}  // namespace analemma::ssh
