#include "ui/monitor/trend_paint.h"

#include <QPainter>

namespace analemma::ui {

Token tokenOf(lifecycle::Course course)
{
    switch (course) {
        case lifecycle::Course::Better:
            return Token::Ok;
        case lifecycle::Course::Worse:
            return Token::Failed;
        case lifecycle::Course::Same:
        case lifecycle::Course::Unknown:
            break;
    }
    return Token::Quiet;
}

void paintTrend(QPainter* painter, const QRectF& rect, const lifecycle::TrendChart& chart,
                Scheme scheme, qreal pixel)
{
    const lifecycle::TrendShape shape = shapeOf(chart);
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing, false);
    painter->setPen(QPen(colourOf(Token::Line, scheme), pixel));
    painter->drawLine(rect.bottomLeft(), rect.bottomRight());
    painter->setPen(Qt::NoPen);
    const auto placed = [&](const QRectF& unit) {
        const QRectF box(rect.left() + unit.left() * rect.width(),
                         rect.top() + unit.top() * (rect.height() - pixel),
                         std::max(2 * pixel, unit.width() * rect.width()),
                         unit.height() * (rect.height() - pixel));
        return box.height() < 2 * pixel ? box.adjusted(0, box.height() - 2 * pixel, 0, 0) : box;
    };
    const QColor accent = colourOf(Token::Accent, scheme);
    painter->setBrush(mix(accent, colourOf(Token::Surface, scheme), 0.8));
    for (const QRectF& bar : shape.bars) {
        painter->drawRect(placed(bar));
    }
    painter->setBrush(colourOf(Token::Failed, scheme));
    for (const QRectF& bar : shape.bad) {
        painter->drawRect(placed(bar));
    }
    painter->setRenderHint(QPainter::Antialiasing);
    const QRectF inner = rect.adjusted(0, 2 * pixel, 0, -2 * pixel);
    const auto inside = [&inner](const QPointF& unit) {
        return QPointF(inner.left() + unit.x() * inner.width(),
                       inner.top() + unit.y() * inner.height());
    };
    painter->setPen(QPen(mix(accent, colourOf(Token::Surface, scheme), 0.4), pixel));
    for (const QLineF& bridge : shape.bridges) {
        painter->drawLine(inside(bridge.p1()), inside(bridge.p2()));
    }
    for (const QList<QPointF>& line : shape.lines) {
        QPolygonF points;
        for (const QPointF& unit : line) {
            points.append(inside(unit));
        }
        if (points.size() == 1) {
            painter->setPen(Qt::NoPen);
            painter->setBrush(accent);
            painter->drawEllipse(points[0], 2 * pixel, 2 * pixel);
            continue;
        }
        painter->setPen(QPen(accent, 1.5 * pixel, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
        painter->setBrush(Qt::NoBrush);
        painter->drawPolyline(points);
    }
    painter->restore();
}

}  // namespace analemma::ui
