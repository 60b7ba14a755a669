#pragma once

#include <QString>
#include <QTimeZone>

#include <functional>
#include <vector>

/// Where the words of a time axis stand, in local time; safe where clocks are set forward and back.
/// Times are milliseconds since 1970, UTC. Pure.
namespace analemma::ui {

struct TimeTick {
    qint64 time = 0;
    QString text;      ///< "14:02", "14:02:30"; "Fri 27 Nov" where a day begins
    bool day = false;  ///< a day begins here
};

/// The range of a chart may be so short and so long.
constexpr qint64 shortestSpan = 60'000;
constexpr qint64 longestSpan = 30LL * 86'400'000;

/// Ticks in [from, to] on an axis of `pixels`, at least `apart` pixels between two words, whose
/// width is `widthOf`. Rising in time. Days come before times where both would not fit.
std::vector<TimeTick> timeTicks(qint64 from, qint64 to, double pixels, const QTimeZone& zone,
                                const std::function<double(const QString&)>& widthOf,
                                double apart = 12);

/// "14:02:11" today, "Thu 26 Nov 14:02:11" on another day than `now`.
QString momentText(qint64 time, qint64 now, const QTimeZone& zone);
/// "27 Nov 13:02 – 14:02", "26 Nov 22:00 – 27 Nov 04:00".
QString rangeText(qint64 from, qint64 to, const QTimeZone& zone);
/// The zone that charts are drawn in: the machine's.
QTimeZone chartZone();

}  // namespace analemma::ui
