#include "ui/monitor/incident_page.h"

#include "core/base/text.h"
#include "ui/monitor/chart_group.h"
#include "ui/monitor/chart_view.h"
#include "ui/widgets/ask_panel.h"
#include "ui/widgets/column_scroll.h"
#include "ui/widgets/data_table.h"
#include "ui/widgets/log_view.h"
#include "ui/widgets/parts.h"

#include <QGridLayout>
#include <QHBoxLayout>
#include <QLineEdit>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace analemma::ui {
namespace {

constexpr int kEvidenceHeight = 170;
constexpr int kTimelineHeight = 220;
constexpr int kLogHeight = 220;
constexpr int kLongestNote = 4'000;

QDateTime momentOf(qint64 milliseconds)
{
    return QDateTime::fromMSecsSinceEpoch(milliseconds, Qt::UTC);
}

QList<Column> timelineColumns()
{
    return {{u"time"_s, IncidentPage::tr("When"), ColumnKind::Fixed, 176},
            {u"who"_s, IncidentPage::tr("Who"), ColumnKind::Text, 110, false, false, 1},
            {u"what"_s, IncidentPage::tr("What"), ColumnKind::Text, 260, true}};
}

}  // namespace

std::vector<Chart> chartsOf(const monitor::EvidenceChart& evidence)
{
    Chart chart;
    chart.from = evidence.from;
    chart.step = evidence.step;
    chart.columns.reserve(evidence.columns.size());
    for (const monitor::ChartColumn& one : evidence.columns) {
        chart.columns.push_back({one.count, one.min, one.max, one.mean, one.last});
    }
    return {chart};
}

IncidentPage::IncidentPage(QWidget* parent)
    : QWidget(parent),
      m_severity(new StateBadge),
      m_state(new StateBadge),
      m_title(new Text({}, Type::Section)),
      m_facts(new Text({}, Type::Body, Token::Quiet)),
      m_rollback(new Button(Button::Look::Primary, tr("Roll back"), u"undo"_s)),
      m_close(new Button(Button::Look::Plain, tr("Close the incident…"), u"check"_s)),
      m_alert(new Button(Button::Look::Plain, tr("Open the alert"), u"bell"_s)),
      m_change(new Button(Button::Look::Plain, tr("Open the change"), u"deploy"_s)),
      m_ask(new AskPanel(AskPanel::Place::Row)),
      m_model(new RecordModel(timelineColumns(), this)),
      m_timeline(new DataTable(u"incident-timeline"_s, m_model)),
      m_note(new QLineEdit),
      m_addNote(new Button(Button::Look::Plain, tr("Add note"), u"plus"_s)),
      m_chartTitle(new SectionTitle(tr("What was measured"))),
      m_group(new ChartGroup(QDateTime::currentMSecsSinceEpoch(), this)),
      m_grid(new QGridLayout),
      m_logTitle(new SectionTitle(tr("Logs"))),
      m_log(new LogView)
{
    setObjectName(u"incident-page"_s);
    setFocusPolicy(Qt::StrongFocus);
    build();
}

void IncidentPage::build()
{
    m_title->setObjectName(u"incident-title"_s);
    m_title->setBold(true);
    m_title->setWordWrap(true);
    m_title->setTextFormat(Qt::PlainText);
    m_facts->setObjectName(u"incident-facts"_s);
    m_facts->setWordWrap(true);
    m_facts->setTextFormat(Qt::PlainText);
    m_severity->setObjectName(u"incident-severity"_s);
    m_state->setObjectName(u"incident-state"_s);
    m_rollback->setObjectName(u"incident-rollback"_s);
    m_close->setObjectName(u"incident-finish"_s);
    m_alert->setObjectName(u"incident-alert"_s);
    m_change->setObjectName(u"incident-change"_s);
    m_ask->setObjectName(u"incident-ask"_s);
    m_note->setObjectName(u"incident-note"_s);
    m_note->setAccessibleName(tr("Note"));
    m_note->setPlaceholderText(tr("What you saw or did"));
    m_note->setMaxLength(kLongestNote);
    m_addNote->setObjectName(u"incident-add-note"_s);
    m_log->setObjectName(u"incident-log"_s);
    m_log->setAccessibleName(tr("Logs that were kept"));
    m_log->setFixedHeight(kLogHeight);
    m_timeline->setRemembering(false);
    m_timeline->setAccessibleName(tr("What happened, in order"));
    m_timeline->setFixedHeight(kTimelineHeight);
    auto* close = new IconButton(u"close"_s, tr("Close"));
    connect(close, &QToolButton::clicked, this, &IncidentPage::closeAsked);

    auto* head = new QHBoxLayout;
    head->setSpacing(metric::grid);
    head->addWidget(m_severity);
    head->addWidget(m_state);
    head->addStretch(1);
    head->addWidget(close);
    auto* buttons = new QHBoxLayout;
    buttons->setSpacing(metric::grid);
    for (Button* button : {m_rollback, m_close, m_alert, m_change}) {
        buttons->addWidget(button);
    }
    buttons->addStretch(1);
    auto* notes = new QHBoxLayout;
    notes->setSpacing(metric::grid);
    notes->addWidget(m_note, 1);
    notes->addWidget(m_addNote);
    m_grid->setSpacing(metric::grid * 2);

    auto* inner = new QWidget;
    auto* column = new QVBoxLayout(inner);
    column->setContentsMargins(0, 0, metric::grid, 0);
    column->setSpacing(metric::grid);
    column->addWidget(m_title);
    column->addWidget(m_facts);
    column->addLayout(buttons);
    column->addWidget(m_ask);
    column->addWidget(m_timeline);
    column->addLayout(notes);
    column->addWidget(m_chartTitle);
    column->addLayout(m_grid);
    column->addWidget(m_logTitle);
    column->addWidget(m_log);
    column->addStretch(1);
    auto* all = new QVBoxLayout(this);
    all->setContentsMargins(metric::grid * 2, 0, 0, 0);
    all->setSpacing(metric::grid);
    all->addLayout(head);
    all->addWidget(new ColumnScroll(inner), 1);

    connect(m_rollback, &QPushButton::clicked, this, [this] {
        if (m_offer) {
            Q_EMIT rollbackAsked(*m_offer);
        }
    });
    connect(m_close, &QPushButton::clicked, this, &IncidentPage::askClose);
    connect(m_alert, &QPushButton::clicked, this,
            [this] { Q_EMIT alertAsked(m_incident.alerts.value(0)); });
    connect(m_change, &QPushButton::clicked, this, [this] {
        if (m_incident.change) {
            Q_EMIT changeAsked(m_incident.change->operation);
        }
    });
    const auto addNote = [this] {
        const QString text = m_note->text().trimmed();
        if (!text.isEmpty() && m_incident.isOpen()) {
            m_note->clear();
            Q_EMIT noteAsked(m_incident.id, text);
        }
    };
    connect(m_addNote, &QPushButton::clicked, this, addNote);
    connect(m_note, &QLineEdit::returnPressed, this, addNote);
}

void IncidentPage::setIncident(const monitor::Incident& incident,
                               const std::optional<RollbackOffer>& offer, const QDateTime& now)
{
    const bool another = incident.id != m_incident.id;
    if (another) {
        m_ask->dismiss();
        m_note->clear();
    }
    m_incident = incident;
    m_offer = offer;
    m_severity->setState(markOf(incident.severity), wordOf(incident.severity));
    m_state->setState(incident.isOpen() ? Mark::Running : Mark::Ok,
                      incident.isOpen() ? tr("open") : tr("closed"));
    m_title->setText(displayText(incident.title, 400));
    setAccessibleName(
        tr("Incident %1: %2").arg(displayText(incident.id, 60), displayText(incident.title, 400)));
    QStringList facts{tr("Incident %1, taken by %2 %3.")
                          .arg(displayText(incident.id, 60), displayText(incident.takenBy, 80),
                               agoText(momentOf(incident.opened), now))};
    if (!incident.isOpen()) {
        const milliseconds lasted(std::max<qint64>(0, incident.closed - incident.opened));
        facts.append(tr("Closed after %1.").arg(durationText(lasted)));
    }
    if (incident.change) {
        facts.append(
            tr("Before it: %1, %2.")
                .arg(changeOf(*incident.change), absoluteTime(momentOf(incident.change->time))));
    }
    m_facts->setText(facts.join(u' '));
    showTimeline();
    showButtons();
    if (another || m_charts.size() != incident.charts.size()) {
        showCharts(now);
    }
    showLogs();
}

void IncidentPage::showTimeline()
{
    QList<monitor::IncidentEntry> entries = m_incident.timeline;
    std::ranges::stable_sort(entries, {}, &monitor::IncidentEntry::time);
    QList<Record> records;
    for (qsizetype i = 0; i < entries.size(); ++i) {
        const monitor::IncidentEntry& entry = entries[i];
        Record record;
        record.id = QString::number(i);
        Field time =
            Field::text_(momentOf(entry.time).toLocalTime().toString(u"yyyy-MM-dd HH:mm:ss"_s),
                         absoluteTime(momentOf(entry.time)));
        time.sort = i;
        Field who = Field::text_(displayText(entry.who, 80));
        const QString text = displayText(entry.text, 4096);
        record.fields = {time, who, Field::text_(text, text)};
        records.append(record);
    }
    m_model->setRecords(records);
}

void IncidentPage::showButtons()
{
    const bool open = m_incident.isOpen();
    const bool possible = m_offer && m_offer->refusal.isEmpty();
    m_rollback->setVisible(open && m_incident.change && m_incident.change->canGoBack());
    m_rollback->setText(possible ? tr("Roll back to %1").arg(displayText(m_offer->release, 40))
                                 : tr("Roll back"));
    m_rollback->setHint(possible ? m_offer->hint : QString());
    m_rollback->setRefusal(!m_offer ? tr("It is not known yet what runs there.")
                                    : m_offer->refusal);
    m_rollback->setLook(possible ? Button::Look::Primary : Button::Look::Plain);
    m_close->setVisible(open);
    m_close->setLook(possible ? Button::Look::Plain : Button::Look::Primary);
    m_alert->setVisible(!m_incident.alerts.isEmpty());
    m_change->setVisible(m_incident.change.has_value());
    m_note->setVisible(open);
    m_addNote->setVisible(open);
}

void IncidentPage::showCharts(const QDateTime& now)
{
    for (ChartView* chart : std::exchange(m_charts, {})) {
        m_grid->removeWidget(chart);
        chart->hide();
        chart->deleteLater();
    }
    qint64 from = 0;
    qint64 to = 0;
    QList<ChartMark> marks;
    if (m_incident.change) {
        marks.append({m_incident.change->operation, m_incident.change->time, ChartMarkKind::Deploy,
                      displayText(changeOf(*m_incident.change), 120)});
    }
    marks.append({{}, m_incident.opened, ChartMarkKind::Incident, tr("taken")});
    std::ranges::sort(marks, {}, &ChartMark::time);
    for (const monitor::EvidenceChart& one : m_incident.charts) {
        if (one.columns.empty() || one.step <= 0) {
            continue;
        }
        const qint64 end = one.from + one.step * qint64(one.columns.size());
        from = from == 0 ? one.from : std::min(from, one.from);
        to = std::max(to, end);
    }
    m_group->setNow(now.toMSecsSinceEpoch());
    if (to > from) {
        m_group->setSpan(to - from);
        m_group->setRange(from, to);
    }
    for (const monitor::EvidenceChart& one : m_incident.charts) {
        auto* chart = new ChartView(m_group);
        const QString labels = displayText(one.series.labels, 80);
        chart->setObjectName(u"evidence-%1"_s.arg(m_charts.size()));
        chart->setTitle(displayText(one.series.metric, 80) +
                        (labels.isEmpty() ? QString() : u"  "_s + labels));
        chart->setUnit(unitOfMetric(one.series.metric));
        chart->setFixedHeight(kEvidenceHeight);
        chart->setStaleAfter(-1);
        ChartSeries series;
        series.name = displayText(one.series.subject, 60);
        chart->setSeries({series});
        chart->setMarks(marks);
        chart->setData(chartsOf(one));
        connect(chart, &ChartView::markOpened, this, [this](const QString& id) {
            if (!id.isEmpty()) {
                Q_EMIT changeAsked(id);
            }
        });
        m_grid->addWidget(chart, int(m_charts.size()) / 2, int(m_charts.size()) % 2);
        chart->show();
        m_charts.append(chart);
    }
    m_chartTitle->setVisible(!m_charts.isEmpty());
    m_chartTitle->setNote(tr("%n kept charts", nullptr, int(m_charts.size())));
}

void IncidentPage::showLogs()
{
    QByteArray text;
    for (const monitor::EvidenceLog& log : m_incident.logs) {
        text += "== " + displayText(log.title, 200).toUtf8() + " ==\n";
        for (const QString& line : log.lines) {
            text += displayText(line, 2'000).toUtf8() + '\n';
        }
    }
    m_logTitle->setVisible(!text.isEmpty());
    m_log->setVisible(!text.isEmpty());
    if (text != m_log->text()) {
        m_log->clear();
        m_log->append(text);
        m_log->scrollToLine(0);
    }
}

void IncidentPage::askClose()
{
    if (!m_incident.isOpen() || m_incident.id.isEmpty()) {
        return;
    }
    AskPanel::Question question;
    question.sentence = tr("A closed incident takes no more notes.");
    question.fields.append({tr("What it was, and what was done")});
    const QString id = m_incident.id;
    question.answers = {
        {u"finish"_s, tr("Close the incident"),
         [this, id](const AskPanel::Given& given) {
             Q_EMIT closeIncidentAsked(id, given.text().trimmed());
         }},
        {u"cancel"_s, tr("Cancel"), {}},
    };
    m_ask->ask(std::move(question));
}

bool IncidentPage::stepBack()
{
    if (!m_ask->isOpen()) {
        return false;
    }
    m_ask->escape();
    return true;
}

}  // namespace analemma::ui
