#include "core/monitor/monitor.h"

#include <map>
#include <mutex>

namespace analemma::monitor {
namespace {

constexpr qint64 kKnownForSeconds = 180;
constexpr std::size_t kMostPoints = 2'000;  // of one server

using Key = std::pair<Metric, QByteArray>;

/// What became of the last batch; any thread.
class Outcome {
public:
    void tell(QString problem)
    {
        const std::scoped_lock lock(m_mutex);
        m_problem = std::move(problem);
    }
    QString get()
    {
        const std::scoped_lock lock(m_mutex);
        return m_problem;
    }

private:
    std::mutex m_mutex;
    QString m_problem;
};

/// One server: its sampler, and the newest of everything that it said.
struct Watched {
    std::unique_ptr<Sampler> sampler;
    std::map<Key, KnownPoint> points;
    std::map<Key, SeriesId> series;
    QDateTime time;
    milliseconds latency{0};
    int readings = 0;

    void take(const Reading& reading)
    {
        time = reading.time;
        latency = reading.latency;
        ++readings;
        for (const Point& point : reading.figures.points) {
            const Key key(point.metric, point.label);
            const auto known = points.find(key);
            if (known != points.end()) {
                known->second = {point, reading.time};
            } else if (points.size() < kMostPoints) {
                points.emplace(key, KnownPoint{point, reading.time});
            }
        }
        std::erase_if(points, [&reading](const auto& entry) {
            return entry.second.time.secsTo(reading.time) > kKnownForSeconds;
        });
    }
};

}  // namespace

std::optional<double> ServerView::value(Metric metric, QByteArrayView label) const
{
    for (const KnownPoint& known : points) {
        if (known.point.metric == metric && known.point.label == label) {
            return known.point.value;
        }
    }
    return std::nullopt;
}

std::optional<Point> ServerView::largest(Metric metric) const
{
    std::optional<Point> most;
    for (const KnownPoint& known : points) {
        if (known.point.metric == metric && (!most || most->value < known.point.value)) {
            most = known.point;
        }
    }
    return most;
}

struct Monitor::Body {
    Monitor* owner = nullptr;
    Connect connect;
    SeriesStore* store = nullptr;
    SamplerOptions options;
    Pace pace = Pace::Background;
    QString problem;
    std::shared_ptr<Outcome> outcome = std::make_shared<Outcome>();
    std::map<QString, Watched> watched;

    void add(const QString& server);
    void keep(const QString& server, Watched& one, const Reading& reading);
    void lookAtOutcome();
};

void Monitor::Body::add(const QString& server)
{
    Watched& one = watched[server];
    one.sampler = std::make_unique<Sampler>(
        server,
        [connect = connect, server](CancelToken cancel) {
            return connect(server, std::move(cancel));
        },
        options);
    Sampler* sampler = one.sampler.get();
    QObject::connect(sampler, &Sampler::stateChanged, owner,
                     [this, server] { Q_EMIT owner->stateChanged(server); });
    QObject::connect(sampler, &Sampler::read, owner, [this, server](const Reading& reading) {
        const auto found = watched.find(server);
        if (found == watched.end()) {
            return;
        }
        found->second.take(reading);
        keep(server, found->second, reading);
        Q_EMIT owner->read(server);
    });
    sampler->setPace(pace);
    sampler->start();
}

/// What a store has no room for is told, and not tried again: the next reading brings newer ones.
void Monitor::Body::keep(const QString& server, Watched& one, const Reading& reading)
{
    if (store == nullptr) {
        return;
    }
    lookAtOutcome();
    const qint64 time = reading.time.toMSecsSinceEpoch();
    std::vector<Measured> batch;
    batch.reserve(reading.figures.points.size());
    for (const Point& point : reading.figures.points) {
        const Key key(point.metric, point.label);
        auto known = one.series.find(key);
        if (known == one.series.end()) {
            if (one.series.size() >= kMostPoints) {
                continue;
            }
            const MetricInfo& about = info(point.metric);
            const SeriesId id =
                store->series({server, QString::fromLatin1(about.name), labelText(point)});
            if (id == SeriesId::None) {
                continue;
            }
            known = one.series.emplace(key, id).first;
        }
        batch.push_back({known->second, time, rounded(info(point.metric).unit, point.value)});
    }
    store->append(std::move(batch), [outcome = outcome](const Result<Appended>& kept) {
        outcome->tell(kept ? QString() : kept.error().message);
    });
}

/// The store answers on its own thread; what it said is looked at with the next reading.
void Monitor::Body::lookAtOutcome()
{
    const QString text = outcome->get();
    if (std::exchange(problem, text) != text) {
        Q_EMIT owner->storeProblemChanged();
    }
}

Monitor::Monitor(Connect connect, SeriesStore* store, SamplerOptions options, QObject* parent)
    : QObject(parent), m_body(std::make_unique<Body>())
{
    m_body->owner = this;
    m_body->connect = std::move(connect);
    m_body->store = store;
    m_body->options = std::move(options);
}

Monitor::~Monitor() = default;

void Monitor::watch(const QStringList& servers)
{
    std::erase_if(m_body->watched,
                  [&servers](const auto& entry) { return !servers.contains(entry.first); });
    for (const QString& server : servers) {
        if (!m_body->watched.contains(server)) {
            m_body->add(server);
        }
    }
}

void Monitor::setPace(const QString& server, Pace pace)
{
    if (Sampler* one = sampler(server)) {
        one->setPace(pace);
    }
}

void Monitor::setPaceOfAll(Pace pace)
{
    m_body->pace = pace;
    for (auto& [server, one] : m_body->watched) {
        one.sampler->setPace(pace);
    }
}

QStringList Monitor::servers() const
{
    QStringList names;
    for (const auto& [server, one] : m_body->watched) {
        names.append(server);
    }
    return names;
}

ServerView Monitor::view(const QString& server) const
{
    ServerView view;
    view.server = server;
    const auto found = m_body->watched.find(server);
    if (found == m_body->watched.end()) {
        return view;
    }
    const Watched& one = found->second;
    view.state = one.sampler->state();
    view.reason = one.sampler->reason();
    view.source = one.sampler->source();
    view.interval = one.sampler->interval();
    view.time = one.time;
    view.latency = one.latency;
    view.readings = one.readings;
    view.points.reserve(one.points.size());
    for (const auto& [key, known] : one.points) {
        view.points.push_back(known);
    }
    return view;
}

Sampler* Monitor::sampler(const QString& server) const
{
    const auto found = m_body->watched.find(server);
    return found == m_body->watched.end() ? nullptr : found->second.sampler.get();
}

QString Monitor::storeProblem() const
{
    return m_body->problem;
}

}  // namespace analemma::monitor
