#pragma once

#include "core/git/network.h"
#include "core/git/src/networkurl.h"

#include <QByteArray>

/// What ssh is told, and the host keys that it tells of. Pure, but for a look at which key files
/// there are.
namespace analemma::git {

/// The configuration that ssh is given: nothing of the user's own but `way`, nobody unknown is
/// trusted, nothing is forwarded or run but a shell that tells of the key that a server shows, in a
/// line that begins with `mark`. Invalid for paths and names that could mean something else to ssh.
Result<QByteArray> sshConfig(const NetworkAccess& access, const SshWay& way,
                             const QByteArray& mark);

/// Of the lines of ssh, the key that was last shown, for Error::details; they are taken out. Empty
/// when there is none.
Json takeShownKey(QByteArrayList& own, const QByteArray& mark);

}  // namespace analemma::git
