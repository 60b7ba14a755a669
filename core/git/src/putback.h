#pragma once

#include "core/git/src/branchesheads.h"

namespace analemma::git {

/// Files whose writing broke off: the disk is full, a folder can not be written.
struct HalfWritten {
    QList<QByteArray> paths;  ///< that were to change
    QList<QByteArray> fresh;  ///< those among them that are to go where they were not before
    git_tree* was = nullptr;  ///< what they were; null: what the index on disk has
};

/// Makes such files again what they were. What was written goes first, so that this needs no more
/// room than they had. Gives back `why`; where some can not be put back, with which.
Error putBack(const Handle& handle, const HalfWritten& half, const Error& why);

}  // namespace analemma::git
