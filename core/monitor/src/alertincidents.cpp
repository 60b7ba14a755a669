#include "core/base/text.h"
#include "core/monitor/incidents.h"
#include "core/monitor/src/alertsbody.h"

#include <algorithm>
#include <array>

using namespace Qt::StringLiterals;

namespace analemma::monitor {
namespace {

/// What tells most about a server beside the series of the alert itself.
const std::array neighbours{"cpu.busy", "load.1",          "mem.used",         "disk.used",
                            "net.rx",   "net.tx",          "disk.util",        "check.latency",
                            "check.ok", "balancer.errors", "balancer.requests"};

EvidenceLog bounded(EvidenceLog log)
{
    log.title = displayText(log.title, 200);
    if (log.lines.size() > IncidentLimits::logLines) {
        log.lines = log.lines.mid(log.lines.size() - IncidentLimits::logLines);
    }
    for (QString& line : log.lines) {
        line = displayText(line, IncidentLimits::lineCharacters);
    }
    return log;
}

QList<SeriesInfo> worthKeeping(const QList<SeriesInfo>& known, const Alert& alert,
                               const QString& total)
{
    QList<SeriesInfo> chosen;
    const auto add = [&](const QString& metric, const QString& labels, bool anyLabels) {
        for (const SeriesInfo& one : known) {
            const bool fits = one.name.metric == metric &&
                              (anyLabels || one.name.labels == labels) &&
                              chosen.size() < IncidentLimits::charts;
            const bool there =
                std::any_of(chosen.begin(), chosen.end(),
                            [&one](const SeriesInfo& other) { return other.id == one.id; });
            if (fits && !there) {
                chosen.append(one);
            }
        }
    };
    add(alert.metric, alert.labels, false);
    if (!total.isEmpty()) {
        add(total, {}, true);
    }
    for (const char* metric : neighbours) {
        add(QString::fromLatin1(metric), {}, true);
    }
    return chosen;
}

QList<IncidentEntry> firstEntries(const Alert& alert, const QString& who, qint64 now)
{
    QList<IncidentEntry> entries;
    if (alert.change) {
        entries.append({alert.change->time, {}, displayText(alert.change->what, 200)});
    }
    entries.append({alert.since, {}, u"it began: %1"_s.arg(alert.sentence)});
    if (alert.told.first > 0) {
        entries.append({alert.told.first, {}, u"told"_s});
    }
    entries.append({now, who, u"taken"_s});
    return entries;
}

Task<Result<Incident>> changeIncident(store::Store* store, QString id, bool whole,
                                      std::function<Result<void>(Incident&)> change)
{
    std::function<Result<Incident>(store::Transaction&)> job =
        [id, whole, change](store::Transaction& t) -> Result<Incident> {
        Result<Incident> known = kept::incident(t, id, true);
        if (!known) {
            return known;
        }
        const Result<void> changed = change(*known);
        if (!changed) {
            return changed.error();
        }
        const Result<void> put = kept::putIncident(t, *known, whole);
        return put ? known : put.error();
    };
    return store->write<Incident>(std::move(job));
}

Error closedAlready(const Incident& incident)
{
    return {ErrorKind::Conflict, u"incident %1 is closed"_s.arg(incident.id)};
}

Error tooLong(const Incident& incident)
{
    return {ErrorKind::Invalid, u"incident %1 holds as much as it may"_s.arg(incident.id)};
}

}  // namespace

Task<Result<QList<EvidenceChart>>> evidenceOf(SeriesStore* series, Alert alert, QString total,
                                              qint64 now)
{
    QList<EvidenceChart> charts;
    if (series == nullptr) {
        co_return charts;
    }
    const QList<SeriesInfo> chosen = worthKeeping(series->list(alert.subject), alert, total);
    const qint64 from = std::min(now, alert.since) - IncidentLimits::beforeMs;
    for (const SeriesInfo& one : chosen) {
        auto reading = series->chart(one.id, from, now + 1, IncidentLimits::columns);
        const Result<Chart> chart = co_await std::move(reading);
        if (chart) {
            charts.append({one.name, chart->from, chart->step, chart->columns});
        }
    }
    co_return charts;
}

Task<Result<Alert>> Alerts::Body::take(std::shared_ptr<Body> body, qint64 id, QString who,
                                       QList<EvidenceLog> logs)
{
    auto finding = readAlert(body->sources.store, id);
    const Result<Alert> known = co_await std::move(finding);
    if (!known) {
        co_return known;
    }
    const qint64 now = body->now();
    const QString total = body->rulesByName.value(known->rule).total;
    auto gathering = evidenceOf(body->sources.series, *known, total, now);
    const Result<QList<EvidenceChart>> charts = co_await std::move(gathering);
    Incident made;
    made.title = known->sentence.isEmpty() ? known->rule : known->sentence;
    made.alerts = {id};
    made.severity = known->severity;
    made.environment = known->environment;
    made.takenBy = displayText(who, 120);
    made.began = known->since;
    made.opened = now;
    made.timeline = firstEntries(*known, made.takenBy, now);
    made.charts = charts.valueOr({});
    made.change = known->change;
    for (const EvidenceLog& log : logs.mid(0, IncidentLimits::logs)) {
        made.logs.append(bounded(log));
    }
    std::function<Result<Alert>(store::Transaction&)> job =
        [id, made, now](store::Transaction& t) -> Result<Alert> {
        return kept::changeAlert(t, id, [&](Alert& alert) -> Result<void> {
            if (!alert.takenBy.isEmpty()) {
                return Error(ErrorKind::Conflict,
                             u"alert %1 was taken by %2"_s.arg(id).arg(alert.takenBy))
                    .withHint(u"See: analemma-cli incident show %1."_s.arg(alert.incident));
            }
            const Result<Incident> added = kept::addIncident(t, made);
            if (!added) {
                return added.error();
            }
            alert.takenBy = made.takenBy;
            alert.taken = now;
            alert.incident = added->id;
            return {};
        });
    };
    auto writing = body->sources.store->write<Alert>(std::move(job));
    const Result<Alert> taken = co_await std::move(writing);
    if (taken) {
        const auto entry = body->entries.find(keyOf(*taken));
        if (entry != body->entries.end() && entry->second.alert.id == id) {
            entry->second.alert.takenBy = taken->takenBy;
            entry->second.alert.taken = taken->taken;
            entry->second.alert.incident = taken->incident;
            body->changed();
        }
    }
    co_return taken;
}

Incidents::Incidents(store::Store* store, const Clock* clock, QObject* parent)
    : QObject(parent), m_store(store), m_clock(clock)
{
}

Task<Result<QList<Incident>>> Incidents::list(int limit)
{
    std::function<Result<QList<Incident>>(store::Transaction&)> job =
        [limit](store::Transaction& t) { return kept::incidents(t, limit); };
    return m_store->read<QList<Incident>>(std::move(job));
}

Task<Result<Incident>> Incidents::find(QString id)
{
    std::function<Result<Incident>(store::Transaction&)> job = [id](store::Transaction& t) {
        return kept::incident(t, id, true);
    };
    return m_store->read<Incident>(std::move(job));
}

Task<Result<Incident>> Incidents::note(QString id, QString who, QString text)
{
    const qint64 now = m_clock->now().toMSecsSinceEpoch();
    return changeIncident(m_store, std::move(id), false, [=](Incident& one) -> Result<void> {
        if (!one.isOpen()) {
            return closedAlready(one);
        }
        if (one.timeline.size() >= IncidentLimits::entries) {
            return tooLong(one);
        }
        one.timeline.append({now, displayText(who, 120), displayText(text, 4096)});
        return {};
    });
}

Task<Result<Incident>> Incidents::attach(QString id, QString who, EvidenceLog log)
{
    const qint64 now = m_clock->now().toMSecsSinceEpoch();
    return changeIncident(m_store, std::move(id), true, [=](Incident& one) -> Result<void> {
        if (!one.isOpen()) {
            return closedAlready(one);
        }
        if (one.logs.size() >= IncidentLimits::logs ||
            one.timeline.size() >= IncidentLimits::entries) {
            return tooLong(one);
        }
        one.logs.append(bounded(log));
        one.timeline.append(
            {now, displayText(who, 120), u"attached %1"_s.arg(displayText(log.title, 200))});
        return {};
    });
}

Task<Result<Incident>> Incidents::close(QString id, QString who, QString text)
{
    const qint64 now = m_clock->now().toMSecsSinceEpoch();
    return changeIncident(m_store, std::move(id), false, [=](Incident& one) -> Result<void> {
        if (!one.isOpen()) {
            return closedAlready(one);
        }
        one.closed = now;
        one.timeline.append(
            {now, displayText(who, 120),
             text.isEmpty() ? u"closed"_s : u"closed: "_s + displayText(text, 4096)});
        return {};
    });
}

}  // namespace analemma::monitor
