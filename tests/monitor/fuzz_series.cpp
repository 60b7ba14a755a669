#include "core/monitor/src/openpoints.h"
#include "core/monitor/src/rollup.h"
#include "core/monitor/src/serieslog.h"
#include "tests/fuzz/fuzz.h"

#include <bit>

using namespace analemma;
using namespace analemma::monitor;

namespace {

void checkRow(const Bytes& row)
{
    std::vector<TimedValue> points;
    const bool whole = unpackRow(row.data(), row.size(), [&](const Block& block) {
        fuzz::promise(block.count > 0 && block.count <= kBlockPoints, "a block is bounded");
        for (std::size_t i = 0; i < block.count; ++i) {
            fuzz::promise(points.empty() || points.back().time < block.times[i], "times rise");
            points.push_back({block.times[i], block.values[i]});
        }
    });
    fuzz::promise(points.size() <= kRowPoints, "a row is bounded");
    if (!whole) {
        return;
    }
    const Bytes again = packRow(points, true);
    std::size_t at = 0;
    const bool back = unpackRow(again.data(), again.size(), [&](const Block& block) {
        for (std::size_t i = 0; i < block.count && at < points.size(); ++i, ++at) {
            fuzz::promise(
                block.times[i] == points[at].time && std::bit_cast<quint64>(block.values[i]) ==
                                                         std::bit_cast<quint64>(points[at].value),
                "what was read is written and read again");
        }
    });
    fuzz::promise(back && at == points.size(), "all of it");
}

void checkRollup(const Bytes& row, qint64 width)
{
    Rollup rollup;
    if (!unpackRollup(row.data(), row.size(), width, rollup)) {
        return;
    }
    qint64 last = -1;
    for (const Bucket& bucket : rollup.buckets) {
        fuzz::promise(bucket.start > last && bucket.count > 0, "buckets follow each other");
        last = bucket.start;
    }
    last = -1;
    for (const Run& run : rollup.runs) {
        fuzz::promise(run.from > last && run.to >= run.from && run.interval() >= 0,
                      "runs follow each other");
        last = run.to;
    }
    Rollup again;
    const Bytes packed = packRollup(rollup, width);
    fuzz::promise(unpackRollup(packed.data(), packed.size(), width, again) &&
                      again.buckets.size() == rollup.buckets.size(),
                  "a rollup is read again");
}

/// Points of any times that rise and any values, pushed one by one: two bytes of time and eight of
/// value each, the value divided by a power of ten when its first byte is even.
void checkOpenPoints(const Bytes& bytes)
{
    OpenPoints open;
    std::vector<TimedValue> pushed;
    qint64 time = 1'577'836'800'000;
    for (std::size_t at = 0; at + 10 <= bytes.size() && pushed.size() < 5'000; at += 10) {
        quint64 bits = 0;
        for (std::size_t i = 0; i < 8; ++i) {
            bits = bits << 8U | bytes[at + 2 + i];
        }
        const auto step = qint64(bytes[at]) << (bytes[at + 1] % 32);
        time += 1 + step;
        if (time >= qint64(1) << 48) {
            break;
        }
        const double value = bits % 2 == 0 ? double(qint64(bits) >> (bits % 48)) / 1000
                                           : std::bit_cast<double>(bits);
        open.push({time, value});
        pushed.push_back({time, value});
    }
    fuzz::promise(open.size() == pushed.size() && open.empty() == pushed.empty(), "all are there");
    const std::vector<TimedValue> back = open.unpacked();
    fuzz::promise(back.size() == pushed.size(), "and come back");
    for (std::size_t i = 0; i < back.size(); ++i) {
        fuzz::promise(back[i].time == pushed[i].time && std::bit_cast<quint64>(back[i].value) ==
                                                            std::bit_cast<quint64>(pushed[i].value),
                      "bit for bit");
    }
    if (!pushed.empty()) {
        fuzz::promise(open.from() == pushed.front().time && open.to() == pushed.back().time,
                      "with their first and last time");
        open.assign(back);
        fuzz::promise(open.size() == pushed.size(), "also all at once");
    }
}

}  // namespace

/// The first byte says what the rest is: content of a row (its frame is made, so that it is looked
/// into), a row as it stands in the file, a rollup's content, a row of the log, points in memory.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    if (size < 2) {
        return 0;
    }
    const Bytes rest(data + 1, data + size);
    if (data[0] == 'o') {
        checkOpenPoints(rest);
        return 0;
    }
    switch (data[0] % 4) {
        case 0:
            checkRow(frameRow(rest, false));
            break;
        case 1:
            checkRow(rest);
            checkRollup(rest, kMinute);
            break;
        case 2:
            checkRollup(frameRow(rest, false), data[0] % 8 < 4 ? kMinute : kHour);
            break;
        default: {
            Bytes row = frameRow(rest, false);
            std::size_t calls = 0;
            static_cast<void>(unpackLog(
                row, [&](SeriesId) { ++calls; }, [&](const Measured&) { ++calls; }));
            fuzz::promise(calls <= size, "a log gives no more than its bytes");
        }
    }
    return 0;
}
