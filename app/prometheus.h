#pragma once

#include "app/services.h"
#include "core/monitor/remotewrite.h"

#include <QObject>

/// What the Prometheus of a workspace gives and gets (`prometheus:` in the workspace file).
namespace analemma::app {

/// Asks it, with the workspace's token. NotFound, with what to write into the file, when the
/// workspace names none; the errors of LocalSecrets.
Task<Result<std::shared_ptr<monitor::PromClient>>> openPrometheus(Services* services);

/// All servers for its file of targets: those that run, with our labels (analemma_server,
/// workspace, environment, generation, release, tags).
Task<Result<QList<monitor::ScrapeTarget>>> scrapeTargets(Services* services);

/// For a RemoteWriter into it. Errors as of openPrometheus().
Task<Result<monitor::RemoteWriteOptions>> remoteWriteOptions(Services* services);

/// While a window is open: writes our samples to it and keeps its file of targets as the servers
/// are, as far as the workspace wants that. Main thread.
class PrometheusLink : public QObject {
    Q_OBJECT
public:
    /// The services, with an open store of series, must outlive it.
    explicit PrometheusLink(Services* services);

    /// Null: nothing is written.
    [[nodiscard]] const monitor::RemoteWriter* writer() const { return m_writer.get(); }
    /// Why targets or samples are not written now; empty while they are.
    [[nodiscard]] QString problem() const;
    [[nodiscard]] monitor::PrometheusState state() const;

Q_SIGNALS:
    void changed();

private:
    void refreshSoon();
    void refresh();
    void startWriter();
    void tell();

    Services* m_services;
    std::unique_ptr<monitor::RemoteWriter> m_writer;
    std::shared_ptr<QHash<QString, QString>> m_environments;  ///< of servers
    QString m_targetsProblem;
    QString m_writerProblem;
    QString m_writerHint;
    QDateTime m_since;  ///< of the problem; invalid: there is none
    bool m_reading = false;
    bool m_soon = false;
};

}  // namespace analemma::app
