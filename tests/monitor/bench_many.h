#pragma once

#include "tests/ssh/private_sshd.h"

#include <QHash>
#include <QStandardPaths>

#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include <arpa/inet.h>
#include <netinet/in.h>

#include <map>
#include <string>

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

/// A page of the real exporter, with the groups that a sampler reads.
inline QByteArray exporterPage(const QString& address)
{
    const QString program =
        QStandardPaths::findExecutable(QStringLiteral("prometheus-node-exporter"));
    if (program.isEmpty()) {
        return {};
    }
    const int port = freePort(address);
    QStringList options{QStringLiteral("--web.listen-address=%1:%2").arg(address).arg(port),
                        QStringLiteral("--web.disable-exporter-metrics"),
                        QStringLiteral("--collector.disable-defaults")};
    for (const char* name : {"cpu", "loadavg", "meminfo", "pressure", "diskstats", "netdev",
                             "vmstat", "filefd", "sockstat", "stat"}) {
        options += QStringLiteral("--collector.") + QString::fromLatin1(name);
    }
    QProcess exporter;
    exporter.setStandardErrorFile(QProcess::nullDevice());
    exporter.start(program, options);
    exporter.waitForStarted();
    QByteArray answer;
    for (int tries = 0; tries < 100 && !answer.contains("node_load1"); ++tries) {
        QThread::msleep(50);
        QTcpSocket socket;
        socket.connectToHost(address, quint16(port));
        if (socket.waitForConnected(1'000)) {
            socket.write("GET /metrics HTTP/1.0\r\n\r\n");
            while (socket.state() == QAbstractSocket::ConnectedState &&
                   socket.waitForReadyRead(5'000)) {
            }
            answer = socket.readAll();
        }
    }
    exporter.kill();
    exporter.waitForFinished(5'000);
    return answer.mid(answer.indexOf("\r\n\r\n") + 4);
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
