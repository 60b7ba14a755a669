#include "core/base/files.h"
#include "core/base/text.h"
#include "core/infra/src/local/address.h"
#include "core/infra/src/local/body.h"
#include "core/infra/src/local/images.h"
#include "core/infra/src/local/keys.h"

#include <QDir>
#include <QFileInfo>

using namespace Qt::StringLiterals;

namespace analemma::infra::local {
namespace {

constexpr milliseconds answerTimeout{10'000};
constexpr milliseconds retryPause{20};

QString serverOwner(const QString& server)
{
    return u"server/"_s + server;
}

QList<int> portsOf(const ServerSpec& spec)
{
    return {sshPort, spec.servicePort};
}

Result<void> checkSpec(const ServerSpec& spec)
{
    if (!isPlainName(spec.name)) {
        return Error(ErrorKind::Invalid,
                     u"\"%1\" is no name for a server"_s.arg(displayText(spec.name, 80)));
    }
    if (spec.tag.isEmpty()) {
        return Error(ErrorKind::Bug, u"server %1 has no tag"_s.arg(spec.name));
    }
    if (spec.servicePort < 1024 || spec.servicePort > 65535 || spec.servicePort == sshPort) {
        return Error(
            ErrorKind::Invalid,
            u"server %1: the service port %2 must lie between 1024 and 65535 and not be %3"_s
                .arg(spec.name)
                .arg(spec.servicePort)
                .arg(sshPort));
    }
    if (!spec.image.isEmpty() && !isPlainName(spec.image)) {
        return Error(ErrorKind::Invalid,
                     u"\"%1\" is no name of an image"_s.arg(displayText(spec.image, 80)));
    }
    return checkVariables(spec.variables);
}

/// A record whose folder is named otherwise was not written by us.
Result<ServerRecord> recordIn(const Place& place, const QString& name)
{
    Result<Json> json = readRecord(place.meta());
    if (!json) {
        return json.error();
    }
    ServerRecord record = serverRecord(*json);
    if (record.spec.name != name || record.address.isEmpty()) {
        return Error(ErrorKind::Invalid,
                     u"%1 is not the record of server %2"_s.arg(place.meta(), name));
    }
    return record;
}

ssh::Target targetOf(const Layout& layout, const ServerRecord& record)
{
    ssh::Target target;
    target.host = record.address;
    target.port = sshPort;
    target.user = record.user;
    target.keyFile = layout.keys() + u"/id_ed25519"_s;
    target.hostKey = record.hostKey;
    return target;
}

/// All that start needs from disk.
struct Prepared {
    ClientKey key;
    QString image;  ///< folder to copy; empty for the base
};

Task<Result<Prepared>> prepare(BodyPtr body, QString image)
{
    const Layout layout = body->layout;
    std::function<Result<Prepared>()> work = [layout, image]() -> Result<Prepared> {
        Prepared prepared;
        Result<ClientKey> key = clientKey(layout.keys(), u"analemma-"_s + layout.workspace);
        if (!key) {
            return key.error();
        }
        prepared.key = *key;
        if (!image.isEmpty()) {
            Result<QString> root = imageRoot(layout, image);
            if (!root) {
                return root.error();
            }
            prepared.image = *root;
        }
        return prepared;
    };
    Result<Prepared> prepared = co_await onWorker<Prepared>(std::move(work));
    co_return prepared;
}

Error endedError(const Layout& layout, const QString& name)
{
    return {ErrorKind::Failed, u"server %1 ended while it started: %2"_s.arg(
                                   name, logTail(layout.server(name).log()))};
}

/// Until SSH answers with the pinned key.
Task<Result<void>> untilAnswers(BodyPtr body, ServerRecord record, Running running,
                                CancelToken cancel)
{
    const milliseconds deadline = body->clock->sinceBoot() + answerTimeout;
    const ssh::Target target = targetOf(body->layout, record);
    const QString name = record.spec.name;
    for (;;) {
        ssh::ConnectOptions options;
        options.timeout = std::max(milliseconds(1'000), deadline - body->clock->sinceBoot());
        Result<std::shared_ptr<ssh::Session>> session =
            co_await body->ssh->connectTo(target, options, cancel);
        if (session) {
            co_return Result<void>();
        }
        const ErrorKind kind = session.error().kind;
        if (kind == ErrorKind::HostKey || kind == ErrorKind::Auth ||
            kind == ErrorKind::Unsupported || kind == ErrorKind::Cancelled) {
            co_return session.error().in(u"server %1"_s.arg(name));
        }
        if (!isAlive(running.inner)) {
            co_return endedError(body->layout, name);
        }
        if (body->clock->sinceBoot() >= deadline) {
            co_return Error(ErrorKind::Timeout,
                            u"server %1 did not answer within %2: %3"_s.arg(
                                name, durationText(answerTimeout), session.error().message));
        }
        Result<void> slept = co_await sleepFor(retryPause, cancel);
        if (!slept) {
            co_return slept.error();
        }
    }
}

/// What a start finds: it runs already, or it was started now.
struct Started {
    Running running;
    ServerRecord record;
};

Result<Started> startNow(const Layout& layout, ServerRecord record, const Machine& machine,
                         const QString& key)
{
    const Place place = layout.server(record.spec.name);
    const std::optional<Running> known = readRunning(place);
    if (known && isUp(place, *known)) {
        return Started{*known, record};
    }
    // Started without a record (the program died between the two), or ended only in part.
    if (Result<void> ended = halt(layout, record.spec.name); !ended) {
        return ended.error();
    }
    const QString mode = QString::fromLatin1(machine.bwrap.isEmpty() ? sharedView : rootView);
    if (record.mode != mode) {
        record.mode = mode;
        record.user = machine.bwrap.isEmpty() ? machine.user : u"deploy"_s;
        if (Result<void> written = writeRecord(place.meta(), toJson(record)); !written) {
            return written.error();
        }
    }
    for (const int port : portsOf(record.spec)) {
        if (!untilFree(record.address, {port})) {
            return takenError(record.address, port).in(u"start server %1"_s.arg(record.spec.name));
        }
    }
    Result<Running> running = launch(layout, record, machine, key);
    return running ? Result<Started>(Started{*running, record}) : Result<Started>(running.error());
}

/// The gate is held. Starts what is whole on disk.
Task<Result<Server>> bringUp(BodyPtr body, ServerRecord record, Machine machine, QString key,
                             CancelToken cancel)
{
    const Layout layout = body->layout;
    std::function<Result<Started>()> start = [layout, record, machine, key] {
        return startNow(layout, record, machine, key);
    };
    Result<Started> started = co_await onWorker<Started>(std::move(start));
    if (!started) {
        co_return started.error();
    }
    if (!started->running.answered) {
        Result<void> answered =
            co_await untilAnswers(body, started->record, started->running, cancel);
        if (!answered) {
            co_return answered.error();
        }
    }
    std::function<Result<Server>()> finish = [layout,
                                              state = *started]() mutable -> Result<Server> {
        if (!state.running.answered) {
            state.running.answered = true;
            const Place place = layout.server(state.record.spec.name);
            if (Result<void> written = writeRunning(place, state.running); !written) {
                return written.error();
            }
        }
        return describe(layout, state.record);
    };
    Result<Server> server = co_await onWorker<Server>(std::move(finish));
    co_return server;
}

ServerRecord newRecord(const ServerSpec& spec, const QString& address, const Machine& machine,
                       const QDateTime& now)
{
    ServerRecord record;
    record.spec = spec;
    record.address = address;
    record.mode = QString::fromLatin1(machine.bwrap.isEmpty() ? sharedView : rootView);
    record.user = machine.bwrap.isEmpty() ? machine.user : u"deploy"_s;
    record.created = now;
    return record;
}

/// Makes the folder of a server that does not exist yet.
Task<Result<ServerRecord>> makeNew(BodyPtr body, ServerSpec spec, Machine machine,
                                   Prepared prepared)
{
    AddressRequest request{body->layout.workspace, serverOwner(spec.name), spec.tag, portsOf(spec)};
    Result<QString> address = co_await reserveAddress(body->store, std::move(request));
    if (!address) {
        co_return address.error().in(u"create server %1"_s.arg(spec.name));
    }
    const Layout layout = body->layout;
    const ServerRecord record = newRecord(spec, *address, machine, body->clock->now());
    std::function<Result<ServerRecord>()> build = [layout, record, machine, prepared] {
        return buildServer(layout, record, machine, prepared.key.publicText, prepared.image);
    };
    Result<ServerRecord> built = co_await onWorker<ServerRecord>(std::move(build));
    if (!built) {
        const Error error = built.error();
        [[maybe_unused]] const Result<void> freed =
            co_await releaseAddress(body->store, serverOwner(spec.name));
        co_return error;
    }
    co_return built;
}

}  // namespace

Result<ServerRecord> findServer(const Layout& layout, const QString& name)
{
    if (!isPlainName(name)) {
        return Error(ErrorKind::NotFound,
                     u"there is no server \"%1\" here"_s.arg(displayText(name, 80)));
    }
    Result<ServerRecord> record = recordIn(layout.server(name), name);
    if (!record && record.error().kind == ErrorKind::NotFound) {
        return Error(ErrorKind::NotFound, u"there is no server %1 here"_s.arg(name));
    }
    return record;
}

Server describe(const Layout& layout, const ServerRecord& record)
{
    const Place place = layout.server(record.spec.name);
    Server server;
    server.name = record.spec.name;
    server.provider = layout.provider;
    server.image = record.spec.image;
    server.tag = record.spec.tag;
    server.environment = record.spec.environment;
    server.generation = record.spec.generation;
    server.servicePort = record.spec.servicePort;
    server.mode = record.mode;
    server.root = record.mode == QLatin1StringView(sharedView) ? place.root() : QString();
    server.ssh = targetOf(layout, record);
    server.created = record.created;
    const std::optional<Running> running = readRunning(place);
    if (!QFileInfo(place.root()).isDir()) {
        server.state = u"broken"_s;
        server.detail = u"its files are gone"_s;
    } else if (running && isUp(place, *running)) {
        server.state = running->answered ? u"running"_s : u"starting"_s;
        server.detail = running->answered ? u"process %1"_s.arg(running->inner.pid)
                                          : u"SSH has not answered yet"_s;
    } else {
        server.state = u"stopped"_s;
        server.detail = running && running->inner.bootId != bootId()
                            ? u"this machine was started anew since"_s
                            : u"its processes have ended"_s;
    }
    return server;
}

Result<QList<Server>> listServers(const Layout& layout)
{
    QList<Server> found;
    const QFileInfo folder(layout.folder(u"servers"_s));
    if (folder.exists() && !(folder.isDir() && folder.isReadable())) {
        return Error(ErrorKind::Io, u"%1 is no folder that can be read"_s.arg(folder.filePath()));
    }
    const QStringList names =
        QDir(folder.filePath()).entryList(QDir::Dirs | QDir::NoDotAndDotDot, QDir::Name);
    for (const QString& name : names) {
        if (const Result<ServerRecord> record = findServer(layout, name)) {
            found.append(describe(layout, *record));
        }
    }
    return found;
}

Task<Result<Server>> createServer(BodyPtr body, ServerSpec spec, CancelToken cancel)
{
    const Result<void> checked = checkSpec(spec);
    if (!checked) {
        co_return checked.error();
    }
    Result<PassPtr> pass = co_await Gate::enter(body->gate, serverOwner(spec.name));
    if (!pass) {
        co_return pass.error();
    }
    Result<Machine> machine = co_await machineFor(body);
    if (!machine || cancel.isCancelled()) {
        co_return cancel.isCancelled() ? cancelledError() : machine.error();
    }
    if (machine->sshd.isEmpty()) {
        co_return Error(ErrorKind::Unsupported,
                        u"create server %1: OpenSSH's server is not installed"_s.arg(spec.name))
            .withHint(u"sudo apt-get install openssh-server"_s);
    }
    Result<Prepared> prepared = co_await prepare(body, spec.image);
    if (!prepared) {
        co_return prepared.error().in(u"create server %1"_s.arg(spec.name));
    }
    Result<ServerRecord> record = findServer(body->layout, spec.name);
    if (record && record->spec.tag != spec.tag) {
        co_return Error(ErrorKind::Conflict,
                        u"server %1 exists already, made as %2; nothing was changed"_s.arg(
                            spec.name, record->spec.tag));
    }
    if (!record) {
        Result<ServerRecord> made = co_await makeNew(body, spec, *machine, *prepared);
        if (!made) {
            co_return made.error();
        }
        record = made;
    }
    Result<Server> server =
        co_await bringUp(body, *record, *machine, prepared->key.publicText, cancel);
    co_return server;
}

Task<Result<Server>> startServer(BodyPtr body, QString name, CancelToken cancel)
{
    Result<PassPtr> pass = co_await Gate::enter(body->gate, serverOwner(name));
    if (!pass) {
        co_return pass.error();
    }
    Result<Machine> machine = co_await machineFor(body);
    if (!machine) {
        co_return machine.error();
    }
    Result<ServerRecord> record = findServer(body->layout, name);
    if (!record) {
        co_return record.error();
    }
    Result<Prepared> prepared = co_await prepare(body, QString());
    if (!prepared) {
        co_return prepared.error().in(u"start server %1"_s.arg(name));
    }
    Result<Server> server =
        co_await bringUp(body, *record, *machine, prepared->key.publicText, cancel);
    co_return server;
}

Task<Result<void>> destroyServer(BodyPtr body, QString name)
{
    if (!isPlainName(name)) {
        co_return Error(ErrorKind::Invalid,
                        u"\"%1\" is no name of a server"_s.arg(displayText(name, 80)));
    }
    Result<PassPtr> pass = co_await Gate::enter(body->gate, serverOwner(name));
    if (!pass) {
        co_return pass.error();
    }
    Result<QList<Reservation>> held = co_await reservations(body->store);
    if (!held) {
        co_return held.error().in(u"destroy server %1"_s.arg(name));
    }
    QList<Reservation> own;
    for (const Reservation& reservation : std::as_const(*held)) {
        if (reservation.owner == serverOwner(name)) {
            own.append(reservation);
        }
    }
    const Layout layout = body->layout;
    std::function<Result<bool>()> work = [layout, name, own]() -> Result<bool> {
        if (Result<void> halted = halt(layout, name); !halted) {
            return halted.error();
        }
        if (Result<void> gone = discard(layout.server(name)); !gone) {
            return gone.error().in(u"destroy server %1"_s.arg(name));
        }
        bool free = true;
        for (const Reservation& reservation : own) {
            free = free && untilFree(reservation.address, reservation.ports);
        }
        return free;
    };
    Result<bool> free = co_await onWorker<bool>(std::move(work));
    if (!free) {
        co_return free.error();
    }
    if (!*free) {
        // A stranger listens there: the address stays reserved until sweep() finds it free.
        co_return Result<void>();
    }
    Result<void> released = co_await releaseAddress(body->store, serverOwner(name));
    co_return released;
}

Task<Result<QList<Server>>> servers(BodyPtr body)
{
    const Layout layout = body->layout;
    std::function<Result<QList<Server>>()> work = [layout] { return listServers(layout); };
    Result<QList<Server>> found = co_await onWorker<QList<Server>>(std::move(work));
    co_return found;
}

}  // namespace analemma::infra::local
