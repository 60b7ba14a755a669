#pragma once

#include "core/git/git.h"

/// Reviews: a branch against its base, with comments on lines and verdicts. They are git notes in
/// `refs/notes/analemma/review`, so they travel by push and fetch and need no server.
///
/// A note is lines of JSON, one event each; events are only ever added. Two notes that were written
/// apart merge as the union of their lines, in any order and as often as one likes. The annotated
/// object, whose id is the review's, is the line that opened it, as a blob: it is the first version
/// of the note and so lives as long as the notes do, no rebase touches it, and no second line can
/// pass for the opening. `git notes --ref=analemma/review show ID` reads it with git alone.
///
/// Names are what they are in commits: who may push may write any. A review shows who said what
/// among people who trust each other; it proves nothing about others.
namespace analemma::git {

struct Reviewer {
    QString name;
    QString email;
};

struct ReviewEvent {
    enum class Kind : quint8 {
        Open,
        Comment,
        Reply,
        Resolve,  ///< a thread
        Reopen,   ///< a thread, or with none the review
        Approve,
        AskChanges,
        Withdraw,  ///< takes back one's own verdict
        Close,
        Unknown  ///< of a newer version: shown, without effect
    };
    Kind kind = Kind::Unknown;
    QString word;  ///< the kind as written
    QString id;
    Reviewer by;
    QDateTime at;  ///< UTC
    QString text;
    QString commit;      ///< the tip that was seen
    QString base;        ///< where the branch had parted from its base then
    QString thread;      ///< id of the comment that began it
    QByteArray path;     ///< of a comment on a line; as stored in trees
    int line = 0;        ///< from 1; 0: the whole file, or the whole branch
    bool old = false;    ///< the line is one of the base's
    bool counts = true;  ///< false: a time no clock can have shown, or an id that was used before
    QString branch;      ///< of Open, like the two below
    QString against;
    QString title;
};

struct ReviewThread {
    QList<ReviewEvent> comments;  ///< the first began it
    bool resolved = false;
    /// Where its line is now. Filled by review(); `outdated` when the line was changed since, or
    /// can not be found.
    QByteArray pathNow;
    int lineNow = 0;
    bool outdated = false;
};

enum class ReviewState : quint8 { None, Open, ChangesAsked, Approved, Closed };
/// "none", "open", "changes asked", "approved", "closed".
QString toString(ReviewState state);
QString toString(ReviewEvent::Kind kind);

struct Review {
    QString id;
    QString branch;
    QString against;
    QString title;
    QString text;
    Reviewer by;
    QDateTime opened;
    QDateTime changed;  ///< by its newest event
    ReviewState state = ReviewState::Open;
    QString tip;              ///< of the branch now; the last that was seen when it is gone
    QString base;             ///< where the branch parted from its base, as last seen
    bool branchGone = false;  ///< merged and deleted, or not fetched
    /// The last verdict of each person; of the one who opened it only what asks for changes.
    QList<ReviewEvent> verdicts;
    QList<ReviewThread> threads;
    QList<ReviewEvent> events;  ///< all that can be read, by time
    int leftOut = 0;            ///< lines that can not be read

    [[nodiscard]] int openThreads() const;
    /// An approval of a commit that is no longer the tip.
    [[nodiscard]] bool isStale(const ReviewEvent& verdict) const;
};

/// Newest change first; closed ones only when asked for. Threads are not looked for in the files.
struct ReviewList {
    QList<Review> reviews;
    QStringList problems;  ///< what could not be read, each a sentence
};
Task<Result<ReviewList>> reviews(std::shared_ptr<Repository> repository, bool closedToo);

/// One review with the places of its threads. `name` is its id, the beginning of it (4 digits or
/// more), or the branch of an open one. NotFound, Invalid when it could be several.
Task<Result<Review>> review(std::shared_ptr<Repository> repository, QString name);

struct ReviewOpening {
    QString branch;   ///< a branch, local or of a remote ("feature" stands for "origin/feature")
    QString against;  ///< a branch, a tag or the id of a commit
    QString title;    ///< one line, at most 200 characters; empty: the tip's subject
    QString text;
};
/// Errors of writing, here and below: Invalid (also when the repository has no user.name and
/// user.email), NotFound, Conflict, Locked. After an error nothing was written.
/// Conflict (details: review) when the branch has an open review.
Task<Result<Review>> openReview(std::shared_ptr<Repository> repository, ReviewOpening opening);

/// What one person adds. Comment: `text`, and for a line `path`, `line` and `old`, at `commit`.
/// Reply, Resolve, Reopen: `thread` (the beginning of its id will do). Approve, AskChanges:
/// `commit`, the tip that was looked at; Conflict when the branch has moved. An empty `commit` is
/// the tip.
struct ReviewAct {
    ReviewEvent::Kind kind = ReviewEvent::Kind::Comment;
    QString text;
    QString thread;
    QByteArray path;
    int line = 0;
    bool old = false;
    QString commit;
};
/// Written as the repository's user.name and user.email. Other programs may write at the same
/// time: nothing is lost.
Task<Result<Review>> addToReview(std::shared_ptr<Repository> repository, QString name,
                                 ReviewAct act);

/// The ref of the reviews, to be pushed as it is.
QString reviewRef();
/// Where a fetch puts a remote's: "+refs/notes/analemma/review:<this>".
QString fetchedReviewRef(const QString& remote);

struct ReviewMerge {
    bool changed = false;
    int reviews = 0;       ///< that are new or have new events
    QStringList problems;  ///< notes of theirs too large to be taken over
};
/// Joins what was fetched (a ref or the id of a commit) with what is here. Whoever joins the same
/// two makes the same commit. NotFound, Invalid.
Task<Result<ReviewMerge>> mergeReviews(std::shared_ptr<Repository> repository, QString from);

/// What the reviews say of each of these commits (a log: children before parents, one range of a
/// history). A commit is approved when somebody other than the review's opener approved it, alone
/// or among those before the approved one, and nobody asks for changes; so is the merge of approved
/// commits. None is left out. Pure.
QHash<QString, ReviewState> reviewStates(const QList<Commit>& commits,
                                         const QList<Review>& reviews);

}  // namespace analemma::git
