#pragma once

#include "core/base/result.h"

#include <QByteArray>
#include <QList>
#include <QStringList>

/// Work on the folders of a job. Blocking: for workers.
namespace analemma::pipeline {

/// What matches a pattern below a folder, as relative paths: * ? [a-z] within a name, ** for any
/// depth.
/// "." is the folder itself. Invalid when there are too many.
Result<QStringList> matchesBelow(const QString& root, const QString& pattern);

/// Copies a file or tree over what is there: folders are joined, other things replaced.
Result<void> mergeTree(const QString& from, const QString& to);

struct FoundFile {
    QString path;      ///< absolute
    QString relative;  ///< to where the search began; empty for a file that was named itself
    qint64 size = 0;
};
/// The regular files of a tree in order of name, links not followed. NotFound; Invalid when there
/// are more than `limit`.
Result<QList<FoundFile>> filesBelow(const QString& path, int limit);

/// Ends every process that bears this text in its environment: SIGTERM, after the grace SIGKILL.
/// How many there were.
Result<int> endMarked(const QByteArray& marker, int graceMilliseconds);

}  // namespace analemma::pipeline
