#include "core/monitor/src/seriesrows.h"

#include <algorithm>
#include <array>

namespace analemma::monitor {
namespace {

constexpr int kTimeBits = 41;

qint64 keyOf(SeriesId id, qint64 time)
{
    const qint64 since = std::clamp<qint64>(time - kFirstTime, 0, kLastTime - kFirstTime - 1);
    return (static_cast<qint64>(id) << kTimeBits) | since;
}

qint64 timeOf(qint64 key)
{
    return (key & ((qint64(1) << kTimeBits) - 1)) + kFirstTime;
}

/// The key before which all rows before `time` stand; `time` may be past the last one.
qint64 endOf(SeriesId id, qint64 time)
{
    return time >= kLastTime ? (static_cast<qint64>(id) + 1) << kTimeBits : keyOf(id, time);
}

struct LevelSql {
    const char* scan;
    const char* first;
    const char* before;
    const char* put;
    const char* erase;
};

constexpr std::array<LevelSql, 4> kSql{{
    {"SELECT key, body FROM chunk WHERE key >= ? AND key < ? ORDER BY key",
     "SELECT key FROM chunk WHERE key >= ? AND key < ? ORDER BY key LIMIT 1",
     "SELECT key FROM chunk WHERE key >= ? AND key <= ? ORDER BY key DESC LIMIT 1",
     "INSERT OR REPLACE INTO chunk (key, body) VALUES (?, ?)",
     "DELETE FROM chunk WHERE key >= ? AND key < ?"},
    {"SELECT key, body FROM sealed WHERE key >= ? AND key < ? ORDER BY key",
     "SELECT key FROM sealed WHERE key >= ? AND key < ? ORDER BY key LIMIT 1",
     "SELECT key FROM sealed WHERE key >= ? AND key <= ? ORDER BY key DESC LIMIT 1",
     "INSERT OR REPLACE INTO sealed (key, body) VALUES (?, ?)",
     "DELETE FROM sealed WHERE key >= ? AND key < ?"},
    {"SELECT key, body FROM minutes WHERE key >= ? AND key < ? ORDER BY key",
     "SELECT key FROM minutes WHERE key >= ? AND key < ? ORDER BY key LIMIT 1",
     "SELECT key FROM minutes WHERE key >= ? AND key <= ? ORDER BY key DESC LIMIT 1",
     "INSERT OR REPLACE INTO minutes (key, body) VALUES (?, ?)",
     "DELETE FROM minutes WHERE key >= ? AND key < ?"},
    {"SELECT key, body FROM hours WHERE key >= ? AND key < ? ORDER BY key",
     "SELECT key FROM hours WHERE key >= ? AND key < ? ORDER BY key LIMIT 1",
     "SELECT key FROM hours WHERE key >= ? AND key <= ? ORDER BY key DESC LIMIT 1",
     "INSERT OR REPLACE INTO hours (key, body) VALUES (?, ?)",
     "DELETE FROM hours WHERE key >= ? AND key < ?"},
}};

const LevelSql& sqlOf(Level level)
{
    return kSql[static_cast<std::size_t>(level)];
}

void appendBlock(const Block& block, std::vector<TimedValue>& points)
{
    for (std::size_t i = 0; i < block.count; ++i) {
        points.push_back({block.times[i], block.values[i]});
    }
}

std::span<const TimedValue> between(std::span<const TimedValue> points, qint64 from, qint64 to)
{
    const auto less = [](const TimedValue& point, qint64 time) { return point.time < time; };
    const auto begin = std::lower_bound(points.begin(), points.end(), from, less);
    const auto end = std::lower_bound(begin, points.end(), to, less);
    return {begin, end};
}

}  // namespace

void SeriesRows::scan(Level level, SeriesId id, qint64 from, qint64 to,
                      const std::function<void(qint64, std::span<const std::uint8_t>)>& call)
{
    auto cursor = m_db.query(sqlOf(level).scan);
    cursor.bind(keyOf(id, from)).bind(endOf(id, to));
    while (cursor.next()) {
        call(timeOf(cursor.integer(0)), cursor.bytes(1));
    }
}

std::optional<qint64> SeriesRows::first(Level level, SeriesId id)
{
    auto cursor = m_db.query(sqlOf(level).first);
    cursor.bind(keyOf(id, 0)).bind(endOf(id, kLastTime));
    return cursor.next() ? std::optional(timeOf(cursor.integer(0))) : std::nullopt;
}

std::optional<qint64> SeriesRows::before(Level level, SeriesId id, qint64 time)
{
    auto cursor = m_db.query(sqlOf(level).before);
    cursor.bind(keyOf(id, 0)).bind(keyOf(id, time));
    return cursor.next() ? std::optional(timeOf(cursor.integer(0))) : std::nullopt;
}

void SeriesRows::put(Level level, SeriesId id, qint64 time, const Bytes& body)
{
    auto cursor = m_db.query(sqlOf(level).put);
    cursor.bind(keyOf(id, time)).bind(body);
    cursor.next();
}

void SeriesRows::erase(Level level, SeriesId id, qint64 from, qint64 to)
{
    auto cursor = m_db.query(sqlOf(level).erase);
    cursor.bind(keyOf(id, from)).bind(endOf(id, to));
    cursor.next();
}

// ---- chunks -------------------------------------------------------------------------------------

void SeriesRows::writeChunk(SeriesId id, std::span<const TimedValue> points)
{
    put(Level::Chunk, id, points.front().time, packRow(points, false));
}

std::vector<TimedValue> SeriesRows::chunkPoints(SeriesId id, qint64 from, qint64 to)
{
    std::vector<TimedValue> points;
    scan(Level::Chunk, id, from, to, [&](qint64, std::span<const std::uint8_t> body) {
        if (!unpackRow(body.data(), body.size(),
                       [&](const Block& block) { appendBlock(block, points); })) {
            ++m_damaged;
        }
    });
    return points;
}

void SeriesRows::mergeChunk(SeriesId id, const std::vector<TimedValue>& points)
{
    // Only the chunk before the first point can reach into them from outside.
    const qint64 from = before(Level::Chunk, id, points.front().time).value_or(points.front().time);
    const qint64 to = points.back().time + 1;
    const std::vector<TimedValue> merged = mergePoints(chunkPoints(id, from, to), points);
    erase(Level::Chunk, id, from, to);
    for (std::span<const TimedValue> run : runsOf(merged)) {
        while (!run.empty()) {
            const auto piece = run.first(std::min(run.size(), kChunkPoints));
            writeChunk(id, piece);
            run = run.subspan(piece.size());
        }
    }
    std::optional<qint64> sealed;
    for (const TimedValue& point : points) {
        const qint64 hour = point.time - point.time % kHour;
        if (sealed != hour) {
            sealed = hour;
            if (before(Level::Minutes, id, hour) == hour) {
                sealHour(id, hour);
            }
        }
    }
}

// ---- hours --------------------------------------------------------------------------------------

std::optional<qint64> SeriesRows::firstOpenHour(SeriesId id)
{
    const std::optional<qint64> time = first(Level::Chunk, id);
    return time ? std::optional(*time - *time % kHour) : std::nullopt;
}

void SeriesRows::sealHour(SeriesId id, qint64 hour)
{
    const qint64 end = hour + kHour;
    const qint64 from = std::min(hour, before(Level::Chunk, id, hour).value_or(hour));
    const std::vector<TimedValue> chunks = chunkPoints(id, from, end);
    std::vector<TimedValue> kept;
    scan(Level::Sealed, id, hour, end, [&](qint64, std::span<const std::uint8_t> body) {
        if (!unpackRow(body.data(), body.size(),
                       [&](const Block& block) { appendBlock(block, kept); })) {
            ++m_damaged;
        }
    });
    const std::span<const TimedValue> mine = between(chunks, hour, end);
    const std::vector<TimedValue> points =
        kept.empty() ? std::vector<TimedValue>(mine.begin(), mine.end()) : mergePoints(kept, mine);

    erase(Level::Chunk, id, from, end);
    for (const auto& rest : {between(chunks, 0, hour), between(chunks, end, kLastTime)}) {
        if (!rest.empty()) {
            writeChunk(id, rest);
        }
    }
    if (points.empty()) {
        return;  // every row was damaged
    }
    erase(Level::Sealed, id, hour, end);
    for (std::span<const TimedValue> left(points); !left.empty();) {
        const auto row = left.first(std::min(left.size(), kRowPoints));
        put(Level::Sealed, id, row.front().time, packRow(row, true));
        left = left.subspan(row.size());
    }
    const Rollup minutes = rollPoints(points);
    put(Level::Minutes, id, hour, packRollup(minutes, kMinute));
    const qint64 day = hour - hour % kDay;
    Rollup hours;
    scan(Level::Hours, id, day, day + 1, [&](qint64, std::span<const std::uint8_t> body) {
        if (!unpackRollup(body.data(), body.size(), kHour, hours)) {
            hours = {};
            ++m_damaged;
        }
    });
    rollHour(minutes, hours);
    put(Level::Hours, id, day, packRollup(hours, kHour));
}

// ---- looking ------------------------------------------------------------------------------------

std::optional<TimedValue> SeriesRows::newest(SeriesId id)
{
    std::optional<TimedValue> newest;
    for (const Level level : {Level::Chunk, Level::Sealed}) {
        const std::optional<qint64> last = before(level, id, kLastTime);
        if (!last) {
            continue;
        }
        scan(level, id, *last, *last + 1, [&](qint64, std::span<const std::uint8_t> body) {
            static_cast<void>(unpackRow(body.data(), body.size(), [&](const Block& block) {
                const TimedValue point{block.times[block.count - 1], block.values[block.count - 1]};
                if (!newest || point.time > newest->time) {
                    newest = point;
                }
            }));
        });
    }
    return newest;
}

bool SeriesRows::hasRows(SeriesId id)
{
    return first(Level::Chunk, id) || first(Level::Sealed, id) || first(Level::Minutes, id) ||
           first(Level::Hours, id);
}

}  // namespace analemma::monitor
