#pragma once

#include "core/monitor/alerts.h"

#include <span>
#include <vector>

/// One rule on one series: from points and what was known before to what is known now. Pure.
namespace analemma::monitor {

struct RulePoint {
    qint64 time = 0;  ///< milliseconds since 1970
    double value = 0;
    double weight = 1;  ///< how many values it is the mean of
};

/// What a rule remembers of a series between two looks.
struct RuleState {
    AlertState state = AlertState::Quiet;
    qint64 since = 0;
    qint64 fired = 0;
    qint64 seen = 0;     ///< time of the newest value that was looked at
    qint64 spacing = 0;  ///< between values, as learned; 0: not known
    double value = 0;
    double worst = 0;
};

struct RuleInput {
    /// In order of time. Threshold: those after RuleState::seen, others are passed over. Absence:
    /// the newest one. Else: of the window.
    std::span<const RulePoint> points;
    std::span<const RulePoint> totals;  ///< BurnRate, Share
    qint64 now = 0;
    milliseconds quiet{0};  ///< Absence: for so long this machine listened and heard nothing
};

/// An alert from its beginning to its end.
struct Episode {
    qint64 since = 0;
    qint64 fired = 0;
    qint64 resolved = 0;
    double value = 0;
    double worst = 0;
};

struct Verdict {
    RuleState state;
    /// That ended within these points, in order. The first one may have been firing before.
    std::vector<Episode> ended;
};

/// Values that are no numbers, or lie in the future, are passed over. A silence of more than three
/// intervals (two minutes at least) ends what was pending: nobody knows what was in between; what
/// fires goes on until a value says otherwise. A clock that was set back begins anew.
Verdict evaluate(const AlertRule& rule, const RuleInput& input, RuleState before);

/// The figure that the bound is held against, from the points of a window; nothing when they are
/// too few or say too little. Threshold and Absence have none.
std::optional<double> windowFigure(const AlertRule& rule, const RuleInput& input);

/// Seconds until the line through the points reaches `limit`; infinite when it leads away or
/// nowhere. Nothing when they are fewer than 12, span less than half of `window`, or scatter so
/// that the slope is not sure (three standard errors), or when the newest third does not go on.
std::optional<double> secondsUntil(std::span<const RulePoint> points, double limit,
                                   milliseconds window);

/// Whether a rule needs the points of a window, and how often it is worth a look.
bool needsWindow(RuleKind kind);
milliseconds lookEvery(const AlertRule& rule);

}  // namespace analemma::monitor
