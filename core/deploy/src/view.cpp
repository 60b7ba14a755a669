#include "core/deploy/src/view.h"

#include "core/deploy/src/health.h"
#include "core/deploy/src/records.h"

#include <QCoreApplication>
#include <QJsonArray>

using namespace Qt::StringLiterals;

namespace analemma::deploy {
namespace {

constexpr milliseconds lookTimeout(1000);

/// Health of a member by what the balancer's last check said.
void setHealth(MemberView& view, const infra::Balancer& balancer, const QString& poolName)
{
    const infra::Pool* pool = balancer.pool(poolName);
    if (pool == nullptr) {
        return;
    }
    for (const infra::Member& member : pool->members) {
        if (member.server != view.server.name) {
            continue;
        }
        view.sessions = member.sessions;
        view.requests = member.requests;
        view.healthText = member.checkCode > 0 ? u"%1 %2"_s.arg(member.check).arg(member.checkCode)
                                               : member.check;
        if (!member.checkText.isEmpty()) {
            view.healthText += u" "_s + member.checkText;
        }
        const bool starting = member.check == "INI"_L1 || member.check.isEmpty();
        view.health = member.healthy() ? u"healthy"_s : starting ? u"starting"_s : u"unhealthy"_s;
    }
}

MemberView makeMember(const QString& name, const Generation& generation,
                      const QList<infra::Server>& servers, const infra::Balancer& balancer)
{
    MemberView view;
    view.generation = generation.number;
    view.server.name = name;
    view.server.state = u"gone"_s;
    view.health = u"unknown"_s;
    for (const infra::Server& server : servers) {
        if (server.name == name) {
            view.server = server;
        }
    }
    if (view.server.state != "running"_L1) {
        view.health = u"stopped"_s;
        view.healthText =
            view.server.state == "gone"_L1 ? u"the server is gone"_s : view.server.detail;
        return view;
    }
    setHealth(view, balancer, generation.pool);
    return view;
}

/// Without a balancer each member is asked once.
Task<Result<int>> askMember(BodyPtr body, workspace::Environment environment, infra::Server server)
{
    const QString url = u"http://%1:%2%3"_s.arg(
        server.address(), QString::number(server.servicePort), environment.health.path);
    CancelToken none;
    Result<int> status = co_await httpStatus(&body->network, url, lookTimeout, none);
    co_return status;
}

/// Who serves, by the balancer's own word: after a crash between a switch and its record, the
/// record is behind.
QList<Generation> asServed(QList<Generation> generations, const infra::Balancer& balancer)
{
    const infra::Pool* pool =
        balancer.state == "running"_L1 ? balancer.pool(balancer.active) : nullptr;
    if (pool == nullptr || pool->members.isEmpty()) {
        return generations;
    }
    const QString member = pool->members.first().server;
    const auto serving =
        std::find_if(generations.begin(), generations.end(),
                     [&](const Generation& one) { return one.servers.contains(member); });
    if (serving == generations.end() || serving->state == "active"_L1) {
        return generations;
    }
    for (Generation& one : generations) {
        one.state = one.state == "active"_L1 ? u"warm"_s : one.state;
    }
    serving->state = u"active"_s;
    return generations;
}

QList<Generation> liveGenerations(const EnvironmentView& view)
{
    QList<Generation> live = view.warm;
    if (view.active) {
        live.prepend(*view.active);
    }
    return live;
}

Json memberJson(const MemberView& member)
{
    return {{u"server"_s, member.server.name},       {u"generation"_s, member.generation},
            {u"address"_s, member.server.address()}, {u"port"_s, member.server.servicePort},
            {u"state"_s, member.server.state},       {u"health"_s, member.health},
            {u"health_text"_s, member.healthText},   {u"sessions"_s, member.sessions},
            {u"requests"_s, member.requests}};
}

}  // namespace

QString expectedName(const QString& environment, int activeGeneration)
{
    return u"%1@%2"_s.arg(environment).arg(activeGeneration);
}

QString overallHealth(const std::optional<Generation>& active, const QList<MemberView>& members)
{
    if (!active) {
        return u"empty"_s;
    }
    int healthy = 0;
    int unknown = 0;
    int count = 0;
    for (const MemberView& member : members) {
        if (member.generation == active->number) {
            ++count;
            healthy += member.health == "healthy"_L1 ? 1 : 0;
            unknown += member.health == "unknown"_L1 ? 1 : 0;
        }
    }
    if (healthy == count && count > 0) {
        return u"healthy"_s;
    }
    if (unknown > 0) {
        return u"unknown"_s;
    }
    return healthy > 0 ? u"degraded"_s : u"down"_s;
}

RollbackTarget rollbackTarget(const EnvironmentView& view, std::optional<milliseconds> usual)
{
    RollbackTarget target;
    target.usual = usual;
    if (!view.warm.isEmpty()) {
        target.generation = view.warm.first();
        target.warm = true;
        target.possible = true;
        return target;
    }
    const int active = view.active ? view.active->number : 0;
    for (const Generation& one : view.generations) {
        const bool served = one.state == "gone"_L1 && one.number != active &&
                            (!view.active || one.release != view.active->release ||
                             one.commit != view.active->commit);
        if (served) {
            target.generation = one;
            target.possible = true;
            return target;
        }
    }
    target.reason =
        view.active
            ? QCoreApplication::translate("Deploy", "No other release has been live in %1 yet.")
                  .arg(view.spec.name)
            : QCoreApplication::translate("Deploy", "Nothing is live in %1.").arg(view.spec.name);
    return target;
}

Task<Result<EnvironmentView>> viewEnvironment(BodyPtr body, QString name)
{
    EnvironmentView view;
    const Result<workspace::Environment> spec = body->environment(name);
    if (!spec) {
        co_return spec.error();
    }
    view.spec = *spec;
    const Result<infra::Provider*> provider = body->providerOf(view.spec.provider);
    if (!provider) {
        co_return provider.error();
    }
    Result<QList<infra::Server>> servers = co_await (*provider)->servers();
    if (!servers) {
        co_return servers.error();
    }
    view.balancer.state = u"none"_s;
    if (view.spec.balancer.wanted) {
        Result<infra::Balancer> balancer = co_await (*provider)->balancer(name);
        if (!balancer) {
            co_return balancer.error();
        }
        view.balancer = *balancer;
    }
    Result<QList<Generation>> generations = co_await readGenerations(body, name);
    if (!generations) {
        co_return generations.error();
    }
    view.generations = asServed(*generations, view.balancer);
    for (const Generation& one : view.generations) {
        if (one.state == "active"_L1) {
            view.active = one;
        } else if (one.state == "warm"_L1) {
            view.warm.append(one);
        }
    }
    std::sort(view.warm.begin(), view.warm.end(),
              [](const Generation& a, const Generation& b) { return a.since > b.since; });
    for (const Generation& one : liveGenerations(view)) {
        for (const QString& server : one.servers) {
            view.members.append(makeMember(server, one, *servers, view.balancer));
        }
    }
    if (!view.spec.balancer.wanted) {
        for (MemberView& member : view.members) {
            if (member.server.state == "running"_L1) {
                const infra::Server server = member.server;
                Result<int> status = co_await askMember(body, view.spec, server);
                const bool good = status && *status >= 200 && *status < 300;
                member.health = good ? u"healthy"_s : u"unhealthy"_s;
                member.healthText = status ? u"HTTP %1"_s.arg(*status) : status.error().message;
            }
        }
    }
    Result<QList<engine::Operation>> operations =
        co_await body->engine->operations(u"environment/"_s + name, 1);
    if (operations && !operations->isEmpty() && !operations->first().isFinished()) {
        view.operation = operations->first().id;
        view.operationTitle = operations->first().title;
    }
    view.health = overallHealth(view.active, view.members);
    view.expected = expectedName(name, view.active ? view.active->number : 0);
    view.asOf = body->clock->now();
    co_return view;
}

Task<Result<QList<ImageView>>> viewImages(BodyPtr body)
{
    QList<ImageView> views;
    for (infra::Provider* provider : body->providers()) {
        Result<QList<infra::Image>> images = co_await provider->images();
        if (!images) {
            co_return images.error();
        }
        for (const infra::Image& image : *images) {
            ImageView view;
            view.image = image;
            views.append(view);
        }
    }
    for (const QString& name : body->workspace.environmentOrder) {
        Result<QList<Generation>> generations = co_await readGenerations(body, name);
        if (!generations) {
            co_return generations.error();
        }
        for (const Generation& one : *generations) {
            const bool live =
                one.state == "active"_L1 || one.state == "warm"_L1 || one.state == "starting"_L1;
            for (ImageView& view : views) {
                if (live && view.image.id == one.image) {
                    view.usedBy.append(u"%1 generation %2 (%3)"_s.arg(
                        name, QString::number(one.number), one.state));
                }
            }
        }
    }
    std::sort(views.begin(), views.end(), [](const ImageView& a, const ImageView& b) {
        return a.image.created > b.image.created;
    });
    co_return views;
}

Json EnvironmentView::toJson() const
{
    QJsonArray warmList;
    for (const Generation& one : warm) {
        warmList.append(deploy::toJson(one));
    }
    QJsonArray all;
    for (const Generation& one : generations) {
        all.append(deploy::toJson(one));
    }
    QJsonArray memberList;
    for (const MemberView& member : members) {
        memberList.append(memberJson(member));
    }
    Json activeJson;
    if (active) {
        activeJson = deploy::toJson(*active);
        activeJson[u"generation"_s] = active->number;
    }
    const Json balancerJson{{u"url"_s, balancer.url},       {u"state"_s, balancer.state},
                            {u"active"_s, balancer.active}, {u"requests"_s, balancer.requests},
                            {u"errors"_s, balancer.errors}, {u"sessions"_s, balancer.sessions}};
    return {{u"schema"_s, u"analemma.environment.1"_s},
            {u"name"_s, spec.name},
            {u"health"_s, health},
            {u"active"_s, active ? QJsonValue(activeJson) : QJsonValue()},
            {u"warm"_s, warmList},
            {u"generations"_s, all},
            {u"members"_s, memberList},
            {u"balancer"_s, balancerJson},
            {u"operation"_s, operation},
            {u"expected"_s, expected},
            {u"as_of"_s, toIso(asOf)}};
}

}  // namespace analemma::deploy
