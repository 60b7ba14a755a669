#pragma once

#include "core/infra/infra.h"
#include "core/ssh/config.h"
#include "core/ssh/known_hosts.h"
#include "core/ssh/system.h"
#include "core/store/store.h"
#include "core/workspace/workspace.h"

#include <QObject>

#include <functional>
#include <memory>

/// The servers that an operator can reach, wherever they come from, and the connections to them.
namespace analemma::operate {

/// One server under one name.
struct Host {
    enum class Source {
        Made,     ///< by a provider of the workspace
        Listed,   ///< in the workspace file, under `servers`
        Imported  ///< a name of ~/.ssh/config, read live, taken in by a person
    };
    QString name;
    Source source = Source::Listed;
    QString address;  ///< what is connected to; of an imported one as the configuration says now
    int port = 22;
    QString user;
    QStringList tags;     ///< of a made one: the recipe of its image
    QString environment;  ///< of a made one
    int generation = 0;
    bool production = false;  ///< its environment is one, or it bears the tag "production"
    QString state;            ///< of a made one, see infra::Server; else empty
    QString root;             ///< infra::Server::root
    QStringList hops;         ///< jump hosts, the nearest first, for people
    ssh::Transport transport = ssh::Transport::Auto;  ///< the setting for this host
    QStringList needsSystem;                          ///< why only the system's OpenSSH reaches it
    QString proxyCommand;                 ///< of an imported one; never run before it is approved
    QStringList notes;                    ///< of an imported one: what was left out for safety
    QString problem;                      ///< why it cannot be reached; or empty
    [[nodiscard]] QString place() const;  ///< "user@address:port"
    [[nodiscard]] Json toJson() const;    ///< schema analemma.host.1
};
QString toString(Host::Source source);

/// All servers that could be listed, and the providers that could not tell theirs.
struct HostList {
    QList<Host> hosts;  ///< by name
    QList<infra::ServerList::Problem> problems;
};

/// Terms that all have to hold: "tag=web", "env=production", "generation=3", "source=made", or a
/// name; several values of one term are joined by commas, '*' and '?' stand for letters. Pure.
class HostQuery {
public:
    /// Invalid, naming the term.
    static Result<HostQuery> parse(const QStringList& terms);
    [[nodiscard]] bool matches(const Host& host) const;
    /// True when servers of a provider might fit that are not among the known ones.
    [[nodiscard]] bool mayMiss(const QList<Host>& known) const;

private:
    struct Term {
        QString field;
        QStringList values;
    };
    QList<Term> m_terms;
};

/// The key that a server shows, and what is on record about it.
struct HostKeyView {
    QString host;  ///< name of the server, or of the hop, that showed it
    QString address;
    int port = 22;
    ssh::PublicKey key;
    QString fingerprint;
    ssh::TrustVerdict verdict;
    bool pinned = false;  ///< we made it and know its key: there is nothing to record
    QString recordName;   ///< under which the record is kept: the address, or a HostKeyAlias
    int recordPort = 22;
    QStringList readFrom;               ///< the known_hosts files that the verdict rests on
    QString recordFile;                 ///< where trust() writes
    [[nodiscard]] Json toJson() const;  ///< schema analemma.hostkey.1
};

/// Where this account keeps its keys, configuration and record of hosts.
struct HostPlaces {
    ssh::ConfigPlaces config;
    QString sshFolder;    ///< ~/.ssh: the default keys
    QString agentSocket;  ///< empty: no agent
    QStringList userKnownHosts;
    QStringList systemKnownHosts;
    QString ownKnownHosts;  ///< the only one that is written
    QString
        runFolder;  ///< of the system's OpenSSH; empty: the user's run-time folder. A short path
    static HostPlaces here();
};

/// Lists servers and connects to them: keys of the agent and of ~/.ssh, the record of known hosts,
/// ~/.ssh/config, jump hosts, and the transport that fits. Main thread. A server that we made is
/// pinned to the key that it was born with.
class Hosts : public QObject {
    Q_OBJECT
public:
    using Made = std::function<Task<Result<infra::ServerList>>()>;

    Hosts(workspace::Workspace workspace, store::Store* store, ssh::Client* client, Made made,
          HostPlaces places = HostPlaces::here());
    ~Hosts() override;

    /// All, by name. A name that stands in several sources is Made before Listed before Imported.
    /// What one provider cannot tell is missing, see HostList::problems.
    Task<Result<HostList>> list();
    /// Those that a query means. Where a provider could not list its servers, and one of them might
    /// be meant, its error: nobody acts on half of what was meant.
    Task<Result<QList<Host>>> choose(HostQuery query);
    /// NotFound, with the nearest name; the error of a provider that could not list its servers
    /// when it may be one of them.
    Task<Result<Host>> find(QString name);

    /// ~/.ssh/config as it is now: what an import offers, and what becomes of each line.
    Task<Result<ssh::SshConfig>> configuration();
    /// Takes a name of ~/.ssh/config in; nothing of it is copied. Errors: NotFound, Invalid,
    /// Conflict (the name is another server's).
    Task<Result<Host>> import(QString alias, QStringList tags);
    /// Lets the system's OpenSSH run the ProxyCommand of an imported one, as long as it is this
    /// text. Conflict when it is another by now.
    Task<Result<void>> approveProxyCommand(QString name, QString command);
    /// Writes a server into the workspace file, which keeps all its other bytes. Errors: Invalid,
    /// Conflict, Unsupported, Io.
    Task<Result<Host>> add(workspace::StaticServer server);
    /// What the workspace file says by now of its servers.
    void setServers(const QMap<QString, workspace::StaticServer>& servers);
    /// Takes an imported one out again. Refused for others.
    Task<Result<void>> forget(QString name);
    Task<Result<void>> setTransport(QString name, ssh::Transport transport);

    /// An open session is shared; a new one is made when there is none. `asker` instead of the one
    /// that is set. Errors as ssh::Client::connectTo(); HostKey with both fingerprints, to be
    /// settled by trust().
    Task<Result<ssh::ChosenSession>> connect(QString name, CancelToken cancel,
                                             ssh::Asker asker = {});
    /// A connection of its own, for forwards and for a login that must not wait for another's.
    Task<Result<ssh::ChosenSession>> connectApart(QString name, CancelToken cancel,
                                                  ssh::Asker asker = {});
    /// Session::exec() on a shared session: for callers that do not co_await.
    Task<Result<ssh::ExecResult>> run(QString name, QString command, ssh::ExecOptions options,
                                      CancelToken cancel);
    /// A connection of its own that proves itself by this private key alone: no other key, no
    /// password, no question but for its passphrase. Jump hosts are passed as ever. Auth when the
    /// server does not take the key.
    Task<Result<ssh::ChosenSession>> connectWithKey(QString name, QString keyFile,
                                                    CancelToken cancel);
    /// Who is asked for passphrases, passwords and a server's questions; empty: nobody.
    void setAsker(ssh::Asker asker);

    /// The key that the server shows now, without logging in; of its first hop that is not known,
    /// if there is one.
    Task<Result<HostKeyView>> offeredKey(QString name, CancelToken cancel, ssh::Asker asker = {});
    /// Records it in our own file, once a person has compared the fingerprint. `replacing`: also
    /// over another recorded key. What is recorded is looked at again. Errors: Conflict (another
    /// key is), HostKey (revoked), Refused (pinned; by a certificate authority), Io, Locked.
    Task<Result<void>> trust(HostKeyView view, bool replacing);

    [[nodiscard]] const HostPlaces& places() const;

Q_SIGNALS:
    /// The list may have changed.
    void changed();

private:
    struct Body;
    std::shared_ptr<Body> m_body;
};

}  // namespace analemma::operate
