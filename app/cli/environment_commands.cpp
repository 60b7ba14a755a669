#include "app/cli/commands.h"

#include "app/cli/environment_json.h"
#include "core/base/text.h"

#include <QJsonArray>

using namespace Qt::StringLiterals;

namespace analemma::cli {
namespace {

QString generationText(const std::optional<deploy::Generation>& generation)
{
    return generation ? u"%1 (generation %2)"_s.arg(generation->release).arg(generation->number)
                      : u"-"_s;
}

QString warmText(const deploy::EnvironmentView& view)
{
    QStringList list;
    for (const deploy::Generation& generation : view.warm) {
        list.append(generationText(generation));
    }
    return list.join(u", "_s);
}

QString healthyOf(const deploy::EnvironmentView& view)
{
    int all = 0;
    int healthy = 0;
    for (const deploy::MemberView& member : view.members) {
        if (view.active && member.generation == view.active->number) {
            ++all;
            healthy += member.health == u"healthy" ? 1 : 0;
        }
    }
    return all == 0 ? u"-"_s : u"%1/%2"_s.arg(healthy).arg(all);
}

QString environmentText(const Run& run, const deploy::EnvironmentView& view)
{
    QString text = factLines({{u"environment"_s, view.spec.name},
                              {u"health"_s, view.health},
                              {u"active"_s, generationText(view.active)},
                              {u"since"_s, view.active ? ago(run, view.active->since) : QString()},
                              {u"warm"_s, warmText(view)},
                              {u"balancer"_s, view.balancer.url},
                              {u"under way"_s, view.operationTitle},
                              {u"state"_s, view.expected}},
                             run.colour);
    if (view.members.isEmpty()) {
        return text;
    }
    Table table;
    table.head = {u"SERVER"_s,   u"GENERATION"_s, u"HEALTH"_s, u"CHECK"_s,
                  u"SESSIONS"_s, u"REQUESTS"_s,   u"ADDRESS"_s};
    table.right = {u"GENERATION"_s, u"SESSIONS"_s, u"REQUESTS"_s};
    for (const deploy::MemberView& member : view.members) {
        table.rows.append({member.server.name, QString::number(member.generation), member.health,
                           member.healthText, QString::number(member.sessions),
                           QString::number(member.requests),
                           u"%1:%2"_s.arg(member.server.address()).arg(member.server.servicePort)});
    }
    return text + u'\n' + table.text(run.colour);
}

Task<Result<int>> environmentList(RunPointer run)
{
    auto reading = run->services->deployments->environments();
    const Result<QList<deploy::EnvironmentView>> views = co_await std::move(reading);
    if (!views) {
        co_return views.error();
    }
    QJsonArray json;
    Table table;
    table.head = {u"ENVIRONMENT"_s, u"HEALTH"_s, u"ACTIVE"_s,
                  u"SERVERS"_s,     u"WARM"_s,   u"BALANCER"_s};
    for (const deploy::EnvironmentView& view : *views) {
        json.append(environmentJson(view));
        table.rows.append({view.spec.name, view.health, generationText(view.active),
                           healthyOf(view), view.warm.isEmpty() ? u"-"_s : warmText(view),
                           view.balancer.url.isEmpty() ? u"-"_s : view.balancer.url});
    }
    run->answer({{u"schema"_s, u"analemma.environments.1"_s}, {u"environments"_s, json}},
                table.text(run->colour));
    co_return exitWith(Exit::Ok);
}

Result<QString> environmentName(const Run& run)
{
    return onlyOne(run.services->workspace.environmentOrder, run.argument(0), u"environment"_s);
}

Task<Result<int>> environmentShow(RunPointer run)
{
    const Result<QString> name = environmentName(*run);
    if (!name) {
        co_return name.error();
    }
    auto reading = run->services->deployments->environment(*name);
    const Result<deploy::EnvironmentView> view = co_await std::move(reading);
    if (!view) {
        co_return view.error();
    }
    run->answer(environmentJson(*view), environmentText(*run, *view));
    co_return exitWith(Exit::Ok);
}

/// The release that --release names: as it is, or the newest one that fits the environment.
Task<Result<QString>> releaseNamed(RunPointer run, workspace::Environment environment)
{
    const QString given = run->value(u"release"_s);
    release::Releases* releases = run->services->releases.get();
    const QString repository = run->services->workspace.images.value(environment.image).repository;
    if (given != u"latest") {
        auto reading = releases->release(given.contains(u'/') ? given : repository + u'/' + given);
        const Result<release::Release> found = co_await std::move(reading);
        co_return found ? Result<QString>(found->version) : Result<QString>(found.error());
    }
    auto reading = releases->releases(repository);
    const Result<QList<release::Release>> all = co_await std::move(reading);
    if (!all) {
        co_return all.error();
    }
    if (all->isEmpty()) {
        co_return Error(ErrorKind::NotFound, u"there is no release to deploy"_s)
            .withHint(u"Make one: analemma-cli release create"_s);
    }
    co_return all->constFirst().version;
}

QString deploySentence(const engine::Operation& operation, const QString& environment,
                       const QString& version)
{
    QString text = u"%1: release %2 is active"_s.arg(environment, version);
    if (operation.result.contains(u"generation"_s)) {
        text += u", generation %1"_s.arg(operation.result.value(u"generation"_s).toInt());
    }
    if (operation.result.contains(u"switch_ms"_s)) {
        text += u", switched in %1 ms"_s.arg(operation.result.value(u"switch_ms"_s).toDouble());
    }
    return text;
}

Task<Result<int>> deployRelease(RunPointer run)
{
    const Result<QString> name = environmentName(*run);
    if (!name) {
        co_return name.error();
    }
    if (!run->has(u"release"_s)) {
        co_return usageError(u"\"deploy\" needs --release VERSION, or --release latest"_s,
                             u"See: analemma-cli release list"_s);
    }
    const workspace::Environment environment = run->services->workspace.environments.value(*name);
    auto finding = releaseNamed(run, environment);
    const Result<QString> version = co_await std::move(finding);
    if (!version) {
        co_return version.error();
    }
    deploy::Deployments* deployments = run->services->deployments.get();
    deploy::DeployRequest request;
    request.environment = *name;
    request.release = *version;
    request.expected = run->value(u"expected"_s);
    if (environment.production && !run->dryRun) {
        auto asking = confirm(
            run, u"Deploy %1 to %2?"_s.arg(*version, *name),
            u"%1 is a production environment and nobody was asked; nothing was changed"_s.arg(
                *name));
        const Result<void> agreed = co_await std::move(asking);
        if (!agreed) {
            co_return agreed.error();
        }
    }
    Start start;
    start.start = [deployments, request](CancelToken cancel) {
        return deployments->deploy(request, std::move(cancel));
    };
    start.preview = [deployments, request] { return deployments->previewDeploy(request); };
    Telling telling;
    telling.schema = u"analemma.deploy.1"_s;
    telling.fields = {{u"environment"_s, *name}, {u"release"_s, *version}};
    telling.sentence = [name = *name, version = *version](const engine::Operation& ended) {
        return deploySentence(ended, name, version);
    };
    auto operating = operateAndTell(run, std::move(start), std::move(telling));
    Result<int> code = co_await std::move(operating);
    co_return code;
}

QString rollbackSentence(const engine::Operation& operation, const QString& environment)
{
    const auto field = [&operation](const QString& name) { return operation.result.value(name); };
    return u"%1: release %2 is active again, generation %3 -> %4, switched in %5 ms"_s.arg(
        environment, field(u"release"_s).toString(), field(u"from"_s).toVariant().toString(),
        field(u"to"_s).toVariant().toString(), field(u"switch_ms"_s).toVariant().toString());
}

Task<Result<int>> rollBack(RunPointer run)
{
    const Result<QString> name = environmentName(*run);
    if (!name) {
        co_return name.error();
    }
    const Result<int> to = run->number(u"to"_s, 0, 1, 1'000'000);
    if (!to) {
        co_return to.error();
    }
    deploy::Deployments* deployments = run->services->deployments.get();
    deploy::RollbackRequest request;
    request.environment = *name;
    request.to = *to;
    request.expected = run->value(u"expected"_s);
    Start start;
    start.start = [deployments, request](CancelToken cancel) {
        return deployments->rollback(request, std::move(cancel));
    };
    start.preview = [deployments, request] { return deployments->previewRollback(request); };
    Telling telling;
    telling.schema = u"analemma.rollback.1"_s;
    telling.fields = {{u"environment"_s, *name}};
    telling.sentence = [name = *name](const engine::Operation& ended) {
        return rollbackSentence(ended, name);
    };
    auto operating = operateAndTell(run, std::move(start), std::move(telling));
    Result<int> code = co_await std::move(operating);
    co_return code;
}

}  // namespace

QList<Command> environmentCommands()
{
    const Argument environment{u"ENVIRONMENT"_s, u"its name in the workspace file"_s};
    const Option version{u"release"_s, u"VERSION"_s, u"what to deploy; or latest"_s};
    const Option to{u"to"_s, u"N"_s, u"generation to go back to; else the newest warm one"_s};
    const Option expected{
        u"expected"_s, u"STATE"_s,
        u"refuse when the environment is not in this state (.expected of show)"_s};
    const QString deployDetails =
        u"Bakes an image where the release has none, starts new servers from it, checks\n"
        "them, moves the balancer to them and keeps the old ones warm. When they fail\n"
        "their health check, it rolls back and exits 8."_s;
    const QString rollbackDetails =
        u"Moves the balancer back to a generation that is still warm; without one, starts\n"
        "it from its image."_s;
    return {
        {u"environment"_s,
         u"list"_s,
         u"What runs where"_s,
         {},
         {},
         Effect::Reads,
         true,
         {},
         environmentList},
        {u"environment"_s,
         u"show"_s,
         u"One environment: generations, members, health"_s,
         {environment},
         {},
         Effect::Reads,
         true,
         {},
         environmentShow},
        {u"deploy"_s,
         {},
         u"Bring a release to an environment"_s,
         {environment},
         {version, expected},
         Effect::Operates,
         true,
         deployDetails,
         deployRelease},
        {u"rollback"_s,
         {},
         u"Take it back"_s,
         {environment},
         {to, expected},
         Effect::Operates,
         true,
         rollbackDetails,
         rollBack},
    };
}

}  // namespace analemma::cli
