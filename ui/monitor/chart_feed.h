#pragma once

#include "core/base/result.h"
#include "ui/monitor/chart_data.h"

#include <QObject>
#include <QPointer>
#include <QStringList>

#include <functional>
#include <optional>

namespace analemma::ui {

class ChartGroup;
class ChartView;

/// Where charts get their values; the panel puts a store behind it.
class ChartSource {
public:
    virtual ~ChartSource() = default;
    using Told = std::function<void(Result<std::vector<Chart>>)>;
    /// [from, to) of these series in at most `pixels` columns each, one chart for each key in their
    /// order, all with the same step. Answers once, on the main thread, at once or later.
    virtual void ask(const QStringList& keys, qint64 from, qint64 to, int pixels, Told told) = 0;
};

/// What is to be asked for.
struct ChartWish {
    qint64 from = 0;
    qint64 to = 0;
    int pixels = 1;
    bool whole = false;  ///< in place of all that is known, not in addition
    bool operator==(const ChartWish&) const = default;
};

/// What is known: the charts, what they were asked for, and at how many milliseconds a pixel.
struct ChartKnown {
    std::vector<Chart> charts;
    qint64 to = 0;
    double density = 0;
};

/// What is missing of [from, to) for so many pixels; nothing when all is there. Whole steps of a
/// round grid, so that columns do not shift when they are asked for again; values that came late
/// are caught by asking for the newest columns once more. Pure.
std::optional<ChartWish> missingOf(const ChartKnown& known, qint64 from, qint64 to, int pixels);

/// Puts an answer into what is known; false when its columns do not fit in, then nothing changed.
/// Columns far from [from, to) are let go. Pure.
bool takeIn(ChartKnown& known, std::vector<Chart> answer, const ChartWish& wish, qint64 from,
            qint64 to);

/// Keeps one ChartView filled: asks its source for what is missing of the group's range, one
/// request at a time, the newest wish next. Out of sight it asks nothing. Main thread.
class ChartFeed : public QObject {
    Q_OBJECT
public:
    /// The source must outlive the feed. Owned by the view.
    ChartFeed(ChartSource* source, ChartView* view);

    /// Asks for all anew: the series are others, or their past changed.
    void refresh();
    [[nodiscard]] bool isAsking() const { return m_asking; }

private:
    void update();
    void updateSoon();
    void answered(const ChartWish& wish, int round, Result<std::vector<Chart>> answer);
    ChartSource* m_source;
    ChartView* m_view;
    QPointer<ChartGroup> m_group;
    ChartKnown m_known;
    int m_round = 0;  ///< answers of an earlier one are let go
    bool m_asking = false;
    bool m_again = false;
    bool m_soon = false;
    bool m_postponed = false;
};

}  // namespace analemma::ui
