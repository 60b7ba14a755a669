#pragma once

#include "core/git/git.h"

/// Changes put aside, as `git stash` keeps them. Stashes are named by their ids: positions change
/// under one's hands.
namespace analemma::git {

struct Stash {
    int position = 0;  ///< as in stash@{0}: the newest
    QString id;
    QString message;  ///< "WIP on main: 1a2b3c4 feat: x", "On main: what was said"
    QDateTime time;
    QString base;       ///< the commit it was made on; compare it with `id` to see what changed
    QString index;      ///< what was staged, as a commit
    QString untracked;  ///< a commit of files that git did not know; empty when there are none
};

struct StashRequest {
    QString message;         ///< may be empty
    bool untracked = false;  ///< with files that git does not know
    bool keepIndex = false;  ///< what is staged stays; not together with `paths`
    /// These files alone, and folders, which end in '/'; the rest stays as it is, staged or not.
    /// Empty: all.
    QByteArrayList paths = {};
};

/// Newest first.
Task<Result<QList<Stash>>> stashes(std::shared_ptr<Repository> repository);
/// Puts changes aside. Invalid when there are none, no commit yet, or no user.name; Conflict when
/// paths are in conflict.
Task<Result<Stash>> pushStash(std::shared_ptr<Repository> repository, StashRequest request);
/// Brings changes back, and what was staged when `withIndex`. Conflict, with nothing changed, where
/// they touch files that are changed now or that changed since.
Task<Result<void>> applyStash(std::shared_ptr<Repository> repository, QString id, bool withIndex);
/// Applies it, then drops it; kept when it cannot be applied.
Task<Result<void>> popStash(std::shared_ptr<Repository> repository, QString id, bool withIndex);
/// Takes it off the list. Its commit stays until git collects what nothing names (two weeks at the
/// least), and restoreStash() puts it back on top. NotFound.
Task<Result<Stash>> dropStash(std::shared_ptr<Repository> repository, QString id);
/// Invalid when the commit is no stash; the message as it was.
Task<Result<void>> restoreStash(std::shared_ptr<Repository> repository, QString id,
                                QString message);

}  // namespace analemma::git
