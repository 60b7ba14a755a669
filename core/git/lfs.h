#pragma once

#include "core/git/diff.h"

/// Git LFS keeps large files beside a repository, which holds a pointer of three lines in place of
/// each (git-lfs: docs/spec.md). Pointers are known here and shown in words; the files behind them
/// are not fetched, and no filter of LFS is run.
namespace analemma::git {

struct LfsPointer {
    QString sha256;  ///< of the file, 64 hexadecimal digits
    qint64 bytes = 0;
    bool operator==(const LfsPointer&) const = default;
};
/// Nothing when the bytes are no pointer. Pure.
std::optional<LfsPointer> lfsPointer(const QByteArray& bytes);

/// The pointers of both sides of a comparison; nothing where a side is not there.
struct LfsChange {
    std::optional<LfsPointer> before;
    std::optional<LfsPointer> after;
};
/// Nothing unless each side that is there is a pointer. Pure.
std::optional<LfsChange> lfsChange(const FileDiff& diff);

}  // namespace analemma::git
