#pragma once

#include "core/lifecycle/report.h"

#include <QAbstractButton>

namespace analemma::ui {

/// One of the five: name, number with its unit, trend, and how it went. Pressing it shows its
/// events; Left and Right go to the tile beside it.
class FigureTile : public QAbstractButton {
    Q_OBJECT
public:
    explicit FigureTile(lifecycle::Figure figure, QWidget* parent = nullptr);
    [[nodiscard]] lifecycle::Figure figure() const { return m_figure; }
    /// Takes number, course and trend from it; the words are the window's.
    void setReport(const lifecycle::FigureReport& report);
    [[nodiscard]] const lifecycle::ReportTile& tile() const { return m_tile; }
    [[nodiscard]] QSize sizeHint() const override { return {200, 148}; }
    [[nodiscard]] QSize minimumSizeHint() const override { return {150, 148}; }

Q_SIGNALS:
    void stepped(int direction);

protected:
    void paintEvent(QPaintEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    const lifecycle::Figure m_figure;
    lifecycle::ReportTile m_tile;
};

/// What a figure is called, in the person's language.
QString nameOf(lifecycle::Figure figure);

}  // namespace analemma::ui
