#pragma once

#include "core/base/result.h"

namespace analemma::ssh {

class Link;

/// One thing that goes on over a connection: a command, an SFTP channel, a probe. A state machine
/// that the Link advances, in turn with the others, each until it must wait. Reactor thread.
class Operation {
public:
    enum class Step {
        Idle,   ///< waits for bytes, room or a timer
        Spent,  ///< did something, and waits now as an idle one does
        Moved,  ///< did something and may do more
        Done    ///< is over and holds nothing of libssh2 any more
    };
    virtual ~Operation() = default;
    virtual Step advance(Link& link) = 0;
    /// The connection is gone: answer whoever waits and free what libssh2 gave. Nothing blocks now.
    virtual void abort(const Error& error) = 0;
    /// Another operation needs a channel and the server gives no more: close yours if it is idle.
    virtual void yieldChannel() {}
    /// False: what comes for it may wait some hundredths of a second.
    [[nodiscard]] virtual bool isUrgent() const { return true; }
};

}  // namespace analemma::ssh
