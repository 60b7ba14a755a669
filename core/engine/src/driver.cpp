#include "core/engine/src/driver.h"

#include "core/base/log.h"

#include <QJsonArray>

using namespace Qt::StringLiterals;

namespace analemma::engine {
namespace {

constexpr int maximumAttempts = 5;      // of one action within an operation
constexpr int maximumObservations = 6;  // in a row that failed

struct Rows {
    store::OperationRow operation;
    QList<store::ActionRow> actions;
};

Task<Result<Rows>> readRows(std::shared_ptr<Engine::Body> body, QString id)
{
    std::function<Result<Rows>(store::Transaction&)> work =
        [id](store::Transaction& t) -> Result<Rows> {
        Rows rows;
        const auto operation = t.operation(id);
        if (!operation) {
            return operation.error();
        }
        if (!*operation) {
            return Error(ErrorKind::NotFound, u"there is no operation %1"_s.arg(id));
        }
        rows.operation = **operation;
        const auto actions = t.actions(id);
        if (!actions) {
            return actions.error();
        }
        rows.actions = *actions;
        return rows;
    };
    return body->store->read<Rows>(std::move(work));
}

Task<Result<void>> writeUnderLease(std::shared_ptr<Engine::Body> body, store::LeaseRow lease,
                                   std::function<Result<void>(store::Transaction&)> work)
{
    std::function<Result<void>(store::Transaction&)> guarded =
        [lease, work = std::move(work)](store::Transaction& t) -> Result<void> {
        const Result<void> held = checkLease(t, lease);
        return held ? work(t) : held;
    };
    return body->store->write<void>(std::move(guarded));
}

Error withoutOutcomeText(const Error& error)
{
    return error.message.isEmpty() ? Error(error.kind, toString(error.kind)) : error;
}

/// What an action's answer means for the journal.
QString outcomeOf(const Result<Json>& answer, const Driver& driver)
{
    if (answer) {
        return u"ok"_s;
    }
    const ErrorKind kind = answer.error().kind;
    const bool unknown = kind == ErrorKind::Timeout || kind == ErrorKind::Network ||
                         (kind == ErrorKind::Cancelled && (driver.suspending || driver.lost));
    return unknown ? u"unknown"_s : u"failed"_s;
}

Call makeCall(const std::shared_ptr<Engine::Body>& body, const std::shared_ptr<Driver>& driver,
              const Action& action, const Json& wanted, int attempt)
{
    Call call;
    call.operation = driver->id;
    call.action = action;
    call.wanted = wanted;
    call.attempt = attempt;
    call.fence = driver->lease.fence;
    call.tag = body->tag(driver->lease.target, driver->id, action.key);
    call.cancel = driver->cancel.child();
    const std::weak_ptr<Engine::Body> weak = body;
    const QString id = driver->id;
    const QString key = action.key;
    const QPointer<QObject> anchor(&body->anchor);
    call.log = [weak, anchor, id, key](const QString& text) {
        detail::post(anchor, [weak, id, key, text] {
            if (const auto alive = weak.lock()) {
                alive->addLog(id, key, text);
            }
        });
    };
    call.progress = [weak, anchor, id, key](double fraction) {
        detail::post(anchor, [weak, id, key, fraction] {
            const auto alive = weak.lock();
            if (alive && alive->drivers.contains(id)) {
                alive->drivers.at(id)->fractions[key] = fraction;
            }
        });
    };
    return call;
}

/// Intent, call, outcome of one action; wakes the loop at its end.
Task<Result<void>> performAction(std::shared_ptr<Engine::Body> body, std::shared_ptr<Driver> driver,
                                 Action action, Json wanted, QString kindName, int seenAttempts,
                                 bool mayUseReserve)
{
    auto row = std::make_shared<store::ActionRow>();
    row->operation = driver->id;
    row->key = action.key;
    row->verb = action.verb;
    row->args = action.args;
    row->fence = driver->lease.fence;
    row->intended = body->clock->now();
    const store::LeaseRow lease = driver->lease;
    const QString title = action.says.title;
    std::function<Result<void>(store::Transaction&)> intend =
        [row, lease, title, seenAttempts, mayUseReserve](store::Transaction& t) -> Result<void> {
        const Result<void> room = mayUseReserve ? Result<void>() : t.roomToBegin();
        if (!room) {
            return room;
        }
        const Result<store::ActionRow> intent = t.insertIntent(*row);
        if (!intent) {
            return intent.error();
        }
        *row = *intent;
        if (row->attempt != seenAttempts + 1) {
            // The plan was made before the newest try of this action was on disk: plan again.
            return Error(ErrorKind::Invalid, u"the plan is older than the journal"_s);
        }
        const Result<void> touched = touchLease(t, lease, title, row->intended);
        if (!touched) {
            return touched;
        }
        const Json said{
            {u"state"_s, u"running"_s}, {u"title"_s, title}, {u"attempt"_s, row->attempt}};
        return addEvent(t, row->operation, u"action"_s, row->key, said, row->intended);
    };
    Result<void> intended = co_await writeUnderLease(body, lease, std::move(intend));
    if (!intended) {
        // No intent on disk, so nothing is done.
        driver->lost = driver->lost || intended.error().kind == ErrorKind::Conflict;
        if (intended.error().kind == ErrorKind::Io) {
            driver->trouble = intended.error();
        }
        driver->inFlight.remove(action.key);
        driver->poke();
        co_return intended;
    }
    body->recordWritten();

    const auto kind = body->kinds.find(kindName);
    const std::function<Task<Result<Json>>(Call)> act = kind->second.act;
    Call call = makeCall(body, driver, action, wanted, row->attempt);
    Result<Json> answer = co_await act(std::move(call));

    [[maybe_unused]] Result<void> logged = co_await body->flushLogs();
    row->outcome = outcomeOf(answer, *driver);
    row->finished = body->clock->now();
    if (answer) {
        row->result = *answer;
    } else {
        row->error = withoutOutcomeText(answer.error()).toJson();
    }
    std::function<Result<void>(store::Transaction&)> conclude =
        [row, title](store::Transaction& t) -> Result<void> {
        const Result<void> written = t.finishAction(*row);
        if (!written) {
            return written;
        }
        Json said{{u"state"_s, row->outcome},
                  {u"title"_s, title},
                  {u"ms"_s, row->intended.msecsTo(row->finished)}};
        if (!row->error.isEmpty()) {
            said[u"error"_s] = row->error;
        }
        return addEvent(t, row->operation, u"action"_s, row->key, said, row->finished);
    };
    // The outcome is a fact, also when the lease was lost meanwhile.
    Result<void> concluded = co_await body->store->write<void>(std::move(conclude));
    if (concluded) {
        body->recordWritten();
    } else {
        logLine(LogLevel::Warning, "engine", concluded.error().in(row->operation).message);
    }
    driver->fractions.remove(action.key);
    driver->inFlight.remove(action.key);
    driver->poke();
    co_return concluded;
}

/// The journal cannot be written (a full disk): the operation is taken back as if it were
/// cancelled, and ends as failed for that reason. When that cannot be written either, it stays for
/// a later resume.
Task<Result<void>> turnBack(std::shared_ptr<Engine::Body> body, std::shared_ptr<Driver> driver)
{
    const Error trouble = *driver->trouble;
    driver->trouble.reset();
    if (driver->cause) {
        co_return trouble;
    }
    driver->cause = trouble;
    const QString id = driver->id;
    std::function<Result<void>(store::Transaction&)> work =
        [id](store::Transaction& t) -> Result<void> {
        auto row = t.operation(id);
        if (!row) {
            return row.error();
        }
        (*row)->state = u"cancelling"_s;
        return t.updateOperation(**row);
    };
    Result<void> written = co_await writeUnderLease(body, driver->lease, std::move(work));
    co_return written;
}

/// The actions of a plan that can begin now.
QList<Action> ready(const Plan& plan, const QSet<QString>& inFlight)
{
    QSet<QString> left;
    for (const Action& action : plan.actions) {
        left.insert(action.key);
    }
    QList<Action> found;
    for (const Action& action : plan.actions) {
        const bool waits = std::any_of(
            action.needs.begin(), action.needs.end(),
            [&](const QString& need) { return inFlight.contains(need) || left.contains(need); });
        if (!waits && !inFlight.contains(action.key)) {
            found.append(action);
        }
    }
    return found;
}

/// Why an action of the plan may not be begun again; it ends the operation.
std::optional<Plan> refusal(const Action& action, const Observed& observed)
{
    const auto state = observed.journal.find(action.key);
    if (state == observed.journal.end()) {
        return std::nullopt;
    }
    if (state->outcome == Outcome::Unknown && action.recovery == Recovery::Ask) {
        return Plan::done(
            Outcome::Unknown,
            u"Nobody knows whether “%1” happened. Look at it, then start again or clean up."_s.arg(
                action.says.title));
    }
    if (state->attempts >= maximumAttempts) {
        const QString why = state->error ? state->error->message : u"no reason was given"_s;
        return Plan::done(
            Outcome::Failed,
            u"“%1” failed %2 times: %3"_s.arg(action.says.title).arg(state->attempts).arg(why));
    }
    return std::nullopt;
}

Task<Result<void>> storePlan(std::shared_ptr<Engine::Body> body, std::shared_ptr<Driver> driver,
                             store::OperationRow row, Json plan)
{
    row.plan = plan;
    const QDateTime now = body->clock->now();
    std::function<Result<void>(store::Transaction&)> work =
        [row, now](store::Transaction& t) -> Result<void> {
        // Read again: a cancel may have been asked for meanwhile.
        auto fresh = t.operation(row.id);
        if (!fresh) {
            return fresh.error();
        }
        if (!*fresh) {
            return {};
        }
        (*fresh)->plan = row.plan;
        const Result<void> written = t.updateOperation(**fresh);
        return written ? addEvent(t, row.id, u"plan"_s, {}, {}, now) : written;
    };
    return writeUnderLease(body, driver->lease, std::move(work));
}

Task<Result<void>> conclude(std::shared_ptr<Engine::Body> body, std::shared_ptr<Driver> driver,
                            store::OperationRow row, Plan plan)
{
    [[maybe_unused]] Result<void> logged = co_await body->flushLogs();
    const QDateTime now = body->clock->now();
    const store::LeaseRow lease = driver->lease;
    std::function<Result<void>(store::Transaction&)> work =
        [row, plan, lease, now](store::Transaction& t) -> Result<void> {
        auto fresh = t.operation(row.id);
        if (!fresh) {
            return fresh.error();
        }
        store::OperationRow last = *fresh ? **fresh : row;
        const Result<void> finished = finishOperation(t, last, plan, now);
        return finished ? releaseLease(t, lease) : finished;
    };
    Result<void> written = co_await writeUnderLease(body, lease, std::move(work));
    if (written) {
        body->recordWritten();
    }
    co_return written;
}

Task<Result<void>> letGo(std::shared_ptr<Engine::Body> body, std::shared_ptr<Driver> driver)
{
    const store::LeaseRow lease = driver->lease;
    const QString id = driver->id;
    const QDateTime now = body->clock->now();
    std::function<Result<void>(store::Transaction&)> work =
        [lease, id, now](store::Transaction& t) -> Result<void> {
        auto row = t.operation(id);
        if (!row) {
            return row.error();
        }
        if (*row && (*row)->state == "running"_L1) {
            (*row)->state = u"suspended"_s;
            const Result<void> written = t.updateOperation(**row);
            if (!written) {
                return written;
            }
        }
        const Json said{{u"state"_s, u"suspended"_s}};
        const Result<void> told = addEvent(t, id, u"state"_s, {}, said, now);
        return told ? releaseLease(t, lease) : told;
    };
    return writeUnderLease(body, lease, std::move(work));
}

Task<Result<Durations>> usualOf(std::shared_ptr<Engine::Body> body, QString kind, Plan plan)
{
    QStringList verbs;
    for (const Action& action : plan.actions) {
        verbs.append(action.verb);
    }
    verbs.removeDuplicates();
    return usualDurations(body, kind, verbs);
}

/// Waits until something happened, with a look at the world now and then anyway.
Task<void> untilPoked(std::shared_ptr<Driver> driver)
{
    auto future = driver->wake.future();
    [[maybe_unused]] Result<void> woken = co_await future;
    driver->wake = Promise<void>();
}

struct Look {
    Rows rows;
    Observed observed;
    Plan plan;
};

/// The plan for what was seen and what the journal says.
void judge(Look& look, const Kind& kind)
{
    look.observed.journal = readJournal(look.rows.actions);
    look.observed.cancelling = look.rows.operation.state == "cancelling"_L1;
    look.plan = kind.plan(look.rows.operation.wanted, look.observed);
}

/// Observes and plans once. Retries observing for a few seconds.
Task<Result<Look>> look(std::shared_ptr<Engine::Body> body, std::shared_ptr<Driver> driver)
{
    Look look;
    Result<Rows> rows = co_await readRows(body, driver->id);
    if (!rows) {
        co_return rows.error();
    }
    look.rows = *rows;
    const QString kindName = look.rows.operation.kind;
    const Json wanted = look.rows.operation.wanted;
    const Kind kind = body->kinds.at(kindName);
    if (driver->firstWorld) {
        look.observed.world = *std::exchange(driver->firstWorld, std::nullopt);
        judge(look, kind);
        co_return look;
    }
    for (int failures = 1;; ++failures) {
        Result<Json> world = co_await kind.observe(wanted, driver->id);
        if (world) {
            look.observed.world = *world;
            break;
        }
        if (failures == maximumObservations || driver->suspending) {
            const QString why = world.error().message;
            look.plan = Plan::done(Outcome::Unknown, u"The state of %1 cannot be read: %2"_s.arg(
                                                         look.rows.operation.target, why));
            co_return look;
        }
        CancelToken none;
        [[maybe_unused]] Result<void> slept =
            co_await sleepFor(milliseconds(100 << failures), none);
    }
    // The journal is read after the world: an action that ended meanwhile is only planned again,
    // not missed.
    Result<Rows> fresh = co_await readRows(body, driver->id);
    if (!fresh) {
        co_return fresh.error();
    }
    look.rows = *fresh;
    judge(look, kind);
    co_return look;
}

void noteCancel(const std::shared_ptr<Driver>& driver, const Observed& observed)
{
    if (observed.cancelling && !driver->cancelling) {
        driver->cancelling = true;
        driver->settling = true;
        driver->cancel.cancel();
    }
}

void beginActions(const std::shared_ptr<Engine::Body>& body, const std::shared_ptr<Driver>& driver,
                  const QList<Action>& actions, const Look& seen)
{
    const bool wayBack = driver->cancelling || driver->cause || seen.plan.settle;
    const auto kind = body->kinds.find(seen.rows.operation.kind);
    const bool mayUseReserve = wayBack || (kind != body->kinds.end() && kind->second.mayUseReserve);
    for (const Action& action : actions) {
        driver->inFlight.insert(action.key);
        const int attempts = seen.observed.journal.value(action.key).attempts;
        body->scope.run(performAction(body, driver, action, seen.rows.operation.wanted,
                                      seen.rows.operation.kind, attempts, mayUseReserve));
    }
}

}  // namespace

Result<void> finishOperation(store::Transaction& transaction, store::OperationRow row,
                             const Plan& plan, const QDateTime& now)
{
    row.state = u"finished"_s;
    row.outcome =
        toString(plan.stuck && plan.outcome == Outcome::Ok ? Outcome::Failed : plan.outcome);
    row.reason = plan.reason;
    row.result = plan.result;
    row.finished = now;
    if (const Result<void> written = transaction.updateOperation(row); !written) {
        return written;
    }
    const Json said{
        {u"state"_s, u"finished"_s}, {u"outcome"_s, row.outcome}, {u"reason"_s, row.reason}};
    return addEvent(transaction, row.id, u"state"_s, {}, said, now);
}

Task<Result<void>> drive(std::shared_ptr<Engine::Body> body, std::shared_ptr<Driver> driver)
{
    while (!driver->lost) {
        if (driver->suspending) {
            if (driver->inFlight.isEmpty()) {
                Result<void> left = co_await letGo(body, driver);
                co_return left;
            }
            co_await untilPoked(driver);
            continue;
        }
        Result<Look> seen = co_await look(body, driver);
        if (!seen) {
            co_return seen.error();
        }
        noteCancel(driver, seen->observed);
        Plan plan = seen->plan;
        QList<Action> next =
            plan.finished || plan.stuck ? QList<Action>() : ready(plan, driver->inFlight);
        for (const Action& action : next) {
            if (const std::optional<Plan> refused = refusal(action, seen->observed)) {
                plan = *refused;
                next.clear();
                break;
            }
        }
        if ((plan.settle || driver->settling) && !driver->inFlight.isEmpty()) {
            driver->cancel.cancel();
            next.clear();
        } else if (driver->cancel.isCancelled() && !driver->suspending) {
            driver->cancel = CancelToken();  // what the way back does is not cancelled
            driver->settling = false;
        }
        if (driver->trouble && !plan.finished) {
            next.clear();
            if (driver->inFlight.isEmpty()) {
                Result<void> turned = co_await turnBack(body, driver);
                if (!turned) {
                    co_return turned.error();
                }
                continue;
            }
        }
        if (driver->inFlight.isEmpty() && next.isEmpty() && !plan.finished && !plan.stuck) {
            plan = Plan::done(Outcome::Failed, u"The plan has no way on; please report this."_s);
        }
        if ((plan.finished || plan.stuck) && driver->inFlight.isEmpty()) {
            if (driver->cause) {
                plan.outcome = Outcome::Failed;
                plan.reason = driver->cause->message + u". What had begun was taken back."_s;
            }
            Result<void> done = co_await conclude(body, driver, seen->rows.operation, plan);
            co_return done;
        }
        QStringList keys;
        for (const Action& action : plan.actions) {
            keys.append(action.key);
        }
        if (keys != driver->planned && !plan.finished && !plan.stuck) {
            Result<Durations> usual = co_await usualOf(body, seen->rows.operation.kind, plan);
            const Json merged = mergePlan(seen->rows.operation.plan, plan.actions,
                                          seen->observed.journal, usual ? *usual : Durations());
            driver->planned = keys;
            if (merged != seen->rows.operation.plan) {
                Result<void> stored =
                    co_await storePlan(body, driver, seen->rows.operation, merged);
                if (!stored && stored.error().kind == ErrorKind::Conflict) {
                    break;
                }
            }
        }
        if (driver->suspending) {
            continue;
        }
        const bool begun = !next.isEmpty();
        beginActions(body, driver, next, *seen);
        if (begun || !driver->inFlight.isEmpty()) {
            co_await untilPoked(driver);
        }
    }
    // The lease is somebody else's: stop what runs here and keep the hands off.
    driver->cancel.cancel();
    while (!driver->inFlight.isEmpty()) {
        co_await untilPoked(driver);
    }
    co_return Error(ErrorKind::Conflict,
                    u"the lock of %1 was taken away from this program"_s.arg(driver->lease.target));
}

}  // namespace analemma::engine
