#pragma once

#include "core/git/src/worktreewalk.h"

namespace analemma::git {

/// The id of the tree that a commit of these entries would have; nothing is written. Whoever knows
/// it need not read HEAD's trees to see that nothing is staged. Nothing when some are in conflict.
/// Pure.
std::optional<git_oid> treeIdOf(const IndexEntries& entries);

}  // namespace analemma::git
