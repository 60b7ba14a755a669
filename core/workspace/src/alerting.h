#pragma once

#include "core/workspace/src/section.h"
#include "core/workspace/workspace.h"

namespace analemma::workspace {

/// Reads the sections `alerts`, `channels` and `maintenance`.
void readAlerting(const Section& root, Workspace& workspace);

}  // namespace analemma::workspace
