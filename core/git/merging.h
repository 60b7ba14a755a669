#pragma once

#include "core/git/branches.h"

/// Merge, cherry-pick and revert, and what they stop at. The state of one that is under way lies in
/// the repository as git keeps it (MERGE_HEAD and its like), so that git finishes what was begun
/// here and the other way round. `expected` is as in core/git/branches.h.
namespace analemma::git {

// ---- what is under way --------------------------------------------------------------------------

struct UnderWay {
    enum class Kind { None, Merge, CherryPick, Revert, Rebase, Other };
    Kind kind = Kind::None;
    QString commit;     ///< that is merged, picked, reverted; of a rebase: that it stopped at
    QString message;    ///< prepared for the commit, at most 64 KiB
    QString branch;     ///< of a rebase: that is moved; empty when none is
    QString before;     ///< of a rebase: where it was
    QString onto;       ///< of a rebase: the new base
    int step = 0;       ///< of a rebase: from 1
    int steps = 0;      ///< of a rebase
    int conflicts = 0;  ///< paths that are not resolved
    QString obstacle;   ///< why only the git program can go on here; empty: we can too
};
QString toString(UnderWay::Kind kind);  ///< "merge", "cherry-pick", ...; "" for None

/// Also when git, or a process that was killed, began it.
Task<Result<UnderWay>> underWay(std::shared_ptr<Repository> repository);

// ---- conflicts ----------------------------------------------------------------------------------

/// One of the three versions of a path that two sides changed.
struct ConflictSide {
    QString id;        ///< of the blob; empty: not there
    quint32 mode = 0;  ///< 0100644, 0100755, 0120000 (link), 0160000 (submodule)
    QByteArray path;   ///< differs between the sides after renames
    bool operator==(const ConflictSide&) const = default;
};
struct Conflict {
    QByteArray path;
    ConflictSide base;
    ConflictSide ours;
    ConflictSide theirs;
    bool operator==(const Conflict&) const = default;
};
/// By path. Invalid when there are more than 10,000.
Task<Result<QList<Conflict>>> conflicts(std::shared_ptr<Repository> repository);

/// For a three-way view.
struct ConflictText {
    QByteArray base;
    QByteArray ours;
    QByteArray theirs;
    QByteArray merged;  ///< with markers where both changed; empty when binary or one side is gone
    bool binary = false;
    bool tooLarge = false;  ///< a side is larger than 8 MiB: nothing is given
};
Task<Result<ConflictText>> conflictText(std::shared_ptr<Repository> repository, Conflict conflict);

/// What a path becomes.
struct Resolution {
    enum class Kind { Base, Ours, Theirs, Bytes, Deleted };
    Kind kind = Kind::Ours;
    QByteArray bytes;  ///< of Kind::Bytes

    static Resolution side(Kind kind) { return {kind, {}}; }
    static Resolution with(QByteArray bytes) { return {Kind::Bytes, std::move(bytes)}; }
};
/// Writes file and index. A side that is not there deletes the file. Conflict when the index no
/// longer has `seen`.
Task<Result<void>> resolveConflict(std::shared_ptr<Repository> repository, Conflict seen,
                                   Resolution resolution);

// ---- acts ---------------------------------------------------------------------------------------

struct MergePreview {
    enum class Kind { UpToDate, FastForward, Real, Unrelated };
    Kind kind = Kind::UpToDate;
    QString commit;               ///< what would be merged
    QString base;                 ///< where the two parted; empty when they never met
    QList<QByteArray> conflicts;  ///< of a real merge: paths, at most 1,000
};
/// What merging would do. Nothing is changed.
Task<Result<MergePreview>> previewMerge(std::shared_ptr<Repository> repository, QString revision);

struct MergeRequest {
    QString revision;
    QString message;          ///< empty: "Merge branch 'topic'", as git writes it
    bool fastForward = true;  ///< false: a merge commit even where none is needed
    bool unrelated = false;   ///< true: also histories that never met (else Refused)
};
struct Outcome {
    enum class Kind {
        Nothing,  ///< it is all there already
        Done,
        Stopped,  ///< at conflicts: resolve them, then finishUnderWay(), or abortUnderWay()
    };
    Kind kind = Kind::Nothing;
    QString before;  ///< HEAD's commit before the act, for reset()
    QString after;   ///< HEAD's commit now
    int conflicts = 0;
    int dropped = 0;  ///< of a rebase: commits that had nothing left to change
};
/// Conflict, with nothing changed, when something is staged or a change would be overwritten, so
/// that abortUnderWay() leads back to exactly what was.
Task<Result<Outcome>> merge(std::shared_ptr<Repository> repository, Head expected,
                            MergeRequest request, Committer committer);
/// `parent`: of a merge commit, against which its change is taken, from 1; 0 for other commits.
Task<Result<Outcome>> cherryPick(std::shared_ptr<Repository> repository, Head expected,
                                 QString revision, int parent, Committer committer);
Task<Result<Outcome>> revert(std::shared_ptr<Repository> repository, Head expected,
                             QString revision, int parent, Committer committer);

/// Makes the commit of what is under way once no conflict is left; a rebase goes on to its next
/// stop or its end. An empty `message` takes the prepared one. Conflict while paths are unresolved.
Task<Result<Outcome>> finishUnderWay(std::shared_ptr<Repository> repository, Head expected,
                                     QString message, Committer committer);
/// Leads back to what was before. `saved` of the answer, for undoReset(), holds what was resolved
/// so far.
Task<Result<ResetDone>> abortUnderWay(std::shared_ptr<Repository> repository, Head expected,
                                      Committer committer);

}  // namespace analemma::git
