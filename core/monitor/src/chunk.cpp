#include "core/monitor/src/chunk.h"

#include <zstd.h>

#include <algorithm>
#include <cmath>
#include <memory>

namespace analemma::monitor {
namespace {

constexpr std::uint8_t kPlain = 1;
constexpr std::uint8_t kZstd = 2;
constexpr std::size_t kHead = 3;
constexpr int kZstdLevel = 3;

struct FreeCompressor {
    void operator()(ZSTD_CCtx* context) const { ZSTD_freeCCtx(context); }
};
struct FreeDecompressor {
    void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
};

void putHead(Bytes& row, std::uint8_t format, std::size_t from)
{
    const std::uint16_t sum = checksum(row.data() + from, row.size() - from);
    row[0] = format;
    row[1] = static_cast<std::uint8_t>(sum);
    row[2] = static_cast<std::uint8_t>(sum >> 8);
}

/// The content packed by zstd; empty when that saves less than a tenth.
Bytes packed(const Bytes& content)
{
    thread_local const std::unique_ptr<ZSTD_CCtx, FreeCompressor> context(ZSTD_createCCtx());
    Bytes row(kHead);
    putNumber(row, content.size());
    const std::size_t head = row.size();
    row.resize(head + ZSTD_compressBound(content.size()));
    const std::size_t size = ZSTD_compressCCtx(context.get(), row.data() + head, row.size() - head,
                                               content.data(), content.size(), kZstdLevel);
    if (ZSTD_isError(size) != 0 || head + size > content.size() - content.size() / 10) {
        return {};
    }
    row.resize(head + size);
    putHead(row, kZstd, kHead);
    return row;
}

}  // namespace

bool RunMeter::next(qint64 time)
{
    const qint64 silence = time - m_run.to;
    bool breaks = false;
    const qint64 steps = m_run.count - 1;
    const qint64 span = m_run.to - m_run.from;
    if (steps > 0 && span >= 5 * steps && silence * steps <= 2 * span) {
        // At most twice as long as usual: no gap, and that without a division.
    } else if (m_run.count > 1) {
        breaks = isGap(silence, std::max<qint64>(m_run.interval(), 1));
        if (breaks) {
            m_usual = m_run.interval();
        }
    } else if (m_run.count == 1 && m_usual > 0 && isGap(silence, m_usual)) {
        // Alone between two silences; or the interval is another one from now on.
        breaks = true;
        m_usual = silence;
    }
    if (breaks || m_run.count == 0) {
        m_run = {time, time, 1};
        return true;
    }
    m_run.to = time;
    ++m_run.count;
    return false;
}

void RunMeter::restart()
{
    m_usual = m_run.count > 1 ? m_run.interval() : m_usual;
    m_run.count = 0;
}

std::vector<std::span<const TimedValue>> runsOf(std::span<const TimedValue> points)
{
    std::vector<std::span<const TimedValue>> runs;
    RunMeter meter;
    std::size_t start = 0;
    for (std::size_t i = 0; i < points.size(); ++i) {
        if (meter.next(points[i].time) && i > 0) {
            runs.push_back(points.subspan(start, i - start));
            start = i;
        }
    }
    if (!points.empty()) {
        runs.push_back(points.subspan(start));
    }
    return runs;
}

// ---- blocks -------------------------------------------------------------------------------------

void putBlock(std::span<const TimedValue> points, Bytes& out)
{
    std::array<std::int64_t, kBlockPoints> times{};
    std::array<double, kBlockPoints> values{};
    for (std::size_t i = 0; i < points.size(); ++i) {
        times[i] = points[i].time;
        values[i] = points[i].value;
    }
    putNumber(out, points.size());
    packIntegers(times.data(), points.size(), out);
    packValues(values.data(), points.size(), out);
}

bool takeBlock(ByteReader& in, RawBlock& block)
{
    block.count = in.count(kBlockPoints);
    if (!in.ok() || block.count == 0 || !unpackIntegers(in, block.count, block.times.data()) ||
        !unpackWholes(in, block.count, block.scale, block.wholes.data(), block.values.data())) {
        return false;
    }
    constexpr std::int64_t latest = std::int64_t(1) << 48;  // no date that people mean is near it
    bool rises = block.times[0] >= 0 && block.times[block.count - 1] < latest;
    for (std::size_t i = 1; i < block.count; ++i) {
        rises &= block.times[i] > block.times[i - 1];
    }
    return rises;
}

bool takeBlock(ByteReader& in, Block& block)
{
    RawBlock raw;
    if (!takeBlock(in, raw)) {
        return false;
    }
    block = raw.block();
    return true;
}

Block RawBlock::block() const
{
    Block block;
    block.count = count;
    std::copy_n(times.begin(), count, block.times.begin());
    if (scale < 0) {
        std::copy_n(values.begin(), count, block.values.begin());
        return block;
    }
    const double ten = powerOfTen(scale);
    for (std::size_t i = 0; i < count; ++i) {
        block.values[i] = static_cast<double>(wholes[i]) / ten;
    }
    return block;
}

// ---- rows ---------------------------------------------------------------------------------------

Bytes frameRow(const Bytes& content, bool seal)
{
    if (seal) {
        if (Bytes row = packed(content); !row.empty()) {
            return row;
        }
    }
    Bytes row(kHead);
    row.reserve(kHead + content.size());
    row.insert(row.end(), content.begin(), content.end());
    putHead(row, kPlain, kHead);
    return row;
}

std::span<const std::uint8_t> openFrame(const std::uint8_t* data, std::size_t size, Bytes& buffer)
{
    if (size <= kHead || size > kRowBytes) {
        return {};
    }
    const std::uint16_t sum = checksum(data + kHead, size - kHead);
    if (data[1] != (sum & 0xff) || data[2] != (sum >> 8)) {
        return {};
    }
    if (data[0] == kPlain) {
        return {data + kHead, size - kHead};
    }
    if (data[0] != kZstd) {
        return {};
    }
    thread_local const std::unique_ptr<ZSTD_DCtx, FreeDecompressor> context(ZSTD_createDCtx());
    ByteReader in(data + kHead, size - kHead);
    buffer.resize(in.count(kRowBytes));
    const std::size_t left = in.left();
    const std::size_t got =
        ZSTD_decompressDCtx(context.get(), buffer.data(), buffer.size(), in.take(left), left);
    if (ZSTD_isError(got) != 0 || got != buffer.size()) {
        return {};
    }
    return buffer;
}

Bytes packRow(std::span<const TimedValue> points, bool seal)
{
    Bytes content;
    for (std::span<const TimedValue> run : runsOf(points)) {
        while (!run.empty()) {
            const std::size_t count = run.size() <= kBlockPoints ? run.size() : kChunkPoints;
            putBlock(run.first(count), content);
            run = run.subspan(count);
        }
    }
    return frameRow(content, seal);
}

bool unpackRow(const std::uint8_t* data, std::size_t size,
               const std::function<void(const RawBlock&)>& call)
{
    thread_local Bytes buffer;
    const std::span<const std::uint8_t> content = openFrame(data, size, buffer);
    ByteReader in(content.data(), content.size());
    RawBlock block;
    std::size_t points = 0;
    std::int64_t last = -1;
    while (!in.atEnd()) {
        if (!takeBlock(in, block) || block.times[0] <= last) {
            return false;
        }
        points += block.count;
        if (points > kRowPoints) {
            return false;
        }
        last = block.times[block.count - 1];
        call(block);
    }
    return points > 0;
}

bool unpackRow(const std::uint8_t* data, std::size_t size,
               const std::function<void(const Block&)>& call)
{
    const std::function<void(const RawBlock&)> raw = [&call](const RawBlock& block) {
        call(block.block());
    };
    return unpackRow(data, size, raw);
}

std::vector<TimedValue> mergePoints(std::span<const TimedValue> older,
                                    std::span<const TimedValue> newer)
{
    std::vector<TimedValue> merged;
    merged.reserve(older.size() + newer.size());
    std::size_t i = 0;
    for (const TimedValue& point : newer) {
        while (i < older.size() && older[i].time < point.time) {
            merged.push_back(older[i++]);
        }
        if (i < older.size() && older[i].time == point.time) {
            ++i;
        }
        merged.push_back(point);
    }
    merged.insert(merged.end(), older.begin() + static_cast<std::ptrdiff_t>(i), older.end());
    return merged;
}

}  // namespace analemma::monitor
