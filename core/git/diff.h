#pragma once

#include "core/git/git.h"

/// What differs between two states of a repository: files, then lines, then words.
namespace analemma::git {

/// One of the two sides of a comparison. HEAD is nothing while there is no commit.
struct Side {
    enum class Kind { Nothing, Revision, Index, WorkTree };
    Kind kind = Kind::Nothing;
    QString revision;  ///< of Kind::Revision

    static Side nothing() { return {}; }
    static Side at(QString revision) { return Side{Kind::Revision, std::move(revision)}; }
    static Side index() { return Side{Kind::Index, {}}; }
    static Side workTree() { return Side{Kind::WorkTree, {}}; }
};

struct DiffQuery {
    Side from;
    Side to;
    QStringList paths;  ///< files or folders; empty: all
    bool sinceMergeBase =
        false;                 ///< `from` is where the two parted (git's "a...b"); revisions only
    bool ignoreSpace = false;  ///< as `git diff -w`
    bool untracked = false;    ///< with files git does not know; `to` is the work tree
    bool counts = true;        ///< lines are counted, and binary files told, in lists of files
    int context = 3;           ///< unchanged lines around a change
};

struct FileChange {
    enum class Kind {
        Added,
        Deleted,
        Modified,
        Renamed,
        Copied,
        TypeChanged,
        Conflicted,
        Untracked
    };
    Kind kind = Kind::Modified;
    QByteArray path;      ///< as stored: any bytes but NUL
    QByteArray oldPath;   ///< the same, unless renamed or copied
    quint32 oldMode = 0;  ///< 0100644, 0100755, 0120000 (link), 0160000 (submodule); 0: not there
    quint32 newMode = 0;
    QString oldId;       ///< of the blob or the submodule's commit; empty where it is not known:
    QString newId;       ///< those of the work tree, in lists of files
    int similarity = 0;  ///< percent, when renamed
    bool binary = false;
    int added = 0;  ///< lines; 0 when binary, missing or too large to be compared
    int deleted = 0;
};

/// A part of a line, in bytes.
struct Span {
    int from = 0;
    int length = 0;
    bool operator==(const Span&) const = default;
};

struct DiffLine {
    enum class Kind { Context, Added, Deleted };
    Kind kind = Kind::Context;
    int oldNumber = 0;  ///< from 1; 0 when it is not on that side
    int newNumber = 0;
    QByteArray text;  ///< without the line break
    bool endsWithoutBreak = false;
    QList<Span> changed;  ///< words that differ from the line's counterpart; empty when it has none
};

struct Hunk {
    int oldStart = 0;
    int oldCount = 0;
    int newStart = 0;
    int newCount = 0;
    QByteArray heading;  ///< what git prints after the second "@@"
    QList<DiffLine> lines;
};

struct FileDiff {
    FileChange change;
    QList<Hunk> hunks;      ///< of a changed type: all of the old lines, then all of the new ones
    bool tooLarge = false;  ///< not compared: more than 8 MiB a side or more than 200,000 lines
};

/// The files that differ, in git's order, with renames (not copies) found as git finds them from 50
/// percent on. A conflicted file is our version against what lies in the work tree. Submodules are
/// never looked into; nothing of the repository is run. Errors: NotFound for a revision, Invalid
/// for sides that cannot be compared and for more than 300,000 files.
Task<Result<QList<FileChange>>> changedFiles(std::shared_ptr<Repository> repository,
                                             DiffQuery query, CancelToken cancel);
/// The lines of one file of changedFiles(), by its new path. NotFound when it does not differ.
Task<Result<FileDiff>> fileDiff(std::shared_ptr<Repository> repository, DiffQuery query,
                                QByteArray path, CancelToken cancel);
/// The same for a change that changedFiles() gave for this query: nothing is looked for again.
Task<Result<FileDiff>> fileDiff(std::shared_ptr<Repository> repository, DiffQuery query,
                                FileChange change, CancelToken cancel);
/// The query for what a commit changed against its parent (the first, from 0); the root commit
/// against nothing.
DiffQuery changesOf(const Commit& commit, int parent = 0);

/// The bytes of a side of a change, for pictures and whole files. Invalid when larger than the
/// limit.
Task<Result<QByteArray>> blob(std::shared_ptr<Repository> repository, QString id,
                              qint64 limitBytes);

/// Where two histories parted; empty when they have nothing in common.
Task<Result<QString>> mergeBase(std::shared_ptr<Repository> repository, QString a, QString b);
struct AheadBehind {
    int ahead = 0;  ///< commits of the first that the second has not
    int behind = 0;
};
Task<Result<AheadBehind>> aheadBehind(std::shared_ptr<Repository> repository, QString revision,
                                      QString of);

/// What `git diff --full-index` prints for it, which `git apply` takes; files that are binary or
/// too large are only named. Pure.
QByteArray patchText(const FileDiff& diff);

/// Marks in a deleted and an added line the words in which they differ; none when they have little
/// in common. Pure.
void markWords(DiffLine& deleted, DiffLine& added);

}  // namespace analemma::git
