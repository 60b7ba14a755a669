#include "core/monitor/sampler.h"

#include "core/monitor/src/probe.h"
#include "tests/ssh/private_sshd.h"
#include "tests/support.h"

#include <QElapsedTimer>
#include <QStandardPaths>
#include <QTimer>

#include <sys/resource.h>

#include <algorithm>
#include <cstdio>

using namespace Qt::StringLiterals;
using namespace analemma;
using namespace analemma::monitor;
using namespace analemma::test;

/// What sampling costs: bench_monitor [SERVERS]. On the server, a sample of each awk beside a
/// scrape of prometheus-node-exporter, by the processor time of those processes in schedstat
/// (nanoseconds on the run queue, utime is too coarse); here, that of this process for SERVERS
/// samplers at 1 s.
namespace {

constexpr int kSamples = 300;

double cpuMs(qint64 pid)
{
    double sum = 0;
    const QStringList threads =
        QDir(u"/proc/%1/task"_s.arg(pid)).entryList(QDir::Dirs | QDir::NoDotAndDotDot);
    for (const QString& thread : threads) {
        QFile file(u"/proc/%1/task/%2/schedstat"_s.arg(pid).arg(thread));
        if (file.open(QIODevice::ReadOnly)) {
            sum += file.readAll().split(' ').first().toDouble() / 1e6;
        }
    }
    return sum;
}

double ownCpuMs()
{
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    const auto ms = [](const timeval& time) {
        return double(time.tv_sec) * 1000 + double(time.tv_usec) / 1000;
    };
    return ms(usage.ru_utime) + ms(usage.ru_stime);
}

/// Of a sample with the letters, or nothing where that awk is missing.
std::optional<double> awkCost(QStringList command, const QByteArray& letters)
{
    QProcess awk;
    const QString program = QStandardPaths::findExecutable(command.takeFirst());
    if (program.isEmpty()) {
        return std::nullopt;
    }
    awk.start(program, command << QString::fromLatin1(remoteProgram()));
    double began = 0;
    for (int i = 0; i <= kSamples; ++i) {
        const QByteArray end = ">" + QByteArray::number(i) + '\n';
        awk.write(request(quint64(i), letters, {}));
        for (QByteArray answer; !answer.endsWith(end);) {
            if (!awk.waitForReadyRead(5'000)) {
                return std::nullopt;
            }
            answer += awk.readAll();
        }
        if (i == 0) {
            began = cpuMs(awk.processId());
        }
    }
    const double cost = (cpuMs(awk.processId()) - began) / kSamples;
    awk.closeWriteChannel();
    awk.waitForFinished(5'000);
    return cost;
}

std::optional<double> exporterCost(const QStringList& options, qsizetype& bytes)
{
    const QString program = QStandardPaths::findExecutable(u"prometheus-node-exporter"_s);
    if (program.isEmpty()) {
        return std::nullopt;
    }
    const QString address = ownAddress(20);
    const int port = freePort(address);
    QProcess exporter;
    exporter.start(program,
                   QStringList{u"--web.listen-address=%1:%2"_s.arg(address).arg(port)} + options);
    exporter.waitForStarted();
    double began = 0;
    for (int i = 0; i <= kSamples; ++i) {
        QTcpSocket socket;
        for (int tries = 0; tries < 100 && !socket.isOpen(); ++tries) {
            socket.connectToHost(address, quint16(port));
            if (!socket.waitForConnected(1'000)) {
                socket.close();
                QThread::msleep(50);
            }
        }
        socket.write("GET /metrics HTTP/1.0\r\n\r\n");
        while (socket.state() == QAbstractSocket::ConnectedState &&
               socket.waitForReadyRead(5'000)) {
        }
        const QByteArray page = socket.readAll();
        if (!page.startsWith("HTTP/1.0 200") || !page.contains("node_load1")) {
            std::printf("  what node exporter answers is no page: %s\n",
                        page.left(page.indexOf('\r')).constData());
            exporter.kill();
            exporter.waitForFinished(5'000);
            return std::nullopt;
        }
        bytes = page.size();
        if (i == 0) {
            began = cpuMs(exporter.processId());
        }
    }
    const double cost = (cpuMs(exporter.processId()) - began) / kSamples;
    exporter.kill();
    exporter.waitForFinished(5'000);
    return cost;
}

void remote()
{
    std::printf("on the server, CPU ms of a sample (%d samples):\n", kSamples);
    std::vector<double> best;
    for (const auto& [name, command] :
         {std::pair(u"mawk"_s, QStringList{u"mawk"_s, u"-W"_s, u"interactive"_s}),
          std::pair(u"gawk"_s, QStringList{u"gawk"_s}),
          std::pair(u"busybox awk"_s, QStringList{u"busybox"_s, u"awk"_s})}) {
        const auto often = awkCost(command, "usmlpdn");
        const auto all = awkCost(command, "usmlpdnvfk");
        if (often && all) {
            std::printf("  %-12s %.3f each second, %.3f with what is read every 5 s\n",
                        qPrintable(name), *often, *all);
            best.push_back((*often * 4 + *all) / 5);
        }
    }
    qsizetype bytes = 0;
    QStringList few = {u"--collector.disable-defaults"_s};
    for (const auto& collector :
         {u"cpu"_s, u"loadavg"_s, u"meminfo"_s, u"pressure"_s, u"diskstats"_s, u"netdev"_s,
          u"vmstat"_s, u"filefd"_s, u"sockstat"_s, u"stat"_s}) {
        few += u"--collector."_s + collector;
    }
    for (const auto& [name, options] :
         {std::pair(u"all collectors"_s, QStringList()), std::pair(u"the same groups"_s, few)}) {
        const auto cost = exporterCost(options, bytes);
        if (!cost || best.empty()) {
            std::printf("  node exporter, %s: not measured\n", qPrintable(name));
            continue;
        }
        std::printf("  node exporter, %s: %.3f, %lld bytes; ratio to the awk alone %.1f\n",
                    qPrintable(name), *cost, static_cast<long long>(bytes), *cost / best.front());
    }
}

void client(int servers)
{
    std::vector<std::unique_ptr<PrivateSshd>> farm;
    std::vector<ssh::Target> targets;
    for (int i = 0; i < servers; ++i) {  // sshd has room for sixteen addresses
        if (i % 16 == 0) {
            farm.push_back(std::make_unique<PrivateSshd>(
                QStringList{u"ed25519"_s}, "MaxStartups 1000\nMaxSessions 1000", 21 + i / 16));
            if (!farm.back()->start().isEmpty()) {
                std::fprintf(stderr, "sshd does not start\n");
                return;
            }
        }
        targets.push_back(farm.back()->target());
    }
    ssh::Client client(2);
    std::vector<std::unique_ptr<Sampler>> samplers;
    qint64 readings = 0;
    std::vector<double> latencies;
    int ready = 0;
    for (const ssh::Target& target : targets) {
        samplers.push_back(std::make_unique<Sampler>(target.host, [&client, target](CancelToken c) {
            return client.connectTo(target, {}, std::move(c));
        }));
        Sampler& sampler = *samplers.back();
        sampler.setPace(Pace::Watched);
        bool first = true;
        QObject::connect(&sampler, &Sampler::read, &sampler, [&, first](const Reading& r) mutable {
            ready += std::exchange(first, false) ? 1 : 0;
            ++readings;
            latencies.push_back(double(r.latency.count()));
        });
        sampler.start();
        if (samplers.size() % 25 == 0) {
            (void)QTest::qWaitFor([&] { return ready + 25 >= int(samplers.size()); }, 60'000);
        }
    }
    (void)QTest::qWaitFor([&] { return ready == servers; }, 120'000);
    QTest::qWait(3'000);
    readings = 0;
    latencies.clear();
    double longest = 0;  // the event loop away from its events
    QElapsedTimer turn;
    QTimer beat;
    turn.start();
    QObject::connect(&beat, &QTimer::timeout, &beat, [&] {
        longest = std::max(longest, double(turn.nsecsElapsed()) / 1e6 - 1);
        turn.start();
    });
    beat.setTimerType(Qt::PreciseTimer);
    beat.start(1);
    const auto there = [&farm] {
        double sum = 0;
        for (const auto& sshd : farm) {
            const QList<qint64> tree = processTree(sshd->pid());
            for (const qint64 pid : tree) {
                sum += cpuMs(pid);
            }
        }
        return sum;
    };
    const double thereBegan = there();
    const double began = ownCpuMs();
    QElapsedTimer time;
    time.start();
    QTest::qWait(20'000);
    const double spent = ownCpuMs() - began;
    const double thereSpent = there() - thereBegan;
    std::sort(latencies.begin(), latencies.end());
    if (latencies.empty()) {
        std::printf("nothing was read\n");
        return;
    }
    std::printf(
        "here: %d of %d servers, %.1f samples a second, %.1f %% of a core, %.0f us a sample "
        "(receive, parse, figures); latency p50 %.0f ms, p99 %.0f ms; longest turn of the "
        "event loop %.1f ms (loaded machine included)\n",
        ready, servers, double(readings) * 1000 / double(time.elapsed()),
        spent / double(time.elapsed()) * 100, spent * 1000 / double(readings),
        latencies[latencies.size() / 2], latencies[latencies.size() * 99 / 100], longest);
    std::printf("there, with sshd: %.3f ms of CPU a sample\n", thereSpent / double(readings));
}

}  // namespace

int main(int argc, char** argv)
{
    const QCoreApplication application(argc, argv);
    const ssh::Library library;
    const QStringList arguments = QCoreApplication::arguments();
    remote();
    client(arguments.size() > 1 ? std::clamp(arguments[1].toInt(), 1, 500) : 100);
    return 0;
}
