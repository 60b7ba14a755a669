#include "ui/widgets/chip_bar.h"

#include "ui/shell/style.h"
#include "ui/shell/theme.h"
#include "ui/widgets/parts.h"

#include <QButtonGroup>
#include <QHBoxLayout>
#include <QPainter>

using namespace Qt::StringLiterals;

namespace analemma::ui {

Chip::Chip(const QString& id, const QString& text, QWidget* parent)
    : QAbstractButton(parent), m_id(id)
{
    setText(text);
    setCheckable(true);
    setAttribute(Qt::WA_Hover);
    setFocusPolicy(Qt::TabFocus);
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    setAccessibleName(text);
}

void Chip::setCount(int count)
{
    if (count == m_count) {
        return;
    }
    m_count = count;
    setAccessibleName(count < 0 ? text() : u"%1 %2"_s.arg(text()).arg(count));
    updateGeometry();
    update();
}

QSize Chip::sizeHint() const
{
    const QFontMetrics metrics(fontOf(Type::Body));
    int width = metrics.horizontalAdvance(text()) + 24;
    if (m_count >= 0) {
        width += metrics.horizontalAdvance(QString::number(m_count)) + 7;
    }
    return {width, std::max(26, metrics.height() + 8)};
}

void Chip::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    QColor ground = colour(Token::Surface);
    QColor line = colour(Token::Line);
    if (isChecked()) {
        ground = tint(Token::Accent);
        line = mix(colour(Token::Accent), colour(Token::Surface), 0.5);
    } else if (underMouse()) {
        ground = colour(Token::Raised);
    }
    const qreal radius = height() / 2.0;
    painter.setBrush(ground);
    painter.setPen(QPen(line, 1));
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), radius, radius);
    painter.setFont(fontOf(Type::Body, isChecked() ? QFont::Medium : QFont::Normal));
    painter.setPen(colour(isChecked() ? Token::Text : Token::Quiet));
    painter.drawText(rect().adjusted(12, 0, 0, 0), Qt::AlignVCenter, text());
    if (m_count >= 0) {
        painter.setFont(numberFont());
        painter.setPen(colour(Token::Quiet));
        painter.drawText(rect().adjusted(0, 0, -12, 0), Qt::AlignVCenter | Qt::AlignRight,
                         QString::number(m_count));
    }
    if (hasFocus()) {
        paintFocusRing(&painter, rect(), radius);
    }
}

ChipBar::ChipBar(QWidget* parent) : QWidget(parent), m_group(new QButtonGroup(this))
{
    m_group->setExclusive(true);
    m_row = new QHBoxLayout;
    m_row->setSpacing(metric::grid);
    m_right = new QHBoxLayout;
    m_right->setSpacing(metric::grid);
    auto* all = new QHBoxLayout(this);
    all->setContentsMargins(0, 0, 0, 0);
    all->addLayout(m_row);
    all->addStretch(1);
    all->addLayout(m_right);
    connect(m_group, &QButtonGroup::buttonClicked, this, [this] { Q_EMIT changed(chosen()); });
}

void ChipBar::addChip(const QString& id, const QString& text)
{
    auto* chip = new Chip(id, text, this);
    chip->setObjectName(u"chip."_s + id);
    chip->setChecked(m_chips.isEmpty());
    m_chips.append(chip);
    m_group->addButton(chip);
    m_row->addWidget(chip);
}

void ChipBar::setCount(const QString& id, int count)
{
    for (Chip* chip : std::as_const(m_chips)) {
        if (chip->id() == id) {
            chip->setCount(count);
        }
    }
}

void ChipBar::setExclusive(bool exclusive)
{
    m_group->setExclusive(exclusive);
}

QStringList ChipBar::chosen() const
{
    QStringList ids;
    for (const Chip* chip : m_chips) {
        if (chip->isChecked()) {
            ids.append(chip->id());
        }
    }
    return ids;
}

void ChipBar::choose(const QString& id)
{
    for (Chip* chip : std::as_const(m_chips)) {
        if (chip->id() == id && !chip->isChecked()) {
            chip->setChecked(true);
            Q_EMIT changed(chosen());
        }
    }
}

void ChipBar::clear()
{
    qDeleteAll(m_chips);
    m_chips.clear();
}

void ChipBar::addWidget(QWidget* widget)
{
    m_right->addWidget(widget);
}

}  // namespace analemma::ui
