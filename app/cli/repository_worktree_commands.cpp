#include "app/cli/commands.h"

#include "app/cli/repository_diff.h"
#include "app/cli/repository_open.h"
#include "app/cli/repository_staging.h"
#include "core/base/text.h"
#include "core/git/commitindex.h"
#include "core/git/stash.h"
#include "core/git/worktree.h"

#include <QJsonArray>

using namespace Qt::StringLiterals;

namespace analemma::cli {
namespace {

using RepositoryPointer = std::shared_ptr<git::Repository>;

// ---- status -------------------------------------------------------------------------------------

QString stateText(git::StatusEntry::State state)
{
    using State = git::StatusEntry::State;
    switch (state) {
        case State::Same:
            return u"same"_s;
        case State::Added:
            return u"added"_s;
        case State::Modified:
            return u"modified"_s;
        case State::Deleted:
            return u"deleted"_s;
        case State::Renamed:
            return u"renamed"_s;
        case State::TypeChanged:
            return u"type changed"_s;
        case State::Unmerged:
            return u"changed"_s;
    }
    return {};
}

QString cellText(git::StatusEntry::State state)
{
    return state == git::StatusEntry::State::Same ? u"-"_s : stateText(state);
}

Json entryJson(const git::StatusEntry& entry)
{
    Json json;
    putPath(json, u"path"_s, entry.path);
    if (!entry.oldPath.isEmpty()) {
        putPath(json, u"oldPath"_s, entry.oldPath);
    }
    json[u"staged"_s] = stateText(entry.staged);
    json[u"unstaged"_s] = stateText(entry.unstaged);
    for (const auto& [name, value] : {std::pair{u"untracked"_s, entry.untracked},
                                      {u"conflicted"_s, entry.conflicted},
                                      {u"submodule"_s, entry.submodule}}) {
        if (value) {
            json[name] = true;
        }
    }
    return json;
}

QStringList entryRow(const git::StatusEntry& entry)
{
    QString path = displayText(QByteArrayView(entry.path), 300);
    if (!entry.oldPath.isEmpty()) {
        path = displayText(QByteArrayView(entry.oldPath), 300) + u" -> "_s + path;
    }
    if (entry.untracked) {
        return {u"-"_s, u"unknown to git"_s, path};
    }
    const QString mark = entry.conflicted ? u" (conflict)"_s : QString();
    return {cellText(entry.staged) + mark, cellText(entry.unstaged), path};
}

QString branchLine(const git::Status& status)
{
    QString text = status.branch.isEmpty() ? u"HEAD at %1"_s.arg(status.commit.left(10))
                                           : u"on %1"_s.arg(displayText(status.branch, 100));
    if (status.commit.isEmpty()) {
        text += u", no commit yet"_s;
    }
    if (status.upstreamGone) {
        text += u"; %1 is gone"_s.arg(displayText(status.upstream, 100));
    } else if (!status.upstream.isEmpty()) {
        text += u"; %1 ahead of %2, %3 behind"_s.arg(status.ahead)
                    .arg(displayText(status.upstream, 100))
                    .arg(status.behind);
    }
    return status.underWay.isEmpty() ? text : text + u"; a %1 is under way"_s.arg(status.underWay);
}

Task<Result<int>> repositoryStatus(RunPointer run)
{
    const Result<int> limit = run->number(u"limit"_s, 1000, 1, 100'000);
    if (!limit) {
        co_return limit.error();
    }
    auto opening = openNamed(run, run->argument(0));
    const Result<RepositoryPointer> repository = co_await std::move(opening);
    if (!repository) {
        co_return repository.error();
    }
    auto reading = git::status(*repository, run->interrupt.first);
    const Result<git::Status> status = co_await std::move(reading);
    if (!status) {
        co_return status.error();
    }
    QJsonArray entries;
    Table table;
    table.head = {u"STAGED"_s, u"NOT STAGED"_s, u"PATH"_s};
    for (const git::StatusEntry& entry : status->entries.mid(0, *limit)) {
        entries.append(entryJson(entry));
        table.rows.append(entryRow(entry));
    }
    const bool complete = status->complete && status->entries.size() <= *limit;
    run->say(branchLine(*status));
    if (!complete) {
        run->say(u"There is more than is shown here."_s);
    }
    run->answer({{u"schema"_s, u"analemma.status.1"_s},
                 {u"branch"_s, status->branch},
                 {u"commit"_s, status->commit},
                 {u"upstream"_s, status->upstream},
                 {u"ahead"_s, status->ahead},
                 {u"behind"_s, status->behind},
                 {u"underWay"_s, status->underWay},
                 {u"entries"_s, entries},
                 {u"complete"_s, complete}},
                status->entries.isEmpty() ? u"nothing changed\n"_s : table.text(run->colour));
    co_return exitWith(Exit::Ok);
}

// ---- commit -------------------------------------------------------------------------------------

/// What the person should know besides the id.
QStringList remarksOn(const git::Committed& made, const QString& message)
{
    QStringList remarks;
    for (const git::MessageRemark& remark : git::checkMessage(message)) {
        remarks.append(remark.text);
    }
    if (!made.hooksNotRun.isEmpty()) {
        remarks.append(u"Hooks of this repository were not run: %1."_s.arg(
            displayText(made.hooksNotRun.join(u", "_s), 300)));
    }
    if (made.signatureWanted) {
        remarks.append(u"The settings ask for a signature; this commit has none."_s);
    }
    return remarks;
}

Task<Result<int>> repositoryCommit(RunPointer run)
{
    auto opening = openNamed(run, run->argument(0));
    const Result<RepositoryPointer> repository = co_await std::move(opening);
    if (!repository) {
        co_return repository.error();
    }
    git::CommitRequest request;
    request.message = run->value(u"message"_s);
    request.amend = run->has(u"amend"_s);
    if (run->has(u"expected"_s)) {
        request.expected = run->value(u"expected"_s);
    }
    if (!run->has(u"message"_s)) {
        auto beginning = git::messageToBegin(*repository, request.amend);
        const Result<QString> message = co_await std::move(beginning);
        if (!message) {
            co_return message.error();
        }
        request.message = *message;
    }
    if (request.message.trimmed().isEmpty()) {
        co_return usageError(u"what does the commit do?"_s, u"Say so with --message TEXT."_s);
    }
    if (run->dryRun) {
        run->answer({{u"schema"_s, u"analemma.committed.1"_s}, {u"message"_s, request.message}},
                    u"would commit: %1\n"_s.arg(displayText(request.message, 200)));
        co_return exitWith(Exit::Ok);
    }
    auto committing = git::commitIndex(*repository, request);
    const Result<git::Committed> made = co_await std::move(committing);
    if (!made) {
        co_return made.error();
    }
    const QStringList remarks = remarksOn(*made, request.message);
    for (const QString& remark : remarks) {
        run->say(remark);
    }
    run->answer({{u"schema"_s, u"analemma.committed.1"_s},
                 {u"id"_s, made->id},
                 {u"hooksNotRun"_s, QJsonArray::fromStringList(made->hooksNotRun)},
                 {u"remarks"_s, QJsonArray::fromStringList(remarks)}},
                made->id + u'\n');
    co_return exitWith(Exit::Ok);
}

// ---- stash --------------------------------------------------------------------------------------

Json stashJson(const git::Stash& stash)
{
    return {{u"id"_s, stash.id},           {u"position"_s, stash.position},
            {u"message"_s, stash.message}, {u"time"_s, stash.time.toString(Qt::ISODate)},
            {u"base"_s, stash.base},       {u"untracked"_s, !stash.untracked.isEmpty()}};
}

Task<Result<int>> stashList(RunPointer run, RepositoryPointer repository)
{
    auto listing = git::stashes(repository);
    const Result<QList<git::Stash>> all = co_await std::move(listing);
    if (!all) {
        co_return all.error();
    }
    QJsonArray json;
    Table table;
    table.head = {u"ID"_s, u"WHEN"_s, u"MESSAGE"_s};
    for (const git::Stash& stash : *all) {
        json.append(stashJson(stash));
        table.rows.append(
            {stash.id, stash.time.toString(Qt::ISODate), displayText(stash.message, 100)});
    }
    run->answer({{u"schema"_s, u"analemma.stashes.1"_s}, {u"stashes"_s, json}},
                table.text(run->colour));
    co_return exitWith(Exit::Ok);
}

Task<Result<int>> stashPush(RunPointer run, RepositoryPointer repository)
{
    git::StashRequest request;
    request.message = run->value(u"message"_s);
    request.untracked = run->has(u"untracked"_s);
    request.keepIndex = run->has(u"keep-index"_s);
    request.paths = pathsOf(*run, 2);
    auto pushing = git::pushStash(repository, request);
    const Result<git::Stash> made = co_await std::move(pushing);
    if (!made) {
        co_return made.error();
    }
    run->answer({{u"schema"_s, u"analemma.stash.1"_s}, {u"stash"_s, stashJson(*made)}},
                made->id + u'\n');
    co_return exitWith(Exit::Ok);
}

/// Files that git did not know, which a stash keeps apart.
Task<Result<QByteArrayList>> untrackedOf(RunPointer run, RepositoryPointer repository,
                                         git::Stash stash)
{
    QByteArrayList paths;
    if (!stash.untracked.isEmpty()) {
        git::DiffQuery query;
        query.to = git::Side::at(stash.untracked);
        query.counts = false;
        auto listing = git::changedFiles(repository, query, run->interrupt.first);
        const Result<QList<git::FileChange>> files = co_await std::move(listing);
        if (!files) {
            co_return files.error();
        }
        for (const git::FileChange& file : files->first(std::min<qsizetype>(files->size(), 1000))) {
            paths.append(file.path);
        }
    }
    co_return paths;
}

Task<Result<int>> stashShow(RunPointer run, RepositoryPointer repository, QString id)
{
    auto listing = git::stashes(repository);
    const Result<QList<git::Stash>> all = co_await std::move(listing);
    if (!all) {
        co_return all.error();
    }
    const auto stash = std::find_if(all->cbegin(), all->cend(),
                                    [&id](const git::Stash& one) { return one.id == id; });
    if (stash == all->cend()) {
        co_return Error(ErrorKind::NotFound, u"There is no stash %1."_s.arg(displayText(id, 80)));
    }
    auto reading = untrackedOf(run, repository, *stash);
    const Result<QByteArrayList> untracked = co_await std::move(reading);
    if (!untracked) {
        co_return untracked.error();
    }
    QJsonArray names;
    QString text = displayText(stash->message, 300) + u'\n';
    for (const QByteArray& path : *untracked) {
        Json name;
        putPath(name, u"path"_s, path);
        names.append(name);
        text += u"unknown to git  %1\n"_s.arg(displayText(QByteArrayView(path), 300));
    }
    Json json = stashJson(*stash);
    json[u"schema"_s] = u"analemma.stash_show.1"_s;
    json[u"untrackedFiles"_s] = names;
    git::DiffQuery query;
    query.from = git::Side::at(stash->base);
    query.to = git::Side::at(stash->id);
    auto answering = answerChanges(run, repository, query, json, text);
    const Result<void> answered = co_await std::move(answering);
    co_return answered ? exitWith(Exit::Ok) : Result<int>(answered.error());
}

/// "apply", "pop", "drop" or "restore" of the one with an id.
Task<Result<void>> stashAct(RunPointer run, RepositoryPointer repository, QString verb, QString id)
{
    if (verb == u"drop") {
        auto dropping = git::dropStash(repository, id);
        const Result<git::Stash> dropped = co_await std::move(dropping);
        if (dropped) {
            run->say(
                u"Dropped \"%1\". To have it back: repository stash REPOSITORY restore %2"_s.arg(
                    displayText(dropped->message, 100), dropped->id));
        }
        co_return dropped ? Result<void>() : Result<void>(dropped.error());
    }
    const bool withIndex = run->has(u"index"_s);
    const QString message = run->has(u"message"_s) ? run->value(u"message"_s) : u"restored stash"_s;
    auto acting = verb == u"pop"     ? git::popStash(repository, id, withIndex)
                  : verb == u"apply" ? git::applyStash(repository, id, withIndex)
                                     : git::restoreStash(repository, id, message);
    const Result<void> done = co_await std::move(acting);
    co_return done;
}

Task<Result<int>> repositoryStash(RunPointer run)
{
    const QString verb = run->argument(1).isEmpty() ? u"list"_s : run->argument(1);
    const QString id = run->argument(2);
    const bool needsId =
        QStringList({u"show"_s, u"apply"_s, u"pop"_s, u"drop"_s, u"restore"_s}).contains(verb);
    const bool tooMany = run->parsed.arguments.size() > (needsId ? 3 : 2);
    if ((!needsId && verb != u"list" && verb != u"push") || (needsId && id.isEmpty()) ||
        (tooMany && verb != u"push")) {
        co_return usageError(
            u"give list, push, or one of show, apply, pop, drop, restore with an id"_s,
            u"repository stash REPOSITORY list names the ids."_s);
    }
    auto opening = openNamed(run, run->argument(0));
    const Result<RepositoryPointer> repository = co_await std::move(opening);
    if (!repository) {
        co_return repository.error();
    }
    if (verb == u"list") {
        auto body = stashList(run, *repository);
        Result<int> code = co_await std::move(body);
        co_return code;
    }
    if (verb == u"show") {
        auto body = stashShow(run, *repository, id);
        Result<int> code = co_await std::move(body);
        co_return code;
    }
    if (run->dryRun) {
        run->answer({{u"schema"_s, u"analemma.stash.1"_s}, {u"would"_s, verb}},
                    u"would %1 %2\n"_s.arg(verb, displayText(id, 80)));
        co_return exitWith(Exit::Ok);
    }
    if (verb == u"push") {
        auto body = stashPush(run, *repository);
        Result<int> code = co_await std::move(body);
        co_return code;
    }
    auto acting = stashAct(run, *repository, verb, id);
    const Result<void> done = co_await std::move(acting);
    if (!done) {
        co_return done.error();
    }
    run->answer({{u"schema"_s, u"analemma.stash.1"_s}, {u"did"_s, verb}, {u"id"_s, id}},
                u"%1 %2: done\n"_s.arg(verb, id));
    co_return exitWith(Exit::Ok);
}

Command worktreeCommand(const QString& verb, const QString& summary, QList<Argument> more,
                        QList<Option> options, Effect effect,
                        Task<Result<int>> (*body)(std::shared_ptr<Run> run))
{
    more.prepend(Argument{u"REPOSITORY"_s, u"its name in the workspace, or a path"_s});
    return {u"repository"_s, verb, summary, more, options, effect, true, {}, body, true};
}

}  // namespace

QList<Command> repositoryWorktreeCommands()
{
    const Argument paths{u"PATH"_s, u"files, as the repository names them; folders end in /"_s,
                         false, true};
    const Option limit{u"limit"_s, u"N"_s, u"at most so many entries; else 1000"_s};
    const Argument ignored{u"PATH"_s, u"a file, or a folder that ends in /"_s};
    const Option rule{u"rule"_s, {}, u"PATH is a line for .gitignore as it is: *.log"_s};
    const Option all{u"all"_s, {}, u"all changes"_s};
    const Option message{u"message"_s, u"TEXT"_s, u"what it says"_s, false, u'm'};
    const Option undo{u"undo"_s, u"ID"_s, u"bring back what was discarded"_s};
    const Option list{u"list"_s, {}, u"what can be brought back"_s};
    const Option amend{u"amend"_s, {}, u"in place of the last commit"_s};
    const Option expected{u"expected"_s, u"ID"_s, u"only when HEAD is this commit"_s};
    const Option untracked{u"untracked"_s, {}, u"push: with files that git does not know"_s};
    const Option keep{u"keep-index"_s, {}, u"push: what is staged stays"_s};
    const Option index{u"index"_s, {}, u"apply, pop: stage what was staged"_s};
    const Argument verb{u"VERB"_s, u"list (default), push, show, apply, pop, drop or restore"_s,
                        false};
    const Argument id{u"ID"_s, u"of the stash; push: files, when not all, folders end in /"_s,
                      false, true};
    return {
        worktreeCommand(u"status"_s, u"What changed, and what is staged"_s, {}, {limit},
                        Effect::Reads, repositoryStatus),
        worktreeCommand(u"stage"_s, u"Take changes into the index"_s, {paths},
                        QList<Option>{all} + lineOptions(), Effect::Acts, repositoryStage),
        worktreeCommand(u"unstage"_s, u"Take changes back out of the index"_s, {paths},
                        QList<Option>{all} + lineOptions(), Effect::Acts, repositoryUnstage),
        worktreeCommand(
            u"discard"_s, u"Throw changes of files and folders away; they are kept for undo"_s,
            {paths}, QList<Option>{undo, list} + lineOptions(), Effect::Acts, repositoryDiscard),
        worktreeCommand(u"ignore"_s, u"Let git pass over a file, a folder or what a rule means"_s,
                        {ignored}, {rule}, Effect::Acts, repositoryIgnore),
        worktreeCommand(u"commit"_s, u"Commit what is staged"_s, {}, {message, amend, expected},
                        Effect::Acts, repositoryCommit),
        worktreeCommand(u"stash"_s, u"Put changes aside, and bring them back"_s, {verb, id},
                        QList<Option>{message, untracked, keep, index} + diffOptions(),
                        Effect::Acts, repositoryStash),
    };
}

}  // namespace analemma::cli
