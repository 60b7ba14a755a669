#pragma once

#include "core/base/task.h"

namespace analemma::ssh {

/// Works for a Channel: obeys its ShellPipe and fills it. Reactor thread, but for started().
class ShellWorker {
public:
    virtual ~ShellWorker() = default;
    [[nodiscard]] auto started() const { return m_started.future(); }
    /// Once.
    virtual void start() = 0;
    /// The caller does not wait for the start any more.
    virtual void giveUp() = 0;
    /// There are orders in the pipe, or room.
    virtual void wake() = 0;
    /// Another one needs a channel: give this one up if the owner can spare it.
    virtual void yieldChannel() = 0;

protected:
    Promise<bool> m_started;
};

}  // namespace analemma::ssh
