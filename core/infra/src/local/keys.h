#pragma once

#include "core/base/result.h"

#include <QByteArray>
#include <QString>

namespace analemma::infra::local {

/// An Ed25519 key in OpenSSH's own form (PROTOCOL.key in its source), without a passphrase. A host
/// key is made here in microseconds before a server first starts, and pinned: nobody is ever asked
/// about it.
struct KeyPair {
    QByteArray privateText;  ///< "-----BEGIN OPENSSH PRIVATE KEY-----…"
    QString publicText;      ///< "ssh-ed25519 AAAA…", without a comment
};
KeyPair makeKeyPair(const QString& comment);

/// The key that opens the servers of a workspace: made once under a lock, 0600. Blocking.
struct ClientKey {
    QString file;
    QString publicText;
};
Result<ClientKey> clientKey(const QString& folder, const QString& comment);

}  // namespace analemma::infra::local
