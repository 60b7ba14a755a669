#include "app/cli/alert_report.h"

#include "app/cli/commands.h"
#include "core/base/files.h"
#include "core/base/text.h"

#include <QFileInfo>

using namespace Qt::StringLiterals;

namespace analemma::cli {
namespace {

constexpr qint64 evidenceLimit = 16 * 1024 * 1024;

qint64 nowOf(const Run& run)
{
    return run.services->clock.now().toMSecsSinceEpoch();
}

QString whoOf(const monitor::Alert& alert)
{
    if (!alert.takenBy.isEmpty()) {
        return alert.takenBy + (alert.incident.isEmpty() ? QString() : u" #"_s + alert.incident);
    }
    return alert.silencedBy.isEmpty() ? u"-"_s : alert.silencedBy;
}

QString columnsText(const monitor::EvidenceChart& chart)
{
    qint64 values = 0;
    std::optional<double> least;
    std::optional<double> most;
    for (const monitor::ChartColumn& column : chart.columns) {
        if (column.count > 0) {
            values += column.count;
            least = std::min(least.value_or(column.min), column.min);
            most = std::max(most.value_or(column.max), column.max);
        }
    }
    return values == 0 ? u"nothing"_s
                       : u"%1 values, %2 to %3"_s.arg(values).arg(QString::number(*least, 'g', 4),
                                                                  QString::number(*most, 'g', 4));
}

}  // namespace

QString momentText(qint64 time, qint64 now)
{
    if (time <= 0) {
        return u"-"_s;
    }
    const QDateTime at = QDateTime::fromMSecsSinceEpoch(time);
    const bool today = at.date() == QDateTime::fromMSecsSinceEpoch(now).date();
    return at.toString(today ? u"HH:mm:ss"_s : u"yyyy-MM-dd HH:mm:ss"_s);
}

QString alertTable(const Run& run, const QList<monitor::Alert>& alerts)
{
    if (alerts.isEmpty()) {
        return {};
    }
    Table table;
    table.head = {u"ID"_s, u"SEVERITY"_s, u"STATE"_s, u"SINCE"_s, u"ALERT"_s, u"WHO"_s};
    table.right = {u"ID"_s};
    for (const monitor::Alert& one : alerts) {
        table.rows.append({QString::number(one.id), monitor::toString(one.severity),
                           monitor::toString(one.state), momentText(one.since, nowOf(run)),
                           one.sentence, whoOf(one)});
    }
    return table.text(run.colour);
}

QString alertText(const Run& run, const monitor::Alert& alert)
{
    const qint64 now = nowOf(run);
    QString back;
    if (alert.change && !alert.change->backTo.isEmpty()) {
        back = u"analemma-cli rollback %1 (to %2%3)"_s.arg(
            shellQuote(alert.change->environment), displayText(alert.change->backTo, 120),
            alert.change->backIn.count() > 0 ? u", about "_s + durationText(alert.change->backIn)
                                             : QString());
    }
    return factLines(
        {{u"alert"_s, QString::number(alert.id)},
         {u"what"_s, displayText(alert.sentence, 400)},
         {u"state"_s, paintState(monitor::toString(alert.state), run.colour)},
         {u"severity"_s, monitor::toString(alert.severity)},
         {u"rule"_s, displayText(alert.rule, 120)},
         {u"environment"_s, displayText(alert.environment, 120)},
         {u"since"_s, momentText(alert.since, now)},
         {u"fired"_s, momentText(alert.fired, now)},
         {u"resolved"_s, alert.resolved > 0 ? momentText(alert.resolved, now) : QString()},
         {u"told"_s, alert.told.first > 0 ? momentText(alert.told.first, now) : u"not yet"_s},
         {u"held back"_s, displayText(alert.silencedBy, 300)},
         {u"taken by"_s, displayText(alert.takenBy, 120)},
         {u"incident"_s, displayText(alert.incident, 40)},
         {u"began"_s, displayText(monitor::changeText(alert), 300)},
         {u"roll back"_s, back},
         {u"runbook"_s, displayText(alert.runbook, 400)}},
        run.colour);
}

QString silenceTable(const Run& run, const QList<monitor::Silence>& silences)
{
    if (silences.isEmpty()) {
        return {};
    }
    Table table;
    table.head = {u"SILENCE"_s, u"RULE"_s, u"ON"_s, u"UNTIL"_s, u"WHO"_s, u"WHY"_s};
    for (const monitor::Silence& one : silences) {
        const QString on = one.labels.isEmpty() ? one.subject : one.subject + u' ' + one.labels;
        table.rows.append({one.id, one.rule.isEmpty() ? u"-"_s : one.rule,
                           on.isEmpty() ? u"-"_s : on, momentText(one.to, nowOf(run)), one.who,
                           one.why});
    }
    return table.text(run.colour);
}

QString incidentTable(const Run& run, const QList<monitor::Incident>& incidents)
{
    Table table;
    table.head = {u"ID"_s, u"STATE"_s, u"OPENED"_s, u"TOOK"_s, u"WHO"_s, u"INCIDENT"_s};
    table.right = {u"ID"_s};
    for (const monitor::Incident& one : incidents) {
        const QDateTime opened = QDateTime::fromMSecsSinceEpoch(one.opened);
        const QDateTime closed =
            one.isOpen() ? QDateTime() : QDateTime::fromMSecsSinceEpoch(one.closed);
        table.rows.append({one.id, one.isOpen() ? u"open"_s : u"closed"_s,
                           momentText(one.opened, nowOf(run)), took(run, opened, closed),
                           one.takenBy, one.title});
    }
    return table.text(run.colour);
}

QString incidentText(const Run& run, const monitor::Incident& incident)
{
    const qint64 now = nowOf(run);
    QStringList alerts;
    for (const qint64 alert : incident.alerts) {
        alerts.append(QString::number(alert));
    }
    QString text = factLines({{u"incident"_s, incident.id},
                              {u"what"_s, displayText(incident.title, 400)},
                              {u"state"_s, incident.isOpen() ? u"open"_s : u"closed"_s},
                              {u"alerts"_s, alerts.join(u", "_s)},
                              {u"environment"_s, displayText(incident.environment, 120)},
                              {u"taken by"_s, displayText(incident.takenBy, 120)}},
                             run.colour);
    Table course;
    course.head = {u"TIME"_s, u"WHO"_s, u"WHAT"_s};
    for (const monitor::IncidentEntry& one : incident.timeline) {
        course.rows.append(
            {momentText(one.time, now), one.who.isEmpty() ? u"-"_s : one.who, one.text});
    }
    text += u'\n' + course.text(run.colour);
    Table evidence;
    evidence.head = {u"EVIDENCE"_s, u"OF"_s, u"HOLDS"_s};
    for (const monitor::EvidenceChart& one : incident.charts) {
        evidence.rows.append(
            {one.series.metric, one.series.subject + u' ' + one.series.labels, columnsText(one)});
    }
    for (const monitor::EvidenceLog& one : incident.logs) {
        evidence.rows.append({u"log"_s, one.title, u"%1 lines"_s.arg(one.lines.size())});
    }
    return evidence.rows.isEmpty() ? text : text + u'\n' + evidence.text(run.colour);
}

Result<monitor::EvidenceLog> evidenceFile(const Run& run, const QString& path)
{
    const Result<QByteArray> bytes = readFile(absolutePath(run, path), evidenceLimit);
    if (!bytes) {
        return bytes.error().in(displayText(path, 200));
    }
    monitor::EvidenceLog log;
    log.title = QFileInfo(path).fileName();
    const QList<QByteArray> lines = bytes->split('\n');
    const qsizetype most = monitor::IncidentLimits::logLines;
    for (const QByteArray& line : lines.mid(std::max<qsizetype>(0, lines.size() - most))) {
        if (!line.isEmpty()) {
            log.lines.append(QString::fromUtf8(line));
        }
    }
    return log;
}

Result<qint64> alertNumber(const QString& text)
{
    bool read = false;
    const qint64 number = text.toLongLong(&read);
    if (!read || number <= 0) {
        return usageError(u"\"%1\" is no number of an alert"_s.arg(displayText(text, 40)),
                          u"See: analemma-cli monitor alert list."_s);
    }
    return number;
}

}  // namespace analemma::cli
