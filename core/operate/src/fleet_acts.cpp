#include "core/operate/src/fleet_line.h"

#include "core/base/files.h"
#include "core/base/text.h"

#include <QDir>
#include <QJsonArray>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace analemma::operate {
namespace {

constexpr milliseconds launchTimeout(20'000);
constexpr milliseconds stopTimeout(60'000);
constexpr milliseconds cleanTimeout(20'000);
constexpr milliseconds stopPatience(30'000);
constexpr milliseconds startingLimit(30'000);
constexpr qsizetype tailLimit = 64 * 1024;
constexpr qint64 floodLimit = 64 * 1024 * 1024;  // of output, before it fills the server's disk

/// One step while it is watched here.
struct Watched {
    LinePtr line;
    WantedFleet wanted;
    RemoteStep remote;
    Fleet::Body::At at;
    Redactor redactor;
    QByteArray output;  ///< at most Fleet::kOutputLimit, with the secrets taken out
    qint64 read = 0;    ///< raw bytes
    milliseconds begun{0};
    std::optional<milliseconds> starting;  ///< since
    bool flooded = false;                  ///< ended because it wrote too much
};
using WatchedPtr = std::shared_ptr<Watched>;

Error told(ErrorKind kind, StepState state, const QString& reason)
{
    HostStep step;
    step.state = state;
    step.reason = reason;
    Error error(kind, reason);
    error.details = stepJson(step);
    return error;
}

Error failed(const QString& reason)
{
    return told(ErrorKind::Failed, StepState::Failed, reason);
}

/// An error that ends the watching of a step that may be under way.
Error lostSight(const Error& error)
{
    if (error.kind == ErrorKind::Network || error.kind == ErrorKind::Timeout) {
        return told(ErrorKind::Network, StepState::Unknown, error.message);
    }
    return error.kind == ErrorKind::Cancelled
               ? error
               : told(ErrorKind::Network, StepState::Unknown, error.message);
}

LinePtr makeLine(const FleetPtr& body, const engine::Call& call, const QString& host,
                 milliseconds patience)
{
    auto line = std::make_shared<Line>();
    line->body = body;
    line->call = call;
    line->host = host;
    line->patience = patience;
    return line;
}

WatchedPtr makeWatched(const FleetPtr& body, const engine::Call& call)
{
    auto watched = std::make_shared<Watched>();
    watched->wanted = WantedFleet::fromJson(call.wanted);
    const QString host = call.action.args[u"host"_s].toString();
    watched->line = makeLine(body, call, host, watched->wanted.request.patience);
    watched->at = {call.operation, host};
    const QString& checked = watched->wanted.checks;
    watched->remote.key = stepKey(checked.isEmpty() ? call.operation : checked, host);
    watched->remote.command = watched->wanted.request.command.toUtf8();
    watched->remote.timeout = watched->wanted.request.timeout;
    watched->begun = body->clock->sinceBoot();
    return watched;
}

/// Secrets go to the server with the step, and out of what it prints.
Task<Result<void>> readSecrets(WatchedPtr watched)
{
    const QMap<QString, QString> names = watched->wanted.request.secrets;
    for (auto one = names.begin(); one != names.end(); ++one) {
        Result<Secret> secret = co_await watched->line->body->secrets->secret(one.value());
        if (!secret) {
            co_return secret.error();
        }
        watched->redactor.add(*secret);
        watched->remote.inputs.insert(one.key(), *secret);
    }
    co_return Result<void>();
}

/// The lease is looked at right before a start: a driver that slept for long keeps its hands off.
Task<Result<void>> stillOurs(FleetPtr body, engine::Call call)
{
    const QString id = call.operation;
    const qint64 fence = call.fence;
    std::function<Result<void>(store::Transaction&)> work =
        [id, fence](store::Transaction& t) -> Result<void> {
        const auto row = t.operation(id);
        if (!row || !*row) {
            return cancelledError();
        }
        const auto lease = t.lease((*row)->target);
        const bool ours = lease && *lease && (*lease)->held && (*lease)->fence == fence;
        return ours ? Result<void>() : Result<void>(cancelledError());
    };
    return body->store->read<void>(std::move(work));
}

void take(const WatchedPtr& watched, const QByteArray& piece)
{
    if (piece.isEmpty()) {
        return;
    }
    watched->read += piece.size();
    const QByteArray shown = watched->redactor.feed(piece);
    watched->output += shown.left(Fleet::kOutputLimit - watched->output.size());
    QByteArray& tail = watched->line->body->tails[watched->at];
    tail = (tail + shown).right(tailLimit);
    if (watched->line->body->face) {
        Q_EMIT watched->line->body->face->outputAdded(watched->at.first, watched->at.second);
    }
}

qint64 nextOffset(const WatchedPtr& watched)
{
    return watched->read < Fleet::kOutputLimit ? watched->read : -1;
}

/// True when there is nothing more to learn.
bool isThrough(const WatchedPtr& watched, const StepReport& report)
{
    const bool ended =
        report.state == StepReport::State::Ended || report.state == StepReport::State::Lost;
    const bool read = nextOffset(watched) < 0 || watched->read >= report.size;
    return (ended && read) || report.state == StepReport::State::Absent ||
           report.state == StepReport::State::Removed || report.state == StepReport::State::Refused;
}

Task<Result<QString>> keepOutput(FleetPtr body, QByteArray output)
{
    const QString path = body->store->folder() + u"/output-"_s + newId();
    std::function<Result<void>()> work = [path, output] { return writeFile(path, output); };
    Result<void> written = co_await onWorker<void>(std::move(work));
    if (!written) {
        co_return written.error();
    }
    Result<QString> kept = co_await body->store->addBlob(path);
    [[maybe_unused]] const Result<void> gone = analemma::removeTree(path);
    co_return kept;
}

QString refusalText(const QString& how)
{
    return how == "no-setsid"_L1
               ? u"the server has neither setsid nor perl, so nothing can be left running there"_s
               : u"the folder ~/.analemma cannot be written there"_s;
}

/// What an end means.
HostStep judged(const WatchedPtr& watched, const StepReport& report)
{
    HostStep step;
    step.exitCode = report.code;
    const QString code = u"exit code %1"_s.arg(report.code);
    switch (report.state) {
        case StepReport::State::Ended:
            if (watched->flooded) {
                step.state = StepState::Failed;
                step.reason = u"ended: it wrote more than %1"_s.arg(sizeText(floodLimit));
            } else if (report.how == "late"_L1) {
                step.state = StepState::TimedOut;
                step.reason = u"ended after %1"_s.arg(durationText(watched->remote.timeout));
            } else if (report.how == "stopped"_L1 || report.how == "never"_L1) {
                step.state = StepState::Cancelled;
                step.reason = report.how == "never"_L1 ? u"it was not begun"_s : u"it was ended"_s;
            } else {
                step.state = report.code == 0 ? StepState::Ok : StepState::Failed;
                step.reason = report.code == 0 ? QString() : code;
            }
            break;
        case StepReport::State::Lost:
            step.state = StepState::Failed;
            step.reason = report.how == "boot"_L1
                              ? u"it was cut off: the server was started anew meanwhile"_s
                              : u"it was cut off: its process is gone without an exit code"_s;
            break;
        case StepReport::State::Refused:
            step.state = StepState::Failed;
            step.reason = refusalText(report.how) + u"; nothing was run"_s;
            break;
        case StepReport::State::Absent:
            step.state = StepState::Cancelled;
            step.reason = u"it was not begun"_s;
            break;
        default:
            step.state = StepState::Failed;
            step.reason = u"it was ended and cleaned up from elsewhere"_s;
    }
    if (report.began > 0 && report.ended >= report.began) {
        step.duration = milliseconds((report.ended - report.began) * 1000);
    }
    return step;
}

/// Output into a blob, state into the journal.
Task<Result<HostStep>> conclude(WatchedPtr watched, StepReport report, bool seenWhole)
{
    HostStep step = judged(watched, report);
    if (seenWhole && step.duration) {
        step.duration = watched->line->body->clock->sinceBoot() - watched->begun;
    }
    watched->output +=
        watched->redactor.finish().left(Fleet::kOutputLimit - watched->output.size());
    if (!watched->output.isEmpty()) {
        Result<QString> kept = co_await keepOutput(watched->line->body, watched->output);
        if (!kept) {
            co_return kept.error();
        }
        step.sha256 = *kept;
        step.keptBytes = watched->output.size();
        step.totalBytes = std::max(report.size - watched->read, qint64(0)) + step.keptBytes;
    }
    const QString reason = step.reason.isEmpty() ? toString(step.state) : step.reason;
    watched->line->call.log(
        u"%1: %2, %3 of output"_s.arg(watched->line->host, reason, sizeText(report.size)));
    co_return step;
}

/// Watches until the end, and asks for more output until all is here.
Task<Result<StepReport>> watchToEnd(WatchedPtr watched, StepReport report, CancelToken cancel)
{
    const Clock* clock = watched->line->body->clock;
    take(watched, report.bytes);
    while (!isThrough(watched, report)) {
        if (report.state != StepReport::State::Starting) {
            watched->starting.reset();
        } else if (!watched->starting) {
            watched->starting = clock->sinceBoot();
        } else if (clock->sinceBoot() - *watched->starting > startingLimit) {
            report.state = StepReport::State::Lost;
            report.how = u"gone"_s;
            co_return report;
        }
        const bool mayStart =
            watched->wanted.checks.isEmpty() && watched->line->call.action.verb == "fleet.run"_L1;
        if (report.state == StepReport::State::Prepared && !mayStart) {
            report.state = StepReport::State::Absent;
            co_return report;
        }
        // A start that did not take hold is made again: it is begun by one alone.
        const bool again = report.state == StepReport::State::Prepared && watched->read == 0;
        QByteArray script = again ? launchScript(watched->remote)
                                  : watchScript(watched->remote.key, nextOffset(watched));
        const bool floods =
            report.state == StepReport::State::Running && report.size > floodLimit && mayStart;
        if (floods) {
            watched->flooded = true;
            script = stopScript(watched->remote.key);
        }
        Result<StepReport> next = co_await askUntilAnswered(watched->line, watched->remote.key,
                                                            script, stopTimeout, cancel);
        if (!next) {
            co_return next.error();
        }
        if (floods) {
            next->bytes.clear();  // from the beginning, which is here
        }
        const bool nothingMore = report.state == StepReport::State::Ended && next->bytes.isEmpty();
        report = std::move(*next);
        take(watched, report.bytes);
        if (nothingMore) {
            break;  // the output was made shorter
        }
    }
    co_return report;
}

Task<Result<Json>> runStep(WatchedPtr watched)
{
    const LinePtr line = watched->line;
    const CancelToken cancel = line->call.cancel;
    const bool before = line->call.attempt > 1;  // another process may have begun it
    Result<void> secrets = co_await readSecrets(watched);
    if (!secrets) {
        co_return before ? lostSight(secrets.error()) : failed(secrets.error().message);
    }
    StepReport report;
    if (!before) {
        Result<void> opened = co_await open(line, cancel);
        if (!opened && opened.error().kind == ErrorKind::Cancelled) {
            co_return opened.error();
        }
        if (!opened) {
            co_return told(ErrorKind::Failed, StepState::Unreachable, opened.error().message);
        }
    }
    Result<void> ours = co_await stillOurs(line->body, line->call);
    if (!ours) {
        co_return ours.error();
    }
    watched->begun = line->body->clock->sinceBoot();
    Result<StepReport> launched(report);
    if (before) {
        line->broke = true;
        launched = co_await askUntilAnswered(line, watched->remote.key,
                                             launchScript(watched->remote), launchTimeout, cancel);
    } else {
        launched = co_await ask(line, watched->remote.key, launchScript(watched->remote),
                                launchTimeout, cancel);
        if (!launched && launched.error().kind == ErrorKind::Protocol) {
            co_return failed(launched.error().message + u"; nothing was run"_s);
        }
        if (!launched && line->broke) {  // it may have begun; beginning it again is harmless
            launched = co_await askUntilAnswered(
                line, watched->remote.key, launchScript(watched->remote), launchTimeout, cancel);
        }
    }
    if (!launched) {
        co_return lostSight(launched.error());
    }
    Result<StepReport> ended = co_await watchToEnd(watched, *launched, cancel);
    if (!ended) {
        co_return lostSight(ended.error());
    }
    const bool seenWhole = !line->broke;
    Result<HostStep> step = co_await conclude(watched, *ended, seenWhole);
    if (!step) {
        co_return step.error();
    }
    Json json = stepJson(*step);
    json[u"broke"_s] = line->broke;
    if (step->state == StepState::Ok) {
        co_return json;
    }
    Error error(ErrorKind::Failed, step->reason);
    error.details = json;
    co_return error;
}

/// Of an operation that ended before: looks, and starts nothing.
Task<Result<Json>> checkStep(WatchedPtr watched)
{
    const LinePtr line = watched->line;
    line->patience = std::min(line->patience, stopPatience);
    line->broke = true;
    Result<void> secrets = co_await readSecrets(watched);
    if (!secrets) {
        co_return lostSight(secrets.error());
    }
    const QByteArray script = watchScript(watched->remote.key, 0);
    Result<StepReport> seen = co_await askUntilAnswered(line, watched->remote.key, script,
                                                        stopTimeout, line->call.cancel);
    if (!seen) {
        co_return lostSight(seen.error());
    }
    Result<StepReport> ended = co_await watchToEnd(watched, *seen, line->call.cancel);
    if (!ended) {
        co_return lostSight(ended.error());
    }
    Result<HostStep> step = co_await conclude(watched, *ended, false);
    if (!step) {
        co_return step.error();
    }
    const Json json = stepJson(*step);
    co_return json;
}

Task<Result<Json>> stopStep(WatchedPtr watched)
{
    const LinePtr line = watched->line;
    line->patience = stopPatience;
    line->broke = true;
    [[maybe_unused]] Result<void> secrets = co_await readSecrets(watched);
    const QByteArray script = stopScript(watched->remote.key);
    Result<StepReport> stopped = co_await askUntilAnswered(line, watched->remote.key, script,
                                                           stopTimeout, line->call.cancel);
    if (!stopped) {
        co_return lostSight(stopped.error());
    }
    if (stopped->state == StepReport::State::Running) {
        co_return told(ErrorKind::Network, StepState::Unknown,
                       u"it did not end when it was told to"_s);
    }
    Result<StepReport> ended = co_await watchToEnd(watched, *stopped, line->call.cancel);
    if (!ended) {
        co_return lostSight(ended.error());
    }
    Result<HostStep> step = co_await conclude(watched, *ended, false);
    if (!step) {
        co_return step.error();
    }
    const Json json = stepJson(*step);
    co_return json;
}

Task<Result<StepReport>> cleanOne(LinePtr line, QString key, bool mark)
{
    Result<StepReport> answer =
        co_await ask(line, key, cleanScript(key, mark), cleanTimeout, line->call.cancel);
    co_return answer;
}

/// Whether a start of this step may still be on its way to its server: its answer never came.
bool mayStillStart(const Journal& journal, const QString& host)
{
    const engine::ActionState run = journal.value(u"run/"_s + host);
    const Json said = run.outcome == engine::Outcome::Ok ? run.result
                      : run.error                        ? run.error->details
                                                         : Json();
    return said[u"broke"_s].toBool(true);
}

Task<Result<Json>> cleanAll(FleetPtr body, engine::Call call)
{
    const WantedFleet wanted = WantedFleet::fromJson(call.wanted);
    Result<FleetRows> rows = co_await readFleetRows(body, call.operation);
    if (!rows) {
        co_return rows.error();
    }
    const QJsonArray hosts = call.action.args[u"hosts"_s].toArray();
    std::vector<std::pair<QString, Task<Result<StepReport>>>> cleaning;
    for (const QJsonValue& value : hosts) {
        const QString host = value.toString();
        auto line = makeLine(body, call, host, milliseconds(0));
        const auto session = body->sessions.find({call.operation, host});
        if (session != body->sessions.end()) {
            line->session = session->second;
            body->sessions.erase(session);
        }
        const QString of = wanted.checks.isEmpty() ? call.operation : wanted.checks;
        cleaning.emplace_back(
            host, cleanOne(line, stepKey(of, host), mayStillStart(rows->journal, host)));
    }
    QJsonArray left;
    for (auto& [host, task] : cleaning) {
        Result<StepReport> answer = co_await std::move(task);
        if (!answer) {
            left.append(host);
            call.log(
                u"%1: the folder of the step stays there: %2"_s.arg(host, answer.error().message));
        }
    }
    const Json result{{u"hosts"_s, hosts}, {u"left"_s, left}};
    co_return result;
}

Task<Result<Json>> watch(FleetPtr body, engine::Call call)
{
    const WatchedPtr watched = makeWatched(body, call);
    const QString verb = call.action.verb;
    Result<Json> answer = cancelledError();
    if (verb == "fleet.check"_L1) {
        answer = co_await checkStep(watched);
    } else if (verb == "fleet.stop"_L1) {
        answer = co_await stopStep(watched);
    } else {
        answer = co_await runStep(watched);
    }
    body->tails.erase(watched->at);
    if (watched->line->session) {
        body->sessions[watched->at] = watched->line->session;
    }
    co_return answer;
}

}  // namespace

Task<Result<Json>> actOnFleet(FleetPtr body, engine::Call call)
{
    return call.action.verb == "fleet.clean"_L1 ? cleanAll(body, call) : watch(body, call);
}

}  // namespace analemma::operate
