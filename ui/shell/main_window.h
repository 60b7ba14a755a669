#pragma once

#include "ui/shell/command_palette.h"
#include "ui/shell/panel.h"
#include "ui/shell/theme.h"

#include <QHash>
#include <QMainWindow>

class QStackedWidget;

namespace analemma::ui {

class AlertSigns;
class OperationsFeed;
class PastBanner;
class Rail;
class TimeMachine;
class Toast;
class TopBar;
class Tray;

/// The frame: rail, top bar, panels, tray, palette, notices. Panels are built when first shown; the
/// others one by one after the first paint, so that the palette knows their commands.
class MainWindow : public QMainWindow {
    Q_OBJECT
public:
    /// The frame alone, so that it can be painted while the workspace is still being opened; its
    /// panels come with serve().
    MainWindow(const QString& workspace, Theme* theme, QList<PanelInfo> panels = allPanels());
    MainWindow(const Context& context, Theme* theme, QList<PanelInfo> panels = allPanels());
    ~MainWindow() override;

    /// The workspace is open: from now on the window shows it. Once.
    void serve(const Context& context);

    /// The workspace file was read again: all panels go on with it.
    void setWorkspace(const workspace::Workspace& workspace);

    /// Shows a panel, and in it the row with this id; of "operations" the tray.
    void openPanel(const QString& id, const QString& item = {});
    [[nodiscard]] Panel* currentPanel() const;
    /// Builds it when it is not there yet; null for an unknown id.
    Panel* panel(const QString& id);
    void tell(const Notice& notice);
    [[nodiscard]] QList<Command> commands();
    [[nodiscard]] Tray* tray() const { return m_tray; }
    [[nodiscard]] AlertSigns* signs() const { return m_signs; }
    /// Closed, but still watching, with its sign in the desktop's tray.
    [[nodiscard]] bool isInTray() const { return m_inTray; }
    /// Shows it again, in front.
    void bringUp();
    /// Ends it, whatever closing the window means.
    void quit();

Q_SIGNALS:
    /// The first picture is on the screen.
    void painted();
    /// quit() while the window was in the tray: nothing tells of its closing then.
    void leftTray();

protected:
    void closeEvent(QCloseEvent* event) override;
    void showEvent(QShowEvent* event) override;
    void timerEvent(QTimerEvent* event) override;

private:
    QAction* addCommand(const QString& id, const QString& text, const QString& icon,
                        const QKeySequence& keys, std::function<void()> run);
    void buildFrame();
    void buildCommands();
    void buildSigns();
    void buildNextPanel();
    void begin();
    [[nodiscard]] QString firstPanel() const;
    void openOperation(const QString& id);
    void stepBack();
    void refresh();
    void openPalette();
    void restore();
    void tick();
    void followTime();

    Context m_context;
    Theme* m_theme;
    QList<PanelInfo> m_infos;
    QHash<QString, Panel*> m_panels;
    QHash<QString, QDateTime> m_asOf;
    QString m_current;
    TimeMachine* m_time = nullptr;
    PastBanner* m_past = nullptr;
    Rail* m_rail = nullptr;
    TopBar* m_top = nullptr;
    QStackedWidget* m_stack = nullptr;
    Tray* m_tray = nullptr;
    OperationsFeed* m_feed = nullptr;
    AlertSigns* m_signs = nullptr;
    CommandPalette* m_palette = nullptr;
    Toast* m_toast = nullptr;
    int m_second = 0;
    bool m_served = false;
    bool m_shown = false;
    bool m_inTray = false;
    bool m_quitting = false;
};

}  // namespace analemma::ui
