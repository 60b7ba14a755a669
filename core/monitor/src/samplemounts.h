#pragma once

#include "core/monitor/sample.h"

namespace analemma::monitor {

/// One line of mountinfo (proc(5)). False for what is none, or not of this server's own disks.
bool readMount(QByteArrayView line, std::vector<Mount>& mounts);
/// Of several mounts of one device the shortest path, and at most SampleLimits::mounts.
void keepLocal(std::vector<Mount>& mounts);
/// What is a part of another one in the list goes: sda1 beside sda, nvme0n1p2 beside nvme0n1.
void dropPartitions(std::vector<Disk>& disks);

}  // namespace analemma::monitor
