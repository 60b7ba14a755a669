#pragma once

#include "core/git/src/diffpairs.h"

namespace analemma::git {

/// What is compared of a file. Larger ones are not read.
struct DiffText {
    static constexpr qint64 sizeLimit = 8 * 1024 * 1024;

    QByteArray bytes;
    bool tooLarge = false;
};

/// How many bytes it has; 0 when it is not there.
Result<qint64> sizeOf(const Handle& handle, const QByteArray& path, const DiffEnd& end);
/// A file, the target of a link, or the line that git prints for a submodule. Those of the work
/// tree are as git would store them (line ends); their id is known then.
Result<DiffText> readText(const Handle& handle, const QByteArray& path, DiffEnd& end);
/// By the attribute `diff`, or a NUL in the first 8000 bytes, as git does.
bool isBinary(const Handle& handle, const QByteArray& path, QByteArrayView bytes);

}  // namespace analemma::git
