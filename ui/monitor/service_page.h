#pragma once

#include "core/monitor/series.h"
#include "ui/monitor/chart_data.h"

#include <QMap>
#include <QWidget>

#include <optional>

class QGridLayout;
class QScrollArea;

namespace analemma::ui {

class Button;
class ChartBar;
class ChartGroup;
class ChartSource;
class ChartView;
class ChipBar;
class EmptyState;
class Text;

/// What one chart of a service shows.
struct ServiceSheet {
    QString id;  ///< "requests", "check-shop"
    QString title;
    ChartUnit unit = ChartUnit::Count;
    QList<ChartSeries> series;
    QList<ChartThreshold> thresholds;
    bool stacked = false;
    std::optional<double> high;
};

/// The charts of a service out of what is kept: requests, errors and response time of an
/// environment's balancer, its queue and sessions, then each check. What nothing is kept of has no
/// chart. Pure.
QList<ServiceSheet> serviceSheets(const QString& environment,
                                  const QList<monitor::SeriesInfo>& balancer,
                                  const QList<monitor::SeriesInfo>& checks);

/// A service by rate, errors and duration. All charts share range and cursor. Main thread.
class ServicePage : public QWidget {
    Q_OBJECT
public:
    /// Both must outlive the page.
    ServicePage(ChartSource* source, monitor::SeriesStore* store, QWidget* parent = nullptr);

    /// The environments that there are to choose from, production ones marked.
    void setEnvironments(const QStringList& names, const QStringList& production);
    /// The checks that there are, and the environment of each; those of none stand in all. Of
    /// others, which are not there any more, those are shown that said something in the range.
    void setChecks(const QMap<QString, QString>& environments);
    void showEnvironment(const QString& name);
    [[nodiscard]] QString environment() const { return m_environment; }
    void setMarks(const QList<ChartMark>& marks);
    void setNow(qint64 now);
    void setPast(bool past);
    /// Looks again what is kept: series come as they are first measured.
    void refresh();
    [[nodiscard]] ChartGroup* group() const { return m_group; }
    bool stepBack();
    void focusCharts();

Q_SIGNALS:
    void left();
    void markOpened(const QString& id);

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    struct Shown {
        QString id;
        ChartView* view = nullptr;
    };
    [[nodiscard]] ChartView* viewOf(const ServiceSheet& sheet);
    void arrange();

    ChartSource* m_source;
    monitor::SeriesStore* m_store;
    ChartGroup* m_group;
    ChartBar* m_bar;
    Button* m_back;
    Text* m_name;
    ChipBar* m_chips;
    QScrollArea* m_scroll;
    QWidget* m_sheet;
    QGridLayout* m_grid;
    EmptyState* m_empty;
    QList<Shown> m_charts;
    QList<ChartMark> m_marks;
    QStringList m_environments;
    QStringList m_production;
    QString m_environment;
    QMap<QString, QString> m_checks;
    int m_columns = 0;
};

}  // namespace analemma::ui
