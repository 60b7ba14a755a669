#include "app/cli/environment_json.h"

#include <QJsonArray>

using namespace Qt::StringLiterals;

namespace analemma::cli {
namespace {

/// What `json` holds under `key` as an object, with `fields` put in.
void merge(Json* json, const QString& key, const Json& fields)
{
    Json inner = json->value(key).toObject();
    for (auto it = fields.begin(); it != fields.end(); ++it) {
        inner[it.key()] = it.value();
    }
    (*json)[key] = inner;
}

Json generationJson(const deploy::Generation& generation)
{
    return {{u"generation"_s, generation.number}, {u"release"_s, generation.release},
            {u"commit"_s, generation.commit},     {u"image"_s, generation.image},
            {u"state"_s, generation.state},       {u"since"_s, toIso(generation.since)}};
}

Json memberJson(const deploy::MemberView& member)
{
    return {{u"server"_s, member.server.name},
            {u"generation"_s, member.generation},
            {u"health"_s, member.health},
            {u"check"_s, member.healthText},
            {u"address"_s, member.server.address()},
            {u"port"_s, member.server.servicePort},
            {u"sessions"_s, member.sessions},
            {u"requests"_s, member.requests}};
}

}  // namespace

Json environmentJson(const deploy::EnvironmentView& view)
{
    Json json = view.toJson();
    json[u"schema"_s] = u"analemma.environment.1"_s;
    json[u"name"_s] = view.spec.name;
    json[u"health"_s] = view.health;
    json[u"expected"_s] = view.expected;
    if (view.active) {
        merge(&json, u"active"_s, generationJson(*view.active));
    } else {
        json[u"active"_s] = QJsonValue();
    }
    QJsonArray warm;
    for (const deploy::Generation& generation : view.warm) {
        warm.append(generationJson(generation));
    }
    json[u"warm"_s] = warm;
    QJsonArray members;
    for (const deploy::MemberView& member : view.members) {
        members.append(memberJson(member));
    }
    json[u"members"_s] = members;
    const Json balancer{{u"url"_s, view.balancer.url},
                        {u"state"_s, view.balancer.state},
                        {u"requests"_s, view.balancer.requests},
                        {u"errors"_s, view.balancer.errors},
                        {u"sessions"_s, view.balancer.sessions}};
    merge(&json, u"balancer"_s, balancer);
    return json;
}

}  // namespace analemma::cli
