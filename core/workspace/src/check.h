#pragma once

#include "core/workspace/src/section.h"
#include "core/workspace/workspace.h"

#include <QHash>

namespace analemma::workspace {

/// Where values stand that name other parts of the file, by path: "environments.qa.image".
using Places = QHash<QString, Place>;

/// What no single value can tell: names that lead nowhere, chains that never end, addresses used
/// twice. Fills in the defaults that depend on other parts (the only repository, the only
/// provider).
void check(Workspace& workspace, const Places& places, Problems* problems);

}  // namespace analemma::workspace
