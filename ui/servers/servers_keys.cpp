#include "ui/console/console_area.h"
#include "ui/keys/keys_page.h"
#include "ui/servers/servers_panel.h"
#include "ui/widgets/chip_bar.h"
#include "ui/widgets/data_table.h"

#include <QStackedWidget>

using namespace Qt::StringLiterals;

namespace analemma::ui {

void ServersPanel::buildKeys()
{
    m_keysAction = addCommand(u"servers.keys"_s, tr("Keys"), u"key"_s, [this] { showKeys(); });
    auto* fresh = addCommand(u"keys.new"_s, tr("Keys: make a new one"), u"key"_s, [this] {
        showKeys();
        m_keys->openNew();
    });
    addMoreActions({m_keysAction, fresh});
}

/// The page is made when it is first wanted: it looks into the user's folder of keys.
void ServersPanel::showKeys()
{
    if (m_keys == nullptr) {
        m_keys = new KeysPage(KeyPlaces::ofUser(), context().engine);
        m_pages->addWidget(m_keys);
        connect(m_keys, &KeysPage::closeWanted, this, &ServersPanel::leaveKeys);
        connect(m_keys, &KeysPage::notice, this, &ServersPanel::notice);
    }
    tellKeysServers();
    m_pages->setCurrentWidget(m_keys);
    if (!context().workspace.environmentOrder.isEmpty()) {
        chips()->hide();
    }
    m_keys->activate();
    m_keys->table()->view()->setFocus();
}

void ServersPanel::leaveKeys()
{
    m_pages->setCurrentIndex(0);
    if (!context().workspace.environmentOrder.isEmpty()) {
        chips()->show();
    }
    m_table->view()->setFocus();
}

void ServersPanel::tellKeysServers()
{
    if (m_keys == nullptr) {
        return;
    }
    QList<KeyServer> servers;
    for (const ServerFacts& one : std::as_const(m_servers)) {
        servers.append({one.name(), one.server.environment, one.production, commandRefusal(one)});
    }
    m_keys->setServers(servers);
}

}  // namespace analemma::ui
