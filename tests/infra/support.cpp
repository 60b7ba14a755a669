#include "tests/infra/support.h"

#include "core/base/text.h"

#include <array>
#include <cstring>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

using namespace Qt::StringLiterals;

namespace analemma::infra::test {
namespace {

int connectTo(const QByteArray& host, int port)
{
    sockaddr_in place{};
    place.sin_family = AF_INET;
    place.sin_port = htons(static_cast<quint16>(port));
    ::inet_pton(AF_INET, host.constData(), &place.sin_addr);
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const timeval limit{10, 0};
    ::setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    const int on = 1;
    ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    sockaddr generic{};
    std::memcpy(&generic, &place, sizeof place);
    if (::connect(fd, &generic, sizeof place) != 0) {
        ::close(fd);
        return -1;
    }
    return fd;
}

/// One response with a Content-Length, or until the end of the connection.
struct Response {
    QByteArray bytes;
    qsizetype bodyAt = -1;
    int status = 0;
    bool whole = false;
    bool closes = false;
};

Response readResponse(int fd)
{
    Response response;
    qsizetype length = -1;
    std::array<char, 4096> piece{};
    for (;;) {
        if (response.bodyAt >= 0 && length >= 0 &&
            response.bytes.size() - response.bodyAt >= length) {
            response.whole = true;
            return response;
        }
        const ssize_t got = ::recv(fd, piece.data(), piece.size(), 0);
        if (got <= 0) {
            response.whole = got == 0 && response.bodyAt >= 0 && length < 0;
            response.closes = true;
            return response;
        }
        response.bytes.append(piece.data(), got);
        const qsizetype end = response.bytes.indexOf("\r\n\r\n");
        if (response.bodyAt < 0 && end >= 0) {
            response.bodyAt = end + 4;
            const QByteArray head = response.bytes.left(end).toLower();
            response.status = head.mid(9, 3).toInt();
            response.closes = head.contains("connection: close");
            const qsizetype at = head.indexOf("content-length:");
            length = at < 0 ? -1
                            : head.mid(at + 15, head.indexOf('\r', at) < 0
                                                    ? -1
                                                    : head.indexOf('\r', at) - at - 15)
                                  .trimmed()
                                  .toLongLong();
        }
    }
}

}  // namespace

World::World(const QString& below) : m_operation(newId())
{
    m_folder.setAutoRemove(true);
    const QString home = m_folder.path() + below;
    qputenv("ANALEMMA_HOME", home.toLocal8Bit());
    m_workspace.name = u"shop"_s;
    m_workspace.folder = m_folder.path();
    m_workspace.id = u"shop-"_s + newId().right(8);
    restart();
}

World::~World()
{
    // Whatever a failing test left: nothing of it may outlive the run.
    if (const Result<Census> left = await(m_provider->census())) {
        for (const Balancer& one : left->balancers) {
            (void)await(m_provider->destroyBalancer(one.name));
        }
        for (const Server& one : left->servers) {
            (void)await(m_provider->destroyServer(one.name));
        }
    }
    (void)await(m_provider->sweep({}));
}

void World::restart()
{
    m_provider.reset();
    m_store.reset();
    m_ssh = std::make_unique<ssh::Client>();
    Result<std::unique_ptr<store::Store>> store = store::Store::open(m_workspace.stateFolder());
    if (!store) {
        qFatal("%s", qPrintable(store.error().message));
    }
    m_store = std::move(*store);
    m_provider = makeLocalProvider(m_workspace, u"here"_s, m_store.get(), m_ssh.get(), &m_clock);
}

QString World::tag(const QString& key, const QString& operation) const
{
    return u"analemma/%1/environment/qa/%2/%3"_s.arg(
        m_workspace.id, operation.isEmpty() ? m_operation : operation, key);
}

QString uniqueName(const QString& text)
{
    return text + u'-' + newId().right(4);
}

QByteArray webService(const QString& version)
{
    return u"#!/usr/bin/python3\n"
           "import http.server, os\n"
           "class Handler(http.server.BaseHTTPRequestHandler):\n"
           "    protocol_version = 'HTTP/1.1'\n"
           "    wbufsize = -1\n"
           "    disable_nagle_algorithm = True\n"
           "    def do_GET(self):\n"
           "        body = (os.environ['SERVER_NAME'] + ' %1 ' + os.environ.get('GREETING', "
           "'')).encode()\n"
           "        self.send_response(200)\n"
           "        self.send_header('Content-Length', str(len(body)))\n"
           "        self.end_headers()\n"
           "        self.wfile.write(body)\n"
           "    def log_message(self, *a):\n"
           "        pass\n"
           "class Server(http.server.ThreadingHTTPServer):\n"
           "    request_queue_size = 256\n"
           "print('serving', flush=True)\n"
           "Server((os.environ['BIND_ADDR'], int(os.environ['PORT'])), Handler).serve_forever()\n"_s
               .arg(version)
               .toUtf8();
}

QByteArray get(const QString& address, int port, const QString& path, int* status)
{
    const int fd = connectTo(address.toLatin1(), port);
    if (fd < 0) {
        return {};
    }
    const QByteArray request =
        "GET " + path.toLatin1() + " HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n";
    const ssize_t sent = ::send(fd, request.constData(), size_t(request.size()), MSG_NOSIGNAL);
    const Response response = sent > 0 ? readResponse(fd) : Response();
    ::close(fd);
    if (status != nullptr) {
        *status = response.status;
    }
    return response.bodyAt < 0 ? QByteArray() : response.bytes.mid(response.bodyAt);
}

Stranger::Stranger(const QString& address, int port)
{
    sockaddr_in place{};
    place.sin_family = AF_INET;
    place.sin_port = htons(static_cast<quint16>(port));
    ::inet_pton(AF_INET, address.toLatin1().constData(), &place.sin_addr);
    m_fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const int on = 1;
    ::setsockopt(m_fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    sockaddr generic{};
    std::memcpy(&generic, &place, sizeof place);
    if (::bind(m_fd, &generic, sizeof place) != 0 || ::listen(m_fd, 4) != 0) {
        ::close(std::exchange(m_fd, -1));
    }
}

Stranger::~Stranger()
{
    if (m_fd >= 0) {
        ::close(m_fd);
    }
}

Load::Load(QString address, int port, int clients, bool keepAlive)
    : m_host(address.toLatin1()), m_port(port), m_keepAlive(keepAlive)
{
    for (int i = 0; i < clients; ++i) {
        m_threads.emplace_back([this] { run(); });
    }
}

Load::~Load()
{
    stop();
}

void Load::stop()
{
    m_stop = true;
    for (std::thread& thread : m_threads) {
        if (thread.joinable()) {
            thread.join();
        }
    }
}

QString Load::firstFailure() const
{
    const std::scoped_lock lock(m_mutex);
    return m_firstFailure;
}

void Load::fail(const QString& why)
{
    ++m_failed;
    const std::scoped_lock lock(m_mutex);
    if (m_firstFailure.isEmpty()) {
        m_firstFailure = why;
    }
}

bool Load::once(int& fd)
{
    const QByteArray request = QByteArray("GET /page HTTP/1.1\r\nHost: test\r\n") +
                               (m_keepAlive ? "" : "Connection: close\r\n") + "\r\n";
    if (::send(fd, request.constData(), size_t(request.size()), MSG_NOSIGNAL) != request.size()) {
        fail(u"send: %1"_s.arg(QString::fromLocal8Bit(std::strerror(errno))));
        return false;
    }
    const Response response = readResponse(fd);
    ++m_requests;
    if (!response.whole || response.status != 200) {
        fail(u"status %1, %2"_s.arg(response.status)
                 .arg(QString::fromUtf8(response.bytes.left(200))));
        return false;
    }
    return m_keepAlive && !response.closes;
}

void Load::run()
{
    int fd = -1;
    while (!m_stop) {
        if (fd < 0) {
            fd = connectTo(m_host, m_port);
        }
        if (fd < 0) {
            fail(u"connect: %1"_s.arg(QString::fromLocal8Bit(std::strerror(errno))));
            continue;
        }
        if (!once(fd)) {
            ::close(std::exchange(fd, -1));
        }
    }
    if (fd >= 0) {
        ::close(fd);
    }
}

}  // namespace analemma::infra::test
