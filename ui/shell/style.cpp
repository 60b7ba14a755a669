#include "ui/shell/style.h"

#include "ui/shell/icons.h"
#include "ui/shell/theme.h"

#include <QAbstractButton>
#include <QAbstractItemView>
#include <QComboBox>
#include <QHeaderView>
#include <QLineEdit>
#include <QMenu>
#include <QPainter>
#include <QPainterPath>
#include <QSplitterHandle>
#include <QStyleOption>
#include <QTabBar>
#include <QToolButton>

using namespace Qt::StringLiterals;

namespace analemma::ui {

namespace {

using Option = QStyleOption;

bool has(const Option* option, QStyle::StateFlag flag)
{
    return option->state.testFlag(flag);
}

void paintBox(QPainter* painter, const QRect& rect, const QColor& fill, const QColor& line,
              qreal radius)
{
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setBrush(fill.isValid() ? QBrush(fill) : QBrush(Qt::NoBrush));
    painter->setPen(line.isValid() ? QPen(line, 1) : QPen(Qt::NoPen));
    painter->drawRoundedRect(QRectF(rect).adjusted(0.5, 0.5, -0.5, -0.5), radius, radius);
    painter->restore();
}

QColor hoverGround(Token ground)
{
    return mix(colour(Token::Text), colour(ground), 0.06);
}

QColor pressedGround(Token ground)
{
    return mix(colour(Token::Text), colour(ground), 0.11);
}

void paintField(const Option* option, QPainter* painter)
{
    const bool focused = has(option, QStyle::State_HasFocus) && has(option, QStyle::State_Enabled);
    const Token ground = has(option, QStyle::State_Enabled) ? Token::Surface : Token::Raised;
    const bool hover = has(option, QStyle::State_MouseOver) && !focused;
    const QColor line =
        hover ? mix(colour(Token::Quiet), colour(Token::Line), 0.4) : colour(Token::Line);
    paintBox(painter, option->rect, colour(ground), line, metric::radius);
    if (focused) {
        paintFocusRing(painter, option->rect, metric::radius);
    }
}

void paintToolGround(const Option* option, QPainter* painter)
{
    if (!has(option, QStyle::State_Enabled)) {
        return;
    }
    QColor fill;
    if (has(option, QStyle::State_Sunken)) {
        fill = pressedGround(Token::Surface);
    } else if (has(option, QStyle::State_On)) {
        fill = tint(Token::Accent);
    } else if (has(option, QStyle::State_MouseOver)) {
        fill = hoverGround(Token::Surface);
    }
    if (fill.isValid()) {
        paintBox(painter, option->rect, fill, {}, metric::radius);
    }
}

void paintCheck(const Option* option, QPainter* painter, bool round)
{
    const bool on = has(option, QStyle::State_On);
    const bool enabled = has(option, QStyle::State_Enabled);
    const QRect box = option->rect.adjusted(1, 1, -1, -1);
    const QColor fill = on && enabled ? colour(Token::Accent) : colour(Token::Surface);
    const QColor line = on && enabled ? colour(Token::Accent) : colour(Token::Idle);
    paintBox(painter, box, fill, line, round ? box.width() / 2.0 : metric::half);
    if (on && round) {
        const QRect dot = box.adjusted(4, 4, -4, -4);
        paintBox(painter, dot, onFilled(), {}, dot.width() / 2.0);
    } else if (on) {
        paintIcon(painter, box, u"ok"_s, enabled ? onFilled() : colour(Token::Idle));
    }
    if (has(option, QStyle::State_HasFocus)) {
        paintFocusRing(painter, option->rect, round ? option->rect.width() / 2.0 : metric::half);
    }
}

void paintHeader(const Option* option, QPainter* painter)
{
    painter->fillRect(option->rect, colour(Token::Surface));
    painter->setPen(colour(Token::Line));
    painter->drawLine(option->rect.bottomLeft(), option->rect.bottomRight());
}

void paintHeaderLabel(const QStyleOptionHeader* header, QPainter* painter, const QWidget* widget)
{
    const QVariant inset = widget && header->section == 0 ? widget->property("inset") : QVariant();
    const int left = inset.isValid() ? inset.toInt() : metric::grid;
    QRect rect = header->rect.adjusted(left, 0, -metric::grid, 0);
    const bool sorted = header->sortIndicator != QStyleOptionHeader::None;
    painter->save();
    painter->setFont(fontOf(Type::Caption, sorted ? QFont::DemiBold : QFont::Normal));
    painter->setPen(colour(sorted ? Token::Text : Token::Quiet));
    const Qt::Alignment align =
        (header->textAlignment & Qt::AlignHorizontal_Mask) | Qt::AlignVCenter;
    if (sorted) {
        const bool down = header->sortIndicator == QStyleOptionHeader::SortDown;
        const QString text =
            painter->fontMetrics().elidedText(header->text, Qt::ElideRight, rect.width() - 16);
        const int width = painter->fontMetrics().horizontalAdvance(text);
        const bool right = align.testFlag(Qt::AlignRight);
        const int mark = right ? rect.right() - width - 16 : rect.left() + width + 3;
        paintIcon(painter, QRectF(mark, rect.center().y() - 5.5, 12, 12),
                  down ? u"chevron-up"_s : u"chevron-down"_s, colour(Token::Text));
        painter->drawText(rect, static_cast<int>(align), text);
    } else {
        painter->drawText(
            rect, static_cast<int>(align),
            painter->fontMetrics().elidedText(header->text, Qt::ElideRight, rect.width()));
    }
    painter->restore();
}

void paintTab(const QStyleOptionTab* tab, QPainter* painter)
{
    const bool selected = has(tab, QStyle::State_Selected);
    const QRect rect = tab->rect;
    if (!selected && has(tab, QStyle::State_MouseOver)) {
        paintBox(painter, rect.adjusted(2, 4, -2, -4), hoverGround(Token::Window), {},
                 metric::radius);
    }
    if (selected) {
        painter->fillRect(QRect(rect.left() + 8, rect.bottom() - 1, rect.width() - 16, 2),
                          colour(Token::Accent));
    }
    if (has(tab, QStyle::State_HasFocus)) {
        paintFocusRing(painter, rect.adjusted(2, 3, -2, -4), metric::radius);
    }
}

void paintTabLabel(const QStyleOptionTab* tab, QPainter* painter)
{
    const bool selected = has(tab, QStyle::State_Selected);
    painter->save();
    painter->setFont(fontOf(Type::Body, selected ? QFont::DemiBold : QFont::Normal));
    const Token token = !has(tab, QStyle::State_Enabled) ? Token::Idle
                        : selected                       ? Token::Text
                                                         : Token::Quiet;
    painter->setPen(colour(token));
    painter->drawText(tab->rect, Qt::AlignCenter | Qt::TextShowMnemonic, tab->text);
    painter->restore();
}

void paintMenuItem(const QStyleOptionMenuItem* item, QPainter* painter)
{
    const QRect rect = item->rect;
    if (item->menuItemType == QStyleOptionMenuItem::Separator) {
        painter->setPen(colour(Token::Line));
        painter->drawLine(rect.left() + 8, rect.center().y(), rect.right() - 8, rect.center().y());
        return;
    }
    const bool enabled = has(item, QStyle::State_Enabled);
    if (has(item, QStyle::State_Selected) && enabled) {
        paintBox(painter, rect.adjusted(4, 0, -4, 0), tint(Token::Accent, Token::Surface), {},
                 metric::half);
    }
    const QRect iconRect(rect.left() + 12, rect.center().y() - 7, metric::icon, metric::icon);
    if (item->checkType != QStyleOptionMenuItem::NotCheckable && item->checked) {
        paintIcon(painter, iconRect, u"ok"_s, colour(Token::Accent));
    } else if (!item->icon.isNull()) {
        item->icon.paint(painter, iconRect, Qt::AlignCenter,
                         enabled ? QIcon::Normal : QIcon::Disabled);
    }
    const QRect textRect = rect.adjusted(12 + metric::icon + 10, 0, -16, 0);
    const qsizetype tab = item->text.indexOf(u'\t');
    painter->save();
    painter->setFont(fontOf(Type::Body));
    painter->setPen(colour(enabled ? Token::Text : Token::Idle));
    painter->drawText(textRect, Qt::AlignVCenter | Qt::AlignLeft | Qt::TextShowMnemonic,
                      item->text.left(tab));
    if (tab >= 0) {
        painter->setPen(colour(Token::Quiet));
        painter->setFont(fontOf(Type::Caption));
        painter->drawText(textRect, Qt::AlignVCenter | Qt::AlignRight, item->text.mid(tab + 1));
    }
    if (item->menuItemType == QStyleOptionMenuItem::SubMenu) {
        paintIcon(painter, QRectF(rect.right() - 20, rect.center().y() - 6, 12, 12),
                  u"chevron-right"_s, colour(Token::Quiet));
    }
    painter->restore();
}

void paintScrollBar(const QStyleOptionSlider* bar, QPainter* painter, const QRect& slider)
{
    if (bar->maximum <= bar->minimum) {
        return;
    }
    const bool held =
        has(bar, QStyle::State_Sunken) && bar->activeSubControls == QStyle::SC_ScrollBarSlider;
    const bool hover = has(bar, QStyle::State_MouseOver);
    const double share = held ? 0.75 : hover ? 0.55 : 0.3;
    const bool upright = bar->orientation == Qt::Vertical;
    const QRect thumb = upright ? slider.adjusted(2, 2, -2, -2) : slider.adjusted(2, 2, -2, -2);
    const qreal radius = (upright ? thumb.width() : thumb.height()) / 2.0;
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setPen(Qt::NoPen);
    painter->setBrush(mix(colour(Token::Quiet), colour(Token::Surface), share));
    painter->drawRoundedRect(QRectF(thumb), radius, radius);
    painter->restore();
}

void paintCombo(const QStyleOptionComboBox* box, QPainter* painter)
{
    paintField(box, painter);
    const QRectF arrow(box->rect.right() - 22, box->rect.center().y() - 6, 14, 14);
    paintIcon(painter, arrow, u"chevron-down"_s,
              colour(has(box, QStyle::State_Enabled) ? Token::Quiet : Token::Idle));
}

void paintProgress(const QStyleOptionProgressBar* bar, QPainter* painter)
{
    const QRect groove(bar->rect.left(), bar->rect.center().y() - 2, bar->rect.width(), 4);
    paintBox(painter, groove, colour(Token::Line), {}, 2);
    const int range = bar->maximum - bar->minimum;
    if (range > 0) {
        const double done = static_cast<double>(bar->progress - bar->minimum) / range;
        QRect part = groove;
        part.setWidth(static_cast<int>(groove.width() * done));
        paintBox(painter, part, colour(Token::Accent), {}, 2);
    }
}

void paintItemGround(const QStyleOptionViewItem* item, QPainter* painter)
{
    if (has(item, QStyle::State_Selected)) {
        painter->fillRect(item->rect, mix(colour(Token::Accent), colour(Token::Surface), 0.14));
    } else if (has(item, QStyle::State_MouseOver) && has(item, QStyle::State_Enabled)) {
        painter->fillRect(item->rect, mix(colour(Token::Text), colour(Token::Surface), 0.04));
    }
}

}  // namespace

void paintFocusRing(QPainter* painter, const QRectF& rect, qreal radius)
{
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setBrush(Qt::NoBrush);
    painter->setPen(QPen(colour(Token::Accent), metric::focus));
    painter->drawRoundedRect(rect.adjusted(1, 1, -1, -1), radius, radius);
    painter->restore();
}

Style::Style() : QProxyStyle(u"Fusion"_s) {}

void Style::polish(QWidget* widget)
{
    QProxyStyle::polish(widget);
    if (qobject_cast<QAbstractButton*>(widget) || qobject_cast<QTabBar*>(widget) ||
        qobject_cast<QLineEdit*>(widget) || qobject_cast<QComboBox*>(widget) ||
        qobject_cast<QHeaderView*>(widget)) {
        widget->setAttribute(Qt::WA_Hover);
    }
    if (auto* menu = qobject_cast<QMenu*>(widget)) {
        menu->setAttribute(Qt::WA_TranslucentBackground);
        menu->setWindowFlag(Qt::NoDropShadowWindowHint);
    }
}

void Style::drawPrimitive(PrimitiveElement element, const QStyleOption* option, QPainter* painter,
                          const QWidget* widget) const
{
    switch (element) {
        case PE_IndicatorHeaderArrow:
            return;  // paintHeaderLabel() has its own, beside the word
        case PE_FrameFocusRect:
            paintFocusRing(painter, option->rect, metric::radius);
            return;
        case PE_PanelLineEdit:
        case PE_FrameLineEdit:
            if (!widget || !widget->property("bare").toBool()) {
                paintField(option, painter);
            }
            return;
        case PE_PanelButtonTool:
            paintToolGround(option, painter);
            if (has(option, State_HasFocus)) {
                paintFocusRing(painter, option->rect, metric::radius);
            }
            return;
        case PE_PanelItemViewRow:
            return;
        case PE_PanelItemViewItem:
            if (const auto* item = qstyleoption_cast<const QStyleOptionViewItem*>(option)) {
                paintItemGround(item, painter);
            }
            return;
        case PE_PanelMenu:
            paintBox(painter, option->rect, colour(Token::Surface), colour(Token::Line),
                     metric::radius);
            return;
        case PE_FrameMenu:
        case PE_FrameTabBarBase:
        case PE_FrameTabWidget:
        case PE_FrameStatusBarItem:
            return;
        case PE_PanelTipLabel:
            painter->fillRect(option->rect, colour(Token::Raised));
            painter->setPen(colour(Token::Line));
            painter->drawRect(option->rect.adjusted(0, 0, -1, -1));
            return;
        case PE_IndicatorCheckBox:
        case PE_IndicatorItemViewItemCheck:
            paintCheck(option, painter, false);
            return;
        case PE_IndicatorRadioButton:
            paintCheck(option, painter, true);
            return;
        case PE_Frame:
            if (widget && widget->property("field").toBool()) {
                paintField(option, painter);  // a field of several lines
                return;
            }
            painter->setPen(colour(Token::Line));
            painter->drawRect(option->rect.adjusted(0, 0, -1, -1));
            return;
        default:
            QProxyStyle::drawPrimitive(element, option, painter, widget);
    }
}

void Style::drawControl(ControlElement element, const QStyleOption* option, QPainter* painter,
                        const QWidget* widget) const
{
    switch (element) {
        case CE_HeaderSection:
        case CE_HeaderEmptyArea:
            paintHeader(option, painter);
            return;
        case CE_HeaderLabel:
            if (const auto* header = qstyleoption_cast<const QStyleOptionHeader*>(option)) {
                paintHeaderLabel(header, painter, widget);
            }
            return;
        case CE_TabBarTabShape:
            if (const auto* tab = qstyleoption_cast<const QStyleOptionTab*>(option)) {
                paintTab(tab, painter);
            }
            return;
        case CE_TabBarTabLabel:
            if (const auto* tab = qstyleoption_cast<const QStyleOptionTab*>(option)) {
                paintTabLabel(tab, painter);
            }
            return;
        case CE_MenuItem:
            if (const auto* item = qstyleoption_cast<const QStyleOptionMenuItem*>(option)) {
                paintMenuItem(item, painter);
            }
            return;
        case CE_MenuEmptyArea:
        case CE_MenuVMargin:
        case CE_MenuHMargin:
            return;
        case CE_Splitter: {
            const QRect rect = option->rect;
            const bool upright = rect.height() > rect.width();
            const QRect line = upright ? QRect(rect.center().x(), rect.top(), 1, rect.height())
                                       : QRect(rect.left(), rect.center().y(), rect.width(), 1);
            const bool hover = has(option, State_MouseOver);
            painter->fillRect(line, colour(hover ? Token::Accent : Token::Line));
            return;
        }
        case CE_ProgressBarGroove:
        case CE_ProgressBarLabel:
            return;
        case CE_ProgressBarContents:
            if (const auto* bar = qstyleoption_cast<const QStyleOptionProgressBar*>(option)) {
                paintProgress(bar, painter);
            }
            return;
        default:
            QProxyStyle::drawControl(element, option, painter, widget);
    }
}

void Style::drawComplexControl(ComplexControl control, const QStyleOptionComplex* option,
                               QPainter* painter, const QWidget* widget) const
{
    if (control == CC_ScrollBar) {
        if (const auto* bar = qstyleoption_cast<const QStyleOptionSlider*>(option)) {
            paintScrollBar(bar, painter,
                           subControlRect(control, option, SC_ScrollBarSlider, widget));
        }
        return;
    }
    if (control == CC_ComboBox) {
        if (const auto* box = qstyleoption_cast<const QStyleOptionComboBox*>(option)) {
            paintCombo(box, painter);
        }
        return;
    }
    QProxyStyle::drawComplexControl(control, option, painter, widget);
}

int Style::pixelMetric(PixelMetric wanted, const QStyleOption* option, const QWidget* widget) const
{
    switch (wanted) {
        case PM_DefaultFrameWidth:
            if (widget && widget->property("field").toBool()) {
                return metric::radius;  // its corners are round
            }
            return QProxyStyle::pixelMetric(wanted, option, widget);
        case PM_ScrollBarExtent:
            return 10;
        case PM_ScrollBarSliderMin:
            return 32;
        case PM_ScrollView_ScrollBarSpacing:
        case PM_MenuPanelWidth:
        case PM_TabBarBaseOverlap:
        case PM_TabBarTabShiftVertical:
        case PM_ButtonShiftHorizontal:
        case PM_ButtonShiftVertical:
        case PM_FocusFrameHMargin:
        case PM_FocusFrameVMargin:
        case PM_HeaderMargin:  // paintHeaderLabel() has the margins of the cells below
            return 0;
        case PM_MenuVMargin:
            return 4;
        case PM_SmallIconSize:
        case PM_ButtonIconSize:
        case PM_ListViewIconSize:
        case PM_TabBarIconSize:
        case PM_ToolBarIconSize:
        case PM_IndicatorHeight:
        case PM_IndicatorWidth:
        case PM_ExclusiveIndicatorHeight:
        case PM_ExclusiveIndicatorWidth:
            return metric::icon;
        case PM_SplitterWidth:
            return 5;
        case PM_HeaderMarkSize:
            return 12;
        case PM_LayoutHorizontalSpacing:
        case PM_LayoutVerticalSpacing:
            return metric::grid;
        default:
            return QProxyStyle::pixelMetric(wanted, option, widget);
    }
}

int Style::styleHint(StyleHint hint, const QStyleOption* option, const QWidget* widget,
                     QStyleHintReturn* data) const
{
    switch (hint) {
        case SH_EtchDisabledText:
        case SH_DitherDisabledText:
        case SH_ItemView_ActivateItemOnSingleClick:
        case SH_ComboBox_Popup:
        case SH_UnderlineShortcut:
            return 0;
        case SH_ItemView_ShowDecorationSelected:
        case SH_ScrollBar_LeftClickAbsolutePosition:
        case SH_Menu_MouseTracking:
            return 1;
        case SH_Widget_Animation_Duration:
            return 0;
        case SH_ToolTip_WakeUpDelay:
            return 400;
        case SH_TabBar_Alignment:
            return Qt::AlignLeft;
        default:
            return QProxyStyle::styleHint(hint, option, widget, data);
    }
}

QSize Style::sizeFromContents(ContentsType type, const QStyleOption* option, const QSize& size,
                              const QWidget* widget) const
{
    QSize wanted = QProxyStyle::sizeFromContents(type, option, size, widget);
    switch (type) {
        case CT_LineEdit:
        case CT_ComboBox:
        case CT_SpinBox:
            wanted.setHeight(std::max(wanted.height(), metric::control));
            break;
        case CT_MenuItem: {
            const auto* item = qstyleoption_cast<const QStyleOptionMenuItem*>(option);
            const bool line = item && item->menuItemType == QStyleOptionMenuItem::Separator;
            wanted = QSize(size.width() + 80, line ? 9 : std::max(metric::row, size.height() + 10));
            break;
        }
        case CT_TabBarTab:
            wanted = QSize(size.width() + 8, std::max(36, size.height()));
            break;
        case CT_HeaderSection:
            wanted.setHeight(std::max(metric::row, wanted.height()));
            break;
        default:
            break;
    }
    return wanted;
}

QRect Style::subControlRect(ComplexControl control, const QStyleOptionComplex* option,
                            SubControl part, const QWidget* widget) const
{
    if (control == CC_ScrollBar) {
        const auto* bar = qstyleoption_cast<const QStyleOptionSlider*>(option);
        if (bar) {
            const bool upright = bar->orientation == Qt::Vertical;
            const int length = upright ? bar->rect.height() : bar->rect.width();
            const qint64 range = static_cast<qint64>(bar->maximum) - bar->minimum;
            const qint64 whole = range + bar->pageStep;
            int thumb =
                range > 0
                    ? static_cast<int>(qint64{bar->pageStep} * length / std::max<qint64>(1, whole))
                    : length;
            thumb = std::clamp(thumb, std::min(32, length), length);
            const int start = sliderPositionFromValue(
                bar->minimum, bar->maximum, bar->sliderPosition, length - thumb, bar->upsideDown);
            const auto make = [&](int from, int count) {
                return upright ? QRect(bar->rect.left(), bar->rect.top() + from, bar->rect.width(),
                                       count)
                               : QRect(bar->rect.left() + from, bar->rect.top(), count,
                                       bar->rect.height());
            };
            switch (part) {
                case SC_ScrollBarSlider:
                    return visualRect(bar->direction, bar->rect, make(start, thumb));
                case SC_ScrollBarGroove:
                    return bar->rect;
                case SC_ScrollBarSubPage:
                    return visualRect(bar->direction, bar->rect, make(0, start));
                case SC_ScrollBarAddPage:
                    return visualRect(bar->direction, bar->rect,
                                      make(start + thumb, length - start - thumb));
                default:
                    return {};
            }
        }
    }
    if (control == CC_ComboBox && part == SC_ComboBoxEditField) {
        return option->rect.adjusted(10, 0, -28, 0);
    }
    return QProxyStyle::subControlRect(control, option, part, widget);
}

QRect Style::subElementRect(SubElement element, const QStyleOption* option,
                            const QWidget* widget) const
{
    if (const auto* header = qstyleoption_cast<const QStyleOptionHeader*>(option);
        header && element == SE_HeaderLabel) {
        // The sign of the order stands beside the word: no room is kept for it at the edge.
        QStyleOptionHeader plain = *header;
        plain.sortIndicator = QStyleOptionHeader::None;
        return QProxyStyle::subElementRect(element, &plain, widget);
    }
    const QRect rect = QProxyStyle::subElementRect(element, option, widget);
    return element == SE_LineEditContents ? rect.adjusted(metric::half, 0, -metric::half, 0) : rect;
}

}  // namespace analemma::ui
