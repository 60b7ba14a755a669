#include "app/sample.h"

#include "core/base/files.h"
#include "core/base/readers.h"
#include "core/base/text.h"
#include "core/git/git.h"

#include <QDir>
#include <QDirIterator>
#include <QFile>
#include <QJsonArray>

using namespace Qt::StringLiterals;

static void initSampleResource()
{
    Q_INIT_RESOURCE(sample);
}

namespace analemma::app {
namespace {

constexpr qint64 sampleFileLimitBytes = 1024 * 1024;

struct Layer {
    QString folder;  ///< below :/sample
    QString message;
    [[nodiscard]] QString subject() const { return message.section(u'\n', 0, 0); }
};

Result<QList<Layer>> readLayers()
{
    initSampleResource();
    QFile file(u":/sample/commits.json"_s);
    if (!file.open(QIODevice::ReadOnly)) {
        return Error(ErrorKind::Bug, u"the sample is not part of this program"_s);
    }
    const Result<QJsonValue> json = readJson(file.readAll());
    if (!json) {
        return json.error().in(u"sample"_s);
    }
    QList<Layer> layers;
    for (const QJsonValue& one : json->toArray()) {
        layers.append({one[u"folder"_s].toString(), one[u"message"_s].toString().trimmed()});
    }
    if (layers.isEmpty()) {
        return Error(ErrorKind::Bug, u"the sample holds no commit"_s);
    }
    return layers;
}

/// Copies a folder of the resource. Scripts become executable: a resource has no modes.
Result<void> layDown(const QString& resource, const QString& folder)
{
    QDirIterator files(resource, QDir::Files | QDir::Hidden, QDirIterator::Subdirectories);
    while (files.hasNext()) {
        const QString path = files.next();
        const QString to = folder + path.mid(resource.size());
        QFile file(path);
        if (!file.open(QIODevice::ReadOnly) || file.size() > sampleFileLimitBytes) {
            return Error(ErrorKind::Bug, u"the sample's %1 cannot be read"_s.arg(path));
        }
        const Result<void> made = makeFolder(QFileInfo(to).path(), 0755);
        if (!made) {
            return made.error();
        }
        const Result<void> written =
            writeFile(to, file.readAll(), path.endsWith(u".sh") ? 0755 : 0644);
        if (!written) {
            return written.error();
        }
    }
    return {};
}

Result<bool> laidDown(const QString& resource, const QString& folder)
{
    const Result<void> done = layDown(resource, folder);
    return done ? Result<bool>(true) : Result<bool>(done.error());
}

Result<bool> prepareFolder(const QString& folder)
{
    const QDir dir(folder);
    if (dir.exists() && !dir.isEmpty(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot)) {
        return Error(ErrorKind::Refused,
                     u"%1 is not empty; nothing was changed"_s.arg(displayText(folder, 400)))
            .withHint(u"Name a folder that is empty or not there yet."_s);
    }
    const Result<void> made = makeFolder(folder, 0755);
    return made ? laidDown(u":/sample/workspace"_s, folder) : Result<bool>(made.error());
}

Task<Result<QString>> commitLayer(std::shared_ptr<git::Repository> repository, Layer layer)
{
    std::function<Result<bool>()> work = [resource = u":/sample/"_s + layer.folder,
                                          folder = repository->path()] {
        return laidDown(resource, folder);
    };
    auto copying = onWorker<bool>(std::move(work));
    const Result<bool> copied = co_await std::move(copying);
    if (!copied) {
        co_return copied.error();
    }
    auto committing =
        repository->commitAll(layer.message, u"Analemma sample"_s, u"sample@analemma.invalid"_s,
                              QDateTime::currentDateTimeUtc());
    Result<QString> commit = co_await std::move(committing);
    co_return commit;
}

}  // namespace

QStringList sampleNames()
{
    return {u"shop"_s};
}

Task<Result<QString>> makeSample(QString name, QString folder)
{
    if (!sampleNames().contains(name)) {
        co_return Error(ErrorKind::Invalid,
                        u"there is no sample named \"%1\""_s.arg(displayText(name, 80)))
            .withHint(u"There is: %1."_s.arg(sampleNames().join(u", "_s)));
    }
    const Result<QList<Layer>> layers = readLayers();
    if (!layers) {
        co_return layers.error();
    }
    std::function<Result<bool>()> work = [folder] { return prepareFolder(folder); };
    auto preparing = onWorker<bool>(std::move(work));
    const Result<bool> prepared = co_await std::move(preparing);
    if (!prepared) {
        co_return prepared.error();
    }
    auto making = git::Repository::init(QDir(folder).filePath(name));
    const auto repository = co_await std::move(making);
    if (!repository) {
        co_return repository.error();
    }
    auto committing = commitLayer(*repository, layers->constFirst());
    Result<QString> commit = co_await std::move(committing);
    co_return commit;
}

Task<Result<QString>> advanceSample(QString folder)
{
    const Result<QList<Layer>> layers = readLayers();
    if (!layers) {
        co_return layers.error();
    }
    auto opening = git::Repository::open(QDir(folder).filePath(u"shop"_s));
    const auto repository = co_await std::move(opening);
    if (!repository) {
        co_return repository.error().in(u"sample"_s);
    }
    git::LogQuery query;
    query.limit = 1000;
    auto logging = (*repository)->log(query, CancelToken());
    const Result<QList<git::Commit>> log = co_await std::move(logging);
    if (!log) {
        co_return log.error();
    }
    QStringList subjects;
    for (const git::Commit& commit : *log) {
        subjects.append(commit.subject);
    }
    if (!subjects.contains(layers->constFirst().subject())) {
        co_return Error(ErrorKind::NotFound, u"%1 does not hold the sample"_s.arg(
                                                 displayText((*repository)->path(), 400)));
    }
    for (const Layer& layer : *layers) {
        if (!subjects.contains(layer.subject())) {
            auto committing = commitLayer(*repository, layer);
            Result<QString> commit = co_await std::move(committing);
            co_return commit;
        }
    }
    co_return Error(ErrorKind::Conflict,
                    u"all %1 commits of the sample are made"_s.arg(layers->size()))
        .withHint(u"Change a file in %1 and commit it with git."_s.arg((*repository)->path()));
}

QByteArray emptyWorkspaceFile(const QString& name)
{
    return u"# The workspace: what is built, where it runs and how it gets there.\n"
           "# `analemma-cli workspace check` reads this file and names line and column of what is "
           "wrong.\n"
           "workspace: %1\n\n"
           "repositories: {}\n\n"
           "providers:\n"
           "  here: { type: local }            # servers, images and a load balancer on this "
           "machine\n\n"
           "pipelines: {}\n\n"
           "images: {}\n\n"
           "environments: {}\n"_s.arg(name)
               .toUtf8();
}

}  // namespace analemma::app
