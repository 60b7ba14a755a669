#include "core/monitor/series.h"

#include "core/base/descriptor.h"
#include "core/base/files.h"
#include "core/monitor/src/seriesfile.h"

#include <QCoreApplication>
#include <QFile>

#include <atomic>
#include <condition_variable>
#include <deque>
#include <thread>

#include <fcntl.h>
#include <pthread.h>
#include <sys/file.h>
#include <unistd.h>

using namespace Qt::StringLiterals;

namespace analemma::monitor {
namespace {

constexpr std::chrono::seconds kTurn(1);         // between two looks at what is to be tidied
constexpr qint64 kCheckpointAfter = 30'000;      // milliseconds
constexpr std::size_t kRound = 600;              // turns until each series was looked at
constexpr std::size_t kMostWaiting = 2'000'000;  // values
constexpr std::size_t kAtOnce = 5'000;           // values that are not kept waiting for more
constexpr int kMostPixels = 20'000;
constexpr int kMostRounds = 200;

qint64 steadyNow()
{
    return std::chrono::duration_cast<milliseconds>(
               std::chrono::steady_clock::now().time_since_epoch())
        .count();
}

/// The lock of who records: it goes with its process, however that ends (flock(2)).
class RecordLock {
public:
    explicit RecordLock(QString path) : m_path(std::move(path)) {}

    bool take()
    {
        Descriptor fd(::open(QFile::encodeName(m_path).constData(),
                             O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
        if (!fd.valid() || ::flock(fd.get(), LOCK_EX | LOCK_NB) != 0) {
            return false;
        }
        const QByteArray words = QCoreApplication::applicationName().toUtf8() + " (process " +
                                 QByteArray::number(QCoreApplication::applicationPid()) + ")\n";
        if (::ftruncate(fd.get(), 0) == 0) {
            static_cast<void>(::pwrite(fd.get(), words.constData(), size_t(words.size()), 0));
        }
        m_fd = std::move(fd);
        return true;
    }
    [[nodiscard]] QString holder() const
    {
        const Result<QByteArray> words = readFile(m_path, 1000);
        return words ? QString::fromUtf8(*words).simplified().left(200) : QString();
    }

private:
    QString m_path;
    Descriptor m_fd;
};

}  // namespace

class SeriesStore::Body {
public:
    Body(const QString& folder, SeriesLimits limits, std::shared_ptr<const Clock> clock)
        : m_path(folder + u"/monitor.db"_s),
          m_limits(limits),
          m_clock(std::move(clock)),
          m_lock(folder + u"/monitor.lock"_s)
    {
        m_limits.series = std::min(m_limits.series, int(kMostSeries));
    }
    ~Body()
    {
        {
            const std::scoped_lock lock(m_mutex);
            m_stopping = true;
        }
        m_wake.notify_all();
        if (m_thread.joinable()) {
            m_thread.join();
        }
    }
    Body(const Body&) = delete;
    Body& operator=(const Body&) = delete;

    Result<void> start()
    {
        std::optional<Result<void>> outcome;
        std::mutex mutex;
        std::condition_variable ready;
        m_thread = std::thread([&, this] {
            ::pthread_setname_np(::pthread_self(), "series");
            Result<void> result = open();
            const bool ok = result.ok();
            {
                const std::scoped_lock lock(mutex);
                outcome.emplace(std::move(result));
                ready.notify_all();  // within the lock: both may be gone right after it
            }
            if (ok) {
                serve();
            }
        });
        std::unique_lock lock(mutex);
        ready.wait(lock, [&] { return outcome.has_value(); });
        return *outcome;
    }

    void setOwner(SeriesStore* owner)
    {
        const std::scoped_lock lock(m_mutex);
        m_owner = owner;
    }
    SeriesCatalogue& catalogue() { return m_catalogue; }
    [[nodiscard]] const SeriesLimits& limits() const { return m_limits; }
    [[nodiscard]] qint64 now() const { return m_clock->now().toMSecsSinceEpoch(); }

    void append(SeriesBatch batch)
    {
        Error refused(ErrorKind::Io,
                      u"measured values were not kept: two million of them wait for the disk"_s);
        {
            const std::scoped_lock lock(m_mutex);
            if (m_waiting + batch.samples.size() <= kMostWaiting) {
                if (m_batches.empty()) {
                    m_oldest = std::chrono::steady_clock::now();
                }
                m_waiting += batch.samples.size();
                m_batches.push_back(std::move(batch));
                batch.told = nullptr;
                refused.kind = ErrorKind::Cancelled;
            }
        }
        if (refused.kind == ErrorKind::Cancelled) {
            m_wake.notify_all();
        } else if (batch.told) {
            batch.told(refused);
        }
    }
    void ask(std::function<void()> question)
    {
        {
            const std::scoped_lock lock(m_mutex);
            m_questions.push_back(std::move(question));
        }
        m_wake.notify_all();
    }

    // ---- thread of the store

    Result<Chart> chart(const ChartRequest& request)
    {
        return m_recorder ? m_recorder->chart(request) : m_follower->chart(request);
    }

    Result<std::vector<Measured>> values(const ValuesRequest& request)
    {
        return m_recorder ? m_recorder->values(request) : m_follower->values(request);
    }

    Result<void> tidy()
    {
        if (!m_recorder) {
            return m_follower->refresh();
        }
        Result<void> done = m_recorder->flush();
        for (int round = 0; done && round < kMostRounds; ++round) {
            const quint64 before = m_recorder->sealedHours();
            Result<bool> all = false;
            while (all && !*all) {
                all = m_recorder->visit(1000, now());
            }
            done = all ? Result<void>() : Result<void>(all.error());
            // A series is sealed some hours a round; the first one may begin in the middle.
            if (round > 0 && m_recorder->sealedHours() == before && !m_recorder->isOver()) {
                break;
            }
        }
        m_recorder->checkpoint();
        return done;
    }

private:
    Result<void> open()
    {
        if (m_lock.take()) {
            return record();
        }
        follow();
        return {};
    }

    Result<void> record()
    {
        auto recorder = std::make_unique<SeriesRecorder>(m_path, m_limits, m_catalogue);
        if (const Result<void> opened = recorder->open(); !opened) {
            return opened;
        }
        m_follower.reset();
        m_recorder = std::move(recorder);
        tell([&](SeriesStatus& status) {
            status.recording = true;
            status.recorder = u"this program"_s;
            status.problem.clear();
            status.rawKept = m_limits.rawFor;
        });
        return {};
    }

    void follow()
    {
        m_follower = std::make_unique<SeriesFollower>(m_path, m_catalogue);
        tell([&](SeriesStatus& status) { status.recorder = m_lock.holder(); });
        mindFollowing(m_follower->refresh());
    }

    void mindFollowing(const Result<void>& fresh)
    {
        const bool wrong = !fresh && fresh.error().kind != ErrorKind::NotFound;
        tell([&](SeriesStatus& status) {
            status.problem = wrong ? fresh.error().message : QString();
        });
    }

    void tell(const std::function<void(SeriesStatus&)>& change)
    {
        if (m_catalogue.setStatus(change)) {
            signal();
        }
    }

    void signal()
    {
        const std::scoped_lock lock(m_mutex);
        if (m_owner != nullptr) {
            detail::post(m_owner, [owner = m_owner] { Q_EMIT owner->statusChanged(); });
        }
    }

    struct Work {
        std::vector<SeriesBatch> batches;
        std::deque<std::function<void()>> questions;
        bool turn = false;
        bool stop = false;
    };

    Work wait(std::chrono::steady_clock::time_point turn)
    {
        Work work;
        std::unique_lock lock(m_mutex);
        while (true) {
            const auto now = std::chrono::steady_clock::now();
            const bool gathered = !m_batches.empty() && (m_waiting >= kAtOnce || m_stopping ||
                                                         now - m_oldest >= m_limits.gather);
            work.turn = now >= turn;
            work.stop = m_stopping;
            if (gathered || work.turn || work.stop || !m_questions.empty()) {
                if (gathered || !m_questions.empty()) {
                    // A question sees what was appended before it.
                    work.batches = std::exchange(m_batches, {});
                    m_waiting = 0;
                }
                work.questions.swap(m_questions);
                return work;
            }
            m_wake.wait_until(
                lock, m_batches.empty() ? turn : std::min(turn, m_oldest + m_limits.gather));
        }
    }

    void serve()
    {
        auto turn = std::chrono::steady_clock::now() + kTurn;
        qint64 checkpointed = steadyNow();
        while (true) {
            Work work = wait(turn);
            const SeriesStatus before = m_catalogue.status();
            if (!work.batches.empty()) {
                commit(std::move(work.batches));
            }
            for (const auto& question : work.questions) {
                question();
            }
            if (work.turn) {
                takeTurn();
                if (m_recorder && steadyNow() - checkpointed >= kCheckpointAfter) {
                    m_recorder->checkpoint();
                    checkpointed = steadyNow();
                }
                turn = std::chrono::steady_clock::now() + kTurn;
            }
            const SeriesStatus after = m_catalogue.status();
            if (before.problem != after.problem || before.notices != after.notices) {
                signal();
            }
            if (work.stop) {
                if (m_recorder) {
                    static_cast<void>(m_recorder->flush());
                }
                return;
            }
        }
    }

    void commit(std::vector<SeriesBatch> batches)
    {
        if (m_recorder) {
            m_recorder->commit(std::move(batches), now(), steadyNow());
            return;
        }
        const Error error =
            Error(ErrorKind::Locked, u"measured values were not kept: %1 records into %2"_s.arg(
                                         m_lock.holder(), m_path))
                .withHint(u"This program takes over by itself once that one has ended."_s);
        for (const SeriesBatch& batch : batches) {
            if (batch.told) {
                batch.told(error);
            }
        }
    }

    void takeTurn()
    {
        if (m_recorder) {
            m_recorder->commit({}, now(), steadyNow());
            const std::size_t hurry = m_recorder->isOver() ? 10 : 1;
            static_cast<void>(
                m_recorder->visit((m_recorder->series() / kRound + 1) * hurry, now()));
            return;
        }
        if (m_lock.take()) {
            if (const Result<void> begun = record(); !begun) {
                tell([&](SeriesStatus& status) { status.problem = begun.error().message; });
                m_lock = RecordLock(m_path.chopped(3) + u".lock"_s);
            }
            return;
        }
        mindFollowing(m_follower->refresh());
    }

    QString m_path;
    SeriesLimits m_limits;
    std::shared_ptr<const Clock> m_clock;
    SeriesCatalogue m_catalogue;
    RecordLock m_lock;                           // store thread, as the next two
    std::unique_ptr<SeriesRecorder> m_recorder;  // one of the two
    std::unique_ptr<SeriesFollower> m_follower;
    std::thread m_thread;
    std::mutex m_mutex;  // of all below
    std::condition_variable m_wake;
    std::vector<SeriesBatch> m_batches;
    std::size_t m_waiting = 0;  // values in them
    std::chrono::steady_clock::time_point m_oldest;
    std::deque<std::function<void()>> m_questions;
    SeriesStore* m_owner = nullptr;
    bool m_stopping = false;
};

// ---- face ---------------------------------------------------------------------------------------

Result<std::unique_ptr<SeriesStore>> SeriesStore::open(const QString& folder, SeriesLimits limits,
                                                       std::shared_ptr<const Clock> clock)
{
    if (const Result<void> made = makeFolder(folder); !made) {
        return made.error();
    }
    if (!clock) {
        clock = std::make_shared<SystemClock>();
    }
    std::unique_ptr<SeriesStore> store(
        new SeriesStore(std::make_unique<Body>(folder, limits, std::move(clock))));
    store->m_body->setOwner(store.get());
    if (const Result<void> started = store->m_body->start(); !started) {
        return started.error().in(u"open the store of measured values"_s);
    }
    return store;
}

SeriesStore::SeriesStore(std::unique_ptr<Body> body) : m_body(std::move(body)) {}

SeriesStore::~SeriesStore()
{
    m_body->setOwner(nullptr);
}

SeriesId SeriesStore::series(const SeriesName& name)
{
    return m_body->catalogue().find(name, m_body->limits());
}

void SeriesStore::append(std::vector<Measured> batch, std::function<void(Result<Appended>)> told)
{
    m_body->append({std::move(batch), std::move(told)});
}

namespace {

template <class T>
Task<Result<T>> answerOf(Promise<T> promise)
{
    auto future = promise.future();
    promise = Promise<T>();
    Result<T> result = co_await future;
    co_return result;
}

}  // namespace

Task<Result<Appended>> SeriesStore::append(std::vector<Measured> batch)
{
    Promise<Appended> promise;
    append(std::move(batch), [promise](Result<Appended> told) { promise.finish(std::move(told)); });
    return answerOf(promise);
}

Task<Result<Chart>> SeriesStore::chart(SeriesId series, qint64 from, qint64 to, int pixels)
{
    Promise<Chart> promise;
    if (from < 0 || to <= from || to > kLastTime * 2 || pixels < 1 || pixels > kMostPixels) {
        promise.finish(
            Error(ErrorKind::Invalid,
                  u"a chart needs a range of time and 1 to %1 columns"_s.arg(kMostPixels)));
        return answerOf(promise);
    }
    m_body->ask([promise, series, from, to, pixels, body = m_body.get()] {
        ChartRequest request;
        request.series = series;
        request.from = from;
        request.to = to;
        request.pixels = pixels;
        request.now = body->now();
        promise.finish(body->chart(request));
    });
    return answerOf(promise);
}

Task<Result<std::vector<Measured>>> SeriesStore::values(std::vector<SeriesPlace> places, qint64 to,
                                                        int limit)
{
    Promise<std::vector<Measured>> promise;
    if (limit < 1 || limit > 1'000'000) {
        promise.finish(Error(ErrorKind::Invalid, u"1 to 1,000,000 values are read at once"_s));
        return answerOf(promise);
    }
    m_body->ask([promise, places = std::move(places), to, limit, body = m_body.get()]() mutable {
        ValuesRequest request;
        request.places = std::move(places);
        request.to = std::min(to, kLastTime);
        request.limit = std::size_t(limit);
        promise.finish(body->values(request));
    });
    return answerOf(promise);
}

std::vector<Latest> SeriesStore::latest(const std::vector<SeriesId>& series) const
{
    return m_body->catalogue().latest(series);
}

QList<SeriesInfo> SeriesStore::list(const QString& subject) const
{
    return m_body->catalogue().list(subject);
}

SeriesStatus SeriesStore::status() const
{
    return m_body->catalogue().status();
}

Task<Result<void>> SeriesStore::tidy()
{
    Promise<void> promise;
    m_body->ask([promise, body = m_body.get()] { promise.finish(body->tidy()); });
    return answerOf(promise);
}

}  // namespace analemma::monitor
