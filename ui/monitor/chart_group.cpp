#include "ui/monitor/chart_group.h"

#include "ui/monitor/time_axis.h"

#include <algorithm>
#include <cmath>

namespace analemma::ui {

namespace {

constexpr qint64 firstSpan = 3'600'000;

}  // namespace

ChartGroup::ChartGroup(qint64 now, QObject* parent)
    : QObject(parent), m_now(now), m_to(now), m_span(firstSpan), m_home(firstSpan)
{
}

void ChartGroup::moveTo(qint64 to, qint64 span)
{
    span = std::clamp(span, shortestSpan, longestSpan);
    to = std::min(to, m_now);
    const bool live = to >= m_now;
    if (to != m_to || span != m_span) {
        m_to = to;
        m_span = span;
        const bool turned = live != m_live;
        m_live = live;
        Q_EMIT rangeChanged();
        if (turned) {
            Q_EMIT liveChanged(m_live);
        }
    }
}

void ChartGroup::setNow(qint64 now)
{
    if (now == m_now) {
        return;
    }
    m_now = now;
    if (m_live || m_to > now) {
        m_to = now;
        Q_EMIT rangeChanged();
    }
    Q_EMIT nowChanged();
}

void ChartGroup::setSpan(qint64 span)
{
    m_home = std::clamp(span, shortestSpan, longestSpan);
    moveTo(m_to, m_home);
}

void ChartGroup::setRange(qint64 from, qint64 to)
{
    if (from > to) {
        std::swap(from, to);
    }
    const qint64 span = std::clamp(to - from, shortestSpan, longestSpan);
    // Where more must be shown than was chosen, the middle stays.
    moveTo(to + (span - (to - from)) / 2, span);
}

void ChartGroup::zoom(double factor, std::optional<qint64> about)
{
    if (!(factor > 0) || !std::isfinite(factor)) {
        return;
    }
    const double wanted =
        std::clamp(double(m_span) * factor, double(shortestSpan), double(longestSpan));
    const qint64 still = about.value_or(m_to);
    const double share = double(m_to - still) / double(m_span);
    moveTo(still + std::llround(share * wanted), std::llround(wanted));
}

void ChartGroup::pan(qint64 by)
{
    moveTo(m_to + by, m_span);
}

void ChartGroup::goLive()
{
    moveTo(m_now, m_span);
}

void ChartGroup::reset()
{
    moveTo(m_now, m_home);
}

void ChartGroup::setCursor(std::optional<qint64> time)
{
    if (time != m_cursor) {
        m_cursor = time;
        Q_EMIT cursorChanged();
    }
}

}  // namespace analemma::ui
