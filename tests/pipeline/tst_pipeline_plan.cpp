#include "core/base/files.h"
#include "core/pipeline/src/job.h"
#include "core/pipeline/src/plan.h"
#include "core/pipeline/src/trees.h"
#include "tests/support.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace analemma;
using namespace analemma::pipeline;
using engine::Outcome;

namespace {

/// "a b:a c:a,b": jobs with their needs.
Wanted wantedOf(const QString& text)
{
    Wanted wanted;
    wanted.pipeline = u"shop"_s;
    wanted.repository = u"shop"_s;
    wanted.branch = u"main"_s;
    wanted.commit = QString(40, u'a');
    for (const QString& word : text.split(u' ', Qt::SkipEmptyParts)) {
        Job job;
        job.onThisBranch = !word.startsWith(u'-');
        job.name = word.section(u':', 0, 0).remove(u'-');
        job.needs = word.section(u':', 1).split(u',', Qt::SkipEmptyParts);
        Step step;
        step.name = u"make"_s;
        job.steps.append(step);
        wanted.definition.jobs.append(job);
    }
    return wanted;
}

/// "job/a=ok job/b=failed": what the journal holds.
engine::Observed observedOf(const QString& text)
{
    static const QMap<QString, Outcome> outcomes{{u"underway"_s, Outcome::None},
                                                 {u"ok"_s, Outcome::Ok},
                                                 {u"failed"_s, Outcome::Failed},
                                                 {u"unknown"_s, Outcome::Unknown}};
    engine::Observed observed;
    Json jobs;
    for (const QString& word : text.split(u' ', Qt::SkipEmptyParts)) {
        const QString key = word.section(u'=', 0, 0);
        const QString value = word.section(u'=', 1);
        if (key == u"cancelling"_s) {
            observed.cancelling = true;
        } else if (key.startsWith(u"record/"_s)) {
            jobs.insert(key.mid(7), value);
        } else if (key == u"finish"_s) {
            engine::ActionState state;
            state.outcome = value == u"broken"_s    ? Outcome::Failed
                            : value == u"unknown"_s ? Outcome::Unknown
                                                    : Outcome::Ok;
            state.result.insert(u"state"_s, value);
            state.result.insert(u"reason"_s, u"the reason"_s);
            if (value == u"broken"_s) {
                state.error = Error(ErrorKind::Io, u"disk full"_s);
            }
            observed.journal.insert(key, state);
        } else {
            engine::ActionState state;
            state.outcome = outcomes.value(value);
            state.attempts = 1;
            observed.journal.insert(key, state);
        }
    }
    observed.world.insert(u"jobs"_s, jobs);
    return observed;
}

/// "job/a job/b(job/a) finish(job/a,job/b)" or "done ok: reason".
QString textOf(const engine::Plan& plan)
{
    if (plan.finished) {
        return u"done %1: %2"_s.arg(engine::toString(plan.outcome), plan.reason);
    }
    QStringList words;
    for (const engine::Action& action : plan.actions) {
        words.append(action.key +
                     (action.needs.isEmpty() ? QString() : u'(' + action.needs.join(u',') + u')'));
    }
    return words.join(u' ');
}

QString outcomesOf(const engine::Plan& plan)
{
    QStringList words;
    const Json jobs =
        plan.actions.isEmpty() ? Json() : plan.actions.last().args.value(u"jobs"_s).toObject();
    for (auto it = jobs.constBegin(); it != jobs.constEnd(); ++it) {
        words.append(it.key() + u'=' + it.value().toString());
    }
    return words.join(u' ');
}

Result<QList<TestCase>> junit(const QByteArray& text)
{
    return readJUnit(text, u"r.xml"_s);
}

void touch(const QString& path, const QByteArray& bytes = "x")
{
    QDir().mkpath(QFileInfo(path).path());
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(bytes);
}

QByteArray heldIn(const QString& path)
{
    return readFile(path, 1024 * 1024).valueOr("(missing)");
}

}  // namespace

class TestPipelinePlan : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void plans_data();
    void plans();
    void describesItsActions();
    void finishesRuns_data();
    void finishesRuns();
    void skipsWhatLostItsNeeds();
    void keepsRunsAsJson();
    void namesJobsAsFolders();
    void resolvesPaths_data();
    void resolvesPaths();
    void keepsCheckoutsInside_data();
    void keepsCheckoutsInside();
    void readsJUnit();
    void readsSingleSuite();
    void refusesBadJUnit_data();
    void refusesBadJUnit();
    void matchesGlobs_data();
    void matchesGlobs();
    void mergesTrees();
    void listsFilesWithoutLinks();
};

void TestPipelinePlan::plans_data()
{
    QTest::addColumn<QString>("jobs");
    QTest::addColumn<QString>("observed");
    QTest::addColumn<QString>("plan");
    QTest::addColumn<QString>("outcomes");
    const auto row = [](const char* name, const QString& jobs, const QString& observed,
                        const QString& plan, const QString& outcomes = {}) {
        QTest::newRow(name) << jobs << observed << plan << outcomes;
    };
    const QString chain = u"a b:a c:b"_s;
    row("first", chain, {}, u"job/a job/b(job/a) job/c(job/b) finish(job/a,job/b,job/c)"_s);
    row("left out by the branch", u"a -b:a c:a"_s, {}, u"job/a job/c(job/a) finish(job/a,job/c)"_s);
    row("under way stays in the plan", chain, u"job/a=underway"_s,
        u"job/a job/b(job/a) job/c(job/b) finish(job/a,job/b,job/c)"_s);
    row("one passed", chain, u"job/a=ok"_s, u"job/b job/c(job/b) finish(job/b,job/c)"_s);
    row("one failed", chain, u"job/a=ok job/b=failed"_s, u"finish"_s, u"a=ok b=failed c=skipped"_s);
    row("a failure stops only what needs it", u"a b c:a d:b"_s, u"job/a=failed"_s,
        u"job/b job/d(job/b) finish(job/b,job/d)"_s, u"a=failed b=skipped c=skipped d=skipped"_s);
    row("all passed", chain, u"job/a=ok job/b=ok job/c=ok"_s, u"finish"_s, u"a=ok b=ok c=ok"_s);
    row("passed", chain, u"job/a=ok job/b=ok job/c=ok finish=passed"_s, u"done ok: the reason"_s);
    row("failed", chain, u"job/a=failed finish=failed"_s, u"done failed: the reason"_s);
    row("the totals cannot be written", chain, u"job/a=ok finish=broken"_s,
        u"done failed: the result could not be written: disk full"_s);
    row("nobody knows whether the totals are written", u"a"_s, u"job/a=ok finish=unknown"_s,
        u"finish"_s, u"a=ok"_s);

    row("died in a job: what is left of it is ended first", chain, u"job/a=ok job/b=unknown"_s,
        u"sweep/b finish(sweep/b)"_s, u"a=ok b=interrupted c=skipped"_s);
    row("swept: never run again", chain, u"job/a=ok job/b=unknown sweep/b=ok"_s, u"finish"_s,
        u"a=ok b=interrupted c=skipped"_s);
    row("sweeping failed", chain, u"job/a=ok job/b=unknown sweep/b=failed"_s, u"finish"_s,
        u"a=ok b=interrupted c=skipped"_s);
    row("died while sweeping", chain, u"job/a=unknown sweep/a=unknown"_s,
        u"sweep/a finish(sweep/a)"_s, u"a=interrupted b=skipped c=skipped"_s);
    row("died between the job's record and the journal's: passed", chain,
        u"job/a=unknown record/a=passed"_s, u"job/b job/c(job/b) finish(job/b,job/c)"_s);
    row("died between the job's record and the journal's: failed", chain,
        u"job/a=unknown record/a=failed"_s, u"finish"_s, u"a=failed b=skipped c=skipped"_s);
    row("a record that is not final proves nothing", chain, u"job/a=unknown record/a=running"_s,
        u"sweep/a finish(sweep/a)"_s, u"a=interrupted b=skipped c=skipped"_s);
    row("others go on beside an interrupted one", u"a b"_s, u"job/a=unknown"_s,
        u"sweep/a job/b finish(sweep/a,job/b)"_s);

    row("cancel before the first", chain, u"cancelling"_s, u"finish"_s,
        u"a=skipped b=skipped c=skipped"_s);
    row("cancel waits for what is under way", chain, u"job/a=underway cancelling"_s,
        u"job/a finish(job/a)"_s);
    row("cancelled in the middle", chain, u"job/a=failed cancelling"_s, u"finish"_s,
        u"a=failed b=skipped c=skipped"_s);
    row("cancelled", chain, u"job/a=failed cancelling finish=cancelled"_s,
        u"done cancelled: the reason"_s);
}

void TestPipelinePlan::plans()
{
    QFETCH(QString, jobs);
    QFETCH(QString, observed);
    QFETCH(QString, plan);
    QFETCH(QString, outcomes);
    const engine::Plan got = planRun(wantedOf(jobs).toJson(), observedOf(observed));
    QCOMPARE(textOf(got), plan);
    if (!outcomes.isEmpty()) {
        QCOMPARE(outcomesOf(got), outcomes);
    }
}

void TestPipelinePlan::describesItsActions()
{
    const engine::Plan plan = planRun(wantedOf(u"a"_s).toJson(), {});
    QCOMPARE(plan.actions.at(0).verb, u"pipeline.job"_s);
    QCOMPARE(plan.actions.at(0).recovery, engine::Recovery::Observed);
    QCOMPARE(plan.actions.at(1).verb, u"pipeline.finish"_s);
    QCOMPARE(plan.actions.at(1).recovery, engine::Recovery::Idempotent);
    for (const engine::Action& action : plan.actions) {
        QVERIFY(!action.says.title.isEmpty());
        QVERIFY(!action.says.call.isEmpty());
        QVERIFY(!action.says.cost.isEmpty());
    }
}

void TestPipelinePlan::finishesRuns_data()
{
    QTest::addColumn<QString>("outcomes");
    QTest::addColumn<bool>("cancelled");
    QTest::addColumn<QString>("states");
    QTest::addColumn<QString>("error");
    QTest::newRow("passed") << u"a=ok b=ok"_s << false << u"passed: passed passed"_s << QString();
    QTest::newRow("failed") << u"a=failed b=skipped"_s << false << u"failed: failed skipped"_s
                            << u"1 of 2 jobs failed: a"_s;
    QTest::newRow("interrupted") << u"a=interrupted b=skipped"_s << false
                                 << u"failed: interrupted skipped"_s
                                 << u"interrupted: a; the program that ran it ended; run again"_s;
    QTest::newRow("cancelled") << u"a=ok b=failed"_s << true << u"cancelled: passed cancelled"_s
                               << u"cancelled"_s;
    QTest::newRow("cancelled too late")
        << u"a=ok b=ok"_s << true << u"passed: passed passed"_s << QString();
}

void TestPipelinePlan::finishesRuns()
{
    QFETCH(QString, outcomes);
    QFETCH(bool, cancelled);
    QFETCH(QString, states);
    QFETCH(QString, error);
    Run run = newRun(u"id"_s, wantedOf(u"a b:a"_s), {});
    QMap<QString, QString> map;
    for (const QString& word : outcomes.split(u' ')) {
        map.insert(word.section(u'=', 0, 0), word.section(u'=', 1));
    }
    finishRun(run, map, cancelled, fromIso(u"2026-01-02T03:04:05.000Z"_s));
    QStringList words;
    for (const JobRun& job : run.jobs) {
        words.append(toString(job.state));
    }
    QCOMPARE(toString(run.state) + u": "_s + words.join(u' '), states);
    QCOMPARE(run.error, error);
    QVERIFY(run.finished.isValid());
}

void TestPipelinePlan::skipsWhatLostItsNeeds()
{
    Run run = newRun(u"id"_s, wantedOf(u"a b:a c:b d"_s), {});
    JobRun job = run.jobs.at(0);
    job.state = State::Running;
    applyJob(run, job);
    QCOMPARE(run.state, State::Running);
    QCOMPARE(run.jobs.at(1).state, State::Waiting);
    job.state = State::Failed;
    applyJob(run, job);
    QCOMPARE(run.jobs.at(1).state, State::Skipped);
    QCOMPARE(run.jobs.at(2).state, State::Skipped);
    QCOMPARE(run.jobs.at(3).state, State::Waiting);
    run.jobs[3].state = State::Running;
    run.jobs[3].steps[0].state = State::Running;
    markInterrupted(run);
    QCOMPARE(run.state, State::Interrupted);
    QCOMPARE(run.jobs.at(3).state, State::Interrupted);
    QCOMPARE(run.jobs.at(3).steps.at(0).state, State::Interrupted);
    QCOMPARE(run.jobs.at(0).state, State::Failed);
}

void TestPipelinePlan::keepsRunsAsJson()
{
    Run run = newRun(u"id"_s, wantedOf(u"a b:a"_s), fromIso(u"2026-01-02T03:04:05.006Z"_s));
    run.number = 7;
    run.actor = u"ana@host"_s;
    run.order = 12;
    run.artifacts.append(Artifact{u"site.tar.gz"_s, QString(64, u'0'), 123, u"a"_s});
    run.jobs[0].testsPassed = 3;
    run.jobs[0].testsFailed = 2;
    run.jobs[0].testsSkipped = 1;
    run.jobs[0].steps[0].exitCode = 2;
    run.jobs[0].steps[0].logBytes = 99;
    run.jobs[0].started = run.created;
    run.notes = QStringList{u"n"_s};
    const Json json = run.toJson();
    QCOMPARE(json.value(u"schema"_s).toString(), u"analemma.run.1"_s);
    QCOMPARE(Run::fromJson(json).toJson(), json);
    QCOMPARE(Run::fromJson(json).created, run.created);
    for (const State state : {State::Waiting, State::Running, State::Passed, State::Failed,
                              State::Cancelled, State::Skipped, State::Interrupted}) {
        QCOMPARE(stateFromString(toString(state)), state);
    }
}

void TestPipelinePlan::namesJobsAsFolders()
{
    QCOMPARE(jobKey(u"build-2_x"_s), u"build-2_x"_s);
    const QStringList odd{u"a b"_s, u"a-b."_s, u"../x"_s,         u".hidden"_s,
                          u"ä"_s,   u"a/b"_s,  QString(200, u'x')};
    QStringList keys{u"a-b"_s};
    for (const QString& name : odd) {
        const QString key = jobKey(name);
        QVERIFY2(!key.contains(u'/') && !key.startsWith(u'.') && key.size() < 64, qPrintable(key));
        QVERIFY2(!keys.contains(key), qPrintable(key));
        keys.append(key);
    }
}

void TestPipelinePlan::resolvesPaths_data()
{
    QTest::addColumn<QString>("path");
    QTest::addColumn<QString>("resolved");
    const auto row = [](const QString& path, const QString& resolved) {
        QTest::newRow(qPrintable(path)) << path << resolved;
    };
    row(u"dist"_s, u"/w/r/build/root/app/dist"_s);
    row(u"."_s, u"/w/r/build/root/app"_s);
    row(u"~"_s, u"/w/r/build"_s);
    row(u"~/x/../y"_s, u"/w/r/build/y"_s);
    row(u"/app/dist"_s, u"/w/r/build/root/app/dist"_s);
    row(u"/application"_s, u"/application"_s);
    row(u"/home/circleci/x"_s, u"/w/r/build/x"_s);
    row(u"/tmp/results"_s, u"/tmp/results"_s);
}

void TestPipelinePlan::resolvesPaths()
{
    QFETCH(QString, path);
    QFETCH(QString, resolved);
    JobOrder order;
    order.workFolder = u"/w/r"_s;
    order.job.name = u"build"_s;
    order.job.workingDirectory = u"/app"_s;
    const Places places = placesOf(order);
    QCOMPARE(places.resolve(path, places.project), resolved);
}

void TestPipelinePlan::keepsCheckoutsInside_data()
{
    QTest::addColumn<QString>("declared");
    QTest::addColumn<QString>("project");
    const auto row = [](const QString& declared, const QString& project) {
        QTest::newRow(qPrintable(u"\"%1\""_s.arg(declared)))
            << declared << u"/w/r/build"_s + project;
    };
    row(QString(), u"/project"_s);
    row(u"~/project"_s, u"/project"_s);
    row(u"~/go/src/x"_s, u"/go/src/x"_s);
    row(u"/home/circleci/app"_s, u"/app"_s);
    row(u"/etc"_s, u"/root/etc"_s);
    row(u"src"_s, u"/src"_s);
    row(u"../../x"_s, u"/project"_s);
    row(u"~/../../x"_s, u"/project"_s);
    row(u"~/.."_s, u"/project"_s);
    row(u"~"_s, u"/project"_s);
}

void TestPipelinePlan::keepsCheckoutsInside()
{
    QFETCH(QString, declared);
    QFETCH(QString, project);
    JobOrder order;
    order.workFolder = u"/w/r"_s;
    order.job.name = u"build"_s;
    order.job.workingDirectory = declared;
    QCOMPARE(placesOf(order).project, project);
}

void TestPipelinePlan::readsJUnit()
{
    const Result<QList<TestCase>> got = junit(R"(<?xml version="1.0"?>
<testsuites>
  <testsuite name="outer" file="o.py">
    <properties><property name="a" value="b"/></properties>
    <testsuite name="inner">
      <testcase name="one" time="0.25"/>
      <testcase name="two" classname="C" time="1,234.5" file="t.py"><failure message="want 1">want 1, got 2</failure></testcase>
      <testcase name="three"><skipped message="later"/><system-out>noise</system-out></testcase>
      <testcase name="four" time="nan"><error message="boom &lt;x&gt;"/></testcase>
    </testsuite>
    <testcase name="five"><failure>text <b>only</b></failure></testcase>
  </testsuite>
</testsuites>)");
    VERIFY_OK(got);
    QCOMPARE(got->size(), 5);
    QCOMPARE(got->at(0).suite, u"inner"_s);
    QCOMPARE(got->at(0).name, u"one"_s);
    QCOMPARE(got->at(0).seconds, 0.25);
    QVERIFY(got->at(0).result == TestCase::Result::Passed);
    QCOMPARE(got->at(1).suite, u"C"_s);
    QCOMPARE(got->at(1).file, u"t.py"_s);
    QCOMPARE(got->at(1).seconds, 1234.5);
    QVERIFY(got->at(1).result == TestCase::Result::Failed);
    QCOMPARE(got->at(1).message, u"want 1, got 2"_s);
    QVERIFY(got->at(2).result == TestCase::Result::Skipped);
    QCOMPARE(got->at(2).message, u"later"_s);
    QVERIFY(got->at(3).result == TestCase::Result::Error);
    QCOMPARE(got->at(3).message, u"boom <x>"_s);
    QCOMPARE(got->at(3).seconds, 0.0);
    QCOMPARE(got->at(4).suite, u"outer"_s);
    QCOMPARE(got->at(4).file, u"o.py"_s);
    QCOMPARE(got->at(4).message, u"text only"_s);
}

void TestPipelinePlan::readsSingleSuite()
{
    const Result<QList<TestCase>> got =
        junit("<testsuite name='s'><testcase name='a'><failure message='" +
              QByteArray(50'000, 'm') + "'/></testcase></testsuite>");
    VERIFY_OK(got);
    QCOMPARE(got->size(), 1);
    QCOMPARE(got->at(0).message.size(), 8 * 1024);
    VERIFY_OK(junit("<testsuites/>"));
}

void TestPipelinePlan::refusesBadJUnit_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QString>("message");
    QTest::newRow("empty") << QByteArray() << u"r.xml:1:0 "_s;
    QTest::newRow("not XML") << QByteArray("hello") << u"r.xml:1:"_s;
    QTest::newRow("cut") << QByteArray("<testsuite><testcase name='a'>") << u"r.xml:1:"_s;
    QTest::newRow("other root") << QByteArray("<html/>")
                                << u"r.xml:1:7 expected testsuites or testsuite, found html"_s;
    QTest::newRow("document type")
        << QByteArray("<!DOCTYPE x [<!ENTITY e 'v'>]><testsuite name='&e;'/>")
        << u"r.xml:1:30 a document type is not taken in test results"_s;
    QTest::newRow("entity from outside")
        << QByteArray("<!DOCTYPE x SYSTEM 'file:///etc/passwd'><testsuite/>")
        << u"r.xml:1:40 a document type is not taken in test results"_s;
    QByteArray deep;
    for (int i = 0; i < 200; ++i) {
        deep += "<testsuite>";
    }
    QTest::newRow("deep") << deep << u"suites are nested more than 32 deep"_s;
    QByteArray many = "<testsuite>";
    many += QByteArray("<testcase name='a'/>").repeated(100'002);
    QTest::newRow("many") << many << u"more than 100000 test cases"_s;
}

void TestPipelinePlan::refusesBadJUnit()
{
    QFETCH(QByteArray, text);
    QFETCH(QString, message);
    const Result<QList<TestCase>> got = junit(text);
    QVERIFY(!got);
    QCOMPARE(got.error().kind, ErrorKind::Invalid);
    QVERIFY2(got.error().message.contains(message), qPrintable(got.error().message));
}

void TestPipelinePlan::matchesGlobs_data()
{
    QTest::addColumn<QString>("pattern");
    QTest::addColumn<QString>("found");
    const auto row = [](const QString& pattern, const QString& found) {
        QTest::newRow(qPrintable(pattern)) << pattern << found;
    };
    row(u"."_s, u"."_s);
    row(u"*"_s, u".hidden a.txt b.log dist"_s);
    row(u"*.txt"_s, u"a.txt"_s);
    row(u"?.[tl]*"_s, u"a.txt b.log"_s);
    row(u"dist"_s, u"dist"_s);
    row(u"./dist/"_s, u"dist"_s);
    row(u"dist/*"_s, u"dist/one.js dist/sub"_s);
    row(u"*/sub"_s, u"dist/sub"_s);
    row(u"dist/**/two.js"_s, u"dist/sub/two.js"_s);
    row(u"**/*.js"_s, u"dist/one.js dist/sub/two.js"_s);
    row(u"nothing/*"_s, QString());
    row(u"[x"_s, QString());
}

void TestPipelinePlan::matchesGlobs()
{
    QFETCH(QString, pattern);
    QFETCH(QString, found);
    QTemporaryDir folder;
    for (const QString& name :
         {u"a.txt"_s, u"b.log"_s, u".hidden"_s, u"dist/one.js"_s, u"dist/sub/two.js"_s}) {
        touch(folder.filePath(name));
    }
    Result<QStringList> got = matchesBelow(folder.path(), pattern);
    VERIFY_OK(got);
    got->sort();
    QCOMPARE(got->join(u' '), found);
    QVERIFY(!matchesBelow(folder.path(), u"a/../../x"_s));
}

void TestPipelinePlan::mergesTrees()
{
    QTemporaryDir folder;
    const QString from = folder.filePath(u"from"_s);
    const QString to = folder.filePath(u"to"_s);
    touch(from + u"/a/new"_s, "new");
    touch(from + u"/a/both"_s, "from");
    touch(from + u"/file"_s, "file");
    QVERIFY(QFile::link(u"a/new"_s, from + u"/link"_s));
    touch(to + u"/a/old"_s, "old");
    touch(to + u"/a/both"_s, "to");
    touch(to + u"/file/inside"_s, "a folder where a file comes");
    VERIFY_OK(mergeTree(from, to));
    QCOMPARE(heldIn(to + u"/a/new"_s), "new"_ba);
    QCOMPARE(heldIn(to + u"/a/old"_s), "old"_ba);
    QCOMPARE(heldIn(to + u"/a/both"_s), "from"_ba);
    QCOMPARE(heldIn(to + u"/file"_s), "file"_ba);
    QVERIFY(QFileInfo(to + u"/link"_s).isSymLink());
    QCOMPARE(heldIn(to + u"/link"_s), "new"_ba);
    VERIFY_OK(mergeTree(from + u"/file"_s, folder.filePath(u"deep/er/file"_s)));
    QCOMPARE(heldIn(folder.filePath(u"deep/er/file"_s)), "file"_ba);
}

void TestPipelinePlan::listsFilesWithoutLinks()
{
    QTemporaryDir folder;
    touch(folder.filePath(u"b/two"_s), "22");
    touch(folder.filePath(u"a"_s), "1");
    QVERIFY(QFile::link(u"/etc"_s, folder.filePath(u"b/etc"_s)));
    const Result<QList<FoundFile>> got = filesBelow(folder.path(), 10);
    VERIFY_OK(got);
    QCOMPARE(got->size(), 2);
    QCOMPARE(got->at(0).relative, u"a"_s);
    QCOMPARE(got->at(1).relative, u"b/two"_s);
    QCOMPARE(got->at(1).size, 2);
    QVERIFY(!filesBelow(folder.path(), 1));
    QCOMPARE(filesBelow(folder.filePath(u"none"_s), 1).error().kind, ErrorKind::NotFound);
    const Result<QList<FoundFile>> one = filesBelow(folder.filePath(u"a"_s), 10);
    VERIFY_OK(one);
    QCOMPARE(one->at(0).relative, QString());
}

QTEST_GUILESS_MAIN(TestPipelinePlan)
#include "tst_pipeline_plan.moc"
