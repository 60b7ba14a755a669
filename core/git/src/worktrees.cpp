#include "core/git/worktrees.h"

#include "core/base/files.h"
#include "core/base/text.h"
#include "core/git/src/access.h"
#include "core/git/src/branchescheckout.h"
#include "core/git/src/branchesundo.h"
#include "core/git/src/commits.h"
#include "core/git/src/errors.h"
#include "core/git/src/refs.h"
#include "core/git/src/room.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>

using namespace Qt::StringLiterals;

namespace analemma::git {

namespace {

using WorktreeHandle = Owned<git_worktree, git_worktree_free>;
using StatusHandle = Owned<git_status_list, git_status_list_free>;

constexpr std::size_t treeLimit = 1000;

QString commonFolder(const Handle& handle)
{
    return QDir::cleanPath(
        QFileInfo(QFile::decodeName(git_repository_commondir(handle.repository.get())))
            .canonicalFilePath());
}

/// Why a linked work tree must not be trusted: the folder that its file names can be anybody's, as
/// long as that one does not name this repository.
QString mistrust(const Handle& handle, git_worktree* tree)
{
    const QString name = QFile::decodeName(git_worktree_name(tree));
    const QString path = QFile::decodeName(git_worktree_path(tree));
    const QString leadsTo = gitFolderOf(path + u"/.git"_s);
    if (leadsTo.isEmpty() || leadsTo != commonFolder(handle) + u"/worktrees/"_s + name) {
        return u"the folder %1 does not lead back to this repository"_s.arg(displayText(path, 300));
    }
    return {};
}

Result<WorktreeHandle> treeNamed(const Handle& handle, const QString& name)
{
    WorktreeHandle tree;
    const int code = name.isEmpty() || name.contains(u'/') || name.startsWith(u'.')
                         ? GIT_ENOTFOUND
                         : git_worktree_lookup(out(tree), handle.repository.get(),
                                               QFile::encodeName(name).constData());
    if (code < 0) {
        git_error_clear();
        return Error(ErrorKind::NotFound,
                     u"There is no linked work tree %1."_s.arg(displayText(name, 100)), code);
    }
    return tree;
}

void fillHead(LinkedTree& linked, git_repository* repository)
{
    Handle other;
    other.repository.reset(repository);
    const Result<Head> head = readHead(other);
    if (head) {
        linked.branch = head->branch;
        linked.commit = head->commit;
    }
    static_cast<void>(other.repository.release());
}

LinkedTree describeTree(const Handle& handle, git_worktree* tree)
{
    LinkedTree linked;
    linked.name = QFile::decodeName(git_worktree_name(tree));
    linked.path = QDir::cleanPath(QFile::decodeName(git_worktree_path(tree)));
    GitText reason;
    linked.locked = git_worktree_is_locked(&reason, tree) > 0;
    linked.lockReason = QString::fromUtf8(reason.bytes().left(1000)).trimmed();
    linked.gone = !QFileInfo::exists(linked.path);
    if (!linked.gone) {
        linked.problem = mistrust(handle, tree);
    }
    RepositoryHandle repository;
    if (!linked.gone && linked.problem.isEmpty() &&
        git_repository_open_from_worktree(out(repository), tree) == 0) {
        fillHead(linked, repository.get());
    }
    git_error_clear();
    return linked;
}

/// The work tree that .git stands in, however the repository was opened.
LinkedTree firstTree(const Handle& handle)
{
    LinkedTree first;
    RepositoryHandle repository;
    const QString common = commonFolder(handle);
    first.path = common;
    if (git_repository_open_ext(out(repository), QFile::encodeName(common).constData(),
                                GIT_REPOSITORY_OPEN_NO_SEARCH, nullptr) == 0) {
        fillHead(first, repository.get());
        if (const char* folder = git_repository_workdir(repository.get())) {
            first.path = QDir::cleanPath(QFile::decodeName(folder));
        }
    }
    git_error_clear();
    return first;
}

Result<QStringList> treeNames(const Handle& handle)
{
    git_strarray names{};
    if (const int code = git_worktree_list(&names, handle.repository.get()); code < 0) {
        return gitError(code, u"list the work trees"_s);
    }
    QStringList all;
    for (std::size_t i = 0; i < std::min(names.count, treeLimit); ++i) {
        all.append(QFile::decodeName(names.strings[i]));
    }
    git_strarray_dispose(&names);
    all.sort();
    return all;
}

Result<QList<LinkedTree>> listTrees(const Handle& handle)
{
    const Result<QStringList> names = treeNames(handle);
    if (!names) {
        return names.error();
    }
    QList<LinkedTree> all{firstTree(handle)};
    for (const QString& name : *names) {
        if (const Result<WorktreeHandle> tree = treeNamed(handle, name)) {
            all.append(describeTree(handle, tree->get()));
        }
    }
    return all;
}

struct NameWalk {
    Result<void> answer;
    int count = 0;
};

int checkOneName(const char*, const git_tree_entry* entry, void* payload)
{
    constexpr int limit = 2'000'000;
    auto* walk = static_cast<NameWalk*>(payload);
    const QByteArray name(git_tree_entry_name(entry));
    walk->answer = checkPath(name);
    if (++walk->count > limit) {
        walk->answer = Error(ErrorKind::Refused,
                             u"The commit has more than %1 files and folders."_s.arg(limit));
    }
    return walk->answer ? 0 : -1;
}

/// Refused when a name in the tree must not become a file.
Result<void> checkNames(git_tree* tree)
{
    NameWalk walk;
    const int code = git_tree_walk(tree, GIT_TREEWALK_PRE, &checkOneName, &walk);
    if (!walk.answer) {
        git_error_clear();
        return walk.answer;
    }
    return code < 0 ? Result<void>(gitError(code, u"read the files of the commit"_s))
                    : Result<void>();
}

// ---- adding and removing ------------------------------------------------------------------------

/// The name that git would give: the folder's, with a number where it is taken.
QString freeName(const Handle& handle, const QString& path)
{
    QString name = QFileInfo(path).fileName();
    for (QChar& c : name) {
        const bool plain = c.isLetterOrNumber() || c == u'-' || c == u'_' || c == u'.';
        c = plain ? c : QChar(u'-');
    }
    while (name.startsWith(u'.') || name.startsWith(u'-')) {
        name.remove(0, 1);
    }
    name = name.isEmpty() ? u"tree"_s : name.left(100);
    const QString folder = commonFolder(handle) + u"/worktrees/"_s;
    QString free = name;
    for (int i = 1; QFileInfo::exists(folder + free); ++i) {
        free = name + QString::number(i);
    }
    return free;
}

Result<LinkedTree> addTree(const Handle& handle, const QString& given, const QString& branch)
{
    const QString path = QDir::cleanPath(QFileInfo(given).absoluteFilePath());
    const QFileInfo info(path);
    if (info.isSymLink() ||
        (info.exists() &&
         (!info.isDir() || !QDir(path).isEmpty(QDir::AllEntries | QDir::Hidden | QDir::System |
                                               QDir::NoDotAndDotDot)))) {
        return Error(ErrorKind::Conflict,
                     u"%1 is there already and is no empty folder. Nothing was changed."_s.arg(
                         displayText(path, 300)));
    }
    const Result<ReferenceHandle> reference = refAt(handle, "refs/heads/" + branch.toUtf8(), {});
    if (!reference) {
        return reference.error();
    }
    if (git_branch_is_checked_out(reference->get()) != 0) {
        git_error_clear();
        return Error(ErrorKind::Conflict,
                     u"The branch %1 is checked out already. Nothing was changed."_s.arg(
                         displayText(branch, 100)));
    }
    const Result<git_oid> id = commitUnder(reference->get());
    const Result<TreeHandle> files = id ? treeOf(handle, idText(*id)) : id.error();
    const Result<void> safe = files ? checkNames(files->get()) : files.error();
    if (!safe) {
        return safe.error();
    }
    if (const Result<void> made = makeFolder(info.path(), 0755); !made) {
        return made.error();
    }
    WorktreeHandle tree;
    git_worktree_add_options options = GIT_WORKTREE_ADD_OPTIONS_INIT;
    options.ref = reference->get();
    options.checkout_options.checkout_strategy = GIT_CHECKOUT_FORCE;
    const QByteArray name = QFile::encodeName(freeName(handle, path));
    const int code = git_worktree_add(out(tree), handle.repository.get(), name.constData(),
                                      QFile::encodeName(path).constData(), &options);
    if (code < 0) {
        const Error error = gitError(code, u"make the work tree %1"_s.arg(displayText(path, 300)));
        if (code != GIT_EEXISTS) {
            static_cast<void>(removeTree(path));
            static_cast<void>(
                removeTree(commonFolder(handle) + u"/worktrees/"_s + QFile::decodeName(name)));
            if (info.exists()) {
                QDir().mkdir(path);
            }
        }
        return error;
    }
    return describeTree(handle, tree.get());
}

/// Changes and untracked files; ignored ones do not count, as with git.
Result<void> checkTreeClean(git_worktree* tree)
{
    RepositoryHandle repository;
    StatusHandle status;
    git_status_options options = GIT_STATUS_OPTIONS_INIT;
    options.flags = GIT_STATUS_OPT_INCLUDE_UNTRACKED;
    int code = git_repository_open_from_worktree(out(repository), tree);
    code = code < 0 ? code : git_status_list_new(out(status), repository.get(), &options);
    if (code < 0) {
        return gitError(code, u"look for changes in the work tree"_s);
    }
    QList<QByteArray> paths;
    for (std::size_t i = 0; i < git_status_list_entrycount(status.get()); ++i) {
        const git_status_entry* entry = git_status_byindex(status.get(), i);
        const git_diff_delta* delta =
            entry->index_to_workdir != nullptr ? entry->index_to_workdir : entry->head_to_index;
        paths.append(QByteArray(delta->old_file.path));
    }
    if (!paths.isEmpty()) {
        return inTheWay(u"The work tree has changed or untracked files: %1. It was not removed."_s,
                        paths);
    }
    return {};
}

Result<void> removeTreeOnQueue(const Handle& handle, const QString& name)
{
    const Result<WorktreeHandle> tree = treeNamed(handle, name);
    if (!tree) {
        return tree.error();
    }
    const LinkedTree linked = describeTree(handle, tree->get());
    const QString shown = displayText(linked.path, 300);
    if (linked.locked) {
        return Error(ErrorKind::Conflict,
                     u"The work tree %1 is locked. It was not removed."_s.arg(shown))
            .withHint(displayText(linked.lockReason, 200));
    }
    if (!linked.problem.isEmpty()) {
        return Error(ErrorKind::Refused, u"The work tree %1 was not removed: %2."_s.arg(
                                             displayText(name, 100), linked.problem));
    }
    git_worktree_prune_options options = GIT_WORKTREE_PRUNE_OPTIONS_INIT;
    options.flags = GIT_WORKTREE_PRUNE_VALID;
    if (!linked.gone) {
        if (const Result<void> clean = checkTreeClean(tree->get()); !clean) {
            return clean;
        }
        // The files first: what is left over when this dies can be pruned.
        if (const Result<void> removed = removeTree(linked.path); !removed) {
            return removed;
        }
    }
    const int code = git_worktree_prune(tree->get(), &options);
    return code < 0 ? Result<void>(gitError(code, u"forget the work tree %1"_s.arg(shown)))
                    : Result<void>();
}

Result<QStringList> pruneTrees(const Handle& handle)
{
    const Result<QStringList> names = treeNames(handle);
    if (!names) {
        return names.error();
    }
    QStringList forgotten;
    for (const QString& name : *names) {
        const Result<WorktreeHandle> tree = treeNamed(handle, name);
        if (!tree) {
            continue;
        }
        const LinkedTree linked = describeTree(handle, tree->get());
        git_worktree_prune_options options = GIT_WORKTREE_PRUNE_OPTIONS_INIT;
        if (linked.gone && !linked.locked && git_worktree_prune(tree->get(), &options) == 0) {
            forgotten.append(name);
        }
        git_error_clear();
    }
    return forgotten;
}

}  // namespace

Task<Result<QList<LinkedTree>>> workTrees(std::shared_ptr<Repository> repository)
{
    return perform<QList<LinkedTree>>(Access::body(*repository), &listTrees);
}

Task<Result<LinkedTree>> addWorkTree(std::shared_ptr<Repository> repository, QString path,
                                     QString branch)
{
    return perform<LinkedTree>(Access::body(*repository), [path, branch](const Handle& handle) {
        return tellWhenFull(handle, addTree(handle, path, branch), u"Nothing was changed."_s);
    });
}

Task<Result<void>> removeWorkTree(std::shared_ptr<Repository> repository, QString name)
{
    return perform<void>(Access::body(*repository),
                         [name](const Handle& handle) { return removeTreeOnQueue(handle, name); });
}

Task<Result<QStringList>> pruneWorkTrees(std::shared_ptr<Repository> repository)
{
    return perform<QStringList>(Access::body(*repository), &pruneTrees);
}

}  // namespace analemma::git
