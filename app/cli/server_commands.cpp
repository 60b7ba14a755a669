#include "app/cli/commands.h"

#include "core/base/text.h"

#include <QJsonArray>

using namespace Qt::StringLiterals;

namespace analemma::cli {
namespace {

Task<Result<int>> list(RunPointer run)
{
    auto reading = run->services->deployments->servers();
    const Result<QList<infra::Server>> servers = co_await std::move(reading);
    if (!servers) {
        co_return servers.error();
    }
    QJsonArray json;
    Table table;
    table.head = {u"SERVER"_s, u"STATE"_s, u"ENVIRONMENT"_s, u"GENERATION"_s,
                  u"IMAGE"_s,  u"SSH"_s,   u"MADE"_s};
    table.right = {u"GENERATION"_s};
    for (const infra::Server& one : *servers) {
        json.append(one.toJson());
        table.rows.append(
            {one.name, one.state, one.environment.isEmpty() ? u"-"_s : one.environment,
             one.generation == 0 ? u"-"_s : QString::number(one.generation),
             one.image.isEmpty() ? u"base"_s : one.image, one.ssh.text(), ago(*run, one.created)});
    }
    run->answer({{u"schema"_s, u"analemma.servers.1"_s}, {u"servers"_s, json}},
                table.text(run->colour));
    co_return exitWith(Exit::Ok);
}

Task<Result<infra::Server>> named(RunPointer run, QString name)
{
    auto reading = run->services->deployments->servers();
    const Result<QList<infra::Server>> servers = co_await std::move(reading);
    if (!servers) {
        co_return servers.error();
    }
    QStringList known;
    for (const infra::Server& one : *servers) {
        if (one.name == name) {
            co_return one;
        }
        known.append(one.name);
    }
    co_return onlyOne(known, name, u"server"_s).error();
}

Task<Result<int>> show(RunPointer run)
{
    auto finding = named(run, run->argument(0));
    const Result<infra::Server> found = co_await std::move(finding);
    if (!found) {
        co_return found.error();
    }
    const infra::Server& one = *found;
    const QString text = factLines(
        {{u"server"_s, one.name},
         {u"state"_s, one.state},
         {u"detail"_s, one.detail},
         {u"provider"_s, one.provider},
         {u"mode"_s, one.mode},
         {u"environment"_s, one.environment},
         {u"generation"_s, one.generation == 0 ? QString() : QString::number(one.generation)},
         {u"image"_s, one.image.isEmpty() ? u"base"_s : one.image},
         {u"ssh"_s, one.ssh.text()},
         {u"host key"_s, one.ssh.hostKey},
         {u"service"_s, u"%1:%2"_s.arg(one.address()).arg(one.servicePort)},
         {u"tag"_s, one.tag},
         {u"made"_s, ago(*run, one.created)}},
        run->colour);
    run->answer(one.toJson(), text);
    co_return exitWith(Exit::Ok);
}

/// One word is a command line for the server's shell; several are the words of one command.
QString commandLine(const QStringList& words)
{
    return words.size() == 1 ? words.constFirst() : shellQuote(words);
}

Task<Result<int>> exec(RunPointer run)
{
    auto finding = named(run, run->argument(0));
    const Result<infra::Server> found = co_await std::move(finding);
    if (!found) {
        co_return found.error();
    }
    const QString command = commandLine(run->parsed.arguments.mid(1));
    if (run->dryRun) {
        run->say(u"would run on %1: %2"_s.arg(found->name, displayText(command, 2000)));
        co_return exitWith(Exit::Ok);
    }
    auto connecting = run->services->ssh->shared(found->ssh, run->interrupt.first);
    const Result<std::shared_ptr<ssh::Session>> session = co_await std::move(connecting);
    if (!session) {
        co_return session.error().in(found->name);
    }
    ssh::ExecOptions options;
    if (!run->json) {
        // Whose terminal this is decides: what is shown to a person passes the filter, a pipe gets
        // the bytes.
        const Run* shown = run.get();
        options.onOutput = [shown](const QByteArray& piece, bool isError) {
            const bool terminal = isError ? shown->streams.errTerminal : shown->streams.outTerminal;
            const QByteArray bytes = terminal ? displayLog(piece).toUtf8() : piece;
            (isError ? shown->streams.err : shown->streams.out)(bytes);
        };
    }
    auto executing = (*session)->exec(command, options, run->interrupt.first);
    const Result<ssh::ExecResult> result = co_await std::move(executing);
    if (!result) {
        co_return result.error().in(found->name);
    }
    if (run->json) {
        run->printJson({{u"schema"_s, u"analemma.exec.1"_s},
                        {u"server"_s, found->name},
                        {u"exitCode"_s, result->exitCode},
                        {u"signal"_s, result->signal},
                        {u"output"_s, displayLog(result->output)},
                        {u"errors"_s, displayLog(result->errors)},
                        {u"truncated"_s, result->truncated}});
    }
    if (!result->ok()) {
        run->say(u"%1: %2"_s.arg(found->name, result->endText()));
    }
    co_return exitWith(result->ok() ? Exit::Ok : Exit::Failed);
}

}  // namespace

QList<Command> serverCommands()
{
    const Argument server{u"SERVER"_s, u"its name"_s};
    const Argument command{u"COMMAND"_s, u"what to run; put -- before options of its own"_s, true,
                           true};
    const QString details =
        u"Prints what the command prints; exits 0 when it does and 1 when it does not."_s;
    return {
        {u"server"_s, u"list"_s, u"All servers"_s, {}, {}, Effect::Reads, true, {}, list},
        {u"server"_s, u"show"_s, u"One server"_s, {server}, {}, Effect::Reads, true, {}, show},
        {u"server"_s,
         u"exec"_s,
         u"Run one command on a server"_s,
         {server, command},
         {},
         Effect::Acts,
         true,
         details,
         exec},
    };
}

}  // namespace analemma::cli
