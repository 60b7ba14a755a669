#include "harness.h"
#include "tests/git/networkground.h"

#include <QJsonArray>

using namespace Qt::StringLiterals;
using namespace analemma;
using namespace analemma::test;
using gitfixture::Ground;

/// `repository clone|fetch|pull|push|remote`, at paths and in a workspace.
class TestCliRepositoryNetwork : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void cleanupTestCase();
    void clones();
    void clonesByName();
    void fetches();
    void pulls();
    void pushes();
    void forces();
    void changesRemotes();
    void doesNothingInADryRun();
    void refuses_data();
    void refuses();

private:
    [[nodiscard]] Ran cli(const QStringList& words, const QString& answer = {}) const
    {
        return run(QStringList{u"repository"_s} + words, m_place->work(), answer);
    }
    [[nodiscard]] QString tip(const QString& path, const QString& name = u"HEAD"_s) const
    {
        return Ground::git(path, {u"rev-parse"_s, name});
    }
    /// A bare repository, and a clone of it by the command.
    QString clonedFrom(const QString& bare, const QString& name);
    QString bareOf(const QString& name)
    {
        const QString rich = gitfixture::makeRich(*m_ground, name);
        return gitfixture::cloneByGit(*m_ground, rich, name + u".git"_s, {u"--bare"_s});
    }

    std::unique_ptr<app::Libraries> m_libraries;
    std::unique_ptr<Place> m_place;
    std::unique_ptr<Ground> m_ground;
};

void TestCliRepositoryNetwork::initTestCase()
{
    m_libraries = std::make_unique<app::Libraries>();
    m_place = std::make_unique<Place>();
    m_ground = std::make_unique<Ground>();
}

void TestCliRepositoryNetwork::cleanupTestCase()
{
    drain();
    m_ground.reset();
    m_place.reset();
    m_libraries.reset();
}

QString TestCliRepositoryNetwork::clonedFrom(const QString& bare, const QString& name)
{
    const QString path = m_place->work() + u'/' + name;
    const Ran ran = cli({u"clone"_s, bare, path, u"--json"_s});
    if (ran.code != 0) {
        QTest::qFail(ran.err.constData(), __FILE__, __LINE__);
    }
    return path;
}

void TestCliRepositoryNetwork::clones()
{
    const QString bare = bareOf(u"clone"_s);
    const Ran ran = cli({u"clone"_s, bare, u"--json"_s, u"--branch"_s, u"side"_s});
    QVERIFY2(ran.code == 0, ran.err.constData());
    const QString path = m_place->work() + u"/clone"_s;  // named as the repository
    QCOMPARE(ran.json()[u"folder"_s].toString(), path);
    QCOMPARE(ran.json()[u"branch"_s].toString(), u"side"_s);
    QCOMPARE(ran.json()[u"commit"_s].toString(), tip(path));
    QCOMPARE(cli({u"clone"_s, bare}).code, 12);  // it is there
    const Ran shallow = cli({u"clone"_s, bare, u"shallow"_s, u"--depth"_s, u"1"_s});
    QVERIFY2(shallow.code == 0, shallow.err.constData());
    QVERIFY(shallow.out.startsWith("cloned into "));
    QCOMPARE(Ground::git(m_place->work() + u"/shallow"_s, {u"rev-list"_s, u"--count"_s, u"HEAD"_s}),
             u"1"_s);
    QCOMPARE(cli({u"clone"_s, m_place->work() + u"/nowhere"_s, u"x"_s}).code, 5);
    QVERIFY(!QFile::exists(m_place->work() + u"/x"_s));
}

void TestCliRepositoryNetwork::clonesByName()
{
    const QString bare = bareOf(u"named"_s);
    const QString folder = m_place->work() + u"/ws"_s;
    Ground::write(folder + u"/analemma.yaml"_s,
                  "workspace: ws\nrepositories:\n  shop: { path: ./code/shop, remote: \"file://" +
                      bare.toUtf8() + "\" }\n");
    const Ran ran = run({u"repository"_s, u"clone"_s, u"shop"_s, u"--json"_s}, folder);
    QVERIFY2(ran.code == 0, ran.err.constData());
    QCOMPARE(tip(folder + u"/code/shop"_s), tip(bare));
    Ground::git(bare, {u"branch"_s, u"later"_s});
    const Ran fetched =
        run({u"repository"_s, u"fetch"_s, u"shop"_s, u"--json"_s, u"--local-paths"_s}, folder);
    QVERIFY2(fetched.code == 0, fetched.err.constData());
    QCOMPARE(fetched.json()[u"moved"_s][0][u"name"_s].toString(), u"refs/remotes/origin/later"_s);
}

void TestCliRepositoryNetwork::fetches()
{
    const QString bare = bareOf(u"fetch"_s);
    const QString path = clonedFrom(bare, u"fetched"_s);
    Ground::git(bare, {u"branch"_s, u"-f"_s, u"side"_s, u"v1"_s});
    Ground::git(bare, {u"branch"_s, u"-D"_s, u"deep/er"_s});
    const Ran strict = cli({u"fetch"_s, path});
    QCOMPARE(strict.code, 12);  // a path of a configuration, and nobody named it
    const Ran ran = cli({u"fetch"_s, path, u"--local-paths"_s, u"--prune"_s, u"--json"_s});
    QVERIFY2(ran.code == 0, ran.err.constData());
    const Json json = ran.json();
    QCOMPARE(json[u"schema"_s].toString(), u"analemma.fetch.1"_s);
    QCOMPARE(json[u"moved_count"_s].toInt(), 2);
    QCOMPARE(json[u"moved"_s][0][u"after"_s].toString(), QString());
    QCOMPARE(json[u"moved"_s][1][u"forced"_s].toBool(), true);
    const Ran again = cli({u"fetch"_s, path, u"--local-paths"_s});
    QCOMPARE(again.out, "nothing new at origin\n");
    QCOMPARE(cli({u"fetch"_s, path, u"--local-paths"_s, u"--tags"_s, u"--no-tags"_s}).code, 2);
    QCOMPARE(cli({u"fetch"_s, path, u"--local-paths"_s, u"--stall"_s, u"soon"_s}).code, 2);
    QCOMPARE(cli({u"fetch"_s, path, u"--remote"_s, u"none"_s}).code, 5);
}

void TestCliRepositoryNetwork::pulls()
{
    const QString bare = bareOf(u"pull"_s);
    const QString path = clonedFrom(bare, u"pulled"_s);
    const QString other = clonedFrom(bare, u"puller"_s);
    const QString theirs = Ground::commit(other, u"theirs"_s, {{u"n"_s, "n"}});
    QCOMPARE(cli({u"push"_s, other, u"--local-paths"_s}).code, 0);
    const Ran ran = cli({u"pull"_s, path, u"--local-paths"_s, u"--json"_s});
    QVERIFY2(ran.code == 0, ran.err.constData());
    QCOMPARE(ran.json()[u"after"_s].toString(), theirs);
    QCOMPARE(tip(path), theirs);
    Ground::commit(path, u"own"_s);
    Ground::commit(other, u"more"_s);
    QCOMPARE(cli({u"push"_s, other, u"--local-paths"_s}).code, 0);
    const Ran apart = cli({u"pull"_s, path, u"--local-paths"_s});
    QCOMPARE(apart.code, 12);
    QVERIFY2(apart.out.contains("merge or rebase"), apart.out.constData());
}

void TestCliRepositoryNetwork::pushes()
{
    const QString bare = bareOf(u"push"_s);
    const QString path = clonedFrom(bare, u"pushed"_s);
    Ground::git(path, {u"checkout"_s, u"-q"_s, u"-b"_s, u"topic"_s});
    const QString commit = Ground::commit(path, u"topic"_s);
    Ground::git(path, {u"tag"_s, u"v7"_s});
    const Ran ran = cli({u"push"_s, path, u"topic"_s, u"v7"_s, u"--local-paths"_s,
                         u"--set-upstream"_s, u"--json"_s});
    QVERIFY2(ran.code == 0, ran.err.constData());
    QCOMPARE(ran.json()[u"refs"_s].toArray().size(), 2);
    QCOMPARE(ran.json()[u"refs"_s][0][u"state"_s].toString(), u"new"_s);
    QCOMPARE(tip(bare, u"topic"_s), commit);
    QCOMPARE(tip(bare, u"v7"_s), commit);
    QCOMPARE(tip(path, u"topic@{upstream}"_s), commit);
    QCOMPARE(cli({u"push"_s, path, u"none"_s, u"--local-paths"_s}).code, 5);
    // Removing there is asked for.
    const QStringList removing{u"push"_s, path, u"--delete"_s, u"topic"_s, u"--local-paths"_s};
    QCOMPARE(cli(removing).code, 12);
    QCOMPARE(tip(bare, u"topic"_s), commit);
    QCOMPARE(cli(removing, u"yes"_s).code, 0);
    QVERIFY(!gitfixture::refsOf(bare).contains(u"topic"_s));
}

void TestCliRepositoryNetwork::forces()
{
    const QString bare = bareOf(u"force"_s);
    const QString path = clonedFrom(bare, u"forced"_s);
    const QString before = tip(bare);
    Ground::git(path, {u"reset"_s, u"-q"_s, u"--hard"_s, u"v1"_s});
    const QString own = Ground::commit(path, u"rewritten"_s);
    const Ran plain = cli({u"push"_s, path, u"--local-paths"_s, u"--json"_s});
    QCOMPARE(plain.code, 12);
    QVERIFY2(plain.err.contains("non-fast-forward"), plain.err.constData());
    QCOMPARE(tip(bare), before);
    const Ran stale =
        cli({u"push"_s, path, u"--local-paths"_s, u"--force"_s, u"--yes"_s, u"--expect"_s, own});
    QCOMPARE(stale.code, 12);
    QVERIFY2(stale.err.contains("somebody pushed meanwhile"), stale.err.constData());
    QCOMPARE(tip(bare), before);
    const Ran forced = cli({u"push"_s, path, u"--local-paths"_s, u"--force"_s, u"--yes"_s});
    QVERIFY2(forced.code == 0, forced.err.constData());
    QVERIFY(forced.out.startsWith("overwritten"));
    QCOMPARE(tip(bare), own);
}

void TestCliRepositoryNetwork::changesRemotes()
{
    const QString path = clonedFrom(bareOf(u"remote"_s), u"remoted"_s);
    QCOMPARE(cli({u"remote"_s, path, u"add"_s, u"up"_s, u"git@example.org:a.git"_s}).code, 0);
    const Ran listed = cli({u"remote"_s, path, u"--json"_s});
    QVERIFY2(listed.code == 0, listed.err.constData());
    QCOMPARE(listed.json()[u"remotes"_s].toArray().size(), 2);
    QCOMPARE(listed.json()[u"remotes"_s][1][u"url"_s].toString(), u"git@example.org:a.git"_s);
    QCOMPARE(cli({u"remote"_s, path, u"set-url"_s, u"up"_s, u"https://example.org/a"_s}).code, 0);
    QCOMPARE(cli({u"remote"_s, path, u"rename"_s, u"up"_s, u"down"_s}).code, 0);
    QVERIFY(cli({u"remote"_s, path}).out.contains("https://example.org/a"));
    QCOMPARE(cli({u"remote"_s, path, u"remove"_s, u"down"_s}).code, 0);
    QVERIFY(!cli({u"remote"_s, path}).out.contains("example.org"));
    QCOMPARE(cli({u"remote"_s, path, u"remove"_s, u"down"_s}).code, 5);
    QCOMPARE(cli({u"remote"_s, path, u"add"_s, u"up"_s}).code, 2);
    QCOMPARE(cli({u"remote"_s, path, u"burn"_s, u"up"_s, u"x"_s}).code, 2);
    QCOMPARE(cli({u"remote"_s, path, u"add"_s, u"evil"_s, u"ext::sh -c x"_s}).code, 12);
}

void TestCliRepositoryNetwork::doesNothingInADryRun()
{
    const QString bare = bareOf(u"dry"_s);
    const QString path = clonedFrom(bare, u"dried"_s);
    Ground::git(bare, {u"branch"_s, u"later"_s});
    Ground::commit(path, u"own"_s);
    const QString before = gitfixture::refsOf(path) + gitfixture::refsOf(bare);
    for (const QStringList& words :
         {QStringList{u"fetch"_s, path}, QStringList{u"pull"_s, path}, QStringList{u"push"_s, path},
          QStringList{u"remote"_s, path, u"remove"_s, u"origin"_s},
          QStringList{u"clone"_s, bare, u"dry-clone"_s}}) {
        const Ran ran = cli(words + QStringList{u"--dry-run"_s});
        QVERIFY2(ran.code == 0, ran.err.constData());
        QVERIFY((ran.out + ran.err).contains("would "));
    }
    QCOMPARE(gitfixture::refsOf(path) + gitfixture::refsOf(bare), before);
    QVERIFY(!QFile::exists(m_place->work() + u"/dry-clone"_s));
}

void TestCliRepositoryNetwork::refuses_data()
{
    QTest::addColumn<QString>("url");
    QTest::addColumn<int>("code");
    QTest::newRow("a program") << u"ext::sh -c touch% x"_s << 12;
    QTest::newRow("an option in place of a host") << u"ssh://-oProxyCommand=touch/x"_s << 12;
    QTest::newRow("a password") << u"https://ana:geheim@example.org/x"_s << 12;
    QTest::newRow("in the clear") << u"git://127.0.0.1/x"_s << 12;
    QTest::newRow("nobody there") << u"https://127.0.0.1:1/x"_s << 11;
    QTest::newRow("nobody there by ssh") << u"ssh://ana@127.0.0.1:1/x"_s << 11;
}

void TestCliRepositoryNetwork::refuses()
{
    QFETCH(const QString, url);
    const Ran ran = cli({u"clone"_s, url, u"refused"_s, u"--json"_s});
    QTEST(ran.code, "code");
    QVERIFY(!ran.err.contains("geheim"));
    QVERIFY(!QFile::exists(m_place->work() + u"/refused"_s));
}

QTEST_GUILESS_MAIN(TestCliRepositoryNetwork)
#include "tst_cli_repository_network.moc"
