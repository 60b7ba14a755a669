#include "core/git/history.h"
#include "core/git/src/commitgraph.h"
#include "core/git/src/lanes.h"
#include "tests/git/madehistory.h"
#include "tests/git/wholehistory.h"

#include <QSignalSpy>
#include <QtEndian>

#include <algorithm>

using namespace analemma::git;
using namespace gitfixture;

/// The whole history in rows with lanes, by the commit-graph file and without it, against git's own
/// answers.
class TestGitHistory : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void cleanupTestCase();
    void laysLanes();
    void tellsWhatGitTells_data();
    void tellsWhatGitTells();
    void ordersByWhatIsKnown();
    void beginsWhereAsked();
    void readsNewerThanTheFile();
    void ignoresTheFileAsGitDoes_data();
    void ignoresTheFileAsGitDoes();
    void unbornHasNoRows();
    void survivesDamage();
    void doesWithoutABrokenChain_data();
    void doesWithoutABrokenChain();
    void passesOverADamagedFile();
    void saysThatSha256CanNotBeRead();
    void findsRowsWithoutAFile();
    void goesWhileItIsRead();
    void readsCommitsById();

private:
    QString made(const QString& name, int count, bool skew = false);
    static QStringList lines(const QString& text) { return linesOf(text); }

    std::unique_ptr<Ground> m_ground;
    std::unique_ptr<Library> m_library;
};

void TestGitHistory::initTestCase()
{
    m_ground = std::make_unique<Ground>();
    m_library = std::make_unique<Library>();
}

void TestGitHistory::cleanupTestCase()
{
    m_library.reset();
    m_ground.reset();
}

QString TestGitHistory::made(const QString& name, int count, bool skew)
{
    const QString path = m_ground->init(name, {u"--bare"_s});
    Ground::git(path, {u"fast-import"_s, u"--quiet"_s}, madeHistory(count, 7, skew));
    return path;
}

void TestGitHistory::laysLanes()
{
    // 9 merges 8 into 7; 8 and 7 come from 6; 5 is another root.
    Lanes lanes;
    const auto step = [&lanes](quint32 commit, std::vector<quint32> parents) {
        const Lanes::Row row = lanes.step(commit, parents);
        QString text = (row.entered ? u"|"_s : u"."_s) + QString::number(row.lane);
        for (const int lane : row.passing) {
            text += u" p%1"_s.arg(lane);
        }
        for (const int lane : row.leaving) {
            text += u" >%1"_s.arg(lane);
        }
        return text;
    };
    QCOMPARE(step(9, {7, 8}), u".0 >0 >1"_s);
    QCOMPARE(step(8, {6}), u"|1 p0 >1"_s);
    QCOMPARE(step(10, {5}), u".2 p0 p1 >2"_s);
    QCOMPARE(step(7, {6}), u"|0 p1 p2 >1"_s);  // its line joins the one that waits for 6
    QCOMPARE(step(11, {}), u".0 p1 p2"_s);     // a lane that is free again
    QCOMPARE(step(6, {}), u"|1 p2"_s);
    QCOMPARE(step(5, {}), u"|2"_s);
    QVERIFY(lanes.waiting().empty());
}

void TestGitHistory::tellsWhatGitTells_data()
{
    QTest::addColumn<QStringList>("graph");
    QTest::newRow("no file") << QStringList();
    QTest::newRow("one file") << QStringList{u"--reachable"_s};
    QTest::newRow("a chain") << QStringList{u"--reachable"_s, u"--split=no-merge"_s};
    QTest::newRow("a chain of both generation numbers")
        << QStringList{u"--reachable"_s, u"--split=no-merge"_s, u"1"_s};
}

void TestGitHistory::tellsWhatGitTells()
{
    QFETCH(const QStringList, graph);
    const QString path = made(u"made-"_s + QString::fromLatin1(QTest::currentDataTag()), 3'000);
    const QString version = u"commitGraph.generationVersion="_s;
    for (const QString& upTo : {u"main~40"_s, u"main~15"_s}) {
        if (graph.size() > 1) {  // three layers
            Ground::git(path,
                        {u"-c"_s, version + u'2', u"commit-graph"_s, u"write"_s,
                         u"--stdin-commits"_s, graph[1]},
                        Ground::git(path, {u"rev-parse"_s, upTo}).toLatin1() + '\n');
        }
    }
    if (!graph.isEmpty()) {
        Ground::git(path, QStringList{u"-c"_s, version + graph.value(2, u"2"_s), u"commit-graph"_s,
                                      u"write"_s} +
                              graph.first(std::min<qsizetype>(2, graph.size())));
        Ground::git(path, {u"commit-graph"_s, u"verify"_s});
    }
    const auto repository = Ground::open(path);
    const auto history = whole(*repository);
    QVERIFY(history);
    QCOMPARE(history->graphFile(), graph.isEmpty() ? GraphFile::Missing : GraphFile::Used);
    const QString order = graph.isEmpty() ? u"--no-graph"_s : u"--date-order"_s;
    QCOMPARE(idsOfRows(*history),
             lines(Ground::git(path, {u"log"_s, u"--all"_s, order, u"--format=%H"_s})));
    QCOMPARE(parentsOfRows(*history), parentsByGit(path));
    for (int row = 0; row < history->count(); row += 7) {
        QCOMPARE(history->rowOf(history->idAt(row)), row);
    }
    QCOMPARE(history->rowOf(QString(40, u'a')), -1);
}

/// With wrong clocks the file still puts children before parents.
void TestGitHistory::ordersByWhatIsKnown()
{
    const QString path = made(u"skewed"_s, 2'000, true);
    Ground::git(path, {u"commit-graph"_s, u"write"_s, u"--reachable"_s});
    const auto history = whole(*Ground::open(path));
    QVERIFY(history);
    QCOMPARE(history->count(),
             Ground::git(path, {u"rev-list"_s, u"--all"_s, u"--count"_s}).toInt());
    QHash<QString, int> rowOf;
    const QList<GraphRow> rows = history->rows(0, history->count());
    for (int i = 0; i < rows.size(); ++i) {
        for (const QString& parent : rows[i].parents) {
            QVERIFY(!rowOf.contains(parent));
        }
        rowOf.insert(rows[i].id, i);
    }
    QCOMPARE(idsOfRows(*history),
             lines(Ground::git(path, {u"log"_s, u"--all"_s, u"--date-order"_s, u"--format=%H"_s})));
    // Without it the rows are the same ones.
    QVERIFY(QFile::remove(path + u"/objects/info/commit-graph"_s));
    const auto plain = whole(*Ground::open(path));
    QVERIFY(plain);
    QStringList one = idsOfRows(*plain);
    QStringList other = idsOfRows(*history);
    one.sort();
    other.sort();
    QCOMPARE(one, other);
}

void TestGitHistory::beginsWhereAsked()
{
    const QString path = made(u"asked"_s, 500);
    Ground::git(path, {u"commit-graph"_s, u"write"_s, u"--reachable"_s});
    const auto repository = Ground::open(path);
    const auto history = whole(*repository, {u"main~3"_s, u"b2"_s});
    QVERIFY(history);
    QCOMPARE(idsOfRows(*history),
             lines(Ground::git(
                 path, {u"log"_s, u"--date-order"_s, u"--format=%H"_s, u"main~3"_s, u"b2"_s})));
    const auto missing = finished(repository->history(HistoryQuery{{u"nowhere"_s}}));
    QCOMPARE(kindOf(missing), toString(ErrorKind::NotFound));
}

void TestGitHistory::readsNewerThanTheFile()
{
    const QString path = made(u"newer"_s, 400);
    Ground::git(path, {u"commit-graph"_s, u"write"_s, u"--reachable"_s});
    QByteArray more = madeHistory(700, 7).replace("reset refs/heads/", "reset refs/heads/n");
    more.replace("commit refs/heads/", "commit refs/heads/n");
    Ground::git(path, {u"fast-import"_s, u"--quiet"_s, u"--force"_s}, more);
    const auto history = whole(*Ground::open(path));
    QVERIFY(history);
    QCOMPARE(history->graphFile(), GraphFile::Used);
    QCOMPARE(idsOfRows(*history),
             lines(Ground::git(path, {u"log"_s, u"--all"_s, u"--date-order"_s, u"--format=%H"_s})));
    QCOMPARE(history->rowOf(history->idAt(0)), 0);
}

void TestGitHistory::ignoresTheFileAsGitDoes_data()
{
    QTest::addColumn<QString>("why");
    for (const char* why : {"shallow", "grafts", "replace", "off"}) {
        QTest::newRow(why) << QString::fromLatin1(why);
    }
}

void TestGitHistory::ignoresTheFileAsGitDoes()
{
    QFETCH(const QString, why);
    const QString source = made(u"ignored-"_s + why, 300);
    Ground::git(source, {u"commit-graph"_s, u"write"_s, u"--reachable"_s});
    QString path = source;
    if (why == u"shallow") {
        path = m_ground->path(u"ignored-clone"_s);
        Ground::git(source, {u"clone"_s, u"-q"_s, u"--bare"_s, u"--no-single-branch"_s,
                             u"--depth"_s, u"20"_s, u"file://"_s + source, path});
        QVERIFY(QDir().mkpath(path + u"/objects/info"_s));
        QVERIFY(QFile::copy(source + u"/objects/info/commit-graph"_s,
                            path + u"/objects/info/commit-graph"_s));
    } else if (why == u"grafts") {
        Ground::write(path + u"/info/grafts"_s,
                      Ground::git(path, {u"rev-parse"_s, u"main"_s}).toLatin1() + '\n');
    } else if (why == u"replace") {
        Ground::git(path, {u"replace"_s, u"main~1"_s, u"main~2"_s});
    } else {
        Ground::git(path, {u"config"_s, u"core.commitGraph"_s, u"false"_s});
    }
    const auto history = whole(*Ground::open(path));
    QVERIFY(history);
    QCOMPARE(history->graphFile(), GraphFile::Ignored);
    if (why == u"grafts" || why == u"replace") {  // what is stored, as --no-replace-objects has it
        Ground::run(path, u"rm"_s, {u"-f"_s, u"info/grafts"_s});
        for (const QString& name : linesOf(Ground::git(path, {u"replace"_s, u"-l"_s}))) {
            Ground::git(path, {u"replace"_s, u"-d"_s, name});
        }
    }
    QCOMPARE(idsOfRows(*history), idsByGit(path, u"--no-graph"_s));
    QCOMPARE(parentsOfRows(*history), parentsByGit(path));
}

void TestGitHistory::unbornHasNoRows()
{
    const auto history = whole(*Ground::open(m_ground->init(u"unborn"_s)));
    QVERIFY(history);
    QCOMPARE(history->count(), 0);
    QVERIFY(history->rows(0, 10).isEmpty());
}

/// Cut at each part, and with each kind of wrong byte: an answer, or clear words.
void TestGitHistory::survivesDamage()
{
    const QString path = made(u"damaged"_s, 300);
    Ground::git(path, {u"commit-graph"_s, u"write"_s, u"--reachable"_s});
    const QString file = path + u"/objects/info/commit-graph"_s;
    const QByteArray good = Ground::read(file);
    QVERIFY(good.size() > 2'000);
    int ignored = 0;
    std::mt19937 random(3);
    for (int i = 0; i < 300; ++i) {
        QByteArray bad = good;
        if (i % 3 == 0) {
            bad.truncate(qsizetype(random() % unsigned(good.size())));
        } else {
            for (int n = 0; n < 3; ++n) {
                bad[qsizetype(random() % unsigned(good.size()))] = char(random());
            }
        }
        QVERIFY(QFile::remove(file));
        Ground::write(file, bad);
        const auto repository = Ground::open(path);
        const auto begun = finished(repository->history({}));
        QVERIFY2(begun, begun ? "" : qPrintable(begun.error().message));
        const std::shared_ptr<History> history = *begun;
        QVERIFY(QTest::qWaitFor(
            [&] { return history->isComplete() || history->problem().has_value(); }, 20'000));
        ignored += history->graphFile() == GraphFile::Damaged ? 1 : 0;
        QVERIFY(history->rows(0, history->count()).size() == history->count());
    }
    QVERIFY2(ignored > 50, qPrintable(QString::number(ignored)));
}

void TestGitHistory::doesWithoutABrokenChain_data()
{
    QTest::addColumn<QString>("fault");
    for (const char* fault : {"missing", "cut", "other order", "no names", "other length"}) {
        QTest::newRow(fault) << QString::fromLatin1(fault);
    }
}

/// Whatever is wrong with one of its files, the rows are right.
void TestGitHistory::doesWithoutABrokenChain()
{
    QFETCH(const QString, fault);
    const QString path = made(u"chain-"_s + QString(fault).remove(u' '), 300);
    for (const QString& upTo : {u"main~20"_s, u"main"_s}) {
        Ground::git(path,
                    {u"commit-graph"_s, u"write"_s, u"--stdin-commits"_s, u"--split=no-merge"_s},
                    Ground::git(path, {u"rev-parse"_s, upTo}).toLatin1() + '\n');
    }
    const QString folder = path + u"/objects/info/commit-graphs/"_s;
    const QByteArray chain = Ground::read(folder + u"commit-graph-chain"_s);
    const QList<QByteArray> names = chain.trimmed().split('\n');
    QCOMPARE(names.size(), 2);
    const QString upper = folder + u"graph-%1.graph"_s.arg(QLatin1StringView(names[1]));
    const auto put = [](const QString& file, const QByteArray& bytes) {
        QFile::remove(file);
        Ground::write(file, bytes);
    };
    if (fault == u"missing") {
        QVERIFY(QFile::remove(upper));
    } else if (fault == u"cut") {
        const QByteArray bytes = Ground::read(upper);
        put(upper, bytes.first(bytes.size() / 2));
    } else if (fault == u"other order") {
        put(folder + u"commit-graph-chain"_s, names[1] + '\n' + names[0] + '\n');
    } else if (fault == u"no names") {
        put(folder + u"commit-graph-chain"_s, "../../../HEAD\n");
    } else {
        put(folder + u"commit-graph-chain"_s, QByteArray(1024 * 1024, 'a'));
    }
    const auto history = whole(*Ground::open(path));
    QVERIFY(history);
    QVERIFY(history->graphFile() == GraphFile::Damaged ||
            history->graphFile() == GraphFile::Missing);
    QVERIFY(QFile::remove(folder + u"commit-graph-chain"_s));  // or git itself would give up
    QCOMPARE(idsOfRows(*history), idsByGit(path, u"--no-graph"_s));
}

/// A file whose parents lie outside of it is seen before the first row: the rows come without it.
void TestGitHistory::passesOverADamagedFile()
{
    const QString path = made(u"outside"_s, 200);
    const QStringList told = idsByGit(path, u"--no-graph"_s);
    Ground::git(path, {u"commit-graph"_s, u"write"_s, u"--reachable"_s});
    const QString file = path + u"/objects/info/commit-graph"_s;
    QByteArray bytes = Ground::read(file);
    const qsizetype entry = bytes.indexOf("CDAT");
    QVERIFY(entry > 0);
    const auto begin = qsizetype(qFromBigEndian<quint64>(bytes.constData() + entry + 4));
    for (int i = 0; i < 200; ++i) {
        bytes.replace(begin + i * 36 + 20, 4, QByteArray::fromHex("00ffffff"));
    }
    QVERIFY(QFile::remove(file));
    Ground::write(file, bytes);
    const auto history = whole(*Ground::open(path));
    QVERIFY(history);
    QCOMPARE(history->graphFile(), GraphFile::Damaged);
    QCOMPARE(idsOfRows(*history), told);
}

void TestGitHistory::saysThatSha256CanNotBeRead()
{
    const QString path = m_ground->init(u"sha256"_s, {u"--object-format=sha256"_s});
    Ground::commit(path, u"one"_s);
    const auto opened = finished(Repository::open(path));
    QCOMPARE(kindOf(opened), toString(ErrorKind::Unsupported));
    QVERIFY2(opened.error().message.contains(u"SHA-256"_s), qPrintable(opened.error().message));
    QVERIFY(!opened.error().hint.isEmpty());
}

/// In many slices, and while they come.
void TestGitHistory::findsRowsWithoutAFile()
{
    const QString path = made(u"rows"_s, 12'000);
    const auto repository = Ground::open(path);
    const auto begun = finished(repository->history({}));
    QVERIFY(begun);
    const std::shared_ptr<History> history = *begun;
    const QString last = Ground::git(path, {u"rev-list"_s, u"--max-parents=0"_s, u"main"_s});
    int looks = 0;
    connect(history.get(), &History::grew, this, [&] {
        ++looks;
        for (int row = 0; row < history->count(); row += 997) {
            if (history->rowOf(history->idAt(row)) != row) {
                QFAIL(qPrintable(u"row %1 is not found"_s.arg(row)));
            }
        }
    });
    QCOMPARE(history->rowOf(last.section(u'\n', 0, 0)), -1);
    QTRY_VERIFY_WITH_TIMEOUT(history->isComplete(), 60'000);
    QVERIFY(looks > 3);
    QCOMPARE(history->graphFile(), GraphFile::Missing);
    QVERIFY(history->countNotInFile() >= history->count());
    const int row = history->rowOf(last.section(u'\n', 0, 0));
    QVERIFY(row > 0);
    QCOMPARE(history->idAt(row), last.section(u'\n', 0, 0));
    QCOMPARE(history->rowOf(QString(40, u'f')), -1);
}

void TestGitHistory::goesWhileItIsRead()
{
    const QString path = made(u"going"_s, 30'000);
    auto repository = Ground::open(path);
    {
        const auto history = finished(repository->history({}));
        QVERIFY(history);
        QCOMPARE((*history)->count(), 200);
        QVERIFY(!(*history)->isComplete());
        QSignalSpy grew(history->get(), &History::grew);
        QVERIFY(grew.wait(20'000));
        QVERIFY((*history)->count() > 200);
        QCOMPARE((*history)->rows(100, 50).size(), 50);
    }
    const auto again = finished(repository->history({}));
    QVERIFY(again);
    repository.reset();  // what reads holds what it needs
    QTRY_VERIFY_WITH_TIMEOUT((*again)->isComplete(), 60'000);
    QCOMPARE((*again)->count(),
             Ground::git(path, {u"rev-list"_s, u"--all"_s, u"--count"_s}).toInt());
}

void TestGitHistory::readsCommitsById()
{
    const QString path = made(u"by-id"_s, 50);
    const auto repository = Ground::open(path);
    const auto history = whole(*repository);
    const QStringList ids{history->idAt(3), history->idAt(1)};
    const auto commits = finished(repository->commits(ids));
    QVERIFY(commits);
    QCOMPARE(gitfixture::idsOf(*commits), ids);
    QVERIFY(commits->at(0).subject.startsWith(u"change "_s));
    QCOMPARE(kindOf(finished(repository->commits({QString(40, u'1')}))),
             toString(ErrorKind::NotFound));
    QCOMPARE(kindOf(finished(repository->commits({u"main"_s}))), toString(ErrorKind::Invalid));
}

QTEST_GUILESS_MAIN(TestGitHistory)
#include "tst_git_history.moc"
