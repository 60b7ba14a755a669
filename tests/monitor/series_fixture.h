#pragma once

#include "core/monitor/series.h"
#include "core/monitor/src/rollup.h"
#include "tests/support.h"

#include <QRandomGenerator>

#include <algorithm>
#include <atomic>
#include <map>

/// Shared by the tests of the store of series.
namespace analemma::monitor::fixture {

constexpr qint64 kStart = 1'790'000'000'000 / kDay * kDay;  // a midnight in 2026

/// A clock that stands where it is put.
class HandClock : public Clock {
public:
    explicit HandClock(qint64 at) : m_at(at) {}
    [[nodiscard]] QDateTime now() const override
    {
        return QDateTime::fromMSecsSinceEpoch(m_at, Qt::UTC);
    }
    [[nodiscard]] milliseconds sinceBoot() const override { return milliseconds(m_at.load()); }
    void set(qint64 at) { m_at = at; }

private:
    std::atomic<qint64> m_at;
};

inline SeriesLimits quickLimits()
{
    SeriesLimits limits;
    limits.gather = milliseconds(0);
    return limits;
}

inline std::unique_ptr<SeriesStore> openStore(const QString& folder,
                                              std::shared_ptr<const Clock> clock,
                                              SeriesLimits limits = quickLimits())
{
    auto opened = SeriesStore::open(folder, limits, std::move(clock));
    if (!opened) {
        qWarning("%s", qPrintable(opened.error().message));
        return nullptr;
    }
    return std::move(opened).value();
}

/// Points by time: what a store should hold of one series.
using Model = std::map<qint64, double>;

/// The columns of a chart as one would count them by hand. Empty when they are the same, else what
/// differs.
inline QString differences(const Chart& chart, const Model& model)
{
    for (std::size_t i = 0; i < chart.columns.size(); ++i) {
        const qint64 from = chart.from + static_cast<qint64>(i) * chart.step;
        ChartColumn naive;
        double sum = 0;
        for (auto at = model.lower_bound(from); at != model.end() && at->first < from + chart.step;
             ++at) {
            naive.min = naive.count == 0 ? at->second : std::min(naive.min, at->second);
            naive.max = naive.count == 0 ? at->second : std::max(naive.max, at->second);
            naive.last = at->second;
            sum += at->second;
            ++naive.count;
        }
        naive.mean = naive.count == 0 ? 0 : sum / static_cast<double>(naive.count);
        const ChartColumn& column = chart.columns[i];
        const bool same = column.count == naive.count && column.min == naive.min &&
                          column.max == naive.max && column.last == naive.last &&
                          std::abs(column.mean - naive.mean) <= 1e-9 * (1 + std::abs(naive.mean));
        if (!same) {
            return QStringLiteral(
                       "column %1 of %2, at %3: %4 values %5..%6 mean %7 last %8, not %9 "
                       "values %10..%11 mean %12 last %13")
                .arg(i)
                .arg(chart.columns.size())
                .arg(from - kStart)
                .arg(column.count)
                .arg(column.min)
                .arg(column.max)
                .arg(column.mean)
                .arg(column.last)
                .arg(naive.count)
                .arg(naive.min)
                .arg(naive.max)
                .arg(naive.mean)
                .arg(naive.last);
        }
    }
    return {};
}

/// How many values the columns hold.
inline qint64 countOf(const Chart& chart)
{
    qint64 count = 0;
    for (const ChartColumn& column : chart.columns) {
        count += column.count;
    }
    return count;
}

}  // namespace analemma::monitor::fixture
