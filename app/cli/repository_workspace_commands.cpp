#include "app/cli/commands.h"

#include "app/cli/run.h"
#include "core/base/text.h"

using namespace Qt::StringLiterals;

namespace analemma::cli {
namespace {

/// Reads, changes and writes the workspace file on a worker.
Task<Result<void>> editFile(QString file,
                            std::function<Result<QByteArray>(const QByteArray&)> change)
{
    std::function<Result<void>()> work = [file, change = std::move(change)]() -> Result<void> {
        const Result<workspace::Workspace> after = workspace::edit(file, change);
        return after ? Result<void>() : after.error();
    };
    auto editing = onWorker<void>(std::move(work));
    Result<void> edited = co_await std::move(editing);
    co_return edited;
}

Task<Result<int>> repositoryAdd(RunPointer run)
{
    workspace::Repository repository;
    repository.name = run->argument(0);
    repository.path = absolutePath(*run, run->argument(1));
    repository.remote = run->value(u"remote"_s);
    const QString file = run->services->workspace.file;
    if (run->dryRun) {
        run->intend(u"would write %1 (%2) under repositories: in %3"_s.arg(
            displayText(repository.name, 80), displayText(repository.path, 400), file));
        co_return exitWith(Exit::Ok);
    }
    const bool make = run->has(u"init"_s);
    auto opening =
        make ? git::Repository::init(repository.path) : git::Repository::open(repository.path);
    const Result<std::shared_ptr<git::Repository>> opened = co_await std::move(opening);
    if (!opened) {
        co_return opened.error();
    }
    auto editing = editFile(file, [file, repository](const QByteArray& before) {
        return workspace::withRepository(before, file, repository);
    });
    const Result<void> edited = co_await std::move(editing);
    if (!edited) {
        co_return edited.error();
    }
    run->answer({{u"name"_s, repository.name},
                 {u"path"_s, repository.path},
                 {u"remote"_s, repository.remote}},
                u"%1 (%2) stands in %3 now.\n"_s.arg(displayText(repository.name, 80),
                                                     displayText(repository.path, 400), file));
    co_return exitWith(Exit::Ok);
}

Task<Result<int>> repositoryRemove(RunPointer run)
{
    const QString name = run->argument(0);
    const QString file = run->services->workspace.file;
    const QString path = run->services->workspace.repositories.value(name).path;
    if (run->dryRun) {
        run->intend(u"would remove %1 from %2"_s.arg(displayText(name, 80), file));
        co_return exitWith(Exit::Ok);
    }
    auto editing = editFile(file, [file, name](const QByteArray& before) {
        return workspace::withoutRepository(before, file, name);
    });
    const Result<void> edited = co_await std::move(editing);
    if (!edited) {
        co_return edited.error();
    }
    run->answer({{u"name"_s, name}, {u"path"_s, path}},
                u"%1 is no longer in %2. Its folder %3 is as it was.\n"_s.arg(
                    displayText(name, 80), file, displayText(path, 400)));
    co_return exitWith(Exit::Ok);
}

}  // namespace

QList<Command> repositoryWorkspaceCommands()
{
    const Option remote{u"remote"_s, u"URL"_s, u"where it was cloned from"_s};
    const Option init{u"init"_s, {}, u"make an empty repository there first"_s};
    return {{u"repository"_s,
             u"add"_s,
             u"Takes a repository on this machine into the workspace file"_s,
             {Argument{u"NAME"_s, u"what the workspace calls it"_s},
              Argument{u"PATH"_s, u"its folder"_s}},
             {remote, init},
             Effect::Acts,
             true,
             {},
             repositoryAdd},
            {u"repository"_s,
             u"remove"_s,
             u"Takes a repository out of the workspace file; its folder stays"_s,
             {Argument{u"NAME"_s, u"what the workspace calls it"_s}},
             {},
             Effect::Acts,
             true,
             {},
             repositoryRemove}};
}

}  // namespace analemma::cli
