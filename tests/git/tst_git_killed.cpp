#include "core/git/rebase.h"

#include "tests/git/partedfixture.h"

#include <QCoreApplication>
#include <QElapsedTimer>

#include <random>

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace analemma::git;
using namespace gitfixture;

/// A process that dies in the middle of an act leaves something that git can name, go on with or
/// lead back.
class TestGitKilled : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void cleanupTestCase();
    void leavesWhatGitCanTell();

private:
    /// Begins the act in a process of its own and kills it so long after it began (negative:
    /// never). Gives back how many microseconds it ran.
    static int killedDuring(const QString& path, const QString& act, int microseconds);

    std::unique_ptr<Ground> m_ground;
    std::unique_ptr<Library> m_library;
};

namespace {

constexpr int manyFiles = 300;

/// What the process that is killed does.
int childMain(const QString& path, const QString& act)
{
    const Library library;
    const auto repository = Ground::open(path);
    const Head head = headOf(*repository);
    const auto plan = finished(planRebase(repository, u"topic"_s, {}));
    MergeRequest request;
    request.revision = u"topic"_s;
    if (!plan || ::write(STDOUT_FILENO, "!", 1) != 1) {
        return 1;
    }
    const auto done = act == u"merge" ? finished(merge(repository, head, request, ana()))
                      : act == u"rebase"
                          ? finished(rebase(repository, *plan, ana()))
                          : finished(cherryPick(repository, head, u"topic"_s, 0, ana()));
    return done ? 0 : 1;
}

}  // namespace

void TestGitKilled::initTestCase()
{
    m_ground = std::make_unique<Ground>();
    m_library = std::make_unique<Library>();
    const QString path = m_ground->init(u"large"_s);
    QMap<QString, QByteArray> topic;
    for (int i = 0; i < manyFiles; ++i) {
        topic.insert(u"d%1/f%2"_s.arg(i % 20).arg(i), "topic " + QByteArray::number(i) + '\n');
    }
    Ground::commit(path, u"base"_s, {{u"f"_s, "f\n"}});
    Ground::git(path, {u"switch"_s, u"-qc"_s, u"topic"_s});
    Ground::commit(path, u"many files"_s, topic);
    Ground::git(path, {u"switch"_s, u"-q"_s, u"main"_s});
    Ground::commit(path, u"main one"_s, {{u"g"_s, "g\n"}});
    Ground::commit(path, u"main two"_s, {{u"h"_s, "h\n"}});
}

void TestGitKilled::cleanupTestCase()
{
    m_library.reset();
    m_ground.reset();
}

int TestGitKilled::killedDuring(const QString& path, const QString& act, int microseconds)
{
    int ends[2] = {};
    if (::pipe2(ends, O_CLOEXEC) != 0) {
        return 0;
    }
    const QByteArray program = QCoreApplication::applicationFilePath().toLocal8Bit();
    const QByteArray at = path.toLocal8Bit();
    const QByteArray what = act.toLatin1();
    const pid_t child = ::fork();
    if (child == 0) {
        ::dup2(ends[1], STDOUT_FILENO);
        ::execl(program.constData(), program.constData(), "child", at.constData(), what.constData(),
                nullptr);
        ::_exit(127);
    }
    ::close(ends[1]);
    char ready = 0;
    const bool begun = child > 0 && ::read(ends[0], &ready, 1) == 1;
    QElapsedTimer clock;
    clock.start();
    if (microseconds >= 0) {
        ::usleep(static_cast<useconds_t>(microseconds));
        ::kill(child, SIGKILL);
    } else {
        static_cast<void>(::read(ends[0], &ready, 1));  // until it ends
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    ::close(ends[0]);
    return begun ? int(clock.nsecsElapsed() / 1000) : 0;
}

void TestGitKilled::leavesWhatGitCanTell()
{
    std::mt19937 random(9);
    int inBetween = 0;
    for (const QString& act : {u"merge"_s, u"cherry-pick"_s, u"rebase"_s}) {
        const int whole = killedDuring(copyKnown(*m_ground, u"large"_s, act), act, -1);
        QVERIFY(whole > 0);
        for (int round = 0; round < 7; ++round) {
            const QString path = copyKnown(*m_ground, u"large"_s, act + QString::number(round));
            const QString before = Ground::git(path, {u"rev-parse"_s, u"main"_s});
            QVERIFY(killedDuring(path, act, int(random() % unsigned(whole))) > 0);
            for (const char* lock : {"index.lock", "HEAD.lock", "refs/heads/main.lock"}) {
                QFile::remove(path + u"/.git/"_s + QString::fromLatin1(lock));  // as we hint
            }
            Ground::git(path, {u"fsck"_s, u"--no-dangling"_s});
            const auto found = finished(underWay(Ground::open(path)));
            VERIFY_OK(found);
            const QString now = Ground::git(path, {u"rev-parse"_s, u"main"_s});
            if (found->kind == UnderWay::Kind::None) {  // not begun, or all of it
                QCOMPARE(Ground::git(path, {u"status"_s, u"--porcelain"_s}), QString());
                QCOMPARE(Ground::git(path, {u"symbolic-ref"_s, u"HEAD"_s}), u"refs/heads/main"_s);
                QCOMPARE(QFileInfo::exists(path + u"/d1/f1"_s), now != before);
                continue;
            }
            ++inBetween;
            QCOMPARE(toString(found->kind), act);
            // Files that were written and are in no index are in the way, as after git's own death.
            Ground::git(path, {u"add"_s, u"-A"_s});
            QVERIFY2(tryGit(path, {act, u"--abort"_s}),
                     qPrintable(act + filesIn(path + u"/.git"_s).join(u'\n')));
            QCOMPARE(Ground::git(path, {u"status"_s, u"--porcelain"_s}), QString());
            QVERIFY(finished(underWay(Ground::open(path)))->kind == UnderWay::Kind::None);
            Ground::git(path, {u"diff"_s, u"--exit-code"_s, u"HEAD"_s});
        }
    }
    QVERIFY(inBetween > 0);
}

int main(int argc, char** argv)
{
    QCoreApplication application(argc, argv);
    const QStringList words = application.arguments();
    if (words.value(1) == u"child") {
        return childMain(words.value(2), words.value(3));
    }
    TestGitKilled test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_git_killed.moc"
