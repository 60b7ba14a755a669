#include "core/lifecycle/figures.h"

#include <algorithm>

namespace analemma::lifecycle {
namespace {

constexpr qint64 kDaySeconds = qint64(24) * 3600;
constexpr qint64 kWeekSeconds = 7 * kDaySeconds;
constexpr qint64 kMostBuckets = 4'000;

/// A deployment that went live, and what became of it.
struct Known {
    const Delivery* delivery = nullptr;
    Fate fate;
};

template <class T>
std::optional<T> median(std::vector<T> values)
{
    if (values.empty()) {
        return std::nullopt;
    }
    std::ranges::sort(values);
    const std::size_t middle = values.size() / 2;
    return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

/// The deployments of one environment in order, with what followed.
class Story {
public:
    void take(const Delivery& delivery)
    {
        if (delivery.kind == Delivery::Kind::Deploy) {
            deploy(delivery);
        } else if (delivery.stayed) {
            rollBack(delivery);
        }
    }
    [[nodiscard]] const std::vector<Known>& known() const { return m_known; }

private:
    void deploy(const Delivery& delivery)
    {
        if (!delivery.live.isValid()) {
            return;  // nobody ever had it
        }
        Known known;
        known.delivery = &delivery;
        known.fate.operation = delivery.operation;
        known.fate.reworked = m_broken.has_value();
        if (!delivery.stayed) {
            known.fate.failed = true;  // taken back by the program itself
            known.fate.restored = delivery.ended;
            known.fate.restoredBy = delivery.operation;
            m_broken = m_known.size();
        } else {
            if (m_broken && !m_known[*m_broken].fate.restored.isValid()) {
                m_known[*m_broken].fate.restored = delivery.live;
                m_known[*m_broken].fate.restoredBy = delivery.operation;
            }
            m_broken.reset();
        }
        m_known.push_back(known);
        m_last = known.fate.failed ? m_last : std::optional(m_known.size() - 1);
    }

    void rollBack(const Delivery& delivery)
    {
        const bool forward = delivery.to > delivery.from && delivery.to != 0;
        if (forward) {
            if (m_broken && m_known[*m_broken].fate.restoredBy == m_lastBack) {
                Fate& fate = m_known[*m_broken].fate;  // it was sound after all
                fate.failed = false;
                fate.restored = {};
                fate.restoredBy.clear();
                m_last = m_broken;
                m_broken.reset();
            }
            return;
        }
        if (m_last) {
            Fate& fate = m_known[*m_last].fate;
            fate.failed = true;
            fate.restored = delivery.live.isValid() ? delivery.live : delivery.ended;
            fate.restoredBy = delivery.operation;
            m_broken = m_last;
            m_lastBack = delivery.operation;
            m_last.reset();
        }
    }

    std::vector<Known> m_known;
    std::optional<std::size_t> m_last;    ///< what a roll back would leave
    std::optional<std::size_t> m_broken;  ///< the failed one that nothing followed yet
    QString m_lastBack;
};

bool lies(const QDateTime& time, const QDateTime& from, const QDateTime& to)
{
    return time >= from && time < to;
}

double percent(qsizetype part, qsizetype whole)
{
    return 100.0 * double(part) / double(whole);
}

std::vector<milliseconds> leadTimes(const Delivery& delivery)
{
    std::vector<milliseconds> leads;
    for (const Landed& change : delivery.changes) {
        leads.push_back(milliseconds(std::max<qint64>(0, change.time.msecsTo(delivery.live))));
    }
    return leads;
}

/// Fills in what follows from the others.
void complete(Known& known)
{
    known.fate.leadTime = median(leadTimes(*known.delivery));
    if (known.fate.failed && known.fate.restored.isValid()) {
        known.fate.restoredIn = milliseconds(known.delivery->live.msecsTo(known.fate.restored));
    }
}

Figures count(const std::vector<Known>& all, const QDateTime& from, const QDateTime& to)
{
    Figures figures;
    figures.from = from;
    figures.to = to;
    std::vector<milliseconds> leads;
    std::vector<milliseconds> restores;
    for (const Known& known : all) {
        const Delivery& one = *known.delivery;
        if (!lies(one.live, from, to)) {
            continue;
        }
        figures.deployed.append(one.operation);
        const std::vector<milliseconds> own = leadTimes(one);
        leads.insert(leads.end(), own.begin(), own.end());
        if (!own.empty()) {
            figures.timed.append(one.operation);
        }
        if (known.fate.failed) {
            figures.failed.append(one.operation);
        }
        if (known.fate.restoredIn) {
            figures.mended.append(one.operation);
            figures.restored.append(known.fate.restoredBy);
            restores.push_back(*known.fate.restoredIn);
        }
        if (known.fate.reworked) {
            figures.reworked.append(one.operation);
        }
    }
    figures.deployments = int(figures.deployed.size());
    figures.commits = int(leads.size());
    figures.leadTime = median(std::move(leads));
    figures.restoreTime = median(std::move(restores));
    const double weeks = double(from.secsTo(to)) / double(kWeekSeconds);
    if (weeks > 0) {
        figures.perWeek = figures.deployments / weeks;
    }
    if (figures.deployments > 0) {
        figures.failureRate = percent(figures.failed.size(), figures.deployments);
        figures.reworkRate = percent(figures.reworked.size(), figures.deployments);
    }
    return figures;
}

/// Where the stretches of a trend begin, and where the last one ends.
QList<QDateTime> bucketEdges(const FigureQuery& query)
{
    const qint64 length = query.bucket == Bucket::Day ? kDaySeconds : kWeekSeconds;
    const qint64 seconds = query.from.secsTo(query.to);
    if (seconds <= 0) {
        return {};
    }
    const qint64 whole = seconds / length;
    const bool ownFirst = seconds % length >= length / 2;
    const qint64 inner = std::clamp<qint64>(ownFirst ? whole : whole - 1, 0, kMostBuckets);
    QList<QDateTime> edges{query.from};
    for (qint64 i = inner; i > 0; --i) {
        edges.append(query.to.addSecs(-i * length));
    }
    edges.append(query.to);
    return edges;
}

/// The same figures of each environment, or of each repository, alone.
QList<FigurePart> partsOf(const std::vector<Known>& all, const FigureQuery& query,
                          QString Delivery::*name)
{
    QMap<QString, std::vector<Known>> apart;
    for (const Known& known : all) {
        if (!(known.delivery->*name).isEmpty()) {
            apart[known.delivery->*name].push_back(known);
        }
    }
    QList<FigurePart> parts;
    for (auto one = apart.cbegin(); one != apart.cend(); ++one) {
        const FigurePart part{one.key(), count(one.value(), query.from, query.to),
                              count(one.value(), query.before(), query.from)};
        if (part.now.deployments > 0 || part.before.deployments > 0) {
            parts.append(part);
        }
    }
    return parts;
}

}  // namespace

FigureReport makeFigures(const QList<Delivery>& deliveries, FigureQuery query)
{
    FigureReport report;
    report.query = query;
    QList<Delivery> mine;
    for (const Delivery& one : deliveries) {
        const bool wanted = (query.environment.isEmpty() || one.environment == query.environment) &&
                            (query.repository.isEmpty() || one.repository == query.repository);
        if (wanted) {
            mine.append(one);
        }
    }
    std::ranges::stable_sort(mine, {}, &Delivery::began);
    QHash<QString, Story> stories;
    for (const Delivery& one : std::as_const(mine)) {
        stories[one.environment].take(one);
    }
    std::vector<Known> all;
    for (const Story& story : std::as_const(stories)) {
        all.insert(all.end(), story.known().begin(), story.known().end());
    }
    std::ranges::for_each(all, complete);
    std::ranges::sort(all, {}, [](const Known& known) { return known.delivery->live; });
    report.all = count(all, query.from, query.to);
    report.before = count(all, query.before(), query.from);
    const QList<QDateTime> edges = bucketEdges(query);
    for (qsizetype i = 0; i + 1 < edges.size(); ++i) {
        report.trend.append(count(all, edges[i], edges[i + 1]));
    }
    report.environments = partsOf(all, query, &Delivery::environment);
    report.repositories = partsOf(all, query, &Delivery::repository);
    for (const Known& known : all) {
        if (lies(known.delivery->live, query.from, query.to)) {
            report.fates.insert(known.fate.operation, known.fate);
        }
    }
    for (const Delivery& one : std::as_const(mine)) {
        const QDateTime time = one.live.isValid() ? one.live : one.ended;
        if (lies(time, query.from, query.to)) {
            report.deliveries.append(one);
        }
    }
    return report;
}

}  // namespace analemma::lifecycle
