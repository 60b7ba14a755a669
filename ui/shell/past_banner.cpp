#include "ui/shell/past_banner.h"

#include "ui/shell/theme.h"
#include "ui/shell/time_machine.h"
#include "ui/shell/words.h"
#include "ui/widgets/button.h"
#include "ui/widgets/parts.h"

#include <QDateTime>
#include <QHBoxLayout>
#include <QPainter>

using namespace Qt::StringLiterals;

namespace analemma::ui {

PastBanner::PastBanner(QWidget* parent)
    : QWidget(parent),
      m_text(new Text({}, Type::Body)),
      m_now(new Button(Button::Look::Plain, tr("Now"), u"play"_s))
{
    setObjectName(u"past-banner"_s);
    m_text->setObjectName(u"past-text"_s);
    m_text->setBold(true);
    m_text->setElided(true);
    m_now->setObjectName(u"past-now"_s);
    m_now->setToolTip(tr("Back to the present"));
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(metric::page, metric::half, metric::page, metric::half);
    row->addWidget(m_text, 1);
    row->addWidget(m_now);
    hide();
}

void PastBanner::serve(TimeMachine* time)
{
    m_time = time;
    connect(time, &TimeMachine::changed, this, &PastBanner::update);
    connect(m_now, &QPushButton::clicked, time, &TimeMachine::goNow);
    update();
}

void PastBanner::setKnowsPast(bool knows)
{
    m_knows = knows;
    update();
}

void PastBanner::update()
{
    if (m_time == nullptr) {
        return;
    }
    if (const std::optional<qint64> moment = m_time->moment()) {
        const QString when = absoluteTime(QDateTime::fromMSecsSinceEpoch(*moment));
        m_text->setText(
            m_knows
                ? tr("THE PAST: %1. Nothing can be changed here.").arg(when)
                : tr("THE PAST: %1. This panel knows the present alone, and is off.").arg(when));
        setAccessibleName(m_text->text());
    }
    setVisible(m_time->isPast());
}

void PastBanner::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.fillRect(rect(), tint(Token::Waiting, Token::Window));
    painter.fillRect(0, 0, width(), 2, colour(Token::Waiting));
    painter.fillRect(0, height() - 2, width(), 2, colour(Token::Waiting));
}

}  // namespace analemma::ui
