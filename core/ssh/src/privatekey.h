#pragma once

#include "core/base/result.h"
#include "core/base/secret.h"

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

    [[nodiscard]] Kind kind() const { return m_kind; }
    /// As the wire has it (RFC 4253, 6.6).
    [[nodiscard]] const QByteArray& publicKey() const { return m_publicKey; }
    [[nodiscard]] QString name() const { return m_name; }
    /// The signature without the outer type name; empty when OpenSSL refuses.
    [[nodiscard]] QByteArray sign(const QByteArray& data) const;

private:
    friend Result<struct KeyFile> parseKeyFile(const QByteArray& text, const QString& name,
                                               const Secret& passphrase);
    PrivateKey() = default;
    Result<void> describe();

    std::shared_ptr<evp_pkey_st> m_key;
    Kind m_kind = Kind::Ed25519;
    QByteArray m_publicKey;
    QString m_name;
};

/// What a key file tells.
struct KeyFile {
    QByteArray publicKey;                   ///< empty when it is not known before the passphrase is
    std::shared_ptr<const PrivateKey> key;  ///< null: locked, or the passphrase does not fit
};
/// Blocking, and slow for a locked key: for workers. Auth as for PrivateKey::parse().
Result<KeyFile> parseKeyFile(const QByteArray& text, const QString& name, const Secret& passphrase);
/// The same from a file; of a locked PEM key the public half is looked for in PATH.pub. Group- or
/// world-readable files are logged.
Result<KeyFile> readKeyFile(const QString& path, const Secret& passphrase);
/// "… is protected by a passphrase", and nobody can be asked.
Error passphraseNeeded(const QString& name);

}  // namespace analemma::ssh
