#include "core/git/search.h"
#include "core/lifecycle/lastchange.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QScopeGuard>

using namespace Qt::StringLiterals;

namespace analemma::lifecycle {

/// Where a file lies in the nearest repository above it.
struct TrackedFile {
    QString root;  ///< empty: in none
    QByteArray path;
};

namespace {

constexpr int kMostConfigs = 200;
constexpr int kConfigDays = 400;
constexpr qint64 kConfigBytes = 4 * 1024 * 1024;

Result<TrackedFile> trackedBy(const QString& file)
{
    const QString real = QFileInfo(file).canonicalFilePath();
    QDir folder = QFileInfo(real).dir();
    while (!real.isEmpty()) {
        if (QFileInfo::exists(folder.filePath(u".git"_s))) {
            return TrackedFile{folder.path(), QFile::encodeName(folder.relativeFilePath(real))};
        }
        if (!folder.cdUp()) {
            break;
        }
    }
    return TrackedFile();
}

}  // namespace

struct ConfigHistory::State {
    QString file;
    std::optional<TrackedFile> tracked;
    std::shared_ptr<git::Repository> repository;
    QString head;
    QList<ConfigChange> changes;
    bool reading = false;
};

ConfigHistory::ConfigHistory(QString file) : m_state(std::make_shared<State>())
{
    m_state->file = std::move(file);
}

Task<Result<QList<ConfigChange>>> ConfigHistory::changes(QDateTime now) const
{
    return read(m_state, std::move(now));
}

namespace {

/// The commits of a search, with their texts.
Task<Result<QList<ConfigChange>>> searched(std::shared_ptr<git::Repository> repository,
                                           git::SearchQuery query)
{
    auto searching = git::search(repository, std::move(query), CancelToken());
    const auto found = co_await std::move(searching);
    if (!found) {
        co_return found.error();
    }
    const std::shared_ptr<git::FoundCommits> rows = *found;
    auto waiting = git::untilComplete(rows);
    const Result<void> complete = co_await std::move(waiting);
    if (!complete) {
        co_return complete.error();
    }
    QStringList ids;
    for (int i = 0; i < rows->count(); ++i) {
        ids.append(rows->at(i).id);
    }
    auto reading = repository->commits(ids);
    const Result<QList<git::Commit>> commits = co_await std::move(reading);
    if (!commits) {
        co_return commits.error();
    }
    QList<ConfigChange> changes;
    for (const git::Commit& commit : *commits) {
        changes.append({commit.id, commit.subject, commit.time});
    }
    co_return changes;
}

}  // namespace

/// Copies are returned: co_return empties what it is given.
Task<Result<QList<ConfigChange>>> ConfigHistory::read(std::shared_ptr<State> state, QDateTime now)
{
    if (state->reading) {
        co_return QList(state->changes);
    }
    state->reading = true;
    const auto ends = qScopeGuard([state] { state->reading = false; });
    if (!state->tracked) {
        std::function<Result<TrackedFile>()> looking = [file = state->file] {
            return trackedBy(file);
        };
        auto asking = onWorker<TrackedFile>(std::move(looking));
        const Result<TrackedFile> tracked = co_await std::move(asking);
        state->tracked = tracked.valueOr({});
    }
    if (state->tracked->root.isEmpty()) {
        co_return QList(state->changes);
    }
    if (!state->repository) {
        auto opening = git::Repository::open(state->tracked->root);
        const auto opened = co_await std::move(opening);
        if (!opened) {
            co_return opened.error();
        }
        state->repository = *opened;
    }
    auto asking = state->repository->head();
    const Result<git::Head> head = co_await std::move(asking);
    if (!head) {
        co_return head.error();
    }
    if (head->commit == state->head) {
        co_return QList(state->changes);
    }
    git::SearchQuery query;
    query.paths = {state->tracked->path};
    query.from = {head->commit};
    query.since = now.addDays(-kConfigDays);
    query.limit = kMostConfigs;
    auto searching = searched(state->repository, std::move(query));
    const Result<QList<ConfigChange>> changes = co_await std::move(searching);
    if (changes) {
        state->changes = *changes;
        state->head = head->commit;
    }
    co_return QList(state->changes);
}

Task<Result<ConfigChange>> ConfigHistory::compared(ConfigChange change) const
{
    return compare(m_state, std::move(change));
}

Task<Result<ConfigChange>> ConfigHistory::compare(std::shared_ptr<State> state, ConfigChange change)
{
    if (!state->repository || !state->tracked || change.commit.isEmpty()) {
        co_return change;
    }
    const QString path = QFile::decodeName(state->tracked->path);
    auto readingNew = state->repository->file(change.commit, path, kConfigBytes);
    const Result<QByteArray> after = co_await std::move(readingNew);
    auto readingOld = state->repository->file(change.commit + u"^"_s, path, kConfigBytes);
    const Result<QByteArray> before = co_await std::move(readingOld);
    if (!after || !before) {
        co_return change;  // its first commit, or its last one
    }
    const auto old = workspace::parse(*before, state->file);
    const auto made = workspace::parse(*after, state->file);
    if (old && made) {
        change.environments = changedEnvironments(*old, *made);
    }
    co_return change;
}

}  // namespace analemma::lifecycle
