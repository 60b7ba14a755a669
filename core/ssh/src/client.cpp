#include "core/ssh/ssh.h"

#include "core/base/text.h"
#include "core/ssh/src/hostkey.h"
#include "core/ssh/src/link.h"
#include "core/ssh/src/privatekey.h"
#include "core/ssh/src/reactor.h"
#include "core/ssh/src/session.h"

#include <QStringList>

#include <algorithm>
#include <map>
#include <mutex>

using namespace Qt::StringLiterals;

namespace analemma::ssh {
namespace {

using SessionPtr = std::shared_ptr<Session>;

struct Pool {
    std::vector<std::shared_ptr<Reactor>> reactors;
    [[nodiscard]] std::shared_ptr<Reactor> leastLoaded() const
    {
        return *std::min_element(
            reactors.begin(), reactors.end(),
            [](const auto& left, const auto& right) { return left->load() < right->load(); });
    }
};

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
    return QStringList{target.text(), target.keyFile, target.hostKey}.join(QChar(u'\n'));
}

bool isUserName(const QString& user)
{
    return !user.isEmpty() && user.size() <= 64 && !user.startsWith(u'-') &&
           std::none_of(user.cbegin(), user.cend(), [](QChar c) {
               return c.unicode() <= 0x20 || c.unicode() == 0x7f ||
                      u"'\"`$\\;&<>|(){}*?!#@:/"_s.contains(c);
           });
}

Result<void> checkTarget(const Target& target)
{
    if (!isHostName(target.host)) {
        return Error(ErrorKind::Invalid,
                     u"not a host name or address: %1"_s.arg(displayText(target.host, 100)));
    }
    if (!isUserName(target.user)) {
        return Error(ErrorKind::Invalid,
                     u"not a user name: %1"_s.arg(displayText(target.user, 100)));
    }
    if (target.port < 1 || target.port > 65'535) {
        return Error(ErrorKind::Invalid, u"not a port: %1"_s.arg(target.port));
    }
    return {};
}

struct Connecting {
    Promise<bool>::Future future;
    CancelToken::Registration registration;
};

Connecting startLink(const std::shared_ptr<Link>& link, const CancelToken& cancel)
{
    auto future =
        onReactor(link->reactor(), [link](const Promise<bool>& opened) { link->start(opened); });
    auto registration =
        cancel.onCancel([link] { link->reactor()->post([link] { link->cancelLogin(); }); });
    return {std::move(future), std::move(registration)};
}

Task<Result<SessionPtr>> connectIt(std::shared_ptr<Pool> pool, Target target,
                                   ConnectOptions options, CancelToken cancel)
{
    const Result<void> valid = checkTarget(target);
    if (!valid) {
        co_return valid.error();
    }
    const Result<HostKey> pinned = parseHostKey(target.hostKey);
    if (!pinned) {
        co_return pinned.error().in(target.text());
    }
    std::function<Result<std::shared_ptr<const PrivateKey>>()> job = [path = target.keyFile] {
        return PrivateKey::load(path);
    };
    const Result<std::shared_ptr<const PrivateKey>> key =
        co_await onWorker<std::shared_ptr<const PrivateKey>>(std::move(job));
    if (cancel.isCancelled()) {
        co_return cancelledError();
    }
    if (!key && !pinned->isEmpty()) {
        co_return key.error().in(target.text());
    }
    const std::shared_ptr<const PrivateKey> login =
        key.valueOr(nullptr);  // without a pin it is not used
    const auto link = std::make_shared<Link>(pool->leastLoaded(), target, options, *pinned, login);
    Connecting connecting = startLink(link, cancel);
    const Result<bool> opened = co_await connecting.future;
    if (!opened) {
        co_return opened.error();
    }
    co_return makeSession(link);
}

/// Opens the session that all who ask for it meanwhile get.
Task<Result<void>> openShared(std::shared_ptr<Pool> pool, std::shared_ptr<Shelf> shelf,
                              std::shared_ptr<Shelf::Opening> opening, Target target)
{
    const ConnectOptions options;
    const Result<SessionPtr> session = co_await connectIt(pool, target, options, opening->token);
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
struct Place {
    SessionPtr session;  ///< open already, or:
    std::shared_ptr<Shelf::Opening> opening;
    bool isFirst = false;  ///< the caller starts the opening
};

Place lookUp(Shelf& shelf, const QString& key)
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

}  // namespace

struct Client::Body {
    std::shared_ptr<Pool> pool = std::make_shared<Pool>();
    std::shared_ptr<Shelf> shelf = std::make_shared<Shelf>();
    TaskScope scope;
};

Client::Client(int reactors) : m_body(std::make_unique<Body>())
{
    for (int i = 0; i < std::clamp(reactors, 1, 4); ++i) {
        m_body->pool->reactors.push_back(std::make_shared<Reactor>());
    }
}

Client::~Client()
{
    for (const std::shared_ptr<Reactor>& reactor : m_body->pool->reactors) {
        reactor->stop();
    }
}

Task<Result<std::shared_ptr<Session>>> Client::connectTo(Target target, ConnectOptions options,
                                                         CancelToken cancel)
{
    return connectIt(m_body->pool, std::move(target), options, std::move(cancel));
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
    Place place = lookUp(*m_body->shelf, keyOf(target));
    if (place.session) {
        return give(std::move(place.session));
    }
    const auto joined = std::make_shared<Joined>(join(m_body->shelf, place.opening, cancel));
    if (place.isFirst) {
        m_body->scope.run(
            openShared(m_body->pool, m_body->shelf, place.opening, std::move(target)));
    }
    return waitFor(joined);
}

Task<Result<ExecResult>> Client::run(Target target, QString command, ExecOptions options,
                                     CancelToken cancel)
{
    return runOn(shared(std::move(target), cancel), std::move(command), std::move(options), cancel);
}

}  // namespace analemma::ssh
