#include "core/operate/src/logtime.h"

#include <QDateTime>

#include <algorithm>
#include <array>

namespace analemma::operate {
namespace {

constexpr qint64 kLogAheadAtMost = qint64(24) * 3600 * 1000;
constexpr qsizetype kLogTimeWithin = 100;  ///< bytes of a line that are looked at
constexpr qsizetype kLogTimeWithinJson = 1'000;

bool isLogDigit(char c)
{
    return c >= '0' && c <= '9';
}

QByteArrayView firstOf(QByteArrayView text, qsizetype bytes)
{
    return text.first(std::min(bytes, text.size()));
}

/// Reads from a place on; each step fails for good.
class TimeText {
public:
    TimeText(QByteArrayView text, qsizetype at) : m_text(text), m_at(at) {}

    [[nodiscard]] bool ok() const { return m_ok; }
    [[nodiscard]] char peek() const { return m_at < m_text.size() ? m_text[m_at] : '\0'; }
    int number(int least, int most)
    {
        int value = 0;
        int digits = 0;
        while (digits < most && isLogDigit(peek())) {
            value = value * 10 + (peek() - '0');
            ++m_at;
            ++digits;
        }
        m_ok = m_ok && digits >= least;
        return value;
    }
    void mark(QByteArrayView choices)
    {
        m_ok = m_ok && m_at < m_text.size() && choices.contains(m_text[m_at]);
        ++m_at;
    }
    bool optional(QByteArrayView choices)
    {
        if (m_ok && m_at < m_text.size() && choices.contains(m_text[m_at])) {
            ++m_at;
            return true;
        }
        return false;
    }
    /// "Nov" as 11.
    int month()
    {
        static constexpr std::array<QByteArrayView, 12> names{
            "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
        const auto found =
            std::ranges::find(names, firstOf(m_text.sliced(std::min(m_at, m_text.size())), 3));
        m_ok = m_ok && found != names.end();
        m_at += 3;
        return int(found - names.begin()) + 1;
    }
    QTime clock()
    {
        const int hours = number(2, 2);
        mark(":");
        const int minutes = number(2, 2);
        mark(":");
        const int seconds = number(2, 2);
        int thousandths = 0;
        if (optional(".,")) {
            int factor = 100;
            m_ok = m_ok && isLogDigit(peek());
            while (isLogDigit(peek())) {
                thousandths += (peek() - '0') * factor;
                factor /= 10;
                ++m_at;
            }
        }
        return {hours, minutes, std::min(seconds, 59), thousandths};
    }
    /// "Z", "+01:00", " +0100"; else what is usual there.
    int zone(int usual)
    {
        if (optional("Z")) {
            return 0;
        }
        const qsizetype before = m_at;
        optional(" ");
        const char sign = peek();
        if (sign != '+' && sign != '-') {
            m_at = before;
            return usual;
        }
        ++m_at;
        const int hours = number(2, 2);
        optional(":");
        const int minutes = number(2, 2);
        return (sign == '-' ? -1 : 1) * (hours * 3600 + minutes * 60);
    }

private:
    QByteArrayView m_text;
    qsizetype m_at;
    bool m_ok = true;
};

std::optional<qint64> logMoment(const TimeText& text, const QDate& date, const QTime& time,
                                int zone)
{
    if (!text.ok() || !date.isValid() || !time.isValid() || std::abs(zone) > 15 * 3600) {
        return std::nullopt;
    }
    return QDateTime(date, time, Qt::OffsetFromUTC, zone).toMSecsSinceEpoch();
}

/// "2026-11-27T14:02:11.123+01:00", "2026/11/27 14:02:11"
std::optional<qint64> isoTime(QByteArrayView line, qsizetype at, int zone)
{
    TimeText text(line, at);
    const int year = text.number(4, 4);
    const char between = text.peek();
    text.mark("-/");
    const int month = text.number(2, 2);
    text.mark(QByteArrayView(&between, 1));
    const int day = text.number(2, 2);
    text.mark("T _");
    const QTime time = text.clock();
    const int there = text.zone(zone);
    return logMoment(text, QDate(year, month, day), time, there);
}

/// "Nov 27 14:02:11": the year is that of the arrival, or the one before.
std::optional<qint64> syslogTime(QByteArrayView line, qsizetype at, int zone, qint64 arrival)
{
    TimeText text(line, at);
    const int month = text.month();
    text.mark(" ");
    text.optional(" ");
    const int day = text.number(1, 2);
    text.mark(" ");
    const QTime time = text.clock();
    const int year = QDateTime::fromMSecsSinceEpoch(arrival, Qt::OffsetFromUTC, zone).date().year();
    const auto found = logMoment(text, QDate(year, month, day), time, zone);
    return found && *found > arrival + kLogAheadAtMost
               ? logMoment(text, QDate(year - 1, month, day), time, zone)
               : found;
}

/// "27/Nov/2026:14:02:11 +0000"
std::optional<qint64> accessTime(QByteArrayView line, qsizetype at, int zone)
{
    TimeText text(line, at);
    const int day = text.number(2, 2);
    text.mark("/");
    const int month = text.month();
    text.mark("/");
    const int year = text.number(4, 4);
    text.mark(":");
    const QTime time = text.clock();
    const int there = text.zone(zone);
    return logMoment(text, QDate(year, month, day), time, there);
}

/// Seconds since 1970, with a fraction perhaps, or milliseconds.
std::optional<qint64> countedTime(QByteArrayView line, qsizetype at)
{
    qint64 value = 0;
    qsizetype digits = 0;
    for (; at + digits < line.size() && digits < 14 && isLogDigit(line[at + digits]); ++digits) {
        value = value * 10 + (line[at + digits] - '0');
    }
    if (digits == 13) {
        return value;
    }
    if (digits != 10) {
        return std::nullopt;
    }
    value *= 1000;
    at += digits;
    if (at < line.size() && line[at] == '.') {
        qint64 factor = 100;
        for (++at; at < line.size() && isLogDigit(line[at]); ++at, factor /= 10) {
            value += (line[at] - '0') * factor;
        }
    }
    return value;
}

std::optional<qint64> jsonTime(QByteArrayView line, int zone)
{
    for (const QByteArrayView key :
         {QByteArrayView("\"time\":"), QByteArrayView("\"ts\":"), QByteArrayView("\"timestamp\":"),
          QByteArrayView("\"@timestamp\":")}) {
        qsizetype at = line.indexOf(key);
        if (at < 0) {
            continue;
        }
        at += key.size();
        while (at < line.size() && (line[at] == ' ' || line[at] == '"')) {
            ++at;
        }
        if (const auto iso = isoTime(line, at, zone)) {
            return iso;
        }
        if (const auto counted = countedTime(line, at)) {
            return counted;
        }
    }
    return std::nullopt;
}

std::optional<qint64> anyTime(QByteArrayView line, int zone, qint64 arrival)
{
    if (line.startsWith('{')) {
        return jsonTime(firstOf(line, kLogTimeWithinJson), zone);
    }
    const QByteArrayView head = firstOf(line, kLogTimeWithin);
    for (qsizetype at = 0; at + 14 < head.size(); ++at) {
        const bool begins = at == 0 || !isLogDigit(head[at - 1]);
        if (isLogDigit(head[at]) && begins) {
            if (const auto iso = isoTime(line, at, zone)) {
                return iso;
            }
            if (const auto access = accessTime(line, at, zone)) {
                return access;
            }
        }
    }
    // "<34>Nov 27 ..." of a raw syslog.
    const qsizetype begin = head.startsWith('<') ? head.indexOf('>') + 1 : 0;
    if (const auto syslog = syslogTime(line, begin, zone, arrival)) {
        return syslog;
    }
    return countedTime(line, 0);
}

}  // namespace

std::optional<qint64> logTime(QByteArrayView line, int zone, qint64 arrival)
{
    const std::optional<qint64> found = anyTime(line, zone, arrival);
    return found && *found > 0 && *found <= arrival + kLogAheadAtMost ? found : std::nullopt;
}

std::optional<int> zoneSeconds(QByteArrayView text)
{
    if (text.size() != 5 || (text[0] != '+' && text[0] != '-')) {
        return std::nullopt;
    }
    TimeText digits(text, 1);
    const int hours = digits.number(2, 2);
    const int minutes = digits.number(2, 2);
    if (!digits.ok() || hours > 15 || minutes > 59) {
        return std::nullopt;
    }
    return (text[0] == '-' ? -1 : 1) * (hours * 3600 + minutes * 60);
}

}  // namespace analemma::operate
