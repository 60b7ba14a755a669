#pragma once

#include "core/monitor/sampler.h"

#include <span>

namespace analemma::monitor {

/// What happens to a sampler.
enum class SamplerEvent {
    Start,  ///< asked for, for the first time or again
    Stop,
    Connected,
    Failed,    ///< no connection; it may be better later
    Denied,    ///< no connection, and none later unless something changes: credentials, host key
    Ready,     ///< there is something to ask
    NoShell,   ///< no sh, no awk: its files may be had still
    NoSource,  ///< no files either
    Answered,
    Late,    ///< no answer when the next one was due
    Silent,  ///< no answer for as long as one waits
    Broken,  ///< the channel ended, or what came fits nothing
    RetryDue,
};

enum class SamplerAct {
    Nothing,
    Connect,
    Probe,  ///< start the remote program
    OpenFiles,
    Schedule,  ///< the next question
    Wait,      ///< for the answer: no question is queued behind it
    Retry,     ///< drop what there is and connect again later
    Close,
};

struct SamplerStep {
    SamplerState from;
    SamplerEvent event;
    SamplerState to;
    SamplerAct act;
};

/// All that can happen. Stop leads to Stopped from everywhere.
std::span<const SamplerStep> samplerSteps();
/// What follows on an event; one that is not in the table comes too late and changes nothing.
SamplerStep samplerStep(SamplerState from, SamplerEvent event);

}  // namespace analemma::monitor
