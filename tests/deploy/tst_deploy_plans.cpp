#include "core/deploy/src/census.h"
#include "core/deploy/src/deploy_plan.h"
#include "core/deploy/src/records.h"
#include "core/deploy/src/rollback_plan.h"
#include "core/deploy/src/view.h"
#include "tests/support.h"

using namespace analemma;
using namespace analemma::deploy;
using namespace Qt::StringLiterals;
using engine::Observed;
using engine::Outcome;
using engine::Plan;

namespace {

workspace::Environment production()
{
    workspace::Environment environment;
    environment.name = u"prod"_s;
    environment.provider = u"here"_s;
    environment.servers = 2;
    environment.image = u"web"_s;
    environment.balancer.wanted = true;
    environment.warm = 1;
    return environment;
}

Json wantedDeploy(const workspace::Environment& environment = production())
{
    WantedDeploy wanted;
    wanted.environment = environment;
    wanted.release = u"1.1.0"_s;
    wanted.commit = u"c1"_s;
    wanted.image = u"web-1.1.0"_s;
    return wanted.toJson();
}

Json wantedRollback()
{
    WantedRollback wanted;
    wanted.environment = production();
    wanted.from = 2;
    wanted.to = 1;
    wanted.release = u"1.0.0"_s;
    return wanted.toJson();
}

/// A world that tests build up line by line.
struct Scene {
    World world;
    Observed observed;

    Scene() { world.freePool = u"p0"_s; }
    Scene& generation(int number, const QString& state, const QString& release = u"1.0.0"_s)
    {
        Generation one;
        one.environment = u"prod"_s;
        one.number = number;
        one.state = state;
        one.release = release;
        one.image = u"web-"_s + release;
        one.pool = u"p%1"_s.arg((number - 1) % 3);
        one.since = QDateTime::fromSecsSinceEpoch(1000 + number, Qt::UTC);
        for (int i = 1; i <= 2; ++i) {
            one.servers.append(u"prod-%1-%2"_s.arg(number).arg(i));
        }
        world.generations.prepend(one);
        world.next = number + 1;
        world.freePool = freePool(production(), world.generations);
        return *this;
    }
    Scene& own(int number)
    {
        generation(number, u"starting"_s, u"1.1.0"_s);
        world.own = number;
        return *this;
    }
    Scene& setState(int number, const QString& state)
    {
        for (Generation& one : world.generations) {
            one.state = one.number == number ? state : one.state;
        }
        return *this;
    }
    Scene& running(int number, const QString& state = u"running"_s)
    {
        for (const QString& server : world.generation(number)->servers) {
            world.servers[server].state = state;
            world.servers[server].generation = number;
        }
        return *this;
    }
    Scene& balancer(int active)
    {
        world.balancer.state = u"running"_s;
        world.balancer.active = active > 0 ? world.generation(active)->pool : u"none"_s;
        return *this;
    }
    Scene& pooled(int number, bool healthy = true)
    {
        for (const QString& server : world.generation(number)->servers) {
            SeenMember member;
            member.server = server;
            member.healthy = healthy;
            world.balancer.pools[world.generation(number)->pool].append(member);
        }
        return *this;
    }
    Scene& image()
    {
        world.images.append(u"web-1.1.0"_s);
        return *this;
    }
    Scene& did(const QStringList& keys, Outcome outcome = Outcome::Ok, const QString& error = {})
    {
        for (const QString& key : keys) {
            engine::ActionState state;
            state.outcome = outcome;
            state.attempts = 1;
            if (outcome == Outcome::Failed) {
                state.error = Error(ErrorKind::Failed, error);
            }
            observed.journal[key] = state;
        }
        return *this;
    }
    Scene& cancelling()
    {
        observed.cancelling = true;
        return *this;
    }
    [[nodiscard]] Plan deploy(const workspace::Environment& environment = production()) const
    {
        Observed seen = observed;
        seen.world = world.toJson();
        return planDeploy(wantedDeploy(environment), seen);
    }
    [[nodiscard]] Plan rollback() const
    {
        Observed seen = observed;
        seen.world = world.toJson();
        return planRollback(wantedRollback(), seen);
    }
    [[nodiscard]] Plan restore() const
    {
        Observed seen = observed;
        seen.world = world.toJson();
        const Json wanted{{u"environment"_s, toJson(production())}};
        return planRestore(wanted, seen);
    }
};

QStringList keys(const Plan& plan)
{
    QStringList all;
    for (const engine::Action& action : plan.actions) {
        all.append(action.key);
    }
    return all;
}

QStringList needsOf(const Plan& plan, const QString& key)
{
    for (const engine::Action& action : plan.actions) {
        if (action.key == key) {
            return action.needs;
        }
    }
    return {u"no such action"_s};
}

const QStringList upToReady{u"reserve"_s,          u"server/prod-2-1"_s,  u"server/prod-2-2"_s,
                            u"healthy/prod-2-1"_s, u"healthy/prod-2-2"_s, u"balancer"_s,
                            u"pool/p1"_s,          u"ready/p1"_s};

}  // namespace

class TestDeployPlans : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void firstDeploy()
    {
        const Plan plan = Scene().deploy();
        QCOMPARE(keys(plan), QStringList({u"bake/web-1.1.0"_s, u"reserve"_s, u"server/prod-1-1"_s,
                                          u"healthy/prod-1-1"_s, u"server/prod-1-2"_s,
                                          u"healthy/prod-1-2"_s, u"balancer"_s, u"pool/p0"_s,
                                          u"ready/p0"_s, u"switch"_s, u"record"_s, u"watch"_s}));
    }

    void secondDeployIsInTheRightOrder()
    {
        Scene scene;
        scene.image().generation(1, u"active"_s).running(1).balancer(1).pooled(1);
        const Plan plan = scene.deploy();
        QCOMPARE(keys(plan), QStringList({u"reserve"_s, u"server/prod-2-1"_s, u"healthy/prod-2-1"_s,
                                          u"server/prod-2-2"_s, u"healthy/prod-2-2"_s,
                                          u"balancer"_s, u"pool/p1"_s, u"ready/p1"_s, u"switch"_s,
                                          u"record"_s, u"watch"_s, u"drain/p0"_s}));
        QCOMPARE(needsOf(plan, u"server/prod-2-1"_s), QStringList{u"reserve"_s});
        QCOMPARE(needsOf(plan, u"server/prod-2-2"_s), QStringList{u"reserve"_s});
        QVERIFY(needsOf(plan, u"pool/p1"_s).contains(u"healthy/prod-2-2"_s));
        QVERIFY(needsOf(plan, u"pool/p1"_s).contains(u"balancer"_s));
        QVERIFY(needsOf(plan, u"switch"_s).contains(u"ready/p1"_s));
        QCOMPARE(needsOf(plan, u"watch"_s), QStringList{u"record"_s});
    }

    void samePlanForSameInput()
    {
        Scene scene;
        scene.image().generation(1, u"active"_s).running(1).balancer(1).pooled(1);
        QCOMPARE(keys(scene.deploy()), keys(scene.deploy()));
    }

    void halfDoneGoesOn()
    {
        Scene scene;
        scene.image()
            .generation(1, u"active"_s)
            .running(1)
            .balancer(1)
            .pooled(1)
            .own(2)
            .running(2)
            .did(upToReady)
            .pooled(2);
        QCOMPARE(keys(scene.deploy()),
                 QStringList({u"switch"_s, u"record"_s, u"watch"_s, u"drain/p0"_s}));
        // The switch happened, its record did not: the balancer's word counts.
        scene.balancer(2);
        QCOMPARE(keys(scene.deploy()), QStringList({u"record"_s, u"watch"_s, u"drain/p0"_s}));
        scene.setState(2, u"active"_s).setState(1, u"warm"_s);
        QCOMPARE(keys(scene.deploy()), QStringList({u"watch"_s, u"drain/p0"_s}));
        scene.did({u"watch"_s, u"drain/p0"_s});
        const Plan plan = scene.deploy();
        QVERIFY(plan.finished);
        QCOMPARE(plan.outcome, Outcome::Ok);
        QCOMPARE(plan.result[u"generation"_s].toInt(), 2);
        QCOMPARE(plan.result[u"from"_s].toInt(), 1);
    }

    void lostServerIsMadeAgainBeforeTheSwitch()
    {
        Scene scene;
        scene.image()
            .generation(1, u"active"_s)
            .running(1)
            .balancer(1)
            .pooled(1)
            .own(2)
            .running(2)
            .did(upToReady)
            .pooled(2);
        scene.world.servers[u"prod-2-2"_s].state = u"stopped"_s;
        const Plan plan = scene.deploy();
        QVERIFY(keys(plan).contains(u"server/prod-2-2"_s));
        QVERIFY(!keys(plan).contains(u"server/prod-2-1"_s));
        QVERIFY(needsOf(plan, u"switch"_s).contains(u"healthy/prod-2-2"_s));
    }

    void oldestIsReapedWarmIsKept()
    {
        Scene scene;
        scene.image()
            .generation(1, u"warm"_s)
            .running(1)
            .generation(2, u"active"_s)
            .running(2)
            .balancer(2)
            .pooled(1)
            .pooled(2);
        const Plan plan = scene.deploy();
        QVERIFY(keys(plan).contains(u"reap/1/pool"_s));
        QVERIFY(keys(plan).contains(u"reap/1/prod-1-1"_s));
        QVERIFY(keys(plan).contains(u"reap/1/record"_s));
        QVERIFY(!keys(plan).contains(u"reap/2/record"_s));
        QVERIFY(needsOf(plan, u"reap/1/pool"_s).contains(u"watch"_s));
        QCOMPARE(needsOf(plan, u"reap/1/prod-1-1"_s), QStringList{u"reap/1/pool"_s});
        QCOMPARE(scene.world.freePool, u"p2"_s);  // neither the active nor the warm one's
    }

    void poolOfAGoneGenerationIsLeftToItsNewOwner()
    {
        // Four deploys: generation 4 stands in the pool that generation 1 had.
        Scene scene;
        scene.image()
            .generation(1, u"gone"_s)
            .generation(2, u"gone"_s)
            .generation(3, u"warm"_s)
            .running(3)
            .pooled(3);
        scene.generation(4, u"active"_s).running(4).balancer(4).pooled(4);
        const Plan plan = scene.deploy();
        QCOMPARE(scene.world.generation(1)->pool, scene.world.generation(4)->pool);
        QVERIFY(!keys(plan).contains(u"reap/1/pool"_s));
        QVERIFY(keys(plan).contains(u"reap/3/pool"_s));
    }

    void cutRemovalIsRepeated()
    {
        Scene scene;
        scene.image()
            .generation(1, u"warm"_s)
            .generation(2, u"active"_s)
            .running(2)
            .balancer(2)
            .pooled(2);
        scene.world.servers.remove(u"prod-1-1"_s);
        scene.did({u"reap/1/prod-1-1"_s}, Outcome::Unknown);
        scene.observed.journal[u"reap/1/prod-1-1"_s].verb = u"server.destroy"_s;
        QVERIFY(keys(scene.deploy()).contains(u"reap/1/prod-1-1"_s));
    }

    void failureBeforeTheSwitchTakesTheNewOneAway()
    {
        Scene scene;
        scene.image()
            .generation(1, u"active"_s)
            .running(1)
            .balancer(1)
            .pooled(1)
            .own(2)
            .running(2)
            .did({u"reserve"_s});
        scene.did({u"healthy/prod-2-1"_s}, Outcome::Failed,
                  u"server prod-2-1 did not become healthy"_s);
        Plan plan = scene.deploy();
        QVERIFY(plan.settle);
        QCOMPARE(keys(plan),
                 QStringList({u"reap/2/prod-2-1"_s, u"reap/2/prod-2-2"_s, u"reap/2/record"_s}));
        scene.world.servers.remove(u"prod-2-1"_s);
        scene.world.servers.remove(u"prod-2-2"_s);
        scene.setState(2, u"failed"_s);
        plan = scene.deploy();
        QVERIFY(plan.finished);
        QCOMPARE(plan.outcome, Outcome::Failed);
        QCOMPARE(plan.reason, u"server prod-2-1 did not become healthy; prod is as it was."_s);
        QCOMPARE(plan.result[u"rolledBack"_s].toBool(), false);
    }

    void failureInTheWatchTimeSwitchesBackFirst()
    {
        Scene scene;
        scene.image()
            .generation(1, u"warm"_s)
            .running(1)
            .own(2)
            .running(2)
            .setState(2, u"active"_s);
        scene.balancer(2).pooled(1).pooled(2, false).did(upToReady).did({u"switch"_s, u"record"_s});
        scene.did({u"watch"_s}, Outcome::Failed, u"in the watch time server prod-2-1 is DOWN"_s);
        Plan plan = scene.deploy();
        QCOMPARE(keys(plan).first(), u"switch-back"_s);
        QCOMPARE(plan.actions.first().args[u"pool"_s].toString(), u"p0"_s);
        QCOMPARE(needsOf(plan, u"record-back"_s), QStringList{u"switch-back"_s});
        QVERIFY(needsOf(plan, u"reap/2/pool"_s).contains(u"record-back"_s));
        // Killed after the switch back: the records follow.
        scene.balancer(1).did({u"switch-back"_s});
        plan = scene.deploy();
        QCOMPARE(keys(plan).first(), u"record-back"_s);
        QCOMPARE(plan.actions.first().args[u"number"_s].toInt(), 1);
        // And at the end the truth is told.
        scene.setState(1, u"active"_s).setState(2, u"failed"_s);
        scene.world.servers.remove(u"prod-2-1"_s);
        scene.world.servers.remove(u"prod-2-2"_s);
        scene.world.balancer.pools.remove(u"p1"_s);
        plan = scene.deploy();
        QVERIFY(plan.finished);
        QCOMPARE(plan.outcome, Outcome::Failed);
        QVERIFY(plan.result[u"rolledBack"_s].toBool());
        QVERIFY2(plan.reason.contains(u"rolled back to release 1.0.0"_s), qPrintable(plan.reason));
    }

    void firstDeployThatFailsLeavesNothing()
    {
        Scene scene;
        scene.image()
            .own(1)
            .running(1)
            .setState(1, u"active"_s)
            .balancer(1)
            .pooled(1, false)
            .did({u"reserve"_s, u"switch"_s});
        scene.did({u"watch"_s}, Outcome::Failed, u"down"_s);
        const Plan plan = scene.deploy();
        QCOMPARE(keys(plan),
                 QStringList({u"switch-back"_s, u"record-back"_s, u"reap/1/pool"_s,
                              u"reap/1/prod-1-1"_s, u"reap/1/prod-1-2"_s, u"reap/1/record"_s}));
        QCOMPARE(plan.actions.first().args[u"pool"_s].toString(), u"none"_s);
    }

    void cancelBeforeTheSwitch()
    {
        Scene scene;
        scene.image()
            .generation(1, u"active"_s)
            .running(1)
            .balancer(1)
            .pooled(1)
            .own(2)
            .running(2)
            .did({u"reserve"_s})
            .cancelling();
        QVERIFY(!keys(scene.deploy()).contains(u"switch"_s));
        QVERIFY(keys(scene.deploy()).contains(u"reap/2/prod-2-1"_s));
    }

    void cancelAfterTheWatchIsTooLate()
    {
        Scene scene;
        scene.image()
            .generation(1, u"warm"_s)
            .running(1)
            .own(2)
            .running(2)
            .setState(2, u"active"_s);
        scene.balancer(2)
            .pooled(1)
            .pooled(2)
            .did(upToReady)
            .did({u"switch"_s, u"record"_s, u"watch"_s, u"drain/p0"_s})
            .cancelling();
        const Plan plan = scene.deploy();
        QVERIFY(plan.finished);
        QCOMPARE(plan.outcome, Outcome::Ok);
    }

    void liveReleaseIsNotDeployedTwice()
    {
        Scene scene;
        scene.image().generation(1, u"active"_s, u"1.1.0"_s).running(1).balancer(1).pooled(1);
        const Plan plan = scene.deploy();
        QVERIFY(plan.finished);
        QCOMPARE(plan.outcome, Outcome::Ok);
        QVERIFY(plan.result[u"alreadyLive"_s].toBool());
        QCOMPARE(plan.result[u"generation"_s].toInt(), 1);
    }

    void withoutBalancer()
    {
        workspace::Environment qa = production();
        qa.balancer.wanted = false;
        Scene scene;
        const Plan plan = scene.image().deploy(qa);
        QCOMPARE(keys(plan), QStringList({u"reserve"_s, u"server/prod-1-1"_s, u"healthy/prod-1-1"_s,
                                          u"server/prod-1-2"_s, u"healthy/prod-1-2"_s, u"record"_s,
                                          u"watch"_s}));
    }

    void rollbackToWarmIsOneSwitch()
    {
        Scene scene;
        scene.generation(1, u"warm"_s)
            .running(1)
            .generation(2, u"active"_s)
            .running(2)
            .balancer(2)
            .pooled(1)
            .pooled(2);
        QCOMPARE(keys(scene.rollback()), QStringList({u"switch"_s, u"record"_s}));
        scene.balancer(1);
        QCOMPARE(keys(scene.rollback()), QStringList{u"record"_s});
        scene.setState(1, u"active"_s).setState(2, u"warm"_s);
        const Plan plan = scene.rollback();
        QVERIFY(plan.finished);
        QCOMPARE(plan.outcome, Outcome::Ok);
        QCOMPARE(plan.result[u"from"_s].toInt(), 2);
        QCOMPARE(plan.result[u"to"_s].toInt(), 1);
    }

    void rollbackMendsFirst()
    {
        Scene scene;
        scene.generation(1, u"warm"_s)
            .running(1, u"stopped"_s)
            .generation(2, u"active"_s)
            .running(2)
            .balancer(2)
            .pooled(1, false)
            .pooled(2);
        const Plan plan = scene.rollback();
        QCOMPARE(keys(plan), QStringList({u"start/prod-1-1"_s, u"start/prod-1-2"_s, u"ready/p0"_s,
                                          u"switch"_s, u"record"_s}));
        QVERIFY(needsOf(plan, u"switch"_s).contains(u"ready/p0"_s));
    }

    void rollbackThatCannotSwitchLeavesAllAsItWas()
    {
        Scene scene;
        scene.generation(1, u"warm"_s)
            .running(1)
            .generation(2, u"active"_s)
            .running(2)
            .balancer(2)
            .pooled(1)
            .pooled(2);
        scene.did({u"switch"_s}, Outcome::Failed, u"haproxy is not answering"_s);
        const Plan plan = scene.rollback();
        QVERIFY(plan.finished);
        QCOMPARE(plan.outcome, Outcome::Failed);
        QCOMPARE(plan.reason, u"haproxy is not answering; prod is as it was."_s);
    }

    void rollbackTargets()
    {
        EnvironmentView view;
        view.spec = production();
        QVERIFY(!rollbackTarget(view, {}).possible);
        Scene scene;
        scene.generation(1, u"gone"_s, u"1.0.0"_s).generation(2, u"active"_s, u"1.1.0"_s);
        view.generations = scene.world.generations;
        view.active = *scene.world.active();
        RollbackTarget target = rollbackTarget(view, {});
        QVERIFY(target.possible && !target.warm);
        QCOMPARE(target.generation.number, 1);
        view.warm = {*Scene().generation(1, u"warm"_s).world.generation(1)};
        target = rollbackTarget(view, milliseconds(40));
        QVERIFY(target.warm);
        QCOMPARE(target.usual, std::optional(milliseconds(40)));
    }

    void restoreStartsWhatShouldRun()
    {
        Scene scene;
        scene.generation(1, u"gone"_s).generation(2, u"active"_s).running(2, u"stopped"_s);
        const Plan plan = scene.restore();
        QCOMPARE(keys(plan),
                 QStringList({u"start/prod-2-1"_s, u"start/prod-2-2"_s, u"balancer"_s}));
        QCOMPARE(needsOf(plan, u"balancer"_s).size(), 2);
        QVERIFY(Scene().restore().finished);
    }

    void worldSurvivesJson()
    {
        Scene scene;
        scene.image()
            .generation(1, u"warm"_s)
            .running(1)
            .own(2)
            .running(2)
            .balancer(1)
            .pooled(1)
            .pooled(2, false);
        QCOMPARE(World::fromJson(scene.world.toJson()).toJson(), scene.world.toJson());
        QCOMPARE(WantedDeploy::fromJson(wantedDeploy()).toJson(), wantedDeploy());
        QCOMPARE(WantedRollback::fromJson(wantedRollback()).toJson(), wantedRollback());
    }

    void orphansAreFound()
    {
        infra::Census world;
        infra::Server server;
        server.name = u"prod-1-1"_s;
        server.tag = u"analemma/shop/environment:prod/op1/server:prod-1-1"_s;
        world.servers.append(server);
        infra::Image image;
        image.id = u"web-1"_s;
        image.tag = u"analemma/shop/image:web-1/op9/1:image"_s;
        world.images.append(image);
        world.strays.append(u"servers/.tmp-x (op1)"_s);
        Known known;
        known.environments = {u"prod"_s};
        QCOMPARE(findOrphans({world}, known).size(), 3);
        known.operations = {u"op1"_s};
        known.allOperations = {u"op1"_s, u"op9"_s};
        QCOMPARE(findOrphans({world}, known).size(), 0);
        known.operations.clear();
        known.servers = {u"prod-1-1"_s, u"prod-1-2"_s};
        const QList<Orphan> orphans = findOrphans({world}, known);
        QCOMPARE(orphans.size(), 2);
        QCOMPARE(orphans.last().what, u"record"_s);
    }
};

QTEST_GUILESS_MAIN(TestDeployPlans)
#include "tst_deploy_plans.moc"
