#pragma once

#include "core/monitor/src/engineseat.h"

namespace analemma::monitor {

/// What a Sampler knows: the last that its engine told.
struct Sampler::Body {
    Body(QString name, Connect connect, SamplerOptions given);
    /// What the engine told; on the Sampler's thread, which may be gone afterwards.
    void take(const EngineEvent& event);

    Sampler* q = nullptr;
    const QString server;
    const Connect connecting;
    const SamplerOptions options;
    SamplerNews news;
    std::shared_ptr<const Sample> sample;
    std::unique_ptr<EngineSeat> seat;

private:
    void connectNow(const CancelToken& token);
};

}  // namespace analemma::monitor
