#pragma once

#include "core/engine/engine.h"
#include "core/engine/src/journal.h"
#include "core/engine/src/view.h"

#include <QPointer>
#include <QSet>
#include <QTimer>

#include <map>

namespace analemma::engine {

/// One operation that this process drives.
struct Driver {
    QString id;
    store::LeaseRow lease;
    CancelToken cancel;  ///< of the actions under way; a fresh one after a cancel was planned
    std::optional<Json>
        firstWorld;       ///< seen under the lease when it began: the first look needs no other
    QStringList planned;  ///< keys of the newest stored plan
    bool cancelling = false;
    bool settling = false;  ///< a cancel waits for what is under way
    bool suspending = false;
    bool lost = false;             ///< the lease was taken away
    std::optional<Error> trouble;  ///< the journal could not be written
    std::optional<Error> cause;    ///< the trouble for which the operation is taken back
    QSet<QString> inFlight;
    Promise<void> wake;  ///< finished when something happened that the loop must look at
    QHash<QString, double> fractions;

    /// Wakes the loop; several wakes before it looks are one.
    void poke() const { wake.finish(Result<void>()); }
};

/// The state behind Engine; shared with the coroutines that run on it. Main thread.
class Engine::Body {
public:
    Body(store::Store* database, const Clock* time, QString workspaceId, Holder holder)
        : store(database), clock(time), workspace(std::move(workspaceId)), here(std::move(holder))
    {
    }

    QPointer<store::Store> store;
    const Clock* clock;
    QString workspace;
    Holder here;
    std::map<QString, Kind> kinds;
    std::map<QString, std::shared_ptr<Driver>> drivers;  ///< by operation
    TaskScope scope;
    QObject anchor;  ///< context of timers and queued calls; lives on the main thread
    QTimer heartbeat;
    QTimer logTimer;
    std::map<std::pair<QString, QString>, QString>
        logs;  ///< by operation and action, not yet written
    std::function<void()> storeChanged;
    bool suspended = false;  ///< nothing is begun any more
    int crashAt = 0;         ///< see recordWritten()
    int records = 0;

    /// Called after each committed journal record. With ANALEMMA_CRASH_AT=n in the environment the
    /// process kills itself after its n-th: how the tests prove that a crash loses and doubles
    /// nothing.
    void recordWritten();
    void addLog(const QString& operation, const QString& key, const QString& text);
    /// Writes collected log lines; resolves when they are on disk.
    Task<Result<void>> flushLogs();
    [[nodiscard]] QString tag(const QString& target, const QString& operation,
                              const QString& key) const;
};

/// Medians of the verbs of one kind.
Task<Result<Durations>> usualDurations(std::shared_ptr<Engine::Body> body, QString kind,
                                       QStringList verbs);

}  // namespace analemma::engine
