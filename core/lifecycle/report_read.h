#pragma once

#include "core/lifecycle/report.h"
#include "core/monitor/series.h"

namespace analemma::lifecycle {

/// The services asked; they outlive the task. What is null is not asked.
struct ReportSources {
    FigureSources figures;
    release::Releases* releases = nullptr;
    std::shared_ptr<monitor::SeriesStore> series;  ///< with the series "check.ok"
    QList<Incident> incidents;
};

/// The environment of a stored check: its label "environment", else its subject where that is an
/// environment; empty: none. Pure.
QString environmentOfCheck(const monitor::SeriesName& name, const QStringList& environments);

/// Everything that reportOf() tells of a period; of one environment, or repository, when the query
/// names one. What cannot be read besides the journal stands in ReportFacts::problems. Errors as
/// for figures(). Main thread; not cancellable.
Task<Result<ReportFacts>> reportFacts(ReportSources sources, FigureQuery query, QDateTime now);

}  // namespace analemma::lifecycle
