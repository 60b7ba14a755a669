#pragma once

#include <QList>
#include <QString>
#include <QtGlobal>

#include <limits>
#include <optional>
#include <vector>

/// What a chart shows: plain values without a store behind them. Times are milliseconds since 1970,
/// UTC.
namespace analemma::ui {

/// Every value of [from, from + step).
struct ChartColumn {
    qint64 count = 0;  ///< 0: nothing arrived, and the other fields mean nothing
    double min = 0;
    double max = 0;
    double mean = 0;
    double last = 0;
};

/// From the last value before a silence to the first after it.
struct ChartGap {
    qint64 from = 0;
    qint64 to = 0;
};

/// One series over time.
struct Chart {
    qint64 from = 0;  ///< of the first column
    qint64 step = 0;  ///< of each column, milliseconds; 0: nothing is known
    std::vector<ChartColumn> columns;
    std::vector<ChartGap> gaps;  ///< in order
};

enum class ChartUnit {
    Percent,
    Bytes,
    BytesPerSecond,
    PerSecond,
    Count,
    Seconds,
    Milliseconds,
    Flag,  ///< 1: yes; between 0 and 1: of several, so many
};

/// Whose line it is; colour and dashes follow from its place among the others.
struct ChartSeries {
    QString key;   ///< what a ChartSource is asked for
    QString name;  ///< "user"
};

/// The graver, the later.
enum class ChartMarkKind { Bake, Config, Deploy, Rollback, Incident };

/// Something that happened, as a vertical line with icon and word.
struct ChartMark {
    QString id;
    qint64 time = 0;
    ChartMarkKind kind = ChartMarkKind::Deploy;
    QString text;  ///< "1.4.2 to production"
};

/// Where values are a warning, or critical: a tint and a word.
struct ChartThreshold {
    double from = 0;
    double to = std::numeric_limits<double>::infinity();
    bool critical = false;
};

/// The column of a time; -1: outside. Pure.
inline qint64 columnAt(const Chart& chart, qint64 time)
{
    if (chart.step <= 0 || time < chart.from) {
        return -1;
    }
    const qint64 at = (time - chart.from) / chart.step;
    return at < qint64(chart.columns.size()) ? at : -1;
}

/// The value that holds at a time: of its column, or of the last one before it that no gap parts
/// from it. Null: there is none. Pure.
const ChartColumn* valueAt(const Chart& chart, qint64 time);
/// The end of the newest column with values, 0: none. Pure.
qint64 newestOf(const Chart& chart);

}  // namespace analemma::ui
