#pragma once

#include "core/base/secret.h"
#include "core/base/task.h"
#include "core/ssh/publickey.h"

#include <QString>

#include <optional>
#include <vector>

/// The user's own keys: what lies in ~/.ssh, what the agent holds, new ones.
namespace analemma::ssh {

enum class KeyKind { Ed25519, Ecdsa, Rsa, Hardware, Certificate, Other };
QString toString(KeyKind kind);

struct KeyInfo {
    QString path;   ///< of the private key, or of a lone .pub; empty when only the agent has it
    PublicKey key;  ///< empty when it cannot be known without a passphrase
    KeyKind kind = KeyKind::Other;
    int bits = 0;
    QString comment;
    bool hasPrivate = false;  ///< the private half lies in a file
    bool isEncrypted = false;
    bool isInAgent = false;
    QString needsSystem;  ///< why only the system's OpenSSH can use it; empty when we can
    QString warning;      ///< loose permissions, old kind, short RSA
};

/// The keys of a folder; other files are passed over. Blocking, for workers.
Result<std::vector<KeyInfo>> listKeyFiles(const QString& folder);
/// One of them; nothing when it is no private key. Blocking, for workers.
std::optional<KeyInfo> keyFileInfo(const QString& path);
/// Those and the agent's, each key once; an agent that does not answer is none.
Task<Result<std::vector<KeyInfo>>> listKeys(QString folder, QString agentSocket,
                                            CancelToken cancel);

/// Refused when a folder of ours is open to others (not 0700) or a file in it is (not 0600).
/// Blocking.
Result<void> checkPrivateFolder(const QString& folder);
/// chmod 0600, for a key that others can read. Errors: NotFound, Io.
Result<void> closeToOthers(const QString& path);

struct NewKey {
    enum class Kind { Ed25519, Rsa };
    NewKey(QString file, Kind k) : path(std::move(file)), kind(k) {}
    QString path;  ///< must not be there yet; its .pub neither
    Kind kind = Kind::Ed25519;
    int bits = 3072;  ///< of an RSA key, 3072 to 16384
    QString comment;
    Secret passphrase;  ///< empty, or at least five characters; goes by stdin, never by argument
};
/// Makes a key pair with ssh-keygen. Errors: Invalid, Conflict (a file is there), NotFound (no
/// ssh-keygen), Io, Cancelled.
Task<Result<KeyInfo>> generateKey(NewKey request, CancelToken cancel);

// ---- the agent (draft-miller-ssh-agent) ---------------------------------------------------------

/// $SSH_AUTH_SOCK; empty without one.
QString agentSocket();

struct AgentKey {
    PublicKey key;
    QString comment;
};
/// Errors: NotFound (no agent), Network, Protocol, Timeout (5 s), Cancelled. Waits on a worker.
Task<Result<std::vector<AgentKey>>> listAgentKeys(QString socket, CancelToken cancel);
/// The signature as the wire has it (type, bytes): for RSA always rsa-sha2-512. May take as long as
/// the agent asks its user: up to 60 s. Auth when the agent refuses.
Task<Result<QByteArray>> signWithAgent(QString socket, PublicKey key, QByteArray data,
                                       CancelToken cancel);

// ---- on servers ---------------------------------------------------------------------------------

/// A POSIX shell command that adds the key to ~/.ssh/authorized_keys unless it stands there; and
/// one that takes it out. The file is replaced as a whole. Invalid for what is no key or comment.
Result<QString> installKeyCommand(const PublicKey& key, const QString& comment);
Result<QString> removeKeyCommand(const PublicKey& key);

}  // namespace analemma::ssh
