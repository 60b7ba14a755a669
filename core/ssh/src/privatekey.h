#pragma once

#include "core/base/result.h"

#include <QByteArray>
#include <QString>

#include <memory>

struct evp_pkey_st;

namespace analemma::ssh {

/// A user's private key. Signs with OpenSSL, so that RSA can be used with SHA-2, which libssh2 1.10
/// cannot do itself. Immutable; one thread at a time.
class PrivateKey {
public:
    enum class Kind { Ed25519, Ecdsa256, Ecdsa384, Ecdsa521, Rsa };

    /// Reads an OpenSSH or PEM key without passphrase. Auth with a sentence for: no key, passphrase
    /// set, hardware key, damaged. `name` is what to call it in messages.
    static Result<std::shared_ptr<const PrivateKey>> parse(const QByteArray& text,
                                                           const QString& name);
    /// The same from a file. Blocking, for workers. Group- or world-readable files are logged.
    static Result<std::shared_ptr<const PrivateKey>> load(const QString& path);

    [[nodiscard]] Kind kind() const { return m_kind; }
    /// What goes into the login request. For RSA its type name says "rsa-sha2-512": libssh2 takes
    /// the signature method from there (RFC 8332 wants the name only in the request; OpenSSH
    /// accepts this).
    [[nodiscard]] const QByteArray& loginBlob() const { return m_loginBlob; }
    [[nodiscard]] QString fingerprint() const { return m_fingerprint; }
    [[nodiscard]] QString name() const { return m_name; }
    /// The signature without the outer type name; empty when OpenSSL refuses.
    [[nodiscard]] QByteArray sign(const QByteArray& data) const;

private:
    PrivateKey() = default;
    Result<void> describe();

    std::shared_ptr<evp_pkey_st> m_key;
    Kind m_kind = Kind::Ed25519;
    QByteArray m_loginBlob;
    QString m_fingerprint;
    QString m_name;
};

}  // namespace analemma::ssh
