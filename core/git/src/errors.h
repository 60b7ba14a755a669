#pragma once

#include "core/base/result.h"

#include <QByteArray>

namespace analemma::git {

/// The words for a failed call of libgit2. `what` says what was tried: "read main". A full disk is
/// what systemError() makes of it. Pure.
Error translate(int code, int errorClass, const QByteArray& message, const QString& what);

/// The same for the call that failed just now on this thread: libgit2 keeps one error a thread and
/// the next call overwrites it, so this comes first after a failure.
Error gitError(int code, const QString& what);

/// Which repository belongs to somebody else, and what that means.
Error foreignOwner(const QString& path);
/// True when libgit2 refused because of the owner. 1.5.1 reports that as a missing setting
/// safe.directory.
bool isForeignOwner(int code, int errorClass, const QByteArray& message);

}  // namespace analemma::git
