#include "core/deploy/src/census.h"

#include "core/deploy/src/records.h"

using namespace Qt::StringLiterals;

namespace analemma::deploy {
namespace {

Orphan orphan(const QString& what, const QString& name, const QString& tag, const QString& why)
{
    Orphan one;
    one.what = what;
    one.name = name;
    one.tag = tag;
    one.why = why;
    return one;
}

}  // namespace

QString operationOf(const QString& tag)
{
    const QStringList parts = tag.split(u'/');
    return parts.size() == 5 && parts.first() == "analemma"_L1 ? parts[3] : QString();
}

QList<Orphan> findOrphans(const QList<infra::Census>& worlds, const Known& known)
{
    QList<Orphan> orphans;
    QStringList seen;
    for (const infra::Census& world : worlds) {
        for (const infra::Server& server : world.servers) {
            seen.append(server.name);
            const bool inWork = known.operations.contains(operationOf(server.tag));
            if (!known.servers.contains(server.name) && !inWork) {
                orphans.append(
                    orphan(u"server"_s, server.name, server.tag, u"no live generation holds it"_s));
            }
        }
        for (const infra::Image& image : world.images) {
            if (!known.allOperations.contains(operationOf(image.tag))) {
                orphans.append(orphan(u"image"_s, image.id, image.tag,
                                      u"no operation of this workspace made it"_s));
            }
        }
        for (const infra::Balancer& balancer : world.balancers) {
            if (!known.environments.contains(balancer.name)) {
                orphans.append(orphan(u"balancer"_s, balancer.name, {},
                                      u"the workspace has no such environment"_s));
            }
        }
        for (const QString& stray : world.strays) {
            const bool inWork = std::any_of(known.operations.begin(), known.operations.end(),
                                            [&](const QString& id) { return stray.contains(id); });
            if (!inWork) {
                orphans.append(
                    orphan(u"stray"_s, stray, {}, u"half-made, and nobody works on it"_s));
            }
        }
    }
    for (const QString& server : known.servers) {
        if (!seen.contains(server) && known.operations.isEmpty()) {
            orphans.append(orphan(u"record"_s, server, {},
                                  u"a live generation holds this server, which is gone"_s));
        }
    }
    return orphans;
}

Task<Result<CensusView>> takeCensus(BodyPtr body)
{
    CensusView view;
    QList<infra::Census> worlds;
    for (infra::Provider* provider : body->providers()) {
        Result<infra::Census> census = co_await provider->census();
        if (!census) {
            co_return census.error();
        }
        view.servers += census->servers;
        view.images += census->images;
        view.balancers += census->balancers;
        worlds.append(*census);
    }
    Known known;
    known.environments = body->workspace.environmentOrder;
    for (const QString& name : body->workspace.environmentOrder) {
        Result<QList<Generation>> generations = co_await readGenerations(body, name);
        if (!generations) {
            co_return generations.error();
        }
        for (const Generation& one : *generations) {
            if (one.state != "gone"_L1 && one.state != "failed"_L1) {
                known.servers += one.servers;
            }
        }
    }
    Result<QList<engine::Operation>> operations =
        co_await body->engine->operations(QString(), 10'000);
    if (!operations) {
        co_return operations.error();
    }
    for (const engine::Operation& one : *operations) {
        known.allOperations.append(one.id);
        if (!one.isFinished()) {
            known.operations.append(one.id);
        }
    }
    view.orphans = findOrphans(worlds, known);
    co_return view;
}

}  // namespace analemma::deploy
