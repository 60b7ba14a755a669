#pragma once

#include "ui/shell/panel.h"

#include <QFrame>

namespace analemma::ui {

class Button;
class StateBadge;
class Text;

/// The bar that tells what happened and offers the way back, at the bottom of its parent, for 10 s;
/// longer while the pointer or the focus is on it.
class Toast : public QFrame {
    Q_OBJECT
public:
    explicit Toast(QWidget* parent);
    void tell(const Notice& notice);
    void dismiss();
    [[nodiscard]] QString text() const;
    /// How far above the parent's lower edge it stands.
    void setLift(int pixels);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    void timerEvent(QTimerEvent* event) override;

private:
    void place();
    QLabel* m_icon;
    Text* m_text;
    Button* m_button;
    Notice m_notice;
    int m_timer = 0;
    int m_lift = 16;
};

}  // namespace analemma::ui
