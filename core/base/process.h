#pragma once

#include "core/base/clock.h"
#include "core/base/task.h"

#include <QByteArray>
#include <QStringList>

#include <functional>
#include <utility>
#include <vector>

namespace analemma {

/// The environment of a child: name and value pairs. Never the parent's whole environment.
using Environment = std::vector<std::pair<QString, QString>>;
/// PATH, HOME, LANG, LC_ALL, USER, LOGNAME, TMPDIR, SHELL, TERM of this process, nothing else.
Environment basicEnvironment();

/// What to run. No shell unless `program` is one; arguments reach the program as they are.
struct ProcessSpec {
    ProcessSpec() = default;
    ProcessSpec(QString p, QStringList a) : program(std::move(p)), arguments(std::move(a)) {}

    QString program;  ///< a path, or a name looked up in PATH and the sbin folders
    QStringList arguments;
    Environment environment = basicEnvironment();
    QString directory;
    QByteArray input;          ///< written to stdin, which is then closed
    milliseconds timeout{0};   ///< 0: none. On timeout and cancel the whole process group is ended
    milliseconds grace{2000};  ///< between SIGTERM and SIGKILL
    qsizetype limitBytes =
        16 * 1024 * 1024;  ///< of kept output; more is cut, ProcessResult::truncated
    bool keepOutput = true;
    bool mergeErrors = false;  ///< stderr into stdout
    /// Called with each piece as it comes, on the calling thread.
    std::function<void(const QByteArray& piece, bool isError)> onOutput;
    /// Called once when the process runs.
    std::function<void(qint64 pid)> onStarted;
};

struct ProcessResult {
    int exitCode = 0;  ///< valid when signal is 0
    int signal = 0;    ///< that ended it
    QByteArray output;
    QByteArray errors;
    bool truncated = false;
    [[nodiscard]] bool ok() const { return signal == 0 && exitCode == 0; }
    /// "exit code 2" or "killed by signal 9 (SIGKILL)".
    [[nodiscard]] QString endText() const;
};

/// Runs a child in a session of its own and waits for its end. Errors: NotFound (no such program),
/// Io, Timeout, Cancelled; after the last two the whole process group is gone. A non-zero exit is a
/// result.
Task<Result<ProcessResult>> runProcess(ProcessSpec spec, CancelToken cancel);

/// A process for longer than we live, told from a later one with the same pid: boot id and start
/// time (proc(5), /proc/PID/stat field 22).
struct ProcessIdentity {
    qint64 pid = 0;
    quint64 startTicks = 0;
    QString bootId;
    [[nodiscard]] Json toJson() const;
    static ProcessIdentity fromJson(const Json& json);
    bool operator==(const ProcessIdentity&) const = default;
};

/// The path of a program by name, also in /usr/sbin and /sbin; empty when there is none.
QString findProgram(const QString& name);

QString bootId();
/// NotFound when there is no such process now.
Result<ProcessIdentity> identityOf(qint64 pid);
ProcessIdentity ownIdentity();
bool isAlive(const ProcessIdentity& process);
/// Signals exactly this process (pidfd_open, check, pidfd_send_signal). NotFound when it is gone.
Result<void> signalProcess(const ProcessIdentity& process, int signal);
/// Signals the process group led by `process`, when it is still that process.
Result<void> signalGroup(const ProcessIdentity& process, int signal);
/// Waits until it is gone; Timeout.
Task<Result<void>> untilGone(ProcessIdentity process, milliseconds timeout, CancelToken cancel);

/// Starts a program that outlives us: own session, stdin closed, output appended to `logFile`
/// (created 0600). Blocks a few milliseconds for fork and exec. Errors: NotFound, Io.
Result<ProcessIdentity> startDetached(const ProcessSpec& spec, const QString& logFile);

/// Processes of this user whose environment (or command line) contains `marker`; reads /proc.
/// Blocking: for workers.
std::vector<ProcessIdentity> processesMarked(const QByteArray& marker);

}  // namespace analemma
