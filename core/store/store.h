#pragma once

#include "core/base/clock.h"
#include "core/base/process.h"
#include "core/base/secret.h"
#include "core/base/task.h"

#include <QList>
#include <QObject>

#include <functional>
#include <memory>
#include <optional>

/// The state of a workspace on disk: a SQLite database (WAL, synchronous=FULL) shared by every
/// program that works on the workspace, and a folder of blobs. One thread of ours owns the
/// connection; callers hand it functions and await the result. Values in, values out.
namespace analemma::store {

/// A named JSON value of one of the higher modules: a run, a release, an image, a server.
struct Document {
    QString kind;   ///< "run", "release", ...
    QString key;    ///< unique within the kind
    QString scope;  ///< what it belongs to, for listing: repository, environment
    Json body;
    qint64 revision = 0;  ///< rises by one with each change
    qint64 order = 0;     ///< rises with each creation, within the database
    QDateTime changed;    ///< UTC
};

struct DocumentFilter {
    QString kind;
    std::optional<QString> scope;
    int limit = 1000;
    qint64 before = 0;  ///< only order < before; 0: all. For paging
};

/// One operation (core/engine gives the words their meaning).
struct OperationRow {
    QString id;
    QString kind;
    QString target;
    QString title;
    Json wanted;
    Json before;      ///< what was there when it began
    Json plan;        ///< the newest plan, for showing
    QString state;    ///< "running", "cancelling", "suspended", "finished"
    QString outcome;  ///< "" until finished, then "ok", "failed", "cancelled", "unknown"
    QString reason;   ///< a sentence
    Json result;
    QString actor;  ///< who asked, "ana@host"
    QDateTime created;
    QDateTime finished;
    qint64 revision = 0;
};

/// One try of one action. Written before the call with outcome "", after it with one.
struct ActionRow {
    QString operation;
    QString key;
    int attempt = 1;
    QString verb;
    Json args;
    QString outcome;  ///< "", "ok", "failed", "unknown"
    Json result;
    Json error;
    QDateTime intended;
    QDateTime finished;
    qint64 fence = 0;
};

/// What happened, in order; the window, --follow and the audit trail read the same rows.
struct EventRow {
    qint64 sequence = 0;
    QString operation;
    QDateTime at;
    QString kind;  ///< "state", "plan", "action", "log"
    QString key;   ///< the action's
    Json body;
};

struct LeaseRow {
    QString target;
    QString id;  ///< of this holding; to be typed to break it
    QString operation;
    QString owner;  ///< person
    QString host;
    QString program;
    ProcessIdentity process;
    qint64 fence = 0;  ///< only rises for a target
    QString doing;     ///< the action under way, for the second operator
    QDateTime acquired;
    QDateTime heartbeat;
    bool held = false;
};

/// The database inside one transaction; lives for the call of a function given to Store. Store
/// thread.
class Transaction {
public:
    virtual ~Transaction() = default;

    virtual Result<std::optional<Document>> document(const QString& kind, const QString& key) = 0;
    /// Newest first.
    virtual Result<QList<Document>> documents(const DocumentFilter& filter) = 0;
    /// Creates or replaces. With `revision`: only if that is what stands there (0: nothing), else
    /// Conflict.
    virtual Result<Document> put(const QString& kind, const QString& key, const QString& scope,
                                 const Json& body, std::optional<qint64> revision = {}) = 0;
    virtual Result<void> remove(const QString& kind, const QString& key) = 0;

    virtual Result<void> insertOperation(const OperationRow& row) = 0;
    /// Replaces the changing columns; Conflict when it is already finished.
    virtual Result<void> updateOperation(const OperationRow& row) = 0;
    virtual Result<std::optional<OperationRow>> operation(const QString& id) = 0;
    /// Newest first. Empty strings match all.
    virtual Result<QList<OperationRow>> operations(const QString& target, bool unfinishedOnly,
                                                   int limit) = 0;

    /// Conflict when a try of this action has no outcome yet.
    virtual Result<ActionRow> insertIntent(ActionRow row) = 0;
    virtual Result<void> finishAction(const ActionRow& row) = 0;
    /// All tries, in the order in which they were intended.
    virtual Result<QList<ActionRow>> actions(const QString& operation) = 0;
    /// Milliseconds that past successful actions of this verb took, newest first, at most 20.
    virtual Result<QList<qint64>> durations(const QString& kind, const QString& verb) = 0;

    virtual Result<qint64> appendEvent(const EventRow& row) = 0;
    /// The newest sequence number; 0 when there is none.
    virtual Result<qint64> lastEvent() = 0;
    /// In order; of all operations when `operation` is empty.
    virtual Result<QList<EventRow>> events(qint64 afterSequence, const QString& operation,
                                           int limit) = 0;

    /// Error Io while the disk is so full that the store writes on its reserve, a file that it
    /// keeps for this: what is under way can then still be recorded and taken back, but nothing
    /// should begin.
    virtual Result<void> roomToBegin() = 0;

    virtual Result<std::optional<LeaseRow>> lease(const QString& target) = 0;
    virtual Result<QList<LeaseRow>> leases() = 0;
    /// Writes the row; the database refuses a fence that does not rise when the holder changes.
    virtual Result<void> putLease(const LeaseRow& row) = 0;
};

/// The state of one workspace. Create it on the main thread; it may be used from there only.
class Store : public QObject {
    Q_OBJECT
public:
    /// Opens or makes the database in `folder` (0700) and brings its schema up to date (a copy is
    /// kept before). Blocks: call it at start. Errors: Io, Unsupported (newer schema, network file
    /// system).
    static Result<std::unique_ptr<Store>> open(const QString& folder);
    ~Store() override;

    /// Runs `work` in a write transaction. Queued work is committed together and synced; the result
    /// is given only when it is on disk. An error of `work` takes back what it wrote, nothing else.
    template <class T>
    Task<Result<T>> write(std::function<Result<T>(Transaction&)> work)
    {
        return perform<T>(this, true, std::move(work));
    }
    /// Runs `work` on a snapshot. Writes inside it are a Bug error.
    template <class T>
    Task<Result<T>> read(std::function<Result<T>(Transaction&)> work)
    {
        return perform<T>(this, false, std::move(work));
    }

    [[nodiscard]] QString folder() const;

    /// Keeps a file by its SHA-256 (lower-case hexadecimal); a second one of the same content costs
    /// nothing. Written 0600, synced, atomic.
    Task<Result<QString>> addBlob(QString sourcePath);
    /// Where a blob lies; it may not exist. Read only.
    [[nodiscard]] QString blobPath(const QString& sha256) const;

Q_SIGNALS:
    /// Something was committed, here or by another program (told within 150 ms).
    void changed();

private:
    class Body;
    explicit Store(std::unique_ptr<Body> body);
    /// Queues `job` for the store thread; `done` is called there after the commit (or instead of
    /// it).
    void enqueue(bool writes, std::function<Result<void>(Transaction&)> job,
                 std::function<void(Result<void>)> done);

    template <class T>
    static Task<Result<T>> perform(Store* store, bool writes,
                                   std::function<Result<T>(Transaction&)> work)
    {
        Promise<T> promise;
        auto slot = std::make_shared<std::optional<Result<T>>>();
        std::function<Result<void>(Transaction&)> job = [slot,
                                                         work = std::move(work)](Transaction& t) {
            slot->emplace(work(t));
            return (*slot)->ok() ? Result<void>() : Result<void>((*slot)->error());
        };
        std::function<void(Result<void>)> done = [promise, slot](Result<void> committed) {
            promise.finish(committed ? std::move(**slot) : Result<T>(committed.error()));
        };
        auto future = promise.future();
        store->enqueue(writes, std::move(job), std::move(done));
        promise = Promise<T>();
        Result<T> result = co_await future;
        co_return result;
    }

    std::unique_ptr<Body> m_body;
};

/// Where secrets come from. `secret:NAME` in the workspace file names one.
class SecretSource {
public:
    virtual ~SecretSource() = default;
    /// NotFound with a hint how to set it.
    virtual Task<Result<Secret>> secret(QString name) = 0;
};

}  // namespace analemma::store
