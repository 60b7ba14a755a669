#pragma once

#include "core/monitor/src/chunkbytes.h"

#include <QtGlobal>

#include <array>
#include <cstddef>
#include <functional>
#include <span>
#include <vector>

/// Points of one series as the bytes of one row. A row is a sequence of blocks; a block is a run of
/// points without a gap. Pure; any thread. Row:
///     format (1 plain, 2 zstd: then the size of what it unpacks to), checksum of the rest (2
///     bytes), blocks: count, times (packIntegers), values (packValues)
namespace analemma::monitor {

constexpr std::size_t kChunkPoints = 120;  // of an open chunk
constexpr std::size_t kBlockPoints = 128;  // at most in a block
constexpr std::size_t kRowPoints = 7200;   // at most in a row
constexpr std::size_t kRowBytes = 256 * 1024;

struct TimedValue {
    qint64 time = 0;  ///< milliseconds since 1970, UTC
    double value = 0;
};

/// Points that follow each other without a gap.
struct Run {
    qint64 from = 0;
    qint64 to = 0;
    qint64 count = 0;

    /// Between two points, on average; 0 when there is only one.
    [[nodiscard]] qint64 interval() const { return count > 1 ? (to - from) / (count - 1) : 0; }
};

/// True when so long a silence after points of this interval is a gap: two and a half of them.
inline bool isGap(qint64 silence, qint64 interval)
{
    return silence > interval * 5 / 2;
}

/// Says where runs end, point by point.
class RunMeter {
public:
    /// Takes the next time, which is greater than the last; true when a new run begins with it.
    bool next(qint64 time);
    /// Forgets the run, not the interval that was usual.
    void restart();
    [[nodiscard]] const Run& run() const { return m_run; }

private:
    Run m_run;
    qint64 m_usual = 0;  // of the run before
};

/// Cuts points of rising time into runs.
std::vector<std::span<const TimedValue>> runsOf(std::span<const TimedValue> points);

/// One decoded block.
struct Block {
    std::size_t count = 0;
    std::array<qint64, kBlockPoints> times;
    std::array<double, kBlockPoints> values;

    [[nodiscard]] Run run() const
    {
        return {times[0], times[count - 1], static_cast<qint64>(count)};
    }
};

/// The same as it is written: values that are integers of one power of ten are left such.
struct RawBlock {
    std::size_t count = 0;
    int scale = -1;  ///< a value is wholes / 10^scale; -1: it stands in `values`
    std::array<std::int64_t, kBlockPoints> times;
    std::array<std::int64_t, kBlockPoints> wholes;
    std::array<double, kBlockPoints> values;

    [[nodiscard]] Run run() const
    {
        return {times[0], times[count - 1], static_cast<qint64>(count)};
    }
    [[nodiscard]] Block block() const;
};

/// At most kBlockPoints points, of rising time.
void putBlock(std::span<const TimedValue> points, Bytes& out);
/// False when the bytes are damaged.
bool takeBlock(ByteReader& in, Block& block);
bool takeBlock(ByteReader& in, RawBlock& block);

/// Any number of points up to kRowPoints, of rising time. `seal`: by zstd where that is smaller.
Bytes packRow(std::span<const TimedValue> points, bool seal);
/// Calls for each block; false when the bytes are damaged, maybe after some calls.
bool unpackRow(const std::uint8_t* data, std::size_t size,
               const std::function<void(const Block&)>& call);
bool unpackRow(const std::uint8_t* data, std::size_t size,
               const std::function<void(const RawBlock&)>& call);

/// The frame of a row around other content: format, checksum, perhaps zstd.
Bytes frameRow(const Bytes& content, bool seal);
/// The content of a frame, in `buffer` when it had to be unpacked. Empty, which no content is, when
/// it is damaged.
std::span<const std::uint8_t> openFrame(const std::uint8_t* data, std::size_t size, Bytes& buffer);

/// `newer` wins where both have a point of one time. Both of rising time, and so the result.
std::vector<TimedValue> mergePoints(std::span<const TimedValue> older,
                                    std::span<const TimedValue> newer);

}  // namespace analemma::monitor
