#include "core/operate/rotation.h"

#include "core/base/text.h"

#include <QHash>
#include <QJsonArray>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace analemma::operate {
namespace {

using engine::Action;
using engine::Observed;
using engine::Outcome;
using engine::Plan;

constexpr qsizetype lanes = 8;   // servers at a time
constexpr int mostAttempts = 4;  // of an action of which nobody heard what became
constexpr qsizetype mostServers = 2000;
constexpr int longestWay = 4;  // jump hosts, one behind the other

struct Step {
    QString verb;
    QString title;
    QString call;
    QString wayBack;
};

QList<Step> stepsOf(const Json& wanted)
{
    const QString added = wanted[u"fingerprint"_s].toString();
    QList<Step> steps = {
        {u"key.install"_s, u"Put the new key on %1"_s,
         u"ssh: add %1 to ~/.ssh/authorized_keys"_s.arg(added), u"take it out again"_s},
        {u"key.prove"_s, u"Log in to %1 with the new key"_s, u"ssh with %1 alone"_s.arg(added),
         u"nothing to take back"_s}};
    if (const QString gone = wanted[u"gone"_s].toString(); !gone.isEmpty()) {
        steps.append({u"key.remove"_s, u"Take the old key out of %1"_s,
                      u"ssh with the new key: take %1 out of ~/.ssh/authorized_keys"_s.arg(gone),
                      u"put it there again"_s});
    }
    return steps;
}

QString keyOf(const Step& step, const QString& server)
{
    return step.verb.section(u'.', 1) + u'/' + server;
}

/// Why a server goes no further; empty while it may.
QString failureOf(const QList<Step>& steps, const QString& server, const Observed& observed)
{
    for (const Step& step : steps) {
        const auto state = observed.journal.constFind(keyOf(step, server));
        if (state == observed.journal.cend()) {
            continue;
        }
        const bool failed = state->outcome == Outcome::Failed ||
                            state->outcome == Outcome::Cancelled ||
                            (state->outcome == Outcome::Unknown && state->attempts >= mostAttempts);
        if (failed) {
            return state->error ? state->error->message : u"no reason was given"_s;
        }
    }
    return {};
}

QStringList namesOf(const Json& wanted)
{
    QStringList names;
    for (const QJsonValue& name : wanted[u"servers"_s].toArray()) {
        names.append(name.toString());
    }
    return names;
}

/// The servers in the order in which they lose the old key, and whom each has to wait for.
struct Turns {
    QStringList servers;
    QHash<QString, QStringList> behind;  ///< those to which the way leads over this one
};

/// How many servers stand one behind the other behind this one; a circle ends at the limit.
int rankOf(const QHash<QString, QStringList>& behind, const QString& server, int depth = 0)
{
    int rank = 0;
    for (const QString& other : behind.value(server)) {
        if (depth < longestWay) {
            rank = std::max(rank, 1 + rankOf(behind, other, depth + 1));
        }
    }
    return rank;
}

Turns turnsOf(const Json& wanted, const Json& world)
{
    Turns turns;
    turns.servers = namesOf(wanted);
    const Json jumps = world[u"jumps"_s].toObject();
    for (const QString& server : std::as_const(turns.servers)) {
        for (const QJsonValue& jump : jumps[server].toArray()) {
            turns.behind[jump.toString()].append(server);
        }
    }
    QHash<QString, int> ranks;
    for (const QString& server : std::as_const(turns.servers)) {
        ranks[server] = rankOf(turns.behind, server);
    }
    std::stable_sort(turns.servers.begin(), turns.servers.end(),
                     [&ranks](const QString& a, const QString& b) { return ranks[a] < ranks[b]; });
    for (auto jump = turns.behind.begin(); jump != turns.behind.end(); ++jump) {
        const int rank = ranks.value(jump.key());
        jump.value().removeIf(
            [&ranks, rank](const QString& other) { return ranks.value(other) >= rank; });
    }
    return turns;
}

QString sentence(bool rotates, qsizetype done, qsizetype all)
{
    const QString what =
        rotates ? u"have the new key and no longer the old one"_s : u"take the key"_s;
    return u"%1 of %2 servers %3"_s.arg(done).arg(all).arg(what);
}

}  // namespace

Result<engine::Request> keyChangeRequest(const KeyChange& change)
{
    if (change.add.isEmpty() || change.addFile.isEmpty()) {
        return Error(ErrorKind::Invalid, u"there is no private key to prove the change with"_s)
            .withHint(u"Choose a key whose private half lies in a file."_s);
    }
    if (change.add == change.remove) {
        return Error(ErrorKind::Invalid, u"the old key and the new key are the same one"_s);
    }
    if (change.servers.isEmpty() || change.servers.size() > mostServers) {
        return Error(ErrorKind::Invalid, u"choose 1 to %1 servers"_s.arg(mostServers));
    }
    const bool rotates = !change.remove.isEmpty();
    QStringList servers = change.servers;
    servers.removeDuplicates();
    engine::Request request;
    request.kind = rotates ? u"rotate-key"_s : u"install-key"_s;
    request.target = u"keys"_s;
    request.title = rotates ? u"Change a key on %1 servers"_s.arg(servers.size())
                            : u"Put a key on %1 servers"_s.arg(servers.size());
    request.wanted = {{u"add"_s, change.add.text()},
                      {u"file"_s, change.addFile},
                      {u"comment"_s, change.comment},
                      {u"fingerprint"_s, change.add.fingerprint()},
                      {u"servers"_s, QJsonArray::fromStringList(servers)}};
    if (rotates) {
        request.wanted[u"remove"_s] = change.remove.text();
        request.wanted[u"gone"_s] = change.remove.fingerprint();
    }
    return request;
}

Plan planKeyChange(const Json& wanted, const Observed& observed)
{
    const Turns turns = turnsOf(wanted, observed.world);
    const QStringList& servers = turns.servers;
    const QList<Step> steps = stepsOf(wanted);
    const bool rotates = wanted.contains(u"remove"_s);
    QStringList done;
    Json kept;
    Plan plan;
    QStringList lastOf(lanes);     // by lane: the action that the next server of it waits for
    QHash<QString, QString> ends;  // by server: its last action, while there is one to come
    qsizetype lane = 0;
    for (const QString& server : servers) {
        if (const QString why = failureOf(steps, server, observed); !why.isEmpty()) {
            kept[server] = why;
            continue;
        }
        QStringList needs = lastOf[lane].isEmpty() ? QStringList() : QStringList{lastOf[lane]};
        qsizetype left = 0;
        for (const Step& step : steps) {
            Action action;
            action.key = keyOf(step, server);
            if (observed.done(action.key)) {
                continue;
            }
            action.verb = step.verb;
            action.args = {{u"server"_s, server}};
            action.needs = needs;
            if (step.verb == "key.remove"_L1) {
                for (const QString& other : turns.behind.value(server)) {
                    if (ends.contains(other)) {
                        action.needs.append(ends.value(other));
                    }
                }
            }
            action.says = {step.title.arg(server), step.call, u"free"_s, step.wayBack};
            action.recovery = engine::Recovery::Idempotent;
            needs = {action.key};
            plan.actions.append(action);
            ++left;
        }
        if (left == 0) {
            done.append(server);
        } else {
            ends[server] = plan.actions.last().key;
            lastOf[lane] = ends.value(server);
            lane = (lane + 1) % lanes;
        }
    }
    const Json result{{u"done"_s, QJsonArray::fromStringList(done)}, {u"kept"_s, kept}};
    const QString said = sentence(rotates, done.size(), servers.size());
    if (observed.cancelling) {
        return Plan::done(Outcome::Cancelled, u"Cancelled; %1."_s.arg(said), result);
    }
    if (!plan.actions.isEmpty()) {
        return plan;
    }
    if (kept.isEmpty()) {
        return Plan::done(Outcome::Ok, said + u'.', result);
    }
    const QString first = kept.keys().constFirst();
    return Plan::done(Outcome::Failed,
                      u"%1; the others stay as they were, first %2: %3"_s.arg(
                          said, displayText(first, 80), kept[first].toString()),
                      result);
}

}  // namespace analemma::operate
