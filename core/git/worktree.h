#pragma once

#include "core/git/git.h"

/// The work tree and the index of a repository: what changed, what will be committed, and the acts
/// between them. Nothing of it works on a bare repository (Refused).
namespace analemma::git {

struct StatusEntry {
    enum class State : quint8 {
        Same,
        Added,
        Modified,
        Deleted,
        Renamed,
        TypeChanged,
        Unmerged  ///< of a conflict: changed on that side
    };
    QByteArray path;
    QByteArray oldPath;            ///< when renamed in the index
    State staged = State::Same;    ///< index against HEAD; of a conflict: what we did
    State unstaged = State::Same;  ///< work tree against index; of a conflict: what they did
    bool untracked = false;        ///< a folder of only such files ends in '/'
    bool conflicted = false;
    bool submodule = false;
};

struct Status {
    QString branch;             ///< empty when detached
    QString commit;             ///< empty when unborn
    QString upstream;           ///< "origin/main"; empty when there is none
    bool upstreamGone = false;  ///< it is named, but not there
    int ahead = 0;
    int behind = 0;
    QString underWay;  ///< "merge", "rebase", "cherry-pick", "revert", "bisect"; else empty
    QList<StatusEntry> entries;  ///< by path, of which there can be two entries: deleted in the
                                 ///< index, and untracked; at most 100,000
    bool complete = true;        ///< false: there are more, or a folder could not be read
};

/// Git's answer of `git status --porcelain=v2 --branch --ignore-submodules=dirty`. Writes nothing:
/// what had to be read again because the index is older than its files is remembered by this
/// Repository. Cancelled, Io.
Task<Result<Status>> status(std::shared_ptr<Repository> repository, CancelToken cancel);

}  // namespace analemma::git
