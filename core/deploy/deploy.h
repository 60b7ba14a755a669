#pragma once

#include "core/engine/engine.h"
#include "core/git/git.h"
#include "core/infra/infra.h"
#include "core/release/release.h"
#include "core/workspace/workspace.h"

#include <QObject>

/// Environments and their generations; baking, deploying, rolling back. No server is ever changed
/// in place: a release goes into an image, an image into new servers, and the balancer moves to
/// them. Kinds of operation: "bake", "deploy", "rollback", "down".
namespace analemma::deploy {

struct Generation {
    QString environment;
    int number = 0;
    QString release;
    QString commit;
    QString image;
    QString state;  ///< "starting", "active", "warm", "failed", "gone"
    QString pool;   ///< of the balancer
    QStringList servers;
    QString operation;  ///< that made it
    QDateTime created;
    QDateTime since;  ///< in this state
};

struct MemberView {
    infra::Server server;
    int generation = 0;
    QString health;      ///< "healthy", "unhealthy", "starting", "stopped", "unknown"
    QString healthText;  ///< "L7OK 200 in 1 ms", "connection refused"
    int sessions = 0;
    qint64 requests = 0;
};

/// One environment as observed: what runs where. `asOf` is when the world was asked.
struct EnvironmentView {
    workspace::Environment spec;
    std::optional<Generation> active;
    QList<Generation> warm;         ///< newest first
    QList<Generation> generations;  ///< all, newest first, also gone ones
    QList<MemberView> members;      ///< of active and warm generations
    infra::Balancer balancer;
    QString operation;  ///< unfinished one on this environment
    QString operationTitle;
    QString health;    ///< "healthy", "degraded", "down", "empty", "unknown"
    QString expected;  ///< names this state; give it back with deploy and rollback
    QDateTime asOf;
    [[nodiscard]] Json toJson() const;  ///< schema analemma.environment.1
};

struct BakeRequest {
    QString recipe;
    QString release;
};
struct DeployRequest {
    QString environment;
    QString release;
    QString expected;  ///< of EnvironmentView; empty: whatever it is now
    milliseconds lockWait{0};
};
struct RollbackRequest {
    QString environment;
    int to = 0;  ///< generation; 0: the newest warm one, else the last that was active before
    QString expected;
    milliseconds lockWait{0};
};

/// Where roll back would go, for the button.
struct RollbackTarget {
    Generation generation;
    bool warm = false;
    bool baked = true;  ///< its image is there; else it is baked again from the release
    std::optional<milliseconds> usual;  ///< "about 40 ms"
    QString reason;                     ///< why there is none
    bool possible = false;
};

struct ImageView {
    infra::Image image;
    QStringList usedBy;  ///< "production generation 3 (active)"; such an image cannot be deleted
};

struct Orphan {
    QString what;  ///< "server", "image", "balancer", "process", "folder", "record"
    QString name;
    QString tag;
    QString why;
};
struct CensusView {
    QList<infra::Server> servers;
    QList<infra::Image> images;
    QList<infra::Balancer> balancers;
    QList<Orphan> orphans;
};

class Deployments : public QObject {
    Q_OBJECT
public:
    class Body;  // core/deploy/src/body.h

    using OpenRepository =
        std::function<Task<Result<std::shared_ptr<git::Repository>>>(QString name)>;
    using FindProvider = std::function<infra::Provider*(const QString& name)>;
    Deployments(workspace::Workspace workspace, store::Store* store, engine::Engine* engine,
                release::Releases* releases, ssh::Client* ssh, FindProvider provider,
                OpenRepository open, const Clock* clock);
    ~Deployments() override;

    // Each starts an operation and returns its id; engine::Engine::finished() waits for its end.
    Task<Result<QString>> bake(BakeRequest request, CancelToken cancel);
    /// Bakes first where the release has no image yet. Refused: approvals missing.
    Task<Result<QString>> deploy(DeployRequest request, CancelToken cancel);
    Task<Result<QString>> rollback(RollbackRequest request, CancelToken cancel);
    /// Stops everything of the workspace: servers, balancers; with `images` also those. Leaves
    /// nothing.
    Task<Result<QString>> down(bool images, CancelToken cancel);

    Task<Result<engine::Preview>> previewBake(BakeRequest request);
    Task<Result<engine::Preview>> previewDeploy(DeployRequest request);
    Task<Result<engine::Preview>> previewRollback(RollbackRequest request);
    Task<Result<engine::Preview>> previewDown(bool images);

    Task<Result<EnvironmentView>> environment(QString name);
    Task<Result<QList<EnvironmentView>>> environments();
    Task<Result<RollbackTarget>> rollbackTarget(QString environment);
    Task<Result<QList<ImageView>>> images();
    /// Refused while a warm or active generation needs it.
    Task<Result<void>> deleteImage(QString id);
    /// Of all providers; one that cannot list its own is told among the problems.
    Task<Result<infra::ServerList>> servers();
    Task<Result<CensusView>> census();
    /// After a reboot or a crash: starts what should run (servers, balancer) and is stopped.
    Task<Result<void>> adopt();

Q_SIGNALS:
    /// Something that environments(), images() or servers() tell may have changed.
    void changed();

private:
    std::shared_ptr<Body> m_body;
};

}  // namespace analemma::deploy
