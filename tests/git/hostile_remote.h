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

/// A server over https and one over ssh that serve the same repository, and a clone of it that
/// lacks the last commit, new for each test.
class RemoteServers : public QObject {
protected:
    enum class Way { Https, Ssh };

    void setUp()
    {
        m_ground = std::make_unique<Ground>();
        m_library = std::make_unique<git::Library>();
        m_from = makeRich(*m_ground, u"from"_s);
        m_template = cloneByGit(*m_ground, m_from, u"template"_s);
        m_tip = Ground::commit(m_from, u"big"_s, {{u"noise"_s, noise(400'000, 3)}});
        m_sshd = std::make_unique<test::PrivateSshd>();
        const QString problem = m_sshd->start();
        QVERIFY2(problem.isEmpty(), qPrintable(problem));
        m_https = std::make_unique<HttpsRemote>(3, m_ground->path(u"."_s), Json());
        QVERIFY(m_https->port() > 0);
    }

    void renew()
    {
        m_ours = m_ground->path(u"ours"_s);
        Ground::run(u"/"_s, u"rm"_s, {u"-rf"_s, m_ours});
        Ground::run(u"/"_s, u"cp"_s, {u"-a"_s, m_template, m_ours});
        m_refs = refsOf(m_ours);
    }

    /// Ended calls leave theirs behind for a moment.
    static void waitForServers()
    {
        QTRY_COMPARE(helpersAlive().removeAll(u"git-http-backen"_s), 0);
    }

    void tearDown()
    {
        drain();
        m_https.reset();
        m_sshd.reset();
        m_library.reset();
        m_ground.reset();
    }

    [[nodiscard]] git::NetworkAccess access() const
    {
        git::NetworkAccess access;
        const QString known = m_ground->path(u"known_hosts"_s);
        Ground::write(known, "* " + m_sshd->hostKey(u"ed25519"_s).toUtf8() + '\n');
        access.knownHostsFiles = {known};
        access.keyFiles = {m_sshd->path(u"user"_s)};
        access.certificatesFile = m_https->certificate();
        access.silence = milliseconds(20'000);
        return access;
    }

    [[nodiscard]] QString sshUrl(const QString& address, int port) const
    {
        return u"ssh://%1@%2:%3%4"_s.arg(test::PrivateSshd::user(), address).arg(port).arg(m_from);
    }
    void point(const QString& url) const
    {
        Ground::git(m_ours, {u"config"_s, u"remote.origin.url"_s, url});
    }
    static Result<git::FetchResult> finishedFetch(const QString& path,
                                                  const git::NetworkAccess& access)
    {
        return fetched(Ground::open(path), {}, access);
    }

    /// The way through a wire to a server.
    [[nodiscard]] std::unique_ptr<BadWire> wireTo(Way way)
    {
        return way == Way::Ssh ? std::make_unique<BadWire>(2, m_sshd->address(), m_sshd->port())
                               : std::make_unique<BadWire>(3, m_https->address(), m_https->port());
    }
    [[nodiscard]] QString urlOver(Way way, const BadWire& wire) const
    {
        return way == Way::Ssh ? sshUrl(wire.address(), wire.port())
                               : u"https://%1:%2/from/.git"_s.arg(wire.address()).arg(wire.port());
    }

    /// Answers in turn, and keeps what was asked.
    static auto answering(const QByteArrayList& answers, QList<git::NetworkQuestion>* asked)
    {
        return [answers, asked](const git::NetworkQuestion& question,
                                const CancelToken&) -> Task<Result<Secret>> {
            const QByteArray answer = answers.value(asked->size());
            asked->append(question);
            return onWorker<Secret>([answer]() -> Result<Secret> { return Secret(answer); });
        };
    }

    /// A call that has failed: how, and that nothing is left of it.
    void checkUntouched(const QString& kind, const Result<git::FetchResult>& result)
    {
        QCOMPARE(kindOf(result), kind);
        QVERIFY(!result.error().message.contains(QChar(0x1b)));
        QCOMPARE(refsOf(m_ours), m_refs);
        QCOMPARE(leftOver(m_ours), QStringList());
        Ground::git(m_ours, {u"fsck"_s, u"--full"_s, u"--strict"_s});
        QTRY_COMPARE(helpersAlive(), QStringList());
    }

    std::unique_ptr<Ground> m_ground;
    std::unique_ptr<git::Library> m_library;
    std::unique_ptr<test::PrivateSshd> m_sshd;
    std::unique_ptr<HttpsRemote> m_https;
    QString m_from;      ///< what is served
    QString m_template;  ///< a clone before the last commit
    QString m_ours;      ///< a copy of it, for each test
    QString m_refs;
    QString m_tip;
};

}  // namespace gitfixture
