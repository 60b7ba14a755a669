#include "core/monitor/src/samplerstates.h"

#include <algorithm>
#include <array>

using namespace Qt::StringLiterals;

namespace analemma::monitor {
namespace {

using State = SamplerState;
using Event = SamplerEvent;
using Act = SamplerAct;

constexpr std::array steps{
    SamplerStep{State::Stopped, Event::Start, State::Connecting, Act::Connect},
    SamplerStep{State::Connecting, Event::Connected, State::Probing, Act::Probe},
    SamplerStep{State::Connecting, Event::Failed, State::Lost, Act::Retry},
    SamplerStep{State::Connecting, Event::Denied, State::Refused, Act::Close},
    SamplerStep{State::Probing, Event::Ready, State::Sampling, Act::Schedule},
    SamplerStep{State::Probing, Event::NoShell, State::Opening, Act::OpenFiles},
    SamplerStep{State::Probing, Event::Broken, State::Lost, Act::Retry},
    SamplerStep{State::Opening, Event::Ready, State::Sampling, Act::Schedule},
    SamplerStep{State::Opening, Event::NoSource, State::Refused, Act::Close},
    SamplerStep{State::Opening, Event::Broken, State::Lost, Act::Retry},
    SamplerStep{State::Sampling, Event::Answered, State::Sampling, Act::Schedule},
    SamplerStep{State::Sampling, Event::Late, State::Slow, Act::Wait},
    SamplerStep{State::Sampling, Event::Broken, State::Lost, Act::Retry},
    SamplerStep{State::Slow, Event::Answered, State::Sampling, Act::Schedule},
    SamplerStep{State::Slow, Event::Silent, State::Lost, Act::Retry},
    SamplerStep{State::Slow, Event::Broken, State::Lost, Act::Retry},
    SamplerStep{State::Lost, Event::RetryDue, State::Connecting, Act::Connect},
    SamplerStep{State::Lost, Event::Start, State::Connecting, Act::Connect},
    SamplerStep{State::Refused, Event::Start, State::Connecting, Act::Connect},
};

}  // namespace

std::span<const SamplerStep> samplerSteps()
{
    return steps;
}

SamplerStep samplerStep(SamplerState from, SamplerEvent event)
{
    if (event == Event::Stop) {
        return {from, event, State::Stopped, from == State::Stopped ? Act::Nothing : Act::Close};
    }
    const auto found = std::find_if(steps.begin(), steps.end(), [&](const SamplerStep& step) {
        return step.from == from && step.event == event;
    });
    return found == steps.end() ? SamplerStep{from, event, from, Act::Nothing} : *found;
}

QString toString(SamplerState state)
{
    switch (state) {
        case State::Stopped:
            return u"stopped"_s;
        case State::Connecting:
            return u"connecting"_s;
        case State::Probing:
            return u"probing"_s;
        case State::Opening:
            return u"opening files"_s;
        case State::Sampling:
            return u"sampling"_s;
        case State::Slow:
            return u"slow"_s;
        case State::Lost:
            return u"lost"_s;
        case State::Refused:
            return u"refused"_s;
    }
    return {};
}

}  // namespace analemma::monitor
