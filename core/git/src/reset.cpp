#include "core/base/text.h"
#include "core/git/src/access.h"
#include "core/git/src/branchescheckout.h"
#include "core/git/src/commits.h"
#include "core/git/src/errors.h"
#include "core/git/src/mergingstate.h"
#include "core/git/src/room.h"

#include <QFile>
#include <QFileInfo>

using namespace Qt::StringLiterals;

namespace analemma::git {

namespace {

Result<void> indexTo(const Handle& handle, git_tree* tree)
{
    const Result<IndexHandle> index = indexOf(handle);
    if (!index) {
        return index.error();
    }
    int code = git_index_read_tree(index->get(), tree);
    if (code == 0) {
        code = git_index_write(index->get());
    }
    return code < 0 ? Result<void>(gitError(code, u"write the index"_s)) : Result<void>();
}

/// For a ref, and once more the index.
qint64 roomFor(const Handle& handle)
{
    const Result<IndexHandle> index = indexOf(handle);
    const char* path = index ? git_index_path(index->get()) : nullptr;
    return 64 * 1024 + (path != nullptr ? QFileInfo(QFile::decodeName(path)).size() : 0);
}

Result<void> checkCanReset(const Handle& handle, const Head& expected, ResetMode mode)
{
    Result<void> checked = checkIdle(handle);
    if (checked && mode != ResetMode::KeepEverything) {
        checked = checkFilesAreOurs(handle);
    }
    return checked ? checkHeadIs(handle, expected) : checked;
}

Result<ResetDone> doReset(const Handle& handle, const Head& expected, const QString& revision,
                          ResetMode mode, const Committer& committer)
{
    if (const Result<void> checked = checkCanReset(handle, expected, mode); !checked) {
        return checked.error();
    }
    const LogIdentity identity(handle, committer);
    const Result<git_oid> to = resolve(handle, revision);
    if (!to) {
        return to.error();
    }
    const Result<TreeHandle> tree = treeOf(handle, idText(*to));
    if (!tree) {
        return tree.error();
    }
    ResetDone done{expected.commit, idText(*to), {}};
    Result<Room> room = Room::hold(handle);
    Result<void> changed = room ? Result<void>() : room.error();
    if (changed && mode == ResetMode::ThrowChangesAway) {
        const Result<QString> saved = saveChanges(handle, expected, committer);
        if (!saved) {
            return saved.error();
        }
        done.saved = *saved;
        changed = forceFiles(handle, tree->get(), *saved);
    } else if (changed && mode == ResetMode::KeepFiles) {
        changed = indexTo(handle, tree->get());
    }
    if (!changed) {
        return changed.error();
    }
    room->release();
    rememberOrigHead(handle, expected.commit);
    const QByteArray log = "reset: moving to " + revision.toUtf8();
    if (done.after == expected.commit) {
        noteInHeadLog(handle, expected.commit, committer, log);
        return done;
    }
    const Result<void> moved = moveHead(handle, expected, *to, log);
    return moved ? Result<ResetDone>(done) : moved.error();
}

Error noSaved(const QString& saved)
{
    return Error(
        ErrorKind::NotFound,
        u"%1 holds no saved changes, or git has cleared it away."_s.arg(displayText(saved, 60)));
}

Result<void> undoOnQueue(const Handle& handle, const Head& expected, const QString& saved)
{
    if (const Result<void> checked = checkCanReset(handle, expected, ResetMode::ThrowChangesAway);
        !checked) {
        return checked;
    }
    const Result<git_oid> id = idOf(saved);
    const Result<CommitHandle> commit = id ? commitOf(handle, *id) : id.error();
    if (!commit || git_commit_parentcount(commit->get()) != 2) {
        return noSaved(saved);
    }
    const git_oid before = *git_commit_parent_id(commit->get(), 0);
    const Result<TreeHandle> staged =
        treeOf(handle, idText(*git_commit_parent_id(commit->get(), 1)));
    const Result<TreeHandle> files = treeOf(handle, saved);
    const Result<TreeHandle> now = treeOf(handle, expected.commit);
    if (!staged || !files || !now) {
        return noSaved(saved);
    }
    Result<void> done = checkNothingStaged(handle, now->get());
    if (done) {
        done = checkNothingChanged(handle);
    }
    Result<Room> room = done ? Room::hold(handle, roomFor(handle)) : Result<Room>(done.error());
    done = room ? changeFiles(handle, now->get(), files->get()) : Result<void>(room.error());
    if (done) {
        room->release();
        done = indexTo(handle, staged->get());
        if (!done && !changeFiles(handle, files->get(), now->get())) {
            done = done.error().in(u"The files are back, but not what was staged"_s);
        }
    }
    if (!done || idText(before) == expected.commit) {
        return done;
    }
    rememberOrigHead(handle, expected.commit);
    return moveHead(handle, expected, before, "reset: moving to " + idText(before).toLatin1());
}

}  // namespace

Task<Result<ResetDone>> reset(std::shared_ptr<Repository> repository, Head expected,
                              QString revision, ResetMode mode, Committer committer)
{
    return perform<ResetDone>(
        Access::body(*repository), [expected, revision, mode, committer](const Handle& handle) {
            return tellWhenFull(handle, doReset(handle, expected, revision, mode, committer),
                                u"Nothing was changed."_s);
        });
}

Task<Result<void>> undoReset(std::shared_ptr<Repository> repository, Head expected, QString saved)
{
    return perform<void>(Access::body(*repository), [expected, saved](const Handle& handle) {
        return tellWhenFull(handle, undoOnQueue(handle, expected, saved),
                            u"Nothing was changed."_s);
    });
}

}  // namespace analemma::git
