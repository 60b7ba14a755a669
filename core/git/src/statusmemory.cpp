#include "core/git/src/statusmemory.h"

#include <ctime>

namespace analemma::git {

namespace {

bool sameStat(const struct stat& a, const struct stat& b)
{
    const auto sameTime = [](const timespec& x, const timespec& y) {
        return x.tv_sec == y.tv_sec && x.tv_nsec == y.tv_nsec;
    };
    return a.st_dev == b.st_dev && a.st_ino == b.st_ino && a.st_size == b.st_size &&
           a.st_mode == b.st_mode && sameTime(a.st_mtim, b.st_mtim) &&
           sameTime(a.st_ctim, b.st_ctim);
}

}  // namespace

std::optional<bool> StatusMemory::recall(const git_index_entry& entry, const struct stat& seen)
{
    const auto found = m_known.constFind(entry.path);
    if (found == m_known.constEnd() || git_oid_equal(&found->id, &entry.id) == 0 ||
        !sameStat(found->seen, seen)) {
        return std::nullopt;
    }
    m_next.insert(found.key(), *found);
    return found->same;
}

void StatusMemory::remember(const git_index_entry& entry, const struct stat& seen, bool same)
{
    // A file changed so lately could change once more and show the same times.
    if (seen.st_ctim.tv_sec + 2 < m_begun.tv_sec) {
        m_next.insert(entry.path, Facts{entry.id, seen, same});
    }
}

void StatusMemory::begin()
{
    m_next.clear();
    ::clock_gettime(CLOCK_REALTIME, &m_begun);
}

void StatusMemory::end()
{
    m_known.swap(m_next);
    m_next.clear();
}

StatusMemory& memoryOf(const Handle& handle)
{
    if (!handle.statusMemory) {
        handle.statusMemory = std::make_shared<StatusMemory>();
    }
    return *handle.statusMemory;
}

}  // namespace analemma::git
