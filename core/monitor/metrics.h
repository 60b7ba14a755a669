#pragma once

#include <QByteArray>
#include <QByteArrayView>

#include <optional>
#include <span>

/// The names of everything that is measured: what the store keeps, charts draw and rules speak of.
namespace analemma::monitor {

enum class Metric {
    CpuBusy,
    CpuUser,
    CpuNice,
    CpuSystem,
    CpuIowait,
    CpuIrq,
    CpuSoftirq,
    CpuSteal,
    CpuIdle,
    CpuCore,
    Load1,
    Load5,
    Load15,
    TasksRunning,
    TasksBlocked,
    TasksTotal,
    TasksCreated,
    ContextSwitches,
    PsiCpuSome,
    PsiCpuFull,
    PsiMemorySome,
    PsiMemoryFull,
    PsiIoSome,
    PsiIoFull,
    MemTotal,
    MemAvailable,
    MemFree,
    MemBuffers,
    MemCached,
    MemUsed,
    SwapTotal,
    SwapUsed,
    SwapIn,
    SwapOut,
    PageIn,
    PageOut,
    MajorFaults,
    OomKills,
    DiskTotal,
    DiskAvailable,
    DiskUsed,
    DiskInodes,
    DiskRead,
    DiskWrite,
    DiskReads,
    DiskWrites,
    DiskReadLatency,
    DiskWriteLatency,
    DiskUtil,
    DiskQueue,
    NetRx,
    NetTx,
    NetRxPackets,
    NetTxPackets,
    NetErrors,
    NetDrops,
    FilesOpen,
    FilesLimit,
    SocketsUsed,
    SocketsTcp,
    SocketsTcpTimeWait,
    SocketsTcpOrphan,
    SocketsUdp,
    Uptime,
    ClockOffset,
    RebootNeeded,
    UnitsFailed,
    GroupCpu,
    GroupMemory,
    GroupMemoryLimit,
    SampleLatency,
};

enum class Unit { Percent, Bytes, BytesPerSecond, PerSecond, Count, Seconds, Milliseconds, Flag };
/// Rate: made of two readings of a counter, so without a value at the first one, after a restart
/// and after a long silence. Gauge: what was read.
enum class MetricKind { Gauge, Rate };
/// What the label of a point names.
enum class LabelKind { None, Core, Mount, Device, Interface, ControlGroup };

struct MetricInfo {
    Metric metric;
    QByteArrayView name;  ///< "cpu.busy": what is stored and written in rules; never changes
    Unit unit;
    MetricKind kind;
    LabelKind label;
};

/// All of them, in the order of the enum.
std::span<const MetricInfo> metrics();
const MetricInfo& info(Metric metric);
std::optional<Metric> metricNamed(QByteArrayView name);

/// One figure. The label is a server's own word (a mount point, a device): foreign bytes, at most
/// 255 without control characters.
struct Point {
    Metric metric = Metric::CpuBusy;
    QByteArray label;
    double value = 0;
};

}  // namespace analemma::monitor
