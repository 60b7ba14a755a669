#include "core/operate/src/fleet_plan.h"

#include "tests/support.h"

#include <QJsonArray>

using namespace Qt::StringLiterals;
using namespace analemma;
using namespace analemma::operate;
using engine::ActionState;
using engine::Outcome;

namespace {

WantedFleet wantedFor(int hosts, int limit, bool failFast = false)
{
    WantedFleet wanted;
    wanted.request.command = u"uptime"_s;
    wanted.request.limit = limit;
    wanted.request.failFast = failFast;
    for (int i = 1; i <= hosts; ++i) {
        HostStep step;
        step.host = u"web-%1"_s.arg(i);
        wanted.hosts.append(step);
    }
    return wanted;
}

ActionState state(Outcome outcome, const Json& told = {}, int attempts = 1)
{
    ActionState state;
    state.outcome = outcome;
    state.attempts = attempts;
    if (outcome == Outcome::Ok) {
        state.result = told;
    } else if (!told.isEmpty()) {
        state.error = Error(ErrorKind::Failed, u"said so"_s);
        state.error->details = told;
    }
    return state;
}

Json said(const QString& word, int exit = 0)
{
    return {{u"state"_s, word}, {u"exit"_s, exit}};
}

ActionState cancelled()
{
    ActionState state;
    state.outcome = Outcome::Failed;
    state.attempts = 1;
    state.error = cancelledError();
    return state;
}

/// "run/web-1 run/web-2(run/web-1) clean(run/web-2)": keys, and what they need.
QString planText(const engine::Plan& plan)
{
    if (plan.finished) {
        return u"finished "_s + engine::toString(plan.outcome);
    }
    QStringList parts;
    for (const engine::Action& action : plan.actions) {
        parts.append(action.needs.isEmpty() ? action.key
                                            : action.key + u'(' + action.needs.join(u' ') + u')');
    }
    return parts.join(u' ');
}

HostStep stepOf(const QString& host, StepState state, int exit, const QString& sha,
                const QString& reason = {})
{
    HostStep step;
    step.host = host;
    step.state = state;
    step.exitCode = exit;
    step.sha256 = sha;
    step.reason = reason;
    return step;
}

}  // namespace

class TestFleetPlans : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void plans_data();
    void plans();
    void manyTriesGetANewKey();
    void told();
    void wantedIsKept();
    void groups();
    void again();
};

void TestFleetPlans::plans_data()
{
    QTest::addColumn<int>("hosts");
    QTest::addColumn<int>("limit");
    QTest::addColumn<bool>("failFast");
    QTest::addColumn<bool>("cancelling");
    QTest::addColumn<Journal>("journal");
    QTest::addColumn<QString>("plan");

    const auto row = [](const char* name, int hosts, int limit, bool failFast, bool cancelling,
                        const Journal& journal, const QString& plan) {
        QTest::newRow(name) << hosts << limit << failFast << cancelling << journal << plan;
    };
    const QString r1 = u"run/web-1"_s;
    const QString r2 = u"run/web-2"_s;
    const QString r3 = u"run/web-3"_s;
    const ActionState ok = state(Outcome::Ok, said(u"ok"_s));
    const ActionState bad = state(Outcome::Failed, said(u"failed"_s, 3));
    const ActionState running = state(Outcome::None);
    const ActionState cut = state(Outcome::Unknown);
    const ActionState lost = state(Outcome::Unknown, said(u"unknown"_s));
    const ActionState off = state(Outcome::Failed, said(u"unreachable"_s));
    const auto cleaned = [](const QStringList& hosts) {
        return state(Outcome::Ok, {{u"hosts"_s, QJsonArray::fromStringList(hosts)}});
    };

    row("all at once", 3, 10, false, false, {},
        u"run/web-1 run/web-2 run/web-3 clean(run/web-1 run/web-2 run/web-3)"_s);
    row("one at a time", 3, 1, false, false, {},
        u"run/web-1 run/web-2(run/web-1) run/web-3(run/web-2) "
        u"clean(run/web-1 run/web-2 run/web-3)"_s);
    row("two at a time", 3, 2, false, false, {{r1, running}, {r2, running}},
        u"run/web-1 run/web-2 run/web-3(run/web-1) clean(run/web-1 run/web-2 run/web-3)"_s);
    row("a place is free", 3, 2, false, false, {{r1, running}, {r2, ok}},
        u"run/web-1 run/web-3 clean(run/web-1 run/web-3)"_s);
    row("a failure stops nobody", 3, 1, false, false, {{r1, bad}},
        u"run/web-2 run/web-3(run/web-2) clean(run/web-2 run/web-3)"_s);
    row("fail fast begins no more", 3, 2, true, false, {{r1, bad}, {r2, running}},
        u"run/web-2 clean(run/web-2)"_s);
    row("fail fast looks for what was cut off", 3, 2, true, false, {{r1, bad}, {r2, cut}},
        u"run/web-2 clean(run/web-2)"_s);
    row("fail fast cleans", 3, 2, true, false, {{r1, bad}, {r2, ok}}, u"clean"_s);
    row("fail fast ends", 3, 2, true, false,
        {{r1, bad}, {r2, ok}, {u"clean"_s, cleaned({u"web-1"_s, u"web-2"_s})}},
        u"finished failed"_s);
    row("what came late is cleaned too", 3, 2, true, false,
        {{r1, bad}, {r2, ok}, {u"clean"_s, cleaned({u"web-1"_s})}}, u"clean//2"_s);
    row("a clean-up that was cut off is repeated", 1, 2, false, false,
        {{r1, ok}, {u"clean"_s, cut}}, u"clean"_s);
    row("a clean-up that failed is not", 1, 2, false, false,
        {{r1, ok}, {u"clean"_s, state(Outcome::Failed)}}, u"finished ok"_s);
    row("all ok", 2, 2, false, false,
        {{r1, ok}, {r2, ok}, {u"clean"_s, cleaned({u"web-1"_s, u"web-2"_s})}}, u"finished ok"_s);
    row("cut off is taken up again", 2, 2, false, false, {{r1, ok}, {r2, cut}},
        u"run/web-2 clean(run/web-2)"_s);
    row("nobody knows", 2, 2, false, false,
        {{r1, ok}, {r2, lost}, {u"clean"_s, cleaned({u"web-1"_s})}}, u"finished unknown"_s);
    row("unreachable leaves nothing to clean", 1, 2, false, false, {{r1, off}},
        u"finished failed"_s);
    row("cancelled before it began", 2, 2, false, true, {}, u"finished cancelled"_s);
    row("cancel ends what was begun", 3, 2, false, true, {{r1, cancelled()}, {r2, cut}},
        u"stop/web-1 stop/web-2 clean(stop/web-1 stop/web-2)"_s);
    row("cancel waits", 3, 2, false, true, {{r1, cancelled()}, {r2, running}},
        u"stop/web-1 run/web-2 clean(stop/web-1 run/web-2)"_s);
    row("cancel leaves what has ended", 2, 2, false, true, {{r1, ok}, {r2, bad}}, u"clean"_s);
    row("cancelled", 3, 2, false, true,
        {{r1, cancelled()},
         {u"stop/web-1"_s, state(Outcome::Ok, said(u"cancelled"_s, 143))},
         {u"clean"_s, cleaned({u"web-1"_s})}},
        u"finished cancelled"_s);
    row("cancel that was cut off is repeated", 1, 2, false, true,
        {{r1, cancelled()}, {u"stop/web-1"_s, cut}}, u"stop/web-1 clean(stop/web-1)"_s);
    row("cancel that reached nobody", 1, 2, false, true,
        {{r1, cancelled()}, {u"stop/web-1"_s, lost}}, u"finished unknown"_s);
}

void TestFleetPlans::plans()
{
    QFETCH(int, hosts);
    QFETCH(int, limit);
    QFETCH(bool, failFast);
    QFETCH(bool, cancelling);
    QFETCH(Journal, journal);
    QFETCH(QString, plan);
    engine::Observed observed;
    observed.journal = journal;
    observed.cancelling = cancelling;
    const Json wanted = wantedFor(hosts, limit, failFast).toJson();
    QCOMPARE(planText(planFleet(wanted, observed)), plan);
}

void TestFleetPlans::manyTriesGetANewKey()
{
    engine::Observed observed;
    observed.journal[u"run/web-1"_s] = state(Outcome::Unknown, {}, 4);
    const Json wanted = wantedFor(1, 1).toJson();
    QCOMPARE(planText(planFleet(wanted, observed)), u"run/web-1/2 clean(run/web-1/2)"_s);
    observed.journal[u"run/web-1/2"_s] = state(Outcome::Ok, said(u"ok"_s));
    QCOMPARE(planText(planFleet(wanted, observed)), u"clean"_s);
    observed.journal.remove(u"run/web-1/2"_s);
    observed.cancelling = true;
    QCOMPARE(planText(planFleet(wanted, observed)), u"stop/web-1 clean(stop/web-1)"_s);
}

void TestFleetPlans::told()
{
    const WantedFleet wanted = wantedFor(4, 2);
    Journal journal;
    journal[u"run/web-1"_s] = state(Outcome::Failed, {{u"state"_s, u"failed"_s},
                                                      {u"exit"_s, 3},
                                                      {u"reason"_s, u"exit code 3"_s},
                                                      {u"ms"_s, 1200},
                                                      {u"sha256"_s, u"ab"_s},
                                                      {u"kept"_s, 10},
                                                      {u"bytes"_s, 30}});
    journal[u"run/web-2"_s] = state(Outcome::None);
    journal[u"run/web-3"_s] = state(Outcome::Unknown);
    const QList<HostStep> alive = stepsOf(wanted, journal, true);
    QCOMPARE(alive[0].state, StepState::Failed);
    QCOMPARE(alive[0].exitCode, 3);
    QCOMPARE(alive[0].duration.value(), milliseconds(1200));
    QVERIFY(alive[0].isCut());
    QCOMPARE(alive[1].state, StepState::Running);
    QCOMPARE(alive[2].state, StepState::Running);
    QCOMPARE(alive[3].state, StepState::Waiting);
    const QList<HostStep> dead = stepsOf(wanted, journal, false);
    QCOMPARE(dead[1].state, StepState::Unknown);
    QCOMPARE(dead[2].state, StepState::Unknown);
    QCOMPARE(dead[3].state, StepState::Cancelled);

    engine::Observed observed;
    observed.journal = journal;
    const engine::Plan plan = planFleet(wanted.toJson(), observed);
    QCOMPARE(plan.actions.first().says.call, u"uptime"_s);
    QVERIFY(plan.actions.first().says.wayBack.isEmpty());
}

void TestFleetPlans::wantedIsKept()
{
    WantedFleet wanted = wantedFor(2, 7, true);
    wanted.hosts[0].place = u"ops@192.0.2.1:22"_s;
    wanted.hosts[0].production = true;
    wanted.request.timeout = milliseconds(90'000);
    wanted.request.secrets[u"token"_s] = u"api"_s;
    wanted.checks = u"01abc"_s;
    const WantedFleet back = WantedFleet::fromJson(wanted.toJson());
    QCOMPARE(back.toJson(), wanted.toJson());
    QCOMPARE(back.request.hosts, QStringList({u"web-1"_s, u"web-2"_s}));
    QCOMPARE(titleOf(wantedFor(2, 1)), u"uptime on 2 servers"_s);
    WantedFleet script = wantedFor(1, 1);
    script.request.command = u"#!/bin/sh\n\nset -e\nls\n"_s;
    QCOMPARE(titleOf(script), u"set -e on web-1"_s);
}

void TestFleetPlans::groups()
{
    const QList<HostStep> steps{stepOf(u"a"_s, StepState::Failed, 1, u"x"_s),
                                stepOf(u"b"_s, StepState::Ok, 0, u"y"_s),
                                stepOf(u"c"_s, StepState::Ok, 0, u"y"_s),
                                stepOf(u"d"_s, StepState::Ok, 0, u"z"_s),
                                stepOf(u"e"_s, StepState::Running, -1, {}),
                                stepOf(u"f"_s, StepState::Failed, 2, u"x"_s),
                                stepOf(u"g"_s, StepState::Unreachable, -1, {}, u"refused"_s),
                                stepOf(u"h"_s, StepState::Unreachable, -1, {}, u"no answer"_s),
                                stepOf(u"i"_s, StepState::Ok, 0, {}),
                                stepOf(u"j"_s, StepState::Ok, 0, u"y"_s),
                                stepOf(u"k"_s, StepState::Unreachable, -1, {}, u"no answer"_s)};
    QStringList told;
    for (const FleetGroup& group : grouped(steps)) {
        told.append(group.hosts.join(u' '));
    }
    QCOMPARE(told, QStringList({u"b c j"_s, u"h k"_s, u"a"_s, u"d"_s, u"f"_s, u"g"_s, u"i"_s}));
    QVERIFY(grouped({}).isEmpty());
}

void TestFleetPlans::again()
{
    FleetView view;
    view.request.command = u"x"_s;
    view.steps = {
        stepOf(u"a"_s, StepState::Ok, 0, {}),          stepOf(u"b"_s, StepState::Failed, 1, {}),
        stepOf(u"c"_s, StepState::Unknown, -1, {}),    stepOf(u"d"_s, StepState::TimedOut, 1, {}),
        stepOf(u"e"_s, StepState::Unreachable, 1, {}), stepOf(u"f"_s, StepState::Cancelled, 1, {}),
        stepOf(u"g"_s, StepState::Waiting, 1, {})};
    QCOMPARE(againOnFailed(view).hosts, QStringList({u"b"_s, u"d"_s, u"e"_s, u"f"_s}));
    QCOMPARE(view.summary(),
             u"1 ok, 1 failed, 1 timed out, 1 unreachable, 1 unknown, 1 cancelled, 1 waiting"_s);
}

QTEST_GUILESS_MAIN(TestFleetPlans)
#include "tst_fleet_plans.moc"
