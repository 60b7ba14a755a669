#include "app/cli/alert_report.h"
#include "app/cli/commands.h"

#include "core/base/text.h"

#include <QJsonArray>

using namespace Qt::StringLiterals;

namespace analemma::cli {
namespace {

Task<Result<int>> incidentList(RunPointer run)
{
    const Result<int> limit = run->number(u"limit"_s, 50, 1, 10'000);
    if (!limit) {
        co_return limit.error();
    }
    run->services->openAlerts();
    auto reading = run->services->incidents->list(*limit);
    const Result<QList<monitor::Incident>> list = co_await std::move(reading);
    if (!list) {
        co_return list.error();
    }
    QJsonArray json;
    for (const monitor::Incident& one : *list) {
        json.append(one.toJson(false));
    }
    run->answer({{u"schema"_s, u"analemma.incidents.1"_s}, {u"incidents"_s, json}},
                list->isEmpty() ? u"There are no incidents.\n"_s : incidentTable(*run, *list));
    co_return exitWith(Exit::Ok);
}

Task<Result<int>> incidentShow(RunPointer run)
{
    run->services->openAlerts();
    auto reading = run->services->incidents->find(run->argument(0));
    const Result<monitor::Incident> one = co_await std::move(reading);
    if (!one) {
        co_return one.error();
    }
    run->answer(one->toJson(), incidentText(*run, *one));
    co_return exitWith(Exit::Ok);
}

Task<Result<monitor::Incident>> writeTo(monitor::Incidents* incidents, bool closes, QString id,
                                        QString text)
{
    if (closes) {
        return incidents->close(std::move(id), app::actorName(), std::move(text));
    }
    return incidents->note(std::move(id), app::actorName(), std::move(text));
}

/// A note, a log, or the end of it.
Task<Result<int>> incidentWrite(RunPointer run, bool closes)
{
    run->services->openAlerts();
    monitor::Incidents* incidents = run->services->incidents.get();
    const QString id = run->argument(0);
    const QString text = run->argument(1);
    const QString attached = run->list(u"attach"_s).value(0);
    if (!closes && text.trimmed().isEmpty() && attached.isEmpty()) {
        co_return usageError(u"what is to be noted?"_s);
    }
    monitor::EvidenceLog log;
    if (!attached.isEmpty()) {
        const Result<monitor::EvidenceLog> read = evidenceFile(*run, attached);
        if (!read) {
            co_return read.error();
        }
        log = *read;
    }
    auto finding = incidents->find(id);
    Result<monitor::Incident> one = co_await std::move(finding);
    if (!one) {
        co_return one.error();
    }
    if (!run->dryRun && !attached.isEmpty()) {
        auto attaching = incidents->attach(id, app::actorName(), log);
        one = co_await std::move(attaching);
    }
    if (one && !run->dryRun && (closes || !text.trimmed().isEmpty())) {
        auto writing = writeTo(incidents, closes, id, text);
        one = co_await std::move(writing);
    }
    if (!one) {
        co_return one.error();
    }
    const QString did = closes ? u"Incident %1 is closed.\n"_s : u"Noted in incident %1.\n"_s;
    const QString would =
        closes ? u"would close incident %1\n"_s : u"would note in incident %1\n"_s;
    run->answer(one->toJson(false), (run->dryRun ? would : did).arg(displayText(id, 40)));
    co_return exitWith(Exit::Ok);
}

Task<Result<int>> incidentNote(RunPointer run)
{
    return incidentWrite(std::move(run), false);
}

Task<Result<int>> incidentClose(RunPointer run)
{
    return incidentWrite(std::move(run), true);
}

}  // namespace

QList<Command> incidentCommands()
{
    const Argument id{u"ID"_s, u"which one"_s};
    const QString noun = u"incident"_s;
    return {
        {.noun = noun,
         .verb = u"list"_s,
         .summary = u"Alerts that somebody acts on, the newest first"_s,
         .arguments = {},
         .options = {{u"limit"_s, u"N"_s, u"at most so many; 50"_s}},
         .details = {},
         .body = incidentList},
        {.noun = noun,
         .verb = u"show"_s,
         .summary = u"One incident: its course and its evidence"_s,
         .arguments = {id},
         .options = {},
         .details = u"With --json also the points of its charts and the lines of its logs."_s,
         .body = incidentShow},
        {.noun = noun,
         .verb = u"note"_s,
         .summary = u"Write something down in its course"_s,
         .arguments = {id, {u"TEXT"_s, u"what"_s, false}},
         .options = {{u"attach"_s, u"FILE"_s, u"a log, as evidence"_s, true}},
         .effect = Effect::Acts,
         .details = {},
         .body = incidentNote},
        {.noun = noun,
         .verb = u"close"_s,
         .summary = u"It is over"_s,
         .arguments = {id, {u"TEXT"_s, u"what it was"_s, false}},
         .options = {},
         .effect = Effect::Acts,
         .details = {},
         .body = incidentClose},
    };
}

}  // namespace analemma::cli
