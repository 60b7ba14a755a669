#include "core/monitor/rates.h"

#include <QHash>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace analemma::monitor {
namespace {

constexpr quint64 turn = 1ULL << 32U;
constexpr std::size_t kUsualPoints = 80;

/// One text for all of a number.
QByteArray nameOfCore(int number)
{
    static const std::vector<QByteArray> names = [] {
        std::vector<QByteArray> all;
        for (std::size_t i = 0; i < SampleLimits::cores; ++i) {
            all.push_back(QByteArray::number(qulonglong(i)));
        }
        return all;
    }();
    return std::size_t(number) < names.size() ? names[std::size_t(number)]
                                              : QByteArray::number(number);
}

/// The figures of one step. `m_seconds` is set while the group at hand gives rates.
class Step {
public:
    Step(const Sample* before, const Sample& now, milliseconds longest, std::vector<Point> room)
        : m_before(before), m_now(now), m_longest(longest)
    {
        m_figures.points = std::move(room);
        m_figures.points.clear();
    }
    Figures take();

private:
    bool begin(Group group);
    [[nodiscard]] Continuity continuity() const;
    void add(Metric metric, double value, const QByteArray& label = {})
    {
        m_figures.points.push_back({metric, label, value});
    }
    [[nodiscard]] bool hasRates() const { return m_seconds > 0; }
    void rate(Metric metric, quint64 before, quint64 now, double unit = 1,
              const QByteArray& label = {});
    void stat();
    void times(const CpuTimes& before, const CpuTimes& now);
    void cores();
    void memory();
    void paging();
    void pressure(Metric some, Metric full, const Pressure& before, const Pressure& now);
    void disks();
    void disk(const Disk& before, const Disk& now);
    void network();
    void network(const Interface& before, const Interface& now);
    void controls();
    void spaces();

    const Sample* const m_before;
    const Sample& m_now;
    const milliseconds m_longest;
    Figures m_figures;
    double m_seconds = 0;
};

Continuity Step::continuity() const
{
    if (m_before == nullptr) {
        return Continuity::First;
    }
    const bool isOtherBoot =
        !m_before->bootId.isEmpty() && !m_now.bootId.isEmpty() && m_before->bootId != m_now.bootId;
    if (isOtherBoot || m_now.uptime < m_before->uptime) {
        return Continuity::Restarted;
    }
    return m_now.uptime - m_before->uptime > m_longest ? Continuity::Gap : Continuity::Steady;
}

/// False when the group was not read anew.
bool Step::begin(Group group)
{
    m_seconds = 0;
    const auto& now = m_now.at(group);
    if (!now || *now != m_now.uptime) {
        return false;
    }
    if (m_figures.continuity == Continuity::Steady && m_before->at(group)) {
        const milliseconds interval = *now - *m_before->at(group);
        if (interval > milliseconds(0) && interval <= m_longest) {
            m_seconds = double(interval.count()) / 1000;
        }
    }
    return true;
}

void Step::rate(Metric metric, quint64 before, quint64 now, double unit, const QByteArray& label)
{
    if (!hasRates()) {
        return;
    }
    if (const auto way = advance(before, now)) {
        add(metric, double(*way) * unit / m_seconds, label);
    }
}

void Step::times(const CpuTimes& before, const CpuTimes& now)
{
    std::array<double, CpuTimes::kModes> spent{};
    double all = 0;
    for (std::size_t i = 0; i < spent.size(); ++i) {
        // Idle and iowait may run back a little (proc(5)).
        spent[i] = now.ticks[i] > before.ticks[i] ? double(now.ticks[i] - before.ticks[i]) : 0;
        all += spent[i];
    }
    if (all <= 0) {
        return;
    }
    constexpr std::array<Metric, CpuTimes::kModes> modes = {
        Metric::CpuUser,   Metric::CpuNice, Metric::CpuSystem,  Metric::CpuIdle,
        Metric::CpuIowait, Metric::CpuIrq,  Metric::CpuSoftirq, Metric::CpuSteal};
    add(Metric::CpuBusy, 100 * (all - spent[CpuTimes::Idle] - spent[CpuTimes::Iowait]) / all);
    for (std::size_t i = 0; i < modes.size(); ++i) {
        add(modes[i], 100 * spent[i] / all);
    }
}

void Step::cores()
{
    auto old = m_before->cores.begin();
    for (const Core& core : m_now.cores) {
        old = std::find_if(old, m_before->cores.end(),
                           [&](const Core& other) { return other.number >= core.number; });
        if (old == m_before->cores.end()) {
            break;
        }
        if (old->number != core.number) {
            continue;  // it was off
        }
        double idle = 0;
        double all = 0;
        for (std::size_t i = 0; i < core.times.ticks.size(); ++i) {
            const quint64 now = core.times.ticks[i];
            const quint64 before = old->times.ticks[i];
            const double spent = now > before ? double(now - before) : 0;
            all += spent;
            idle += i == CpuTimes::Idle || i == CpuTimes::Iowait ? spent : 0;
        }
        if (all > 0) {
            add(Metric::CpuCore, 100 * (all - idle) / all, nameOfCore(core.number));
        }
    }
}

void Step::stat()
{
    add(Metric::TasksRunning, m_now.tasksRunning);
    add(Metric::TasksBlocked, m_now.tasksBlocked);
    if (!hasRates()) {
        return;
    }
    times(m_before->cpu, m_now.cpu);
    cores();
    rate(Metric::ContextSwitches, m_before->contextSwitches, m_now.contextSwitches);
    rate(Metric::TasksCreated, m_before->tasksCreated, m_now.tasksCreated);
}

void Step::memory()
{
    // Before Linux 3.14 what is free and what can be dropped comes near.
    const quint64 available =
        std::min(m_now.memTotal,
                 m_now.memAvailable.value_or(m_now.memFree + m_now.memBuffers + m_now.memCached));
    add(Metric::MemTotal, double(m_now.memTotal));
    add(Metric::MemAvailable, double(available));
    add(Metric::MemFree, double(m_now.memFree));
    add(Metric::MemBuffers, double(m_now.memBuffers));
    add(Metric::MemCached, double(m_now.memCached));
    if (m_now.memTotal > 0) {
        add(Metric::MemUsed, 100 * double(m_now.memTotal - available) / double(m_now.memTotal));
    }
    add(Metric::SwapTotal, double(m_now.swapTotal));
    add(Metric::SwapUsed, double(m_now.swapTotal - std::min(m_now.swapTotal, m_now.swapFree)));
}

void Step::paging()
{
    if (!hasRates()) {
        return;
    }
    rate(Metric::PageIn, m_before->pagedInKib, m_now.pagedInKib, 1024);
    rate(Metric::PageOut, m_before->pagedOutKib, m_now.pagedOutKib, 1024);
    rate(Metric::SwapIn, m_before->swappedIn, m_now.swappedIn);
    rate(Metric::SwapOut, m_before->swappedOut, m_now.swappedOut);
    rate(Metric::MajorFaults, m_before->majorFaults, m_now.majorFaults);
    rate(Metric::OomKills, m_before->oomKills, m_now.oomKills);
}

void Step::pressure(Metric some, Metric full, const Pressure& before, const Pressure& now)
{
    const auto percent = [this](Metric metric, quint64 from, quint64 to) {
        if (hasRates() && to >= from) {
            add(metric, std::min(100.0, double(to - from) / m_seconds / 1e4));
        }
    };
    if (before.known && now.known) {
        percent(some, before.someMicroseconds, now.someMicroseconds);
    }
    if (before.fullKnown && now.fullKnown) {
        percent(full, before.fullMicroseconds, now.fullMicroseconds);
    }
}

void Step::disk(const Disk& before, const Disk& now)
{
    const auto reads = advance(before.reads, now.reads);
    const auto writes = advance(before.writes, now.writes);
    const auto readSectors = advance(before.sectorsRead, now.sectorsRead);
    const auto writtenSectors = advance(before.sectorsWritten, now.sectorsWritten);
    const auto readMs = advance(before.readMs, now.readMs);
    const auto writeMs = advance(before.writeMs, now.writeMs);
    if (!reads || !writes || !readSectors || !writtenSectors || !readMs || !writeMs) {
        return;  // plugged in again
    }
    add(Metric::DiskRead, double(*readSectors) * 512 / m_seconds, now.name);
    add(Metric::DiskWrite, double(*writtenSectors) * 512 / m_seconds, now.name);
    add(Metric::DiskReads, double(*reads) / m_seconds, now.name);
    add(Metric::DiskWrites, double(*writes) / m_seconds, now.name);
    if (*reads > 0) {
        add(Metric::DiskReadLatency, double(*readMs) / double(*reads), now.name);
    }
    if (*writes > 0) {
        add(Metric::DiskWriteLatency, double(*writeMs) / double(*writes), now.name);
    }
    if (const auto busy = advance(before.busyMs, now.busyMs)) {
        add(Metric::DiskUtil, std::min(100.0, double(*busy) / m_seconds / 10), now.name);
    }
    if (const auto queue = advance(before.queueMs, now.queueMs)) {
        add(Metric::DiskQueue, double(*queue) / m_seconds / 1000, now.name);
    }
}

/// Calls `take` with each pair of the same name. The kernel keeps their order.
template <class Thing, class Name, class Take>
void pairs(const std::vector<Thing>& before, const std::vector<Thing>& now, Name name, Take take)
{
    for (std::size_t i = 0; i < now.size(); ++i) {
        const Thing* old = nullptr;
        if (i < before.size() && before[i].*name == now[i].*name) {
            old = &before[i];
        } else {
            const auto found = std::find_if(before.begin(), before.end(), [&](const Thing& thing) {
                return thing.*name == now[i].*name;
            });
            old = found == before.end() ? nullptr : &*found;
        }
        if (old != nullptr) {
            take(*old, now[i]);
        }
    }
}

void Step::disks()
{
    if (hasRates()) {
        pairs(m_before->disks, m_now.disks, &Disk::name, [this](const Disk& old, const Disk& now) {
            if (now.reads + now.writes > 0) {  // there are rows of devices that nobody uses
                disk(old, now);
            }
        });
    }
}

void Step::network(const Interface& before, const Interface& now)
{
    const auto rx = advance(before.rxBytes, now.rxBytes);
    const auto tx = advance(before.txBytes, now.txBytes);
    const auto rxPackets = advance(before.rxPackets, now.rxPackets);
    const auto txPackets = advance(before.txPackets, now.txPackets);
    if (!rx || !tx || !rxPackets || !txPackets) {
        return;
    }
    add(Metric::NetRx, double(*rx) / m_seconds, now.name);
    add(Metric::NetTx, double(*tx) / m_seconds, now.name);
    add(Metric::NetRxPackets, double(*rxPackets) / m_seconds, now.name);
    add(Metric::NetTxPackets, double(*txPackets) / m_seconds, now.name);
    rate(Metric::NetErrors, before.rxErrors + before.txErrors, now.rxErrors + now.txErrors, 1,
         now.name);
    rate(Metric::NetDrops, before.rxDrops + before.txDrops, now.rxDrops + now.txDrops, 1, now.name);
}

void Step::network()
{
    if (hasRates()) {
        pairs(m_before->interfaces, m_now.interfaces, &Interface::name,
              [this](const Interface& old, const Interface& now) {
                  if (now.rxPackets + now.txPackets > 0) {
                      network(old, now);
                  }
              });
    }
}

void Step::controls()
{
    for (const Control& control : m_now.controls) {
        add(Metric::GroupMemory, double(control.memoryBytes), control.path);
        if (control.memoryLimitBytes) {
            add(Metric::GroupMemoryLimit, double(*control.memoryLimitBytes), control.path);
        }
    }
    if (hasRates()) {
        pairs(m_before->controls, m_now.controls, &Control::path,
              [this](const Control& old, const Control& now) {
                  rate(Metric::GroupCpu, old.cpuMicroseconds, now.cpuMicroseconds, 1e-4, now.path);
              });
    }
}

void Step::spaces()
{
    for (const Space& space : m_now.spaces) {
        const quint64 used = space.totalBytes - space.freeBytes;
        if (used + space.availableBytes == 0) {
            continue;
        }
        add(Metric::DiskTotal, double(space.totalBytes), space.mount);
        add(Metric::DiskAvailable, double(space.availableBytes), space.mount);
        // As df(1) counts: of what those who are not root may use.
        add(Metric::DiskUsed, 100 * double(used) / double(used + space.availableBytes),
            space.mount);
        if (space.inodes > 0) {
            add(Metric::DiskInodes,
                100 * double(space.inodes - std::min(space.inodes, space.freeInodes)) /
                    double(space.inodes),
                space.mount);
        }
    }
}

Figures Step::take()
{
    m_figures.continuity = continuity();
    m_figures.points.reserve(kUsualPoints);
    if (m_before != nullptr) {
        m_figures.interval = m_now.uptime - m_before->uptime;
    }
    if (begin(Group::Uptime)) {
        add(Metric::Uptime, double(m_now.uptime.count()) / 1000);
    }
    if (begin(Group::Stat)) {
        stat();
        const bool sameBoot =
            m_figures.continuity == Continuity::Steady || m_figures.continuity == Continuity::Gap;
        if (sameBoot && m_before->bootTime > 0) {
            // The kernel rounds the time of boot: one second is no jump.
            const qint64 jump = m_now.bootTime - m_before->bootTime;
            m_figures.clockJumpSeconds = jump < -1 || jump > 1 ? jump : 0;
        }
    }
    if (begin(Group::Load)) {
        add(Metric::Load1, m_now.load[0]);
        add(Metric::Load5, m_now.load[1]);
        add(Metric::Load15, m_now.load[2]);
        add(Metric::TasksTotal, m_now.tasksTotal);
    }
    if (begin(Group::Memory)) {
        memory();
    }
    if (begin(Group::Paging)) {
        paging();
    }
    if (begin(Group::Pressure) && hasRates()) {
        pressure(Metric::PsiCpuSome, Metric::PsiCpuFull, m_before->cpuPressure, m_now.cpuPressure);
        pressure(Metric::PsiMemorySome, Metric::PsiMemoryFull, m_before->memoryPressure,
                 m_now.memoryPressure);
        pressure(Metric::PsiIoSome, Metric::PsiIoFull, m_before->ioPressure, m_now.ioPressure);
    }
    if (begin(Group::Disks)) {
        disks();
    }
    if (begin(Group::Net)) {
        network();
    }
    if (begin(Group::Files)) {
        add(Metric::FilesOpen, double(m_now.filesOpen));
        add(Metric::FilesLimit, double(m_now.filesLimit));
    }
    if (begin(Group::Sockets)) {
        add(Metric::SocketsUsed, m_now.socketsUsed);
        add(Metric::SocketsTcp, m_now.tcpInUse);
        add(Metric::SocketsTcpTimeWait, m_now.tcpTimeWait);
        add(Metric::SocketsTcpOrphan, m_now.tcpOrphans);
        add(Metric::SocketsUdp, m_now.udpInUse);
    }
    if (begin(Group::Reboot)) {
        add(Metric::RebootNeeded, m_now.rebootNeeded ? 1 : 0);
    }
    if (begin(Group::Units)) {
        add(Metric::UnitsFailed, double(m_now.failedUnits.size()));
    }
    if (begin(Group::Controls)) {
        controls();
    }
    if (begin(Group::Spaces)) {
        spaces();
    }
    return std::move(m_figures);
}

}  // namespace

QString toString(Continuity continuity)
{
    switch (continuity) {
        case Continuity::First:
            return u"first"_s;
        case Continuity::Steady:
            return u"steady"_s;
        case Continuity::Gap:
            return u"gap"_s;
        case Continuity::Restarted:
            return u"restarted"_s;
    }
    return {};
}

std::optional<double> Figures::value(Metric metric, QByteArrayView label) const
{
    const auto found = std::find_if(points.begin(), points.end(), [&](const Point& point) {
        return point.metric == metric && QByteArrayView(point.label) == label;
    });
    return found == points.end() ? std::nullopt : std::optional(found->value);
}

Figures figures(const Sample* before, const Sample& now, milliseconds longestInterval,
                std::vector<Point> room)
{
    return Step(before, now, longestInterval, std::move(room)).take();
}

std::optional<quint64> advance(quint64 before, quint64 now)
{
    if (now >= before) {
        return now - before;
    }
    const bool mayWrap = before < turn && before >= turn / 4 * 3 && now < turn / 4;
    return mayWrap ? std::optional(turn - before + now) : std::nullopt;
}

std::vector<ProcessLoad> processLoads(const Sample* before, const Sample& now, quint64 pageBytes)
{
    QHash<int, const Process*> old;
    double interval = 0;
    if (before != nullptr && before->at(Group::Processes) && now.at(Group::Processes)) {
        interval = double((*now.at(Group::Processes) - *before->at(Group::Processes)).count());
        for (const Process& process : before->processes) {
            old.insert(process.pid, &process);
        }
    }
    std::vector<ProcessLoad> loads;
    loads.reserve(now.processes.size());
    for (const Process& process : now.processes) {
        ProcessLoad load;
        load.process = process;
        load.residentBytes = process.residentPages * pageBytes;
        const Process* same = interval > 0 ? old.value(process.pid) : nullptr;
        if (same != nullptr && same->startTicks == process.startTicks &&
            process.ticks >= same->ticks) {
            load.cpuPercent = double(process.ticks - same->ticks) * 10 / interval * 100;
        }
        loads.push_back(std::move(load));
    }
    std::stable_sort(loads.begin(), loads.end(), [](const ProcessLoad& a, const ProcessLoad& b) {
        const double left = a.cpuPercent.value_or(0);
        const double right = b.cpuPercent.value_or(0);
        return left != right ? left > right : a.residentBytes > b.residentBytes;
    });
    return loads;
}

}  // namespace analemma::monitor
