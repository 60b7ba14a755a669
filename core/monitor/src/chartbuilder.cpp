#include "core/monitor/src/chartbuilder.h"

#include <algorithm>

namespace analemma::monitor {
namespace {

/// Rounds a step up to whole buckets; 0 when that would cost more than a quarter of the columns.
qint64 roundedStep(qint64 step, qint64 bucket)
{
    const qint64 rounded = (step + bucket - 1) / bucket * bucket;
    return rounded <= step + step / 4 ? rounded : 0;
}

}  // namespace

ChartBuilder::ChartBuilder(qint64 from, qint64 to, qint64 step)
    : m_from(from), m_to(to), m_step(step)
{
    m_columns.resize(static_cast<std::size_t>((to - from + step - 1) / step));
}

void ChartBuilder::add(const qint64* times, const double* values, std::size_t count)
{
    const qint64* const past = times + count;
    const qint64* at = std::lower_bound(times, past, m_from);
    while (at != past && *at < m_to) {
        Column& column = m_columns[static_cast<std::size_t>((*at - m_from) / m_step)];
        const qint64 next = std::min(m_to, *at - (*at - m_from) % m_step + m_step);
        const qint64 before = column.lastTime;
        const double last = column.last;
        Bucket sum = column;  // a local: it stays in registers
        for (; at != past && *at < next; ++at) {
            sum.add(values[at - times]);
        }
        static_cast<Bucket&>(column) = sum;
        column.lastTime = std::max(before, *(at - 1));
        if (column.lastTime == before) {
            column.last = last;
        }
    }
}

namespace {

/// Of points that are integers of one power of ten: what is compared and summed stays exact, and is
/// divided once. 64-bit sums of at most kBlockPoints values below 2^52 do not overflow.
Bucket bucketOf(const std::int64_t* wholes, std::size_t count, double ten)
{
    std::int64_t least = wholes[0];
    std::int64_t most = wholes[0];
    std::uint64_t sum = 0;  // what damaged bytes hold may overflow
    for (std::size_t i = 0; i < count; ++i) {
        least = std::min(least, wholes[i]);
        most = std::max(most, wholes[i]);
        sum += static_cast<std::uint64_t>(wholes[i]);
    }
    Bucket bucket;
    bucket.count = static_cast<qint64>(count);
    bucket.min = static_cast<double>(least) / ten;
    bucket.max = static_cast<double>(most) / ten;
    bucket.sum = static_cast<double>(static_cast<std::int64_t>(sum)) / ten;
    bucket.last = static_cast<double>(wholes[count - 1]) / ten;
    return bucket;
}

Bucket bucketOf(const double* values, std::size_t count)
{
    Bucket bucket;
    for (std::size_t i = 0; i < count; ++i) {
        bucket.add(values[i]);
    }
    return bucket;
}

}  // namespace

/// Looks for the ends of columns instead of at each point.
void ChartBuilder::add(const RawBlock& block)
{
    const std::int64_t* const times = block.times.data();
    const std::int64_t* const past = times + block.count;
    const double ten = block.scale < 0 ? 1 : powerOfTen(block.scale);
    const std::int64_t* at = *times >= m_from ? times : std::lower_bound(times, past, m_from);
    while (at != past && *at < m_to) {
        const qint64 number = (*at - m_from) / m_step;
        const qint64 end = std::min(m_to, m_from + (number + 1) * m_step);
        const std::int64_t* const next = *(past - 1) < end ? past : std::lower_bound(at, past, end);
        const auto first = static_cast<std::size_t>(at - times);
        const auto count = static_cast<std::size_t>(next - at);
        m_columns[static_cast<std::size_t>(number)].add(
            block.scale < 0 ? bucketOf(&block.values[first], count)
                            : bucketOf(&block.wholes[first], count, ten),
            *(next - 1));
        at = next;
    }
}

void ChartBuilder::add(const std::vector<TimedValue>& points)
{
    std::vector<qint64> times;
    std::vector<double> values;
    for (const std::span<const TimedValue> run : runsOf(points)) {
        times.clear();
        values.clear();
        for (const TimedValue& point : run) {
            times.push_back(point.time);
            values.push_back(point.value);
        }
        add(times.data(), values.data(), times.size());
        addRun({times.front(), times.back(), static_cast<qint64>(times.size())});
    }
}

void ChartBuilder::add(const Rollup& rollup)
{
    for (const Bucket& bucket : rollup.buckets) {
        const qint64 at = bucket.start - m_from;
        if (at < 0 || at / m_step >= static_cast<qint64>(m_columns.size())) {
            continue;
        }
        Column& column = m_columns[static_cast<std::size_t>(at / m_step)];
        const double last = column.last;
        static_cast<Bucket&>(column).Bucket::add(bucket);
        if (bucket.start < column.lastTime) {
            column.last = last;
        } else {
            column.lastTime = bucket.start;
        }
    }
    m_runs.insert(m_runs.end(), rollup.runs.begin(), rollup.runs.end());
}

Chart ChartBuilder::finish(qint64 from, qint64 to)
{
    Chart chart;
    chart.from = m_from;
    chart.step = m_step;
    chart.columns.resize(m_columns.size());
    for (std::size_t i = 0; i < m_columns.size(); ++i) {
        const Column& column = m_columns[i];
        if (column.count == 0) {
            continue;
        }
        ChartColumn& shown = chart.columns[i];
        shown.count = column.count;
        shown.min = column.min;
        shown.max = column.max;
        shown.last = column.last;
        // The sum of great values may overflow, and is rounded.
        shown.mean =
            std::clamp(column.sum / static_cast<double>(column.count), column.min, column.max);
    }
    findGaps(from, to);
    chart.gaps = std::move(m_gaps);
    return chart;
}

// ---- gaps ---------------------------------------------------------------------------------------

void ChartBuilder::addGap(qint64 from, qint64 to)
{
    if (from >= to) {
        return;
    }
    const auto column = [this](qint64 time) { return (time - m_from) / m_step; };
    if (!m_gaps.empty() && column(m_gaps.back().from) == column(from)) {
        if (m_gaps.back().to - m_gaps.back().from < to - from) {
            m_gaps.back() = {from, to};
        }
        return;
    }
    m_gaps.push_back({from, to});
}

void ChartBuilder::findGaps(qint64 from, qint64 to)
{
    std::sort(m_runs.begin(), m_runs.end(),
              [](const Run& a, const Run& b) { return a.from < b.from; });
    if (m_runs.empty()) {
        addGap(from, to);
        return;
    }
    // A point alone has the interval of the run after it, else of the one before.
    std::vector<qint64> intervals(m_runs.size());
    qint64 known = 0;
    for (std::size_t i = m_runs.size(); i-- > 0;) {
        known = m_runs[i].count > 1 ? std::max<qint64>(m_runs[i].interval(), 1) : known;
        intervals[i] = known;
    }
    for (std::size_t i = 1; i < m_runs.size(); ++i) {
        intervals[i] = intervals[i] == 0 ? intervals[i - 1] : intervals[i];
    }
    if (isGap(m_runs.front().from - from, intervals.front())) {
        addGap(from, std::min(m_runs.front().from, to));
    }
    qint64 reached = m_runs.front().to;
    for (std::size_t i = 1; i < m_runs.size(); ++i) {
        if (isGap(m_runs[i].from - reached, std::max(intervals[i - 1], intervals[i]))) {
            addGap(std::max(reached, from), std::min(m_runs[i].from, to));
        }
        reached = std::max(reached, m_runs[i].to);
    }
    if (isGap(to - reached, intervals.back())) {
        addGap(std::max(reached, from), to);
    }
}

// ---- reading ------------------------------------------------------------------------------------

namespace {

/// Reads the raw rows of a level in order, with the points of `tail` that fall between theirs.
class RawReader {
public:
    RawReader(SeriesRows& rows, const ChartRequest& request, ChartBuilder& builder, int& damaged)
        : m_rows(rows),
          m_request(request),
          m_tail(request.tail),
          m_builder(builder),
          m_damaged(damaged)
    {
    }

    void read(Level level)
    {
        const SeriesId id = m_request.series;
        const qint64 from = m_rows.before(level, id, m_request.from).value_or(m_request.from);
        const std::function<void(const RawBlock&)> take = [this](const RawBlock& block) {
            this->take(block);
        };
        m_rows.scan(level, id, from, m_request.to, [&](qint64, std::span<const std::uint8_t> body) {
            if (!unpackRow(body.data(), body.size(), take)) {
                ++m_damaged;
            }
        });
    }
    void finish()
    {
        if (!m_tail.empty()) {
            m_builder.add(m_tail);
        }
    }

private:
    void take(const RawBlock& block)
    {
        const qint64 last = block.times[block.count - 1];
        if (last < m_request.from) {
            m_builder.addRun(block.run());  // may be followed by a gap
            return;
        }
        if (m_tail.empty() || m_tail.front().time > last) {
            m_builder.add(block);
            m_builder.addRun(block.run());
            return;
        }
        const Block points = block.block();
        std::vector<TimedValue> mine(block.count);
        for (std::size_t i = 0; i < block.count; ++i) {
            mine[i] = {points.times[i], points.values[i]};
        }
        const auto end = std::upper_bound(
            m_tail.begin(), m_tail.end(), last,
            [](qint64 time, const TimedValue& point) { return time < point.time; });
        m_builder.add(mergePoints(mine, std::span(m_tail.begin(), end)));
        m_tail.erase(m_tail.begin(), end);
    }

    SeriesRows& m_rows;
    const ChartRequest& m_request;
    std::vector<TimedValue> m_tail;
    ChartBuilder& m_builder;
    int& m_damaged;
};

}  // namespace

Chart readChart(SeriesRows& rows, const ChartRequest& request)
{
    const SeriesId id = request.series;
    const qint64 span = request.to - request.from;
    const qint64 exact = std::max<qint64>(1, (span + request.pixels - 1) / request.pixels);
    const auto reaches = [&](Level level, Level coarser, qint64 bucket) {
        const std::optional<qint64> young = rows.first(Level::Chunk, id);
        const std::optional<qint64> old = rows.first(level, id);
        const std::optional<qint64> mine = old && (!young || *old < *young) ? old : young;
        const std::optional<qint64> theirs = rows.first(coarser, id);
        const qint64 needed = std::max(request.from, theirs.value_or(request.to));
        return needed >= request.to || (mine && *mine < needed + bucket);
    };
    Level level = Level::Chunk;
    qint64 step = exact;
    qint64 bucket = 0;
    if (roundedStep(exact, kMinute) != 0 || !reaches(Level::Sealed, Level::Minutes, kHour)) {
        level = Level::Minutes;
        bucket = kMinute;
    }
    if (roundedStep(exact, kHour) != 0 || !reaches(Level::Minutes, Level::Hours, kDay)) {
        level = Level::Hours;
        bucket = kHour;
    }
    qint64 from = request.from;
    qint64 to = request.to;
    if (bucket != 0) {
        from -= from % bucket;
        to += (bucket - to % bucket) % bucket;
        step = (exact + bucket - 1) / bucket * bucket;
        while ((to - from + step - 1) / step > request.pixels && to - from > step) {
            step += bucket;  // the edges of the range took one column too many
        }
        to = from + (to - from + step - 1) / step * step;  // whole columns
    }
    ChartBuilder builder(from, to, step);
    Chart chart;
    int damaged = 0;
    ChartRequest wide = request;
    wide.from = from;
    wide.to = to;
    RawReader raw(rows, wide, builder, damaged);
    if (bucket == 0) {
        raw.read(Level::Sealed);
    } else {
        const qint64 width = bucket == kMinute ? kHour : kDay;  // of a row
        Rollup rollup;
        rows.scan(level, id, from - from % width, to,
                  [&](qint64, std::span<const std::uint8_t> body) {
                      if (unpackRollup(body.data(), body.size(), bucket, rollup)) {
                          builder.add(rollup);
                      } else {
                          ++damaged;
                      }
                  });
    }
    raw.read(Level::Chunk);
    raw.finish();
    chart = builder.finish(request.from, std::min(request.to, std::max(request.from, request.now)));
    chart.resolution = bucket;
    chart.damaged = damaged;
    return chart;
}

}  // namespace analemma::monitor
