#pragma once

#include "core/base/task.h"
#include "core/git/diff.h"
#include "core/git/src/handles.h"

#include <vector>

namespace analemma::git {

/// A file on one side of a comparison.
struct DiffEnd {
    quint32 mode = 0;    ///< 0: not there
    git_oid id{};        ///< of the blob, or of a submodule's commit
    bool known = false;  ///< whether `id` is; that of a file of the work tree is not at first
    bool inWorkTree = false;

    [[nodiscard]] bool exists() const { return mode != 0; }
    [[nodiscard]] bool isFile() const { return (mode & 0170000U) == 0100000U; }
    [[nodiscard]] bool isLink() const { return (mode & 0170000U) == 0120000U; }
    [[nodiscard]] bool isSubmodule() const { return (mode & 0170000U) == 0160000U; }
};

struct DiffPair {
    FileChange::Kind kind = FileChange::Kind::Modified;
    QByteArray path;
    QByteArray oldPath;
    DiffEnd from;
    DiffEnd to;
    int similarity = 0;  ///< percent, when renamed
};

/// The files that differ, by path, before renames are looked for; only `only` when it is not empty.
Result<std::vector<DiffPair>> readPairs(const Handle& handle, const DiffQuery& query,
                                        const QByteArray& only, const CancelToken& cancel);

}  // namespace analemma::git
