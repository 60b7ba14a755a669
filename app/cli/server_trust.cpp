#include "app/cli/servers.h"

#include "core/base/text.h"
#include "core/operate/remotekey.h"
#include "core/ssh/keys.h"

#include <QDir>
#include <QJsonArray>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace analemma::cli {
namespace {

using operate::HostKeyView;

const QString compareQuestion = u"Is that what the server's console, or a colleague, shows?"_s;

QString placeOf(const HostKeyView& view)
{
    ssh::Place place;
    place.host = view.address;
    place.port = view.port;
    return place.text();
}

QString recordedText(const ssh::KnownEntry& entry)
{
    const QString where = entry.file.isEmpty() ? entry.comment : entry.place();
    return u"%1 %2 (%3)"_s.arg(displayText(QByteArrayView(entry.key.type), 64),
                               entry.key.fingerprintGroups(), displayText(where, 300));
}

QString viewText(const HostKeyView& view, bool colour)
{
    QList<std::pair<QString, QString>> facts = {
        {u"server"_s, view.host},
        {u"address"_s, placeOf(view)},
        {u"key"_s, displayText(QByteArrayView(view.key.type), 64)},
        {u"fingerprint"_s, view.key.fingerprintGroups()},
        {u"as ssh shows it"_s, view.fingerprint},
        {u"verdict"_s, toString(view.verdict.trust)}};
    for (const ssh::KnownEntry& entry : view.verdict.recorded) {
        facts.append({u"recorded"_s, recordedText(entry)});
    }
    if (!view.verdict.elsewhere.empty()) {
        facts.append({u"same key"_s,
                      u"recorded under another name: "_s + view.verdict.elsewhere.front().place()});
    }
    facts.append({u"would go to"_s, view.pinned ? QString() : view.recordFile});
    return factLines(facts, colour);
}

Error changedKey(const HostKeyView& view)
{
    return Error(ErrorKind::HostKey, u"%1: the host key has changed; nothing was recorded"_s.arg(
                                         displayText(view.host, 80)))
        .withHint(
            u"Somebody may stand in between, or the server was rebuilt. Compare the "
            u"fingerprint on the server's console; then add --replace, and type the name or "
            u"add --fingerprint %1"_s.arg(view.fingerprint));
}

/// With --fingerprint: one of them has to be it.
Result<bool> comparedWithOption(const Run& run, const HostKeyView& view)
{
    const QStringList given = run.list(u"fingerprint"_s);
    if (given.isEmpty()) {
        return false;
    }
    const auto isIt = [&view](const QString& text) {
        return QString(text).remove(u' ') == view.fingerprint;
    };
    if (std::any_of(given.cbegin(), given.cend(), isIt)) {
        return true;
    }
    return Error(ErrorKind::HostKey,
                 u"%1 shows %2, which is not the fingerprint that was given; nothing was recorded"_s
                     .arg(displayText(view.host, 80), view.fingerprint))
        .withHint(
            u"Somebody may stand in between: look at the fingerprint on the server's console."_s);
}

/// Over a recorded key only by the server's name, typed.
Task<Result<void>> typeName(RunPointer run, HostKeyView view)
{
    if (!run->streams.ask) {
        co_return changedKey(view);
    }
    auto asking =
        run->streams.ask(u"Type %1 to replace the recorded key: "_s.arg(displayText(view.host, 80)),
                         run->interrupt.first);
    const Result<QString> line = co_await std::move(asking);
    if (!line) {
        co_return line.error();
    }
    if (*line != view.host) {
        co_return Error(ErrorKind::HostKey, u"that is not the name; the recorded key stays"_s);
    }
    co_return Result<void>();
}

/// What a person, or who runs the script, says to a key. The value: it goes over another one.
Task<Result<bool>> agreed(RunPointer run, HostKeyView view)
{
    const Result<bool> compared = comparedWithOption(*run, view);
    if (!compared) {
        co_return compared.error();
    }
    if (view.verdict.trust == ssh::Trust::Changed) {
        if (!run->has(u"replace"_s)) {
            co_return changedKey(view);
        }
        if (!*compared) {
            auto typing = typeName(run, view);
            const Result<void> typed = co_await std::move(typing);
            if (!typed) {
                co_return typed.error();
            }
        }
        co_return true;
    }
    if (!*compared) {
        auto asking = confirm(
            run, compareQuestion,
            u"a host key is recorded when a person has compared it; --fingerprint SHA256:… says that"_s);
        const Result<void> yes = co_await std::move(asking);
        if (!yes) {
            co_return yes.error();
        }
    }
    co_return false;
}

/// One machine on the way: shown and, when it is not known, recorded.
Task<Result<void>> settle(RunPointer run, HostKeyView view)
{
    switch (view.verdict.trust) {
        case ssh::Trust::Known:
            run->say(u"%1 is known."_s.arg(displayText(view.host, 80)));
            co_return Result<void>();
        case ssh::Trust::Revoked:
        case ssh::Trust::NeedsAuthority:
            co_return view.verdict.asResult(view.address, view.port, view.key);
        case ssh::Trust::Unknown:
        case ssh::Trust::Changed:
            break;
    }
    if (view.pinned) {
        co_return Error(ErrorKind::HostKey,
                        u"%1 was made here with another key; no other one is taken"_s.arg(
                            displayText(view.host, 80)))
            .withHint(u"Do not use it: destroy it and make a new one."_s);
    }
    if (run->dryRun) {
        run->say(u"would record it in %1 when you agree"_s.arg(view.recordFile));
        co_return Result<void>();
    }
    auto agreeing = agreed(run, view);
    const Result<bool> replacing = co_await std::move(agreeing);
    if (!replacing) {
        co_return replacing.error();
    }
    auto trusting = run->services->hosts->trust(view, *replacing);
    const Result<void> trusted = co_await std::move(trusting);
    if (!trusted) {
        co_return trusted.error();
    }
    run->say(
        u"%1 is trusted now; recorded in %2"_s.arg(displayText(view.host, 80), view.recordFile));
    co_return Result<void>();
}

Task<Result<int>> trust(RunPointer run)
{
    const QString server = run->argument(0);
    for (int i = 0; i < mostHostKeys; ++i) {
        auto looking = run->services->hosts->offeredKey(server, run->interrupt.first, run->asker);
        const Result<HostKeyView> view = co_await std::move(looking);
        if (!view) {
            co_return view.error().in(displayText(server, 80));
        }
        run->answer(view->toJson(), viewText(*view, run->colour));
        auto settling = settle(run, *view);
        const Result<void> settled = co_await std::move(settling);
        if (!settled) {
            co_return settled.error();
        }
        if (view->host == server || run->dryRun) {
            co_return exitWith(Exit::Ok);
        }
    }
    co_return Error(ErrorKind::HostKey, u"%1: its jump hosts show another key each time"_s.arg(
                                            displayText(server, 80)));
}

Task<Result<void>> recordCompared(RunPointer run, HostKeyView view)
{
    auto trusting = operate::trustHostKey(view);
    const Result<void> trusted = co_await std::move(trusting);
    if (trusted) {
        run->say(u"%1 is trusted now; recorded in %2"_s.arg(displayText(view.host, 80),
                                                            view.recordFile));
    }
    co_return trusted;
}

/// Shown, compared and recorded, or refused; default: no. Nothing else is asked meanwhile.
Task<Result<bool>> compare(RunPointer run, HostKeyView view)
{
    const QString mark =
        u"%1 %2 %3"_s.arg(view.recordName).arg(view.recordPort).arg(view.fingerprint);
    if (!run->hostKeys.contains(mark)) {
        run->say(viewText(view, false).trimmed());
        auto asking = run->streams.ask(compareQuestion + u" [y/N] "_s, run->interrupt.first);
        const Result<QString> line = co_await std::move(asking);
        if (!line) {
            co_return line.error();
        }
        const QString word = line->toLower();
        run->hostKeys[mark] = word == u"y" || word == u"yes";
        if (run->hostKeys.value(mark)) {
            auto recording = recordCompared(run, view);
            const Result<void> recorded = co_await std::move(recording);
            if (!recorded) {
                co_return recorded.error();
            }
        }
    }
    if (run->hostKeys.value(mark)) {
        co_return true;
    }
    co_return Error(ErrorKind::HostKey,
                    u"the host key of %1 was not accepted; nothing was sent to it"_s.arg(
                        displayText(view.host, 80)));
}

Task<Result<bool>> compareInTurn(RunPointer run, HostKeyView view)
{
    auto waiting = run->turns.take();
    const Result<std::shared_ptr<void>> turn = co_await std::move(waiting);
    if (!turn) {
        co_return turn.error();
    }
    auto comparing = compare(run, view);
    Result<bool> answer = co_await std::move(comparing);
    co_return answer;
}

Json serverKeyJson(const ssh::KeyInfo& key)
{
    return {{u"path"_s, key.path},
            {u"kind"_s, toString(key.kind)},
            {u"bits"_s, key.bits},
            {u"fingerprint"_s, key.key.isEmpty() ? QString() : key.key.fingerprint()},
            {u"comment"_s, key.comment},
            {u"private"_s, key.hasPrivate},
            {u"encrypted"_s, key.isEncrypted},
            {u"agent"_s, key.isInAgent},
            {u"needsSystem"_s, key.needsSystem},
            {u"warning"_s, key.warning}};
}

Task<Result<int>> keys(RunPointer run)
{
    const operate::HostPlaces places = operate::HostPlaces::here();
    auto listing = ssh::listKeys(places.sshFolder, places.agentSocket, run->interrupt.first);
    const Result<std::vector<ssh::KeyInfo>> found = co_await std::move(listing);
    if (!found) {
        co_return found.error();
    }
    bool hasAgent = false;
    if (!places.agentSocket.isEmpty()) {
        auto asking = ssh::listAgentKeys(places.agentSocket, run->interrupt.first);
        const auto answered = co_await std::move(asking);
        hasAgent = answered.ok();
    }
    QJsonArray json;
    Table table;
    table.head = {u"KEY"_s,   u"KIND"_s,        u"BITS"_s,   u"LOCKED"_s,
                  u"AGENT"_s, u"FINGERPRINT"_s, u"COMMENT"_s};
    table.right = {u"BITS"_s};
    QStringList warnings;
    for (const ssh::KeyInfo& key : *found) {
        json.append(serverKeyJson(key));
        const QString name = key.path.isEmpty() ? u"(agent)"_s : key.path;
        table.rows.append({name, toString(key.kind),
                           key.bits == 0 ? u"-"_s : QString::number(key.bits),
                           key.isEncrypted ? u"yes"_s : u"no"_s, key.isInAgent ? u"yes"_s : u"no"_s,
                           key.key.isEmpty() ? u"-"_s : key.key.fingerprint(), key.comment});
        if (!key.warning.isEmpty()) {
            warnings += u"%1: %2"_s.arg(displayText(name, 300), displayText(key.warning, 300));
        }
    }
    run->answer({{u"schema"_s, u"analemma.keys.1"_s},
                 {u"folder"_s, places.sshFolder},
                 {u"agentSocket"_s, places.agentSocket},
                 {u"agent"_s, hasAgent},
                 {u"keys"_s, json}},
                table.text(run->colour));
    for (const QString& warning : std::as_const(warnings)) {
        run->say(warning);
    }
    if (!hasAgent) {
        run->say(places.agentSocket.isEmpty() ? u"No agent runs."_s
                                              : u"The agent does not answer."_s);
    }
    co_return exitWith(Exit::Ok);
}

}  // namespace

Task<Result<bool>> askAboutHostKey(RunPointer run, QString server, CancelToken cancel)
{
    // Looking may have to log in to a jump host and ask for that: before it is our turn.
    auto looking = run->services->hosts->offeredKey(server, cancel, run->asker);
    const Result<HostKeyView> view = co_await std::move(looking);
    if (!view && view.error().kind == ErrorKind::Cancelled) {
        co_return view.error();
    }
    if (!view) {
        co_return false;
    }
    if (view->verdict.trust == ssh::Trust::Known) {
        co_return true;  // recorded meanwhile, for another server behind the same jump host
    }
    if (view->verdict.trust != ssh::Trust::Unknown || view->pinned) {
        co_return false;
    }
    auto comparing = compareInTurn(run, *view);
    Result<bool> answer = co_await std::move(comparing);
    co_return answer;
}

Task<Result<bool>> askAboutRemoteKey(RunPointer run, Error error, CancelToken cancel)
{
    std::function<Result<HostKeyView>()> look = [error, places = placesOf(*run)] {
        return operate::remoteKey(error, places);
    };
    auto looking = onWorker<HostKeyView>(std::move(look));
    const Result<HostKeyView> view = co_await std::move(looking);
    if (!view || view->verdict.trust != ssh::Trust::Unknown || cancel.isCancelled()) {
        co_return false;
    }
    const Result<bool> compared = comparedWithOption(*run, *view);
    if (!compared) {
        co_return compared.error();
    }
    if (*compared) {
        auto recording = recordCompared(run, *view);
        const Result<void> recorded = co_await std::move(recording);
        co_return recorded ? Result<bool>(true) : Result<bool>(recorded.error());
    }
    if (!run->streams.ask) {
        co_return Error(error).withHint(
            u"It shows %1. Compare that with what its owner says, then add --fingerprint %1"_s.arg(
                view->fingerprint));
    }
    auto comparing = compareInTurn(run, *view);
    Result<bool> answer = co_await std::move(comparing);
    co_return answer;
}

QList<Command> serverTrustCommands()
{
    const QString details =
        u"Shows the host key, of a jump host first when that is not known, and records it once "
        u"you\n"
        u"have compared the fingerprint. A key that has changed is replaced only with --replace,\n"
        u"and the fingerprint or the server's name; --yes is not enough."_s;
    return {
        {u"server"_s,
         u"trust"_s,
         u"Compare and record a server's host key"_s,
         {{u"SERVER"_s, u"its name"_s}},
         {{u"fingerprint"_s, u"SHA256:…"_s,
           u"what its console shows; of a jump host, too, when given several times"_s, true},
          {u"replace"_s, {}, u"also over another recorded key"_s}},
         Effect::Acts,
         true,
         details,
         trust},
        {u"server"_s,
         u"keys"_s,
         u"Your keys, and those of the agent"_s,
         {},
         {},
         Effect::Reads,
         false,
         {},
         keys},
    };
}

}  // namespace analemma::cli
