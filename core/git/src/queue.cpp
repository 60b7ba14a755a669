#include "core/git/src/queue.h"

#include "core/git/git.h"

#include <git2.h>

namespace analemma::git {

namespace {

/// Formats that only say how a repository is stored or checked out; objects and refs read the same.
void acceptHarmlessExtensions()
{
    const char* names[] = {"partialclone", "preciousobjects", "worktreeconfig"};
    git_libgit2_opts(GIT_OPT_SET_EXTENSIONS, names, std::size(names));
}

}  // namespace

// ---- pool ---------------------------------------------------------------------------------------

/// libgit2 reads every certificate of the machine as it begins, some 20 ms: only who reads a
/// repository waits for that.
void Pool::begin()
{
    git_libgit2_init();
    acceptHarmlessExtensions();
    git_libgit2_opts(GIT_OPT_ENABLE_FSYNC_GITDIR, 1);  // a tag that a release names is on disk
    m_begun = true;
}

Pool::~Pool()
{
    stop();
}

void Pool::schedule(std::shared_ptr<Queue> queue)
{
    {
        const std::scoped_lock lock(m_mutex);
        if (!m_stopping) {
            m_turns.push_back(std::move(queue));
            if (m_turns.size() > m_idle && m_threads.size() < limit) {
                m_threads.emplace_back([this] { serve(); });
            }
        }
    }
    if (queue) {
        queue->drop();
        return;
    }
    m_ready.notify_one();
}

void Pool::serve()
{
    std::call_once(m_once, [this] { begin(); });
    std::unique_lock lock(m_mutex);
    for (;;) {
        ++m_idle;
        m_ready.wait(lock, [this] { return m_stopping || !m_turns.empty(); });
        --m_idle;
        if (m_stopping) {
            return;
        }
        std::shared_ptr<Queue> queue = std::move(m_turns.front());
        m_turns.pop_front();
        lock.unlock();
        queue->runOne();
        queue.reset();
        lock.lock();
    }
}

void Pool::stop()
{
    std::vector<std::thread> threads;
    {
        const std::scoped_lock lock(m_mutex);
        m_stopping = true;
        threads.swap(m_threads);
    }
    m_ready.notify_all();
    for (std::thread& thread : threads) {
        thread.join();
    }
    std::deque<std::shared_ptr<Queue>> turns;
    {
        const std::scoped_lock lock(m_mutex);
        turns.swap(m_turns);
    }
    for (const std::shared_ptr<Queue>& queue : turns) {
        queue->drop();
    }
    turns.clear();
    if (std::exchange(m_begun, false)) {
        git_libgit2_shutdown();
    }
}

// ---- queue --------------------------------------------------------------------------------------

void Queue::add(std::function<void()> job)
{
    const std::shared_ptr<Pool> pool = m_pool.lock();
    if (!pool) {
        return;
    }
    {
        const std::scoped_lock lock(m_mutex);
        m_jobs.push_back(std::move(job));
        if (std::exchange(m_scheduled, true)) {
            return;
        }
    }
    pool->schedule(shared_from_this());
}

void Queue::runOne()
{
    std::function<void()> job;
    {
        const std::scoped_lock lock(m_mutex);
        if (!m_jobs.empty()) {
            job = std::move(m_jobs.front());
            m_jobs.pop_front();
        }
    }
    if (job) {
        job();
        job = nullptr;  // what it holds dies here, on the queue
    }
    {
        const std::scoped_lock lock(m_mutex);
        if (m_jobs.empty()) {
            m_scheduled = false;
            return;
        }
    }
    // One job a turn: a repository with much to do does not keep the others waiting.
    if (const std::shared_ptr<Pool> pool = m_pool.lock()) {
        pool->schedule(shared_from_this());
    }
}

void Queue::drop()
{
    std::deque<std::function<void()>> jobs;
    const std::scoped_lock lock(m_mutex);
    jobs.swap(m_jobs);  // they die after the lock is given back
    m_scheduled = false;
}

// ---- library ------------------------------------------------------------------------------------

namespace {

struct Shared {
    std::mutex mutex;
    std::shared_ptr<Pool> pool;
    int uses = 0;
};

Shared& shared()
{
    static Shared one;
    return one;
}

}  // namespace

Library::Library()
{
    const std::scoped_lock lock(shared().mutex);
    if (shared().uses++ == 0) {
        shared().pool = std::make_shared<Pool>();
    }
}

Library::~Library()
{
    std::shared_ptr<Pool> pool;
    {
        const std::scoped_lock lock(shared().mutex);
        if (--shared().uses > 0) {
            return;
        }
        pool.swap(shared().pool);
    }
    pool->stop();
}

std::shared_ptr<Queue> makeQueue()
{
    const std::scoped_lock lock(shared().mutex);
    return shared().pool ? std::make_shared<Queue>(shared().pool) : nullptr;
}

}  // namespace analemma::git
