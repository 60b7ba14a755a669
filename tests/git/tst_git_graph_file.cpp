#include "core/git/graphfile.h"
#include "tests/git/boobytrap.h"
#include "tests/git/madehistory.h"
#include "tests/git/wholehistory.h"

#include <QFileInfo>
#include <QTimer>
#include <QtEndian>

using namespace analemma::git;
using namespace gitfixture;

namespace {

using State = Result<GraphFileState>;

QString graphOf(const QString& path)
{
    return path + u"/objects/info/commit-graph"_s;
}

State written(const std::shared_ptr<Repository>& repository)
{
    return finished(writeGraphFile(repository, CancelToken()));
}

/// Nothing of ours is left in the folder, and no lock of git's.
QStringList strangersIn(const QString& info)
{
    QStringList names =
        QDir(info).entryList(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot);
    names.removeIf([](const QString& name) {
        return QStringList{u"commit-graph"_s, u"commit-graphs"_s, u"packs"_s, u"alternates"_s}
            .contains(name);
    });
    return names;
}

}  // namespace

/// The commit-graph file as git writes it for us: checked, in one step, and only where it is of
/// use.
class TestGitGraphFile : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void cleanupTestCase();
    void writesAFileThatGitReads();
    void bringsAnOldOneUpToDate();
    void mendsADamagedOne_data();
    void mendsADamagedOne();
    void keepsFiltersForPaths();
    void readsBorrowedObjects();
    void refusesWhereItIsIgnored_data();
    void refusesWhereItIsIgnored();
    void leavesTheOldOneWhenCancelled();
    void leavesTheOldOneWhenGitFails();
    void leavesAnothersFile();
    void runsNothingOfTheRepository();
    void unbornHasNone();

private:
    QString made(const QString& name, int count)
    {
        const QString path = m_ground->init(name, {u"--bare"_s});
        Ground::git(path, {u"fast-import"_s, u"--quiet"_s}, madeHistory(count, 7));
        return path;
    }
    std::unique_ptr<Ground> m_ground;
    std::unique_ptr<Library> m_library;
};

void TestGitGraphFile::initTestCase()
{
    m_ground = std::make_unique<Ground>();
    qputenv("TMPDIR", QFile::encodeName(m_ground->folder(u"tmp"_s)));  // nobody else's shadows
    m_library = std::make_unique<Library>();
}

void TestGitGraphFile::cleanupTestCase()
{
    m_library.reset();
    m_ground.reset();
}

void TestGitGraphFile::writesAFileThatGitReads()
{
    const QString path = made(u"writes"_s, 1'000);
    const auto repository = Ground::open(path);
    const State before = finished(graphFileState(repository));
    QVERIFY(before);
    QCOMPARE(before->state, GraphFile::Missing);
    const State state = written(repository);
    QVERIFY2(state, state ? "" : qPrintable(state.error().message));
    QCOMPARE(state->state, GraphFile::Used);
    QCOMPARE(state->commitsInFile,
             Ground::git(path, {u"rev-list"_s, u"--all"_s, u"--count"_s}).toLongLong());
    Ground::git(path, {u"commit-graph"_s, u"verify"_s});
    QCOMPARE(QFileInfo(graphOf(path)).permissions() & (QFile::WriteOwner | QFile::ReadOther),
             QFile::ReadOther);
    QCOMPARE(strangersIn(path + u"/objects/info"_s), QStringList());
    const auto history = whole(*repository);
    QVERIFY(history);
    QCOMPARE(history->graphFile(), GraphFile::Used);
    QCOMPARE(idsOfRows(*history), idsByGit(path, u"--date-order"_s));
    QCOMPARE(QDir(QDir::tempPath()).entryList({u"analemma-git-*"_s}, QDir::Dirs), QStringList());
}

/// A single file, and a chain, which git leaves unread beside a single file.
void TestGitGraphFile::bringsAnOldOneUpToDate()
{
    const QString path = made(u"update"_s, 300);
    Ground::git(path, {u"commit-graph"_s, u"write"_s, u"--reachable"_s, u"--split"_s});
    QVERIFY(QFile::exists(path + u"/objects/info/commit-graphs/commit-graph-chain"_s));
    for (int round = 0; round < 2; ++round) {
        QByteArray more = madeHistory(100, 9 + unsigned(round));
        const QByteArray name = "refs/heads/n" + QByteArray::number(round);
        more.replace("refs/heads/", name);
        Ground::git(path, {u"fast-import"_s, u"--quiet"_s, u"--force"_s}, more);
        const auto repository = Ground::open(path);
        const auto old = whole(*repository);
        QVERIFY(old);
        QVERIFY(old->countNotInFile() > 50);
        QVERIFY(written(repository));
        Ground::git(path, {u"commit-graph"_s, u"verify"_s});
        const auto history = whole(*repository);
        QVERIFY(history);
        QCOMPARE(history->countNotInFile(), 0);
        QCOMPARE(idsOfRows(*history), idsByGit(path, u"--date-order"_s));
    }
}

void TestGitGraphFile::mendsADamagedOne_data()
{
    QTest::addColumn<int>("at");
    QTest::newRow("its begin") << 0;
    QTest::newRow("what only git verify sees") << -60;
}

void TestGitGraphFile::mendsADamagedOne()
{
    QFETCH(const int, at);
    const QString path = made(u"mend%1"_s.arg(at), 300);
    Ground::git(path, {u"-c"_s, u"commitGraph.generationVersion=1"_s, u"commit-graph"_s, u"write"_s,
                       u"--reachable"_s});
    QByteArray bytes = Ground::read(graphOf(path));
    const auto records =
        qsizetype(qFromBigEndian<quint64>(bytes.constData() + bytes.indexOf("CDAT") + 4));
    const qsizetype wrong = at == 0 ? 0 : records + 35;  // the last byte of the first commit's time
    bytes[wrong] = char(bytes[wrong] ^ 1);
    QVERIFY(QFile::remove(graphOf(path)));
    Ground::write(graphOf(path), bytes);
    const auto repository = Ground::open(path);
    const State state = written(repository);
    QVERIFY2(state, state ? "" : qPrintable(state.error().message));
    QVERIFY(Ground::read(graphOf(path)) != bytes);
    Ground::git(path, {u"commit-graph"_s, u"verify"_s});
}

void TestGitGraphFile::keepsFiltersForPaths()
{
    const QString path = made(u"filters"_s, 100);
    Ground::git(path, {u"commit-graph"_s, u"write"_s, u"--reachable"_s, u"--changed-paths"_s});
    QVERIFY(Ground::read(graphOf(path)).contains("BIDX"));
    QVERIFY(written(Ground::open(path)));
    QVERIFY(Ground::read(graphOf(path)).contains("BIDX"));
}

/// Objects of an alternate, named by a relative path too.
void TestGitGraphFile::readsBorrowedObjects()
{
    const QString source = made(u"lender"_s, 200);
    const QString path = m_ground->path(u"borrower"_s);
    Ground::git(source, {u"clone"_s, u"-q"_s, u"--bare"_s, u"--shared"_s, source, path});
    Ground::write(path + u"/objects/info/alternates"_s, "# ours\n../../lender/objects\n");
    Ground::git(path, {u"rev-parse"_s, u"main^{commit}"_s});
    const State state = written(Ground::open(path));
    QVERIFY2(state, state ? "" : qPrintable(state.error().message));
    QCOMPARE(state->state, GraphFile::Used);
    QVERIFY(!QFile::exists(graphOf(source)));
    Ground::git(path, {u"commit-graph"_s, u"verify"_s});
}

void TestGitGraphFile::refusesWhereItIsIgnored_data()
{
    QTest::addColumn<QString>("why");
    for (const char* why : {"shallow", "grafts", "replace", "off"}) {
        QTest::newRow(why) << QString::fromLatin1(why);
    }
}

void TestGitGraphFile::refusesWhereItIsIgnored()
{
    QFETCH(const QString, why);
    const QString source = made(u"ignored-"_s + why, 100);
    QString path = source;
    if (why == u"shallow") {
        path = m_ground->path(u"ignored-clone"_s);
        Ground::git(source, {u"clone"_s, u"-q"_s, u"--bare"_s, u"--depth"_s, u"5"_s,
                             u"file://"_s + source, path});
    } else if (why == u"grafts") {
        Ground::write(path + u"/info/grafts"_s,
                      Ground::git(path, {u"rev-parse"_s, u"main"_s}).toLatin1() + '\n');
    } else if (why == u"replace") {
        Ground::git(path, {u"replace"_s, u"main~1"_s, u"main~2"_s});
        Ground::git(path, {u"pack-refs"_s, u"--all"_s});
    } else {
        Ground::git(path, {u"config"_s, u"core.commitGraph"_s, u"false"_s});
    }
    const State state = written(Ground::open(path));
    QCOMPARE(kindOf(state), toString(ErrorKind::Refused));
    QVERIFY(!QFile::exists(graphOf(path)));
}

void TestGitGraphFile::leavesTheOldOneWhenCancelled()
{
    const QString path = made(u"cancelled"_s, 20'000);
    Ground::write(graphOf(path), "old");
    const auto repository = Ground::open(path);
    CancelToken cancel;
    QTimer::singleShot(30, qApp, [cancel]() mutable { cancel.cancel(); });
    const State state = finished(writeGraphFile(repository, cancel));
    QCOMPARE(kindOf(state), toString(ErrorKind::Cancelled));
    QCOMPARE(Ground::read(graphOf(path)), QByteArray("old"));
    QCOMPARE(strangersIn(path + u"/objects/info"_s), QStringList());
}

void TestGitGraphFile::leavesTheOldOneWhenGitFails()
{
    const QString path = made(u"fails"_s, 500);
    const QByteArray old = "damaged";  // from a sound one git would take what the pack lacks
    Ground::write(graphOf(path), old);
    const auto repository = Ground::open(path);
    // A commit whose parent is not there: git cannot count its generation.
    const QByteArray orphan = "tree 4b825dc642cb6eb9a060e54bf8d69288fbee4904\nparent " +
                              QByteArray(40, '1') +
                              "\nauthor a <a@example.org> 1 +0000\n"
                              "committer a <a@example.org> 1 +0000\n\nx\n";
    const QString id =
        Ground::git(path, {u"hash-object"_s, u"-t"_s, u"commit"_s, u"-w"_s, u"--stdin"_s}, orphan)
            .trimmed();
    Ground::git(path, {u"update-ref"_s, u"refs/heads/orphan"_s, id});
    const State state = written(repository);
    QVERIFY(!state);
    QVERIFY2(state.error().message.contains(u"not written"_s), qPrintable(state.error().message));
    QCOMPARE(Ground::read(graphOf(path)), old);
}

/// A file that comes while ours is made is as good, and newer.
void TestGitGraphFile::leavesAnothersFile()
{
    const QString path = made(u"another"_s, 5'000);
    const auto repository = Ground::open(path);
    std::optional<State> state;
    const auto task = [&] { return writeGraphFile(repository, CancelToken()); };
    then(task(), qApp, [&state](const State& ended) { state = ended; });
    // The shadow is there: what was before has been looked at.
    QTRY_VERIFY_WITH_TIMEOUT(
        !QDir(QDir::tempPath()).entryList({u"analemma-git-*"_s}, QDir::Dirs).isEmpty() &&
            QFile::exists(QDir::tempPath() + u'/' +
                          QDir(QDir::tempPath()).entryList({u"analemma-git-*"_s}, QDir::Dirs)[0] +
                          u"/made/pack"_s),
        20'000);
    QVERIFY(!state);
    Ground::write(graphOf(path), "theirs");
    QTRY_VERIFY_WITH_TIMEOUT(state.has_value(), 60'000);
    QCOMPARE(kindOf(*state), toString(ErrorKind::Conflict));
    QCOMPARE(Ground::read(graphOf(path)), QByteArray("theirs"));
}

void TestGitGraphFile::runsNothingOfTheRepository()
{
    BoobyTrap trap(*m_ground, u"trap"_s);
    const State state = written(Ground::open(trap.path()));
    QVERIFY2(state, state ? "" : qPrintable(state.error().message));
    QVERIFY(QFile::exists(graphOf(trap.path() + u"/.git"_s)));
    QCOMPARE(trap.markers(), QStringList());
}

void TestGitGraphFile::unbornHasNone()
{
    const QString path = m_ground->init(u"unborn"_s, {u"--bare"_s});
    const State state = written(Ground::open(path));
    QVERIFY2(state, state ? "" : qPrintable(state.error().message));
    QCOMPARE(state->state, GraphFile::Missing);
    QVERIFY(!QFile::exists(graphOf(path)));
}

QTEST_GUILESS_MAIN(TestGitGraphFile)
#include "tst_git_graph_file.moc"
