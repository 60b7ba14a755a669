#pragma once

#include "app/cli/run.h"
#include "core/monitor/remotewrite.h"

/// What monitor query asks and shows, wherever the values come from.
namespace analemma::cli {

/// --last and --columns.
struct QueryRange {
    milliseconds span{0};
    int columns = 20;
};
Result<QueryRange> queryRange(const Run& run);
/// In the unit of its metric.
QString seriesValue(const monitor::SeriesName& name, double value);
void answerChart(const Run& run, const monitor::Chart& chart, const monitor::SeriesName& name);

/// monitor query with --prometheus: out of the Prometheus of the workspace.
Task<Result<int>> queryPrometheus(RunPointer run);
/// Writes what is kept to that Prometheus as long as it lives; null where the workspace does not
/// want it. The store must outlive it.
Task<Result<std::shared_ptr<monitor::RemoteWriter>>> startRemoteWriter(RunPointer run,
                                                                       monitor::SeriesStore* store);

}  // namespace analemma::cli
