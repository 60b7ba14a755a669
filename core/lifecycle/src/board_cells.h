#pragma once

#include "core/lifecycle/lifecycle.h"

#include <QCoreApplication>

/// The parts of makeBoard(): what one change, and what the whole workspace, shows. All pure.
namespace analemma::lifecycle {

/// What the board says, in the language of the program: English where none is loaded.
class Words {
    Q_DECLARE_TR_FUNCTIONS(Lifecycle)
};

/// Jobs of a run, told apart: those that bring test results (or bear "test" in their name), and the
/// rest.
struct JobSplit {
    QList<pipeline::JobRun> build;
    QList<pipeline::JobRun> test;
    int passed = 0;
    int failed = 0;
    int skipped = 0;
};
JobSplit splitJobs(const pipeline::Run& run);

Mark markOf(pipeline::State state);
/// One mark for several jobs: running before failed before waiting before ok.
Mark markOfJobs(const QList<pipeline::JobRun>& jobs);

/// The newest run of each commit.
QHash<QString, pipeline::Run> newestRuns(const QList<pipeline::Run>& runs);
/// How many approvals the strictest environment asks for.
int approvalsWanted(const QList<deploy::EnvironmentView>& environments);

Cell planCell(const git::Commit& commit);
Cell codeCell(const git::Commit& commit, git::ReviewState review, const QDateTime& now);
Cell buildCell(const pipeline::Run* run, const QDateTime& now);
Cell testCell(const pipeline::Run* run);
Cell releaseCell(const release::Release* release, int approvals);
Cell deployCell(const release::Release* release,
                const QList<deploy::EnvironmentView>& environments);
Cell operateCell(const release::Release* release,
                 const QList<deploy::EnvironmentView>& environments);
Cell monitorCell(const release::Release* release,
                 const QList<deploy::EnvironmentView>& environments,
                 const QList<monitor::Alert>& alerts);

/// Those that fire and are not held back, the gravest first, then the newest; `environment` empty:
/// of all.
QList<monitor::Alert> firingOf(const QList<monitor::Alert>& alerts, const QString& environment);
Mark markOf(monitor::Severity severity);

std::array<Station, phaseCount> makeStations(const Facts& facts);

/// Healthy and all members of the active generation.
struct HealthCount {
    int healthy = 0;
    int all = 0;
    int unknown = 0;
    int starting = 0;
    [[nodiscard]] Mark mark() const;
    [[nodiscard]] QString text() const;
};
HealthCount activeHealth(const deploy::EnvironmentView& environment);
/// Ok while at most one answer in a thousand of the balancer is an error of the servers.
Mark trafficMark(const infra::Balancer& balancer);

}  // namespace analemma::lifecycle
