#pragma once

#include "core/monitor/series.h"

#include <QHash>
#include <QObject>
#include <QStringList>

namespace analemma::ui {

/// How an environment was at a minute that is over, as far as somebody looked then.
struct PastHealth {
    std::optional<int> members;  ///< behind its balancer
    int healthy = 0;             ///< of these
    int checks = 0;              ///< that were looked at
    int passed = 0;              ///< of these
    bool operator==(const PastHealth&) const = default;
    [[nodiscard]] bool isKnown() const { return members.has_value() || checks > 0; }
};
/// "healthy", "degraded", "down"; "unknown" where nothing was kept. Pure.
QString healthOf(const PastHealth& past);
/// "2/3 healthy, 1 of 2 checks passed"; a sentence where nothing was kept. Pure.
QString healthText(const PastHealth& past);

/// Reads it out of the store of series. Main thread.
class PastHealthReader : public QObject {
    Q_OBJECT
public:
    /// The store must outlive it; null: nothing is kept.
    explicit PastHealthReader(monitor::SeriesStore* store, QObject* parent = nullptr);
    /// In place of what is being read.
    void read(const QStringList& environments, qint64 moment);
    void stop();
    [[nodiscard]] PastHealth of(const QString& environment) const
    {
        return m_known.value(environment);
    }

Q_SIGNALS:
    void done();

private:
    void take(const QString& environment, const QString& metric, double value);

    monitor::SeriesStore* m_store;
    QHash<QString, PastHealth> m_known;
    int m_round = 0;  ///< answers of an earlier one are let go
    int m_left = 0;
};

}  // namespace analemma::ui
