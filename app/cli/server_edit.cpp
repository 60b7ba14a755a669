#include "app/cli/servers.h"

#include "core/base/text.h"

#include <QJsonArray>

using namespace Qt::StringLiterals;

namespace analemma::cli {
namespace {

Task<Result<int>> add(RunPointer run)
{
    const Result<int> port = run->number(u"port"_s, 22, 1, 65'535);
    if (!port) {
        co_return port.error();
    }
    workspace::StaticServer server;
    server.name = run->argument(0);
    server.address = run->argument(1);
    server.port = *port;
    server.user = run->value(u"user"_s);
    server.tags = run->list(u"tag"_s);
    server.hops = run->list(u"hop"_s);
    server.key = run->value(u"key"_s);
    server.transport = run->value(u"transport"_s);
    const QString file = run->services->workspace.file;
    if (run->dryRun) {
        run->intend(u"would write %1 (%2) under servers: in %3"_s.arg(
            displayText(server.name, 80), displayText(server.address, 255), file));
        co_return exitWith(Exit::Ok);
    }
    auto adding = run->services->hosts->add(server);
    const Result<operate::Host> host = co_await std::move(adding);
    if (!host) {
        co_return host.error();
    }
    run->answer(host->toJson(),
                u"%1 (%2) stands in %3 now.\n"_s.arg(host->name, host->place(), file));
    run->say(u"Compare its host key next: analemma-cli server trust %1"_s.arg(host->name));
    co_return exitWith(Exit::Ok);
}

Json lineJson(const ssh::ConfigLine& line)
{
    return {{u"file"_s, line.file},   {u"line"_s, line.line},         {u"keyword"_s, line.keyword},
            {u"value"_s, line.value}, {u"use"_s, toString(line.use)}, {u"note"_s, line.note}};
}

/// What becomes of each line of ~/.ssh/config.
QString reportText(const std::vector<ssh::ConfigLine>& lines, bool colour)
{
    Table table;
    table.head = {u"PLACE"_s, u"LINE"_s, u"USE"_s, u"WHY"_s};
    for (const ssh::ConfigLine& line : lines) {
        table.rows.append(
            {line.place(), line.keyword + u' ' + line.value, toString(line.use), line.note});
    }
    return table.text(colour);
}

struct Imported {
    QJsonArray hosts;
    QJsonArray refused;
    QString text;
    int failed = 0;
    Error last;
};

void tellHost(const operate::Host& host, Imported* imported)
{
    imported->hosts.append(host.toJson());
    imported->text += u"imported %1 (%2)\n"_s.arg(displayText(host.name, 80), host.place());
    for (const QString& note : host.notes) {
        imported->text += u"  left out: %1\n"_s.arg(displayText(note, 300));
    }
    if (!host.needsSystem.isEmpty()) {
        imported->text += u"  goes by the system's OpenSSH: %1\n"_s.arg(
            displayText(host.needsSystem.join(u", "_s), 300));
    }
    if (!host.problem.isEmpty()) {
        imported->text += u"  %1\n"_s.arg(displayText(host.problem, 500));
    }
}

void tellRefused(const QString& alias, const Error& error, Imported* imported)
{
    imported->refused.append(Json{{u"name"_s, alias}, {u"error"_s, error.toJson()}});
    imported->text +=
        u"not imported: %1: %2\n"_s.arg(displayText(alias, 80), displayText(error.message, 500));
    ++imported->failed;
    imported->last = error;
}

/// A proxy command is approved by a person who has read it.
Task<Result<void>> approve(RunPointer run, operate::Host host)
{
    run->say(u"%1 is reached by this command, which your shell runs:\n  %2"_s.arg(
        displayText(host.name, 80), displayText(host.proxyCommand, 2000)));
    auto asking = confirm(run, u"Let the system's OpenSSH run it?"_s,
                          u"a proxy command is run only when a person approves it"_s);
    const Result<void> yes = co_await std::move(asking);
    if (!yes) {
        co_return yes.error();
    }
    auto approving = run->services->hosts->approveProxyCommand(host.name, host.proxyCommand);
    Result<void> approved = co_await std::move(approving);
    co_return approved;
}

Task<Result<Imported>> importAll(RunPointer run, QStringList names)
{
    Imported imported;
    for (const QString& alias : names) {
        auto importing = run->services->hosts->import(alias, run->list(u"tag"_s));
        Result<operate::Host> host = co_await std::move(importing);
        if (host && run->has(u"approve-proxy"_s) && !host->proxyCommand.isEmpty()) {
            auto approving = approve(run, *host);
            const Result<void> approved = co_await std::move(approving);
            if (!approved && approved.error().kind != ErrorKind::Cancelled) {
                co_return approved.error();
            }
            auto finding = run->services->hosts->find(alias);
            host = co_await std::move(finding);
        }
        if (host) {
            tellHost(*host, &imported);
        } else {
            tellRefused(alias, host.error(), &imported);
        }
    }
    co_return imported;
}

Task<Result<int>> importHosts(RunPointer run)
{
    const bool all = run->has(u"all"_s);
    if (all == !run->parsed.arguments.isEmpty()) {
        co_return usageError(u"name the hosts of ~/.ssh/config, or say --all"_s);
    }
    auto reading = run->services->hosts->configuration();
    const Result<ssh::SshConfig> config = co_await std::move(reading);
    if (!config) {
        co_return config.error();
    }
    const std::vector<ssh::ConfigLine> lines = config->report();
    const QStringList names = all ? config->hosts() : run->parsed.arguments;
    Imported imported;
    if (run->dryRun) {
        imported.text = u"would import: %1\n"_s.arg(displayText(names.join(u", "_s), 4000));
    } else {
        auto importing = importAll(run, names);
        Result<Imported> done = co_await std::move(importing);
        if (!done) {
            co_return done.error();
        }
        imported = std::move(*done);
    }
    QJsonArray report;
    for (const ssh::ConfigLine& line : lines) {
        report.append(lineJson(line));
    }
    run->answer({{u"schema"_s, u"analemma.import.1"_s},
                 {u"names"_s, QJsonArray::fromStringList(names)},
                 {u"imported"_s, imported.hosts},
                 {u"refused"_s, imported.refused},
                 {u"lines"_s, report}},
                reportText(lines, run->colour) + u'\n' + imported.text);
    if (imported.failed == 0) {
        co_return exitWith(Exit::Ok);
    }
    co_return exitWith(names.size() == 1 ? exitOf(imported.last) : Exit::Failed);
}

Task<Result<int>> forget(RunPointer run)
{
    const QString name = run->argument(0);
    if (!run->dryRun) {
        auto forgetting = run->services->hosts->forget(name);
        const Result<void> done = co_await std::move(forgetting);
        if (!done) {
            co_return done.error();
        }
    }
    const QString did = run->dryRun ? u"would forget"_s : u"forgot"_s;
    run->say(u"%1 %2; ~/.ssh/config stays as it is"_s.arg(did, displayText(name, 80)));
    co_return exitWith(Exit::Ok);
}

Task<Result<int>> transport(RunPointer run)
{
    const auto wanted = ssh::transportFromString(run->argument(1));
    if (!wanted) {
        co_return usageError(u"\"%1\" is no transport"_s.arg(displayText(run->argument(1), 40)),
                             u"Known: auto, built-in, system."_s);
    }
    if (!run->dryRun) {
        auto setting = run->services->hosts->setTransport(run->argument(0), *wanted);
        const Result<void> done = co_await std::move(setting);
        if (!done) {
            co_return done.error();
        }
    }
    run->say(u"%1: %2"_s.arg(displayText(run->argument(0), 80), toString(*wanted)));
    co_return exitWith(Exit::Ok);
}

}  // namespace

QList<Command> serverEditCommands()
{
    const Argument server{u"SERVER"_s, u"its name"_s};
    const Option tag{u"tag"_s, u"TAG"_s, u"a tag; may be given several times"_s, true};
    const QList<Option> addOptions = {
        {u"user"_s, u"NAME"_s, u"who logs in; else you"_s},
        {u"port"_s, u"N"_s, u"default: 22"_s},
        tag,
        {u"hop"_s, u"HOST"_s,
         u"a jump host, the nearest first: a server's name, or user@host:port"_s, true},
        {u"key"_s, u"FILE"_s, u"the private key; else those of ~/.ssh and the agent"_s},
        {u"transport"_s, u"WAY"_s, u"auto, built-in or system"_s}};
    return {
        {u"server"_s,
         u"add"_s,
         u"Write a server into the workspace file"_s,
         {{u"NAME"_s, u"what it is called here"_s}, {u"ADDRESS"_s, u"a host name or IP address"_s}},
         addOptions,
         Effect::Acts,
         true,
         u"Only its line is added; every other byte of the file stays."_s,
         add},
        {u"server"_s,
         u"import"_s,
         u"Take in hosts of ~/.ssh/config"_s,
         {{u"ALIAS"_s, u"a name that stands after Host"_s, false, true}},
         {{u"all"_s, {}, u"every name that stands for one host"_s},
          tag,
          {u"approve-proxy"_s, {}, u"ask whether a ProxyCommand may be run"_s}},
         Effect::Acts,
         true,
         u"Tells what becomes of each line: taken, left to the system's OpenSSH, or ignored. The\n"
         u"configuration is read live afterwards, nothing of it is copied or run."_s,
         importHosts},
        {u"server"_s,
         u"forget"_s,
         u"Take an imported server out again"_s,
         {server},
         {},
         Effect::Acts,
         true,
         {},
         forget},
        {u"server"_s,
         u"transport"_s,
         u"Choose how a server is reached"_s,
         {server, {u"WAY"_s, u"auto, built-in or system"_s}},
         {},
         Effect::Acts,
         true,
         {},
         transport},
    };
}

}  // namespace analemma::cli
