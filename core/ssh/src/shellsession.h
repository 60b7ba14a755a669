#pragma once

#include "core/ssh/shell.h"
#include "core/ssh/src/core.h"

namespace analemma::ssh {

/// What goes into one SSH packet with its frame.
constexpr qsizetype kLongestCommand = 30'000;

/// The body of Session::openShell.
Task<Result<std::shared_ptr<Channel>>> openShell(std::shared_ptr<SessionCore> core,
                                                 ShellOptions options, CancelToken cancel);

}  // namespace analemma::ssh
