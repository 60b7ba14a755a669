#pragma once

#include <QWidget>

namespace analemma::ui {

class Button;
class Text;
class TimeMachine;

/// Under the top bar while the past is shown: which moment, that acting is off, and the way back.
class PastBanner : public QWidget {
    Q_OBJECT
public:
    /// The machine must outlive the banner.
    explicit PastBanner(QWidget* parent = nullptr);
    void serve(TimeMachine* time);
    /// What is shown does not know the past.
    void setKnowsPast(bool knows);

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    void update();
    TimeMachine* m_time = nullptr;
    bool m_knows = true;
    Text* m_text;
    Button* m_now;
};

}  // namespace analemma::ui
