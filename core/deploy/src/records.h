#pragma once

#include "core/deploy/src/body.h"

/// Generations as documents of the store: kind "generation", scope = environment.
namespace analemma::deploy {

/// All generations of an environment, newest first.
Task<Result<QList<Generation>>> readGenerations(BodyPtr body, QString environment);

/// Writes the generation that an operation makes; the same again when it is there already.
Task<Result<Generation>> reserveGeneration(BodyPtr body, Generation wanted);

/// Generation `number` becomes active (0: none), `before` gets `beforeState`, in one transaction.
Task<Result<void>> activateGeneration(BodyPtr body, QString environment, int number, int before,
                                      QString beforeState);

Task<Result<void>> closeGeneration(BodyPtr body, QString environment, int number, QString state);

/// The first of the environment's pools that no live generation uses; empty when there is none.
QString freePool(const workspace::Environment& environment, const QList<Generation>& generations);

}  // namespace analemma::deploy
