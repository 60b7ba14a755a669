#include "core/ssh/src/connect.h"

#include "core/base/text.h"
#include "core/ssh/src/agentsigner.h"
#include "core/ssh/src/channelstream.h"
#include "core/ssh/src/core.h"
#include "core/ssh/src/hostkey.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace analemma::ssh {
namespace {

using Signers = std::vector<std::shared_ptr<Signer>>;

constexpr std::size_t kMostKeys = 3;  ///< servers hang up after six failures
constexpr std::size_t kMostHops = 4;

bool isUserName(const QString& user)
{
    return !user.isEmpty() && user.size() <= 64 && !user.startsWith(u'-') &&
           std::none_of(user.cbegin(), user.cend(), [](QChar c) {
               return c.unicode() <= 0x20 || c.unicode() == 0x7f ||
                      u"'\"`$\\;&<>|(){}*?!#@:/"_s.contains(c);
           });
}

/// What the search for keys knows.
struct KeySearch {
    KeySearch(std::shared_ptr<KeyStore> s, QString t, QString f, Credentials c,
              std::shared_ptr<Asking> a)
        : store(std::move(s)),
          target(std::move(t)),
          keyFile(std::move(f)),
          credentials(std::move(c)),
          asking(std::move(a))
    {
    }
    std::shared_ptr<KeyStore> store;
    QString target;
    QString keyFile;
    Credentials credentials;
    std::shared_ptr<Asking> asking;
};

bool holds(const Signers& signers, const std::shared_ptr<Signer>& key)
{
    return std::any_of(signers.begin(), signers.end(), [&key](const auto& signer) {
        return signer->publicKey() == key->publicKey();
    });
}

void append(Signers& keys, const std::shared_ptr<Signer>& key)
{
    if (!holds(keys, key)) {
        keys.push_back(key);
    }
}

/// The agent's keys; with identitiesOnly those that are in a file, too.
Signers agentKeys(const KeySearch& search, const Signers& files)
{
    const QString& socket = search.credentials.agentSocket;
    if (socket.isEmpty()) {
        return {};
    }
    Signers keys = agentSigners(socket).valueOr({});
    if (search.credentials.identitiesOnly) {
        std::erase_if(keys, [&files](const auto& key) { return !holds(files, key); });
    }
    return keys;
}

/// The chosen key first. Where an agent has the same key, it signs: no passphrase is needed.
/// Blocking.
Result<Signers> findKeys(const KeySearch& search)
{
    Signers files;
    if (!search.keyFile.isEmpty()) {
        const auto chosen = search.store->signer(search.keyFile, search.target, search.asking);
        if (!chosen) {
            return chosen.error();
        }
        files.push_back(*chosen);
    }
    for (const QString& path : search.credentials.keyFiles) {
        const auto key = search.store->signer(path, search.target, search.asking);
        if (key && !(*key)->publicKey().isEmpty()) {
            append(files, *key);
        }
    }
    Signers keys = search.credentials.signers;
    for (const Signers& more : {agentKeys(search, files), files}) {
        for (const auto& key : more) {
            append(keys, key);
        }
    }
    if (!search.keyFile.isEmpty()) {
        const auto place = std::find_if(keys.begin(), keys.end(), [&files](const auto& key) {
            return key->publicKey() == files.front()->publicKey();
        });
        std::rotate(keys.begin(), place, place + 1);
    }
    if (keys.empty() && !search.asking->canAsk()) {
        return Error(ErrorKind::Auth, u"no key file is set, and there is no other credential"_s);
    }
    keys.resize(std::min(keys.size(), kMostKeys));
    return keys;
}

struct Unlocking {
    Promise<KeyStore::Key>::Future future;
    CancelToken::Registration registration;
};

Unlocking startUnlock(const KeySearch& search, const CancelToken& cancel)
{
    const Promise<KeyStore::Key> promise;
    auto registration = cancel.onCancel([promise] { promise.finish(cancelledError()); });
    search.store->unlock(search.keyFile, search.target, search.asking,
                         [promise](const Result<KeyStore::Key>& key) { promise.finish(key); });
    return {promise.future(), std::move(registration)};
}

/// findKeys() on a worker; where the chosen file does not even tell its public key, its passphrase
/// is asked for first.
Task<Result<Signers>> gatherKeys(std::shared_ptr<KeySearch> search, CancelToken cancel)
{
    for (int attempt = 0;; ++attempt) {
        std::function<Result<Signers>()> job = [search] { return findKeys(*search); };
        Result<Signers> keys = co_await onWorker<Signers>(std::move(job));
        if (!keys || keys->empty() || !keys->front()->publicKey().isEmpty() || attempt > 0) {
            co_return keys;
        }
        Unlocking unlocking = startUnlock(*search, cancel);
        const Result<KeyStore::Key> key = co_await unlocking.future;
        if (!key) {
            co_return key.error();
        }
    }
}

struct StartedLink {
    Promise<bool>::Future future;
    CancelToken::Registration registration;
};

StartedLink startLink(const std::shared_ptr<Link>& link, const CancelToken& cancel)
{
    auto future =
        onReactor(link->reactor(), [link](const Promise<bool>& opened) { link->start(opened); });
    auto registration =
        cancel.onCancel([link] { link->reactor()->post([link] { link->cancelLogin(); }); });
    return {std::move(future), std::move(registration)};
}

LoginPlan makePlan(const Target& target, const HostKey& pinned, const ConnectOptions& options,
                   const std::shared_ptr<Asking>& asking)
{
    LoginPlan plan;
    plan.host = target.host;
    plan.port = target.port;
    plan.target = target.text();
    plan.user = target.user.toUtf8();
    plan.pinned = pinned;
    plan.asking = asking;
    if (!pinned.isEmpty()) {
        plan.hostKeyTypes = {QString::fromLatin1(pinned.type)};
    } else if (options.hostKeys) {
        plan.hostKeyTypes = options.hostKeys->recordedTypes(target.host, target.port);
    }
    return plan;
}

Link::StreamMaker streamTo(const std::shared_ptr<Reactor>& reactor,
                           const std::shared_ptr<Link>& via, const Target& target)
{
    return [reactor, via, host = target.host, port = target.port]() -> std::unique_ptr<ByteStream> {
        if (via) {
            return std::make_unique<ChannelStream>(via, host, port);
        }
        return std::make_unique<TcpStream>(reactor, host, port);
    };
}

}  // namespace

std::shared_ptr<Reactor> Pool::leastLoaded() const
{
    return *std::min_element(
        reactors.begin(), reactors.end(),
        [](const auto& left, const auto& right) { return left->load() < right->load(); });
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
    if (target.hops.size() > kMostHops) {
        return Error(ErrorKind::Invalid, u"more than four jump hosts"_s);
    }
    for (const Target& hop : target.hops) {
        const Result<void> valid =
            hop.hops.empty() ? checkTarget(hop)
                             : Error(ErrorKind::Invalid, u"a jump host has hops of its own"_s);
        if (!valid) {
            return valid.in(u"jump host"_s);
        }
    }
    return {};
}

Task<Result<std::shared_ptr<Link>>> openLink(std::shared_ptr<Pool> pool, std::shared_ptr<Link> via,
                                             Target target, ConnectOptions options,
                                             CancelToken cancel)
{
    const Result<HostKey> pinned = parseHostKey(target.hostKey);
    if (!pinned) {
        co_return pinned.error().in(target.text());
    }
    const auto asking = std::make_shared<Asking>(options.credentials.ask, options.hostKeys);
    LoginPlan plan = makePlan(target, *pinned, options, asking);
    const bool mayLogIn = !pinned->isEmpty() || options.hostKeys;  // else no key is used
    if (mayLogIn) {
        const auto search = std::make_shared<KeySearch>(pool->keys, target.text(), target.keyFile,
                                                        options.credentials, asking);
        Result<Signers> keys = co_await gatherKeys(search, cancel);
        if (!keys) {
            co_return keys.error().in(target.text());
        }
        plan.keys = std::move(*keys);
    }
    if (cancel.isCancelled()) {
        co_return cancelledError();
    }
    const std::shared_ptr<Reactor> reactor = via ? via->reactor() : pool->leastLoaded();
    const auto link = std::make_shared<Link>(reactor, target, options, std::move(plan),
                                             streamTo(reactor, via, target));
    StartedLink connecting = startLink(link, cancel);
    const Result<bool> opened = co_await connecting.future;
    if (!opened) {
        co_return opened.error();
    }
    co_return link;
}

}  // namespace analemma::ssh
