#pragma once

#include "core/monitor/src/chunk.h"

#include <limits>

/// What is kept of points that are no longer kept themselves: for each minute or hour how many
/// there were, the least, the greatest, their sum and the last, and in which runs they came, so
/// that a gap stays one. Pure; any thread.
namespace analemma::monitor {

constexpr qint64 kMinute = 60'000;
constexpr qint64 kHour = 60 * kMinute;
constexpr qint64 kDay = 24 * kHour;

struct Bucket {
    qint64 start = 0;
    qint64 count = 0;
    double min = std::numeric_limits<double>::infinity();
    double max = -std::numeric_limits<double>::infinity();
    double sum = 0;
    double last = 0;

    void add(double value)
    {
        ++count;
        min = value < min ? value : min;
        max = value > max ? value : max;
        sum += value;
        last = value;
    }
    void add(const Bucket& later);
};

struct Rollup {
    std::vector<Run> runs;  ///< none of them crosses an hour
    std::vector<Bucket> buckets;
};

/// The minutes of points of one hour, of rising time.
Rollup rollPoints(std::span<const TimedValue> points);
/// Puts an hour, given by its minutes, into the rollup of its day, in place of what it held of that
/// hour.
void rollHour(const Rollup& minutes, Rollup& day);

Bytes packRollup(const Rollup& rollup, qint64 width);
/// False when the bytes are damaged. `width` of a bucket: kMinute or kHour.
bool unpackRollup(const std::uint8_t* data, std::size_t size, qint64 width, Rollup& rollup);

}  // namespace analemma::monitor
