#include "core/deploy/src/deploy_plan.h"

#include "core/deploy/src/actions.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace analemma::deploy {
namespace {

using engine::Observed;
using engine::Outcome;
using engine::Plan;

/// What the plan is made from, in one place.
struct View {
    WantedDeploy wanted;
    World world;
    const Observed* observed = nullptr;
    Generation own;  ///< of this operation, or what it will be
    bool reserved = false;
    std::optional<Generation> before;  ///< that served when this one began

    [[nodiscard]] const workspace::Environment& environment() const { return wanted.environment; }
    [[nodiscard]] bool done(const QString& key) const { return observed->done(key); }
};

/// The generation to go back to: active, or made warm by this operation already.
std::optional<Generation> generationBefore(const World& world, int own)
{
    if (const Generation* active = world.active(); active != nullptr && active->number != own) {
        return *active;
    }
    std::optional<Generation> newest;
    for (const Generation& one : world.inState(u"warm"_s)) {
        if (one.number != own && (!newest || one.since > newest->since)) {
            newest = one;
        }
    }
    return newest;
}

View makeView(const Json& wanted, const Observed& observed)
{
    View view;
    view.wanted = WantedDeploy::fromJson(wanted);
    view.world = World::fromJson(observed.world);
    view.observed = &observed;
    if (const Generation* own = view.world.generation(view.world.own)) {
        view.own = *own;
        view.reserved = true;
    } else {
        view.own.environment = view.wanted.environment.name;
        view.own.number = view.world.next;
        view.own.release = view.wanted.release;
        view.own.pool = view.world.freePool;
        view.own.state = u"starting"_s;
        for (int i = 1; i <= view.wanted.environment.servers; ++i) {
            view.own.servers.append(view.wanted.serverName(view.own.number, i));
        }
    }
    view.before = generationBefore(view.world, view.own.number);
    // A removal that was cut off is repeated: what is left of the server need not look like one any
    // more.
    for (auto tried = observed.journal.begin(); tried != observed.journal.end(); ++tried) {
        if (tried->verb == "server.destroy"_L1 && tried->outcome == Outcome::Unknown) {
            SeenServer& left = view.world.servers[tried.key().section(u'/', -1)];
            left.state = left.state.isEmpty() ? u"gone"_s : left.state;
        }
    }
    return view;
}

/// True when requests reach the new generation: by the balancer's word, else by the record.
bool isSwitched(const View& view)
{
    if (!view.environment().balancer.wanted) {
        return view.own.state == "active"_L1;
    }
    if (view.world.balancer.state == "running"_L1) {
        return view.reserved && view.world.balancer.active == view.own.pool;
    }
    return view.own.state == "active"_L1;
}

Json resultOf(const View& view, bool rolledBack)
{
    Json result{{u"environment"_s, view.environment().name},
                {u"generation"_s, view.own.number},
                {u"release"_s, view.wanted.release},
                {u"image"_s, view.wanted.image},
                {u"from"_s, view.before ? view.before->number : 0},
                {u"to"_s, view.own.number},
                {u"rolledBack"_s, rolledBack}};
    const auto switched = view.observed->journal.find(u"switch"_s);
    if (switched != view.observed->journal.end()) {
        result[u"switch_ms"_s] = switched->result[u"switch_ms"_s];
    }
    return result;
}

/// Takes the new generation out again. `switched`: requests reach it now.
Plan planBack(const View& view, bool switched)
{
    Plan plan;
    const workspace::Environment& environment = view.environment();
    const QString reason = failureOf(*view.observed);
    QStringList needs;
    if (view.reserved && view.own.state != "failed"_L1) {
        const int number = view.before ? view.before->number : 0;
        const QString pool = view.before ? view.before->pool : u"none"_s;
        const bool hasBalancer =
            environment.balancer.wanted && view.world.balancer.state == "running"_L1;
        if (switched && hasBalancer) {
            const QString title =
                view.before ? u"Switch back to generation %1"_s.arg(number)
                            : u"Send no more requests to generation %1"_s.arg(view.own.number);
            plan.actions.append(actions::switchTo(environment, pool, title, u"switch-back"_s, {}));
            needs = {u"switch-back"_s};
        }
        if (view.own.state == "active"_L1) {
            plan.actions.append(actions::activate(environment.name, number, view.own.number,
                                                  u"failing"_s, u"record-back"_s, needs));
            needs = {u"record-back"_s};
        }
        plan.actions += actions::dismantle(environment, view.world, view.own, u"failed"_s, needs);
    }
    if (!plan.actions.isEmpty()) {
        plan.reason = reason;
        plan.settle = true;
        return plan;
    }
    const bool wasLive = view.done(u"switch"_s) || view.done(u"switch-back"_s);
    if (view.observed->cancelling) {
        return Plan::done(Outcome::Cancelled,
                          u"Cancelled; %1 is as it was."_s.arg(environment.name),
                          resultOf(view, false));
    }
    const QString back = view.before ? u"rolled back to release %1"_s.arg(view.before->release)
                                     : u"taken out, nothing served before it"_s;
    const QString text = wasLive
                             ? u"%1 was live and %2: %3"_s.arg(view.wanted.release, back, reason)
                             : u"%1; %2 is as it was."_s.arg(reason, environment.name);
    return Plan::done(Outcome::Failed, text, resultOf(view, wasLive));
}

/// Everything up to the switch.
QList<engine::Action> planForth(const View& view)
{
    QList<engine::Action> list;
    const workspace::Environment& environment = view.environment();
    QStringList needs;
    if (!view.world.images.contains(view.wanted.image)) {
        list.append(actions::bakeImage(view.wanted.image, environment.image, view.wanted.release));
        needs = {list.last().key};
    }
    if (!view.reserved) {
        list.append(
            actions::reserve(environment.name, view.own.number, view.own.pool, view.own.servers));
        list.last().needs = needs;
        needs = {u"reserve"_s};
    }
    QStringList healthy;
    for (const QString& server : view.own.servers) {
        const QString state = view.world.servers.value(server).state;
        QStringList created;
        if (state != "running"_L1) {
            list.append(actions::createServer(server, view.wanted.image, view.own.number, needs));
            created = {list.last().key};
        }
        if (!created.isEmpty() || !view.done(u"healthy/"_s + server)) {
            list.append(
                actions::checkServer(server, environment, created.isEmpty() ? needs : created));
            healthy.append(list.last().key);
        }
    }
    if (!environment.balancer.wanted) {
        return list;
    }
    QStringList filled = healthy;
    if (view.world.balancer.state != "running"_L1 || !view.done(u"balancer"_s)) {
        list.append(actions::ensureBalancer(environment));
        filled.append(u"balancer"_s);
    }
    const QString poolKey = u"pool/"_s + view.own.pool;
    QStringList ready = filled;
    if (!view.world.poolHolds(view.own.pool, view.own.servers)) {
        list.append(
            actions::setPool(environment, view.own.pool, view.own.servers, poolKey, filled));
        ready = {poolKey};
    }
    if (!view.done(u"ready/"_s + view.own.pool) || !view.world.poolHealthy(view.own.pool)) {
        list.append(actions::awaitPool(environment, view.own.pool, ready));
    }
    return list;
}

/// From the switch on.
QList<engine::Action> planAfter(const View& view, bool switched, const QStringList& ready)
{
    QList<engine::Action> list;
    const workspace::Environment& environment = view.environment();
    QStringList needs = ready;
    if (!switched && environment.balancer.wanted) {
        list.append(actions::switchTo(environment, view.own.pool,
                                      u"Send all requests to generation %1"_s.arg(view.own.number),
                                      u"switch"_s, needs));
        needs = {u"switch"_s};
    }
    const bool recorded = view.own.state == "active"_L1;
    if (!recorded) {
        const int before = view.before ? view.before->number : 0;
        list.append(actions::activate(environment.name, view.own.number, before, u"warm"_s,
                                      u"record"_s, needs));
        needs = {u"record"_s};
    }
    QStringList watched = needs;
    if (!view.done(u"watch"_s)) {
        list.append(
            actions::watch(environment, view.own.number, view.own.pool, view.own.servers, needs));
        watched = {u"watch"_s};
    }
    const bool drains =
        view.before && environment.balancer.wanted && !view.done(u"drain/"_s + view.before->pool);
    if (drains) {
        list.append(actions::drain(environment, view.before->pool, view.before->number, needs));
        watched.append(list.last().key);
    }
    // What becomes warm by this deploy is kept; it is the newest of the warm ones.
    World after = view.world;
    for (Generation& one : after.generations) {
        if (one.number == view.own.number) {
            one.state = u"active"_s;
        } else if (one.state == "active"_L1) {
            one.state = u"warm"_s;
            one.since = QDateTime::fromMSecsSinceEpoch(
                std::numeric_limits<qint32>::max() * qint64(1000), Qt::UTC);
        }
    }
    list += reapBeyond(environment, after, environment.warm, watched);
    return list;
}

}  // namespace

QString failureOf(const Observed& observed)
{
    QString text;
    QDateTime first;
    for (auto state = observed.journal.begin(); state != observed.journal.end(); ++state) {
        const bool failed = state->outcome == Outcome::Failed && state->error &&
                            state->error->kind != ErrorKind::Cancelled;
        if (failed && (text.isEmpty() || state->finished < first)) {
            text = state->error->message;
            first = state->finished;
        }
    }
    return text;
}

QList<engine::Action> reapBeyond(const workspace::Environment& environment, const World& world,
                                 int keep, const QStringList& needs)
{
    QList<Generation> warm = world.inState(u"warm"_s);
    std::sort(warm.begin(), warm.end(), [](const Generation& a, const Generation& b) {
        return a.since != b.since ? a.since > b.since : a.number > b.number;
    });
    QList<engine::Action> list;
    for (const Generation& generation : warm.mid(keep)) {
        list += actions::dismantle(environment, world, generation, u"gone"_s, needs);
    }
    // What an earlier operation could not finish.
    for (const QString& state : {u"failed"_s, u"gone"_s}) {
        for (const Generation& generation : world.inState(state)) {
            list += actions::dismantle(environment, world, generation, state, needs);
        }
    }
    return list;
}

Plan planDeploy(const Json& wanted, const Observed& observed)
{
    const View view = makeView(wanted, observed);
    const Generation* active = view.world.active();
    if (!view.reserved && active != nullptr && active->release == view.wanted.release &&
        active->image == view.wanted.image) {
        View live = view;
        live.own = *active;
        live.before.reset();
        Json result = resultOf(live, false);
        result[u"alreadyLive"_s] = true;
        return Plan::done(Outcome::Ok,
                          u"Release %1 is live already as generation %2."_s.arg(active->release)
                              .arg(active->number),
                          result);
    }
    const bool switched = isSwitched(view);
    const bool watched = view.done(u"watch"_s);
    const bool failed =
        std::any_of(observed.journal.begin(), observed.journal.end(),
                    [](const engine::ActionState& one) { return one.outcome == Outcome::Failed; });
    const bool goingBack = view.done(u"switch-back"_s) || view.own.state == "failed"_L1;
    if (!watched && (failed || observed.cancelling || goingBack)) {
        return planBack(view, switched);
    }
    Plan plan;
    QStringList ready;
    if (!switched) {
        plan.actions = planForth(view);
        for (const engine::Action& action : plan.actions) {
            ready.append(action.key);
        }
    }
    plan.actions += planAfter(view, switched, ready);
    if (plan.actions.isEmpty()) {
        return Plan::done(
            Outcome::Ok,
            u"Release %1 is live in %2 as generation %3."_s.arg(
                view.wanted.release, view.environment().name, QString::number(view.own.number)),
            resultOf(view, false));
    }
    return plan;
}

}  // namespace analemma::deploy
