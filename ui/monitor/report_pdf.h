#pragma once

#include "core/base/result.h"
#include "core/lifecycle/report.h"

namespace analemma::ui {

/// The report on A4, with page numbers, painted: text stays text, charts stay lines. Blocks for
/// some tens of milliseconds; any thread, with a QGuiApplication.
Result<QByteArray> toPdf(const lifecycle::ReportDocument& document);

}  // namespace analemma::ui
