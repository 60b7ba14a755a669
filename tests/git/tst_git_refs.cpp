#include "core/git/src/packedrefs.h"
#include "core/git/src/reftable.h"
#include "core/git/src/access.h"
#include "tests/git/gitfixture.h"
#include "tests/git/madehistory.h"

#include <functional>

using namespace analemma::git;
using namespace gitfixture;

namespace {

using Stored = Result<std::vector<StoredRef>>;

QString hex(const git_oid& id)
{
    char text[GIT_OID_HEXSZ + 1];
    return QString::fromLatin1(git_oid_tostr(text, sizeof text, &id));
}

/// "<id> <name>" of each, and where it leads to: `of` what git for-each-ref prints.
QStringList storedIn(Repository& repository)
{
    const auto lines = finished(perform<QStringList>(
        Access::body(repository),
        std::function<Result<QStringList>(const Handle&)>([](const Handle& handle) {
            const Stored refs = readStoredRefs(handle);
            if (!refs) {
                return Result<QStringList>(refs.error());
            }
            QStringList told;
            for (const StoredRef& ref : *refs) {
                const auto commit = commitOf(handle, nullptr, ref);
                told.append(hex(ref.id) + u' ' + QString::fromUtf8(ref.name) + u' ' +
                            (commit ? hex(*commit) : u"-"_s));
            }
            return Result<QStringList>(told);
        })));
    return lines ? *lines : QStringList{lines.error().message};
}

/// The same by git.
QStringList storedByGit(const QString& path)
{
    QStringList told;
    const QStringList lines =
        Ground::git(path, {u"for-each-ref"_s, u"--format=%(objectname) %(refname)"_s})
            .split(u'\n', Qt::SkipEmptyParts);
    for (const QString& line : lines) {
        const QString name = line.section(u' ', 1);
        ProcessSpec spec(u"git"_s,
                         {u"rev-parse"_s, u"--verify"_s, u"--quiet"_s, name + u"^{commit}"_s});
        spec.directory = path;
        const auto ran = finished(runProcess(spec, CancelToken()));
        told.append(line + u' ' +
                    (ran && ran->ok() ? QString::fromLatin1(ran->output).trimmed() : u"-"_s));
    }
    return told;
}

}  // namespace

/// The refs of a repository, read from its files, against git's own answers.
class TestGitRefs : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void cleanupTestCase();
    void parsesPackedRefs_data();
    void parsesPackedRefs();
    void refusesDamage();
    void readsWhatGitReads_data();
    void readsWhatGitReads();
    void readsThousands();
    void doesNotLeaveTheFolder();

private:
    std::unique_ptr<Ground> m_ground;
    std::unique_ptr<Library> m_library;
};

void TestGitRefs::initTestCase()
{
    m_ground = std::make_unique<Ground>();
    m_library = std::make_unique<Library>();
}

void TestGitRefs::cleanupTestCase()
{
    m_library.reset();
    m_ground.reset();
}

void TestGitRefs::parsesPackedRefs_data()
{
    QTest::addColumn<QByteArray>("header");
    QTest::addColumn<QString>("known");  // of a branch, a light tag and an annotated one
    QTest::newRow("git of now") << QByteArray("# pack-refs with: peeled fully-peeled sorted \n")
                                << u"yes yes yes"_s;
    QTest::newRow("older") << QByteArray("# pack-refs with: peeled \n") << u"no yes yes"_s;
    QTest::newRow("oldest") << QByteArray("# pack-refs with: \n") << u"no no yes"_s;
    QTest::newRow("none") << QByteArray() << u"no no yes"_s;
    QTest::newRow("another comment") << QByteArray("# it is fully-peeled \n") << u"no no yes"_s;
}

void TestGitRefs::parsesPackedRefs()
{
    QFETCH(const QByteArray, header);
    QFETCH(const QString, known);
    const QByteArray one(40, '1');
    const QByteArray two(40, '2');
    const QByteArray text = header + one + " refs/heads/main\n" + one + " refs/tags/light\n" + two +
                            " refs/tags/v1\n^" + one + '\n';
    const auto refs = parsePackedRefs(text);
    QVERIFY2(refs, refs ? "" : qPrintable(refs.error().message));
    QCOMPARE(refs->size(), std::size_t(3));
    QStringList told;
    for (const PackedRef& ref : *refs) {
        told.append(ref.isPeelKnown ? u"yes"_s : u"no"_s);
        QCOMPARE(hex(ref.peeled), QString::fromLatin1(one));
    }
    QCOMPARE(told.join(u' '), known);
    QCOMPARE(hex(refs->at(2).id), QString::fromLatin1(two));
    QCOMPARE(refs->at(2).name, QByteArrayView("refs/tags/v1"));
}

void TestGitRefs::refusesDamage()
{
    const QByteArray id(40, 'a');
    for (const QByteArray& text :
         {QByteArray("no id refs/heads/main\n"), id + "refs/heads/main\n", id + "\n",
          id.first(39) + " refs/heads/main\n", QByteArray("\n"), '^' + id.first(10) + '\n'}) {
        const auto refs = parsePackedRefs(text);
        QVERIFY2(!refs && refs.error().kind == ErrorKind::Invalid, text.constData());
    }
    // What no ref can be called is passed over, with the line behind it.
    const QByteArray odd = id + " refs/heads/../../x\n^" + id + '\n' + id + " HEAD\n" + id +
                           " refs/heads/a b\n" + id + " refs/heads/good\n";
    const auto refs = parsePackedRefs(odd);
    QVERIFY(refs);
    QCOMPARE(refs->size(), std::size_t(1));
    QCOMPARE(refs->front().name, QByteArrayView("refs/heads/good"));
    QVERIFY(!refs->front().isPeelKnown);

    const QString path = m_ground->init(u"damage"_s);
    Ground::commit(path, u"one"_s);
    Ground::write(path + u"/.git/packed-refs"_s, "what is this\n");
    const auto told = finished(Ground::open(path)->refs());
    QCOMPARE(kindOf(told), toString(ErrorKind::Invalid));
    QVERIFY(told.error().message.contains(u"packed-refs"_s));
}

void TestGitRefs::readsWhatGitReads_data()
{
    QTest::addColumn<QString>("packed");
    QTest::newRow("loose") << u"none"_s;
    QTest::newRow("packed") << u"all"_s;
    QTest::newRow("mixed") << u"some"_s;
    QTest::newRow("without the header") << u"bare"_s;
}

void TestGitRefs::readsWhatGitReads()
{
    QFETCH(const QString, packed);
    const QString path = m_ground->init(u"read-"_s + packed);
    Ground::commit(path, u"one"_s, {{u"a"_s, "1"}});
    Ground::git(path, {u"tag"_s, u"light"_s});
    Ground::git(path, {u"tag"_s, u"-a"_s, u"-m"_s, u"one"_s, u"v1"_s});
    Ground::git(path, {u"tag"_s, u"-a"_s, u"-m"_s, u"nested"_s, u"nested"_s, u"v1"_s});
    Ground::git(path, {u"tag"_s, u"blob"_s, u"HEAD:a"_s});
    Ground::git(path, {u"tag"_s, u"-a"_s, u"-m"_s, u"tree"_s, u"tree"_s, u"HEAD^{tree}"_s});
    Ground::git(path, {u"branch"_s, u"deep/er/x"_s});
    Ground::git(path, {u"update-ref"_s, u"refs/remotes/origin/main"_s, u"HEAD"_s});
    Ground::git(path,
                {u"symbolic-ref"_s, u"refs/remotes/origin/HEAD"_s, u"refs/remotes/origin/main"_s});
    Ground::git(path, {u"update-ref"_s, u"refs/pull/7/head"_s, u"HEAD"_s});
    if (packed != u"none") {
        Ground::git(path, {u"pack-refs"_s, u"--all"_s});
    }
    if (packed == u"some") {  // loose ones stand before packed ones
        Ground::commit(path, u"two"_s, {{u"a"_s, "2"}});
        Ground::git(path, {u"branch"_s, u"-f"_s, u"deep/er/x"_s});
        Ground::git(path, {u"tag"_s, u"-f"_s, u"v1"_s});
        Ground::git(path, {u"branch"_s, u"new"_s});
        Ground::write(path + u"/.git/refs/heads/half.lock"_s, "");
    }
    if (packed == u"bare") {
        const QString file = path + u"/.git/packed-refs"_s;
        QByteArrayList kept;
        for (const QByteArray& line : Ground::read(file).split('\n')) {
            if (!line.startsWith('#') && !line.startsWith('^')) {
                kept.append(line);
            }
        }
        Ground::write(file, kept.join('\n'));
    }
    const auto repository = Ground::open(path);
    const QStringList told = storedIn(*repository);
    QVERIFY(told.size() >= 10);
    QCOMPARE(told, storedByGit(path));
}

/// The names, with a commit-graph file and without it.
void TestGitRefs::readsThousands()
{
    const QString path = m_ground->init(u"thousands"_s, {u"--bare"_s});
    Ground::git(path, {u"fast-import"_s, u"--quiet"_s}, madeHistory(500, 3) + madeRefs(1'000, 500));
    Ground::git(path, {u"pack-refs"_s, u"--all"_s});
    const QStringList names =
        Ground::git(path, {u"for-each-ref"_s, u"--format=%(refname)"_s}).split(u'\n');
    for (const bool file : {false, true}) {
        if (file) {
            Ground::git(path, {u"commit-graph"_s, u"write"_s, u"--reachable"_s});
        }
        const auto refs = finished(Ground::open(path)->refs());
        QVERIFY(refs);
        QCOMPARE(refs->size(), names.size());
        qsizetype annotated = 0;
        for (const Ref& ref : *refs) {
            annotated += ref.annotated ? 1 : 0;
            if (ref.kind == Ref::Kind::Tag && ref.name == u"v1.77"_s) {
                QCOMPARE(ref.commit, Ground::git(path, {u"rev-parse"_s, u"v1.77^{commit}"_s}));
            }
        }
        QCOMPARE(annotated, 500);
    }
}

/// Links of folders are not followed, and a file that is no ref is none.
void TestGitRefs::doesNotLeaveTheFolder()
{
    const QString path = m_ground->init(u"links"_s);
    Ground::commit(path, u"one"_s);
    const QString outside = m_ground->folder(u"outside"_s);
    Ground::write(outside + u"/ref"_s, Ground::read(path + u"/.git/refs/heads/main"_s));
    QVERIFY(QFile::link(outside, path + u"/.git/refs/heads/away"_s));
    QVERIFY(QFile::link(path + u"/.git/refs"_s, path + u"/.git/refs/heads/loop"_s));
    Ground::write(path + u"/.git/refs/heads/empty"_s, "");
    Ground::write(path + u"/.git/refs/heads/self"_s, "ref: refs/heads/self\n");
    const auto refs = finished(Ground::open(path)->refs());
    QVERIFY2(refs, refs ? "" : qPrintable(refs.error().message));
    QCOMPARE(refs->size(), 1);
    QCOMPARE(refs->front().name, u"main"_s);
}

QTEST_GUILESS_MAIN(TestGitRefs)
#include "tst_git_refs.moc"
