#pragma once

#include "app/cli/run.h"

/// The command line as a function of its words and streams; main() and the tests call it.
namespace analemma::cli {

/// All commands, in the order of the help.
const QList<Command>& commands();

/// Runs one command line (without the program's name) to its end and returns its exit code; never
/// an error. Needs an event loop and, for commands on a workspace, app::Libraries.
Task<Result<int>> execute(QStringList words, Streams streams, QString directory,
                          Interrupt interrupt);

}  // namespace analemma::cli
