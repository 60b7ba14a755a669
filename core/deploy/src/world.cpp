#include "core/deploy/src/world.h"

#include "core/base/readers.h"

#include <QJsonArray>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace analemma::deploy {
namespace {

Json balancerJson(const SeenBalancer& balancer)
{
    Json pools;
    for (auto pool = balancer.pools.begin(); pool != balancer.pools.end(); ++pool) {
        QJsonArray members;
        for (const SeenMember& member : *pool) {
            members.append(Json{{u"server"_s, member.server},
                                {u"healthy"_s, member.healthy},
                                {u"sessions"_s, member.sessions}});
        }
        pools[pool.key()] = members;
    }
    return {{u"state"_s, balancer.state}, {u"active"_s, balancer.active}, {u"pools"_s, pools}};
}

SeenBalancer balancerFrom(const Json& json)
{
    SeenBalancer balancer;
    balancer.state = json[u"state"_s].toString();
    balancer.active = json[u"active"_s].toString();
    const Json pools = json[u"pools"_s].toObject();
    for (auto pool = pools.begin(); pool != pools.end(); ++pool) {
        QList<SeenMember>& members = balancer.pools[pool.key()];
        for (const QJsonValue& value : pool.value().toArray()) {
            SeenMember member;
            member.server = value[u"server"_s].toString();
            member.healthy = value[u"healthy"_s].toBool();
            member.sessions = value[u"sessions"_s].toInt();
            members.append(member);
        }
    }
    return balancer;
}

}  // namespace

Json toJson(const Generation& generation)
{
    return {{u"environment"_s, generation.environment},
            {u"number"_s, generation.number},
            {u"release"_s, generation.release},
            {u"commit"_s, generation.commit},
            {u"image"_s, generation.image},
            {u"state"_s, generation.state},
            {u"pool"_s, generation.pool},
            {u"servers"_s, QJsonArray::fromStringList(generation.servers)},
            {u"operation"_s, generation.operation},
            {u"created"_s, toIso(generation.created)},
            {u"since"_s, toIso(generation.since)}};
}

Generation generationFromJson(const Json& json)
{
    Generation generation;
    generation.environment = json[u"environment"_s].toString();
    generation.number = json[u"number"_s].toInt();
    generation.release = json[u"release"_s].toString();
    generation.commit = json[u"commit"_s].toString();
    generation.image = json[u"image"_s].toString();
    generation.state = json[u"state"_s].toString();
    generation.pool = json[u"pool"_s].toString();
    generation.servers = textsFromJson(json[u"servers"_s]);
    generation.operation = json[u"operation"_s].toString();
    generation.created = fromIso(json[u"created"_s].toString());
    generation.since = fromIso(json[u"since"_s].toString());
    return generation;
}

const Generation* World::generation(int number) const
{
    const auto found =
        std::find_if(generations.begin(), generations.end(),
                     [number](const Generation& one) { return one.number == number; });
    return found == generations.end() ? nullptr : &*found;
}

const Generation* World::active() const
{
    const auto found = std::find_if(generations.begin(), generations.end(),
                                    [](const Generation& one) { return one.state == "active"_L1; });
    return found == generations.end() ? nullptr : &*found;
}

QList<Generation> World::inState(const QString& state) const
{
    QList<Generation> found;
    std::copy_if(generations.begin(), generations.end(), std::back_inserter(found),
                 [&](const Generation& one) { return one.state == state; });
    return found;
}

bool World::poolHolds(const QString& pool, const QStringList& names) const
{
    QStringList members;
    for (const SeenMember& member : balancer.pools.value(pool)) {
        members.append(member.server);
    }
    QStringList wanted = names;
    members.sort();
    wanted.sort();
    return members == wanted;
}

bool World::poolHealthy(const QString& pool) const
{
    const QList<SeenMember> members = balancer.pools.value(pool);
    return !members.isEmpty() &&
           std::all_of(members.begin(), members.end(),
                       [](const SeenMember& member) { return member.healthy; });
}

Json World::toJson() const
{
    QJsonArray all;
    for (const Generation& generation : generations) {
        all.append(deploy::toJson(generation));
    }
    Json seen;
    for (auto server = servers.begin(); server != servers.end(); ++server) {
        seen[server.key()] = Json{{u"state"_s, server->state},
                                  {u"tag"_s, server->tag},
                                  {u"generation"_s, server->generation}};
    }
    return {{u"generations"_s, all},
            {u"servers"_s, seen},
            {u"balancer"_s, balancerJson(balancer)},
            {u"images"_s, QJsonArray::fromStringList(images)},
            {u"own"_s, own},
            {u"next"_s, next},
            {u"free_pool"_s, freePool},
            {u"others"_s, QJsonArray::fromStringList(others)}};
}

World World::fromJson(const Json& json)
{
    World world;
    for (const QJsonValue& value : json[u"generations"_s].toArray()) {
        world.generations.append(generationFromJson(value.toObject()));
    }
    const Json seen = json[u"servers"_s].toObject();
    for (auto server = seen.begin(); server != seen.end(); ++server) {
        SeenServer& one = world.servers[server.key()];
        one.state = server.value()[u"state"_s].toString();
        one.tag = server.value()[u"tag"_s].toString();
        one.generation = server.value()[u"generation"_s].toInt();
    }
    world.balancer = balancerFrom(json[u"balancer"_s].toObject());
    world.images = textsFromJson(json[u"images"_s]);
    world.own = json[u"own"_s].toInt();
    world.next = json[u"next"_s].toInt();
    world.freePool = json[u"free_pool"_s].toString();
    world.others = textsFromJson(json[u"others"_s]);
    return world;
}

}  // namespace analemma::deploy
