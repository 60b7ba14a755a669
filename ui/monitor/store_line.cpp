#include "ui/monitor/store_line.h"

#include "core/base/text.h"
#include "ui/shell/tray.h"
#include "ui/widgets/button.h"
#include "ui/widgets/parts.h"

#include <QHBoxLayout>

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

StoreLine::StoreLine(QWidget* parent)
    : QWidget(parent),
      m_icon(new StateIcon),
      m_text(new Text({}, Type::Body)),
      m_away(new Button(Button::Look::Quiet, tr("Got it")))
{
    setObjectName(u"monitoring-store"_s);
    m_text->setObjectName(u"monitoring-store-text"_s);
    m_away->setObjectName(u"monitoring-store-away"_s);
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
