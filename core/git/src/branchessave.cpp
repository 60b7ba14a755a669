#include "core/base/text.h"
#include "core/git/src/branchescheckout.h"
#include "core/git/src/commits.h"
#include "core/git/src/errors.h"
#include "core/git/src/room.h"

using namespace Qt::StringLiterals;

namespace analemma::git {

namespace {

Error notSaved(int code)
{
    return gitError(code, u"save the changes"_s);
}

}  // namespace

Result<git_oid> saveTree(const Handle& handle, git_index* index)
{
    git_oid id{};
    const int code = git_index_write_tree_to(&id, index, handle.repository.get());
    return code < 0 ? Result<git_oid>(notSaved(code)) : Result<git_oid>(id);
}

int takeFile(const Handle& handle, git_index* index, const git_diff_delta* delta)
{
    const char* path =
        delta->new_file.path != nullptr ? delta->new_file.path : delta->old_file.path;
    git_index_entry entry{};
    const int code = git_blob_create_from_workdir(&entry.id, handle.repository.get(), path);
    if (code == GIT_ENOTFOUND) {
        git_error_clear();
        git_index_remove(index, path, 0);  // an unresolved path may not be in it
        git_error_clear();
        return 0;
    }
    if (code < 0) {
        return code;
    }
    entry.path = path;
    entry.mode = delta->new_file.mode != 0 ? delta->new_file.mode : quint32(GIT_FILEMODE_BLOB);
    return git_index_add(index, &entry);
}

Result<git_oid> saveCommit(const Handle& handle, const git_oid& tree, const QString& message,
                           const git_signature* who, std::vector<const git_commit*> parents)
{
    TreeHandle files;
    git_oid id{};
    int code = git_tree_lookup(out(files), handle.repository.get(), &tree);
    if (code == 0) {
        code =
            createCommit(&id, handle.repository.get(), nullptr, who, who, nullptr,
                         message.toUtf8().constData(), files.get(), parents.size(), parents.data());
    }
    return code < 0 ? Result<git_oid>(notSaved(code)) : Result<git_oid>(id);
}

namespace {

/// The tree of the tracked files as they are now, over the tree `staged`.
Result<git_oid> filesTree(const Handle& handle, git_index* index, git_tree* staged)
{
    IndexHandle files;
    int code = git_index_new(out(files));
    if (code == 0) {
        code = git_index_read_tree(files.get(), staged);
    }
    git_diff_options options = GIT_DIFF_OPTIONS_INIT;
    options.flags = GIT_DIFF_IGNORE_SUBMODULES | GIT_DIFF_INCLUDE_TYPECHANGE;
    IndexDiffHandle diff;
    if (code == 0) {
        code = git_diff_index_to_workdir(out(diff), handle.repository.get(), index, &options);
    }
    for (std::size_t i = 0; code == 0 && i < git_diff_num_deltas(diff.get()); ++i) {
        const git_diff_delta* delta = git_diff_get_delta(diff.get(), i);
        if (delta->status == GIT_DELTA_DELETED) {
            git_index_remove(files.get(), delta->old_file.path, 0);
        } else if (delta->status != GIT_DELTA_UNMODIFIED) {
            code = takeFile(handle, files.get(), delta);
        }
    }
    return code < 0 ? Result<git_oid>(notSaved(code)) : saveTree(handle, files.get());
}

}  // namespace

Result<QString> saveChanges(const Handle& handle, const Head& head, const Committer& committer)
{
    if (head.commit.isEmpty()) {
        return QString();
    }
    const Result<TreeHandle> headTree = treeOf(handle, head.commit);
    if (!headTree) {
        return headTree.error();
    }
    const Result<IndexHandle> index = indexOf(handle);
    if (!index) {
        return index.error();
    }
    const bool conflicts = git_index_has_conflicts(index->get()) != 0;
    const Result<git_oid> stagedId =
        conflicts ? Result<git_oid>(*git_tree_id(headTree->get())) : saveTree(handle, index->get());
    if (!stagedId) {
        return stagedId.error();
    }
    TreeHandle staged;
    if (const int code = git_tree_lookup(out(staged), handle.repository.get(), &*stagedId);
        code < 0) {
        return notSaved(code);
    }
    const Result<git_oid> filesId = filesTree(handle, index->get(), staged.get());
    if (!filesId) {
        return filesId.error();
    }
    if (git_oid_equal(&*stagedId, git_tree_id(headTree->get())) != 0 &&
        git_oid_equal(&*filesId, &*stagedId) != 0) {
        return QString();
    }
    const Result<git_oid> headId = idOf(head.commit);
    const Result<CommitHandle> tip = headId ? commitOf(handle, *headId) : headId.error();
    const Result<SignatureHandle> who = tip ? signatureOf(committer) : tip.error();
    if (!who) {
        return who.error();
    }
    const QString branch = head.branch.isEmpty() ? u"(no branch)"_s : head.branch;
    const char* summary = git_commit_summary(tip->get());
    const QString on = u"on %1: %2 %3"_s.arg(branch, head.commit.left(7),
                                             QString::fromUtf8(summary != nullptr ? summary : ""));
    const Result<git_oid> indexId =
        saveCommit(handle, *stagedId, u"index "_s + on + u'\n', who->get(), {tip->get()});
    const Result<CommitHandle> indexCommit = indexId ? commitOf(handle, *indexId) : indexId.error();
    if (!indexCommit) {
        return indexCommit.error();
    }
    const Result<git_oid> saved = saveCommit(handle, *filesId, u"WIP "_s + on + u'\n', who->get(),
                                             {tip->get(), indexCommit->get()});
    return saved ? Result<QString>(idText(*saved)) : saved.error();
}

}  // namespace analemma::git
