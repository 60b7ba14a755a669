#include "ui/monitor/alert_page.h"

#include "core/base/text.h"
#include "ui/monitor/chart_bar.h"
#include "ui/monitor/chart_feed.h"
#include "ui/monitor/chart_group.h"
#include "ui/monitor/chart_view.h"
#include "ui/monitor/store_source.h"
#include "ui/widgets/ask_panel.h"
#include "ui/widgets/column_scroll.h"
#include "ui/widgets/parts.h"

#include <QHBoxLayout>
#include <QUrl>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace analemma::ui {
namespace {

constexpr int kAlertChartHeight = 220;
constexpr qint64 kBefore = 15 * 60 * 1000;  // shown before it began
constexpr qint64 kAfter = 10 * 60 * 1000;   // and after its end
constexpr qint64 kLeastSpan = 20 * 60 * 1000;
constexpr qint64 kStaleAfter = 150'000;  // checks and space are read once a minute

QDateTime timeOf(qint64 milliseconds)
{
    return QDateTime::fromMSecsSinceEpoch(milliseconds, Qt::UTC);
}

bool isLink(const QString& runbook)
{
    const QUrl url(runbook, QUrl::StrictMode);
    return url.isValid() && (url.scheme() == u"https" || url.scheme() == u"http");
}

}  // namespace

AlertPage::AlertPage(ChartSource* source, QWidget* parent)
    : QWidget(parent),
      m_source(source),
      m_state(new StateBadge),
      m_severity(new StateBadge),
      m_sentence(new Text({}, Type::Section)),
      m_when(new Text({}, Type::Body, Token::Quiet)),
      m_change(new Text({}, Type::Body)),
      m_changeRow(new QWidget),
      m_grid(new FactGrid),
      m_rollback(new Button(Button::Look::Primary, tr("Roll back"), u"undo"_s)),
      m_take(new Button(Button::Look::Plain, tr("Take"), u"person"_s)),
      m_silence(new Button(Button::Look::Plain, tr("Silence…"), u"bell"_s)),
      m_incident(new Button(Button::Look::Plain, tr("Open the incident"), u"log"_s)),
      m_subject(new Button(Button::Look::Quiet, {}, u"monitor"_s)),
      m_ask(new AskPanel(AskPanel::Place::Row)),
      m_scroll(nullptr)
{
    setObjectName(u"alert-page"_s);
    setAccessibleName(tr("Alert"));
    setFocusPolicy(Qt::StrongFocus);
    build();
}

void AlertPage::build()
{
    m_sentence->setObjectName(u"alert-sentence"_s);
    m_sentence->setBold(true);
    m_sentence->setWordWrap(true);
    m_sentence->setTextFormat(Qt::PlainText);
    m_sentence->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_when->setObjectName(u"alert-when"_s);
    m_when->setWordWrap(true);
    m_when->setTextFormat(Qt::PlainText);
    m_change->setObjectName(u"alert-change"_s);
    m_change->setWordWrap(true);
    m_change->setTextFormat(Qt::PlainText);
    m_severity->setObjectName(u"alert-severity"_s);
    m_state->setObjectName(u"alert-state"_s);
    m_ask->setObjectName(u"alert-ask"_s);
    m_rollback->setObjectName(u"alert-rollback"_s);
    m_take->setObjectName(u"alert-take"_s);
    m_silence->setObjectName(u"alert-silence"_s);
    m_incident->setObjectName(u"alert-incident"_s);
    m_subject->setObjectName(u"alert-subject"_s);
    auto* close = new IconButton(u"close"_s, tr("Close"));
    close->setObjectName(u"alert-close"_s);
    connect(close, &QToolButton::clicked, this, &AlertPage::closeAsked);

    auto* head = new QHBoxLayout;
    head->setSpacing(metric::grid);
    head->addWidget(m_severity);
    head->addWidget(m_state);
    head->addStretch(1);
    head->addWidget(m_subject);
    head->addWidget(close);

    auto* change = new QHBoxLayout(m_changeRow);
    change->setContentsMargins(0, 0, 0, 0);
    change->setSpacing(metric::grid);
    change->addWidget(m_change, 1);
    auto* buttons = new QHBoxLayout;
    buttons->setSpacing(metric::grid);
    buttons->addWidget(m_rollback);
    buttons->addWidget(m_take);
    buttons->addWidget(m_incident);
    buttons->addWidget(m_silence);
    buttons->addStretch(1);

    auto* inner = new QWidget;
    auto* column = new QVBoxLayout(inner);
    column->setContentsMargins(0, 0, metric::grid, 0);
    column->setSpacing(metric::grid);
    column->addWidget(m_sentence);
    column->addWidget(m_when);
    column->addWidget(m_changeRow);
    column->addLayout(buttons);
    column->addWidget(m_ask);
    if (m_source != nullptr) {
        m_group = new ChartGroup(QDateTime::currentMSecsSinceEpoch(), this);
        m_chart = new ChartView(m_group);
        m_chart->setObjectName(u"alert-chart"_s);
        m_chart->setFixedHeight(kAlertChartHeight);
        m_chart->setStaleAfter(kStaleAfter);
        m_chart->setEmptyText(tr("Nothing was measured around it."));
        connect(m_chart, &ChartView::markOpened, this, [this](const QString& id) {
            if (!id.isEmpty()) {
                Q_EMIT changeAsked(id);
            }
        });
        new ChartFeed(m_source, m_chart);
        column->addSpacing(metric::grid);
        column->addWidget(new ChartBar(m_group));
        column->addWidget(m_chart);
    }
    column->addSpacing(metric::grid);
    column->addWidget(m_grid);
    column->addStretch(1);
    m_scroll = new ColumnScroll(inner);
    auto* all = new QVBoxLayout(this);
    all->setContentsMargins(metric::grid * 2, 0, 0, 0);
    all->setSpacing(metric::grid);
    all->addLayout(head);
    all->addWidget(m_scroll, 1);

    connect(m_rollback, &QPushButton::clicked, this, [this] {
        if (m_facts.offer) {
            Q_EMIT rollbackAsked(*m_facts.offer);
        }
    });
    connect(m_take, &QPushButton::clicked, this, [this] { Q_EMIT takeAsked(m_facts.alert.id); });
    connect(m_incident, &QPushButton::clicked, this,
            [this] { Q_EMIT incidentAsked(m_facts.alert.incident); });
    connect(m_subject, &QPushButton::clicked, this,
            [this] { Q_EMIT subjectAsked(m_facts.alert.subject); });
    connect(m_silence, &QPushButton::clicked, this, [this] {
        if (m_facts.silence) {
            Q_EMIT unsilenceAsked(m_facts.silence->id);
        } else {
            askSilence();
        }
    });
}

void AlertPage::setAlert(const AlertFacts& facts, const QDateTime& now)
{
    if (facts.alert.id != m_facts.alert.id) {
        m_ask->dismiss();
    }
    m_facts = facts;
    const monitor::Alert& alert = facts.alert;
    const bool open = alert.isOpen();
    m_severity->setState(markOf(alert.severity), wordOf(alert.severity));
    m_state->setState(open ? (alert.silencedBy.isEmpty() ? Mark::Running : Mark::Idle) : Mark::Ok,
                      !open                         ? tr("over")
                      : !alert.silencedBy.isEmpty() ? tr("silenced")
                      : alert.takenBy.isEmpty()     ? tr("open")
                                                    : tr("taken"));
    const QString sentence = sentenceOf(alert, facts.rule ? &*facts.rule : nullptr);
    m_sentence->setText(sentence);
    setAccessibleName(tr("Alert: %1").arg(sentence));
    m_subject->setText(displayText(alert.subject, 60));
    m_subject->setToolTip(tr("Show the figures of %1").arg(displayText(alert.subject, 60)));
    m_changeRow->setVisible(alert.change.has_value());
    if (alert.change) {
        m_change->setText(tr("It began %1.").arg(changeOf(alert)));
    }
    showFacts(now);
    showButtons();
    showChart(now);
}

QString AlertPage::whenText(const QDateTime& now) const
{
    const monitor::Alert& alert = m_facts.alert;
    if (alert.isOpen()) {
        return tr("For %1, since %2.")
            .arg(shortAge(timeOf(alert.since), now), absoluteTime(timeOf(alert.since)));
    }
    return tr("From %1, for %2.")
        .arg(absoluteTime(timeOf(alert.since)),
             durationText(milliseconds(std::max<qint64>(0, alert.resolved - alert.since))));
}

void AlertPage::setNow(const QDateTime& now)
{
    if (m_facts.alert.id == 0) {
        return;
    }
    m_when->setText(whenText(now));
    if (m_group != nullptr) {
        m_group->setNow(now.toMSecsSinceEpoch());
    }
}

void AlertPage::showFacts(const QDateTime& now)
{
    const monitor::Alert& alert = m_facts.alert;
    const monitor::AlertRule* rule = m_facts.rule ? &*m_facts.rule : nullptr;
    m_when->setText(whenText(now));
    m_grid->clear();
    m_grid->addFact(alert.isOpen() ? tr("Value") : tr("Worst value"), alertValueText(alert, rule));
    m_grid->addFact(tr("Rule"), displayText(alert.rule, 120));
    m_grid->addFact(
        tr("Measured"),
        displayText(alert.labels.isEmpty() ? alert.metric : alert.metric + u"  "_s + alert.labels,
                    200),
        true);
    if (!alert.environment.isEmpty()) {
        m_grid->addFact(tr("Environment"), displayText(alert.environment, 60));
    }
    if (alert.told.first > 0) {
        m_grid->addFact(tr("Told"), agoText(timeOf(alert.told.first), now), false,
                        absoluteTime(timeOf(alert.told.first)));
    }
    if (!alert.takenBy.isEmpty()) {
        m_grid->addFact(tr("Taken by"),
                        tr("%1, %2", "a person, how long ago")
                            .arg(displayText(alert.takenBy, 80), agoText(timeOf(alert.taken), now)),
                        false, absoluteTime(timeOf(alert.taken)));
    }
    if (m_facts.silence) {
        const monitor::Silence& silence = *m_facts.silence;
        m_grid->addFact(tr("Silenced"),
                        tr("by %1 until %2: %3")
                            .arg(displayText(silence.who, 80), absoluteTime(timeOf(silence.to)),
                                 displayText(silence.why, 300)));
    } else if (!alert.silencedBy.isEmpty()) {
        m_grid->addFact(tr("Silenced"), displayText(alert.silencedBy, 300));
    }
    if (!alert.runbook.isEmpty()) {
        const QString text = displayText(alert.runbook, 400);
        if (isLink(alert.runbook)) {
            auto* link = new Text(u"<a href=\"%1\">%1</a>"_s.arg(text.toHtmlEscaped()));
            link->setObjectName(u"alert-runbook"_s);
            link->setTextFormat(Qt::RichText);
            link->setOpenExternalLinks(true);
            link->setTextInteractionFlags(Qt::TextBrowserInteraction);
            m_grid->addFact(tr("Runbook"), link);
        } else {
            m_grid->addFact(tr("Runbook"), text);
        }
    }
}

void AlertPage::showButtons()
{
    const monitor::Alert& alert = m_facts.alert;
    const bool open = alert.isOpen();
    const std::optional<RollbackOffer>& offer = m_facts.offer;
    m_rollback->setVisible(alert.change && alert.change->canGoBack());
    const bool possible = offer && offer->refusal.isEmpty();
    m_rollback->setText(possible ? tr("Roll back to %1").arg(displayText(offer->release, 40))
                                 : tr("Roll back"));
    m_rollback->setHint(possible ? offer->hint : QString());
    m_rollback->setRefusal(!offer ? tr("It is not known yet what runs there.") : offer->refusal);
    m_take->setVisible(open && alert.takenBy.isEmpty());
    m_take->setRefusal(m_facts.canTake ? QString() : tr("Nothing is kept here."));
    m_take->setHint(tr("makes an incident"));
    m_incident->setVisible(!alert.incident.isEmpty());
    m_silence->setVisible(open);
    m_silence->setText(m_facts.silence ? tr("End the silence") : tr("Silence…"));
    m_silence->setRefusal(!m_facts.silence && !alert.silencedBy.isEmpty()
                              ? tr("A maintenance window silences it.")
                              : QString());
    // One button is the one to press.
    m_take->setLook(m_rollback->isVisibleTo(this) && possible ? Button::Look::Plain
                                                              : Button::Look::Primary);
    m_rollback->setLook(possible && open ? Button::Look::Primary : Button::Look::Plain);
}

void AlertPage::showChart(const QDateTime& now)
{
    if (m_chart == nullptr) {
        return;
    }
    const monitor::Alert& alert = m_facts.alert;
    const qint64 at = now.toMSecsSinceEpoch();
    m_group->setNow(at);
    const QString key = seriesKey(alert.subject, alert.metric, alert.labels);
    const QString drawn = QString::number(alert.id) + u' ' + key;
    QList<ChartMark> marks = marksOf(alert);
    for (const ChartMark& mark : std::as_const(m_marks)) {
        const bool there =
            std::ranges::any_of(marks, [&mark](const ChartMark& one) { return one.id == mark.id; });
        if (!there) {
            marks.append(mark);
        }
    }
    std::ranges::sort(marks, {}, &ChartMark::time);
    if (drawn != m_drawn) {
        m_drawn = drawn;
        m_chart->setTitle(displayText(
            alert.labels.isEmpty() ? alert.metric : alert.metric + u"  "_s + alert.labels, 120));
        m_chart->setUnit(unitOfMetric(alert.metric));
        ChartSeries series;
        series.key = key;
        series.name = displayText(alert.subject, 60);
        m_chart->setSeries({series});
        m_chart->setData({});
        m_chart->setThresholds(m_facts.rule ? thresholdsOf(*m_facts.rule)
                                            : QList<ChartThreshold>());
        std::optional<double> high;
        if (m_facts.rule && !thresholdsOf(*m_facts.rule).isEmpty() && m_facts.rule->limit > 0) {
            high = m_facts.rule->limit * 1.2;  // the bound is in sight
        }
        if (unitOfMetric(alert.metric) == ChartUnit::Percent) {
            high = 100;
        }
        m_chart->setLimits(0.0, high);
        m_group->setSpan(std::max(kLeastSpan, at - alert.since + kBefore));
        m_group->goLive();
        if (!alert.isOpen()) {
            const qint64 to = std::min(at, alert.resolved + kAfter);
            m_group->setRange(std::min(alert.since - kBefore, to - kLeastSpan), to);
        }
        m_chart->findChild<ChartFeed*>()->refresh();
    }
    m_chart->setMarks(marks);
}

void AlertPage::setMarks(const QList<ChartMark>& marks)
{
    m_marks = marks;
}

void AlertPage::askSilence()
{
    if (m_facts.alert.id == 0 || m_facts.silence || !m_facts.alert.isOpen()) {
        return;
    }
    auto* spans = new ChipBar;
    spans->setObjectName(u"silence-span"_s);
    spans->addChip(u"hour"_s, tr("1 hour"));
    spans->addChip(u"four"_s, tr("4 hours"));
    spans->addChip(u"tomorrow"_s, tr("Until tomorrow"));
    AskPanel::Question question;
    question.sentence = tr("Nobody is told of it while it is silenced; it stays in the list.");
    question.fields.append({tr("Why")});
    question.part = spans;
    question.refusal = [](const QString& text) {
        return text.trimmed().isEmpty() ? tr("Say why, for those who look next.") : QString();
    };
    const qint64 id = m_facts.alert.id;
    question.answers = {
        {u"silence"_s, tr("Silence"),
         [this, id, spans](const AskPanel::Given& given) {
             const QString chosen = spans->chosen().value(0);
             const SilenceSpan span = chosen == u"four"       ? SilenceSpan::FourHours
                                      : chosen == u"tomorrow" ? SilenceSpan::Tomorrow
                                                              : SilenceSpan::Hour;
             Q_EMIT silenceAsked(id, span, given.text().trimmed());
         }},
        {u"cancel"_s, tr("Cancel"), {}},
    };
    m_ask->ask(std::move(question));
}

bool AlertPage::stepBack()
{
    if (!m_ask->isOpen()) {
        return false;
    }
    m_ask->escape();
    return true;
}

}  // namespace analemma::ui
