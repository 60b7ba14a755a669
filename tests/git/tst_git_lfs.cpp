#include "core/git/lfs.h"
#include "core/base/files.h"
#include "core/git/staging.h"
#include "core/git/worktree.h"
#include "tests/git/gitfixture.h"

using namespace analemma::git;
using namespace gitfixture;

namespace {

QByteArray pointerTo(const QByteArray& content)
{
    return "version https://git-lfs.github.com/spec/v1\noid sha256:" +
           analemma::sha256(content).toLatin1() + "\nsize " + QByteArray::number(content.size()) +
           '\n';
}

const QByteArray lfsContent = QByteArray("\0\1\2", 3).repeated(5000);

}  // namespace

/// Pointers of Git LFS are known for what they are, and no content is stored in their place.
class TestGitLfs : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void cleanupTestCase();
    void readsPointers_data();
    void readsPointers();
    void tellsChanges();
    void knowsTheContent();
    void storesNoContent();
    void storesNothingPastARequiredFilter();

private:
    std::unique_ptr<Ground> m_ground;
    std::unique_ptr<Library> m_library;
    std::shared_ptr<Repository> m_repository;
    QString m_path;
};

void TestGitLfs::initTestCase()
{
    m_ground = std::make_unique<Ground>();
    m_library = std::make_unique<Library>();
    m_path = m_ground->init(u"lfs"_s);
    Ground::commit(m_path, u"first"_s,
                   {{u".gitattributes"_s,
                     "*.bin filter=lfs diff=lfs merge=lfs -text\n"
                     "*.secret filter=vault\n*.plain filter=other\n"},
                    {u"kept.bin"_s, pointerTo("before")},
                    {u"gone.bin"_s, pointerTo("gone")}});
    m_repository = Ground::open(m_path);
}

void TestGitLfs::cleanupTestCase()
{
    m_repository.reset();
    m_library.reset();
    m_ground.reset();
}

void TestGitLfs::readsPointers_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<qint64>("size");
    const QByteArray good = pointerTo("twelve bytes");
    QTest::newRow("one") << good << qint64(12);
    QTest::newRow("with an extension")
        << QByteArray(good).replace("oid ", "ext-0-foo sha256:" + QByteArray(64, 'a') + "\noid ")
        << qint64(12);
    QTest::newRow("empty file") << pointerTo("") << qint64(0);
    QTest::newRow("nothing") << QByteArray() << qint64(-1);
    QTest::newRow("text about it") << "see " + good << qint64(-1);
    QTest::newRow("short digest") << QByteArray(good).replace("oid sha256:", "oid sha256:0")
                                  << qint64(-1);
    QTest::newRow("no size") << good.left(good.indexOf("size")) << qint64(-1);
    QTest::newRow("negative") << QByteArray(good).replace("size ", "size -") << qint64(-1);
    QTest::newRow("too long") << good + QByteArray(1024, 'x') << qint64(-1);
}

void TestGitLfs::readsPointers()
{
    QFETCH(QByteArray, bytes);
    QFETCH(qint64, size);
    const std::optional<LfsPointer> pointer = lfsPointer(bytes);
    QCOMPARE(pointer.has_value(), size >= 0);
    QCOMPARE(pointer ? pointer->bytes : -1, size);
}

void TestGitLfs::tellsChanges()
{
    const QString path = m_ground->init(u"changes"_s);
    Ground::commit(path, u"one"_s, {{u"a.bin"_s, pointerTo("before")}, {u"b.txt"_s, "text\n"}});
    Ground::commit(path, u"two"_s,
                   {{u"a.bin"_s, pointerTo("after it")}, {u"b.txt"_s, pointerTo("x")}});
    DiffQuery query;
    query.from = Side::at(u"HEAD~"_s);
    query.to = Side::at(u"HEAD"_s);
    const auto repository = Ground::open(path);
    const auto changed = finished(fileDiff(repository, query, "a.bin", CancelToken()));
    QVERIFY(changed);
    const std::optional<LfsChange> change = lfsChange(*changed);
    QVERIFY(change && change->before && change->after);
    QCOMPARE(change->before->bytes, 6);
    QCOMPARE(change->after->bytes, 8);
    QCOMPARE(change->after->sha256, analemma::sha256(QByteArray("after it")));
    const auto half = finished(fileDiff(repository, query, "b.txt", CancelToken()));
    QVERIFY(half && !lfsChange(*half));  // text before: its lines are shown
    query.from = Side::nothing();
    const auto fresh = finished(fileDiff(repository, query, "a.bin", CancelToken()));
    QVERIFY(fresh && lfsChange(*fresh));
    QVERIFY(!lfsChange(*fresh)->before && lfsChange(*fresh)->after);
}

/// What `git lfs pull` leaves: the content in the work tree, the pointer in the index.
void TestGitLfs::knowsTheContent()
{
    Ground::commit(m_path, u"the content's"_s, {{u"kept.bin"_s, pointerTo(lfsContent)}});
    Ground::write(m_path + u"/kept.bin"_s, lfsContent);
    // The index vouches for its size, not for its time, as after a clone by git.
    Ground::git(m_path,
                {u"-c"_s, u"filter.lfs.clean=git show HEAD:kept.bin"_s, u"add"_s, u"kept.bin"_s});
    Ground::run(m_path, u"touch"_s, {u"-d"_s, u"2020-01-01"_s, u"kept.bin"_s});
    const auto same = finished(status(m_repository, CancelToken()));
    QVERIFY(same);
    QCOMPARE(same->entries.size(), 0);
    QByteArray other = lfsContent;
    other[7] = 'x';
    Ground::write(m_path + u"/kept.bin"_s, other);
    const auto changed = finished(status(m_repository, CancelToken()));
    QVERIFY(changed);
    QCOMPARE(changed->entries.size(), 1);
    QVERIFY(changed->entries.constFirst().unstaged == StatusEntry::State::Modified);
    Ground::git(m_path, {u"checkout"_s, u"-q"_s, u"--"_s, u"kept.bin"_s});
}

void TestGitLfs::storesNoContent()
{
    const auto index = [this] { return Ground::git(m_path, {u"ls-files"_s, u"-s"_s}); };
    const QString before = index();
    Ground::write(m_path + u"/new.bin"_s, lfsContent);
    Ground::write(m_path + u"/a.txt"_s, "a\n");
    for (const QByteArrayList& paths : {QByteArrayList{"new.bin"}, QByteArrayList{}}) {
        const Result<void> staged = finished(stage(m_repository, paths));
        QCOMPARE(kindOf(staged), u"refused"_s);
        QVERIFY(staged.error().message.contains(u"Git LFS"_s));
        QVERIFY(staged.error().hint.contains(u"git add"_s));
        QCOMPARE(index(), before);
    }
    DiffQuery query;
    query.from = Side::index();
    query.to = Side::workTree();
    Ground::write(m_path + u"/kept.bin"_s, "lines\nof text\n");
    const auto shown = finished(fileDiff(m_repository, query, "kept.bin", CancelToken()));
    QVERIFY(shown);
    QCOMPARE(kindOf(finished(stageLines(m_repository, *shown, linesOf(*shown)))), u"refused"_s);
    QCOMPARE(index(), before);
    // A pointer is what belongs there, and what goes needs none.
    Ground::write(m_path + u"/new.bin"_s, pointerTo(lfsContent));
    Ground::write(m_path + u"/kept.bin"_s, pointerTo("another"));
    QFile::remove(m_path + u"/gone.bin"_s);
    const Result<void> staged = finished(stage(m_repository, {}));
    QVERIFY2(staged.ok(), qPrintable(staged ? QString() : staged.error().message));
    QCOMPARE(Ground::git(m_path, {u"show"_s, u":new.bin"_s}).toUtf8() + '\n',
             pointerTo(lfsContent));
}

void TestGitLfs::storesNothingPastARequiredFilter()
{
    Ground::write(m_path + u"/token.secret"_s, "in clear\n");
    Ground::write(m_path + u"/a.plain"_s, "as it is\n");
    Ground::git(m_path, {u"config"_s, u"filter.vault.clean"_s, u"touch ran; cat"_s});
    Ground::git(m_path, {u"config"_s, u"filter.vault.required"_s, u"true"_s});
    Ground::git(m_path, {u"config"_s, u"filter.other.clean"_s, u"touch ran; cat"_s});
    const auto repository = Ground::open(m_path);
    const Result<void> refused = finished(stage(repository, {"token.secret"}));
    QCOMPARE(kindOf(refused), u"refused"_s);
    QVERIFY(refused.error().message.contains(u"vault"_s));
    QCOMPARE(kindOf(finished(stage(repository, {"a.plain"}))), u"ok"_s);
    QVERIFY(!QFile::exists(m_path + u"/ran"_s));
    QCOMPARE(Ground::git(m_path, {u"ls-files"_s, u"--"_s, u"token.secret"_s}), QString());
}

QTEST_GUILESS_MAIN(TestGitLfs)

#include "tst_git_lfs.moc"
