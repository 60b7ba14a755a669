#pragma once

#include "core/git/review.h"
#include "core/git/src/handles.h"

/// What a review says about, as it is in the repository: branches, files, lines. On the
/// repository's queue.
namespace analemma::git {

/// Where a branch is: the local one, or one of a remote; of both the one that is ahead. Nothing
/// when there is none.
std::optional<git_oid> reviewTip(const Handle& handle, const QString& branch);
/// The other side: a branch as above, a tag or a commit. NotFound, Invalid.
Result<git_oid> reviewAgainst(const Handle& handle, const QString& against);
/// Where the two parted; nothing when they have no common past.
Result<std::optional<git_oid>> reviewBase(const Handle& handle, const git_oid& tip,
                                          const git_oid& against);

/// NotFound when the file or the line is not there.
Result<void> checkReviewLine(const Handle& handle, const git_oid& commit, const QByteArray& path,
                             int line);

/// Looks for the lines of all threads at the review's tip and base, through renames. At most 300
/// files are compared; what lies beyond counts as outdated.
void placeThreads(const Handle& handle, Review& review);

}  // namespace analemma::git
