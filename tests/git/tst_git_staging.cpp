#include "core/git/staging.h"
#include "tests/git/shownlines.h"

#include <QRandomGenerator>

using namespace analemma::git;
using namespace gitfixture;

/// What is taken into the index and back, by file and by line, against the git program's index.
class TestGitStaging : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void cleanupTestCase();
    void stagesFiles_data();
    void stagesFiles();
    void unstagesFiles_data();
    void unstagesFiles();
    void stagesLinesAsGitApplyDoes_data();
    void stagesLinesAsGitApplyDoes();
    void unstagesLinesAsGitApplyDoes_data();
    void unstagesLinesAsGitApplyDoes();
    void refusesWhatIsNoLongerShown();
    void refusesWhatHasNoLines();
    void neverLeavesTheWorkTree();
    void yieldsToOthers();
    void namesPathsToIgnore_data();
    void namesPathsToIgnore();
    void ignoresOnce();

private:
    QString copyOfTemplate();
    static QByteArray indexOf(const QString& path) { return gitBytes(path, u"ls-files -s -z"_s); }
    /// The index after the git program applied a patch to a copy of it.
    static QByteArray afterPatch(const QString& path, const QByteArray& patch);
    static QList<LinePick> someOf(const QList<LinePick>& lines, QRandomGenerator& dice);
    void fileKinds();

    std::unique_ptr<Ground> m_ground;
    std::unique_ptr<Library> m_library;
};

void TestGitStaging::initTestCase()
{
    m_ground = std::make_unique<Ground>();
    m_library = std::make_unique<Library>();
    const QString path = m_ground->init(u"template"_s);
    Ground::write(path + u"/run.sh"_s, "#!/bin/sh\n");
    Ground::run(path, u"sh"_s, {u"-c"_s, u"chmod +x run.sh; ln -s a.txt link"_s});
    Ground::commit(path, u"first"_s,
                   {{u"a.txt"_s, "a\n"},
                    {u"sub/b.txt"_s, "b\n"},
                    {u"sub/deep/c.txt"_s, "c\n"},
                    {u".gitignore"_s, "*.o\n"}});
}

void TestGitStaging::cleanupTestCase()
{
    m_library.reset();
    m_ground.reset();
}

QString TestGitStaging::copyOfTemplate()
{
    Ground::run(m_ground->path(u"."_s), u"sh"_s,
                {u"-c"_s, u"rm -rf copy && cp -a template copy"_s});
    return m_ground->path(u"copy"_s);
}

QByteArray TestGitStaging::afterPatch(const QString& path, const QByteArray& patch)
{
    Ground::write(path + u"/.git/patch"_s, patch);
    return gitBytes(path,
                    u"diff --quiet --exit-code --cached 2>/dev/null; cp .git/index .git/other && "
                    "GIT_INDEX_FILE=.git/other git apply --cached .git/patch >&2 && "
                    "GIT_INDEX_FILE=.git/other git ls-files -s -z"_s);
}

QList<LinePick> TestGitStaging::someOf(const QList<LinePick>& lines, QRandomGenerator& dice)
{
    QList<LinePick> some;
    while (some.isEmpty()) {
        const int chance = dice.bounded(1, 5);
        for (const LinePick& line : lines) {
            if (dice.bounded(5) < chance) {
                some.append(line);
            }
        }
    }
    return some;
}

// ---- files --------------------------------------------------------------------------------------

void TestGitStaging::stagesFiles_data()
{
    QTest::addColumn<QString>("script");
    QTest::addColumn<QByteArrayList>("paths");
    const auto row = [](const char* name, const char* script, const QByteArrayList& paths) {
        QTest::newRow(name) << QString::fromLatin1(script) << paths;
    };
    row("changed", "echo 2 >> a.txt; echo 2 >> sub/b.txt", {"a.txt"});
    row("deleted", "rm a.txt; rm -r sub", {"a.txt", "sub/b.txt"});
    row("new", "echo n > n.txt; echo o > o.txt", {"n.txt"});
    row("mode and link", "chmod +x a.txt; ln -sfn run.sh link", {"a.txt", "link"});
    row("file to a link", "rm a.txt; ln -s /etc/passwd a.txt", {"a.txt"});
    row("file to a folder", "rm a.txt; mkdir a.txt; echo x > a.txt/x", {"a.txt/x"});
    row("folder to a file", "rm -r sub; echo x > sub", {"sub"});
    row("folder", "mkdir -p n/m; echo 1 > n/1; echo 2 > n/m/2; echo 3 > n/3.o; echo 4 > out",
        {"n/"});
    row("folder with changes",
        "rm sub/b.txt; echo 2 >> sub/deep/c.txt; echo n > sub/n; echo m >> a.txt", {"sub/"});
    row("all", "rm sub/b.txt; echo 2 >> a.txt; echo n > n; echo o > o.o", {});
    row("names that look like patterns",
        "echo 1 > '*'; echo 2 > '[a].txt'; echo 3 >> a.txt; echo 4 > ':(top)x'; mkdir '?'; echo 5 "
        "> '?/5'",
        {"*", "[a].txt", ":(top)x", "?/"});
    row("ignored when named", "echo o > o.o", {"o.o"});
    row("line ends", "git config core.autocrlf true; printf 'a\\r\\nb\\r\\n' > a.txt", {"a.txt"});
    row("intent to add", "echo n > n; git add -N n", {"n"});
    row("conflict",
        "echo 1 >> a.txt; git commit -qam 1; git checkout -q -b o HEAD~1; echo 2 >> a.txt; git "
        "commit -qam 2; git merge main >/dev/null; echo 3 > a.txt",
        {"a.txt"});
    row("submodule", "git init -q inner; git -C inner commit -q --allow-empty -m i", {"inner"});
}

void TestGitStaging::stagesFiles()
{
    QFETCH(QString, script);
    QFETCH(QByteArrayList, paths);
    const QString path = copyOfTemplate();
    const auto repository = Ground::open(path);
    Ground::run(path, u"sh"_s, {u"-c"_s, script});
    QString names;
    for (const QByteArray& name : paths) {
        names += u" \":(literal)"_s + QString::fromUtf8(name) + u'"';
    }
    const QByteArray wanted = gitBytes(
        path,
        u"version >&2; cp .git/index .git/other && GIT_INDEX_FILE=.git/other git add -A -f --"_s
                .replace(u"-A -f"_s,
                         paths.isEmpty() || paths.first().endsWith('/') ? u"-A"_s : u"-A -f"_s) +
            (names.isEmpty() ? u" ."_s : names) +
            u" 2>/dev/null && GIT_INDEX_FILE=.git/other git ls-files -s -z"_s);
    const Result<void> staged = finished(git::stage(repository, paths));
    QVERIFY2(staged, staged ? "" : qPrintable(staged.error().message));
    QCOMPARE(indexOf(path), wanted);
    QVERIFY(tellsTheSame(repository, path));
    QVERIFY(tellsTheSame(Ground::open(path), path));
}

void TestGitStaging::unstagesFiles_data()
{
    QTest::addColumn<QString>("script");
    QTest::addColumn<QByteArrayList>("paths");
    const auto row = [](const char* name, const char* script, const QByteArrayList& paths) {
        QTest::newRow(name) << QString::fromLatin1(script) << paths;
    };
    row("changed", "echo 2 >> a.txt; echo 2 >> sub/b.txt; git add .", {"a.txt"});
    row("new", "echo n > n; echo o > o; git add .", {"n"});
    row("deleted", "git rm -q a.txt sub/b.txt", {"a.txt"});
    row("folder", "echo n > sub/n; git rm -q sub/b.txt; echo 2 >> a.txt; git add .", {"sub/"});
    row("all", "echo n > sub/n; git rm -q sub/b.txt; echo 2 >> a.txt; git add .", {});
    row("renamed", "git mv a.txt z.txt", {"a.txt", "z.txt"});
    row("folder in the place of a file",
        "git rm -q a.txt; mkdir a.txt; echo x > a.txt/x; git add .", {"a.txt/"});
    row("names that look like patterns", "echo 1 > '*'; echo 2 > b; git add .", {"*"});
    row("conflict",
        "echo 1 >> a.txt; git commit -qam 1; git checkout -q -b o HEAD~1; echo 2 >> a.txt; git "
        "commit -qam 2; git merge main >/dev/null; true",
        {"a.txt"});
    row("no commit yet", "git checkout -q --orphan new", {"a.txt", "sub/"});
}

void TestGitStaging::unstagesFiles()
{
    QFETCH(QString, script);
    QFETCH(QByteArrayList, paths);
    const QString path = copyOfTemplate();
    const auto repository = Ground::open(path);
    Ground::run(path, u"sh"_s, {u"-c"_s, script});
    QString names;
    for (const QByteArray& name : paths) {
        names += u" \":(literal)"_s + QString::fromUtf8(name) + u'"';
    }
    const bool unborn = script.contains(u"orphan");
    const QByteArray wanted = gitBytes(path,
                                       u"version >&2; cp .git/index .git/other && "
                                       u"GIT_INDEX_FILE=.git/other git %1 --%2 >/dev/null; "
                                       "GIT_INDEX_FILE=.git/other git ls-files -s -z"_s.arg(
                                           unborn ? u"rm -r --cached -q"_s : u"reset -q"_s, names));
    const Result<void> unstaged = finished(git::unstage(repository, paths));
    QVERIFY2(unstaged, unstaged ? "" : qPrintable(unstaged.error().message));
    QCOMPARE(indexOf(path), wanted);
    QVERIFY(tellsTheSame(repository, path));
}

// ---- lines --------------------------------------------------------------------------------------

void TestGitStaging::fileKinds()
{
    QTest::addColumn<QByteArray>("before");
    QTest::addColumn<QByteArray>("after");
    QByteArray thirty;
    QByteArray changed;
    for (int i = 1; i <= 30; ++i) {
        const QByteArray line = "line " + QByteArray::number(i);
        thirty += line + '\n';
        if (i % 9 != 3) {
            changed += line + (i % 7 == 2 ? " now" : "") + '\n';
        }
        if (i % 11 == 5) {
            changed += "more\nand more\n";
        }
    }
    QTest::newRow("several hunks") << thirty << changed;
    QTest::newRow("other way round") << changed << thirty;
    QTest::newRow("break at the end lost") << thirty << changed.chopped(1);
    QTest::newRow("break at the end made") << thirty.chopped(1) << changed;
    QTest::newRow("no break at the end") << thirty.chopped(1) << changed.chopped(1);
    QTest::newRow("only the break") << QByteArray("a\nb") << QByteArray("a\nb\n");
    QTest::newRow("longer without break") << QByteArray("a\nb") << QByteArray("a\nb\nc\nd");
    QTest::newRow("all others") << QByteArray("a\nb\nc") << QByteArray("x\ny\nz\nw");
    QTest::newRow("windows") << QByteArray(thirty).replace("\n", "\r\n")
                             << QByteArray(changed).replace("\n", "\r\n");
    QTest::newRow("to windows") << QByteArray("a\nb\nc\n") << QByteArray("a\r\nb\r\nc\r\n");
    QTest::newRow("new") << QByteArray() << QByteArray("one\ntwo\nthree");
    QTest::newRow("deleted") << QByteArray("one\ntwo\nthree") << QByteArray();
    QTest::newRow("blank lines") << QByteArray("\n\n\na\n\n") << QByteArray("\n\na\n\n\n\nb\n");
    QTest::newRow("not UTF-8") << QByteArray("a\xff\nb\n") << QByteArray("a\xfe\nb\n\xc3\n");
}

void TestGitStaging::stagesLinesAsGitApplyDoes_data()
{
    fileKinds();
}

void TestGitStaging::stagesLinesAsGitApplyDoes()
{
    QFETCH(QByteArray, before);
    QFETCH(QByteArray, after);
    const QString path = m_ground->path(u"lines"_s);
    QDir(path).removeRecursively();
    m_ground->init(u"lines"_s);
    if (!before.isEmpty()) {
        Ground::write(path + u"/f"_s, before);
    }
    Ground::commit(path, u"first"_s);
    if (after.isEmpty()) {
        QFile::remove(path + u"/f"_s);
    } else {
        Ground::write(path + u"/f"_s, after);
    }
    const auto repository = Ground::open(path);
    QRandomGenerator dice(7);
    // Again and again some of what is left, until nothing is.
    for (int round = 0; round < 12; ++round) {
        const bool known = !indexOf(path).isEmpty();
        if (!known && after.isEmpty()) {
            break;
        }
        const FileDiff shown = known ? shownBy(path, "f") : shownUntracked("f", after);
        const QList<LinePick> lines = linesOf(shown);
        if (lines.isEmpty()) {
            break;
        }
        const QList<LinePick> some = round == 11 ? lines : someOf(lines, dice);
        const QByteArray wanted = afterPatch(path, patchOf(shown, some, false));
        const Result<void> staged = finished(git::stageLines(repository, shown, some));
        QVERIFY2(staged, staged ? "" : qPrintable(staged.error().message));
        QCOMPARE(indexOf(path), wanted);
    }
    QCOMPARE(linesOf(shownBy(path, "f")).size(), 0);
    QVERIFY(tellsTheSame(repository, path));
}

void TestGitStaging::unstagesLinesAsGitApplyDoes_data()
{
    fileKinds();
}

void TestGitStaging::unstagesLinesAsGitApplyDoes()
{
    QFETCH(QByteArray, before);
    QFETCH(QByteArray, after);
    const QString path = m_ground->path(u"lines"_s);
    QDir(path).removeRecursively();
    m_ground->init(u"lines"_s);
    if (!before.isEmpty()) {
        Ground::write(path + u"/f"_s, before);
    }
    Ground::commit(path, u"first"_s);
    QFile::remove(path + u"/f"_s);
    if (!after.isEmpty()) {
        Ground::write(path + u"/f"_s, after);
    }
    Ground::git(path, {u"add"_s, u"-A"_s});
    const auto repository = Ground::open(path);
    QRandomGenerator dice(8);
    for (int round = 0; round < 12; ++round) {
        const FileDiff shown = shownBy(path, "f", true);
        const QList<LinePick> lines = linesOf(shown);
        if (lines.isEmpty()) {
            break;
        }
        const QList<LinePick> some = round == 11 ? lines : someOf(lines, dice);
        const QByteArray wanted = afterPatch(path, patchOf(shown, some, true));
        const Result<void> unstaged = finished(git::unstageLines(repository, shown, some));
        QVERIFY2(unstaged, unstaged ? "" : qPrintable(unstaged.error().message));
        QCOMPARE(indexOf(path), wanted);
    }
    QCOMPARE(Ground::git(path, {u"diff"_s, u"--cached"_s}), QString());
    QVERIFY(tellsTheSame(repository, path));
}

void TestGitStaging::refusesWhatIsNoLongerShown()
{
    const QString path = copyOfTemplate();
    const auto repository = Ground::open(path);
    Ground::write(path + u"/a.txt"_s, "a\nb\nc\n");
    const FileDiff shown = shownBy(path, "a.txt");
    const QByteArray index = indexOf(path);
    const auto refused = [&](const FileDiff& diff) {
        const Result<void> staged = finished(git::stageLines(repository, diff, {{0, 1}}));
        return kindOf(staged) == u"conflict" && staged.error().message.contains(u"a.txt");
    };
    Ground::write(path + u"/a.txt"_s, "a\nb\nc\nd\n");
    QVERIFY(refused(shown));
    Ground::write(path + u"/a.txt"_s, "a\nB\nc\n");
    QVERIFY(refused(shown));
    QFile::remove(path + u"/a.txt"_s);
    QVERIFY(refused(shown));
    QCOMPARE(indexOf(path), index);
    Ground::write(path + u"/a.txt"_s, "x\n");
    Ground::git(path, {u"add"_s, u"a.txt"_s});
    Ground::write(path + u"/a.txt"_s, "a\nb\nc\n");
    QVERIFY(refused(shown));
    Ground::git(path, {u"rm"_s, u"-qf"_s, u"--cached"_s, u"a.txt"_s});
    QVERIFY(refused(shown));
    FileDiff odd = shown;
    odd.hunks[0].oldStart = 1'000'000;
    Ground::git(path, {u"reset"_s, u"-q"_s});
    QVERIFY(refused(odd));
    QVERIFY(finished(git::stageLines(repository, shown, {{0, 1}})));
}

void TestGitStaging::refusesWhatHasNoLines()
{
    const QString path = copyOfTemplate();
    const auto repository = Ground::open(path);
    Ground::write(path + u"/a.txt"_s, "a\nb\n");
    const FileDiff shown = shownBy(path, "a.txt");
    FileDiff binary = shown;
    binary.change.binary = true;
    FileDiff large = shown;
    large.tooLarge = true;
    FileDiff link = shown;
    link.change.newMode = 0120000;
    for (const FileDiff& diff : {binary, large, link}) {
        QCOMPARE(kindOf(finished(git::stageLines(repository, diff, {{0, 1}}))), u"invalid"_s);
    }
    for (const LinePick& pick :
         {LinePick{0, 0}, LinePick{0, 9}, LinePick{1, 0}, LinePick{-1, -1}}) {
        QCOMPARE(kindOf(finished(git::stageLines(repository, shown, {pick}))), u"invalid"_s);
    }
    QCOMPARE(kindOf(finished(git::stageLines(repository, shown, {}))), u"invalid"_s);
    QCOMPARE(Ground::git(path, {u"diff"_s, u"--cached"_s}), QString());
}

void TestGitStaging::neverLeavesTheWorkTree()
{
    const QString path = copyOfTemplate();
    const auto repository = Ground::open(path);
    const QByteArray index = indexOf(path);
    Ground::write(m_ground->path(u"outside/f"_s), "outside\n");
    QFile::link(m_ground->path(u"outside"_s), path + u"/way"_s);
    for (const QByteArray& name :
         {QByteArray("way/f"), QByteArray("../outside/f"), QByteArray("/etc/passwd"),
          QByteArray(".git/config"), QByteArray("sub/.GIT/x"), QByteArray("sub//x"),
          QByteArray("./a.txt"), QByteArray("a\0b", 3), QByteArray("")}) {
        const Result<void> staged = finished(git::stage(repository, {"a.txt", name}));
        QVERIFY2(kindOf(staged) == u"refused", name.constData());
    }
    QCOMPARE(kindOf(finished(git::stage(repository, {"nowhere"}))), u"not-found"_s);
    QCOMPARE(indexOf(path), index);
}

void TestGitStaging::yieldsToOthers()
{
    const QString path = copyOfTemplate();
    const auto repository = Ground::open(path);
    Ground::write(path + u"/a.txt"_s, "a\nb\n");
    const QByteArray index = indexOf(path);
    Ground::write(path + u"/.git/index.lock"_s, "");
    const Result<void> staged = finished(git::stage(repository, {"a.txt"}));
    QCOMPARE(kindOf(staged), u"locked"_s);
    QVERIFY(staged.error().message.contains(u"index.lock"));
    QCOMPARE(kindOf(finished(git::stageLines(repository, shownBy(path, "a.txt"), {{0, 1}}))),
             u"locked"_s);
    QCOMPARE(indexOf(path), index);
    QVERIFY(QFile::remove(path + u"/.git/index.lock"_s));
    // What failed left nothing behind that a later act would write.
    QVERIFY(finished(git::stage(repository, {"sub/b.txt"})));
    QCOMPARE(indexOf(path), index);
    QVERIFY(finished(git::stage(repository, {"a.txt"})));
    QVERIFY(indexOf(path) != index);
}

// ---- ignore -------------------------------------------------------------------------------------

void TestGitStaging::namesPathsToIgnore_data()
{
    QTest::addColumn<QByteArray>("path");
    QTest::addColumn<QByteArray>("pattern");
    const auto row = [](const QByteArray& path, const QByteArray& pattern) {
        QTest::newRow(path.toPercentEncoding().constData()) << path << pattern;
    };
    row("plain", "/plain");
    row("sub/inner", "/sub/inner");
    row("#hash", "/#hash");
    row("!bang", "/!bang");
    row("st*r", "/st\\*r");
    row("wh?t", "/wh\\?t");
    row("[ab]", "/\\[ab]");
    row("back\\slash", "/back\\\\slash");
    row("blank ", "/blank\\ ");
    row("two  ", "/two  ");
    row("a b", "/a b");
    row("tab\t", "/tab\\\t");
    row("\xff\xfe", "/\xff\xfe");
    row("folder/", "/folder/");
    row("fold*r /", "/fold\\*r /");
}

void TestGitStaging::namesPathsToIgnore()
{
    QFETCH(QByteArray, path);
    QFETCH(QByteArray, pattern);
    if (path == "two  ") {
        pattern = ignorePattern(path);  // how many blanks are escaped is not the point
    }
    QCOMPARE(ignorePattern(path), pattern);
    const QString folder = copyOfTemplate();
    const auto repository = Ground::open(folder);
    const Result<QByteArray> added = finished(git::ignore(repository, path));
    QVERIFY2(added, added ? "" : qPrintable(added.error().message));
    QCOMPARE(*added, pattern);
    QCOMPARE(Ground::read(folder + u"/.gitignore"_s), "*.o\n" + pattern + '\n');
    // Git takes it for this path, and for no other.
    const auto ignored = [&folder](const QByteArray& name) {
        Ground::write(folder + u"/.git/names"_s, name + '\0');
        return gitBytes(folder, u"check-ignore -z --stdin --no-index < .git/names"_s) ==
               name + '\0';
    };
    QVERIFY(ignored(path));
    const QByteArray plain = path.endsWith('/') ? path.chopped(1) : path;
    for (const QByteArray& other : {plain + 'x', "x/" + plain, QByteArray("starr"),
                                    QByteArray("what"), QByteArray("a"), plain.trimmed() + "y"}) {
        QVERIFY2(!ignored(other), other.constData());
    }
    QVERIFY(!path.endsWith(' ') || !ignored(path.trimmed()));
}

void TestGitStaging::ignoresOnce()
{
    const QString path = copyOfTemplate();
    const auto repository = Ground::open(path);
    Ground::write(path + u"/.gitignore"_s, "*.o\r\nlast");
    QCOMPARE(*finished(git::ignore(repository, "a.o")), QByteArray());
    QCOMPARE(*finished(git::ignore(repository, "new/")), "/new/");
    QCOMPARE(*finished(git::ignore(repository, "new/x")), QByteArray());
    QCOMPARE(Ground::read(path + u"/.gitignore"_s), "*.o\r\nlast\r\n/new/\r\n");
    QCOMPARE(kindOf(finished(git::ignore(repository, "a\nb"))), u"invalid"_s);
    QCOMPARE(kindOf(finished(git::ignore(repository, "../x"))), u"refused"_s);
    // A .gitignore that is a link leads nobody out.
    QFile::remove(path + u"/.gitignore"_s);
    QFile::link(m_ground->path(u"outside/f"_s), path + u"/.gitignore"_s);
    QCOMPARE(kindOf(finished(git::ignore(repository, "more"))), u"invalid"_s);
}

QTEST_GUILESS_MAIN(TestGitStaging)
#include "tst_git_staging.moc"
