#include "ui/monitor/report_pdf.h"

#include "ui/monitor/trend_paint.h"
#include "ui/shell/words.h"

#include <QCoreApplication>
#include <QBuffer>
#include <QFont>
#include <QFontMetricsF>
#include <QPainter>
#include <QPainterPath>
#include <QPdfWriter>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace analemma::ui {
namespace {

using lifecycle::ReportCell;
using lifecycle::ReportColumn;
using lifecycle::ReportDocument;
using lifecycle::ReportPart;
using lifecycle::ReportTable;
using lifecycle::ReportTile;
using lifecycle::TrendChart;

constexpr qreal kMargin = 14;  // millimetres, all around
constexpr int kResolution = 600;
constexpr qreal kFooter = 22;
constexpr qreal kTileTall = 84;
constexpr qreal kChartTall = 106;
constexpr qreal kCellPad = 5;

/// A report on paper. All measures are points; the painter is scaled for them by the font sizes and
/// by at(), so that text keeps the printer's resolution.
class Paper {
public:
    /// `pages` is told in the footer; 0: not known yet.
    Paper(QIODevice* device, const ReportDocument& document, int pages)
        : m_document(document), m_pages(pages), m_writer(device)
    {
        m_writer.setPageSize(QPageSize(QPageSize::A4));
        m_writer.setPageMargins(QMarginsF(kMargin, kMargin, kMargin, kMargin),
                                QPageLayout::Millimeter);
        m_writer.setResolution(kResolution);
        m_writer.setTitle(document.title);
        m_writer.setCreator(u"Analemma"_s);
        m_unit = kResolution / 72.0;
        m_width = m_writer.width() / m_unit;
        m_height = m_writer.height() / m_unit;
    }

    /// The number of pages; 0: it could not be painted.
    int paint()
    {
        if (!m_painter.begin(&m_writer)) {
            return 0;
        }
        footer();
        head();
        for (const ReportPart& part : m_document.parts) {
            paintPart(part);
        }
        m_painter.end();
        return m_page;
    }

private:
    [[nodiscard]] qreal room() const { return m_height - kFooter - m_y; }
    [[nodiscard]] QRectF at(qreal x, qreal y, qreal width, qreal height) const
    {
        return {x * m_unit, y * m_unit, width * m_unit, height * m_unit};
    }
    [[nodiscard]] static QColor ink(Token token) { return colourOf(token, Scheme::Light); }

    QFont font(qreal points, bool bold = false, bool fixed = false) const
    {
        QFont made;
        if (fixed) {
            made.setFamily(u"monospace"_s);
            made.setStyleHint(QFont::Monospace);
        }
        made.setPointSizeF(points);
        made.setWeight(bold ? QFont::DemiBold : QFont::Normal);
        return made;
    }

    /// Text in a box of points, on one line, cut where it must be; its width.
    qreal line(const QRectF& box, const QString& text, const QFont& font, Token token,
               Qt::Alignment alignment = Qt::AlignLeft)
    {
        const QFontMetricsF metrics(font, &m_writer);
        m_painter.setFont(font);
        m_painter.setPen(ink(token));
        m_painter.drawText(at(box.x(), box.y(), box.width(), box.height()),
                           int(alignment | Qt::AlignVCenter) | Qt::TextSingleLine,
                           metrics.elidedText(text, Qt::ElideRight, box.width() * m_unit));
        return metrics.horizontalAdvance(text) / m_unit;
    }

    qreal paragraph(const QString& text, const QFont& font, Token token)
    {
        const QFontMetricsF metrics(font, &m_writer);
        constexpr int how = int(Qt::AlignLeft) | Qt::TextWordWrap;
        const qreal tall =
            metrics.boundingRect(at(0, 0, m_width, 10'000), how, text).height() / m_unit;
        need(tall);
        m_painter.setFont(font);
        m_painter.setPen(ink(token));
        m_painter.drawText(at(0, m_y, m_width, tall + 2), how, text);
        m_y += tall + 4;
        return tall;
    }

    void footer()
    {
        ++m_page;
        const qreal top = m_height - 14;
        m_painter.setPen(QPen(ink(Token::Line), 0.5 * m_unit));
        m_painter.drawLine(QPointF(0, (top - 4) * m_unit),
                           QPointF(m_width * m_unit, (top - 4) * m_unit));
        const QFont small = font(7.5);
        line({0, top, m_width * 0.8, 14}, m_document.title + u"  ·  "_s + m_document.period, small,
             Token::Quiet);
        const QString page = m_pages > 0
                                 ? QCoreApplication::translate("ReportPdf", "%1 of %2", "pages")
                                       .arg(m_page)
                                       .arg(m_pages)
                                 : QString::number(m_page);
        line({m_width * 0.8, top, m_width * 0.2, 14}, page, small, Token::Quiet, Qt::AlignRight);
    }

    void newPage()
    {
        m_writer.newPage();
        m_y = 0;
        footer();
    }
    void need(qreal tall)
    {
        if (room() < tall && m_y > 0) {
            newPage();
        }
    }

    void head()
    {
        line({0, 0, m_width, 26}, m_document.title, font(18, true), Token::Text);
        line({0, 27, m_width, 15}, m_document.period, font(10), Token::Text);
        line({0, 42, m_width, 14}, m_document.scope + u"; "_s + m_document.made, font(8.5),
             Token::Quiet);
        m_y = 62;
    }

    void paintPart(const ReportPart& part)
    {
        // A heading never stands alone at the foot of a page.
        const qreal below = !part.tiles.isEmpty()        ? kTileTall
                            : !part.charts.isEmpty()     ? kChartTall
                            : !part.table.rows.isEmpty() ? 52
                                                         : 16;
        need(34 + below);
        m_y += m_y > 0 ? 14 : 0;
        line({0, m_y, m_width, 18}, part.heading, font(11.5, true), Token::Text);
        m_y += 22;
        if (!part.text.isEmpty()) {
            paragraph(part.text, font(9), Token::Text);
        }
        paintTiles(part.tiles);
        paintCharts(part.charts);
        if (!part.table.rows.isEmpty()) {
            paintTable(part.table);
        }
        if (!part.note.isEmpty()) {
            paragraph(part.note, font(7.5), Token::Quiet);
        }
    }

    void box(const QRectF& rect)
    {
        m_painter.setPen(QPen(ink(Token::Line), 0.6 * m_unit));
        m_painter.setBrush(ink(Token::Surface));
        m_painter.drawRoundedRect(at(rect.x(), rect.y(), rect.width(), rect.height()), 4 * m_unit,
                                  4 * m_unit);
        m_painter.setBrush(Qt::NoBrush);
    }

    void paintTiles(const QList<ReportTile>& tiles)
    {
        if (tiles.isEmpty()) {
            return;
        }
        constexpr qreal gap = 6;
        const auto count = qreal(tiles.size());
        const qreal width = (m_width - gap * (count - 1)) / count;
        for (qsizetype i = 0; i < tiles.size(); ++i) {
            paintTile(tiles[i], QRectF(qreal(i) * (width + gap), m_y, width, kTileTall));
        }
        m_y += kTileTall + 6;
    }

    void paintTile(const ReportTile& tile, const QRectF& rect)
    {
        box(rect);
        const QRectF inner = rect.adjusted(7, 6, -7, -5);
        line({inner.x(), inner.y(), inner.width(), 10}, tile.name, font(7), Token::Quiet);
        const qreal wide = line({inner.x(), inner.y() + 11, inner.width(), 18}, tile.number,
                                font(13, true), Token::Text);
        line({inner.x() + wide + 4, inner.y() + 13, inner.width() - wide - 4, 16}, tile.unit,
             font(7), Token::Quiet);
        paintTrend(&m_painter, at(inner.x(), inner.y() + 33, inner.width(), 24), tile.trend,
                   Scheme::Light, 0.7 * m_unit);
        const Token token = tokenOf(tile.course);
        const QRectF row(inner.x(), inner.bottom() - 11, inner.width(), 11);
        const bool known =
            tile.course == lifecycle::Course::Better || tile.course == lifecycle::Course::Worse;
        if (known) {
            arrow({row.x(), row.center().y() - 2.4, 5.2, 4.8}, tile.rose, token);
        }
        line(row.adjusted(known ? 8 : 0, 0, 0, 0), tile.comparison, font(6.5), token);
    }

    void arrow(const QRectF& rect, bool up, Token token)
    {
        const QRectF placed = at(rect.x(), rect.y(), rect.width(), rect.height());
        QPolygonF points;
        if (up) {
            points << placed.bottomLeft() << placed.bottomRight()
                   << QPointF(placed.center().x(), placed.top());
        } else {
            points << placed.topLeft() << placed.topRight()
                   << QPointF(placed.center().x(), placed.bottom());
        }
        m_painter.setPen(Qt::NoPen);
        m_painter.setBrush(ink(token));
        m_painter.drawPolygon(points);
        m_painter.setBrush(Qt::NoBrush);
    }

    void paintCharts(const QList<TrendChart>& charts)
    {
        constexpr qreal gap = 8;
        const qreal width = (m_width - gap) / 2;
        for (qsizetype i = 0; i < charts.size(); i += 2) {
            need(kChartTall);
            for (qsizetype j = i; j < std::min(i + 2, charts.size()); ++j) {
                paintChart(charts[j], QRectF(qreal(j - i) * (width + gap), m_y, width, kChartTall));
            }
            m_y += kChartTall + gap;
        }
    }

    void paintChart(const TrendChart& chart, const QRectF& rect)
    {
        box(rect);
        const QRectF inner = rect.adjusted(8, 6, -8, -6);
        const qreal wide = line({inner.x(), inner.y(), inner.width() * 0.6, 12}, chart.title,
                                font(8, true), Token::Text);
        line({inner.x() + wide + 6, inner.y(), inner.width() - wide - 6, 12}, chart.top, font(7),
             Token::Quiet, Qt::AlignRight);
        paintTrend(&m_painter, at(inner.x(), inner.y() + 16, inner.width(), inner.height() - 28),
                   chart, Scheme::Light, 0.7 * m_unit);
        const QRectF axis(inner.x(), inner.bottom() - 9, inner.width(), 10);
        line(axis, chart.first, font(6.5), Token::Quiet);
        line(axis, chart.last, font(6.5), Token::Quiet, Qt::AlignRight);
    }

    // ---- tables ----

    struct Placed {
        qreal x = 0;
        qreal width = 0;
    };
    [[nodiscard]] QList<Placed> placesOf(const ReportTable& table) const
    {
        qreal all = 0;
        for (const ReportColumn& column : table.columns) {
            all += column.share;
        }
        QList<Placed> places;
        qreal x = 0;
        for (const ReportColumn& column : table.columns) {
            const qreal width = m_width * column.share / all;
            places.append({x, width});
            x += width;
        }
        return places;
    }

    void tableHead(const ReportTable& table, const QList<Placed>& places)
    {
        for (qsizetype i = 0; i < table.columns.size(); ++i) {
            line({places[i].x + kCellPad, m_y, places[i].width - 2 * kCellPad, 14},
                 table.columns[i].title, font(7.5), Token::Quiet,
                 table.columns[i].right ? Qt::AlignRight : Qt::AlignLeft);
        }
        m_y += 15;
        rule(Token::Line, 0.8);
    }

    void rule(Token token, qreal thick)
    {
        m_painter.setPen(QPen(ink(token), thick * m_unit));
        m_painter.drawLine(QPointF(0, m_y * m_unit), QPointF(m_width * m_unit, m_y * m_unit));
    }

    void paintTable(const ReportTable& table)
    {
        const QList<Placed> places = placesOf(table);
        tableHead(table, places);
        for (const QList<ReportCell>& row : table.rows) {
            const qreal tall = rowTall(table, places, row);
            if (room() < tall) {
                newPage();
                tableHead(table, places);
            }
            for (qsizetype i = 0; i < row.size(); ++i) {
                paintCell(table.columns[i], places[i], row[i], tall);
            }
            m_y += tall;
            rule(Token::Raised, 0.6);
        }
        m_y += 4;
    }

    /// Between words, where each of them fits; else anywhere.
    [[nodiscard]] int howOf(const ReportColumn& column, const QString& text, qreal width)
    {
        const QFontMetricsF metrics(cellFont(column), &m_writer);
        const QStringList words = text.split(u' ');
        const bool fits = std::ranges::all_of(words, [&](const QString& word) {
            return metrics.horizontalAdvance(word) <= width * m_unit;
        });
        return int(column.right ? Qt::AlignRight : Qt::AlignLeft) | int(Qt::AlignTop) |
               int(fits ? Qt::TextWordWrap : Qt::TextWrapAnywhere);
    }
    [[nodiscard]] QFont cellFont(const ReportColumn& column) const
    {
        return font(column.fixed ? 7.5 : 8, false, column.fixed);
    }
    [[nodiscard]] static qreal signOf(const ReportCell& cell)
    {
        const bool shown = cell.mark == lifecycle::Mark::Ok ||
                           cell.mark == lifecycle::Mark::Failed ||
                           cell.mark == lifecycle::Mark::Waiting;
        return shown ? 9 : 0;
    }

    [[nodiscard]] qreal rowTall(const ReportTable& table, const QList<Placed>& places,
                                const QList<ReportCell>& row)
    {
        qreal tall = 0;
        for (qsizetype i = 0; i < row.size(); ++i) {
            const QFontMetricsF metrics(cellFont(table.columns[i]), &m_writer);
            const qreal width = places[i].width - 2 * kCellPad - signOf(row[i]);
            tall = std::max(
                tall, metrics.boundingRect(at(0, 0, width, 10'000),
                                           howOf(table.columns[i], row[i].text, width), row[i].text)
                              .height() /
                          m_unit);
        }
        return std::max(tall, 9.0) + 7;
    }

    void paintCell(const ReportColumn& column, const Placed& place, const ReportCell& cell,
                   qreal tall)
    {
        const Token token = cell.mark == lifecycle::Mark::None ? Token::Text : tokenOf(cell.mark);
        const qreal sign = signOf(cell);
        qreal left = place.x + kCellPad;
        const qreal width = place.width - 2 * kCellPad - sign;
        if (sign > 0 && !column.right) {
            paintSign(cell.mark, {left, m_y + 5, 6, 6}, token);
            left += sign;
        } else if (sign > 0) {
            const QFontMetricsF metrics(cellFont(column), &m_writer);
            const qreal wide = metrics.horizontalAdvance(cell.text) / m_unit;
            left += sign;
            paintSign(cell.mark,
                      {std::max(place.x + kCellPad, left + width - wide - sign), m_y + 5, 6, 6},
                      token);
        }
        m_painter.setFont(cellFont(column));
        m_painter.setPen(ink(token));
        m_painter.drawText(at(left, m_y + 3.5, width, tall), howOf(column, cell.text, width),
                           cell.text);
    }

    void paintSign(lifecycle::Mark mark, const QRectF& rect, Token token)
    {
        const QRectF box = at(rect.x(), rect.y(), rect.width(), rect.height());
        QPainterPath path;
        if (mark == lifecycle::Mark::Ok) {
            path.moveTo(box.left(), box.center().y());
            path.lineTo(box.left() + box.width() * 0.38, box.bottom() - box.height() * 0.1);
            path.lineTo(box.right(), box.top());
        } else if (mark == lifecycle::Mark::Failed) {
            path.moveTo(box.topLeft());
            path.lineTo(box.bottomRight());
            path.moveTo(box.topRight());
            path.lineTo(box.bottomLeft());
        } else {
            path.moveTo(box.right(), box.center().y());
            path.lineTo(box.left(), box.center().y());
            path.lineTo(box.left() + box.width() * 0.4, box.top());
            path.moveTo(box.left(), box.center().y());
            path.lineTo(box.left() + box.width() * 0.4, box.bottom());
        }
        m_painter.setPen(
            QPen(ink(token), 1.1 * m_unit, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
        m_painter.drawPath(path);
    }

    const ReportDocument& m_document;
    const int m_pages;
    QPdfWriter m_writer;
    QPainter m_painter;
    qreal m_unit = 1;
    qreal m_width = 0;
    qreal m_height = 0;
    qreal m_y = 0;
    int m_page = 0;
};

}  // namespace

Result<QByteArray> toPdf(const ReportDocument& document)
{
    int pages = 0;
    QByteArray bytes;
    for (int pass = 0; pass < 2; ++pass) {  // the first one counts the pages
        bytes.clear();
        QBuffer buffer(&bytes);
        if (!buffer.open(QIODevice::WriteOnly)) {
            return Error(ErrorKind::Io, u"the report cannot be painted"_s);
        }
        pages = Paper(&buffer, document, pages).paint();
        if (pages == 0) {
            return Error(ErrorKind::Io, u"the report cannot be painted"_s);
        }
    }
    return bytes;
}

}  // namespace analemma::ui
