#pragma once

#include "app/cli/commands.h"

/// The parts of "server": one file for each kind of command, and what they share.
namespace analemma::cli {

QList<Command> serverListCommands();
QList<Command> serverEditCommands();
QList<Command> serverExecCommands();
QList<Command> serverShellCommands();
QList<Command> serverFileCommands();
QList<Command> serverForwardCommands();
QList<Command> serverTrustCommands();

/// Asks on the terminal for what a login needs, one question after the other. Empty when there is
/// no terminal to ask on.
ssh::Asker terminalAsker(RunPointer run);

/// Connects, shared or apart. A host key that does not pass says how to settle that.
Task<Result<ssh::ChosenSession>> connectTo(RunPointer run, QString server, bool apart,
                                           CancelToken cancel);

/// One word is a command line for the server's shell; several are the words of one command.
QString commandLine(const QStringList& words);

/// Of the servers that the words name or "--on" chooses. Usage error when neither does or both do;
/// NotFound when none fits.
Task<Result<QList<operate::Host>>> chosenServers(RunPointer run, QStringList names);

/// "--on TERM", as often as one likes.
Option onOption();

}  // namespace analemma::cli
