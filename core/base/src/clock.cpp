#include "core/base/clock.h"

#include <QRegularExpression>
#include <QTimeZone>

#include <ctime>

using namespace Qt::StringLiterals;

namespace analemma {

QDateTime SystemClock::now() const
{
    return QDateTime::currentDateTimeUtc();
}

milliseconds SystemClock::sinceBoot() const
{
    timespec time{};
    ::clock_gettime(CLOCK_BOOTTIME, &time);
    return milliseconds(time.tv_sec * 1000 + time.tv_nsec / 1'000'000);
}

QString toIso(const QDateTime& time)
{
    return time.isValid() ? time.toUTC().toString(Qt::ISODateWithMs) : QString();
}

QDateTime fromIso(const QString& text)
{
    return text.isEmpty() ? QDateTime() : QDateTime::fromString(text, Qt::ISODateWithMs).toUTC();
}

QString durationText(milliseconds duration)
{
    const qint64 ms = duration.count();
    if (ms < 1000) {
        return u"%1 ms"_s.arg(ms);
    }
    if (ms < 10'000) {
        return u"%1 s"_s.arg(double(ms) / 1000, 0, 'f', 1);
    }
    const qint64 total = (ms + 500) / 1000;
    if (total < 60) {
        return u"%1 s"_s.arg(total);
    }
    if (total < 3600) {
        return total % 60 == 0 ? u"%1 min"_s.arg(total / 60)
                               : u"%1 min %2 s"_s.arg(total / 60).arg(total % 60);
    }
    const qint64 minutes = total / 60;
    return minutes % 60 == 0 ? u"%1 h"_s.arg(minutes / 60)
                             : u"%1 h %2 min"_s.arg(minutes / 60).arg(minutes % 60);
}

QString ageText(const QDateTime& time, const QDateTime& now)
{
    if (!time.isValid()) {
        return u"never"_s;
    }
    const qint64 age = std::max<qint64>(0, time.secsTo(now));
    if (age < 2) {
        return u"just now"_s;
    }
    if (age < 60) {
        return u"%1 s ago"_s.arg(age);
    }
    if (age < 3600) {
        return u"%1 min ago"_s.arg(age / 60);
    }
    if (age < 86'400) {
        return u"%1 h ago"_s.arg(age / 3600);
    }
    const qint64 days = age / 86'400;
    const qint64 years = (days + 183) / 365;  // the nearest, as git tells them
    return days < 365 ? u"%1 d ago"_s.arg(days) : u"%1 y ago"_s.arg(years);
}

std::optional<milliseconds> parseDuration(const QString& text)
{
    static const QRegularExpression form(u"^([0-9]{1,9})(ms|s|m|h)$"_s);
    const QRegularExpressionMatch match = form.match(text);
    if (!match.hasMatch()) {
        return std::nullopt;
    }
    const qint64 number = match.captured(1).toLongLong();
    const QString unit = match.captured(2);
    const qint64 scale = unit == "ms"_L1  ? 1
                         : unit == "s"_L1 ? 1000
                         : unit == "m"_L1 ? 60'000
                                          : 3'600'000;
    return milliseconds(number * scale);
}

}  // namespace analemma
