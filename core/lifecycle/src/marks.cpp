#include "core/lifecycle/marks.h"

#include "core/base/text.h"
#include "core/monitor/incidents.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace analemma::lifecycle {
namespace {

constexpr int kMarkText = 120;

/// When the newest try of an action ended well.
QDateTime wellEnded(const engine::Operation& operation, QLatin1StringView key)
{
    QDateTime time;
    for (const engine::ActionView& action : operation.actions) {
        if (action.key == key && action.state == "ok"_L1) {
            time = action.finished;
        }
    }
    return time;
}

ChangeMark markAt(const engine::Operation& operation, MarkKind kind, const QDateTime& time)
{
    return {kind, time, displayText(operation.title, kMarkText), operation.id, operation.id};
}

void addDeploy(QList<ChangeMark>& marks, const engine::Operation& operation)
{
    const QDateTime live = wellEnded(operation, "switch"_L1);
    const bool back = operation.wanted[u"rollback"_s].toBool();
    const bool stayed = operation.outcome == engine::Outcome::Ok;
    if (live.isValid() || stayed) {
        marks.append(markAt(operation, back ? MarkKind::Rollback : MarkKind::Deploy,
                            live.isValid() ? live : operation.finished));
    }
    if (const QDateTime left = wellEnded(operation, "switch-back"_L1); left.isValid()) {
        marks.append(markAt(operation, MarkKind::Rollback, left));
    }
}

void addOperation(QList<ChangeMark>& marks, const engine::Operation& operation)
{
    const bool well = operation.outcome == engine::Outcome::Ok;
    if (operation.kind == "deploy"_L1) {
        addDeploy(marks, operation);
    } else if (operation.kind == "rollback"_L1 && well) {
        const QDateTime live = wellEnded(operation, "switch"_L1);
        marks.append(
            markAt(operation, MarkKind::Rollback, live.isValid() ? live : operation.finished));
    } else if (operation.kind == "bake"_L1 && well) {
        marks.append(markAt(operation, MarkKind::Bake, operation.finished));
    }
}

}  // namespace

QString toString(MarkKind kind)
{
    switch (kind) {
        case MarkKind::Bake:
            return u"bake"_s;
        case MarkKind::Config:
            return u"config"_s;
        case MarkKind::Deploy:
            return u"deploy"_s;
        case MarkKind::Rollback:
            return u"rollback"_s;
        case MarkKind::Incident:
            return u"incident"_s;
    }
    return {};
}

QList<Incident> incidentsOf(const QList<monitor::Incident>& kept)
{
    QList<Incident> all;
    for (const monitor::Incident& one : kept) {
        Incident made;
        made.id = one.id;
        made.title = displayText(one.title, kMarkText);
        made.environment = one.environment;
        made.severity = monitor::toString(one.severity);
        made.began =
            QDateTime::fromMSecsSinceEpoch(one.began > 0 ? one.began : one.opened, Qt::UTC);
        if (!one.isOpen()) {
            made.ended = QDateTime::fromMSecsSinceEpoch(one.closed, Qt::UTC);
        }
        made.operation = one.change ? one.change->operation : QString();
        all.append(made);
    }
    return all;
}

QList<ChangeMark> makeMarks(const MarkFacts& facts, int most)
{
    QList<ChangeMark> marks;
    for (const engine::Operation& operation : facts.operations) {
        addOperation(marks, operation);
    }
    for (const ConfigChange& change : facts.configs) {
        marks.append({MarkKind::Config,
                      change.time,
                      displayText(change.subject, kMarkText),
                      {},
                      change.commit});
    }
    for (const Incident& incident : facts.incidents) {
        marks.append({MarkKind::Incident, incident.began, displayText(incident.title, kMarkText),
                      incident.operation, incident.id});
    }
    marks.removeIf([](const ChangeMark& mark) { return !mark.time.isValid(); });
    std::ranges::stable_sort(
        marks, {}, [](const ChangeMark& mark) { return std::pair(mark.time, mark.kind); });
    if (marks.size() > most) {
        marks.remove(0, marks.size() - std::max(0, most));
    }
    return marks;
}

Task<Result<QList<ChangeMark>>> marks(MarkSources sources, int most)
{
    auto reading = sources.engine->operations({}, most);
    const Result<QList<engine::Operation>> operations = co_await std::move(reading);
    if (!operations) {
        co_return operations.error();
    }
    MarkFacts facts;
    facts.operations = *operations;
    facts.incidents = sources.incidents;
    if (sources.configs) {
        auto asking = sources.configs->changes(sources.now);
        const Result<QList<ConfigChange>> configs = co_await std::move(asking);
        facts.configs = configs.valueOr({});
    }
    co_return makeMarks(facts, most);
}

}  // namespace analemma::lifecycle
