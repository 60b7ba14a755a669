#pragma once

#include "ui/monitor/chart_data.h"

#include <QImage>

#include <limits>
#include <vector>

/// The pixels of charts, column by column: much cheaper than an antialiased path, and nothing that
/// lies between two pixels is lost. All measures are device pixels. Pure.
namespace analemma::ui {

/// From time and value to pixels of an image; y grows downwards.
struct PlotScale {
    qint64 from = 0;
    qint64 to = 1;
    double bottom = 0;
    double top = 1;
    int width = 0;
    int height = 0;

    [[nodiscard]] double x(qint64 time) const
    {
        return double(time - from) * width / double(to - from);
    }
    [[nodiscard]] float y(double value) const
    {
        return float((top - value) * height / (top - bottom));
    }
};

/// What one series is in each column of pixels: the ends of its band and of its line. A column
/// without values has high > low, the start values.
struct PixelTrace {
    struct Column {
        float bandHigh = std::numeric_limits<float>::max();  ///< y of the greatest value
        float bandLow = std::numeric_limits<float>::lowest();
        float lineHigh = std::numeric_limits<float>::max();
        float lineLow = std::numeric_limits<float>::lowest();
        [[nodiscard]] bool any() const { return lineHigh <= lineLow; }
    };
    std::vector<Column> columns;
};

/// Every value of the chart is in a column of pixels; neighbours that no gap parts are joined.
PixelTrace traceOf(const Chart& chart, const PlotScale& scale);

/// Lengths of a dashed line, on and off in turns; all 0: solid.
struct ChartDash {
    int on = 0;
    int off = 0;
    int secondOn = 0;
    int secondOff = 0;
};
/// Of the series at this place: none has the colour and the dashes of another.
ChartDash dashOf(int place);

/// Draws into an image of Format_ARGB32_Premultiplied.
class ChartRaster {
public:
    explicit ChartRaster(QImage* image);
    /// The whole range of values of each column of pixels; a lonely peak stands out.
    void band(const PixelTrace& trace, QRgb colour, int share);
    /// The mean, `width` thick. The pattern of dashes stands still at `phase` pixels.
    void line(const PixelTrace& trace, QRgb colour, float width, const ChartDash& dash = {},
              int phase = 0);
    /// All under the line, down to `floor`; `share` of 255.
    void area(const PixelTrace& trace, QRgb colour, int share, float floor);
    /// Between two edges, one y for each column of pixels; NaN: nothing there.
    void between(const std::vector<float>& upper, const std::vector<float>& lower, QRgb colour,
                 int share);

private:
    void fill(int x, float high, float low, QRgb colour, int share);
    void blend(int x, int y, QRgb colour, int share);
    int m_width;
    int m_height;
    qsizetype m_stride;
    QRgb* m_bits;
};

/// Sums series upon each other: for each the upper edge, one y for each column of pixels. The
/// charts must have equal steps; NaN where none has values.
std::vector<std::vector<float>> stackedEdges(const std::vector<Chart>& charts,
                                             const PlotScale& scale);
/// The greatest sum of the means in [from, to).
double highestStack(const std::vector<Chart>& charts, qint64 from, qint64 to);

}  // namespace analemma::ui
