#pragma once

#include <QSize>

namespace analemma::ui {

/// Line and block characters (U+2500 to U+259F, without the diagonals) drawn to the edges of the
/// cell, so that they join whatever the font does. `cover` has cell pixels, all 0. False: let the
/// font draw it. Pure.
bool drawBoxGlyph(quint32 code, QSize cell, int thick, quint8* cover);

}  // namespace analemma::ui
