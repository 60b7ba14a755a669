#pragma once

#include <QSettings>

#include <memory>

namespace analemma::ui {

/// What the window remembers (sizes, columns, scheme): window.ini below homeFolder(). Cheap to
/// make.
std::unique_ptr<QSettings> windowSettings();

}  // namespace analemma::ui
