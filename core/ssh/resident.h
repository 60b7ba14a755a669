#pragma once

#include "core/ssh/ssh.h"

/// Small commands on a connection that stays open, without a login shell for each.
namespace analemma::ssh {

/// Session::exec() for small commands of the program's own, written for sh. The server answers an
/// exec request with a process and a login shell, and that is nearly all such a command costs; so
/// when a second one comes within a minute, one `sh` is opened aside, and takes those that follow,
/// one after another: one write there, one answer back. It ends after a minute of rest, and gives
/// its channel up where the server has no other.
///
/// Not for what a person wrote: that is meant for the login shell, in its dialect, and what it
/// leaves in the background would write into the answer of the next command.
///
/// What the shell cannot take goes by Session::exec(), unseen: a command with input or onOutput, or
/// from another thread than the first, or while the shell is busy or opens. Where a server gives no
/// sh (a forced command, SFTP alone, no channel to spare) that is found out once a connection.
///
/// Errors: as of Session::exec(); Network also when the shell itself was ended under the command,
/// and Protocol when what it says fits no answer: then the command may have run. A program that a
/// signal ended is told as sh does: exit code 128 and its number.
Task<Result<ExecResult>> runSmall(std::shared_ptr<Session> session, QString command,
                                  ExecOptions options, CancelToken cancel);

}  // namespace analemma::ssh
