#include "app/prometheus.h"

#include "core/base/text.h"

#include <QTimer>

using namespace Qt::StringLiterals;

namespace analemma::app {
namespace {

constexpr int kTargetsPause = 1'000;

Task<Result<Secret>> tokenOf(Services* services)
{
    const QString name = services->workspace.prometheus.token;
    if (name.isEmpty()) {
        co_return Secret();
    }
    auto reading = services->secrets->secret(name);
    const Result<Secret> secret = co_await std::move(reading);
    if (!secret) {
        co_return secret.error().in(u"prometheus.token"_s);
    }
    co_return *secret;
}

Error noneNamed()
{
    return Error(ErrorKind::NotFound, u"this workspace names no Prometheus"_s)
        .withHint(u"Write into analemma.yaml: prometheus: { url: http://HOST:9090 }"_s);
}

monitor::HttpSend sendOf(Services* services)
{
    http::Client* client = services->http.get();
    return [client](http::Request request, CancelToken cancel) {
        return client->send(std::move(request), std::move(cancel));
    };
}

QString releaseOf(const QList<deploy::EnvironmentView>& environments, const operate::Host& host)
{
    for (const deploy::EnvironmentView& one : environments) {
        for (const deploy::Generation& generation : one.generations) {
            if (generation.environment == host.environment &&
                generation.number == host.generation) {
                return generation.release;
            }
        }
    }
    return {};
}

monitor::ScrapeTarget targetOf(const workspace::Workspace& workspace, const operate::Host& host,
                               const QString& release)
{
    monitor::ScrapeTarget target;
    target.address = host.address;
    target.port = workspace.prometheus.exporterPort;
    target.labels = {{u"analemma_server"_s, host.name},
                     {u"workspace"_s, workspace.name},
                     {u"environment"_s, host.environment},
                     {u"release"_s, release}};
    if (host.generation > 0) {
        target.labels.insert(u"generation"_s, QString::number(host.generation));
    }
    if (!host.tags.isEmpty()) {
        // With commas around all, so that one tag is found by ".*,web,.*".
        target.labels.insert(u"tags"_s, u',' + host.tags.join(u',') + u',');
    }
    return target;
}

}  // namespace

Task<Result<std::shared_ptr<monitor::PromClient>>> openPrometheus(Services* services)
{
    const workspace::Prometheus& wanted = services->workspace.prometheus;
    if (wanted.url.isEmpty()) {
        co_return noneNamed();
    }
    monitor::PromOptions options;
    options.url = wanted.url;
    options.alertmanager = wanted.alertmanager;
    options.authority = wanted.authority;
    auto reading = tokenOf(services);
    const Result<Secret> token = co_await std::move(reading);
    if (!token) {
        co_return token.error();
    }
    options.token = *token;
    co_return std::make_shared<monitor::PromClient>(sendOf(services), std::move(options));
}

Task<Result<QList<monitor::ScrapeTarget>>> scrapeTargets(Services* services)
{
    auto listing = services->hosts->list();
    const Result<operate::HostList> list = co_await std::move(listing);
    if (!list) {
        co_return list.error();
    }
    if (!list->problems.isEmpty()) {
        // Half of the servers would look as if the others were gone.
        co_return list->problems.constFirst().told();
    }
    auto asking = services->deployments->environments();
    const Result<QList<deploy::EnvironmentView>> environments = co_await std::move(asking);
    QList<monitor::ScrapeTarget> targets;
    for (const operate::Host& host : list->hosts) {
        const bool rests = host.source == operate::Host::Source::Made && host.state != "running"_L1;
        if (!rests && !host.address.isEmpty()) {
            const QString release = environments ? releaseOf(*environments, host) : QString();
            targets.append(targetOf(services->workspace, host, release));
        }
    }
    co_return targets;
}

Task<Result<monitor::RemoteWriteOptions>> remoteWriteOptions(Services* services)
{
    const workspace::Prometheus& wanted = services->workspace.prometheus;
    if (wanted.url.isEmpty()) {
        co_return noneNamed();
    }
    monitor::RemoteWriteOptions options;
    QString base = wanted.url;
    while (base.endsWith(u'/')) {
        base.chop(1);
    }
    options.url = base + u"/api/v1/write"_s;
    options.authority = wanted.authority;
    options.workspace = services->workspace.name;
    options.positionFile = services->workspace.stateFolder() + u"/remote-write.positions"_s;
    options.since = services->clock.now().toMSecsSinceEpoch() - 15 * 60'000;
    auto reading = tokenOf(services);
    const Result<Secret> token = co_await std::move(reading);
    if (!token) {
        co_return token.error();
    }
    options.token = *token;
    auto listing = services->hosts->list();
    const Result<operate::HostList> list = co_await std::move(listing);
    if (!list) {
        co_return list.error();
    }
    QHash<QString, QString> environments;
    for (const operate::Host& host : list->hosts) {
        environments.insert(host.name, host.environment);
    }
    options.labels = [environments](const QString& subject) {
        return monitor::PromLabels{{u"environment"_s, environments.value(subject)}};
    };
    co_return options;
}

PrometheusLink::PrometheusLink(Services* services)
    : m_services(services), m_environments(std::make_shared<QHash<QString, QString>>())
{
    const workspace::Prometheus& wanted = services->workspace.prometheus;
    if (wanted.targets.isEmpty() && !wanted.remoteWrite) {
        return;
    }
    connect(services->hosts.get(), &operate::Hosts::changed, this, &PrometheusLink::refreshSoon);
    connect(services->deployments.get(), &deploy::Deployments::changed, this,
            &PrometheusLink::refreshSoon);
    refresh();
}

QString PrometheusLink::problem() const
{
    const QString writing = m_writer ? m_writer->status().problem : m_writerProblem;
    return m_targetsProblem.isEmpty() ? writing : m_targetsProblem;
}

monitor::PrometheusState PrometheusLink::state() const
{
    monitor::PrometheusState state;
    state.writes = m_services->workspace.prometheus.remoteWrite;
    state.problem = problem();
    state.since = m_since;
    state.hint = m_writerHint;
    if (m_writer) {
        const monitor::RemoteWriteStatus status = m_writer->status();
        state.hint = status.hint;
        state.reached = status.reached;
        state.refused = status.refused;
        state.upToDate = status.upToDate;
    }
    if (!m_targetsProblem.isEmpty()) {
        state.hint.clear();
    }
    return state;
}

void PrometheusLink::refreshSoon()
{
    if (std::exchange(m_soon, true)) {
        return;
    }
    QTimer::singleShot(kTargetsPause, this, [this] {
        m_soon = false;
        refresh();
    });
}

namespace {

/// The servers as targets; they stand in the file then, when there is to be one.
Task<Result<QList<monitor::ScrapeTarget>>> keepTargets(Services* services)
{
    auto asking = scrapeTargets(services);
    const Result<QList<monitor::ScrapeTarget>> targets = co_await std::move(asking);
    const QString path = services->workspace.prometheus.targets;
    if (!targets || path.isEmpty()) {
        co_return targets;
    }
    std::function<Result<bool>()> work = [path, list = *targets] {
        return monitor::writeFileSd(path, list);
    };
    auto writing = onWorker<bool>(std::move(work));
    const Result<bool> written = co_await std::move(writing);
    if (!written) {
        co_return written.error();
    }
    co_return targets;
}

}  // namespace

void PrometheusLink::refresh()
{
    if (std::exchange(m_reading, true)) {
        refreshSoon();
        return;
    }
    then(keepTargets(m_services), this,
         [this](const Result<QList<monitor::ScrapeTarget>>& targets) {
             m_reading = false;
             if (targets) {
                 for (const monitor::ScrapeTarget& one : *targets) {
                     m_environments->insert(one.labels.value(u"analemma_server"_s),
                                            one.labels.value(u"environment"_s));
                 }
             }
             const QString problem = targets ? QString() : targets.error().message;
             if (std::exchange(m_targetsProblem, problem) != problem) {
                 tell();
             }
             if (!m_writer && m_services->workspace.prometheus.remoteWrite && m_services->series) {
                 startWriter();
             }
         });
}

void PrometheusLink::startWriter()
{
    then(remoteWriteOptions(m_services), this, [this](Result<monitor::RemoteWriteOptions> options) {
        m_writerProblem = options ? QString() : options.error().message;
        m_writerHint = options ? QString() : options.error().hint;
        if (options && !m_writer) {
            options->labels = [known = m_environments](const QString& subject) {
                return monitor::PromLabels{{u"environment"_s, known->value(subject)}};
            };
            m_writer = std::make_unique<monitor::RemoteWriter>(
                sendOf(m_services), m_services->series.get(), std::move(*options));
            connect(m_writer.get(), &monitor::RemoteWriter::changed, this, &PrometheusLink::tell);
            m_writer->start();
        }
        tell();
    });
}

void PrometheusLink::tell()
{
    if (problem().isEmpty()) {
        m_since = {};
    } else if (!m_since.isValid()) {
        m_since = m_services->clock.now();
    }
    Q_EMIT changed();
}

}  // namespace analemma::app
