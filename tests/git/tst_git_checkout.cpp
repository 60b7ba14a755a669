#include "core/git/branches.h"

#include "tests/git/originalfixture.h"

#include <QJsonArray>

using namespace analemma::git;
using namespace gitfixture;

/// What switching and resetting must not do, whatever the repository holds.
class TestGitCheckout : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void cleanupTestCase();
    void writesNothingHostile_data();
    void writesNothingHostile();
    void goesThroughNoLink();
    void runsNothing();
    void refusesForeignWorkTrees();

private:
    QString made(const QString& name) { return copyOfOriginal(*m_ground, name); }

    std::unique_ptr<Ground> m_ground;
    std::unique_ptr<Library> m_library;
};

void TestGitCheckout::initTestCase()
{
    m_ground = std::make_unique<Ground>();
    m_library = std::make_unique<Library>();
    makeOriginal(*m_ground);
}

void TestGitCheckout::cleanupTestCase()
{
    m_library.reset();
    m_ground.reset();
}

void TestGitCheckout::writesNothingHostile_data()
{
    QTest::addColumn<QByteArray>("name");
    QTest::addColumn<bool>("folder");
    for (const QByteArray& name :
         {QByteArray(".git"), QByteArray(".GIT"), QByteArray(".git "), QByteArray(".git."),
          QByteArray("git~1"), QByteArray(".g\u200cit"), QByteArray(".git::$INDEX_ALLOCATION"),
          QByteArray("a\\.git\\hooks"), QByteArray(".."), QByteArray("."), QByteArray("new\nline"),
          QByteArray("../outside"), QByteArray("/tmp/outside")}) {
        QTest::addRow("%s", name.toPercentEncoding().constData()) << name << false;
        QTest::addRow("%s as a folder", name.toPercentEncoding().constData()) << name << true;
    }
}

void TestGitCheckout::writesNothingHostile()
{
    QFETCH(const QByteArray, name);
    QFETCH(const bool, folder);
    const QString around =
        m_ground->folder(u"hostile-"_s + QString::fromLatin1(QTest::currentDataTag()));
    const QString path = around + u"/repository"_s;
    copyFolder(m_ground->path(u"original"_s), path);
    Ground::git(path, {u"status"_s});
    const QString blob =
        Ground::git(path, {u"hash-object"_s, u"-w"_s, u"--stdin"_s}, "#!/bin/sh\n");
    QString id = blob;
    if (folder) {
        id = Ground::git(path, {u"mktree"_s}, "100755 blob " + blob.toLatin1() + "\tconfig\n");
    }
    const QString commit = commitOfTree(
        path, entry(folder ? "40000" : "100755", name, id) + entry("100644", "zz", blob));
    const QStringList before = stateOf(path) + filesIn(around);
    const QByteArray config = Ground::read(path + u"/.git/config"_s);
    const auto repository = Ground::open(path);
    const auto done = finished(detachAt(repository, headOf(*repository), commit));
    QCOMPARE(kindOf(done), toString(ErrorKind::Refused));
    const auto forced = finished(
        reset(repository, headOf(*repository), commit, ResetMode::ThrowChangesAway, ana()));
    QCOMPARE(kindOf(forced), toString(ErrorKind::Refused));
    QCOMPARE(apart(before, stateOf(path) + filesIn(around)), QString());
    QCOMPARE(Ground::read(path + u"/.git/config"_s), config);
}

/// Neither one that lies in the work tree nor one of the commit itself.
void TestGitCheckout::goesThroughNoLink()
{
    const QString outside = m_ground->folder(u"outside"_s);
    const QString path = made(u"links"_s);
    QVERIFY(QFile::link(outside, path + u"/new"_s));
    const auto repository = Ground::open(path);
    const auto done = finished(switchTo(repository, headOf(*repository), u"topic"_s));
    QCOMPARE(kindOf(done), toString(ErrorKind::Conflict));
    QCOMPARE(done.error().details[u"paths"_s].toArray(), QJsonArray{u"new"_s});
    VERIFY_OK(finished(
        reset(repository, headOf(*repository), u"HEAD"_s, ResetMode::ThrowChangesAway, ana())));
    const auto forced = finished(
        reset(repository, headOf(*repository), u"topic"_s, ResetMode::ThrowChangesAway, ana()));
    QCOMPARE(kindOf(forced), toString(ErrorKind::Conflict));
    QVERIFY(QFile::remove(path + u"/new"_s));
    // A commit with a link, the next one with a folder in its place, and names that differ in case.
    const QString link =
        Ground::git(path, {u"hash-object"_s, u"-w"_s, u"--stdin"_s}, outside.toUtf8());
    const QString blob = Ground::git(path, {u"hash-object"_s, u"-w"_s, u"--stdin"_s}, "in\n");
    const QString tree =
        Ground::git(path, {u"mktree"_s}, "100644 blob " + blob.toLatin1() + "\tf\n");
    const QString first = commitOfTree(path, entry("120000", "sub", link));
    const QString second = commitOfTree(path, entry("40000", "sub", tree));
    const QString both =
        commitOfTree(path, entry("120000", "SUB", link) + entry("40000", "sub", tree));
    for (const bool ignoreCase : {false, true}) {
        Ground::git(path, {u"config"_s, u"core.ignoreCase"_s, ignoreCase ? u"true"_s : u"false"_s});
        const auto again = Ground::open(path);
        for (const QString& commit : {first, second, first, both, second}) {
            const auto went = finished(detachAt(again, headOf(*again), commit));
            if (!ignoreCase) {
                VERIFY_OK(went);
                QCOMPARE(Ground::git(path, {u"status"_s, u"--porcelain"_s}), QString());
            }
        }
        static_cast<void>(
            finished(reset(again, headOf(*again), both, ResetMode::ThrowChangesAway, ana())));
        VERIFY_OK(
            finished(reset(again, headOf(*again), u"main"_s, ResetMode::ThrowChangesAway, ana())));
    }
    // A folder that became a link since: what was in it is not deleted behind the link.
    Ground::git(path, {u"config"_s, u"core.ignoreCase"_s, u"false"_s});
    Ground::write(outside + u"/e"_s, "not mine\n");
    VERIFY_OK(finished(switchTo(repository, headOf(*repository), u"main"_s)));
    Ground::run(path, u"rm"_s, {u"-r"_s, u"d"_s});
    QVERIFY(QFile::link(outside, path + u"/d"_s));
    static_cast<void>(finished(switchTo(repository, headOf(*repository), u"topic"_s)));
    QCOMPARE(filesIn(outside),
             QStringList{u"e ="_s + QString::fromLatin1(QByteArray("not mine\n").toHex())});
}

void TestGitCheckout::runsNothing()
{
    const QString path = made(u"trap"_s);
    const QString marker = m_ground->path(u"ran"_s);
    const QByteArray script = "#!/bin/sh\ntouch " + marker.toUtf8() + "\n";
    for (const char* hook : {"post-checkout", "post-merge", "pre-commit", "reference-transaction",
                             "post-index-change", "pre-rebase", "post-rewrite", "commit-msg"}) {
        const QString file = path + u"/.git/hooks/"_s + QString::fromLatin1(hook);
        Ground::write(file, script);
        QVERIFY(QFile::setPermissions(file, QFile::permissions(file) | QFile::ExeOwner));
    }
    for (const char* key : {"core.fsmonitor", "filter.x.clean", "filter.x.smudge",
                            "filter.x.process", "merge.x.driver", "diff.x.textconv"}) {
        Ground::git(path, {u"config"_s, QString::fromLatin1(key), u"touch "_s + marker});
    }
    Ground::write(path + u"/.git/info/attributes"_s, "* filter=x merge=x diff=x\n");
    const auto repository = Ground::open(path);
    Ground::write(path + u"/same"_s, "mine\n");
    VERIFY_OK(finished(switchTo(repository, headOf(*repository), u"topic"_s)));
    VERIFY_OK(finished(
        reset(repository, headOf(*repository), u"main"_s, ResetMode::ThrowChangesAway, ana())));
    VERIFY_OK(finished(detachAt(repository, headOf(*repository), u"light"_s)));
    QVERIFY(!QFileInfo::exists(marker));
}

/// A setting that points the files elsewhere, a sparse work tree, a lock, a bare repository.
void TestGitCheckout::refusesForeignWorkTrees()
{
    const QString home = m_ground->folder(u"somebody"_s);
    Ground::write(home + u"/same"_s, "precious\n");
    const QString path = made(u"elsewhere"_s);
    const auto tries = [](const QString& at) {
        const auto repository = Ground::open(at);
        QStringList kinds;
        kinds.append(kindOf(finished(switchTo(repository, headOf(*repository), u"topic"_s))));
        kinds.append(kindOf(finished(reset(repository, headOf(*repository), u"topic"_s,
                                           ResetMode::ThrowChangesAway, ana()))));
        kinds.removeDuplicates();
        return kinds.join(u' ');
    };
    Ground::git(path, {u"config"_s, u"core.worktree"_s, home});
    QCOMPARE(tries(path + u"/.git"_s), toString(ErrorKind::Refused));
    QCOMPARE(filesIn(home).size(), 1);
    Ground::git(path, {u"--work-tree=."_s, u"config"_s, u"--unset"_s, u"core.worktree"_s});
    Ground::write(path + u"/.git/index.lock"_s, "");
    QCOMPARE(tries(path), toString(ErrorKind::Locked));
    QVERIFY(QFile::remove(path + u"/.git/index.lock"_s));
    Ground::git(path, {u"update-index"_s, u"--skip-worktree"_s, u"same"_s});
    QVERIFY(tries(path).contains(toString(ErrorKind::Unsupported)));
    const QString bare = path + u"-bare"_s;
    Ground::git(path, {u"clone"_s, u"-q"_s, u"--bare"_s, path, bare});
    QCOMPARE(tries(bare), toString(ErrorKind::Unsupported));
    // A linked work tree is one of ours.
    const QString linked = m_ground->path(u"elsewhere-linked"_s);
    const QString fresh = made(u"elsewhere-fresh"_s);
    Ground::git(fresh, {u"worktree"_s, u"add"_s, u"-q"_s, u"-b"_s, u"side"_s, linked});
    QCOMPARE(tries(linked), u"ok"_s);
    QCOMPARE(Ground::git(linked, {u"status"_s, u"--porcelain"_s}), QString());
    QVERIFY(QFileInfo::exists(linked + u"/new/file"_s));
}

QTEST_GUILESS_MAIN(TestGitCheckout)
#include "tst_git_checkout.moc"
