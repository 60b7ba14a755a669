#include "core/ssh/ssh.h"

#include "core/base/text.h"
#include "core/ssh/src/connect.h"
#include "core/ssh/src/session.h"

#include <QStringList>

#include <algorithm>
#include <map>
#include <mutex>

using namespace Qt::StringLiterals;

namespace analemma::ssh {
namespace {

using SessionPtr = std::shared_ptr<Session>;

/// Sessions that are open or being opened for shared(), by target.
struct Shelf {
    struct Opening {
        CancelToken token;  ///< cancelled when nobody waits any more
        std::map<quint64, Promise<SessionPtr>> waiting;
        quint64 nextId = 1;
    };
    std::mutex mutex;
    std::map<QString, std::weak_ptr<Session>> open;
    std::map<QString, std::shared_ptr<Opening>> opening;
};

QString keyOf(const Target& target)
{
    QStringList parts = {target.text(), target.keyFile, target.hostKey};
    for (const Target& hop : target.hops) {
        parts += keyOf(hop);
    }
    return parts.join(QChar(u'\n'));
}

/// What connecting needs; shared with the coroutines that outlive the Client's call.
struct Home {
    std::shared_ptr<Pool> pool = std::make_shared<Pool>();
    std::shared_ptr<Shelf> shelf = std::make_shared<Shelf>();
    std::shared_ptr<TaskScope> scope = std::make_shared<TaskScope>();
};

Task<Result<SessionPtr>> shareIt(Home home, Target target, ConnectOptions options,
                                 CancelToken cancel);

/// The n-th jump host, reached through those before it.
Target hopOf(const Target& target, std::size_t index)
{
    Target hop = target.hops[index];
    hop.hops.assign(target.hops.begin(), target.hops.begin() + std::ptrdiff_t(index));
    return hop;
}

/// The session that carries one to the target; null when it is reached directly.
Task<Result<SessionPtr>> openHops(Home home, Target target, ConnectOptions options,
                                  CancelToken cancel)
{
    SessionPtr last;
    for (std::size_t i = 0; i < target.hops.size(); ++i) {
        Result<SessionPtr> hop = co_await shareIt(home, hopOf(target, i), options, cancel);
        if (!hop) {
            const QString name = u"hop %1 of %2: %3"_s.arg(i + 1)
                                     .arg(target.hops.size())
                                     .arg(displayText(target.hops[i].host, 100));
            co_return hop.error().kind == ErrorKind::Cancelled ? hop.error() : hop.error().in(name);
        }
        last = std::move(*hop);
    }
    co_return last;
}

Task<Result<SessionPtr>> connectIt(Home home, Target target, ConnectOptions options,
                                   CancelToken cancel)
{
    const Result<void> valid = checkTarget(target);
    if (!valid) {
        co_return valid.error();
    }
    const Result<SessionPtr> via = co_await openHops(home, target, options, cancel);
    if (!via) {
        co_return via.error();
    }
    const std::shared_ptr<Link> carrier = *via ? linkOf(**via) : nullptr;
    const Result<std::shared_ptr<Link>> link =
        co_await openLink(home.pool, carrier, target, options, cancel);
    if (!link) {
        co_return link.error();
    }
    co_return makeSession(*link, *via);
}

/// Opens the session that all who ask for it meanwhile get.
Task<Result<void>> openShared(Home home, std::shared_ptr<Shelf::Opening> opening, Target target,
                              ConnectOptions options)
{
    const std::shared_ptr<Shelf> shelf = home.shelf;
    const Result<SessionPtr> session = co_await connectIt(home, target, options, opening->token);
    std::map<quint64, Promise<SessionPtr>> waiting;
    {
        const std::scoped_lock lock(shelf->mutex);
        const QString key = keyOf(target);
        const auto place = shelf->opening.find(key);
        if (place != shelf->opening.end() && place->second == opening) {
            shelf->opening.erase(place);
        }
        if (session) {
            shelf->open[key] = *session;
        }
        waiting.swap(opening->waiting);
    }
    for (const auto& [id, promise] : waiting) {
        promise.finish(session);
    }
    co_return Result<void>();
}

/// What a caller of shared() finds.
struct ShelfPlace {
    SessionPtr session;  ///< open already, or:
    std::shared_ptr<Shelf::Opening> opening;
    bool isFirst = false;  ///< the caller starts the opening
};

ShelfPlace lookUp(Shelf& shelf, const QString& key)
{
    const std::scoped_lock lock(shelf.mutex);
    std::erase_if(shelf.open, [](const auto& entry) { return entry.second.expired(); });
    const auto found = shelf.open.find(key);
    if (found != shelf.open.end()) {
        SessionPtr session = found->second.lock();
        if (session && session->isConnected()) {
            return {std::move(session), nullptr, false};
        }
    }
    std::shared_ptr<Shelf::Opening>& opening = shelf.opening[key];
    const bool isFirst = !opening || opening->token.isCancelled();
    if (isFirst) {
        opening = std::make_shared<Shelf::Opening>();
    }
    return {nullptr, opening, isFirst};
}

void leave(Shelf& shelf, Shelf::Opening& opening, quint64 id)
{
    std::optional<Promise<SessionPtr>> left;
    bool isLast = false;
    {
        const std::scoped_lock lock(shelf.mutex);
        const auto found = opening.waiting.find(id);
        if (found == opening.waiting.end()) {
            return;
        }
        left = found->second;
        opening.waiting.erase(found);
        isLast = opening.waiting.empty();
    }
    left->finish(cancelledError());
    if (isLast) {
        opening.token.cancel();
    }
}

struct Joined {
    Promise<SessionPtr>::Future future;
    CancelToken::Registration registration;
};

/// One more who waits: cancelling takes only this one out, and ends the opening when nobody is
/// left.
Joined join(const std::shared_ptr<Shelf>& shelf, const std::shared_ptr<Shelf::Opening>& opening,
            const CancelToken& cancel)
{
    const Promise<SessionPtr> promise;
    auto future = promise.future();
    quint64 id = 0;
    {
        const std::scoped_lock lock(shelf->mutex);
        id = opening->nextId++;
        opening->waiting.emplace(id, promise);
    }
    auto registration = cancel.onCancel([shelf, opening, id] { leave(*shelf, *opening, id); });
    return {std::move(future), std::move(registration)};
}

Task<Result<SessionPtr>> waitFor(std::shared_ptr<Joined> joined)
{
    Result<SessionPtr> session = co_await joined->future;
    co_return session;
}

Task<Result<SessionPtr>> give(SessionPtr session)
{
    co_return session;
}

/// An open session, the one that is being opened, or a new one.
Task<Result<SessionPtr>> shareIt(Home home, Target target, ConnectOptions options,
                                 CancelToken cancel)
{
    ShelfPlace place = lookUp(*home.shelf, keyOf(target));
    if (place.session) {
        return give(std::move(place.session));
    }
    const auto joined = std::make_shared<Joined>(join(home.shelf, place.opening, cancel));
    if (place.isFirst) {
        home.scope->run(openShared(home, place.opening, std::move(target), std::move(options)));
    }
    return waitFor(joined);
}

}  // namespace

struct Client::Body {
    Home home;
    ConnectOptions defaults;
};

Client::Client(int reactors) : m_body(std::make_unique<Body>())
{
    for (int i = 0; i < std::clamp(reactors, 1, 4); ++i) {
        m_body->home.pool->reactors.push_back(std::make_shared<Reactor>());
    }
}

Client::~Client()
{
    for (const std::shared_ptr<Reactor>& reactor : m_body->home.pool->reactors) {
        reactor->stop();
    }
}

void Client::setDefaults(ConnectOptions options)
{
    m_body->defaults = std::move(options);
}

Task<Result<std::shared_ptr<Session>>> Client::connectTo(Target target, ConnectOptions options,
                                                         CancelToken cancel)
{
    return connectIt(m_body->home, std::move(target), std::move(options), std::move(cancel));
}

namespace {

Task<Result<ExecResult>> runOn(Task<Result<std::shared_ptr<Session>>> connecting, QString command,
                               ExecOptions options, CancelToken cancel)
{
    Result<std::shared_ptr<Session>> session = co_await std::move(connecting);
    if (!session) {
        co_return session.error();
    }
    Result<ExecResult> ended = co_await (*session)->exec(command, std::move(options), cancel);
    co_return ended;
}

}  // namespace

Task<Result<std::shared_ptr<Session>>> Client::shared(Target target, CancelToken cancel)
{
    return shareIt(m_body->home, std::move(target), m_body->defaults, std::move(cancel));
}

Task<Result<ExecResult>> Client::run(Target target, QString command, ExecOptions options,
                                     CancelToken cancel)
{
    return runOn(shared(std::move(target), cancel), std::move(command), std::move(options), cancel);
}

}  // namespace analemma::ssh
