#pragma once

#include "core/monitor/monitor.h"
#include "ui/monitor/chart_data.h"

#include <QWidget>

class QGridLayout;

class QScrollArea;

namespace analemma::ui {

class Button;
class ChartBar;
class ChartGroup;
class ChartSource;
class ChartView;
class StateBadge;
class Text;

/// One server over time, by what each part of it does, how full it is and where work waits:
/// processors, memory, disks, network. All charts share range and cursor. Main thread.
class HostPage : public QWidget {
    Q_OBJECT
public:
    /// The source must outlive the page.
    explicit HostPage(ChartSource* source, QWidget* parent = nullptr);

    /// Turns to a server; its charts follow from what it tells.
    void showServer(const monitor::ServerView& view, const QString& environment, bool production);
    /// News of the server that is shown.
    void updateServer(const monitor::ServerView& view);
    void setMarks(const QList<ChartMark>& marks);
    /// Charts end there. In the past it is a kept moment.
    void setNow(qint64 now);
    /// What only the present knows (state, reason, up time) gives way to the moment that is shown.
    void setPast(const std::optional<qint64>& moment);
    /// The keys go to the first chart.
    void focusCharts();
    /// The cursor of a chart that has the keys, then the zoom; false: nothing was left to do.
    bool stepBack();
    [[nodiscard]] QString server() const { return m_server; }
    [[nodiscard]] ChartGroup* group() const { return m_group; }

Q_SIGNALS:
    void left();
    void markOpened(const QString& id);
    void processesWanted();

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    /// What one chart shows: metrics, each with all labels or none.
    struct Sheet;
    static const QList<Sheet>& sheets();
    [[nodiscard]] QList<ChartSeries> seriesOf(const Sheet& sheet,
                                              const monitor::ServerView& view) const;
    void updateFacts();
    void arrange();

    ChartSource* m_source;
    ChartGroup* m_group;
    ChartBar* m_bar;
    Button* m_back;
    Button* m_processes;
    Text* m_name;
    Text* m_facts;
    StateBadge* m_state;
    QScrollArea* m_scroll;
    QWidget* m_sheet;
    QGridLayout* m_grid;
    QList<ChartView*> m_charts;
    QString m_server;
    monitor::ServerView m_view;  ///< the newest
    std::optional<qint64> m_past;
    int m_columns = 0;
};

}  // namespace analemma::ui
