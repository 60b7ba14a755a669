#pragma once

#include "ui/diff/diff_rows.h"

#include <QAbstractScrollArea>

namespace analemma::ui {

/// What can be done with a hunk, or with the lines of it that are chosen.
struct HunkAction {
    QString id;
    QString whole;  ///< "Stage hunk"
    QString part;   ///< "Stage lines"; empty: only whole hunks
};

/// The changes of one file, in one column or side by side; only visible rows are laid out. Lines
/// are chosen with mouse or Shift and arrows; each hunk's heading has its actions. Main thread.
class DiffView : public QAbstractScrollArea {
    Q_OBJECT
public:
    explicit DiffView(QWidget* parent = nullptr);

    void setDiff(const git::FileDiff& diff);
    [[nodiscard]] const git::FileDiff& diff() const { return m_diff; }
    void setLook(DiffLook look);
    [[nodiscard]] DiffLook look() const { return m_look; }
    /// The first one is also done by Enter.
    void setHunkActions(const QList<HunkAction>& actions);

    [[nodiscard]] int rows() const { return int(m_rows.size()); }
    [[nodiscard]] int currentRow() const { return m_cursor; }
    /// Both ends; the cursor is the last.
    void choose(int first, int last);
    void goToHunk(int hunk);
    /// A line by its number on the new or the old side; stays where it is when it is not shown.
    void goToLine(int number, bool old);
    /// The hunk under the cursor; -1 without one.
    [[nodiscard]] int currentHunk() const;
    /// The chosen lines of the current hunk that are changes; empty when only its heading or
    /// unchanged lines are.
    [[nodiscard]] QList<int> chosenLines() const;
    /// The line under the cursor on the new side, else on the old; null on a heading.
    [[nodiscard]] const git::DiffLine* currentLine() const;
    [[nodiscard]] QString chosenText() const;
    /// Where an action's button stands, in the viewport; for tests and for tooltips.
    [[nodiscard]] QRect actionRect(int hunk, const QString& action) const;

Q_SIGNALS:
    /// `lines`: indexes in the hunk; empty: all of it.
    void hunkActed(const QString& action, int hunk, const QList<int>& lines);
    void cursorMoved();

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void changeEvent(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;

private:
    enum class Half { Whole, Left, Right };
    void measure();
    void updateBars();
    void moveTo(int row, bool extend);
    void act(const QString& action);
    [[nodiscard]] int rowAt(int y) const;
    [[nodiscard]] int pageRows() const;
    [[nodiscard]] int gutter() const;
    [[nodiscard]] bool isChosen(int row) const;
    [[nodiscard]] QString actionText(const HunkAction& action, int hunk) const;
    [[nodiscard]] QString actionAt(const QPoint& point) const;
    void paintHeading(QPainter& painter, int row, const QRect& area) const;
    void paintHalf(QPainter& painter, int row, const QRect& area, Half half) const;
    void paintText(QPainter& painter, const git::DiffLine& line, const QRect& area) const;

    git::FileDiff m_diff;
    QList<DiffRow> m_rows;
    QList<int> m_headings;  ///< row of each hunk's heading
    DiffLook m_look = DiffLook::Inline;
    QList<HunkAction> m_actions;
    int m_cursor = 0;
    int m_anchor = 0;
    int m_rowHeight = 20;
    qreal m_charWidth = 8;
    int m_digits = 3;
    int m_longest = 0;  ///< characters, about
    QString m_hovered;
    int m_hoveredHunk = -1;
};

}  // namespace analemma::ui
