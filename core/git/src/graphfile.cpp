#include "core/git/graphfile.h"

#include "core/base/files.h"
#include "core/base/text.h"
#include "core/git/src/access.h"
#include "core/git/src/historywalk.h"
#include "core/git/src/room.h"
#include "core/git/src/shadow.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace analemma::git {
namespace {

constexpr qint64 alternatesLimit = 1024 * 1024;
constexpr qint64 graphFileLimit = qint64(2) * 1024 * 1024 * 1024;
constexpr int readableByAll = 0444;  ///< as git makes it

const QString graphName = u"/info/commit-graph"_s;
const QString chainName = u"/info/commit-graphs/commit-graph-chain"_s;

/// What tells one graph file from another without reading it.
struct GraphStamp {
    qint64 size = -1;
    QDateTime time;
    QDateTime chainTime;
    bool operator==(const GraphStamp&) const = default;
};

GraphStamp stampOf(const QString& objects)
{
    const QFileInfo file(objects + graphName);
    const QFileInfo chain(objects + chainName);
    return {file.exists() ? file.size() : -1, file.lastModified(), chain.lastModified()};
}

Error cannotWrite(const QString& what)
{
    return Error(ErrorKind::Io,
                 u"The commit-graph file was not written: %1. The repository was "
                 "not changed."_s.arg(what));
}

// ---- the folder in which git works --------------------------------------------------------------

/// The folders of a repository's objects that it borrows from, relative ones as what they mean.
Result<QByteArray> alternatesOf(const QString& objects)
{
    const Result<QByteArray> text = readFile(objects + u"/info/alternates"_s, alternatesLimit);
    if (!text) {
        return text.error().kind == ErrorKind::NotFound ? Result<QByteArray>(QByteArray())
                                                        : text.error();
    }
    QByteArray absolute;
    for (const QByteArray& line : text->split('\n')) {
        const bool isRelative = !line.startsWith('/') && !line.startsWith('"');
        if (!line.isEmpty() && !line.startsWith('#')) {
            absolute +=
                (isRelative ? QFile::encodeName(objects) + '/' : QByteArray()) + line + '\n';
        }
    }
    return absolute;
}

/// A folder of objects that has all that the other one has, except what lies in its info/.
Result<void> borrowObjects(const QString& objects, const QString& folder)
{
    const Result<QByteArray> alternates = alternatesOf(objects);
    if (!alternates) {
        return alternates.error();
    }
    if (!QDir().mkpath(folder + u"/info"_s)) {
        return cannotWrite(u"no folder can be made in %1"_s.arg(QDir::tempPath()));
    }
    const QStringList names = QDir(objects).entryList(QDir::Dirs | QDir::NoDotAndDotDot);
    for (const QString& name : names) {
        const bool isPart = name == "pack"_L1 || name.size() == 2;
        if (isPart && !QFile::link(objects + u'/' + name, folder + u'/' + name)) {
            return cannotWrite(u"no link can be made in %1"_s.arg(QDir::tempPath()));
        }
    }
    return alternates->isEmpty() ? Result<void>()
                                 : writeFile(folder + u"/info/alternates"_s, *alternates);
}

/// Git takes from an old file what is in it, and the filters for changed paths.
bool copyOldGraph(const QString& objects, const QString& folder)
{
    if (QFile::exists(objects + graphName)) {
        return QFile::copy(objects + graphName, folder + graphName);
    }
    const QString chain = u"/info/commit-graphs"_s;
    return QFile::exists(objects + chainName) && copyTree(objects + chain, folder + chain).ok();
}

struct GraphWork {
    std::shared_ptr<Shadow> shadow;
    QString objects;  ///< of the repository
    QString folder;   ///< where git writes
    GraphStamp before;
    bool hasOld = false;
};

Error ignoredGraph()
{
    return Error(ErrorKind::Refused,
                 u"Git reads no commit-graph file here, so none was written: the repository is "
                 "shallow, has replaced or grafted commits, or has it switched off "
                 "(core.commitGraph)."_s);
}

Result<GraphWork> prepareGraph(const Handle& handle)
{
    const FoundGraph found = findGraph(handle);
    if (found.state == GraphFile::Ignored) {
        return ignoredGraph();
    }
    ShadowNeeds needs;
    needs.refs = true;
    const Result<std::shared_ptr<Shadow>> shadow = makeShadow(handle, needs);
    if (!shadow) {
        return shadow.error();
    }
    GraphWork work;
    work.shadow = *shadow;
    work.objects = QDir::cleanPath(
        QFile::decodeName(git_repository_commondir(handle.repository.get())) + u"/objects"_s);
    work.folder = (*shadow)->folder() + u"/made"_s;
    work.before = stampOf(work.objects);
    const Result<void> borrowed = borrowObjects(work.objects, work.folder);
    if (!borrowed) {
        return borrowed.error();
    }
    work.hasOld = found.graph && copyOldGraph(work.objects, work.folder);
    return work;
}

// ---- writing ------------------------------------------------------------------------------------

Task<Result<void>> runGraph(GraphWork work, QString verb, QString option, CancelToken cancel)
{
    GitRun git({u"commit-graph"_s, verb});
    if (!option.isEmpty()) {
        git.arguments.append(option);
    }
    git.environment.emplace_back(u"GIT_OBJECT_DIRECTORY"_s, work.folder);
    auto task = runGit(work.shadow, std::move(git), cancel);
    const Result<ProcessResult> ran = co_await std::move(task);
    if (!ran) {
        co_return ran.error();
    }
    if (!ran->ok()) {
        co_return gitRunError(*ran,
                              u"The commit-graph file was not written; nothing was changed"_s);
    }
    co_return Result<void>();
}

Task<Result<void>> makeGraph(GraphWork work, CancelToken cancel)
{
    auto writing = runGraph(work, u"write"_s, u"--reachable"_s, cancel);
    Result<void> written = co_await std::move(writing);
    if (!written) {
        co_return written;
    }
    auto verifying = runGraph(work, u"verify"_s, {}, cancel);
    Result<void> verified = co_await std::move(verifying);
    co_return verified;
}

/// Blocks for as long as it takes to write some hundred MiB at most.
Result<void> publishGraph(const GraphWork& work)
{
    const Result<QByteArray> bytes = readFile(work.folder + graphName, graphFileLimit);
    if (!bytes) {
        // no commit, no file
        return bytes.error().kind == ErrorKind::NotFound ? Result<void>()
                                                         : Result<void>(bytes.error());
    }
    if (stampOf(work.objects) != work.before) {
        return Error(ErrorKind::Conflict,
                     u"Another program wrote the commit-graph file of this "
                     "repository meanwhile; its file was left as it is."_s);
    }
    if (!QDir().mkpath(work.objects + u"/info"_s)) {
        return cannotWrite(u"no folder can be made in %1"_s.arg(displayText(work.objects, 300)));
    }
    const Result<void> written = writeFile(work.objects + graphName, *bytes, readableByAll);
    if (!written && isDiskFull(written.error())) {
        Error error = written.error();
        error.message += u". The repository was not changed."_s;
        return error;
    }
    return written;
}

Result<GraphFileState> stateOfGraph(const Handle& handle)
{
    const FoundGraph found = findGraph(handle);
    return GraphFileState{found.state, found.graph ? qint64(found.graph->count()) : 0};
}

template <class Body>
Task<Result<GraphFileState>> writeGraph(std::shared_ptr<Body> body, CancelToken cancel)
{
    std::function<Result<GraphWork>(const Handle&)> prepare = &prepareGraph;
    auto preparing = perform<GraphWork>(body, std::move(prepare));
    const Result<GraphWork> work = co_await std::move(preparing);
    if (!work) {
        co_return work.error();
    }
    auto making = makeGraph(*work, cancel);
    Result<void> made = co_await std::move(making);
    if (!made && made.error().kind == ErrorKind::Failed && work->hasOld) {
        // What is wrong may have come from the old file.
        (void)removeTree(work->folder + graphName).ok();
        (void)removeTree(work->folder + u"/info/commit-graphs"_s).ok();
        auto anew = makeGraph(*work, cancel);
        made = co_await std::move(anew);
    }
    if (!made) {
        co_return made.error();
    }
    if (cancel.isCancelled()) {
        co_return Error(ErrorKind::Cancelled, u"cancelled"_s);
    }
    std::function<Result<void>()> publish = [work = *work] { return publishGraph(work); };
    auto publishing = onWorker<void>(std::move(publish));
    const Result<void> published = co_await std::move(publishing);
    if (!published) {
        co_return published.error();
    }
    std::function<Result<GraphFileState>(const Handle&)> look = &stateOfGraph;
    auto looking = perform<GraphFileState>(body, std::move(look));
    Result<GraphFileState> state = co_await std::move(looking);
    co_return state;
}

}  // namespace

Task<Result<GraphFileState>> graphFileState(std::shared_ptr<Repository> repository)
{
    return perform<GraphFileState>(
        Access::body(*repository),
        std::function<Result<GraphFileState>(const Handle&)>(&stateOfGraph));
}

Task<Result<GraphFileState>> writeGraphFile(std::shared_ptr<Repository> repository,
                                            CancelToken cancel)
{
    return writeGraph(Access::body(*repository), cancel);
}

}  // namespace analemma::git
