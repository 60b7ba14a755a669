#pragma once

#include "core/base/clock.h"
#include "core/base/task.h"

#include <QList>
#include <QString>

#include <optional>

/// What a balancer counts, whoever runs it. Percentiles are none of it: a balancer such as HAProxy
/// keeps averages only; those of our own looks are in CheckView.
namespace analemma::monitor {

/// Counters of a front end, a pool or a member.
struct TrafficCounters {
    QString pool;          ///< empty: of the whole balancer
    QString member;        ///< empty: of the whole pool
    bool healthy = true;   ///< of a member
    qint64 requests = 0;   ///< since the balancer's start, as are errors
    qint64 errors = 0;     ///< 5xx answers
    int sessions = 0;      ///< now
    int queue = 0;         ///< requests that wait for a server now
    double response = 0;   ///< milliseconds, the balancer's own average, as are the others
    double queueTime = 0;  ///< in the queue
    double totalTime = 0;  ///< of whole sessions
};

struct BalancerCounters {
    QString state;   ///< "running", "stopped", "none"
    QString active;  ///< the pool that gets the requests
    TrafficCounters all;
    QList<TrafficCounters> parts;  ///< pools and members
};

/// Where counters come from.
class BalancerSource {
public:
    virtual ~BalancerSource() = default;
    /// Errors as the provider has them.
    virtual Task<Result<BalancerCounters>> read(QString environment, CancelToken cancel) = 0;
};

/// From one reading to the next.
struct TrafficRates {
    QString pool;
    QString member;
    bool healthy = true;
    std::optional<double> requests;  ///< a second; nothing after a restart of the balancer
    std::optional<double> errors;    ///< a second
    int sessions = 0;
    int queue = 0;
    double response = 0;
    double queueTime = 0;
    double totalTime = 0;
};

/// Counters as rates over `interval`. `before` may be null. Counters that began anew, and an
/// interval that is no time at all or longer than a minute, give none. Pure.
TrafficRates trafficRates(const TrafficCounters* before, const TrafficCounters& now,
                          milliseconds interval);

/// Why an environment is not served; empty when it is. Pure.
QString balancerProblem(const BalancerCounters& counters);

}  // namespace analemma::monitor
