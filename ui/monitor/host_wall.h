#pragma once

#include "core/lifecycle/lifecycle.h"
#include "ui/monitor/spark.h"
#include "ui/widgets/record_model.h"

#include <QDateTime>
#include <QHash>
#include <QWidget>

#include <limits>

class QTimer;

namespace analemma::ui {

class ChipBar;
class DataTable;

/// One server as the wall shows it. NaN: not known.
struct HostLine {
    static constexpr double unknown = std::numeric_limits<double>::quiet_NaN();
    QString name;
    QString environment;
    bool production = false;
    lifecycle::Mark mark = lifecycle::Mark::None;
    QString word;              ///< of the state; empty: the mark's own
    double cpu = unknown;      ///< percent
    double memory = unknown;   ///< percent
    double disk = unknown;     ///< percent of the fullest mount, never a mean of several
    QString mount;             ///< which
    double network = unknown;  ///< bytes a second, both ways
    SparkRow load;
    int alerts = 0;                                     ///< that fire and are not held back
    lifecycle::Mark gravest = lifecycle::Mark::Failed;  ///< of the gravest of them
    QString alertTip;                                   ///< what they say, a line each
    QDateTime newest;                                   ///< when the newest value was measured
};

/// How much a server needs to be looked at.
enum class HostNeed { None, Unknown, Warning, Critical };
/// By its state, its alerts and its worst figure: 80 % used is a warning, 90 % critical; for the
/// CPU 85 and 95. Pure.
HostNeed needOf(const HostLine& host);
/// Worse servers have higher ranks; small changes of a figure do not change it. Pure.
double hostRank(const HostLine& host);

/// All servers, worst first: a table with one row a server, to be set once a second. Typing
/// filters, chips show the critical or the warned ones, Enter opens. Main thread.
class HostWall : public QWidget {
    Q_OBJECT
public:
    explicit HostWall(QWidget* parent = nullptr);

    /// More than a hundred are made ready in several turns of the event loop and then shown
    /// together; what is not ready when the next ones come gives way to them.
    void setHosts(const QList<HostLine>& hosts, const QDateTime& now);
    void setLoading(bool loading);
    [[nodiscard]] DataTable* table() const { return m_table; }

Q_SIGNALS:
    void hostChosen(const QString& name);
    /// The number of its alerts was clicked; there is one at least.
    void alertsChosen(const QString& name);

private:
    class FigureDelegate;
    class LoadDelegate;
    [[nodiscard]] static Record recordOf(const HostLine& host, const QDateTime& now);
    [[nodiscard]] static Field figure(double percent, const QString& aside, double warning,
                                      double critical);
    void makeReady();
    void updateChips();
    RecordModel* m_model;
    DataTable* m_table;
    ChipBar* m_chips;
    QHash<QString, SparkRow> m_loads;
    QHash<QString, HostNeed> m_needs;
    QHash<QString, int> m_alerts;  ///< of those that have any
    QList<HostLine> m_waiting;     ///< to be shown, by name
    QList<Record> m_ready;         ///< of the first of them
    QDateTime m_now;               ///< of those
    QTimer* m_turn;
};

}  // namespace analemma::ui
