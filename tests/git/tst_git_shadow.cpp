#include "core/git/src/shadow.h"
#include "core/git/history.h"
#include "core/git/src/access.h"
#include "tests/git/boobytrap.h"

using namespace analemma::git;
using namespace gitfixture;

namespace {

using Made = Result<std::shared_ptr<Shadow>>;

Made shadowOf(Repository& repository, ShadowNeeds needs = {})
{
    return finished(perform<std::shared_ptr<Shadow>>(
        Access::body(repository), std::function<Made(const Handle&)>([needs](const Handle& handle) {
            return makeShadow(handle, needs);
        })));
}

ShadowNeeds everything()
{
    ShadowNeeds needs;
    needs.refs = true;
    needs.workTree = true;
    return needs;
}

/// What git prints in the shadow, without the last line break; a failure fails the test.
QString inShadow(const std::shared_ptr<Shadow>& shadow, const QStringList& arguments)
{
    const Result<ProcessResult> ran = finished(runGit(shadow, GitRun(arguments), CancelToken()));
    if (!ran || !ran->ok()) {
        const QString why = ran ? gitRunError(*ran, u"git"_s).message : ran.error().message;
        QTest::qFail(qPrintable(arguments.join(u' ') + u": "_s + why), __FILE__, __LINE__);
        return {};
    }
    return QString::fromUtf8(ran->output.endsWith('\n') ? ran->output.chopped(1) : ran->output);
}

}  // namespace

/// The git program in a folder of our own: it sees the repository, and nothing that a repository
/// can make it run.
class TestGitShadow : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void cleanupTestCase();
    void writesConfiguration();
    void seesTheRepository();
    void seesReplacedAndShallow();
    void seesLinkedWorkTrees();
    void tripsNothing();
    void knowsOnlyHarmlessSettings();
    void talksOnlyWhereAllowed();
    void goesWithItsFolder();
    void streamsAndEnds();
    void refusesOddPrograms_data();
    void refusesOddPrograms();

private:
    std::unique_ptr<Ground> m_ground;
    std::unique_ptr<Library> m_library;
};

void TestGitShadow::initTestCase()
{
    m_ground = std::make_unique<Ground>();
    m_library = std::make_unique<Library>();
}

void TestGitShadow::cleanupTestCase()
{
    drain();
    m_library.reset();
    m_ground.reset();
}

/// Git itself reads back what was written.
void TestGitShadow::writesConfiguration()
{
    const std::vector<std::pair<QByteArray, QByteArray>> settings{
        {"core.bare", "true"},
        {"http.https://example.org/a.b.proxy", "socks5h://[::1]:9"},
        {"a.q\"u\\o.key", " \"x\"\\ # ; \n\ttail "},
        {"credential.helper", ""}};
    const QString file = m_ground->folder(u"config"_s) + u"/written"_s;
    Ground::write(file, configText(settings));
    for (const auto& [key, value] : settings) {
        QCOMPARE(Ground::git(m_ground->path(u"config"_s), {u"config"_s, u"-z"_s, u"-f"_s, file,
                                                           u"--get"_s, QString::fromUtf8(key)}),
                 QString::fromUtf8(value) + QChar(0));
    }
}

void TestGitShadow::seesTheRepository()
{
    const QString path = m_ground->init(u"seen"_s);
    Ground::commit(path, u"first"_s, {{u"a.txt"_s, "a\n"}, {u"dir/b.txt"_s, "b\n"}});
    Ground::git(path, {u"tag"_s, u"-a"_s, u"-m"_s, u"one"_s, u"v1"_s});
    Ground::git(path, {u"branch"_s, u"loose/branch"_s});
    Ground::git(path, {u"pack-refs"_s, u"--all"_s});
    Ground::commit(path, u"second"_s, {{u"a.txt"_s, "a\nb\n"}});
    Ground::git(path, {u"update-ref"_s, u"refs/remotes/origin/main"_s, u"HEAD~1"_s});
    Ground::git(path,
                {u"symbolic-ref"_s, u"refs/remotes/origin/HEAD"_s, u"refs/remotes/origin/main"_s});
    Ground::write(path + u"/.git/refs/heads/broken"_s, "no id\n");
    Ground::write(path + u"/.git/info/exclude"_s, "*.left\n");
    Ground::write(path + u"/dir/x.left"_s, "left\n");
    Ground::write(path + u"/dir/x.new"_s, "new\n");
    const auto repository = Ground::open(path);
    const Made shadow = shadowOf(*repository, everything());
    QVERIFY2(shadow, qPrintable(shadow ? QString() : shadow.error().message));
    QVERIFY(QFile::remove(path + u"/.git/refs/heads/broken"_s));
    QCOMPARE((*shadow)->directory(), path);
    for (const QStringList& question :
         {QStringList{u"show-ref"_s, u"--head"_s, u"-d"_s},
          QStringList{u"log"_s, u"--all"_s, u"--format=%H %D"_s, u"--decorate=full"_s},
          QStringList{u"status"_s, u"--porcelain=v2"_s, u"--branch"_s},
          QStringList{u"ls-files"_s, u"-s"_s}, QStringList{u"symbolic-ref"_s, u"HEAD"_s},
          QStringList{u"fsck"_s, u"--no-progress"_s}}) {
        const QString told = inShadow(*shadow, question);
        const QString git = Ground::git(path, question);
        if (question.first() == u"log"_s) {  // the shadow knows no symbolic remote HEAD
            QCOMPARE(QString(told).remove(u"refs/remotes/origin/HEAD, "_s),
                     QString(git).remove(u"refs/remotes/origin/HEAD, "_s));
        } else {
            QCOMPARE(told, git);
        }
    }
    const Made lean = shadowOf(*repository);
    QVERIFY(lean);
    QCOMPARE(inShadow(*lean, {u"show-ref"_s, u"--head"_s}),
             Ground::git(path, {u"rev-parse"_s, u"HEAD"_s}) + u" HEAD"_s);
    const QString bare = m_ground->init(u"bare"_s, {u"--bare"_s});
    const Made noTree = shadowOf(*Ground::open(bare), everything());
    QCOMPARE(gitfixture::kindOf(noTree), toString(ErrorKind::Unsupported));
}

void TestGitShadow::seesReplacedAndShallow()
{
    const QString path = m_ground->init(u"deep"_s);
    for (int i = 0; i < 5; ++i) {
        Ground::commit(path, u"c%1"_s.arg(i), {{u"a"_s, QByteArray::number(i) + '\n'}});
    }
    const QString clone = m_ground->path(u"shallow"_s);
    Ground::git(path, {u"clone"_s, u"-q"_s, u"--depth"_s, u"4"_s, u"file://"_s + path, clone});
    Ground::git(clone, {u"replace"_s, u"HEAD~1"_s, u"HEAD~2"_s});
    const Made shadow = shadowOf(*Ground::open(clone));
    QVERIFY(shadow);
    const QStringList question{u"log"_s, u"--format=%H %s"_s};
    QCOMPARE(inShadow(*shadow, question), Ground::git(clone, question));
}

void TestGitShadow::seesLinkedWorkTrees()
{
    const QString path = m_ground->init(u"main-tree"_s);
    Ground::commit(path, u"first"_s, {{u"a.txt"_s, "a\n"}});
    const QString linked = m_ground->path(u"linked"_s);
    Ground::git(path, {u"worktree"_s, u"add"_s, u"-q"_s, u"-b"_s, u"other"_s, linked});
    Ground::commit(linked, u"second"_s, {{u"b.txt"_s, "b\n"}});
    Ground::write(linked + u"/b.txt"_s, "changed\n");
    const Made shadow = shadowOf(*Ground::open(linked), everything());
    QVERIFY(shadow);
    for (const QStringList& question :
         {QStringList{u"log"_s, u"--format=%H %s"_s}, QStringList{u"status"_s, u"--porcelain"_s},
          QStringList{u"show-ref"_s, u"--head"_s}}) {
        QCOMPARE(inShadow(*shadow, question), Ground::git(linked, question));
    }
}

void TestGitShadow::tripsNothing()
{
    BoobyTrap trap(*m_ground, u"trap"_s);
    QCOMPARE(trap.markers(), QStringList());
    const QList<QStringList> looks{
        {u"status"_s},
        {u"diff"_s},
        {u"diff"_s, u"--ext-diff"_s, u"--textconv"_s, u"HEAD~1"_s},
        {u"log"_s, u"-p"_s, u"--ext-diff"_s, u"--textconv"_s, u"--show-signature"_s},
        {u"log"_s, u"-Schanged"_s, u"--all"_s, u"--textconv"_s},
        {u"blame"_s, u"trapped.one"_s},
        {u"blame"_s, u"trapped.two"_s},
        {u"grep"_s, u"--textconv"_s, u"one"_s},
        {u"fetch"_s, u"-q"_s, u"origin"_s},
        {u"st"_s},
        {u"diff"_s, u"trapped.three"_s},
        {u"add"_s, u"trapped.one"_s},
        {u"add"_s, u"-A"_s},
        {u"commit"_s, u"-m"_s, u"x"_s},
        {u"merge"_s, u"side"_s},
        {u"checkout"_s, u"-f"_s, u"side"_s},
        {u"gc"_s, u"--auto"_s}};
    // The same in the shadow leaves nothing, whether git could do it or not.
    const auto repository = Ground::open(trap.path());
    ShadowNeeds needs = everything();
    needs.settings = {{"user.name", "Ana"}, {"user.email", "ana@example.org"}};
    const Made shadow = shadowOf(*repository, needs);
    QVERIFY(shadow);
    QStringList failed;
    for (const QStringList& look : looks) {
        const auto ran = finished(runGit(*shadow, GitRun(look), CancelToken()));
        QVERIFY(ran);
        if (!ran->ok()) {
            failed.append(look.first());
        }
        QVERIFY2(trap.markers().isEmpty(),
                 qPrintable(look.join(u' ') + u" ran "_s + trap.markers().join(u' ')));
    }
    // No remote and no alias is known there; the merge stops at the conflict.
    QCOMPARE(failed, QStringList({u"fetch"_s, u"st"_s, u"merge"_s}));
    // libgit2's own ways.
    QVERIFY(finished(repository->head()));
    QVERIFY(finished(repository->refs()));
    QVERIFY(finished(repository->log({}, CancelToken())));
    QVERIFY(finished(repository->history({})));
    QVERIFY(
        finished(repository->exportTree(u"v1"_s, m_ground->path(u"exported"_s), CancelToken())));
    QCOMPARE(trap.markers(), QStringList());
    // And the control: as it is, git steps into it.
    BoobyTrap control(*m_ground, u"control"_s);
    for (const QStringList& look : looks) {
        ProcessSpec spec(u"git"_s, look);
        spec.directory = control.path();
        for (const char* name :
             {"GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL", "GIT_COMMITTER_NAME", "GIT_COMMITTER_EMAIL"}) {
            spec.environment.emplace_back(QString::fromLatin1(name), u"ana@example.org"_s);
        }
        QVERIFY(finished(runProcess(spec, CancelToken())));
    }
    const QStringList sprung = control.markers();
    for (const QString& name :
         {u"fsmonitor"_s, u"filter-clean"_s, u"filter-process"_s, u"textconv"_s, u"diff-command"_s,
          u"diff-external"_s, u"alias"_s, u"hook-pre-commit"_s, u"hook-post-index-change"_s,
          u"hook-post-checkout"_s, u"gpg"_s}) {
        QVERIFY2(sprung.contains(name), qPrintable(name + u" not in "_s + sprung.join(u' ')));
    }
}

void TestGitShadow::knowsOnlyHarmlessSettings()
{
    const QString path = m_ground->init(u"settings"_s);
    Ground::commit(path, u"first"_s, {{u"a.txt"_s, "a\n"}});
    const std::pair<QString, QString> settings[] = {{u"core.autocrlf"_s, u"INPUT"_s},
                                                    {u"core.eol"_s, u"$(touch x)"_s},
                                                    {u"core.filemode"_s, u"off"_s},
                                                    {u"core.sshcommand"_s, u"x"_s},
                                                    {u"user.name"_s, u"Eve"_s}};
    for (const auto& [key, value] : settings) {
        Ground::git(path, {u"config"_s, key, value});
    }
    const Made shadow = shadowOf(*Ground::open(path));
    QVERIFY(shadow);
    const QStringList known =
        inShadow(*shadow, {u"config"_s, u"--list"_s, u"--show-origin"_s}).split(u'\n');
    QStringList core;
    for (const QString& line : known) {
        QVERIFY2(line.startsWith(u"file:"_s + (*shadow)->folder() + u"/config\t"_s),
                 qPrintable(line));
        core.append(line.section(u'\t', 1));
    }
    QVERIFY(core.contains(u"core.autocrlf=input"_s));
    QVERIFY(core.contains(u"core.filemode=false"_s));
    for (const QString& line : core) {
        QVERIFY2(!line.startsWith(u"core.eol"_s) && !line.startsWith(u"core.sshcommand"_s) &&
                     !line.startsWith(u"user."_s),
                 qPrintable(line));
    }
}

void TestGitShadow::talksOnlyWhereAllowed()
{
    const QString source = m_ground->init(u"source"_s);
    const QString tip = Ground::commit(source, u"first"_s, {{u"a.txt"_s, "a\n"}});
    const QString path = m_ground->init(u"fetching"_s);
    Ground::commit(path, u"own"_s, {{u"b.txt"_s, "b\n"}});
    const auto repository = Ground::open(path);
    const QStringList fetch{u"fetch"_s, u"-q"_s, u"file://"_s + source,
                            u"refs/heads/main:refs/remotes/x/main"_s};
    for (const QStringList& protocols : {QStringList(), QStringList{u"https"_s, u"ssh"_s}}) {
        ShadowNeeds needs;
        needs.protocols = protocols;
        const Made shadow = shadowOf(*repository, needs);
        QVERIFY(shadow);
        const auto ran = finished(runGit(*shadow, GitRun(fetch), CancelToken()));
        QVERIFY(ran);
        QVERIFY(!ran->ok());
        QVERIFY(gitRunError(*ran, u"fetch"_s).message.contains(u"'file' not allowed"_s));
    }
    ShadowNeeds needs;
    needs.protocols = {u"file"_s};
    const Made shadow = shadowOf(*repository, needs);
    QVERIFY(shadow);
    inShadow(*shadow, fetch);
    // The ref is the shadow's, the objects are the repository's.
    QCOMPARE(inShadow(*shadow, {u"rev-parse"_s, u"refs/remotes/x/main"_s}), tip);
    QCOMPARE(Ground::git(path, {u"cat-file"_s, u"-t"_s, tip}), u"commit"_s);
    QCOMPARE(Ground::git(path, {u"for-each-ref"_s, u"--format=%(refname)"_s}),
             u"refs/heads/main"_s);
}

void TestGitShadow::goesWithItsFolder()
{
    const QString path = m_ground->init(u"going"_s);
    Ground::commit(path, u"first"_s, {{u"a.txt"_s, "a\n"}});
    Made shadow = shadowOf(*Ground::open(path));
    QVERIFY(shadow);
    const QString folder = (*shadow)->folder();
    QCOMPARE(QFile::permissions(folder) & (QFile::ReadGroup | QFile::WriteGroup | QFile::ExeGroup |
                                           QFile::ReadOther | QFile::WriteOther | QFile::ExeOther),
             QFile::Permissions());
    auto run = runGit(*shadow, GitRun({u"rev-parse"_s, u"HEAD"_s}), CancelToken());
    shadow = Error();
    QVERIFY(QFile::exists(folder));  // the run holds it
    QVERIFY(finished(std::move(run))->ok());
    QTRY_VERIFY(!QFile::exists(folder));
    QCOMPARE(Ground::git(path, {u"fsck"_s}), QString());  // what the link leads to stays
}

void TestGitShadow::streamsAndEnds()
{
    const QString path = m_ground->init(u"streams"_s);
    Ground::commit(path, u"first"_s, {{u"a.txt"_s, "a\n"}});
    const Made shadow = shadowOf(*Ground::open(path));
    QVERIFY(shadow);
    auto output = std::make_shared<QByteArray>();
    GitRun run({u"cat-file"_s, u"--batch-check"_s});
    run.input = "HEAD\nHEAD^{tree}\nnowhere\n";
    run.onOutput = [output](const QByteArray& piece) { output->append(piece); };
    const auto ran = finished(runGit(*shadow, run, CancelToken()));
    QVERIFY(ran);
    QVERIFY(ran->ok());
    QCOMPARE(output->count('\n'), 3);
    QVERIFY(ran->output.isEmpty());
    const auto failed = finished(runGit(*shadow, GitRun({u"log"_s, u"nowhere"_s}), CancelToken()));
    QVERIFY(failed);
    const Error error = gitRunError(*failed, u"look"_s);
    QCOMPARE(toString(error.kind), toString(ErrorKind::Failed));
    QVERIFY2(error.message.startsWith(u"look: ambiguous argument 'nowhere'"_s),
             qPrintable(error.message));
    CancelToken cancel;
    cancel.cancel();
    QCOMPARE(gitfixture::kindOf(finished(runGit(*shadow, GitRun({u"log"_s}), cancel))),
             toString(ErrorKind::Cancelled));
}

void TestGitShadow::refusesOddPrograms_data()
{
    QTest::addColumn<QByteArray>("script");
    QTest::addColumn<QString>("words");
    QTest::newRow("missing") << QByteArray() << u"not installed"_s;
    QTest::newRow("old") << QByteArray("echo git version 2.20.1") << u"version 2.20.1"_s;
    QTest::newRow("older") << QByteArray("echo git version 1.99.0") << u"version 1.99.0"_s;
    QTest::newRow("odd") << QByteArray("echo hello") << u"\"hello\""_s;
}

void TestGitShadow::refusesOddPrograms()
{
    QFETCH(const QByteArray, script);
    QFETCH(const QString, words);
    const QString path = m_ground->init(u"odd-"_s + QString::fromLatin1(QTest::currentDataTag()));
    Ground::commit(path, u"first"_s);
    const Made shadow = shadowOf(*Ground::open(path));
    QVERIFY(shadow);
    const QString programs =
        m_ground->folder(u"programs-"_s + QString::fromLatin1(QTest::currentDataTag()));
    if (!script.isEmpty()) {
        Ground::write(programs + u"/git"_s, "#!/bin/sh\n" + script + "\n");
        QFile::setPermissions(programs + u"/git"_s, QFile::ReadOwner | QFile::ExeOwner);
    }
    const QByteArray before = qgetenv("PATH");
    qputenv("PATH", QFile::encodeName(programs));
    const auto ran = finished(runGit(*shadow, GitRun({u"log"_s}), CancelToken()));
    qputenv("PATH", before);
    QCOMPARE(gitfixture::kindOf(ran), toString(ErrorKind::Unsupported));
    QVERIFY2(ran.error().message.contains(words), qPrintable(ran.error().message));
    for (const char* good :
         {"git version 2.39.5\n", "git version 2.32.0.windows.1", "git version 3.0"}) {
        QVERIFY(!unusableGit(good));
    }
}

QTEST_GUILESS_MAIN(TestGitShadow)
#include "tst_git_shadow.moc"
