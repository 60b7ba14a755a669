#pragma once

#include "core/deploy/deploy.h"
#include "core/monitor/alerts.h"
#include "core/operate/hosts.h"

#include <QTimer>

/// What alerts need to know of servers and of the journal.
namespace analemma::app {

/// The newest change that users of an environment got before a time, from operations of it: a
/// deployment or a roll back that moved the balancer. Pure.
std::optional<monitor::LastChange> lastChangeIn(const QList<engine::Operation>& operations,
                                                const QString& environment,
                                                const QString& repository, qint64 before);

/// The same from the journal, with what a roll back would bring now. The services outlive it.
Task<Result<std::optional<monitor::LastChange>>> lastChange(engine::Engine* engine,
                                                            deploy::Deployments* deployments,
                                                            QString environment, QString repository,
                                                            qint64 before);

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
