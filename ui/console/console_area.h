#pragma once

#include "ui/console/broadcast.h"
#include "ui/console/console_page.h"
#include "ui/console/recording.h"

#include <QHash>

#include <functional>

class QSplitter;
class QStackedLayout;
class QTabBar;

namespace analemma::ui {

/// Consoles in tabs, each tab split into as many panes as one likes. Remembers which there were:
/// after a start they stand there unconnected, and nothing runs until the person says so.
class ConsoleArea : public QWidget {
    Q_OBJECT
public:
    using Connect = std::function<std::unique_ptr<Connection>(const ConsoleTarget& target)>;
    using Find = std::function<std::optional<ConsoleTarget>(const QString& server)>;

    /// What consoles have besides their connection.
    struct Extras {
        QString recordings;                     ///< folder; empty: nothing is recorded
        operate::Snippets* snippets = nullptr;  ///< not owned
        Recording::Secrets secrets;             ///< that recordings mask
    };

    /// `name`: of the settings key, one for each workspace.
    ConsoleArea(const QString& name, Connect connect, QWidget* parent = nullptr);
    ~ConsoleArea() override;
    /// For the consoles that are opened from here on.
    void setExtras(Extras extras) { m_extras = std::move(extras); }

    /// A new tab, connected at once.
    ConsolePage* open(const ConsoleTarget& target);
    /// One more console of the current one's server beside (Horizontal) or below it.
    ConsolePage* split(Qt::Orientation orientation);
    ConsolePage* splitTo(const ConsoleTarget& target, Qt::Orientation orientation);
    void close(ConsolePage* page);
    void step(int by);       ///< through tabs
    void stepPane(int by);   ///< through the panes of the tab
    void toggleBroadcast();  ///< all live panes of the tab, or off
    /// Those of last time, as far as `find` knows their servers.
    void restore(const Find& find);

    [[nodiscard]] int tabCount() const;
    [[nodiscard]] ConsolePage* current() const;
    [[nodiscard]] QList<ConsolePage*> pages() const;  ///< of all tabs, in order
    [[nodiscard]] QList<ConsolePage*> panes() const;  ///< of the current tab
    [[nodiscard]] Broadcast* broadcast() const { return m_broadcast; }

Q_SIGNALS:
    void listWanted();
    void linkWanted(const QUrl& url);
    void hostKeyWanted(analemma::ui::ConsolePage* page);
    /// Tabs came or went, or a page changed.
    void changed();

private:
    ConsolePage* make(const ConsoleTarget& target);
    void addTab(QWidget* root, ConsolePage* page);
    void remember();
    void updateTabs();
    void setCurrent(ConsolePage* page);
    [[nodiscard]] QJsonObject described(const QWidget* node) const;
    QWidget* rebuilt(const QJsonObject& node, const Find& find, int depth);
    [[nodiscard]] QList<ConsolePage*> panesOf(int tab) const;

    QString m_name;
    Extras m_extras;
    Connect m_connect;
    QTabBar* m_tabs;
    QStackedLayout* m_stack;
    Broadcast* m_broadcast;
    QHash<QWidget*, ConsolePage*> m_last;  ///< by tab: the pane that had the keys
};

}  // namespace analemma::ui
