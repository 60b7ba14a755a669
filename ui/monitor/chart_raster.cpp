#include "ui/monitor/chart_raster.h"

#include "ui/shell/theme_series.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace analemma::ui {

namespace {

/// Whether a silence lies between two columns that have values.
class GapFinder {
public:
    explicit GapFinder(const Chart& chart) : m_chart(chart) {}
    bool between(qint64 before, qint64 after)
    {
        // Both rise: a gap that ended is never looked at again.
        while (m_at < m_chart.gaps.size() && columnOf(m_chart.gaps[m_at].to) <= before) {
            ++m_at;
        }
        return m_at < m_chart.gaps.size() && columnOf(m_chart.gaps[m_at].from) < after &&
               columnOf(m_chart.gaps[m_at].to) > before;
    }

private:
    [[nodiscard]] qint64 columnOf(qint64 time) const
    {
        const qint64 away = time - m_chart.from;
        return away >= 0 ? away / m_chart.step : -1;
    }
    const Chart& m_chart;
    std::size_t m_at = 0;
};

struct RasterPoint {
    double x = 0;
    float high = 0;
    float mean = 0;
    float low = 0;
};

void widen(PixelTrace::Column& column, float high, float low, float mean)
{
    column.bandHigh = std::min(column.bandHigh, high);
    column.bandLow = std::max(column.bandLow, low);
    column.lineHigh = std::min(column.lineHigh, mean);
    column.lineLow = std::max(column.lineLow, mean);
}

/// All columns of pixels between two points, ends included.
void join(PixelTrace& trace, const RasterPoint& a, const RasterPoint& b)
{
    const auto last = qint64(trace.columns.size()) - 1;
    const qint64 begin = std::max<qint64>(0, qint64(std::floor(a.x)));
    const qint64 end = std::min<qint64>(last, qint64(std::floor(b.x)));
    const double width = b.x - a.x;
    const auto at = [&](double x, float RasterPoint::*part) {
        const float share = width > 0 ? float(std::clamp((x - a.x) / width, 0.0, 1.0)) : 1.0F;
        return a.*part + (b.*part - a.*part) * share;
    };
    for (qint64 x = begin; x <= end; ++x) {
        PixelTrace::Column& column = trace.columns[std::size_t(x)];
        for (const double edge : {double(x), double(x + 1)}) {
            widen(column, at(edge, &RasterPoint::high), at(edge, &RasterPoint::low),
                  at(edge, &RasterPoint::mean));
        }
    }
}

int opaque(int share)
{
    return std::clamp(share, 0, 255);
}

constexpr std::array<ChartDash, 4> dashes{{{}, {7, 3, 7, 3}, {2, 2, 2, 2}, {8, 2, 2, 2}}};

}  // namespace

PixelTrace traceOf(const Chart& chart, const PlotScale& scale)
{
    PixelTrace trace;
    trace.columns.resize(std::size_t(std::max(0, scale.width)));
    if (chart.step <= 0 || scale.to <= scale.from || scale.width <= 0 ||
        !(scale.top > scale.bottom)) {
        return trace;
    }
    GapFinder gaps(chart);
    RasterPoint before;
    qint64 last = -1;
    for (qint64 i = 0; i < qint64(chart.columns.size()); ++i) {
        const ChartColumn& column = chart.columns[std::size_t(i)];
        if (column.count <= 0) {
            continue;
        }
        const RasterPoint point{scale.x(chart.from + i * chart.step + chart.step / 2),
                                scale.y(column.max), scale.y(column.mean), scale.y(column.min)};
        if (last >= 0 && point.x >= 0 && before.x < scale.width && !gaps.between(last, i)) {
            join(trace, before, point);
        }
        if (point.x >= 0 && point.x < scale.width) {
            widen(trace.columns[std::size_t(point.x)], point.high, point.low, point.mean);
        }
        before = point;
        last = i;
    }
    return trace;
}

ChartDash dashOf(int place)
{
    // The second round of colours begins with other dashes.
    const int turned = std::max(0, place) + std::max(0, place) / seriesColours;
    return dashes.at(std::size_t(turned) % dashes.size());
}

ChartRaster::ChartRaster(QImage* image)
    : m_width(image->width()),
      m_height(image->height()),
      m_stride(image->bytesPerLine() / qsizetype(sizeof(QRgb))),
      m_bits(reinterpret_cast<QRgb*>(image->bits()))
{
}

void ChartRaster::blend(int x, int y, QRgb colour, int share)
{
    if (y < 0 || y >= m_height || share <= 0) {
        return;
    }
    QRgb& under = m_bits[y * m_stride + x];
    const auto scaled = [](QRgb pixel, quint32 by) {
        const quint32 even = (((pixel & 0x00FF00FFU) * by) >> 8U) & 0x00FF00FFU;
        const quint32 odd = (((pixel >> 8U) & 0x00FF00FFU) * by) & 0xFF00FF00U;
        return even | odd;
    };
    const auto part = quint32(share + (share >> 7));  // 0 to 256
    const QRgb over = scaled(colour | 0xFF000000U, part);
    under = over + scaled(under, 256 - part);
}

void ChartRaster::fill(int x, float high, float low, QRgb colour, int share)
{
    high = std::max(high, -1.0F);
    low = std::min(low, float(m_height) + 1.0F);
    if (low <= high) {
        return;
    }
    const int first = int(std::floor(high));
    const int last = int(std::ceil(low)) - 1;
    for (int y = first; y <= last; ++y) {
        const float covered = std::min(low, float(y + 1)) - std::max(high, float(y));
        blend(x, y, colour, covered >= 1 ? share : int(covered * float(share)));
    }
}

void ChartRaster::band(const PixelTrace& trace, QRgb colour, int share)
{
    constexpr float lonely = 6;
    constexpr int loud = 200;
    const auto& columns = trace.columns;
    const int end = std::min(m_width, int(columns.size()));
    for (int x = 0; x < end; ++x) {
        const PixelTrace::Column& column = columns[std::size_t(x)];
        if (!column.any()) {
            continue;
        }
        const float high = std::min(column.bandHigh, column.bandLow - 0.8F);
        float around = std::numeric_limits<float>::max();
        for (const int side : {x - 3, x + 3}) {
            if (side >= 0 && side < end && columns[std::size_t(side)].any()) {
                around = std::min(around, columns[std::size_t(side)].bandHigh);
            }
        }
        fill(x, high, column.bandLow, colour, opaque(share));
        if (around < std::numeric_limits<float>::max() && around - high > lonely) {
            fill(x, high, std::min(around, column.bandLow), colour, loud);
        }
    }
}

void ChartRaster::line(const PixelTrace& trace, QRgb colour, float width, const ChartDash& dash,
                       int phase)
{
    const int cycle = dash.on + dash.off + dash.secondOn + dash.secondOff;
    const auto isOn = [&](int x) {
        const int at = ((x + phase) % cycle + cycle) % cycle;
        return at < dash.on ||
               (at >= dash.on + dash.off && at < dash.on + dash.off + dash.secondOn);
    };
    constexpr float steep = 4;
    const int end = std::min(m_width, int(trace.columns.size()));
    for (int x = 0; x < end; ++x) {
        const PixelTrace::Column& column = trace.columns[std::size_t(x)];
        if (!column.any() || (cycle > 0 && column.lineLow - column.lineHigh < steep && !isOn(x))) {
            continue;
        }
        // Kept inside, so that a line at the very top or bottom has its whole width.
        const float half = width / 2;
        const float high =
            std::clamp(column.lineHigh, half, std::max(half, float(m_height) - half));
        const float low = std::clamp(column.lineLow, half, std::max(half, float(m_height) - half));
        fill(x, high - half, low + half, colour, 255);
        const bool alone = (x == 0 || !trace.columns[std::size_t(x - 1)].any()) &&
                           (x + 1 >= end || !trace.columns[std::size_t(x + 1)].any());
        if (alone) {
            for (const int side : {x - 1, x + 1}) {
                if (side >= 0 && side < end) {
                    fill(side, high - width, high + width, colour, 255);
                }
            }
        }
    }
}

void ChartRaster::area(const PixelTrace& trace, QRgb colour, int share, float floor)
{
    std::vector<float> upper(std::size_t(m_width), std::numeric_limits<float>::quiet_NaN());
    for (std::size_t x = 0; x < std::min(upper.size(), trace.columns.size()); ++x) {
        if (trace.columns[x].any()) {
            upper[x] = (trace.columns[x].lineHigh + trace.columns[x].lineLow) / 2;
        }
    }
    between(upper, std::vector<float>(std::size_t(m_width), floor), colour, share);
}

void ChartRaster::between(const std::vector<float>& upper, const std::vector<float>& lower,
                          QRgb colour, int share)
{
    const auto end = std::min({std::size_t(std::max(0, m_width)), upper.size(), lower.size()});
    for (std::size_t x = 0; x < end; ++x) {
        if (!std::isnan(upper[x]) && !std::isnan(lower[x])) {
            fill(int(x), upper[x], lower[x], colour, share);
        }
    }
}

std::vector<std::vector<float>> stackedEdges(const std::vector<Chart>& charts,
                                             const PlotScale& scale)
{
    std::vector<std::vector<float>> edges;
    std::vector<Chart> sums;
    for (const Chart& chart : charts) {
        Chart sum = chart;
        for (std::size_t i = 0; i < sum.columns.size() && !sums.empty(); ++i) {
            const qint64 time = sum.from + qint64(i) * sum.step;
            const qint64 at = columnAt(sums.back(), time);
            const bool known = at >= 0 && sums.back().columns[std::size_t(at)].count > 0;
            sum.columns[i].mean += known ? sums.back().columns[std::size_t(at)].mean : 0;
        }
        std::vector<float> edge(std::size_t(std::max(0, scale.width)),
                                std::numeric_limits<float>::quiet_NaN());
        const PixelTrace trace = traceOf(sum, scale);
        for (std::size_t x = 0; x < edge.size(); ++x) {
            if (trace.columns[x].any()) {
                edge[x] = (trace.columns[x].lineHigh + trace.columns[x].lineLow) / 2;
            }
        }
        edges.push_back(std::move(edge));
        sums.push_back(std::move(sum));
    }
    return edges;
}

double highestStack(const std::vector<Chart>& charts, qint64 from, qint64 to)
{
    double highest = 0;
    if (charts.empty() || charts.front().step <= 0) {
        return highest;
    }
    const Chart& first = charts.front();
    for (std::size_t i = 0; i < first.columns.size(); ++i) {
        const qint64 time = first.from + qint64(i) * first.step;
        if (time + first.step <= from || time >= to) {
            continue;
        }
        double sum = 0;
        for (const Chart& chart : charts) {
            const qint64 at = columnAt(chart, time);
            sum += at >= 0 && chart.columns[std::size_t(at)].count > 0
                       ? chart.columns[std::size_t(at)].mean
                       : 0;
        }
        highest = std::max(highest, sum);
    }
    return highest;
}

}  // namespace analemma::ui
