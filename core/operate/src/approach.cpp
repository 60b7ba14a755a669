#include "core/operate/src/approach.h"

#include "core/base/text.h"
#include "core/ssh/keys.h"

#include <QDir>
#include <QFileInfo>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace analemma::operate {
namespace {

/// Of ssh(1), the best first. What needs a token is for the system's OpenSSH, which is tried when
/// the others are refused.
QStringList defaultKeys(const QString& folder)
{
    QStringList files;
    for (const QString& name :
         {u"id_ed25519"_s, u"id_ecdsa"_s, u"id_rsa"_s, u"id_ed25519_sk"_s, u"id_ecdsa_sk"_s}) {
        const QString path = QDir(folder).filePath(name);
        if (QFileInfo::exists(path)) {
            files += path;
        }
    }
    return files;
}

/// Why only the system's OpenSSH can use a key; empty when we can, or when it cannot be told.
QString needOf(const QString& file)
{
    const auto key = ssh::keyFileInfo(file);
    return key ? key->needsSystem : QString();
}

struct Keys {
    QString chosen;     ///< goes first
    QStringList files;  ///< that the built-in transport can use, the chosen one too
    QStringList all;    ///< for the system's OpenSSH
    QStringList needs;  ///< why only that one has a key
};

/// Those that the configuration names go before those of the agent.
Keys keysOf(const Machine& machine, const HostPlaces& places)
{
    Keys keys;
    if (!machine.target.keyFile.isEmpty()) {
        keys.chosen = machine.target.keyFile;
        keys.all = {keys.chosen};
        const QString need = needOf(keys.chosen);
        if (!need.isEmpty()) {
            keys.needs = {need};
        }
        return keys;
    }
    QStringList named;
    for (const QString& file : machine.config.identityFiles) {
        if (QFileInfo::exists(file)) {
            named += file;
        }
    }
    const bool isNamed = !machine.config.identityFiles.isEmpty();
    keys.all = isNamed ? named : defaultKeys(places.sshFolder);
    for (const QString& file : std::as_const(keys.all)) {
        const QString need = needOf(file);
        (need.isEmpty() ? keys.files : keys.needs) += need.isEmpty() ? file : need;
    }
    if (isNamed) {
        keys.chosen = keys.files.value(0);
    }
    if (!keys.files.isEmpty()) {
        keys.needs.clear();
    }
    return keys;
}

QString agentOf(const Machine& machine, const HostPlaces& places)
{
    const QString& said = machine.config.identityAgent;
    return said == u"none" ? QString() : said.isEmpty() ? places.agentSocket : said;
}

QString withHome(const QString& path, const HostPlaces& places)
{
    return path.startsWith(u"~/"_s) ? places.config.home + path.mid(1) : path;
}

void addUnique(QStringList* list, const QStringList& more)
{
    for (const QString& text : more) {
        if (!list->contains(text)) {
            *list += text;
        }
    }
}

/// Of a machine that only an authority vouches for: nothing but its certificate proves it.
QStringList needsOf(const Record& record)
{
    const ssh::KnownLookup found = record.known.lookup(record.name, record.port);
    return found.keys.empty() && !found.authorities.empty()
               ? QStringList{u"a host certificate (%1)"_s.arg(found.authorities.front().place())}
               : QStringList();
}

/// Puts one machine's keys and record into the connection; gives its target back.
Result<ssh::Target> takeIn(const Machine& machine, const HostPlaces& places, bool isServer,
                           Approach* approach)
{
    ssh::Target target = machine.target;
    Record record;
    if (!machine.pinned) {
        Result<Record> read = readRecord(machine, places);
        if (!read) {
            return read.error();
        }
        record = std::move(*read);
        approach->connecting.system.knownHosts += recordLines(record, target);
        addUnique(&approach->connecting.facts.needsSystem, needsOf(record));
        if (machine.config.alias.isEmpty() || machine.config.publicKeyLogin) {
            const Keys keys = keysOf(machine, places);
            target.keyFile = keys.chosen;
            ssh::Credentials& credentials = approach->connecting.options.credentials;
            addUnique(&credentials.keyFiles, keys.files);
            addUnique(&approach->connecting.system.keyFiles, keys.all);
            addUnique(&approach->connecting.facts.needsSystem, keys.needs);
            if (isServer) {
                credentials.agentSocket = agentOf(machine, places);
                approach->connecting.system.agentSocket = credentials.agentSocket;
            }
        }
        addUnique(&approach->connecting.facts.needsSystem, machine.config.needsSystem);
    }
    approach->records.push_back(std::move(record));
    return target;
}

}  // namespace

std::vector<Machine> Approach::machines() const
{
    std::vector<Machine> all = way.hops;
    all.push_back(way.server);
    return all;
}

std::shared_ptr<RecordedKeys> Approach::recordedKeys(bool onlyLooks) const
{
    std::vector<RecordedKeys::Entry> entries;
    const std::vector<Machine> all = machines();
    for (std::size_t i = 0; i < all.size(); ++i) {
        entries.push_back({all[i].target.host, all[i].target.port, records[i]});
    }
    return std::make_shared<RecordedKeys>(std::move(entries), onlyLooks);
}

ssh::Asker Approach::allowed(const ssh::Asker& asker) const
{
    if (!asker || (mayAskPassword && mayAskInteractive)) {
        return asker;
    }
    return [asker, password = mayAskPassword, interactive = mayAskInteractive](
               const ssh::Question& question, const ssh::Answer& answer) {
        using Kind = ssh::Question::Kind;
        if ((question.kind == Kind::Password && !password) ||
            (question.kind == Kind::Interactive && !interactive)) {
            answer(Error(ErrorKind::Auth, u"~/.ssh/config forbids this way to log in"_s));
        } else {
            asker(question, answer);
        }
    };
}

Result<Approach> approach(const Way& way, const HostPlaces& places)
{
    Approach approach;
    approach.way = way;
    approach.way.server.target.keyFile = withHome(way.server.target.keyFile, places);
    for (Machine& hop : approach.way.hops) {
        hop.target.keyFile = withHome(hop.target.keyFile, places);
    }
    ssh::Connecting& connecting = approach.connecting;
    const ssh::HostConfig& config = way.server.config;
    const std::vector<Machine> machines = approach.machines();
    std::vector<ssh::Target> targets;
    for (std::size_t i = 0; i < machines.size(); ++i) {
        const bool isServer = i + 1 == machines.size();
        Result<ssh::Target> target = takeIn(machines[i], places, isServer, &approach);
        if (!target) {
            return target.error();
        }
        targets.push_back(std::move(*target));
    }
    connecting.target = targets.back();
    targets.pop_back();
    connecting.target.hops = targets;
    connecting.system.hops = targets;
    connecting.system.lines = config.systemLines;
    connecting.system.approvedProxyCommand = way.approvedProxy;
    connecting.system.identitiesOnly = config.identitiesOnly;
    connecting.options.credentials.identitiesOnly = config.identitiesOnly;
    connecting.facts.setting = way.setting;
    if (config.connectTimeout.count() > 0) {
        connecting.options.timeout = config.connectTimeout;
    }
    approach.mayAskPassword = config.alias.isEmpty() || config.passwordLogin;
    approach.mayAskInteractive = config.alias.isEmpty() || config.interactiveLogin;
    return approach;
}

}  // namespace analemma::operate
