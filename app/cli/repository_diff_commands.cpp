#include "app/cli/commands.h"

#include "app/cli/repository_diff.h"
#include "app/cli/repository_open.h"
#include "core/base/text.h"

#include <QJsonArray>
#include <QStringDecoder>

using namespace Qt::StringLiterals;

namespace analemma::cli {
namespace {

constexpr qsizetype changeLimit = 10'000;
constexpr qsizetype patchLimit = 16 * 1024 * 1024;

QString changeText(git::FileChange::Kind kind)
{
    switch (kind) {
        case git::FileChange::Kind::Added:
            return u"added"_s;
        case git::FileChange::Kind::Deleted:
            return u"deleted"_s;
        case git::FileChange::Kind::Modified:
            return u"modified"_s;
        case git::FileChange::Kind::Renamed:
            return u"renamed"_s;
        case git::FileChange::Kind::Copied:
            return u"copied"_s;
        case git::FileChange::Kind::TypeChanged:
            return u"type changed"_s;
        case git::FileChange::Kind::Conflicted:
            return u"conflicted"_s;
        case git::FileChange::Kind::Untracked:
            return u"untracked"_s;
    }
    return {};
}

QString changeModeText(quint32 mode)
{
    return mode == 0 ? QString() : QString::number(mode, 8).rightJustified(6, u'0');
}

Json changeJson(const git::FileChange& change, bool counts)
{
    Json json{{u"kind"_s, changeText(change.kind)},
              {u"oldMode"_s, changeModeText(change.oldMode)},
              {u"newMode"_s, changeModeText(change.newMode)},
              {u"oldId"_s, change.oldId},
              {u"newId"_s, change.newId}};
    putPath(json, u"path"_s, change.path);
    if (change.path != change.oldPath) {
        putPath(json, u"oldPath"_s, change.oldPath);
        json[u"similarity"_s] = change.similarity;
    }
    if (counts) {
        json[u"binary"_s] = change.binary;
        json[u"added"_s] = change.added;
        json[u"deleted"_s] = change.deleted;
    }
    return json;
}

QString namesText(const git::FileChange& change)
{
    const QString path = displayText(QByteArrayView(change.path), 200);
    return change.path == change.oldPath
               ? path
               : displayText(QByteArrayView(change.oldPath), 200) + u" -> "_s + path;
}

QString countText(qsizetype count, const QString& one, const QString& many)
{
    return u"%1 %2"_s.arg(QString::number(count), count == 1 ? one : many);
}

QString statText(const Run& run, const QList<git::FileChange>& changes)
{
    Table table;
    table.head = {u"FILE"_s, u"CHANGE"_s, u"ADDED"_s, u"DELETED"_s};
    table.right = {u"ADDED"_s, u"DELETED"_s};
    qint64 added = 0;
    qint64 deleted = 0;
    for (const git::FileChange& change : changes) {
        added += change.added;
        deleted += change.deleted;
        if (table.rows.size() < changeLimit) {
            table.rows.append({namesText(change), changeText(change.kind),
                               change.binary ? u"binary"_s : QString::number(change.added),
                               change.binary ? QString() : QString::number(change.deleted)});
        }
    }
    return (changes.isEmpty() ? QString() : table.text(run.colour)) +
           u"%1, %2 added, %3 deleted\n"_s.arg(countText(changes.size(), u"file"_s, u"files"_s),
                                               countText(added, u"line"_s, u"lines"_s),
                                               QString::number(deleted));
}

struct Patches {
    QJsonArray files;
    QByteArray text;
    bool complete = true;
};

Task<Result<Patches>> readPatches(RunPointer run, std::shared_ptr<git::Repository> repository,
                                  git::DiffQuery query, QList<git::FileChange> changes)
{
    Patches patches;
    for (const git::FileChange& change : std::as_const(changes)) {
        auto comparing = git::fileDiff(repository, query, change, run->interrupt.first);
        const Result<git::FileDiff> diff = co_await std::move(comparing);
        if (!diff) {
            co_return diff.error();
        }
        const QByteArray patch = git::patchText(*diff);
        if (patches.text.size() + patch.size() > patchLimit) {
            patches.complete = false;
            break;
        }
        Json json = changeJson(diff->change, true);
        json[u"patch"_s] = QString::fromUtf8(patch);
        json[u"tooLarge"_s] = diff->tooLarge;
        patches.files.append(json);
        patches.text += patch;
    }
    co_return patches;
}

/// "a...b" and "a..b" as the first of the two, as git takes them.
git::DiffQuery queryOf(const Run& run)
{
    QString from = run.argument(1);
    QString to = run.argument(2);
    git::DiffQuery query;
    const qsizetype dots = to.isEmpty() ? from.indexOf(u".."_s) : -1;
    if (dots > 0) {
        query.sinceMergeBase = from.mid(dots).startsWith(u"..."_s);
        to = from.mid(dots + (query.sinceMergeBase ? 3 : 2));
        from.truncate(dots);
        to = to.isEmpty() ? u"HEAD"_s : to;
    }
    const bool staged = run.has(u"staged"_s);
    query.from = !from.isEmpty() ? git::Side::at(from)
                 : staged        ? git::Side::at(u"HEAD"_s)
                                 : git::Side::index();
    query.to = !to.isEmpty() ? git::Side::at(to)
               : staged      ? git::Side::index()
                             : git::Side::workTree();
    query.untracked = run.has(u"untracked"_s) && query.to.kind == git::Side::Kind::WorkTree;
    return query;
}

Task<Result<int>> repositoryDiff(RunPointer run)
{
    if (run->has(u"staged"_s) && !run->argument(2).isEmpty()) {
        co_return usageError(u"--staged compares with the index: name one commit, or none"_s);
    }
    auto opening = openNamed(run, run->argument(0));
    const Result<std::shared_ptr<git::Repository>> repository = co_await std::move(opening);
    if (!repository) {
        co_return repository.error();
    }
    const Json json{{u"schema"_s, u"analemma.diff.1"_s}};
    auto answering = answerChanges(run, *repository, queryOf(*run), json, QString());
    const Result<void> answered = co_await std::move(answering);
    if (!answered) {
        co_return answered.error();
    }
    co_return exitWith(Exit::Ok);
}

}  // namespace

QList<Option> diffOptions()
{
    return {
        {u"stat"_s, {}, u"the files that differ, with lines added and deleted"_s},
        {u"patch"_s, {}, u"the lines that differ, as a patch that git apply takes"_s},
        {u"name-only"_s, {}, u"only the names of the files that differ"_s},
        {u"ignore-space"_s, {}, u"blanks do not count"_s},
        {u"context"_s, u"N"_s, u"so many lines around each change of a patch; else 3"_s},
        {u"path"_s, u"PATH"_s, u"only this file or folder; may be given several times"_s, true},
    };
}

bool asksForChanges(const Run& run)
{
    return run.has(u"stat"_s) || run.has(u"patch"_s) || run.has(u"name-only"_s);
}

Task<Result<void>> answerChanges(RunPointer run, std::shared_ptr<git::Repository> repository,
                                 git::DiffQuery query, Json json, QString text)
{
    const Result<int> context = run->number(u"context"_s, 3, 0, 10'000);
    if (!context) {
        co_return context.error();
    }
    query.context = *context;
    query.ignoreSpace = run->has(u"ignore-space"_s);
    query.paths = run->list(u"path"_s);
    const bool patch = run->has(u"patch"_s);
    query.counts = !run->has(u"name-only"_s) && !patch;
    auto listing = git::changedFiles(repository, query, run->interrupt.first);
    const Result<QList<git::FileChange>> changes = co_await std::move(listing);
    if (!changes) {
        co_return changes.error();
    }
    const QList<git::FileChange> first = changes->mid(0, changeLimit);
    bool complete = first.size() == changes->size();
    QByteArray raw;
    QJsonArray files;
    if (patch) {
        auto reading = readPatches(run, repository, query, first);
        const Result<Patches> patches = co_await std::move(reading);
        if (!patches) {
            co_return patches.error();
        }
        files = patches->files;
        raw = patches->text;
        complete = complete && patches->complete;
    } else {
        for (const git::FileChange& change : first) {
            files.append(changeJson(change, query.counts));
            raw += query.counts ? QByteArray() : (namesText(change) + u'\n').toUtf8();
        }
    }
    if (query.counts) {
        raw = statText(*run, *changes).toUtf8();
    }
    json[u"files"_s] = files;
    json[u"complete"_s] = complete;
    // A patch in a file or a pipe is as it is; a person sees it through the filter.
    const bool filtered = patch && run->streams.outTerminal;
    if (run->json) {
        run->printJson(json);
    } else {
        run->print(text + (text.isEmpty() ? QString() : u"\n"_s));
        run->streams.out(filtered ? displayLog(raw).toUtf8() : raw);
    }
    if (!complete) {
        run->say(u"There is more: of %1 files these are the first."_s.arg(changes->size()));
    }
    co_return {};
}

QList<Command> repositoryDiffCommands()
{
    const Argument repository{
        u"REPOSITORY"_s,
        u"its name in the workspace, or a path; may be left out when there is one"_s, false};
    const Argument from{u"FROM"_s,
                        u"a commit, branch or tag, or two of them: A..B, A...B; else the index"_s,
                        false};
    const Argument to{u"TO"_s, u"a commit, branch or tag; else the work tree"_s, false};
    const Option staged{u"staged"_s, {}, u"the index, against FROM or HEAD"_s};
    const Option untracked{u"untracked"_s, {}, u"with files that git does not know"_s};
    return {
        {u"repository"_s,
         u"diff"_s,
         u"What differs: between commits, the index and the work tree"_s,
         {repository, from, to},
         QList<Option>{staged, untracked} + diffOptions(),
         Effect::Reads,
         true,
         u"A...B is what B changed since the two parted."_s,
         repositoryDiff,
         true},
    };
}

void putPath(Json& json, const QString& key, const QByteArray& path)
{
    QStringDecoder decoder(QStringDecoder::Utf8);
    json[key] = QString(decoder.decode(path));
    if (decoder.hasError()) {
        json[key + u"Base64"_s] = QString::fromLatin1(path.toBase64());
    }
}

}  // namespace analemma::cli
