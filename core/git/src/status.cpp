#include "core/git/worktree.h"

#include "core/git/src/access.h"
#include "core/git/src/commits.h"
#include "core/git/src/errors.h"
#include "core/git/src/filters.h"
#include "core/git/src/refs.h"
#include "core/git/src/statusmemory.h"
#include "core/git/src/strangers.h"
#include "core/git/src/treeid.h"
#include "core/git/src/workfiles.h"
#include "core/git/src/worktreewalk.h"

#include <QFile>

#include <fcntl.h>

#include <algorithm>
#include <array>
#include <map>

using namespace Qt::StringLiterals;

namespace analemma::git {

namespace {

using EntryState = StatusEntry::State;
using ChangedEntries = std::map<QByteArray, StatusEntry>;
constexpr qsizetype statusEntryLimit = 100'000;
constexpr std::size_t statusRenameLimit = 1000;  // git's diff.renameLimit

// ---- branch -------------------------------------------------------------------------------------

QString underWayText(int state)
{
    switch (state) {
        case GIT_REPOSITORY_STATE_MERGE:
            return u"merge"_s;
        case GIT_REPOSITORY_STATE_REVERT:
        case GIT_REPOSITORY_STATE_REVERT_SEQUENCE:
            return u"revert"_s;
        case GIT_REPOSITORY_STATE_CHERRYPICK:
        case GIT_REPOSITORY_STATE_CHERRYPICK_SEQUENCE:
            return u"cherry-pick"_s;
        case GIT_REPOSITORY_STATE_BISECT:
            return u"bisect"_s;
        case GIT_REPOSITORY_STATE_NONE:
            return {};
        default:
            return u"rebase"_s;
    }
}

Result<void> readUpstream(const Handle& handle, Status& status)
{
    git_repository* repository = handle.repository.get();
    const QByteArray own = "refs/heads/" + status.branch.toUtf8();
    git_buf name = GIT_BUF_INIT;
    const int code = git_branch_upstream_name(&name, repository, own.constData());
    const QByteArray full(name.ptr, static_cast<qsizetype>(name.size));
    git_buf_dispose(&name);
    if (code < 0) {  // none is set, or the setting makes no sense: git tells of none then
        git_error_clear();
        return {};
    }
    for (const char* start : {"refs/remotes/", "refs/heads/"}) {
        if (full.startsWith(start)) {
            status.upstream = QString::fromUtf8(full.mid(static_cast<qsizetype>(qstrlen(start))));
        }
    }
    git_oid theirs{};
    git_oid ours{};
    if (git_reference_name_to_id(&theirs, repository, full.constData()) < 0) {
        git_error_clear();
        status.upstreamGone = true;
        return {};
    }
    if (status.commit.isEmpty() ||
        git_oid_fromstr(&ours, status.commit.toLatin1().constData()) != 0) {
        return {};
    }
    std::size_t ahead = 0;
    std::size_t behind = 0;
    const int counted = git_graph_ahead_behind(&ahead, &behind, repository, &ours, &theirs);
    status.ahead = static_cast<int>(ahead);
    status.behind = static_cast<int>(behind);
    return counted < 0 ? Result<void>(gitError(counted, u"compare with %1"_s.arg(status.upstream)))
                       : Result<void>();
}

// ---- the index against HEAD ---------------------------------------------------------------------

EntryState stateOf(git_delta_t delta)
{
    switch (delta) {
        case GIT_DELTA_ADDED:
            return EntryState::Added;
        case GIT_DELTA_DELETED:
            return EntryState::Deleted;
        case GIT_DELTA_RENAMED:
            return EntryState::Renamed;
        case GIT_DELTA_TYPECHANGE:
            return EntryState::TypeChanged;
        case GIT_DELTA_MODIFIED:
            return EntryState::Modified;
        default:
            return EntryState::Same;
    }
}

using StagedDiff = Owned<git_diff, git_diff_free>;

Result<StagedDiff> diffStaged(const Handle& handle, const git_tree* tree, git_index* index)
{
    git_diff_options options = GIT_DIFF_OPTIONS_INIT;
    options.flags = GIT_DIFF_INCLUDE_TYPECHANGE;
    StagedDiff diff;
    if (const int code = git_diff_tree_to_index(out(diff), handle.repository.get(),
                                                const_cast<git_tree*>(tree), index, &options);
        code < 0) {
        return gitError(code, u"compare the index with HEAD"_s);
    }
    git_diff_find_options renames = GIT_DIFF_FIND_OPTIONS_INIT;
    renames.flags = GIT_DIFF_FIND_RENAMES;
    renames.rename_limit = statusRenameLimit;
    if (const int code = git_diff_find_similar(diff.get(), &renames); code < 0) {
        return gitError(code, u"find what was renamed"_s);
    }
    return diff;
}

Result<void> addStaged(const Handle& handle, const Status& status, git_index* index,
                       const IndexEntries& entries, ChangedEntries& into)
{
    TreeHandle tree;
    if (!status.commit.isEmpty()) {
        git_oid head{};
        CommitHandle commit;
        git_oid_fromstr(&head, status.commit.toLatin1().constData());
        if (const int code = git_commit_lookup(out(commit), handle.repository.get(), &head);
            code < 0) {
            return gitError(code, u"read HEAD"_s);
        }
        const std::optional<git_oid> staged = treeIdOf(entries);
        if (staged && git_oid_equal(&*staged, git_commit_tree_id(commit.get())) != 0) {
            return {};
        }
        if (const int code = git_commit_tree(out(tree), commit.get()); code < 0) {
            return gitError(code, u"read HEAD's files"_s);
        }
    }
    const Result<StagedDiff> diff = diffStaged(handle, tree.get(), index);
    if (!diff) {
        return diff.error();
    }
    for (std::size_t i = 0; i < git_diff_num_deltas(diff->get()); ++i) {
        const git_diff_delta* delta = git_diff_get_delta(diff->get(), i);
        const bool deleted = delta->status == GIT_DELTA_DELETED;
        const QByteArray path(deleted ? delta->old_file.path : delta->new_file.path);
        const EntryState state = stateOf(git_delta_t(delta->status));
        if (state == EntryState::Same) {
            continue;  // a conflict
        }
        StatusEntry& entry = into[path];
        entry.staged = state;
        const bool oldModule = isSubmodule(delta->old_file.mode);
        entry.submodule = oldModule || isSubmodule(delta->new_file.mode);
        if (entry.staged == EntryState::Renamed) {
            entry.oldPath = delta->old_file.path;
        }
    }
    return {};
}

// ---- the work tree against the index ------------------------------------------------------------

StatTrust readTrust(const Handle& handle, const git_index_time& indexTime)
{
    StatTrust trust;
    trust.indexTime = indexTime;
    ConfigHandle config;
    if (git_repository_config_snapshot(out(config), handle.repository.get()) < 0) {
        git_error_clear();
        return trust;
    }
    const auto flag = [&config](const char* name) {
        int value = 1;
        return git_config_get_bool(&value, config.get(), name) < 0 || value != 0;
    };
    trust.mode = flag("core.filemode");
    trust.links = flag("core.symlinks");
    trust.changeTime = flag("core.trustctime");
    const char* check = nullptr;
    trust.all = git_config_get_string(&check, config.get(), "core.checkstat") < 0 ||
                qstricmp(check, "minimal") != 0;
    git_error_clear();
    return trust;
}

/// HEAD of the submodule at a path; nothing when it is not there, then git takes it for the same.
std::optional<git_oid> submoduleHead(const QByteArray& path)
{
    RepositoryHandle inner;
    git_oid id{};
    const bool read = git_repository_open_ext(out(inner), path.constData(),
                                              GIT_REPOSITORY_OPEN_NO_SEARCH, nullptr) == 0;
    if (!read || git_reference_name_to_id(&id, inner.get(), "HEAD") != 0) {
        git_error_clear();
        return std::nullopt;
    }
    return id;
}

/// The id that the file would have in the index.
Result<git_oid> contentId(const Handle& handle, const QByteArray& root, const char* path,
                          bool isLink)
{
    git_oid id{};
    int code = 0;
    if (isLink) {
        const Result<WorkFile> link = loadWorkFile(root, path);
        if (!link) {
            return link.error();
        }
        code = git_odb_hash(&id, link->bytes.constData(),
                            static_cast<std::size_t>(link->bytes.size()), GIT_OBJECT_BLOB);
    } else {
        code = git_repository_hashfile(&id, handle.repository.get(), path, GIT_OBJECT_BLOB, path);
    }
    if (code < 0) {
        return gitError(code, u"read a changed file"_s);
    }
    return id;
}

Result<EntryState> lookCloser(const Handle& handle, const QByteArray& root,
                              const git_index_entry& entry, const WorkTreeWalk::Doubt& doubt,
                              const StatTrust& trust)
{
    const mode_t mode = doubt.seen.st_mode;
    if (doubt.gone) {
        return EntryState::Deleted;
    }
    if (isSubmodule(entry.mode)) {
        if (!S_ISDIR(mode)) {
            return EntryState::TypeChanged;
        }
        const std::optional<git_oid> head = submoduleHead(root + entry.path);
        return head && git_oid_equal(&*head, &entry.id) == 0 ? EntryState::Modified
                                                             : EntryState::Same;
    }
    const bool isLink = S_ISLNK(entry.mode);
    if (S_ISDIR(mode)) {
        return submoduleHead(root + entry.path) ? EntryState::TypeChanged : EntryState::Deleted;
    }
    if (!S_ISREG(mode) && !S_ISLNK(mode)) {
        return EntryState::Modified;  // a socket or the like
    }
    if (isLink ? !S_ISLNK(mode) && trust.links : S_ISLNK(mode)) {
        return EntryState::TypeChanged;
    }
    if (!isLink && trust.mode && ((entry.mode ^ mode) & S_IXUSR) != 0) {
        return EntryState::Modified;
    }
    if (entry.file_size != 0 && entry.file_size != static_cast<std::uint32_t>(doubt.seen.st_size)) {
        return EntryState::Modified;
    }
    if (const std::optional<bool> same = memoryOf(handle).recall(entry, doubt.seen)) {
        return *same ? EntryState::Same : EntryState::Modified;
    }
    const Result<git_oid> id = contentId(handle, root, entry.path, S_ISLNK(mode));
    if (!id) {
        return id.error().kind == ErrorKind::Io ? EntryState::Modified
                                                : Result<EntryState>(id.error());
    }
    const bool same = git_oid_equal(&*id, &entry.id) != 0 ||
                      (S_ISREG(mode) && isLfsContent(handle, root, entry.path, entry.id));
    memoryOf(handle).remember(entry, doubt.seen, same);
    return same ? EntryState::Same : EntryState::Modified;
}

bool isLeftAlone(const git_index_entry& entry)
{
    return (entry.flags & GIT_INDEX_ENTRY_VALID) != 0 ||
           (entry.flags_extended & GIT_INDEX_ENTRY_SKIP_WORKTREE) != 0;
}

Result<void> addUnstaged(const Handle& handle, const QByteArray& root, const IndexEntries& entries,
                         const WorkTreeWalk& walk, const StatTrust& trust,
                         const CancelToken& cancel, ChangedEntries& into)
{
    const auto put = [&into](const git_index_entry& entry, EntryState state) {
        StatusEntry& changed = into[entry.path];
        changed.unstaged = state;
        changed.submodule = changed.submodule || isSubmodule(entry.mode);
    };
    for (const git_index_entry* entry : entries) {
        if ((entry->flags_extended & GIT_INDEX_ENTRY_INTENT_TO_ADD) != 0) {
            put(*entry, EntryState::Added);
        }
    }
    memoryOf(handle).begin();
    for (const WorkTreeWalk::Doubt& doubt : walk.doubts) {
        const git_index_entry& entry = *entries[doubt.entry];
        if (GIT_INDEX_ENTRY_STAGE(&entry) != 0 || isLeftAlone(entry)) {
            continue;
        }
        if (cancel.isCancelled()) {
            return cancelledError();
        }
        const Result<EntryState> state = lookCloser(handle, root, entry, doubt, trust);
        if (!state) {
            return state.error();
        }
        const bool isNew = (entry.flags_extended & GIT_INDEX_ENTRY_INTENT_TO_ADD) != 0;
        if (*state != EntryState::Same && (!isNew || *state == EntryState::Deleted)) {
            put(entry, *state);
            into[entry.path].submodule |=
                *state == EntryState::TypeChanged && S_ISDIR(doubt.seen.st_mode);
        }
    }
    memoryOf(handle).end();
    return {};
}

// ---- conflicts, unknown files -------------------------------------------------------------------

/// What each side did to a path in conflict, by the stages that it has: 1 base, 2 ours, 4 theirs.
std::pair<EntryState, EntryState> sidesOf(unsigned stages)
{
    constexpr std::array<std::pair<EntryState, EntryState>, 8> sides{{
        {EntryState::Same, EntryState::Same},
        {EntryState::Deleted, EntryState::Deleted},
        {EntryState::Added, EntryState::Unmerged},
        {EntryState::Unmerged, EntryState::Deleted},
        {EntryState::Unmerged, EntryState::Added},
        {EntryState::Deleted, EntryState::Unmerged},
        {EntryState::Added, EntryState::Added},
        {EntryState::Unmerged, EntryState::Unmerged},
    }};
    return sides[stages & 7U];
}

void addConflicts(const IndexEntries& entries, ChangedEntries& into)
{
    std::map<QByteArray, unsigned> stages;
    for (const git_index_entry* entry : entries) {
        if (const int stage = GIT_INDEX_ENTRY_STAGE(entry); stage != 0) {
            stages[entry->path] |= 1U << (stage - 1);
        }
    }
    for (const auto& [path, bits] : stages) {
        StatusEntry entry;
        entry.conflicted = true;
        std::tie(entry.staged, entry.unstaged) = sidesOf(bits);
        into[path] = entry;
    }
}

/// A path can be there twice: deleted from the index, and unknown in the work tree.
void appendEntries(ChangedEntries& changed, const std::vector<std::string>& unknown, Status& status)
{
    for (auto& [path, entry] : changed) {
        entry.path = path;
        status.entries.append(std::move(entry));
    }
    for (const std::string& path : unknown) {
        StatusEntry entry;
        entry.path = QByteArray::fromStdString(path);
        entry.untracked = true;
        status.entries.append(std::move(entry));
    }
    std::stable_sort(status.entries.begin(), status.entries.end(),
                     [](const StatusEntry& a, const StatusEntry& b) { return a.path < b.path; });
    if (status.entries.size() > statusEntryLimit) {
        status.entries.resize(statusEntryLimit);
        status.complete = false;
    }
}

Result<void> fillStatus(const Handle& handle, const CancelToken& cancel, Status& status)
{
    const Result<QByteArray> root = workTreeRoot(handle);
    if (!root) {
        return root.error();
    }
    IndexHandle index;
    int code = git_repository_index(out(index), handle.repository.get());
    if (code < 0) {
        return gitError(code, u"read the index"_s);
    }
    struct stat file {};  // before it is read: at worst more is looked at closely
    const bool there = ::stat(git_index_path(index.get()), &file) == 0;
    git_index_time time{};
    time.seconds = static_cast<std::int32_t>(there ? file.st_mtim.tv_sec : 0);
    time.nanoseconds = static_cast<std::uint32_t>(there ? file.st_mtim.tv_nsec : 0);
    if (code = git_index_read(index.get(), 0); code < 0) {
        return gitError(code, u"read the index"_s);
    }
    const IndexEntries entries = sortedEntries(index.get());
    const StatTrust trust = readTrust(handle, time);
    Result<WorkTreeWalk> walk = walkWorkTree(root->constData(), entries, trust, cancel);
    if (!walk) {
        return walk.error();
    }
    ChangedEntries changed;
    Result<void> done = addStaged(handle, status, index.get(), entries, changed);
    if (done) {
        done = addUnstaged(handle, *root, entries, *walk, trust, cancel, changed);
    }
    if (!done) {
        return done;
    }
    addConflicts(entries, changed);
    const Result<std::vector<std::string>> unknown =
        unknownAmong(handle, *root, walk->strangers, cancel);
    if (!unknown) {
        return unknown.error();
    }
    status.complete = walk->complete;
    appendEntries(changed, *unknown, status);
    return {};
}

Result<Status> readStatus(const Handle& handle, const CancelToken& cancel)
{
    const Result<Head> head = readHead(handle);
    if (!head) {
        return head.error();
    }
    Status status;
    status.branch = head->branch;
    status.commit = head->commit;
    status.underWay = underWayText(git_repository_state(handle.repository.get()));
    Result<void> done = fillStatus(handle, cancel, status);
    if (done && !status.branch.isEmpty()) {
        done = readUpstream(handle, status);
    }
    return done ? Result<Status>(std::move(status)) : Result<Status>(done.error());
}

}  // namespace

Task<Result<Status>> status(std::shared_ptr<Repository> repository, CancelToken cancel)
{
    return perform<Status>(Access::body(*repository),
                           [cancel](const Handle& handle) { return readStatus(handle, cancel); });
}

}  // namespace analemma::git
