#pragma once

#include "ui/board/lemniscate.h"
#include "ui/shell/words.h"

#include <QAbstractButton>
#include <QWidget>

#include <array>

namespace analemma::ui {

class Turner;

/// One of the eight round nodes with its label: a button.
class StationButton : public QAbstractButton {
    Q_OBJECT
public:
    StationButton(lifecycle::Phase phase, bool below, QWidget* parent);
    void setStation(const lifecycle::Station& station, const QDateTime& now);
    [[nodiscard]] const lifecycle::Station& station() const { return m_station; }
    void setCompact(bool compact);
    [[nodiscard]] int diameter() const;
    /// Where the node's centre is inside the button.
    [[nodiscard]] QPoint centre() const;
    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;
    bool hitButton(const QPoint& at) const override;

private:
    void paintNode(QPainter& painter) const;
    void paintCount(QPainter& painter, const QPointF& middle, const QColor& shade) const;
    void paintLabel(QPainter& painter) const;
    lifecycle::Station m_station;
    QString m_line;
    bool m_below;
    bool m_compact = false;
    Turner* m_turner;
};

/// The figure eight with its eight stations. A change that moves on travels along the line once.
class LoopView : public QWidget {
    Q_OBJECT
public:
    explicit LoopView(QWidget* parent = nullptr);
    void setStations(const std::array<lifecycle::Station, lifecycle::phaseCount>& stations,
                     const QDateTime& now);
    [[nodiscard]] StationButton* station(lifecycle::Phase phase) const;
    /// A dot goes from one station to another, 120 ms from each to the next. Nothing with reduced
    /// motion.
    void travel(lifecycle::Phase from, lifecycle::Phase to);
    [[nodiscard]] bool isTravelling() const { return m_frame != 0; }
    /// Where there is little height the stations stand in one row.
    void setCompact(bool compact);
    [[nodiscard]] bool isCompact() const { return m_compact; }
    QSize sizeHint() const override { return {900, m_compact ? 60 : 264}; }
    QSize minimumSizeHint() const override { return {640, m_compact ? 60 : 236}; }

Q_SIGNALS:
    void stationPressed(analemma::lifecycle::Phase phase);

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void timerEvent(QTimerEvent* event) override;

private:
    [[nodiscard]] double wayOf(lifecycle::Phase phase) const;
    void arrange();
    void paintCurve(QPainter& painter) const;
    bool m_compact = false;
    std::array<StationButton*, lifecycle::phaseCount> m_stations{};
    Lemniscate m_curve;
    double m_from = 0;
    double m_to = 0;
    qint64 m_started = 0;
    int m_hops = 0;
    int m_frame = 0;
    double m_dot = -1;
};

}  // namespace analemma::ui
