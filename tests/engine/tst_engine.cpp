#include "core/base/files.h"
#include "core/engine/engine.h"
#include "tests/support.h"

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QProcess>
#include <QTemporaryDir>

#include <atomic>
#include <csignal>

using namespace analemma;
using namespace analemma::engine;
using namespace Qt::StringLiterals;
using test::await;

namespace {

/// A world of bricks: each is a file; laying one that lies already is an error, so a double effect
/// shows.
struct World {
    QString folder;
    int delayMs = 0;
    QString failing;    ///< this brick cannot be laid
    QString vanishing;  ///< laying this one succeeds, but its answer is lost

    [[nodiscard]] QString path(const QString& brick) const { return folder + u"/brick-"_s + brick; }
    [[nodiscard]] QStringList bricks() const
    {
        QStringList found = QDir(folder).entryList({u"brick-*"_s}, QDir::Files, QDir::Name);
        for (QString& name : found) {
            name.remove(0, 6);
        }
        return found;
    }
};

Task<Result<Json>> observeWall(std::shared_ptr<World> world)
{
    CancelToken none;
    [[maybe_unused]] Result<void> slept = co_await sleepFor(milliseconds(1), none);
    const Json seen{{u"bricks"_s, QJsonArray::fromStringList(world->bricks())}};
    co_return seen;
}

Action brickAction(const QString& verb, const QString& brick)
{
    Action action;
    action.key = verb + u'/' + brick;
    action.verb = u"brick."_s + verb;
    action.args = {{u"brick"_s, brick}};
    action.says.title = verb + u" brick "_s + brick;
    action.says.call = u"write a file"_s;
    action.says.cost = u"free"_s;
    action.says.wayBack = verb == "lay"_L1 ? u"take it away"_s : QString();
    action.recovery = Recovery::Observed;
    return action;
}

/// Wanted: bricks 1..n, in order of need. Cancelling, or a brick that failed: none.
Plan planWall(const Json& wanted, const Observed& observed)
{
    QStringList there;
    for (const QJsonValue& brick : observed.world[u"bricks"_s].toArray()) {
        there.append(brick.toString());
    }
    bool failed = false;
    for (const ActionState& state : observed.journal) {
        failed = failed || state.outcome == Outcome::Failed;
    }
    Plan plan;
    if (observed.cancelling || failed) {
        for (const QString& brick : there) {
            plan.actions.append(brickAction(u"take"_s, brick));
        }
        return plan.actions.isEmpty()
                   ? Plan::done(
                         failed && !observed.cancelling ? Outcome::Failed : Outcome::Cancelled,
                         u"taken back"_s)
                   : plan;
    }
    QString last;
    for (int i = 1; i <= wanted[u"count"_s].toInt(); ++i) {
        const QString brick = QString::number(i);
        if (!there.contains(brick)) {
            Action action = brickAction(u"lay"_s, brick);
            if (wanted[u"inOrder"_s].toBool() && !last.isEmpty()) {
                action.needs.append(last);
            }
            last = action.key;
            plan.actions.append(action);
        }
    }
    return plan.actions.isEmpty()
               ? Plan::done(Outcome::Ok, u"the wall stands"_s, {{u"height"_s, wanted[u"count"_s]}})
               : plan;
}

Task<Result<Json>> actOnBrick(std::shared_ptr<World> world, Call call)
{
    const QString brick = call.action.args[u"brick"_s].toString();
    Result<void> slept = co_await sleepFor(milliseconds(world->delayMs), call.cancel);
    if (!slept) {
        co_return slept.error();
    }
    call.log(u"working on brick "_s + brick);
    QFile file(world->path(brick));
    if (call.action.verb == "brick.take"_L1) {
        if (!file.remove()) {
            co_return Error(ErrorKind::Io, u"there was no brick %1"_s.arg(brick));
        }
        co_return Json();
    }
    if (brick == world->failing) {
        co_return Error(ErrorKind::Failed, u"brick %1 is broken"_s.arg(brick));
    }
    if (!file.open(QIODevice::WriteOnly | QIODevice::NewOnly)) {
        co_return Error(ErrorKind::Bug, u"brick %1 was laid twice"_s.arg(brick));
    }
    if (brick == world->vanishing) {
        co_return Error(ErrorKind::Timeout, u"no answer"_s);
    }
    const Json made{{u"brick"_s, brick}};
    co_return made;
}

Kind wallKind(const std::shared_ptr<World>& world)
{
    Kind kind;
    kind.name = u"wall"_s;
    kind.observe = [world](Json, QString) { return observeWall(world); };
    kind.plan = planWall;
    kind.act = [world](Call call) { return actOnBrick(world, std::move(call)); };
    return kind;
}

Request wallRequest(int count, bool inOrder = true)
{
    Request request;
    request.kind = u"wall"_s;
    request.target = u"site/one"_s;
    request.title = u"Build a wall"_s;
    request.wanted = {{u"count"_s, count}, {u"inOrder"_s, inOrder}};
    return request;
}

/// A machine that may have slept.
class LateClock : public SystemClock {
public:
    [[nodiscard]] QDateTime now() const override
    {
        return SystemClock::now().addMSecs(ahead.load());
    }
    std::atomic<qint64> ahead{0};
};

/// One program on a workspace.
struct Program {
    explicit Program(const QString& folder, const std::shared_ptr<World>& w) : world(w)
    {
        Result<std::unique_ptr<store::Store>> opened = store::Store::open(folder + u"/state"_s);
        store = opened ? std::move(opened).value() : nullptr;
        engine = std::make_unique<Engine>(store.get(), &clock, u"test"_s, u"tst_engine"_s);
        engine->add(wallKind(world));
    }
    ~Program() { (void)await(engine->suspendAll()); }

    LateClock clock;
    std::shared_ptr<World> world;
    std::unique_ptr<store::Store> store;
    std::unique_ptr<Engine> engine;
};

std::shared_ptr<World> makeWorld(const QString& folder)
{
    auto world = std::make_shared<World>();
    world->folder = folder;
    return world;
}

Result<Operation> runToEnd(Program& program, const Request& request)
{
    const Result<QString> id = await(program.engine->start(request, {}));
    if (!id) {
        return id.error();
    }
    return await(program.engine->finished(*id, {}));
}

}  // namespace

class TestEngine : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void runsToItsEnd_data()
    {
        QTest::addColumn<bool>("inOrder");
        QTest::newRow("in order") << true;
        QTest::newRow("at once") << false;
    }
    void runsToItsEnd()
    {
        QFETCH(bool, inOrder);
        QTemporaryDir folder;
        Program program(folder.path(), makeWorld(folder.path()));
        const Result<Operation> operation = runToEnd(program, wallRequest(5, inOrder));
        VERIFY_OK(operation);
        QCOMPARE(operation->outcome, Outcome::Ok);
        QCOMPARE(operation->reason, u"the wall stands"_s);
        QCOMPARE(operation->result[u"height"_s].toInt(), 5);
        QCOMPARE(operation->actions.size(), 5);
        for (const ActionView& action : operation->actions) {
            QCOMPARE(action.state, u"ok"_s);
        }
        QCOMPARE(program.world->bricks().size(), 5);
        const auto events = await(program.engine->events(0, operation->id, 1000));
        VERIFY_OK(events);
        QStringList logs;
        for (const store::EventRow& event : *events) {
            if (event.kind == "log"_L1) {
                logs.append(event.body[u"text"_s].toString().trimmed());
            }
        }
        QVERIFY(logs.contains(u"working on brick 3"_s));
    }

    void previewChangesNothingAndKnowsDurations()
    {
        QTemporaryDir folder;
        Program program(folder.path(), makeWorld(folder.path()));
        program.world->delayMs = 20;
        VERIFY_OK(runToEnd(program, wallRequest(2)));
        const Result<Preview> preview = await(program.engine->preview(wallRequest(4)));
        VERIFY_OK(preview);
        QCOMPARE(preview->actions.size(), 2);
        QCOMPARE(preview->actions.first().action.says.call, u"write a file"_s);
        QVERIFY(preview->actions.first().usual.has_value());
        QVERIFY(preview->usual.value() >= milliseconds(40));
        QCOMPARE(program.world->bricks().size(), 2);
    }

    void failureIsTakenBack()
    {
        QTemporaryDir folder;
        Program program(folder.path(), makeWorld(folder.path()));
        program.world->failing = u"3"_s;
        const Result<Operation> operation = runToEnd(program, wallRequest(5));
        VERIFY_OK(operation);
        QCOMPARE(operation->outcome, Outcome::Failed);
        QCOMPARE(program.world->bricks(), QStringList());
    }

    void unknownIsObservedAndNotRepeated()
    {
        QTemporaryDir folder;
        Program program(folder.path(), makeWorld(folder.path()));
        program.world->vanishing = u"2"_s;
        const Result<Operation> operation = runToEnd(program, wallRequest(3));
        VERIFY_OK(operation);
        QCOMPARE(operation->outcome, Outcome::Ok);
        QCOMPARE(operation->actions[1].state, u"unknown"_s);
        QCOMPARE(program.world->bricks().size(), 3);
    }

    void cancelFromAnotherProgram()
    {
        QTemporaryDir folder;
        const auto world = makeWorld(folder.path());
        world->delayMs = 150;
        Program one(folder.path(), world);
        Program two(folder.path(), world);
        const Result<QString> id = await(one.engine->start(wallRequest(20), {}));
        VERIFY_OK(id);
        QTRY_VERIFY(world->bricks().size() >= 2);
        VERIFY_OK(await(two.engine->cancel(*id)));
        const Result<Operation> operation = await(two.engine->finished(*id, {}));
        VERIFY_OK(operation);
        QCOMPARE(operation->outcome, Outcome::Cancelled);
        QCOMPARE(world->bricks(), QStringList());
        QCOMPARE(await(two.engine->cancel(*id)).error().kind, ErrorKind::Conflict);
    }

    void secondOperatorIsToldAndMayWait()
    {
        QTemporaryDir folder;
        const auto world = makeWorld(folder.path());
        world->delayMs = 100;
        Program one(folder.path(), world);
        Program two(folder.path(), world);
        const Result<QString> id = await(one.engine->start(wallRequest(5), {}));
        VERIFY_OK(id);
        const Result<QString> refused = await(two.engine->start(wallRequest(7), {}));
        QCOMPARE(refused.error().kind, ErrorKind::Locked);
        for (const QString& field : {u"owner"_s, u"host"_s, u"since"_s, u"lock"_s}) {
            QVERIFY2(!refused.error().details[field].toString().isEmpty(), qPrintable(field));
        }
        QCOMPARE(refused.error().details[u"operation"_s].toString(), *id);
        Request patient = wallRequest(7);
        patient.lockWait = milliseconds(10'000);
        const Result<Operation> served = runToEnd(two, patient);
        VERIFY_OK(served);
        QCOMPARE(served->outcome, Outcome::Ok);
        QCOMPARE(served->actions.size(), 2);
        QCOMPARE(world->bricks().size(), 7);
    }

    void movedWorldIsRefused()
    {
        QTemporaryDir folder;
        Program program(folder.path(), makeWorld(folder.path()));
        Request request = wallRequest(2);
        request.expected = [](const Json& world) -> Result<void> {
            return world[u"bricks"_s].toArray().size() == 1
                       ? Result<void>()
                       : Error(ErrorKind::Conflict, u"no brick is there"_s);
        };
        QCOMPARE(await(program.engine->start(request, {})).error().kind, ErrorKind::Conflict);
        VERIFY_OK(runToEnd(program, wallRequest(1)));  // the lease was let go
    }

    void suspendAndResume()
    {
        QTemporaryDir folder;
        const auto world = makeWorld(folder.path());
        world->delayMs = 50;
        QString id;
        {
            Program program(folder.path(), world);
            id = *await(program.engine->start(wallRequest(8), {}));
            QTRY_VERIFY(world->bricks().size() >= 2);
        }
        const qsizetype before = world->bricks().size();
        QVERIFY(before < 8);
        Program again(folder.path(), world);
        QCOMPARE(await(again.engine->operation(id))->state, u"suspended"_s);
        QCOMPARE(await(again.engine->resumeAbandoned()).valueOr({}), QStringList{id});
        QCOMPARE(await(again.engine->finished(id, {}))->outcome, Outcome::Ok);
        QCOMPARE(world->bricks().size(), 8);
    }

    void breakingALockStopsItsHolder()
    {
        QTemporaryDir folder;
        const auto world = makeWorld(folder.path());
        world->delayMs = 100;
        Program one(folder.path(), world);
        Program two(folder.path(), world);
        const QString id = *await(one.engine->start(wallRequest(10), {}));
        QTRY_VERIFY(!world->bricks().isEmpty());
        const Result<QString> refused = await(two.engine->start(wallRequest(1), {}));
        QCOMPARE(await(two.engine->breakLock(u"site/one"_s, u"wrong"_s)).error().kind,
                 ErrorKind::Conflict);
        VERIFY_OK(await(
            two.engine->breakLock(u"site/one"_s, refused.error().details[u"lock"_s].toString())));
        const Result<Operation> operation =
            await(two.engine->finished(id, {}));  // taken up by the second
        VERIFY_OK(operation);
        QCOMPARE(operation->outcome, Outcome::Ok);
        QCOMPARE(world->bricks().size(), 10);
    }

    /// Its heartbeat is an hour old when it wakes up and another program writes; nobody took the
    /// lock meanwhile.
    void sleepTakesNoLock()
    {
        QTemporaryDir folder;
        QTemporaryDir elsewhere;
        const auto slow = makeWorld(folder.path());
        slow->delayMs = 2'000;
        Program one(folder.path(), slow);
        Program two(folder.path(), makeWorld(elsewhere.path()));
        const QString id = *await(one.engine->start(wallRequest(1), {}));
        const auto laying = [&] {
            const Result<Operation> operation = await(one.engine->operation(id));
            return operation && !operation->actions.isEmpty() ? operation->actions.first()
                                                              : ActionView();
        };
        QTRY_COMPARE(laying().state, u"running"_s);
        const QDateTime began = laying().started;
        one.clock.ahead = 3'600'000;
        Request other = wallRequest(1);
        other.target = u"site/two"_s;
        VERIFY_OK(runToEnd(two, other));
        const Result<Operation> operation = await(one.engine->finished(id, {}));
        VERIFY_OK(operation);
        QCOMPARE(operation->outcome, Outcome::Ok);
        QCOMPARE(laying().started, began);  // not once more
    }

    void killedAnywhereItGoesOn()
    {
        int fired = 0;
        for (int record = 1; record <= 14; ++record) {
            QTemporaryDir folder;
            const auto world = makeWorld(folder.path());
            QProcess child;
            QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
            environment.insert(u"ANALEMMA_CRASH_AT"_s, QString::number(record));
            child.setProcessEnvironment(environment);
            child.start(QCoreApplication::applicationFilePath(),
                        {u"--build-wall"_s, folder.path()});
            QVERIFY(child.waitForFinished());
            if (child.exitStatus() == QProcess::NormalExit) {
                QCOMPARE(child.exitCode(), 0);
                break;
            }
            ++fired;
            Program program(folder.path(), world);
            const Result<QList<Operation>> all = await(program.engine->operations({}, 10));
            VERIFY_OK(all);
            QCOMPARE(all->size(), 1);
            const Result<Operation> operation =
                await(program.engine->finished(all->first().id, {}));
            VERIFY_OK(operation);
            QCOMPARE(operation->outcome, Outcome::Ok);
            QCOMPARE(world->bricks().size(), 6);
        }
        QCOMPARE(fired, 14);  // start, six intents, six outcomes, the end
    }

    void racesHaveOneWinner()
    {
        QTemporaryDir folder;
        const auto world = makeWorld(folder.path());
        Program one(folder.path(), world);
        Program two(folder.path(), world);
        int races = 0;
        for (int round = 1; round <= 20; ++round) {
            const auto a = test::listen(one.engine->start(wallRequest(round), {}), this);
            const auto b = test::listen(two.engine->start(wallRequest(round), {}), this);
            QTRY_VERIFY(a->has_value() && b->has_value());
            if ((**a).ok() && (**b).ok()) {  // only where the one began after the other's end
                const Operation first = await(one.engine->finished((**a).value(), {})).value();
                const Operation second = await(two.engine->finished((**b).value(), {})).value();
                QVERIFY(first.finished <= second.created || second.finished <= first.created);
                continue;
            }
            ++races;
            QVERIFY((**a).ok() || (**b).ok());
            QCOMPARE(((**a).ok() ? **b : **a).error().kind, ErrorKind::Locked);
            Program& winner = (**a).ok() ? one : two;
            VERIFY_OK(await(winner.engine->finished(((**a).ok() ? **a : **b).value(), {})));
        }
        QVERIFY2(races >= 10, qPrintable(QString::number(races)));
    }
};

int main(int argc, char** argv)
{
    QCoreApplication application(argc, argv);
    const QStringList arguments = application.arguments();
    if (arguments.value(1) == u"--build-wall"_s) {
        Program program(arguments.value(2), makeWorld(arguments.value(2)));
        const Result<Operation> built = runToEnd(program, wallRequest(6));
        return built && built->outcome == Outcome::Ok ? 0 : 1;
    }
    TestEngine test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_engine.moc"
