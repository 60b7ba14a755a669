#pragma once

namespace analemma::ui {

/// Screen readers read a TerminalView as a text of its visible rows. Once is enough, more does no
/// harm.
void installTerminalAccessible();

}  // namespace analemma::ui
