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

/// Where keys, configuration and the record of hosts are.
operate::HostPlaces placesOf(const Run& run);

/// Asks on the terminal for what a login needs, one question after the other. Empty when there is
/// no terminal to ask on.
ssh::Asker terminalAsker(RunPointer run);

/// Connects, shared or apart. A host key that nobody knows is shown and asked about when stdin is a
/// terminal; without one, or for one that has changed, the error says how to settle that.
Task<Result<ssh::ChosenSession>> connectTo(RunPointer run, QString server, bool apart,
                                           CancelToken cancel);

/// After a HostKey error of connecting: shows the key, of the server or of its first hop that is
/// not known, asks, and records it. True: connect again. False: nothing that a question would
/// settle. HostKey when the person said no, Cancelled, and what recording says.
Task<Result<bool>> askAboutHostKey(RunPointer run, QString server, CancelToken cancel);
/// The same after such an error of a call to another repository; --fingerprint answers, too. A key
/// that has changed is no question.
Task<Result<bool>> askAboutRemoteKey(RunPointer run, Error error, CancelToken cancel);
/// It takes so many: four hops, the server, and once more.
inline constexpr int mostHostKeys = 6;

/// One word is a command line for the server's shell; several are the words of one command.
QString commandLine(const QStringList& words);

/// Of the servers that the words name or "--on" chooses. Usage error when neither does or both do;
/// NotFound when none fits.
Task<Result<QList<operate::Host>>> chosenServers(RunPointer run, QStringList names);

/// "--on TERM", as often as one likes.
Option onOption();

}  // namespace analemma::cli
