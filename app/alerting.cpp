#include "app/alerting.h"

#include "app/services.h"
#include "core/base/log.h"
#include "core/base/text.h"
#include "core/monitor/alerting.h"

#include <QSet>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace analemma::app {
namespace {

constexpr milliseconds subjectsEvery{30'000};
constexpr int changesSearched = 50;
constexpr int operationsSearched = 200;
constexpr int configsKept = 50;
constexpr qsizetype configsCompared = 5;
constexpr int incidentsTold = 2'000;

Task<Result<void>> startAll(Services* services)
{
    auto asking = services->alertSubjects->ask();
    const Result<void> asked = co_await std::move(asking);
    if (!asked) {
        logLine(LogLevel::Warning, "alerts", asked.error().message);
    }
    auto resuming = services->notifier->resume();
    const Result<void> resumed = co_await std::move(resuming);
    auto loading = services->alerts->load();
    const Result<void> loaded = co_await std::move(loading);
    services->alerts->start();
    co_return loaded ? resumed : loaded;
}

}  // namespace

namespace {

/// Of the newest that were committed before a time, with the environments they changed.
Task<Result<QList<lifecycle::ConfigChange>>> committedConfigs(
    std::shared_ptr<lifecycle::ConfigHistory> history, QDateTime now, qint64 before)
{
    QList<lifecycle::ConfigChange> told;
    auto reading = history->changes(now);
    const Result<QList<lifecycle::ConfigChange>> all = co_await std::move(reading);
    for (const lifecycle::ConfigChange& one : all.valueOr({})) {
        if (one.time.toMSecsSinceEpoch() > before || told.size() >= configsCompared) {
            continue;
        }
        auto comparing = history->compared(one);
        const Result<lifecycle::ConfigChange> compared = co_await std::move(comparing);
        told.append(compared.valueOr(one));
    }
    co_return told;
}

/// Of the environment, and the newest of all others; each once.
Task<Result<QList<engine::Operation>>> operationsAround(engine::Engine* engine, QString environment)
{
    auto reading = engine->operations(u"environment/"_s + environment, changesSearched);
    Result<QList<engine::Operation>> operations = co_await std::move(reading);
    if (!operations) {
        co_return operations;
    }
    auto others = engine->operations({}, operationsSearched);
    const Result<QList<engine::Operation>> all = co_await std::move(others);
    if (!all) {
        co_return all;
    }
    QSet<QString> known;
    for (const engine::Operation& one : std::as_const(*operations)) {
        known.insert(one.id);
    }
    for (const engine::Operation& one : *all) {
        if (!known.contains(one.id)) {
            operations->append(one);
        }
    }
    co_return operations;
}

}  // namespace

Task<Result<std::optional<monitor::LastChange>>> lastChange(LastChangeSources sources,
                                                            QString environment, QString repository,
                                                            qint64 before)
{
    lifecycle::LastChangeFacts facts;
    facts.environment = environment;
    facts.repository = repository;
    auto reading = operationsAround(sources.engine, environment);
    const Result<QList<engine::Operation>> operations = co_await std::move(reading);
    if (!operations) {
        co_return operations.error();
    }
    facts.operations = *operations;
    auto keeping = lifecycle::keptConfigChanges(sources.store, configsKept);
    const Result<QList<lifecycle::ConfigChange>> kept = co_await std::move(keeping);
    facts.configs = kept.valueOr({});
    if (sources.configs) {
        auto committed = committedConfigs(sources.configs, sources.now, before);
        const Result<QList<lifecycle::ConfigChange>> configs = co_await std::move(committed);
        facts.configs += configs.valueOr({});
    }
    std::optional<monitor::LastChange> change = lifecycle::lastChangeIn(facts, before);
    if (change && change->canGoBack()) {
        auto asking = sources.deployments->rollbackTarget(environment);
        const Result<deploy::RollbackTarget> target = co_await std::move(asking);
        if (target && target->possible) {
            change->backTo = lifecycle::releaseText(target->generation.release, repository);
            change->backIn = target->usual.value_or(milliseconds(0));
        }
    }
    co_return change;
}

Task<Result<QList<lifecycle::Incident>>> reportIncidents(Services* services)
{
    monitor::Incidents kept(services->store.get(), &services->clock);
    auto listing = kept.list(incidentsTold);
    const Result<QList<monitor::Incident>> list = co_await std::move(listing);
    if (!list) {
        co_return list.error().in(u"incidents"_s);
    }
    co_return lifecycle::incidentsOf(*list);
}

struct AlertSubjects::Known {
    QStringList environments;
    QList<workspace::ServiceCheck> checks;
    operate::Hosts* hosts = nullptr;
    std::function<QStringList()> watched;
    QList<operate::Host> list;
    bool asked = false;
    bool asking = false;
};

AlertSubjects::AlertSubjects(const workspace::Workspace& workspace, operate::Hosts* hosts,
                             std::function<QStringList()> watched)
    : m_known(std::make_shared<Known>())
{
    m_known->environments = workspace.environments.keys();
    m_known->checks = workspace.checks.values();
    m_known->hosts = hosts;
    m_known->watched = std::move(watched);
    connect(&m_timer, &QTimer::timeout, this, [this] { m_scope.run(ask(m_known)); });
}

QList<monitor::AlertSubject> AlertSubjects::list() const
{
    QList<monitor::AlertSubject> subjects;
    if (!m_known->asked) {
        return subjects;
    }
    const QStringList watched = m_known->watched ? m_known->watched() : QStringList();
    for (const operate::Host& host : std::as_const(m_known->list)) {
        subjects.append({host.name, host.environment, host.tags, watched.contains(host.name)});
    }
    for (const QString& environment : std::as_const(m_known->environments)) {
        subjects.append({environment, environment, {}, false});
    }
    for (const workspace::ServiceCheck& check : std::as_const(m_known->checks)) {
        subjects.append({check.name, check.environment, {}, false});
    }
    return subjects;
}

Task<Result<void>> AlertSubjects::ask(std::shared_ptr<Known> known)
{
    if (known->asking) {
        co_return Result<void>();
    }
    known->asking = true;
    auto listing = known->hosts->list();
    const Result<operate::HostList> list = co_await std::move(listing);
    known->asking = false;
    if (!list) {
        co_return list.error();
    }
    if (list->problems.isEmpty()) {
        known->list = list->hosts;
    } else {
        // What a provider cannot tell now is not gone.
        for (const operate::Host& host : list->hosts) {
            known->list.removeIf(
                [&host](const operate::Host& one) { return one.name == host.name; });
            known->list.append(host);
        }
    }
    known->asked = true;
    co_return Result<void>();
}

Task<Result<void>> AlertSubjects::ask()
{
    return ask(m_known);
}

void AlertSubjects::setChecks(const QList<workspace::ServiceCheck>& checks)
{
    m_known->checks = checks;
}

void AlertSubjects::start()
{
    m_timer.start(subjectsEvery);
}

void AlertSubjects::stop()
{
    m_timer.stop();
}

/// All but `http` and `series` are there already.
void Services::openAlerts()
{
    alertSubjects = std::make_unique<AlertSubjects>(
        workspace, hosts.get(), [this] { return monitor ? monitor->servers() : QStringList(); });
    incidents = std::make_unique<monitor::Incidents>(store.get(), &clock);
    notifier = std::make_unique<monitor::Notifier>(store.get(), secrets.get(), http.get(), &clock);
    monitor::AlertSources sources;
    sources.store = store.get();
    sources.series = series.get();
    sources.clock = &clock;
    sources.subjects = [this] { return alertSubjects->list(); };
    const auto configs = std::make_shared<lifecycle::ConfigHistory>(workspace.file);
    sources.lastChange = [this, configs](QString, QString environment, qint64 before) {
        const workspace::Environment spec = workspace.environments.value(environment);
        LastChangeSources asked;
        asked.engine = engine.get();
        asked.deployments = deployments.get();
        asked.store = store.get();
        asked.configs = configs;
        asked.now = clock.now();
        return lastChange(std::move(asked), environment,
                          workspace.images.value(spec.image).repository, before);
    };
    alerts = std::make_unique<monitor::Alerts>(std::move(sources));
    setAlertRules();
    QObject::connect(alerts.get(), &monitor::Alerts::noticed, notifier.get(),
                     &monitor::Notifier::deliver);
    lifecycle->showAlerts(alerts.get());
}

void Services::setAlertRules()
{
    notifier->setChannels(monitor::alertChannels(workspace));
    alerts->setChannels(notifier->channelNames());
    const QList<monitor::AlertRule> rules = monitor::alertRules(workspace);
    if (alerts->rules() != rules) {
        alerts->setRules(rules);
    }
    alerts->setMaintenance(monitor::maintenanceWindows(workspace));
}

Task<Result<void>> Services::startAlerts(Services* services)
{
    services->alertSubjects->start();
    return startAll(services);
}

}  // namespace analemma::app
