#pragma once

#include "core/monitor/sample.h"

#include <QString>

namespace analemma::monitor {

/// What takes processes there: space on disks, failed units, names of control groups, the exact
/// time. A command for sh; each part of it ends in time where there is a timeout(1).
QString surveyCommand(const std::vector<Mount>& mounts);
/// The lines of a block in what it printed.
QByteArray surveyBlock(const QByteArray& output);

}  // namespace analemma::monitor
