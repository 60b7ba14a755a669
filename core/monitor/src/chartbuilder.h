#pragma once

#include "core/monitor/series.h"
#include "core/monitor/src/chunk.h"
#include "core/monitor/src/rollup.h"
#include "core/monitor/src/seriesrows.h"

namespace analemma::monitor {

/// Makes the columns of a chart of points and buckets that come in any order, fastest in the right
/// one. Pure.
class ChartBuilder {
public:
    /// Columns of `step` from `from` on, as many as it takes to reach `to`.
    ChartBuilder(qint64 from, qint64 to, qint64 step);

    /// Points of rising time, and the runs that they are.
    void add(const qint64* times, const double* values, std::size_t count);
    void add(const RawBlock& block);
    void add(const std::vector<TimedValue>& points);
    void add(const Rollup& rollup);
    void addRun(const Run& run) { m_runs.push_back(run); }

    /// `from` and `to`: what was asked for; gaps are cut to it.
    Chart finish(qint64 from, qint64 to);

private:
    void findGaps(qint64 from, qint64 to);
    void addGap(qint64 from, qint64 to);

    struct Column : Bucket {
        qint64 lastTime = -1;

        /// Points that came later or earlier than those that are there.
        void add(const Bucket& points, qint64 time)
        {
            const double newest = time >= lastTime ? points.last : last;
            Bucket::add(points);
            last = newest;
            lastTime = std::max(lastTime, time);
        }
    };
    qint64 m_from;
    qint64 m_to;
    qint64 m_step;
    std::vector<Column> m_columns;
    std::vector<Run> m_runs;
    std::vector<ChartGap> m_gaps;
};

struct ChartRequest {
    SeriesId series = SeriesId::None;
    qint64 from = 0;
    qint64 to = 0;
    int pixels = 0;
    qint64 now = 0;                ///< nothing is missing after it
    std::vector<TimedValue> tail;  ///< what stands in memory, in order; it wins over the file
};

/// Reads what the chart needs. Thread of the store, in a transaction.
Chart readChart(SeriesRows& rows, const ChartRequest& request);

}  // namespace analemma::monitor
