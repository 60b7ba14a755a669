#include "core/monitor/src/promquery.h"

#include <algorithm>
#include <array>
#include <cmath>

using namespace Qt::StringLiterals;

namespace analemma::monitor {
namespace {

/// What node exporter (1.0 and later) says of a metric. "%S": whose and which; "%R": a window of
/// two readings for rates; "%N": a window for the newest reading, so that a reading that did not
/// come is missing here as well (an instant selector would look back five minutes).
struct NodeRow {
    Metric metric;
    const char* text;  ///< a selector, where it is a series as it stands, or an expression
};

#define NEWEST(name) "last_over_time(" name "{%S}[%N])"
#define RATE(name) "irate(" name "{%S}[%R])"
#define MODE(mode)                                           \
    "100 * sum(irate(node_cpu_seconds_total{%S,mode=\"" mode \
    "\"}[%R])) / "                                           \
    "sum(irate(node_cpu_seconds_total{%S}[%R]))"
#define BUSY(by)                                                       \
    "100 * (1 - sum" by                                                \
    "(irate(node_cpu_seconds_total{%S,mode=~\"idle|iowait\"}[%R])) / " \
    "sum" by "(irate(node_cpu_seconds_total{%S}[%R])))"
// File systems of the server itself, and the root whatever it is.
#define DISK(name)                                                                                 \
    "max by (mountpoint) (last_over_time(" name                                                    \
    "{%S,fstype=~\"bcachefs|btrfs|exfat|ext.|f2fs|jfs|nilfs2|ntfs3?|reiserfs|vfat|xfs|zfs\"}[%N])" \
    " or "                                                                                         \
    "last_over_time(" name "{%S,mountpoint=~\"/|/tmp|/run|/dev/shm|/var/tmp\"}[%N]))"
#define NET(what)                      \
    "irate(node_network_receive_" what \
    "_total{%S}[%R]) + "               \
    "irate(node_network_transmit_" what "_total{%S}[%R])"

constexpr std::array nodeRows{
    NodeRow{Metric::CpuBusy, BUSY("")},
    NodeRow{Metric::CpuUser, MODE("user")},
    NodeRow{Metric::CpuNice, MODE("nice")},
    NodeRow{Metric::CpuSystem, MODE("system")},
    NodeRow{Metric::CpuIowait, MODE("iowait")},
    NodeRow{Metric::CpuIrq, MODE("irq")},
    NodeRow{Metric::CpuSoftirq, MODE("softirq")},
    NodeRow{Metric::CpuSteal, MODE("steal")},
    NodeRow{Metric::CpuIdle, MODE("idle")},
    NodeRow{Metric::CpuCore, BUSY(" by (cpu) ")},
    NodeRow{Metric::Load1, "node_load1{%S}"},
    NodeRow{Metric::Load5, "node_load5{%S}"},
    NodeRow{Metric::Load15, "node_load15{%S}"},
    NodeRow{Metric::TasksRunning, "node_procs_running{%S}"},
    NodeRow{Metric::TasksBlocked, "node_procs_blocked{%S}"},
    NodeRow{Metric::TasksTotal, "node_processes_threads{%S}"},
    NodeRow{Metric::TasksCreated, RATE("node_forks_total")},
    NodeRow{Metric::ContextSwitches, RATE("node_context_switches_total")},
    NodeRow{Metric::PsiCpuSome, "100 * " RATE("node_pressure_cpu_waiting_seconds_total")},
    NodeRow{Metric::PsiMemorySome, "100 * " RATE("node_pressure_memory_waiting_seconds_total")},
    NodeRow{Metric::PsiMemoryFull, "100 * " RATE("node_pressure_memory_stalled_seconds_total")},
    NodeRow{Metric::PsiIoSome, "100 * " RATE("node_pressure_io_waiting_seconds_total")},
    NodeRow{Metric::PsiIoFull, "100 * " RATE("node_pressure_io_stalled_seconds_total")},
    NodeRow{Metric::MemTotal, "node_memory_MemTotal_bytes{%S}"},
    NodeRow{Metric::MemAvailable, "node_memory_MemAvailable_bytes{%S}"},
    NodeRow{Metric::MemFree, "node_memory_MemFree_bytes{%S}"},
    NodeRow{Metric::MemBuffers, "node_memory_Buffers_bytes{%S}"},
    NodeRow{Metric::MemCached,
            NEWEST("node_memory_Cached_bytes") " + " NEWEST("node_memory_SReclaimable_bytes")},
    NodeRow{Metric::MemUsed, "100 * (1 - " NEWEST("node_memory_MemAvailable_bytes") " / " NEWEST(
                                 "node_memory_MemTotal_bytes") ")"},
    NodeRow{Metric::SwapTotal, "node_memory_SwapTotal_bytes{%S}"},
    NodeRow{Metric::SwapUsed,
            NEWEST("node_memory_SwapTotal_bytes") " - " NEWEST("node_memory_SwapFree_bytes")},
    NodeRow{Metric::SwapIn, RATE("node_vmstat_pswpin")},
    NodeRow{Metric::SwapOut, RATE("node_vmstat_pswpout")},
    NodeRow{Metric::PageIn, "1024 * " RATE("node_vmstat_pgpgin")},
    NodeRow{Metric::PageOut, "1024 * " RATE("node_vmstat_pgpgout")},
    NodeRow{Metric::MajorFaults, RATE("node_vmstat_pgmajfault")},
    NodeRow{Metric::OomKills, RATE("node_vmstat_oom_kill")},
    NodeRow{Metric::DiskTotal, DISK("node_filesystem_size_bytes")},
    NodeRow{Metric::DiskAvailable, DISK("node_filesystem_avail_bytes")},
    NodeRow{Metric::DiskUsed, "100 * (" DISK("node_filesystem_size_bytes") " - " DISK(
                                  "node_filesystem_free_"
                                  "bytes") ") / (" DISK("node"
                                                        "_fil"
                                                        "esys"
                                                        "tem_"
                                                        "size"
                                                        "_byt"
                                                        "es") " - " DISK("node_filesystem_free_"
                                                                         "bytes") " + " DISK("node_"
                                                                                             "files"
                                                                                             "ystem"
                                                                                             "_avai"
                                                                                             "l_"
                                                                                             "byte"
                                                                                             "s") ")"},
    NodeRow{Metric::DiskInodes, "100 * (1 - " DISK("node_filesystem_files_free") " / (" DISK(
                                    "node_filesystem_files") " > 0))"},
    NodeRow{Metric::DiskRead, RATE("node_disk_read_bytes_total")},
    NodeRow{Metric::DiskWrite, RATE("node_disk_written_bytes_total")},
    NodeRow{Metric::DiskReads, RATE("node_disk_reads_completed_total")},
    NodeRow{Metric::DiskWrites, RATE("node_disk_writes_completed_total")},
    NodeRow{Metric::DiskReadLatency,
            "1000 * " RATE("node_disk_read_time_seconds_total") " / (" RATE(
                "node_disk_reads_completed_total") " > 0)"},
    NodeRow{Metric::DiskWriteLatency,
            "1000 * " RATE("node_disk_write_time_seconds_total") " / (" RATE(
                "node_disk_writes_completed_total") " > 0)"},
    NodeRow{Metric::DiskUtil, "clamp_max(100 * " RATE("node_disk_io_time_seconds_total") ", 100)"},
    NodeRow{Metric::DiskQueue, RATE("node_disk_io_time_weighted_seconds_total")},
    NodeRow{Metric::NetRx, RATE("node_network_receive_bytes_total")},
    NodeRow{Metric::NetTx, RATE("node_network_transmit_bytes_total")},
    NodeRow{Metric::NetRxPackets, RATE("node_network_receive_packets_total")},
    NodeRow{Metric::NetTxPackets, RATE("node_network_transmit_packets_total")},
    NodeRow{Metric::NetErrors, NET("errs")},
    NodeRow{Metric::NetDrops, NET("drop")},
    NodeRow{Metric::FilesOpen, "node_filefd_allocated{%S}"},
    NodeRow{Metric::FilesLimit, "node_filefd_maximum{%S}"},
    NodeRow{Metric::SocketsUsed, "node_sockstat_sockets_used{%S}"},
    NodeRow{Metric::SocketsTcp,
            "(" NEWEST("node_sockstat_TCP_inuse") " + " NEWEST(
                "node_sockstat_TCP6_inuse") ") or " NEWEST("node_sockstat_TCP_inuse")},
    NodeRow{Metric::SocketsTcpTimeWait, "node_sockstat_TCP_tw{%S}"},
    NodeRow{Metric::SocketsTcpOrphan, "node_sockstat_TCP_orphan{%S}"},
    NodeRow{Metric::SocketsUdp,
            "(" NEWEST("node_sockstat_UDP_inuse") " + " NEWEST(
                "node_sockstat_UDP6_inuse") ") or " NEWEST("node_sockstat_UDP_inuse")},
    NodeRow{Metric::Uptime, NEWEST("node_time_seconds") " - " NEWEST("node_boot_time_seconds")},
    NodeRow{Metric::RebootNeeded, "node_reboot_required{%S}"},
    NodeRow{Metric::UnitsFailed,
            "sum(last_over_time(node_systemd_unit_state{%S,state=\"failed\"}[%N]))"},
    NodeRow{Metric::SampleLatency, "1000 * " NEWEST("scrape_duration_seconds")},
};

#undef NEWEST
#undef RATE
#undef MODE
#undef BUSY
#undef DISK
#undef NET

/// How node exporter's labels name what ours do.
QString nodeLabel(LabelKind kind)
{
    switch (kind) {
        case LabelKind::Core:
            return u"cpu"_s;
        case LabelKind::Mount:
            return u"mountpoint"_s;
        case LabelKind::Device:
        case LabelKind::Interface:
            return u"device"_s;
        case LabelKind::None:
        case LabelKind::ControlGroup:
            break;
    }
    return {};
}

bool isPlain(const NodeRow& row)
{
    return QLatin1StringView(row.text).endsWith("{%S}"_L1) &&
           isPromName(QString::fromLatin1(row.text).chopped(4));
}

/// In one go: what is put in may hold "%R" itself.
QString filled(const NodeRow& row, const QString& selector, milliseconds interval)
{
    const QString rate = QString::number(interval.count() * 5 / 2) + u"ms"_s;
    const QString newest = QString::number(interval.count() * 3 / 2) + u"ms"_s;
    QString text;
    for (const char* at = row.text; *at != '\0'; ++at) {
        if (*at != '%') {
            text += QLatin1Char(*at);
            continue;
        }
        ++at;
        text += *at == 'S' ? selector : *at == 'R' ? rate : newest;
    }
    return text;
}

}  // namespace

std::optional<PromQuestion> nodeQuestion(Metric metric, const QString& selector,
                                         const QByteArray& label, milliseconds interval)
{
    const auto row = std::ranges::find(nodeRows, metric, &NodeRow::metric);
    if (row == nodeRows.end()) {
        return std::nullopt;
    }
    QString whose = selector;
    const QString which = nodeLabel(info(metric).label);
    if (!label.isEmpty() && !which.isEmpty()) {
        whose += (whose.isEmpty() ? QString() : u","_s) + which + u'=' +
                 promQuoted(QString::fromUtf8(label));
    }
    PromQuestion question;
    question.plain = isPlain(*row);
    question.interval = interval;
    question.expression = filled(*row, whose, interval);
    return question;
}

QString viewExpression(const QString& selector, milliseconds interval)
{
    QStringList parts;
    for (const NodeRow& row : nodeRows) {
        QString expression = filled(row, selector, interval);
        if (isPlain(row)) {
            expression =
                u"last_over_time(%1[%2ms])"_s.arg(expression).arg(interval.count() * 3 / 2);
        }
        parts.append(u"label_replace("_s + expression + u", \"analemma_metric\", \""_s +
                     QString::fromLatin1(info(row.metric).name) + u"\", \"\", \"\")"_s);
    }
    return parts.join(u" or "_s);
}

std::vector<Point> viewPoints(const QList<PromSeries>& answer)
{
    std::vector<Point> points;
    for (const PromSeries& one : answer) {
        const std::optional<Metric> metric =
            metricNamed(one.labels.value(u"analemma_metric"_s).toLatin1());
        if (!metric || one.points.empty()) {
            continue;
        }
        const MetricInfo& about = info(*metric);
        Point point;
        point.metric = *metric;
        point.label = one.labels.value(nodeLabel(about.label)).toUtf8().left(255);
        point.value = rounded(about.unit, one.points.back().value);
        const bool clean = std::ranges::none_of(
            point.label, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
        if (clean && (about.label == LabelKind::None) == point.label.isEmpty()) {
            points.push_back(std::move(point));
        }
    }
    return points;
}

}  // namespace analemma::monitor
