#include "core/monitor/balancers.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace analemma::monitor {
namespace {

constexpr milliseconds longestBetweenCounters{60'000};

std::optional<double> perSecond(qint64 before, qint64 now, milliseconds interval)
{
    if (now < before || before < 0) {
        return std::nullopt;
    }
    return double(now - before) * 1000 / double(interval.count());
}

}  // namespace

TrafficRates trafficRates(const TrafficCounters* before, const TrafficCounters& now,
                          milliseconds interval)
{
    TrafficRates rates;
    rates.pool = now.pool;
    rates.member = now.member;
    rates.healthy = now.healthy;
    rates.sessions = now.sessions;
    rates.queue = now.queue;
    rates.response = now.response;
    rates.queueTime = now.queueTime;
    rates.totalTime = now.totalTime;
    // Where one of both counters began anew the other did as well, even if it is larger by now.
    if (before != nullptr && interval.count() > 0 && interval <= longestBetweenCounters) {
        rates.requests = perSecond(before->requests, now.requests, interval);
        rates.errors = perSecond(before->errors, now.errors, interval);
        if (!rates.requests || !rates.errors) {
            rates.requests.reset();
            rates.errors.reset();
        }
    }
    return rates;
}

QString balancerProblem(const BalancerCounters& counters)
{
    if (counters.state == u"none") {
        return u"It has no balancer yet: nothing was deployed."_s;
    }
    if (counters.state != u"running") {
        return u"Its balancer does not run."_s;
    }
    if (counters.active.isEmpty()) {
        return u"Its balancer has no active pool: nobody answers."_s;
    }
    const bool served = std::any_of(
        counters.parts.begin(), counters.parts.end(), [&counters](const TrafficCounters& part) {
            return part.pool == counters.active && !part.member.isEmpty() && part.healthy;
        });
    return served ? QString()
                  : u"No member of its active pool %1 is healthy."_s.arg(counters.active);
}

}  // namespace analemma::monitor
