#pragma once

#include "ui/shell/words.h"

#include <QHash>
#include <QWidget>

namespace analemma::ui {

class DataTable;
class LoopView;
class RecordModel;
class Text;

/// The lifecycle board: the figure eight and the change line. Fed with values; every cell and every
/// station is a door.
class BoardView : public QWidget {
    Q_OBJECT
public:
    explicit BoardView(QWidget* parent = nullptr);
    void setBoard(const lifecycle::Board& board, const QDateTime& now);
    void setLoading(bool loading);
    /// Writes ages anew.
    void refreshAges(const QDateTime& now);
    /// Selects a change by its commit.
    void selectChange(const QString& commit);
    [[nodiscard]] DataTable* table() const { return m_table; }
    [[nodiscard]] LoopView* loop() const { return m_loop; }
    [[nodiscard]] const lifecycle::Board& board() const { return m_board; }
    bool stepBack();

Q_SIGNALS:
    void openPanel(const QString& panel, const QString& item);

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    void openCell(const QString& change, int column);
    void openStation(lifecycle::Phase phase);
    void showMoves(const lifecycle::Board& board);
    lifecycle::Board m_board;
    LoopView* m_loop;
    DataTable* m_table;
    RecordModel* m_model;
    Text* m_count;
};

/// The phase that a change has reached: the last one with a mark that is no idle one; -1 for none.
/// Pure.
int reached(const lifecycle::ChangeRow& change);

}  // namespace analemma::ui
