#include "app/balancers.h"
#include "app/cli/commands.h"
#include "app/cli/servers.h"

#include "core/base/text.h"
#include "core/monitor/checks.h"

#include <QJsonArray>

using namespace Qt::StringLiterals;

namespace analemma::cli {
namespace {

constexpr qsizetype checksAtOnce = 32;

Task<Result<std::shared_ptr<ssh::Session>>> sessionForCheck(RunPointer run, QString server,
                                                            CancelToken cancel)
{
    auto connecting = connectTo(run, server, false, cancel);
    const Result<ssh::ChosenSession> chosen = co_await std::move(connecting);
    if (!chosen) {
        co_return chosen.error();
    }
    co_return chosen->session;
}

/// Those that are named, in that order; all when none is.
Result<QList<workspace::ServiceCheck>> chosenChecks(const Run& run)
{
    const QMap<QString, workspace::ServiceCheck>& known = run.services->workspace.checks;
    if (run.parsed.arguments.isEmpty()) {
        return known.values();
    }
    QList<workspace::ServiceCheck> chosen;
    for (const QString& name : run.parsed.arguments) {
        const Result<QString> found = onlyOne(known.keys(), name, u"check"_s);
        if (!found) {
            return found.error();
        }
        chosen += known.value(*found);
    }
    return chosen;
}

QString timeText(std::chrono::microseconds time)
{
    return time.count() == 0 ? u"-"_s : u"%1 ms"_s.arg(double(time.count()) / 1000, 0, 'f', 1);
}

QStringList checkRow(const workspace::ServiceCheck& check, const monitor::CheckResult& result)
{
    const http::Timing timing = result.timing.value_or(http::Timing());
    return {check.name,
            result.ok ? u"ok"_s : u"failed"_s,
            timeText(timing.total),
            timeText(timing.lookup),
            timeText(timing.connect),
            timeText(timing.tls),
            timeText(timing.wait),
            result.ok ? result.detail : result.reason};
}

Json checkJson(const workspace::ServiceCheck& check, const monitor::CheckResult& result)
{
    Json json = result.toJson();
    json.insert(u"name"_s, check.name);
    json.insert(u"kind"_s, toString(check.kind));
    json.insert(u"target"_s, check.target());
    if (!check.environment.isEmpty()) {
        json.insert(u"environment"_s, check.environment);
    }
    return json;
}

/// What was found so far.
struct Found {
    Table table;
    QJsonArray checks;
    QJsonArray balancers;
    bool all = true;
};

void takeBalancer(Found* found, const QString& environment,
                  const Result<monitor::BalancerCounters>& counters)
{
    const bool none = counters && counters->state == u"none";
    const QString problem =
        counters ? monitor::balancerProblem(*counters) : counters.error().message;
    found->all = found->all && (none || problem.isEmpty());
    Json json{{u"environment"_s, environment},
              {u"ok"_s, none ? QJsonValue() : QJsonValue(problem.isEmpty())},
              {u"reason"_s, problem}};
    QString detail = problem;
    if (counters && !none) {
        const monitor::TrafficCounters& traffic = counters->all;
        json.insert(u"requests"_s, double(traffic.requests));
        json.insert(u"errors"_s, double(traffic.errors));
        json.insert(u"sessions"_s, traffic.sessions);
        json.insert(u"queue"_s, traffic.queue);
        json.insert(u"response_ms"_s, traffic.response);
        if (problem.isEmpty()) {
            detail =
                u"balancer: %1 requests, %2 errors, %3 sessions, %4 in the queue, "
                "response %5 ms on average"_s.arg(traffic.requests)
                    .arg(traffic.errors)
                    .arg(traffic.sessions)
                    .arg(traffic.queue)
                    .arg(traffic.response);
        }
    }
    found->balancers.append(json);
    const QString state = none ? u"unknown"_s : problem.isEmpty() ? u"ok"_s : u"failed"_s;
    found->table.rows.append({environment, state, u"-"_s, u"-"_s, u"-"_s, u"-"_s, u"-"_s, detail});
}

Task<Result<void>> checkAll(RunPointer run, QList<workspace::ServiceCheck> checks,
                            std::shared_ptr<Found> found)
{
    monitor::CheckTools tools;
    tools.http = std::make_shared<http::Client>();
    tools.connect = [run](QString server, CancelToken cancel) {
        return sessionForCheck(run, std::move(server), std::move(cancel));
    };
    for (qsizetype from = 0; from < checks.size(); from += checksAtOnce) {
        const QList<workspace::ServiceCheck> some = checks.mid(from, checksAtOnce);
        std::vector<Task<Result<monitor::CheckResult>>> running;
        for (const workspace::ServiceCheck& check : some) {
            running.push_back(monitor::runCheck(
                tools, check, std::make_shared<monitor::CheckMemory>(), run->interrupt.first));
        }
        Result<void> outcome;
        for (qsizetype i = 0; i < some.size(); ++i) {
            auto one = std::move(running[std::size_t(i)]);
            const Result<monitor::CheckResult> result = co_await std::move(one);
            if (!result) {
                outcome = result.error();
                continue;  // the others end as well
            }
            found->all = found->all && result->ok;
            found->checks.append(checkJson(some.at(i), *result));
            found->table.rows.append(checkRow(some.at(i), *result));
        }
        if (!outcome) {
            co_return outcome;
        }
    }
    co_return Result<void>();
}

Task<Result<int>> monitorCheck(RunPointer run)
{
    const Result<QList<workspace::ServiceCheck>> checks = chosenChecks(*run);
    if (!checks) {
        co_return checks.error();
    }
    const QStringList environments = run->parsed.arguments.isEmpty()
                                         ? app::balancedEnvironments(run->services->workspace)
                                         : QStringList();
    if (checks->isEmpty() && environments.isEmpty()) {
        co_return Error(ErrorKind::NotFound, u"this workspace has no checks yet"_s)
            .withHint(
                u"Add a section \"checks\" to analemma.yaml, such as "
                "shop: { url: \"http://127.0.0.1:8000/\" }."_s);
    }
    const auto found = std::make_shared<Found>();
    found->table.head = {u"NAME"_s,    u"STATE"_s, u"LATENCY"_s, u"LOOKUP"_s,
                         u"CONNECT"_s, u"TLS"_s,   u"WAIT"_s,    u"WHAT"_s};
    found->table.right = {u"LATENCY"_s, u"LOOKUP"_s, u"CONNECT"_s, u"TLS"_s, u"WAIT"_s};
    auto checking = checkAll(run, *checks, found);
    const Result<void> checked = co_await std::move(checking);
    if (!checked) {
        co_return checked.error();
    }
    for (const QString& environment : environments) {
        app::ProviderBalancers balancers([run](const QString& name) {
            return run->services->provider(
                run->services->workspace.environments.value(name).provider);
        });
        auto reading = balancers.read(environment, run->interrupt.first);
        const Result<monitor::BalancerCounters> counters = co_await std::move(reading);
        takeBalancer(found.get(), environment, counters);
    }
    run->answer({{u"schema"_s, u"analemma.monitor.check.1"_s},
                 {u"ok"_s, found->all},
                 {u"checks"_s, found->checks},
                 {u"balancers"_s, found->balancers}},
                found->table.text(run->colour));
    co_return exitWith(found->all ? Exit::Ok : Exit::RolledBack);
}

}  // namespace

QList<Command> monitorCheckCommands()
{
    return {
        {.noun = u"monitor"_s,
         .verb = u"check"_s,
         .summary = u"Look at the services of the section checks once, now"_s,
         .arguments = {{u"NAME"_s, u"which checks; all, and the balancers, when none is named"_s,
                        false, true}},
         .options = {},
         .details = u"Exit code 8 when one fails. A log is counted from its first look on, so one "
                    "look at it does not fail."_s,
         .body = monitorCheck},
    };
}

}  // namespace analemma::cli
