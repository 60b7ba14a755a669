#include "app/alerting.h"

#include "app/services.h"
#include "core/base/log.h"
#include "core/base/text.h"
#include "core/monitor/alerting.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace analemma::app {
namespace {

constexpr milliseconds subjectsEvery{30'000};
constexpr int changesSearched = 50;

/// When users got it: the balancer moved, also while the operation still watches.
QDateTime switchOf(const engine::Operation& operation)
{
    for (const engine::ActionView& action : operation.actions) {
        if (action.key == "switch"_L1 && action.state == "ok"_L1) {
            return action.finished;
        }
    }
    return operation.isFinished() && operation.outcome == engine::Outcome::Ok ? operation.finished
                                                                              : QDateTime();
}

/// "shop 1.4.2" of "1.4.2" or "shop/1.4.2".
QString releaseText(const QString& release, const QString& repository)
{
    const QString version = release.section(u'/', -1);
    const QString name = release.contains(u'/') ? release.section(u'/', 0, 0) : repository;
    return displayText(name.isEmpty() ? version : name + u' ' + version, 120);
}

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

std::optional<monitor::LastChange> lastChangeIn(const QList<engine::Operation>& operations,
                                                const QString& environment,
                                                const QString& repository, qint64 before)
{
    std::optional<monitor::LastChange> newest;
    for (const engine::Operation& one : operations) {
        const bool back = one.kind == "rollback"_L1 || one.wanted[u"rollback"_s].toBool();
        const QDateTime live = switchOf(one);
        if ((one.kind != "deploy"_L1 && one.kind != "rollback"_L1) || !live.isValid()) {
            continue;
        }
        const qint64 time = live.toMSecsSinceEpoch();
        if (time > before || (newest && newest->time >= time)) {
            continue;
        }
        monitor::LastChange change;
        change.environment = environment;
        change.operation = one.id;
        change.release = one.wanted[u"release"_s].toString();
        const QString release = releaseText(change.release, repository);
        change.what = back ? u"%1 was rolled back to %2"_s.arg(environment, release)
                           : u"%1 went live"_s.arg(release);
        change.time = time;
        newest = change;
    }
    return newest;
}

Task<Result<std::optional<monitor::LastChange>>> lastChange(engine::Engine* engine,
                                                            deploy::Deployments* deployments,
                                                            QString environment, QString repository,
                                                            qint64 before)
{
    auto reading = engine->operations(u"environment/"_s + environment, changesSearched);
    const Result<QList<engine::Operation>> operations = co_await std::move(reading);
    if (!operations) {
        co_return operations.error();
    }
    std::optional<monitor::LastChange> change =
        lastChangeIn(*operations, environment, repository, before);
    if (change) {
        auto asking = deployments->rollbackTarget(environment);
        const Result<deploy::RollbackTarget> target = co_await std::move(asking);
        if (target && target->possible) {
            change->backTo = releaseText(target->generation.release, repository);
            change->backIn = target->usual.value_or(milliseconds(0));
        }
    }
    co_return change;
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
    sources.lastChange = [this](QString, QString environment, qint64 before) {
        const workspace::Environment spec = workspace.environments.value(environment);
        return lastChange(engine.get(), deployments.get(), environment,
                          workspace.images.value(spec.image).repository, before);
    };
    alerts = std::make_unique<monitor::Alerts>(std::move(sources));
    notifier->setChannels(monitor::alertChannels(workspace));
    alerts->setChannels(notifier->channelNames());
    alerts->setRules(monitor::alertRules(workspace));
    alerts->setMaintenance(monitor::maintenanceWindows(workspace));
    QObject::connect(alerts.get(), &monitor::Alerts::noticed, notifier.get(),
                     &monitor::Notifier::deliver);
}

Task<Result<void>> Services::startAlerts(Services* services)
{
    services->alertSubjects->start();
    return startAll(services);
}

}  // namespace analemma::app
