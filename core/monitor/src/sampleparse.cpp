#include "core/monitor/sample.h"
#include "core/monitor/src/samplemounts.h"
#include "core/monitor/src/samplewords.h"

#include <algorithm>
#include <cmath>

namespace analemma::monitor {
namespace {

constexpr QByteArrayView letters = "uslmvpdnfkbrMPCGFUT";
static_assert(letters.size() == kGroups);

constexpr quint64 maxKib = 1ULL << 53;  ///< so that bytes fit, and a double holds them

quint64 bytesOfKib(quint64 kib)
{
    return std::min(kib, maxKib) * 1024;
}

/// The places of a group that is read anew: what stood there before goes when the group ends, so
/// that names which did not change, as nearly all, take no memory again.
struct Places {
    std::size_t disks = 0;
    std::size_t interfaces = 0;
};

template <class Thing>
Thing& placeIn(std::vector<Thing>& things, std::size_t& count)
{
    if (count == things.size()) {
        things.emplace_back();
    }
    return things[count++];
}

void setName(QByteArray& name, QByteArrayView text)
{
    if (name != text) {
        name = text.toByteArray();
    }
}

bool readUptime(Words words, Sample& sample)
{
    const double uptime = words.number<double>();
    if (words.isBad() || !(uptime >= 0 && uptime < 1e11)) {
        return false;
    }
    sample.uptime = milliseconds(std::llround(uptime * 1000));
    return true;
}

bool readTimes(Words& words, CpuTimes& times)
{
    int known = 0;
    for (; known < CpuTimes::kModes && !words.atEnd(); ++known) {
        times.ticks[std::size_t(known)] = words.number();
    }
    return known > CpuTimes::Idle && !words.isBad();
}

template <class Value>
bool takeNumber(Words& words, Value& value)
{
    const Value read = words.number<Value>();
    if (!words.isBad()) {
        value = read;
    }
    return !words.isBad();
}

bool readStat(Words words, Sample& sample)
{
    const QByteArrayView name = words.next();
    if (name == "cpu") {
        sample.cpu = {};
        return readTimes(words, sample.cpu);
    }
    if (name.startsWith("cpu")) {
        Core core;
        Words number(name.sliced(3));
        core.number = number.number<int>();
        if (number.isBad() || core.number < 0 || sample.cores.size() >= SampleLimits::cores ||
            !readTimes(words, core.times)) {
            return false;
        }
        sample.cores.push_back(core);
        return true;
    }
    if (name == "ctxt") {
        return takeNumber(words, sample.contextSwitches);
    }
    if (name == "btime") {
        const qint64 time = words.number<qint64>();
        const bool isTime = !words.isBad() && time >= 0 && time < 1'000'000'000'000;
        sample.bootTime = isTime ? time : sample.bootTime;
        return isTime;
    }
    if (name == "processes") {
        return takeNumber(words, sample.tasksCreated);
    }
    if (name == "procs_running") {
        return takeNumber(words, sample.tasksRunning);
    }
    if (name == "procs_blocked") {
        return takeNumber(words, sample.tasksBlocked);
    }
    return false;
}

bool readLoad(Words words, Sample& sample)
{
    std::array<double, 3> load{};
    for (double& value : load) {
        value = words.number<double>();
        if (words.isBad() || !(value >= 0 && value < 1e9)) {
            return false;
        }
    }
    const QByteArrayView tasks = words.next();  // "running/all"
    const qsizetype slash = tasks.indexOf('/');
    Words all(tasks.sliced(slash + 1));
    if (slash < 0 || !takeNumber(all, sample.tasksTotal)) {
        return false;
    }
    sample.load = load;
    return true;
}

bool readMemory(Words words, Sample& sample)
{
    const QByteArrayView name = words.next();
    const quint64 bytes = bytesOfKib(words.number());
    if (words.isBad()) {
        return false;
    }
    if (name == "MemTotal:") {
        sample.memTotal = bytes;
    } else if (name == "MemFree:") {
        sample.memFree = bytes;
    } else if (name == "MemAvailable:") {
        sample.memAvailable = bytes;
    } else if (name == "Buffers:") {
        sample.memBuffers = bytes;
    } else if (name == "Cached:" || name == "SReclaimable:") {
        sample.memCached += bytes;
    } else if (name == "SwapTotal:") {
        sample.swapTotal = bytes;
    } else if (name == "SwapFree:") {
        sample.swapFree = bytes;
    } else {
        return false;
    }
    return true;
}

bool readPaging(Words words, Sample& sample)
{
    const QByteArrayView name = words.next();
    if (name == "pgpgin") {
        return takeNumber(words, sample.pagedInKib);
    }
    if (name == "pgpgout") {
        return takeNumber(words, sample.pagedOutKib);
    }
    if (name == "pswpin") {
        return takeNumber(words, sample.swappedIn);
    }
    if (name == "pswpout") {
        return takeNumber(words, sample.swappedOut);
    }
    if (name == "pgmajfault") {
        return takeNumber(words, sample.majorFaults);
    }
    return name == "oom_kill" && takeNumber(words, sample.oomKills);
}

/// "csome avg10=0.00 avg60=0.00 avg300=0.00 total=123", the first letter for cpu, memory, io.
bool readPressure(QByteArrayView line, Sample& sample)
{
    const qsizetype at = line.lastIndexOf(QByteArrayView(" total="));
    if (line.isEmpty() || at < 0) {
        return false;
    }
    Pressure& pressure = line[0] == 'c'   ? sample.cpuPressure
                         : line[0] == 'm' ? sample.memoryPressure
                                          : sample.ioPressure;
    Words total(line.sliced(at + 7));
    const QByteArrayView kind = Words(line.sliced(1)).next();
    if (kind == "some") {
        return pressure.known = takeNumber(total, pressure.someMicroseconds);
    }
    return kind == "full" && (pressure.fullKnown = takeNumber(total, pressure.fullMicroseconds));
}

/// Loops, memory, discs and floppies: nobody watches them.
bool isPassedOver(QByteArrayView name)
{
    for (const QByteArrayView kind : {"loop", "ram", "sr", "fd"}) {
        if (name.size() > kind.size() && name.startsWith(kind) && name[kind.size()] >= '0' &&
            name[kind.size()] <= '9') {
            return true;
        }
    }
    return false;
}

bool readDisk(Words words, Sample& sample, Places& places)
{
    words.skip(2);
    const QByteArrayView name = words.next();
    if (isPassedOver(name)) {
        return true;
    }
    Disk disk;
    disk.reads = words.number();
    words.skip(1);
    disk.sectorsRead = words.number();
    disk.readMs = words.number();
    disk.writes = words.number();
    words.skip(1);
    disk.sectorsWritten = words.number();
    disk.writeMs = words.number();
    words.skip(1);
    disk.busyMs = words.number();
    disk.queueMs = words.number();
    if (words.isBad() || !isLabel(name) || places.disks >= SampleLimits::disks) {
        return false;
    }
    Disk& place = placeIn(sample.disks, places.disks);
    disk.name = std::move(place.name);
    setName(disk.name, name);
    place = std::move(disk);
    return true;
}

bool readInterface(QByteArrayView line, Sample& sample, Places& places)
{
    const qsizetype colon = line.lastIndexOf(':');
    if (colon < 0) {
        return false;
    }
    const QByteArrayView name = line.first(colon).trimmed();
    Words words(line.sliced(colon + 1));
    Interface net;
    net.rxBytes = words.number();
    net.rxPackets = words.number();
    net.rxErrors = words.number();
    net.rxDrops = words.number();
    words.skip(4);
    net.txBytes = words.number();
    net.txPackets = words.number();
    net.txErrors = words.number();
    net.txDrops = words.number();
    if (words.isBad() || !isLabel(name) || places.interfaces >= SampleLimits::interfaces) {
        return false;
    }
    Interface& place = placeIn(sample.interfaces, places.interfaces);
    net.name = std::move(place.name);
    setName(net.name, name);
    place = std::move(net);
    return true;
}

bool readFiles(Words words, Sample& sample)
{
    const quint64 open = words.number();
    const quint64 unused = words.number();
    const quint64 limit = words.number();
    if (words.isBad()) {
        return false;
    }
    sample.filesOpen = open - std::min(open, unused);
    sample.filesLimit = limit;
    return true;
}

/// "TCP: inuse 5 orphan 0 tw 2 alloc 7 mem 1"
bool readSockets(Words words, Sample& sample)
{
    const QByteArrayView kind = words.next();
    if (kind != "sockets:" && kind != "TCP:" && kind != "TCP6:" && kind != "UDP:" &&
        kind != "UDP6:") {
        return false;
    }
    while (!words.atEnd()) {
        const QByteArrayView what = words.next();
        const int count = int(std::min<quint64>(words.number(), 1U << 30U));
        if (words.isBad()) {
            return false;
        }
        if (what == "used") {
            sample.socketsUsed = count;
        } else if (what == "inuse" && kind.startsWith("TCP")) {
            sample.tcpInUse = std::min(sample.tcpInUse + count, 1 << 30);
        } else if (what == "inuse" && kind.startsWith("UDP")) {
            sample.udpInUse = std::min(sample.udpInUse + count, 1 << 30);
        } else if (what == "orphan") {
            sample.tcpOrphans = count;
        } else if (what == "tw") {
            sample.tcpTimeWait = count;
        }
    }
    return true;
}

/// A name may hold any character, brackets too: the last bracket ends it.
bool readProcess(QByteArrayView line, Sample& sample)
{
    const qsizetype from = line.indexOf('(');
    const qsizetype to = line.lastIndexOf(')');
    if (from < 0 || to < from || sample.processes.size() >= SampleLimits::processes) {
        return false;
    }
    Process process;
    Words pid(line.first(from));
    process.pid = pid.number<int>();
    process.name = line.sliced(from + 1, to - from - 1)
                       .first(std::min<qsizetype>(to - from - 1, 64))
                       .toByteArray();
    Words words(line.sliced(to + 1));
    const QByteArrayView state = words.next();
    process.parent = words.number<int>();
    words.skip(9);
    process.ticks = words.number();
    process.ticks += words.number();
    words.skip(4);
    process.threads = words.number<int>();
    words.skip(1);
    process.startTicks = words.number();
    process.virtualBytes = words.number();
    process.residentPages = std::min<quint64>(words.number(), maxKib);
    if (pid.isBad() || process.pid <= 0 || words.isBad() || state.size() != 1) {
        return false;
    }
    process.state = state[0];
    sample.processes.push_back(std::move(process));
    return true;
}

/// "/path", then of that group "usage_usec 1", ">1" for its memory and "<max" for the limit of it.
bool readControl(QByteArrayView line, Sample& sample)
{
    if (line.startsWith('/')) {
        if (!isLabel(line) || sample.controls.size() >= SampleLimits::controls) {
            return false;
        }
        sample.controls.emplace_back().path = line.toByteArray();
        return true;
    }
    if (sample.controls.empty() || line.isEmpty()) {
        return false;
    }
    Control& control = sample.controls.back();
    Words words(line[0] == 'u' ? line : line.sliced(1));
    if (line[0] == '<') {
        const quint64 limit = words.number();
        control.memoryLimitBytes = words.isBad() ? std::nullopt : std::optional(limit);
        return true;  // "max": there is none
    }
    if (line[0] == '>') {
        return takeNumber(words, control.memoryBytes);
    }
    return words.next() == "usage_usec" && takeNumber(words, control.cpuMicroseconds);
}

/// Without blanks, so that it can be named in a request.
bool readControlName(QByteArrayView name, Sample& sample)
{
    if (!isLabel(name) || !name.startsWith('/') || name.contains(' ') ||
        sample.controlNames.size() >= SampleLimits::controls) {
        return false;
    }
    sample.controlNames.push_back(name.toByteArray());
    return true;
}

/// "blocksize blocks free available inodes free /mount/point"
bool readSpace(Words words, Sample& sample)
{
    const quint64 block = words.number();
    const quint64 blocks = words.number();
    const quint64 free = words.number();
    const quint64 available = words.number();
    Space space;
    space.inodes = words.number();
    space.freeInodes = words.number();
    const QByteArrayView mount = words.rest().isEmpty() ? words.rest() : words.rest().sliced(1);
    constexpr quint64 most = 1ULL << 62U;
    if (words.isBad() || block == 0 || blocks > most / block || free > blocks ||
        available > blocks || !isLabel(mount) || sample.spaces.size() >= SampleLimits::mounts) {
        return false;
    }
    space.mount = mount.toByteArray();
    space.totalBytes = block * blocks;
    space.freeBytes = block * free;
    space.availableBytes = block * available;
    sample.spaces.push_back(std::move(space));
    return true;
}

bool readUnit(QByteArrayView name, Sample& sample)
{
    if (!isLabel(name) || sample.failedUnits.size() >= SampleLimits::units) {
        return false;
    }
    sample.failedUnits.push_back(name.toByteArray());
    return true;
}

bool readClock(Words words, Sample& sample)
{
    const double now = words.number<double>();
    if (words.isBad() || !(now > 0 && now < 1e11)) {
        return false;
    }
    sample.timeOfDay = now;
    return true;
}

bool readBoot(QByteArrayView id, Sample& sample)
{
    if (!isLabel(id)) {
        return false;
    }
    sample.bootId = id.toByteArray();
    return true;
}

/// Before the first line of a group.
void clearGroup(Group group, Sample& sample)
{
    switch (group) {
        case Group::Stat:
            sample.cores.clear();
            break;
        case Group::Memory:
            sample.memCached = 0;
            sample.memAvailable.reset();
            break;
        case Group::Pressure:
            sample.cpuPressure = sample.memoryPressure = sample.ioPressure = {};
            break;
        case Group::Sockets:
            sample.socketsUsed = sample.tcpInUse = sample.udpInUse = 0;
            break;
        case Group::Mounts:
            sample.mounts.clear();
            break;
        case Group::Processes:
            sample.processes.clear();
            break;
        case Group::Controls:
            sample.controls.clear();
            break;
        case Group::ControlNames:
            sample.controlNames.clear();
            break;
        case Group::Spaces:
            sample.spaces.clear();
            break;
        case Group::Units:
            sample.failedUnits.clear();
            break;
        case Group::Disks:
        case Group::Net:  // their places are taken anew
        case Group::Uptime:
        case Group::Load:
        case Group::Paging:
        case Group::Files:
        case Group::Boot:
        case Group::Reboot:
        case Group::Clock:
            break;
    }
}

bool readLine(Group group, QByteArrayView line, Sample& sample, Places& places)
{
    switch (group) {
        case Group::Uptime:
            return readUptime(Words(line), sample);
        case Group::Stat:
            return readStat(Words(line), sample);
        case Group::Load:
            return readLoad(Words(line), sample);
        case Group::Memory:
            return readMemory(Words(line), sample);
        case Group::Paging:
            return readPaging(Words(line), sample);
        case Group::Pressure:
            return readPressure(line, sample);
        case Group::Disks:
            return readDisk(Words(line), sample, places);
        case Group::Net:
            return readInterface(line, sample, places);
        case Group::Files:
            return readFiles(Words(line), sample);
        case Group::Sockets:
            return readSockets(Words(line), sample);
        case Group::Boot:
            return readBoot(line, sample);
        case Group::Reboot:
            sample.rebootNeeded = line == "1";
            return line == "1" || line == "0";
        case Group::Mounts:
            return readMount(line, sample.mounts);
        case Group::Processes:
            return readProcess(line, sample);
        case Group::Controls:
            return readControl(line, sample);
        case Group::ControlNames:
            return readControlName(line, sample);
        case Group::Spaces:
            return readSpace(Words(line), sample);
        case Group::Units:
            return line.isEmpty() || readUnit(line, sample);  // an empty one: they were looked for
        case Group::Clock:
            return readClock(Words(line), sample);
    }
    return false;
}

}  // namespace

char letterOf(Group group)
{
    return letters[qsizetype(group)];
}

bool isLabel(QByteArrayView name)
{
    return !name.isEmpty() && name.size() <= 255 &&
           std::none_of(name.begin(), name.end(),
                        [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

int readBlock(QByteArrayView block, Sample& sample)
{
    std::array<bool, kGroups> seen{};
    std::array<bool, kGroups> read{};
    Places places;
    int odd = 0;
    while (!block.isEmpty()) {
        const qsizetype end = block.indexOf('\n');
        const QByteArrayView line = end < 0 ? block : block.first(end);
        block = end < 0 ? QByteArrayView() : block.sliced(end + 1);
        const qsizetype letter = line.isEmpty() ? -1 : letters.indexOf(line[0]);
        if (letter < 0 || line.size() > SampleLimits::line) {
            ++odd;
            continue;
        }
        if (!std::exchange(seen[std::size_t(letter)], true)) {
            clearGroup(Group(letter), sample);
        }
        if (readLine(Group(letter), line.sliced(1), sample, places)) {
            read[std::size_t(letter)] = true;
        } else {
            ++odd;
        }
    }
    if (seen[std::size_t(Group::Net)]) {
        sample.interfaces.resize(places.interfaces);
    }
    if (seen[std::size_t(Group::Disks)]) {
        sample.disks.resize(places.disks);
        dropPartitions(sample.disks);
    }
    if (seen[std::size_t(Group::Mounts)]) {
        keepLocal(sample.mounts);
    }
    for (std::size_t i = 0; i < read.size(); ++i) {
        if (read[i]) {
            sample.readAt[i] = sample.uptime;
        } else if (seen[i]) {
            sample.readAt[i].reset();
        }
    }
    return odd;
}

std::optional<qint64> Sample::clockSeconds() const
{
    const auto& read = at(Group::Stat);
    if (!read || bootTime <= 0) {
        return std::nullopt;
    }
    return bootTime + std::chrono::duration_cast<seconds>(*read).count();
}

}  // namespace analemma::monitor
