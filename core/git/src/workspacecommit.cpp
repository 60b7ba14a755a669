#include "core/git/src/workspacecommit.h"

#include "core/base/text.h"
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

Result<void> checkWorkTree(const Handle& handle)
{
    const char* folder = git_repository_workdir(handle.repository.get());
    const QString own = QString::fromUtf8(git_repository_path(handle.repository.get()));
    if (folder == nullptr) {
        return Error(
            ErrorKind::Unsupported,
            u"%1 is a bare repository: it has no files to commit."_s.arg(displayText(own, 300)));
    }
    if (QDir::cleanPath(QString::fromUtf8(folder) + u".git"_s) != QDir::cleanPath(own)) {
        return Error(
            ErrorKind::Refused,
            u"The work tree of %1 is not the folder around it. Nothing was committed."_s.arg(
                displayText(own, 300)));
    }
    return {};
}

Result<git_oid> writeIndex(const Handle& handle)
{
    const QString what = u"add the files of the work tree"_s;
    IndexHandle index;
    if (const int code = git_repository_index(out(index), handle.repository.get()); code < 0) {
        return gitError(code, what);
    }
    if (const int code =
            git_index_add_all(index.get(), nullptr, GIT_INDEX_ADD_DEFAULT, nullptr, nullptr);
        code < 0) {
        return gitError(code, what);
    }
    if (const int code = git_index_write(index.get()); code < 0) {
        return gitError(code, what);
    }
    git_oid tree{};
    if (const int code = git_index_write_tree(&tree, index.get()); code < 0) {
        return gitError(code, what);
    }
    return tree;
}

/// HEAD's commit; null when there is none yet.
Result<CommitHandle> headCommit(const Handle& handle)
{
    const Result<Head> head = readHead(handle);
    if (!head) {
        return head.error();
    }
    CommitHandle commit;
    git_oid id{};
    if (!head->commit.isEmpty() && git_oid_fromstr(&id, head->commit.toLatin1().constData()) == 0) {
        if (const int code = git_commit_lookup(out(commit), handle.repository.get(), &id);
            code < 0) {
            return gitError(code, u"read HEAD"_s);
        }
    }
    return commit;
}

}  // namespace

Result<QString> commitWorkTree(const Handle& handle, const QString& message,
                               const QString& authorName, const QString& authorEmail,
                               const QDateTime& time)
{
    if (const Result<void> checked = checkWorkTree(handle); !checked) {
        return checked.error();
    }
    const Result<SignatureHandle> author = makeSignature(authorName, authorEmail, time);
    if (!author) {
        return author.error();
    }
    const Result<git_oid> treeId = writeIndex(handle);
    if (!treeId) {
        return treeId.error();
    }
    const Result<CommitHandle> parent = headCommit(handle);
    if (!parent) {
        return parent.error();
    }
    if (*parent && git_oid_equal(git_commit_tree_id(parent->get()), &*treeId) != 0) {
        return idText(*git_commit_id(parent->get()));
    }
    TreeHandle tree;
    const QString what = u"commit the files of the work tree"_s;
    if (const int code = git_tree_lookup(out(tree), handle.repository.get(), &*treeId); code < 0) {
        return gitError(code, what);
    }
    const git_commit* parents[] = {parent->get()};
    git_oid made{};
    const int code =
        createCommit(&made, handle.repository.get(), "HEAD", author->get(), author->get(), nullptr,
                     message.toUtf8().constData(), tree.get(), *parent ? 1 : 0, parents);
    if (code < 0) {
        return gitError(code, what);
    }
    return idText(made);
}

Result<RepositoryHandle> makeRepository(const QString& path)
{
    const QString what = u"make a repository in %1"_s.arg(displayText(path, 300));
    git_repository_init_options options;
    if (const int code =
            git_repository_init_options_init(&options, GIT_REPOSITORY_INIT_OPTIONS_VERSION);
        code < 0) {
        return gitError(code, what);
    }
    options.flags = GIT_REPOSITORY_INIT_MKPATH | GIT_REPOSITORY_INIT_NO_REINIT;
    options.initial_head = "main";
    RepositoryHandle repository;
    const int code =
        git_repository_init_ext(out(repository), QFile::encodeName(path).constData(), &options);
    if (code == GIT_EEXISTS) {
        git_error_clear();
        return Error(ErrorKind::Conflict,
                     u"There is a repository in %1 already. It was left as it is."_s.arg(
                         displayText(path, 300)));
    }
    if (code < 0) {
        return gitError(code, what);
    }
    return repository;
}

Result<RepositoryHandle> openRepository(const QString& path)
{
    RepositoryHandle repository;
    const int code = git_repository_open_ext(out(repository), QFile::encodeName(path).constData(),
                                             GIT_REPOSITORY_OPEN_NO_SEARCH, nullptr);
    if (code == 0) {
        return repository;
    }
    const git_error* last = git_error_last();
    if (last != nullptr && isForeignOwner(code, last->klass, QByteArray(last->message))) {
        git_error_clear();
        return foreignOwner(path);
    }
    const Error error = gitError(code, u"open %1"_s.arg(displayText(path, 300)));
    if (error.kind == ErrorKind::NotFound) {
        const QString message = QFileInfo::exists(path) ? u"%1 is not a git repository."_s
                                                        : u"There is no folder %1."_s;
        return Error(ErrorKind::NotFound, message.arg(displayText(path, 300)), code);
    }
    return error;
}

}  // namespace analemma::git
