#pragma once

#include "core/git/diff.h"

/// The work tree and the index of a repository: what changed, what will be committed, and the acts
/// between them. Nothing of it works on a bare repository (Refused).
namespace analemma::git {

struct StatusEntry {
    enum class State : quint8 { Same, Added, Modified, Deleted, Renamed, TypeChanged };
    QByteArray path;
    QByteArray oldPath;            ///< when renamed in the index
    State staged = State::Same;    ///< index against HEAD
    State unstaged = State::Same;  ///< work tree against index
    bool untracked = false;        ///< a folder of only such files ends in '/'
    bool conflicted = false;
    bool submodule = false;
};

struct Status {
    QString branch;    ///< empty when detached
    QString commit;    ///< empty when unborn
    QString upstream;  ///< "origin/main"; empty when there is none
    int ahead = 0;
    int behind = 0;
    QString underWay;  ///< "merge", "rebase", "cherry-pick", "revert", "bisect"; else empty
    QList<StatusEntry> entries;  ///< by path; at most 100,000
    bool complete = true;
};

/// Git's answer of `git status --porcelain=v2 --branch`, without submodules' insides.
Task<Result<Status>> status(std::shared_ptr<Repository> repository, CancelToken cancel);

}  // namespace analemma::git
