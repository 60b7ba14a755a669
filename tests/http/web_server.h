#pragma once

#include <QHash>
#include <QSslConfiguration>
#include <QSslServer>
#include <QSslSocket>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTimer>

#include <sys/socket.h>

#include <functional>
#include <memory>

/// A small HTTP server of a test's own, which can also be a bad one. On the loop of the test.
namespace analemma::test {

struct Asked {
    QByteArray method;
    QByteArray path;
    QByteArray head;  ///< in full
    QByteArray body;
};

struct Reply {
    Reply() = default;
    Reply(int status, QByteArray body, QByteArray headers = {})
        : bytes("HTTP/1.1 " + QByteArray::number(status) + " Said\r\n" + headers +
                "Content-Length: " + QByteArray::number(body.size()) + "\r\n\r\n" + body)
    {
    }
    static Reply raw(QByteArray all)
    {
        Reply reply;
        reply.bytes = std::move(all);
        reply.close = true;
        return reply;
    }

    QByteArray bytes;        ///< all of them, with the head
    int delay = 0;           ///< milliseconds before them
    qsizetype resetAt = -1;  ///< after so many the connection is reset
    bool close = false;      ///< after all of them
    bool hold = false;       ///< never answers
};

class WebServer : public QObject {
public:
    using Handler = std::function<Reply(const Asked&)>;

    explicit WebServer(Handler handler, const QSslConfiguration* tls = nullptr)
        : m_handler(std::move(handler))
    {
        if (tls != nullptr) {
            auto server = std::make_unique<QSslServer>();
            server->setSslConfiguration(*tls);
            m_server = std::move(server);
            m_tls = true;
        } else {
            m_server = std::make_unique<QTcpServer>();
        }
        m_server->setListenBacklogSize(512);
        m_server->listen(QHostAddress::LocalHost);
        QObject::connect(m_server.get(), &QTcpServer::pendingConnectionAvailable, this, [this] {
            while (QTcpSocket* socket = m_server->nextPendingConnection()) {
                take(socket);
            }
        });
    }

    [[nodiscard]] int port() const { return m_server->serverPort(); }
    [[nodiscard]] QString url(const QString& path = QStringLiteral("/"),
                              const QString& host = QStringLiteral("127.0.0.1")) const
    {
        return QStringLiteral("%1://%2:%3%4")
            .arg(m_tls ? QStringLiteral("https") : QStringLiteral("http"), host)
            .arg(port())
            .arg(path);
    }

    QList<Asked> asked;
    int open = 0;  ///< connections now
    int connections = 0;
    int waiting = 0;      ///< requests without an answer now
    int mostWaiting = 0;  ///< at once

private:
    void take(QTcpSocket* socket)
    {
        ++connections;
        ++open;
        QObject::connect(socket, &QTcpSocket::disconnected, this, [this, socket] {
            --open;
            m_read.remove(socket);
            socket->deleteLater();
        });
        QObject::connect(socket, &QTcpSocket::readyRead, this, [this, socket] { read(socket); });
        if (socket->bytesAvailable() > 0) {
            read(socket);
        }
    }

    void read(QTcpSocket* socket)
    {
        QByteArray& bytes = m_read[socket];
        bytes += socket->readAll();
        const qsizetype end = bytes.indexOf("\r\n\r\n");
        if (end < 0) {
            return;
        }
        Asked one;
        one.head = bytes.left(end + 2);
        qsizetype length = 0;
        for (const QByteArray& line : one.head.split('\n')) {
            if (line.toLower().startsWith("content-length:")) {
                length = line.mid(15).trimmed().toLongLong();
            }
        }
        if (bytes.size() < end + 4 + length) {
            return;
        }
        one.body = bytes.mid(end + 4, length);
        one.method = one.head.left(one.head.indexOf(' '));
        one.path = one.head.split(' ').value(1);
        bytes.remove(0, end + 4 + length);
        asked.append(one);
        mostWaiting = std::max(mostWaiting, ++waiting);
        const Reply reply = m_handler(one);
        if (reply.hold) {
            return;
        }
        QTimer::singleShot(reply.delay, socket, [this, socket, reply] {
            --waiting;
            answer(socket, reply);
        });
    }

    static void answer(QTcpSocket* socket, const Reply& reply)
    {
        socket->write(reply.resetAt >= 0 ? reply.bytes.left(reply.resetAt) : reply.bytes);
        socket->flush();
        if (reply.resetAt >= 0) {
            const linger hard{1, 0};
            ::setsockopt(int(socket->socketDescriptor()), SOL_SOCKET, SO_LINGER, &hard,
                         sizeof hard);
            socket->abort();
        } else if (reply.close) {
            socket->disconnectFromHost();
        }
    }

    Handler m_handler;
    QHash<QTcpSocket*, QByteArray> m_read;
    std::unique_ptr<QTcpServer> m_server;
    bool m_tls = false;
};

}  // namespace analemma::test
