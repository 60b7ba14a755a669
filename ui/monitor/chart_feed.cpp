#include "ui/monitor/chart_feed.h"

#include "ui/monitor/chart_group.h"
#include "ui/monitor/chart_view.h"
#include "ui/shell/words.h"

#include <algorithm>
#include <cmath>

namespace analemma::ui {

namespace {

/// A step is as good while it is at most so much coarser or finer than wanted.
constexpr double densityPlay = 1.3;
/// Newest columns that are asked for again.
constexpr qint64 lateColumns = 2;

qint64 floorTo(qint64 time, qint64 step)
{
    const qint64 rest = time % step;
    return time - (rest < 0 ? rest + step : rest);
}

ChartWish wholeWish(qint64 from, qint64 to, int pixels)
{
    const qint64 step = std::max<qint64>(1, (to - from + pixels - 1) / pixels);
    const qint64 begin = floorTo(from, step);
    const qint64 columns = (to - begin + step - 1) / step;
    return {begin, begin + columns * step, int(columns), true};
}

/// Puts columns of the same grid into others; what the newer says holds.
bool spliceChart(Chart& into, const Chart& part)
{
    if (part.step != into.step || (part.from - into.from) % into.step != 0) {
        return part.columns.empty();
    }
    const qint64 at = (part.from - into.from) / into.step;
    const auto count = qint64(into.columns.size());
    const auto more = qint64(part.columns.size());
    if (at > count || at + more < 0) {
        return false;  // a hole between them
    }
    std::vector<ChartColumn> columns;
    const qint64 before = std::max<qint64>(0, -at);
    columns.reserve(std::size_t(before + std::max(count, at + more)));
    columns.resize(std::size_t(before));
    columns.insert(columns.end(), into.columns.begin(), into.columns.end());
    columns.resize(std::size_t(std::max(before + count, before + at + more)));
    std::copy(part.columns.begin(), part.columns.end(), columns.begin() + before + at);
    // A silence that reaches over the seam is told of by both sides, in part.
    std::vector<ChartGap> gaps = into.gaps;
    const qint64 begin = part.from;
    const qint64 end = part.from + more * part.step;
    std::erase_if(gaps, [&](const ChartGap& gap) { return gap.from >= begin && gap.to <= end; });
    gaps.insert(gaps.end(), part.gaps.begin(), part.gaps.end());
    std::sort(gaps.begin(), gaps.end(),
              [](const ChartGap& a, const ChartGap& b) { return a.from < b.from; });
    std::vector<ChartGap> joined;
    for (const ChartGap& gap : gaps) {
        if (!joined.empty() && gap.from < joined.back().to) {
            joined.back().to = std::max(joined.back().to, gap.to);
        } else {
            joined.push_back(gap);
        }
    }
    into.from -= before * into.step;
    into.columns = std::move(columns);
    into.gaps = std::move(joined);
    return true;
}

void trimChart(Chart& chart, qint64 from, qint64 to)
{
    const auto count = qint64(chart.columns.size());
    const qint64 first = std::clamp<qint64>((from - chart.from) / chart.step, 0, count);
    const qint64 last = std::clamp<qint64>((to - chart.from) / chart.step + 1, first, count);
    chart.columns.erase(chart.columns.begin() + last, chart.columns.end());
    chart.columns.erase(chart.columns.begin(), chart.columns.begin() + first);
    chart.from += first * chart.step;
    std::erase_if(chart.gaps, [&](const ChartGap& gap) { return gap.to < from || gap.from > to; });
}

}  // namespace

std::optional<ChartWish> missingOf(const ChartKnown& known, qint64 from, qint64 to, int pixels)
{
    pixels = std::clamp(pixels, 1, 20'000);
    if (to <= from) {
        return {};
    }
    const double density = double(to - from) / pixels;
    const bool grid =
        !known.charts.empty() && known.charts.front().step > 0 &&
        std::all_of(known.charts.begin(), known.charts.end(), [&](const Chart& one) {
            return one.step == known.charts.front().step && one.from == known.charts.front().from;
        });
    if (!grid || density > known.density * densityPlay || density * densityPlay < known.density) {
        return wholeWish(from, to, pixels);
    }
    const Chart& chart = known.charts.front();
    const qint64 step = chart.step;
    const bool left = from < chart.from;
    const bool right = to > known.to + std::min<qint64>(step / 8, 500);
    if ((left && right) || to < chart.from || from > known.to) {
        return wholeWish(from, to, pixels);
    }
    if (left) {
        const qint64 columns = (chart.from - from + step - 1) / step;
        return ChartWish{chart.from - columns * step, chart.from, int(columns), false};
    }
    if (right) {
        const qint64 last = (std::max(known.to, chart.from) - chart.from) / step;
        const qint64 begin = chart.from + std::max<qint64>(0, last - lateColumns) * step;
        const qint64 columns = (to - begin + step - 1) / step;
        return ChartWish{begin, begin + columns * step, int(columns), false};
    }
    return {};
}

bool takeIn(ChartKnown& known, std::vector<Chart> answer, const ChartWish& wish, qint64 from,
            qint64 to)
{
    if (wish.whole) {
        known.charts = std::move(answer);
        known.to = wish.to;
        return true;
    }
    ChartKnown next = known;
    if (answer.size() != next.charts.size()) {
        return false;
    }
    for (std::size_t i = 0; i < answer.size(); ++i) {
        if (!spliceChart(next.charts[i], answer[i])) {
            return false;
        }
        trimChart(next.charts[i], from - (to - from), to + (to - from));
    }
    next.to = std::min(std::max(next.to, wish.to), to + (to - from));
    known = std::move(next);
    return true;
}

ChartFeed::ChartFeed(ChartSource* source, ChartView* view)
    : QObject(view), m_source(source), m_view(view), m_group(view->group())
{
    connect(m_group, &ChartGroup::rangeChanged, this, &ChartFeed::updateSoon);
    connect(view, &ChartView::plotResized, this, &ChartFeed::updateSoon);
    connect(view, &ChartView::retryWanted, this, &ChartFeed::refresh);
    connect(view, &ChartView::seen, this, [this] {
        if (std::exchange(m_postponed, false)) {
            updateSoon();
        }
    });
    m_view->setLoading(true);
    updateSoon();
}

void ChartFeed::refresh()
{
    ++m_round;
    m_asking = false;
    m_known = {};
    if (!m_view->data().empty()) {
        update();
        return;
    }
    m_view->setProblem({});
    m_view->setLoading(true);
    update();
}

/// Many changes in one turn of the event loop are one wish.
void ChartFeed::updateSoon()
{
    if (!m_soon) {
        m_soon = true;
        QMetaObject::invokeMethod(
            this,
            [this] {
                m_soon = false;
                update();
            },
            Qt::QueuedConnection);
    }
}

void ChartFeed::update()
{
    if (m_asking || !m_group) {
        m_again = true;
        return;
    }
    if (!m_view->isVisible() || m_view->visibleRegion().isEmpty()) {
        m_postponed = true;
        return;
    }
    m_again = false;
    const int pixels =
        std::max(1, int(std::lround(m_view->plotRect().width() * m_view->devicePixelRatioF())));
    const auto wish = missingOf(m_known, m_group->from(), m_group->to(), pixels);
    QStringList keys;
    for (const ChartSeries& series : m_view->series()) {
        keys.append(series.key);
    }
    if (!wish || keys.isEmpty()) {
        return;
    }
    if (wish->whole) {
        m_known.density = double(m_group->span()) / pixels;
    }
    m_asking = true;
    m_source->ask(
        keys, wish->from, wish->to, wish->pixels,
        [self = QPointer(this), wish = *wish, round = m_round](Result<std::vector<Chart>> answer) {
            if (self) {
                self->answered(wish, round, std::move(answer));
            }
        });
}

void ChartFeed::answered(const ChartWish& wish, int round, Result<std::vector<Chart>> answer)
{
    if (round != m_round || !m_group) {
        return;
    }
    m_asking = false;
    if (!answer.ok()) {
        m_known = {};  // the next change of the range asks again, and Try again
        m_view->setProblem(sentences(answer.error()));
        return;
    }
    if (takeIn(m_known, std::move(*answer), wish, m_group->from(), m_group->to())) {
        // What is to come is not known yet, whatever was asked for.
        m_known.to = std::min(m_known.to, m_group->now());
        m_view->setData(m_known.charts);
    } else {
        m_known = {};
        m_again = true;
    }
    if (std::exchange(m_again, false)) {
        updateSoon();
    }
}

}  // namespace analemma::ui
