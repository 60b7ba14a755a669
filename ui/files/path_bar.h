#pragma once

#include <QWidget>

class QHBoxLayout;
class QLineEdit;
class QStackedLayout;

namespace analemma::ui {

/// Where a pane is: a button for each folder on the way, and a field to type a path into. What does
/// not fit is folded from the left behind "…".
class PathBar : public QWidget {
    Q_OBJECT
public:
    explicit PathBar(const QString& name, QWidget* parent = nullptr);
    void setPath(const QByteArray& path);
    /// Turns to the field.
    void edit();

Q_SIGNALS:
    void chosen(const QByteArray& path);
    void left();  ///< the field, without an answer

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    void arrange();
    QByteArray m_path;
    QWidget* m_crumbs;
    QHBoxLayout* m_row;
    QLineEdit* m_field;
    QStackedLayout* m_stack;
};

}  // namespace analemma::ui
