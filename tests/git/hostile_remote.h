#pragma once

#include "tests/git/networkground.h"
#include "tests/ssh/private_sshd.h"

#include <QJsonDocument>
#include <QProcess>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTimer>

#include <sys/prctl.h>

/// Other repositories over https and ssh on loopback, and a wire that fails when it is told to.
namespace gitfixture {

/// A TLS server with repositories of a folder (https_remote.py); its certificate is its own
/// authority.
class HttpsRemote {
public:
    HttpsRemote(int number, const QString& folder, const Json& options)
        : m_address(test::ownAddress(number))
    {
        Ground::run(m_folder.path(), u"openssl"_s,
                    {u"req"_s, u"-x509"_s, u"-newkey"_s, u"ec"_s, u"-pkeyopt"_s,
                     u"ec_paramgen_curve:prime256v1"_s, u"-nodes"_s, u"-days"_s, u"2"_s, u"-subj"_s,
                     u"/CN=test"_s, u"-addext"_s, u"subjectAltName=IP:"_s + m_address, u"-keyout"_s,
                     key(), u"-out"_s, certificate()});
        m_process.setChildProcessModifier([] { ::prctl(PR_SET_PDEATHSIG, SIGKILL); });
        const QByteArray wanted = QJsonDocument(options).toJson(QJsonDocument::Compact);
        m_process.start(u"python3"_s, {QStringLiteral(ANALEMMA_SOURCE "/tests/git/https_remote.py"),
                                       m_address, folder, certificate(), key(),
                                       m_folder.filePath(u"log"_s), QString::fromUtf8(wanted)});
        if (m_process.waitForReadyRead(60'000)) {
            m_port = m_process.readLine().trimmed().toInt();
        }
    }
    ~HttpsRemote()
    {
        m_process.kill();
        m_process.waitForFinished(10'000);
    }
    HttpsRemote(const HttpsRemote&) = delete;
    HttpsRemote& operator=(const HttpsRemote&) = delete;

    [[nodiscard]] QString address() const { return m_address; }
    [[nodiscard]] int port() const { return m_port; }
    [[nodiscard]] QString place() const { return u"https://%1:%2"_s.arg(m_address).arg(m_port); }
    [[nodiscard]] QString certificate() const { return m_folder.filePath(u"cert.pem"_s); }
    /// "GET /a.git/info/refs?service=git-upload-pack Basic ..." for each request.
    [[nodiscard]] QByteArrayList requests() const
    {
        return Ground::read(m_folder.filePath(u"log"_s)).trimmed().split('\n');
    }

private:
    [[nodiscard]] QString key() const { return m_folder.filePath(u"key.pem"_s); }

    QTemporaryDir m_folder;
    QString m_address;
    QProcess m_process;
    int m_port = 0;
};

/// Carries one connection after the other to a server and back, and fails once so many bytes of the
/// server have come through.
class BadWire : public QObject {
public:
    enum class Fault { None, Reset, Stall, Garbage };

    BadWire(int number, QString address, int port)
        : m_address(std::move(address)), m_port(quint16(port))
    {
        m_server.listen(QHostAddress(test::ownAddress(number)), 0);
        connect(&m_server, &QTcpServer::newConnection, this, [this] { join(); });
    }

    void arm(Fault fault, qint64 afterBytes)
    {
        m_fault = fault;
        m_after = afterBytes;
        m_passed = 0;
        m_fired = 0;
    }
    [[nodiscard]] QString address() const { return m_server.serverAddress().toString(); }
    [[nodiscard]] int port() const { return m_server.serverPort(); }
    [[nodiscard]] qint64 passed() const { return m_passed; }
    /// How often it failed: a test of a fault that never came tests nothing.
    [[nodiscard]] int fired() const { return m_fired; }

private:
    void join()
    {
        QTcpSocket* near = m_server.nextPendingConnection();
        auto* far = new QTcpSocket(near);
        far->connectToHost(m_address, m_port);
        connect(near, &QTcpSocket::readyRead, far, [near, far] { far->write(near->readAll()); });
        connect(near, &QTcpSocket::disconnected, near, &QObject::deleteLater);
        connect(far, &QTcpSocket::readyRead, near, [this, near, far] { carry(near, far); });
        connect(far, &QTcpSocket::disconnected, near, [this, near, far] {
            carry(near, far);
            near->disconnectFromHost();
        });
    }

    void carry(QTcpSocket* near, QTcpSocket* far)
    {
        const qint64 room = m_fault == Fault::None ? far->bytesAvailable() : m_after - m_passed;
        const QByteArray bytes =
            far->read(std::min(std::max<qint64>(0, room), far->bytesAvailable()));
        near->write(bytes);
        m_passed += bytes.size();
        if (m_fault == Fault::None || m_passed < m_after) {
            return;
        }
        if (m_fault == Fault::Garbage && far->bytesAvailable() > 0) {
            ++m_fired;
            near->write(QByteArray(far->readAll().size(), 'x'));
        } else if (m_fault == Fault::Stall && !near->property("stalled").toBool()) {
            ++m_fired;  // it stays open and says nothing more
            near->setProperty("stalled", true);
        } else if (m_fault == Fault::Reset) {
            ++m_fired;
            near->flush();
            near->abort();
        }
    }

    QTcpServer m_server;
    QString m_address;
    quint16 m_port;
    Fault m_fault = Fault::None;
    qint64 m_after = 0;
    qint64 m_passed = 0;
    int m_fired = 0;
};

/// Below this process, what git and ssh start.
inline QStringList helpersAlive()
{
    QStringList names;
    for (const qint64 pid : test::processTree(::getpid())) {
        QFile file(u"/proc/%1/comm"_s.arg(pid));
        const QByteArray name = file.open(QIODevice::ReadOnly) ? file.readAll().trimmed() : "";
        if (name.startsWith("git") || name == "ssh" || name == "sh" || name == "ask") {
            names.append(QString::fromUtf8(name));
        }
    }
    return names;
}

}  // namespace gitfixture
