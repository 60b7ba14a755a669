#pragma once

#include "core/base/result.h"
#include "core/http/src/easy.h"

#include <chrono>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace analemma::http {

/// One transfer of libcurl. The engine's thread calls, and answers at most once with finish().
class Transfer {
public:
    using Time = std::chrono::steady_clock::time_point;

    explicit Transfer(std::chrono::milliseconds timeout)
        : m_deadline(std::chrono::steady_clock::now() + timeout), m_timeout(timeout)
    {
    }
    virtual ~Transfer() = default;

    /// Sets up the handle, but for its time. An error ends the transfer.
    virtual Result<void> begin(CURL* easy) = 0;
    /// What became of it. True: begin() once more, for another round.
    virtual bool end(CURL* easy, CURLcode code) = 0;
    virtual void fail(Error error) = 0;
    /// It waited for its turn too long.
    virtual void expire() = 0;

    [[nodiscard]] Time deadline() const { return m_deadline; }
    [[nodiscard]] std::chrono::milliseconds timeout() const { return m_timeout; }

private:
    Time m_deadline;
    std::chrono::milliseconds m_timeout;
};

/// One thread that runs transfers, at most `atOnce` of them; the rest waits in order. The thread
/// begins with the first transfer.
class Engine {
public:
    static constexpr int atOnce = 64;

    Engine() = default;
    ~Engine();
    Engine(const Engine&) = delete;
    Engine& operator=(const Engine&) = delete;

    /// Takes a transfer; fails it with Cancelled after stop(). Any thread.
    quint64 add(std::shared_ptr<Transfer> transfer);
    /// Ends it with Cancelled, soon. Any thread; what has ended is no error.
    void cancel(quint64 id);
    /// Ends all with Cancelled and joins the thread. Idempotent; not the engine's own thread.
    void stop();

private:
    struct Running {
        quint64 id = 0;
        std::shared_ptr<Transfer> transfer;
        Easy easy;
    };
    using Waiting = std::pair<quint64, std::shared_ptr<Transfer>>;

    void run();
    bool takeOrders();
    void startWaiting();
    void start(quint64 id, std::shared_ptr<Transfer> transfer);
    void reapDone();
    [[nodiscard]] int expireWaiting();
    void endAll();

    std::mutex m_mutex;
    std::deque<Waiting> m_added;
    std::vector<quint64> m_cancelled;
    quint64 m_nextId = 1;
    bool m_stopping = false;
    bool m_started = false;

    // of the thread
    CURLM* m_multi = nullptr;
    std::deque<Waiting> m_waiting;
    std::map<CURL*, Running> m_running;

    std::thread m_thread;
};

}  // namespace analemma::http
