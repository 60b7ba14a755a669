#include "core/ssh/system.h"

#include "core/base/files.h"
#include "core/base/process.h"
#include "core/base/text.h"
#include "core/ssh/src/systemconfig.h"
#include "core/ssh/src/systemsession.h"

#include <QDir>
#include <QStandardPaths>

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
    const QString runtime = QStandardPaths::writableLocation(QStandardPaths::RuntimeLocation);
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

Result<QString> prepare(const QString& base, const Target& target, const SystemOptions& system,
                        const ConnectOptions& options)
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
    const Result<SystemFiles> files = systemFiles(folder, target, system, options);
    if (!files) {
        return files.error();
    }
    const Result<void> own = makeFolder(folder);
    if (!own) {
        return own.error();
    }
    const std::pair<QString, QByteArray> parts[] = {{u"/master"_s, files->master},
                                                    {u"/client"_s, files->client},
                                                    {u"/known_hosts"_s, files->knownHosts}};
    for (const auto& [name, text] : parts) {
        const Result<void> written = writeFile(folder + name, text, 0600);
        if (!written) {
            (void)removeTree(folder);  // the error of writing says more
            return written.error();
        }
    }
    return folder;
}

Result<void> checkPrograms()
{
    for (const QString& program : {u"ssh"_s, u"sftp"_s}) {
        if (findProgram(program).isEmpty()) {
            return Error(ErrorKind::NotFound,
                         u"the system's OpenSSH (%1) is not installed"_s.arg(program));
        }
    }
    return {};
}

Task<Result<SessionPtr>> connectIt(QString base, Target target, SystemOptions system,
                                   ConnectOptions options, CancelToken cancel)
{
    const Result<void> installed = checkPrograms();
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
    co_return makeSystemSession(master);
}

}  // namespace

SystemClient::SystemClient(QString folder) : m_folder(std::move(folder)) {}

Task<Result<std::shared_ptr<Session>>> SystemClient::connectTo(Target target, SystemOptions system,
                                                               ConnectOptions options,
                                                               CancelToken cancel)
{
    return connectIt(m_folder.isEmpty() ? defaultFolder() : m_folder, std::move(target),
                     std::move(system), options, std::move(cancel));
}

}  // namespace analemma::ssh
