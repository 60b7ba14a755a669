#include "app/cli/alert_report.h"
#include "app/cli/commands.h"

#include "core/base/text.h"
#include "core/monitor/alerts.h"

#include <QJsonArray>

using namespace Qt::StringLiterals;

namespace analemma::cli {
namespace {

/// Alerts as they are kept; with `measured` also what was measured. Nothing is evaluated here: the
/// window does.
Task<Result<monitor::Alerts*>> openAlerts(RunPointer run, bool measured)
{
    app::Services* services = run->services.get();
    if (measured) {
        Result<std::unique_ptr<monitor::SeriesStore>> opened =
            monitor::SeriesStore::open(services->workspace.stateFolder());
        if (!opened) {
            co_return opened.error();
        }
        services->series = std::move(*opened);
    }
    services->openAlerts();
    auto loading = services->alerts->load();
    const Result<void> loaded = co_await std::move(loading);
    if (!loaded) {
        co_return loaded.error();
    }
    co_return services->alerts.get();
}

Task<Result<int>> alertList(RunPointer run)
{
    auto opening = openAlerts(run, false);
    const Result<monitor::Alerts*> alerts = co_await std::move(opening);
    if (!alerts) {
        co_return alerts.error();
    }
    const QList<monitor::Alert> list = (*alerts)->list();
    const QList<monitor::Silence> silences = (*alerts)->silences();
    QJsonArray open;
    for (const monitor::Alert& one : list) {
        open.append(one.toJson());
    }
    QJsonArray quiet;
    for (const monitor::Silence& one : silences) {
        quiet.append(one.toJson());
    }
    const QString held = silenceTable(*run, silences);
    run->answer({{u"schema"_s, u"analemma.alerts.1"_s},
                 {u"alerts"_s, open},
                 {u"silences"_s, quiet},
                 {u"rules"_s, int((*alerts)->rules().size())}},
                (list.isEmpty() ? u"No alert is open.\n"_s : alertTable(*run, list)) +
                    (held.isEmpty() ? held : u'\n' + held));
    co_return exitWith(Exit::Ok);
}

Task<Result<int>> alertShow(RunPointer run)
{
    const Result<qint64> id = alertNumber(run->argument(0));
    if (!id) {
        co_return id.error();
    }
    run->services->openAlerts();
    auto reading = run->services->alerts->read(*id);
    const Result<monitor::Alert> alert = co_await std::move(reading);
    if (!alert) {
        co_return alert.error();
    }
    run->answer(alert->toJson(), alertText(*run, *alert));
    co_return exitWith(Exit::Ok);
}

Task<Result<int>> alertTake(RunPointer run)
{
    const Result<qint64> id = alertNumber(run->argument(0));
    if (!id) {
        co_return id.error();
    }
    QList<monitor::EvidenceLog> logs;
    for (const QString& path : run->list(u"attach"_s)) {
        const Result<monitor::EvidenceLog> log = evidenceFile(*run, path);
        if (!log) {
            co_return log.error();
        }
        logs.append(*log);
    }
    auto opening = openAlerts(run, true);
    const Result<monitor::Alerts*> alerts = co_await std::move(opening);
    if (!alerts) {
        co_return alerts.error();
    }
    if (run->dryRun) {
        auto reading = (*alerts)->read(*id);
        const Result<monitor::Alert> alert = co_await std::move(reading);
        if (!alert) {
            co_return alert.error();
        }
        run->answer(alert->toJson(),
                    u"would take alert %1: %2\n"_s.arg(*id).arg(displayText(alert->sentence, 300)));
        co_return exitWith(Exit::Ok);
    }
    auto taking = (*alerts)->take(*id, app::actorName(), logs);
    const Result<monitor::Alert> taken = co_await std::move(taking);
    if (!taken) {
        co_return taken.error();
    }
    run->answer(taken->toJson(), u"Alert %1 is yours: incident %2.\n"_s.arg(*id).arg(
                                     displayText(taken->incident, 40)));
    co_return exitWith(Exit::Ok);
}

Task<Result<int>> alertSilence(RunPointer run)
{
    const std::optional<milliseconds> lasting = parseDuration(run->value(u"for"_s));
    if (!lasting || lasting->count() <= 0) {
        co_return usageError(u"--for: expected how long, like 30m or 2h"_s);
    }
    if (run->value(u"why"_s).trimmed().isEmpty()) {
        co_return usageError(u"--why: expected a reason, for those who wonder"_s);
    }
    monitor::Silence silence;
    silence.subject = run->argument(0);
    silence.rule = run->value(u"alert-rule"_s);
    silence.labels = run->value(u"label"_s);
    silence.from = run->services->clock.now().toMSecsSinceEpoch();
    silence.to = silence.from + lasting->count();
    silence.who = app::actorName();
    silence.why = run->value(u"why"_s);
    if (!run->dryRun) {
        auto opening = openAlerts(run, false);
        const Result<monitor::Alerts*> alerts = co_await std::move(opening);
        if (!alerts) {
            co_return alerts.error();
        }
        auto silencing = (*alerts)->silence(silence);
        const Result<monitor::Silence> made = co_await std::move(silencing);
        if (!made) {
            co_return made.error();
        }
        silence = *made;
    }
    Json json = silence.toJson();
    json.insert(u"schema"_s, u"analemma.silence.1"_s);
    run->answer(json, u"%1 alerts on %2 for %3%4.\n"_s.arg(
                          run->dryRun ? u"would silence"_s : u"Silenced"_s,
                          displayText(silence.subject, 120), durationText(*lasting),
                          silence.id.isEmpty() ? QString()
                                               : u"; end it with: analemma-cli monitor "
                                                 "alert unsilence "_s +
                                                     silence.id));
    co_return exitWith(Exit::Ok);
}

Task<Result<int>> alertUnsilence(RunPointer run)
{
    const QString id = run->argument(0);
    auto opening = openAlerts(run, false);
    const Result<monitor::Alerts*> alerts = co_await std::move(opening);
    if (!alerts) {
        co_return alerts.error();
    }
    if (!run->dryRun) {
        auto ending = (*alerts)->unsilence(id);
        const Result<void> ended = co_await std::move(ending);
        if (!ended) {
            co_return ended.error();
        }
    }
    run->answer({{u"schema"_s, u"analemma.silence.1"_s}, {u"id"_s, id}, {u"ended"_s, !run->dryRun}},
                run->dryRun ? u"would end it\n"_s : u"It is told again.\n"_s);
    co_return exitWith(Exit::Ok);
}

Task<Result<int>> alertHistory(RunPointer run)
{
    const Result<int> limit = run->number(u"limit"_s, 50, 1, 10'000);
    if (!limit) {
        co_return limit.error();
    }
    run->services->openAlerts();
    auto reading = run->services->alerts->history(*limit);
    const Result<QList<monitor::Alert>> past = co_await std::move(reading);
    if (!past) {
        co_return past.error();
    }
    QJsonArray json;
    for (const monitor::Alert& one : *past) {
        json.append(one.toJson());
    }
    run->answer({{u"schema"_s, u"analemma.alerts.1"_s}, {u"alerts"_s, json}},
                past->isEmpty() ? u"No alert is over yet.\n"_s : alertTable(*run, *past));
    co_return exitWith(Exit::Ok);
}

Task<Result<int>> alertExport(RunPointer run)
{
    if (!run->has(u"prometheus"_s)) {
        co_return usageError(u"in which form?"_s, u"Write --prometheus."_s);
    }
    run->services->openAlerts();
    const QList<monitor::AlertRule> rules = run->services->alerts->rules();
    const QString text =
        QString::fromUtf8(monitor::toPrometheusRules(rules, run->services->workspace.name));
    run->answer({{u"schema"_s, u"analemma.alert.rules.1"_s},
                 {u"rules"_s, int(rules.size())},
                 {u"prometheus"_s, text}},
                text);
    co_return exitWith(Exit::Ok);
}

}  // namespace

QList<Command> alertCommands()
{
    const Argument id{u"ID"_s, u"the number of an alert"_s};
    const QString noun = u"monitor"_s;
    return {
        {.noun = noun,
         .verb = u"alert list"_s,
         .summary = u"Alerts that are open, the gravest first, and what is silenced"_s,
         .arguments = {},
         .options = {},
         .details = u"The window evaluates them, as long as it runs."_s,
         .body = alertList},
        {.noun = noun,
         .verb = u"alert show"_s,
         .summary = u"One alert, with the change before it"_s,
         .arguments = {id},
         .options = {},
         .details = {},
         .body = alertShow},
        {.noun = noun,
         .verb = u"alert take"_s,
         .summary = u"Act on an alert: an incident is made, with what was measured around it"_s,
         .arguments = {id},
         .options = {{u"attach"_s, u"FILE"_s, u"a log, as evidence; may be given several times"_s,
                      true}},
         .effect = Effect::Acts,
         .details = {},
         .body = alertTake},
        {.noun = noun,
         .verb = u"alert silence"_s,
         .summary = u"Alerts that match are not told for a while"_s,
         .arguments = {{u"PATTERN"_s, u"servers, checks or environments: \"web-*\""_s}},
         .options = {{u"for"_s, u"DURATION"_s, u"how long: 30m, 2h"_s},
                     {u"why"_s, u"TEXT"_s, u"a reason, for those who wonder"_s},
                     {u"alert-rule"_s, u"PATTERN"_s, u"only of these rules"_s},
                     {u"label"_s, u"LABEL"_s, u"only of these: \"mount=/var*\""_s}},
         .effect = Effect::Acts,
         .details = {},
         .body = alertSilence},
        {.noun = noun,
         .verb = u"alert unsilence"_s,
         .summary = u"End a silence now"_s,
         .arguments = {{u"ID"_s, u"of the silence"_s}},
         .options = {},
         .effect = Effect::Acts,
         .details = {},
         .body = alertUnsilence},
        {.noun = noun,
         .verb = u"alert history"_s,
         .summary = u"Alerts that are over, the newest first"_s,
         .arguments = {},
         .options = {{u"limit"_s, u"N"_s, u"at most so many; 50"_s}},
         .details = {},
         .body = alertHistory},
        {.noun = noun,
         .verb = u"alert export"_s,
         .summary = u"The rules in the form of another program"_s,
         .arguments = {},
         .options = {{u"prometheus"_s, {}, u"as alerting rules of Prometheus (YAML)"_s}},
         .details = u"Check the file with: promtool check rules FILE."_s,
         .body = alertExport},
    };
}

}  // namespace analemma::cli
