#pragma once

#include "core/monitor/metrics.h"
#include "core/monitor/sample.h"

#include <optional>
#include <vector>

/// From readings to figures.
namespace analemma::monitor {

/// What lies between a reading and the one before it.
enum class Continuity {
    First,      ///< there is none before: no rates yet
    Steady,     ///< rates are true
    Gap,        ///< nothing was heard for too long, or the server slept: an average over it would
                ///< lie about every moment of it, so there are no rates
    Restarted,  ///< the server booted in between: counters began anew
};
QString toString(Continuity continuity);

struct Figures {
    Continuity continuity = Continuity::First;
    milliseconds interval{0};  ///< by the server's own monotonic clock
    /// The server's clock was set by so many seconds in between; not how far it is off.
    qint64 clockJumpSeconds = 0;
    std::vector<Point> points;
    [[nodiscard]] std::optional<double> value(Metric metric, QByteArrayView label = {}) const;
};

/// A reading further than this from the one before gives no rates.
constexpr milliseconds kLongestInterval{60'000};

/// What `now` says that `before` did not: gauges of each group that was read anew, and rates where
/// both have it. Counters of 32 bits that wrapped go on; counters that began anew (a disk or an
/// interface that was plugged in again) give no rate once. The points take the memory of `room`.
/// Pure.
Figures figures(const Sample* before, const Sample& now,
                milliseconds longestInterval = kLongestInterval, std::vector<Point> room = {});

/// How far a counter came; nothing when it began anew. One that came down from the last quarter of
/// 32 bits by a wrap goes on.
std::optional<quint64> advance(quint64 before, quint64 now);

/// A process with what it did between two readings.
struct ProcessLoad {
    Process process;
    std::optional<double> cpuPercent;  ///< of one core; nothing when it is new
    quint64 residentBytes = 0;
};
/// Those of `now`, the busiest first, then the largest. `before` may have been any time earlier.
std::vector<ProcessLoad> processLoads(const Sample* before, const Sample& now, quint64 pageBytes);

}  // namespace analemma::monitor
