#include "core/git/src/worktreewalk.h"

#include "core/base/descriptor.h"

#include <fcntl.h>

#include <algorithm>
#include <cerrno>
#include <condition_variable>
#include <cstring>
#include <mutex>
#include <thread>

using namespace Qt::StringLiterals;

namespace analemma::git {

namespace {

constexpr unsigned walkThreads = 4;
constexpr std::size_t entriesForThreads = 2000;  // below, threads cost more than they give
constexpr std::size_t strangerLimit = 400'000;

struct FolderToWalk {
    std::string path;  ///< with its slash; empty: the root
    std::size_t first = 0;
    std::size_t last = 0;
};

bool isNewer(const git_index_time& time, const git_index_time& than)
{
    // Some programs note whole seconds only.
    return time.seconds != than.seconds
               ? time.seconds > than.seconds
               : time.nanoseconds == 0 || time.nanoseconds >= than.nanoseconds;
}

bool sameTime(const git_index_time& noted, const timespec& seen, bool nanoseconds)
{
    return noted.seconds == static_cast<std::int32_t>(seen.tv_sec) &&
           (!nanoseconds || noted.nanoseconds == static_cast<std::uint32_t>(seen.tv_nsec));
}

bool sameMode(std::uint32_t noted, mode_t seen, const StatTrust& trust)
{
    if (S_ISLNK(noted)) {
        return S_ISLNK(seen) || (!trust.links && S_ISREG(seen));
    }
    return S_ISREG(seen) && (!trust.mode || ((noted ^ seen) & S_IXUSR) == 0);
}

/// What is in one folder of the index, by name.
std::vector<IndexChild> childrenOf(const IndexEntries& entries, const FolderToWalk& folder)
{
    std::vector<IndexChild> children;
    for (std::size_t at = folder.first; at < folder.last;) {
        children.push_back(nextChild(entries, at, folder.last, folder.path.size()));
        at = children.back().last;
    }
    std::sort(children.begin(), children.end(),
              [](const IndexChild& a, const IndexChild& b) { return a.name < b.name; });
    return children;
}

/// One thread's share of the walk.
class FolderReader {
public:
    FolderReader(int root, const IndexEntries& entries, const StatTrust& trust)
        : m_root(root), m_entries(entries), m_trust(trust)
    {
    }

    /// Gives back the folders below it that the index knows.
    std::vector<FolderToWalk> read(const FolderToWalk& folder);
    WorkTreeWalk found;

private:
    void meet(const FolderToWalk& folder, const dirent& thing, int descriptor);
    void compare(const IndexChild& child, const struct stat& seen);
    void lose(const IndexChild& child);

    int m_root;
    const IndexEntries& m_entries;
    const StatTrust& m_trust;
    std::vector<IndexChild> m_children;
    std::vector<bool> m_met;
    std::vector<FolderToWalk> m_below;
};

std::vector<FolderToWalk> FolderReader::read(const FolderToWalk& folder)
{
    m_below.clear();
    const char* path = folder.path.empty() ? "." : folder.path.c_str();
    Descriptor descriptor(
        ::openat(m_root, path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK));
    m_children = childrenOf(m_entries, folder);
    m_met.assign(m_children.size(), false);
    const bool isGone =
        !descriptor.valid() && (errno == ENOENT || errno == ENOTDIR || errno == ELOOP);
    Folder listing(descriptor.valid() ? ::fdopendir(descriptor.get()) : nullptr);
    if (!listing && !isGone) {
        found.complete = false;
        return {};
    }
    if (listing) {
        const int opened = descriptor.release();
        while (const dirent* thing = ::readdir(listing.get())) {
            meet(folder, *thing, opened);
        }
    }
    for (std::size_t i = 0; i < m_children.size(); ++i) {
        if (!m_met[i]) {
            lose(m_children[i]);
        }
    }
    return std::move(m_below);
}

void FolderReader::meet(const FolderToWalk& folder, const dirent& thing, int descriptor)
{
    const std::string_view name(thing.d_name);
    if (name == "." || name == ".." || name == ".git") {
        return;
    }
    auto child = std::lower_bound(
        m_children.begin(), m_children.end(), name,
        [](const IndexChild& one, std::string_view wanted) { return one.name < wanted; });
    const bool isKnown = child != m_children.end() && child->name == name;
    struct stat seen {};
    const bool needsStat = thing.d_type == DT_UNKNOWN || (isKnown && !child->isFolder);
    if (needsStat && ::fstatat(descriptor, thing.d_name, &seen, AT_SYMLINK_NOFOLLOW) != 0) {
        return;  // just gone
    }
    const auto isA = [&](unsigned char type, mode_t mode) {
        return thing.d_type == DT_UNKNOWN ? (seen.st_mode & S_IFMT) == mode : thing.d_type == type;
    };
    const bool isFolder = isA(DT_DIR, S_IFDIR);
    bool stranger = true;
    for (; child != m_children.end() && child->name == name; ++child) {
        if (child->isFolder && !isFolder) {
            continue;  // its files are gone
        }
        m_met[static_cast<std::size_t>(child - m_children.begin())] = true;
        stranger = false;  // of what is in a folder in a file's place git does not tell
        if (child->isFolder) {
            m_below.push_back({folder.path + thing.d_name + '/', child->first, child->last});
        } else {
            compare(*child, seen);
        }
    }
    const bool counts = isFolder || isA(DT_REG, S_IFREG) || isA(DT_LNK, S_IFLNK);
    if (!stranger || !counts) {
        return;
    }
    if (found.strangers.size() >= strangerLimit) {
        found.complete = false;
        return;
    }
    found.strangers.push_back({folder.path + thing.d_name, isFolder});
}

void FolderReader::compare(const IndexChild& child, const struct stat& seen)
{
    const git_index_entry& entry = *m_entries[child.first];
    if (GIT_INDEX_ENTRY_STAGE(&entry) == 0 && !surelySame(entry, seen, m_trust)) {
        found.doubts.push_back({child.first, false, seen});
    }
}

void FolderReader::lose(const IndexChild& child)
{
    for (std::size_t entry = child.first; entry < child.last; ++entry) {
        found.doubts.push_back({entry, true, {}});
    }
}

/// The folders that wait, and who may take them.
class FolderStack {
public:
    explicit FolderStack(FolderToWalk first) { m_folders.push_back(std::move(first)); }

    /// Nothing when the walk is over.
    std::optional<FolderToWalk> take()
    {
        std::unique_lock lock(m_mutex);
        m_changed.wait(lock, [this] { return m_over || !m_folders.empty() || m_busy == 0; });
        if (m_over || m_folders.empty()) {
            m_changed.notify_all();
            return std::nullopt;
        }
        FolderToWalk folder = std::move(m_folders.back());
        m_folders.pop_back();
        ++m_busy;
        return folder;
    }
    void done(std::vector<FolderToWalk> below)
    {
        const std::scoped_lock lock(m_mutex);
        --m_busy;
        std::move(below.begin(), below.end(), std::back_inserter(m_folders));
        m_changed.notify_all();
    }
    void end()
    {
        const std::scoped_lock lock(m_mutex);
        m_over = true;
        m_changed.notify_all();
    }

private:
    std::mutex m_mutex;
    std::condition_variable m_changed;
    std::vector<FolderToWalk> m_folders;
    int m_busy = 0;
    bool m_over = false;
};

void walkOn(FolderStack& stack, FolderReader& reader, const CancelToken& cancel)
{
    while (std::optional<FolderToWalk> folder = stack.take()) {
        stack.done(reader.read(*folder));
        if (cancel.isCancelled()) {
            stack.end();
        }
    }
}

}  // namespace

IndexEntries sortedEntries(git_index* index)
{
    IndexEntries entries(git_index_entrycount(index));
    for (std::size_t i = 0; i < entries.size(); ++i) {
        entries[i] = git_index_get_byindex(index, i);
    }
    const auto isBefore = [](const git_index_entry* a, const git_index_entry* b) {
        const int order = std::strcmp(a->path, b->path);
        return order != 0 ? order < 0 : GIT_INDEX_ENTRY_STAGE(a) < GIT_INDEX_ENTRY_STAGE(b);
    };
    if (!std::is_sorted(entries.begin(), entries.end(), isBefore)) {  // core.ignoreCase
        std::sort(entries.begin(), entries.end(), isBefore);
    }
    return entries;
}

IndexChild nextChild(const IndexEntries& entries, std::size_t first, std::size_t last,
                     std::size_t pathLength)
{
    const char* path = entries[first]->path;
    const std::string_view rest(path + pathLength);
    const std::size_t slash = rest.find('/');
    IndexChild child;
    child.name = rest.substr(0, slash);
    child.isFolder = slash != std::string_view::npos;
    child.first = first;
    const std::size_t length = pathLength + child.name.size() + 1;  // the slash, or the end
    const auto isHere = [path, length](const git_index_entry* entry) {
        return std::strncmp(entry->path, path, length) == 0;
    };
    const auto begin = entries.begin();
    const auto end = std::partition_point(begin + static_cast<std::ptrdiff_t>(first),
                                          begin + static_cast<std::ptrdiff_t>(last), isHere);
    child.last = static_cast<std::size_t>(end - begin);
    return child;
}

bool surelySame(const git_index_entry& entry, const struct stat& seen, const StatTrust& trust)
{
    if (!sameMode(entry.mode, seen.st_mode, trust) ||
        entry.file_size != static_cast<std::uint32_t>(seen.st_size) ||
        !sameTime(entry.mtime, seen.st_mtim, trust.all) || isNewer(entry.mtime, trust.indexTime)) {
        return false;
    }
    if (!trust.all) {
        return true;
    }
    return entry.ino == static_cast<std::uint32_t>(seen.st_ino) && entry.uid == seen.st_uid &&
           entry.gid == seen.st_gid &&
           (!trust.changeTime || sameTime(entry.ctime, seen.st_ctim, true));
}

Result<WorkTreeWalk> walkWorkTree(const char* root, const IndexEntries& entries,
                                  const StatTrust& trust, const CancelToken& cancel)
{
    const Descriptor folder(::open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!folder.valid()) {
        return systemError(u"read the work tree"_s, errno);
    }
    const unsigned count = entries.size() < entriesForThreads
                               ? 1
                               : std::clamp(std::thread::hardware_concurrency(), 1U, walkThreads);
    std::vector<FolderReader> readers(count, FolderReader(folder.get(), entries, trust));
    FolderStack stack(FolderToWalk{{}, 0, entries.size()});
    std::vector<std::thread> threads;
    for (unsigned i = 1; i < count; ++i) {
        threads.emplace_back([&, i] { walkOn(stack, readers[i], cancel); });
    }
    walkOn(stack, readers[0], cancel);
    for (std::thread& thread : threads) {
        thread.join();
    }
    if (cancel.isCancelled()) {
        return cancelledError();
    }
    WorkTreeWalk all;
    for (FolderReader& reader : readers) {
        WorkTreeWalk& part = reader.found;
        all.complete = all.complete && part.complete;
        std::move(part.doubts.begin(), part.doubts.end(), std::back_inserter(all.doubts));
        std::move(part.strangers.begin(), part.strangers.end(), std::back_inserter(all.strangers));
    }
    std::sort(all.doubts.begin(), all.doubts.end(),
              [](const auto& a, const auto& b) { return a.entry < b.entry; });
    std::sort(all.strangers.begin(), all.strangers.end(),
              [](const auto& a, const auto& b) { return a.path < b.path; });
    return all;
}

}  // namespace analemma::git
