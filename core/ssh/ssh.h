#pragma once

#include "core/base/clock.h"
#include "core/base/task.h"
#include "core/ssh/credentials.h"
#include "core/ssh/forward.h"
#include "core/ssh/sftp.h"
#include "core/ssh/shell.h"

#include <QByteArray>
#include <QObject>
#include <QString>

#include <functional>
#include <memory>
#include <vector>

/// SSH connections on libssh2, never blocking: reactor threads own sessions and sockets for life;
/// callers on any thread with an event loop await results there. RFC 4251 to 4254.
namespace analemma::ssh {

/// Inits libssh2; once in main() before threads.
class Library {
public:
    Library();
    ~Library();
    Library(const Library&) = delete;
    Library& operator=(const Library&) = delete;
};

/// Whom to reach and how to prove both sides.
struct Target {
    QString host;
    int port = 22;
    QString user;
    /// The chosen private key, OpenSSH or PEM: ed25519, ECDSA, RSA (by rsa-sha2). Empty: the
    /// credentials of the options alone.
    QString keyFile;
    /// The server's public key as in known_hosts: "ssh-ed25519 AAAA...". Another key is a HostKey
    /// error before any credential leaves. Empty: ConnectOptions::hostKeys decides; without it that
    /// is a HostKey error too: nothing is trusted at first sight here.
    QString hostKey;
    /// Up to four jump hosts, the nearest first; theirs stay empty. Each one's key is checked,
    /// errors name the hop, and its session is shared.
    std::vector<Target> hops = {};
    [[nodiscard]] QString text() const;  ///< "user@host:port"
};

struct ConnectOptions {
    milliseconds timeout{15'000};   ///< from its turn on: so many logins go on at a time
    milliseconds keepalive{5'000};  ///< dead after three unanswered: within 20 s
    Credentials credentials = {};
    std::shared_ptr<HostKeys> hostKeys = nullptr;
};

struct ExecOptions {
    QByteArray input;  ///< stdin, then end of file
    milliseconds timeout{0};
    qsizetype limitBytes = 16 * 1024 * 1024;  ///< of kept output
    std::function<void(const QByteArray& piece, bool isError)>
        onOutput;  ///< on the awaiting thread
};

struct ExecResult {
    int exitCode = -1;
    QString signal;  ///< "KILL" when a signal ended it (RFC 4254, 6.10)
    QByteArray output;
    QByteArray errors;
    bool truncated = false;
    [[nodiscard]] bool ok() const { return exitCode == 0 && signal.isEmpty(); }
    [[nodiscard]] QString endText() const;
};

/// One connection, shared by its users. It closes when the last copy is gone; close() does it
/// orderly.
class Session {
public:
    virtual ~Session() = default;
    [[nodiscard]] virtual const Target& target() const = 0;
    [[nodiscard]] virtual bool isConnected() const = 0;
    /// Runs a command line with the server's shell. Errors: Network (it may have run), Timeout,
    /// Cancelled.
    virtual Task<Result<ExecResult>> exec(QString command, ExecOptions options,
                                          CancelToken cancel) = 0;
    /// A login shell in a terminal, or a command with streamed input. Errors: Network, Unsupported,
    /// Invalid, Cancelled. Callers that do not co_await: then(), see core/base/task.h.
    virtual Task<Result<std::shared_ptr<Channel>>> openShell(ShellOptions options,
                                                             CancelToken cancel) = 0;
    /// Starts a forward. Errors: Io (the port is taken), Refused (by the server, or not on
    /// loopback), Invalid, Network, Cancelled.
    virtual Task<Result<std::shared_ptr<Forward>>> forward(ForwardSpec spec,
                                                           CancelToken cancel) = 0;
    /// The forwards that somebody still holds. Any thread.
    [[nodiscard]] virtual std::vector<std::shared_ptr<Forward>> forwards() const = 0;
    /// Folders and file transfers.
    [[nodiscard]] virtual std::shared_ptr<Files> files() = 0;
    /// SFTP upload of a local file or of bytes to `remotePath` through a temporary name beside it,
    /// which is renamed at the end; missing folders are made. `mode` as in chmod.
    virtual Task<Result<void>> upload(QString localPath, QString remotePath, int mode,
                                      std::function<void(qint64 done, qint64 total)> progress,
                                      CancelToken cancel) = 0;
    virtual Task<Result<void>> uploadBytes(QByteArray bytes, QString remotePath, int mode,
                                           CancelToken cancel) = 0;
    /// SFTP download of a small file; Invalid when larger than the limit.
    virtual Task<Result<QByteArray>> download(QString remotePath, qint64 limitBytes,
                                              CancelToken cancel) = 0;
    virtual Task<Result<void>> close() = 0;
};

/// Makes connections; owns the reactors. One for the program, handed to who needs it.
class Client : public QObject {
    Q_OBJECT
public:
    explicit Client(int reactors = 2);
    ~Client() override;  ///< drops all sessions, joins the reactors
    /// Errors: Network, Timeout, HostKey, Auth, Unsupported (with what the server offers),
    /// Cancelled.
    Task<Result<std::shared_ptr<Session>>> connectTo(Target target, ConnectOptions options,
                                                     CancelToken cancel);
    /// What shared() and run() connect with. Before the first of them.
    void setDefaults(ConnectOptions options);
    /// An open session to the target is shared; a new one is made when there is none.
    Task<Result<std::shared_ptr<Session>>> shared(Target target, CancelToken cancel);
    /// Session::exec() on a shared session: for callers that do not co_await.
    Task<Result<ExecResult>> run(Target target, QString command, ExecOptions options,
                                 CancelToken cancel);

private:
    struct Body;
    std::unique_ptr<Body> m_body;
};

}  // namespace analemma::ssh
