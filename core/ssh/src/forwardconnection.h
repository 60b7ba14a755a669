#pragma once

#include "core/ssh/src/datapipe.h"
#include "core/ssh/src/reactor.h"
#include "core/ssh/src/stream.h"

#include <QByteArray>

#include <memory>

namespace analemma::ssh {

class ForwardOperation;

/// One connection of a forward: a socket here, a pipe to the server there, and as much in between
/// as both queues hold. Each side may end its half. Reactor thread.
class ForwardConnection : public std::enable_shared_from_this<ForwardConnection> {
public:
    ForwardConnection(std::weak_ptr<ForwardOperation> owner, std::shared_ptr<Reactor> reactor,
                      std::unique_ptr<TcpStream> socket);

    /// The socket was accepted here: goes on to host:port behind the server.
    void openTo(const QByteArray& host, int port);
    /// The socket was accepted here and will say where it wants to go.
    void greet();
    /// The pipe was opened by the server: goes on to where the socket is to be connected.
    void connectFor(std::shared_ptr<DataPipe> channel);
    void end(const QString& problem = {});

private:
    void onGreeting();
    void onOpened(const Result<void>& opened);
    void splice();
    void pump();
    void fromSocket();
    bool toSocket();

    const std::weak_ptr<ForwardOperation> m_owner;
    const std::shared_ptr<Reactor> m_reactor;
    std::unique_ptr<TcpStream> m_socket;
    std::shared_ptr<DataPipe> m_channel;
    QByteArray m_greeting;  ///< what a SOCKS client said
    bool m_greeted = false;
    int m_socksVersion = 0;
    quint64 m_timer = 0;
    QByteArray m_pending;  ///< came from the channel, the socket takes no more now
    bool m_socketEnded = false;
    bool m_channelEnded = false;
    bool m_over = false;
};

}  // namespace analemma::ssh
