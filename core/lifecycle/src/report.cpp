#include "core/lifecycle/report.h"

#include "core/base/text.h"

#include <QLocale>

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
    return {
        numberText(Figure::LeadTime, span ? std::optional(double(span->count())) : std::nullopt),
        Mark::None};
}

ReportCell toldNumber(Figure figure, const Figures& figures)
{
    return {numberText(figure, valueOf(figures, figure)), Mark::None};
}

QString plural(qsizetype count, const QString& one, const QString& many)
{
    return u"%1 %2"_s.arg(count).arg(count == 1 ? one : many);
}

/// What stands first of it, and how much that is, where it is cut.
QString cutNote(qsizetype all, qsizetype shown, const QString& where)
{
    return all > shown ? u"The newest %1 of %2; %3."_s.arg(shown).arg(all).arg(where) : QString();
}

ReportPart figuresPart(const FigureReport& report)
{
    ReportPart part;
    part.heading = u"The five figures"_s;
    part.tiles = tilesOf(report);
    part.note =
        u"Compared with %1 to %2. A deployment counts when it went live. It failed when it was "
        "taken back; the first one after a failed one is rework. Lead time and time to restore "
        "are medians."_s.arg(reportDate(report.query.before()), reportDate(report.query.from));
    return part;
}

ReportPart trendPart(const FigureReport& report, const QList<ReportTile>& tiles)
{
    ReportPart part;
    part.heading = report.query.bucket == Bucket::Day ? u"Day by day"_s : u"Week by week"_s;
    TrendChart all = tiles[0].trend;
    all.title = u"Deployments"_s;
    all.values.clear();
    double highest = 0;
    for (const Figures& one : report.trend) {
        all.values.append(one.deployments);
        all.bad.append(double(one.failed.size()));
        highest = std::max(highest, double(one.deployments));
    }
    all.top = u"at most %1, failed ones in red"_s.arg(highest);
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
                          {u"Deployments"_s, 1, true},
                          {u"A week"_s, 0.8, true},
                          {u"Lead time"_s, 1, true},
                          {u"Failed"_s, 0.8, true},
                          {u"Restored in"_s, 1, true},
                          {u"Rework"_s, 0.8, true}};
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
    return u"%1 %"_s.arg(cut, 0, 'f', cut >= 100 ? 0 : 3);
}

ReportPart availabilityPart(const QList<Availability>& all)
{
    ReportPart part;
    if (all.isEmpty()) {
        return part;
    }
    part.heading = u"Availability"_s;
    part.table.columns = {{u"Check"_s, 2.2},          {u"Environment"_s, 1.4},
                          {u"Available"_s, 1, true},  {u"Down for"_s, 1, true},
                          {u"Outages"_s, 0.8, true},  {u"Longest"_s, 1, true},
                          {u"Checked for"_s, 1, true}};
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
    part.note = u"Of the time that was checked; silence counts for nothing."_s;
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
    part.heading = u"Longest outages"_s;
    part.table.columns = {
        {u"Check"_s, 2}, {u"From"_s, 1.4}, {u"To"_s, 1.4}, {u"Down for"_s, 1, true}};
    for (const Outage& one : outages.first(std::min(kLongest, outages.size()))) {
        part.table.rows.append({told(foreign(one.name)), told(reportTime(one.from)),
                                told(one.goesOn ? u"goes on"_s : reportTime(one.to)),
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
    part.heading = u"Changes that failed"_s;
    part.table.columns = {{u"Release"_s, 1.2},
                          {u"Environment"_s, 1.4},
                          {u"Live"_s, 1.4},
                          {u"What became of it"_s, 1.8},
                          {u"Restored in"_s, 1, true}};
    for (const QString& id : report.all.failed) {
        const Delivery* one = report.delivery(id);
        if (one == nullptr) {
            continue;
        }
        const Fate fate = report.fates.value(id);
        const QString by = !fate.restored.isValid() ? u"users still have it"_s
                           : fate.restoredBy == id  ? u"taken back by itself"_s
                                                    : u"rolled back"_s;
        part.table.rows.append({told(foreign(one->release)), told(foreign(one->environment)),
                                told(reportTime(one->live)),
                                told(by, fate.restored.isValid() ? Mark::None : Mark::Failed),
                                toldSpan(fate.restoredIn)});
    }
    return part;
}

ReportPart incidentsPart(QList<Incident> incidents)
{
    ReportPart part;
    if (incidents.isEmpty()) {
        return part;
    }
    std::ranges::stable_sort(incidents, {}, &Incident::began);
    part.heading = u"Incidents"_s;
    part.table.columns = {{u"Incident"_s, 2.6},
                          {u"Environment"_s, 1.3},
                          {u"Severity"_s, 1},
                          {u"Began"_s, 1.4},
                          {u"Lasted"_s, 1, true}};
    for (const Incident& one : incidents) {
        const bool over = one.ended.isValid();
        part.table.rows.append({told(foreign(one.title)), told(foreign(one.environment)),
                                told(foreign(one.severity)), told(reportTime(one.began)),
                                over ? toldSpan(milliseconds(one.began.msecsTo(one.ended)))
                                     : told(u"goes on"_s, Mark::Failed)});
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
    part.heading = u"Changes that took longest to reach users"_s;
    part.table.columns = {{u"Commit"_s, 0.9, false, true},
                          {u"Subject"_s, 3},
                          {u"Reached"_s, 1.6},
                          {u"Took"_s, 0.8, true}};
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
    part.heading = u"Releases"_s;
    part.note = cutNote(releases.size(), shown, u"all are in Releases"_s);
    part.table.columns = {{u"Version"_s, 1.1},
                          {u"Repository"_s, 1.2},
                          {u"Commit"_s, 0.9, false, true},
                          {u"Subject"_s, 2.8},
                          {u"Made"_s, 1.4}};
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
        return one.stayed ? told(u"rolled back"_s, Mark::Waiting)
                          : told(u"roll back failed"_s, Mark::Failed);
    }
    if (fate.failed) {
        return told(u"taken back"_s, Mark::Failed);
    }
    if (!one.stayed) {
        return told(u"never live"_s, Mark::Idle);
    }
    return fate.reworked ? told(u"live, rework"_s, Mark::Ok) : told(u"live"_s, Mark::Ok);
}

ReportPart deliveriesPart(const FigureReport& report)
{
    ReportPart part;
    part.heading = u"Deployments and roll backs"_s;
    if (report.deliveries.isEmpty()) {
        part.text = u"Nothing was deployed in this time."_s;
        return part;
    }
    const qsizetype all = report.deliveries.size();
    const qsizetype shown = std::min(kMostRows, all);
    part.note = cutNote(all, shown, u"all are in the export as CSV"_s);
    part.table.columns = {{u"When"_s, 1.5},          {u"What"_s, 1.4},
                          {u"Environment"_s, 1.4},   {u"Release"_s, 1},
                          {u"Commits"_s, 0.8, true}, {u"Lead time"_s, 0.9, true}};
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
    return (query.environment.isEmpty() ? u"all environments"_s : foreign(query.environment)) +
           u", "_s +
           (query.repository.isEmpty() ? u"all repositories"_s : foreign(query.repository));
}

}  // namespace

QString reportDate(const QDateTime& time)
{
    return time.isValid() ? QLocale::c().toString(time.toUTC(), u"d MMM yyyy"_s) : QString();
}

QString reportTime(const QDateTime& time)
{
    return time.isValid() ? QLocale::c().toString(time.toUTC(), u"d MMM yyyy HH:mm"_s) : QString();
}

ReportDocument reportOf(const ReportFacts& facts)
{
    const FigureReport& report = facts.figures;
    ReportDocument document;
    document.title = u"Delivery report: %1"_s.arg(foreign(facts.workspace));
    const qint64 days = (report.query.from.secsTo(report.query.to) + 43'200) / 86'400;
    document.period =
        u"%1 to %2, %3"_s.arg(reportDate(report.query.from), reportDate(report.query.to),
                              plural(days, u"day"_s, u"days"_s));
    document.scope = scopeText(report.query);
    document.made = u"made %1; times are UTC"_s.arg(reportTime(facts.made));
    const ReportPart five = figuresPart(report);
    ReportPart problems;
    if (!facts.problems.isEmpty()) {
        problems.heading = u"What could not be read"_s;
        QStringList shown;
        for (const QString& problem : facts.problems) {
            shown.append(foreign(problem, 300));
        }
        problems.text = shown.join(u"; "_s);
    }
    for (const ReportPart& part :
         {five, trendPart(report, five.tiles), problems,
          partsPart(u"By environment"_s, u"Environment"_s, report.environments),
          partsPart(u"By repository"_s, u"Repository"_s, report.repositories), failedPart(report),
          incidentsPart(facts.incidents), availabilityPart(facts.availability),
          outagesPart(facts.availability), slowestPart(report), releasesPart(facts.releases),
          deliveriesPart(report)}) {
        if (!part.heading.isEmpty()) {
            document.parts.append(part);
        }
    }
    return document;
}

}  // namespace analemma::lifecycle
