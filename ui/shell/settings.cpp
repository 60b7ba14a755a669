#include "ui/shell/settings.h"

#include "core/base/files.h"

using namespace Qt::StringLiterals;

namespace analemma::ui {

std::unique_ptr<QSettings> windowSettings()
{
    auto settings =
        std::make_unique<QSettings>(homeFolder() + u"/window.ini"_s, QSettings::IniFormat);
    // Else it waits for the disk (fdatasync, on the main thread): tenths of a second while 500
    // servers were written about. Widths of columns may be lost with the power.
    settings->setAtomicSyncRequired(false);
    return settings;
}

}  // namespace analemma::ui
