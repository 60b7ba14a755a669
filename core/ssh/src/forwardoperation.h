#pragma once

#include "core/base/task.h"
#include "core/ssh/forward.h"
#include "core/ssh/src/core.h"
#include "core/ssh/src/forwardconnection.h"
#include "core/ssh/src/operation.h"

#include <functional>
#include <memory>
#include <mutex>
#include <set>
#include <vector>

namespace analemma::ssh {

/// A forward on its connection: the ear, here or on the server, and the connections that it heard.
/// Reactor thread, but for the constructor, opened() and state().
class ForwardOperation final : public Operation,
                               private Reactor::Handler,
                               public std::enable_shared_from_this<ForwardOperation> {
public:
    ForwardOperation(const std::shared_ptr<Link>& link, ForwardSpec spec);
    ~ForwardOperation() override;

    [[nodiscard]] auto opened() const { return m_opened.future(); }
    [[nodiscard]] ForwardState state() const;
    [[nodiscard]] const ForwardSpec& spec() const { return m_spec; }

    void start();
    void close(std::function<void()> closed);

    // ---- for connections
    void carried(qint64 sent, qint64 received);
    void ended(const std::shared_ptr<ForwardConnection>& connection, const QString& problem);

    Step advance(Link& link) override;
    void abort(const Error& error) override;

private:
    enum class Phase { Asking, Listening, Ending, Over };
    void onEvents(quint32 events) override;
    Result<int> listenHere();
    Step ask(Link& link);
    Step accept(Link& link);
    Step cancelRemote(Link& link);
    void heard(const std::shared_ptr<ForwardConnection>& connection);
    void listening(int port);
    void endAll(const QString& problem);
    [[nodiscard]] bool isRemote() const { return m_spec.kind == ForwardSpec::Kind::Remote; }

    const std::weak_ptr<Link> m_link;
    const std::shared_ptr<Reactor> m_reactor;
    const ForwardSpec m_spec;
    Promise<bool> m_opened;
    Phase m_phase = Phase::Asking;
    bool m_asking = false;
    bool m_closing = false;
    int m_socket = -1;
    bool m_watched = false;
    LIBSSH2_LISTENER* m_listener = nullptr;
    std::set<std::shared_ptr<ForwardConnection>> m_connections;
    std::vector<std::function<void()>> m_onClosed;

    mutable std::mutex m_mutex;
    ForwardState m_state;  ///< under the mutex
};

/// The body of Session::forward.
Task<Result<std::shared_ptr<Forward>>> openForward(std::shared_ptr<SessionCore> core,
                                                   ForwardSpec spec, CancelToken cancel);

}  // namespace analemma::ssh
