#pragma once

#include "core/base/clock.h"

#include <atomic>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <thread>
#include <vector>

namespace analemma::ssh {

/// One thread with epoll that owns connections for life. Jobs reach it from any thread by post();
/// all else is for its own thread. It never blocks: what could (names, files) goes to workers.
class Reactor : public std::enable_shared_from_this<Reactor> {
public:
    using Job = std::function<void()>;
    using Time = std::chrono::steady_clock::time_point;

    /// Gets the events of a descriptor.
    class Handler {
    public:
        virtual ~Handler() = default;
        virtual void onEvents(quint32 events) = 0;
    };
    /// Something that lives on the reactor and is ended with it.
    class Resident {
    public:
        virtual ~Resident() = default;
        virtual void shutDown() = 0;
    };

    Reactor();
    ~Reactor();
    Reactor(const Reactor&) = delete;
    Reactor& operator=(const Reactor&) = delete;

    /// Runs the job on the reactor's thread; after stop() it is dropped. Any thread.
    void post(Job job);
    /// Ends residents and joins the thread. Any thread but its own; idempotent.
    void stop();
    /// Residents, for the choice of a reactor. Any thread.
    [[nodiscard]] int load() const { return m_load; }

    void watch(int descriptor, quint32 events, Handler* handler, bool patient = false);
    void change(int descriptor, quint32 events);
    void forget(int descriptor);
    /// The events of those that are patient may come up to kGather late: then they are handed over
    /// together, so that hundreds of them wake this thread up some times a second.
    void setPatient(int descriptor, bool patient);
    quint64 after(milliseconds delay, Job job);
    void cancelTimer(quint64 id);
    void adopt(const std::shared_ptr<Resident>& resident);
    void dismiss(const std::shared_ptr<Resident>& resident);
    /// Starts at once, or when one of the logins under way has ended: servers and this thread do no
    /// more of them in less time when all begin together.
    void startLogin(Job job);
    void endLogin();
    /// Room for the bytes of one call, shared by all connections here: an idle one needs none.
    [[nodiscard]] char* scratch() { return m_scratch.data(); }
    static constexpr std::size_t kScratch = 64 * 1024;
    static constexpr milliseconds kGather{40};
    [[nodiscard]] static Time now() { return std::chrono::steady_clock::now(); }

private:
    struct Watched {
        Handler* handler = nullptr;  ///< null: it is not watched
        quint32 events = 0;
        bool patient = false;
    };
    void run();
    void dispatch(int descriptor, quint32 events);
    /// True when there were events.
    bool takeGathered();
    /// Whether the first event of a patient one wakes this thread up.
    void arm(bool armed);
    void runJobs();
    void runTimers();
    [[nodiscard]] int waitMilliseconds();
    void wake() const;
    void wind();

    int m_epoll = -1;
    int m_patientEpoll = -1;  ///< of the patient ones; it is in the other one
    int m_wake = -1;
    std::mutex m_mutex;
    std::vector<Job> m_jobs;
    bool m_stopping = false;
    std::atomic<int> m_load = 0;

    std::vector<Job> m_running;      ///< taken out of the queue, with the memory of earlier ones
    std::vector<Watched> m_watched;  ///< by descriptor
    bool m_armed = false;
    Time m_gatherAt;  ///< the next look at the patient ones while that is not armed
    std::map<std::pair<Time, quint64>, Job> m_timers;
    std::map<quint64, Time> m_timerTimes;
    quint64 m_nextTimer = 1;
    std::set<std::shared_ptr<Resident>> m_residents;
    int m_logins = 0;
    std::deque<Job> m_waitingLogins;
    std::vector<char> m_scratch = std::vector<char>(kScratch);

    std::thread m_thread;
};

}  // namespace analemma::ssh
