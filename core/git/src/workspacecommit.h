#pragma once

#include "core/git/git.h"
#include "core/git/src/handles.h"

namespace analemma::git {

/// Takes the whole work tree as the next commit of HEAD's branch, and the index with it. With
/// nothing changed it makes none and gives back HEAD's. Only where the work tree is the folder
/// around .git: a foreign configuration can point it anywhere.
Result<QString> commitWorkTree(const Handle& handle, const QString& message,
                               const QString& authorName, const QString& authorEmail,
                               const QDateTime& time);

/// An empty repository with the first branch `main`; Conflict when there is one already.
Result<RepositoryHandle> makeRepository(const QString& path);
/// NotFound, Refused, Unsupported.
Result<RepositoryHandle> openRepository(const QString& path);

}  // namespace analemma::git
