#pragma once

#include "core/deploy/deploy.h"
#include "core/http/http.h"
#include "core/lifecycle/lifecycle.h"
#include "core/monitor/checks.h"
#include "core/monitor/incidents.h"
#include "core/monitor/monitor.h"
#include "core/monitor/notify.h"
#include "core/operate/hosts.h"
#include "core/operate/rotation.h"
#include "core/operate/runbooks.h"
#include "core/operate/snippets.h"
#include "core/operate/transferstore.h"

#include <map>

/// The object graph of a program on one workspace: the one place where it is built.
namespace analemma::app {

/// Counts the use of the C libraries: make one in main(), before threads, and keep it until the
/// end.
struct Libraries {
    git::Library git;
    ssh::Library ssh;
};

/// Secrets of this machine: the environment variable ANALEMMA_SECRET_<NAME> (upper case, '_' for
/// what is no letter or digit), else the file <folder>/<name>, which must be readable by its owner
/// alone.
class LocalSecrets : public store::SecretSource {
public:
    explicit LocalSecrets(QString folder) : m_folder(std::move(folder)) {}
    Task<Result<Secret>> secret(QString name) override;
    /// All there are, whoever may read them, to be masked where something is shown. Blocks: for
    /// workers. Invalid: more than can be masked; Io.
    [[nodiscard]] Result<QList<Secret>> all() const;
    static QString variableOf(const QString& name);

private:
    QString m_folder;
};

/// Opens each repository of the workspace once and hands it to all who ask.
class RepositoryCache {
public:
    explicit RepositoryCache(workspace::Workspace workspace);
    using Pointer = std::shared_ptr<git::Repository>;
    [[nodiscard]] std::function<Task<Result<Pointer>>(QString name)> opener() const;
    using Edit = std::function<Result<QByteArray>(const QByteArray& before)>;
    /// workspace::edit() on a worker; what the file says afterwards is what is opened from then on.
    [[nodiscard]] std::function<Task<Result<workspace::Workspace>>(Edit)> editor() const;

private:
    struct Body;
    std::shared_ptr<Body> m_body;
};

class AlertSubjects;   // app/alerting.h
class PrometheusLink;  // app/prometheus.h

/// Everything a program needs of one workspace. Main thread only. Members die in reverse order.
struct Services {
    /// Reads the workspace file and opens its state. Blocks some milliseconds, at start. Errors:
    /// those of workspace::load() and store::Store::open(). `program` is shown to a second
    /// operator.
    static Result<std::unique_ptr<Services>> open(const QString& workspaceFile,
                                                  const QString& program);
    /// Stops driving operations and watching, and lets what is under way come to its end, so that
    /// the services may die, and lets them die; what does not end in time keeps them until drain().
    static Task<Result<void>> close(std::unique_ptr<Services> services);

    /// Makes `series`, `monitor` and `checks`; nothing is watched yet. Blocks some milliseconds.
    /// Errors: those of SeriesStore::open(); then they stay null.
    Result<void> openMonitor();

    /// Makes `alerts`, `incidents` and `notifier`, with `series` where that is open. Nothing is
    /// read or watched yet.
    void openAlerts();
    /// Rules, channels and maintenance windows as `workspace` says them now.
    void setAlertRules();
    /// Makes `prometheus`, where `workspace` names one and `series` is open.
    void openPrometheusLink();
    /// Reads what is kept of alerts, then evaluates and tells them. The services outlive it.
    static Task<Result<void>> startAlerts(Services* services);

    [[nodiscard]] infra::Provider* provider(const QString& name) const;

    Services();
    ~Services();

    workspace::Workspace workspace;
    SystemClock clock;
    std::shared_ptr<http::Client> http;
    std::unique_ptr<store::Store> store;
    std::unique_ptr<ssh::Client> ssh;
    std::unique_ptr<RepositoryCache> repositories;
    std::unique_ptr<LocalSecrets> secrets;
    std::map<QString, std::unique_ptr<infra::Provider>>
        providers;  ///< by name in the workspace file
    std::unique_ptr<engine::Engine> engine;
    std::unique_ptr<pipeline::Pipelines> pipelines;
    std::unique_ptr<release::Releases> releases;
    std::unique_ptr<deploy::Deployments> deployments;
    std::unique_ptr<operate::Hosts> hosts;
    std::unique_ptr<operate::Fleet> fleet;
    std::unique_ptr<operate::Runbooks> runbooks;
    std::unique_ptr<lifecycle::Lifecycle> lifecycle;
    std::unique_ptr<operate::Snippets> snippets;
    std::unique_ptr<operate::TransferStore> transfers;
    std::unique_ptr<monitor::SeriesStore> series;
    std::unique_ptr<monitor::Monitor> monitor;
    std::unique_ptr<monitor::Checks> checks;
    std::shared_ptr<PrometheusLink> prometheus;  ///< with `series`, where the workspace names one
    std::unique_ptr<AlertSubjects> alertSubjects;
    std::unique_ptr<monitor::Incidents> incidents;
    std::unique_ptr<monitor::Notifier> notifier;
    std::unique_ptr<monitor::Alerts> alerts;
};

/// What a release of a repository can be made of: the newest passed run of `commit`, or, when that
/// is empty, of the newest commit of HEAD that has one. NotFound with a hint.
Task<Result<release::Built>> findBuilt(pipeline::Pipelines* pipelines,
                                       release::Releases::OpenRepository open, QString repository,
                                       QString commit);

/// Who asks, for approvals and journals: "ana@host".
QString actorName();

}  // namespace analemma::app
