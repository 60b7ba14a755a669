#include "core/ssh/src/reactor.h"

#include "core/base/together.h"

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
constexpr std::size_t kEventsATurn = 128;
thread_local const Reactor* t_here = nullptr;  ///< the reactor whose thread this is
}  // namespace

Reactor::Reactor()
    : m_epoll(::epoll_create1(EPOLL_CLOEXEC)),
      m_patientEpoll(::epoll_create1(EPOLL_CLOEXEC)),
      m_wake(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK))
{
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.fd = m_wake;
    ::epoll_ctl(m_epoll, EPOLL_CTL_ADD, m_wake, &event);
    event.events = 0;
    event.data.fd = m_patientEpoll;
    ::epoll_ctl(m_epoll, EPOLL_CTL_ADD, m_patientEpoll, &event);
    arm(true);

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
    ::close(m_patientEpoll);
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
    if (!isFirst || t_here == this) {
        return;
    }
    const auto wakeLater = [weak = weak_from_this()] {
        if (const auto self = weak.lock()) {
            self->wake();
        }
    };
    if (!Together::atEnd(wakeLater)) {
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

void Reactor::watch(int descriptor, quint32 events, Handler* handler, bool patient)
{
    const auto place = std::size_t(descriptor);
    if (place >= m_watched.size()) {
        m_watched.resize(place + 1);
    }
    m_watched[place] = {handler, events, patient};
    epoll_event event{};
    event.events = events;
    event.data.fd = descriptor;
    ::epoll_ctl(patient ? m_patientEpoll : m_epoll, EPOLL_CTL_ADD, descriptor, &event);
}

void Reactor::change(int descriptor, quint32 events)
{
    Watched& watched = m_watched[std::size_t(descriptor)];
    watched.events = events;
    epoll_event event{};
    event.events = events;
    event.data.fd = descriptor;
    ::epoll_ctl(watched.patient ? m_patientEpoll : m_epoll, EPOLL_CTL_MOD, descriptor, &event);
}

void Reactor::forget(int descriptor)
{
    const auto place = std::size_t(descriptor);
    if (place < m_watched.size() && m_watched[place].handler != nullptr) {
        ::epoll_ctl(m_watched[place].patient ? m_patientEpoll : m_epoll, EPOLL_CTL_DEL, descriptor,
                    nullptr);
        m_watched[place] = {};
    }
}

void Reactor::setPatient(int descriptor, bool patient)
{
    const Watched watched = m_watched[std::size_t(descriptor)];
    if (watched.handler != nullptr && watched.patient != patient) {
        forget(descriptor);
        watch(descriptor, watched.events, watched.handler, patient);
    }
}

void Reactor::arm(bool armed)
{
    if (std::exchange(m_armed, armed) != armed) {
        epoll_event event{};
        event.events = armed ? quint32(EPOLLIN) : 0U;
        event.data.fd = m_patientEpoll;
        ::epoll_ctl(m_epoll, EPOLL_CTL_MOD, m_patientEpoll, &event);
    }
}

void Reactor::dispatch(int descriptor, quint32 events)
{
    // By number, for who had an event may be gone by what another one did.
    const auto place = std::size_t(descriptor);
    if (place < m_watched.size() && m_watched[place].handler != nullptr) {
        m_watched[place].handler->onEvents(events);
    }
}

bool Reactor::takeGathered()
{
    std::array<epoll_event, kEventsATurn> events{};
    const int count = ::epoll_wait(m_patientEpoll, events.data(), int(events.size()), 0);
    const Together together;  // nearly all of them post to the same thread
    for (int i = 0; i < count; ++i) {
        const epoll_event& event = events.at(std::size_t(i));
        dispatch(event.data.fd, event.events);
    }
    return count > 0;
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
    {
        const std::scoped_lock lock(m_mutex);
        m_running.swap(m_jobs);
    }
    for (Job& each : m_running) {
        const Job job = std::move(each);
        job();
    }
    m_running.clear();
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
    if (m_timers.empty() && m_armed) {
        return -1;
    }
    Time next = m_timers.empty() ? Time::max() : m_timers.begin()->first.first;
    if (!m_armed) {
        next = std::min(next, m_gatherAt);
    }
    const auto rounded = std::chrono::ceil<milliseconds>(next - now()).count();
    return int(std::clamp<qint64>(rounded, 0, 3'600'000));
}

void Reactor::run()
{
    ::pthread_setname_np(::pthread_self(), "ssh-reactor");
    t_here = this;
    std::array<epoll_event, kEventsATurn> events{};
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
            } else if (event.data.fd == m_patientEpoll) {
                arm(false);
                m_gatherAt = now();
            } else {
                dispatch(event.data.fd, event.events);
            }
        }
        if (!m_armed && now() >= m_gatherAt) {
            // As long as there are some, they are looked at by the clock.
            arm(!takeGathered());
            m_gatherAt = now() + kGather;
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
        std::vector<Job> dropped;
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
