#include "core/infra/src/local/address.h"

#include "core/base/text.h"

#include <QCryptographicHash>
#include <QDir>
#include <QFile>
#include <QJsonArray>

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <pwd.h>
#include <sys/socket.h>
#include <unistd.h>

using namespace Qt::StringLiterals;

namespace analemma::infra::local {
namespace {

const QString documentKind = u"address"_s;
constexpr int tries = 512;
constexpr int listLimit = 100'000;

/// The hexadecimal words of /proc/net/tcp are host numbers in network byte order.
std::optional<QString> addressFromHex(const QByteArray& hex)
{
    bool ok = false;
    if (hex.size() == 8) {
        const quint32 number = hex.toUInt(&ok, 16);
        if (!ok) {
            return {};
        }
        std::array<quint8, 4> part{};
        std::memcpy(part.data(), &number, part.size());
        return number == 0 ? u"*"_s
                           : u"%1.%2.%3.%4"_s.arg(part[0]).arg(part[1]).arg(part[2]).arg(part[3]);
    }
    // IPv6: the wildcard takes the IPv4 port as well; mapped addresses end with the IPv4 number.
    if (hex.size() == 32) {
        if (hex.count('0') == 32) {
            return u"*"_s;
        }
        if (hex.startsWith("0000000000000000FFFF0000")) {
            return addressFromHex(hex.right(8));
        }
    }
    return {};
}

/// The process that holds a socket, by its inode; only those of this user can be seen without root.
QString holderOf(quint64 inode)
{
    const QString wanted = u"socket:[%1]"_s.arg(inode);
    const QStringList entries = QDir(u"/proc"_s).entryList(QDir::Dirs | QDir::NoDotAndDotDot);
    for (const QString& entry : entries) {
        bool isNumber = false;
        entry.toLongLong(&isNumber);
        if (!isNumber) {
            continue;
        }
        const QDir files(u"/proc/%1/fd"_s.arg(entry));
        const QStringList numbers = files.entryList(QDir::Files | QDir::System);
        for (const QString& number : numbers) {
            std::array<char, 64> target{};
            const QByteArray link = QFile::encodeName(files.filePath(number));
            const ssize_t length = ::readlink(link.constData(), target.data(), target.size() - 1);
            if (length > 0 && QLatin1StringView(target.data(), length) == wanted) {
                QFile name(u"/proc/%1/comm"_s.arg(entry));
                const QByteArray comm =
                    name.open(QIODevice::ReadOnly) ? name.readAll().trimmed() : "a program";
                return u"%1 (process %2)"_s.arg(displayText(QByteArrayView(comm), 40), entry);
            }
        }
    }
    return {};
}

QList<int> portsFrom(const Json& body)
{
    QList<int> ports;
    for (const QJsonValue& port : body[u"ports"_s].toArray()) {
        ports.append(port.toInt());
    }
    return ports;
}

Json bodyOf(const AddressRequest& request)
{
    QJsonArray ports;
    for (const int port : request.ports) {
        ports.append(port);
    }
    return {{u"owner"_s, request.owner},
            {u"tag"_s, request.tag},
            {u"workspace"_s, request.workspace},
            {u"ports"_s, ports}};
}

bool allFree(const QString& address, const QList<int>& ports)
{
    return std::all_of(ports.begin(), ports.end(), [&](int port) { return isFree(address, port); });
}

Error noneFree(const AddressRequest& request)
{
    const QString sample = addressCandidate(request.workspace, 0);
    for (const int port : request.ports) {
        if (!isFree(sample, port)) {
            return takenError(sample, port);
        }
    }
    return Error(ErrorKind::Conflict,
                 u"no loopback address is free for %1 among the first %2 of this workspace"_s
                     .arg(request.owner)
                     .arg(tries))
        .withHint(u"Remove servers that are not needed, or sweep what was left behind."_s);
}

/// In the database's write lock: looks and takes.
Result<QString> take(store::Transaction& transaction, const AddressRequest& request)
{
    store::DocumentFilter own;
    own.kind = documentKind;
    own.scope = request.owner;
    Result<QList<store::Document>> known = transaction.documents(own);
    if (!known) {
        return known.error();
    }
    if (!known->isEmpty()) {
        return known->first().key;
    }
    for (int n = 0; n < tries; ++n) {
        const QString address = addressCandidate(request.workspace, n);
        Result<std::optional<store::Document>> there = transaction.document(documentKind, address);
        if (!there) {
            return there.error();
        }
        if (!there->has_value() && allFree(address, request.ports)) {
            Result<store::Document> put =
                transaction.put(documentKind, address, request.owner, bodyOf(request), 0);
            return put ? Result<QString>(address) : Result<QString>(put.error());
        }
    }
    return noneFree(request);
}

}  // namespace

QString addressCandidate(const QString& workspace, int n)
{
    const QByteArray hash =
        QCryptographicHash::hash(workspace.toUtf8(), QCryptographicHash::Sha256);
    const auto byte = [&](int i) { return static_cast<int>(static_cast<quint8>(hash[i])); };
    const int network = 64 + byte(0) % 64;
    const int start = (byte(1) << 8 | byte(2)) % addressCount;
    const int place = (start + n) % addressCount;
    return u"127.%1.%2.%3"_s.arg(network).arg(place / 254).arg(place % 254 + 1);
}

QList<Listener> parseListeners(const QByteArray& procNetTcp)
{
    QList<Listener> listeners;
    const QList<QByteArray> lines = procNetTcp.split('\n');
    for (const QByteArray& line : lines) {
        const QList<QByteArray> words = line.simplified().split(' ');
        if (words.size() < 10 || words[3] != "0A") {
            continue;
        }
        const qsizetype colon = words[1].indexOf(':');
        const std::optional<QString> address = addressFromHex(words[1].left(colon));
        bool ok = false;
        const int port = words[1].mid(colon + 1).toInt(&ok, 16);
        if (address && ok) {
            listeners.append({*address, port, words[7].toUInt(), words[9].toULongLong()});
        }
    }
    return listeners;
}

bool isFree(const QString& address, int port)
{
    sockaddr_in place{};
    place.sin_family = AF_INET;
    place.sin_port = htons(static_cast<quint16>(port));
    if (::inet_pton(AF_INET, address.toLatin1().constData(), &place.sin_addr) != 1) {
        return false;
    }
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0) {
        return false;
    }
    // As servers do it: connections in TIME_WAIT do not count, listeners do.
    const int on = 1;
    ::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    sockaddr generic{};
    std::memcpy(&generic, &place, sizeof place);
    const bool free = ::bind(fd, &generic, sizeof place) == 0;
    ::close(fd);
    return free;
}

QString ownerOf(const QString& address, int port)
{
    for (const QString& table : {u"/proc/net/tcp"_s, u"/proc/net/tcp6"_s}) {
        QFile file(table);
        if (!file.open(QIODevice::ReadOnly)) {
            continue;
        }
        const QList<Listener> listeners = parseListeners(file.readAll());
        for (const Listener& listener : listeners) {
            if (listener.port != port ||
                (listener.address != address && listener.address != u"*")) {
                continue;
            }
            const QString holder = holderOf(listener.inode);
            if (!holder.isEmpty()) {
                return holder;
            }
            const passwd* user = ::getpwuid(listener.user);
            return u"a process of user %1"_s.arg(user != nullptr
                                                     ? QString::fromLocal8Bit(user->pw_name)
                                                     : QString::number(listener.user));
        }
    }
    return {};
}

Error takenError(const QString& address, int port)
{
    const QString owner = ownerOf(address, port);
    const QString by = owner.isEmpty() ? u"another program"_s : owner;
    return Error(ErrorKind::Conflict,
                 u"%1:%2 is in use by %3; nothing was changed"_s.arg(address).arg(port).arg(by))
        .withHint(u"End that program, or choose another port in analemma.yaml."_s);
}

Task<Result<QString>> reserveAddress(store::Store* store, AddressRequest request)
{
    std::function<Result<QString>(store::Transaction&)> work =
        [request](store::Transaction& transaction) { return take(transaction, request); };
    Result<QString> address = co_await store->write<QString>(std::move(work));
    co_return address;
}

Task<Result<QList<Reservation>>> reservations(store::Store* store)
{
    std::function<Result<QList<Reservation>>(store::Transaction&)> work =
        [](store::Transaction& transaction) -> Result<QList<Reservation>> {
        store::DocumentFilter all;
        all.kind = documentKind;
        all.limit = listLimit;
        Result<QList<store::Document>> documents = transaction.documents(all);
        if (!documents) {
            return documents.error();
        }
        QList<Reservation> found;
        for (const store::Document& document : std::as_const(*documents)) {
            found.append({document.key, document.scope, document.body[u"tag"_s].toString(),
                          portsFrom(document.body)});
        }
        return found;
    };
    Result<QList<Reservation>> found = co_await store->read<QList<Reservation>>(std::move(work));
    co_return found;
}

Task<Result<void>> releaseAddress(store::Store* store, QString owner)
{
    std::function<Result<void>(store::Transaction&)> work =
        [owner](store::Transaction& transaction) -> Result<void> {
        store::DocumentFilter own;
        own.kind = documentKind;
        own.scope = owner;
        Result<QList<store::Document>> documents = transaction.documents(own);
        if (!documents) {
            return documents.error();
        }
        for (const store::Document& document : std::as_const(*documents)) {
            if (Result<void> removed = transaction.remove(documentKind, document.key); !removed) {
                return removed;
            }
        }
        return {};
    };
    Result<void> released = co_await store->write<void>(std::move(work));
    co_return released;
}

}  // namespace analemma::infra::local
