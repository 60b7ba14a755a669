#pragma once

#include "ui/monitor/chart_data.h"

/// Values as people read them. Bytes are binary. Pure.
namespace analemma::ui {

/// "34.2 %", "1.5 GiB/s", "41.0 ms", "3 min 20 s"; "–" for what is no number.
QString valueText(double value, ChartUnit unit);
/// For an axis: no more decimals than its step needs. "20 %", "512 MiB".
QString axisText(double value, double step, ChartUnit unit);
/// For a voice: "34 percent", "1.5 GiB a second".
QString spokenText(double value, ChartUnit unit);

/// "deploy", "rollback", … and the name of its icon.
QString wordOf(ChartMarkKind kind);
QString iconOf(ChartMarkKind kind);

}  // namespace analemma::ui
