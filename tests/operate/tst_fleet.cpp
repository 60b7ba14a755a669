#include "core/operate/fleet.h"

#include "core/base/files.h"

#include "tests/ssh/private_sshd.h"
#include "tests/support.h"

#include <QJsonDocument>
#include <QSet>

using namespace Qt::StringLiterals;
using namespace analemma;
using namespace analemma::test;
using operate::Fleet;
using operate::FleetRequest;
using operate::FleetView;
using operate::HostStep;
using operate::StepState;

namespace {

Task<Result<ssh::ChosenSession>> connectTo(ssh::Client* client, std::optional<ssh::Target> target,
                                           CancelToken cancel)
{
    if (!target) {
        co_return Error(ErrorKind::Network, u"it refused the connection"_s);
    }
    ssh::ConnectOptions options;
    options.timeout = milliseconds(5000);
    options.keepalive = milliseconds(1000);
    Result<std::shared_ptr<ssh::Session>> session =
        co_await client->connectTo(*target, options, cancel);
    if (!session) {
        co_return session.error();
    }
    ssh::ChosenSession chosen;
    chosen.session = *session;
    co_return chosen;
}

Task<Result<QList<operate::Host>>> listOf(QList<operate::Host> hosts)
{
    co_return hosts;
}

class OneSecret : public store::SecretSource {
public:
    Task<Result<Secret>> secret(QString name) override { return give(name); }
    static Task<Result<Secret>> give(QString name)
    {
        if (name != "api"_L1) {
            co_return Error(ErrorKind::NotFound, u"there is no secret named "_s + name);
        }
        co_return Secret(QByteArray("hunter2-hunter2"));
    }
};

/// Three servers, and a program that drives operations on them.
struct World {
    ssh::Library library;
    QTemporaryDir folder;
    SystemClock clock;
    OneSecret secrets;
    std::unique_ptr<PrivateSshd> servers[3];
    ssh::Client client{2};
    std::unique_ptr<store::Store> store;
    std::unique_ptr<engine::Engine> engine;
    std::unique_ptr<Fleet> fleet;
    int connects = 0;
    QSet<QString> away;  ///< cannot be connected to

    QString start()
    {
        for (int i = 0; i < 3; ++i) {
            servers[i] =
                std::make_unique<PrivateSshd>(QStringList{u"ed25519"_s}, QByteArray(), 10 + i);
            if (const QString problem = servers[i]->start(); !problem.isEmpty()) {
                return problem;
            }
        }
        auto opened = store::Store::open(folder.path());
        if (!opened) {
            return opened.error().message;
        }
        store = std::move(*opened);
        makeEngine();
        return {};
    }
    void makeEngine()
    {
        fleet.reset();
        engine = std::make_unique<engine::Engine>(store.get(), &clock, u"test"_s, u"tst_fleet"_s);
        fleet = std::make_unique<Fleet>(
            store.get(), engine.get(), &secrets, [this] { return listOf(hosts()); },
            [this](const QString& name, const CancelToken& cancel) {
                ++connects;
                const int i = name.right(1).toInt() - 1;
                const bool reachable = i >= 0 && i < 3 && !away.contains(name);
                return connectTo(&client,
                                 reachable ? std::optional(servers[i]->target()) : std::nullopt,
                                 cancel);
            },
            &clock);
    }
    [[nodiscard]] static QList<operate::Host> hosts()
    {
        QList<operate::Host> list;
        for (const QString& name : {u"web-1"_s, u"web-2"_s, u"web-3"_s, u"gone-9"_s}) {
            operate::Host host;
            host.name = name;
            host.address = u"127.0.0.1"_s;
            list.append(host);
        }
        return list;
    }
    [[nodiscard]] QByteArray read(int server, const QString& name) const
    {
        return servers[server]->read(name);
    }
    /// Only the connections; the listener goes on, and so does what was begun.
    void cut(int server) const
    {
        const qint64 listener = servers[server]->pid();
        for (const qint64 pid : processTree(listener)) {
            QFile name(u"/proc/%1/comm"_s.arg(pid));
            if (pid != listener && name.open(QIODevice::ReadOnly) &&
                name.readAll().startsWith("sshd")) {
                ::kill(pid_t(pid), SIGKILL);
            }
        }
    }
    /// Runs it to its end.
    Result<FleetView> run(const FleetRequest& request, int seconds = 40)
    {
        Result<QString> id = await(fleet->run(request, {}));
        return id ? ended(*id, seconds) : Result<FleetView>(id.error());
    }
    Result<FleetView> ended(const QString& id, int seconds = 40)
    {
        auto finished = await(engine->finished(id, {}), std::chrono::seconds(seconds));
        return finished ? await(fleet->show(id)) : Result<FleetView>(finished.error());
    }
    QByteArray output(const HostStep& step)
    {
        return step.sha256.isEmpty() ? QByteArray()
                                     : await(fleet->output(step.sha256)).valueOr("not kept");
    }
    [[nodiscard]] QString events(const QString& id)
    {
        QString text;
        for (const store::EventRow& row : await(engine->events(0, id, 1000)).valueOr({})) {
            text += row.body[u"text"_s].toString() + u'\n';
        }
        return text;
    }
    /// No step lies on a server any more; an empty mark may stay for a day.
    [[nodiscard]] bool isClean() const
    {
        return std::none_of(std::begin(servers), std::end(servers), [](const auto& one) {
            const QDir steps(one->path(u".analemma/steps"_s));
            return !steps.entryList(QDir::Dirs | QDir::NoDotAndDotDot).isEmpty();
        });
    }
};

FleetRequest ask(const QString& command,
                 const QStringList& hosts = {u"web-1"_s, u"web-2"_s, u"web-3"_s})
{
    FleetRequest request;
    request.command = command;
    request.hosts = hosts;
    return request;
}

QString states(const FleetView& view)
{
    QStringList words;
    for (const HostStep& step : view.steps) {
        words.append(toString(step.state));
    }
    return words.join(u", "_s);
}

}  // namespace

class TestFleet : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void cleanupTestCase();
    void equalAndUnequal();
    void previewsTheExactCommand();
    void refuses();
    void scriptsAndTails();
    void limits();
    void failsFast();
    void timesOut();
    void cutMidStep();
    void cutAtTheStart();
    void serverIsAway();
    void unreachable();
    void cancels();
    void suspendsAndResumes();
    void secretsStaySecret();
    void longOutputIsCut();
    void floodsAreEnded();

private:
    std::unique_ptr<World> m_world;
};

void TestFleet::initTestCase()
{
    m_world = std::make_unique<World>();
    const QString problem = m_world->start();
    QVERIFY2(problem.isEmpty(), qPrintable(problem));
    m_world->servers[1]->write(u"odd"_s, "yes");
}

void TestFleet::cleanupTestCase()
{
    VERIFY_OK(await(m_world->engine->suspendAll()));
    m_world.reset();
}

void TestFleet::equalAndUnequal()
{
    World& w = *m_world;
    const Result<FleetView> view =
        w.run(ask(u"echo said; if [ -e ~/odd ]; then echo 'not so' >&2; exit 3; fi"_s));
    VERIFY_OK(view);
    QCOMPARE(states(*view), u"ok, failed, ok"_s);
    QCOMPARE(view->operation.outcome, engine::Outcome::Failed);
    QCOMPARE(view->operation.reason, u"2 ok, 1 failed: web-2: exit code 3."_s);
    QCOMPARE(view->steps[1].exitCode, 3);
    QCOMPARE(w.output(view->steps[0]), QByteArray("said\n"));
    QCOMPARE(w.output(view->steps[1]), QByteArray("said\nnot so\n"));
    QVERIFY(view->steps[0].duration.has_value());
    const QList<operate::FleetGroup> groups = grouped(view->steps);
    QCOMPARE(groups.size(), 2);
    QCOMPARE(groups[0].hosts, QStringList({u"web-1"_s, u"web-3"_s}));
    QCOMPARE(groups[1].exitCode, 3);
    for (const auto& server : w.servers) {
        QVERIFY2(!QFile::exists(server->path(u".analemma"_s)), "nothing is left there");
    }
    QCOMPARE(operate::againOnFailed(*view).hosts, QStringList(u"web-2"_s));
    const Result<QList<FleetView>> all = await(w.fleet->list(10));
    VERIFY_OK(all);
    QCOMPARE(all->first().operation.id, view->operation.id);
    QCOMPARE(states(all->first()), u"ok, failed, ok"_s);
}

void TestFleet::previewsTheExactCommand()
{
    World& w = *m_world;
    const int before = w.connects;
    const Result<engine::Preview> preview =
        await(w.fleet->preview(ask(u"systemctl restart 'my app'"_s)));
    VERIFY_OK(preview);
    QVERIFY(preview->possible);
    QCOMPARE(preview->title, u"systemctl restart 'my app' on 3 servers"_s);
    QCOMPARE(preview->actions.size(), 4);
    QCOMPARE(preview->actions[0].action.says.call, u"systemctl restart 'my app'"_s);
    QCOMPARE(preview->actions[2].action.says.title, u"Run on web-3"_s);
    QCOMPARE(w.connects, before);
}

void TestFleet::refuses()
{
    World& w = *m_world;
    QCOMPARE(await(w.fleet->run(ask(u"ls"_s, {}), {})).error().kind, ErrorKind::Invalid);
    QCOMPARE(await(w.fleet->run(ask(u"  "_s), {})).error().kind, ErrorKind::Invalid);
    QCOMPARE(await(w.fleet->run(ask(u"ls"_s, {u"web-7"_s}), {})).error().kind, ErrorKind::NotFound);
    FleetRequest wide = ask(u"ls"_s);
    wide.limit = 0;
    QCOMPARE(await(w.fleet->run(wide, {})).error().kind, ErrorKind::Invalid);
    QCOMPARE(await(w.fleet->show(u"01nothing"_s)).error().kind, ErrorKind::NotFound);
    QCOMPARE(await(w.fleet->output(u"../../etc/passwd"_s)).error().kind, ErrorKind::Invalid);
}

void TestFleet::scriptsAndTails()
{
    World& w = *m_world;
    QByteArray seen;
    QObject context;
    connect(w.fleet.get(), &Fleet::outputAdded, &context,
            [&](const QString& operation, const QString& host) {
                seen = w.fleet->tail(operation, host);
            });
    const Result<FleetView> view = w.run(
        ask(u"#!/usr/bin/env python3\nimport time\nprint('first', flush=True)\ntime.sleep(3)\n"
            "print('second')\n"_s,
            {u"web-1"_s}));
    VERIFY_OK(view);
    QCOMPARE(states(*view), u"ok"_s);
    QCOMPARE(w.output(view->steps[0]), QByteArray("first\nsecond\n"));
    QVERIFY(seen.startsWith("first\n"));
    QVERIFY(view->steps[0].duration.value() >= milliseconds(3000));
    QVERIFY(w.fleet->tail(view->operation.id, u"web-1"_s).isEmpty());
}

void TestFleet::limits()
{
    World& w = *m_world;
    const QString place = w.folder.filePath(u"running"_s);
    QVERIFY(QDir().mkpath(place));
    FleetRequest request =
        ask(u"mkdir %1/$$ && ls %1 | wc -l >>%1.seen; sleep 0.7; rmdir %1/$$"_s.arg(place));
    request.limit = 2;
    const Result<FleetView> view = w.run(request);
    VERIFY_OK(view);
    QCOMPARE(states(*view), u"ok, ok, ok"_s);
    QFile file(place + u".seen"_s);
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QByteArrayList counts = file.readAll().trimmed().split('\n');
    QCOMPARE(counts.size(), 3);
    for (const QByteArray& count : counts) {
        QVERIFY2(count.trimmed().toInt() <= 2, count.constData());
    }
}

void TestFleet::failsFast()
{
    World& w = *m_world;
    FleetRequest request = ask(u"touch ~/fast; exit 9"_s);
    request.limit = 1;
    request.failFast = true;
    const Result<FleetView> view = w.run(request);
    VERIFY_OK(view);
    QCOMPARE(states(*view), u"failed, cancelled, cancelled"_s);
    QCOMPARE(view->steps[2].reason, u"it was not begun"_s);
    QVERIFY(QFile::exists(w.servers[0]->path(u"fast"_s)));
    QVERIFY(!QFile::exists(w.servers[1]->path(u"fast"_s)));
}

void TestFleet::timesOut()
{
    World& w = *m_world;
    FleetRequest request = ask(u"sleep 600 & echo $! $$; wait"_s, {u"web-1"_s});
    request.timeout = milliseconds(1000);
    QElapsedTimer timer;
    timer.start();
    const Result<FleetView> view = w.run(request);
    VERIFY_OK(view);
    QCOMPARE(states(*view), u"timed out"_s);
    QVERIFY(timer.elapsed() < 60'000);
    const QByteArrayList pids = w.output(view->steps[0]).trimmed().split(' ');
    QCOMPARE(pids.size(), 2);
    for (const QByteArray& pid : pids) {
        QVERIFY(pid.toInt() > 0);
        QTRY_VERIFY(::kill(pid.toInt(), 0) != 0);
    }
}

/// The connection breaks while it runs, three times: it runs once, and all of its output is here.
void TestFleet::cutMidStep()
{
    World& w = *m_world;
    const Result<QString> id = await(w.fleet->run(
        ask(u"echo run >>~/cut; for i in 1 2 3 4 5 6 7 8; do echo $i; sleep 0.5; done"_s), {}));
    VERIFY_OK(id);
    QTRY_VERIFY_WITH_TIMEOUT(!w.read(2, u"cut"_s).isEmpty(), 10'000);
    for (int i = 0; i < 3; ++i) {
        w.cut(0);
        w.cut(2);
        QTest::qWait(700);
    }
    const Result<FleetView> view = w.ended(*id);
    VERIFY_OK(view);
    QCOMPARE(states(*view), u"ok, ok, ok"_s);
    for (int i = 0; i < 3; ++i) {
        QCOMPARE(w.read(i, u"cut"_s), QByteArray("run\n"));
        QCOMPARE(w.output(view->steps[i]), QByteArray("1\n2\n3\n4\n5\n6\n7\n8\n"));
    }
    const QString events = w.events(*id);
    QVERIFY2(events.contains(u"web-1: the connection is lost"_s), qPrintable(events));
    QVERIFY(events.contains(u"web-1: connected again"_s));
}

/// The connection breaks at moments around the start; after all of them it has run once.
void TestFleet::cutAtTheStart()
{
    World& w = *m_world;
    for (int i = 0; i < 12; ++i) {
        const QString name = u"start-%1"_s.arg(i);
        const int before = w.connects;
        const Result<QString> id =
            await(w.fleet->run(ask(u"echo run >>~/%1; sleep 0.2"_s.arg(name), {u"web-1"_s}), {}));
        VERIFY_OK(id);
        QTRY_VERIFY_WITH_TIMEOUT(w.connects > before, 5000);
        QTest::qWait(60 + i * 15);
        w.cut(0);
        const Result<FleetView> view = w.ended(*id);
        VERIFY_OK(view);
        const bool ran = view->steps[0].state == StepState::Ok;
        QVERIFY2(ran || view->steps[0].state == StepState::Unreachable, qPrintable(states(*view)));
        QCOMPARE(w.read(0, name), ran ? QByteArray("run\n") : QByteArray());
    }
}

/// A server that does not come back in time: nobody knows, until somebody looks.
void TestFleet::serverIsAway()
{
    World& w = *m_world;
    FleetRequest request =
        ask(u"echo run >>~/away; sleep 1; echo done"_s, {u"web-1"_s, u"web-3"_s});
    request.patience = milliseconds(1500);
    const Result<QString> id = await(w.fleet->run(request, {}));
    VERIFY_OK(id);
    QTRY_VERIFY_WITH_TIMEOUT(!w.read(2, u"away"_s).isEmpty(), 10'000);
    w.away.insert(u"web-3"_s);
    w.cut(2);
    Result<FleetView> view = w.ended(*id);
    VERIFY_OK(view);
    QCOMPARE(states(*view), u"ok, unknown"_s);
    QCOMPARE(view->operation.outcome, engine::Outcome::Unknown);
    QVERIFY(operate::againOnFailed(*view).hosts.isEmpty());
    QVERIFY(QFile::exists(w.servers[2]->path(u".analemma"_s)));

    w.away.clear();
    const Result<QString> look = await(w.fleet->check(*id, {}));
    VERIFY_OK(look);
    VERIFY_OK(w.ended(*look));
    view = await(w.fleet->show(*id));
    VERIFY_OK(view);
    QCOMPARE(states(*view), u"ok, ok"_s);
    QCOMPARE(w.output(view->steps[1]), QByteArray("done\n"));
    QCOMPARE(w.read(2, u"away"_s), QByteArray("run\n"));
    QCOMPARE(await(w.fleet->check(*id, {})).error().kind, ErrorKind::Conflict);
    QCOMPARE(await(w.fleet->list(1))->first().operation.id, *id);
}

void TestFleet::unreachable()
{
    World& w = *m_world;
    const Result<FleetView> view = w.run(ask(u"true"_s, {u"gone-9"_s, u"web-2"_s}));
    VERIFY_OK(view);
    QCOMPARE(states(*view), u"unreachable, ok"_s);
    QVERIFY(view->steps[0].reason.contains(u"refused the connection"_s));
}

void TestFleet::cancels()
{
    World& w = *m_world;
    FleetRequest request = ask(u"echo $$; sleep 600"_s);
    request.limit = 2;
    const Result<QString> id = await(w.fleet->run(request, {}));
    VERIFY_OK(id);
    QTRY_VERIFY_WITH_TIMEOUT(!w.fleet->tail(*id, u"web-2"_s).isEmpty(), 10'000);
    const pid_t pid = w.fleet->tail(*id, u"web-2"_s).trimmed().toInt();
    QVERIFY(pid > 0 && ::kill(pid, 0) == 0);
    VERIFY_OK(await(w.engine->cancel(*id)));
    const Result<FleetView> view = w.ended(*id);
    VERIFY_OK(view);
    QCOMPARE(states(*view), u"cancelled, cancelled, cancelled"_s);
    QCOMPARE(view->operation.outcome, engine::Outcome::Cancelled);
    QCOMPARE(view->steps[1].reason, u"it was ended"_s);
    QCOMPARE(view->steps[2].reason, u"it was not begun"_s);
    QTRY_VERIFY(::kill(pid, 0) != 0);
    // What stays for a day is an empty mark that keeps a late start away.
    QVERIFY(w.isClean());
}

/// The program ends and begins again while it runs.
void TestFleet::suspendsAndResumes()
{
    World& w = *m_world;
    const Result<QString> id =
        await(w.fleet->run(ask(u"echo run >>~/twice; sleep 2; echo end"_s), {}));
    VERIFY_OK(id);
    QTRY_VERIFY_WITH_TIMEOUT(!w.read(0, u"twice"_s).isEmpty(), 10'000);
    VERIFY_OK(await(w.engine->suspendAll()));
    w.makeEngine();
    VERIFY_OK(await(w.engine->resumeAbandoned()));
    const Result<FleetView> view = w.ended(*id);
    VERIFY_OK(view);
    QCOMPARE(states(*view), u"ok, ok, ok"_s);
    for (int i = 0; i < 3; ++i) {
        QCOMPARE(w.read(i, u"twice"_s), QByteArray("run\n"));
        QCOMPARE(w.output(view->steps[i]), QByteArray("end\n"));
    }
}

void TestFleet::secretsStaySecret()
{
    World& w = *m_world;
    FleetRequest request = ask(
        u"cat \"$ANALEMMA_INPUTS/token\"; stat -c %a \"$ANALEMMA_INPUTS/token\"; "
        "tr '\\0' ' ' </proc/$PPID/cmdline; env | grep -cF \"$(cat \"$ANALEMMA_INPUTS/token\")\""_s,
        {u"web-1"_s});
    request.secrets[u"token"_s] = u"api"_s;
    const Result<FleetView> view = w.run(request);
    VERIFY_OK(view);
    const QByteArray output = w.output(view->steps[0]);
    QVERIFY2(output.startsWith("***\n600\n"), output.constData());
    QVERIFY2(output.endsWith("0\n") && !output.contains("hunter2"), output.constData());
    QVERIFY(!QString::fromUtf8(QJsonDocument(view->operation.toJson()).toJson())
                 .contains(u"hunter2"_s));
    request.secrets[u"token"_s] = u"other"_s;
    const Result<FleetView> missing = w.run(request);
    VERIFY_OK(missing);
    QCOMPARE(states(*missing), u"failed"_s);
    QVERIFY(missing->steps[0].reason.contains(u"no secret named"_s));
}

void TestFleet::longOutputIsCut()
{
    World& w = *m_world;
    const Result<FleetView> view =
        w.run(ask(u"head -c 3145728 /dev/zero | tr '\\0' x"_s, {u"web-2"_s}));
    VERIFY_OK(view);
    const HostStep& step = view->steps[0];
    QCOMPARE(step.state, StepState::Ok);
    QCOMPARE(step.totalBytes, 3 * 1024 * 1024);
    QCOMPARE(step.keptBytes, Fleet::kOutputLimit);
    QVERIFY(step.isCut());
    QCOMPARE(w.output(step), QByteArray(Fleet::kOutputLimit, 'x'));
}

void TestFleet::floodsAreEnded()
{
    World& w = *m_world;
    const Result<FleetView> view =
        w.run(ask(u"echo $$; head -c 70000000 /dev/zero; sleep 600"_s, {u"web-2"_s}));
    VERIFY_OK(view);
    QCOMPARE(states(*view), u"failed"_s);
    QVERIFY2(view->steps[0].reason.contains(u"wrote more than"_s),
             qPrintable(view->steps[0].reason));
    const pid_t pid = w.output(view->steps[0]).split('\n').first().toInt();
    QVERIFY(pid > 0);
    QTRY_VERIFY(::kill(pid, 0) != 0);
}

QTEST_GUILESS_MAIN(TestFleet)
#include "tst_fleet.moc"
