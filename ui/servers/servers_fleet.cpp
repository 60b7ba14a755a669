#include "ui/fleet/fleet_desk.h"
#include "ui/fleet/fleet_page.h"
#include "ui/fleet/fleet_setup.h"
#include "ui/servers/servers_panel.h"
#include "ui/widgets/chip_bar.h"
#include "ui/widgets/data_table.h"

#include <QStackedWidget>

using namespace Qt::StringLiterals;

namespace analemma::ui {

void ServersPanel::buildFleet()
{
    m_fleet = new FleetPage;
    m_pages->addWidget(m_fleet);
    m_fleetDesk = new FleetDesk(context(), m_fleet, this);
    m_fleetAction = addCommand(
        u"servers.fleet"_s, tr("Run on many…"), u"operate"_s, [this] { showFleet(true); },
        QKeySequence(u"Ctrl+Shift+G"_s));
    connect(m_fleet, &FleetPage::backPressed, this, [this] { showFleet(false); });
    connect(m_fleetDesk, &FleetDesk::notice, this, &Panel::notice);
}

void ServersPanel::showFleet(bool shown)
{
    if ((m_pages->currentWidget() == m_fleet) == shown) {
        return;
    }
    m_pages->setCurrentIndex(0);
    if (shown) {
        m_pages->setCurrentWidget(m_fleet);
    }
    if (!context().workspace.environmentOrder.isEmpty()) {
        chips()->setVisible(!shown);
    }
    if (shown) {
        m_fleetDesk->activate();
        m_fleet->setup()->focusQuery();
    } else {
        m_table->view()->setFocus();
    }
}

}  // namespace analemma::ui
