#pragma once

#include "app/cli/commands.h"
#include "core/lifecycle/figures.h"

/// What the commands of "figures" share: which time and what of it.
namespace analemma::cli {

constexpr int kFigureDays = 30;

/// --environment, --repository, --days or --from and --to.
QList<Option> figureOptions();
/// Those options read. A day means all of it, UTC: --to 2026-11-30 ends with that day. Usage error.
Result<lifecycle::FigureQuery> figureQuery(const Run& run);
/// The journal and the repositories of the workspace.
lifecycle::FigureSources figureSources(const Run& run);

/// "figures report".
Command figuresReportCommand();

}  // namespace analemma::cli
