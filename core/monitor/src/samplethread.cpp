#include "core/monitor/src/samplethread.h"

#include <QCoreApplication>
#include <QPointer>

#include <unordered_map>

namespace analemma::monitor {
namespace {

constexpr milliseconds kGrain{50};    // servers that are due within so long are asked together
constexpr milliseconds kGather{100};  // between two batches
constexpr std::size_t kMostReadings = 4'000;  // that wait to be taken

}  // namespace

class SampleThread::Hall final : public QObject, public std::enable_shared_from_this<Hall> {
public:
    Hall(SeriesStore* store, QObject* context, Deliver deliver, Stored stored)
        : m_store(store),
          m_context(context),
          m_deliver(std::move(deliver)),
          m_stored(std::move(stored))
    {
    }

    // ---- any thread
    void post(std::function<void()> call) { detail::post(this, std::move(call)); }

    // ---- the thread of the engines
    void enter()
    {
        m_alarms = std::make_unique<Alarms>(kGrain);
        m_flush = std::make_unique<Alarm>(m_alarms.get(), [this] { flush(); });
    }
    void leave()
    {
        m_places.clear();
        flushStore();
        m_flush.reset();
        m_alarms.reset();
    }
    void add(quint64 id, const QString& server, const SamplerOptions& options,
             std::shared_ptr<Newest> newest)
    {
        if (!m_alarms) {
            return;  // it ends
        }
        auto place = std::make_unique<Place>(std::move(newest));
        place->engine = std::make_unique<SamplerEngine>(
            server, options, m_alarms.get(),
            [this, id](EngineEvent event) { take(id, std::move(event)); });
        m_places.insert_or_assign(id, std::move(place));
    }
    void remove(quint64 id) { m_places.erase(id); }
    void give(quint64 id, const EngineSeat::Order& order)
    {
        const auto found = m_places.find(id);
        if (found != m_places.end()) {
            order(*found->second->engine);
        }
    }

private:
    struct Place {
        explicit Place(std::shared_ptr<Newest> points) : newest(std::move(points)) {}
        const std::shared_ptr<Newest> newest;
        std::unique_ptr<SamplerEngine> engine;
        std::size_t waiting = 0;  ///< one more than the place of its last reading that waits
        quint64 batch = 0;        ///< in which that is so
    };

    void take(quint64 id, EngineEvent event)
    {
        ServerEvent told;
        told.id = id;
        const bool isReading = event.kind == EngineEvent::Kind::Read;
        Place* place = nullptr;
        if (isReading) {
            const auto found = m_places.find(id);
            if (found == m_places.end()) {
                return;
            }
            place = found->second.get();
            place->newest->take(*event.reading, m_store, m_batch);
        }
        told.event = std::move(event);
        if (isReading) {
            const bool hasOlder = place->waiting > 0 && place->batch == m_batches;
            if (m_events.size() >= kMostReadings && hasOlder) {
                m_events[place->waiting - 1] = std::move(told);
            } else {
                m_events.push_back(std::move(told));
                place->waiting = m_events.size();
                place->batch = m_batches;
            }
        } else {
            m_events.push_back(std::move(told));
        }
        if (!m_isDue) {
            m_isDue = true;
            m_flush->startAt(std::max(Alarms::now(), m_flushed + kGather.count()));
        }
    }

    void flushStore()
    {
        if (m_store != nullptr && !m_batch.empty()) {
            const std::size_t size = m_batch.size();
            m_store->append(std::exchange(m_batch, {}),
                            [stored = m_stored](const Result<Appended>& kept) { stored(kept); });
            m_batch.reserve(size + size / 8);
        }
    }

    void flush()
    {
        m_isDue = false;
        m_flushed = Alarms::now();
        flushStore();
        if (m_events.empty()) {
            return;
        }
        if (m_isTaking->load()) {  // it has not taken the last ones
            m_isDue = true;
            m_flush->startAt(m_flushed + kGather.count());
            return;
        }
        m_isTaking->store(true);
        ++m_batches;
        auto batch = std::make_shared<Batch>();
        batch->events = std::exchange(m_events, {});
        batch->context = m_context;
        batch->deliver = m_deliver;
        batch->isTaking = m_isTaking;
        detail::post(m_context, [batch] { hand(batch); });
    }

    // ---- the thread of the context
    struct Batch {
        Events events;
        std::size_t next = 0;
        QObject* context = nullptr;
        Deliver deliver;
        std::shared_ptr<std::atomic<bool>> isTaking;
    };
    static void hand(const std::shared_ptr<Batch>& batch)
    {
        const QPointer<QObject> alive(batch->context);  // now it does: it was posted to
        batch->next = batch->deliver(batch->events, batch->next);
        if (batch->next == batch->events.size()) {
            batch->isTaking->store(false);
        } else if (alive) {
            detail::post(batch->context, [batch] { hand(batch); });
        }
    }

    SeriesStore* const m_store;
    QObject* const m_context;
    const Deliver m_deliver;
    const Stored m_stored;
    std::unique_ptr<Alarms> m_alarms;
    std::unique_ptr<Alarm> m_flush;
    std::unordered_map<quint64, std::unique_ptr<Place>> m_places;
    Events m_events;
    std::vector<Measured> m_batch;
    qint64 m_flushed = 0;
    quint64 m_batches = 1;
    bool m_isDue = false;
    const std::shared_ptr<std::atomic<bool>> m_isTaking =
        std::make_shared<std::atomic<bool>>(false);
};

class SampleThread::Thread final : public QThread {
public:
    Thread(std::shared_ptr<Hall> hall, QThread* home) : m_hall(std::move(hall)), m_home(home)
    {
        setObjectName(QStringLiteral("samplers"));
    }

private:
    void run() override
    {
        m_hall->enter();
        exec();
        m_hall->leave();
        drain();
        m_hall->moveToThread(m_home);
    }

    const std::shared_ptr<Hall> m_hall;
    QThread* const m_home;
};

namespace {

class ApartSeat final : public EngineSeat {
public:
    using Post = std::function<void(Order)>;
    ApartSeat(Post post, std::function<void()> leave)
        : m_post(std::move(post)), m_leave(std::move(leave))
    {
    }
    ~ApartSeat() override { m_leave(); }
    ApartSeat(const ApartSeat&) = delete;
    ApartSeat& operator=(const ApartSeat&) = delete;
    void give(Order order) override { m_post(std::move(order)); }

private:
    const Post m_post;
    const std::function<void()> m_leave;
};

}  // namespace

SampleThread::SampleThread(SeriesStore* store, QObject* context, Deliver deliver, Stored stored)
    : m_hall(std::make_shared<Hall>(store, context, std::move(deliver), std::move(stored))),
      m_thread(std::make_unique<Thread>(m_hall, QThread::currentThread()))
{
    m_hall->moveToThread(m_thread.get());
    m_thread->start();
}

SampleThread::~SampleThread()
{
    m_thread->quit();
    m_thread->wait();
}

std::unique_ptr<EngineSeat> SampleThread::seat(quint64 id, const QString& server,
                                               const SamplerOptions& options,
                                               std::shared_ptr<Newest> newest)
{
    const std::shared_ptr<Hall> hall = m_hall;
    Hall* const raw = hall.get();
    hall->post([raw, id, server, options, newest = std::move(newest)] {
        raw->add(id, server, options, newest);
    });
    return std::make_unique<ApartSeat>(
        [hall, raw, id](const EngineSeat::Order& order) {
            hall->post([raw, id, order] { raw->give(id, order); });
        },
        [hall, raw, id] { hall->post([raw, id] { raw->remove(id); }); });
}

}  // namespace analemma::monitor
