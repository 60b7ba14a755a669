#pragma once

#include "core/base/task.h"
#include "core/ssh/forward.h"
#include "core/ssh/src/core.h"
#include "core/ssh/src/forwardconnection.h"

#include <functional>
#include <memory>
#include <mutex>
#include <set>
#include <vector>

namespace analemma::ssh {

/// A forward: the ear, here or on the server, and the connections that it heard. How the server is
/// reached is for those who derive from it. Reactor thread, but for the constructor, opened() and
/// state().
class ForwardOperation : private Reactor::Handler,
                         public std::enable_shared_from_this<ForwardOperation> {
public:
    ForwardOperation(std::shared_ptr<Reactor> reactor, ForwardSpec spec);
    ~ForwardOperation() override;
    ForwardOperation(const ForwardOperation&) = delete;
    ForwardOperation& operator=(const ForwardOperation&) = delete;

    [[nodiscard]] auto opened() const { return m_opened.future(); }
    [[nodiscard]] ForwardState state() const;
    [[nodiscard]] const ForwardSpec& spec() const { return m_spec; }

    virtual void start() = 0;
    /// Idempotent.
    virtual void close(std::function<void()> closed) = 0;
    /// Bytes to an address behind the server; null when the connection is gone.
    [[nodiscard]] virtual std::shared_ptr<DataPipe> newPipe(const QByteArray& host, int port) = 0;

    // ---- for connections
    void carried(qint64 sent, qint64 received);
    void ended(const std::shared_ptr<ForwardConnection>& connection, const QString& problem);

protected:
    static constexpr std::size_t kMostConnections = 256;
    static constexpr int kBacklog = 64;

    /// Takes the port here that the spec names; gives its number.
    Result<int> listenHere();
    /// Watches an ear that listens already.
    void watchEar(int socket);
    /// The ear has heard somebody.
    virtual void take(std::unique_ptr<TcpStream> heard);
    /// A connection that goes on from here to where the spec says.
    void connectFor(std::shared_ptr<DataPipe> pipe);
    void listening(int port);
    void answer(Result<bool> opened) const { m_opened.finish(std::move(opened)); }
    /// Closes the ear here and all connections.
    void endAll(const QString& problem);
    [[nodiscard]] bool isRemote() const { return m_spec.kind == ForwardSpec::Kind::Remote; }
    [[nodiscard]] bool isFull() const { return m_connections.size() >= kMostConnections; }
    [[nodiscard]] const std::shared_ptr<Reactor>& reactor() const { return m_reactor; }
    /// "the server does not listen on …"
    [[nodiscard]] QString refusedText() const;

private:
    void onEvents(quint32 events) override;
    void heard(const std::shared_ptr<ForwardConnection>& connection);

    const std::shared_ptr<Reactor> m_reactor;
    const ForwardSpec m_spec;
    Promise<bool> m_opened;
    int m_socket = -1;
    bool m_watched = false;
    std::set<std::shared_ptr<ForwardConnection>> m_connections;

    mutable std::mutex m_mutex;
    ForwardState m_state;  ///< under the mutex
};

/// The body of Session::forward.
Task<Result<std::shared_ptr<Forward>>> openForward(std::shared_ptr<SessionCore> core,
                                                   ForwardSpec spec, CancelToken cancel);

}  // namespace analemma::ssh
