#pragma once

#include <QSslConfiguration>
#include <QSslSocket>
#include <QTcpServer>

#include <memory>
#include <optional>

/// A small mail server of a test's own (RFC 5321), as much as a client needs.
namespace analemma::test {

class MailServer : public QTcpServer {
public:
    struct Ways {
        std::optional<QSslConfiguration> tls;  ///< offers STARTTLS
        bool login = false;                    ///< offers AUTH PLAIN
        bool refuseLogin = false;              ///< and says back what it was told
        QByteArray receiver = "250 fine";      ///< its answer to RCPT
        QByteArray data = "250 taken";         ///< its answer to the text
    };

    explicit MailServer(Ways ways) : m_ways(std::move(ways)) { listen(QHostAddress::LocalHost); }

    [[nodiscard]] QString url() const
    {
        return QStringLiteral("smtp://127.0.0.1:%1").arg(serverPort());
    }

    QByteArrayList commands;      ///< in order
    QByteArray text;              ///< the mail, as it came
    QByteArray login;             ///< the decoded login
    bool loginWasSecret = false;  ///< it came over TLS

protected:
    void incomingConnection(qintptr handle) override
    {
        auto* socket = new QSslSocket(this);
        socket->setSocketDescriptor(handle);
        connect(socket, &QSslSocket::readyRead, this, [this, socket] {
            while (socket->canReadLine()) {
                take(socket, socket->readLine());
            }
        });
        connect(socket, &QSslSocket::disconnected, socket, &QObject::deleteLater);
        m_inText = m_inLogin = false;
        socket->write("220 test ESMTP\r\n");
    }

private:
    void take(QSslSocket* socket, const QByteArray& raw)
    {
        const QByteArray line = raw.trimmed();
        if (m_inText) {
            m_inText = line != ".";
            m_inText ? void(text += raw) : say(socket, m_ways.data);
            return;
        }
        if (m_inLogin) {
            m_inLogin = false;
            takeLogin(socket, line);
            return;
        }
        commands += line;
        const QByteArray verb = line.left(4).toUpper();
        if (verb == "EHLO") {
            QByteArray answer = "250-test\r\n";
            answer += m_ways.tls && !socket->isEncrypted() ? "250-STARTTLS\r\n" : "";
            answer += m_ways.login ? "250-AUTH PLAIN\r\n" : "";
            say(socket, answer + "250 8BITMIME");
        } else if (verb == "STAR") {
            say(socket, "220 go");
            socket->flush();
            socket->setSslConfiguration(*m_ways.tls);
            socket->startServerEncryption();
        } else if (verb == "AUTH") {
            const QByteArray first = line.mid(11);
            m_inLogin = first.isEmpty();
            m_inLogin ? say(socket, "334 ") : takeLogin(socket, first);
        } else if (verb == "RCPT") {
            say(socket, m_ways.receiver);
        } else if (verb == "DATA") {
            m_inText = true;
            say(socket, "354 go on");
        } else if (verb == "QUIT") {
            say(socket, "221 bye");
            socket->disconnectFromHost();
        } else {
            say(socket, "250 fine");
        }
    }

    void takeLogin(QSslSocket* socket, const QByteArray& line)
    {
        login = QByteArray::fromBase64(line);
        loginWasSecret = socket->isEncrypted();
        say(socket, m_ways.refuseLogin
                        ? "535 no: " + line + " is " + QByteArray(login).replace('\0', '|')
                        : QByteArray("235 welcome"));
    }

    static void say(QSslSocket* socket, const QByteArray& line) { socket->write(line + "\r\n"); }

    Ways m_ways;
    bool m_inText = false;
    bool m_inLogin = false;
};

}  // namespace analemma::test
