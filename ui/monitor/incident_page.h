#pragma once

#include "core/monitor/incidents.h"
#include "ui/monitor/alert_words.h"

#include <QWidget>

class QGridLayout;
class QLineEdit;

namespace analemma::ui {

class AskPanel;
class Button;
class ChartGroup;
class ChartView;
class DataTable;
class FactGrid;
class LogView;
class RecordModel;
class SectionTitle;
class StateBadge;
class Text;

/// The columns of kept evidence as a chart shows them. Pure.
std::vector<Chart> chartsOf(const monitor::EvidenceChart& evidence);

/// One incident: what happened in which order, what was measured and logged around it, the change
/// before it. Everything stands as it was kept; only notes and logs are added. A view. Main thread.
class IncidentPage : public QWidget {
    Q_OBJECT
public:
    explicit IncidentPage(QWidget* parent = nullptr);

    void setIncident(const monitor::Incident& incident, const std::optional<RollbackOffer>& offer,
                     const QDateTime& now);
    [[nodiscard]] const monitor::Incident& incident() const { return m_incident; }
    [[nodiscard]] const QList<ChartView*>& charts() const { return m_charts; }
    /// Opens the question of what it was in the end.
    void askClose();
    /// Closes that question; false when none is open.
    bool stepBack();

Q_SIGNALS:
    void noteAsked(const QString& incident, const QString& text);
    void closeIncidentAsked(const QString& incident, const QString& text);
    void rollbackAsked(const analemma::ui::RollbackOffer& offer);
    void alertAsked(qint64 alert);
    void changeAsked(const QString& operation);
    void closeAsked();

private:
    void build();
    void showTimeline();
    void showCharts(const QDateTime& now);
    void showLogs();
    void showButtons();

    StateBadge* m_severity;
    StateBadge* m_state;
    Text* m_title;
    Text* m_facts;
    Button* m_rollback;
    Button* m_close;
    Button* m_alert;
    Button* m_change;
    AskPanel* m_ask;
    RecordModel* m_model;
    DataTable* m_timeline;
    QLineEdit* m_note;
    Button* m_addNote;
    SectionTitle* m_chartTitle;
    ChartGroup* m_group;
    QGridLayout* m_grid;
    QList<ChartView*> m_charts;
    SectionTitle* m_logTitle;
    LogView* m_log;
    monitor::Incident m_incident;
    std::optional<RollbackOffer> m_offer;
};

}  // namespace analemma::ui
