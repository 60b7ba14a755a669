#pragma once

#include "core/ssh/publickey.h"
#include "core/ssh/ssh.h"

#include <QByteArrayList>
#include <QStringList>

#include <functional>
#include <memory>
#include <optional>
#include <vector>

/// The second transport: the system's OpenSSH program behind the same Session, for what libssh2
/// cannot do (certificates, FIDO keys, Kerberos, proxy commands, hardened servers).
namespace analemma::ssh {

/// What the system's OpenSSH is told beyond the Target. Each of it was seen by a person or comes
/// from HostConfig; nothing of the user's own configuration is read.
struct SystemOptions {
    /// HostConfig::systemLines. A line with another keyword than those of that list is refused.
    QStringList lines = {};
    /// A command that a person has approved for this host; OpenSSH runs it with the user's shell.
    QString approvedProxyCommand = {};
    /// Up to four jump hosts, the nearest first, each with its own key and host key.
    std::vector<Target> hops = {};
    /// More lines of known_hosts: further keys, @revoked, @cert-authority.
    QByteArray knownHosts = {};
    QStringList keyFiles = {};  ///< beside Target::keyFile
    QString agentSocket = {};   ///< empty: no agent
    /// Where there are key files: of the agent only their keys.
    bool identitiesOnly = true;
};

/// Connections by `ssh` with a shared master each, in a private folder (0700) of its own that goes
/// with the connection. Shells, commands, files and forwards go over the master by its own protocol
/// (OpenSSH, PROTOCOL.mux): no further process is started. For the thread that made it, which needs
/// an event loop; sessions are for any thread.
///
/// They differ from built-in ones in three ways. A command or shell ended by a signal shows exit
/// code 255. That a server gives no terminal shows in the end of a shell, not in its opening. A
/// command line is limited to 100 KiB.
class SystemClient {
public:
    /// `folder` holds the private folders; its path must be short: a Unix socket lies below. The
    /// default is the user's run-time folder.
    explicit SystemClient(QString folder = {});
    ~SystemClient();  ///< drops all sessions, joins its reactor
    SystemClient(const SystemClient&) = delete;
    SystemClient& operator=(const SystemClient&) = delete;
    /// Errors as Client::connectTo(), and NotFound when OpenSSH is not installed. Never asks
    /// anything: a key with a passphrase must be in the agent.
    Task<Result<std::shared_ptr<Session>>> connectTo(Target target, SystemOptions system,
                                                     ConnectOptions options, CancelToken cancel);

    /// The key that the server shows, also behind an approved proxy command; not behind jump hosts.
    /// Nothing is sent to it but what the exchange of keys needs. Errors: as connectTo().
    Task<Result<PublicKey>> shownKey(Target target, SystemOptions system, ConnectOptions options,
                                     QByteArrayList preferred, CancelToken cancel);

private:
    struct Body;
    std::unique_ptr<Body> m_body;
};

// ---- which one ----------------------------------------------------------------------------------

enum class Transport { Auto, BuiltIn, System };
QString toString(Transport transport);
std::optional<Transport> transportFromString(const QString& text);

/// What is known before a connection is tried.
struct TransportFacts {
    Transport setting = Transport::Auto;  ///< of the host
    std::optional<Transport> remembered;  ///< what worked the last time
    QStringList needsSystem;              ///< HostConfig::needsSystem, KeyInfo::needsSystem
};

struct TransportChoice {
    Transport transport = Transport::BuiltIn;
    QString reason;  ///< for people: "built-in: …", "system OpenSSH: …"
};

/// The first to try. Pure.
TransportChoice chooseTransport(const TransportFacts& facts);
/// The other one, when the built-in transport failed with an error that the system's OpenSSH may
/// not have: nothing in common, a key of a kind it cannot use. Never after a host key error, never
/// when the setting says built-in. Pure.
std::optional<TransportChoice> chooseAgain(const TransportFacts& facts, const Error& error);
/// The error of the built-in transport with the sentence of what to do next.
Error withTransportHint(const TransportFacts& facts, Error error);

/// What worked for a host, kept by the caller (a setting in the store). Called on the thread that
/// connects.
class TransportMemory {
public:
    virtual ~TransportMemory() = default;
    /// `host` is Target::text().
    virtual std::optional<Transport> recall(const QString& host) = 0;
    virtual void remember(const QString& host, Transport transport) = 0;
};

struct ChosenSession {
    std::shared_ptr<Session> session;
    TransportChoice choice;
};

/// All that one connection needs.
struct Connecting {
    Target target;
    SystemOptions system = {};
    ConnectOptions options = {};
    TransportFacts facts = {};  ///< `remembered` is filled in from the memory
};

/// Connects by the transport that fits, tries the other one where that helps, remembers what
/// worked. The clients and the memory (may be null) must live until the task ends.
Task<Result<ChosenSession>> connectByChoice(Client* builtIn, SystemClient* system,
                                            std::shared_ptr<TransportMemory> memory,
                                            Connecting connecting, CancelToken cancel);

/// Client::shared() as a choice, where only the built-in transport comes into question.
Task<Result<ChosenSession>> sharedBuiltIn(Client* client, Target target, CancelToken cancel);

}  // namespace analemma::ssh
