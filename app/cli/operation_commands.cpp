#include "app/cli/commands.h"

#include "app/cli/operate.h"
#include "app/cli/progress.h"
#include "core/base/text.h"

#include <QJsonArray>

using namespace Qt::StringLiterals;

namespace analemma::cli {
namespace {

constexpr int operationsSearched = 1000;
constexpr int eventsAtOnce = 500;
constexpr milliseconds eventPoll(200);

/// By id, by the start of one, or "latest".
Task<Result<engine::Operation>> operationNamed(RunPointer run, QString text)
{
    auto listing = run->services->engine->operations({}, operationsSearched);
    const Result<QList<engine::Operation>> all = co_await std::move(listing);
    if (!all) {
        co_return all.error();
    }
    QList<engine::Operation> fitting;
    for (const engine::Operation& one : *all) {
        if (one.id == text || (text == u"latest" && fitting.isEmpty())) {
            co_return one;
        }
        if (text.size() >= 4 && one.id.startsWith(text, Qt::CaseInsensitive)) {
            fitting.append(one);
        }
    }
    if (fitting.size() == 1) {
        co_return fitting.constFirst();
    }
    if (fitting.size() > 1) {
        co_return usageError(
            u"%1 operations begin with \"%2\""_s.arg(fitting.size()).arg(displayText(text, 40)));
    }
    auto reading = run->services->engine->operation(text);
    Result<engine::Operation> read = co_await std::move(reading);
    if (!read && read.error().kind == ErrorKind::NotFound) {
        co_return Error(ErrorKind::NotFound,
                        u"there is no operation \"%1\""_s.arg(displayText(text, 40)))
            .withHint(u"See: analemma-cli operation list"_s);
    }
    co_return read;
}

Task<Result<int>> operationList(RunPointer run)
{
    const Result<int> limit = run->number(u"limit"_s, 20, 1, 10'000);
    if (!limit) {
        co_return limit.error();
    }
    auto listing = run->services->engine->operations(run->value(u"target"_s), *limit);
    const Result<QList<engine::Operation>> all = co_await std::move(listing);
    if (!all) {
        co_return all.error();
    }
    QJsonArray json;
    Table table;
    table.head = {u"OPERATION"_s, u"STATE"_s, u"TITLE"_s,  u"TARGET"_s,
                  u"BY"_s,        u"TOOK"_s,  u"STARTED"_s};
    for (const engine::Operation& one : *all) {
        if (run->has(u"unfinished"_s) && one.isFinished()) {
            continue;
        }
        json.append(one.toJson());
        table.rows.append({one.id, operationState(one), displayText(one.title, 50), one.target,
                           one.actor, took(*run, one.created, one.finished),
                           ago(*run, one.created)});
    }
    run->answer({{u"schema"_s, u"analemma.operations.1"_s}, {u"operations"_s, json}},
                table.text(run->colour));
    co_return exitWith(Exit::Ok);
}

QString operationText(const Run& run, const engine::Operation& one)
{
    QString held;
    if (one.lease) {
        held = u"%1 on %2 with %3, lock %4"_s.arg(one.lease->owner, one.lease->host,
                                                  one.lease->program, one.lease->id);
    }
    QString text = factLines(
        {{u"operation"_s, one.id},
         {u"title"_s, one.title},
         {u"state"_s, operationState(one)},
         {u"reason"_s, one.reason},
         {u"target"_s, one.target},
         {u"by"_s, one.actor},
         {u"driven by"_s, held},
         {u"started"_s, ago(run, one.created)},
         {u"took"_s, took(run, one.created, one.finished)},
         {u"left"_s, one.estimate ? u"about "_s + durationText(*one.estimate) : QString()}},
        run.colour);
    for (const engine::ActionView& action : one.actions) {
        text += actionLine(action, run.services->clock.now(), run.colour) + u'\n';
    }
    return text;
}

Task<Result<int>> operationShow(RunPointer run)
{
    auto finding = operationNamed(run, run->argument(0));
    const Result<engine::Operation> found = co_await std::move(finding);
    if (!found) {
        co_return found.error();
    }
    run->answer(found->toJson(), operationText(*run, *found));
    co_return exitWith(Exit::Ok);
}

/// Prints all events after `sequence`; the last one's.
Task<Result<qint64>> printEvents(RunPointer run, QString id, qint64 sequence)
{
    for (;;) {
        auto reading = run->services->engine->events(sequence, id, eventsAtOnce);
        const Result<QList<store::EventRow>> events = co_await std::move(reading);
        if (!events) {
            co_return events.error();
        }
        for (const store::EventRow& event : *events) {
            sequence = event.sequence;
            if (run->json) {
                run->printJson(eventJson(event));
            } else if (const QString text = eventText(event, run->colour); !text.isEmpty()) {
                run->print(text + u'\n');
            }
        }
        if (events->size() < eventsAtOnce) {
            co_return sequence;
        }
    }
}

Task<Result<int>> follow(RunPointer run)
{
    auto finding = operationNamed(run, run->argument(0));
    Result<engine::Operation> found = co_await std::move(finding);
    qint64 sequence = 0;
    while (found) {
        // The state is read before the events: an end that is seen has all its events written.
        auto printing = printEvents(run, found->id, sequence);
        const Result<qint64> last = co_await std::move(printing);
        if (!last) {
            co_return last.error();
        }
        sequence = *last;
        if (found->isFinished()) {
            co_return exitWith(exitOf(*found));
        }
        auto waiting = sleepFor(eventPoll, run->interrupt.first);
        const Result<void> waited = co_await std::move(waiting);
        if (!waited) {
            co_return waited.error();
        }
        auto reading = run->services->engine->operation(found->id);
        found = co_await std::move(reading);
    }
    co_return found.error();
}

Task<Result<int>> cancel(RunPointer run)
{
    auto finding = operationNamed(run, run->argument(0));
    const Result<engine::Operation> found = co_await std::move(finding);
    if (!found) {
        co_return found.error();
    }
    if (run->dryRun) {
        run->intend(u"would cancel %1: %2"_s.arg(found->id, displayText(found->title, 200)));
        co_return exitWith(Exit::Ok);
    }
    auto cancelling = run->services->engine->cancel(found->id);
    const Result<void> cancelled = co_await std::move(cancelling);
    if (!cancelled) {
        co_return cancelled.error();
    }
    if (found->state == u"interrupted" || found->state == u"suspended") {
        // Nobody drives it, so nobody would clean up: do it here.
        auto resuming = run->services->engine->resume(found->id);
        const Result<void> resumed = co_await std::move(resuming);
        if (!resumed && resumed.error().kind != ErrorKind::Conflict) {
            co_return resumed.error();
        }
    }
    auto watching = watchOperation(run, found->id, false);
    const Result<engine::Operation> ended = co_await std::move(watching);
    if (!ended) {
        co_return ended.error();
    }
    run->answer(ended->toJson(), u"%1: %2\n"_s.arg(ended->id, operationState(*ended)));
    co_return exitWith(ended->outcome == engine::Outcome::Cancelled ? Exit::Ok : exitOf(*ended));
}

Task<Result<int>> resumeOne(RunPointer run, QString id)
{
    auto resuming = run->services->engine->resume(id);
    const Result<void> resumed = co_await std::move(resuming);
    if (!resumed) {
        co_return resumed.error();
    }
    auto watching = watchOperation(run, id, true);
    const Result<engine::Operation> ended = co_await std::move(watching);
    if (!ended) {
        co_return ended.error();
    }
    co_return tellEnd(*run, *ended, u"analemma.resume.1"_s, {},
                      u"%1: %2"_s.arg(ended->title, operationState(*ended)));
}

Task<Result<int>> resume(RunPointer run)
{
    if (!run->argument(0).isEmpty()) {
        auto finding = operationNamed(run, run->argument(0));
        const Result<engine::Operation> found = co_await std::move(finding);
        if (!found) {
            co_return found.error();
        }
        if (run->dryRun) {
            run->intend(
                u"would go on with %1: %2"_s.arg(found->id, displayText(found->title, 200)));
            co_return exitWith(Exit::Ok);
        }
        auto resuming = resumeOne(run, found->id);
        Result<int> code = co_await std::move(resuming);
        co_return code;
    }
    auto listing = run->services->engine->operations({}, operationsSearched);
    const Result<QList<engine::Operation>> all = co_await std::move(listing);
    if (!all) {
        co_return all.error();
    }
    int worst = int(Exit::Ok);
    int count = 0;
    for (auto one = all->crbegin(); one != all->crend(); ++one) {
        if (one->state != u"interrupted" && one->state != u"suspended") {
            continue;
        }
        ++count;
        if (run->dryRun) {
            run->intend(u"would go on with %1: %2"_s.arg(one->id, displayText(one->title, 200)));
            continue;
        }
        auto resuming = resumeOne(run, one->id);
        const Result<int> code = co_await std::move(resuming);
        if (!code) {
            co_return code.error();
        }
        worst = *code == int(Exit::Ok) ? worst : *code;
    }
    if (count == 0) {
        run->say(u"no operation was interrupted"_s);
    }
    co_return worst;
}

Task<Result<int>> breakLock(RunPointer run)
{
    const QString target = run->argument(0);
    const QString lock = run->argument(1);
    if (run->dryRun) {
        run->intend(u"would take the lock %1 of %2 away"_s.arg(displayText(lock, 60),
                                                               displayText(target, 80)));
        co_return exitWith(Exit::Ok);
    }
    auto breaking = run->services->engine->breakLock(target, lock);
    const Result<void> broken = co_await std::move(breaking);
    if (!broken) {
        co_return broken.error();
    }
    run->answer(
        {{u"schema"_s, u"analemma.break-lock.1"_s}, {u"target"_s, target}, {u"lock"_s, lock}},
        u"the lock of %1 is taken away\n"_s.arg(target));
    co_return exitWith(Exit::Ok);
}

}  // namespace

QList<Command> operationCommands()
{
    const Argument id{u"OPERATION"_s, u"its id, the start of it, or latest"_s};
    const Argument maybe{u"OPERATION"_s, u"else all that were interrupted"_s, false};
    const Argument target{u"TARGET"_s, u"what is locked: environment/production"_s};
    const Argument lock{u"LOCK"_s, u"the lock's id, as told to who found it locked"_s};
    const Option limit{u"limit"_s, u"N"_s, u"at most so many rows"_s};
    const Option ofTarget{u"target"_s, u"TARGET"_s, u"of this target only"_s};
    const Option unfinished{u"unfinished"_s, {}, u"only those without an end"_s};
    return {
        {u"operation"_s,
         u"list"_s,
         u"Operations, newest first"_s,
         {},
         {limit, ofTarget, unfinished},
         Effect::Reads,
         true,
         {},
         operationList},
        {u"operation"_s,
         u"show"_s,
         u"One operation and its actions"_s,
         {id},
         {},
         Effect::Reads,
         true,
         {},
         operationShow},
        {u"operation"_s,
         u"follow"_s,
         u"Its events until its end; exits by its outcome"_s,
         {id},
         {},
         Effect::Reads,
         true,
         {},
         follow},
        {u"operation"_s,
         u"cancel"_s,
         u"Ask for its end and wait for the clean-up"_s,
         {id},
         {},
         Effect::Acts,
         true,
         {},
         cancel},
        {u"operation"_s,
         u"resume"_s,
         u"Go on with what was interrupted"_s,
         {maybe},
         {},
         Effect::Acts,
         true,
         {},
         resume},
        {u"operation"_s,
         u"break-lock"_s,
         u"Take a lock away from who holds it"_s,
         {target, lock},
         {},
         Effect::Acts,
         true,
         {},
         breakLock},
    };
}

}  // namespace analemma::cli
