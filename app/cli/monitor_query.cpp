#include "app/cli/monitor_query.h"

#include "app/cli/commands.h"
#include "core/base/text.h"
#include "core/monitor/monitor.h"

#include <QJsonArray>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace analemma::cli {
namespace {

using monitor::Metric;

Error noSeries(const QList<monitor::SeriesInfo>& known, const QString& server,
               const QString& metric)
{
    QStringList names;
    for (const monitor::SeriesInfo& one : known) {
        const QString name = one.name.labels.isEmpty()
                                 ? one.name.metric
                                 : one.name.metric + u'{' + one.name.labels + u'}';
        if (names.size() < 12 && (metric.isEmpty() || one.name.metric == metric)) {
            names.append(displayText(name, 120));
        }
    }
    if (known.isEmpty()) {
        return Error(ErrorKind::NotFound,
                     u"nothing was kept of %1 yet"_s.arg(displayText(server, 80)))
            .withHint(u"Watch it: analemma-cli monitor watch %1, or the window's Monitoring."_s.arg(
                server));
    }
    return Error(ErrorKind::NotFound, u"%1 has no such series: %2"_s.arg(displayText(server, 80),
                                                                         displayText(metric, 80)))
        .withHint(names.isEmpty() ? u"See: analemma-cli monitor query %1."_s.arg(server)
                                  : u"It has: %1."_s.arg(names.join(u", "_s)));
}

QString columnTime(qint64 milliseconds)
{
    return QDateTime::fromMSecsSinceEpoch(milliseconds).toString(Qt::ISODate);
}

Json seriesJson(const monitor::Chart& chart, const monitor::SeriesName& name)
{
    QJsonArray columns;
    for (std::size_t i = 0; i < chart.columns.size(); ++i) {
        const monitor::ChartColumn& one = chart.columns[i];
        if (one.count > 0) {
            columns.append(Json{{u"time"_s, double(chart.from + qint64(i) * chart.step)},
                                {u"count"_s, double(one.count)},
                                {u"min"_s, one.min},
                                {u"max"_s, one.max},
                                {u"mean"_s, one.mean},
                                {u"last"_s, one.last}});
        }
    }
    QJsonArray gaps;
    for (const monitor::ChartGap& gap : chart.gaps) {
        gaps.append(Json{{u"from"_s, double(gap.from)}, {u"to"_s, double(gap.to)}});
    }
    return {{u"schema"_s, u"analemma.monitor.query.1"_s},
            {u"server"_s, name.subject},
            {u"metric"_s, name.metric},
            {u"label"_s, name.labels},
            {u"from"_s, double(chart.from)},
            {u"step_ms"_s, double(chart.step)},
            {u"columns"_s, columns},
            {u"gaps"_s, gaps}};
}

QString seriesText(const Run& run, const monitor::Chart& chart, const monitor::SeriesName& name)
{
    const auto shown = [&name](double value) { return seriesValue(name, value); };
    Table table;
    table.head = {u"TIME"_s, u"MIN"_s, u"MEAN"_s, u"MAX"_s, u"LAST"_s, u"VALUES"_s};
    table.right = {u"MIN"_s, u"MEAN"_s, u"MAX"_s, u"LAST"_s, u"VALUES"_s};
    for (std::size_t i = 0; i < chart.columns.size(); ++i) {
        const monitor::ChartColumn& one = chart.columns[i];
        const QString time = columnTime(chart.from + qint64(i) * chart.step);
        if (one.count > 0) {
            table.rows.append({time, shown(one.min), shown(one.mean), shown(one.max),
                               shown(one.last), QString::number(one.count)});
        }
    }
    return table.rows.isEmpty() ? u"Nothing was kept in that time.\n"_s : table.text(run.colour);
}

}  // namespace

QString seriesValue(const monitor::SeriesName& name, double value)
{
    const std::optional<Metric> metric = monitor::metricNamed(name.metric.toLatin1());
    return metric ? monitor::valueText(monitor::info(*metric).unit, value) : QString::number(value);
}

Result<QueryRange> queryRange(const Run& run)
{
    const Result<int> columns = run.number(u"columns"_s, 20, 1, 20'000);
    if (!columns) {
        return columns.error();
    }
    const QString last = run.value(u"last"_s);
    const std::optional<milliseconds> span =
        last.isEmpty() ? milliseconds(std::chrono::hours(1)) : parseDuration(last);
    if (!span || span->count() <= 0) {
        return usageError(u"--last: \"%1\" is no duration"_s.arg(displayText(last, 40)),
                          u"Write 30s, 15m or 6h."_s);
    }
    return QueryRange{*span, *columns};
}

void answerChart(const Run& run, const monitor::Chart& chart, const monitor::SeriesName& name)
{
    run.answer(seriesJson(chart, name), seriesText(run, chart, name));
}

namespace {

Task<Result<int>> monitorQuery(RunPointer run)
{
    if (run->has(u"prometheus"_s)) {
        auto asking = queryPrometheus(run);
        co_return co_await std::move(asking);
    }
    const Result<QueryRange> range = queryRange(*run);
    if (!range) {
        co_return range.error();
    }
    Result<std::unique_ptr<monitor::SeriesStore>> opened =
        monitor::SeriesStore::open(run->services->workspace.stateFolder());
    if (!opened) {
        co_return opened.error();
    }
    const std::shared_ptr<monitor::SeriesStore> store = std::move(*opened);
    const QString server = run->argument(0);
    const QString metric = run->argument(1);
    const QString label = run->value(u"label"_s);
    const QList<monitor::SeriesInfo> known = store->list(server);
    if (metric.isEmpty() && !known.isEmpty()) {
        Table table;
        table.head = {u"METRIC"_s, u"LABEL"_s, u"LAST"_s, u"READ"_s};
        table.right = {u"LAST"_s};
        QJsonArray json;
        for (const monitor::SeriesInfo& one : known) {
            table.rows.append({one.name.metric, one.name.labels,
                               seriesValue(one.name, one.latest.value),
                               ago(*run, QDateTime::fromMSecsSinceEpoch(one.latest.time))});
            json.append(Json{{u"metric"_s, one.name.metric},
                             {u"label"_s, one.name.labels},
                             {u"value"_s, one.latest.value},
                             {u"time"_s, double(one.latest.time)}});
        }
        run->answer({{u"schema"_s, u"analemma.monitor.series.1"_s},
                     {u"server"_s, server},
                     {u"series"_s, json}},
                    table.text(run->colour));
        co_return exitWith(Exit::Ok);
    }
    const auto found = std::ranges::find_if(known, [&](const monitor::SeriesInfo& one) {
        return one.name.metric == metric && (label.isEmpty() || one.name.labels == label);
    });
    if (found == known.end()) {
        co_return noSeries(known, server, metric);
    }
    const qint64 to = QDateTime::currentMSecsSinceEpoch();
    auto asking = store->chart(found->id, to - range->span.count(), to, range->columns);
    const Result<monitor::Chart> chart = co_await std::move(asking);
    if (!chart) {
        co_return chart.error();
    }
    answerChart(*run, *chart, found->name);
    co_return exitWith(Exit::Ok);
}

}  // namespace

QList<Command> monitorQueryCommands()
{
    return {
        {.noun = u"monitor"_s,
         .verb = u"query"_s,
         .summary = u"What was kept of a server; with a metric its values over time"_s,
         .arguments = {{u"SERVER"_s, u"which one"_s},
                       {u"METRIC"_s, u"\"cpu.busy\"; all are listed when none is named"_s, false}},
         .options = {{u"last"_s, u"DURATION"_s, u"how far back; 1h"_s},
                     {u"label"_s, u"LABEL"_s, u"which of several: \"mount=/\""_s},
                     {u"columns"_s, u"N"_s, u"at most so many rows; 20"_s},
                     {u"prometheus"_s, {}, u"out of the workspace's Prometheus"_s}},
         .details = u"With --prometheus the figures are those of the server's node exporter, or "
                    "what was written there from here; METRIC may be a name of Prometheus too: "
                    "\"node_load1\"."_s,
         .body = monitorQuery},
    };
}

}  // namespace analemma::cli
