#pragma once

#include "core/git/diff.h"
#include "ui/widgets/cell_delegate.h"

#include <QWidget>

class QAction;

namespace analemma::ui {

class DataTable;
class RecordModel;

/// Changed files: a letter for the kind, name, folder, lines. Shows values; bytes of paths stay
/// exact. Main thread.
class ChangeList : public QWidget {
    Q_OBJECT
public:
    /// `name`: object name of the table, and where its columns are remembered.
    explicit ChangeList(const QString& name, QWidget* parent = nullptr);

    void setChanges(const QList<git::FileChange>& changes);
    [[nodiscard]] const QList<git::FileChange>& changes() const { return m_changes; }
    /// Null when none is chosen.
    [[nodiscard]] const git::FileChange* current() const;
    [[nodiscard]] QList<QByteArray> selectedPaths() const;
    /// False when it is not there.
    bool select(const QByteArray& path);
    void setSentence(const QString& sentence);
    void setLoading(bool loading);
    [[nodiscard]] DataTable* table() const { return m_table; }

Q_SIGNALS:
    /// Empty: none.
    void currentChanged(const QByteArray& path);
    void activated(const QByteArray& path);

private:
    QList<git::FileChange> m_changes;
    RecordModel* m_model;
    DataTable* m_table;
};

/// "A", "D", "M", "R", "C", "T", "!" and "?", as git writes them.
QString kindLetter(git::FileChange::Kind kind);

/// A file's name after its letter, its folder quietly behind.
class ChangedFileDelegate : public CellDelegate {
    Q_OBJECT
public:
    using CellDelegate::CellDelegate;
    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override;
};

}  // namespace analemma::ui
