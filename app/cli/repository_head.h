#pragma once

#include "app/cli/repository_open.h"
#include "core/git/branches.h"

namespace analemma::cli {

/// A repository and where its HEAD is: what acts on HEAD begin with.
struct AtHead {
    std::shared_ptr<git::Repository> repository;
    git::Head head;
};
/// The one that the first argument names. Conflict when HEAD is not at --expected.
Task<Result<AtHead>> openAtHead(RunPointer run);

/// How to get back what was thrown away; nothing when nothing was.
void tellSaved(const Run& run, const QString& saved);

}  // namespace analemma::cli
