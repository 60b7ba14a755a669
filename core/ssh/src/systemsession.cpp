#include "core/ssh/src/systemsession.h"

#include "core/base/files.h"
#include "core/base/process.h"
#include "core/base/text.h"
#include "core/ssh/src/readwatch.h"
#include "core/ssh/src/systemconfig.h"

#include <QFile>
#include <QFileInfo>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace analemma::ssh {
namespace {

using Master = std::shared_ptr<SystemMaster>;
using Progress = std::function<void(qint64 done, qint64 total)>;

constexpr qsizetype limitCommand = 100 * 1024;
constexpr int brokenCode = 255;  ///< ssh's own failure (ssh(1), EXIT STATUS)

Error closedError(const Master& master)
{
    return {ErrorKind::Network,
            u"%1: the connection is closed; nothing was sent"_s.arg(master->target().text())};
}

ProcessSpec plain(const QString& program, QStringList arguments)
{
    ProcessSpec spec(program, std::move(arguments));
    spec.environment.emplace_back(u"LC_ALL"_s, u"C"_s);
    return spec;
}

/// Whether the master still has its connection.
Task<bool> answers(Master master)
{
    if (!master->isReady()) {
        co_return false;
    }
    ProcessSpec spec = plain(
        u"ssh"_s, {u"-F"_s, master->path(u"client"_s), u"-O"_s, u"check"_s, u"--"_s, u"target"_s});
    spec.timeout = milliseconds(5'000);
    const CancelToken never;
    const Result<ProcessResult> ended = co_await runProcess(std::move(spec), never);
    co_return ended && ended->ok();
}

Task<Result<ExecResult>> runCommand(Master master, QString command, ExecOptions options,
                                    CancelToken cancel)
{
    if (!master->isReady()) {
        co_return closedError(master);
    }
    if (command.toUtf8().size() > limitCommand || command.contains(QChar(u'\0'))) {
        co_return Error(ErrorKind::Invalid,
                        u"a command line over 100 KiB cannot be sent; give it as input to sh"_s);
    }
    const QString where = master->target().text();
    ProcessSpec spec = plain(
        u"ssh"_s, {u"-F"_s, master->path(u"client"_s), u"-T"_s, u"--"_s, u"target"_s, command});
    spec.input = std::move(options.input);
    spec.timeout = options.timeout;
    spec.limitBytes = options.limitBytes;
    spec.onOutput = std::move(options.onOutput);
    Result<ProcessResult> ended = co_await runProcess(std::move(spec), cancel);
    if (!ended) {
        if (ended.error().kind == ErrorKind::Timeout) {
            co_return Error(ErrorKind::Timeout, u"%1: the command did not end within %2"_s.arg(
                                                    where, durationText(options.timeout)));
        }
        co_return ended.error().in(where);
    }
    if (ended->signal != 0) {
        co_return Error(ErrorKind::Network,
                        u"%1: ssh was ended here (%2); the command may still run there"_s.arg(
                            where, ended->endText()));
    }
    if (ended->exitCode == brokenCode) {
        const bool isUp = co_await answers(master);
        if (!isUp) {
            co_return Error(ErrorKind::Network,
                            u"%1: the connection broke; the command may have run"_s.arg(where));
        }
    }
    ExecResult result;
    result.exitCode = ended->exitCode;
    result.output = std::move(ended->output);
    result.errors = std::move(ended->errors);
    result.truncated = ended->truncated;
    co_return result;
}

/// One batch of sftp over the master. `limitBytes` over 0 bounds every file it writes here; `watch`
/// may be null.
Task<Result<void>> runSftp(Master master, QByteArray batch, qint64 limitBytes,
                           std::shared_ptr<ReadWatch> watch, CancelToken cancel)
{
    if (!master->isReady()) {
        co_return closedError(master);
    }
    QStringList arguments = {
        u"-F"_s, master->path(u"client"_s), u"-q"_s, u"-b"_s, u"-"_s, u"--"_s, u"target"_s};
    QString program = u"sftp"_s;
    if (limitBytes > 0) {
        arguments = QStringList{u"-c"_s, u"ulimit -c 0; ulimit -f \"$1\"; shift; exec \"$@\""_s,
                                u"sh"_s, QString::number(limitBytes / 512 + 2), program} +
                    arguments;
        program = u"sh"_s;
    }
    ProcessSpec spec = plain(program, arguments);
    spec.input = std::move(batch);
    spec.limitBytes = 64 * 1024;
    if (watch) {
        spec.onStarted = [watch](qint64 pid) { watch->begin(pid); };
    }
    const Result<ProcessResult> ended = co_await runProcess(std::move(spec), cancel);
    if (!ended) {
        co_return ended.error();
    }
    if (ended->ok()) {
        co_return Result<void>();
    }
    const bool isUp = co_await answers(master);
    if (!isUp) {
        co_return Error(ErrorKind::Network, u"the connection broke"_s);
    }
    co_return sftpError(ended->errors, ended->endText());
}

/// "-mkdir" for each folder above; those that are there fail, which the '-' passes over.
Result<QByteArray> makeFolders(const QString& path)
{
    QByteArray lines;
    for (qsizetype at = path.indexOf(u'/', 1); at > 0; at = path.indexOf(u'/', at + 1)) {
        if (path.at(at - 1) == u'/') {
            continue;
        }
        const Result<QByteArray> word = sftpWord(path.first(at));
        if (!word) {
            return word.error();
        }
        lines += "-mkdir " + *word + '\n';
    }
    return lines;
}

/// Folders, the file under a temporary name beside it, its mode, and then its own name.
Result<QByteArray> putBatch(const QString& local, const QString& fresh, const QString& remote,
                            int mode)
{
    const Result<QByteArray> from = sftpWord(local);
    const Result<QByteArray> temporary = sftpWord(fresh);
    const Result<QByteArray> to = sftpWord(remote);
    const Result<QByteArray> folders = makeFolders(remote);
    for (const Result<QByteArray>* each : {&from, &temporary, &to, &folders}) {
        if (!*each) {
            return each->error();
        }
    }
    return *folders + "put " + *from + ' ' + *temporary + "\nchmod " +
           QByteArray::number(mode & 07777, 8) + ' ' + *temporary + "\nrename " + *temporary + ' ' +
           *to + '\n';
}

/// After a failed upload: best effort, the first error says what happened.
Task<Result<void>> removeFile(Master master, QString path)
{
    const Result<QByteArray> word = sftpWord(path);
    QByteArray batch = "-rm " + word.valueOr(QByteArray()) + '\n';
    const CancelToken never;
    Result<void> done = co_await runSftp(master, std::move(batch), 0, nullptr, never);
    co_return done;
}

Task<Result<void>> putFile(Master master, QString localPath, QString remotePath, int mode,
                           Progress progress, CancelToken cancel)
{
    const QString where = master->target().text() + u": upload "_s + displayText(remotePath, 200);
    const QFileInfo file(localPath);
    if (!file.isFile() || !file.isReadable()) {
        co_return Error(file.exists() ? ErrorKind::Io : ErrorKind::NotFound,
                        u"%1 cannot be read"_s.arg(displayText(localPath)))
            .in(where);
    }
    const QString fresh = remotePath + u".new-"_s + newId();
    const Result<QByteArray> batch = putBatch(file.absoluteFilePath(), fresh, remotePath, mode);
    if (!batch) {
        co_return batch.error().in(where);
    }
    const qint64 total = file.size();
    if (progress) {
        progress(0, total);
    }
    const auto watch = std::make_shared<ReadWatch>(file.canonicalFilePath(), total, progress);
    const Result<void> sent = co_await runSftp(master, *batch, 0, watch, cancel);
    if (!sent) {
        const Result<void> cleaned = co_await removeFile(master, fresh);
        (void)cleaned;  // see there
        co_return sent.error().in(where);
    }
    if (progress) {
        progress(total, total);
    }
    co_return Result<void>();
}

Task<Result<void>> putBytes(Master master, QByteArray bytes, QString remotePath, int mode,
                            CancelToken cancel)
{
    const QString local = master->path(u"put-"_s + newId());
    const Result<void> written = writeFile(local, bytes, 0600);
    if (!written) {
        co_return written.error();
    }
    const Progress none;
    Result<void> sent = co_await putFile(master, local, remotePath, mode, none, cancel);
    QFile::remove(local);
    co_return sent;
}

Task<Result<QByteArray>> getFile(Master master, QString remotePath, qint64 limitBytes,
                                 CancelToken cancel)
{
    const QString where = master->target().text() + u": download "_s + displayText(remotePath, 200);
    const QString local = master->path(u"get-"_s + newId());
    const Result<QByteArray> from = sftpWord(remotePath);
    const Result<QByteArray> to = sftpWord(local);
    if (!from || !to) {
        co_return (from ? to.error() : from.error()).in(where);
    }
    QByteArray batch = "get " + *from + ' ' + *to + '\n';
    const qint64 bound = std::max<qint64>(1, limitBytes);
    const Result<void> taken = co_await runSftp(master, std::move(batch), bound, nullptr, cancel);
    const qint64 size = QFileInfo(local).size();
    Result<QByteArray> bytes = taken ? readFile(local, std::max<qint64>(limitBytes, 0))
                                     : Result<QByteArray>(taken.error());
    QFile::remove(local);
    if (size > limitBytes) {
        co_return Error(ErrorKind::Invalid,
                        u"%1: the file is larger than %2"_s.arg(where, sizeText(limitBytes)));
    }
    co_return bytes.in(where);
}

Task<Result<void>> endMaster(Master master)
{
    const Promise<bool> ended;
    auto future = ended.future();
    QMetaObject::invokeMethod(master.get(), [master, ended] { master->end(ended); });
    const Result<bool> gone = co_await future;
    co_return gone ? Result<void>() : Result<void>(gone.error());
}

class SystemSession final : public Session {
public:
    explicit SystemSession(Master master) : m_master(std::move(master)) {}
    [[nodiscard]] const Target& target() const override { return m_master->target(); }
    [[nodiscard]] bool isConnected() const override { return m_master->isReady(); }
    Task<Result<ExecResult>> exec(QString command, ExecOptions options, CancelToken cancel) override
    {
        return runCommand(m_master, std::move(command), std::move(options), std::move(cancel));
    }
    Task<Result<void>> upload(QString localPath, QString remotePath, int mode, Progress progress,
                              CancelToken cancel) override
    {
        return putFile(m_master, std::move(localPath), std::move(remotePath), mode,
                       std::move(progress), std::move(cancel));
    }
    Task<Result<void>> uploadBytes(QByteArray bytes, QString remotePath, int mode,
                                   CancelToken cancel) override
    {
        return putBytes(m_master, std::move(bytes), std::move(remotePath), mode, std::move(cancel));
    }
    Task<Result<QByteArray>> download(QString remotePath, qint64 limitBytes,
                                      CancelToken cancel) override
    {
        return getFile(m_master, std::move(remotePath), limitBytes, std::move(cancel));
    }
    Task<Result<void>> close() override { return endMaster(m_master); }

private:
    const Master m_master;
};

}  // namespace

std::shared_ptr<Session> makeSystemSession(std::shared_ptr<SystemMaster> master)
{
    return std::make_shared<SystemSession>(std::move(master));
}

}  // namespace analemma::ssh
