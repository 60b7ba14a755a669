#pragma once

#include "core/base/clock.h"

#include <QString>
#include <QStringList>

#include <map>
#include <optional>

namespace analemma::monitor {

/// What is to be looked at when. Pure: times are given, milliseconds of a clock that only goes on.
///
/// Those of one period are spread over it, and each of their times a little more: many checks load
/// neither this machine nor the others in one moment. What still runs is not started again but
/// counted as late; times that nobody was there for (suspend) are left out.
class CheckSchedule {
public:
    /// Known ones keep their times when `every` is the same.
    void add(const QString& name, milliseconds every, qint64 now);
    void remove(const QString& name);
    /// Due at once.
    void ask(const QString& name, qint64 now);
    /// Those to start now, the longest due first, at most `room`; they run from then on.
    QStringList start(qint64 now, int room);
    void done(const QString& name);

    /// When to come back; nothing when there is nothing to do. What waits for room is not counted.
    [[nodiscard]] std::optional<qint64> next() const;
    [[nodiscard]] int late(const QString& name) const;
    [[nodiscard]] bool isRunning(const QString& name) const;
    [[nodiscard]] int running() const;

private:
    struct Entry {
        qint64 every = 0;
        qint64 base = 0;
        qint64 round = 0;
        qint64 due = 0;
        bool running = false;
        bool waits = false;  ///< for room
        int late = 0;
    };
    static void advance(const QString& name, Entry* entry, qint64 now);

    std::map<QString, Entry> m_entries;
};

}  // namespace analemma::monitor
