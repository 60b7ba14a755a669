#pragma once

#include "core/base/task.h"

#include <QString>

/// Port forwards of a Session. RFC 4254, section 7; SOCKS 5 (RFC 1928) and 4a.
namespace analemma::ssh {

struct ForwardSpec {
    enum class Kind {
        Local,    ///< listens here; connections go on from the server to host:port
        Dynamic,  ///< listens here as a SOCKS proxy; the program behind names host and port
        Remote    ///< listens on the server; connections go on from here to host:port
    };
    Kind kind = Kind::Local;
    QString listenHost = QStringLiteral("127.0.0.1");  ///< local and dynamic: loopback only
    int listenPort = 0;                                ///< 0: any free one, see ForwardState::port
    QString host;
    int port = 0;
};

struct ForwardState {
    bool listening = false;
    int port = 0;
    int open = 0;              ///< connections now
    qint64 connections = 0;    ///< and so far
    qint64 sentBytes = 0;      ///< from here to the server's side
    qint64 receivedBytes = 0;  ///< from there to here
    QString problem;           ///< of the last connection that failed, or why it ended
};

/// A running forward: ends with close(), with its session, or with the last copy of this object.
class Forward {
public:
    virtual ~Forward() = default;
    [[nodiscard]] virtual const ForwardSpec& spec() const = 0;
    [[nodiscard]] virtual ForwardState state() const = 0;  ///< any thread
    /// Stops listening and ends its connections.
    virtual Task<Result<void>> close() = 0;
};

}  // namespace analemma::ssh
