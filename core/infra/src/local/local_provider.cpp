#include "core/infra/infra.h"

#include "core/infra/src/local/body.h"

using namespace Qt::StringLiterals;

/// Its own function, outside every namespace: the macro asks for that. A static library's resources
/// are linked only when somebody names them.
static void loadResources()
{
    Q_INIT_RESOURCE(infra);
}

namespace analemma::infra {
namespace {

/// Hands every call to a coroutine that keeps the body alive, so that it may end after this object.
class LocalProvider final : public Provider {
public:
    LocalProvider(local::BodyPtr body) : m_body(std::move(body)) {}

    [[nodiscard]] QString name() const override { return m_body->layout.provider; }
    [[nodiscard]] QString type() const override { return u"local"_s; }
    Task<Result<QList<Capability>>> probe() override { return local::probe(m_body); }

    Task<Result<Server>> createServer(ServerSpec spec, CancelToken cancel) override
    {
        return local::createServer(m_body, std::move(spec), std::move(cancel));
    }
    Task<Result<QList<Server>>> servers() override { return local::servers(m_body); }
    Task<Result<void>> destroyServer(QString server) override
    {
        return local::destroyServer(m_body, std::move(server));
    }
    Task<Result<Server>> startServer(QString server, CancelToken cancel) override
    {
        return local::startServer(m_body, std::move(server), std::move(cancel));
    }

    Task<Result<Image>> createImage(ImageSpec spec, QString server, CancelToken cancel) override
    {
        return local::createImage(m_body, std::move(spec), std::move(server), std::move(cancel));
    }
    Task<Result<QList<Image>>> images() override { return local::images(m_body); }
    Task<Result<void>> deleteImage(QString id) override
    {
        return local::deleteImage(m_body, std::move(id));
    }

    Task<Result<Balancer>> ensureBalancer(BalancerConfig config) override
    {
        return local::ensureBalancer(m_body, std::move(config));
    }
    Task<Result<Balancer>> balancer(QString wanted) override
    {
        return local::balancer(m_body, std::move(wanted));
    }
    Task<Result<void>> setPool(QString wanted, QString pool, QList<Server> members) override
    {
        return local::setPool(m_body, std::move(wanted), std::move(pool), std::move(members));
    }
    Task<Result<void>> switchTo(QString wanted, QString pool) override
    {
        return local::switchTo(m_body, std::move(wanted), std::move(pool));
    }
    Task<Result<void>> drainPool(QString wanted, QString pool, milliseconds timeout,
                                 CancelToken cancel) override
    {
        return local::drainPool(m_body, std::move(wanted), std::move(pool), timeout,
                                std::move(cancel));
    }
    Task<Result<void>> destroyBalancer(QString wanted) override
    {
        return local::destroyBalancer(m_body, std::move(wanted));
    }

    Task<Result<Census>> census() override { return local::census(m_body); }
    Task<Result<QStringList>> sweep(QStringList live) override
    {
        return local::sweep(m_body, std::move(live));
    }

private:
    local::BodyPtr m_body;
};

}  // namespace

std::unique_ptr<Provider> makeLocalProvider(const workspace::Workspace& workspace,
                                            const QString& name, store::Store* store,
                                            ssh::Client* ssh, const Clock* clock)
{
    loadResources();
    auto body = std::make_shared<local::Body>();
    body->layout = {workspace.stateFolder() + u"/local"_s, workspace.id, name};
    body->store = store;
    body->ssh = ssh;
    body->clock = clock;
    return std::make_unique<LocalProvider>(std::move(body));
}

}  // namespace analemma::infra
