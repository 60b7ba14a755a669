#pragma once

#include "ui/widgets/cell_delegate.h"

namespace analemma::ui {

/// The first column of the change line: the hash in the fixed font, then the subject.
class ChangeDelegate : public CellDelegate {
    Q_OBJECT
public:
    using CellDelegate::CellDelegate;
    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override;
};

/// One of the eight cells: state icon, text, and the age where there is room. A door: its ground
/// answers the pointer by itself.
class PhaseDelegate : public CellDelegate {
    Q_OBJECT
public:
    /// The age is shown in columns of at least `asideFrom` pixels: in all rows or in none.
    explicit PhaseDelegate(int asideFrom) : m_asideFrom(asideFrom) {}
    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override;

private:
    int m_asideFrom;
};

}  // namespace analemma::ui
