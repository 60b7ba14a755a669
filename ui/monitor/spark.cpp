#include "ui/monitor/spark.h"

#include "ui/monitor/chart_raster.h"
#include "ui/shell/theme.h"

#include <QPaintDevice>
#include <QPainter>

#include <algorithm>

namespace analemma::ui {

void SparkRow::add(double value)
{
    addColumn({1, value, value, value, value});
}

void SparkRow::addColumn(const ChartColumn& column)
{
    if (m_columns.use_count() > 1) {
        m_columns = std::make_shared<std::vector<ChartColumn>>(*m_columns);
    }
    if (int(m_columns->size()) < m_keep) {
        m_columns->push_back(column);
        return;
    }
    if (!m_columns->empty()) {
        (*m_columns)[m_next] = column;
        m_next = (m_next + 1) % m_columns->size();
    }
}

void paintSpark(QPainter* painter, const QRect& rect, const SparkRow& row, const QColor& shade,
                double top)
{
    const auto count = qint64(row.columns().size());
    if (rect.width() < 8 || rect.height() < 4 || count == 0) {
        return;
    }
    const qreal ratio = painter->device()->devicePixelRatioF();
    Chart chart;
    chart.step = 1;
    chart.from = row.keep() - count;  // a row that is not full yet begins at the right
    chart.columns.reserve(std::size_t(count));
    double highest = top;
    for (qint64 i = 0; i < count; ++i) {
        const ChartColumn& column =
            row.columns()[(row.oldest() + std::size_t(i)) % std::size_t(count)];
        chart.columns.push_back(column);
        if (column.count > 0) {
            highest = top > 0 ? highest : std::max(highest, column.max);
        } else if (!chart.gaps.empty() && chart.gaps.back().to == chart.from + i) {
            chart.gaps.back().to = chart.from + i + 1;
        } else {
            chart.gaps.push_back({chart.from + i, chart.from + i + 1});
        }
    }
    PlotScale scale;
    scale.to = row.keep();
    scale.top = highest > 0 ? highest : 1;
    scale.width = qRound(rect.width() * ratio);
    scale.height = qRound(rect.height() * ratio);
    for (const ChartGap& gap : chart.gaps) {
        const int left = rect.left() + int(scale.x(gap.from) / ratio);
        const int right = rect.left() + int(scale.x(gap.to) / ratio);
        painter->fillRect(QRect(left, rect.top(), std::max(1, right - left), rect.height()),
                          QBrush(colour(Token::Line), Qt::BDiagPattern));
    }
    // One sheet for all cells of a size: nothing is allocated while a table is painted.
    thread_local QImage sheet;
    if (sheet.size() != QSize(scale.width, scale.height)) {
        sheet = QImage(scale.width, scale.height, QImage::Format_ARGB32_Premultiplied);
    }
    sheet.setDevicePixelRatio(ratio);
    sheet.fill(0);
    ChartRaster raster(&sheet);
    const PixelTrace trace = traceOf(chart, scale);
    constexpr int areaShare = 34;
    constexpr int bandShare = 80;
    raster.area(trace, shade.rgb(), areaShare, float(scale.height));
    raster.band(trace, shade.rgb(), bandShare);
    raster.line(trace, shade.rgb(), 1.25F * float(ratio));
    painter->drawImage(rect.topLeft(), sheet);
}

}  // namespace analemma::ui
