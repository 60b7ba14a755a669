#include "app/cli/commands.h"

#include "app/cli/repository_open.h"
#include "core/base/text.h"
#include "core/git/blame.h"

#include <QJsonArray>

using namespace Qt::StringLiterals;

namespace analemma::cli {
namespace {

using RepositoryPointer = std::shared_ptr<git::Repository>;

constexpr int blameIdLetters = 10;
constexpr int blamedTextLetters = 500;  ///< of a line

/// "2026-03-31" or with a time, in UTC where it names no zone.
Result<QDateTime> timeOption(const Run& run, const QString& option)
{
    const QString text = run.value(option);
    if (text.isEmpty()) {
        return QDateTime();
    }
    QDateTime time = QDateTime::fromString(text, Qt::ISODate);
    if (!time.isValid()) {
        return usageError(u"--%1: \"%2\" is no date"_s.arg(option, displayText(text, 40)),
                          u"Write 2026-03-31 or 2026-03-31T12:00:00Z."_s);
    }
    if (time.timeSpec() == Qt::LocalTime) {
        time.setTimeSpec(Qt::UTC);
    }
    return time;
}

// ---- blame --------------------------------------------------------------------------------------

Json originJson(const git::BlameOrigin& origin)
{
    Json json{{u"commit"_s, origin.commit}, {u"path"_s, QString::fromUtf8(origin.path)}};
    if (!origin.commit.isEmpty()) {
        json[u"author"_s] = origin.author;
        json[u"email"_s] = origin.email;
        json[u"time"_s] = origin.time.toString(Qt::ISODate);
        json[u"subject"_s] = origin.subject;
        json[u"boundary"_s] = origin.boundary;
    }
    if (!origin.previousCommit.isEmpty()) {
        json[u"previous"_s] = Json{{u"commit"_s, origin.previousCommit},
                                   {u"path"_s, QString::fromUtf8(origin.previousPath)}};
    }
    return json;
}

QStringList blameCells(const git::Blame& blame, int row)
{
    const git::BlameLine line = blame.line(row);
    const git::BlameOrigin& origin = blame.origin(line.origin);
    const bool isCommitted = !origin.commit.isEmpty();
    const QByteArray text = blame.text(row);
    return {isCommitted ? origin.commit.left(blameIdLetters) : u"not committed"_s,
            displayText(origin.author, 20),
            isCommitted ? origin.time.toString(u"yyyy-MM-dd"_s) : QString(),
            QString::number(row + 1), displayText(QByteArrayView(text), blamedTextLetters)};
}

void answerBlame(const Run& run, const git::Blame& blame, int first, int last)
{
    QJsonArray origins;
    for (int i = 0; i < blame.originCount(); ++i) {
        origins.append(originJson(blame.origin(i)));
    }
    QJsonArray lines;
    Table table;
    table.head = {u"COMMIT"_s, u"AUTHOR"_s, u"DATE"_s, u"LINE"_s, u""_s};
    table.right = {u"LINE"_s};
    for (int row = first; row < last; ++row) {
        const git::BlameLine line = blame.line(row);
        lines.append(Json{{u"line"_s, row + 1},
                          {u"origin"_s, line.origin},
                          {u"originLine"_s, line.line},
                          {u"text"_s, QString::fromUtf8(blame.text(row)).left(blamedTextLetters)}});
        table.rows.append(blameCells(blame, row));
    }
    run.answer({{u"schema"_s, u"analemma.blame.1"_s},
                {u"lineCount"_s, blame.count()},
                {u"origins"_s, origins},
                {u"lines"_s, lines}},
               table.text(run.colour));
}

Task<Result<int>> repositoryBlame(RunPointer run)
{
    const Result<int> first = run->number(u"line"_s, 1, 1, 1'000'000);
    const Result<int> limit = run->number(u"limit"_s, 5'000, 1, 100'000);
    if (!first || !limit) {
        co_return first ? limit.error() : first.error();
    }
    auto opening = openNamed(run, run->argument(0));
    const Result<RepositoryPointer> repository = co_await std::move(opening);
    if (!repository) {
        co_return repository.error();
    }
    git::BlameQuery query;
    query.path = run->argument(1).toUtf8();
    query.revision = run->value(u"at"_s);
    query.moved = run->has(u"moved"_s);
    query.copied = run->has(u"copied"_s);
    query.ignoreWhitespace = run->has(u"ignore-space"_s);
    auto beginning = git::blame(*repository, query, run->interrupt.first);
    const Result<std::shared_ptr<git::Blame>> blame = co_await std::move(beginning);
    if (!blame) {
        co_return blame.error();
    }
    auto waiting = git::untilComplete(*blame);
    const Result<void> ended = co_await std::move(waiting);
    if (!ended) {
        co_return ended.error();
    }
    const int count = (*blame)->count();
    const int from = std::min(*first - 1, count);
    const int to = std::min(from + *limit, count);
    answerBlame(*run, **blame, from, to);
    if (to < count) {
        run->say(u"The file has %1 lines; go on with --line %2."_s.arg(count).arg(to + 1));
    }
    co_return exitWith(Exit::Ok);
}

// ---- search -------------------------------------------------------------------------------------

Result<git::SearchQuery> searchQuery(const Run& run)
{
    git::SearchQuery query;
    query.text = run.argument(1);
    query.author = run.value(u"author"_s);
    query.added = run.value(u"content"_s);
    query.changed = run.value(u"pattern"_s);
    query.from = run.list(u"from"_s);
    query.matchCase = run.has(u"match-case"_s);
    for (const QString& path : run.list(u"path"_s)) {
        query.paths.append(path.toUtf8());
    }
    const Result<QDateTime> since = timeOption(run, u"since"_s);
    const Result<QDateTime> until = timeOption(run, u"until"_s);
    if (!since || !until) {
        return since ? until.error() : since.error();
    }
    query.since = *since;
    query.until = *until;
    const Result<int> limit = run.number(u"limit"_s, 50, 1, 100'000);
    if (!limit) {
        return limit.error();
    }
    query.limit = *limit;
    return query;
}

Json foundJson(const git::Commit& commit)
{
    return {{u"id"_s, commit.id},
            {u"parents"_s, QJsonArray::fromStringList(commit.parents)},
            {u"author"_s, commit.author},
            {u"email"_s, commit.email},
            {u"time"_s, commit.time.toString(Qt::ISODate)},
            {u"subject"_s, commit.subject}};
}

Task<Result<int>> repositorySearch(RunPointer run)
{
    const Result<git::SearchQuery> query = searchQuery(*run);
    if (!query) {
        co_return query.error();
    }
    auto opening = openNamed(run, run->argument(0));
    const Result<RepositoryPointer> repository = co_await std::move(opening);
    if (!repository) {
        co_return repository.error();
    }
    auto finding = findCommits(run, *repository, *query);
    const Result<QList<git::Commit>> commits = co_await std::move(finding);
    if (!commits) {
        co_return commits.error();
    }
    QJsonArray json;
    Table table;
    table.head = {u"COMMIT"_s, u"WHEN"_s, u"AUTHOR"_s, u"SUBJECT"_s};
    for (const git::Commit& commit : *commits) {
        json.append(foundJson(commit));
        table.rows.append({commit.id.left(blameIdLetters), ago(*run, commit.time),
                           displayText(commit.author, 24), displayText(commit.subject, 100)});
    }
    run->answer({{u"schema"_s, u"analemma.search.1"_s}, {u"commits"_s, json}},
                commits->isEmpty() ? QString() : table.text(run->colour));
    if (commits->isEmpty()) {
        run->say(u"No commit has it."_s);
    }
    co_return exitWith(Exit::Ok);
}

// ---- history of a file --------------------------------------------------------------------------

QString changeText(const git::FoundCommit& row)
{
    using Change = git::FoundCommit::Change;
    const QString from = displayText(QByteArrayView(row.oldPath), 80);
    switch (row.change) {
        case Change::Added:
            return u"added"_s;
        case Change::Deleted:
            return u"deleted"_s;
        case Change::Renamed:
            return u"renamed from "_s + from;
        case Change::Copied:
            return u"copied from "_s + from;
        case Change::TypeChanged:
            return u"type changed"_s;
        case Change::Modified:
        case Change::None:
            break;
    }
    return u"modified"_s;
}

Task<Result<int>> repositoryHistory(RunPointer run)
{
    const Result<int> limit = run->number(u"limit"_s, 50, 1, 100'000);
    if (!limit) {
        co_return limit.error();
    }
    auto opening = openNamed(run, run->argument(0));
    const Result<RepositoryPointer> repository = co_await std::move(opening);
    if (!repository) {
        co_return repository.error();
    }
    auto beginning = git::fileHistory(*repository, run->argument(1).toUtf8(), run->value(u"from"_s),
                                      *limit, run->interrupt.first);
    const Result<std::shared_ptr<git::FoundCommits>> found = co_await std::move(beginning);
    if (!found) {
        co_return found.error();
    }
    auto waiting = git::untilComplete(*found);
    const Result<void> ended = co_await std::move(waiting);
    if (!ended) {
        co_return ended.error();
    }
    QStringList ids;
    for (int row = 0; row < (*found)->count(); ++row) {
        ids.append((*found)->at(row).id);
    }
    auto reading = (*repository)->commits(ids);
    const Result<QList<git::Commit>> commits = co_await std::move(reading);
    if (!commits) {
        co_return commits.error();
    }
    QJsonArray json;
    Table table;
    table.head = {u"COMMIT"_s, u"WHEN"_s, u"AUTHOR"_s, u"SUBJECT"_s, u"CHANGE"_s};
    for (int row = 0; row < (*found)->count(); ++row) {
        const git::FoundCommit& one = (*found)->at(row);
        const git::Commit& commit = commits->at(row);
        Json shown = foundJson(commit);
        shown[u"path"_s] = QString::fromUtf8(one.path);
        shown[u"change"_s] = changeText(one);
        json.append(shown);
        table.rows.append({commit.id.left(blameIdLetters), ago(*run, commit.time),
                           displayText(commit.author, 24), displayText(commit.subject, 80),
                           changeText(one)});
    }
    if (ids.isEmpty()) {
        co_return Error(ErrorKind::NotFound,
                        u"No commit has a file %1."_s.arg(displayText(run->argument(1), 200)));
    }
    run->answer({{u"schema"_s, u"analemma.file-history.1"_s}, {u"commits"_s, json}},
                table.text(run->colour));
    co_return exitWith(Exit::Ok);
}

}  // namespace

Task<Result<QList<git::Commit>>> findCommits(RunPointer run,
                                             std::shared_ptr<git::Repository> repository,
                                             git::SearchQuery query)
{
    auto beginning = git::search(repository, query, run->interrupt.first);
    const Result<std::shared_ptr<git::FoundCommits>> found = co_await std::move(beginning);
    if (!found) {
        co_return found.error();
    }
    auto waiting = git::untilComplete(*found);
    const Result<void> ended = co_await std::move(waiting);
    if (!ended) {
        co_return ended.error();
    }
    if ((*found)->hasMore()) {
        run->say(u"There are more; raise --limit to see them."_s);
    }
    QStringList ids;
    for (int row = 0; row < (*found)->count(); ++row) {
        ids.append((*found)->at(row).id);
    }
    auto reading = repository->commits(ids);
    Result<QList<git::Commit>> commits = co_await std::move(reading);
    co_return commits;
}

QList<Command> repositorySearchCommands()
{
    const Argument repository{u"REPOSITORY"_s, u"its name in the workspace, or a path"_s};
    const Argument file{u"FILE"_s, u"its path in the repository"_s};
    const Argument text{u"TEXT"_s, u"in the message, or the beginning of an id"_s, false};
    const Option limit{u"limit"_s, u"N"_s, u"at most so many commits; else 50"_s};
    const Option lines{u"limit"_s, u"N"_s, u"at most so many lines; else 5000"_s};
    const Option line{u"line"_s, u"N"_s, u"begin at this line"_s};
    const Option at{u"at"_s, u"REV"_s, u"the file at this commit; else in the work tree"_s};
    const Option moved{u"moved"_s, {}, u"look for lines moved within the file"_s};
    const Option copied{u"copied"_s, {}, u"and moved from other files of the same commit"_s};
    const Option space{u"ignore-space"_s, {}, u"changes of blanks are none"_s};
    const Option author{u"author"_s, u"TEXT"_s, u"in the author's name or address"_s};
    const Option path{u"path"_s, u"PATH"_s, u"changes this file or folder; a pattern with * ? ["_s,
                      true};
    const Option content{u"content"_s, u"TEXT"_s, u"adds or removes this text"_s};
    const Option pattern{u"pattern"_s, u"REGEX"_s, u"adds or removes lines that match"_s};
    const Option since{u"since"_s, u"DATE"_s, u"committed at this time or later"_s};
    const Option until{u"until"_s, u"DATE"_s, u"committed at this time or before"_s};
    const Option from{u"from"_s, u"REV"_s,
                      u"that this commit, branch or tag leads to; else all of them"_s, true};
    const Option matchCase{u"match-case"_s, {}, u"small letters are not capital ones"_s};
    const Option start{u"from"_s, u"REV"_s, u"begin at this commit, branch or tag; else at HEAD"_s};
    return {
        {u"repository"_s,
         u"blame"_s,
         u"Who wrote each line of a file"_s,
         {repository, file},
         {at, line, lines, moved, copied, space},
         Effect::Reads,
         true,
         {},
         repositoryBlame,
         true},
        {u"repository"_s,
         u"search"_s,
         u"Commits by message, author, path, content and time"_s,
         {repository, text},
         {author, path, content, pattern, since, until, from, matchCase, limit},
         Effect::Reads,
         true,
         u"A commit must have all that is asked for. Texts are taken as they are; only --pattern "
         "is an expression."_s,
         repositorySearch,
         true},
        {u"repository"_s,
         u"history"_s,
         u"Commits that changed a file, across its renames"_s,
         {repository, file},
         {start, limit},
         Effect::Reads,
         true,
         {},
         repositoryHistory,
         true},
    };
}

}  // namespace analemma::cli
