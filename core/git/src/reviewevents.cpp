#include "core/git/src/reviewevents.h"

#include "core/base/clock.h"
#include "core/base/readers.h"

#include <QCryptographicHash>
#include <QJsonDocument>
#include <QSet>

#include <algorithm>
#include <map>
#include <tuple>

using namespace Qt::StringLiterals;

namespace analemma::git {

namespace {

constexpr int reviewSchema = 1;
constexpr int reviewLineNumbers = 10'000'000;

using Kind = ReviewEvent::Kind;
constexpr Kind reviewKinds[] = {Kind::Open,       Kind::Comment,  Kind::Reply,
                                Kind::Resolve,    Kind::Reopen,   Kind::Approve,
                                Kind::AskChanges, Kind::Withdraw, Kind::Close};

Kind reviewKindOf(const QString& word)
{
    for (const Kind kind : reviewKinds) {
        if (toString(kind) == word) {
            return kind;
        }
    }
    return Kind::Unknown;
}

/// A whole id of a commit; empty for all else.
QString reviewCommitOf(const QJsonValue& value)
{
    const QString text = value.toString();
    const bool isId = text.size() == 40 && std::all_of(text.begin(), text.end(), [](QChar c) {
                          return (c >= u'0' && c <= u'9') || (c >= u'a' && c <= u'f');
                      });
    return isId ? text : QString();
}

/// Paths are any bytes; those that are no UTF-8 stand as base 64.
QByteArray reviewPathOf(const Json& json)
{
    const QByteArray path = json.contains(u"path64"_s)
                                ? QByteArray::fromBase64(json[u"path64"_s].toString().toLatin1())
                                : json[u"path"_s].toString().toUtf8();
    return path.contains('\0') ? QByteArray() : path;
}

void putPath(Json& json, const QByteArray& path)
{
    const QString text = QString::fromUtf8(path);
    if (text.toUtf8() == path) {
        json[u"path"_s] = text;
    } else {
        json[u"path64"_s] = QString::fromLatin1(path.toBase64());
    }
}

QList<QByteArray> reviewLines(const QByteArray& note)
{
    QList<QByteArray> lines = note.split('\n');
    lines.removeIf([](const QByteArray& line) { return line.trimmed().isEmpty(); });
    return lines;
}

/// What lines are put in order by: events by time and id, all else behind them.
struct OrderedLine {
    qint64 at = std::numeric_limits<qint64>::max();
    QString id;
    QByteArray bytes;
    std::optional<ReviewEvent> event;

    explicit OrderedLine(const QByteArray& line) : bytes(line), event(readReviewEvent(line))
    {
        if (event) {
            at = event->at.toMSecsSinceEpoch();
            id = event->id;
        }
    }
    bool operator<(const OrderedLine& other) const
    {
        return std::tie(at, id, bytes) < std::tie(other.at, other.id, other.bytes);
    }
};

std::vector<OrderedLine> orderedLines(const QList<QByteArray>& notes)
{
    QSet<QByteArray> seen;
    std::vector<OrderedLine> lines;
    for (const QByteArray& note : notes) {
        for (const QByteArray& line : reviewLines(note)) {
            if (!seen.contains(line)) {
                seen.insert(line);
                lines.emplace_back(line);
            }
        }
    }
    std::sort(lines.begin(), lines.end());
    return lines;
}

/// No clock was before git, none is more than a day ahead.
bool isPossibleTime(const QDateTime& at, const QDateTime& now)
{
    static const QDateTime first(QDate(2005, 4, 7), QTime(0, 0), Qt::UTC);
    return at >= first && at <= now.addDays(1);
}

bool isVerdict(Kind kind)
{
    return kind == Kind::Approve || kind == Kind::AskChanges || kind == Kind::Withdraw;
}

/// What the events do, in their order. Threads are known from all events: clocks differ, and an
/// answer may bear an earlier time than its question.
class ReviewFold {
public:
    explicit ReviewFold(Review& review) : m_review(review)
    {
        for (const ReviewEvent& event : std::as_const(review.events)) {
            if (event.counts && event.kind == Kind::Comment) {
                m_threads.insert(event.id, review.threads.size());
                ReviewThread thread;
                thread.comments.append(event);
                thread.pathNow = event.path;
                thread.lineNow = event.line;
                review.threads.append(thread);
            }
        }
    }

    void run()
    {
        for (const ReviewEvent& event : std::as_const(m_review.events)) {
            if (event.counts) {
                take(event);
            }
        }
        for (const auto& [person, verdict] : m_verdicts) {
            m_review.verdicts.append(verdict);
        }
        std::sort(m_review.verdicts.begin(), m_review.verdicts.end(),
                  [](const ReviewEvent& a, const ReviewEvent& b) {
                      return std::tie(a.at, a.id) < std::tie(b.at, b.id);
                  });
        m_review.state = m_closed ? ReviewState::Closed : ReviewState::Open;
    }

private:
    void take(const ReviewEvent& event)
    {
        const qsizetype thread = m_threads.value(event.thread, -1);
        switch (event.kind) {
            case Kind::Reply:
                if (thread >= 0) {
                    m_review.threads[thread].comments.append(event);
                }
                break;
            case Kind::Resolve:
            case Kind::Reopen:
                if (thread >= 0) {
                    m_review.threads[thread].resolved = event.kind == Kind::Resolve;
                } else if (event.kind == Kind::Reopen && event.thread.isEmpty()) {
                    m_closed = false;
                }
                break;
            case Kind::Close:
                m_closed = true;
                break;
            case Kind::Approve:
            case Kind::AskChanges:
            case Kind::Withdraw:
                judge(event);
                break;
            case Kind::Open:
            case Kind::Comment:
            case Kind::Unknown:
                break;
        }
        if (!event.commit.isEmpty() && (isVerdict(event.kind) || event.kind == Kind::Comment)) {
            m_review.tip = event.commit;
        }
        if (!event.base.isEmpty() && isVerdict(event.kind)) {
            m_review.base = event.base;
        }
    }

    /// Nobody approves what they opened themselves.
    void judge(const ReviewEvent& event)
    {
        const QString person = reviewerKey(event.by);
        const bool isOwn = person == reviewerKey(m_review.by);
        if (event.kind == Kind::Withdraw || (event.kind == Kind::Approve && isOwn)) {
            m_verdicts.erase(person);
        } else if (!event.commit.isEmpty()) {
            m_verdicts[person] = event;
        }
    }

    Review& m_review;
    QHash<QString, qsizetype> m_threads;
    std::map<QString, ReviewEvent> m_verdicts;
    bool m_closed = false;
};

}  // namespace

// ---- words --------------------------------------------------------------------------------------

QString toString(ReviewState state)
{
    switch (state) {
        case ReviewState::None:
            return u"none"_s;
        case ReviewState::Open:
            return u"open"_s;
        case ReviewState::ChangesAsked:
            return u"changes asked"_s;
        case ReviewState::Approved:
            return u"approved"_s;
        case ReviewState::Closed:
            return u"closed"_s;
    }
    return {};
}

QString toString(ReviewEvent::Kind kind)
{
    switch (kind) {
        case Kind::Open:
            return u"open"_s;
        case Kind::Comment:
            return u"comment"_s;
        case Kind::Reply:
            return u"reply"_s;
        case Kind::Resolve:
            return u"resolve"_s;
        case Kind::Reopen:
            return u"reopen"_s;
        case Kind::Approve:
            return u"approve"_s;
        case Kind::AskChanges:
            return u"request-changes"_s;
        case Kind::Withdraw:
            return u"withdraw"_s;
        case Kind::Close:
            return u"close"_s;
        case Kind::Unknown:
            return u"unknown"_s;
    }
    return {};
}

QString reviewerKey(const Reviewer& reviewer)
{
    return (reviewer.email.isEmpty() ? reviewer.name : reviewer.email).trimmed().toCaseFolded();
}

// ---- lines --------------------------------------------------------------------------------------

QByteArray writeReviewEvent(const ReviewEvent& event)
{
    Json json{{u"v"_s, reviewSchema},
              {u"id"_s, event.id},
              {u"at"_s, toIso(event.at)},
              {u"by"_s, Json{{u"name"_s, event.by.name}, {u"email"_s, event.by.email}}},
              {u"kind"_s, event.word.isEmpty() ? toString(event.kind) : event.word}};
    const std::pair<QString, QString> texts[] = {
        {u"text"_s, event.text},     {u"commit"_s, event.commit}, {u"base"_s, event.base},
        {u"thread"_s, event.thread}, {u"branch"_s, event.branch}, {u"against"_s, event.against},
        {u"title"_s, event.title}};
    for (const auto& [name, value] : texts) {
        if (!value.isEmpty()) {
            json[name] = value;
        }
    }
    if (!event.path.isEmpty()) {
        putPath(json, event.path);
    }
    if (event.line > 0) {
        json[u"line"_s] = event.line;
        json[u"side"_s] = event.old ? u"old"_s : u"new"_s;
    }
    return QJsonDocument(json).toJson(QJsonDocument::Compact);
}

std::optional<ReviewEvent> readReviewEvent(const QByteArray& line)
{
    ReadLimits limits;
    limits.bytes = reviewLineLimit;
    limits.depth = 16;
    limits.nodes = 1'000;
    const Result<Json> read = readJsonObject(line, limits);
    if (!read) {
        return std::nullopt;
    }
    const Json& json = *read;
    ReviewEvent event;
    event.id = json[u"id"_s].toString();
    event.at = fromIso(json[u"at"_s].toString()).toUTC();
    event.word = json[u"kind"_s].toString();
    const Json by = json[u"by"_s].toObject();
    event.by = Reviewer{by[u"name"_s].toString(), by[u"email"_s].toString()};
    if (event.id.isEmpty() || !event.at.isValid() || event.word.isEmpty() ||
        reviewerKey(event.by).isEmpty()) {
        return std::nullopt;
    }
    event.kind = json[u"v"_s].toInt() == reviewSchema ? reviewKindOf(event.word) : Kind::Unknown;
    event.text = json[u"text"_s].toString();
    event.commit = reviewCommitOf(json[u"commit"_s]);
    event.base = reviewCommitOf(json[u"base"_s]);
    event.thread = json[u"thread"_s].toString();
    event.branch = json[u"branch"_s].toString();
    event.against = json[u"against"_s].toString();
    event.title = json[u"title"_s].toString();
    event.path = reviewPathOf(json);
    const int number = json[u"line"_s].toInt();
    event.line = number > 0 && number <= reviewLineNumbers && !event.path.isEmpty() ? number : 0;
    event.old = event.line > 0 && json[u"side"_s].toString() == u"old";
    return event;
}

QByteArray joinReviewNotes(const QList<QByteArray>& notes)
{
    QByteArray joined;
    for (const OrderedLine& line : orderedLines(notes)) {
        joined += line.bytes + '\n';
    }
    return joined;
}

QString reviewIdOf(const QByteArray& openingLine)
{
    const QByteArray blob = openingLine + '\n';
    QCryptographicHash hash(QCryptographicHash::Sha1);
    hash.addData("blob " + QByteArray::number(blob.size()) + '\0' + blob);
    return QString::fromLatin1(hash.result().toHex());
}

// ---- adding up ----------------------------------------------------------------------------------

std::optional<Review> readReview(const QString& id, const QByteArray& note, const QDateTime& now)
{
    Review review;
    review.id = id;
    bool isOpened = false;
    QSet<QString> ids;
    const std::vector<OrderedLine> lines = orderedLines({note});
    for (const OrderedLine& line : lines) {
        if (line.event && line.event->kind == Kind::Open && reviewIdOf(line.bytes) == id) {
            const ReviewEvent& opening = *line.event;
            isOpened = true;
            ids.insert(opening.id);  // before all others of that id
            review.branch = opening.branch;
            review.against = opening.against;
            review.title = opening.title;
            review.text = opening.text;
            review.by = opening.by;
            review.opened = opening.at;
            review.tip = opening.commit;
            review.base = opening.base;
        }
    }
    if (!isOpened) {
        return std::nullopt;
    }
    for (const OrderedLine& line : lines) {
        if (!line.event) {
            ++review.leftOut;
            continue;
        }
        ReviewEvent event = *line.event;
        const bool isOpening = event.kind == Kind::Open && reviewIdOf(line.bytes) == id;
        event.counts = isOpening || (event.kind != Kind::Open && isPossibleTime(event.at, now) &&
                                     !ids.contains(event.id));
        if (event.counts) {
            ids.insert(event.id);
            review.changed = std::max(review.changed, event.at);
        }
        review.events.append(event);
    }
    ReviewFold(review).run();
    return review;
}

void settleReview(Review& review, const QString& tip)
{
    if (!tip.isEmpty()) {
        review.tip = tip;
    }
    if (review.state == ReviewState::Closed) {
        return;
    }
    review.state = ReviewState::Open;
    for (const ReviewEvent& verdict : std::as_const(review.verdicts)) {
        if (verdict.kind == Kind::AskChanges) {
            review.state = ReviewState::ChangesAsked;
            return;
        }
        if (!review.isStale(verdict)) {
            review.state = ReviewState::Approved;
        }
    }
}

QDateTime timeAfter(const QList<ReviewEvent>& events, const QDateTime& now)
{
    QDateTime time = now;
    for (const ReviewEvent& event : events) {
        if (event.counts && event.at >= time && isPossibleTime(event.at, now)) {
            time = event.at.addMSecs(1);
        }
    }
    return isPossibleTime(time, now) ? time : now;
}

int Review::openThreads() const
{
    return int(std::count_if(threads.begin(), threads.end(),
                             [](const ReviewThread& thread) { return !thread.resolved; }));
}

bool Review::isStale(const ReviewEvent& verdict) const
{
    return verdict.kind == ReviewEvent::Kind::Approve && verdict.commit != tip;
}

}  // namespace analemma::git
