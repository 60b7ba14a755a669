#include "core/monitor/src/seriestail.h"

#include <algorithm>

namespace analemma::monitor {
namespace {

/// The first chunk of a series ends early, of each a little later: so that those which begin
/// together are not written together for ever.
quint32 firstLimit(SeriesId id)
{
    return quint32(kChunkPoints / 2 + static_cast<std::size_t>(id) % (kChunkPoints / 2));
}

}  // namespace

void SeriesTail::resize(std::size_t series)
{
    for (std::size_t id = m_named.size(); id <= series; ++id) {
        if (id % kBlock == 0) {
            m_blocks.push_back(std::make_unique<Block>());
        }
        m_named.push_back(0);
        at(static_cast<SeriesId>(id)).limit = firstLimit(static_cast<SeriesId>(id));
    }
}

bool SeriesTail::knows(SeriesId id) const
{
    return id != SeriesId::None && static_cast<std::size_t>(id) < m_named.size();
}

void SeriesTail::begin(OpenSeries& series, const Measured& sample)
{
    series.open.points = {};
    series.open.merges = sample.time <= series.newest;
    series.open.points.push({sample.time, sample.value});
    series.meter.restart();
    series.meter.next(sample.time);
}

void SeriesTail::close(OpenSeries& series, SeriesId id)
{
    series.closed.push_back(std::move(series.open));
    series.open = {};
    series.limit = kChunkPoints;
    if (!series.due) {
        series.due = true;
        m_due.push_back(id);
    }
}

void SeriesTail::insert(OpenSeries& series, SeriesId id, const Measured& sample)
{
    std::vector<TimedValue> points = series.open.points.unpacked();
    const auto at =
        std::lower_bound(points.begin(), points.end(), sample.time,
                         [](const TimedValue& point, qint64 time) { return point.time < time; });
    if (at->time == sample.time) {
        at->value = sample.value;
    } else {
        points.insert(at, {sample.time, sample.value});
    }
    series.open.points.assign(points);
    if (points.size() >= kChunkPoints) {
        close(series, id);
    }
}

void SeriesTail::take(const Measured& sample, quint64 seq, qint64 now)
{
    OpenSeries& series = at(sample.series);
    if (!series.waits) {
        series.waits = true;
        series.firstSeq = seq;
        series.since = now;
        OpenSeries& ends = at(SeriesId::None);
        series.before = ends.before;
        series.after = SeriesId::None;
        at(series.before).after = sample.series;
        ends.before = sample.series;
    }
    OpenPoints& points = series.open.points;
    if (points.empty()) {
        begin(series, sample);
    } else if (sample.time > points.to()) {
        if (series.meter.next(sample.time)) {
            close(series, sample.series);
            begin(series, sample);
        } else {
            points.push({sample.time, sample.value});
        }
        if (points.size() >= series.limit) {
            close(series, sample.series);
        }
    } else if (sample.time >= points.from()) {
        insert(series, sample.series, sample);
    } else {
        close(series, sample.series);
        begin(series, sample);
    }
    if (sample.time >= series.newest) {
        series.newest = sample.time;
        series.newestValue = sample.value;
    }
}

void SeriesTail::written(SeriesId id, bool forget)
{
    OpenSeries& series = at(id);
    series.closed.clear();
    if (forget || series.open.merges) {
        series.open = {};
    }
    if (series.waits) {
        at(series.before).after = series.after;
        at(series.after).before = series.before;
        series.waits = false;
    }
    series.due = false;
}

bool SeriesTail::merges(SeriesId id) const
{
    const OpenSeries& series = at(id);
    return series.open.merges || std::any_of(series.closed.begin(), series.closed.end(),
                                             [](const OpenChunk& chunk) { return chunk.merges; });
}

std::vector<SeriesId> SeriesTail::takeDue()
{
    return std::exchange(m_due, {});
}

void SeriesTail::giveBack(const std::vector<SeriesId>& due)
{
    m_due.insert(m_due.begin(), due.begin(), due.end());
}

std::vector<TimedValue> SeriesTail::points(SeriesId id) const
{
    const OpenSeries& series = at(id);
    std::vector<TimedValue> all;
    for (const OpenChunk& chunk : series.closed) {
        all = mergePoints(all, chunk.points.unpacked());
    }
    return mergePoints(all, series.open.points.unpacked());
}

}  // namespace analemma::monitor
