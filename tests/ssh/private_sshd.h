#pragma once

#include "core/ssh/ssh.h"

#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QProcess>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTemporaryDir>
#include <QThread>

#include <pwd.h>
#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <memory>
#include <utility>

/// A real sshd of a test's own: own keys, config, address and port; logs in the user who runs the
/// test.
namespace analemma::test {

/// A loopback address that tests of other processes do not use: 127.x.y.n from the process id.
inline QString ownAddress(int number)
{
    const int id = int(::getpid());
    return QStringLiteral("127.%1.%2.%3").arg(64 + id % 64).arg((id / 64) % 250 + 1).arg(number);
}

inline int freePort(const QString& address)
{
    QTcpServer server;
    server.listen(QHostAddress(address), 0);
    return server.serverPort();
}

/// All descendants of a process, itself first.
inline QList<qint64> processTree(qint64 pid)
{
    QList<qint64> tree = {pid};
    for (qsizetype i = 0; i < tree.size(); ++i) {
        QFile file(QStringLiteral("/proc/%1/task/%1/children").arg(tree.at(i)));
        if (file.open(QIODevice::ReadOnly)) {
            const QByteArrayList children = file.readAll().simplified().split(' ');
            for (const QByteArray& child : children) {
                if (child.toLongLong() > 0) {
                    tree += child.toLongLong();
                }
            }
        }
    }
    return tree;
}

/// A program of python that carries standard input and output to HOST PORT: for proxy commands.
inline QByteArray relayProgram()
{
    return "import os, socket, sys, threading\n"
           "s = socket.create_connection((sys.argv[1], int(sys.argv[2])))\n"
           "def up():\n"
           "    while True:\n"
           "        b = os.read(0, 65536)\n"
           "        if not b: break\n"
           "        s.sendall(b)\n"
           "threading.Thread(target=up, daemon=True).start()\n"
           "while True:\n"
           "    b = s.recv(65536)\n"
           "    if not b: break\n"
           "    os.write(1, b)\n";
}

class PrivateSshd {
public:
    /// `extra` lines go first into the config: there the first one of a kind counts.
    explicit PrivateSshd(QStringList hostKeyTypes = {QStringLiteral("ed25519")},
                         QByteArray extra = {}, int number = 2)
        : m_hostKeyTypes(std::move(hostKeyTypes)),
          m_extra(std::move(extra)),
          m_address(ownAddress(number))
    {
    }
    ~PrivateSshd() { stop(); }
    PrivateSshd(const PrivateSshd&) = delete;
    PrivateSshd& operator=(const PrivateSshd&) = delete;

    /// Gives the user who runs the test this password, in a private view of the machine's files
    /// (bubblewrap), and the login shell. Before start().
    bool setPassword(const QString& password, const QByteArray& shell = "/bin/sh")
    {
        QProcess openssl;
        openssl.start(QStringLiteral("openssl"),
                      {QStringLiteral("passwd"), QStringLiteral("-6"), password});
        if (!openssl.waitForFinished() || openssl.exitCode() != 0) {
            return false;
        }
        const passwd* user = ::getpwuid(::geteuid());
        const QByteArray name = user->pw_name;
        const QByteArray hash = openssl.readAllStandardOutput().trimmed();
        write(QStringLiteral("passwd"), name + ':' + hash + ':' + QByteArray::number(user->pw_uid) +
                                            ':' + QByteArray::number(user->pw_gid) +
                                            "::" + m_folder.path().toUtf8() + ':' + shell + '\n' +
                                            "sshd:x:65533:65534::/run/sshd:/usr/sbin/nologin\n");
        write(QStringLiteral("shadow"), name + ':' + hash + ":19000:0:99999:7:::\n");
        write(QStringLiteral("pam"),
              "auth required pam_unix.so\naccount required pam_permit.so\n"
              "session required pam_permit.so\n");
        m_wrapper = {QStringLiteral("bwrap"),
                     QStringLiteral("--die-with-parent"),
                     QStringLiteral("--dev-bind"),
                     QStringLiteral("/"),
                     QStringLiteral("/"),
                     QStringLiteral("--ro-bind"),
                     path(QStringLiteral("passwd")),
                     QStringLiteral("/etc/passwd"),
                     QStringLiteral("--ro-bind"),
                     path(QStringLiteral("shadow")),
                     QStringLiteral("/etc/shadow"),
                     QStringLiteral("--ro-bind"),
                     path(QStringLiteral("pam")),
                     QStringLiteral("/etc/pam.d/sshd")};
        return true;
    }

    /// Another file in place of one of the machine's, in that view.
    void replace(const QString& file, const QString& by)
    {
        m_wrapper += {QStringLiteral("--ro-bind"), by, file};
    }

    /// Further addresses of the same process, each of them a server with a home of its own. Before
    /// start(). sshd has room for sixteen sockets (MAX_LISTEN_SOCKS).
    void listenOn(QStringList addresses) { m_more = std::move(addresses); }

    /// Empty when it answers, else what went wrong. 0: at a free port.
    QString start(int port = 0)
    {
        if (::geteuid() == 0) {
            QDir().mkpath(QStringLiteral("/run/sshd"));
        }
        m_port = port > 0 ? port : freePort(m_address);
        for (const QString& type : std::as_const(m_hostKeyTypes)) {
            if (!QFile::exists(path(QStringLiteral("host_") + type)) &&
                !makeKey(QStringLiteral("host_") + type, type)) {
                return QStringLiteral("ssh-keygen made no host key");
            }
        }
        if (!QFile::exists(path(QStringLiteral("user"))) &&
            !addUserKey(QStringLiteral("user"), QStringLiteral("ed25519"))) {
            return QStringLiteral("ssh-keygen made no user key");
        }
        for (const QString& address : std::as_const(m_more)) {
            QDir().mkpath(homeAt(address));
        }
        write(QStringLiteral("sshd_config"), config());
        m_process = std::make_unique<QProcess>();
        m_process->setStandardErrorFile(path(QStringLiteral("log")));
        m_process->setChildProcessModifier([] { ::prctl(PR_SET_PDEATHSIG, SIGKILL); });
        QStringList command = m_wrapper;
        command += {QStringLiteral("/usr/sbin/sshd"), QStringLiteral("-D"), QStringLiteral("-e"),
                    QStringLiteral("-f"), path(QStringLiteral("sshd_config"))};
        const QString program = command.takeFirst();
        m_process->start(program, command);
        if (!m_process->waitForStarted()) {
            return QStringLiteral("/usr/sbin/sshd cannot be started");
        }
        QElapsedTimer time;  // a machine with much to do takes seconds
        time.start();
        while (time.elapsed() < 30'000 && m_process->state() != QProcess::NotRunning) {
            QTcpSocket probe;
            probe.connectToHost(m_address, quint16(m_port));
            if (probe.waitForConnected(200)) {
                return {};
            }
            m_process->waitForFinished(20);
        }
        return QStringLiteral("sshd does not answer: ") + QString::fromUtf8(log());
    }

    /// The listener and every process of its connections.
    void signalAll(int signal) const
    {
        if (m_process && m_process->processId() > 0) {
            const QList<qint64> tree = processTree(m_process->processId());
            for (const qint64 pid : tree) {
                ::kill(pid_t(pid), signal);
            }
        }
    }

    void stop()
    {
        if (m_process) {
            signalAll(SIGCONT);
            signalAll(SIGKILL);
            m_process->waitForFinished(5'000);
            m_process.reset();
        }
    }

    bool makeKey(const QString& name, const QString& type, QStringList more = {}) const
    {
        more += {QStringLiteral("-q"),
                 QStringLiteral("-t"),
                 type,
                 QStringLiteral("-N"),
                 QString(),
                 QStringLiteral("-C"),
                 QStringLiteral("test"),
                 QStringLiteral("-f"),
                 path(name)};
        return QProcess::execute(QStringLiteral("ssh-keygen"), more) == 0;
    }

    /// Makes a key that may log in.
    bool addUserKey(const QString& name, const QString& type, const QStringList& more = {}) const
    {
        if (!makeKey(name, type, more)) {
            return false;
        }
        QFile list(path(QStringLiteral("authorized_keys")));
        return list.open(QIODevice::Append) && list.write(read(name + QStringLiteral(".pub"))) > 0;
    }

    /// $HOME of who logs in at one of the further addresses.
    [[nodiscard]] QString homeAt(const QString& address) const { return path(address); }

    [[nodiscard]] ssh::Target target() const
    {
        ssh::Target target;
        target.host = m_address;
        target.port = m_port;
        target.user = user();
        target.keyFile = path(QStringLiteral("user"));
        target.hostKey = hostKey(m_hostKeyTypes.first());
        return target;
    }

    [[nodiscard]] QString hostKey(const QString& type) const
    {
        return QString::fromUtf8(read(QStringLiteral("host_") + type + QStringLiteral(".pub")))
            .trimmed();
    }
    [[nodiscard]] static QString user()
    {
        const passwd* entry = ::getpwuid(::geteuid());
        return entry == nullptr ? QString() : QString::fromLocal8Bit(entry->pw_name);
    }
    [[nodiscard]] QString address() const { return m_address; }
    [[nodiscard]] int port() const { return m_port; }
    [[nodiscard]] qint64 pid() const { return m_process ? m_process->processId() : 0; }
    [[nodiscard]] QString path(const QString& name) const { return m_folder.filePath(name); }
    [[nodiscard]] QByteArray log() const { return read(QStringLiteral("log")); }
    [[nodiscard]] QByteArray read(const QString& name) const
    {
        QFile file(path(name));
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }
    void write(const QString& name, const QByteArray& bytes) const
    {
        QFile file(path(name));
        if (file.open(QIODevice::WriteOnly)) {
            file.write(bytes);
        }
    }

private:
    [[nodiscard]] QByteArray config() const
    {
        QByteArray text = m_extra + "\nListenAddress " + m_address.toUtf8() + "\nPort " +
                          QByteArray::number(m_port) + '\n';
        for (const QString& type : m_hostKeyTypes) {
            text += "HostKey " + path(QStringLiteral("host_") + type).toUtf8() + '\n';
        }
        QByteArray matches;  // to the end of the file
        for (const QString& address : m_more) {
            text += "ListenAddress " + address.toUtf8() + '\n';
            matches += "Match LocalAddress " + address.toUtf8() +
                       "\nSetEnv HOME=" + homeAt(address).toUtf8() + '\n';
        }
        return text + "SetEnv HOME=" + m_folder.path().toUtf8() +
               "\nPidFile none\nAuthorizedKeysFile " +
               path(QStringLiteral("authorized_keys")).toUtf8() +
               "\nStrictModes no\nUsePAM no\nPermitRootLogin yes\nPasswordAuthentication no\n"
               "KbdInteractiveAuthentication no\nUseDNS no\nPrintMotd no\nPrintLastLog no\n"
               "MaxStartups 100:30:200\n" +
               (m_extra.contains("Subsystem") ? "" : "Subsystem sftp internal-sftp\n") + matches;
    }

    QTemporaryDir m_folder;
    QStringList m_hostKeyTypes;
    QByteArray m_extra;
    QStringList m_wrapper;
    QString m_address;
    QStringList m_more;
    int m_port = 0;
    std::unique_ptr<QProcess> m_process;
};

}  // namespace analemma::test
