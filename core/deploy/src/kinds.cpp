#include "core/deploy/src/kinds.h"

#include "core/deploy/src/bake_plan.h"
#include "core/deploy/src/deploy_plan.h"
#include "core/deploy/src/observe.h"
#include "core/deploy/src/rollback_plan.h"

using namespace Qt::StringLiterals;

namespace analemma::deploy {
namespace {

using PlanFunction = engine::Plan (*)(const Json&, const engine::Observed&);

Task<Result<Json>> environmentJson(BodyPtr body, Json wanted, QString operation)
{
    const workspace::Environment environment =
        environmentFromJson(wanted[u"environment"_s].toObject());
    Result<World> world = co_await observeEnvironment(body, environment, operation);
    if (!world) {
        co_return world.error();
    }
    co_return world->toJson();
}

engine::Kind environmentKind(const BodyPtr& body, const QString& name, PlanFunction plan)
{
    engine::Kind kind;
    kind.name = name;
    kind.observe = [body](Json wanted, QString operation) {
        return environmentJson(body, std::move(wanted), std::move(operation));
    };
    kind.plan = plan;
    kind.act = [body](engine::Call call) { return actOnEnvironment(body, std::move(call)); };
    return kind;
}

}  // namespace

void addKinds(const BodyPtr& body)
{
    body->engine->add(environmentKind(body, u"deploy"_s, planDeploy));
    for (const auto& [name, plan] : {std::pair(u"rollback"_s, PlanFunction(planRollback)),
                                     std::pair(u"restore"_s, PlanFunction(planRestore))}) {
        engine::Kind back = environmentKind(body, name, plan);
        back.mayUseReserve = true;  // production is not left broken for want of disk space
        body->engine->add(std::move(back));
    }

    engine::Kind bake;
    bake.name = u"bake"_s;
    bake.observe = [body](const Json& wanted, const QString&) {
        return observeBake(body, wanted[u"provider"_s].toString());
    };
    bake.plan = planBake;
    bake.act = [body](engine::Call call) { return actOnBake(body, std::move(call)); };
    body->engine->add(std::move(bake));

    engine::Kind down;
    down.name = u"down"_s;
    down.observe = [body](const Json&, const QString& operation) {
        return observeAll(body, operation);
    };
    down.plan = planDown;
    down.mayUseReserve = true;  // it frees space
    down.act = [body](engine::Call call) { return actOnDown(body, std::move(call)); };
    body->engine->add(std::move(down));
}

}  // namespace analemma::deploy
