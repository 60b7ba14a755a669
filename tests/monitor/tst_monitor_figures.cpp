#include "core/monitor/rates.h"

#include "tests/support.h"

#include <QSet>

using namespace Qt::StringLiterals;
using namespace analemma;
using namespace analemma::monitor;

/// What is pure: lines to samples, samples to figures, names.
class TestMonitorFigures : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void names();
    void block();
    void groupsStay();
    void oddLines_data();
    void oddLines();
    void bounds();
    void mounts();
    void partitions();
    void processNames();
    void counters_data();
    void counters();
    void rates();
    void wrap();
    void pluggedInAgain();
    void hotPlug();
    void coresOnAndOff();
    void idleRunsBack();
    void restart();
    void sleep();
    void clockIsSet();
    void slowerGroups();
    void spaces();
    void controls();
    void processUse();

private:
    static Sample read(const QByteArray& block)
    {
        Sample sample;
        readBlock(block, sample);
        return sample;
    }
    static Sample after(const Sample& before, const QByteArray& block)
    {
        Sample sample = before;
        readBlock(block, sample);
        return sample;
    }
};

namespace {

QByteArray cpu(quint64 user, quint64 system, quint64 idle, quint64 iowait = 0)
{
    return "scpu  " + QByteArray::number(user) + " 0 " + QByteArray::number(system) + ' ' +
           QByteArray::number(idle) + ' ' + QByteArray::number(iowait) + " 0 0 0 0 0\n";
}

QByteArray net(const QByteArray& name, quint64 rx, quint64 tx)
{
    return 'n' + name + ": " + QByteArray::number(rx) + " 10 0 0 0 0 0 0 " +
           QByteArray::number(tx) + " 10 0 0 0 0 0 0\n";
}

QByteArray disk(const QByteArray& name, quint64 reads, quint64 sectors, quint64 ms, quint64 busy)
{
    const QByteArray n = QByteArray::number(reads);
    return "d 8 0 " + name + ' ' + n + " 0 " + QByteArray::number(sectors) + ' ' +
           QByteArray::number(ms) + " 5 0 40 7 0 " + QByteArray::number(busy) + " 99\n";
}

}  // namespace

void TestMonitorFigures::names()
{
    QSet<QByteArrayView> seen;
    for (const MetricInfo& metric : metrics()) {
        QVERIFY2(!seen.contains(metric.name), metric.name.data());
        seen.insert(metric.name);
        QCOMPARE(int(metricNamed(metric.name).value()), int(metric.metric));
        QVERIFY(info(metric.metric).name == metric.name);
    }
    QVERIFY(seen.contains("cpu.busy") && seen.contains("disk.used"));
    QVERIFY(!metricNamed("cpu.nothing"));
}

void TestMonitorFigures::block()
{
    const Sample sample = read(
        "u123.45 200.00\n"
        "scpu  10 1 5 100 3 2 1 4 0 0\nscpu0 5 1 2 50 3 2 1 4 0 0\nscpu1 5 0 3 50 0 0 0 0 0 0\n"
        "sctxt 77\nsbtime 1700000000\nsprocesses 9\nsprocs_running 3\nsprocs_blocked 1\n"
        "l0.50 1.25 2.00 2/345 999\n"
        "mMemTotal:       1000 kB\nmMemFree: 100 kB\nmMemAvailable: 400 kB\nmBuffers: 10 kB\n"
        "mCached: 200 kB\nmSwapTotal: 50 kB\nmSwapFree: 20 kB\nmSReclaimable: 30 kB\n"
        "vpgpgin 1\nvpgpgout 2\nvpswpin 3\nvpswpout 4\nvpgmajfault 5\nvoom_kill 6\n"
        "pcsome avg10=1.00 avg60=0.00 avg300=0.00 total=111\n"
        "pmfull avg10=0.00 avg60=0.00 avg300=0.00 total=222\n"
        "d 254 0 vda 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17\n"
        "neth0: 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16\n"
        "f700\t10\t1000\n"
        "ksockets: used 13\nkTCP: inuse 1 orphan 2 tw 3 alloc 4 mem 5\nkUDP: inuse 6 mem 0\n"
        "kTCP6: inuse 10\nkUDP6: inuse 20\nbid-of-boot\nr1\nUa.service\nUb.service\nT123.5\n");
    QCOMPARE(sample.uptime, milliseconds(123'450));
    QCOMPARE(sample.cpu.ticks[CpuTimes::Steal], 4ULL);
    QCOMPARE(sample.cores.size(), 2U);
    QCOMPARE(sample.contextSwitches, 77ULL);
    QCOMPARE(sample.bootTime, 1'700'000'000LL);
    QCOMPARE(sample.clockSeconds().value(), 1'700'000'123LL);
    QCOMPARE(sample.tasksCreated, 9ULL);
    QCOMPARE(sample.tasksRunning, 3);
    QCOMPARE(sample.tasksBlocked, 1);
    QCOMPARE(sample.load[1], 1.25);
    QCOMPARE(sample.tasksTotal, 345);
    QCOMPARE(sample.memTotal, 1'024'000ULL);
    QCOMPARE(sample.memAvailable.value(), 409'600ULL);
    QCOMPARE(sample.memCached, 230ULL * 1024);
    QCOMPARE(sample.swapFree, 20ULL * 1024);
    QCOMPARE(sample.oomKills, 6ULL);
    QVERIFY(sample.cpuPressure.known && !sample.cpuPressure.fullKnown);
    QCOMPARE(sample.memoryPressure.fullMicroseconds, 222ULL);
    QCOMPARE(sample.disks.size(), 1U);
    QCOMPARE(sample.disks[0].sectorsWritten, 7ULL);
    QCOMPARE(sample.disks[0].busyMs, 10ULL);
    QCOMPARE(sample.interfaces[0].name, "eth0");
    QCOMPARE(sample.interfaces[0].txDrops, 12ULL);
    QCOMPARE(sample.filesOpen, 690ULL);
    QCOMPARE(sample.socketsUsed, 13);
    QCOMPARE(sample.tcpInUse, 11);
    QCOMPARE(sample.tcpTimeWait, 3);
    QCOMPARE(sample.udpInUse, 26);
    QCOMPARE(sample.bootId, "id-of-boot");
    QVERIFY(sample.rebootNeeded);
    QCOMPARE(sample.failedUnits.size(), 2U);
    QCOMPARE(sample.timeOfDay.value(), 123.5);
    for (const Group group : {Group::Mounts, Group::Processes, Group::Controls, Group::Spaces}) {
        QVERIFY(!sample.at(group));
    }
}

void TestMonitorFigures::groupsStay()
{
    const Sample first = read("u10 1\n" + cpu(1, 1, 1) + net("eth0", 1, 1) + net("eth1", 1, 1));
    const Sample second = after(first, "u20 1\n" + net("eth1", 5, 5));
    QCOMPARE(second.interfaces.size(), 1U);
    QCOMPARE(second.at(Group::Stat).value(), milliseconds(10'000));
    QCOMPARE(second.at(Group::Net).value(), milliseconds(20'000));
    QCOMPARE(second.cpu.ticks[0], 1ULL);
}

void TestMonitorFigures::oddLines_data()
{
    QTest::addColumn<QByteArray>("line");
    for (const QByteArray& line : QByteArrayList{"",
                                                 "x",
                                                 "u",
                                                 "u-1 0",
                                                 "unan 1",
                                                 "uinf",
                                                 "u1e99 1",
                                                 "scpu",
                                                 "scpu a b c d",
                                                 "scpu-1 1 1 1 1",
                                                 "scpu99999999999 1 1 1 1",
                                                 "sbtime 99999999999999999",
                                                 "sintr 1 2 3",
                                                 "l1 2",
                                                 "l1 2 3 4",
                                                 "lnan 1 1 1/1 1",
                                                 "mMemTotal: -5 kB",
                                                 "mMemTotal:",
                                                 "mOther: 1 kB",
                                                 "mMemFree: 99999999999999999999999 kB",
                                                 "pcsome",
                                                 "pcother total=1",
                                                 "p",
                                                 "d 8 0 sda 1 2",
                                                 "d 8 0 sda 1 2 3 4 5 6 7 8 9 x 11",
                                                 "neth0 1 2 3",
                                                 "n: 1 2 3 4 5 6 7 8 9 10 11 12 13",
                                                 "n\x1b[2J: 1 2 3 4 5 6 7 8 9 10 11 12 13",
                                                 "f1 2",
                                                 "kTCP: inuse",
                                                 "kOTHER: inuse 1",
                                                 "b",
                                                 "r2",
                                                 "Mx",
                                                 "M1 2 8:1 / relative rw - ext4 /dev/sda rw",
                                                 "P1 sh S 1",
                                                 "P-1 (a) S 1",
                                                 "C/a\x01",
                                                 "Cusage_usec 1",
                                                 "F0 1 1 1 1 1 /",
                                                 "F4096 1 2 1 1 1 /",
                                                 "F4096 9223372036854775807 1 1 1 1 /",
                                                 "F1 1 1 1 1 1",
                                                 "T0",
                                                 "Tabc",
                                                 "G/a b",
                                                 "Grelative",
                                                 "U\x7f",
                                                 QByteArray("u").append(5000, '1')}) {
        QTest::newRow(line.left(40).toPercentEncoding().constData()) << line;
    }
}

/// What is not understood changes nothing, and is counted.
void TestMonitorFigures::oddLines()
{
    QFETCH(QByteArray, line);
    Sample sample;
    QCOMPARE(readBlock(line + "\n", sample), 1);
    for (int i = 0; i < kGroups; ++i) {
        QVERIFY(!sample.readAt[std::size_t(i)]);
    }
    QVERIFY(sample.interfaces.empty() && sample.disks.empty() && sample.processes.empty());
}

void TestMonitorFigures::bounds()
{
    QByteArray block = "u1 1\n";
    for (int i = 0; i < 9'000; ++i) {
        const QByteArray n = QByteArray::number(i);
        block += "scpu" + n + " 1 1 1 1 1 1 1 1\n" + net("e" + n, 1, 1) +
                 disk("x" + n + 'a', 1, 1, 1, 1);
        block += 'P' + QByteArray::number(i + 1) +
                 " (a) S 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1\n";
        block += "M1 2 8:" + n + " / /m" + n + " rw - ext4 /dev/x rw\nC/g" + n + "\nG/g" + n +
                 "\nUu" + n + '\n';
        block += "F4096 10 5 5 10 5 /m" + n + '\n';
    }
    const Sample sample = read(block);
    QCOMPARE(sample.cores.size(), SampleLimits::cores);
    QCOMPARE(sample.interfaces.size(), SampleLimits::interfaces);
    QCOMPARE(sample.disks.size(), SampleLimits::disks);
    QCOMPARE(sample.processes.size(), SampleLimits::processes);
    QCOMPARE(sample.mounts.size(), SampleLimits::mounts);
    QCOMPARE(sample.controls.size(), SampleLimits::controls);
    QCOMPARE(sample.controlNames.size(), SampleLimits::controls);
    QCOMPARE(sample.failedUnits.size(), SampleLimits::units);
    QCOMPARE(sample.spaces.size(), SampleLimits::mounts);
}

void TestMonitorFigures::mounts()
{
    const Sample sample = read(
        "u1 1\n"
        "M22 27 0:21 / /proc rw - proc proc rw\n"
        "M27 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw\n"
        "M28 27 254:0 /var /bound rw - ext4 /dev/vda rw\n"
        "M29 27 0:40 / /mnt/nfs rw - nfs4 server:/x rw\n"
        "M30 27 0:41 / /mnt/fuse rw - fuse.sshfs x rw\n"
        "M31 27 8:1 / /mnt/with\\040blank\\134 rw master:1 - xfs /dev/sda1 rw\n"
        "M32 27 8:2 / /twice rw - ext4 /dev/sda2 rw\n"
        "M33 27 8:3 / /twice rw - ext4 /dev/sda3 rw\n"
        "M34 27 0:23 / /dev/shm rw - tmpfs tmpfs rw\n"
        "M35 27 0:24 / /sys/fs/cgroup rw - tmpfs tmpfs rw\n"
        "M36 27 7:1 / /snap/x rw - squashfs /dev/loop1 ro\n");
    QByteArrayList paths;
    for (const Mount& mount : sample.mounts) {
        paths += mount.path + '=' + mount.device;
    }
    QCOMPARE(paths,
             (QByteArrayList{"/=254:0", "/dev/shm=0:23", "/mnt/with blank\\=8:1", "/twice=8:3"}));
}

void TestMonitorFigures::partitions()
{
    QByteArray block = "u1 1\n";
    for (const char* name : {"sda", "sda1", "sda12", "sdaa", "nvme0n1", "nvme0n1p1", "nvme0n10",
                             "mmcblk0", "mmcblk0p2", "mmcblk0boot0", "dm-1", "dm-10", "md1",
                             "md127", "loop0", "ram1", "sr0", "xvda1"}) {
        block += disk(name, 1, 1, 1, 1);
    }
    QByteArrayList names;
    for (const Disk& disk : read(block).disks) {
        names += disk.name;
    }
    QCOMPARE(names, (QByteArrayList{"sda", "sdaa", "nvme0n1", "nvme0n10", "mmcblk0", "mmcblk0boot0",
                                    "dm-1", "dm-10", "md1", "md127", "xvda1"}));
}

void TestMonitorFigures::processNames()
{
    const QByteArray rest =
        " S 7 1 1 0 -1 4194560 1 0 0 0 30 12 0 0 20 0 3 0 500 4096000 25 18446744073709551615 1\n";
    const Sample sample = read("u1 1\nP42 (a) b (c) S 9 )" + rest + "P43 (x)" + rest);
    QCOMPARE(sample.processes.size(), 2U);
    QCOMPARE(sample.processes[0].name, "a) b (c) S 9 ");
    QCOMPARE(sample.processes[0].ticks, 42ULL);
    QCOMPARE(sample.processes[0].parent, 7);
    QCOMPARE(sample.processes[1].threads, 3);
    QCOMPARE(sample.processes[1].startTicks, 500ULL);
    QCOMPARE(sample.processes[1].residentPages, 25ULL);
}

void TestMonitorFigures::counters_data()
{
    QTest::addColumn<quint64>("before");
    QTest::addColumn<quint64>("now");
    QTest::addColumn<qint64>("way");  // -1: began anew
    constexpr quint64 turn = 1ULL << 32U;
    QTest::newRow("rests") << 5ULL << 5ULL << 0LL;
    QTest::newRow("goes on") << 5ULL << 9ULL << 4LL;
    QTest::newRow("wraps") << turn - 10 << 5ULL << 15LL;
    QTest::newRow("wraps at the end") << turn - 1 << 0ULL << 1LL;
    QTest::newRow("began anew, small") << 1'000'000ULL << 3ULL << -1LL;
    QTest::newRow("began anew, half way") << turn / 2 << 3ULL << -1LL;
    QTest::newRow("began anew, above 32 bits") << turn + 5 << 3ULL << -1LL;
    QTest::newRow("fell, but not by a wrap") << turn - 10 << turn - 20 << -1LL;
    QTest::newRow("64 bits") << ~0ULL - 5 << ~0ULL << 5LL;
}

void TestMonitorFigures::counters()
{
    QFETCH(quint64, before);
    QFETCH(quint64, now);
    QFETCH(qint64, way);
    QCOMPARE(advance(before, now), way < 0 ? std::nullopt : std::optional(quint64(way)));
}

void TestMonitorFigures::rates()
{
    const Sample first =
        read("u100 1\n" + cpu(100, 100, 100, 100) + "sctxt 1000\nsprocesses 10\n" +
             "pcsome total=1000000\n" + disk("sda", 10, 1000, 100, 1000) + net("eth0", 0, 1000));
    Figures figure = figures(nullptr, first);
    QVERIFY(figure.continuity == Continuity::First);
    QVERIFY(!figure.value(Metric::CpuBusy) && !figure.value(Metric::NetRx, "eth0"));
    const Sample second =
        after(first, "u102 1\n" + cpu(130, 110, 140, 120) + "sctxt 3000\nsprocesses 14\n" +
                         "pcsome total=1500000\n" + disk("sda", 30, 3048, 140, 2000) +
                         net("eth0", 4096, 1000));
    figure = figures(&first, second);
    QVERIFY(figure.continuity == Continuity::Steady);
    QCOMPARE(figure.interval, milliseconds(2'000));
    QCOMPARE(figure.value(Metric::CpuUser).value(), 30.0);
    QCOMPARE(figure.value(Metric::CpuSystem).value(), 10.0);
    QCOMPARE(figure.value(Metric::CpuIdle).value(), 40.0);
    QCOMPARE(figure.value(Metric::CpuIowait).value(), 20.0);
    QCOMPARE(figure.value(Metric::CpuBusy).value(), 40.0);
    QCOMPARE(figure.value(Metric::ContextSwitches).value(), 1000.0);
    QCOMPARE(figure.value(Metric::TasksCreated).value(), 2.0);
    QCOMPARE(figure.value(Metric::PsiCpuSome).value(), 25.0);
    QVERIFY(!figure.value(Metric::PsiCpuFull));
    QCOMPARE(figure.value(Metric::DiskRead, "sda").value(), 2048 * 512 / 2.0);
    QCOMPARE(figure.value(Metric::DiskReads, "sda").value(), 10.0);
    QCOMPARE(figure.value(Metric::DiskReadLatency, "sda").value(), 2.0);
    QVERIFY(!figure.value(Metric::DiskWriteLatency, "sda"));  // nothing was written
    QCOMPARE(figure.value(Metric::DiskUtil, "sda").value(), 50.0);
    QCOMPARE(figure.value(Metric::NetRx, "eth0").value(), 2048.0);
    QCOMPARE(figure.value(Metric::NetTx, "eth0").value(), 0.0);
}

void TestMonitorFigures::wrap()
{
    const Sample first = read("u100 1\n" + net("eth0", (1ULL << 32U) - 1000, 7));
    const Sample second = after(first, "u101 1\n" + net("eth0", 500, 7));
    QCOMPARE(figures(&first, second).value(Metric::NetRx, "eth0").value(), 1500.0);
}

void TestMonitorFigures::pluggedInAgain()
{
    const Sample first =
        read("u100 1\n" + net("eth0", 900'000, 7) + disk("sda", 50, 5000, 100, 9000));
    const Sample second = after(first, "u101 1\n" + net("eth0", 10, 7) + disk("sda", 2, 10, 1, 1));
    const Figures figure = figures(&first, second);
    QVERIFY(figure.continuity == Continuity::Steady);
    QVERIFY(!figure.value(Metric::NetRx, "eth0"));
    QVERIFY(!figure.value(Metric::NetTx, "eth0"));
    QVERIFY(!figure.value(Metric::DiskRead, "sda"));
    const Sample third = after(second, "u102 1\n" + net("eth0", 30, 7) + disk("sda", 3, 20, 1, 1));
    QCOMPARE(figures(&second, third).value(Metric::NetRx, "eth0").value(), 20.0);
    QCOMPARE(figures(&second, third).value(Metric::DiskReads, "sda").value(), 1.0);
}

void TestMonitorFigures::hotPlug()
{
    const Sample first = read("u100 1\n" + disk("sda", 1, 1, 1, 1) + disk("sdb", 5, 5, 5, 5));
    const Sample second =
        after(first, "u101 1\n" + disk("sdc", 1000, 1000, 1, 1) + disk("sdb", 6, 5, 5, 5));
    const Figures figure = figures(&first, second);
    QVERIFY(!figure.value(Metric::DiskReads, "sda"));
    QVERIFY(!figure.value(Metric::DiskReads, "sdc"));
    QCOMPARE(figure.value(Metric::DiskReads, "sdb").value(), 1.0);
}

void TestMonitorFigures::coresOnAndOff()
{
    const Sample first = read("u100 1\nscpu0 0 0 0 0\nscpu2 0 0 0 0\nscpu3 0 0 0 0\n");
    const Sample second = after(first, "u101 1\nscpu0 50 0 0 50\nscpu1 9 9 9 9\nscpu3 25 0 0 75\n");
    const Figures figure = figures(&first, second);
    QCOMPARE(figure.value(Metric::CpuCore, "0").value(), 50.0);
    QVERIFY(!figure.value(Metric::CpuCore, "1"));
    QVERIFY(!figure.value(Metric::CpuCore, "2"));
    QCOMPARE(figure.value(Metric::CpuCore, "3").value(), 25.0);
}

void TestMonitorFigures::idleRunsBack()
{
    const Sample first = read("u100 1\n" + cpu(100, 100, 100, 100));
    const Sample second = after(first, "u101 1\n" + cpu(150, 150, 90, 100));
    const Figures figure = figures(&first, second);
    QCOMPARE(figure.value(Metric::CpuIdle).value(), 0.0);
    QCOMPARE(figure.value(Metric::CpuBusy).value(), 100.0);
    const Sample same = after(second, "u102 1\n" + cpu(150, 150, 90, 100));
    QVERIFY(!figures(&second, same).value(Metric::CpuBusy));  // no tick has passed
}

void TestMonitorFigures::restart()
{
    const Sample first = read("u9000 1\nbone\n" + net("eth0", 5, 5) + cpu(5, 5, 5));
    const Sample shorter = after(first, "u10 1\n" + net("eth0", 100, 100) + cpu(9, 9, 9));
    QVERIFY(figures(&first, shorter).continuity == Continuity::Restarted);
    QVERIFY(!figures(&first, shorter).value(Metric::NetRx, "eth0"));
    // It was away for so long that it is up longer than before, and all counters are higher.
    const Sample longer = after(first, "u9001 1\nbtwo\n" + net("eth0", 100, 100) + cpu(9, 9, 9));
    const Figures figure = figures(&first, longer);
    QVERIFY(figure.continuity == Continuity::Restarted);
    QVERIFY(!figure.value(Metric::NetRx, "eth0") && !figure.value(Metric::CpuBusy));
    QCOMPARE(figure.value(Metric::Uptime).value(), 9001.0);
}

void TestMonitorFigures::sleep()
{
    const Sample first = read("u100 1\nbone\n" + net("eth0", 5, 5));
    const Sample late = after(first, "u4000 1\nbone\n" + net("eth0", 1'000'000, 5));
    const Figures figure = figures(&first, late);
    QVERIFY(figure.continuity == Continuity::Gap);
    QVERIFY(!figure.value(Metric::NetRx, "eth0"));
    QCOMPARE(figure.interval, milliseconds(3'900'000));
    const Sample next = after(late, "u4001 1\nbone\n" + net("eth0", 1'000'100, 5));
    QCOMPARE(figures(&late, next).value(Metric::NetRx, "eth0").value(), 100.0);
}

/// Durations are the server's uptime: a clock that jumps makes no spike.
void TestMonitorFigures::clockIsSet()
{
    const Sample first = read("u100 1\nsbtime 1700000000\n" + net("eth0", 5, 5));
    const Sample second = after(first, "u101 1\nsbtime 1700003600\n" + net("eth0", 105, 5));
    const Figures figure = figures(&first, second);
    QCOMPARE(figure.clockJumpSeconds, 3600LL);
    QVERIFY(figure.continuity == Continuity::Steady);
    QCOMPARE(figure.value(Metric::NetRx, "eth0").value(), 100.0);
    const Sample third = after(second, "u102 1\nsbtime 1700003601\n");
    QCOMPARE(figures(&second, third).clockJumpSeconds, 0LL);
}

void TestMonitorFigures::slowerGroups()
{
    const Sample first = read("u100 1\nvpgpgin 0\nf10 0 100\n");
    const Sample second = after(first, "u101 1\n");
    QVERIFY(!figures(&first, second).value(Metric::PageIn));
    QVERIFY(!figures(&first, second).value(Metric::FilesOpen));
    const Sample third = after(second, "u105 1\nvpgpgin 10\nf20 0 100\n");
    QCOMPARE(figures(&second, third).value(Metric::PageIn).value(), 2048.0);
    QCOMPARE(figures(&second, third).value(Metric::FilesOpen).value(), 20.0);
}

void TestMonitorFigures::spaces()
{
    const Sample sample =
        read("u1 1\nF4096 1000 400 350 100 25 /srv data\nF4096 0 0 0 0 0 /empty\n");
    const Figures figure = figures(nullptr, sample);
    QCOMPARE(figure.value(Metric::DiskTotal, "/srv data").value(), 4'096'000.0);
    QCOMPARE(figure.value(Metric::DiskAvailable, "/srv data").value(), 350 * 4096.0);
    QCOMPARE(figure.value(Metric::DiskUsed, "/srv data").value(), 100.0 * 600 / 950);
    QCOMPARE(figure.value(Metric::DiskInodes, "/srv data").value(), 75.0);
    QVERIFY(!figure.value(Metric::DiskUsed, "/empty"));
}

void TestMonitorFigures::controls()
{
    const Sample first = read(
        "u10 1\nC/a.service\nCusage_usec 1000000\nC>500\nC<max\nC/b\nCusage_usec 5\nC>7\nC<1000\n");
    const Sample second = after(first, "u12 1\nC/b\nCusage_usec 1000005\nC>8\nC<1000\n");
    const Figures figure = figures(&first, second);
    QCOMPARE(figures(nullptr, first).value(Metric::GroupMemory, "/a.service").value(), 500.0);
    QVERIFY(!figures(nullptr, first).value(Metric::GroupMemoryLimit, "/a.service"));
    QCOMPARE(figure.value(Metric::GroupCpu, "/b").value(), 50.0);
    QCOMPARE(figure.value(Metric::GroupMemoryLimit, "/b").value(), 1000.0);
    QVERIFY(!figure.value(Metric::GroupMemory, "/a.service"));
}

void TestMonitorFigures::processUse()
{
    const auto line = [](int pid, int ticks, int start, int pages) {
        return u"P%1 (p%1) S 1 1 1 0 -1 0 1 0 0 0 %2 0 0 0 20 0 1 0 %3 4096 %4 1\n"_s.arg(pid)
            .arg(ticks)
            .arg(start)
            .arg(pages)
            .toUtf8();
    };
    const Sample first =
        read("u10 1\n" + line(1, 100, 5, 10) + line(2, 100, 5, 10) + line(3, 900, 5, 10));
    const Sample second = read("u12 1\n" + line(1, 150, 5, 10) + line(2, 300, 5, 10) +
                               line(3, 950, 1100, 99) + line(4, 5, 1150, 50));
    const auto loads = processLoads(&first, second, 4096);
    QCOMPARE(loads.size(), 4U);
    QCOMPARE(loads[0].process.pid, 2);
    QCOMPARE(loads[0].cpuPercent.value(), 100.0);
    QCOMPARE(loads[1].cpuPercent.value(), 25.0);
    QCOMPARE(loads[2].process.pid,
             3);  // another process of the same id: no use is known, the larger first
    QVERIFY(!loads[2].cpuPercent);
    QCOMPARE(loads[2].residentBytes, 99ULL * 4096);
    QVERIFY(!processLoads(nullptr, second, 4096)[0].cpuPercent);
}

QTEST_GUILESS_MAIN(TestMonitorFigures)
#include "tst_monitor_figures.moc"
