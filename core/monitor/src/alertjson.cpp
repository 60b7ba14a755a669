#include "core/base/readers.h"
#include "core/monitor/incidents.h"

#include <QJsonArray>

#include <cmath>

using namespace Qt::StringLiterals;

namespace analemma::monitor {
namespace {

/// Infinite has no JSON: null.
QJsonValue figureJson(double value)
{
    return std::isfinite(value) ? QJsonValue(value) : QJsonValue();
}

/// 0 for what is no whole number.
qint64 wholeOf(const QJsonValue& value)
{
    return value.toInteger();
}
qint64 wholeOf(const Json& json, const QString& key)
{
    return wholeOf(json[key]);
}

void putTime(Json& json, const QString& key, qint64 time)
{
    if (time > 0) {
        json.insert(key, double(time));
    }
}

void putText(Json& json, const QString& key, const QString& text)
{
    if (!text.isEmpty()) {
        json.insert(key, text);
    }
}

Json changeJson(const LastChange& change)
{
    Json json{{u"environment"_s, change.environment},
              {u"operation"_s, change.operation},
              {u"what"_s, change.what},
              {u"release"_s, change.release},
              {u"time"_s, double(change.time)},
              {u"kind"_s, toString(change.kind)}};
    putText(json, u"commit"_s, change.commit);
    putText(json, u"pattern"_s, change.pattern);
    if (!change.names.isEmpty()) {
        json.insert(u"names"_s, QJsonArray::fromStringList(change.names));
    }
    putText(json, u"back_to"_s, change.backTo);
    if (change.backIn.count() > 0) {
        json.insert(u"back_in_ms"_s, double(change.backIn.count()));
    }
    return json;
}

std::optional<LastChange> changeFromJson(const QJsonValue& value)
{
    if (!value.isObject()) {
        return std::nullopt;
    }
    const Json json = value.toObject();
    LastChange change;
    change.environment = json[u"environment"_s].toString();
    change.operation = json[u"operation"_s].toString();
    change.what = json[u"what"_s].toString();
    change.release = json[u"release"_s].toString();
    change.time = wholeOf(json, u"time"_s);
    change.kind = changeKindFromString(json[u"kind"_s].toString()).value_or(ChangeKind::Deploy);
    change.commit = json[u"commit"_s].toString();
    change.pattern = json[u"pattern"_s].toString();
    change.names = textsFromJson(json[u"names"_s]);
    change.backTo = json[u"back_to"_s].toString();
    change.backIn = milliseconds(wholeOf(json, u"back_in_ms"_s));
    return change;
}

AlertState alertStateFromString(const QString& text)
{
    for (const AlertState one : {AlertState::Pending, AlertState::Firing, AlertState::Resolved}) {
        if (toString(one) == text) {
            return one;
        }
    }
    return AlertState::Quiet;
}

NoticeKind noticeKindFromString(const QString& text)
{
    for (const NoticeKind one :
         {NoticeKind::Repeated, NoticeKind::Escalated, NoticeKind::Resolved, NoticeKind::Missed}) {
        if (toString(one) == text) {
            return one;
        }
    }
    return NoticeKind::Fired;
}

QJsonArray columnJson(const ChartColumn& column)
{
    return column.count == 0
               ? QJsonArray()
               : QJsonArray{double(column.count), column.min, column.max, column.mean, column.last};
}

Json chartJson(const EvidenceChart& chart, bool whole)
{
    Json json{{u"subject"_s, chart.series.subject},
              {u"metric"_s, chart.series.metric},
              {u"label"_s, chart.series.labels},
              {u"from"_s, double(chart.from)},
              {u"step_ms"_s, double(chart.step)}};
    if (whole) {
        QJsonArray columns;
        for (const ChartColumn& column : chart.columns) {
            columns.append(columnJson(column));
        }
        json.insert(u"columns"_s, columns);  // count, min, max, mean, last
    }
    return json;
}

EvidenceChart chartFromJson(const Json& json)
{
    EvidenceChart chart;
    chart.series = {json[u"subject"_s].toString(), json[u"metric"_s].toString(),
                    json[u"label"_s].toString()};
    chart.from = wholeOf(json, u"from"_s);
    chart.step = wholeOf(json, u"step_ms"_s);
    for (const QJsonValue& value : json[u"columns"_s].toArray()) {
        const QJsonArray column = value.toArray();
        chart.columns.push_back({wholeOf(column.at(0)), column.at(1).toDouble(),
                                 column.at(2).toDouble(), column.at(3).toDouble(),
                                 column.at(4).toDouble()});
    }
    return chart;
}

}  // namespace

Json Alert::toJson() const
{
    Json json{{u"schema"_s, u"analemma.alert.1"_s},
              {u"id"_s, double(id)},
              {u"rule"_s, rule},
              {u"subject"_s, subject},
              {u"metric"_s, metric},
              {u"severity"_s, toString(severity)},
              {u"state"_s, toString(state)},
              {u"value"_s, figureJson(value)},
              {u"worst"_s, figureJson(worst)},
              {u"sentence"_s, sentence}};
    putText(json, u"environment"_s, environment);
    putText(json, u"label"_s, labels);
    putTime(json, u"since"_s, since);
    putTime(json, u"fired"_s, fired);
    putTime(json, u"noticed"_s, noticed);
    putTime(json, u"resolved"_s, resolved);
    putText(json, u"silenced_by"_s, silencedBy);
    putText(json, u"taken_by"_s, takenBy);
    putTime(json, u"taken"_s, taken);
    putText(json, u"incident"_s, incident);
    putText(json, u"runbook"_s, runbook);
    if (change) {
        json.insert(u"change"_s, changeJson(*change));
        json.insert(u"change_text"_s, changeText(*this));
    }
    Json tells;
    putTime(tells, u"first"_s, told.first);
    putTime(tells, u"last"_s, told.last);
    putTime(tells, u"escalated"_s, told.escalated);
    putTime(tells, u"resolved"_s, told.resolved);
    if (!tells.isEmpty()) {
        json.insert(u"told"_s, tells);
    }
    return json;
}

Alert Alert::fromJson(const Json& json)
{
    Alert alert;
    alert.id = wholeOf(json, u"id"_s);
    alert.rule = json[u"rule"_s].toString();
    alert.subject = json[u"subject"_s].toString();
    alert.environment = json[u"environment"_s].toString();
    alert.metric = json[u"metric"_s].toString();
    alert.labels = json[u"label"_s].toString();
    alert.severity = severityFromString(json[u"severity"_s].toString()).value_or(Severity::Warning);
    alert.state = alertStateFromString(json[u"state"_s].toString());
    alert.value = json[u"value"_s].toDouble();
    alert.worst = json[u"worst"_s].toDouble();
    alert.sentence = json[u"sentence"_s].toString();
    alert.since = wholeOf(json, u"since"_s);
    alert.fired = wholeOf(json, u"fired"_s);
    alert.noticed = wholeOf(json, u"noticed"_s);
    alert.resolved = wholeOf(json, u"resolved"_s);
    alert.silencedBy = json[u"silenced_by"_s].toString();
    alert.takenBy = json[u"taken_by"_s].toString();
    alert.taken = wholeOf(json, u"taken"_s);
    alert.incident = json[u"incident"_s].toString();
    alert.runbook = json[u"runbook"_s].toString();
    alert.change = changeFromJson(json[u"change"_s]);
    const Json tells = json[u"told"_s].toObject();
    alert.told = {wholeOf(tells, u"first"_s), wholeOf(tells, u"last"_s),
                  wholeOf(tells, u"escalated"_s), wholeOf(tells, u"resolved"_s)};
    return alert;
}

Json Silence::toJson() const
{
    Json json{{u"id"_s, id},
              {u"from"_s, double(from)},
              {u"to"_s, double(to)},
              {u"who"_s, who},
              {u"why"_s, why}};
    putText(json, u"rule"_s, rule);
    putText(json, u"subject"_s, subject);
    putText(json, u"label"_s, labels);
    return json;
}

Silence Silence::fromJson(const Json& json)
{
    Silence silence;
    silence.id = json[u"id"_s].toString();
    silence.rule = json[u"rule"_s].toString();
    silence.subject = json[u"subject"_s].toString();
    silence.labels = json[u"label"_s].toString();
    silence.from = wholeOf(json, u"from"_s);
    silence.to = wholeOf(json, u"to"_s);
    silence.who = json[u"who"_s].toString();
    silence.why = json[u"why"_s].toString();
    return silence;
}

Json Notice::toJson() const
{
    QJsonArray list;
    for (const Alert& alert : alerts) {
        list.append(alert.toJson());
    }
    return {{u"schema"_s, u"analemma.notice.1"_s},
            {u"id"_s, id},
            {u"kind"_s, toString(kind)},
            {u"rule"_s, rule},
            {u"environment"_s, environment},
            {u"severity"_s, toString(severity)},
            {u"time"_s, double(time)},
            {u"title"_s, title},
            {u"text"_s, text},
            {u"channels"_s, QJsonArray::fromStringList(channels)},
            {u"alerts"_s, list}};
}

Notice Notice::fromJson(const Json& json)
{
    Notice notice;
    notice.id = json[u"id"_s].toString();
    notice.kind = noticeKindFromString(json[u"kind"_s].toString());
    notice.rule = json[u"rule"_s].toString();
    notice.environment = json[u"environment"_s].toString();
    notice.severity =
        severityFromString(json[u"severity"_s].toString()).value_or(Severity::Warning);
    notice.time = wholeOf(json, u"time"_s);
    notice.title = json[u"title"_s].toString();
    notice.text = json[u"text"_s].toString();
    notice.channels = textsFromJson(json[u"channels"_s]);
    for (const QJsonValue& value : json[u"alerts"_s].toArray()) {
        notice.alerts.append(Alert::fromJson(value.toObject()));
    }
    return notice;
}

Json Incident::toJson(bool whole) const
{
    QJsonArray numbers;
    for (const qint64 alert : alerts) {
        numbers.append(double(alert));
    }
    QJsonArray entries;
    for (const IncidentEntry& entry : timeline) {
        entries.append(
            Json{{u"time"_s, double(entry.time)}, {u"who"_s, entry.who}, {u"text"_s, entry.text}});
    }
    QJsonArray measured;
    for (const EvidenceChart& chart : charts) {
        measured.append(chartJson(chart, whole));
    }
    QJsonArray texts;
    for (const EvidenceLog& log : logs) {
        Json one{{u"title"_s, log.title}, {u"lines"_s, double(log.lines.size())}};
        if (whole) {
            one.insert(u"lines"_s, QJsonArray::fromStringList(log.lines));
        }
        texts.append(one);
    }
    Json json{{u"schema"_s, u"analemma.incident.1"_s},
              {u"id"_s, id},
              {u"title"_s, title},
              {u"state"_s, isOpen() ? u"open"_s : u"closed"_s},
              {u"alerts"_s, numbers},
              {u"severity"_s, toString(severity)},
              {u"environment"_s, environment},
              {u"taken_by"_s, takenBy},
              {u"began"_s, double(began)},
              {u"opened"_s, double(opened)},
              {u"timeline"_s, entries},
              {u"charts"_s, measured},
              {u"logs"_s, texts}};
    putTime(json, u"closed"_s, closed);
    if (change) {
        json.insert(u"change"_s, changeJson(*change));
    }
    return json;
}

Incident Incident::fromJson(const Json& json)
{
    Incident incident;
    incident.id = json[u"id"_s].toString();
    incident.title = json[u"title"_s].toString();
    for (const QJsonValue& value : json[u"alerts"_s].toArray()) {
        incident.alerts.append(wholeOf(value));
    }
    incident.severity =
        severityFromString(json[u"severity"_s].toString()).value_or(Severity::Warning);
    incident.environment = json[u"environment"_s].toString();
    incident.takenBy = json[u"taken_by"_s].toString();
    incident.opened = wholeOf(json, u"opened"_s);
    incident.began = json.contains(u"began"_s) ? wholeOf(json, u"began"_s) : incident.opened;
    incident.closed = wholeOf(json, u"closed"_s);
    for (const QJsonValue& value : json[u"timeline"_s].toArray()) {
        incident.timeline.append(
            {wholeOf(value[u"time"_s]), value[u"who"_s].toString(), value[u"text"_s].toString()});
    }
    for (const QJsonValue& value : json[u"charts"_s].toArray()) {
        incident.charts.append(chartFromJson(value.toObject()));
    }
    for (const QJsonValue& value : json[u"logs"_s].toArray()) {
        incident.logs.append({value[u"title"_s].toString(), textsFromJson(value[u"lines"_s])});
    }
    incident.change = changeFromJson(json[u"change"_s]);
    return incident;
}

}  // namespace analemma::monitor
