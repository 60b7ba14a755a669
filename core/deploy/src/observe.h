#pragma once

#include "core/deploy/src/body.h"

/// Asking the world for the plans. Nothing here changes anything.
namespace analemma::deploy {

/// One environment for the operation `operation` (empty: for nobody in particular).
Task<Result<World>> observeEnvironment(BodyPtr body, workspace::Environment environment,
                                       QString operation);

/// Images and builders of a provider, as BakeWorld.
Task<Result<Json>> observeBake(BodyPtr body, QString provider);

/// Everything that runs, for "down": balancers, servers, images, strays, others, open.
Task<Result<Json>> observeAll(BodyPtr body, QString operation);

}  // namespace analemma::deploy
