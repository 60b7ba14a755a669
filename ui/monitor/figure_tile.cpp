#include "ui/monitor/figure_tile.h"

#include "ui/monitor/trend_paint.h"
#include "ui/shell/icons.h"
#include "ui/shell/style.h"

#include <QKeyEvent>
#include <QPainter>

using namespace Qt::StringLiterals;

namespace analemma::ui {
namespace {

using lifecycle::Course;
using lifecycle::Figure;

constexpr int kTileInset = 14;
constexpr int kTrendTall = 40;

QString comparisonOf(Course course, const QString& before)
{
    switch (course) {
        case Course::Better:
            return FigureTile::tr("better, %1 before").arg(before);
        case Course::Worse:
            return FigureTile::tr("worse, %1 before").arg(before);
        case Course::Same:
            return FigureTile::tr("about the same, %1 before").arg(before);
        case Course::Unknown:
            break;
    }
    return FigureTile::tr("nothing to compare");
}

QString courseIcon(Course course, bool rose)
{
    return course == Course::Unknown ? u"none"_s
           : course == Course::Same  ? u"chevron-right"_s
           : rose                    ? u"chevron-up"_s
                                     : u"chevron-down"_s;
}

}  // namespace

QString nameOf(Figure figure)
{
    switch (figure) {
        case Figure::Frequency:
            return FigureTile::tr("Deployment frequency");
        case Figure::LeadTime:
            return FigureTile::tr("Lead time from commit");
        case Figure::FailureRate:
            return FigureTile::tr("Change failure rate");
        case Figure::RestoreTime:
            return FigureTile::tr("Time to restore");
        case Figure::Rework:
            return FigureTile::tr("Rework rate");
    }
    return {};
}

FigureTile::FigureTile(Figure figure, QWidget* parent) : QAbstractButton(parent), m_figure(figure)
{
    setCheckable(true);
    setAutoExclusive(true);
    setAttribute(Qt::WA_Hover);
    setFocusPolicy(Qt::StrongFocus);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    m_tile.name = nameOf(figure);
    m_tile.number = u"–"_s;
    setText(m_tile.name);
}

void FigureTile::setReport(const lifecycle::FigureReport& report)
{
    const auto place = static_cast<qsizetype>(m_figure);
    m_tile = tilesOf(report).at(place);
    const lifecycle::Comparison compared = compare(m_figure, report.all, report.before);
    m_tile.name = nameOf(m_figure);
    m_tile.unit = m_figure == Figure::Frequency ? tr("a week", "how often") : QString();
    m_tile.number = compared.now ? m_tile.number : u"–"_s;
    m_tile.comparison =
        comparisonOf(m_tile.course, lifecycle::numberText(m_figure, compared.before, QLocale()));
    const QString said =
        (m_tile.unit.isEmpty() ? m_tile.number : m_tile.number + u' ' + m_tile.unit) + u", "_s +
        m_tile.comparison;
    setAccessibleName(m_tile.name + u": "_s + said);
    setToolTip(tr("%1: %2. Enter shows what it was counted from.").arg(m_tile.name, said));
    update();
}

void FigureTile::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QColor surface = colour(Token::Surface);
    const bool lit = underMouse() && !isChecked();
    painter.setBrush(isChecked() ? tint(Token::Accent) : lit ? colour(Token::Raised) : surface);
    painter.setPen(
        QPen(isChecked() ? mix(colour(Token::Accent), surface, 0.6) : colour(Token::Line), 1));
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), metric::radius,
                            metric::radius);
    const QRect inner = rect().adjusted(kTileInset, 12, -kTileInset, -10);
    const auto line = [&](QRect box, const QString& text, const QFont& font, Token token) {
        painter.setFont(font);
        painter.setPen(colour(token));
        painter.drawText(box, Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine,
                         QFontMetrics(font).elidedText(text, Qt::ElideRight, box.width()));
        return QFontMetrics(font).horizontalAdvance(text);
    };
    QRect row(inner.left(), inner.top(), inner.width(), 18);
    line(row, m_tile.name, fontOf(Type::Body), Token::Quiet);
    row = QRect(inner.left(), row.bottom() + 3, inner.width(), 28);
    const int wide = line(row, m_tile.number, fontOf(Type::Title, QFont::DemiBold), Token::Text);
    if (!m_tile.unit.isEmpty()) {
        line(row.adjusted(wide + 6, 4, 0, 0), m_tile.unit, fontOf(Type::Body), Token::Quiet);
    }
    const QRect trend(inner.left(), row.bottom() + 7, inner.width(), kTrendTall);
    paintTrend(&painter, trend, m_tile.trend, currentScheme());
    row = QRect(inner.left(), inner.bottom() - 19, inner.width(), 20);
    const Token token = tokenOf(m_tile.course);
    if (!m_tile.comparison.isEmpty()) {
        paintIcon(&painter, QRectF(row.left() - 1, row.center().y() - 6, 14, 14),
                  courseIcon(m_tile.course, m_tile.rose), colour(token));
        line(row.adjusted(18, 0, 0, 0), m_tile.comparison, fontOf(Type::Caption), token);
    }
    if (hasFocus()) {
        paintFocusRing(&painter, rect(), metric::radius);
    }
}

void FigureTile::keyPressEvent(QKeyEvent* event)
{
    if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) {
        click();
    } else if (event->key() == Qt::Key_Left || event->key() == Qt::Key_Right) {
        Q_EMIT stepped(event->key() == Qt::Key_Left ? -1 : 1);
    } else {
        QAbstractButton::keyPressEvent(event);
    }
}

}  // namespace analemma::ui
