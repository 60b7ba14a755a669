#include "app/cli/cli.h"

#include "app/cli/servers.h"
#include "core/base/nearest.h"
#include "core/base/text.h"

#include <QDir>
#include <QFileInfo>
#include <QTimer>

using namespace Qt::StringLiterals;

namespace analemma::cli {
namespace {

/// analemma.yaml as named with --workspace (a folder or the file), or found upward.
Result<QString> workspaceFile(const Run& run)
{
    if (!run.has(u"workspace"_s)) {
        return workspace::find(run.directory);
    }
    const QString path = absolutePath(run, run.value(u"workspace"_s));
    if (!QFileInfo(path).isDir()) {
        return path;
    }
    const QString file = QDir(path).filePath(u"analemma.yaml"_s);
    if (!QFileInfo::exists(file)) {
        return Error(ErrorKind::NotFound,
                     u"there is no analemma.yaml in %1"_s.arg(displayText(path, 400)))
            .withHint(
                u"Make a workspace with: analemma-cli workspace init %1"_s.arg(shellQuote(path)));
    }
    return file;
}

Result<milliseconds> duration(const Run& run, const QString& option)
{
    if (!run.has(option)) {
        return milliseconds(0);
    }
    const auto parsed = parseDuration(run.value(option));
    if (!parsed || parsed->count() < 0) {
        return usageError(u"--%1: expected a duration like 30s, 5m or 500ms, got \"%2\""_s.arg(
            option, displayText(run.value(option), 40)));
    }
    return *parsed;
}

Result<void> readCommonOptions(Run* run)
{
    run->json = run->has(u"json"_s);
    run->yes = run->has(u"yes"_s);
    run->dryRun = run->has(u"dry-run"_s);
    run->follow = run->has(u"follow"_s);
    run->detach = run->has(u"detach"_s);
    const bool plain = run->has(u"no-color"_s) || !qEnvironmentVariableIsEmpty("NO_COLOR") ||
                       qEnvironmentVariable("TERM") == u"dumb";
    run->colour = run->streams.outTerminal && !plain;
    run->liveProgress = run->streams.errTerminal && !plain && !run->json;
    const Result<milliseconds> wait = duration(*run, u"lock-wait"_s);
    if (!wait) {
        return wait.error();
    }
    run->lockWait = *wait;
    const Result<milliseconds> timeout = duration(*run, u"timeout"_s);
    return timeout ? Result<void>() : timeout.error();
}

void startTimeout(const RunPointer& run, QObject* context)
{
    const milliseconds timeout = duration(*run, u"timeout"_s).valueOr(milliseconds(0));
    if (timeout.count() > 0) {
        QTimer::singleShot(timeout, context, [run] {
            run->timedOut = true;
            run->interrupt.first.cancel();
        });
    }
}

int tellError(const Run& run, const Error& error)
{
    if (run.json) {
        run.printJson(errorJson(error));
    }
    run.say(u"analemma-cli: "_s + errorText(error));
    return int(exitOf(error));
}

/// Words that ask for help or the version; nothing when there is a command to run.
std::optional<int> answerHelp(const Run& run)
{
    if (run.parsed.version) {
        run.print(u"analemma-cli %1\n"_s.arg(QStringLiteral(ANALEMMA_VERSION)));
        return int(Exit::Ok);
    }
    if (!run.parsed.help) {
        return std::nullopt;
    }
    const QString noun = run.parsed.helpFor.value(0);
    const QString verb = run.parsed.helpFor.value(1);
    if (noun.isEmpty()) {
        run.print(helpText(commands()));
        return int(Exit::Ok);
    }
    for (const Command& command : commands()) {
        if (command.noun == noun && command.verb == verb) {
            run.print(helpText(command));
            return int(Exit::Ok);
        }
    }
    run.print(helpText(commands(), noun));
    return int(Exit::Ok);
}

/// Names go before folders of the same name wherever there is a workspace.
bool isOnPath(const Run& run)
{
    const QString given = run.argument(0);
    if (!run.parsed.command->orPath || given.isEmpty()) {
        return false;
    }
    return given.contains(u'/') || given == u"." || given == u".." ||
           (!workspaceFile(run) && QFileInfo(absolutePath(run, given)).isDir());
}

Task<Result<int>> runBody(RunPointer run)
{
    if (run->parsed.command->needsWorkspace && !isOnPath(*run)) {
        const Result<QString> file = workspaceFile(*run);
        if (!file) {
            co_return file.error();
        }
        Result<std::unique_ptr<app::Services>> opened =
            app::Services::open(*file, u"analemma-cli"_s);
        if (!opened) {
            co_return opened.error();
        }
        run->services = std::move(*opened);
        run->asker = terminalAsker(run);
    }
    auto body = run->parsed.command->body(run);
    Result<int> code = co_await std::move(body);
    run->asker = nullptr;
    auto ending = TaskScope::close(&run->background);
    const Result<void> ended = co_await std::move(ending);
    if (run->services) {
        auto closing = app::Services::close(std::move(run->services));
        const Result<void> closed = co_await std::move(closing);
        if (!closed && code) {
            co_return closed.error();
        }
    }
    co_return !ended && code ? Result<int>(ended.error()) : code;
}

}  // namespace

const QList<Command>& commands()
{
    static const QList<Command> all =
        workspaceCommands() + repositoryCommands() + repositoryWorkspaceCommands() +
        repositoryReviewCommands() + repositorySearchCommands() + repositoryDiffCommands() +
        repositoryWorktreeCommands() + repositoryBranchCommands() + repositoryMergeCommands() +
        repositoryNetworkCommands() + repositoryCareCommands() + pipelineCommands() +
        releaseCommands() + imageCommands() + environmentCommands() + serverCommands() +
        keyCommands() + operationCommands() + careCommands() + terminalCommands() + demoCommands() +
        fleetCommands() + runbookCommands() + monitorCommands() + monitorQueryCommands() +
        monitorActCommands() + monitorCheckCommands() + monitorPrometheusCommands() +
        figuresCommands() + alertCommands() + incidentCommands() + alertWatchCommands();
    return all;
}

Result<QString> onlyOne(const QStringList& known, const QString& given, const QString& what)
{
    if (known.contains(given)) {
        return given;
    }
    const QString list = known.isEmpty() ? u"none"_s : known.join(u", "_s);
    if (!given.isEmpty()) {
        const QString near = nearestWord(given, known);
        return Error(ErrorKind::NotFound, u"there is no %1 named \"%2\" in this workspace"_s.arg(
                                              what, displayText(given, 80)))
            .withHint(near.isEmpty() ? u"It has: %1."_s.arg(list)
                                     : u"Did you mean \"%1\"?"_s.arg(near));
    }
    if (known.size() == 1) {
        return known.constFirst();
    }
    return usageError(u"which %1?"_s.arg(what), u"The workspace has: %1."_s.arg(list));
}

QString ago(const Run& run, const QDateTime& time)
{
    const QDateTime now = run.services ? run.services->clock.now() : SystemClock().now();
    return time.isValid() ? ageText(time, now) : u"-"_s;
}

QString took(const Run& run, const QDateTime& from, const QDateTime& to)
{
    if (!from.isValid()) {
        return u"-"_s;
    }
    const QDateTime end = to.isValid() ? to : run.services->clock.now();
    return durationText(milliseconds(qMax<qint64>(0, from.msecsTo(end))));
}

Task<Result<int>> execute(QStringList words, Streams streams, QString directory,
                          Interrupt interrupt)
{
    auto run = std::make_shared<Run>();
    run->streams = std::move(streams);
    run->directory = std::move(directory);
    run->interrupt = std::move(interrupt);
    run->json = words.contains(u"--json"_s);
    Result<Parsed> parsed = parseArguments(commands(), words);
    if (!parsed) {
        co_return tellError(*run, parsed.error());
    }
    run->parsed = std::move(*parsed);
    if (const std::optional<int> code = answerHelp(*run)) {
        co_return *code;
    }
    const Result<void> read = readCommonOptions(run.get());
    if (!read) {
        co_return tellError(*run, read.error());
    }
    QObject context;
    startTimeout(run, &context);
    auto body = runBody(run);
    const Result<int> code = co_await std::move(body);
    if (!code) {
        const int exit = tellError(*run, code.error());
        co_return run->timedOut&& exit == int(Exit::Interrupted) ? int(Exit::Failed) : exit;
    }
    co_return *code;
}

}  // namespace analemma::cli
