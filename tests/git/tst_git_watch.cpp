#include "core/git/watch.h"
#include "tests/git/gitfixture.h"

#include <QElapsedTimer>
#include <QSignalSpy>

using namespace gitfixture;

/// Repository::refsChanged against the git program, which replaces files by renaming.
class TestGitWatch : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void cleanupTestCase();
    void tellsOfEveryKindOfMove_data();
    void tellsOfEveryKindOfMove();
    void tellsOfOneMoveAfterTheOther();
    void staysQuietWhenNoRefMoves();
    void tellsSeldomDuringAStorm();
    void watchesLinkedWorkTrees();
    void watchesBareRepositories();
    void tellsOfWorkInTheTree();

private:
    QString made(const QString& name);
    std::unique_ptr<Ground> m_ground;
    std::unique_ptr<git::Library> m_library;
};

void TestGitWatch::initTestCase()
{
    m_ground = std::make_unique<Ground>();
    m_library = std::make_unique<git::Library>();
}

void TestGitWatch::cleanupTestCase()
{
    m_library.reset();
    m_ground.reset();
}

QString TestGitWatch::made(const QString& name)
{
    const QString path = m_ground->init(name);
    Ground::commit(path, u"one"_s, {{u"f"_s, "1"}});
    Ground::git(path, {u"branch"_s, u"other"_s});
    return path;
}

void TestGitWatch::tellsOfEveryKindOfMove_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::newRow("commit") << QStringList{u"commit"_s, u"-q"_s, u"--allow-empty"_s, u"-m"_s,
                                           u"two"_s};
    QTest::newRow("branch in a new folder") << QStringList{u"branch"_s, u"feature/deep/x"_s};
    QTest::newRow("branch gone") << QStringList{u"branch"_s, u"-D"_s, u"other"_s};
    QTest::newRow("light tag") << QStringList{u"tag"_s, u"v1"_s};
    QTest::newRow("annotated tag") << QStringList{u"tag"_s, u"-m"_s, u"m"_s, u"v1"_s};
    QTest::newRow("checkout") << QStringList{u"checkout"_s, u"-q"_s, u"other"_s};
    QTest::newRow("detach") << QStringList{u"checkout"_s, u"-q"_s, u"--detach"_s};
    QTest::newRow("remote branch")
        << QStringList{u"update-ref"_s, u"refs/remotes/origin/main"_s, u"HEAD"_s};
}

void TestGitWatch::tellsOfEveryKindOfMove()
{
    QFETCH(QStringList, arguments);
    for (const bool packed : {false, true}) {
        const QString path =
            made(u"%1-%2"_s.arg(QString::fromLatin1(QTest::currentDataTag())).arg(packed));
        if (packed) {
            Ground::git(path, {u"pack-refs"_s, u"--all"_s, u"--prune"_s});
        }
        const auto repository = Ground::open(path);
        QSignalSpy moved(repository.get(), &git::Repository::refsChanged);
        QVERIFY(finished(repository->head()));  // now the watch has seen the state before
        Ground::git(path, arguments);
        QTRY_COMPARE_WITH_TIMEOUT(moved.size(), 1, 5000);
    }
}

void TestGitWatch::tellsOfOneMoveAfterTheOther()
{
    const QString path = made(u"sequence"_s);
    const auto repository = Ground::open(path);
    QSignalSpy moved(repository.get(), &git::Repository::refsChanged);
    QVERIFY(finished(repository->head()));
    const QStringList steps[] = {
        {u"checkout"_s, u"-q"_s, u"-b"_s, u"feature/new/x"_s},
        {u"commit"_s, u"-q"_s, u"--allow-empty"_s, u"-m"_s, u"two"_s},
        {u"commit"_s, u"-q"_s, u"--allow-empty"_s, u"-m"_s, u"three"_s},
        {u"branch"_s, u"feature/new/y"_s},
        {u"checkout"_s, u"-q"_s, u"main"_s},
        {u"branch"_s, u"-q"_s, u"-D"_s, u"feature/new/x"_s},
        {u"merge"_s, u"-q"_s, u"--no-ff"_s, u"-m"_s, u"merge"_s, u"feature/new/y"_s},
        {u"branch"_s, u"-q"_s, u"-D"_s, u"feature/new/y"_s},
        {u"branch"_s, u"feature/again"_s}};
    for (const QStringList& step : steps) {
        moved.clear();
        Ground::git(path, step);
        QTRY_VERIFY2_WITH_TIMEOUT(moved.size() > 0, qPrintable(step.join(u' ')), 5000);
        QTest::qWait(450);  // the look after a new folder is over
    }
}

void TestGitWatch::staysQuietWhenNoRefMoves()
{
    const QString path = made(u"quiet"_s);
    const auto repository = Ground::open(path);
    QSignalSpy moved(repository.get(), &git::Repository::refsChanged);
    QVERIFY(finished(repository->head()));
    Ground::write(path + u"/f"_s, "2");
    Ground::git(path, {u"status"_s});
    Ground::git(path, {u"add"_s, u"-A"_s});
    Ground::git(path, {u"stash"_s, u"-q"_s});
    Ground::git(path, {u"pack-refs"_s, u"--all"_s, u"--prune"_s});
    Ground::git(path, {u"gc"_s, u"-q"_s});
    QTest::qWait(1200);
    QCOMPARE(moved.size(), 0);
    Ground::commit(path, u"two"_s);
    QTRY_COMPARE(moved.size(), 1);
}

void TestGitWatch::tellsSeldomDuringAStorm()
{
    const QString path = made(u"storm"_s);
    const auto repository = Ground::open(path);
    QSignalSpy moved(repository.get(), &git::Repository::refsChanged);
    QVERIFY(finished(repository->head()));
    QElapsedTimer timer;
    timer.start();
    for (int i = 0; i < 40; ++i) {
        Ground::git(path, {u"commit"_s, u"-q"_s, u"--allow-empty"_s, u"-m"_s, u"c"_s});
    }
    QTest::qWait(600);
    QVERIFY(moved.size() >= 1);
    QVERIFY(moved.size() <= timer.elapsed() / 200 + 1);
}

void TestGitWatch::watchesLinkedWorkTrees()
{
    const QString path = made(u"linked-main"_s);
    const QString linked = m_ground->path(u"linked-tree"_s);
    Ground::git(path, {u"worktree"_s, u"add"_s, u"-q"_s, u"-b"_s, u"beside"_s, linked});
    const auto repository = Ground::open(linked);
    QSignalSpy moved(repository.get(), &git::Repository::refsChanged);
    QVERIFY(finished(repository->head()));
    Ground::git(linked, {u"checkout"_s, u"-q"_s, u"other"_s});
    QTRY_COMPARE(moved.size(), 1);
    Ground::commit(path, u"two"_s);  // in the common folder
    QTRY_COMPARE(moved.size(), 2);
}

void TestGitWatch::watchesBareRepositories()
{
    const QString path = made(u"pushing"_s);
    const QString bare = m_ground->path(u"pushed.git"_s);
    Ground::git(path, {u"clone"_s, u"-q"_s, u"--bare"_s, path, bare});
    const auto repository = Ground::open(bare);
    QSignalSpy moved(repository.get(), &git::Repository::refsChanged);
    QVERIFY(finished(repository->head()));
    Ground::commit(path, u"two"_s);
    Ground::git(path, {u"push"_s, u"-q"_s, bare, u"main"_s});
    QTRY_COMPARE(moved.size(), 1);
}

/// A write into a file that stays, files that come and go, a new folder once git knows it, the
/// index; and nothing when nothing happens.
void TestGitWatch::tellsOfWorkInTheTree()
{
    const QString path = m_ground->init(u"work"_s);
    Ground::commit(path, u"one"_s, {{u"f"_s, "1"}, {u"deep/er/g"_s, "2"}});
    const auto write = [&path](const QString& name, const QByteArray& bytes) {
        QFile file(path + u'/' + name);
        return file.open(QIODevice::WriteOnly | QIODevice::Append) && file.write(bytes) > 0;
    };
    git::WorkTreeWatch watch(Ground::open(path));
    QSignalSpy ready(&watch, &git::WorkTreeWatch::ready);
    QSignalSpy changed(&watch, &git::WorkTreeWatch::changed);
    QTRY_VERIFY_WITH_TIMEOUT(!ready.isEmpty(), 60'000);
    QVERIFY(watch.isWhole());
    const auto told = [&](const std::function<void()>& act) {
        // What an earlier act may still cause comes first.
        QTest::qWait(400);
        changed.clear();
        ready.clear();
        act();
        return QTest::qWaitFor([&] { return !changed.isEmpty() && !ready.isEmpty(); }, 60'000);
    };
    QVERIFY(told([&] { QVERIFY(write(u"deep/er/g"_s, "more")); }));
    QVERIFY(told([&] { QVERIFY(write(u"new"_s, "new")); }));
    QVERIFY(told([&] { QVERIFY(QFile::remove(path + u"/f"_s)); }));
    QVERIFY(told([&] {
        QVERIFY(QDir(path).mkpath(u"fresh/folder"_s));
        QVERIFY(write(u"fresh/folder/h"_s, "3"));
        Ground::git(path, {u"add"_s, u"fresh"_s});
    }));
    QVERIFY(told([&] { QVERIFY(write(u"fresh/folder/h"_s, "4")); }));
    // Many writes are few tellings.
    QTest::qWait(400);
    changed.clear();
    for (int i = 0; i < 300; ++i) {
        QVERIFY(write(u"new"_s, "x"));
    }
    QTRY_VERIFY_WITH_TIMEOUT(!changed.isEmpty(), 60'000);
    QVERIFY2(changed.size() < 30, qPrintable(QString::number(changed.size())));
}

QTEST_GUILESS_MAIN(TestGitWatch)
#include "tst_git_watch.moc"
