#pragma once

#include "app/cli/run.h"

namespace analemma::cli {

/// By its name in the workspace, or at a path where there is none. Errors: NotFound, those of
/// opening.
Task<Result<std::shared_ptr<git::Repository>>> openNamed(RunPointer run, QString given);

/// `repository where`: what holds a commit.
Task<Result<int>> repositoryWhere(RunPointer run);

}  // namespace analemma::cli
