#include "tests/git/reviewfixture.h"

using namespace gitfixture;

/// What people do with a review, and where its comments are.
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
    void followsAMovedBase();
    void readsEachNoteOnce();

private:
    std::unique_ptr<ReviewGround> m_ground;
    std::unique_ptr<Library> m_library;
};

void TestGitReview::initTestCase()
{
    m_ground = std::make_unique<ReviewGround>();
    m_library = std::make_unique<Library>();
}

void TestGitReview::cleanupTestCase()
{
    m_library.reset();
    m_ground.reset();
}

void TestGitReview::opensAndJudges()
{
    const QString ana = m_ground->clone(m_ground->origin(u"judge"_s), u"judge-ana"_s, u"Ana"_s);
    QVERIFY(finished(reviews(ReviewGround::open(ana), true))->reviews.isEmpty());
    const QString id = ReviewGround::opened(ana);  // the branch is there as origin/feature only
    const Review fresh = ReviewGround::read(ana);
    QCOMPARE(fresh.id, id);
    QCOMPARE(fresh.tip, ReviewGround::git(ana, {u"rev-parse"_s, u"origin/feature"_s}));
    QCOMPARE(fresh.base, ReviewGround::git(ana, {u"merge-base"_s, u"main"_s, u"origin/feature"_s}));
    QCOMPARE(toString(fresh.state), u"open"_s);
    QCOMPARE(ReviewGround::read(ana, id.left(6)).id, id);
    ReviewGround::git(ana, {u"config"_s, u"user.name"_s, u"Bo"_s});
    ReviewGround::git(ana, {u"config"_s, u"user.email"_s, u"bo@example.org"_s});
    QCOMPARE(toString(ReviewGround::act(ana, Kind::AskChanges, u"no"_s)->state),
             u"changes asked"_s);
    QCOMPARE(toString(ReviewGround::act(ana, Kind::Approve)->state), u"approved"_s);
    // New commits.
    ReviewGround::git(ana, {u"checkout"_s, u"-q"_s, u"feature"_s});
    const QString newer = ReviewGround::commit(ana, u"third"_s, {{u"c.txt"_s, "c\n"}});
    const Review stale = ReviewGround::read(ana);
    QCOMPARE(stale.tip, newer);
    QCOMPARE(toString(stale.state), u"open"_s);
    QVERIFY(stale.isStale(stale.verdicts[0]));
    // Approving what is no longer the tip.
    ReviewAct late;
    late.kind = Kind::Approve;
    late.commit = fresh.tip;
    QCOMPARE(kindOf(finished(addToReview(ReviewGround::open(ana), id, late))),
             toString(ErrorKind::Conflict));
    QCOMPARE(toString(ReviewGround::act(ana, Kind::Approve)->state), u"approved"_s);
    QCOMPARE(toString(ReviewGround::act(ana, Kind::Withdraw)->state), u"open"_s);
    QCOMPARE(toString(ReviewGround::act(ana, Kind::Close)->state), u"closed"_s);
    QVERIFY(finished(reviews(ReviewGround::open(ana), false))->reviews.isEmpty());
    QCOMPARE(finished(reviews(ReviewGround::open(ana), true))->reviews.size(), 1);
    QCOMPARE(toString(ReviewGround::act(ana, Kind::Reopen, {}, id)->state), u"open"_s);
    // Merged and deleted.
    QCOMPARE(toString(ReviewGround::act(ana, Kind::Approve)->state), u"approved"_s);
    ReviewGround::git(ana, {u"checkout"_s, u"-q"_s, u"main"_s});
    ReviewGround::git(ana, {u"merge"_s, u"-q"_s, u"--no-ff"_s, u"-m"_s, u"merge"_s, u"feature"_s});
    QCOMPARE(ReviewGround::read(ana).base, fresh.base);  // what was reviewed, although it is merged
    ReviewGround::git(ana, {u"branch"_s, u"-q"_s, u"-D"_s, u"feature"_s});
    ReviewGround::git(ana, {u"update-ref"_s, u"-d"_s, u"refs/remotes/origin/feature"_s});
    const Review gone = ReviewGround::read(ana, id);
    QVERIFY(gone.branchGone);
    QCOMPARE(gone.tip, newer);
    QCOMPARE(toString(gone.state), u"approved"_s);
    QCOMPARE(kindOf(ReviewGround::act(ana, Kind::AskChanges)), toString(ErrorKind::NotFound));
    QCOMPARE(toString(ReviewGround::act(ana, Kind::Close)->state), u"closed"_s);
    const auto log = finished(ReviewGround::open(ana)->log(LogQuery{}, CancelToken()));
    const auto states = reviewStates(*log, {ReviewGround::read(ana, id)});
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
    row("open: against a search", ErrorKind::Invalid);
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
        m_ground->clone(m_ground->origin(u"refused"_s), u"refuse"_s, u"Ana"_s);
        ReviewGround::git(path, {u"checkout"_s, u"-q"_s, u"feature"_s});
        ReviewGround::commit(path, u"more"_s, {{u"new.txt"_s, "n\n"}});
        id = ReviewGround::opened(path);
    }
    const auto repository = ReviewGround::open(path);
    ReviewOpening opening;
    opening.branch = what.endsWith(u"no such branch") ? u"nowhere"_s : u"main"_s;
    opening.against = what.endsWith(u"no such base") ? u"nowhere"_s
                      : what.endsWith(u"a search")   ? u"main^{/(a*)*b}"_s
                                                     : u"feature"_s;
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
        QVERIFY(ReviewGround::act(path, Kind::Close, {}, id));
    }
    const QString review = what.startsWith(u"no such")    ? u"nothing"_s
                           : what.startsWith(u"short id") ? id.left(3)
                                                          : id;
    const QString before = ReviewGround::git(path, {u"rev-parse"_s, reviewRef()});
    const Result<Review> done = what.startsWith(u"open")
                                    ? finished(openReview(repository, opening))
                                    : finished(addToReview(repository, review, act));
    QTEST(kindOf(done), "kind");
    QVERIFY(!done.error().message.isEmpty());
    QCOMPARE(ReviewGround::git(path, {u"rev-parse"_s, reviewRef()}), before);
}

void TestGitReview::needsAName()
{
    const QString path = m_ground->clone(m_ground->origin(u"nameless"_s), u"nameless"_s, u"Ana"_s);
    ReviewGround::git(path, {u"config"_s, u"--unset"_s, u"user.email"_s});
    ReviewOpening opening;
    opening.branch = u"feature"_s;
    opening.against = u"main"_s;
    const Result<Review> review = finished(openReview(ReviewGround::open(path), opening));
    QCOMPARE(kindOf(review), toString(ErrorKind::Invalid));
    QVERIFY(review.error().hint.contains(u"user.email"_s));
    QVERIFY(finished(reviews(ReviewGround::open(path), true))->reviews.isEmpty());
}

/// Lines move with what is committed above them, through a rename, and on the base's side.
void TestGitReview::followsLines()
{
    const QString path = m_ground->clone(m_ground->origin(u"lines"_s), u"lines"_s, u"Ana"_s);
    ReviewGround::git(path, {u"checkout"_s, u"-q"_s, u"feature"_s});
    ReviewGround::opened(path);
    QVERIFY(ReviewGround::on(path, "a.txt", 3));
    QVERIFY(ReviewGround::on(path, "a.txt", 21));  // "added"
    QVERIFY(ReviewGround::on(path, "a.txt", 25));
    QVERIFY(ReviewGround::on(path, "a.txt", 25, true));  // "line 25" of the base
    QVERIFY(ReviewGround::on(path, "b.txt", 0));         // the file
    QVERIFY(ReviewGround::act(path, Kind::Comment, u"all of it"_s));
    const auto places = [&] {
        QStringList list;
        const Review review = ReviewGround::read(path);
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
    ReviewGround::commit(path, u"above"_s,
                         {{u"a.txt"_s, "new\n" + ReviewGround::lines(1, 20) + "changed\n" +
                                           ReviewGround::lines(21, 30)}});
    QCOMPARE(places(), wanted(u"a.txt:4"_s, u"a.txt:21 outdated"_s, u"a.txt:26"_s));
    // Git agrees on where the line is.
    const QString text =
        ReviewGround::git(path, {u"show"_s, u"HEAD:a.txt"_s}).section(u'\n', 25, 25);
    QCOMPARE(text, u"line 24"_s);
    ReviewGround::git(path, {u"mv"_s, u"a.txt"_s, u"moved.txt"_s});
    ReviewGround::commit(path, u"rename"_s);
    QCOMPARE(places(), wanted(u"moved.txt:4"_s, u"moved.txt:21 outdated"_s, u"moved.txt:26"_s));
    ReviewGround::git(path, {u"rm"_s, u"-q"_s, u"moved.txt"_s, u"b.txt"_s});
    ReviewGround::commit(path, u"remove"_s);
    const QStringList last = places();
    QVERIFY(last[0].endsWith(u"outdated"_s) && last[2].endsWith(u"outdated"_s));
    QCOMPARE(last[3], u"a.txt:25"_s);
    QVERIFY(last[4].endsWith(u"outdated"_s));
    // A thread by the beginning of its id.
    ReviewAct reply;
    reply.kind = Kind::Reply;
    reply.text = u"done"_s;
    reply.thread = ReviewGround::read(path).threads[0].comments[0].id.left(8);
    const Result<Review> replied =
        finished(addToReview(ReviewGround::open(path), u"feature"_s, reply));
    QVERIFY2(replied.ok(), qPrintable(replied ? QString() : replied.error().message));
    QCOMPARE(replied->threads[0].comments.size(), 2);
    reply.kind = Kind::Resolve;
    QCOMPARE(finished(addToReview(ReviewGround::open(path), u"feature"_s, reply))->openThreads(),
             5);
}

/// A remote that is ahead of the local branch is the tip; a diverged one is not.
void TestGitReview::followsAMovedBase()
{
    const QString bare = m_ground->origin(u"moved"_s);
    const QString ana = m_ground->clone(bare, u"moved-ana"_s, u"Ana"_s);
    const QString bo = m_ground->clone(bare, u"moved-bo"_s, u"Bo"_s);
    for (const QString& path : {ana, bo}) {
        ReviewGround::git(path, {u"checkout"_s, u"-q"_s, u"feature"_s});
    }
    const QString id = ReviewGround::opened(ana);
    ReviewGround::push(ana);
    const QString theirs = ReviewGround::commit(bo, u"Bo's"_s, {{u"bo.txt"_s, "b\n"}});
    ReviewGround::git(bo, {u"push"_s, u"-q"_s, u"origin"_s, u"feature"_s});
    ReviewGround::git(ana, {u"fetch"_s, u"-q"_s});
    QCOMPARE(ReviewGround::read(ana, id).tip, theirs);
    const QString own = ReviewGround::commit(ana, u"Ana's"_s, {{u"ana.txt"_s, "a\n"}});
    QCOMPARE(ReviewGround::read(ana, id).tip, own);
}

/// Who looks often reads only what changed.
void TestGitReview::readsEachNoteOnce()
{
    const QString path = m_ground->clone(m_ground->origin(u"once"_s), u"once"_s, u"Ana"_s);
    ReviewGround::git(path, {u"branch"_s, u"-q"_s, u"feature"_s, u"origin/feature"_s});
    const QString id = ReviewGround::opened(path);
    QTest::qWait(20);  // what was written has a past then
    const auto repository = ReviewGround::open(path);
    const auto first = finished(reviews(repository, true));
    QVERIFY(first);
    QCOMPARE(first->reviews.size(), 1);
    const QString blob =
        ReviewGround::git(path, {u"notes"_s, u"--ref"_s, reviewRef(), u"list"_s, id});
    const QString object = path + u"/.git/objects/%1/%2"_s.arg(blob.left(2), blob.mid(2));
    const QByteArray kept = Ground::read(object);
    QVERIFY(!kept.isEmpty() && QFile::remove(object));
    const auto second = finished(reviews(repository, true));
    QVERIFY(second);
    QCOMPARE(second->problems, QStringList());
    QCOMPARE(ReviewGround::told(second->reviews.value(0)), ReviewGround::told(first->reviews[0]));
    // A note that changed is read again.
    ReviewGround::write(object, kept);
    QVERIFY(ReviewGround::act(path, Kind::Comment, u"more"_s));
    const auto third = finished(reviews(repository, true));
    QVERIFY(third);
    QCOMPARE(third->reviews[0].events.size(), 2);
}

QTEST_GUILESS_MAIN(TestGitReview)
#include "tst_git_review.moc"
