#include "app/cli/figures_query.h"

#include "core/base/text.h"

#include <QTimeZone>

using namespace Qt::StringLiterals;

namespace analemma::cli {
namespace {

/// A day or a time; of a day its beginning, or its end.
std::optional<QDateTime> timeOf(const QString& text, bool end)
{
    const QDate day = QDate::fromString(text, u"yyyy-MM-dd"_s);
    if (day.isValid()) {
        return day.addDays(end ? 1 : 0).startOfDay(Qt::UTC);
    }
    QDateTime time = QDateTime::fromString(text, Qt::ISODate);
    if (!time.isValid()) {
        return std::nullopt;
    }
    if (time.timeSpec() == Qt::LocalTime) {
        time.setTimeSpec(Qt::UTC);  // as written, without a zone
    }
    return time.toUTC();
}

Error badTime(const QString& option, const QString& text)
{
    return usageError(
        u"--%1: expected a day or a time, got \"%2\""_s.arg(option, displayText(text, 40)),
        u"Write 2026-11-30 or 2026-11-30T12:00:00Z."_s);
}

}  // namespace

QList<Option> figureOptions()
{
    return {
        {u"environment"_s, u"NAME"_s, u"of one environment"_s},
        {u"repository"_s, u"NAME"_s, u"of one repository"_s},
        {u"days"_s, u"N"_s, u"how far back; %1"_s.arg(kFigureDays)},
        {u"from"_s, u"DAY"_s, u"begin there instead: 2026-11-01, UTC"_s},
        {u"to"_s, u"DAY"_s, u"end with that day; else now"_s},
    };
}

Result<lifecycle::FigureQuery> figureQuery(const Run& run)
{
    const Result<int> days = run.number(u"days"_s, kFigureDays, 1, 3650);
    if (!days) {
        return days.error();
    }
    if (run.has(u"days"_s) && run.has(u"from"_s)) {
        return usageError(u"--days and --from exclude each other"_s);
    }
    lifecycle::FigureQuery query;
    query.to = run.services->clock.now();
    if (run.has(u"to"_s)) {
        const std::optional<QDateTime> to = timeOf(run.value(u"to"_s), true);
        if (!to) {
            return badTime(u"to"_s, run.value(u"to"_s));
        }
        query.to = *to;
    }
    query.from = query.to.addDays(-*days);
    if (run.has(u"from"_s)) {
        const std::optional<QDateTime> from = timeOf(run.value(u"from"_s), false);
        if (!from) {
            return badTime(u"from"_s, run.value(u"from"_s));
        }
        query.from = *from;
    }
    if (query.from >= query.to) {
        return usageError(u"the period ends before it begins"_s);
    }
    if (query.from.daysTo(query.to) > 3650) {
        return usageError(u"the period is longer than ten years"_s);
    }
    query.environment = run.value(u"environment"_s);
    query.repository = run.value(u"repository"_s);
    return query;
}

lifecycle::FigureSources figureSources(const Run& run)
{
    lifecycle::FigureSources sources;
    sources.workspace = run.services->workspace;
    sources.engine = run.services->engine.get();
    sources.open = run.services->repositories->opener();
    return sources;
}

}  // namespace analemma::cli
