#pragma once

#include "core/monitor/sampler.h"

namespace analemma::monitor {

/// When the next question is due after the last one was asked: longer where the server is busy or
/// answers late, up to Options::slowest (watched: Options::background). Pure.
milliseconds nextInterval(const Sampler::Options& options, Pace pace, milliseconds latency,
                          double loadPerCore);

}  // namespace analemma::monitor
