#include "app/cli/commands.h"
#include "app/cli/repository_open.h"
#include "core/git/graphfile.h"

using namespace Qt::StringLiterals;

namespace analemma::cli {
namespace {

QString graphWord(git::GraphFile state)
{
    switch (state) {
        case git::GraphFile::Used:
            return u"used"_s;
        case git::GraphFile::Missing:
            return u"missing"_s;
        case git::GraphFile::Behind:
            return u"behind"_s;
        case git::GraphFile::Damaged:
            return u"damaged"_s;
        case git::GraphFile::Ignored:
            break;
    }
    return u"ignored"_s;
}

Json graphJson(const git::GraphFileState& state)
{
    return {{u"schema"_s, u"analemma.commit-graph.1"_s},
            {u"state"_s, graphWord(state.state)},
            {u"commits"_s, state.commitsInFile}};
}

QString graphText(const git::GraphFileState& state)
{
    switch (state.state) {
        case git::GraphFile::Used:
        case git::GraphFile::Behind:
            return u"The commit-graph file holds %1 commits."_s.arg(state.commitsInFile);
        case git::GraphFile::Missing:
            return u"There is no commit-graph file."_s;
        case git::GraphFile::Damaged:
            return u"The commit-graph file is damaged and is not read."_s;
        case git::GraphFile::Ignored:
            break;
    }
    return u"Git reads no commit-graph file in this repository."_s;
}

Task<Result<int>> repositoryOptimize(RunPointer run)
{
    auto opening = openNamed(run, run->argument(0));
    const Result<std::shared_ptr<git::Repository>> repository = co_await std::move(opening);
    if (!repository) {
        co_return repository.error();
    }
    auto looking = git::graphFileState(*repository);
    const Result<git::GraphFileState> before = co_await std::move(looking);
    if (!before) {
        co_return before.error();
    }
    if (run->dryRun) {
        const bool writes = before->state != git::GraphFile::Ignored;
        run->answer(graphJson(*before),
                    graphText(*before) + (writes ? u" Git would write it anew.\n"_s
                                                 : u" Nothing would be written.\n"_s));
        co_return exitWith(Exit::Ok);
    }
    auto writing = git::writeGraphFile(*repository, run->interrupt.first);
    const Result<git::GraphFileState> after = co_await std::move(writing);
    if (!after) {
        co_return after.error();
    }
    run->answer(graphJson(*after), graphText(*after) + u'\n');
    co_return exitWith(Exit::Ok);
}

}  // namespace

QList<Command> repositoryCareCommands()
{
    const Argument repository{u"REPOSITORY"_s, u"its name in the workspace, or a path"_s, false};
    return {
        {u"repository"_s,
         u"optimize"_s,
         u"Writes the commit-graph file, from which a long history comes at once"_s,
         {repository},
         {},
         Effect::Acts,
         true,
         u"Git writes it in a private folder and checks it there; then it is put in its place in "
         "one step. Branches, commits and settings stay as they are."_s,
         repositoryOptimize,
         true},
    };
}

}  // namespace analemma::cli
