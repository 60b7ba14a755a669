#include "app/cli/commands.h"

#include "app/cli/repository_head.h"
#include "core/base/text.h"
#include "core/git/worktrees.h"

#include <QJsonArray>

using namespace Qt::StringLiterals;

namespace analemma::cli {
namespace {

using RepositoryPointer = std::shared_ptr<git::Repository>;

QString branchSchema()
{
    return u"analemma.branch.1"_s;
}

// ---- branches and tags --------------------------------------------------------------------------

Task<Result<int>> branchCreate(RunPointer run)
{
    auto opening = openNamed(run, run->argument(0));
    const Result<RepositoryPointer> repository = co_await std::move(opening);
    if (!repository) {
        co_return repository.error();
    }
    const QString name = run->argument(1);
    const QString from = run->has(u"from"_s) ? run->value(u"from"_s) : u"HEAD"_s;
    if (run->dryRun) {
        run->intend(u"Would make the branch %1 at %2."_s.arg(name, from));
        co_return exitWith(Exit::Ok);
    }
    auto creating = git::createBranch(*repository, name, from);
    const Result<QString> commit = co_await std::move(creating);
    if (!commit) {
        co_return commit.error();
    }
    run->answer({{u"schema"_s, branchSchema()}, {u"branch"_s, name}, {u"commit"_s, *commit}},
                u"%1 is at %2.\n"_s.arg(displayText(name, 100), commit->left(10)));
    co_return exitWith(Exit::Ok);
}

/// An annotated tag, by whom the configuration names.
Task<Result<int>> tagCreate(RunPointer run)
{
    auto opening = openNamed(run, run->argument(0));
    const Result<RepositoryPointer> repository = co_await std::move(opening);
    if (!repository) {
        co_return repository.error();
    }
    const QString name = run->argument(1);
    const QString from = run->has(u"from"_s) ? run->value(u"from"_s) : u"HEAD"_s;
    const QString message = run->has(u"message"_s) ? run->value(u"message"_s) : name;
    auto reading = (*repository)->commit(from);
    const Result<git::Commit> commit = co_await std::move(reading);
    if (!commit) {
        co_return commit.error();
    }
    if (run->dryRun) {
        run->intend(u"Would make the tag %1 at %2."_s.arg(name, commit->id.left(10)));
        co_return exitWith(Exit::Ok);
    }
    auto asking = git::configuredCommitter(*repository);
    const Result<git::Committer> who = co_await std::move(asking);
    if (!who) {
        co_return who.error();
    }
    auto tagging = (*repository)->createTag(name, commit->id, message, who->name, who->email);
    const Result<void> tagged = co_await std::move(tagging);
    if (!tagged) {
        co_return tagged.error();
    }
    run->answer({{u"schema"_s, u"analemma.tag.1"_s}, {u"tag"_s, name}, {u"commit"_s, commit->id}},
                u"%1 is at %2.\n"_s.arg(displayText(name, 100), commit->id.left(10)));
    co_return exitWith(Exit::Ok);
}

/// The commit of a branch or tag, as it is seen before an act on it.
Task<Result<QString>> seenCommit(RepositoryPointer repository, git::Ref::Kind kind, QString name)
{
    auto reading = repository->refs();
    const Result<QList<git::Ref>> refs = co_await std::move(reading);
    if (!refs) {
        co_return refs.error();
    }
    for (const git::Ref& ref : *refs) {
        if (ref.kind == kind && ref.name == name) {
            co_return ref.commit;
        }
    }
    co_return Error(ErrorKind::NotFound, u"There is no %1 %2."_s.arg(
                                             kind == git::Ref::Kind::Tag ? u"tag"_s : u"branch"_s,
                                             displayText(name, 100)));
}

Task<Result<int>> branchRename(RunPointer run)
{
    auto opening = openNamed(run, run->argument(0));
    const Result<RepositoryPointer> repository = co_await std::move(opening);
    if (!repository) {
        co_return repository.error();
    }
    const QString name = run->argument(1);
    const QString newName = run->argument(2);
    auto seeing = seenCommit(*repository, git::Ref::Kind::Branch, name);
    const Result<QString> commit = co_await std::move(seeing);
    if (!commit) {
        co_return commit.error();
    }
    if (run->dryRun) {
        run->intend(u"Would rename the branch %1 to %2."_s.arg(name, newName));
        co_return exitWith(Exit::Ok);
    }
    auto renaming = git::renameBranch(*repository, name, newName, *commit);
    const Result<void> done = co_await std::move(renaming);
    if (!done) {
        co_return done.error();
    }
    run->answer({{u"schema"_s, branchSchema()}, {u"branch"_s, newName}, {u"commit"_s, *commit}},
                u"%1 is now called %2.\n"_s.arg(displayText(name, 100), displayText(newName, 100)));
    co_return exitWith(Exit::Ok);
}

Task<Result<int>> dropRef(RunPointer run, git::Ref::Kind kind)
{
    auto opening = openNamed(run, run->argument(0));
    const Result<RepositoryPointer> repository = co_await std::move(opening);
    if (!repository) {
        co_return repository.error();
    }
    const QString name = run->argument(1);
    auto seeing = seenCommit(*repository, kind, name);
    const Result<QString> commit = co_await std::move(seeing);
    if (!commit) {
        co_return commit.error();
    }
    if (run->dryRun) {
        run->intend(u"Would delete %1, which is at %2."_s.arg(name, commit->left(10)));
        co_return exitWith(Exit::Ok);
    }
    auto deleting = kind == git::Ref::Kind::Tag ? git::deleteTag(*repository, name, *commit)
                                                : git::deleteBranch(*repository, name, *commit);
    const Result<git::Deleted> deleted = co_await std::move(deleting);
    if (!deleted) {
        co_return deleted.error();
    }
    run->answer(
        {{u"schema"_s, u"analemma.deleted.1"_s},
         {u"name"_s, name},
         {u"commit"_s, deleted->commit},
         {u"record"_s, deleted->record}},
        u"%1 is deleted; it was at %2.\n"_s.arg(displayText(name, 100), deleted->commit.left(10)));
    run->say(u"To bring it back within two weeks: analemma-cli repository bring-back %1 %2"_s.arg(
        shellQuote(run->argument(0)), deleted->record));
    co_return exitWith(Exit::Ok);
}

Task<Result<int>> branchDelete(RunPointer run)
{
    return dropRef(run, git::Ref::Kind::Branch);
}

Task<Result<int>> tagDelete(RunPointer run)
{
    return dropRef(run, git::Ref::Kind::Tag);
}

Task<Result<int>> bringBackRef(RunPointer run)
{
    auto opening = openNamed(run, run->argument(0));
    const Result<RepositoryPointer> repository = co_await std::move(opening);
    if (!repository) {
        co_return repository.error();
    }
    if (run->dryRun) {
        run->intend(u"Would bring back what %1 holds."_s.arg(run->argument(1)));
        co_return exitWith(Exit::Ok);
    }
    auto bringing = git::bringBack(*repository, run->argument(1));
    const Result<git::Deleted> back = co_await std::move(bringing);
    if (!back) {
        co_return back.error();
    }
    run->answer(
        {{u"schema"_s, branchSchema()}, {u"branch"_s, back->name}, {u"commit"_s, back->commit}},
        u"%1 is back, at %2.\n"_s.arg(displayText(back->name, 100), back->commit.left(10)));
    co_return exitWith(Exit::Ok);
}

Task<Result<int>> branchFollow(RunPointer run)
{
    auto opening = openNamed(run, run->argument(0));
    const Result<RepositoryPointer> repository = co_await std::move(opening);
    if (!repository) {
        co_return repository.error();
    }
    const QString name = run->argument(1);
    const QString upstream = run->argument(2);
    if (run->dryRun) {
        run->intend(
            u"Would let %1 follow %2."_s.arg(name, upstream.isEmpty() ? u"none"_s : upstream));
        co_return exitWith(Exit::Ok);
    }
    auto setting = git::setUpstream(*repository, name, upstream);
    const Result<void> done = co_await std::move(setting);
    if (!done) {
        co_return done.error();
    }
    run->answer({{u"schema"_s, branchSchema()}, {u"branch"_s, name}, {u"upstream"_s, upstream}},
                u"%1 follows %2.\n"_s.arg(
                    displayText(name, 100),
                    upstream.isEmpty() ? u"no other branch"_s : displayText(upstream, 100)));
    co_return exitWith(Exit::Ok);
}

// ---- HEAD ---------------------------------------------------------------------------------------

Task<Result<int>> repositorySwitch(RunPointer run)
{
    auto opening = openAtHead(run);
    const Result<AtHead> at = co_await std::move(opening);
    if (!at) {
        co_return at.error();
    }
    const QString to = run->argument(1);
    if (run->dryRun) {
        run->intend(u"Would switch to %1."_s.arg(to));
        co_return exitWith(Exit::Ok);
    }
    if (run->has(u"create"_s)) {
        const QString from = run->has(u"from"_s) ? run->value(u"from"_s) : u"HEAD"_s;
        auto creating = git::createBranch(at->repository, to, from);
        const Result<QString> created = co_await std::move(creating);
        if (!created) {
            co_return created.error();
        }
    }
    auto switching = run->has(u"detach"_s) ? git::detachAt(at->repository, at->head, to)
                                           : git::switchTo(at->repository, at->head, to);
    const Result<void> done = co_await std::move(switching);
    if (!done) {
        co_return done.error();
    }
    auto heading = at->repository->head();
    const Result<git::Head> head = co_await std::move(heading);
    if (!head) {
        co_return head.error();
    }
    run->answer(
        {{u"schema"_s, branchSchema()}, {u"branch"_s, head->branch}, {u"commit"_s, head->commit}},
        u"HEAD is %1.\n"_s.arg(head->branch.isEmpty() ? head->commit.left(10)
                                                      : displayText(head->branch, 100)));
    co_return exitWith(Exit::Ok);
}

Result<git::ResetMode> resetMode(const Run& run)
{
    const int given = int(run.has(u"keep-everything"_s)) + int(run.has(u"keep-files"_s)) +
                      int(run.has(u"throw-changes-away"_s));
    if (given != 1) {
        return usageError(u"what shall become of the changes?"_s,
                          u"Say --keep-everything, --keep-files or --throw-changes-away."_s);
    }
    return run.has(u"keep-everything"_s) ? git::ResetMode::KeepEverything
           : run.has(u"keep-files"_s)    ? git::ResetMode::KeepFiles
                                         : git::ResetMode::ThrowChangesAway;
}

Task<Result<int>> repositoryReset(RunPointer run)
{
    const Result<git::ResetMode> mode = resetMode(*run);
    if (!mode) {
        co_return mode.error();
    }
    auto opening = openAtHead(run);
    const Result<AtHead> at = co_await std::move(opening);
    if (!at) {
        co_return at.error();
    }
    auto naming = git::configuredCommitter(at->repository);
    const Result<git::Committer> committer = co_await std::move(naming);
    if (!committer) {
        co_return committer.error();
    }
    const QString to = run->argument(1);
    if (run->dryRun) {
        run->intend(u"Would move %1 from %2 to %3."_s.arg(
            at->head.branch.isEmpty() ? u"HEAD"_s : at->head.branch, at->head.commit.left(10), to));
        co_return exitWith(Exit::Ok);
    }
    auto resetting = git::reset(at->repository, at->head, to, *mode, *committer);
    const Result<git::ResetDone> done = co_await std::move(resetting);
    if (!done) {
        co_return done.error();
    }
    run->answer(
        {{u"schema"_s, u"analemma.reset.1"_s},
         {u"before"_s, done->before},
         {u"after"_s, done->after},
         {u"saved"_s, done->saved}},
        u"HEAD is at %1; it was at %2.\n"_s.arg(done->after.left(10), done->before.left(10)));
    tellSaved(*run, done->saved);
    co_return exitWith(Exit::Ok);
}

Task<Result<int>> repositoryUndoReset(RunPointer run)
{
    auto opening = openAtHead(run);
    const Result<AtHead> at = co_await std::move(opening);
    if (!at) {
        co_return at.error();
    }
    if (run->dryRun) {
        run->intend(u"Would put back the changes of %1."_s.arg(run->argument(1)));
        co_return exitWith(Exit::Ok);
    }
    auto undoing = git::undoReset(at->repository, at->head, run->argument(1));
    const Result<void> done = co_await std::move(undoing);
    if (!done) {
        co_return done.error();
    }
    auto heading = at->repository->head();
    const Result<git::Head> head = co_await std::move(heading);
    if (!head) {
        co_return head.error();
    }
    run->answer({{u"schema"_s, u"analemma.reset.1"_s},
                 {u"before"_s, at->head.commit},
                 {u"after"_s, head->commit},
                 {u"saved"_s, QString()}},
                u"The changes are back; HEAD is at %1.\n"_s.arg(head->commit.left(10)));
    co_return exitWith(Exit::Ok);
}

// ---- work trees and submodules ------------------------------------------------------------------

Json treeJson(const git::LinkedTree& tree)
{
    return {{u"name"_s, tree.name},      {u"path"_s, tree.path},     {u"branch"_s, tree.branch},
            {u"commit"_s, tree.commit},  {u"locked"_s, tree.locked}, {u"gone"_s, tree.gone},
            {u"problem"_s, tree.problem}};
}

Task<Result<int>> repositoryWorktrees(RunPointer run)
{
    auto opening = openNamed(run, run->argument(0));
    const Result<RepositoryPointer> repository = co_await std::move(opening);
    if (!repository) {
        co_return repository.error();
    }
    auto listing = git::workTrees(*repository);
    const Result<QList<git::LinkedTree>> trees = co_await std::move(listing);
    if (!trees) {
        co_return trees.error();
    }
    QJsonArray json;
    Table table;
    table.head = {u"NAME"_s, u"BRANCH"_s, u"COMMIT"_s, u"PATH"_s, u""_s};
    for (const git::LinkedTree& tree : *trees) {
        json.append(treeJson(tree));
        const QString remark = !tree.problem.isEmpty() ? tree.problem
                               : tree.gone             ? u"gone"_s
                               : tree.locked           ? u"locked"_s
                                                       : QString();
        table.rows.append({tree.name.isEmpty() ? u"-"_s : tree.name,
                           tree.branch.isEmpty() ? u"-"_s : tree.branch, tree.commit.left(10),
                           tree.path, remark});
    }
    run->answer({{u"schema"_s, u"analemma.worktrees.1"_s}, {u"worktrees"_s, json}},
                table.text(run->colour));
    co_return exitWith(Exit::Ok);
}

Task<Result<int>> worktreeAdd(RunPointer run)
{
    auto opening = openNamed(run, run->argument(0));
    const Result<RepositoryPointer> repository = co_await std::move(opening);
    if (!repository) {
        co_return repository.error();
    }
    const QString path = absolutePath(*run, run->argument(1));
    if (run->dryRun) {
        run->intend(u"Would check out %1 in %2."_s.arg(run->argument(2), path));
        co_return exitWith(Exit::Ok);
    }
    auto adding = git::addWorkTree(*repository, path, run->argument(2));
    const Result<git::LinkedTree> tree = co_await std::move(adding);
    if (!tree) {
        co_return tree.error();
    }
    Json json = treeJson(*tree);
    json[u"schema"_s] = u"analemma.worktree.1"_s;
    run->answer(json, u"%1 is checked out in %2.\n"_s.arg(displayText(tree->branch, 100),
                                                          displayText(tree->path, 300)));
    co_return exitWith(Exit::Ok);
}

Task<Result<int>> worktreeRemove(RunPointer run)
{
    auto opening = openNamed(run, run->argument(0));
    const Result<RepositoryPointer> repository = co_await std::move(opening);
    if (!repository) {
        co_return repository.error();
    }
    const QString name = run->argument(1);
    if (run->dryRun) {
        run->intend(u"Would remove the work tree %1 with its folder."_s.arg(name));
        co_return exitWith(Exit::Ok);
    }
    auto removing = git::removeWorkTree(*repository, name);
    const Result<void> done = co_await std::move(removing);
    if (!done) {
        co_return done.error();
    }
    run->answer({{u"schema"_s, u"analemma.worktree.1"_s}, {u"name"_s, name}, {u"gone"_s, true}},
                u"The work tree %1 is removed.\n"_s.arg(displayText(name, 100)));
    co_return exitWith(Exit::Ok);
}

QString moduleState(git::Submodule::State state)
{
    return state == git::Submodule::State::Same       ? u"same"_s
           : state == git::Submodule::State::Moved    ? u"moved"_s
           : state == git::Submodule::State::NotThere ? u"not there"_s
                                                      : u"refused"_s;
}

Task<Result<int>> repositorySubmodules(RunPointer run)
{
    auto opening = openNamed(run, run->argument(0));
    const Result<RepositoryPointer> repository = co_await std::move(opening);
    if (!repository) {
        co_return repository.error();
    }
    auto listing = git::submodules(*repository);
    const Result<QList<git::Submodule>> modules = co_await std::move(listing);
    if (!modules) {
        co_return modules.error();
    }
    QJsonArray json;
    Table table;
    table.head = {u"PATH"_s, u"STATE"_s, u"RECORDED"_s, u"CHECKED OUT"_s, u"URL"_s};
    for (const git::Submodule& module : *modules) {
        const QString path = QString::fromUtf8(module.path);
        json.append(Json{{u"path"_s, path},
                         {u"url"_s, module.url},
                         {u"recorded"_s, module.recorded},
                         {u"checkedOut"_s, module.checkedOut},
                         {u"state"_s, moduleState(module.state)},
                         {u"problem"_s, module.problem}});
        table.rows.append({path, moduleState(module.state), module.recorded.left(10),
                           module.checkedOut.isEmpty() ? u"-"_s : module.checkedOut.left(10),
                           module.problem.isEmpty() ? module.url : module.problem});
    }
    run->answer({{u"schema"_s, u"analemma.submodules.1"_s}, {u"submodules"_s, json}},
                table.text(run->colour));
    co_return exitWith(Exit::Ok);
}

}  // namespace

QList<Command> repositoryBranchCommands()
{
    const Argument repository{u"REPOSITORY"_s, u"its name in the workspace, or a path"_s};
    const Argument maybe{
        u"REPOSITORY"_s,
        u"its name in the workspace, or a path; may be left out when there is one"_s, false};
    const Argument branch{u"BRANCH"_s, u"its name"_s};
    const Option from{u"from"_s, u"REV"_s, u"where it begins; else at HEAD"_s};
    const auto acts = [](const QString& verb, const QString& summary,
                         const QList<Argument>& arguments, const QList<Option>& options,
                         Task<Result<int>> (*body)(RunPointer)) {
        return Command{u"repository"_s, verb, summary, arguments, options,
                       Effect::Acts,    true, {},      body,      true};
    };
    const auto reads = [](const QString& verb, const QString& summary, const Argument& argument,
                          Task<Result<int>> (*body)(RunPointer)) {
        return Command{u"repository"_s, verb, summary, {argument}, {},
                       Effect::Reads,   true, {},      body,       true};
    };
    return {
        acts(u"switch"_s, u"Check out another branch; changes that do not collide stay"_s,
             {repository, Argument{u"BRANCH"_s, u"the branch, or with --detach any commit"_s}},
             {Option{u"create"_s, {}, u"make the branch first"_s}, from,
              Option{u"detach"_s, {}, u"leave HEAD on no branch"_s}},
             repositorySwitch),
        acts(u"branch-create"_s, u"Make a branch"_s, {repository, branch}, {from}, branchCreate),
        acts(u"branch-rename"_s, u"Give a branch another name"_s,
             {repository, branch, Argument{u"NAME"_s, u"the new one"_s}}, {}, branchRename),
        acts(u"branch-delete"_s, u"Delete a branch; bring-back undoes it"_s, {repository, branch},
             {}, branchDelete),
        acts(u"branch-follow"_s, u"Say which branch a branch follows"_s,
             {repository, branch,
              Argument{u"UPSTREAM"_s, u"\"origin/main\" or another branch; else none"_s, false}},
             {}, branchFollow),
        acts(u"tag-create"_s, u"Make an annotated tag"_s,
             {repository, Argument{u"TAG"_s, u"its name"_s}},
             {Option{u"from"_s, u"REV"_s, u"the commit that it names; else HEAD"_s},
              Option{u"message"_s, u"TEXT"_s, u"of the tag; else its name"_s}},
             tagCreate),
        acts(u"tag-delete"_s, u"Delete a tag; bring-back undoes it"_s,
             {repository, Argument{u"TAG"_s, u"its name"_s}}, {}, tagDelete),
        acts(u"bring-back"_s, u"Undo the deletion of a branch or tag"_s,
             {repository, Argument{u"RECORD"_s, u"the record that the deletion gave"_s}}, {},
             bringBackRef),
        acts(u"reset"_s, u"Lead HEAD's branch to another commit"_s,
             {repository, Argument{u"REV"_s, u"a commit, branch or tag"_s}},
             {Option{u"keep-everything"_s, {}, u"files and what is staged stay (git: --soft)"_s},
              Option{u"keep-files"_s, {}, u"files stay, nothing is staged (git: --mixed)"_s},
              Option{u"throw-changes-away"_s,
                     {},
                     u"files become those of the commit; what they held is saved (git: --hard)"_s}},
             repositoryReset),
        acts(u"undo-reset"_s, u"Put back what a reset or an abort threw away"_s,
             {repository, Argument{u"SAVED"_s, u"the id that it gave"_s}}, {}, repositoryUndoReset),
        reads(u"worktrees"_s, u"Its work trees: branch, commit, folder"_s, maybe,
              repositoryWorktrees),
        acts(u"worktree-add"_s, u"Check out a branch in a folder of its own"_s,
             {repository, Argument{u"PATH"_s, u"the folder to make"_s}, branch}, {}, worktreeAdd),
        acts(u"worktree-remove"_s, u"Remove a linked work tree that has no changes"_s,
             {repository, Argument{u"NAME"_s, u"as worktrees lists it"_s}}, {}, worktreeRemove),
        reads(u"submodules"_s, u"Its submodules: recorded and checked out commit"_s, maybe,
              repositorySubmodules),
    };
}

}  // namespace analemma::cli
