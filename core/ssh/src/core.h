#pragma once

#include "core/base/task.h"
#include "core/ssh/src/reactor.h"
#include "core/ssh/src/sftpchannel.h"
#include "core/ssh/ssh.h"

#include <functional>
#include <memory>
#include <mutex>
#include <vector>

namespace analemma::ssh {

class ForwardOperation;
class ResidentShell;
class ShellPipe;
class ShellWorker;

/// What a Session and the coroutines that work for it share; behind it is one of the transports.
/// When the last of them is gone, the connection is closed; nobody waits for that.
class SessionCore : public std::enable_shared_from_this<SessionCore> {
public:
    SessionCore(Target to, std::shared_ptr<Reactor> home)
        : target(std::move(to)), reactor(std::move(home))
    {
    }
    virtual ~SessionCore() = default;
    SessionCore(const SessionCore&) = delete;
    SessionCore& operator=(const SessionCore&) = delete;

    [[nodiscard]] virtual bool isConnected() const = 0;
    // What is new is not started yet, and from its start on belongs to the reactor.
    [[nodiscard]] virtual std::shared_ptr<SftpChannel> newSftpChannel() = 0;
    [[nodiscard]] virtual std::shared_ptr<ShellWorker> newShell(
        ShellOptions options, std::shared_ptr<ShellPipe> pipe) = 0;
    [[nodiscard]] virtual std::shared_ptr<ForwardOperation> newForward(ForwardSpec spec) = 0;
    /// Session::exec() for a command line that need not be UTF-8.
    virtual Task<Result<ExecResult>> exec(QByteArray command, ExecOptions options,
                                          CancelToken cancel) = 0;
    virtual Task<Result<void>> close() = 0;
    /// A shell answered to a command of ours: they are run as they are given. Any thread.
    virtual void sawShell() {}

    /// "user@host:port: text"
    [[nodiscard]] Error error(ErrorKind kind, const QString& text) const
    {
        return {kind, target.text() + QStringLiteral(": ") + text};
    }

    const Target target;
    const std::shared_ptr<Reactor> reactor;

    std::mutex mutex;
    std::vector<std::shared_ptr<SftpChannel>> idle;  ///< under the mutex
    std::vector<std::weak_ptr<Forward>> forwards;    ///< under the mutex
    std::shared_ptr<ResidentShell> resident;         ///< made under the mutex, when first asked for
};

/// Runs `work` on the reactor; the answer comes to whoever awaits. A reactor that has ended answers
/// Cancelled: the only giver of the promise is the job.
inline Promise<bool>::Future onReactor(const std::shared_ptr<Reactor>& reactor,
                                       std::function<void(Promise<bool>)> work)
{
    const Promise<bool> promise;
    auto future = promise.future();
    reactor->post([promise, work = std::move(work)] { work(promise); });
    return future;
}

}  // namespace analemma::ssh
