#include "core/pipeline/src/job.h"

#include "core/base/files.h"
#include "core/base/text.h"
#include "core/pipeline/src/job_state.h"
#include "core/pipeline/src/trees.h"

#include <QDir>

using namespace Qt::StringLiterals;

namespace analemma::pipeline {

namespace {

Result<void> prepare(const Places& places, const QString& logFolder)
{
    for (const QString& folder : {places.home, places.inner}) {
        const Result<void> removed = removeTree(folder);
        if (!removed) {
            return removed;
        }
    }
    for (const QString& folder :
         {places.project, places.inner + u"/tmp"_s, places.layers, logFolder}) {
        const Result<void> made = makeFolder(folder);
        if (!made) {
            return made;
        }
    }
    return writeFile(places.inner + u"/bash.env"_s, {});
}

void endStep(JobState& job, int index, const StepEnd& end, qint64 logBytes)
{
    StepRun& step = job.run.steps[index];
    step.state = end.state;
    step.exitCode = end.exitCode;
    step.finished = job.tools.clock->now();
    step.logBytes = logBytes;
}

Task<Result<std::shared_ptr<StepLog>>> openLog(std::shared_ptr<JobState> job, int index)
{
    std::vector<Secret> secrets;
    for (const SecretVariable& secret : job->order.secrets) {
        secrets.push_back(secret.value);
    }
    const QString path = job->order.logFolder + u"/%1.log"_s.arg(index);
    return StepLog::open(path, std::move(secrets), job->order.logLimit);
}

/// Runs one step from its log's opening to its log's end.
Task<Result<StepEnd>> runStep(std::shared_ptr<JobState> job, int index, CancelToken cancel)
{
    Result<std::shared_ptr<StepLog>> log = co_await openLog(job, index);
    if (!log) {
        const StepEnd end{State::Failed, -1, log.error().message};
        endStep(*job, index, end, 0);
        co_return end;
    }
    Result<StepEnd> result = co_await runBuiltIn(job, index, *log, cancel);
    StepEnd end = result ? *result : StepEnd{State::Failed, -1, result.error().message};
    Result<qint64> bytes = co_await StepLog::close(*log);
    if (!bytes && end.state == State::Passed) {
        end = {State::Failed, end.exitCode, bytes.error().message};
    }
    endStep(*job, index, end, bytes.valueOr(0));
    co_return end;
}

/// A background step: it runs beside the others and is ended at the job's end.
Task<Result<void>> runBackground(std::shared_ptr<JobState> job, int index, CancelToken cancel)
{
    Result<StepEnd> end = co_await runStep(job, index, cancel);
    StepRun& step = job->run.steps[index];
    if (end && end->state == State::Cancelled && !job->cancel.isCancelled()) {
        step.state = State::Passed;  // ended by us, as is meant
    }
    job->tell();
    co_return Result<void>();
}

bool isBackground(const Step& step)
{
    return step.kind == Step::Kind::Run && step.background;
}

Task<Result<void>> runSteps(std::shared_ptr<JobState> job, CancelToken cancel)
{
    const int count = static_cast<int>(job->order.job.steps.size());
    for (int i = 0; i < count; ++i) {
        const Step step = job->step(i);
        const bool late = job->tools.clock->sinceBoot() >= job->deadline;
        if (cancel.isCancelled() || late || !runsNow(step, job->failed)) {
            job->run.steps[i].state = State::Skipped;
            continue;
        }
        job->run.steps[i].state = State::Running;
        job->run.steps[i].started = job->tools.clock->now();
        job->tell();
        if (job->tools.log) {
            job->tools.log(
                u"step %1 of %2: %3"_s.arg(i + 1).arg(count).arg(displayText(step.name, 120)));
        }
        if (isBackground(step)) {
            job->backgroundSteps.run(runBackground(job, i, job->background));
            continue;
        }
        Result<StepEnd> end = co_await runStep(job, i, cancel);
        if (end && end->state == State::Failed && !job->failed) {
            job->failed = true;
            job->run.error =
                u"%1: %2"_s.arg(displayText(step.name, 120), displayText(end->error, 500));
        }
        job->tell();
        if (job->tools.progress) {
            job->tools.progress(double(i + 1) / count);
        }
    }
    co_return Result<void>();
}

/// Ends what still runs and removes the checkout.
Task<Result<void>> cleanUp(std::shared_ptr<JobState> job)
{
    job->background.cancel();
    [[maybe_unused]] Result<void> closed = co_await TaskScope::close(&job->backgroundSteps);
    const QByteArray marker = runMarkerBytes(job->order.run, job->run.name);
    const int grace = static_cast<int>(job->order.grace.count());
    const Places places = job->places;
    std::function<Result<void>()> work = [marker, grace, places]() -> Result<void> {
        const Result<int> ended = endMarked(marker, grace);
        if (!ended) {
            return ended.error();
        }
        const Result<void> home = removeTree(places.home);
        return home ? removeTree(places.inner) : home;
    };
    Result<void> done = co_await onWorker<void>(std::move(work));
    co_return done;
}

/// The end of a job whose steps are over.
void conclude(JobState& job, const Result<void>& cleaned)
{
    const bool late = job.tools.clock->sinceBoot() >= job.deadline;
    job.run.finished = job.tools.clock->now();
    if (job.failed) {
        job.run.state = State::Failed;
    } else if (job.cancel.isCancelled()) {
        job.run.state = State::Cancelled;
        job.run.error = u"cancelled"_s;
    } else if (late) {
        job.run.state = State::Failed;
        job.run.error = u"the job's time of %1 was over"_s.arg(durationText(job.order.job.timeout));
    } else if (!cleaned) {
        job.run.state = State::Failed;
        job.run.error = cleaned.error().message;
    } else {
        job.run.state = State::Passed;
    }
}

}  // namespace

Task<Result<JobRun>> runJob(JobOrder order, JobTools tools, CancelToken cancel)
{
    auto job = std::make_shared<JobState>();
    job->order = std::move(order);
    job->tools = std::move(tools);
    job->places = placesOf(job->order);
    job->run = waitingJob(job->order.job);
    job->cancel = cancel;
    job->run.state = State::Running;
    job->run.started = job->tools.clock->now();
    job->deadline = job->tools.clock->sinceBoot() + job->order.job.timeout;
    const Places places = job->places;
    const QString logs = job->order.logFolder;
    std::function<Result<void>()> first = [places, logs] { return prepare(places, logs); };
    Result<void> ready = co_await onWorker<void>(std::move(first));
    if (ready) {
        [[maybe_unused]] Result<void> ran = co_await runSteps(job, cancel);
    } else {
        job->failed = true;
        job->run.error = ready.error().message;
    }
    Result<void> cleaned = co_await cleanUp(job);
    conclude(*job, cleaned);
    job->tell();
    co_return job->run;
}

}  // namespace analemma::pipeline
