#include "app/cli/servers.h"

#include "core/base/text.h"

#include <QJsonArray>

using namespace Qt::StringLiterals;

namespace analemma::cli {
namespace {

QString orDash(const QString& text)
{
    return text.isEmpty() ? u"-"_s : text;
}

/// What the provider tells of a server that it made; nothing for others.
struct Servers {
    operate::HostList list;
    QHash<QString, infra::Server> made;
};

Task<Result<Servers>> readServers(RunPointer run)
{
    Servers servers;
    auto listing = run->services->hosts->list();
    Result<operate::HostList> list = co_await std::move(listing);
    if (!list) {
        co_return list.error();
    }
    servers.list = std::move(*list);
    auto reading = run->services->deployments->servers();
    const Result<infra::ServerList> made = co_await std::move(reading);
    if (!made) {
        co_return made.error();
    }
    for (const infra::Server& one : made->servers) {
        servers.made.insert(one.name, one);
    }
    co_return servers;
}

/// A host with all that its provider tells of it.
Json serverJson(const Servers& servers, const operate::Host& host)
{
    Json json = host.toJson();
    if (host.source == operate::Host::Source::Made) {
        const Json more = servers.made.value(host.name).toJson();
        for (auto field = more.begin(); field != more.end(); ++field) {
            json.insert(field.key(), field.value());
        }
    }
    return json;
}

QString stateOf(const operate::Host& host)
{
    if (host.source == operate::Host::Source::Made) {
        return host.state;
    }
    return host.problem.isEmpty() ? u"-"_s : u"broken"_s;
}

Task<Result<int>> serverList(RunPointer run)
{
    auto reading = readServers(run);
    const Result<Servers> servers = co_await std::move(reading);
    if (!servers) {
        co_return servers.error();
    }
    const operate::HostList& list = servers->list;
    if (list.hosts.isEmpty() && !list.problems.isEmpty()) {
        co_return list.problems.constFirst().told();
    }
    QJsonArray json;
    QJsonArray problems;
    for (const infra::ServerList::Problem& problem : list.problems) {
        problems.append(problem.toJson());
        run->say(u"warning: "_s + errorText(problem.told()));
    }
    Table table;
    table.head = {u"SERVER"_s, u"SOURCE"_s, u"STATE"_s, u"ENVIRONMENT"_s, u"GENERATION"_s,
                  u"TAGS"_s,   u"SSH"_s,    u"IMAGE"_s, u"MADE"_s};
    table.right = {u"GENERATION"_s};
    for (const operate::Host& host : list.hosts) {
        json.append(serverJson(*servers, host));
        const infra::Server made = servers->made.value(host.name);
        const bool isMade = host.source == operate::Host::Source::Made;
        table.rows.append({host.name, operate::toString(host.source), stateOf(host),
                           orDash(host.environment),
                           host.generation == 0 ? u"-"_s : QString::number(host.generation),
                           orDash(host.tags.join(u' ')), host.place(),
                           !isMade                ? u"-"_s
                           : made.image.isEmpty() ? u"base"_s
                                                  : made.image,
                           isMade ? ago(*run, made.created) : u"-"_s});
    }
    run->answer(
        {{u"schema"_s, u"analemma.servers.1"_s}, {u"servers"_s, json}, {u"problems"_s, problems}},
        table.text(run->colour));
    co_return exitWith(Exit::Ok);
}

QList<std::pair<QString, QString>> madeFacts(const Run& run, const infra::Server& one)
{
    return {{u"detail"_s, one.detail},
            {u"provider"_s, one.provider},
            {u"mode"_s, one.mode},
            {u"image"_s, one.image.isEmpty() ? u"base"_s : one.image},
            {u"host key"_s, one.ssh.hostKey},
            {u"service"_s, u"%1:%2"_s.arg(one.address()).arg(one.servicePort)},
            {u"tag"_s, one.tag},
            {u"made"_s, ago(run, one.created)}};
}

Task<Result<int>> serverShow(RunPointer run)
{
    auto reading = readServers(run);
    const Result<Servers> servers = co_await std::move(reading);
    if (!servers) {
        co_return servers.error();
    }
    auto finding = run->services->hosts->find(run->argument(0));
    const Result<operate::Host> found = co_await std::move(finding);
    if (!found) {
        co_return found.error();
    }
    const operate::Host& host = *found;
    const bool isMade = host.source == operate::Host::Source::Made;
    const QString generation = host.generation == 0 ? QString() : QString::number(host.generation);
    QList<std::pair<QString, QString>> facts = {
        {u"server"_s, host.name},
        {u"source"_s, operate::toString(host.source)},
        {u"state"_s, host.state},
        {u"problem"_s, isMade ? QString() : host.problem},
        {u"environment"_s, host.environment},
        {u"generation"_s, generation},
        {u"tags"_s, host.tags.join(u", "_s)},
        {u"ssh"_s, host.place()},
        {u"jump hosts"_s, host.hops.join(u", "_s)},
        {u"transport"_s, ssh::toString(host.transport)},
        {u"needs system OpenSSH"_s, host.needsSystem.join(u"; "_s)},
        {u"proxy command"_s, host.proxyCommand},
        {u"left out"_s, host.notes.join(u"; "_s)}};
    if (isMade) {
        facts += madeFacts(*run, servers->made.value(host.name));
    }
    run->answer(serverJson(*servers, host), factLines(facts, run->colour));
    co_return exitWith(Exit::Ok);
}

}  // namespace

QList<Command> serverListCommands()
{
    const Argument server{u"SERVER"_s, u"its name"_s};
    return {
        {u"server"_s,
         u"list"_s,
         u"All servers: made here, listed in the workspace file, imported"_s,
         {},
         {},
         Effect::Reads,
         true,
         u"A provider that cannot list its servers is told on stderr, and hides no others."_s,
         serverList},
        {u"server"_s,
         u"show"_s,
         u"One server"_s,
         {server},
         {},
         Effect::Reads,
         true,
         {},
         serverShow},
    };
}

}  // namespace analemma::cli
