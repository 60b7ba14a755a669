#pragma once

#include "core/base/secret.h"
#include "core/engine/engine.h"
#include "core/git/git.h"
#include "core/store/store.h"
#include "core/workspace/workspace.h"

#include <QObject>

/// Pipelines: definitions (read from .circleci/config.yml 2.1) and their runs on this machine, each
/// in a clean checkout of one commit. A run is an operation of kind "pipeline".
namespace analemma::pipeline {

// ---- definition ---------------------------------------------------------------------------------

struct Step {
    enum class Kind {
        Checkout,
        Run,
        StoreArtifacts,
        StoreTestResults,
        PersistToWorkspace,
        AttachWorkspace,
        Note
    };
    Kind kind = Kind::Run;
    QString name;
    QString command;  ///< Run; of a Note its sentence
    QString shell;    ///< Run; "/bin/bash -eo pipefail" by default
    QMap<QString, QString> environment;
    QString workingDirectory;
    QString path;                                 ///< Store*: what; Persist: root; Attach: at
    QString destination;                          ///< StoreArtifacts
    QStringList paths;                            ///< Persist
    QString when = QStringLiteral("on_success");  ///< or "always", "on_fail"
    bool background = false;
    milliseconds noOutputTimeout{600'000};
    int line = 0;  ///< in the configuration
};

struct Job {
    QString name;      ///< in the workflow; unique
    QString job;       ///< in the configuration
    QString executor;  ///< "docker: cimg/python:3.11", "machine: ubuntu-2204"
    QString note;      ///< "runs on this machine; the image cimg/python:3.11 is not used"
    QStringList needs;
    QMap<QString, QString> environment;
    QString workingDirectory;
    QList<Step> steps;
    milliseconds timeout{3'600'000};
    bool onThisBranch = true;  ///< false: left out by the workflow's branch filters
};

struct Definition {
    QString workflow;
    QList<Job> jobs;    ///< in an order in which needs come first
    QStringList notes;  ///< what was read and does not count here, with file:line
};

/// Reads a configuration for a branch. Pure. Invalid with file:line:column; Unsupported names the
/// key, its line and what is possible instead.
Result<Definition> readCircleCi(const QByteArray& bytes, const QString& fileName,
                                const QString& branch);

// ---- runs ---------------------------------------------------------------------------------------

enum class State { Waiting, Running, Passed, Failed, Cancelled, Skipped, Interrupted };
QString toString(State state);

struct StepRun {
    QString name;
    State state = State::Waiting;
    int exitCode = -1;
    QDateTime started;
    QDateTime finished;
    qint64 logBytes = 0;
};

struct TestCase {
    QString suite;
    QString name;
    QString file;
    enum class Result { Passed, Failed, Skipped, Error } result = Result::Passed;
    double seconds = 0;
    QString message;
};

struct Artifact {
    QString path;  ///< as destination/name
    QString sha256;
    qint64 size = 0;
    QString job;
};

struct JobRun {
    QString name;
    State state = State::Waiting;
    QStringList needs;
    QString note;
    QDateTime started;
    QDateTime finished;
    QList<StepRun> steps;
    int testsPassed = 0;
    int testsFailed = 0;
    int testsSkipped = 0;
    QString error;
};

struct Run {
    QString id;      ///< that of its operation
    int number = 0;  ///< 1, 2, 3 … within the pipeline
    QString pipeline;
    QString repository;
    QString branch;
    QString commit;
    QString subject;
    State state = State::Waiting;
    QDateTime created;
    QDateTime finished;
    QString actor;
    QList<JobRun> jobs;
    QList<Artifact> artifacts;
    QString error;
    QStringList notes;
    qint64 order = 0;  ///< rises with each run of the workspace; Pipelines::runs() pages by it
    [[nodiscard]] Json toJson() const;  ///< schema analemma.run.1
    static Run fromJson(const Json& json);
};

/// JUnit XML, bounded; Invalid. Pure.
Result<QList<TestCase>> readJUnit(const QByteArray& bytes, const QString& fileName);

class Pipelines : public QObject {
    Q_OBJECT
public:
    using OpenRepository =
        std::function<Task<Result<std::shared_ptr<git::Repository>>>(QString name)>;
    /// Registers the kind "pipeline" with the engine. `work` is a folder for checkouts (made and
    /// emptied).
    Pipelines(workspace::Workspace workspace, store::Store* store, engine::Engine* engine,
              store::SecretSource* secrets, OpenRepository open, QString work);
    ~Pipelines() override;
    /// Ends what it does by itself (telling of changes, clearing old checkouts) and waits for that;
    /// await it when the engine drives nothing any more.
    Task<Result<void>> close();

    /// Starts a run for a revision (default: HEAD of the repository); its id. Invalid for a bad
    /// configuration, NotFound. The run's own failure is in the run.
    Task<Result<QString>> start(QString pipeline, QString revision, CancelToken cancel);
    Task<Result<engine::Preview>> preview(QString pipeline, QString revision);
    /// Waits for its end.
    Task<Result<Run>> finished(QString id, CancelToken cancel);

    /// Newest first. `pipeline` empty: all. `before`: only runs with a lower Run::order; 0: all.
    Task<Result<QList<Run>>> runs(QString pipeline, int limit, qint64 before);
    /// By id or "pipeline#number" or number within the only pipeline.
    Task<Result<Run>> run(QString idOrNumber);
    /// The newest run of a commit, if any.
    Task<Result<std::optional<Run>>> runOf(QString commit);
    /// The bytes of a step's log from `offset`, at most `limit`; empty at the end.
    Task<Result<QByteArray>> log(QString run, QString job, int step, qint64 offset, qint64 limit);
    Task<Result<QList<TestCase>>> tests(QString run);

Q_SIGNALS:
    void runChanged(const QString& run);

private:
    struct Body;
    std::unique_ptr<Body> m_body;
};

}  // namespace analemma::pipeline
