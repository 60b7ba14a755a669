#include "ui/monitor/chart_bar.h"

#include "ui/monitor/chart_group.h"
#include "ui/monitor/time_axis.h"
#include "ui/widgets/button.h"
#include "ui/widgets/chip_bar.h"
#include "ui/widgets/parts.h"

#include <QHBoxLayout>

#include <algorithm>
#include <array>

using namespace Qt::StringLiterals;

namespace analemma::ui {

namespace {

struct SpanChoice {
    const char* id;
    qint64 span;
    const char* text;
};

constexpr qint64 spanMinute = 60'000;
constexpr std::array<SpanChoice, 7> spans{{
    {"5m", 5 * spanMinute, QT_TRANSLATE_NOOP("analemma::ui::ChartBar", "5 min")},
    {"15m", 15 * spanMinute, QT_TRANSLATE_NOOP("analemma::ui::ChartBar", "15 min")},
    {"1h", 60 * spanMinute, QT_TRANSLATE_NOOP("analemma::ui::ChartBar", "1 h")},
    {"6h", 360 * spanMinute, QT_TRANSLATE_NOOP("analemma::ui::ChartBar", "6 h")},
    {"24h", 1440 * spanMinute, QT_TRANSLATE_NOOP("analemma::ui::ChartBar", "24 h")},
    {"7d", 7 * 1440 * spanMinute, QT_TRANSLATE_NOOP("analemma::ui::ChartBar", "7 d")},
    {"30d", 30 * 1440 * spanMinute, QT_TRANSLATE_NOOP("analemma::ui::ChartBar", "30 d")},
}};

}  // namespace

ChartBar::ChartBar(ChartGroup* group, QWidget* parent)
    : QWidget(parent),
      m_group(group),
      m_chips(new ChipBar),
      m_range(new Text({}, Type::Body, Token::Quiet)),
      m_state(new Text({}, Type::Body, Token::Quiet)),
      m_live(new Button(Button::Look::Plain, tr("Live"), u"play"_s))
{
    setObjectName(u"monitor.time"_s);
    m_chips->setObjectName(u"monitor.span"_s);
    m_chips->setAccessibleName(tr("Time shown"));
    for (const SpanChoice& choice : spans) {
        m_chips->addChip(QLatin1StringView(choice.id), tr(choice.text));
    }
    m_range->setObjectName(u"monitor.range"_s);
    m_range->setFont(numberFont());
    m_state->setObjectName(u"monitor.state"_s);
    m_live->setObjectName(u"monitor.live"_s);
    m_live->setToolTip(tr("Follow the present again"));
    QSizePolicy keeps = m_live->sizePolicy();
    keeps.setRetainSizeWhenHidden(true);  // what is under the bar stays where it is
    m_live->setSizePolicy(keeps);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(metric::grid);
    row->addWidget(m_chips);
    row->addStretch();
    row->addWidget(m_live);
    row->addWidget(m_state);
    row->addWidget(m_range);
    connect(m_chips, &ChipBar::changed, this, [this](const QStringList& chosen) {
        for (const SpanChoice& choice : spans) {
            if (chosen.contains(QLatin1StringView(choice.id))) {
                m_group->setSpan(choice.span);
            }
        }
    });
    connect(m_live, &Button::clicked, group, &ChartGroup::goLive);
    connect(group, &ChartGroup::rangeChanged, this, &ChartBar::update);
    update();
}

void ChartBar::update()
{
    m_range->setText(rangeText(m_group->from(), m_group->to(), chartZone()));
    m_live->setVisible(!m_group->isLive());
    m_state->setText(m_group->isLive() ? tr("live") : tr("standing still"));
    updateChips();
}

/// No chip is on while the range was zoomed to something between.
void ChartBar::updateChips()
{
    m_chips->setExclusive(false);
    for (Chip* chip : m_chips->findChildren<Chip*>()) {
        chip->setChecked(std::any_of(spans.begin(), spans.end(), [&](const SpanChoice& choice) {
            return choice.span == m_group->span() && chip->id() == QLatin1StringView(choice.id);
        }));
    }
    m_chips->setExclusive(true);
}

}  // namespace analemma::ui
