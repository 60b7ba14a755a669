#include "core/lifecycle/report_read.h"

#include "core/base/text.h"

using namespace Qt::StringLiterals;

namespace analemma::lifecycle {
namespace {

constexpr int kCheckColumns = 4'000;  // of a period: 11 minutes each in 30 days
constexpr int kMostChecks = 50;

QList<CheckColumn> columnsOf(const monitor::Chart& chart)
{
    QList<CheckColumn> columns;
    for (std::size_t i = 0; i < chart.columns.size(); ++i) {
        const monitor::ChartColumn& one = chart.columns[i];
        CheckColumn column;
        column.from = QDateTime::fromMSecsSinceEpoch(chart.from + qint64(i) * chart.step, Qt::UTC);
        column.length = milliseconds(chart.step);
        column.count = one.count;
        column.share = one.count > 0 ? std::clamp(one.mean, 0.0, 1.0) : 1;
        columns.append(column);
    }
    return columns;
}

QString checkName(const monitor::SeriesName& name)
{
    return name.labels.isEmpty() ? name.subject : name.subject + u" "_s + name.labels;
}

Task<Result<QList<Availability>>> availability(std::shared_ptr<monitor::SeriesStore> series,
                                               QStringList environments, FigureQuery query)
{
    QList<Availability> all;
    for (const monitor::SeriesInfo& info : series->list()) {
        if (info.name.metric != "check.ok"_L1 || all.size() >= kMostChecks) {
            continue;
        }
        const QString environment = environmentOfCheck(info.name, environments);
        if (!query.environment.isEmpty() && environment != query.environment) {
            continue;
        }
        auto asking = series->chart(info.id, query.from.toMSecsSinceEpoch(),
                                    query.to.toMSecsSinceEpoch(), kCheckColumns);
        const Result<monitor::Chart> chart = co_await std::move(asking);
        if (!chart) {
            co_return chart.error();
        }
        Availability one = availabilityOf(checkName(info.name), columnsOf(*chart));
        one.environment = environment;
        if (one.percent) {
            all.append(one);
        }
    }
    co_return all;
}

bool within(const QDateTime& time, const FigureQuery& query)
{
    return time >= query.from && time < query.to;
}

}  // namespace

QString environmentOfCheck(const monitor::SeriesName& name, const QStringList& environments)
{
    for (const QString& label : name.labels.split(u',')) {
        if (label.startsWith("environment="_L1)) {
            return label.section(u'=', 1);
        }
    }
    return environments.contains(name.subject) ? name.subject : QString();
}

Task<Result<ReportFacts>> reportFacts(ReportSources sources, FigureQuery query, QDateTime now)
{
    auto counting = figures(sources.figures, query);
    Result<FigureReport> report = co_await std::move(counting);
    if (!report) {
        co_return report.error();
    }
    ReportFacts facts;
    facts.workspace = sources.figures.workspace.name;
    facts.figures = *report;
    facts.problems = report->problems;
    facts.made = now;
    if (sources.releases != nullptr) {
        auto asking = sources.releases->releases(query.repository);
        const Result<QList<release::Release>> releases = co_await std::move(asking);
        if (!releases) {
            facts.problems.append(u"releases: %1"_s.arg(releases.error().message));
        }
        for (const release::Release& one : releases.valueOr({})) {
            if (within(one.created, query)) {
                facts.releases.append(
                    {one.version, one.repository, one.commit, one.subject, one.actor, one.created});
            }
        }
    }
    for (const Incident& one : std::as_const(sources.incidents)) {
        const bool mine = query.environment.isEmpty() || one.environment == query.environment;
        const bool touches =
            one.began < query.to && (!one.ended.isValid() || one.ended > query.from);
        if (mine && touches) {
            facts.incidents.append(one);
        }
    }
    if (sources.series) {
        auto asking =
            availability(sources.series, sources.figures.workspace.environments.keys(), query);
        const Result<QList<Availability>> checks = co_await std::move(asking);
        if (checks) {
            facts.availability = *checks;
        } else {
            facts.problems.append(u"checks: %1"_s.arg(checks.error().message));
        }
    }
    co_return facts;
}

}  // namespace analemma::lifecycle
