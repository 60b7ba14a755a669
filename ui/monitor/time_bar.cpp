#include "ui/monitor/time_bar.h"

#include "ui/shell/theme.h"
#include "ui/shell/time_machine.h"
#include "ui/shell/words.h"
#include "ui/widgets/button.h"
#include "ui/widgets/chip_bar.h"
#include "ui/widgets/parts.h"

#include <QDateTime>
#include <QHBoxLayout>
#include <QSignalBlocker>
#include <QSlider>

#include <algorithm>
#include <array>

using namespace Qt::StringLiterals;

namespace analemma::ui {
namespace {

struct BarSpan {
    const char* id;
    qint64 minutes;
    const char* text;
};
constexpr std::array<BarSpan, 4> barSpans{{
    {"1h", 60, QT_TRANSLATE_NOOP("analemma::ui::TimeBar", "1 h")},
    {"24h", 1440, QT_TRANSLATE_NOOP("analemma::ui::TimeBar", "24 h")},
    {"7d", 7 * 1440, QT_TRANSLATE_NOOP("analemma::ui::TimeBar", "7 d")},
    {"30d", 30 * 1440, QT_TRANSLATE_NOOP("analemma::ui::TimeBar", "30 d")},
}};
constexpr int kPages = 20;

int minuteOf(qint64 time)
{
    return int(time / TimeMachine::minute);
}

}  // namespace

TimeBar::TimeBar(TimeMachine* time, QWidget* parent)
    : QWidget(parent),
      m_time(time),
      m_span(barSpans.front().minutes),
      m_spans(new ChipBar),
      m_slider(new QSlider(Qt::Horizontal)),
      m_moment(new Text({}, Type::Body)),
      m_toNow(new Button(Button::Look::Plain, tr("Now"), u"play"_s))
{
    setObjectName(u"monitoring-time"_s);
    m_spans->setObjectName(u"monitoring-time-span"_s);
    m_spans->setAccessibleName(tr("How far back the slider reaches"));
    m_slider->setObjectName(u"monitoring-time-slider"_s);
    m_slider->setAccessibleName(tr("The moment that is shown"));
    m_moment->setObjectName(u"monitoring-time-moment"_s);
    m_moment->setFont(numberFont());
    m_toNow->setObjectName(u"monitoring-time-now"_s);
    for (const BarSpan& span : barSpans) {
        m_spans->addChip(QLatin1StringView(span.id), tr(span.text));
    }
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(metric::grid);
    row->addWidget(m_spans);
    row->addWidget(m_slider, 1);
    row->addWidget(m_moment);
    row->addWidget(m_toNow);
    connect(m_spans, &ChipBar::changed, this, [this](const QStringList& chosen) {
        for (const BarSpan& span : barSpans) {
            if (chosen.contains(QLatin1StringView(span.id))) {
                setSpan(span.minutes);
            }
        }
    });
    connect(m_slider, &QSlider::valueChanged, this, &TimeBar::slide);
    connect(m_toNow, &QPushButton::clicked, time, &TimeMachine::goNow);
    connect(time, &TimeMachine::changed, this, &TimeBar::update);
}

void TimeBar::setSpan(qint64 minutes)
{
    m_span = minutes;
    if (m_time->moment() && *m_time->moment() < m_now - minutes * TimeMachine::minute) {
        m_time->goTo(m_now - minutes * TimeMachine::minute);
    }
    update();
}

void TimeBar::setNow(qint64 now)
{
    m_now = now;
    update();
}

/// The end of the slider is now, and stays now.
void TimeBar::slide(int minute)
{
    if (minute >= m_slider->maximum()) {
        m_time->goNow();
    } else {
        m_time->goTo(qint64(minute) * TimeMachine::minute);
    }
}

void TimeBar::update()
{
    const QSignalBlocker quiet(m_slider);
    const int last = minuteOf(m_now);
    const int value = m_time->moment() ? minuteOf(*m_time->moment()) : last;
    m_slider->setRange(std::min(last - int(m_span), value), last);
    m_slider->setPageStep(std::max(1, int(m_span) / kPages));
    m_slider->setValue(value);
    m_moment->setText(m_time->moment()
                          ? absoluteTime(QDateTime::fromMSecsSinceEpoch(*m_time->moment()))
                          : tr("now"));
    m_moment->setToken(m_time->isPast() ? Token::Waiting : Token::Quiet);
    m_toNow->setRefusal(m_time->isPast() ? QString() : tr("It is now."));
}

void TimeBar::focusSlider()
{
    m_slider->setFocus();
}

}  // namespace analemma::ui
