#pragma once

#include "ui/servers/server_facts.h"
#include "ui/widgets/parts.h"

#include <QHash>

class QStackedLayout;

namespace analemma::ui {

class CommandPane;

/// One server: what it is, how to reach it, a command on it. Framed when it serves production. Each
/// server keeps its own command and output while another one is looked at. A pure view.
class ServerPage : public Card {
    Q_OBJECT
public:
    explicit ServerPage(QWidget* parent = nullptr);
    void setServer(const ServerFacts& facts, const QDateTime& now);
    [[nodiscard]] QString server() const { return m_facts.name(); }
    /// The pane of the server shown; null before the first.
    [[nodiscard]] CommandPane* command() const;
    [[nodiscard]] CommandPane* commandOf(const QString& server) const
    {
        return m_panes.value(server);
    }
    /// Drops the panes of servers that are gone and run nothing.
    void keepOnly(const QStringList& servers);

Q_SIGNALS:
    void consolePressed(const QString& server);
    void filesPressed(const QString& server);
    void copyPressed(const QString& server);
    void runPressed(const QString& server, const QString& command);
    void stopPressed(const QString& server);

private:
    void showFacts(const QDateTime& now);
    CommandPane* paneOf(const QString& server);
    ServerFacts m_facts;
    SectionTitle* m_title;
    StateBadge* m_state;
    StateBadge* m_health;
    Text* m_detail;
    FactGrid* m_grid;
    Button* m_console;
    Button* m_files;
    Button* m_copy;
    QStackedLayout* m_stack;
    QHash<QString, CommandPane*> m_panes;
};

}  // namespace analemma::ui
