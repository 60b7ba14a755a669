#pragma once

#include "core/base/result.h"
#include "core/git/src/handles.h"

namespace analemma::git {

/// No filter of gitattributes(5) is run here, so a file whose content must go through one before it
/// is stored can not be staged. Refused when `path` has Git LFS or git-crypt as its filter, or one
/// that the configuration calls required (then git itself stores nothing without it), unless
/// `bytes` are a pointer of LFS already.
Result<void> checkFilter(const Handle& handle, const QByteArray& path, const QByteArray& bytes);
/// The same for the file as it is in the work tree.
Result<void> checkFilterOfFile(const Handle& handle, const QByteArray& root,
                               const QByteArray& path);

/// Whether the pointer of LFS with this id stands for the file in the work tree.
bool isLfsContent(const Handle& handle, const QByteArray& root, const QByteArray& path,
                  const git_oid& pointer);

}  // namespace analemma::git
