#pragma once

#include "ui/widgets/record_model.h"

#include <QSortFilterProxyModel>

#include <functional>

namespace analemma::ui {

/// Sorts by RecordModel::SortRole, filters by words that all must stand somewhere in the row.
class RecordFilter : public QSortFilterProxyModel {
    Q_OBJECT
public:
    explicit RecordFilter(RecordModel* model, QObject* parent = nullptr);
    void setWords(const QString& text);
    [[nodiscard]] QStringList words() const { return m_words; }
    void setAccept(std::function<bool(const Record&)> accept);
    /// Call when what the accept function looks at has changed.
    void refilter();

protected:
    bool filterAcceptsRow(int row, const QModelIndex& parent) const override;
    bool lessThan(const QModelIndex& left, const QModelIndex& right) const override;

private:
    RecordModel* m_model;
    QStringList m_words;
    std::function<bool(const Record&)> m_accept;
};

}  // namespace analemma::ui
