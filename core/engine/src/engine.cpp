#include "core/engine/engine.h"

#include "core/base/text.h"
#include "core/engine/src/body.h"
#include "core/engine/src/driver.h"
#include "core/engine/src/starting.h"

#include <QJsonArray>
#include <QSysInfo>

#include <csignal>

#include <pwd.h>
#include <unistd.h>

using namespace Qt::StringLiterals;

namespace analemma::engine {
namespace {

constexpr milliseconds logInterval(100);
constexpr qsizetype logPieceLimit = 64 * 1024;

Holder thisHolder(const QString& program)
{
    Holder holder;
    // The account, not $USER: it is what the machine knows, also where no login shell set the
    // variable.
    const passwd* account = ::getpwuid(::geteuid());
    const QString user = account != nullptr ? QString::fromLocal8Bit(account->pw_name)
                                            : QString::number(::geteuid());
    holder.host = QSysInfo::machineHostName();
    holder.owner = user + u'@' + holder.host;
    holder.program = program;
    holder.process = ownIdentity();
    return holder;
}

Task<Result<Preview>> previewOperation(std::shared_ptr<Engine::Body> body, Request request)
{
    const auto kind = body->kinds.find(request.kind);
    if (kind == body->kinds.end()) {
        co_return Error(ErrorKind::Bug, u"no kind of operation is called %1"_s.arg(request.kind));
    }
    const Kind functions = kind->second;
    Result<Json> world = co_await functions.observe(request.wanted, QString());
    if (!world) {
        co_return world.error();
    }
    Preview preview;
    preview.title = request.title;
    if (request.expected) {
        if (const Result<void> allowed = request.expected(*world); !allowed) {
            preview.possible = false;
            preview.reason = allowed.error().message;
            co_return preview;
        }
    }
    Observed observed;
    observed.world = *world;
    const Plan plan = functions.plan(request.wanted, observed);
    preview.reason = plan.reason;
    preview.possible = !plan.stuck && (!plan.finished || plan.outcome == Outcome::Ok);
    QStringList verbs;
    for (const Action& action : plan.actions) {
        verbs.append(action.verb);
    }
    verbs.removeDuplicates();
    Result<Durations> usual = co_await usualDurations(body, request.kind, verbs);
    for (const Action& action : plan.actions) {
        PlannedAction planned;
        planned.action = action;
        if (usual && usual->contains(action.verb)) {
            planned.usual = usual->value(action.verb);
        }
        preview.actions.append(planned);
    }
    preview.usual = chainLength(preview.actions);
    co_return preview;
}

Result<Operation> readOperation(store::Transaction& t, const store::OperationRow& row,
                                const Holder& here, const QDateTime& now)
{
    const auto actions = t.actions(row.id);
    if (!actions) {
        return actions.error();
    }
    const auto lease = t.lease(row.target);
    if (!lease) {
        return lease.error();
    }
    return makeOperation(row, *actions, *lease, here, now);
}

}  // namespace

Task<Result<Operation>> oneOperation(std::shared_ptr<Engine::Body> body, QString id)
{
    const Holder here = body->here;
    const QDateTime now = body->clock->now();
    std::function<Result<Operation>(store::Transaction&)> work =
        [=](store::Transaction& t) -> Result<Operation> {
        const auto row = t.operation(id);
        if (!row) {
            return row.error();
        }
        if (!*row) {
            return Error(ErrorKind::NotFound, u"there is no operation %1"_s.arg(id))
                .withHint(u"analemma-cli operation list shows them."_s);
        }
        return readOperation(t, **row, here, now);
    };
    Result<Operation> operation = co_await body->store->read<Operation>(std::move(work));
    if (operation && body->drivers.contains(id)) {
        const auto driver = body->drivers.at(id);
        for (ActionView& action : operation->actions) {
            action.fraction = driver->fractions.value(action.key, -1);
        }
    }
    co_return operation;
}

namespace {

Task<Result<QList<Operation>>> manyOperations(std::shared_ptr<Engine::Body> body, QString target,
                                              bool unfinished, int limit)
{
    const Holder here = body->here;
    const QDateTime now = body->clock->now();
    std::function<Result<QList<Operation>>(store::Transaction&)> work =
        [=](store::Transaction& t) -> Result<QList<Operation>> {
        const auto rows = t.operations(target, unfinished, limit);
        if (!rows) {
            return rows.error();
        }
        QList<Operation> operations;
        for (const store::OperationRow& row : *rows) {
            const Result<Operation> operation = readOperation(t, row, here, now);
            if (!operation) {
                return operation.error();
            }
            operations.append(*operation);
        }
        return operations;
    };
    return body->store->read<QList<Operation>>(std::move(work));
}

Task<Result<Operation>> untilFinished(std::shared_ptr<Engine::Body> body, QString id,
                                      CancelToken cancel)
{
    while (true) {
        Result<Operation> operation = co_await oneOperation(body, id);
        if (!operation || operation->isFinished()) {
            co_return operation;
        }
        if (operation->state == "interrupted"_L1) {
            // Whoever waits for it brings it to its end.
            [[maybe_unused]] Result<void> resumed = co_await resumeOperation(body, id);
        }
        Result<void> waited = co_await untilChanged(body, milliseconds(500), cancel);
        if (!waited) {
            co_return waited.error();
        }
    }
}

Task<Result<QStringList>> resumeAll(std::shared_ptr<Engine::Body> body)
{
    QStringList resumed;
    Result<QList<Operation>> all = co_await manyOperations(body, QString(), true, 100);
    if (!all) {
        co_return all.error();
    }
    for (const Operation& operation : *all) {
        const bool left = operation.state == "interrupted"_L1 || operation.state == "suspended"_L1;
        if (left && body->kinds.contains(operation.kind)) {
            Result<void> done = co_await resumeOperation(body, operation.id);
            if (done) {
                resumed.append(operation.id);
            }
        }
    }
    co_return resumed;
}

Task<Result<void>> cancelOperation(std::shared_ptr<Engine::Body> body, QString id)
{
    const QDateTime now = body->clock->now();
    const QString who = body->here.owner;
    std::function<Result<void>(store::Transaction&)> work =
        [=](store::Transaction& t) -> Result<void> {
        auto row = t.operation(id);
        if (!row) {
            return row.error();
        }
        if (!*row) {
            return Error(ErrorKind::NotFound, u"there is no operation %1"_s.arg(id));
        }
        if ((*row)->finished.isValid()) {
            return Error(ErrorKind::Conflict,
                         u"operation %1 has ended already: %2"_s.arg(id, (*row)->reason));
        }
        (*row)->state = u"cancelling"_s;
        const Result<void> written = t.updateOperation(**row);
        const Json said{{u"state"_s, u"cancelling"_s}, {u"by"_s, who}};
        return written ? addEvent(t, id, u"state"_s, {}, said, now) : written;
    };
    Result<void> written = co_await body->store->write<void>(std::move(work));
    if (!written) {
        co_return written;
    }
    Result<Operation> operation = co_await oneOperation(body, id);
    if (operation && operation->state == "interrupted"_L1) {
        Result<void> resumed = co_await resumeOperation(body, id);
        co_return resumed;
    }
    co_return Result<void>();
}

Task<Result<void>> suspendEverything(std::shared_ptr<Engine::Body> body)
{
    body->suspended = true;
    for (const auto& [id, driver] : body->drivers) {
        driver->suspending = true;
        driver->cancel.cancel();
        driver->poke();
    }
    while (!body->drivers.empty()) {
        CancelToken none;
        [[maybe_unused]] Result<void> slept = co_await sleepFor(milliseconds(5), none);
    }
    Result<void> flushed = co_await body->flushLogs();
    co_return flushed;
}

/// What a commit may have changed for whoever drives an operation.
struct Asked {
    bool isLost = false;
    bool isCancelled = false;
};

/// The row of the lock says who has it: a heartbeat of our own that is late (the machine slept, or
/// has much to do) takes nothing away while nobody else took it.
Task<Result<Asked>> askedOf(std::shared_ptr<Engine::Body> body, QString id, store::LeaseRow lease)
{
    std::function<Result<Asked>(store::Transaction&)> work =
        [id, lease](store::Transaction& t) -> Result<Asked> {
        const auto row = t.operation(id);
        if (!row) {
            return row.error();
        }
        if (!*row || (*row)->state == "finished"_L1) {
            return Asked();
        }
        const Result<void> held = checkLease(t, lease);
        if (!held && held.error().kind != ErrorKind::Conflict) {
            return held.error();
        }
        return Asked{!held.ok(), (*row)->state == "cancelling"_L1};
    };
    return body->store->read<Asked>(std::move(work));
}

/// A commit by whom ever: is one of ours to be cancelled or taken away?
Task<Result<void>> lookAtDriven(std::shared_ptr<Engine::Body> body)
{
    const auto driven = body->drivers;  // a copy: the loop waits
    for (const auto& [id, driver] : driven) {
        Result<Asked> asked = co_await askedOf(body, id, driver->lease);
        if (!asked || !body->drivers.contains(id)) {
            continue;
        }
        driver->lost = driver->lost || asked->isLost;
        if (asked->isLost || (asked->isCancelled && !driver->cancelling)) {
            driver->cancel.cancel();
            driver->poke();
        }
    }
    co_return Result<void>();
}

Task<Result<void>> beat(std::shared_ptr<Engine::Body> body)
{
    const auto driven = body->drivers;  // a copy: the loop waits
    for (const auto& [id, driver] : driven) {
        const store::LeaseRow lease = driver->lease;
        const QDateTime now = body->clock->now();
        std::function<Result<void>(store::Transaction&)> work =
            [lease, now](store::Transaction& t) { return touchLease(t, lease, QString(), now); };
        Result<void> touched = co_await body->store->write<void>(std::move(work));
        if (!touched && touched.error().kind == ErrorKind::Conflict && body->drivers.contains(id)) {
            driver->lost = true;
            driver->cancel.cancel();
            driver->poke();
        }
    }
    if (body->drivers.empty()) {
        body->heartbeat.stop();
    }
    co_return Result<void>();
}

struct News {
    QSet<QString> operations;
    qint64 last = 0;
};

Task<Result<News>> newsAfter(std::shared_ptr<Engine::Body> body, qint64 sequence)
{
    std::function<Result<News>(store::Transaction&)> work =
        [sequence](store::Transaction& t) -> Result<News> {
        News news;
        news.last = sequence;
        const auto rows = t.events(sequence, {}, 2000);
        if (!rows) {
            return rows.error();
        }
        for (const store::EventRow& row : *rows) {
            news.operations.insert(row.operation);
            news.last = row.sequence;
        }
        return news;
    };
    return body->store->read<News>(std::move(work));
}

}  // namespace

namespace {

Task<Result<void>> nothingToDo()
{
    co_return Result<void>();
}

}  // namespace

// ---- body ---------------------------------------------------------------------------------------

void Engine::Body::recordWritten()
{
    ++records;
    if (crashAt > 0 && records == crashAt) {
        ::raise(SIGKILL);
    }
}

void Engine::Body::addLog(const QString& operation, const QString& key, const QString& text)
{
    QString& pending = logs[{operation, key}];
    pending += text;
    if (!pending.endsWith(u'\n')) {
        pending += u'\n';
    }
    if (!logTimer.isActive()) {
        logTimer.start(logInterval);
    }
}

Task<Result<void>> Engine::Body::flushLogs()
{
    const auto pending = std::exchange(logs, {});
    const QDateTime now = clock->now();
    if (pending.empty() || !store) {
        return nothingToDo();
    }
    std::function<Result<void>(store::Transaction&)> work =
        [pending, now](store::Transaction& t) -> Result<void> {
        for (const auto& [place, text] : pending) {
            for (qsizetype from = 0; from < text.size(); from += logPieceLimit) {
                const Json said{{u"text"_s, text.mid(from, logPieceLimit)}};
                const Result<void> added =
                    addEvent(t, place.first, u"log"_s, place.second, said, now);
                if (!added) {
                    return added;
                }
            }
        }
        return {};
    };
    return store->write<void>(std::move(work));
}

QString Engine::Body::tag(const QString& target, const QString& operation, const QString& key) const
{
    const auto part = [](QString text) { return text.replace(u'/', u':'); };
    return u"analemma/%1/%2/%3/%4"_s.arg(workspace, part(target), operation, part(key));
}

Task<Result<Durations>> usualDurations(std::shared_ptr<Engine::Body> body, QString kind,
                                       QStringList verbs)
{
    std::function<Result<Durations>(store::Transaction&)> work =
        [=](store::Transaction& t) -> Result<Durations> {
        Durations usual;
        for (const QString& verb : verbs) {
            const auto past = t.durations(kind, verb);
            if (!past) {
                return past.error();
            }
            if (const std::optional<milliseconds> middle = median(*past)) {
                usual[verb] = *middle;
            }
        }
        return usual;
    };
    return body->store->read<Durations>(std::move(work));
}

// ---- face ---------------------------------------------------------------------------------------

namespace {

/// Tells of new events, one reading at a time.
Task<Result<void>> tellNews(std::shared_ptr<Engine::Body> body, QPointer<Engine> engine,
                            std::shared_ptr<qint64> last)
{
    Result<News> news = co_await newsAfter(body, *last);
    if (!news || !engine) {
        co_return Result<void>();
    }
    *last = news->last;
    for (const QString& id : news->operations) {
        Q_EMIT engine->changed(id);
    }
    if (!news->operations.isEmpty() && engine) {
        Q_EMIT engine->eventsAdded();
    }
    Result<void> looked = co_await lookAtDriven(body);
    co_return looked;
}

Task<Result<qint64>> newestSequence(std::shared_ptr<Engine::Body> body)
{
    std::function<Result<qint64>(store::Transaction&)> work =
        [](store::Transaction& t) -> Result<qint64> { return t.lastEvent(); };
    return body->store->read<qint64>(std::move(work));
}

/// Follows the store: one look at a time, and one more when something came meanwhile.
class Follower : public QObject {
public:
    Follower(std::shared_ptr<Engine::Body> body, Engine* engine)
        : m_body(std::move(body)), m_engine(engine)
    {
        connect(m_body->store, &store::Store::changed, this, [this] { look(); });
        m_busy = true;
        then(newestSequence(m_body), this, [this](const Result<qint64>& newest) {
            *m_last = newest.valueOr(0);
            m_busy = false;
            if (m_again) {
                look();
            }
        });
    }

private:
    void look()
    {
        if (m_busy) {
            m_again = true;
            return;
        }
        m_busy = true;
        m_again = false;
        then(tellNews(m_body, m_engine, m_last), this, [this](const Result<void>&) {
            m_busy = false;
            if (m_again) {
                look();
            }
        });
    }

    std::shared_ptr<Engine::Body> m_body;
    QPointer<Engine> m_engine;
    std::shared_ptr<qint64> m_last = std::make_shared<qint64>(0);
    bool m_busy = false;
    bool m_again = false;
};

}  // namespace

Engine::Engine(store::Store* store, const Clock* clock, QString workspace, QString program)
    : m_body(std::make_shared<Body>(store, clock, std::move(workspace), thisHolder(program)))
{
    m_body->crashAt = qEnvironmentVariableIntValue("ANALEMMA_CRASH_AT");
    m_body->logTimer.setSingleShot(true);
    connect(&m_body->logTimer, &QTimer::timeout, this,
            [this] { m_body->scope.run(m_body->flushLogs()); });
    connect(&m_body->heartbeat, &QTimer::timeout, this,
            [this] { m_body->scope.run(beat(m_body)); });
    auto* follower = new Follower(m_body, this);
    follower->setParent(this);
}

Engine::~Engine()
{
    m_body->suspended = true;
    m_body->heartbeat.stop();
    m_body->logTimer.stop();
    for (const auto& [id, driver] : m_body->drivers) {
        driver->suspending = true;
        driver->cancel.cancel();
    }
}

void Engine::add(Kind kind)
{
    const QString name = kind.name;
    m_body->kinds.insert_or_assign(name, std::move(kind));
}

Task<Result<QString>> Engine::start(Request request, CancelToken cancel)
{
    return startOperation(m_body, std::move(request), std::move(cancel));
}

Task<Result<Preview>> Engine::preview(Request request)
{
    return previewOperation(m_body, std::move(request));
}

Task<Result<Operation>> Engine::finished(QString id, CancelToken cancel)
{
    return untilFinished(m_body, std::move(id), std::move(cancel));
}

Task<Result<void>> Engine::resume(QString id)
{
    return resumeOperation(m_body, std::move(id));
}

Task<Result<QStringList>> Engine::resumeAbandoned()
{
    return resumeAll(m_body);
}

Task<Result<void>> Engine::cancel(QString id)
{
    return cancelOperation(m_body, std::move(id));
}

Task<Result<void>> Engine::suspendAll()
{
    return suspendEverything(m_body);
}

Task<Result<void>> Engine::breakLock(QString target, QString lockId)
{
    const QDateTime now = m_body->clock->now();
    const QString who = m_body->here.owner;
    std::function<Result<void>(store::Transaction&)> work =
        [=](store::Transaction& t) -> Result<void> {
        auto lease = t.lease(target);
        if (!lease) {
            return lease.error();
        }
        if (!*lease || !(*lease)->held) {
            return Error(ErrorKind::NotFound, u"%1 is not locked"_s.arg(target));
        }
        if ((*lease)->id != lockId) {
            return Error(ErrorKind::Conflict,
                         u"the lock of %1 has another id than %2"_s.arg(target, lockId));
        }
        store::LeaseRow broken = **lease;
        broken.id = newId();
        broken.fence += 1;
        // Nobody's, and free only after its holder has had the time to see that and to stop.
        broken.host.clear();
        broken.owner = who;
        broken.doing = u"the lock was broken; its holder is stopping"_s;
        broken.heartbeat = now.addMSecs(brokenLockPause.count() - leaseTimeout.count());
        const Result<void> written = t.putLease(broken);
        const Json said{
            {u"state"_s, u"lock broken"_s}, {u"by"_s, who}, {u"holder"_s, (*lease)->owner}};
        return written ? addEvent(t, (*lease)->operation, u"state"_s, {}, said, now) : written;
    };
    return m_body->store->write<void>(std::move(work));
}

Task<Result<QList<Operation>>> Engine::operations(QString target, int limit)
{
    return manyOperations(m_body, std::move(target), false, limit);
}

Task<Result<Operation>> Engine::operation(QString id)
{
    return oneOperation(m_body, std::move(id));
}

Task<Result<QList<store::EventRow>>> Engine::events(qint64 after, QString id, int limit)
{
    std::function<Result<QList<store::EventRow>>(store::Transaction&)> work =
        [=](store::Transaction& t) { return t.events(after, id, limit); };
    return m_body->store->read<QList<store::EventRow>>(std::move(work));
}

}  // namespace analemma::engine
