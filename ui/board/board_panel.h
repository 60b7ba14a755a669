#pragma once

#include "ui/shell/panel.h"

class QTimer;

namespace analemma::ui {

class BoardView;
class Reader;

/// Home. Reads the board when shown and whenever something of it changed, at most five times a
/// second.
class BoardPanel : public Panel {
    Q_OBJECT
public:
    explicit BoardPanel(const Context& context, QWidget* parent = nullptr);
    void activate() override;
    void select(const QString& item) override;
    bool stepBack() override;
    [[nodiscard]] bool knowsPast() const override { return true; }
    [[nodiscard]] QList<Finding> findings() const override;
    [[nodiscard]] BoardView* view() const { return m_view; }

private:
    bool read();
    void show();
    lifecycle::Board m_board;  ///< of now
    BoardView* m_view;
    Reader* m_reader;
    QTimer* m_ages;
};

}  // namespace analemma::ui
