#include "core/monitor/src/samplemounts.h"

#include "core/monitor/src/samplewords.h"

#include <algorithm>
#include <array>

namespace analemma::monitor {
namespace {

constexpr std::size_t mostMountLines = 4096;

/// File systems that lie on disks of the server itself: asking them never waits for another one.
bool isOnDisk(QByteArrayView type)
{
    static constexpr std::array<QByteArrayView, 20> types = {
        "bcachefs", "btrfs", "exfat", "ext2",  "ext3",   "ext4", "f2fs",
        "hfsplus",  "jfs",   "minix", "msdos", "nilfs2", "ntfs", "ntfs3",
        "reiserfs", "ubifs", "udf",   "vfat",  "xfs",    "zfs"};
    return std::find(types.begin(), types.end(), type) != types.end();
}

/// In memory, and worth a look: a full one hurts.
bool isInMemory(QByteArrayView type, QByteArrayView path)
{
    return type == "tmpfs" &&
           (path == "/tmp" || path == "/run" || path == "/dev/shm" || path == "/var/tmp");
}

/// "\040" is a blank (proc(5)).
QByteArray unescaped(QByteArrayView word)
{
    QByteArray path;
    for (qsizetype i = 0; i < word.size(); ++i) {
        const auto digit = [&](qsizetype at) {
            return at < word.size() && word[at] >= '0' && word[at] <= '7' ? word[at] - '0' : -1;
        };
        if (word[i] == '\\' && digit(i + 1) >= 0 && digit(i + 1) < 4 && digit(i + 2) >= 0 &&
            digit(i + 3) >= 0) {
            path += char(digit(i + 1) * 64 + digit(i + 2) * 8 + digit(i + 3));
            i += 3;
        } else {
            path += word[i];
        }
    }
    return path;
}

bool isPartOf(QByteArrayView part, QByteArrayView whole)
{
    if (part.size() <= whole.size() || !part.startsWith(whole) || whole.isEmpty()) {
        return false;
    }
    QByteArrayView rest = part.sliced(whole.size());
    const auto isDigit = [](char c) { return c >= '0' && c <= '9'; };
    if (isDigit(whole.back())) {  // nvme0n1p2, mmcblk0p1, but dm-10 is no part of dm-1
        if (rest[0] != 'p') {
            return false;
        }
        rest = rest.sliced(1);
    }
    return !rest.isEmpty() && std::all_of(rest.begin(), rest.end(), isDigit);
}

}  // namespace

bool readMount(QByteArrayView line, std::vector<Mount>& mounts)
{
    Words words(line);
    words.skip(2);
    const QByteArrayView device = words.next();
    words.skip(1);
    const QByteArray path = unescaped(words.next());
    const qsizetype dash = words.rest().indexOf(QByteArrayView(" - "));
    if (dash < 0 || mounts.size() >= mostMountLines || !isLabel(path) || !path.startsWith('/') ||
        !isLabel(device)) {
        return false;
    }
    const QByteArrayView type = Words(words.rest().sliced(dash + 3)).next();
    if (!isOnDisk(type) && !isInMemory(type, path) && path != "/") {
        return true;  // a mount, but nothing to look after
    }
    mounts.push_back({path, type.toByteArray(), device.toByteArray()});
    return true;
}

void keepLocal(std::vector<Mount>& mounts)
{
    // What was mounted last at a path hides what was there before.
    std::vector<Mount> kept;
    std::stable_sort(mounts.begin(), mounts.end(),
                     [](const Mount& a, const Mount& b) { return a.path < b.path; });
    for (std::size_t i = 0; i < mounts.size(); ++i) {
        if (i + 1 == mounts.size() || mounts[i + 1].path != mounts[i].path) {
            kept.push_back(std::move(mounts[i]));
        }
    }
    std::stable_sort(kept.begin(), kept.end(), [](const Mount& a, const Mount& b) {
        return a.device != b.device ? a.device < b.device : a.path.size() < b.path.size();
    });
    kept.erase(std::unique(kept.begin(), kept.end(),
                           [](const Mount& a, const Mount& b) { return a.device == b.device; }),
               kept.end());
    std::sort(kept.begin(), kept.end(),
              [](const Mount& a, const Mount& b) { return a.path < b.path; });
    if (kept.size() > SampleLimits::mounts) {
        kept.resize(SampleLimits::mounts);
    }
    mounts = std::move(kept);
}

void dropPartitions(std::vector<Disk>& disks)
{
    // The kernel lists the whole disk before its parts.
    std::vector<Disk> whole;
    for (Disk& disk : disks) {
        const bool isPart = std::any_of(whole.begin(), whole.end(), [&](const Disk& other) {
            return isPartOf(disk.name, other.name);
        });
        if (!isPart) {
            whole.push_back(std::move(disk));
        }
    }
    disks = std::move(whole);
}

}  // namespace analemma::monitor
