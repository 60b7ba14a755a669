#include "core/pipeline/src/job_state.h"

#include "core/base/files.h"
#include "core/base/text.h"
#include "core/pipeline/src/trees.h"

#include <QDir>
#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>

using namespace Qt::StringLiterals;

namespace analemma::pipeline {

namespace {

constexpr int mostArtifacts = 10'000;
constexpr int mostResultFiles = 2'000;
constexpr qint64 mostResultBytes = 64 * 1024 * 1024;
constexpr qsizetype mostTests = 100'000;

StepEnd failedEnd(const Error& error, const std::shared_ptr<StepLog>& log)
{
    StepEnd end;
    end.state = error.kind == ErrorKind::Cancelled ? State::Cancelled : State::Failed;
    end.error = error.message;
    log->line(error.message);
    return end;
}

// ---- checkout -----------------------------------------------------------------------------------

Task<Result<StepEnd>> runCheckout(std::shared_ptr<JobState> job, Step step,
                                  std::shared_ptr<StepLog> log, CancelToken cancel)
{
    const QString target = job->places.resolve(step.path, job->places.project);
    const QString fresh = job->places.inner + u"/checkout"_s;
    const QString home = job->places.home;
    if (target != home && !target.startsWith(home + u'/')) {
        const Error error(ErrorKind::Refused,
                          u"checkout to %1: a path below the job's home is needed"_s.arg(
                              displayText(step.path, 200)));
        co_return failedEnd(error, log);
    }
    std::function<Result<void>()> clear = [fresh]() -> Result<void> {
        const Result<void> removed = removeTree(fresh);
        return removed ? makeFolder(fresh, 0755) : removed;
    };
    Result<void> ready = co_await onWorker<void>(std::move(clear));
    if (!ready) {
        co_return failedEnd(ready.error(), log);
    }
    Result<void> exported =
        co_await job->tools.exportCommit(job->order.wanted.commit, fresh, cancel);
    if (!exported) {
        co_return failedEnd(exported.error(), log);
    }
    // Into an empty place it is moved; over files that are there already it is merged.
    std::function<Result<void>()> place = [fresh, target]() -> Result<void> {
        Result<void> made = makeFolder(QFileInfo(target).path(), 0755);
        if (made && QDir().rmdir(target)) {
            return QDir().rename(fresh, target)
                       ? Result<void>()
                       : Result<void>(
                             Error(ErrorKind::Io, u"the checkout could not be put in place"_s));
        }
        if (made) {
            made = mergeTree(fresh, target);
        }
        return made ? removeTree(fresh) : made;
    };
    Result<void> placed = co_await onWorker<void>(std::move(place));
    if (!placed) {
        co_return failedEnd(placed.error(), log);
    }
    log->line(u"checked out %1 (%2), the files of the commit without its history"_s.arg(
        job->order.wanted.commit.left(10), displayText(job->order.wanted.subject, 200)));
    co_return StepEnd();
}

// ---- artifacts ----------------------------------------------------------------------------------

/// The name under which a file is kept.
QString artifactName(const Step& step, const QString& relative)
{
    QString top = step.destination.isEmpty() ? step.path : step.destination;
    if (top.startsWith(u"~/"_s)) {
        top = top.mid(2);
    }
    QStringList parts = QDir::cleanPath(top).split(u'/', Qt::SkipEmptyParts);
    parts.removeAll(u".."_s);
    parts.removeAll(u"."_s);
    if (!relative.isEmpty()) {
        parts.append(relative);
    }
    return parts.join(u'/');
}

Task<Result<StepEnd>> runStoreArtifacts(std::shared_ptr<JobState> job, Step step,
                                        std::shared_ptr<StepLog> log, CancelToken cancel)
{
    const QString path = job->places.resolve(step.path, job->places.project);
    std::function<Result<QList<FoundFile>>()> find = [path] {
        return filesBelow(path, mostArtifacts);
    };
    Result<QList<FoundFile>> files = co_await onWorker<QList<FoundFile>>(std::move(find));
    if (!files && files.error().kind == ErrorKind::NotFound) {
        log->line(u"nothing to keep: there is no %1"_s.arg(displayText(step.path, 200)));
        co_return StepEnd();
    }
    if (!files) {
        co_return failedEnd(files.error(), log);
    }
    QList<Artifact> added;
    for (const FoundFile& file : *files) {
        if (cancel.isCancelled()) {
            co_return failedEnd(cancelledError(), log);
        }
        Result<QString> kept = co_await job->tools.keepFile(file.path);
        if (!kept) {
            co_return failedEnd(kept.error(), log);
        }
        Artifact artifact;
        artifact.path = artifactName(step, file.relative);
        artifact.sha256 = *kept;
        artifact.size = file.size;
        artifact.job = job->run.name;
        added.append(artifact);
        log->line(u"kept %1, %2, sha256 %3"_s.arg(displayText(artifact.path, 300),
                                                  sizeText(file.size), *kept));
    }
    if (added.isEmpty()) {
        log->line(u"nothing to keep: %1 holds no file"_s.arg(displayText(step.path, 200)));
    }
    job->tell(added);
    co_return StepEnd();
}

// ---- test results -------------------------------------------------------------------------------

struct Results {
    QList<TestCase> cases;
    QStringList lines;
};

/// Names and messages of tests can hold what a test printed: secrets are masked as in logs.
void redactCases(QList<TestCase>& cases, const std::vector<SecretVariable>& secrets)
{
    if (secrets.empty()) {
        return;
    }
    Redactor redactor;
    for (const SecretVariable& secret : secrets) {
        redactor.add(secret.value);
    }
    for (TestCase& test : cases) {
        test.suite = redactor.redact(test.suite);
        test.name = redactor.redact(test.name);
        test.message = redactor.redact(test.message);
    }
}

Result<Results> readResults(const QString& path, const QString& shown,
                            const std::vector<SecretVariable>& secrets)
{
    const Result<QList<FoundFile>> files = filesBelow(path, mostResultFiles);
    if (!files) {
        return files.error();
    }
    Results results;
    for (const FoundFile& file : *files) {
        const QString name = file.relative.isEmpty() ? shown : shown + u'/' + file.relative;
        if (!file.path.endsWith(u".xml"_s, Qt::CaseInsensitive)) {
            continue;
        }
        const Result<QByteArray> bytes = readFile(file.path, mostResultBytes);
        const Result<QList<TestCase>> cases =
            bytes ? readJUnit(*bytes, name) : Result<QList<TestCase>>(bytes.error());
        if (!cases) {
            results.lines.append(u"not read: "_s + cases.error().message);
            continue;
        }
        results.cases += cases->first(std::min(cases->size(), mostTests - results.cases.size()));
        results.lines.append(u"%1: %2 test cases"_s.arg(displayText(name, 300)).arg(cases->size()));
    }
    if (results.lines.isEmpty()) {
        results.lines.append(
            u"no test results: %1 holds no .xml file"_s.arg(displayText(shown, 300)));
    }
    redactCases(results.cases, secrets);
    return results;
}

Result<void> writeTests(const QString& file, const QList<TestCase>& tests)
{
    QJsonArray array;
    for (const TestCase& test : tests) {
        array.append(toJson(test));
    }
    return writeFile(file, QJsonDocument(array).toJson(QJsonDocument::Compact));
}

void countTests(JobState& job)
{
    job.run.testsPassed = 0;
    job.run.testsFailed = 0;
    job.run.testsSkipped = 0;
    for (const TestCase& test : job.tests) {
        if (test.result == TestCase::Result::Passed) {
            ++job.run.testsPassed;
        } else if (test.result == TestCase::Result::Skipped) {
            ++job.run.testsSkipped;
        } else {
            ++job.run.testsFailed;
        }
    }
}

Task<Result<StepEnd>> runStoreTestResults(std::shared_ptr<JobState> job, Step step,
                                          std::shared_ptr<StepLog> log)
{
    const QString path = job->places.resolve(step.path, job->places.project);
    const QString shown = step.path;
    const std::vector<SecretVariable> secrets = job->order.secrets;
    std::function<Result<Results>()> read = [path, shown, secrets] {
        return readResults(path, shown, secrets);
    };
    Result<Results> results = co_await onWorker<Results>(std::move(read));
    if (!results && results.error().kind == ErrorKind::NotFound) {
        log->line(u"no test results: there is no %1"_s.arg(displayText(step.path, 200)));
        co_return StepEnd();
    }
    if (!results) {
        co_return failedEnd(results.error(), log);
    }
    for (const QString& line : std::as_const(results->lines)) {
        log->line(line);
    }
    job->tests +=
        results->cases.first(std::min(results->cases.size(), mostTests - job->tests.size()));
    countTests(*job);
    const QString file = job->order.logFolder + u"/tests.json"_s;
    const QList<TestCase> tests = job->tests;
    std::function<Result<void>()> write = [file, tests] { return writeTests(file, tests); };
    Result<void> written = co_await onWorker<void>(std::move(write));
    co_return written ? StepEnd() : failedEnd(written.error(), log);
}

// ---- workspace ----------------------------------------------------------------------------------

Result<QStringList> persist(const QString& root, const QStringList& patterns, const QString& layer)
{
    if (!QFileInfo(root).isDir()) {
        return Error(ErrorKind::NotFound, u"root does not exist"_s);
    }
    QStringList lines;
    for (const QString& pattern : patterns) {
        const Result<QStringList> matches = matchesBelow(root, pattern);
        if (!matches) {
            return matches.error();
        }
        if (matches->isEmpty()) {
            return Error(ErrorKind::NotFound,
                         u"nothing matches %1"_s.arg(displayText(pattern, 200)));
        }
        for (const QString& match : *matches) {
            const QString to = match == u"."_s ? layer : layer + u'/' + match;
            const Result<void> copied = mergeTree(root + u'/' + match, to);
            if (!copied) {
                return copied.error();
            }
        }
        lines.append(u"%1: %2 entries"_s.arg(displayText(pattern, 200)).arg(matches->size()));
    }
    return lines;
}

Task<Result<StepEnd>> runPersist(std::shared_ptr<JobState> job, Step step,
                                 std::shared_ptr<StepLog> log)
{
    const QString root = job->places.resolve(step.path, job->places.project);
    const QString layer = job->places.layers + u'/' + jobKey(job->run.name);
    const QStringList patterns = step.paths;
    std::function<Result<QStringList>()> copy = [root, patterns, layer]() -> Result<QStringList> {
        const Result<void> made = makeFolder(layer, 0755);
        return made ? persist(root, patterns, layer) : Result<QStringList>(made.error());
    };
    Result<QStringList> lines = co_await onWorker<QStringList>(std::move(copy));
    if (!lines) {
        const Error error = lines.error().in(u"persist %1"_s.arg(displayText(step.path, 200)));
        co_return failedEnd(error, log);
    }
    for (const QString& line : std::as_const(*lines)) {
        log->line(line);
    }
    co_return StepEnd();
}

Task<Result<StepEnd>> runAttach(std::shared_ptr<JobState> job, Step step,
                                std::shared_ptr<StepLog> log)
{
    const QString at = job->places.resolve(step.path, job->places.project);
    const QStringList needs = upstream(job->order.wanted.definition, job->run.name);
    QStringList layers;
    for (const QString& need : needs) {
        layers.append(job->places.layers + u'/' + jobKey(need));
    }
    std::function<Result<int>()> copy = [at, layers]() -> Result<int> {
        int count = 0;
        const Result<void> made = makeFolder(at, 0755);
        if (!made) {
            return made.error();
        }
        for (const QString& layer : layers) {
            if (!QFileInfo(layer).isDir()) {
                continue;
            }
            const Result<void> merged = mergeTree(layer, at);
            if (!merged) {
                return merged.error();
            }
            ++count;
        }
        return count;
    };
    Result<int> count = co_await onWorker<int>(std::move(copy));
    if (!count) {
        co_return failedEnd(count.error(), log);
    }
    log->line(u"attached what %1 jobs before this one persisted"_s.arg(*count));
    co_return StepEnd();
}

Task<Result<StepEnd>> runNote(Step step, std::shared_ptr<StepLog> log)
{
    log->line(step.command);
    co_return StepEnd();
}

}  // namespace

Task<Result<StepEnd>> runBuiltIn(std::shared_ptr<JobState> job, int index,
                                 std::shared_ptr<StepLog> log, CancelToken cancel)
{
    const Step step = job->step(index);
    switch (step.kind) {
        case Step::Kind::Checkout:
            return runCheckout(job, step, log, cancel);
        case Step::Kind::StoreArtifacts:
            return runStoreArtifacts(job, step, log, cancel);
        case Step::Kind::StoreTestResults:
            return runStoreTestResults(job, step, log);
        case Step::Kind::PersistToWorkspace:
            return runPersist(job, step, log);
        case Step::Kind::AttachWorkspace:
            return runAttach(job, step, log);
        case Step::Kind::Run:
            return runCommand(job, index, log, cancel);
        case Step::Kind::Note:
            break;
    }
    return runNote(step, log);
}

}  // namespace analemma::pipeline
