#pragma once

#include "core/git/src/branchesheads.h"

namespace analemma::git {

QString refLogFile(const Handle& handle, const QByteArray& name);
/// The commit that a reference leads to.
Result<git_oid> commitUnder(git_reference* reference);
/// A branch or tag by its full name. NotFound; Conflict unless it leads to `expected` (empty: any).
Result<ReferenceHandle> refAt(const Handle& handle, const QByteArray& name,
                              const QString& expected);
/// Writes what brings a branch or tag back. It is left as it is.
Result<Deleted> recordRef(const Handle& handle, git_reference* reference);
Result<Deleted> restoreRef(const Handle& handle, const QString& record);

}  // namespace analemma::git
