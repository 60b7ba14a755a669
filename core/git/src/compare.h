#pragma once

#include "core/git/diff.h"
#include "core/git/src/handles.h"

namespace analemma::git {

/// Where two histories parted: of several such commits the newest, as `git merge-base`; empty when
/// they have nothing in common.
Result<QString> findMergeBase(const Handle& handle, const QString& a, const QString& b);
/// As `git rev-list --left-right --count revision...of`.
Result<AheadBehind> countAheadBehind(const Handle& handle, const QString& revision,
                                     const QString& of);

}  // namespace analemma::git
