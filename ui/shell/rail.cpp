#include "ui/shell/rail.h"

#include "ui/shell/icons.h"
#include "ui/shell/style.h"
#include "ui/shell/theme.h"

#include <QButtonGroup>
#include <QPainter>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace analemma::ui {

RailItem::RailItem(const QString& icon, const QString& text, QWidget* parent)
    : QAbstractButton(parent), m_iconName(icon)
{
    setText(text);
    setAccessibleName(text);
    setAttribute(Qt::WA_Hover);
    setFocusPolicy(Qt::TabFocus);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

void RailItem::setFolded(bool folded)
{
    m_folded = folded;
    update();
}

void RailItem::setAttention(int count)
{
    if (count != m_attention) {
        m_attention = count;
        setAccessibleDescription(count > 0 ? tr("%n need attention", nullptr, count) : QString());
        update();
    }
}

QSize RailItem::sizeHint() const
{
    return {metric::railFolded, 36};
}

void RailItem::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QRectF box = QRectF(rect()).adjusted(8, 2, -8, -2);
    if (isChecked() || underMouse()) {
        painter.setPen(Qt::NoPen);
        painter.setBrush(isChecked() ? tint(Token::Accent, Token::Window)
                                     : mix(colour(Token::Text), colour(Token::Window), 0.05));
        painter.drawRoundedRect(box, metric::radius, metric::radius);
    }
    const QColor shade = colour(isChecked() ? Token::Accent : Token::Quiet);
    const QRectF picture(18, (height() - metric::railIcon) / 2.0, metric::railIcon,
                         metric::railIcon);
    paintIcon(&painter, picture, m_iconName, shade);
    if (!m_folded) {
        painter.setFont(fontOf(Type::Body, isChecked() ? QFont::DemiBold : QFont::Normal));
        painter.setPen(colour(isChecked() ? Token::Text : Token::Quiet));
        painter.drawText(rect().adjusted(50, 0, -16, 0), Qt::AlignVCenter, text());
    }
    if (m_attention > 0) {
        const QString count = m_attention > 99 ? u"99+"_s : QString::number(m_attention);
        painter.setFont(fontOf(Type::Caption, QFont::DemiBold));
        const qreal wide = std::max(16.0, painter.fontMetrics().horizontalAdvance(count) + 8.0);
        const QRectF badge = m_folded
                                 ? QRectF(width() - wide - 6, 3, wide, 16)
                                 : QRectF(width() - wide - 16, (height() - 16) / 2.0, wide, 16);
        painter.setPen(Qt::NoPen);
        painter.setBrush(colour(Token::Failed));
        painter.drawRoundedRect(badge, 8, 8);
        painter.setPen(onFilled());
        painter.drawText(badge, Qt::AlignCenter, count);
    }
    if (hasFocus()) {
        paintFocusRing(&painter, box, metric::radius);
    }
}

Rail::Rail(QWidget* parent) : QWidget(parent), m_group(new QButtonGroup(this))
{
    setObjectName(u"rail"_s);
    setAccessibleName(tr("Panels"));
    m_column = new QVBoxLayout(this);
    m_column->setContentsMargins(0, metric::topBar + metric::grid, 0, metric::grid);
    m_column->setSpacing(0);
    m_column->addStretch(1);
    m_fold = new RailItem(u"rail-fold"_s, tr("Fold"), this);
    m_fold->setObjectName(u"rail.fold"_s);
    m_column->addWidget(m_fold);
    setFixedWidth(metric::rail);
    connect(m_fold, &QAbstractButton::clicked, this, [this] { setFolded(!m_folded); });
}

void Rail::addItem(const QString& id, const QString& icon, const QString& text, const QString& keys)
{
    auto* item = new RailItem(icon, text, this);
    item->setObjectName(u"rail."_s + id);
    item->setCheckable(true);
    item->setToolTip(keys.isEmpty() ? text : text + u"   "_s + keys);
    item->setFolded(m_folded);
    m_group->addButton(item);
    m_column->insertWidget(static_cast<int>(m_items.size()), item);
    m_items.append(item);
    connect(item, &QAbstractButton::clicked, this, [this, id] { Q_EMIT chosen(id); });
}

void Rail::setCurrent(const QString& id)
{
    if (auto* item = findChild<RailItem*>(u"rail."_s + id)) {
        item->setChecked(true);
    }
}

void Rail::setAttention(const QString& id, int count)
{
    if (auto* item = findChild<RailItem*>(u"rail."_s + id)) {
        item->setAttention(count);
    }
}

void Rail::setFolded(bool folded)
{
    if (folded == m_folded) {
        return;
    }
    m_folded = folded;
    setFixedWidth(folded ? metric::railFolded : metric::rail);
    for (RailItem* item : std::as_const(m_items)) {
        item->setFolded(folded);
    }
    m_fold->setFolded(folded);
    m_fold->setToolTip(folded ? tr("Unfold the rail") : tr("Fold the rail"));
    Q_EMIT foldChanged(folded);
}

void Rail::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.fillRect(rect(), colour(Token::Window));
    painter.setPen(colour(Token::Line));
    painter.drawLine(rect().topRight(), rect().bottomRight());
    painter.setRenderHint(QPainter::Antialiasing);
    paintIcon(&painter, QRectF(16, (metric::topBar - 24) / 2.0, 24, 24), u"analemma"_s,
              colour(Token::Accent));
    if (!m_folded) {
        painter.setFont(fontOf(Type::Section, QFont::DemiBold));
        painter.setPen(colour(Token::Text));
        painter.drawText(QRect(50, 0, width() - 50, metric::topBar), Qt::AlignVCenter,
                         u"Analemma"_s);
    }
}

}  // namespace analemma::ui
