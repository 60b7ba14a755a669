#include "core/base/task.h"

#include "core/base/log.h"
#include "core/base/together.h"

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QMetaObject>
#include <QRunnable>
#include <QThread>
#include <QThreadPool>
#include <QTimer>

#include <algorithm>
#include <deque>
#include <iterator>
#include <map>
#include <mutex>
#include <utility>
#include <vector>

#ifdef __SANITIZE_THREAD__
#include <sanitizer/tsan_interface.h>
#endif

using namespace Qt::StringLiterals;

namespace analemma {
namespace {

constexpr std::chrono::milliseconds settlePause(1);
constexpr int drainRounds = 10'000;

}  // namespace

// ---- cancel -------------------------------------------------------------------------------------

struct CancelToken::State {
    std::mutex mutex;
    bool cancelled = false;
    quint64 nextId = 1;
    std::map<quint64, std::function<void()>> subscribers;
    Registration parent;
};

CancelToken::CancelToken() : m_state(std::make_shared<State>()) {}

bool CancelToken::isCancelled() const
{
    const std::scoped_lock lock(m_state->mutex);
    return m_state->cancelled;
}

void CancelToken::cancel() const
{
    const std::shared_ptr<State> state = m_state;  // a callback may drop the last token
    std::map<quint64, std::function<void()>> subscribers;
    {
        const std::scoped_lock lock(state->mutex);
        if (state->cancelled) {
            return;
        }
        state->cancelled = true;
        subscribers.swap(state->subscribers);
    }
    for (const auto& [id, call] : subscribers) {
        call();
    }
}

CancelToken::Registration CancelToken::onCancel(std::function<void()> callback) const
{
    Registration registration;
    {
        const std::scoped_lock lock(m_state->mutex);
        if (!m_state->cancelled) {
            registration.m_id = m_state->nextId++;
            registration.m_state = m_state;
            m_state->subscribers.emplace(registration.m_id, std::move(callback));
            return registration;
        }
    }
    callback();
    return registration;
}

CancelToken CancelToken::child() const
{
    CancelToken token;
    const std::weak_ptr<State> weak = token.m_state;
    token.m_state->parent = onCancel([weak] {
        if (const std::shared_ptr<State> state = weak.lock()) {
            CancelToken copy;
            copy.m_state = state;
            copy.cancel();
        }
    });
    return token;
}

CancelToken::Registration::Registration(Registration&& other) noexcept
    : m_state(std::move(other.m_state)), m_id(std::exchange(other.m_id, 0))
{
}

CancelToken::Registration& CancelToken::Registration::operator=(Registration&& other) noexcept
{
    if (this != &other) {
        Registration old(std::move(*this));
        m_state = std::move(other.m_state);
        m_id = std::exchange(other.m_id, 0);
    }
    return *this;
}

CancelToken::Registration::~Registration()
{
    const auto state = std::static_pointer_cast<State>(m_state.lock());
    if (state && m_id != 0) {
        std::function<void()> dropped;  // destroyed outside the lock
        const std::scoped_lock lock(state->mutex);
        const auto found = state->subscribers.find(m_id);
        if (found != state->subscribers.end()) {
            dropped = std::move(found->second);
            state->subscribers.erase(found);
        }
    }
}

Error cancelledError()
{
    return {ErrorKind::Cancelled, u"cancelled"_s};
}

// ---- promise ------------------------------------------------------------------------------------

namespace detail {

namespace {

/// What one thread did before, another one sees after: by Qt's own locks and counts, which
/// ThreadSanitizer does not look into.
#ifdef __SANITIZE_THREAD__
void handOver(void* what)
{
    __tsan_release(what);
}
void takeOver(void* what)
{
    __tsan_acquire(what);
}
#else
void handOver(void* /*what*/) {}
void takeOver(void* /*what*/) {}
#endif

using Calls = std::vector<std::function<void()>>;

/// What is posted. Once it has run, what it held is gone: on the thread where it ran, also where
/// the poster is the last to let go of Qt's event.
class Posted {
public:
    explicit Posted(std::function<void()> call) : m_call(std::move(call)) {}
    Posted(Posted&& other) noexcept : m_call(std::move(other.m_call)) { handOver(this); }
    Posted& operator=(Posted&&) = delete;
    ~Posted() { takeOver(this); }

    void operator()()
    {
        takeOver(this);
        {
            const std::function<void()> call = std::exchange(m_call, nullptr);
            call();
        }
        handOver(this);
    }

private:
    std::function<void()> m_call;
};

/// Where calls for a thread are posted to. Those that nobody will run, because the thread has
/// ended, are dropped: what they hold may hold the anchor.
class Anchor final : public QObject, public std::enable_shared_from_this<Anchor> {
public:
    void post(std::function<void()> call)
    {
        take([this, call = std::move(call)]() mutable {
            m_waiting.push_back(std::move(call));
            run();
        });
    }
    /// One event for all of them.
    void post(Calls calls)
    {
        take([this, calls = std::move(calls)]() mutable {
            std::move(calls.begin(), calls.end(), std::back_inserter(m_waiting));
            calls.clear();
            run();
        });
    }
    /// Its thread ends.
    void end()
    {
        {
            const std::scoped_lock lock(m_mutex);
            m_ended = true;
        }
        QCoreApplication::removePostedEvents(this);
        const std::deque<std::function<void()>> dropped = std::exchange(m_waiting, {});
    }

private:
    void take(std::function<void()> event)
    {
        const std::scoped_lock lock(m_mutex);
        if (!m_ended) {
            QMetaObject::invokeMethod(this, Posted(std::move(event)), Qt::QueuedConnection);
        }
    }
    /// In the order of their posting. Many of them leave the thread to its other events now and
    /// then: a window's may not be away for as long as a frame.
    void run()
    {
        QElapsedTimer turn;
        turn.start();
        while (!m_waiting.empty() && !m_goesOn) {
            {
                const std::function<void()> call = std::move(m_waiting.front());
                m_waiting.pop_front();
                call();
            }
            if (turn.elapsed() >= longestTurn.count() && !m_waiting.empty() && !m_goesOn) {
                m_goesOn = true;
                take([this] {
                    m_goesOn = false;
                    run();
                });
            }
        }
    }
    static constexpr std::chrono::milliseconds longestTurn{4};
    std::mutex m_mutex;
    bool m_ended = false;
    std::deque<std::function<void()>> m_waiting;  ///< of the anchor's thread, as the next one
    bool m_goesOn = false;                        ///< in an event that is under way
};

class Work final : public QRunnable {
public:
    explicit Work(std::function<void()> work) : m_work(std::move(work)) { handOver(this); }
    void run() override
    {
        takeOver(this);
        m_work();
    }

private:
    const std::function<void()> m_work;
};

}  // namespace

void post(QObject* context, std::function<void()> call)
{
    if (auto* const anchor = dynamic_cast<Anchor*>(context)) {
        if (!Together::hold(anchor->shared_from_this(), call)) {
            anchor->post(std::move(call));
        }
    } else {
        QMetaObject::invokeMethod(context, Posted(std::move(call)), Qt::QueuedConnection);
    }
}

void postTogether(const std::shared_ptr<QObject>& anchor, Calls calls)
{
    static_cast<Anchor&>(*anchor).post(std::move(calls));
}

std::shared_ptr<QObject> threadAnchor()
{
    struct Moored {
        const std::shared_ptr<Anchor> anchor = std::make_shared<Anchor>();
        Moored() = default;
        ~Moored() { anchor->end(); }
        Moored(const Moored&) = delete;
        Moored& operator=(const Moored&) = delete;
    };
    thread_local const Moored moored;
    return moored.anchor;  // the last who keeps it may be on any thread, once this one has ended
}

/// The waiters of one thread, the one that waits longest first.
struct Waiters {
    /// Ends of the list.
    struct Mark : Waiter {
        void giveUp() override {}
    };
    Mark mark;
    int settling = 0;  ///< calls of settle() under way
    std::vector<std::shared_ptr<void>> kept;

    Waiters() { mark.m_before = mark.m_after = &mark; }
    ~Waiters() = default;
    Waiters(const Waiters&) = delete;
    Waiters& operator=(const Waiters&) = delete;

    void append(Waiter* one)
    {
        one->m_before = mark.m_before;
        one->m_after = &mark;
        mark.m_before->m_after = one;
        mark.m_before = one;
    }
    [[nodiscard]] qsizetype count() const
    {
        qsizetype n = 0;
        for (const Waiter* one = mark.m_after; one != &mark; one = one->m_after) {
            ++n;
        }
        return n;
    }
    /// How many are left.
    [[nodiscard]] qsizetype endAll() const
    {
        const std::shared_ptr<QObject> anchor = threadAnchor();
        qsizetype left = count();
        for (int round = 0; round < drainRounds && left > 0; ++round) {
            for (Waiter* one = mark.m_after; one != &mark; one = one->m_after) {
                one->giveUp();  // only posts: the list stays as it is
            }
            QCoreApplication::sendPostedEvents(anchor.get(), QEvent::MetaCall);
            left = count();
        }
        return left;
    }
    static Waiters& ofThread()
    {
        thread_local Waiters waiters;
        return waiters;
    }
};

void Waiter::enter()
{
    Waiters::ofThread().append(this);
}

void Waiter::leave()
{
    if (m_before) {
        m_before->m_after = m_after;
        m_after->m_before = m_before;
        m_before = m_after = nullptr;
    }
}

void startOnWorker(std::function<void()> work)
{
    QThreadPool::globalInstance()->start(new Work(std::move(work)));  // the pool deletes it
}

}  // namespace detail

// ---- waiting ------------------------------------------------------------------------------------

Task<Result<void>> sleepFor(std::chrono::milliseconds duration, CancelToken cancel)
{
    if (cancel.isCancelled()) {
        co_return cancelledError();
    }
    Promise<void> promise;
    auto timer = std::make_unique<QTimer>();
    timer->setSingleShot(true);
    timer->setTimerType(Qt::PreciseTimer);
    QObject::connect(timer.get(), &QTimer::timeout, timer.get(),
                     [promise] { promise.finish(Result<void>()); });
    const CancelToken::Registration registration =
        cancel.onCancel([promise] { promise.finish(cancelledError()); });
    timer->start(duration);
    auto future = promise.future();
    Result<void> result = co_await future;
    co_return result;
}

// ---- scope --------------------------------------------------------------------------------------

struct TaskScope::State {
    CancelToken token;
    qsizetype running = 0;
    std::vector<Promise<void>> joining;

    void ended()
    {
        if (--running == 0) {
            for (const Promise<void>& promise : std::exchange(joining, {})) {
                promise.finish(Result<void>());
            }
        }
    }
};

TaskScope::TaskScope() : m_state(std::make_shared<State>()) {}

TaskScope::~TaskScope()
{
    m_state->token.cancel();
}

CancelToken TaskScope::token() const
{
    return m_state->token;
}

qsizetype TaskScope::running() const
{
    return m_state->running;
}

void TaskScope::run(Task<Result<void>> task)
{
    ++m_state->running;
    watch(m_state, std::move(task));
}

Task<void> TaskScope::watch(std::shared_ptr<State> state, Task<Result<void>> task)
{
    [[maybe_unused]] const Result<void> result = co_await std::move(task);
    state->ended();
}

Task<Result<void>> TaskScope::close(TaskScope* scope)
{
    const std::shared_ptr<State> state = scope->m_state;
    state->token.cancel();
    if (state->running == 0) {
        co_return Result<void>();
    }
    const Promise<void> promise;
    state->joining.push_back(promise);
    auto future = promise.future();
    Result<void> result = co_await future;
    co_return result;
}

// ---- the end ------------------------------------------------------------------------------------

Task<Result<void>> settle(std::chrono::milliseconds patience)
{
    detail::Waiters& waiters = detail::Waiters::ofThread();
    QElapsedTimer timer;
    timer.start();
    const CancelToken never;
    ++waiters.settling;
    Result<void> settled;
    // Of those who settle, this one runs and the others wait.
    while (settled && waiters.count() >= waiters.settling) {
        if (std::chrono::milliseconds(timer.elapsed()) >= patience) {
            settled =
                Error(ErrorKind::Timeout,
                      u"%1 coroutines still wait"_s.arg(waiters.count() - waiters.settling + 1));
            break;
        }
        auto pausing = sleepFor(settlePause, never);
        settled = co_await std::move(pausing);
    }
    --waiters.settling;
    co_return settled;
}

void keepUntilDrained(std::shared_ptr<void> object)
{
    detail::Waiters::ofThread().kept.push_back(std::move(object));
}

qsizetype drain()
{
    detail::Waiters& waiters = detail::Waiters::ofThread();
    qsizetype left = waiters.endAll();
    while (left == 0 && !waiters.kept.empty()) {
        waiters.kept.pop_back();
        left = waiters.endAll();
    }
    QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
    if (left > 0) {
        logLine(LogLevel::Warning, "base",
                u"%1 coroutines go on after they were cancelled"_s.arg(left));
    }
    return left;
}

}  // namespace analemma
