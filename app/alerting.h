#pragma once

#include "core/deploy/deploy.h"
#include "core/lifecycle/lastchange.h"
#include "core/monitor/alerts.h"
#include "core/operate/hosts.h"

#include <QTimer>

/// What alerts need to know of servers and of the journal.
namespace analemma::app {

struct Services;

/// What lastChange() asks; all outlive it.
struct LastChangeSources {
    engine::Engine* engine = nullptr;
    deploy::Deployments* deployments = nullptr;
    store::Store* store = nullptr;
    std::shared_ptr<lifecycle::ConfigHistory> configs;  ///< may be null
    QDateTime now;
};
/// lifecycle::lastChangeIn() of the journal, of the commits of the workspace file and of what was
/// kept of its changes, with what a roll back would bring now.
Task<Result<std::optional<monitor::LastChange>>> lastChange(LastChangeSources sources,
                                                            QString environment, QString repository,
                                                            qint64 before);

/// All incidents that a report may tell of, newest first. The services outlive it.
Task<Result<QList<lifecycle::Incident>>> reportIncidents(Services* services);

/// The servers and environments that alerts may be about, asked for every half minute. Main thread.
class AlertSubjects : public QObject {
    Q_OBJECT
public:
    /// `watched` names the servers whose figures are read now.
    AlertSubjects(const workspace::Workspace& workspace, operate::Hosts* hosts,
                  std::function<QStringList()> watched);

    /// Empty until the servers were listed for the first time.
    [[nodiscard]] QList<monitor::AlertSubject> list() const;
    Task<Result<void>> ask();
    void setChecks(const QList<workspace::ServiceCheck>& checks);
    void start();
    void stop();

private:
    struct Known;
    static Task<Result<void>> ask(std::shared_ptr<Known> known);

    std::shared_ptr<Known> m_known;
    QTimer m_timer;
    TaskScope m_scope;
};

}  // namespace analemma::app
