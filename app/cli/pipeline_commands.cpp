#include "app/cli/commands.h"

#include "core/base/text.h"

#include <QJsonArray>

using namespace Qt::StringLiterals;

namespace analemma::cli {
namespace {

constexpr qint64 logPieceBytes = 256 * 1024;
constexpr milliseconds logPoll(200);

using pipeline::State;

Exit exitOfRun(State state)
{
    switch (state) {
        case State::Passed:
            return Exit::Ok;
        case State::Failed:
        case State::Skipped:
            return Exit::Failed;
        case State::Cancelled:
            return Exit::Interrupted;
        case State::Waiting:
        case State::Running:
        case State::Interrupted:
            return Exit::Unknown;
    }
    return Exit::Unknown;
}

QString name(const pipeline::Run& one)
{
    return u"%1#%2"_s.arg(one.pipeline).arg(one.number);
}

QString tests(const pipeline::JobRun& job)
{
    const int all = job.testsPassed + job.testsFailed;
    return all == 0 ? u"-"_s : u"%1/%2"_s.arg(job.testsPassed).arg(all);
}

QString runText(const Run& run, const pipeline::Run& one)
{
    QString text = factLines({{u"run"_s, name(one)},
                              {u"id"_s, one.id},
                              {u"state"_s, pipeline::toString(one.state)},
                              {u"commit"_s, one.commit.left(10) + u"  "_s + one.subject},
                              {u"branch"_s, one.branch},
                              {u"by"_s, one.actor},
                              {u"started"_s, ago(run, one.created)},
                              {u"took"_s, took(run, one.created, one.finished)},
                              {u"error"_s, one.error}},
                             run.colour);
    Table jobs;
    jobs.head = {u"JOB"_s, u"STATE"_s, u"TOOK"_s, u"TESTS"_s, u"NOTE"_s};
    for (const pipeline::JobRun& job : one.jobs) {
        const QString note = job.error.isEmpty() ? job.note : job.error;
        jobs.rows.append({job.name, pipeline::toString(job.state),
                          took(run, job.started, job.finished), tests(job), note});
    }
    text += u'\n' + jobs.text(run.colour);
    for (const pipeline::Artifact& artifact : one.artifacts) {
        text += u"artifact  %1  %2  sha256:%3\n"_s.arg(
            displayText(artifact.path, 200), sizeText(artifact.size), artifact.sha256.left(12));
    }
    for (const QString& note : one.notes) {
        text += u"note  %1\n"_s.arg(displayText(note, 500));
    }
    return text;
}

Task<Result<int>> runPipeline(RunPointer run)
{
    const Result<QString> found =
        onlyOne(run->services->workspace.pipelines.keys(), run->argument(0), u"pipeline"_s);
    if (!found) {
        co_return found.error();
    }
    pipeline::Pipelines* pipelines = run->services->pipelines.get();
    const QString pipeline = *found;
    const QString revision = run->value(u"commit"_s);
    Start start;
    start.start = [pipelines, pipeline, revision](CancelToken cancel) {
        return pipelines->start(pipeline, revision, std::move(cancel));
    };
    start.preview = [pipelines, pipeline, revision] {
        return pipelines->preview(pipeline, revision);
    };
    auto operating = operate(run, start);
    const Result<Ended> ended = co_await std::move(operating);
    if (!ended) {
        co_return ended.error();
    }
    if (!*ended) {
        co_return exitWith(Exit::Ok);
    }
    auto reading = pipelines->run((*ended)->id);
    const Result<pipeline::Run> read = co_await std::move(reading);
    if (!read) {
        co_return read.error();
    }
    run->answer(read->toJson(), runText(*run, *read));
    if (read->state != State::Passed) {
        run->say(u"%1 %2; its log: analemma-cli pipeline log %1"_s.arg(
            name(*read), pipeline::toString(read->state)));
    }
    co_return exitWith(exitOfRun(read->state));
}

Task<Result<int>> pipelineList(RunPointer run)
{
    const Result<int> limit = run->number(u"limit"_s, 20, 1, 1000);
    if (!limit) {
        co_return limit.error();
    }
    QString pipeline = run->argument(0);
    if (!pipeline.isEmpty()) {
        const Result<QString> found =
            onlyOne(run->services->workspace.pipelines.keys(), pipeline, u"pipeline"_s);
        if (!found) {
            co_return found.error();
        }
    }
    auto reading = run->services->pipelines->runs(pipeline, *limit, 0);
    const Result<QList<pipeline::Run>> runs = co_await std::move(reading);
    if (!runs) {
        co_return runs.error();
    }
    QJsonArray json;
    Table table;
    table.head = {u"RUN"_s, u"STATE"_s, u"COMMIT"_s, u"SUBJECT"_s, u"TOOK"_s, u"STARTED"_s};
    for (const pipeline::Run& one : *runs) {
        json.append(one.toJson());
        table.rows.append({name(one), pipeline::toString(one.state), one.commit.left(7),
                           displayText(one.subject, 50), took(*run, one.created, one.finished),
                           ago(*run, one.created)});
    }
    run->answer({{u"schema"_s, u"analemma.runs.1"_s}, {u"runs"_s, json}}, table.text(run->colour));
    co_return exitWith(Exit::Ok);
}

/// The run that was named, or the newest one.
Task<Result<pipeline::Run>> runNamed(RunPointer run, QString text)
{
    pipeline::Pipelines* pipelines = run->services->pipelines.get();
    if (!text.isEmpty() && text != u"latest") {
        auto reading = pipelines->run(text);
        Result<pipeline::Run> read = co_await std::move(reading);
        co_return read;
    }
    auto reading = pipelines->runs({}, 1, 0);
    const Result<QList<pipeline::Run>> runs = co_await std::move(reading);
    if (!runs) {
        co_return runs.error();
    }
    if (runs->isEmpty()) {
        co_return Error(ErrorKind::NotFound, u"no pipeline has been run yet"_s)
            .withHint(u"Run one: analemma-cli pipeline run"_s);
    }
    co_return runs->constFirst();
}

Task<Result<int>> pipelineShow(RunPointer run)
{
    auto finding = runNamed(run, run->argument(0));
    const Result<pipeline::Run> read = co_await std::move(finding);
    if (!read) {
        co_return read.error();
    }
    run->answer(read->toJson(), runText(*run, *read));
    co_return exitWith(Exit::Ok);
}

void printLog(const Run& run, const pipeline::JobRun& job, int step, const QByteArray& bytes)
{
    if (!run.json) {
        run.print(displayLog(bytes));
        return;
    }
    run.printJson({{u"schema"_s, u"analemma.log.1"_s},
                   {u"job"_s, job.name},
                   {u"step"_s, step},
                   {u"name"_s, job.steps.value(step).name},
                   {u"text"_s, displayLog(bytes)}});
}

/// Prints a step's log from `offset`; the new offset.
Task<Result<qint64>> printStep(RunPointer run, QString id, pipeline::JobRun job, int step,
                               qint64 offset)
{
    for (;;) {
        auto reading = run->services->pipelines->log(id, job.name, step, offset, logPieceBytes);
        const Result<QByteArray> piece = co_await std::move(reading);
        if (!piece) {
            co_return piece.error();
        }
        if (piece->isEmpty()) {
            co_return offset;
        }
        printLog(*run, job, step, *piece);
        offset += piece->size();
    }
}

bool isOpen(State state)
{
    return state == State::Waiting || state == State::Running;
}

Result<void> checkLogOptions(const Run& run, const pipeline::Run& one)
{
    if (!run.has(u"job"_s)) {
        return {};
    }
    QStringList jobs;
    for (const pipeline::JobRun& job : one.jobs) {
        jobs.append(job.name);
    }
    const Result<QString> found = onlyOne(jobs, run.value(u"job"_s), u"job in this run"_s);
    return found ? Result<void>() : found.error();
}

Task<Result<int>> log(RunPointer run)
{
    const Result<int> only = run->number(u"step"_s, 0, 1, 10'000);
    if (!only) {
        co_return only.error();
    }
    auto finding = runNamed(run, run->argument(0));
    Result<pipeline::Run> read = co_await std::move(finding);
    if (!read) {
        co_return read.error();
    }
    const Result<void> checked = checkLogOptions(*run, *read);
    if (!checked) {
        co_return checked.error();
    }
    QHash<QString, qint64> offsets;
    for (;;) {
        const pipeline::Run now = *read;
        for (const pipeline::JobRun& job : now.jobs) {
            if (run->has(u"job"_s) && job.name != run->value(u"job"_s)) {
                continue;
            }
            for (int step = 0; step < job.steps.size(); ++step) {
                if (*only != 0 && step != *only - 1) {
                    continue;
                }
                const QString key = u"%1/%2"_s.arg(job.name).arg(step);
                if (!offsets.contains(key) && job.steps[step].state != State::Waiting &&
                    !run->json) {
                    run->say(u"== %1: %2"_s.arg(job.name, displayText(job.steps[step].name, 200)));
                    offsets.insert(key, 0);
                }
                auto printing = printStep(run, now.id, job, step, offsets.value(key));
                const Result<qint64> offset = co_await std::move(printing);
                if (!offset) {
                    co_return offset.error();
                }
                if (*offset > 0) {
                    offsets.insert(key, *offset);
                }
            }
        }
        if (!run->has(u"follow"_s) || !isOpen(now.state)) {
            co_return exitWith(run->has(u"follow"_s) ? exitOfRun(now.state) : Exit::Ok);
        }
        auto waiting = sleepFor(logPoll, run->interrupt.first);
        const Result<void> waited = co_await std::move(waiting);
        if (!waited) {
            co_return waited.error();
        }
        auto again = run->services->pipelines->run(now.id);
        read = co_await std::move(again);
        if (!read) {
            co_return read.error();
        }
    }
}

}  // namespace

QList<Command> pipelineCommands()
{
    const Argument pipeline{u"PIPELINE"_s, u"its name; may be left out when there is one"_s, false};
    const Argument runName{u"RUN"_s, u"id, number or PIPELINE#NUMBER; the newest when left out"_s,
                           false};
    const Option commit{u"commit"_s, u"REV"_s, u"commit, branch or tag; else HEAD"_s};
    const Option limit{u"limit"_s, u"N"_s, u"at most so many rows"_s};
    const Option job{u"job"_s, u"JOB"_s, u"of this job only"_s};
    const Option step{u"step"_s, u"N"_s, u"of this step only, from 1"_s};
    const Option follow{
        u"follow"_s, {}, u"wait for more until the run ends, then exit by its result"_s};
    return {
        {u"pipeline"_s,
         u"run"_s,
         u"Run a pipeline for a commit, wait, exit by its result"_s,
         {pipeline},
         {commit},
         Effect::Operates,
         true,
         {},
         runPipeline},
        {u"pipeline"_s,
         u"list"_s,
         u"Runs, newest first"_s,
         {pipeline},
         {limit},
         Effect::Reads,
         true,
         {},
         pipelineList},
        {u"pipeline"_s,
         u"show"_s,
         u"One run: jobs, tests, artifacts"_s,
         {runName},
         {},
         Effect::Reads,
         true,
         {},
         pipelineShow},
        {u"pipeline"_s,
         u"log"_s,
         u"The log of a run"_s,
         {runName},
         {job, step, follow},
         Effect::Reads,
         true,
         {},
         log},
    };
}

}  // namespace analemma::cli
