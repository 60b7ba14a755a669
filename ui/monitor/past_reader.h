#pragma once

#include "core/monitor/metrics.h"
#include "core/monitor/series.h"
#include "ui/monitor/host_wall.h"

#include <QObject>
#include <QStringList>

namespace analemma::ui {

/// The last value of a chart at a moment, not older than `within`; nothing: none. Pure.
std::optional<double> valueBefore(const monitor::Chart& chart, qint64 moment, qint64 within);
/// The columns of a chart up to a moment, as many as a cell shows. Pure.
SparkRow sparkBefore(const monitor::Chart& chart, qint64 moment);

/// Reads the line of each server at a kept moment out of the store of series, one server after the
/// other, so that a slider that is dragged floods nothing. Main thread.
class PastReader : public QObject {
    Q_OBJECT
public:
    /// The store must outlive the reader.
    explicit PastReader(monitor::SeriesStore* store, QObject* parent = nullptr);
    /// In place of what is being read; `lines` have what does not change: name, environment.
    void read(const QList<HostLine>& lines, qint64 moment);
    void stop();

Q_SIGNALS:
    /// One line is known.
    void known(const analemma::ui::HostLine& line);
    /// All are.
    void done();

private:
    struct Wish {
        monitor::Metric metric = monitor::Metric::CpuBusy;
        QString label;
        monitor::SeriesId id = monitor::SeriesId::None;
    };
    void readNext();
    void take(const Wish& wish, const monitor::Chart& chart);
    void finishLine();

    monitor::SeriesStore* m_store;
    QList<HostLine> m_waiting;
    HostLine m_line;
    qint64 m_moment = 0;
    int m_round = 0;  ///< answers of an earlier one are let go
    int m_left = 0;
    bool m_any = false;
};

}  // namespace analemma::ui
