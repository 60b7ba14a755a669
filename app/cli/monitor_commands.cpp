#include "app/cli/monitor_query.h"
#include "app/cli/servers.h"
#include "core/base/text.h"
#include "core/monitor/monitor.h"

#include <QJsonArray>
#include <QTimer>

#include <algorithm>
#include <cmath>

using namespace Qt::StringLiterals;

namespace analemma::cli {
namespace {

using monitor::Metric;
using monitor::SamplerState;
using monitor::ServerView;

constexpr int kReadingsForRates = 2;
constexpr milliseconds kPatience{20'000};

/// A server has told all that a first look needs, or will not without a person.
bool isSettled(const ServerView& view)
{
    return view.readings >= kReadingsForRates || view.state == SamplerState::Refused ||
           view.state == SamplerState::Lost;
}

/// Servers on watch for one command, and who waits for what they say.
struct Watch {
    std::unique_ptr<monitor::SeriesStore> store;
    std::shared_ptr<monitor::RemoteWriter> writer;  ///< where the workspace wants it
    std::unique_ptr<monitor::Monitor> monitor;
    QStringList names;
    Promise<bool> settled;
    QString told;  ///< of the keeping of what is read
    qsizetype notices = 0;

    /// Says once what has become of the keeping: a problem, its end, who records, notices.
    void tellStore(const Run& run)
    {
        const monitor::SeriesStatus status = store->status();
        for (; notices < status.notices.size(); ++notices) {
            run.say(displayText(status.notices[notices], 400));
        }
        const QString failing = status.problem.isEmpty() ? monitor->storeProblem() : status.problem;
        QString text;
        if (!status.recording && !status.recorder.isEmpty()) {
            text = u"not kept by this command: %1 records"_s.arg(displayText(status.recorder, 120));
        } else if (!failing.isEmpty()) {
            text = u"not kept: %1"_s.arg(displayText(failing, 300));
        }
        const QString before = std::exchange(told, text);
        if (text != before) {
            run.say(text.isEmpty() ? u"what is read is kept again"_s : text);
        }
    }

    void look()
    {
        const bool all = std::ranges::all_of(
            names, [this](const QString& name) { return isSettled(monitor->view(name)); });
        if (all) {
            settled.finish(true);
        }
    }
};
using WatchPointer = std::shared_ptr<Watch>;

Task<Result<std::shared_ptr<ssh::Session>>> sessionTo(RunPointer run, QString server,
                                                      CancelToken cancel)
{
    auto connecting = connectTo(run, server, false, cancel);
    const Result<ssh::ChosenSession> chosen = co_await std::move(connecting);
    if (!chosen) {
        co_return chosen.error();
    }
    co_return chosen->session;
}

/// All servers when none is named; they are asked every second.
Task<Result<WatchPointer>> startWatch(RunPointer run, QStringList names, bool keeps)
{
    auto watch = std::make_shared<Watch>();
    if (names.isEmpty() && !run->has(u"on"_s)) {
        auto listing = run->services->hosts->list();
        const Result<operate::HostList> list = co_await std::move(listing);
        if (!list) {
            co_return list.error();
        }
        for (const operate::Host& host : list->hosts) {
            watch->names.append(host.name);
        }
        if (watch->names.isEmpty()) {
            co_return Error(ErrorKind::NotFound, u"this workspace has no servers yet"_s)
                .withHint(u"Deploy a release, or add one: analemma-cli server add."_s);
        }
    } else {
        auto choosing = chosenServers(run, names);
        const Result<QList<operate::Host>> chosen = co_await std::move(choosing);
        if (!chosen) {
            co_return chosen.error();
        }
        for (const operate::Host& host : *chosen) {
            watch->names.append(host.name);
        }
    }
    if (keeps) {
        Result<std::unique_ptr<monitor::SeriesStore>> store =
            monitor::SeriesStore::open(run->services->workspace.stateFolder());
        if (!store) {
            co_return store.error();
        }
        watch->store = std::move(*store);
        auto writing = startRemoteWriter(run, watch->store.get());
        const Result<std::shared_ptr<monitor::RemoteWriter>> writer = co_await std::move(writing);
        if (!writer) {
            co_return writer.error();
        }
        watch->writer = *writer;
    }
    watch->monitor = std::make_unique<monitor::Monitor>(
        [run](QString server, CancelToken cancel) {
            return sessionTo(run, std::move(server), std::move(cancel));
        },
        watch->store.get());
    watch->monitor->setPaceOfAll(monitor::Pace::Watched);
    co_return watch;
}

/// Waits until each has told what a first look needs.
Task<Result<void>> waitSettled(RunPointer run, WatchPointer watch)
{
    Watch* raw = watch.get();
    const auto look = [raw] { raw->look(); };
    QObject::connect(watch->monitor.get(), &monitor::Monitor::read, watch->monitor.get(), look);
    QObject::connect(watch->monitor.get(), &monitor::Monitor::stateChanged, watch->monitor.get(),
                     look);
    const Promise<bool> settled = watch->settled;
    const CancelToken::Registration cancelled =
        run->interrupt.first.onCancel([settled] { settled.finish(cancelledError()); });
    QTimer::singleShot(kPatience, watch->monitor.get(), [settled] { settled.finish(false); });
    auto future = settled.future();
    watch->monitor->watch(watch->names);
    const Result<bool> done = co_await std::move(future);
    if (!done) {
        co_return done.error();
    }
    co_return Result<void>();
}

// ---- what is shown ------------------------------------------------------------------------------

QString text(Metric metric, const std::optional<double>& value)
{
    return value ? monitor::valueText(monitor::info(metric).unit, *value) : u"-"_s;
}

/// "91 % /var", of the one that needs a look.
QString worst(const ServerView& view, Metric metric)
{
    const std::optional<monitor::Point> point = view.largest(metric);
    return point ? text(metric, point->value) + u' ' + displayText(QByteArrayView(point->label), 40)
                 : u"-"_s;
}

double sum(const ServerView& view, Metric metric)
{
    double all = 0;
    for (const monitor::KnownPoint& known : view.points) {
        all += known.point.metric == metric && known.point.label != "lo" ? known.point.value : 0;
    }
    return all;
}

std::optional<double> memoryUsed(const ServerView& view)
{
    const std::optional<double> total = view.value(Metric::MemTotal);
    const std::optional<double> available = view.value(Metric::MemAvailable);
    if (!total || !available || *total <= 0) {
        return std::nullopt;
    }
    return 100 * (1 - *available / *total);
}

QStringList row(const ServerView& view)
{
    const bool rates = view.readings >= kReadingsForRates;
    return {view.server,
            monitor::toString(view.state),
            text(Metric::CpuBusy, view.value(Metric::CpuBusy)),
            text(Metric::Load1, view.value(Metric::Load1)),
            text(Metric::CpuBusy, memoryUsed(view)),
            worst(view, Metric::DiskUsed),
            worst(view, Metric::DiskUtil),
            rates ? text(Metric::NetRx, sum(view, Metric::NetRx)) : u"-"_s,
            rates ? text(Metric::NetTx, sum(view, Metric::NetTx)) : u"-"_s,
            text(Metric::Uptime, view.value(Metric::Uptime))};
}

Json viewJson(const ServerView& view)
{
    QJsonArray points;
    for (const monitor::KnownPoint& known : view.points) {
        const monitor::MetricInfo& about = monitor::info(known.point.metric);
        Json point{{u"metric"_s, QString::fromLatin1(about.name)},
                   {u"value"_s, monitor::rounded(about.unit, known.point.value)},
                   {u"time"_s, known.time.toString(Qt::ISODateWithMs)}};
        if (!known.point.label.isEmpty()) {
            point.insert(u"label"_s, displayText(QByteArrayView(known.point.label), 255));
        }
        points.append(point);
    }
    return {{u"server"_s, view.server},
            {u"state"_s, monitor::toString(view.state)},
            {u"reason"_s, view.reason},
            {u"source"_s, view.source},
            {u"time"_s, view.time.isValid() ? QJsonValue(view.time.toString(Qt::ISODateWithMs))
                                            : QJsonValue()},
            {u"latency_ms"_s, int(view.latency.count())},
            {u"points"_s, points}};
}

Task<Result<int>> monitorShow(RunPointer run)
{
    auto starting = startWatch(run, run->parsed.arguments, false);
    const Result<WatchPointer> watch = co_await std::move(starting);
    if (!watch) {
        co_return watch.error();
    }
    auto waiting = waitSettled(run, *watch);
    const Result<void> waited = co_await std::move(waiting);
    if (!waited) {
        co_return waited.error();
    }
    Table table;
    table.head = {u"SERVER"_s, u"STATE"_s, u"CPU"_s, u"LOAD"_s, u"MEMORY"_s,
                  u"DISK"_s,   u"BUSY"_s,  u"IN"_s,  u"OUT"_s,  u"UP"_s};
    table.right = {u"CPU"_s, u"LOAD"_s, u"MEMORY"_s, u"IN"_s, u"OUT"_s, u"UP"_s};
    QJsonArray servers;
    bool all = true;
    for (const QString& name : (*watch)->names) {
        const ServerView view = (*watch)->monitor->view(name);
        all = all && view.readings > 0;
        if (view.readings == 0) {
            run->say(u"%1: %2"_s.arg(
                name, view.reason.isEmpty() ? u"no answer"_s : displayText(view.reason, 300)));
        }
        servers.append(viewJson(view));
        table.rows.append(row(view));
    }
    run->answer({{u"schema"_s, u"analemma.monitor.1"_s}, {u"servers"_s, servers}},
                table.text(run->colour));
    co_return exitWith(all ? Exit::Ok : Exit::Failed);
}

// ---- watch: a line for each reading -------------------------------------------------------------

struct Stream {
    RunPointer run;
    WatchPointer watch;
    int left = 0;  ///< readings still to come; negative: no end
    Promise<bool> over;

    void onRead(const QString& server)
    {
        if (left == 0) {
            return;
        }
        const ServerView view = watch->monitor->view(server);
        if (run->json) {
            Json json = viewJson(view);
            json.insert(u"schema"_s, u"analemma.monitor.reading.1"_s);
            run->printJson(json);
        } else {
            const QStringList cells = row(view);
            run->print(u"%1  %2  cpu %3  load %4  memory %5  disk %6  in %7  out %8\n"_s.arg(
                view.time.toLocalTime().toString(u"hh:mm:ss"_s), cells[0], cells[2], cells[3],
                cells[4], cells[5], cells[7], cells[8]));
        }
        if (left > 0 && --left == 0) {
            over.finish(true);
        }
    }
    void onState(const QString& server) const
    {
        const ServerView view = watch->monitor->view(server);
        if (!view.reason.isEmpty()) {
            run->say(u"%1: %2: %3"_s.arg(server, monitor::toString(view.state),
                                         displayText(view.reason, 300)));
        }
    }
};

Task<Result<int>> monitorWatch(RunPointer run)
{
    const Result<int> count = run->number(u"count"_s, -1, 1, 1'000'000);
    if (!count) {
        co_return count.error();
    }
    auto starting = startWatch(run, run->parsed.arguments, true);
    const Result<WatchPointer> watch = co_await std::move(starting);
    if (!watch) {
        co_return watch.error();
    }
    const auto stream = std::make_shared<Stream>();
    stream->run = run;
    stream->watch = *watch;
    stream->left = *count;
    monitor::Monitor* monitor = (*watch)->monitor.get();
    Stream* raw = stream.get();
    QObject::connect(monitor, &monitor::Monitor::read, monitor,
                     [raw](const QString& server) { raw->onRead(server); });
    QObject::connect(monitor, &monitor::Monitor::stateChanged, monitor,
                     [raw](const QString& server) { raw->onState(server); });
    Watch* kept = watch->get();
    const auto tellStore = [kept, talk = run.get()] { kept->tellStore(*talk); };
    QObject::connect(monitor, &monitor::Monitor::storeProblemChanged, monitor, tellStore);
    QObject::connect(kept->store.get(), &monitor::SeriesStore::statusChanged, monitor, tellStore);
    tellStore();
    const Promise<bool> over = stream->over;
    const CancelToken::Registration cancelled =
        run->interrupt.first.onCancel([over] { over.finish(cancelledError()); });
    auto future = over.future();
    monitor->watch((*watch)->names);
    const Result<bool> done = co_await std::move(future);
    monitor->watch({});
    if (!done) {
        co_return done.error();
    }
    co_return exitWith(Exit::Ok);
}

// ---- top: what runs there -----------------------------------------------------------------------

Task<Result<int>> monitorTop(RunPointer run)
{
    const Result<int> limit = run->number(u"limit"_s, 20, 1, 1000);
    if (!limit) {
        co_return limit.error();
    }
    const QString order = run->has(u"sort"_s) ? run->value(u"sort"_s) : u"cpu"_s;
    if (order != "cpu"_L1 && order != "memory"_L1) {
        co_return usageError(u"--sort: \"%1\" is no order"_s.arg(displayText(order, 40)),
                             u"Write cpu or memory."_s);
    }
    auto starting = startWatch(run, {run->argument(0)}, false);
    const Result<WatchPointer> watch = co_await std::move(starting);
    if (!watch) {
        co_return watch.error();
    }
    auto waiting = waitSettled(run, *watch);
    const Result<void> waited = co_await std::move(waiting);
    if (!waited) {
        co_return waited.error();
    }
    const QString name = (*watch)->names.value(0);
    monitor::Sampler* sampler = (*watch)->monitor->sampler(name);
    const ServerView view = (*watch)->monitor->view(name);
    if (view.readings == 0) {
        co_return Error(
            ErrorKind::Network,
            u"%1: %2"_s.arg(name, view.reason.isEmpty() ? u"no answer"_s : view.reason));
    }
    // Use of the processors is what happened between two answers.
    const auto rows = std::make_shared<std::vector<monitor::ProcessLoad>>();
    const auto answers = std::make_shared<int>(0);
    const Promise<bool> read;
    QObject::connect(sampler, &monitor::Sampler::processesRead, sampler,
                     [rows, answers, read, sampler](const std::vector<monitor::ProcessLoad>& now) {
                         *rows = now;
                         if (++*answers == kReadingsForRates) {
                             read.finish(true);
                         } else {
                             QTimer::singleShot(1'000, sampler,
                                                [sampler] { sampler->askProcesses(); });
                         }
                     });
    QTimer::singleShot(kPatience, sampler, [read] { read.finish(false); });
    const CancelToken::Registration cancelled =
        run->interrupt.first.onCancel([read] { read.finish(cancelledError()); });
    auto future = read.future();
    sampler->askProcesses();
    const Result<bool> done = co_await std::move(future);
    if (!done) {
        co_return done.error();
    }
    if (!*done) {
        co_return Error(ErrorKind::Timeout, u"%1 did not tell its processes within %2"_s.arg(
                                                name, durationText(kPatience)));
    }
    if (order == "memory"_L1) {
        std::ranges::stable_sort(*rows, std::ranges::greater(),
                                 &monitor::ProcessLoad::residentBytes);
    }
    Table table;
    table.head = {u"PID"_s, u"CPU"_s, u"MEMORY"_s, u"STATE"_s, u"THREADS"_s, u"START"_s, u"NAME"_s};
    table.right = {u"PID"_s, u"CPU"_s, u"MEMORY"_s, u"THREADS"_s, u"START"_s};
    QJsonArray json;
    for (std::size_t i = 0; i < rows->size() && i < std::size_t(*limit); ++i) {
        const monitor::ProcessLoad& load = (*rows)[i];
        const QString process = displayText(QByteArrayView(load.process.name), 64);
        table.rows.append(
            {QString::number(load.process.pid), text(Metric::CpuBusy, load.cpuPercent),
             text(Metric::MemTotal, double(load.residentBytes)),
             QString(QLatin1Char(load.process.state)), QString::number(load.process.threads),
             QString::number(load.process.startTicks), process});
        json.append(
            Json{{u"pid"_s, load.process.pid},
                 {u"name"_s, process},
                 {u"cpu_percent"_s, load.cpuPercent ? QJsonValue(*load.cpuPercent) : QJsonValue()},
                 {u"state"_s, QString(QLatin1Char(load.process.state))},
                 {u"start"_s, double(load.process.startTicks)},
                 {u"resident_bytes"_s, double(load.residentBytes)},
                 {u"threads"_s, load.process.threads}});
    }
    run->answer(
        {{u"schema"_s, u"analemma.monitor.top.1"_s}, {u"server"_s, name}, {u"processes"_s, json}},
        table.text(run->colour));
    co_return exitWith(Exit::Ok);
}

}  // namespace

QList<Command> monitorCommands()
{
    const Argument servers{u"SERVER"_s, u"which ones; all when none is named"_s, false, true};
    return {
        {.noun = u"monitor"_s,
         .verb = u"show"_s,
         .summary = u"How the servers are now: processors, memory, disks, network"_s,
         .arguments = {servers},
         .options = {onOption()},
         .details = u"Nothing is installed there: one awk on the SSH connection reads /proc, for "
                    "two seconds."_s,
         .body = monitorShow},
        {.noun = u"monitor"_s,
         .verb = u"watch"_s,
         .summary = u"A line for each reading, every second, until Ctrl-C"_s,
         .arguments = {servers},
         .options = {onOption(), {u"count"_s, u"N"_s, u"end after so many readings"_s}},
         .details = u"What is read is kept, for monitor query and for charts."_s,
         .body = monitorWatch},
        {.noun = u"monitor"_s,
         .verb = u"top"_s,
         .summary = u"The processes of a server, the busiest first"_s,
         .arguments = {{u"SERVER"_s, u"which one"_s}},
         .options = {{u"limit"_s, u"N"_s, u"at most so many; 20"_s},
                     {u"sort"_s, u"ORDER"_s, u"cpu or memory; cpu"_s}},
         .details = u"PID and START together name a process for monitor signal."_s,
         .body = monitorTop},
    };
}

}  // namespace analemma::cli
