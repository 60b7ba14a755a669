#pragma once

#include "core/git/review.h"
#include "core/git/src/handles.h"

#include <QMap>

/// The notes of the reviews as git keeps them: a commit whose tree names a blob for each annotated
/// object. On the repository's queue.
namespace analemma::git {

struct ReviewNotes {
    std::optional<git_oid> commit;  ///< none: there is no note yet
    /// Blobs by the id of what they annotate. Several where the tree has it in two forms of path.
    QMap<QString, QList<git_oid>> notes;
    struct Other {
        git_oid id{};
        git_filemode_t mode = GIT_FILEMODE_BLOB;
    };
    QMap<QByteArray, Other> others;  ///< what is no note, at the top of the tree
};

Result<ReviewNotes> readReviewNotes(const Handle& handle);
/// What `commit` holds. Invalid for a tree of more than 20,000 notes.
Result<ReviewNotes> readReviewNotesAt(const Handle& handle, const git_oid& commit);
/// The lines of one note. Invalid when they are too many.
Result<QByteArray> readReviewNote(const Handle& handle, const QString& id,
                                  const QList<git_oid>& blobs);

/// Adds a line to a note. The line is made for what stands there (empty: nothing yet) and made
/// again when another program was quicker.
struct ReviewLine {
    QString id;
    QByteArray line;
    qsizetype room = 0;  ///< what the note may grow to
};
using MakeReviewLine = std::function<Result<ReviewLine>(const ReviewNotes& notes)>;
Result<QString> addReviewLine(const Handle& handle, const Reviewer& by, const QString& message,
                              const MakeReviewLine& make);

Result<ReviewMerge> mergeReviewNotes(const Handle& handle, const QString& from);

}  // namespace analemma::git
