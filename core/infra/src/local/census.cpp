#include "core/base/files.h"
#include "core/base/text.h"
#include "core/infra/src/local/address.h"
#include "core/infra/src/local/balancer_disk.h"
#include "core/infra/src/local/body.h"
#include "core/infra/src/local/images.h"

#include <QDir>
#include <QFileInfo>

#include <csignal>

using namespace Qt::StringLiterals;

namespace analemma::infra::local {
namespace {

/// Something that no record stands for.
struct Stray {
    enum class Kind { Folder, Process, Address };
    Kind kind = Kind::Folder;
    QString text;  ///< for people, with its tag
    QString tag;
    QString place;  ///< folder, or the reservation's owner
    ProcessIdentity process;
    bool young = false;  ///< a folder whose record may be under way
};

/// Between mkdir and the record lies less than this.
constexpr qint64 youngSeconds = 10;
const QStringList kinds{u"servers"_s, u"images"_s, u"balancers"_s};

QString withTag(const QString& text, const QString& tag)
{
    return tag.isEmpty() ? text : u"%1 [%2]"_s.arg(text, displayText(tag, 200));
}

Stray folderStray(const QFileInfo& info, const QString& why)
{
    Stray stray;
    stray.place = info.filePath();
    const Result<Json> record = readRecord(stray.place + u"/meta.json"_s);
    stray.tag = record ? (*record)[u"tag"_s].toString() : QString();
    stray.young =
        !record && info.lastModified().secsTo(QDateTime::currentDateTimeUtc()) < youngSeconds;
    stray.text = withTag(u"%1 %2"_s.arg(why, stray.place), stray.tag);
    return stray;
}

bool isWhole(const Layout& layout, const QString& kind, const QString& name)
{
    if (kind == u"servers") {
        return findServer(layout, name).ok();
    }
    return kind == u"images" ? findImage(layout, name).ok() : findBalancer(layout, name).ok();
}

QList<Stray> strayFolders(const Layout& layout)
{
    QList<Stray> strays;
    for (const QString& kind : kinds) {
        const QFileInfoList entries =
            QDir(layout.folder(kind))
                .entryInfoList(QDir::Dirs | QDir::Hidden | QDir::NoDotAndDotDot, QDir::Name);
        for (const QFileInfo& entry : entries) {
            if (entry.fileName().startsWith(u".tmp-")) {
                strays.append(folderStray(entry, u"half-made folder"_s));
            } else if (!isWhole(layout, kind, entry.fileName())) {
                strays.append(folderStray(entry, u"folder without a record"_s));
            }
        }
    }
    return strays;
}

/// The value of a variable in a process's environment.
QString environmentOf(qint64 pid, const QByteArray& variable)
{
    const QString path = u"/proc/%1/environ"_s.arg(pid);
    const QList<QByteArray> entries = readStart(path, 256 * 1024).valueOr({}).split('\0');
    for (const QByteArray& entry : entries) {
        if (entry.startsWith(variable + '=')) {
            return QString::fromUtf8(entry.mid(variable.size() + 1));
        }
    }
    return {};
}

/// Processes with our mark whose server or balancer is gone, or is down although they live.
QList<Stray> strayProcesses(const Layout& layout, const QByteArray& variable)
{
    QList<Stray> strays;
    const bool isServer = variable == serverVariable;
    const std::vector<ProcessIdentity> found =
        processesMarked(variable + '=' + layout.workspace.toUtf8() + '/');
    for (const ProcessIdentity& process : found) {
        const QString name = environmentOf(process.pid, variable).section(u'/', 1);
        if (!isPlainName(name)) {
            continue;  // the text stood elsewhere, or the process has ended
        }
        QString why;
        if (isServer) {
            const Result<ServerRecord> record = findServer(layout, name);
            const std::optional<Running> running = readRunning(layout.server(name));
            const bool up = running && isUp(layout.server(name), *running);
            why = !record ? u"which is gone"_s : (up ? QString() : u"which is stopped"_s);
        } else {
            const Result<BalancerRecord> record = findBalancer(layout, name);
            why = !record ? u"which is gone"_s
                          : (masterOf(layout, name) ? QString() : u"which is stopped"_s);
        }
        if (!why.isEmpty()) {
            Stray stray;
            stray.kind = Stray::Kind::Process;
            stray.process = process;
            const Result<Json> meta =
                readRecord((isServer ? layout.server(name) : layout.balancer(name)).meta());
            stray.tag = meta ? (*meta)[u"tag"_s].toString() : QString();
            stray.text = withTag(u"process %1 of %2 %3, %4"_s.arg(process.pid)
                                     .arg(isServer ? u"server"_s : u"balancer"_s, name, why),
                                 stray.tag);
            strays.append(stray);
        }
    }
    return strays;
}

QList<Stray> strayAddresses(const Layout& layout, const QList<Reservation>& reservations)
{
    QList<Stray> strays;
    for (const Reservation& reservation : reservations) {
        const QString kind = reservation.owner.section(u'/', 0, 0);
        const QString name = reservation.owner.section(u'/', 1);
        const Place place = kind == u"balancer" ? layout.balancer(name) : layout.server(name);
        if (!QFileInfo::exists(place.folder) && !QFileInfo::exists(place.making)) {
            Stray stray;
            stray.kind = Stray::Kind::Address;
            stray.tag = reservation.tag;
            stray.place = reservation.owner;
            stray.text = withTag(u"address %1, reserved for %2 %3 that is not there"_s.arg(
                                     reservation.address, kind, name),
                                 reservation.tag);
            strays.append(stray);
        }
    }
    return strays;
}

QList<Stray> findStrays(const Layout& layout, const QList<Reservation>& reservations)
{
    return strayFolders(layout) + strayProcesses(layout, serverVariable) +
           strayProcesses(layout, balancerVariable) + strayAddresses(layout, reservations);
}

/// Removes one stray; the owner of a reservation that is free is returned for the store.
Result<QString> removeStray(const Stray& stray, const QList<Reservation>& reservations)
{
    switch (stray.kind) {
        case Stray::Kind::Folder:
            if (Result<void> gone = removeTree(stray.place); !gone) {
                return gone.error();
            }
            return QString();
        case Stray::Kind::Process:
            // Gone already is as good.
            if (Result<void> ended = signalProcess(stray.process, SIGKILL);
                !ended && ended.error().kind != ErrorKind::NotFound) {
                return ended.error();
            }
            return QString();
        case Stray::Kind::Address:
            break;
    }
    for (const Reservation& reservation : reservations) {
        for (const int port : reservation.ports) {
            if (reservation.owner == stray.place && !isFree(reservation.address, port)) {
                return takenError(reservation.address, port);
            }
        }
    }
    return stray.place;
}

struct Swept {
    QStringList removed;
    QStringList owners;  ///< whose reservations end
};

/// Again until nothing new is found: what dies may leave something behind.
Result<Swept> sweepNow(const Layout& layout, const QList<Reservation>& reservations,
                       const QStringList& live)
{
    constexpr int rounds = 5;
    Swept swept;
    for (int round = 0; round < rounds; ++round) {
        bool found = false;
        const QList<Stray> strays = findStrays(layout, reservations);
        for (const Stray& stray : strays) {
            if (stray.young || isLive(stray.tag, live) || swept.removed.contains(stray.text)) {
                continue;
            }
            const Result<QString> owner = removeStray(stray, reservations);
            if (!owner) {
                continue;  // it stays in the census, with its reason there
            }
            found = true;
            swept.removed.append(stray.text);
            if (!owner->isEmpty()) {
                swept.owners.append(*owner);
            }
        }
        if (!found) {
            break;
        }
    }
    return swept;
}

struct OnDisk {
    QList<Server> servers;
    QList<Image> images;
    QStringList strays;
};

}  // namespace

Task<Result<Census>> census(BodyPtr body)
{
    Result<QList<Reservation>> held = co_await reservations(body->store);
    if (!held) {
        co_return held.error().in(u"census"_s);
    }
    const Layout layout = body->layout;
    std::function<Result<OnDisk>()> work = [layout, reserved = *held]() -> Result<OnDisk> {
        OnDisk disk;
        Result<QList<Server>> found = listServers(layout);
        Result<QList<Image>> baked = listImages(layout);
        if (!found || !baked) {
            return !found ? found.error() : baked.error();
        }
        disk.servers = *found;
        disk.images = *baked;
        const QList<Stray> strays = findStrays(layout, reserved);
        for (const Stray& stray : strays) {
            disk.strays.append(stray.text);
        }
        return disk;
    };
    Result<OnDisk> disk = co_await onWorker<OnDisk>(std::move(work));
    if (!disk) {
        co_return disk.error().in(u"census"_s);
    }
    Census found;
    found.servers = disk->servers;
    found.images = disk->images;
    found.strays = disk->strays;
    const QStringList names = balancerNames(layout);
    for (const QString& name : names) {
        Result<Balancer> one = co_await balancer(body, name);
        if (one) {
            found.balancers.append(*one);
        }
    }
    co_return found;
}

Task<Result<QStringList>> sweep(BodyPtr body, QStringList live)
{
    Result<QList<Reservation>> held = co_await reservations(body->store);
    if (!held) {
        co_return held.error().in(u"sweep"_s);
    }
    const Layout layout = body->layout;
    std::function<Result<Swept>()> work = [layout, reserved = *held, live] {
        return sweepNow(layout, reserved, live);
    };
    Result<Swept> swept = co_await onWorker<Swept>(std::move(work));
    if (!swept) {
        co_return swept.error();
    }
    for (const QString& owner : std::as_const(swept->owners)) {
        Result<void> released = co_await releaseAddress(body->store, owner);
        if (!released) {
            co_return released.error().in(u"sweep"_s);
        }
    }
    co_return swept->removed;
}

}  // namespace analemma::infra::local
