#pragma once

#include "core/git/git.h"

/// The other work trees of a repository, and the repositories inside it.
namespace analemma::git {

struct LinkedTree {
    QString name;  ///< git's; empty for the first one
    QString path;
    QString branch;  ///< empty when detached
    QString commit;  ///< empty when unborn or not readable
    bool locked = false;
    QString lockReason;
    bool gone = false;  ///< its folder is no longer there: pruneWorkTrees() forgets it
    QString problem;    ///< why it must not be trusted: its folder does not lead back here
};
/// The first one before the linked ones, at most 1,000.
Task<Result<QList<LinkedTree>>> workTrees(std::shared_ptr<Repository> repository);
/// Checks out a branch in a new folder. Conflict when it is checked out anywhere or the folder is
/// there and not empty; Refused for hostile trees.
Task<Result<LinkedTree>> addWorkTree(std::shared_ptr<Repository> repository, QString path,
                                     QString branch);
/// Deletes the folder too. Conflict when it has changes or untracked files, or is locked; Refused
/// when its folder does not lead back to this repository.
Task<Result<void>> removeWorkTree(std::shared_ptr<Repository> repository, QString name);
/// Forgets those whose folder is gone and that are not locked; gives back their names.
Task<Result<QStringList>> pruneWorkTrees(std::shared_ptr<Repository> repository);

struct Submodule {
    enum class State {
        NotThere,  ///< never checked out
        Same,
        Moved,    ///< another commit than the recorded one is checked out
        Refused,  ///< `problem` says why; it was not looked into
    };
    QByteArray path;
    QString name;
    QString url;         ///< as it stands in .gitmodules
    QString recorded;    ///< the commit in the index
    QString checkedOut;  ///< HEAD's in its folder
    State state = State::NotThere;
    QString problem;
};
/// By path, at most 10,000. Read only: nothing is fetched, opened for writing or recursed into.
Task<Result<QList<Submodule>>> submodules(std::shared_ptr<Repository> repository);

}  // namespace analemma::git
