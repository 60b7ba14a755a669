#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace analemma::git {

class Queue;

/// The threads of all queues together: at most four, so that opening many repositories neither
/// starts many threads nor fights for the disk. They start when first needed. Standard threads and
/// locks, not Qt's: the thread sanitizer sees through these.
class Pool {
public:
    static constexpr std::size_t limit = 4;
    ~Pool();
    /// Gives `queue` one turn: one job. Any thread.
    void schedule(std::shared_ptr<Queue> queue);
    /// Ends the threads after their jobs, drops what still waits, then ends libgit2. Not from a
    /// job.
    void stop();

private:
    void begin();
    void serve();

    std::once_flag m_once;
    bool m_begun = false;  ///< libgit2; written before the first job, read after the last

    std::mutex m_mutex;
    std::condition_variable m_ready;
    std::deque<std::shared_ptr<Queue>> m_turns;
    std::vector<std::thread> m_threads;
    std::size_t m_idle = 0;
    bool m_stopping = false;
};

/// Runs the jobs of one repository, in order and never two at once. A job that is dropped instead
/// (the library is going) destroys what it holds, so that a Promise in it answers Cancelled.
class Queue : public std::enable_shared_from_this<Queue> {
public:
    explicit Queue(std::weak_ptr<Pool> pool) : m_pool(std::move(pool)) {}
    /// Any thread.
    void add(std::function<void()> job);

private:
    friend class Pool;
    void runOne();
    void drop();

    std::weak_ptr<Pool> m_pool;
    std::mutex m_mutex;
    std::deque<std::function<void()>> m_jobs;
    bool m_scheduled = false;
};

/// A queue on the pool of the running Library; null when there is none.
std::shared_ptr<Queue> makeQueue();

}  // namespace analemma::git
