#include "core/base/files.h"
#include "core/base/text.h"
#include "core/git/git.h"
#include "core/pipeline/src/job.h"
#include "core/pipeline/src/slots.h"
#include "core/pipeline/src/steplog.h"
#include "core/pipeline/src/trees.h"
#include "tests/support.h"

#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QProcess>
#include <QTemporaryDir>
#include <QTimer>
#include <QTest>

#include <csignal>

using namespace Qt::StringLiterals;
using namespace analemma;
using namespace analemma::pipeline;
using analemma::test::await;

namespace {

Step run(const QString& command)
{
    Step step;
    step.kind = Step::Kind::Run;
    step.name = command;
    step.command = command;
    step.shell = u"/bin/bash -eo pipefail"_s;
    return step;
}

Step runWhen(const QString& command, const QString& when)
{
    Step step = run(command);
    step.when = when;
    return step;
}

Step builtIn(Step::Kind kind, const QString& path = {}, const QStringList& paths = {})
{
    Step step;
    step.kind = kind;
    step.path = path;
    step.paths = paths;
    if (kind == Step::Kind::StoreArtifacts || kind == Step::Kind::StoreTestResults) {
        step.when = u"always"_s;
    }
    return step;
}

QByteArray bytesOf(const QString& path)
{
    return readFile(path, 256 * 1024 * 1024).valueOr("(missing)");
}

/// A committed repository made by the git program.
QString makeRepository(const QString& path)
{
    QDir().mkpath(path + u"/sub"_s);
    QFile readme(path + u"/README"_s);
    readme.open(QIODevice::WriteOnly);
    readme.write("hello\n");
    readme.close();
    QFile script(path + u"/sub/tool.sh"_s);
    script.open(QIODevice::WriteOnly);
    script.write("#!/bin/sh\necho tool ran\n");
    script.close();
    script.setPermissions(QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
    for (const QStringList& arguments :
         {QStringList{u"init"_s, u"-q"_s, u"-b"_s, u"main"_s}, QStringList{u"add"_s, u"."_s},
          QStringList{u"-c"_s, u"user.name=Test"_s, u"-c"_s, u"user.email=test@example.org"_s,
                      u"commit"_s, u"-q"_s, u"-m"_s, u"first"_s}}) {
        QProcess git;
        git.setWorkingDirectory(path);
        git.start(u"git"_s, arguments);
        if (!git.waitForFinished() || git.exitCode() != 0) {
            return {};
        }
    }
    QProcess git;
    git.setWorkingDirectory(path);
    git.start(u"git"_s, {u"rev-parse"_s, u"HEAD"_s});
    git.waitForFinished();
    return QString::fromLatin1(git.readAllStandardOutput().trimmed());
}

}  // namespace

class TestPipelineJob : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void init();
    void cleanup();
    void runsStepsInACheckout();
    void startsInAnEmptyFolder();
    void stopsAtAFailingStep();
    void givesTheEnvironment();
    void sharesBashEnv();
    void takesShellsAndFolders();
    void endsATimeoutWithGrandchildren();
    void endsASilentStep();
    void cancelEndsGrandchildren();
    void endsWhatStepsLeaveBehind();
    void runsBackgroundSteps();
    void masksSecrets();
    void keepsArtifacts();
    void readsTestResults();
    void passesTheWorkspaceOn();
    void keepsBigAndBinaryLogs();
    void cutsLogs();
    void tellsOfItsSteps();
    void givesPlacesInTurn();
    void survivesAMissingShell();

private:
    JobOrder order(const QList<Step>& steps, const QString& name = u"build"_s);
    JobRun perform(const JobOrder& order, const CancelToken& cancel = {});
    QString log(const QString& job, int step) const
    {
        return QString::fromUtf8(bytesOf(logPath(job, step)));
    }
    QString logPath(const QString& job, int step) const
    {
        return m_folder->filePath(u"logs/%1/%2.log"_s.arg(job).arg(step));
    }
    bool nothingIsLeft(const QString& job = u"build"_s) const
    {
        return processesMarked(runMarkerBytes(m_run, job)).empty() &&
               !QFileInfo::exists(m_folder->filePath(u"work/"_s + job));
    }

    git::Library m_library;
    SystemClock m_clock;
    QTemporaryDir m_source;
    std::shared_ptr<git::Repository> m_repository;
    QString m_commit;
    QString m_run;
    std::unique_ptr<QTemporaryDir> m_folder;
    QList<JobRun> m_told;
    QList<Artifact> m_artifacts;
    Definition m_definition;
};

void TestPipelineJob::initTestCase()
{
    m_commit = makeRepository(m_source.path());
    QVERIFY2(!m_commit.isEmpty(), "git makes a repository");
    Result<std::shared_ptr<git::Repository>> repository =
        await(git::Repository::open(m_source.path()));
    VERIFY_OK(repository);
    m_repository = *repository;
}

void TestPipelineJob::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    m_run = newId();
    m_told.clear();
    m_artifacts.clear();
    m_definition = {};
}

void TestPipelineJob::cleanup()
{
    for (const ProcessIdentity& process : processesMarked("ANALEMMA_RUN=" + m_run.toLatin1())) {
        QFAIL(qPrintable(u"process %1 is left"_s.arg(process.pid)));
    }
    m_folder.reset();
}

JobOrder TestPipelineJob::order(const QList<Step>& steps, const QString& name)
{
    JobOrder made;
    made.run = m_run;
    made.number = 7;
    made.job.name = name;
    made.job.workingDirectory = u"~/project"_s;
    made.job.steps = steps;
    made.wanted.commit = m_commit;
    made.wanted.branch = u"main"_s;
    made.wanted.repository = u"shop"_s;
    made.wanted.subject = u"first"_s;
    made.wanted.definition = m_definition;
    made.workFolder = m_folder->filePath(u"work"_s);
    made.logFolder = m_folder->filePath(u"logs/"_s + name);
    made.grace = milliseconds(300);
    return made;
}

JobRun TestPipelineJob::perform(const JobOrder& made, const CancelToken& cancel)
{
    JobTools tools;
    tools.exportCommit = [this](QString commit, QString folder, CancelToken token) {
        return m_repository->exportTree(commit, folder, token);
    };
    tools.keepFile = [](QString path) {
        std::function<Result<QString>()> hash = [path] { return sha256(path); };
        return onWorker<QString>(std::move(hash));
    };
    tools.changed = [this](const JobRun& job, const QList<Artifact>& added) {
        m_told.append(job);
        m_artifacts += added;
    };
    tools.clock = &m_clock;
    Result<JobRun> end = await(runJob(made, tools, cancel), std::chrono::seconds(60));
    return end.valueOr(JobRun());
}

void TestPipelineJob::runsStepsInACheckout()
{
    const JobRun job =
        perform(order({builtIn(Step::Kind::Checkout), run(u"cat README; ./sub/tool.sh; ls -A"_s)}));
    QCOMPARE(job.state, State::Passed);
    QCOMPARE(job.error, QString());
    QCOMPARE(job.steps.at(0).state, State::Passed);
    QCOMPARE(job.steps.at(1).exitCode, 0);
    QCOMPARE(log(u"build"_s, 1), u"hello\ntool ran\nREADME\nsub\n"_s);
    QCOMPARE(job.steps.at(1).logBytes, 26);
    QVERIFY(log(u"build"_s, 0).contains(m_commit.left(10)));
    QVERIFY(job.started <= job.steps.at(1).started);
    QVERIFY(job.steps.at(1).finished <= job.finished);
    QVERIFY(nothingIsLeft());
}

void TestPipelineJob::startsInAnEmptyFolder()
{
    Step into = builtIn(Step::Kind::Checkout, u"code"_s);
    const JobRun job =
        perform(order({run(u"ls -A; echo mine > README"_s), builtIn(Step::Kind::Checkout),
                       run(u"cat README"_s), into, run(u"ls code; pwd"_s)}));
    QCOMPARE(job.state, State::Passed);
    QCOMPARE(log(u"build"_s, 0), QString());
    QCOMPARE(log(u"build"_s, 2), u"hello\n"_s);  // over files that are there the commit's win
    QVERIFY(log(u"build"_s, 4).startsWith(u"README\nsub\n"_s));
    QVERIFY(log(u"build"_s, 4).endsWith(u"/work/build/project\n"_s));
}

void TestPipelineJob::stopsAtAFailingStep()
{
    const JobRun job =
        perform(order({run(u"echo one; false; echo two"_s), run(u"echo never"_s),
                       runWhen(u"echo failed"_s, u"on_fail"_s),
                       runWhen(u"echo always"_s, u"always"_s), runWhen(u"exit 3"_s, u"always"_s)}));
    QCOMPARE(job.state, State::Failed);
    QCOMPARE(job.error, u"echo one; false; echo two: exit code 1"_s);
    const QList<State> states{State::Failed, State::Skipped, State::Passed, State::Passed,
                              State::Failed};
    for (int i = 0; i < states.size(); ++i) {
        QCOMPARE(job.steps.at(i).state, states.at(i));
    }
    QCOMPARE(job.steps.at(4).exitCode, 3);
    QCOMPARE(log(u"build"_s, 0), u"one\n"_s);
    QVERIFY(!QFileInfo::exists(logPath(u"build"_s, 1)));
    const JobRun good = perform(order({run(u"true"_s), runWhen(u"echo failed"_s, u"on_fail"_s)}));
    QCOMPARE(good.state, State::Passed);
    QCOMPARE(good.steps.at(1).state, State::Skipped);
    const JobRun pipe = perform(order({run(u"false | cat"_s)}));
    QCOMPARE(pipe.state, State::Failed);
    const JobRun killed = perform(order({run(u"kill -SEGV $$"_s)}));
    QCOMPARE(killed.steps.at(0).exitCode, 139);
    QVERIFY2(killed.error.contains(u"killed by signal 11"_s), qPrintable(killed.error));
}

void TestPipelineJob::givesTheEnvironment()
{
    qputenv("ANALEMMA_TEST_PRIVATE", "must not be seen");
    Step step = run(u"env"_s);
    step.environment = {{u"B"_s, u"step"_s}, {u"ANALEMMA_RUN"_s, u"forged"_s}};
    JobOrder made = order({step, run(u"echo ~; echo $TMPDIR; touch $TMPDIR/x"_s)});
    made.job.environment = {
        {u"A"_s, u"job"_s}, {u"B"_s, u"job"_s}, {u"CIRCLE_BRANCH"_s, u"mine"_s}};
    const JobRun job = perform(made);
    QCOMPARE(job.state, State::Passed);
    const QStringList lines = log(u"build"_s, 0).split(u'\n');
    const QString home = m_folder->filePath(u"work/build"_s);
    for (const QString& line :
         {u"A=job"_s, u"B=step"_s, u"CI=true"_s, u"CIRCLECI=true"_s, u"CIRCLE_SHA1="_s + m_commit,
          u"CIRCLE_BRANCH=mine"_s, u"CIRCLE_JOB=build"_s, u"CIRCLE_BUILD_NUM=7"_s,
          u"CIRCLE_WORKFLOW_ID="_s + m_run, u"HOME="_s + home,
          u"CIRCLE_WORKING_DIRECTORY="_s + home + u"/project"_s,
          u"ANALEMMA_RUN="_s + m_run + u"/build"_s}) {
        QVERIFY2(lines.contains(line), qPrintable(line));
    }
    QVERIFY(!log(u"build"_s, 0).contains(u"ANALEMMA_TEST_PRIVATE"_s));
    QCOMPARE(log(u"build"_s, 1).split(u'\n').at(0), home);
    qunsetenv("ANALEMMA_TEST_PRIVATE");
}

void TestPipelineJob::sharesBashEnv()
{
    const JobRun job =
        perform(order({run(u"echo 'export COLOR=green' >> $BASH_ENV; echo \"${COLOR:-none}\""_s),
                       run(u"echo $COLOR"_s)}));
    QCOMPARE(job.state, State::Passed);
    QCOMPARE(log(u"build"_s, 0), u"none\n"_s);
    QCOMPARE(log(u"build"_s, 1), u"green\n"_s);
}

void TestPipelineJob::takesShellsAndFolders()
{
    Step sub = run(u"pwd"_s);
    sub.workingDirectory = u"sub"_s;
    Step python = run(u"import sys\nprint(6 * 7)\nsys.exit(4)"_s);
    python.shell = u"python3"_s;
    python.when = u"always"_s;
    Step word = run(u"echo \"$0\" is 'quoted \"text\"'"_s);
    word.shell = u"/bin/sh -e -c"_s;
    word.when = u"always"_s;
    Step missing = runWhen(u"pwd"_s, u"always"_s);
    missing.workingDirectory = u"nowhere"_s;
    Step big = runWhen(u": "_s + QString(300'000, u'x') + u"\necho big"_s, u"always"_s);
    const JobRun job =
        perform(order({builtIn(Step::Kind::Checkout), sub, python, word, missing, big}));
    QVERIFY(log(u"build"_s, 1).endsWith(u"/work/build/project/sub\n"_s));
    QCOMPARE(log(u"build"_s, 2), u"42\n"_s);
    QCOMPARE(job.steps.at(2).exitCode, 4);
    QCOMPARE(log(u"build"_s, 3), u"/bin/sh is quoted \"text\"\n"_s);
    QCOMPARE(job.steps.at(4).state, State::Failed);
    QCOMPARE(log(u"build"_s, 4), u"the working_directory nowhere does not exist\n"_s);
    QCOMPARE(log(u"build"_s, 5), u"big\n"_s);
}

void TestPipelineJob::endsATimeoutWithGrandchildren()
{
    JobOrder made =
        order({run(u"echo started; (trap '' TERM; sleep 300) & setsid sleep 300 & sleep 300"_s),
               runWhen(u"echo never"_s, u"always"_s)});
    made.job.timeout = milliseconds(700);
    QElapsedTimer timer;
    timer.start();
    const JobRun job = perform(made);
    QVERIFY(timer.elapsed() < 60'000);  // far less than the 300 s of what it ends
    QCOMPARE(job.state, State::Failed);
    QVERIFY2(job.error.contains(u"the job's time of 700 ms was over"_s), qPrintable(job.error));
    QCOMPARE(job.steps.at(1).state, State::Skipped);
    QVERIFY(log(u"build"_s, 0).startsWith(u"started\n"_s));
    QVERIFY(nothingIsLeft());
}

void TestPipelineJob::endsASilentStep()
{
    Step silent = run(u"for i in 1 2 3 4 5 6; do echo $i; sleep 0.2; done; sleep 300"_s);
    silent.noOutputTimeout = milliseconds(600);
    const JobRun job = perform(order({silent, runWhen(u"echo still"_s, u"always"_s)}));
    QCOMPARE(job.state, State::Failed);
    QVERIFY2(job.error.endsWith(u"ended: no output for 600 ms"_s), qPrintable(job.error));
    QCOMPARE(log(u"build"_s, 0), u"1\n2\n3\n4\n5\n6\n\n[ended: no output for 600 ms]\n"_s);
    QCOMPARE(job.steps.at(1).state, State::Passed);
}

void TestPipelineJob::cancelEndsGrandchildren()
{
    const JobOrder made =
        order({run(u"(setsid sleep 300 &) ; (trap '' TERM; sleep 300) & sleep 300"_s),
               runWhen(u"echo never"_s, u"always"_s)});
    const CancelToken cancel;
    QTimer::singleShot(500, this, [cancel] { cancel.cancel(); });
    const JobRun job = perform(made, cancel);
    QCOMPARE(job.state, State::Cancelled);
    QCOMPARE(job.steps.at(0).state, State::Cancelled);
    QCOMPARE(job.steps.at(1).state, State::Skipped);
    QVERIFY(nothingIsLeft());
    const CancelToken before;
    before.cancel();
    const JobRun never = perform(order({run(u"echo never"_s)}), before);
    QCOMPARE(never.state, State::Cancelled);
    QCOMPARE(never.steps.at(0).state, State::Skipped);
}

void TestPipelineJob::endsWhatStepsLeaveBehind()
{
    QElapsedTimer timer;
    timer.start();
    const JobRun job =
        perform(order({run(u"nohup setsid sleep 300 >/dev/null 2>&1 & echo $! > pid"_s),
                       run(u"kill -0 $(cat pid) && echo lives"_s)}));
    QCOMPARE(job.state, State::Passed);
    QCOMPARE(log(u"build"_s, 1), u"lives\n"_s);
    QVERIFY(nothingIsLeft());
    QVERIFY(timer.elapsed() < 60'000);
}

void TestPipelineJob::runsBackgroundSteps()
{
    Step server = run(u"echo up; touch ready; sleep 300"_s);
    server.background = true;
    Step broken = run(u"exit 9"_s);
    broken.background = true;
    const JobRun job = perform(
        order({server, broken, run(u"until [ -e ready ]; do sleep 0.02; done; sleep 0.2"_s)}));
    QCOMPARE(job.state, State::Passed);
    QCOMPARE(job.steps.at(0).state, State::Passed);
    QVERIFY(job.steps.at(0).finished >= job.steps.at(2).finished);
    QCOMPARE(job.steps.at(1).state, State::Failed);
    QCOMPARE(job.steps.at(1).exitCode, 9);
    QVERIFY(log(u"build"_s, 0).startsWith(u"up\n"_s));
    QVERIFY(nothingIsLeft());
}

void TestPipelineJob::masksSecrets()
{
    const QByteArray secret = "s3cr3t-Value+with/odd=chars";
    JobOrder made =
        order({run(u"echo \"got $TOKEN.\"; printf %s \"x$TOKEN\" | base64; printf %s \"$TOKEN\" | "
                   u"base64; "
                   "printf '%s' \"${TOKEN:0:9}\"; sleep 0.2; printf '%s\\n' \"${TOKEN:9}\"; "
                   "mkdir r; echo \"<testsuite><testcase name='a'><failure message='got "
                   "$TOKEN'/></testcase>"
                   "</testsuite>\" > r/r.xml"_s),
               builtIn(Step::Kind::StoreTestResults, u"r"_s)});
    SecretVariable variable;
    variable.name = u"TOKEN"_s;
    variable.value = Secret(secret);
    made.secrets.push_back(variable);
    const JobRun job = perform(made);
    QCOMPARE(job.state, State::Passed);
    const QByteArray all =
        bytesOf(logPath(u"build"_s, 0)) + bytesOf(m_folder->filePath(u"logs/build/tests.json"_s));
    QVERIFY(all.contains("got ***."));
    QVERIFY2(!all.contains(secret), all.constData());
    QVERIFY2(!all.contains(secret.toBase64().left(20)), all.constData());
    QVERIFY2(!all.contains(QByteArray("x" + secret).toBase64().mid(4, 20)), all.constData());
    QVERIFY2(!all.contains("odd=chars"), all.constData());
}

void TestPipelineJob::keepsArtifacts()
{
    Step named = builtIn(Step::Kind::StoreArtifacts, u"dist/site.txt"_s);
    named.destination = u"out/site.txt"_s;
    Step folder = builtIn(Step::Kind::StoreArtifacts, u"./dist"_s);
    const JobRun job =
        perform(order({run(u"mkdir -p dist/sub; printf content > dist/site.txt; printf two > "
                           u"dist/sub/b; ln -s /etc dist/etc; "
                           "mkdir empty; exit 1"_s),
                       named, folder, builtIn(Step::Kind::StoreArtifacts, u"missing"_s),
                       builtIn(Step::Kind::StoreArtifacts, u"empty"_s)}));
    QCOMPARE(job.state, State::Failed);
    QStringList names;
    for (const Artifact& artifact : m_artifacts) {
        names.append(artifact.path);
        QCOMPARE(artifact.job, u"build"_s);
    }
    QCOMPARE(names, (QStringList{u"out/site.txt"_s, u"dist/site.txt"_s, u"dist/sub/b"_s}));
    QCOMPARE(m_artifacts.at(0).sha256, sha256("content"_ba));
    QCOMPARE(m_artifacts.at(0).size, 7);
    QCOMPARE(m_artifacts.at(2).sha256, sha256("two"_ba));
    QCOMPARE(job.steps.at(3).state, State::Passed);
    QCOMPARE(log(u"build"_s, 3), u"nothing to keep: there is no missing\n"_s);
    QCOMPARE(log(u"build"_s, 4), u"nothing to keep: empty holds no file\n"_s);
}

void TestPipelineJob::readsTestResults()
{
    const JobRun job = perform(order(
        {run(u"mkdir -p r/a; echo '<testsuite name=\"s\"><testcase name=\"one\"/><testcase "
             u"name=\"two\"><failure/></testcase>"
             "</testsuite>' > r/a/x.xml; echo '<broken' > r/bad.xml; echo text > r/notes.txt; exit 1"_s),
         builtIn(Step::Kind::StoreTestResults, u"r"_s),
         builtIn(Step::Kind::StoreTestResults, u"r/a/x.xml"_s),
         builtIn(Step::Kind::StoreTestResults, u"missing"_s)}));
    QCOMPARE(job.state, State::Failed);
    QCOMPARE(job.testsPassed, 2);
    QCOMPARE(job.testsFailed, 2);
    QVERIFY(log(u"build"_s, 1).contains(u"r/a/x.xml: 2 test cases"_s));
    QVERIFY(log(u"build"_s, 1).contains(u"not read: r/bad.xml:2:0 "_s));
    QCOMPARE(log(u"build"_s, 3), u"no test results: there is no missing\n"_s);
    const QJsonArray tests =
        QJsonDocument::fromJson(bytesOf(m_folder->filePath(u"logs/build/tests.json"_s))).array();
    QCOMPARE(tests.size(), 4);
    QCOMPARE(testFromJson(tests.at(1).toObject()).name, u"two"_s);
}

void TestPipelineJob::passesTheWorkspaceOn()
{
    for (const auto& [name, needs] :
         {std::pair{u"build"_s, QStringList{}}, std::pair{u"lint"_s, QStringList{}},
          std::pair{u"test"_s, QStringList{u"build"_s}},
          std::pair{u"ship"_s, QStringList{u"test"_s}}}) {
        Job job;
        job.name = name;
        job.needs = needs;
        m_definition.jobs.append(job);
    }
    const JobRun build = perform(
        order({run(u"mkdir -p out/sub; echo 1 > out/a.txt; echo 2 > out/sub/b.bin; echo 3 > top"_s),
               builtIn(Step::Kind::PersistToWorkspace, u"out"_s, {u"*.txt"_s, u"sub"_s}),
               builtIn(Step::Kind::PersistToWorkspace, u"."_s, {u"top"_s})}));
    QCOMPARE(build.state, State::Passed);
    const JobRun lint = perform(order(
        {run(u"echo other > top"_s), builtIn(Step::Kind::PersistToWorkspace, u"."_s, {u"top"_s})},
        u"lint"_s));
    QCOMPARE(lint.state, State::Passed);
    const JobRun test =
        perform(order({run(u"echo changed > a.txt"_s), builtIn(Step::Kind::AttachWorkspace, u"."_s),
                       run(u"cat a.txt sub/b.bin top; echo new > top"_s),
                       builtIn(Step::Kind::PersistToWorkspace, u"."_s, {u"top"_s})},
                      u"test"_s));
    QCOMPARE(test.state, State::Passed);
    QCOMPARE(log(u"test"_s, 2), u"1\n2\n3\n"_s);  // of what it needs, not of lint
    const JobRun ship = perform(
        order({builtIn(Step::Kind::AttachWorkspace, u"~/ws"_s), run(u"cd ~/ws; cat a.txt top"_s),
               builtIn(Step::Kind::PersistToWorkspace, u"~/ws"_s, {u"none*"_s})},
              u"ship"_s));
    QCOMPARE(log(u"ship"_s, 1), u"1\nnew\n"_s);
    QCOMPARE(ship.state, State::Failed);
    QVERIFY2(ship.error.contains(u"nothing matches none*"_s), qPrintable(ship.error));
}

void TestPipelineJob::keepsBigAndBinaryLogs()
{
    const JobRun job = perform(order(
        {run(u"head -c 5000000 /dev/zero | tr '\\0' 'x'"_s),
         run(u"python3 -c \"import sys; sys.stdout.buffer.write(bytes(range(256)) * 100)\""_s)}));
    QCOMPARE(job.state, State::Passed);
    QCOMPARE(job.steps.at(0).logBytes, 5'000'000);
    QCOMPARE(bytesOf(logPath(u"build"_s, 0)), QByteArray(5'000'000, 'x'));
    QByteArray all;
    for (int i = 0; i < 256; ++i) {
        all.append(static_cast<char>(i));
    }
    QCOMPARE(bytesOf(logPath(u"build"_s, 1)), all.repeated(100));
    const QFileDevice::Permissions others = QFileDevice::ReadGroup | QFileDevice::ReadOther;
    QVERIFY(!(QFile::permissions(logPath(u"build"_s, 0)) & others));
}

void TestPipelineJob::cutsLogs()
{
    JobOrder made = order({run(u"head -c 300000 /dev/zero | tr '\\0' 'y'; echo end"_s)});
    made.logLimit = 100'000;
    const JobRun job = perform(made);
    QCOMPARE(job.state, State::Passed);
    const QByteArray bytes = bytesOf(logPath(u"build"_s, 0));
    QVERIFY(bytes.startsWith(QByteArray(100'000, 'y')));
    QVERIFY(bytes.endsWith("\n[the log was cut here: a step keeps at most 97.7 KiB]\n"));
    QVERIFY(bytes.size() < 100'200);
    QCOMPARE(job.steps.at(0).logBytes, bytes.size());
}

void TestPipelineJob::tellsOfItsSteps()
{
    perform(order({run(u"true"_s), run(u"true"_s)}));
    QStringList seen;
    for (const JobRun& job : std::as_const(m_told)) {
        QString text = toString(job.state) + u':';
        for (const StepRun& step : job.steps) {
            text += u' ' + toString(step.state);
        }
        seen.append(text);
    }
    QCOMPARE(seen, (QStringList{u"running: running waiting"_s, u"running: passed waiting"_s,
                                u"running: passed running"_s, u"running: passed passed"_s,
                                u"passed: passed passed"_s}));
}

void TestPipelineJob::givesPlacesInTurn()
{
    auto places = std::make_shared<Slots>(1);
    const CancelToken none;
    const CancelToken cancel;
    VERIFY_OK(await(Slots::acquire(places, none)));
    const auto second = test::listen(Slots::acquire(places, cancel), this);
    const auto third = test::listen(Slots::acquire(places, none), this);
    QTest::qWait(20);
    QVERIFY(!second->has_value());
    cancel.cancel();
    QTRY_VERIFY(second->has_value());
    QCOMPARE((*second)->error().kind, ErrorKind::Cancelled);
    places->release();
    QTRY_VERIFY(third->has_value());
    VERIFY_OK(**third);
    places->release();
    VERIFY_OK(await(Slots::acquire(places, none)));
}

void TestPipelineJob::survivesAMissingShell()
{
    Step step = run(u"true"_s);
    step.shell = u"/nowhere/zsh"_s;
    const JobRun job = perform(order({step}));
    QCOMPARE(job.state, State::Failed);
    QVERIFY2(job.error.contains(u"/nowhere/zsh is not installed"_s), qPrintable(job.error));
}

QTEST_GUILESS_MAIN(TestPipelineJob)
#include "tst_pipeline_job.moc"
