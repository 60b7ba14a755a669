#include "core/ssh/resident.h"

#include "tests/bench/bench.h"
#include "tests/ssh/private_sshd.h"
#include "tests/support.h"

#include <QElapsedTimer>
#include <QFile>
#include <QStandardPaths>

#include <sys/resource.h>

#include <algorithm>
#include <cstdio>

/// Figures of core/ssh beside its peers, in one run on one machine, against a private sshd on
/// loopback. bench_ssh [exec] [transfer] [fleet] [idle]; all when none is named.
using namespace Qt::StringLiterals;
using namespace analemma;
using namespace analemma::test;

namespace {

constexpr int kRounds = 3;
constexpr qint64 kMiB = 1024 * 1024;

/// Seconds of `work`; ends the program when it failed.
double timed(const std::function<bool()>& work)
{
    QElapsedTimer timer;
    timer.start();
    const bool done = work();
    const double seconds = double(timer.nsecsElapsed()) / 1e9;
    if (!done) {
        std::fprintf(stderr, "a step failed\n");
        std::exit(1);
    }
    return seconds;
}

QStringList opensshOptions(const PrivateSshd& sshd)
{
    return {u"-F"_s, u"none"_s,
            u"-i"_s, sshd.path(u"user"_s),
            u"-o"_s, u"StrictHostKeyChecking=no"_s,
            u"-o"_s, u"UserKnownHostsFile=/dev/null"_s,
            u"-o"_s, u"LogLevel=ERROR"_s};
}

bool run(const QString& program, const QStringList& arguments,
         const QProcessEnvironment& environment = QProcessEnvironment::systemEnvironment())
{
    QProcess process;
    process.setProcessEnvironment(environment);
    process.setStandardOutputFile(QProcess::nullDevice());
    process.start(program, arguments);
    const bool ended = process.waitForFinished(600'000);
    if (!ended || process.exitCode() != 0) {
        std::fprintf(stderr, "%s", process.readAllStandardError().constData());
    }
    return ended && process.exitCode() == 0;
}

double processorSeconds()
{
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    return double(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
           double(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

// ---- exec: `true` on an open connection ---------------------------------------------------------

bool execHere(ssh::Session& session)
{
    return here(session.exec(u"true"_s, {}, {})).ok();
}

bool smallHere(const std::shared_ptr<ssh::Session>& session)
{
    return here(ssh::runSmall(session, u"true"_s, {}, {})).ok();
}

void execOnOpen(const PrivateSshd& sshd)
{
    constexpr int calls = 200;
    const QString socket = sshd.path(u"master"_s);
    QStringList master = opensshOptions(sshd);
    master += {u"-p"_s, QString::number(sshd.port()), u"-l"_s, sshd.target().user};
    const QString host = sshd.address();
    QProcess holder;
    holder.start(u"ssh"_s, master + QStringList{u"-M"_s, u"-N"_s, u"-S"_s, socket, host});
    for (int i = 0; i < 500 && !QFile::exists(socket); ++i) {
        QTest::qWait(20);
    }
    ssh::Client client(1);
    const auto session = await(client.connectTo(sshd.target(), {}, {}));
    std::vector<double> ours;
    std::vector<double> small;
    std::vector<double> atOnce;
    std::vector<double> theirs;
    for (int i = 0; session && i < 20; ++i) {
        timed([&] { return smallHere(*session); });  // opens its shell
        QTest::qWait(10);
    }
    for (int i = 0; session && i < calls; ++i) {
        small.push_back(timed([&] { return smallHere(*session); }));
        ours.push_back(timed([&] { return execHere(**session); }));
        QTest::qWait(20);  // what it makes ready for the next one is no burden of the peer
        theirs.push_back(timed([&] {
            return run(u"ssh"_s, master + QStringList{u"-S"_s, socket, host, u"true"_s});
        }));
    }
    for (int i = 0; session && i < calls; ++i) {
        atOnce.push_back(timed([&] { return execHere(**session); }));
    }
    holder.terminate();
    holder.waitForFinished(5'000);
    if (ours.empty()) {
        std::fprintf(stderr, "no connection\n");
        std::exit(1);
    }
    const double peer = median(theirs);
    std::printf(
        "true on an open connection, /bin/sh: ssh with a control master %.2f ms; exec(), a channel "
        "and a login shell each, %.2f ms, ratio %.1f, and %.2f ms, ratio %.1f, without a pause "
        "between two; runSmall(), in one sh that stays, %.2f ms, ratio %.1f\n",
        peer * 1e3, median(ours) * 1e3, peer / median(ours), median(atOnce) * 1e3,
        peer / median(atOnce), median(small) * 1e3, peer / median(small));
}

// ---- transfer: 512 MiB, get and put, fresh connections on both sides ----------------------------

void transfer(const PrivateSshd& sshd)
{
    constexpr qint64 size = 512 * kMiB;
    QTemporaryDir folder(u"/dev/shm/analemma-bench-XXXXXX"_s);
    const QString source = folder.filePath(u"source"_s);
    const QString copy = folder.filePath(u"copy"_s);
    run(u"dd"_s,
        {u"if=/dev/urandom"_s, u"of="_s + source, u"bs=1M"_s, u"count=512"_s, u"status=none"_s});
    const QString remote = sshd.target().user + u'@' + sshd.address() + u':';
    QStringList scp = opensshOptions(sshd);
    scp += {u"-q"_s, u"-P"_s, QString::number(sshd.port())};
    std::vector<double> times[4];
    double processor = 0;
    for (int round = 0; round < kRounds; ++round) {
        const double before = processorSeconds();
        const auto ours = [&](bool get) {
            ssh::Client client(1);
            const auto session = here(client.connectTo(sshd.target(), {}, {}));
            if (!session) {
                return false;
            }
            const auto files = (*session)->files();
            const auto done = here(get ? files->download(source.toUtf8(), copy, {}, {})
                                       : files->upload(source, copy.toUtf8(), {}, {}));
            return done.ok() && QFile::remove(copy);
        };
        times[0].push_back(timed([&] { return ours(true); }));
        times[1].push_back(timed([&] {
            return run(u"scp"_s, scp + QStringList{remote + source, copy}) && QFile::remove(copy);
        }));
        times[2].push_back(timed([&] { return ours(false); }));
        times[3].push_back(timed([&] {
            return run(u"scp"_s, scp + QStringList{source, remote + copy}) && QFile::remove(copy);
        }));
        processor += processorSeconds() - before;
    }
    const double mib = double(size) / double(kMiB);
    const double get = median(times[0]);
    const double put = median(times[2]);
    std::printf("get 512 MiB: %.0f MiB/s, scp %.0f MiB/s, ratio %.2f\n", mib / get,
                mib / median(times[1]), median(times[1]) / get);
    std::printf("put 512 MiB: %.0f MiB/s, scp %.0f MiB/s, ratio %.2f\n", mib / put,
                mib / median(times[3]), median(times[3]) / put);
    std::printf("own processor time: %.2f s a GiB\n", processor / kRounds);
}

// ---- fleet: `true` on 200 servers ---------------------------------------------------------------

constexpr int kServers = 200;
constexpr int kAddressesOfOne = 15;  // sshd takes sixteen sockets

/// 200 addresses, each a server of its own for who connects, that all take one key.
struct Farm {
    std::vector<std::unique_ptr<PrivateSshd>> processes;
    std::vector<ssh::Target> targets;
};

void plant(Farm& farm)
{
    for (int first = 0; first < kServers; first += kAddressesOfOne) {
        auto sshd = std::make_unique<PrivateSshd>(QStringList{u"ed25519"_s},
                                                  "MaxStartups 1000\nMaxSessions 1000", 19);
        if (first > 0) {
            for (const QString& name : {u"user"_s, u"user.pub"_s, u"authorized_keys"_s}) {
                sshd->write(name, farm.processes[0]->read(name));
            }
        }
        QStringList addresses;
        for (int i = first; i < std::min(first + kAddressesOfOne, kServers); ++i) {
            addresses += ownAddress(20 + i);
        }
        sshd->listenOn(addresses);
        if (const QString problem = sshd->start(); !problem.isEmpty()) {
            std::fprintf(stderr, "%s\n", qPrintable(problem));
            std::exit(1);
        }
        farm.processes.push_back(std::move(sshd));
        for (const QString& address : std::as_const(addresses)) {
            ssh::Target target = farm.processes[0]->target();
            target.host = address;
            target.port = farm.processes.back()->port();
            target.hostKey = farm.processes.back()->target().hostKey;
            farm.targets.push_back(target);
        }
    }
}

Task<Result<ssh::ExecResult>> connectAndRun(ssh::Client* client, ssh::Target target)
{
    ssh::ConnectOptions options;
    options.timeout = seconds(120);
    Result<std::shared_ptr<ssh::Session>> session =
        co_await client->connectTo(target, options, CancelToken());
    if (!session) {
        co_return session.error();
    }
    const ssh::ExecOptions none;
    Result<ssh::ExecResult> result = co_await (*session)->exec(u"true"_s, none, CancelToken());
    co_return result;
}

bool fanOut(const Farm& farm)
{
    ssh::Client client(2);
    QObject context;
    std::vector<std::shared_ptr<std::optional<Result<ssh::ExecResult>>>> answers;
    for (const ssh::Target& target : farm.targets) {
        answers.push_back(listen(connectAndRun(&client, target), &context));
    }
    return std::all_of(answers.begin(), answers.end(), [](const auto& answer) {
        return QTest::qWaitFor([&] { return answer->has_value(); }, 120'000) && **answer &&
               (**answer)->ok();
    });
}

bool warm(const std::vector<std::shared_ptr<ssh::Session>>& sessions)
{
    QObject context;
    std::vector<std::shared_ptr<std::optional<Result<ssh::ExecResult>>>> answers;
    for (const auto& session : sessions) {
        answers.push_back(listen(session->exec(u"true"_s, {}, {}), &context));
    }
    return std::all_of(answers.begin(), answers.end(), [](const auto& answer) {
        return QTest::qWaitFor([&] { return answer->has_value(); }, 120'000) && **answer &&
               (**answer)->ok();
    });
}

std::vector<std::shared_ptr<ssh::Session>> openAll(ssh::Client& client,
                                                   const std::vector<ssh::Target>& targets)
{
    QObject context;
    ssh::ConnectOptions options;
    options.timeout = seconds(120);
    std::vector<std::shared_ptr<std::optional<Result<std::shared_ptr<ssh::Session>>>>> answers;
    for (const ssh::Target& target : targets) {
        answers.push_back(listen(client.connectTo(target, options, {}), &context));
    }
    std::vector<std::shared_ptr<ssh::Session>> sessions;
    for (const auto& answer : answers) {
        if (QTest::qWaitFor([&] { return answer->has_value(); }, 120'000) && **answer) {
            sessions.push_back((**answer).value());
        }
    }
    return sessions;
}

/// `ansible -m raw`, fifty at once, with sockets for its masters of this run alone.
bool ansible(const PrivateSshd& keeper, int number, const QString& more)
{
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(u"HOME"_s, keeper.path(u"."_s));
    environment.insert(u"ANSIBLE_HOST_KEY_CHECKING"_s, u"False"_s);
    environment.insert(u"ANSIBLE_SSH_CONTROL_PATH_DIR"_s, keeper.path(u"cp%1"_s.arg(number)));
    return run(u"ansible"_s,
               {u"-i"_s, keeper.path(u"inventory"_s), u"all"_s, u"-m"_s, u"raw"_s, u"-a"_s,
                u"true"_s, u"-f"_s, u"50"_s, u"-T"_s, u"120"_s,
                u"--ssh-extra-args=-o UserKnownHostsFile=/dev/null -o LogLevel=ERROR "_s + more},
               environment);
}

void printFleet(const char* peer, double ours, double shipped, double equal)
{
    std::printf("  %s as shipped %.2f s, ratio %.1f; with our key exchange %.2f s, ratio %.1f\n",
                peer, shipped, shipped / ours, equal, equal / ours);
}

void fleet()
{
    Farm farm;
    plant(farm);
    const PrivateSshd& keeper = *farm.processes[0];
    const QString curve = u"KexAlgorithms=curve25519-sha256"_s;
    QByteArray hosts;
    QByteArray inventory;
    for (const ssh::Target& target : farm.targets) {
        const QByteArray port = QByteArray::number(target.port);
        hosts += target.host.toLatin1() + ':' + port + '\n';
        inventory += target.host.toLatin1() + " ansible_port=" + port + '\n';
    }
    inventory += "[all:vars]\nansible_user=" + keeper.target().user.toLatin1() +
                 "\nansible_ssh_private_key_file=" + keeper.path(u"user"_s).toUtf8() + '\n';
    keeper.write(u"hosts"_s, hosts);
    keeper.write(u"inventory"_s, inventory);
    QStringList pssh = {u"-h"_s, keeper.path(u"hosts"_s), u"-p"_s, u"50"_s, u"-t"_s, u"120"_s,
                        u"-l"_s, keeper.target().user};
    for (const QString& option :
         {u"IdentityFile="_s + keeper.path(u"user"_s), u"StrictHostKeyChecking=no"_s,
          u"UserKnownHostsFile=/dev/null"_s, u"LogLevel=ERROR"_s}) {
        pssh += {u"-O"_s, option};
    }
    const bool withAnsible = !QStandardPaths::findExecutable(u"ansible"_s).isEmpty();
    std::vector<double> times[5];
    for (int round = 0; round < kRounds; ++round) {
        times[0].push_back(timed([&] { return fanOut(farm); }));
        times[1].push_back(
            timed([&] { return run(u"parallel-ssh"_s, pssh + QStringList{u"true"_s}); }));
        times[2].push_back(timed([&] {
            return run(u"parallel-ssh"_s, pssh + QStringList{u"-O"_s, curve, u"true"_s});
        }));
        if (withAnsible) {
            times[3].push_back(timed([&] { return ansible(keeper, 2 * round, {}); }));
            times[4].push_back(
                timed([&] { return ansible(keeper, 2 * round + 1, u"-o "_s + curve); }));
        }
    }
    const double ours = median(times[0]);
    std::printf("true on 200 servers: %.2f s\n", ours);
    printFleet("pssh -p 50", ours, median(times[1]), median(times[2]));
    if (withAnsible) {
        printFleet("ansible -m raw -f 50", ours, median(times[3]), median(times[4]));
    } else {
        std::printf("  ansible is not installed\n");
    }
    ssh::Client client(2);
    const auto sessions = openAll(client, farm.targets);
    const double again = timed([&] { return sessions.size() == kServers && warm(sessions); });
    std::printf("the same on open connections: %.2f s, ratio to pssh as shipped %.1f\n", again,
                median(times[1]) / again);
}

// ---- idle: memory and wake-ups of 200 connections -----------------------------------------------

qint64 fieldOf(const QString& path, const QByteArray& name)
{
    QFile file(path);
    if (file.open(QIODevice::ReadOnly)) {
        const QByteArrayList lines = file.readAll().split('\n');
        for (const QByteArray& line : lines) {
            if (line.startsWith(name)) {
                return line.mid(name.size()).simplified().split(' ').first().toLongLong();
            }
        }
    }
    return 0;
}

/// Of the reactors' threads.
qint64 wakeUps()
{
    qint64 sum = 0;
    const QStringList tasks =
        QDir(u"/proc/self/task"_s).entryList(QDir::Dirs | QDir::NoDotAndDotDot);
    for (const QString& task : tasks) {
        const QString folder = u"/proc/self/task/"_s + task;
        QFile name(folder + u"/comm"_s);
        if (name.open(QIODevice::ReadOnly) && name.readAll().startsWith("ssh-reactor")) {
            sum += fieldOf(folder + u"/status"_s, "voluntary_ctxt_switches:");
        }
    }
    return sum;
}

void idle(const PrivateSshd& sshd)
{
    ssh::Client client(2);
    const auto first = await(client.connectTo(sshd.target(), {}, {}));  // what is loaded once
    QTest::qWait(500);
    const qint64 before = fieldOf(u"/proc/self/status"_s, "VmRSS:");
    const auto sessions = openAll(client, std::vector<ssh::Target>(kServers, sshd.target()));
    QTest::qWait(8'000);
    const qint64 after = fieldOf(u"/proc/self/status"_s, "VmRSS:");
    const qint64 woken = wakeUps();
    const double processor = processorSeconds();
    QTest::qWait(20'000);
    const double count = double(sessions.size());
    std::printf(
        "idle connections: %.0f, %.1f KiB each, %.2f wake-ups a second each, %.3f %% of a "
        "core together\n",
        count, double(after - before) / count, double(wakeUps() - woken) / 20 / count,
        (processorSeconds() - processor) / 20 * 100);
}

}  // namespace

int main(int argc, char** argv)
{
    const QCoreApplication application(argc, argv);
    const ssh::Library library;
    PrivateSshd sshd({u"ed25519"_s}, "MaxStartups 1000\nMaxSessions 1000");
    const QString problem = sshd.start();
    if (!problem.isEmpty()) {
        std::fprintf(stderr, "%s\n", qPrintable(problem));
        return 1;
    }
    const QStringList named = QCoreApplication::arguments().mid(1);
    const auto wanted = [&named](const QString& name) {
        return named.isEmpty() || named.contains(name);
    };
    if (wanted(u"exec"_s)) {
        // A login shell is half of what a command costs: one that reads no files of its own.
        PrivateSshd plain({u"ed25519"_s}, {}, 3);
        const QString trouble =
            plain.setPassword(u"unused"_s) ? plain.start() : u"openssl made no password"_s;
        if (!trouble.isEmpty()) {
            std::fprintf(stderr, "%s\n", qPrintable(trouble));
            return 1;
        }
        execOnOpen(plain);
    }
    if (wanted(u"transfer"_s)) {
        transfer(sshd);
    }
    if (wanted(u"fleet"_s)) {
        fleet();
    }
    if (wanted(u"idle"_s)) {
        idle(sshd);
    }
    return 0;
}
