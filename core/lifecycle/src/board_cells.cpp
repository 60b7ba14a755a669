#include "core/lifecycle/src/board_cells.h"

#include "core/base/text.h"

#include <QRegularExpression>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace analemma::lifecycle {
namespace {

QString join(const QStringList& words)
{
    return words.join(u"  "_s);
}

milliseconds runLength(const pipeline::Run& run, const QDateTime& now)
{
    const QDateTime end = run.finished.isValid() ? run.finished : now;
    return milliseconds(qMax<qint64>(0, run.created.msecsTo(end)));
}

const deploy::Generation* newestOf(const deploy::EnvironmentView& environment,
                                   const release::Release& release)
{
    for (const deploy::Generation& generation : environment.generations) {
        if (generation.release == release.version && generation.commit == release.commit) {
            return &generation;
        }
    }
    return nullptr;
}

bool isActiveIn(const deploy::EnvironmentView& environment, const release::Release& release)
{
    return environment.active && environment.active->release == release.version &&
           environment.active->commit == release.commit;
}

/// The mark and word of a release in one environment; Mark::None when it never was there.
struct Standing {
    Mark mark = Mark::None;
    QString word;
    QDateTime since;
};
Standing standingOf(const deploy::EnvironmentView& environment, const release::Release& release)
{
    const QString name = environment.spec.name;
    if (isActiveIn(environment, release)) {
        return {Mark::Ok, name, environment.active->since};
    }
    const deploy::Generation* generation = newestOf(environment, release);
    if (!generation) {
        return {};
    }
    if (generation->state == u"starting") {
        const bool driven = !environment.operation.isEmpty();
        return {driven ? Mark::Running : Mark::Unknown, name, generation->since};
    }
    if (generation->state == u"failed") {
        return {Mark::Failed, name, generation->since};
    }
    if (generation->state == u"warm") {
        return {Mark::Idle, Words::tr("%1 warm").arg(name), generation->since};
    }
    return {};
}

int rank(Mark mark)
{
    switch (mark) {
        case Mark::Running:
            return 6;
        case Mark::Unknown:
            return 5;
        case Mark::Failed:
            return 4;
        case Mark::Waiting:
            return 3;
        case Mark::Ok:
            return 2;
        case Mark::Idle:
            return 1;
        case Mark::None:
            return 0;
    }
    return 0;
}

Mark stronger(Mark a, Mark b)
{
    return rank(a) >= rank(b) ? a : b;
}

}  // namespace

Mark markOf(pipeline::State state)
{
    switch (state) {
        case pipeline::State::Waiting:
            return Mark::Waiting;
        case pipeline::State::Running:
            return Mark::Running;
        case pipeline::State::Passed:
            return Mark::Ok;
        case pipeline::State::Failed:
            return Mark::Failed;
        case pipeline::State::Cancelled:
            return Mark::Idle;
        case pipeline::State::Skipped:
            return Mark::None;
        case pipeline::State::Interrupted:
            return Mark::Unknown;
    }
    return Mark::None;
}

Mark markOfJobs(const QList<pipeline::JobRun>& jobs)
{
    Mark mark = Mark::None;
    for (const pipeline::JobRun& job : jobs) {
        mark = stronger(mark, markOf(job.state));
    }
    return mark;
}

JobSplit splitJobs(const pipeline::Run& run)
{
    JobSplit split;
    for (const pipeline::JobRun& job : run.jobs) {
        split.passed += job.testsPassed;
        split.failed += job.testsFailed;
        split.skipped += job.testsSkipped;
        const bool hasTests = job.testsPassed + job.testsFailed + job.testsSkipped > 0;
        const bool isTest = hasTests || job.name.contains(u"test"_s, Qt::CaseInsensitive);
        (isTest ? split.test : split.build).append(job);
    }
    return split;
}

QHash<QString, pipeline::Run> newestRuns(const QList<pipeline::Run>& runs)
{
    QHash<QString, pipeline::Run> newest;
    for (const pipeline::Run& run : runs) {
        const auto known = newest.constFind(run.commit);
        if (known == newest.constEnd() || known->created < run.created) {
            newest.insert(run.commit, run);
        }
    }
    return newest;
}

int approvalsWanted(const QList<deploy::EnvironmentView>& environments)
{
    int wanted = 0;
    for (const deploy::EnvironmentView& environment : environments) {
        wanted = qMax(wanted, environment.spec.approvals);
    }
    return wanted;
}

Cell planCell(const git::Commit& commit)
{
    static const QRegularExpression issue(u"#(\\d{1,9})\\b"_s);
    Cell cell;
    auto match = issue.match(commit.subject);
    if (!match.hasMatch()) {
        match = issue.match(commit.body);
    }
    if (match.hasMatch()) {
        cell.mark = Mark::Ok;
        cell.text = match.captured(0);
        return cell;
    }
    const release::ConventionalCommit read = release::readConventional(commit.subject, commit.body);
    if (!read.type.isEmpty()) {
        cell.mark = Mark::Idle;
        cell.text = displayText(read.type, 16);
    }
    return cell;
}

Cell codeCell(const git::Commit& commit, git::ReviewState review, const QDateTime& now)
{
    Cell cell;
    cell.mark = Mark::Ok;
    cell.text = ageText(commit.time, now);
    switch (review) {
        case git::ReviewState::Open:
            cell.mark = Mark::Waiting;
            cell.text = Words::tr("in review");
            break;
        case git::ReviewState::ChangesAsked:
            cell.mark = Mark::Failed;
            cell.text = Words::tr("changes asked");
            break;
        case git::ReviewState::Approved:
            cell.text = Words::tr("approved");
            break;
        case git::ReviewState::None:
        case git::ReviewState::Closed:
            break;
    }
    cell.at = commit.time;
    cell.who = displayText(commit.author, 80);
    return cell;
}

Cell buildCell(const pipeline::Run* run, const QDateTime& now)
{
    Cell cell;
    if (!run) {
        return cell;
    }
    const JobSplit split = splitJobs(*run);
    cell.mark = split.build.isEmpty() ? markOf(run->state) : markOfJobs(split.build);
    const bool ended = run->finished.isValid();
    if (ended && run->jobs.isEmpty()) {
        cell.mark = markOf(run->state);
    }
    if (run->state == pipeline::State::Interrupted && cell.mark != Mark::Failed) {
        cell.mark = Mark::Unknown;
    }
    if (ended && cell.mark == Mark::None) {
        cell.mark = markOf(run->state);
    }
    cell.text = durationText(runLength(*run, now));
    cell.at = ended ? run->finished : run->created;
    cell.who = run->actor;
    cell.panel = u"pipelines"_s;
    cell.item = run->id;
    return cell;
}

Cell testCell(const pipeline::Run* run)
{
    Cell cell;
    if (!run) {
        return cell;
    }
    const JobSplit split = splitJobs(*run);
    const int ran = split.passed + split.failed;
    if (split.test.isEmpty()) {
        return cell;
    }
    cell.mark = split.failed > 0 ? Mark::Failed : markOfJobs(split.test);
    cell.text = ran > 0 ? u"%1/%2"_s.arg(split.passed).arg(ran) : QString();
    if (cell.mark == Mark::None) {
        return {};
    }
    cell.at = run->finished.isValid() ? run->finished : run->created;
    cell.who = run->actor;
    cell.panel = u"pipelines"_s;
    cell.item = run->id;
    return cell;
}

Cell releaseCell(const release::Release* release, int approvals)
{
    Cell cell;
    if (!release) {
        return cell;
    }
    const auto given = int(release->approvals.size());
    cell.mark = given < approvals ? Mark::Waiting : Mark::Ok;
    cell.text = release->version;
    cell.at = release->approvals.isEmpty() ? release->created : release->approvals.constLast().at;
    cell.who = release->approvals.isEmpty() ? release->actor : release->approvals.constLast().who;
    cell.panel = u"releases"_s;
    cell.item = release->version;
    return cell;
}

Cell deployCell(const release::Release* release, const QList<deploy::EnvironmentView>& environments)
{
    Cell cell;
    if (!release) {
        return cell;
    }
    QStringList words;
    for (const deploy::EnvironmentView& environment : environments) {
        const Standing standing = standingOf(environment, *release);
        if (standing.mark == Mark::None) {
            continue;
        }
        words.append(standing.word);
        if (rank(standing.mark) >= rank(cell.mark)) {
            cell.item = environment.spec.name;
            cell.at = standing.since;
        }
        cell.mark = stronger(cell.mark, standing.mark);
    }
    if (!words.isEmpty()) {
        cell.text = join(words);
        cell.panel = u"environments"_s;
    }
    return cell;
}

Mark HealthCount::mark() const
{
    if (all == 0) {
        return Mark::None;
    }
    if (healthy == all) {
        return Mark::Ok;
    }
    if (unknown > 0 && healthy + unknown == all) {
        return Mark::Unknown;
    }
    return healthy + starting + unknown == all ? Mark::Running : Mark::Failed;
}

QString HealthCount::text() const
{
    return all == 0 ? QString() : u"%1/%2"_s.arg(healthy).arg(all);
}

HealthCount activeHealth(const deploy::EnvironmentView& environment)
{
    HealthCount count;
    if (!environment.active) {
        return count;
    }
    for (const deploy::MemberView& member : environment.members) {
        if (member.generation != environment.active->number) {
            continue;
        }
        ++count.all;
        count.healthy += member.health == u"healthy" ? 1 : 0;
        count.unknown += member.health == u"unknown" ? 1 : 0;
        count.starting += member.health == u"starting" ? 1 : 0;
    }
    return count;
}

Cell operateCell(const release::Release* release,
                 const QList<deploy::EnvironmentView>& environments)
{
    Cell cell;
    if (!release) {
        return cell;
    }
    HealthCount sum;
    for (const deploy::EnvironmentView& environment : environments) {
        if (!isActiveIn(environment, *release)) {
            continue;
        }
        const HealthCount count = activeHealth(environment);
        sum.healthy += count.healthy;
        sum.all += count.all;
        sum.unknown += count.unknown;
        sum.starting += count.starting;
        cell.item = environment.spec.name;
        cell.at = environment.asOf;
    }
    cell.mark = sum.mark();
    cell.text = sum.text();
    cell.panel = sum.all > 0 ? u"servers"_s : QString();
    return cell;
}

Mark trafficMark(const infra::Balancer& balancer)
{
    if (balancer.state.isEmpty() || balancer.state == u"none") {
        return Mark::None;
    }
    if (balancer.state != u"running") {
        return Mark::Failed;
    }
    return balancer.errors * 1000 > balancer.requests ? Mark::Failed : Mark::Ok;
}

QList<monitor::Alert> firingOf(const QList<monitor::Alert>& alerts, const QString& environment)
{
    QList<monitor::Alert> firing;
    for (const monitor::Alert& one : alerts) {
        const bool mine = environment.isEmpty() || one.environment == environment;
        if (mine && one.state == monitor::AlertState::Firing && one.silencedBy.isEmpty()) {
            firing.append(one);
        }
    }
    std::stable_sort(
        firing.begin(), firing.end(), [](const monitor::Alert& a, const monitor::Alert& b) {
            return a.severity != b.severity ? a.severity > b.severity : a.fired > b.fired;
        });
    return firing;
}

Mark markOf(monitor::Severity severity)
{
    switch (severity) {
        case monitor::Severity::Critical:
            return Mark::Failed;
        case monitor::Severity::Warning:
            return Mark::Waiting;
        case monitor::Severity::Info:
            break;
    }
    return Mark::Unknown;
}

Cell monitorCell(const release::Release* release,
                 const QList<deploy::EnvironmentView>& environments,
                 const QList<monitor::Alert>& alerts)
{
    Cell cell;
    if (!release) {
        return cell;
    }
    QList<monitor::Alert> firing;
    for (const deploy::EnvironmentView& environment : environments) {
        if (!isActiveIn(environment, *release)) {
            continue;
        }
        firing += firingOf(alerts, environment.spec.name);
        const Mark mark = trafficMark(environment.balancer);
        if (mark == Mark::None) {
            continue;
        }
        cell.mark = stronger(cell.mark, mark);
        cell.text = u"%1/s"_s.arg(environment.balancer.requestRate);
        cell.at = environment.asOf;
        cell.panel = u"environments"_s;
        cell.item = environment.spec.name;
    }
    if (!firing.isEmpty()) {
        firing = firingOf(firing, {});
        const monitor::Alert& worst = firing.constFirst();
        cell.mark = markOf(worst.severity);
        cell.text = Words::tr("%n alert(s)", nullptr, int(firing.size()));
        cell.at = QDateTime::fromMSecsSinceEpoch(worst.fired, Qt::UTC);
        cell.who.clear();
        cell.panel = u"alerts"_s;
        cell.item = QString::number(worst.id);
    }
    return cell;
}

}  // namespace analemma::lifecycle
