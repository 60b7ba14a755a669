#pragma once

#include "core/deploy/src/wanted.h"
#include "core/deploy/src/world.h"
#include "core/engine/engine.h"

namespace analemma::deploy {

/// The plan of kind "deploy": image, generation N+1, health, idle pool, switch, watch, drain, reap.
///
/// Before the switch a failure or a cancel takes the new generation away; production is as it was.
/// After it, until the watch time is over, both switch back first. What serves is told by the
/// balancer, not by the journal. Pure.
engine::Plan planDeploy(const Json& wanted, const engine::Observed& observed);

/// The first error of the newest tries that failed, for the reason of an operation.
QString failureOf(const engine::Observed& observed);

/// Plans what is left over from the warm generations beyond `keep`.
QList<engine::Action> reapBeyond(const workspace::Environment& environment, const World& world,
                                 int keep, const QStringList& needs);

}  // namespace analemma::deploy
