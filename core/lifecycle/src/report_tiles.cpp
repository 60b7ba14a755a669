#include "core/lifecycle/report.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace analemma::lifecycle {
namespace {

QString tileName(Figure figure)
{
    switch (figure) {
        case Figure::Frequency:
            return u"Deployment frequency"_s;
        case Figure::LeadTime:
            return u"Lead time from commit"_s;
        case Figure::FailureRate:
            return u"Change failure rate"_s;
        case Figure::RestoreTime:
            return u"Time to restore"_s;
        case Figure::Rework:
            return u"Rework rate"_s;
    }
    return {};
}

QString withUnit(Figure figure, std::optional<double> value)
{
    const QString text = numberText(figure, value);
    return figure == Figure::Frequency && value ? text + u" a week"_s : text;
}

TrendChart trendOf(Figure figure, const FigureReport& report)
{
    TrendChart chart;
    chart.title = tileName(figure);
    chart.bars = figure == Figure::Frequency;
    std::optional<double> top;
    QStringList heard;
    for (const Figures& one : report.trend) {
        const std::optional<double> value = valueOf(one, figure);
        chart.values.append(value);
        top = value ? std::max(top.value_or(*value), *value) : top;
        heard.append(numberText(figure, value));
    }
    chart.name = u"%1: %2"_s.arg(chart.title, heard.join(u", "_s));
    chart.top = top ? u"at most %1"_s.arg(withUnit(figure, top)) : u"nothing to count"_s;
    chart.first = reportDate(report.query.from);
    chart.last = reportDate(report.query.to);
    return chart;
}

}  // namespace

QList<ReportTile> tilesOf(const FigureReport& report)
{
    QList<ReportTile> tiles;
    for (const Figure figure : allFigures) {
        const Comparison compared = compare(figure, report.all, report.before);
        ReportTile tile;
        tile.name = tileName(figure);
        tile.number = numberText(figure, valueOf(report.all, figure));
        tile.unit = figure == Figure::Frequency ? u"a week"_s : QString();
        tile.course = compared.course;
        tile.rose = compared.rose;
        tile.comparison = compared.course == Course::Unknown
                              ? toString(compared.course)
                              : u"%1, %2 before"_s.arg(toString(compared.course),
                                                       numberText(figure, compared.before));
        tile.trend = trendOf(figure, report);
        tiles.append(tile);
    }
    return tiles;
}

TrendShape shapeOf(const TrendChart& chart)
{
    TrendShape shape;
    const auto count = double(chart.values.size());
    double top = 0;
    for (const std::optional<double>& value : chart.values) {
        top = std::max(top, value.value_or(0));
    }
    const auto height = [top](double value) {
        return top > 0 ? std::clamp(value / top, 0.0, 1.0) : 0.0;
    };
    const double slot = count > 0 ? 1 / count : 1;
    constexpr double share = 0.72;  // of its slot that a bar takes
    bool open = false;
    for (qsizetype i = 0; i < chart.values.size(); ++i) {
        const std::optional<double>& value = chart.values[i];
        const double left = double(i) * slot;
        if (!chart.bars) {
            if (value) {
                const QPointF point(left + slot / 2, 1 - height(*value));
                if (!open && !shape.lines.isEmpty()) {
                    shape.bridges.append({shape.lines.last().last(), point});
                }
                if (!open) {
                    shape.lines.append(QList<QPointF>());
                }
                shape.lines.last().append(point);
            }
            open = value.has_value();
            continue;
        }
        const double x = left + slot * (1 - share) / 2;
        if (value && *value > 0) {
            shape.bars.append({x, 1 - height(*value), slot * share, height(*value)});
        }
        if (const double bad = chart.bad.value(i); bad > 0) {
            shape.bad.append({x, 1 - height(bad), slot * share, height(bad)});
        }
    }
    return shape;
}

}  // namespace analemma::lifecycle
