#include "ui/shell/time_machine.h"

namespace analemma::ui {

void TimeMachine::goTo(qint64 time)
{
    const qint64 moment = time - ((time % minute) + minute) % minute;
    if (m_moment != moment) {
        m_moment = moment;
        Q_EMIT changed();
    }
}

void TimeMachine::goNow()
{
    if (m_moment) {
        m_moment.reset();
        Q_EMIT changed();
    }
}

QString TimeMachine::refusal() const
{
    return m_moment ? tr("You look at the past: nothing can be changed there. Go back to now.")
                    : QString();
}

}  // namespace analemma::ui
