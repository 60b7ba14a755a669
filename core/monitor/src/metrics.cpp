#include "core/monitor/metrics.h"

#include <algorithm>
#include <array>

namespace analemma::monitor {
namespace {

using enum Unit;
constexpr auto gauge = MetricKind::Gauge;
constexpr auto rate = MetricKind::Rate;
constexpr auto none = LabelKind::None;
constexpr auto mount = LabelKind::Mount;
constexpr auto device = LabelKind::Device;
constexpr auto interface = LabelKind::Interface;
constexpr auto group = LabelKind::ControlGroup;

constexpr std::array table{
    MetricInfo{Metric::CpuBusy, "cpu.busy", Percent, rate, none},
    MetricInfo{Metric::CpuUser, "cpu.user", Percent, rate, none},
    MetricInfo{Metric::CpuNice, "cpu.nice", Percent, rate, none},
    MetricInfo{Metric::CpuSystem, "cpu.system", Percent, rate, none},
    MetricInfo{Metric::CpuIowait, "cpu.iowait", Percent, rate, none},
    MetricInfo{Metric::CpuIrq, "cpu.irq", Percent, rate, none},
    MetricInfo{Metric::CpuSoftirq, "cpu.softirq", Percent, rate, none},
    MetricInfo{Metric::CpuSteal, "cpu.steal", Percent, rate, none},
    MetricInfo{Metric::CpuIdle, "cpu.idle", Percent, rate, none},
    MetricInfo{Metric::CpuCore, "cpu.core", Percent, rate, LabelKind::Core},
    MetricInfo{Metric::Load1, "load.1", Count, gauge, none},
    MetricInfo{Metric::Load5, "load.5", Count, gauge, none},
    MetricInfo{Metric::Load15, "load.15", Count, gauge, none},
    MetricInfo{Metric::TasksRunning, "tasks.running", Count, gauge, none},
    MetricInfo{Metric::TasksBlocked, "tasks.blocked", Count, gauge, none},
    MetricInfo{Metric::TasksTotal, "tasks.total", Count, gauge, none},
    MetricInfo{Metric::TasksCreated, "tasks.created", PerSecond, rate, none},
    MetricInfo{Metric::ContextSwitches, "tasks.switches", PerSecond, rate, none},
    MetricInfo{Metric::PsiCpuSome, "psi.cpu.some", Percent, rate, none},
    MetricInfo{Metric::PsiCpuFull, "psi.cpu.full", Percent, rate, none},
    MetricInfo{Metric::PsiMemorySome, "psi.memory.some", Percent, rate, none},
    MetricInfo{Metric::PsiMemoryFull, "psi.memory.full", Percent, rate, none},
    MetricInfo{Metric::PsiIoSome, "psi.io.some", Percent, rate, none},
    MetricInfo{Metric::PsiIoFull, "psi.io.full", Percent, rate, none},
    MetricInfo{Metric::MemTotal, "mem.total", Bytes, gauge, none},
    MetricInfo{Metric::MemAvailable, "mem.available", Bytes, gauge, none},
    MetricInfo{Metric::MemFree, "mem.free", Bytes, gauge, none},
    MetricInfo{Metric::MemBuffers, "mem.buffers", Bytes, gauge, none},
    MetricInfo{Metric::MemCached, "mem.cached", Bytes, gauge, none},
    MetricInfo{Metric::MemUsed, "mem.used", Percent, gauge, none},
    MetricInfo{Metric::SwapTotal, "swap.total", Bytes, gauge, none},
    MetricInfo{Metric::SwapUsed, "swap.used", Bytes, gauge, none},
    MetricInfo{Metric::SwapIn, "swap.in", PerSecond, rate, none},
    MetricInfo{Metric::SwapOut, "swap.out", PerSecond, rate, none},
    MetricInfo{Metric::PageIn, "page.in", BytesPerSecond, rate, none},
    MetricInfo{Metric::PageOut, "page.out", BytesPerSecond, rate, none},
    MetricInfo{Metric::MajorFaults, "page.faults", PerSecond, rate, none},
    MetricInfo{Metric::OomKills, "mem.kills", PerSecond, rate, none},
    MetricInfo{Metric::DiskTotal, "disk.total", Bytes, gauge, mount},
    MetricInfo{Metric::DiskAvailable, "disk.available", Bytes, gauge, mount},
    MetricInfo{Metric::DiskUsed, "disk.used", Percent, gauge, mount},
    MetricInfo{Metric::DiskInodes, "disk.inodes", Percent, gauge, mount},
    MetricInfo{Metric::DiskRead, "disk.read", BytesPerSecond, rate, device},
    MetricInfo{Metric::DiskWrite, "disk.write", BytesPerSecond, rate, device},
    MetricInfo{Metric::DiskReads, "disk.reads", PerSecond, rate, device},
    MetricInfo{Metric::DiskWrites, "disk.writes", PerSecond, rate, device},
    MetricInfo{Metric::DiskReadLatency, "disk.read.latency", Milliseconds, rate, device},
    MetricInfo{Metric::DiskWriteLatency, "disk.write.latency", Milliseconds, rate, device},
    MetricInfo{Metric::DiskUtil, "disk.util", Percent, rate, device},
    MetricInfo{Metric::DiskQueue, "disk.queue", Count, rate, device},
    MetricInfo{Metric::NetRx, "net.rx", BytesPerSecond, rate, interface},
    MetricInfo{Metric::NetTx, "net.tx", BytesPerSecond, rate, interface},
    MetricInfo{Metric::NetRxPackets, "net.rx.packets", PerSecond, rate, interface},
    MetricInfo{Metric::NetTxPackets, "net.tx.packets", PerSecond, rate, interface},
    MetricInfo{Metric::NetErrors, "net.errors", PerSecond, rate, interface},
    MetricInfo{Metric::NetDrops, "net.drops", PerSecond, rate, interface},
    MetricInfo{Metric::FilesOpen, "files.open", Count, gauge, none},
    MetricInfo{Metric::FilesLimit, "files.limit", Count, gauge, none},
    MetricInfo{Metric::SocketsUsed, "sockets.used", Count, gauge, none},
    MetricInfo{Metric::SocketsTcp, "sockets.tcp", Count, gauge, none},
    MetricInfo{Metric::SocketsTcpTimeWait, "sockets.tcp.timewait", Count, gauge, none},
    MetricInfo{Metric::SocketsTcpOrphan, "sockets.tcp.orphan", Count, gauge, none},
    MetricInfo{Metric::SocketsUdp, "sockets.udp", Count, gauge, none},
    MetricInfo{Metric::Uptime, "uptime", Seconds, gauge, none},
    MetricInfo{Metric::ClockOffset, "clock.offset", Seconds, gauge, none},
    MetricInfo{Metric::RebootNeeded, "reboot.needed", Flag, gauge, none},
    MetricInfo{Metric::UnitsFailed, "units.failed", Count, gauge, none},
    MetricInfo{Metric::GroupCpu, "group.cpu", Percent, rate, group},
    MetricInfo{Metric::GroupMemory, "group.memory", Bytes, gauge, group},
    MetricInfo{Metric::GroupMemoryLimit, "group.memory.limit", Bytes, gauge, group},
    MetricInfo{Metric::SampleLatency, "sample.latency", Milliseconds, gauge, none},
};
static_assert(table.size() == std::size_t(Metric::SampleLatency) + 1);
static_assert([] {
    for (std::size_t i = 0; i < table.size(); ++i) {
        if (table[i].metric != Metric(i)) {
            return false;
        }
    }
    return true;
}());

}  // namespace

std::span<const MetricInfo> metrics()
{
    return table;
}

const MetricInfo& info(Metric metric)
{
    return table[std::size_t(metric)];
}

std::optional<Metric> metricNamed(QByteArrayView name)
{
    const auto found = std::find_if(table.begin(), table.end(),
                                    [&](const MetricInfo& entry) { return entry.name == name; });
    return found == table.end() ? std::nullopt : std::optional(found->metric);
}

}  // namespace analemma::monitor
