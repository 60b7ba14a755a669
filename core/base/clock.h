#pragma once

#include <QDateTime>
#include <QString>

#include <chrono>
#include <optional>

namespace analemma {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// Time as the core sees it: UTC for what is written down, a monotonic count for durations.
/// An interface, so that a test can hand in its own.
class Clock {
public:
    virtual ~Clock() = default;
    [[nodiscard]] virtual QDateTime now() const = 0;           ///< UTC, milliseconds
    [[nodiscard]] virtual milliseconds sinceBoot() const = 0;  ///< monotonic, counts suspend
};

/// The machine's clock (CLOCK_REALTIME and CLOCK_BOOTTIME). Any thread.
class SystemClock : public Clock {
public:
    [[nodiscard]] QDateTime now() const override;
    [[nodiscard]] milliseconds sinceBoot() const override;
};

/// "2026-11-23T08:40:23.120Z", the one form in which times are stored and printed as data.
QString toIso(const QDateTime& time);
QDateTime fromIso(const QString& text);

/// "38 ms", "1.3 s", "41 s", "3 min 20 s", "2 h 5 min": durations for people.
QString durationText(milliseconds duration);
/// "just now", "12 s ago", "2 min ago", "3 h ago", "4 d ago", "9 y ago".
QString ageText(const QDateTime& time, const QDateTime& now);
/// "1s", "500ms", "2m", "1h" as written in the workspace file and on the command line.
std::optional<milliseconds> parseDuration(const QString& text);

}  // namespace analemma
