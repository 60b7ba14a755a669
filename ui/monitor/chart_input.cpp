#include "ui/monitor/chart_group.h"
#include "ui/monitor/chart_raster.h"
#include "ui/monitor/chart_units.h"
#include "ui/monitor/chart_view.h"
#include "ui/shell/words.h"

#include <QHelpEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QToolTip>
#include <QWheelEvent>

#include <algorithm>
#include <cmath>

using namespace Qt::StringLiterals;

namespace analemma::ui {

namespace {

constexpr int leastDrag = 4;
constexpr double zoomStep = 0.8;

}  // namespace

// ---- mouse
// ---------------------------------------------------------------------------------------

void ChartView::mouseMoveEvent(QMouseEvent* event)
{
    m_hovered = true;
    m_keyCursor = false;
    const QPoint at = event->position().toPoint();
    if (m_drag == Drag::Zoom) {
        m_draggedTo = at;
        update();
    } else if (m_drag == Drag::Pan) {
        const double moved = double(m_pressedAt.x() - at.x()) / m_plot.width();
        const qint64 from = m_panFrom + qint64(moved * double(m_group->span()));
        m_group->pan(from - m_group->from());
    }
    const bool inside = at.x() >= m_plot.left() && at.x() <= m_plot.right();
    m_group->setCursor(inside && m_hasData ? std::optional(timeAt(at.x())) : std::nullopt);
}

void ChartView::mousePressEvent(QMouseEvent* event)
{
    const QPoint at = event->position().toPoint();
    const bool pans =
        event->button() == Qt::MiddleButton || event->modifiers().testFlag(Qt::ShiftModifier);
    if (!m_plot.contains(at) || (event->button() != Qt::LeftButton && !pans)) {
        QWidget::mousePressEvent(event);
        return;
    }
    m_drag = pans ? Drag::Pan : Drag::Zoom;
    m_pressedAt = m_draggedTo = at;
    m_panFrom = m_group->from();
}

void ChartView::mouseReleaseEvent(QMouseEvent* event)
{
    const Drag drag = std::exchange(m_drag, Drag::None);
    const QPoint at = event->position().toPoint();
    update();
    if (drag == Drag::Zoom && std::abs(at.x() - m_pressedAt.x()) >= leastDrag) {
        const auto inside = [this](int x) {
            return std::clamp(x, m_plot.left(), m_plot.right() + 1);
        };
        const double each = double(m_group->span()) / m_plot.width();
        const auto timeOf = [&](int x) {
            return m_group->from() + std::llround((inside(x) - m_plot.left()) * each);
        };
        m_group->setRange(timeOf(std::min(at.x(), m_pressedAt.x())),
                          timeOf(std::max(at.x(), m_pressedAt.x())));
    } else if (drag == Drag::Zoom) {
        if (const ChartMark* mark = markAtCursor(); mark && at.y() <= m_plot.top()) {
            Q_EMIT markOpened(mark->id);
        }
    } else if (drag == Drag::None) {
        if (const ChartMark* mark = markAtCursor(); mark && m_markStrip.contains(at)) {
            Q_EMIT markOpened(mark->id);
        }
    }
}

void ChartView::mouseDoubleClickEvent(QMouseEvent* event)
{
    if (event->button() == Qt::LeftButton) {
        m_drag = Drag::None;
        m_group->reset();
    }
}

void ChartView::wheelEvent(QWheelEvent* event)
{
    const bool mine = hasFocus() || event->modifiers().testFlag(Qt::ControlModifier);
    const QPoint turned = event->angleDelta();
    if (!mine || turned.isNull()) {
        event->ignore();  // the page scrolls
        return;
    }
    constexpr double notch = 120;
    const bool pans = event->modifiers().testFlag(Qt::ShiftModifier) || turned.y() == 0;
    if (pans) {
        const double notches = (turned.y() != 0 ? turned.y() : turned.x()) / notch;
        m_group->pan(qint64(-notches * double(m_group->span()) / 10));
    } else {
        m_group->zoom(std::pow(zoomStep, turned.y() / notch), timeAt(int(event->position().x())));
    }
    event->accept();
}

void ChartView::leaveEvent(QEvent* event)
{
    m_hovered = false;
    if (m_drag == Drag::None) {
        m_group->setCursor({});
    }
    QWidget::leaveEvent(event);
}

QString ChartView::tipAt(const QPoint& at) const
{
    for (int i = 0; i < int(m_legend.size()); ++i) {
        if (m_legend[i].rect.contains(at)) {
            return m_series[i].name;
        }
    }
    if (at.y() < m_markStrip.top()) {
        QStringList hidden;
        for (int i = int(m_legend.size()); i < int(m_series.size()) && m_hiddenSeries > 0; ++i) {
            hidden.append(m_series[i].name + u' ' + legendValue(i));
        }
        return at.y() < 28 ? (m_problem.isEmpty() ? m_title : m_problem) : hidden.join(u'\n');
    }
    QStringList marks;
    constexpr int near = 8;
    for (const ChartMark& mark : m_marks) {
        if (std::abs(xOf(mark.time) - at.x()) <= near) {
            marks.append(wordOf(mark.kind) + u' ' + mark.text + u", "_s +
                         absoluteTime(QDateTime::fromMSecsSinceEpoch(mark.time)));
        }
    }
    return marks.join(u'\n');
}

bool ChartView::event(QEvent* event)
{
    if (event->type() == QEvent::ToolTip) {
        const auto* help = static_cast<QHelpEvent*>(event);
        const QString tip = tipAt(help->pos());
        // A name is foreign text: shown as it is, never read as markup.
        QToolTip::showText(help->globalPos(), tip.toHtmlEscaped().replace(u'\n', u"<br>"_s), this);
        return true;
    }
    return QWidget::event(event);
}

// ---- keys
// ----------------------------------------------------------------------------------------

void ChartView::stepCursor(int columns)
{
    if (!m_hasData) {
        return;
    }
    const qint64 step =
        std::max<qint64>(m_data.empty() ? 1 : m_data.front().step,
                         std::llround(double(m_group->span()) / std::max(1, m_plot.width())));
    const std::optional<qint64> cursor = m_group->cursor();
    qint64 time = cursor ? *cursor + columns * step : std::min(newest(), m_group->to()) - 1;
    time = std::min(time, m_group->now());
    if (time < m_group->from()) {
        m_group->pan(time - m_group->from());
    } else if (time > m_group->to()) {
        m_group->pan(time - m_group->to());
    }
    m_keyCursor = true;
    m_group->setCursor(time);
    sayValue();
}

void ChartView::stepMark(int direction)
{
    const qint64 start =
        m_group->cursor().value_or(direction > 0 ? m_group->from() - 1 : m_group->to() + 1);
    const ChartMark* next = nullptr;
    for (const ChartMark& mark : std::as_const(m_marks)) {
        if (direction > 0 ? mark.time > start : mark.time < start) {
            next = &mark;
            if (direction > 0) {
                break;
            }
        }
    }
    if (!next) {
        return;
    }
    if (next->time < m_group->from() || next->time > m_group->to()) {
        m_group->pan(next->time - (m_group->from() + m_group->to()) / 2);
    }
    m_keyCursor = true;
    m_group->setCursor(next->time);
    sayValue();
}

/// The cursor goes, then the one that is picked out, then the zoom. False: nothing was left to do.
bool ChartView::stepBack()
{
    if (m_drag != Drag::None) {
        m_drag = Drag::None;
        update();
    } else if (m_group->cursor()) {
        m_keyCursor = false;
        m_group->setCursor({});
    } else if (m_picked >= 0) {
        m_picked = -1;
        changed();
    } else if (!m_group->isLive() || m_group->span() != m_group->homeSpan()) {
        m_group->reset();
    } else {
        return false;
    }
    return true;
}

bool ChartView::actOn(QKeyEvent* event)
{
    const bool shift = event->modifiers().testFlag(Qt::ShiftModifier);
    const bool control = event->modifiers().testFlag(Qt::ControlModifier);
    const auto count = int(m_series.size());
    switch (event->key()) {
        case Qt::Key_Left:
        case Qt::Key_Right: {
            const int direction = event->key() == Qt::Key_Left ? -1 : 1;
            if (control) {
                stepMark(direction);
            } else if (shift) {
                m_group->pan(direction * m_group->span() / 4);
            } else {
                stepCursor(direction);
            }
            return true;
        }
        case Qt::Key_Up:
        case Qt::Key_Down:
            if (count < 2) {
                return false;
            }
            // One place more than there are series: none is picked out.
            m_picked =
                (m_picked + 1 + (event->key() == Qt::Key_Down ? 1 : count)) % (count + 1) - 1;
            changed();
            return true;
        case Qt::Key_Plus:
        case Qt::Key_Equal:
            m_group->zoom(zoomStep, m_group->cursor());
            return true;
        case Qt::Key_Minus:
            m_group->zoom(1 / zoomStep, m_group->cursor());
            return true;
        case Qt::Key_Home:
            m_keyCursor = true;
            m_group->setCursor(m_group->from());
            sayValue();
            return true;
        case Qt::Key_End:
            m_group->goLive();
            m_keyCursor = true;
            m_group->setCursor(std::min(newest(), m_group->to()) - 1);
            sayValue();
            return true;
        case Qt::Key_Return:
        case Qt::Key_Enter:
            if (const ChartMark* mark = markAtCursor()) {
                Q_EMIT markOpened(mark->id);
                return true;
            }
            return false;
        case Qt::Key_Escape:
            return stepBack();
        default:
            return false;
    }
}

void ChartView::keyPressEvent(QKeyEvent* event)
{
    if (!actOn(event)) {
        QWidget::keyPressEvent(event);
    }
}

void ChartView::focusInEvent(QFocusEvent* event)
{
    update();
    QWidget::focusInEvent(event);
}

void ChartView::focusOutEvent(QFocusEvent* event)
{
    if (m_keyCursor) {
        m_keyCursor = false;
        m_group->setCursor({});
    }
    update();
    QWidget::focusOutEvent(event);
}

}  // namespace analemma::ui
