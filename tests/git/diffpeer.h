#pragma once

#include "core/git/diff.h"
#include "tests/git/gitfixture.h"

#include <QProcess>

/// Diffs of ours and of the git program, field by field and byte by byte.
namespace gitfixture {

using namespace analemma::git;

inline DiffQuery between(const Side& from, const Side& to)
{
    DiffQuery query;
    query.from = from;
    query.to = to;
    return query;
}

inline Result<QList<FileChange>> changes(const std::shared_ptr<Repository>& repository,
                                         const DiffQuery& query)
{
    return finished(changedFiles(repository, query, CancelToken()));
}

inline Result<FileDiff> lines(const std::shared_ptr<Repository>& repository, const DiffQuery& query,
                              const QByteArray& path)
{
    return finished(fileDiff(repository, query, path, CancelToken()));
}

inline QByteArray gitBytes(const QString& path, const QStringList& arguments)
{
    QProcess git;
    git.setWorkingDirectory(path);
    git.start(u"git"_s, arguments);
    if (!git.waitForFinished(60'000) || git.exitCode() != 0) {
        QTest::qFail(
            qPrintable(arguments.join(u' ') + QString::fromUtf8(git.readAllStandardError())),
            __FILE__, __LINE__);
    }
    return git.readAllStandardOutput();
}

inline const QString emptyTree = u"4b825dc642cb6eb9a060e54bf8d69288fbee4904"_s;

struct Told {
    QByteArray status;
    QByteArray oldPath;
    QByteArray oldMode;
    QByteArray newMode;
    QByteArray oldId;
    QByteArray newId;
    QByteArray counts;
    bool operator==(const Told&) const = default;
    [[nodiscard]] QByteArray text() const
    {
        return status + ' ' + oldPath + ' ' + oldMode + ' ' + newMode + ' ' + oldId + ' ' + newId +
               ' ' + counts;
    }
};

inline QByteArray statusOf(const FileChange& change)
{
    switch (change.kind) {
        case FileChange::Kind::Added:
        case FileChange::Kind::Untracked:
            return "A";
        case FileChange::Kind::Deleted:
            return "D";
        case FileChange::Kind::Renamed:
            return "R" + QByteArray::number(change.similarity).rightJustified(3, '0');
        case FileChange::Kind::TypeChanged:
            return "T";
        case FileChange::Kind::Conflicted:
            return "U";
        default:
            return "M";
    }
}

inline QByteArray modeOf(quint32 mode)
{
    return QByteArray::number(mode, 8).rightJustified(6, '0');
}

/// By path, in the order of the list.
inline QList<std::pair<QByteArray, Told>> toldOf(const QList<FileChange>& changes)
{
    QList<std::pair<QByteArray, Told>> told;
    for (const FileChange& change : changes) {
        const QByteArray counts = change.binary ? QByteArray("- -")
                                                : QByteArray::number(change.added) + ' ' +
                                                      QByteArray::number(change.deleted);
        told.append({change.path, Told{statusOf(change), change.oldPath, modeOf(change.oldMode),
                                       modeOf(change.newMode), change.oldId.toLatin1(),
                                       change.newId.toLatin1(), counts}});
    }
    return told;
}

/// The same from `--raw -z` and `--numstat -z`. Files in conflict stand twice there.
inline QList<std::pair<QByteArray, Told>> toldByGit(const QByteArray& raw,
                                                    const QByteArray& numstat)
{
    QHash<QByteArray, QByteArray> counts;
    QList<QByteArray> parts = numstat.split('\0');
    for (qsizetype i = 0; i + 1 < parts.size(); ++i) {
        const QList<QByteArray> columns = parts[i].split('\t');
        const QByteArray both = columns.value(0) + ' ' + columns.value(1);
        const QByteArray path = parts[i].mid(both.size() + 1);
        if (path.isEmpty()) {
            counts.insert(parts[i + 2], both);
            i += 2;
        } else {
            counts.insert(path, both);
        }
    }
    QList<std::pair<QByteArray, Told>> told;
    parts = raw.split('\0');
    for (qsizetype i = 0; i + 1 < parts.size(); ++i) {
        const QList<QByteArray> columns = parts[i].mid(1).split(' ');
        Told one;
        one.oldMode = columns.value(0);
        one.newMode = columns.value(1);
        one.oldId = columns.value(2).count('0') == 40 ? QByteArray() : columns.value(2);
        one.newId = columns.value(3).count('0') == 40 ? QByteArray() : columns.value(3);
        one.status = columns.value(4);
        one.oldPath = parts[++i];
        const QByteArray path = one.status.startsWith('R') ? parts[++i] : one.oldPath;
        one.counts = counts.value(path, "0 0");
        if (!told.isEmpty() && told.last().first == path && told.last().second.status == "U") {
            one.status = "U";
            told.last().second = one;
        } else {
            told.append({path, one});
        }
    }
    return told;
}

/// Compares files, counts and the whole patch; what differs, or nothing. `arguments` of `git diff`.
inline QString differs(const std::shared_ptr<Repository>& repository, DiffQuery query,
                       const QStringList& arguments)
{
    const QString path = repository->path();
    const auto ask = [&](const QStringList& more) {
        return gitBytes(path, QStringList{u"diff"_s, u"-M"_s, u"--no-color"_s, u"--no-ext-diff"_s,
                                          u"--ignore-submodules=dirty"_s} +
                                  more + arguments);
    };
    const Result<QList<FileChange>> files = changes(repository, query);
    if (!files) {
        return files.error().message;
    }
    auto mine = toldOf(*files);
    auto git =
        toldByGit(ask({u"--raw"_s, u"-z"_s, u"--no-abbrev"_s}), ask({u"--numstat"_s, u"-z"_s}));
    // Ids of the work tree: git tells those of files that are the same in the index, we those of
    // submodules.
    for (auto* list : {&mine, &git}) {
        for (auto& [name, told] : *list) {
            told.oldId = query.from.kind == Side::Kind::WorkTree ? QByteArray() : told.oldId;
            told.newId = query.to.kind == Side::Kind::WorkTree ? QByteArray() : told.newId;
        }
    }
    QByteArray patch;
    for (const FileChange& file : *files) {
        const Result<FileDiff> diff = lines(repository, query, file.path);
        if (!diff) {
            return diff.error().message;
        }
        const bool sameCounts =
            diff->change.added == file.added && diff->change.deleted == file.deleted;
        if (diff->change.binary != file.binary ||
            (!sameCounts && file.kind != FileChange::Kind::TypeChanged)) {
            return u"other counts for %1"_s.arg(QString::fromUtf8(file.path));
        }
        patch += patchText(*diff);
        const Result<FileDiff> again = finished(fileDiff(repository, query, file, CancelToken()));
        if (!again || patchText(*again) != patchText(*diff)) {
            return u"another answer for %1 by its change"_s.arg(QString::fromUtf8(file.path));
        }
    }
    // With -w, `--raw` still has what `--numstat` and the patch leave out.
    if (query.ignoreSpace) {
        const auto isNothing = [](const std::pair<QByteArray, Told>& one) {
            return one.second.status == "M" && one.second.counts == "0 0" &&
                   one.second.oldMode == one.second.newMode;
        };
        git.removeIf(isNothing);
    }
    for (qsizetype i = 0; i < std::max(mine.size(), git.size()); ++i) {
        if (i >= mine.size() || i >= git.size() || mine[i] != git[i]) {
            const auto textAt = [i](const QList<std::pair<QByteArray, Told>>& list) {
                return i < list.size() ? list[i].first + ": " + list[i].second.text() : "nothing";
            };
            return u"we: %1\n git: %2"_s.arg(QString::fromUtf8(textAt(mine)),
                                             QString::fromUtf8(textAt(git)));
        }
    }
    const QByteArray told = ask({u"--full-index"_s, u"-U%1"_s.arg(query.context)});
    const QList<QByteArray> ours = patch.split('\n');
    const QList<QByteArray> theirs = told.split('\n');
    for (qsizetype i = 0; i < std::max(ours.size(), theirs.size()); ++i) {
        if (ours.value(i) != theirs.value(i) || (i < ours.size()) != (i < theirs.size())) {
            return u"line %1 of the patch, we: %2\n git: %3"_s.arg(
                QString::number(i), QString::fromUtf8(ours.value(i)),
                QString::fromUtf8(theirs.value(i)));
        }
    }
    return {};
}

}  // namespace gitfixture
