#pragma once

#include "core/pipeline/pipeline.h"

/// The forms of definitions and runs on disk, and the pure functions on them.
namespace analemma::pipeline {

Json toJson(const Definition& definition);
Definition definitionFromJson(const Json& json);

Json toJson(const JobRun& job);
Json toJson(const TestCase& test);
TestCase testFromJson(const Json& json);
State stateFromString(const QString& text);

/// The name of a job as a folder and as part of an action's key: plain characters, unique for the
/// name.
QString jobKey(const QString& name);

/// What a run is about; the operation's `wanted`.
struct Wanted {
    QString pipeline;
    QString repository;
    QString branch;
    QString commit;
    QString subject;
    Definition definition;
    [[nodiscard]] Json toJson() const;
    static Wanted fromJson(const Json& json);
};

JobRun waitingJob(const Job& job);
/// A run that has not begun: every job of the branch waits.
Run newRun(const QString& id, const Wanted& wanted, const QDateTime& created);

[[nodiscard]] bool isFinal(State state);
/// Puts a job's new state into the run, and marks what can no longer run because of it.
void applyJob(Run& run, const JobRun& job);
/// Ends the run: what did not run is skipped or cancelled, the totals are counted.
/// `outcomes`: by job name, "ok", "failed", "interrupted", as the journal has it.
void finishRun(Run& run, const QMap<QString, QString>& outcomes, bool cancelled,
               const QDateTime& now);
/// The state of a run that nobody drives any more, as it is told until it is driven again.
void markInterrupted(Run& run);
/// The operation's result: state and counts.
Json totals(const Run& run);
/// The jobs that a job needs, with all that those need.
QStringList upstream(const Definition& definition, const QString& job);

}  // namespace analemma::pipeline
