#include "core/pipeline/src/job_state.h"

#include "core/base/files.h"

#include <QFileInfo>
#include <QProcess>

#include <csignal>

using namespace Qt::StringLiterals;

namespace analemma::pipeline {

namespace {

/// When the last output came, and whether the wait for more was given up.
struct Silence {
    milliseconds last{0};
    bool over = false;
};

Task<Result<void>> watchSilence(std::shared_ptr<JobState> job, std::shared_ptr<Silence> silence,
                                milliseconds limit, CancelToken process, CancelToken done)
{
    while (true) {
        const milliseconds left = silence->last + limit - job->tools.clock->sinceBoot();
        if (left.count() <= 0) {
            silence->over = true;
            process.cancel();
            co_return Result<void>();
        }
        Result<void> slept = co_await sleepFor(left, done);
        if (!slept) {
            co_return Result<void>();
        }
    }
}

struct Script {
    QString program;
    QStringList arguments;
    QString directory;
};

/// Writes the command into a file for its shell: it may be longer than an argument can be.
Result<Script> writeScript(const Places& places, const Step& step, int index)
{
    QStringList words = QProcess::splitCommand(step.shell);
    if (words.isEmpty()) {
        words = QStringList{u"/bin/bash"_s, u"-eo"_s, u"pipefail"_s};
    }
    Script script;
    script.directory = places.resolve(step.workingDirectory, places.project);
    if (!QFileInfo(script.directory).isDir()) {
        return Error(ErrorKind::NotFound,
                     u"the working_directory %1 does not exist"_s.arg(step.workingDirectory));
    }
    script.program = words.takeFirst();
    if (!words.isEmpty() && words.last() == u"-c"_s) {
        script.arguments = words + QStringList{step.command};
        return script;
    }
    const QString file = places.inner + u"/step-%1"_s.arg(index);
    const Result<void> written = writeFile(file, step.command.toUtf8() + '\n', 0700);
    if (!written) {
        return written.error();
    }
    script.arguments = words + QStringList{file};
    return script;
}

/// What a process that was ended by us says about the step.
StepEnd endOf(const Error& error, const Silence& silence, const JobState& job, const Step& step)
{
    if (error.kind == ErrorKind::Timeout) {
        return {State::Failed, -1,
                u"ended: the job's time of %1 was over"_s.arg(durationText(job.order.job.timeout))};
    }
    if (error.kind == ErrorKind::Cancelled && silence.over) {
        return {State::Failed, -1,
                u"ended: no output for %1"_s.arg(durationText(step.noOutputTimeout))};
    }
    if (error.kind == ErrorKind::Cancelled) {
        return {State::Cancelled, -1, u"cancelled"_s};
    }
    return {State::Failed, -1, error.message};
}

ProcessSpec specOf(const std::shared_ptr<JobState>& job, const Step& step, const Script& script,
                   const std::shared_ptr<StepLog>& log, const std::shared_ptr<Silence>& silence,
                   const CancelToken& token)
{
    ProcessSpec spec(script.program, script.arguments);
    spec.environment = stepEnvironment(job->order, job->places, step);
    spec.directory = script.directory;
    spec.keepOutput = false;
    spec.mergeErrors = true;
    spec.grace = job->order.grace;
    spec.timeout = std::max(milliseconds(1), job->deadline - job->tools.clock->sinceBoot());
    const Clock* clock = job->tools.clock;
    spec.onOutput = [log, silence, clock](const QByteArray& piece, bool) {
        silence->last = clock->sinceBoot();
        log->add(piece);
    };
    spec.onStarted = [token](qint64 pid) {
        const Result<ProcessIdentity> process = identityOf(pid);
        if (token.isCancelled() && process) {
            [[maybe_unused]] const bool sent = signalGroup(*process, SIGKILL).ok();
        }
    };
    return spec;
}

}  // namespace

Task<Result<StepEnd>> runCommand(std::shared_ptr<JobState> job, int index,
                                 std::shared_ptr<StepLog> log, CancelToken cancel)
{
    const Step step = job->step(index);
    const Places places = job->places;
    std::function<Result<Script>()> write = [places, step, index] {
        return writeScript(places, step, index);
    };
    Result<Script> script = co_await onWorker<Script>(std::move(write));
    if (!script) {
        const StepEnd end{State::Failed, -1, script.error().message};
        log->line(end.error);
        co_return end;
    }
    auto silence = std::make_shared<Silence>();
    silence->last = job->tools.clock->sinceBoot();
    const CancelToken token = cancel.child();
    const CancelToken done = cancel.child();
    TaskScope watching;
    if (!step.background) {
        watching.run(watchSilence(job, silence, step.noOutputTimeout, token, done));
    }
    ProcessSpec spec = specOf(job, step, *script, log, silence, token);
    Result<ProcessResult> result = co_await runProcess(std::move(spec), token);
    done.cancel();
    [[maybe_unused]] Result<void> closed = co_await TaskScope::close(&watching);
    StepEnd end;
    if (!result) {
        end = endOf(result.error(), *silence, *job, step);
        log->line(u"\n[%1]"_s.arg(end.error));
        co_return end;
    }
    end.exitCode = result->signal == 0 ? result->exitCode : 128 + result->signal;
    if (!result->ok()) {
        end.state = State::Failed;
        end.error = result->endText();
    }
    co_return end;
}

}  // namespace analemma::pipeline
