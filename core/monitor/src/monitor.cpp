#include "core/monitor/monitor.h"

#include "core/monitor/src/samplerbody.h"
#include "core/monitor/src/samplethread.h"

#include <QElapsedTimer>
#include <QPointer>
#include <QSet>

#include <map>
#include <mutex>
#include <unordered_map>

namespace analemma::monitor {
namespace {

constexpr milliseconds kLongestTurn{4};  // of its thread at once

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
    quint64 id = 0;
    std::unique_ptr<Sampler> sampler;
    std::shared_ptr<Newest> newest;
    QDateTime time;
    milliseconds latency{0};
    int readings = 0;
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
    std::unique_ptr<SampleThread> thread;  ///< from the first server on
    quint64 lastId = 0;
    std::map<QString, Watched> watched;
    std::unordered_map<quint64, QString> names;

    QStringList waiting;  ///< to be watched, in a next turn of the event loop

    void add(const QString& server);
    void addWaiting();
    std::size_t take(const std::vector<ServerEvent>& events, std::size_t first);
    void take(const ServerEvent& told);
    void lookAtOutcome();
};

void Monitor::Body::add(const QString& server)
{
    if (!thread) {
        thread = std::make_unique<SampleThread>(
            store, owner,
            [this](const std::vector<ServerEvent>& events, std::size_t first) {
                return take(events, first);
            },
            [outcome = outcome](const Result<Appended>& kept) {
                outcome->tell(kept ? QString() : kept.error().message);
            });
    }
    Watched& one = watched[server];
    one.id = ++lastId;
    names.emplace(one.id, server);
    auto body = std::make_unique<Sampler::Body>(
        server,
        [connect = connect, server](CancelToken cancel) {
            return connect(server, std::move(cancel));
        },
        options);
    one.newest = std::make_shared<Newest>(server);
    body->seat = thread->seat(one.id, server, options, one.newest);
    one.sampler.reset(new Sampler(std::move(body)));
    QObject::connect(one.sampler.get(), &Sampler::stateChanged, owner,
                     [this, server] { Q_EMIT owner->stateChanged(server); });
    one.sampler->setPace(pace);
    one.sampler->start();
}

/// As many as a turn may take, at least one.
void Monitor::Body::addWaiting()
{
    QElapsedTimer turn;
    turn.start();
    while (!waiting.isEmpty()) {
        add(waiting.takeFirst());
        if (turn.elapsed() >= kLongestTurn.count()) {
            break;
        }
    }
    if (!waiting.isEmpty()) {
        QMetaObject::invokeMethod(
            owner, [this] { addWaiting(); }, Qt::QueuedConnection);
    }
}

/// Whoever is told may watch others from then on, or end the monitor.
std::size_t Monitor::Body::take(const std::vector<ServerEvent>& events, std::size_t first)
{
    const QPointer<Monitor> alive(owner);
    lookAtOutcome();
    QElapsedTimer turn;
    turn.start();
    for (std::size_t i = first; i < events.size(); ++i) {
        if (i > first && turn.elapsed() >= kLongestTurn.count()) {
            return i;
        }
        take(events[i]);
        if (!alive) {
            break;
        }
    }
    return events.size();
}

void Monitor::Body::take(const ServerEvent& told)
{
    const auto name = names.find(told.id);
    const auto found = name == names.end() ? watched.end() : watched.find(name->second);
    if (found == watched.end()) {
        return;
    }
    Watched& one = found->second;
    const QString server = found->first;
    const bool isReading = told.event.kind == EngineEvent::Kind::Read;
    if (isReading) {
        one.time = told.event.reading->time;
        one.latency = told.event.reading->latency;
        ++one.readings;
    }
    const QPointer<Monitor> alive(owner);
    one.sampler->m_body->take(told.event);
    if (isReading && alive) {
        Q_EMIT alive->read(server);
    }
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

Monitor::~Monitor()
{
    m_body->watched.clear();
    m_body->thread.reset();
}

void Monitor::watch(const QStringList& servers)
{
    const QSet<QString> wanted(servers.begin(), servers.end());
    std::erase_if(m_body->watched, [this, &wanted](const auto& entry) {
        const bool goes = !wanted.contains(entry.first);
        if (goes) {
            m_body->names.erase(entry.second.id);
        }
        return goes;
    });
    m_body->waiting = servers;
    m_body->waiting.removeDuplicates();
    m_body->waiting.removeIf(
        [this](const QString& server) { return m_body->watched.contains(server); });
    m_body->addWaiting();
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
    names += m_body->waiting;
    names.sort();
    return names;
}

ServerView Monitor::view(const QString& server) const
{
    std::vector<KnownPoint> points;
    ServerView view = look(server, [&points](const KnownPoint& each) { points.push_back(each); });
    view.points = std::move(points);
    return view;
}

ServerView Monitor::look(const QString& server,
                         const std::function<void(const KnownPoint&)>& each) const
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
    one.newest->look(each);
    return view;
}

std::optional<KnownPoint> Monitor::newest(const QString& server, Metric metric,
                                          QByteArrayView label) const
{
    const auto found = m_body->watched.find(server);
    return found == m_body->watched.end() ? std::nullopt
                                          : found->second.newest->point(metric, label);
}

Sampler* Monitor::sampler(const QString& server) const
{
    if (m_body->waiting.removeOne(server)) {
        m_body->add(server);
    }
    const auto found = m_body->watched.find(server);
    return found == m_body->watched.end() ? nullptr : found->second.sampler.get();
}

QString Monitor::storeProblem() const
{
    return m_body->problem;
}

}  // namespace analemma::monitor
