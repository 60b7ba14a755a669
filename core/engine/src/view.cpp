#include "core/engine/src/view.h"

#include <QJsonArray>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace analemma::engine {
namespace {

Json planEntry(const Action& action, const Durations& usual)
{
    Json entry{{u"key"_s, action.key},
               {u"verb"_s, action.verb},
               {u"title"_s, action.says.title},
               {u"call"_s, action.says.call},
               {u"cost"_s, action.says.cost},
               {u"way_back"_s, action.says.wayBack},
               {u"needs"_s, QJsonArray::fromStringList(action.needs)}};
    const auto known = usual.find(action.verb);
    if (known != usual.end()) {
        entry[u"usual_ms"_s] = qint64(known->count());
    }
    return entry;
}

ActionView actionView(const Json& entry, const store::ActionRow* row, bool driven)
{
    ActionView view;
    view.key = entry[u"key"_s].toString();
    view.title = entry[u"title"_s].toString();
    view.verb = entry[u"verb"_s].toString();
    for (const QString& field : {u"call"_s, u"cost"_s, u"way_back"_s}) {
        view.says[field] = entry[field];
    }
    if (entry.contains(u"usual_ms"_s)) {
        view.usual = milliseconds(entry[u"usual_ms"_s].toInteger());
    }
    view.state = u"waiting"_s;
    if (row != nullptr) {
        view.started = row->intended;
        view.finished = row->finished;
        view.error = row->error[u"message"_s].toString();
        const QString open = driven ? u"running"_s : u"unknown"_s;
        view.state = row->outcome.isEmpty() ? open : row->outcome;
    }
    return view;
}

/// Milliseconds left, by the usual durations and the order that `needs` gives.
std::optional<milliseconds> timeLeft(const QList<ActionView>& actions, const QJsonArray& plan,
                                     const QDateTime& now)
{
    QHash<QString, qint64> ends;
    qint64 longest = 0;
    bool known = false;
    for (qsizetype i = 0; i < actions.size(); ++i) {
        const ActionView& action = actions[i];
        if (action.state == "ok"_L1 || action.state == "failed"_L1) {
            continue;
        }
        qint64 begin = 0;
        for (const QJsonValue& need : plan.at(i)[u"needs"_s].toArray()) {
            begin = std::max(begin, ends.value(need.toString()));
        }
        qint64 length = action.usual ? action.usual->count() : 0;
        if (action.state == "running"_L1) {
            length = std::max<qint64>(0, length - action.started.msecsTo(now));
        }
        known = known || action.usual.has_value();
        ends[action.key] = begin + length;
        longest = std::max(longest, begin + length);
    }
    return known ? std::optional(milliseconds(longest)) : std::nullopt;
}

Json leaseJson(const store::LeaseRow& lease)
{
    return {{u"owner"_s, lease.owner},
            {u"host"_s, lease.host},
            {u"program"_s, lease.program},
            {u"pid"_s, lease.process.pid},
            {u"since"_s, toIso(lease.acquired)},
            {u"heartbeat"_s, toIso(lease.heartbeat)},
            {u"lock"_s, lease.id},
            {u"fence"_s, lease.fence},
            {u"doing"_s, lease.doing}};
}

}  // namespace

std::optional<milliseconds> median(QList<qint64> values)
{
    if (values.isEmpty()) {
        return std::nullopt;
    }
    std::sort(values.begin(), values.end());
    return milliseconds(values[values.size() / 2]);
}

QHash<QString, ActionState> readJournal(const QList<store::ActionRow>& rows)
{
    QHash<QString, ActionState> journal;
    for (const store::ActionRow& row : rows) {
        ActionState& state = journal[row.key];
        state.verb = row.verb;
        state.outcome = outcomeFromString(row.outcome);
        state.attempts = row.attempt;
        state.result = row.result;
        state.error.reset();
        if (!row.error.isEmpty()) {
            state.error = Error::fromJson(row.error);
        }
        state.finished = row.finished;
    }
    return journal;
}

Json mergePlan(const Json& before, const QList<Action>& left,
               const QHash<QString, ActionState>& journal, const Durations& usual)
{
    QJsonArray entries;
    QStringList keys;
    for (const QJsonValue& value : before[u"actions"_s].toArray()) {
        const QString key = value[u"key"_s].toString();
        if (journal.contains(key)) {
            entries.append(value);
            keys.append(key);
        }
    }
    for (const Action& action : left) {
        if (!keys.contains(action.key)) {
            entries.append(planEntry(action, usual));
            keys.append(action.key);
        }
    }
    return {{u"actions"_s, entries}};
}

std::optional<milliseconds> chainLength(const QList<PlannedAction>& actions)
{
    QHash<QString, milliseconds> ends;
    milliseconds longest(0);
    bool known = false;
    for (const PlannedAction& planned : actions) {
        milliseconds begin(0);
        for (const QString& need : planned.action.needs) {
            begin = std::max(begin, ends.value(need));
        }
        const milliseconds end = begin + planned.usual.value_or(milliseconds(0));
        known = known || planned.usual.has_value();
        ends[planned.action.key] = end;
        longest = std::max(longest, end);
    }
    return known ? std::optional(longest) : std::nullopt;
}

Operation makeOperation(const store::OperationRow& row, const QList<store::ActionRow>& actions,
                        const std::optional<store::LeaseRow>& lease, const Holder& here,
                        const QDateTime& now)
{
    Operation operation;
    operation.id = row.id;
    operation.kind = row.kind;
    operation.target = row.target;
    operation.title = row.title;
    operation.state = row.state;
    operation.outcome = outcomeFromString(row.outcome);
    operation.reason = row.reason;
    operation.wanted = row.wanted;
    operation.result = row.result;
    operation.actor = row.actor;
    operation.created = row.created;
    operation.finished = row.finished;

    const bool driven = lease && lease->operation == row.id && !isFree(*lease, here, now);
    if (!row.finished.isValid()) {
        if (driven) {
            operation.lease = lease;
        } else if (row.state != "suspended"_L1) {
            operation.state = u"interrupted"_s;
        }
    }
    QHash<QString, const store::ActionRow*> newest;
    for (const store::ActionRow& action : actions) {
        newest[action.key] = &action;
    }
    const QJsonArray plan = row.plan[u"actions"_s].toArray();
    for (const QJsonValue& value : plan) {
        const Json entry = value.toObject();
        operation.actions.append(
            actionView(entry, newest.value(entry[u"key"_s].toString()), driven));
    }
    if (!row.finished.isValid()) {
        operation.estimate = timeLeft(operation.actions, plan, now);
    }
    return operation;
}

Json Operation::toJson() const
{
    QJsonArray list;
    for (const ActionView& action : actions) {
        Json entry{{u"key"_s, action.key},
                   {u"title"_s, action.title},
                   {u"verb"_s, action.verb},
                   {u"state"_s, action.state},
                   {u"started"_s, toIso(action.started)},
                   {u"finished"_s, toIso(action.finished)},
                   {u"call"_s, action.says[u"call"_s]},
                   {u"cost"_s, action.says[u"cost"_s]},
                   {u"way_back"_s, action.says[u"way_back"_s]}};
        if (action.started.isValid() && action.finished.isValid()) {
            entry[u"ms"_s] = action.started.msecsTo(action.finished);
        }
        if (action.usual) {
            entry[u"usual_ms"_s] = qint64(action.usual->count());
        }
        if (!action.error.isEmpty()) {
            entry[u"error"_s] = action.error;
        }
        list.append(entry);
    }
    Json json{{u"schema"_s, u"analemma.operation.1"_s},
              {u"id"_s, id},
              {u"kind"_s, kind},
              {u"target"_s, target},
              {u"title"_s, title},
              {u"state"_s, state},
              {u"outcome"_s, toString(outcome)},
              {u"reason"_s, reason},
              {u"wanted"_s, wanted},
              {u"result"_s, result},
              {u"actor"_s, actor},
              {u"created"_s, toIso(created)},
              {u"finished"_s, toIso(finished)},
              {u"actions"_s, list}};
    if (estimate) {
        json[u"estimate_ms"_s] = qint64(estimate->count());
    }
    if (lease) {
        json[u"lease"_s] = leaseJson(*lease);
    }
    return json;
}

}  // namespace analemma::engine
