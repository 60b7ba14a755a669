#pragma once

namespace analemma::ui {

/// Screen readers read a ChartView as a chart with its title as name and its values as value. Once
/// is enough, more does no harm.
void installChartAccessible();

}  // namespace analemma::ui
