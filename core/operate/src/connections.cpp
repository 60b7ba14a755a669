#include "core/operate/src/state.h"

#include "core/base/log.h"
#include "core/base/text.h"

#include <algorithm>
#include <array>

using namespace Qt::StringLiterals;

namespace analemma::operate {
namespace {

using Chosen = ssh::ChosenSession;

/// What worked, out of the catalogue and into the store.
class Memory : public ssh::TransportMemory {
public:
    Memory(StatePtr state, std::map<QString, ssh::Transport> known)
        : m_state(std::move(state)), m_known(std::move(known))
    {
    }
    std::optional<ssh::Transport> recall(const QString& host) override
    {
        const auto found = m_known.find(host);
        return found == m_known.end() ? std::nullopt : std::optional(found->second);
    }
    void remember(const QString& host, ssh::Transport transport) override
    {
        if (recall(host) == transport) {
            return;
        }
        m_known[host] = transport;
        m_state->catalogue.reset();
        m_state->scope.run(keep(m_state, host, transport));
    }

private:
    static Task<Result<void>> keep(StatePtr state, QString host, ssh::Transport transport)
    {
        std::function<Result<void>(store::Transaction&)> work =
            [host, transport](store::Transaction& transaction) {
                return writeRemembered(transaction, host, transport);
            };
        auto writing = state->store->write<void>(std::move(work));
        const Result<void> kept = co_await std::move(writing);
        if (!kept) {  // the next connection finds out again
            logLine(LogLevel::Warning, "operate", kept.error().message);
        }
        co_return Result<void>();
    }
    const StatePtr m_state;
    std::map<QString, ssh::Transport> m_known;
};

/// The same for the same way with the same keys.
QString keyOf(const Approach& approach)
{
    const ssh::Connecting& connecting = approach.connecting;
    QStringList parts = {approach.way.server.name, ssh::toString(connecting.facts.setting)};
    const auto add = [&parts](const ssh::Target& target) {
        parts += {target.text(), target.keyFile, target.hostKey};
    };
    add(connecting.target);
    std::for_each(connecting.target.hops.begin(), connecting.target.hops.end(), add);
    return parts.join(u'\n');
}

/// Without a key, an agent or anybody to ask nothing can be proved: then nothing is tried.
Result<void> checkCredentials(const ssh::Connecting& connecting)
{
    const ssh::Credentials& credentials = connecting.options.credentials;
    const bool byOpenSsh = connecting.facts.setting == ssh::Transport::System ||
                           !connecting.facts.needsSystem.isEmpty();  // may know other ways
    if (byOpenSsh || credentials.ask || !connecting.target.keyFile.isEmpty() ||
        !credentials.keyFiles.isEmpty() || !credentials.agentSocket.isEmpty()) {
        return {};
    }
    return Error(ErrorKind::Auth,
                 u"there is no key in ~/.ssh, no agent runs, and nobody can be "
                 u"asked for a password. Nothing was sent to %1"_s.arg(connecting.target.text()))
        .withHint(u"Start an agent, make a key, or name one for this server."_s);
}

Task<Result<Chosen>> open(StatePtr state, Approach approach, CancelToken cancel, ssh::Asker asker)
{
    ssh::Connecting connecting = approach.connecting;
    connecting.options.hostKeys = approach.recordedKeys(false);
    connecting.options.credentials.ask = approach.allowed(asker ? asker : state->asker);
    const Result<void> possible = checkCredentials(connecting);
    if (!possible) {
        co_return possible.error();
    }
    auto reading = catalogueOf(state);
    const Result<CataloguePtr> catalogue = co_await std::move(reading);
    const auto memory = std::make_shared<Memory>(
        state, catalogue ? (*catalogue)->settings.remembered : HostSettings().remembered);
    auto connectingTask = ssh::connectByChoice(state->client, state->system.get(), memory,
                                               std::move(connecting), cancel);
    Result<Chosen> chosen = co_await std::move(connectingTask);
    co_return chosen;
}

/// Opens the session that all who ask for it meanwhile get.
Task<Result<void>> openFor(StatePtr state, std::shared_ptr<Opening> opening, QString key,
                           Approach approach, ssh::Asker asker)
{
    auto connecting = open(state, std::move(approach), opening->token, std::move(asker));
    const Result<Chosen> chosen = co_await std::move(connecting);
    const auto place = state->opening.find(key);
    if (place != state->opening.end() && place->second == opening) {
        state->opening.erase(place);
    }
    if (chosen) {
        state->open[key] = {chosen->session, chosen->choice};
    }
    const auto waiting = std::exchange(opening->waiting, {});
    for (const auto& [id, promise] : waiting) {
        promise.finish(chosen);
    }
    co_return Result<void>();
}

std::optional<Chosen> openAlready(HostsState& state, const QString& key)
{
    std::erase_if(state.open, [](const auto& entry) { return entry.second.session.expired(); });
    const auto found = state.open.find(key);
    if (found == state.open.end()) {
        return std::nullopt;
    }
    Chosen chosen;
    chosen.session = found->second.session.lock();
    chosen.choice = found->second.choice;
    return chosen.session && chosen.session->isConnected() ? std::optional(chosen) : std::nullopt;
}

void leave(Opening& opening, quint64 id)
{
    const auto found = opening.waiting.find(id);
    if (found == opening.waiting.end()) {
        return;
    }
    const Promise<Chosen> left = found->second;
    opening.waiting.erase(found);
    left.finish(cancelledError());
    if (opening.waiting.empty()) {
        opening.token.cancel();
    }
}

}  // namespace

Task<Result<Chosen>> openApart(StatePtr state, QString name, CancelToken cancel, ssh::Asker asker)
{
    auto approaching = approachTo(state, name);
    const Result<Approach> approach = co_await std::move(approaching);
    if (!approach) {
        co_return approach.error();
    }
    auto connecting = open(state, *approach, cancel, std::move(asker));
    Result<Chosen> chosen = co_await std::move(connecting);
    co_return chosen;
}

namespace {

/// Nothing but this key is left to log in to the server with. What an agent holds of it may sign.
/// Jump hosts that have no key of their own get `hopKey`.
void leaveOnly(const QString& keyFile, const QString& hopKey, Approach* approach)
{
    static const QStringList otherProofs = {u"gssapi"_s, u"certificatefile"_s, u"hostbased"_s,
                                            u"pkcs11"_s, u"securitykey"_s};
    ssh::Connecting& connecting = approach->connecting;
    connecting.target.keyFile = keyFile;
    for (std::vector<ssh::Target>* hops : {&connecting.target.hops, &connecting.system.hops}) {
        for (ssh::Target& hop : *hops) {
            hop.keyFile = hop.keyFile.isEmpty() ? hopKey : hop.keyFile;
        }
    }
    connecting.options.credentials.keyFiles.clear();
    connecting.options.credentials.signers.clear();
    connecting.options.credentials.identitiesOnly = true;
    connecting.system.keyFiles.clear();
    connecting.system.identitiesOnly = true;
    connecting.system.lines.removeIf([](const QString& line) {
        const QString word = line.trimmed().toLower();
        return std::any_of(otherProofs.cbegin(), otherProofs.cend(),
                           [&word](const QString& proof) { return word.startsWith(proof); });
    });
    approach->mayAskPassword = false;
    approach->mayAskInteractive = false;
}

}  // namespace

Task<Result<Chosen>> openWithKey(StatePtr state, QString name, QString keyFile, CancelToken cancel)
{
    auto approaching = approachTo(state, name);
    Result<Approach> approach = co_await std::move(approaching);
    if (!approach) {
        co_return approach.error();
    }
    // Jump hosts need the usual keys: a session that is held keeps the way to the server open.
    // Where there is none, they are tried with the first of those keys, and with this one.
    std::optional<Chosen> held;
    QStringList hopKeys = {QString()};
    if (!approach->way.hops.empty()) {
        auto opening = openShared(state, name, cancel, {});
        Result<Chosen> usual = co_await std::move(opening);
        if (usual) {
            held = *usual;
        } else if (usual.error().kind == ErrorKind::Auth) {
            hopKeys = {approach->connecting.options.credentials.keyFiles.value(0), keyFile};
        } else {
            co_return usual.error();
        }
    }
    Result<Chosen> chosen = cancelledError();
    for (qsizetype i = 0; i < hopKeys.size(); ++i) {
        Approach only = *approach;
        leaveOnly(keyFile, hopKeys[i], &only);
        auto connecting = open(state, std::move(only), cancel, {});
        chosen = co_await std::move(connecting);
        if (chosen || chosen.error().kind != ErrorKind::Auth) {
            break;
        }
    }
    co_return chosen;
}

Task<Result<Chosen>> openShared(StatePtr state, QString name, CancelToken cancel, ssh::Asker asker)
{
    auto approaching = approachTo(state, name);
    const Result<Approach> approach = co_await std::move(approaching);
    if (!approach) {
        co_return approach.error();
    }
    if (cancel.isCancelled()) {
        co_return cancelledError();
    }
    const QString key = keyOf(*approach);
    if (const auto chosen = openAlready(*state, key)) {
        co_return *chosen;
    }
    std::shared_ptr<Opening>& slot = state->opening[key];
    const bool isFirst = !slot || slot->token.isCancelled();
    if (isFirst) {
        slot = std::make_shared<Opening>();
    }
    const std::shared_ptr<Opening> opening = slot;
    const quint64 id = opening->nextId++;
    Promise<Chosen> promise;
    auto future = promise.future();
    opening->waiting.emplace(id, promise);
    promise = Promise<Chosen>();
    if (isFirst) {
        state->scope.run(openFor(state, opening, key, *approach, std::move(asker)));
    }
    std::function<void()> stop = [opening, id] { leave(*opening, id); };
    const auto registration = cancel.onCancel(std::move(stop));
    Result<Chosen> chosen = co_await future;
    co_return chosen;
}

// ---- looking at a key ---------------------------------------------------------------------------

namespace {

/// Nobody; but a way to ask lets a login begin without keys, and so the host key be seen.
void refuseToAsk(const ssh::Question&, const ssh::Answer& answer)
{
    answer(Error(ErrorKind::Auth, u"nobody can be asked"_s));
}

HostKeyView viewOf(const Approach& approach, const HostPlaces& places, std::size_t index,
                   const ssh::PublicKey& key, ssh::TrustVerdict verdict)
{
    const Machine machine = approach.machines()[index];
    const Record& record = approach.records[index];
    HostKeyView view;
    view.host = machine.name;
    view.address = machine.target.host;
    view.port = machine.target.port;
    view.key = key;
    view.fingerprint = key.fingerprint();
    view.verdict = std::move(verdict);
    view.recordName = record.name;
    view.recordPort = record.port;
    view.readFrom = record.files;
    view.recordFile = places.ownKnownHosts;
    return view;
}

/// Of a server that we made: its key is known from its birth.
HostKeyView pinnedView(const Machine& machine, const ssh::PublicKey& key)
{
    HostKeyView view;
    view.host = machine.name;
    view.address = machine.target.host;
    view.port = machine.target.port;
    view.key = key;
    view.fingerprint = key.fingerprint();
    view.pinned = true;
    ssh::KnownEntry entry;
    entry.key = ssh::parsePublicKey(machine.target.hostKey.toUtf8()).valueOr(ssh::PublicKey());
    entry.comment = u"known since it was made"_s;
    view.verdict.trust = entry.key == key ? ssh::Trust::Known : ssh::Trust::Changed;
    view.verdict.recorded.push_back(std::move(entry));
    return view;
}

/// By the system's OpenSSH, which speaks with servers that the built-in transport cannot, and goes
/// through an approved proxy command. Where it finds nothing, `first` says more, if there is one.
Task<Result<HostKeyView>> lookBySystem(StatePtr state, Approach approach,
                                       std::optional<Error> first, CancelToken cancel)
{
    const Record& record = approach.records.back();
    const ssh::Connecting& connecting = approach.connecting;
    auto looking =
        state->system->shownKey(connecting.target, connecting.system, connecting.options,
                                record.known.preference(record.name, record.port), cancel);
    const Result<ssh::PublicKey> key = co_await std::move(looking);
    if (!key) {
        const bool isCancelled = key.error().kind == ErrorKind::Cancelled;
        co_return isCancelled ? key.error() : first.value_or(key.error());
    }
    co_return viewOf(approach, state->places, approach.records.size() - 1, *key,
                     record.known.verdict(record.name, record.port, *key));
}

}  // namespace

Task<Result<HostKeyView>> lookAtKey(StatePtr state, QString name, CancelToken cancel,
                                    ssh::Asker asker)
{
    auto approaching = approachTo(state, name);
    const Result<Approach> approach = co_await std::move(approaching);
    if (!approach) {
        co_return approach.error();
    }
    if (!approach->way.approvedProxy.isEmpty()) {
        auto looking = lookBySystem(state, *approach, std::nullopt, cancel);
        Result<HostKeyView> view = co_await std::move(looking);
        co_return view;
    }
    const auto keys = approach->recordedKeys(true);
    ssh::Target target = approach->connecting.target;
    target.keyFile.clear();
    target.hostKey.clear();  // also a pinned one is to be seen
    ssh::ConnectOptions options = approach->connecting.options;
    options.hostKeys = keys;
    options.credentials.ask = approach->allowed(asker ? asker : state->asker);
    if (!options.credentials.ask) {
        options.credentials.ask = refuseToAsk;
    }
    auto connecting = state->client->connectTo(std::move(target), std::move(options), cancel);
    const Result<std::shared_ptr<ssh::Session>> session = co_await std::move(connecting);
    const auto& seen = keys->seen();
    if (seen) {
        const Machine machine = approach->machines()[seen->machine];
        co_return machine.pinned
            ? pinnedView(machine, seen->key)
            : viewOf(*approach, state->places, seen->machine, seen->key, seen->verdict);
    }
    if (session) {
        co_return Error(ErrorKind::Bug, u"a host key passed that was only to be looked at"_s);
    }
    const ErrorKind kind = session.error().kind;
    const bool cannotTalk = kind == ErrorKind::Unsupported || kind == ErrorKind::Protocol;
    if (cannotTalk && approach->way.hops.empty() && !approach->way.server.pinned) {
        auto looking = lookBySystem(state, *approach, session.error(), cancel);
        Result<HostKeyView> view = co_await std::move(looking);
        co_return view;
    }
    co_return session.error();
}

}  // namespace analemma::operate
