#include "app/report_program.h"

#include "app/alerting.h"
#include "app/window_program.h"
#include "core/base/files.h"
#include "core/base/text.h"
#include "ui/monitor/report_pdf.h"
#include "ui/shell/settings.h"

#include <QCoreApplication>
#include <QDir>

#include <cstdio>

using namespace Qt::StringLiterals;

namespace analemma::app {
namespace {

constexpr int kReportDays = 30;

Result<bool> writeReport(const lifecycle::ReportFacts& facts, const QString& path)
{
    const lifecycle::ReportDocument document = reportOf(facts);
    const Result<QByteArray> bytes =
        path.endsWith(".html"_L1) ? Result<QByteArray>(toHtml(document)) : ui::toPdf(document);
    if (!bytes) {
        return bytes.error();
    }
    const Result<void> written = writeFile(path, *bytes, 0644);
    return written ? Result<bool>(true) : Result<bool>(written.error());
}

}  // namespace

ReportProgram::ReportProgram(ReportOrder order) : m_order(std::move(order)) {}

ReportProgram::~ReportProgram() = default;

Result<lifecycle::FigureQuery> ReportProgram::query() const
{
    lifecycle::FigureQuery made;
    made.to = m_order.to.isEmpty() ? m_services->clock.now()
                                   : QDateTime::fromString(m_order.to, Qt::ISODateWithMs).toUTC();
    made.from = m_order.from.isEmpty()
                    ? made.to.addDays(-kReportDays)
                    : QDateTime::fromString(m_order.from, Qt::ISODateWithMs).toUTC();
    if (!made.from.isValid() || !made.to.isValid() || made.from >= made.to) {
        return Error(ErrorKind::Invalid,
                     u"--from and --to: expected two times, the first one first"_s)
            .withHint(u"Write 2026-11-01T00:00:00Z."_s);
    }
    made.environment = m_order.environment;
    made.repository = m_order.repository;
    made.bucket = lifecycle::bucketFor(milliseconds(made.from.msecsTo(made.to)));
    return made;
}

void ReportProgram::start()
{
    const QString last = ui::windowSettings()->value(u"workspace/last"_s).toString();
    const Result<QString> file = chooseWorkspace(m_order.workspace, last, QDir::currentPath());
    if (!file || file->isEmpty()) {
        leave(file ? Error(ErrorKind::NotFound, u"there is no workspace here"_s) : file.error());
        return;
    }
    m_libraries = std::make_unique<Libraries>();
    Result<std::unique_ptr<Services>> opened = Services::open(*file, u"analemma"_s);
    if (!opened) {
        leave(opened.error());
        return;
    }
    m_services = std::move(*opened);
    const Result<lifecycle::FigureQuery> asked = query();
    if (!asked) {
        leave(asked.error());
        return;
    }
    lifecycle::ReportSources sources;
    sources.figures.workspace = m_services->workspace;
    sources.figures.engine = m_services->engine.get();
    sources.figures.open = m_services->repositories->opener();
    sources.releases = m_services->releases.get();
    if (auto series = monitor::SeriesStore::open(m_services->workspace.stateFolder())) {
        sources.series = std::move(*series);  // without it the report tells no availability
    }
    const lifecycle::FigureQuery period = *asked;
    then(reportIncidents(m_services.get()), this,
         [this, sources, period](const Result<QList<lifecycle::Incident>>& incidents) mutable {
             if (!incidents) {
                 leave(incidents.error());
                 return;
             }
             sources.incidents = *incidents;
             read(sources, period);
         });
}

void ReportProgram::read(const lifecycle::ReportSources& sources,
                         const lifecycle::FigureQuery& period)
{
    const QString path = QDir::current().absoluteFilePath(m_order.file);
    const QDateTime now = m_services->clock.now();
    then(lifecycle::reportFacts(sources, period, now), this,
         [this, path](const Result<lifecycle::ReportFacts>& facts) {
             if (!facts) {
                 leave(facts.error());
                 return;
             }
             std::function<Result<bool>()> writing = [path, told = *facts] {
                 return writeReport(told, path);
             };
             then(onWorker<bool>(std::move(writing)), this, [this](const Result<bool>& done) {
                 leave(done ? Result<void>() : Result<void>(done.error()));
             });
         });
}

void ReportProgram::leave(const Result<void>& done)
{
    if (!done) {
        std::fprintf(stderr, "analemma: %s\n", qPrintable(displayText(done.error().message, 2000)));
    }
    const int code = done ? 0 : 1;
    if (!m_services) {
        QCoreApplication::exit(code);
        return;
    }
    then(Services::close(std::move(m_services)), this,
         [code](const Result<void>&) { QCoreApplication::exit(code); });
}

}  // namespace analemma::app
