#include "app/cli/commands.h"

#include "app/cli/repository_diff.h"
#include "app/cli/repository_open.h"
#include "core/base/text.h"
#include "core/git/history.h"

#include <QJsonArray>

using namespace Qt::StringLiterals;

namespace analemma::cli {
namespace {

using RepositoryPointer = std::shared_ptr<git::Repository>;

constexpr int shownIdLetters = 10;

/// The names at each commit: "main", "tag: v1.4.2", and HEAD before its branch, as git has them.
QHash<QString, QStringList> namesAt(const git::Head& head, const QList<git::Ref>& refs)
{
    QHash<QString, QStringList> names;
    if (!head.commit.isEmpty()) {
        names[head.commit].append(head.branch.isEmpty() ? u"HEAD"_s : u"HEAD -> "_s + head.branch);
    }
    for (const git::Ref& ref : refs) {
        if (ref.kind != git::Ref::Kind::Branch || ref.name != head.branch) {
            names[ref.commit].append((ref.kind == git::Ref::Kind::Tag ? u"tag: "_s : QString()) +
                                     ref.name);
        }
    }
    return names;
}

Task<Result<QHash<QString, QStringList>>> readNames(RepositoryPointer repository)
{
    auto heading = repository->head();
    const Result<git::Head> head = co_await std::move(heading);
    if (!head) {
        co_return head.error();
    }
    auto reading = repository->refs();
    const Result<QList<git::Ref>> refs = co_await std::move(reading);
    if (!refs) {
        co_return refs.error();
    }
    co_return namesAt(*head, *refs);
}

Json commitJson(const git::Commit& commit, const QStringList& names)
{
    Json json{{u"id"_s, commit.id},
              {u"parents"_s, QJsonArray::fromStringList(commit.parents)},
              {u"author"_s, commit.author},
              {u"email"_s, commit.email},
              {u"time"_s, commit.time.toString(Qt::ISODate)},
              {u"subject"_s, commit.subject}};
    if (!names.isEmpty()) {
        json[u"names"_s] = QJsonArray::fromStringList(names);
    }
    return json;
}

QString commitText(const Run& run, const git::Commit& commit, const QStringList& names,
                   const QString& places)
{
    return factLines(
               {{u"commit"_s, commit.id},
                {u"names"_s, names.join(u", "_s)},
                {u"parents"_s, commit.parents.join(u' ')},
                {u"author"_s, u"%1 <%2>"_s.arg(commit.author, commit.email)},
                {u"time"_s, commit.time.toString(Qt::ISODate) + u"  "_s + ago(run, commit.time)},
                {u"subject"_s, commit.subject},
                {u"where"_s, places}},
               run.colour) +
           (commit.body.isEmpty() ? QString()
                                  : u'\n' + displayLog(commit.body.toUtf8()).trimmed() + u'\n');
}

// ---- list ---------------------------------------------------------------------------------------

/// What runs of a repository's releases: "production 1.4.2, qa 1.4.3".
QString deployedText(const Run& run, const QList<deploy::EnvironmentView>& views,
                     const QString& repository)
{
    QStringList list;
    for (const deploy::EnvironmentView& view : views) {
        const QString image = view.spec.image;
        if (view.active && run.services->workspace.images.value(image).repository == repository) {
            list.append(u"%1 %2"_s.arg(view.spec.name, view.active->release));
        }
    }
    return list.join(u", "_s);
}

struct RepositoryLine {
    git::Head head;
    std::optional<git::Commit> commit;
    QString problem;
};

Task<Result<RepositoryLine>> repositoryLine(RunPointer run, QString name)
{
    RepositoryLine line;
    auto opening = run->services->repositories->opener()(name);
    const Result<RepositoryPointer> repository = co_await std::move(opening);
    if (!repository) {
        line.problem = repository.error().message;
        co_return line;
    }
    auto heading = (*repository)->head();
    const Result<git::Head> head = co_await std::move(heading);
    if (!head) {
        line.problem = head.error().message;
        co_return line;
    }
    line.head = *head;
    if (!head->commit.isEmpty()) {
        auto reading = (*repository)->commit(head->commit);
        const Result<git::Commit> commit = co_await std::move(reading);
        if (commit) {
            line.commit = *commit;
        } else {
            line.problem = commit.error().message;
        }
    }
    co_return line;
}

Task<Result<int>> repositoryList(RunPointer run)
{
    auto viewing = run->services->deployments->environments();
    const Result<QList<deploy::EnvironmentView>> views = co_await std::move(viewing);
    if (!views) {
        co_return views.error();
    }
    QJsonArray json;
    Table table;
    table.head = {u"REPOSITORY"_s, u"BRANCH"_s, u"COMMIT"_s,
                  u"SUBJECT"_s,    u"WHEN"_s,   u"DEPLOYED"_s};
    const QStringList names = run->services->workspace.repositories.keys();
    for (const QString& name : names) {
        auto reading = repositoryLine(run, name);
        const Result<RepositoryLine> line = co_await std::move(reading);
        if (!line) {
            co_return line.error();
        }
        const QString deployed = deployedText(*run, *views, name);
        const git::Commit commit = line->commit.value_or(git::Commit());
        Json one{{u"name"_s, name}, {u"branch"_s, line->head.branch}, {u"deployed"_s, deployed}};
        if (line->commit) {
            one[u"commit"_s] = commitJson(commit, {});
        }
        if (!line->problem.isEmpty()) {
            one[u"problem"_s] = line->problem;
        }
        json.append(one);
        table.rows.append({name, line->head.branch.isEmpty() ? u"-"_s : line->head.branch,
                           line->commit ? commit.id.left(shownIdLetters) : u"-"_s,
                           displayText(line->commit ? commit.subject : line->problem, 50),
                           line->commit ? ago(*run, commit.time) : u"-"_s,
                           deployed.isEmpty() ? u"-"_s : deployed});
    }
    run->answer({{u"schema"_s, u"analemma.repositories.1"_s}, {u"repositories"_s, json}},
                table.text(run->colour));
    co_return exitWith(Exit::Ok);
}

// ---- log, show, branches ------------------------------------------------------------------------

/// The first rows of the whole history, for --all.
Task<Result<QList<git::Commit>>> firstOfAll(RepositoryPointer repository, int limit)
{
    auto beginning = repository->history({});
    const Result<std::shared_ptr<git::History>> history = co_await std::move(beginning);
    if (!history) {
        co_return history.error();
    }
    while ((*history)->count() < limit && !(*history)->isComplete() && !(*history)->problem()) {
        CancelToken none;
        auto sleeping = sleepFor(milliseconds(1), none);
        [[maybe_unused]] const Result<void> slept = co_await std::move(sleeping);
    }
    if ((*history)->problem()) {
        co_return *(*history)->problem();
    }
    QStringList ids;
    for (int row = 0; row < std::min(limit, (*history)->count()); ++row) {
        ids.append((*history)->idAt(row));
    }
    auto reading = repository->commits(ids);
    Result<QList<git::Commit>> commits = co_await std::move(reading);
    co_return commits;
}

/// With --author and --path, which are searches.
Task<Result<QList<git::Commit>>> logOf(RunPointer run, RepositoryPointer repository, int limit)
{
    if (run->has(u"after"_s)) {
        co_return usageError(u"--after goes with neither --author nor --path"_s);
    }
    git::SearchQuery query;
    query.limit = limit;
    query.author = run->value(u"author"_s);
    for (const QString& path : run->list(u"path"_s)) {
        query.paths.append(path.toUtf8());
    }
    if (!run->has(u"all"_s)) {
        query.from = QStringList(run->has(u"from"_s) ? run->value(u"from"_s) : u"HEAD"_s);
    }
    auto finding = findCommits(run, repository, query);
    Result<QList<git::Commit>> commits = co_await std::move(finding);
    co_return commits;
}

Task<Result<int>> repositoryLog(RunPointer run)
{
    const Result<int> limit = run->number(u"limit"_s, 50, 1, 1'000'000);
    if (!limit) {
        co_return limit.error();
    }
    auto opening = openNamed(run, run->argument(0));
    const Result<RepositoryPointer> repository = co_await std::move(opening);
    if (!repository) {
        co_return repository.error();
    }
    git::LogQuery query;
    query.limit = *limit;
    if (run->has(u"from"_s)) {
        query.from = QStringList(run->value(u"from"_s));
    }
    query.notReachableFrom = run->value(u"after"_s);
    const bool filtered = run->has(u"author"_s) || run->has(u"path"_s);
    auto logging = filtered             ? logOf(run, *repository, *limit)
                   : run->has(u"all"_s) ? firstOfAll(*repository, *limit)
                                        : (*repository)->log(query, run->interrupt.first);
    const Result<QList<git::Commit>> commits = co_await std::move(logging);
    if (!commits) {
        co_return commits.error();
    }
    auto naming = readNames(*repository);
    const Result<QHash<QString, QStringList>> names = co_await std::move(naming);
    if (!names) {
        co_return names.error();
    }
    QJsonArray json;
    Table table;
    table.head = {u"COMMIT"_s, u"WHEN"_s, u"AUTHOR"_s, u"SUBJECT"_s};
    for (const git::Commit& commit : *commits) {
        const QStringList here = names->value(commit.id);
        json.append(commitJson(commit, here));
        const QString marks = here.isEmpty() ? QString() : u"(%1) "_s.arg(here.join(u", "_s));
        table.rows.append({commit.id.left(shownIdLetters), ago(*run, commit.time),
                           displayText(commit.author, 24),
                           displayText(marks + commit.subject, 100)});
    }
    run->answer({{u"schema"_s, u"analemma.log.1"_s}, {u"commits"_s, json}},
                table.text(run->colour));
    co_return exitWith(Exit::Ok);
}

Task<Result<int>> repositoryShow(RunPointer run)
{
    auto opening = openNamed(run, run->argument(0));
    const Result<RepositoryPointer> repository = co_await std::move(opening);
    if (!repository) {
        co_return repository.error();
    }
    const QString revision = run->argument(1).isEmpty() ? u"HEAD"_s : run->argument(1);
    auto reading = (*repository)->commit(revision);
    const Result<git::Commit> commit = co_await std::move(reading);
    if (!commit) {
        co_return commit.error();
    }
    auto naming = readNames(*repository);
    const Result<QHash<QString, QStringList>> names = co_await std::move(naming);
    if (!names) {
        co_return names.error();
    }
    const QStringList here = names->value(commit->id);
    Json json = commitJson(*commit, here);
    json[u"schema"_s] = u"analemma.commit.1"_s;
    json[u"body"_s] = commit->body;
    QString where;
    if (run->services) {
        const Result<QString> name = onlyOne(run->services->workspace.repositories.keys(),
                                             run->argument(0), u"repository"_s);
        if (!name) {
            co_return name.error();
        }
        auto finding = placesMadeOf(run, *name, commit->id);
        const Result<PlacesTold> places = co_await std::move(finding);
        if (!places) {
            co_return places.error();
        }
        json[u"places"_s] = places->json;
        where = places->text;
    }
    const QString text = commitText(*run, *commit, here, where);
    if (!asksForChanges(*run)) {
        run->answer(json, text);
        co_return exitWith(Exit::Ok);
    }
    auto answering = answerChanges(run, *repository, git::changesOf(*commit), json, text);
    const Result<void> answered = co_await std::move(answering);
    if (!answered) {
        co_return answered.error();
    }
    co_return exitWith(Exit::Ok);
}

QString refKindText(git::Ref::Kind kind)
{
    return kind == git::Ref::Kind::Branch         ? u"branch"_s
           : kind == git::Ref::Kind::RemoteBranch ? u"remote branch"_s
                                                  : u"tag"_s;
}

Task<Result<int>> repositoryBranches(RunPointer run)
{
    auto opening = openNamed(run, run->argument(0));
    const Result<RepositoryPointer> repository = co_await std::move(opening);
    if (!repository) {
        co_return repository.error();
    }
    auto heading = (*repository)->head();
    const Result<git::Head> head = co_await std::move(heading);
    if (!head) {
        co_return head.error();
    }
    auto reading = (*repository)->refs();
    const Result<QList<git::Ref>> refs = co_await std::move(reading);
    if (!refs) {
        co_return refs.error();
    }
    QJsonArray json;
    Table table;
    table.head = {u"NAME"_s, u"KIND"_s, u"COMMIT"_s, u""_s};
    for (const git::Ref& ref : *refs) {
        const bool current = ref.kind == git::Ref::Kind::Branch && ref.name == head->branch;
        json.append(Json{{u"name"_s, ref.name},
                         {u"kind"_s, refKindText(ref.kind)},
                         {u"commit"_s, ref.commit},
                         {u"current"_s, current}});
        table.rows.append({ref.name, refKindText(ref.kind), ref.commit.left(shownIdLetters),
                           current ? u"current"_s : QString()});
    }
    run->answer({{u"schema"_s, u"analemma.refs.1"_s}, {u"refs"_s, json}}, table.text(run->colour));
    co_return exitWith(Exit::Ok);
}

}  // namespace

QList<Command> repositoryCommands()
{
    const Argument repository{
        u"REPOSITORY"_s,
        u"its name in the workspace, or a path; may be left out when there is one"_s, false};
    const Argument revision{u"REV"_s, u"a commit, branch or tag; else HEAD"_s, false};
    const Option limit{u"limit"_s, u"N"_s, u"at most so many commits; else 50"_s};
    const Option from{u"from"_s, u"REV"_s, u"begin at this commit, branch or tag; else at HEAD"_s};
    const Option after{u"after"_s, u"REV"_s, u"only what this one does not hold"_s};
    const Option all{u"all"_s, {}, u"of all branches and tags, children before parents"_s};
    const Option author{u"author"_s, u"TEXT"_s, u"only of those with this in name or address"_s};
    const Option path{u"path"_s, u"PATH"_s,
                      u"only what changes this file or folder; a pattern with * ? ["_s, true};
    return {
        {u"repository"_s,
         u"list"_s,
         u"Repositories of the workspace: branch, last commit, what is deployed"_s,
         {},
         {},
         Effect::Reads,
         true,
         {},
         repositoryList},
        {u"repository"_s,
         u"log"_s,
         u"Commits, newest first"_s,
         {repository},
         {limit, from, after, all, author, path},
         Effect::Reads,
         true,
         {},
         repositoryLog,
         true},
        {u"repository"_s,
         u"show"_s,
         u"One commit: message, author, names, what was made of it, and what it changed"_s,
         {repository, revision},
         diffOptions(),
         Effect::Reads,
         true,
         {},
         repositoryShow,
         true},
        {u"repository"_s,
         u"branches"_s,
         u"Branches, remote branches and tags"_s,
         {repository},
         {},
         Effect::Reads,
         true,
         {},
         repositoryBranches,
         true},
        {u"repository"_s,
         u"where"_s,
         u"Where a commit is: runs, releases, images and environments that hold it"_s,
         {Argument{u"REV"_s, u"a commit, branch or tag"_s},
          Argument{u"REPOSITORY"_s, u"its name; may be left out when there is one"_s, false}},
         {},
         Effect::Reads,
         true,
         {},
         repositoryWhere},
    };
}

}  // namespace analemma::cli
