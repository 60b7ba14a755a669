#include "ui/monitor/store_line.h"

#include "core/base/text.h"
#include "ui/shell/tray.h"
#include "ui/shell/words.h"
#include "ui/widgets/button.h"
#include "ui/widgets/parts.h"

#include <QHBoxLayout>

#include <algorithm>
#include <climits>

using namespace Qt::StringLiterals;

namespace analemma::ui {

StoreSaying sayingOf(const QString& problem, const monitor::SeriesStatus& status, qsizetype seen)
{
    QStringList notices;
    for (const QString& notice : status.notices) {
        notices.append(displayText(notice, 400));
    }
    StoreSaying saying;
    saying.tip = notices.join(u'\n');
    const QString failing = status.problem.isEmpty() ? problem : status.problem;
    if (!status.recording && !status.recorder.isEmpty()) {
        saying.mark = Mark::Idle;
        saying.text = StoreLine::tr("%1 records. Charts show what it keeps.")
                          .arg(displayText(status.recorder, 120));
    } else if (!failing.isEmpty()) {
        saying.mark = Mark::Failed;
        saying.text =
            StoreLine::tr("Figures are shown but not kept: %1").arg(displayText(failing, 300));
    } else if (notices.size() > seen) {
        saying.mark = Mark::Waiting;
        saying.text = notices.last();
        saying.passing = true;
    }
    return saying;
}

StoreSaying sayingOf(const monitor::PrometheusState& state, qint64 seen)
{
    StoreSaying saying;
    if (!state.problem.isEmpty()) {
        const QString why = displayText(state.problem, 300);
        const QString since = state.since.isValid() ? absoluteTime(state.since) : QString();
        saying.mark = lifecycle::Mark::Failed;
        saying.text = since.isEmpty()
                          ? StoreLine::tr("Prometheus gets nothing: %1").arg(why)
                          : StoreLine::tr("Prometheus gets nothing since %1: %2").arg(since, why);
        QStringList lines;
        if (state.writes) {
            lines.append(
                state.reached > 0
                    ? StoreLine::tr("Samples after %1 wait here; they are sent when it answers.")
                          .arg(absoluteTime(QDateTime::fromMSecsSinceEpoch(state.reached)))
                    : StoreLine::tr("Samples wait here; they are sent when it answers."));
        }
        lines.append(displayText(state.hint, 300));
        lines.removeAll(QString());
        saying.tip = lines.join(u'\n');
    } else if (state.refused > seen) {
        saying.mark = lifecycle::Mark::Waiting;
        saying.text = StoreLine::tr(
            "Prometheus refused %n samples: it does not take what is older "
            "than what it has.",
            nullptr, int(std::min<qint64>(state.refused, INT_MAX)));
        saying.passing = true;
    }
    return saying;
}

StoreLine::StoreLine(const QString& name, QWidget* parent)
    : QWidget(parent),
      m_icon(new StateIcon),
      m_text(new Text({}, Type::Body)),
      m_away(new Button(Button::Look::Quiet, tr("Got it")))
{
    setObjectName(name);
    m_text->setObjectName(name + u"-text"_s);
    m_away->setObjectName(name + u"-away"_s);
    m_text->setElided(true);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(metric::grid);
    row->addWidget(m_icon);
    row->addWidget(m_text, 1);
    row->addWidget(m_away);
    connect(m_away, &QPushButton::clicked, this, &StoreLine::putAway);
    hide();
}

void StoreLine::setSaying(const StoreSaying& saying)
{
    if (saying == m_saying) {
        return;
    }
    m_saying = saying;
    m_icon->setMark(saying.mark);
    m_text->setText(saying.text);
    m_text->setToken(saying.mark == Mark::Failed ? Token::Failed : Token::Text);
    setToolTip(saying.tip);
    setAccessibleName(saying.text);
    m_away->setVisible(saying.passing);
    setVisible(!saying.text.isEmpty());
}

}  // namespace analemma::ui
