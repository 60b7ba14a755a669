#include "core/git/commitindex.h"
#include "core/git/stash.h"
#include "tests/git/statuslines.h"

using namespace analemma::git;
using namespace gitfixture;

/// Commits of the index and stashes, against those that the git program makes.
class TestGitCommit : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void cleanupTestCase();
    void checksMessages_data();
    void checksMessages();
    void commitsAsGitDoes_data();
    void commitsAsGitDoes();
    void refusesToCommit_data();
    void refusesToCommit();
    void yieldsToOthers();
    void runsNothing();
    void beginsWithAMessage();
    void gitReadsOurStashes_data();
    void gitReadsOurStashes();
    void stashesChosenFiles_data();
    void stashesChosenFiles();
    void readsStashesOfGit();
    void dropsAndRestores();
    void keepsStashesThatDoNotFit();
    void refusesToStash();

private:
    QString copyOfTemplate(const QString& name = u"copy"_s);
    static CommitRequest request(const QString& message)
    {
        CommitRequest request;
        request.message = message;
        request.time = QDateTime(QDate(2024, 5, 6), QTime(7, 8, 9), Qt::OffsetFromUTC, 7200);
        return request;
    }
    static QByteArray filesOf(const QString& path)
    {
        return gitBytes(
            path,
            u"--no-optional-locks status --porcelain=v2 -z --untracked-files=all; git diff HEAD"_s);
    }

    std::unique_ptr<Ground> m_ground;
    std::unique_ptr<Library> m_library;
};

void TestGitCommit::initTestCase()
{
    m_ground = std::make_unique<Ground>();
    m_library = std::make_unique<Library>();
    const QString path = m_ground->init(u"template"_s);
    Ground::commit(path, u"feat: first"_s,
                   {{u"a.txt"_s, "a\n"}, {u"b.txt"_s, "b\n"}, {u".gitignore"_s, "*.o\n"}});
    Ground::git(path, {u"config"_s, u"user.name"_s, u"Bj\u00f6rn"_s});
    Ground::git(path, {u"config"_s, u"user.email"_s, u"bjorn@example.org"_s});
    Ground::run(path, u"sh"_s,
                {u"-c"_s,
                 u"git checkout -q -b side; echo side > a.txt; git commit -qam 'fix: side'; "
                 "echo s > s.txt; git add .; git commit -qm 'feat: s'; git checkout -q main; "
                 "echo main > a.txt; git commit -qam 'fix: main'"_s});
}

void TestGitCommit::cleanupTestCase()
{
    m_library.reset();
    m_ground.reset();
}

QString TestGitCommit::copyOfTemplate(const QString& name)
{
    Ground::run(m_ground->path(u"."_s), u"sh"_s,
                {u"-c"_s, u"rm -rf %1 && cp -a template %1"_s.arg(name)});
    return m_ground->path(name);
}

// ---- messages -----------------------------------------------------------------------------------

void TestGitCommit::checksMessages_data()
{
    using K = MessageRemark::Kind;
    QTest::addColumn<QString>("message");
    QTest::addColumn<QList<int>>("kinds");
    const auto row = [](const QString& message, const QList<K>& kinds) {
        QList<int> numbers;
        for (const K kind : kinds) {
            numbers.append(int(kind));
        }
        QTest::newRow(qPrintable(message.left(40).simplified())) << message << numbers;
    };
    row(u""_s, {K::Empty});
    row(u" \n\n"_s, {K::Empty});
    row(u"\nfix: x"_s, {K::Empty});
    row(u"fix: x"_s, {});
    row(u"Make it work"_s, {});
    row(u"git: follow renames"_s, {K::UnknownType});
    row(u"feat(parser)!: read more\n\nBREAKING CHANGE: all of it"_s, {});
    row(u"Feat: x"_s, {K::NotConventional});
    row(u"fix:x"_s, {K::NotConventional});
    row(u"fix : x"_s, {K::NotConventional});
    row(u"fix (scope): x"_s, {K::NotConventional});
    row(u"fix(): x"_s, {K::NotConventional});
    row(u"fix:"_s, {K::NotConventional});
    row(u"feature: x"_s, {K::UnknownType});
    row(u"Merge branch 'x': it is time"_s, {});
    row(u"See http://example.org"_s, {});
    row(QString(50, u'x'), {});
    row(QString(51, u'x'), {K::RatherLong});
    row(QString(72, u'\u00e4'), {K::RatherLong});
    row(QString(73, u'x'), {K::LongSubject});
    row(u"fix: x.\nmore"_s, {K::LastDot, K::SecondLine});
    row(u"Wait ..."_s, {});
}

void TestGitCommit::checksMessages()
{
    QFETCH(QString, message);
    QFETCH(QList<int>, kinds);
    QList<int> found;
    for (const MessageRemark& remark : checkMessage(message)) {
        found.append(int(remark.kind));
        QVERIFY(!remark.text.isEmpty() && remark.text.endsWith(u'.'));
        QCOMPARE(remark.line, remark.kind == MessageRemark::Kind::SecondLine ? 2 : 1);
    }
    QCOMPARE(found, kinds);
}

// ---- commits ------------------------------------------------------------------------------------

void TestGitCommit::commitsAsGitDoes_data()
{
    QTest::addColumn<QString>("script");
    QTest::addColumn<QString>("message");
    QTest::addColumn<bool>("amend");
    const auto row = [](const char* name, const char* script, const QString& message,
                        bool amend = false) {
        QTest::newRow(name) << QString::fromLatin1(script) << message << amend;
    };
    row("one file", "echo n > n; echo o >> a.txt; git add n", u"feat: n"_s);
    row("message is tidied", "echo n > n; git add n",
        u"\n\n  feat: n  \n\n\n\nbody \n# kept\n\n\n"_s);
    row("unicode", "echo n > n; git add n", u"fix: gr\u00fc\u00dfe \U0001F600"_s);
    row("deleted", "git rm -q a.txt b.txt", u"fix: less"_s);
    row("unborn", "git checkout -q --orphan new", u"feat: anew"_s);
    row("unborn, nothing else",
        "git checkout -q --orphan new; git rm -rfq .; echo x > x; git add x", u"feat: anew"_s);
    row("detached", "git checkout -q --detach; echo n > n; git add n", u"feat: n"_s);
    row("amend", "echo n > n; git add n", u"fix: better"_s, true);
    row("amend the message only", "true", u"fix: better said"_s, true);
    row("amend the first", "git checkout -q --detach main~1; echo n > n; git add n",
        u"feat: begin"_s, true);
    row("amend a merge", "git merge -q -s ours --no-edit side", u"Merge it"_s, true);
    row("merge", "git merge side >/dev/null; echo both > a.txt; git add a.txt",
        u"Merge branch 'side'"_s);
    row("merge with nothing new", "git merge -q -s ours --no-commit side",
        u"Merge branch 'side'"_s);
    row("cherry-pick", "git cherry-pick side~1 >/dev/null 2>&1; echo both > a.txt; git add a.txt",
        u"fix: side"_s);
    row("revert", "git revert --no-commit HEAD", u"Revert \"fix: main\""_s);
}

/// The very same commit, ref log and state as those of git.
void TestGitCommit::commitsAsGitDoes()
{
    QFETCH(QString, script);
    QFETCH(QString, message);
    QFETCH(bool, amend);
    const QString path = copyOfTemplate();
    Ground::run(path, u"sh"_s, {u"-c"_s, script});
    Ground::run(m_ground->path(u"."_s), u"sh"_s, {u"-c"_s, u"rm -rf peer && cp -a copy peer"_s});
    const QString peer = m_ground->path(u"peer"_s);
    const auto repository = Ground::open(path);
    CommitRequest asked = request(message);
    asked.amend = amend;
    const Head head = *finished(repository->head());
    asked.expected = head.commit;
    const Result<Committed> made = finished(git::commitIndex(repository, asked));
    QVERIFY2(made, made ? "" : qPrintable(made.error().message));
    Ground::write(peer + u"/.git/said"_s, message.toUtf8());
    Ground::run(peer, u"sh"_s,
                {u"-c"_s,
                 u"unset GIT_AUTHOR_NAME GIT_AUTHOR_EMAIL GIT_COMMITTER_NAME GIT_COMMITTER_EMAIL; "
                 "export GIT_COMMITTER_DATE='2024-05-06T07:08:09+0200'; "
                 "test -f .git/CHERRY_PICK_HEAD || test -n '%1' || export "
                 "GIT_AUTHOR_DATE=\"$GIT_COMMITTER_DATE\"; "
                 "git commit -q --cleanup=whitespace -F .git/said %1"_s.arg(amend ? u"--amend"_s
                                                                                  : QString())});
    QCOMPARE(gitBytes(path, u"cat-file -p HEAD"_s), gitBytes(peer, u"cat-file -p HEAD"_s));
    QCOMPARE(made->id, Ground::git(peer, {u"rev-parse"_s, u"HEAD"_s}));
    for (const QString& log : {u"HEAD"_s, head.branch}) {
        if (!log.isEmpty()) {
            QCOMPARE(Ground::git(path, {u"reflog"_s, u"-1"_s, u"--format=%H %gs"_s, log}),
                     Ground::git(peer, {u"reflog"_s, u"-1"_s, u"--format=%H %gs"_s, log}));
        }
    }
    QCOMPARE(filesOf(path), filesOf(peer));
    for (const QString& name : {u"MERGE_HEAD"_s, u"MERGE_MSG"_s, u"CHERRY_PICK_HEAD"_s,
                                u"REVERT_HEAD"_s, u"index.lock"_s}) {
        QCOMPARE(QFile::exists(path + u"/.git/"_s + name),
                 QFile::exists(peer + u"/.git/"_s + name));
    }
    QVERIFY(made->hooksNotRun.isEmpty() && !made->signatureWanted);
    QCOMPARE(Ground::git(path, {u"fsck"_s, u"--strict"_s, u"--no-dangling"_s}), QString());
}

void TestGitCommit::refusesToCommit_data()
{
    QTest::addColumn<QString>("script");
    QTest::addColumn<QString>("message");
    QTest::addColumn<bool>("amend");
    QTest::addColumn<QString>("kind");
    const auto row = [](const char* name, const char* script, const QString& message, bool amend,
                        const char* kind) {
        QTest::newRow(name) << QString::fromLatin1(script) << message << amend
                            << QString::fromLatin1(kind);
    };
    row("nothing staged", "echo o >> a.txt", u"fix: x"_s, false, "invalid");
    row("nothing staged, unborn", "git checkout -q --orphan new; git rm -rfq .", u"fix: x"_s, false,
        "invalid");
    row("no message", "echo n > n; git add n", u" \n \n"_s, false, "invalid");
    row("conflict", "git merge side >/dev/null; true", u"fix: x"_s, false, "conflict");
    row("amend during a merge", "git merge -q -s ours --no-commit side", u"fix: x"_s, true,
        "invalid");
    row("amend nothing", "git checkout -q --orphan new", u"fix: x"_s, true, "invalid");
    row("nobody", "echo n > n; git add n; git config --unset user.name", u"fix: x"_s, false,
        "invalid");
    row("damaged name", "echo n > n; git add n; git config user.name 'a <b>'", u"fix: x"_s, false,
        "invalid");
}

void TestGitCommit::refusesToCommit()
{
    QFETCH(QString, script);
    QFETCH(QString, message);
    QFETCH(bool, amend);
    QFETCH(QString, kind);
    const QString path = copyOfTemplate();
    Ground::run(path, u"sh"_s, {u"-c"_s, script});
    const auto repository = Ground::open(path);
    const QString refs = Ground::run(
        path, u"sh"_s, {u"-c"_s, u"git for-each-ref; git ls-files -s; ls .git; cat .git/HEAD"_s});
    CommitRequest asked = request(message);
    asked.amend = amend;
    const Result<Committed> made = finished(git::commitIndex(repository, asked));
    QCOMPARE(kindOf(made), kind);
    QCOMPARE(Ground::run(path, u"sh"_s,
                         {u"-c"_s, u"git for-each-ref; git ls-files -s; ls .git; cat .git/HEAD"_s}),
             refs);
    if (script.contains(u"unset")) {  // named for this commit, it can be made
        asked.authorName = u"Eva"_s;
        asked.authorEmail = u"eva@example.org"_s;
        QVERIFY(finished(git::commitIndex(repository, asked)));
        QCOMPARE(Ground::git(path, {u"log"_s, u"-1"_s, u"--format=%an %ae %cn"_s}),
                 u"Eva eva@example.org Eva"_s);
    }
}

void TestGitCommit::yieldsToOthers()
{
    const QString path = copyOfTemplate();
    const auto repository = Ground::open(path);
    Ground::write(path + u"/n"_s, "n\n");
    Ground::git(path, {u"add"_s, u"n"_s});
    const QString head = Ground::git(path, {u"rev-parse"_s, u"HEAD"_s});
    Ground::write(path + u"/.git/index.lock"_s, "");
    const Result<Committed> locked = finished(git::commitIndex(repository, request(u"fix: n"_s)));
    QCOMPARE(kindOf(locked), u"locked"_s);
    QVERIFY(locked.error().message.contains(u"index.lock"));
    QVERIFY(QFile::exists(path + u"/.git/index.lock"_s));
    QVERIFY(QFile::remove(path + u"/.git/index.lock"_s));
    CommitRequest asked = request(u"fix: n"_s);
    asked.expected = Ground::git(path, {u"rev-parse"_s, u"HEAD~1"_s});
    const Result<Committed> moved = finished(git::commitIndex(repository, asked));
    QCOMPARE(kindOf(moved), u"conflict"_s);
    QVERIFY(moved.error().message.contains(head.left(10)));
    QCOMPARE(Ground::git(path, {u"rev-parse"_s, u"HEAD"_s}), head);
    Ground::write(path + u"/.git/refs/heads/main.lock"_s, "");
    QCOMPARE(kindOf(finished(git::commitIndex(repository, request(u"fix: n"_s)))), u"locked"_s);
    QVERIFY(QFile::remove(path + u"/.git/refs/heads/main.lock"_s));
    QVERIFY(!QFile::exists(path + u"/.git/index.lock"_s));
    QCOMPARE(Ground::git(path, {u"rev-parse"_s, u"HEAD"_s}), head);
    QVERIFY(finished(git::commitIndex(repository, request(u"fix: n"_s))));
}

void TestGitCommit::runsNothing()
{
    const QString path = copyOfTemplate();
    const QByteArray trap =
        "#!/bin/sh\ntouch '" + m_ground->path(u"sprung"_s).toUtf8() + "'\nexit 1\n";
    for (const QString& name :
         {u"pre-commit"_s, u"commit-msg"_s, u"post-commit"_s, u"reference-transaction"_s}) {
        Ground::write(path + u"/.git/hooks/"_s + name, trap);
    }
    Ground::write(path + u"/.git/hooks/prepare-commit-msg"_s, trap);
    Ground::run(
        path, u"sh"_s,
        {u"-c"_s,
         u"echo n > n; git add n; chmod +x .git/hooks/*-commit .git/hooks/commit-msg "
         u".git/hooks/reference-transaction; "
         "git config commit.gpgSign true; git config gpg.program \"$PWD/.git/hooks/pre-commit\"; "
         "git config core.fsmonitor \"$PWD/.git/hooks/pre-commit\"; git config core.editor \"$PWD/.git/hooks/pre-commit\""_s});
    const auto repository = Ground::open(path);
    Result<Committed> made = finished(git::commitIndex(repository, request(u"fix: n"_s)));
    QVERIFY(made);
    QCOMPARE(made->hooksNotRun, QStringList({u"pre-commit"_s, u"commit-msg"_s, u"post-commit"_s}));
    QVERIFY(made->signatureWanted);
    Ground::write(m_ground->path(u"hooks/pre-commit"_s), trap);
    Ground::run(
        path, u"sh"_s,
        {u"-c"_s,
         u"chmod +x ../hooks/pre-commit; git config core.hooksPath ../hooks; git config core.fsmonitor false"_s});
    CommitRequest again = request(u"fix: n again"_s);
    again.amend = true;
    made = finished(git::commitIndex(repository, again));
    QVERIFY(made);
    QCOMPARE(made->hooksNotRun, QStringList({u"pre-commit"_s}));
    QVERIFY(finished(git::pushStash(repository, {})).error().message.contains(u"no changes"));
    QVERIFY(!QFile::exists(m_ground->path(u"sprung"_s)));
}

void TestGitCommit::beginsWithAMessage()
{
    const QString path = copyOfTemplate();
    const auto repository = Ground::open(path);
    QCOMPARE(*finished(git::messageToBegin(repository, false)), QString());
    QCOMPARE(*finished(git::messageToBegin(repository, true)), u"fix: main\n"_s);
    Ground::run(path, u"sh"_s, {u"-c"_s, u"git merge side >/dev/null; true"_s});
    QCOMPARE(*finished(git::messageToBegin(repository, false)), u"Merge branch 'side'"_s);
}

// ---- stashes ------------------------------------------------------------------------------------

void TestGitCommit::gitReadsOurStashes_data()
{
    QTest::addColumn<QString>("script");
    QTest::addColumn<QString>("message");
    QTest::addColumn<bool>("untracked");
    QTest::addColumn<bool>("keep");
    const auto row = [](const char* name, const char* script, const QString& message,
                        bool untracked, bool keep) {
        QTest::newRow(name) << QString::fromLatin1(script) << message << untracked << keep;
    };
    row("changed", "echo 2 >> a.txt; rm b.txt", {}, false, false);
    row("staged", "echo 2 >> a.txt; git add .; echo 3 >> a.txt; echo n > n; git add n",
        u"said so"_s, false, false);
    row("unknown", "echo 2 >> a.txt; mkdir d; echo u > d/u; echo v > v; echo o > o.o", {}, true,
        false);
    row("unknown stays", "echo 2 >> a.txt; echo v > v", {}, false, false);
    row("index stays", "echo 2 >> a.txt; git add .; echo 3 >> b.txt", u"two\nlines"_s, false, true);
}

void TestGitCommit::gitReadsOurStashes()
{
    QFETCH(QString, script);
    QFETCH(QString, message);
    QFETCH(bool, untracked);
    QFETCH(bool, keep);
    const QString path = copyOfTemplate();
    Ground::run(path, u"sh"_s, {u"-c"_s, script});
    Ground::run(m_ground->path(u"."_s), u"sh"_s, {u"-c"_s, u"rm -rf peer && cp -a copy peer"_s});
    const QString peer = m_ground->path(u"peer"_s);
    const QByteArray before = filesOf(path);
    const auto repository = Ground::open(path);
    StashRequest asked;
    asked.message = message;
    asked.untracked = untracked;
    asked.keepIndex = keep;
    const Result<Stash> made = finished(git::pushStash(repository, asked));
    QVERIFY2(made, made ? "" : qPrintable(made.error().message));
    QStringList arguments{u"stash"_s, u"push"_s, u"-q"_s};
    if (untracked) {
        arguments.append(u"-u"_s);
    }
    if (keep) {
        arguments.append(u"-k"_s);
    }
    if (!message.isEmpty()) {
        arguments.append({u"-m"_s, message.simplified()});
    }
    Ground::git(peer, arguments);
    // The same is left, and the same was put aside.
    QCOMPARE(filesOf(path), filesOf(peer));
    QCOMPARE(made->message, Ground::git(peer, {u"stash"_s, u"list"_s, u"--format=%gs"_s}));
    QCOMPARE(Ground::git(path, {u"stash"_s, u"list"_s, u"--format=%gd %H"_s}),
             u"stash@{0} "_s + made->id);
    for (const QString& part : {u"stash^{tree}"_s, u"stash^2^{tree}"_s, u"stash^1"_s}) {
        QCOMPARE(Ground::git(path, {u"rev-parse"_s, part}),
                 Ground::git(peer, {u"rev-parse"_s, part}));
    }
    QCOMPARE(made->untracked.isEmpty(), !untracked);
    if (untracked) {
        QCOMPARE(Ground::git(path, {u"rev-parse"_s, u"stash^3^{tree}"_s}),
                 Ground::git(peer, {u"rev-parse"_s, u"stash^3^{tree}"_s}));
    }
    QVERIFY(tellsTheSame(repository, path));
    if (!keep) {  // and ours come back, with what was staged
        const Result<void> popped = finished(git::popStash(repository, made->id, true));
        QVERIFY2(popped, popped ? "" : qPrintable(popped.error().message));
        QCOMPARE(filesOf(path), before);
        QVERIFY(finished(git::stashes(repository))->isEmpty());
        Ground::git(peer, {u"stash"_s, u"pop"_s, u"-q"_s, u"--index"_s});
        QCOMPARE(filesOf(peer), before);
    }
}

void TestGitCommit::stashesChosenFiles_data()
{
    QTest::addColumn<QByteArrayList>("paths");
    QTest::addColumn<QByteArrayList>("held");
    QTest::newRow("changed") << QByteArrayList{"a.txt"} << QByteArrayList{"a.txt"};
    QTest::newRow("staged and changed") << QByteArrayList{"b.txt"} << QByteArrayList{"b.txt"};
    QTest::newRow("new in the index") << QByteArrayList{"n"} << QByteArrayList{"n"};
    QTest::newRow("unknown to git") << QByteArrayList{"d/e/u"} << QByteArrayList{"d/e/u"};
    QTest::newRow("deleted") << QByteArrayList{"c.txt"} << QByteArrayList{"c.txt"};
    QTest::newRow("folder") << QByteArrayList{"d/", "a.txt"}
                            << QByteArrayList{"a.txt", "d/e/u", "d/e/v"};
}

/// Against `git stash push -u -- PATHS`: the same is left, and the same comes back; what was not
/// chosen is not touched, staged or not.
void TestGitCommit::stashesChosenFiles()
{
    QFETCH(QByteArrayList, paths);
    QFETCH(QByteArrayList, held);
    const QString path = copyOfTemplate();
    Ground::run(
        path, u"sh"_s,
        {u"-c"_s,
         u"echo c > c.txt; git add .; git commit -qm 'feat: c'; echo 2 >> a.txt; "
         "echo 2 >> b.txt; git add b.txt; echo 3 >> b.txt; echo n > n; git add n; "
         "rm c.txt; mkdir -p d/e; echo u > d/e/u; echo v > d/e/v; echo x > x; echo o > d/o.o"_s});
    Ground::run(m_ground->path(u"."_s), u"sh"_s, {u"-c"_s, u"rm -rf peer && cp -a copy peer"_s});
    const QString peer = m_ground->path(u"peer"_s);
    const QByteArray before = filesOf(path);
    const auto repository = Ground::open(path);
    StashRequest asked;
    asked.message = u"some"_s;
    asked.untracked = true;
    asked.paths = paths;
    const Result<Stash> made = finished(git::pushStash(repository, asked));
    QVERIFY2(made, made ? "" : qPrintable(made.error().message));
    QCOMPARE(made->message, u"On main: some"_s);
    QStringList arguments{u"stash"_s, u"push"_s, u"-q"_s, u"-u"_s, u"--"_s};
    for (const QByteArray& one : paths) {
        arguments.append(QString::fromUtf8(one));
    }
    Ground::git(peer, arguments);
    QCOMPARE(filesOf(path), filesOf(peer));
    QCOMPARE(gitBytes(path, u"stash show -u --name-only"_s).split('\n').mid(0, held.size()), held);
    QVERIFY(tellsTheSame(repository, path));
    QCOMPARE(Ground::git(path, {u"fsck"_s, u"--strict"_s, u"--no-dangling"_s}), QString());
    // Beside what else is staged, which git itself refuses.
    const Result<void> popped = finished(git::popStash(repository, made->id, true));
    QVERIFY2(popped, popped ? "" : qPrintable(popped.error().message));
    QCOMPARE(filesOf(path), before);
    QVERIFY(QFile::exists(path + u"/d/o.o"_s));  // ignored
    asked.paths = {"not-there"};
    QCOMPARE(kindOf(finished(git::pushStash(repository, asked))), u"invalid"_s);
    QCOMPARE(filesOf(path), before);
}

void TestGitCommit::readsStashesOfGit()
{
    const QString path = copyOfTemplate();
    const auto repository = Ground::open(path);
    QVERIFY(finished(git::stashes(repository))->isEmpty());
    Ground::run(
        path, u"sh"_s,
        {u"-c"_s,
         u"echo 1 >> a.txt; git stash push -q -m one; echo 2 >> b.txt; echo u > u; git stash push -q -u"_s});
    const Result<QList<Stash>> list = finished(git::stashes(repository));
    QVERIFY(list);
    QCOMPARE(list->size(), 2);
    QStringList lines;
    for (const Stash& stash : *list) {
        lines.append(
            u"stash@{%1} %2 %3 %4"_s.arg(stash.position)
                .arg(stash.id, QString::number(stash.time.toSecsSinceEpoch()), stash.message));
    }
    QCOMPARE(lines.join(u'\n'),
             Ground::git(path, {u"stash"_s, u"list"_s, u"--format=%gd %H %ct %gs"_s}));
    QCOMPARE(list->at(0).untracked, Ground::git(path, {u"rev-parse"_s, u"stash@{0}^3"_s}));
    QCOMPARE(list->at(1).base, Ground::git(path, {u"rev-parse"_s, u"main"_s}));
    QVERIFY(finished(git::applyStash(repository, list->at(1).id, false)));
    QCOMPARE(Ground::read(path + u"/a.txt"_s), "main\n1\n");
    QVERIFY(finished(git::popStash(repository, list->at(0).id, false)));
    QCOMPARE(Ground::read(path + u"/u"_s), "u\n");
    QCOMPARE(Ground::read(path + u"/b.txt"_s), "b\n2\n");
    QCOMPARE(Ground::git(path, {u"stash"_s, u"list"_s, u"--format=%H"_s}), list->at(1).id);
}

void TestGitCommit::dropsAndRestores()
{
    const QString path = copyOfTemplate();
    const auto repository = Ground::open(path);
    Ground::run(
        path, u"sh"_s,
        {u"-c"_s, u"for i in 1 2 3; do echo $i >> a.txt; git stash push -q -m s$i; done"_s});
    const QList<Stash> list = *finished(git::stashes(repository));
    const Result<Stash> dropped = finished(git::dropStash(repository, list[1].id));
    QVERIFY(dropped);
    QCOMPARE(dropped->message, u"On main: s2"_s);
    QCOMPARE(Ground::git(path, {u"stash"_s, u"list"_s, u"--format=%gd %gs"_s}),
             u"stash@{0} On main: s3\nstash@{1} On main: s1"_s);
    QCOMPARE(kindOf(finished(git::dropStash(repository, list[1].id))), u"not-found"_s);
    QVERIFY(finished(git::restoreStash(repository, dropped->id, dropped->message)));
    QCOMPARE(
        Ground::git(path, {u"stash"_s, u"list"_s, u"--format=%gd %gs %H"_s}).section(u'\n', 0, 0),
        u"stash@{0} On main: s2 "_s + dropped->id);
    for (const Stash& stash : list) {
        QVERIFY(finished(git::dropStash(repository, stash.id)));
    }
    QCOMPARE(Ground::git(path, {u"stash"_s, u"list"_s}), QString());
    QVERIFY(finished(git::restoreStash(repository, list[0].id, list[0].message)));
    QVERIFY(finished(git::popStash(repository, list[0].id, false)));
    QCOMPARE(Ground::read(path + u"/a.txt"_s), "main\n3\n");
    QCOMPARE(kindOf(finished(git::restoreStash(
                 repository, Ground::git(path, {u"rev-parse"_s, u"HEAD"_s}), u"x"_s))),
             u"invalid"_s);
    QCOMPARE(kindOf(finished(git::restoreStash(repository, u"x"_s, u"x"_s))), u"invalid"_s);
}

void TestGitCommit::keepsStashesThatDoNotFit()
{
    const QString path = copyOfTemplate();
    const auto repository = Ground::open(path);
    Ground::run(path, u"sh"_s, {u"-c"_s, u"echo mine > a.txt; echo u > u; git stash push -q -u"_s});
    const QString id = finished(git::stashes(repository))->first().id;
    for (const QString& script :
         {u"echo other > a.txt"_s, u"git checkout -q a.txt; echo other > u"_s,
          u"rm u; echo theirs > a.txt; git commit -qam theirs"_s}) {
        Ground::run(path, u"sh"_s, {u"-c"_s, script});
        const QByteArray before = filesOf(path);
        const Result<void> popped = finished(git::popStash(repository, id, false));
        QCOMPARE(kindOf(popped), u"conflict"_s);
        QCOMPARE(filesOf(path), before);
        QCOMPARE(finished(git::stashes(repository))->size(), 1);
    }
    QCOMPARE(kindOf(finished(git::applyStash(repository, QString(40, u'0'), false))),
             u"not-found"_s);
}

void TestGitCommit::refusesToStash()
{
    const QString path = copyOfTemplate();
    const auto repository = Ground::open(path);
    QCOMPARE(kindOf(finished(git::pushStash(repository, {}))), u"invalid"_s);
    Ground::run(path, u"sh"_s, {u"-c"_s, u"echo 1 >> a.txt"_s});
    Ground::write(path + u"/.git/index.lock"_s, "");
    QCOMPARE(kindOf(finished(git::pushStash(repository, {}))), u"locked"_s);
    QVERIFY(QFile::remove(path + u"/.git/index.lock"_s));
    Ground::run(path, u"sh"_s, {u"-c"_s, u"git config --unset user.name"_s});
    QCOMPARE(kindOf(finished(git::pushStash(repository, {}))), u"invalid"_s);
    Ground::run(
        path, u"sh"_s,
        {u"-c"_s, u"git config user.name X; git checkout -q .; git merge side >/dev/null; true"_s});
    const QByteArray before = filesOf(path);
    QCOMPARE(kindOf(finished(git::pushStash(repository, {}))), u"conflict"_s);
    QCOMPARE(filesOf(path), before);
    const QString empty = m_ground->init(u"unborn"_s);
    Ground::run(
        empty, u"sh"_s,
        {u"-c"_s, u"git config user.name X; git config user.email x@y; echo x > x; git add x"_s});
    QCOMPARE(kindOf(finished(git::pushStash(Ground::open(empty), {}))), u"invalid"_s);
}

QTEST_GUILESS_MAIN(TestGitCommit)
#include "tst_git_commit.moc"
