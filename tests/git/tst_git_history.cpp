#include "core/git/history.h"
#include "core/git/src/commitgraph.h"
#include "core/git/src/lanes.h"
#include "tests/git/gitfixture.h"
#include "tests/git/madehistory.h"

#include <QSignalSpy>

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
    void goesWhileItIsRead();
    void readsCommitsById();

private:
    QString made(const QString& name, int count, bool skew = false);
    /// Waits for all of it and checks that its lines fit together.
    std::shared_ptr<History> whole(Repository& repository, const QStringList& from = {});
    static QStringList idsOfRows(const History& history);
    static QStringList lines(const QString& text) { return text.split(u'\n', Qt::SkipEmptyParts); }

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

QStringList TestGitHistory::idsOfRows(const History& history)
{
    QStringList ids;
    for (int row = 0; row < history.count(); ++row) {
        ids.append(history.idAt(row));
    }
    return ids;
}

std::shared_ptr<History> TestGitHistory::whole(Repository& repository, const QStringList& from)
{
    const Result<std::shared_ptr<History>> begun = finished(repository.history(HistoryQuery{from}));
    if (!begun) {
        QTest::qFail(qPrintable(begun.error().message), __FILE__, __LINE__);
        return nullptr;
    }
    const std::shared_ptr<History> history = *begun;
    const bool over = QTest::qWaitFor(
        [&] { return history->isComplete() || history->problem().has_value(); }, 60'000);
    if (!over || history->problem()) {
        QTest::qFail(history->problem() ? qPrintable(history->problem()->message) : "no end",
                     __FILE__, __LINE__);
        return nullptr;
    }
    // What leaves a row at its lower edge comes into the next one at its upper edge.
    const auto sorted = [](QList<int> lanes) {
        std::sort(lanes.begin(), lanes.end());
        lanes.erase(std::unique(lanes.begin(), lanes.end()), lanes.end());
        return lanes;
    };
    QList<int> above;
    const QList<GraphRow> rows = history->rows(0, history->count());
    for (const GraphRow& row : rows) {
        QList<int> in = row.passing;
        if (row.entered) {
            in.append(row.lane);
        }
        if (sorted(in) != above || row.passing.contains(row.lane) ||
            row.leaving.size() != row.parents.size()) {
            QTest::qFail(qPrintable(u"lines break at "_s + row.id), __FILE__, __LINE__);
            return nullptr;
        }
        above = sorted(row.passing + row.leaving);
    }
    // Any part of it is what the whole says.
    for (int first = 0; first < rows.size(); first += 97) {
        const QList<GraphRow> part = history->rows(first, 3);
        for (qsizetype i = 0; i < part.size(); ++i) {
            const GraphRow& same = rows[first + i];
            if (part[i].id != same.id || part[i].lane != same.lane ||
                part[i].passing != same.passing || part[i].leaving != same.leaving) {
                QTest::qFail(qPrintable(u"another row at %1"_s.arg(first + i)), __FILE__, __LINE__);
                return nullptr;
            }
        }
    }
    return history;
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
}

void TestGitHistory::tellsWhatGitTells()
{
    QFETCH(const QStringList, graph);
    const QString path = made(u"made-"_s + QString::fromLatin1(QTest::currentDataTag()), 3'000);
    if (graph.size() == 2) {  // two layers
        Ground::git(path,
                    QStringList{u"commit-graph"_s, u"write"_s, u"--stdin-commits"_s, graph[1]},
                    Ground::git(path, {u"rev-parse"_s, u"main~40"_s}).toLatin1() + '\n');
    }
    if (!graph.isEmpty()) {
        Ground::git(path, QStringList{u"commit-graph"_s, u"write"_s} + graph);
        Ground::git(path, {u"commit-graph"_s, u"verify"_s});
    }
    const auto repository = Ground::open(path);
    const auto history = whole(*repository);
    QVERIFY(history);
    QCOMPARE(history->hasGraphFile(), !graph.isEmpty());
    const QString order = graph.isEmpty() ? u"--no-graph"_s : u"--date-order"_s;
    QCOMPARE(idsOfRows(*history),
             lines(Ground::git(path, {u"log"_s, u"--all"_s, order, u"--format=%H"_s})));
    QStringList parents;
    for (const GraphRow& row : history->rows(0, history->count())) {
        parents.append(QStringList(QStringList{row.id} + row.parents).join(u' '));
    }
    parents.sort();
    QStringList told = lines(Ground::git(path, {u"rev-list"_s, u"--all"_s, u"--parents"_s}));
    told.sort();
    QCOMPARE(parents, told);
    QCOMPARE(history->rowOf(history->idAt(1'234)), 1'234);
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
    QVERIFY(history->hasGraphFile());
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
    QVERIFY(!history->hasGraphFile());
    if (why == u"shallow" || why == u"off") {
        QCOMPARE(idsOfRows(*history),
                 lines(Ground::git(path, {u"log"_s, u"--all"_s, u"--format=%H"_s})));
    }
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
    int refused = 0;
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
        if (!begun) {
            ++refused;
            QVERIFY(!begun.error().message.isEmpty());
            continue;
        }
        const std::shared_ptr<History> history = *begun;
        QVERIFY(QTest::qWaitFor(
            [&] { return history->isComplete() || history->problem().has_value(); }, 20'000));
        ignored += history->hasGraphFile() ? 0 : 1;
        QVERIFY(history->rows(0, history->count()).size() == history->count());
    }
    QVERIFY2(refused > 0 && ignored > 50, qPrintable(u"%1 %2"_s.arg(refused).arg(ignored)));
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
