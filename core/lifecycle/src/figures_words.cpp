#include "core/lifecycle/figures.h"

#include <algorithm>
#include <cmath>

using namespace Qt::StringLiterals;

namespace analemma::lifecycle {
namespace {

constexpr double kSameShare = 0.05;
constexpr double kSamePoints = 1;

std::optional<double> countOf(const std::optional<milliseconds>& span)
{
    return span ? std::optional(double(span->count())) : std::nullopt;
}

bool isRate(Figure figure)
{
    return figure == Figure::FailureRate || figure == Figure::Rework;
}

}  // namespace

QString toString(Figure figure)
{
    switch (figure) {
        case Figure::Frequency:
            return u"deployment frequency"_s;
        case Figure::LeadTime:
            return u"lead time from commit"_s;
        case Figure::FailureRate:
            return u"change failure rate"_s;
        case Figure::RestoreTime:
            return u"time to restore"_s;
        case Figure::Rework:
            return u"rework rate"_s;
    }
    return {};
}

QString toString(Bucket bucket)
{
    return bucket == Bucket::Day ? u"day"_s : u"week"_s;
}

std::optional<Bucket> bucketFromString(const QString& text)
{
    return text == "day"_L1    ? std::optional(Bucket::Day)
           : text == "week"_L1 ? std::optional(Bucket::Week)
                               : std::nullopt;
}

Bucket bucketFor(milliseconds period)
{
    return period <= std::chrono::hours(24 * 31) ? Bucket::Day : Bucket::Week;
}

QDateTime FigureQuery::before() const
{
    return from.addMSecs(-from.msecsTo(to));
}

std::optional<double> valueOf(const Figures& figures, Figure figure)
{
    switch (figure) {
        case Figure::Frequency:
            return figures.perWeek;
        case Figure::LeadTime:
            return countOf(figures.leadTime);
        case Figure::FailureRate:
            return figures.failureRate;
        case Figure::RestoreTime:
            return countOf(figures.restoreTime);
        case Figure::Rework:
            return figures.reworkRate;
    }
    return {};
}

QStringList eventsOf(const Figures& figures, Figure figure)
{
    switch (figure) {
        case Figure::Frequency:
            return figures.deployed;
        case Figure::LeadTime:
            return figures.timed;
        case Figure::FailureRate:
            return figures.failed;
        case Figure::RestoreTime:
            return figures.mended;
        case Figure::Rework:
            return figures.reworked;
    }
    return {};
}

QString numberText(Figure figure, std::optional<double> value, const QLocale& locale)
{
    if (!value) {
        return u"-"_s;
    }
    if (isRate(figure)) {
        return u"%1 %"_s.arg(std::round(*value));
    }
    if (figure == Figure::Frequency) {
        return locale.toString(*value, 'f', *value < 10 && *value > 0 ? 1 : 0);
    }
    constexpr double hour = 3'600'000;
    if (*value >= 48 * hour) {
        return u"%1 d"_s.arg(
            locale.toString(*value / (24 * hour), 'f', *value < 240 * hour ? 1 : 0));
    }
    if (*value >= 10 * hour) {
        return u"%1 h"_s.arg(std::round(*value / hour));
    }
    const auto span = qint64(*value);
    constexpr qint64 minute = 60'000;  // seconds say nothing beside ten of them
    return durationText(
        milliseconds(span >= 10 * minute ? (span + minute / 2) / minute * minute : span));
}

QString toString(Course course)
{
    switch (course) {
        case Course::Unknown:
            return u"nothing to compare"_s;
        case Course::Same:
            return u"about the same"_s;
        case Course::Better:
            return u"better"_s;
        case Course::Worse:
            return u"worse"_s;
    }
    return {};
}

Comparison compare(Figure figure, const Figures& now, const Figures& before)
{
    Comparison made;
    made.now = valueOf(now, figure);
    if (before.deployments > 0) {  // 0 a week before the first deployment says nothing
        made.before = valueOf(before, figure);
    }
    if (!made.now || !made.before) {
        return made;
    }
    const double change = *made.now - *made.before;
    const double share = std::abs(*made.before) * kSameShare;
    made.rose = change > 0;
    if (std::abs(change) <= (isRate(figure) ? std::max(share, kSamePoints) : share)) {
        made.course = Course::Same;
        return made;
    }
    const bool risingIsGood = figure == Figure::Frequency;
    made.course = made.rose == risingIsGood ? Course::Better : Course::Worse;
    return made;
}

const Delivery* FigureReport::delivery(const QString& operation) const
{
    const auto found = std::ranges::find(deliveries, operation, &Delivery::operation);
    return found == deliveries.end() ? nullptr : &*found;
}

}  // namespace analemma::lifecycle
