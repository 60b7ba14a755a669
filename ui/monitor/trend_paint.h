#pragma once

#include "core/lifecycle/report.h"
#include "ui/shell/theme.h"

class QPainter;
class QRectF;

namespace analemma::ui {

/// A trend in the window, and on the paper of the report: its bars or its curve, with a ground
/// line. `pixel`: the width of a thin line. Any thread.
void paintTrend(QPainter* painter, const QRectF& rect, const lifecycle::TrendChart& chart,
                Scheme scheme, qreal pixel = 1);

/// How a figure went, as a colour; with an arrow and a word it is never told by colour alone.
Token tokenOf(lifecycle::Course course);

}  // namespace analemma::ui
