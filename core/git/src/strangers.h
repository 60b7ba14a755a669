#pragma once

#include "core/git/src/worktreewalk.h"

namespace analemma::git {

/// Those of the strangers that no rule ignores; folders with a slash at the end, when they hold one
/// such file or are repositories themselves. Cancelled, Io.
Result<std::vector<std::string>> unknownAmong(const Handle& handle, const QByteArray& root,
                                              const std::vector<WorkTreeWalk::Stranger>& strangers,
                                              const CancelToken& cancel);

}  // namespace analemma::git
