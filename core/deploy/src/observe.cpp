#include "core/deploy/src/observe.h"

#include "core/deploy/src/bake_plan.h"
#include "core/deploy/src/records.h"

#include <QJsonArray>

using namespace Qt::StringLiterals;

namespace analemma::deploy {
namespace {

SeenBalancer seenBalancer(const infra::Balancer& balancer)
{
    SeenBalancer seen;
    seen.state = balancer.state;
    seen.active = balancer.active;
    for (const infra::Pool& pool : balancer.pools) {
        QList<SeenMember>& members = seen.pools[pool.name];
        for (const infra::Member& member : pool.members) {
            SeenMember one;
            one.server = member.server;
            one.healthy = member.healthy();
            one.sessions = member.sessions;
            members.append(one);
        }
    }
    return seen;
}

}  // namespace

Task<Result<World>> observeEnvironment(BodyPtr body, workspace::Environment environment,
                                       QString operation)
{
    const Result<infra::Provider*> provider = body->providerOf(environment.provider);
    if (!provider) {
        co_return provider.error();
    }
    World world;
    // The world first, the records after it: what the records say was done is then surely seen.
    Result<QList<infra::Server>> servers = co_await (*provider)->servers();
    if (!servers) {
        co_return servers.error();
    }
    for (const infra::Server& server : *servers) {
        if (server.environment == environment.name) {
            SeenServer& seen = world.servers[server.name];
            seen.state = server.state;
            seen.tag = server.tag;
            seen.generation = server.generation;
        }
    }
    if (environment.balancer.wanted) {
        Result<infra::Balancer> balancer = co_await (*provider)->balancer(environment.name);
        if (!balancer) {
            co_return balancer.error();
        }
        world.balancer = seenBalancer(*balancer);
    }
    Result<QList<infra::Image>> images = co_await (*provider)->images();
    if (!images) {
        co_return images.error();
    }
    for (const infra::Image& image : *images) {
        world.images.append(image.id);
    }
    Result<QList<Generation>> generations = co_await readGenerations(body, environment.name);
    if (!generations) {
        co_return generations.error();
    }
    world.generations = *generations;
    for (const Generation& one : world.generations) {
        world.next = std::max(world.next, one.number + 1);
        if (!operation.isEmpty() && one.operation == operation) {
            world.own = one.number;
        }
    }
    world.freePool = freePool(environment, world.generations);
    co_return world;
}

Task<Result<Json>> observeBake(BodyPtr body, QString providerName)
{
    const Result<infra::Provider*> provider = body->providerOf(providerName);
    if (!provider) {
        co_return provider.error();
    }
    BakeWorld world;
    Result<QList<infra::Image>> images = co_await (*provider)->images();
    if (!images) {
        co_return images.error();
    }
    for (const infra::Image& image : *images) {
        world.images.append(image.id);
    }
    Result<QList<infra::Server>> servers = co_await (*provider)->servers();
    if (!servers) {
        co_return servers.error();
    }
    for (const infra::Server& server : *servers) {
        if (server.environment.isEmpty()) {
            world.builders[server.name] = server.tag;
        }
    }
    co_return world.toJson();
}

Task<Result<Json>> observeAll(BodyPtr body, QString operation)
{
    QStringList balancers;
    QStringList servers;
    QStringList images;
    QStringList strays;
    for (infra::Provider* provider : body->providers()) {
        Result<infra::Census> census = co_await provider->census();
        if (!census) {
            co_return census.error();
        }
        for (const infra::Balancer& one : census->balancers) {
            balancers.append(one.name);
        }
        for (const infra::Server& one : census->servers) {
            servers.append(one.name);
        }
        for (const infra::Image& one : census->images) {
            images.append(one.id);
        }
        strays += census->strays;
    }
    QStringList others;
    Result<QList<engine::Operation>> operations = co_await body->engine->operations(QString(), 50);
    if (!operations) {
        co_return operations.error();
    }
    for (const engine::Operation& one : *operations) {
        if (!one.isFinished() && one.id != operation && one.kind != "pipeline"_L1) {
            others.append(one.title);
        }
    }
    bool open = false;
    for (const QString& name : body->workspace.environmentOrder) {
        Result<QList<Generation>> generations = co_await readGenerations(body, name);
        if (!generations) {
            co_return generations.error();
        }
        for (const Generation& one : *generations) {
            open = open || (one.state != "gone"_L1 && one.state != "failed"_L1);
        }
    }
    const Json world{{u"balancers"_s, QJsonArray::fromStringList(balancers)},
                     {u"servers"_s, QJsonArray::fromStringList(servers)},
                     {u"images"_s, QJsonArray::fromStringList(images)},
                     {u"strays"_s, QJsonArray::fromStringList(strays)},
                     {u"others"_s, QJsonArray::fromStringList(others)},
                     {u"open"_s, open}};
    co_return world;
}

}  // namespace analemma::deploy
