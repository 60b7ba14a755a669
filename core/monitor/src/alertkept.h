#pragma once

#include "core/monitor/incidents.h"
#include "core/store/store.h"

/// Alerts, silences, notices and incidents as documents of the store. Functions for the store's
/// thread, within one transaction.
namespace analemma::monitor::kept {

/// An alert to be written, and what we knew to be told of it before.
struct SaveItem {
    Alert alert;
    AlertTold before;
};
struct SaveBatch {
    std::vector<SaveItem> items;
    QList<Notice> notices;  ///< with ids
    milliseconds group{0};
    ProcessIdentity owner;
};
/// As it stands after the write, in the order of the items; and the notices that are ours to hand
/// out.
struct Saved {
    std::vector<Alert> alerts;
    QList<Notice> notices;
};

/// New alerts get a number, or become the open one of the same rule and series that another program
/// made. Who took it stands as it is kept. What another program told meanwhile is not told again.
Result<Saved> save(store::Transaction& t, const SaveBatch& batch);

Result<std::optional<Alert>> alert(store::Transaction& t, qint64 id);
/// Those of which something may still be told.
Result<QList<Alert>> openAlerts(store::Transaction& t);
Result<QList<Alert>> pastAlerts(store::Transaction& t, int limit, qint64 before);
/// Lets go of past alerts beyond `most` and of those that ended before `time`.
Result<void> prune(store::Transaction& t, int most, qint64 time);
/// What stands of it in the store, changed and put back. NotFound.
Result<Alert> changeAlert(store::Transaction& t, qint64 id,
                          const std::function<Result<void>(Alert&)>& change);

Result<QList<Silence>> silences(store::Transaction& t, qint64 now);
Result<void> putSilence(store::Transaction& t, const Silence& silence);
Result<std::optional<Silence>> silence(store::Transaction& t, const QString& id);

/// One notice on its way, and which channels have it or gave it up.
struct KeptNotice {
    Notice notice;
    QStringList done;
    ProcessIdentity owner;
};
/// That some channel has not got.
Result<QList<KeptNotice>> openNotices(store::Transaction& t);
/// A channel has it (or gave it up: `failure`). Gone is done.
Result<void> acknowledge(store::Transaction& t, const QString& notice, const QString& channel,
                         const QString& failure);
/// From now on this program hands it out; false: another one that lives does.
Result<bool> claim(store::Transaction& t, const QString& notice, const ProcessIdentity& owner);

Result<Incident> incident(store::Transaction& t, const QString& id, bool whole);
Result<QList<Incident>> incidents(store::Transaction& t, int limit);
/// Gives a new one its id.
Result<Incident> addIncident(store::Transaction& t, Incident incident);
/// Writes all but the evidence; that too with `whole`.
Result<void> putIncident(store::Transaction& t, const Incident& incident, bool whole);

}  // namespace analemma::monitor::kept
