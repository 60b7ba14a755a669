#include "core/monitor/checks.h"

#include "core/monitor/src/checkrules.h"
#include "core/monitor/src/checkschedule.h"

#include <QPointer>
#include <QTimer>

#include <algorithm>
#include <cmath>
#include <map>
#include <mutex>

using namespace Qt::StringLiterals;

namespace analemma::monitor {
namespace {

constexpr qint64 longestSleep = 60'000;
/// In the schedule the balancer of an environment stands under this and its name; a check's name
/// has no '/'.
constexpr QLatin1StringView balancerPrefix("balancer/");

/// What became of the last batch; any thread.
class KeptOutcome {
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

/// One connection for each server, made anew when it is lost.
class SessionShelf {
public:
    std::map<QString, std::shared_ptr<ssh::Session>> sessions;
};

Task<Result<std::shared_ptr<ssh::Session>>> shelved(std::shared_ptr<SessionShelf> shelf,
                                                    CheckTools::Connect connect, QString server,
                                                    CancelToken cancel)
{
    const auto found = shelf->sessions.find(server);
    if (found != shelf->sessions.end() && found->second->isConnected()) {
        co_return std::shared_ptr(found->second);  // a copy: co_return empties what it is given
    }
    shelf->sessions.erase(server);
    auto connecting = connect(server, std::move(cancel));
    Result<std::shared_ptr<ssh::Session>> session = co_await std::move(connecting);
    if (session) {
        shelf->sessions[server] = *session;
    }
    co_return session;
}

Task<Result<BalancerCounters>> readCounters(std::shared_ptr<BalancerSource> source,
                                            QString environment, CancelToken cancel)
{
    auto reading = source->read(std::move(environment), std::move(cancel));
    Result<BalancerCounters> counters = co_await std::move(reading);
    co_return counters;
}

double tidy(double value)
{
    return std::round(value * 100) / 100;
}

struct WatchedCheck {
    workspace::ServiceCheck check;
    CheckStanding standing;
    LatencyWindow window;
    QString reason;
    std::optional<CheckResult> last;
    std::shared_ptr<CheckMemory> memory = std::make_shared<CheckMemory>();
    CancelToken cancel;
};

struct WatchedBalancer {
    CheckStanding standing;
    BalancerView view;
    std::optional<BalancerCounters> before;
    qint64 readAt = 0;  ///< of the schedule's clock
    CancelToken cancel;
};

const TrafficCounters* sameCounters(const std::optional<BalancerCounters>& before,
                                    const TrafficCounters& now)
{
    if (!before) {
        return nullptr;
    }
    if (now.pool.isEmpty()) {
        return &before->all;
    }
    for (const TrafficCounters& part : before->parts) {
        if (part.pool == now.pool && part.member == now.member) {
            return &part;
        }
    }
    return nullptr;
}

}  // namespace

QString toString(CheckState state)
{
    switch (state) {
        case CheckState::Unknown:
            return u"unknown"_s;
        case CheckState::Up:
            return u"up"_s;
        case CheckState::Down:
            return u"down"_s;
    }
    return {};
}

struct Checks::Body {
    Checks* owner = nullptr;
    CheckTools tools;
    std::shared_ptr<BalancerSource> source;
    SeriesStore* store = nullptr;
    CheckOptions options;
    SystemClock systemClock;
    QTimer timer;
    CheckSchedule schedule;
    std::shared_ptr<SessionShelf> shelf = std::make_shared<SessionShelf>();
    std::shared_ptr<KeptOutcome> outcome = std::make_shared<KeptOutcome>();
    std::map<QString, WatchedCheck> checks;
    std::map<QString, WatchedBalancer> balancers;
    std::map<SeriesName, SeriesId> series;

    [[nodiscard]] const Clock& clock() const
    {
        return options.clock != nullptr ? *options.clock : systemClock;
    }
    [[nodiscard]] qint64 now() const { return clock().sinceBoot().count(); }

    void turn();
    void begin(const QString& name);
    void beginBalancer(const QString& key);
    void take(const QString& name, const CheckResult& result);
    void takeBalancer(const QString& environment, const Result<BalancerCounters>& counters);
    void takeRates(WatchedBalancer* one, const BalancerCounters& counters);
    void keep(const CheckResult& result, const QString& name);
    void keep(const BalancerView& view);
    void put(std::vector<Measured>* batch, const SeriesName& name, qint64 time, double value);
    void send(std::vector<Measured> batch);
};

/// Starts what is due and sleeps until the next is.
void Checks::Body::turn()
{
    const QStringList names = schedule.start(now(), options.atOnce - schedule.running());
    for (const QString& name : names) {
        if (name.startsWith(balancerPrefix)) {
            beginBalancer(name);
        } else {
            begin(name);
        }
    }
    if (const std::optional<qint64> next = schedule.next()) {
        timer.start(milliseconds(std::clamp<qint64>(*next - now(), 1, longestSleep)));
    } else {
        timer.stop();
    }
}

void Checks::Body::begin(const QString& name)
{
    WatchedCheck& one = checks.at(name);
    const CancelToken cancel = one.cancel;
    then(runCheck(tools, one.check, one.memory, cancel), owner,
         [this, name, cancel](const Result<CheckResult>& result) {
             if (cancel.isCancelled()) {
                 return;  // it was taken off, or replaced
             }
             schedule.done(name);
             if (result) {
                 take(name, *result);
             }
             turn();
         });
}

void Checks::Body::beginBalancer(const QString& key)
{
    const QString environment = key.mid(balancerPrefix.size());
    WatchedBalancer& one = balancers.at(environment);
    const CancelToken cancel = one.cancel;
    then(readCounters(source, environment, cancel), owner,
         [this, key, environment, cancel](const Result<BalancerCounters>& counters) {
             if (cancel.isCancelled()) {
                 return;
             }
             schedule.done(key);
             takeBalancer(environment, counters);
             turn();
         });
}

void Checks::Body::take(const QString& name, const CheckResult& result)
{
    WatchedCheck& one = checks.at(name);
    const CheckState before = one.standing.state;
    one.standing = judged(one.standing, result.ok, one.check.rise, one.check.fall, clock().now());
    one.last = result;
    if (!result.ok) {
        one.reason = result.reason;
    } else if (one.standing.state == CheckState::Up) {
        one.reason.clear();
    }
    const std::optional<double> latency = result.latencyMilliseconds();
    const bool hasLatency = one.check.kind == workspace::CheckKind::Http ||
                            one.check.kind == workspace::CheckKind::Tcp ||
                            one.check.kind == workspace::CheckKind::Dns;
    if (hasLatency) {
        one.window.add(now(), result.ok ? latency : std::nullopt);
    }
    keep(result, name);
    const bool changed = one.standing.state != before;
    const QPointer<Checks> alive(owner);
    Q_EMIT owner->looked(name);
    if (changed && alive) {
        Q_EMIT owner->stateChanged(name);
    }
}

void Checks::Body::takeRates(WatchedBalancer* one, const BalancerCounters& counters)
{
    const qint64 time = now();
    const milliseconds interval(one->before ? time - one->readAt : 0);
    one->view.all = trafficRates(sameCounters(one->before, counters.all), counters.all, interval);
    one->view.parts.clear();
    for (const TrafficCounters& part : counters.parts) {
        if (part.pool == counters.active) {
            one->view.parts += trafficRates(sameCounters(one->before, part), part, interval);
        }
    }
    one->view.active = counters.active;
    one->view.time = clock().now();
    one->before = counters;
    one->readAt = time;
    keep(one->view);
}

void Checks::Body::takeBalancer(const QString& environment,
                                const Result<BalancerCounters>& counters)
{
    WatchedBalancer& one = balancers.at(environment);
    const CheckState before = one.standing.state;
    const QString problem = counters ? balancerProblem(*counters) : counters.error().message;
    if (counters && counters->state == u"none") {
        one.standing = CheckStanding{CheckState::Unknown, one.standing.since, 0, 0};
    } else {
        one.standing = judged(one.standing, problem.isEmpty(), 1, 2, clock().now());
    }
    one.view.environment = environment;
    one.view.state = one.standing.state;
    one.view.since = one.standing.since;
    one.view.reason = problem;
    if (counters && counters->state == u"running") {
        takeRates(&one, *counters);
    } else {
        one.before.reset();
        one.view.all = {};
        one.view.parts.clear();
    }
    const bool changed = one.standing.state != before;
    const QPointer<Checks> alive(owner);
    Q_EMIT owner->balancerRead(environment);
    if (changed && alive) {
        Q_EMIT owner->balancerStateChanged(environment);
    }
}

void Checks::Body::put(std::vector<Measured>* batch, const SeriesName& name, qint64 time,
                       double value)
{
    auto known = series.find(name);
    if (known == series.end()) {
        const SeriesId id = store->series(name);
        if (id == SeriesId::None) {
            return;
        }
        known = series.emplace(name, id).first;
    }
    batch->push_back({known->second, time, tidy(value)});
}

void Checks::Body::send(std::vector<Measured> batch)
{
    store->append(std::move(batch), [outcome = outcome](const Result<Appended>& kept) {
        outcome->tell(kept ? QString() : kept.error().message);
    });
}

void Checks::Body::keep(const CheckResult& result, const QString& name)
{
    if (store == nullptr) {
        return;
    }
    const qint64 time = result.time.toMSecsSinceEpoch();
    std::vector<Measured> batch;
    const auto add = [&](const QString& metric, double value) {
        put(&batch, {name, metric, {}}, time, value);
    };
    const auto addTime = [&](const QString& metric, std::chrono::microseconds value) {
        add(metric, double(value.count()) / 1000);
    };
    add(u"check.ok"_s, result.ok ? 1 : 0);
    if (result.timing) {
        addTime(u"check.latency"_s, result.timing->total);
        addTime(u"check.lookup"_s, result.timing->lookup);
        addTime(u"check.connect"_s, result.timing->connect);
        if (checks.at(name).check.kind == workspace::CheckKind::Http) {
            addTime(u"check.tls"_s, result.timing->tls);
            addTime(u"check.wait"_s, result.timing->wait);
        }
    }
    if (result.certificateDays) {
        add(u"check.certificate_days"_s, *result.certificateDays);
    }
    if (result.count && checks.at(name).check.kind == workspace::CheckKind::Log) {
        add(u"check.lines"_s, double(*result.count));
    }
    send(std::move(batch));
}

void Checks::Body::keep(const BalancerView& view)
{
    if (store == nullptr) {
        return;
    }
    const qint64 time = view.time.toMSecsSinceEpoch();
    std::vector<Measured> batch;
    const auto add = [&](const TrafficRates& rates, const QString& labels) {
        const auto one = [&](const QString& metric, double value) {
            put(&batch, {view.environment, metric, labels}, time, value);
        };
        if (rates.requests && rates.errors) {
            one(u"balancer.requests"_s, *rates.requests);
            one(u"balancer.errors"_s, *rates.errors);
        }
        one(u"balancer.queue"_s, rates.queue);
        one(u"balancer.sessions"_s, rates.sessions);
        one(u"balancer.response"_s, rates.response);
    };
    add(view.all, {});
    int members = 0;
    int healthy = 0;
    for (const TrafficRates& part : view.parts) {
        add(part, part.member.isEmpty() ? u"pool="_s + part.pool : u"member="_s + part.member);
        members += part.member.isEmpty() ? 0 : 1;
        healthy += !part.member.isEmpty() && part.healthy ? 1 : 0;
    }
    if (members > 0) {
        put(&batch, {view.environment, u"balancer.members"_s, {}}, time, members);
        put(&batch, {view.environment, u"balancer.healthy"_s, {}}, time, healthy);
    }
    send(std::move(batch));
}

// ---- the face -----------------------------------------------------------------------------------

Checks::Checks(CheckTools tools, std::shared_ptr<BalancerSource> balancers, SeriesStore* store,
               CheckOptions options, QObject* parent)
    : QObject(parent), m_body(std::make_unique<Body>())
{
    m_body->owner = this;
    m_body->tools.http = std::move(tools.http);
    if (tools.connect) {
        m_body->tools.connect = [shelf = m_body->shelf, connect = std::move(tools.connect)](
                                    QString server, CancelToken cancel) {
            return shelved(shelf, connect, std::move(server), std::move(cancel));
        };
    }
    m_body->source = std::move(balancers);
    m_body->store = store;
    m_body->options = options;
    m_body->timer.setSingleShot(true);
    connect(&m_body->timer, &QTimer::timeout, this, [this] { m_body->turn(); });
}

Checks::~Checks()
{
    for (const auto& [name, one] : m_body->checks) {
        one.cancel.cancel();
    }
    for (const auto& [name, one] : m_body->balancers) {
        one.cancel.cancel();
    }
}

void Checks::watch(const QList<workspace::ServiceCheck>& checks, const QStringList& environments)
{
    Body& body = *m_body;
    const auto wanted = [&checks](const workspace::ServiceCheck& check) {
        return checks.contains(check);
    };
    std::erase_if(body.checks, [&](const auto& entry) {
        if (wanted(entry.second.check)) {
            return false;
        }
        entry.second.cancel.cancel();
        body.schedule.remove(entry.first);
        return true;
    });
    std::erase_if(body.balancers, [&](const auto& entry) {
        if (environments.contains(entry.first)) {
            return false;
        }
        entry.second.cancel.cancel();
        body.schedule.remove(balancerPrefix + entry.first);
        return true;
    });
    std::erase_if(body.shelf->sessions, [&checks](const auto& entry) {
        return std::none_of(checks.begin(), checks.end(),
                            [&entry](const auto& check) { return check.server == entry.first; });
    });
    const qint64 now = body.now();
    for (const workspace::ServiceCheck& check : checks) {
        body.checks[check.name].check = check;
        body.schedule.add(check.name, check.every, now);
    }
    for (const QString& environment : environments) {
        if (body.source) {
            body.balancers[environment].view.environment = environment;
            body.schedule.add(balancerPrefix + environment, body.options.balancerEvery, now);
        }
    }
    body.turn();
}

void Checks::look(const QString& name)
{
    m_body->schedule.ask(name, m_body->now());
    m_body->turn();
}

QStringList Checks::names() const
{
    QStringList names;
    for (const auto& [name, one] : m_body->checks) {
        names += name;
    }
    return names;
}

QStringList Checks::environments() const
{
    QStringList names;
    for (const auto& [name, one] : m_body->balancers) {
        names += name;
    }
    return names;
}

CheckView Checks::view(const QString& name) const
{
    CheckView view;
    const auto found = m_body->checks.find(name);
    if (found == m_body->checks.end()) {
        view.check.name = name;
        return view;
    }
    const WatchedCheck& one = found->second;
    view.check = one.check;
    view.state = one.standing.state;
    view.since = one.standing.since;
    view.reason = one.reason;
    view.last = one.last;
    view.running = m_body->schedule.isRunning(name);
    view.late = m_body->schedule.late(name);
    view.apdex = one.window.apdex(double(one.check.apdex.count()));
    view.p50 = one.window.percentile(0.5);
    view.p95 = one.window.percentile(0.95);
    view.p99 = one.window.percentile(0.99);
    view.looks = one.window.looks();
    return view;
}

BalancerView Checks::balancer(const QString& environment) const
{
    const auto found = m_body->balancers.find(environment);
    BalancerView none;
    none.environment = environment;
    return found == m_body->balancers.end() ? none : found->second.view;
}

QString Checks::storeProblem() const
{
    return m_body->outcome->get();
}

}  // namespace analemma::monitor
