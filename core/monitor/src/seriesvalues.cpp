#include "core/monitor/src/seriesfile.h"

#include <algorithm>

namespace analemma::monitor {
namespace {

/// So much of a series is unpacked at once, at least an hour.
constexpr qint64 kWindow = 2 * kHour;

/// The points of one level in [from, to), in order.
void levelPoints(SeriesRows& rows, Level level, SeriesId id, qint64 from, qint64 to,
                 std::vector<TimedValue>& points)
{
    const qint64 begin = rows.before(level, id, from).value_or(from);
    rows.scan(level, id, begin, to, [&](qint64, std::span<const std::uint8_t> body) {
        static_cast<void>(unpackRow(body.data(), body.size(), [&](const Block& block) {
            for (std::size_t i = 0; i < block.count; ++i) {
                if (block.times[i] >= from && block.times[i] < to) {
                    points.push_back({block.times[i], block.values[i]});
                }
            }
        }));
    });
}

/// The first time after `from` that may have a point; nothing when there is none.
std::optional<qint64> nextTime(SeriesRows& rows, SeriesId id, qint64 from,
                               std::span<const TimedValue> tail)
{
    std::optional<qint64> next;
    const auto take = [&](std::optional<qint64> time) {
        if (time && (!next || *time < *next)) {
            next = time;
        }
    };
    for (const Level level : {Level::Sealed, Level::Chunk}) {
        const std::optional<qint64> first = rows.first(level, id);
        if (first && *first >= from) {
            take(first);
        } else if (first) {
            take(from);  // maybe later: looking costs little
        }
    }
    const auto after = std::ranges::lower_bound(tail, from, {}, &TimedValue::time);
    if (after != tail.end()) {
        take(after->time);
    }
    return next;
}

/// Adds the values after a place, until there are `limit`; `tail` as of ChartRequest. Rows that
/// could not be read are missing.
void addValues(SeriesRows& rows, const SeriesPlace& place, std::span<const TimedValue> tail,
               const ValuesRequest& request, std::vector<Measured>& values)
{
    qint64 last = tail.empty() ? 0 : tail.back().time;
    if (const std::optional<TimedValue> newest = rows.newest(place.series)) {
        last = std::max(last, newest->time);
    }
    const qint64 past = std::min(request.to, last + 1);
    qint64 from = std::max(place.after + 1, kFirstTime);
    while (from < past && values.size() < request.limit) {
        const std::optional<qint64> next = nextTime(rows, place.series, from, tail);
        if (!next || *next >= past) {
            break;
        }
        from = *next;
        const qint64 to = std::min(past, from + kWindow);
        std::vector<TimedValue> sealed;
        std::vector<TimedValue> chunks;
        levelPoints(rows, Level::Sealed, place.series, from, to, sealed);
        levelPoints(rows, Level::Chunk, place.series, from, to, chunks);
        const auto begin = std::ranges::lower_bound(tail, from, {}, &TimedValue::time);
        const auto end = std::ranges::lower_bound(tail, to, {}, &TimedValue::time);
        const std::vector<TimedValue> points =
            mergePoints(mergePoints(sealed, chunks), std::span(begin, end));
        for (const TimedValue& point : points) {
            if (values.size() >= request.limit) {
                break;
            }
            values.push_back({place.series, point.time, point.value});
        }
        from = to;
    }
}

}  // namespace

Result<std::vector<Measured>> valuesOf(SeriesDb& db, SeriesRows& rows, const SeriesTail& tail,
                                       const ValuesRequest& request)
{
    std::vector<Measured> values;
    db.beginReading();
    for (const SeriesPlace& place : request.places) {
        if (values.size() >= request.limit) {
            break;
        }
        if (tail.knows(place.series)) {
            const std::vector<TimedValue> points = tail.points(place.series);
            addValues(rows, place, points, request, values);
        }
    }
    const Result<void> read = db.commit();
    return read ? Result<std::vector<Measured>>(std::move(values)) : read.error();
}

Result<std::vector<Measured>> SeriesFollower::values(const ValuesRequest& request)
{
    if (const Result<void> fresh = refresh(); !fresh) {
        return fresh.error();
    }
    return valuesOf(*m_db, *m_rows, m_tail, request);
}

Result<std::vector<Measured>> SeriesRecorder::values(const ValuesRequest& request)
{
    return valuesOf(*m_db, *m_rows, m_tail, request);
}

}  // namespace analemma::monitor
