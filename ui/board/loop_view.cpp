#include "ui/board/loop_view.h"

#include "ui/shell/icons.h"
#include "ui/shell/style.h"

#include <QPainter>
#include <QTimerEvent>

#include <chrono>
#include <cmath>

using namespace Qt::StringLiterals;

namespace analemma::ui {

namespace {

constexpr int node = 44;         // diameter
constexpr int smallNode = 32;    // in one row
constexpr int labelHeight = 38;  // two lines
constexpr int labelGap = 4;
constexpr int buttonWidth = 184;
constexpr int frameTime = 16;

qint64 monotonicNow()
{
    const auto now = std::chrono::steady_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
}

}  // namespace

// ---- station
// --------------------------------------------------------------------------------------

StationButton::StationButton(lifecycle::Phase phase, bool below, QWidget* parent)
    : QAbstractButton(parent), m_below(below), m_turner(new Turner(this))
{
    m_station.phase = phase;
    setObjectName(u"station."_s + iconOf(phase));
    setText(wordOf(phase));
    setAttribute(Qt::WA_Hover);
    setFocusPolicy(Qt::StrongFocus);
    setCursor(Qt::PointingHandCursor);
    connect(m_turner, &Turner::turned, this, [this] {
        if (isVisible()) {
            update();
        }
    });
}

void StationButton::setStation(const lifecycle::Station& station, const QDateTime& now)
{
    m_station = station;
    m_line = station.line.isEmpty() ? wordOf(station.mark) : station.line;
    m_turner->setOn(station.mark == Mark::Running);
    const QString state = wordOf(station.mark);
    setAccessibleName(tr("%1: %2, %3").arg(text(), state, m_line));
    QString tip = text() + u": "_s + state;
    if (station.since.isValid()) {
        tip += tr("\nfor %1 (since %2)")
                   .arg(shortAge(station.since, now), absoluteTime(station.since));
    }
    if (!station.detail.isEmpty()) {
        tip += u'\n' + station.detail;
    }
    setAccessibleDescription(station.detail);
    setToolTip(tip);
    update();
}

QSize StationButton::sizeHint() const
{
    return {buttonWidth, node + 4 + labelGap + labelHeight};
}

void StationButton::setCompact(bool compact)
{
    m_compact = compact;
    update();
}

int StationButton::diameter() const
{
    return m_compact ? smallNode : node;
}

QPoint StationButton::centre() const
{
    if (m_compact) {
        return {smallNode / 2 + 4, height() / 2};
    }
    return {width() / 2, m_below ? node / 2 + 2 : height() - node / 2 - 2};
}

bool StationButton::hitButton(const QPoint& at) const
{
    return rect().contains(at);
}

void StationButton::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    paintNode(painter);
    paintLabel(painter);
}

void StationButton::paintNode(QPainter& painter) const
{
    const Token token = tokenOf(m_station.mark);
    const bool quiet = m_station.mark == Mark::Idle || m_station.mark == Mark::None;
    const QPointF middle = centre();
    const double radius = diameter() / 2.0;
    const QColor surface = colour(Token::Surface);
    // A collar of the ground lifts the node off the line.
    painter.setPen(Qt::NoPen);
    painter.setBrush(surface);
    painter.drawEllipse(middle, radius + 4, radius + 4);
    const double share = underMouse() ? 0.2 : 0.12;
    painter.setBrush(quiet ? mix(colour(Token::Text), surface, underMouse() ? 0.08 : 0.03)
                           : mix(colour(token), surface, share));
    const QColor ring = quiet ? mix(colour(Token::Idle), surface, 0.55) : colour(token);
    if (m_station.mark == Mark::Running) {
        painter.setPen(QPen(mix(ring, surface, 0.3), 2));
        painter.drawEllipse(middle, radius - 1, radius - 1);
        painter.setPen(QPen(ring, 2, Qt::SolidLine, Qt::RoundCap));
        const QRectF round(middle.x() - radius + 1, middle.y() - radius + 1, 2 * radius - 2,
                           2 * radius - 2);
        painter.drawArc(round, (90 - turnStep() * 30) * 16, -110 * 16);
    } else {
        painter.setPen(QPen(ring, quiet ? 1.5 : 2));
        painter.drawEllipse(middle, radius - 1, radius - 1);
    }
    const double side = m_compact ? metric::icon : metric::railIcon;
    const QRectF picture(middle.x() - side / 2, middle.y() - side / 2, side, side);
    paintIcon(&painter, picture, iconOf(m_station.phase), colour(quiet ? Token::Quiet : token));
    if (m_station.count > 0 && !m_compact) {
        paintCount(painter, middle, colour(quiet ? Token::Text : token));
    }
    if (hasFocus()) {
        painter.setBrush(Qt::NoBrush);
        painter.setPen(QPen(colour(Token::Accent), metric::focus));
        painter.drawEllipse(middle, radius + 3, radius + 3);
    }
}

void StationButton::paintCount(QPainter& painter, const QPointF& middle, const QColor& shade) const
{
    const QString count = m_station.count > 99 ? u"99+"_s : QString::number(m_station.count);
    painter.setFont(fontOf(Type::Caption, QFont::DemiBold));
    const double wide = std::max(18.0, painter.fontMetrics().horizontalAdvance(count) + 10.0);
    const QRectF badge(middle.x() + node / 2.0 - 12, middle.y() - node / 2.0 - 4, wide, 18);
    painter.setPen(QPen(colour(Token::Surface), 2));
    painter.setBrush(colour(Token::Raised));
    painter.drawRoundedRect(badge.adjusted(-1, -1, 1, 1), 10, 10);
    painter.setPen(shade);
    painter.drawText(badge, Qt::AlignCenter, count);
}

void StationButton::paintLabel(QPainter& painter) const
{
    const int top = m_compact ? (height() - labelHeight) / 2 : m_below ? node + 4 + labelGap : 0;
    const int indent = m_compact ? smallNode + 12 : 0;
    const QRect first(indent, top, width() - indent, labelHeight / 2);
    const QRect second = first.translated(0, labelHeight / 2);
    painter.setFont(fontOf(Type::Body, QFont::DemiBold));
    painter.setPen(colour(Token::Text));
    painter.drawText(first, m_compact ? Qt::AlignLeft | Qt::AlignVCenter : Qt::AlignCenter, text());

    painter.setFont(numberFont(m_compact ? Type::Caption : Type::Body));
    const QString line =
        painter.fontMetrics().elidedText(m_line, Qt::ElideRight, second.width() - 20);
    const int words = painter.fontMetrics().horizontalAdvance(line);
    const Token token = tokenOf(m_station.mark);
    const bool quiet = m_station.mark == Mark::Idle || m_station.mark == Mark::None;
    const int left = m_compact ? 0 : (width() - words - (quiet ? 0 : 18)) / 2;
    if (!quiet) {
        paintIcon(&painter, QRect(second.left() + left, second.center().y() - 6, 14, 14),
                  iconOf(m_station.mark), colour(token),
                  m_station.mark == Mark::Running ? turnStep() : 0);
    }
    painter.setPen(colour(quiet ? Token::Quiet : token));
    painter.drawText(second.adjusted(left + (quiet ? 0 : 18), 0, 0, 0), Qt::AlignVCenter, line);
}

// ---- loop
// -----------------------------------------------------------------------------------------

LoopView::LoopView(QWidget* parent) : QWidget(parent)
{
    setObjectName(u"board.loop"_s);
    setAccessibleName(tr("The loop of delivery"));
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);
    for (int i = 0; i < lifecycle::phaseCount; ++i) {
        const auto phase = static_cast<lifecycle::Phase>(i);
        const bool below = i == 2 || i == 3 || i == 6 || i == 7;
        auto* button = new StationButton(phase, below, this);
        m_stations[static_cast<std::size_t>(i)] = button;
        connect(button, &QAbstractButton::clicked, this,
                [this, phase] { Q_EMIT stationPressed(phase); });
    }
}

StationButton* LoopView::station(lifecycle::Phase phase) const
{
    return m_stations.at(static_cast<std::size_t>(phase));
}

double LoopView::wayOf(lifecycle::Phase phase) const
{
    return stationWays.at(static_cast<std::size_t>(phase));
}

void LoopView::setStations(const std::array<lifecycle::Station, lifecycle::phaseCount>& stations,
                           const QDateTime& now)
{
    for (std::size_t i = 0; i < stations.size(); ++i) {
        m_stations[i]->setStation(stations[i], now);
    }
}

void LoopView::setCompact(bool compact)
{
    if (compact == m_compact) {
        return;
    }
    m_compact = compact;
    setSizePolicy(QSizePolicy::Expanding, compact ? QSizePolicy::Fixed : QSizePolicy::Preferred);
    for (StationButton* button : m_stations) {
        button->setCompact(compact);
    }
    updateGeometry();
    arrange();
}

void LoopView::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    arrange();
}

void LoopView::arrange()
{
    if (m_compact) {
        const int wide = (width() - 2 * metric::page) / lifecycle::phaseCount;
        for (int i = 0; i < lifecycle::phaseCount; ++i) {
            m_stations[static_cast<std::size_t>(i)]->setGeometry(metric::page + i * wide, 4,
                                                                 wide - 4, 52);
        }
        update();
        return;
    }
    const int outer = labelHeight + labelGap + node / 2 + 2;
    const double wide = std::min<double>(width() - 120.0, 1240.0);
    const double high = std::max(80.0, height() - 2.0 * outer);
    m_curve = Lemniscate(QRectF((width() - wide) / 2.0, (height() - high) / 2.0, wide, high));
    for (std::size_t i = 0; i < m_stations.size(); ++i) {
        StationButton* button = m_stations[i];
        button->resize(button->sizeHint());
        const QPoint where = m_curve.at(stationWays[i]).toPoint();
        button->move(where - button->centre());
    }
    update();
}

void LoopView::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    if (!m_compact) {
        paintCurve(painter);
    }
}

void LoopView::paintCurve(QPainter& painter) const
{
    const QColor line = mix(colour(Token::Idle), colour(Token::Line), 0.25);
    const QPen pen(line, 2.5, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin);
    // From Monitor back to Plan goes under, from Test to Release goes over.
    painter.setPen(pen);
    painter.drawPath(m_curve.part(0.54, 1.46));
    painter.setPen(QPen(colour(Token::Surface), 9, Qt::SolidLine, Qt::FlatCap));
    painter.drawPath(m_curve.part(0.482, 0.518));
    painter.setPen(pen);
    painter.drawPath(m_curve.part(0.46, 0.54));
    for (std::size_t i = 0; i < stationWays.size(); ++i) {
        double next = i + 1 < stationWays.size() ? stationWays[i + 1] : stationWays[0] + 1;
        const double middle = (stationWays[i] + next) / 2.0;
        const bool crossing = i == 3 || i == 7;
        const double way = crossing ? stationWays[i] + (next - stationWays[i]) * 0.72 : middle;
        painter.save();
        painter.translate(m_curve.at(way));
        painter.rotate(m_curve.direction(way));
        painter.setPen(QPen(mix(colour(Token::Idle), colour(Token::Surface), 0.8), 2, Qt::SolidLine,
                            Qt::RoundCap, Qt::RoundJoin));
        painter.drawPolyline(QPolygonF({QPointF(-3, -5), QPointF(3, 0), QPointF(-3, 5)}));
        painter.restore();
    }
    if (m_dot >= 0) {
        const double tail = std::max(m_from, m_dot - 0.05);
        painter.setPen(QPen(colour(Token::Accent), 3, Qt::SolidLine, Qt::RoundCap));
        painter.drawPath(m_curve.part(tail, m_dot));
        painter.setPen(Qt::NoPen);
        painter.setBrush(colour(Token::Accent));
        painter.drawEllipse(m_curve.at(m_dot), 5, 5);
    }
}

void LoopView::travel(lifecycle::Phase from, lifecycle::Phase to)
{
    if (reducedMotion() || m_compact || from == to) {
        return;
    }
    const int first = static_cast<int>(from);
    const int last = static_cast<int>(to);
    m_from = wayOf(from);
    m_to = wayOf(to) + (last < first ? 1.0 : 0.0);
    m_hops = last > first ? last - first : last - first + lifecycle::phaseCount;
    m_started = monotonicNow();
    m_dot = m_from;
    if (m_frame == 0) {
        m_frame = startTimer(frameTime);
    }
}

void LoopView::timerEvent(QTimerEvent* event)
{
    if (event->timerId() != m_frame) {
        return;
    }
    const double done = static_cast<double>(monotonicNow() - m_started) / (metric::motion * m_hops);
    m_dot = m_from + (m_to - m_from) * std::min(1.0, done);
    if (done >= 1.0) {
        killTimer(m_frame);
        m_frame = 0;
        m_dot = -1;
    }
    update();
}

}  // namespace analemma::ui
