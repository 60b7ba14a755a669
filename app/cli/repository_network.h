#pragma once

#include "app/cli/run.h"
#include "core/git/network.h"

/// What the commands share that talk to other repositories.
namespace analemma::cli {

/// Which other repositories may be called, and how long one waits, as the options say. `local`: a
/// path was typed.
Result<git::NetworkAccess> accessOf(const RunPointer& run, bool local);
/// Takes the line of progress away.
void endProgress(const Run& run);
/// Says where host keys are recorded, which the core does not know.
Error withRecordHint(const Run& run, Error error);
/// A line for each that the other side said.
QString saidText(const QStringList& said);
/// With --dry-run: which remotes could be called.
Task<Result<int>> tellRemotes(RunPointer run, std::shared_ptr<git::Repository> repository,
                              QString what);

/// `repository push` and `repository remote`.
Task<Result<int>> repositoryPush(RunPointer run);
Task<Result<int>> repositoryRemote(RunPointer run);

}  // namespace analemma::cli
