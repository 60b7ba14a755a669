#pragma once

#include "core/base/clock.h"
#include "core/base/task.h"
#include "core/store/store.h"

#include <QHash>
#include <QObject>
#include <QStringList>

#include <functional>
#include <memory>
#include <optional>

/// Operations: observe, plan, act. A kind of operation brings three functions; the engine brings
/// the journal, leases, cancel, suspend, resume, events, previews and estimates.
///
/// Main thread only. The engine is the only writer of operations, actions and leases.
namespace analemma::engine {

enum class Outcome { None, Ok, Failed, Cancelled, Unknown };
QString toString(Outcome outcome);
Outcome outcomeFromString(const QString& text);

/// What may be done about an action whose outcome is unknown (the program died, the line broke).
enum class Recovery {
    Idempotent,  ///< repeating it is harmless
    Observed,    ///< observe() tells whether it happened; the plan asks for it again only if it did
                 ///< not
    Ask,         ///< stop and ask the person
};

/// How an action is shown before it is carried out.
struct Description {
    QString title;    ///< "Start server web-2"
    QString call;     ///< the call it makes: "bwrap ... sshd on 127.64.3.2:2222"
    QString cost;     ///< "free", "0.006 $/h"
    QString wayBack;  ///< "stop the server"; empty: cannot be taken back
};

/// One call to the world, as data.
struct Action {
    QString key;  ///< stable within the operation: "create/web-2"; part of the tag of what it makes
    QString verb;  ///< chooses the code in Kind::act and the past durations: "server.create"
    Json args;
    QStringList needs;  ///< keys of actions of this plan that must be ok before
    Description says;
    Recovery recovery = Recovery::Ask;
};

/// The newest try of an action, from the journal.
struct ActionState {
    QString verb;
    Outcome outcome = Outcome::None;  ///< None: under way in this process; Unknown: nobody knows
    int attempts = 0;
    Json result;
    std::optional<Error> error;
    QDateTime finished;
};

/// All that a plan may look at besides what is wanted.
struct Observed {
    Json world;                           ///< from Kind::observe
    QHash<QString, ActionState> journal;  ///< by action key
    bool cancelling = false;              ///< plan the way back to what was there before
    [[nodiscard]] bool done(const QString& key) const;    ///< its newest try is ok
    [[nodiscard]] bool failed(const QString& key) const;  ///< its newest try failed
};

/// What is still to be done. Pure data; the same inputs give the same plan.
struct Plan {
    QList<Action>
        actions;  ///< all that is left, in order; the engine runs those whose needs are met
    bool finished = false;  ///< nothing left: outcome, reason, result stand
    bool stuck = false;     ///< cannot go on: reason says why and what the person can do
    bool settle =
        false;  ///< a way back: what is under way is cancelled and waited for before it begins
    Outcome outcome = Outcome::Ok;
    QString reason;
    Json result;
    static Plan done(Outcome outcome, QString reason, Json result = {});
};

/// Handed to the code of an action.
struct Call {
    QString operation;
    Action action;
    Json wanted;
    int attempt = 1;
    qint64 fence = 0;
    QString
        tag;  ///< "analemma/<workspace>/<target>/<operation>/<key>": what is created must bear it
    CancelToken cancel;
    /// Adds a log line (redacted by the caller) to the operation's events. Any thread.
    std::function<void(const QString& text)> log;
    /// 0..1 of this action, where known.
    std::function<void(double fraction)> progress;
};

/// A kind of operation. Functions, not a base class: higher modules hand in what they have bound.
struct Kind {
    QString name;  ///< "deploy"
    /// Asks the world. Changes nothing; may run at any time. Gets wanted and the operation's id.
    std::function<Task<Result<Json>>(Json wanted, QString operation)> observe;
    std::function<Plan(const Json& wanted, const Observed& observed)> plan;
    /// May begin and act while the disk is full and the journal writes on its reserve: what frees
    /// space or helps in need. Others are refused then, and taken back when they have begun.
    bool mayUseReserve = false;
    /// Carries out one action. The result goes to the journal. An error of kind Timeout or Network
    /// is the outcome unknown; every other error is the outcome failed.
    std::function<Task<Result<Json>>(Call call)> act;
};

/// What to start.
struct Request {
    QString kind;
    QString target;  ///< what is locked: "environment/production"
    QString title;
    Json wanted;
    /// Rule 6: checked against `observe`d state under the lease; Conflict with the difference.
    std::function<Result<void>(const Json& world)> expected;
    milliseconds lockWait{0};
};

/// One line of a plan as shown: the action with what such actions took before.
struct PlannedAction {
    Action action;
    std::optional<milliseconds> usual;  ///< median of past ones; none before the first
};
struct Preview {
    QString title;
    QList<PlannedAction> actions;
    QString reason;  ///< why there is nothing to do, or why it cannot be done
    bool possible = true;
    std::optional<milliseconds> usual;  ///< along the longest chain
};

struct ActionView {
    QString key;
    QString title;
    QString verb;
    QString state;  ///< "waiting", "running", "ok", "failed", "unknown"
    QDateTime started;
    QDateTime finished;
    std::optional<milliseconds> usual;
    double fraction = -1;
    QString error;
    Json says;  ///< call, cost, way_back
};

/// An operation as read from the store, with its plan; the same from every program.
struct Operation {
    QString id;
    QString kind;
    QString target;
    QString title;
    QString state;  ///< "running", "cancelling", "suspended", "finished", "interrupted"
    Outcome outcome = Outcome::None;
    QString reason;
    Json wanted;
    Json result;
    QString actor;
    QDateTime created;
    QDateTime finished;
    QList<ActionView> actions;
    std::optional<milliseconds> estimate;  ///< of what is left
    std::optional<store::LeaseRow> lease;
    [[nodiscard]] bool isFinished() const { return state == QLatin1String("finished"); }
    [[nodiscard]] Json toJson() const;  ///< schema analemma.operation.1
};

class Engine : public QObject {
    Q_OBJECT
public:
    class Body;  // core/engine/src/body.h

    /// `program` is shown to a second operator: "analemma", "analemma-cli".
    Engine(store::Store* store, const Clock* clock, QString workspace, QString program);
    ~Engine() override;

    void add(Kind kind);

    /// Takes the target's lease (waits up to lockWait), first finishes an interrupted operation
    /// there, checks `expected`, stores the operation, begins. Returns its id at once. Errors:
    /// Locked (details: owner, host, since, doing, lock), Conflict, Invalid, Cancelled.
    Task<Result<QString>> start(Request request, CancelToken cancel);
    /// The plan without anything done.
    Task<Result<Preview>> preview(Request request);
    /// Waits for the end, whoever drives it.
    Task<Result<Operation>> finished(QString id, CancelToken cancel);
    /// Drives an interrupted or suspended operation to its end here. Conflict when it is driven
    /// elsewhere.
    Task<Result<void>> resume(QString id);
    /// Resumes all that nobody drives; ids. The window calls it at start and now and then.
    Task<Result<QStringList>> resumeAbandoned();
    /// Asks for the end, in whichever process drives it. NotFound, Conflict when finished.
    Task<Result<void>> cancel(QString id);
    /// Stops driving without changing what is wanted, for the end of the program: what is started
    /// or resumed later is Cancelled, or suspended before its first action.
    Task<Result<void>> suspendAll();
    /// Takes a lease away. `lockId` must be that of the lease. NotFound, Conflict.
    Task<Result<void>> breakLock(QString target, QString lockId);

    Task<Result<QList<Operation>>> operations(QString target, int limit);
    Task<Result<Operation>> operation(QString id);
    Task<Result<QList<store::EventRow>>> events(qint64 after, QString id, int limit);

Q_SIGNALS:
    /// An operation changed, here or elsewhere; read it again.
    void changed(const QString& operation);
    /// New events (log lines) are there; read after the last sequence.
    void eventsAdded();

private:
    std::shared_ptr<Body> m_body;
};

}  // namespace analemma::engine
