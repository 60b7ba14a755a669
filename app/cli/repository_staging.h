#pragma once

#include "app/cli/run.h"

/// `repository stage`, `unstage`, `discard` and `ignore`.
namespace analemma::cli {

/// What stands after the repository's name, or later.
QByteArrayList pathsOf(const Run& run, qsizetype from = 1);
/// Which lines of one file are meant.
QList<Option> lineOptions();

Task<Result<int>> repositoryStage(RunPointer run);
Task<Result<int>> repositoryUnstage(RunPointer run);
Task<Result<int>> repositoryDiscard(RunPointer run);
Task<Result<int>> repositoryIgnore(RunPointer run);

}  // namespace analemma::cli
