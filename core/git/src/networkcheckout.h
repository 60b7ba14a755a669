#pragma once

#include "core/base/result.h"
#include "core/git/src/handles.h"

namespace analemma::git {

/// Makes the work tree and the index those of a commit. Files with changes are left: Refused, with
/// which, and nothing is changed. `all`: into an empty work tree. libgit2 runs no filter of others.
Result<void> checkOut(const Handle& handle, const git_oid& commit, bool all);

}  // namespace analemma::git
