#pragma once

#include "core/git/blame.h"
#include "ui/shell/theme.h"

#include <QAbstractScrollArea>
#include <QDateTime>

namespace analemma::ui {

/// The lines of a file, each run of them with the commit that wrote it; what is not known yet comes
/// in by itself. Only visible rows are laid out. Main thread.
class BlameView : public QAbstractScrollArea {
    Q_OBJECT
public:
    explicit BlameView(QWidget* parent = nullptr);
    /// Null: none.
    void setBlame(std::shared_ptr<git::Blame> blame);
    void setSentence(const QString& sentence);
    void setNow(const QDateTime& now);
    [[nodiscard]] int rows() const { return m_blame ? m_blame->count() : 0; }
    [[nodiscard]] int currentRow() const { return m_current; }
    void setCurrentRow(int row);
    /// Of the line under the cursor; null while it is not known.
    [[nodiscard]] const git::BlameOrigin* currentOrigin() const;

Q_SIGNALS:
    void currentChanged();
    /// Enter or double click on a line that a commit wrote.
    void activated(const QString& commit);

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void changeEvent(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;

private:
    void measure();
    void updateBars();
    [[nodiscard]] int pageRows() const;
    [[nodiscard]] int gutter() const;
    [[nodiscard]] bool beginsRun(int row) const;
    void paintRow(QPainter& painter, int row, const QRect& area) const;
    void paintOrigin(QPainter& painter, const git::BlameOrigin& origin, const QRect& area) const;

    std::shared_ptr<git::Blame> m_blame;
    QString m_sentence;
    QDateTime m_now;
    int m_current = 0;
    int m_rowHeight = 20;
    qreal m_charWidth = 8;
};

}  // namespace analemma::ui
