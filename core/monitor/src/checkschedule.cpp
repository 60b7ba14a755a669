#include "core/monitor/src/checkschedule.h"

#include <algorithm>
#include <vector>

namespace analemma::monitor {
namespace {

constexpr qint64 longestBeginning = 3'000;
constexpr qint64 jitterPart = 20;  ///< a twentieth of the period

/// FNV-1a, the same in every run.
quint64 spread(const QString& name, quint64 round)
{
    quint64 hash = 14695981039346656037ULL;
    const auto mix = [&hash](quint64 value) { hash = (hash ^ value) * 1099511628211ULL; };
    for (const QChar letter : name) {
        mix(letter.unicode());
    }
    mix(round);
    return hash ^ (hash >> 29U);
}

}  // namespace

void CheckSchedule::add(const QString& name, milliseconds every, qint64 now)
{
    const qint64 period = std::max<qint64>(every.count(), 1);
    Entry& entry = m_entries[name];
    if (entry.every == period) {
        return;
    }
    entry.every = period;
    entry.base = now + qint64(spread(name, 0) % quint64(std::min(period, longestBeginning)));
    entry.round = 0;
    entry.due = entry.base;
}

void CheckSchedule::remove(const QString& name)
{
    m_entries.erase(name);
}

void CheckSchedule::ask(const QString& name, qint64 now)
{
    const auto found = m_entries.find(name);
    if (found != m_entries.end() && !found->second.running) {
        found->second.due = std::min(found->second.due, now);
    }
}

/// To the next time after `now`.
void CheckSchedule::advance(const QString& name, Entry* entry, qint64 now)
{
    const qint64 reached = now < entry->base ? 0 : (now - entry->base) / entry->every + 1;
    entry->round = std::max(entry->round + 1, reached);
    const auto jitter =
        qint64(spread(name, quint64(entry->round)) % quint64(entry->every / jitterPart + 1));
    entry->due = entry->base + entry->round * entry->every + jitter;
}

QStringList CheckSchedule::start(qint64 now, int room)
{
    std::vector<std::pair<qint64, QString>> due;
    for (auto& [name, entry] : m_entries) {
        if (entry.due > now) {
            continue;
        }
        if (entry.running) {
            ++entry.late;
            advance(name, &entry, now);
            continue;
        }
        due.emplace_back(entry.due, name);
    }
    std::sort(due.begin(), due.end());
    QStringList names;
    for (const auto& [time, name] : due) {
        Entry& entry = m_entries[name];
        entry.waits = names.size() >= room;
        if (!entry.waits) {
            names += name;
            entry.running = true;
            advance(name, &entry, now);
        }
    }
    return names;
}

void CheckSchedule::done(const QString& name)
{
    const auto found = m_entries.find(name);
    if (found != m_entries.end()) {
        found->second.running = false;
    }
}

std::optional<qint64> CheckSchedule::next() const
{
    std::optional<qint64> first;
    for (const auto& [name, entry] : m_entries) {
        if (!entry.waits && (!first || entry.due < *first)) {
            first = entry.due;
        }
    }
    return first;
}

int CheckSchedule::late(const QString& name) const
{
    const auto found = m_entries.find(name);
    return found == m_entries.end() ? 0 : found->second.late;
}

bool CheckSchedule::isRunning(const QString& name) const
{
    const auto found = m_entries.find(name);
    return found != m_entries.end() && found->second.running;
}

int CheckSchedule::running() const
{
    return int(std::count_if(m_entries.begin(), m_entries.end(),
                             [](const auto& entry) { return entry.second.running; }));
}

}  // namespace analemma::monitor
