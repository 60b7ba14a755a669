#include "core/monitor/checks.h"

#include "core/base/text.h"
#include "core/monitor/src/checkdns.h"
#include "core/monitor/src/checklog.h"
#include "core/monitor/src/checkrules.h"
#include "core/ssh/resident.h"

#include <QElapsedTimer>
#include <QTimer>

using namespace Qt::StringLiterals;

namespace analemma::monitor {
namespace {

using workspace::CheckKind;
using workspace::ServiceCheck;

constexpr qint64 mostBodyBytes = 4 * 1024 * 1024;
constexpr qsizetype mostCommandBytes = 512 * 1024;
constexpr qsizetype mostScriptBytes = 64 * 1024;

CheckResult failed(const Error& error)
{
    CheckResult result;
    result.reason = error.message.endsWith(u'.') ? error.message : error.message + u'.';
    if (!error.hint.isEmpty()) {
        result.reason += u' ' + error.hint;
    }
    return result;
}

Task<Result<CheckResult>> lookAtUrl(CheckTools tools, ServiceCheck check, CancelToken cancel)
{
    http::Request request;
    request.url = check.url;
    request.timeout = check.timeout;
    request.limitBytes = mostBodyBytes;
    request.verify = check.verify;
    request.authority = check.authority;
    request.fresh = true;
    auto sending = tools.http->send(std::move(request), cancel);
    const Result<http::Response> answer = co_await std::move(sending);
    if (!answer) {
        co_return answer.error();
    }
    co_return judgeAnswer(check, *answer, QDateTime::currentDateTimeUtc());
}

Task<Result<CheckResult>> lookAtEndpoint(CheckTools tools, ServiceCheck check, CancelToken cancel)
{
    http::Endpoint endpoint;
    endpoint.host = check.host;
    endpoint.port = check.port;
    endpoint.timeout = check.timeout;
    auto reaching = tools.http->reach(std::move(endpoint), cancel);
    const Result<http::Timing> reached = co_await std::move(reaching);
    if (!reached) {
        co_return reached.error();
    }
    CheckResult result;
    result.ok = true;
    result.timing = *reached;
    co_return result;
}

Task<Result<CheckResult>> lookAtName(ServiceCheck check, CancelToken cancel)
{
    // The worker ends by itself; who waits does not wait for it once it is cancelled.
    Promise<QStringList> promise;
    std::function<void()> job = [promise, check] { promise.finish(askNameServer(check)); };
    const CancelToken::Registration cancelled =
        cancel.onCancel([promise] { promise.finish(cancelledError()); });
    QElapsedTimer timer;
    timer.start();
    detail::startOnWorker(std::move(job));
    auto future = promise.future();
    const Result<QStringList> records = co_await future;
    if (!records) {
        co_return records.error();
    }
    CheckResult result = judgeRecords(check, *records);
    http::Timing timing;
    timing.lookup = std::chrono::microseconds(timer.nsecsElapsed() / 1000);
    timing.total = timing.lookup;
    result.timing = timing;
    co_return result;
}

/// A small command of ours on the check's server; what it says is bounded.
Task<Result<ssh::ExecResult>> smallCommand(std::shared_ptr<ssh::Session> session, QString command,
                                           milliseconds timeout, CancelToken cancel)
{
    ssh::ExecOptions options;
    options.timeout = timeout;
    options.limitBytes = mostCommandBytes;
    auto running = ssh::runSmall(std::move(session), std::move(command), std::move(options),
                                 std::move(cancel));
    Result<ssh::ExecResult> ended = co_await std::move(running);
    co_return ended;
}

Task<Result<CheckResult>> lookAtLog(std::shared_ptr<ssh::Session> session, ServiceCheck check,
                                    std::shared_ptr<CheckMemory> memory, CancelToken cancel)
{
    const QString path = shellQuote(check.file);
    auto stating =
        smallCommand(session, u"stat -L -c '%d:%i %s %f' -- "_s + path, check.timeout, cancel);
    const Result<ssh::ExecResult> stated = co_await std::move(stating);
    if (!stated) {
        co_return stated.error();
    }
    const std::optional<LogFile> file = readLogFile(stated->output);
    if (!stated->ok() || !file) {
        co_return Error(ErrorKind::NotFound,
                        u"The file cannot be looked at: %1"_s.arg(lastLine(stated->errors)));
    }
    if (!file->regular) {
        co_return Error(ErrorKind::Invalid, u"%1 is no ordinary file"_s.arg(check.file));
    }
    const LogPlan plan = planLog(*memory, *file);
    QByteArray bytes;
    if (plan.length > 0) {
        const QString command =
            u"tail -c +%1 -- %2 | head -c %3"_s.arg(plan.from + 1).arg(path).arg(plan.length);
        ssh::ExecOptions options;
        options.timeout = check.timeout;
        options.limitBytes = mostLogBytes;
        auto reading = session->exec(command, std::move(options), cancel);
        const Result<ssh::ExecResult> read = co_await std::move(reading);
        if (!read) {
            co_return read.error();
        }
        if (!read->ok() || (read->output.isEmpty() && !read->errors.isEmpty())) {
            co_return Error(ErrorKind::Io,
                            u"The file cannot be read: %1"_s.arg(lastLine(read->errors)));
        }
        bytes = read->output;
    }
    std::function<Result<LogCount>()> counting = [bytes, check]() -> Result<LogCount> {
        return countLog(bytes, check.pattern, check.isRegex);
    };
    auto counted = onWorker<LogCount>(std::move(counting));
    const Result<LogCount> count = co_await std::move(counted);
    if (!count) {
        co_return count.error();
    }
    memory->file = file->identity;
    memory->offset = plan.from + count->consumed;
    co_return judgeLog(check, plan, *count);
}

QString commandFor(const ServiceCheck& check)
{
    switch (check.kind) {
        case CheckKind::Process:
            return u"cat /proc/[0-9]*/comm 2>/dev/null"_s;
        case CheckKind::Unit:
            return u"systemctl show --property=LoadState,ActiveState,SubState -- "_s +
                   shellQuote(check.unit);
        case CheckKind::Port:
            return u"grep -hF ' 0A ' /proc/net/tcp /proc/net/tcp6 2>/dev/null"_s;
        default:
            return check.script;
    }
}

CheckResult judgeCommand(const ServiceCheck& check, const ssh::ExecResult& ended)
{
    switch (check.kind) {
        case CheckKind::Process:
            return judgeProcesses(check, ended.output, !ended.truncated);
        case CheckKind::Unit:
            return ended.ok() ? judgeUnit(check, ended.output)
                              : failed(Error(ErrorKind::Failed,
                                             u"systemctl: %1"_s.arg(lastLine(ended.errors))));
        case CheckKind::Port:
            return judgePort(check, ended.output);
        default:
            return judgeScript(check, ended);
    }
}

Task<Result<CheckResult>> lookAtServer(CheckTools tools, ServiceCheck check,
                                       std::shared_ptr<CheckMemory> memory, CancelToken cancel)
{
    if (!tools.connect) {
        co_return Error(ErrorKind::Unsupported, u"No server can be reached from here"_s);
    }
    auto connecting = tools.connect(check.server, cancel);
    const Result<std::shared_ptr<ssh::Session>> session = co_await std::move(connecting);
    if (!session) {
        co_return session.error().in(check.server);
    }
    if (check.kind == CheckKind::Log) {
        auto logging = lookAtLog(*session, check, std::move(memory), cancel);
        Result<CheckResult> looked = co_await std::move(logging);
        co_return looked;
    }
    const QString command = commandFor(check);
    if (check.kind != CheckKind::Script) {
        auto asking = smallCommand(*session, command, check.timeout, cancel);
        const Result<ssh::ExecResult> ended = co_await std::move(asking);
        if (!ended) {
            co_return ended.error();
        }
        co_return judgeCommand(check, *ended);
    }
    // What a person wrote is for the login shell.
    ssh::ExecOptions options;
    options.timeout = check.timeout;
    options.limitBytes = mostScriptBytes;
    const std::shared_ptr<ssh::Session> held = *session;
    auto running = held->exec(command, std::move(options), cancel);
    const Result<ssh::ExecResult> ended = co_await std::move(running);
    if (!ended) {
        co_return ended.error();
    }
    co_return judgeCommand(check, *ended);
}

Task<Result<CheckResult>> lookAt(CheckTools tools, ServiceCheck check,
                                 std::shared_ptr<CheckMemory> memory, CancelToken cancel)
{
    switch (check.kind) {
        case CheckKind::Http:
            return lookAtUrl(std::move(tools), std::move(check), std::move(cancel));
        case CheckKind::Tcp:
            return lookAtEndpoint(std::move(tools), std::move(check), std::move(cancel));
        case CheckKind::Dns:
            return lookAtName(std::move(check), std::move(cancel));
        default:
            return lookAtServer(std::move(tools), std::move(check), std::move(memory),
                                std::move(cancel));
    }
}

/// Cancels after a time, unless it is gone before.
struct Limit {
    Limit(milliseconds timeout, CancelToken token)
    {
        timer.setSingleShot(true);
        QObject::connect(&timer, &QTimer::timeout, &timer, [token] { token.cancel(); });
        timer.start(timeout);
    }
    QTimer timer;
};

double inMilliseconds(std::chrono::microseconds time)
{
    return double(time.count()) / 1000;
}

}  // namespace

std::optional<double> CheckResult::latencyMilliseconds() const
{
    return timing ? std::optional(inMilliseconds(timing->total)) : std::nullopt;
}

Json CheckResult::toJson() const
{
    Json json{{u"ok"_s, ok},
              {u"time"_s, toIso(time)},
              {u"reason"_s, reason},
              {u"detail"_s, detail},
              {u"took_ms"_s, double(took.count())}};
    if (timing) {
        json.insert(u"latency_ms"_s, inMilliseconds(timing->total));
        json.insert(u"lookup_ms"_s, inMilliseconds(timing->lookup));
        json.insert(u"connect_ms"_s, inMilliseconds(timing->connect));
        json.insert(u"tls_ms"_s, inMilliseconds(timing->tls));
        json.insert(u"wait_ms"_s, inMilliseconds(timing->wait));
        json.insert(u"transfer_ms"_s, inMilliseconds(timing->transfer));
    }
    if (status > 0) {
        json.insert(u"status"_s, status);
    }
    if (certificateDays) {
        json.insert(u"certificate_days"_s, *certificateDays);
    }
    if (count) {
        json.insert(u"count"_s, double(*count));
    }
    return json;
}

Task<Result<CheckResult>> runCheck(CheckTools tools, workspace::ServiceCheck check,
                                   std::shared_ptr<CheckMemory> memory, CancelToken cancel)
{
    const QDateTime began = QDateTime::currentDateTimeUtc();
    QElapsedTimer timer;
    timer.start();
    // What has a limit of its own says better where the time went.
    const CancelToken limited = cancel.child();
    const auto limit = std::make_shared<Limit>(check.timeout + milliseconds(500), limited);
    auto looking = lookAt(std::move(tools), check, std::move(memory), limited);
    const Result<CheckResult> looked = co_await std::move(looking);
    if (cancel.isCancelled()) {
        co_return cancelledError();
    }
    CheckResult result;
    if (looked) {
        result = *looked;
    } else if (looked.error().kind == ErrorKind::Cancelled) {
        result.reason = u"It did not end within %1."_s.arg(durationText(check.timeout));
    } else {
        result = failed(looked.error());
    }
    result.time = began;
    result.took = milliseconds(timer.elapsed());
    co_return result;
}

}  // namespace analemma::monitor
