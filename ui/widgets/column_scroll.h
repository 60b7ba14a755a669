#pragma once

#include <QEvent>
#include <QScrollArea>
#include <QScrollBar>

namespace analemma::ui {

/// Scrolls a column up and down and is never narrower than the column with its scroll bar, so that
/// nothing in it is cut off at the side.
class ColumnScroll : public QScrollArea {
public:
    explicit ColumnScroll(QWidget* column)
    {
        setWidgetResizable(true);
        setFrameShape(QFrame::NoFrame);
        setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
        setWidget(column);
        viewport()->setAutoFillBackground(false);
        column->setAutoFillBackground(false);  // setWidget() has set it
    }
    [[nodiscard]] QSize minimumSizeHint() const override
    {
        const int bar = verticalScrollBar()->sizeHint().width();
        return {widget()->minimumSizeHint().width() + bar, QScrollArea::minimumSizeHint().height()};
    }

protected:
    bool eventFilter(QObject* watched, QEvent* event) override
    {
        if (watched == widget() && event->type() == QEvent::LayoutRequest) {
            updateGeometry();
        }
        return QScrollArea::eventFilter(watched, event);
    }
};

}  // namespace analemma::ui
