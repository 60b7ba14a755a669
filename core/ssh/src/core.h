#pragma once

#include "core/base/task.h"
#include "core/ssh/src/link.h"
#include "core/ssh/src/reactor.h"
#include "core/ssh/src/sftpchannel.h"

#include <functional>
#include <memory>
#include <mutex>
#include <vector>

namespace analemma::ssh {

/// What a Session and the coroutines that work for it share. When the last of them is gone, the
/// connection is closed; nobody waits for that.
class SessionCore {
public:
    SessionCore(std::shared_ptr<Link> opened, std::shared_ptr<Session> carrier)
        : link(std::move(opened)), reactor(link->reactor()), via(std::move(carrier))
    {
    }
    ~SessionCore()
    {
        reactor->post([link = link] { link->close([] {}); });
    }
    SessionCore(const SessionCore&) = delete;
    SessionCore& operator=(const SessionCore&) = delete;

    const std::shared_ptr<Link> link;
    const std::shared_ptr<Reactor> reactor;
    const std::shared_ptr<Session> via;  ///< the jump host's, which carries this one

    std::mutex mutex;
    std::vector<std::shared_ptr<SftpChannel>> idle;  ///< under the mutex
    std::vector<std::weak_ptr<Forward>> forwards;    ///< under the mutex
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
