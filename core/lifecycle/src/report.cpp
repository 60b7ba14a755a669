#include "core/lifecycle/report.h"

#include "core/base/text.h"
#include "core/lifecycle/src/report_words.h"

#include <algorithm>
#include <cmath>
#include <span>

using namespace Qt::StringLiterals;

namespace analemma::lifecycle {
namespace {

constexpr qsizetype kMostRows = 200;  // of a table
constexpr qsizetype kSlowest = 5;
constexpr qsizetype kLongest = 5;
constexpr int kReportText = 160;

QString foreign(const QString& text, int limit = kReportText)
{
    return displayText(text, limit);
}

ReportCell told(const QString& text, Mark mark = Mark::None)
{
    return {text, mark};
}

ReportCell toldSpan(const std::optional<milliseconds>& span)
{
    return {numberText(Figure::LeadTime, span ? std::optional(double(span->count())) : std::nullopt,
                       reportLocale()),
            Mark::None};
}

ReportCell toldNumber(Figure figure, const Figures& figures)
{
    return {numberText(figure, valueOf(figures, figure), reportLocale()), Mark::None};
}

/// What stands first of it, and how much that is, where it is cut.
QString cutNote(qsizetype all, qsizetype shown, const QString& where)
{
    return all > shown ? ReportWords::tr("The newest %1 of %2; %3.").arg(shown).arg(all).arg(where)
                       : QString();
}

ReportPart figuresPart(const FigureReport& report)
{
    ReportPart part;
    part.heading = ReportWords::tr("The five figures");
    part.tiles = tilesOf(report);
    part.note = ReportWords::tr(
                    "Compared with %1 to %2. A deployment counts when it went live. It failed when "
                    "it was taken back; the first one after a failed one is rework. Lead time and "
                    "time to restore are medians.")
                    .arg(reportDate(report.query.before()), reportDate(report.query.from));
    return part;
}

ReportPart trendPart(const FigureReport& report, const QList<ReportTile>& tiles)
{
    ReportPart part;
    part.heading = report.query.bucket == Bucket::Day ? ReportWords::tr("Day by day")
                                                      : ReportWords::tr("Week by week");
    TrendChart all = tiles[0].trend;
    all.title = ReportWords::tr("Deployments");
    all.values.clear();
    double highest = 0;
    for (const Figures& one : report.trend) {
        all.values.append(one.deployments);
        all.bad.append(double(one.failed.size()));
        highest = std::max(highest, double(one.deployments));
    }
    all.top = ReportWords::tr("at most %1, failed ones in red").arg(highest);
    part.charts = {all, tiles[1].trend, tiles[2].trend, tiles[3].trend};
    return part;
}

ReportPart partsPart(const QString& heading, const QString& what, const QList<FigurePart>& parts)
{
    ReportPart part;
    if (parts.size() < 2) {
        return part;  // it says what stands above
    }
    part.heading = heading;
    part.table.columns = {{what, 2.2},
                          {ReportWords::tr("Deployments"), 1, true},
                          {ReportWords::tr("A week"), 0.8, true},
                          {ReportWords::tr("Lead time"), 1, true},
                          {ReportWords::tr("Failed"), 0.8, true},
                          {ReportWords::tr("Restored in"), 1, true},
                          {ReportWords::tr("Rework"), 0.8, true}};
    for (const FigurePart& one : parts) {
        part.table.rows.append(
            {told(foreign(one.name)), told(QString::number(one.now.deployments)),
             toldNumber(Figure::Frequency, one.now), toldNumber(Figure::LeadTime, one.now),
             toldNumber(Figure::FailureRate, one.now), toldNumber(Figure::RestoreTime, one.now),
             toldNumber(Figure::Rework, one.now)});
    }
    return part;
}

/// "99.95 %": never rounded up to all of it.
QString availabilityText(const std::optional<double>& percent)
{
    if (!percent) {
        return u"-"_s;
    }
    const double cut = std::floor(*percent * 1000) / 1000;
    return u"%1 %"_s.arg(reportLocale().toString(cut, 'f', cut >= 100 ? 0 : 3));
}

ReportPart availabilityPart(const QList<Availability>& all)
{
    ReportPart part;
    if (all.isEmpty()) {
        return part;
    }
    part.heading = ReportWords::tr("Availability");
    part.table.columns = {
        {ReportWords::tr("Check"), 2.2},          {ReportWords::tr("Environment"), 1.4},
        {ReportWords::tr("Available"), 1, true},  {ReportWords::tr("Down for"), 1, true},
        {ReportWords::tr("Outages"), 0.8, true},  {ReportWords::tr("Longest"), 1, true},
        {ReportWords::tr("Checked for"), 1, true}};
    for (const Availability& one : all) {
        milliseconds longest{0};
        for (const Outage& outage : one.outages) {
            longest = std::max(longest, outage.down);
        }
        const bool none = one.outages.isEmpty();
        part.table.rows.append({told(foreign(one.name)), told(foreign(one.environment)),
                                told(availabilityText(one.percent), none ? Mark::Ok : Mark::Failed),
                                none ? told(u"-"_s) : toldSpan(one.down),
                                told(QString::number(one.outages.size())),
                                none ? told(u"-"_s) : toldSpan(longest), toldSpan(one.checked)});
    }
    part.note = ReportWords::tr("Of the time that was checked; silence counts for nothing.");
    return part;
}

ReportPart outagesPart(const QList<Availability>& all)
{
    QList<Outage> outages;
    for (const Availability& one : all) {
        outages += one.outages;
    }
    ReportPart part;
    if (outages.isEmpty()) {
        return part;
    }
    std::ranges::stable_sort(outages, std::greater<>(), &Outage::down);
    part.heading = ReportWords::tr("Longest outages");
    part.table.columns = {{ReportWords::tr("Check"), 2},
                          {ReportWords::tr("From"), 1.4},
                          {ReportWords::tr("To"), 1.4},
                          {ReportWords::tr("Down for"), 1, true}};
    for (const Outage& one : outages.first(std::min(kLongest, outages.size()))) {
        part.table.rows.append({told(foreign(one.name)), told(reportTime(one.from)),
                                told(one.goesOn ? ReportWords::tr("goes on") : reportTime(one.to)),
                                toldSpan(one.down)});
    }
    return part;
}

ReportPart failedPart(const FigureReport& report)
{
    ReportPart part;
    if (report.all.failed.isEmpty()) {
        return part;
    }
    part.heading = ReportWords::tr("Changes that failed");
    part.table.columns = {{ReportWords::tr("Release"), 1.2},
                          {ReportWords::tr("Environment"), 1.4},
                          {ReportWords::tr("Live"), 1.4},
                          {ReportWords::tr("What became of it"), 1.8},
                          {ReportWords::tr("Restored in"), 1, true}};
    for (const QString& id : report.all.failed) {
        const Delivery* one = report.delivery(id);
        if (one == nullptr) {
            continue;
        }
        const Fate fate = report.fates.value(id);
        const QString by = !fate.restored.isValid() ? ReportWords::tr("users still have it")
                           : fate.restoredBy == id  ? ReportWords::tr("taken back by itself")
                                                    : ReportWords::tr("rolled back");
        part.table.rows.append({told(foreign(one->release)), told(foreign(one->environment)),
                                told(reportTime(one->live)),
                                told(by, fate.restored.isValid() ? Mark::None : Mark::Failed),
                                toldSpan(fate.restoredIn)});
    }
    return part;
}

QString severityText(const QString& severity)
{
    return severity == "critical"_L1  ? ReportWords::tr("critical")
           : severity == "warning"_L1 ? ReportWords::tr("warning")
           : severity == "info"_L1    ? ReportWords::tr("info")
                                      : foreign(severity);
}

ReportPart incidentsPart(QList<Incident> incidents)
{
    ReportPart part;
    if (incidents.isEmpty()) {
        return part;
    }
    std::ranges::stable_sort(incidents, {}, &Incident::began);
    part.heading = ReportWords::tr("Incidents");
    part.table.columns = {{ReportWords::tr("Incident"), 2.6},
                          {ReportWords::tr("Environment"), 1.3},
                          {ReportWords::tr("Severity"), 1},
                          {ReportWords::tr("Began"), 1.4},
                          {ReportWords::tr("Lasted"), 1, true}};
    for (const Incident& one : incidents) {
        const bool over = one.ended.isValid();
        part.table.rows.append({told(foreign(one.title)), told(foreign(one.environment)),
                                told(severityText(one.severity)), told(reportTime(one.began)),
                                over ? toldSpan(milliseconds(one.began.msecsTo(one.ended)))
                                     : told(ReportWords::tr("goes on"), Mark::Failed)});
    }
    return part;
}

ReportPart slowestPart(const FigureReport& report)
{
    struct Slow {
        Landed change;
        const Delivery* delivery = nullptr;
        qint64 took = 0;
    };
    std::vector<Slow> all;
    for (const Delivery& one : report.deliveries) {
        if (one.kind == Delivery::Kind::Deploy && one.live.isValid()) {
            for (const Landed& change : one.changes) {
                all.push_back({change, &one, change.time.msecsTo(one.live)});
            }
        }
    }
    ReportPart part;
    if (all.empty()) {
        return part;
    }
    std::ranges::stable_sort(all, std::greater<>(), &Slow::took);
    part.heading = ReportWords::tr("Changes that took longest to reach users");
    part.table.columns = {{ReportWords::tr("Commit"), 0.9, false, true},
                          {ReportWords::tr("Subject"), 3},
                          {ReportWords::tr("Reached"), 1.6},
                          {ReportWords::tr("Took"), 0.8, true}};
    for (const Slow& one : std::span(all).first(std::min<std::size_t>(kSlowest, all.size()))) {
        part.table.rows.append({told(one.change.commit.left(8)), told(foreign(one.change.subject)),
                                told(foreign(one.delivery->environment)),
                                toldSpan(milliseconds(std::max<qint64>(0, one.took)))});
    }
    return part;
}

ReportPart releasesPart(QList<ReportRelease> releases)
{
    ReportPart part;
    if (releases.isEmpty()) {
        return part;
    }
    std::ranges::stable_sort(releases, std::greater<>(), &ReportRelease::made);
    const qsizetype shown = std::min(kMostRows, releases.size());
    part.heading = ReportWords::tr("Releases");
    part.note = cutNote(releases.size(), shown, ReportWords::tr("all are in Releases"));
    part.table.columns = {{ReportWords::tr("Version"), 1.1},
                          {ReportWords::tr("Repository"), 1.2},
                          {ReportWords::tr("Commit"), 0.9, false, true},
                          {ReportWords::tr("Subject"), 2.8},
                          {ReportWords::tr("Made"), 1.4}};
    for (const ReportRelease& one : releases.first(shown)) {
        part.table.rows.append({told(foreign(one.version)), told(foreign(one.repository)),
                                told(foreign(one.commit.left(8))), told(foreign(one.subject)),
                                told(reportTime(one.made))});
    }
    return part;
}

ReportCell outcomeOf(const Delivery& one, const Fate& fate)
{
    if (one.kind == Delivery::Kind::Rollback) {
        return one.stayed ? told(ReportWords::tr("rolled back"), Mark::Waiting)
                          : told(ReportWords::tr("roll back failed"), Mark::Failed);
    }
    if (fate.failed) {
        return told(ReportWords::tr("taken back"), Mark::Failed);
    }
    if (!one.stayed) {
        return told(ReportWords::tr("never live"), Mark::Idle);
    }
    return fate.reworked ? told(ReportWords::tr("live, rework"), Mark::Ok)
                         : told(ReportWords::tr("live"), Mark::Ok);
}

ReportPart deliveriesPart(const FigureReport& report)
{
    ReportPart part;
    part.heading = ReportWords::tr("Deployments and roll backs");
    if (report.deliveries.isEmpty()) {
        part.text = ReportWords::tr("Nothing was deployed in this time.");
        return part;
    }
    const qsizetype all = report.deliveries.size();
    const qsizetype shown = std::min(kMostRows, all);
    part.note = cutNote(all, shown, ReportWords::tr("all are in the export as CSV"));
    part.table.columns = {
        {ReportWords::tr("When"), 1.5},          {ReportWords::tr("What"), 1.4},
        {ReportWords::tr("Environment"), 1.4},   {ReportWords::tr("Release"), 1},
        {ReportWords::tr("Commits"), 0.8, true}, {ReportWords::tr("Lead time"), 0.9, true}};
    for (qsizetype i = all - 1; i >= all - shown; --i) {
        const Delivery& one = report.deliveries[i];
        const Fate fate = report.fates.value(one.operation);
        const bool deploys = one.kind == Delivery::Kind::Deploy;
        part.table.rows.append({told(reportTime(one.live.isValid() ? one.live : one.ended)),
                                outcomeOf(one, fate), told(foreign(one.environment)),
                                told(foreign(one.release)),
                                told(deploys ? QString::number(one.changes.size()) : QString()),
                                deploys ? toldSpan(fate.leadTime) : told({})});
    }
    return part;
}

QString scopeText(const FigureQuery& query)
{
    return (query.environment.isEmpty() ? ReportWords::tr("all environments")
                                        : foreign(query.environment)) +
           u", "_s +
           (query.repository.isEmpty() ? ReportWords::tr("all repositories")
                                       : foreign(query.repository));
}

}  // namespace

QString reportDate(const QDateTime& time)
{
    return time.isValid() ? QLocale().toString(time.toUTC(), u"d MMM yyyy"_s) : QString();
}

QString reportTime(const QDateTime& time)
{
    return time.isValid() ? QLocale().toString(time.toUTC(), u"d MMM yyyy HH:mm"_s) : QString();
}

ReportDocument reportOf(const ReportFacts& facts)
{
    const FigureReport& report = facts.figures;
    ReportDocument document;
    document.language = ReportWords::tr("en", "the code of the language of these texts");
    document.title = ReportWords::tr("Delivery report: %1").arg(foreign(facts.workspace));
    const qint64 days = (report.query.from.secsTo(report.query.to) + 43'200) / 86'400;
    document.period =
        ReportWords::tr("%1 to %2, %3")
            .arg(reportDate(report.query.from), reportDate(report.query.to),
                 (days == 1 ? ReportWords::tr("%1 day") : ReportWords::tr("%1 days")).arg(days));
    document.scope = scopeText(report.query);
    document.made = ReportWords::tr("made %1; times are UTC").arg(reportTime(facts.made));
    const ReportPart five = figuresPart(report);
    ReportPart problems;
    if (!facts.problems.isEmpty()) {
        problems.heading = ReportWords::tr("What could not be read");
        QStringList shown;
        for (const QString& problem : facts.problems) {
            shown.append(foreign(problem, 300));
        }
        problems.text = shown.join(u"; "_s);
    }
    for (const ReportPart& part :
         {five, trendPart(report, five.tiles), problems,
          partsPart(ReportWords::tr("By environment"), ReportWords::tr("Environment"),
                    report.environments),
          partsPart(ReportWords::tr("By repository"), ReportWords::tr("Repository"),
                    report.repositories),
          failedPart(report), incidentsPart(facts.incidents), availabilityPart(facts.availability),
          outagesPart(facts.availability), slowestPart(report), releasesPart(facts.releases),
          deliveriesPart(report)}) {
        if (!part.heading.isEmpty()) {
            document.parts.append(part);
        }
    }
    return document;
}

}  // namespace analemma::lifecycle
