#include "core/base/text.h"
#include "core/lifecycle/report.h"

using namespace Qt::StringLiterals;

namespace analemma::lifecycle {
namespace {

constexpr double kChartWidth = 320;
constexpr double kChartTall = 84;
constexpr double kSparkTall = 44;

/// The light colours of the window, and nothing that a reader's browser would have to fetch.
const char16_t* const kReportStyle =
    uR"(
:root { color-scheme: light; }
* { box-sizing: border-box; }
body { margin: 0; background: #F5F6F8; color: #18202B; font: 14px/1.45 system-ui, "Segoe UI", "DejaVu Sans", sans-serif; }
main { max-width: 1040px; margin: 0 auto; padding: 32px 24px 48px; }
h1 { font-size: 24px; font-weight: 600; margin: 0 0 4px; }
h2 { font-size: 16px; font-weight: 600; margin: 32px 0 10px; }
p { margin: 6px 0; }
.quiet, .note { color: #55606E; }
.note { font-size: 12px; margin-top: 8px; }
.tiles { display: grid; grid-template-columns: repeat(5, 1fr); gap: 12px; }
.charts { display: grid; grid-template-columns: repeat(2, 1fr); gap: 12px; }
.tile, figure { margin: 0; padding: 12px 14px; background: #FFFFFF; border: 1px solid #D5DAE1; border-radius: 6px; min-width: 0; }
.tile .name { color: #55606E; font-size: 12px; }
.tile .number { font-size: 22px; font-weight: 600; font-variant-numeric: tabular-nums; margin: 2px 0; white-space: nowrap; }
.tile .number small { font-size: 12px; font-weight: 400; color: #55606E; }
.course { font-size: 12px; }
.better, .ok { color: #14703F; }
.worse, .failed { color: #B8243F; }
.waiting { color: #805500; }
.same, .unknown, .idle { color: #55606E; }
figcaption { display: flex; justify-content: space-between; gap: 12px; font-weight: 600; margin-bottom: 6px; }
figcaption span { font-weight: 400; color: #55606E; font-size: 12px; text-align: right; }
.axis { display: flex; justify-content: space-between; color: #55606E; font-size: 11px; margin-top: 4px; }
svg { display: block; width: 100%; height: auto; }
.bar { fill: #2459D3; } .bad { fill: #B8243F; } .ground { stroke: #D5DAE1; }
.line { fill: none; stroke: #2459D3; stroke-width: 1.75; stroke-linejoin: round; stroke-linecap: round; }
.dot { fill: #2459D3; } .bridge { stroke: #2459D3; stroke-opacity: 0.3; }
.sheet { overflow-x: auto; background: #FFFFFF; border: 1px solid #D5DAE1; border-radius: 6px; }
table { border-collapse: collapse; width: 100%; }
th, td { padding: 6px 14px; text-align: left; vertical-align: top; border-bottom: 1px solid #ECEFF3; overflow-wrap: anywhere; }
th { color: #55606E; font-weight: 500; font-size: 12px; border-bottom-color: #D5DAE1; }
tr:last-child td { border-bottom: 0; }
.right { text-align: right; font-variant-numeric: tabular-nums; }
.fixed { font-family: ui-monospace, "DejaVu Sans Mono", monospace; font-size: 12px; }
@media (max-width: 760px) { .tiles { grid-template-columns: repeat(2, 1fr); } .charts { grid-template-columns: 1fr; } }
@page { size: A4; margin: 14mm; }
@media print {
  body { background: #FFFFFF; font-size: 10pt; -webkit-print-color-adjust: exact; print-color-adjust: exact; }
  main { max-width: none; padding: 0; }
  h2 { break-after: avoid; }
  .tile, figure, tr { break-inside: avoid; }
  .tiles { gap: 6px; } .tile { padding: 8px 10px; } .tile .number { font-size: 15pt; }
  th, td { padding: 4px 10px; }
  thead { display: table-header-group; }
}
)";

/// Text within an element or a quoted attribute. What stands in the document has passed
/// displayText(); control characters that had not would be no HTML either.
QString escaped(const QString& text)
{
    return displayText(text, 4096).toHtmlEscaped();
}

QString coordinate(double value)
{
    return QString::number(value, 'f', 1);
}

QString rectangles(const QList<QRectF>& all, const QString& kind, double tall)
{
    QString text;
    for (const QRectF& one : all) {
        text += u"<rect class=\"%1\" x=\"%2\" y=\"%3\" width=\"%4\" height=\"%5\"/>"_s.arg(
            kind, coordinate(one.x() * kChartWidth), coordinate(2 + one.y() * (tall - 3)),
            coordinate(std::max(1.0, one.width() * kChartWidth)),
            coordinate(one.height() * (tall - 3)));
    }
    return text;
}

QString drawing(const TrendChart& chart, double tall)
{
    const TrendShape shape = shapeOf(chart);
    QString text = u"<svg viewBox=\"0 0 %1 %2\" role=\"img\" aria-label=\"%3\">"_s.arg(
        coordinate(kChartWidth), coordinate(tall), escaped(chart.name));
    text += u"<line class=\"ground\" x1=\"0\" x2=\"%1\" y1=\"%2\" y2=\"%2\"/>"_s.arg(
        coordinate(kChartWidth), coordinate(tall - 0.5));
    text += rectangles(shape.bars, u"bar"_s, tall) + rectangles(shape.bad, u"bad"_s, tall);
    for (const QLineF& one : shape.bridges) {
        text += u"<line class=\"bridge\" x1=\"%1\" y1=\"%2\" x2=\"%3\" y2=\"%4\"/>"_s.arg(
            coordinate(one.x1() * kChartWidth), coordinate(3 + one.y1() * (tall - 6)),
            coordinate(one.x2() * kChartWidth), coordinate(3 + one.y2() * (tall - 6)));
    }
    for (const QList<QPointF>& line : shape.lines) {
        QStringList points;
        for (const QPointF& point : line) {
            points.append(coordinate(point.x() * kChartWidth) + u',' +
                          coordinate(3 + point.y() * (tall - 6)));
        }
        if (points.size() == 1) {
            const QStringList at = points[0].split(u',');
            text += u"<circle class=\"dot\" cx=\"%1\" cy=\"%2\" r=\"2.2\"/>"_s.arg(at[0], at[1]);
        } else {
            text += u"<polyline class=\"line\" points=\"%1\"/>"_s.arg(points.join(u' '));
        }
    }
    return text + u"</svg>"_s;
}

QString courseSign(const ReportTile& tile)
{
    return tile.course == Course::Unknown || tile.course == Course::Same ? u"="_s
           : tile.rose                                                   ? u"▲"_s
                                                                         : u"▼"_s;
}

QString courseClass(Course course)
{
    return course == Course::Better  ? u"better"_s
           : course == Course::Worse ? u"worse"_s
           : course == Course::Same  ? u"same"_s
                                     : u"unknown"_s;
}

QString tileHtml(const ReportTile& tile)
{
    const QString unit =
        tile.unit.isEmpty() ? QString() : u" <small>%1</small>"_s.arg(escaped(tile.unit));
    const QString sign = tile.course == Course::Unknown
                             ? QString()
                             : u"<span aria-hidden=\"true\">%1</span> "_s.arg(courseSign(tile));
    return u"<div class=\"tile\"><div class=\"name\">%1</div><div class=\"number\">%2%3</div>%4"
           "<div class=\"course %5\">%6%7</div></div>\n"_s.arg(
               escaped(tile.name), escaped(tile.number), unit, drawing(tile.trend, kSparkTall),
               courseClass(tile.course), sign, escaped(tile.comparison));
}

QString chartHtml(const TrendChart& chart)
{
    return u"<figure><figcaption>%1<span>%2</span></figcaption>%3<div class=\"axis\"><span>%4"
           "</span><span>%5</span></div></figure>\n"_s.arg(
               escaped(chart.title), escaped(chart.top), drawing(chart, kChartTall),
               escaped(chart.first), escaped(chart.last));
}

/// A sign besides the colour.
QString cellSign(Mark mark)
{
    return mark == Mark::Ok        ? u"✓ "_s
           : mark == Mark::Failed  ? u"✗ "_s
           : mark == Mark::Waiting ? u"↶ "_s
                                   : QString();
}

QString cellClass(const ReportColumn& column, Mark mark)
{
    QStringList classes;
    if (column.right) {
        classes.append(u"right"_s);
    }
    if (column.fixed) {
        classes.append(u"fixed"_s);
    }
    if (mark != Mark::None) {
        classes.append(toString(mark));
    }
    return classes.isEmpty() ? QString() : u" class=\"%1\""_s.arg(classes.join(u' '));
}

QString tableHtml(const ReportTable& table)
{
    QString text = u"<div class=\"sheet\"><table><thead><tr>"_s;
    for (const ReportColumn& column : table.columns) {
        text += u"<th scope=\"col\"%1>%2</th>"_s.arg(cellClass(column, Mark::None),
                                                     escaped(column.title));
    }
    text += u"</tr></thead><tbody>\n"_s;
    for (const QList<ReportCell>& row : table.rows) {
        text += u"<tr>"_s;
        for (qsizetype i = 0; i < row.size(); ++i) {
            text += u"<td%1>%2%3</td>"_s.arg(cellClass(table.columns.value(i), row[i].mark),
                                             cellSign(row[i].mark), escaped(row[i].text));
        }
        text += u"</tr>\n"_s;
    }
    return text + u"</tbody></table></div>\n"_s;
}

QString partHtml(const ReportPart& part)
{
    QString text = u"<section><h2>%1</h2>\n"_s.arg(escaped(part.heading));
    if (!part.text.isEmpty()) {
        text += u"<p>%1</p>\n"_s.arg(escaped(part.text));
    }
    if (!part.tiles.isEmpty()) {
        text += u"<div class=\"tiles\">\n"_s;
        for (const ReportTile& tile : part.tiles) {
            text += tileHtml(tile);
        }
        text += u"</div>\n"_s;
    }
    if (!part.charts.isEmpty()) {
        text += u"<div class=\"charts\">\n"_s;
        for (const TrendChart& chart : part.charts) {
            text += chartHtml(chart);
        }
        text += u"</div>\n"_s;
    }
    if (!part.table.rows.isEmpty()) {
        text += tableHtml(part.table);
    }
    if (!part.note.isEmpty()) {
        text += u"<p class=\"note\">%1</p>\n"_s.arg(escaped(part.note));
    }
    return text + u"</section>\n"_s;
}

}  // namespace

QByteArray toHtml(const ReportDocument& document)
{
    QString text =
        u"<!DOCTYPE html>\n<html lang=\"%1\"><head><meta charset=\"utf-8\">\n"
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
        "'unsafe-inline'\">\n"
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"_s.arg(
            escaped(document.language));
    text += u"<title>%1</title>\n<style>%2</style></head>\n<body><main>\n"_s.arg(
        escaped(document.title), QString::fromUtf16(kReportStyle));
    text += u"<h1>%1</h1>\n<p>%2</p>\n<p class=\"quiet\">%3; %4</p>\n"_s.arg(
        escaped(document.title), escaped(document.period), escaped(document.scope),
        escaped(document.made));
    for (const ReportPart& part : document.parts) {
        text += partHtml(part);
    }
    return (text + u"</main></body></html>\n"_s).toUtf8();
}

}  // namespace analemma::lifecycle
