#include "core/operate/logtail.h"

#include "core/base/text.h"
#include "core/operate/src/logfollower.h"
#include "core/operate/src/logmerge.h"

#include <QPointer>

#include <algorithm>
#include <map>

using namespace Qt::StringLiterals;

namespace analemma::operate {
namespace {

constexpr int kLogTick = 50;
constexpr qsizetype kLongestLogPath = 4096;
constexpr qsizetype kLongestUnit = 256;

/// It may be let go by what it calls.
struct LaterGone {
    void operator()(LogFollower* follower) const
    {
        follower->stop();
        follower->deleteLater();
    }
};

}  // namespace

QString LogSource::text() const
{
    return !file.isEmpty()  ? displayText(file, 200)
           : unit.isEmpty() ? u"journal"_s
                            : u"journal of %1"_s.arg(displayText(unit, 120));
}

Result<void> checkLogSource(const LogSource& source)
{
    const auto hasControl = [](const QString& text) {
        return std::ranges::any_of(text, [](QChar c) { return c.unicode() < 0x20; });
    };
    if (!source.file.isEmpty() && !source.unit.isEmpty()) {
        return Error(ErrorKind::Invalid, u"a log is a file or a unit's journal, not both"_s);
    }
    if (!source.file.isEmpty() &&
        (!source.file.startsWith(u'/') || source.file.size() > kLongestLogPath ||
         hasControl(source.file))) {
        return Error(ErrorKind::Invalid,
                     u"\"%1\" is no full path"_s.arg(displayText(source.file, 80)))
            .withHint(u"Write it from the root on: /var/log/syslog."_s);
    }
    const auto belongs = [](QChar c) { return c.isLetterOrNumber() || u":-_.\\@*"_s.contains(c); };
    if (source.unit.size() > kLongestUnit || !std::ranges::all_of(source.unit, belongs)) {
        return Error(ErrorKind::Invalid,
                     u"\"%1\" is no name of a unit"_s.arg(displayText(source.unit, 80)));
    }
    return {};
}

QString LogLine::sentence() const
{
    switch (kind) {
        case Kind::Skipped:
            return u"%1 lines came too fast and are left out"_s.arg(count);
        case Kind::Gap:
            return count == 0  ? u"%1 are left out here"_s.arg(sizeText(bytes))
                   : bytes > 0 ? u"it was away for %1: %2 of then are left out"_s.arg(
                                     durationText(milliseconds(count)), sizeText(bytes))
                               : u"it was away for %1: lines of then may be missing"_s.arg(
                                     durationText(milliseconds(count)));
        case Kind::Resumed:
            return u"it was away for %1: what was written then follows"_s.arg(
                durationText(milliseconds(count)));
        case Kind::Rotated:
            return u"the log was rotated: another file follows"_s;
        default:
            return QString::fromUtf8(text) + (cut ? u" … (cut)"_s : QString());
    }
}

QString toString(LogLine::Kind kind)
{
    switch (kind) {
        case LogLine::Kind::Note:
            return u"note"_s;
        case LogLine::Kind::Skipped:
            return u"skipped"_s;
        case LogLine::Kind::Gap:
            return u"gap"_s;
        case LogLine::Kind::Resumed:
            return u"resumed"_s;
        case LogLine::Kind::Rotated:
            return u"rotated"_s;
        case LogLine::Kind::Text:
            break;
    }
    return u"text"_s;
}

QString toString(LogState state)
{
    switch (state) {
        case LogState::Connecting:
            return u"connecting"_s;
        case LogState::Following:
            return u"following"_s;
        case LogState::Lost:
            return u"lost"_s;
        case LogState::Refused:
            return u"refused"_s;
        case LogState::Ended:
            break;
    }
    return u"ended"_s;
}

struct LogTail::Body {
    Body(LogTail* tail, Connect connecting, LogTailOptions given)
        : owner(tail), connect(std::move(connecting)), options(given), merge(given.window)
    {
    }

    LogTail* owner;
    Connect connect;
    LogTailOptions options;
    LogMerge merge;
    std::map<QString, std::unique_ptr<LogFollower, LaterGone>> followers;
    QTimer timer;
    QElapsedTimer since;
    bool isOver = false;

    [[nodiscard]] bool all(std::initializer_list<LogState> states) const
    {
        return std::ranges::all_of(followers, [&states](const auto& entry) {
            return std::ranges::find(states, entry.second->state()) != states.end();
        });
    }
    void tick();
};

/// At first lines wait for the servers that have not answered yet: what was there before is one
/// order, too.
void LogTail::Body::tick()
{
    const bool early = since.elapsed() < options.patience.count();
    const bool waiting = std::ranges::any_of(
        followers, [](const auto& entry) { return entry.second->state() == LogState::Connecting; });
    const bool over = all({LogState::Ended, LogState::Refused});
    QList<LogLine> ready;
    if (over) {
        ready = merge.takeAll();
    } else if (!early || !waiting) {
        ready = merge.take(since.elapsed());
    }
    if (merge.isEmpty() && !waiting) {
        timer.stop();
    }
    const QPointer<LogTail> alive(owner);
    if (!ready.isEmpty()) {
        Q_EMIT owner->lines(ready);
    }
    if (alive && over && !std::exchange(isOver, true)) {
        Q_EMIT owner->finished();
    }
}

LogTail::LogTail(Connect connecting, LogTailOptions options, QObject* parent)
    : QObject(parent), m_body(std::make_unique<Body>(this, std::move(connecting), options))
{
    m_body->timer.setInterval(kLogTick);
    connect(&m_body->timer, &QTimer::timeout, this, [this] { m_body->tick(); });
}

LogTail::~LogTail() = default;

Result<void> LogTail::start(const QStringList& servers, const LogSource& source)
{
    if (const Result<void> good = checkLogSource(source); !good) {
        return good;
    }
    stop();
    m_body->merge = LogMerge(m_body->options.window);
    m_body->since.start();
    m_body->isOver = false;
    for (const QString& server : servers) {
        auto& follower = m_body->followers[server];
        if (follower) {
            continue;
        }
        follower.reset(new LogFollower(server, source, m_body->connect, m_body->options));
        connect(follower.get(), &LogFollower::line, this, [this](const LogLine& line) {
            m_body->merge.add(line, m_body->since.elapsed());
            if (!m_body->timer.isActive()) {
                m_body->timer.start();
            }
        });
        connect(follower.get(), &LogFollower::stateChanged, this, [this, server] {
            m_body->timer.start();
            Q_EMIT stateChanged(server);
        });
        follower->start();
    }
    m_body->timer.start();
    return {};
}

void LogTail::stop()
{
    m_body->timer.stop();
    m_body->followers.clear();
}

QStringList LogTail::servers() const
{
    QStringList names;
    for (const auto& [server, follower] : m_body->followers) {
        names.append(server);
    }
    return names;
}

LogState LogTail::state(const QString& server) const
{
    const auto found = m_body->followers.find(server);
    return found == m_body->followers.end() ? LogState::Ended : found->second->state();
}

QString LogTail::reason(const QString& server) const
{
    const auto found = m_body->followers.find(server);
    return found == m_body->followers.end() ? QString() : found->second->reason();
}

}  // namespace analemma::operate
