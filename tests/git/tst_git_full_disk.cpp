#include "core/git/graphfile.h"

#include "tests/git/fulldiskacts.h"

#include <QCoreApplication>

using namespace analemma::git;
using namespace gitfixture;

/// Each act on a disk with room for 0, 1, 2, ... blocks, until it succeeds: what fails says so in
/// words, leaves no lock and nothing half done, and works once there is room.
class TestGitFullDisk : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void cleanupTestCase();
    void failsInWordsAndLeavesAllAsItWas_data();
    void failsInWordsAndLeavesAllAsItWas();
    void clonesNothing();
    void pushesNothing();
    void saysWhenThereIsNoRoomToRunGit();

private:
    QString copy(const QString& from, const QString& to);
    void checkError(const Error& error, const QString& became);

    std::unique_ptr<Ground> m_ground;
    std::unique_ptr<Library> m_library;
    std::unique_ptr<SmallDisk> m_disk;
};

void TestGitFullDisk::initTestCase()
{
    m_ground = std::make_unique<Ground>();
    m_library = std::make_unique<Library>();
    m_disk = std::make_unique<SmallDisk>(qEnvironmentVariable("ANALEMMA_SMALL_DISK"));
    const QString remote = m_ground->init(u"remote"_s);
    Ground::commit(remote, u"base"_s,
                   {{u"f"_s, noiseLines(200, 1)},
                    {u"large"_s, noiseLines(500, 2)},
                    {u"gone"_s, noiseLines(90, 3)},
                    {u"dir/c"_s, "c\n"}});
    const QString path = cloneByGit(*m_ground, remote, u"base"_s);
    shell(path, u"config user.name Ana"_s);
    shell(path, u"config user.email ana@example.org"_s);
    shell(path, u"switch -q -c topic"_s);
    shell(path, u"rm -q gone"_s);
    Ground::commit(path, u"topic: other files"_s,
                   {{u"large"_s, noiseLines(700, 4)},
                    {u"new/one"_s, noiseLines(250, 5)},
                    {u"new/two"_s, noiseLines(250, 6)}});
    shell(path, u"switch -q -c clash main"_s);
    Ground::commit(path, u"clash: one line"_s, {{u"f"_s, "clash\n" + noiseLines(200, 1)}});
    Ground::commit(path, u"clash: more"_s, {{u"more"_s, noiseLines(200, 7)}});
    shell(path, u"switch -q main"_s);
    Ground::commit(path, u"main: one line"_s, {{u"f"_s, "main\n" + noiseLines(200, 1)}});
    // What a fetch brings.
    shell(remote, u"switch -q -c side"_s);
    Ground::commit(remote, u"side"_s, {{u"side"_s, noiseLines(300, 8)}});
    shell(remote, u"switch -q main"_s);
    Ground::commit(remote, u"remote: more"_s, {{u"large"_s, noiseLines(800, 9)}});
    shell(remote, u"tag v1"_s);
}

void TestGitFullDisk::cleanupTestCase()
{
    m_library.reset();
    m_ground.reset();
}

QString TestGitFullDisk::copy(const QString& from, const QString& to)
{
    QDir().mkpath(to + u"/beside"_s);
    copyFolder(from, to + u"/repo"_s);
    Ground::git(to + u"/repo"_s, {u"status"_s});
    return to + u"/repo"_s;
}

void TestGitFullDisk::checkError(const Error& error, const QString& became)
{
    const QString words = error.message + u" | "_s + error.hint;
    QVERIFY2(error.kind == ErrorKind::Io, qPrintable(words));
    QVERIFY2(error.message.contains(u"the disk is full"_s), qPrintable(words));
    QVERIFY2(error.message.contains(became) && error.message.endsWith(u'.'), qPrintable(words));
    QVERIFY2(error.hint.contains(u"ree some space"_s), qPrintable(words));
}

void TestGitFullDisk::failsInWordsAndLeavesAllAsItWas_data()
{
    QTest::addColumn<QByteArray>("name");
    for (const QByteArray& name : allActs().keys()) {
        QTest::newRow(name.constData()) << name;
    }
}

void TestGitFullDisk::failsInWordsAndLeavesAllAsItWas()
{
    QFETCH(QByteArray, name);
    const FullDiskAct act = allActs().value(name);
    const QString original = m_ground->path(u"original"_s);
    const QString root = m_disk->path(u"act"_s);
    const QString twinRoot = m_ground->path(u"twin"_s);
    m_disk->makeRoom();
    for (const QString& folder : {root, twinRoot, original}) {
        QVERIFY(QDir(folder).removeRecursively());
    }
    copyFolder(m_ground->path(u"base"_s), original);
    if (name == "pull") {
        shell(original, u"reset -q --hard origin/main"_s);
    }
    if (act.prepare) {
        act.prepare(original);
    }
    Place places[2];
    for (Place* place : {&places[0], &places[1]}) {
        const QString at = place == &places[0] ? root : twinRoot;
        place->path = copy(original, at);
        place->beside = at + u"/beside"_s;
        place->repository = Ground::open(place->path);
        if (act.begin) {
            act.begin(*place);
        }
    }
    const Place& place = places[0];
    int failed = 0;
    for (int blocks = 0;; blocks += act.step) {
        const auto before = contentOf(root);
        const QString index = Ground::git(place.path, {u"ls-files"_s, u"-s"_s});
        m_disk->leave(blocks);
        const Result<void> done = act.attempt(place);
        m_disk->makeRoom();
        if (done) {
            break;
        }
        ++failed;
        QVERIFY2(blocks < 400, qPrintable(done.error().message));
        checkError(done.error(), act.became);
        const QString indexNow = Ground::git(place.path, {u"ls-files"_s, u"-s"_s});
        const QStringList apart =
            act.moves ? QStringList() : changesSince(before, root, indexNow, index);
        QVERIFY2(apart.isEmpty(), qPrintable(u"%1 blocks: %2\n%3"_s.arg(blocks).arg(
                                      done.error().message, apart.join(u'\n'))));
        const QStringList litter = litterIn(root);
        QVERIFY2(litter.isEmpty(), qPrintable(litter.join(u'\n')));
        if (QTest::currentTestFailed()) {
            return;
        }
    }
    QVERIFY2(failed > 0, "the disk was never too small");
    Ground::git(place.path, {u"fsck"_s, u"--no-dangling"_s, u"--strict"_s});
    QCOMPARE(litterIn(root), QStringList());
    const Result<void> free = act.attempt(places[1]);
    QVERIFY2(free.ok(), qPrintable(wordsOf(free)));
    COMPARE_TWINS(places[1].path, place.path);
}

void TestGitFullDisk::clonesNothing()
{
    const QString root = m_disk->path(u"clones"_s);
    QDir().mkpath(root);
    int failed = 0;
    for (int blocks = 0;; blocks += 5) {
        m_disk->leave(blocks);
        const auto cloned = finished(cloneRepository(m_ground->path(u"remote"_s), root + u"/copy"_s,
                                                     {}, localAccess(), CancelToken()));
        m_disk->makeRoom();
        if (cloned) {
            break;
        }
        ++failed;
        QVERIFY(blocks < 400);
        checkError(cloned.error(), u""_s);
        QCOMPARE(QDir(root).entryList(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot),
                 QStringList());
        if (QTest::currentTestFailed()) {
            return;
        }
    }
    QVERIFY(failed > 3);
    QCOMPARE(Ground::git(root + u"/copy"_s, {u"status"_s, u"--porcelain"_s}), QString());
    Ground::git(root + u"/copy"_s, {u"fsck"_s});
    QVERIFY(QDir(root).removeRecursively());
}

void TestGitFullDisk::pushesNothing()
{
    const QString root = m_disk->path(u"remotes"_s);
    QDir().mkpath(root);
    Ground::git(root, {u"clone"_s, u"-q"_s, u"--bare"_s, m_ground->path(u"remote"_s), u"r.git"_s});
    const QString path = cloneByGit(*m_ground, root + u"/r.git"_s, u"pushing"_s);
    Ground::commit(path, u"to push"_s, {{u"pushed"_s, noiseLines(900, 91)}});
    const auto repository = Ground::open(path);
    PushOptions options;
    options.remote = u"origin"_s;
    options.refs = {u"refs/heads/main"_s};
    int failed = 0;
    for (int blocks = 0;; blocks += 3) {
        const auto before = contentOf(root);
        m_disk->leave(blocks);
        const auto done = pushed(repository, options);
        m_disk->makeRoom();
        if (done) {
            break;
        }
        ++failed;
        QVERIFY(blocks < 400);
        QVERIFY2(!done.error().message.isEmpty(), "no words");
        QCOMPARE(contentOf(root), before);
        Ground::git(root + u"/r.git"_s, {u"fsck"_s});
    }
    QVERIFY(failed > 0);
    QCOMPARE(Ground::git(root + u"/r.git"_s, {u"rev-parse"_s, u"main"_s}),
             Ground::git(path, {u"rev-parse"_s, u"main"_s}));
    QVERIFY(QDir(root).removeRecursively());
}

/// The folder for temporary files is on a full disk, the repository is not.
void TestGitFullDisk::saysWhenThereIsNoRoomToRunGit()
{
    const QString path = m_ground->path(u"small"_s);
    copyFolder(m_ground->path(u"base"_s), path);
    const auto repository = Ground::open(path);
    const QByteArray before = qgetenv("TMPDIR");
    const QString folder = m_disk->path(u"tmp"_s);
    QDir().mkpath(folder);
    qputenv("TMPDIR", QFile::encodeName(folder));
    m_disk->leave(0);
    const auto graph = finished(writeGraphFile(repository, CancelToken()));
    const auto taken = fetched(repository);
    m_disk->makeRoom();
    qputenv("TMPDIR", before);
    QVERIFY(!graph && !taken);
    for (const Error& error : {graph.error(), taken.error()}) {
        QVERIFY2(error.message.contains(u"not changed"_s), qPrintable(error.message));
        QVERIFY2(error.hint.contains(folder), qPrintable(error.hint));
    }
    QVERIFY(QDir(folder).isEmpty());
    const auto again = fetched(repository);
    QVERIFY2(again.ok(), qPrintable(wordsOf(again)));
}

/// Runs once more with a small disk that nobody else sees.
int runOnSmallDisk(const QStringList& arguments)
{
    const QTemporaryDir folder;
    QProcess process;
    process.setProcessChannelMode(QProcess::ForwardedChannels);
    process.start(u"bwrap"_s, QStringList{u"--dev-bind"_s, u"/"_s, u"/"_s, u"--size"_s,
                                          QString::number(16 << 20), u"--tmpfs"_s, folder.path(),
                                          u"--setenv"_s, u"ANALEMMA_SMALL_DISK"_s, folder.path(),
                                          QCoreApplication::applicationFilePath()} +
                                  arguments);
    if (!process.waitForStarted() || !process.waitForFinished(-1)) {
        qCritical("bwrap is needed for this test");
        return 1;
    }
    return process.exitStatus() == QProcess::NormalExit ? process.exitCode() : 1;
}

int main(int argc, char** argv)
{
    QCoreApplication application(argc, argv);
    if (!qEnvironmentVariableIsSet("ANALEMMA_SMALL_DISK")) {
        return runOnSmallDisk(QCoreApplication::arguments().mid(1));
    }
    TestGitFullDisk test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_git_full_disk.moc"
