#pragma once

#include "tests/ssh/private_sshd.h"

#include <QPointer>

#include <limits>

namespace analemma::test {

constexpr qint64 kNever = std::numeric_limits<qint64>::max();

/// A cable between a client and a server that is cut, or goes dead, after so many bytes.
class Cable : public QObject {
public:
    explicit Cable(const PrivateSshd& sshd, int number = 30)
        : m_sshd(sshd), m_address(ownAddress(number))
    {
        m_server.listen(QHostAddress(m_address), 0);
        connect(&m_server, &QTcpServer::newConnection, this, [this] { plug(); });
    }
    [[nodiscard]] ssh::Target target() const
    {
        ssh::Target target = m_sshd.target();
        target.host = m_address;
        target.port = m_server.serverPort();
        return target;
    }
    void cut() { cutIt(); }

    qint64 limitDown = kNever;  ///< server to client
    qint64 limitUp = kNever;
    bool once = false;      ///< whole again after one cut
    bool goesDead = false;  ///< at the limit nothing is closed: bytes just vanish
    qint64 down = 0;
    qint64 up = 0;

private:
    void plug()
    {
        QTcpSocket* client = m_server.nextPendingConnection();
        auto* server = new QTcpSocket(client);
        m_client = client;
        m_far = server;
        server->connectToHost(m_sshd.address(), quint16(m_sshd.port()));
        connect(client, &QTcpSocket::readyRead, this,
                [this, client, server] { carry(*client, *server, up, limitUp); });
        connect(server, &QTcpSocket::readyRead, this,
                [this, client, server] { carry(*server, *client, down, limitDown); });
        connect(server, &QTcpSocket::disconnected, client,
                [client] { client->disconnectFromHost(); });
        connect(client, &QTcpSocket::disconnected, client, &QObject::deleteLater);
    }
    void carry(QTcpSocket& from, QTcpSocket& to, qint64& count, qint64 limit)
    {
        const QByteArray bytes = from.readAll();
        const qint64 take = std::min<qint64>(bytes.size(), std::max<qint64>(0, limit - count));
        to.write(bytes.constData(), take);
        count += bytes.size();
        if (count >= limit && !goesDead) {
            to.flush();
            cutIt();
        }
    }
    void cutIt()
    {
        if (once) {
            limitDown = kNever;
            limitUp = kNever;
        }
        if (m_client && m_far) {
            m_far->disconnect(this);
            m_client->disconnect(this);
            m_far->abort();
            m_client->disconnectFromHost();  // what was carried arrives
        }
    }
    const PrivateSshd& m_sshd;
    const QString m_address;
    QTcpServer m_server;
    QPointer<QTcpSocket> m_client;
    QPointer<QTcpSocket> m_far;
};

}  // namespace analemma::test
