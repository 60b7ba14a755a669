#include "ui/board/change_delegates.h"

#include "ui/shell/icons.h"
#include "ui/shell/words.h"
#include "ui/widgets/record_model.h"

#include <QAbstractItemView>
#include <QCursor>
#include <QPainter>

using namespace Qt::StringLiterals;

namespace analemma::ui {

namespace {

QStyleOptionViewItem ownOption(const QStyleOptionViewItem& given, const QModelIndex& index)
{
    QStyleOptionViewItem option = given;
    const auto* view = qobject_cast<const QAbstractItemView*>(option.widget);
    const bool focused = view && view->hasFocus() && view->currentIndex() == index;
    option.state.setFlag(QStyle::State_HasFocus, focused);
    return option;
}

bool isUnderPointer(const QStyleOptionViewItem& option)
{
    const auto* view = qobject_cast<const QAbstractItemView*>(option.widget);
    return view && option.state.testFlag(QStyle::State_MouseOver) &&
           option.rect.contains(view->viewport()->mapFromGlobal(QCursor::pos()));
}

}  // namespace

void ChangeDelegate::paint(QPainter* painter, const QStyleOptionViewItem& given,
                           const QModelIndex& index) const
{
    painter->save();
    paintGround(painter, ownOption(given, index), index);
    const QString whole = index.data().toString();
    const qsizetype gap = whole.indexOf(u"  "_s);
    const QFont fixed = fixedFont();
    const QRect rect = given.rect.adjusted(insetOf(given, index), 0, -metric::grid, -1);
    const int hash = QFontMetrics(fixed).horizontalAdvance(u"0000000"_s) + 12;
    paintText(painter, QRect(rect.left(), rect.top(), hash, rect.height()), whole.left(gap), fixed,
              colour(Token::Quiet), Qt::AlignLeft);
    paintText(painter, rect.adjusted(hash, 0, 0, 0), whole.mid(gap + 2), fontOf(Type::Body),
              colour(Token::Text), Qt::AlignLeft);
    painter->restore();
}

void PhaseDelegate::paint(QPainter* painter, const QStyleOptionViewItem& given,
                          const QModelIndex& index) const
{
    painter->save();
    const QStyleOptionViewItem option = ownOption(given, index);
    paintGround(painter, option, index);
    const auto mark = static_cast<Mark>(index.data(RecordModel::MarkRole).toInt());
    const QString text = index.data().toString();
    QRect rect = option.rect.adjusted(metric::grid, 0, -metric::half, -1);
    if (text.isEmpty()) {
        paintText(painter, rect, u"–"_s, fontOf(Type::Body), colour(Token::Line), Qt::AlignLeft);
        painter->restore();
        return;
    }
    if (isUnderPointer(option)) {
        painter->setRenderHint(QPainter::Antialiasing);
        painter->setPen(Qt::NoPen);
        painter->setBrush(mix(colour(Token::Text), colour(Token::Surface), 0.09));
        painter->drawRoundedRect(option.rect.adjusted(2, 3, -2, -4), metric::half, metric::half);
    }
    const bool plain = mark == Mark::None || mark == Mark::Idle;
    if (mark != Mark::None) {
        paintIcon(painter, QRect(rect.left(), rect.center().y() - 7, metric::icon, metric::icon),
                  iconOf(mark), colour(tokenOf(mark)), mark == Mark::Running ? turnStep() : 0);
        rect.setLeft(rect.left() + metric::icon + 4);
    }
    const QString aside = index.data(RecordModel::AsideRole).toString();
    const QFont font = numberFont();
    const QFont small = fontOf(Type::Caption);
    const int words = QFontMetrics(font).horizontalAdvance(text);
    const int room = QFontMetrics(small).horizontalAdvance(aside) + 12;
    const bool loud = mark == Mark::Failed || mark == Mark::Unknown || mark == Mark::Running;
    paintText(painter, rect, text, font,
              colour(loud    ? tokenOf(mark)
                     : plain ? Token::Quiet
                             : Token::Text),
              Qt::AlignLeft);
    if (option.rect.width() >= m_asideFrom && words + room < rect.width()) {
        paintText(painter, rect.adjusted(words + 8, 0, -4, 0), aside, small, colour(Token::Quiet),
                  Qt::AlignRight);
    }
    painter->restore();
}

}  // namespace analemma::ui
