#pragma once

#include <QWidget>

class QHBoxLayout;
class QLabel;

namespace analemma::ui {

class Button;
class ChartGroup;
class ChipBar;

/// The bar over a group of charts: how much time is seen, which, and the way back to the present.
class ChartBar : public QWidget {
    Q_OBJECT
public:
    explicit ChartBar(ChartGroup* group, QWidget* parent = nullptr);

private:
    void update();
    void updateChips();
    ChartGroup* m_group;
    ChipBar* m_chips;
    QLabel* m_range;
    QLabel* m_state;
    Button* m_live;
};

}  // namespace analemma::ui
