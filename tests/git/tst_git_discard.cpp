#include "core/git/staging.h"
#include "tests/git/shownlines.h"

#include <QRandomGenerator>

#include <algorithm>

using namespace analemma::git;
using namespace gitfixture;

/// What is thrown away, and brought back.
class TestGitDiscard : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void cleanupTestCase();
    void discardsAndBringsBack_data();
    void discardsAndBringsBack();
    void discardsLines_data();
    void discardsLines();
    void keepsWhatChangedSince();
    void refuses();
    void staysInTheWorkTree();
    void isBounded();

private:
    QString copyOfTemplate();
    [[nodiscard]] QString store() const { return m_ground->path(u"kept"_s); }
    static QByteArray treeOf(const QString& path)
    {
        return Ground::run(path, u"sh"_s,
                           {u"-c"_s,
                            u"find . -path ./.git -prune -o -printf '%p %M %l ' "
                            "-type f -exec sha1sum {} \\; -o -printf '\\n' | sort"_s})
            .toUtf8();
    }

    std::unique_ptr<Ground> m_ground;
    std::unique_ptr<Library> m_library;
};

void TestGitDiscard::initTestCase()
{
    m_ground = std::make_unique<Ground>();
    m_library = std::make_unique<Library>();
    const QString path = m_ground->init(u"template"_s);
    Ground::write(path + u"/run.sh"_s, "#!/bin/sh\n");
    Ground::run(path, u"sh"_s, {u"-c"_s, u"chmod +x run.sh; ln -s a.txt link"_s});
    QByteArray lines;
    for (int i = 1; i <= 30; ++i) {
        lines += "line " + QByteArray::number(i) + '\n';
    }
    Ground::commit(path, u"first"_s,
                   {{u"a.txt"_s, lines}, {u"sub/deep/c.txt"_s, "c\n"}, {u".gitignore"_s, "*.o\n"}});
}

void TestGitDiscard::cleanupTestCase()
{
    m_library.reset();
    m_ground.reset();
}

QString TestGitDiscard::copyOfTemplate()
{
    Ground::run(m_ground->path(u"."_s), u"sh"_s,
                {u"-c"_s, u"rm -rf copy && cp -a template copy"_s});
    return m_ground->path(u"copy"_s);
}

void TestGitDiscard::discardsAndBringsBack_data()
{
    QTest::addColumn<QString>("script");
    QTest::addColumn<QByteArray>("path");
    const auto row = [](const char* name, const char* script, const char* path) {
        QTest::newRow(name) << QString::fromLatin1(script) << QByteArray(path);
    };
    row("changed", "echo more >> a.txt", "a.txt");
    row("staged, then changed", "echo more >> a.txt; git add .; echo still >> a.txt", "a.txt");
    row("deleted", "rm a.txt", "a.txt");
    row("deleted with its folder", "rm -r sub", "sub/deep/c.txt");
    row("new", "echo n > n.txt", "n.txt");
    row("new in a new folder", "mkdir -p x/y; echo n > x/y/n", "x/y/n");
    row("mode", "chmod -x run.sh", "run.sh");
    row("link", "ln -sfn run.sh link", "link");
    row("file in the place of a link", "rm link; echo l > link", "link");
    row("link in the place of a file", "rm a.txt; ln -s nowhere a.txt", "a.txt");
    row("bytes", "printf '\\000\\377\\001' > a.txt", "a.txt");
    row("line ends", "git config core.autocrlf true; sed -i 's/$/\\r/; s/line 3/other/' a.txt",
        "a.txt");
    row("odd name", "echo n > 'new *?[x]\n \xff'", "new *?[x]\n \xff");
    row("intent to add", "echo n > n.txt; git add -N n.txt", "n.txt");
}

void TestGitDiscard::discardsAndBringsBack()
{
    QFETCH(QString, script);
    QFETCH(QByteArray, path);
    const QString folder = copyOfTemplate();
    const auto repository = Ground::open(folder);
    Ground::write(folder + u"/.git/script"_s, script.toLatin1());
    Ground::run(folder, u"sh"_s, {u".git/script"_s});
    const QByteArray before = treeOf(folder);
    const QByteArray index = gitBytes(folder, u"ls-files -s"_s);
    const Result<Discarded> gone = finished(git::discard(repository, path, store()));
    QVERIFY2(gone, gone ? "" : qPrintable(gone.error().message));
    const bool known = !script.contains(u"echo n >");
    if (known) {
        QCOMPARE(Ground::git(folder, {u"diff"_s}), QString());
    } else {
        QVERIFY(!QFile::exists(folder + u"/n.txt"_s) && !QFile::exists(folder + u"/x"_s));
    }
    const QFileInfo kept(store() + u'/' + gone->id + u".discard"_s);
    QVERIFY(kept.exists());
    QCOMPARE(int(kept.permissions() & QFile::Permissions(0x0777)), 0x0600);
    QCOMPARE(gone->path, path);
    const Result<void> back = finished(git::undoDiscard(repository, gone->id, store()));
    QVERIFY2(back, back ? "" : qPrintable(back.error().message));
    QCOMPARE(treeOf(folder), before);
    QCOMPARE(gitBytes(folder, u"ls-files -s"_s), index);
    QVERIFY(!QFile::exists(kept.filePath()));
    QCOMPARE(kindOf(finished(git::undoDiscard(repository, gone->id, store()))), u"not-found"_s);
}

void TestGitDiscard::discardsLines_data()
{
    QTest::addColumn<bool>("windows");
    QTest::newRow("plain") << false;
    QTest::newRow("windows line ends in the work tree") << true;
}

/// Some lines, again and again: the file is what `git apply` of the same lines makes of it.
void TestGitDiscard::discardsLines()
{
    QFETCH(bool, windows);
    const QString folder = copyOfTemplate();
    QByteArray changed = Ground::read(folder + u"/a.txt"_s);
    changed.replace("line 4\n", "").replace("line 17\n", "line 17\nnew\nand new\n");
    changed.replace("line 29\n", "twenty-nine\n");
    changed.chop(1);
    if (windows) {
        Ground::git(folder, {u"config"_s, u"core.autocrlf"_s, u"true"_s});
        changed.replace("\n", "\r\n");
    }
    Ground::write(folder + u"/a.txt"_s, changed);
    const auto repository = Ground::open(folder);
    QRandomGenerator dice(5);
    QStringList ids;
    for (int round = 0; round < 10; ++round) {
        const FileDiff shown = shownBy(folder, "a.txt");
        QList<LinePick> lines = linesOf(shown);
        if (lines.isEmpty()) {
            break;
        }
        std::shuffle(lines.begin(), lines.end(), dice);
        lines.resize(std::min<qsizetype>(lines.size(), 2));
        QByteArray now = Ground::read(folder + u"/a.txt"_s);
        Ground::write(m_ground->path(u"apart/a.txt"_s), now.replace("\r\n", "\n"));
        Ground::git(m_ground->path(u"apart"_s), {u"apply"_s, u"-"_s}, patchOf(shown, lines, true));
        QByteArray wanted = Ground::read(m_ground->path(u"apart/a.txt"_s));
        const Result<Discarded> gone =
            finished(git::discardLines(repository, shown, lines, store()));
        QVERIFY2(gone, gone ? "" : qPrintable(gone.error().message));
        ids.append(gone->id);
        QCOMPARE(Ground::read(folder + u"/a.txt"_s),
                 windows ? wanted.replace("\n", "\r\n") : wanted);
    }
    QVERIFY(ids.size() > 2);
    QCOMPARE(Ground::git(folder, {u"diff"_s}), QString());
    // The list is of this repository, newest first; all the way back.
    const Result<QList<Discarded>> all = finished(git::discarded(repository, store()));
    QVERIFY(all);
    for (qsizetype i = 0; i < ids.size(); ++i) {
        QCOMPARE(all->at(i).id, ids[ids.size() - 1 - i]);
        QVERIFY(finished(git::undoDiscard(repository, all->at(i).id, store())));
    }
    QCOMPARE(Ground::read(folder + u"/a.txt"_s), changed);
}

void TestGitDiscard::keepsWhatChangedSince()
{
    const QString folder = copyOfTemplate();
    const auto repository = Ground::open(folder);
    Ground::write(folder + u"/a.txt"_s, "other\n");
    const FileDiff shown = shownBy(folder, "a.txt");
    Ground::write(folder + u"/a.txt"_s, "another\n");
    QCOMPARE(kindOf(finished(git::discardLines(repository, shown, linesOf(shown), store()))),
             u"conflict"_s);
    QCOMPARE(Ground::read(folder + u"/a.txt"_s), "another\n");
    const Result<Discarded> gone = finished(git::discard(repository, "a.txt", store()));
    QVERIFY(gone);
    Ground::write(folder + u"/a.txt"_s, "newer\n");
    const Result<void> back = finished(git::undoDiscard(repository, gone->id, store()));
    QCOMPARE(kindOf(back), u"conflict"_s);
    QVERIFY(back.error().message.contains(u"a.txt"));
    QCOMPARE(Ground::read(folder + u"/a.txt"_s), "newer\n");
    QVERIFY(QFile::exists(store() + u'/' + gone->id + u".discard"_s));
    // Another repository does not get it.
    const auto other = Ground::open(m_ground->path(u"template"_s));
    QCOMPARE(kindOf(finished(git::undoDiscard(other, gone->id, store()))), u"conflict"_s);
    QVERIFY(finished(git::discarded(other, store()))->isEmpty());
}

void TestGitDiscard::refuses()
{
    const QString folder = copyOfTemplate();
    const auto repository = Ground::open(folder);
    QCOMPARE(kindOf(finished(git::discard(repository, "a.txt", store()))), u"invalid"_s);
    QCOMPARE(kindOf(finished(git::discard(repository, "sub/", store()))), u"invalid"_s);
    QCOMPARE(kindOf(finished(git::discard(repository, "nowhere", store()))), u"invalid"_s);
    Ground::write(folder + u"/a.txt"_s, "other\n");
    for (const QString& inside : {folder, folder + u"/kept"_s, folder + u"/sub/../x"_s,
                                  folder + u"/.git/kept"_s, QString()}) {
        QCOMPARE(kindOf(finished(git::discard(repository, "a.txt", inside))), u"refused"_s);
    }
    QFile::link(folder, m_ground->path(u"way-in"_s));
    QCOMPARE(kindOf(finished(git::discard(repository, "a.txt", m_ground->path(u"way-in/kept"_s)))),
             u"refused"_s);
    QCOMPARE(Ground::read(folder + u"/a.txt"_s), "other\n");
    for (const QString& id : {u"../a"_s, u""_s, u".x"_s, u"nothing"_s}) {
        QCOMPARE(kindOf(finished(git::undoDiscard(repository, id, store()))), u"not-found"_s);
    }
    Ground::write(store() + u"/bad.discard"_s, "{}\nx");
    QCOMPARE(kindOf(finished(git::undoDiscard(repository, u"bad"_s, store()))), u"invalid"_s);
    Ground::run(
        folder, u"sh"_s,
        {u"-c"_s,
         u"git commit -qam 1; git checkout -q -b o HEAD~1; echo 2 > a.txt; git commit -qam 2; git merge main >/dev/null; true"_s});
    QCOMPARE(kindOf(finished(git::discard(repository, "a.txt", store()))), u"refused"_s);
}

/// A folder of the index that is a link in the work tree leads nobody out.
void TestGitDiscard::staysInTheWorkTree()
{
    const QString folder = copyOfTemplate();
    const auto repository = Ground::open(folder);
    Ground::write(m_ground->path(u"outside/deep/c.txt"_s), "outside\n");
    Ground::run(folder, u"sh"_s, {u"-c"_s, u"rm -r sub; ln -s ../outside sub"_s});
    QCOMPARE(kindOf(finished(git::discard(repository, "sub/deep/c.txt", store()))), u"refused"_s);
    QCOMPARE(kindOf(finished(git::discard(repository, "../outside/deep/c.txt", store()))),
             u"refused"_s);
    QCOMPARE(kindOf(finished(git::discard(repository, ".git/config", store()))), u"refused"_s);
    QCOMPARE(Ground::read(m_ground->path(u"outside/deep/c.txt"_s)), "outside\n");
}

void TestGitDiscard::isBounded()
{
    const QString folder = copyOfTemplate();
    const auto repository = Ground::open(folder);
    Ground::run(folder, u"truncate"_s, {u"-s"_s, u"65M"_s, u"large"_s});
    QCOMPARE(kindOf(finished(git::discard(repository, "large", store()))), u"invalid"_s);
    QVERIFY(QFile::exists(folder + u"/large"_s));
    // 501 of them: the oldest goes.
    const QString kept = m_ground->path(u"many"_s);
    for (int i = 0; i < 500; ++i) {
        Ground::write(kept + u"/%1-x.discard"_s.arg(i + 1000), "{}\n");
    }
    Ground::write(folder + u"/a.txt"_s, "other\n");
    const Result<Discarded> gone = finished(git::discard(repository, "a.txt", kept));
    QVERIFY(gone);
    QCOMPARE(QDir(kept).entryList(QDir::Files).size(), 500);
    QVERIFY(!QFile::exists(kept + u"/1000-x.discard"_s));
    QVERIFY(QFile::exists(kept + u"/1001-x.discard"_s));
}

QTEST_GUILESS_MAIN(TestGitDiscard)
#include "tst_git_discard.moc"
