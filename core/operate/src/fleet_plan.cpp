#include "core/operate/src/fleet_plan.h"

#include "core/base/text.h"

#include <QJsonArray>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace analemma::operate {
namespace {

using engine::Action;
using engine::ActionState;
using engine::Observed;
using engine::Outcome;
using engine::Plan;
using engine::Recovery;

/// The engine gives an action up after five tries; a step that is taken up again by program after
/// program gets a new key before that.
constexpr int triesOfOneKey = 4;
constexpr int namesInReason = 3;

/// What is known of one server from the journal.
struct Fate {
    HostStep step;
    bool begun = false;  ///< something may be on the server
    bool concluded = false;
    bool running = false;  ///< by this process
    bool toStop = false;   ///< begun, and its watching was cancelled
    QString runKey;        ///< to use next
};

QString keyOf(const QString& verb, const QString& host, int round)
{
    const QString key = verb + u'/' + host;
    return round == 0 ? key : key + u'/' + QString::number(round + 1);
}

/// Fills in what an action told. False when it told nothing of the server.
bool take(HostStep& step, const ActionState& state)
{
    const Json told = state.outcome == Outcome::Ok ? state.result
                      : state.error                ? state.error->details
                                                   : Json();
    const auto word = stepStateFromString(told[u"state"_s].toString());
    if (!word) {
        return false;
    }
    step.state = *word;
    step.exitCode = told[u"exit"_s].toInt(-1);
    step.reason = told[u"reason"_s].toString();
    if (told.contains(u"ms"_s)) {
        step.duration = milliseconds(told[u"ms"_s].toInteger());
    }
    step.sha256 = told[u"sha256"_s].toString();
    step.keptBytes = told[u"kept"_s].toInteger();
    step.totalBytes = told[u"bytes"_s].toInteger();
    return true;
}

bool wasCancelled(const ActionState& state)
{
    return state.outcome == Outcome::Failed && state.error &&
           state.error->kind == ErrorKind::Cancelled;
}

Fate fateOf(const HostStep& host, const Journal& journal)
{
    Fate fate;
    fate.step = host;
    int round = 0;
    while (true) {
        const auto state = journal.find(keyOf(u"run"_s, host.host, round));
        const bool spent = state != journal.end() && state->outcome == Outcome::Unknown &&
                           state->attempts >= triesOfOneKey;
        if (!spent || take(fate.step, *state)) {
            break;
        }
        ++round;
    }
    fate.begun = round > 0;
    fate.toStop = fate.begun;
    fate.runKey = keyOf(u"run"_s, host.host, round);
    if (const auto run = journal.find(fate.runKey); run != journal.end()) {
        fate.begun = true;
        fate.running = run->outcome == Outcome::None;
        fate.concluded = !fate.running && take(fate.step, *run);
        fate.toStop = !fate.concluded && (wasCancelled(*run) || run->outcome == Outcome::Unknown);
    }
    if (const auto stop = journal.find(keyOf(u"stop"_s, host.host, 0)); stop != journal.end()) {
        fate.running = false;
        fate.concluded = stop->outcome != Outcome::None && take(fate.step, *stop);
        fate.toStop = !fate.concluded;
    }
    if (fate.step.state == StepState::Unreachable) {
        fate.begun = false;
    }
    return fate;
}

QList<Fate> fatesOf(const WantedFleet& wanted, const Journal& journal)
{
    QList<Fate> fates;
    for (const HostStep& host : wanted.hosts) {
        fates.append(fateOf(host, journal));
    }
    return fates;
}

bool isBad(StepState state)
{
    return state == StepState::Failed || state == StepState::TimedOut ||
           state == StepState::Unreachable || state == StepState::Unknown;
}

Action runAction(const WantedFleet& wanted, const Fate& fate)
{
    Action action;
    action.key = fate.runKey;
    action.verb = wanted.checks.isEmpty() ? u"fleet.run"_s : u"fleet.check"_s;
    action.args = {{u"host"_s, fate.step.host}};
    action.says.title = wanted.checks.isEmpty() ? u"Run on %1"_s.arg(fate.step.host)
                                                : u"Look at %1"_s.arg(fate.step.host);
    action.says.call = wanted.checks.isEmpty()
                           ? wanted.request.command
                           : u"read the step of operation %1"_s.arg(wanted.checks);
    action.says.cost = u"free"_s;
    // Beginning it again finds what was begun: the server begins a step once.
    action.recovery = Recovery::Idempotent;
    return action;
}

Action stopAction(const Fate& fate)
{
    Action action;
    action.key = keyOf(u"stop"_s, fate.step.host, 0);
    action.verb = u"fleet.stop"_s;
    action.args = {{u"host"_s, fate.step.host}};
    action.says = {u"End it on %1"_s.arg(fate.step.host),
                   u"kill its process group: TERM, then KILL"_s,
                   u"free"_s,
                   {}};
    action.recovery = Recovery::Idempotent;
    return action;
}

/// Removes what lies on the servers where that is known and not done yet. Nothing where all is
/// done; it is not tried twice.
std::optional<Action> cleanAction(const QList<Fate>& fates, const Journal& journal, bool more)
{
    QString key = u"clean"_s;
    QStringList cleaned;
    for (int round = 1;; ++round) {
        const auto state = journal.find(key);
        if (state == journal.end() || state->outcome == Outcome::None ||
            state->outcome == Outcome::Unknown) {
            break;
        }
        if (state->outcome == Outcome::Failed) {
            return std::nullopt;
        }
        for (const QJsonValue& host : state->result[u"hosts"_s].toArray()) {
            cleaned.append(host.toString());
        }
        key = keyOf(u"clean"_s, {}, round);
    }
    QJsonArray hosts;
    for (const Fate& fate : fates) {
        if (fate.begun && fate.step.state != StepState::Unknown &&
            !cleaned.contains(fate.step.host)) {
            hosts.append(fate.step.host);
        }
    }
    if (hosts.isEmpty() && !more) {
        return std::nullopt;
    }
    Action action;
    action.key = key;
    action.verb = u"fleet.clean"_s;
    action.args = {{u"hosts"_s, hosts}};
    action.says = {u"Remove the steps' folders"_s,
                   u"rm -r ~/.analemma/steps/OPERATION-SERVER"_s,
                   u"free"_s,
                   {}};
    action.recovery = Recovery::Idempotent;
    return action;
}

/// "2 failed (web-3: exit code 1, web-4: exit code 1)".
QString badText(const QList<HostStep>& steps)
{
    QStringList names;
    int more = 0;
    for (const HostStep& step : steps) {
        if (!isBad(step.state)) {
            continue;
        }
        if (names.size() == namesInReason) {
            ++more;
            continue;
        }
        const QString why = step.reason.isEmpty() ? toString(step.state) : step.reason;
        names.append(step.host + u": "_s + why);
    }
    if (more > 0) {
        names.append(u"and %1 more"_s.arg(more));
    }
    return names.join(u"; "_s);
}

Plan ended(const WantedFleet& wanted, const QList<Fate>& fates, const Observed& observed)
{
    FleetView view;
    QJsonArray hosts;
    for (const Fate& fate : fates) {
        HostStep step = fate.step;
        if (!isFinal(step.state)) {
            step.state = wanted.checks.isEmpty() ? StepState::Cancelled : StepState::Unknown;
            step.reason =
                wanted.checks.isEmpty() ? u"it was not begun"_s : u"it was not looked at"_s;
        }
        hosts.append(step.toJson());
        view.steps.append(step);
    }
    const Json result{{u"hosts"_s, hosts}};
    const QString bad = badText(view.steps);
    const QString sum = view.summary() + (bad.isEmpty() ? QString() : u": "_s + bad);
    const QMap<StepState, int> counts = view.counts();
    if (counts.value(StepState::Unknown) > 0) {
        return Plan::done(Outcome::Unknown,
                          sum + u". Look at them with: analemma-cli fleet check OPERATION"_s,
                          result);
    }
    if (observed.cancelling) {
        return Plan::done(Outcome::Cancelled, u"Cancelled: %1."_s.arg(sum), result);
    }
    const bool ok = counts.value(StepState::Ok) == int(wanted.hosts.size());
    return Plan::done(ok ? Outcome::Ok : Outcome::Failed, sum + u'.', result);
}

}  // namespace

Json stepJson(const HostStep& step)
{
    Json json{{u"state"_s, toString(step.state)}, {u"exit"_s, step.exitCode}};
    if (!step.reason.isEmpty()) {
        json[u"reason"_s] = step.reason;
    }
    if (step.duration) {
        json[u"ms"_s] = qint64(step.duration->count());
    }
    if (!step.sha256.isEmpty()) {
        json[u"sha256"_s] = step.sha256;
        json[u"kept"_s] = step.keptBytes;
        json[u"bytes"_s] = step.totalBytes;
    }
    return json;
}

QList<HostStep> stepsOf(const WantedFleet& wanted, const Journal& journal, bool alive)
{
    QList<HostStep> steps;
    for (const Fate& fate : fatesOf(wanted, journal)) {
        HostStep step = fate.step;
        if (!fate.concluded && fate.begun) {
            step.state = alive ? StepState::Running : StepState::Unknown;
        } else if (!fate.concluded && !alive) {
            step.state = StepState::Cancelled;
            step.reason = u"it was not begun"_s;
        }
        steps.append(step);
    }
    return steps;
}

Plan planFleet(const Json& wantedJson, const Observed& observed)
{
    const WantedFleet wanted = WantedFleet::fromJson(wantedJson);
    const QList<Fate> fates = fatesOf(wanted, observed.journal);
    const bool failed = std::any_of(fates.begin(), fates.end(), [](const Fate& fate) {
        return fate.concluded && isBad(fate.step.state);
    });
    Plan plan;
    QList<Action> running;
    QList<Action> waiting;
    for (const Fate& fate : fates) {
        if (fate.concluded) {
            continue;
        }
        if (observed.cancelling) {
            if (fate.toStop && wanted.checks.isEmpty()) {
                plan.actions.append(stopAction(fate));
            } else if (fate.running) {
                running.append(runAction(wanted, fate));
            }
        } else if (fate.running) {
            running.append(runAction(wanted, fate));
        } else if (fate.begun || !wanted.request.failFast || !failed) {
            waiting.append(runAction(wanted, fate));
        }
    }
    // So many at a time: each of the others needs one that goes before it to be through.
    QList<Action> runs = running + waiting;
    for (qsizetype i = wanted.request.limit; i < runs.size(); ++i) {
        runs[i].needs = {runs[i - wanted.request.limit].key};
    }
    plan.actions += runs;
    if (auto clean = cleanAction(fates, observed.journal, !plan.actions.isEmpty())) {
        for (const Action& action : plan.actions) {
            clean->needs.append(action.key);
        }
        plan.actions.append(*clean);
    }
    return plan.actions.isEmpty() ? ended(wanted, fates, observed) : plan;
}

QString titleOf(const WantedFleet& wanted)
{
    const QString count = wanted.hosts.size() == 1 ? wanted.hosts.first().host
                                                   : u"%1 servers"_s.arg(wanted.hosts.size());
    if (!wanted.checks.isEmpty()) {
        return u"Look at %1"_s.arg(count);
    }
    QString what = wanted.request.runbook;
    if (what.isEmpty()) {
        for (const QString& line : wanted.request.command.split(u'\n')) {
            if (!line.trimmed().isEmpty() && !line.startsWith(u'#')) {
                what = displayText(line.trimmed(), 60);
                break;
            }
        }
    }
    return u"%1 on %2"_s.arg(what.isEmpty() ? u"Run a script"_s : what, count);
}

}  // namespace analemma::operate
