#include "core/operate/src/logfollower.h"

#include "core/base/text.h"
#include "core/operate/src/logtime.h"

#include <QRandomGenerator>

#include <array>

using namespace Qt::StringLiterals;

namespace analemma::operate {
namespace {

constexpr int kSkippedToldEvery = 1'000;
constexpr int kNoSuchProgram = 127;

/// No other try helps as long as nothing changes.
bool isFinalForLogs(ErrorKind kind)
{
    switch (kind) {
        case ErrorKind::Auth:
        case ErrorKind::HostKey:
        case ErrorKind::Invalid:
        case ErrorKind::NotFound:
        case ErrorKind::Refused:
        case ErrorKind::Unsupported:
            return true;
        default:
            return false;
    }
}

}  // namespace

LogFollower::LogFollower(QString server, LogSource source, LogTail::Connect connecting,
                         LogTailOptions options)
    : m_server(std::move(server)),
      m_source(std::move(source)),
      m_connect(std::move(connecting)),
      m_options(options)
{
    m_retry.setSingleShot(true);
    connect(&m_retry, &QTimer::timeout, this, &LogFollower::start);
    m_skipTimer.setSingleShot(true);
    connect(&m_skipTimer, &QTimer::timeout, this, &LogFollower::tellSkipped);
}

LogFollower::~LogFollower()
{
    drop();
}

void LogFollower::stop()
{
    disconnect();
    m_skipTimer.stop();
    drop();
}

qint64 LogFollower::now() const
{
    const Clock* clock = m_options.clock != nullptr ? m_options.clock : &m_machine;
    return clock->now().toMSecsSinceEpoch();
}

void LogFollower::setState(LogState state, const QString& reason)
{
    const bool isOther = state != m_state || reason != m_reason;
    m_state = state;
    m_reason = reason;
    if (isOther) {
        Q_EMIT stateChanged();
    }
}

void LogFollower::drop()
{
    m_cancel.cancel();
    m_retry.stop();
    if (m_channel) {
        disconnect(m_channel.get(), nullptr, this, nullptr);
        m_channel->close();
        m_channel.reset();
    }
    m_session.reset();
    m_out = {};
    m_errors = {};
    m_begun = false;
}

void LogFollower::start()
{
    drop();
    m_cancel = CancelToken();
    std::array<quint32, 4> random{};
    QRandomGenerator::system()->fillRange(random.data(), random.size());
    m_mark = QByteArray(reinterpret_cast<const char*>(random.data()), sizeof random).toHex();
    then(m_connect(m_server, m_cancel), this,
         [this, token = m_cancel](const Result<ssh::ChosenSession>& chosen) {
             if (token.isCancelled()) {
                 return;
             }
             if (chosen) {
                 open(chosen->session);
             } else {
                 fail(chosen.error());
             }
         });
}

void LogFollower::open(const std::shared_ptr<ssh::Session>& session)
{
    m_session = session;
    ssh::ShellOptions options;
    options.terminal = false;
    LogQuestion question;
    question.source = m_source;
    question.backlog = m_wasThere ? 0 : m_options.backlog;
    question.follow = m_options.follow;
    question.from = m_position;
    question.most = m_options.missed;
    options.command = logCommand(question, m_mark);
    then(session->openShell(std::move(options), m_cancel), this,
         [this, token = m_cancel](const Result<std::shared_ptr<ssh::Channel>>& channel) {
             if (token.isCancelled()) {
                 return;
             }
             if (channel) {
                 opened(*channel);
             } else {
                 fail(channel.error());
             }
         });
}

void LogFollower::opened(const std::shared_ptr<ssh::Channel>& channel)
{
    m_channel = channel;
    connect(channel.get(), &ssh::Channel::output, this, &LogFollower::onOutput);
    connect(channel.get(), &ssh::Channel::ended, this, &LogFollower::onEnd);
    m_room = double(m_options.backlog) + m_options.linesPerSecond;
    m_filled.start();
    channel->start();
}

// ---- lines --------------------------------------------------------------------------------------

void LogFollower::onOutput(const QByteArray& piece, bool isError)
{
    m_channel->taken(piece.size());
    Rest& rest = isError ? m_errors : m_out;
    qsizetype from = 0;
    while (from < piece.size()) {
        const qsizetype end = piece.indexOf('\n', from);
        const qsizetype to = end < 0 ? piece.size() : end;
        const qsizetype fits =
            std::min(to - from, std::max<qsizetype>(0, m_options.longestLine - rest.bytes.size()));
        rest.bytes.append(piece.constData() + from, fits);
        rest.cut = rest.cut || fits < to - from;
        rest.raw += to - from;
        from = to + 1;
        if (end >= 0) {
            const bool cut = std::exchange(rest.cut, false);
            const qint64 raw = std::exchange(rest.raw, 0) + 1;
            takeLine(std::exchange(rest.bytes, {}), isError, cut);
            if (!isError && m_begun && m_position.isKnown() && !m_atPart) {
                m_position.offset += raw;
            }
            m_atPart = false;
        }
    }
}

void LogFollower::begin(QByteArrayView zone)
{
    m_begun = true;
    m_backoff = milliseconds(0);
    m_zone = zoneSeconds(zone).value_or(0);
    m_toldBack = false;
    m_atPart = true;
    if (m_source.file.isEmpty() || !m_options.follow) {
        tellGap(0);  // nobody says what is missing of a journal
    }
    m_wasThere = true;
    setState(LogState::Following);
}

/// That it is back, once.
void LogFollower::tellGap(qint64 bytes)
{
    if (m_awaySince == 0 || std::exchange(m_toldBack, true)) {
        return;
    }
    LogLine made;
    made.server = m_server;
    made.kind = LogLine::Kind::Gap;
    made.count = now() - m_awaySince;
    made.bytes = bytes;
    made.time = now();
    m_awaySince = 0;
    Q_EMIT line(made);
}

void LogFollower::beginPart(const LogPart& part)
{
    m_position = part.at;
    m_owed = part.kind == LogPartKind::First ? 0 : part.until;
    m_midLine = part.skipped > 0;
    switch (part.kind) {
        case LogPartKind::First:
        case LogPartKind::Unplaced:
            tellGap(0);
            break;
        case LogPartKind::Same:
        case LogPartKind::Rest:
            if (part.skipped > 0) {
                tellGap(part.skipped);
            } else if (m_awaySince != 0) {
                tell(LogLine::Kind::Resumed, now() - std::exchange(m_awaySince, 0));
                m_toldBack = true;
            }
            break;
        case LogPartKind::Rotated:
        case LogPartKind::Replaced:
        case LogPartKind::Truncated:
            tellGap(part.skipped);
            tell(LogLine::Kind::Rotated, 0);
            if (part.skipped > 0 && m_toldBack) {
                LogLine made;  // of the new one, too, more was written than is fetched
                made.server = m_server;
                made.kind = LogLine::Kind::Gap;
                made.bytes = part.skipped;
                made.time = now();
                Q_EMIT line(made);
            }
            break;
    }
}

/// A bucket that is filled as time goes by.
bool LogFollower::hasRoom()
{
    const double most = double(m_options.backlog) + m_options.linesPerSecond;
    m_room =
        std::min(most, m_room + double(m_filled.restart()) * m_options.linesPerSecond / 1000.0);
    if (m_room < 1) {
        return false;
    }
    m_room -= 1;
    return true;
}

void LogFollower::takeLine(QByteArray text, bool isError, bool cut)
{
    if (text.endsWith('\r')) {
        text.chop(1);
    }
    if (!m_begun) {
        const qsizetype at = isError ? -1 : text.indexOf(m_mark + ' ');
        if (at >= 0) {
            begin(QByteArrayView(text).sliced(at + m_mark.size() + 1));
        } else if (isError) {
            m_complaint = text;
        }
        return;  // what start files of the login shell print
    }
    if (isError) {
        m_complaint = text;
    } else if (const qsizetype at = text.indexOf(m_mark + " @ "); at >= 0) {
        const auto part = readLogPart(QByteArrayView(text).sliced(at + m_mark.size() + 1));
        if (at > 0) {
            takeLine(text.first(at), false, false);  // the end of a file that has no line feed
        }
        if (part) {
            beginPart(*part);
            m_atPart = true;
            return;
        }
    } else if (std::exchange(m_midLine, false)) {
        return;
    }
    const bool owed = !isError && m_position.isKnown() && m_position.offset < m_owed;
    if (!owed && !hasRoom()) {
        ++m_skipped;
        if (!m_skipTimer.isActive()) {
            m_skipTimer.start(kSkippedToldEvery);
        }
        return;
    }
    tellSkipped();
    LogLine made;
    made.server = m_server;
    made.kind = isError ? LogLine::Kind::Note : LogLine::Kind::Text;
    made.cut = cut;
    const qint64 arrived = now();
    const std::optional<qint64> told = isError ? std::nullopt : logTime(text, m_zone, arrived);
    const bool goesOn = !told && m_lastTime != 0 && !text.isEmpty() &&
                        (text.front() == ' ' || text.front() == '\t');
    made.told = told.has_value();
    made.time = told ? *told : goesOn ? m_lastTime : arrived;  // a trace stays with its line
    m_lastTime = made.time;
    made.text = std::move(text);
    Q_EMIT line(made);
}

void LogFollower::tell(LogLine::Kind kind, qint64 count)
{
    LogLine made;
    made.server = m_server;
    made.kind = kind;
    made.count = count;
    made.time = kind == LogLine::Kind::Skipped && m_lastTime != 0 ? m_lastTime : now();
    Q_EMIT line(made);
}

void LogFollower::tellSkipped()
{
    m_skipTimer.stop();
    if (const qint64 count = std::exchange(m_skipped, 0); count > 0) {
        tell(LogLine::Kind::Skipped, count);
    }
}

// ---- ends ---------------------------------------------------------------------------------------

void LogFollower::onEnd(const ssh::ChannelEnd& end)
{
    for (Rest* rest : {&m_out, &m_errors}) {
        // A line that has not ended is fetched again, whole.
        const bool comesAgain = rest == &m_out && m_options.follow && m_position.isKnown();
        if (!rest->bytes.isEmpty() && !comesAgain) {
            takeLine(std::exchange(rest->bytes, {}), rest == &m_errors, rest->cut);
        }
    }
    tellSkipped();
    const QString complaint = displayText(QByteArrayView(m_complaint), 200);
    if (end.error) {
        retry(end.error->message);
    } else if (end.exitCode == kNoSuchProgram) {
        drop();
        setState(LogState::Refused,
                 complaint.isEmpty() ? u"the server has no program that reads it"_s : complaint);
    } else if (!m_options.follow) {
        drop();
        setState(end.ok() ? LogState::Ended : LogState::Refused, end.ok() ? QString() : complaint);
    } else {
        retry(complaint.isEmpty() ? u"the program that reads it there was ended"_s : complaint);
    }
}

void LogFollower::fail(const Error& error)
{
    const QString reason =
        error.hint.isEmpty() ? error.message : error.message + u". "_s + error.hint;
    if (isFinalForLogs(error.kind) || !m_options.follow) {
        drop();
        setState(LogState::Refused, reason);
    } else {
        retry(reason);
    }
}

void LogFollower::retry(const QString& reason)
{
    if (m_wasThere && m_awaySince == 0) {
        m_awaySince = now();
    }
    drop();
    m_backoff = std::clamp(m_backoff * 2, m_options.firstRetry, m_options.longestRetry);
    m_retry.start(m_backoff);
    setState(LogState::Lost, reason);
}

}  // namespace analemma::operate
