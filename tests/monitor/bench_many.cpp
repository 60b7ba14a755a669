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

using namespace Qt::StringLiterals;
using namespace analemma;
using namespace analemma::monitor;
using namespace analemma::test;

/// What it costs to watch many servers: bench_many [SERVERS [INTERVAL_MS [SECONDS]]]. So many real
/// sshd, each a process of its own at an address of its own, are watched by a Monitor that keeps
/// everything in a SeriesStore; then as many targets are scraped by Debian's prometheus, for as
/// long: a page of the real prometheus-node-exporter with the same groups, served as it is by a
/// small server, for one exporter does not answer 500 times a second. Each of them is a process of
/// its own, and so are the servers: what is counted is the watcher's CPU time and resident memory.
/// Not a test. Build it with the preset release.
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
    for (int i = 0; i < servers; ++i) {
        auto sshd = std::make_unique<QProcess>();
        sshd->setStandardErrorFile(QProcess::nullDevice());
        sshd->setChildProcessModifier([] { ::prctl(PR_SET_PDEATHSIG, SIGKILL); });
        sshd->start(u"/usr/sbin/sshd"_s,
                    {u"-D"_s, u"-e"_s, u"-f"_s, first.path(u"many_config"_s), u"-p"_s,
                     QString::number(port), u"-o"_s, u"ListenAddress="_s + addressOf(i)});
        if (!sshd->waitForStarted()) {
            std::fprintf(stderr, "sshd does not start\n");
            return 1;
        }
        all.push_back(std::move(sshd));
    }
    for (int i = 0; i < servers; ++i) {
        bool answers = false;
        for (int tries = 0; tries < 200 && !answers; ++tries) {
            QTcpSocket probe;
            probe.connectToHost(addressOf(i), quint16(port));
            answers = probe.waitForConnected(200);
            if (!answers) {
                QThread::msleep(20);
            }
        }
    }
    const ssh::Target target = first.target();
    std::printf("%d\n%s\n%s\n%s\n", port, qPrintable(target.user), qPrintable(target.keyFile),
                qPrintable(target.hostKey));
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

/// QTest::qWait() wakes up a hundred times a second; this does not.
void rest(int ms)
{
    QEventLoop loop;
    QTimer::singleShot(ms, &loop, [&loop] { loop.quit(); });
    loop.exec();
}

// ---- our side -----------------------------------------------------------------------------------

double percentile(std::vector<double>& values, double part)
{
    if (values.empty()) {
        return 0;
    }
    const auto at = std::min(values.size() - 1, std::size_t(double(values.size()) * part));
    std::nth_element(values.begin(), values.begin() + std::ptrdiff_t(at), values.end());
    return values[at];
}

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
        rest(kWarmSeconds * 1000);
        const Kept before = kept();
        rest(2'000);
        measure(servers);
        block();
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

    /// How long the event loop is away from its events.
    void block()
    {
        double longest = 0;
        std::vector<double> stored;
        QElapsedTimer turn;
        QTimer beat;
        turn.start();
        connect(&beat, &QTimer::timeout, &beat, [&] {
            longest = std::max(longest, double(turn.nsecsElapsed()) / 1e6 - 2);
            turn.start();
        });
        // Of every twentieth server: how old its newest stored value was when it came to be there.
        std::vector<SeriesId> ids;
        std::vector<qint64> newest;
        int i = 0;
        for (const QString& server : m_turns.keys()) {
            if (i++ % 20 == 0) {
                ids.push_back(m_store->series(
                    {server, QString::fromLatin1(info(Metric::Uptime).name), QString()}));
                newest.push_back(0);
            }
        }
        QTimer look;
        connect(&look, &QTimer::timeout, &look, [&] {
            const std::vector<Latest> now = m_store->latest(ids);
            for (std::size_t k = 0; k < now.size(); ++k) {
                if (std::exchange(newest[k], now[k].time) != now[k].time && newest[k] != 0) {
                    stored.push_back(double(QDateTime::currentMSecsSinceEpoch() - now[k].time));
                }
            }
        });
        beat.setTimerType(Qt::PreciseTimer);
        look.setTimerType(Qt::PreciseTimer);
        beat.start(2);
        look.start(20);
        rest(10'000);
        stored.erase(stored.begin(),
                     stored.begin() + std::min<std::ptrdiff_t>(std::ptrdiff_t(ids.size()),
                                                               std::ptrdiff_t(stored.size())));
        std::printf(
            "  main thread away from its events at most %.1f ms in 10 s; read until stored "
            "p50 %.0f ms, p99 %.0f ms\n",
            longest, percentile(stored, 0.5), percentile(stored, 0.99));
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
    QStringList servers;
    for (int i = 0; i < numbers.servers; ++i) {
        servers += arguments[4].arg(i / 200 + 1).arg(i % 200 + 1);
    }
    Watch watch(numbers, arguments);
    return watch.run(servers);
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

std::optional<Cost> ours(const Numbers& numbers)
{
    QProcess farm;
    farm.setProcessChannelMode(QProcess::ForwardedErrorChannel);
    farm.setChildProcessModifier([] { ::prctl(PR_SET_PDEATHSIG, SIGKILL); });
    farm.start(QCoreApplication::applicationFilePath(),
               {u"--farm"_s, QString::number(numbers.servers)});
    const QString pattern = u"127.%1."_s.arg(40 + int(farm.processId()) % 20) + u"%1.%2"_s;
    QStringList target;
    while (target.size() < 4 && farm.waitForReadyRead(120'000)) {
        while (farm.canReadLine()) {
            target += QString::fromUtf8(farm.readLine()).trimmed();
        }
    }
    if (target.size() < 4) {
        return std::nullopt;
    }
    QProcess client;
    client.setProcessChannelMode(QProcess::ForwardedErrorChannel);
    client.start(QCoreApplication::applicationFilePath(),
                 QStringList{u"--watch"_s} + numbersOf(numbers) + target + QStringList{pattern});
    client.waitForFinished(-1);
    Cost cost;
    for (const QByteArray& line : client.readAllStandardOutput().split('\n')) {
        if (line.startsWith("CPU ")) {
            const QByteArrayList words = line.split(' ');
            cost = {words.value(1).toDouble(), words.value(3).toDouble()};
        } else if (!line.isEmpty()) {
            std::printf("%s\n", line.constData());
        }
    }
    std::fflush(stdout);
    // The client is gone; what it started there must be too.
    QThread::msleep(1'000);
    int left = 0;
    for (const qint64 pid : processTree(farm.processId())) {
        QFile line(u"/proc/%1/comm"_s.arg(pid));
        left += line.open(QIODevice::ReadOnly) && line.readAll().contains("awk") ? 1 : 0;
    }
    std::printf("  samplers left on the servers: %d\n", left);
    farm.closeWriteChannel();
    farm.waitForFinished(60'000);
    return cost.cpu > 0 ? std::optional(cost) : std::nullopt;
}

std::optional<Cost> theirs(const Numbers& numbers)
{
    const QString program = QStandardPaths::findExecutable(u"prometheus"_s);
    const QByteArray page = exporterPage(ownAddress(21));
    if (program.isEmpty() || page.isEmpty()) {
        return std::nullopt;
    }
    const QTemporaryDir folder;
    QFile saved(folder.filePath(u"page"_s));
    (void)saved.open(QIODevice::WriteOnly);
    saved.write(page);
    saved.close();
    const int port = freePort(u"127.0.0.1"_s);
    QProcess pages;
    pages.setChildProcessModifier([] { ::prctl(PR_SET_PDEATHSIG, SIGKILL); });
    pages.start(QCoreApplication::applicationFilePath(),
                {u"--pages"_s, QString::number(port), saved.fileName()});
    QByteArray config = "global:\n  scrape_interval: " + QByteArray::number(numbers.interval) +
                        "ms\n  scrape_timeout: " + QByteArray::number(numbers.interval) +
                        "ms\nscrape_configs:\n- job_name: node\n  static_configs:\n  - targets:\n";
    for (int i = 0; i < numbers.servers; ++i) {
        config += "    - '" + addressOf(i).toUtf8() + ':' + QByteArray::number(port) + "'\n";
    }
    QFile file(folder.filePath(u"prometheus.yml"_s));
    (void)file.open(QIODevice::WriteOnly);
    file.write(config);
    file.close();
    const QString address = ownAddress(22);
    const int web = freePort(address);
    QProcess prometheus;
    prometheus.setStandardErrorFile(QProcess::nullDevice());
    prometheus.setChildProcessModifier([] { ::prctl(PR_SET_PDEATHSIG, SIGKILL); });
    prometheus.start(program, {u"--config.file="_s + file.fileName(),
                               u"--storage.tsdb.path="_s + folder.filePath(u"data"_s),
                               u"--web.listen-address=%1:%2"_s.arg(address).arg(web)});
    if (!prometheus.waitForStarted()) {
        return std::nullopt;
    }
    QThread::msleep(ulong(kWarmSeconds) * 1000);
    const qint64 pid = prometheus.processId();
    const double began = cpuMs(pid);
    const qint64 servedBegan = served(port);
    QElapsedTimer time;
    time.start();
    QThread::msleep(ulong(numbers.seconds) * 1000);
    const double elapsed = double(time.elapsed());
    const Cost cost{(cpuMs(pid) - began) / elapsed * 100, rssMib(pid)};
    const double scrapes = double(served(port) - servedBegan) * 1000 / elapsed;
    std::printf(
        "prometheus: %.2f %% of a core, %.1f MiB resident; %.1f scrapes a second of %lld "
        "bytes, %lld values each\n",
        cost.cpu, cost.rss, scrapes, static_cast<long long>(page.size()),
        static_cast<long long>(valuesOf(page)));
    prometheus.kill();
    prometheus.waitForFinished(10'000);
    pages.kill();
    pages.waitForFinished(10'000);
    return cost;
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
    if (words.value(0) == u"--farm") {
        return farm(words.value(1).toInt());
    }
    if (words.value(0) == u"--pages") {
        return servePages(words.value(1).toInt(), words.value(2));
    }
    const auto numberAt = [&words](int i, int usual) {
        return words.size() > i ? std::max(1, words[i].toInt()) : usual;
    };
    if (words.value(0) == u"--watch") {
        return watch({numberAt(1, 1), numberAt(2, 1'000), numberAt(3, 60)}, words.sliced(4));
    }
    const Numbers numbers{numberAt(0, 500), numberAt(1, 1'000), numberAt(2, 60)};
    std::printf("%d servers every %d ms for %d s\n", numbers.servers, numbers.interval,
                numbers.seconds);
    load("before");
    const auto mine = ours(numbers);
    load("between");
    const auto other = theirs(numbers);
    load("after");
    if (mine && other) {
        std::printf("ratio prometheus to ours: CPU %.1f, memory %.1f (asked: 6 and 4)\n",
                    other->cpu / mine->cpu, other->rss / mine->rss);
    }
    return mine && other ? 0 : 1;
}
