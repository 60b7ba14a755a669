#pragma once

#include "core/operate/src/logcommand.h"

#include <QElapsedTimer>
#include <QTimer>

namespace analemma::operate {

/// One server of a LogTail.
class LogFollower : public QObject {
    Q_OBJECT
public:
    LogFollower(QString server, LogSource source, LogTail::Connect connect, LogTailOptions options);
    ~LogFollower() override;
    void start();
    /// For good, and without a word more.
    void stop();

    [[nodiscard]] LogState state() const { return m_state; }
    [[nodiscard]] QString reason() const { return m_reason; }

Q_SIGNALS:
    void line(const analemma::operate::LogLine& line);
    void stateChanged();

private:
    void open(const std::shared_ptr<ssh::Session>& session);
    void opened(const std::shared_ptr<ssh::Channel>& channel);
    void onOutput(const QByteArray& piece, bool isError);
    void onEnd(const ssh::ChannelEnd& end);
    void takeLine(QByteArray text, bool isError, bool cut);
    void begin(QByteArrayView zone);
    void beginPart(const LogPart& part);
    void tellGap(qint64 bytes);
    void fail(const Error& error);
    void retry(const QString& reason);
    void drop();
    void setState(LogState state, const QString& reason = {});
    void tell(LogLine::Kind kind, qint64 count);
    void tellSkipped();
    [[nodiscard]] bool hasRoom();
    [[nodiscard]] qint64 now() const;

    /// What came of one stream since its last line feed.
    struct Rest {
        QByteArray bytes;
        qint64 raw = 0;  ///< bytes of it that came, also of what was cut
        bool cut = false;
    };

    const QString m_server;
    const LogSource m_source;
    const LogTail::Connect m_connect;
    const LogTailOptions m_options;
    const SystemClock m_machine;
    LogState m_state = LogState::Connecting;
    QString m_reason;
    CancelToken m_cancel;
    std::shared_ptr<ssh::Session> m_session;
    std::shared_ptr<ssh::Channel> m_channel;
    QByteArray m_mark;
    bool m_begun = false;  ///< the mark has come: what follows is the log
    int m_zone = 0;
    Rest m_out;
    Rest m_errors;
    QByteArray m_complaint;  ///< the last line of errors
    qint64 m_lastTime = 0;
    qint64 m_awaySince = 0;  ///< 0: it was never followed, or is
    bool m_wasThere = false;
    LogPosition m_position;  ///< up to the last line that was told
    qint64 m_owed = 0;       ///< up to there all lines are told, however fast they come
    bool m_midLine = false;  ///< what comes first began before what was fetched
    bool m_toldBack = false;
    bool m_atPart = false;  ///< the line that was taken said where the next one stands
    qint64 m_skipped = 0;
    double m_room = 0;  ///< lines that may still come now
    QElapsedTimer m_filled;
    QTimer m_retry;
    QTimer m_skipTimer;
    milliseconds m_backoff{0};
};

}  // namespace analemma::operate
