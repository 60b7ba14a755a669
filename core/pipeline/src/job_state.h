#pragma once

#include "core/pipeline/src/job.h"
#include "core/pipeline/src/steplog.h"

namespace analemma::pipeline {

/// A job under way; shared by its coroutines. Main thread.
struct JobState {
    JobOrder order;
    JobTools tools;
    Places places;
    JobRun run;
    QList<TestCase> tests;
    milliseconds deadline{0};  ///< on the clock's sinceBoot()
    bool failed = false;       ///< a step of the foreground
    CancelToken cancel;
    CancelToken background;  ///< cancelled at the job's end
    TaskScope backgroundSteps;

    void tell(const QList<Artifact>& added = {}) const
    {
        if (tools.changed) {
            tools.changed(run, added);
        }
    }
    [[nodiscard]] const Step& step(int index) const { return order.job.steps.at(index); }
};

/// How a step ended.
struct StepEnd {
    State state = State::Passed;
    int exitCode = -1;
    QString error;
};

/// Runs the command of a step; output goes to the log.
Task<Result<StepEnd>> runCommand(std::shared_ptr<JobState> job, int index,
                                 std::shared_ptr<StepLog> log, CancelToken cancel);
/// Runs a step of any other kind.
Task<Result<StepEnd>> runBuiltIn(std::shared_ptr<JobState> job, int index,
                                 std::shared_ptr<StepLog> log, CancelToken cancel);

}  // namespace analemma::pipeline
