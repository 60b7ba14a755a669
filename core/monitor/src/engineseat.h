#pragma once

#include "core/monitor/src/samplerengine.h"

namespace analemma::monitor {

/// Where the engine of a Sampler runs. For the thread of the Sampler; the engine goes with it.
class EngineSeat {
public:
    using Order = std::function<void(SamplerEngine&)>;

    EngineSeat() = default;
    virtual ~EngineSeat() = default;
    EngineSeat(const EngineSeat&) = delete;
    EngineSeat& operator=(const EngineSeat&) = delete;

    /// Gives an order, on the engine's thread; in the order in which they were given.
    virtual void give(Order order) = 0;
};

}  // namespace analemma::monitor
