#include "tests/release/releasebench.h"

#include <QCoreApplication>
#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QJsonArray>
#include <QProcess>
#include <QRandomGenerator>
#include <QSet>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace releasebench;

class TestRelease : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void cleanupTestCase();
    void proposesAndMakesReleases();
    void refusesWhatCanNotBe();
    void wantsReviewsWhereToldSo();
    void goesOnFromTheTagsOfARepository();
    void completesWhatWasBegun();
    void takesBackWhatCanNeverBe();
    void survivesKillsAtAnyPoint();
    void givesEachVersionOnce();
    void keepsRepositoriesApart();
    void takesOneApprovalAPerson();
    void namesTheKnownOnes();
    void tellsWhatAnotherProgramDid();

private:
    QString fresh() { return m_folder.filePath(QString::number(++m_count)); }
    QTemporaryDir m_folder;
    int m_count = 0;
    std::unique_ptr<git::Library> m_library;
};

void TestRelease::initTestCase()
{
    qputenv("HOME", QFile::encodeName(m_folder.path()));
    qunsetenv("XDG_CONFIG_HOME");
    m_library = std::make_unique<git::Library>();
}

void TestRelease::cleanupTestCase()
{
    m_library.reset();
}

void TestRelease::proposesAndMakesReleases()
{
    Bench bench(fresh());
    const QString first = bench.commit(u"feat: a shop"_s);
    const auto proposal = finished(bench.releases->propose(u"shop"_s, {}));
    QVERIFY2(proposal, proposal ? "" : qPrintable(proposal.error().message));
    QCOMPARE(proposal->version, u"0.1.0"_s);
    QCOMPARE(proposal->last, QString());
    QCOMPARE(proposal->commit, first);
    QCOMPARE(proposal->run, builtOf(first).run);
    QCOMPARE(proposal->reason, u"The first release"_s);
    const auto release = bench.create();
    QVERIFY2(release, release ? "" : qPrintable(release.error().message));
    QCOMPARE(release->version, u"0.1.0"_s);
    QCOMPARE(release->commit, first);
    QCOMPARE(release->subject, u"feat: a shop"_s);
    QCOMPARE(release->tag, u"v0.1.0"_s);
    QCOMPARE(release->actor, u"ana@host"_s);
    QCOMPARE(release->artifacts.size(), 1);
    QVERIFY(release->changeLog.contains(u"a shop"_s));
    QCOMPARE(bench.tags(), QStringList(u"v0.1.0 "_s + first));

    bench.commit(u"fix: prices"_s);
    bench.commit(u"fix: names"_s);
    const QString second = bench.commit(u"feat: a cart"_s);
    const auto next = finished(bench.releases->propose(u"shop"_s, u"main"_s));
    QVERIFY(next);
    QCOMPARE(next->version, u"0.2.0"_s);
    QCOMPARE(next->last, u"0.1.0"_s);
    QCOMPARE(next->reason, u"1 feature and 2 fixes since 0.1.0"_s);
    QVERIFY(!next->changeLog.contains(u"a shop"_s));
    const auto made = bench.create(u"main"_s, u"v1.0.0-rc.1"_s);
    QVERIFY2(made, made ? "" : qPrintable(made.error().message));
    QCOMPARE(made->version, u"1.0.0-rc.1"_s);
    QCOMPARE(made->commit, second);
    bench.commit(u"fix: last"_s);
    QCOMPARE(bench.create()->version, u"1.0.0"_s);
    QStringList names;
    const auto all = finished(bench.releases->releases(u"shop"_s));
    QVERIFY(all);
    for (const Release& each : *all) {
        names.append(each.version);
    }
    QCOMPARE(names, QStringList({u"1.0.0"_s, u"1.0.0-rc.1"_s, u"0.1.0"_s}));
    QCOMPARE(finished(bench.releases->release(u"v1.0.0"_s))->version, u"1.0.0"_s);
}

void TestRelease::refusesWhatCanNotBe()
{
    Bench bench(fresh());
    const QString first = bench.commit(u"feat: a"_s);
    QVERIFY(bench.create());
    const auto again = bench.create(first);
    QCOMPARE(kindOf(again), toString(ErrorKind::Conflict));
    QCOMPARE(again.error().details.value(u"version"_s).toString(), u"0.1.0"_s);
    QCOMPARE(kindOf(bench.create(first, u"0.2.0"_s)), toString(ErrorKind::Conflict));
    QCOMPARE(kindOf(finished(bench.releases->propose(u"shop"_s, first))),
             toString(ErrorKind::Conflict));
    QCOMPARE(bench.create(first, u"0.1.0"_s)->version, u"0.1.0"_s);  // the same call once more
    const QString second = bench.commit(u"fix: b"_s);
    QCOMPARE(kindOf(bench.create(second, u"0.1.0"_s)), toString(ErrorKind::Conflict));
    QCOMPARE(kindOf(bench.create(second, u"0.0.9"_s)), toString(ErrorKind::Invalid));
    QCOMPARE(kindOf(bench.create(second, u"0.1.0+more"_s)), toString(ErrorKind::Invalid));
    QCOMPARE(kindOf(bench.create(second, u"one"_s)), toString(ErrorKind::Invalid));
    QCOMPARE(kindOf(bench.create(second, u"1.0.0-rc.lock"_s)), toString(ErrorKind::Invalid));
    QCOMPARE(kindOf(bench.create(u"nothing"_s)), toString(ErrorKind::NotFound));
    QCOMPARE(kindOf(bench.create({}, {}, u"nowhere"_s)), toString(ErrorKind::NotFound));
    QCOMPARE(kindOf(finished(bench.releases->create(u"shop"_s, {}, {}, u" "_s))),
             toString(ErrorKind::Invalid));
    QVERIFY(bench.tag(u"v0.3.0"_s, first));
    QCOMPARE(kindOf(bench.create(second, u"0.3.0"_s)), toString(ErrorKind::Invalid));
    bench.passed.removeLast();
    const auto refused = bench.create(second);
    QCOMPARE(kindOf(refused), toString(ErrorKind::Refused));
    QCOMPARE(refused.error().hint, u"Run the pipeline."_s);
    QCOMPARE(bench.documents().size(), 1);
    QCOMPARE(bench.tags().size(), 2);
}

/// The rule "review: required" of a repository.
void TestRelease::wantsReviewsWhereToldSo()
{
    Bench bench(fresh(), true);
    const QString first = bench.commit(u"feat: a"_s);
    const QString second = bench.commit(u"fix: a"_s);
    const auto none = bench.create();
    QCOMPARE(kindOf(none), toString(ErrorKind::Refused));
    QVERIFY(none.error().message.contains(second.left(10)));
    QVERIFY(none.error().hint.contains(u"review open"_s));
    git::ReviewOpening opening;
    opening.branch = u"main"_s;
    opening.against = first;
    bench.becomes(u"ana"_s);
    QVERIFY(finished(git::openReview(bench.shop(), opening)));
    const auto open = finished(bench.releases->propose(u"shop"_s, {}));
    QCOMPARE(kindOf(open), toString(ErrorKind::Refused));
    QVERIFY(open.error().message.contains(u"(open)"_s));
    git::ReviewAct approval;
    approval.kind = git::ReviewEvent::Kind::Approve;
    bench.becomes(u"bo"_s);
    QVERIFY(finished(git::addToReview(bench.shop(), u"main"_s, approval)));
    QCOMPARE(bench.create()->version, u"0.1.0"_s);
    // What came since has to be approved, all of it.
    bench.commit(u"feat: b"_s);
    const QString fourth = bench.commit(u"feat: c"_s);
    const auto more = bench.create();
    QCOMPARE(kindOf(more), toString(ErrorKind::Refused));
    QCOMPARE(more.error().details.value(u"commits"_s).toArray().size(), 2);
    QCOMPARE(bench.documents().size(), 1);
    QVERIFY(finished(git::addToReview(bench.shop(), u"main"_s, approval)));
    bench.commit(u"feat: d"_s);
    QCOMPARE(kindOf(bench.create()), toString(ErrorKind::Refused));
    QCOMPARE(bench.create(fourth)->version, u"0.2.0"_s);
    // Somebody finds fault with it: no further release, and the one made stands.
    approval.kind = git::ReviewEvent::Kind::AskChanges;
    QVERIFY(finished(git::addToReview(bench.shop(), u"main"_s, approval)));
    const auto asked = bench.create();
    QVERIFY(asked.error().message.contains(u"changes asked"_s));
    QCOMPARE(bench.create(fourth, u"0.2.0"_s)->commit, fourth);
}

void TestRelease::goesOnFromTheTagsOfARepository()
{
    Bench bench(fresh());
    const QString old = bench.commit(u"feat: old"_s);
    QVERIFY(bench.tag(u"v1.4.2"_s, old));
    QVERIFY(bench.tag(u"v9"_s, old));  // no version
    QVERIFY(bench.tag(u"nightly-3.0.0"_s, old));
    const QString second = bench.commit(u"fix: a"_s);
    const auto proposal = finished(bench.releases->propose(u"shop"_s, {}));
    QCOMPARE(proposal->version, u"1.4.3"_s);
    QCOMPARE(proposal->last, u"1.4.2"_s);
    QCOMPARE(proposal->reason, u"1 fix since 1.4.2"_s);
    QVERIFY(bench.tag(u"v1.5.0"_s, second));  // by hand, or from another workstation
    QCOMPARE(finished(bench.releases->propose(u"shop"_s, {}))->version, u"1.5.0"_s);
    QCOMPARE(bench.create()->version, u"1.5.0"_s);
    bench.commit(u"feat!: b"_s);
    QCOMPARE(bench.create()->version, u"2.0.0"_s);
}

void TestRelease::completesWhatWasBegun()
{
    for (const bool tagStands : {false, true}) {
        for (const QString& version : {QString(), u"0.1.0"_s}) {
            const QString folder = fresh();
            Bench bench(folder);
            const QString first = bench.commit(u"feat: a"_s);
            // The intent is written, the tag is not: as after a kill between the two.
            QDir().mkpath(folder + u"/shop/.git/refs/tags"_s);
            QFile lock(folder + u"/shop/.git/refs/tags/v0.1.0.lock"_s);
            QVERIFY(lock.open(QIODevice::WriteOnly));
            QCOMPARE(kindOf(bench.create()), toString(ErrorKind::Locked));
            QCOMPARE(bench.documents().size(), 1);
            QCOMPARE(bench.documents().first().body.value(u"state"_s).toString(), u"intent"_s);
            const QString created = bench.documents().first().body.value(u"created"_s).toString();
            QVERIFY(bench.tags().isEmpty());
            QVERIFY(lock.remove());
            if (tagStands) {  // and as after a kill between the tag and the last record
                QVERIFY(bench.tag(u"v0.1.0"_s, first));
            }
            QVERIFY(finished(bench.releases->releases({}))->isEmpty());
            const auto unfinished = finished(bench.releases->release(u"0.1.0"_s));
            QCOMPARE(kindOf(unfinished), toString(ErrorKind::NotFound));
            QVERIFY(unfinished.error().message.contains(u"not complete"_s));
            QCOMPARE(kindOf(finished(bench.releases->approve(u"0.1.0"_s, u"ana"_s, {}))),
                     toString(ErrorKind::NotFound));
            QCOMPARE(finished(bench.releases->propose(u"shop"_s, first))->version, u"0.1.0"_s);
            QCOMPARE(kindOf(bench.create(first, u"0.2.0"_s)), toString(ErrorKind::Conflict));

            // A later commit takes the next version meanwhile; the one begun keeps its own.
            bench.commit(u"feat: b"_s);
            QCOMPARE(bench.create()->version, u"0.2.0"_s);
            bench.passed = {first};

            Bench after(folder);  // another process
            after.passed = {first};
            const auto completed = after.create({}, version);
            QVERIFY2(completed, completed ? "" : qPrintable(completed.error().message));
            QCOMPARE(completed->version, u"0.1.0"_s);
            QCOMPARE(toIso(completed->created), created);
            QCOMPARE(after.documents().size(), 2);
            QCOMPARE(after.tags().size(), 2);
            QVERIFY(after.tags().first().startsWith(u"v0.1.0 "_s + first));
            QCOMPARE(finished(after.releases->release(u"0.1.0"_s))->commit, first);
            // Once more, after the end: no second version.
            const auto again = after.create({}, version);
            QCOMPARE(kindOf(again), version.isEmpty() ? toString(ErrorKind::Conflict) : u"ok"_s);
            QCOMPARE(after.documents().size(), 2);
        }
    }
}

void TestRelease::takesBackWhatCanNeverBe()
{
    const QString folder = fresh();
    Bench bench(folder);
    const QString first = bench.commit(u"feat: a"_s);
    QDir().mkpath(folder + u"/shop/.git/refs/tags"_s);
    QFile lock(folder + u"/shop/.git/refs/tags/v0.1.0.lock"_s);
    QVERIFY(lock.open(QIODevice::WriteOnly));
    QCOMPARE(kindOf(bench.create()), toString(ErrorKind::Locked));
    QVERIFY(lock.remove());
    const QString second = bench.commit(u"fix: b"_s);
    QVERIFY(bench.tag(u"v0.1.0"_s, second));  // somebody tags another commit meanwhile
    const auto refused = bench.create(first);
    QCOMPARE(kindOf(refused), toString(ErrorKind::Conflict));
    QVERIFY(bench.documents().isEmpty());
    QCOMPARE(bench.create(second)->version, u"0.1.0"_s);
    QCOMPARE(bench.tags(), QStringList(u"v0.1.0 "_s + second));
}

void TestRelease::survivesKillsAtAnyPoint()
{
    const QString folder = fresh();
    Bench bench(folder);
    QRandomGenerator random(5);
    QMap<QString, int> states;
    int longest = 60;
    for (int round = 0; round < 24; ++round) {
        const QString id = bench.commit(u"feat: %1"_s.arg(round));
        QProcess child;
        child.start(QCoreApplication::applicationFilePath(), {u"--create"_s, folder, id});
        QTRY_COMPARE(child.state(), QProcess::Running);
        QElapsedTimer timer;
        timer.start();
        if (round < 2) {  // how long it takes when left alone
            QTRY_COMPARE_WITH_TIMEOUT(child.state(), QProcess::NotRunning, 20'000);
            QCOMPARE(child.exitCode(), 0);
            longest = static_cast<int>(timer.elapsed()) + 5;
        } else {
            QTest::qWait(longest / 3 + random.bounded(longest * 2 / 3 + 1));
            child.kill();
            QTRY_COMPARE(child.state(), QProcess::NotRunning);
        }
        QString state = u"nothing"_s;
        for (const store::Document& document : bench.documents()) {
            if (document.body.value(u"commit"_s).toString() == id) {
                state = document.body.value(u"state"_s).toString();
            }
        }
        ++states[state];
        // A kill can leave git's own lock behind; a person removes it, as the message says.
        for (const QString& name :
             QDir(folder + u"/shop/.git/refs/tags"_s).entryList({u"*.lock"_s}, QDir::Files)) {
            QVERIFY(QFile::remove(folder + u"/shop/.git/refs/tags/"_s + name));
        }
        const auto release = bench.create(id);
        QCOMPARE(kindOf(release), state == u"complete" ? toString(ErrorKind::Conflict) : u"ok"_s);
        int own = 0;
        for (const QString& tag : bench.tags()) {
            own += tag.endsWith(id) ? 1 : 0;
        }
        QCOMPARE(own, 1);
        QCOMPARE(bench.documents().size(), round + 1);
        QCOMPARE(bench.tags().size(), round + 1);
        QCOMPARE(finished(bench.releases->releases({}))->size(), round + 1);
        QCOMPARE(finished(bench.releases->releases({}))->first().version,
                 u"0.%1.0"_s.arg(round + 1));
    }
    qInfo() << "states found after the kill:" << states;
    QVERIFY(states.value(u"complete"_s) < 24);  // some kills came in time
}

void TestRelease::givesEachVersionOnce()
{
    const QString folder = fresh();
    Bench one(folder);
    Bench two(folder);
    one.commit(u"feat: first"_s);
    QVERIFY(one.create());
    for (int round = 0; round < 12; ++round) {
        const bool sameCommit = round % 2 == 0;
        const QString a = one.commit(u"fix: a"_s);
        const QString b = sameCommit ? a : one.commit(u"fix: b"_s);
        two.passed = one.passed;
        const QString wanted = round % 3 == 0 ? u"0.1.%1"_s.arg(100 * (round + 1)) : QString();
        auto first = one.releases->create(u"shop"_s, a, wanted, u"ana@host"_s);
        auto second = two.releases->create(u"shop"_s, b, wanted, u"bo@host"_s);
        const auto madeA = finished(std::move(first));
        const auto madeB = finished(std::move(second));
        QVERIFY2(madeA || madeB, "somebody wins");
        for (const auto& made : {madeA, madeB}) {
            if (!made) {
                const bool isOrdinary = kindOf(made) == toString(ErrorKind::Conflict) ||
                                        kindOf(made) == toString(ErrorKind::Invalid) ||
                                        kindOf(made) == toString(ErrorKind::Locked);
                QVERIFY2(isOrdinary, qPrintable(made.error().message));
            }
        }
        QSet<QString> versions;
        QSet<QString> commits;
        for (const store::Document& document : one.documents()) {
            versions.insert(document.key);
            commits.insert(document.body.value(u"commit"_s).toString());
        }
        QCOMPARE(versions.size(), commits.size());
        if (!sameCommit && madeA && madeB) {
            QVERIFY(madeA->version != madeB->version);
        }
        if (sameCommit && madeA && madeB) {
            QCOMPARE(madeA->version, madeB->version);
        }
    }
}

void TestRelease::keepsRepositoriesApart()
{
    Bench bench(fresh());
    bench.commit(u"feat: shop"_s);
    QCOMPARE(bench.create()->version, u"0.1.0"_s);
    bench.commit(u"feat: tools"_s, u"tools"_s);
    const auto proposal = finished(bench.releases->propose(u"tools"_s, {}));
    QVERIFY(proposal);
    QCOMPARE(proposal->last, QString());
    const auto made = bench.create({}, {}, u"tools"_s);
    QVERIFY2(made, made ? "" : qPrintable(made.error().message));
    QCOMPARE(made->version, proposal->version);
    QCOMPARE(made->version, u"0.1.0"_s);
    QCOMPARE(made->id(), u"tools/0.1.0"_s);
    const auto either = finished(bench.releases->release(u"0.1.0"_s));
    QCOMPARE(kindOf(either), toString(ErrorKind::Invalid));
    QVERIFY(either.error().hint.contains(u"shop/0.1.0"_s));
    QCOMPARE(finished(bench.releases->release(u"tools/v0.1.0"_s))->commit, made->commit);
    QCOMPARE(kindOf(finished(bench.releases->approve(u"0.1.0"_s, u"ana"_s, {}))),
             toString(ErrorKind::Invalid));
    QVERIFY(finished(bench.releases->approve(u"shop/0.1.0"_s, u"ana"_s, {})));
    QCOMPARE(finished(bench.releases->release(u"tools/0.1.0"_s))->approvals.size(), 0);
    QCOMPARE(kindOf(finished(bench.releases->release(u"none/0.1.0"_s))),
             toString(ErrorKind::NotFound));
    QCOMPARE(finished(bench.releases->releases(u"tools"_s))->size(), 1);
    QCOMPARE(finished(bench.releases->releases({}))->size(), 2);
    bench.commit(u"fix: shop"_s);
    QCOMPARE(finished(bench.releases->propose(u"shop"_s, {}))->last, u"0.1.0"_s);
}

void TestRelease::takesOneApprovalAPerson()
{
    const QString folder = fresh();
    Bench bench(folder);
    Bench other(folder);
    bench.commit(u"feat: a"_s);
    QVERIFY(bench.create());
    auto first = bench.releases->approve(u"0.1.0"_s, u"ana"_s, u"tried it"_s);
    auto second = other.releases->approve(u"0.1.0"_s, u"bo"_s, {});
    QVERIFY(finished(std::move(first)));
    QVERIFY(finished(std::move(second)));
    const auto again = finished(bench.releases->approve(u"v0.1.0"_s, u"ana "_s, u"again"_s));
    QVERIFY(again);
    QCOMPARE(again->approvals.size(), 2);
    const auto release = finished(other.releases->release(u"0.1.0"_s));
    QStringList who;
    for (const Approval& approval : release->approvals) {
        who.append(approval.who + u' ' + approval.comment);
    }
    who.sort();
    QCOMPARE(who, QStringList({u"ana tried it"_s, u"bo "_s}));
    QCOMPARE(kindOf(finished(bench.releases->approve(u"0.1.0"_s, u" "_s, {}))),
             toString(ErrorKind::Invalid));
    QCOMPARE(kindOf(finished(bench.releases->approve(u"7.0.0"_s, u"ana"_s, {}))),
             toString(ErrorKind::NotFound));
}

void TestRelease::namesTheKnownOnes()
{
    Bench bench(fresh());
    const auto none = finished(bench.releases->release(u"1.0.0"_s));
    QCOMPARE(kindOf(none), toString(ErrorKind::NotFound));
    QVERIFY(none.error().message.contains(u"none yet"_s));
    QVERIFY(!none.error().hint.isEmpty());
    for (int i = 0; i < 7; ++i) {
        bench.commit(u"fix: %1"_s.arg(i));
        QVERIFY(bench.create());
    }
    const auto unknown = finished(bench.releases->release(u"<b>\x1b[31m"_s));
    QCOMPARE(kindOf(unknown), toString(ErrorKind::NotFound));
    QVERIFY2(unknown.error().message.contains(u"0.1.6, 0.1.5, 0.1.4, 0.1.3, 0.1.2"_s),
             qPrintable(unknown.error().message));
    QVERIFY(!unknown.error().message.contains(u"0.1.1,"_s));
    QVERIFY(!unknown.error().message.contains(u'\x1b'));
}

void TestRelease::tellsWhatAnotherProgramDid()
{
    const QString folder = fresh();
    Bench bench(folder);
    Bench other(folder);
    bench.commit(u"feat: a"_s);
    other.passed = bench.passed;
    QSignalSpy changed(bench.releases.get(), &Releases::changed);
    QTest::qWait(500);
    changed.clear();
    QVERIFY(other.create());
    QTRY_VERIFY_WITH_TIMEOUT(changed.size() > 0, 2000);
    QTest::qWait(600);
    changed.clear();
    std::function<Result<store::Document>(store::Transaction&)> work =
        [](store::Transaction& transaction) {
            return transaction.put(u"run"_s, u"x"_s, u"shop"_s, Json());
        };
    QVERIFY(finished(other.store->write<store::Document>(work)));
    QTest::qWait(700);
    QCOMPARE(changed.size(), 0);  // no release was touched
    QVERIFY(finished(other.releases->approve(u"0.1.0"_s, u"ana"_s, {})));
    QTRY_VERIFY_WITH_TIMEOUT(changed.size() > 0, 2000);
}

/// `--create FOLDER COMMIT`: makes one release, for the test that kills it.
int main(int argc, char** argv)
{
    QCoreApplication application(argc, argv);
    const QStringList arguments = QCoreApplication::arguments();
    if (arguments.value(1) == u"--create") {
        const git::Library library;
        Bench bench(arguments.value(2));
        bench.passed = {arguments.value(3)};
        return bench.create() ? 0 : 1;
    }
    TestRelease test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_release.moc"
