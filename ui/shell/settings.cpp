#include "ui/shell/settings.h"

#include "core/base/files.h"

using namespace Qt::StringLiterals;

namespace analemma::ui {

std::unique_ptr<QSettings> windowSettings()
{
    return std::make_unique<QSettings>(homeFolder() + u"/window.ini"_s, QSettings::IniFormat);
}

}  // namespace analemma::ui
