#include "core/monitor/src/rollup.h"

#include <algorithm>
#include <cmath>

namespace analemma::monitor {
namespace {

constexpr std::size_t kMostBuckets = 64;
constexpr std::size_t kMostRuns = 96;
constexpr qint64 kLatest = qint64(1) << 48;

/// A sum of tenths is no tenth, for its rounding errors; the nearest one takes fewer bytes and is
/// nearer to the truth.
double rounded(double sum)
{
    double ten = 1;
    for (int scale = 0; scale < 7; ++scale, ten *= 10) {
        const double whole = std::nearbyint(sum * ten);
        if (std::fabs(whole) > 1e15) {
            break;
        }
        const double near = whole / ten;
        if (std::fabs(near - sum) <= std::fabs(sum) * 1e-13) {
            return near;
        }
    }
    return sum;
}

/// Joins runs over the shortest silences until they are few enough.
void thin(std::vector<Run>& runs)
{
    while (runs.size() > kMostRuns) {
        std::size_t best = 1;
        for (std::size_t i = 2; i < runs.size(); ++i) {
            if (runs[i].from - runs[i - 1].to < runs[best].from - runs[best - 1].to) {
                best = i;
            }
        }
        runs[best - 1].to = runs[best].to;
        runs[best - 1].count += runs[best].count;
        runs.erase(runs.begin() + static_cast<std::ptrdiff_t>(best));
    }
}

template <class T, class Get>
void putIntegers(const std::vector<T>& items, Get get, Bytes& out)
{
    std::vector<std::int64_t> values;
    for (const T& item : items) {
        values.push_back(get(item));
    }
    packIntegers(values.data(), values.size(), out);
}

template <class T, class Set>
bool takeIntegers(ByteReader& in, std::vector<T>& items, Set set)
{
    std::array<std::int64_t, 128> values;
    if (!unpackIntegers(in, items.size(), values.data())) {
        return false;
    }
    for (std::size_t i = 0; i < items.size(); ++i) {
        set(items[i], values[i]);
    }
    return true;
}

constexpr double Bucket::*kFields[] = {&Bucket::min, &Bucket::max, &Bucket::sum, &Bucket::last};

}  // namespace

void Bucket::add(const Bucket& later)
{
    count += later.count;
    min = std::min(min, later.min);
    max = std::max(max, later.max);
    sum += later.sum;
    last = later.last;
}

Rollup rollPoints(std::span<const TimedValue> points)
{
    Rollup rollup;
    for (const std::span<const TimedValue> run : runsOf(points)) {
        rollup.runs.push_back({run.front().time, run.back().time, static_cast<qint64>(run.size())});
        for (const TimedValue& point : run) {
            const qint64 start = point.time - point.time % kMinute;
            if (rollup.buckets.empty() || rollup.buckets.back().start != start) {
                rollup.buckets.emplace_back().start = start;
            }
            rollup.buckets.back().add(point.value);
        }
    }
    thin(rollup.runs);
    for (Bucket& bucket : rollup.buckets) {
        bucket.sum = rounded(bucket.sum);
    }
    return rollup;
}

void rollHour(const Rollup& minutes, Rollup& day)
{
    if (minutes.buckets.empty()) {
        return;
    }
    const qint64 start = minutes.buckets.front().start - minutes.buckets.front().start % kHour;
    const qint64 end = start + kHour;
    Bucket hour;
    for (const Bucket& minute : minutes.buckets) {
        hour.add(minute);
    }
    hour.start = start;
    hour.sum = rounded(hour.sum);
    std::erase_if(day.buckets, [&](const Bucket& b) { return b.start == start; });
    std::erase_if(day.runs, [&](const Run& r) { return r.from >= start && r.from < end; });
    day.buckets.push_back(hour);
    day.runs.insert(day.runs.end(), minutes.runs.begin(), minutes.runs.end());
    std::sort(day.buckets.begin(), day.buckets.end(),
              [](const Bucket& a, const Bucket& b) { return a.start < b.start; });
    std::sort(day.runs.begin(), day.runs.end(),
              [](const Run& a, const Run& b) { return a.from < b.from; });
    thin(day.runs);
}

Bytes packRollup(const Rollup& rollup, qint64 width)
{
    Bytes content;
    putNumber(content, rollup.runs.size());
    putIntegers(
        rollup.runs, [](const Run& r) { return r.from; }, content);
    putIntegers(
        rollup.runs, [](const Run& r) { return r.to - r.from; }, content);
    putIntegers(
        rollup.runs, [](const Run& r) { return r.count; }, content);
    putNumber(content, rollup.buckets.size());
    putIntegers(
        rollup.buckets, [&](const Bucket& b) { return b.start / width; }, content);
    putIntegers(
        rollup.buckets, [](const Bucket& b) { return b.count; }, content);
    std::vector<double> values(rollup.buckets.size());
    for (const auto field : kFields) {
        std::transform(rollup.buckets.begin(), rollup.buckets.end(), values.begin(),
                       [&](const Bucket& b) { return b.*field; });
        packValues(values.data(), values.size(), content);
    }
    return frameRow(content, true);
}

bool unpackRollup(const std::uint8_t* data, std::size_t size, qint64 width, Rollup& rollup)
{
    thread_local Bytes buffer;
    const std::span<const std::uint8_t> content = openFrame(data, size, buffer);
    ByteReader in(content.data(), content.size());
    rollup.runs.assign(in.count(kMostRuns), {});
    if (!takeIntegers(in, rollup.runs, [](Run& r, std::int64_t v) { r.from = v; }) ||
        !takeIntegers(in, rollup.runs, [](Run& r, std::int64_t v) { r.to = v; }) ||
        !takeIntegers(in, rollup.runs, [](Run& r, std::int64_t v) { r.count = v; })) {
        return false;
    }
    qint64 last = -1;
    for (Run& run : rollup.runs) {
        if (run.from <= last || run.from >= kLatest || run.to < 0 || run.to > kDay ||
            run.count < 1 || run.count > kLatest) {
            return false;
        }
        run.to += run.from;
        last = run.to;
    }
    rollup.buckets.assign(in.count(kMostBuckets), {});
    if (!takeIntegers(in, rollup.buckets, [](Bucket& b, std::int64_t v) { b.start = v; }) ||
        !takeIntegers(in, rollup.buckets, [](Bucket& b, std::int64_t v) { b.count = v; })) {
        return false;
    }
    last = -1;
    for (Bucket& bucket : rollup.buckets) {
        if (bucket.start <= last || bucket.start >= kLatest / width || bucket.count < 1 ||
            bucket.count > kLatest) {
            return false;
        }
        last = bucket.start;
        bucket.start *= width;
    }
    std::array<double, kMostBuckets> values;
    for (const auto field : kFields) {
        if (!unpackValues(in, rollup.buckets.size(), values.data())) {
            return false;
        }
        for (std::size_t i = 0; i < rollup.buckets.size(); ++i) {
            rollup.buckets[i].*field = values[i];
        }
    }
    return in.atEnd() && !rollup.buckets.empty();
}

}  // namespace analemma::monitor
