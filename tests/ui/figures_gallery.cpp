// Pictures of the delivery figures with a made journal, and the report of 90 days as HTML and PDF,
// written to a folder to be looked at:
//   ANALEMMA_THEME=dark QT_QPA_PLATFORM=offscreen figures_gallery FOLDER

#include "core/base/files.h"
#include "core/lifecycle/report_read.h"
#include "tests/ui/delivery_journal.h"
#include "ui/monitor/figures_page.h"
#include "ui/monitor/monitoring_panel.h"
#include "ui/monitor/report_pdf.h"
#include "ui/shell/main_window.h"
#include "ui/widgets/chip_bar.h"

#include <QApplication>

using namespace Qt::StringLiterals;
using namespace analemma;
using namespace analemma::made;
using namespace analemma::ui;

namespace {

void keepWindow(QWidget* window, const QString& folder, const QString& name)
{
    QTest::qWait(200);
    const QString scheme = currentScheme() == Scheme::Dark ? u"dark"_s : u"light"_s;
    window->grab().save(
        u"%1/%2-%3-%4.png"_s.arg(folder, scheme, QString::number(window->width()), name));
}

void drawWindow(const Context& context, Theme* theme, const QString& folder, QSize size,
                const QString& name)
{
    MainWindow window(context, theme,
                      {{u"monitoring"_s, u"Monitoring"_s, u"monitor"_s,
                        [](const Context& given, QWidget* parent) -> Panel* {
                            return new MonitoringPanel(given, parent);
                        }}});
    window.resize(size);
    window.show();
    window.openPanel(u"monitoring"_s);
    Panel* panel = window.currentPanel();
    panel->findChild<QAction*>(u"monitoring.delivery"_s)->trigger();
    auto* page = panel->findChild<FiguresPage*>();
    [[maybe_unused]] const bool read =
        QTest::qWaitFor([page] { return page->report().query.to.isValid(); }, 20'000);
    keepWindow(&window, folder, name);
    if (Chip* chip = panel->findChild<Chip*>(u"chip.figures-period.365"_s)) {
        click(chip);
        QTest::qWait(3'000);
        click(panel->findChild<QWidget*>(u"figures-tile-2"_s));
        keepWindow(&window, folder, name + u"-year"_s);
    }
}

lifecycle::ReportFacts madeFacts(const DeliveryJournal& journal, const Context& context)
{
    lifecycle::ReportSources sources;
    sources.figures.workspace = context.workspace;
    sources.figures.engine = journal.engine();
    sources.figures.open = context.repository;
    lifecycle::FigureQuery query;
    query.to = made::now();
    query.from = query.to.addDays(-90);
    query.bucket = lifecycle::Bucket::Week;
    lifecycle::ReportFacts facts =
        test::await(lifecycle::reportFacts(sources, query, made::now())).valueOr({});
    for (int i = 0; i < 7; ++i) {
        facts.releases.append({u"1.%1.0"_s.arg(i), u"shop"_s, u"a1b2c3d4e5f60718"_s,
                               u"feat: wish list, part %1"_s.arg(i), u"ana"_s,
                               query.from.addDays(i * 12)});
    }
    lifecycle::Incident incident;
    incident.title =
        u"Orders could not be paid, because the payment service's certificate had "
        "expired"_s;
    incident.environment = u"production"_s;
    incident.severity = u"critical"_s;
    incident.began = query.from.addDays(31);
    incident.ended = incident.began.addSecs(5'400);
    facts.incidents = {incident};
    QList<lifecycle::CheckColumn> columns;
    for (int i = 0; i < 24 * 90; ++i) {
        const bool bad = i == 700 || i == 701 || i == 1'500;
        columns.append(
            {query.from.addSecs(i * 3'600), milliseconds(3'600'000), 60, bad ? 0.62 : 1.0});
    }
    facts.availability = {lifecycle::availabilityOf(u"https://shop.example.org/healthz"_s, columns),
                          lifecycle::availabilityOf(u"tcp db-1:5432"_s, columns.first(600))};
    facts.availability[0].environment = u"production"_s;
    return facts;
}

}  // namespace

int main(int argc, char** argv)
{
    const QTemporaryDir home;
    qputenv("ANALEMMA_HOME", home.path().toLocal8Bit());
    const QApplication app(argc, argv);
    const QString folder = QCoreApplication::arguments().value(1, u"."_s);
    QDir().mkpath(folder);
    Theme theme;
    {
        DeliveryJournal journal;
        Context context;
        context.workspace.name = u"shop"_s;
        journal.serve(&context);
        drawWindow(context, &theme, folder, {1280, 800}, u"empty"_s);
    }
    DeliveryJournal journal;
    journal.addYear();
    Context context;
    context.workspace.name = u"shop"_s;
    journal.serve(&context);
    drawWindow(context, &theme, folder, {1280, 800}, u"delivery"_s);
    drawWindow(context, &theme, folder, {1920, 1080}, u"delivery"_s);
    const lifecycle::ReportDocument document = reportOf(madeFacts(journal, context));
    const bool html = writeFile(folder + u"/report.html"_s, toHtml(document), 0644).ok();
    const Result<QByteArray> pdf = toPdf(document);
    const bool kept = pdf && writeFile(folder + u"/report.pdf"_s, *pdf, 0644).ok();
    return journal.ok() && html && kept ? 0 : 1;
}
