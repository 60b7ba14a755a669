#include "ui/widgets/record_filter.h"

#include <algorithm>

namespace analemma::ui {

RecordFilter::RecordFilter(RecordModel* model, QObject* parent)
    : QSortFilterProxyModel(parent), m_model(model)
{
    setSourceModel(model);
    setSortRole(RecordModel::SortRole);
    setDynamicSortFilter(true);
}

void RecordFilter::setWords(const QString& text)
{
    m_words = text.split(u' ', Qt::SkipEmptyParts);
    invalidateRowsFilter();
}

void RecordFilter::setAccept(std::function<bool(const Record&)> accept)
{
    m_accept = std::move(accept);
    invalidateRowsFilter();
}

void RecordFilter::refilter()
{
    invalidateRowsFilter();
}

bool RecordFilter::filterAcceptsRow(int row, const QModelIndex&) const
{
    const Record* record = m_model->recordAt(row);
    if (!record || (m_accept && !m_accept(*record))) {
        return false;
    }
    return std::all_of(m_words.cbegin(), m_words.cend(), [record](const QString& word) {
        return std::any_of(
            record->fields.cbegin(), record->fields.cend(),
            [&word](const Field& field) { return field.text.contains(word, Qt::CaseInsensitive); });
    });
}

bool RecordFilter::lessThan(const QModelIndex& left, const QModelIndex& right) const
{
    const QVariant* const number = m_model->sortOf(left);
    const QVariant* const other = m_model->sortOf(right);
    const int doubles = QMetaType::Double;
    if (number != nullptr && other != nullptr && number->typeId() == doubles &&
        other->typeId() == doubles) {  // of hundreds of rows each second
        return *static_cast<const double*>(number->constData()) <
               *static_cast<const double*>(other->constData());
    }
    const QVariant a = left.data(RecordModel::SortRole);
    const QVariant b = right.data(RecordModel::SortRole);
    // Equal ones keep the model's order, whichever way the table is sorted.
    const bool inOrder =
        sortOrder() == Qt::AscendingOrder ? left.row() < right.row() : left.row() > right.row();
    if (a.typeId() == QMetaType::QString && b.typeId() == QMetaType::QString) {
        const int order = a.toString().compare(b.toString(), Qt::CaseInsensitive);
        return order == 0 ? inOrder : order < 0;
    }
    const QPartialOrdering order = QVariant::compare(a, b);
    return order == QPartialOrdering::Equivalent ? inOrder : order == QPartialOrdering::Less;
}

}  // namespace analemma::ui
