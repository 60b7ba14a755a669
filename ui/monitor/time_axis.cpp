#include "ui/monitor/time_axis.h"

#include <QDateTime>
#include <QLocale>

#include <algorithm>
#include <array>

using namespace Qt::StringLiterals;

namespace analemma::ui {

namespace {

constexpr qint64 timeMinute = 60'000;
constexpr qint64 timeHour = 60 * timeMinute;
constexpr qint64 timeDay = 24 * timeHour;
constexpr std::array<qint64, 20> timeSteps{
    1000,        2000,           5000,           10'000,          15'000,          30'000,
    timeMinute,  2 * timeMinute, 5 * timeMinute, 10 * timeMinute, 15 * timeMinute, 30 * timeMinute,
    timeHour,    2 * timeHour,   3 * timeHour,   6 * timeHour,    12 * timeHour,   timeDay,
    2 * timeDay, 7 * timeDay};
constexpr qint64 mostTimeTicks = 500;

QDateTime localTime(qint64 time, const QTimeZone& zone)
{
    return QDateTime::fromMSecsSinceEpoch(time, zone);
}

TimeTick tickOf(qint64 time, qint64 step, const QTimeZone& zone, bool day)
{
    const QLocale locale;
    const QDateTime local = localTime(time, zone);
    if (day) {
        return {time, locale.toString(local.date(), step < timeDay ? u"ddd d MMM"_s : u"d MMM"_s),
                true};
    }
    return {time, locale.toString(local.time(), step < timeMinute ? u"HH:mm:ss"_s : u"HH:mm"_s),
            false};
}

/// Every local time of day that is a multiple of the step (at most an hour), both of those that a
/// clock shows twice.
void addTimes(std::vector<TimeTick>& ticks, qint64 from, qint64 to, qint64 step,
              const QTimeZone& zone)
{
    qint64 at = from;
    for (qint64 round = 0; round < mostTimeTicks && at <= to; ++round) {
        const qint64 offset = qint64(localTime(at, zone).offsetFromUtc()) * 1000;
        const qint64 rest = ((at + offset) % step + step) % step;
        const qint64 next = rest == 0 ? at : at + step - rest;
        const qint64 after = qint64(localTime(next, zone).offsetFromUtc()) * 1000;
        if (after != offset && (next + after) % step != 0) {
            at = next;  // the clock was set on the way there
            continue;
        }
        if (next <= to) {
            const QTime time = localTime(next, zone).time();
            ticks.push_back(tickOf(next, step, zone, time == QTime(0, 0)));
        }
        at = next + 1;
    }
}

/// Several hours, or days: from each local midnight on.
void addHours(std::vector<TimeTick>& ticks, qint64 from, qint64 to, qint64 step,
              const QTimeZone& zone)
{
    const QDate last = localTime(to, zone).date();
    const int hours = int(step / timeHour);
    for (QDate date = localTime(from, zone).date(); date <= last; date = date.addDays(1)) {
        if (step > timeDay && date.toJulianDay() % (step / timeDay) != 0) {
            continue;
        }
        for (int hour = 0; hour < 24; hour += hours) {
            // A time that a clock leaves out is moved behind the hole; a midnight is kept as day.
            const QDateTime local =
                hour == 0 ? date.startOfDay(zone) : QDateTime(date, QTime(hour, 0), zone);
            const qint64 time = local.toMSecsSinceEpoch();
            if (time >= from && time <= to && (ticks.empty() || time > ticks.back().time)) {
                ticks.push_back(tickOf(time, step, zone, hour == 0));
            }
        }
    }
}

/// Leaves out what stands too near to a neighbour; days stay before times.
std::vector<TimeTick> fitting(const std::vector<TimeTick>& ticks, double pixelsEach, qint64 from,
                              const std::function<double(const QString&)>& widthOf, double apart)
{
    std::vector<TimeTick> kept;
    std::vector<double> ends;
    for (const TimeTick& tick : ticks) {
        const double centre = double(tick.time - from) * pixelsEach;
        const double half = widthOf(tick.text) / 2;
        while (!kept.empty() && tick.day && !kept.back().day &&
               centre - half < ends.back() + apart) {
            kept.pop_back();
            ends.pop_back();
        }
        if (kept.empty() || centre - half >= ends.back() + apart) {
            kept.push_back(tick);
            ends.push_back(centre + half);
        }
    }
    return kept;
}

}  // namespace

std::vector<TimeTick> timeTicks(qint64 from, qint64 to, double pixels, const QTimeZone& zone,
                                const std::function<double(const QString&)>& widthOf, double apart)
{
    if (to <= from || pixels <= 0 || to - from > 400 * timeDay) {
        return {};
    }
    const double pixelsEach = pixels / double(to - from);
    const auto fits = [&](qint64 step) {
        const QString sample = step < timeMinute ? u"00:00:00"_s
                               : step < timeDay  ? u"00:00"_s
                                                 : u"00 MMM"_s;
        // A share of air makes an axis calm.
        return double(step) * pixelsEach >= (widthOf(sample) + apart) * 1.5;
    };
    const auto* found = std::find_if(timeSteps.begin(), timeSteps.end(), fits);
    const qint64 step = found != timeSteps.end() ? *found : timeSteps.back();
    std::vector<TimeTick> ticks;
    if (step <= timeHour) {
        addTimes(ticks, from, to, step, zone);
    } else {
        addHours(ticks, from, to, step, zone);
    }
    return fitting(ticks, pixelsEach, from, widthOf, apart);
}

QString momentText(qint64 time, qint64 now, const QTimeZone& zone)
{
    const QDateTime local = localTime(time, zone);
    const bool today = local.date() == localTime(now, zone).date();
    return QLocale().toString(local, today ? u"HH:mm:ss"_s : u"ddd d MMM HH:mm:ss"_s);
}

QString rangeText(qint64 from, qint64 to, const QTimeZone& zone)
{
    const QLocale locale;
    const QDateTime begin = localTime(from, zone);
    const QDateTime end = localTime(to, zone);
    const QString clock = to - from < 10 * timeMinute ? u"HH:mm:ss"_s : u"HH:mm"_s;
    const bool oneDay = begin.date() == end.date();
    return locale.toString(begin, u"ddd d MMM "_s + clock) + u" – "_s +
           locale.toString(end, oneDay ? clock : u"ddd d MMM "_s + clock);
}

QTimeZone chartZone()
{
    return QTimeZone::systemTimeZone();
}

}  // namespace analemma::ui
