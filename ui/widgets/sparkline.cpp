#include "ui/widgets/parts.h"

#include "ui/shell/theme.h"

#include <QPainter>
#include <QPainterPath>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace analemma::ui {

namespace {

QPainterPath curve(const QList<double>& values, const QRectF& box, double top)
{
    QPainterPath path;
    const qsizetype count = values.size();
    if (count < 2 || top <= 0) {
        return path;
    }
    for (qsizetype i = 0; i < count; ++i) {
        const double x =
            box.left() + box.width() * static_cast<double>(i) / static_cast<double>(count - 1);
        const QPointF point(x, box.bottom() - box.height() * std::clamp(values[i] / top, 0.0, 1.0));
        i == 0 ? path.moveTo(point) : path.lineTo(point);
    }
    return path;
}

/// The parts of the curve that are above nothing.
QPainterPath onlyAbove(const QList<double>& values, const QRectF& box, double top)
{
    QPainterPath path;
    const auto at = [&](qsizetype i) {
        const double share = static_cast<double>(i) / static_cast<double>(values.size() - 1);
        return QPointF(box.left() + box.width() * share,
                       box.bottom() - box.height() * std::clamp(values[i] / top, 0.0, 1.0));
    };
    for (qsizetype i = 1; i < values.size(); ++i) {
        if (values[i - 1] > 0 || values[i] > 0) {
            path.moveTo(at(i - 1));
            path.lineTo(at(i));
        }
    }
    return path;
}

double highest(const QList<double>& values)
{
    return values.isEmpty() ? 0.0 : *std::max_element(values.cbegin(), values.cend());
}

}  // namespace

Sparkline::Sparkline(QWidget* parent) : QWidget(parent)
{
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

void Sparkline::setValues(const QList<double>& values)
{
    m_values = values;
    update();
}

void Sparkline::setErrors(const QList<double>& values)
{
    m_errors = values;
    update();
}

void Sparkline::setMarks(const QList<int>& positions)
{
    m_marks = positions;
    update();
}

void Sparkline::addValue(double value, double error, int keep)
{
    m_values.append(value);
    m_errors.append(error);
    while (m_values.size() > keep) {
        m_values.removeFirst();
        m_errors.removeFirst();
        for (int& mark : m_marks) {
            --mark;
        }
        m_marks.removeIf([](int mark) { return mark < 0; });
    }
    setToolTip(tr("%1 requests a second, %2 errors").arg(value, 0, 'f', 0).arg(error, 0, 'f', 0));
    update();
}

void Sparkline::addMark()
{
    if (!m_values.isEmpty()) {
        m_marks.append(static_cast<int>(m_values.size()) - 1);
        update();
    }
}

void Sparkline::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    const QRectF box = QRectF(rect()).adjusted(0, 3, 0, -1.5);
    painter.setPen(QPen(colour(Token::Line), 1));
    painter.drawLine(QPointF(0, height() - 0.5), QPointF(width(), height() - 0.5));
    if (m_values.size() > 1) {
        QPen dashed(mix(colour(Token::Accent), colour(Token::Surface), 0.6), 1, Qt::DotLine);
        painter.setPen(dashed);
        for (const int mark : m_marks) {
            const double x = box.width() * mark / static_cast<double>(m_values.size() - 1);
            painter.drawLine(QPointF(x, 0), QPointF(x, height()));
        }
    }
    painter.setRenderHint(QPainter::Antialiasing);
    const double top = std::max({highest(m_values), highest(m_errors), 1.0});
    const QPainterPath line = curve(m_values, box, top);
    if (!line.isEmpty()) {
        QPainterPath area = line;
        area.lineTo(box.bottomRight());
        area.lineTo(box.bottomLeft());
        painter.fillPath(area, tint(Token::Accent));
        painter.setPen(QPen(mix(colour(Token::Accent), colour(Token::Surface), 0.8), 1.25));
        painter.drawPath(line);
    }
    if (highest(m_errors) > 0) {
        painter.setPen(QPen(colour(Token::Failed), 1.5));
        painter.drawPath(onlyAbove(m_errors, box, top));
    }
}

}  // namespace analemma::ui
