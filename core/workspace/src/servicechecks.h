#pragma once

#include "core/workspace/servicecheck.h"
#include "core/workspace/src/section.h"

#include <QMap>

namespace analemma::workspace {

/// The section `checks`. `folder` is that of the file. Names of other parts are checked when all is
/// read.
QMap<QString, ServiceCheck> readChecks(const Section& root, const QString& folder);

}  // namespace analemma::workspace
