#include "core/base/files.h"
#include "core/base/text.h"
#include "core/pipeline/src/job.h"
#include "core/pipeline/src/runs.h"
#include "tests/support.h"

#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QProcess>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QTimer>

#include <csignal>

using namespace Qt::StringLiterals;
using namespace analemma;
using namespace analemma::pipeline;
using analemma::test::await;

namespace {

/// Secrets of a test.
class FixedSecrets : public store::SecretSource {
public:
    Task<Result<Secret>> secret(QString name) override { return give(name); }

private:
    static Task<Result<Secret>> give(QString name)
    {
        if (name != u"shop-token"_s) {
            co_return Error(ErrorKind::NotFound, u"there is no secret %1"_s.arg(name));
        }
        co_return Secret("hunter2-hunter2");
    }
};

Task<Result<std::shared_ptr<git::Repository>>> given(std::shared_ptr<git::Repository> repository)
{
    co_return repository;
}

bool runGit(const QString& folder, const QStringList& arguments)
{
    QProcess git;
    git.setWorkingDirectory(folder);
    git.start(u"git"_s,
              QStringList{u"-c"_s, u"user.name=Test"_s, u"-c"_s, u"user.email=test@example.org"_s} +
                  arguments);
    return git.waitForFinished() && git.exitCode() == 0;
}

/// One program: store, engine and pipelines over a state folder. Two of them are two programs.
struct Program {
    Program(const QString& state, const QString& work, const workspace::Workspace& workspace,
            const std::shared_ptr<git::Repository>& repository)
    {
        auto opened = store::Store::open(state);
        if (!opened) {
            qFatal("%s", qPrintable(opened.error().message));
        }
        store = std::move(*opened);
        engine = std::make_unique<engine::Engine>(store.get(), &clock, u"shop"_s, u"test"_s);
        const Pipelines::OpenRepository open = [repository](QString) { return given(repository); };
        pipelines =
            std::make_unique<Pipelines>(workspace, store.get(), engine.get(), &secrets, open, work);
    }
    ~Program()
    {
        [[maybe_unused]] const bool suspended = await(engine->suspendAll()).ok();
        pipelines.reset();
        engine.reset();
    }

    SystemClock clock;
    FixedSecrets secrets;
    std::unique_ptr<store::Store> store;
    std::unique_ptr<engine::Engine> engine;
    std::unique_ptr<Pipelines> pipelines;
};

QString statesOf(const Run& run)
{
    QStringList words{toString(run.state)};
    for (const JobRun& job : run.jobs) {
        words.append(job.name + u'=' + toString(job.state));
    }
    return words.join(u' ');
}

const QByteArray goodConfig = R"(version: 2.1
jobs:
  build:
    docker: [{image: cimg/base:1}]
    steps:
      - checkout
      - run: mkdir dist; cp README dist/; echo "built by $CIRCLE_BUILD_NUM with $TOKEN"
      - persist_to_workspace: {root: ., paths: [dist]}
  test:
    docker: [{image: cimg/base:1}]
    steps:
      - attach_workspace: {at: .}
      - run: cat dist/README; mkdir r; echo '<testsuite name="s"><testcase name="one"/></testsuite>' > r/r.xml
      - store_test_results: {path: r}
      - store_artifacts: {path: dist, destination: site}
workflows:
  deliver:
    jobs:
      - build
      - test: {requires: [build]}
      - build: {name: release-only, filters: {branches: {only: release}}}
)";

}  // namespace

class TestPipelineRuns : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init();
    void cleanup();
    void runsAPipeline();
    void previewsARun();
    void tellsOfFailures();
    void refusesWhatCannotRun();
    void choosesTheBranch();
    void numbersAndPagesRuns();
    void runsJobsBesideEachOther();
    void cancelsARun();
    void failsWithoutASecret();
    void tellsOtherPrograms();
    void interruptsWhatDiedAndNeverRunsItTwice();
    void goesOnAfterASuspend();
    void removesOldCheckouts();

private:
    QString commit(const QByteArray& config, const QString& subject = u"change"_s);
    void begin();
    Run finished(const QString& id, Program* program = nullptr);
    QString start(const QString& revision = {});
    QByteArray log(const QString& run, const QString& job, int step)
    {
        return await(m_program->pipelines->log(run, job, step, 0, 1024 * 1024))
            .valueOr("(missing)");
    }

    git::Library m_library;
    std::unique_ptr<QTemporaryDir> m_folder;
    workspace::Workspace m_workspace;
    std::shared_ptr<git::Repository> m_repository;
    std::unique_ptr<Program> m_program;
    QStringList m_started;
};

void TestPipelineRuns::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    const QString source = m_folder->filePath(u"shop"_s);
    QVERIFY(QDir().mkpath(source + u"/.circleci"_s));
    QVERIFY(runGit(source, {u"init"_s, u"-q"_s, u"-b"_s, u"main"_s}));
    QFile readme(source + u"/README"_s);
    QVERIFY(readme.open(QIODevice::WriteOnly));
    readme.write("hello\n");
    readme.close();
    m_workspace = {};
    m_workspace.name = u"shop"_s;
    m_workspace.file = m_folder->filePath(u"analemma.yaml"_s);
    workspace::Pipeline pipeline;
    pipeline.name = u"shop"_s;
    pipeline.repository = u"shop"_s;
    pipeline.config = u".circleci/config.yml"_s;
    pipeline.secrets = {{u"TOKEN"_s, u"shop-token"_s}};
    m_workspace.pipelines.insert(u"shop"_s, pipeline);
    m_started.clear();
}

void TestPipelineRuns::cleanup()
{
    m_program.reset();
    m_repository.reset();
    for (const QString& id : std::as_const(m_started)) {
        QVERIFY2(processesMarked("ANALEMMA_RUN=" + id.toLatin1()).empty(), "no process is left");
    }
    m_folder.reset();
}

QString TestPipelineRuns::commit(const QByteArray& config, const QString& subject)
{
    const QString source = m_folder->filePath(u"shop"_s);
    QFile file(source + u"/.circleci/config.yml"_s);
    if (!file.open(QIODevice::WriteOnly)) {
        return {};
    }
    file.write(config);
    file.close();
    if (!runGit(source, {u"add"_s, u"-A"_s}) ||
        !runGit(source, {u"commit"_s, u"-q"_s, u"-m"_s, subject})) {
        return {};
    }
    QProcess git;
    git.setWorkingDirectory(source);
    git.start(u"git"_s, {u"rev-parse"_s, u"HEAD"_s});
    git.waitForFinished();
    return QString::fromLatin1(git.readAllStandardOutput().trimmed());
}

void TestPipelineRuns::begin()
{
    Result<std::shared_ptr<git::Repository>> repository =
        await(git::Repository::open(m_folder->filePath(u"shop"_s)));
    VERIFY_OK(repository);
    m_repository = *repository;
    m_program = std::make_unique<Program>(m_folder->filePath(u"state"_s),
                                          m_folder->filePath(u"work"_s), m_workspace, m_repository);
}

QString TestPipelineRuns::start(const QString& revision)
{
    const CancelToken none;
    const Result<QString> id = await(m_program->pipelines->start(u"shop"_s, revision, none));
    if (!id) {
        qWarning("%s", qPrintable(id.error().message));
        return {};
    }
    m_started.append(*id);
    return *id;
}

Run TestPipelineRuns::finished(const QString& id, Program* program)
{
    const CancelToken none;
    Pipelines* pipelines = (program != nullptr ? program : m_program.get())->pipelines.get();
    const Result<Run> run = await(pipelines->finished(id, none), std::chrono::seconds(40));
    if (!run) {
        qWarning("%s", qPrintable(run.error().message));
    }
    return run.valueOr(Run());
}

void TestPipelineRuns::runsAPipeline()
{
    const QString head = commit(goodConfig, u"add the shop"_s);
    begin();
    const QString id = start();
    QVERIFY(!id.isEmpty());
    const Run run = finished(id);
    QCOMPARE(statesOf(run), u"passed build=passed test=passed"_s);
    QCOMPARE(run.number, 1);
    QCOMPARE(run.commit, head);
    QCOMPARE(run.branch, u"main"_s);
    QCOMPARE(run.subject, u"add the shop"_s);
    QVERIFY(!run.actor.isEmpty());
    QVERIFY(run.created.isValid() && run.finished >= run.created);
    QCOMPARE(run.error, QString());
    QVERIFY(run.notes.contains(u"the job release-only is left out on this branch"_s));
    QCOMPARE(run.jobs.at(0).note, u"runs on this machine; the image cimg/base:1 is not used"_s);
    QCOMPARE(log(id, u"build"_s, 1), "built by 1 with ***\n"_ba);
    QCOMPARE(log(id, u"test"_s, 1), "hello\n"_ba);
    QCOMPARE(await(m_program->pipelines->log(id, u"test"_s, 1, 2, 3)).valueOr({}), "llo"_ba);
    QCOMPARE(await(m_program->pipelines->log(id, u"test"_s, 1, 99, 3)).valueOr("x"), QByteArray());
    QCOMPARE(await(m_program->pipelines->log(id, u"none"_s, 1, 0, 3)).error().kind,
             ErrorKind::NotFound);
    QCOMPARE(run.artifacts.size(), 1);
    QCOMPARE(run.artifacts.at(0).path, u"site/README"_s);
    QCOMPARE(run.artifacts.at(0).sha256, sha256("hello\n"_ba));
    QCOMPARE(readFile(m_program->store->blobPath(run.artifacts.at(0).sha256), 100).valueOr({}),
             "hello\n"_ba);
    QCOMPARE(run.jobs.at(1).testsPassed, 1);
    const Result<QList<TestCase>> tests = await(m_program->pipelines->tests(id));
    VERIFY_OK(tests);
    QCOMPARE(tests->size(), 1);
    QCOMPARE(tests->at(0).name, u"one"_s);
    QVERIFY2(QDir(m_folder->filePath(u"work"_s)).isEmpty(), "the checkouts are gone");
    const Result<engine::Operation> operation = await(m_program->engine->operation(id));
    VERIFY_OK(operation);
    QCOMPARE(engine::toString(operation->outcome), u"ok"_s);
    QCOMPARE(operation->result.value(u"tests"_s).toInt(), 1);
    const Result<std::optional<Run>> newest = await(m_program->pipelines->runOf(head));
    QVERIFY(newest && *newest && (*newest)->id == id);
    QVERIFY(!*await(m_program->pipelines->runOf(QString(40, u'0'))));
}

void TestPipelineRuns::previewsARun()
{
    commit(goodConfig);
    begin();
    const Result<engine::Preview> preview = await(m_program->pipelines->preview(u"shop"_s, {}));
    VERIFY_OK(preview);
    QVERIFY(preview->possible);
    QStringList keys;
    for (const engine::PlannedAction& planned : preview->actions) {
        keys.append(planned.action.key);
    }
    QCOMPARE(keys, (QStringList{u"job/build"_s, u"job/test"_s, u"finish"_s}));
    QVERIFY(await(m_program->pipelines->runs({}, 10, 0))->isEmpty());
}

void TestPipelineRuns::tellsOfFailures()
{
    commit(R"(version: 2.1
jobs:
  a: {machine: true, steps: [checkout, run: "echo broken; exit 5"]}
  b: {machine: true, steps: [checkout]}
  c: {machine: true, steps: [checkout]}
workflows: {w: {jobs: [a, b: {requires: [a]}, c]}}
)");
    begin();
    const Run run = finished(start());
    QCOMPARE(statesOf(run), u"failed a=failed b=skipped c=passed"_s);
    QCOMPARE(run.error, u"1 of 3 jobs failed: a"_s);
    QCOMPARE(run.jobs.at(0).error, u"echo broken; exit 5: exit code 5"_s);
    QCOMPARE(run.jobs.at(1).steps.at(0).state, State::Skipped);
    const Result<engine::Operation> operation = await(m_program->engine->operation(run.id));
    QCOMPARE(engine::toString(operation->outcome), u"failed"_s);
    QCOMPARE(operation->reason, u"1 of 3 jobs failed: a"_s);
}

void TestPipelineRuns::refusesWhatCannotRun()
{
    commit("version: 2.1\njobs:\n  build: {machine: true}\n");
    begin();
    const CancelToken none;
    const Result<QString> bad = await(m_program->pipelines->start(u"shop"_s, {}, none));
    QVERIFY(!bad);
    QCOMPARE(bad.error().kind, ErrorKind::Invalid);
    QCOMPARE(bad.error().message,
             u".circleci/config.yml:3:10 jobs.build: expected the key \"steps\""_s);
    const Result<QString> unknown = await(m_program->pipelines->start(u"shoop"_s, {}, none));
    QCOMPARE(unknown.error().kind, ErrorKind::NotFound);
    QCOMPARE(unknown.error().hint, u"Pipelines there: shop."_s);
    const Result<QString> revision =
        await(m_program->pipelines->start(u"shop"_s, u"nowhere"_s, none));
    QCOMPARE(revision.error().kind, ErrorKind::NotFound);
    m_program.reset();
    m_workspace.pipelines[u"shop"_s].config = u"ci.yml"_s;
    begin();
    const Result<QString> missing = await(m_program->pipelines->start(u"shop"_s, {}, none));
    QCOMPARE(missing.error().kind, ErrorKind::NotFound);
    QCOMPARE(missing.error().hint,
             u"Commit a configuration at ci.yml, or name another in analemma.yaml."_s);
    QVERIFY(await(m_program->pipelines->runs({}, 10, 0))->isEmpty());
    QCOMPARE(await(m_program->pipelines->run(u"nope"_s)).error().kind, ErrorKind::NotFound);
}

void TestPipelineRuns::choosesTheBranch()
{
    const QByteArray config = R"(version: 2.1
jobs:
  a: {machine: true, steps: [run: 'echo "on $CIRCLE_BRANCH"']}
workflows: {w: {jobs: [a: {filters: {branches: {only: [main, topic]}}}]}}
)";
    const QString first = commit(config, u"one"_s);
    commit(config + "#\n", u"two"_s);
    const QString source = m_folder->filePath(u"shop"_s);
    QVERIFY(runGit(source, {u"checkout"_s, u"-q"_s, u"-b"_s, u"topic"_s}));
    commit(config + "##\n", u"three"_s);
    QVERIFY(runGit(source, {u"checkout"_s, u"-q"_s, u"-b"_s, u"other"_s, u"main"_s}));
    const QString other = commit(config + "###\n", u"four"_s);
    QVERIFY(runGit(source, {u"checkout"_s, u"-q"_s, u"main"_s}));
    begin();
    QCOMPARE(finished(start(u"topic"_s)).branch, u"topic"_s);
    QCOMPARE(finished(start(first)).branch, u"main"_s);
    QCOMPARE(finished(start(u"HEAD"_s)).branch, u"main"_s);
    const CancelToken none;
    const Result<QString> nothing = await(m_program->pipelines->start(u"shop"_s, other, none));
    QVERIFY(!nothing);
    QCOMPARE(nothing.error().message,
             u".circleci/config.yml: the filters leave no job for the branch other"_s);
}

void TestPipelineRuns::numbersAndPagesRuns()
{
    commit("version: 2.1\njobs:\n  build: {machine: true, steps: [run: 'true']}\n");
    begin();
    QStringList ids;
    for (int i = 0; i < 5; ++i) {
        ids.append(start());
    }
    for (int i = 0; i < 5; ++i) {
        QCOMPARE(finished(ids.at(i)).number, i + 1);
    }
    const Result<QList<Run>> page = await(m_program->pipelines->runs(u"shop"_s, 2, 0));
    VERIFY_OK(page);
    QCOMPARE(page->size(), 2);
    QCOMPARE(page->at(0).id, ids.at(4));
    QCOMPARE(page->at(1).id, ids.at(3));
    const Result<QList<Run>> next = await(m_program->pipelines->runs({}, 10, page->at(1).order));
    VERIFY_OK(next);
    QCOMPARE(next->size(), 3);
    QCOMPARE(next->at(0).id, ids.at(2));
    QVERIFY(await(m_program->pipelines->runs(u"none"_s, 10, 0))->isEmpty());
    QCOMPARE(await(m_program->pipelines->run(u"shop#2"_s))->id, ids.at(1));
    QCOMPARE(await(m_program->pipelines->run(u"3"_s))->id, ids.at(2));
    QCOMPARE(await(m_program->pipelines->run(ids.at(0)))->number, 1);
    QCOMPARE(await(m_program->pipelines->run(u"shop#99"_s)).error().kind, ErrorKind::NotFound);
    QCOMPARE(await(m_program->pipelines->run(u"shop#x"_s)).error().kind, ErrorKind::Invalid);
}

void TestPipelineRuns::runsJobsBesideEachOther()
{
    // Each waits for the other's file: one after the other they would both fail.
    const QString meeting = m_folder->path();
    commit(QByteArray(R"(version: 2.1
jobs:
  a: {machine: true, steps: [run: 'touch MEET/a; for i in $(seq 100); do test -e MEET/b && exit 0; sleep 0.1; done; exit 1']}
  b: {machine: true, steps: [run: 'touch MEET/b; for i in $(seq 100); do test -e MEET/a && exit 0; sleep 0.1; done; exit 1']}
workflows: {w: {jobs: [a, b]}}
)")
               .replace("MEET", meeting.toUtf8()));
    begin();
    if (QThread::idealThreadCount() > 1) {
        QCOMPARE(statesOf(finished(start())), u"passed a=passed b=passed"_s);
    }
}

void TestPipelineRuns::cancelsARun()
{
    commit(R"(version: 2.1
jobs:
  a: {machine: true, steps: [run: 'echo up; (trap "" TERM; sleep 300) & setsid sleep 300 & sleep 300']}
  b: {machine: true, steps: [run: 'true']}
workflows: {w: {jobs: [a, b: {requires: [a]}]}}
)");
    begin();
    const QString id = start();
    QTRY_COMPARE_WITH_TIMEOUT(log(id, u"a"_s, 0), "up\n"_ba, 10'000);
    VERIFY_OK(await(m_program->engine->cancel(id)));
    const Run run = finished(id);
    QCOMPARE(statesOf(run), u"cancelled a=cancelled b=skipped"_s);
    QVERIFY(processesMarked("ANALEMMA_RUN=" + id.toLatin1()).empty());
    QVERIFY(QDir(m_folder->filePath(u"work"_s)).isEmpty());
    const Result<engine::Operation> operation = await(m_program->engine->operation(id));
    QCOMPARE(engine::toString(operation->outcome), u"cancelled"_s);
}

void TestPipelineRuns::failsWithoutASecret()
{
    commit("version: 2.1\njobs:\n  build: {machine: true, steps: [run: 'true']}\n");
    m_workspace.pipelines[u"shop"_s].secrets.insert(u"OTHER"_s, u"missing"_s);
    begin();
    const Run run = finished(start());
    QCOMPARE(statesOf(run), u"failed build=failed"_s);
    QVERIFY2(run.jobs.at(0).error.contains(u"there is no secret missing"_s),
             qPrintable(run.jobs.at(0).error));
}

void TestPipelineRuns::tellsOtherPrograms()
{
    commit(
        "version: 2.1\njobs:\n  build: {machine: true, steps: [run: 'echo one; sleep 1', run: "
        "'echo two']}\n");
    begin();
    Program other(m_folder->filePath(u"state"_s), m_folder->filePath(u"work"_s), m_workspace,
                  m_repository);
    QSignalSpy spy(other.pipelines.get(), &Pipelines::runChanged);
    const QString id = start();
    // The other program sees the first step run, live, and waits for the end with us.
    const auto stateOfStep = [&other, &id] {
        const Result<Run> run = await(other.pipelines->run(id));
        return run && !run->jobs.isEmpty() ? toString(run->jobs.at(0).steps.at(0).state) : u"?"_s;
    };
    QTRY_COMPARE_WITH_TIMEOUT(stateOfStep(), u"running"_s, 5000);
    QCOMPARE(statesOf(finished(id, &other)), u"passed build=passed"_s);
    QTRY_VERIFY(spy.count() >= 2);
    QCOMPARE(spy.at(0).at(0).toString(), id);
}

/// What a killed program leaves: a run with an intent without outcome and a process of the job.
void TestPipelineRuns::interruptsWhatDiedAndNeverRunsItTwice()
{
    const QString counter = m_folder->filePath(u"times"_s);
    commit(QByteArray(R"(version: 2.1
jobs:
  a: {machine: true, steps: [run: 'echo x >> COUNT; setsid sleep 300 & sleep 300']}
  b: {machine: true, steps: [run: 'true']}
workflows: {w: {jobs: [a, b: {requires: [a]}]}}
)")
               .replace("COUNT", counter.toUtf8()));
    begin();
    QString id;
    {
        // A program that dies: the child drives the run until it is killed with SIGKILL.
        QProcess child;
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert(u"ANALEMMA_TEST_DRIVE"_s, m_folder->path());
        child.setProcessEnvironment(environment);
        child.start(QCoreApplication::applicationFilePath(), QStringList());
        QVERIFY(child.waitForStarted());
        QTRY_VERIFY_WITH_TIMEOUT(QFileInfo(counter).size() > 0, 20'000);
        const Result<QList<Run>> runs = await(m_program->pipelines->runs({}, 1, 0));
        QVERIFY(runs && runs->size() == 1);
        id = runs->at(0).id;
        m_started.append(id);
        QTRY_COMPARE_WITH_TIMEOUT(statesOf(*await(m_program->pipelines->run(id))),
                                  u"running a=running b=waiting"_s, 20'000);
        child.kill();
        child.waitForFinished();
    }
    QVERIFY(!processesMarked(runMarkerBytes(id, u"a"_s)).empty());
    // Before anybody goes on with it, it is told as what it is.
    QTRY_COMPARE_WITH_TIMEOUT(statesOf(*await(m_program->pipelines->run(id))),
                              u"interrupted a=interrupted b=waiting"_s, 30'000);
    const Result<QStringList> resumed = await(m_program->engine->resumeAbandoned());
    VERIFY_OK(resumed);
    QCOMPARE(*resumed, QStringList{id});
    const Run run = finished(id);
    QCOMPARE(statesOf(run), u"failed a=interrupted b=skipped"_s);
    QCOMPARE(run.jobs.at(0).error, u"the program that ran it ended; run again"_s);
    QVERIFY(processesMarked(runMarkerBytes(id, u"a"_s)).empty());
    QCOMPARE(readFile(counter, 100).valueOr({}), "x\n"_ba);
    QVERIFY(QDir(m_folder->filePath(u"work"_s)).isEmpty());
}

void TestPipelineRuns::goesOnAfterASuspend()
{
    commit(R"(version: 2.1
jobs:
  a: {machine: true, steps: [run: 'echo up; sleep 300']}
  b: {machine: true, steps: [run: 'true']}
workflows: {w: {jobs: [a, b]}}
)");
    begin();
    const QString id = start();
    QTRY_COMPARE_WITH_TIMEOUT(log(id, u"a"_s, 0), "up\n"_ba, 10'000);
    QTRY_COMPARE_WITH_TIMEOUT(await(m_program->pipelines->run(id))->jobs.at(1).state, State::Passed,
                              10'000);
    VERIFY_OK(await(m_program->engine->suspendAll()));
    m_program.reset();
    QVERIFY(processesMarked("ANALEMMA_RUN=" + id.toLatin1()).empty());
    begin();
    QCOMPARE(statesOf(*await(m_program->pipelines->run(id))).section(u' ', 0, 0), u"interrupted"_s);
    VERIFY_OK(await(m_program->engine->resume(id)));
    QCOMPARE(statesOf(finished(id)), u"failed a=interrupted b=passed"_s);
}

void TestPipelineRuns::removesOldCheckouts()
{
    commit("version: 2.1\njobs:\n  build: {machine: true, steps: [run: 'echo up; sleep 1']}\n");
    begin();
    const QString old = m_folder->filePath(u"work/"_s + newId());
    QVERIFY(QDir().mkpath(old + u"/build/project"_s));
    const QString id = start();
    QTRY_COMPARE_WITH_TIMEOUT(log(id, u"build"_s, 0), "up\n"_ba, 10'000);
    Program other(m_folder->filePath(u"state"_s), m_folder->filePath(u"work"_s), m_workspace,
                  m_repository);
    QTRY_VERIFY(!QFileInfo::exists(old));
    QVERIFY2(QFileInfo::exists(m_folder->filePath(u"work/"_s + id)), "what runs keeps its folder");
    QCOMPARE(statesOf(finished(id)), u"passed build=passed"_s);
}

namespace {

/// The program that is going to be killed: drives one run of the workspace in the folder.
int drive(const QString& folder)
{
    const git::Library library;
    const Result<std::shared_ptr<git::Repository>> repository =
        await(git::Repository::open(folder + u"/shop"_s));
    if (!repository) {
        return 2;
    }
    workspace::Workspace workspace;
    workspace::Pipeline pipeline;
    pipeline.name = u"shop"_s;
    pipeline.repository = u"shop"_s;
    pipeline.config = u".circleci/config.yml"_s;
    workspace.pipelines.insert(u"shop"_s, pipeline);
    Program program(folder + u"/state"_s, folder + u"/work"_s, workspace, *repository);
    const CancelToken none;
    const Result<QString> id = await(program.pipelines->start(u"shop"_s, {}, none));
    if (!id) {
        return 3;
    }
    return await(program.pipelines->finished(*id, none), std::chrono::seconds(60)).ok() ? 0 : 4;
}

}  // namespace

int main(int argc, char** argv)
{
    QCoreApplication application(argc, argv);
    const QString folder = qEnvironmentVariable("ANALEMMA_TEST_DRIVE");
    if (!folder.isEmpty()) {
        return drive(folder);
    }
    TestPipelineRuns test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_pipeline_runs.moc"
