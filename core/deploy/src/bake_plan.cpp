#include "core/deploy/src/bake_plan.h"

#include "core/base/readers.h"
#include "core/deploy/src/actions.h"
#include "core/deploy/src/deploy_plan.h"

#include <QJsonArray>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace analemma::deploy {
namespace {

using engine::Action;
using engine::Observed;
using engine::Outcome;
using engine::Plan;
using engine::Recovery;

constexpr int maximumRounds = 3;

/// What is done on the builder, in order. Cut off in the middle, it cannot be repeated on the same
/// disk.
QList<Action> diskSteps(const WantedBake& wanted, const QString& round)
{
    QList<Action> steps;
    const auto add = [&](const QString& key, const QString& verb, const QString& title,
                         const QString& call) {
        Action action;
        action.key = round + key;
        action.verb = verb;
        action.says = {title, call, u"free"_s, u"remove the builder"_s};
        action.recovery = Recovery::Observed;
        steps.append(action);
        return &steps.last();
    };
    for (qsizetype i = 0; i < wanted.files.size(); ++i) {
        const workspace::FileSpec& file = wanted.files[i];
        const QString name = file.artifact.isEmpty() ? file.path : file.artifact;
        add(u"file/%1"_s.arg(i + 1), u"bake.upload"_s, u"Put %1 on the builder"_s.arg(name),
            u"SFTP %1 to %2"_s.arg(name, file.to))
            ->args = {{u"index"_s, i}};
    }
    for (qsizetype i = 0; i < wanted.provision.size(); ++i) {
        add(u"script/%1"_s.arg(i + 1), u"bake.provision"_s, u"Run %1"_s.arg(wanted.provision[i]),
            u"ssh: run %1 of commit %2"_s.arg(wanted.provision[i], wanted.commit.left(8)))
            ->args = {{u"index"_s, i}};
    }
    if (!wanted.start.isEmpty()) {
        add(u"service"_s, u"bake.service"_s, u"Install the service"_s,
            u"SFTP %1 to /srv/services/%2"_s.arg(wanted.start, wanted.recipe));
    }
    return steps;
}

QString roundName(int round)
{
    return QString::number(round) + u'/';
}

/// The round under way: a new one after each round in which a step was cut off.
int currentRound(const WantedBake& wanted, const Observed& observed)
{
    int round = 1;
    while (true) {
        bool cut = false;
        for (const Action& step : diskSteps(wanted, roundName(round))) {
            const auto state = observed.journal.find(step.key);
            cut = cut || (state != observed.journal.end() && state->outcome == Outcome::Unknown);
        }
        if (!cut) {
            return round;
        }
        ++round;
    }
}

/// What the newest cut-off step of a round had to say; empty when nobody heard anything of it.
QString cutText(const WantedBake& wanted, const Observed& observed, int round)
{
    for (const Action& step : diskSteps(wanted, roundName(round))) {
        const auto state = observed.journal.find(step.key);
        if (state != observed.journal.end() && state->outcome == Outcome::Unknown && state->error) {
            return u", last at \"%1\": %2"_s.arg(step.says.title, state->error->message);
        }
    }
    return {};
}

/// A removal that was cut off is repeated: what is left need not look like a server any more.
bool wasCutOffRemoving(const Observed& observed)
{
    return std::any_of(
        observed.journal.begin(), observed.journal.end(), [](const engine::ActionState& one) {
            return one.verb == "server.destroy"_L1 && one.outcome == Outcome::Unknown;
        });
}

QString tagKey(const QString& round)
{
    return QString(round + u"builder"_s).replace(u'/', u':');
}

Action removeBuilder(const WantedBake& wanted, const QString& key, const QStringList& needs)
{
    Action action = actions::destroyServer(wanted.builder(), key, needs);
    action.says.title = u"Remove the builder"_s;
    return action;
}

Action createBuilder(const WantedBake& wanted, const QString& round, const QStringList& needs)
{
    Action action = actions::createServer(wanted.builder(), wanted.parent, 0, needs);
    action.key = round + u"builder"_s;
    action.says.title = u"Start the builder"_s;
    return action;
}

Action keepDisk(const WantedBake& wanted, const QString& round, const QStringList& needs)
{
    Action action;
    action.key = round + u"image"_s;
    action.verb = u"image.create"_s;
    action.args = {{u"server"_s, wanted.builder()}};
    action.needs = needs;
    action.says = {u"Keep the disk as image %1"_s.arg(wanted.image),
                   u"strip keys and secrets, stop the builder, copy its disk"_s, u"free"_s,
                   u"delete the image"_s};
    action.recovery = Recovery::Idempotent;
    return action;
}

/// Bakes from a builder that may exist already.
Plan planRound(const WantedBake& wanted, const BakeWorld& world, const Observed& observed,
               int round)
{
    Plan plan;
    const QString name = roundName(round);
    const QString tag = world.builders.value(wanted.builder());
    const bool hasBuilder =
        world.builders.contains(wanted.builder()) || wasCutOffRemoving(observed);
    const bool isOurs = hasBuilder && tag.endsWith(u'/' + tagKey(name));
    QStringList needs;
    if (!wanted.parent.isEmpty() && !world.images.contains(wanted.parent)) {
        plan.actions.append(actions::bakeImage(wanted.parent, wanted.parentRecipe, wanted.release));
        needs = {plan.actions.last().key};
    }
    if (hasBuilder && !isOurs) {
        plan.actions.append(removeBuilder(wanted, name + u"discard"_s, needs));
        needs = {plan.actions.last().key};
    }
    if (!isOurs || !observed.done(name + u"builder"_s)) {
        plan.actions.append(createBuilder(wanted, name, needs));
        needs = {plan.actions.last().key};
    }
    for (Action step : diskSteps(wanted, name)) {
        if (!observed.done(step.key)) {
            step.needs = needs;
            needs = {step.key};
            plan.actions.append(step);
        }
    }
    plan.actions.append(keepDisk(wanted, name, needs));
    plan.actions.append(removeBuilder(wanted, name + u"remove"_s, {plan.actions.last().key}));
    return plan;
}

}  // namespace

Json BakeWorld::toJson() const
{
    Json seen;
    for (auto builder = builders.begin(); builder != builders.end(); ++builder) {
        seen[builder.key()] = *builder;
    }
    return {{u"images"_s, QJsonArray::fromStringList(images)}, {u"builders"_s, seen}};
}

BakeWorld BakeWorld::fromJson(const Json& json)
{
    BakeWorld world;
    world.images = textsFromJson(json[u"images"_s]);
    const Json seen = json[u"builders"_s].toObject();
    for (auto builder = seen.begin(); builder != seen.end(); ++builder) {
        world.builders[builder.key()] = builder.value().toString();
    }
    return world;
}

Plan planBake(const Json& wantedJson, const Observed& observed)
{
    const WantedBake wanted = WantedBake::fromJson(wantedJson);
    const BakeWorld world = BakeWorld::fromJson(observed.world);
    const Json result{{u"image"_s, wanted.image}, {u"release"_s, wanted.release}};
    const bool hasBuilder =
        world.builders.contains(wanted.builder()) || wasCutOffRemoving(observed);
    if (world.images.contains(wanted.image)) {
        if (!hasBuilder) {
            return Plan::done(Outcome::Ok, u"Image %1 is there."_s.arg(wanted.image), result);
        }
        Plan plan;
        plan.actions.append(
            removeBuilder(wanted, roundName(currentRound(wanted, observed)) + u"remove"_s, {}));
        return plan;
    }
    const int round = currentRound(wanted, observed);
    QString failure = failureOf(observed);
    if (failure.isEmpty() && round > maximumRounds) {
        failure = u"the builder was cut off %1 times in a row"_s.arg(maximumRounds) +
                  cutText(wanted, observed, maximumRounds);
    }
    if (observed.cancelling || !failure.isEmpty()) {
        if (hasBuilder) {
            Plan plan;
            plan.actions.append(removeBuilder(wanted, u"clean-up"_s, {}));
            plan.reason = failure;
            return plan;
        }
        return observed.cancelling
                   ? Plan::done(Outcome::Cancelled, u"Cancelled; no image was made."_s)
                   : Plan::done(Outcome::Failed, failure + u"; no image was made."_s);
    }
    return planRound(wanted, world, observed, round);
}

Plan planDown(const Json& wanted, const Observed& observed)
{
    const Json world = observed.world;
    const QStringList others = textsFromJson(world[u"others"_s]);
    if (!others.isEmpty()) {
        return Plan::done(
            Outcome::Failed,
            u"Other operations are under way: %1. Wait for them or cancel them first."_s.arg(
                others.join(u", "_s)));
    }
    if (observed.cancelling) {
        return Plan::done(Outcome::Cancelled,
                          u"Cancelled; what was stopped already stays stopped."_s);
    }
    if (const QString failure = failureOf(observed); !failure.isEmpty()) {
        return Plan::done(Outcome::Failed, failure);
    }
    Plan plan;
    const auto add = [&](const QString& what, const QString& verb, const QString& call,
                         const QStringList& needs) {
        QStringList keys;
        for (const QString& item : textsFromJson(world[what])) {
            Action action;
            action.key = verb + u'/' + item;
            action.verb = verb;
            action.args = {{u"name"_s, item}};
            action.needs = needs;
            action.says = {
                (verb == "down.image"_L1 ? u"Delete image "_s : u"Stop and remove "_s) + item,
                call,
                u"free"_s,
                {}};
            action.recovery = Recovery::Idempotent;
            plan.actions.append(action);
            keys.append(action.key);
        }
        return keys;
    };
    const QStringList balancers =
        add(u"balancers"_s, u"down.balancer"_s, u"end its haproxy, remove its files"_s, {});
    const QStringList servers =
        add(u"servers"_s, u"down.server"_s,
            u"end its processes, remove its files, free its address"_s, balancers);
    QStringList last = balancers + servers;
    if (wanted[u"images"_s].toBool()) {
        last += add(u"images"_s, u"down.image"_s, u"remove its files"_s, servers);
    }
    if (!plan.actions.isEmpty() || world[u"open"_s].toBool() ||
        !textsFromJson(world[u"strays"_s]).isEmpty()) {
        Action action;
        action.key = u"down.records"_s;
        action.verb = u"down.records"_s;
        action.needs = last;
        action.says = {u"Close all generations"_s,
                       u"write that nothing runs any more; sweep what is half-made"_s,
                       u"free"_s,
                       {}};
        action.recovery = Recovery::Idempotent;
        plan.actions.append(action);
        return plan;
    }
    return Plan::done(Outcome::Ok, u"Nothing of this workspace runs."_s);
}

}  // namespace analemma::deploy
