#pragma once

#include <QPainterPath>
#include <QPointF>
#include <QRectF>

#include <array>

/// The figure eight of the board: Bernoulli's lemniscate, stretched to its box. Pure.
///
///     x = a cos t / (1 + sin^2 t)      y = b sin t cos t / (1 + sin^2 t)
///
/// Walked so that the left loop comes first (over its top, then its bottom), then the right one.
namespace analemma::ui {

class Lemniscate {
public:
    Lemniscate() = default;
    /// The curve fills `box`; its crossing is the box's centre.
    explicit Lemniscate(const QRectF& box) : m_box(box) {}

    /// The point at `way`, 0..1; 0 and 0.5 are the crossing.
    [[nodiscard]] QPointF at(double way) const;
    /// The direction there, in degrees, 0 to the right, clockwise on the screen.
    [[nodiscard]] double direction(double way) const;
    /// A part of the curve as a path.
    [[nodiscard]] QPainterPath part(double from, double to) const;

private:
    QRectF m_box;
};

/// Where the eight stations stand on the way: two over, two under in each loop.
constexpr std::array<double, 8> stationWays{0.108, 0.191, 0.309, 0.392, 0.608, 0.691, 0.809, 0.892};

}  // namespace analemma::ui
