#include "tests/infra/provider_conformance.h"

#include <QElapsedTimer>
#include <QSet>

using namespace Qt::StringLiterals;

namespace analemma::infra::test {
namespace {

Result<std::shared_ptr<ssh::Session>> session(World& world, const Server& server)
{
    return await(world.ssh().shared(server.ssh, CancelToken()));
}

ServerSpec specOf(const World& world, const QString& name, const QString& image)
{
    ServerSpec spec;
    spec.name = name;
    spec.image = image;
    spec.tag = world.tag(u"create/"_s + name);
    spec.environment = u"qa"_s;
    spec.generation = 3;
    spec.servicePort = 8080;
    spec.variables = {{u"GREETING"_s, u"it's \"here\" $HOME"_s}};
    return spec;
}

bool answers(const Server& server, const QByteArray& text)
{
    return QTest::qWaitFor(
        [&] { return get(server.address(), server.servicePort, u"/"_s).contains(text); }, 10'000);
}

}  // namespace

Result<void> put(World& world, const Server& server, const QByteArray& content, const QString& path,
                 int mode)
{
    Result<std::shared_ptr<ssh::Session>> open = session(world, server);
    return open ? await((*open)->uploadBytes(content, server.path(path), mode, CancelToken()))
                : Result<void>(open.error());
}

Result<QByteArray> run(World& world, const Server& server, const QString& command)
{
    Result<std::shared_ptr<ssh::Session>> open = session(world, server);
    if (!open) {
        return open.error();
    }
    Result<ssh::ExecResult> result =
        await((*open)->exec(command, ssh::ExecOptions(), CancelToken()));
    if (!result) {
        return result.error();
    }
    if (!result->ok()) {
        return Error(ErrorKind::Failed,
                     result->endText() + u": "_s + QString::fromUtf8(result->errors));
    }
    return result->output;
}

Result<Image> bakeWeb(World& world, const QString& id, const QString& version)
{
    const QString name = uniqueName(u"builder"_s);
    Result<Server> builder =
        await(world.provider().createServer(specOf(world, name, {}), CancelToken()));
    if (!builder) {
        return builder.error();
    }
    if (Result<void> done = put(world, *builder, webService(version), u"/srv/services/web"_s, 0755);
        !done) {
        return done.error();
    }
    ImageSpec spec;
    spec.id = id;
    spec.recipe = u"web"_s;
    spec.tag = world.tag(u"image/"_s + id);
    spec.provenance = {{u"release"_s, version}, {u"commit"_s, u"abc"_s}};
    Result<Image> image = await(world.provider().createImage(spec, name, CancelToken()));
    if (Result<void> gone = await(world.provider().destroyServer(name)); !gone) {
        return gone.error();
    }
    return image;
}

Result<QList<Server>> startMany(World& world, const QString& image, const QString& prefix,
                                int count)
{
    std::vector<Task<Result<Server>>> tasks;
    for (int i = 1; i <= count; ++i) {
        const ServerSpec spec = specOf(world, u"%1-%2"_s.arg(prefix).arg(i), image);
        tasks.push_back(world.provider().createServer(spec, CancelToken()));
    }
    QList<Server> servers;
    std::optional<Error> failed;
    for (const Result<Server>& server : awaitAll(std::move(tasks))) {
        if (server) {
            servers.append(*server);
        } else {
            failed = server.error();
        }
    }
    return failed ? Result<QList<Server>>(*failed) : Result<QList<Server>>(servers);
}

bool becomesHealthy(World& world, const QString& balancer, const QString& pool, int members)
{
    return QTest::qWaitFor(
        [&] {
            const Result<Balancer> now = await(world.provider().balancer(balancer));
            const Pool* found = now ? now->pool(pool) : nullptr;
            return found != nullptr && found->members.size() == members &&
                   std::all_of(found->members.begin(), found->members.end(),
                               [](const Member& member) { return member.healthy(); });
        },
        15'000);
}

BalancerConfig quickBalancer(const World& world, const QString& name)
{
    BalancerConfig config;
    config.name = name;
    config.tag = world.tag(u"balancer"_s);
    config.port = 8000;
    config.health.every = milliseconds(100);
    config.health.rise = 2;
    config.health.fall = 4;
    return config;
}

void tellsCapabilities(World& world)
{
    const Result<QList<Capability>> found = await(world.provider().probe());
    EXPECT_OK(found);
    QVERIFY(!found->isEmpty());
    for (const Capability& capability : *found) {
        QVERIFY(!capability.name.isEmpty());
        QVERIFY2(!capability.detail.isEmpty(), qPrintable(capability.name));
    }
}

void serverLivesAndDies(World& world)
{
    Provider& provider = world.provider();
    const QString name = uniqueName(u"web"_s);
    const ServerSpec spec = specOf(world, name, {});
    const Result<Server> server = await(provider.createServer(spec, CancelToken()));
    EXPECT_OK(server);
    QCOMPARE(server->name, name);
    QCOMPARE(server->state, u"running"_s);
    QCOMPARE(server->tag, spec.tag);
    QCOMPARE(server->environment, u"qa"_s);
    QCOMPARE(server->generation, 3);
    QVERIFY(server->ssh.hostKey.startsWith(u"ssh-ed25519 "));
    QCOMPARE(Server::fromJson(server->toJson()).toJson(), server->toJson());

    EXPECT_OK(put(world, *server, "kept", u"/srv/app/file"_s, 0644));
    const Result<QByteArray> said =
        run(world, *server, u"cat \"${SERVER_ROOT:-}/srv/app/file\"; echo \" $SERVER_NAME\""_s);
    EXPECT_OK(said);
    QCOMPARE(said->trimmed(), "kept " + name.toUtf8());

    const Result<Server> again = await(provider.createServer(spec, CancelToken()));
    EXPECT_OK(again);
    QCOMPARE(again->toJson(), server->toJson());
    ServerSpec other = spec;
    other.tag = world.tag(u"create/other"_s);
    EXPECT_ERROR(await(provider.createServer(other, CancelToken())), ErrorKind::Conflict);

    const Result<QList<Server>> all = await(provider.servers());
    EXPECT_OK(all);
    QCOMPARE(all->size(), 1);
    QCOMPARE(all->first().toJson(), server->toJson());

    ssh::Target stranger = server->ssh;
    stranger.hostKey =
        u"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"_s;
    EXPECT_ERROR(await(world.ssh().connectTo(stranger, ssh::ConnectOptions(), CancelToken())),
                 ErrorKind::HostKey);

    world.restart();  // another program, the same state
    const Result<QList<Server>> adopted = await(world.provider().servers());
    EXPECT_OK(adopted);
    QCOMPARE(adopted->value(0).toJson(), server->toJson());
    const Result<Server> started = await(world.provider().startServer(name, CancelToken()));
    EXPECT_OK(started);
    QCOMPARE(started->toJson(), server->toJson());

    EXPECT_OK(await(world.provider().destroyServer(name)));
    EXPECT_OK(await(world.provider().destroyServer(name)));
    EXPECT_ERROR(await(world.provider().startServer(name, CancelToken())), ErrorKind::NotFound);
    QVERIFY(await(world.provider().servers())->isEmpty());
}

void imageHoldsNoSecrets(World& world)
{
    const QString builder = uniqueName(u"builder"_s);
    const Result<Server> server =
        await(world.provider().createServer(specOf(world, builder, {}), CancelToken()));
    EXPECT_OK(server);
    EXPECT_OK(put(world, *server, "payload", u"/srv/app/data/file.txt"_s, 0640));
    const QStringList secrets{u"/home/deploy/.ssh/authorized_keys"_s,
                              u"/home/deploy/.bash_history"_s,
                              u"/srv/secrets/token"_s,
                              u"/run/app.pid"_s,
                              u"/srv/app/app.pid"_s,
                              u"/var/log/app/old.log"_s,
                              u"/etc/ssh/ssh_host_rsa_key"_s};
    for (const QString& path : secrets) {
        EXPECT_OK(put(world, *server, "secret", path, 0600));
    }
    EXPECT_OK(run(world, *server, u"ln -s file.txt \"${SERVER_ROOT:-}/srv/app/data/link\""_s));

    ImageSpec spec;
    spec.id = uniqueName(u"web-1.0.0"_s);
    spec.recipe = u"web"_s;
    spec.tag = world.tag(u"image"_s);
    spec.provenance = {{u"release"_s, u"1.0.0"_s}};
    const Result<Image> image = await(world.provider().createImage(spec, builder, CancelToken()));
    EXPECT_OK(image);
    QCOMPARE(image->digest.size(), 64);
    QVERIFY(image->size > 0);
    QCOMPARE(image->provenance[u"release"_s].toString(), u"1.0.0"_s);
    QCOMPARE(Image::fromJson(image->toJson()).toJson(), image->toJson());
    QCOMPARE(await(world.provider().servers())->value(0).state, u"stopped"_s);

    const Result<Image> again = await(world.provider().createImage(spec, builder, CancelToken()));
    EXPECT_OK(again);
    QCOMPARE(again->toJson(), image->toJson());
    ImageSpec other = spec;
    other.tag = world.tag(u"another"_s);
    EXPECT_ERROR(await(world.provider().createImage(other, builder, CancelToken())),
                 ErrorKind::Conflict);
    EXPECT_OK(await(world.provider().destroyServer(builder)));

    const Result<Server> born = await(
        world.provider().createServer(specOf(world, uniqueName(u"web"_s), spec.id), CancelToken()));
    EXPECT_OK(born);
    QCOMPARE(born->image, spec.id);
    QVERIFY(born->ssh.hostKey != server->ssh.hostKey);
    const Result<QByteArray> payload =
        run(world, *born, u"cat \"${SERVER_ROOT:-}/srv/app/data/link\""_s);
    EXPECT_OK(payload);
    QCOMPARE(*payload, "payload");
    for (const QString& path : secrets) {
        EXPECT_OK(run(world, *born, u"! test -e \"${SERVER_ROOT:-}%1\""_s.arg(path)));
    }
    EXPECT_OK(await(world.provider().destroyServer(born->name)));
    QCOMPARE(await(world.provider().images())->size(), 1);
    EXPECT_OK(await(world.provider().deleteImage(spec.id)));
    EXPECT_OK(await(world.provider().deleteImage(spec.id)));
    QVERIFY(await(world.provider().images())->isEmpty());
    EXPECT_ERROR(await(world.provider().createServer(specOf(world, uniqueName(u"web"_s), spec.id),
                                                     CancelToken())),
                 ErrorKind::NotFound);
}

void threeServersAtOnce(World& world)
{
    const Result<Image> image = bakeWeb(world, uniqueName(u"web-2"_s), u"2.0.0"_s);
    EXPECT_OK(image);
    QElapsedTimer timer;
    timer.start();
    const Result<QList<Server>> servers =
        startMany(world, image->id, uniqueName(u"production-1"_s), 3);
    qInfo("three servers from an image: %lld ms", timer.elapsed());
    EXPECT_OK(servers);
    QSet<QString> addresses;
    QSet<QString> keys;
    for (const Server& server : *servers) {
        addresses.insert(server.address());
        keys.insert(server.ssh.hostKey);
        const QByteArray text = server.name.toUtf8() + " 2.0.0 it's \"here\" $HOME";
        QVERIFY2(answers(server, text), get(server.address(), 8080, u"/"_s).constData());
    }
    QCOMPARE(addresses.size(), 3);
    QCOMPARE(keys.size(), 3);
    timer.restart();
    std::vector<Task<Result<void>>> ends;
    for (const Server& server : *servers) {
        ends.push_back(world.provider().destroyServer(server.name));
    }
    for (const Result<void>& end : awaitAll(std::move(ends))) {
        EXPECT_OK(end);
    }
    qInfo("three servers destroyed: %lld ms", timer.elapsed());
    for (const Server& server : *servers) {
        QVERIFY(get(server.address(), 8080, u"/"_s).isEmpty());
    }
    EXPECT_OK(await(world.provider().deleteImage(image->id)));
}

void refusesBadNames(World& world)
{
    for (const QString& name : {QString(), u"../up"_s, u"Web"_s, u"a b"_s, u"-x"_s, u".tmp-x"_s}) {
        EXPECT_ERROR(await(world.provider().createServer(specOf(world, name, {}), CancelToken())),
                     ErrorKind::Invalid);
        EXPECT_ERROR(await(world.provider().destroyServer(name)), ErrorKind::Invalid);
        EXPECT_ERROR(await(world.provider().deleteImage(name)), ErrorKind::Invalid);
        EXPECT_ERROR(await(world.provider().destroyBalancer(name)), ErrorKind::Invalid);
    }
    ServerSpec spec = specOf(world, u"web"_s, {});
    spec.variables = {{u"BAD NAME"_s, u"x"_s}};
    EXPECT_ERROR(await(world.provider().createServer(spec, CancelToken())), ErrorKind::Invalid);
    EXPECT_OK(await(world.provider().destroyServer(u"never-there"_s)));
    EXPECT_OK(await(world.provider().deleteImage(u"never-there"_s)));
    EXPECT_OK(await(world.provider().destroyBalancer(u"never-there"_s)));
    QCOMPARE(await(world.provider().balancer(u"never-there"_s))->state, u"none"_s);
    EXPECT_ERROR(await(world.provider().switchTo(u"never-there"_s, u"p0"_s)), ErrorKind::NotFound);
    const CancelToken cancelled;
    cancelled.cancel();
    EXPECT_ERROR(await(world.provider().createServer(specOf(world, u"web"_s, {}), cancelled)),
                 ErrorKind::Cancelled);
}

void balancerMovesTraffic(World& world, bool keepAlive)
{
    Provider& provider = world.provider();
    const QString name = uniqueName(u"production"_s);
    const BalancerConfig config = quickBalancer(world, name);
    const Result<Balancer> balancer = await(provider.ensureBalancer(config));
    EXPECT_OK(balancer);
    QCOMPARE(balancer->state, u"running"_s);
    QVERIFY(balancer->active.isEmpty());
    QCOMPARE(balancer->pools.size(), config.pools);
    const QUrl url(balancer->url);
    int status = 0;
    QVERIFY(get(url.host(), url.port(), u"/"_s, &status).contains("no server"));
    QCOMPARE(status, 503);
    EXPECT_ERROR(await(provider.switchTo(name, u"p0"_s)), ErrorKind::Conflict);
    EXPECT_ERROR(await(provider.switchTo(name, u"p9"_s)), ErrorKind::NotFound);
    EXPECT_ERROR(await(provider.setPool(name, u"p9"_s, {})), ErrorKind::NotFound);

    const Result<Image> one = bakeWeb(world, uniqueName(u"web-1"_s), u"one"_s);
    EXPECT_OK(one);
    const Result<Image> two = bakeWeb(world, uniqueName(u"web-2"_s), u"two"_s);
    EXPECT_OK(two);
    const Result<QList<Server>> old = startMany(world, one->id, uniqueName(u"production-1"_s), 2);
    EXPECT_OK(old);
    const Result<QList<Server>> fresh = startMany(world, two->id, uniqueName(u"production-2"_s), 3);
    EXPECT_OK(fresh);

    EXPECT_OK(await(provider.setPool(name, u"p0"_s, *old)));
    QVERIFY(becomesHealthy(world, name, u"p0"_s, 2));
    EXPECT_OK(await(provider.switchTo(name, u"p0"_s)));
    QVERIFY(get(url.host(), url.port(), u"/"_s).contains(" one "));
    Load load(url.host(), url.port(), 8, keepAlive);

    EXPECT_OK(await(provider.setPool(name, u"p1"_s, *fresh)));
    QVERIFY(becomesHealthy(world, name, u"p1"_s, 3));
    qint64 slowest = 0;
    for (int i = 0; i < 20; ++i) {
        const bool toFresh = i % 2 == 0;
        QElapsedTimer timer;
        timer.start();
        EXPECT_OK(await(provider.switchTo(name, toFresh ? u"p1"_s : u"p0"_s)));
        slowest = std::max(slowest, timer.elapsed());
        QVERIFY(get(url.host(), url.port(), u"/"_s).contains(toFresh ? " two " : " one "));
        EXPECT_OK(await(
            provider.drainPool(name, toFresh ? u"p0"_s : u"p1"_s, seconds(10), CancelToken())));
        // Members come and go in the pool that rests.
        const QList<Server> part =
            toFresh ? QList<Server>{old->at(i % 4 == 0 ? 0 : 1)} : fresh->mid(i % 3, 1);
        EXPECT_OK(await(provider.setPool(name, toFresh ? u"p0"_s : u"p1"_s, part)));
        EXPECT_OK(
            await(provider.setPool(name, toFresh ? u"p0"_s : u"p1"_s, toFresh ? *old : *fresh)));
        QVERIFY(becomesHealthy(world, name, toFresh ? u"p0"_s : u"p1"_s, toFresh ? 2 : 3));
    }
    load.stop();
    qInfo("%lld requests, %lld failed, 20 switches, the slowest %lld ms", load.requests(),
          load.failed(), slowest);
    QVERIFY(load.requests() > 500);
    QVERIFY2(load.failed() == 0, qPrintable(load.firstFailure()));

    const Result<Balancer> told = await(provider.balancer(name));
    EXPECT_OK(told);
    QCOMPARE(told->active, u"p0"_s);
    QVERIFY(told->requests >= load.requests());
    const Result<Balancer> same = await(provider.ensureBalancer(config));
    EXPECT_OK(same);
    QCOMPARE(same->url, balancer->url);
    QCOMPARE(same->active, u"p0"_s);

    EXPECT_OK(await(provider.destroyBalancer(name)));
    EXPECT_OK(await(provider.destroyBalancer(name)));
    QCOMPARE(await(provider.balancer(name))->state, u"none"_s);
    QVERIFY(get(url.host(), url.port(), u"/"_s).isEmpty());
    for (const Server& server : *old + *fresh) {
        EXPECT_OK(await(provider.destroyServer(server.name)));
    }
    EXPECT_OK(await(provider.deleteImage(one->id)));
    EXPECT_OK(await(provider.deleteImage(two->id)));
}

void leavesNothing(World& world)
{
    const Result<Census> left = await(world.provider().census());
    EXPECT_OK(left);
    QVERIFY2(left->strays.isEmpty(), qPrintable(left->strays.join(u"; "_s)));
    QVERIFY(left->servers.isEmpty());
    QVERIFY(left->images.isEmpty());
    QVERIFY(left->balancers.isEmpty());
    const Result<QStringList> swept = await(world.provider().sweep({}));
    EXPECT_OK(swept);
    QVERIFY2(swept->isEmpty(), qPrintable(swept->join(u"; "_s)));
}

}  // namespace analemma::infra::test
