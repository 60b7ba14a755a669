#include "app/cli/figures_query.h"
#include "core/base/files.h"
#include "core/base/text.h"

#include <QJsonDocument>

using namespace Qt::StringLiterals;

namespace analemma::cli {
namespace {

using lifecycle::Bucket;
using lifecycle::Figure;
using lifecycle::FigurePart;
using lifecycle::FigureReport;
using lifecycle::Figures;

Result<Bucket> trendBucket(const Run& run)
{
    if (!run.has(u"trend"_s)) {
        return Bucket::Week;
    }
    const std::optional<Bucket> bucket = lifecycle::bucketFromString(run.value(u"trend"_s));
    if (!bucket) {
        return usageError(u"--trend: expected day or week, got \"%1\""_s.arg(
            displayText(run.value(u"trend"_s), 40)));
    }
    return *bucket;
}

Task<Result<FigureReport>> readFigures(RunPointer run)
{
    Result<lifecycle::FigureQuery> query = figureQuery(*run);
    if (!query) {
        co_return query.error();
    }
    const Result<Bucket> bucket = trendBucket(*run);
    if (!bucket) {
        co_return bucket.error();
    }
    query->bucket = *bucket;
    auto reading = lifecycle::figures(figureSources(*run), *query);
    Result<FigureReport> report = co_await std::move(reading);
    if (report) {
        for (const QString& problem : report->problems) {
            run->say(u"warning: "_s + displayText(problem, 300));
        }
    }
    co_return report;
}

QString figureCell(const Figures& one, Figure figure)
{
    const std::optional<double> value = lifecycle::valueOf(one, figure);
    const QString text = lifecycle::numberText(figure, value);
    return figure == Figure::Frequency && value ? text + u" a week"_s : text;
}

QStringList figureRow(const QString& name, const Figures& one)
{
    QStringList row{name, QString::number(one.deployments)};
    for (const Figure figure : lifecycle::allFigures) {
        row.append(figureCell(one, figure));
    }
    return row;
}

Table figureTable(const QString& first)
{
    Table table;
    table.right = {u"DEPLOYMENTS"_s, u"OFTEN"_s,       u"LEAD TIME"_s,
                   u"FAILED"_s,      u"RESTORED IN"_s, u"REWORK"_s};
    table.head = QStringList{first} + table.right;
    return table;
}

QString evidence(const QString& name, const QStringList& operations)
{
    return operations.isEmpty() ? QString() : u"%1: %2\n"_s.arg(name, operations.join(u", "_s));
}

QString reportText(const Run& run, const FigureReport& report)
{
    Table table = figureTable(u"FROM"_s);
    for (const Figures& bucket : report.trend) {
        table.rows.append(figureRow(bucket.from.toLocalTime().toString(u"yyyy-MM-dd"_s), bucket));
    }
    table.rows.append(figureRow(u"all"_s, report.all));
    table.rows.append(figureRow(u"before"_s, report.before));
    QStringList courses{u"compared"_s, QString()};
    for (const Figure figure : lifecycle::allFigures) {
        courses.append(toString(lifecycle::compare(figure, report.all, report.before).course));
    }
    table.rows.append(courses);
    return table.text(run.colour) + evidence(u"failed"_s, report.all.failed) +
           evidence(u"restored by"_s, report.all.restored) +
           evidence(u"reworked by"_s, report.all.reworked);
}

QString partsText(const Run& run, const QString& head, const QList<FigurePart>& parts)
{
    Table table = figureTable(head);
    for (const FigurePart& part : parts) {
        table.rows.append(figureRow(part.name, part.now));
    }
    return table.rows.isEmpty() ? u"Nothing was deployed in that time.\n"_s
                                : table.text(run.colour);
}

Task<Result<int>> figuresShow(RunPointer run)
{
    const QString by = run->value(u"by"_s);
    if (run->has(u"by"_s) && by != "environment"_L1 && by != "repository"_L1) {
        co_return usageError(
            u"--by: expected environment or repository, got \"%1\""_s.arg(displayText(by, 40)));
    }
    auto reading = readFigures(run);
    const Result<FigureReport> report = co_await std::move(reading);
    if (!report) {
        co_return report.error();
    }
    run->answer(report->toJson(), by.isEmpty() ? reportText(*run, *report)
                                  : by == "environment"_L1
                                      ? partsText(*run, u"ENVIRONMENT"_s, report->environments)
                                      : partsText(*run, u"REPOSITORY"_s, report->repositories));
    co_return exitWith(Exit::Ok);
}

/// To stdout, or into a file that is replaced whole.
Task<Result<int>> figuresExport(RunPointer run)
{
    if (run->has(u"csv"_s) && run->json) {
        co_return usageError(u"--csv and --json exclude each other"_s);
    }
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
    const QList<Option> options =
        figureOptions() + QList<Option>{{u"trend"_s, u"day|week"_s, u"its steps; week"_s}};
    return {
        {.noun = u"figures"_s,
         .verb = u"show"_s,
         .summary = u"Delivery figures: how often, how fast, how often it fails"_s,
         .arguments = {},
         .options = options + QList<Option>{{u"by"_s, u"environment|repository"_s,
                                             u"each of them alone, instead of the trend"_s}},
         .details = u"A deployment counts when it went live. It failed when it was rolled back "
                    "from; the first one after a failed one is rework. Lead time is from a commit "
                    "until users have it, as a median. All is compared with as long a time right "
                    "before."_s,
         .body = figuresShow},
        {.noun = u"figures"_s,
         .verb = u"export"_s,
         .summary = u"The deliveries behind the figures, as CSV; with --json as JSON"_s,
         .arguments = {{u"FILE"_s, u"where to; stdout when none is named"_s, false}},
         .options =
             options + QList<Option>{{u"csv"_s, {}, u"as CSV, which is what comes anyway"_s}},
         .details = {},
         .body = figuresExport},
        figuresReportCommand(),
    };
}

}  // namespace analemma::cli
