#pragma once

#include "ui/shell/theme.h"

#include <QStyledItemDelegate>

namespace analemma::ui {

/// Rows of a plain list as dense as a table's, legible where they are selected.
class ListDelegate : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;
    [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem& option,
                                 const QModelIndex& index) const override
    {
        return {QStyledItemDelegate::sizeHint(option, index).width(), metric::denseRow};
    }

protected:
    void initStyleOption(QStyleOptionViewItem* option, const QModelIndex& index) const override
    {
        QStyledItemDelegate::initStyleOption(option, index);
        const bool coloured = index.data(Qt::ForegroundRole).isValid();
        option->palette.setColor(
            QPalette::HighlightedText,
            coloured ? option->palette.color(QPalette::Text) : colour(Token::Text));
    }
};

}  // namespace analemma::ui
