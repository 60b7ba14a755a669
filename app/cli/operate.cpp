#include "app/cli/operate.h"

#include "app/cli/progress.h"
#include "core/base/text.h"

#include <QCoreApplication>
#include <QJsonArray>

using namespace Qt::StringLiterals;

namespace analemma::cli {
namespace {

constexpr milliseconds lockPoll(100);

/// Waits here and not in the engine, so that the person is told at once who is waited for.
Task<Result<QString>> startWithWait(RunPointer run, Start start)
{
    const milliseconds deadline = run->services->clock.sinceBoot() + run->lockWait;
    bool told = false;
    for (;;) {
        auto starting = start.start(run->interrupt.first);
        Result<QString> id = co_await std::move(starting);
        const bool locked = !id && id.error().kind == ErrorKind::Locked;
        if (!locked || run->services->clock.sinceBoot() >= deadline) {
            co_return id;
        }
        if (!std::exchange(told, true)) {
            run->say(errorText(id.error()) + u"\n  waiting for it"_s);
        }
        auto waiting = sleepFor(lockPoll, run->interrupt.first);
        const Result<void> waited = co_await std::move(waiting);
        if (!waited) {
            co_return waited.error();
        }
    }
}

/// Hands an operation to a process of its own that drives it to its end.
Result<int> letGoOn(const Run& run, const QString& id)
{
    ProcessSpec spec(
        QCoreApplication::applicationFilePath(),
        {u"operation"_s, u"resume"_s, id, u"--workspace"_s, run.services->workspace.folder});
    for (const char* name : {"ANALEMMA_HOME", "XDG_DATA_HOME", "ANALEMMA_LOG"}) {
        if (qEnvironmentVariableIsSet(name)) {
            spec.environment.emplace_back(QString::fromLatin1(name), qEnvironmentVariable(name));
        }
    }
    const QString log = run.services->workspace.stateFolder() + u"/detached.log"_s;
    const Result<ProcessIdentity> started = startDetached(spec, log);
    if (!started) {
        return started.error().in(u"operation %1 is stored but nobody drives it"_s.arg(id));
    }
    const Json json{{u"schema"_s, u"analemma.detached.1"_s}, {u"operation"_s, id}};
    run.answer(json, id + u'\n');
    run.say(u"it goes on in the background; follow it with: analemma-cli operation follow %1"_s.arg(
        id));
    return int(Exit::Ok);
}

Task<Result<void>> finishProgress(std::shared_ptr<Progress> progress)
{
    Promise<bool> promise;
    std::function<void()> done = [promise] { promise.finish(true); };
    auto future = promise.future();
    progress->finish(std::move(done));
    promise = Promise<bool>();
    const Result<bool> finished = co_await future;
    co_return finished ? Result<void>() : Result<void>(finished.error());
}

/// After Ctrl-C or --timeout: asks for the end and waits for the clean-up.
Task<Result<engine::Operation>> cancelAndWait(RunPointer run, QString id)
{
    run->say(run->timedOut
                 ? u"the time is over: cancelling, what was begun is cleaned up"_s
                 : u"cancelling, what was begun is cleaned up; again Ctrl-C leaves at once"_s);
    auto cancelling = run->services->engine->cancel(id);
    const Result<void> asked = co_await std::move(cancelling);
    if (!asked && asked.error().kind != ErrorKind::Conflict) {
        co_return asked.error();
    }
    auto waiting = run->services->engine->finished(id, run->interrupt.second);
    Result<engine::Operation> operation = co_await std::move(waiting);
    if (!operation && operation.error().kind == ErrorKind::Cancelled) {
        co_return Error(ErrorKind::Cancelled, u"operation %1 stays as it is now"_s.arg(id))
            .withHint(u"Go on with: analemma-cli operation resume %1"_s.arg(id));
    }
    co_return operation;
}

QString usualText(const std::optional<milliseconds>& usual)
{
    return usual ? durationText(*usual) : u"not known yet"_s;
}

}  // namespace

Task<Result<engine::Operation>> watchOperation(RunPointer run, QString id, bool mayCancel)
{
    auto progress = std::make_shared<Progress>(run.get(), id);
    auto waiting = run->services->engine->finished(id, run->interrupt.first);
    Result<engine::Operation> operation = co_await std::move(waiting);
    if (!operation && operation.error().kind == ErrorKind::Cancelled && mayCancel) {
        auto cancelling = cancelAndWait(run, id);
        operation = co_await std::move(cancelling);
    }
    auto finishing = finishProgress(progress);
    const Result<void> finished = co_await std::move(finishing);
    if (!finished) {
        co_return finished.error();
    }
    co_return operation;
}

Task<Result<Ended>> operate(RunPointer run, Start start)
{
    if (run->dryRun) {
        auto asking = start.preview();
        const Result<engine::Preview> preview = co_await std::move(asking);
        if (!preview) {
            co_return preview.error();
        }
        run->answer(planJson(*preview), planText(*preview, run->colour));
        co_return Ended();
    }
    auto starting = startWithWait(run, start);
    const Result<QString> id = co_await std::move(starting);
    if (!id) {
        co_return id.error();
    }
    if (run->detach) {
        auto suspending = run->services->engine->suspendAll();
        const Result<void> suspended = co_await std::move(suspending);
        if (!suspended) {
            co_return suspended.error();
        }
        const Result<int> gone = letGoOn(*run, *id);
        co_return gone ? Result<Ended>(Ended()) : Result<Ended>(gone.error());
    }
    auto watching = watchOperation(run, *id, true);
    const Result<engine::Operation> operation = co_await std::move(watching);
    if (!operation) {
        co_return operation.error();
    }
    co_return Ended(*operation);
}

Result<int> tellEnd(const Run& run, const engine::Operation& operation, const QString& schema,
                    const Json& fields, const QString& sentence)
{
    const Exit code = exitOf(operation);
    if (run.json) {
        Json json = operation.result;
        for (auto it = fields.begin(); it != fields.end(); ++it) {
            json[it.key()] = it.value();
        }
        json[u"schema"_s] = schema;
        json[u"operation"_s] = operation.id;
        json[u"outcome"_s] = toString(operation.outcome);
        json[u"reason"_s] = operation.reason;
        json[u"exit"_s] = int(code);
        run.printJson(json);
    } else if (code == Exit::Ok) {
        run.print(sentence + u'\n');
    }
    if (code != Exit::Ok) {
        const QString word = operation.isFinished() ? toString(operation.outcome) : operation.state;
        QString text = u"%1: %2"_s.arg(displayText(operation.title, 200), word);
        if (!operation.reason.isEmpty()) {
            text += u": "_s + displayText(operation.reason, 2000);
        }
        run.say(text);
        run.say(u"  more: analemma-cli operation show %1"_s.arg(operation.id));
    }
    if (run.timedOut && code == Exit::Interrupted) {
        return int(Exit::Failed);
    }
    return int(code);
}

Task<Result<int>> operateAndTell(RunPointer run, Start start, Telling telling)
{
    auto operating = operate(run, std::move(start));
    const Result<Ended> ended = co_await std::move(operating);
    if (!ended) {
        co_return ended.error();
    }
    if (!*ended) {
        co_return exitWith(Exit::Ok);
    }
    co_return tellEnd(*run, **ended, telling.schema, telling.fields, telling.sentence(**ended));
}

QString planText(const engine::Preview& preview, bool colour)
{
    QString text = preview.title + u'\n';
    if (!preview.possible || preview.actions.isEmpty()) {
        return text + u"  "_s +
               (preview.reason.isEmpty() ? u"nothing to do"_s : displayText(preview.reason, 2000)) +
               u'\n';
    }
    Table table;
    table.head = {u"ACTION"_s, u"CALL"_s, u"COST"_s, u"USUALLY"_s, u"WAY BACK"_s};
    for (const engine::PlannedAction& planned : preview.actions) {
        const engine::Description& says = planned.action.says;
        table.rows.append({says.title, displayText(says.call, 60), says.cost,
                           usualText(planned.usual),
                           says.wayBack.isEmpty() ? u"none"_s : says.wayBack});
    }
    text += table.text(colour);
    if (preview.usual) {
        text += u"usually %1 in all; nothing was done\n"_s.arg(durationText(*preview.usual));
    } else {
        text += u"nothing was done\n"_s;
    }
    return text;
}

QString operationState(const engine::Operation& one)
{
    return one.isFinished() ? toString(one.outcome) : one.state;
}

Json planJson(const engine::Preview& preview)
{
    QJsonArray actions;
    for (const engine::PlannedAction& planned : preview.actions) {
        const engine::Action& action = planned.action;
        Json one{{u"key"_s, action.key},
                 {u"verb"_s, action.verb},
                 {u"title"_s, action.says.title},
                 {u"call"_s, action.says.call},
                 {u"cost"_s, action.says.cost},
                 {u"reversible"_s, !action.says.wayBack.isEmpty()},
                 {u"way_back"_s, action.says.wayBack},
                 {u"needs"_s, QJsonArray::fromStringList(action.needs)}};
        one[u"usual_ms"_s] =
            planned.usual ? QJsonValue(qint64(planned.usual->count())) : QJsonValue();
        actions.append(one);
    }
    Json json{{u"schema"_s, u"analemma.plan.1"_s},
              {u"title"_s, preview.title},
              {u"possible"_s, preview.possible},
              {u"reason"_s, preview.reason},
              {u"actions"_s, actions}};
    json[u"usual_ms"_s] = preview.usual ? QJsonValue(qint64(preview.usual->count())) : QJsonValue();
    return json;
}

QString eventText(const store::EventRow& event, bool colour)
{
    const auto field = [&event](const QString& name) { return event.body.value(name).toString(); };
    const QString at = event.at.toLocalTime().toString(u"HH:mm:ss.zzz"_s);
    if (event.kind == u"log") {
        QString text = displayLog(field(u"text"_s).toUtf8()).trimmed();
        return u"%1  %2"_s.arg(at, text.replace(u'\n', u"\n"_s + QString(at.size() + 2, u' ')));
    }
    if (event.kind == u"action") {
        const QString state = field(u"state"_s);
        QString text =
            u"%1  %2 %3"_s.arg(at, paintState(state, colour), displayText(field(u"title"_s), 200));
        if (event.body.contains(u"ms"_s)) {
            text += u"  "_s + durationText(milliseconds(event.body.value(u"ms"_s).toInteger()));
        }
        const QString error = event.body.value(u"error"_s)[u"message"_s].toString();
        return error.isEmpty() ? text : text + u": "_s + displayText(error, 2000);
    }
    if (event.kind == u"state") {
        const QString state = field(u"state"_s);
        const QString outcome = field(u"outcome"_s);
        const QString reason = field(u"reason"_s);
        return u"%1  %2%3%4"_s.arg(
            at, state, outcome.isEmpty() ? QString() : u" "_s + outcome,
            reason.isEmpty() ? QString() : u": "_s + displayText(reason, 2000));
    }
    return {};
}

Json eventJson(const store::EventRow& event)
{
    return {{u"schema"_s, u"analemma.event.1"_s},
            {u"sequence"_s, event.sequence},
            {u"operation"_s, event.operation},
            {u"at"_s, toIso(event.at)},
            {u"kind"_s, event.kind},
            {u"key"_s, event.key},
            {u"body"_s, event.body}};
}

}  // namespace analemma::cli
