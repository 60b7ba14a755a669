#include "app/cli/exit_code.h"

using namespace Qt::StringLiterals;

namespace analemma::cli {
namespace {

/// True when the servers of a deploy were found ill: before the switch, at the balancer, or while
/// watched.
bool healthFailed(const engine::Operation& operation)
{
    const QStringList checks{u"server.healthy"_s, u"pool.ready"_s, u"generation.watch"_s};
    for (const engine::ActionView& action : operation.actions) {
        if (action.state == u"failed" && checks.contains(action.verb)) {
            return true;
        }
    }
    return false;
}

}  // namespace

QList<ExitMeaning> exitTable()
{
    return {
        {Exit::Ok, u"done"_s},
        {Exit::Failed, u"it ran and failed"_s},
        {Exit::Usage, u"the command line is wrong"_s},
        {Exit::Configuration, u"the workspace or pipeline file is wrong"_s},
        {Exit::Auth, u"credentials were refused or are missing"_s},
        {Exit::NotFound, u"what was named does not exist"_s},
        {Exit::Locked, u"somebody else is working on the same target"_s},
        {Exit::Unknown, u"the outcome is unknown; look before doing it again"_s},
        {Exit::RolledBack, u"a health check failed: the deploy was rolled back, or monitor check says so"_s},
        {Exit::RollbackFailed, u"the roll back failed"_s},
        {Exit::HostKey, u"a server is not the one it was (host key)"_s},
        {Exit::Offline, u"no connection"_s},
        {Exit::Refused, u"refused by a rule, or the state has moved"_s},
        {Exit::Interrupted, u"interrupted"_s},
    };
}

Exit exitOf(const Error& error)
{
    switch (error.kind) {
        case ErrorKind::Cancelled:
            return Exit::Interrupted;
        case ErrorKind::Timeout:
            return Exit::Unknown;
        case ErrorKind::Network:
            return Exit::Offline;
        case ErrorKind::Auth:
            return Exit::Auth;
        case ErrorKind::HostKey:
            return Exit::HostKey;
        case ErrorKind::NotFound:
            return Exit::NotFound;
        case ErrorKind::Conflict:
            return Exit::Refused;
        case ErrorKind::Locked:
            return Exit::Locked;
        case ErrorKind::Invalid:
            return isUsageError(error) ? Exit::Usage : Exit::Configuration;
        case ErrorKind::Refused:
            return Exit::Refused;
        case ErrorKind::RateLimited:
        case ErrorKind::Protocol:
        case ErrorKind::Io:
        case ErrorKind::Unsupported:
        case ErrorKind::Failed:
        case ErrorKind::Bug:
            return Exit::Failed;
    }
    return Exit::Failed;
}

Exit exitOf(const engine::Operation& operation)
{
    if (!operation.isFinished()) {
        return Exit::Unknown;
    }
    switch (operation.outcome) {
        case engine::Outcome::Ok:
            return Exit::Ok;
        case engine::Outcome::Cancelled:
            return Exit::Interrupted;
        case engine::Outcome::None:
        case engine::Outcome::Unknown:
            return Exit::Unknown;
        case engine::Outcome::Failed:
            break;
    }
    if (operation.kind == u"rollback") {
        return Exit::RollbackFailed;
    }
    if (operation.result.value(u"rolledBack"_s).toBool() ||
        (operation.kind == u"deploy" && healthFailed(operation))) {
        return Exit::RolledBack;
    }
    return Exit::Failed;
}

Error usageError(const QString& message, const QString& hint)
{
    Error error(ErrorKind::Invalid, message);
    error.hint = hint;
    error.details[u"usage"_s] = true;
    return error;
}

bool isUsageError(const Error& error)
{
    return error.kind == ErrorKind::Invalid && error.details.value(u"usage"_s).toBool();
}

}  // namespace analemma::cli
