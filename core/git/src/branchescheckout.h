#pragma once

#include "core/git/src/branchesheads.h"

#include <vector>

namespace analemma::git {

/// What conflict markers say.
struct MergeLabels {
    QByteArray ours = "HEAD";
    QByteArray theirs;
    QByteArray base;
};

/// Leads files and index from one tree to another. All is checked before the first byte is
/// written: hostile names, changes that would be lost (staged or not, untracked or ignored),
/// parents that are links. `from` is HEAD's tree, null when there is none. Where a file can not be
/// written, all become what they were (see putback.h).
Result<void> changeFiles(const Handle& handle, git_tree* from, git_tree* to);
/// The same to the outcome of a merge, with conflicts. Nothing may be staged.
Result<void> changeFilesToMerge(const Handle& handle, git_tree* from, git_index* merged,
                                const MergeLabels& labels);
/// Without regard for changes of tracked files: index and files become those of `to`. Untracked
/// files stay; one in the way is a Conflict. `saved`: what saveChanges() gave, from which files
/// become what they were when one can not be written.
Result<void> forceFiles(const Handle& handle, git_tree* to, const QString& saved);
/// Writes these paths as the index has them; those that it lacks are deleted. Over whatever is
/// there.
Result<void> forcePaths(const Handle& handle, git_index* index, const QList<QByteArray>& paths);
/// Refused when a path must not become a file.
Result<void> checkPath(const QByteArray& path);
/// Conflict unless the index is that of the tree.
Result<void> checkNothingStaged(const Handle& handle, git_tree* head);
/// Conflict unless the files are those of the index; untracked ones do not count.
Result<void> checkNothingChanged(const Handle& handle);

/// A commit as `git stash create` makes it, of the index (HEAD's tree while it has conflicts) and
/// of the tracked files. Nothing where both are HEAD's.
Result<QString> saveChanges(const Handle& handle, const Head& head, const Committer& committer);
/// Parts of such a commit: the tree of an index that is in memory only, the file of a path as it is
/// now taken into one (libgit2's code), and the commit.
Result<git_oid> saveTree(const Handle& handle, git_index* index);
int takeFile(const Handle& handle, git_index* index, const git_diff_delta* delta);
Result<git_oid> saveCommit(const Handle& handle, const git_oid& tree, const QString& message,
                           const git_signature* who, std::vector<const git_commit*> parents);
/// The paths whose index entries differ from a tree's, unresolved ones among them.
Result<QList<QByteArray>> pathsApart(const Handle& handle, git_tree* tree, git_index* index);

}  // namespace analemma::git
