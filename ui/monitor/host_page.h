#pragma once

#include "core/monitor/monitor.h"
#include "ui/monitor/chart_data.h"

#include <QWidget>

class QGridLayout;

class QScrollArea;

namespace analemma::ui {

class Button;
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
    void setNow(qint64 now);
    [[nodiscard]] QString server() const { return m_server; }
    [[nodiscard]] ChartGroup* group() const { return m_group; }

Q_SIGNALS:
    void left();
    void markOpened(const QString& id);

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    /// What one chart shows: metrics, each with all labels or none.
    struct Sheet;
    static const QList<Sheet>& sheets();
    [[nodiscard]] QList<ChartSeries> seriesOf(const Sheet& sheet,
                                              const monitor::ServerView& view) const;
    void arrange();

    ChartSource* m_source;
    ChartGroup* m_group;
    Button* m_back;
    Text* m_name;
    Text* m_facts;
    StateBadge* m_state;
    QScrollArea* m_scroll;
    QWidget* m_sheet;
    QGridLayout* m_grid;
    QList<ChartView*> m_charts;
    QString m_server;
    int m_columns = 0;
};

}  // namespace analemma::ui
