#include "core/engine/src/journal.h"

#include "core/base/text.h"

using namespace Qt::StringLiterals;

namespace analemma::engine {

bool isFree(const store::LeaseRow& lease, const Holder& here, const QDateTime& now)
{
    if (!lease.held) {
        return true;
    }
    if (lease.heartbeat.msecsTo(now) > leaseTimeout.count()) {
        return true;
    }
    const bool sameMachine = lease.host == here.host && lease.process.bootId == here.process.bootId;
    const bool rebooted = lease.host == here.host && lease.process.bootId != here.process.bootId;
    return rebooted || (sameMachine && !isAlive(lease.process));
}

Error lockedError(const store::LeaseRow& lease, const QDateTime& now)
{
    Error error(ErrorKind::Locked,
                u"%1 is being changed by %2 with %3 (process %4 on %5) since %6, at: %7"_s.arg(
                    lease.target, lease.owner, lease.program, QString::number(lease.process.pid),
                    lease.host, ageText(lease.acquired, now),
                    lease.doing.isEmpty() ? u"starting"_s : lease.doing));
    error.hint = u"Wait for it with --lock-wait=60s, or see analemma-cli operation show %1."_s.arg(
        lease.operation);
    error.details = {{u"owner"_s, lease.owner},
                     {u"host"_s, lease.host},
                     {u"program"_s, lease.program},
                     {u"pid"_s, lease.process.pid},
                     {u"since"_s, toIso(lease.acquired)},
                     {u"doing"_s, lease.doing},
                     {u"lock"_s, lease.id},
                     {u"operation"_s, lease.operation},
                     {u"target"_s, lease.target}};
    return error;
}

namespace {

/// The process that wrote these intents is gone: nobody knows what became of them.
Result<void> closeOpenIntents(store::Transaction& transaction, const QString& operation,
                              const QDateTime& now)
{
    const Result<QList<store::ActionRow>> rows = transaction.actions(operation);
    if (!rows) {
        return rows.error();
    }
    for (store::ActionRow row : *rows) {
        if (!row.outcome.isEmpty()) {
            continue;
        }
        row.outcome = u"unknown"_s;
        row.finished = now;
        row.error =
            Error(ErrorKind::Io, u"the program that did this ended before it knew the outcome"_s)
                .toJson();
        if (const Result<void> closed = transaction.finishAction(row); !closed) {
            return closed;
        }
    }
    return {};
}

}  // namespace

Result<Acquired> acquire(store::Transaction& transaction, const QString& target,
                         const QString& operation, const Holder& here, const QDateTime& now)
{
    const Result<std::optional<store::LeaseRow>> known = transaction.lease(target);
    if (!known) {
        return known.error();
    }
    if (*known && !isFree(**known, here, now)) {
        return lockedError(**known, now);
    }
    const Result<QList<store::OperationRow>> unfinished = transaction.operations(target, true, 1);
    if (!unfinished) {
        return unfinished.error();
    }
    Acquired acquired;
    if (!unfinished->isEmpty()) {
        acquired.interrupted = unfinished->first().id;
        if (const Result<void> closed = closeOpenIntents(transaction, acquired.interrupted, now);
            !closed) {
            return closed.error();
        }
    }
    store::LeaseRow& lease = acquired.lease;
    lease.target = target;
    lease.id = newId();
    lease.operation = acquired.interrupted.isEmpty() ? operation : acquired.interrupted;
    lease.owner = here.owner;
    lease.host = here.host;
    lease.program = here.program;
    lease.process = here.process;
    lease.fence = *known ? (*known)->fence + 1 : 1;
    lease.acquired = now;
    lease.heartbeat = now;
    lease.held = true;
    if (const Result<void> written = transaction.putLease(lease); !written) {
        return written.error();
    }
    return acquired;
}

namespace {

Result<store::LeaseRow> ownLease(store::Transaction& transaction, const store::LeaseRow& lease)
{
    const Result<std::optional<store::LeaseRow>> now = transaction.lease(lease.target);
    if (!now) {
        return now.error();
    }
    if (!*now || (*now)->id != lease.id || (*now)->fence != lease.fence || !(*now)->held) {
        return Error(ErrorKind::Conflict,
                     u"the lock of %1 was taken away from this program"_s.arg(lease.target));
    }
    return **now;
}

}  // namespace

Result<void> checkLease(store::Transaction& transaction, const store::LeaseRow& lease)
{
    const Result<store::LeaseRow> own = ownLease(transaction, lease);
    return own ? Result<void>() : own.error();
}

Result<void> touchLease(store::Transaction& transaction, const store::LeaseRow& lease,
                        const QString& doing, const QDateTime& now)
{
    Result<store::LeaseRow> own = ownLease(transaction, lease);
    if (!own) {
        return own.error();
    }
    own->heartbeat = now;
    if (!doing.isNull()) {
        own->doing = doing;
    }
    return transaction.putLease(*own);
}

Result<void> releaseLease(store::Transaction& transaction, const store::LeaseRow& lease)
{
    Result<store::LeaseRow> own = ownLease(transaction, lease);
    if (!own) {
        return own.error().kind == ErrorKind::Conflict ? Result<void>() : own.error();
    }
    own->held = false;
    own->doing.clear();
    return transaction.putLease(*own);
}

Result<void> addEvent(store::Transaction& transaction, const QString& operation,
                      const QString& kind, const QString& key, const Json& body,
                      const QDateTime& now)
{
    store::EventRow row;
    row.operation = operation;
    row.at = now;
    row.kind = kind;
    row.key = key;
    row.body = body;
    const Result<qint64> added = transaction.appendEvent(row);
    return added ? Result<void>() : added.error();
}

}  // namespace analemma::engine
