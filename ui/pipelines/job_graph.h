#pragma once

#include "core/pipeline/pipeline.h"
#include "ui/shell/theme.h"

#include <QHash>
#include <QList>
#include <QRectF>
#include <QWidget>

namespace analemma::ui {

/// Where the jobs of a run stand: columns by the longest way from a start, rows in order. Pure.
struct GraphLayout {
    QHash<QString, QPoint> cells;  ///< by job name: x is the column, y the row
    int columns = 0;
    int rows = 0;
};
GraphLayout layoutJobs(const QList<pipeline::JobRun>& jobs);

/// The jobs of a run from left to right: pills with state, name and time, quiet curves between
/// them; the chain of the job under the pointer is lit. Arrow keys move, Enter chooses.
class JobGraph : public QWidget {
    Q_OBJECT
public:
    explicit JobGraph(QWidget* parent = nullptr);
    void setJobs(const QList<pipeline::JobRun>& jobs, const QDateTime& now);
    void setCurrent(const QString& job);
    [[nodiscard]] QString current() const { return m_current; }
    /// Where a job is drawn; for tests.
    [[nodiscard]] QRect pillOf(const QString& job) const;
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return {240, 96}; }

Q_SIGNALS:
    void jobChosen(const QString& job);

protected:
    void paintEvent(QPaintEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    [[nodiscard]] QString jobAt(const QPoint& point) const;
    [[nodiscard]] QSet<QString> chainOf(const QString& job) const;
    void paintEdges(QPainter& painter, const QSet<QString>& lit) const;
    void paintPill(QPainter& painter, const pipeline::JobRun& job, bool lit) const;

    QList<pipeline::JobRun> m_jobs;
    GraphLayout m_layout;
    QDateTime m_now;
    QString m_current;
    QString m_hovered;
    class Turner* m_turner;
};

}  // namespace analemma::ui
