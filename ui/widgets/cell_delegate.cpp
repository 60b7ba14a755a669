#include "ui/widgets/cell_delegate.h"

#include "ui/shell/icons.h"
#include "ui/shell/style.h"
#include "ui/shell/words.h"
#include "ui/widgets/record_model.h"

#include <QAbstractItemView>
#include <QPainter>

#include <cmath>

using namespace Qt::StringLiterals;

namespace analemma::ui {

CellDelegate::CellDelegate(QObject* parent) : QStyledItemDelegate(parent) {}

QSize CellDelegate::sizeHint(const QStyleOptionViewItem&, const QModelIndex& index) const
{
    const QString text = index.data().toString();
    return {QFontMetrics(fontOf(Type::Body)).horizontalAdvance(text) + 3 * metric::grid,
            metric::row};
}

void CellDelegate::paintGround(QPainter* painter, const QStyleOptionViewItem& option,
                               const QModelIndex& index)
{
    // Else it is the surface, which the view has filled.
    const QColor surface = colour(Token::Surface);
    if (option.state.testFlag(QStyle::State_Selected)) {
        const bool active = option.state.testFlag(QStyle::State_Active);
        painter->fillRect(option.rect, mix(colour(Token::Accent), surface, active ? 0.16 : 0.10));
    } else if (option.state.testFlag(QStyle::State_MouseOver)) {
        painter->fillRect(option.rect, mix(colour(Token::Text), surface, 0.04));
    }
    const QRect below(option.rect.left(), option.rect.bottom(), option.rect.width(), 1);
    painter->fillRect(below, mix(colour(Token::Line), surface, 0.6));
    if (index.column() == 0 && index.data(RecordModel::MarkedRow).toBool()) {
        painter->fillRect(QRect(option.rect.topLeft(), QSize(3, option.rect.height())),
                          colour(Token::Production));
    }
    if (option.state.testFlag(QStyle::State_HasFocus)) {
        paintFocusRing(painter, option.rect, metric::half);
    }
}

int CellDelegate::insetOf(const QStyleOptionViewItem& option, const QModelIndex& index)
{
    if (index.column() > 0 || option.widget == nullptr) {
        return metric::grid;
    }
    const QVariant inset = option.widget->property("inset");
    return inset.isValid() ? inset.toInt() : metric::grid;
}

int CellDelegate::paintText(QPainter* painter, const QRect& rect, const QString& text,
                            const QFont& font, const QColor& shade, Qt::Alignment alignment) const
{
    if (text.isEmpty() || rect.width() <= 4) {
        return 0;
    }
    const QFontMetrics metrics(font);
    const LaidText& laid = m_laid.of(text, font, rect.width());
    const bool right = alignment.testFlag(Qt::AlignRight);
    const int left = right ? rect.right() + 1 - laid.width : rect.left();
    const QString& shown = laid.shown;
    for (const QString& word : m_words) {
        for (qsizetype at = shown.indexOf(word, 0, Qt::CaseInsensitive); at >= 0;
             at = shown.indexOf(word, at + word.size(), Qt::CaseInsensitive)) {
            const int from = left + metrics.horizontalAdvance(shown.left(at));
            const int width = metrics.horizontalAdvance(shown.mid(at, word.size()));
            painter->fillRect(
                QRect(from, rect.center().y() - metrics.height() / 2, width, metrics.height()),
                mix(colour(Token::Accent), colour(Token::Surface), 0.24));
        }
    }
    painter->setFont(font);
    painter->setPen(shade);
    const double above = (rect.height() - QFontMetricsF(font).height()) / 2;
    painter->drawStaticText(QPointF(left, rect.top() + above), laid.glyphs);
    return laid.width;
}

void CellDelegate::paint(QPainter* painter, const QStyleOptionViewItem& given,
                         const QModelIndex& index) const
{
    QStyleOptionViewItem option = given;
    const auto* view = qobject_cast<const QAbstractItemView*>(option.widget);
    if (!view || !view->hasFocus() || view->currentIndex() != index) {
        option.state.setFlag(QStyle::State_HasFocus, false);
    }
    painter->save();
    paintGround(painter, option, index);
    QRect rect = option.rect.adjusted(insetOf(option, index), 0, -metric::grid, -1);
    const auto kind = static_cast<ColumnKind>(index.data(RecordModel::KindRole).toInt());
    const auto mark = static_cast<Mark>(index.data(RecordModel::MarkRole).toInt());
    const QString text = index.data().toString();
    QColor shade = colour(index.data(RecordModel::QuietRole).toBool() ? Token::Quiet : Token::Text);
    QFont font = fontOf(Type::Body);
    Qt::Alignment align = Qt::AlignLeft;
    switch (kind) {
        case ColumnKind::Number:
            align = Qt::AlignRight;
            font = numberFont();
            break;
        case ColumnKind::Fixed:
            font = fixedFont();
            break;
        case ColumnKind::Bar: {
            const double share = index.data(RecordModel::ShareRole).toDouble();
            const int words = 76;
            if (share >= 0 && rect.width() > words + 24) {
                const int full = rect.width() - words;
                const QRect groove(rect.left(), rect.center().y() - 2, full, 4);
                painter->fillRect(groove, colour(Token::Raised));
                const Token token = mark == Mark::None ? Token::Idle : tokenOf(mark);
                QRect part = groove;
                part.setWidth(std::max(2, static_cast<int>(full * std::min(1.0, share))));
                painter->fillRect(part, mix(colour(token), colour(Token::Surface), 0.75));
                rect.setLeft(rect.right() - words + metric::grid);
            }
            font = numberFont();
            break;
        }
        default:
            break;
    }
    if (mark != Mark::None && kind != ColumnKind::Bar) {
        shade = colour(tokenOf(mark));
        const int turn = mark == Mark::Running ? turnStep() : 0;
        paintIcon(painter, QRect(rect.left(), rect.center().y() - 7, metric::icon, metric::icon),
                  iconOf(mark), shade, turn);
        rect.setLeft(rect.left() + metric::icon + 6);
    }
    paintText(painter, rect, text, font, shade, align);
    painter->restore();
}

}  // namespace analemma::ui
