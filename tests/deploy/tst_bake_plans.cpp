#include "core/deploy/src/bake_plan.h"
#include "tests/support.h"

#include <QJsonArray>

using namespace analemma;
using namespace analemma::deploy;
using namespace Qt::StringLiterals;
using engine::Observed;
using engine::Outcome;
using engine::Plan;

namespace {

WantedBake wantedBake()
{
    WantedBake wanted;
    wanted.image = u"web-1.0.0-1a2b3c4d"_s;
    wanted.recipe = u"web"_s;
    wanted.provider = u"here"_s;
    wanted.release = u"1.0.0"_s;
    wanted.commit = u"0123456789abcdef"_s;
    wanted.files = {{u"site.tar.gz"_s, {}, u"/srv/app/"_s}};
    wanted.provision = {u"deploy/provision.sh"_s};
    wanted.start = u"deploy/start.sh"_s;
    return wanted;
}

Plan plan(const BakeWorld& world, Observed observed = {})
{
    observed.world = world.toJson();
    return planBake(wantedBake().toJson(), observed);
}

void note(Observed& observed, const QStringList& keys, Outcome outcome = Outcome::Ok)
{
    for (const QString& key : keys) {
        engine::ActionState state;
        state.outcome = outcome;
        state.attempts = 1;
        if (outcome == Outcome::Failed) {
            state.error =
                Error(ErrorKind::Failed, u"deploy/provision.sh ended with exit code 3: no"_s);
        }
        observed.journal[key] = state;
    }
}

QStringList keysOf(const Plan& made)
{
    QStringList all;
    for (const engine::Action& action : made.actions) {
        all.append(action.key);
    }
    return all;
}

BakeWorld withBuilder(const QString& round)
{
    BakeWorld world;
    world.builders[wantedBake().builder()] =
        u"analemma/shop/image:web/op/"_s + round + u":builder"_s;
    return world;
}

const QStringList firstRound{u"1/builder"_s, u"1/file/1"_s, u"1/script/1"_s,
                             u"1/service"_s, u"1/image"_s,  u"1/remove"_s};

}  // namespace

class TestBakePlans : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void fromTheStart()
    {
        const Plan made = plan({});
        QCOMPARE(keysOf(made), firstRound);
        for (qsizetype i = 1; i < made.actions.size(); ++i) {
            QCOMPARE(made.actions[i].needs, QStringList{firstRound[i - 1]});
        }
    }

    void goesOnWhereItWas()
    {
        Observed observed;
        note(observed, {u"1/builder"_s, u"1/file/1"_s});
        QCOMPARE(keysOf(plan(withBuilder(u"1"_s), observed)), firstRound.mid(2));
    }

    void cutScriptThrowsTheBuilderAway()
    {
        Observed observed;
        note(observed, {u"1/builder"_s, u"1/file/1"_s});
        note(observed, {u"1/script/1"_s}, Outcome::Unknown);
        QCOMPARE(keysOf(plan(withBuilder(u"1"_s), observed)),
                 QStringList({u"2/discard"_s, u"2/builder"_s, u"2/file/1"_s, u"2/script/1"_s,
                              u"2/service"_s, u"2/image"_s, u"2/remove"_s}));
        note(observed, {u"2/discard"_s, u"2/builder"_s, u"2/file/1"_s});
        QCOMPARE(keysOf(plan(withBuilder(u"2"_s), observed)).first(), u"2/script/1"_s);
    }

    void cutThreeTimesGivesUp()
    {
        Observed observed;
        note(observed, {u"1/script/1"_s, u"2/script/1"_s, u"3/script/1"_s}, Outcome::Unknown);
        QCOMPARE(keysOf(plan(withBuilder(u"3"_s), observed)), QStringList{u"clean-up"_s});
        QCOMPARE(plan({}, observed).outcome, Outcome::Failed);
    }

    void failedScriptCleansUp()
    {
        Observed observed;
        note(observed, {u"1/builder"_s, u"1/file/1"_s});
        note(observed, {u"1/script/1"_s}, Outcome::Failed);
        QCOMPARE(keysOf(plan(withBuilder(u"1"_s), observed)), QStringList{u"clean-up"_s});
        const Plan end = plan({}, observed);
        QVERIFY(end.finished);
        QCOMPARE(end.outcome, Outcome::Failed);
        QCOMPARE(end.reason,
                 u"deploy/provision.sh ended with exit code 3: no; no image was made."_s);
    }

    void cancelCleansUp()
    {
        Observed observed;
        observed.cancelling = true;
        QCOMPARE(keysOf(plan(withBuilder(u"1"_s), observed)), QStringList{u"clean-up"_s});
        QCOMPARE(plan({}, observed).outcome, Outcome::Cancelled);
    }

    void imageThatIsThereIsNotMadeAgain()
    {
        BakeWorld world = withBuilder(u"1"_s);
        world.images.append(wantedBake().image);
        QCOMPARE(keysOf(plan(world)), QStringList{u"1/remove"_s});
        world.builders.clear();
        QVERIFY(plan(world).finished);
        QCOMPARE(plan(world).outcome, Outcome::Ok);
    }

    void cutRemovalIsRepeated()
    {
        BakeWorld world;
        world.images.append(wantedBake().image);
        Observed observed;
        note(observed, {u"1/remove"_s}, Outcome::Unknown);
        observed.journal[u"1/remove"_s].verb = u"server.destroy"_s;
        QCOMPARE(keysOf(plan(world, observed)), QStringList{u"1/remove"_s});
    }

    void saysWhatCutTheBuilderOff()
    {
        const QString step = u"script/1"_s;
        Observed observed;
        for (const QString& round : {u"1/"_s, u"2/"_s, u"3/"_s}) {
            note(observed, {round + step}, Outcome::Unknown);
            observed.journal[round + step].error =
                Error(ErrorKind::Timeout, u"no answer in %1 s"_s.arg(round.first(1)));
        }
        const Plan ended = plan(BakeWorld(), observed);
        QVERIFY(ended.finished);
        QCOMPARE(ended.outcome, Outcome::Failed);
        QVERIFY2(ended.reason.contains(u"cut off 3 times"_s), qPrintable(ended.reason));
        QVERIFY2(ended.reason.contains(u"no answer in 3 s"_s), qPrintable(ended.reason));
    }

    void parentComesFirst()
    {
        WantedBake wanted = wantedBake();
        wanted.parent = u"base-1.0.0-00000000"_s;
        wanted.parentRecipe = u"runtime"_s;
        Observed observed;
        observed.world = BakeWorld().toJson();
        const Plan made = planBake(wanted.toJson(), observed);
        QCOMPARE(made.actions.first().verb, u"image.bake"_s);
        QCOMPARE(made.actions[1].needs, QStringList{made.actions.first().key});
        QCOMPARE(made.actions[1].args[u"image"_s].toString(), wanted.parent);
        QCOMPARE(WantedBake::fromJson(wanted.toJson()).toJson(), wanted.toJson());
    }

    void downRemovesInOrder()
    {
        Observed observed;
        observed.world = {{u"balancers"_s, QJsonArray{u"prod"_s}},
                          {u"servers"_s, QJsonArray{u"a"_s, u"b"_s}},
                          {u"images"_s, QJsonArray{u"i"_s}},
                          {u"open"_s, true}};
        const Plan without = planDown({{u"images"_s, false}}, observed);
        QCOMPARE(keysOf(without), QStringList({u"down.balancer/prod"_s, u"down.server/a"_s,
                                               u"down.server/b"_s, u"down.records"_s}));
        const Plan with = planDown({{u"images"_s, true}}, observed);
        QVERIFY(keysOf(with).contains(u"down.image/i"_s));
        observed.world[u"others"_s] = QJsonArray{u"Deploy 1.0.0 to prod"_s};
        QCOMPARE(planDown({}, observed).outcome, Outcome::Failed);
        observed.world = Json();
        QCOMPARE(planDown({}, observed).outcome, Outcome::Ok);
    }
};

QTEST_GUILESS_MAIN(TestBakePlans)
#include "tst_bake_plans.moc"
