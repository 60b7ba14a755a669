#pragma once

#include <QWidget>

class QSlider;

namespace analemma::ui {

class Button;
class ChipBar;
class IconButton;
class Text;
class TimeMachine;

/// The slider of the time machine: how far back, which minute, and the way to now. Left and Right
/// go by a minute, PageUp and PageDown by a twentieth. Does not know the time: its owner tells it.
class TimeBar : public QWidget {
    Q_OBJECT
public:
    /// The machine must outlive the bar.
    explicit TimeBar(TimeMachine* time, QWidget* parent = nullptr);
    void setNow(qint64 now);
    /// The keys go to the slider.
    void focusSlider();

private:
    void setSpan(qint64 minutes);
    void update();
    void slide(int minute);
    TimeMachine* m_time;
    qint64 m_now = 0;
    qint64 m_span;  ///< minutes
    ChipBar* m_spans;
    QSlider* m_slider;
    Text* m_moment;
    Button* m_toNow;
};

}  // namespace analemma::ui
