#pragma once

#include "core/lifecycle/lifecycle.h"
#include "core/monitor/monitor.h"
#include "core/monitor/processes.h"
#include "core/ssh/system.h"

#include <QHash>
#include <QPointer>
#include <QWidget>

class QAction;
class QTimer;

namespace analemma::ui {

class AskPanel;
class Button;
class DataTable;
class RecordModel;
class StateBadge;
class Text;

/// What runs on a server now, the busiest first: read every two seconds while it is shown, and not
/// at all when it is not. Signals are asked about first; one reaches the very process that was
/// shown, or none. Main thread.
class ProcessPage : public QWidget {
    Q_OBJECT
public:
    using Connect = std::function<Task<Result<ssh::ChosenSession>>(QString server, CancelToken)>;

    /// The monitor must outlive the page. Without `connect` no signals are sent.
    ProcessPage(monitor::Monitor* monitor, Connect connect, QWidget* parent = nullptr);
    ~ProcessPage() override;

    void showServer(const QString& server, const QString& environment, bool production);
    [[nodiscard]] QString server() const { return m_server; }
    /// Signals are off, and why; empty: they are on.
    void setRefusal(const QString& why);
    /// The question that is open is put away; false: there is none.
    bool stepBack();
    void focusRows();

Q_SIGNALS:
    void left();
    /// How a signal went.
    void told(lifecycle::Mark mark, const QString& sentence);

protected:
    void showEvent(QShowEvent* event) override;
    void hideEvent(QHideEvent* event) override;

private:
    void addSignal(monitor::ProcessSignal signal, const QString& text, const QString& icon);
    void poll();
    void updateState();
    void updateActions();
    void showLoads(const std::vector<monitor::ProcessLoad>& loads);
    void ask(monitor::ProcessSignal signal);
    void send(const monitor::SignalOrder& order);
    void report(const Result<monitor::SignalReport>& outcome);

    monitor::Monitor* m_monitor;
    Connect m_connect;
    QString m_server;
    bool m_production = false;
    QString m_refusal;
    QPointer<monitor::Sampler> m_sampler;
    QHash<QString, monitor::Process> m_processes;  ///< by id of their rows
    int m_readings = 0;
    CancelToken m_cancel;
    QTimer* m_timer;
    Button* m_back;
    Text* m_name;
    Text* m_facts;
    StateBadge* m_state;
    RecordModel* m_model;
    DataTable* m_table;
    AskPanel* m_ask;
    QList<QAction*> m_signals;
};

}  // namespace analemma::ui
