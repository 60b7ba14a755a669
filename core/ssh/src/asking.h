#pragma once

#include "core/base/task.h"
#include "core/ssh/credentials.h"

#include <atomic>
#include <memory>
#include <utility>

namespace analemma::ssh {

/// A callback that is called exactly once: with Cancelled when all its copies are dropped.
template <class T>
std::function<void(Result<T>)> answeredOnce(std::function<void(Result<T>)> call)
{
    struct Guard {
        explicit Guard(std::function<void(Result<T>)> c) : call(std::move(c)) {}
        ~Guard() { give(cancelledError()); }
        Guard(const Guard&) = delete;
        Guard& operator=(const Guard&) = delete;
        void give(Result<T> result)
        {
            if (!given.exchange(true)) {
                call(std::move(result));
            }
        }
        std::function<void(Result<T>)> call;
        std::atomic<bool> given = false;
    };
    const auto guard = std::make_shared<Guard>(std::move(call));
    return [guard](Result<T> result) { guard->give(std::move(result)); };
}

/// Carries questions from reactors and workers to the thread that connects. Made there.
class Asking {
public:
    Asking(Asker asker, std::shared_ptr<HostKeys> hostKeys)
        : m_asker(std::move(asker)), m_hostKeys(std::move(hostKeys))
    {
    }
    [[nodiscard]] bool canAsk() const { return bool(m_asker); }
    [[nodiscard]] bool knowsHosts() const { return m_hostKeys != nullptr; }

    /// Any thread; the answer comes on any thread.
    void ask(Question question, Answer answer) const
    {
        detail::post(m_anchor.get(), [asker = m_asker, question = std::move(question),
                                      once = answeredOnce<std::vector<Secret>>(std::move(answer))] {
            asker(question, once);
        });
    }
    void check(ShownHostKey shown, HostKeys::Verdict verdict) const
    {
        detail::post(m_anchor.get(), [hostKeys = m_hostKeys, shown = std::move(shown),
                                      once = answeredOnce<void>(std::move(verdict))] {
            hostKeys->check(shown, once);
        });
    }

private:
    const std::shared_ptr<QObject> m_anchor = detail::threadAnchor();
    const Asker m_asker;
    const std::shared_ptr<HostKeys> m_hostKeys;
};

}  // namespace analemma::ssh
