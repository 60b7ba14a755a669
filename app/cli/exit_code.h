#pragma once

#include "core/base/result.h"
#include "core/engine/engine.h"

#include <QList>
#include <QString>

/// The exit codes of analemma-cli (design, section 8): one table, and two pure functions into it.
namespace analemma::cli {

enum class Exit {
    Ok = 0,
    Failed = 1,
    Usage = 2,
    Configuration = 3,
    Auth = 4,
    NotFound = 5,
    Locked = 6,
    Unknown = 7,
    RolledBack = 8,
    RollbackFailed = 9,
    HostKey = 10,
    Offline = 11,
    Refused = 12,
    Interrupted = 130,
};

struct ExitMeaning {
    Exit code;
    QString meaning;
};
/// All codes in order, for --help and the manual.
QList<ExitMeaning> exitTable();

/// The code for a command that ended with this error.
Exit exitOf(const Error& error);
/// The code for a command whose operation ended (or was left) like this.
Exit exitOf(const engine::Operation& operation);

/// An error of the command line itself: exit code 2.
Error usageError(const QString& message, const QString& hint = {});
bool isUsageError(const Error& error);

}  // namespace analemma::cli
