#pragma once

#include "ui/monitor/chart_data.h"

#include <QColor>
#include <QRect>

#include <memory>
#include <vector>

class QPainter;

/// Small curves for the cells of tables: painted, no widget a row.
namespace analemma::ui {

/// The newest columns of a series, oldest first. A column without count is a gap. Cheap to copy;
/// one thread.
class SparkRow {
public:
    explicit SparkRow(int keep = 60) : m_keep(keep) {}
    void add(double value);
    void addColumn(const ChartColumn& column);
    void addGap() { addColumn({}); }
    [[nodiscard]] int keep() const { return m_keep; }
    /// As many as are kept at most; begins after the oldest.
    [[nodiscard]] const std::vector<ChartColumn>& columns() const { return *m_columns; }
    [[nodiscard]] std::size_t oldest() const { return m_next; }

private:
    int m_keep;
    /// A ring once it is full; shared by copies until one of them changes.
    std::shared_ptr<std::vector<ChartColumn>> m_columns =
        std::make_shared<std::vector<ChartColumn>>();
    std::size_t m_next = 0;
};

/// Draws the row into a cell: range and mean of each column, gaps left open and hatched, from 0 to
/// `top` (0: the greatest value). Cheap enough for every cell of a table once a second.
void paintSpark(QPainter* painter, const QRect& rect, const SparkRow& row, const QColor& shade,
                double top = 0);

}  // namespace analemma::ui
