#pragma once

#include "core/monitor/incidents.h"
#include "ui/monitor/alert_words.h"
#include "ui/shell/panel.h"

#include <QHash>

class QStackedLayout;
class QTimer;

namespace analemma::ui {

class AlertPage;
class AlertTables;
class IncidentPage;
class Reader;
class SplitPage;
class StoreSource;

/// What needs a person: open alerts, gravest first, those that are over, silences, incidents; and
/// what can be done about one. Main thread.
class AlertsPanel : public Panel {
    Q_OBJECT
public:
    explicit AlertsPanel(const Context& context, QWidget* parent = nullptr);
    ~AlertsPanel() override;
    void activate() override;
    void deactivate() override;
    /// An alert's number, or "incident:ID"; "open": the list of what is open; "subject:NAME": of
    /// one server or check.
    void select(const QString& item) override;
    bool stepBack() override;
    [[nodiscard]] QList<Finding> findings() const override;

    [[nodiscard]] AlertPage* alertPage() const { return m_alertPage; }
    [[nodiscard]] IncidentPage* incidentPage() const { return m_incidentPage; }
    [[nodiscard]] AlertTables* tables() const { return m_tables; }

private:
    void addActions();
    void connectPages();
    bool read();
    void readIncidents();
    void showLists();
    void showList(const QString& list);
    void tick();
    void openRow(const QString& list, const QString& id);
    void openAlert(qint64 id);
    void openIncident(const QString& id);
    void showAlert();
    void showIncident();
    void closeDetail();
    [[nodiscard]] qint64 chosenAlert() const;
    [[nodiscard]] std::optional<monitor::Silence> silenceOf(const monitor::Alert& alert) const;
    [[nodiscard]] std::optional<RollbackOffer> offerFor(
        const std::optional<monitor::LastChange>& change) const;

    void openChange(const std::optional<monitor::LastChange>& change);
    void setOffer(const RollbackOffer& offer);
    void readOffer(const std::optional<monitor::LastChange>& change);
    void take(qint64 id);
    void silence(qint64 id, SilenceSpan span, const QString& why);
    void unsilence(const QString& id);
    void rollBack(const RollbackOffer& offer);
    void follow(const QString& operation, const QString& incident);
    void rolledBack(const engine::Operation& operation, const QString& incident);
    void undo(const QString& environment, int generation);
    void addNote(const QString& incident, const QString& text);
    void closeIncident(const QString& incident, const QString& text);

    AlertTables* m_tables;
    AlertPage* m_alertPage;
    IncidentPage* m_incidentPage;
    std::unique_ptr<StoreSource> m_source;
    QWidget* m_detail;
    QStackedLayout* m_stack;
    SplitPage* m_split;
    Reader* m_reader;
    QTimer* m_timer;
    QList<monitor::Alert> m_open;
    QList<monitor::Alert> m_past;
    QList<monitor::Incident> m_incidents;
    monitor::Alert m_alert;                  ///< that the page shows; id 0: none
    monitor::Incident m_incident;            ///< the same; id empty: none
    QHash<QString, RollbackOffer> m_offers;  ///< by the operation of the change before
};

}  // namespace analemma::ui
