#include "core/git/git.h"

#include "core/git/src/access.h"
#include "core/git/src/commits.h"
#include "core/git/src/errors.h"
#include "core/git/src/exporttree.h"
#include "core/git/src/historybody.h"
#include "core/git/src/refs.h"
#include "core/git/src/refwatcher.h"
#include "core/git/src/walk.h"
#include "core/git/src/workspacecommit.h"

#include <QDir>
#include <QMetaMethod>

using namespace Qt::StringLiterals;

namespace analemma::git {

namespace {

struct Opened {
    std::shared_ptr<Handle> handle;
    QString path;
};

using OpenFunction = Result<RepositoryHandle> (*)(const QString&);

Result<Opened> openOnQueue(const QString& path, OpenFunction function)
{
    Result<RepositoryHandle> repository = function(path);
    if (!repository) {
        return repository.error();
    }
    auto handle = std::make_shared<Handle>();
    handle->repository = std::move(*repository);
    if (const int code = git_repository_odb(out(handle->odb), handle->repository.get()); code < 0) {
        return gitError(code, u"open %1"_s.arg(path));
    }
    const char* folder = git_repository_workdir(handle->repository.get());
    const char* shown = folder != nullptr ? folder : git_repository_path(handle->repository.get());
    return Opened{std::move(handle), QDir::cleanPath(QString::fromUtf8(shown))};
}

Task<Result<Opened>> openWith(std::shared_ptr<Queue> queue, QString path, OpenFunction function)
{
    std::function<Result<Opened>()> work = [path, function] { return openOnQueue(path, function); };
    auto task = onQueue<Opened>(queue, std::move(work));
    Result<Opened> opened = co_await std::move(task);
    co_return opened;
}

Error noLibrary()
{
    return Error(ErrorKind::Bug, u"git::Library must live before a repository is opened."_s);
}

}  // namespace

// ---- life ---------------------------------------------------------------------------------------

Task<Result<std::shared_ptr<Repository>>> Repository::open(QString path)
{
    std::shared_ptr<Queue> queue = makeQueue();
    if (!queue) {
        co_return noLibrary();
    }
    auto task = openWith(queue, path, &openRepository);
    Result<Opened> opened = co_await std::move(task);
    if (!opened) {
        co_return opened.error();
    }
    auto body = std::make_shared<Body>(queue, std::move(opened->handle));
    body->path = opened->path;
    co_return std::shared_ptr<Repository>(new Repository(std::move(body)));
}

Task<Result<std::shared_ptr<Repository>>> Repository::init(QString path)
{
    std::shared_ptr<Queue> queue = makeQueue();
    if (!queue) {
        co_return noLibrary();
    }
    auto task = openWith(queue, path, &makeRepository);
    Result<Opened> opened = co_await std::move(task);
    if (!opened) {
        co_return opened.error();
    }
    auto body = std::make_shared<Body>(queue, std::move(opened->handle));
    body->path = opened->path;
    co_return std::shared_ptr<Repository>(new Repository(std::move(body)));
}

Repository::Repository(std::shared_ptr<Body> body) : m_body(std::move(body)) {}

Repository::~Repository() = default;

QString Repository::path() const
{
    return m_body->path;
}

// ---- reading ------------------------------------------------------------------------------------

Task<Result<Head>> Repository::head()
{
    return perform<Head>(m_body, &readHead);
}

Task<Result<Commit>> Repository::commit(QString revision)
{
    return perform<Commit>(
        m_body, [revision](const Handle& handle) { return readCommit(handle, revision); });
}

Task<Result<QList<Commit>>> Repository::log(LogQuery query, CancelToken cancel)
{
    return perform<QList<Commit>>(
        m_body, [query, cancel](const Handle& handle) { return readLog(handle, query, cancel); });
}

Task<Result<QList<Commit>>> Repository::commits(QStringList ids)
{
    return perform<QList<Commit>>(m_body,
                                  [ids](const Handle& handle) { return readCommits(handle, ids); });
}

Task<Result<QList<Ref>>> Repository::refs()
{
    return perform<QList<Ref>>(m_body, &readRefs);
}

Task<Result<QByteArray>> Repository::file(QString revision, QString pathInside, qint64 limitBytes)
{
    return perform<QByteArray>(m_body, [revision, pathInside, limitBytes](const Handle& handle) {
        return readFileAt(handle, revision, pathInside, limitBytes);
    });
}

Task<Result<void>> Repository::exportTree(QString revision, QString folder, CancelToken cancel)
{
    return perform<void>(m_body, [revision, folder, cancel](const Handle& handle) {
        return writeTree(handle, revision, folder, cancel);
    });
}

// ---- history ------------------------------------------------------------------------------------

namespace {

constexpr std::size_t firstRows = 200;

using Begun = HistoryWalk::Begun;

Result<Begun> beginHistory(const Handle& handle, const QStringList& from)
{
    const Result<std::vector<git_oid>> tips = readTips(handle, from);
    return tips ? HistoryWalk::begin(handle, *tips, firstRows) : Result<Begun>(tips.error());
}

}  // namespace

Task<Result<std::shared_ptr<History>>> Repository::history(HistoryQuery query)
{
    return startHistory(m_body, query.from);
}

Task<Result<std::shared_ptr<History>>> Repository::startHistory(std::shared_ptr<Body> body,
                                                                QStringList from)
{
    std::function<Result<Begun>(const Handle&)> work = [from](const Handle& handle) {
        return beginHistory(handle, from);
    };
    auto task = perform<Begun>(body, std::move(work));
    Result<Begun> begun = co_await std::move(task);
    if (!begun) {
        co_return begun.error();
    }
    const auto shown = std::make_shared<History::Body>();
    shown->graph = begun->walk->graph();
    shown->graphFile = begun->walk->graphFile();
    shown->add(std::move(begun->slice));
    shown->next = [body, walk = begun->walk](std::size_t limit) {
        return perform<HistoryWalk::Slice>(
            body, std::function<Result<HistoryWalk::Slice>(const Handle&)>(
                      [walk, limit](const Handle& handle) { return walk->next(handle, limit); }));
    };
    const std::shared_ptr<History> history(new History(shown));
    QMetaObject::invokeMethod(
        history.get(), [shown] { static_cast<void>(History::readOn(shown)); },
        Qt::QueuedConnection);
    co_return history;
}

// ---- comparing ----------------------------------------------------------------------------------

Task<Result<QStringList>> Repository::containing(QString commit, QStringList candidates)
{
    return perform<QStringList>(m_body, [commit, candidates](const Handle& handle) {
        return descendantsAmong(handle, commit, candidates);
    });
}

// ---- writing ------------------------------------------------------------------------------------

Task<Result<void>> Repository::createTag(QString name, QString commit, QString message,
                                         QString taggerName, QString taggerEmail)
{
    return perform<void>(m_body,
                         [name, commit, message, taggerName, taggerEmail](const Handle& handle) {
                             return makeTag(handle, name, commit, message, taggerName, taggerEmail);
                         });
}

Task<Result<QString>> Repository::commitAll(QString message, QString authorName,
                                            QString authorEmail, QDateTime time)
{
    return perform<QString>(m_body, [message, authorName, authorEmail, time](const Handle& handle) {
        return commitWorkTree(handle, message, authorName, authorEmail, time);
    });
}

// ---- watching -----------------------------------------------------------------------------------

void Repository::connectNotify(const QMetaMethod& signal)
{
    if (m_watcher != nullptr || signal != QMetaMethod::fromSignal(&Repository::refsChanged)) {
        return;
    }
    const std::weak_ptr<Body> weak = m_body;
    RefWatcher::Look look = [weak] { return perform<RefsSeen>(weak.lock(), &lookAtRefs); };
    m_watcher = new RefWatcher(std::move(look), this);
    connect(m_watcher, &RefWatcher::moved, this, &Repository::refsChanged);
    m_watcher->start();
}

}  // namespace analemma::git
