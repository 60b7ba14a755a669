#include "core/pipeline/src/model.h"

#include "core/base/clock.h"

#include <QJsonArray>

using namespace Qt::StringLiterals;

namespace analemma::pipeline {

namespace {

const QList<std::pair<State, QString>>& states()
{
    static const QList<std::pair<State, QString>> known{
        {State::Waiting, u"waiting"_s},        {State::Running, u"running"_s},
        {State::Passed, u"passed"_s},          {State::Failed, u"failed"_s},
        {State::Cancelled, u"cancelled"_s},    {State::Skipped, u"skipped"_s},
        {State::Interrupted, u"interrupted"_s}};
    return known;
}

const QList<std::pair<TestCase::Result, QString>>& testResults()
{
    static const QList<std::pair<TestCase::Result, QString>> known{
        {TestCase::Result::Passed, u"passed"_s},
        {TestCase::Result::Failed, u"failed"_s},
        {TestCase::Result::Skipped, u"skipped"_s},
        {TestCase::Result::Error, u"error"_s}};
    return known;
}

QString timeText(const QDateTime& time)
{
    return time.isValid() ? toIso(time) : QString();
}

QDateTime timeOf(const Json& json, const QString& key)
{
    const QString text = json.value(key).toString();
    return text.isEmpty() ? QDateTime() : fromIso(text);
}

QStringList textsOf(const Json& json, const QString& key)
{
    QStringList texts;
    const QJsonArray array = json.value(key).toArray();
    for (const QJsonValue& text : array) {
        texts.append(text.toString());
    }
    return texts;
}

Json toJson(const StepRun& step)
{
    Json json;
    json.insert(u"name"_s, step.name);
    json.insert(u"state"_s, toString(step.state));
    json.insert(u"exitCode"_s, step.exitCode);
    json.insert(u"started"_s, timeText(step.started));
    json.insert(u"finished"_s, timeText(step.finished));
    json.insert(u"logBytes"_s, step.logBytes);
    return json;
}

StepRun stepRunFromJson(const Json& json)
{
    StepRun step;
    step.name = json.value(u"name"_s).toString();
    step.state = stateFromString(json.value(u"state"_s).toString());
    step.exitCode = json.value(u"exitCode"_s).toInt(-1);
    step.started = timeOf(json, u"started"_s);
    step.finished = timeOf(json, u"finished"_s);
    step.logBytes = json.value(u"logBytes"_s).toInteger();
    return step;
}

JobRun jobRunFromJson(const Json& json)
{
    JobRun job;
    job.name = json.value(u"name"_s).toString();
    job.state = stateFromString(json.value(u"state"_s).toString());
    job.needs = textsOf(json, u"needs"_s);
    job.note = json.value(u"note"_s).toString();
    job.started = timeOf(json, u"started"_s);
    job.finished = timeOf(json, u"finished"_s);
    const QJsonArray steps = json.value(u"steps"_s).toArray();
    for (const QJsonValue& step : steps) {
        job.steps.append(stepRunFromJson(step.toObject()));
    }
    const Json tests = json.value(u"tests"_s).toObject();
    job.testsPassed = tests.value(u"passed"_s).toInt();
    job.testsFailed = tests.value(u"failed"_s).toInt();
    job.testsSkipped = tests.value(u"skipped"_s).toInt();
    job.error = json.value(u"error"_s).toString();
    return job;
}

Json artifactToJson(const Artifact& artifact)
{
    Json json;
    json.insert(u"path"_s, artifact.path);
    json.insert(u"sha256"_s, artifact.sha256);
    json.insert(u"size"_s, artifact.size);
    json.insert(u"job"_s, artifact.job);
    return json;
}

Artifact artifactFromJson(const Json& json)
{
    Artifact artifact;
    artifact.path = json.value(u"path"_s).toString();
    artifact.sha256 = json.value(u"sha256"_s).toString();
    artifact.size = json.value(u"size"_s).toInteger();
    artifact.job = json.value(u"job"_s).toString();
    return artifact;
}

}  // namespace

QString toString(State state)
{
    for (const auto& [known, text] : states()) {
        if (known == state) {
            return text;
        }
    }
    return {};
}

State stateFromString(const QString& text)
{
    for (const auto& [state, known] : states()) {
        if (known == text) {
            return state;
        }
    }
    return State::Waiting;
}

Json toJson(const JobRun& job)
{
    QJsonArray steps;
    for (const StepRun& step : job.steps) {
        steps.append(toJson(step));
    }
    Json tests;
    tests.insert(u"passed"_s, job.testsPassed);
    tests.insert(u"failed"_s, job.testsFailed);
    tests.insert(u"skipped"_s, job.testsSkipped);
    Json json;
    json.insert(u"name"_s, job.name);
    json.insert(u"state"_s, toString(job.state));
    json.insert(u"needs"_s, QJsonArray::fromStringList(job.needs));
    json.insert(u"note"_s, job.note);
    json.insert(u"started"_s, timeText(job.started));
    json.insert(u"finished"_s, timeText(job.finished));
    json.insert(u"steps"_s, steps);
    json.insert(u"tests"_s, tests);
    json.insert(u"error"_s, job.error);
    return json;
}

Json toJson(const TestCase& test)
{
    Json json;
    json.insert(u"suite"_s, test.suite);
    json.insert(u"name"_s, test.name);
    json.insert(u"file"_s, test.file);
    for (const auto& [result, text] : testResults()) {
        if (result == test.result) {
            json.insert(u"result"_s, text);
        }
    }
    json.insert(u"seconds"_s, test.seconds);
    json.insert(u"message"_s, test.message);
    return json;
}

TestCase testFromJson(const Json& json)
{
    TestCase test;
    test.suite = json.value(u"suite"_s).toString();
    test.name = json.value(u"name"_s).toString();
    test.file = json.value(u"file"_s).toString();
    for (const auto& [result, text] : testResults()) {
        if (text == json.value(u"result"_s).toString()) {
            test.result = result;
        }
    }
    test.seconds = json.value(u"seconds"_s).toDouble();
    test.message = json.value(u"message"_s).toString();
    return test;
}

Json Run::toJson() const
{
    QJsonArray jobList;
    for (const JobRun& job : jobs) {
        jobList.append(analemma::pipeline::toJson(job));
    }
    QJsonArray artifactList;
    for (const Artifact& artifact : artifacts) {
        artifactList.append(artifactToJson(artifact));
    }
    Json json;
    json.insert(u"schema"_s, u"analemma.run.1"_s);
    json.insert(u"id"_s, id);
    json.insert(u"number"_s, number);
    json.insert(u"pipeline"_s, pipeline);
    json.insert(u"repository"_s, repository);
    json.insert(u"branch"_s, branch);
    json.insert(u"commit"_s, commit);
    json.insert(u"subject"_s, subject);
    json.insert(u"state"_s, toString(state));
    json.insert(u"created"_s, timeText(created));
    json.insert(u"finished"_s, timeText(finished));
    json.insert(u"actor"_s, actor);
    json.insert(u"jobs"_s, jobList);
    json.insert(u"artifacts"_s, artifactList);
    json.insert(u"error"_s, error);
    json.insert(u"notes"_s, QJsonArray::fromStringList(notes));
    json.insert(u"order"_s, order);
    return json;
}

Run Run::fromJson(const Json& json)
{
    Run run;
    run.id = json.value(u"id"_s).toString();
    run.number = json.value(u"number"_s).toInt();
    run.pipeline = json.value(u"pipeline"_s).toString();
    run.repository = json.value(u"repository"_s).toString();
    run.branch = json.value(u"branch"_s).toString();
    run.commit = json.value(u"commit"_s).toString();
    run.subject = json.value(u"subject"_s).toString();
    run.state = stateFromString(json.value(u"state"_s).toString());
    run.created = timeOf(json, u"created"_s);
    run.finished = timeOf(json, u"finished"_s);
    run.actor = json.value(u"actor"_s).toString();
    const QJsonArray jobs = json.value(u"jobs"_s).toArray();
    for (const QJsonValue& job : jobs) {
        run.jobs.append(jobRunFromJson(job.toObject()));
    }
    const QJsonArray artifacts = json.value(u"artifacts"_s).toArray();
    for (const QJsonValue& artifact : artifacts) {
        run.artifacts.append(artifactFromJson(artifact.toObject()));
    }
    run.error = json.value(u"error"_s).toString();
    run.notes = textsOf(json, u"notes"_s);
    run.order = json.value(u"order"_s).toInteger();
    return run;
}

}  // namespace analemma::pipeline
