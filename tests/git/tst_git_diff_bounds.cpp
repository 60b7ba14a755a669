#include "tests/git/diffpeer.h"
#include "tests/git/tenrepositories.h"

#include <random>

using namespace gitfixture;

/// What is refused, what is never run, and how much is read at most.
class TestGitDiffBounds : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void cleanupTestCase();
    void refuses();
    void readsBlobs();
    void runsNothing();
    void storesLineEndsAsGit();
    void staysInBounds();
    void staysInBoundsWithManyFiles();
    void cancels();

private:
    std::unique_ptr<Ground> m_ground;
    std::unique_ptr<Library> m_library;
    QString m_merges;
    QString m_kinds;
};

void TestGitDiffBounds::initTestCase()
{
    m_ground = std::make_unique<Ground>();
    m_library = std::make_unique<Library>();
    m_merges = ten::merges(*m_ground);
    m_kinds = ten::kinds(*m_ground);
}

void TestGitDiffBounds::cleanupTestCase()
{
    drain();
    m_library.reset();
    m_ground.reset();
}

void TestGitDiffBounds::refuses()
{
    const auto repository = Ground::open(m_merges);
    const auto kind = [&repository](const Side& from, const Side& to) {
        return kindOf(changes(repository, between(from, to)));
    };
    QCOMPARE(kind(Side::at(u"nowhere"_s), Side::index()), toString(ErrorKind::NotFound));
    QCOMPARE(kind(Side::at(u"--output=x"_s), Side::index()), toString(ErrorKind::NotFound));
    QCOMPARE(kind(Side::index(), Side::index()), toString(ErrorKind::Invalid));
    QCOMPARE(kind(Side::workTree(), Side::workTree()), toString(ErrorKind::Invalid));
    QCOMPARE(kind(Side::nothing(), Side::nothing()), u"ok"_s);
    DiffQuery query = between(Side::at(u"HEAD"_s), Side::index());
    query.sinceMergeBase = true;
    QCOMPARE(kindOf(changes(repository, query)), toString(ErrorKind::Invalid));
    QCOMPARE(kindOf(lines(repository, changesOf({}), "no such")), toString(ErrorKind::Invalid));
}

void TestGitDiffBounds::readsBlobs()
{
    const auto repository = Ground::open(m_kinds);  // kinds
    const QString id = Ground::git(m_kinds, {u"rev-parse"_s, u"HEAD~2:data.bin"_s});
    const auto bytes = finished(blob(repository, id, 1'000));
    QVERIFY(bytes);
    QCOMPARE(*bytes, gitBytes(m_kinds, {u"cat-file"_s, u"blob"_s, id}));
    QCOMPARE(kindOf(finished(blob(repository, id, 10))), toString(ErrorKind::Invalid));
    QCOMPARE(kindOf(finished(blob(repository, u"main"_s, 10))), toString(ErrorKind::Invalid));
    QCOMPARE(kindOf(finished(blob(repository, QString(40, u'1'), 10))),
             toString(ErrorKind::NotFound));
    const QString tree = Ground::git(m_kinds, {u"rev-parse"_s, u"HEAD^{tree}"_s});
    QCOMPARE(kindOf(finished(blob(repository, tree, 1'000))), toString(ErrorKind::Invalid));
}

/// Every key by which git would run something for a diff.
void TestGitDiffBounds::runsNothing()
{
    const QString path = m_ground->init(u"trap"_s);
    Ground::commit(path, u"begin"_s,
                   {{u"a.txt"_s, "one\n"}, {u"b.bin"_s, QByteArray("b\0c\n", 4)}});
    const QString marker = path + u".marker"_s;
    const QString run = u"sh -c 'touch %1; cat'"_s.arg(marker);
    Ground::write(path + u"/.gitattributes"_s, "* filter=trap diff=trap\n");
    for (const char* key :
         {"core.fsmonitor", "filter.trap.clean", "filter.trap.smudge", "filter.trap.process",
          "diff.trap.textconv", "diff.trap.command", "diff.external", "core.pager"}) {
        Ground::git(path, {u"config"_s, QString::fromLatin1(key), run});
    }
    Ground::git(path, {u"config"_s, u"filter.trap.required"_s, u"true"_s});
    Ground::write(path + u"/a.txt"_s, "two\n");
    Ground::write(path + u"/b.bin"_s, QByteArray("b\0d\n", 4));
    const auto repository = Ground::open(path);
    DiffQuery query = between(Side::at(u"HEAD"_s), Side::workTree());
    query.untracked = true;
    for (const Side& from : {Side::at(u"HEAD"_s), Side::index()}) {
        query.from = from;
        const auto files = changes(repository, query);
        QVERIFY(files);
        QCOMPARE(files->size(), 3);
        for (const FileChange& file : *files) {
            QVERIFY(lines(repository, query, file.path));
        }
    }
    QVERIFY(!QFile::exists(marker));
}

void TestGitDiffBounds::storesLineEndsAsGit()
{
    const QString path = m_ground->init(u"ends"_s);
    Ground::commit(path, u"begin"_s,
                   {{u".gitattributes"_s, "*.txt text eol=crlf\n*.not -diff\n*.yes diff\n"},
                    {u"a.txt"_s, "one\r\ntwo\r\n"},
                    {u"b.not"_s, "text\n"},
                    {u"c.yes"_s, QByteArray("a\0b\n", 4)}});
    Ground::write(path + u"/a.txt"_s, "one\r\ntwo\r\nthree\r\n");
    Ground::write(path + u"/b.not"_s, "texts\n");
    Ground::write(path + u"/c.yes"_s, QByteArray("a\0b\nc\n", 6));
    const auto repository = Ground::open(path);
    const QString problem = differs(repository, between(Side::index(), Side::workTree()), {});
    QVERIFY2(problem.isEmpty(), qPrintable(problem));
}

void TestGitDiffBounds::staysInBounds()
{
    const QString path = m_ground->init(u"large"_s);
    QByteArray shuffled;
    std::mt19937 random(1);
    for (int i = 0; i < 30'000; ++i) {
        shuffled += QByteArray::number(random() % 1'000) + '\n';
    }
    ImportStream s;
    s.commit("main", "begin");
    s.file("bytes", QByteArray(9 << 20, 'x')).file("line", QByteArray(5 << 20, 'y'));
    s.file("lines", QByteArray(200'001, '\n')).file("shuffled", shuffled);
    s.commit("main", "change");
    std::shuffle(shuffled.begin(), shuffled.end(), random);
    s.file("bytes", QByteArray(9 << 20, 'x') + "z").file("line", QByteArray(5 << 20, 'y') + 'z');
    s.file("lines", QByteArray(200'002, '\n')).file("shuffled", shuffled);
    s.commit("main", "move");
    s.move("bytes", "moved").file("moved", QByteArray(9 << 20, 'x') + "zz").move("line", "line2");
    s.into(path);
    const auto repository = Ground::open(path);
    const DiffQuery query = between(Side::at(u"HEAD~2"_s), Side::at(u"HEAD~1"_s));
    const auto files = changes(repository, query);
    QVERIFY(files);
    QCOMPARE(files->size(), 4);
    QCOMPARE(files->at(0).added, 0);
    QCOMPARE(files->at(1).added, 1);
    QVERIFY(lines(repository, query, "bytes")->tooLarge);
    QVERIFY(lines(repository, query, "lines")->tooLarge);
    const auto line = lines(repository, query, "line");
    QVERIFY(line && !line->tooLarge);
    QCOMPARE(line->hunks.first().lines.size(), 2);
    QVERIFY(line->hunks.first().lines.first().changed.isEmpty());
    QVERIFY(!lines(repository, query, "shuffled")->hunks.isEmpty());
    // Renames of what is too large are found only when it is the same.
    const auto moved = changes(repository, between(Side::at(u"HEAD~1"_s), Side::at(u"HEAD"_s)));
    QVERIFY(moved);
    QCOMPARE(moved->size(), 3);
    QCOMPARE(moved->at(1).oldPath, "line");
    // A file of the work tree, too.
    Ground::write(path + u"/line2"_s, QByteArray(9 << 20, 'w'));
    const auto outside = lines(repository, between(Side::index(), Side::workTree()), "line2");
    QVERIFY(outside && outside->tooLarge && outside->change.newId.isEmpty());
}

void TestGitDiffBounds::staysInBoundsWithManyFiles()
{
    const QString path = m_ground->init(u"many"_s, {u"--bare"_s});
    ImportStream s;
    s.commit("main", "begin");
    for (int i = 0; i < 100'000; ++i) {
        s.file("old/" + QByteArray::number(i % 300) + '/' + QByteArray::number(i), "the same\n");
    }
    s.commit("main", "move");
    s.move("old", "new");
    s.into(path, true);
    const auto repository = Ground::open(path);
    const auto made = changes(repository, between(Side::nothing(), Side::at(u"HEAD"_s)));
    QVERIFY(made);
    QCOMPARE(made->size(), 100'000);
    QCOMPARE(made->last().added, 1);
    const auto moved = changes(repository, between(Side::at(u"HEAD^"_s), Side::at(u"HEAD"_s)));
    QVERIFY(moved);
    QCOMPARE(moved->size(), 100'000);
    QCOMPARE(moved->last().kind, FileChange::Kind::Renamed);
    QCOMPARE(moved->last().oldPath, "old" + moved->last().path.mid(3));
}

void TestGitDiffBounds::cancels()
{
    const auto repository = Ground::open(m_kinds);
    CancelToken cancel;
    cancel.cancel();
    const DiffQuery query = between(Side::nothing(), Side::at(u"HEAD"_s));
    QCOMPARE(kindOf(finished(changedFiles(repository, query, cancel))),
             toString(ErrorKind::Cancelled));
    QCOMPARE(kindOf(finished(fileDiff(repository, query, "run.sh", cancel))),
             toString(ErrorKind::Cancelled));
}

QTEST_GUILESS_MAIN(TestGitDiffBounds)
#include "tst_git_diff_bounds.moc"
