#pragma once

#include "ui/console/console_page.h"
#include "ui/servers/server_facts.h"
#include "ui/shell/panel.h"

#include <QHash>
#include <QPointer>

class QStackedWidget;

namespace analemma::ui {

class ConsoleArea;
class DataTable;
class KeysPage;
class FleetDesk;
class FleetPage;
class FilesPage;
class LoginForm;
class RecordModel;
class ServerPage;
class Reader;
class SplitPage;

/// Every server of the workspace, how to reach it, a command on it, and consoles, which take the
/// list's place. Reads when shown and on changes of the core. Commands run on until they end or are
/// stopped, also while another panel is shown; so do consoles.
class ServersPanel : public Panel {
    Q_OBJECT
public:
    explicit ServersPanel(const Context& context, QWidget* parent = nullptr);
    ~ServersPanel() override;
    void activate() override;
    void select(const QString& item) override;
    bool stepBack() override;
    [[nodiscard]] QList<Finding> findings() const override;

    /// Shows values; what the presenter calls, and tests.
    void setServers(const QList<ServerFacts>& servers, const QDateTime& now);
    [[nodiscard]] ServerPage* page() const { return m_page; }
    [[nodiscard]] ConsoleArea* consoles() const { return m_consoles; }
    [[nodiscard]] FleetPage* fleet() const { return m_fleet; }
    void showConsoles(bool shown);
    /// The page of the user's SSH keys, in the list's place.
    void showKeys();
    [[nodiscard]] KeysPage* keys() const { return m_keys; }
    void showFleet(bool shown);
    [[nodiscard]] FilesPage* files() const;  ///< null until it is wanted
    void openFiles(const QString& server);
    void showFiles(bool shown);
    /// The files of this machine, and what was on its way when the window was closed.
    void showTransfers();

private:
    void build();
    void buildConsoles();
    void buildKeys();
    void leaveKeys();
    void tellKeysServers();
    void buildFleet();
    bool read();
    void readServers(const QList<deploy::EnvironmentView>& views);
    void showRead(const QList<infra::Server>& servers, const QList<deploy::EnvironmentView>& views);
    void open(const QString& server);
    void openCommand();
    void copyCommand(const QString& server);
    Task<Result<std::shared_ptr<ssh::Session>>> sessionTo(const QString& server,
                                                          const CancelToken& cancel,
                                                          LoginForm* login) const;
    void run(const QString& server, const QString& command);
    void runOver(const std::shared_ptr<ssh::Session>& session, const QString& server,
                 const QString& command, const CancelToken& cancel);
    void tellEnd(const QString& server, bool ok);
    void stop(const QString& server);
    void filterBy(const QStringList& chips);
    void openConsole(const QString& server);
    void stepPrediction();
    std::unique_ptr<Connection> connectionTo(const QString& server) const;
    void showHostKey(ConsolePage* page);
    void restoreConsoles();
    void buildFiles();
    FilesPage* makeFiles();
    void tellFiles();
    void tellKept();
    void updateFileActions();
    void updateConsoleActions();
    [[nodiscard]] std::optional<ConsoleTarget> consoleTarget(const QString& server) const;
    void updateActions();
    void countChips();
    [[nodiscard]] const ServerFacts* find(const QString& server) const;

    RecordModel* m_model;
    DataTable* m_table;
    ServerPage* m_page;
    SplitPage* m_split = nullptr;
    Reader* m_reader;
    ConsoleArea* m_consoles = nullptr;
    QStackedWidget* m_pages = nullptr;
    KeysPage* m_keys = nullptr;
    QAction* m_keysAction = nullptr;
    FleetPage* m_fleet = nullptr;
    FleetDesk* m_fleetDesk = nullptr;
    QAction* m_commandAction = nullptr;
    QAction* m_copyAction = nullptr;
    QAction* m_consoleAction = nullptr;
    QAction* m_fleetAction = nullptr;
    QAction* m_consolesAction = nullptr;
    QAction* m_filesAction = nullptr;
    QList<QAction*> m_paneActions;  ///< need a console
    QPointer<FilesPage> m_files;
    QList<QAction*> m_fileActions;  ///< need the files to be shown
    bool m_restored = false;
    bool m_toldKept = false;
    QList<ServerFacts> m_servers;
    QHash<QString, CancelToken> m_running;  ///< commands, by server
    QString m_wanted;
};

}  // namespace analemma::ui
