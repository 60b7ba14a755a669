#pragma once

namespace analemma::terminal {

/// Columns a character takes: 1 or 2; 0 for a mark that joins the one before; -1 for one that is
/// not shown at all (C1 controls, direction marks and other invisible formats).
int widthOf(char32_t code);

}  // namespace analemma::terminal
