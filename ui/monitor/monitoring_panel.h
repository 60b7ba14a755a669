#pragma once

#include "core/lifecycle/marks.h"
#include "core/monitor/incidents.h"
#include "core/monitor/monitor.h"
#include "core/operate/hosts.h"
#include "ui/monitor/host_wall.h"
#include "ui/monitor/prometheus_source.h"
#include "ui/monitor/store_source.h"
#include "ui/shell/panel.h"

class QStackedWidget;
class QTimer;

namespace analemma::ui {

class FiguresPage;
class HostPage;
class LogPage;
class PastReader;
class ProcessPage;
class Reader;
class ServicePage;
class StoreLine;
class TimeBar;
class TimeMachine;

/// All servers live, worst first, and one of them over time. Watching begins when it is first
/// shown and goes on, slower, while other panels are: so that the past is there when it is asked
/// for.
class MonitoringPanel : public Panel {
    Q_OBJECT
public:
    explicit MonitoringPanel(const Context& context, QWidget* parent = nullptr);
    void activate() override;
    void deactivate() override;
    void select(const QString& item) override;
    bool stepBack() override;
    [[nodiscard]] bool knowsPast() const override { return true; }
    [[nodiscard]] QList<Finding> findings() const override;

    [[nodiscard]] HostWall* wall() const { return m_wall; }
    [[nodiscard]] HostPage* page() const { return m_page; }
    [[nodiscard]] ProcessPage* processes() const { return m_processes; }
    [[nodiscard]] LogPage* logs() const { return m_logs; }
    [[nodiscard]] ServicePage* service() const { return m_service; }

protected:
    void keyPressEvent(QKeyEvent* event) override;
    void workspaceChanged(const workspace::Workspace& before) override;

private:
    bool read();
    bool readMarks();
    void readMarksWith(const QList<monitor::Incident>& incidents);
    void openMark(const QString& id);
    void addDelivery();
    void showAll();
    void showHost(const QString& server);
    void showProcesses(const QString& server);
    void showLogs(QStringList servers);
    void showService(const QString& environment);
    void updateEnvironments();
    void showTimeBar(bool shown);
    void followTime();
    void readPast();
    /// What does not change with time: names, environments.
    [[nodiscard]] HostLine bareLineOf(const operate::Host& host) const;
    void setMarks();
    void lookAtStore();
    void lookAtPrometheus();
    void makePages();
    /// What is known of a server, by whoever watches it; of one that says nothing now, what was
    /// kept.
    [[nodiscard]] monitor::ServerView viewOf(const QString& server) const;
    [[nodiscard]] const operate::Host* hostOf(const QString& server) const;
    void tick();
    void lookAtAlerts();
    void showAlertsOf(const QString& server);
    void onRead(const QString& server);
    [[nodiscard]] HostLine lineOf(const operate::Host& host) const;
    void gatherLines();

    HostWall* m_wall;
    HostPage* m_page = nullptr;
    ProcessPage* m_processes = nullptr;
    LogPage* m_logs = nullptr;
    ServicePage* m_service = nullptr;
    TimeMachine* m_time;
    TimeBar* m_timeBar;
    PastReader* m_past = nullptr;
    QHash<QString, HostLine> m_pastLines;
    int m_ticks = 0;
    StoreLine* m_storeLine;
    qsizetype m_noticesSeen = 0;
    StoreLine* m_prometheusLine;
    qint64 m_refusedSeen = 0;
    FiguresPage* m_delivery = nullptr;
    std::shared_ptr<lifecycle::ConfigHistory> m_configs;
    std::unique_ptr<StoreSource> m_source;
    std::unique_ptr<PrometheusSource> m_prometheus;  ///< null: the workspace names none
    std::unique_ptr<ServerSource> m_anySource;
    QStackedWidget* m_stack;
    Reader* m_reader;
    Reader* m_markReader;
    QTimer* m_timer;
    QTimer* m_gather;  ///< the next turn of gatherLines()
    QList<operate::Host> m_hosts;
    QList<HostLine> m_lines;  ///< of the first of them, for the wall
    QHash<QString, SparkRow> m_loads;
    QHash<QString, QList<monitor::Alert>> m_alerts;  ///< that fire, by server, the gravest first
    QList<ChartMark> m_marks;
    QStringList m_taken;  ///< incidents of open alerts
    QString m_wanted;
    bool m_active = false;
};

}  // namespace analemma::ui
