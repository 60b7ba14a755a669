#include "core/engine/src/starting.h"

#include "core/base/text.h"
#include "core/engine/src/driver.h"

using namespace Qt::StringLiterals;

namespace analemma::engine {
namespace {

constexpr milliseconds heartbeatInterval(1000);

}  // namespace

/// Waits for the next commit, by whom ever, at most for `limit`.
Task<Result<void>> untilChanged(std::shared_ptr<Engine::Body> body, milliseconds limit,
                                CancelToken cancel)
{
    const Promise<void> promise;
    auto context = std::make_unique<QObject>();
    QObject::connect(body->store, &store::Store::changed, context.get(),
                     [promise] { promise.finish(Result<void>()); });
    QTimer::singleShot(limit, context.get(), [promise] { promise.finish(Result<void>()); });
    const CancelToken::Registration registration =
        cancel.onCancel([promise] { promise.finish(cancelledError()); });
    auto future = promise.future();
    Result<void> result = co_await future;
    co_return result;
}

namespace {

Task<Result<void>> releaseUnused(std::shared_ptr<Engine::Body> body, store::LeaseRow lease)
{
    std::function<Result<void>(store::Transaction&)> work = [lease](store::Transaction& t) {
        return releaseLease(t, lease);
    };
    return body->store->write<void>(std::move(work));
}

/// Drives an operation whose lease is held here, and forgets it at its end.
Task<Result<void>> driveToEnd(std::shared_ptr<Engine::Body> body, std::shared_ptr<Driver> driver)
{
    Result<void> driven = co_await drive(body, driver);
    body->drivers.erase(driver->id);
    co_return driven;
}

std::shared_ptr<Driver> enlist(const std::shared_ptr<Engine::Body>& body,
                               const store::LeaseRow& lease)
{
    auto driver = std::make_shared<Driver>();
    driver->id = lease.operation;
    driver->lease = lease;
    driver->suspending = body->suspended;
    body->drivers[driver->id] = driver;
    body->heartbeat.start(heartbeatInterval);
    return driver;
}

/// Marks an interrupted or suspended operation as running again, under `lease`.
Task<Result<void>> takeUp(std::shared_ptr<Engine::Body> body, store::LeaseRow lease)
{
    const QDateTime now = body->clock->now();
    std::function<Result<void>(store::Transaction&)> work =
        [lease, now](store::Transaction& t) -> Result<void> {
        auto row = t.operation(lease.operation);
        if (!row) {
            return row.error();
        }
        if ((*row)->state == "suspended"_L1) {
            (*row)->state = u"running"_s;
            const Result<void> written = t.updateOperation(**row);
            if (!written) {
                return written;
            }
        }
        const Json said{{u"state"_s, u"resumed"_s}, {u"by"_s, lease.owner}};
        return addEvent(t, lease.operation, u"state"_s, {}, said, now);
    };
    return body->store->write<void>(std::move(work));
}

Task<Result<Acquired>> acquireOnce(std::shared_ptr<Engine::Body> body, QString target,
                                   QString operation)
{
    const Holder here = body->here;
    const QDateTime now = body->clock->now();
    std::function<Result<Acquired>(store::Transaction&)> work = [=](store::Transaction& t) {
        return acquire(t, target, operation, here, now);
    };
    return body->store->write<Acquired>(std::move(work));
}

/// The lease of a target, after waiting for others and finishing what was interrupted there.
Task<Result<store::LeaseRow>> acquireFor(std::shared_ptr<Engine::Body> body, QString target,
                                         QString operation, milliseconds lockWait,
                                         CancelToken cancel)
{
    const milliseconds deadline = body->clock->sinceBoot() + lockWait;
    while (!body->suspended) {
        Result<Acquired> acquired = co_await acquireOnce(body, target, operation);
        if (acquired && acquired->interrupted.isEmpty()) {
            co_return acquired->lease;
        }
        if (acquired) {
            const auto driver = enlist(body, acquired->lease);
            Result<void> taken = co_await takeUp(body, acquired->lease);
            Result<void> driven = co_await driveToEnd(body, driver);
            if (!taken || !driven) {
                co_return (taken ? driven : taken)
                    .error()
                    .in(u"finish the interrupted operation %1"_s.arg(driver->id));
            }
            continue;
        }
        if (acquired.error().kind != ErrorKind::Locked || body->clock->sinceBoot() >= deadline) {
            co_return acquired.error();
        }
        Result<void> waited = co_await untilChanged(body, milliseconds(250), cancel);
        if (!waited) {
            co_return waited.error();
        }
    }
    co_return cancelledError();
}

Task<Result<void>> insertNew(std::shared_ptr<Engine::Body> body, store::OperationRow row,
                             store::LeaseRow lease, bool mayUseReserve)
{
    std::function<Result<void>(store::Transaction&)> work =
        [row, lease, mayUseReserve](store::Transaction& t) -> Result<void> {
        const Result<void> held = checkLease(t, lease);
        const Result<void> room = mayUseReserve ? Result<void>() : t.roomToBegin();
        if (!held || !room) {
            return held ? room : held;
        }
        const Result<void> inserted = t.insertOperation(row);
        const Json said{{u"state"_s, u"started"_s}, {u"title"_s, row.title}, {u"by"_s, row.actor}};
        return inserted ? addEvent(t, row.id, u"state"_s, {}, said, row.created) : inserted;
    };
    return body->store->write<void>(std::move(work));
}

}  // namespace

Task<Result<QString>> startOperation(std::shared_ptr<Engine::Body> body, Request request,
                                     CancelToken cancel)
{
    const auto kind = body->kinds.find(request.kind);
    if (kind == body->kinds.end()) {
        co_return Error(ErrorKind::Bug, u"no kind of operation is called %1"_s.arg(request.kind));
    }
    store::OperationRow row;
    row.id = newId();
    Result<store::LeaseRow> lease =
        co_await acquireFor(body, request.target, row.id, request.lockWait, cancel);
    if (!lease) {
        co_return lease.error();
    }
    const auto observe = kind->second.observe;
    const auto planFor = kind->second.plan;
    QStringList planned;
    Result<Json> world = co_await observe(request.wanted, row.id);
    Result<void> allowed = world ? Result<void>() : Result<void>(world.error());
    if (world && request.expected) {
        allowed = request.expected(*world);
    }
    if (allowed && (cancel.isCancelled() || body->suspended)) {
        allowed = cancelledError();
    }
    if (allowed) {
        row.kind = request.kind;
        row.target = request.target;
        row.title = request.title;
        row.wanted = request.wanted;
        row.before = *world;
        row.state = u"running"_s;
        row.actor = body->here.owner;
        row.created = body->clock->now();
        // The plan is stored with the operation: one synced commit less before the first action.
        Observed observed;
        observed.world = *world;
        const Plan plan = planFor(request.wanted, observed);
        QStringList verbs;
        for (const Action& action : plan.actions) {
            verbs.append(action.verb);
            planned.append(action.key);
        }
        verbs.removeDuplicates();
        Result<Durations> usual = co_await usualDurations(body, request.kind, verbs);
        row.plan = mergePlan({}, plan.actions, {}, usual ? *usual : Durations());
        allowed = co_await insertNew(body, row, *lease, kind->second.mayUseReserve);
    }
    if (!allowed) {
        [[maybe_unused]] Result<void> released = co_await releaseUnused(body, *lease);
        co_return allowed.error();
    }
    body->recordWritten();
    const auto driver = enlist(body, *lease);
    driver->firstWorld = *world;
    driver->planned = planned;
    body->scope.run(driveToEnd(body, driver));
    co_return row.id;
}

Task<Result<void>> resumeOperation(std::shared_ptr<Engine::Body> body, QString id)
{
    if (body->drivers.contains(id)) {
        co_return Result<void>();
    }
    if (body->suspended) {
        co_return cancelledError();
    }
    Result<Operation> operation = co_await oneOperation(body, id);
    if (!operation) {
        co_return operation.error();
    }
    if (operation->isFinished()) {
        co_return Error(ErrorKind::Conflict, u"operation %1 has ended already"_s.arg(id));
    }
    if (!body->kinds.contains(operation->kind)) {
        co_return Error(ErrorKind::Unsupported,
                        u"this program does not know operations of kind %1"_s.arg(operation->kind));
    }
    Result<Acquired> acquired = co_await acquireOnce(body, operation->target, id);
    if (!acquired) {
        co_return acquired.error();
    }
    if (acquired->interrupted != id) {
        [[maybe_unused]] Result<void> released = co_await releaseUnused(body, acquired->lease);
        co_return Error(ErrorKind::Conflict, u"operation %1 has ended already"_s.arg(id));
    }
    const auto driver = enlist(body, acquired->lease);
    Result<void> taken = co_await takeUp(body, acquired->lease);
    if (!taken) {
        body->drivers.erase(id);
        co_return taken.error();
    }
    body->scope.run(driveToEnd(body, driver));
    co_return Result<void>();
}

}  // namespace analemma::engine
