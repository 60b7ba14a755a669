#pragma once

#include "core/base/task.h"
#include "core/git/diff.h"

#include <QByteArrayView>

/// Two texts as lines that differ. Pure, by libgit2's xdiff, which is git's.
namespace analemma::git {

struct LineCounts {
    int added = 0;
    int deleted = 0;
};

/// How many lines there are; what follows the last line break is one as well.
qint64 lineCount(QByteArrayView text);
Result<LineCounts> countChanges(QByteArrayView from, QByteArrayView to, bool ignoreSpace,
                                const CancelToken& cancel);
/// With the headings of git's default driver and without marked words.
Result<QList<Hunk>> compareLines(QByteArrayView from, QByteArrayView to, int context,
                                 bool ignoreSpace, const CancelToken& cancel);

/// Marks the words of lines that took each other's place; of hunks with a great many, only of the
/// first ones.
void markWordsIn(QList<Hunk>& hunks);

}  // namespace analemma::git
