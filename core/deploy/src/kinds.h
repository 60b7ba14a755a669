#pragma once

#include "core/deploy/src/body.h"

namespace analemma::deploy {

/// Registers bake, deploy, rollback, restore and down with the engine.
void addKinds(const BodyPtr& body);

// ---- the code of the verbs; see actions.h -------------------------------------------------------

Task<Result<Json>> actOnEnvironment(BodyPtr body, engine::Call call);  // server_acts.cpp
Task<Result<Json>> actOnBake(BodyPtr body, engine::Call call);         // bake_acts.cpp
Task<Result<Json>> actOnDown(BodyPtr body, engine::Call call);         // down_acts.cpp

/// Bakes an image in an operation of its own and waits for it.
Task<Result<Json>> bakeNested(BodyPtr body, engine::Call call);
/// The request for an image of a release. NotFound, Invalid when the release lacks what the recipe
/// needs.
/// The release of a recipe's repository; `name` is a version, or "repository/version". Invalid when
/// it is one of another repository, NotFound.
Task<Result<release::Release>> releaseFor(BodyPtr body, QString recipe, QString name);
Task<Result<engine::Request>> bakeRequest(BodyPtr body, QString recipe, QString version);

/// createServer and destroyServer, the same for builders and members.
Task<Result<Json>> createServer(BodyPtr body, engine::Call call, infra::ServerSpec spec,
                                QString provider);
Task<Result<Json>> destroyServer(BodyPtr body, QString server, QString provider);

}  // namespace analemma::deploy
