#include "app/cli/commands.h"

#include "app/cli/cli.h"
#include "core/base/files.h"
#include "core/base/text.h"

#include <QJsonArray>

using namespace Qt::StringLiterals;

namespace analemma::cli {
namespace {

Json censusJson(const deploy::CensusView& census)
{
    QJsonArray servers;
    for (const infra::Server& one : census.servers) {
        servers.append(one.toJson());
    }
    QJsonArray images;
    for (const infra::Image& one : census.images) {
        images.append(one.toJson());
    }
    QJsonArray balancers;
    for (const infra::Balancer& one : census.balancers) {
        balancers.append(Json{{u"name"_s, one.name}, {u"url"_s, one.url}, {u"state"_s, one.state}});
    }
    QJsonArray orphans;
    for (const deploy::Orphan& one : census.orphans) {
        orphans.append(Json{{u"what"_s, one.what},
                            {u"name"_s, one.name},
                            {u"tag"_s, one.tag},
                            {u"why"_s, one.why}});
    }
    return {{u"schema"_s, u"analemma.census.1"_s},
            {u"servers"_s, servers},
            {u"images"_s, images},
            {u"balancers"_s, balancers},
            {u"orphans"_s, orphans}};
}

Task<Result<int>> census(RunPointer run)
{
    auto counting = run->services->deployments->census();
    const Result<deploy::CensusView> census = co_await std::move(counting);
    if (!census) {
        co_return census.error();
    }
    QString text = factLines({{u"servers"_s, QString::number(census->servers.size())},
                              {u"images"_s, QString::number(census->images.size())},
                              {u"balancers"_s, QString::number(census->balancers.size())},
                              {u"orphans"_s, QString::number(census->orphans.size())}},
                             run->colour);
    if (!census->orphans.isEmpty()) {
        Table table;
        table.head = {u"ORPHAN"_s, u"NAME"_s, u"TAG"_s, u"WHY"_s};
        for (const deploy::Orphan& one : census->orphans) {
            table.rows.append({one.what, one.name, one.tag, one.why});
        }
        text += u'\n' + table.text(run->colour);
    }
    run->answer(censusJson(*census), text);
    co_return exitWith(census->orphans.isEmpty() ? Exit::Ok : Exit::Failed);
}

/// Stopping production is asked for; everything else of a workspace is not.
Task<Result<void>> mayStop(RunPointer run)
{
    QStringList production;
    auto reading = run->services->deployments->environments();
    const Result<QList<deploy::EnvironmentView>> views = co_await std::move(reading);
    for (const deploy::EnvironmentView& view : views.valueOr({})) {
        if (view.spec.production && view.active) {
            production.append(view.spec.name);
        }
    }
    if (production.isEmpty() || run->dryRun) {
        co_return Result<void>();
    }
    const QString list = production.join(u", "_s);
    auto asking = confirm(run, u"Stop %1, which serves users now?"_s.arg(list),
                          u"%1 serves users and nobody was asked; nothing was stopped"_s.arg(list));
    Result<void> agreed = co_await std::move(asking);
    co_return agreed;
}

Task<Result<int>> down(RunPointer run)
{
    auto asking = mayStop(run);
    const Result<void> agreed = co_await std::move(asking);
    if (!agreed) {
        co_return agreed.error();
    }
    deploy::Deployments* deployments = run->services->deployments.get();
    const bool images = run->has(u"images"_s);
    Start start;
    start.start = [deployments, images](CancelToken cancel) {
        return deployments->down(images, std::move(cancel));
    };
    start.preview = [deployments, images] { return deployments->previewDown(images); };
    Telling telling;
    telling.schema = u"analemma.down.1"_s;
    telling.fields = {{u"images"_s, images}};
    telling.sentence = [name = run->services->workspace.name](const engine::Operation&) {
        return u"everything of workspace %1 is stopped"_s.arg(name);
    };
    auto operating = operateAndTell(run, std::move(start), std::move(telling));
    Result<int> code = co_await std::move(operating);
    co_return code;
}

Task<Result<int>> about(RunPointer run)
{
    const QString version = QStringLiteral(ANALEMMA_VERSION);
    const QString qt = QString::fromLatin1(qVersion());
    const Json json{{u"schema"_s, u"analemma.about.1"_s},
                    {u"version"_s, version},
                    {u"qt"_s, qt},
                    {u"licence"_s, u"GPL-3.0-or-later"_s},
                    {u"home"_s, homeFolder()}};
    run->answer(json, factLines({{u"analemma"_s, version},
                                 {u"qt"_s, qt},
                                 {u"licence"_s, u"GPL-3.0-or-later"_s},
                                 {u"state"_s, homeFolder()}},
                                run->colour));
    co_return exitWith(Exit::Ok);
}

Json commandJson(const Command& command)
{
    QJsonArray arguments;
    for (const Argument& one : command.arguments) {
        arguments.append(
            Json{{u"name"_s, one.name}, {u"help"_s, one.help}, {u"required"_s, one.required}});
    }
    QJsonArray options;
    for (const Option& one : command.options + effectOptions(command.effect) + commonOptions()) {
        options.append(Json{{u"name"_s, one.name},
                            {u"value"_s, one.value},
                            {u"help"_s, one.help},
                            {u"many"_s, one.many},
                            {u"letter"_s, one.letter.isNull() ? QString() : QString(one.letter)}});
    }
    return {{u"noun"_s, command.noun},
            {u"verb"_s, command.verb},
            {u"summary"_s, command.summary},
            {u"arguments"_s, arguments},
            {u"options"_s, options}};
}

/// The table of commands as data: for completions and the manual.
Task<Result<int>> listCommands(RunPointer run)
{
    QJsonArray list;
    QString text;
    for (const Command& command : commands()) {
        list.append(commandJson(command));
        text += command.name() + u'\n';
    }
    QJsonArray exits;
    for (const ExitMeaning& one : exitTable()) {
        exits.append(Json{{u"code"_s, int(one.code)}, {u"meaning"_s, one.meaning}});
    }
    run->answer(
        {{u"schema"_s, u"analemma.commands.1"_s}, {u"commands"_s, list}, {u"exits"_s, exits}},
        text);
    co_return exitWith(Exit::Ok);
}

}  // namespace

QList<Command> careCommands()
{
    const Option images{u"images"_s, {}, u"delete the images as well"_s};
    const QString censusDetails =
        u"Asks the providers for everything that bears a tag of this workspace. An orphan\n"
        "is what no record knows, or what a record knows and is not there. Exits 1 when\n"
        "there is one."_s;
    const QString downDetails =
        u"Stops all servers and balancers and removes them. Leaves the repository,\n"
        "releases and runs."_s;
    return {
        {u"census"_s,
         {},
         u"What there is, against what should be"_s,
         {},
         {},
         Effect::Reads,
         true,
         censusDetails,
         census},
        {u"down"_s,
         {},
         u"Stop everything of the workspace"_s,
         {},
         {images},
         Effect::Operates,
         true,
         downDetails,
         down},
        {u"about"_s,
         {},
         u"Version, licence, where state is kept"_s,
         {},
         {},
         Effect::Reads,
         false,
         {},
         about},
        {u"commands"_s,
         {},
         u"All commands, for completions"_s,
         {},
         {},
         Effect::Reads,
         false,
         {},
         listCommands},
    };
}

}  // namespace analemma::cli
