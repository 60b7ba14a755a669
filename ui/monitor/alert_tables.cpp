#include "ui/monitor/alert_tables.h"

#include "core/base/text.h"
#include "ui/widgets/data_table.h"
#include "ui/widgets/parts.h"

#include <QTableView>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace analemma::ui {
namespace {

constexpr int kSentence = 300;  // what tells most; the subject is in it

QDateTime instant(qint64 milliseconds)
{
    return milliseconds > 0 ? QDateTime::fromMSecsSinceEpoch(milliseconds, Qt::UTC) : QDateTime();
}

QList<Column> openColumns()
{
    return {{u"severity"_s, AlertTables::tr("Severity"), ColumnKind::State, 100},
            {u"sentence"_s, AlertTables::tr("Alert"), ColumnKind::Text, kSentence, true},
            {u"subject"_s, AlertTables::tr("Subject"), ColumnKind::Text, 120, false, false, 6},
            {u"value"_s, AlertTables::tr("Value"), ColumnKind::Number, 168, false, false, 3},
            {u"since"_s, AlertTables::tr("Since"), ColumnKind::Age, 112, false, false, 1},
            {u"change"_s, AlertTables::tr("Began"), ColumnKind::Text, 284, false, false, 2},
            {u"taken"_s, AlertTables::tr("Taken by"), ColumnKind::Text, 110, false, false, 4},
            {u"silenced"_s, AlertTables::tr("Silenced"), ColumnKind::Text, 110, false, false, 5}};
}

QList<Column> pastColumns()
{
    return {{u"severity"_s, AlertTables::tr("Severity"), ColumnKind::State, 100},
            {u"sentence"_s, AlertTables::tr("Alert"), ColumnKind::Text, kSentence, true},
            {u"subject"_s, AlertTables::tr("Subject"), ColumnKind::Text, 120, false, false, 6},
            {u"worst"_s, AlertTables::tr("Worst"), ColumnKind::Number, 168, false, false, 5},
            {u"resolved"_s, AlertTables::tr("Over since"), ColumnKind::Age, 112, false, false, 1},
            {u"lasted"_s, AlertTables::tr("Lasted"), ColumnKind::Number, 100, false, false, 3},
            {u"change"_s, AlertTables::tr("Began"), ColumnKind::Text, 284, false, false, 2},
            {u"taken"_s, AlertTables::tr("Taken by"), ColumnKind::Text, 110, false, false, 4}};
}

QList<Column> silenceColumns()
{
    return {{u"what"_s, AlertTables::tr("What is not told"), ColumnKind::Text, 260, true},
            {u"why"_s, AlertTables::tr("Why"), ColumnKind::Text, 220},
            {u"who"_s, AlertTables::tr("Who"), ColumnKind::Text, 130},
            {u"until"_s, AlertTables::tr("Until"), ColumnKind::Text, 170}};
}

QList<Column> incidentColumns()
{
    return {{u"state"_s, AlertTables::tr("State"), ColumnKind::State, 90},
            {u"severity"_s, AlertTables::tr("Severity"), ColumnKind::State, 100, false, false, 3},
            {u"title"_s, AlertTables::tr("Incident"), ColumnKind::Text, kSentence, true},
            {u"taken"_s, AlertTables::tr("Taken by"), ColumnKind::Text, 130, false, false, 2},
            {u"opened"_s, AlertTables::tr("Opened"), ColumnKind::Age, 112, false, false, 1},
            {u"lasted"_s, AlertTables::tr("Lasted"), ColumnKind::Number, 100, false, false, 4}};
}

const monitor::AlertRule* ruleNamed(const QList<monitor::AlertRule>& rules, const QString& name)
{
    const auto found = std::ranges::find(rules, name, &monitor::AlertRule::name);
    return found == rules.end() ? nullptr : &*found;
}

Field severityField(monitor::Severity severity)
{
    Field field = Field::state(markOf(severity), wordOf(severity));
    field.sort = int(severity);
    return field;
}

Field sentenceField(const monitor::Alert& alert, const monitor::AlertRule* rule)
{
    const QString text = sentenceOf(alert, rule);
    Field field = Field::text_(text, text);
    field.quiet = !alert.silencedBy.isEmpty();
    return field;
}

QString whatOf(const monitor::Silence& silence)
{
    QStringList parts;
    for (const QString& part : {silence.rule, silence.subject, silence.labels}) {
        if (!part.isEmpty()) {
            parts.append(displayText(part, 100));
        }
    }
    return parts.join(u"  ·  "_s);
}

}  // namespace

AlertTables::AlertTables(QWidget* parent) : QStackedWidget(parent)
{
    setObjectName(u"alert-tables"_s);
    add(u"open"_s, new RecordModel(openColumns(), this), tr("Open alerts, gravest first"));
    add(u"past"_s, new RecordModel(pastColumns(), this), tr("Alerts that are over"));
    add(u"silences"_s, new RecordModel(silenceColumns(), this), tr("Silences"));
    add(u"incidents"_s, new RecordModel(incidentColumns(), this), tr("Incidents"));
    table(u"open"_s)->emptyState()->setText(
        u"check"_s, tr("No alert is open."),
        tr("An alert comes when what is measured breaks a rule. Some rules hold already; write "
           "your own under alerts: in analemma.yaml."));
    table(u"past"_s)->emptyState()->setText(u"bell"_s, tr("No alert came and went yet."));
    table(u"silences"_s)
        ->emptyState()
        ->setText(u"bell"_s, tr("Nothing is silenced."),
                  tr("Silence an alert, and nobody is told of it for a while."));
    table(u"incidents"_s)
        ->emptyState()
        ->setText(u"log"_s, tr("No incident yet."),
                  tr("Take an alert, and an incident keeps what was measured around it."));
}

void AlertTables::add(const QString& id, RecordModel* model, const QString& name)
{
    auto* table = new DataTable(u"alerts."_s + id, model);
    table->setAccessibleName(name);
    table->setProperty("leastStretch", kSentence);
    addWidget(table);
    m_lists.append({id, model, table});
    connect(table, &DataTable::activated, this,
            [this, id](const QString& row) { Q_EMIT activated(id, row); });
    connect(table, &DataTable::cellClicked, this,
            [this, id](const QString& row, int) { Q_EMIT activated(id, row); });
}

DataTable* AlertTables::table(const QString& list) const
{
    const auto found = std::ranges::find(m_lists, list, &List::id);
    return found == m_lists.end() ? nullptr : found->table;
}

RecordModel* AlertTables::model(const QString& list) const
{
    return table(list)->model();
}

void AlertTables::showList(const QString& list)
{
    if (DataTable* wanted = table(list)) {
        setCurrentWidget(wanted);
        setFocusProxy(wanted);  // not its view, which may be hidden while there are no rows
    }
}

QString AlertTables::list() const
{
    const auto found = std::ranges::find_if(
        m_lists, [this](const List& one) { return one.table == currentWidget(); });
    return found == m_lists.end() ? QString() : found->id;
}

void AlertTables::setOpen(const QList<monitor::Alert>& alerts,
                          const QList<monitor::AlertRule>& rules, const QDateTime& now)
{
    QList<Record> records;
    for (const monitor::Alert& alert : alerts) {
        Record record;
        record.id = QString::number(alert.id);
        const monitor::AlertRule* rule = ruleNamed(rules, alert.rule);
        const QString change = changeOf(alert);
        const QString silenced = displayText(alert.silencedBy, 200);
        record.fields = {severityField(alert.severity),
                         sentenceField(alert, rule),
                         Field::text_(displayText(alert.subject, 120)),
                         Field::number(alert.value, alertValueText(alert, rule)),
                         Field::age(instant(alert.since), now),
                         Field::text_(change, change),
                         Field::text_(displayText(alert.takenBy, 80)),
                         Field::text_(silenced, silenced)};
        records.append(record);
    }
    model(u"open"_s)->setRecords(records);
}

void AlertTables::setPast(const QList<monitor::Alert>& alerts,
                          const QList<monitor::AlertRule>& rules, const QDateTime& now)
{
    QList<Record> records;
    for (const monitor::Alert& alert : alerts) {
        Record record;
        record.id = QString::number(alert.id);
        const monitor::AlertRule* rule = ruleNamed(rules, alert.rule);
        const QString change = changeOf(alert);
        record.fields = {
            severityField(alert.severity),
            sentenceField(alert, rule),
            Field::text_(displayText(alert.subject, 120)),
            Field::number(alert.worst, alertValueText(alert, rule)),
            Field::age(instant(alert.resolved), now),
            Field::duration(milliseconds(std::max<qint64>(0, alert.resolved - alert.since))),
            Field::text_(change, change),
            Field::text_(displayText(alert.takenBy, 80))};
        records.append(record);
    }
    model(u"past"_s)->setRecords(records);
}

void AlertTables::setSilences(const QList<monitor::Silence>& silences, const QDateTime& now)
{
    QList<Record> records;
    for (const monitor::Silence& silence : silences) {
        Record record;
        record.id = silence.id;
        const QString why = displayText(silence.why, 300);
        Field until =
            Field::text_(tr("%1 (in %2)")
                             .arg(instant(silence.to).toLocalTime().toString(u"ddd HH:mm"_s),
                                  shortAge(now, instant(silence.to))),
                         absoluteTime(instant(silence.to)));
        until.sort = silence.to;
        record.fields = {Field::text_(whatOf(silence)), Field::text_(why, why),
                         Field::text_(displayText(silence.who, 80)), until};
        records.append(record);
    }
    model(u"silences"_s)->setRecords(records);
}

void AlertTables::setIncidents(const QList<monitor::Incident>& incidents, const QDateTime& now)
{
    QList<Record> records;
    for (const monitor::Incident& incident : incidents) {
        Record record;
        record.id = incident.id;
        const bool open = incident.isOpen();
        const qint64 end = open ? now.toMSecsSinceEpoch() : incident.closed;
        Field state =
            Field::state(open ? Mark::Running : Mark::Ok, open ? tr("open") : tr("closed"));
        state.sort = open ? 1 : 0;
        const QString title = displayText(incident.title, 300);
        record.fields = {state,
                         severityField(incident.severity),
                         Field::text_(title, title),
                         Field::text_(displayText(incident.takenBy, 80)),
                         Field::age(instant(incident.opened), now),
                         Field::duration(milliseconds(std::max<qint64>(0, end - incident.opened)))};
        records.append(record);
    }
    model(u"incidents"_s)->setRecords(records);
}

void AlertTables::refreshAges(const QDateTime& now)
{
    for (const List& one : m_lists) {
        one.model->refreshAges(now);
    }
}

}  // namespace analemma::ui
