#include "core/deploy/src/kinds.h"
#include "core/deploy/src/records.h"

using namespace Qt::StringLiterals;

namespace analemma::deploy {
namespace {

/// Every provider is asked: what is not there is gone already.
Task<Result<void>> removeFrom(QList<infra::Provider*> providers, QString verb, QString name)
{
    for (infra::Provider* provider : providers) {
        Result<void> removed;
        if (verb == "down.balancer"_L1) {
            removed = co_await provider->destroyBalancer(name);
        } else if (verb == "down.server"_L1) {
            removed = co_await provider->destroyServer(name);
        } else {
            removed = co_await provider->deleteImage(name);
        }
        if (!removed) {
            co_return removed;
        }
    }
    co_return Result<void>();
}

Task<Result<void>> closeRecords(BodyPtr body, QString operation)
{
    for (const QString& name : body->workspace.environmentOrder) {
        Result<QList<Generation>> generations = co_await readGenerations(body, name);
        if (!generations) {
            co_return generations.error();
        }
        for (const Generation& one : *generations) {
            if (one.state == "gone"_L1 || one.state == "failed"_L1) {
                continue;
            }
            Result<void> closed = co_await closeGeneration(body, name, one.number, u"gone"_s);
            if (!closed) {
                co_return closed;
            }
        }
    }
    for (infra::Provider* provider : body->providers()) {
        const QStringList live(operation);
        Result<QStringList> swept = co_await provider->sweep(live);
        if (!swept) {
            co_return swept.error();
        }
    }
    co_return Result<void>();
}

}  // namespace

Task<Result<Json>> actOnDown(BodyPtr body, engine::Call call)
{
    Result<void> done;
    if (call.action.verb == "down.records"_L1) {
        done = co_await closeRecords(body, call.operation);
    } else {
        done = co_await removeFrom(body->providers(), call.action.verb,
                                   call.action.args[u"name"_s].toString());
    }
    if (!done) {
        co_return done.error();
    }
    const Json nothing;
    co_return nothing;
}

}  // namespace analemma::deploy
