#pragma once

#include "core/monitor/series.h"
#include "ui/monitor/chart_feed.h"

#include <QObject>

namespace analemma::ui {

/// Charts out of the store of series. A key names a series, see seriesKey(). Main thread.
class StoreSource : public QObject, public ChartSource {
public:
    /// The store must outlive the source.
    explicit StoreSource(monitor::SeriesStore* store, QObject* parent = nullptr);
    void ask(const QStringList& keys, qint64 from, qint64 to, int pixels, Told told) override;

private:
    monitor::SeriesStore* m_store;
};

/// "server|cpu.busy|device=sda"
QString seriesKey(const QString& server, const QString& metric, const QString& label);
/// All with the step and the begin of the coarsest one; a series that the store does not know, or
/// whose columns fit no such grid, is empty. Pure.
std::vector<Chart> inOneGrid(const std::vector<std::optional<monitor::Chart>>& charts);

}  // namespace analemma::ui
