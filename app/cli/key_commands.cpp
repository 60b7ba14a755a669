#include "app/cli/servers.h"

#include "core/base/files.h"
#include "core/base/text.h"
#include "core/operate/rotation.h"
#include "core/ssh/keys.h"

#include <QFileInfo>
#include <QJsonArray>

#include <array>

using namespace Qt::StringLiterals;

namespace analemma::cli {
namespace {

using Keys = std::vector<ssh::KeyInfo>;

Json keyJson(const ssh::KeyInfo& key)
{
    return {{u"file"_s, key.path},
            {u"kind"_s, ssh::toString(key.kind)},
            {u"bits"_s, key.bits},
            {u"fingerprint"_s, key.key.isEmpty() ? QString() : key.key.fingerprint()},
            {u"comment"_s, displayText(key.comment, 200)},
            {u"private"_s, key.hasPrivate},
            {u"encrypted"_s, key.isEncrypted},
            {u"agent"_s, key.isInAgent},
            {u"warning"_s, key.warning},
            {u"needsSystem"_s, key.needsSystem}};
}

Task<Result<Keys>> readKeys(CancelToken cancel)
{
    const operate::HostPlaces places = operate::HostPlaces::here();
    auto listing = ssh::listKeys(places.sshFolder, places.agentSocket, cancel);
    Result<Keys> keys = co_await std::move(listing);
    if (!keys && keys.error().kind == ErrorKind::NotFound) {
        co_return Keys();  // there is no such folder yet
    }
    co_return keys;
}

Task<Result<int>> keyList(RunPointer run)
{
    auto reading = readKeys(run->interrupt.first);
    const Result<Keys> keys = co_await std::move(reading);
    if (!keys) {
        co_return keys.error();
    }
    QJsonArray json;
    Table table;
    table.head = {u"KEY"_s,   u"KIND"_s,        u"BITS"_s,   u"PASSPHRASE"_s,
                  u"AGENT"_s, u"FINGERPRINT"_s, u"COMMENT"_s};
    table.right = {u"BITS"_s};
    QString warnings;
    for (const ssh::KeyInfo& key : *keys) {
        json.append(keyJson(key));
        const QString name = key.path.isEmpty() ? u"-"_s : QFileInfo(key.path).fileName();
        table.rows.append({name, ssh::toString(key.kind), QString::number(key.bits),
                           !key.hasPrivate   ? u"-"_s
                           : key.isEncrypted ? u"yes"_s
                                             : u"no"_s,
                           key.isInAgent ? u"yes"_s : u"no"_s,
                           key.key.isEmpty() ? u"-"_s : key.key.fingerprint(), key.comment});
        if (!key.warning.isEmpty()) {
            warnings += u"%1: %2\n"_s.arg(displayText(name, 80), displayText(key.warning, 300));
        }
    }
    run->answer({{u"schema"_s, u"analemma.keys.1"_s}, {u"keys"_s, json}}, table.text(run->colour));
    if (!warnings.isEmpty() && !run->json) {
        run->say(warnings.trimmed());
    }
    co_return exitWith(Exit::Ok);
}

/// The passphrase of a new key, typed twice; empty with --no-passphrase.
Task<Result<Secret>> newPassphrase(RunPointer run)
{
    if (run->has(u"no-passphrase"_s)) {
        co_return Secret();
    }
    if (!run->streams.askSecret) {
        co_return Error(ErrorKind::Refused, u"there is no terminal to ask for a passphrase on"_s)
            .withHint(u"Add --no-passphrase for a key that whoever reads the file can use."_s);
    }
    std::array<QByteArray, 2> typed;
    for (std::size_t i = 0; i < typed.size(); ++i) {
        auto asking = run->streams.askSecret(
            i == 0 ? u"Passphrase of the new key: "_s : u"The same again: "_s, false,
            run->interrupt.first);
        const Result<Secret> answer = co_await std::move(asking);
        if (!answer) {
            co_return answer.error();
        }
        answer->use([&typed, i](QByteArrayView bytes) { typed[i] = bytes.toByteArray(); });
    }
    const bool same = typed[0] == typed[1];
    const Secret passphrase{QByteArrayView(typed[0])};
    for (QByteArray& bytes : typed) {
        bytes.fill('\0');
    }
    if (!same) {
        co_return Error(ErrorKind::Invalid, u"the two passphrases differ; no key was made"_s);
    }
    co_return passphrase;
}

Task<Result<int>> generate(RunPointer run)
{
    const QString kind = run->value(u"kind"_s);
    if (!kind.isEmpty() && kind != u"ed25519" && kind != u"rsa") {
        co_return usageError(u"--kind is ed25519 or rsa"_s);
    }
    const Result<int> bits = run->number(u"bits"_s, 3072, 3072, 16384);
    if (!bits) {
        co_return bits.error();
    }
    const QString given = run->argument(0);
    const QString folder = operate::HostPlaces::here().sshFolder;
    const QString path = given.contains(u'/') ? absolutePath(*run, given) : folder + u'/' + given;
    ssh::NewKey request(path, kind == u"rsa" ? ssh::NewKey::Kind::Rsa : ssh::NewKey::Kind::Ed25519);
    request.bits = *bits;
    request.comment = run->has(u"comment"_s) ? run->value(u"comment"_s) : app::actorName();
    if (run->dryRun) {
        run->intend(u"would make %1 and %1.pub with ssh-keygen"_s.arg(displayText(path, 400)));
        co_return exitWith(Exit::Ok);
    }
    auto asking = newPassphrase(run);
    const Result<Secret> passphrase = co_await std::move(asking);
    if (!passphrase) {
        co_return passphrase.error();
    }
    request.passphrase = *passphrase;
    if (!given.contains(u'/')) {
        const Result<void> kept = makeFolder(folder);  // 0700, where there is none
        if (!kept) {
            co_return kept.error();
        }
    }
    auto making = ssh::generateKey(std::move(request), run->interrupt.first);
    const Result<ssh::KeyInfo> made = co_await std::move(making);
    if (!made) {
        co_return made.error();
    }
    Json json = keyJson(*made);
    json[u"schema"_s] = u"analemma.key.1"_s;
    run->answer(json, made->path + u'\n');
    co_return exitWith(Exit::Ok);
}

/// By its file, the file's name or its fingerprint.
Result<ssh::KeyInfo> oneOf(const Keys& keys, const Run& run, const QString& word)
{
    const QString path = QFileInfo(absolutePath(run, word)).absoluteFilePath();
    for (const ssh::KeyInfo& key : keys) {
        const bool fits =
            !key.key.isEmpty() && (key.path == path || QFileInfo(key.path).fileName() == word ||
                                   key.key.fingerprint() == word);
        if (fits) {
            return key;
        }
    }
    return Error(ErrorKind::NotFound, u"there is no key %1"_s.arg(displayText(word, 200)))
        .withHint(u"See: analemma-cli key list"_s);
}

Task<Result<int>> change(RunPointer run, QString oldKey, QString newKey, QStringList names)
{
    auto reading = readKeys(run->interrupt.first);
    const Result<Keys> keys = co_await std::move(reading);
    if (!keys) {
        co_return keys.error();
    }
    const Result<ssh::KeyInfo> added = oneOf(*keys, *run, newKey);
    if (!added) {
        co_return added.error();
    }
    operate::KeyChange change;
    change.add = added->key;
    change.addFile = added->hasPrivate ? added->path : QString();
    change.comment = added->comment;
    if (!oldKey.isEmpty()) {
        const Result<ssh::KeyInfo> gone = oneOf(*keys, *run, oldKey);
        if (!gone) {
            co_return gone.error();
        }
        change.remove = gone->key;
    }
    auto choosing = chosenServers(run, names);
    const Result<QList<operate::Host>> hosts = co_await std::move(choosing);
    if (!hosts) {
        co_return hosts.error();
    }
    for (const operate::Host& host : *hosts) {
        change.servers.append(host.name);
    }
    const Result<engine::Request> request = operate::keyChangeRequest(change);
    if (!request) {
        co_return request.error();
    }
    run->services->hosts->setAsker(run->asker);
    engine::Engine* engine = run->services->engine.get();
    Start start;
    start.start = [engine, request = *request](CancelToken cancel) {
        return engine->start(request, std::move(cancel));
    };
    start.preview = [engine, request = *request] { return engine->preview(request); };
    Telling telling;
    telling.schema = u"analemma.keychange.1"_s;
    telling.sentence = [](const engine::Operation& ended) { return ended.reason; };
    auto operating = operateAndTell(run, std::move(start), std::move(telling));
    Result<int> code = co_await std::move(operating);
    co_return code;
}

Task<Result<int>> install(RunPointer run)
{
    return change(run, {}, run->argument(0), run->parsed.arguments.mid(1));
}

Task<Result<int>> rotate(RunPointer run)
{
    return change(run, run->argument(0), run->argument(1), run->parsed.arguments.mid(2));
}

}  // namespace

QList<Command> keyCommands()
{
    const Argument key{u"KEY"_s, u"its file, the file's name in ~/.ssh, or its fingerprint"_s};
    const Argument oldKey{u"OLD"_s, u"the key that leaves; named as in install"_s};
    const Argument newKey{u"NEW"_s, u"the key that comes"_s};
    const Argument servers{u"SERVER"_s, u"where; or choose with --on"_s, false, true};
    const Argument file{u"FILE"_s, u"a name in ~/.ssh, or a path; nothing is written over"_s};
    const QList<Option> making = {
        {u"kind"_s, u"KIND"_s, u"ed25519 (default) or rsa"_s},
        {u"bits"_s, u"N"_s, u"of an RSA key; default 3072"_s},
        {u"comment"_s, u"TEXT"_s, u"default: you and this machine"_s},
        {u"no-passphrase"_s, {}, u"whoever reads the file can use the key"_s}};
    return {
        {u"key"_s, u"list"_s, u"Your SSH keys"_s, {}, {}, Effect::Reads, false, {}, keyList},
        {u"key"_s,
         u"generate"_s,
         u"Make an SSH key"_s,
         {file},
         making,
         Effect::Acts,
         false,
         u"The passphrase is asked for on the terminal."_s,
         generate},
        {u"key"_s,
         u"install"_s,
         u"Put a key on servers"_s,
         {key, servers},
         {onOption()},
         Effect::Operates,
         true,
         u"Each server is proved: a login with that key alone."_s,
         install},
        {u"key"_s,
         u"rotate"_s,
         u"Change a key for another on servers"_s,
         {oldKey, newKey, servers},
         {onOption()},
         Effect::Operates,
         true,
         u"On each server: put NEW there, log in with it alone, and over that login take OLD out.\n"
         "Where a step fails the server keeps OLD; the others go on."_s,
         rotate},
    };
}

}  // namespace analemma::cli
