#pragma once

#include "core/workspace/src/section.h"
#include "core/workspace/workspace.h"

namespace analemma::workspace {

/// The section `prometheus` of a file; `folder` is that of the file.
Prometheus readPrometheus(const Section& root, const QString& folder);

}  // namespace analemma::workspace
