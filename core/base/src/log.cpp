#include "core/base/log.h"

#include "core/base/clock.h"
#include "core/base/files.h"
#include "core/base/secret.h"
#include "core/base/descriptor.h"
#include "core/base/text.h"

#include <QDateTime>
#include <QFile>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <mutex>

using namespace Qt::StringLiterals;

namespace analemma {
namespace {

constexpr qint64 limitBytes = 4 * 1024 * 1024;
constexpr qsizetype longestText = 8192;

struct Log {
    std::mutex mutex;
    Redactor redactor;
    QByteArray path;  ///< empty: not started
    Descriptor file;
    bool debug = qEnvironmentVariable("ANALEMMA_LOG") == u"debug"_s;
};

/// Lives as long as the process: threads may log while main() returns.
Log& theLog()
{
    static Log* const log = new Log;
    return *log;
}

QString levelWord(LogLevel level)
{
    switch (level) {
        case LogLevel::Debug:
            return u"debug"_s;
        case LogLevel::Info:
            return u"info"_s;
        case LogLevel::Warning:
            return u"warning"_s;
    }
    return {};
}

void reopen(Log& log)
{
    log.file = Descriptor(
        ::open(log.path.constData(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
}

/// Keeps one older file. Another process may have turned the file over already: then only ours is
/// opened anew.
void turnOver(Log& log)
{
    struct stat ours {};
    if (!log.file.valid() || ::fstat(log.file.get(), &ours) != 0 || ours.st_size < limitBytes) {
        return;
    }
    struct stat there {};
    const bool same = ::stat(log.path.constData(), &there) == 0 && there.st_ino == ours.st_ino;
    if (same) {
        ::rename(log.path.constData(), (log.path + ".1").constData());
    }
    reopen(log);
}

void writeLine(int fd, const QByteArray& line)
{
    // One write: lines of two processes do not mix in a file opened with O_APPEND. A log that
    // cannot be written must not stop the program.
    const ssize_t count = ::write(fd, line.constData(), static_cast<size_t>(line.size()));
    static_cast<void>(count);
}

}  // namespace

void logLine(LogLevel level, const char* area, const QString& text)
{
    Log& log = theLog();
    const std::scoped_lock lock(log.mutex);
    const bool toScreen = log.debug || (log.path.isEmpty() && level == LogLevel::Warning);
    const bool toFile = !log.path.isEmpty() && (level != LogLevel::Debug || log.debug);
    if (!toScreen && !toFile) {
        return;
    }
    const QString shown = displayText(log.redactor.redact(text), longestText);
    const QByteArray line = u"%1 %2 %3 %4\n"_s
                                .arg(toIso(QDateTime::currentDateTimeUtc()), levelWord(level),
                                     QLatin1StringView(area), shown)
                                .toUtf8();
    if (toScreen) {
        writeLine(STDERR_FILENO, line);
    }
    if (toFile) {
        turnOver(log);
        if (log.file.valid()) {
            writeLine(log.file.get(), line);
        }
    }
}

void startLog(const QString& folder)
{
    const auto made = makeFolder(folder);
    Log& log = theLog();
    {
        const std::scoped_lock lock(log.mutex);
        log.path = QFile::encodeName(folder + u"/analemma.log"_s);
        reopen(log);
        if (log.file.valid()) {
            return;
        }
        log.path.clear();
    }
    logLine(LogLevel::Warning, "log",
            made ? u"no log is written: %1 cannot be opened"_s.arg(folder) : made.error().message);
}

void hideInLog(const Secret& secret)
{
    Log& log = theLog();
    const std::scoped_lock lock(log.mutex);
    log.redactor.add(secret);
}

}  // namespace analemma
