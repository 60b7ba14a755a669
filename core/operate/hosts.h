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
    QStringList tags;
    QString environment;  ///< of a made one
    int generation = 0;
    bool production = false;  ///< its environment is one, or it bears the tag "production"
    QString state;            ///< of a made one, see infra::Server; else empty
    QString root;             ///< infra::Server::root
    QStringList hops;         ///< jump hosts, the nearest first, for people
    ssh::Transport transport = ssh::Transport::Auto;  ///< the setting for this host
    QString problem;                                  ///< why it cannot be reached; or empty
    [[nodiscard]] QString place() const;              ///< "user@address:port"
    [[nodiscard]] Json toJson() const;                ///< schema analemma.host.1
};
QString toString(Host::Source source);

/// Terms that all have to hold: "tag=web", "env=production", "generation=3", "source=made", or a
/// name with '*' and '?'; several values of one term are joined by commas. Pure.
class HostQuery {
public:
    /// Invalid, naming the term.
    static Result<HostQuery> parse(const QStringList& terms);
    [[nodiscard]] bool matches(const Host& host) const;

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
};

/// Lists servers and connects to them: keys of the agent and of ~/.ssh, the record of known hosts,
/// ~/.ssh/config, jump hosts, and the transport that fits. Main thread. A server that we made is
/// pinned to the key that it was born with.
class Hosts : public QObject {
    Q_OBJECT
public:
    using Made = std::function<Task<Result<QList<infra::Server>>>()>;

    Hosts(workspace::Workspace workspace, store::Store* store, ssh::Client* client, Made made);
    ~Hosts() override;

    /// All, by name. A name that stands in several sources is Made before Listed before Imported.
    Task<Result<QList<Host>>> list();
    /// NotFound, with the nearest name.
    Task<Result<Host>> find(QString name);

    /// Takes a name of ~/.ssh/config in; nothing of it is copied. Errors: NotFound, Invalid,
    /// Conflict (the name is another server's).
    Task<Result<Host>> import(QString alias, QStringList tags);
    /// Writes a server into the workspace file, which keeps all its other bytes. Errors: Invalid,
    /// Conflict, Io.
    Task<Result<Host>> add(workspace::StaticServer server);
    /// Takes an imported one out again. Refused for others.
    Task<Result<void>> forget(QString name);
    Task<Result<void>> setTransport(QString name, ssh::Transport transport);

    /// An open session is shared; a new one is made when there is none. Errors as
    /// ssh::Client::connectTo(); HostKey with the fingerprint and the way to trust it.
    Task<Result<ssh::ChosenSession>> connect(QString name, CancelToken cancel);
    /// A connection of its own, for forwards and for a login that must not wait for another's.
    Task<Result<ssh::ChosenSession>> connectApart(QString name, CancelToken cancel);
    /// Who is asked for passphrases, passwords and a server's questions; empty: nobody.
    void setAsker(ssh::Asker asker);

    /// The key that the server shows now, without logging in; of its first hop that is not known,
    /// if there is one.
    Task<Result<HostKeyView>> offeredKey(QString name, CancelToken cancel);
    /// Records it in our own file, once a person has compared the fingerprint. `replacing`: also
    /// over another recorded key.
    Task<Result<void>> trust(HostKeyView view, bool replacing);

Q_SIGNALS:
    /// The list may have changed.
    void changed();

private:
    struct Body;
    std::shared_ptr<Body> m_body;
};

}  // namespace analemma::operate
