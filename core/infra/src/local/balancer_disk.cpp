#include "core/infra/src/local/balancer_disk.h"

#include "core/base/files.h"
#include "core/base/text.h"
#include "core/infra/src/local/address.h"

#include <QFile>
#include <QFileInfo>
#include <QThread>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

using namespace Qt::StringLiterals;

namespace analemma::infra::local {
namespace {

constexpr milliseconds balancerEndTime{5'000};
constexpr qint64 balancerLogLimit = 1024 * 1024;

QString processFile(const Place& place)
{
    return place.folder + u"/process.json"_s;
}

QString logFile(const Place& place)
{
    return place.folder + u"/log"_s;
}

Result<void> writeSettings(const QString& folder, const BalancerRecord& record)
{
    const haproxy::Setup setup = setupOf(record);
    Result<void> written = writeFile(folder + u'/' + QLatin1StringView(haproxy::configFile),
                                     haproxy::configText(setup), 0600);
    if (written) {
        written = putFile(folder + u'/' + QLatin1StringView(haproxy::pageFile),
                          haproxy::unavailablePage(record.config.name), 0600);
    }
    return written;
}

int openConnections()
{
    rlimit limit{};
    ::getrlimit(RLIMIT_NOFILE, &limit);
    return haproxy::connectionLimit(limit.rlim_max);
}

}  // namespace

haproxy::Setup setupOf(const BalancerRecord& record)
{
    haproxy::Setup setup;
    setup.config = record.config;
    setup.address = record.address;
    setup.maxConnections = openConnections();
    setup.threads = std::clamp(QThread::idealThreadCount(), 1, 4);
    for (auto it = record.pools.begin(); it != record.pools.end(); ++it) {
        QList<haproxy::PoolMember> members;
        for (const Server& server : it.value()) {
            members.append({server.name, server.address(), server.servicePort});
        }
        setup.pools.insert(it.key(), members);
    }
    return setup;
}

Result<BalancerRecord> findBalancer(const Layout& layout, const QString& name)
{
    Result<Json> json = isPlainName(name) ? readRecord(layout.balancer(name).meta())
                                          : Result<Json>(Error(ErrorKind::NotFound, QString()));
    if (!json && json.error().kind == ErrorKind::NotFound) {
        return Error(ErrorKind::NotFound,
                     u"there is no balancer %1 here"_s.arg(displayText(name, 80)));
    }
    if (!json) {
        return json.error();
    }
    BalancerRecord record = balancerRecord(*json);
    const Result<void> checked = haproxy::check(record.config);
    if (!checked || record.config.name != name || !isHostName(record.address)) {
        return Error(ErrorKind::Invalid, u"%1 is not the record of balancer %2"_s.arg(
                                             layout.balancer(name).meta(), name));
    }
    return record;
}

Result<void> buildBalancer(const Layout& layout, const BalancerRecord& record)
{
    const Place place = layout.balancer(record.config.name);
    Result<void> done = discard(place);
    if (done) {
        done = makeFolder(place.making);
    }
    if (done) {
        done = writeRecord(place.making + u"/meta.json"_s, toJson(record));
    }
    if (done) {
        done = writeSettings(place.making, record);
    }
    if (done) {
        done = writeFile(place.making + u'/' + QLatin1StringView(haproxy::mapFile),
                         haproxy::mapText({}), 0600);
    }
    if (done && ::rename(QFile::encodeName(place.making).constData(),
                         QFile::encodeName(place.folder).constData()) != 0) {
        done = systemError(u"put %1 in its place"_s.arg(place.folder), errno);
    }
    return done.in(u"create balancer %1"_s.arg(record.config.name));
}

Result<void> storeBalancer(const Layout& layout, const BalancerRecord& record)
{
    const Place place = layout.balancer(record.config.name);
    if (Result<void> written = writeRecord(place.meta(), toJson(record)); !written) {
        return written;
    }
    return writeSettings(place.folder, record);
}

Result<void> storeActive(const Layout& layout, const QString& name, const QString& pool)
{
    return writeFile(layout.balancer(name).folder + u'/' + QLatin1StringView(haproxy::mapFile),
                     haproxy::mapText(pool), 0600);
}

Result<void> placeActive(const Layout& layout, const QString& name, const QString& pool)
{
    const QString file = layout.balancer(name).folder + u'/' + QLatin1StringView(haproxy::mapFile);
    const QString fresh = file + u".new"_s;
    if (Result<void> put = putFile(fresh, haproxy::mapText(pool), 0600); !put) {
        return put;
    }
    if (::rename(QFile::encodeName(fresh).constData(), QFile::encodeName(file).constData()) != 0) {
        return systemError(u"write %1"_s.arg(file), errno);
    }
    return {};
}

Result<void> syncActive(const Layout& layout, const QString& name)
{
    const QString folder = layout.balancer(name).folder;
    for (const QString& path : {folder + u'/' + QLatin1StringView(haproxy::mapFile), folder}) {
        const int fd = ::open(QFile::encodeName(path).constData(), O_RDONLY | O_CLOEXEC);
        const bool synced = fd >= 0 && ::fsync(fd) == 0;
        const int code = errno;
        if (fd >= 0) {
            ::close(fd);
        }
        if (!synced) {
            return systemError(u"sync %1"_s.arg(path), code);
        }
    }
    return {};
}

QString storedActive(const Layout& layout, const QString& name)
{
    const Result<QByteArray> text =
        readFile(layout.balancer(name).folder + u'/' + QLatin1StringView(haproxy::mapFile), 4096);
    return text ? haproxy::activePool(*text) : QString();
}

bool isStored(const Layout& layout, const BalancerRecord& record)
{
    const Result<QByteArray> text = readFile(
        layout.balancer(record.config.name).folder + u'/' + QLatin1StringView(haproxy::configFile),
        1024 * 1024);
    return text && *text == haproxy::configText(setupOf(record));
}

std::optional<ProcessIdentity> masterOf(const Layout& layout, const QString& name)
{
    const Place place = layout.balancer(name);
    const Result<Json> json = readRecord(processFile(place));
    if (!json) {
        return {};
    }
    const ProcessIdentity master = ProcessIdentity::fromJson((*json)[u"master"_s].toObject());
    const QString line = u"/proc/%1/cmdline"_s.arg(master.pid);
    const bool ours =
        isAlive(master) &&
        readStart(line, 64 * 1024).valueOr({}).contains(QFile::encodeName(place.folder));
    return ours ? std::optional(master) : std::nullopt;
}

Result<ProcessIdentity> launchBalancer(const Layout& layout, const BalancerRecord& record,
                                       const QString& haproxy)
{
    const QString name = record.config.name;
    const Place place = layout.balancer(name);
    if (Result<void> halted = haltBalancer(layout, name); !halted) {
        return halted.error();
    }
    if (!untilFree(record.address, {record.config.port})) {
        return takenError(record.address, record.config.port).in(u"start balancer %1"_s.arg(name));
    }
    if (Result<void> written = writeSettings(place.folder, record); !written) {
        return written.error();
    }
    if (QFileInfo(logFile(place)).size() > balancerLogLimit) {
        QFile::remove(logFile(place));
    }
    // Master and worker: the master reloads without losing a connection. It is made a daemon by us,
    // so that we know its identity. -C: the paths in the configuration are relative, however long
    // ours is.
    ProcessSpec spec(haproxy, {u"-W"_s, u"-C"_s, place.folder, u"-f"_s,
                               QString::fromLatin1(haproxy::configFile)});
    spec.environment = {{u"PATH"_s, u"/usr/bin:/bin"_s},
                        {u"LANG"_s, u"C.UTF-8"_s},
                        {QString::fromLatin1(balancerVariable), layout.serverMark(name)}};
    Result<ProcessIdentity> master = startDetached(spec, logFile(place));
    if (!master && master.error().kind == ErrorKind::NotFound) {
        return Error(ErrorKind::Failed, u"start balancer %1: HAProxy ended at once: %2"_s.arg(
                                            name, logTail(logFile(place))));
    }
    if (!master) {
        return master.error().in(u"start balancer %1"_s.arg(name));
    }
    Result<void> written = writeRecord(
        processFile(place),
        {{u"schema"_s, u"analemma.local.process.1"_s}, {u"master"_s, master->toJson()}});
    return written ? master : Result<ProcessIdentity>(written.error());
}

Result<void> haltBalancer(const Layout& layout, const QString& name)
{
    std::vector<ProcessIdentity> known;
    if (const std::optional<ProcessIdentity> master = masterOf(layout, name)) {
        known.push_back(*master);
    }
    const QByteArray mark = exactMark(balancerVariable, layout.serverMark(name));
    Result<void> ended = endMarked(mark, known, balancerEndTime);
    QFile::remove(processFile(layout.balancer(name)));
    return ended.in(u"stop balancer %1"_s.arg(name));
}

}  // namespace analemma::infra::local
