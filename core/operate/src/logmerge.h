#pragma once

#include "core/operate/logtail.h"

#include <QHash>

#include <vector>

namespace analemma::operate {

/// Puts lines of several servers into one order by their times. A line waits for a while, so that
/// earlier ones of slower servers can still go before it; lines of one server keep their order
/// whatever they say of their times. Knows no clock: its owner tells the time.
class LogMerge {
public:
    explicit LogMerge(milliseconds window) : m_window(window.count()) {}
    /// `now`: when it arrived.
    void add(LogLine line, qint64 now);
    /// Those that have waited long enough, and all that belong before them.
    QList<LogLine> take(qint64 now);
    QList<LogLine> takeAll();
    [[nodiscard]] bool isEmpty() const { return m_held.empty(); }

private:
    struct Held {
        qint64 key = 0;
        quint64 number = 0;
        qint64 arrived = 0;
        LogLine line;
    };
    QList<LogLine> takeUpTo(qint64 key);
    qint64 m_window;
    quint64 m_number = 0;
    std::vector<Held> m_held;
    QHash<QString, qint64> m_keys;  ///< of the last line of each server
};

}  // namespace analemma::operate
