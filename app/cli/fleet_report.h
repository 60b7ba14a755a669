#pragma once

#include "app/cli/run.h"

#include <QHash>

/// How a fleet operation is told on the command line.
namespace analemma::cli {

/// What servers wrote, by SHA-256, for those that are told.
using Outputs = QHash<QString, QByteArray>;
Task<Result<Outputs>> readOutputs(RunPointer run, operate::FleetView view);

/// Servers by what they said, each output once; then those still under way. For a terminal foreign
/// bytes pass the filter, for a pipe they stay.
QByteArray groupsText(const Run& run, const operate::FleetView& view, const Outputs& outputs);
/// "SERVER  STATE  EXIT  TOOK …".
QString serversText(const Run& run, const operate::FleetView& view);
/// FleetView::toJson() with the output in each group.
Json fleetJson(const operate::FleetView& view, const Outputs& outputs);
/// Each server with the exact command, for --dry-run.
QString dryRunText(const engine::Preview& preview);

}  // namespace analemma::cli
