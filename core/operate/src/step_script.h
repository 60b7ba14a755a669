#pragma once

#include "core/base/clock.h"
#include "core/base/result.h"
#include "core/base/secret.h"

#include <QByteArray>
#include <QMap>
#include <QString>

/// What runs on a server: POSIX shell text for `/bin/sh -s`, and what it answers. Pure.
///
/// A step has a folder of its own. `started` in it is made by mkdir before anything begins: who
/// makes it runs the step, all others leave it alone. Then: `pid` (process, its start time, boot
/// id, seconds), `group` (process group of the command and its leader's start time), `output`, and
/// at the end `exit` (code, how, seconds, seconds), each written under another name and renamed.
namespace analemma::operate {

struct RemoteStep {
    QString key;  ///< name of its folder: letters, digits and '-'
    QByteArray command;
    milliseconds timeout{0};
    QMap<QString, Secret> inputs;  ///< by file name
};

struct StepReport {
    enum class State {
        Absent,    ///< there is no folder
        Removed,   ///< it was done and cleaned up; a mark keeps a late start away
        Refused,   ///< the folder cannot be written; or nothing there starts a session
        Prepared,  ///< nobody has begun it
        Starting,  ///< taken, but no process is known yet
        Running,
        Ended,  ///< see code and how
        Lost,   ///< its process is gone without an exit code
    };
    State state = State::Absent;
    int code = -1;
    QString how;       ///< "exit", "late", "stopped", "never"; of a lost one "boot" or "gone"
    qint64 began = 0;  ///< the server's clock, seconds; 0: not known
    qint64 ended = 0;
    qint64 size = 0;   ///< of the output so far
    QByteArray bytes;  ///< the piece that was asked for
};
QString toString(StepReport::State state);

/// At most so many bytes of output come with one report.
constexpr qint64 pieceBytes = 256 * 1024;

/// The folder of one step of an operation.
QString stepKey(const QString& operation, const QString& host);
/// `/bin/sh`, or what the text's first line "#!..." names: program and at most one argument.
QStringList interpreterOf(const QByteArray& text);

/// Puts the step there and starts it, unless that was done before; waits for its end a little.
QByteArray launchScript(const RemoteStep& step);
/// Waits some seconds for its end or more output. `offset`: of the piece; negative: none.
QByteArray watchScript(const QString& key, qint64 offset);
/// Ends the command's process group: TERM, 4 s later KILL. What was not begun never will be.
QByteArray stopScript(const QString& key);
/// Removes the folder. With `mark`, a file in its place keeps away a start that is still under way;
/// it goes with the first step that is started a day later.
QByteArray cleanScript(const QString& key, bool mark);

/// Protocol, with what came instead.
Result<StepReport> readReport(const QString& key, const QByteArray& answer);

}  // namespace analemma::operate
