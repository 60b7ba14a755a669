#pragma once

#include "core/pipeline/src/job.h"
#include "core/pipeline/src/slots.h"

#include <QHash>
#include <QPointer>

/// What Pipelines and its coroutines share.
namespace analemma::pipeline {

/// Changes of a run that are not written yet.
struct PendingRun {
    QMap<QString, JobRun> jobs;
    QList<Artifact> artifacts;
    bool scheduled = false;
    milliseconds written{-1'000'000};  ///< the last time, on the clock's sinceBoot()
};

struct Service {
    workspace::Workspace workspace;
    store::Store* store = nullptr;
    engine::Engine* engine = nullptr;
    store::SecretSource* secrets = nullptr;
    Pipelines::OpenRepository open;
    QString work;
    QPointer<Pipelines> owner;  ///< null: it is gone, and so may be the pointers above
    SystemClock clock;
    std::shared_ptr<Slots> places;
    QHash<QString, PendingRun> pending;
    QHash<QString, qint64> revisions;  ///< of runs, as last told
    bool looking = false;
    bool lookAgain = false;
    TaskScope scope;

    [[nodiscard]] QString logFolder(const QString& run, const QString& job) const;
    [[nodiscard]] QString workFolder(const QString& run) const { return work + u'/' + run; }
};

/// The kind "pipeline" for the engine.
engine::Kind makeKind(const std::shared_ptr<Service>& service);
/// What to start for a revision of a pipeline. Reads the configuration.
Task<Result<engine::Request>> makeRequest(std::shared_ptr<Service> service, QString pipeline,
                                          QString revision);
/// Notes a job's new state; it is in the store within 200 ms.
void noteChange(const std::shared_ptr<Service>& service, const QString& run, const JobRun& job,
                const QList<Artifact>& added);
/// Writes what is noted of a run now.
Task<Result<void>> flushRun(std::shared_ptr<Service> service, QString run);
/// Removes checkouts of runs that are over.
Task<Result<void>> removeOldCheckouts(std::shared_ptr<Service> service);
/// Tells of runs that changed here or elsewhere.
Task<Result<void>> lookForChanges(std::shared_ptr<Service> service);

}  // namespace analemma::pipeline
