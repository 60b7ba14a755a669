#include "core/operate/fleet.h"

#include "core/base/files.h"
#include "tests/ssh/private_sshd.h"
#include "tests/support.h"

#include <QElapsedTimer>

using namespace Qt::StringLiterals;
using namespace analemma;
using namespace analemma::operate;
using namespace analemma::test;

namespace {

constexpr int kGood = 198;
constexpr int kAddressesOfOne = 15;  ///< beside its own: sshd has room for sixteen sockets
constexpr int kLimit = 32;
constexpr int kCrashAt =
    202;  ///< of 404 records: the start, two for each step, the clean-up, the end

class NoSecrets : public store::SecretSource {
public:
    Task<Result<Secret>> secret(QString name) override { return none(name); }
    static Task<Result<Secret>> none(QString name) { co_return Error(ErrorKind::NotFound, name); }
};

Task<Result<infra::ServerList>> noneMade()
{
    const infra::ServerList none;
    co_return none;
}

/// A program that drives operations on the servers of a workspace; all it knows lies in `folder`.
struct Program {
    SystemClock clock;
    NoSecrets secrets;
    ssh::Client client{2};
    std::unique_ptr<store::Store> store;
    std::unique_ptr<Hosts> hosts;
    std::unique_ptr<engine::Engine> engine;
    std::unique_ptr<Fleet> fleet;

    Result<void> start(const QString& folder)
    {
        auto opened = store::Store::open(folder + u"/state"_s);
        auto loaded = workspace::load(folder + u"/analemma.yaml"_s);
        if (!opened || !loaded) {
            return opened ? loaded.error() : opened.error();
        }
        store = std::move(*opened);
        HostPlaces places;
        places.config.home = folder;
        places.config.userFile = folder + u"/config"_s;
        places.config.localUser = PrivateSshd::user();
        places.sshFolder = folder;
        places.userKnownHosts = QStringList{folder + u"/known_hosts"_s};
        places.ownKnownHosts = folder + u"/own_known_hosts"_s;
        places.runFolder = folder + u"/r"_s;
        hosts = std::make_unique<Hosts>(*loaded, store.get(), &client, &noneMade, places);
        engine = std::make_unique<engine::Engine>(store.get(), &clock, u"shop"_s, u"test"_s);
        fleet = std::make_unique<Fleet>(
            store.get(), engine.get(), &secrets, [this] { return hosts->choose({}); },
            [this](const QString& name, const CancelToken& cancel) {
                return hosts->connect(name, cancel);
            },
            &clock);
        return {};
    }
    Result<FleetView> ended(const QString& id)
    {
        const auto finished = await(engine->finished(id, {}), seconds(120));
        return finished ? await(fleet->show(id)) : Result<FleetView>(finished.error());
    }
};

/// All that are good, and the two others near the beginning, so that they are met early.
QStringList namesWith(const QString& third, const QString& fifth)
{
    QStringList names;
    for (int i = 1; i <= kGood; ++i) {
        names += u"web-%1"_s.arg(i, 3, 10, QChar(u'0'));
    }
    names.insert(2, third);
    names.insert(4, fifth);
    return names;
}

FleetRequest request(const QString& command, const QString& fifth)
{
    FleetRequest request;
    request.hosts = namesWith(u"closed"_s, fifth);
    request.command = command;
    request.limit = kLimit;
    request.timeout = seconds(10);
    return request;
}

FleetRequest scriptRequest()
{
    return request(
        u"#!/bin/sh\necho run >>~/ran\nif [ -e ~/stuck ]; then sleep 600; fi\nseq 1 100\n"_s,
        u"stuck"_s);
}

/// The program that is killed half way.
int drive(const QString& folder)
{
    const ssh::Library library;
    Program program;
    const Result<void> started = program.start(folder);
    const Result<QString> id =
        started ? await(program.fleet->run(scriptRequest(), {})) : Result<QString>(started.error());
    if (id) {
        (void)program.ended(*id);
    }
    return 1;  // it should not have come to this
}

}  // namespace

/// A command on 200 servers: real ones, each with an address, a home and a recorded host key of its
/// own. They are fourteen processes.
class TestFleetMany : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void aCommand();
    void aScriptWhoseDriverIsKilled();
    void cleanupTestCase();

private:
    [[nodiscard]] qsizetype logins() const;

    ssh::Library m_library;
    QTemporaryDir m_folder{QDir::tempPath() + u"/fm-XXXXXX"_s};
    std::vector<std::unique_ptr<PrivateSshd>> m_processes;
    QMap<QString, QString> m_homes;  ///< by name
    QTcpServer m_silent;
    Program m_program;
};

void TestFleetMany::initTestCase()
{
    QStringList names = namesWith(u"closed"_s, u"stuck"_s);
    names.removeOne(u"closed"_s);
    QByteArray servers;
    QByteArray known;
    const auto list = [&servers](const QString& name, const QString& address, int port,
                                 const QString& key) {
        servers += "  " + name.toLatin1() + ": { address: " + address.toLatin1() +
                   ", port: " + QByteArray::number(port) + ", key: " + key.toUtf8() + " }\n";
    };
    for (int first = 0; first < names.size(); first += kAddressesOfOne) {
        auto sshd =
            std::make_unique<PrivateSshd>(QStringList{u"ed25519"_s}, "LogLevel VERBOSE", 19);
        QStringList addresses;
        for (int i = first; i < qMin(first + kAddressesOfOne, int(names.size())); ++i) {
            addresses += ownAddress(20 + i);
            m_homes[names[i]] = sshd->homeAt(addresses.last());
        }
        sshd->listenOn(addresses);
        const QString problem = sshd->start();
        QVERIFY2(problem.isEmpty(), qPrintable(problem));
        for (int i = 0; i < addresses.size(); ++i) {
            list(names[first + i], addresses[i], sshd->port(), sshd->path(u"user"_s));
            known += '[' + addresses[i].toLatin1() + "]:" + QByteArray::number(sshd->port()) + ' ' +
                     sshd->hostKey(u"ed25519"_s).toLatin1() + '\n';
        }
        m_processes.push_back(std::move(sshd));
    }
    const QString key = m_processes[0]->path(u"user"_s);
    QVERIFY(m_silent.listen(QHostAddress(ownAddress(230)), 0));  // it takes them, and says nothing
    list(u"silent"_s, ownAddress(230), m_silent.serverPort(), key);
    list(u"closed"_s, ownAddress(231), freePort(ownAddress(231)), key);
    VERIFY_OK(writeFile(m_homes[u"stuck"_s] + u"/stuck"_s, "yes", 0600));
    VERIFY_OK(writeFile(m_folder.filePath(u"known_hosts"_s), known, 0600));
    VERIFY_OK(writeFile(m_folder.filePath(u"analemma.yaml"_s),
                        "workspace: shop\nservers:\n" + servers, 0600));
    VERIFY_OK(m_program.start(m_folder.path()));
}

qsizetype TestFleetMany::logins() const
{
    qsizetype count = 0;
    for (const auto& sshd : m_processes) {
        count += sshd->log().count("Accepted publickey");
    }
    return count;
}

void TestFleetMany::aCommand()
{
    QElapsedTimer timer;
    timer.start();
    const FleetRequest asked = request(u"true"_s, u"silent"_s);
    const Result<QString> id = await(m_program.fleet->run(asked, {}));
    VERIFY_OK(id);
    const Result<FleetView> view = m_program.ended(*id);
    VERIFY_OK(view);
    const double took = double(timer.elapsed()) / 1000;
    QCOMPARE(view->summary(), u"198 ok, 2 unreachable"_s);
    QCOMPARE(view->operation.outcome, engine::Outcome::Failed);
    QStringList order;
    for (const HostStep& step : view->steps) {
        order += step.host;
    }
    QCOMPARE(order, asked.hosts);
    QCOMPARE(view->steps[2].state, StepState::Unreachable);
    QVERIFY2(view->steps[2].reason.contains(u"the connection was refused"_s),
             qPrintable(view->steps[2].reason));
    QCOMPARE(view->steps[4].state, StepState::Unreachable);
    QVERIFY2(view->steps[4].reason.contains(u"the login did not end within 15 s"_s),
             qPrintable(view->steps[4].reason));
    const QList<FleetGroup> groups = grouped(view->steps);
    QCOMPARE(groups.size(), 3);
    QCOMPARE(groups[0].hosts.size(), kGood);
    QCOMPARE(groups[0].exitCode, 0);
    QCOMPARE(logins(), kGood);  // a connection of its own for each
    qInfo("true on 200 servers, %d at a time, one refuses and one is silent for 15 s: %.1f s",
          kLimit, took);
}

void TestFleetMany::aScriptWhoseDriverIsKilled()
{
    QElapsedTimer timer;
    timer.start();
    QProcess child;
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(u"ANALEMMA_CRASH_AT"_s, QString::number(kCrashAt));
    child.setProcessEnvironment(environment);
    child.start(QCoreApplication::applicationFilePath(), {u"--drive"_s, m_folder.path()});
    QVERIFY(child.waitForFinished(120'000));
    QCOMPARE(child.exitStatus(), QProcess::CrashExit);  // kill -9, by itself
    const double killed = double(timer.elapsed()) / 1000;

    const auto all = await(m_program.engine->operations({}, 10));
    VERIFY_OK(all);
    QCOMPARE(all->size(), 2);
    const QString id = all->first().id;
    QCOMPARE(all->first().state, u"interrupted"_s);
    const Result<FleetView> half = await(m_program.fleet->show(id));
    VERIFY_OK(half);
    const int before = half->counts().value(StepState::Ok);
    QVERIFY2(before > 50 && before < 150, qPrintable(half->summary()));

    QCOMPARE(await(m_program.engine->resumeAbandoned()).valueOr({}), QStringList{id});
    QCOMPARE(await(m_program.engine->resumeAbandoned()).valueOr({}), QStringList());
    const Result<FleetView> view = m_program.ended(id);
    VERIFY_OK(view);
    QCOMPARE(view->summary(), u"198 ok, 1 timed out, 1 unreachable"_s);
    QCOMPARE(view->steps[2].state, StepState::Unreachable);
    QCOMPARE(view->steps[4].state, StepState::TimedOut);
    const QList<FleetGroup> groups = grouped(view->steps);
    QCOMPARE(groups.size(), 3);
    QCOMPARE(groups[0].hosts.size(), kGood);
    QByteArray expected;
    for (int i = 1; i <= 100; ++i) {
        expected += QByteArray::number(i) + '\n';
    }
    QCOMPARE(await(m_program.fleet->output(groups[0].sha256)).valueOr({}), expected);

    // In the journal: every step with its outcome, those that were under way a second time.
    std::function<Result<QList<store::ActionRow>>(store::Transaction&)> work =
        [id](store::Transaction& t) { return t.actions(id); };
    const auto rows = await(m_program.store->read<QList<store::ActionRow>>(std::move(work)));
    VERIFY_OK(rows);
    QMap<QString, QStringList> tries;
    for (const store::ActionRow& row : *rows) {
        if (row.verb == u"fleet.run"_s) {
            tries[row.key] += row.outcome;
        }
    }
    QCOMPARE(tries.size(), 200);
    int again = 0;
    for (const QStringList& outcomes : std::as_const(tries)) {
        QVERIFY(outcomes.size() <= 2);
        QVERIFY(outcomes.last() == u"ok"_s || outcomes.last() == u"failed"_s);
        again += outcomes.size() > 1 ? 1 : 0;
    }
    QVERIFY2(again > 0 && again <= kLimit, qPrintable(QString::number(again)));

    // On the servers: each has run it once, and nothing is left there.
    for (auto home = m_homes.cbegin(); home != m_homes.cend(); ++home) {
        QCOMPARE(readFile(*home + u"/ran"_s, 100).valueOr({}), QByteArray("run\n"));
        const QDir steps(*home + u"/.analemma/steps"_s);
        QVERIFY(steps.entryList(QDir::Dirs | QDir::NoDotAndDotDot).isEmpty());
    }
    qInfo(
        "a script on 200 servers: killed after %d of 404 records (%.1f s, %d ok by then), resumed "
        "once, %d steps taken up again, none run twice; %.1f s in all",
        kCrashAt, killed, before, again, double(timer.elapsed()) / 1000);
}

void TestFleetMany::cleanupTestCase()
{
    if (m_program.engine) {
        VERIFY_OK(await(m_program.engine->suspendAll()));
    }
}

int main(int argc, char** argv)
{
    QCoreApplication application(argc, argv);
    const QStringList arguments = application.arguments();
    if (arguments.value(1) == u"--drive"_s) {
        return drive(arguments.value(2));
    }
    TestFleetMany test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_fleet_many.moc"
