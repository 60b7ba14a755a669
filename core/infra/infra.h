#pragma once

#include "core/base/clock.h"
#include "core/base/task.h"
#include "core/ssh/ssh.h"
#include "core/store/store.h"
#include "core/workspace/workspace.h"

#include <QList>
#include <QMap>
#include <QObject>

#include <memory>
#include <optional>

/// Servers, images and balancers, wherever they come from. One interface, one conformance suite
/// (tests/infra/provider_conformance) that every body passes.
namespace analemma::infra {

/// What a provider can do here, probed; shown to the person.
struct Capability {
    QString name;  ///< "root view", "terminal", "balancer"
    bool ok = false;
    QString detail;  ///< "bubblewrap 0.8.0", or what is missing and what to do
};

struct ServerSpec {
    QString name;         ///< unique in the workspace: "production-3-web-2"
    QString image;        ///< id; empty: the base
    QString tag;          ///< rule 3; every created thing bears it
    QString environment;  ///< empty for builders
    int generation = 0;
    int servicePort = 8080;
    /// For the service; BIND_ADDR, PORT, SERVER_NAME are set by the provider.
    QMap<QString, QString> variables;
};

struct Server {
    QString name;
    QString provider;
    QString state;   ///< "running", "stopped", "starting", "broken", "gone"
    QString detail;  ///< why, in a sentence
    QString image;
    QString tag;
    QString environment;
    int generation = 0;
    int servicePort = 8080;
    QString mode;  ///< "root view" or "shared view" (fallback without namespaces)
    /// What stands before the server's own paths when they are named over SSH and SFTP: empty where
    /// the server has a root view of its own, else a folder of the machine that it shares. Commands
    /// on the server see the same text in $SERVER_ROOT.
    QString root;
    ssh::Target ssh;  ///< with the pinned host key
    QDateTime created;
    [[nodiscard]] QString address() const { return ssh.host; }
    /// "/srv/app" as it must be named over SSH and SFTP: uploads and commands use this.
    [[nodiscard]] QString path(const QString& onServer) const { return root + onServer; }
    [[nodiscard]] Json toJson() const;  ///< schema analemma.server.1
    static Server fromJson(const Json& json);
};

/// What several providers list. One that cannot is told, and hides nothing of the others.
struct ServerList {
    struct Problem {
        QString provider;
        Error error;
        /// For people: "provider ocean could not list its servers: …".
        [[nodiscard]] Error told() const;
        [[nodiscard]] Json toJson() const;  ///< {provider, error}
    };
    QList<Server> servers;
    QList<Problem> problems;
};

struct ImageSpec {
    QString id;  ///< "web-1.4.2-<short id>": unique, chosen by the caller
    QString recipe;
    QString tag;
    Json provenance;  ///< release, commit, recipeHash, parent, operation, artifacts with digests
};

struct Image {
    QString id;
    QString provider;
    QString recipe;
    QString tag;
    Json provenance;
    qint64 size = 0;
    QString digest;  ///< SHA-256 of the manifest (paths, modes, SHA-256 of each file)
    QDateTime created;
    [[nodiscard]] Json toJson() const;  ///< schema analemma.image.1
    static Image fromJson(const Json& json);
};

/// What a balancer counted and measured: of all, of a pool, of a member.
struct Traffic {
    qint64 requests = 0;  ///< since the balancer's start, as are errors
    qint64 errors = 0;    ///< 5xx answers
    int sessions = 0;     ///< now
    int queue = 0;        ///< requests that wait for a server now
    /// Averages over the last 1024 requests, as HAProxy keeps them; it knows no percentiles.
    milliseconds queueTime{0};
    milliseconds responseTime{0};  ///< of the servers
    milliseconds totalTime{0};     ///< of whole sessions
};

/// A pool holds the servers of one generation. The active pool gets the requests.
struct Member {
    QString server;
    QString address;
    int port = 0;
    QString check;        ///< last check: "L7OK", "L4CON", "INI", …
    QString status;       ///< "UP", "DOWN", "DRAIN", "MAINT"
    int sessions = 0;     ///< now
    qint64 requests = 0;  ///< served since the balancer's start
    int checkCode = 0;    ///< HTTP status of the last check
    QString checkText;
    Traffic traffic;
    [[nodiscard]] bool healthy() const
    {
        return check == QLatin1String("L7OK") && status.startsWith(QLatin1String("UP"));
    }
};
struct Pool {
    QString name;  ///< "p0", "p1", …
    QList<Member> members;
    Traffic traffic;
};
struct BalancerConfig {
    QString name;  ///< the environment's
    QString tag;
    QString address;  ///< empty: chosen from the workspace's range and kept
    int port = 8000;
    workspace::HealthCheck health;
    int pools = 3;
};
struct Balancer {
    QString name;
    QString url;     ///< "http://127.64.3.1:8000"
    QString state;   ///< "running", "stopped", "none"
    QString active;  ///< pool that the balancer itself says gets the requests
    QList<Pool> pools;
    qint64 requests = 0;  ///< of the front end since its start
    qint64 errors = 0;    ///< 5xx answers of the front end since its start
    int sessions = 0;
    qint64 requestRate = 0;  ///< in the last second
    Traffic traffic;         ///< of the front end; queue and times are those of the active pool
    [[nodiscard]] const Pool* pool(const QString& name) const;
};

/// What a provider holds under our tags.
struct Census {
    QList<Server> servers;
    QList<Image> images;
    QList<Balancer> balancers;
    QStringList
        strays;  ///< half-made things and processes without a record, each with its tag or path
};

/// Thread: main. Every call may be repeated after a crash: creating what is there under the same
/// name and tag returns it; destroying what is gone is ok.
class Provider {
public:
    virtual ~Provider() = default;
    [[nodiscard]] virtual QString name() const = 0;
    [[nodiscard]] virtual QString type() const = 0;
    virtual Task<Result<QList<Capability>>> probe() = 0;

    /// Returns when SSH answers with the pinned key. Conflict: the name is taken under another tag,
    /// or its address is used by a stranger.
    virtual Task<Result<Server>> createServer(ServerSpec spec, CancelToken cancel) = 0;
    virtual Task<Result<QList<Server>>> servers() = 0;
    /// After its end: no process, port or file of it is left.
    virtual Task<Result<void>> destroyServer(QString name) = 0;
    /// Starts a stopped server again with its address, keys and files (after a reboot).
    virtual Task<Result<Server>> startServer(QString name, CancelToken cancel) = 0;

    /// Strips keys and secrets, stops the server, copies its disk. The server stays stopped.
    virtual Task<Result<Image>> createImage(ImageSpec spec, QString server, CancelToken cancel) = 0;
    virtual Task<Result<QList<Image>>> images() = 0;
    virtual Task<Result<void>> deleteImage(QString id) = 0;

    /// Makes it run as configured (also after a reboot: with the members and active pool of last
    /// time).
    virtual Task<Result<Balancer>> ensureBalancer(BalancerConfig config) = 0;
    virtual Task<Result<Balancer>> balancer(QString name) = 0;  ///< state "none" when there is none
    /// The pool's members become these servers; those that leave are drained by drainPool() before.
    virtual Task<Result<void>> setPool(QString balancer, QString pool, QList<Server> members) = 0;
    /// All requests from now on go to this pool: one command (rule: written to disk first).
    virtual Task<Result<void>> switchTo(QString balancer, QString pool) = 0;
    /// Waits until the pool serves nothing any more; Timeout leaves it as it is.
    virtual Task<Result<void>> drainPool(QString balancer, QString pool, milliseconds timeout,
                                         CancelToken cancel) = 0;
    virtual Task<Result<void>> destroyBalancer(QString name) = 0;

    /// Everything under our tags, also half-made things and processes.
    virtual Task<Result<Census>> census() = 0;
    /// Removes half-made things whose maker is dead, that is whose operation is not in `live`.
    virtual Task<Result<QStringList>> sweep(QStringList liveOperations) = 0;
};

/// The `local` provider: servers are folders seen as their own root by bubblewrap, each with its
/// own sshd on its own loopback address; images are copies of folders; the balancer is a real
/// HAProxy.
std::unique_ptr<Provider> makeLocalProvider(const workspace::Workspace& workspace,
                                            const QString& name, store::Store* store,
                                            ssh::Client* ssh, const Clock* clock);

}  // namespace analemma::infra
