#include "core/git/review.h"

#include "core/base/text.h"
#include "core/git/src/access.h"
#include "core/git/src/commits.h"
#include "core/git/src/errors.h"
#include "core/git/src/reviewevents.h"
#include "core/git/src/reviewnotes.h"
#include "core/git/src/reviewplaces.h"

#include <QHash>
#include <QRandomGenerator>

#include <algorithm>
#include <tuple>

using namespace Qt::StringLiterals;

namespace analemma::git {

namespace {

using Kind = ReviewEvent::Kind;

constexpr qsizetype shortestIdStart = 4;
constexpr qsizetype shownIds = 10;
constexpr qsizetype limitKnownReviews = 5'000;

Result<Reviewer> readReviewer(const Handle& handle)
{
    ConfigHandle config;
    if (const int code = git_repository_config_snapshot(out(config), handle.repository.get());
        code < 0) {
        return gitError(code, u"read user.name and user.email"_s);
    }
    const char* name = nullptr;
    const char* email = nullptr;
    if (git_config_get_string(&name, config.get(), "user.name") < 0 ||
        git_config_get_string(&email, config.get(), "user.email") < 0 || *name == '\0' ||
        *email == '\0') {
        git_error_clear();
        return Error(ErrorKind::Invalid,
                     u"Git does not know who you are, so nothing was written."_s)
            .withHint(
                u"Run: git config --global user.name \"Your Name\"; git config --global "
                u"user.email you@example.org"_s);
    }
    return Reviewer{QString::fromUtf8(name), QString::fromUtf8(email)};
}

ReviewEvent newReviewEvent(Kind kind, const Reviewer& by, const QDateTime& at)
{
    ReviewEvent event;
    event.kind = kind;
    event.id =
        QString::number(QRandomGenerator::system()->generate64(), 16).rightJustified(16, u'0');
    event.by = by;
    event.at = at;
    return event;
}

QString idOr(const std::optional<git_oid>& id)
{
    return id ? idText(*id) : QString();
}

// ---- reading ------------------------------------------------------------------------------------

Result<Review> readNote(const Handle& handle, const QList<git_oid>& blobs, const QString& id,
                        const QDateTime& now)
{
    const Result<QByteArray> note = readReviewNote(handle, id, blobs);
    if (!note) {
        return note.error();
    }
    std::optional<Review> review = readReview(id, *note, now);
    if (!review) {
        return Error(
            ErrorKind::Invalid,
            u"The note %1 is no review: the line that opened it is not there."_s.arg(id.left(10)));
    }
    return *review;
}

}  // namespace

/// Reviews as their notes tell them, by the blobs of these: what did not change is read once.
class ReviewMemory {
public:
    Result<Review> read(const Handle& handle, const QList<git_oid>& blobs, const QString& id)
    {
        const auto known = m_known.constFind(id);
        if (known != m_known.constEnd() &&
            std::equal(blobs.begin(), blobs.end(), known->blobs.begin(), known->blobs.end(),
                       OidEqual())) {
            return known->review;
        }
        const QDateTime now = QDateTime::currentDateTimeUtc();
        Result<Review> review = readNote(handle, blobs, id, now);
        if (!review) {
            return review;
        }
        // What is not yet is told otherwise when its time has come.
        const bool isPast =
            std::none_of(review->events.begin(), review->events.end(),
                         [&now](const ReviewEvent& event) { return event.at > now; });
        if (m_known.size() >= limitKnownReviews) {
            m_known.clear();
        }
        if (isPast) {
            m_known.insert(id, {blobs, *review});
        }
        return review;
    }

private:
    struct Known {
        QList<git_oid> blobs;
        Review review;
    };
    QHash<QString, Known> m_known;
};

namespace {

Result<Review> reviewOf(const Handle& handle, const ReviewNotes& notes, const QString& id)
{
    if (!handle.reviewMemory) {
        handle.reviewMemory = std::make_shared<ReviewMemory>();
    }
    Result<Review> review = handle.reviewMemory->read(handle, notes.notes.value(id), id);
    if (review) {
        const std::optional<git_oid> tip = reviewTip(handle, review->branch);
        review->branchGone = !tip.has_value();
        settleReview(*review, idOr(tip));
    }
    return review;
}

ReviewList readAllReviews(const Handle& handle, const ReviewNotes& notes)
{
    ReviewList list;
    for (auto it = notes.notes.constBegin(); it != notes.notes.constEnd(); ++it) {
        Result<Review> review = reviewOf(handle, notes, it.key());
        if (review) {
            list.reviews.append(std::move(*review));
        } else {
            list.problems.append(review.error().message);
        }
    }
    std::sort(list.reviews.begin(), list.reviews.end(), [](const Review& a, const Review& b) {
        return std::tie(b.changed, a.id) < std::tie(a.changed, b.id);
    });
    return list;
}

Error noSuchReview(const QString& name, const ReviewList& all)
{
    QStringList open;
    for (const Review& one : all.reviews) {
        if (one.state != ReviewState::Closed && open.size() < 5) {
            open.append(u"%1 (%2)"_s.arg(displayText(one.branch, 60), one.id.left(10)));
        }
    }
    return Error(ErrorKind::NotFound, u"There is no review %1."_s.arg(displayText(name, 100)))
        .withHint(open.isEmpty() ? u"No review is open in this repository."_s
                                 : u"Open ones: %1."_s.arg(open.join(u", "_s)));
}

/// The review that is meant by an id, its beginning or a branch.
Result<Review> reviewNamed(const Handle& handle, const ReviewNotes& notes, const QString& name)
{
    if (notes.notes.contains(name)) {
        return reviewOf(handle, notes, name);
    }
    const ReviewList all = readAllReviews(handle, notes);
    QList<Review> found;
    const auto take = [&](const auto& isMeant) {
        std::copy_if(all.reviews.begin(), all.reviews.end(), std::back_inserter(found), isMeant);
    };
    take([&](const Review& one) { return one.state != ReviewState::Closed && one.branch == name; });
    if (found.isEmpty() && name.size() >= shortestIdStart) {
        take([&](const Review& one) { return one.id.startsWith(name, Qt::CaseInsensitive); });
    }
    if (found.isEmpty()) {
        return noSuchReview(name, all);
    }
    if (found.size() == 1) {
        return found.constFirst();
    }
    QStringList ids;
    for (const Review& one : found.mid(0, shownIds)) {
        ids.append(one.id.left(10));
    }
    return Error(ErrorKind::Invalid,
                 u"%1 could be one of %2 reviews."_s.arg(displayText(name, 100)).arg(found.size()))
        .withHint(u"Name one by its id: %1."_s.arg(ids.join(u", "_s)));
}

/// Looks for its lines in the repository as it is now.
Review withPlaces(const Handle& handle, Review review)
{
    git_oid tip{};
    const Result<git_oid> against = reviewAgainst(handle, review.against);
    const bool isThere = !review.branchGone && against &&
                         git_oid_fromstr(&tip, review.tip.toLatin1().constData()) == 0;
    if (isThere) {
        const Result<std::optional<git_oid>> base = reviewBase(handle, tip, *against);
        if (base && *base && git_oid_equal(&**base, &tip) == 0) {  // else it is merged
            review.base = idText(**base);
        }
    }
    placeThreads(handle, review);
    return review;
}

Result<Review> reviewNow(const Handle& handle, const QString& name)
{
    const Result<ReviewNotes> notes = readReviewNotes(handle);
    const Result<Review> review = notes ? reviewNamed(handle, *notes, name) : notes.error();
    return review ? withPlaces(handle, *review) : review;
}

// ---- writing ------------------------------------------------------------------------------------

Result<void> checkReviewText(const QString& text, bool isNeeded)
{
    if (isNeeded && text.trimmed().isEmpty()) {
        return Error(ErrorKind::Invalid, u"There is no text. Nothing was written."_s);
    }
    if (text.size() > reviewTextLimit) {
        return Error(ErrorKind::Invalid,
                     u"The text has %1 characters, more than the %2 of one comment. Nothing was "
                     u"written."_s.arg(text.size())
                         .arg(reviewTextLimit));
    }
    return {};
}

struct Places {
    git_oid tip{};
    std::optional<git_oid> base;
};

Result<Places> placesOf(const Handle& handle, const QString& branch, const QString& against)
{
    const std::optional<git_oid> tip = reviewTip(handle, branch);
    if (!tip) {
        return Error(ErrorKind::NotFound,
                     u"There is no branch %1, here or fetched. Nothing was written."_s.arg(
                         displayText(branch, 100)));
    }
    const Result<git_oid> other = reviewAgainst(handle, against);
    const Result<std::optional<git_oid>> base =
        other ? reviewBase(handle, *tip, *other) : other.error();
    return base ? Result<Places>(Places{*tip, *base}) : Result<Places>(base.error());
}

Result<void> checkNoneIsOpen(const Handle& handle, const ReviewNotes& notes, const QString& branch)
{
    const ReviewList all = readAllReviews(handle, notes);
    for (const Review& one : all.reviews) {
        if (one.branch == branch && one.state != ReviewState::Closed) {
            Error error(ErrorKind::Conflict,
                        u"%1 has an open review already: %2. No other was opened."_s.arg(
                            displayText(branch, 100), one.id.left(10)));
            error.details.insert(u"review"_s, one.id);
            return error;
        }
    }
    return {};
}

Result<ReviewEvent> openingEvent(const Handle& handle, const Reviewer& by,
                                 const ReviewOpening& opening)
{
    if (opening.branch == opening.against) {
        return Error(ErrorKind::Invalid, u"A branch is not reviewed against itself."_s);
    }
    const Result<void> checked = checkReviewText(opening.text, false);
    const Result<Places> places =
        checked ? placesOf(handle, opening.branch, opening.against) : checked.error();
    if (!places) {
        return places.error();
    }
    if (places->base && git_oid_equal(&*places->base, &places->tip) != 0) {
        return Error(ErrorKind::Invalid,
                     u"%1 has nothing that %2 has not: there is nothing to review."_s.arg(
                         displayText(opening.branch, 100), displayText(opening.against, 100)));
    }
    ReviewEvent event = newReviewEvent(Kind::Open, by, QDateTime::currentDateTimeUtc());
    event.branch = opening.branch;
    event.against = opening.against;
    event.text = opening.text;
    event.commit = idText(places->tip);
    event.base = idOr(places->base);
    event.title = opening.title.simplified();
    if (event.title.isEmpty()) {
        const Result<Commit> tip = readCommit(handle, event.commit);
        if (!tip) {
            return tip.error();
        }
        event.title = tip->subject;
    }
    event.title.truncate(reviewTitleLimit);
    return event;
}

Result<QString> writeOpening(const Handle& handle, const ReviewOpening& opening)
{
    const Result<Reviewer> by = readReviewer(handle);
    if (!by) {
        return by.error();
    }
    const MakeReviewLine make = [&](const ReviewNotes& notes) -> Result<ReviewLine> {
        const Result<void> free = checkNoneIsOpen(handle, notes, opening.branch);
        const Result<ReviewEvent> event = free ? openingEvent(handle, *by, opening) : free.error();
        if (!event) {
            return event.error();
        }
        const QByteArray line = writeReviewEvent(*event);
        return ReviewLine{reviewIdOf(line), line, reviewRoom};
    };
    return addReviewLine(handle, *by, u"review: open %1"_s.arg(displayText(opening.branch, 100)),
                         make);
}

/// The whole id of a thread from its beginning.
Result<QString> threadNamed(const Review& review, const QString& name)
{
    QStringList found;
    for (const ReviewThread& thread : review.threads) {
        const QString id = thread.comments.constFirst().id;
        if (id == name) {
            return id;
        }
        if (name.size() >= shortestIdStart && id.startsWith(name)) {
            found.append(id);
        }
    }
    if (found.size() == 1) {
        return found.constFirst();
    }
    return Error(ErrorKind::NotFound,
                 u"Review %1 has no thread %2, or several. Nothing was written."_s.arg(
                     review.id.left(10), displayText(name, 40)))
        .withHint(u"The id of each thread stands beside it."_s);
}

/// The commit a person speaks of: the tip unless they name one.
Result<void> takeCommit(const Handle& handle, const Review& review, const ReviewAct& act,
                        ReviewEvent& event)
{
    const bool isVerdict = act.kind == Kind::Approve || act.kind == Kind::AskChanges;
    if (review.branchGone && isVerdict) {
        return Error(ErrorKind::NotFound,
                     u"The branch %1 is not here, so there is nothing to judge. Nothing was "
                     u"written."_s.arg(displayText(review.branch, 100)))
            .withHint(u"Fetch it. When it was merged and deleted, close the review."_s);
    }
    event.commit = review.tip;
    event.base = review.base;
    if (!review.branchGone) {
        const Result<Places> places = placesOf(handle, review.branch, review.against);
        if (!places) {
            return places.error();
        }
        const bool isMerged = places->base && git_oid_equal(&*places->base, &places->tip) != 0;
        event.base = isMerged ? review.base : idOr(places->base);
    }
    if (act.commit.isEmpty()) {
        return {};
    }
    const Result<git_oid> seen = resolve(handle, act.commit);
    if (!seen) {
        return seen.error();
    }
    if (isVerdict && idText(*seen) != review.tip) {
        Error error(ErrorKind::Conflict,
                    u"%1 has moved to %2 since you looked. Nothing was written."_s.arg(
                        displayText(review.branch, 100), review.tip.left(10)));
        error.details.insert(u"commit"_s, review.tip);
        return error.withHint(u"Look at what is new, then judge that commit."_s);
    }
    event.commit = idText(*seen);
    return {};
}

Result<void> takeComment(const Handle& handle, const ReviewAct& act, ReviewEvent& event)
{
    event.path = act.path;
    event.line = act.path.isEmpty() ? 0 : act.line;
    event.old = event.line > 0 && act.old;
    if (act.path.isEmpty() && act.line > 0) {
        return Error(ErrorKind::Invalid, u"A line needs its file. Nothing was written."_s);
    }
    if (act.path.isEmpty()) {
        return {};
    }
    git_oid commit{};
    const QString side = event.old ? event.base : event.commit;
    if (act.line < 0 || git_oid_fromstr(&commit, side.toLatin1().constData()) != 0) {
        return Error(ErrorKind::Invalid, u"There is no such line. Nothing was written."_s);
    }
    return checkReviewLine(handle, commit, act.path, event.line);
}

/// What goes with a kind. Conflict when the review is closed, or judged by the one who opened it.
Result<ReviewEvent> eventOf(const Handle& handle, const Review& review, const ReviewAct& act,
                            const Reviewer& by)
{
    const bool isReopening = act.kind == Kind::Reopen && act.thread.isEmpty();
    if (act.kind == Kind::Open || act.kind == Kind::Unknown) {
        return Error(ErrorKind::Bug, u"That is nothing to add to a review."_s);
    }
    if ((review.state == ReviewState::Closed) != isReopening) {
        return Error(ErrorKind::Conflict,
                     isReopening
                         ? u"Review %1 is open already."_s.arg(review.id.left(10))
                         : u"Review %1 is closed. Nothing was written."_s.arg(review.id.left(10)))
            .withHint(isReopening ? QString() : u"Reopen it first."_s);
    }
    if (act.kind == Kind::Approve && reviewerKey(by) == reviewerKey(review.by)) {
        return Error(ErrorKind::Refused,
                     u"You opened this review; somebody else has to approve it."_s);
    }
    ReviewEvent event =
        newReviewEvent(act.kind, by, timeAfter(review.events, QDateTime::currentDateTimeUtc()));
    event.text = act.text;
    const bool needsText = act.kind == Kind::Comment || act.kind == Kind::Reply;
    if (const Result<void> checked = checkReviewText(act.text, needsText); !checked) {
        return checked.error();
    }
    if (act.kind == Kind::Reply || act.kind == Kind::Resolve || !act.thread.isEmpty()) {
        const Result<QString> thread = threadNamed(review, act.thread);
        if (!thread) {
            return thread.error();
        }
        event.thread = *thread;
        return event;
    }
    if (const Result<void> taken = takeCommit(handle, review, act, event); !taken) {
        return taken.error();
    }
    if (act.kind == Kind::Comment) {
        if (const Result<void> taken = takeComment(handle, act, event); !taken) {
            return taken.error();
        }
    }
    return event;
}

Result<QString> writeAct(const Handle& handle, const QString& name, const ReviewAct& act)
{
    const Result<Reviewer> by = readReviewer(handle);
    if (!by) {
        return by.error();
    }
    const MakeReviewLine make = [&](const ReviewNotes& notes) -> Result<ReviewLine> {
        const Result<Review> review = reviewNamed(handle, notes, name);
        const Result<ReviewEvent> event =
            review ? eventOf(handle, *review, act, *by) : review.error();
        if (!event) {
            return event.error();
        }
        const bool isClosing = act.kind == Kind::Close;
        return ReviewLine{review->id, writeReviewEvent(*event),
                          reviewRoom + (isClosing ? reviewLineLimit : 0)};
    };
    return addReviewLine(handle, *by, u"review: %1"_s.arg(toString(act.kind)), make);
}

Result<Review> reviewWritten(const Handle& handle, const Result<QString>& written)
{
    return written ? reviewNow(handle, *written) : Result<Review>(written.error());
}

}  // namespace

// ---- face ---------------------------------------------------------------------------------------

Task<Result<ReviewList>> reviews(std::shared_ptr<Repository> repository, bool closedToo)
{
    return perform<ReviewList>(
        Access::body(*repository), [closedToo](const Handle& handle) -> Result<ReviewList> {
            const Result<ReviewNotes> notes = readReviewNotes(handle);
            if (!notes) {
                return notes.error();
            }
            ReviewList list = readAllReviews(handle, *notes);
            if (!closedToo) {
                list.reviews.removeIf(
                    [](const Review& one) { return one.state == ReviewState::Closed; });
            }
            return list;
        });
}

Task<Result<Review>> review(std::shared_ptr<Repository> repository, QString name)
{
    return perform<Review>(Access::body(*repository),
                           [name](const Handle& handle) { return reviewNow(handle, name); });
}

Task<Result<Review>> openReview(std::shared_ptr<Repository> repository, ReviewOpening opening)
{
    return perform<Review>(Access::body(*repository), [opening](const Handle& handle) {
        return reviewWritten(handle, writeOpening(handle, opening));
    });
}

Task<Result<Review>> addToReview(std::shared_ptr<Repository> repository, QString name,
                                 ReviewAct act)
{
    return perform<Review>(Access::body(*repository), [name, act](const Handle& handle) {
        return reviewWritten(handle, writeAct(handle, name, act));
    });
}

Task<Result<ReviewMerge>> mergeReviews(std::shared_ptr<Repository> repository, QString from)
{
    return perform<ReviewMerge>(Access::body(*repository), [from](const Handle& handle) {
        return mergeReviewNotes(handle, from);
    });
}

}  // namespace analemma::git
