#include "app/cli/commands.h"
#include "app/cli/repository_open.h"
#include "core/base/text.h"
#include "core/git/git.h"
#include "core/lifecycle/places.h"

#include <QSet>

using namespace Qt::StringLiterals;

namespace analemma::cli {
namespace {

using RepositoryPointer = std::shared_ptr<git::Repository>;
using lifecycle::Place;

constexpr int limitNamed = 10;  ///< in one line of text

lifecycle::PlaceSources placeSources(const Run& run)
{
    lifecycle::PlaceSources sources;
    sources.workspace = &run.services->workspace;
    sources.pipelines = run.services->pipelines.get();
    sources.releases = run.services->releases.get();
    sources.deployments = run.services->deployments.get();
    return sources;
}

/// "production 1.4.2", "1.4.2", "web-1.4.2-0f3a", "shop 12".
QString placeName(const Place& place)
{
    if (place.generation > 0) {
        return u"%1 %2"_s.arg(place.name, place.release);
    }
    return QString(place.name).replace(u'#', u' ');
}

Json placeJson(const Place& place)
{
    return {{u"kind"_s, toString(place.kind)},
            {u"name"_s, placeName(place)},
            {u"state"_s, place.state},
            {u"commit"_s, place.commit},
            {u"since"_s, place.since.toString(Qt::ISODate)}};
}

}  // namespace

Task<Result<std::shared_ptr<git::Repository>>> openNamed(RunPointer run, QString given)
{
    if (!run->services) {
        auto opening = git::Repository::open(absolutePath(*run, given));
        Result<RepositoryPointer> opened = co_await std::move(opening);
        co_return opened;
    }
    const Result<QString> name =
        onlyOne(run->services->workspace.repositories.keys(), given, u"repository"_s);
    if (!name) {
        co_return name.error();
    }
    auto opening = run->services->repositories->opener()(*name);
    Result<RepositoryPointer> opened = co_await std::move(opening);
    co_return opened;
}

Task<Result<PlacesTold>> placesMadeOf(RunPointer run, QString repository, QString commit)
{
    lifecycle::PlaceSources sources = placeSources(*run);
    sources.problem = [run](const Error& error) { run->say(errorText(error)); };
    auto reading = lifecycle::places(std::move(sources), std::move(repository));
    const Result<QList<Place>> all = co_await std::move(reading);
    if (!all) {
        co_return all.error();
    }
    const QList<Place> places = lifecycle::placesByCommit(*all).value(commit);
    PlacesTold told;
    QStringList words;
    for (const Place& place : places) {
        told.json.append(placeJson(place));
        if (words.size() < limitNamed) {
            words.append(u"%1 %2 %3"_s.arg(toString(place.kind), placeName(place), place.state));
        }
    }
    if (places.size() > limitNamed) {
        words.append(u"%1 more"_s.arg(places.size() - limitNamed));
    }
    told.text = words.join(u", "_s);
    co_return told;
}

Task<Result<int>> repositoryWhere(RunPointer run)
{
    const Result<QString> name =
        onlyOne(run->services->workspace.repositories.keys(), run->argument(1), u"repository"_s);
    if (!name) {
        co_return name.error();
    }
    auto opening = openNamed(run, *name);
    const Result<RepositoryPointer> repository = co_await std::move(opening);
    if (!repository) {
        co_return repository.error();
    }
    auto looking = (*repository)->commit(run->argument(0));
    const Result<git::Commit> commit = co_await std::move(looking);
    if (!commit) {
        co_return commit.error();
    }
    auto reading = lifecycle::places(placeSources(*run), *name);
    const Result<QList<Place>> all = co_await std::move(reading);
    if (!all) {
        co_return all.error();
    }
    QStringList candidates;
    for (const Place& place : *all) {
        candidates.append(place.commit);
    }
    candidates.removeDuplicates();
    auto comparing = (*repository)->containing(commit->id, candidates);
    const Result<QStringList> holding = co_await std::move(comparing);
    if (!holding) {
        co_return holding.error();
    }
    const QSet<QString> holds(holding->cbegin(), holding->cend());
    QJsonArray json;
    Table table;
    table.head = {u"WHAT"_s, u"NAME"_s, u"STATE"_s, u"COMMIT"_s, u"SINCE"_s};
    for (const Place& place : lifecycle::inBadgeOrder(*all)) {
        if (!holds.contains(place.commit)) {
            continue;
        }
        const bool exact = place.commit == commit->id;
        Json one = placeJson(place);
        one[u"exact"_s] = exact;
        json.append(one);
        table.rows.append({toString(place.kind), placeName(place), place.state,
                           exact ? u"this one"_s : u"later, "_s + place.commit.left(10),
                           ago(*run, place.since)});
    }
    run->say(u"%1 %2"_s.arg(commit->id.left(10), displayText(commit->subject, 100)));
    if (table.rows.isEmpty()) {
        run->say(u"no run, release, image or environment holds it yet"_s);
    }
    run->answer({{u"schema"_s, u"analemma.where.1"_s},
                 {u"repository"_s, *name},
                 {u"commit"_s, commit->id},
                 {u"subject"_s, commit->subject},
                 {u"holders"_s, json}},
                table.rows.isEmpty() ? QString() : table.text(run->colour));
    co_return exitWith(Exit::Ok);
}

}  // namespace analemma::cli
