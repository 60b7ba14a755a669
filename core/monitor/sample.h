#pragma once

#include "core/base/clock.h"

#include <QByteArray>
#include <QByteArrayView>

#include <array>
#include <optional>
#include <vector>

/// What a server's kernel says of itself at one time, as counters and gauges: proc(5), sysfs and
/// the kernel's Documentation/admin-guide/iostats, accounting/psi and cgroup-v2.
namespace analemma::monitor {

/// What is read together. Each has a letter in the protocol between here and the server.
enum class Group {
    Uptime,        ///< u  /proc/uptime
    Stat,          ///< s  /proc/stat
    Load,          ///< l  /proc/loadavg
    Memory,        ///< m  /proc/meminfo
    Paging,        ///< v  /proc/vmstat
    Pressure,      ///< p  /proc/pressure/*
    Disks,         ///< d  /proc/diskstats
    Net,           ///< n  /proc/net/dev
    Files,         ///< f  /proc/sys/fs/file-nr
    Sockets,       ///< k  /proc/net/sockstat, sockstat6
    Boot,          ///< b  /proc/sys/kernel/random/boot_id
    Reboot,        ///< r  is there /run/reboot-required
    Mounts,        ///< M  /proc/self/mountinfo
    Processes,     ///< P  /proc/PID/stat of the named ones
    Controls,      ///< C  control groups (version 2) that were named
    ControlNames,  ///< G  of containers and services
    Spaces,        ///< F  statvfs of the named mount points
    Units,         ///< U  names of failed units
    Clock,         ///< T  the time of day there
};
constexpr int kGroups = int(Group::Clock) + 1;

/// Of one processor or all, in ticks of 10 ms. Guest time is within user and nice.
struct CpuTimes {
    enum Mode { User, Nice, System, Idle, Iowait, Irq, Softirq, Steal };
    static constexpr int kModes = Steal + 1;
    std::array<quint64, kModes> ticks{};
};
struct Core {
    int number = 0;  ///< those that are off are left out
    CpuTimes times;
};

struct Pressure {
    quint64 someMicroseconds = 0;
    quint64 fullMicroseconds = 0;
    bool known = false;
    bool fullKnown = false;
};

struct Disk {
    QByteArray name;
    quint64 reads = 0;
    quint64 sectorsRead = 0;  ///< of 512 bytes
    quint64 readMs = 0;
    quint64 writes = 0;
    quint64 sectorsWritten = 0;
    quint64 writeMs = 0;
    quint64 busyMs = 0;
    quint64 queueMs = 0;  ///< weighted by requests in flight
};

struct Interface {
    QByteArray name;
    quint64 rxBytes = 0;
    quint64 rxPackets = 0;
    quint64 rxErrors = 0;
    quint64 rxDrops = 0;
    quint64 txBytes = 0;
    quint64 txPackets = 0;
    quint64 txErrors = 0;
    quint64 txDrops = 0;
};

/// A mounted file system that is on the server itself.
struct Mount {
    QByteArray path;
    QByteArray type;
    QByteArray device;  ///< "8:1"
};
struct Space {
    QByteArray mount;
    quint64 totalBytes = 0;
    quint64 freeBytes = 0;
    quint64 availableBytes = 0;  ///< to those who are not root
    quint64 inodes = 0;
    quint64 freeInodes = 0;
};

struct Process {
    int pid = 0;
    int parent = 0;
    QByteArray name;  ///< at most 15 bytes in most kernels; foreign
    char state = '?';
    quint64 ticks = 0;       ///< processor time, of 10 ms
    quint64 startTicks = 0;  ///< after boot
    int threads = 0;
    quint64 virtualBytes = 0;
    quint64 residentPages = 0;
};

struct Control {
    QByteArray path;  ///< below /sys/fs/cgroup
    quint64 cpuMicroseconds = 0;
    quint64 memoryBytes = 0;
    std::optional<quint64> memoryLimitBytes;
};

struct Sample {
    /// When each group was read last: the server's uptime. Nothing: never.
    std::array<std::optional<milliseconds>, kGroups> readAt{};
    [[nodiscard]] const std::optional<milliseconds>& at(Group group) const
    {
        return readAt[std::size_t(group)];
    }

    milliseconds uptime{0};
    CpuTimes cpu;
    std::vector<Core> cores;
    quint64 contextSwitches = 0;
    quint64 tasksCreated = 0;
    qint64 bootTime = 0;  ///< seconds since 1970, by the server's clock as it is now
    int tasksRunning = 0;
    int tasksBlocked = 0;
    int tasksTotal = 0;
    std::array<double, 3> load{};
    quint64 memTotal = 0;  ///< bytes, as all of memory
    quint64 memFree = 0;
    std::optional<quint64> memAvailable;  ///< since Linux 3.14
    quint64 memBuffers = 0;
    quint64 memCached = 0;  ///< with what of the slabs can be freed, as free(1) counts
    quint64 swapTotal = 0;
    quint64 swapFree = 0;
    quint64 pagedInKib = 0;
    quint64 pagedOutKib = 0;
    quint64 swappedIn = 0;  ///< pages
    quint64 swappedOut = 0;
    quint64 majorFaults = 0;
    quint64 oomKills = 0;
    Pressure cpuPressure;
    Pressure memoryPressure;
    Pressure ioPressure;
    std::vector<Disk> disks;  ///< whole ones, no partitions
    std::vector<Interface> interfaces;
    quint64 filesOpen = 0;
    quint64 filesLimit = 0;
    int socketsUsed = 0;
    int tcpInUse = 0;
    int tcpOrphans = 0;
    int tcpTimeWait = 0;
    int udpInUse = 0;
    QByteArray bootId;
    bool rebootNeeded = false;
    std::vector<Mount> mounts;
    std::vector<Space> spaces;
    std::vector<Process> processes;
    std::vector<Control> controls;
    std::vector<QByteArray> controlNames;
    std::vector<QByteArray> failedUnits;
    std::optional<double> timeOfDay;  ///< seconds since 1970, as the server's date said

    /// The server's clock at this reading, to the second: boot time and uptime.
    [[nodiscard]] std::optional<qint64> clockSeconds() const;
};

/// The most that is kept of one server, whatever it says.
struct SampleLimits {
    static constexpr qsizetype line = 4096;
    static constexpr std::size_t cores = 1024;
    static constexpr std::size_t disks = 256;
    static constexpr std::size_t interfaces = 256;
    static constexpr std::size_t mounts = 64;
    static constexpr std::size_t processes = 8192;
    static constexpr std::size_t controls = 128;
    static constexpr std::size_t units = 256;
};

/// The letter of a group.
char letterOf(Group group);

/// Puts the lines of a block over `sample`: a letter of a group, then a line of its file. A group
/// that the block has is replaced whole, the others stay. What no such file says is passed over,
/// and counted in the answer. Pure; for any bytes.
int readBlock(QByteArrayView block, Sample& sample);

}  // namespace analemma::monitor
