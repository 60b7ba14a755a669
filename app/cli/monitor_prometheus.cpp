#include "app/cli/commands.h"
#include "app/cli/monitor_query.h"
#include "app/prometheus.h"
#include "core/base/text.h"

#include <QJsonArray>
#include <QJsonDocument>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace analemma::cli {
namespace {

using monitor::PromClient;
using monitor::PromTarget;
using ClientPointer = std::shared_ptr<PromClient>;

/// Of what was written from here: a value every 5 to 15 seconds.
constexpr milliseconds kOwnInterval{5'000};

/// The address of a server, when the workspace knows it.
Task<Result<monitor::PromServer>> serverNamed(RunPointer run, QString name)
{
    monitor::PromServer server{name, {}};
    auto finding = run->services->hosts->find(name);
    const Result<operate::Host> host = co_await std::move(finding);
    if (host) {
        server.address = host->address;
    }
    co_return server;
}

QString labelsText(const monitor::PromLabels& labels)
{
    QStringList parts;
    for (auto at = labels.begin(); at != labels.end(); ++at) {
        if (!at.key().startsWith("__"_L1)) {
            parts.append(displayText(at.key(), 60) + u'=' + displayText(at.value(), 80));
        }
    }
    return parts.join(u' ');
}

Json labelsJson(const monitor::PromLabels& labels)
{
    Json json;
    for (auto at = labels.begin(); at != labels.end(); ++at) {
        json.insert(displayText(at.key(), 255), displayText(at.value(), 1024));
    }
    return json;
}

/// "mount=/" names the one, else the first.
const monitor::PromChart* chosenChart(const QList<monitor::PromChart>& charts, const QString& label)
{
    for (const monitor::PromChart& one : charts) {
        const QString value = label.section(u'=', 1);
        const bool named =
            label.isEmpty() || std::ranges::find(one.labels, value) != one.labels.end();
        if (named) {
            return &one;
        }
    }
    return nullptr;
}

/// What to ask for a metric of a server: its node exporter, else our own samples; for a name that
/// is none of ours, the series of that name.
QList<monitor::PromQuestion> questionsFor(const monitor::SeriesName& name, const PromTarget* target)
{
    QList<monitor::PromQuestion> questions;
    const std::optional<monitor::Metric> metric = monitor::metricNamed(name.metric.toLatin1());
    if (target != nullptr) {
        const QString selector =
            monitor::promSelector({{u"instance"_s, target->instance}, {u"job"_s, target->job}});
        if (metric) {
            const auto node = monitor::nodeQuestion(
                *metric, selector, name.labels.section(u'=', 1).toUtf8(), target->interval);
            if (node) {
                questions.append(*node);
            }
        } else {
            questions.append({name.metric + u'{' + selector + u'}', true, target->interval});
        }
    }
    questions.append(monitor::ownQuestion(name, kOwnInterval));
    return questions;
}

Task<Result<int>> showView(RunPointer run, ClientPointer client, QString server, PromTarget target)
{
    auto asking = client->view(server, target, run->interrupt.first);
    const Result<monitor::ServerView> view = co_await std::move(asking);
    if (!view) {
        co_return view.error();
    }
    Table table;
    table.head = {u"METRIC"_s, u"LABEL"_s, u"LAST"_s, u"READ"_s};
    table.right = {u"LAST"_s};
    QJsonArray json;
    for (const monitor::KnownPoint& known : view->points) {
        const monitor::SeriesName name{server,
                                       QString::fromLatin1(monitor::info(known.point.metric).name),
                                       monitor::labelText(known.point)};
        table.rows.append({name.metric, name.labels, seriesValue(name, known.point.value),
                           ago(*run, known.time)});
        json.append(Json{{u"metric"_s, name.metric},
                         {u"label"_s, name.labels},
                         {u"value"_s, known.point.value},
                         {u"time"_s, double(known.time.toMSecsSinceEpoch())}});
    }
    if (!view->reason.isEmpty()) {
        run->say(u"%1: %2"_s.arg(displayText(server, 80), view->reason));
    }
    run->answer(
        {{u"schema"_s, u"analemma.monitor.series.1"_s},
         {u"server"_s, server},
         {u"source"_s, u"prometheus"_s},
         {u"series"_s, json}},
        table.rows.isEmpty() ? u"Prometheus has no figures of it.\n"_s : table.text(run->colour));
    co_return exitWith(Exit::Ok);
}

Error notThere(const QString& server, const QString& metric)
{
    return Error(ErrorKind::NotFound, u"Prometheus has nothing of %1 of %2"_s.arg(
                                          displayText(metric, 80), displayText(server, 80)))
        .withHint(
            u"See what it reads: analemma-cli monitor targets. Servers are found by the "
            "label analemma_server, or by address."_s);
}

// ---- monitor targets ----------------------------------------------------------------------------

Task<Result<int>> monitorTargets(RunPointer run)
{
    auto opening = app::openPrometheus(run->services.get());
    const Result<ClientPointer> client = co_await std::move(opening);
    if (!client) {
        co_return client.error();
    }
    auto asking = (*client)->targets(run->interrupt.first);
    const Result<QList<PromTarget>> targets = co_await std::move(asking);
    if (!targets) {
        co_return targets.error();
    }
    Table table;
    table.head = {u"INSTANCE"_s, u"JOB"_s, u"STATE"_s, u"SERVER"_s, u"READ"_s, u"PROBLEM"_s};
    QJsonArray json;
    for (const PromTarget& one : *targets) {
        const QString server = one.labels.value(u"analemma_server"_s);
        table.rows.append({displayText(one.instance, 80), displayText(one.job, 40),
                           displayText(one.health, 20),
                           server.isEmpty() ? u"-"_s : displayText(server, 80),
                           ago(*run, one.lastRead), displayText(one.problem, 120)});
        json.append(Json{{u"instance"_s, displayText(one.instance, 255)},
                         {u"job"_s, displayText(one.job, 255)},
                         {u"health"_s, displayText(one.health, 20)},
                         {u"node"_s, one.isNode},
                         {u"interval_ms"_s, double(one.interval.count())},
                         {u"problem"_s, displayText(one.problem, 1024)},
                         {u"labels"_s, labelsJson(one.labels)}});
    }
    run->answer({{u"schema"_s, u"analemma.monitor.targets.1"_s}, {u"targets"_s, json}},
                table.rows.isEmpty() ? u"It reads nothing.\n"_s : table.text(run->colour));
    co_return exitWith(Exit::Ok);
}

// ---- monitor export -----------------------------------------------------------------------------

Task<Result<int>> exportTargets(RunPointer run)
{
    auto listing = app::scrapeTargets(run->services.get());
    const Result<QList<monitor::ScrapeTarget>> targets = co_await std::move(listing);
    if (!targets) {
        co_return targets.error();
    }
    QString path = run->services->workspace.prometheus.targets;
    if (run->has(u"to"_s)) {
        path = absolutePath(*run, run->value(u"to"_s));
    }
    if (path.isEmpty() || run->dryRun) {
        run->print(QString::fromUtf8(monitor::fileSd(*targets)));
        co_return exitWith(Exit::Ok);
    }
    std::function<Result<bool>()> work = [path, list = *targets] {
        return monitor::writeFileSd(path, list);
    };
    auto writing = onWorker<bool>(std::move(work));
    const Result<bool> written = co_await std::move(writing);
    if (!written) {
        co_return written.error();
    }
    const QString shown = displayText(path, 400);
    run->answer({{u"schema"_s, u"analemma.monitor.export.1"_s},
                 {u"file"_s, path},
                 {u"targets"_s, int(targets->size())},
                 {u"written"_s, *written}},
                *written ? u"%1 targets in %2\n"_s.arg(targets->size()).arg(shown)
                         : u"%1 targets stand in %2 already\n"_s.arg(targets->size()).arg(shown));
    co_return exitWith(Exit::Ok);
}

monitor::HttpSend sendBy(http::Client* client)
{
    return [client](http::Request request, CancelToken cancel) {
        return client->send(std::move(request), std::move(cancel));
    };
}

Task<Result<int>> exportSamples(RunPointer run)
{
    const QString last = run->value(u"last"_s);
    const std::optional<milliseconds> span =
        last.isEmpty() ? milliseconds(std::chrono::minutes(50)) : parseDuration(last);
    if (!span || span->count() <= 0) {
        co_return usageError(u"--last: \"%1\" is no duration"_s.arg(displayText(last, 40)),
                             u"Write 30s, 15m or 6h."_s);
    }
    auto preparing = app::remoteWriteOptions(run->services.get());
    Result<monitor::RemoteWriteOptions> options = co_await std::move(preparing);
    if (!options) {
        co_return options.error();
    }
    if (run->dryRun) {
        run->say(u"Would send what was kept in the last %1 to %2."_s.arg(
            durationText(*span), displayText(options->url, 400)));
        co_return exitWith(Exit::Ok);
    }
    Result<std::unique_ptr<monitor::SeriesStore>> opened =
        monitor::SeriesStore::open(run->services->workspace.stateFolder());
    if (!opened) {
        co_return opened.error();
    }
    const std::shared_ptr<monitor::SeriesStore> store = std::move(*opened);
    // What a window has acknowledged is its own affair: Prometheus says what it has.
    options->positionFile.clear();
    options->since = QDateTime::currentMSecsSinceEpoch() - span->count();
    const auto writer = std::make_shared<monitor::RemoteWriter>(sendBy(run->services->http.get()),
                                                                store.get(), std::move(*options));
    auto sending = writer->sendOnce(run->interrupt.first);
    const Result<monitor::RemoteWriteStatus> status = co_await std::move(sending);
    if (!status) {
        co_return status.error();
    }
    if (!status->problem.isEmpty()) {
        co_return Error(ErrorKind::Failed, status->problem).withHint(status->hint);
    }
    QString text = u"%1 samples sent"_s.arg(status->sent);
    if (status->refused > 0) {
        text +=
            u", %1 were older than Prometheus takes (its storage.tsdb.out_of_order_time_window)"_s
                .arg(status->refused);
    }
    run->answer({{u"schema"_s, u"analemma.monitor.export.1"_s},
                 {u"sent"_s, double(status->sent)},
                 {u"refused"_s, double(status->refused)}},
                text + u'\n');
    co_return exitWith(Exit::Ok);
}

}  // namespace

Task<Result<std::shared_ptr<monitor::RemoteWriter>>> startRemoteWriter(RunPointer run,
                                                                       monitor::SeriesStore* store)
{
    if (!run->services->workspace.prometheus.remoteWrite) {
        co_return std::shared_ptr<monitor::RemoteWriter>();
    }
    auto preparing = app::remoteWriteOptions(run->services.get());
    Result<monitor::RemoteWriteOptions> options = co_await std::move(preparing);
    if (!options) {
        co_return options.error();
    }
    auto writer = std::make_shared<monitor::RemoteWriter>(sendBy(run->services->http.get()), store,
                                                          std::move(*options));
    writer->start();
    co_return writer;
}

Task<Result<int>> queryPrometheus(RunPointer run)
{
    const Result<QueryRange> range = queryRange(*run);
    if (!range) {
        co_return range.error();
    }
    auto opening = app::openPrometheus(run->services.get());
    const Result<ClientPointer> client = co_await std::move(opening);
    if (!client) {
        co_return client.error();
    }
    auto naming = serverNamed(run, run->argument(0));
    const Result<monitor::PromServer> server = co_await std::move(naming);
    auto asking = (*client)->targets(run->interrupt.first);
    const Result<QList<PromTarget>> targets = co_await std::move(asking);
    if (!targets) {
        co_return targets.error();
    }
    const PromTarget* target = monitor::targetOf(*targets, *server);
    const monitor::SeriesName name{server->name, run->argument(1), run->value(u"label"_s)};
    if (name.metric.isEmpty()) {
        if (target == nullptr) {
            co_return notThere(name.subject, u"anything"_s);
        }
        auto showing = showView(run, *client, name.subject, *target);
        co_return co_await std::move(showing);
    }
    const qint64 to = QDateTime::currentMSecsSinceEpoch();
    const QList<monitor::PromQuestion> questions = questionsFor(name, target);
    for (const monitor::PromQuestion& question : questions) {
        auto charting = (*client)->charts(question, to - range->span.count(), to, range->columns,
                                          run->interrupt.first);
        const Result<QList<monitor::PromChart>> charts = co_await std::move(charting);
        if (!charts) {
            co_return charts.error();
        }
        if (const monitor::PromChart* chart = chosenChart(*charts, name.labels)) {
            if (charts->size() > 1) {
                run->say(u"of %1 series: %2"_s.arg(charts->size()).arg(labelsText(chart->labels)));
            }
            answerChart(*run, chart->chart, name);
            co_return exitWith(Exit::Ok);
        }
    }
    co_return notThere(name.subject, name.metric);
}

QList<Command> monitorPrometheusCommands()
{
    return {
        {.noun = u"monitor"_s,
         .verb = u"targets"_s,
         .summary = u"What the workspace's Prometheus reads, and which servers that are"_s,
         .arguments = {},
         .options = {},
         .details = {},
         .body = monitorTargets},
        {.noun = u"monitor"_s,
         .verb = u"export targets"_s,
         .summary = u"Writes the servers as a file of targets for Prometheus (file_sd)"_s,
         .arguments = {},
         .options = {{u"to"_s, u"FILE"_s, u"which; else prometheus.targets of the workspace"_s}},
         .effect = Effect::Acts,
         .details = u"Without a file, or with --dry-run, it is printed."_s,
         .body = exportTargets},
        {.noun = u"monitor"_s,
         .verb = u"export samples"_s,
         .summary = u"Sends what was kept here to Prometheus, by remote write"_s,
         .arguments = {},
         .options = {{u"last"_s, u"DURATION"_s, u"how far back; 50m"_s}},
         .effect = Effect::Acts,
         .details =
             u"Values that Prometheus has already are passed over. An open window does it by "
             "itself with prometheus.remote-write: true."_s,
         .body = exportSamples},
    };
}

}  // namespace analemma::cli
