#include "core/operate/src/fleet_plan.h"

#include <QJsonArray>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace analemma::operate {
namespace {

constexpr std::pair<StepState, const char*> stateWords[] = {
    {StepState::Waiting, "waiting"},
    {StepState::Running, "running"},
    {StepState::Ok, "ok"},
    {StepState::Failed, "failed"},
    {StepState::TimedOut, "timed out"},
    {StepState::Unreachable, "unreachable"},
    {StepState::Unknown, "unknown"},
    {StepState::Cancelled, "cancelled"},
};

Json hostJson(const HostStep& host)
{
    return {{u"name"_s, host.host},
            {u"place"_s, host.place},
            {u"environment"_s, host.environment},
            {u"production"_s, host.production}};
}

HostStep hostFromJson(const Json& json)
{
    HostStep host;
    host.host = json[u"name"_s].toString();
    host.place = json[u"place"_s].toString();
    host.environment = json[u"environment"_s].toString();
    host.production = json[u"production"_s].toBool();
    return host;
}

}  // namespace

QString toString(StepState state)
{
    for (const auto& [one, word] : stateWords) {
        if (one == state) {
            return QString::fromLatin1(word);
        }
    }
    return {};
}

std::optional<StepState> stepStateFromString(const QString& text)
{
    for (const auto& [one, word] : stateWords) {
        if (text == QLatin1String(word)) {
            return one;
        }
    }
    return std::nullopt;
}

bool isFinal(StepState state)
{
    return state != StepState::Waiting && state != StepState::Running;
}

Json HostStep::toJson() const
{
    Json json = stepJson(*this);
    json[u"server"_s] = host;
    json[u"place"_s] = place;
    if (!environment.isEmpty()) {
        json[u"environment"_s] = environment;
    }
    json[u"production"_s] = production;
    json[u"truncated"_s] = isCut();
    return json;
}

QList<FleetGroup> grouped(const QList<HostStep>& steps)
{
    QList<FleetGroup> groups;
    for (const HostStep& step : steps) {
        if (!isFinal(step.state)) {
            continue;
        }
        // What came out of it tells it apart; where nothing did, why.
        const QString reason = step.sha256.isEmpty() ? step.reason : QString();
        const auto same = std::find_if(groups.begin(), groups.end(), [&](const FleetGroup& one) {
            return one.state == step.state && one.exitCode == step.exitCode &&
                   one.sha256 == step.sha256 && (!reason.isEmpty() ? one.reason == reason : true);
        });
        if (same != groups.end()) {
            same->hosts.append(step.host);
        } else {
            groups.append({step.state, step.exitCode, step.sha256, step.reason, {step.host}});
        }
    }
    std::stable_sort(groups.begin(), groups.end(), [](const FleetGroup& a, const FleetGroup& b) {
        return a.hosts.size() > b.hosts.size();
    });
    return groups;
}

QMap<StepState, int> FleetView::counts() const
{
    QMap<StepState, int> counts;
    for (const HostStep& step : steps) {
        ++counts[step.state];
    }
    return counts;
}

QString FleetView::summary() const
{
    const QMap<StepState, int> all = counts();
    QStringList parts;
    for (const StepState state :
         {StepState::Ok, StepState::Failed, StepState::TimedOut, StepState::Unreachable,
          StepState::Unknown, StepState::Cancelled, StepState::Running, StepState::Waiting}) {
        if (const int count = all.value(state); count > 0) {
            parts.append(u"%1 %2"_s.arg(count).arg(toString(state)));
        }
    }
    return parts.join(u", "_s);
}

Json FleetView::toJson() const
{
    QJsonArray servers;
    for (const HostStep& step : steps) {
        servers.append(step.toJson());
    }
    QJsonArray groups;
    for (const FleetGroup& group : grouped(steps)) {
        groups.append(Json{{u"state"_s, toString(group.state)},
                           {u"exit"_s, group.exitCode},
                           {u"sha256"_s, group.sha256},
                           {u"servers"_s, QJsonArray::fromStringList(group.hosts)}});
    }
    return {{u"schema"_s, u"analemma.fleet.1"_s},
            {u"operation"_s, operation.id},
            {u"title"_s, operation.title},
            {u"state"_s, operation.state},
            {u"outcome"_s, engine::toString(operation.outcome)},
            {u"reason"_s, operation.reason},
            {u"actor"_s, operation.actor},
            {u"created"_s, toIso(operation.created)},
            {u"finished"_s, toIso(operation.finished)},
            {u"command"_s, request.command},
            {u"runbook"_s, request.runbook},
            {u"limit"_s, request.limit},
            {u"fail_fast"_s, request.failFast},
            {u"timeout_ms"_s, qint64(request.timeout.count())},
            {u"servers"_s, servers},
            {u"groups"_s, groups}};
}

FleetRequest againOnFailed(const FleetView& view)
{
    FleetRequest request = view.request;
    request.hosts.clear();
    for (const HostStep& step : view.steps) {
        // One whose outcome is unknown is looked at first: it may have happened.
        if (isFinal(step.state) && step.state != StepState::Ok &&
            step.state != StepState::Unknown) {
            request.hosts.append(step.host);
        }
    }
    return request;
}

Json WantedFleet::toJson() const
{
    QJsonArray list;
    for (const HostStep& host : hosts) {
        list.append(hostJson(host));
    }
    Json secrets;
    for (auto one = request.secrets.begin(); one != request.secrets.end(); ++one) {
        secrets[one.key()] = *one;
    }
    return {{u"hosts"_s, list},
            {u"command"_s, request.command},
            {u"limit"_s, request.limit},
            {u"fail_fast"_s, request.failFast},
            {u"timeout_ms"_s, qint64(request.timeout.count())},
            {u"patience_ms"_s, qint64(request.patience.count())},
            {u"secrets"_s, secrets},
            {u"runbook"_s, request.runbook},
            {u"checks"_s, checks}};
}

WantedFleet WantedFleet::fromJson(const Json& json)
{
    WantedFleet wanted;
    for (const QJsonValue& value : json[u"hosts"_s].toArray()) {
        wanted.hosts.append(hostFromJson(value.toObject()));
        wanted.request.hosts.append(wanted.hosts.last().host);
    }
    FleetRequest& request = wanted.request;
    request.command = json[u"command"_s].toString();
    request.limit = std::max(1, json[u"limit"_s].toInt(1));
    request.failFast = json[u"fail_fast"_s].toBool();
    request.timeout = milliseconds(json[u"timeout_ms"_s].toInteger());
    request.patience = milliseconds(json[u"patience_ms"_s].toInteger());
    const Json secrets = json[u"secrets"_s].toObject();
    for (auto one = secrets.begin(); one != secrets.end(); ++one) {
        request.secrets[one.key()] = one.value().toString();
    }
    request.runbook = json[u"runbook"_s].toString();
    wanted.checks = json[u"checks"_s].toString();
    return wanted;
}

}  // namespace analemma::operate
