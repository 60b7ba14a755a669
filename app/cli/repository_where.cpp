#include "app/cli/commands.h"
#include "app/cli/repository_open.h"
#include "core/base/text.h"
#include "core/git/git.h"

#include <QJsonArray>

using namespace Qt::StringLiterals;

namespace analemma::cli {
namespace {

using RepositoryPointer = std::shared_ptr<git::Repository>;

constexpr int limitRunsSeen = 1'000;  ///< the newest ones are looked at

/// Something that was made of a commit, and so holds that one and all before it.
struct Holder {
    QString kind;  ///< "run", "release", "image", "environment"
    QString name;
    QString state;
    QString commit;
    QDateTime since;
};

Task<Result<QList<Holder>>> runsHolding(RunPointer run, QString repository)
{
    auto reading = run->services->pipelines->runs({}, limitRunsSeen, 0);
    const Result<QList<pipeline::Run>> runs = co_await std::move(reading);
    if (!runs) {
        co_return runs.error();
    }
    QList<Holder> found;
    for (const pipeline::Run& one : *runs) {
        if (one.repository == repository) {
            found.append({u"run"_s, u"%1 %2"_s.arg(one.pipeline).arg(one.number),
                          pipeline::toString(one.state), one.commit, one.created});
        }
    }
    co_return found;
}

Task<Result<QList<Holder>>> releasesHolding(RunPointer run, QString repository)
{
    auto reading = run->services->releases->releases(repository);
    const Result<QList<release::Release>> releases = co_await std::move(reading);
    if (!releases) {
        co_return releases.error();
    }
    QList<Holder> found;
    for (const release::Release& one : *releases) {
        const QString state = one.approvals.isEmpty() ? u"not approved"_s : u"approved"_s;
        found.append({u"release"_s, one.version, state, one.commit, one.created});
    }
    co_return found;
}

/// Images, by the commit their recipe was baked at.
Task<Result<QList<Holder>>> imagesHolding(RunPointer run, QString repository)
{
    auto reading = run->services->deployments->images();
    const Result<QList<deploy::ImageView>> images = co_await std::move(reading);
    if (!images) {
        co_return images.error();
    }
    QList<Holder> found;
    for (const deploy::ImageView& view : *images) {
        const infra::Image& image = view.image;
        if (run->services->workspace.images.value(image.recipe).repository == repository) {
            found.append({u"image"_s, image.id, view.usedBy.isEmpty() ? u"unused"_s : u"used"_s,
                          image.provenance.value(u"commit"_s).toString(), image.created});
        }
    }
    co_return found;
}

/// Environments, by their active generation and those that are kept warm.
Task<Result<QList<Holder>>> environmentsHolding(RunPointer run, QString repository)
{
    auto reading = run->services->deployments->environments();
    const Result<QList<deploy::EnvironmentView>> views = co_await std::move(reading);
    if (!views) {
        co_return views.error();
    }
    QList<Holder> found;
    for (const deploy::EnvironmentView& view : *views) {
        if (run->services->workspace.images.value(view.spec.image).repository != repository) {
            continue;
        }
        QList<deploy::Generation> generations = view.warm;
        if (view.active) {
            generations.prepend(*view.active);
        }
        for (const deploy::Generation& one : generations) {
            const bool isActive = view.active && one.number == view.active->number;
            // What is warm above the active one was rolled back.
            const bool isBack = view.active && one.number > view.active->number;
            found.append({u"environment"_s, u"%1 %2"_s.arg(view.spec.name, one.release),
                          isActive ? u"active"_s
                          : isBack ? u"rolled back"_s
                                   : u"warm"_s,
                          one.commit, one.since});
        }
    }
    co_return found;
}

Task<Result<QList<Holder>>> holdersOf(RunPointer run, QString repository)
{
    QList<Holder> all;
    for (const auto& read : {environmentsHolding, imagesHolding, releasesHolding, runsHolding}) {
        auto reading = read(run, repository);
        const Result<QList<Holder>> some = co_await std::move(reading);
        if (!some) {
            co_return some.error();
        }
        all += *some;
    }
    co_return all;
}

Json holderJson(const Holder& holder, const QString& commit)
{
    return {{u"kind"_s, holder.kind},
            {u"name"_s, holder.name},
            {u"state"_s, holder.state},
            {u"commit"_s, holder.commit},
            {u"exact"_s, holder.commit == commit},
            {u"since"_s, holder.since.toString(Qt::ISODate)}};
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
    auto reading = holdersOf(run, *name);
    const Result<QList<Holder>> all = co_await std::move(reading);
    if (!all) {
        co_return all.error();
    }
    QStringList candidates;
    for (const Holder& holder : *all) {
        candidates.append(holder.commit);
    }
    candidates.removeDuplicates();
    auto comparing = (*repository)->containing(commit->id, candidates);
    const Result<QStringList> holding = co_await std::move(comparing);
    if (!holding) {
        co_return holding.error();
    }
    QJsonArray json;
    Table table;
    table.head = {u"WHAT"_s, u"NAME"_s, u"STATE"_s, u"COMMIT"_s, u"SINCE"_s};
    for (const Holder& holder : *all) {
        if (holding->contains(holder.commit)) {
            json.append(holderJson(holder, commit->id));
            const QString at =
                holder.commit == commit->id ? u"this one"_s : u"later, "_s + holder.commit.left(10);
            table.rows.append(
                {holder.kind, holder.name, holder.state, at, ago(*run, holder.since)});
        }
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
