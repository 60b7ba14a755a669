#pragma once

#include "core/git/src/handles.h"

#include "core/base/result.h"

#include <QByteArrayList>

/// What acts on chosen files have in common.
namespace analemma::git {

/// Refused for paths that no index may hold. Folders end in '/'.
Result<void> checkWorkPaths(const QByteArrayList& paths);
/// Whether a path is named, or lies below a folder that is; no path names all. Pure.
bool covers(const QByteArrayList& paths, const QByteArray& path);
/// Makes the index what HEAD has for these paths.
Result<void> unstagePaths(const Handle& handle, const QByteArrayList& paths);

}  // namespace analemma::git
