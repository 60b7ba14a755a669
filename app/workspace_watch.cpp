#include "app/workspace_watch.h"

#include "app/alerting.h"
#include "app/balancers.h"
#include "app/prometheus.h"
#include "core/base/log.h"
#include "core/base/text.h"
#include "core/monitor/alerting.h"

#include <QFileInfo>

using namespace Qt::StringLiterals;

namespace analemma::app {
namespace {

constexpr int kFileSettles = 200;  // milliseconds after its last change

/// "a, b and c".
QString listed(const QStringList& words)
{
    if (words.size() < 2) {
        return words.join(QString());
    }
    return words.first(words.size() - 1).join(u", "_s) + u" and "_s + words.last();
}

}  // namespace

QString Renewal::text() const
{
    QStringList now;
    for (const auto& [holds, name] :
         {std::pair(servers, "servers"), std::pair(checks, "checks"), std::pair(alerts, "alerts"),
          std::pair(prometheus, "prometheus")}) {
        if (holds) {
            now.append(QString::fromLatin1(name));
        }
    }
    QStringList parts;
    if (!now.isEmpty()) {
        parts.append(u"%1: as the file says, from now on"_s.arg(listed(now)));
    }
    if (!later.isEmpty()) {
        parts.append(u"%1: after the next start"_s.arg(listed(later)));
    }
    return parts.join(u"; "_s);
}

Renewal renewalOf(const workspace::Workspace& before, const workspace::Workspace& after)
{
    Renewal renewal;
    renewal.servers = before.servers != after.servers;
    renewal.checks = before.checks != after.checks;
    renewal.alerts = before.alerts != after.alerts || before.channels != after.channels ||
                     before.maintenance != after.maintenance;
    renewal.prometheus = before.prometheus != after.prometheus;
    if (before.providers != after.providers) {
        renewal.later.append(u"providers"_s);
    }
    if (before.pipelines != after.pipelines) {
        renewal.later.append(u"pipelines"_s);
    }
    if (before.images != after.images) {
        renewal.later.append(u"images"_s);
    }
    if (before.environments != after.environments ||
        before.environmentOrder != after.environmentOrder) {
        renewal.later.append(u"environments"_s);
    }
    return renewal;
}

Renewal renew(Services* services, const workspace::Workspace& after)
{
    workspace::Workspace& ws = services->workspace;
    const Renewal renewal = renewalOf(ws, after);
    if (renewal.servers) {
        ws.servers = after.servers;
        services->hosts->setServers(after.servers);
    }
    if (renewal.checks) {
        ws.checks = after.checks;
        if (services->checks) {
            services->checks->watch(ws.checks.values(), balancedEnvironments(ws));
        }
        if (services->alertSubjects) {
            services->alertSubjects->setChecks(ws.checks.values());
        }
    }
    if (renewal.alerts) {
        ws.alerts = after.alerts;
        ws.channels = after.channels;
        ws.maintenance = after.maintenance;
        if (services->alerts) {
            services->setAlertRules();
        }
    }
    if (renewal.prometheus) {
        ws.prometheus = after.prometheus;
        services->prometheus.reset();
        services->openPrometheusLink();
    }
    return renewal;
}

WorkspaceWatch::WorkspaceWatch(workspace::Workspace known, QObject* parent)
    : QObject(parent), m_known(std::move(known))
{
    m_soon.setSingleShot(true);
    m_soon.setInterval(kFileSettles);
    connect(&m_soon, &QTimer::timeout, this, &WorkspaceWatch::look);
    const auto soon = [this] {
        follow();
        m_soon.start();
    };
    connect(&m_watcher, &QFileSystemWatcher::fileChanged, this, soon);
    connect(&m_watcher, &QFileSystemWatcher::directoryChanged, this, soon);
    follow();
    m_soon.start();  // it may have been written since it was read
}

WorkspaceWatch::~WorkspaceWatch() = default;

/// The folder tells that the file was replaced, as editors do; the file, that it was written into.
void WorkspaceWatch::follow()
{
    for (const QString& path : {m_known.folder, m_known.file}) {
        const bool watched =
            m_watcher.files().contains(path) || m_watcher.directories().contains(path);
        if (!watched && QFileInfo::exists(path)) {
            m_watcher.addPath(path);
        }
    }
}

void WorkspaceWatch::look()
{
    if (std::exchange(m_reading, true)) {
        m_again = true;
        return;
    }
    std::function<Result<workspace::Workspace>()> work = [file = m_known.file] {
        return workspace::load(file);
    };
    then(onWorker<workspace::Workspace>(std::move(work)), this,
         [this](const Result<workspace::Workspace>& read) {
             m_reading = false;
             follow();
             take(read);
             if (std::exchange(m_again, false)) {
                 m_soon.start();
             }
         });
}

void WorkspaceWatch::take(const Result<workspace::Workspace>& read)
{
    const QString problem = read ? QString() : displayText(read.error().message, 1000);
    if (std::exchange(m_problem, problem) != problem) {
        Q_EMIT problemChanged();
    }
    if (!read) {
        return;
    }
    const bool same =
        renewalOf(m_known, *read).isEmpty() && m_known.repositories == read->repositories;
    const workspace::Workspace before = std::exchange(m_known, *read);
    if (!same) {
        logLine(LogLevel::Info, "app", u"the workspace file was read again"_s);
        Q_EMIT changed(before, m_known);
    }
}

}  // namespace analemma::app
