#pragma once

#include "core/monitor/monitor.h"
#include "core/operate/hosts.h"
#include "ui/monitor/host_wall.h"
#include "ui/monitor/store_source.h"
#include "ui/shell/panel.h"

class QStackedWidget;
class QTimer;

namespace analemma::ui {

class HostPage;
class Reader;

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
    [[nodiscard]] QList<Finding> findings() const override;

    [[nodiscard]] HostWall* wall() const { return m_wall; }
    [[nodiscard]] HostPage* page() const { return m_page; }

private:
    bool read();
    bool readMarks();
    void showAll();
    void showHost(const QString& server);
    void tick();
    void onRead(const QString& server);
    [[nodiscard]] HostLine lineOf(const operate::Host& host) const;

    HostWall* m_wall;
    HostPage* m_page = nullptr;
    std::unique_ptr<StoreSource> m_source;
    QStackedWidget* m_stack;
    Reader* m_reader;
    Reader* m_markReader;
    QTimer* m_timer;
    QList<operate::Host> m_hosts;
    QHash<QString, SparkRow> m_loads;
    QList<ChartMark> m_marks;
    QString m_wanted;
    bool m_active = false;
};

}  // namespace analemma::ui
