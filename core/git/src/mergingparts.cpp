#include "core/git/src/branchescheckout.h"
#include "core/git/src/commits.h"
#include "core/git/src/errors.h"
#include "core/git/src/merging.h"
#include "core/git/src/mergingstate.h"
#include "core/git/src/putback.h"
#include "core/git/src/room.h"

#include <algorithm>
#include <vector>

using namespace Qt::StringLiterals;

namespace analemma::git {

git_merge_options mergeOptions()
{
    git_merge_options options = GIT_MERGE_OPTIONS_INIT;
    options.target_limit = 1000;   // files compared for renames; libgit2's own 200 are few
    options.recursion_limit = 32;  // of merge bases of merge bases
    return options;
}

QByteArray shortId(git_commit* commit)
{
    GitText text;
    void* raw = commit;
    if (git_object_short_id(&text, static_cast<git_object*>(raw)) < 0) {
        git_error_clear();
        return idText(*git_commit_id(commit)).left(7).toLatin1();
    }
    return text.bytes();
}

QByteArray subjectOf(git_commit* commit)
{
    const char* subject = git_commit_summary(commit);
    return subject != nullptr ? QByteArray(subject) : QByteArray();
}

namespace {

Result<unsigned> mainline(git_commit* commit, int parent)
{
    const int parents = static_cast<int>(git_commit_parentcount(commit));
    const QString id = idText(*git_commit_id(commit)).left(10);
    if (parents > 1 && parent == 0) {
        return Error(ErrorKind::Invalid,
                     u"%1 is a merge: say against which of its parents its change is meant. "
                     u"Nothing was changed."_s.arg(id))
            .withHint(u"Usually it is 1, the branch that was merged into."_s);
    }
    if (parent < 0 || parent > std::max(parents, 1)) {
        return Error(ErrorKind::Invalid,
                     u"%1 has no parent number %2. Nothing was changed."_s.arg(id).arg(parent));
    }
    return parents > 1 ? unsigned(parent) : 0U;
}

}  // namespace

Result<IndexHandle> revertOnto(const Handle& handle, git_commit* commit, git_commit* onto,
                               int parent)
{
    const Result<unsigned> line = mainline(commit, parent);
    if (!line) {
        return line.error();
    }
    IndexHandle merged;
    const git_merge_options options = mergeOptions();
    const int code =
        git_revert_commit(out(merged), handle.repository.get(), commit, onto, *line, &options);
    if (code < 0) {
        return gitError(code, u"take back the changes"_s);
    }
    return merged;
}

Result<IndexHandle> pickOnto(const Handle& handle, git_commit* commit, git_commit* onto, int parent)
{
    const Result<unsigned> line = mainline(commit, parent);
    if (!line) {
        return line.error();
    }
    IndexHandle merged;
    const git_merge_options options = mergeOptions();
    const int code =
        git_cherrypick_commit(out(merged), handle.repository.get(), commit, onto, *line, &options);
    if (code < 0) {
        return gitError(code, u"apply the changes"_s);
    }
    return merged;
}

Result<git_oid> writeCommit(const Handle& handle, const git_oid& tree, const QByteArray& message,
                            git_commit* like, const Committer& committer,
                            const QList<git_oid>& parents)
{
    const Result<SignatureHandle> who = signatureOf(committer);
    if (!who) {
        return who.error();
    }
    TreeHandle files;
    int code = git_tree_lookup(out(files), handle.repository.get(), &tree);
    std::vector<CommitHandle> owners;
    std::vector<const git_commit*> pointers;
    for (const git_oid& parent : parents) {
        Result<CommitHandle> commit = commitOf(handle, parent);
        if (!commit) {
            return commit.error();
        }
        owners.push_back(std::move(*commit));
        pointers.push_back(owners.back().get());
    }
    git_oid made{};
    if (code == 0) {
        const git_signature* author = like != nullptr ? git_commit_author(like) : who->get();
        const char* encoding = like != nullptr ? git_commit_message_encoding(like) : nullptr;
        code = createCommit(&made, handle.repository.get(), nullptr, author, who->get(), encoding,
                            message.constData(), files.get(), pointers.size(), pointers.data());
    }
    return code < 0 ? Result<git_oid>(gitError(code, u"make the commit"_s)) : Result<git_oid>(made);
}

Result<git_oid> treeOfIndex(const Handle& handle)
{
    const Result<IndexHandle> index = indexOf(handle);
    const Result<QList<Conflict>> open = index ? readConflicts(index->get()) : index.error();
    if (!open) {
        return open.error();
    }
    if (!open->isEmpty()) {
        QList<QByteArray> paths;
        for (const Conflict& conflict : *open) {
            paths.append(conflict.path);
        }
        return inTheWay(u"There are files with conflicts: %1. Nothing was changed."_s, paths)
            .withHint(u"Resolve them first."_s);
    }
    git_oid tree{};
    const int code = git_index_write_tree(&tree, index->get());
    return code < 0 ? Result<git_oid>(gitError(code, u"write the resolved files"_s))
                    : Result<git_oid>(tree);
}

Result<QString> backToHead(const Handle& handle, const Head& head, const Committer& committer)
{
    const Result<QString> saved = saveChanges(handle, head, committer);
    const Result<TreeHandle> tree = saved ? treeOf(handle, head.commit) : saved.error();
    const Result<IndexHandle> index = tree ? indexOf(handle) : tree.error();
    const Result<QList<QByteArray>> paths =
        index ? pathsApart(handle, tree->get(), index->get()) : index.error();
    if (!paths) {
        return paths.error();
    }
    const Result<TreeHandle> was = treeOf(handle, *saved);
    if (!was) {
        return was.error();
    }
    if (const int code = git_index_read_tree(index->get(), tree->get()); code < 0) {
        return gitError(code, u"read HEAD's files"_s);
    }
    Result<void> written = forcePaths(handle, index->get(), *paths);
    if (const int code = written ? git_index_write(index->get()) : 0; code < 0) {
        written = gitError(code, u"write the index"_s);
    }
    return written ? saved : putBack(handle, {*paths, *paths, was->get()}, written.error());
}

}  // namespace analemma::git
