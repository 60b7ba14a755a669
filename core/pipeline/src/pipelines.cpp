#include "core/pipeline/pipeline.h"

#include "core/base/files.h"
#include "core/base/readers.h"
#include "core/base/text.h"
#include "core/pipeline/src/runs.h"
#include "core/pipeline/src/service.h"

#include <QFile>
#include <QJsonArray>
#include <QThread>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace analemma::pipeline {

namespace {

constexpr qint64 mostTestsFile = 256 * 1024 * 1024;
constexpr qint64 mostLogPiece = 64 * 1024 * 1024;

/// A run that its operation says nobody drives is told as interrupted.
Task<Result<Run>> told(std::shared_ptr<Service> service, Run run)
{
    if (isFinal(run.state)) {
        co_return run;
    }
    Result<engine::Operation> operation = co_await service->engine->operation(run.id);
    const bool dropped =
        operation && (operation->state == u"interrupted"_s || operation->state == u"suspended"_s);
    if (dropped) {
        markInterrupted(run);
    }
    co_return run;
}

Task<Result<Run>> readRun(std::shared_ptr<Service> service, QString id)
{
    std::function<Result<Run>(store::Transaction&)> work = [id](store::Transaction& t) {
        return runs::get(t, id);
    };
    Result<Run> run = co_await service->store->read<Run>(std::move(work));
    if (!run) {
        co_return run.error();
    }
    Result<Run> shown = co_await told(service, *run);
    co_return shown;
}

Task<Result<QString>> startRun(std::shared_ptr<Service> service, QString pipeline, QString revision,
                               CancelToken cancel)
{
    Result<engine::Request> request = co_await makeRequest(service, pipeline, revision);
    if (!request) {
        co_return request.error();
    }
    const Wanted wanted = Wanted::fromJson(request->wanted);
    engine::Request start = *request;
    Result<QString> id = co_await service->engine->start(std::move(start), cancel);
    if (!id) {
        co_return id.error();
    }
    const QString key = *id;
    const QDateTime now = service->clock.now();
    std::function<Result<Run>(store::Transaction&)> work =
        [key, wanted, now](store::Transaction& t) { return runs::ensure(t, key, wanted, now); };
    Result<Run> run = co_await service->store->write<Run>(std::move(work));
    if (!run) {
        co_return run.error();
    }
    co_return key;
}

Task<Result<engine::Preview>> previewRun(std::shared_ptr<Service> service, QString pipeline,
                                         QString revision)
{
    Result<engine::Request> request = co_await makeRequest(service, pipeline, revision);
    if (!request) {
        co_return request.error();
    }
    engine::Request wanted = *request;
    Result<engine::Preview> preview = co_await service->engine->preview(std::move(wanted));
    co_return preview;
}

Task<Result<Run>> finishedRun(std::shared_ptr<Service> service, QString id, CancelToken cancel)
{
    Result<engine::Operation> operation = co_await service->engine->finished(id, cancel);
    if (!operation) {
        co_return operation.error();
    }
    Result<Run> run = co_await readRun(service, id);
    co_return run;
}

Task<Result<QList<Run>>> listRuns(std::shared_ptr<Service> service, QString pipeline, int limit,
                                  qint64 before)
{
    std::function<Result<QList<Run>>(store::Transaction&)> work = [pipeline, limit,
                                                                   before](store::Transaction& t) {
        return runs::list(t, pipeline, limit, before);
    };
    Result<QList<Run>> found = co_await service->store->read<QList<Run>>(std::move(work));
    if (!found) {
        co_return found.error();
    }
    QList<Run> shown;
    for (const Run& run : *found) {
        Result<Run> one = co_await told(service, run);
        shown.append(one ? *one : run);
    }
    co_return shown;
}

Task<Result<Run>> runNumbered(std::shared_ptr<Service> service, QString pipeline, int number)
{
    std::function<Result<QString>(store::Transaction&)> work =
        [pipeline, number](store::Transaction& t) { return runs::idOfNumber(t, pipeline, number); };
    Result<QString> id = co_await service->store->read<QString>(std::move(work));
    if (!id) {
        co_return id.error();
    }
    Result<Run> run = co_await readRun(service, *id);
    co_return run;
}

Task<Result<Run>> refusedRun(Error error)
{
    co_return error;
}

Task<Result<std::optional<Run>>> newestRun(std::shared_ptr<Service> service, QString commit)
{
    std::function<Result<std::optional<Run>>(store::Transaction&)> work =
        [commit](store::Transaction& t) { return runs::newestOf(t, commit); };
    Result<std::optional<Run>> run =
        co_await service->store->read<std::optional<Run>>(std::move(work));
    if (!run || !*run) {
        co_return run;
    }
    Result<Run> shown = co_await told(service, **run);
    if (!shown) {
        co_return shown.error();
    }
    co_return std::optional<Run>(*shown);
}

Result<QByteArray> readPiece(const QString& path, qint64 offset, qint64 limit)
{
    QFile file(path);
    if (!file.exists()) {
        return QByteArray();  // the step has not begun
    }
    if (!file.open(QIODevice::ReadOnly) || !file.seek(std::max<qint64>(0, offset))) {
        return Error(ErrorKind::Io, u"read the log %1: %2"_s.arg(path, file.errorString()));
    }
    return file.read(std::clamp<qint64>(limit, 0, mostLogPiece));
}

Task<Result<QByteArray>> readLog(std::shared_ptr<Service> service, QString id, QString job,
                                 int step, qint64 offset, qint64 limit)
{
    Result<Run> run = co_await readRun(service, id);
    if (!run) {
        co_return run.error();
    }
    const auto found = std::find_if(run->jobs.cbegin(), run->jobs.cend(),
                                    [&job](const JobRun& one) { return one.name == job; });
    if (found == run->jobs.cend() || step < 0 || step >= found->steps.size()) {
        co_return Error(
            ErrorKind::NotFound,
            u"the run has no step %1 of a job \"%2\""_s.arg(step).arg(displayText(job, 80)));
    }
    const QString path = service->logFolder(id, job) + u"/%1.log"_s.arg(step);
    std::function<Result<QByteArray>()> read = [path, offset, limit] {
        return readPiece(path, offset, limit);
    };
    Result<QByteArray> piece = co_await onWorker<QByteArray>(std::move(read));
    co_return piece;
}

Result<QList<TestCase>> readTests(const QStringList& files)
{
    QList<TestCase> tests;
    ReadLimits limits;
    limits.bytes = mostTestsFile;
    limits.nodes = 2'000'000;
    for (const QString& file : files) {
        const Result<QByteArray> bytes = readFile(file, mostTestsFile);
        if (!bytes && bytes.error().kind == ErrorKind::NotFound) {
            continue;
        }
        const Result<QJsonValue> array =
            bytes ? readJson(*bytes, limits) : Result<QJsonValue>(bytes.error());
        if (!array) {
            return array.error().in(u"test results"_s);
        }
        const QJsonArray cases = array->toArray();
        for (const QJsonValue& test : cases) {
            tests.append(testFromJson(test.toObject()));
        }
    }
    return tests;
}

Task<Result<QList<TestCase>>> testsOf(std::shared_ptr<Service> service, QString id)
{
    Result<Run> run = co_await readRun(service, id);
    if (!run) {
        co_return run.error();
    }
    QStringList files;
    for (const JobRun& job : std::as_const(run->jobs)) {
        files.append(service->logFolder(id, job.name) + u"/tests.json"_s);
    }
    std::function<Result<QList<TestCase>>()> read = [files] { return readTests(files); };
    Result<QList<TestCase>> tests = co_await onWorker<QList<TestCase>>(std::move(read));
    co_return tests;
}

}  // namespace

struct Pipelines::Body {
    std::shared_ptr<Service> service;
};

Pipelines::Pipelines(workspace::Workspace workspace, store::Store* store, engine::Engine* engine,
                     store::SecretSource* secrets, OpenRepository open, QString work)
    : m_body(std::make_unique<Body>())
{
    auto service = std::make_shared<Service>();
    service->workspace = std::move(workspace);
    service->store = store;
    service->engine = engine;
    service->secrets = secrets;
    service->open = std::move(open);
    service->work = std::move(work);
    service->owner = this;
    service->places = std::make_shared<Slots>(std::max(1, QThread::idealThreadCount()));
    m_body->service = service;
    engine->add(makeKind(service));
    connect(store, &store::Store::changed, this, [service = std::weak_ptr<Service>(service)] {
        if (const std::shared_ptr<Service> alive = service.lock()) {
            alive->scope.run(lookForChanges(alive));
        }
    });
    service->scope.run(removeOldCheckouts(service));
}

Pipelines::~Pipelines()
{
    m_body->service->owner = nullptr;
    m_body->service->scope.token().cancel();
}

Task<Result<void>> Pipelines::close()
{
    return TaskScope::close(&m_body->service->scope);
}

Task<Result<QString>> Pipelines::start(QString pipeline, QString revision, CancelToken cancel)
{
    return startRun(m_body->service, std::move(pipeline), std::move(revision), std::move(cancel));
}

Task<Result<engine::Preview>> Pipelines::preview(QString pipeline, QString revision)
{
    return previewRun(m_body->service, std::move(pipeline), std::move(revision));
}

Task<Result<Run>> Pipelines::finished(QString id, CancelToken cancel)
{
    return finishedRun(m_body->service, std::move(id), std::move(cancel));
}

Task<Result<QList<Run>>> Pipelines::runs(QString pipeline, int limit, qint64 before)
{
    return listRuns(m_body->service, std::move(pipeline), limit, before);
}

Task<Result<Run>> Pipelines::run(QString idOrNumber)
{
    const QStringList names = m_body->service->workspace.pipelines.keys();
    const qsizetype hash = idOrNumber.lastIndexOf(u'#');
    bool isNumber = false;
    const int number = idOrNumber.mid(hash + 1).toInt(&isNumber);
    if (hash < 0 && (!isNumber || idOrNumber.size() > 9)) {
        return readRun(m_body->service, std::move(idOrNumber));
    }
    if (!isNumber) {
        return refusedRun(
            Error(ErrorKind::Invalid, u"\"%1\" is no number of a run; write pipeline#number"_s.arg(
                                          displayText(idOrNumber, 80))));
    }
    if (hash < 0 && names.size() != 1) {
        return refusedRun(
            Error(ErrorKind::Invalid,
                  u"there are %1 pipelines; write pipeline#%2"_s.arg(names.size()).arg(number)));
    }
    return runNumbered(m_body->service, hash > 0 ? idOrNumber.left(hash) : names.value(0), number);
}

Task<Result<std::optional<Run>>> Pipelines::runOf(QString commit)
{
    return newestRun(m_body->service, std::move(commit));
}

Task<Result<QByteArray>> Pipelines::log(QString run, QString job, int step, qint64 offset,
                                        qint64 limit)
{
    return readLog(m_body->service, std::move(run), std::move(job), step, offset, limit);
}

Task<Result<QList<TestCase>>> Pipelines::tests(QString run)
{
    return testsOf(m_body->service, std::move(run));
}

}  // namespace analemma::pipeline
