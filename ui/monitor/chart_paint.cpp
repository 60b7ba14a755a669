#include "ui/monitor/chart_group.h"
#include "ui/monitor/chart_raster.h"
#include "ui/monitor/chart_units.h"
#include "ui/monitor/chart_view.h"
#include "ui/shell/icons.h"
#include "ui/shell/style.h"
#include "ui/shell/theme.h"
#include "ui/shell/theme_series.h"
#include "ui/widgets/button.h"

#include <QFontMetrics>
#include <QPainter>

#include <cmath>

using namespace Qt::StringLiterals;

namespace analemma::ui {

namespace {

constexpr int chartTimeRow = 16;

QColor markColour(ChartMarkKind kind)
{
    switch (kind) {
        case ChartMarkKind::Incident:
            return colour(Token::Failed);
        case ChartMarkKind::Rollback:
            return colour(Token::Waiting);
        default:
            return colour(Token::Quiet);
    }
}

void drawIn(QPainter& painter, const QRect& rect, Qt::Alignment alignment, const QString& text)
{
    painter.drawText(rect, int(alignment) | int(Qt::TextSingleLine), text);
}

/// A small word upon a raised ground, kept inside `bounds`.
void drawTag(QPainter& painter, const QPoint& centre, const QRect& bounds, const QString& text,
             const QString& icon, const QColor& shade)
{
    const QFont font = fontOf(Type::Caption);
    const QFontMetrics metrics(font);
    const int iconWidth = icon.isEmpty() ? 0 : metric::icon;
    const QString shown =
        metrics.elidedText(text, Qt::ElideRight, std::max(8, bounds.width() - 20 - iconWidth));
    QRect tag(0, 0, metrics.horizontalAdvance(shown) + 12 + iconWidth, 18);
    tag.moveCenter(centre);
    tag.moveLeft(std::clamp(tag.left(), bounds.left(),
                            std::max(bounds.left(), bounds.right() - tag.width())));
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(colour(Token::Line));
    painter.setBrush(colour(Token::Raised));
    painter.drawRoundedRect(QRectF(tag).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4);
    if (iconWidth > 0) {
        paintIcon(&painter, QRectF(tag.left() + 4, tag.top() + 3, 12, 12), icon, shade);
    }
    painter.setFont(font);
    painter.setPen(colour(Token::Text));
    drawIn(painter, tag.adjusted(6 + iconWidth, 0, -4, 0), Qt::AlignVCenter, shown);
    painter.restore();
}

}  // namespace

void ChartView::paintEvent(QPaintEvent*)
{
    const qreal ratio = devicePixelRatioF();
    if (m_frame.isNull() || m_frame.devicePixelRatio() != ratio) {
        m_frame = QPixmap(size() * ratio);
        m_frame.setDevicePixelRatio(ratio);
        QPainter frame(&m_frame);
        paintFrame(frame);
    }
    QPainter painter(this);
    painter.drawPixmap(0, 0, m_frame);
    if (m_hasData) {
        if (m_pictureStale || m_picture.devicePixelRatio() != ratio) {
            paintSeries();
        }
        paintTimes(painter);
        paintGaps(painter);
        painter.drawImage(m_plot.topLeft(), m_picture);
        paintMarks(painter);
        paintCursor(painter);
        paintMarkWord(painter);
    } else {
        paintInstead(painter);
    }
    paintLegend(painter);
    if (hasFocus()) {
        paintFocusRing(&painter, rect(), metric::radius);
    }
    Q_EMIT seen();
}

/// What stays while values move: ground, title, names, value axis.
void ChartView::paintFrame(QPainter& painter) const
{
    painter.fillRect(rect(), palette().color(QPalette::Window));
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(colour(Token::Line));
    painter.setBrush(colour(Token::Surface));
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), metric::radius,
                            metric::radius);
    painter.setRenderHint(QPainter::Antialiasing, false);
    const QFont bold = fontOf(Type::Body, QFont::DemiBold);
    painter.setFont(bold);
    painter.setPen(colour(Token::Text));
    const QRect title(12, 8, ageRect().left() - 20, 20);
    drawIn(painter, title, Qt::AlignVCenter,
           QFontMetrics(bold).elidedText(m_title, Qt::ElideRight, title.width()));
    painter.setFont(fontOf(Type::Caption));
    for (int i = 0; i < int(m_legend.size()); ++i) {
        const LegendItem& item = m_legend[i];
        paintSwatch(painter, QRect(item.rect.left(), item.rect.top(), 16, item.rect.height()), i);
        painter.setPen(colour(Token::Quiet));
        drawIn(painter, item.rect.adjusted(24, 0, 0, 0), Qt::AlignVCenter, item.name);
    }
    if (!m_hasData) {
        return;
    }
    paintThresholds(painter);
    const PlotScale scale = this->scale(1);
    painter.setFont(numberFont(Type::Caption));
    for (const double value : m_ticks.at) {
        const int y = m_plot.top() + int(std::lround(scale.y(value)));
        const bool base = value == m_ticks.bottom;
        painter.setPen(base ? colour(Token::Line)
                            : mix(colour(Token::Line), colour(Token::Surface), 0.55));
        painter.drawLine(m_plot.left(), y, m_plot.right(), y);
        painter.setPen(colour(Token::Quiet));
        drawIn(painter, QRect(4, y - 9, m_plot.left() - 12, 18), Qt::AlignRight | Qt::AlignVCenter,
               axisText(value, m_ticks.step, m_unit));
    }
}

void ChartView::paintThresholds(QPainter& painter) const
{
    const PlotScale scale = this->scale(1);
    for (const ChartThreshold& threshold : m_thresholds) {
        const Token token = threshold.critical ? Token::Failed : Token::Waiting;
        const double top = std::min(threshold.to, m_ticks.top);
        if (threshold.from >= m_ticks.top || top <= m_ticks.bottom) {
            continue;
        }
        const int high = m_plot.top() + int(std::lround(scale.y(top)));
        const int low =
            m_plot.top() + int(std::lround(scale.y(std::max(threshold.from, m_ticks.bottom))));
        painter.fillRect(QRect(m_plot.left(), high, m_plot.width(), low - high), tint(token));
        painter.setPen(QPen(mix(colour(token), colour(Token::Surface), 0.7), 1, Qt::DashLine));
        painter.drawLine(m_plot.left(), low, m_plot.right(), low);
        painter.setFont(fontOf(Type::Caption));
        if (low - high >= 12) {
            painter.setPen(colour(token));
            drawIn(painter, QRect(m_plot.left() + 6, low - 15, m_plot.width() - 12, 14),
                   Qt::AlignVCenter, threshold.critical ? tr("critical") : tr("warning"));
        }
    }
}

void ChartView::paintTimes(QPainter& painter) const
{
    const QFont font = numberFont(Type::Caption);
    const QFontMetrics metrics(font);
    const QTimeZone zone = chartZone();
    painter.setFont(font);
    const auto widthOf = [&metrics](const QString& text) {
        return double(metrics.horizontalAdvance(text));
    };
    for (const TimeTick& tick :
         timeTicks(m_group->from(), m_group->to(), m_plot.width(), zone, widthOf)) {
        const int x = xOf(tick.time);
        painter.setPen(mix(colour(Token::Line), colour(Token::Surface), tick.day ? 1.0 : 0.45));
        painter.drawLine(x, m_plot.top(), x, m_plot.bottom());
        const int half = int(widthOf(tick.text)) / 2 + 1;
        if (x + half > width() - 4 || x - half < 4) {
            continue;
        }
        painter.setPen(colour(tick.day ? Token::Text : Token::Quiet));
        drawIn(painter, QRect(x - half, m_plot.bottom() + 4, 2 * half, chartTimeRow),
               Qt::AlignCenter, tick.text);
    }
}

void ChartView::paintGaps(QPainter& painter) const
{
    const QString word = tr("no data");
    const QFont font = fontOf(Type::Caption);
    const int room = QFontMetrics(font).horizontalAdvance(word) + 16;
    for (const ChartGap& gap : silences()) {
        const int left = std::max(m_plot.left(), xOf(gap.from));
        const int right = std::min(m_plot.right() + 1, xOf(gap.to));
        if (right <= left) {
            continue;
        }
        const QRect box(left, m_plot.top(), std::max(1, right - left), m_plot.height());
        painter.fillRect(box, mix(colour(Token::Raised), colour(Token::Surface), 0.6));
        painter.fillRect(box, QBrush(colour(Token::Line), Qt::BDiagPattern));
        if (box.width() >= room) {
            QRect label(0, 0, room - 4, 18);
            label.moveCenter(box.center());
            painter.fillRect(label, mix(colour(Token::Raised), colour(Token::Surface), 0.6));
            painter.setFont(font);
            painter.setPen(colour(Token::Quiet));
            drawIn(painter, label, Qt::AlignCenter, word);
        }
    }
}

// ---- the series
// ----------------------------------------------------------------------------------

void ChartView::paintSeries()
{
    const qreal ratio = devicePixelRatioF();
    const PlotScale pixels = scale(ratio);
    const QSize size(pixels.width, pixels.height);
    if (m_picture.size() != size) {
        m_picture = QImage(size, QImage::Format_ARGB32_Premultiplied);
    }
    m_picture.setDevicePixelRatio(ratio);
    m_picture.fill(0);
    m_pictureStale = false;
    m_stacked ? paintStack(&m_picture, pixels) : paintLines(&m_picture, pixels);
}

void ChartView::paintStack(QImage* image, const PlotScale& scale) const
{
    constexpr int loud = 205;
    constexpr int usual = 165;
    constexpr int faded = 50;
    ChartRaster raster(image);
    const std::vector<std::vector<float>> edges = stackedEdges(m_data, scale);
    std::vector<float> below(std::size_t(scale.width), scale.y(std::max(0.0, scale.bottom)));
    for (int i = 0; i < int(edges.size()); ++i) {
        const int share = m_picked < 0 ? usual : m_picked == i ? loud : faded;
        // A pixel of ground between two areas: they are told apart without their colours.
        std::vector<float> floor = below;
        const auto air = float(devicePixelRatioF()) * (i > 0 ? 0.75F : 0.0F);
        for (std::size_t x = 0; x < floor.size(); ++x) {
            floor[x] -= std::min(air, std::max(0.0F, floor[x] - edges[std::size_t(i)][x]) / 3);
        }
        raster.between(edges[std::size_t(i)], floor, seriesColour(i, currentScheme()).rgb(), share);
        for (std::size_t x = 0; x < below.size(); ++x) {
            below[x] = std::isnan(edges[std::size_t(i)][x]) ? below[x] : edges[std::size_t(i)][x];
        }
    }
}

void ChartView::paintLines(QImage* image, const PlotScale& scale) const
{
    constexpr int bandShare = 64;
    constexpr int areaShare = 26;
    ChartRaster raster(image);
    const auto ratio = float(devicePixelRatioF());
    const auto phase =
        qint64(std::fmod(double(scale.from) * scale.width / double(scale.to - scale.from), 1e9));
    for (int pass = 0; pass < 2; ++pass) {
        for (int i = 0; i < int(m_data.size()); ++i) {
            if ((i == m_picked) != (pass == 1) && m_picked >= 0) {
                continue;  // the one that is picked out comes last, upon all others
            }
            if (m_picked < 0 && pass == 1) {
                return;
            }
            const bool faded = m_picked >= 0 && m_picked != i;
            const QColor full = seriesColour(i, currentScheme());
            const QRgb shade = (faded ? mix(full, colour(Token::Surface), 0.35) : full).rgb();
            const PixelTrace trace = traceOf(m_data[std::size_t(i)], scale);
            if (isLonely()) {
                raster.area(trace, shade, areaShare, scale.y(std::max(0.0, scale.bottom)));
            }
            if (!faded) {
                raster.band(trace, shade, bandShare);
            }
            ChartDash dash = dashOf(i);
            for (int* part : {&dash.on, &dash.off, &dash.secondOn, &dash.secondOff}) {
                *part = qRound(float(*part) * ratio);
            }
            raster.line(trace, shade, (m_picked == i ? 2.0F : 1.4F) * ratio, dash, int(phase));
        }
    }
}

// ---- legend
// --------------------------------------------------------------------------------------

void ChartView::paintSwatch(QPainter& painter, const QRect& rect, int place) const
{
    const QColor shade = seriesColour(place, currentScheme());
    if (m_stacked) {
        painter.fillRect(QRect(rect.left(), rect.center().y() - 4, 10, 9), shade);
        return;
    }
    const ChartDash dash = dashOf(place);
    const int cycle = dash.on + dash.off + dash.secondOn + dash.secondOff;
    for (int x = 0; x < rect.width(); ++x) {
        const int at = cycle > 0 ? x % cycle : 0;
        if (cycle == 0 || at < dash.on ||
            (at >= dash.on + dash.off && at < dash.on + dash.off + dash.secondOn)) {
            painter.fillRect(QRect(rect.left() + x, rect.center().y() - 1, 1, 2), shade);
        }
    }
}

QString ChartView::legendValue(int place) const
{
    if (place >= int(m_data.size()) || (!m_group->cursor() && m_group->isLive() && isStale())) {
        return u"–"_s;
    }
    const Chart& chart = m_data[std::size_t(place)];
    const ChartColumn* column = valueAt(chart, m_group->cursor().value_or(m_group->to() - 1));
    if (!column) {
        return u"–"_s;
    }
    return valueText(m_group->cursor() ? column->mean : column->last, m_unit);
}

QString ChartView::spreadText() const
{
    if (!isLonely() || m_data.empty() || !m_group->cursor()) {
        return {};
    }
    const ChartColumn* column = valueAt(m_data.front(), *m_group->cursor());
    return column && column->count > 1
               ? tr("min %1   max %2")
                     .arg(valueText(column->min, m_unit), valueText(column->max, m_unit))
               : QString();
}

void ChartView::paintLegend(QPainter& painter) const
{
    painter.setFont(numberFont(Type::Caption));
    for (int i = 0; i < int(m_legend.size()) && m_hasData; ++i) {
        const QRect& rect = m_legend[i].rect;
        const int names = rect.left() + 24 +
                          QFontMetrics(fontOf(Type::Caption)).horizontalAdvance(m_legend[i].name);
        painter.setPen(colour(m_picked < 0 || m_picked == i ? Token::Text : Token::Quiet));
        drawIn(painter, QRect(names + 8, rect.top(), width() - names, rect.height()),
               Qt::AlignVCenter, legendValue(i));
        if (m_picked == i) {
            painter.fillRect(
                QRect(rect.left() + 24, rect.bottom() - 1, names - rect.left() - 24, 1),
                colour(Token::Text));
        }
    }
    painter.setFont(fontOf(Type::Caption));
    painter.setPen(colour(Token::Quiet));
    const QRect header = ageRect();
    if (m_hiddenSeries > 0) {
        const QRect last = m_legend.isEmpty() ? QRect(12, 30, 0, 18) : m_legend.last().rect;
        drawIn(painter, QRect(last.right() + 1, last.top(), 80, last.height()), Qt::AlignVCenter,
               tr("+%1 more").arg(m_hiddenSeries));
    }
    const QString spread = spreadText();
    if (!spread.isEmpty() && !m_legend.isEmpty()) {
        drawIn(painter, QRect(m_legend.last().rect.right() + 1, 30, width(), 18), Qt::AlignVCenter,
               spread);
    }
    if (!m_problem.isEmpty() && m_hasData) {
        const QFontMetrics metrics(painter.font());
        const QString shown = metrics.elidedText(m_problem, Qt::ElideRight, header.width() - 20);
        const int left = header.right() - metrics.horizontalAdvance(shown);
        paintIcon(&painter, QRectF(left - 18, header.top() + 3, 14, 14), u"failed"_s,
                  colour(Token::Failed));
        painter.setPen(colour(Token::Failed));
        drawIn(painter, header, Qt::AlignRight | Qt::AlignVCenter, shown);
        return;
    }
    const bool stale = isStale() && !m_group->cursor();
    painter.setPen(colour(stale ? Token::Waiting : m_group->cursor() ? Token::Text : Token::Quiet));
    painter.setFont(numberFont(Type::Caption));
    const QString age = ageText();
    drawIn(painter, header, Qt::AlignRight | Qt::AlignVCenter, age);
    if (stale) {
        const int left = header.right() - painter.fontMetrics().horizontalAdvance(age);
        paintIcon(&painter, QRectF(left - 18, header.top() + 3, 14, 14), u"waiting"_s,
                  colour(Token::Waiting));
    }
}

// ---- marks and cursor
// ----------------------------------------------------------------------------

void ChartView::paintMarks(QPainter& painter) const
{
    constexpr int apart = 34;
    const QFont font = numberFont(Type::Caption);
    painter.setFont(font);
    // Those that stand too near to each other share one icon, of the gravest, and a count.
    for (qsizetype i = 0; i < m_marks.size();) {
        const int first = xOf(m_marks[i].time);
        ChartMarkKind gravest = m_marks[i].kind;
        int count = 0;
        for (; i < m_marks.size() && xOf(m_marks[i].time) < first + apart; ++i, ++count) {
            const ChartMark& mark = m_marks[i];
            gravest = std::max(gravest, mark.kind);
            if (mark.time >= m_group->from() && mark.time <= m_group->to()) {
                const int x = xOf(mark.time);
                painter.setPen(
                    QPen(mix(markColour(mark.kind), colour(Token::Surface), 0.75), 1, Qt::DotLine));
                painter.drawLine(x, m_markStrip.bottom() + 1, x, m_plot.bottom());
            }
        }
        if (first < m_plot.left() || first > m_plot.right()) {
            continue;
        }
        const QColor shade = markColour(gravest);
        paintIcon(&painter, QRectF(first - 6.5, m_markStrip.top() + 1, 13, 13), iconOf(gravest),
                  shade);
        if (count > 1) {
            painter.setPen(shade);
            drawIn(painter, QRect(first - 32, m_markStrip.top(), 23, chartTimeRow),
                   Qt::AlignRight | Qt::AlignVCenter, QString::number(count));
        }
    }
}

void ChartView::paintMarkWord(QPainter& painter) const
{
    const ChartMark* mark = m_hovered || m_keyCursor ? markAtCursor() : nullptr;
    if (mark) {
        const QString text = wordOf(mark->kind) + u' ' + mark->text;
        drawTag(painter, {xOf(mark->time), m_markStrip.center().y()},
                QRect(m_plot.left(), 0, m_plot.width(), height()), text.trimmed(),
                iconOf(mark->kind), markColour(mark->kind));
    }
}

void ChartView::paintCursor(QPainter& painter) const
{
    if (m_drag == Drag::Zoom) {
        const int left =
            std::clamp(std::min(m_pressedAt.x(), m_draggedTo.x()), m_plot.left(), m_plot.right());
        const int right =
            std::clamp(std::max(m_pressedAt.x(), m_draggedTo.x()), m_plot.left(), m_plot.right());
        QColor shade = colour(Token::Accent);
        shade.setAlphaF(0.16F);
        painter.fillRect(QRect(left, m_plot.top(), right - left + 1, m_plot.height()), shade);
        painter.setPen(colour(Token::Accent));
        painter.drawLine(left, m_plot.top(), left, m_plot.bottom());
        painter.drawLine(right, m_plot.top(), right, m_plot.bottom());
        return;
    }
    const std::optional<qint64> cursor = m_group->cursor();
    if (!cursor || *cursor < m_group->from() || *cursor > m_group->to()) {
        return;
    }
    const int x = std::min(xOf(*cursor), m_plot.right());
    painter.setPen(colour(Token::Quiet));
    painter.drawLine(x, m_plot.top(), x, m_plot.bottom());
    const PlotScale scale = this->scale(1);
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(colour(Token::Surface), 1.5));
    double sum = 0;
    for (int i = 0; i < int(m_data.size()); ++i) {
        if (const ChartColumn* column = valueAt(m_data[std::size_t(i)], *cursor)) {
            sum = m_stacked ? sum + column->mean : column->mean;
            painter.setBrush(seriesColour(i, currentScheme()));
            painter.drawEllipse(QPointF(x + 0.5, m_plot.top() + double(scale.y(sum))), 3.75, 3.75);
        }
    }
    painter.restore();
    if (m_hovered || m_keyCursor) {
        const QString time = momentText(*cursor, m_group->now(), chartZone());
        const int half = QFontMetrics(fontOf(Type::Caption)).horizontalAdvance(time) / 2 + 34;
        painter.fillRect(
            QRect(std::max(2, x - half), m_plot.bottom() + 3,
                  std::min(2 * half, width() - 4 - std::max(2, x - half)), chartTimeRow + 1),
            colour(Token::Surface));
        drawTag(painter, {x, m_plot.bottom() + 4 + chartTimeRow / 2},
                QRect(m_plot.left() - 40, 0, m_plot.width() + 48, height()), time, {}, {});
    }
}

void ChartView::paintInstead(QPainter& painter) const
{
    const QRect room(24, 30, width() - 48, height() - 44);
    if (m_loading || m_skeleton) {
        if (m_skeleton) {
            painter.setPen(Qt::NoPen);
            painter.setBrush(colour(Token::Raised));
            painter.setRenderHint(QPainter::Antialiasing);
            const int rows = std::max(1, m_plot.height() / 28);
            for (int i = 0; i < rows; ++i) {
                const int wide = m_plot.width() * (90 - i * 13 % 40) / 100;
                painter.drawRoundedRect(QRect(m_plot.left(), m_plot.top() + 8 + i * 28, wide, 10),
                                        4, 4);
            }
            painter.setRenderHint(QPainter::Antialiasing, false);
        }
        return;
    }
    const bool failed = !m_problem.isEmpty();
    const int middle = m_plot.center().y() - (failed ? 18 : 4);
    const QFont font = fontOf(Type::Body);
    const QString text = QFontMetrics(font).elidedText(failed ? m_problem : m_emptyText,
                                                       Qt::ElideRight, room.width());
    paintIcon(&painter, QRectF(width() / 2.0 - 10, middle - 26, 20, 20),
              failed ? u"failed"_s : u"monitor"_s, colour(failed ? Token::Failed : Token::Idle));
    painter.setFont(font);
    painter.setPen(colour(failed ? Token::Text : Token::Quiet));
    drawIn(painter, QRect(room.left(), middle, room.width(), 24), Qt::AlignCenter, text);
}

}  // namespace analemma::ui
