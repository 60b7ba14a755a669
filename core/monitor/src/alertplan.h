#pragma once

#include "core/monitor/alerts.h"

#include <QSet>

/// Which rules look at which series. Pure; any thread.
namespace analemma::monitor {

/// A rule on a series.
struct RuleSeries {
    int rule = 0;  ///< index
    SeriesId series = SeriesId::None;
    SeriesId total = SeriesId::None;
    SeriesName name;
    QString environment;
    bool operator==(const RuleSeries&) const = default;
};

struct AlertPlan {
    std::vector<RuleSeries> pairs;
    /// Subjects that are known, and those of series that were heard of lately.
    QSet<QString> present;
    bool complete = true;  ///< `present` is all there are
};

/// Without subjects (`all`) every series is watched. With them, absence counts of those alone that
/// are expected to be heard of; one that was never heard of has no series (SeriesId::None).
AlertPlan planAlerts(const QList<AlertRule>& rules, const QList<AlertSubject>& subjects, bool all,
                     const QList<SeriesInfo>& known, qint64 now);

/// A value of one that is no longer expected counts for so long.
constexpr qint64 kFreshMs = 10 * 60 * 1000;

}  // namespace analemma::monitor
