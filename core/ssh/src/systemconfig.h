#pragma once

#include "core/ssh/publickey.h"
#include "core/ssh/system.h"

#include <QByteArray>

#include <optional>

/// The configuration that the system's OpenSSH is given, and what its words mean. Pure.
namespace analemma::ssh {

struct SystemFiles {
    QByteArray master;      ///< configuration of the connection itself
    QByteArray knownHosts;  ///< pins of the target and its hops
};
/// `folder` is the private folder of this connection. Invalid for names, paths and lines that could
/// mean something else to OpenSSH.
Result<SystemFiles> systemFiles(const QString& folder, const Target& target,
                                const SystemOptions& system, const ConnectOptions& options);

/// The configuration of a connection that ends at the host key, which shownKeyIn() then finds in
/// ssh's stderr: nothing of ours goes to the server, not even the user's name. `preferred` types of
/// keys are asked for first.
Result<QByteArray> lookConfig(const QString& folder, const Target& target,
                              const SystemOptions& system, const ConnectOptions& options,
                              const QByteArrayList& preferred);
std::optional<PublicKey> shownKeyIn(const QByteArray& errors);

/// The error that ssh's stderr tells of a connection that did not come about. It names the jump
/// host that it is about, as the built-in transport does.
Error connectionError(const Target& target, const QByteArray& errors, const QString& endText);

}  // namespace analemma::ssh
