#pragma once

#include "ui/servers/server_facts.h"
#include "ui/shell/panel.h"

#include <QHash>

namespace analemma::ui {

class DataTable;
class RecordModel;
class ServerPage;
class Reader;
class SplitPage;

/// Every server of the workspace, how to reach it, and a command on it. Reads when shown and on
/// changes of the core. Commands run on until they end or are stopped, also while another panel is
/// shown.
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

private:
    void build();
    bool read();
    void open(const QString& server);
    void openCommand();
    void copyCommand(const QString& server);
    void run(const QString& server, const QString& command);
    void stop(const QString& server);
    void filterBy(const QStringList& chips);
    void updateActions();
    void countChips();
    [[nodiscard]] const ServerFacts* find(const QString& server) const;

    RecordModel* m_model;
    DataTable* m_table;
    ServerPage* m_page;
    SplitPage* m_split = nullptr;
    Reader* m_reader;
    QAction* m_commandAction = nullptr;
    QAction* m_copyAction = nullptr;
    QList<ServerFacts> m_servers;
    QHash<QString, CancelToken> m_running;  ///< commands, by server
    QString m_wanted;
};

}  // namespace analemma::ui
