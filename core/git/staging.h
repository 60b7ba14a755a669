#pragma once

#include "core/git/diff.h"

/// Acts between the work tree and the index: stage and unstage by file and by line, discard with
/// undo, ignore. All of them change everything they were asked for or nothing; Locked while another
/// program holds the index.
namespace analemma::git {

/// Takes files as they are in the work tree into the index: changed, new and deleted ones. A folder
/// ends in '/' and stands for all in it that is not ignored; no path at all stands for everything.
/// NotFound for what is neither in the work tree nor in the index; Refused for what Git LFS, or
/// another filter that must be run, would have to change first.
Task<Result<void>> stage(std::shared_ptr<Repository> repository, QByteArrayList paths);
/// Makes the index what HEAD has for these files or folders; no path: for all. The work tree stays.
Task<Result<void>> unstage(std::shared_ptr<Repository> repository, QByteArrayList paths);

/// One added or deleted line of a FileDiff, by position.
struct LinePick {
    int hunk = 0;
    int line = 0;
    bool operator==(const LinePick&) const = default;
};
/// All added and deleted lines of a hunk, or of all hunks (-1).
QList<LinePick> linesOf(const FileDiff& shown, int hunk = -1);

/// Takes some lines of a comparison of the index with the work tree into the index, as
/// `git apply --cached` would; a change of mode alone is not among them. Conflict when the file or
/// the index is no longer what was shown; Invalid for binary, too large and type-changed files, for
/// comparisons that ignore space, and when no line was chosen.
Task<Result<void>> stageLines(std::shared_ptr<Repository> repository, FileDiff shown,
                              QList<LinePick> lines);
/// Takes some lines of a comparison of HEAD with the index back out of the index.
Task<Result<void>> unstageLines(std::shared_ptr<Repository> repository, FileDiff shown,
                                QList<LinePick> lines);

/// What was thrown away, kept in a file "ID.discard" (0600): a line of JSON, then the bytes that
/// the work tree had.
struct Discarded {
    QString id;
    QByteArray path;
    QDateTime time;
    qint64 bytes = 0;
};
/// Makes a file what the index has; one that git does not know is removed. What it was is kept in
/// `folder` first, which must lie outside of the work tree (Refused) and holds at most 500 of them
/// and 512 MiB: the oldest go. Invalid when the file is not changed or larger than 64 MiB.
Task<Result<Discarded>> discard(std::shared_ptr<Repository> repository, QByteArray path,
                                QString folder);
/// The same for some lines of a comparison of the index with the work tree. Errors as of
/// stageLines().
Task<Result<Discarded>> discardLines(std::shared_ptr<Repository> repository, FileDiff shown,
                                     QList<LinePick> lines, QString folder);
/// Brings it back and forgets it. Conflict, with nothing changed, when the file is no longer what
/// the discarding left.
Task<Result<void>> undoDiscard(std::shared_ptr<Repository> repository, QString id, QString folder);
/// What can be brought back to this repository, newest first.
Task<Result<QList<Discarded>>> discarded(std::shared_ptr<Repository> repository, QString folder);

/// The line of .gitignore in the topmost folder that means this path and no other; of a folder when
/// it ends in '/'. Empty when no line can: a line break is in it. Pure.
QByteArray ignorePattern(const QByteArray& path);
/// Adds that line to .gitignore unless a rule ignores the path already; gives it back, or nothing.
Task<Result<QByteArray>> ignore(std::shared_ptr<Repository> repository, QByteArray path);
/// Adds a line to .gitignore as it is ("*.log") unless it stands there; gives it back, or nothing.
/// Invalid when it is no rule: empty, a comment, more than one line.
Task<Result<QByteArray>> ignoreByRule(std::shared_ptr<Repository> repository, QByteArray rule);

}  // namespace analemma::git
