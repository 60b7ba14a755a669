#include "core/deploy/src/wanted.h"

#include "core/base/files.h"
#include "core/base/readers.h"

#include <QJsonArray>
#include <QJsonDocument>

using namespace Qt::StringLiterals;

namespace analemma::deploy {
namespace {

QJsonArray filesJson(const QList<workspace::FileSpec>& files)
{
    QJsonArray array;
    for (const workspace::FileSpec& file : files) {
        array.append(
            Json{{u"artifact"_s, file.artifact}, {u"path"_s, file.path}, {u"to"_s, file.to}});
    }
    return array;
}

qint64 ms(const QJsonValue& value)
{
    return value.toInteger();
}

}  // namespace

Json WantedBake::toJson() const
{
    QJsonArray kept;
    for (const release::Artifact& artifact : artifacts) {
        kept.append(Json{{u"name"_s, artifact.name},
                         {u"sha256"_s, artifact.sha256},
                         {u"size"_s, artifact.size}});
    }
    return {{u"image"_s, image},
            {u"recipe"_s, recipe},
            {u"provider"_s, provider},
            {u"release"_s, release},
            {u"commit"_s, commit},
            {u"repository"_s, repository},
            {u"parent"_s, parent},
            {u"parent_recipe"_s, parentRecipe},
            {u"files"_s, filesJson(files)},
            {u"artifacts"_s, kept},
            {u"provision"_s, QJsonArray::fromStringList(provision)},
            {u"start"_s, start}};
}

WantedBake WantedBake::fromJson(const Json& json)
{
    WantedBake wanted;
    wanted.image = json[u"image"_s].toString();
    wanted.recipe = json[u"recipe"_s].toString();
    wanted.provider = json[u"provider"_s].toString();
    wanted.release = json[u"release"_s].toString();
    wanted.commit = json[u"commit"_s].toString();
    wanted.repository = json[u"repository"_s].toString();
    wanted.parent = json[u"parent"_s].toString();
    wanted.parentRecipe = json[u"parent_recipe"_s].toString();
    for (const QJsonValue& value : json[u"files"_s].toArray()) {
        workspace::FileSpec file;
        file.artifact = value[u"artifact"_s].toString();
        file.path = value[u"path"_s].toString();
        file.to = value[u"to"_s].toString();
        wanted.files.append(file);
    }
    for (const QJsonValue& value : json[u"artifacts"_s].toArray()) {
        release::Artifact artifact;
        artifact.name = value[u"name"_s].toString();
        artifact.sha256 = value[u"sha256"_s].toString();
        artifact.size = value[u"size"_s].toInteger();
        wanted.artifacts.append(artifact);
    }
    wanted.provision = textsFromJson(json[u"provision"_s]);
    wanted.start = json[u"start"_s].toString();
    return wanted;
}

QString WantedBake::builder() const
{
    return u"builder-"_s + image.right(8);
}

Json toJson(const workspace::Environment& environment)
{
    const Json health{{u"path"_s, environment.health.path},
                      {u"every_ms"_s, qint64(environment.health.every.count())},
                      {u"rise"_s, environment.health.rise},
                      {u"fall"_s, environment.health.fall},
                      {u"within_ms"_s, qint64(environment.health.within.count())},
                      {u"watch_ms"_s, qint64(environment.health.watch.count())}};
    const Json balancer{{u"wanted"_s, environment.balancer.wanted},
                        {u"address"_s, environment.balancer.address},
                        {u"port"_s, environment.balancer.port}};
    return {{u"name"_s, environment.name},
            {u"provider"_s, environment.provider},
            {u"servers"_s, environment.servers},
            {u"image"_s, environment.image},
            {u"port"_s, environment.port},
            {u"health"_s, health},
            {u"balancer"_s, balancer},
            {u"strategy"_s, environment.strategy},
            {u"warm"_s, environment.warm},
            {u"approvals"_s, environment.approvals},
            {u"production"_s, environment.production},
            {u"drain_ms"_s, qint64(environment.drain.count())}};
}

workspace::Environment environmentFromJson(const Json& json)
{
    workspace::Environment environment;
    environment.name = json[u"name"_s].toString();
    environment.provider = json[u"provider"_s].toString();
    environment.servers = json[u"servers"_s].toInt();
    environment.image = json[u"image"_s].toString();
    environment.port = json[u"port"_s].toInt();
    const Json health = json[u"health"_s].toObject();
    environment.health.path = health[u"path"_s].toString();
    environment.health.every = milliseconds(ms(health[u"every_ms"_s]));
    environment.health.rise = health[u"rise"_s].toInt();
    environment.health.fall = health[u"fall"_s].toInt();
    environment.health.within = milliseconds(ms(health[u"within_ms"_s]));
    environment.health.watch = milliseconds(ms(health[u"watch_ms"_s]));
    const Json balancer = json[u"balancer"_s].toObject();
    environment.balancer.wanted = balancer[u"wanted"_s].toBool();
    environment.balancer.address = balancer[u"address"_s].toString();
    environment.balancer.port = balancer[u"port"_s].toInt();
    environment.strategy = json[u"strategy"_s].toString();
    environment.warm = json[u"warm"_s].toInt();
    environment.approvals = json[u"approvals"_s].toInt();
    environment.production = json[u"production"_s].toBool();
    environment.drain = milliseconds(ms(json[u"drain_ms"_s]));
    return environment;
}

Json WantedDeploy::toJson() const
{
    return {{u"environment"_s, deploy::toJson(environment)},
            {u"release"_s, release},
            {u"commit"_s, commit},
            {u"image"_s, image},
            {u"rollback"_s, rollback}};
}

WantedDeploy WantedDeploy::fromJson(const Json& json)
{
    WantedDeploy wanted;
    wanted.environment = environmentFromJson(json[u"environment"_s].toObject());
    wanted.release = json[u"release"_s].toString();
    wanted.commit = json[u"commit"_s].toString();
    wanted.image = json[u"image"_s].toString();
    wanted.rollback = json[u"rollback"_s].toBool();
    return wanted;
}

QString WantedDeploy::serverName(int generation, int index) const
{
    return u"%1-%2-%3"_s.arg(environment.name).arg(generation).arg(index);
}

Json WantedRollback::toJson() const
{
    return {{u"environment"_s, deploy::toJson(environment)},
            {u"from"_s, from},
            {u"to"_s, to},
            {u"release"_s, release}};
}

WantedRollback WantedRollback::fromJson(const Json& json)
{
    WantedRollback wanted;
    wanted.environment = environmentFromJson(json[u"environment"_s].toObject());
    wanted.from = json[u"from"_s].toInt();
    wanted.to = json[u"to"_s].toInt();
    wanted.release = json[u"release"_s].toString();
    return wanted;
}

QString imageId(const workspace::Workspace& workspace, const QString& recipe,
                const QString& version, const QString& commit)
{
    const workspace::ImageRecipe spec = workspace.images.value(recipe);
    const QString parent =
        spec.from == "base"_L1 ? QString() : imageId(workspace, spec.from, version, commit);
    const Json made{{u"commit"_s, commit},
                    {u"parent"_s, parent},
                    {u"files"_s, filesJson(spec.files)},
                    {u"provision"_s, QJsonArray::fromStringList(spec.provision)},
                    {u"start"_s, spec.start}};
    const QString digest = sha256(QJsonDocument(made).toJson(QJsonDocument::Compact));
    QString plain = version;
    plain.replace(u'+', u'-');
    return u"%1-%2-%3"_s.arg(recipe, plain.toLower().left(40), digest.left(8));
}

}  // namespace analemma::deploy
