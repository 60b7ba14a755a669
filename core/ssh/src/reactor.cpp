#include "core/ssh/src/reactor.h"

#include <pthread.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <utility>

namespace analemma::ssh {
namespace {
constexpr int kLoginsAtOnce = 16;
thread_local const Reactor* t_here = nullptr;  ///< the reactor whose thread this is
}  // namespace

Reactor::Reactor()
    : m_epoll(::epoll_create1(EPOLL_CLOEXEC)), m_wake(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK))
{
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.fd = m_wake;
    ::epoll_ctl(m_epoll, EPOLL_CTL_ADD, m_wake, &event);

    sigset_t all;
    sigset_t before;
    ::sigfillset(&all);  // signals are for the main thread
    ::pthread_sigmask(SIG_BLOCK, &all, &before);
    m_thread = std::thread([this] { run(); });
    ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

Reactor::~Reactor()
{
    stop();
    ::close(m_wake);
    ::close(m_epoll);
}

void Reactor::wake() const
{
    const quint64 one = 1;
    [[maybe_unused]] const ssize_t written = ::write(m_wake, &one, sizeof one);
}

void Reactor::post(Job job)
{
    bool isFirst = false;  // who made the queue begin wakes it up
    {
        const std::scoped_lock lock(m_mutex);
        if (!m_stopping) {
            isFirst = m_jobs.empty();
            m_jobs.push_back(std::move(job));
        }
    }
    if (isFirst && t_here != this) {
        wake();
    }
}

void Reactor::stop()
{
    {
        const std::scoped_lock lock(m_mutex);
        m_stopping = true;
    }
    wake();
    if (m_thread.joinable()) {
        m_thread.join();
    }
}

void Reactor::watch(int descriptor, quint32 events, Handler* handler)
{
    m_handlers[descriptor] = handler;
    epoll_event event{};
    event.events = events;
    event.data.fd = descriptor;
    ::epoll_ctl(m_epoll, EPOLL_CTL_ADD, descriptor, &event);
}

void Reactor::change(int descriptor, quint32 events)
{
    epoll_event event{};
    event.events = events;
    event.data.fd = descriptor;
    ::epoll_ctl(m_epoll, EPOLL_CTL_MOD, descriptor, &event);
}

void Reactor::forget(int descriptor)
{
    if (m_handlers.erase(descriptor) != 0) {
        ::epoll_ctl(m_epoll, EPOLL_CTL_DEL, descriptor, nullptr);
    }
}

quint64 Reactor::after(milliseconds delay, Job job)
{
    const quint64 id = m_nextTimer++;
    const Time when = now() + delay;
    m_timers.emplace(std::pair(when, id), std::move(job));
    m_timerTimes.emplace(id, when);
    return id;
}

void Reactor::cancelTimer(quint64 id)
{
    const auto found = m_timerTimes.find(id);
    if (found != m_timerTimes.end()) {
        m_timers.erase(std::pair(found->second, id));
        m_timerTimes.erase(found);
    }
}

void Reactor::adopt(const std::shared_ptr<Resident>& resident)
{
    m_residents.insert(resident);
    m_load = int(m_residents.size());
}

void Reactor::dismiss(const std::shared_ptr<Resident>& resident)
{
    m_residents.erase(resident);
    m_load = int(m_residents.size());
}

void Reactor::startLogin(Job job)
{
    if (m_logins >= kLoginsAtOnce) {
        m_waitingLogins.push_back(std::move(job));
        return;
    }
    ++m_logins;
    job();
}

void Reactor::endLogin()
{
    --m_logins;
    if (!m_waitingLogins.empty()) {
        Job next = std::move(m_waitingLogins.front());
        m_waitingLogins.pop_front();
        startLogin(std::move(next));
    }
}

void Reactor::runJobs()
{
    std::deque<Job> jobs;
    {
        const std::scoped_lock lock(m_mutex);
        jobs.swap(m_jobs);
    }
    while (!jobs.empty()) {
        const Job job = std::move(jobs.front());
        jobs.pop_front();
        job();
    }
}

void Reactor::runTimers()
{
    const Time until = now();
    while (!m_timers.empty() && m_timers.begin()->first.first <= until) {
        auto node = m_timers.extract(m_timers.begin());
        m_timerTimes.erase(node.key().second);
        node.mapped()();
    }
}

int Reactor::waitMilliseconds()
{
    {
        const std::scoped_lock lock(m_mutex);
        if (!m_jobs.empty() || m_stopping) {
            return 0;
        }
    }
    if (m_timers.empty()) {
        return -1;
    }
    const auto left = m_timers.begin()->first.first - now();
    const auto rounded = std::chrono::ceil<milliseconds>(left).count();
    return int(std::clamp<qint64>(rounded, 0, 3'600'000));
}

void Reactor::run()
{
    ::pthread_setname_np(::pthread_self(), "ssh-reactor");
    t_here = this;
    std::array<epoll_event, 128> events{};
    for (;;) {
        {
            const std::scoped_lock lock(m_mutex);
            if (m_stopping) {
                break;
            }
        }
        const int count =
            ::epoll_wait(m_epoll, events.data(), int(events.size()), waitMilliseconds());
        for (int i = 0; i < count; ++i) {
            const epoll_event& event = events.at(std::size_t(i));
            if (event.data.fd == m_wake) {
                quint64 ignored = 0;
                [[maybe_unused]] const ssize_t got = ::read(m_wake, &ignored, sizeof ignored);
                continue;
            }
            const auto handler = m_handlers.find(event.data.fd);
            if (handler != m_handlers.end()) {
                handler->second->onEvents(event.events);
            }
        }
        runJobs();
        runTimers();
    }
    wind();
}

/// The end: residents free what they hold here, on the thread that owns it.
void Reactor::wind()
{
    m_waitingLogins.clear();
    while (!m_residents.empty()) {
        const std::shared_ptr<Resident> resident = *m_residents.begin();
        resident->shutDown();
        dismiss(resident);
    }
    m_timers.clear();
    m_timerTimes.clear();
    for (;;) {  // what is destroyed may post
        std::deque<Job> dropped;
        {
            const std::scoped_lock lock(m_mutex);
            dropped.swap(m_jobs);
        }
        if (dropped.empty()) {
            return;
        }
    }
}

}  // namespace analemma::ssh
