#pragma once

#include "core/git/rebase.h"
#include "core/git/src/handles.h"

namespace analemma::git {

Result<RebasePlan> makePlan(const Handle& handle, const QString& upstream, const QString& onto);

}  // namespace analemma::git
