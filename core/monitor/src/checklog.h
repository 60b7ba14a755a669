#pragma once

#include "core/monitor/checks.h"

namespace analemma::monitor {

inline constexpr qint64 firstLogBytes = 256 * 1024;
inline constexpr qint64 mostLogBytes = 1024 * 1024;
inline constexpr qsizetype longestLogLine = 4096;

/// A file as `stat -c '%d:%i %s %f'` tells it.
struct LogFile {
    QByteArray identity;
    qint64 size = 0;
    bool regular = false;
};
/// Nothing when it is no such line.
std::optional<LogFile> readLogFile(const QByteArray& line);

/// What of a file is read now.
struct LogPlan {
    qint64 from = 0;
    qint64 length = 0;
    bool first = false;  ///< nothing was read of it before
    qint64 skipped = 0;  ///< bytes of what is new that are too much for one look
};
LogPlan planLog(const CheckMemory& memory, const LogFile& file);

struct LogCount {
    qint64 lines = 0;  ///< whole ones
    qint64 matching = 0;
    qint64 consumed = 0;  ///< bytes; a line that has no end yet is left for the next look
    QString last;         ///< the last that matched, for people
};
/// Counts lines that hold a text or match a regular expression, which gives up on a line after some
/// ten thousand steps. Blocks: for workers.
LogCount countLog(const QByteArray& bytes, const QString& pattern, bool isRegex);

/// What the lines mean for the check. Pure.
CheckResult judgeLog(const workspace::ServiceCheck& check, const LogPlan& plan,
                     const LogCount& count);

}  // namespace analemma::monitor
