#pragma once

#include "ui/shell/main_window.h"

#include <functional>

namespace analemma::made {

/// Brings each panel with its detail open before `keep`, filled with nothing, the usual, a failure,
/// names of 80 characters, and 10,000 rows.
void showPanels(ui::MainWindow* window, const std::function<void(const QString& name)>& keep);

}  // namespace analemma::made
