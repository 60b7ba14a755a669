#include "core/base/process.h"

#include "core/base/files.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QPointer>
#include <QProcess>
#include <QStandardPaths>
#include <QTimer>

#include <array>
#include <csignal>
#include <cstring>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace Qt::StringLiterals;

namespace analemma {
namespace {

/// Fields of /proc/PID/stat after the command name, which may hold anything: [0] is the state.
QList<QByteArray> statFields(qint64 pid)
{
    QFile file(u"/proc/%1/stat"_s.arg(pid));
    if (!file.open(QIODevice::ReadOnly)) {
        return {};
    }
    const QByteArray text = file.readAll();
    const qsizetype end = text.lastIndexOf(')');
    return end < 0 ? QList<QByteArray>() : text.mid(end + 2).split(' ');
}

constexpr int stateField = 0;
constexpr int startField = 19;  // field 22 of proc(5), counted from the state

bool isZombie(const QList<QByteArray>& fields)
{
    return fields.value(stateField) == "Z" || fields.value(stateField) == "X";
}

/// One child: QProcess with a session of its own, ended as a group.
class Child : public QObject {
public:
    Child(ProcessSpec spec, Promise<ProcessResult> promise)
        : m_spec(std::move(spec)), m_promise(std::move(promise))
    {
    }

    void start(const CancelToken& cancel)
    {
        const QString program = findProgram(m_spec.program);
        if (program.isEmpty()) {
            finish(Error(ErrorKind::NotFound,
                         u"the program %1 is not installed"_s.arg(m_spec.program)));
            return;
        }
        QProcessEnvironment environment;
        for (const auto& [name, value] : m_spec.environment) {
            environment.insert(name, value);
        }
        m_process.setProcessEnvironment(environment);
        m_process.setProgram(program);
        m_process.setArguments(m_spec.arguments);
        m_process.setWorkingDirectory(m_spec.directory);
        m_process.setChildProcessModifier([] { ::setsid(); });
        if (m_spec.mergeErrors) {
            m_process.setProcessChannelMode(QProcess::MergedChannels);
        }
        connect(&m_process, &QProcess::readyReadStandardOutput, this, [this] { read(false); });
        connect(&m_process, &QProcess::readyReadStandardError, this, [this] { read(true); });
        connect(&m_process, &QProcess::finished, this, [this] { ended(); });
        connect(&m_process, &QProcess::errorOccurred, this, [this](QProcess::ProcessError error) {
            if (error == QProcess::FailedToStart) {
                finish(Error(ErrorKind::Io,
                             u"start %1: %2"_s.arg(m_spec.program, m_process.errorString())));
            }
        });
        connect(&m_process, &QProcess::started, this, [this] { started(); });
        m_registration = cancel.onCancel([this] {
            QMetaObject::invokeMethod(
                this, [this] { end(cancelledError()); }, Qt::QueuedConnection);
        });
        m_process.start();
        if (!m_spec.input.isEmpty()) {
            m_process.write(m_spec.input);
        }
        m_process.closeWriteChannel();
    }

    /// Nobody waits for the answer any more: ends the group at once, and this.
    void abandon()
    {
        if (!std::exchange(m_done, true)) {
            m_registration = {};
            disconnect(&m_process, nullptr, this, nullptr);
            if (m_process.processId() > 0) {
                ::kill(static_cast<pid_t>(-m_process.processId()), SIGKILL);
            }
            delete this;
        }
    }

private:
    void started()
    {
        m_pid = m_process.processId();
        if (m_why) {
            end();  // asked for before it ran
            return;
        }
        if (m_spec.timeout.count() > 0) {
            QTimer::singleShot(m_spec.timeout, this, [this] {
                end(Error(ErrorKind::Timeout, u"%1 did not end within %2"_s.arg(
                                                  m_spec.program, durationText(m_spec.timeout))));
            });
        }
        if (m_spec.onStarted) {
            m_spec.onStarted(m_pid);
        }
    }

    void read(bool isError)
    {
        if (isError && m_spec.mergeErrors) {
            return;
        }
        const QByteArray piece =
            isError ? m_process.readAllStandardError() : m_process.readAllStandardOutput();
        if (piece.isEmpty()) {
            return;
        }
        QByteArray& kept = isError ? m_result.errors : m_result.output;
        if (m_spec.keepOutput) {
            const qsizetype room = m_spec.limitBytes - kept.size();
            m_result.truncated = m_result.truncated || piece.size() > room;
            kept.append(piece.left(std::max<qsizetype>(0, room)));
        }
        if (m_spec.onOutput) {
            m_spec.onOutput(piece, isError);
        }
    }

    /// Ends the group: SIGTERM, after the grace SIGKILL. The group outlives its leader, hence by
    /// pid.
    void end(Error why)
    {
        if (m_done || m_why) {
            return;
        }
        m_why = std::move(why);
        end();
    }

    void end()
    {
        m_pid = m_process.processId();
        if (m_pid > 0) {
            ::kill(static_cast<pid_t>(-m_pid), SIGTERM);
            ::kill(static_cast<pid_t>(-m_pid), SIGCONT);
            QTimer::singleShot(m_spec.grace, this,
                               [this] { ::kill(static_cast<pid_t>(-m_pid), SIGKILL); });
        }
    }

    void ended()
    {
        read(false);
        read(true);
        if (m_why) {
            // The leader is gone, but what it started may not be.
            if (m_pid > 0) {
                ::kill(static_cast<pid_t>(-m_pid), SIGKILL);
            }
            finish(*m_why);
            return;
        }
        if (m_process.exitStatus() == QProcess::CrashExit) {
            m_result.signal = m_process.exitCode();
        } else {
            m_result.exitCode = m_process.exitCode();
        }
        finish(m_result);
    }

    void finish(Result<ProcessResult> result)
    {
        if (!std::exchange(m_done, true)) {
            m_registration = {};
            m_promise.finish(std::move(result));
            deleteLater();
        }
    }

    ProcessSpec m_spec;
    Promise<ProcessResult> m_promise;
    QProcess m_process;
    ProcessResult m_result;
    CancelToken::Registration m_registration;
    std::optional<Error> m_why;
    qint64 m_pid = 0;
    bool m_done = false;
};

/// execve(2) arguments in memory that stays as it is after fork.
class CStrings {
public:
    void add(const QByteArray& text) { m_texts.push_back(text); }
    char** data()
    {
        m_pointers.clear();
        for (QByteArray& text : m_texts) {
            m_pointers.push_back(text.data());
        }
        m_pointers.push_back(nullptr);
        return m_pointers.data();
    }

private:
    std::vector<QByteArray> m_texts;
    std::vector<char*> m_pointers;
};

/// In the child of the child: nothing but system calls up to exec. Tells errno over the pipe.
[[noreturn]] void execDetached(const char* program, char** arguments, char** environment,
                               const char* directory, int input, int log, int errorPipe)
{
    sigset_t none;
    ::sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    ::signal(SIGPIPE, SIG_DFL);
    ::dup2(input, 0);
    ::dup2(log, 1);
    ::dup2(log, 2);
    if (directory[0] == '\0' || ::chdir(directory) == 0) {
        ::syscall(SYS_close_range, 3u, static_cast<unsigned>(errorPipe - 1), 0u);
        ::syscall(SYS_close_range, static_cast<unsigned>(errorPipe + 1), ~0u, 0u);
        ::execve(program, arguments, environment);
    }
    const int code = errno;
    [[maybe_unused]] const ssize_t written = ::write(errorPipe, &code, sizeof code);
    ::_exit(127);
}

}  // namespace

Environment basicEnvironment()
{
    Environment environment;
    for (const char* name :
         {"PATH", "HOME", "LANG", "LC_ALL", "USER", "LOGNAME", "TMPDIR", "SHELL", "TERM"}) {
        const QByteArray value = qgetenv(name);
        if (!value.isNull()) {
            environment.emplace_back(QLatin1StringView(name), QString::fromLocal8Bit(value));
        }
    }
    return environment;
}

QString ProcessResult::endText() const
{
    if (signal != 0) {
        return u"killed by signal %1 (SIG%2)"_s.arg(signal).arg(
            QLatin1StringView(::sigabbrev_np(signal)));
    }
    return u"exit code %1"_s.arg(exitCode);
}

QString findProgram(const QString& name)
{
    if (name.contains(u'/')) {
        return QFileInfo(name).isExecutable() ? name : QString();
    }
    const QString found = QStandardPaths::findExecutable(name);
    if (!found.isEmpty()) {
        return found;
    }
    // Debian keeps these off an ordinary user's PATH; a PATH that is empty on purpose finds
    // nothing.
    if (qEnvironmentVariableIsEmpty("PATH")) {
        return {};
    }
    return QStandardPaths::findExecutable(name, {u"/usr/sbin"_s, u"/sbin"_s, u"/usr/local/sbin"_s});
}

Task<Result<ProcessResult>> runProcess(ProcessSpec spec, CancelToken cancel)
{
    if (cancel.isCancelled()) {
        co_return cancelledError();
    }
    const Promise<ProcessResult> promise;
    auto future = promise.future();
    const QPointer<Child> child(new Child(std::move(spec), promise));  // deletes itself at its end
    child->start(cancel);
    Result<ProcessResult> result = co_await future;
    if (child) {
        child->abandon();  // it has not ended: the wait was given up
    }
    co_return result;
}

Json ProcessIdentity::toJson() const
{
    return {{u"pid"_s, pid}, {u"start_ticks"_s, qint64(startTicks)}, {u"boot_id"_s, bootId}};
}

ProcessIdentity ProcessIdentity::fromJson(const Json& json)
{
    ProcessIdentity identity;
    identity.pid = json[u"pid"_s].toInteger();
    identity.startTicks = quint64(json[u"start_ticks"_s].toInteger());
    identity.bootId = json[u"boot_id"_s].toString();
    return identity;
}

QString bootId()
{
    QFile file(u"/proc/sys/kernel/random/boot_id"_s);
    return file.open(QIODevice::ReadOnly) ? QString::fromLatin1(file.readAll().trimmed())
                                          : QString();
}

Result<ProcessIdentity> identityOf(qint64 pid)
{
    const QList<QByteArray> fields = statFields(pid);
    if (pid <= 0 || fields.size() <= startField || isZombie(fields)) {
        return Error(ErrorKind::NotFound, u"no process has the number %1"_s.arg(pid));
    }
    ProcessIdentity identity;
    identity.pid = pid;
    identity.startTicks = fields[startField].toULongLong();
    identity.bootId = bootId();
    return identity;
}

ProcessIdentity ownIdentity()
{
    return identityOf(::getpid()).valueOr({});
}

bool isAlive(const ProcessIdentity& process)
{
    const Result<ProcessIdentity> now = identityOf(process.pid);
    return now && *now == process;
}

Result<void> signalProcess(const ProcessIdentity& process, int signal)
{
    const auto gone = [&] {
        return Error(ErrorKind::NotFound, u"process %1 is gone"_s.arg(process.pid));
    };
    const int fd = static_cast<int>(::syscall(SYS_pidfd_open, static_cast<pid_t>(process.pid), 0u));
    if (fd < 0) {
        return gone();
    }
    Result<void> result;
    if (!isAlive(process)) {
        result = gone();
    } else if (::syscall(SYS_pidfd_send_signal, fd, signal, nullptr, 0u) != 0) {
        result =
            errno == ESRCH ? gone() : systemError(u"signal process %1"_s.arg(process.pid), errno);
    }
    ::close(fd);
    return result;
}

Result<void> signalGroup(const ProcessIdentity& process, int signal)
{
    if (!isAlive(process)) {
        return Error(ErrorKind::NotFound, u"process %1 is gone"_s.arg(process.pid));
    }
    if (::kill(static_cast<pid_t>(-process.pid), signal) != 0) {
        return systemError(u"signal process group %1"_s.arg(process.pid), errno);
    }
    return {};
}

Task<Result<void>> untilGone(ProcessIdentity process, milliseconds timeout, CancelToken cancel)
{
    const SystemClock clock;
    const milliseconds deadline = clock.sinceBoot() + timeout;
    milliseconds pause(2);
    while (isAlive(process)) {
        if (clock.sinceBoot() >= deadline) {
            co_return Error(
                ErrorKind::Timeout,
                u"process %1 did not end within %2"_s.arg(process.pid).arg(durationText(timeout)));
        }
        Result<void> slept = co_await sleepFor(pause, cancel);
        if (!slept) {
            co_return slept.error();
        }
        pause = std::min(pause * 2, milliseconds(50));
    }
    co_return Result<void>();
}

Result<ProcessIdentity> startDetached(const ProcessSpec& spec, const QString& logFile)
{
    const QString program = findProgram(spec.program);
    if (program.isEmpty()) {
        return Error(ErrorKind::NotFound, u"the program %1 is not installed"_s.arg(spec.program));
    }
    CStrings arguments;
    arguments.add(QFile::encodeName(spec.program));
    for (const QString& argument : spec.arguments) {
        arguments.add(argument.toLocal8Bit());
    }
    CStrings environment;
    for (const auto& [name, value] : spec.environment) {
        environment.add((name + u'=' + value).toLocal8Bit());
    }
    const QByteArray path = QFile::encodeName(program);
    const QByteArray directory = QFile::encodeName(spec.directory);
    char** const argumentPointers = arguments.data();
    char** const environmentPointers = environment.data();

    const int log = ::open(QFile::encodeName(logFile).constData(),
                           O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (log < 0) {
        return systemError(u"open %1"_s.arg(logFile), errno);
    }
    const int input = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
    std::array<int, 2> pipe{};
    if (input < 0 || ::pipe2(pipe.data(), O_CLOEXEC) != 0) {
        const int code = errno;
        ::close(log);
        ::close(input);
        return systemError(u"start %1"_s.arg(spec.program), code);
    }

    // Two forks: the middle process ends at once, so that the program is nobody's zombie later.
    const pid_t middle = ::fork();
    if (middle == 0) {
        ::setsid();
        const pid_t leaf = ::fork();
        if (leaf == 0) {
            ::setsid();
            execDetached(path.constData(), argumentPointers, environmentPointers,
                         directory.constData(), input, log, pipe[1]);
        }
        const std::array<pid_t, 2> message{-1, leaf};
        [[maybe_unused]] const ssize_t written = ::write(pipe[1], message.data(), sizeof message);
        ::_exit(0);
    }
    const int forkError = errno;
    ::close(pipe[1]);
    ::close(log);
    ::close(input);
    if (middle < 0) {
        ::close(pipe[0]);
        return systemError(u"start %1"_s.arg(spec.program), forkError);
    }
    // -1 announces the pid of the leaf; any other number is the errno of its exec.
    pid_t leaf = 0;
    int execError = 0;
    int number = 0;
    while (::read(pipe[0], &number, sizeof number) == ssize_t(sizeof number)) {
        if (number == -1) {
            [[maybe_unused]] const ssize_t got = ::read(pipe[0], &leaf, sizeof leaf);
        } else {
            execError = number;
        }
    }
    ::close(pipe[0]);
    ::waitpid(middle, nullptr, 0);
    if (execError != 0 || leaf <= 0) {
        return systemError(u"start %1"_s.arg(spec.program), execError != 0 ? execError : EAGAIN);
    }
    return identityOf(leaf).in(u"start %1"_s.arg(spec.program));
}

std::vector<ProcessIdentity> processesMarked(const QByteArray& marker)
{
    std::vector<ProcessIdentity> found;
    const QStringList entries = QDir(u"/proc"_s).entryList(QDir::Dirs | QDir::NoDotAndDotDot);
    for (const QString& entry : entries) {
        bool isNumber = false;
        const qint64 pid = entry.toLongLong(&isNumber);
        if (!isNumber || pid == ::getpid()) {
            continue;
        }
        for (const QString& name : {u"environ"_s, u"cmdline"_s}) {
            const QString path = u"/proc/%1/%2"_s.arg(entry, name);
            if (readStart(path, 256 * 1024).valueOr({}).contains(marker)) {
                if (const Result<ProcessIdentity> identity = identityOf(pid)) {
                    found.push_back(*identity);
                }
                break;
            }
        }
    }
    return found;
}

}  // namespace analemma
