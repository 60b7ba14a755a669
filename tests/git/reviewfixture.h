#pragma once

#include "core/git/review.h"
#include "tests/git/gitfixture.h"

/// Repositories with reviews and people who write them, for the tests of core/git/review.h.
namespace gitfixture {

using namespace analemma::git;

using Kind = ReviewEvent::Kind;

class ReviewGround : public Ground {
public:
    /// A bare repository with main and feature, and clones of it by different people.
    QString origin(const QString& name)
    {
        const QString bare = init(name + u".git"_s, {u"--bare"_s});
        const QString work = init(name + u"-seed"_s);
        Ground::commit(work, u"first"_s, {{u"a.txt"_s, lines(1, 30)}, {u"b.txt"_s, lines(1, 9)}});
        Ground::git(work, {u"checkout"_s, u"-q"_s, u"-b"_s, u"feature"_s});
        Ground::commit(work, u"second"_s, {{u"a.txt"_s, lines(1, 20) + "added\n" + lines(21, 30)}});
        Ground::git(work, {u"push"_s, u"-q"_s, bare, u"main"_s, u"feature"_s});
        return bare;
    }
    QString clone(const QString& from, const QString& name, const QString& person)
    {
        const QString clonePath = this->path(name);
        Ground::git(this->path(u"."_s), {u"clone"_s, u"-q"_s, from, clonePath});
        Ground::git(clonePath, {u"config"_s, u"user.name"_s, person});
        Ground::git(clonePath,
                    {u"config"_s, u"user.email"_s, person.toLower() + u"@example.org"_s});
        return clonePath;
    }
    static void push(const QString& path)
    {
        Ground::git(path, {u"push"_s, u"-q"_s, u"origin"_s, reviewRef()});
    }
    static Result<ReviewMerge> fetch(const QString& path)
    {
        Ground::git(path, {u"fetch"_s, u"-q"_s, u"origin"_s,
                           u"+%1:%2"_s.arg(reviewRef(), fetchedReviewRef(u"origin"_s))});
        return finished(mergeReviews(Ground::open(path), fetchedReviewRef(u"origin"_s)));
    }
    static QString opened(const QString& path, const QString& branch = u"feature"_s)
    {
        ReviewOpening opening;
        opening.branch = branch;
        opening.against = u"main"_s;
        opening.title = u"The title"_s;
        const Result<Review> review = finished(openReview(Ground::open(path), opening));
        if (!review) {
            QTest::qFail(qPrintable(review.error().message), __FILE__, __LINE__);
            return {};
        }
        return review->id;
    }
    static Result<Review> act(const QString& path, Kind kind, const QString& text = {},
                              const QString& name = u"feature"_s)
    {
        ReviewAct act;
        act.kind = kind;
        act.text = text;
        return finished(addToReview(Ground::open(path), name, act));
    }
    static Result<Review> on(const QString& path, const QByteArray& file, int line,
                             bool old = false)
    {
        ReviewAct act;
        act.text = u"about %1"_s.arg(line);
        act.path = file;
        act.line = line;
        act.old = old;
        return finished(addToReview(Ground::open(path), u"feature"_s, act));
    }
    static Review read(const QString& path, const QString& name = u"feature"_s)
    {
        const Result<Review> review = finished(git::review(Ground::open(path), name));
        if (!review) {
            QTest::qFail(qPrintable(review.error().message), __FILE__, __LINE__);
            return {};
        }
        return *review;
    }
    /// All that a review says, for comparing.
    static QStringList told(const Review& review)
    {
        QStringList lines{review.id, review.title, toString(review.state), review.tip};
        for (const ReviewEvent& event : review.events) {
            lines.append(
                u"%1 %2 %3 %4"_s.arg(event.id, event.by.name, toString(event.kind), event.text));
        }
        return lines;
    }
    static QByteArray lines(int from, int to)
    {
        QByteArray text;
        for (int i = from; i <= to; ++i) {
            text += "line " + QByteArray::number(i) + '\n';
        }
        return text;
    }
    /// Writes a notes tree of `entries` (lines for git mktree) as refs/notes/hostile.
    static QString notesOf(const QString& path, const QByteArray& entries)
    {
        const QString tree = Ground::git(path, {u"mktree"_s, u"--missing"_s}, entries);
        const QString commit = Ground::git(path, {u"commit-tree"_s, tree, u"-m"_s, u"notes"_s});
        Ground::git(path, {u"update-ref"_s, u"refs/notes/hostile"_s, commit});
        return commit;
    }
};

}  // namespace gitfixture
