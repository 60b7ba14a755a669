#include "core/base/files.h"
#include "core/operate/rotation.h"
#include "tests/operate/hosts_fixture.h"

#include <QJsonArray>

using namespace Qt::StringLiterals;
using namespace analemma;
using namespace analemma::operate;
using analemma::engine::Observed;
using analemma::engine::Outcome;
using analemma::engine::Plan;
using analemma::test::await;

namespace {

const QStringList everyServer = {u"web-1"_s, u"web-2"_s, u"web-3"_s};

/// Three real servers; the last one does not take keys of the new kind.
struct Fleet {
    std::vector<std::unique_ptr<test::PrivateSshd>> servers;
    QTemporaryDir folder;  ///< of the user's keys: "old" and "new"

    QString start()
    {
        for (int i = 0; i < 3; ++i) {
            const QByteArray extra = i == 2 ? "PubkeyAcceptedAlgorithms ssh-ed25519" : "";
            servers.push_back(
                std::make_unique<test::PrivateSshd>(QStringList{u"ed25519"_s}, extra, 2 + i));
            test::PrivateSshd& one = *servers.back();
            // Its own file of keys is the one that commands find below $HOME.
            if (!QFile::link(one.path(u"."_s), one.path(u".ssh"_s)) || !one.start().isEmpty()) {
                return u"a server does not start"_s;
            }
            if (i > 0) {
                one.write(u"user"_s, servers[0]->read(u"user"_s));
                one.write(u"user.pub"_s, servers[0]->read(u"user.pub"_s));
                one.write(u"authorized_keys"_s, servers[0]->read(u"user.pub"_s));
            }
        }
        if (!QFile::copy(servers[0]->path(u"user"_s), path(u"old"_s)) ||
            !QFile::copy(servers[0]->path(u"user.pub"_s), path(u"old.pub"_s)) ||
            !servers[0]->makeKey(u"fresh"_s, u"ecdsa"_s) ||
            !QFile::copy(servers[0]->path(u"fresh"_s), path(u"new"_s)) ||
            !QFile::copy(servers[0]->path(u"fresh.pub"_s), path(u"new.pub"_s))) {
            return u"no keys"_s;
        }
        QFile::setPermissions(path(u"old"_s), QFile::ReadOwner | QFile::WriteOwner);
        QFile::setPermissions(path(u"new"_s), QFile::ReadOwner | QFile::WriteOwner);
        // What a program started beside this one has to know of them.
        QByteArray list;
        for (const auto& one : servers) {
            list += one->address().toUtf8() + ' ' + QByteArray::number(one->port()) + ' ' +
                    one->hostKey(u"ed25519"_s).toUtf8() + '\n';
        }
        return writeFile(path(u"list"_s), list) ? QString() : u"no list"_s;
    }
    [[nodiscard]] QString path(const QString& name) const { return folder.filePath(name); }
};

ssh::PublicKey publicHalf(const QString& folder, const QString& name)
{
    const QByteArray line = readFile(folder + u'/' + name + u".pub"_s, 10'000).valueOr({});
    return ssh::parsePublicKey(line).valueOr({});
}

/// The door to a server of the list, by a key of the folder.
Task<Result<std::shared_ptr<ssh::Session>>> enter(ssh::Client* client, QString folder,
                                                  QString server, QString keyFile,
                                                  CancelToken cancel)
{
    const qsizetype index = everyServer.indexOf(server);
    const QByteArrayList lines = readFile(folder + u"/list"_s, 10'000).valueOr({}).split('\n');
    if (index < 0 || index >= lines.size()) {
        co_return Error(ErrorKind::NotFound, u"there is no %1"_s.arg(server));
    }
    const QString line = QString::fromUtf8(lines[index]);
    ssh::Target target;
    target.host = line.section(u' ', 0, 0);
    target.port = line.section(u' ', 1, 1).toInt();
    target.hostKey = line.section(u' ', 2);
    target.user = test::PrivateSshd::user();
    target.keyFile = keyFile;
    ssh::ConnectOptions options;
    auto connecting = client->connectTo(target, options, cancel);
    Result<std::shared_ptr<ssh::Session>> session = co_await std::move(connecting);
    co_return session;
}

/// One program on a workspace whose servers are the list's. `usual` tries the old key, then the
/// new one, as an operator's keys would be.
Task<Result<std::shared_ptr<ssh::Session>>> enterAnyhow(ssh::Client* client, QString folder,
                                                        QString server, CancelToken cancel)
{
    auto first = enter(client, folder, server, folder + u"/old"_s, cancel);
    Result<std::shared_ptr<ssh::Session>> session = co_await std::move(first);
    if (!session && session.error().kind == ErrorKind::Auth) {
        auto second = enter(client, folder, server, folder + u"/new"_s, cancel);
        session = co_await std::move(second);
    }
    co_return session;
}

struct Program {
    explicit Program(const QString& folder)
    {
        auto opened = store::Store::open(folder + u"/state"_s);
        store = opened ? std::move(opened).value() : nullptr;
        engine = std::make_unique<engine::Engine>(store.get(), &clock, u"test"_s, u"tst"_s);
        KeyDoors doors;
        doors.usual = [this, folder](QString server, CancelToken cancel) {
            return enterAnyhow(&client, folder, std::move(server), cancel);
        };
        doors.withKey = [this, folder](QString server, QString keyFile, CancelToken cancel) {
            return enter(&client, folder, std::move(server), std::move(keyFile), cancel);
        };
        for (engine::Kind& kind : keyKinds(doors)) {
            engine->add(std::move(kind));
        }
    }
    ~Program() { (void)await(engine->suspendAll()); }

    SystemClock clock;
    ssh::Client client;
    std::unique_ptr<store::Store> store;
    std::unique_ptr<engine::Engine> engine;
};

KeyChange fleetChange(const QString& folder, const QStringList& servers)
{
    KeyChange change;
    change.add = publicHalf(folder, u"new"_s);
    change.addFile = folder + u"/new"_s;
    change.comment = u"ana, 2026"_s;
    change.remove = publicHalf(folder, u"old"_s);
    change.servers = servers;
    return change;
}

Result<engine::Operation> runToEnd(Program& program, const KeyChange& change)
{
    const Result<engine::Request> request = keyChangeRequest(change);
    if (!request) {
        return request.error();
    }
    const Result<QString> id = await(program.engine->start(*request, {}));
    return id ? await(program.engine->finished(*id, {}), std::chrono::seconds(60))
              : Result<engine::Operation>(id.error());
}

}  // namespace

class TestOperateRotation : public test::HostsFixture {
    Q_OBJECT

private Q_SLOTS:
    void plans_data();
    void plans();
    void lanes();
    void jumpHostsLast();
    void requests();
    void rotatesAndLocksNobodyOut();
    void installsOnly();
    void killedAnywhereItGoesOn();
    void overHosts();

private:
    static bool logsIn(Program& program, const QString& folder, const QString& server,
                       const QString& key)
    {
        return await(enter(&program.client, folder, server, folder + u'/' + key, {})).ok();
    }
    SystemClock m_clock;
};

void TestOperateRotation::plans_data()
{
    QTest::addColumn<QString>("journal");  ///< "key=ok key=failed …"
    QTest::addColumn<bool>("cancelling");
    QTest::addColumn<QString>("actions");  ///< those left; or the outcome and who is done
    const char* all = "install/a prove/a remove/a install/b prove/b remove/b";
    QTest::newRow("at first") << u""_s << false << QString::fromLatin1(all);
    QTest::newRow("one is there") << u"install/a=ok"_s << false
                                  << u"prove/a remove/a install/b prove/b remove/b"_s;
    QTest::newRow("proved") << u"install/a=ok prove/a=ok"_s << false
                            << u"remove/a install/b prove/b remove/b"_s;
    QTest::newRow("one done") << u"install/a=ok prove/a=ok remove/a=ok"_s << false
                              << u"install/b prove/b remove/b"_s;
    QTest::newRow("never without a proof")
        << u"install/a=ok prove/a=failed"_s << false << u"install/b prove/b remove/b"_s;
    QTest::newRow("not reached") << u"install/a=failed"_s << false
                                 << u"install/b prove/b remove/b"_s;
    QTest::newRow("nobody knows") << u"install/a=unknown"_s << false << QString::fromLatin1(all);
    QTest::newRow("too often") << u"install/a=unknown4"_s << false
                               << u"install/b prove/b remove/b"_s;
    QTest::newRow("all done") << u"install/a=ok prove/a=ok remove/a=ok install/b=ok prove/b=ok "
                                 "remove/b=ok"_s
                              << false << u"ok a,b"_s;
    QTest::newRow("one kept")
        << u"install/a=ok prove/a=ok remove/a=ok install/b=ok prove/b=failed"_s << false
        << u"failed a"_s;
    QTest::newRow("none") << u"install/a=failed install/b=failed"_s << false << u"failed "_s;
    QTest::newRow("cancelled") << u"install/a=ok prove/a=ok remove/a=ok install/b=ok"_s << true
                               << u"cancelled a"_s;
}

void TestOperateRotation::plans()
{
    QFETCH(const QString, journal);
    QFETCH(const bool, cancelling);
    QFETCH(const QString, actions);
    const Json wanted{{u"servers"_s, QJsonArray{u"a"_s, u"b"_s}},
                      {u"add"_s, u"new"_s},
                      {u"remove"_s, u"old"_s},
                      {u"gone"_s, u"SHA256:old"_s}};
    Observed observed;
    observed.cancelling = cancelling;
    for (const QString& entry : journal.split(u' ', Qt::SkipEmptyParts)) {
        engine::ActionState state;
        QString outcome = entry.section(u'=', 1);
        state.attempts = outcome.endsWith(u'4') ? 4 : 1;
        state.outcome = engine::outcomeFromString(outcome.remove(u'4'));
        state.error = Error(ErrorKind::Failed, u"refused"_s);
        observed.journal.insert(entry.section(u'=', 0, 0), state);
    }
    const Plan plan = planKeyChange(wanted, observed);
    QStringList left;
    for (const engine::Action& action : plan.actions) {
        left.append(action.key);
        QCOMPARE(action.recovery, engine::Recovery::Idempotent);
        // Within a server each waits for the one before.
        const QString server = action.key.section(u'/', 1);
        const qsizetype at = left.size() - 1;
        QCOMPARE(action.needs, at > 0 && left[at - 1].section(u'/', 1) == server
                                   ? QStringList{left[at - 1]}
                                   : QStringList());
    }
    if (plan.finished) {
        QStringList done;
        for (const QJsonValue& one : plan.result[u"done"_s].toArray()) {
            done.append(one.toString());
        }
        left = {engine::toString(plan.outcome) + u' ' + done.join(u',')};
    }
    QCOMPARE(left.join(u' '), actions);
}

void TestOperateRotation::lanes()
{
    QJsonArray servers;
    for (int i = 0; i < 20; ++i) {
        servers.append(u"s%1"_s.arg(i));
    }
    const Json wanted{{u"servers"_s, servers}, {u"add"_s, u"new"_s}};
    const Plan plan = planKeyChange(wanted, {});
    QCOMPARE(plan.actions.size(), 40);
    int free = 0;
    for (const engine::Action& action : plan.actions) {
        free += action.needs.isEmpty() ? 1 : 0;
    }
    QCOMPARE(free, 8);  // at a time
    QCOMPARE(plan.actions[16].needs, QStringList{u"prove/s0"_s});
}

void TestOperateRotation::jumpHostsLast()
{
    const Json wanted{{u"servers"_s, QJsonArray{u"edge"_s, u"a"_s, u"b"_s, u"far"_s, u"x"_s}},
                      {u"add"_s, u"new"_s},
                      {u"remove"_s, u"old"_s},
                      {u"gone"_s, u"SHA256:old"_s}};
    const Json jumps{{u"a"_s, QJsonArray{u"edge"_s}},
                     {u"b"_s, QJsonArray{u"edge"_s}},
                     {u"far"_s, QJsonArray{u"edge"_s, u"b"_s}},
                     {u"x"_s, QJsonArray{u"ops@elsewhere:22"_s}}};
    Observed observed;
    observed.world = {{u"jumps"_s, jumps}};
    const auto removals = [&wanted](const Observed& seen) {
        QHash<QString, QStringList> all;
        for (const engine::Action& action : planKeyChange(wanted, seen).actions) {
            if (action.verb == u"key.remove") {
                all[action.key] = action.needs;
            }
        }
        return all;
    };
    const auto needs = removals(observed);
    QCOMPARE(needs.size(), 5);
    QCOMPARE(needs[u"remove/edge"_s],
             (QStringList{u"prove/edge"_s, u"remove/a"_s, u"remove/b"_s, u"remove/far"_s}));
    QCOMPARE(needs[u"remove/b"_s], (QStringList{u"prove/b"_s, u"remove/far"_s}));
    QCOMPARE(needs[u"remove/far"_s], QStringList{u"prove/far"_s});
    QCOMPARE(needs[u"remove/x"_s], QStringList{u"prove/x"_s});
    // Who keeps the old key is waited for no more; nor is who has lost it.
    engine::ActionState failed;
    failed.outcome = Outcome::Failed;
    observed.journal.insert(u"prove/a"_s, failed);
    engine::ActionState ok;
    ok.outcome = Outcome::Ok;
    for (const QString& key : {u"install/far"_s, u"prove/far"_s, u"remove/far"_s}) {
        observed.journal.insert(key, ok);
    }
    const auto later = removals(observed);
    QCOMPARE(later[u"remove/edge"_s], (QStringList{u"prove/edge"_s, u"remove/b"_s}));
    QCOMPARE(later[u"remove/b"_s], QStringList{u"prove/b"_s});
    // A circle, which leads nowhere anyway, makes nobody wait for ever.
    observed = Observed();
    observed.world = {
        {u"jumps"_s, Json{{u"a"_s, QJsonArray{u"b"_s}}, {u"b"_s, QJsonArray{u"a"_s}}}}};
    const auto circle = removals(observed);
    QCOMPARE(circle[u"remove/a"_s], QStringList{u"prove/a"_s});
    QCOMPARE(circle[u"remove/b"_s], QStringList{u"prove/b"_s});
}

void TestOperateRotation::requests()
{
    const ssh::PublicKey old = *ssh::parsePublicKey(
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJdD7y3aLq454yWBdwLWbieU1ebz9/"
        "cu7/QEXn9OIeZJ");
    const ssh::PublicKey fresh = *ssh::parsePublicKey(
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA6rWI3G1sz07DnfFlrouTcysQlj2P+"
        "jpNSOEWD9OJ3X");
    KeyChange change;
    change.add = fresh;
    change.addFile = u"/k/new"_s;
    change.remove = old;
    change.servers = {u"a"_s, u"b"_s, u"a"_s};
    const Result<engine::Request> request = keyChangeRequest(change);
    VERIFY_OK(request);
    QCOMPARE(request->kind, u"rotate-key"_s);
    QCOMPARE(request->wanted[u"servers"_s].toArray().size(), 2);
    KeyChange bad = change;
    bad.remove = fresh;
    QCOMPARE(keyChangeRequest(bad).error().kind, ErrorKind::Invalid);
    bad = change;
    bad.addFile.clear();
    QCOMPARE(keyChangeRequest(bad).error().kind, ErrorKind::Invalid);
    bad = change;
    bad.servers.clear();
    QCOMPARE(keyChangeRequest(bad).error().kind, ErrorKind::Invalid);
    bad = change;
    bad.remove = {};
    QCOMPARE(keyChangeRequest(bad)->kind, u"install-key"_s);
}

void TestOperateRotation::rotatesAndLocksNobodyOut()
{
    Fleet fleet;
    const QString problem = fleet.start();
    QVERIFY2(problem.isEmpty(), qPrintable(problem));
    const QString folder = fleet.folder.path();
    Program program(folder);
    QStringList servers = everyServer;
    servers.append(u"gone"_s);
    const auto operation = runToEnd(program, fleetChange(folder, servers));
    VERIFY_OK(operation);
    QCOMPARE(operation->outcome, Outcome::Failed);
    QVERIFY2(operation->reason.startsWith(u"2 of 4 servers"_s), qPrintable(operation->reason));
    const Json kept = operation->result[u"kept"_s].toObject();
    QCOMPARE(kept.keys(), (QStringList{u"gone"_s, u"web-3"_s}));
    QVERIFY(kept[u"web-3"_s].toString().contains(u"the old one stays"_s));
    for (const QString& server : everyServer) {
        const bool refuses = server == u"web-3";
        QCOMPARE(logsIn(program, folder, server, u"old"_s), refuses);
        QCOMPARE(logsIn(program, folder, server, u"new"_s), !refuses);
    }
    // Once more changes nothing and says the same.
    const auto again = runToEnd(program, fleetChange(folder, everyServer));
    VERIFY_OK(again);
    QCOMPARE(again->outcome, Outcome::Failed);
    QCOMPARE(again->result[u"done"_s].toArray().size(), 2);
    QVERIFY(logsIn(program, folder, u"web-3"_s, u"old"_s));
}

void TestOperateRotation::installsOnly()
{
    Fleet fleet;
    const QString problem = fleet.start();
    QVERIFY2(problem.isEmpty(), qPrintable(problem));
    const QString folder = fleet.folder.path();
    Program program(folder);
    KeyChange change = fleetChange(folder, {u"web-1"_s, u"web-2"_s});
    change.remove = {};
    const auto operation = runToEnd(program, change);
    VERIFY_OK(operation);
    QCOMPARE(operation->outcome, Outcome::Ok);
    for (const QString& server : change.servers) {
        QVERIFY(logsIn(program, folder, server, u"old"_s));
        QVERIFY(logsIn(program, folder, server, u"new"_s));
    }
    QVERIFY(fleet.servers[0]->read(u"authorized_keys"_s).contains("ana, 2026\n"));
}

void TestOperateRotation::killedAnywhereItGoesOn()
{
    int fired = 0;
    for (int record = 1; record <= 8; ++record) {
        Fleet fleet;
        const QString problem = fleet.start();
        QVERIFY2(problem.isEmpty(), qPrintable(problem));
        const QString folder = fleet.folder.path();
        QProcess child;
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert(u"ANALEMMA_CRASH_AT"_s, QString::number(record));
        child.setProcessEnvironment(environment);
        child.start(QCoreApplication::applicationFilePath(), {u"--rotate"_s, folder});
        QVERIFY(child.waitForFinished(60'000));
        if (child.exitStatus() == QProcess::NormalExit) {
            QCOMPARE(child.exitCode(), 0);
            break;
        }
        ++fired;
        Program program(folder);
        // Whatever was done so far, one of the keys lets us in.
        QVERIFY(logsIn(program, folder, u"web-1"_s, u"old"_s) ||
                logsIn(program, folder, u"web-1"_s, u"new"_s));
        const auto all = await(program.engine->operations({}, 10));
        VERIFY_OK(all);
        QCOMPARE(all->size(), 1);
        const auto operation = await(program.engine->finished(all->first().id, {}));
        VERIFY_OK(operation);
        QCOMPARE(operation->outcome, Outcome::Ok);
        QVERIFY(logsIn(program, folder, u"web-1"_s, u"new"_s));
        QVERIFY(!logsIn(program, folder, u"web-1"_s, u"old"_s));
        QCOMPARE(fleet.servers[0]->read(u"authorized_keys"_s).count('\n'), 1);
    }
    QCOMPARE(fired, 8);  // start, three intents, three outcomes, the end
}

/// The same over the servers of a workspace: with the key alone means with nothing else, though the
/// old one lies beside it.
void TestOperateRotation::overHosts()
{
    Fleet fleet;
    const QString problem = fleet.start();
    QVERIFY2(problem.isEmpty(), qPrintable(problem));
    begin();
    QByteArray known;
    QByteArray servers;
    for (std::size_t i = 0; i < fleet.servers.size(); ++i) {
        known += knownLine(*fleet.servers[i]);
        servers += listed("web-" + QByteArray::number(i + 1), *fleet.servers[i]);
    }
    write(sshFile(u"known_hosts"_s), known);
    make(servers);
    engine::Engine engine(m_store.get(), &m_clock, u"shop"_s, u"tst"_s);
    for (engine::Kind& kind : keyKinds(doorsOf(m_hosts.get()))) {
        engine.add(std::move(kind));
    }
    const QString fresh = fleet.path(u"new"_s);
    QCOMPARE(await(m_hosts->connectWithKey(u"web-1"_s, fresh, {})).error().kind, ErrorKind::Auth);
    KeyChange change = fleetChange(fleet.folder.path(), everyServer);
    change.remove = {};
    const Result<QString> id = await(engine.start(*keyChangeRequest(change), {}));
    VERIFY_OK(id);
    const auto operation = await(engine.finished(*id, {}), std::chrono::seconds(60));
    VERIFY_OK(operation);
    QCOMPARE(operation->result[u"kept"_s].toObject().keys(), QStringList{u"web-3"_s});
    VERIFY_OK(await(m_hosts->connectWithKey(u"web-1"_s, fresh, {})));
    QCOMPARE(await(m_hosts->connectWithKey(u"web-3"_s, fresh, {})).error().kind, ErrorKind::Auth);
    VERIFY_OK(connectTo(u"web-3"_s));
    VERIFY_OK(await(engine.suspendAll()));
}

int main(int argc, char** argv)
{
    QCoreApplication application(argc, argv);
    const QStringList arguments = application.arguments();
    if (arguments.value(1) == u"--rotate"_s) {
        const ssh::Library library;
        Program program(arguments.value(2));
        const auto operation = runToEnd(program, fleetChange(arguments.value(2), {u"web-1"_s}));
        return operation && operation->outcome == Outcome::Ok ? 0 : 1;
    }
    TestOperateRotation test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_operate_rotation.moc"
