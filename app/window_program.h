#pragma once

#include "app/workspace_watch.h"

#include <QObject>
#include <QTimer>

#include <memory>

namespace analemma::ui {
class MainWindow;
class Theme;
}  // namespace analemma::ui

namespace analemma::app {

/// The window's program: finds a workspace, builds the services and the window on it, and takes
/// both down in order. Main thread.
class WindowProgram : public QObject {
    Q_OBJECT
public:
    WindowProgram();
    ~WindowProgram() override;

    /// Opens the workspace that was named, else the last one, else the one found upward from the
    /// current folder; offers the sample when there is none.
    void start(const QString& named);
    /// Closes the window, lets go of operations (another program can go on with them) and quits.
    void leave();

private:
    void welcome();
    void openFile(const QString& file);
    void openServices(const QString& file);
    void makeSampleIn(const QString& folder);
    void serve();
    void work();
    void watchFile();
    void renewed(const workspace::Workspace& before, const workspace::Workspace& after);
    void complain(const Error& error);

    std::unique_ptr<ui::Theme> m_theme;
    std::unique_ptr<Libraries> m_libraries;
    std::unique_ptr<Services> m_services;
    std::unique_ptr<ui::MainWindow> m_window;
    std::unique_ptr<WorkspaceWatch> m_watch;
    QTimer m_abandoned;  ///< looks for operations that nobody drives
    bool m_leaving = false;
};

/// The workspace file to open: `named` (a folder or the file), else `last` when it is still there,
/// else upward from `directory`. Empty when there is none; an error only for what was named.
Result<QString> chooseWorkspace(const QString& named, const QString& last,
                                const QString& directory);

}  // namespace analemma::app
