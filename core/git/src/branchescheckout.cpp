#include "core/git/src/branchescheckout.h"

#include "core/base/text.h"
#include "core/git/src/errors.h"
#include "core/git/src/literalpaths.h"
#include "core/git/src/paths.h"
#include "core/git/src/putback.h"
#include "core/git/src/treefiles.h"

#include <QSet>

#include <algorithm>
#include <functional>
#include <vector>

using namespace Qt::StringLiterals;

namespace analemma::git {

namespace {

/// A path that an act changes; a mode of 0 means that it is not there.
struct Touched {
    QByteArray path;
    git_oid oldId{};
    git_oid newId{};
    quint32 oldMode = 0;
    quint32 newMode = 0;
};

Result<QList<Touched>> touchedBy(git_diff* diff)
{
    constexpr std::size_t limit = 2'000'000;
    const std::size_t count = git_diff_num_deltas(diff);
    if (count > limit) {
        return Error(ErrorKind::Invalid,
                     u"More than %1 files would change. Nothing was changed."_s.arg(limit));
    }
    QList<Touched> all;
    all.reserve(static_cast<qsizetype>(count));
    for (std::size_t i = 0; i < count; ++i) {
        const git_diff_delta* delta = git_diff_get_delta(diff, i);
        if (delta->status == GIT_DELTA_UNMODIFIED || delta->status == GIT_DELTA_CONFLICTED) {
            continue;
        }
        Touched touched;
        const bool isNew = delta->status == GIT_DELTA_ADDED;
        touched.path = isNew ? delta->new_file.path : delta->old_file.path;
        if (!isNew) {
            touched.oldId = delta->old_file.id;
            touched.oldMode = delta->old_file.mode;
        }
        if (delta->status != GIT_DELTA_DELETED) {
            touched.newId = delta->new_file.id;
            touched.newMode = delta->new_file.mode;
        }
        all.append(touched);
    }
    return all;
}

git_diff_options comparing(quint32 flags)
{
    git_diff_options options = GIT_DIFF_OPTIONS_INIT;
    options.flags = flags | GIT_DIFF_INCLUDE_TYPECHANGE;
    return options;
}

// ---- what is in the way -------------------------------------------------------------------------

bool isEntry(const git_index_entry* entry, const git_oid& id, quint32 mode)
{
    return entry == nullptr ? mode == 0 : entry->mode == mode && git_oid_equal(&entry->id, &id);
}

Error hostilePath(const QByteArray& path, const QString& why)
{
    return Error(ErrorKind::Refused, u"The file name %1 %2. Nothing was changed."_s.arg(
                                         displayText(QByteArrayView(path), 200), why))
        .withHint(
            u"No harmless program makes such a name: somebody may want to write where they "
            u"should not."_s);
}

}  // namespace

Result<void> checkPath(const QByteArray& path)
{
    for (const QByteArray& part : path.split('/')) {
        if (const QString why = hostileName(part); !why.isEmpty()) {
            return hostilePath(path, why);
        }
    }
    return {};
}

namespace {

Result<void> checkUsable(git_index* index)
{
    if (git_index_has_conflicts(index) != 0) {
        return Error(ErrorKind::Conflict,
                     u"There are files with conflicts that are not resolved. Nothing was "
                     u"changed."_s)
            .withHint(u"Resolve them and finish what is under way, or abort it."_s);
    }
    for (std::size_t i = 0; i < git_index_entrycount(index); ++i) {
        const git_index_entry* entry = git_index_get_byindex(index, i);
        if ((entry->flags_extended & GIT_INDEX_ENTRY_SKIP_WORKTREE) != 0) {
            return Error(ErrorKind::Unsupported,
                         u"This work tree is a sparse one: only some files are checked out. "
                         u"Nothing was changed."_s)
                .withHint(u"Use the git program for this act."_s);
        }
    }
    return {};
}

Error lost(const QList<QByteArray>& paths)
{
    return inTheWay(u"Your own files or changes would be overwritten: %1. Nothing was changed."_s,
                    paths)
        .withHint(u"Commit or stash the changes, or move the files away, then do it again."_s);
}

/// Names, parents, untracked files and the index.
Result<void> checkTouched(const Handle& handle, git_index* index, const QList<Touched>& all)
{
    QSet<QByteArray> going;
    for (const Touched& touched : all) {
        if (touched.newMode != 0) {
            if (const Result<void> checked = checkPath(touched.path); !checked) {
                return checked;
            }
        }
        if (touched.oldMode != 0) {
            going.insert(touched.path);
        }
    }
    TreeFiles files(handle);
    QList<QByteArray> blocked;
    for (const Touched& touched : all) {
        const git_index_entry* entry = git_index_get_bypath(index, touched.path.constData(), 0);
        const bool known = isEntry(entry, touched.oldId, touched.oldMode) ||
                           isEntry(entry, touched.newId, touched.newMode);
        const bool untracked = entry == nullptr && touched.newMode != 0 &&
                               touched.newMode != GIT_FILEMODE_COMMIT &&
                               files.hasFile(touched.path);
        const bool folder = touched.newMode != 0 && touched.newMode != GIT_FILEMODE_COMMIT &&
                            files.keepsMore(touched.path, going);
        if (!known || untracked || folder) {
            blocked.append(touched.path);
        } else if (touched.newMode != 0) {
            const QByteArray parent = files.obstacle(touched.path, going);
            if (!parent.isEmpty() && !blocked.contains(parent)) {
                blocked.append(parent);
            }
        }
    }
    return blocked.isEmpty() ? Result<void>() : Result<void>(lost(blocked));
}

QList<QByteArray> pathsOf(const QList<Touched>& all)
{
    QList<QByteArray> paths;
    paths.reserve(all.size());
    for (const Touched& touched : all) {
        paths.append(touched.path);
    }
    return paths;
}

/// The paths of files that are not as the index has them. A file that is missing has no change to
/// lose: `missing` says whether it counts.
Result<QList<QByteArray>> dirtyPaths(const Handle& handle, git_index* index, LiteralPaths* among,
                                     bool missing)
{
    git_diff_options options =
        comparing(GIT_DIFF_IGNORE_SUBMODULES | GIT_DIFF_DISABLE_PATHSPEC_MATCH);
    if (among != nullptr) {
        options.pathspec = among->array();
    }
    IndexDiffHandle diff;
    if (const int code =
            git_diff_index_to_workdir(out(diff), handle.repository.get(), index, &options);
        code < 0) {
        return gitError(code, u"compare the files with the index"_s);
    }
    QList<QByteArray> paths;
    for (std::size_t i = 0; i < git_diff_num_deltas(diff.get()); ++i) {
        const git_diff_delta* delta = git_diff_get_delta(diff.get(), i);
        if (delta->status != GIT_DELTA_UNMODIFIED &&
            (missing || delta->status != GIT_DELTA_DELETED)) {
            paths.append(QByteArray(delta->old_file.path != nullptr ? delta->old_file.path
                                                                    : delta->new_file.path));
        }
    }
    return paths;
}

// ---- doing it -----------------------------------------------------------------------------------

int noteBlocked(git_checkout_notify_t, const char* path, const git_diff_file*, const git_diff_file*,
                const git_diff_file*, void* payload)
{
    static_cast<QList<QByteArray>*>(payload)->append(QByteArray(path));
    return 0;
}

Result<void> checkedOut(int code, const QList<QByteArray>& blocked)
{
    if (code == GIT_ECONFLICT && !blocked.isEmpty()) {
        git_error_clear();
        return lost(blocked);
    }
    return code < 0 ? Result<void>(gitError(code, u"write the files"_s)) : Result<void>();
}

constexpr unsigned carefully = GIT_CHECKOUT_SAFE | GIT_CHECKOUT_RECREATE_MISSING |
                               GIT_CHECKOUT_DISABLE_PATHSPEC_MATCH |
                               GIT_CHECKOUT_DONT_OVERWRITE_IGNORED;

/// The paths of a merge's conflicts, on every side.
QList<QByteArray> conflictPaths(git_index* merged)
{
    using Iterator = Owned<git_index_conflict_iterator, git_index_conflict_iterator_free>;
    Iterator iterator;
    QSet<QByteArray> paths;
    if (git_index_conflict_iterator_new(out(iterator), merged) < 0) {
        git_error_clear();
        return {};
    }
    const git_index_entry* sides[3] = {};
    while (git_index_conflict_next(&sides[0], &sides[1], &sides[2], iterator.get()) == 0) {
        for (const git_index_entry* side : sides) {
            if (side != nullptr) {
                paths.insert(QByteArray(side->path));
            }
        }
    }
    git_error_clear();
    return paths.values();
}

Result<void> checkConflictPaths(const Handle& handle, git_index* index,
                                const QList<QByteArray>& paths, const QList<Touched>& all)
{
    if (paths.isEmpty()) {
        return {};
    }
    QSet<QByteArray> going;
    for (const Touched& touched : all) {
        if (touched.oldMode != 0) {
            going.insert(touched.path);
        }
    }
    TreeFiles files(handle);
    LiteralPaths among(paths);
    Result<QList<QByteArray>> blocked = dirtyPaths(handle, index, &among, false);
    if (!blocked) {
        return blocked.error();
    }
    for (const QByteArray& path : paths) {
        if (const Result<void> checked = checkPath(path); !checked) {
            return checked;
        }
        const QByteArray parent = files.obstacle(path, going);
        if (!parent.isEmpty()) {
            blocked->append(parent);
        } else if (git_index_get_bypath(index, path.constData(), 0) == nullptr &&
                   files.hasFile(path)) {
            blocked->append(path);
        }
    }
    return blocked->isEmpty() ? Result<void>() : Result<void>(lost(*blocked));
}

struct Planned {
    IndexHandle index;
    QList<Touched> all;
};

/// What stands between two states of all files, with nothing in its way.
Result<Planned> planChange(const Handle& handle, const QString& what,
                           const std::function<int(git_diff**, const git_diff_options*)>& compare)
{
    Result<IndexHandle> index = indexOf(handle);
    if (!index) {
        return index.error();
    }
    if (const Result<void> usable = checkUsable(index->get()); !usable) {
        return usable.error();
    }
    IndexDiffHandle diff;
    const git_diff_options comparison = comparing(GIT_DIFF_NORMAL);
    if (const int code = compare(out(diff), &comparison); code < 0) {
        return gitError(code, what);
    }
    Result<QList<Touched>> all = touchedBy(diff.get());
    if (!all) {
        return all.error();
    }
    const Result<void> checked = checkTouched(handle, index->get(), *all);
    return checked ? Result<Planned>(Planned{std::move(*index), std::move(*all)}) : checked.error();
}

/// Writes these paths where nobody's changes are lost.
Result<void> checkOutCarefully(git_tree* from, const QList<QByteArray>& among,
                               git_checkout_options options,
                               const std::function<int(const git_checkout_options*)>& write)
{
    LiteralPaths paths(among);
    QList<QByteArray> blocked;
    options.checkout_strategy |= carefully;
    options.baseline = from;
    options.paths = paths.array();
    options.notify_flags = GIT_CHECKOUT_NOTIFY_CONFLICT;
    options.notify_cb = &noteBlocked;
    options.notify_payload = &blocked;
    const int code = write(&options);
    return checkedOut(code, blocked);
}

/// Files beside those of conflicts that libgit2 writes first, and leaves when it can not.
QList<QByteArray> locksToBe(const Handle& handle, const QList<QByteArray>& unresolved)
{
    const TreeFiles files(handle);
    QList<QByteArray> locks;
    for (const QByteArray& path : unresolved) {
        if (!files.hasFile(path + ".lock")) {
            locks.append(path + ".lock");
        }
    }
    return locks;
}

/// What is in the way is found before the first file is written.
bool wasBrokenOff(const Result<void>& done)
{
    return !done && done.error().kind != ErrorKind::Conflict;
}

HalfWritten brokenOff(const Planned& plan, const QList<QByteArray>& unresolved = {})
{
    HalfWritten half{pathsOf(plan.all) + unresolved, unresolved};
    for (const Touched& touched : plan.all) {
        if (touched.newMode != 0) {
            half.fresh.append(touched.path);
        }
    }
    return half;
}

}  // namespace

Result<void> changeFiles(const Handle& handle, git_tree* from, git_tree* to)
{
    git_repository* repository = handle.repository.get();
    const Result<Planned> plan =
        planChange(handle, u"compare the two commits"_s,
                   [&](git_diff** diff, const git_diff_options* options) {
                       return git_diff_tree_to_tree(diff, repository, from, to, options);
                   });
    if (!plan || plan->all.isEmpty()) {
        return plan ? Result<void>() : plan.error();
    }
    const git_checkout_options options = GIT_CHECKOUT_OPTIONS_INIT;
    const Result<void> done =
        checkOutCarefully(from, pathsOf(plan->all), options, [&](const git_checkout_options* how) {
            void* raw = to;  // a tree is an object
            return git_checkout_tree(repository, static_cast<git_object*>(raw), how);
        });
    return wasBrokenOff(done) ? putBack(handle, brokenOff(*plan), done.error()) : done;
}

Result<void> changeFilesToMerge(const Handle& handle, git_tree* from, git_index* merged,
                                const MergeLabels& labels)
{
    git_repository* repository = handle.repository.get();
    const Result<Planned> plan =
        planChange(handle, u"compare the merge with HEAD"_s,
                   [&](git_diff** diff, const git_diff_options* options) {
                       return git_diff_tree_to_index(diff, repository, from, merged, options);
                   });
    if (!plan) {
        return plan.error();
    }
    const QList<QByteArray> unresolved = conflictPaths(merged);
    const Result<void> checked =
        checkConflictPaths(handle, plan->index.get(), unresolved, plan->all);
    if (!checked || (plan->all.isEmpty() && unresolved.isEmpty())) {
        return checked;
    }
    const QList<QByteArray> locks = locksToBe(handle, unresolved);
    git_checkout_options options = GIT_CHECKOUT_OPTIONS_INIT;
    options.checkout_strategy = GIT_CHECKOUT_CONFLICT_STYLE_MERGE;
    options.our_label = labels.ours.constData();
    options.their_label = labels.theirs.constData();
    options.ancestor_label = labels.base.constData();
    const Result<void> done = checkOutCarefully(
        from, pathsOf(plan->all) + unresolved, options, [&](const git_checkout_options* how) {
            return git_checkout_index(repository, merged, how);
        });
    return wasBrokenOff(done) ? putBack(handle, brokenOff(*plan, unresolved + locks), done.error())
                              : done;
}

Result<void> forceFiles(const Handle& handle, git_tree* to, const QString& saved)
{
    git_repository* repository = handle.repository.get();
    const Result<IndexHandle> index = indexOf(handle);
    const Result<TreeHandle> was =
        index ? treeOf(handle, saved) : Result<TreeHandle>(index.error());
    if (!was) {
        return was.error();
    }
    IndexDiffHandle diff;
    const git_diff_options comparison = comparing(GIT_DIFF_REVERSE);
    if (const int code =
            git_diff_tree_to_index(out(diff), repository, to, index->get(), &comparison);
        code < 0) {
        return gitError(code, u"compare the commit with the index"_s);
    }
    Result<QList<Touched>> all = touchedBy(diff.get());
    if (!all) {
        return all.error();
    }
    if (const Result<void> checked = checkTouched(handle, index->get(), *all); !checked) {
        return checked;
    }
    const Result<QList<QByteArray>> dirty = dirtyPaths(handle, index->get(), nullptr, false);
    if (!dirty) {
        return dirty.error();
    }
    TreeFiles files(handle);
    files.removeLinks(*dirty);
    files.removeLinks(pathsOf(*all));
    git_checkout_options options = GIT_CHECKOUT_OPTIONS_INIT;
    options.checkout_strategy = GIT_CHECKOUT_FORCE;
    void* raw = to;
    int code = git_checkout_tree(repository, static_cast<git_object*>(raw), &options);
    if (code == 0) {
        code = git_index_read_tree(index->get(), to);
    }
    if (code == 0) {
        code = git_index_write(index->get());
    }
    if (code < 0) {
        const Error why = gitError(code, u"write the files"_s);
        HalfWritten half = brokenOff(Planned{nullptr, std::move(*all)}, *dirty);
        half.was = was->get();
        return putBack(handle, half, why);
    }
    return {};
}

Result<void> forcePaths(const Handle& handle, git_index* index, const QList<QByteArray>& paths)
{
    QList<QByteArray> kept;
    TreeFiles files(handle);
    for (const QByteArray& path : paths) {
        if (git_index_get_bypath(index, path.constData(), 0) != nullptr) {
            kept.append(path);
        } else {
            files.remove(path);
        }
    }
    if (kept.isEmpty()) {
        return {};
    }
    files.removeLinks(kept);
    LiteralPaths array(kept);
    git_checkout_options options = GIT_CHECKOUT_OPTIONS_INIT;
    options.checkout_strategy = GIT_CHECKOUT_FORCE | GIT_CHECKOUT_DISABLE_PATHSPEC_MATCH;
    options.paths = array.array();
    const int code = git_checkout_index(handle.repository.get(), index, &options);
    return code < 0 ? Result<void>(gitError(code, u"write the files"_s)) : Result<void>();
}

// ---- questions ----------------------------------------------------------------------------------

Result<QList<QByteArray>> pathsApart(const Handle& handle, git_tree* tree, git_index* index)
{
    IndexDiffHandle diff;
    const git_diff_options comparison = comparing(GIT_DIFF_NORMAL);
    if (const int code =
            git_diff_tree_to_index(out(diff), handle.repository.get(), tree, index, &comparison);
        code < 0) {
        return gitError(code, u"compare the index with HEAD"_s);
    }
    const Result<QList<Touched>> all = touchedBy(diff.get());
    if (!all) {
        return all.error();
    }
    return pathsOf(*all) + conflictPaths(index);
}

Result<void> checkNothingStaged(const Handle& handle, git_tree* head)
{
    const Result<IndexHandle> index = indexOf(handle);
    if (!index) {
        return index.error();
    }
    if (const Result<void> usable = checkUsable(index->get()); !usable) {
        return usable;
    }
    const Result<QList<QByteArray>> paths = pathsApart(handle, head, index->get());
    if (!paths) {
        return paths.error();
    }
    if (!paths->isEmpty()) {
        return inTheWay(u"There are staged changes: %1. Nothing was changed."_s, *paths)
            .withHint(u"Commit, unstage or stash them, then do it again."_s);
    }
    return {};
}

Result<void> checkNothingChanged(const Handle& handle)
{
    const Result<IndexHandle> index = indexOf(handle);
    if (!index) {
        return index.error();
    }
    const Result<QList<QByteArray>> paths = dirtyPaths(handle, index->get(), nullptr, true);
    if (!paths) {
        return paths.error();
    }
    if (!paths->isEmpty()) {
        return inTheWay(u"There are changed files: %1. Nothing was changed."_s, *paths)
            .withHint(u"Commit or stash the changes, then do it again."_s);
    }
    return {};
}

}  // namespace analemma::git
