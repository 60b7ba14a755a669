#pragma once

#include "core/deploy/src/wanted.h"
#include "core/deploy/src/world.h"
#include "core/engine/engine.h"

namespace analemma::deploy {

/// The plan of kind "rollback" to a warm generation: one switch, then the record. Nothing is torn
/// down, so that rolling forward again is the same. Pure.
engine::Plan planRollback(const Json& wanted, const engine::Observed& observed);

/// The plan of kind "restore": what should run by the records and is stopped is started again.
/// Pure.
engine::Plan planRestore(const Json& wanted, const engine::Observed& observed);

}  // namespace analemma::deploy
