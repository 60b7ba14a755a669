#include "core/base/text.h"
#include "core/lifecycle/src/board_cells.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace analemma::lifecycle {
namespace {

Station idle(Phase phase, const QString& line)
{
    Station station;
    station.phase = phase;
    station.line = line;
    return station;
}

/// The release with the highest version, if any.
const release::Release* newestRelease(const QList<release::Release>& releases,
                                      const QString& repository)
{
    const release::Release* best = nullptr;
    std::optional<release::Version> bestVersion;
    for (const release::Release& one : releases) {
        const Result<release::Version> version = release::Version::parse(one.version);
        if (!version || (!repository.isEmpty() && one.repository != repository)) {
            continue;
        }
        if (!bestVersion || *bestVersion < *version) {
            bestVersion = *version;
            best = &one;
        }
    }
    return best;
}

QList<git::Commit> unreleased(const Facts::RepositoryFacts& repository,
                              const release::Release* last)
{
    QList<git::Commit> list;
    for (const git::Commit& commit : repository.commits) {
        if (last && commit.id == last->commit) {
            break;
        }
        list.append(commit);
    }
    return list;
}

Station planStation(const Facts& facts)
{
    Station station = idle(Phase::Plan, Words::tr("nothing waiting"));
    QStringList next;
    for (const Facts::RepositoryFacts& repository : facts.repositories) {
        const release::Release* last = newestRelease(facts.releases, repository.name);
        const QList<git::Commit> commits = unreleased(repository, last);
        if (commits.isEmpty()) {
            continue;
        }
        std::optional<release::Version> version;
        if (last) {
            version = release::Version::parse(last->version).valueOr({});
        }
        station.count += int(commits.size());
        station.since = commits.constLast().time;
        next.append(release::nextVersion(version, commits).text());
    }
    if (station.count > 0) {
        station.mark = Mark::Waiting;
        station.line = Words::tr("next %1").arg(next.join(u", "_s));
    }
    return station;
}

Station codeStation(const Facts& facts, const QHash<QString, pipeline::Run>& runs)
{
    Station station = idle(Phase::Code, Words::tr("no commit yet"));
    bool any = false;
    int reviews = 0;
    for (const Facts::RepositoryFacts& repository : facts.repositories) {
        reviews += repository.openReviews;
        for (const git::Commit& commit : repository.commits) {
            any = true;
            station.since = qMax(station.since, commit.time);
            if (runs.contains(commit.id)) {
                break;
            }
            ++station.count;
        }
    }
    if (any) {
        station.mark = station.count > 0 ? Mark::Waiting : Mark::Ok;
        station.line = station.count > 0 ? Words::tr("%n new", nullptr, station.count)
                                         : Words::tr("all built");
    }
    if (reviews > 0 && station.count == 0) {
        station.mark = Mark::Waiting;
        station.line = Words::tr("%n in review", nullptr, reviews);
    }
    return station;
}

const pipeline::Run* newestRun(const QList<pipeline::Run>& runs)
{
    const auto newest = std::max_element(
        runs.begin(), runs.end(),
        [](const pipeline::Run& a, const pipeline::Run& b) { return a.created < b.created; });
    return newest == runs.end() ? nullptr : &*newest;
}

Station buildStation(const Facts& facts, const pipeline::Run* newest)
{
    Station station = idle(Phase::Build, Words::tr("no run yet"));
    for (const pipeline::Run& run : facts.runs) {
        const Mark mark = markOf(run.state);
        station.count += mark == Mark::Running || mark == Mark::Waiting ? 1 : 0;
    }
    if (!newest) {
        return station;
    }
    const Cell cell = buildCell(newest, facts.now);
    station.mark = station.count > 0 ? Mark::Running : cell.mark;
    station.line = station.count > 0 ? Words::tr("%n running", nullptr, station.count)
                                     : Words::tr("#%1 in %2").arg(newest->number).arg(cell.text);
    station.since = cell.at;
    return station;
}

Station testStation(const Facts& facts)
{
    Station station = idle(Phase::Test, Words::tr("no result yet"));
    QList<pipeline::Run> sorted = facts.runs;
    std::stable_sort(
        sorted.begin(), sorted.end(),
        [](const pipeline::Run& a, const pipeline::Run& b) { return a.created > b.created; });
    for (const pipeline::Run& run : std::as_const(sorted)) {
        const Cell cell = testCell(&run);
        if (cell.mark == Mark::None) {
            continue;
        }
        const JobSplit split = splitJobs(run);
        station.mark = cell.mark;
        station.count = split.failed > 0 ? split.failed : split.passed;
        station.line = cell.text.isEmpty() ? toString(cell.mark) : cell.text;
        station.since = cell.at;
        break;
    }
    return station;
}

Station releaseStation(const Facts& facts)
{
    Station station = idle(Phase::Release, Words::tr("no release yet"));
    const release::Release* newest = newestRelease(facts.releases, {});
    station.count = int(facts.releases.size());
    if (newest) {
        const Cell cell = releaseCell(newest, approvalsWanted(facts.environments));
        station.mark = cell.mark;
        station.line = cell.mark == Mark::Waiting ? Words::tr("%1 to approve").arg(newest->version)
                                                  : Words::tr("%1 ready").arg(newest->version);
        station.since = cell.at;
    }
    return station;
}

Station deployStation(const Facts& facts)
{
    Station station = idle(Phase::Deploy, Words::tr("nothing deployed"));
    bool running = false;
    bool failed = false;
    for (const deploy::EnvironmentView& environment : facts.environments) {
        running = running || !environment.operation.isEmpty();
        if (!environment.generations.isEmpty()) {
            failed = failed || environment.generations.constFirst().state == u"failed";
        }
        if (environment.active) {
            ++station.count;
            station.mark = Mark::Ok;
            station.line = u"%1 %2"_s.arg(environment.spec.name, environment.active->release);
            station.since = environment.active->since;
        }
    }
    if (failed) {
        station.mark = Mark::Failed;
    }
    if (running) {
        station.mark = Mark::Running;
    }
    return station;
}

Station operateStation(const Facts& facts)
{
    Station station = idle(Phase::Operate, Words::tr("no server"));
    HealthCount sum;
    for (const deploy::EnvironmentView& environment : facts.environments) {
        const HealthCount count = activeHealth(environment);
        sum.healthy += count.healthy;
        sum.all += count.all;
        sum.unknown += count.unknown;
        sum.starting += count.starting;
        station.since = qMax(station.since, environment.asOf);
    }
    station.count = sum.all;
    if (sum.all > 0) {
        station.mark = sum.mark();
        station.line = Words::tr("%1 healthy").arg(sum.text());
    } else {
        station.since = {};
    }
    return station;
}

QString severityWord(monitor::Severity severity)
{
    switch (severity) {
        case monitor::Severity::Critical:
            return Words::tr("critical");
        case monitor::Severity::Warning:
            return Words::tr("warning");
        case monitor::Severity::Info:
            break;
    }
    return Words::tr("info");
}

/// What fires comes before the traffic, which is told of below.
void addAlerts(Station& station, const QList<monitor::Alert>& firing)
{
    const monitor::Alert& worst = firing.constFirst();
    const QString traffic = station.mark == Mark::Idle ? QString() : station.line;
    const Mark mark = markOf(worst.severity);
    station.mark = station.mark == Mark::Failed ? Mark::Failed : mark;
    station.count = int(firing.size());
    station.line = u"%1: %2"_s.arg(severityWord(worst.severity), displayText(worst.rule, 60));
    station.since = QDateTime::fromMSecsSinceEpoch(worst.fired, Qt::UTC);
    QStringList lines{Words::tr("%n alert(s) fire", nullptr, station.count),
                      displayText(worst.sentence, 200)};
    lines.append(traffic);
    lines.removeAll(QString());
    station.detail = lines.join(u'\n');
    station.panel = u"alerts"_s;
    station.item = QString::number(worst.id);
}

Station monitorStation(const Facts& facts)
{
    Station station = idle(Phase::Monitor, Words::tr("no traffic"));
    qint64 rate = 0;
    qint64 errors = 0;
    for (const deploy::EnvironmentView& environment : facts.environments) {
        const Mark mark = trafficMark(environment.balancer);
        if (mark == Mark::None) {
            continue;
        }
        rate += environment.balancer.requestRate;
        errors += environment.balancer.errors;
        station.mark = station.mark == Mark::Failed ? Mark::Failed : mark;
        station.since = qMax(station.since, environment.asOf);
    }
    if (station.mark != Mark::Idle) {
        station.count = int(qMin<qint64>(rate, 1'000'000'000));
        station.line =
            errors == 0 ? u"%1/s"_s.arg(rate) : Words::tr("%1/s, %2 errors").arg(rate).arg(errors);
    }
    if (const QList<monitor::Alert> firing = firingOf(facts.alerts, {}); !firing.isEmpty()) {
        addAlerts(station, firing);
    }
    return station;
}

}  // namespace

std::array<Station, phaseCount> makeStations(const Facts& facts)
{
    const QHash<QString, pipeline::Run> runs = newestRuns(facts.runs);
    return {
        planStation(facts),    codeStation(facts, runs), buildStation(facts, newestRun(facts.runs)),
        testStation(facts),    releaseStation(facts),    deployStation(facts),
        operateStation(facts), monitorStation(facts)};
}

}  // namespace analemma::lifecycle
