#include "core/git/branches.h"

#include "tests/git/originalfixture.h"

#include <QJsonArray>

#include <random>

using namespace analemma::git;
using namespace gitfixture;

/// Branches, switching and resetting beside the git program's, on copies of the same repository.
class TestGitBranches : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void cleanupTestCase();
    void createsAsGitDoes();
    void renamesAsGitDoes();
    void follows();
    void bringsBackBranches();
    void bringsBackTags();
    void trustsNoRecord();
    void switchesAsGitDoes_data();
    void switchesAsGitDoes();
    void switchesFromRandomStates();
    void resetsAsGitDoes_data();
    void resetsAsGitDoes();
    void undoesWhatItThrewAway();
    void refusesWhenTheWorldMoved();

private:
    QString made(const QString& name) { return copyOfOriginal(*m_ground, name); }

    std::unique_ptr<Ground> m_ground;
    std::unique_ptr<Library> m_library;
};

void TestGitBranches::initTestCase()
{
    m_ground = std::make_unique<Ground>();
    m_library = std::make_unique<Library>();
    makeOriginal(*m_ground);
}

void TestGitBranches::cleanupTestCase()
{
    m_library.reset();
    m_ground.reset();
}

void TestGitBranches::createsAsGitDoes()
{
    const QString path = made(u"create"_s);
    const QString peer = twinOf(path);
    const auto repository = Ground::open(path);
    for (const auto& [name, start] : {std::pair{u"fix/login"_s, u"main"_s},
                                      {u"far"_s, u"origin/far"_s},
                                      {u"old"_s, u"v1"_s},
                                      {u"here"_s, u"HEAD"_s}}) {
        Ground::git(peer, {u"branch"_s, name, start});
        const auto created = finished(createBranch(repository, name, start));
        VERIFY_OK(created);
        QCOMPARE(*created, Ground::git(path, {u"rev-parse"_s, name}));
        QCOMPARE(logOf(path, name), logOf(peer, name));
    }
    for (const QStringList& question :
         {QStringList{u"for-each-ref"_s}, QStringList{u"config"_s, u"--local"_s, u"--list"_s}}) {
        QCOMPARE(Ground::git(path, question), Ground::git(peer, question));
    }
    for (const QString& bad :
         {u"-x"_s, u"a..b"_s, u"HEAD"_s, u"a b"_s, u""_s, u"x.lock"_s, u"a:b"_s}) {
        QCOMPARE(kindOf(finished(createBranch(repository, bad, u"main"_s))),
                 toString(ErrorKind::Invalid));
    }
    QCOMPARE(kindOf(finished(createBranch(repository, u"topic"_s, u"main"_s))),
             toString(ErrorKind::Conflict));
    QCOMPARE(kindOf(finished(createBranch(repository, u"x"_s, u"nowhere"_s))),
             toString(ErrorKind::NotFound));
    QCOMPARE(Ground::git(path, {u"for-each-ref"_s}), Ground::git(peer, {u"for-each-ref"_s}));
}

void TestGitBranches::renamesAsGitDoes()
{
    const QString path = made(u"rename"_s);
    const QString linked = m_ground->path(u"rename-linked"_s);
    Ground::git(path, {u"config"_s, u"branch.main.description"_s, u"the one"_s});
    const QString peer = twinOf(path);
    Ground::git(path, {u"worktree"_s, u"add"_s, u"-q"_s, linked, u"topic"_s});
    const auto repository = Ground::open(path);
    const QString main = Ground::git(path, {u"rev-parse"_s, u"main"_s});
    for (const auto& [name, newName] :
         {std::pair{u"topic"_s, u"work/topic"_s}, {u"main"_s, u"trunk"_s}}) {
        Ground::git(peer, {u"branch"_s, u"-m"_s, name, newName});
        const QString tip = Ground::git(path, {u"rev-parse"_s, name});
        VERIFY_OK(finished(renameBranch(repository, name, newName, tip)));
        QCOMPARE(logOf(path, newName), logOf(peer, newName));
    }
    QCOMPARE(Ground::git(linked, {u"symbolic-ref"_s, u"HEAD"_s}), u"refs/heads/work/topic"_s);
    for (const QStringList& question :
         {QStringList{u"for-each-ref"_s}, QStringList{u"symbolic-ref"_s, u"HEAD"_s},
          QStringList{u"config"_s, u"--get-regexp"_s, u"branch"_s}}) {
        QCOMPARE(Ground::git(path, question), Ground::git(peer, question));
    }
    const QString refs = Ground::git(path, {u"for-each-ref"_s});
    QCOMPARE(kindOf(finished(renameBranch(repository, u"trunk"_s, u"work/topic"_s, main))),
             toString(ErrorKind::Conflict));
    QCOMPARE(kindOf(finished(renameBranch(repository, u"trunk"_s, u"x"_s, QString(40, u'a')))),
             toString(ErrorKind::Conflict));
    QCOMPARE(kindOf(finished(renameBranch(repository, u"trunk"_s, u"a..b"_s, main))),
             toString(ErrorKind::Invalid));
    QCOMPARE(kindOf(finished(renameBranch(repository, u"none"_s, u"x"_s, main))),
             toString(ErrorKind::NotFound));
    QCOMPARE(Ground::git(path, {u"for-each-ref"_s}), refs);
}

void TestGitBranches::follows()
{
    const QString path = made(u"follows"_s);
    const auto repository = Ground::open(path);
    const QStringList question{u"rev-parse"_s, u"--abbrev-ref"_s, u"topic@{upstream}"_s};
    VERIFY_OK(finished(setUpstream(repository, u"topic"_s, u"origin/far"_s)));
    QCOMPARE(Ground::git(path, question), u"origin/far"_s);
    VERIFY_OK(finished(setUpstream(repository, u"topic"_s, u"main"_s)));
    QCOMPARE(Ground::git(path, question), u"main"_s);
    VERIFY_OK(finished(setUpstream(repository, u"topic"_s, {})));
    VERIFY_OK(finished(setUpstream(repository, u"topic"_s, {})));
    QVERIFY(!tryGit(path, question));
    QCOMPARE(kindOf(finished(setUpstream(repository, u"topic"_s, u"nowhere"_s))),
             toString(ErrorKind::NotFound));
    QCOMPARE(kindOf(finished(setUpstream(repository, u"none"_s, u"main"_s))),
             toString(ErrorKind::NotFound));
}

/// Log, settings and old commits are there again, even after git has tidied up.
void TestGitBranches::bringsBackBranches()
{
    const QString path = made(u"back"_s);
    Ground::git(path, {u"config"_s, u"branch.topic.remote"_s, u"origin"_s});
    Ground::git(path, {u"config"_s, u"branch.topic.merge"_s, u"refs/heads/far"_s});
    const auto repository = Ground::open(path);
    const QString tip = Ground::git(path, {u"rev-parse"_s, u"topic"_s});
    const QByteArray log = Ground::read(path + u"/.git/logs/refs/heads/topic"_s);
    const QString settings = Ground::git(path, {u"config"_s, u"--get-regexp"_s, u"branch.topic"_s});
    QCOMPARE(kindOf(finished(deleteBranch(repository, u"topic"_s, QString(40, u'a')))),
             toString(ErrorKind::Conflict));
    QCOMPARE(kindOf(finished(deleteBranch(repository, u"none"_s, tip))),
             toString(ErrorKind::NotFound));
    QCOMPARE(kindOf(finished(deleteBranch(repository, u"main"_s, {}))),
             toString(ErrorKind::Conflict));
    const auto deleted = finished(deleteBranch(repository, u"topic"_s, tip));
    VERIFY_OK(deleted);
    QCOMPARE(deleted->name, u"topic"_s);
    QCOMPARE(deleted->commit, tip);
    QVERIFY(!tryGit(path, {u"rev-parse"_s, u"--verify"_s, u"refs/heads/topic"_s}));
    QVERIFY(!QFileInfo::exists(path + u"/.git/logs/refs/heads/topic"_s));
    QVERIFY(!tryGit(path, {u"config"_s, u"--get-regexp"_s, u"branch.topic"_s}));
    // Old objects that nothing else leads to, and a cleaning.
    Ground::git(path, {u"reflog"_s, u"expire"_s, u"--expire=now"_s, u"--all"_s});
    Ground::run(path, u"find"_s,
                {u".git/objects"_s, u"-type"_s, u"f"_s, u"-name"_s, tip.mid(2), u"-exec"_s,
                 u"touch"_s, u"-d"_s, u"60 days ago"_s, u"{}"_s, u";"_s});
    Ground::git(path, {u"gc"_s, u"-q"_s});
    const auto back = finished(bringBack(repository, deleted->record));
    VERIFY_OK(back);
    QCOMPARE(back->name, u"topic"_s);
    QCOMPARE(Ground::git(path, {u"rev-parse"_s, u"refs/heads/topic"_s}), tip);
    QVERIFY(Ground::read(path + u"/.git/logs/refs/heads/topic"_s).startsWith(log));
    QCOMPARE(Ground::git(path, {u"config"_s, u"--get-regexp"_s, u"branch.topic"_s}), settings);
    Ground::git(path, {u"fsck"_s});
    QCOMPARE(kindOf(finished(bringBack(repository, deleted->record))),
             toString(ErrorKind::Conflict));
}

void TestGitBranches::bringsBackTags()
{
    const QString path = made(u"tags"_s);
    Ground::git(path, {u"tag"_s, u"-a"_s, u"-m"_s, u"of a tag"_s, u"outer"_s, u"v1"_s});
    const auto repository = Ground::open(path);
    for (const QString& name : {u"outer"_s, u"v1"_s, u"light"_s}) {
        const QString object = Ground::git(path, {u"rev-parse"_s, name});
        const QString commit = Ground::git(path, {u"rev-parse"_s, name + u"^{commit}"_s});
        const auto deleted = finished(deleteTag(repository, name, commit));
        VERIFY_OK(deleted);
        QVERIFY(deleted->kind == Ref::Kind::Tag);
        Ground::git(path, {u"prune"_s, u"--expire=1.second.ago"_s, u"--"_s, deleted->record});
        VERIFY_OK(finished(bringBack(repository, deleted->record)));
        QCOMPARE(Ground::git(path, {u"rev-parse"_s, name}), object);
    }
    Ground::git(path, {u"fsck"_s, u"--strict"_s});
}

void TestGitBranches::trustsNoRecord()
{
    const QString path = made(u"record"_s);
    const auto repository = Ground::open(path);
    const QString notFound = toString(ErrorKind::NotFound);
    for (const QString& none : {u""_s, u"main"_s, QString(40, u'a'), u"../x"_s,
                                Ground::git(path, {u"rev-parse"_s, u"main"_s})}) {
        QCOMPARE(kindOf(finished(bringBack(repository, none))), notFound);
    }
    // Written by somebody else: names outside, settings that run something.
    const QString main = Ground::git(path, {u"rev-parse"_s, u"main"_s});
    const auto record = [&](const QByteArray& name) {
        const auto blob = [&](const QByteArray& bytes) {
            return Ground::git(path, {u"hash-object"_s, u"-w"_s, u"--stdin"_s}, bytes);
        };
        QByteArray settings("remote|ext::sh -c x|merge|refs/heads/main|vcs|x|");
        settings.replace('|', '\0');
        return commitOfTree(path, entry("100644", "log", blob("x\n")) +
                                      entry("100644", "name", blob(name)) +
                                      entry("100644", "settings", blob(settings)) +
                                      entry("100644", "target", blob(main.toLatin1())));
    };
    for (const char* name : {"refs/heads/../../config", "HEAD", "refs/notes/x", "refs/heads/a b"}) {
        QCOMPARE(kindOf(finished(bringBack(repository, record(name)))), notFound);
    }
    VERIFY_OK(finished(bringBack(repository, record("refs/heads/made"))));
    QCOMPARE(Ground::git(path, {u"config"_s, u"--get-regexp"_s, u"branch.made"_s}),
             u"branch.made.merge refs/heads/main"_s);
}

// ---- switching ----------------------------------------------------------------------------------

void TestGitBranches::switchesAsGitDoes_data()
{
    QTest::addColumn<QStringList>("prepare");  // words of git, or FILE=TEXT
    QTest::addColumn<QString>("blocked");      // the path that is named; empty: it goes
    QTest::newRow("clean") << QStringList() << QString();
    QTest::newRow("changed, same in both") << QStringList{u"same=mine"_s} << QString();
    QTest::newRow("staged, same in both")
        << QStringList{u"same=mine"_s, u"add same"_s} << QString();
    QTest::newRow("staged new file") << QStringList{u"fresh=x"_s, u"add fresh"_s} << QString();
    QTest::newRow("untracked") << QStringList{u"fresh=x"_s} << QString();
    QTest::newRow("deleted, same in both") << QStringList{u"-same"_s} << QString();
    QTest::newRow("deleted, changed there") << QStringList{u"-differs"_s} << QString();
    QTest::newRow("staged as there")
        << QStringList{u"differs=topic"_s, u"add differs"_s} << QString();
    QTest::newRow("changed") << QStringList{u"differs=mine"_s} << u"differs"_s;
    QTest::newRow("staged") << QStringList{u"differs=mine"_s, u"add differs"_s} << u"differs"_s;
    QTest::newRow("staged and put back")
        << QStringList{u"differs=mine"_s, u"add differs"_s, u"differs=main"_s} << u"differs"_s;
    QTest::newRow("changed, gone there") << QStringList{u"gone=mine"_s} << u"gone"_s;
    QTest::newRow("untracked in the way") << QStringList{u"new/file=mine"_s} << u"new/file"_s;
    QTest::newRow("a file for a folder") << QStringList{u"new=mine"_s} << u"new"_s;
    QTest::newRow("untracked in a folder that goes") << QStringList{u"d/mine=x"_s} << u"d"_s;
}

void TestGitBranches::switchesAsGitDoes()
{
    QFETCH(const QStringList, prepare);
    QFETCH(const QString, blocked);
    const QString path = made(u"switch-"_s + QString::fromLatin1(QTest::currentDataTag()));
    for (const QString& step : prepare) {
        if (step.contains(u'=')) {
            Ground::write(path + u'/' + step.section(u'=', 0, 0),
                          step.section(u'=', 1).toUtf8() + '\n');
        } else if (step.startsWith(u'-')) {
            QVERIFY(QFile::remove(path + u'/' + step.sliced(1)));
        } else {
            Ground::git(path, step.split(u' '));
        }
    }
    const QStringList before = stateOf(path);
    const QString peer = twinOf(path);
    QCOMPARE(tryGit(peer, {u"switch"_s, u"-q"_s, u"topic"_s}).has_value(), blocked.isEmpty());
    const auto repository = Ground::open(path);
    const auto done = finished(switchTo(repository, headOf(*repository), u"topic"_s));
    if (!blocked.isEmpty()) {
        QCOMPARE(kindOf(done), toString(ErrorKind::Conflict));
        QVERIFY2(done.error().message.contains(blocked), qPrintable(done.error().message));
        QCOMPARE(done.error().details[u"paths"_s].toArray(), QJsonArray{blocked});
        QCOMPARE(apart(before, stateOf(path)), QString());
        return;
    }
    VERIFY_OK(done);
    COMPARE_TWINS(peer, path);
    QCOMPARE(logOf(path, u"HEAD"_s), logOf(peer, u"HEAD"_s));
    // Back, and to a commit.
    tryGit(peer, {u"switch"_s, u"-q"_s, u"--detach"_s, u"v1"_s});
    const auto back = finished(detachAt(repository, headOf(*repository), u"v1"_s));
    if (back) {
        COMPARE_TWINS(peer, path);
        QCOMPARE(logOf(path, u"HEAD"_s), logOf(peer, u"HEAD"_s));
    } else {
        QCOMPARE(kindOf(back), toString(ErrorKind::Conflict));
        QCOMPARE(logOf(path, u"HEAD"_s).size(), logOf(peer, u"HEAD"_s).size());
    }
}

/// What git would refuse is refused, what it would do is done the same; only ignored files are
/// held in higher regard, and a staged change in a folder that becomes a file, which git 2.39
/// loses.
void TestGitBranches::switchesFromRandomStates()
{
    const QString path = made(u"random"_s);
    const QString peer = path + u"-git"_s;
    std::mt19937 random(21);
    const auto below = [&random](int limit) { return int(random() % unsigned(limit)); };
    const QStringList names{u"same"_s,     u"differs"_s, u"gone"_s,
                            u"new/file"_s, u"d/e"_s,     u"out.log"_s};
    int went = 0;
    int refused = 0;
    for (int round = 0; round < 40; ++round) {
        for (int i = below(3); i > 0; --i) {
            const QString name = names[below(int(names.size()))];
            if (name == u"d/e" && !QFileInfo(path + u"/d"_s).isDir()) {
                continue;
            }
            const QByteArrayList texts{"main\n", "topic\n", "mine\n", "same\n", "new\n"};
            below(4) == 0 ? static_cast<void>(QFile::remove(path + u'/' + name))
                          : Ground::write(path + u'/' + name, texts[below(5)]);
            if (below(2) == 0) {
                tryGit(path, {u"add"_s, u"-A"_s, u"--"_s, name});
            }
        }
        Ground::run(m_ground->path(u""_s), u"rm"_s, {u"-rf"_s, peer});
        copyFolder(path, peer);
        const QStringList before = stateOf(path);
        const auto repository = Ground::open(path);
        const Head head = headOf(*repository);
        const QString to = head.branch == u"main" ? u"topic"_s : u"main"_s;
        const bool ignored = to == u"topic" && QFileInfo::exists(path + u"/out.log"_s);
        const bool gitDid = tryGit(peer, {u"switch"_s, u"-q"_s, to}).has_value();
        const auto done = finished(switchTo(repository, head, to));
        if (done) {
            if (gitDid) {
                COMPARE_TWINS(peer, path);
            } else {
                // git also refuses a change that made the file what it would become.
                QCOMPARE(Ground::read(path + u"/differs"_s), to.toUtf8() + '\n');
            }
            ++went;
        } else {
            const bool losesStaged = before.contains(u"status: M  d/e"_s) && to == u"topic";
            QVERIFY2(!gitDid || ignored || losesStaged,
                     qPrintable(wordsOf(done) + before.join(u'\n')));
            QCOMPARE(apart(before, stateOf(path)), QString());
            ++refused;
            Ground::git(path, {u"reset"_s, u"-q"_s, u"--hard"_s});
            Ground::git(path, {u"clean"_s, u"-qfdx"_s});
        }
    }
    QVERIFY2(went > 8 && refused > 8, qPrintable(u"%1 %2"_s.arg(went).arg(refused)));
}

// ---- resetting ----------------------------------------------------------------------------------

void TestGitBranches::resetsAsGitDoes_data()
{
    QTest::addColumn<ResetMode>("mode");
    QTest::addColumn<QString>("word");
    QTest::addColumn<QString>("to");
    for (const QString& to : {u"main~1"_s, u"topic"_s, u"HEAD"_s}) {
        QTest::newRow(qPrintable(u"soft "_s + to))
            << ResetMode::KeepEverything << u"--soft"_s << to;
        QTest::newRow(qPrintable(u"mixed "_s + to)) << ResetMode::KeepFiles << u"--mixed"_s << to;
        QTest::newRow(qPrintable(u"hard "_s + to))
            << ResetMode::ThrowChangesAway << u"--hard"_s << to;
    }
}

void TestGitBranches::resetsAsGitDoes()
{
    QFETCH(const ResetMode, mode);
    QFETCH(const QString, word);
    QFETCH(const QString, to);
    const QString path = made(u"reset-"_s + word + to);
    Ground::write(path + u"/same"_s, "mine\n");
    Ground::write(path + u"/differs"_s, "staged\n");
    Ground::write(path + u"/fresh"_s, "staged\n");
    Ground::git(path, {u"add"_s, u"differs"_s, u"fresh"_s});
    Ground::write(path + u"/differs"_s, "staged and more\n");
    Ground::write(path + u"/untracked"_s, "mine\n");
    QVERIFY(QFile::remove(path + u"/gone"_s));
    const QString peer = twinOf(path);
    Ground::git(peer, {u"reset"_s, u"-q"_s, word, to});
    const auto repository = Ground::open(path);
    const Head before = headOf(*repository);
    const auto done = finished(reset(repository, before, to, mode, ana()));
    VERIFY_OK(done);
    QCOMPARE(done->before, before.commit);
    QCOMPARE(done->after, headOf(*repository).commit);
    QCOMPARE(done->saved.isEmpty(), mode != ResetMode::ThrowChangesAway);
    COMPARE_TWINS(peer, path);
    QCOMPARE(logOf(path, u"HEAD"_s), logOf(peer, u"HEAD"_s));
    QCOMPARE(Ground::git(path, {u"rev-parse"_s, u"ORIG_HEAD"_s}), before.commit);
}

void TestGitBranches::undoesWhatItThrewAway()
{
    const QString path = made(u"undo"_s);
    Ground::write(path + u"/same"_s, "mine\n");
    Ground::write(path + u"/differs"_s, "staged\n");
    Ground::write(path + u"/fresh"_s, "staged\n");
    Ground::git(path, {u"add"_s, u"differs"_s, u"fresh"_s});
    Ground::write(path + u"/differs"_s, "staged and more\n");
    QVERIFY(QFile::remove(path + u"/gone"_s));
    Ground::run(path, u"chmod"_s, {u"+x"_s, u"d/e"_s});
    QVERIFY(QFile::remove(path + u"/a"_s) && QFile::link(u"same"_s, path + u"/a"_s));
    const QStringList before = stateOf(path);
    const auto repository = Ground::open(path);
    const auto done = finished(
        reset(repository, headOf(*repository), u"topic"_s, ResetMode::ThrowChangesAway, ana()));
    VERIFY_OK(done);
    QCOMPARE(Ground::git(path, {u"status"_s, u"--porcelain"_s}), QString());
    Ground::write(path + u"/differs"_s, "a new change\n");
    QCOMPARE(kindOf(finished(undoReset(repository, headOf(*repository), done->saved))),
             toString(ErrorKind::Conflict));
    Ground::git(path, {u"checkout"_s, u"-q"_s, u"."_s});
    const QString stash = path + u"-stash"_s;
    copyFolder(path, stash);
    VERIFY_OK(finished(undoReset(repository, headOf(*repository), done->saved)));
    QCOMPARE(apart(before, stateOf(path)), QString());
    // And it is a stash for git.
    Ground::git(stash, {u"reset"_s, u"-q"_s, u"--hard"_s, done->before});
    Ground::git(stash, {u"stash"_s, u"apply"_s, u"-q"_s, u"--index"_s, done->saved});
    QCOMPARE(apart(before, stateOf(stash)), QString());
    for (const QString& none : {u""_s, u"main"_s, done->before, QString(40, u'a')}) {
        QCOMPARE(kindOf(finished(undoReset(repository, headOf(*repository), none))),
                 toString(ErrorKind::NotFound));
    }
    const auto nothing = finished(reset(Ground::open(stash), headOf(*Ground::open(stash)),
                                        u"HEAD"_s, ResetMode::ThrowChangesAway, ana()));
    VERIFY_OK(nothing);
    const auto clean = finished(reset(Ground::open(stash), headOf(*Ground::open(stash)), u"HEAD"_s,
                                      ResetMode::ThrowChangesAway, ana()));
    VERIFY_OK(clean);
    QCOMPARE(clean->saved, QString());
}

// ---- refusing -----------------------------------------------------------------------------------

void TestGitBranches::refusesWhenTheWorldMoved()
{
    const QString path = made(u"moved"_s);
    const auto repository = Ground::open(path);
    const Head seen = headOf(*repository);
    Ground::git(path, {u"commit"_s, u"-q"_s, u"--allow-empty"_s, u"-m"_s, u"later"_s});
    const QStringList before = stateOf(path);
    const QString conflict = toString(ErrorKind::Conflict);
    QCOMPARE(kindOf(finished(switchTo(repository, seen, u"topic"_s))), conflict);
    QCOMPARE(kindOf(finished(detachAt(repository, seen, u"topic"_s))), conflict);
    for (const ResetMode mode :
         {ResetMode::KeepEverything, ResetMode::KeepFiles, ResetMode::ThrowChangesAway}) {
        QCOMPARE(kindOf(finished(reset(repository, seen, u"topic"_s, mode, ana()))), conflict);
    }
    QCOMPARE(kindOf(finished(undoReset(repository, seen, seen.commit))), conflict);
    const Head detached{{}, Ground::git(path, {u"rev-parse"_s, u"HEAD"_s})};
    QCOMPARE(kindOf(finished(switchTo(repository, detached, u"topic"_s))), conflict);
    const Head now = headOf(*repository);
    QVERIFY(!tryGit(path, {u"cherry-pick"_s, u"topic"_s, u"-m"_s, u"2"_s}));
    Ground::git(path, {u"update-ref"_s, u"CHERRY_PICK_HEAD"_s, u"topic"_s});
    QCOMPARE(kindOf(finished(switchTo(repository, now, u"topic"_s))), conflict);
    QCOMPARE(kindOf(finished(reset(repository, now, u"topic"_s, ResetMode::KeepFiles, ana()))),
             conflict);
    Ground::git(path, {u"update-ref"_s, u"-d"_s, u"CHERRY_PICK_HEAD"_s});
    QCOMPARE(kindOf(finished(switchTo(repository, now, u"none"_s))), toString(ErrorKind::NotFound));
    Ground::git(path,
                {u"worktree"_s, u"add"_s, u"-q"_s, m_ground->path(u"moved-linked"_s), u"topic"_s});
    QCOMPARE(kindOf(finished(switchTo(repository, now, u"topic"_s))), conflict);
    QCOMPARE(apart(before, stateOf(path)), QString());
}

QTEST_GUILESS_MAIN(TestGitBranches)
#include "tst_git_branches.moc"
