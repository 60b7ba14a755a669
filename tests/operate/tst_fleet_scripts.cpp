#include "core/operate/src/step_script.h"

#include "tests/support.h"

#include <QDir>
#include <QElapsedTimer>
#include <QProcess>
#include <QTemporaryDir>

#include <signal.h>
#include <sys/stat.h>

using namespace Qt::StringLiterals;
using namespace analemma;
using namespace analemma::operate;

namespace {

/// One machine: a home folder, and a shell that runs the scripts there.
struct Machine {
    explicit Machine(QString program) : shell(std::move(program)) {}
    QString shell;
    QTemporaryDir home;

    Result<StepReport> run(const QString& key, const QByteArray& script) const
    {
        QProcess process;
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert(u"HOME"_s, home.path());
        process.setProcessEnvironment(environment);
        process.start(shell, {u"-s"_s});
        process.write(script);
        process.closeWriteChannel();
        if (!process.waitForFinished(30'000)) {
            process.kill();
            process.waitForFinished();
            return Error(ErrorKind::Timeout, u"the shell did not end"_s);
        }
        const QByteArray errors = process.readAllStandardError();
        return errors.isEmpty()
                   ? readReport(key, process.readAllStandardOutput())
                   : Result<StepReport>(Error(ErrorKind::Bug, QString::fromUtf8(errors)));
    }
    [[nodiscard]] QByteArray read(const QString& name) const
    {
        QFile file(home.filePath(name));
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }
    [[nodiscard]] bool isClean() const { return !QFile::exists(home.filePath(u".analemma"_s)); }
};

RemoteStep remote(const QString& key, const QByteArray& command, milliseconds timeout = {})
{
    RemoteStep step;
    step.key = key;
    step.command = command;
    step.timeout = timeout;
    return step;
}

/// Watches until it is no longer under way.
Result<StepReport> toEnd(const Machine& machine, const QString& key, Result<StepReport> report)
{
    QByteArray all = report ? report->bytes : QByteArray();
    while (report && report->state != StepReport::State::Ended &&
           report->state != StepReport::State::Lost) {
        report = machine.run(key, watchScript(key, all.size()));
        all += report ? report->bytes : QByteArray();
    }
    if (report) {
        report->bytes = all;
    }
    return report;
}

}  // namespace

class TestFleetScripts : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void reports_data();
    void reports();
    void interpreters_data();
    void interpreters();
    void scripts_data();
    void scripts();
    void beginsOnce_data();
    void beginsOnce();
    void stops_data();
    void stops();
    void cutScriptsDoNothing();
};

void TestFleetScripts::reports_data()
{
    QTest::addColumn<QByteArray>("answer");
    QTest::addColumn<bool>("ok");
    QTest::newRow("whole") << QByteArray("\nanalemma k ended 3 exit 10 12 5 5\nhello") << true;
    QTest::newRow("noise before") << QByteArray("Welcome\n\nanalemma k running -1 - 10 0 0 0\n")
                                  << true;
    QTest::newRow("another key") << QByteArray("\nanalemma q ended 3 exit 10 12 0 0\n") << false;
    QTest::newRow("word") << QByteArray("\nanalemma k flying 3 exit 10 12 0 0\n") << false;
    QTest::newRow("number") << QByteArray("\nanalemma k ended x exit 10 12 0 0\n") << false;
    QTest::newRow("too much") << QByteArray("\nanalemma k ended 1 exit 10 12 0 999999999\n")
                              << false;
    QTest::newRow("negative") << QByteArray("\nanalemma k ended 1 exit 10 12 -5 0\n") << false;
    QTest::newRow("no end of line") << QByteArray("\nanalemma k ended 1 exit 10 12 0 0") << false;
    QTest::newRow("nothing") << QByteArray() << false;
}

void TestFleetScripts::reports()
{
    QFETCH(QByteArray, answer);
    QFETCH(bool, ok);
    const Result<StepReport> report = readReport(u"k"_s, answer);
    QCOMPARE(report.ok(), ok);
    if (!ok) {
        QCOMPARE(report.error().kind, ErrorKind::Protocol);
    }
}

void TestFleetScripts::interpreters_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QStringList>("words");
    QTest::newRow("command") << QByteArray("uptime") << QStringList(u"/bin/sh"_s);
    QTest::newRow("sh") << QByteArray("#!/bin/bash\nls") << QStringList(u"/bin/bash"_s);
    QTest::newRow("env") << QByteArray("#! /usr/bin/env python3 \nx")
                         << QStringList({u"/usr/bin/env"_s, u"python3"_s});
    QTest::newRow("one argument") << QByteArray("#!/bin/sh -e -u\n")
                                  << QStringList({u"/bin/sh"_s, u"-e -u"_s});
    QTest::newRow("no line end") << QByteArray("#!/bin/bash") << QStringList(u"/bin/bash"_s);
    QTest::newRow("empty") << QByteArray("#!\nls") << QStringList(u"/bin/sh"_s);
}

void TestFleetScripts::interpreters()
{
    QFETCH(QByteArray, text);
    QFETCH(QStringList, words);
    QCOMPARE(interpreterOf(text), words);
}

namespace {
void shells()
{
    QTest::addColumn<QString>("shell");
    QTest::newRow("dash") << u"/usr/bin/dash"_s;
    QTest::newRow("bash") << u"/usr/bin/bash"_s;
}
}  // namespace

void TestFleetScripts::scripts_data()
{
    shells();
}

/// The scripts in a real shell: output, exit code, inputs, time limit, what lies there afterwards.
void TestFleetScripts::scripts()
{
    QFETCH(QString, shell);
    const Machine machine(shell);
    RemoteStep step = remote(
        u"op-1"_s, "echo out; echo err >&2; pwd; umask; cat \"$ANALEMMA_INPUTS/token\"; exit 7");
    step.inputs.insert(u"token"_s, Secret(QByteArray("s3cret\nline")));
    const mode_t before = ::umask(022);
    Result<StepReport> report = toEnd(machine, step.key, machine.run(step.key, launchScript(step)));
    VERIFY_OK(report);
    QCOMPARE(toString(report->state), u"ended"_s);
    QCOMPARE(report->code, 7);
    QCOMPARE(report->how, u"exit"_s);
    QCOMPARE(report->bytes, "out\nerr\n" + machine.home.path().toUtf8() + "\n0022\ns3cret\nline\n");
    QCOMPARE(report->size, report->bytes.size());
    QVERIFY(report->began > 0 && report->ended >= report->began);
    QVERIFY(!QFile::exists(machine.home.filePath(u".analemma/steps/op-1/inputs"_s)));
    // A piece from the middle; nothing beyond the end.
    QCOMPARE(machine.run(step.key, watchScript(step.key, 4))->bytes.left(4), QByteArray("err\n"));
    QVERIFY(machine.run(step.key, watchScript(step.key, 1000))->bytes.isEmpty());
    QVERIFY(machine.run(step.key, watchScript(step.key, -1))->bytes.isEmpty());
    QCOMPARE(toString(machine.run(u"op-2"_s, watchScript(u"op-2"_s, 0))->state), u"absent"_s);
    QCOMPARE(toString(machine.run(step.key, cleanScript(step.key, false))->state), u"absent"_s);
    QVERIFY(machine.isClean());

    // A script of another language, and one that ends by a signal.
    const RemoteStep python = remote(u"op-3"_s, "#!/usr/bin/env python3\nprint(6 * 7)\n");
    report = toEnd(machine, python.key, machine.run(python.key, launchScript(python)));
    VERIFY_OK(report);
    QCOMPARE(report->bytes, QByteArray("42\n"));
    const RemoteStep killed = remote(u"op-4"_s, "kill -KILL $$");
    report = toEnd(machine, killed.key, machine.run(killed.key, launchScript(killed)));
    VERIFY_OK(report);
    QCOMPARE(report->code, 137);

    // The time limit ends the whole group, also what does not listen.
    const RemoteStep late =
        remote(u"op-5"_s, "echo $$; (trap '' TERM; exec sleep 600) & echo $!; sleep 600",
               milliseconds(900));
    QElapsedTimer timer;
    timer.start();
    report = toEnd(machine, late.key, machine.run(late.key, launchScript(late)));
    VERIFY_OK(report);
    QCOMPARE(report->how, u"late"_s);
    QVERIFY(timer.elapsed() < 60'000);
    for (const QByteArray& pid : report->bytes.trimmed().split('\n')) {
        QVERIFY(pid.toInt() > 0);
        QTRY_VERIFY(::kill(pid.toInt(), 0) != 0);
    }
    ::umask(before);
}

void TestFleetScripts::beginsOnce_data()
{
    shells();
}

/// Eight starts at once, and late ones: it runs once. A boot id that is not ours, a process that is
/// gone, a mark after the clean-up.
void TestFleetScripts::beginsOnce()
{
    QFETCH(QString, shell);
    const Machine machine(shell);
    const QString key = u"op-1"_s;
    const RemoteStep step = remote(key, "echo run >>\"$HOME/runs\"; sleep 0.5");
    std::vector<std::unique_ptr<QProcess>> starts;
    for (int i = 0; i < 8; ++i) {
        auto process = std::make_unique<QProcess>();
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert(u"HOME"_s, machine.home.path());
        process->setProcessEnvironment(environment);
        process->start(shell, {u"-s"_s});
        process->write(launchScript(step));
        process->closeWriteChannel();
        starts.push_back(std::move(process));
    }
    for (const auto& process : starts) {
        QVERIFY(process->waitForFinished(30'000));
    }
    Result<StepReport> report = toEnd(machine, key, machine.run(key, launchScript(step)));
    VERIFY_OK(report);
    QCOMPARE(report->code, 0);
    QCOMPARE(machine.read(u"runs"_s), QByteArray("run\n"));

    // After the clean-up a start that was still under way finds the mark.
    VERIFY_OK(machine.run(key, cleanScript(key, true)));
    report = machine.run(key, launchScript(step));
    VERIFY_OK(report);
    QCOMPARE(toString(report->state), u"removed"_s);
    QCOMPARE(machine.read(u"runs"_s), QByteArray("run\n"));

    // Rebooted meanwhile: not running, whoever has that process id now.
    const QString folder = machine.home.filePath(u".analemma/steps/op-2"_s);
    QVERIFY(QDir().mkpath(folder + u"/started"_s));
    QFile pid(folder + u"/pid"_s);
    QVERIFY(pid.open(QIODevice::WriteOnly));
    pid.write(QByteArray::number(QCoreApplication::applicationPid()) + " 1 another-boot 100\n");
    pid.close();
    report = machine.run(u"op-2"_s, launchScript(remote(u"op-2"_s, "echo run >>\"$HOME/runs\"")));
    VERIFY_OK(report);
    QCOMPARE(toString(report->state), u"lost"_s);
    QCOMPARE(report->how, u"boot"_s);
    QCOMPARE(machine.read(u"runs"_s), QByteArray("run\n"));
}

void TestFleetScripts::stops_data()
{
    shells();
}

void TestFleetScripts::stops()
{
    QFETCH(QString, shell);
    const Machine machine(shell);
    const RemoteStep step = remote(u"op-1"_s, "echo $$; sleep 600 & echo $!; wait");
    Result<StepReport> report = machine.run(step.key, launchScript(step));
    VERIFY_OK(report);
    QCOMPARE(toString(report->state), u"running"_s);
    report = machine.run(step.key, stopScript(step.key));
    VERIFY_OK(report);
    QCOMPARE(toString(report->state), u"ended"_s);
    QCOMPARE(report->how, u"stopped"_s);
    for (const QByteArray& pid : report->bytes.trimmed().split('\n')) {
        QVERIFY(pid.toInt() > 0);
        QTRY_VERIFY(::kill(pid.toInt(), 0) != 0);
    }
    // What was not begun never will be.
    report = machine.run(u"op-2"_s, stopScript(u"op-2"_s));
    VERIFY_OK(report);
    QCOMPARE(report->how, u"never"_s);
    report = machine.run(u"op-2"_s, launchScript(remote(u"op-2"_s, "touch \"$HOME/ran\"")));
    VERIFY_OK(report);
    QCOMPARE(report->how, u"never"_s);
    QVERIFY(!QFile::exists(machine.home.filePath(u"ran"_s)));
    // The process that would write the exit code is killed: it is told as lost, not as running.
    const RemoteStep other = remote(u"op-3"_s, "echo here; sleep 600");
    VERIFY_OK(machine.run(other.key, launchScript(other)));
    const QByteArray runner = machine.read(u".analemma/steps/op-3/pid"_s).split(' ').value(0);
    const QByteArray group = machine.read(u".analemma/steps/op-3/group"_s).split(' ').value(0);
    QVERIFY(runner.toInt() > 0 && group.toInt() > 0);
    ::kill(runner.toInt(), SIGKILL);
    report = machine.run(other.key, watchScript(other.key, 0));
    VERIFY_OK(report);
    QCOMPARE(toString(report->state), u"running"_s);
    ::kill(-group.toInt(), SIGKILL);
    // Once somebody has reaped them: on a busy machine that is a little later.
    const auto told = [&machine, &other] {
        const auto now = machine.run(other.key, watchScript(other.key, 0));
        return now ? toString(now->state) : now.error().message;
    };
    QTRY_COMPARE_WITH_TIMEOUT(told(), u"lost"_s, 20'000);
}

/// Whatever part of a start arrives, it begins nothing before the last line.
void TestFleetScripts::cutScriptsDoNothing()
{
    const Machine machine(u"/bin/sh"_s);
    const QByteArray whole = launchScript(remote(u"op-1"_s, "touch \"$HOME/ran\"\nls\n"));
    for (qsizetype size = 0; size < whole.size() - 12; size += 97) {
        QProcess process;
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert(u"HOME"_s, machine.home.path());
        process.setProcessEnvironment(environment);
        process.start(u"/bin/sh"_s, {u"-s"_s});
        process.write(whole.left(size));
        process.closeWriteChannel();
        QVERIFY(process.waitForFinished(30'000));
        QVERIFY2(machine.isClean(), qPrintable(u"cut at byte %1"_s.arg(size)));
    }
    QVERIFY(!QFile::exists(machine.home.filePath(u"ran"_s)));
}

QTEST_GUILESS_MAIN(TestFleetScripts)
#include "tst_fleet_scripts.moc"
