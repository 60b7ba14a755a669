#include "tests/monitor/bench_many.h"

#include "core/monitor/monitor.h"
#include "tests/ssh/private_sshd.h"
#include "tests/support.h"

#include <QElapsedTimer>
#include <QEventLoop>
#include <QHash>
#include <QStandardPaths>
#include <QTimer>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <functional>

using namespace Qt::StringLiterals;
using namespace analemma;
using namespace analemma::monitor;
using namespace analemma::test;

/// What it costs to watch many servers: bench_many [SERVERS [INTERVAL_MS [SECONDS [groups]]]], so
/// "bench_many 1000 5000" for a thousand every five seconds. So many real sshd, each a process of
/// its own at an address of its own, are watched by a Monitor that keeps everything in a
/// SeriesStore; in the same minute as many targets are scraped by Debian's prometheus: a page of
/// the real prometheus-node-exporter as Debian starts it, or, with "groups", of nothing but the
/// groups that a sampler reads each time. It is served as it is by a small server, for one exporter
/// does not answer 500 times a second. Each of them is a process of its own, and so are the
/// servers: what is counted is the watcher's CPU time and resident memory. On the servers:
/// the CPU time of a sample beside that of a scrape of the exporter. Last, the window's wall of all
/// these servers, which are niced then: how long an event keeps its main thread. Not a test. Build
/// it with the preset release.
namespace {

constexpr int kWarmSeconds = 10;

struct Numbers {
    int servers = 500;
    int interval = 1'000;
    int seconds = 60;
};

QString addressOf(int i)
{
    return u"127.%1.%2.%3"_s.arg(40 + int(::getpid()) % 20).arg(i / 200 + 1).arg(i % 200 + 1);
}

// ---- the servers --------------------------------------------------------------------------------

/// One sshd a server, with the keys and the config of the first.
int farm(int servers)
{
    PrivateSshd first({u"ed25519"_s}, "MaxSessions 50\nLogLevel ERROR", 250);
    if (const QString problem = first.start(); !problem.isEmpty()) {
        std::fprintf(stderr, "%s\n", qPrintable(problem));
        return 1;
    }
    QByteArray config;
    for (const QByteArray& line : first.read(u"sshd_config"_s).split('\n')) {
        if (!line.startsWith("ListenAddress") && !line.startsWith("Port")) {
            config += line + '\n';
        }
    }
    first.write(u"many_config"_s, config);
    const int port = freePort(u"127.0.0.1"_s);
    std::vector<std::unique_ptr<QProcess>> all;
    QString problem;
    for (int i = 0; i < servers && problem.isEmpty(); ++i) {
        auto sshd = std::make_unique<QProcess>();
        sshd->setStandardErrorFile(QProcess::nullDevice());
        sshd->setChildProcessModifier([] { ::prctl(PR_SET_PDEATHSIG, SIGKILL); });
        sshd->start(u"/usr/sbin/sshd"_s,
                    {u"-D"_s, u"-e"_s, u"-f"_s, first.path(u"many_config"_s), u"-p"_s,
                     QString::number(port), u"-o"_s, u"ListenAddress="_s + addressOf(i)});
        if (sshd->waitForStarted()) {
            all.push_back(std::move(sshd));
        } else {
            problem = sshd->errorString();
        }
    }
    for (int i = 0; i < int(all.size()) && problem.isEmpty(); ++i) {
        bool answers = false;
        for (int tries = 0; tries < 200 && !answers; ++tries) {
            QTcpSocket probe;
            probe.connectToHost(addressOf(i), quint16(port));
            answers = probe.waitForConnected(200);
            if (!answers) {
                QThread::msleep(20);
            }
        }
        if (!answers) {
            problem = u"it does not answer"_s;
            all.resize(std::size_t(i));
        }
    }
    if (!problem.isEmpty()) {
        std::fprintf(stderr, "this machine starts %d sshd of %d: %s\n", int(all.size()), servers,
                     qPrintable(problem));
    }
    const ssh::Target target = first.target();
    std::printf("%d\n%s\n%s\n%s\n%d\n", port, qPrintable(target.user), qPrintable(target.keyFile),
                qPrintable(target.hostKey), int(all.size()));
    std::fflush(stdout);
    std::getchar();  // until who asked for it is done
    for (const auto& sshd : all) {
        for (const qint64 pid : processTree(sshd->processId())) {
            ::kill(pid_t(pid), SIGKILL);
        }
        sshd->waitForFinished(1'000);
    }
    return 0;
}

// ---- our side -----------------------------------------------------------------------------------

/// Counts, of one server, the turns that brought nothing.
struct Turns {
    qint64 first = 0;
    qint64 last = 0;
    qint64 lastTurn = 0;
    qint64 readings = 0;
    qint64 missed = 0;
};

class Watch : public QObject {
public:
    Watch(const Numbers& numbers, const QStringList& target)
        : m_numbers(numbers), m_target(target), m_client(1)
    {
        m_store = SeriesStore::open(m_folder.path() + u"/state"_s).value();
        SamplerOptions options;
        options.watched = milliseconds(numbers.interval);
        options.background = milliseconds(numbers.interval);
        options.mayStretch = false;
        m_monitor = std::make_unique<Monitor>(
            [this](QString server, CancelToken cancel) {
                ssh::Target to;
                to.host = server;
                to.port = m_target[0].toInt();
                to.user = m_target[1];
                to.keyFile = m_target[2];
                to.hostKey = m_target[3];
                return m_client.connectTo(to, {milliseconds(60'000)}, std::move(cancel));
            },
            m_store.get(), options);
        m_monitor->setPaceOfAll(Pace::Watched);
        connect(m_monitor.get(), &Monitor::read, this, [this](const QString& s) { onRead(s); });
    }

    int run(const QStringList& servers)
    {
        QElapsedTimer joining;
        joining.start();
        const double joinBegan = ownCpuMs();
        m_monitor->watch(servers);
        if (!QTest::qWaitFor([&] { return m_turns.size() == servers.size(); }, 240'000)) {
            std::fprintf(stderr, "only %d servers answer\n", int(m_turns.size()));
            return 1;
        }
        std::printf("joined %s in %.1f s, %.2f ms of CPU each\n", many("servers").constData(),
                    double(joining.elapsed()) / 1000,
                    (ownCpuMs() - joinBegan) / double(servers.size()));
        say("JOINED");
        rest(kWarmSeconds * 1000);
        const Kept before = kept();
        rest(2'000);
        measure(servers);
        m_monitor.reset();
        const Kept after = kept();
        std::printf(
            "  %lld points of %d series; %.1f MiB of the file since the %lld points "
            "before: %.2f bytes a stored point\n",
            static_cast<long long>(after.points), int(m_store->status().series),
            double(after.bytes - before.bytes) / 1048576, static_cast<long long>(before.points),
            double(after.bytes - before.bytes) /
                double(std::max<qint64>(1, after.points - before.points)));
        return 0;
    }

private:
    /// To the process that started this one.
    static void say(const QByteArray& word)
    {
        std::printf("%s\n", word.constData());
        std::fflush(stdout);
    }
    QByteArray many(const char* what) const
    {
        return QByteArray::number(m_numbers.servers) + ' ' + what;
    }
    void onRead(const QString& server)
    {
        const auto told = m_monitor->newest(server, Metric::SampleLatency);
        Turns& turns = m_turns[server];
        const qint64 time = told ? told->time.toMSecsSinceEpoch() : 0;
        if (!m_counts) {
            return;
        }
        ++m_readings;
        ++turns.readings;
        if (turns.first == 0) {
            turns.first = time;
        } else {
            const qint64 turn = qRound64(double(time - turns.first) / double(m_numbers.interval));
            turns.missed += std::max<qint64>(0, turn - turns.lastTurn - 1);
            turns.lastTurn = turn;
            // Late: after the turn in which it was due, until it is at hand here.
            m_late.push_back(double(QDateTime::currentMSecsSinceEpoch() - turns.first -
                                    turn * m_numbers.interval));
        }
        turns.last = time;
        m_latency.push_back(told->point.value);
    }

    void measure(const QStringList& servers)
    {
        say("MEASURE");
        m_counts = true;
        const qint64 from = QDateTime::currentMSecsSinceEpoch();
        const Switches switches = ownSwitches();
        const double began = ownCpuMs();
        const QHash<QString, double> threads = threadCpuMs();
        QElapsedTimer time;
        time.start();
        rest(m_numbers.seconds * 1000);
        const double spent = ownCpuMs() - began;
        const double elapsed = double(time.elapsed());
        const Switches now = ownSwitches();
        const double rss = rssMib(::getpid());
        m_counts = false;
        say("MEASURED " + QByteArray::number(m_readings));
        const qint64 to = QDateTime::currentMSecsSinceEpoch();
        qint64 missed = 0;
        for (const Turns& turns : std::as_const(m_turns)) {
            missed += turns.missed;
        }
        const double readings = double(m_readings);
        std::printf("ours: %.2f %% of a core, %.0f us a sample, %.1f MiB resident\n",
                    spent / elapsed * 100, spent * 1000 / readings, rss);
        std::printf("CPU %.2f RSS %.1f\n", spent / elapsed * 100, rss);  // for the ratios
        std::printf(
            "  %.1f samples a second; %lld turns without one; answer p50 %.0f ms, p99 "
            "%.0f ms; at hand after its turn p50 %.0f ms, p99 %.0f ms\n",
            readings * 1000 / elapsed, static_cast<long long>(missed), percentile(m_latency, 0.5),
            percentile(m_latency, 0.99), percentile(m_late, 0.5), percentile(m_late, 0.99));
        std::printf("  %.2f sleeps a sample, %.2f forced switches\n",
                    double(now.waited - switches.waited) / readings,
                    double(now.forced - switches.forced) / readings);
        const QHash<QString, double> later = threadCpuMs();
        for (auto i = later.cbegin(); i != later.cend(); ++i) {
            std::printf("  thread %-14s %.0f us a sample\n", qPrintable(i.key()),
                        (i.value() - threads.value(i.key())) * 1000 / readings);
        }
        stored(servers, from, to);
    }

    /// What of it stands in the store.
    void stored(const QStringList& servers, qint64 from, qint64 to)
    {
        qint64 points = 0;
        int waiting = int(servers.size());
        for (const QString& server : servers) {
            const SeriesId id = m_store->series(
                {server, QString::fromLatin1(info(Metric::Uptime).name), QString()});
            then(m_store->chart(id, from, to, 1'000), this, [&](const Result<Chart>& chart) {
                for (const ChartColumn& column :
                     chart ? chart->columns : std::vector<ChartColumn>{}) {
                    points += column.count;
                }
                --waiting;
            });
        }
        (void)QTest::qWaitFor([&] { return waiting == 0; }, 60'000);
        const qint64 series = m_store->status().series;
        std::printf("  stored %lld of %lld samples that were read; %.1f series a server\n",
                    static_cast<long long>(points), static_cast<long long>(m_readings),
                    double(series) / double(servers.size()));
    }

    struct Kept {
        qint64 points = 0;
        qint64 bytes = 0;
    };
    /// Of all series, once everything is in chunks.
    Kept kept()
    {
        bool isTidy = false;
        then(m_store->tidy(), this, [&](const Result<void>&) { isTidy = true; });
        (void)QTest::qWaitFor([&] { return isTidy; }, 60'000);
        Kept kept;
        kept.bytes = m_store->status().bytes;
        int waiting = 0;
        const qint64 now = QDateTime::currentMSecsSinceEpoch();
        const QList<SeriesInfo> all = m_store->list();
        for (const SeriesInfo& one : all) {
            if (++waiting == 200) {  // so that what asks takes no memory
                (void)QTest::qWaitFor([&] { return waiting <= 1; }, 60'000);
            }
            then(m_store->chart(one.id, now - 3'600'000, now + 1'000, 1), this,
                 [&](const Result<Chart>& chart) {
                     kept.points += chart && !chart->columns.empty() ? chart->columns[0].count : 0;
                     --waiting;
                 });
        }
        (void)QTest::qWaitFor([&] { return waiting == 0; }, 120'000);
        return kept;
    }

    Numbers m_numbers;
    QStringList m_target;
    QTemporaryDir m_folder;
    ssh::Client m_client;
    std::unique_ptr<SeriesStore> m_store;
    std::unique_ptr<Monitor> m_monitor;
    QHash<QString, Turns> m_turns;
    qint64 m_readings = 0;
    std::vector<double> m_late;
    std::vector<double> m_latency;
    bool m_counts = false;
};

int watch(const Numbers& numbers, const QStringList& arguments)
{
    const ssh::Library library;
    Watch watch(numbers, arguments);
    return watch.run(addressesBy(arguments[4], numbers.servers));
}

// ---- in one run ---------------------------------------------------------------------------------

struct Cost {
    double cpu = 0;  // percent of a core
    double rss = 0;  // MiB
};

QStringList numbersOf(const Numbers& numbers)
{
    return {QString::number(numbers.servers), QString::number(numbers.interval),
            QString::number(numbers.seconds)};
}

/// The servers, and this program as their clients, one after the other.
class Ground {
public:
    explicit Ground(Numbers& numbers)
    {
        m_farm.setProcessChannelMode(QProcess::ForwardedErrorChannel);
        m_farm.setChildProcessModifier([] { ::prctl(PR_SET_PDEATHSIG, SIGKILL); });
        m_farm.start(QCoreApplication::applicationFilePath(),
                     {u"--farm"_s, QString::number(numbers.servers)});
        while (m_target.size() < 5 && m_farm.waitForReadyRead(240'000)) {
            while (m_farm.canReadLine()) {
                m_target += QString::fromUtf8(m_farm.readLine()).trimmed();
            }
        }
        if (isThere()) {
            numbers.servers = m_target.takeLast().toInt();
            m_target += u"127.%1."_s.arg(40 + int(m_farm.processId()) % 20) + u"%1.%2"_s;
        }
    }
    ~Ground()
    {
        m_farm.closeWriteChannel();
        m_farm.waitForFinished(60'000);
    }
    Ground(const Ground&) = delete;
    Ground& operator=(const Ground&) = delete;

    [[nodiscard]] bool isThere() const { return m_target.size() == 5; }
    [[nodiscard]] RemoteTimes remote() const { return remoteTimes(m_farm.processId()); }
    void giveWay() const { test::giveWay(m_farm.processId()); }

    /// Calls with each line that the client says; one that says KILL is killed.
    void run(const QString& program, const QStringList& mode, const Numbers& numbers,
             const std::function<void(const QByteArray&)>& line) const
    {
        QProcess client;
        client.setProcessChannelMode(QProcess::ForwardedErrorChannel);
        client.start(program, mode + numbersOf(numbers) + m_target);
        client.waitForStarted();
        while (client.state() == QProcess::Running || client.canReadLine()) {
            if (client.canReadLine()) {
                const QByteArray said = client.readLine().trimmed();
                if (said == "KILL") {
                    client.kill();
                } else {
                    line(said);
                }
            } else {
                client.waitForReadyRead(1'000);
            }
        }
        std::fflush(stdout);
    }
    /// Samplers that outlive their client by ten seconds.
    [[nodiscard]] int left() const
    {
        int awks = 1;
        for (int i = 0; i < 20 && awks > 0; ++i) {
            QThread::msleep(500);
            awks = int(remote().awks.size());
        }
        return awks;
    }

private:
    QProcess m_farm;
    QStringList m_target;  ///< port, user, key, key of the server, pattern of addresses
};

/// Debian's prometheus, with as many targets.
class Theirs {
public:
    Theirs(const Numbers& numbers, QByteArray page) : m_numbers(numbers), m_page(std::move(page)) {}
    ~Theirs()
    {
        for (QProcess* each : {&m_prometheus, &m_pages}) {
            each->kill();
            each->waitForFinished(10'000);
        }
    }
    Theirs(const Theirs&) = delete;
    Theirs& operator=(const Theirs&) = delete;

    void start()
    {
        const QString program = QStandardPaths::findExecutable(u"prometheus"_s);
        if (program.isEmpty() || m_page.isEmpty()) {
            return;
        }
        write(u"page"_s, m_page);
        m_port = freePort(u"127.0.0.1"_s);
        const auto end = [] { ::prctl(PR_SET_PDEATHSIG, SIGKILL); };
        m_pages.setChildProcessModifier(end);
        m_pages.start(QCoreApplication::applicationFilePath(),
                      {u"--pages"_s, QString::number(m_port), m_folder.filePath(u"page"_s)});
        const QByteArray interval = QByteArray::number(m_numbers.interval) + "ms\n";
        QByteArray config = "global:\n  scrape_interval: " + interval +
                            "  scrape_timeout: " + interval +
                            "scrape_configs:\n- job_name: node\n  static_configs:\n  - targets:\n";
        for (int i = 0; i < m_numbers.servers; ++i) {
            config += "    - '" + addressOf(i).toUtf8() + ':' + QByteArray::number(m_port) + "'\n";
        }
        write(u"prometheus.yml"_s, config);
        const QString address = ownAddress(22);
        m_prometheus.setStandardErrorFile(QProcess::nullDevice());
        m_prometheus.setChildProcessModifier(end);
        m_prometheus.start(program,
                           {u"--config.file="_s + m_folder.filePath(u"prometheus.yml"_s),
                            u"--storage.tsdb.path="_s + m_folder.filePath(u"data"_s),
                            u"--web.listen-address=%1:%2"_s.arg(address).arg(freePort(address))});
        m_prometheus.waitForStarted();
    }
    void begin()
    {
        if (m_prometheus.state() == QProcess::Running) {
            m_began = cpuMs(m_prometheus.processId());
            m_served = served(m_port);
            m_time.start();
        }
    }
    std::optional<Cost> end()
    {
        if (m_prometheus.state() != QProcess::Running || !m_time.isValid()) {
            return std::nullopt;
        }
        const qint64 pid = m_prometheus.processId();
        const double elapsed = double(m_time.elapsed());
        const Cost cost{(cpuMs(pid) - m_began) / elapsed * 100, rssMib(pid)};
        std::printf(
            "prometheus: %.2f %% of a core, %.1f MiB resident; %.1f scrapes a second of %lld "
            "bytes, %lld values each\n",
            cost.cpu, cost.rss, double(served(m_port) - m_served) * 1000 / elapsed,
            static_cast<long long>(m_page.size()), static_cast<long long>(valuesOf(m_page)));
        return cost;
    }

private:
    void write(const QString& name, const QByteArray& bytes) const
    {
        QFile file(m_folder.filePath(name));
        (void)file.open(QIODevice::WriteOnly);
        file.write(bytes);
    }

    const Numbers m_numbers;
    const QByteArray m_page;
    const QTemporaryDir m_folder;
    int m_port = 0;
    QProcess m_pages;
    QProcess m_prometheus;
    double m_began = 0;
    qint64 m_served = 0;
    QElapsedTimer m_time;
};

/// Both in the same minute, so that whatever else the machine does is the same for both.
void sideBySide(const Ground& ground, const Numbers& numbers, const ExporterPage& exporter)
{
    Theirs theirs(numbers, exporter.page);
    Cost mine;
    std::optional<Cost> other;
    RemoteTimes before;
    const auto take = [&](const QByteArray& line) {
        const QByteArrayList words = line.split(' ');
        if (words[0] == "JOINED") {
            theirs.start();
        } else if (words[0] == "MEASURE") {
            before = ground.remote();
            theirs.begin();
        } else if (words[0] == "MEASURED") {
            other = theirs.end();
            const RemoteTimes now = ground.remote();
            // Half of the processes of sshd only listen: they spend nothing.
            const double samples = std::max(1.0, words.value(1).toDouble()) / numbers.servers;
            const double awk = meanSpent(before.awks, now.awks) / samples;
            const double all = awk + 2 * meanSpent(before.sessions, now.sessions) / samples;
            if (awk > 0) {
                std::printf(
                    "on a server: %.3f ms of CPU a sample, %.3f with its sshd; node exporter %.3f "
                    "a scrape: ratio %.1f, with sshd %.1f (asked: 5)\n",
                    awk, all, exporter.cpuMs, exporter.cpuMs / awk, exporter.cpuMs / all);
            } else {
                std::printf("on a server: not known, the kernel's list of processes had gaps\n");
            }
        } else if (words[0] == "CPU") {
            mine = {words.value(1).toDouble(), words.value(3).toDouble()};
        } else {
            std::printf("%s\n", line.constData());
        }
    };
    ground.run(QCoreApplication::applicationFilePath(), {u"--watch"_s}, numbers, take);
    std::printf("  samplers left on the servers after its end: %d\n", ground.left());
    if (other && mine.cpu > 0) {
        std::printf("ratio prometheus to ours: CPU %.1f, memory %.1f (asked: 6 and 4)\n",
                    other->cpu / mine.cpu, other->rss / mine.rss);
    }
}

void wall(const Ground& ground, const Numbers& numbers)
{
    const QString program = QCoreApplication::applicationFilePath() + u"_wall"_s;
    if (!QFile::exists(program)) {
        std::printf("wall: %s is not built\n", qPrintable(program));
        return;
    }
    ground.giveWay();
    ground.run(program, {}, numbers,
               [](const QByteArray& line) { std::printf("%s\n", line.constData()); });
    std::printf("  samplers left on the servers after it was killed: %d\n", ground.left());
}

void load(const char* when)
{
    QFile file(u"/proc/loadavg"_s);
    (void)file.open(QIODevice::ReadOnly);
    std::printf("load of the machine %s: %s\n", when,
                file.readAll().split(' ').mid(0, 3).join(' ').constData());
    std::fflush(stdout);
}

}  // namespace

int main(int argc, char** argv)
{
    const QCoreApplication application(argc, argv);
    const QStringList words = QCoreApplication::arguments().sliced(1);
    const auto numberAt = [&words](int i, int usual) {
        return words.size() > i ? std::max(1, words[i].toInt()) : usual;
    };
    if (words.value(0) == u"--farm") {
        return farm(words.value(1).toInt());
    }
    if (words.value(0) == u"--pages") {
        return servePages(words.value(1).toInt(), words.value(2));
    }
    if (words.value(0) == u"--watch" && words.size() == 9) {
        return watch({numberAt(1, 1), numberAt(2, 1'000), numberAt(3, 60)}, words.sliced(4));
    }
    Numbers numbers{numberAt(0, 500), numberAt(1, 1'000), numberAt(2, 60)};
    const bool isWhole = words.value(3) != u"groups";
    std::printf("%d servers every %d ms for %d s; node exporter %s\n", numbers.servers,
                numbers.interval, numbers.seconds,
                isWhole ? "as it is shipped" : "with the groups of a sample");
    load("before");
    const ExporterPage exporter = exporterPage(ownAddress(21), isWhole);
    const Ground ground(numbers);
    if (!ground.isThere()) {
        return 1;
    }
    sideBySide(ground, numbers, exporter);
    load("between");
    wall(ground, numbers);
    load("after");
    return 0;
}
