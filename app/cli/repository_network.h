#pragma once

#include "app/cli/run.h"
#include "app/cli/servers.h"
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
/// After the error of a call: true when the person has trusted the host key it is about.
Task<Result<bool>> settleCall(RunPointer run, Error error);
/// Makes a call, and again for each host key on the way that nobody knew and the person trusts.
template <class T>
Task<Result<T>> called(RunPointer run, std::function<Task<Result<T>>()> call)
{
    for (int i = 0;; ++i) {
        auto calling = call();
        Result<T> result = co_await std::move(calling);
        endProgress(*run);
        if (result || result.error().kind != ErrorKind::HostKey || i == mostHostKeys) {
            co_return result;
        }
        auto settling = settleCall(run, result.error());
        const Result<bool> settled = co_await std::move(settling);
        if (!settled) {
            co_return settled.error();
        }
        if (!*settled) {
            co_return withRecordHint(*run, result.error());
        }
    }
}
/// A line for each that the other side said.
QString saidText(const QStringList& said);
/// With --dry-run: which remotes could be called.
Task<Result<int>> tellRemotes(RunPointer run, std::shared_ptr<git::Repository> repository,
                              QString what);

/// `repository push` and `repository remote`.
Task<Result<int>> repositoryPush(RunPointer run);
Task<Result<int>> repositoryRemote(RunPointer run);

}  // namespace analemma::cli
