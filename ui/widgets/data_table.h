#pragma once

#include "ui/widgets/record_filter.h"

#include <QHash>
#include <QPointer>
#include <QTableView>
#include <QWidget>

class QAction;
class QHBoxLayout;
class QKeyEvent;
class QLabel;
class QLineEdit;
class QStackedLayout;
class QTimer;

namespace analemma::ui {

class CellDelegate;
class EmptyState;
class Turner;

/// A table as everywhere in the window: 28 px rows, quiet header, sort, filter as you type with
/// marked matches, remembered widths, copy as tab-separated text, Enter for the main action, a menu
/// for the rest, a bar for several selected rows, skeleton rows while loading, a sentence when
/// empty.
class DataTable : public QWidget {
    Q_OBJECT
public:
    /// `name` is the object name and the key under which columns and sort are remembered.
    DataTable(const QString& name, RecordModel* model, QWidget* parent = nullptr);
    ~DataTable() override;

    [[nodiscard]] QTableView* view() const { return m_view; }
    [[nodiscard]] RecordModel* model() const { return m_model; }
    [[nodiscard]] RecordFilter* filter() const { return m_filter; }
    [[nodiscard]] EmptyState* emptyState() const { return m_empty; }

    /// Enter and double click; also the first entry of the menu. Not owned.
    void setMainAction(QAction* action);
    /// The rest of the menu, in order; a null stands for a line. Those with the property "many"
    /// true are offered for several rows too.
    void addRowAction(QAction* action);
    /// An own look for the cells of one column (0-based). Owned by the table.
    void setCellDelegate(int column, CellDelegate* delegate);

    [[nodiscard]] QString currentId() const;
    [[nodiscard]] QStringList selectedIds() const;
    /// Selects and shows the row; false when there is none (yet: it is selected when it comes).
    bool selectId(const QString& id);
    void setFilterText(const QString& text);
    [[nodiscard]] QString filterText() const;
    /// Moves the first column's text in by this much, to stand under a page's title. 8 at first.
    void setInset(int pixels);
    /// Whether widths and sort are remembered; true at first.
    void setRemembering(bool remembering) { m_remembering = remembering; }
    /// Skeleton rows, when there are no rows yet; shown after 300 ms.
    void setLoading(bool loading);
    void sortBy(int column, Qt::SortOrder order);

Q_SIGNALS:
    /// The row under the cursor changed; empty: none.
    void currentChanged(const QString& id);
    void selectionChanged(const QStringList& ids);
    /// Enter or double click.
    void activated(const QString& id);
    /// Click on a cell.
    void cellClicked(const QString& id, int column);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void buildBars();
    void restore();
    void fit();
    void remember() const;
    void copySelection() const;
    void showMenu(const QPoint& at);
    void headerMenu(const QPoint& at);
    void updateState();
    void showPage(QWidget* page);
    void updateStateSoon();
    void applyFilter(const QString& text);
    void selectionMoved();
    void activateCurrent();
    bool filterKey(QKeyEvent* event);

    QPointer<RecordModel> m_model;
    RecordFilter* m_filter;
    QTableView* m_view = nullptr;
    EmptyState* m_empty = nullptr;
    EmptyState* m_noMatch = nullptr;
    QWidget* m_skeleton = nullptr;
    QStackedLayout* m_stack = nullptr;
    QWidget* m_filterBar = nullptr;
    QLineEdit* m_filterField = nullptr;
    QLabel* m_filterCount = nullptr;
    QWidget* m_manyBar = nullptr;
    QLabel* m_manyText = nullptr;
    QHBoxLayout* m_manyRow = nullptr;
    QAction* m_mainAction = nullptr;
    QList<QAction*> m_rowActions;
    QString m_wantedId;
    QHash<int, int> m_squeezed;  ///< columns that gave way for want of room, and their widths
    Turner* m_turner = nullptr;
    QTimer* m_rememberSoon = nullptr;
    bool m_statePending = false;
    bool m_loading = false;
    bool m_remembering = true;
};

}  // namespace analemma::ui
