#pragma once

#include "core/base/result.h"
#include "core/base/secret.h"

#include <QByteArray>
#include <QString>
#include <QStringList>

#include <functional>
#include <memory>
#include <vector>

/// What a login may need from outside: keys that stay elsewhere, a person's answers, the record of
/// known hosts. RFC 4252, RFC 4256.
namespace analemma::ssh {

/// Something that only a person knows.
struct Question {
    enum class Kind {
        Passphrase,  ///< of the private key `subject`
        Password,    ///< of the user at the target
        Interactive  ///< what the server asks: `subject` is its title
    };
    struct Prompt {
        QString text;
        bool echo = false;  ///< the answer may be shown while it is typed
    };
    Kind kind = Kind::Password;
    QString target;  ///< "ops@web-1:22"
    QString subject;
    QString instruction;  ///< of the server; foreign text, made harmless
    std::vector<Prompt> prompts;
    int attempt = 1;  ///< more: the last answer was wrong
};

/// One secret a prompt, or why there is none. Call it once, from any thread.
using Answer = std::function<void(Result<std::vector<Secret>>)>;
/// Asks a person. It is called on the thread that connects and must not block there.
using Asker = std::function<void(Question, Answer)>;

/// A private key that can be used and not read: in an agent, for instance.
class Signer {
public:
    using Done = std::function<void(Result<QByteArray>)>;
    virtual ~Signer() = default;
    /// The public key as the wire has it (RFC 4253, 6.6); the same for life. Any thread.
    [[nodiscard]] virtual QByteArray publicKey() const = 0;
    /// What people call it: a file or the comment.
    [[nodiscard]] virtual QString name() const = 0;
    /// Signs and calls `done` once, from any thread, with type name and signature as strings (RFC
    /// 4253, 6.6). `algorithm` is "rsa-sha2-512" for RSA, else the key's type. Must not block.
    virtual void sign(QByteArray data, QByteArray algorithm, Done done) = 0;
};

/// The key that a server has shown.
struct ShownHostKey {
    QString host;
    int port = 22;
    QString key;          ///< "ssh-ed25519 AAAA…"
    QString fingerprint;  ///< "SHA256:…"
};

/// Decides on host keys where Target::hostKey is empty. Both are called on the thread that
/// connects.
class HostKeys {
public:
    using Verdict = std::function<void(Result<void>)>;
    virtual ~HostKeys() = default;
    /// Types of the keys on record, best first: those are asked for first, so that a host that is
    /// known by one key is not met with another.
    [[nodiscard]] virtual QStringList recordedTypes(QString host, int port) = 0;
    /// Calls `verdict` once, now or later, from any thread. No credential leaves before it says
    /// yes; its error (HostKey) ends the login.
    virtual void check(ShownHostKey shown, Verdict verdict) = 0;
};

/// The ways to prove who the user is. At most three keys are tried: the chosen one first, then
/// signers, the agent's, other files. Then come the server's questions and the password, if it
/// takes them.
struct Credentials {
    QStringList keyFiles;  ///< beside Target::keyFile; what is missing is passed over
    std::vector<std::shared_ptr<Signer>> signers;
    QString agentSocket;  ///< SSH_AUTH_SOCK; empty: none
    /// Of the agent only the keys of the key files: IdentitiesOnly of ssh_config(5).
    bool identitiesOnly = false;
    Asker ask;  ///< empty: nobody can be asked
};

}  // namespace analemma::ssh
