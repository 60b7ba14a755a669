#include "core/infra/src/local/layout.h"

#include "core/base/files.h"
#include "core/base/readers.h"
#include "core/base/text.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>

#include <cerrno>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace Qt::StringLiterals;

namespace analemma::infra::local {
namespace {

constexpr qint64 recordLimitBytes = 4 * 1024 * 1024;

Json healthToJson(const workspace::HealthCheck& health)
{
    return {{u"path"_s, health.path},
            {u"every_ms"_s, qint64(health.every.count())},
            {u"rise"_s, health.rise},
            {u"fall"_s, health.fall},
            {u"within_ms"_s, qint64(health.within.count())},
            {u"watch_ms"_s, qint64(health.watch.count())}};
}

workspace::HealthCheck healthFromJson(const Json& json)
{
    workspace::HealthCheck health;
    health.path = json[u"path"_s].toString(health.path);
    health.every = milliseconds(json[u"every_ms"_s].toInteger(health.every.count()));
    health.rise = json[u"rise"_s].toInt(health.rise);
    health.fall = json[u"fall"_s].toInt(health.fall);
    health.within = milliseconds(json[u"within_ms"_s].toInteger(health.within.count()));
    health.watch = milliseconds(json[u"watch_ms"_s].toInteger(health.watch.count()));
    return health;
}

Json variablesToJson(const QMap<QString, QString>& variables)
{
    Json json;
    for (auto it = variables.begin(); it != variables.end(); ++it) {
        json.insert(it.key(), it.value());
    }
    return json;
}

Json poolsToJson(const QMap<QString, QList<Server>>& pools)
{
    Json json;
    for (auto it = pools.begin(); it != pools.end(); ++it) {
        QJsonArray members;
        for (const Server& server : it.value()) {
            members.append(Json{{u"server"_s, server.name},
                                {u"address"_s, server.address()},
                                {u"port"_s, server.servicePort}});
        }
        json.insert(it.key(), members);
    }
    return json;
}

QMap<QString, QList<Server>> poolsFromJson(const Json& json)
{
    QMap<QString, QList<Server>> pools;
    for (auto it = json.begin(); it != json.end(); ++it) {
        QList<Server> members;
        for (const QJsonValue& value : it.value().toArray()) {
            Server server;
            server.name = value[u"server"_s].toString();
            server.ssh.host = value[u"address"_s].toString();
            server.servicePort = value[u"port"_s].toInt();
            members.append(server);
        }
        pools.insert(it.key(), members);
    }
    return pools;
}

Json withMaker(Json json, const QString& tag)
{
    json.insert(u"tag"_s, tag);
    json.insert(u"maker"_s, ownIdentity().toJson());
    return json;
}

}  // namespace

QByteArray exactMark(const char* variable, const QString& value)
{
    QByteArray mark = QByteArray(variable) + '=' + value.toUtf8();
    mark.append('\0');
    return mark;
}

bool isLive(const QString& tag, const QStringList& live)
{
    const QString framed = u'/' + tag + u'/';
    for (const QString& operation : live) {
        if (!operation.isEmpty() && framed.contains(u'/' + operation + u'/')) {
            return true;
        }
    }
    return false;
}

Json toJson(const ServerRecord& record)
{
    const ServerSpec& spec = record.spec;
    return withMaker({{u"schema"_s, u"analemma.local.server.1"_s},
                      {u"name"_s, spec.name},
                      {u"image"_s, spec.image},
                      {u"environment"_s, spec.environment},
                      {u"generation"_s, spec.generation},
                      {u"service_port"_s, spec.servicePort},
                      {u"variables"_s, variablesToJson(spec.variables)},
                      {u"address"_s, record.address},
                      {u"user"_s, record.user},
                      {u"host_key"_s, record.hostKey},
                      {u"mode"_s, record.mode},
                      {u"created"_s, toIso(record.created)}},
                     spec.tag);
}

ServerRecord serverRecord(const Json& json)
{
    ServerRecord record;
    record.spec.name = json[u"name"_s].toString();
    record.spec.image = json[u"image"_s].toString();
    record.spec.tag = json[u"tag"_s].toString();
    record.spec.environment = json[u"environment"_s].toString();
    record.spec.generation = json[u"generation"_s].toInt();
    record.spec.servicePort = json[u"service_port"_s].toInt();
    const Json variables = json[u"variables"_s].toObject();
    for (auto it = variables.begin(); it != variables.end(); ++it) {
        record.spec.variables.insert(it.key(), it.value().toString());
    }
    record.address = json[u"address"_s].toString();
    record.user = json[u"user"_s].toString();
    record.hostKey = json[u"host_key"_s].toString();
    record.mode = json[u"mode"_s].toString();
    record.created = fromIso(json[u"created"_s].toString());
    return record;
}

Json toJson(const BalancerRecord& record)
{
    const BalancerConfig& config = record.config;
    return withMaker({{u"schema"_s, u"analemma.local.balancer.1"_s},
                      {u"name"_s, config.name},
                      {u"wanted_address"_s, config.address},
                      {u"port"_s, config.port},
                      {u"health"_s, healthToJson(config.health)},
                      {u"pool_count"_s, config.pools},
                      {u"address"_s, record.address},
                      {u"pools"_s, poolsToJson(record.pools)},
                      {u"created"_s, toIso(record.created)}},
                     config.tag);
}

BalancerRecord balancerRecord(const Json& json)
{
    BalancerRecord record;
    record.config.name = json[u"name"_s].toString();
    record.config.tag = json[u"tag"_s].toString();
    record.config.address = json[u"wanted_address"_s].toString();
    record.config.port = json[u"port"_s].toInt();
    record.config.health = healthFromJson(json[u"health"_s].toObject());
    record.config.pools = json[u"pool_count"_s].toInt();
    record.address = json[u"address"_s].toString();
    record.pools = poolsFromJson(json[u"pools"_s].toObject());
    record.created = fromIso(json[u"created"_s].toString());
    return record;
}

Json toJson(const ImageRecord& record)
{
    Json json = record.image.toJson();
    json.insert(u"boot"_s, record.boot);
    return withMaker(json, record.image.tag);
}

ImageRecord imageRecord(const Json& json)
{
    return {Image::fromJson(json), json[u"boot"_s].toString()};
}

Result<Json> readRecord(const QString& file)
{
    Result<QByteArray> bytes = readFile(file, recordLimitBytes);
    if (!bytes) {
        return bytes.error();
    }
    return readJsonObject(*bytes).in(u"read %1"_s.arg(file));
}

Result<void> writeRecord(const QString& file, const Json& json)
{
    return writeFile(file, QJsonDocument(json).toJson(), 0600);
}

Result<void> putFile(const QString& path, const QByteArray& bytes, int mode)
{
    const QByteArray name = QFile::encodeName(path);
    const auto failed = [&](int fd) {
        const int code = errno;
        if (fd >= 0) {
            ::close(fd);
        }
        return systemError(u"write %1"_s.arg(path), code);
    };
    if (::unlink(name.constData()) != 0 && errno != ENOENT) {
        return failed(-1);
    }
    const int fd = ::open(name.constData(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
                          static_cast<mode_t>(mode));
    if (fd < 0) {
        return failed(fd);
    }
    qsizetype done = 0;
    while (done < bytes.size()) {
        const ssize_t written = ::write(fd, bytes.constData() + done, size_t(bytes.size() - done));
        if (written < 0 && errno == EINTR) {
            continue;
        }
        if (written <= 0) {
            return failed(fd);
        }
        done += written;
    }
    if (::fchmod(fd, static_cast<mode_t>(mode)) != 0) {
        return failed(fd);
    }
    ::close(fd);
    return {};
}

Result<void> discard(const Place& place)
{
    if (Result<void> gone = removeTree(place.removing); !gone) {
        return gone;
    }
    if (::rename(QFile::encodeName(place.folder).constData(),
                 QFile::encodeName(place.removing).constData()) != 0 &&
        errno != ENOENT) {
        return systemError(u"move %1 away"_s.arg(place.folder), errno);
    }
    if (Result<void> gone = removeTree(place.removing); !gone) {
        return gone;
    }
    return removeTree(place.making);
}

QString logTail(const QString& file)
{
    QFile log(file);
    if (!log.open(QIODevice::ReadOnly)) {
        return {};
    }
    constexpr qint64 tailBytes = 600;
    log.seek(std::max<qint64>(0, log.size() - tailBytes));
    return displayText(QByteArrayView(log.read(tailBytes).trimmed()), tailBytes);
}

}  // namespace analemma::infra::local
