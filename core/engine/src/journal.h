#pragma once

#include "core/engine/engine.h"

/// What the engine writes, each function the inside of one store transaction.
namespace analemma::engine {

/// A lease whose holder gives no sign of life for so long is free.
constexpr milliseconds leaseTimeout(10'000);

/// A lock that was broken is taken only after this time: its holder sees the loss within a second.
constexpr milliseconds brokenLockPause(2000);

/// Who holds leases from here.
struct Holder {
    QString owner;
    QString host;
    QString program;
    ProcessIdentity process;
};

/// True when nobody holds it, or its holder is dead: on this machine by process identity, elsewhere
/// (or when frozen) by its heartbeat.
bool isFree(const store::LeaseRow& lease, const Holder& here, const QDateTime& now);

/// The error for a second operator: who, since when, at which action.
Error lockedError(const store::LeaseRow& lease, const QDateTime& now);

/// What became of asking for a target.
struct Acquired {
    store::LeaseRow lease;
    QString
        interrupted;  ///< an unfinished operation of the target: resume it under this lease first
};

/// Takes the lease of `target` for `operation`, or for the operation that was interrupted there.
/// Its intents without an outcome become unknown. Locked when somebody else holds it.
Result<Acquired> acquire(store::Transaction& transaction, const QString& target,
                         const QString& operation, const Holder& here, const QDateTime& now);

/// Conflict when the lease was taken away meanwhile.
Result<void> checkLease(store::Transaction& transaction, const store::LeaseRow& lease);
/// Heartbeat and what is being done; checks as checkLease().
Result<void> touchLease(store::Transaction& transaction, const store::LeaseRow& lease,
                        const QString& doing, const QDateTime& now);
/// No error when it is somebody else's already.
Result<void> releaseLease(store::Transaction& transaction, const store::LeaseRow& lease);

/// An event row; the sequence number is the database's.
Result<void> addEvent(store::Transaction& transaction, const QString& operation,
                      const QString& kind, const QString& key, const Json& body,
                      const QDateTime& now);

}  // namespace analemma::engine
