#pragma once

#include "core/infra/src/local/gate.h"
#include "core/infra/src/local/machine.h"

#include <QThreadPool>

#include <memory>
#include <optional>

/// What the coroutines of the local provider share. Thread: main.
namespace analemma::infra::local {

struct Body {
    static std::shared_ptr<QThreadPool> makeQuick()
    {
        auto pool = std::make_shared<QThreadPool>();
        pool->setMaxThreadCount(1);
        return pool;
    }

    Layout layout;
    store::Store* store = nullptr;
    ssh::Client* ssh = nullptr;
    const Clock* clock = nullptr;
    std::shared_ptr<Gate> gate = std::make_shared<Gate>();
    /// For the few bytes of a switch: it must not wait behind the copying that fills the other
    /// workers.
    std::shared_ptr<QThreadPool> quick = makeQuick();
    /// Why namespaces do not work here; empty: they do. Asked once.
    std::optional<QString> noRootView;
};
using BodyPtr = std::shared_ptr<Body>;
using PassPtr = std::shared_ptr<Gate::Pass>;

/// onWorker() on a thread of one's own.
template <class T>
Task<Result<T>> onQuick(std::shared_ptr<QThreadPool> pool, std::function<Result<T>()> work)
{
    Promise<T> promise;
    std::function<void()> job = [promise, work = std::move(work)] { promise.finish(work()); };
    pool->start(std::move(job));
    auto future = promise.future();
    Result<T> result = co_await future;
    co_return result;
}

// ---- views.cpp ----------------------------------------------------------------------------------
/// The machine, with an empty bwrap where servers must share the view.
Task<Result<Machine>> machineFor(BodyPtr body);
Task<Result<QList<Capability>>> probe(BodyPtr body);

// ---- servers.cpp --------------------------------------------------------------------------------
Task<Result<Server>> createServer(BodyPtr body, ServerSpec spec, CancelToken cancel);
Task<Result<Server>> startServer(BodyPtr body, QString name, CancelToken cancel);
Task<Result<void>> destroyServer(BodyPtr body, QString name);
Task<Result<QList<Server>>> servers(BodyPtr body);
/// As it stands now. Blocking.
Server describe(const Layout& layout, const ServerRecord& record);
Result<ServerRecord> findServer(const Layout& layout, const QString& name);
Result<QList<Server>> listServers(const Layout& layout);

// ---- snapshots.cpp ------------------------------------------------------------------------------
Task<Result<Image>> createImage(BodyPtr body, ImageSpec spec, QString server, CancelToken cancel);
Task<Result<QList<Image>>> images(BodyPtr body);
Task<Result<void>> deleteImage(BodyPtr body, QString id);

// ---- balancer.cpp -------------------------------------------------------------------------------
Task<Result<Balancer>> ensureBalancer(BodyPtr body, BalancerConfig config);
Task<Result<Balancer>> balancer(BodyPtr body, QString name);
Task<Result<void>> setPool(BodyPtr body, QString balancer, QString pool, QList<Server> members);
Task<Result<void>> switchTo(BodyPtr body, QString balancer, QString pool);
Task<Result<void>> drainPool(BodyPtr body, QString balancer, QString pool, milliseconds timeout,
                             CancelToken cancel);
Task<Result<void>> destroyBalancer(BodyPtr body, QString name);
QStringList balancerNames(const Layout& layout);

// ---- census.cpp ---------------------------------------------------------------------------------
Task<Result<Census>> census(BodyPtr body);
Task<Result<QStringList>> sweep(BodyPtr body, QStringList live);

}  // namespace analemma::infra::local
