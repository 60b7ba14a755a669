#pragma once

#include "core/base/result.h"
#include "core/ssh/publickey.h"

#include <QByteArray>
#include <QString>
#include <QStringList>

/// The server's identity: pinned keys, fingerprints and what to ask the server for.
namespace analemma::ssh {

using HostKey = PublicKey;

/// Reads "TYPE BASE64 [comment]". Empty text gives an empty key; anything else that is no key is a
/// HostKey error: nothing is trusted by accident.
Result<HostKey> parseHostKey(const QString& text);
/// A blob that a server sent; the type stands in it.
HostKey hostKeyFromBlob(const QByteArray& blob);

/// Which host key types to ask for, those of `first` before the others. The others follow, so that
/// a server with a new key is told from one that has nothing in common with us. RSA, where it is
/// all that is known, stands alone: libssh2 1.10 has it with SHA-1 only, which is else not offered,
/// and newer servers then pick another type, which would look like a changed key.
QStringList hostKeyPreference(const QStringList& first);

/// Nothing when the server's key is the pinned one; otherwise the HostKey error with both
/// fingerprints and, in details, the key that the server showed.
Result<void> checkHostKey(const HostKey& pinned, const HostKey& shown);

}  // namespace analemma::ssh
