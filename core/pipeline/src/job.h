#pragma once

#include "core/pipeline/src/model.h"

#include <vector>

/// Running one job: its steps one after the other in a folder of its own. Knows neither the engine
/// nor the store: what it needs of them is handed in.
namespace analemma::pipeline {

/// A variable of the environment whose value nobody may read in a log.
struct SecretVariable {
    QString name;
    Secret value;
};

/// What is to be run and where.
struct JobOrder {
    QString run;     ///< id
    int number = 0;  ///< of the run
    Wanted wanted;
    Job job;
    QString workFolder;  ///< of the run; the job's home is <workFolder>/<job>
    QString logFolder;   ///< of the job; <n>.log a step, tests.json
    std::vector<SecretVariable> secrets;
    qint64 logLimit = 64 * 1024 * 1024;
    milliseconds grace{2000};  ///< between SIGTERM and SIGKILL
};

/// What a job needs from outside.
struct JobTools {
    std::function<Task<Result<void>>(QString commit, QString folder, CancelToken cancel)>
        exportCommit;
    /// Keeps a file; its SHA-256.
    std::function<Task<Result<QString>>(QString path)> keepFile;
    /// The state changed. Gets what is new in artifacts.
    std::function<void(const JobRun& job, const QList<Artifact>& added)> changed;
    std::function<void(const QString& line)> log;
    std::function<void(double fraction)> progress;
    const Clock* clock = nullptr;
};

/// Runs it to its end. A step's failure is in the JobRun; nothing of the job's processes and of its
/// checkout is left. Main thread.
Task<Result<JobRun>> runJob(JobOrder order, JobTools tools, CancelToken cancel);

/// The marker in the environment of each process of a job: "ANALEMMA_RUN=<run>/<job>".
QString runMarker(const QString& run, const QString& job);
/// The same as bytes to search for: with the zero byte that ends it.
QByteArray runMarkerBytes(const QString& run, const QString& job);

/// Where things of a job lie.
struct Places {
    QString home;      ///< ~
    QString project;   ///< the job's working folder
    QString inner;     ///< scripts, temporary files, BASH_ENV
    QString layers;    ///< what jobs persisted to the workspace, a folder a job
    QString declared;  ///< the working folder as the configuration names it
    /// A path of the configuration, relative to `base`, as a path of this machine. Pure.
    [[nodiscard]] QString resolve(const QString& path, const QString& base) const;
};
Places placesOf(const JobOrder& order);

/// The environment of a step's process. Pure but for this program's own environment.
Environment stepEnvironment(const JobOrder& order, const Places& places, const Step& step);

/// True when a step runs, given that a step before it failed.
bool runsNow(const Step& step, bool failedBefore);

}  // namespace analemma::pipeline
