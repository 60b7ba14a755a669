#pragma once

#include "core/lifecycle/lifecycle.h"
#include "core/monitor/sampler.h"

namespace analemma::ui {

/// A sampler's state as people read it.
struct SamplerWord {
    lifecycle::Mark mark = lifecycle::Mark::None;
    QString text;
};
SamplerWord wordOf(monitor::SamplerState state);

}  // namespace analemma::ui
