#include "core/pipeline/src/model.h"

#include "core/base/files.h"
#include "core/base/readers.h"

#include <QJsonArray>
#include <QRegularExpression>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace analemma::pipeline {

namespace {

const QList<std::pair<Step::Kind, QString>>& stepKinds()
{
    static const QList<std::pair<Step::Kind, QString>> kinds{
        {Step::Kind::Checkout, u"checkout"_s},
        {Step::Kind::Run, u"run"_s},
        {Step::Kind::StoreArtifacts, u"store_artifacts"_s},
        {Step::Kind::StoreTestResults, u"store_test_results"_s},
        {Step::Kind::PersistToWorkspace, u"persist_to_workspace"_s},
        {Step::Kind::AttachWorkspace, u"attach_workspace"_s},
        {Step::Kind::Note, u"note"_s}};
    return kinds;
}

Json mapToJson(const QMap<QString, QString>& map)
{
    Json json;
    for (auto it = map.cbegin(); it != map.cend(); ++it) {
        json.insert(it.key(), it.value());
    }
    return json;
}

QMap<QString, QString> mapFromJson(const QJsonValue& value)
{
    QMap<QString, QString> map;
    const Json json = value.toObject();
    for (auto it = json.constBegin(); it != json.constEnd(); ++it) {
        map.insert(it.key(), it.value().toString());
    }
    return map;
}

Json toJson(const Step& step)
{
    Json json;
    for (const auto& [kind, name] : stepKinds()) {
        if (kind == step.kind) {
            json.insert(u"kind"_s, name);
        }
    }
    json.insert(u"name"_s, step.name);
    json.insert(u"command"_s, step.command);
    json.insert(u"shell"_s, step.shell);
    json.insert(u"environment"_s, mapToJson(step.environment));
    json.insert(u"workingDirectory"_s, step.workingDirectory);
    json.insert(u"path"_s, step.path);
    json.insert(u"destination"_s, step.destination);
    json.insert(u"paths"_s, QJsonArray::fromStringList(step.paths));
    json.insert(u"when"_s, step.when);
    json.insert(u"background"_s, step.background);
    json.insert(u"noOutputTimeout"_s, static_cast<qint64>(step.noOutputTimeout.count()));
    json.insert(u"line"_s, step.line);
    return json;
}

Step stepFromJson(const Json& json)
{
    Step step;
    const QString name = json.value(u"kind"_s).toString();
    for (const auto& [kind, known] : stepKinds()) {
        if (known == name) {
            step.kind = kind;
        }
    }
    step.name = json.value(u"name"_s).toString();
    step.command = json.value(u"command"_s).toString();
    step.shell = json.value(u"shell"_s).toString();
    step.environment = mapFromJson(json.value(u"environment"_s));
    step.workingDirectory = json.value(u"workingDirectory"_s).toString();
    step.path = json.value(u"path"_s).toString();
    step.destination = json.value(u"destination"_s).toString();
    step.paths = textsFromJson(json.value(u"paths"_s));
    step.when = json.value(u"when"_s).toString(u"on_success"_s);
    step.background = json.value(u"background"_s).toBool();
    step.noOutputTimeout = milliseconds(json.value(u"noOutputTimeout"_s).toInteger(600'000));
    step.line = json.value(u"line"_s).toInt();
    return step;
}

Json toJson(const Job& job)
{
    QJsonArray steps;
    for (const Step& step : job.steps) {
        steps.append(toJson(step));
    }
    Json json;
    json.insert(u"name"_s, job.name);
    json.insert(u"job"_s, job.job);
    json.insert(u"executor"_s, job.executor);
    json.insert(u"note"_s, job.note);
    json.insert(u"needs"_s, QJsonArray::fromStringList(job.needs));
    json.insert(u"environment"_s, mapToJson(job.environment));
    json.insert(u"workingDirectory"_s, job.workingDirectory);
    json.insert(u"steps"_s, steps);
    json.insert(u"timeout"_s, static_cast<qint64>(job.timeout.count()));
    json.insert(u"onThisBranch"_s, job.onThisBranch);
    return json;
}

Job jobFromJson(const Json& json)
{
    Job job;
    job.name = json.value(u"name"_s).toString();
    job.job = json.value(u"job"_s).toString();
    job.executor = json.value(u"executor"_s).toString();
    job.note = json.value(u"note"_s).toString();
    job.needs = textsFromJson(json.value(u"needs"_s));
    job.environment = mapFromJson(json.value(u"environment"_s));
    job.workingDirectory = json.value(u"workingDirectory"_s).toString();
    const QJsonArray steps = json.value(u"steps"_s).toArray();
    for (const QJsonValue& step : steps) {
        job.steps.append(stepFromJson(step.toObject()));
    }
    job.timeout = milliseconds(json.value(u"timeout"_s).toInteger(3'600'000));
    job.onThisBranch = json.value(u"onThisBranch"_s).toBool(true);
    return job;
}

QString failedText(const Run& run)
{
    QStringList failed;
    QStringList interrupted;
    int count = 0;
    for (const JobRun& job : run.jobs) {
        if (job.state == State::Failed) {
            failed.append(job.name);
        } else if (job.state == State::Interrupted) {
            interrupted.append(job.name);
        }
        ++count;
    }
    QStringList parts;
    if (!failed.isEmpty()) {
        parts.append(
            u"%1 of %2 jobs failed: %3"_s.arg(failed.size()).arg(count).arg(failed.join(u", "_s)));
    }
    if (!interrupted.isEmpty()) {
        parts.append(u"interrupted: %1; the program that ran it ended; run again"_s.arg(
            interrupted.join(u", "_s)));
    }
    return parts.join(u"; "_s);
}

}  // namespace

Json toJson(const Definition& definition)
{
    QJsonArray jobs;
    for (const Job& job : definition.jobs) {
        jobs.append(toJson(job));
    }
    Json json;
    json.insert(u"workflow"_s, definition.workflow);
    json.insert(u"jobs"_s, jobs);
    json.insert(u"notes"_s, QJsonArray::fromStringList(definition.notes));
    return json;
}

Definition definitionFromJson(const Json& json)
{
    Definition definition;
    definition.workflow = json.value(u"workflow"_s).toString();
    const QJsonArray jobs = json.value(u"jobs"_s).toArray();
    for (const QJsonValue& job : jobs) {
        definition.jobs.append(jobFromJson(job.toObject()));
    }
    definition.notes = textsFromJson(json.value(u"notes"_s));
    return definition;
}

QString jobKey(const QString& name)
{
    static const QRegularExpression plain(u"\\A[A-Za-z0-9][A-Za-z0-9_-]{0,59}\\z"_s);
    static const QRegularExpression other(u"[^A-Za-z0-9_-]+"_s);
    if (plain.match(name).hasMatch()) {
        return name;
    }
    QString key = name;
    key.replace(other, u"-"_s);
    return u"j%1.%2"_s.arg(key.left(40), sha256(name.toUtf8()).left(8));
}

Json Wanted::toJson() const
{
    Json json;
    json.insert(u"pipeline"_s, pipeline);
    json.insert(u"repository"_s, repository);
    json.insert(u"branch"_s, branch);
    json.insert(u"commit"_s, commit);
    json.insert(u"subject"_s, subject);
    json.insert(u"definition"_s, analemma::pipeline::toJson(definition));
    return json;
}

Wanted Wanted::fromJson(const Json& json)
{
    Wanted wanted;
    wanted.pipeline = json.value(u"pipeline"_s).toString();
    wanted.repository = json.value(u"repository"_s).toString();
    wanted.branch = json.value(u"branch"_s).toString();
    wanted.commit = json.value(u"commit"_s).toString();
    wanted.subject = json.value(u"subject"_s).toString();
    wanted.definition = definitionFromJson(json.value(u"definition"_s).toObject());
    return wanted;
}

JobRun waitingJob(const Job& job)
{
    JobRun run;
    run.name = job.name;
    run.needs = job.needs;
    run.note = job.note;
    for (const Step& step : job.steps) {
        StepRun waiting;
        waiting.name = step.name;
        run.steps.append(waiting);
    }
    return run;
}

Run newRun(const QString& id, const Wanted& wanted, const QDateTime& created)
{
    Run run;
    run.id = id;
    run.pipeline = wanted.pipeline;
    run.repository = wanted.repository;
    run.branch = wanted.branch;
    run.commit = wanted.commit;
    run.subject = wanted.subject;
    run.created = created;
    run.notes = wanted.definition.notes;
    for (const Job& job : wanted.definition.jobs) {
        if (!job.onThisBranch) {
            run.notes.append(u"the job %1 is left out on this branch"_s.arg(job.name));
            continue;
        }
        run.jobs.append(waitingJob(job));
    }
    return run;
}

bool isFinal(State state)
{
    return state != State::Waiting && state != State::Running;
}

void applyJob(Run& run, const JobRun& job)
{
    for (JobRun& known : run.jobs) {
        if (known.name == job.name) {
            known = job;
        }
    }
    if (run.state == State::Waiting && job.state != State::Waiting) {
        run.state = State::Running;
    }
    QStringList lost;
    for (JobRun& known : run.jobs) {  // needs come first, so one pass is enough
        const bool lacks =
            std::any_of(known.needs.cbegin(), known.needs.cend(),
                        [&lost](const QString& need) { return lost.contains(need); });
        if (known.state == State::Waiting && lacks) {
            known.state = State::Skipped;
        }
        if (isFinal(known.state) && known.state != State::Passed) {
            lost.append(known.name);
        }
    }
}

namespace {

/// Ends the steps of a job that will not go on.
void endSteps(JobRun& job, State running)
{
    for (StepRun& step : job.steps) {
        if (step.state == State::Running) {
            step.state = running;
        } else if (step.state == State::Waiting) {
            step.state = State::Skipped;
        }
    }
}

void endJob(JobRun& job, const QString& outcome, bool cancelled, const QDateTime& now)
{
    if (outcome == u"interrupted"_s && !isFinal(job.state)) {
        job.state = State::Interrupted;
        job.error = u"the program that ran it ended; run again"_s;
        job.finished = now;
    } else if (outcome == u"ok"_s) {
        job.state = State::Passed;
    } else if (!isFinal(job.state)) {
        const bool began = job.started.isValid();
        job.state = cancelled ? State::Cancelled
                              : (outcome == u"failed"_s ? State::Failed : State::Skipped);
        job.finished = began ? now : QDateTime();
    }
    endSteps(job, job.state);
}

}  // namespace

void finishRun(Run& run, const QMap<QString, QString>& outcomes, bool cancelled,
               const QDateTime& now)
{
    bool allPassed = true;
    for (JobRun& job : run.jobs) {
        endJob(job, outcomes.value(job.name), cancelled, now);
        allPassed = allPassed && job.state == State::Passed;
    }
    run.state = allPassed ? State::Passed : (cancelled ? State::Cancelled : State::Failed);
    run.error = run.state == State::Cancelled ? u"cancelled"_s : failedText(run);
    run.finished = now;
}

void markInterrupted(Run& run)
{
    if (isFinal(run.state)) {
        return;
    }
    run.state = State::Interrupted;
    run.error = u"the program that ran it ended; run again"_s;
    for (JobRun& job : run.jobs) {
        if (job.state == State::Running) {
            job.state = State::Interrupted;
            endSteps(job, State::Interrupted);
        }
    }
}

Json totals(const Run& run)
{
    int passed = 0;
    int failed = 0;
    int other = 0;
    int tests = 0;
    int testsFailed = 0;
    for (const JobRun& job : run.jobs) {
        const bool bad = job.state == State::Failed || job.state == State::Interrupted;
        ++(job.state == State::Passed ? passed : bad ? failed : other);
        tests += job.testsPassed + job.testsFailed + job.testsSkipped;
        testsFailed += job.testsFailed;
    }
    Json json;
    json.insert(u"run"_s, run.id);
    json.insert(u"number"_s, run.number);
    json.insert(u"state"_s, toString(run.state));
    json.insert(u"reason"_s, run.error);
    json.insert(u"passed"_s, passed);
    json.insert(u"failed"_s, failed);
    json.insert(u"notRun"_s, other);
    json.insert(u"tests"_s, tests);
    json.insert(u"testsFailed"_s, testsFailed);
    json.insert(u"artifacts"_s, static_cast<qint64>(run.artifacts.size()));
    return json;
}

QStringList upstream(const Definition& definition, const QString& job)
{
    QStringList found;
    QStringList open{job};
    while (!open.isEmpty()) {
        const QString name = open.takeFirst();
        for (const Job& known : definition.jobs) {
            if (known.name != name) {
                continue;
            }
            for (const QString& need : known.needs) {
                if (!found.contains(need)) {
                    found.append(need);
                    open.append(need);
                }
            }
        }
    }
    QStringList ordered;
    for (const Job& known : definition.jobs) {
        if (found.contains(known.name)) {
            ordered.append(known.name);
        }
    }
    return ordered;
}

}  // namespace analemma::pipeline
