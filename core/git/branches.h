#pragma once

#include "core/git/git.h"

/// Branches and tags: made, renamed, deleted and brought back; which branch is checked out and
/// where its tip stands. Acts on HEAD take the Head that the caller saw, acts on a branch or tag
/// the commit that it led to; they answer Conflict, with nothing changed, when that is no longer
/// so. What touches files is Refused where the work tree is not the folder around the repository
/// (a foreign setting can point it anywhere), Unsupported on bare repositories and sparse work
/// trees, and Locked while another git program writes the index. Ref logs get the entries that git
/// writes.
namespace analemma::git {

/// Who makes commits and stands in ref logs.
struct Committer {
    QString name;
    QString email;
    QDateTime time;  ///< of commits; invalid: now
};

/// Whom the configuration names (user.name, user.email). Invalid, with what to do, when it names
/// nobody.
Task<Result<Committer>> configuredCommitter(std::shared_ptr<Repository> repository);

/// Makes a branch at `start` and gives back its commit. Of a remote branch ("origin/topic") it
/// becomes the branch that follows it, as with git. Invalid name; Conflict when it exists.
Task<Result<QString>> createBranch(std::shared_ptr<Repository> repository, QString name,
                                   QString start);
/// HEADs that are on it, its ref log and its settings go along. Conflict when `newName` exists.
Task<Result<void>> renameBranch(std::shared_ptr<Repository> repository, QString name,
                                QString newName, QString expected);
/// `upstream`: "origin/main" or another branch; empty: none any more.
Task<Result<void>> setUpstream(std::shared_ptr<Repository> repository, QString branch,
                               QString upstream);

/// What brings a deleted branch or tag back.
struct Deleted {
    Ref::Kind kind = Ref::Kind::Branch;
    QString name;
    QString commit;
    /// The id of a commit that nothing leads to. It holds the old commits, the ref log, the
    /// settings and the tag object, and keeps them from `git gc` for two weeks (gc.pruneExpire).
    QString record;
};
/// Conflict when it is checked out, here or in a linked work tree.
Task<Result<Deleted>> deleteBranch(std::shared_ptr<Repository> repository, QString name,
                                   QString expected);
Task<Result<Deleted>> deleteTag(std::shared_ptr<Repository> repository, QString name,
                                QString expected);
/// Undoes a deletion. NotFound when git has cleared the record away, Conflict when there is a
/// branch or tag of that name again.
Task<Result<Deleted>> bringBack(std::shared_ptr<Repository> repository, QString record);

/// Checks out a branch. Changes of files that are the same in both stay, staged or not, as with
/// git; a change, an untracked or an ignored file that would be overwritten is a Conflict: the
/// message names some, details["paths"] up to 1,000, and nothing is touched.
Task<Result<void>> switchTo(std::shared_ptr<Repository> repository, Head expected, QString branch);
/// The same for any commit, which leaves HEAD on no branch.
Task<Result<void>> detachAt(std::shared_ptr<Repository> repository, Head expected,
                            QString revision);

/// What a reset leaves; HEAD's branch leads to another commit afterwards in any case.
enum class ResetMode {
    KeepEverything,    ///< files and what is staged stay as they are (git: --soft)
    KeepFiles,         ///< files stay as they are, nothing is staged (--mixed)
    ThrowChangesAway,  ///< files become those of the commit; what they held is saved (--hard)
};
struct ResetDone {
    QString before;  ///< where the branch was
    QString after;
    QString saved;  ///< for undoReset(); a commit as `git stash` makes them. Empty: nothing changed
};
/// Untracked files stay; one that is in the way is a Conflict.
Task<Result<ResetDone>> reset(std::shared_ptr<Repository> repository, Head expected,
                              QString revision, ResetMode mode, Committer committer);
/// Puts back what a reset or an abort threw away: files, what was staged, and where the branch
/// was. Conflict when there are changes now.
Task<Result<void>> undoReset(std::shared_ptr<Repository> repository, Head expected, QString saved);

}  // namespace analemma::git
