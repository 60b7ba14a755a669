#include "core/ssh/system.h"

#include "core/base/files.h"
#include "core/base/process.h"
#include "core/base/text.h"
#include "core/ssh/src/systemconfig.h"
#include "core/ssh/src/systemsession.h"

#include <QDir>

#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace Qt::StringLiterals;

namespace analemma::ssh {
namespace {

using SessionPtr = std::shared_ptr<Session>;

constexpr qsizetype limitSocket = 107 - 20;  // ssh adds a random end to its socket's name first

QString defaultFolder()
{
    const QString runtime =
        qEnvironmentVariable("XDG_RUNTIME_DIR");  // Qt would talk where it is not set
    return runtime.isEmpty() ? QDir::tempPath() + u"/analemma-%1"_s.arg(::getuid())
                             : runtime + u"/analemma"_s;
}

/// What a process of ours that is gone has left behind.
void sweep(const QDir& base)
{
    for (const QString& name : base.entryList({u"s-*"_s}, QDir::Dirs)) {
        const pid_t pid = pid_t(name.section(u'-', 1, 1).toInt());
        if (pid > 0 && ::kill(pid, 0) != 0 && errno == ESRCH) {
            (void)removeTree(base.filePath(name));  // the next one tries again
        }
    }
}

/// Ours, and closed to others: whoever can write there could hand us another server.
Result<void> checkBase(const QString& base)
{
    struct stat info {};
    if (::lstat(QFile::encodeName(base).constData(), &info) != 0) {
        return systemError(u"look at %1"_s.arg(base), errno);
    }
    if (!S_ISDIR(info.st_mode) || info.st_uid != ::geteuid() || (info.st_mode & 077U) != 0) {
        return Error(ErrorKind::Refused,
                     u"%1 is not a folder of yours alone (mode 0700); nothing was connected"_s.arg(
                         displayText(base)));
    }
    return {};
}

/// A private folder, not made yet.
Result<QString> newFolder(const QString& base)
{
    const Result<void> made = makeFolder(base);
    const Result<void> safe = made ? checkBase(base) : made;
    if (!safe) {
        return safe.error();
    }
    sweep(QDir(base));
    const QString folder = u"%1/s-%2-%3"_s.arg(base).arg(::getpid()).arg(newId().right(8));
    if (QFile::encodeName(folder).size() > limitSocket) {
        return Error(ErrorKind::Invalid,
                     u"the path is too long for a socket: %1"_s.arg(displayText(folder)));
    }
    return folder;
}

using Parts = std::vector<std::pair<QString, QByteArray>>;

Result<QString> fillFolder(const QString& folder, const Parts& parts)
{
    const Result<void> own = makeFolder(folder);
    if (!own) {
        return own.error();
    }
    for (const auto& [name, text] : parts) {
        const Result<void> written = writeFile(folder + name, text, 0600);
        if (!written) {
            (void)removeTree(folder);  // the error of writing says more
            return written.error();
        }
    }
    return folder;
}

Result<QString> prepare(const QString& base, const Target& target, const SystemOptions& system,
                        const ConnectOptions& options)
{
    const Result<QString> folder = newFolder(base);
    if (!folder) {
        return folder;
    }
    const Result<SystemFiles> files = systemFiles(*folder, target, system, options);
    if (!files) {
        return files.error();
    }
    return fillFolder(*folder,
                      {{u"/master"_s, files->master}, {u"/known_hosts"_s, files->knownHosts}});
}

Result<QString> prepareLook(const QString& base, const Target& target, const SystemOptions& system,
                            const ConnectOptions& options, const QByteArrayList& preferred)
{
    const Result<QString> folder = newFolder(base);
    if (!folder) {
        return folder;
    }
    const Result<QByteArray> config = lookConfig(*folder, target, system, options, preferred);
    if (!config) {
        return config.error();
    }
    return fillFolder(*folder, {{u"/look"_s, *config}, {u"/known_hosts"_s, {}}});
}

Result<void> checkProgram()
{
    return findProgram(u"ssh"_s).isEmpty()
               ? Error(ErrorKind::NotFound, u"the system's OpenSSH is not installed"_s)
               : Result<void>();
}

Task<Result<SessionPtr>> connectIt(std::shared_ptr<Reactor> reactor, QString base, Target target,
                                   SystemOptions system, ConnectOptions options, CancelToken cancel)
{
    const Result<void> installed = checkProgram();
    if (!installed) {
        co_return installed.error();
    }
    std::function<Result<QString>()> job = [base, target, system, options] {
        return prepare(base, target, system, options);
    };
    const Result<QString> folder = co_await onWorker<QString>(std::move(job));
    if (!folder) {
        co_return folder.error();
    }
    target.hops = system.hops;  // for errors, which name them
    const auto master = SystemMaster::make(target, *folder);
    if (cancel.isCancelled()) {
        co_return cancelledError();
    }
    const Promise<bool> opened;
    auto future = opened.future();
    master->start(options.timeout, cancel, opened);
    const Result<bool> isOpen = co_await future;
    if (!isOpen) {
        co_return isOpen.error();
    }
    co_return makeSystemSession(master, reactor);
}

Task<Result<PublicKey>> lookAt(QString base, Target target, SystemOptions system,
                               ConnectOptions options, QByteArrayList preferred, CancelToken cancel)
{
    const Result<void> installed = checkProgram();
    if (!installed) {
        co_return installed.error();
    }
    if (!system.hops.empty()) {
        co_return Error(ErrorKind::Unsupported,
                        u"%1: the key of a server behind jump hosts is not shown in this way"_s.arg(
                            target.text()));
    }
    std::function<Result<QString>()> job = [=] {
        return prepareLook(base, target, system, options, preferred);
    };
    const Result<QString> folder = co_await onWorker<QString>(std::move(job));
    if (!folder) {
        co_return folder.error();
    }
    ProcessSpec spec(u"ssh"_s, {u"-F"_s, *folder + u"/look"_s, u"-N"_s, u"--"_s, u"target"_s});
    spec.environment.emplace_back(u"LC_ALL"_s, u"C"_s);  // its messages are read
    spec.timeout = options.timeout + seconds(5);  // a proxy command counts to no time of ssh's
    spec.limitBytes = 64 * 1024;
    auto running = runProcess(std::move(spec), cancel);
    const Result<ProcessResult> ended = co_await std::move(running);
    (void)removeTree(*folder);  // at the latest the next start sweeps it up
    if (!ended) {
        co_return ended.error().kind == ErrorKind::Timeout
            ? Error(ErrorKind::Timeout, u"%1: no host key within %2"_s.arg(
                                            target.text(), durationText(options.timeout)))
            : ended.error();
    }
    if (const std::optional<PublicKey> key = shownKeyIn(ended->errors)) {
        co_return *key;
    }
    co_return connectionError(target, ended->errors, ended->endText());
}

}  // namespace

struct SystemClient::Body {
    QString folder;
    std::shared_ptr<Reactor> reactor;  ///< from the first connection on
    [[nodiscard]] QString place() const { return folder.isEmpty() ? defaultFolder() : folder; }
};

SystemClient::SystemClient(QString folder) : m_body(std::make_unique<Body>())
{
    m_body->folder = std::move(folder);
}

SystemClient::~SystemClient()
{
    if (m_body->reactor) {
        m_body->reactor->stop();
    }
}

Task<Result<std::shared_ptr<Session>>> SystemClient::connectTo(Target target, SystemOptions system,
                                                               ConnectOptions options,
                                                               CancelToken cancel)
{
    if (!m_body->reactor) {
        m_body->reactor = std::make_shared<Reactor>();
    }
    return connectIt(m_body->reactor, m_body->place(), std::move(target), std::move(system),
                     std::move(options), std::move(cancel));
}

Task<Result<PublicKey>> SystemClient::shownKey(Target target, SystemOptions system,
                                               ConnectOptions options, QByteArrayList preferred,
                                               CancelToken cancel)
{
    return lookAt(m_body->place(), std::move(target), std::move(system), std::move(options),
                  std::move(preferred), std::move(cancel));
}

}  // namespace analemma::ssh
