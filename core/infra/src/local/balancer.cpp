#include "core/base/text.h"
#include "core/infra/src/haproxy_socket.h"
#include "core/infra/src/local/address.h"
#include "core/infra/src/local/balancer_disk.h"
#include "core/infra/src/local/body.h"

#include <QDir>

#include <csignal>

using namespace Qt::StringLiterals;

namespace analemma::infra::local {
namespace {

constexpr milliseconds sayTimeout{5'000};
constexpr milliseconds startTimeout{10'000};
constexpr milliseconds removeTimeout{3'000};
constexpr milliseconds pollPause{20};

QString balancerOwner(const QString& balancer)
{
    return u"balancer/"_s + balancer;
}

Error missing()
{
    return Error(ErrorKind::Unsupported,
                 u"HAProxy is not installed, so there can be no balancer; nothing was changed"_s)
        .withHint(u"sudo apt-get install haproxy"_s);
}

/// Until it answers; with `oldWorker`, until another worker does.
Task<Result<void>> untilUp(BodyPtr body, QString name, ProcessIdentity master, qint64 oldWorker)
{
    const QString folder = body->layout.balancer(name).folder;
    const milliseconds deadline = body->clock->sinceBoot() + startTimeout;
    for (;;) {
        Result<QByteArray> info = co_await haproxy::say(folder, "show info", sayTimeout);
        if (info && haproxy::workerPid(*info) != 0 && haproxy::workerPid(*info) != oldWorker) {
            co_return Result<void>();
        }
        if (!isAlive(master) || body->clock->sinceBoot() >= deadline) {
            co_return Error(ErrorKind::Failed, u"balancer %1 did not come up: %2"_s.arg(
                                                   name, logTail(folder + u"/log"_s)));
        }
        Result<void> slept = co_await sleepFor(pollPause, CancelToken());
        if (!slept) {
            co_return slept.error();
        }
    }
}

/// The truth about what serves: the running balancer, not the file.
Task<Result<QString>> runningActive(QString folder)
{
    Result<QByteArray> map =
        co_await haproxy::say(folder, QByteArray("show map ") + haproxy::mapFile, sayTimeout);
    if (!map) {
        co_return map.error();
    }
    co_return haproxy::activePool(*map);
}

Task<Result<QList<haproxy::StatRow>>> statistics(QString folder)
{
    Result<QByteArray> csv = co_await haproxy::say(folder, "show stat", sayTimeout);
    if (!csv) {
        co_return csv.error();
    }
    co_return haproxy::parseStat(*csv);
}

/// Checks the configuration on disk before anything runs with it.
Task<Result<void>> checkConfiguration(BodyPtr body, QString name, QString program)
{
    const QString folder = body->layout.balancer(name).folder;
    ProcessSpec spec(program,
                     {u"-c"_s, u"-C"_s, folder, u"-f"_s, QString::fromLatin1(haproxy::configFile)});
    spec.timeout = startTimeout;
    spec.mergeErrors = true;
    Result<ProcessResult> result = co_await runProcess(std::move(spec), CancelToken());
    if (!result) {
        co_return result.error();
    }
    if (!result->ok()) {
        co_return Error(
            ErrorKind::Failed,
            u"HAProxy refuses the configuration of balancer %1: %2"_s.arg(
                name, displayText(QByteArrayView(result->output.right(600).trimmed()), 600)));
    }
    co_return Result<void>();
}

/// The gate is held. Starts it with what is on disk.
Task<Result<void>> start(BodyPtr body, BalancerRecord record)
{
    const QString program = findProgram(u"haproxy"_s);
    if (program.isEmpty()) {
        co_return missing();
    }
    const Layout layout = body->layout;
    std::function<Result<ProcessIdentity>()> work = [layout, record, program] {
        return launchBalancer(layout, record, program);
    };
    Result<ProcessIdentity> master = co_await onWorker<ProcessIdentity>(std::move(work));
    if (!master) {
        co_return master.error();
    }
    Result<void> up = co_await untilUp(body, record.config.name, *master, 0);
    co_return up;
}

/// The gate is held. The new worker takes the listeners over; the old one ends its connections
/// orderly.
Task<Result<void>> reload(BodyPtr body, BalancerRecord record, ProcessIdentity master)
{
    const QString name = record.config.name;
    const QString folder = body->layout.balancer(name).folder;
    Result<QByteArray> info = co_await haproxy::say(folder, "show info", sayTimeout);
    if (!info) {
        co_return info.error();
    }
    // The new worker reads the map file: it must say what serves now.
    Result<QString> active = co_await runningActive(folder);
    if (!active) {
        co_return active.error();
    }
    const Layout layout = body->layout;
    std::function<Result<void>()> store = [layout, record, pool = *active]() -> Result<void> {
        if (Result<void> stored = storeBalancer(layout, record); !stored) {
            return stored;
        }
        return storeActive(layout, record.config.name, pool);
    };
    Result<void> stored = co_await onWorker<void>(std::move(store));
    if (!stored) {
        co_return stored.error();
    }
    Result<void> checked = co_await checkConfiguration(body, name, findProgram(u"haproxy"_s));
    if (!checked) {
        co_return checked.error();
    }
    Result<void> signalled = signalProcess(master, SIGUSR2);
    if (!signalled) {
        co_return signalled.error();
    }
    Result<void> up = co_await untilUp(body, name, master, haproxy::workerPid(*info));
    co_return up;
}

/// As the balancer itself tells it; `stopped` from its record when it does not answer.
Task<Result<Balancer>> look(BodyPtr body, BalancerRecord record)
{
    const QString folder = body->layout.balancer(record.config.name).folder;
    Result<QString> active = co_await runningActive(folder);
    if (!active && active.error().kind == ErrorKind::NotFound) {
        const QList<haproxy::StatRow> none;
        Balancer stopped = haproxy::balancerFrom(setupOf(record), none,
                                                 storedActive(body->layout, record.config.name));
        stopped.state = u"stopped"_s;
        co_return stopped;
    }
    if (!active) {
        co_return active.error().in(u"balancer %1"_s.arg(record.config.name));
    }
    Result<QList<haproxy::StatRow>> rows = co_await statistics(folder);
    if (!rows) {
        co_return rows.error().in(u"balancer %1"_s.arg(record.config.name));
    }
    co_return haproxy::balancerFrom(setupOf(record), *rows, *active);
}

bool sameSettings(const BalancerConfig& left, const BalancerConfig& right)
{
    return left.address == right.address && left.port == right.port && left.pools == right.pools &&
           left.health.path == right.health.path && left.health.every == right.health.every &&
           left.health.rise == right.health.rise && left.health.fall == right.health.fall;
}

Error foreignAddress(const QString& address)
{
    return Error(ErrorKind::Invalid,
                 u"the balancer's address \"%1\" is none of this machine's IPv4 addresses that can "
                 "be listened on; nothing was changed"_s.arg(displayText(address, 80)))
        .withHint(u"Leave the address out: one of the workspace's own is chosen and kept."_s);
}

Task<Result<QString>> chooseAddress(BodyPtr body, BalancerConfig config)
{
    if (!config.address.isEmpty()) {
        const QString any = config.address;
        const bool usable = isFree(any, 0);  // port 0: any; fails for an address that is not ours
        if (!usable) {
            co_return foreignAddress(any);
        }
        co_return any;
    }
    QList<int> ports;
    ports.append(config.port);
    AddressRequest request{body->layout.workspace, balancerOwner(config.name), config.tag, ports};
    Result<QString> address = co_await reserveAddress(body->store, std::move(request));
    co_return address;
}

/// The gate is held. A balancer that does not exist yet.
Task<Result<void>> makeNew(BodyPtr body, BalancerConfig config)
{
    if (findProgram(u"haproxy"_s).isEmpty()) {
        co_return missing();
    }
    Result<QString> address = co_await chooseAddress(body, config);
    if (!address) {
        co_return address.error().in(u"create balancer %1"_s.arg(config.name));
    }
    BalancerRecord record;
    record.config = config;
    record.address = *address;
    record.created = body->clock->now();
    const Layout layout = body->layout;
    std::function<Result<void>()> build = [layout, record]() -> Result<void> {
        if (!isFree(record.address, record.config.port)) {
            return takenError(record.address, record.config.port)
                .in(u"create balancer %1"_s.arg(record.config.name));
        }
        return buildBalancer(layout, record);
    };
    Result<void> built = co_await onWorker<void>(std::move(build));
    if (!built) {
        const Error error = built.error();
        [[maybe_unused]] const Result<void> freed =
            co_await releaseAddress(body->store, balancerOwner(config.name));
        co_return error;
    }
    Result<void> started = co_await start(body, record);
    co_return started;
}

/// The gate is held. Settings that differ are taken over: by a reload, or on another port by a new
/// start.
Task<Result<void>> takeOver(BodyPtr body, BalancerRecord record, BalancerConfig config)
{
    const std::optional<ProcessIdentity> master = masterOf(body->layout, config.name);
    const bool moves = record.config.port != config.port || record.config.address != config.address;
    const bool same = sameSettings(record.config, config) && isStored(body->layout, record);
    if (master && same) {
        co_return Result<void>();
    }
    if (moves) {
        // An address that was chosen for it stays its own; the port may change.
        const bool keeps = config.address.isEmpty() && record.config.address.isEmpty();
        Result<QString> address = record.address;
        if (!keeps) {
            address = co_await chooseAddress(body, config);
        }
        if (!address) {
            co_return address.error();
        }
        if (!isFree(*address, config.port)) {
            co_return takenError(*address, config.port).in(u"move balancer %1"_s.arg(config.name));
        }
        record.address = *address;
    }
    config.tag = record.config.tag;  // of the operation that made it
    record.config = config;
    if (master && !moves) {
        Result<void> reloaded = co_await reload(body, record, *master);
        co_return reloaded;
    }
    const Layout layout = body->layout;
    std::function<Result<void>()> store = [layout, record] {
        return storeBalancer(layout, record);
    };
    Result<void> stored = co_await onWorker<void>(std::move(store));
    if (!stored) {
        co_return stored.error();
    }
    Result<void> started = co_await start(body, record);
    co_return started;
}

/// Sends the commands one by one. False: one was refused, so only a reload brings what is on disk.
Task<Result<bool>> carryOut(BodyPtr body, QString folder, QList<haproxy::Command> commands)
{
    for (const haproxy::Command& command : commands) {
        const milliseconds deadline = body->clock->sinceBoot() + removeTimeout;
        haproxy::Answer verdict = haproxy::Answer::Again;
        while (verdict == haproxy::Answer::Again) {
            Result<QByteArray> answer = co_await haproxy::say(folder, command.line, sayTimeout);
            if (!answer) {
                co_return answer.error();
            }
            verdict = haproxy::judge(command, *answer);
            if (verdict == haproxy::Answer::Again && body->clock->sinceBoot() >= deadline) {
                verdict = haproxy::Answer::Refused;
            }
            if (verdict == haproxy::Answer::Again) {
                Result<void> slept = co_await sleepFor(pollPause, CancelToken());
                if (!slept) {
                    co_return slept.error();
                }
            }
        }
        if (verdict == haproxy::Answer::Refused) {
            co_return false;
        }
    }
    co_return true;
}

Task<Result<void>> applyPool(BodyPtr body, BalancerRecord record, QString pool,
                             ProcessIdentity master)
{
    const QString folder = body->layout.balancer(record.config.name).folder;
    Result<QList<haproxy::StatRow>> rows = co_await statistics(folder);
    if (!rows) {
        co_return rows.error();
    }
    const QList<haproxy::Command> commands = haproxy::poolCommands(setupOf(record), pool, *rows);
    Result<bool> done = co_await carryOut(body, folder, commands);
    if (!done) {
        co_return done.error();
    }
    if (!*done) {
        // An older HAProxy without "add server", or a connection that does not let go.
        Result<void> reloaded = co_await reload(body, record, master);
        co_return reloaded;
    }
    co_return Result<void>();
}

Result<void> checkMembers(const BalancerRecord& record, const QString& pool,
                          const QList<Server>& members)
{
    if (!haproxy::poolNames(record.config.pools).contains(pool)) {
        return Error(ErrorKind::NotFound, u"balancer %1 has no pool %2"_s.arg(
                                              record.config.name, displayText(pool, 40)));
    }
    for (const Server& server : members) {
        if (!isPlainName(server.name) || !isHostName(server.address()) || server.servicePort < 1 ||
            server.servicePort > 65535) {
            return Error(ErrorKind::Invalid,
                         u"\"%1\" at \"%2\" cannot be a member of a pool"_s.arg(
                             displayText(server.name, 80), displayText(server.address(), 80)));
        }
    }
    return {};
}

}  // namespace

QStringList balancerNames(const Layout& layout)
{
    return QDir(layout.folder(u"balancers"_s))
        .entryList(QDir::Dirs | QDir::NoDotAndDotDot, QDir::Name);
}

Task<Result<Balancer>> ensureBalancer(BodyPtr body, BalancerConfig config)
{
    const Result<void> checked = haproxy::check(config);
    if (!checked) {
        co_return checked.error();
    }
    Result<PassPtr> pass = co_await Gate::enter(body->gate, balancerOwner(config.name));
    if (!pass) {
        co_return pass.error();
    }
    Result<BalancerRecord> record = findBalancer(body->layout, config.name);
    Result<void> ready;
    if (record) {
        ready = co_await takeOver(body, *record, config);
    } else if (record.error().kind == ErrorKind::NotFound) {
        ready = co_await makeNew(body, config);
    } else {
        ready = record.error();
    }
    if (!ready) {
        co_return ready.error();
    }
    Result<BalancerRecord> now = findBalancer(body->layout, config.name);
    if (!now) {
        co_return now.error();
    }
    Result<Balancer> found = co_await look(body, *now);
    co_return found;
}

Task<Result<Balancer>> balancer(BodyPtr body, QString name)
{
    Result<BalancerRecord> record = findBalancer(body->layout, name);
    if (!record && record.error().kind == ErrorKind::NotFound) {
        Balancer none;
        none.name = name;
        none.state = u"none"_s;
        co_return none;
    }
    if (!record) {
        co_return record.error();
    }
    Result<Balancer> found = co_await look(body, *record);
    co_return found;
}

Task<Result<void>> setPool(BodyPtr body, QString balancer, QString pool, QList<Server> members)
{
    Result<PassPtr> pass = co_await Gate::enter(body->gate, balancerOwner(balancer));
    if (!pass) {
        co_return pass.error();
    }
    Result<BalancerRecord> record = findBalancer(body->layout, balancer);
    if (!record) {
        co_return record.error();
    }
    const Result<void> checked = checkMembers(*record, pool, members);
    if (!checked) {
        co_return checked.error();
    }
    record->pools.insert(pool, members);
    const Layout layout = body->layout;
    std::function<Result<void>()> store = [layout, now = *record] {
        return storeBalancer(layout, now);
    };
    Result<void> stored = co_await onWorker<void>(std::move(store));
    if (!stored) {
        co_return stored.error().in(u"balancer %1"_s.arg(balancer));
    }
    const std::optional<ProcessIdentity> master = masterOf(layout, balancer);
    Result<void> applied;
    if (master) {
        applied = co_await applyPool(body, *record, pool, *master);
    } else {
        applied = co_await start(body, *record);
    }
    co_return applied.in(u"balancer %1, pool %2"_s.arg(balancer, pool));
}

Task<Result<void>> switchTo(BodyPtr body, QString balancer, QString pool)
{
    Result<PassPtr> pass = co_await Gate::enter(body->gate, balancerOwner(balancer));
    if (!pass) {
        co_return pass.error();
    }
    Result<BalancerRecord> record = findBalancer(body->layout, balancer);
    if (!record) {
        co_return record.error();
    }
    if (!pool.isEmpty()) {
        const Result<void> checked = checkMembers(*record, pool, {});
        if (!checked) {
            co_return checked.error();
        }
        if (record->pools.value(pool).isEmpty()) {
            co_return Error(ErrorKind::Conflict,
                            u"pool %1 of balancer %2 has no server; the switch was not made"_s.arg(
                                pool, balancer));
        }
    }
    const Layout layout = body->layout;
    std::function<Result<void>()> store = [layout, balancer, pool] {
        return placeActive(layout, balancer, pool);
    };
    Result<void> stored = co_await onQuick<void>(body->quick, std::move(store));
    if (!stored) {
        co_return stored.error().in(u"balancer %1"_s.arg(balancer));
    }
    const QString folder = layout.balancer(balancer).folder;
    const haproxy::Command command = haproxy::switchCommand(pool);
    Result<QByteArray> answer = co_await haproxy::say(folder, command.line, sayTimeout);
    if (!answer && answer.error().kind == ErrorKind::NotFound) {
        // It does not run: it reads the file when it starts.
        Result<void> started = co_await start(body, *record);
        co_return started;
    }
    if (!answer) {
        co_return answer.error();
    }
    Result<QString> active = co_await runningActive(folder);
    if (!active) {
        co_return active.error();
    }
    if (*active != pool) {
        co_return Error(ErrorKind::Failed,
                        u"balancer %1 did not switch to pool %2: %3"_s.arg(
                            balancer, pool, displayText(QByteArrayView(answer->trimmed()), 200)));
    }
    // The requests have moved; it is done when a loss of power cannot move them back.
    std::function<Result<void>()> sync = [layout, balancer] {
        return syncActive(layout, balancer);
    };
    Result<void> synced = co_await onQuick<void>(body->quick, std::move(sync));
    co_return synced;
}

Task<Result<void>> drainPool(BodyPtr body, QString balancer, QString pool, milliseconds timeout,
                             CancelToken cancel)
{
    const QString folder = body->layout.balancer(balancer).folder;
    const milliseconds deadline = body->clock->sinceBoot() + timeout;
    for (;;) {
        Result<QList<haproxy::StatRow>> rows = co_await statistics(folder);
        if (!rows) {
            // A balancer that does not run serves nothing.
            co_return rows.error().kind == ErrorKind::NotFound ? Result<void>()
                                                               : Result<void>(rows.error());
        }
        const int sessions = haproxy::sessionsOf(*rows, pool);
        if (sessions == 0) {
            co_return Result<void>();
        }
        if (body->clock->sinceBoot() >= deadline) {
            co_return Error(ErrorKind::Timeout,
                            u"pool %1 of balancer %2 still serves %3 requests after %4; nothing "
                            "was cut off"_s.arg(pool, balancer)
                                .arg(sessions)
                                .arg(durationText(timeout)));
        }
        Result<void> slept = co_await sleepFor(pollPause, cancel);
        if (!slept) {
            co_return slept.error();
        }
    }
}

Task<Result<void>> destroyBalancer(BodyPtr body, QString name)
{
    if (!isPlainName(name)) {
        co_return Error(ErrorKind::Invalid,
                        u"\"%1\" is no name of a balancer"_s.arg(displayText(name, 80)));
    }
    Result<PassPtr> pass = co_await Gate::enter(body->gate, balancerOwner(name));
    if (!pass) {
        co_return pass.error();
    }
    const Layout layout = body->layout;
    std::function<Result<void>()> work = [layout, name]() -> Result<void> {
        if (Result<void> halted = haltBalancer(layout, name); !halted) {
            return halted;
        }
        return discard(layout.balancer(name)).in(u"destroy balancer %1"_s.arg(name));
    };
    Result<void> gone = co_await onWorker<void>(std::move(work));
    if (!gone) {
        co_return gone;
    }
    Result<void> released = co_await releaseAddress(body->store, balancerOwner(name));
    co_return released;
}

}  // namespace analemma::infra::local
