#include "ui/monitor/chart_view.h"

#include "ui/monitor/chart_accessible.h"
#include "ui/monitor/chart_group.h"
#include "ui/monitor/chart_raster.h"
#include "ui/monitor/chart_units.h"
#include "ui/shell/theme.h"
#include "ui/widgets/button.h"

#include <QAccessible>
#include <QFontMetrics>
#include <QLocale>
#include <QTimer>

#include <algorithm>
#include <cmath>

using namespace Qt::StringLiterals;

namespace analemma::ui {

namespace {

constexpr int chartMargin = 12;
constexpr int chartAxis = 68;  ///< one width for all, so that the times of a column of charts align
constexpr int chartTimes = 20;
constexpr int chartLine = 18;
constexpr int chartMarks = 16;
constexpr int tickSpacing = 28;
constexpr int mostTicks = 6;  ///< more make a tall chart restless

/// The widest that the legend's values of a unit get.
QString widestValue(ChartUnit unit)
{
    switch (unit) {
        case ChartUnit::Percent:
            return u"100.0 %"_s;
        case ChartUnit::Bytes:
            return u"1000.0 MiB"_s;
        case ChartUnit::BytesPerSecond:
            return u"1000.0 MiB/s"_s;
        case ChartUnit::Seconds:
        case ChartUnit::Milliseconds:
            return u"00 min 00 s"_s;
        default:
            return u"9999.9k/s"_s;
    }
}

}  // namespace

ChartView::ChartView(ChartGroup* group, QWidget* parent)
    : QWidget(parent), m_group(group), m_skeletonSoon(new QTimer(this))
{
    installChartAccessible();
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);
    setAttribute(Qt::WA_OpaquePaintEvent);
    m_emptyText = tr("Nothing was measured yet.");
    m_skeletonSoon->setSingleShot(true);
    m_skeletonSoon->setInterval(300);
    connect(m_skeletonSoon, &QTimer::timeout, this, [this] {
        m_skeleton = m_loading;
        update();
    });
    connect(group, &ChartGroup::rangeChanged, this, &ChartView::changed);
    connect(group, &ChartGroup::nowChanged, this, qOverload<>(&ChartView::update));
    connect(group, &ChartGroup::cursorChanged, this, &ChartView::cursorMoved);
}

ChartView::~ChartView() = default;

// ---- what it shows
// -------------------------------------------------------------------------------

void ChartView::setTitle(const QString& title)
{
    m_title = title;
    setAccessibleName(title);
    m_frame = {};
    update();
}

void ChartView::setUnit(ChartUnit unit)
{
    m_unit = unit;
    relayout();
    changed();
}

void ChartView::setSeries(const QList<ChartSeries>& series)
{
    m_series = series;
    m_picked = -1;
    m_data.clear();
    setHasData(false);
    relayout();
    changed();
}

void ChartView::setStacked(bool stacked)
{
    m_stacked = stacked;
    m_frame = {};
    changed();
}

void ChartView::setLimits(std::optional<double> low, std::optional<double> high)
{
    m_low = low;
    m_high = high;
    changed();
}

void ChartView::setThresholds(const QList<ChartThreshold>& thresholds)
{
    m_thresholds = thresholds;
    m_frame = {};
    changed();
}

void ChartView::setMarks(const QList<ChartMark>& marks)
{
    m_marks = marks;
    std::stable_sort(m_marks.begin(), m_marks.end(),
                     [](const ChartMark& a, const ChartMark& b) { return a.time < b.time; });
    relayout();
    changed();
}

void ChartView::setData(std::vector<Chart> data)
{
    m_data = std::move(data);
    m_data.resize(std::size_t(m_series.size()));
    bool has = false;
    for (Chart& chart : m_data) {
        for (ChartColumn& column : chart.columns) {
            if (column.count > 0 && !(std::isfinite(column.min) && std::isfinite(column.max) &&
                                      std::isfinite(column.mean))) {
                column.count = 0;  // no number, no place
            }
            has = has || column.count > 0;
        }
    }
    setHasData(has);
    m_loading = m_skeleton = false;
    m_problem.clear();
    updateState();
    changed();
}

void ChartView::setHasData(bool has)
{
    if (has != m_hasData) {
        m_hasData = has;
        m_frame = {};  // the value axis comes, or goes
    }
}

void ChartView::setNewest(qint64 time)
{
    m_newest = time;
    update();
}

void ChartView::setStaleAfter(qint64 span)
{
    m_staleAfter = span;
    update();
}

void ChartView::setLoading(bool loading)
{
    if (loading == m_loading) {
        return;
    }
    m_loading = loading;
    m_skeleton = false;
    if (loading) {
        m_skeletonSoon->start();
    }
    updateState();
}

void ChartView::setProblem(const QString& problem)
{
    m_problem = problem;
    m_loading = m_skeleton = false;
    updateState();
}

void ChartView::setEmptyText(const QString& text)
{
    m_emptyText = text;
    update();
}

void ChartView::updateState()
{
    const bool retry = !m_problem.isEmpty() && !m_hasData;
    if (retry && !m_retry) {
        m_retry = new Button(Button::Look::Plain, tr("Try again"), u"refresh"_s, this);
        m_retry->setObjectName(u"chart.retry"_s);
        connect(m_retry, &Button::clicked, this, &ChartView::retryWanted);
    }
    if (m_retry) {
        m_retry->setVisible(retry);
        const QSize size = m_retry->sizeHint();
        m_retry->setGeometry(QRect(
            QPoint((width() - size.width()) / 2,
                   std::min(m_plot.center().y() + 22, height() - size.height() - metric::grid)),
            size));
    }
    setAccessibleDescription(m_problem);
    update();
}

void ChartView::changed()
{
    m_pictureStale = true;
    updateTicks();
    update();
}

// ---- measures
// ------------------------------------------------------------------------------------

void ChartView::relayout()
{
    const int left = chartMargin;
    const int right = width() - chartMargin;
    layoutLegend(left, right);
    const int rows = m_legend.isEmpty() ? 0 : (m_legend.last().rect.bottom() - 30) / chartLine + 1;
    int top = 30 + rows * chartLine + metric::half;
    m_markStrip =
        QRect(left + chartAxis, top, right - left - chartAxis, m_marks.isEmpty() ? 0 : chartMarks);
    top += m_markStrip.height() + 2;
    const int bottom = height() - chartTimes - 6;
    m_plot = QRect(left + chartAxis, top, std::max(1, right - left - chartAxis),
                   std::max(1, bottom - top));
    m_frame = {};
    m_pictureStale = true;
}

QRect ChartView::ageRect() const
{
    const int room = std::clamp(width() / 2 - chartMargin, 110, 210);
    return {width() - chartMargin - room, 8, room, 20};
}

void ChartView::layoutLegend(int left, int right)
{
    m_legend.clear();
    m_hiddenSeries = 0;
    const QFontMetrics names(fontOf(Type::Caption));
    const QFontMetrics figures(numberFont(Type::Caption));
    const int fixed = 24 + figures.horizontalAdvance(widestValue(m_unit)) + 22;
    const auto count = int(m_series.size());
    int natural = 0;
    for (const ChartSeries& series : std::as_const(m_series)) {
        natural += fixed + names.horizontalAdvance(series.name);
    }
    const bool flows = natural <= right - left;
    const int columns = std::clamp((right - left) / (fixed + 56), 1, std::max(1, count));
    const int rows = height() >= 176 ? 2 : 1;
    const int shown = flows || count <= columns * rows ? count : columns * rows - 1;
    const int cell = (right - left) / (shown <= columns ? std::max(1, shown) : columns);
    int x = left;
    // Names that a column would cut stand one behind the other, where they have room so.
    QList<QPoint> wrapped;
    QPoint next(left, 0);
    bool cut = false;
    for (const ChartSeries& series : std::as_const(m_series)) {
        const int wide = fixed + names.horizontalAdvance(series.name);
        cut = cut || wide > cell;
        if (next.x() + wide > right && next.x() > left) {
            next = {left, next.y() + 1};
        }
        wrapped.append(next);
        next.rx() += wide;
    }
    const bool wraps = !flows && cut && shown == count && next.y() < rows;
    for (int i = 0; i < shown; ++i) {
        const QString name = m_series[i].name;
        if (wraps) {
            m_legend.append({QRect(wrapped[i].x(), 30 + wrapped[i].y() * chartLine,
                                   fixed + names.horizontalAdvance(name), chartLine),
                             name});
        } else if (flows) {
            const int wide = fixed + names.horizontalAdvance(name);
            m_legend.append({QRect(x, 30, wide, chartLine), name});
            x += wide;
        } else {
            m_legend.append(
                {QRect(left + i % columns * cell, 30 + i / columns * chartLine, cell, chartLine),
                 names.elidedText(name, Qt::ElideMiddle, std::max(8, cell - fixed))});
        }
    }
    m_hiddenSeries = count - shown;
}

void ChartView::resizeEvent(QResizeEvent* event)
{
    const int before = m_plot.width();
    relayout();
    changed();
    updateState();
    if (m_plot.width() != before) {
        Q_EMIT plotResized();
    }
    QWidget::resizeEvent(event);
}

void ChartView::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange) {
        relayout();
        update();
    }
    QWidget::changeEvent(event);
}

void ChartView::updateTicks()
{
    const qint64 from = m_group->from();
    const qint64 to = m_group->to();
    double low = std::numeric_limits<double>::max();
    double high = std::numeric_limits<double>::lowest();
    if (m_stacked) {
        high = highestStack(m_data, from, to);
        low = 0;
    } else {
        for (const Chart& chart : m_data) {
            for (std::size_t i = 0; i < chart.columns.size(); ++i) {
                const qint64 time = chart.from + qint64(i) * chart.step;
                const ChartColumn& column = chart.columns[i];
                if (column.count > 0 && time + chart.step > from && time < to) {
                    low = std::min(low, column.min);
                    high = std::max(high, column.max);
                }
            }
        }
    }
    low = m_low ? std::min(low, *m_low) : low;
    // Parts that were rounded may add up to a little more than all.
    constexpr double rounded = 1.02;
    if (m_high && (!m_stacked || high > *m_high * rounded)) {
        high = std::max(high, *m_high);
    } else {
        high = m_high.value_or(high);
    }
    for (const ChartThreshold& threshold : std::as_const(m_thresholds)) {
        // One that is near is worth to be seen.
        if (high >= threshold.from / 2) {
            high = std::max(high, threshold.from * 1.05);
        }
    }
    ValueTicks ticks = valueTicks(low, high, m_unit, m_plot.height(),
                                  std::max(tickSpacing, m_plot.height() / mostTicks));
    if (ticks.top != m_ticks.top || ticks.bottom != m_ticks.bottom || ticks.at != m_ticks.at) {
        m_ticks = std::move(ticks);
        m_frame = {};
    }
}

PlotScale ChartView::scale(qreal ratio) const
{
    PlotScale scale;
    scale.from = m_group->from();
    scale.to = m_group->to();
    scale.bottom = m_ticks.bottom;
    scale.top = m_ticks.top;
    scale.width = qRound(m_plot.width() * ratio);
    scale.height = qRound(m_plot.height() * ratio);
    return scale;
}

int ChartView::xOf(qint64 time) const
{
    return m_plot.left() + int(std::floor(std::clamp(scale(1).x(time), -1e6, 1e6)));
}

qint64 ChartView::timeAt(int x) const
{
    const double share = (x - m_plot.left() + 0.5) / m_plot.width();
    return m_group->from() + qint64(share * double(m_group->span()));
}

// ---- words
// ---------------------------------------------------------------------------------------

qint64 ChartView::newest() const
{
    if (m_newest > 0) {
        return m_newest;
    }
    qint64 newest = 0;
    for (const Chart& chart : m_data) {
        newest = std::max(newest, newestOf(chart));
    }
    return std::min(newest, m_group->now());
}

bool ChartView::isStale() const
{
    return m_hasData && m_staleAfter >= 0 && m_group->now() - newest() > m_staleAfter;
}

QString ChartView::ageText() const
{
    const QTimeZone zone = chartZone();
    if (m_group->cursor()) {
        return momentText(*m_group->cursor(), m_group->now(), zone);
    }
    if (!m_hasData) {
        return {};
    }
    const qint64 age = m_group->now() - newest();
    if (m_staleAfter < 0) {
        return tr("until %1").arg(momentText(newest(), m_group->now(), zone));
    }
    if (isStale()) {
        return tr("no data since %1").arg(momentText(newest(), m_group->now(), zone));
    }
    return tr("as of %1 s").arg(std::max<qint64>(0, age) / 1000);
}

QString ChartView::spokenValue() const
{
    const qint64 time = m_group->cursor().value_or(std::min(newest(), m_group->to() - 1));
    QStringList parts;
    for (std::size_t i = 0; i < m_data.size(); ++i) {
        const ChartColumn* column = valueAt(m_data[i], time);
        const QString& name = m_series[qsizetype(i)].name;
        parts.append(
            column ? tr("%1 %2", "CPU busy 34 percent").arg(name, spokenText(column->mean, m_unit))
                   : tr("%1: no data").arg(name));
    }
    if (!m_hasData) {
        return m_problem.isEmpty() ? (m_loading ? tr("loading") : m_emptyText) : m_problem;
    }
    QString text =
        tr("%1, at %2").arg(parts.join(u", "_s), momentText(time, m_group->now(), chartZone()));
    if (const ChartMark* mark = markAtCursor()) {
        text += u", "_s + wordOf(mark->kind) + u' ' + mark->text;
    }
    return text;
}

QStringList ChartView::legendTexts() const
{
    QStringList texts;
    for (const LegendItem& item : m_legend) {
        texts.append(item.name);
    }
    return texts;
}

const ChartMark* ChartView::markAtCursor() const
{
    constexpr double near = 6;
    const ChartMark* found = nullptr;
    double nearest = near;
    if (m_group->cursor()) {
        const PlotScale pixels = scale(1);
        for (const ChartMark& mark : m_marks) {
            const double away = std::abs(pixels.x(mark.time) - pixels.x(*m_group->cursor()));
            if (away < nearest || (!found && away <= nearest)) {
                nearest = away;
                found = &mark;
            }
        }
    }
    return found;
}

std::vector<ChartGap> ChartView::silences() const
{
    std::vector<ChartGap> all = m_data.empty() ? std::vector<ChartGap>() : m_data.front().gaps;
    for (std::size_t i = 1; i < m_data.size(); ++i) {
        const std::vector<ChartGap>& others = m_data[i].gaps;
        std::vector<ChartGap> both;
        for (std::size_t a = 0, b = 0; a < all.size() && b < others.size();) {
            const ChartGap shared{std::max(all[a].from, others[b].from),
                                  std::min(all[a].to, others[b].to)};
            if (shared.from < shared.to) {
                both.push_back(shared);
            }
            all[a].to < others[b].to ? ++a : ++b;
        }
        all = std::move(both);
    }
    if (isStale() && m_group->to() > newest()) {
        all.push_back({newest(), m_group->to()});
    }
    return all;
}

void ChartView::cursorMoved()
{
    if (!m_hovered && !hasFocus()) {
        m_keyCursor = false;
    }
    update();
}

void ChartView::sayValue()
{
    if (QAccessible::isActive()) {
        QAccessibleValueChangeEvent said(this, spokenValue());
        QAccessible::updateAccessibility(&said);
    }
}

}  // namespace analemma::ui
