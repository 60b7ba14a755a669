#include "core/ssh/resident.h"

#include "core/ssh/src/residentshell.h"
#include "core/ssh/src/session.h"

namespace analemma::ssh {
namespace {

std::shared_ptr<ResidentShell> residentOf(SessionCore& core)
{
    const std::scoped_lock lock(core.mutex);
    if (!core.resident) {
        core.resident = ResidentShell::make();
    }
    return core.resident;
}

Task<Result<ExecResult>> runApart(std::shared_ptr<Session> session, QString command,
                                  ExecOptions options, CancelToken cancel)
{
    auto executing = session->exec(command, std::move(options), cancel);
    Result<ExecResult> result = co_await std::move(executing);
    co_return result;
}

}  // namespace

Task<Result<ExecResult>> runSmall(std::shared_ptr<SessionCore> core, QByteArray command,
                                  ExecOptions options, CancelToken cancel)
{
    if (cancel.isCancelled()) {
        co_return cancelledError();
    }
    const std::shared_ptr<ResidentShell> shell = residentOf(*core);
    const std::optional<ResidentShell::Run> run = shell->run(*core, command, options);
    if (!run) {
        auto executing = core->exec(command, std::move(options), cancel);
        Result<ExecResult> apart = co_await std::move(executing);
        co_return apart;
    }
    std::function<void()> stop = [promise = run->promise] { promise.finish(cancelledError()); };
    const CancelToken::Registration registration = cancel.onCancel(std::move(stop));
    auto answering = run->promise.future();
    Result<ExecResult> result = co_await answering;
    shell->leave(run->number);
    co_return result;
}

Task<Result<ExecResult>> runSmall(std::shared_ptr<Session> session, QString command,
                                  ExecOptions options, CancelToken cancel)
{
    const std::shared_ptr<SessionCore> core = coreOf(*session);
    return core ? runSmall(core, command.toUtf8(), std::move(options), std::move(cancel))
                : runApart(std::move(session), std::move(command), std::move(options),
                           std::move(cancel));
}

}  // namespace analemma::ssh
