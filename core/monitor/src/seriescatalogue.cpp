#include "core/monitor/src/seriescatalogue.h"

#include "core/base/log.h"

namespace analemma::monitor {
namespace {

constexpr qsizetype kMostNotices = 20;

}  // namespace

void SeriesCatalogue::clear()
{
    const std::scoped_lock lock(m_mutex);
    m_ids.clear();
    m_entries.assign(1, {});
}

void SeriesCatalogue::learn(SeriesId id, const SeriesName& name)
{
    const std::scoped_lock lock(m_mutex);
    const auto at = static_cast<std::size_t>(id);
    if (at >= m_entries.size()) {
        m_entries.resize(at + 1);
    }
    m_entries[at].name = name;
    m_entries[at].known = true;
    m_ids[name] = id;
}

void SeriesCatalogue::forget(SeriesId id)
{
    const std::scoped_lock lock(m_mutex);
    Entry& entry = m_entries[static_cast<std::size_t>(id)];
    m_ids.erase(entry.name);
    entry = {};
}

SeriesId SeriesCatalogue::find(const SeriesName& name, int limit)
{
    const std::scoped_lock lock(m_mutex);
    const auto found = m_ids.find(name);
    if (found != m_ids.end()) {
        return found->second;
    }
    if (!m_status.recording || m_ids.size() >= static_cast<std::size_t>(limit) ||
        name.metric.isEmpty()) {
        return SeriesId::None;
    }
    const auto id = static_cast<SeriesId>(m_entries.size());
    Entry& entry = m_entries.emplace_back();
    entry.name = name;
    entry.known = true;
    m_ids.emplace(name, id);
    return id;
}

bool SeriesCatalogue::knows(SeriesId id) const
{
    const std::scoped_lock lock(m_mutex);
    const auto at = static_cast<std::size_t>(id);
    return at < m_entries.size() && m_entries[at].known;
}

quint32 SeriesCatalogue::last() const
{
    const std::scoped_lock lock(m_mutex);
    return static_cast<quint32>(m_entries.size() - 1);
}

QList<SeriesInfo> SeriesCatalogue::after(quint32 id) const
{
    const std::scoped_lock lock(m_mutex);
    QList<SeriesInfo> list;
    for (std::size_t i = std::size_t(id) + 1; i < m_entries.size(); ++i) {
        if (m_entries[i].known) {
            list.append({static_cast<SeriesId>(i), m_entries[i].name, m_entries[i].latest});
        }
    }
    return list;
}

void SeriesCatalogue::setLatest(const std::vector<std::pair<SeriesId, Latest>>& values)
{
    const std::scoped_lock lock(m_mutex);
    for (const auto& [id, latest] : values) {
        m_entries[static_cast<std::size_t>(id)].latest = latest;
    }
}

std::vector<Latest> SeriesCatalogue::latest(const std::vector<SeriesId>& series) const
{
    const std::scoped_lock lock(m_mutex);
    std::vector<Latest> values;
    values.reserve(series.size());
    for (const SeriesId id : series) {
        const auto at = static_cast<std::size_t>(id);
        values.push_back(at < m_entries.size() ? m_entries[at].latest : Latest());
    }
    return values;
}

QList<SeriesInfo> SeriesCatalogue::list(const QString& subject) const
{
    QList<SeriesInfo> all = after(0);
    if (!subject.isEmpty()) {
        all.removeIf([&](const SeriesInfo& info) { return info.name.subject != subject; });
    }
    return all;
}

SeriesStatus SeriesCatalogue::status() const
{
    const std::scoped_lock lock(m_mutex);
    SeriesStatus status = m_status;
    status.series = static_cast<qint64>(m_ids.size());
    return status;
}

bool SeriesCatalogue::setStatus(const std::function<void(SeriesStatus&)>& change)
{
    const std::scoped_lock lock(m_mutex);
    const SeriesStatus before = m_status;
    change(m_status);
    return before.recording != m_status.recording || before.recorder != m_status.recorder ||
           before.problem != m_status.problem || before.notices != m_status.notices;
}

void SeriesCatalogue::notice(const QString& sentence)
{
    logLine(LogLevel::Info, "monitor", sentence);
    setStatus([&](SeriesStatus& status) {
        status.notices.append(sentence);
        while (status.notices.size() > kMostNotices) {
            status.notices.removeFirst();
        }
    });
}

}  // namespace analemma::monitor
