#include "app/cli/commands.h"
#include "core/base/files.h"
#include "core/base/text.h"
#include "core/lifecycle/figures.h"

#include <QJsonDocument>

#include <cmath>

using namespace Qt::StringLiterals;

namespace analemma::cli {
namespace {

using lifecycle::FigureReport;
using lifecycle::Figures;

constexpr int kDefaultDays = 30;

Task<Result<FigureReport>> readFigures(RunPointer run)
{
    const Result<int> days = run->number(u"days"_s, kDefaultDays, 1, 3650);
    if (!days) {
        co_return days.error();
    }
    lifecycle::FigureQuery query;
    query.to = run->services->clock.now();
    query.from = query.to.addDays(-*days);
    query.environment = run->value(u"environment"_s);
    query.repository = run->value(u"repository"_s);
    lifecycle::FigureSources sources;
    sources.workspace = &run->services->workspace;
    sources.engine = run->services->engine.get();
    sources.open = run->services->repositories->opener();
    auto reading = lifecycle::figures(sources, query);
    Result<FigureReport> report = co_await std::move(reading);
    if (report) {
        for (const QString& problem : report->problems) {
            run->say(u"warning: "_s + displayText(problem, 300));
        }
    }
    co_return report;
}

QString timeOrDash(const std::optional<milliseconds>& time)
{
    return time ? durationText(*time) : u"-"_s;
}

QString percentText(const std::optional<double>& value)
{
    return value ? u"%1 %"_s.arg(std::round(*value)) : u"-"_s;
}

QString often(const std::optional<double>& value)
{
    return value ? QString::number(*value, 'f', *value < 10 ? 1 : 0) + u" a week"_s : u"-"_s;
}

QStringList figureRow(const QString& name, const Figures& one)
{
    return {name,
            QString::number(one.deployments),
            often(one.perWeek),
            timeOrDash(one.leadTime),
            percentText(one.failureRate),
            timeOrDash(one.restoreTime),
            percentText(one.reworkRate)};
}

QString evidence(const QString& name, const QStringList& operations)
{
    return operations.isEmpty() ? QString() : u"%1: %2\n"_s.arg(name, operations.join(u", "_s));
}

QString reportText(const Run& run, const FigureReport& report)
{
    Table table;
    table.head = {u"FROM"_s,   u"DEPLOYMENTS"_s, u"OFTEN"_s, u"LEAD TIME"_s,
                  u"FAILED"_s, u"RESTORED IN"_s, u"REWORK"_s};
    table.right = {u"DEPLOYMENTS"_s, u"OFTEN"_s,       u"LEAD TIME"_s,
                   u"FAILED"_s,      u"RESTORED IN"_s, u"REWORK"_s};
    for (const Figures& week : report.trend) {
        table.rows.append(figureRow(week.from.toLocalTime().toString(u"yyyy-MM-dd"_s), week));
    }
    table.rows.append(figureRow(u"all"_s, report.all));
    return table.text(run.colour) + evidence(u"failed"_s, report.all.failed) +
           evidence(u"restored by"_s, report.all.restored) +
           evidence(u"reworked by"_s, report.all.reworked);
}

Task<Result<int>> figuresShow(RunPointer run)
{
    auto reading = readFigures(run);
    const Result<FigureReport> report = co_await std::move(reading);
    if (!report) {
        co_return report.error();
    }
    run->answer(report->toJson(), reportText(*run, *report));
    co_return exitWith(Exit::Ok);
}

/// To stdout, or into a file that is replaced whole.
Task<Result<int>> figuresExport(RunPointer run)
{
    auto reading = readFigures(run);
    const Result<FigureReport> report = co_await std::move(reading);
    if (!report) {
        co_return report.error();
    }
    const QByteArray bytes = run->json ? QJsonDocument(report->toJson()).toJson() : report->toCsv();
    const QString file = run->argument(0);
    if (file.isEmpty()) {
        run->streams.out(bytes);
        co_return exitWith(Exit::Ok);
    }
    const Result<void> written = writeFile(absolutePath(*run, file), bytes);
    if (!written) {
        co_return written.error();
    }
    run->say(u"%1: %2 deliveries"_s.arg(file).arg(report->deliveries.size()));
    co_return exitWith(Exit::Ok);
}

}  // namespace

QList<Command> figuresCommands()
{
    const QList<Option> options{
        {u"environment"_s, u"NAME"_s, u"of one environment"_s},
        {u"repository"_s, u"NAME"_s, u"of one repository"_s},
        {u"days"_s, u"N"_s, u"how far back; %1"_s.arg(kDefaultDays)},
    };
    return {
        {.noun = u"figures"_s,
         .verb = u"show"_s,
         .summary = u"Delivery figures: how often, how fast, how often it fails"_s,
         .arguments = {},
         .options = options,
         .details = u"A deployment counts when it went live. It failed when it was rolled back "
                    "from; the first one after a failed one is rework. Lead time is from a commit "
                    "until users have it, as a median."_s,
         .body = figuresShow},
        {.noun = u"figures"_s,
         .verb = u"export"_s,
         .summary = u"The deliveries behind the figures, as CSV; with --json as JSON"_s,
         .arguments = {{u"FILE"_s, u"where to; stdout when none is named"_s, false}},
         .options = options,
         .details = {},
         .body = figuresExport},
    };
}

}  // namespace analemma::cli
