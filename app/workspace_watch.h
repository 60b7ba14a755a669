#pragma once

#include "app/services.h"

#include <QFileSystemWatcher>
#include <QObject>
#include <QTimer>

/// The workspace file while a program runs on it.
namespace analemma::app {

/// What of another text of the workspace file holds at once, and what after the next start.
struct Renewal {
    bool servers = false;
    bool checks = false;
    bool alerts = false;  ///< rules, channels, maintenance windows
    bool prometheus = false;
    QStringList later;  ///< sections of the file: "environments"
    bool operator==(const Renewal&) const = default;
    [[nodiscard]] bool isEmpty() const { return *this == Renewal(); }
    /// "alerts and checks hold now; environments after the next start"; empty: nothing changed.
    [[nodiscard]] QString text() const;
};

/// Pure.
Renewal renewalOf(const workspace::Workspace& before, const workspace::Workspace& after);

/// Lets the services go on with what the file says now; what stays the same goes on undisturbed:
/// checks that run, alerts that are open, a writer that waits. Main thread.
Renewal renew(Services* services, const workspace::Workspace& after);

/// Reads the workspace file again when it has been written, by whomever. A bad file changes
/// nothing, and is told. Main thread.
class WorkspaceWatch : public QObject {
    Q_OBJECT
public:
    /// `known` is what was read at the start.
    explicit WorkspaceWatch(workspace::Workspace known, QObject* parent = nullptr);
    ~WorkspaceWatch() override;

    /// Why the file, as it is now, cannot be used; empty while it can.
    [[nodiscard]] QString problem() const { return m_problem; }
    /// The newest one that was good.
    [[nodiscard]] const workspace::Workspace& known() const { return m_known; }

Q_SIGNALS:
    /// Another good one was read.
    void changed(const analemma::workspace::Workspace& before,
                 const analemma::workspace::Workspace& after);
    void problemChanged();

private:
    void look();
    void follow();
    void take(const Result<workspace::Workspace>& read);

    workspace::Workspace m_known;
    QString m_problem;
    QFileSystemWatcher m_watcher;
    QTimer m_soon;
    bool m_reading = false;
    bool m_again = false;
};

}  // namespace analemma::app
