#include "ui/board/board_panel.h"
#include "ui/environments/environments_panel.h"
#include "ui/monitor/alerts_panel.h"
#include "ui/monitor/monitoring_panel.h"
#include "ui/pipelines/pipelines_panel.h"
#include "ui/releases/releases_panel.h"
#include "ui/repositories/repositories_panel.h"
#include "ui/servers/servers_panel.h"
#include "ui/shell/panel.h"
#include "ui/snapshots/snapshots_panel.h"

#include <QCoreApplication>

using namespace Qt::StringLiterals;

namespace analemma::ui {

namespace {

template <class P>
PanelInfo info(const QString& id, const char* title, const QString& icon)
{
    return {
        id, QCoreApplication::translate("Panels", title), icon,
        [](const Context& context, QWidget* parent) -> Panel* { return new P(context, parent); }};
}

}  // namespace

QList<PanelInfo> allPanels()
{
    return {
        info<BoardPanel>(u"home"_s, QT_TRANSLATE_NOOP("Panels", "Home"), u"home"_s),
        info<RepositoriesPanel>(u"repositories"_s, QT_TRANSLATE_NOOP("Panels", "Repositories"),
                                u"code"_s),
        info<PipelinesPanel>(u"pipelines"_s, QT_TRANSLATE_NOOP("Panels", "Pipelines"),
                             u"pipelines"_s),
        info<ReleasesPanel>(u"releases"_s, QT_TRANSLATE_NOOP("Panels", "Releases"), u"releases"_s),
        info<EnvironmentsPanel>(u"environments"_s, QT_TRANSLATE_NOOP("Panels", "Environments"),
                                u"environments"_s),
        info<ServersPanel>(u"servers"_s, QT_TRANSLATE_NOOP("Panels", "Servers"), u"servers"_s),
        info<SnapshotsPanel>(u"snapshots"_s, QT_TRANSLATE_NOOP("Panels", "Snapshots"),
                             u"snapshots"_s),
        info<MonitoringPanel>(u"monitoring"_s, QT_TRANSLATE_NOOP("Panels", "Monitoring"),
                              u"monitor"_s),
        info<AlertsPanel>(u"alerts"_s, QT_TRANSLATE_NOOP("Panels", "Alerts"), u"bell"_s),
    };
}

}  // namespace analemma::ui
