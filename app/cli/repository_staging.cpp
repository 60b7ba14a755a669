#include "app/cli/repository_staging.h"

#include "app/cli/repository_diff.h"
#include "app/cli/repository_open.h"
#include "core/base/files.h"
#include "core/base/text.h"
#include "core/git/staging.h"

#include <QFile>
#include <QJsonArray>
#include <QRegularExpression>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace analemma::cli {
namespace {

using RepositoryPointer = std::shared_ptr<git::Repository>;

constexpr qsizetype mostRanges = 1000;
constexpr qsizetype mostDiscards = 500;  // as many as are kept for undo

// ---- which lines --------------------------------------------------------------------------------

struct Ranges {
    QList<std::pair<int, int>> all;
    [[nodiscard]] bool has(int number) const
    {
        return std::any_of(all.cbegin(), all.cend(), [number](const auto& range) {
            return number >= range.first && number <= range.second;
        });
    }
};

/// "3-7,9".
Result<Ranges> rangesOf(const Run& run, const QString& option)
{
    static const QRegularExpression form(u"\\A([0-9]{1,9})(?:-([0-9]{1,9}))?\\z"_s);
    Ranges ranges;
    const QStringList words = run.has(option) ? run.value(option).split(u',') : QStringList();
    for (const QString& word : words) {
        const QRegularExpressionMatch match = form.match(word.trimmed());
        const int first = match.captured(1).toInt();
        const int last = match.captured(2).isEmpty() ? first : match.captured(2).toInt();
        if (!match.hasMatch() || first < 1 || last < first || ranges.all.size() >= mostRanges) {
            return usageError(u"--%1: expected numbers like 3-7,9, got \"%2\""_s.arg(
                option, displayText(run.value(option), 80)));
        }
        ranges.all.append({first, last});
    }
    return ranges;
}

struct Wanted {
    Ranges lines;
    Ranges oldLines;
    Ranges hunks;
};

bool asksForLines(const Run& run)
{
    return run.has(u"lines"_s) || run.has(u"old-lines"_s) || run.has(u"hunk"_s);
}

Result<Wanted> wantedLines(const Run& run)
{
    const QStringList paths = run.parsed.arguments.mid(1);
    if (paths.size() != 1 || paths.constFirst().endsWith(u'/') || run.has(u"all"_s) ||
        run.has(u"undo"_s) || run.has(u"list"_s)) {
        return usageError(u"lines are those of one file: name it alone"_s);
    }
    Wanted wanted;
    for (const auto& [option, ranges] : {std::pair{u"lines"_s, &wanted.lines},
                                         {u"old-lines"_s, &wanted.oldLines},
                                         {u"hunk"_s, &wanted.hunks}}) {
        const Result<Ranges> read = rangesOf(run, option);
        if (!read) {
            return read.error();
        }
        *ranges = *read;
    }
    return wanted;
}

/// Of a block of changes, deleted lines and then added ones: an added line takes along the one that
/// it replaces.
QList<git::LinePick> picksIn(const git::FileDiff& shown, const Wanted& wanted)
{
    QList<git::LinePick> picks;
    for (int h = 0; h < int(shown.hunks.size()); ++h) {
        const QList<git::DiffLine>& lines = shown.hunks[h].lines;
        QList<int> deleted;  // of the block, so far
        int added = 0;
        for (int i = 0; i < int(lines.size()); ++i) {
            const git::DiffLine& line = lines[i];
            const bool inHunk = wanted.hunks.has(h + 1);
            switch (line.kind) {
                case git::DiffLine::Kind::Context:
                    deleted.clear();
                    added = 0;
                    break;
                case git::DiffLine::Kind::Deleted:
                    deleted.append(i);
                    if (inHunk || wanted.oldLines.has(line.oldNumber)) {
                        picks.append({h, i});
                    }
                    break;
                case git::DiffLine::Kind::Added: {
                    const int replaced = deleted.value(added++, -1);
                    if (!inHunk && !wanted.lines.has(line.newNumber)) {
                        break;
                    }
                    picks.append({h, i});
                    if (replaced >= 0 && !picks.contains({h, replaced})) {
                        picks.append({h, replaced});
                    }
                    break;
                }
            }
        }
    }
    return picks;
}

struct ChosenLines {
    git::FileDiff shown;
    QList<git::LinePick> picks;
};

/// `staged`: of HEAD against the index, else of the index against the work tree.
Task<Result<ChosenLines>> chooseLines(RunPointer run, RepositoryPointer repository, bool staged)
{
    const Result<Wanted> wanted = wantedLines(*run);
    if (!wanted) {
        co_return wanted.error();
    }
    git::DiffQuery query;
    query.from = staged ? git::Side::at(u"HEAD"_s) : git::Side::index();
    query.to = staged ? git::Side::index() : git::Side::workTree();
    query.untracked = !staged;
    const QByteArray path = pathsOf(*run).constFirst();
    auto comparing = git::fileDiff(repository, query, path, run->interrupt.first);
    const Result<git::FileDiff> shown = co_await std::move(comparing);
    if (!shown) {
        co_return shown.error();
    }
    ChosenLines chosen;
    chosen.shown = *shown;
    chosen.picks = picksIn(*shown, *wanted);
    if (chosen.picks.isEmpty()) {
        co_return Error(ErrorKind::NotFound, u"Nothing changed at these lines of %1."_s.arg(
                                                 displayText(QByteArrayView(path), 300)))
            .withHint(u"repository diff REPOSITORY --patch shows hunks and lines."_s);
    }
    co_return chosen;
}

using LinesAct = Task<Result<void>> (*)(RepositoryPointer, git::FileDiff, QList<git::LinePick>);

Task<Result<int>> actOnLines(RunPointer run, LinesAct act, bool staged, QString did)
{
    auto opening = openNamed(run, run->argument(0));
    const Result<RepositoryPointer> repository = co_await std::move(opening);
    if (!repository) {
        co_return repository.error();
    }
    auto choosing = chooseLines(run, *repository, staged);
    const Result<ChosenLines> chosen = co_await std::move(choosing);
    if (!chosen) {
        co_return chosen.error();
    }
    const qsizetype count = chosen->picks.size();
    if (!run->dryRun) {
        auto acting = act(*repository, chosen->shown, chosen->picks);
        const Result<void> done = co_await std::move(acting);
        if (!done) {
            co_return done.error();
        }
    }
    run->answer({{u"schema"_s, u"analemma.staging.1"_s},
                 {run->dryRun ? u"would"_s : u"did"_s, did},
                 {u"lines"_s, count}},
                (run->dryRun ? u"would have %1 %2 changed lines\n"_s : u"%1 %2 changed lines\n"_s)
                    .arg(did)
                    .arg(count));
    co_return exitWith(Exit::Ok);
}

// ---- stage, unstage -----------------------------------------------------------------------------

using PathsAct = Task<Result<void>> (*)(RepositoryPointer, QByteArrayList);

Task<Result<int>> actOnPaths(RunPointer run, PathsAct act, QString did)
{
    const QByteArrayList paths = pathsOf(*run);
    if (paths.isEmpty() != run->has(u"all"_s)) {
        co_return usageError(u"name files, or give --all"_s,
                             u"A folder ends in a slash and stands for all in it."_s);
    }
    auto opening = openNamed(run, run->argument(0));
    const Result<RepositoryPointer> repository = co_await std::move(opening);
    if (!repository) {
        co_return repository.error();
    }
    const QString what = paths.isEmpty() ? u"all changes"_s : u"%1 paths"_s.arg(paths.size());
    if (run->dryRun) {
        run->answer({{u"schema"_s, u"analemma.staging.1"_s}, {u"would"_s, did}},
                    u"would have %1 %2\n"_s.arg(did, what));
        co_return exitWith(Exit::Ok);
    }
    auto acting = act(*repository, paths);
    const Result<void> done = co_await std::move(acting);
    if (!done) {
        co_return done.error();
    }
    run->answer({{u"schema"_s, u"analemma.staging.1"_s}, {u"did"_s, did}},
                u"%1 %2\n"_s.arg(did, what));
    co_return exitWith(Exit::Ok);
}

}  // namespace

Task<Result<int>> repositoryStage(RunPointer run)
{
    if (asksForLines(*run)) {
        return actOnLines(run, &git::stageLines, false, u"staged"_s);
    }
    return actOnPaths(run, &git::stage, u"staged"_s);
}

Task<Result<int>> repositoryUnstage(RunPointer run)
{
    if (asksForLines(*run)) {
        return actOnLines(run, &git::unstageLines, true, u"unstaged"_s);
    }
    return actOnPaths(run, &git::unstage, u"unstaged"_s);
}

// ---- discard ------------------------------------------------------------------------------------

namespace {

QString discardFolder()
{
    return homeFolder() + u"/discarded"_s;
}

Json discardedJson(const git::Discarded& one)
{
    Json json{
        {u"id"_s, one.id}, {u"time"_s, one.time.toString(Qt::ISODate)}, {u"bytes"_s, one.bytes}};
    putPath(json, u"path"_s, one.path);
    return json;
}

Task<Result<int>> listDiscarded(RunPointer run, RepositoryPointer repository)
{
    auto listing = git::discarded(repository, discardFolder());
    const Result<QList<git::Discarded>> all = co_await std::move(listing);
    if (!all) {
        co_return all.error();
    }
    QJsonArray json;
    Table table;
    table.head = {u"ID"_s, u"WHEN"_s, u"SIZE"_s, u"PATH"_s};
    for (const git::Discarded& one : *all) {
        json.append(discardedJson(one));
        table.rows.append({one.id, one.time.toString(Qt::ISODate), sizeText(one.bytes),
                           displayText(QByteArrayView(one.path), 300)});
    }
    run->answer({{u"schema"_s, u"analemma.discarded.1"_s}, {u"discarded"_s, json}},
                table.text(run->colour));
    co_return exitWith(Exit::Ok);
}

/// Folders end in a slash and stand for all in them that changed.
Task<Result<QByteArrayList>> filesOf(RunPointer run, RepositoryPointer repository,
                                     QByteArrayList paths)
{
    const auto isFolder = [](const QByteArray& path) { return path.endsWith('/'); };
    if (std::none_of(paths.cbegin(), paths.cend(), isFolder)) {
        co_return paths;
    }
    git::DiffQuery query;
    query.from = git::Side::index();
    query.to = git::Side::workTree();
    query.untracked = true;
    query.counts = false;
    auto listing = git::changedFiles(repository, query, run->interrupt.first);
    const Result<QList<git::FileChange>> changes = co_await std::move(listing);
    if (!changes) {
        co_return changes.error();
    }
    QByteArrayList files;
    for (const QByteArray& path : paths) {
        const qsizetype before = files.size();
        for (const git::FileChange& change : *changes) {
            if (isFolder(path) && change.path.startsWith(path) && !files.contains(change.path)) {
                files.append(change.path);
            }
        }
        if (!isFolder(path) && !files.contains(path)) {
            files.append(path);
        }
        if (files.size() == before && isFolder(path)) {
            co_return Error(ErrorKind::NotFound, u"Nothing changed in %1."_s.arg(
                                                     displayText(QByteArrayView(path), 300)));
        }
        if (files.size() > mostDiscards) {
            co_return Error(
                ErrorKind::Refused,
                u"More than %1 files: not all of them could be kept for undo. Nothing was "
                "discarded."_s.arg(mostDiscards));
        }
    }
    co_return files;
}

Task<Result<int>> discardLines(RunPointer run, RepositoryPointer repository)
{
    auto choosing = chooseLines(run, repository, false);
    const Result<ChosenLines> chosen = co_await std::move(choosing);
    if (!chosen) {
        co_return chosen.error();
    }
    if (run->dryRun) {
        run->answer({{u"schema"_s, u"analemma.discarded.1"_s}, {u"discarded"_s, QJsonArray()}},
                    u"would discard %1 changed lines\n"_s.arg(chosen->picks.size()));
        co_return exitWith(Exit::Ok);
    }
    auto discarding = git::discardLines(repository, chosen->shown, chosen->picks, discardFolder());
    const Result<git::Discarded> one = co_await std::move(discarding);
    if (!one) {
        co_return one.error();
    }
    run->say(u"To have it back: repository discard REPOSITORY --undo %1"_s.arg(one->id));
    run->answer({{u"schema"_s, u"analemma.discarded.1"_s},
                 {u"discarded"_s, QJsonArray{discardedJson(*one)}}},
                QString());
    co_return exitWith(Exit::Ok);
}

Task<Result<int>> discardAll(RunPointer run, RepositoryPointer repository, QByteArrayList paths)
{
    QJsonArray json;
    for (const QByteArray& path : paths) {
        auto discarding = git::discard(repository, path, discardFolder());
        const Result<git::Discarded> one = co_await std::move(discarding);
        if (!one) {
            co_return one.error();
        }
        json.append(discardedJson(*one));
        run->say(u"Discarded %1. To have it back: repository discard REPOSITORY --undo %2"_s.arg(
            displayText(QByteArrayView(path), 300), one->id));
    }
    run->answer({{u"schema"_s, u"analemma.discarded.1"_s}, {u"discarded"_s, json}}, QString());
    co_return exitWith(Exit::Ok);
}

}  // namespace

Task<Result<int>> repositoryDiscard(RunPointer run)
{
    const QByteArrayList named = pathsOf(*run);
    const QString undo = run->value(u"undo"_s);
    if (int(!named.isEmpty()) + int(run->has(u"undo"_s)) + int(run->has(u"list"_s)) != 1) {
        co_return usageError(u"name files or folders, or give --undo or --list"_s,
                             u"A folder ends in a slash."_s);
    }
    auto opening = openNamed(run, run->argument(0));
    const Result<RepositoryPointer> repository = co_await std::move(opening);
    if (!repository) {
        co_return repository.error();
    }
    if (run->has(u"list"_s)) {
        auto body = listDiscarded(run, *repository);
        Result<int> code = co_await std::move(body);
        co_return code;
    }
    if (asksForLines(*run)) {
        auto body = discardLines(run, *repository);
        Result<int> code = co_await std::move(body);
        co_return code;
    }
    auto listing = filesOf(run, *repository, named);
    const Result<QByteArrayList> paths = co_await std::move(listing);
    if (!paths) {
        co_return paths.error();
    }
    if (run->dryRun) {
        run->answer({{u"schema"_s, u"analemma.discarded.1"_s}, {u"discarded"_s, QJsonArray()}},
                    undo.isEmpty() ? u"would discard %1 files\n"_s.arg(paths->size())
                                   : u"would bring back %1\n"_s.arg(undo));
        co_return exitWith(Exit::Ok);
    }
    if (undo.isEmpty()) {
        auto body = discardAll(run, *repository, *paths);
        Result<int> code = co_await std::move(body);
        co_return code;
    }
    auto undoing = git::undoDiscard(*repository, undo, discardFolder());
    const Result<void> back = co_await std::move(undoing);
    if (!back) {
        co_return back.error();
    }
    run->answer({{u"schema"_s, u"analemma.discarded.1"_s}, {u"broughtBack"_s, undo}},
                u"brought back %1\n"_s.arg(undo));
    co_return exitWith(Exit::Ok);
}

// ---- ignore -------------------------------------------------------------------------------------

Task<Result<int>> repositoryIgnore(RunPointer run)
{
    auto opening = openNamed(run, run->argument(0));
    const Result<RepositoryPointer> repository = co_await std::move(opening);
    if (!repository) {
        co_return repository.error();
    }
    const QByteArray given = pathsOf(*run).constFirst();
    const QString shown = displayText(QByteArrayView(given), 300);
    if (run->dryRun) {
        run->answer({{u"schema"_s, u"analemma.ignored.1"_s}, {u"would"_s, shown}},
                    u"would ignore %1\n"_s.arg(shown));
        co_return exitWith(Exit::Ok);
    }
    auto ignoring = run->has(u"rule"_s) ? git::ignoreByRule(*repository, given)
                                        : git::ignore(*repository, given);
    const Result<QByteArray> line = co_await std::move(ignoring);
    if (!line && line.error().kind == ErrorKind::Invalid) {
        co_return usageError(line.error().message, line.error().hint);
    }
    if (!line) {
        co_return line.error();
    }
    Json json{{u"schema"_s, u"analemma.ignored.1"_s}, {u"added"_s, !line->isEmpty()}};
    putPath(json, u"line"_s, *line);
    run->answer(json, line->isEmpty() ? u"%1 is ignored already\n"_s.arg(shown)
                                      : u"added to .gitignore: %1\n"_s.arg(
                                            displayText(QByteArrayView(*line), 300)));
    co_return exitWith(Exit::Ok);
}

QByteArrayList pathsOf(const Run& run, qsizetype from)
{
    QByteArrayList paths;
    for (const QString& path : run.parsed.arguments.mid(from)) {
        paths.append(QFile::encodeName(path));
    }
    return paths;
}

QList<Option> lineOptions()
{
    return {{u"lines"_s, u"N-M,…"_s,
             u"of one file only these new lines, each with the one that it replaces"_s},
            {u"old-lines"_s, u"N-M,…"_s, u"and of the deleted ones these, by their old numbers"_s},
            {u"hunk"_s, u"N,…"_s, u"and all of these hunks, as diff --patch shows them"_s}};
}

}  // namespace analemma::cli
