#pragma once

#include "tests/ssh/private_sshd.h"

#include <QEventLoop>
#include <QHash>
#include <QStandardPaths>
#include <QTimer>

#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sched.h>

#include <algorithm>
#include <cstdio>
#include <map>
#include <string>
#include <vector>

/// What bench_many measures with, and the small server of a page.
namespace analemma::test {

/// By schedstat: nanoseconds on the processor, of all threads that live.
inline double cpuMs(qint64 pid)
{
    double sum = 0;
    const QStringList threads =
        QDir(QStringLiteral("/proc/%1/task").arg(pid)).entryList(QDir::Dirs | QDir::NoDotAndDotDot);
    for (const QString& thread : threads) {
        QFile file(QStringLiteral("/proc/%1/task/%2/schedstat").arg(pid).arg(thread));
        if (file.open(QIODevice::ReadOnly)) {
            sum += file.readAll().split(' ').first().toDouble() / 1e6;
        }
    }
    return sum;
}

inline double ownCpuMs()
{
    return cpuMs(::getpid());
}

inline QHash<QString, double> threadCpuMs()
{
    QHash<QString, double> sums;
    const QStringList threads =
        QDir(QStringLiteral("/proc/self/task")).entryList(QDir::Dirs | QDir::NoDotAndDotDot);
    for (const QString& thread : threads) {
        QFile name(QStringLiteral("/proc/self/task/%1/comm").arg(thread));
        QFile file(QStringLiteral("/proc/self/task/%1/schedstat").arg(thread));
        if (name.open(QIODevice::ReadOnly) && file.open(QIODevice::ReadOnly)) {
            sums[QString::fromUtf8(name.readAll()).trimmed()] +=
                file.readAll().split(' ').first().toDouble() / 1e6;
        }
    }
    return sums;
}

struct Switches {
    long waited = 0;
    long forced = 0;
};
inline Switches ownSwitches()
{
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    return {usage.ru_nvcsw, usage.ru_nivcsw};
}

inline double rssMib(qint64 pid)
{
    QFile file(QStringLiteral("/proc/%1/statm").arg(pid));
    return file.open(QIODevice::ReadOnly) ? file.readAll().split(' ').value(1).toDouble() / 256 : 0;
}

/// A page of the real exporter, as Debian ships it or with no more than the groups that a sampler
/// reads each time; and what it costs there, in milliseconds of CPU, scraped at the pace of the
/// samples.
struct ExporterPage {
    QByteArray page;
    double cpuMs = 0;
};
inline ExporterPage exporterPage(const QString& address, bool isWhole)
{
    const QString program =
        QStandardPaths::findExecutable(QStringLiteral("prometheus-node-exporter"));
    if (program.isEmpty()) {
        return {};
    }
    const int port = freePort(address);
    QStringList options{QStringLiteral("--web.listen-address=%1:%2").arg(address).arg(port)};
    if (!isWhole) {
        options += QStringLiteral("--web.disable-exporter-metrics");
        options += QStringLiteral("--collector.disable-defaults");
        for (const char* name : {"cpu", "loadavg", "meminfo", "pressure", "diskstats", "netdev",
                                 "vmstat", "filefd", "sockstat", "stat"}) {
            options += QStringLiteral("--collector.") + QString::fromLatin1(name);
        }
    }
    QProcess exporter;
    exporter.setStandardErrorFile(QProcess::nullDevice());
    exporter.start(program, options);
    exporter.waitForStarted();
    constexpr int scrapes = 100;
    ExporterPage result;
    int done = -1;  // the first one is not counted
    double began = 0;
    for (int tries = 0; tries < scrapes * 2 && done < scrapes; ++tries) {
        QThread::msleep(50);
        QTcpSocket socket;
        socket.connectToHost(address, quint16(port));
        if (!socket.waitForConnected(1'000)) {
            continue;
        }
        socket.write("GET /metrics HTTP/1.0\r\n\r\n");
        while (socket.state() == QAbstractSocket::ConnectedState &&
               socket.waitForReadyRead(5'000)) {
        }
        const QByteArray answer = socket.readAll();
        if (answer.contains("node_load1")) {
            result.page = answer.mid(answer.indexOf("\r\n\r\n") + 4);
            if (++done == 0) {
                began = cpuMs(exporter.processId());
            }
        }
    }
    result.cpuMs = done > 0 ? (cpuMs(exporter.processId()) - began) / done : 0;
    exporter.kill();
    exporter.waitForFinished(5'000);
    return result;
}

/// What the servers of a farm have spent so far, by process: the programs that answer, and the
/// sessions of sshd. The kernel's list of children may leave some out while others come and go.
struct RemoteTimes {
    QHash<qint64, double> awks;  ///< milliseconds of CPU
    QHash<qint64, double> sessions;
};
inline RemoteTimes remoteTimes(qint64 farm)
{
    RemoteTimes times;
    const QList<qint64> tree = processTree(farm);
    for (const qint64 pid : tree) {
        QFile name(QStringLiteral("/proc/%1/comm").arg(pid));
        const QByteArray program = name.open(QIODevice::ReadOnly) ? name.readAll() : QByteArray();
        if (program.contains("awk") || program.contains("busybox")) {
            times.awks.insert(pid, cpuMs(pid));
        } else if (program.startsWith("sshd")) {
            times.sessions.insert(pid, cpuMs(pid));
        }
    }
    return times;
}
/// Real servers take no processor from the window's machine: from here on these give way to it.
inline void giveWay(qint64 farm)
{
    for (const qint64 pid : processTree(farm)) {
        const sched_param idle{};
        ::sched_setscheduler(pid_t(pid), SCHED_IDLE, &idle);
    }
}
/// Of one process between two times, on average over those that are in both.
inline double meanSpent(const QHash<qint64, double>& before, const QHash<qint64, double>& now)
{
    double sum = 0;
    int count = 0;
    for (auto i = now.cbegin(); i != now.cend(); ++i) {
        const auto old = before.constFind(i.key());
        if (old != before.cend()) {
            sum += i.value() - *old;
            ++count;
        }
    }
    return count > 0 ? sum / count : 0;
}

inline double percentile(std::vector<double>& values, double part)
{
    if (values.empty()) {
        return 0;
    }
    const auto at = std::min(values.size() - 1, std::size_t(double(values.size()) * part));
    std::nth_element(values.begin(), values.begin() + std::ptrdiff_t(at), values.end());
    return values[at];
}

/// QTest::qWait() wakes up a hundred times a second; this does not.
inline void rest(int ms)
{
    QEventLoop loop;
    QTimer::singleShot(ms, &loop, [&loop] { loop.quit(); });
    loop.exec();
}

inline QStringList addressesBy(const QString& pattern, int servers)
{
    QStringList addresses;
    for (int i = 0; i < servers; ++i) {
        addresses += pattern.arg(i / 200 + 1).arg(i % 200 + 1);
    }
    return addresses;
}

inline qint64 valuesOf(const QByteArray& page)
{
    qint64 values = 0;
    for (const QByteArray& line : page.split('\n')) {
        values += !line.isEmpty() && !line.startsWith('#') ? 1 : 0;
    }
    return values;
}

/// Answers every request at every address of this machine with the page, until it is killed;
/// "/served" with how often it did.
inline int servePages(int port, const QString& file)
{
    QFile saved(file);
    (void)saved.open(QIODevice::ReadOnly);
    const QByteArray page = saved.readAll();
    const auto answerOf = [](const QByteArray& body) {
        return std::string(
                   "HTTP/1.1 200 OK\r\nContent-Type: text/plain; version=0.0.4\r\n"
                   "Content-Length: ") +
               std::to_string(body.size()) + "\r\n\r\n" + body.toStdString();
    };
    const std::string answer = answerOf(page);
    const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const int on = 1;
    ::setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    sockaddr_in where{};
    where.sin_family = AF_INET;
    where.sin_port = htons(quint16(port));
    where.sin_addr.s_addr = htonl(INADDR_ANY);
    if (::bind(listener, reinterpret_cast<sockaddr*>(&where), sizeof where) != 0 ||
        ::listen(listener, 1'024) != 0) {
        return 1;
    }
    const int epoll = ::epoll_create1(EPOLL_CLOEXEC);
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.fd = listener;
    ::epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &event);
    std::map<int, std::string> asked;
    qint64 count = 0;
    for (;;) {
        if (::epoll_wait(epoll, &event, 1, -1) != 1) {
            continue;
        }
        if (event.data.fd == listener) {
            const int socket = ::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);
            event.events = EPOLLIN;
            event.data.fd = socket;
            ::epoll_ctl(epoll, EPOLL_CTL_ADD, socket, &event);
            continue;
        }
        const int socket = event.data.fd;
        char bytes[4096];
        const ssize_t got = ::read(socket, bytes, sizeof bytes);
        if (got <= 0) {
            asked.erase(socket);
            ::close(socket);
            continue;
        }
        std::string& request = asked[socket];
        request.append(bytes, std::size_t(got));
        if (request.find("\r\n\r\n") == std::string::npos) {
            continue;
        }
        const bool isQuestion = request.rfind("GET /served", 0) == 0;
        request.clear();
        count += isQuestion ? 0 : 1;
        const std::string text = isQuestion ? answerOf(QByteArray::number(count)) : answer;
        for (std::size_t sent = 0; sent < text.size();) {
            const ssize_t some =
                ::send(socket, text.data() + sent, text.size() - sent, MSG_NOSIGNAL);
            if (some <= 0) {
                break;
            }
            sent += std::size_t(some);
        }
    }
}

inline qint64 served(int port)
{
    QTcpSocket socket;
    socket.connectToHost(QStringLiteral("127.0.0.1"), quint16(port));
    socket.waitForConnected(2'000);
    socket.write("GET /served HTTP/1.1\r\n\r\n");
    QByteArray answer;
    while (!answer.contains("\r\n\r\n") && socket.waitForReadyRead(2'000)) {
        answer += socket.readAll();
    }
    return answer.mid(answer.indexOf("\r\n\r\n") + 4).toLongLong();
}

}  // namespace analemma::test
