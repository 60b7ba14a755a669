#pragma once

#include "core/ssh/system.h"

#include <QByteArray>

/// The configuration that the system's OpenSSH is given, and what its words mean. Pure.
namespace analemma::ssh {

struct SystemFiles {
    QByteArray master;      ///< configuration of the connection itself
    QByteArray client;      ///< of commands over it: without the master they fail, not reconnect
    QByteArray knownHosts;  ///< pins of the target and its hops
};
/// `folder` is the private folder of this connection. Invalid for names, paths and lines that could
/// mean something else to OpenSSH.
Result<SystemFiles> systemFiles(const QString& folder, const Target& target,
                                const SystemOptions& system, const ConnectOptions& options);

/// The error that ssh's stderr tells of a connection that did not come about.
Error connectionError(const Target& target, const QByteArray& errors, const QString& endText);

/// A path as sftp's batch reads one word; Invalid for one that cannot be written there.
Result<QByteArray> sftpWord(const QString& path);
/// The error in sftp's stderr.
Error sftpError(const QByteArray& errors, const QString& endText);

}  // namespace analemma::ssh
