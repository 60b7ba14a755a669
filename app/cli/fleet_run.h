#pragma once

#include "app/cli/fleet_report.h"
#include "app/cli/operate.h"

/// Starting fleet operations from the command line: what fleet and runbook have in common.
namespace analemma::cli {

/// --on, --limit, --fail-fast, --step-timeout, and what help says of running.
QList<Option> fleetOptions();
Option scriptOption();
QString detachedDetails();

/// The terms of --on.
QStringList termsOf(const Run& run);
/// What is run: the arguments from `first` on, or --script. Usage error.
Result<QString> commandOf(const Run& run, qsizetype first);
/// --limit, --fail-fast and --step-timeout, where they are given. Usage error.
Result<void> readWays(const Run& run, int* limit, bool* failFast, milliseconds* timeout);

/// Asks about servers of production first; then runs it and tells, or shows with --dry-run what
/// would be done. The request names its servers.
Task<Result<int>> runRequest(RunPointer run, operate::FleetRequest request,
                             QList<operate::Host> hosts);
/// The same on the servers that these terms choose.
Task<Result<int>> runOn(RunPointer run, operate::FleetRequest request, QStringList terms);

}  // namespace analemma::cli
