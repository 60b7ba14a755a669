#include "core/ssh/system.h"

#include "core/ssh/known_hosts.h"

using namespace Qt::StringLiterals;

namespace analemma::ssh {
namespace {

/// Errors of the built-in transport that the system's OpenSSH may not have. A host key is never
/// asked about twice; a network, and a port where another service greets, are the same for both.
bool mayDiffer(const Error& error)
{
    return error.kind == ErrorKind::Unsupported || error.kind == ErrorKind::Auth ||
           (error.kind == ErrorKind::Protocol && !error.details.contains(u"greeting"_s));
}

QString why(const Error& error)
{
    switch (error.kind) {
        case ErrorKind::Auth:
            return u"the server refused the key as the built-in transport signs with it"_s;
        case ErrorKind::Unsupported:
            return u"the server and the built-in transport have nothing in common"_s;
        default:
            return u"the handshake of the built-in transport failed"_s;
    }
}

}  // namespace

QString toString(Transport transport)
{
    switch (transport) {
        case Transport::Auto:
            return u"auto"_s;
        case Transport::BuiltIn:
            return u"built-in"_s;
        case Transport::System:
            return u"system"_s;
    }
    return {};
}

std::optional<Transport> transportFromString(const QString& text)
{
    for (const Transport each : {Transport::Auto, Transport::BuiltIn, Transport::System}) {
        if (toString(each) == text) {
            return each;
        }
    }
    return std::nullopt;
}

TransportChoice chooseTransport(const TransportFacts& facts)
{
    if (facts.setting == Transport::BuiltIn) {
        return {Transport::BuiltIn, u"built-in: set for this host"_s};
    }
    if (facts.setting == Transport::System) {
        return {Transport::System, u"system OpenSSH: set for this host"_s};
    }
    if (!facts.needsSystem.isEmpty()) {
        return {Transport::System,
                u"system OpenSSH: needed for %1"_s.arg(facts.needsSystem.join(u", "_s))};
    }
    if (facts.remembered == Transport::System) {
        return {Transport::System, u"system OpenSSH: it worked the last time, built-in did not"_s};
    }
    return {Transport::BuiltIn, facts.remembered == Transport::BuiltIn
                                    ? u"built-in: it worked the last time"_s
                                    : u"built-in: nothing speaks against it"_s};
}

std::optional<TransportChoice> chooseAgain(const TransportFacts& facts, const Error& error)
{
    if (facts.setting != Transport::Auto || !mayDiffer(error)) {
        return std::nullopt;
    }
    return TransportChoice{Transport::System, u"system OpenSSH: "_s + why(error)};
}

Error withTransportHint(const TransportFacts& facts, Error error)
{
    if (facts.setting != Transport::BuiltIn) {
        return error;
    }
    const QString use = !facts.needsSystem.isEmpty() || mayDiffer(error)
                            ? u"Use the system's OpenSSH for this host."_s
                            : QString();
    if (!use.isEmpty() && !error.hint.contains(use, Qt::CaseInsensitive)) {
        error.hint += (error.hint.isEmpty() ? QString() : u" "_s) + use;
    }
    return error;
}

namespace {

Result<void> checkPin(const KnownHosts& known, const Target& target)
{
    const Result<PublicKey> pin = parsePublicKey(target.hostKey.toUtf8());
    if (!pin) {
        return {};  // none, or the transport says what is wrong with it
    }
    const TrustVerdict verdict = known.verdict(target.host, target.port, *pin);
    return verdict.trust == Trust::Revoked ? verdict.asResult(target.host, target.port, *pin)
                                           : Result<void>();
}

/// A pin that the record calls revoked is no pin: the built-in transport would not see that.
Result<void> checkPins(const Connecting& connecting)
{
    const KnownHosts known = KnownHosts().with(connecting.system.knownHosts, u"the record"_s);
    std::vector<Target> targets = connecting.target.hops;
    targets.push_back(connecting.target);
    for (const Target& target : targets) {
        const Result<void> fine = checkPin(known, target);
        if (!fine) {
            return fine;
        }
    }
    return {};
}

Task<Result<std::shared_ptr<Session>>> tryOne(Client* builtIn, SystemClient* system,
                                              Transport transport, Connecting connecting,
                                              CancelToken cancel)
{
    if (transport == Transport::System) {
        return system->connectTo(connecting.target, connecting.system, connecting.options, cancel);
    }
    return builtIn->connectTo(connecting.target, connecting.options, cancel);
}

}  // namespace

Task<Result<ChosenSession>> connectByChoice(Client* builtIn, SystemClient* system,
                                            std::shared_ptr<TransportMemory> memory,
                                            Connecting connecting, CancelToken cancel)
{
    const Result<void> pinned = checkPins(connecting);
    if (!pinned) {
        co_return pinned.error();
    }
    const QString host = connecting.target.text();
    if (memory && connecting.facts.setting == Transport::Auto) {
        connecting.facts.remembered = memory->recall(host);
    }
    TransportChoice choice = chooseTransport(connecting.facts);
    Result<std::shared_ptr<Session>> session =
        co_await tryOne(builtIn, system, choice.transport, connecting, cancel);
    if (!session && choice.transport == Transport::BuiltIn) {
        const Error first = withTransportHint(connecting.facts, session.error());
        const std::optional<TransportChoice> other = chooseAgain(connecting.facts, first);
        if (!other) {
            co_return first;
        }
        choice = *other;
        session = co_await tryOne(builtIn, system, choice.transport, connecting, cancel);
        if (!session && session.error().kind != ErrorKind::Cancelled) {
            // Without OpenSSH, or where both fail in the same way, the first one says more.
            const bool isSame =
                session.error().kind == first.kind || session.error().kind == ErrorKind::NotFound;
            Error error = isSame ? first : session.error();
            error.details.insert(u"builtIn"_s, first.message);
            error.details.insert(u"system"_s, session.error().message);
            co_return error;
        }
    }
    if (!session) {
        co_return session.error();
    }
    if (memory && connecting.facts.setting == Transport::Auto) {
        memory->remember(host, choice.transport);
    }
    ChosenSession chosen;
    chosen.session = *session;
    chosen.choice = choice;
    co_return chosen;
}

Task<Result<ChosenSession>> sharedBuiltIn(Client* client, Target target, CancelToken cancel)
{
    const Result<std::shared_ptr<Session>> session = co_await client->shared(target, cancel);
    if (!session) {
        co_return session.error();
    }
    ChosenSession chosen;
    chosen.session = *session;
    TransportFacts facts;
    facts.setting = Transport::BuiltIn;
    chosen.choice = chooseTransport(facts);
    co_return chosen;
}

}  // namespace analemma::ssh
