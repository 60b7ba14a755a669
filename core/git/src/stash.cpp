#include "core/git/stash.h"

#include "core/base/text.h"
#include "core/git/src/access.h"
#include "core/git/src/branchescheckout.h"
#include "core/git/src/commits.h"
#include "core/git/src/errors.h"
#include "core/git/src/indexedit.h"
#include "core/git/src/literalpaths.h"
#include "core/git/src/putback.h"
#include "core/git/src/room.h"
#include "core/git/src/staging.h"
#include "core/git/src/stash.h"
#include "core/git/src/workfiles.h"

#include <QFile>
#include <QFileInfo>

using namespace Qt::StringLiterals;

namespace analemma::git {

namespace {

constexpr qsizetype stashLimit = 10'000;

Result<void> prepareStash(const Handle& handle)
{
    const Result<QByteArray> root = workTreeRoot(handle);
    if (!root) {
        return root.error();
    }
    IndexHandle index;
    int code = git_repository_index(out(index), handle.repository.get());
    if (code == 0) {
        code = git_index_read(index.get(), 0);
    }
    if (code < 0) {
        return gitError(code, u"read the index"_s);
    }
    if (QFile::exists(QFile::decodeName(git_index_path(index.get())) + u".lock"_s)) {
        return lockedIndex(git_index_path(index.get()));
    }
    return {};
}

/// What the stash's commit tells: a base, the staged files, perhaps those that git did not know.
Result<Stash> describeStash(const Handle& handle, const git_oid& id)
{
    CommitHandle commit;
    if (const int code = git_commit_lookup(out(commit), handle.repository.get(), &id); code < 0) {
        return gitError(code, u"read a stash"_s);
    }
    const unsigned parents = git_commit_parentcount(commit.get());
    if (parents != 2 && parents != 3) {
        return Error(ErrorKind::Invalid, u"%1 is a commit, but no stash."_s.arg(idText(id)));
    }
    Stash stash;
    stash.id = idText(id);
    stash.time = utcTime(git_commit_time(commit.get()));
    stash.base = idText(*git_commit_parent_id(commit.get(), 0));
    stash.index = idText(*git_commit_parent_id(commit.get(), 1));
    if (parents == 3) {
        stash.untracked = idText(*git_commit_parent_id(commit.get(), 2));
    }
    return stash;
}

Result<QList<Stash>> listStashes(const Handle& handle)
{
    struct Listed {
        QString message;
        git_oid id{};
    };
    QList<Listed> listed;
    const auto collect = [](std::size_t, const char* message, const git_oid* id, void* into) {
        auto* list = static_cast<QList<Listed>*>(into);
        list->append({QString::fromUtf8(message), *id});
        return list->size() < stashLimit ? 0 : GIT_ITEROVER;
    };
    const int code = git_stash_foreach(handle.repository.get(), collect, &listed);
    if (code < 0 && code != GIT_ITEROVER && code != GIT_ENOTFOUND) {
        return gitError(code, u"list the stashes"_s);
    }
    git_error_clear();
    QList<Stash> stashes;
    for (const Listed& one : std::as_const(listed)) {
        Result<Stash> stash = describeStash(handle, one.id);
        if (!stash && stash.error().kind != ErrorKind::Invalid) {
            return stash.error();
        }
        if (stash) {
            stash->message = one.message;
            stash->position = static_cast<int>(&one - listed.constData());
            stashes.append(std::move(*stash));
        }
    }
    return stashes;
}

Result<Stash> findStash(const Handle& handle, const QString& id)
{
    const Result<QList<Stash>> all = listStashes(handle);
    if (!all) {
        return all.error();
    }
    for (const Stash& stash : *all) {
        if (stash.id == id) {
            return stash;
        }
    }
    return Error(ErrorKind::NotFound, u"There is no stash %1 any more."_s.arg(displayText(id, 80)));
}

/// A log without an entry is left where the only stash goes, or could not be made.
void removeEmptyLog(const Handle& handle)
{
    const QString log =
        QFile::decodeName(git_repository_commondir(handle.repository.get())) + u"logs/refs/stash"_s;
    if (QFileInfo(log).size() == 0) {
        QFile::remove(log);
    }
}

Result<void> putBackStash(const Handle& handle, const QString& id, const QString& message)
{
    git_oid oid{};
    if (git_oid_fromstr(&oid, id.toLatin1().constData()) != 0) {
        git_error_clear();
        return Error(ErrorKind::Invalid, u"\"%1\" is no id."_s.arg(displayText(id, 80)));
    }
    if (const Result<Stash> stash = describeStash(handle, oid); !stash) {
        return stash.error();
    }
    git_repository* repository = handle.repository.get();
    ReferenceHandle made;
    int code = git_reference_ensure_log(repository, "refs/stash");
    if (code == 0) {
        code = moveWithLogs(handle, {"refs/stash"}, [&] {
            return git_reference_create(out(made), repository, "refs/stash", &oid, 1,
                                        message.simplified().toUtf8().constData());
        });
    }
    if (code < 0) {
        const Error error = gitError(code, u"put the stash back"_s);
        removeEmptyLog(handle);
        return error;
    }
    return {};
}

Result<TreeHandle> treeOfCommit(const Handle& handle, const QString& id)
{
    git_oid oid{};
    CommitHandle commit;
    TreeHandle tree;
    int code = git_oid_fromstr(&oid, id.toLatin1().constData());
    code = code < 0 ? code : git_commit_lookup(out(commit), handle.repository.get(), &oid);
    code = code < 0 ? code : git_commit_tree(out(tree), commit.get());
    return code < 0 ? Result<TreeHandle>(gitError(code, u"read the stash"_s))
                    : Result<TreeHandle>(std::move(tree));
}

/// Where two trees differ; `from` may be null.
Result<QList<QByteArray>> pathsBetween(const Handle& handle, git_tree* from, git_tree* to)
{
    IndexDiffHandle diff;
    const int code = git_diff_tree_to_tree(out(diff), handle.repository.get(), from, to, nullptr);
    if (code < 0) {
        return gitError(code, u"read the stash"_s);
    }
    QList<QByteArray> paths;
    for (std::size_t i = 0; i < git_diff_num_deltas(diff.get()); ++i) {
        paths.append(QByteArray(git_diff_get_delta(diff.get(), i)->new_file.path));
    }
    return paths;
}

/// Makes the files of the newest stash what they were when it was made, and takes it off the list
/// again; then `why` is given back. The index on disk is as it was.
Error stayAsTheyWere(const Handle& handle, const Error& why)
{
    const Result<QList<Stash>> all = listStashes(handle);
    if (!all || all->isEmpty()) {
        return why;
    }
    const Stash& newest = all->constFirst();
    const Result<TreeHandle> base = treeOfCommit(handle, newest.base);
    const Result<TreeHandle> files = base ? treeOfCommit(handle, newest.id) : base.error();
    const Result<QList<QByteArray>> changed =
        files ? pathsBetween(handle, base->get(), files->get()) : files.error();
    const Result<TreeHandle> unknown =
        newest.untracked.isEmpty() ? TreeHandle() : treeOfCommit(handle, newest.untracked);
    const Result<QList<QByteArray>> untracked =
        unknown && *unknown ? pathsBetween(handle, nullptr, unknown->get()) : QList<QByteArray>();
    if (!changed || !unknown || !untracked) {
        return why;
    }
    Error error = putBack(handle, {*changed, *changed, files->get()}, why);
    if (!untracked->isEmpty()) {
        error = putBack(handle, {*untracked, {}, unknown->get()}, error);
    }
    const bool isBack = error.message == why.message;
    if (isBack) {
        git_stash_drop(handle.repository.get(), 0);
        git_error_clear();
        removeEmptyLog(handle);
    }
    return isBack ? error : error.withHint(u"The stash holds all of it. "_s + why.hint);
}

/// The commit is on the list before a file changes.
Result<Stash> stashSome(const Handle& handle, const git_signature* who, const StashRequest& request)
{
    if (request.keepIndex) {
        return Error(ErrorKind::Invalid,
                     u"Chosen files are put aside with what is staged of them."_s);
    }
    const Result<SavedSome> saved = saveSome(handle, who, request);
    const Result<void> listed =
        saved ? putBackStash(handle, saved->id, saved->message) : Result<void>(saved.error());
    if (!listed) {
        return listed.error();
    }
    KeptIndex index(handle);
    const Result<void> cleared = clearSome(handle, *saved);
    if (!cleared) {
        index.putBack();
        return stayAsTheyWere(handle, cleared.error());
    }
    return findStash(handle, saved->id);
}

/// Zero when there is none.
git_oid stashTip(const Handle& handle)
{
    git_oid id{};
    git_reference_name_to_id(&id, handle.repository.get(), "refs/stash");
    git_error_clear();
    return id;
}

Result<Stash> makeStash(const Handle& handle, const StashRequest& request)
{
    if (const Result<void> ready = prepareStash(handle); !ready) {
        return ready.error();
    }
    SignatureHandle person;
    if (git_signature_default(out(person), handle.repository.get()) < 0) {
        git_error_clear();
        return Error(ErrorKind::Invalid,
                     u"Git does not know who you are, so nothing was put aside."_s)
            .withHint(
                u"Run: git config --global user.name \"Your Name\" and git config --global "
                u"user.email you@example.org"_s);
    }
    if (!request.paths.isEmpty()) {
        return stashSome(handle, person.get(), request);
    }
    const unsigned flags =
        (request.untracked ? unsigned(GIT_STASH_INCLUDE_UNTRACKED) : 0U) |
        (request.keepIndex ? unsigned(GIT_STASH_KEEP_INDEX) : unsigned(GIT_STASH_DEFAULT));
    const QByteArray message = request.message.simplified().toUtf8();
    const RefLogs logs(handle, {"refs/stash"});
    const git_oid before = stashTip(handle);
    git_oid id{};
    const int code = git_stash_save(&id, handle.repository.get(), person.get(),
                                    message.isEmpty() ? nullptr : message.constData(), flags);
    if (code == GIT_ENOTFOUND) {
        // What libgit2 did not find may be what it could not write before.
        const Result<Room> room = Room::hold(handle);
        if (!room) {
            git_error_clear();
            logs.takeBack();
            return room.error().in(u"put the changes aside"_s);
        }
    }
    if (code == GIT_ENOTFOUND || code == GIT_EUNBORNBRANCH) {
        git_error_clear();
        const bool unborn = git_repository_head_unborn(handle.repository.get()) == 1;
        return Error(ErrorKind::Invalid,
                     unborn ? u"There is no commit yet that changes could be put aside from."_s
                            : u"There are no changes to put aside."_s);
    }
    if (code < 0) {
        const Error error = gitError(code, u"put the changes aside"_s);
        const git_oid now = stashTip(handle);
        if (git_oid_equal(&before, &now) == 0) {
            return stayAsTheyWere(handle, error);
        }
        logs.takeBack();
        return error;
    }
    return findStash(handle, idText(id));
}

Error stashConflict()
{
    return Error(ErrorKind::Conflict,
                 u"The changes that were put aside do not fit what is there now. Nothing was "
                 u"changed, and they are still put aside."_s)
        .withHint(
            u"Commit or put aside what is changed now first, or apply them on the commit that "
            u"they were made on."_s);
}

struct StashTrees {
    TreeHandle head;
    TreeHandle base;
    TreeHandle changed;
};

Result<StashTrees> treesOf(const Handle& handle, const Stash& stash)
{
    Result<TreeHandle> head = headTree(handle);
    Result<TreeHandle> base = head ? treeOfCommit(handle, stash.base) : head.error();
    Result<TreeHandle> changed = base ? treeOfCommit(handle, stash.id) : base.error();
    if (!changed) {
        return changed.error();
    }
    return StashTrees{std::move(*head), std::move(*base), std::move(*changed)};
}

/// Whether the stash and HEAD changed different lines since its base; libgit2 would leave the index
/// in conflict otherwise.
Result<bool> fitsHead(const Handle& handle, const StashTrees& trees)
{
    if (!trees.head) {
        return false;
    }
    IndexHandle merged;
    const int code = git_merge_trees(out(merged), handle.repository.get(), trees.base.get(),
                                     trees.head.get(), trees.changed.get(), nullptr);
    return code < 0 ? Result<bool>(gitError(code, u"compare the stash with HEAD"_s))
                    : Result<bool>(git_index_has_conflicts(merged.get()) == 0);
}

/// Whether no file that the stash changes is changed now.
Result<bool> fitsFiles(const Handle& handle, const StashTrees& trees)
{
    using Diff = Owned<git_diff, git_diff_free>;
    Diff diff;
    git_repository* repository = handle.repository.get();
    int code = git_diff_tree_to_tree(out(diff), repository, trees.base.get(), trees.changed.get(),
                                     nullptr);
    QByteArrayList touched;
    for (std::size_t i = 0; code == 0 && i < git_diff_num_deltas(diff.get()); ++i) {
        touched.append(git_diff_get_delta(diff.get(), i)->new_file.path);
    }
    if (code == 0 && touched.isEmpty()) {
        return true;
    }
    LiteralPaths paths(touched);
    git_diff_options options = GIT_DIFF_OPTIONS_INIT;
    options.flags = GIT_DIFF_DISABLE_PATHSPEC_MATCH | GIT_DIFF_INCLUDE_UNTRACKED;
    options.ignore_submodules = GIT_SUBMODULE_IGNORE_DIRTY;
    options.pathspec = paths.array();
    Diff local;
    code = code < 0 ? code
                    : git_diff_tree_to_workdir_with_index(out(local), repository, trees.head.get(),
                                                          &options);
    return code < 0 ? Result<bool>(gitError(code, u"compare the stash with the work tree"_s))
                    : Result<bool>(git_diff_num_deltas(local.get()) == 0);
}

/// Whether nothing is where the files that git did not know would come back: libgit2 would see that
/// only after it changed the others.
Result<bool> hasRoom(const Handle& handle, const Stash& stash)
{
    const Result<QByteArray> root = workTreeRoot(handle);
    if (!root || stash.untracked.isEmpty()) {
        return root ? Result<bool>(true) : root.error();
    }
    const Result<TreeHandle> tree = treeOfCommit(handle, stash.untracked);
    if (!tree) {
        return tree.error();
    }
    const auto isTaken = [](const char* folder, const git_tree_entry* entry, void* at) {
        const QByteArray path = QByteArray(folder) + git_tree_entry_name(entry);
        if (git_tree_entry_type(entry) != GIT_OBJECT_BLOB) {
            return 0;
        }
        const Result<quint32> mode = workFileMode(*static_cast<const QByteArray*>(at), path);
        return mode && *mode == 0 ? 0 : int(GIT_EEXISTS);
    };
    QByteArray at = *root;
    const int code = git_tree_walk(tree->get(), GIT_TREEWALK_PRE, isTaken, &at);
    if (code == GIT_EEXISTS) {
        git_error_clear();
        return false;
    }
    return code < 0 ? Result<bool>(gitError(code, u"read the stash"_s)) : Result<bool>(true);
}

/// What is staged of a file; a mode of 0: that it is deleted.
struct StagedFile {
    QByteArray path;
    git_oid id{};
    quint32 mode = 0;
};

Result<QList<StagedFile>> stagedFiles(const Handle& handle, git_tree* head)
{
    const Result<IndexHandle> index = indexOf(handle);
    if (!index) {
        return index.error();
    }
    if (git_index_has_conflicts(index->get()) != 0) {
        return stashConflict();
    }
    const Result<QList<QByteArray>> paths = pathsApart(handle, head, index->get());
    QList<StagedFile> staged;
    for (const QByteArray& path : paths.valueOr({})) {
        const git_index_entry* entry = git_index_get_bypath(index->get(), path.constData(), 0);
        staged.append(entry != nullptr ? StagedFile{path, entry->id, entry->mode}
                                       : StagedFile{path});
    }
    return paths ? Result<QList<StagedFile>>(staged) : paths.error();
}

Result<void> stageAgain(const Handle& handle, const QList<StagedFile>& staged)
{
    return editIndex(handle, [&staged](git_index* index) -> Result<void> {
        for (const StagedFile& file : staged) {
            git_index_entry entry{};
            entry.path = file.path.constData();
            entry.id = file.id;
            entry.mode = file.mode;
            const int code = file.mode == 0 ? git_index_remove(index, entry.path, 0)
                                            : git_index_add(index, &entry);
            if (code < 0 && code != GIT_ENOTFOUND) {
                return gitError(code, u"The changes are back, but not what was staged before"_s);
            }
        }
        git_error_clear();
        return {};
    });
}

bool doesNotFit(int code)
{
    return code == GIT_ECONFLICT || code == GIT_EEXISTS || code == GIT_EUNMERGED;
}

/// What is staged of other files steps aside: libgit2 applies a stash to a clean index alone.
Result<int> applyBesideStaged(const Handle& handle, const StashTrees& trees, std::size_t position,
                              const git_stash_apply_options& options)
{
    const Result<QList<StagedFile>> staged = stagedFiles(handle, trees.head.get());
    if (!staged) {
        return staged.error();
    }
    if (staged->isEmpty()) {
        return git_stash_apply(handle.repository.get(), position, &options);
    }
    QByteArrayList paths;
    for (const StagedFile& file : *staged) {
        paths.append(file.path);
    }
    if (const Result<void> aside = unstagePaths(handle, paths); !aside) {
        return aside.error();
    }
    const int code = git_stash_apply(handle.repository.get(), position, &options);
    if (code < 0 && !doesNotFit(code)) {
        return gitError(code, u"bring the changes back"_s);
    }
    const Result<void> again = stageAgain(handle, *staged);
    return again ? Result<int>(code) : again.error();
}

/// The files that a stash changes are HEAD's before it is applied.
Error backToHeadAgain(const Handle& handle, const Stash& stash, const StashTrees& trees,
                      const Error& why)
{
    const Result<QList<QByteArray>> changed =
        pathsBetween(handle, trees.base.get(), trees.changed.get());
    const Result<TreeHandle> unknown =
        stash.untracked.isEmpty() ? TreeHandle() : treeOfCommit(handle, stash.untracked);
    const Result<QList<QByteArray>> untracked =
        unknown && *unknown ? pathsBetween(handle, nullptr, unknown->get()) : QList<QByteArray>();
    const QList<QByteArray> all = changed.valueOr({}) + untracked.valueOr({});
    return putBack(handle, {changed.valueOr({}), all, trees.head.get()}, why);
}

Result<void> bringStash(const Handle& handle, const QString& id, bool withIndex, bool drop)
{
    if (const Result<void> ready = prepareStash(handle); !ready) {
        return ready;
    }
    const Result<Stash> stash = findStash(handle, id);
    if (!stash) {
        return stash.error();
    }
    const Result<StashTrees> trees = treesOf(handle, *stash);
    if (!trees) {
        return trees.error();
    }
    Result<bool> fits = fitsHead(handle, *trees);
    fits = fits && *fits ? fitsFiles(handle, *trees) : fits;
    fits = fits && *fits ? hasRoom(handle, *stash) : fits;
    if (!fits || !*fits) {
        return fits ? stashConflict() : fits.error();
    }
    git_stash_apply_options options = GIT_STASH_APPLY_OPTIONS_INIT;
    options.flags = withIndex ? GIT_STASH_APPLY_REINSTATE_INDEX : GIT_STASH_APPLY_DEFAULT;
    options.checkout_options.checkout_strategy = GIT_CHECKOUT_SAFE;
    const auto position = static_cast<std::size_t>(stash->position);
    KeptIndex index(handle);
    const Result<int> applied = applyBesideStaged(handle, *trees, position, options);
    const int code = applied.valueOr(-1);
    if (doesNotFit(code)) {
        git_error_clear();
        return stashConflict();
    }
    if (code < 0) {
        const Error error = applied ? gitError(code, u"bring the changes back"_s) : applied.error();
        index.putBack();
        return backToHeadAgain(handle, *stash, *trees, error);
    }
    if (drop && git_stash_drop(handle.repository.get(), position) < 0) {
        git_error_clear();
        return Error(ErrorKind::Io,
                     u"The changes are back, but they are still on the list of stashes: it could "
                     u"not be written."_s)
            .withHint(u"Drop the stash."_s);
    }
    return {};
}

Result<Stash> removeStash(const Handle& handle, const QString& id)
{
    Result<Stash> stash = findStash(handle, id);
    if (!stash) {
        return stash;
    }
    const int code =
        git_stash_drop(handle.repository.get(), static_cast<std::size_t>(stash->position));
    return code < 0 ? Result<Stash>(gitError(code, u"drop the stash"_s)) : stash;
}

}  // namespace

Task<Result<QList<Stash>>> stashes(std::shared_ptr<Repository> repository)
{
    return perform<QList<Stash>>(Access::body(*repository), &listStashes);
}

Task<Result<Stash>> pushStash(std::shared_ptr<Repository> repository, StashRequest request)
{
    return perform<Stash>(Access::body(*repository), [request](const Handle& handle) {
        return tellWhenFull(handle, makeStash(handle, request), u"Nothing was put aside."_s);
    });
}

Task<Result<void>> applyStash(std::shared_ptr<Repository> repository, QString id, bool withIndex)
{
    return perform<void>(Access::body(*repository), [id, withIndex](const Handle& handle) {
        return tellWhenFull(handle, bringStash(handle, id, withIndex, false),
                            u"Nothing was changed."_s);
    });
}

Task<Result<void>> popStash(std::shared_ptr<Repository> repository, QString id, bool withIndex)
{
    return perform<void>(Access::body(*repository), [id, withIndex](const Handle& handle) {
        return tellWhenFull(handle, bringStash(handle, id, withIndex, true),
                            u"Nothing was changed."_s);
    });
}

Task<Result<Stash>> dropStash(std::shared_ptr<Repository> repository, QString id)
{
    return perform<Stash>(Access::body(*repository), [id](const Handle& handle) {
        return tellWhenFull(handle, removeStash(handle, id), u"It is still there."_s);
    });
}

Task<Result<void>> restoreStash(std::shared_ptr<Repository> repository, QString id, QString message)
{
    return perform<void>(Access::body(*repository), [id, message](const Handle& handle) {
        return tellWhenFull(handle, putBackStash(handle, id, message), u"Nothing was changed."_s);
    });
}

}  // namespace analemma::git
