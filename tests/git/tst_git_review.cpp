#include "core/git/review.h"
#include "tests/git/gitfixture.h"

#include <QCoreApplication>
#include <QProcess>

#include <algorithm>

using namespace analemma::git;
using namespace gitfixture;

using Kind = ReviewEvent::Kind;

/// Reviews in real repositories, with the git program as the carrier between clones and as the
/// other reader and writer of their notes.
class TestGitReview : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void cleanupTestCase();
    void opensAndJudges();
    void refuses_data();
    void refuses();
    void needsAName();
    void followsLines();
    void travelsBothWays();
    void joinsWhatGitJoined();
    void staysReadableByGit();
    void losesNothingBetweenHandles();
    void losesNothingBetweenProcesses();
    void waitsForALock();
    void survivesHostileNotes();
    void mergesHostileNotes();
    void followsAMovedBase();

private:
    /// A bare repository with main and feature, and clones of it by different people.
    QString origin(const QString& name);
    QString clone(const QString& from, const QString& name, const QString& person);
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
    /// Writes a notes tree of `entries` (lines for git mktree) as the reviews' ref.
    static QString notesOf(const QString& path, const QByteArray& entries);

    std::unique_ptr<Ground> m_ground;
    std::unique_ptr<Library> m_library;
};

void TestGitReview::initTestCase()
{
    m_ground = std::make_unique<Ground>();
    m_library = std::make_unique<Library>();
}

void TestGitReview::cleanupTestCase()
{
    m_library.reset();
    m_ground.reset();
}

QString TestGitReview::origin(const QString& name)
{
    const QString bare = m_ground->init(name + u".git"_s, {u"--bare"_s});
    const QString work = m_ground->init(name + u"-seed"_s);
    Ground::commit(work, u"first"_s, {{u"a.txt"_s, lines(1, 30)}, {u"b.txt"_s, lines(1, 9)}});
    Ground::git(work, {u"checkout"_s, u"-q"_s, u"-b"_s, u"feature"_s});
    Ground::commit(work, u"second"_s, {{u"a.txt"_s, lines(1, 20) + "added\n" + lines(21, 30)}});
    Ground::git(work, {u"push"_s, u"-q"_s, bare, u"main"_s, u"feature"_s});
    return bare;
}

QString TestGitReview::clone(const QString& from, const QString& name, const QString& person)
{
    const QString path = m_ground->path(name);
    Ground::git(m_ground->path(u"."_s), {u"clone"_s, u"-q"_s, from, path});
    Ground::git(path, {u"config"_s, u"user.name"_s, person});
    Ground::git(path, {u"config"_s, u"user.email"_s, person.toLower() + u"@example.org"_s});
    return path;
}

void TestGitReview::opensAndJudges()
{
    const QString ana = clone(origin(u"judge"_s), u"judge-ana"_s, u"Ana"_s);
    QVERIFY(finished(reviews(Ground::open(ana), true))->reviews.isEmpty());
    const QString id = opened(ana);  // the branch is there as origin/feature only
    const Review fresh = read(ana);
    QCOMPARE(fresh.id, id);
    QCOMPARE(fresh.tip, Ground::git(ana, {u"rev-parse"_s, u"origin/feature"_s}));
    QCOMPARE(fresh.base, Ground::git(ana, {u"merge-base"_s, u"main"_s, u"origin/feature"_s}));
    QCOMPARE(toString(fresh.state), u"open"_s);
    QCOMPARE(read(ana, id.left(6)).id, id);
    Ground::git(ana, {u"config"_s, u"user.name"_s, u"Bo"_s});
    Ground::git(ana, {u"config"_s, u"user.email"_s, u"bo@example.org"_s});
    QCOMPARE(toString(act(ana, Kind::AskChanges, u"no"_s)->state), u"changes asked"_s);
    QCOMPARE(toString(act(ana, Kind::Approve)->state), u"approved"_s);
    // New commits.
    Ground::git(ana, {u"checkout"_s, u"-q"_s, u"feature"_s});
    const QString newer = Ground::commit(ana, u"third"_s, {{u"c.txt"_s, "c\n"}});
    const Review stale = read(ana);
    QCOMPARE(stale.tip, newer);
    QCOMPARE(toString(stale.state), u"open"_s);
    QVERIFY(stale.isStale(stale.verdicts[0]));
    // Approving what is no longer the tip.
    ReviewAct late;
    late.kind = Kind::Approve;
    late.commit = fresh.tip;
    QCOMPARE(kindOf(finished(addToReview(Ground::open(ana), id, late))),
             toString(ErrorKind::Conflict));
    QCOMPARE(toString(act(ana, Kind::Approve)->state), u"approved"_s);
    QCOMPARE(toString(act(ana, Kind::Withdraw)->state), u"open"_s);
    QCOMPARE(toString(act(ana, Kind::Close)->state), u"closed"_s);
    QVERIFY(finished(reviews(Ground::open(ana), false))->reviews.isEmpty());
    QCOMPARE(finished(reviews(Ground::open(ana), true))->reviews.size(), 1);
    QCOMPARE(toString(act(ana, Kind::Reopen, {}, id)->state), u"open"_s);
    // Merged and deleted.
    QCOMPARE(toString(act(ana, Kind::Approve)->state), u"approved"_s);
    Ground::git(ana, {u"checkout"_s, u"-q"_s, u"main"_s});
    Ground::git(ana, {u"merge"_s, u"-q"_s, u"--no-ff"_s, u"-m"_s, u"merge"_s, u"feature"_s});
    QCOMPARE(read(ana).base, fresh.base);  // what was reviewed, although it is merged
    Ground::git(ana, {u"branch"_s, u"-q"_s, u"-D"_s, u"feature"_s});
    Ground::git(ana, {u"update-ref"_s, u"-d"_s, u"refs/remotes/origin/feature"_s});
    const Review gone = read(ana, id);
    QVERIFY(gone.branchGone);
    QCOMPARE(gone.tip, newer);
    QCOMPARE(toString(gone.state), u"approved"_s);
    QCOMPARE(kindOf(act(ana, Kind::AskChanges)), toString(ErrorKind::NotFound));
    QCOMPARE(toString(act(ana, Kind::Close)->state), u"closed"_s);
    const auto log = finished(Ground::open(ana)->log(LogQuery{}, CancelToken()));
    const auto states = reviewStates(*log, {read(ana, id)});
    QCOMPARE(states.size(), 3);  // two commits and their merge
    QCOMPARE(toString(states.value(log->constFirst().id)), u"approved"_s);
}

void TestGitReview::refuses_data()
{
    QTest::addColumn<QString>("what");
    QTest::addColumn<QString>("kind");
    const auto row = [](const char* what, ErrorKind kind) {
        QTest::newRow(what) << QString::fromLatin1(what) << toString(kind);
    };
    row("open: no such branch", ErrorKind::NotFound);
    row("open: no such base", ErrorKind::NotFound);
    row("open: nothing new", ErrorKind::Invalid);
    row("open: against itself", ErrorKind::Invalid);
    row("open: twice", ErrorKind::Conflict);
    row("approve one's own", ErrorKind::Refused);
    row("comment: empty", ErrorKind::Invalid);
    row("comment: too long", ErrorKind::Invalid);
    row("comment: no such file", ErrorKind::NotFound);
    row("comment: no such line", ErrorKind::NotFound);
    row("comment: a line without a file", ErrorKind::Invalid);
    row("comment: old line of a new file", ErrorKind::NotFound);
    row("reply: no such thread", ErrorKind::NotFound);
    row("resolve: no thread", ErrorKind::NotFound);
    row("reopen: it is open", ErrorKind::Conflict);
    row("no such review", ErrorKind::NotFound);
    row("short id", ErrorKind::NotFound);
    row("closed", ErrorKind::Conflict);  // the last: it closes it
}

void TestGitReview::refuses()
{
    QFETCH(const QString, what);
    static QString id;
    const QString path = m_ground->path(u"refuse"_s);
    if (!QFileInfo::exists(path)) {
        clone(origin(u"refused"_s), u"refuse"_s, u"Ana"_s);
        Ground::git(path, {u"checkout"_s, u"-q"_s, u"feature"_s});
        Ground::commit(path, u"more"_s, {{u"new.txt"_s, "n\n"}});
        id = opened(path);
    }
    const auto repository = Ground::open(path);
    ReviewOpening opening;
    opening.branch = what.endsWith(u"no such branch") ? u"nowhere"_s : u"main"_s;
    opening.against = what.endsWith(u"no such base") ? u"nowhere"_s : u"feature"_s;
    if (what.endsWith(u"twice")) {
        opening.branch = u"feature"_s;
        opening.against = u"main"_s;
    } else if (what.endsWith(u"itself")) {
        opening.against = u"main"_s;
    }
    ReviewAct act;
    act.kind = what.startsWith(u"approve")   ? Kind::Approve
               : what.startsWith(u"reply")   ? Kind::Reply
               : what.startsWith(u"resolve") ? Kind::Resolve
               : what.startsWith(u"reopen")  ? Kind::Reopen
                                             : Kind::Comment;
    act.text = what.endsWith(u"empty")      ? u" \n"_s
               : what.endsWith(u"too long") ? QString(40'000, u'x')
                                            : u"text"_s;
    act.path = what.endsWith(u"no such file") ? "nothing.txt" : "a.txt";
    act.line = what.endsWith(u"no such line") ? 32 : 1;
    if (what.endsWith(u"without a file")) {
        act.path.clear();
    }
    if (what.endsWith(u"of a new file")) {
        act.path = "new.txt";
        act.old = true;
    }
    act.thread = what.endsWith(u"such thread") ? u"abcdef"_s : QString();
    if (what == u"closed") {
        QVERIFY(this->act(path, Kind::Close, {}, id));
    }
    const QString review = what.startsWith(u"no such")    ? u"nothing"_s
                           : what.startsWith(u"short id") ? id.left(3)
                                                          : id;
    const QString before = Ground::git(path, {u"rev-parse"_s, reviewRef()});
    const Result<Review> done = what.startsWith(u"open")
                                    ? finished(openReview(repository, opening))
                                    : finished(addToReview(repository, review, act));
    QTEST(kindOf(done), "kind");
    QVERIFY(!done.error().message.isEmpty());
    QCOMPARE(Ground::git(path, {u"rev-parse"_s, reviewRef()}), before);
}

void TestGitReview::needsAName()
{
    const QString path = clone(origin(u"nameless"_s), u"nameless"_s, u"Ana"_s);
    Ground::git(path, {u"config"_s, u"--unset"_s, u"user.email"_s});
    ReviewOpening opening;
    opening.branch = u"feature"_s;
    opening.against = u"main"_s;
    const Result<Review> review = finished(openReview(Ground::open(path), opening));
    QCOMPARE(kindOf(review), toString(ErrorKind::Invalid));
    QVERIFY(review.error().hint.contains(u"user.email"_s));
    QVERIFY(finished(reviews(Ground::open(path), true))->reviews.isEmpty());
}

/// Lines move with what is committed above them, through a rename, and on the base's side.
void TestGitReview::followsLines()
{
    const QString path = clone(origin(u"lines"_s), u"lines"_s, u"Ana"_s);
    Ground::git(path, {u"checkout"_s, u"-q"_s, u"feature"_s});
    opened(path);
    QVERIFY(on(path, "a.txt", 3));
    QVERIFY(on(path, "a.txt", 21));  // "added"
    QVERIFY(on(path, "a.txt", 25));
    QVERIFY(on(path, "a.txt", 25, true));  // "line 25" of the base
    QVERIFY(on(path, "b.txt", 0));         // the file
    QVERIFY(act(path, Kind::Comment, u"all of it"_s));
    const auto places = [&] {
        QStringList list;
        const Review review = read(path);
        for (const ReviewThread& thread : review.threads) {
            list.append(u"%1:%2%3"_s.arg(QString::fromUtf8(thread.pathNow))
                            .arg(thread.lineNow)
                            .arg(thread.outdated ? u" outdated"_s : QString()));
        }
        return list;
    };
    const auto wanted = [](const QString& a3, const QString& a21, const QString& a25) {
        return QStringList{a3, a21, a25, u"a.txt:25"_s, u"b.txt:0"_s, u":0"_s};
    };
    QCOMPARE(places(), wanted(u"a.txt:3"_s, u"a.txt:21"_s, u"a.txt:25"_s));
    Ground::commit(path, u"above"_s,
                   {{u"a.txt"_s, "new\n" + lines(1, 20) + "changed\n" + lines(21, 30)}});
    QCOMPARE(places(), wanted(u"a.txt:4"_s, u"a.txt:21 outdated"_s, u"a.txt:26"_s));
    // Git agrees on where the line is.
    const QString text = Ground::git(path, {u"show"_s, u"HEAD:a.txt"_s}).section(u'\n', 25, 25);
    QCOMPARE(text, u"line 24"_s);
    Ground::git(path, {u"mv"_s, u"a.txt"_s, u"moved.txt"_s});
    Ground::commit(path, u"rename"_s);
    QCOMPARE(places(), wanted(u"moved.txt:4"_s, u"moved.txt:21 outdated"_s, u"moved.txt:26"_s));
    Ground::git(path, {u"rm"_s, u"-q"_s, u"moved.txt"_s, u"b.txt"_s});
    Ground::commit(path, u"remove"_s);
    const QStringList last = places();
    QVERIFY(last[0].endsWith(u"outdated"_s) && last[2].endsWith(u"outdated"_s));
    QCOMPARE(last[3], u"a.txt:25"_s);
    QVERIFY(last[4].endsWith(u"outdated"_s));
    // A thread by the beginning of its id.
    ReviewAct reply;
    reply.kind = Kind::Reply;
    reply.text = u"done"_s;
    reply.thread = read(path).threads[0].comments[0].id.left(8);
    const Result<Review> replied = finished(addToReview(Ground::open(path), u"feature"_s, reply));
    QVERIFY2(replied.ok(), qPrintable(replied ? QString() : replied.error().message));
    QCOMPARE(replied->threads[0].comments.size(), 2);
    reply.kind = Kind::Resolve;
    QCOMPARE(finished(addToReview(Ground::open(path), u"feature"_s, reply))->openThreads(), 5);
}

void TestGitReview::travelsBothWays()
{
    const QString bare = origin(u"travel"_s);
    const QString ana = clone(bare, u"travel-ana"_s, u"Ana"_s);
    const QString bo = clone(bare, u"travel-bo"_s, u"Bo"_s);
    opened(ana);
    QVERIFY(on(ana, "a.txt", 21));
    push(ana);
    const Result<ReviewMerge> first = fetch(bo);
    QVERIFY(first && first->changed && first->reviews == 1);
    QCOMPARE(told(read(bo)), told(read(ana)));
    QCOMPARE(Ground::git(bo, {u"rev-parse"_s, reviewRef()}),
             Ground::git(ana, {u"rev-parse"_s, reviewRef()}));
    for (int round = 0; round < 4; ++round) {
        // Both write before either fetches.
        QVERIFY(act(ana, Kind::Comment, u"from Ana %1"_s.arg(round)));
        QVERIFY(act(bo, round % 2 == 0 ? Kind::Approve : Kind::AskChanges));
        QVERIFY(on(bo, "b.txt", round + 1));
        push(bo);
        const Result<ReviewMerge> joined = fetch(ana);
        QVERIFY(joined && joined->changed && joined->reviews == 1 && joined->problems.isEmpty());
        push(ana);  // a merge of both: no force is needed
        QVERIFY(fetch(bo)->changed);
        QCOMPARE(told(read(bo)), told(read(ana)));
        QCOMPARE(read(ana).events.size(), 2 + 3 * (round + 1));
        QCOMPARE(toString(read(ana).state), round % 2 == 0 ? u"approved"_s : u"changes asked"_s);
        QVERIFY(!fetch(bo)->changed && !fetch(ana)->changed);
    }
    // Both join the same two: the same commit, so nobody has to join again.
    QVERIFY(act(ana, Kind::Comment, u"at once"_s) && act(bo, Kind::Comment, u"at once too"_s));
    const QString anas = Ground::git(ana, {u"rev-parse"_s, reviewRef()});
    const QString bos = Ground::git(bo, {u"rev-parse"_s, reviewRef()});
    Ground::git(bo, {u"fetch"_s, u"-q"_s, ana, reviewRef()});
    Ground::git(ana, {u"fetch"_s, u"-q"_s, bo, reviewRef()});
    QVERIFY(finished(mergeReviews(Ground::open(ana), bos))->changed);
    QVERIFY(finished(mergeReviews(Ground::open(bo), anas))->changed);
    QCOMPARE(Ground::git(ana, {u"rev-parse"_s, reviewRef()}),
             Ground::git(bo, {u"rev-parse"_s, reviewRef()}));
    QVERIFY(!finished(mergeReviews(Ground::open(ana), u"refs/nowhere"_s)));
}

/// `git notes merge -s cat_sort_uniq` makes the same union of lines.
void TestGitReview::joinsWhatGitJoined()
{
    const QString bare = origin(u"sorted"_s);
    const QString ana = clone(bare, u"sorted-ana"_s, u"Ana"_s);
    const QString bo = clone(bare, u"sorted-bo"_s, u"Bo"_s);
    opened(ana);
    push(ana);
    QVERIFY(fetch(bo));
    for (int i = 0; i < 5; ++i) {
        QVERIFY(act(ana, Kind::Comment, u"a%1"_s.arg(i)) &&
                act(bo, Kind::Comment, u"b%1"_s.arg(i)));
    }
    push(bo);
    const QString twin = clone(bare, u"sorted-twin"_s, u"Cy"_s);
    Ground::git(twin, {u"fetch"_s, u"-q"_s, ana, u"%1:%1"_s.arg(reviewRef())});
    Ground::git(twin, {u"fetch"_s, u"-q"_s, bare, u"%1:refs/notes/theirs"_s.arg(reviewRef())});
    Ground::git(twin, {u"notes"_s, u"--ref=analemma/review"_s, u"merge"_s, u"-q"_s, u"-s"_s,
                       u"cat_sort_uniq"_s, u"theirs"_s});
    QVERIFY(fetch(ana)->changed);
    QCOMPARE(told(read(twin)), told(read(ana)));
    QCOMPARE(read(ana).events.size(), 11);
}

void TestGitReview::staysReadableByGit()
{
    const QString bare = origin(u"plain"_s);
    const QString path = clone(bare, u"plain"_s, u"Ana"_s);
    const QString id = opened(path);
    QVERIFY(act(path, Kind::Comment, u"seen by git"_s));
    const QStringList before = told(read(path));
    // Rebased, so that no commit of the review is left, and collected.
    Ground::git(path, {u"checkout"_s, u"-q"_s, u"feature"_s});
    Ground::git(path, {u"commit"_s, u"-q"_s, u"--amend"_s, u"-m"_s, u"again"_s});
    Ground::git(path, {u"update-ref"_s, u"-d"_s, u"refs/remotes/origin/feature"_s});
    Ground::git(path, {u"reflog"_s, u"expire"_s, u"--expire=now"_s, u"--all"_s});
    Ground::git(path, {u"gc"_s, u"-q"_s, u"--prune=now"_s});
    Ground::git(path, {u"notes"_s, u"--ref=analemma/review"_s, u"prune"_s});
    const QString shown =
        Ground::git(path, {u"notes"_s, u"--ref=analemma/review"_s, u"show"_s, id});
    QVERIFY(shown.contains(u"seen by git"_s));
    QCOMPARE(Ground::git(path, {u"cat-file"_s, u"-t"_s, id}), u"blob"_s);
    QVERIFY(Ground::git(path, {u"cat-file"_s, u"-p"_s, id}).contains(u"The title"_s));
    QVERIFY(Ground::git(path, {u"notes"_s, u"--ref=analemma/review"_s, u"list"_s}).contains(id));
    QStringList after = told(read(path));
    after[3] = before[3];  // the tip
    QCOMPARE(after, before);
    // Git's own fan-out, and a line that git adds.
    Ground::git(path,
                {u"notes"_s, u"--ref=analemma/review"_s, u"append"_s, u"-m"_s,
                 u"{\"v\":1,\"id\":\"g\",\"at\":\"2026-01-02T03:04:05.000Z\",\"by\":{\"name\":"
                 u"\"Git\"},\"kind\":\"comment\",\"text\":\"by hand\"}"_s,
                 id});
    QCOMPARE(read(path).events.size(), 3);
    QVERIFY(act(path, Kind::Comment, u"on top"_s));
    QCOMPARE(read(path).threads.size(), 3);
    QCOMPARE(read(path).leftOut, 0);
    Ground::git(path, {u"fsck"_s, u"--strict"_s});
}

void TestGitReview::losesNothingBetweenHandles()
{
    const QString path = clone(origin(u"handles"_s), u"handles"_s, u"Ana"_s);
    // Also who comes first: the ref is made once.
    const QString other = u"other"_s;
    Ground::git(path, {u"branch"_s, other, u"origin/feature"_s});
    QList<std::shared_ptr<Repository>> handles;
    for (int i = 0; i < 4; ++i) {
        handles.append(Ground::open(path));
    }
    int open = 0;
    QObject context;
    int done = 0;
    QStringList problems;
    for (const auto& handle : handles) {
        ReviewOpening opening;
        opening.branch = open++ % 2 == 0 ? u"feature"_s : other;
        opening.against = u"main"_s;
        then(openReview(handle, opening), &context, [&](const Result<Review>& review) {
            ++done;
            if (!review && review.error().kind != ErrorKind::Conflict) {
                problems.append(review.error().message);
            }
        });
    }
    QTRY_COMPARE_WITH_TIMEOUT(done, 4, 120'000);
    QCOMPARE(problems, QStringList());
    QCOMPARE(finished(reviews(handles[0], true))->reviews.size(), 2);
    constexpr int each = 8;
    for (int i = 0; i < each; ++i) {
        for (const auto& handle : handles) {
            ReviewAct act;
            act.text = u"text %1"_s.arg(i);
            then(addToReview(handle, i % 2 == 0 ? u"feature"_s : other, act), &context,
                 [&](const Result<Review>& review) {
                     ++done;
                     if (!review) {
                         problems.append(review.error().message);
                     }
                 });
        }
    }
    QTRY_COMPARE_WITH_TIMEOUT(done, 4 + 4 * each, 120'000);
    QCOMPARE(problems, QStringList());
    QCOMPARE(read(path).threads.size() + read(path, other).threads.size(), 4 * each);
}

void TestGitReview::losesNothingBetweenProcesses()
{
    const QString path = clone(origin(u"processes"_s), u"processes"_s, u"Ana"_s);
    opened(path);
    constexpr int each = 8;
    std::vector<std::unique_ptr<QProcess>> workers;
    for (int i = 0; i < 3; ++i) {
        workers.push_back(std::make_unique<QProcess>());
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert(u"REVIEW_WORKER"_s, path);
        environment.insert(u"REVIEW_ROUNDS"_s, QString::number(each));
        workers.back()->setProcessEnvironment(environment);
        workers.back()->setProcessChannelMode(QProcess::ForwardedErrorChannel);
        workers.back()->start(QCoreApplication::applicationFilePath(), QStringList());
    }
    for (const auto& worker : workers) {
        QTRY_COMPARE_WITH_TIMEOUT(worker->state(), QProcess::NotRunning, 120'000);
        QCOMPARE(worker->exitCode(), 0);
    }
    const Review review = read(path);
    QCOMPARE(review.threads.size(), 3 * each);
    QCOMPARE(review.leftOut, 0);
    Ground::git(path, {u"fsck"_s, u"--strict"_s});
}

/// Another program's lock is waited for.
void TestGitReview::waitsForALock()
{
    const QString path = clone(origin(u"lock"_s), u"lock"_s, u"Ana"_s);
    opened(path);
    const QString lock = path + u"/.git/"_s + reviewRef() + u".lock"_s;
    Ground::write(lock, "");
    ReviewAct act;
    act.text = u"after the lock"_s;
    QObject context;
    std::optional<Result<Review>> answer;
    const auto repository = Ground::open(path);
    then(addToReview(repository, u"feature"_s, act), &context,
         [&answer](Result<Review> review) { answer.emplace(std::move(review)); });
    QVERIFY(!QTest::qWaitFor([&answer] { return answer.has_value(); }, 300));
    QVERIFY(QFile::remove(lock));
    QTRY_VERIFY_WITH_TIMEOUT(answer.has_value(), 60'000);
    QVERIFY(answer->ok());
    QCOMPARE((*answer)->threads.size(), 1);
}

QString TestGitReview::notesOf(const QString& path, const QByteArray& entries)
{
    const QString tree = Ground::git(path, {u"mktree"_s, u"--missing"_s}, entries);
    const QString commit = Ground::git(path, {u"commit-tree"_s, tree, u"-m"_s, u"notes"_s});
    Ground::git(path, {u"update-ref"_s, u"refs/notes/hostile"_s, commit});
    return commit;
}

void TestGitReview::survivesHostileNotes()
{
    const QString path = clone(origin(u"hostile"_s), u"hostile"_s, u"Ana"_s);
    const QString id = opened(path);
    const auto blob = [&](const QByteArray& bytes) {
        return Ground::git(path, {u"hash-object"_s, u"-w"_s, u"--stdin"_s}, bytes).toLatin1();
    };
    const QByteArray own =
        Ground::git(path, {u"notes"_s, u"--ref=analemma/review"_s, u"show"_s, id}).toUtf8() + '\n';
    const QByteArray huge(9 * 1024 * 1024, 'x');
    const QByteArray manyLines = QByteArray("x\n").repeated(50'000);
    QByteArray entries;
    const auto add = [&](const QByteArray& mode, const QByteArray& type, const QByteArray& object,
                         const QByteArray& name) {
        entries += mode + ' ' + type + ' ' + object + '\t' + name + '\n';
    };
    add("100644", "blob", blob(own), id.toLatin1());
    add("100644", "blob", blob(huge), QByteArray(40, '1'));
    add("100644", "blob", blob(manyLines), QByteArray(40, '2'));
    add("100644", "blob", blob("\x1b[31m\xff\0\n"), QByteArray(40, '3'));
    add("100644", "blob", QByteArray(40, 'a'), QByteArray(40, '4'));  // missing
    add("120000", "blob", blob("/etc/passwd"), QByteArray(40, '5'));
    add("160000", "commit", QByteArray(40, 'b'), QByteArray(40, '6'));
    add("100644", "blob", blob("{\"v\":1}\n"), "README");
    add("100644", "blob", blob(""), QByteArray(40, '7'));
    const QString commit = notesOf(path, entries);
    Ground::git(path, {u"update-ref"_s, reviewRef(), commit});
    const Result<ReviewList> list = finished(reviews(Ground::open(path), true));
    QVERIFY2(list.ok(), qPrintable(list ? QString() : list.error().message));
    QCOMPARE(list->reviews.size(), 1);
    QCOMPARE(list->problems.size(), 5);
    for (const QString& problem : list->problems) {
        QVERIFY(!problem.contains(u'\x1b'));
    }
    // Folders within folders without end, and the ref as a link.
    QByteArray inner =
        Ground::git(path, {u"mktree"_s}, "100644 blob " + blob("x") + "\tx\n").toLatin1();
    for (int i = 0; i < 30; ++i) {
        inner = Ground::git(path, {u"mktree"_s}, "040000 tree " + inner + "\tab\n").toLatin1();
    }
    Ground::git(
        path, {u"update-ref"_s, reviewRef(),
               Ground::git(path, {u"commit-tree"_s, QString::fromLatin1(inner), u"-m"_s, u"x"_s})});
    QVERIFY(finished(reviews(Ground::open(path), true))->reviews.isEmpty());
    Ground::git(path, {u"symbolic-ref"_s, reviewRef(), u"refs/heads/main"_s});
    QCOMPARE(kindOf(finished(reviews(Ground::open(path), true))), toString(ErrorKind::Invalid));
    ReviewOpening opening;
    opening.branch = u"feature"_s;
    opening.against = u"main"_s;
    const QString main = Ground::git(path, {u"rev-parse"_s, u"main"_s});
    QCOMPARE(kindOf(finished(openReview(Ground::open(path), opening))),
             toString(ErrorKind::Invalid));
    QCOMPARE(Ground::git(path, {u"rev-parse"_s, u"main"_s}), main);
}

/// What of theirs can not be taken over stays out; what is ours stays.
void TestGitReview::mergesHostileNotes()
{
    const QString path = clone(origin(u"taken"_s), u"taken"_s, u"Ana"_s);
    const QString id = opened(path);
    QVERIFY(act(path, Kind::Comment, u"ours"_s));
    const QStringList before = told(read(path));
    const auto blob = [&](const QByteArray& bytes) {
        return Ground::git(path, {u"hash-object"_s, u"-w"_s, u"--stdin"_s}, bytes).toLatin1();
    };
    const QByteArray huge = blob(QByteArray(9 * 1024 * 1024, 'x'));
    // Ours with a huge one, a huge new one, and a file that is no note.
    notesOf(path, "100644 blob " + huge + '\t' + id.toLatin1() + "\n100644 blob " + huge + '\t' +
                      QByteArray(40, '1') + "\n100644 blob " + blob("hello\n") + "\tREADME\n");
    const Result<ReviewMerge> merged =
        finished(mergeReviews(Ground::open(path), u"refs/notes/hostile"_s));
    QVERIFY2(merged.ok(), qPrintable(merged ? QString() : merged.error().message));
    QCOMPARE(merged->problems.size(), 2);
    QCOMPARE(told(read(path)), before);
    QVERIFY(Ground::git(path, {u"ls-tree"_s, u"--name-only"_s, reviewRef()}).contains(u"README"_s));
    // A fast-forward that took lines away brings them back.
    const QString tip = Ground::git(path, {u"rev-parse"_s, reviewRef()});
    const QString empty = Ground::git(path, {u"mktree"_s}, {});
    const QString removed =
        Ground::git(path, {u"commit-tree"_s, empty, u"-p"_s, tip, u"-m"_s, u"gone"_s});
    QVERIFY(finished(mergeReviews(Ground::open(path), removed))->changed);
    QCOMPARE(told(read(path)), before);
    // No commit at all.
    QVERIFY(!finished(mergeReviews(Ground::open(path), id)));
    QCOMPARE(told(read(path)), before);
}

/// A remote that is ahead of the local branch is the tip; a diverged one is not.
void TestGitReview::followsAMovedBase()
{
    const QString bare = origin(u"moved"_s);
    const QString ana = clone(bare, u"moved-ana"_s, u"Ana"_s);
    const QString bo = clone(bare, u"moved-bo"_s, u"Bo"_s);
    for (const QString& path : {ana, bo}) {
        Ground::git(path, {u"checkout"_s, u"-q"_s, u"feature"_s});
    }
    const QString id = opened(ana);
    push(ana);
    const QString theirs = Ground::commit(bo, u"Bo's"_s, {{u"bo.txt"_s, "b\n"}});
    Ground::git(bo, {u"push"_s, u"-q"_s, u"origin"_s, u"feature"_s});
    Ground::git(ana, {u"fetch"_s, u"-q"_s});
    QCOMPARE(read(ana, id).tip, theirs);
    const QString own = Ground::commit(ana, u"Ana's"_s, {{u"ana.txt"_s, "a\n"}});
    QCOMPARE(read(ana, id).tip, own);
}

/// The other process: writes comments, then ends.
static int writeAsWorker(const QString& path)
{
    const Library library;
    const auto repository = Ground::open(path);
    for (int i = 0; i < qEnvironmentVariableIntValue("REVIEW_ROUNDS"); ++i) {
        ReviewAct act;
        act.text = u"worker %1 round %2"_s.arg(QCoreApplication::applicationPid()).arg(i);
        const Result<Review> review = finished(addToReview(repository, u"feature"_s, act));
        if (!review) {
            qWarning("%s", qPrintable(review.error().message));
            return 1;
        }
    }
    return 0;
}

int main(int argc, char** argv)
{
    const QCoreApplication application(argc, argv);
    const QString worker = qEnvironmentVariable("REVIEW_WORKER");
    if (!worker.isEmpty()) {
        return writeAsWorker(worker);
    }
    TestGitReview test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_git_review.moc"
