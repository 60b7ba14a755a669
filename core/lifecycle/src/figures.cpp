#include "core/lifecycle/figures.h"

#include <algorithm>

namespace analemma::lifecycle {
namespace {

constexpr qint64 kWeekSeconds = qint64(7) * 24 * 3600;
constexpr int kMostWeeks = 520;

/// What became of a deployment that went live.
struct Fate {
    const Delivery* delivery = nullptr;
    QDateTime restored;  ///< valid: it failed, and users had something sound again from then on
    QString restoredBy;
    bool failed = false;
    bool reworks = false;
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
    [[nodiscard]] const std::vector<Fate>& fates() const { return m_fates; }

private:
    void deploy(const Delivery& delivery)
    {
        if (!delivery.live.isValid()) {
            return;  // nobody ever had it
        }
        Fate fate;
        fate.delivery = &delivery;
        fate.reworks = m_broken.has_value();
        if (!delivery.stayed) {
            fate.failed = true;  // taken back by the program itself
            fate.restored = delivery.ended;
            fate.restoredBy = delivery.operation;
            m_broken = m_fates.size();
        } else {
            if (m_broken && !m_fates[*m_broken].restored.isValid()) {
                m_fates[*m_broken].restored = delivery.live;
                m_fates[*m_broken].restoredBy = delivery.operation;
            }
            m_broken.reset();
        }
        m_fates.push_back(fate);
        m_last = fate.failed ? m_last : std::optional(m_fates.size() - 1);
    }

    void rollBack(const Delivery& delivery)
    {
        const bool forward = delivery.to > delivery.from && delivery.to != 0;
        if (forward) {
            if (m_broken && m_fates[*m_broken].restoredBy == m_lastBack) {
                Fate& fate = m_fates[*m_broken];  // it was sound after all
                fate.failed = false;
                fate.restored = {};
                fate.restoredBy.clear();
                m_last = m_broken;
                m_broken.reset();
            }
            return;
        }
        if (m_last) {
            Fate& fate = m_fates[*m_last];
            fate.failed = true;
            fate.restored = delivery.live.isValid() ? delivery.live : delivery.ended;
            fate.restoredBy = delivery.operation;
            m_broken = m_last;
            m_lastBack = delivery.operation;
            m_last.reset();
        }
    }

    std::vector<Fate> m_fates;
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

Figures count(const std::vector<Fate>& fates, const QDateTime& from, const QDateTime& to)
{
    Figures figures;
    figures.from = from;
    figures.to = to;
    std::vector<milliseconds> leads;
    std::vector<milliseconds> restores;
    for (const Fate& fate : fates) {
        const Delivery& one = *fate.delivery;
        if (!lies(one.live, from, to)) {
            continue;
        }
        figures.deployed.append(one.operation);
        for (const Landed& change : one.changes) {
            leads.push_back(milliseconds(std::max<qint64>(0, change.time.msecsTo(one.live))));
        }
        if (fate.failed) {
            figures.failed.append(one.operation);
            if (fate.restored.isValid()) {
                figures.restored.append(fate.restoredBy);
                restores.push_back(milliseconds(one.live.msecsTo(fate.restored)));
            }
        }
        if (fate.reworks) {
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
    std::vector<Fate> fates;
    for (const Story& story : std::as_const(stories)) {
        fates.insert(fates.end(), story.fates().begin(), story.fates().end());
    }
    std::ranges::sort(fates, {}, [](const Fate& fate) { return fate.delivery->live; });
    report.all = count(fates, query.from, query.to);
    QDateTime from = query.from;
    for (int i = 0; i < kMostWeeks && from < query.to; ++i) {
        const QDateTime to = std::min(from.addSecs(kWeekSeconds), query.to);
        report.trend.append(count(fates, from, to));
        from = to;
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
