#pragma once

#include "ui/monitor/chart_data.h"
#include "ui/monitor/ticks.h"
#include "ui/monitor/time_axis.h"

#include <QImage>
#include <QPixmap>
#include <QWidget>

class QPainter;
class QTimer;

namespace analemma::ui {

class Button;
class ChartGroup;
struct PlotScale;

/// One chart: several series over the time axis of its group, as band of all values with a line of
/// means, or stacked. Silence is hatched, never joined. The header tells how old the newest value
/// is, the legend the last values or, under the cursor, those of that time.
///
/// Mouse: moving shows the values of a time, dragging zooms, Shift and dragging pans, the wheel
/// zooms (once clicked, or with Ctrl; else the page scrolls), double click comes back. Keys: Left
/// and Right move the cursor (Ctrl: to the next mark; Shift: pan), + and - zoom, Home and End go to
/// the ends (End: to the present), Up and Down pick out a series, Enter opens the mark, Esc steps
/// back. Main thread.
class ChartView : public QWidget {
    Q_OBJECT
public:
    /// The group must outlive the view or be its parent.
    explicit ChartView(ChartGroup* group, QWidget* parent = nullptr);
    ~ChartView() override;

    void setTitle(const QString& title);
    void setUnit(ChartUnit unit);
    void setSeries(const QList<ChartSeries>& series);
    /// Areas upon each other: shares of a whole.
    void setStacked(bool stacked);
    /// What the value axis shows at least; it grows with the values, and without a low end fits
    /// them. At first it begins at 0.
    void setLimits(std::optional<double> low, std::optional<double> high);
    void setThresholds(const QList<ChartThreshold>& thresholds);
    void setMarks(const QList<ChartMark>& marks);
    /// One chart for each series, in their order. Ends loading and problem.
    void setData(std::vector<Chart> data);
    /// When the newest value was measured; without it the newest column tells.
    void setNewest(qint64 time);
    /// How long after the newest value it is said that none arrive. 10 s at first; negative: none
    /// are waited for, the chart is of the past.
    void setStaleAfter(qint64 span);
    /// Skeleton after 300 ms, when there is nothing to show yet.
    void setLoading(bool loading);
    /// Why there are no newer values; empty: all is well. Old values stay in sight.
    void setProblem(const QString& problem);
    /// What stands where no value ever came.
    void setEmptyText(const QString& text);

    [[nodiscard]] ChartGroup* group() const { return m_group; }
    [[nodiscard]] const QList<ChartSeries>& series() const { return m_series; }
    [[nodiscard]] const std::vector<Chart>& data() const { return m_data; }
    [[nodiscard]] QRect plotRect() const { return m_plot; }
    [[nodiscard]] int xOf(qint64 time) const;
    [[nodiscard]] qint64 timeAt(int x) const;
    [[nodiscard]] const ValueTicks& ticks() const { return m_ticks; }
    /// "as of 3 s", "no data since 14:02"; the time of the cursor while there is one.
    [[nodiscard]] QString ageText() const;
    /// "CPU busy 34 percent, at 14:02:11"
    [[nodiscard]] QString spokenValue() const;
    /// The names as the legend shows them, cut where they must be.
    [[nodiscard]] QStringList legendTexts() const;
    /// The mark at the cursor; null: none.
    [[nodiscard]] const ChartMark* markAtCursor() const;
    /// Which series is picked out; -1: all alike.
    [[nodiscard]] int picked() const { return m_picked; }

    QSize sizeHint() const override { return {480, 200}; }
    QSize minimumSizeHint() const override { return {240, 140}; }

Q_SIGNALS:
    void retryWanted();
    void markOpened(const QString& id);
    /// It is being painted: what was not asked for while out of sight may be asked now.
    void seen();
    /// The plot has another number of pixels.
    void plotResized();

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void changeEvent(QEvent* event) override;
    bool event(QEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;

private:
    struct LegendItem {
        QRect rect;
        QString name;  ///< cut where it must be
    };
    enum class Drag { None, Zoom, Pan };

    void relayout();
    void layoutLegend(int left, int right);
    void changed();  ///< values or range: the picture is made anew
    void setHasData(bool has);
    void updateTicks();
    void updateState();
    void cursorMoved();
    void sayValue();
    [[nodiscard]] PlotScale scale(qreal ratio) const;
    [[nodiscard]] qint64 newest() const;
    [[nodiscard]] bool isStale() const;
    /// Room at the right of the title for the words about age.
    [[nodiscard]] QRect ageRect() const;
    [[nodiscard]] bool isLonely() const { return m_series.size() == 1; }
    [[nodiscard]] std::vector<ChartGap> silences() const;
    [[nodiscard]] QString tipAt(const QPoint& at) const;

    void paintFrame(QPainter& painter) const;
    void paintThresholds(QPainter& painter) const;
    void paintGaps(QPainter& painter) const;
    void paintTimes(QPainter& painter) const;
    void paintSeries();
    void paintStack(QImage* image, const PlotScale& scale) const;
    void paintLines(QImage* image, const PlotScale& scale) const;
    void paintLegend(QPainter& painter) const;
    void paintSwatch(QPainter& painter, const QRect& rect, int place) const;
    void paintMarks(QPainter& painter) const;
    void paintMarkWord(QPainter& painter) const;
    void paintCursor(QPainter& painter) const;
    void paintInstead(QPainter& painter) const;
    [[nodiscard]] QString legendValue(int place) const;
    [[nodiscard]] QString spreadText() const;

    void stepCursor(int columns);
    void stepMark(int direction);
    bool stepBack();
    bool actOn(QKeyEvent* event);

    ChartGroup* m_group;
    QString m_title;
    QString m_problem;
    QString m_emptyText;
    ChartUnit m_unit = ChartUnit::Count;
    QList<ChartSeries> m_series;
    QList<ChartThreshold> m_thresholds;
    QList<ChartMark> m_marks;  ///< rising
    std::vector<Chart> m_data;
    std::optional<double> m_low = 0.0;
    std::optional<double> m_high;
    qint64 m_newest = 0;
    qint64 m_staleAfter = 10'000;
    bool m_stacked = false;
    bool m_hasData = false;
    bool m_loading = false;
    bool m_skeleton = false;
    QTimer* m_skeletonSoon;
    Button* m_retry = nullptr;  ///< made when there is first something to try again
    int m_picked = -1;

    QRect m_plot;
    QRect m_markStrip;
    QList<LegendItem> m_legend;
    int m_hiddenSeries = 0;
    ValueTicks m_ticks;
    mutable QPixmap m_frame;  ///< ground, title, names, value axis
    QImage m_picture;         ///< the series
    bool m_pictureStale = true;

    bool m_hovered = false;
    Drag m_drag = Drag::None;
    QPoint m_pressedAt;
    QPoint m_draggedTo;
    qint64 m_panFrom = 0;
    bool m_keyCursor = false;  ///< the cursor was set by keys here: a word stands at its mark
};

}  // namespace analemma::ui
