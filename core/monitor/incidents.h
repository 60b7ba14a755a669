#pragma once

#include "core/monitor/alerts.h"

/// Incidents: alerts that somebody acts on, with what is known about them.
namespace analemma::monitor {

struct IncidentEntry {
    qint64 time = 0;  ///< milliseconds since 1970
    QString who;      ///< empty: this program
    QString text;
    bool operator==(const IncidentEntry&) const = default;
};

/// What was measured around an alert, kept apart from the store of series, which lets go of it.
struct EvidenceChart {
    SeriesName series;
    qint64 from = 0;
    qint64 step = 0;  ///< milliseconds
    std::vector<ChartColumn> columns;
};

struct Incident {
    QString id;
    QString title;
    QList<qint64> alerts;
    Severity severity = Severity::Warning;
    QString environment;
    QString takenBy;
    qint64 began = 0;   ///< the alert's rule became true
    qint64 opened = 0;  ///< somebody took it
    qint64 closed = 0;  ///< 0: open
    QList<IncidentEntry> timeline;
    QList<EvidenceChart> charts;
    std::optional<LastChange> change;
    QList<EvidenceLog> logs;
    [[nodiscard]] bool isOpen() const { return closed == 0; }
    /// Schema analemma.incident.1; without the points of its charts unless `whole`.
    [[nodiscard]] Json toJson(bool whole = true) const;
    static Incident fromJson(const Json& json);
};

/// How much is kept with an incident.
struct IncidentLimits {
    static constexpr qint64 beforeMs = 30 * 60 * 1000;
    static constexpr int columns = 360;
    static constexpr qsizetype charts = 12;
    static constexpr qsizetype logs = 20;
    static constexpr qsizetype logLines = 2'000;
    static constexpr qsizetype lineCharacters = 2'000;
    static constexpr qsizetype entries = 1'000;
};

/// In the store of the workspace. They are made by Alerts::take(). Main thread.
class Incidents : public QObject {
    Q_OBJECT
public:
    Incidents(store::Store* store, const Clock* clock, QObject* parent = nullptr);

    /// Newest first, without charts and logs.
    Task<Result<QList<Incident>>> list(int limit);
    /// NotFound.
    Task<Result<Incident>> find(QString id);
    /// One more entry of its timeline. NotFound; Conflict: it is closed.
    Task<Result<Incident>> note(QString id, QString who, QString text);
    /// One more log as evidence.
    Task<Result<Incident>> attach(QString id, QString who, EvidenceLog log);
    /// Conflict: it is closed already.
    Task<Result<Incident>> close(QString id, QString who, QString text);

private:
    store::Store* m_store;
    const Clock* m_clock;
};

}  // namespace analemma::monitor
