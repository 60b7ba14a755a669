#include "ui/monitor/chart_data.h"

#include <algorithm>

namespace analemma::ui {

const ChartColumn* valueAt(const Chart& chart, qint64 time)
{
    qint64 at = columnAt(chart, time);
    if (at < 0 && chart.step > 0 && time >= chart.from) {
        at = qint64(chart.columns.size()) - 1;
    }
    for (; at >= 0; --at) {
        const ChartColumn& column = chart.columns[std::size_t(at)];
        const qint64 end = chart.from + (at + 1) * chart.step;
        const bool parted = std::any_of(
            chart.gaps.cbegin(), chart.gaps.cend(),
            [&](const ChartGap& gap) { return gap.to > time && gap.from < time && end <= time; });
        if (parted) {
            return nullptr;
        }
        if (column.count > 0) {
            return &column;
        }
    }
    return nullptr;
}

qint64 newestOf(const Chart& chart)
{
    for (qint64 at = qint64(chart.columns.size()) - 1; at >= 0; --at) {
        if (chart.columns[std::size_t(at)].count > 0) {
            return chart.from + (at + 1) * chart.step;
        }
    }
    return 0;
}

}  // namespace analemma::ui
