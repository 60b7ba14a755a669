#pragma once

#include "core/git/git.h"
#include "core/git/src/handles.h"

namespace analemma::git {

/// Bounds of an export: a tree of a few kilobytes can unfold into billions of files.
struct ExportLimits {
    std::size_t entries = 300'000;  ///< files, links and folders
    int depth = 200;
    qint64 fileBytes = 1LL << 30;
    qint64 totalBytes = 16LL << 30;
};

/// Writes the tree of a commit into `folder`, which is made when it is missing and must be empty.
/// All names and links are checked before the first byte is written; what fails later takes back
/// what it wrote.
Result<void> writeTree(const Handle& handle, const QString& revision, const QString& folder,
                       const CancelToken& cancel, const ExportLimits& limits = {});

}  // namespace analemma::git
