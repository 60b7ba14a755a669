#include "core/pipeline/pipeline.h"
#include "core/pipeline/src/model.h"
#include "tests/support.h"

#include <QFile>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace analemma;
using namespace analemma::pipeline;

namespace {

const QByteArray head = "version: 2.1\n";
/// A job with one step, so that tables name only what they are about.
const QByteArray plainJob = "    docker: [{image: cimg/base:1}]\n    steps: [checkout]\n";

Result<Definition> read(const QByteArray& text, const QString& branch = u"main"_s)
{
    return readCircleCi(text, u"config.yml"_s, branch);
}

QStringList namesOf(const Definition& definition, bool onThisBranch = true)
{
    QStringList names;
    for (const Job& job : definition.jobs) {
        if (job.onThisBranch == onThisBranch) {
            names.append(job.name);
        }
    }
    return names;
}

}  // namespace

class TestPipelineConfig : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void readsAWholeFile();
    void readsRunForms();
    void readsStores();
    void joinsExecutorsAndEnvironment();
    void expandsCommands();
    void mergesWorkflows();
    void ordersByNeeds();
    void filtersBranches_data();
    void filtersBranches();
    void leavesOutWhatNeedsALeftOutJob();
    void refuses_data();
    void refuses();
    void notes_data();
    void notes();
    void keepsDefinitionsAsJson();
    void readsTheSample();
};

void TestPipelineConfig::readsAWholeFile()
{
    const Result<Definition> got = read(R"(version: 2.1
jobs:
  test:
    docker:
      - image: cimg/python:3.11
    resource_class: large
    environment: {A: 1}
    steps:
      - checkout
      - run: make test
  package:
    machine: {image: "ubuntu-2204:current"}
    working_directory: ~/shop
    steps:
      - checkout: {path: src}
      - run: {name: Pack, command: make package}
workflows:
  version: 2
  deliver:
    jobs:
      - package: {requires: [test]}
      - test
)");
    VERIFY_OK(got);
    QCOMPARE(got->workflow, u"deliver"_s);
    QCOMPARE(namesOf(*got), (QStringList{u"test"_s, u"package"_s}));
    const Job test = got->jobs.at(0);
    QCOMPARE(test.executor, u"docker: cimg/python:3.11"_s);
    QCOMPARE(test.note, u"runs on this machine; the image cimg/python:3.11 is not used"_s);
    QCOMPARE(test.workingDirectory, u"~/project"_s);
    QCOMPARE(test.environment.value(u"A"_s), u"1"_s);
    QCOMPARE(test.steps.size(), 2);
    QCOMPARE(test.steps.at(0).kind, Step::Kind::Checkout);
    QCOMPARE(test.steps.at(1).command, u"make test"_s);
    QCOMPARE(test.steps.at(1).name, u"make test"_s);
    QCOMPARE(test.steps.at(1).shell, u"/bin/bash -eo pipefail"_s);
    QCOMPARE(test.steps.at(1).line, 10);
    const Job package = got->jobs.at(1);
    QCOMPARE(package.executor, u"machine: ubuntu-2204:current"_s);
    QCOMPARE(package.workingDirectory, u"~/shop"_s);
    QCOMPARE(package.needs, QStringList{u"test"_s});
    QCOMPARE(package.steps.at(0).path, u"src"_s);
    QCOMPARE(package.steps.at(1).name, u"Pack"_s);
    QCOMPARE(
        got->notes,
        QStringList{u"config.yml:6 resource_class large is not used: jobs get this machine"_s});
}

void TestPipelineConfig::readsRunForms()
{
    const Result<Definition> got = read(R"(version: 2
jobs:
  build:
    machine: true
    shell: /bin/sh -e
    steps:
      - run: |

          echo one
          echo two
      - run:
          name: Serve
          command: serve
          shell: [/bin/bash, -x]
          environment: [{A: x}, {B: no, C: 0.10}]
          working_directory: web
          when: on_fail
          background: true
          no_output_timeout: 1.5m
      - run: {command: echo << parameters.x >>, when: always}
)");
    VERIFY_OK(got);
    QCOMPARE(got->workflow, u"build"_s);
    const QList<Step> steps = got->jobs.at(0).steps;
    QCOMPARE(got->jobs.at(0).note, u"runs on this machine"_s);
    QCOMPARE(steps.at(0).name, u"echo one"_s);
    QCOMPARE(steps.at(0).shell, u"/bin/sh -e"_s);
    QCOMPARE(steps.at(0).when, u"on_success"_s);
    QCOMPARE(steps.at(0).noOutputTimeout, milliseconds(600'000));
    QCOMPARE(steps.at(1).name, u"Serve"_s);
    QCOMPARE(steps.at(1).environment,
             (QMap<QString, QString>{{u"A"_s, u"x"_s}, {u"B"_s, u"no"_s}, {u"C"_s, u"0.10"_s}}));
    QCOMPARE(steps.at(1).workingDirectory, u"web"_s);
    QCOMPARE(steps.at(1).when, u"on_fail"_s);
    QVERIFY(steps.at(1).background);
    QCOMPARE(steps.at(1).noOutputTimeout, milliseconds(90'000));
    QCOMPARE(steps.at(2).when, u"always"_s);
}

void TestPipelineConfig::readsStores()
{
    const Result<Definition> got = read(R"(version: 2.1
jobs:
  build:
    machine: true
    steps:
      - store_artifacts: {path: dist/site.tar.gz, destination: site.tar.gz}
      - store_test_results: {path: results}
      - persist_to_workspace: {root: ., paths: [dist, "*.txt"]}
      - attach_workspace: {at: /tmp/ws}
      - restore_cache: {keys: [a, b]}
      - setup_remote_docker
)");
    VERIFY_OK(got);
    const QList<Step> steps = got->jobs.at(0).steps;
    QCOMPARE(steps.at(0).kind, Step::Kind::StoreArtifacts);
    QCOMPARE(steps.at(0).path, u"dist/site.tar.gz"_s);
    QCOMPARE(steps.at(0).destination, u"site.tar.gz"_s);
    QCOMPARE(steps.at(0).when, u"always"_s);
    QCOMPARE(steps.at(1).kind, Step::Kind::StoreTestResults);
    QCOMPARE(steps.at(1).when, u"always"_s);
    QCOMPARE(steps.at(2).kind, Step::Kind::PersistToWorkspace);
    QCOMPARE(steps.at(2).path, u"."_s);
    QCOMPARE(steps.at(2).paths, (QStringList{u"dist"_s, u"*.txt"_s}));
    QCOMPARE(steps.at(3).kind, Step::Kind::AttachWorkspace);
    QCOMPARE(steps.at(3).path, u"/tmp/ws"_s);
    QCOMPARE(steps.at(4).kind, Step::Kind::Note);
    QCOMPARE(steps.at(5).kind, Step::Kind::Note);
    QCOMPARE(got->notes.size(), 2);
    QCOMPARE(
        got->notes.at(0),
        u"config.yml:10 restore_cache does nothing here; each job starts from a clean folder"_s);
}

void TestPipelineConfig::joinsExecutorsAndEnvironment()
{
    const Result<Definition> got = read(R"(version: 2.1
defaults: &defaults
  working_directory: ~/code
executors:
  py:
    docker:
      - image: cimg/python:3.12
        environment: {A: image, B: image, C: image}
      - image: postgres:14
    environment: {B: executor, C: executor}
    shell: /bin/sh
jobs:
  build:
    <<: *defaults
    executor: {name: py}
    environment: {C: job}
    steps: [run: make]
)");
    VERIFY_OK(got);
    const Job job = got->jobs.at(0);
    QCOMPARE(job.environment,
             (QMap<QString, QString>{
                 {u"A"_s, u"image"_s}, {u"B"_s, u"executor"_s}, {u"C"_s, u"job"_s}}));
    QCOMPARE(job.workingDirectory, u"~/code"_s);
    QCOMPARE(job.steps.at(0).shell, u"/bin/sh"_s);
    QCOMPARE(
        got->notes,
        QStringList{u"config.yml:9 the service container postgres:14 is not started; start what "
                    "the steps need in a background step"_s});
}

void TestPipelineConfig::expandsCommands()
{
    const Result<Definition> got = read(R"(version: 2.1
commands:
  inner: {steps: [run: one]}
  outer: {description: d, steps: [inner, run: two]}
jobs:
  build:
    machine: true
    steps: [outer, inner: {}, run: three]
)");
    VERIFY_OK(got);
    QStringList commands;
    for (const Step& step : got->jobs.at(0).steps) {
        commands.append(step.command);
    }
    QCOMPARE(commands.join(u' '), u"one two one three"_s);
}

void TestPipelineConfig::mergesWorkflows()
{
    const Result<Definition> got =
        read(head + "jobs:\n  a:\n" + plainJob + "  b:\n" + plainJob + R"(workflows:
  first:
    jobs: [a, b: {requires: [a]}]
  second:
    jobs:
      - a: {name: again, pre-steps: [run: before], post-steps: [run: after]}
      - a
      - b: {requires: [a]}
      - b: {requires: [again], name: b}
  nightly:
    triggers: [{schedule: {cron: "0 0 * * *", filters: {branches: {only: main}}}}]
    jobs: [a]
)");
    VERIFY_OK(got);
    QCOMPARE(got->workflow, u"first, second"_s);
    QCOMPARE(namesOf(*got),
             (QStringList{u"a"_s, u"b"_s, u"again"_s, u"second-a"_s, u"second-b"_s, u"b-2"_s}));
    QCOMPARE(got->jobs.at(4).needs, QStringList{u"second-a"_s});
    QCOMPARE(got->jobs.at(5).needs, QStringList{u"again"_s});
    QCOMPARE(got->jobs.at(2).steps.at(0).command, u"before"_s);
    QCOMPARE(got->jobs.at(2).steps.at(2).command, u"after"_s);
    QCOMPARE(
        got->notes,
        QStringList{u"config.yml:19 the workflow nightly runs on a schedule and is left out; runs "
                    "here are of commits"_s});
}

void TestPipelineConfig::ordersByNeeds()
{
    QByteArray jobs = "jobs:\n";
    for (const char* name : {"a", "b", "c", "d"}) {
        jobs += "  " + QByteArray(name) + ":\n" + plainJob;
    }
    const Result<Definition> got =
        read(head + jobs +
             "workflows: {w: {jobs: [d: {requires: [b, c]}, c: {requires: [a]}, "
             "b: {requires: [a]}, a]}}\n");
    VERIFY_OK(got);
    QCOMPARE(namesOf(*got), (QStringList{u"a"_s, u"c"_s, u"b"_s, u"d"_s}));
    QCOMPARE(upstream(*got, u"d"_s), (QStringList{u"a"_s, u"c"_s, u"b"_s}));
}

void TestPipelineConfig::filtersBranches_data()
{
    QTest::addColumn<QByteArray>("filter");
    QTest::addColumn<QString>("branch");
    QTest::addColumn<bool>("runs");
    const auto row = [](const char* name, const char* filter, const QString& branch, bool runs) {
        QTest::newRow(name) << QByteArray(filter) << branch << runs;
    };
    row("only, same", "only: main", u"main"_s, true);
    row("only, other", "only: main", u"maintenance"_s, false);
    row("only, list", "only: [dev, main]", u"main"_s, true);
    row("only, pattern", "only: /release\\/.*/", u"release/1.2"_s, true);
    row("only, pattern matches in full", "only: /release/", u"release/1.2"_s, false);
    row("only, pattern matches in full, at the start too", "only: /b.*/", u"abc"_s, false);
    row("alternatives are anchored as one", "only: /a|b/", u"ab"_s, false);
    row("ignore, same", "ignore: main", u"main"_s, false);
    row("ignore, other", "ignore: [main, /dev-.*/]", u"feature"_s, true);
    row("ignore, pattern", "ignore: [main, /dev-.*/]", u"dev-x"_s, false);
    row("ignore all", "ignore: /.*/", u"main"_s, false);
    row("both", "{only: /m.*/, ignore: main}", u"main"_s, false);
    row("both, other", "{only: /m.*/, ignore: main}", u"more"_s, true);
    row("no branch, only", "only: /.*/", QString(), false);
    row("no branch, ignore", "ignore: main", QString(), true);
}

void TestPipelineConfig::filtersBranches()
{
    QFETCH(QByteArray, filter);
    QFETCH(QString, branch);
    QFETCH(bool, runs);
    const QByteArray body = filter.startsWith('{') ? filter : "{" + filter + "}";
    const Result<Definition> got = read(head + "jobs:\n  a:\n" + plainJob +
                                            "workflows:\n  w:\n    jobs:\n      - a:\n"
                                            "          filters:\n            branches: " +
                                            body + "\n",
                                        branch);
    VERIFY_OK(got);
    QCOMPARE(got->jobs.size(), 1);
    QCOMPARE(got->jobs.at(0).onThisBranch, runs);
}

void TestPipelineConfig::leavesOutWhatNeedsALeftOutJob()
{
    const QByteArray text = head + "jobs:\n  a:\n" + plainJob +
                            "  mac:\n    macos: {xcode: 1}\n    steps: [checkout]\n" +
                            R"(workflows:
  w:
    jobs:
      - hold: {type: approval, filters: {branches: {only: release}}}
      - a
      - a: {name: ship, requires: [hold]}
      - a: {name: after, requires: [ship]}
      - mac: {filters: {branches: {only: release}}}
)";
    const Result<Definition> got = read(text, u"main"_s);
    VERIFY_OK(got);
    QCOMPARE(namesOf(*got), QStringList{u"a"_s});
    QCOMPARE(namesOf(*got, false), (QStringList{u"ship"_s, u"after"_s}));
    QVERIFY(got->notes.contains(u"config.yml:12 the job hold is left out on this branch"_s));
    QVERIFY(got->notes.contains(u"config.yml:16 the job mac is left out on this branch"_s));
    const Result<Definition> release = read(text, u"release"_s);
    QVERIFY(!release);
    QCOMPARE(release.error().kind, ErrorKind::Unsupported);
}

void TestPipelineConfig::refuses_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QString>("kind");
    QTest::addColumn<QString>("message");
    const auto row = [](const char* name, const QByteArray& text, const char* kind,
                        const QString& message) {
        QTest::newRow(name) << text << QString::fromLatin1(kind) << message;
    };
    const QByteArray invalid = "invalid";
    const auto withJob = [](const QByteArray& body) { return head + "jobs:\n  build:\n" + body; };
    const auto withStep = [&withJob](const QByteArray& step) {
        return withJob("    machine: true\n    steps:\n      - " + step + "\n");
    };
    const auto withFlow = [](const QByteArray& entries) {
        return head + "jobs:\n  a:\n" + plainJob + "  b:\n" + plainJob +
               "workflows:\n  w:\n    jobs:\n" + entries;
    };
    const QString later = u" is not read yet; a later version reads it. "_s;

    row("empty", "", "invalid",
        u"config.yml:1:1: expected a configuration: version, jobs and workflows, got nothing"_s);
    row("no version", "jobs: {}\n", "invalid",
        u"config.yml:1:1 expected the key \"version\" with the value 2.1"_s);
    row("old version", "version: 1\n", "invalid",
        u"config.yml:1:10 version: expected 2.1 or 2, got \"1\""_s);
    row("nothing to run", "version: 2.1\njobs: {}\n", "invalid",
        u"config.yml:1:1 expected workflows, or a job named build"_s);
    row("mistyped section", head + "workflow: {}\njobs: {}\n", "invalid",
        u"config.yml:2:1 unknown key \"workflow\"; did you mean \"workflows\"?"_s);
    row("orbs", head + "orbs: {node: circleci/node@5}\n", "unsupported",
        u"config.yml:2:1 the key \"orbs\""_s + later +
            u"Write what the orb does as steps of your own."_s);
    row("parameters", head + "parameters: {a: {type: string}}\n", "unsupported",
        u"config.yml:2:1 the key \"parameters\""_s + later + u"Write the values themselves."_s);
    row("setup", head + "setup: true\n", "unsupported",
        u"config.yml:2:1 the key \"setup\""_s + later + u"Write the configuration itself."_s);
    row("jobs as list", head + "jobs: [a]\n", "invalid",
        u"config.yml:2:7 jobs: expected a map of jobs, got a list"_s);

    row("macos", withJob("    macos: {xcode: 15.1}\n    steps: [checkout]\n"), "unsupported",
        u"config.yml:4:12 jobs.build: the executor \"macos\""_s + later +
            u"Jobs run on this Linux machine: use docker or machine."_s);
    row("no executor", withJob("    steps: [checkout]\n"), "invalid",
        u"config.yml:4:5 jobs.build: expected docker, machine or executor"_s);
    row("no steps", withJob("    machine: true\n"), "invalid",
        u"config.yml:4:5 jobs.build: expected the key \"steps\""_s);
    row("mistyped key of a job", withJob("    machine: true\n    step: [checkout]\n"), "invalid",
        u"config.yml:5:5 jobs.build: unknown key \"step\"; did you mean \"steps\"?"_s);
    row("parallelism", withJob("    machine: true\n    parallelism: 4\n    steps: [checkout]\n"),
        "unsupported",
        u"config.yml:5:18 jobs.build.parallelism: the key \"parallelism\""_s + later +
            u"Write 1, or several jobs."_s);
    row("parameters of a job",
        withJob("    machine: true\n    parameters: {}\n    steps: [checkout]\n"), "unsupported",
        u"config.yml:5:5 jobs.build: the key \"parameters\""_s + later +
            u"Write a job without parameters."_s);
    row("unknown executor", withJob("    executor: node\n    steps: [checkout]\n"), "invalid",
        u"config.yml:4:15 jobs.build.executor: there is no executor \"node\" in this file"_s);
    row("executor of an orb", withJob("    executor: node/default\n    steps: [checkout]\n"),
        "unsupported",
        u"config.yml:4:15 jobs.build.executor: the orb executor \"node/default\""_s + later +
            u"Write docker or machine in the job."_s);
    row("bad variable",
        withJob("    machine: true\n    environment: {A-B: 1}\n    steps: [checkout]\n"), "invalid",
        u"config.yml:5:19 jobs.build.environment: \"A-B\" is no name of an environment variable "
        u"(letters, digits and "
        "_ only)"_s);
    row("environment as text",
        withJob("    machine: true\n    environment: A\n    steps: [checkout]\n"), "invalid",
        u"config.yml:5:18 jobs.build.environment: expected a map of environment variables, got \"A\""_s);

    row("unknown step", withStep("chekout"), "invalid",
        u"config.yml:6:9 jobs.build.steps[0]: \"chekout\" is neither a step nor a command of this "
        u"file; did you mean "
        "\"checkout\"?"_s);
    row("step of an orb", withStep("node/install"), "unsupported",
        u"config.yml:6:9 jobs.build.steps[0]: the orb step \"node/install\""_s + later +
            u"Write what it does as run steps."_s);
    row("conditional step", withStep("when: {condition: true, steps: [checkout]}"), "unsupported",
        u"config.yml:6:9 jobs.build.steps[0]: the conditional step \"when\""_s + later +
            u"Put the condition into the shell command of a run step."_s);
    row("run without command", withStep("run: {name: x}"), "invalid",
        u"config.yml:6:9 jobs.build.steps[0]: run needs the key \"command\""_s);
    row("empty command", withStep("run: ''"), "invalid",
        u"config.yml:6:9 jobs.build.steps[0]: the command is empty"_s);
    row("bad when", withStep("run: {command: x, when: sometimes}"), "invalid",
        u"config.yml:6:33 jobs.build.steps[0].run.when: expected on_success, on_fail or always, got \"sometimes\""_s);
    row("bad background", withStep("run: {command: x, background: maybe}"), "invalid",
        u"config.yml:6:39 jobs.build.steps[0].run.background: expected true or false, got \"maybe\""_s);
    row("bad duration", withStep("run: {command: x, no_output_timeout: long}"), "invalid",
        u"config.yml:6:46 jobs.build.steps[0].run.no_output_timeout: expected a duration such as "
        u"30s, 10m or 1.5h, of "
        "at most 24h, got \"long\""_s);
    row("mistyped key of run", withStep("run: {command: x, comand: y}"), "invalid",
        u"config.yml:6:27 jobs.build.steps[0].run: unknown key \"comand\"; did you mean \"command\"?"_s);
    row("expression", withStep("run: echo << pipeline.number >>"), "unsupported",
        u"config.yml:6:14 jobs.build.steps[0].run: the expression << pipeline.number >>"_s + later +
            u"Write the value itself."_s);
    row("persist out of root", withStep("persist_to_workspace: {root: ., paths: [../x]}"),
        "invalid",
        u"config.yml:6:48 jobs.build.steps[0].persist_to_workspace.paths: \"../x\" leads out of "
        u"root; paths are "
        "relative to it"_s);
    row("artifacts without path", withStep("store_artifacts: {destination: x}"), "invalid",
        u"config.yml:6:9 jobs.build.steps[0]: store_artifacts needs the key \"path\""_s);
    row("step with two keys", withStep("{run: a, checkout: b}"), "invalid",
        u"config.yml:6:9 jobs.build.steps[0]: expected a step: a name, or a map with one key such as run, got a map"_s);
    row("command that calls itself",
        head +
            "commands:\n  x: {steps: [y]}\n  y: {steps: [x]}\njobs:\n  build:\n    machine: true\n "
            "   steps: [x]\n",
        "invalid", u"config.yml:4:15 commands.y.steps[0]: the command \"x\" calls itself"_s);
    row("command with parameters",
        head +
            "commands:\n  x: {parameters: {a: {type: string}}, steps: [checkout]}\njobs:\n  "
            "build:\n    machine: true\n"
            "    steps: [x: {a: b}]\n",
        "unsupported",
        u"config.yml:7:13 jobs.build.steps[0]: the command \"x\" with parameters"_s + later +
            u"Write its steps out, or a command without parameters."_s);

    row("unknown job", withFlow("      - aa\n"), "invalid",
        u"config.yml:12:9 workflows.w.jobs[0]: there is no job \"aa\" in this file"_s);
    row("unknown need", withFlow("      - a: {requires: [c]}\n"), "invalid",
        u"config.yml:12:24 workflows.w.jobs[0].a.requires[0]: a needs \"c\", which is no job of the workflow w"_s);
    row("cycle", withFlow("      - a: {requires: [b]}\n      - b: {requires: [a]}\n"), "invalid",
        u"config.yml:12:9 workflows.w.jobs[0]: these jobs wait for each other: a -> b -> a"_s);
    row("needs itself", withFlow("      - a: {requires: [a]}\n"), "invalid",
        u"config.yml:12:9 workflows.w.jobs[0]: these jobs wait for each other: a -> a"_s);
    row("approval", withFlow("      - hold: {type: approval}\n"), "unsupported",
        u"config.yml:12:9 workflows.w.jobs[0]: the approval \"hold\""_s + later +
            u"Approvals are given to releases: write `approvals: 1` in the environment of analemma.yaml."_s);
    row("matrix", withFlow("      - a: {matrix: {parameters: {v: [1]}}}\n"), "unsupported",
        u"config.yml:12:13 workflows.w.jobs[0].a: the key \"matrix\""_s + later +
            u"Write one entry for each combination."_s);
    row("job parameter", withFlow("      - a: {version: 3}\n"), "unsupported",
        u"config.yml:12:13 workflows.w.jobs[0].a: the parameter \"version\" of a job"_s + later +
            u"Write a job without parameters."_s);
    row("mistyped requires", withFlow("      - a: {require: [b]}\n"), "invalid",
        u"config.yml:12:13 workflows.w.jobs[0].a: unknown key \"require\"; did you mean \"requires\"?"_s);
    row("orb job", withFlow("      - node/test\n"), "unsupported",
        u"config.yml:12:9 workflows.w.jobs[0]: the orb job \"node/test\""_s + later +
            u"Write the job in the section jobs."_s);
    row("bad pattern", withFlow("      - a: {filters: {branches: {only: /(/}}}\n"), "invalid",
        u"config.yml:12:40 workflows.w.jobs[0].a.filters.branches.only: /(/ is no regular "
        u"expression: missing closing "
        "parenthesis"_s);
    row("need with status", withFlow("      - a\n      - b: {requires: [a: failed]}\n"),
        "unsupported",
        u"config.yml:13:24 workflows.w.jobs[1].b.requires[0]: a need with a status"_s + later +
            u"Name the job alone: it is waited for and must pass."_s);
    row("workflow condition", head + "jobs: {}\nworkflows:\n  w:\n    when: true\n    jobs: [a]\n",
        "unsupported",
        u"config.yml:5:5 workflows.w: the key \"when\""_s + later +
            u"Use branch filters of the jobs."_s);
    row("workflow without jobs", head + "jobs: {}\nworkflows:\n  w: {}\n", "invalid",
        u"config.yml:4:6 workflows.w: expected the key \"jobs\""_s);
}

void TestPipelineConfig::refuses()
{
    QFETCH(QByteArray, text);
    QFETCH(QString, kind);
    QFETCH(QString, message);
    const Result<Definition> got = read(text);
    QVERIFY(!got);
    QCOMPARE(got.error().message, message);
    QCOMPARE(toString(got.error().kind).toLower(), kind);
}

void TestPipelineConfig::notes_data()
{
    QTest::addColumn<QByteArray>("entry");
    QTest::addColumn<QString>("note");
    QTest::newRow("context")
        << QByteArray("{context: prod}")
        << u"config.yml:10 context is not read; secrets of a pipeline are named in analemma.yaml"_s;
    QTest::newRow("tags") << QByteArray("{filters: {tags: {only: /v.*/}}}")
                          << u"config.yml:10 tag filters are not read: runs here are of branches"_s;
    QTest::newRow("serial") << QByteArray("{serial-group: x}")
                            << u"config.yml:10 serial-group does nothing here"_s;
}

void TestPipelineConfig::notes()
{
    QFETCH(QByteArray, entry);
    QFETCH(QString, note);
    const Result<Definition> got =
        read(head + "jobs:\n  a:\n" + plainJob +
             "workflows:\n  w:\n    jobs:\n      #\n      - a: " + entry + "\n");
    VERIFY_OK(got);
    QCOMPARE(got->notes, QStringList{note});
}

void TestPipelineConfig::keepsDefinitionsAsJson()
{
    const Result<Definition> got = read(R"(version: 2.1
jobs:
  build:
    docker: [{image: x}]
    environment: {A: b}
    steps:
      - checkout
      - run: {command: c, environment: {X: y}, when: always, background: true, no_output_timeout: 3s}
      - persist_to_workspace: {root: r, paths: [p, q]}
      - store_artifacts: {path: a, destination: d}
)");
    VERIFY_OK(got);
    const Json json = toJson(*got);
    QCOMPARE(toJson(definitionFromJson(json)), json);
    QCOMPARE(definitionFromJson(json).jobs.at(0).steps.at(1).noOutputTimeout, milliseconds(3000));
}

void TestPipelineConfig::readsTheSample()
{
    QFile file(QStringLiteral(ANALEMMA_SOURCE "/resources/sample/shop-1/.circleci/config.yml"));
    QVERIFY2(file.open(QIODevice::ReadOnly), "the sample has a configuration");
    const Result<Definition> got = read(file.readAll());
    VERIFY_OK(got);
    QVERIFY(!got->jobs.isEmpty());
}

QTEST_GUILESS_MAIN(TestPipelineConfig)
#include "tst_pipeline_config.moc"
