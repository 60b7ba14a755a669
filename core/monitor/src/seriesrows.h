#pragma once

#include "core/monitor/series.h"
#include "core/monitor/src/chunk.h"
#include "core/monitor/src/rollup.h"
#include "core/monitor/src/seriesdb.h"

#include <optional>

/// The rows of series in the file. Every key is (series, time), so that the rows of a series lie
/// together in order of time. Within `chunk`, and within `sealed`, no two rows of a series overlap;
/// a chunk may overlap a sealed row until its hour is sealed again. Thread of the store, within a
/// transaction for what writes; failures stand in the SeriesDb.
namespace analemma::monitor {

enum class Level { Chunk, Sealed, Minutes, Hours };

/// Times outside of this have no key.
constexpr qint64 kFirstTime = 1'577'836'800'000;              // 2020
constexpr qint64 kLastTime = kFirstTime + (qint64(1) << 41);  // 2089
constexpr quint32 kMostSeries = (1U << 22) - 1;

class SeriesRows {
public:
    explicit SeriesRows(SeriesDb& db) : m_db(db) {}

    /// Calls for the rows of [from, to) in order: time of the key, bytes.
    void scan(Level level, SeriesId id, qint64 from, qint64 to,
              const std::function<void(qint64, std::span<const std::uint8_t>)>& call);
    std::optional<qint64> first(Level level, SeriesId id);
    /// The greatest key not after `time`.
    std::optional<qint64> before(Level level, SeriesId id, qint64 time);
    void put(Level level, SeriesId id, qint64 time, const Bytes& body);
    void erase(Level level, SeriesId id, qint64 from, qint64 to);

    /// Writes a chunk that begins after everything else of its series, in place of its earlier
    /// self.
    void writeChunk(SeriesId id, std::span<const TimedValue> points);
    /// Writes points wherever they belong. Seals their hours again where those were sealed.
    void mergeChunk(SeriesId id, const std::vector<TimedValue>& points);

    /// The start of the first hour that has chunks.
    std::optional<qint64> firstOpenHour(SeriesId id);
    /// Turns the chunks of the hour that begins at `hour` into a sealed row, its minutes and its
    /// part of the day.
    void sealHour(SeriesId id, qint64 hour);

    /// The newest point of a series; nothing when there is none, or only rollups.
    std::optional<TimedValue> newest(SeriesId id);
    bool hasRows(SeriesId id);

    /// Rows that could not be read, and were left out or removed, so far.
    [[nodiscard]] qint64 damaged() const { return m_damaged; }

private:
    std::vector<TimedValue> chunkPoints(SeriesId id, qint64 from, qint64 to);

    SeriesDb& m_db;
    qint64 m_damaged = 0;
};

}  // namespace analemma::monitor
