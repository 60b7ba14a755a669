#pragma once

#include "app/cli/run.h"
#include "core/operate/transfers.h"

/// A file, or with --recursive a folder, from here to a server and back.
namespace analemma::cli {

/// Copies `from` to `to`, of which one is on this machine and the other one on the server of the
/// session. Tells of each file on stdout (JSON lines, schema analemma.transfer.1), shows progress
/// on stderr. The exit code: 0 when all went, 1 when something was left out. Errors: those of
/// operate::copyTree(), Unsupported for a folder over a transport that carries single files.
Task<Result<int>> copyOver(RunPointer run, std::shared_ptr<ssh::Session> session,
                           operate::Place from, operate::Place to);

}  // namespace analemma::cli
