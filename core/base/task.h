#pragma once

#include "core/base/result.h"

#include <QCoroTask>
#include <QObject>
#include <QPointer>

#include <chrono>
#include <concepts>
#include <coroutine>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

/// Coroutines, the few parts that the core is built from. The rules (all kept by tests/layering):
///  1. A coroutine is a free or static function, parameters by value, no `this`, no lambda.
///  2. Await only what always ends: Promise, sleepFor, onWorker, runProcess and coroutines made of
///  them.
///  3. g++ 12.2 destroys twice a braced aggregate or capturing lambda in the statement of a
///  co_await:
///     name it on the line above and move it in.
///  4. A coroutine resumes through the event loop of the thread that awaited, never inline.
namespace analemma {

/// A coroutine's return type. It runs at once up to its first wait. Dropping a Task detaches it:
/// keep it in a TaskScope instead.
template <class T>
using Task = QCoro::Task<T>;

// ---- cancel -------------------------------------------------------------------------------------

/// Asks for the end of work. Copies share one state. Any thread.
class CancelToken {
public:
    /// A subscription; the callback is not called after this object is gone.
    class Registration {
    public:
        Registration() = default;
        Registration(Registration&&) noexcept;
        Registration& operator=(Registration&&) noexcept;
        ~Registration();

    private:
        friend class CancelToken;
        struct Shared;
        std::weak_ptr<void> m_state;
        quint64 m_id = 0;
    };

    CancelToken();  ///< a token that nobody has cancelled yet
    [[nodiscard]] bool isCancelled() const;
    /// Idempotent. Calls every subscriber once, on the calling thread.
    void cancel() const;
    /// Calls `callback` once on cancel, at once when already cancelled.
    [[nodiscard]] Registration onCancel(std::function<void()> callback) const;
    /// A token that is cancelled with this one, but can be cancelled alone as well.
    [[nodiscard]] CancelToken child() const;

private:
    struct State;
    std::shared_ptr<State> m_state;
};

/// The error that a cancelled call returns.
Error cancelledError();

// ---- promise ------------------------------------------------------------------------------------

namespace detail {
/// Runs `call` on `context`'s event loop, later. Safe from any thread.
void post(QObject* context, std::function<void()> call);
/// An object that lives in the calling thread as long as that thread does.
std::shared_ptr<QObject> threadAnchor();

/// A link of the list that each thread keeps of its waiters; in it while a coroutine is suspended.
class Waiter {
public:
    Waiter() = default;
    Waiter(const Waiter&) noexcept {}  // a copy waits for itself
    Waiter& operator=(const Waiter&) = delete;
    virtual ~Waiter() { leave(); }

    /// Answers Cancelled in place of who should have, unless that one was first.
    virtual void giveUp() = 0;

protected:
    void enter();  ///< Both on the thread that awaits.
    void leave();

private:
    friend struct Waiters;
    Waiter* m_before = nullptr;
    Waiter* m_after = nullptr;
};

template <class T>
struct PromiseState {
    std::mutex mutex;
    std::optional<Result<T>> value;
    std::coroutine_handle<> waiter;
    std::shared_ptr<QObject> anchor;  ///< of the thread that awaits

    void finish(Result<T> result)
    {
        std::shared_ptr<QObject> where;
        std::coroutine_handle<> handle;
        {
            const std::scoped_lock lock(mutex);
            if (value) {
                return;  // the first answer counts
            }
            value.emplace(std::move(result));
            handle = std::exchange(waiter, nullptr);
            where = anchor;
        }
        if (handle) {
            post(where.get(), [handle] { handle.resume(); });
        }
    }
};
}  // namespace detail

/// One answer that arrives later, from any thread; awaited by exactly one coroutine. If the last
/// copy on the giving side dies without an answer, the waiter gets ErrorKind::Cancelled: it always
/// ends.
template <class T>
class Promise {
public:
    Promise() : m_state(std::make_shared<detail::PromiseState<T>>()), m_giver(makeGiver(m_state)) {}

    /// Gives the answer; only the first one counts. Any thread.
    void finish(Result<T> result) const { m_state->finish(std::move(result)); }
    [[nodiscard]] bool isFinished() const
    {
        const std::scoped_lock lock(m_state->mutex);
        return m_state->value.has_value();
    }

    /// What a coroutine awaits: `Result<T> r = co_await promise.future();`
    class Future : public detail::Waiter {
    public:
        explicit Future(std::shared_ptr<detail::PromiseState<T>> state) : m_state(std::move(state))
        {
        }
        [[nodiscard]] bool await_ready() const
        {
            const std::scoped_lock lock(m_state->mutex);
            return m_state->value.has_value();
        }
        bool await_suspend(std::coroutine_handle<> handle)
        {
            const std::scoped_lock lock(m_state->mutex);
            if (m_state->value) {
                return false;
            }
            m_state->anchor = detail::threadAnchor();
            m_state->waiter = handle;
            enter();
            return true;
        }
        Result<T> await_resume()
        {
            leave();
            const std::scoped_lock lock(m_state->mutex);
            return std::move(*m_state->value);
        }
        void giveUp() override { m_state->finish(cancelledError()); }

    private:
        std::shared_ptr<detail::PromiseState<T>> m_state;
    };
    /// The waiting side. Take it once; it does not keep the giving side alive.
    [[nodiscard]] Future future() const { return Future(m_state); }

private:
    static std::shared_ptr<void> makeGiver(const std::shared_ptr<detail::PromiseState<T>>& state)
    {
        return {nullptr, [state](void*) { state->finish(cancelledError()); }};
    }
    std::shared_ptr<detail::PromiseState<T>> m_state;
    std::shared_ptr<void> m_giver;
};

// ---- waiting ------------------------------------------------------------------------------------

/// Waits on a monotonic clock; Cancelled when the token is cancelled first.
Task<Result<void>> sleepFor(std::chrono::milliseconds duration, CancelToken cancel);

namespace detail {
void startOnWorker(std::function<void()> work);
}

/// Runs blocking work (disk, hashing) on a worker thread and resumes here with its result.
/// The function must not touch objects of other threads. It is not interrupted by a cancel; give it
/// a copy of the token to look at.
template <class T>
Task<Result<T>> onWorker(std::function<Result<T>()> work)
{
    Promise<T> promise;
    std::function<void()> job = [promise, work = std::move(work)] { promise.finish(work()); };
    detail::startOnWorker(std::move(job));
    auto future = promise.future();
    Result<T> result = co_await future;
    co_return result;
}

// ---- scope --------------------------------------------------------------------------------------

/// Owns running coroutines. Its owner closes it before dying; the destructor cancels what is left.
class TaskScope {
public:
    TaskScope();
    ~TaskScope();
    TaskScope(const TaskScope&) = delete;
    TaskScope& operator=(const TaskScope&) = delete;

    /// Cancelled when the scope closes. Give it, or a child of it, to the tasks.
    [[nodiscard]] CancelToken token() const;
    [[nodiscard]] qsizetype running() const;

    /// Keeps a task until it ends.
    void run(Task<Result<void>> task);
    /// Cancels all, then waits for all. Await it before the owner dies.
    static Task<Result<void>> close(TaskScope* scope);

private:
    struct State;
    static Task<void> watch(std::shared_ptr<State> state, Task<Result<void>> task);
    std::shared_ptr<State> m_state;
};

// ---- the end ------------------------------------------------------------------------------------

/// Waits until nothing else of this thread waits, so that what coroutines work on may die. Call it
/// when all has been asked to end. Timeout, with how many are left, when that takes longer than
/// `patience`; not cancellable.
Task<Result<void>> settle(std::chrono::milliseconds patience);

/// Keeps what coroutines of this thread may still work on until drain() has ended them: for what
/// did not settle.
void keepUntilDrained(std::shared_ptr<void> object);

/// Ends what still waits on this thread, for the end of a program: after its event loop, before its
/// QCoreApplication dies. Each waiter gets Cancelled, and so does what it awaits next, until none
/// is left. They resume from here; of all other events only deferred deletes are delivered. Then
/// what was kept dies. A coroutine that goes on for ever against Cancelled is left: returns, and
/// logs, how many do.
qsizetype drain();

namespace detail {
template <class T>
Task<void> deliver(Task<Result<T>> task, QPointer<QObject> context,
                   std::function<void(Result<T>)> callback)
{
    Promise<void> turn;  // of the event loop
    std::function<void()> next = [turn] { turn.finish({}); };
    post(threadAnchor().get(), std::move(next));
    auto later = turn.future();
    Result<T> result = co_await std::move(task);
    (void)co_await later;
    if (context) {
        callback(std::move(result));
    }
}
}  // namespace detail

/// The door from callback code (the window, main()) to coroutines: starts nothing, only listens.
/// `callback` runs on the calling thread, from its event loop: never inside then(), where the
/// caller has not yet said who listens. Not at all when `context` died first.
template <class T, class F>
void then(Task<Result<T>> task, QObject* context, F callback)
{
    std::function<void(Result<T>)> call = std::move(callback);
    detail::deliver<T>(std::move(task), QPointer<QObject>(context), std::move(call));
}

}  // namespace analemma
