#pragma once

#include "core/base/result.h"

#include <QByteArray>
#include <QString>

namespace analemma::ssh {

/// A public key as the wire has it (RFC 4253, 6.6). A value; any thread.
struct PublicKey {
    QByteArray type;  ///< "ssh-ed25519"
    QByteArray blob;
    [[nodiscard]] bool isEmpty() const { return blob.isEmpty(); }
    /// "SHA256:…" as OpenSSH prints it.
    [[nodiscard]] QString fingerprint() const;
    /// The same in groups of eight characters, for people who compare it by eye or over the phone.
    [[nodiscard]] QString fingerprintGroups() const;
    /// "ssh-ed25519 AAAA…", the form of Target::hostKey and of a line in authorized_keys.
    [[nodiscard]] QString text() const;
    /// An OpenSSH certificate (PROTOCOL.certkeys): not the key alone, but a signature over it.
    [[nodiscard]] bool isCertificate() const;
    /// A key that lives in a FIDO token (PROTOCOL.u2f).
    [[nodiscard]] bool isHardware() const;
    bool operator==(const PublicKey&) const = default;
};

/// A blob from the wire, an agent or a file; the type stands in it. Without a type it is no key.
PublicKey publicKeyFromBlob(const QByteArray& blob);

/// Reads "TYPE BASE64 [comment]"; Invalid when it is no such line or the two types differ.
Result<PublicKey> parsePublicKey(QByteArrayView line);

}  // namespace analemma::ssh
