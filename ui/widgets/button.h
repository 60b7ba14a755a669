#pragma once

#include <QAction>
#include <QPushButton>
#include <QToolButton>

class QLineEdit;

namespace analemma::ui {

/// A push button of one of four looks. A disabled one says why in its tooltip.
class Button : public QPushButton {
    Q_OBJECT
public:
    enum class Look {
        Plain,    ///< line around
        Primary,  ///< filled with the accent; one a page
        Quiet,    ///< text only
        Danger    ///< line and text in the failed colour
    };
    Button(Look look, const QString& text, const QString& iconName = {}, QWidget* parent = nullptr);
    /// Follows an action: text, enabled, tooltip; pressing triggers it.
    Button(Look look, QAction* action, QWidget* parent = nullptr);

    [[nodiscard]] Look look() const { return m_look; }
    void setLook(Look look);
    void setIconName(const QString& iconName);
    /// A second, quiet part of the text: "warm, about 40 ms".
    void setHint(const QString& hint);
    [[nodiscard]] QString hint() const { return m_hint; }
    /// Disabled with a reason, or enabled with an empty one.
    void setRefusal(const QString& why);
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    void follow(const QAction* action);
    Look m_look;
    QString m_iconName;
    QString m_hint;
    QString m_tip;
};

/// A square button with an icon alone; `name` is its tooltip and accessible name.
class IconButton : public QToolButton {
    Q_OBJECT
public:
    IconButton(const QString& iconName, const QString& name, QWidget* parent = nullptr);
};

/// An icon at the left inside a field, named like the field.
void addFieldIcon(QLineEdit* field, const QString& iconName);
/// Disables an action with a reason (shown as its tooltip wherever it stands), or enables it.
void setRefusal(QAction* action, const QString& why);
/// Takes an action's buttons away, or gives them back; menus, palette and keys keep it.
void setButtonless(QAction* action, bool buttonless);

}  // namespace analemma::ui
