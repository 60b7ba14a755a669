#pragma once

#include "core/monitor/monitor.h"
#include "core/monitor/src/engineseat.h"
#include "core/monitor/src/newest.h"

#include <QThread>

#include <atomic>

namespace analemma::monitor {

/// What an engine told.
struct ServerEvent {
    quint64 id = 0;
    EngineEvent event;
};

/// The engines of a Monitor on a thread of their own: questions, answers, parsing, and handing over
/// to the store happen there. The thread that made it gets what is ready, in order, some times a
/// second and never more than one batch ahead; while it does not come to take them, newer readings
/// of a server take the place of older ones. What is kept in the store does not wait for it.
class SampleThread final {
public:
    using Events = std::vector<ServerEvent>;
    /// Takes events from the first of these places on, and says before which it paused so as not
    /// to keep its thread; it is called for the rest then.
    using Deliver = std::function<std::size_t(const Events&, std::size_t)>;
    using Stored = std::function<void(const Result<Appended>&)>;

    /// `deliver` runs on this thread as long as `context` lives, `stored` on that of the store.
    SampleThread(SeriesStore* store, QObject* context, Deliver deliver, Stored stored);
    /// Ends the engines and waits for the thread.
    ~SampleThread();
    SampleThread(const SampleThread&) = delete;
    SampleThread& operator=(const SampleThread&) = delete;

    /// A place for the engine of a server; it goes before this. What the server says goes into
    /// `newest`.
    std::unique_ptr<EngineSeat> seat(quint64 id, const QString& server,
                                     const SamplerOptions& options, std::shared_ptr<Newest> newest);

private:
    class Hall;
    class Thread;
    std::shared_ptr<Hall> m_hall;  ///< lives there
    std::unique_ptr<Thread> m_thread;
};

}  // namespace analemma::monitor
