#include "core/deploy/src/rollback_plan.h"

#include "core/deploy/src/actions.h"
#include "core/deploy/src/deploy_plan.h"

using namespace Qt::StringLiterals;

namespace analemma::deploy {
namespace {

using engine::Observed;
using engine::Outcome;
using engine::Plan;

Json resultOf(const WantedRollback& wanted, const Observed& observed)
{
    Json result{{u"environment"_s, wanted.environment.name},
                {u"from"_s, wanted.from},
                {u"to"_s, wanted.to},
                {u"release"_s, wanted.release}};
    const auto switched = observed.journal.find(u"switch"_s);
    if (switched != observed.journal.end()) {
        result[u"switch_ms"_s] = switched->result[u"switch_ms"_s];
        result[u"switched_at"_s] = switched->result[u"switched_at"_s];
    }
    return result;
}

QStringList stoppedServers(const World& world, const Generation& generation)
{
    QStringList stopped;
    for (const QString& server : generation.servers) {
        const auto seen = world.servers.find(server);
        if (seen != world.servers.end() && seen->state != "running"_L1) {
            stopped.append(server);
        }
    }
    return stopped;
}

/// The chain that brings a warm generation whose servers or pool suffered back to health.
QList<engine::Action> planMend(const workspace::Environment& environment, const World& world,
                               const Generation& target)
{
    QList<engine::Action> list;
    QStringList needs;
    for (const QString& server : stoppedServers(world, target)) {
        list.append(actions::startServer(server));
        needs.append(list.last().key);
    }
    if (!environment.balancer.wanted) {
        return list;
    }
    if (world.balancer.state != "running"_L1) {
        list.append(actions::ensureBalancer(environment));
        needs.append(list.last().key);
    }
    if (!world.poolHolds(target.pool, target.servers)) {
        list.append(actions::setPool(environment, target.pool, target.servers,
                                     u"pool/"_s + target.pool, needs));
        needs = {list.last().key};
    }
    if (!list.isEmpty() || !world.poolHealthy(target.pool)) {
        list.append(actions::awaitPool(environment, target.pool, needs));
    }
    return list;
}

bool isSwitched(const WantedRollback& wanted, const World& world, const Generation& target)
{
    if (!wanted.environment.balancer.wanted) {
        return target.state == "active"_L1;
    }
    return world.balancer.state == "running"_L1 && world.balancer.active == target.pool;
}

}  // namespace

Plan planRollback(const Json& wantedJson, const Observed& observed)
{
    const WantedRollback wanted = WantedRollback::fromJson(wantedJson);
    const World world = World::fromJson(observed.world);
    const Generation* target = world.generation(wanted.to);
    if (target == nullptr) {
        return Plan::done(
            Outcome::Failed,
            u"Generation %1 of %2 is not known."_s.arg(wanted.to).arg(wanted.environment.name));
    }
    const bool switched = isSwitched(wanted, world, *target);
    const bool recorded = target->state == "active"_L1;
    if (!switched && observed.cancelling) {
        return Plan::done(Outcome::Cancelled,
                          u"Cancelled; %1 is as it was."_s.arg(wanted.environment.name));
    }
    if (!switched && !failureOf(observed).isEmpty()) {
        return Plan::done(
            Outcome::Failed,
            u"%1; %2 is as it was."_s.arg(failureOf(observed), wanted.environment.name),
            resultOf(wanted, observed));
    }
    Plan plan;
    QStringList needs;
    if (!switched) {
        plan.actions = planMend(wanted.environment, world, *target);
        for (const engine::Action& action : plan.actions) {
            needs.append(action.key);
        }
        if (wanted.environment.balancer.wanted) {
            plan.actions.append(actions::switchTo(
                wanted.environment, target->pool,
                u"Send all requests to generation %1"_s.arg(wanted.to), u"switch"_s, needs));
            needs = {u"switch"_s};
        }
    }
    if (!recorded) {
        plan.actions.append(actions::activate(wanted.environment.name, wanted.to, wanted.from,
                                              u"warm"_s, u"record"_s, needs));
    }
    if (plan.actions.isEmpty()) {
        return Plan::done(Outcome::Ok,
                          u"%1 serves release %2 (generation %3) again."_s.arg(
                              wanted.environment.name, wanted.release, QString::number(wanted.to)),
                          resultOf(wanted, observed));
    }
    return plan;
}

Plan planRestore(const Json& wantedJson, const Observed& observed)
{
    const workspace::Environment environment =
        environmentFromJson(wantedJson[u"environment"_s].toObject());
    const World world = World::fromJson(observed.world);
    if (observed.cancelling) {
        return Plan::done(Outcome::Cancelled, u"Cancelled; what was started already runs on."_s);
    }
    if (const QString failure = failureOf(observed); !failure.isEmpty()) {
        return Plan::done(Outcome::Failed, failure);
    }
    Plan plan;
    QStringList needs;
    bool serves = false;
    for (const QString& state : {u"active"_s, u"warm"_s}) {
        for (const Generation& generation : world.inState(state)) {
            serves = true;
            for (const QString& server : stoppedServers(world, generation)) {
                plan.actions.append(actions::startServer(server));
                needs.append(plan.actions.last().key);
            }
        }
    }
    if (serves && environment.balancer.wanted && world.balancer.state != "running"_L1) {
        plan.actions.append(actions::ensureBalancer(environment));
        plan.actions.last().needs = needs;
    }
    return plan.actions.isEmpty()
               ? Plan::done(Outcome::Ok,
                            u"Everything of %1 that should run runs."_s.arg(environment.name))
               : plan;
}

}  // namespace analemma::deploy
