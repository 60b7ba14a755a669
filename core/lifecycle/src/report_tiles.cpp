#include "core/lifecycle/report.h"
#include "core/lifecycle/src/report_words.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace analemma::lifecycle {
namespace {

QString tileName(Figure figure)
{
    switch (figure) {
        case Figure::Frequency:
            return ReportWords::tr("Deployment frequency");
        case Figure::LeadTime:
            return ReportWords::tr("Lead time from commit");
        case Figure::FailureRate:
            return ReportWords::tr("Change failure rate");
        case Figure::RestoreTime:
            return ReportWords::tr("Time to restore");
        case Figure::Rework:
            return ReportWords::tr("Rework rate");
    }
    return {};
}

QString withUnit(Figure figure, std::optional<double> value)
{
    const QString text = numberText(figure, value, reportLocale());
    return figure == Figure::Frequency && value ? ReportWords::tr("%1 a week").arg(text) : text;
}

QString comparisonText(Course course, const QString& before)
{
    switch (course) {
        case Course::Better:
            return ReportWords::tr("better, %1 before").arg(before);
        case Course::Worse:
            return ReportWords::tr("worse, %1 before").arg(before);
        case Course::Same:
            return ReportWords::tr("about the same, %1 before").arg(before);
        case Course::Unknown:
            break;
    }
    return ReportWords::tr("nothing to compare");
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
        heard.append(numberText(figure, value, reportLocale()));
    }
    chart.name = u"%1: %2"_s.arg(chart.title, heard.join(u", "_s));
    chart.top = top ? ReportWords::tr("at most %1").arg(withUnit(figure, top))
                    : ReportWords::tr("nothing to count");
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
        tile.number = numberText(figure, valueOf(report.all, figure), reportLocale());
        tile.unit =
            figure == Figure::Frequency ? ReportWords::tr("a week", "how often") : QString();
        tile.course = compared.course;
        tile.rose = compared.rose;
        tile.comparison =
            comparisonText(compared.course, numberText(figure, compared.before, reportLocale()));
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
