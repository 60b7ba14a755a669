#include "core/git/rebase.h"

#include "core/git/src/rebasestate.h"
#include "tests/git/randombranches.h"
#include "tests/git/twins.h"

#include <random>

using namespace analemma::git;
using namespace gitfixture;

/// Rebase beside the git program's, on copies of the same repository.
class TestGitRebase : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void cleanupTestCase();
    void readsListsOfSteps();
    void planIsShownFirst();
    void rebasesAsGitDoes_data();
    void rebasesAsGitDoes();
    void rebasesRandomHistories();
    void stopsAndGoesOn_data();
    void stopsAndGoesOn();
    void abortLeadsBack_data();
    void abortLeadsBack();
    void refusesWhatWouldBeLost();
    void leavesOtherStepsToGit();

private:
    QString parted(const QString& name) { return copyKnown(*m_ground, u"parted"_s, name); }
    void makeParted();
    /// Makes the plan and carries it out.
    static Result<Outcome> rebased(std::shared_ptr<Repository> repository, const QString& upstream,
                                   const QString& onto = {});
    static void resolveWithTheirs(const QString& path);

    std::unique_ptr<Ground> m_ground;
    std::unique_ptr<Library> m_library;
};

void TestGitRebase::initTestCase()
{
    m_ground = std::make_unique<Ground>();
    m_library = std::make_unique<Library>();
    makeParted();
}

void TestGitRebase::cleanupTestCase()
{
    m_library.reset();
    m_ground.reset();
}

/// topic has five commits that main has not: the second clashes with main, the third is there
/// already, the fourth is empty.
void TestGitRebase::makeParted()
{
    const QString path = m_ground->init(u"parted"_s);
    Ground::commit(path, u"base"_s, {{u"f"_s, "1\n2\n3\n4\n5\n6\n7\n8\n"}, {u"g"_s, "g\n"}});
    Ground::git(path, {u"switch"_s, u"-qc"_s, u"topic"_s});
    Ground::commit(path, u"add it's file"_s, {{u"new"_s, "new\n"}});
    Ground::commit(path, u"clash"_s, {{u"f"_s, "1\ntopic\n3\n4\n5\n6\n7\n8\n"}});
    Ground::commit(path, u"the same"_s, {{u"h"_s, "same\n"}});
    Ground::commit(path, u"empty"_s);
    Ground::commit(path, u"last\n\nwith a body"_s, {{u"new"_s, "newer\n"}});
    Ground::git(path, {u"switch"_s, u"-q"_s, u"main"_s});
    Ground::commit(path, u"main: f"_s, {{u"f"_s, "1\nmain\n3\n4\n5\n6\n7\n8\n"}});
    Ground::commit(path, u"main: the same"_s, {{u"h"_s, "same\n"}});
    Ground::git(path, {u"switch"_s, u"-qc"_s, u"plain"_s, u"main~2"_s});
    Ground::commit(path, u"plain one"_s, {{u"p"_s, "p\n"}});
    Ground::commit(path, u"plain two"_s, {{u"g"_s, "g\nmore\n"}});
    Ground::git(path, {u"switch"_s, u"-qc"_s, u"joined"_s, u"plain"_s});
    Ground::git(path, {u"merge"_s, u"-q"_s, u"--no-edit"_s, u"main"_s});
    Ground::commit(path, u"after the merge"_s, {{u"q"_s, "q\n"}});
    Ground::git(path, {u"switch"_s, u"-q"_s, u"topic"_s});
}

Result<Outcome> TestGitRebase::rebased(std::shared_ptr<Repository> repository,
                                       const QString& upstream, const QString& onto)
{
    const Result<RebasePlan> plan = finished(planRebase(repository, upstream, onto));
    return plan ? finished(rebase(repository, *plan, ana())) : plan.error();
}

void TestGitRebase::resolveWithTheirs(const QString& path)
{
    Ground::git(path, {u"checkout"_s, u"-q"_s, u"--theirs"_s, u"."_s});
    Ground::git(path, {u"add"_s, u"-u"_s});
}

void TestGitRebase::readsListsOfSteps()
{
    const QByteArray id(40, 'a');
    QCOMPARE(pickedBy("pick " + id + " subject"), QString::fromLatin1(id));
    QCOMPARE(pickedBy("p " + id), QString::fromLatin1(id));
    for (const QByteArray& other :
         {"fixup " + id, QByteArray("exec make"), QByteArray("pick short"), QByteArray("pick"),
          "pick -x " + id, QByteArray("pick ") + QByteArray(40, 'z'), QByteArray()}) {
        QVERIFY2(!pickedBy(other), other.constData());
    }
    QCOMPARE(todoLines("pick a\n\n# text\nnoop\n  x y \n"), QList<QByteArray>({"pick a", "x y"}));
    QCOMPARE(authorScript("O'Neil", "o@x", 17, -90),
             "GIT_AUTHOR_NAME='O'\\''Neil'\nGIT_AUTHOR_EMAIL='o@x'\n"
             "GIT_AUTHOR_DATE='@17 -0130'\n");
}

void TestGitRebase::planIsShownFirst()
{
    const QString path = parted(u"plan"_s);
    const QStringList before = stateOf(path);
    const auto repository = Ground::open(path);
    const auto plan = finished(planRebase(repository, u"main"_s, {}));
    VERIFY_OK(plan);
    QCOMPARE(plan->branch, u"topic"_s);
    QCOMPARE(plan->tip, Ground::git(path, {u"rev-parse"_s, u"topic"_s}));
    QCOMPARE(plan->onto, Ground::git(path, {u"rev-parse"_s, u"main"_s}));
    QStringList steps;
    for (const RebasePlan::Step& step : plan->steps) {
        steps.append(step.subject);
    }
    QCOMPARE(steps, QStringList({u"add it's file"_s, u"clash"_s, u"empty"_s, u"last"_s}));
    QCOMPARE(plan->skipped.size(), 1);
    QCOMPARE(plan->skipped[0].subject, u"the same"_s);
    QVERIFY(!plan->upToDate);
    const auto same = finished(planRebase(repository, u"topic~2"_s, {}));
    VERIFY_OK(same);
    QVERIFY(same->upToDate);
    QCOMPARE(kindOf(finished(planRebase(repository, u"nowhere"_s, {}))),
             toString(ErrorKind::NotFound));
    QCOMPARE(apart(before, stateOf(path)), QString());
}

void TestGitRebase::rebasesAsGitDoes_data()
{
    QTest::addColumn<QString>("at");
    QTest::addColumn<QString>("upstream");
    QTest::addColumn<QString>("onto");
    QTest::newRow("plain") << u"plain"_s << u"main"_s << QString();
    QTest::newRow("onto") << u"plain"_s << u"plain~1"_s << u"main"_s;
    QTest::newRow("forward") << u"main~1"_s << u"main"_s << QString();
    QTest::newRow("up to date") << u"main"_s << u"main~1"_s << QString();
    QTest::newRow("without its merge") << u"joined"_s << u"topic~3"_s << QString();
    QTest::newRow("already there") << u"topic~2"_s << u"plain"_s << u"topic~4"_s;
}

void TestGitRebase::rebasesAsGitDoes()
{
    QFETCH(const QString, at);
    QFETCH(const QString, upstream);
    QFETCH(const QString, onto);
    const QString path = parted(u"as-"_s + QString::fromLatin1(QTest::currentDataTag()));
    Ground::git(path, at.contains(u'~') ? QStringList{u"switch"_s, u"-q"_s, u"--detach"_s, at}
                                        : QStringList{u"switch"_s, u"-q"_s, at});
    Ground::write(path + u"/untracked"_s, "mine\n");
    const QString peer = twinOf(path);
    QStringList words{u"rebase"_s};
    if (!onto.isEmpty()) {
        words += QStringList{u"--onto"_s, onto};
    }
    tryGit(peer, words + QStringList{upstream});
    const auto repository = Ground::open(path);
    const Head before = headOf(*repository);
    const auto done = rebased(repository, upstream, onto);
    VERIFY_OK(done);
    QCOMPARE(done->before, before.commit);
    QCOMPARE(done->after, headOf(*repository).commit);
    COMPARE_TWINS(peer, path);
    if (done->kind == Outcome::Kind::Done) {
        QCOMPARE(logOf(path, u"HEAD"_s), logOf(peer, u"HEAD"_s));
        QCOMPARE(Ground::git(path, {u"rev-parse"_s, u"ORIG_HEAD"_s}), before.commit);
    }
    if (!before.branch.isEmpty()) {
        QCOMPARE(logOf(path, before.branch), logOf(peer, before.branch));
    }
}

void TestGitRebase::rebasesRandomHistories()
{
    std::mt19937 random(5);
    int clean = 0;
    int stops = 0;
    for (int round = 0; round < 10; ++round) {
        const QString path = m_ground->init(u"random%1"_s.arg(round));
        Ground::git(path, {u"fast-import"_s, u"--quiet"_s}, twoRandomBranches(random, 4, 60));
        Ground::git(path, {u"checkout"_s, u"-q"_s, u"-f"_s, u"topic"_s});
        const QString peer = twinOf(path);
        tryGit(peer, {u"rebase"_s, u"main"_s});
        const auto repository = Ground::open(path);
        auto done = rebased(repository, u"main"_s);
        VERIFY_OK(done);
        for (int stop = 0; done->kind == Outcome::Kind::Stopped; ++stop) {
            COMPARE_TWINS(peer, path);
            QVERIFY(stop < 4);
            ++stops;
            for (const QString& one : {path, peer}) {  // whatever is there is right
                Ground::git(one, {u"add"_s, u"-A"_s});
            }
            tryGit(peer, {u"rebase"_s, u"--continue"_s});
            done = finished(finishUnderWay(repository, headOf(*repository), {}, ana()));
            VERIFY_OK(done);
        }
        ++clean;
        COMPARE_TWINS(peer, path);
        QCOMPARE(logOf(path, u"topic"_s), logOf(peer, u"topic"_s));
    }
    QVERIFY2(clean == 10 && stops >= 3, qPrintable(QString::number(stops)));
}

void TestGitRebase::stopsAndGoesOn_data()
{
    QTest::addColumn<bool>("gitBegins");
    QTest::addColumn<bool>("gitEnds");
    QTest::addColumn<QString>("how");
    for (const bool begins : {false, true}) {
        for (const bool ends : {false, true}) {
            for (const char* how : {"continue", "skip"}) {
                QTest::newRow(
                    qPrintable(u"%1 %2 %3"_s.arg(begins).arg(ends).arg(QString::fromLatin1(how))))
                    << begins << ends << QString::fromLatin1(how);
            }
        }
    }
}

/// Whoever begins and whoever ends it: what comes out is what git alone makes of it.
void TestGitRebase::stopsAndGoesOn()
{
    QFETCH(const bool, gitBegins);
    QFETCH(const bool, gitEnds);
    QFETCH(const QString, how);
    const QString path = parted(u"goes-"_s + QString::fromLatin1(QTest::currentDataTag()));
    const QString peer = twinOf(path);
    const auto repository = Ground::open(path);
    QVERIFY(!tryGit(peer, {u"rebase"_s, u"main"_s}));
    if (gitBegins) {
        QVERIFY(!tryGit(path, {u"rebase"_s, u"main"_s}));
    } else {
        const auto begun = rebased(repository, u"main"_s);
        VERIFY_OK(begun);
        QVERIFY(begun->kind == Outcome::Kind::Stopped);
        QCOMPARE(begun->conflicts, 1);
    }
    COMPARE_TWINS(peer, path);
    QCOMPARE(Ground::read(path + u"/.git/rebase-merge/author-script"_s),
             Ground::read(peer + u"/.git/rebase-merge/author-script"_s));
    const auto found = finished(underWay(repository));
    VERIFY_OK(found);
    QVERIFY(found->kind == UnderWay::Kind::Rebase);
    QCOMPARE(found->obstacle, QString());
    QCOMPARE(found->branch, u"topic"_s);
    QCOMPARE(found->before, Ground::git(path, {u"rev-parse"_s, u"topic"_s}));
    QCOMPARE(found->onto, Ground::git(path, {u"rev-parse"_s, u"main"_s}));
    QCOMPARE(found->commit, Ground::git(path, {u"rev-parse"_s, u"topic~3"_s}));
    QCOMPARE(found->step, 2);
    QCOMPARE(found->steps, 4);
    QCOMPARE(found->conflicts, 1);
    QCOMPARE(found->message, u"clash\n"_s);
    const auto early = finished(finishUnderWay(repository, headOf(*repository), {}, ana()));
    QCOMPARE(kindOf(early), toString(ErrorKind::Conflict));
    if (how == u"continue") {
        resolveWithTheirs(peer);
        const auto all = finished(conflicts(repository));
        VERIFY_OK(all);
        VERIFY_OK(finished(
            resolveConflict(repository, all->at(0), Resolution::side(Resolution::Kind::Theirs))));
    }
    QVERIFY(tryGit(peer, {u"rebase"_s, u"--"_s + how}));
    if (gitEnds) {
        QVERIFY(tryGit(path, {u"rebase"_s, u"--"_s + how}));
    } else {
        const Head head = headOf(*repository);
        const auto done = how == u"skip" ? finished(skipStep(repository, head, ana()))
                                         : finished(finishUnderWay(repository, head, {}, ana()));
        VERIFY_OK(done);
        QVERIFY(done->kind == Outcome::Kind::Done);
    }
    COMPARE_TWINS(peer, path);
    QCOMPARE(logOf(path, u"topic"_s), logOf(peer, u"topic"_s));
    QCOMPARE(logOf(path, u"HEAD"_s), logOf(peer, u"HEAD"_s));
    QVERIFY(!QFileInfo::exists(path + u"/.git/rebase-merge"_s));
    QVERIFY(!QFileInfo::exists(path + u"/.git/REBASE_HEAD"_s));
}

void TestGitRebase::abortLeadsBack_data()
{
    QTest::addColumn<bool>("gitBegins");
    QTest::addColumn<bool>("gitEnds");
    QTest::addColumn<bool>("detached");
    QTest::newRow("ours") << false << false << false;
    QTest::newRow("ours, detached") << false << false << true;
    QTest::newRow("git begins") << true << false << false;
    QTest::newRow("git ends") << false << true << false;
}

void TestGitRebase::abortLeadsBack()
{
    QFETCH(const bool, gitBegins);
    QFETCH(const bool, gitEnds);
    QFETCH(const bool, detached);
    const QString path = parted(u"abort-"_s + QString::fromLatin1(QTest::currentDataTag()));
    if (detached) {
        Ground::git(path, {u"switch"_s, u"-q"_s, u"--detach"_s});
    }
    Ground::write(path + u"/untracked"_s, "mine\n");
    const QStringList before = stateOf(path);
    const auto repository = Ground::open(path);
    if (gitBegins) {
        QVERIFY(!tryGit(path, {u"rebase"_s, u"main"_s}));
    } else {
        VERIFY_OK(rebased(repository, u"main"_s));
    }
    Ground::write(path + u"/f"_s, "by hand\n");
    if (gitEnds) {
        QVERIFY(tryGit(path, {u"rebase"_s, u"--abort"_s}));
    } else {
        const auto done = finished(abortUnderWay(repository, headOf(*repository), ana()));
        VERIFY_OK(done);
        QCOMPARE(Ground::git(path, {u"show"_s, done->saved + u":f"_s}), u"by hand"_s);
        const QString back = detached ? done->after : u"refs/heads/topic"_s;
        QCOMPARE(logOf(path, u"HEAD"_s).first(), u"rebase (abort): returning to "_s + back);
    }
    QCOMPARE(apart(before, stateOf(path)), QString());
    QVERIFY(finished(underWay(repository))->kind == UnderWay::Kind::None);
}

void TestGitRebase::refusesWhatWouldBeLost()
{
    const QString path = parted(u"lost"_s);
    const auto repository = Ground::open(path);
    const auto plan = finished(planRebase(repository, u"main"_s, {}));
    VERIFY_OK(plan);
    const auto refused = [&](const RebasePlan& what) {
        const QStringList before = stateOf(path);
        const auto done = finished(rebase(repository, what, ana()));
        const bool same = apart(before, stateOf(path)).isEmpty();
        return kindOf(done) + (same ? u""_s : u", and something changed"_s);
    };
    const QString conflict = toString(ErrorKind::Conflict);
    Ground::write(path + u"/g"_s, "mine\n");
    QCOMPARE(refused(*plan), conflict);
    Ground::git(path, {u"add"_s, u"g"_s});
    QCOMPARE(refused(*plan), conflict);
    Ground::git(path, {u"reset"_s, u"-q"_s, u"--hard"_s});
    Ground::git(path, {u"rm"_s, u"-q"_s, u"h"_s});
    Ground::git(path, {u"commit"_s, u"-qm"_s, u"without h"_s});
    QCOMPARE(refused(*plan), conflict);  // not the tip of the plan any more
    const auto now = finished(planRebase(repository, u"plain"_s, {}));
    VERIFY_OK(now);
    Ground::write(path + u"/p"_s, "untracked\n");
    QCOMPARE(refused(*now), conflict);
    QVERIFY(QFile::remove(path + u"/p"_s));
    QVERIFY(!tryGit(path, {u"merge"_s, u"main"_s}));
    QCOMPARE(refused(*now), conflict);
    RebasePlan wrong = *now;
    wrong.onto = u"main"_s;
    QCOMPARE(refused(wrong), toString(ErrorKind::Invalid));
    QCOMPARE(kindOf(finished(skipStep(repository, headOf(*repository), ana()))), conflict);
}

void TestGitRebase::leavesOtherStepsToGit()
{
    const QString path = parted(u"other"_s);
    const auto repository = Ground::open(path);
    QVERIFY(!tryGit(path, {u"rebase"_s, u"--exec"_s, u"touch ran"_s, u"main"_s}));
    const auto found = finished(underWay(repository));
    VERIFY_OK(found);
    QVERIFY(found->kind == UnderWay::Kind::Rebase && !found->obstacle.isEmpty());
    resolveWithTheirs(path);
    const QStringList before = stateOf(path);
    const Head head = headOf(*repository);
    const QString unsupported = toString(ErrorKind::Unsupported);
    QCOMPARE(kindOf(finished(finishUnderWay(repository, head, {}, ana()))), unsupported);
    QCOMPARE(kindOf(finished(skipStep(repository, head, ana()))), unsupported);
    QCOMPARE(apart(before, stateOf(path)), QString());
    QVERIFY(QFile::remove(path + u"/ran"_s));
    QVERIFY(tryGit(path, {u"rebase"_s, u"--abort"_s}));
}

QTEST_GUILESS_MAIN(TestGitRebase)
#include "tst_git_rebase.moc"
