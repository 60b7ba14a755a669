#include "core/monitor/src/newest.h"

#include <algorithm>
#include <tuple>

namespace analemma::monitor {
namespace {

constexpr qint64 kKnownForSeconds = 180;
constexpr qint64 kLookEverySeconds = 10;
constexpr std::size_t kMostPoints = 2'000;  // of one server
constexpr std::size_t kGrowth = 32;

/// One text for all series of a metric.
QString nameOf(Metric metric)
{
    static const QList<QString> names = [] {
        QList<QString> list;
        for (const MetricInfo& about : metrics()) {
            list.append(QString::fromLatin1(about.name));
        }
        return list;
    }();
    return names.at(qsizetype(metric));
}

bool isSame(const Point& a, const Point& b)
{
    return a.metric == b.metric && a.label == b.label;
}

bool isBefore(const Point& a, const Point& b)
{
    return std::tie(a.metric, a.label) < std::tie(b.metric, b.label);
}

}  // namespace

/// Servers say the same things in the same order nearly every time.
std::size_t Newest::placeOf(const Point& point, const QDateTime& time)
{
    if (m_last < m_entries.size()) {
        const std::size_t next = m_entries[m_last].after;
        if (next < m_entries.size() && isSame(m_entries[next].known.point, point)) {
            return next;
        }
    }
    const auto at = std::lower_bound(
        m_entries.begin(), m_entries.end(), point,
        [](const Entry& entry, const Point& p) { return isBefore(entry.known.point, p); });
    const auto place = static_cast<std::size_t>(at - m_entries.begin());
    if (at == m_entries.end() || !isSame(at->known.point, point)) {
        if (m_entries.size() >= kMostPoints) {
            return m_entries.size();
        }
        Entry entry;
        entry.known = {point, time};
        entry.after = std::uint32_t(kMostPoints);
        if (m_entries.size() == m_entries.capacity()) {
            m_entries.reserve(m_entries.size() + kGrowth);  // there are hundreds of these
        }
        m_entries.insert(m_entries.begin() + std::ptrdiff_t(place), std::move(entry));
        if (m_last >= place) {
            ++m_last;
        }
    }
    if (m_last < m_entries.size()) {
        m_entries[m_last].after = std::uint32_t(place);
    }
    return place;
}

void Newest::letGo(const QDateTime& now)
{
    if (m_looked.isValid() && std::abs(m_looked.secsTo(now)) < kLookEverySeconds) {
        return;
    }
    m_looked = now;
    std::erase_if(m_entries, [&now](const Entry& entry) {
        return entry.known.time.secsTo(now) > kKnownForSeconds;
    });
}

/// What a store has no room for is not tried again: the next reading brings newer ones.
void Newest::take(const Reading& reading, SeriesStore* store, std::vector<Measured>& batch)
{
    const qint64 time = reading.time.toMSecsSinceEpoch();
    const std::scoped_lock lock(m_mutex);
    m_last = 0;
    for (const Point& point : reading.figures.points) {
        const std::size_t place = placeOf(point, reading.time);
        if (place >= m_entries.size()) {
            continue;
        }
        m_last = place;
        Entry& entry = m_entries[place];
        entry.known.point.value = point.value;
        entry.known.time = reading.time;
        if (store == nullptr) {
            continue;
        }
        const MetricInfo& about = info(point.metric);
        if (entry.series == SeriesId::None) {
            entry.series = store->series({m_server, nameOf(point.metric), labelText(point)});
        }
        if (entry.series != SeriesId::None) {
            batch.push_back({entry.series, time, rounded(about.unit, point.value)});
        }
    }
    letGo(reading.time);
}

void Newest::look(const std::function<void(const KnownPoint&)>& each) const
{
    const std::scoped_lock lock(m_mutex);
    for (const Entry& entry : m_entries) {
        each(entry.known);
    }
}

std::optional<KnownPoint> Newest::point(Metric metric, QByteArrayView label) const
{
    const std::scoped_lock lock(m_mutex);
    const auto at = std::lower_bound(
        m_entries.begin(), m_entries.end(), metric, [label](const Entry& entry, Metric wanted) {
            const Point& point = entry.known.point;
            return point.metric != wanted ? point.metric < wanted
                                          : QByteArrayView(point.label) < label;
        });
    const bool isThere = at != m_entries.end() && at->known.point.metric == metric &&
                         QByteArrayView(at->known.point.label) == label;
    return isThere ? std::optional(at->known) : std::nullopt;
}

}  // namespace analemma::monitor
