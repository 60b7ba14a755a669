#pragma once

#include "core/base/task.h"
#include "core/git/src/handles.h"

#include <sys/stat.h>

#include <string>
#include <string_view>
#include <vector>

namespace analemma::git {

/// The entries of an index as git sorts them: by path, byte by byte, then by stage.
using IndexEntries = std::vector<const git_index_entry*>;
IndexEntries sortedEntries(git_index* index);

/// Of an index or tree entry.
constexpr bool isSubmodule(unsigned mode)
{
    return (mode & S_IFMT) == 0160000;
}

/// The part of `entries` from `first` to `last` lies below a folder; its name is `pathLength` bytes
/// long, with the slash. This is one thing right in that folder: a file, or a folder with a part of
/// its own.
struct IndexChild {
    std::string_view name;
    std::size_t first = 0;
    std::size_t last = 0;
    bool isFolder = false;
};
/// The next child at `first`. Pure.
IndexChild nextChild(const IndexEntries& entries, std::size_t first, std::size_t last,
                     std::size_t pathLength);

/// How far the facts of a file system are believed (git-config(1): core.fileMode, core.symlinks,
/// core.trustctime, core.checkStat).
struct StatTrust {
    bool mode = true;
    bool links = true;
    bool changeTime = true;
    bool all = true;             ///< false: size and time of modification in seconds only
    git_index_time indexTime{};  ///< what was modified since may differ unseen
};
/// Whether a file is surely what the index says: its facts are those noted there, and it was last
/// modified before the index was written ("racily clean" otherwise). Pure.
bool surelySame(const git_index_entry& entry, const struct stat& seen, const StatTrust& trust);

struct WorkTreeWalk {
    struct Doubt {
        std::size_t entry = 0;
        bool gone = false;
        struct stat seen {};
    };
    struct Stranger {
        std::string path;
        bool isFolder = false;
    };
    std::vector<Doubt> doubts;        ///< entries that are gone or not surely the same, by entry
    std::vector<Stranger> strangers;  ///< what the index does not know, in folders that it knows
    bool complete = true;             ///< false: a folder could not be read
};

/// Lists the folders of the work tree that the index knows and looks at each file once, on up to
/// four threads. Never follows links, never enters submodules. Cancelled, Io.
Result<WorkTreeWalk> walkWorkTree(const char* root, const IndexEntries& entries,
                                  const StatTrust& trust, const CancelToken& cancel);

}  // namespace analemma::git
