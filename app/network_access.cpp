#include "app/network_access.h"

#include "core/base/files.h"
#include "core/base/text.h"

using namespace Qt::StringLiterals;

namespace analemma::app {
namespace {

ssh::Question sshQuestion(const git::NetworkQuestion& asked)
{
    using Kind = git::NetworkQuestion::Kind;
    ssh::Question question;
    ssh::Question::Prompt prompt;
    question.target = asked.place;
    question.kind = ssh::Question::Kind::Password;
    switch (asked.kind) {
        case Kind::User:
            question.kind = ssh::Question::Kind::Interactive;
            prompt.text = u"User name"_s;
            prompt.echo = true;
            break;
        case Kind::Password:
            prompt.text = asked.user.isEmpty() ? u"Password or token"_s
                                               : u"Password or token of %1"_s.arg(asked.user);
            break;
        case Kind::Passphrase:
            question.kind = ssh::Question::Kind::Passphrase;
            question.subject = asked.place;
            prompt.text = u"Passphrase of %1"_s.arg(asked.place);
            break;
        case Kind::Other:
            question.kind = ssh::Question::Kind::Interactive;
            prompt.text = asked.prompt;
            break;
    }
    question.prompts.push_back(std::move(prompt));
    return question;
}

Task<Result<Secret>> askOneSecret(ssh::Asker asker, git::NetworkQuestion asked)
{
    Promise<std::vector<Secret>> promise;
    auto future = promise.future();
    ssh::Answer answer = [promise](Result<std::vector<Secret>> secrets) {
        promise.finish(std::move(secrets));
    };
    promise = Promise<std::vector<Secret>>();  // from here on only the answer holds it
    asker(sshQuestion(asked), std::exchange(answer, {}));
    const Result<std::vector<Secret>> secrets = co_await future;
    if (!secrets) {
        co_return secrets.error();
    }
    co_return secrets->empty() ? Secret() : secrets->front();
}

// ---- ~/.ssh/config ------------------------------------------------------------------------------

constexpr qsizetype mostJumps = 4;

Result<git::SshMachine> machineOf(const operate::HostPlaces& places, const ssh::HostConfig& config)
{
    const QString name = displayText(config.alias, 100);
    if (!config.problem.isEmpty()) {
        return Error(ErrorKind::Refused,
                     u"~/.ssh/config, %1: %2"_s.arg(name, displayText(config.problem, 300)));
    }
    if (!config.proxyCommand.isEmpty()) {
        return Error(ErrorKind::Unsupported,
                     u"~/.ssh/config reaches %1 by a ProxyCommand, and none is run for a "
                     "repository."_s.arg(name))
            .withHint(u"Say ProxyJump there, or call it by an address that needs neither."_s);
    }
    git::SshMachine machine;
    machine.host = config.hostName;
    machine.port = config.port;
    machine.user = config.user;
    machine.knownAs = config.hostKeyAlias;
    machine.keyFiles = config.identityFiles;
    machine.onlyThese = config.identitiesOnly;
    machine.agentSocket = config.identityAgent;
    if (!config.userKnownHostsFiles.isEmpty() || !config.globalKnownHostsFiles.isEmpty()) {
        machine.knownHostsFiles =
            (config.userKnownHostsFiles.isEmpty() ? places.userKnownHosts
                                                  : config.userKnownHostsFiles) +
            (config.globalKnownHostsFiles.isEmpty() ? places.systemKnownHosts
                                                    : config.globalKnownHostsFiles) +
            QStringList{places.ownKnownHosts};
    }
    return machine;
}

/// Appends the jump hosts of a machine. The first one is reached by a way of its own; each further
/// one through the one before, whatever is said of it, as ssh(1) does.
Result<void> addJumps(const operate::HostPlaces& places, const ssh::SshConfig& all,
                      const ssh::HostConfig& config, int depth, QList<git::SshMachine>* hops)
{
    for (std::size_t i = 0; i < config.proxyJump.size(); ++i) {
        const ssh::Place& place = config.proxyJump[i];
        const ssh::HostConfig jump = all.resolve(place.host, place.user);
        Result<git::SshMachine> machine = machineOf(places, jump);
        if (!machine) {
            return machine.error();
        }
        machine->port = place.port > 0 ? place.port : machine->port;
        if (i == 0 && depth < mostJumps) {
            const Result<void> before = addJumps(places, all, jump, depth + 1, hops);
            if (!before) {
                return before;
            }
        }
        hops->append(std::move(*machine));
        if (hops->size() > mostJumps || depth == mostJumps) {
            return Error(ErrorKind::Refused,
                         u"~/.ssh/config reaches %1 through more than four jump hosts, or they go "
                         "in a circle."_s.arg(displayText(config.alias, 100)));
        }
    }
    return {};
}

}  // namespace

Result<git::SshWay> sshWay(const operate::HostPlaces& places, const QString& host,
                           const QString& user)
{
    const ssh::SshConfig all = ssh::SshConfig::read(places.config);
    const ssh::HostConfig config = all.resolve(host, user);
    const Result<git::SshMachine> server = machineOf(places, config);
    if (!server) {
        return server.error();
    }
    git::SshWay way;
    way.server = *server;
    way.lines = config.systemLines;
    const Result<void> added = addJumps(places, all, config, 0, &way.hops);
    return added ? Result<git::SshWay>(way) : added.error();
}

git::NetworkAccess networkAccess(const operate::HostPlaces& places, ssh::Asker asker,
                                 Keeping keeping)
{
    git::NetworkAccess access;
    access.knownHostsFiles =
        places.userKnownHosts + places.systemKnownHosts + QStringList{places.ownKnownHosts};
    for (const QString& name :
         {u"id_ed25519"_s, u"id_ecdsa"_s, u"id_rsa"_s, u"id_ed25519_sk"_s, u"id_ecdsa_sk"_s}) {
        access.keyFiles.append(places.sshFolder + u'/' + name);
    }
    access.agentSocket = places.agentSocket;
    access.sshWay = [places](const QString& host, const QString& user) {
        return onWorker<git::SshWay>([places, host, user] { return sshWay(places, host, user); });
    };
    access.keeper = keptLogins(homeFolder() + u"/secrets"_s, std::move(keeping));
    if (asker) {
        access.ask = [asker](const git::NetworkQuestion& asked, const CancelToken&) {
            return askOneSecret(asker, asked);
        };
    }
    return access;
}

}  // namespace analemma::app
