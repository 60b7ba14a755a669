#include "core/lifecycle/places.h"

#include "core/lifecycle/src/board_cells.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace analemma::lifecycle {
namespace {

constexpr qsizetype limitRuns = 500;  ///< also of one question for runs
constexpr qsizetype limitReleases = 1'000;
constexpr qsizetype limitImages = 1'000;
constexpr qsizetype limitRunsSeen = 2'000;
constexpr qsizetype firstRuns = 50;  ///< where older ones are kept

Place placeOfRun(const pipeline::Run& run)
{
    Place place;
    place.kind = Place::Kind::Run;
    place.name = u"%1#%2"_s.arg(run.pipeline).arg(run.number);
    place.item = run.id;
    place.commit = run.commit;
    place.state = pipeline::toString(run.state);
    place.mark = markOf(run.state);
    place.since = run.created;
    return place;
}

Place placeOfRelease(const release::Release& release, int approvals)
{
    Place place;
    place.kind = Place::Kind::Release;
    place.name = release.version;
    place.item = release.version;
    place.commit = release.commit;
    place.state = release.approvals.isEmpty() ? u"not approved"_s : u"approved"_s;
    place.mark = release.approvals.size() < approvals ? Mark::Waiting : Mark::Ok;
    place.since = release.created;
    place.release = release.version;
    return place;
}

/// By the commit that its recipe was baked at.
Place placeOfImage(const deploy::ImageView& view)
{
    Place place;
    place.kind = Place::Kind::Image;
    place.name = view.image.id;
    place.item = view.image.id;
    place.commit = view.image.provenance.value(u"commit"_s).toString();
    place.state = view.usedBy.isEmpty() ? u"unused"_s : u"used"_s;
    place.mark = view.usedBy.isEmpty() ? Mark::Idle : Mark::Ok;
    place.since = view.image.created;
    place.release = view.image.provenance.value(u"release"_s).toString();
    return place;
}

Place placeOfGeneration(const deploy::EnvironmentView& view, const deploy::Generation& generation)
{
    Place place;
    place.kind = Place::Kind::Warm;
    place.name = view.spec.name;
    place.item = view.spec.name;
    place.commit = generation.commit;
    place.state = u"warm"_s;
    place.mark = Mark::Idle;
    place.since = generation.since;
    place.production = view.spec.production;
    place.generation = generation.number;
    place.release = generation.release;
    if (view.active && generation.number == view.active->number) {
        place.kind = Place::Kind::Environment;
        place.state = u"active"_s;
        place.mark = Mark::Ok;
    } else if (view.active && generation.number > view.active->number) {
        place.kind = Place::Kind::RolledBack;
        place.state = u"rolled back"_s;
        place.servingGeneration = view.active->number;
        place.servingRelease = view.active->release;
    }
    return place;
}

QList<Place> placesOfEnvironment(const deploy::EnvironmentView& view)
{
    QList<Place> places;
    if (view.active) {
        places.append(placeOfGeneration(view, *view.active));
    }
    for (const deploy::Generation& generation : view.warm) {
        places.append(placeOfGeneration(view, generation));
    }
    return places;
}

bool isNewer(const Place& a, const Place& b)
{
    return a.since > b.since;
}

bool hasEnded(const pipeline::Run& run)
{
    using State = pipeline::State;
    return run.finished.isValid() && (run.state == State::Passed || run.state == State::Failed ||
                                      run.state == State::Cancelled);
}

/// Runs newer than those that are kept, newest first, in front of them; what has ended by now is
/// kept for the next time.
QList<pipeline::Run> withKept(const QList<pipeline::Run>& fresh, PlaceMemory& memory)
{
    QList<pipeline::Run> all = fresh + memory.ended;
    all.resize(std::min(all.size(), limitRunsSeen));
    const auto open = std::find_if(fresh.rbegin(), fresh.rend(),
                                   [](const pipeline::Run& run) { return !hasEnded(run); });
    const auto settled = fresh.rend() - open;  // of the newest, that are not kept yet
    if (settled < std::min(fresh.size(), all.size())) {
        memory.settled = fresh[settled].order;
        memory.ended = all.sliced(settled);
    }
    return all;
}

/// The newest runs of the workspace, as far as places want them. Errors: those of reading them.
Task<Result<QList<pipeline::Run>>> newestRuns(pipeline::Pipelines* pipelines,
                                              std::shared_ptr<PlaceMemory> memory)
{
    PlaceMemory kept = *memory;
    QList<pipeline::Run> fresh;
    bool isMet = false;
    qint64 before = 0;
    for (qsizetype wanted = kept.settled > 0 ? firstRuns : limitRuns;
         !isMet && fresh.size() < limitRunsSeen; wanted = limitRuns) {
        auto reading = pipelines->runs({}, int(wanted), before);
        const Result<QList<pipeline::Run>> page = co_await std::move(reading);
        if (!page) {
            co_return page.error();
        }
        for (pipeline::Run run : *page) {
            isMet = isMet || run.order <= kept.settled;
            if (!isMet) {
                run.jobs.clear();
                run.artifacts.clear();
                fresh.append(std::move(run));
            }
        }
        if (page->size() < wanted) {
            break;
        }
        before = page->constLast().order;
    }
    if (!isMet) {  // none that is kept is among them
        kept = PlaceMemory();
    }
    const QList<pipeline::Run> runs = withKept(fresh, kept);
    *memory = kept;
    co_return runs;
}

/// The runs of a repository among the newest of the workspace.
Task<Result<QList<pipeline::Run>>> runsOfRepository(PlaceSources sources, QString repository)
{
    const std::shared_ptr<PlaceMemory> memory =
        sources.memory ? sources.memory : std::make_shared<PlaceMemory>();
    auto reading = newestRuns(sources.pipelines, memory);
    Result<QList<pipeline::Run>> runs = co_await std::move(reading);
    if (runs) {
        runs->removeIf(
            [&repository](const pipeline::Run& run) { return run.repository != repository; });
        runs->resize(std::min(runs->size(), limitRuns));
    }
    co_return runs;
}

template <class T>
void takePlaces(const Result<QList<T>>& from, QList<T>* to, QList<Error>* problems,
                const QString& what)
{
    if (from) {
        *to = *from;
    } else {
        problems->append(from.error().in(what));
    }
}

}  // namespace

QString toString(Place::Kind kind)
{
    switch (kind) {
        case Place::Kind::Environment:
        case Place::Kind::RolledBack:
        case Place::Kind::Warm:
            return u"environment"_s;
        case Place::Kind::Release:
            return u"release"_s;
        case Place::Kind::Image:
            return u"image"_s;
        case Place::Kind::Run:
            return u"run"_s;
    }
    return {};
}

QList<Place> makePlaces(const PlaceFacts& facts)
{
    QList<Place> places;
    for (const deploy::EnvironmentView& view : facts.environments) {
        if (facts.recipes.contains(view.spec.image)) {
            places += placesOfEnvironment(view);
        }
    }
    qsizetype images = 0;
    for (const deploy::ImageView& view : facts.images) {
        if (facts.recipes.contains(view.image.recipe) && ++images <= limitImages) {
            places.append(placeOfImage(view));
        }
    }
    const int approvals = approvalsWanted(facts.environments);
    qsizetype releases = 0;
    for (const release::Release& release : facts.releases) {
        if (release.repository == facts.repository && ++releases <= limitReleases) {
            places.append(placeOfRelease(release, approvals));
        }
    }
    qsizetype runs = 0;
    for (const pipeline::Run& run : facts.runs) {
        if (run.repository == facts.repository && ++runs <= limitRuns) {
            places.append(placeOfRun(run));
        }
    }
    places.removeIf([](const Place& place) { return place.commit.isEmpty(); });
    std::stable_sort(places.begin(), places.end(), isNewer);
    return places;
}

QList<Place> inBadgeOrder(QList<Place> places)
{
    std::stable_sort(places.begin(), places.end(), [](const Place& a, const Place& b) {
        if (a.kind != b.kind) {
            return a.kind < b.kind;
        }
        return a.production != b.production ? a.production : isNewer(a, b);
    });
    return places;
}

QHash<QString, QList<Place>> placesByCommit(const QList<Place>& places)
{
    QHash<QString, QList<Place>> sorted;
    for (const Place& place : inBadgeOrder(places)) {
        sorted[place.commit].append(place);
    }
    return sorted;
}

Task<Result<QList<Place>>> places(PlaceSources sources, QString repository)
{
    PlaceFacts facts;
    facts.repository = repository;
    for (const workspace::ImageRecipe& recipe : sources.workspace->images) {
        if (recipe.repository == repository) {
            facts.recipes.append(recipe.name);
        }
    }
    // All questions are under way before the first answer is awaited.
    auto runsTask = runsOfRepository(sources, repository);
    auto releasesTask = sources.releases->releases(repository);
    auto imagesTask = sources.deployments->images();
    auto environmentsTask = sources.deployments->environments();
    const Result<QList<pipeline::Run>> runs = co_await std::move(runsTask);
    const Result<QList<release::Release>> releases = co_await std::move(releasesTask);
    const Result<QList<deploy::ImageView>> images = co_await std::move(imagesTask);
    const Result<QList<deploy::EnvironmentView>> environments =
        co_await std::move(environmentsTask);
    QList<Error> problems;
    takePlaces(environments, &facts.environments, &problems, u"environments"_s);
    takePlaces(images, &facts.images, &problems, u"images"_s);
    takePlaces(releases, &facts.releases, &problems, u"releases"_s);
    takePlaces(runs, &facts.runs, &problems, u"runs"_s);
    if (!problems.isEmpty() && !sources.problem) {
        co_return problems.constFirst();
    }
    for (const Error& problem : std::as_const(problems)) {
        sources.problem(problem);
    }
    co_return makePlaces(facts);
}

}  // namespace analemma::lifecycle
