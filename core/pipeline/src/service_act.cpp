#include "core/pipeline/src/service.h"

#include "core/base/files.h"
#include "core/base/log.h"
#include "core/base/text.h"
#include "core/pipeline/src/plan.h"
#include "core/pipeline/src/runs.h"
#include "core/pipeline/src/trees.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace analemma::pipeline {

namespace {

constexpr milliseconds writePause{200};
constexpr int sweepGrace = 2000;

Error goneError()
{
    return {ErrorKind::Cancelled, u"the program is closing"_s};
}

std::optional<Job> jobNamed(const Wanted& wanted, const QString& name)
{
    for (const Job& job : wanted.definition.jobs) {
        if (job.name == name) {
            return job;
        }
    }
    return {};
}

/// Changes the run's record in one transaction.
Task<Result<Run>> changeRun(std::shared_ptr<Service> service, QString id, Wanted wanted,
                            std::function<void(Run&)> change)
{
    const QDateTime now = service->clock.now();
    std::function<Result<Run>(store::Transaction&)> work =
        [id, wanted, change, now](store::Transaction& transaction) -> Result<Run> {
        Result<Run> run = runs::ensure(transaction, id, wanted, now);
        if (!run) {
            return run;
        }
        change(*run);
        return runs::put(transaction, *run);
    };
    return service->store->write<Run>(std::move(work));
}

Task<Result<std::vector<SecretVariable>>> readSecrets(std::shared_ptr<Service> service,
                                                      QString pipeline)
{
    const QMap<QString, QString> names = service->workspace.pipelines.value(pipeline).secrets;
    std::vector<SecretVariable> found;
    for (auto it = names.cbegin(); it != names.cend(); ++it) {
        if (service->secrets == nullptr) {
            co_return Error(ErrorKind::NotFound,
                            u"there is no place to take the secret %1 from"_s.arg(it.value()));
        }
        Result<Secret> secret = co_await service->secrets->secret(it.value());
        if (!secret) {
            co_return secret.error().in(u"secret %1"_s.arg(it.value()));
        }
        SecretVariable variable{it.key(), *secret};
        found.push_back(std::move(variable));
    }
    co_return found;
}

/// A job that failed before its first step.
JobRun failedJob(const Job& job, const Error& error, const QDateTime& now)
{
    JobRun run = waitingJob(job);
    run.state = error.kind == ErrorKind::Cancelled ? State::Cancelled : State::Failed;
    run.error = error.message;
    run.started = now;
    run.finished = now;
    for (StepRun& step : run.steps) {
        step.state = State::Skipped;
    }
    return run;
}

JobTools toolsFor(const std::shared_ptr<Service>& service, const engine::Call& call,
                  const std::shared_ptr<git::Repository>& repository)
{
    JobTools tools;
    tools.exportCommit = [repository](QString commit, QString folder, CancelToken cancel) {
        return repository->exportTree(std::move(commit), std::move(folder), std::move(cancel));
    };
    tools.keepFile = [service](QString path) { return service->store->addBlob(std::move(path)); };
    const QString run = call.operation;
    tools.changed = [service, run](const JobRun& job, const QList<Artifact>& added) {
        noteChange(service, run, job, added);
    };
    const QString name = call.action.args.value(u"job"_s).toString();
    const std::function<void(const QString&)> log = call.log;
    tools.log = [log, name](const QString& line) {
        if (log) {
            log(name + u": "_s + line);
        }
    };
    tools.progress = call.progress;
    tools.clock = &service->clock;
    return tools;
}

/// Fetches what the job needs, and runs it.
Task<Result<JobRun>> runOrdered(std::shared_ptr<Service> service, engine::Call call, Job job,
                                int number)
{
    const Wanted wanted = Wanted::fromJson(call.wanted);
    Result<std::vector<SecretVariable>> secrets = co_await readSecrets(service, wanted.pipeline);
    if (!secrets) {
        co_return failedJob(job, secrets.error(), service->clock.now());
    }
    Result<std::shared_ptr<git::Repository>> repository = co_await service->open(wanted.repository);
    if (!repository) {
        co_return failedJob(job, repository.error(), service->clock.now());
    }
    JobOrder order;
    order.run = call.operation;
    order.number = number;
    order.wanted = wanted;
    order.job = job;
    order.workFolder = service->workFolder(call.operation);
    order.logFolder = service->logFolder(call.operation, job.name);
    order.secrets = std::move(*secrets);
    JobTools tools = toolsFor(service, call, *repository);
    Result<JobRun> end = co_await runJob(std::move(order), std::move(tools), call.cancel);
    co_return end;
}

Json jobResult(const JobRun& run)
{
    Json json;
    json.insert(u"state"_s, toString(run.state));
    json.insert(u"steps"_s, static_cast<qint64>(run.steps.size()));
    json.insert(u"testsPassed"_s, run.testsPassed);
    json.insert(u"testsFailed"_s, run.testsFailed);
    return json;
}

/// Marks a job whose end nobody saw, unless its own record has its end.
void interrupt(Run& run, const QString& name, const QDateTime& now)
{
    for (JobRun job : QList<JobRun>(run.jobs)) {
        if (job.name != name || job.state == State::Passed || job.state == State::Failed) {
            continue;
        }
        job.state = State::Interrupted;
        job.error = u"the program that ran it ended; run again"_s;
        job.finished = now;
        for (StepRun& step : job.steps) {
            if (step.state == State::Running || step.state == State::Cancelled) {
                step.state = State::Interrupted;
            } else if (step.state == State::Waiting) {
                step.state = State::Skipped;
            }
        }
        applyJob(run, job);
    }
}

Task<Result<Json>> actSweep(std::shared_ptr<Service> service, engine::Call call)
{
    const QString name = call.action.args.value(u"job"_s).toString();
    const QByteArray marker = runMarkerBytes(call.operation, name);
    const QString folder = service->workFolder(call.operation);
    std::function<Result<int>()> work = [marker, folder, name]() -> Result<int> {
        const Result<int> ended = endMarked(marker, sweepGrace);
        if (!ended) {
            return ended;
        }
        for (const QString& path :
             {folder + u'/' + jobKey(name), folder + u"/.jobs/"_s + jobKey(name)}) {
            const Result<void> removed = removeTree(path);
            if (!removed) {
                return removed.error();
            }
        }
        return ended;
    };
    Result<int> ended = co_await onWorker<int>(std::move(work));
    const QDateTime now = service->clock.now();
    std::function<void(Run&)> change = [name, now](Run& run) { interrupt(run, name, now); };
    Wanted wanted = Wanted::fromJson(call.wanted);
    Result<Run> run =
        co_await changeRun(service, call.operation, std::move(wanted), std::move(change));
    if (!run) {
        co_return run.error();
    }
    if (!ended) {
        co_return ended.error();
    }
    Json result;
    result.insert(u"processesEnded"_s, *ended);
    co_return result;
}

Task<Result<Json>> actJob(std::shared_ptr<Service> service, engine::Call call)
{
    const QString name = call.action.args.value(u"job"_s).toString();
    const Wanted wanted = Wanted::fromJson(call.wanted);
    const std::optional<Job> job = jobNamed(wanted, name);
    if (!job) {
        co_return Error(ErrorKind::Bug, u"the run has no job %1"_s.arg(displayText(name, 80)));
    }
    if (call.attempt >
        1) {  // a job is never run twice: what it did outside its folder cannot be known
        [[maybe_unused]] Result<Json> swept = co_await actSweep(service, call);
        co_return Error(ErrorKind::Failed, u"the program that ran it ended; run again"_s);
    }
    std::function<void(Run&)> nothing = [](Run&) {};
    Result<Run> run = co_await changeRun(service, call.operation, wanted, std::move(nothing));
    if (!run) {
        co_return run.error();
    }
    Result<void> place = co_await Slots::acquire(service->places, call.cancel);
    if (!place) {
        co_return place.error();
    }
    Result<JobRun> end = co_await runOrdered(service, call, *job, run->number);
    service->places->release();
    if (!end) {
        co_return end.error();
    }
    const QList<Artifact> none;
    noteChange(service, call.operation, *end, none);
    Result<void> written = co_await flushRun(service, call.operation);
    if (!written) {
        co_return written.error();
    }
    if (end->state == State::Cancelled) {
        co_return cancelledError();
    }
    if (end->state != State::Passed) {
        co_return Error(ErrorKind::Failed, end->error);
    }
    co_return jobResult(*end);
}

Task<Result<Json>> actFinish(std::shared_ptr<Service> service, engine::Call call)
{
    QMap<QString, QString> outcomes;
    const Json jobs = call.action.args.value(u"jobs"_s).toObject();
    for (auto it = jobs.constBegin(); it != jobs.constEnd(); ++it) {
        outcomes.insert(it.key(), it.value().toString());
    }
    const bool cancelled = call.action.args.value(u"cancelled"_s).toBool();
    const QDateTime now = service->clock.now();
    std::function<void(Run&)> change = [outcomes, cancelled, now](Run& run) {
        finishRun(run, outcomes, cancelled, now);
    };
    Wanted wanted = Wanted::fromJson(call.wanted);
    Result<void> flushed = co_await flushRun(service, call.operation);
    if (!flushed) {
        co_return flushed.error();
    }
    Result<Run> run =
        co_await changeRun(service, call.operation, std::move(wanted), std::move(change));
    if (!run) {
        co_return run.error();
    }
    service->pending.remove(call.operation);
    const QString folder = service->workFolder(call.operation);
    std::function<Result<void>()> clear = [folder] { return removeTree(folder); };
    Result<void> removed = co_await onWorker<void>(std::move(clear));
    if (!removed) {
        logLine(LogLevel::Warning, "pipeline", removed.error().message);
    }
    co_return totals(*run);
}

/// What the run's record says of its jobs.
Task<Result<Json>> observeRun(std::shared_ptr<Service> service, QString operation)
{
    std::function<Result<Json>(store::Transaction&)> work =
        [operation](store::Transaction& t) -> Result<Json> {
        const Result<std::optional<Run>> run = runs::find(t, operation);
        if (!run) {
            return run.error();
        }
        Json jobs;
        for (const JobRun& job : *run ? (*run)->jobs : QList<JobRun>()) {
            jobs.insert(job.name, toString(job.state));
        }
        Json world;
        world.insert(u"jobs"_s, jobs);
        return world;
    };
    return service->store->read<Json>(std::move(work));
}

Task<Result<Json>> failWith(Error error)
{
    co_return error;
}

Task<Result<void>> flushLater(std::shared_ptr<Service> service, QString run, milliseconds pause)
{
    const CancelToken closing = service->scope.token();
    Result<void> slept = co_await sleepFor(pause, closing);
    const auto pending = service->pending.find(run);
    if (pending == service->pending.end() || !service->owner || !slept) {
        co_return slept;
    }
    pending->scheduled = false;
    Result<void> flushed = co_await flushRun(service, run);
    co_return flushed;
}

}  // namespace

QString Service::logFolder(const QString& run, const QString& job) const
{
    return store->folder() + u"/runs/"_s + run + u'/' + jobKey(job);
}

engine::Kind makeKind(const std::shared_ptr<Service>& service)
{
    const std::weak_ptr<Service> weak = service;
    engine::Kind kind;
    kind.name = u"pipeline"_s;
    kind.plan = planRun;
    kind.observe = [weak](const Json&, const QString& operation) {
        const std::shared_ptr<Service> alive = weak.lock();
        return alive && alive->owner ? observeRun(alive, operation) : failWith(goneError());
    };
    kind.act = [weak](engine::Call call) {
        const std::shared_ptr<Service> alive = weak.lock();
        if (!alive || !alive->owner) {
            return failWith(goneError());
        }
        if (call.action.verb == Verbs::job) {
            return actJob(alive, std::move(call));
        }
        if (call.action.verb == Verbs::sweep) {
            return actSweep(alive, std::move(call));
        }
        return actFinish(alive, std::move(call));
    };
    return kind;
}

void noteChange(const std::shared_ptr<Service>& service, const QString& run, const JobRun& job,
                const QList<Artifact>& added)
{
    PendingRun& pending = service->pending[run];
    pending.jobs.insert(job.name, job);
    pending.artifacts += added;
    if (!pending.scheduled) {
        pending.scheduled = true;
        const milliseconds since = service->clock.sinceBoot() - pending.written;
        const milliseconds pause = std::max(milliseconds(0), writePause - since);
        service->scope.run(flushLater(service, run, pause));
    }
}

Task<Result<void>> flushRun(std::shared_ptr<Service> service, QString run)
{
    const auto pending = service->pending.find(run);
    if (pending == service->pending.end() || pending->jobs.isEmpty()) {
        co_return Result<void>();
    }
    pending->written = service->clock.sinceBoot();
    const QMap<QString, JobRun> jobs = std::exchange(pending->jobs, {});
    const QList<Artifact> added = std::exchange(pending->artifacts, {});
    std::function<Result<void>(store::Transaction&)> work =
        [run, jobs, added](store::Transaction& t) -> Result<void> {
        Result<Run> known = runs::get(t, run);
        if (!known) {
            return known.error();
        }
        for (const JobRun& job : jobs) {
            applyJob(*known, job);
        }
        for (const Artifact& artifact : added) {
            const auto same = [&artifact](const Artifact& other) {
                return other.path == artifact.path && other.job == artifact.job;
            };
            known->artifacts.erase(
                std::remove_if(known->artifacts.begin(), known->artifacts.end(), same),
                known->artifacts.end());
            known->artifacts.append(artifact);
        }
        const Result<Run> written = runs::put(t, *known);
        return written ? Result<void>() : Result<void>(written.error());
    };
    Result<void> written = co_await service->store->write<void>(std::move(work));
    co_return written;
}

}  // namespace analemma::pipeline
