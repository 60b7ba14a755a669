#include "core/monitor/src/seriescatalogue.h"

#include "core/base/log.h"
#include "core/monitor/src/seriesrows.h"

#include <algorithm>
#include <tuple>

namespace analemma::monitor {
namespace {

constexpr qsizetype kMostNotices = 20;

}  // namespace

void SeriesCatalogue::clear()
{
    const std::scoped_lock lock(m_mutex);
    m_subjects.clear();
    m_texts.clear();
    m_entries.clear();
    m_entries.resize(1);
    m_latest.assign(1, {});
    m_known = 0;
}

SeriesCatalogue::Ids::iterator SeriesCatalogue::placeOf(Ids& ids, const SeriesName& name)
{
    return std::lower_bound(
        ids.begin(), ids.end(), name, [this](SeriesId id, const SeriesName& wanted) {
            const SeriesName& own = m_entries[static_cast<std::size_t>(id)].name;
            return std::tie(own.metric, own.labels) < std::tie(wanted.metric, wanted.labels);
        });
}

/// Under the mutex; the entry is there.
void SeriesCatalogue::put(SeriesId id, const SeriesName& name)
{
    auto subject = m_subjects.find(name.subject);
    if (subject == m_subjects.end()) {
        subject = m_subjects.insert(name.subject, {});
    }
    Entry& entry = m_entries[static_cast<std::size_t>(id)];
    entry.name = {subject.key(), *m_texts.insert(name.metric), *m_texts.insert(name.labels)};
    m_known += entry.known ? 0 : 1;
    entry.known = true;
    const auto place = placeOf(*subject, name);
    const bool isThere =
        place != subject->end() && m_entries[static_cast<std::size_t>(*place)].name == entry.name;
    if (isThere) {
        *place = id;
    } else {
        subject->insert(place, id);
    }
}

void SeriesCatalogue::learn(SeriesId id, const SeriesName& name)
{
    const std::scoped_lock lock(m_mutex);
    const auto at = static_cast<std::size_t>(id);
    if (at >= m_entries.size()) {
        m_entries.resize(at + 1);
        m_latest.resize(at + 1);
    }
    put(id, name);
}

void SeriesCatalogue::forget(SeriesId id)
{
    const std::scoped_lock lock(m_mutex);
    Entry& entry = m_entries[static_cast<std::size_t>(id)];
    const auto subject = m_subjects.find(entry.name.subject);
    if (subject != m_subjects.end()) {
        std::erase(*subject, id);
        if (subject->empty()) {
            m_subjects.erase(subject);
        }
    }
    m_known -= entry.known ? 1 : 0;
    entry = {};
    m_latest[static_cast<std::size_t>(id)] = {};
}

SeriesId SeriesCatalogue::find(const SeriesName& name, const SeriesLimits& limits)
{
    const std::scoped_lock lock(m_mutex);
    const auto subject = m_subjects.find(name.subject);
    if (subject != m_subjects.end()) {
        const auto place = placeOf(*subject, name);
        if (place != subject->end() && m_entries[static_cast<std::size_t>(*place)].name == name) {
            return *place;
        }
    }
    if (!m_status.recording || m_known >= static_cast<std::size_t>(limits.series) ||
        m_entries.size() > kMostSeries ||
        (subject != m_subjects.end() && qsizetype(subject->size()) >= limits.seriesOfSubject) ||
        name.metric.isEmpty()) {
        return SeriesId::None;
    }
    const auto id = static_cast<SeriesId>(m_entries.size());
    m_entries.emplace_back();
    m_latest.emplace_back();
    put(id, name);
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
            list.append({static_cast<SeriesId>(i), m_entries[i].name, m_latest[i]});
        }
    }
    return list;
}

void SeriesCatalogue::setLatest(const std::vector<std::pair<SeriesId, Latest>>& values)
{
    const std::scoped_lock lock(m_mutex);
    for (const auto& [id, latest] : values) {
        m_latest[static_cast<std::size_t>(id)] = latest;
    }
}

std::vector<Latest> SeriesCatalogue::latest(const std::vector<SeriesId>& series) const
{
    const std::scoped_lock lock(m_mutex);
    std::vector<Latest> values;
    values.reserve(series.size());
    for (const SeriesId id : series) {
        const auto at = static_cast<std::size_t>(id);
        values.push_back(at < m_latest.size() ? m_latest[at] : Latest());
    }
    return values;
}

QList<SeriesInfo> SeriesCatalogue::list(const QString& subject) const
{
    if (subject.isEmpty()) {
        return after(0);
    }
    QList<SeriesInfo> list;
    const std::scoped_lock lock(m_mutex);
    const auto found = m_subjects.constFind(subject);
    if (found == m_subjects.cend()) {
        return list;
    }
    Ids ids = *found;
    std::sort(ids.begin(), ids.end());
    list.reserve(qsizetype(ids.size()));
    for (const SeriesId id : ids) {
        const auto at = static_cast<std::size_t>(id);
        list.append({id, m_entries[at].name, m_latest[at]});
    }
    return list;
}

SeriesStatus SeriesCatalogue::status() const
{
    const std::scoped_lock lock(m_mutex);
    SeriesStatus status = m_status;
    status.series = static_cast<qint64>(m_known);
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
