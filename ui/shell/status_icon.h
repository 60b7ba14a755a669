#pragma once

#include "ui/shell/words.h"

#include <QObject>
#include <QPixmap>

class QAction;
class QMenu;
class QSystemTrayIcon;

namespace analemma::ui {

/// What stands in the desktop's tray: the sign of the program in the colour of the gravest alert
/// (Ok: none), with their number. Square, `size` pixels. Pure.
QPixmap statusPicture(Mark gravest, int alerts, int size);

/// A sign in the desktop's tray, where there is one: how things are, with a menu to open the window
/// and to end the program. Main thread.
class StatusIcon : public QObject {
    Q_OBJECT
public:
    explicit StatusIcon(QObject* parent = nullptr);
    ~StatusIcon() override;

    /// False where the desktop has no tray.
    [[nodiscard]] bool isThere() const { return m_icon != nullptr; }
    void setState(Mark gravest, int alerts);
    [[nodiscard]] QMenu* menu() const { return m_menu.get(); }
    [[nodiscard]] QString text() const { return m_text; }

Q_SIGNALS:
    void openAsked();
    void quitAsked();

private:
    std::unique_ptr<QMenu> m_menu;
    std::unique_ptr<QSystemTrayIcon> m_icon;
    QString m_text;
};

}  // namespace analemma::ui
