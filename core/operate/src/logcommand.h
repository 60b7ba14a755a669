#pragma once

#include "core/operate/logtail.h"

/// The program that reads a log on a server, and what it says beside the log.
namespace analemma::operate {

/// How far a file was read.
struct LogPosition {
    QString file;        ///< "device:inode"; empty: not known
    qint64 offset = -1;  ///< bytes that were taken, up to a line's end
    [[nodiscard]] bool isKnown() const { return !file.isEmpty() && offset >= 0; }
    bool operator==(const LogPosition&) const = default;
};

/// What is asked for: `from` a position, where it is known, else the last `backlog` lines.
struct LogQuestion {
    LogSource source;
    int backlog = 0;
    bool follow = true;
    LogPosition from;
    qint64 most =
        256 * 1024;  ///< bytes of each file that are read after `from`; before are skipped
};

/// The command line. It says "MARK +0100" first, the zone of the server, and ends with its input:
/// when its channel goes, however that happens. A file that is followed comes in parts, each after
/// a line that readLogPart() reads.
QString logCommand(const LogQuestion& question, const QByteArray& mark);

/// Why a part begins.
enum class LogPartKind {
    First,      ///< the end of what there is
    Same,       ///< of the file that was read before
    Rest,       ///< of the file that was read before, which has another name by now
    Rotated,    ///< another file has the name
    Replaced,   ///< another file has the name, and the one before is not found
    Truncated,  ///< the same file is shorter than it was
    Unplaced,   ///< nobody knows where: the server cannot tell
};
struct LogPart {
    LogPartKind kind = LogPartKind::Unplaced;
    LogPosition at;      ///< of its first byte
    qint64 until = 0;    ///< bytes of the file up to which it was there already
    qint64 skipped = 0;  ///< bytes before `at` that were left out
    bool operator==(const LogPart&) const = default;
};
/// What stands after the mark: " @ 2049:77 1024 2048 same 0"; nothing: it is no such line. Pure.
std::optional<LogPart> readLogPart(QByteArrayView text);

}  // namespace analemma::operate
