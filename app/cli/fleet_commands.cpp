#include "app/cli/commands.h"

#include "app/cli/fleet_run.h"
#include "app/cli/operate.h"
#include "core/base/text.h"

#include <QJsonArray>

using namespace Qt::StringLiterals;

namespace analemma::cli {
namespace {

constexpr int fleetsSearched = 1000;

Task<Result<int>> fleetRun(RunPointer run)
{
    operate::FleetRequest request;
    const Result<QString> command = commandOf(*run, 0);
    const Result<void> ways = readWays(*run, &request.limit, &request.failFast, &request.timeout);
    if (!command || !ways) {
        co_return command ? ways.error() : command.error();
    }
    request.command = *command;
    auto running = runOn(run, request, termsOf(*run));
    Result<int> code = co_await std::move(running);
    co_return code;
}

/// By id, the start of one, or "latest".
Task<Result<operate::FleetView>> fleetNamed(RunPointer run, QString text)
{
    auto listing = run->services->fleet->list(fleetsSearched);
    const Result<QList<operate::FleetView>> all = co_await std::move(listing);
    if (!all) {
        co_return all.error();
    }
    QList<operate::FleetView> fitting;
    for (const operate::FleetView& one : *all) {
        if (one.operation.id == text || (text == u"latest" && fitting.isEmpty())) {
            co_return one;
        }
        if (text.size() >= 4 && one.operation.id.startsWith(text, Qt::CaseInsensitive)) {
            fitting.append(one);
        }
    }
    if (fitting.size() == 1) {
        co_return fitting.constFirst();
    }
    if (fitting.size() > 1) {
        co_return usageError(
            u"%1 operations begin with \"%2\""_s.arg(fitting.size()).arg(displayText(text, 40)));
    }
    co_return Error(ErrorKind::NotFound,
                    u"there is no fleet operation \"%1\""_s.arg(displayText(text, 40)))
        .withHint(u"See: analemma-cli fleet list"_s);
}

Task<Result<int>> fleetShow(RunPointer run)
{
    auto finding = fleetNamed(run, run->argument(0));
    const Result<operate::FleetView> view = co_await std::move(finding);
    if (!view) {
        co_return view.error();
    }
    auto fetching = readOutputs(run, *view);
    const Result<Outputs> outputs = co_await std::move(fetching);
    if (!outputs) {
        co_return outputs.error();
    }
    if (run->json) {
        run->printJson(fleetJson(*view, *outputs));
        co_return exitWith(Exit::Ok);
    }
    const engine::Operation& one = view->operation;
    run->print(factLines({{u"operation"_s, one.id},
                          {u"title"_s, one.title},
                          {u"state"_s, operationState(one)},
                          {u"servers"_s, view->summary()},
                          {u"runbook"_s, view->request.runbook},
                          {u"by"_s, one.actor},
                          {u"started"_s, ago(*run, one.created)},
                          {u"took"_s, took(*run, one.created, one.finished)}},
                         run->colour));
    run->print(serversText(*run, *view));
    run->streams.out(groupsText(*run, *view, *outputs));
    co_return exitWith(Exit::Ok);
}

Task<Result<int>> fleetList(RunPointer run)
{
    const Result<int> limit = run->number(u"limit"_s, 20, 1, fleetsSearched);
    if (!limit) {
        co_return limit.error();
    }
    auto listing = run->services->fleet->list(*limit);
    const Result<QList<operate::FleetView>> all = co_await std::move(listing);
    if (!all) {
        co_return all.error();
    }
    QJsonArray json;
    Table table;
    table.head = {u"OPERATION"_s, u"STATE"_s, u"TITLE"_s,  u"SERVERS"_s,
                  u"BY"_s,        u"TOOK"_s,  u"STARTED"_s};
    for (const operate::FleetView& view : *all) {
        const engine::Operation& one = view.operation;
        json.append(view.toJson());
        table.rows.append({one.id, operationState(one), displayText(one.title, 50), view.summary(),
                           one.actor, took(*run, one.created, one.finished),
                           ago(*run, one.created)});
    }
    run->answer({{u"schema"_s, u"analemma.fleets.1"_s}, {u"operations"_s, json}},
                table.text(run->colour));
    co_return exitWith(Exit::Ok);
}

Task<Result<int>> fleetCheck(RunPointer run)
{
    auto finding = fleetNamed(run, run->argument(0));
    const Result<operate::FleetView> view = co_await std::move(finding);
    if (!view) {
        co_return view.error();
    }
    const QString id = view->operation.id;
    if (run->dryRun) {
        run->intend(u"would look at the servers of %1 whose outcome is unknown"_s.arg(id));
        co_return exitWith(Exit::Ok);
    }
    operate::Fleet* fleet = run->services->fleet.get();
    auto starting = fleet->check(id, run->interrupt.first);
    const Result<QString> look = co_await std::move(starting);
    if (!look) {
        co_return look.error();
    }
    auto watching = watchOperation(run, *look, true);
    const Result<engine::Operation> ended = co_await std::move(watching);
    if (!ended) {
        co_return ended.error();
    }
    // What is told, and the exit code, are those of the operation that was looked after.
    auto showing = fleetNamed(run, id);
    const Result<operate::FleetView> seen = co_await std::move(showing);
    if (!seen) {
        co_return seen.error();
    }
    auto fetching = readOutputs(run, *seen);
    const Result<Outputs> outputs = co_await std::move(fetching);
    if (!outputs) {
        co_return outputs.error();
    }
    if (run->json) {
        run->printJson(fleetJson(*seen, *outputs));
    } else {
        run->streams.out(groupsText(*run, *seen, *outputs));
        run->print(seen->summary() + u'\n');
    }
    const QMap<operate::StepState, int> counts = seen->counts();
    if (counts.value(operate::StepState::Unknown) > 0) {
        co_return exitWith(Exit::Unknown);
    }
    const bool ok = counts.value(operate::StepState::Ok) == int(seen->steps.size());
    co_return exitWith(ok ? Exit::Ok : Exit::Failed);
}

Task<Result<int>> fleetAgain(RunPointer run)
{
    auto finding = fleetNamed(run, run->argument(0));
    const Result<operate::FleetView> view = co_await std::move(finding);
    if (!view) {
        co_return view.error();
    }
    const operate::FleetRequest request = againOnFailed(*view);
    if (request.hosts.isEmpty()) {
        co_return Error(ErrorKind::Conflict,
                        u"no server of %1 failed; nothing was run"_s.arg(view->operation.id));
    }
    QList<operate::Host> hosts;
    for (const operate::HostStep& step : view->steps) {
        if (request.hosts.contains(step.host)) {
            operate::Host host;
            host.name = step.host;
            host.production = step.production;
            hosts.append(host);
        }
    }
    auto running = runRequest(run, request, hosts);
    Result<int> code = co_await std::move(running);
    co_return code;
}

}  // namespace

QList<Command> fleetCommands()
{
    const Argument command{u"COMMAND"_s, u"what to run, after --"_s, false, true};
    const Argument id{u"OPERATION"_s, u"its id, the start of it, or latest"_s};
    const Option rows{u"limit"_s, u"N"_s, u"at most so many rows"_s};
    return {
        {u"fleet"_s,
         u"run"_s,
         u"Run a command or a script on many servers"_s,
         {command},
         fleetOptions() + QList<Option>{scriptOption()},
         Effect::Operates,
         true,
         detachedDetails(),
         fleetRun},
        {u"fleet"_s,
         u"list"_s,
         u"What was run, newest first"_s,
         {},
         {rows},
         Effect::Reads,
         true,
         {},
         fleetList},
        {u"fleet"_s,
         u"show"_s,
         u"One of them: each server, and what they said"_s,
         {id},
         {},
         Effect::Reads,
         true,
         {},
         fleetShow},
        {u"fleet"_s,
         u"check"_s,
         u"Look at its servers whose outcome is unknown"_s,
         {id},
         {},
         Effect::Acts,
         true,
         {},
         fleetCheck},
        {u"fleet"_s,
         u"again"_s,
         u"Run it again where it failed"_s,
         {id},
         {},
         Effect::Operates,
         true,
         {},
         fleetAgain},
    };
}

}  // namespace analemma::cli
