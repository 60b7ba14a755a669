#include "app/cli/commands.h"

#include "core/base/text.h"

#include <QJsonArray>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace analemma::cli {
namespace {

QString releaseOf(const infra::Image& image)
{
    return image.provenance.value(u"release"_s).toString();
}

Json imageJson(const deploy::ImageView& view)
{
    Json json = view.image.toJson();
    json[u"usedBy"_s] = QJsonArray::fromStringList(view.usedBy);
    return json;
}

Task<Result<int>> bake(RunPointer run)
{
    const Result<QString> recipe =
        onlyOne(run->services->workspace.images.keys(), run->argument(0), u"image recipe"_s);
    if (!recipe) {
        co_return recipe.error();
    }
    QString version = run->value(u"release"_s);
    if (version.isEmpty() || version == u"latest") {
        const QString repository = run->services->workspace.images.value(*recipe).repository;
        auto reading = run->services->releases->releases(repository);
        const Result<QList<release::Release>> releases = co_await std::move(reading);
        if (!releases) {
            co_return releases.error();
        }
        if (releases->isEmpty()) {
            co_return Error(ErrorKind::NotFound, u"there is no release to bake"_s)
                .withHint(u"Make one: analemma-cli release create"_s);
        }
        version = releases->constFirst().version;
    }
    deploy::Deployments* deployments = run->services->deployments.get();
    deploy::BakeRequest request;
    request.recipe = *recipe;
    request.release = version;
    Start start;
    start.start = [deployments, request](CancelToken cancel) {
        return deployments->bake(request, std::move(cancel));
    };
    start.preview = [deployments, request] { return deployments->previewBake(request); };
    Telling telling;
    telling.schema = u"analemma.bake.1"_s;
    telling.fields = {{u"recipe"_s, *recipe}, {u"release"_s, version}};
    telling.sentence = [recipe = *recipe, version](const engine::Operation& ended) {
        const QString image = ended.result.value(u"image"_s).toString();
        return image.isEmpty() ? u"baked %1 for %2"_s.arg(recipe, version) : image;
    };
    auto operating = operateAndTell(run, std::move(start), std::move(telling));
    Result<int> code = co_await std::move(operating);
    co_return code;
}

Task<Result<QList<deploy::ImageView>>> imagesOf(RunPointer run, QString id)
{
    auto reading = run->services->deployments->images();
    Result<QList<deploy::ImageView>> images = co_await std::move(reading);
    if (!images || id.isEmpty()) {
        co_return images;
    }
    QList<deploy::ImageView> found;
    QStringList known;
    for (const deploy::ImageView& view : *images) {
        known.append(view.image.id);
        if (view.image.id == id) {
            found = {view};
        }
    }
    if (found.isEmpty()) {
        co_return onlyOne(known, id, u"image"_s).error();
    }
    co_return found;
}

Task<Result<int>> imageList(RunPointer run)
{
    auto reading = imagesOf(run, {});
    const Result<QList<deploy::ImageView>> images = co_await std::move(reading);
    if (!images) {
        co_return images.error();
    }
    QJsonArray json;
    Table table;
    table.head = {u"IMAGE"_s, u"RECIPE"_s, u"RELEASE"_s, u"SIZE"_s, u"MADE"_s, u"USED BY"_s};
    table.right = {u"SIZE"_s};
    for (const deploy::ImageView& view : *images) {
        json.append(imageJson(view));
        table.rows.append({view.image.id, view.image.recipe, releaseOf(view.image),
                           sizeText(view.image.size), ago(*run, view.image.created),
                           view.usedBy.isEmpty() ? u"-"_s : view.usedBy.join(u", "_s)});
    }
    run->answer({{u"schema"_s, u"analemma.images.1"_s}, {u"images"_s, json}},
                table.text(run->colour));
    co_return exitWith(Exit::Ok);
}

Task<Result<int>> imageShow(RunPointer run)
{
    auto reading = imagesOf(run, run->argument(0));
    const Result<QList<deploy::ImageView>> images = co_await std::move(reading);
    if (!images) {
        co_return images.error();
    }
    const deploy::ImageView& view = images->constFirst();
    const auto from = [&view](const QString& field) {
        return view.image.provenance.value(field).toString();
    };
    const QString text = factLines({{u"image"_s, view.image.id},
                                    {u"recipe"_s, view.image.recipe},
                                    {u"release"_s, from(u"release"_s)},
                                    {u"commit"_s, from(u"commit"_s)},
                                    {u"parent"_s, from(u"parent"_s)},
                                    {u"baked by"_s, from(u"operation"_s)},
                                    {u"size"_s, sizeText(view.image.size)},
                                    {u"digest"_s, view.image.digest},
                                    {u"made"_s, ago(*run, view.image.created)},
                                    {u"used by"_s, view.usedBy.join(u", "_s)}},
                                   run->colour);
    run->answer(imageJson(view), text);
    co_return exitWith(Exit::Ok);
}

Task<Result<int>> remove(RunPointer run)
{
    auto reading = imagesOf(run, run->argument(0));
    const Result<QList<deploy::ImageView>> images = co_await std::move(reading);
    if (!images) {
        co_return images.error();
    }
    const deploy::ImageView view = images->constFirst();
    const QString id = view.image.id;
    if (run->dryRun) {
        run->intend(view.usedBy.isEmpty()
                        ? u"would delete %1"_s.arg(id)
                        : u"%1 is needed by %2"_s.arg(id, view.usedBy.join(u", "_s)));
        co_return exitWith(view.usedBy.isEmpty() ? Exit::Ok : Exit::Refused);
    }
    auto asking = confirm(run, u"Delete the image %1? It cannot be taken back."_s.arg(id),
                          u"image %1 was not deleted: nobody was asked"_s.arg(id));
    const Result<void> agreed = co_await std::move(asking);
    if (!agreed) {
        co_return agreed.error();
    }
    auto deleting = run->services->deployments->deleteImage(id);
    const Result<void> deleted = co_await std::move(deleting);
    if (!deleted) {
        co_return deleted.error();
    }
    run->answer({{u"schema"_s, u"analemma.image-delete.1"_s}, {u"image"_s, id}},
                u"deleted %1\n"_s.arg(id));
    co_return exitWith(Exit::Ok);
}

}  // namespace

QList<Command> imageCommands()
{
    const Argument recipe{u"RECIPE"_s,
                          u"of the workspace file; may be left out when there is one"_s, false};
    const Argument image{u"IMAGE"_s, u"its id"_s};
    const Option version{u"release"_s, u"VERSION"_s, u"of this release; else the newest"_s};
    return {
        {u"image"_s,
         u"bake"_s,
         u"Make an image of a release"_s,
         {recipe},
         {version},
         Effect::Operates,
         true,
         {},
         bake},
        {u"image"_s,
         u"list"_s,
         u"Images, with what uses them"_s,
         {},
         {},
         Effect::Reads,
         true,
         {},
         imageList},
        {u"image"_s,
         u"show"_s,
         u"One image and where it comes from"_s,
         {image},
         {},
         Effect::Reads,
         true,
         {},
         imageShow},
        {u"image"_s,
         u"delete"_s,
         u"Delete an image that nothing needs"_s,
         {image},
         {},
         Effect::Acts,
         true,
         {},
         remove},
    };
}

}  // namespace analemma::cli
