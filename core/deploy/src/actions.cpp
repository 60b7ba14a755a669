#include "core/deploy/src/actions.h"

#include <QJsonArray>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace analemma::deploy::actions {
namespace {

using engine::Recovery;

const QString free = u"free"_s;

Action make(const QString& key, const QString& verb, const QString& title, const QString& call,
            const QString& wayBack, const QStringList& needs,
            Recovery recovery = Recovery::Idempotent)
{
    Action action;
    action.key = key;
    action.verb = verb;
    action.needs = needs;
    action.says.title = title;
    action.says.call = call;
    action.says.cost = free;
    action.says.wayBack = wayBack;
    action.recovery = recovery;
    return action;
}

Json names(const QStringList& servers)
{
    return {{u"servers"_s, QJsonArray::fromStringList(servers)}};
}

}  // namespace

Action bakeImage(const QString& image, const QString& recipe, const QString& release)
{
    Action action = make(u"bake/"_s + image, u"image.bake"_s, u"Bake image %1"_s.arg(image),
                         u"start a server, put release %1 on it, keep its disk"_s.arg(release),
                         u"delete the image"_s, {});
    action.args = {{u"image"_s, image}, {u"recipe"_s, recipe}, {u"release"_s, release}};
    return action;
}

Action reserve(const QString& environment, int number, const QString& pool,
               const QStringList& servers)
{
    Action action =
        make(u"reserve"_s, u"generation.reserve"_s,
             u"Reserve generation %1 of %2"_s.arg(number).arg(environment),
             u"write generation %1: pool %2, %3"_s.arg(number).arg(pool, servers.join(u", "_s)),
             u"close the generation"_s, {});
    action.args = names(servers);
    action.args[u"number"_s] = number;
    action.args[u"pool"_s] = pool;
    return action;
}

Action createServer(const QString& server, const QString& image, int generation,
                    const QStringList& needs)
{
    Action action =
        make(u"server/"_s + server, u"server.create"_s, u"Start server %1"_s.arg(server),
             u"copy image %1, start it, wait for SSH with its pinned key"_s.arg(
                 image.isEmpty() ? u"base"_s : image),
             u"stop and remove the server"_s, needs);
    action.args = {{u"server"_s, server}, {u"image"_s, image}, {u"generation"_s, generation}};
    return action;
}

Action checkServer(const QString& server, const workspace::Environment& environment,
                   const QStringList& needs)
{
    Action action =
        make(u"healthy/"_s + server, u"server.healthy"_s, u"Check %1"_s.arg(server),
             u"GET http://%1:%2%3 until %4 good answers in a row, at most %5"_s.arg(
                 server, QString::number(environment.port), environment.health.path,
                 QString::number(environment.health.rise), durationText(environment.health.within)),
             u"nothing to take back"_s, needs);
    action.args = {{u"server"_s, server}};
    return action;
}

Action startServer(const QString& server)
{
    Action action = make(u"start/"_s + server, u"server.start"_s, u"Start %1 again"_s.arg(server),
                         u"start the stopped server with its address, keys and files"_s,
                         u"stop the server"_s, {});
    action.args = {{u"server"_s, server}};
    return action;
}

Action destroyServer(const QString& server, const QString& key, const QStringList& needs)
{
    Action action =
        make(key, u"server.destroy"_s, u"Remove server %1"_s.arg(server),
             u"end its processes, remove its files, free its address"_s, QString(), needs);
    action.args = {{u"server"_s, server}};
    return action;
}

Action ensureBalancer(const workspace::Environment& environment)
{
    return make(u"balancer"_s, u"balancer.ensure"_s,
                u"Have the load balancer of %1 running"_s.arg(environment.name),
                u"haproxy with %1 pools on port %2"_s.arg(environment.warm + 2)
                    .arg(environment.balancer.port),
                u"stop the load balancer"_s, {});
}

Action setPool(const workspace::Environment& environment, const QString& pool,
               const QStringList& servers, const QString& key, const QStringList& needs)
{
    const QString title = servers.isEmpty()
                              ? u"Empty pool %1"_s.arg(pool)
                              : u"Put %1 servers into pool %2"_s.arg(servers.size()).arg(pool);
    Action action =
        make(key, u"pool.set"_s, title,
             u"haproxy of %1: pool %2 = %3"_s.arg(
                 environment.name, pool, servers.isEmpty() ? u"nothing"_s : servers.join(u", "_s)),
             u"empty the pool"_s, needs);
    action.args = names(servers);
    action.args[u"pool"_s] = pool;
    return action;
}

Action awaitPool(const workspace::Environment& environment, const QString& pool,
                 const QStringList& needs)
{
    Action action = make(u"ready/"_s + pool, u"pool.ready"_s,
                         u"Wait until the load balancer sees all of pool %1 healthy"_s.arg(pool),
                         u"show stat until every member of %1 is L7OK, at most %2"_s.arg(
                             pool, durationText(environment.health.within)),
                         u"nothing to take back"_s, needs);
    action.args = {{u"pool"_s, pool}};
    return action;
}

Action switchTo(const workspace::Environment& environment, const QString& pool,
                const QString& title, const QString& key, const QStringList& needs)
{
    Action action = make(key, u"balancer.switch"_s, title,
                         u"haproxy of %1: set map active %2"_s.arg(environment.name, pool),
                         u"switch back with the same command"_s, needs);
    action.args = {{u"pool"_s, pool}};
    return action;
}

Action activate(const QString& environment, int number, int before, const QString& beforeState,
                const QString& key, const QStringList& needs)
{
    const QString title = number > 0 ? u"Record generation %1 as active"_s.arg(number)
                                     : u"Record that nothing is active"_s;
    Action action = make(key, u"generation.activate"_s, title,
                         u"write the generations of %1"_s.arg(environment),
                         u"record the one before as active"_s, needs);
    action.args = {{u"number"_s, number}, {u"before"_s, before}, {u"before_state"_s, beforeState}};
    return action;
}

Action watch(const workspace::Environment& environment, int number, const QString& pool,
             const QStringList& servers, const QStringList& needs)
{
    Action action = make(
        u"watch"_s, u"generation.watch"_s,
        u"Watch generation %1 for %2"_s.arg(number).arg(durationText(environment.health.watch)),
        u"%1 bad checks in a row of any server switch back"_s.arg(environment.health.fall),
        u"nothing to take back"_s, needs);
    action.args = names(servers);
    action.args[u"pool"_s] = pool;
    return action;
}

Action drain(const workspace::Environment& environment, const QString& pool, int number,
             const QStringList& needs)
{
    Action action = make(u"drain/"_s + pool, u"pool.drain"_s,
                         u"Let generation %1 finish its requests"_s.arg(number),
                         u"wait until pool %1 serves nothing, at most %2"_s.arg(
                             pool, durationText(environment.drain)),
                         u"nothing to take back"_s, needs);
    action.args = {{u"pool"_s, pool}};
    return action;
}

Action close(const QString& environment, int number, const QString& state, const QString& key,
             const QStringList& needs)
{
    Action action =
        make(key, u"generation.close"_s, u"Record generation %1 as %2"_s.arg(number).arg(state),
             u"write generation %1 of %2"_s.arg(number).arg(environment), QString(), needs);
    action.args = {{u"number"_s, number}, {u"state"_s, state}};
    return action;
}

QList<Action> dismantle(const workspace::Environment& environment, const World& world,
                        const Generation& generation, const QString& state,
                        const QStringList& needs)
{
    QList<Action> list;
    QStringList before = needs;
    const QString prefix = u"reap/%1/"_s.arg(generation.number);
    // The pool may be another generation's by now: only our own servers are taken out of it.
    const auto members = world.balancer.pools.value(generation.pool);
    const bool inPool =
        environment.balancer.wanted &&
        std::any_of(members.begin(), members.end(), [&generation](const auto& member) {
            return generation.servers.contains(member.server);
        });
    if (inPool && world.balancer.state == "running"_L1) {
        list.append(setPool(environment, generation.pool, {}, prefix + u"pool"_s, needs));
        before = {prefix + u"pool"_s};
    }
    QStringList last = before;
    for (const QString& server : generation.servers) {
        if (world.servers.contains(server)) {
            list.append(destroyServer(server, prefix + server, before));
            last.append(prefix + server);
        }
    }
    if (generation.state != state) {
        list.append(close(environment.name, generation.number, state, prefix + u"record"_s, last));
    }
    return list;
}

}  // namespace analemma::deploy::actions
