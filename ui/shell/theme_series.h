#pragma once

#include "ui/shell/theme.h"

/// Colours of lines in charts. None of them is a state's: state is told by tints and words.
namespace analemma::ui {

constexpr int seriesColours = 8;
/// Of the series at this place, in turns; at least 4.5:1 on the surface. Pure.
QColor seriesColour(int place, Scheme scheme);

}  // namespace analemma::ui
