#include "core/lifecycle/lifecycle.h"

#include "core/base/text.h"
#include "core/lifecycle/src/board_cells.h"

#include <QJsonArray>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace analemma::lifecycle {
namespace {

/// The release of each commit; the highest version where one commit has several.
QHash<QString, release::Release> releasesByCommit(const QList<release::Release>& releases)
{
    QHash<QString, release::Release> found;
    for (const release::Release& one : releases) {
        const auto known = found.constFind(one.commit);
        const Result<release::Version> version = release::Version::parse(one.version);
        if (known == found.constEnd()) {
            found.insert(one.commit, one);
        } else if (version && release::Version::parse(known->version).valueOr({}) < *version) {
            found.insert(one.commit, one);
        }
    }
    return found;
}

ChangeRow makeRow(const Facts& facts, const Facts::RepositoryFacts& repository,
                  const git::Commit& commit, const pipeline::Run* run,
                  const release::Release* release)
{
    ChangeRow row;
    row.repository = repository.name;
    row.commit = commit.id;
    row.subject = displayText(commit.subject, 200);
    row.author = displayText(commit.author, 80);
    row.time = commit.time;
    row.cells = {planCell(commit),
                 codeCell(commit, repository.reviews.value(commit.id), facts.now),
                 buildCell(run, facts.now),
                 testCell(run),
                 releaseCell(release, approvalsWanted(facts.environments)),
                 deployCell(release, facts.environments),
                 operateCell(release, facts.environments),
                 monitorCell(release, facts.environments, facts.alerts)};
    return row;
}

Json toJson(const Cell& cell, Phase phase)
{
    Json json{{u"phase"_s, toString(phase).toLower()}, {u"mark"_s, toString(cell.mark)}};
    if (!cell.text.isEmpty()) {
        json[u"text"_s] = cell.text;
    }
    if (cell.at.isValid()) {
        json[u"at"_s] = toIso(cell.at);
    }
    if (!cell.panel.isEmpty()) {
        json[u"panel"_s] = cell.panel;
        json[u"item"_s] = cell.item;
    }
    return json;
}

Json toJson(const Station& station)
{
    Json json{{u"phase"_s, toString(station.phase).toLower()},
              {u"mark"_s, toString(station.mark)},
              {u"count"_s, station.count},
              {u"line"_s, station.line}};
    if (station.since.isValid()) {
        json[u"since"_s] = toIso(station.since);
    }
    if (!station.detail.isEmpty()) {
        json[u"detail"_s] = station.detail;
    }
    if (!station.panel.isEmpty()) {
        json[u"panel"_s] = station.panel;
        json[u"item"_s] = station.item;
    }
    return json;
}

Json toJson(const ChangeRow& row)
{
    QJsonArray cells;
    for (int i = 0; i < phaseCount; ++i) {
        cells.append(toJson(row.cells.at(size_t(i)), Phase(i)));
    }
    return {{u"repository"_s, row.repository}, {u"commit"_s, row.commit},
            {u"subject"_s, row.subject},       {u"author"_s, row.author},
            {u"time"_s, toIso(row.time)},      {u"cells"_s, cells}};
}

}  // namespace

QString toString(Phase phase)
{
    switch (phase) {
        case Phase::Plan:
            return u"Plan"_s;
        case Phase::Code:
            return u"Code"_s;
        case Phase::Build:
            return u"Build"_s;
        case Phase::Test:
            return u"Test"_s;
        case Phase::Release:
            return u"Release"_s;
        case Phase::Deploy:
            return u"Deploy"_s;
        case Phase::Operate:
            return u"Operate"_s;
        case Phase::Monitor:
            return u"Monitor"_s;
    }
    return {};
}

QString toString(Mark mark)
{
    switch (mark) {
        case Mark::None:
            return u"none"_s;
        case Mark::Idle:
            return u"idle"_s;
        case Mark::Waiting:
            return u"waiting"_s;
        case Mark::Running:
            return u"running"_s;
        case Mark::Ok:
            return u"ok"_s;
        case Mark::Failed:
            return u"failed"_s;
        case Mark::Unknown:
            return u"unknown"_s;
    }
    return {};
}

Board makeBoard(const Facts& facts)
{
    const QHash<QString, pipeline::Run> runs = newestRuns(facts.runs);
    const QHash<QString, release::Release> releases = releasesByCommit(facts.releases);
    Board board;
    for (const Facts::RepositoryFacts& repository : facts.repositories) {
        for (const git::Commit& commit : repository.commits) {
            const auto run = runs.constFind(commit.id);
            const auto release = releases.constFind(commit.id);
            board.changes.append(makeRow(facts, repository, commit,
                                         run == runs.constEnd() ? nullptr : &*run,
                                         release == releases.constEnd() ? nullptr : &*release));
        }
    }
    // Stable: commits of one second keep git's order, parents after children.
    std::stable_sort(board.changes.begin(), board.changes.end(),
                     [](const ChangeRow& a, const ChangeRow& b) { return a.time > b.time; });
    if (board.changes.size() > facts.limit) {
        board.changes.resize(facts.limit);
    }
    board.stations = makeStations(facts);
    board.problems = facts.problems;
    board.asOf = facts.now;
    return board;
}

Json Board::toJson() const
{
    QJsonArray stationList;
    for (const Station& station : stations) {
        stationList.append(lifecycle::toJson(station));
    }
    QJsonArray rows;
    for (const ChangeRow& row : changes) {
        rows.append(lifecycle::toJson(row));
    }
    return {{u"schema"_s, u"analemma.board.1"_s},
            {u"stations"_s, stationList},
            {u"changes"_s, rows},
            {u"problems"_s, QJsonArray::fromStringList(problems)},
            {u"asOf"_s, toIso(asOf)}};
}

}  // namespace analemma::lifecycle
