#pragma once

#include "ui/monitor/alert_words.h"

#include <QWidget>

class QScrollArea;

namespace analemma::ui {

class AskPanel;
class Button;
class ChartGroup;
class ChartSource;
class ChartView;
class FactGrid;
class StateBadge;
class Text;

/// What the page shows beside the alert itself.
struct AlertFacts {
    monitor::Alert alert;
    std::optional<monitor::AlertRule> rule;  ///< none: it is gone from the workspace file
    std::optional<RollbackOffer> offer;      ///< none: no change before it, or not known yet
    std::optional<monitor::Silence> silence;
    bool canTake = true;  ///< somebody is there to take it
};

/// One alert: what it says, its series around that time, the change before it, and what can be done
/// about it. A view; its owner does what is asked. Main thread.
class AlertPage : public QWidget {
    Q_OBJECT
public:
    /// The source must outlive the page; null: no chart.
    explicit AlertPage(ChartSource* source, QWidget* parent = nullptr);

    void setAlert(const AlertFacts& facts, const QDateTime& now);
    /// Once a second while it is shown.
    void setNow(const QDateTime& now);
    /// What happened on the same charts besides.
    void setMarks(const QList<ChartMark>& marks);
    [[nodiscard]] const AlertFacts& facts() const { return m_facts; }
    [[nodiscard]] qint64 alertId() const { return m_facts.alert.id; }
    [[nodiscard]] ChartView* chart() const { return m_chart; }
    /// Opens the question for how long and why.
    void askSilence();
    /// Closes that question; false when none is open.
    bool stepBack();

Q_SIGNALS:
    void takeAsked(qint64 alert);
    void rollbackAsked(const analemma::ui::RollbackOffer& offer);
    void silenceAsked(qint64 alert, analemma::ui::SilenceSpan span, const QString& why);
    void unsilenceAsked(const QString& silence);
    void incidentAsked(const QString& incident);
    void subjectAsked(const QString& subject);
    void changeAsked(const QString& operation);
    void closeAsked();

private:
    void build();
    void showFacts(const QDateTime& now);
    void showButtons();
    void showChart(const QDateTime& now);
    [[nodiscard]] QString whenText(const QDateTime& now) const;

    ChartSource* m_source;
    ChartGroup* m_group = nullptr;
    ChartView* m_chart = nullptr;
    StateBadge* m_state;
    StateBadge* m_severity;
    Text* m_sentence;
    Text* m_when;
    Text* m_change;
    QWidget* m_changeRow;
    FactGrid* m_grid;
    Button* m_rollback;
    Button* m_take;
    Button* m_silence;
    Button* m_incident;
    Button* m_subject;
    AskPanel* m_ask;
    QScrollArea* m_scroll;
    AlertFacts m_facts;
    QList<ChartMark> m_marks;
    QString m_drawn;  ///< which series the chart shows
};

}  // namespace analemma::ui
