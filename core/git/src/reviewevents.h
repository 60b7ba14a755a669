#pragma once

#include "core/base/result.h"
#include "core/git/review.h"

#include <QByteArray>
#include <QList>

/// The lines of a review's note, and what they add up to. Pure; the bytes are anybody's.
namespace analemma::git {

constexpr qsizetype reviewLineLimit = 256 * 1024;       ///< longer ones can not be read
constexpr qsizetype reviewNoteLimit = 8 * 1024 * 1024;  ///< of what is read
constexpr qsizetype reviewLinesLimit = 40'000;          ///< of one note that is read
constexpr qsizetype reviewRoom = 2 * 1024 * 1024;       ///< what this program lets a note grow to
constexpr qsizetype reviewTextLimit = 32 * 1024;        ///< characters of one text
constexpr qsizetype reviewTitleLimit = 200;

/// One line of JSON, without the line break; read back it is the same event.
QByteArray writeReviewEvent(const ReviewEvent& event);
/// Nothing for what is no event. What a newer version wrote is Unknown.
std::optional<ReviewEvent> readReviewEvent(const QByteArray& line);

/// The lines of all these notes, each once, by time, id and bytes; what is no event comes last.
/// Lines stay as they are, byte by byte. The same whatever the order of the notes.
QByteArray joinReviewNotes(const QList<QByteArray>& notes);

/// The id of the review that a line opens: that of the blob of the line.
QString reviewIdOf(const QByteArray& openingLine);

/// The review that a note holds, as of `now`; nothing when its opening is not there. Its tip is
/// the last commit somebody saw.
std::optional<Review> readReview(const QString& id, const QByteArray& note, const QDateTime& now);
/// The state that goes with a tip.
void settleReview(Review& review, const QString& tip);

/// A time for what is written after all this: later than what it answers to, whatever the clocks.
QDateTime timeAfter(const QList<ReviewEvent>& events, const QDateTime& now);

/// Who is the same person: the address, or the name of one who has none.
QString reviewerKey(const Reviewer& reviewer);

}  // namespace analemma::git
