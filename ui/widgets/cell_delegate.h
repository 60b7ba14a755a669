#pragma once

#include "ui/shell/theme.h"
#include "ui/widgets/laid_text.h"

#include <QStyledItemDelegate>

namespace analemma::ui {

/// Paints the cells of a RecordModel by their column's kind, with the filter's matches marked.
class CellDelegate : public QStyledItemDelegate {
    Q_OBJECT
public:
    explicit CellDelegate(QObject* parent = nullptr);
    void setWords(const QStringList& words) { m_words = words; }

    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override;
    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;

protected:
    /// The ground: selection, hover, line below. Call first in an own paint().
    static void paintGround(QPainter* painter, const QStyleOptionViewItem& option,
                            const QModelIndex& index);
    /// Room at the left of a cell: 8, more in a table's first column where its page has a margin.
    static int insetOf(const QStyleOptionViewItem& option, const QModelIndex& index);
    /// Elided text with matches marked, vertically centred; returns its width.
    int paintText(QPainter* painter, const QRect& rect, const QString& text, const QFont& font,
                  const QColor& colour, Qt::Alignment alignment) const;

private:
    QStringList m_words;
    mutable LaidTexts m_laid;
};

}  // namespace analemma::ui
