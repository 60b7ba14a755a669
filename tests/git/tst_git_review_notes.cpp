#include "tests/git/reviewfixture.h"

#include <QCoreApplication>
#include <QProcess>

using namespace gitfixture;

/// The notes of reviews between clones, processes and the git program, and what others may put
/// there.
class TestGitReviewNotes : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void cleanupTestCase();
    void travelsBothWays();
    void joinsWhatGitJoined();
    void staysReadableByGit();
    void losesNothingBetweenHandles();
    void losesNothingBetweenProcesses();
    void waitsForALock();
    void survivesHostileNotes();
    void mergesHostileNotes();

private:
    std::unique_ptr<ReviewGround> m_ground;
    std::unique_ptr<Library> m_library;
};

void TestGitReviewNotes::initTestCase()
{
    m_ground = std::make_unique<ReviewGround>();
    m_library = std::make_unique<Library>();
}

void TestGitReviewNotes::cleanupTestCase()
{
    m_library.reset();
    m_ground.reset();
}

void TestGitReviewNotes::travelsBothWays()
{
    const QString bare = m_ground->origin(u"travel"_s);
    const QString ana = m_ground->clone(bare, u"travel-ana"_s, u"Ana"_s);
    const QString bo = m_ground->clone(bare, u"travel-bo"_s, u"Bo"_s);
    ReviewGround::opened(ana);
    QVERIFY(ReviewGround::on(ana, "a.txt", 21));
    ReviewGround::push(ana);
    const Result<ReviewMerge> first = ReviewGround::fetch(bo);
    QVERIFY(first && first->changed && first->reviews == 1);
    QCOMPARE(ReviewGround::told(ReviewGround::read(bo)),
             ReviewGround::told(ReviewGround::read(ana)));
    QCOMPARE(ReviewGround::git(bo, {u"rev-parse"_s, reviewRef()}),
             ReviewGround::git(ana, {u"rev-parse"_s, reviewRef()}));
    for (int round = 0; round < 4; ++round) {
        // Both write before either fetches.
        QVERIFY(ReviewGround::act(ana, Kind::Comment, u"from Ana %1"_s.arg(round)));
        QVERIFY(ReviewGround::act(bo, round % 2 == 0 ? Kind::Approve : Kind::AskChanges));
        QVERIFY(ReviewGround::on(bo, "b.txt", round + 1));
        ReviewGround::push(bo);
        const Result<ReviewMerge> joined = ReviewGround::fetch(ana);
        QVERIFY(joined && joined->changed && joined->reviews == 1 && joined->problems.isEmpty());
        ReviewGround::push(ana);  // a merge of both: no force is needed
        QVERIFY(ReviewGround::fetch(bo)->changed);
        QCOMPARE(ReviewGround::told(ReviewGround::read(bo)),
                 ReviewGround::told(ReviewGround::read(ana)));
        QCOMPARE(ReviewGround::read(ana).events.size(), 2 + 3 * (round + 1));
        QCOMPARE(toString(ReviewGround::read(ana).state),
                 round % 2 == 0 ? u"approved"_s : u"changes asked"_s);
        QVERIFY(!ReviewGround::fetch(bo)->changed && !ReviewGround::fetch(ana)->changed);
    }
    // Both join the same two: the same commit, so nobody has to join again.
    QVERIFY(ReviewGround::act(ana, Kind::Comment, u"at once"_s) &&
            ReviewGround::act(bo, Kind::Comment, u"at once too"_s));
    const QString anas = ReviewGround::git(ana, {u"rev-parse"_s, reviewRef()});
    const QString bos = ReviewGround::git(bo, {u"rev-parse"_s, reviewRef()});
    ReviewGround::git(bo, {u"fetch"_s, u"-q"_s, ana, reviewRef()});
    ReviewGround::git(ana, {u"fetch"_s, u"-q"_s, bo, reviewRef()});
    QVERIFY(finished(mergeReviews(ReviewGround::open(ana), bos))->changed);
    QVERIFY(finished(mergeReviews(ReviewGround::open(bo), anas))->changed);
    QCOMPARE(ReviewGround::git(ana, {u"rev-parse"_s, reviewRef()}),
             ReviewGround::git(bo, {u"rev-parse"_s, reviewRef()}));
    QVERIFY(!finished(mergeReviews(ReviewGround::open(ana), u"refs/nowhere"_s)));
}

/// `git notes merge -s cat_sort_uniq` makes the same union of lines.
void TestGitReviewNotes::joinsWhatGitJoined()
{
    const QString bare = m_ground->origin(u"sorted"_s);
    const QString ana = m_ground->clone(bare, u"sorted-ana"_s, u"Ana"_s);
    const QString bo = m_ground->clone(bare, u"sorted-bo"_s, u"Bo"_s);
    ReviewGround::opened(ana);
    ReviewGround::push(ana);
    QVERIFY(ReviewGround::fetch(bo));
    for (int i = 0; i < 5; ++i) {
        QVERIFY(ReviewGround::act(ana, Kind::Comment, u"a%1"_s.arg(i)) &&
                ReviewGround::act(bo, Kind::Comment, u"b%1"_s.arg(i)));
    }
    ReviewGround::push(bo);
    const QString twin = m_ground->clone(bare, u"sorted-twin"_s, u"Cy"_s);
    ReviewGround::git(twin, {u"fetch"_s, u"-q"_s, ana, u"%1:%1"_s.arg(reviewRef())});
    ReviewGround::git(twin,
                      {u"fetch"_s, u"-q"_s, bare, u"%1:refs/notes/theirs"_s.arg(reviewRef())});
    ReviewGround::git(twin, {u"notes"_s, u"--ref=analemma/review"_s, u"merge"_s, u"-q"_s, u"-s"_s,
                             u"cat_sort_uniq"_s, u"theirs"_s});
    QVERIFY(ReviewGround::fetch(ana)->changed);
    QCOMPARE(ReviewGround::told(ReviewGround::read(twin)),
             ReviewGround::told(ReviewGround::read(ana)));
    QCOMPARE(ReviewGround::read(ana).events.size(), 11);
}

void TestGitReviewNotes::staysReadableByGit()
{
    const QString bare = m_ground->origin(u"plain"_s);
    const QString path = m_ground->clone(bare, u"plain"_s, u"Ana"_s);
    const QString id = ReviewGround::opened(path);
    QVERIFY(ReviewGround::act(path, Kind::Comment, u"seen by git"_s));
    const QStringList before = ReviewGround::told(ReviewGround::read(path));
    // Rebased, so that no commit of the review is left, and collected.
    ReviewGround::git(path, {u"checkout"_s, u"-q"_s, u"feature"_s});
    ReviewGround::git(path, {u"commit"_s, u"-q"_s, u"--amend"_s, u"-m"_s, u"again"_s});
    ReviewGround::git(path, {u"update-ref"_s, u"-d"_s, u"refs/remotes/origin/feature"_s});
    ReviewGround::git(path, {u"reflog"_s, u"expire"_s, u"--expire=now"_s, u"--all"_s});
    ReviewGround::git(path, {u"gc"_s, u"-q"_s, u"--prune=now"_s});
    ReviewGround::git(path, {u"notes"_s, u"--ref=analemma/review"_s, u"prune"_s});
    const QString shown =
        ReviewGround::git(path, {u"notes"_s, u"--ref=analemma/review"_s, u"show"_s, id});
    QVERIFY(shown.contains(u"seen by git"_s));
    QCOMPARE(ReviewGround::git(path, {u"cat-file"_s, u"-t"_s, id}), u"blob"_s);
    QVERIFY(ReviewGround::git(path, {u"cat-file"_s, u"-p"_s, id}).contains(u"The title"_s));
    QVERIFY(
        ReviewGround::git(path, {u"notes"_s, u"--ref=analemma/review"_s, u"list"_s}).contains(id));
    QStringList after = ReviewGround::told(ReviewGround::read(path));
    after[3] = before[3];  // the tip
    QCOMPARE(after, before);
    // Git's own fan-out, and a line that git adds.
    ReviewGround::git(
        path, {u"notes"_s, u"--ref=analemma/review"_s, u"append"_s, u"-m"_s,
               u"{\"v\":1,\"id\":\"g\",\"at\":\"2026-01-02T03:04:05.000Z\",\"by\":{\"name\":"
               u"\"Git\"},\"kind\":\"comment\",\"text\":\"by hand\"}"_s,
               id});
    QCOMPARE(ReviewGround::read(path).events.size(), 3);
    QVERIFY(ReviewGround::act(path, Kind::Comment, u"on top"_s));
    QCOMPARE(ReviewGround::read(path).threads.size(), 3);
    QCOMPARE(ReviewGround::read(path).leftOut, 0);
    ReviewGround::git(path, {u"fsck"_s, u"--strict"_s});
}

void TestGitReviewNotes::losesNothingBetweenHandles()
{
    const QString path = m_ground->clone(m_ground->origin(u"handles"_s), u"handles"_s, u"Ana"_s);
    // Also who comes first: the ref is made once.
    const QString other = u"other"_s;
    ReviewGround::git(path, {u"branch"_s, other, u"origin/feature"_s});
    QList<std::shared_ptr<Repository>> handles;
    for (int i = 0; i < 4; ++i) {
        handles.append(ReviewGround::open(path));
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
    QCOMPARE(
        ReviewGround::read(path).threads.size() + ReviewGround::read(path, other).threads.size(),
        4 * each);
}

void TestGitReviewNotes::losesNothingBetweenProcesses()
{
    const QString path =
        m_ground->clone(m_ground->origin(u"processes"_s), u"processes"_s, u"Ana"_s);
    ReviewGround::opened(path);
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
    const Review review = ReviewGround::read(path);
    QCOMPARE(review.threads.size(), 3 * each);
    QCOMPARE(review.leftOut, 0);
    ReviewGround::git(path, {u"fsck"_s, u"--strict"_s});
}

/// Another program's lock is waited for.
void TestGitReviewNotes::waitsForALock()
{
    const QString path = m_ground->clone(m_ground->origin(u"lock"_s), u"lock"_s, u"Ana"_s);
    ReviewGround::opened(path);
    const QString lock = path + u"/.git/"_s + reviewRef() + u".lock"_s;
    ReviewGround::write(lock, "");
    ReviewAct act;
    act.text = u"after the lock"_s;
    QObject context;
    std::optional<Result<Review>> answer;
    const auto repository = ReviewGround::open(path);
    then(addToReview(repository, u"feature"_s, act), &context,
         [&answer](Result<Review> review) { answer.emplace(std::move(review)); });
    QVERIFY(!QTest::qWaitFor([&answer] { return answer.has_value(); }, 300));
    QVERIFY(QFile::remove(lock));
    QTRY_VERIFY_WITH_TIMEOUT(answer.has_value(), 60'000);
    QVERIFY(answer->ok());
    QCOMPARE((*answer)->threads.size(), 1);
}

void TestGitReviewNotes::survivesHostileNotes()
{
    const QString path = m_ground->clone(m_ground->origin(u"hostile"_s), u"hostile"_s, u"Ana"_s);
    const QString id = ReviewGround::opened(path);
    const auto blob = [&](const QByteArray& bytes) {
        return ReviewGround::git(path, {u"hash-object"_s, u"-w"_s, u"--stdin"_s}, bytes).toLatin1();
    };
    const QByteArray own =
        ReviewGround::git(path, {u"notes"_s, u"--ref=analemma/review"_s, u"show"_s, id}).toUtf8() +
        '\n';
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
    const QString commit = ReviewGround::notesOf(path, entries);
    ReviewGround::git(path, {u"update-ref"_s, reviewRef(), commit});
    const Result<ReviewList> list = finished(reviews(ReviewGround::open(path), true));
    QVERIFY2(list.ok(), qPrintable(list ? QString() : list.error().message));
    QCOMPARE(list->reviews.size(), 1);
    QCOMPARE(list->problems.size(), 5);
    for (const QString& problem : list->problems) {
        QVERIFY(!problem.contains(u'\x1b'));
    }
    // Folders within folders without end, and the ref as a link.
    QByteArray inner =
        ReviewGround::git(path, {u"mktree"_s}, "100644 blob " + blob("x") + "\tx\n").toLatin1();
    for (int i = 0; i < 30; ++i) {
        inner =
            ReviewGround::git(path, {u"mktree"_s}, "040000 tree " + inner + "\tab\n").toLatin1();
    }
    ReviewGround::git(
        path,
        {u"update-ref"_s, reviewRef(),
         ReviewGround::git(path, {u"commit-tree"_s, QString::fromLatin1(inner), u"-m"_s, u"x"_s})});
    QVERIFY(finished(reviews(ReviewGround::open(path), true))->reviews.isEmpty());
    ReviewGround::git(path, {u"symbolic-ref"_s, reviewRef(), u"refs/heads/main"_s});
    QCOMPARE(kindOf(finished(reviews(ReviewGround::open(path), true))),
             toString(ErrorKind::Invalid));
    ReviewOpening opening;
    opening.branch = u"feature"_s;
    opening.against = u"main"_s;
    const QString main = ReviewGround::git(path, {u"rev-parse"_s, u"main"_s});
    QCOMPARE(kindOf(finished(openReview(ReviewGround::open(path), opening))),
             toString(ErrorKind::Invalid));
    QCOMPARE(ReviewGround::git(path, {u"rev-parse"_s, u"main"_s}), main);
}

/// What of theirs can not be taken over stays out; what is ours stays.
void TestGitReviewNotes::mergesHostileNotes()
{
    const QString path = m_ground->clone(m_ground->origin(u"taken"_s), u"taken"_s, u"Ana"_s);
    const QString id = ReviewGround::opened(path);
    QVERIFY(ReviewGround::act(path, Kind::Comment, u"ours"_s));
    const QStringList before = ReviewGround::told(ReviewGround::read(path));
    const auto blob = [&](const QByteArray& bytes) {
        return ReviewGround::git(path, {u"hash-object"_s, u"-w"_s, u"--stdin"_s}, bytes).toLatin1();
    };
    const QByteArray huge = blob(QByteArray(9 * 1024 * 1024, 'x'));
    // Ours with a huge one, a huge new one, one whose bytes are missing, and what is no note.
    ReviewGround::notesOf(path, "100644 blob " + huge + '\t' + id.toLatin1() + "\n100644 blob " +
                                    huge + '\t' + QByteArray(40, '1') + "\n100644 blob " +
                                    QByteArray(40, 'a') + '\t' + QByteArray(40, '2') +
                                    "\n100644 blob " + blob("hello\n") + "\tREADME\n100644 blob " +
                                    blob("evil\n") + "\t.git\n");
    const Result<ReviewMerge> merged =
        finished(mergeReviews(ReviewGround::open(path), u"refs/notes/hostile"_s));
    QVERIFY2(merged.ok(), qPrintable(merged ? QString() : merged.error().message));
    QCOMPARE(merged->problems.size(), 3);
    QCOMPARE(ReviewGround::told(ReviewGround::read(path)), before);
    QVERIFY(ReviewGround::git(path, {u"ls-tree"_s, u"--name-only"_s, reviewRef()})
                .contains(u"README"_s));
    QVERIFY(!ReviewGround::git(path, {u"ls-tree"_s, u"--name-only"_s, reviewRef()})
                 .contains(u".git"_s));
    // A fast-forward that took lines away brings them back.
    const QString tip = ReviewGround::git(path, {u"rev-parse"_s, reviewRef()});
    const QString empty = ReviewGround::git(path, {u"mktree"_s}, {});
    const QString removed =
        ReviewGround::git(path, {u"commit-tree"_s, empty, u"-p"_s, tip, u"-m"_s, u"gone"_s});
    QVERIFY(finished(mergeReviews(ReviewGround::open(path), removed))->changed);
    QCOMPARE(ReviewGround::told(ReviewGround::read(path)), before);
    // No commit at all.
    QVERIFY(!finished(mergeReviews(ReviewGround::open(path), id)));
    QCOMPARE(ReviewGround::told(ReviewGround::read(path)), before);
}

/// The other process: writes comments, then ends.
static int writeAsWorker(const QString& path)
{
    const Library library;
    const auto repository = ReviewGround::open(path);
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
    TestGitReviewNotes test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_git_review_notes.moc"
