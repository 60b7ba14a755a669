#pragma once

#include "ui/shell/context.h"
#include "ui/shell/panel.h"
#include "ui/shell/words.h"

#include <QObject>

namespace analemma::monitor {
struct Notice;
}

namespace analemma::ui {

class DesktopNotices;
class StatusIcon;

/// Open alerts as signs outside of their panel: the bell of the top bar, the bar at the bottom of
/// the window, bubbles of the desktop, the tray. Main thread.
class AlertSigns : public QObject {
    Q_OBJECT
public:
    /// `bus`: address of a bus other than the session's, for bubbles.
    explicit AlertSigns(const Context& context, const QString& bus = {}, QObject* parent = nullptr);
    ~AlertSigns() override;

    /// Counts anew and tells it.
    void refresh();
    [[nodiscard]] int count() const { return m_count; }
    [[nodiscard]] Mark gravest() const { return m_gravest; }
    [[nodiscard]] StatusIcon* icon() const { return m_icon; }
    /// A notice of the core: told in the window and on the desktop.
    void tell(const monitor::Notice& notice);

    /// Whether closing the window leaves the program watching: only where there is a tray to come
    /// back from, and only when a person chose it.
    [[nodiscard]] bool keepsWatching() const;
    void setKeepsWatching(bool keeps);

Q_SIGNALS:
    /// Alerts that are open and not silenced.
    void counted(int alerts, analemma::ui::Mark gravest);
    void told(const analemma::ui::Notice& notice);
    /// An alert's number, or "open" for all: to be shown to a person.
    void openAsked(const QString& item);
    void quitAsked();

private:
    Context m_context;
    DesktopNotices* m_bubbles;
    StatusIcon* m_icon;
    QHash<QString, QString> m_items;  ///< what a bubble opens, by its key
    Mark m_gravest = Mark::Ok;
    int m_count = 0;
    bool m_complained = false;
};

}  // namespace analemma::ui
