#include "core/git/branches.h"

#include "core/base/files.h"
#include "core/base/text.h"
#include "core/git/src/access.h"
#include "core/git/src/branchescheckout.h"
#include "core/git/src/branchesundo.h"
#include "core/git/src/commits.h"
#include "core/git/src/errors.h"
#include "core/git/src/mergingstate.h"
#include "core/git/src/refs.h"
#include "core/git/src/room.h"

#include <functional>

using namespace Qt::StringLiterals;

namespace analemma::git {

namespace {

constexpr qint64 renamedLogLimit = 64 * 1024 * 1024;

QByteArray branchPath(const QString& name)
{
    return "refs/heads/" + name.toUtf8();
}

QString shownBranch(const QString& name)
{
    return displayText(name, 100);
}

Result<void> checkBranchName(const QString& name)
{
    int valid = 0;
    if (git_branch_name_is_valid(&valid, name.toUtf8().constData()) < 0 || valid == 0) {
        git_error_clear();
        return Error(ErrorKind::Invalid,
                     u"\"%1\" can not be the name of a branch."_s.arg(shownBranch(name)))
            .withHint(u"Letters, digits, '-', '_', '.' and '/' always work: fix/login."_s);
    }
    return {};
}

Error branchIsThere(const QString& name)
{
    return Error(ErrorKind::Conflict,
                 u"There is a branch %1 already. Nothing was changed."_s.arg(shownBranch(name)),
                 GIT_EEXISTS);
}

bool isRef(const Handle& handle, const QByteArray& name)
{
    ReferenceHandle reference;
    const int code =
        git_reference_lookup(out(reference), handle.repository.get(), name.constData());
    git_error_clear();
    return code == 0;
}

Result<Committer> readCommitter(const Handle& handle)
{
    SignatureHandle who;
    if (git_signature_default(out(who), handle.repository.get()) < 0) {
        git_error_clear();
        return Error(ErrorKind::Invalid, u"Nobody is named as the author of commits."_s)
            .withHint(
                u"Say who you are: git config --global user.name \"Ana\", and "
                u"user.email."_s);
    }
    return Committer{QString::fromUtf8(who->name), QString::fromUtf8(who->email), {}};
}

// ---- making -------------------------------------------------------------------------------------

Result<QString> makeBranch(const Handle& handle, const QString& name, const QString& start)
{
    if (const Result<void> valid = checkBranchName(name); !valid) {
        return valid.error();
    }
    const Result<git_oid> id = resolve(handle, start);
    if (!id) {
        return id.error();
    }
    const bool follows = isRef(handle, "refs/remotes/" + start.toUtf8());
    const QByteArray log = "branch: Created from " + start.toUtf8();
    ReferenceHandle branch;
    const int code = moveWithLogs(handle, {branchPath(name)}, [&] {
        return git_reference_create(out(branch), handle.repository.get(),
                                    branchPath(name).constData(), &*id, 0, log.constData());
    });
    if (code == GIT_EEXISTS) {
        git_error_clear();
        return branchIsThere(name);
    }
    if (code < 0) {
        return gitError(code, u"make the branch %1"_s.arg(shownBranch(name)));
    }
    if (follows) {
        git_branch_set_upstream(branch.get(), start.toUtf8().constData());
        git_error_clear();  // of a remote that is gone: it follows nothing, as with git
    }
    return idText(*id);
}

Result<void> followBranch(const Handle& handle, const QString& name, const QString& upstream)
{
    ReferenceHandle branch;
    const QString what = u"set what the branch %1 follows"_s.arg(shownBranch(name));
    int code = git_branch_lookup(out(branch), handle.repository.get(), name.toUtf8().constData(),
                                 GIT_BRANCH_LOCAL);
    if (code < 0) {
        return gitError(code, what);
    }
    GitText remote;
    if (upstream.isEmpty() && git_branch_upstream_remote(&remote, handle.repository.get(),
                                                         branchPath(name).constData()) < 0) {
        git_error_clear();
        return {};  // it follows none
    }
    const QByteArray to = upstream.toUtf8();
    code = git_branch_set_upstream(branch.get(), upstream.isEmpty() ? nullptr : to.constData());
    return code < 0 ? Result<void>(gitError(code, what)) : Result<void>();
}

// ---- renaming -----------------------------------------------------------------------------------

/// libgit2 1.5 loses the log of a branch that it renames, and words the new entry in its own way.
void restoreRenamed(const Handle& handle, const QByteArray& log, const QByteArray& name,
                    const QByteArray& text)
{
    const QString path = refLogFile(handle, name);
    const Result<QByteArray> written = readFile(path, renamedLogLimit);
    const qsizetype tab = written ? written->lastIndexOf('\t') : -1;
    if (log.isEmpty() || tab < 0) {
        return;
    }
    const qsizetype line = written->lastIndexOf('\n', tab) + 1;
    const QByteArray last = written->sliced(line, tab - line);
    static_cast<void>(writeFile(path, log + last + '\t' + text + '\n', 0644));
}

Result<void> moveBranch(const Handle& handle, const QString& name, const QString& newName,
                        const QString& expected)
{
    if (const Result<void> valid = checkBranchName(newName); !valid) {
        return valid;
    }
    const Result<ReferenceHandle> branch = refAt(handle, branchPath(name), expected);
    if (!branch) {
        return branch.error();
    }
    if (isRef(handle, branchPath(newName))) {
        return branchIsThere(newName);
    }
    const Result<QByteArray> log = readFile(refLogFile(handle, branchPath(name)), renamedLogLimit);
    ReferenceHandle moved;
    const int code = git_branch_move(out(moved), branch->get(), newName.toUtf8().constData(), 0);
    if (code < 0) {
        return gitError(code, u"rename the branch %1"_s.arg(shownBranch(name)));
    }
    restoreRenamed(handle, log.valueOr({}), branchPath(newName),
                   "Branch: renamed " + branchPath(name) + " to " + branchPath(newName));
    return {};
}

// ---- deleting -----------------------------------------------------------------------------------

Result<Deleted> dropBranch(const Handle& handle, const QString& name, const QString& expected)
{
    Result<ReferenceHandle> branch = refAt(handle, branchPath(name), expected);
    if (!branch) {
        return branch.error();
    }
    if (git_branch_is_checked_out(branch->get()) != 0) {
        git_error_clear();
        return Error(ErrorKind::Conflict,
                     u"The branch %1 is checked out. It was not deleted."_s.arg(shownBranch(name)))
            .withHint(u"Switch to another branch first, there where it is checked out."_s);
    }
    const Result<Deleted> record = recordRef(handle, branch->get());
    if (!record) {
        return record;
    }
    if (const int code = git_branch_delete(branch->get()); code < 0) {
        return gitError(code, u"delete the branch %1"_s.arg(shownBranch(name)));
    }
    return record;
}

Result<Deleted> dropTag(const Handle& handle, const QString& name, const QString& expected)
{
    const Result<ReferenceHandle> tag = refAt(handle, "refs/tags/" + name.toUtf8(), expected);
    if (!tag) {
        return tag.error();
    }
    const Result<Deleted> record = recordRef(handle, tag->get());
    if (!record) {
        return record;
    }
    if (const int code = git_reference_delete(tag->get()); code < 0) {
        return gitError(code, u"delete the tag %1"_s.arg(shownBranch(name)));
    }
    return record;
}

// ---- switching ----------------------------------------------------------------------------------

/// What switching begins with.
Result<void> checkCanSwitch(const Handle& handle, const Head& expected)
{
    Result<void> checked = checkFilesAreOurs(handle);
    if (checked) {
        checked = checkIdle(handle);
    }
    return checked ? checkHeadIs(handle, expected) : checked;
}

Result<void> filesTo(const Handle& handle, const QString& head, const git_oid& to)
{
    const Result<TreeHandle> from = treeOf(handle, head);
    const Result<TreeHandle> tree = from ? treeOf(handle, idText(to)) : from.error();
    return tree ? changeFiles(handle, from->get(), tree->get()) : tree.error();
}

/// The files first, then HEAD; where that can not be written, they go back.
Result<void> leadHead(const Handle& handle, const Head& expected, const git_oid& to,
                      const QString& what, const std::function<int()>& move)
{
    Result<Room> room = Room::hold(handle);
    if (!room) {
        return room.error();
    }
    if (const Result<void> changed = filesTo(handle, expected.commit, to); !changed) {
        return changed;
    }
    room->release();
    const int code = moveWithLogs(handle, {"HEAD"}, move);
    if (code >= 0) {
        return {};
    }
    const Error error = gitError(code, what);
    const Result<git_oid> back = idOf(expected.commit);
    const Result<void> led = back ? filesTo(handle, idText(to), *back) : Result<void>(back.error());
    return led ? error
               : Result<void>(Error(error.kind,
                                    u"%1. The files are those of %2 already, HEAD is not."_s.arg(
                                        error.message, idText(to).left(10)),
                                    error.nativeCode)
                                  .withHint(error.hint));
}

Result<void> switchBranch(const Handle& handle, const Head& expected, const QString& name)
{
    if (const Result<void> checked = checkCanSwitch(handle, expected); !checked) {
        return checked;
    }
    const Result<ReferenceHandle> branch = refAt(handle, branchPath(name), {});
    if (!branch) {
        return branch.error();
    }
    if (expected.branch == name) {
        return {};
    }
    if (git_branch_is_checked_out(branch->get()) != 0) {
        git_error_clear();
        return Error(
            ErrorKind::Conflict,
            u"The branch %1 is checked out in another work tree. Nothing was changed."_s.arg(
                shownBranch(name)));
    }
    const Result<git_oid> id = commitUnder(branch->get());
    if (!id) {
        return id.error();
    }
    return leadHead(handle, expected, *id, u"switch to %1"_s.arg(shownBranch(name)), [&] {
        return git_repository_set_head(handle.repository.get(), branchPath(name).constData());
    });
}

Result<void> detachHead(const Handle& handle, const Head& expected, const QString& revision)
{
    if (const Result<void> checked = checkCanSwitch(handle, expected); !checked) {
        return checked;
    }
    const Result<git_oid> id = resolve(handle, revision);
    if (!id) {
        return id.error();
    }
    return leadHead(handle, expected, *id, u"go to %1"_s.arg(shownBranch(revision)), [&] {
        Owned<git_annotated_commit, git_annotated_commit_free> named;  // the log has the name
        git_repository* repository = handle.repository.get();
        const int code = git_annotated_commit_from_revspec(out(named), repository,
                                                           revision.toUtf8().constData());
        return code < 0 ? code
                        : git_repository_set_head_detached_from_annotated(repository, named.get());
    });
}

}  // namespace

// ---- the face -----------------------------------------------------------------------------------

Task<Result<Committer>> configuredCommitter(std::shared_ptr<Repository> repository)
{
    return perform<Committer>(Access::body(*repository), &readCommitter);
}

Task<Result<QString>> createBranch(std::shared_ptr<Repository> repository, QString name,
                                   QString start)
{
    return perform<QString>(Access::body(*repository), [name, start](const Handle& handle) {
        return tellWhenFull(handle, makeBranch(handle, name, start), u"Nothing was changed."_s);
    });
}

Task<Result<void>> renameBranch(std::shared_ptr<Repository> repository, QString name,
                                QString newName, QString expected)
{
    return perform<void>(
        Access::body(*repository), [name, newName, expected](const Handle& handle) {
            return tellWhenFull(handle, moveBranch(handle, name, newName, expected),
                                u"Nothing was changed."_s);
        });
}

Task<Result<void>> setUpstream(std::shared_ptr<Repository> repository, QString branch,
                               QString upstream)
{
    return perform<void>(Access::body(*repository), [branch, upstream](const Handle& handle) {
        return tellWhenFull(handle, followBranch(handle, branch, upstream),
                            u"Nothing was changed."_s);
    });
}

Task<Result<Deleted>> deleteBranch(std::shared_ptr<Repository> repository, QString name,
                                   QString expected)
{
    return perform<Deleted>(Access::body(*repository), [name, expected](const Handle& handle) {
        return tellWhenFull(handle, dropBranch(handle, name, expected), u"It was not deleted."_s);
    });
}

Task<Result<Deleted>> deleteTag(std::shared_ptr<Repository> repository, QString name,
                                QString expected)
{
    return perform<Deleted>(Access::body(*repository), [name, expected](const Handle& handle) {
        return tellWhenFull(handle, dropTag(handle, name, expected), u"It was not deleted."_s);
    });
}

Task<Result<Deleted>> bringBack(std::shared_ptr<Repository> repository, QString record)
{
    return perform<Deleted>(Access::body(*repository), [record](const Handle& handle) {
        return tellWhenFull(handle, restoreRef(handle, record), u"Nothing was changed."_s);
    });
}

Task<Result<void>> switchTo(std::shared_ptr<Repository> repository, Head expected, QString branch)
{
    return perform<void>(Access::body(*repository), [expected, branch](const Handle& handle) {
        return tellWhenFull(handle, switchBranch(handle, expected, branch),
                            u"Nothing was changed."_s);
    });
}

Task<Result<void>> detachAt(std::shared_ptr<Repository> repository, Head expected, QString revision)
{
    return perform<void>(Access::body(*repository), [expected, revision](const Handle& handle) {
        return tellWhenFull(handle, detachHead(handle, expected, revision),
                            u"Nothing was changed."_s);
    });
}

}  // namespace analemma::git
