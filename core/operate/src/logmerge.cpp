#include "core/operate/src/logmerge.h"

#include <algorithm>
#include <limits>

namespace analemma::operate {
namespace {

constexpr std::size_t kMostHeld = 100'000;

}  // namespace

void LogMerge::add(LogLine line, qint64 now)
{
    qint64& key = m_keys[line.server];
    key = std::max(key, line.time);
    m_held.push_back({key, ++m_number, now, std::move(line)});
}

QList<LogLine> LogMerge::take(qint64 now)
{
    if (m_held.size() > kMostHeld) {
        return takeAll();
    }
    qint64 upTo = std::numeric_limits<qint64>::min();
    for (const Held& held : m_held) {
        if (held.arrived <= now - m_window) {
            upTo = std::max(upTo, held.key);
        }
    }
    return takeUpTo(upTo);
}

QList<LogLine> LogMerge::takeAll()
{
    return takeUpTo(std::numeric_limits<qint64>::max());
}

QList<LogLine> LogMerge::takeUpTo(qint64 key)
{
    const auto rest = std::stable_partition(m_held.begin(), m_held.end(),
                                            [key](const Held& held) { return held.key <= key; });
    std::sort(m_held.begin(), rest, [](const Held& a, const Held& b) {
        return a.key != b.key ? a.key < b.key : a.number < b.number;
    });
    QList<LogLine> lines;
    lines.reserve(rest - m_held.begin());
    for (auto held = m_held.begin(); held != rest; ++held) {
        lines.append(std::move(held->line));
    }
    m_held.erase(m_held.begin(), rest);
    return lines;
}

}  // namespace analemma::operate
