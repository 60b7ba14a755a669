#include "tests/infra/provider_conformance.h"

#include "core/base/files.h"
#include "core/base/process.h"
#include "core/base/text.h"
#include "core/infra/src/local/address.h"
#include "core/infra/src/local/balancer_disk.h"
#include "core/infra/src/local/machine.h"

#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QRegularExpression>
#include <QSet>
#include <QUrl>

#include <csignal>

#include <sys/stat.h>
#include <utime.h>

using namespace Qt::StringLiterals;
using namespace analemma;
using namespace analemma::infra;
using namespace analemma::infra::test;

namespace {

local::Layout layoutOf(const World& world)
{
    return {world.local(), world.workspace().id, u"here"_s};
}

ServerSpec plainSpec(const World& world, const QString& name, const QString& operation = {})
{
    ServerSpec spec;
    spec.name = name;
    spec.tag = world.tag(u"create/"_s + name, operation);
    return spec;
}

Result<Server> make(World& world, const QString& name)
{
    return await(world.provider().createServer(plainSpec(world, name), CancelToken()));
}

QString stateOf(World& world, const QString& name)
{
    const Result<QList<Server>> all = await(world.provider().servers());
    for (const Server& server : all.valueOr({})) {
        if (server.name == name) {
            return server.state;
        }
    }
    return u"absent"_s;
}

qsizetype processesOf(const World& world, const QString& name)
{
    const QByteArray mark =
        local::exactMark(local::serverVariable, layoutOf(world).serverMark(name));
    return qsizetype(processesMarked(mark).size());
}

void endOf(World& world, const QString& name)
{
    const std::optional<local::Running> running = local::readRunning(layoutOf(world).server(name));
    QVERIFY(running.has_value());
    EXPECT_OK(signalProcess(running->inner, SIGKILL));
    QTRY_COMPARE(processesOf(world, name), 0);
}

/// As after a start of the machine: what is written was true in another boot.
void changeBoot(const QString& file)
{
    Result<QByteArray> text = readFile(file, 64 * 1024);
    EXPECT_OK(text);
    QVERIFY(text->contains(bootId().toUtf8()));
    EXPECT_OK(
        writeFile(file, text->replace(bootId().toUtf8(), "11111111-2222-3333-4444-555555555555")));
}

QString balancerState(World& world)
{
    const Result<Balancer> found = await(world.provider().balancer(u"production"_s));
    return found ? found->state : found.error().message;
}

QString firstStray(World& world)
{
    return await(world.provider().census())->strays.join(u"; "_s);
}

void makeOld(const QString& folder)
{
    const utimbuf old{1'000'000'000, 1'000'000'000};
    ::utime(QFile::encodeName(folder).constData(), &old);
}

/// Restores what a test changes in the environment.
class Variable {
public:
    Variable(const char* name, const QByteArray& value) : m_name(name), m_was(qgetenv(name))
    {
        qputenv(name, value);
    }
    ~Variable() { m_was.isNull() ? qunsetenv(m_name) : qputenv(m_name, m_was); }
    Variable(const Variable&) = delete;
    Variable& operator=(const Variable&) = delete;

private:
    const char* m_name;
    QByteArray m_was;
};

}  // namespace

/// What goes wrong on a machine, and what the local provider says and does then.
class TestInfraFaults : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aServiceThatDiesIsStartedAgainMoreAndMoreSlowly()
    {
        World world;
        const Result<Server> server = make(world, u"web"_s);
        EXPECT_OK(server);
        EXPECT_OK(put(world, *server,
                      "#!/bin/sh\necho started $BIND_ADDR $PORT\nsleep 0.05\nexit 3\n",
                      u"/srv/services/short"_s, 0755));
        EXPECT_OK(put(world, *server, webService(u"x"_s), u"/srv/services/web"_s, 0755));
        EXPECT_OK(put(world, *server, "#!/bin/sh\nexit 0\n", u"/srv/services/notes.txt"_s, 0644));
        QVERIFY(get(server->address(), 8080, u"/"_s).isEmpty());  // not before the next start
        endOf(world, u"web"_s);
        EXPECT_OK(await(world.provider().startServer(u"web"_s, CancelToken())));
        QTRY_VERIFY_WITH_TIMEOUT(get(server->address(), 8080, u"/"_s).contains("web x"), 10'000);

        const Result<QByteArray> killed = run(world, *server, u"pkill -9 -x web; echo done"_s);
        EXPECT_OK(killed);
        QTRY_VERIFY_WITH_TIMEOUT(get(server->address(), 8080, u"/"_s).contains("web x"), 10'000);

        // 0.05, 0.2, 0.05, 0.4, 0.05, 0.8: a few starts, not dozens.
        const QString shortLog = world.local() + u"/servers/web/root/var/log/short.log"_s;
        QTRY_VERIFY_WITH_TIMEOUT(
            readFile(shortLog, 64 * 1024).valueOr(QByteArray()).count("started 127.") >= 3, 20'000);
        const Result<QByteArray> log =
            run(world, *server, u"cat /var/log/short.log /var/log/web.log"_s);
        EXPECT_OK(log);
        const qsizetype starts = log->count("started 127.");
        QVERIFY2(starts <= 10, log->constData());
        const QRegularExpression first(
            u"short ended with status 3 after \\d s, starts again in 0\\.2 s"_s);
        QVERIFY2(QString::fromUtf8(*log).contains(first), log->constData());
        QVERIFY(log->contains("starts again in 0.4 s"));
        QVERIFY(log->contains("web ended with status 137"));
        EXPECT_OK(run(world, *server, u"! test -e /var/log/notes.txt.log"_s));
        EXPECT_OK(await(world.provider().destroyServer(u"web"_s)));
        QCOMPARE(processesOf(world, u"web"_s), 0);
        leavesNothing(world);
    }

    void logsAreCut()
    {
        World world;
        ServerSpec spec = plainSpec(world, u"web"_s);
        spec.variables = {{u"LOG_LIMIT_KIB"_s, u"64"_s}, {u"LOG_CHECK_SECONDS"_s, u"0.2"_s}};
        const Result<Server> server = await(world.provider().createServer(spec, CancelToken()));
        EXPECT_OK(server);
        EXPECT_OK(put(
            world, *server,
            "#!/bin/sh\nwhile :; do head -c 20000 /dev/zero | tr '\\0' x; echo; sleep 0.02; done\n",
            u"/srv/services/chatty"_s, 0755));
        endOf(world, u"web"_s);
        EXPECT_OK(await(world.provider().startServer(u"web"_s, CancelToken())));
        const QString log = world.local() + u"/servers/web/root/var/log/chatty.log"_s;
        QTRY_VERIFY_WITH_TIMEOUT(QFile::exists(log + u".1"_s), 10'000);
        QTest::qWait(1'000);
        QVERIFY2(QFileInfo(log).size() < 1024 * 1024,
                 qPrintable(QString::number(QFileInfo(log).size())));
        EXPECT_OK(await(world.provider().destroyServer(u"web"_s)));
    }

    void createGoesOnAfterADeathAtEachStage_data()
    {
        QTest::addColumn<QString>("stage");
        for (const char* stage : {"folder", "record", "copy", "whole", "started", "answered"}) {
            QTest::newRow(stage) << QString::fromLatin1(stage);
        }
    }
    void createGoesOnAfterADeathAtEachStage()
    {
        QFETCH(const QString, stage);
        World world;
        const local::Place place = layoutOf(world).server(u"web"_s);
        const Result<Server> first = make(world, u"web"_s);
        EXPECT_OK(first);
        if (stage == u"folder" || stage == u"record" || stage == u"copy") {
            endOf(world, u"web"_s);
            QVERIFY(QDir().rename(place.folder, place.making));
            QVERIFY(QFile::remove(place.making + u"/ctl/process.json"_s));
            if (stage != u"copy") {
                EXPECT_OK(removeTree(place.making + u"/root"_s));
            }
            if (stage == u"folder") {
                QVERIFY(QFile::remove(place.making + u"/meta.json"_s));
            }
            QVERIFY2(firstStray(world).contains(u"half-made folder"_s),
                     qPrintable(firstStray(world)));
        } else if (stage == u"whole") {
            endOf(world, u"web"_s);
            QVERIFY(QFile::remove(place.process()));
            QCOMPARE(stateOf(world, u"web"_s), u"stopped"_s);
        } else if (stage == u"started") {
            QVERIFY(QFile::remove(place.process()));  // died between the start and its record
            QCOMPARE(stateOf(world, u"web"_s), u"stopped"_s);
            QVERIFY2(firstStray(world).contains(u"process"_s), qPrintable(firstStray(world)));
        } else {
            std::optional<local::Running> running = local::readRunning(place);
            running->answered = false;
            EXPECT_OK(local::writeRunning(place, *running));
            QCOMPARE(stateOf(world, u"web"_s), u"starting"_s);
        }
        world.restart();
        const Result<Server> again = make(world, u"web"_s);
        EXPECT_OK(again);
        QCOMPARE(again->state, u"running"_s);
        QCOMPARE(again->address(), first->address());  // its reservation stands
        EXPECT_OK(run(world, *again, u"true"_s));
        QVERIFY2(firstStray(world).isEmpty(), qPrintable(firstStray(world)));
        EXPECT_OK(await(world.provider().destroyServer(u"web"_s)));
        leavesNothing(world);
    }

    void sweepTakesOnlyWhatNobodyMakes()
    {
        World world;
        EXPECT_OK(make(world, u"web"_s));
        const local::Place place = layoutOf(world).server(u"web"_s);
        const local::Place image = layoutOf(world).image(u"half"_s);
        // A half-made copy, a process whose folder is gone, an address without a server.
        EXPECT_OK(makeFolder(image.making));
        EXPECT_OK(local::writeRecord(image.making + u"/meta.json"_s,
                                     {{u"tag"_s, world.tag(u"image"_s)}}));
        QVERIFY(QDir().rename(place.folder, world.local() + u"/servers/.tmp-gone-web"_s));
        QVERIFY(processesOf(world, u"web"_s) > 0);

        const Result<QStringList> none = await(world.provider().sweep({u"x"_s, world.operation()}));
        EXPECT_OK(none);
        QVERIFY(QFileInfo::exists(image.making));
        QVERIFY(QFileInfo::exists(place.removing));
        const Result<Census> seen = await(world.provider().census());
        EXPECT_OK(seen);
        QVERIFY(seen->strays.size() >= 2);
        QVERIFY2(seen->strays.filter(world.tag(u"image"_s)).size() == 1,
                 qPrintable(seen->strays.join(u"; "_s)));

        const Result<QStringList> swept = await(world.provider().sweep({newId()}));
        EXPECT_OK(swept);
        QVERIFY(!swept->isEmpty());
        QVERIFY(!QFileInfo::exists(image.making));
        QCOMPARE(processesOf(world, u"web"_s), 0);
        (void)await(world.provider().sweep({}));
        leavesNothing(world);
        QVERIFY(await(local::reservations(&world.store()))->isEmpty());
    }

    void aFolderWithoutARecordIsTakenWhenItIsOld()
    {
        World world;
        const QString folder = world.local() + u"/servers/odd"_s;
        EXPECT_OK(makeFolder(folder + u"/root"_s));
        EXPECT_OK(makeFolder(world.local() + u"/images/bad"_s));
        EXPECT_OK(writeFile(world.local() + u"/images/bad/meta.json"_s, "{\"id\": [[["));
        QVERIFY2(firstStray(world).contains(u"without a record"_s), qPrintable(firstStray(world)));
        EXPECT_OK(await(world.provider().sweep({})));
        QVERIFY(QFileInfo::exists(folder));
        makeOld(folder);
        EXPECT_OK(await(world.provider().sweep({})));
        QVERIFY(!QFileInfo::exists(folder));
    }

    void serversAndBalancerComeBackAfterAReboot()
    {
        World world;
        const Result<Image> image = bakeWeb(world, u"web-1"_s, u"one"_s);
        EXPECT_OK(image);
        const Result<QList<Server>> servers = startMany(world, image->id, u"production-1"_s, 2);
        EXPECT_OK(servers);
        const Result<Balancer> balancer =
            await(world.provider().ensureBalancer(quickBalancer(world, u"production"_s)));
        EXPECT_OK(balancer);
        EXPECT_OK(await(world.provider().setPool(u"production"_s, u"p1"_s, *servers)));
        QVERIFY(becomesHealthy(world, u"production"_s, u"p1"_s, 2));
        EXPECT_OK(await(world.provider().switchTo(u"production"_s, u"p1"_s)));

        const local::Layout layout = layoutOf(world);
        for (const Server& server : *servers) {
            endOf(world, server.name);
            changeBoot(layout.server(server.name).process());
        }
        const std::optional<ProcessIdentity> master = local::masterOf(layout, u"production"_s);
        QVERIFY(master.has_value());
        EXPECT_OK(signalProcess(*master, SIGKILL));
        EXPECT_OK(await(untilGone(*master, seconds(5), CancelToken())));
        changeBoot(layout.image(image->id).meta());

        world.restart();
        const Result<QList<Server>> after = await(world.provider().servers());
        EXPECT_OK(after);
        QCOMPARE(after->size(), 2);
        QCOMPARE(after->first().state, u"stopped"_s);
        QVERIFY2(after->first().detail.contains(u"started anew"_s),
                 qPrintable(after->first().detail));
        QTRY_COMPARE(balancerState(world), u"stopped"_s);
        const Result<Balancer> stopped = await(world.provider().balancer(u"production"_s));
        QCOMPARE(stopped->active, u"p1"_s);
        QCOMPARE(stopped->pool(u"p1"_s)->members.size(), 2);

        for (const Server& server : *servers) {
            const Result<Server> up =
                await(world.provider().startServer(server.name, CancelToken()));
            EXPECT_OK(up);
            QCOMPARE(up->ssh.hostKey, server.ssh.hostKey);
            QCOMPARE(up->address(), server.address());
        }
        const Result<Balancer> up =
            await(world.provider().ensureBalancer(quickBalancer(world, u"production"_s)));
        EXPECT_OK(up);
        QCOMPARE(up->url, balancer->url);
        QCOMPARE(up->active, u"p1"_s);
        QVERIFY(becomesHealthy(world, u"production"_s, u"p1"_s, 2));
        QVERIFY(get(QUrl(up->url).host(), 8000, u"/"_s).contains(" one "));
        // The image was held against its manifest, and is used again.
        EXPECT_OK(startMany(world, image->id, u"production-2"_s, 1));

        // One that is not whole is not used.
        changeBoot(layout.image(image->id).meta());
        EXPECT_OK(writeFile(layout.image(image->id).root() + u"/srv/services/web"_s, "cut", 0755));
        const Result<QList<Server>> bad = startMany(world, image->id, u"production-3"_s, 1);
        EXPECT_ERROR(bad, ErrorKind::Failed);
        QVERIFY2(bad.error().message.contains(u"srv/services/web was changed"_s),
                 qPrintable(bad.error().message));
    }

    void theWorkerOfABalancerDies()
    {
        World world;
        EXPECT_OK(await(world.provider().ensureBalancer(quickBalancer(world, u"production"_s))));
        const QByteArray mark =
            local::exactMark(local::balancerVariable, layoutOf(world).serverMark(u"production"_s));
        for (const ProcessIdentity& process : processesMarked(mark)) {
            (void)signalProcess(process, SIGKILL);
        }
        QTRY_COMPARE(balancerState(world), u"stopped"_s);
        EXPECT_OK(await(world.provider().ensureBalancer(quickBalancer(world, u"production"_s))));
        QCOMPARE(balancerState(world), u"running"_s);
        EXPECT_OK(await(world.provider().destroyBalancer(u"production"_s)));
        QCOMPARE(processesMarked(mark).size(), size_t(0));
        leavesNothing(world);
    }

    void settingsOfABalancerChangeWithoutALostRequest()
    {
        World world;
        const Result<Image> image = bakeWeb(world, u"web-1"_s, u"one"_s);
        EXPECT_OK(image);
        const Result<QList<Server>> servers = startMany(world, image->id, u"production-1"_s, 2);
        EXPECT_OK(servers);
        BalancerConfig config = quickBalancer(world, u"production"_s);
        const Result<Balancer> first = await(world.provider().ensureBalancer(config));
        EXPECT_OK(first);
        EXPECT_OK(await(world.provider().setPool(u"production"_s, u"p0"_s, *servers)));
        QVERIFY(becomesHealthy(world, u"production"_s, u"p0"_s, 2));
        EXPECT_OK(await(world.provider().switchTo(u"production"_s, u"p0"_s)));
        Load load(QUrl(first->url).host(), 8000, 6, true);
        QTest::qWait(200);
        config.health.every = milliseconds(50);
        const Result<Balancer> changed = await(world.provider().ensureBalancer(config));
        EXPECT_OK(changed);
        QCOMPARE(changed->active, u"p0"_s);
        QTest::qWait(300);
        load.stop();
        QVERIFY(load.requests() > 50);
        QVERIFY2(load.failed() == 0, qPrintable(load.firstFailure()));
        config.port = 8001;
        const Result<Balancer> moved = await(world.provider().ensureBalancer(config));
        EXPECT_OK(moved);
        QCOMPARE(QUrl(moved->url).port(), 8001);
        QCOMPARE(QUrl(moved->url).host(), QUrl(first->url).host());
        const Stranger stranger(QUrl(first->url).host(), 8002);
        QVERIFY(stranger.listens());
        config.port = 8002;
        EXPECT_ERROR(await(world.provider().ensureBalancer(config)), ErrorKind::Conflict);
        QVERIFY(get(QUrl(first->url).host(), 8001, u"/"_s).contains(" one "));  // as it was
    }

    void takenAddressesAreToldWithTheirOwner()
    {
        World world;
        const QString firstChoice = local::addressCandidate(world.workspace().id, 0);
        {
            const Stranger stranger(firstChoice, 8080);
            QVERIFY(stranger.listens());
            const Result<Server> server = make(world, u"web"_s);
            EXPECT_OK(server);
            QVERIFY(server->address() != firstChoice);  // a new one goes out of the way
            EXPECT_OK(await(world.provider().destroyServer(u"web"_s)));
        }
        const Result<Server> server = make(world, u"web"_s);
        EXPECT_OK(server);
        endOf(world, u"web"_s);
        {
            const Stranger stranger(server->address(), 8080);
            QVERIFY(stranger.listens());
            const Result<Server> refused =
                await(world.provider().startServer(u"web"_s, CancelToken()));
            EXPECT_ERROR(refused, ErrorKind::Conflict);
            const QString text = refused.error().message;
            QVERIFY2(text.contains(server->address() + u":8080 is in use by "_s), qPrintable(text));
            QVERIFY2(text.contains(QString::number(QCoreApplication::applicationPid())),
                     qPrintable(text));
            QCOMPARE(stateOf(world, u"web"_s), u"stopped"_s);
        }
        EXPECT_OK(await(world.provider().startServer(u"web"_s, CancelToken())));

        const Stranger stranger(u"127.0.0.1"_s,
                                18'000 + int(QCoreApplication::applicationPid() % 2'000));
        BalancerConfig config = quickBalancer(world, u"production"_s);
        config.address = u"127.0.0.1"_s;
        config.port = 18'000 + int(QCoreApplication::applicationPid() % 2'000);
        const Result<Balancer> refused = await(world.provider().ensureBalancer(config));
        EXPECT_ERROR(refused, ErrorKind::Conflict);
        QVERIFY2(refused.error().message.contains(u"127.0.0.1:"_s),
                 qPrintable(refused.error().message));
        QCOMPARE(balancerState(world), u"none"_s);
        config.address = u"203.0.113.7"_s;
        EXPECT_ERROR(await(world.provider().ensureBalancer(config)), ErrorKind::Invalid);
    }

    void twoProgramsNeverTakeOneAddress()
    {
        World world;
        Result<std::unique_ptr<store::Store>> second =
            store::Store::open(world.workspace().stateFolder());
        EXPECT_OK(second);
        std::vector<Task<Result<QString>>> tasks;
        for (int i = 0; i < 20; ++i) {
            const local::AddressRequest request{
                world.workspace().id, u"server/s%1"_s.arg(i), u"t"_s, {2222, 8080}};
            tasks.push_back(
                local::reserveAddress(i % 2 == 0 ? &world.store() : second->get(), request));
        }
        QSet<QString> addresses;
        for (const Result<QString>& address : awaitAll(std::move(tasks))) {
            EXPECT_OK(address);
            addresses.insert(*address);
        }
        QCOMPARE(addresses.size(), 20);
        QCOMPARE(await(world.provider().census())->strays.size(), 20);
        QCOMPARE(await(world.provider().sweep({}))->size(), 20);
        leavesNothing(world);
    }

    void missingProgramsAreSaid()
    {
        World world;
        const Variable path("PATH", "");
        const Result<QList<Capability>> found = await(world.provider().probe());
        EXPECT_OK(found);
        for (const Capability& capability : *found) {
            if (capability.name == u"balancer") {
                QVERIFY(!capability.ok);
                QVERIFY2(capability.detail.contains(u"apt-get install haproxy"_s),
                         qPrintable(capability.detail));
            }
            if (capability.name == u"root view") {
                QVERIFY2(capability.detail.startsWith(
                             u"bubblewrap is not installed: sudo apt-get install bubblewrap"),
                         qPrintable(capability.detail));
            }
        }
        EXPECT_ERROR(await(world.provider().ensureBalancer(quickBalancer(world, u"production"_s))),
                     ErrorKind::Unsupported);
        const Result<Server> server = make(world, u"web"_s);
        EXPECT_ERROR(server, ErrorKind::Unsupported);
        QVERIFY(server.error().hint.contains(u"openssh-server"_s));
        leavesNothing(world);
    }

    void longPathsWork()
    {
        World world(
            u"/a folder with a name that is long enough to be over every limit of a socket address/"
            "and one more/which makes it certain"_s);
        QVERIFY(world.local().size() > 150);
        const Result<Image> image = bakeWeb(world, u"web-1"_s, u"one"_s);
        EXPECT_OK(image);
        for (const bool shared : {false, true}) {
            const Variable mode(shared ? "ANALEMMA_NO_BWRAP" : "ANALEMMA_TEST_UNUSED", "1");
            const Result<QList<Server>> servers = startMany(world, image->id, u"production-1"_s, 1);
            EXPECT_OK(servers);
            EXPECT_OK(
                await(world.provider().ensureBalancer(quickBalancer(world, u"production"_s))));
            EXPECT_OK(await(world.provider().setPool(u"production"_s, u"p0"_s, *servers)));
            QVERIFY(becomesHealthy(world, u"production"_s, u"p0"_s, 1));
            EXPECT_OK(await(world.provider().switchTo(u"production"_s, u"p0"_s)));
            EXPECT_OK(await(world.provider().destroyServer(servers->first().name)));
            EXPECT_OK(await(world.provider().destroyBalancer(u"production"_s)));
        }
        EXPECT_OK(await(world.provider().deleteImage(image->id)));
        leavesNothing(world);
    }

    void aServerThatEndsAtOnceSaysWhy()
    {
        World world;
        const Result<Server> server = make(world, u"web"_s);
        EXPECT_OK(server);
        endOf(world, u"web"_s);
        const local::Place place = layoutOf(world).server(u"web"_s);
        EXPECT_OK(writeFile(place.control() + u"/hostkey"_s, "no key"));
        const Result<Server> again = await(world.provider().startServer(u"web"_s, CancelToken()));
        EXPECT_ERROR(again, ErrorKind::Failed);
        QVERIFY2(again.error().message.contains(u"hostkey"_s), qPrintable(again.error().message));
        EXPECT_OK(await(world.provider().destroyServer(u"web"_s)));
        leavesNothing(world);
    }

    void nothingOfTheMachineIsInARootView()
    {
        World world;
        const Result<Server> server = make(world, u"web"_s);
        EXPECT_OK(server);
        QCOMPARE(server->mode, u"root view"_s);
        const Result<QByteArray> seen = run(
            world, *server,
            u"id -un; hostname; ls -d /root %1 2>/dev/null; touch /usr/x /ctl/x 2>/dev/null && "
            u"echo WRITES; "
            "ps -e | wc -l; cat /proc/self/status | grep CapEff"_s.arg(world.workspace().folder));
        EXPECT_OK(seen);
        const QByteArrayList rows = seen->trimmed().split('\n');
        QCOMPARE(rows.value(0), "deploy");
        QCOMPARE(rows.value(1), "web");
        QVERIFY2(rows.value(2).trimmed().toInt() < 20, seen->constData());
        QVERIFY2(rows.value(3).endsWith("0000000000000000"), seen->constData());
        EXPECT_OK(await(world.provider().destroyServer(u"web"_s)));
    }
};

QTEST_GUILESS_MAIN(TestInfraFaults)
#include "tst_infra_faults.moc"
