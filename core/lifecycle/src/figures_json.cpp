#include "core/base/text.h"
#include "core/lifecycle/figures.h"

#include <QJsonArray>

using namespace Qt::StringLiterals;

namespace analemma::lifecycle {
namespace {

QJsonValue orNull(const std::optional<double>& value)
{
    return value ? QJsonValue(*value) : QJsonValue();
}

QJsonValue orNull(const std::optional<milliseconds>& value)
{
    return value ? QJsonValue(double(value->count())) : QJsonValue();
}

QJsonValue orNull(const QDateTime& time)
{
    return time.isValid() ? QJsonValue(toIso(time)) : QJsonValue();
}

Json figuresJson(const Figures& one)
{
    return {{u"from"_s, toIso(one.from)},
            {u"to"_s, toIso(one.to)},
            {u"deployments"_s, one.deployments},
            {u"deployments_per_week"_s, orNull(one.perWeek)},
            {u"lead_time_ms"_s, orNull(one.leadTime)},
            {u"commits"_s, one.commits},
            {u"change_failure_percent"_s, orNull(one.failureRate)},
            {u"restore_time_ms"_s, orNull(one.restoreTime)},
            {u"rework_percent"_s, orNull(one.reworkRate)},
            {u"deployed"_s, QJsonArray::fromStringList(one.deployed)},
            {u"timed"_s, QJsonArray::fromStringList(one.timed)},
            {u"failed"_s, QJsonArray::fromStringList(one.failed)},
            {u"mended"_s, QJsonArray::fromStringList(one.mended)},
            {u"restored"_s, QJsonArray::fromStringList(one.restored)},
            {u"reworked"_s, QJsonArray::fromStringList(one.reworked)}};
}

QJsonArray partsJson(const QList<FigurePart>& parts)
{
    QJsonArray all;
    for (const FigurePart& one : parts) {
        Json json = figuresJson(one.now);
        json.insert(u"name"_s, one.name);
        json.insert(u"before"_s, figuresJson(one.before));
        all.append(json);
    }
    return all;
}

/// As the figure's value is named in figuresJson().
QString keyOf(Figure figure)
{
    switch (figure) {
        case Figure::Frequency:
            return u"deployments_per_week"_s;
        case Figure::LeadTime:
            return u"lead_time_ms"_s;
        case Figure::FailureRate:
            return u"change_failure_percent"_s;
        case Figure::RestoreTime:
            return u"restore_time_ms"_s;
        case Figure::Rework:
            return u"rework_percent"_s;
    }
    return {};
}

QString spanCell(const std::optional<milliseconds>& span)
{
    return span ? QString::number(span->count()) : QString();
}

QString kindWord(Delivery::Kind kind)
{
    return kind == Delivery::Kind::Deploy ? u"deploy"_s : u"rollback"_s;
}

/// A cell that a spreadsheet takes for a formula gets an apostrophe in front: what stands in
/// commits is foreign.
QString cell(const QString& text)
{
    QString shown = displayText(text, 1000);
    if (!shown.isEmpty() && u"=+-@\t"_s.contains(shown[0])) {
        shown.prepend(u'\'');
    }
    if (shown.contains(u'"') || shown.contains(u',') || shown.contains(u'\n')) {
        shown = u'"' + shown.replace(u"\""_s, u"\"\""_s) + u'"';
    }
    return shown;
}

}  // namespace

Json FigureReport::toJson() const
{
    QJsonArray buckets;
    for (const Figures& one : trend) {
        buckets.append(figuresJson(one));
    }
    QJsonArray rows;
    for (const Delivery& one : deliveries) {
        QJsonArray changes;
        for (const Landed& change : one.changes) {
            changes.append(Json{{u"commit"_s, change.commit},
                                {u"subject"_s, displayText(change.subject, 300)},
                                {u"time"_s, toIso(change.time)}});
        }
        const Fate fate = fates.value(one.operation);
        rows.append(Json{{u"operation"_s, one.operation},
                         {u"kind"_s, kindWord(one.kind)},
                         {u"environment"_s, one.environment},
                         {u"repository"_s, one.repository},
                         {u"release"_s, one.release},
                         {u"commit"_s, one.commit},
                         {u"ok"_s, one.stayed},
                         {u"began"_s, orNull(one.began)},
                         {u"live"_s, orNull(one.live)},
                         {u"ended"_s, orNull(one.ended)},
                         {u"failed"_s, fate.failed},
                         {u"reworked"_s, fate.reworked},
                         {u"lead_time_ms"_s, orNull(fate.leadTime)},
                         {u"restored_in_ms"_s, orNull(fate.restoredIn)},
                         {u"restored_by"_s, fate.restoredBy},
                         {u"changes"_s, changes}});
    }
    Json courses;
    for (const Figure figure : allFigures) {
        courses.insert(keyOf(figure), toString(compare(figure, all, before).course));
    }
    Json json = figuresJson(all);
    json.insert(u"schema"_s, u"analemma.figures.1"_s);
    json.insert(u"environment"_s, query.environment);
    json.insert(u"repository"_s, query.repository);
    json.insert(u"bucket"_s, toString(query.bucket));
    json.insert(u"trend"_s, buckets);
    json.insert(u"before"_s, figuresJson(before));
    json.insert(u"course"_s, courses);
    json.insert(u"environments"_s, partsJson(environments));
    json.insert(u"repositories"_s, partsJson(repositories));
    json.insert(u"deliveries"_s, rows);
    json.insert(u"problems"_s, QJsonArray::fromStringList(problems));
    return json;
}

QByteArray FigureReport::toCsv() const
{
    QString rowsText =
        u"operation,kind,environment,repository,release,commit,result,failed,reworked,"
        "began,live,ended,commits,oldest_commit,lead_time_ms,restored_in_ms,restored_by\r\n"_s;
    for (const Delivery& one : deliveries) {
        QDateTime oldest;
        for (const Landed& change : one.changes) {
            oldest = oldest.isValid() ? std::min(oldest, change.time) : change.time;
        }
        const Fate fate = fates.value(one.operation);
        const QStringList cells{one.operation,
                                kindWord(one.kind),
                                one.environment,
                                one.repository,
                                one.release,
                                one.commit,
                                one.stayed ? u"ok"_s : u"not ok"_s,
                                fate.failed ? u"yes"_s : u"no"_s,
                                fate.reworked ? u"yes"_s : u"no"_s,
                                one.began.isValid() ? toIso(one.began) : QString(),
                                one.live.isValid() ? toIso(one.live) : QString(),
                                one.ended.isValid() ? toIso(one.ended) : QString(),
                                QString::number(one.changes.size()),
                                oldest.isValid() ? toIso(oldest) : QString(),
                                spanCell(fate.leadTime),
                                spanCell(fate.restoredIn),
                                fate.restoredBy};
        QStringList quoted;
        for (const QString& text : cells) {
            quoted.append(cell(text));
        }
        rowsText += quoted.join(u',') + u"\r\n"_s;
    }
    return rowsText.toUtf8();
}

}  // namespace analemma::lifecycle
