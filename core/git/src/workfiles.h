#pragma once

#include "core/base/descriptor.h"
#include "core/git/src/handles.h"

#include "core/base/result.h"

#include <QByteArray>

/// Files of a work tree by their path in the repository. No link on the way is followed, so that a
/// foreign repository reaches nothing outside.
namespace analemma::git {

/// With its slash. Refused for bare repositories, and where core.worktree names a folder that does
/// not itself belong to this repository.
Result<QByteArray> workTreeRoot(const Handle& handle);

/// Refused for paths that no index may hold: absolute, with "..", or through ".git" in any
/// disguise. Pure.
Result<void> checkWorkPath(const QByteArray& path);

struct WorkFile {
    quint32 mode = 0;  ///< 0100644, 0100755, 0120000 (link); 0: there is none
    QByteArray bytes;  ///< as on the disk; the target of a link
    bool operator==(const WorkFile&) const = default;
};

/// st_mode, without reading it; 0: there is none. Refused when a link stands on the way.
Result<quint32> workFileMode(const QByteArray& root, const QByteArray& path);

constexpr qint64 workFileLimit = 64 * 1024 * 1024;

/// Invalid when it is larger than the limit, or no file (a folder, a socket); Refused when a link
/// stands on the way.
Result<WorkFile> loadWorkFile(const QByteArray& root, const QByteArray& path,
                              qint64 limitBytes = workFileLimit);
/// Whole or not at all: written beside it and renamed. Makes the folders on the way.
Result<void> writeWorkFile(const QByteArray& root, const QByteArray& path, const WorkFile& file);
/// And the folders that this leaves empty, as git does. Gone is done.
Result<void> removeWorkFile(const QByteArray& root, const QByteArray& path);

}  // namespace analemma::git
