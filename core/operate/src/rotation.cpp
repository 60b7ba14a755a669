#include "core/operate/rotation.h"

#include "core/base/text.h"
#include "core/operate/hosts.h"
#include "core/operate/transfers.h"

#include <QJsonArray>

using namespace Qt::StringLiterals;

namespace analemma::operate {
namespace {

using Door = Result<std::shared_ptr<ssh::Session>>;

constexpr milliseconds patience(30'000);
constexpr qsizetype limitOutput = 16 * 1024;

Result<ssh::PublicKey> keyOf(const Json& wanted, const QString& name)
{
    return ssh::parsePublicKey(wanted[name].toString().toLatin1());
}

/// An error that leaves no doubt: the server was not changed. Cancelled stays what it is.
Error untouched(const Error& error)
{
    Error certain = error;
    if (error.kind == ErrorKind::Timeout || error.kind == ErrorKind::Network) {
        certain.kind = ErrorKind::Failed;
    }
    return certain;
}

/// Runs a command that changes authorized_keys; its failure is certain, a broken line is not.
Task<Result<void>> change(std::shared_ptr<ssh::Session> session, QString command,
                          CancelToken cancel)
{
    ssh::ExecOptions options;
    options.timeout = patience;
    options.limitBytes = limitOutput;
    auto running = session->exec(command, std::move(options), cancel);
    const Result<ssh::ExecResult> ran = co_await std::move(running);
    if (!ran) {
        co_return ran.error();
    }
    if (!ran->ok()) {
        const QString why = displayText(QByteArrayView(ran->errors.trimmed()), 200);
        co_return Error(ErrorKind::Failed, u"authorized_keys was not changed: %1"_s.arg(
                                               why.isEmpty() ? ran->endText() : why));
    }
    co_return Result<void>();
}

Task<Result<Json>> install(KeyDoors doors, engine::Call call, QString server)
{
    const Result<ssh::PublicKey> key = keyOf(call.wanted, u"add"_s);
    if (!key) {
        co_return key.error();
    }
    const Result<QString> command =
        ssh::installKeyCommand(*key, call.wanted[u"comment"_s].toString());
    if (!command) {
        co_return command.error();
    }
    auto opening = doors.usual(server, call.cancel);
    const Door door = co_await std::move(opening);
    if (!door && door.error().kind == ErrorKind::Auth) {
        // Where an earlier run took the old key out, the new one is the way in: it is there.
        auto entering = doors.withKey(server, call.wanted[u"file"_s].toString(), call.cancel);
        const Door other = co_await std::move(entering);
        co_return other ? Result<Json>(Json()) : Result<Json>(untouched(door.error()));
    }
    if (!door) {
        co_return untouched(door.error());
    }
    auto changing = change(*door, *command, call.cancel);
    const Result<void> changed = co_await std::move(changing);
    if (!changed) {
        co_return changed.error();
    }
    co_return Json();
}

Task<Door> enter(KeyDoors doors, engine::Call call, QString server)
{
    auto opening = doors.withKey(server, call.wanted[u"file"_s].toString(), call.cancel);
    const Door door = co_await std::move(opening);
    if (!door) {
        co_return untouched(door.error())
            .in(u"the new key does not let us in, the old one stays"_s);
    }
    co_return door;
}

/// The proof, alone or with what may only be done over it.
Task<Result<Json>> proveAndRun(KeyDoors doors, engine::Call call, QString server, QString command)
{
    auto entering = enter(doors, call, server);
    const Door door = co_await std::move(entering);
    if (!door) {
        co_return door.error();
    }
    auto changing = change(*door, command, call.cancel);
    const Result<void> changed = co_await std::move(changing);
    auto closing = (*door)->close();
    [[maybe_unused]] const Result<void> closed = co_await std::move(closing);
    if (!changed) {
        co_return changed.error();
    }
    co_return Json();
}

Task<Result<Json>> refuse(Error error)
{
    co_return error;
}

Task<Result<Json>> act(KeyDoors doors, engine::Call call)
{
    const QString server = call.action.args[u"server"_s].toString();
    if (call.action.verb == "key.install"_L1) {
        return install(doors, call, server);
    }
    if (call.action.verb == "key.prove"_L1) {
        return proveAndRun(doors, call, server, u"true"_s);
    }
    const Result<ssh::PublicKey> gone = keyOf(call.wanted, u"remove"_s);
    const Result<QString> command =
        gone ? ssh::removeKeyCommand(*gone) : Result<QString>(gone.error());
    return command ? proveAndRun(doors, call, server, *command) : refuse(command.error());
}

/// What is on the servers each action finds out by itself; the order needs the ways to them.
Task<Result<Json>> observeWays(KeyDoors doors, Json wanted)
{
    QStringList servers;
    for (const QJsonValue& server : wanted[u"servers"_s].toArray()) {
        servers.append(server.toString());
    }
    if (!doors.jumps) {
        co_return Json();
    }
    auto asking = doors.jumps(servers);
    const Result<KeyDoors::Jumps> jumps = co_await std::move(asking);
    if (!jumps) {
        co_return jumps.error();
    }
    Json ways;
    for (auto way = jumps->begin(); way != jumps->end(); ++way) {
        ways[way.key()] = QJsonArray::fromStringList(way.value());
    }
    Json world;
    world[u"jumps"_s] = ways;
    co_return world;
}

Task<Result<KeyDoors::Jumps>> jumpsOf(Hosts* hosts, QStringList servers)
{
    auto listing = hosts->list();
    const Result<HostList> all = co_await std::move(listing);
    if (!all) {
        co_return all.error();
    }
    KeyDoors::Jumps jumps;
    for (const Host& host : all->hosts) {
        if (servers.contains(host.name) && !host.hops.isEmpty()) {
            jumps[host.name] = host.hops;
        }
    }
    co_return jumps;
}

}  // namespace

KeyDoors doorsOf(Hosts* hosts)
{
    KeyDoors doors;
    doors.usual = [hosts](QString server, CancelToken cancel) {
        return sessionOf(hosts->connect(std::move(server), std::move(cancel)));
    };
    doors.withKey = [hosts](QString server, QString keyFile, CancelToken cancel) {
        return sessionOf(
            hosts->connectWithKey(std::move(server), std::move(keyFile), std::move(cancel)));
    };
    doors.jumps = [hosts](QStringList servers) { return jumpsOf(hosts, std::move(servers)); };
    return doors;
}

QList<engine::Kind> keyKinds(KeyDoors doors)
{
    QList<engine::Kind> kinds;
    for (const QString& name : {u"install-key"_s, u"rotate-key"_s}) {
        engine::Kind kind;
        kind.name = name;
        kind.observe = [doors](Json wanted, const QString&) {
            return observeWays(doors, std::move(wanted));
        };
        kind.plan = planKeyChange;
        kind.act = [doors](engine::Call call) { return act(doors, std::move(call)); };
        kinds.append(std::move(kind));
    }
    return kinds;
}

}  // namespace analemma::operate
