#pragma once

#include "core/base/result.h"

#include <QByteArrayView>

#include <git2.h>

#include <vector>

namespace analemma::git {

/// A line of packed-refs.
struct PackedRef {
    QByteArrayView name;  ///< "refs/tags/v1.4.2"
    git_oid id{};
    git_oid peeled{};  ///< where `id` leads through tags, when that is known
    bool isPeelKnown = false;
};

/// The file packed-refs of a repository (git-pack-refs(1), refs/packed-backend.c): a line "<id>
/// <name>" for each ref, behind that of an annotated tag "^<id>" of what it leads to. Names that no
/// ref can have are passed over. The names are views of `text`. Invalid when a line is neither.
/// Pure.
Result<std::vector<PackedRef>> parsePackedRefs(QByteArrayView text);

}  // namespace analemma::git
