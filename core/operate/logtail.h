#pragma once

#include "core/base/clock.h"
#include "core/base/task.h"
#include "core/ssh/system.h"

#include <QList>
#include <QObject>
#include <QStringList>

#include <functional>
#include <memory>

/// The ends of logs of several servers, followed at once and merged by time.
namespace analemma::operate {

/// Where a log is read: a file, or the journal of systemd.
struct LogSource {
    QString file;                        ///< full path there; empty: the journal
    QString unit;                        ///< of the journal; empty: all units
    [[nodiscard]] QString text() const;  ///< "/var/log/syslog", "journal of nginx"
};
/// Invalid: not a full path, or a unit's name that is none. Pure.
Result<void> checkLogSource(const LogSource& source);

struct LogTailOptions {
    int backlog = 200;  ///< lines of before, of each server
    bool follow = true;
    qsizetype longestLine = 8'192;  ///< bytes; a longer one is cut, and says so
    int linesPerSecond = 2'000;     ///< of one server; more are skipped and counted
    milliseconds window{500};       ///< lines wait so long for earlier ones of other servers
    milliseconds patience{3'000};   ///< at first: for servers that have not answered yet
    milliseconds firstRetry{1'000};
    milliseconds longestRetry{30'000};
    qint64 missed = 256 * 1024;  ///< bytes of a file that are fetched after a gap; more are skipped
    const Clock* clock = nullptr;  ///< the machine's
};

/// One line, as it is merged.
struct LogLine {
    enum class Kind {
        Text,     ///< of the log
        Note,     ///< what the reading program there complains about
        Skipped,  ///< `count` lines came too fast and are left out here
        Gap,      ///< the server was away for `count` ms: lines of then are missing, or may be
        Resumed,  ///< it was away for `count` ms: what was written then follows, all of it
        Rotated,  ///< another file has the name now, or the file begins anew
    };
    QString server;
    Kind kind = Kind::Text;
    qint64 time = 0;    ///< milliseconds since 1970, UTC
    bool told = false;  ///< the line says its time; else it is that of its arrival
    bool cut = false;
    qint64 count = 0;
    qint64 bytes = 0;  ///< Gap: so many are left out; 0: not known
    QByteArray text;   ///< foreign bytes, without line feed

    /// The text, or a sentence for what is none.
    [[nodiscard]] QString sentence() const;
};
QString toString(LogLine::Kind kind);

enum class LogState {
    Connecting,
    Following,
    Lost,     ///< there will be another try
    Refused,  ///< not without a change
    Ended,    ///< all was read; only without `follow`
};
QString toString(LogState state);

/// Follows one log on several servers: tail -F (or journalctl -f) on an SSH channel of each, which
/// ends there with its channel. A server that goes away is connected to again: of a file, what
/// was written meanwhile is fetched, no line twice, also when it was rotated; what is missing is
/// told.
/// Main thread.
class LogTail : public QObject {
    Q_OBJECT
public:
    /// Errors as of Hosts::connect().
    using Connect =
        std::function<Task<Result<ssh::ChosenSession>>(QString server, CancelToken cancel)>;

    explicit LogTail(Connect connect, LogTailOptions options = {}, QObject* parent = nullptr);
    ~LogTail() override;

    /// In place of what was followed before. Errors: those of checkLogSource().
    Result<void> start(const QStringList& servers, const LogSource& source);
    /// Ends the programs there; connections are left to their other users.
    void stop();

    [[nodiscard]] QStringList servers() const;
    /// Of a server that is not followed: Ended.
    [[nodiscard]] LogState state(const QString& server) const;
    /// Why, for people; empty while it is followed.
    [[nodiscard]] QString reason(const QString& server) const;

Q_SIGNALS:
    /// In the order of their times, as far as the window reaches; of one server in its own order.
    void lines(const QList<analemma::operate::LogLine>& lines);
    void stateChanged(const QString& server);
    /// Nothing more will come: each server has Ended or Refused, and all lines were told.
    void finished();

private:
    struct Body;
    std::unique_ptr<Body> m_body;
};

}  // namespace analemma::operate
