#pragma once

#include "app/cli/run.h"

/// A file, or with --recursive a folder, from here to a server and back. Tells of each file on
/// stdout (JSON lines, schema analemma.transfer.1), shows progress on stderr.
namespace analemma::cli {

/// The exit code: 0 when all went, 1 when something was left out. Errors: those of ssh::Files.
Task<Result<int>> sendTree(RunPointer run, QString server, std::shared_ptr<ssh::Session> session,
                           QString local, QString remote);
/// Names of servers are hostile: nothing is written outside of `local`, no link is followed there
/// or here, and there are limits for depth and number.
Task<Result<int>> fetchTree(RunPointer run, QString server, std::shared_ptr<ssh::Session> session,
                            QString remote, QString local);

}  // namespace analemma::cli
