#include "app/cli/demo_story.h"

#include "core/base/text.h"

#include <QJsonArray>

using namespace Qt::StringLiterals;

namespace analemma::cli {
namespace {

QString milliText(double ms)
{
    return ms < 0 ? u"not measured"_s : u"%1 ms"_s.arg(ms, 0, 'f', ms < 10 ? 2 : 1);
}

QJsonValue measured(double ms)
{
    return ms < 0 ? QJsonValue() : QJsonValue(qRound64(ms * 1000) / 1000.0);
}

}  // namespace

QStringList DemoReport::complaints() const
{
    QStringList list;
    if (error) {
        list.append(errorText(*error));
    }
    if (load.failed > 0) {
        list.append(u"%1 of %2 requests failed: %3"_s.arg(load.failed)
                        .arg(load.requests)
                        .arg(load.failures.join(u"; "_s)));
    }
    if (!error && load.requests == 0) {
        list.append(u"the load sent no request, so nothing was shown"_s);
    }
    if (orphans > 0) {
        list.append(u"%1 orphans are left; see: analemma-cli census"_s.arg(orphans));
    }
    return list + leftovers;
}

bool DemoReport::ok() const
{
    return complaints().isEmpty();
}

Json DemoReport::toJson() const
{
    QJsonArray stepList;
    for (const StepTime& step : steps) {
        stepList.append(Json{{u"name"_s, step.name},
                             {u"ms"_s, qint64(step.took.count())},
                             {u"detail"_s, step.detail}});
    }
    Json versions;
    for (auto it = load.versions.begin(); it != load.versions.end(); ++it) {
        versions[it.key()] = it.value();
    }
    return {{u"schema"_s, u"analemma.demo.1"_s},
            {u"ok"_s, ok()},
            {u"requests"_s, load.requests},
            {u"failed"_s, load.failed},
            {u"failures"_s, QJsonArray::fromStringList(load.failures)},
            {u"answers"_s, versions},
            {u"median_ms"_s, measured(load.medianMs)},
            {u"p99_ms"_s, measured(load.p99Ms)},
            {u"worst_ms"_s, measured(load.worstMs)},
            {u"rollback_ms"_s, measured(rollbackMs)},
            {u"switch_ms"_s, measured(switchMs)},
            {u"orphans"_s, orphans},
            {u"complaints"_s, QJsonArray::fromStringList(complaints())},
            {u"steps"_s, stepList}};
}

QString DemoReport::text(bool colour) const
{
    Table table;
    table.head = {u"STEP"_s, u"TOOK"_s, u"WHAT"_s};
    table.right = {u"TOOK"_s};
    for (const StepTime& step : steps) {
        table.rows.append({step.name, durationText(step.took), step.detail});
    }
    QStringList answers;
    QStringList versions = load.versions.keys();
    versions.sort();
    for (const QString& version : std::as_const(versions)) {
        answers.append(
            u"%1 from %2"_s.arg(load.versions.value(version))
                .arg(version.isEmpty() ? u"an unnamed release"_s : displayText(version, 40)));
    }
    const QString switched =
        switchMs < 0 ? QString() : u" (the switch itself %1)"_s.arg(milliText(switchMs));
    return table.text(colour) + u'\n' +
           factLines({{u"requests"_s, QString::number(load.requests)},
                      {u"failed"_s, QString::number(load.failed)},
                      {u"answers"_s, answers.join(u", "_s)},
                      {u"latency"_s, u"median %1, p99 %2, worst %3"_s.arg(milliText(load.medianMs),
                                                                          milliText(load.p99Ms),
                                                                          milliText(load.worstMs))},
                      {u"roll back"_s, milliText(rollbackMs) + switched},
                      {u"orphans"_s, QString::number(orphans)}},
                     colour);
}

}  // namespace analemma::cli
