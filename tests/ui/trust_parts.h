#pragma once

#include "core/base/files.h"
#include "core/operate/hosts.h"
#include "core/operate/transferstore.h"
#include "tests/ssh/private_sshd.h"
#include "tests/support.h"
#include "tests/ui/panel_values.h"
#include "ui/console/host_key_panel.h"
#include "ui/servers/servers_panel.h"
#include "ui/widgets/ask_panel.h"
#include "ui/widgets/data_table.h"

#include <QProcess>

/// Listed and imported servers in the window: real ones, whose keys nobody knows yet.
namespace analemma::made {

using ui::DataTable;
using ui::HostKeyPanel;
using ui::ServersPanel;

using namespace Qt::StringLiterals;
using namespace analemma::test;

class TrustFixture : public QObject {
protected:
    void begin()
    {
        m_stage = std::make_unique<Stage>();
        m_home = std::make_unique<QTemporaryDir>(QDir::tempPath() + u"/ct-XXXXXX"_s);
        m_client = std::make_unique<ssh::Client>(1);
        for (const QString& folder : {u".ssh"_s, u"own"_s, u"state"_s}) {
            VERIFY_OK(makeFolder(m_home->filePath(folder)));
        }
        auto store = store::Store::open(m_home->filePath(u"state"_s));
        VERIFY_OK(store);
        m_store = std::move(*store);
    }
    void end()
    {
        m_stage.reset();
        m_hosts.reset();
        m_client.reset();
        m_store.reset();
    }
    /// As after a start: nothing is open, and no opened key is remembered.
    void restart(const QByteArray& servers)
    {
        m_stage.reset();
        m_hosts.reset();
        m_client = std::make_unique<ssh::Client>(1);
        make(servers);
    }
    void write(const QString& name, const QByteArray& text) const
    {
        VERIFY_OK(writeFile(m_home->filePath(name), text, 0600));
    }
    [[nodiscard]] QByteArray listed(const QByteArray& name) const
    {
        return "  " + name + ": { address: " + m_sshd.address().toLatin1() +
               ", port: " + QByteArray::number(m_sshd.port()) +
               ", key: " + m_sshd.path(u"user"_s).toUtf8() + " }\n";
    }
    void make(const QByteArray& servers, const operate::Hosts::Made& made = {})
    {
        m_stage = std::make_unique<Stage>();
        const auto workspace =
            workspace::parse("workspace: shop\nservers:\n" + servers, u"/srv/analemma.yaml"_s);
        VERIFY_OK(workspace);
        operate::HostPlaces places;
        places.config.home = m_home->path();
        places.config.userFile = m_home->filePath(u".ssh/config"_s);
        places.config.localUser = PrivateSshd::user();
        places.sshFolder = m_home->filePath(u".ssh"_s);
        places.userKnownHosts = QStringList{m_home->filePath(u".ssh/known_hosts"_s)};
        places.ownKnownHosts = m_home->filePath(u"own/known_hosts"_s);
        m_hosts = std::make_unique<operate::Hosts>(*workspace, m_store.get(), m_client.get(), made,
                                                   places);
        m_stage->context.workspace.servers = workspace->servers;
        m_stage->context.hosts = m_hosts.get();
        m_stage->context.ssh = m_client.get();
    }
    [[nodiscard]] QString ownRecord() const { return m_home->filePath(u"own/known_hosts"_s); }
    /// A record of another key than the server has.
    [[nodiscard]] QByteArray otherRecord() const
    {
        return '[' + m_sshd.address().toLatin1() + "]:" + QByteArray::number(m_sshd.port()) + ' ' +
               m_sshd.read(u"other.pub"_s);
    }
    /// The one key of ~/.ssh is locked with a passphrase, the server's key is known; gives the
    /// server.
    QByteArray lockKey()
    {
        const QString key = m_home->filePath(u".ssh/id_ed25519"_s);
        QFile::copy(m_sshd.path(u"user"_s), key);
        QFile(key).setPermissions(QFile::ReadOwner | QFile::WriteOwner);
        QProcess::execute(u"ssh-keygen"_s, {u"-q"_s, u"-p"_s, u"-P"_s, QString(), u"-N"_s,
                                            u"open sesame"_s, u"-a"_s, u"1"_s, u"-f"_s, key});
        write(u".ssh/known_hosts"_s, '[' + m_sshd.address().toLatin1() +
                                         "]:" + QByteArray::number(m_sshd.port()) + ' ' +
                                         m_sshd.hostKey(u"ed25519"_s).toLatin1());
        return "  web: { address: " + m_sshd.address().toLatin1() +
               ", port: " + QByteArray::number(m_sshd.port()) + ", transport: built-in }\n";
    }
    /// The panel with its list read.
    ServersPanel* openPanel()
    {
        auto* panel = m_stage->open<ServersPanel>();
        auto* table = panel->findChild<DataTable*>(u"servers-table"_s);
        [[maybe_unused]] const bool read =
            QTest::qWaitFor([table] { return table->model()->rowCount() > 0; }, 10'000);
        panel->select(u"web"_s);
        return panel;
    }
    /// The key panel in `place`, once it is there.
    static HostKeyPanel* keyPanelIn(const QWidget* place)
    {
        HostKeyPanel* panel = nullptr;
        [[maybe_unused]] const bool shown = QTest::qWaitFor(
            [&] {
                panel = place->findChild<HostKeyPanel*>(u"host-key"_s);
                return panel != nullptr && panel->isVisible();
            },
            20'000);
        return panel;
    }
    static QString textOf(const QWidget* widget, const QString& name)
    {
        const auto* label = widget->findChild<QLabel*>(name);
        return label == nullptr ? QString() : label->text();
    }

    ssh::Library m_library;
    PrivateSshd m_sshd;
    std::unique_ptr<QTemporaryDir> m_home;
    std::unique_ptr<store::Store> m_store;
    std::unique_ptr<ssh::Client> m_client;
    std::unique_ptr<operate::Hosts> m_hosts;
    std::unique_ptr<Stage> m_stage;
};

}  // namespace analemma::made
