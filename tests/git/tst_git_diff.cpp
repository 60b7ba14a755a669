#include "tests/git/diffpeer.h"
#include "tests/git/madehistory.h"
#include "tests/git/tenrepositories.h"

#include <bitset>
#include <random>

using namespace analemma::git;
using namespace gitfixture;

/// What differs, against git's own answers: in the ten repositories every commit against each
/// parent, the index and the work tree; and in made histories.
class TestGitDiff : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void cleanupTestCase();
    void commitsAsGit_data() { tenRows(); }
    void commitsAsGit();
    void workTreeAsGit_data() { tenRows(); }
    void workTreeAsGit();
    void conflictsAsGit();
    void basesAsGit_data() { tenRows(); }
    void basesAsGit();
    void basesOfTangledHistories_data();
    void basesOfTangledHistories();
    void findsRenamesAsGit();
    void comparesLinesAsGit();
    void looksAtPaths();
    void tellsUntracked();
    void endsShallow();

private:
    void tenRows() const;
    std::unique_ptr<Ground> m_ground;
    std::unique_ptr<Library> m_library;
    QStringList m_ten;
};

void TestGitDiff::initTestCase()
{
    m_ground = std::make_unique<Ground>();
    m_library = std::make_unique<Library>();
    m_ten = makeTenRepositories(*m_ground);
    QCOMPARE(m_ten.size(), 10);
}

void TestGitDiff::cleanupTestCase()
{
    drain();
    m_library.reset();
    m_ground.reset();
}

void TestGitDiff::tenRows() const
{
    QTest::addColumn<QString>("path");
    for (const QString& path : m_ten) {
        QTest::newRow(qPrintable(QFileInfo(path).fileName())) << path;
    }
}

void TestGitDiff::commitsAsGit()
{
    QFETCH(const QString, path);
    const auto repository = Ground::open(path);
    const auto history = gitBytes(path, {u"log"_s, u"--all"_s, u"--format=%H"_s}).split('\n');
    int compared = 0;
    for (const QByteArray& id : history) {
        if (id.isEmpty()) {
            continue;
        }
        const auto commit = finished(repository->commit(QString::fromLatin1(id)));
        QVERIFY(commit);
        const bool cut =
            gitBytes(path, {u"log"_s, u"-1"_s, u"--format=%P"_s, commit->id}).size() < 40;
        for (int parent = 0; parent < std::max<qsizetype>(1, commit->parents.size()); ++parent) {
            DiffQuery query = changesOf(*commit, parent);
            const QString from = cut ? emptyTree : commit->parents[parent];
            QString problem = differs(repository, query, {from, commit->id});
            QVERIFY2(problem.isEmpty(), qPrintable(commit->subject + u'\n' + problem));
            query.ignoreSpace = true;
            problem = differs(repository, query, {u"-w"_s, from, commit->id});
            QVERIFY2(problem.isEmpty(), qPrintable(u"-w "_s + commit->subject + u'\n' + problem));
            query.ignoreSpace = false;
            if (!cut && parent == 0) {  // the other way, with less around
                std::swap(query.from, query.to);
                query.context = 1;
                problem = differs(repository, query, {commit->id, from});
                QVERIFY2(problem.isEmpty(),
                         qPrintable(u"-R "_s + commit->subject + u'\n' + problem));
            }
            ++compared;
        }
    }
    QCOMPARE(compared > 0, !path.endsWith(u"unborn"));
}

void TestGitDiff::workTreeAsGit()
{
    QFETCH(const QString, path);
    if (path.endsWith(u"bare")) {
        const auto refused = changes(Ground::open(path), between(Side::index(), Side::workTree()));
        QCOMPARE(kindOf(refused), toString(ErrorKind::Invalid));
        QVERIFY(refused.error().message.contains(u"bare repository"));
        return;
    }
    const auto repository = Ground::open(path);
    const bool unborn = path.endsWith(u"unborn");
    if (path.endsWith(u"conflict")) {
        return;  // conflictsAsGit()
    }
    const Side head = Side::at(u"HEAD"_s);
    const std::tuple<Side, Side, QStringList> cases[] = {
        {head, Side::index(), {u"--cached"_s}},
        {Side::index(), head, {u"--cached"_s, u"-R"_s, u"--src-prefix=b/"_s, u"--dst-prefix=a/"_s}},
        {Side::index(), Side::workTree(), {}},
        {Side::workTree(), Side::index(), {u"-R"_s, u"--src-prefix=b/"_s, u"--dst-prefix=a/"_s}},
        {head, Side::workTree(), {unborn ? emptyTree : u"HEAD"_s}},
    };
    for (const auto& [from, to, arguments] : cases) {
        DiffQuery query = between(from, to);
        for (const bool ignoreSpace : {false, true}) {
            query.ignoreSpace = ignoreSpace;
            const QStringList more = ignoreSpace ? QStringList{u"-w"_s} : QStringList();
            const QString problem = differs(repository, query, more + arguments);
            QVERIFY2(problem.isEmpty(), qPrintable(arguments.join(u' ') + u'\n' + problem));
        }
    }
}

/// In conflict: our version against what lies in the work tree, as `git diff --ours`.
void TestGitDiff::conflictsAsGit()
{
    const QString path = m_ten[6];
    const auto repository = Ground::open(path);
    const Side head = Side::at(u"HEAD"_s);
    const std::tuple<Side, Side, QString> cases[] = {{Side::index(), Side::workTree(), u"--ours"_s},
                                                     {head, Side::index(), u"--cached"_s},
                                                     {head, Side::workTree(), u"--ours"_s}};
    for (const auto& [from, to, argument] : cases) {
        const auto files = changes(repository, between(from, to));
        QVERIFY(files);
        QByteArrayList mine;
        for (const auto& [name, told] : toldOf(*files)) {
            mine.append(told.status + ' ' + name);
        }
        QByteArrayList git;
        const QByteArray raw = gitBytes(path, {u"diff"_s, u"--raw"_s, u"-z"_s, argument});
        for (const auto& [name, told] : toldByGit(raw, {})) {
            git.append(told.status + ' ' + name);
        }
        QCOMPARE(mine, git);
    }
    for (const char* name : {"both.txt", "added.txt", "kept.txt", "calm.txt"}) {
        const auto diff = lines(repository, between(Side::index(), Side::workTree()), name);
        QVERIFY(diff);
        QByteArray git = gitBytes(
            path, {u"diff"_s, u"--ours"_s, u"--full-index"_s, u"--"_s, QString::fromLatin1(name)});
        git.replace(QByteArray("* Unmerged path ") + name + '\n', "");
        QCOMPARE(patchText(*diff), git);
    }
    const auto gone = lines(repository, between(Side::index(), Side::workTree()), "gone.txt");
    QVERIFY(gone && gone->change.kind == FileChange::Kind::Conflicted && gone->change.oldMode == 0);
}

void TestGitDiff::basesAsGit()
{
    QFETCH(const QString, path);
    const auto repository = Ground::open(path);
    QStringList names = Ground::git(path, {u"for-each-ref"_s, u"--format=%(refname)"_s})
                            .split(u'\n', Qt::SkipEmptyParts);
    if (names.isEmpty()) {
        const auto none = finished(mergeBase(repository, u"HEAD"_s, u"main"_s));
        QCOMPARE(kindOf(none), toString(ErrorKind::NotFound));
        return;
    }
    names += u"HEAD~1"_s;
    for (const QString& a : names) {
        for (const QString& b : names) {
            QProcess git;
            git.setWorkingDirectory(path);
            git.start(u"git"_s, {u"merge-base"_s, a, b});
            QVERIFY(git.waitForFinished());
            const QString base = QString::fromLatin1(git.readAllStandardOutput()).trimmed();
            QCOMPARE(finished(mergeBase(repository, a, b)).valueOr(u"?"_s), base);
            const auto counts = finished(aheadBehind(repository, a, b));
            QVERIFY(counts);
            QCOMPARE(u"%1\t%2"_s.arg(counts->ahead).arg(counts->behind),
                     Ground::git(
                         path, {u"rev-list"_s, u"--left-right"_s, u"--count"_s, a + u"..."_s + b}));
            DiffQuery query = between(Side::at(a), Side::at(b));
            query.sinceMergeBase = true;
            if (base.isEmpty()) {
                QCOMPARE(kindOf(changes(repository, query)), toString(ErrorKind::Invalid));
            } else {
                const QString problem = differs(repository, query, {a + u"..."_s + b});
                QVERIFY2(problem.isEmpty(), qPrintable(problem));
            }
        }
    }
}

void TestGitDiff::basesOfTangledHistories_data()
{
    QTest::addColumn<bool>("skew");
    QTest::addColumn<bool>("graph");
    QTest::newRow("plain") << false << false;
    QTest::newRow("with a commit-graph file") << false << true;
    QTest::newRow("wrong clocks") << true << false;
    QTest::newRow("wrong clocks, with a file") << true << true;
}

/// Criss-cross merges, several roots: against sets that are made from all parents.
void TestGitDiff::basesOfTangledHistories()
{
    QFETCH(const bool, skew);
    QFETCH(const bool, graph);
    const QString path = m_ground->init(
        u"tangled-%1-%2"_s.arg(QString::number(skew), QString::number(graph)), {u"--bare"_s});
    Ground::git(path, {u"fast-import"_s, u"--quiet"_s}, madeHistory(900, 11, skew));
    if (graph) {  // the newest commits are not in it
        Ground::git(
            path, {u"commit-graph"_s, u"write"_s, u"--stdin-commits"_s},
            Ground::git(path, {u"rev-parse"_s, u"b0~9"_s, u"b1~9"_s, u"b2~5"_s}).toLatin1() + '\n');
    }
    // Each commit's history as a set, parents first.
    using Set = std::bitset<1'024>;
    QStringList ids;
    QHash<QString, std::size_t> numbers;
    std::vector<Set> histories;
    std::vector<qint64> times;
    const QStringList rows = Ground::git(path, {u"log"_s, u"--all"_s, u"--reverse"_s,
                                                u"--topo-order"_s, u"--format=%H %ct %P"_s})
                                 .split(u'\n');
    for (const QString& row : rows) {
        const QStringList parts = row.split(u' ', Qt::SkipEmptyParts);
        Set history;
        history.set(histories.size());
        for (const QString& parent : parts.mid(2)) {
            history |= histories[numbers.value(parent)];
        }
        numbers.insert(parts[0], histories.size());
        ids.append(parts[0]);
        times.push_back(parts[1].toLongLong());
        histories.push_back(history);
    }
    const auto repository = Ground::open(path);
    int several = 0;
    for (std::size_t i = 3; i < histories.size(); i += 67) {
        for (std::size_t j = histories.size() - 1; j > 50; j -= 71) {
            const auto counts =
                finished(aheadBehind(repository, ids[qsizetype(i)], ids[qsizetype(j)]));
            QVERIFY(counts);
            QCOMPARE(std::size_t(counts->ahead), (histories[i] & ~histories[j]).count());
            QCOMPARE(std::size_t(counts->behind), (histories[j] & ~histories[i]).count());
            const Set common = histories[i] & histories[j];
            Set bases = common;
            for (std::size_t at = 0; at < histories.size(); ++at) {
                Set below = histories[at];
                below.reset(at);
                bases &= common.test(at) ? ~below : ~Set();
            }
            several += bases.count() > 1 ? 1 : 0;
            qint64 newest = 0;
            for (std::size_t at = 0; at < histories.size(); ++at) {
                newest = bases.test(at) ? std::max(newest, times[at]) : newest;
            }
            const QString base =
                finished(mergeBase(repository, ids[qsizetype(i)], ids[qsizetype(j)]))
                    .valueOr(u"?"_s);
            QCOMPARE(base.isEmpty(), bases.none());
            QVERIFY(base.isEmpty() ||
                    (bases.test(numbers.value(base)) && times[numbers.value(base)] == newest));
        }
    }
    QVERIFY(several > 0);
}

namespace {

/// Lines of few words, so that many of them are alike.
QByteArray randomText(std::mt19937& random, int count)
{
    QByteArray text;
    for (int i = 0; i < count; ++i) {
        text += random() % 4 == 0 ? "section " : "  item ";
        text += QByteArray::number(random() % 40) + (random() % 9 == 0 ? "" : " = value;") + '\n';
    }
    return text;
}

QByteArray edited(std::mt19937& random, const QByteArray& text, unsigned changes)
{
    QList<QByteArray> list = text.split('\n');
    for (unsigned i = 0; i < changes; ++i) {
        const qsizetype at = qsizetype(random() % unsigned(list.size()));
        switch (random() % 4) {
            case 0:
                list.insert(at, randomText(random, 1 + int(random() % 3)).trimmed());
                break;
            case 1:
                list.removeAt(at);
                break;
            case 2:
                list[at] = list[at].replace(" ", "  ");
                break;
            default:
                list[at] = randomText(random, 1).trimmed();
        }
        if (list.isEmpty()) {
            list.append(QByteArray());
        }
    }
    return list.join('\n');
}

}  // namespace

/// Files that move at random, some alike.
void TestGitDiff::findsRenamesAsGit()
{
    const QString path = m_ground->init(u"moving"_s, {u"--bare"_s});
    const int commits = qEnvironmentVariableIntValue("ANALEMMA_MORE") + 30;
    std::mt19937 random(unsigned(5 + commits));
    QMap<QByteArray, QByteArray> files;
    const auto newPath = [&random] {
        return "d" + QByteArray::number(random() % 5) + "/n" + QByteArray::number(random() % 30) +
               ".txt";
    };
    ImportStream s;
    for (int i = 0; i < commits; ++i) {
        s.commit("main", "step " + QByteArray::number(i));
        for (int n = 0; n < 12; ++n) {
            const QByteArray to = newPath();
            const QList<QByteArray> all = files.keys();
            const QByteArray from = all.value(qsizetype(random() % 100));
            if (from.isEmpty() || random() % 5 == 0) {
                files[to] = randomText(random, 5 + int(random() % 60));
            } else if (random() % 4 == 0) {
                s.remove(from);
                files.remove(from);
                continue;
            } else {
                const QByteArray text = files.take(from);
                s.remove(from);
                files[to] = random() % 3 == 0 ? text : edited(random, text, random() % 50);
            }
            s.file(to, files[to]);
        }
    }
    s.into(path, true);
    const auto repository = Ground::open(path);
    int renamed = 0;
    for (int i = 1; i < commits; ++i) {
        const QString to = u"main~%1"_s.arg(commits - 1 - i);
        const auto files = changes(repository, between(Side::at(to + u'^'), Side::at(to)));
        QVERIFY(files);
        renamed += int(std::count_if(files->begin(), files->end(), [](const FileChange& change) {
            return change.kind == FileChange::Kind::Renamed;
        }));
        auto mine = toldOf(*files);
        auto git = toldByGit(
            gitBytes(path,
                     {u"diff"_s, u"-M"_s, u"--raw"_s, u"-z"_s, u"--no-abbrev"_s, to + u'^', to}),
            gitBytes(path, {u"diff"_s, u"-M"_s, u"--numstat"_s, u"-z"_s, to + u'^', to}));
        for (qsizetype at = 0; at < std::max(mine.size(), git.size()); ++at) {
            QCOMPARE(mine.value(at).first + ' ' + mine.value(at).second.text(),
                     git.value(at).first + ' ' + git.value(at).second.text());
        }
    }
    QVERIFY2(renamed > commits, qPrintable(QString::number(renamed)));
}

void TestGitDiff::comparesLinesAsGit()
{
    const QString path = m_ground->init(u"edited"_s, {u"--bare"_s});
    const int commits = qEnvironmentVariableIntValue("ANALEMMA_MORE") + 8;
    std::mt19937 random(unsigned(9 + commits));
    ImportStream s;
    QList<QByteArray> texts(6);
    for (int i = 0; i < commits; ++i) {
        s.commit("main", "step " + QByteArray::number(i));
        for (int n = 0; n < texts.size(); ++n) {
            texts[n] = i == 0 ? randomText(random, 20 << n)
                              : edited(random, texts[n], 1 + random() % (4U << n));
            s.file("f" + QByteArray::number(n), texts[n]);
        }
    }
    s.into(path, true);
    const auto repository = Ground::open(path);
    for (int i = 1; i < commits; ++i) {
        const QString to = u"main~%1"_s.arg(commits - 1 - i);
        DiffQuery query = between(Side::at(to + u'^'), Side::at(to));
        QString problem = differs(repository, query, {to + u'^', to});
        QVERIFY2(problem.isEmpty(), qPrintable(problem));
        query.ignoreSpace = true;
        query.context = int(random() % 6);
        problem = differs(repository, query, {u"-w"_s, to + u'^', to});
        QVERIFY2(problem.isEmpty(), qPrintable(problem));
    }
}

void TestGitDiff::looksAtPaths()
{
    const auto repository = Ground::open(m_ten[1]);  // renames
    DiffQuery query = between(Side::at(u"HEAD~6"_s), Side::at(u"HEAD"_s));
    query.paths = {u"new/"_s, u"bin/four"_s, u"nowhere"_s};
    QString problem =
        differs(repository, query, {u"HEAD~6"_s, u"HEAD"_s, u"--"_s, u"new"_s, u"bin/four"_s});
    QVERIFY2(problem.isEmpty(), qPrintable(problem));
    query.paths = {u"."_s};
    problem = differs(repository, query, {u"HEAD~6"_s, u"HEAD"_s});
    QVERIFY2(problem.isEmpty(), qPrintable(problem));
    // No pattern is one.
    query.paths = {u"*"_s};
    QVERIFY(changes(repository, query)->isEmpty());
    QCOMPARE(kindOf(lines(repository, query, "README")), toString(ErrorKind::NotFound));
}

void TestGitDiff::tellsUntracked()
{
    const auto repository = Ground::open(m_ten[0]);  // merges
    DiffQuery query = between(Side::index(), Side::workTree());
    query.untracked = true;
    const auto files = changes(repository, query);
    QVERIFY(files);
    QStringList names;
    for (const FileChange& file : *files) {
        if (file.kind == FileChange::Kind::Untracked) {
            names.append(QString::fromUtf8(file.path));
            QCOMPARE(file.oldMode, 0U);
            QCOMPARE(file.added, 1);
        }
    }
    QCOMPARE(names, QStringList({u"new/one.txt"_s, u"new/two.txt"_s}));
    const auto diff = lines(repository, query, "new/two.txt");
    QVERIFY(diff);
    QCOMPARE(diff->hunks.first().lines.first().text, "two");
    QVERIFY(patchText(*diff).contains("new file mode 100644\n"));
}

/// Where a shallow clone ends, the parent is named and missing.
void TestGitDiff::endsShallow()
{
    const auto repository = Ground::open(m_ten[5]);
    const auto last = finished(repository->commit(u"HEAD~3"_s));
    QVERIFY(last && last->parents.size() == 1);
    QCOMPARE(changes(repository, changesOf(*last))->size(), 2);
    QCOMPARE(kindOf(changes(repository, between(Side::at(QString(40, u'1')), Side::at(u"HEAD"_s)))),
             toString(ErrorKind::NotFound));
}

QTEST_GUILESS_MAIN(TestGitDiff)
#include "tst_git_diff.moc"
