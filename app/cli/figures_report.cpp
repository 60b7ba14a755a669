#include "app/alerting.h"
#include "app/cli/figures_query.h"
#include "core/base/files.h"
#include "core/base/language.h"
#include "core/base/process.h"
#include "core/base/text.h"
#include "core/lifecycle/report_read.h"

#include <QCoreApplication>
#include <QFileInfo>

using namespace Qt::StringLiterals;

namespace analemma::cli {
namespace {

enum class ReportFormat { Html, Pdf };

Result<ReportFormat> reportFormat(const Run& run)
{
    const QString given =
        run.has(u"format"_s) ? run.value(u"format"_s) : QFileInfo(run.value(u"output"_s)).suffix();
    if (given == "pdf"_L1) {
        if (!run.has(u"output"_s)) {
            return usageError(u"a report as PDF needs a file"_s, u"Add: --output report.pdf."_s);
        }
        return ReportFormat::Pdf;
    }
    if (run.has(u"format"_s) && given != "html"_L1) {
        return usageError(
            u"--format: expected html or pdf, got \"%1\""_s.arg(displayText(given, 40)));
    }
    return ReportFormat::Html;
}

/// The window program, which can paint: beside this one, else in PATH. Empty: there is none.
QString windowProgram()
{
    const QString beside = QCoreApplication::applicationDirPath() + u"/analemma"_s;
    return QFileInfo(beside).isExecutable() ? beside : findProgram(u"analemma"_s);
}

ProcessSpec paintSpec(const Run& run, const lifecycle::FigureQuery& query, const QString& program,
                      const QString& file, const QString& language)
{
    QStringList words{u"--report"_s,     file,      u"--from"_s,
                      toIso(query.from), u"--to"_s, toIso(query.to)};
    words << u"--language"_s << language;
    if (!query.environment.isEmpty()) {
        words << u"--environment"_s << query.environment;
    }
    if (!query.repository.isEmpty()) {
        words << u"--repository"_s << query.repository;
    }
    words << u"--"_s << run.services->workspace.file;
    ProcessSpec spec(program, words);
    for (const char* name : {"ANALEMMA_HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME"}) {
        if (qEnvironmentVariableIsSet(name)) {
            spec.environment.emplace_back(QLatin1StringView(name), qEnvironmentVariable(name));
        }
    }
    spec.environment.emplace_back(u"QT_QPA_PLATFORM"_s, u"offscreen"_s);
    spec.directory = run.directory;
    return spec;
}

/// Painting needs a program with fonts: this one loads none, so the window program does it, without
/// a window.
Task<Result<void>> writePdf(RunPointer run, lifecycle::FigureQuery query, QString file,
                            QString language)
{
    const QString program = windowProgram();
    if (program.isEmpty()) {
        co_return Error(ErrorKind::Unsupported,
                        u"a report as PDF is painted by the window program, which is not "
                        "installed"_s)
            .withHint(u"Write it as HTML, which every browser prints: --format html."_s);
    }
    ProcessSpec spec = paintSpec(*run, query, program, file, language);
    auto painting = runProcess(std::move(spec), run->interrupt.first);
    const Result<ProcessResult> painted = co_await std::move(painting);
    if (!painted) {
        co_return painted.error();
    }
    if (!painted->ok()) {
        const QString said = displayText(QByteArrayView(painted->errors).trimmed(), 600);
        co_return Error(ErrorKind::Failed, u"the report was not painted: %1"_s.arg(
                                               said.isEmpty() ? painted->endText() : said));
    }
    co_return Result<void>();
}

Task<Result<QByteArray>> reportHtml(RunPointer run, lifecycle::FigureQuery query)
{
    lifecycle::ReportSources sources;
    sources.figures = figureSources(*run);
    sources.releases = run->services->releases.get();
    Result<std::unique_ptr<monitor::SeriesStore>> series =
        monitor::SeriesStore::open(run->services->workspace.stateFolder());
    if (series) {
        sources.series = std::move(*series);
    }
    auto asking = app::reportIncidents(run->services.get());
    const Result<QList<lifecycle::Incident>> incidents = co_await std::move(asking);
    if (!incidents) {
        co_return incidents.error();
    }
    sources.incidents = *incidents;
    const QDateTime now = run->services->clock.now();
    auto reading = lifecycle::reportFacts(std::move(sources), query, now);
    const Result<lifecycle::ReportFacts> facts = co_await std::move(reading);
    if (!facts) {
        co_return facts.error();
    }
    for (const QString& problem : facts->problems) {
        run->say(u"warning: "_s + displayText(problem, 300));
    }
    co_return lifecycle::toHtml(lifecycle::reportOf(*facts));
}

Task<Result<int>> figuresReport(RunPointer run)
{
    const Result<ReportFormat> format = reportFormat(*run);
    if (!format) {
        co_return format.error();
    }
    Result<lifecycle::FigureQuery> query = figureQuery(*run);
    if (!query) {
        co_return query.error();
    }
    const QString wanted = run->value(u"language"_s);
    if (run->has(u"language"_s) && !Language::known().contains(wanted)) {
        co_return usageError(u"--language: expected %1, got \"%2\""_s.arg(
            Language::known().join(u" or "_s), displayText(wanted, 40)));
    }
    const Language language(wanted);
    query->bucket = lifecycle::bucketFor(milliseconds(query->from.msecsTo(query->to)));
    const bool toFile = run->has(u"output"_s);
    const QString file = toFile ? absolutePath(*run, run->value(u"output"_s)) : QString();
    if (*format == ReportFormat::Pdf) {
        auto writing = writePdf(run, *query, file, language.name());
        const Result<void> written = co_await std::move(writing);
        if (!written) {
            co_return written.error();
        }
    } else {
        auto making = reportHtml(run, *query);
        const Result<QByteArray> html = co_await std::move(making);
        if (!html) {
            co_return html.error();
        }
        if (!toFile && run->json) {
            run->printJson({{u"schema"_s, u"analemma.figures-report.1"_s},
                            {u"format"_s, u"html"_s},
                            {u"html"_s, QString::fromUtf8(*html)}});
            co_return exitWith(Exit::Ok);
        }
        if (!toFile) {
            run->streams.out(*html);
            co_return exitWith(Exit::Ok);
        }
        const Result<void> written = writeFile(file, *html, 0644);
        if (!written) {
            co_return written.error();
        }
    }
    run->answer({{u"schema"_s, u"analemma.figures-report.1"_s},
                 {u"file"_s, file},
                 {u"format"_s, *format == ReportFormat::Pdf ? u"pdf"_s : u"html"_s},
                 {u"from"_s, toIso(query->from)},
                 {u"to"_s, toIso(query->to)}},
                u"%1\n"_s.arg(displayText(file, 400)));
    co_return exitWith(Exit::Ok);
}

}  // namespace

Command figuresReportCommand()
{
    return {.noun = u"figures"_s,
            .verb = u"report"_s,
            .summary = u"The report of a period: figures, failures, incidents, availability"_s,
            .arguments = {},
            .options = figureOptions() +
                       QList<Option>{
                           {u"format"_s, u"html|pdf"_s, u"else as the file's name ends, or html"_s},
                           {u"language"_s, u"LANGUAGE"_s,
                            u"en or es; else that of the desktop, as in the window"_s},
                           {u"output"_s, u"FILE"_s, u"where to; HTML goes to stdout without"_s}},
            .details =
                u"One HTML file without scripts and without anything from elsewhere, made to "
                "be mailed or printed. PDF is painted by the window program, which needs no "
                "display for it."_s,
            .body = figuresReport};
}

}  // namespace analemma::cli
