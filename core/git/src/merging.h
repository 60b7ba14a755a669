#pragma once

#include "core/git/merging.h"
#include "core/git/src/branchesheads.h"

namespace analemma::git {

git_merge_options mergeOptions();
/// "a1b2c3d", as short as git writes it.
QByteArray shortId(git_commit* commit);
QByteArray subjectOf(git_commit* commit);

/// The outcome of applying what a commit changed, on another one. Invalid for a merge without a
/// parent to compare with.
Result<IndexHandle> pickOnto(const Handle& handle, git_commit* commit, git_commit* onto,
                             int parent);
/// The same for taking it back.
Result<IndexHandle> revertOnto(const Handle& handle, git_commit* commit, git_commit* onto,
                               int parent);
/// Writes a commit that nothing leads to yet. `like`: keeps its author and encoding; else null.
Result<git_oid> writeCommit(const Handle& handle, const git_oid& tree, const QByteArray& message,
                            git_commit* like, const Committer& committer,
                            const QList<git_oid>& parents);
/// The tree of the index. Conflict while it has unresolved paths.
Result<git_oid> treeOfIndex(const Handle& handle);
/// Puts what the index has otherwise than HEAD back to HEAD's, files and all; gives back what they
/// held, for undoReset().
Result<QString> backToHead(const Handle& handle, const Head& head, const Committer& committer);

}  // namespace analemma::git
