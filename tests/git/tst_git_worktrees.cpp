#include "core/git/worktrees.h"

#include "core/git/src/submodules.h"
#include "tests/git/originalfixture.h"

using namespace analemma::git;
using namespace gitfixture;

/// Linked work trees and submodules, beside what git says, and those that lead astray.
class TestGitWorktrees : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void cleanupTestCase();
    void listsTrees();
    void addsAndRemoves();
    void refusesToRemove();
    void deletesNothingForeign();
    void prunes();
    void listsSubmodules();
    void judgesSubmodules_data();
    void judgesSubmodules();
    void looksIntoNoHostileSubmodule();

private:
    std::unique_ptr<Ground> m_ground;
    std::unique_ptr<Library> m_library;
};

void TestGitWorktrees::initTestCase()
{
    m_ground = std::make_unique<Ground>();
    m_library = std::make_unique<Library>();
    makeOriginal(*m_ground);
}

void TestGitWorktrees::cleanupTestCase()
{
    m_library.reset();
    m_ground.reset();
}

void TestGitWorktrees::listsTrees()
{
    const QString path = copyOfOriginal(*m_ground, u"lists"_s);
    const QString one = m_ground->path(u"lists-one"_s);
    const QString two = m_ground->path(u"lists-two"_s);
    Ground::git(path, {u"worktree"_s, u"add"_s, u"-q"_s, one, u"topic"_s});
    Ground::git(path, {u"worktree"_s, u"add"_s, u"-q"_s, u"--detach"_s, two, u"v1"_s});
    Ground::git(path, {u"worktree"_s, u"lock"_s, u"--reason"_s, u"on a stick"_s, two});
    for (const QString& from : {path, one}) {
        const auto trees = finished(workTrees(Ground::open(from)));
        VERIFY_OK(trees);
        QStringList told;
        for (const LinkedTree& tree : *trees) {
            told += {u"worktree "_s + tree.path, u"HEAD "_s + tree.commit,
                     tree.branch.isEmpty() ? u"detached"_s : u"branch refs/heads/"_s + tree.branch};
            if (tree.locked) {
                told += u"locked "_s + tree.lockReason;
            }
            QVERIFY(!tree.gone && tree.problem.isEmpty());
        }
        QCOMPARE(told, Ground::git(path, {u"worktree"_s, u"list"_s, u"--porcelain"_s})
                           .split(u'\n', Qt::SkipEmptyParts));
    }
}

void TestGitWorktrees::addsAndRemoves()
{
    const QString path = copyOfOriginal(*m_ground, u"adds"_s);
    const auto repository = Ground::open(path);
    const QString folder = m_ground->path(u"deep/adds tree"_s);
    const auto added = finished(addWorkTree(repository, folder, u"topic"_s));
    VERIFY_OK(added);
    QCOMPARE(added->path, folder);
    QCOMPARE(added->branch, u"topic"_s);
    QCOMPARE(Ground::git(folder, {u"status"_s, u"--porcelain"_s}), QString());
    QCOMPARE(Ground::git(folder, {u"rev-parse"_s, u"HEAD"_s}), added->commit);
    QCOMPARE(Ground::read(folder + u"/new/file"_s), "new\n");
    const QString conflict = toString(ErrorKind::Conflict);
    QCOMPARE(kindOf(finished(addWorkTree(repository, m_ground->path(u"x"_s), u"topic"_s))),
             conflict);
    QCOMPARE(kindOf(finished(addWorkTree(repository, m_ground->path(u"x"_s), u"main"_s))),
             conflict);
    QCOMPARE(kindOf(finished(addWorkTree(repository, m_ground->path(u"x"_s), u"none"_s))),
             toString(ErrorKind::NotFound));
    Ground::git(path, {u"branch"_s, u"more"_s, u"main"_s});
    QCOMPARE(kindOf(finished(addWorkTree(repository, path, u"more"_s))), conflict);
    QVERIFY(!QFileInfo::exists(m_ground->path(u"x"_s)));
    const auto second =
        finished(addWorkTree(repository, m_ground->path(u"other/adds tree"_s), u"more"_s));
    VERIFY_OK(second);  // the name is taken
    QVERIFY(second->name != added->name);
    Ground::write(folder + u"/it.log"_s, "ignored\n");
    VERIFY_OK(finished(removeWorkTree(repository, added->name)));
    QVERIFY(!QFileInfo::exists(folder));
    QCOMPARE(finished(workTrees(repository))->size(), 2);
    QCOMPARE(Ground::git(path, {u"rev-parse"_s, u"topic"_s}), added->commit);
    Ground::git(path, {u"fsck"_s});
    // A tree that must not become files.
    const QString blob = Ground::git(path, {u"hash-object"_s, u"-w"_s, u"--stdin"_s}, "x");
    Ground::git(path, {u"update-ref"_s, u"refs/heads/hostile"_s,
                       commitOfTree(path, entry("100644", ".GIT", blob))});
    QCOMPARE(kindOf(finished(addWorkTree(repository, m_ground->path(u"x"_s), u"hostile"_s))),
             toString(ErrorKind::Refused));
    QVERIFY(!QFileInfo::exists(m_ground->path(u"x"_s)));
}

void TestGitWorktrees::refusesToRemove()
{
    const QString path = copyOfOriginal(*m_ground, u"removes"_s);
    const auto repository = Ground::open(path);
    const QString folder = m_ground->path(u"removes-tree"_s);
    const auto added = finished(addWorkTree(repository, folder, u"topic"_s));
    VERIFY_OK(added);
    const QString conflict = toString(ErrorKind::Conflict);
    Ground::write(folder + u"/untracked"_s, "mine\n");
    const auto untracked = finished(removeWorkTree(repository, added->name));
    QCOMPARE(kindOf(untracked), conflict);
    QVERIFY(untracked.error().message.contains(u"untracked"_s));
    QVERIFY(QFile::remove(folder + u"/untracked"_s));
    Ground::write(folder + u"/same"_s, "mine\n");
    QCOMPARE(kindOf(finished(removeWorkTree(repository, added->name))), conflict);
    Ground::git(folder, {u"add"_s, u"same"_s});
    QCOMPARE(kindOf(finished(removeWorkTree(repository, added->name))), conflict);
    Ground::git(folder, {u"reset"_s, u"-q"_s, u"--hard"_s});
    Ground::git(path, {u"worktree"_s, u"lock"_s, folder});
    QCOMPARE(kindOf(finished(removeWorkTree(repository, added->name))), conflict);
    for (const QString& name : {u""_s, u"none"_s, u"../x"_s, u"."_s, u"a/b"_s}) {
        QCOMPARE(kindOf(finished(removeWorkTree(repository, name))), toString(ErrorKind::NotFound));
    }
    QVERIFY(QFileInfo::exists(folder + u"/same"_s));
}

/// An entry can name any folder; only one that names this repository back is touched.
void TestGitWorktrees::deletesNothingForeign()
{
    const QString path = copyOfOriginal(*m_ground, u"foreign"_s);
    const auto repository = Ground::open(path);
    const QString folder = m_ground->path(u"foreign-tree"_s);
    const auto added = finished(addWorkTree(repository, folder, u"topic"_s));
    VERIFY_OK(added);
    const QString victim = m_ground->init(u"victim"_s);
    Ground::commit(victim, u"one"_s, {{u"precious"_s, "x\n"}});
    Ground::write(path + u"/.git/worktrees/"_s + added->name + u"/gitdir"_s,
                  victim.toUtf8() + "/.git\n");
    const auto trees = finished(workTrees(repository));
    VERIFY_OK(trees);
    QVERIFY(!trees->at(1).problem.isEmpty());
    QCOMPARE(kindOf(finished(removeWorkTree(repository, added->name))),
             toString(ErrorKind::Refused));
    const auto pruned = finished(pruneWorkTrees(repository));
    VERIFY_OK(pruned);
    QVERIFY(pruned->isEmpty());
    QVERIFY(QFileInfo::exists(victim + u"/precious"_s));
}

void TestGitWorktrees::prunes()
{
    const QString path = copyOfOriginal(*m_ground, u"prunes"_s);
    const auto repository = Ground::open(path);
    Ground::git(path, {u"branch"_s, u"more"_s});
    const auto gone =
        finished(addWorkTree(repository, m_ground->path(u"prunes-gone"_s), u"topic"_s));
    const auto locked =
        finished(addWorkTree(repository, m_ground->path(u"prunes-locked"_s), u"more"_s));
    VERIFY_OK(gone);
    VERIFY_OK(locked);
    Ground::git(path, {u"worktree"_s, u"lock"_s, locked->path});
    QVERIFY(QDir(gone->path).removeRecursively() && QDir(locked->path).removeRecursively());
    const auto pruned = finished(pruneWorkTrees(repository));
    VERIFY_OK(pruned);
    QCOMPARE(*pruned, QStringList{gone->name});
    const auto left = finished(workTrees(repository));
    VERIFY_OK(left);
    QCOMPARE(left->size(), 2);
    QVERIFY(left->at(1).gone && left->at(1).locked);
}

// ---- submodules ---------------------------------------------------------------------------------

void TestGitWorktrees::listsSubmodules()
{
    const QString inner = m_ground->init(u"inner"_s);
    const QString first = Ground::commit(inner, u"one"_s, {{u"i"_s, "1\n"}});
    const QString path = m_ground->init(u"super"_s);
    for (const QString& name : {u"libs/a"_s, u"moved"_s, u"absent"_s}) {
        Ground::git(path, {u"-c"_s, u"protocol.file.allow=always"_s, u"submodule"_s, u"add"_s,
                           u"-q"_s, inner, name});
    }
    Ground::commit(path, u"modules"_s);
    const QString second = Ground::commit(path + u"/moved"_s, u"two"_s, {{u"i"_s, "2\n"}});
    Ground::git(path, {u"submodule"_s, u"deinit"_s, u"-q"_s, u"-f"_s, u"absent"_s});
    const auto all = finished(submodules(Ground::open(path)));
    VERIFY_OK(all);
    QStringList told;
    for (const Submodule& module : *all) {
        const QString sign = module.state == Submodule::State::Same    ? u" "_s
                             : module.state == Submodule::State::Moved ? u"+"_s
                                                                       : u"-"_s;
        told.append(sign + (module.checkedOut.isEmpty() ? module.recorded : module.checkedOut) +
                    u' ' + QString::fromUtf8(module.path));
        QCOMPARE(module.recorded, first);
        QCOMPARE(module.url, inner);
        QCOMPARE(module.name, QString::fromUtf8(module.path));
        QCOMPARE(module.problem, QString());
    }
    QStringList git;
    for (const QString& line : tryGit(path, {u"submodule"_s, u"status"_s})
                                   .value_or(QString())
                                   .split(u'\n', Qt::SkipEmptyParts)) {
        git.append(line.section(u" ("_s, 0, 0));
    }
    QCOMPARE(told, git);
    QCOMPARE(all->at(2).checkedOut, second);
    QVERIFY(finished(submodules(Ground::open(inner)))->isEmpty());
}

void TestGitWorktrees::judgesSubmodules_data()
{
    QTest::addColumn<QByteArray>("path");
    QTest::addColumn<QString>("url");
    QTest::addColumn<bool>("harmless");
    const QString good = u"https://example.org/x.git"_s;
    for (const char* path : {"a", "libs/a b", ".config/x", "a.b/c", "\xc3\xa9"}) {
        QTest::newRow(path) << QByteArray(path) << good << true;
    }
    for (const char* path :
         {"", "/etc", "../x", "a/../../x", ".git/modules/x", "a/.GIT/hooks", "-u", "a\\b", "a/",
          "x ", " x", "x.", "a\rb", "a\nb", "a\r", "C:/x", "a/git~1"}) {
        QTest::addRow("path %s", QByteArray(path).toPercentEncoding().constData())
            << QByteArray(path) << good << false;
    }
    for (const QString& url :
         {u"../sibling"_s, u"./x"_s, u"/srv/x.git"_s, u"git@example.org:x.git"_s,
          u"ssh://git@example.org:22/x"_s, u"file:///srv/x"_s, QString()}) {
        QTest::addRow("%s", qPrintable(url)) << QByteArray("a") << url << true;
    }
    for (const QString& url :
         {u"-u./payload"_s, u"ext::sh -c id"_s, u"fd::17"_s, u"::x"_s,
          u"https://example.org\n@evil"_s, u"ssh://-oProxyCommand=id/x"_s,
          u"ssh://git@-oProxyCommand=id/x"_s, u"git@example.org:-x"_s, u"x\r"_s}) {
        QTest::addRow("url %s", url.toUtf8().toPercentEncoding().constData())
            << QByteArray("a") << url << false;
    }
}

void TestGitWorktrees::judgesSubmodules()
{
    QFETCH(const QByteArray, path);
    QFETCH(const QString, url);
    QFETCH(const bool, harmless);
    const QString why = hostileSubmodulePath(path) + hostileSubmoduleUrl(url);
    QVERIFY2(why.isEmpty() == harmless, qPrintable(why));
}

void TestGitWorktrees::looksIntoNoHostileSubmodule()
{
    const QString path = m_ground->init(u"super-hostile"_s);
    const QString other = m_ground->init(u"other"_s);
    const QString commit = Ground::commit(other, u"one"_s, {{u"o"_s, "1\n"}});
    Ground::write(path + u"/.gitmodules"_s,
                  "[submodule \"../../x\"]\n\tpath = named\n\turl = https://example.org/x\n"
                  "[submodule \"u\"]\n\tpath = option\n\turl = -u./payload\n"
                  "[submodule \"l\"]\n\tpath = link/other\n\turl = https://example.org/x\n");
    Ground::git(path, {u"add"_s, u".gitmodules"_s});
    for (const char* at : {"named", "option", "link/other", "unnamed"}) {
        Ground::git(path, {u"update-index"_s, u"--add"_s, u"--cacheinfo"_s,
                           u"160000,%1,%2"_s.arg(commit, QString::fromLatin1(at))});
    }
    QVERIFY(QFile::link(m_ground->path(QString()), path + u"/link"_s));
    const auto all = finished(submodules(Ground::open(path)));
    VERIFY_OK(all);
    QCOMPARE(all->size(), 4);
    for (const Submodule& module : *all) {
        const bool refused = module.path != "unnamed";
        QVERIFY2((module.state == Submodule::State::Refused) == refused, module.path.constData());
        QCOMPARE(module.problem.isEmpty(), !refused);
        QCOMPARE(module.checkedOut, QString());
    }
    Ground::write(path + u"/.gitmodules"_s, "[include]\n\tpath = /etc/passwd\n");
    const auto included = finished(submodules(Ground::open(path)));
    VERIFY_OK(included);
    for (const Submodule& module : *included) {
        QVERIFY(module.state == Submodule::State::Refused);
    }
}

QTEST_GUILESS_MAIN(TestGitWorktrees)
#include "tst_git_worktrees.moc"
