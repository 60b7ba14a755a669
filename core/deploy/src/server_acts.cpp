#include "core/deploy/src/health.h"
#include "core/deploy/src/kinds.h"
#include "core/deploy/src/records.h"

#include "core/base/text.h"

#include <QElapsedTimer>
#include <QJsonArray>

using namespace Qt::StringLiterals;

namespace analemma::deploy {
namespace {

constexpr milliseconds quickPause(20);
constexpr milliseconds watchPause(100);
constexpr milliseconds requestTimeout(2000);
const Json nothing;

/// An act with its environment and provider found.
struct Place {
    BodyPtr body;
    engine::Call call;
    workspace::Environment environment;
    infra::Provider* provider = nullptr;

    [[nodiscard]] QString text(const QString& key) const
    {
        return call.action.args[key].toString();
    }
    [[nodiscard]] int number(const QString& key) const { return call.action.args[key].toInt(); }
    [[nodiscard]] QStringList texts(const QString& key) const
    {
        QStringList list;
        for (const QJsonValue& value : call.action.args[key].toArray()) {
            list.append(value.toString());
        }
        return list;
    }
};

using Act = Task<Result<Json>> (*)(Place);

/// The answer of a call without a value.
Result<Json> plain(const Result<void>& result)
{
    return result ? Result<Json>(nothing) : Result<Json>(result.error());
}

/// The servers of these names. NotFound names the first that is missing.
Task<Result<QList<infra::Server>>> find(infra::Provider* provider, QStringList names)
{
    Result<QList<infra::Server>> all = co_await provider->servers();
    if (!all) {
        co_return all.error();
    }
    QList<infra::Server> found;
    for (const QString& name : names) {
        const auto server = std::find_if(
            all->begin(), all->end(), [&](const infra::Server& one) { return one.name == name; });
        if (server == all->end()) {
            co_return Error(ErrorKind::NotFound, u"server %1 is gone"_s.arg(name));
        }
        found.append(*server);
    }
    co_return found;
}

QString healthUrl(const infra::Server& server, const workspace::Environment& environment)
{
    return u"http://%1:%2%3"_s.arg(server.address(), QString::number(server.servicePort),
                                   environment.health.path);
}

bool isGood(const Result<int>& status)
{
    return status && *status >= 200 && *status < 300;
}

QString statusText(const QString& url, const Result<int>& status)
{
    return status ? u"%1 answered %2"_s.arg(url).arg(*status) : status.error().message;
}

/// The end of the service's log, to say why a server is not healthy.
Task<Result<QString>> serviceLog(BodyPtr body, infra::Server server, QString service,
                                 CancelToken cancel)
{
    auto session = co_await body->ssh->shared(server.ssh, cancel);
    if (!session) {
        co_return session.error();
    }
    ssh::ExecOptions options;
    options.timeout = milliseconds(3000);
    options.limitBytes = 16 * 1024;
    const QString command = u"tail -n 8 \"${SERVER_ROOT:-}/var/log/%1.log\""_s.arg(service);
    Result<ssh::ExecResult> tail = co_await (*session)->exec(command, options, cancel);
    if (!tail) {
        co_return tail.error();
    }
    co_return displayLog(tail->output).trimmed();
}

// ---- servers ------------------------------------------------------------------------------------

Task<Result<Json>> actCreate(Place place)
{
    const WantedDeploy wanted = WantedDeploy::fromJson(place.call.wanted);
    infra::ServerSpec spec;
    spec.name = place.text(u"server"_s);
    spec.image = place.text(u"image"_s);
    spec.tag = place.call.tag;
    spec.environment = place.environment.name;
    spec.generation = place.number(u"generation"_s);
    spec.servicePort = place.environment.port;
    spec.variables = {{u"RELEASE"_s, wanted.release}, {u"COMMIT"_s, wanted.commit}};
    return createServer(place.body, place.call, spec, place.environment.provider);
}

Task<Result<Json>> actHealthy(Place place)
{
    const QString name = place.text(u"server"_s);
    const QStringList names(name);
    Result<QList<infra::Server>> found = co_await find(place.provider, names);
    if (!found) {
        co_return found.error();
    }
    const infra::Server server = found->first();
    const QString url = healthUrl(server, place.environment);
    const milliseconds deadline = place.body->clock->sinceBoot() + place.environment.health.within;
    const milliseconds pause = std::min(place.environment.health.every, milliseconds(50));
    int good = 0;
    QString last = u"no answer"_s;
    while (good < place.environment.health.rise) {
        Result<int> status =
            co_await httpStatus(&place.body->network, url, requestTimeout, place.call.cancel);
        if (place.call.cancel.isCancelled()) {
            co_return cancelledError();
        }
        good = isGood(status) ? good + 1 : 0;
        last = statusText(url, status);
        if (good == place.environment.health.rise) {
            break;
        }
        if (place.body->clock->sinceBoot() >= deadline) {
            Result<QString> log =
                co_await serviceLog(place.body, server, place.environment.image, place.call.cancel);
            if (log && !log->isEmpty()) {
                place.call.log(u"The end of the service's log on %1:\n%2"_s.arg(name, *log));
            }
            co_return Error(ErrorKind::Failed,
                            u"server %1 did not become healthy within %2: %3"_s.arg(
                                name, durationText(place.environment.health.within), last));
        }
        const milliseconds until = good > 0 ? pause : quickPause;
        Result<void> slept = co_await sleepFor(until, place.call.cancel);
        if (!slept) {
            co_return slept.error();
        }
    }
    const Json result{{u"url"_s, url}};
    co_return result;
}

Task<Result<Json>> actStart(Place place)
{
    Result<infra::Server> started =
        co_await place.provider->startServer(place.text(u"server"_s), place.call.cancel);
    if (!started) {
        co_return started.error();
    }
    co_return started->toJson();
}

Task<Result<Json>> actDestroy(Place place)
{
    return destroyServer(place.body, place.text(u"server"_s), place.environment.provider);
}

// ---- balancer -----------------------------------------------------------------------------------

Task<Result<Json>> actEnsure(Place place)
{
    infra::BalancerConfig config;
    config.name = place.environment.name;
    config.tag = place.call.tag;
    config.address = place.environment.balancer.address;
    config.port = place.environment.balancer.port;
    config.health = place.environment.health;
    config.pools = place.environment.warm + 2;
    Result<infra::Balancer> balancer = co_await place.provider->ensureBalancer(config);
    if (!balancer) {
        co_return balancer.error();
    }
    const Json result{{u"url"_s, balancer->url}};
    co_return result;
}

Task<Result<Json>> actSetPool(Place place)
{
    QList<infra::Server> members;
    const QStringList names = place.texts(u"servers"_s);
    if (!names.isEmpty()) {
        Result<QList<infra::Server>> found = co_await find(place.provider, names);
        if (!found) {
            co_return found.error();
        }
        members = *found;
    }
    Result<void> set =
        co_await place.provider->setPool(place.environment.name, place.text(u"pool"_s), members);
    co_return plain(set);
}

/// The first member that is not healthy, in words; empty when all are.
QString unhealthyMember(const infra::Balancer& balancer, const QString& poolName)
{
    const infra::Pool* pool = balancer.pool(poolName);
    if (pool == nullptr || pool->members.isEmpty()) {
        return u"pool %1 has no servers"_s.arg(poolName);
    }
    for (const infra::Member& member : pool->members) {
        if (!member.healthy()) {
            const QString code = member.checkCode > 0 ? u" %1"_s.arg(member.checkCode) : QString();
            return u"server %1 is %2 (%3%4)"_s.arg(member.server, member.status, member.check,
                                                   code);
        }
    }
    return {};
}

Task<Result<Json>> actAwaitPool(Place place)
{
    const QString pool = place.text(u"pool"_s);
    const milliseconds deadline = place.body->clock->sinceBoot() + place.environment.health.within;
    while (true) {
        Result<infra::Balancer> balancer =
            co_await place.provider->balancer(place.environment.name);
        if (!balancer) {
            co_return balancer.error();
        }
        const QString unhealthy = unhealthyMember(*balancer, pool);
        if (unhealthy.isEmpty()) {
            co_return nothing;
        }
        if (place.body->clock->sinceBoot() >= deadline) {
            co_return Error(ErrorKind::Failed,
                            u"the load balancer did not see pool %1 healthy within %2: %3"_s.arg(
                                pool, durationText(place.environment.health.within), unhealthy));
        }
        Result<void> slept = co_await sleepFor(quickPause, place.call.cancel);
        if (!slept) {
            co_return slept.error();
        }
    }
}

Task<Result<Json>> actSwitch(Place place)
{
    QElapsedTimer timer;
    timer.start();
    Result<void> switched =
        co_await place.provider->switchTo(place.environment.name, place.text(u"pool"_s));
    if (!switched) {
        co_return switched.error();
    }
    const double ms = double(timer.nsecsElapsed() / 1000) / 1000.0;
    const Json result{{u"switch_ms"_s, ms}, {u"switched_at"_s, toIso(place.body->clock->now())}};
    co_return result;
}

Task<Result<Json>> actDrain(Place place)
{
    Result<void> drained = co_await place.provider->drainPool(
        place.environment.name, place.text(u"pool"_s), place.environment.drain, place.call.cancel);
    if (drained || drained.error().kind == ErrorKind::Timeout) {
        if (!drained) {
            place.call.log(
                u"Some requests were still running after %1; they go on on the warm servers."_s.arg(
                    durationText(place.environment.drain)));
        }
        const Json result{{u"drained"_s, drained.ok()}};
        co_return result;
    }
    co_return drained.error();
}

// ---- generations --------------------------------------------------------------------------------

Task<Result<Json>> actReserve(Place place)
{
    const WantedDeploy wanted = WantedDeploy::fromJson(place.call.wanted);
    Generation generation;
    generation.environment = place.environment.name;
    generation.number = place.number(u"number"_s);
    generation.release = wanted.release;
    generation.commit = wanted.commit;
    generation.image = wanted.image;
    generation.state = u"starting"_s;
    generation.pool = place.text(u"pool"_s);
    generation.servers = place.texts(u"servers"_s);
    generation.operation = place.call.operation;
    if (generation.pool.isEmpty()) {
        co_return Error(ErrorKind::Failed,
                        u"no pool of %1 is free; are `warm` generations fewer than before?"_s.arg(
                            generation.environment));
    }
    Result<Generation> reserved = co_await reserveGeneration(place.body, generation);
    if (!reserved) {
        co_return reserved.error();
    }
    co_return toJson(*reserved);
}

Task<Result<Json>> actActivate(Place place)
{
    Result<void> written =
        co_await activateGeneration(place.body, place.environment.name, place.number(u"number"_s),
                                    place.number(u"before"_s), place.text(u"before_state"_s));
    co_return plain(written);
}

Task<Result<Json>> actClose(Place place)
{
    Result<void> written = co_await closeGeneration(
        place.body, place.environment.name, place.number(u"number"_s), place.text(u"state"_s));
    co_return plain(written);
}

/// One look at all servers of a generation without a balancer; what is wrong, or empty.
Task<Result<QString>> lookDirectly(Place place, QList<infra::Server> servers)
{
    for (const infra::Server& server : servers) {
        const QString url = healthUrl(server, place.environment);
        Result<int> status =
            co_await httpStatus(&place.body->network, url, requestTimeout, place.call.cancel);
        if (!isGood(status)) {
            co_return statusText(url, status);
        }
    }
    co_return QString();
}

Task<Result<QString>> lookThroughBalancer(Place place)
{
    Result<infra::Balancer> balancer = co_await place.provider->balancer(place.environment.name);
    if (!balancer) {
        co_return balancer.error();
    }
    co_return unhealthyMember(*balancer, place.text(u"pool"_s));
}

Task<Result<Json>> actWatch(Place place)
{
    Result<QList<infra::Server>> servers = co_await find(place.provider, place.texts(u"servers"_s));
    if (!servers) {
        co_return Error(ErrorKind::Failed, servers.error().message);
    }
    const bool balanced = place.environment.balancer.wanted;
    // The balancer counts `fall` itself; without one it is counted here.
    const int limit = balanced ? 1 : place.environment.health.fall;
    const milliseconds pause = balanced ? watchPause : place.environment.health.every;
    const milliseconds start = place.body->clock->sinceBoot();
    const milliseconds length = place.environment.health.watch;
    int bad = 0;
    while (place.body->clock->sinceBoot() < start + length) {
        Result<void> slept = co_await sleepFor(pause, place.call.cancel);
        if (!slept) {
            co_return slept.error();
        }
        Result<QString> wrong = QString();
        if (balanced) {
            wrong = co_await lookThroughBalancer(place);
        } else {
            wrong = co_await lookDirectly(place, *servers);
        }
        const QString text = wrong ? *wrong : wrong.error().message;
        bad = text.isEmpty() ? 0 : bad + 1;
        if (bad >= limit) {
            co_return Error(ErrorKind::Failed, u"in the watch time %1"_s.arg(text));
        }
        const milliseconds passed = place.body->clock->sinceBoot() - start;
        place.call.progress(double(passed.count()) / double(length.count()));
    }
    co_return nothing;
}

const QHash<QString, Act>& acts()
{
    static const QHash<QString, Act> table{
        {u"server.create"_s, actCreate},
        {u"server.healthy"_s, actHealthy},
        {u"server.start"_s, actStart},
        {u"server.destroy"_s, actDestroy},
        {u"balancer.ensure"_s, actEnsure},
        {u"pool.set"_s, actSetPool},
        {u"pool.ready"_s, actAwaitPool},
        {u"balancer.switch"_s, actSwitch},
        {u"pool.drain"_s, actDrain},
        {u"generation.reserve"_s, actReserve},
        {u"generation.activate"_s, actActivate},
        {u"generation.close"_s, actClose},
        {u"generation.watch"_s, actWatch},
    };
    return table;
}

}  // namespace

Task<Result<Json>> createServer(BodyPtr body, engine::Call call, infra::ServerSpec spec,
                                QString providerName)
{
    const Result<infra::Provider*> provider = body->providerOf(providerName);
    if (!provider) {
        co_return provider.error();
    }
    Result<infra::Server> server = co_await (*provider)->createServer(spec, call.cancel);
    if (!server) {
        co_return server.error();
    }
    call.log(u"%1 answers on %2:%3 (%4)"_s.arg(server->name, server->address(),
                                               QString::number(server->ssh.port), server->mode));
    const Json result{{u"server"_s, server->name}, {u"address"_s, server->address()}};
    co_return result;
}

Task<Result<Json>> destroyServer(BodyPtr body, QString server, QString providerName)
{
    const Result<infra::Provider*> provider = body->providerOf(providerName);
    if (!provider) {
        co_return provider.error();
    }
    Result<void> destroyed = co_await (*provider)->destroyServer(server);
    co_return plain(destroyed);
}

Task<Result<Json>> actOnEnvironment(BodyPtr body, engine::Call call)
{
    if (call.action.verb == "image.bake"_L1) {
        Result<Json> baked = co_await bakeNested(body, call);
        co_return baked;
    }
    const auto act = acts().find(call.action.verb);
    if (act == acts().end()) {
        co_return Error(ErrorKind::Bug, u"no act is called %1"_s.arg(call.action.verb));
    }
    Place place;
    place.body = body;
    place.call = call;
    place.environment = environmentFromJson(call.wanted[u"environment"_s].toObject());
    const Result<infra::Provider*> provider = body->providerOf(place.environment.provider);
    if (!provider) {
        co_return provider.error();
    }
    place.provider = *provider;
    const Act function = *act;
    Result<Json> result = co_await function(place);
    co_return result;
}

}  // namespace analemma::deploy
