#pragma once

#include "core/engine/engine.h"

/// The plan of a run: one action a job, one that ends what a dead program left behind for each job
/// whose end nobody saw, and a last one that writes the totals.
namespace analemma::pipeline {

/// Verbs of the kind "pipeline".
struct Verbs {
    static const QString job;
    static const QString sweep;
    static const QString finish;
};

/// Pure. `observed.world` holds `jobs`: the state of each as the run's record has it.
engine::Plan planRun(const Json& wanted, const engine::Observed& observed);

}  // namespace analemma::pipeline
