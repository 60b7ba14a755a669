#include "app/cli/servers.h"

#include "core/base/text.h"
#include "core/monitor/processes.h"
#include "core/operate/logtail.h"
#include "core/ssh/resident.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace analemma::cli {
namespace {

constexpr int kNameLimit = 64;  // bytes of /proc/PID/comm

/// What a process is called there; empty when it has gone.
Task<Result<QString>> processName(std::shared_ptr<ssh::Session> session, int pid,
                                  CancelToken cancel)
{
    ssh::ExecOptions options;
    options.timeout = milliseconds(15'000);
    options.limitBytes = kNameLimit;
    QString command = u"sh -c 'IFS= read -r n </proc/%1/comm && printf %s \"$n\"' 2>/dev/null"_s;
    command.replace(u"%1"_s, QString::number(pid));
    auto running = ssh::runSmall(session, std::move(command), std::move(options), cancel);
    const Result<ssh::ExecResult> ran = co_await std::move(running);
    if (!ran) {
        co_return ran.error();
    }
    co_return displayText(QByteArrayView(ran->output), kNameLimit);
}

Exit exitOfSignal(monitor::SignalEnd end)
{
    switch (end) {
        case monitor::SignalEnd::Done:
            return Exit::Ok;
        case monitor::SignalEnd::Gone:
            return Exit::NotFound;
        case monitor::SignalEnd::NotPermitted:
            return Exit::Refused;
        case monitor::SignalEnd::Unknown:
            break;
    }
    return Exit::Unknown;
}

/// The order as the command line gives it; usage errors.
Result<monitor::SignalOrder> orderOf(const Run& run)
{
    bool isPid = false;
    bool isStart = false;
    monitor::SignalOrder order;
    order.pid = run.argument(1).toInt(&isPid);
    order.startTicks = run.argument(2).toULongLong(&isStart);
    if (!isPid || !isStart || order.pid <= 0 || order.startTicks == 0) {
        return usageError(u"PID and START are numbers"_s,
                          u"Both stand in: analemma-cli monitor top %1."_s.arg(run.argument(0)));
    }
    const auto signal = monitor::processSignalFromString(run.argument(3));
    if (!signal) {
        return usageError(u"\"%1\" is no signal"_s.arg(displayText(run.argument(3), 40)),
                          u"Write TERM, HUP, INT, KILL, STOP or CONT."_s);
    }
    order.signal = *signal;
    order.typed = run.value(u"name"_s);
    return order;
}

Task<Result<int>> monitorSignal(RunPointer run)
{
    Result<monitor::SignalOrder> order = orderOf(*run);
    if (!order) {
        co_return order.error();
    }
    const QString server = run->argument(0);
    auto finding = run->services->hosts->find(server);
    const Result<operate::Host> host = co_await std::move(finding);
    if (!host) {
        co_return host.error();
    }
    order->production = host->production;
    auto connecting = connectTo(run, server, false, run->interrupt.first);
    const Result<ssh::ChosenSession> chosen = co_await std::move(connecting);
    if (!chosen) {
        co_return chosen.error();
    }
    auto naming = processName(chosen->session, order->pid, run->interrupt.first);
    const Result<QString> name = co_await std::move(naming);
    if (!name) {
        co_return name.error();
    }
    order->name = *name;
    if (needsName(*order) && !name->isEmpty() && order->typed != *name) {
        co_return Error(ErrorKind::Refused,
                        u"%1 to %2 needs its name"_s.arg(toString(order->signal), *name))
            .withHint(u"Add --name \"%1\" when that is the one."_s.arg(*name));
    }
    if (name->isEmpty()) {
        order->name = order->typed = u"process"_s;  // gone, which the server says once more
    }
    if (run->dryRun) {
        const Result<void> may = checkSignal(*order);
        if (!may) {
            co_return may.error();
        }
        run->say(u"%1 would be sent to %2 (%3)"_s.arg(toString(order->signal), order->name,
                                                      QString::number(order->pid)));
        co_return exitWith(Exit::Ok);
    }
    auto sending = monitor::sendSignal(chosen->session, *order, run->interrupt.first);
    const Result<monitor::SignalReport> report = co_await std::move(sending);
    if (!report) {
        co_return report.error();
    }
    run->answer({{u"schema"_s, u"analemma.monitor.signal.1"_s},
                 {u"server"_s, server},
                 {u"pid"_s, order->pid},
                 {u"name"_s, *name},
                 {u"signal"_s, toString(order->signal)},
                 {u"outcome"_s, toString(report->end)},
                 {u"sentence"_s, report->sentence}},
                report->sentence + u'\n');
    co_return exitWith(exitOfSignal(report->end));
}

// ---- logs of several servers, merged ------------------------------------------------------------

/// One command's tail, and who waits for its end.
struct LogRun {
    RunPointer run;
    std::unique_ptr<operate::LogTail> tail;
    int width = 0;  ///< of the longest name
    Promise<bool> over;

    void print(const operate::LogLine& line) const
    {
        if (run->json) {
            run->printJson({{u"schema"_s, u"analemma.monitor.log.1"_s},
                            {u"server"_s, line.server},
                            {u"kind"_s, operate::toString(line.kind)},
                            {u"time"_s, toIso(QDateTime::fromMSecsSinceEpoch(line.time, Qt::UTC))},
                            {u"time_told"_s, line.told},
                            {u"count"_s, double(line.count)},
                            {u"text"_s, displayText(line.sentence(), 10'000)}});
            return;
        }
        const QString name = displayText(line.server, 60).leftJustified(width);
        if (line.kind == operate::LogLine::Kind::Text) {
            run->print(u"%1  %2\n"_s.arg(name, displayText(line.sentence(), 10'000)));
        } else {
            run->say(u"%1: %2"_s.arg(line.server, displayText(line.sentence(), 400)));
        }
    }
    void onState(const QString& server) const
    {
        const QString reason = tail->reason(server);
        if (!reason.isEmpty()) {
            run->say(u"%1: %2: %3"_s.arg(server, operate::toString(tail->state(server)),
                                         displayText(reason, 300)));
        }
    }
};

Task<Result<ssh::ChosenSession>> logSession(RunPointer run, QString server, CancelToken cancel)
{
    auto connecting = connectTo(run, server, false, cancel);
    Result<ssh::ChosenSession> chosen = co_await std::move(connecting);
    co_return chosen;
}

Task<Result<int>> monitorLogs(RunPointer run)
{
    const Result<int> backlog = run->number(u"lines"_s, 200, 0, 100'000);
    if (!backlog) {
        co_return backlog.error();
    }
    operate::LogSource source;
    source.file = run->value(u"file"_s);
    source.unit = run->value(u"unit"_s);
    if (const Result<void> good = operate::checkLogSource(source); !good) {
        co_return usageError(good.error().message, good.error().hint);
    }
    auto choosing = chosenServers(run, run->parsed.arguments);
    const Result<QList<operate::Host>> chosen = co_await std::move(choosing);
    if (!chosen) {
        co_return chosen.error();
    }
    operate::LogTailOptions options;
    options.backlog = *backlog;
    options.follow = run->has(u"follow"_s);
    const auto following = std::make_shared<LogRun>();
    following->run = run;
    following->tail = std::make_unique<operate::LogTail>(
        [run](const QString& server, CancelToken cancel) {
            return logSession(run, server, std::move(cancel));
        },
        options);
    QStringList names;
    for (const operate::Host& host : *chosen) {
        names.append(host.name);
        following->width = std::max(following->width, int(displayText(host.name, 60).size()));
    }
    operate::LogTail* tail = following->tail.get();
    LogRun* raw = following.get();
    QObject::connect(tail, &operate::LogTail::lines, tail,
                     [raw](const QList<operate::LogLine>& lines) {
                         for (const operate::LogLine& line : lines) {
                             raw->print(line);
                         }
                     });
    QObject::connect(tail, &operate::LogTail::stateChanged, tail,
                     [raw](const QString& server) { raw->onState(server); });
    const Promise<bool> over = following->over;
    QObject::connect(tail, &operate::LogTail::finished, tail, [over] { over.finish(true); });
    const CancelToken::Registration cancelled =
        run->interrupt.first.onCancel([over] { over.finish(cancelledError()); });
    auto future = over.future();
    const Result<void> started = tail->start(names, source);
    if (!started) {
        co_return started.error();
    }
    const Result<bool> done = co_await std::move(future);
    const bool all = std::ranges::all_of(names, [tail](const QString& server) {
        return tail->state(server) == operate::LogState::Ended;
    });
    tail->stop();
    if (!done) {
        co_return done.error();
    }
    co_return exitWith(all ? Exit::Ok : Exit::Failed);
}

}  // namespace

QList<Command> monitorActCommands()
{
    return {
        {.noun = u"monitor"_s,
         .verb = u"signal"_s,
         .summary = u"Sends a signal to a process of a server, to that very one or to none"_s,
         .arguments = {{u"SERVER"_s, u"which one"_s},
                       {u"PID"_s, u"of monitor top"_s},
                       {u"START"_s, u"of monitor top: when it started"_s},
                       {u"SIGNAL"_s, u"TERM, HUP, INT, KILL, STOP or CONT"_s}},
         .options = {{u"name"_s, u"NAME"_s, u"its name, for KILL and in production"_s}},
         .effect = Effect::Acts,
         .details = u"The number and the start are compared there right before. Process 1 and what "
                    "carries the connection are refused."_s,
         .body = monitorSignal},
        {.noun = u"monitor"_s,
         .verb = u"logs"_s,
         .summary = u"The log of several servers as one, merged by time"_s,
         .arguments = {{u"SERVER"_s, u"which ones"_s, false, true}},
         .options = {onOption(),
                     {u"file"_s, u"PATH"_s, u"its full path there; the journal without it"_s},
                     {u"unit"_s, u"UNIT"_s, u"of the journal; all without it"_s},
                     {u"lines"_s, u"N"_s, u"of before, of each server; 200"_s},
                     {u"follow"_s, {}, u"goes on until Ctrl-C"_s}},
         .details = u"A line that tells no time stands where it came. What comes too fast is "
                    "counted and left out. With --json a line each."_s,
         .body = monitorLogs},
    };
}

}  // namespace analemma::cli
