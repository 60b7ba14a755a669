#include "ui/board/lemniscate.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace analemma::ui {

namespace {

// The greatest y of the curve with a = b = 1, at t = asin(1 / sqrt(3)).
const double peak = std::sqrt(2.0) / 4.0;

}  // namespace

QPointF Lemniscate::at(double way) const
{
    const double t = 1.5 * std::numbers::pi - 2.0 * std::numbers::pi * way;
    const double sine = std::sin(t);
    const double cosine = std::cos(t);
    const double below = 1.0 + sine * sine;
    const double x = cosine / below;
    const double y = sine * cosine / below / peak;
    return {m_box.center().x() + x * m_box.width() / 2.0,
            m_box.center().y() - y * m_box.height() / 2.0};
}

double Lemniscate::direction(double way) const
{
    constexpr double step = 0.0005;
    const QPointF along = at(way + step) - at(way - step);
    return std::atan2(along.y(), along.x()) * 180.0 / std::numbers::pi;
}

QPainterPath Lemniscate::part(double from, double to) const
{
    QPainterPath path(at(from));
    const int steps = std::max(2, static_cast<int>(std::ceil(std::abs(to - from) * 240)));
    for (int i = 1; i <= steps; ++i) {
        path.lineTo(at(from + (to - from) * i / steps));
    }
    return path;
}

}  // namespace analemma::ui
