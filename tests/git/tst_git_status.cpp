#include "core/git/worktree.h"
#include "tests/git/statuslines.h"
#include "tests/git/tenrepositories.h"

#include <fcntl.h>
#include <sys/stat.h>

using namespace analemma::git;
using namespace gitfixture;

/// What changed, against the git program's own answers.
class TestGitStatus : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void cleanupTestCase();
    void tellsWhatGitTells_data();
    void tellsWhatGitTells();
    void seesEveryChange_data();
    void seesEveryChange();
    void seesEveryConflict();
    void seesChangesOfTheSameInstant();
    void remembersWhatItRead();
    void walksLargeTrees();
    void namesTheUpstream();
    void namesWhatIsUnderWay();
    void refusesForeignWorkTrees();
    void bareIsRefused();
    void canBeCancelled();

private:
    void makeTemplate();

    std::unique_ptr<Ground> m_ground;
    std::unique_ptr<Library> m_library;
};

void TestGitStatus::initTestCase()
{
    m_ground = std::make_unique<Ground>();
    m_library = std::make_unique<Library>();
    makeTemplate();
}

void TestGitStatus::makeTemplate()
{
    const QString path = m_ground->init(u"template"_s);
    Ground::write(path + u"/run.sh"_s, "#!/bin/sh\n");
    Ground::run(path, u"sh"_s, {u"-c"_s, u"chmod +x run.sh; ln -s a.txt link"_s});
    Ground::commit(path, u"first"_s,
                   {{u"a.txt"_s, "a\n"},
                    {u"empty"_s, ""},
                    {u"sub/b.txt"_s, "b\n"},
                    {u"sub/deep/c.txt"_s, "c\n"},
                    {u".gitignore"_s, "*.o\n!keep.o\nout/\n"}});
}

void TestGitStatus::cleanupTestCase()
{
    m_library.reset();
    m_ground.reset();
}

void TestGitStatus::tellsWhatGitTells_data()
{
    QTest::addColumn<QString>("path");
    for (const QString& path : makeTenRepositories(*m_ground)) {
        if (!path.endsWith(u"bare")) {
            QTest::newRow(qPrintable(path.section(u'-', -1))) << path;
        }
    }
}

void TestGitStatus::tellsWhatGitTells()
{
    QFETCH(QString, path);
    const auto repository = Ground::open(path);
    QVERIFY(repository);
    QVERIFY(tellsTheSame(repository, path));
    // And when the index vouches for nothing.
    Ground::run(path, u"sh"_s,
                {u"-c"_s,
                 u"find . -path ./.git -prune -o -type f -print0 | "
                 "xargs -0 touch -h -d '2001-02-03 04:05:06'"_s});
    QVERIFY(tellsTheSame(repository, path));
}

void TestGitStatus::seesEveryChange_data()
{
    QTest::addColumn<QString>("script");
    const auto row = [](const char* name, const char* script) {
        QTest::newRow(name) << QString::fromLatin1(script);
    };
    row("nothing", "true");
    row("modified", "echo more >> a.txt; echo more >> sub/b.txt; git add a.txt");
    row("modified twice", "echo 1 >> a.txt; git add a.txt; echo 2 >> a.txt");
    row("same size", "printf 'A\\n' > a.txt");
    row("back again", "echo 1 >> a.txt; git add a.txt; printf 'a\\n' > a.txt");
    row("touched", "touch a.txt sub/b.txt");
    row("deleted", "rm a.txt; git rm -q sub/b.txt");
    row("deleted from the index only", "git rm -q --cached a.txt sub/deep/c.txt");
    row("folder gone", "rm -r sub");
    row("made", "echo n > n.txt; git add n.txt; echo o > o.txt");
    row("made and deleted", "echo n > n.txt; git add n.txt; rm n.txt");
    row("intent to add", "echo n > n.txt; echo o > o.txt; git add -N n.txt o.txt; rm o.txt");
    row("executable", "chmod +x a.txt; chmod -x run.sh; git add run.sh");
    row("modes do not count", "git config core.fileMode false; chmod +x a.txt");
    row("link moved", "ln -sfn run.sh link");
    row("link to a file", "rm link; echo f > link");
    row("file to a link",
        "rm a.txt; ln -s run.sh a.txt; rm run.sh; ln -s a.txt run.sh; git add run.sh");
    row("file to a folder", "rm a.txt; mkdir a.txt; echo x > a.txt/x");
    row("file to an empty folder", "rm a.txt; mkdir a.txt");
    row("folder to a file", "rm -r sub; echo x > sub");
    row("folder to a link", "mv sub elsewhere; ln -s elsewhere sub");
    row("file to a repository",
        "rm a.txt; git init -q a.txt; git -C a.txt commit -q --allow-empty -m i");
    row("file to a pipe", "rm a.txt; mkfifo a.txt pipe");
    row("renamed", "git mv a.txt z.txt; git mv sub/b.txt sub/bb.txt; echo more >> sub/bb.txt");
    row("renamed folder", "git mv sub other");
    row("empty files do not rename", "git mv empty void");
    row("untracked folders",
        "mkdir -p n/o p/q r sub/new; echo x > n/o/x; echo y > p/q/y; echo z > sub/new/z");
    row("ignored",
        "echo x > x.o; mkdir -p out sub/out deep/er; echo y > out/y; echo z > sub/out/z; "
        "echo o > deep/er/a.o; echo keep > keep.o");
    row("ignored below",
        "mkdir -p n/m; echo '*.txt' > n/.gitignore; echo '!x.txt' > n/m/.gitignore; "
        "echo x > n/m/x.txt; echo y > n/y.txt; echo '/b.*' > sub/.gitignore; echo q > sub/b.q");
    row("ignored by the user",
        "git config core.excludesFile \"$PWD/.git/mine\"; echo '*.mine' > .git/mine; "
        "echo '*.info' > .git/info/exclude; touch a.mine b.info c.other");
    row("everything ignored but",
        "printf '*\\n!*/\\n!*.keep\\n' > .gitignore; mkdir -p d/e f/g; echo 1 > d/e/x.keep; echo 2 "
        "> f/g/x.lose");
    row("tracked though ignored", "echo '*.txt' >> .gitignore; echo more >> a.txt; echo n > n.txt");
    row("rule with a slash at the end",
        "echo 'thing/' >> .gitignore; echo file > thing; mkdir sub/thing; echo x > sub/thing/x");
    row("repository inside",
        "git init -q inner; git init -q sub/inner; mkdir .keep; mkdir fake fake/.git; echo f > "
        "fake/f");
    row("repository deep inside", "mkdir n; git init -q n/inner");
    row("gitlink by hand",
        "git init -q inner; git -C inner commit -q --allow-empty -m i; git add inner 2>/dev/null");
    row("gitlink moved",
        "git init -q inner; git -C inner commit -q --allow-empty -m i; git add inner 2>/dev/null; "
        "git commit -q -m inner; git -C inner commit -q --allow-empty -m j; echo x > inner/x");
    row("gitlink gone",
        "git init -q inner; git -C inner commit -q --allow-empty -m i; git add inner 2>/dev/null; "
        "git commit -q -m inner; rm -rf inner");
    row("gitlink empty",
        "git init -q inner; git -C inner commit -q --allow-empty -m i; git add inner 2>/dev/null; "
        "git commit -q -m inner; rm -rf inner; mkdir inner");
    row("gitlink to a file",
        "git init -q inner; git -C inner commit -q --allow-empty -m i; git add inner 2>/dev/null; "
        "git commit -q -m inner; rm -rf inner; echo x > inner");
    row("said to be unchanged",
        "git update-index --assume-unchanged a.txt; echo more >> a.txt; rm a.txt");
    row("left out",
        "git update-index --skip-worktree a.txt sub/b.txt; rm a.txt; echo more >> sub/b.txt");
    row("line ends", "git config core.autocrlf true; printf 'a\\r\\n' > a.txt");
    row("line ends by rule",
        "echo '*.txt text eol=crlf' > .gitattributes; printf 'a\\r\\n' > a.txt; printf 'B\\r\\n' > "
        "sub/b.txt");
    row("detached", "git checkout -q --detach; echo more >> a.txt");
    row("index of version 4",
        "git update-index --index-version 4; echo more >> sub/deep/c.txt; echo n > sub/n");
    row("no cached trees", "git read-tree HEAD; rm .git/index; git read-tree HEAD");
    row("names that sort oddly",
        "mkdir a a.d a-d; echo 1 > a/x; echo 2 > a.d/x; echo 3 > a-d/x; git add a a.d; "
        "git commit -q -m odd; echo n > a/n; echo n > a.d/n; rm -r a.d/x; echo m >> a/x");
}

void TestGitStatus::seesEveryChange()
{
    QFETCH(QString, script);
    const QString path = m_ground->path(u"change"_s);
    Ground::run(m_ground->path(u"."_s), u"sh"_s,
                {u"-c"_s, u"rm -rf change && cp -a template change"_s});
    const auto repository = Ground::open(path);
    QVERIFY(repository);
    Ground::run(path, u"sh"_s, {u"-c"_s, script});
    QVERIFY(tellsTheSame(repository, path));
}

void TestGitStatus::seesEveryConflict()
{
    const QString path = m_ground->init(u"conflicts"_s);
    Ground::commit(path, u"first"_s, {{u"f"_s, "f\n"}});
    const QString blob = Ground::git(path, {u"hash-object"_s, u"f"_s});
    QByteArray lines;
    for (int stages = 1; stages < 8; ++stages) {
        for (int stage = 1; stage <= 3; ++stage) {
            if ((stages & (1 << (stage - 1))) != 0) {
                lines += "100644 " + blob.toLatin1() + ' ' + QByteArray::number(stage) + "\tp" +
                         QByteArray::number(stages) + '\n';
            }
        }
    }
    Ground::git(path, {u"update-index"_s, u"--index-info"_s}, lines);
    Ground::write(path + u"/p7"_s, "there\n");
    const auto repository = Ground::open(path);
    QVERIFY(tellsTheSame(repository, path));
    const Result<Status> status = finished(git::status(repository, CancelToken()));
    QCOMPARE(status->entries.size(), 7);
    QVERIFY(status->entries[6].conflicted);
}

/// A file of the same size and time as the index notes is read when it could have changed since.
void TestGitStatus::seesChangesOfTheSameInstant()
{
    const QString path = m_ground->init(u"racy"_s);
    const auto repository = Ground::open(path);
    for (int round = 0; round < 20; ++round) {
        const QByteArray number = QByteArray::number(100 + round);
        Ground::write(path + u"/f"_s, number + " one\n");
        Ground::git(path, {u"add"_s, u"f"_s});
        Ground::write(path + u"/f"_s, number + " two\n");
        // The very time that the index has, as when all happens within a tick of the clock.
        struct stat index {};
        QCOMPARE(::stat(qPrintable(path + u"/.git/index"_s), &index), 0);
        const timespec times[2]{index.st_mtim, index.st_mtim};
        QCOMPARE(::utimensat(AT_FDCWD, qPrintable(path + u"/f"_s), times, 0), 0);
        const Result<Status> status = finished(git::status(repository, CancelToken()));
        QVERIFY(status);
        QCOMPARE(linesOf(*status).last(), "AM f");
    }
}

/// What was read is not read again, but a change is seen. Shown by a file that cannot be read.
void TestGitStatus::remembersWhatItRead()
{
    const QString path = m_ground->init(u"memory"_s);
    Ground::commit(path, u"first"_s, {{u"f"_s, "one\n"}, {u"g"_s, "one\n"}});
    Ground::run(path, u"touch"_s, {u"-d"_s, u"2001-01-01"_s, u"f"_s, u"g"_s});
    const auto repository = Ground::open(path);
    for (int i = 0; i < 3; ++i) {
        const Result<Status> status = finished(git::status(repository, CancelToken()));
        QVERIFY(status);
        QVERIFY(status->entries.isEmpty());
    }
    Ground::write(path + u"/f"_s, "two\n");
    Ground::run(path, u"touch"_s, {u"-d"_s, u"2001-01-01"_s, u"f"_s});
    for (int i = 0; i < 3; ++i) {
        QVERIFY(tellsTheSame(repository, path));
    }
}

void TestGitStatus::walksLargeTrees()
{
    const QString path = m_ground->init(u"large"_s);
    Ground::run(path, u"python3"_s,
                {u"-c"_s,
                 uR"(
import os
for i in range(6000):
    d = 'd%d/e%d' % (i % 30, i % 120)
    os.makedirs(d, exist_ok=True)
    open(d + '/f%d' % i, 'w').write('%d\n' % i))"_s});
    Ground::commit(path, u"first"_s);
    const auto repository = Ground::open(path);
    QVERIFY(tellsTheSame(repository, path));
    Ground::run(path, u"python3"_s,
                {u"-c"_s,
                 uR"(
import os, subprocess
for i in range(0, 6000, 7):
    f = 'd%d/e%d/f%d' % (i % 30, i % 120, i)
    k = i // 7 % 4
    if k == 0: open(f, 'a').write('more\n')
    if k == 1: os.remove(f)
    if k == 2: open(f + '.new', 'w').write('new\n')
    if k == 3: subprocess.run(['chmod', '+x', f])
subprocess.run('git add d1 d2 d3', shell=True))"_s});
    QVERIFY(tellsTheSame(repository, path));
}

void TestGitStatus::namesTheUpstream()
{
    const QString path = m_ground->init(u"upstream"_s);
    Ground::commit(path, u"first"_s, {{u"f"_s, "f\n"}});
    const auto repository = Ground::open(path);
    for (
        const QString& script :
        {u"git branch other; git branch -q -u other"_s,
         u"git checkout -q other; git commit -q --allow-empty -m o; git checkout -q main"_s,
         u"git commit -q --allow-empty -m m; git commit -q --allow-empty -m n"_s,
         u"git branch -q -D other"_s, u"git config branch.main.remote 'no such'"_s,
         u"git checkout -q --detach"_s,
         u"git checkout -q --orphan new; git config branch.new.remote .; git config branch.new.merge refs/heads/main"_s}) {
        Ground::run(path, u"sh"_s, {u"-c"_s, script});
        QVERIFY2(tellsTheSame(repository, path), qPrintable(script));
    }
}

void TestGitStatus::namesWhatIsUnderWay()
{
    const QString path = m_ground->init(u"underway"_s);
    Ground::commit(path, u"first"_s, {{u"f"_s, "f\n"}});
    Ground::run(path, u"sh"_s,
                {u"-c"_s,
                 u"git checkout -q -b other; echo o > f; git commit -qam other; "
                 "git checkout -q main; echo m > f; git commit -qam main"_s});
    const auto repository = Ground::open(path);
    for (const auto& [command, name] : {std::pair{u"git merge other"_s, u"merge"_s},
                                        {u"git cherry-pick other"_s, u"cherry-pick"_s},
                                        {u"git revert HEAD~1"_s, u"revert"_s},
                                        {u"git rebase other"_s, u"rebase"_s}}) {
        Ground::run(path, u"sh"_s,
                    {u"-c"_s, command + u" >/dev/null 2>&1; test -n \"$(git ls-files -u)\""_s});
        const Result<Status> status = finished(git::status(repository, CancelToken()));
        QVERIFY(status);
        QCOMPARE(status->underWay, name);
        QVERIFY(tellsTheSame(repository, path));
        Ground::git(path, {name, u"--abort"_s});
    }
    QCOMPARE(finished(git::status(repository, CancelToken()))->underWay, QString());
}

void TestGitStatus::refusesForeignWorkTrees()
{
    const QString path = m_ground->init(u"hostile"_s);
    Ground::write(m_ground->path(u"secret/file"_s), "secret\n");
    Ground::git(path, {u"config"_s, u"core.worktree"_s, m_ground->path(u"secret"_s)});
    const auto repository = Ground::open(path);
    QVERIFY(repository);
    QCOMPARE(kindOf(finished(git::status(repository, CancelToken()))), u"refused"_s);
    // A linked work tree belongs to its repository.
    const QString main = m_ground->init(u"linked"_s);
    Ground::commit(main, u"first"_s, {{u"f"_s, "f\n"}});
    const QString linked = m_ground->path(u"linked-tree"_s);
    Ground::git(main, {u"worktree"_s, u"add"_s, u"-q"_s, linked});
    Ground::write(linked + u"/f"_s, "g\n");
    QVERIFY(tellsTheSame(Ground::open(linked), linked));
}

void TestGitStatus::bareIsRefused()
{
    const auto repository = Ground::open(ten::bare(*m_ground));
    const Result<Status> status = finished(git::status(repository, CancelToken()));
    QCOMPARE(kindOf(status), u"refused"_s);
    QVERIFY(status.error().message.contains(u"bare"));
}

void TestGitStatus::canBeCancelled()
{
    const auto repository = Ground::open(m_ground->path(u"large"_s));
    QVERIFY(repository);
    const CancelToken cancel;
    cancel.cancel();
    QCOMPARE(kindOf(finished(git::status(repository, cancel))), u"cancelled"_s);
}

QTEST_GUILESS_MAIN(TestGitStatus)
#include "tst_git_status.moc"
