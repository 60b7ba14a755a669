#include "core/infra/infra.h"

#include "core/base/text.h"

using namespace Qt::StringLiterals;

namespace analemma::infra {
namespace {

Json targetToJson(const ssh::Target& target)
{
    return {{u"host"_s, target.host},
            {u"port"_s, target.port},
            {u"user"_s, target.user},
            {u"key_file"_s, target.keyFile},
            {u"host_key"_s, target.hostKey}};
}

ssh::Target targetFromJson(const Json& json)
{
    ssh::Target target;
    target.host = json[u"host"_s].toString();
    target.port = json[u"port"_s].toInt(22);
    target.user = json[u"user"_s].toString();
    target.keyFile = json[u"key_file"_s].toString();
    target.hostKey = json[u"host_key"_s].toString();
    return target;
}

}  // namespace

Json Server::toJson() const
{
    return {{u"schema"_s, u"analemma.server.1"_s},
            {u"name"_s, name},
            {u"provider"_s, provider},
            {u"state"_s, state},
            {u"detail"_s, detail},
            {u"image"_s, image},
            {u"tag"_s, tag},
            {u"environment"_s, environment},
            {u"generation"_s, generation},
            {u"service_port"_s, servicePort},
            {u"mode"_s, mode},
            {u"root"_s, root},
            {u"address"_s, address()},
            {u"ssh"_s, targetToJson(ssh)},
            {u"created"_s, toIso(created)}};
}

Server Server::fromJson(const Json& json)
{
    Server server;
    server.name = json[u"name"_s].toString();
    server.provider = json[u"provider"_s].toString();
    server.state = json[u"state"_s].toString();
    server.detail = json[u"detail"_s].toString();
    server.image = json[u"image"_s].toString();
    server.tag = json[u"tag"_s].toString();
    server.environment = json[u"environment"_s].toString();
    server.generation = json[u"generation"_s].toInt();
    server.servicePort = json[u"service_port"_s].toInt(8080);
    server.mode = json[u"mode"_s].toString();
    server.root = json[u"root"_s].toString();
    server.ssh = targetFromJson(json[u"ssh"_s].toObject());
    server.created = fromIso(json[u"created"_s].toString());
    return server;
}

Error ServerList::Problem::told() const
{
    return error.in(u"provider %1 could not list its servers"_s.arg(displayText(provider, 80)));
}

Json ServerList::Problem::toJson() const
{
    return {{u"provider"_s, provider}, {u"error"_s, error.toJson()}};
}

Json Image::toJson() const
{
    return {{u"schema"_s, u"analemma.image.1"_s},
            {u"id"_s, id},
            {u"provider"_s, provider},
            {u"recipe"_s, recipe},
            {u"tag"_s, tag},
            {u"provenance"_s, provenance},
            {u"size"_s, size},
            {u"digest"_s, digest},
            {u"created"_s, toIso(created)}};
}

Image Image::fromJson(const Json& json)
{
    Image image;
    image.id = json[u"id"_s].toString();
    image.provider = json[u"provider"_s].toString();
    image.recipe = json[u"recipe"_s].toString();
    image.tag = json[u"tag"_s].toString();
    image.provenance = json[u"provenance"_s].toObject();
    image.size = json[u"size"_s].toInteger();
    image.digest = json[u"digest"_s].toString();
    image.created = fromIso(json[u"created"_s].toString());
    return image;
}

const Pool* Balancer::pool(const QString& wanted) const
{
    for (const Pool& candidate : pools) {
        if (candidate.name == wanted) {
            return &candidate;
        }
    }
    return nullptr;
}

}  // namespace analemma::infra
