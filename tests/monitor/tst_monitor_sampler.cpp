#include "core/monitor/monitor.h"

#include "tests/monitor/steady.h"
#include "tests/ssh/private_sshd.h"
#include "tests/support.h"

#include <QSet>
#include <QStandardPaths>

#include <cmath>

using namespace Qt::StringLiterals;
using namespace analemma;
using namespace analemma::monitor;
using namespace analemma::test;

namespace {

SamplerOptions quick()
{
    SamplerOptions options;
    options.watched = milliseconds(200);
    options.patience = milliseconds(3'000);
    options.probePatience = milliseconds(4'000);
    options.firstRetry = milliseconds(200);
    return options;
}

/// A sampler with what it has said.
struct Watched {
    Watched(const QString& name, Sampler::Connect connect, SamplerOptions options = quick())
        : sampler(name, std::move(connect), options)
    {
        QObject::connect(&sampler, &Sampler::read, &sampler,
                         [this](const Reading& reading) { readings.push_back(reading); });
        QObject::connect(&sampler, &Sampler::stateChanged, &sampler,
                         [this](SamplerState state) { states.push_back(state); });
        QObject::connect(
            &sampler, &Sampler::processesRead, &sampler,
            [this](const std::vector<ProcessLoad>& loads) { processes.push_back(loads); });
        sampler.setPace(Pace::Watched);
        sampler.start();
    }
    [[nodiscard]] bool was(SamplerState state) const
    {
        return std::find(states.begin(), states.end(), state) != states.end();
    }
    /// The last value of a metric that comes now and then.
    [[nodiscard]] std::optional<double> last(Metric metric, const QByteArray& label = {}) const
    {
        for (auto i = readings.rbegin(); i != readings.rend(); ++i) {
            if (const auto value = i->figures.value(metric, label)) {
                return value;
            }
        }
        return std::nullopt;
    }
    std::vector<Reading> readings;
    std::vector<SamplerState> states;
    std::vector<std::vector<ProcessLoad>> processes;
    Sampler sampler;
};

QByteArray run(const QString& program, const QStringList& arguments)
{
    QProcess process;
    process.start(program, arguments);
    return process.waitForFinished(20'000) && process.exitCode() == 0
               ? process.readAllStandardOutput()
               : QByteArray();
}

QByteArray commandLineOf(qint64 pid)
{
    QFile file(u"/proc/%1/cmdline"_s.arg(pid));
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

/// The remote programs below an sshd.
QList<qint64> remotePrograms(const PrivateSshd& sshd)
{
    QList<qint64> found;
    const QList<qint64> tree = processTree(sshd.pid());
    for (const qint64 pid : tree) {
        if (commandLineOf(pid).contains("awk")) {
            found += pid;
        }
    }
    return found;
}

constexpr int kKilled = 20;  // servers whose client is killed

}  // namespace

/// Samplers of real servers, good ones and bad ones.
class TestMonitorSampler : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void truth_data();
    void truth();
    void kinds_data();
    void kinds();
    void noShell();
    void neitherShellNorFiles();
    void wrongKey();
    void stopEndsTheProgram();
    void killedClient();
    void cutAndBack();
    void hostile_data();
    void hostile();
    void oneStallsNoOther();
    void gone();

private:
    Sampler::Connect to(const PrivateSshd& sshd)
    {
        return [this, target = sshd.target()](CancelToken cancel) {
            return m_client.connectTo(target, {}, std::move(cancel));
        };
    }
    /// A server whose commands find only what is in a folder, or that folder first.
    std::unique_ptr<PrivateSshd> withPath(const QString& folder, int number, bool only)
    {
        const QByteArray path = folder.toUtf8() + (only ? "" : ":/usr/sbin:/usr/bin:/sbin:/bin");
        auto sshd = std::make_unique<PrivateSshd>(
            QStringList{u"ed25519"_s},
            "ForceCommand PATH=" + path + "; export PATH; exec sh -c \"$SSH_ORIGINAL_COMMAND\"",
            number);
        return sshd->start().isEmpty() ? std::move(sshd) : nullptr;
    }
    /// A folder in which these names are this program.
    static void link(const QString& folder, const QString& program, const QStringList& names)
    {
        for (const QString& name : names) {
            QVERIFY2(QFile::link(program, folder + u'/' + name), qPrintable(program));
        }
    }
    ssh::Library m_library;
    PrivateSshd m_sshd{{u"ed25519"_s}, "MaxSessions 50"};
    ssh::Client m_client;
};

void TestMonitorSampler::initTestCase()
{
    for (const auto& tool : {u"mawk"_s, u"gawk"_s, u"busybox"_s, u"vmstat"_s, u"ss"_s, u"free"_s}) {
        QVERIFY2(!QStandardPaths::findExecutable(tool).isEmpty(), qPrintable(tool));
    }
    const QString problem = m_sshd.start();
    QVERIFY2(problem.isEmpty(), qPrintable(problem));
}

void TestMonitorSampler::truth_data()
{
    QTest::addColumn<bool>("busybox");
    QTest::newRow("debian") << false;
    QTest::newRow("busybox") << true;
}

/// The same as the tools of the same machine say at the same time.
void TestMonitorSampler::truth()
{
    QFETCH(bool, busybox);
    const QTemporaryDir folder;
    link(folder.path(), QStandardPaths::findExecutable(u"busybox"_s),
         {u"busybox"_s, u"sh"_s, u"awk"_s, u"stat"_s, u"date"_s, u"timeout"_s});
    const auto little = busybox ? withPath(folder.path(), 3, true) : nullptr;
    QVERIFY(!busybox || little);
    Watched one(u"one"_s, to(busybox ? *little : m_sshd));
    QTRY_VERIFY2_WITH_TIMEOUT(one.last(Metric::DiskUsed, "/"), qPrintable(one.sampler.reason()),
                              20'000);
    QCOMPARE(one.sampler.source(), busybox ? u"busybox awk"_s : u"mawk"_s);

    // vmstat tells of the two seconds after its first line.
    const Sample before = *one.sampler.sample();
    QProcess vmstat;
    vmstat.start(u"vmstat"_s, {u"-n"_s, u"2"_s, u"2"_s});
    QTRY_VERIFY_WITH_TIMEOUT(vmstat.state() == QProcess::NotRunning, 10'000);
    const std::size_t count = one.readings.size();
    QTRY_VERIFY(one.readings.size() > count);
    const QByteArrayList lines = vmstat.readAllStandardOutput().trimmed().split('\n');
    const QByteArrayList words = lines.last().simplified().split(' ');
    const Figures figure = figures(&before, *one.sampler.sample());
    QVERIFY(words.size() >= 17);
    const double user =
        figure.value(Metric::CpuUser).value() + figure.value(Metric::CpuNice).value();
    const double idle =
        figure.value(Metric::CpuIdle).value() + figure.value(Metric::CpuIowait).value();
    const double toldIdle = words[14].toDouble() + words[15].toDouble();
    QVERIFY2(std::abs(user - words[12].toDouble()) < 20, lines.last().constData());
    QVERIFY2(std::abs(idle - toldIdle) < 20, lines.last().constData());

    const QByteArrayList free = run(u"free"_s, {u"-b"_s}).split('\n').at(1).simplified().split(' ');
    const double total = free[1].toDouble();
    QCOMPARE(one.last(Metric::MemTotal).value(), total);
    QVERIFY(std::abs(one.last(Metric::MemAvailable).value() - free[6].toDouble()) < total / 20);
    QVERIFY(std::abs(one.last(Metric::MemFree).value() - free[3].toDouble()) < total / 20);
    const double cache = one.last(Metric::MemBuffers).value() + one.last(Metric::MemCached).value();
    QVERIFY(std::abs(cache - free[5].toDouble()) < total / 20);

    const QByteArrayList df =
        run(u"df"_s, {u"--output=size,avail,pcent,ipcent"_s, u"-B1"_s, u"/"_s})
            .trimmed()
            .split('\n')
            .last()
            .simplified()
            .split(' ');
    QCOMPARE(one.last(Metric::DiskTotal, "/").value(), df[0].toDouble());
    QVERIFY(std::abs(one.last(Metric::DiskAvailable, "/").value() - df[1].toDouble()) <
            df[0].toDouble() / 50);
    QVERIFY(std::abs(one.last(Metric::DiskUsed, "/").value() - df[2].chopped(1).toDouble()) < 2.5);
    QVERIFY(std::abs(one.last(Metric::DiskInodes, "/").value() - df[3].chopped(1).toDouble()) <
            2.5);

    // "Total: 13", "TCP: 5 (estab 2, closed 1, …": those closed are not in use.
    const QByteArray ss = run(u"ss"_s, {u"-s"_s});
    const double sockets =
        ss.mid(ss.indexOf("Total: ") + 7, 12).simplified().split(' ').first().toDouble();
    QVERIFY2(std::abs(one.last(Metric::SocketsUsed).value() - sockets) <= 20 + sockets / 5,
             ss.constData());

    QFile load(u"/proc/loadavg"_s);
    QVERIFY(load.open(QIODevice::ReadOnly));
    QVERIFY(std::abs(one.last(Metric::Load15).value() -
                     load.readAll().split(' ').at(2).toDouble()) < 1);
    QVERIFY(one.last(Metric::ClockOffset).has_value());
    QVERIFY(std::abs(one.last(Metric::ClockOffset).value()) < (busybox ? 1.5 : 0.7));
    QCOMPARE(one.last(Metric::RebootNeeded).value(),
             QFile::exists(u"/run/reboot-required"_s) ? 1.0 : 0.0);

    one.sampler.askProcesses();
    QTRY_COMPARE_WITH_TIMEOUT(one.processes.size(), 1U, 10'000);
    const auto told = run(u"ps"_s, {u"-eo"_s, u"pid=,rss="_s}).trimmed().split('\n');
    const auto& all = one.processes[0];
    QVERIFY(std::abs(double(all.size()) - double(told.size())) < 10 + double(told.size()) / 4);
    const auto self = std::find_if(all.begin(), all.end(), [](const ProcessLoad& each) {
        return each.process.pid == int(::getpid());
    });
    QVERIFY(self != all.end());
    const double rss = run(u"ps"_s, {u"-o"_s, u"rss="_s, u"-p"_s, QString::number(::getpid())})
                           .trimmed()
                           .toDouble() *
                       1024;
    QVERIFY(std::abs(double(self->residentBytes) - rss) < rss / 5);
    one.sampler.askProcesses();
    QTRY_COMPARE_WITH_TIMEOUT(one.processes.size(), 2U, 10'000);
    QVERIFY(one.processes[1].front().cpuPercent.has_value());
    QCOMPARE(one.sampler.state(), SamplerState::Sampling);
}

void TestMonitorSampler::kinds_data()
{
    QTest::addColumn<QString>("program");
    QTest::addColumn<QStringList>("names");
    QTest::addColumn<QString>("source");
    QTest::newRow("mawk") << u"mawk"_s << QStringList{u"mawk"_s} << u"mawk"_s;
    QTest::newRow("awk is mawk") << u"mawk"_s << QStringList{u"awk"_s} << u"awk"_s;
    QTest::newRow("gawk") << u"gawk"_s << QStringList{u"gawk"_s} << u"gawk"_s;
    QTest::newRow("awk is gawk") << u"gawk"_s << QStringList{u"awk"_s} << u"awk"_s;
    QTest::newRow("busybox") << u"busybox"_s << QStringList{u"busybox"_s} << u"busybox awk"_s;
    QTest::newRow("awk is busybox") << u"busybox"_s << QStringList{u"awk"_s} << u"awk"_s;
    QTest::newRow("a broken one first") << u"false"_s << QStringList{u"mawk"_s} << u"busybox awk"_s;
}

/// Every answer comes at once: none waits in a buffer for the next question.
void TestMonitorSampler::kinds()
{
    QFETCH(QString, program);
    QFETCH(QStringList, names);
    QFETCH(QString, source);
    const QTemporaryDir folder;
    link(folder.path(), QStandardPaths::findExecutable(program), names);
    link(folder.path(), QStandardPaths::findExecutable(u"dash"_s), {u"sh"_s});
    if (program == u"false") {
        link(folder.path(), QStandardPaths::findExecutable(u"busybox"_s), {u"busybox"_s});
    }
    const auto sshd = withPath(folder.path(), 4, true);
    QVERIFY(sshd);
    Watched one(u"one"_s, to(*sshd));
    QTRY_VERIFY2_WITH_TIMEOUT(one.readings.size() >= 6, qPrintable(one.sampler.reason()), 20'000);
    QCOMPARE(one.sampler.source(), source);
    QVERIFY(!one.was(SamplerState::Slow));
    QVERIFY(one.readings.back().figures.value(Metric::CpuBusy).has_value());
    QVERIFY(one.last(Metric::FilesOpen) &&
            one.last(Metric::PageIn).has_value() == (one.readings.size() > 25));
    QCOMPARE(remotePrograms(*sshd).size(), 1);
}

void TestMonitorSampler::noShell()
{
    PrivateSshd sshd({u"ed25519"_s}, "ForceCommand internal-sftp", 5);
    QVERIFY(sshd.start().isEmpty());
    Watched one(u"one"_s, to(sshd));
    QTRY_VERIFY2_WITH_TIMEOUT(one.last(Metric::DiskUsed, "/"), qPrintable(one.sampler.reason()),
                              30'000);
    QTRY_VERIFY_WITH_TIMEOUT(one.readings.size() >= 4, 10'000);
    QCOMPARE(one.sampler.source(), u"sftp"_s);
    QVERIFY(one.was(SamplerState::Opening));
    QVERIFY(one.readings.back().figures.value(Metric::CpuBusy).has_value());
    QVERIFY(one.readings.back().figures.value(Metric::NetRx, "lo").has_value());
    QVERIFY(std::abs(one.last(Metric::ClockOffset).value_or(99)) < 2);
    const QByteArrayList free = run(u"free"_s, {u"-b"_s}).split('\n').at(1).simplified().split(' ');
    QCOMPARE(one.last(Metric::MemTotal).value(), free[1].toDouble());
    one.sampler.askProcesses();
    QTRY_COMPARE_WITH_TIMEOUT(one.processes.size(), 1U, 20'000);
    QVERIFY(std::any_of(one.processes[0].begin(), one.processes[0].end(),
                        [](const auto& load) { return load.process.pid == int(::getpid()); }));
}

void TestMonitorSampler::neitherShellNorFiles()
{
    PrivateSshd sshd({u"ed25519"_s}, "ForceCommand exit 1", 6);
    QVERIFY(sshd.start().isEmpty());
    Watched one(u"one"_s, to(sshd));
    QTRY_VERIFY2_WITH_TIMEOUT(one.was(SamplerState::Refused) || one.was(SamplerState::Lost), "",
                              20'000);
    QVERIFY(one.readings.empty());
    QVERIFY(!one.sampler.reason().isEmpty());
}

void TestMonitorSampler::wrongKey()
{
    ssh::Target target = m_sshd.target();
    QVERIFY(m_sshd.makeKey(u"other"_s, u"ed25519"_s));
    target.keyFile = m_sshd.path(u"other"_s);
    Watched one(u"one"_s, [this, target](CancelToken cancel) {
        return m_client.connectTo(target, {}, std::move(cancel));
    });
    QTRY_COMPARE_WITH_TIMEOUT(one.sampler.state(), SamplerState::Refused, 20'000);
    QVERIFY(!one.sampler.reason().isEmpty());
    QTest::qWait(600);  // there is no other try by itself
    QCOMPARE(one.states.size(), 2U);
}

void TestMonitorSampler::stopEndsTheProgram()
{
    QTRY_VERIFY_WITH_TIMEOUT(remotePrograms(m_sshd).isEmpty(), 10'000);
    Watched one(u"one"_s, to(m_sshd));
    QTRY_VERIFY_WITH_TIMEOUT(one.readings.size() >= 2, 20'000);
    QCOMPARE(remotePrograms(m_sshd).size(), 1);
    one.sampler.stop();
    QCOMPARE(one.sampler.state(), SamplerState::Stopped);
    QTRY_VERIFY_WITH_TIMEOUT(remotePrograms(m_sshd).isEmpty(), 10'000);
    const std::size_t count = one.readings.size();
    QTest::qWait(500);
    QCOMPARE(one.readings.size(), count);
    one.sampler.start();
    QTRY_VERIFY_WITH_TIMEOUT(one.readings.size() > count, 20'000);
    QVERIFY(one.readings.back().figures.continuity != Continuity::First);
}

/// SIGKILL leaves it no time to say anything.
void TestMonitorSampler::killedClient()
{
    QTRY_VERIFY_WITH_TIMEOUT(remotePrograms(m_sshd).isEmpty(), 10'000);
    const ssh::Target target = m_sshd.target();
    QProcess child;
    child.start(QCoreApplication::applicationFilePath(),
                {u"--sample"_s, target.host, QString::number(target.port), target.user,
                 target.keyFile, target.hostKey});
    QTRY_VERIFY_WITH_TIMEOUT(child.canReadLine(), 60'000);
    QCOMPARE(child.readLine(), "samples\n");
    const QList<qint64> programs = remotePrograms(m_sshd);
    QCOMPARE(programs.size(), kKilled);
    child.kill();
    QVERIFY(child.waitForFinished(5'000));
    for (const qint64 pid : programs) {
        QTRY_VERIFY_WITH_TIMEOUT(!commandLineOf(pid).contains("awk"), 10'000);
    }
    QVERIFY(remotePrograms(m_sshd).isEmpty());
}

void TestMonitorSampler::cutAndBack()
{
    PrivateSshd sshd({u"ed25519"_s}, {}, 7);
    QVERIFY(sshd.start().isEmpty());
    Watched one(u"one"_s, to(sshd));
    QTRY_VERIFY_WITH_TIMEOUT(one.readings.size() >= 2, 20'000);
    const int port = sshd.port();
    sshd.stop();
    QTRY_VERIFY_WITH_TIMEOUT(one.was(SamplerState::Lost), 20'000);
    QVERIFY(!one.sampler.reason().isEmpty());
    QVERIFY(sshd.start(port).isEmpty());
    const std::size_t count = one.readings.size();
    QTRY_VERIFY2_WITH_TIMEOUT(one.readings.size() > count, qPrintable(one.sampler.reason()),
                              20'000);
    QVERIFY(one.sampler.reason().isEmpty());
}

void TestMonitorSampler::hostile_data()
{
    QTest::addColumn<QByteArray>("deed");
    QTest::addColumn<bool>("isSlow");
    QTest::newRow("says nothing") << QByteArray("exec sleep 60") << true;
    QTest::newRow("reads nothing") << QByteArray("exec sleep 60 <&-") << true;
    QTest::newRow("endless line") << QByteArray("exec timeout 30 cat /dev/zero") << false;
    QTest::newRow("endless lines") << QByteArray("exec timeout 30 yes u1") << false;
    QTest::newRow("fitting gigabytes")
        << QByteArray("echo '<1'; exec timeout 30 yes 'u1 1'") << false;
    QTest::newRow("endless errors") << QByteArray("exec timeout 30 cat /dev/zero >&2") << true;
    QTest::newRow("garbage") << QByteArray("exec head -c 3000 /dev/urandom") << false;
    QTest::newRow("another number") << QByteArray("echo '<2'; echo '>2'; exec sleep 60") << false;
    QTest::newRow("no uptime") << QByteArray(
                                      "echo '<1'; echo 'l1 1 1 1/1 1'; echo '>1'; exec sleep 60")
                               << false;
    QTest::newRow("unasked")
        << QByteArray("echo '<1'; echo 'u1 1'; echo '>1'; sleep .1; echo more; exec sleep 60")
        << false;
    QTest::newRow("endless answers")
        << QByteArray("while :; do echo '<1'; echo 'u1 1'; echo '>1'; done") << false;
    QTest::newRow("stalls in a line") << QByteArray("echo '<1'; printf u12; exec sleep 60") << true;
    QTest::newRow("stalls in the last line")
        << QByteArray("echo '<1'; echo 'u1 1'; printf '>1'; exec sleep 60") << true;
    QTest::newRow("odd time")
        << QByteArray(
               "echo '<1'; echo 'u1e999 nan'; echo 'unan'; echo 'u-1 1'; echo '>1'; "
               "exec sleep 60")
        << false;
    QTest::newRow("ends") << QByteArray("exit 0") << false;
}

void TestMonitorSampler::hostile()
{
    QFETCH(QByteArray, deed);
    QFETCH(bool, isSlow);
    const QTemporaryDir folder;
    QFile fake(folder.filePath(u"mawk"_s));
    QVERIFY(fake.open(QIODevice::WriteOnly));
    fake.write(
        "#!/bin/sh\ncase \"$*\" in *version*) echo other; exit;; esac\n"
        "read q\nif [ \"$q\" = 7 ]; then echo ok7; exit; fi\n" +
        deed + '\n');
    fake.close();
    QVERIFY(fake.setPermissions(QFile::ReadOwner | QFile::ExeOwner));
    const auto sshd = withPath(folder.path(), 8, false);
    QVERIFY(sshd);
    const qint64 before = steady::heldBytes();
    qint64 most = 0;
    const steady::Pulse pulse([&most] { most = std::max(most, steady::heldBytes()); });
    SamplerOptions options = quick();
    options.firstRetry = milliseconds(60'000);
    Watched one(u"one"_s, to(*sshd), options);
    QTRY_VERIFY2_WITH_TIMEOUT(one.was(SamplerState::Lost), qPrintable(one.sampler.reason()),
                              30'000);
    QCOMPARE(one.was(SamplerState::Slow), isSlow);
    QVERIFY(one.was(SamplerState::Sampling));
    QVERIFY(!one.sampler.reason().isEmpty());
    QVERIFY2(most - before < 12 * 1024 * 1024, qPrintable(QString::number(most - before)));
}

/// Twenty on one reactor, and between them one that says nothing and one that floods.
void TestMonitorSampler::oneStallsNoOther()
{
    const QTemporaryDir folder;
    QFile fake(folder.filePath(u"mawk"_s));
    QVERIFY(fake.open(QIODevice::WriteOnly));
    fake.write(
        "#!/bin/sh\ncase \"$*\" in *version*) echo other; exit;; esac\n"
        "read q\nif [ \"$q\" = 7 ]; then echo ok7; exit; fi\n"
        "if mkdir \"$HOME/first\"; then exec sleep 60; fi\nexec yes u1\n");
    fake.close();
    QVERIFY(fake.setPermissions(QFile::ReadOwner | QFile::ExeOwner));
    const auto bad = withPath(folder.path(), 9, false);
    QVERIFY(bad);
    ssh::Client client(1);
    const auto through = [&client](const PrivateSshd& sshd) {
        return [&client, target = sshd.target()](CancelToken cancel) {
            return client.connectTo(target, {}, std::move(cancel));
        };
    };
    SamplerOptions options = quick();
    options.watched = milliseconds(500);
    options.mayStretch = false;  // all of them are on this machine: each loads it for the others
    options.patience = milliseconds(60'000);
    Watched silent(u"silent"_s, through(*bad), options);
    QTRY_VERIFY_WITH_TIMEOUT(silent.was(SamplerState::Slow), 20'000);
    Watched flood(u"flood"_s, through(*bad), options);
    std::vector<std::unique_ptr<Watched>> all;
    for (int i = 0; i < 20; ++i) {
        all.push_back(std::make_unique<Watched>(QString::number(i), through(m_sshd), options));
    }
    const auto least = [&all] {
        std::size_t count = 1'000;
        for (const auto& one : all) {
            count = std::min(count, one->readings.size());
        }
        return count;
    };
    QTRY_VERIFY_WITH_TIMEOUT(least() >= 1, 60'000);
    // Every one of them comes, at its time. Where this machine had no time itself, once more.
    steady::Pulse pulse;
    QString missing;
    for (int attempt = 0; attempt < 4; ++attempt) {
        std::vector<std::size_t> from;
        for (const auto& one : all) {
            from.push_back(one->readings.size());
        }
        pulse.takeLatest();
        QTest::qWait(4'000);
        missing.clear();
        for (std::size_t i = 0; i < all.size(); ++i) {
            const std::vector<Reading>& readings = all[i]->readings;
            for (std::size_t at = from[i]; at < readings.size(); ++at) {
                QVERIFY(readings[at].figures.value(Metric::CpuBusy).has_value());
                const int lacking =
                    steady::missingWithin(readings[at].figures.interval, options.watched);
                missing += lacking > 0 ? u" %1 of server %2"_s.arg(lacking).arg(i) : QString();
            }
            if (readings.size() < from[i] + 7) {
                missing += u" server %1 was read %2 times"_s.arg(i).arg(readings.size() - from[i]);
            }
        }
        if (missing.isEmpty()) {
            break;
        }
        missing += u" (this thread was %1 ms late)"_s.arg(pulse.takeLatest());
    }
    QVERIFY2(missing.isEmpty(), qPrintable(missing));
    QCOMPARE(silent.sampler.state(), SamplerState::Slow);
    QVERIFY(silent.readings.empty());
    QVERIFY(flood.was(SamplerState::Lost));
    for (const auto& one : all) {
        QVERIFY(!one->was(SamplerState::Lost));
    }
}

/// A sampler may go at any time.
void TestMonitorSampler::gone()
{
    for (int wait = 0; wait < 400; wait += 40) {
        Watched one(u"one"_s, to(m_sshd));
        QTest::qWait(wait);
    }
    auto sampler = std::make_unique<Sampler>(u"one"_s, to(m_sshd), quick());
    bool read = false;
    connect(sampler.get(), &Sampler::read, this, [&] {
        read = true;
        sampler.reset();
    });
    sampler->start();
    QTRY_VERIFY_WITH_TIMEOUT(read, 20'000);
    QVERIFY(!sampler);
    QTRY_VERIFY_WITH_TIMEOUT(remotePrograms(m_sshd).isEmpty(), 10'000);
}

namespace {

/// The client that is killed: it watches twenty servers, and says a word when all were read.
int sampleForever(const QStringList& arguments)
{
    const ssh::Library library;
    ssh::Client client;
    ssh::Target target;
    target.host = arguments[0];
    target.port = arguments[1].toInt();
    target.user = arguments[2];
    target.keyFile = arguments[3];
    target.hostKey = arguments[4];
    Monitor monitor(
        [&client, target](const QString&, CancelToken cancel) {
            return client.connectTo(target, {}, std::move(cancel));
        },
        nullptr, quick());
    QSet<QString> read;
    QObject::connect(&monitor, &Monitor::read, [&read](const QString& server) {
        read.insert(server);
        if (read.size() == kKilled) {
            std::puts("samples");
            std::fflush(stdout);
            read.insert(u"said"_s);
        }
    });
    QStringList servers;
    for (int i = 0; i < kKilled; ++i) {
        servers += QString::number(i);
    }
    monitor.watch(servers);
    return QCoreApplication::exec();
}

}  // namespace

int main(int argc, char** argv)
{
    const QCoreApplication application(argc, argv);
    const QStringList arguments = QCoreApplication::arguments();
    if (arguments.size() == 7 && arguments[1] == u"--sample") {
        return sampleForever(arguments.sliced(2));
    }
    TestMonitorSampler test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_monitor_sampler.moc"
